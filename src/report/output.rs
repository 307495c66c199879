//! A report in a file: written in one step, and never over anything that is no report.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{csv, json, review};
use crate::cli::Format;
use crate::config::Language;
use crate::list::SCHEMA;
use crate::{Exit, Failure};

/// The signs by which our own reports are known again, whatever their format.
pub struct Mark;

impl Mark {
    /// The first line of a report in Markdown, and of what is made of Markdown.
    pub const MARKDOWN: &'static str = "<!-- pm-sync:report -->";

    /// What the first line of a report in HTML's head holds.
    pub const HTML: &'static str = "<meta name=\"generator\" content=\"pm-sync report\">";

    /// How the first line of a report as text begins, in every language.
    pub const TEXT: &'static str = "pm-sync ";

    /// Whether a text is a report of ours.
    fn is_on(text: &str) -> bool {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let first = text.lines().next().unwrap_or_default();
        let of = |title: fn(Language) -> String| [Language::Ja, Language::En].map(title);
        let titles = [of(Mark::text_title), of(Mark::review_title)].concat();
        first == Mark::MARKDOWN
            || titles.iter().any(|title| first.starts_with(title))
            || first.starts_with(&csv::HEADER.join(","))
            || text.lines().take(50).any(|line| line.trim() == Mark::HTML)
            || Mark::is_on_json(text)
    }

    fn is_on_json(text: &str) -> bool {
        #[derive(Deserialize)]
        struct Head {
            schema: String,
            kind: String,
        }
        serde_json::from_str::<Head>(text).is_ok_and(|head| {
            head.schema == SCHEMA && [json::KIND, review::KIND].contains(&head.kind.as_str())
        })
    }

    /// How a report as text begins.
    pub fn text_title(language: Language) -> String {
        let name = language.pick("フォローアップレポート: ", "Follow-up report: ");
        format!("{}{name}", Mark::TEXT)
    }

    /// How the sheet of a review begins.
    fn review_title(language: Language) -> String {
        format!("{}{}: ", Mark::TEXT, review::words::name(language))
    }
}

/// The largest file that is looked at before it is replaced, in bytes: no report is larger.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A file that a report may be written to.
#[derive(Debug)]
pub struct Target {
    /// As messages name it.
    shown: PathBuf,
    /// Where it is, links followed.
    real: PathBuf,
}

impl Target {
    /// A file that is not there yet, or is a report; with `force`, any file. Nothing is written.
    ///
    /// # Errors
    /// [`Exit::Usage`] where its folder is missing, or it is something else.
    pub fn new(
        path: &Path,
        cwd: &Path,
        force: bool,
        language: Language,
    ) -> Result<Target, Failure> {
        let shown = path.display();
        let whole = cwd.join(path);
        let folder = whole.parent().unwrap_or(cwd);
        let no_file = || {
            Failure::usage(
                language.pick(
                    format!("{shown} はファイルではありません（-o）"),
                    format!("{shown} is no file (-o)"),
                ),
                Some(language.pick(
                    "report.md のようなファイル名を指定してください".into(),
                    "name a file, such as report.md".into(),
                )),
            )
        };
        if path == Path::new("-") {
            return Err(Failure::usage(
                language.pick("-o - は使えません".to_owned(), "-o can't be `-`".to_owned()),
                Some(language.pick(
                    "標準出力に出すには -o を外してください".to_owned(),
                    "without -o the report goes to standard output".to_owned(),
                )),
            ));
        }
        if whole.file_name().is_none() || path.as_os_str().to_string_lossy().ends_with(['/', '\\'])
        {
            return Err(no_file());
        }
        if !folder.is_dir() {
            let folder = path.parent().unwrap_or(folder).display();
            return Err(Failure::usage(
                language.pick(
                    format!("{shown} のフォルダー {folder} がありません"),
                    format!("the folder {folder} of {shown} doesn't exist"),
                ),
                Some(language.pick(
                    "フォルダーを作るか、別の場所を指定してください".into(),
                    "make it, or name another place".into(),
                )),
            ));
        }
        // A link stays a link: what it leads to is replaced. One that leads nowhere is not followed into the unknown.
        let real = match fs::canonicalize(&whole) {
            Ok(real) => real,
            Err(_) if whole.symlink_metadata().is_ok() => return Err(no_file()),
            Err(_) => {
                return Ok(Target {
                    shown: path.to_owned(),
                    real: whole,
                });
            }
        };
        let metadata = fs::metadata(&real).map_err(|error| failed(path, &error, language))?;
        if !metadata.is_file() {
            return Err(no_file());
        }
        if metadata.permissions().readonly() {
            let error = io::Error::from(io::ErrorKind::PermissionDenied);
            return Err(failed(path, &error, language));
        }
        let target = Target {
            shown: path.to_owned(),
            real,
        };
        if force || metadata.len() == 0 || target.is_ours(language)? {
            return Ok(target);
        }
        Err(Failure::usage(
            language.pick(
                format!("{shown} は pm-sync のレポートではないため、上書きしません"),
                format!("{shown} is no report of pm-sync's and is not overwritten"),
            ),
            Some(language.pick(
                "別の名前を指定するか、上書きするなら --force を付けてください".into(),
                "name another file, or add --force to replace it".into(),
            )),
        ))
    }

    fn is_ours(&self, language: Language) -> Result<bool, Failure> {
        let mut bytes = Vec::new();
        fs::File::open(&self.real)
            .and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes))
            .map_err(|error| failed(&self.shown, &error, language))?;
        Ok(std::str::from_utf8(&bytes).is_ok_and(Mark::is_on))
    }

    /// What the file holds; `None` where there is none yet. What is no text reads as something that is.
    ///
    /// # Errors
    /// [`Exit::Failed`] where it can't be read.
    pub fn text(&self, language: Language) -> Result<Option<String>, Failure> {
        match fs::read(&self.real) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(&self.shown, &error, language)),
        }
    }

    /// Writes the report: complete on the disk before it takes the file's place, in one step.
    ///
    /// # Errors
    /// [`Exit::Failed`]; the file is then as it was.
    pub fn write(&self, text: &str, language: Language) -> Result<(), Failure> {
        self.replace(text)
            .map_err(|error| failed(&self.shown, &error, language))
    }

    fn replace(&self, text: &str) -> io::Result<()> {
        let folder = self.real.parent().unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".pm-sync-").suffix(".tmp");
        #[cfg(unix)]
        builder.permissions(readable());
        let mut temp = builder.tempfile_in(folder)?;
        // Those of the file that is replaced, which the umask has no say in.
        if let Ok(metadata) = fs::metadata(&self.real) {
            temp.as_file().set_permissions(metadata.permissions())?;
        }
        temp.write_all(text.as_bytes())?;
        temp.as_file().sync_all()?;
        temp.persist(&self.real).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Those that any new file gets, less what the umask takes away: a report is there to be read.
#[cfg(unix)]
fn readable() -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    fs::Permissions::from_mode(0o666)
}

fn failed(path: &Path, error: &io::Error, language: Language) -> Failure {
    let shown = path.display();
    Failure {
        exit: Exit::Failed,
        message: language.pick(
            format!("{shown} に書き込めません: {error}"),
            format!("{shown} can't be written: {error}"),
        ),
        hint: None,
    }
}

/// The format that a file's ending stands for.
pub fn format_of(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "md" | "markdown" => Some(Format::Markdown),
        "json" => Some(Format::Json),
        "csv" => Some(Format::Csv),
        "html" | "htm" => Some(Format::Html),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_known_again_and_nothing_else() {
        for (text, ours) in [
            ("<!-- pm-sync:report -->\n\n# x", true),
            ("pm-sync Follow-up report: January 2025\n", true),
            ("pm-sync フォローアップレポート: 2025年1月\n", true),
            (
                "{\"schema\":\"pm-sync/1\",\"kind\":\"report\",\"more\":[1]}",
                true,
            ),
            (
                "<!doctype html>\n<html>\n<head>\n  <meta name=\"generator\" content=\"pm-sync report\">\n",
                true,
            ),
            ("pm-sync Follow-up review: PM-042 x\n", true),
            ("pm-sync フォローアップレビュー: PM-042 x\n", true),
            ("{\"schema\":\"pm-sync/1\",\"kind\":\"review\"}", true),
            ("", false),
            ("# Our postmortem\n<!-- pm-sync:report -->", false),
            ("pm-sync is a tool\n", false),
            ("{\"schema\":\"pm-sync/1\",\"postmortems\":[]}", false),
            ("postmortem,path,key\r\n", false),
        ] {
            assert_eq!(Mark::is_on(text), ours, "{text}");
        }
        let csv = format!("\u{feff}{}\r\n", csv::HEADER.join(","));
        assert!(Mark::is_on(&csv));
    }

    #[test]
    fn endings_name_formats() {
        for (path, format) in [
            ("a.md", Some(Format::Markdown)),
            ("A.JSON", Some(Format::Json)),
            ("x/a.csv", Some(Format::Csv)),
            ("a.htm", Some(Format::Html)),
            ("a.txt", None),
            ("a", None),
        ] {
            assert_eq!(format_of(Path::new(path)), format, "{path}");
        }
    }
}

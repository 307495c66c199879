//! `pm-sync init`: settings made of what a folder holds, and schedules made of the settings.
//!
//! What is found is told, what is sure becomes a setting, what a person has to decide becomes a comment. Nothing that exists is ever
//! overwritten: a file is put in place whole and only where there is none. Looking is `survey`'s, deciding on folders `folders`',
//! the texts are `settings`' and `schedule`'s; here they are brought together, written and told.

mod clock;
mod folders;
mod remote;
mod schedule;
mod settings;
mod survey;
mod told;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use chrono::{Datelike as _, Utc};

use crate::checkout::Checkout;
use crate::cli::{InitArgs, Schedule};
use crate::config::{Config, FILE_NAME, Language, LanguageChoice};
use crate::output::{GOOD, Printer, plain, styled};
use crate::{Environment, Exit, Failure};
use remote::remote;
use survey::Survey;

/// The workflow's file, from the top of the checkout.
const WORKFLOW: &str = ".github/workflows/pm-sync.yml";

/// A file to be written.
#[derive(Debug)]
struct NewFile {
    path: PathBuf,
    text: String,
}

/// Makes the settings, and the schedule that was asked for.
///
/// # Errors
/// [`Exit::Usage`] where a file is there already or the settings that are there are wrong, [`Exit::Failed`] where one can't be written.
pub fn run(
    config_path: Option<&Path>,
    args: &InitArgs,
    environment: &Environment,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let language = printer.language;
    let checkout = Checkout::find(&environment.cwd);
    let top = checkout
        .as_ref()
        .map_or(environment.cwd.as_path(), |checkout| &checkout.root);
    let target = match config_path {
        Some(path) => environment.cwd.join(path),
        None => top.join(FILE_NAME),
    };
    let existing = existing(config_path, &target, top, environment);
    let mut files = Vec::new();
    let mut told = String::new();
    let zone = clock::zone(environment);
    let config = match &existing {
        // What is there rules; only a schedule is missing, or somebody wants to see what would be written today.
        Some(path) if args.schedule.is_some() => {
            Config::load(path).map_err(|error| Failure::usage(error.render(language), None))?
        }
        Some(path) if !args.dry_run => return Err(there_already(path, environment, language)),
        _ => {
            let root = target.parent().unwrap_or(top);
            let survey = survey::survey(root);
            let remote = remote(checkout.as_ref());
            told = told::found(&survey, &remote, zone, language);
            let facts = settings::Facts {
                survey: &survey,
                remote: &remote,
                foreign: is_foreign(&survey, environment),
                zone: zone.map(|(zone, _)| zone),
            };
            let commented = comments(language, &survey, environment);
            let (text, mut config) = sound(root, commented, &facts);
            config.file = Some(target.clone());
            files.push(NewFile { path: target, text });
            config
        }
    };
    if let Some(schedule) = args.schedule {
        warn_of_absent(&config, schedule, printer);
    }
    let mut result = None;
    match args.schedule {
        Some(Schedule::Github) => {
            let (branch, is_sure) = checkout.as_ref().map_or_else(
                // That there is none is said in any case.
                || ("main".to_owned(), true),
                Checkout::default_branch,
            );
            if !is_sure {
                told.push_str(&told::guessed(&branch, language));
            }
            files.push(NewFile {
                path: top.join(WORKFLOW),
                text: workflow(&config, checkout.as_ref(), top, &branch, printer),
            });
        }
        Some(Schedule::Cron) => result = Some(crontab(&config, language)?),
        None => {}
    }
    if args.dry_run {
        printer.note(told.trim_end());
        return show(&files, result.as_deref(), environment, printer);
    }
    for file in &files {
        if file.path.symlink_metadata().is_ok() {
            return Err(there_already(&file.path, environment, language));
        }
    }
    let mut report = told;
    if let Some(path) = &existing {
        let word = language.pick("そのまま", "kept");
        report.push_str(&format!("{word} {}\n", shown(path, environment)));
    }
    for file in &files {
        create(file).map_err(|error| unwritten(&file.path, &error, environment, language))?;
        let word = styled(GOOD, language.pick("作成", "wrote"));
        report.push_str(&format!("{word} {}\n", shown(&file.path, environment)));
    }
    if let Some(result) = result {
        // The lines are the result, to be piped; what was found is told beside them.
        printer.note(report.trim_end());
        printer.result(&result)?;
    } else {
        let named = config_path.map(|_| shown(config.file.as_deref().unwrap_or(top), environment));
        report.push_str(&told::next(args.schedule, named.as_deref(), language));
        printer.result(&report)?;
    }
    Ok(Exit::Done)
}

/// The settings that are there: the file that was named, else the nearest one upwards within the checkout.
fn existing(
    named: Option<&Path>,
    target: &Path,
    top: &Path,
    environment: &Environment,
) -> Option<PathBuf> {
    let is_there = |path: &Path| path.symlink_metadata().is_ok();
    if named.is_some() {
        return is_there(target).then(|| target.to_owned());
    }
    environment
        .cwd
        .ancestors()
        .take_while(|folder| folder.starts_with(top))
        .map(|folder| folder.join(FILE_NAME))
        .find(|path| is_there(path))
}

/// The settings as read back. What documents say may be nothing that settings can hold (a token, say); then the settings do without.
fn sound(root: &Path, language: Language, facts: &settings::Facts<'_>) -> (String, Config) {
    let text = settings::text(facts, language);
    if let Ok(config) = Config::parse(&text, root) {
        return (text, config);
    }
    let survey = Survey {
        language: facts.survey.language,
        ..Survey::default()
    };
    let facts = settings::Facts {
        survey: &survey,
        ..*facts
    };
    let text = settings::text(&facts, language);
    let config = Config::parse(&text, root).unwrap_or_else(|_| Config::default_at(root));
    (text, config)
}

/// The language of the comments: the user's, where the locale says one; else that of the documents, whose readers will read them.
fn comments(language: Language, survey: &Survey, environment: &Environment) -> Language {
    match survey.language {
        Some(LanguageChoice::Ja) if !names_language(environment) => Language::Ja,
        _ => language,
    }
}

/// Whether the locale names a language.
fn names_language(environment: &Environment) -> bool {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| environment.get(name));
    locale.is_some_and(|locale| {
        let name = locale.split('.').next().unwrap_or_default();
        !matches!(name, "" | "C" | "POSIX")
    })
}

/// Whether the locale names another language than the documents are in.
fn is_foreign(survey: &Survey, environment: &Environment) -> bool {
    names_language(environment)
        && match survey.language {
            Some(LanguageChoice::Ja) => environment.language() != Language::Ja,
            Some(LanguageChoice::En) => environment.language() != Language::En,
            Some(LanguageChoice::Auto) | None => false,
        }
}

/// Says which of the folders and files that the schedule would watch are not there. A glob may wait for what is to come.
fn warn_of_absent(config: &Config, schedule: Schedule, printer: &Printer) {
    let language = printer.language;
    let absent: Vec<String> = config
        .documents
        .paths
        .iter()
        .filter(|path| !path.contains(['*', '?', '[', '{']))
        .filter(|path| !config.root.join(path.as_str()).exists())
        .map(|path| plain(path))
        .collect();
    if absent.is_empty() {
        return;
    }
    let absent = absent.join(language.pick("、", ", "));
    let message = match schedule {
        Schedule::Github => language.pick(
            format!("ワークフローが見張る {absent} がまだありません"),
            format!("the workflow watches {absent}, and nothing is there yet"),
        ),
        Schedule::Cron => language.pick(
            format!("毎朝調べる {absent} がまだありません"),
            format!("what is looked at every morning isn't there yet: {absent}"),
        ),
    };
    let hint = match schedule {
        Schedule::Github => language.pick(
            "そこにポストモーテムを置くか、pm-sync.toml の documents.paths とワークフローの paths を直してください",
            "put postmortems there, or change documents.paths in pm-sync.toml and `paths` in the workflow",
        ),
        Schedule::Cron => language.pick(
            "そこにポストモーテムを置くか、pm-sync.toml の documents.paths を直してください",
            "put postmortems there, or change documents.paths in pm-sync.toml",
        ),
    };
    printer.warn(&message, Some(hint));
}

/// The text of the workflow for these settings.
fn workflow(
    config: &Config,
    checkout: Option<&Checkout>,
    top: &Path,
    branch: &str,
    printer: &Printer,
) -> String {
    let language = printer.language;
    if checkout.is_none() {
        printer.warn(
            language.pick(
                "git のチェックアウトが見つかりません。このフォルダーがリポジトリの一番上だとみなします",
                "no git checkout here: this folder is taken for the top of the repository",
            ),
            None,
        );
    }
    let origin = checkout.and_then(|checkout| checkout.repository.clone());
    let elsewhere = match (&origin, &config.github.repository) {
        (Some(origin), Some(issues)) => !origin.as_str().eq_ignore_ascii_case(issues.as_str()),
        _ => false,
    };
    let file = config
        .file
        .clone()
        .unwrap_or_else(|| config.root.join(FILE_NAME));
    let file = std::path::absolute(&file).unwrap_or(file);
    let settings = file.strip_prefix(top).map_or_else(
        |_| FILE_NAME.to_owned(),
        |below| {
            let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            parts.join("/")
        },
    );
    let seed = origin.map_or_else(String::new, |origin| origin.to_string());
    schedule::workflow(
        &schedule::Workflow {
            branch,
            documents: &config.documents.paths,
            settings: &settings,
            morning: &clock::utc(config.timezone, Utc::now().year(), &seed),
            zone: config.timezone.name(),
            elsewhere,
            enterprise: config
                .github
                .api_url
                .as_ref()
                .is_some_and(|api| api.as_str().ends_with("/api/v3")),
        },
        language,
    )
}

/// The crontab line for these settings.
fn crontab(config: &Config, language: Language) -> Result<String, Failure> {
    let binary = std::env::current_exe()?;
    let named = config
        .file
        .as_ref()
        .filter(|file| file.file_name() != Some(FILE_NAME.as_ref()))
        .map(|file| std::path::absolute(file).unwrap_or_else(|_| file.clone()));
    let text = |path: &Path| {
        let text = path
            .to_str()
            .filter(|text| !text.contains(char::is_control));
        text.map(str::to_owned).ok_or_else(|| {
            let path = plain(&path.to_string_lossy());
            Failure::usage(
                language.pick(
                    format!("crontab に書けないパスです: {path}"),
                    format!("a crontab cannot hold this path: {path}"),
                ),
                None,
            )
        })
    };
    let folder = text(&config.root)?;
    let binaries = text(binary.parent().unwrap_or(Path::new("/usr/local/bin")))?;
    let named = named.as_deref().map(text).transpose()?;
    let seed = config
        .github
        .repository
        .as_ref()
        .map_or(folder.as_str(), |name| name.as_str());
    Ok(schedule::crontab(
        &schedule::Crontab {
            folder: &folder,
            binaries: &binaries,
            config: named.as_deref(),
            morning: &clock::local(seed),
        },
        language,
    ))
}

/// Prints what would be written. Of several files each has its name above it, as a comment in its own language.
fn show(
    files: &[NewFile],
    result: Option<&str>,
    environment: &Environment,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let mut out = String::new();
    let several = files.len() + usize::from(result.is_some()) > 1;
    for file in files {
        if several {
            out.push_str(&format!("# ── {} ──\n", shown(&file.path, environment)));
        }
        out.push_str(&file.text);
        if several {
            out.push('\n');
        }
    }
    if let Some(result) = result {
        if several {
            out.push_str("# ── crontab ──\n");
        }
        out.push_str(result);
    }
    printer.result(&out)?;
    Ok(Exit::Done)
}

/// Puts a file in place, whole, where there is none.
fn create(file: &NewFile) -> std::io::Result<()> {
    let folder = file.path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".pm-sync-").suffix(".tmp");
    #[cfg(unix)]
    {
        // As for any new file, the user's umask decides; a temporary one is private otherwise.
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut temp = builder.tempfile_in(folder)?;
    temp.write_all(file.text.as_bytes())?;
    temp.as_file().sync_all()?;
    // Who came first wins, even in between.
    temp.persist_noclobber(&file.path)
        .map_err(|error| error.error)?;
    Ok(())
}

fn there_already(path: &Path, environment: &Environment, language: Language) -> Failure {
    let name = shown(path, environment);
    let hint = if path.ends_with(WORKFLOW) {
        language.pick(
            "`pm-sync init --schedule github --dry-run` で新しい内容を表示できます".to_owned(),
            "`pm-sync init --schedule github --dry-run` prints what would be written".to_owned(),
        )
    } else {
        language.pick(
            "`pm-sync doctor` で点検できます。`pm-sync init --dry-run` は新しい内容を表示します"
                .to_owned(),
            "`pm-sync doctor` checks it; `pm-sync init --dry-run` prints what would be written"
                .to_owned(),
        )
    };
    Failure::usage(
        language.pick(
            format!("{name} はすでにあります。上書きしません"),
            format!("{name} is there already and is not overwritten"),
        ),
        Some(hint),
    )
}

fn unwritten(
    path: &Path,
    error: &std::io::Error,
    environment: &Environment,
    language: Language,
) -> Failure {
    if error.kind() == std::io::ErrorKind::AlreadyExists {
        return there_already(path, environment, language);
    }
    let name = shown(path, environment);
    Failure {
        exit: Exit::Failed,
        message: language.pick(
            format!("{name} を書けません: {error}"),
            format!("{name} cannot be written: {error}"),
        ),
        hint: None,
    }
}

/// A path as a person here would write it.
fn shown(path: &Path, environment: &Environment) -> String {
    let path = path.strip_prefix(&environment.cwd).unwrap_or(path);
    plain(&path.to_string_lossy())
}

/// A template with its `@@name@@` filled in, in one pass: what is filled in is never looked at again.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some(at) = rest.find("@@") {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        let named = behind[2..].split_once("@@").and_then(|(name, behind)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, behind))
        });
        match named {
            Some((value, behind)) => {
                out.push_str(value);
                rest = behind;
            }
            None => {
                out.push('@');
                rest = &behind[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_filled_once() {
        let values = [("a", "@@b@@"), ("b", "x")];
        assert_eq!(fill("1@@a@@2 y@@@b@@ @@c@@", &values), "1@@b@@2 y@x @@c@@");
    }
}

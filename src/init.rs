//! `pm-sync init`: settings made of what a folder holds, and schedules made of the settings.
//!
//! What is found is told, what is sure becomes a setting, what a person has to decide becomes a comment. Nothing that exists is ever
//! overwritten: a file is put in place whole and only where there is none. Looking is `survey`'s, deciding on folders `folders`',
//! the texts are `settings`' and `schedule`'s; here they are brought together, written and told.

mod clock;
mod folders;
mod schedule;
mod settings;
mod survey;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use chrono::{Datelike as _, Utc};
use unicode_width::UnicodeWidthStr as _;

use crate::checkout::Checkout;
use crate::cli::{InitArgs, Schedule};
use crate::config::{Config, FILE_NAME, Language, LanguageChoice};
use crate::list::counted;
use crate::output::{BOLD, GOOD, Printer, WARN, plain, styled};
use crate::{Environment, Exit, Failure};
use survey::Survey;

/// The workflow's file, from the top of the checkout.
const WORKFLOW: &str = ".github/workflows/pm-sync.yml";

/// Where the issues would be, by the checkout's `origin`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Remote {
    /// A repository on GitHub.
    Known {
        /// `owner/name`.
        repository: String,
        /// The address of the server's API; `None` for github.com.
        api: Option<String>,
    },
    /// A repository on a server that may be a GitHub Enterprise Server. To take it for one would send it a token.
    Unsure {
        /// `owner/name`.
        repository: String,
        /// The server.
        host: String,
    },
    /// No origin, or one that names no repository.
    Absent,
}

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
            told = found(&survey, &remote, zone, language);
            let facts = settings::Facts {
                survey: &survey,
                remote: &remote,
                zone: zone.map(|(zone, _)| zone),
            };
            let commented = comments(language, &survey, environment);
            let (text, mut config) = sound(root, commented, &facts);
            config.file = Some(target.clone());
            files.push(NewFile { path: target, text });
            config
        }
    };
    let mut result = None;
    match args.schedule {
        Some(Schedule::Github) => files.push(NewFile {
            path: top.join(WORKFLOW),
            text: workflow(&config, checkout.as_ref(), top, language, printer),
        }),
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
        report.push_str(&next(args.schedule, language));
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

/// The repository that the checkout's `origin` names, and whether its server is GitHub.
fn remote(checkout: Option<&Checkout>) -> Remote {
    let Some(Checkout {
        host: Some(host),
        repository: Some(repository),
        ..
    }) = checkout
    else {
        return Remote::Absent;
    };
    let repository = repository.to_string();
    match host.as_str() {
        // Also by way of the port for https, and of the aliases that people with two accounts write in their ssh configuration.
        "github.com" | "www.github.com" | "ssh.github.com" => Remote::Known {
            repository,
            api: None,
        },
        host if host.starts_with("github.com-") => Remote::Known {
            repository,
            api: None,
        },
        host if host.ends_with(".ghe.com") => Remote::Known {
            repository,
            api: Some(format!("https://api.{host}")),
        },
        host if host.contains('.') && is_enterprise(host) => Remote::Known {
            repository,
            api: Some(format!("https://{host}/api/v3")),
        },
        host => Remote::Unsure {
            repository,
            host: host.to_owned(),
        },
    }
}

/// Whether a host's name says that it is a GitHub Enterprise Server: `github.example.com`, `ghe.example.com`. A host of github.com's own
/// (`gist.github.com`) and a page there are none.
fn is_enterprise(host: &str) -> bool {
    let ours = ["github.com", "github.io"];
    let foreign = |site: &str| host == site || host.ends_with(&format!(".{site}"));
    let mut labels = host.split('.');
    !ours.into_iter().any(foreign)
        && labels.any(|label| {
            label
                .split('-')
                .any(|part| matches!(part, "github" | "ghe" | "ghes"))
        })
}

/// The language of the comments: the user's, where the locale says one; else that of the documents, whose readers will read them.
fn comments(language: Language, survey: &Survey, environment: &Environment) -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| environment.get(name));
    let says_nothing = locale.is_none_or(|locale| {
        let name = locale.split('.').next().unwrap_or_default();
        matches!(name, "C" | "POSIX")
    });
    match survey.language {
        Some(LanguageChoice::Ja) if says_nothing => Language::Ja,
        _ => language,
    }
}

/// The text of the workflow for these settings.
fn workflow(
    config: &Config,
    checkout: Option<&Checkout>,
    top: &Path,
    language: Language,
    printer: &Printer,
) -> String {
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
            branch: checkout
                .and_then(Checkout::default_branch)
                .as_deref()
                .unwrap_or("main"),
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

/// What was found and what wasn't, a line each.
fn found(
    survey: &Survey,
    remote: &Remote,
    zone: Option<(chrono_tz::Tz, &str)>,
    language: Language,
) -> String {
    let mut lines: Vec<(bool, &str, String)> = Vec::new();
    let label = |ja: &'static str, en: &'static str| language.pick(ja, en);
    let documents = label("文書", "documents");
    match (survey.documents, &survey.likely) {
        (0, None) => lines.push((false, documents, language.pick(
            "ポストモーテムが見つかりません。postmortems に置くか、documents.paths を書き換えてください".into(),
            "no postmortems found: put them in postmortems, or change documents.paths".into(),
        ))),
        (0, Some(folder)) => lines.push((false, documents, language.pick(
            format!("{folder} にまだポストモーテムがありません"),
            format!("no postmortems yet in {folder}"),
        ))),
        (count, _) => {
            let mut paths = survey.paths.iter().take(3).cloned().collect::<Vec<_>>().join(language.pick("、", ", "));
            if survey.paths.len() > 3 {
                paths.push_str(language.pick(" ほか", ", …"));
            }
            lines.push((true, documents, language.pick(
                format!("ポストモーテム {count} 件、アクションアイテム {} 件（{paths}）", survey.items),
                format!("{} with {} in {paths}", counted(count, "postmortem"), counted(survey.items, "action item")),
            )));
        }
    }
    if survey.cut {
        lines.push((
            false,
            documents,
            language.pick(
                "文書が多すぎるため、途中までしか調べていません".into(),
                "there are more documents than were looked at".into(),
            ),
        ));
    }
    if let Some(written) = survey.language {
        let names = match written {
            LanguageChoice::Ja => language.pick("日本語", "Japanese"),
            LanguageChoice::En => language.pick("英語", "English"),
            LanguageChoice::Auto => language.pick("日本語と英語", "Japanese and English"),
        };
        lines.push((true, label("言語", "language"), names.to_owned()));
    }
    let repository = label("リポジトリ", "repository");
    lines.push(match remote {
        Remote::Known { repository: name, api } => {
            let server = api.as_ref().map_or(String::new(), |api| format!(" ({api})"));
            (true, repository, format!("{name}{server}"))
        }
        Remote::Unsure { repository: name, host } => (false, repository, language.pick(
            format!("origin は {host} の {name} です。GitHub かどうか分からないので、コメントにしました"),
            format!("origin is {name} on {host}, which may not be GitHub: left as a comment"),
        )),
        Remote::Absent => (false, repository, language.pick(
            "GitHub の origin がありません。github.repository を書いてください".into(),
            "no origin on GitHub: set github.repository".into(),
        )),
    });
    let timezone = label("タイムゾーン", "time zone");
    lines.push(match zone {
        Some((zone, source)) => (true, timezone, format!("{} ({source})", zone.name())),
        None => (
            false,
            timezone,
            language.pick(
                "分かりません。timezone を書いてください（それまでは UTC）".into(),
                "not known: set timezone (until then UTC)".into(),
            ),
        ),
    });
    if let Some(prefix) = survey.id_prefix.as_deref() {
        lines.push((true, "ID", format!("{prefix}…")));
    }
    if survey.documents > 0 && survey.without_id > 0 {
        let count = survey.without_id;
        lines.push((
            false,
            "ID",
            language.pick(
                format!("ID のない文書が {count} 件。`pm-sync push --assign-ids` で付けられます"),
                format!(
                    "{} without one: `pm-sync push --assign-ids` gives it",
                    counted(count, "document")
                ),
            ),
        ));
    }
    if !survey.owners.is_empty() {
        let names: Vec<String> = survey
            .owners
            .iter()
            .take(4)
            .map(|(name, count)| format!("{name} ({count})"))
            .collect();
        let more = if survey.owners.len() > names.len() {
            ", …"
        } else {
            ""
        };
        let names = names.join(", ");
        lines.push((
            false,
            label("担当者", "owners"),
            language.pick(
                format!("[owners] にユーザー名を書いてください: {names}{more}"),
                format!("fill in their logins below [owners]: {names}{more}"),
            ),
        ));
    }
    let width = lines
        .iter()
        .map(|(_, label, _)| label.width())
        .max()
        .unwrap_or(0);
    let mut out = String::new();
    for (is_fine, label, text) in lines {
        let sign = if is_fine {
            styled(GOOD, "✓")
        } else {
            styled(WARN, "!")
        };
        let pad = " ".repeat(width - label.width());
        out.push_str(&format!(
            "{sign} {}{pad}  {}\n",
            styled(BOLD, label),
            plain(&text)
        ));
    }
    out.push('\n');
    out
}

/// The commands that come next.
fn next(schedule: Option<Schedule>, language: Language) -> String {
    let steps: &[(&str, &str, &str)] = match schedule {
        None => &[
            (
                "pm-sync list",
                "読み取ったアクションアイテム",
                "the action items as they are read",
            ),
            (
                "pm-sync doctor",
                "トークンと設定の点検",
                "checks token and settings",
            ),
            (
                "pm-sync push --dry-run",
                "作られる Issue の予定",
                "the issues it would make",
            ),
            (
                "pm-sync init --schedule github",
                "GitHub Actions で毎朝動かす",
                "runs it every morning on GitHub Actions",
            ),
        ],
        Some(_) => &[
            (
                "pm-sync doctor",
                "トークンと設定の点検",
                "checks token and settings",
            ),
            (
                "git add pm-sync.toml .github",
                "コミットすると動き始めます",
                "commit them, and it begins",
            ),
        ],
    };
    let width = steps
        .iter()
        .map(|(command, _, _)| command.len())
        .max()
        .unwrap_or(0);
    let mut out = format!("\n{}\n", styled(BOLD, language.pick("次の手順", "Next")));
    for (command, ja, en) in steps {
        out.push_str(&format!(
            "  {command:width$}  {}\n",
            language.pick(*ja, *en)
        ));
    }
    out
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

    #[test]
    fn servers_are_taken_for_github_where_they_are() {
        let known = |api: Option<&str>| Remote::Known {
            repository: "octo-org/service".into(),
            api: api.map(str::to_owned),
        };
        let unsure = |host: &str| Remote::Unsure {
            repository: "octo-org/service".into(),
            host: host.into(),
        };
        for (host, expected) in [
            ("github.com", known(None)),
            ("ssh.github.com", known(None)),
            ("github.com-work", known(None)),
            ("acme.ghe.com", known(Some("https://api.acme.ghe.com"))),
            (
                "github.example.com",
                known(Some("https://github.example.com/api/v3")),
            ),
            (
                "ghe.example.com",
                known(Some("https://ghe.example.com/api/v3")),
            ),
            ("gitlab.com", unsure("gitlab.com")),
            ("git.example.com", unsure("git.example.com")),
            ("gist.github.com", unsure("gist.github.com")),
            // An alias of somebody's ssh configuration.
            ("github", unsure("github")),
        ] {
            let checkout = Checkout {
                root: "/x".into(),
                host: Some(host.into()),
                repository: Some("octo-org/service".parse().expect("a name")),
            };
            assert_eq!(remote(Some(&checkout)), expected, "{host}");
        }
        assert_eq!(remote(None), Remote::Absent);
    }
}

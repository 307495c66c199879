//! pm-sync makes postmortem action items get done.
//!
//! # The way data flows
//!
//! ```text
//!     documents ──► blocks ────► action items ─┐
//!     (bytes)       (with spans)  (typed)       ├──► plan ──► apply ──► issues
//!                                               │     │                 edited documents
//!     GitHub ─────► snapshot ───────────────────┘     └──► shown by --dry-run
//!     (one listing)
//! ```
//!
//! | room | what lives there |
//! |---|---|
//! | [`cli`], [`config`] | what the user asks for: the command line, `pm-sync.toml` |
//! | [`document`] | bytes: Markdown read into blocks with their spans, edits by splicing, atomic saves |
//! | [`item`] | meaning: which blocks are action items, and what their fields say |
//! | [`workspace`], [`checkout`] | the documents of a run, read once; what git says of their folder |
//! | [`plan`] | decisions, pure: who is whose issue, what changes where, drift and conflicts |
//! | [`github`] | the only place that talks to GitHub: client, issue body, hidden marker |
//! | [`connect`] | from configuration and environment to a client; whether the repository may be written to |
//! | [`sync`] | carrying out a plan in the order that makes a crash harmless |
//! | [`synchronise`] | `push`, `pull`, `sync`, `link`: what is read in which order, and what is printed |
//! | [`write_back`] | what a protected default branch lacks, as one pull request |
//! | [`check`] | what is late, pure in the day: findings, and how they are printed |
//! | [`report`] | what became of the action items in a period, pure in the day, and how it is laid out |
//! | [`notify`] | telling people what a check found, once: digests, comments, a label |
//! | [`list`], [`show`] | results for people and programs |
//! | [`init`] | settings made of what a folder holds, and schedules that run pm-sync every morning |
//! | [`doctor`], [`demo`], [`sandbox`] | set-up help, and an embedded GitHub to try it all on |
//! | [`output`] | the one printer |
//!
//! Every field has one owner: the document owns what an item is, GitHub what became of it. The document room knows no owners or dates,
//! the item room no bytes, the planner no I/O and no clock. A plan is a value: it is printed, serialised, or applied.
//!
//! One refinement of the first design: the document room yields *blocks* (tables, entries, headings), and the item room finds the
//! records among them. Which table holds action items is told by the words of its header, and words are meaning, not bytes.

pub mod check;
pub mod checkout;
pub mod cli;
pub mod config;
pub mod connect;
pub mod demo;
pub mod doctor;
pub mod document;
pub mod github;
pub mod init;
pub mod item;
pub mod list;
pub mod notify;
pub mod output;
pub mod plan;
pub mod report;
pub mod sandbox;
pub mod show;
pub mod sync;
pub mod synchronise;
pub mod workspace;
pub mod write_back;

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use clap::CommandFactory;

use cli::{Cli, Command, Format, ListArgs, PullArgs, PushArgs, PushOptions, SyncArgs};
use config::{Config, Language, LanguageChoice};
use output::Printer;
use synchronise::Half;
use workspace::{NoDocuments, Workspace};

/// Looks up environment variables.
pub type Variables = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The process around a run: where it stands, and its environment variables.
pub struct Environment {
    /// The working directory.
    pub cwd: PathBuf,
    /// The value of an environment variable.
    pub var: Variables,
}

impl Environment {
    /// The real one.
    pub fn of_process() -> std::io::Result<Environment> {
        let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Ok(Environment {
            cwd: std::env::current_dir()?,
            var: Box::new(var),
        })
    }

    fn get(&self, name: &str) -> Option<String> {
        (self.var)(name)
    }

    /// The language of its locale: Japanese where the variables of POSIX say so, else English.
    pub fn language(&self) -> Language {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| self.get(name));
        if locale.is_some_and(|locale| locale.starts_with("ja")) {
            Language::Ja
        } else {
            Language::En
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done; nothing to report.
    Done,
    /// Findings.
    Findings,
    /// Conflicts are left for a person.
    Conflicts,
    /// GitHub, the network or a file failed.
    Failed,
    /// Usage or configuration is wrong; nothing ran.
    Usage,
    /// Interrupted.
    Interrupted,
}

impl Exit {
    /// The process's exit code. Of several, the highest variant counts.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Failed => 3,
            Exit::Conflicts => 4,
            Exit::Interrupted => 130,
        }
    }
}

/// Why a command could not do its work. Printed once, by [`run`].
#[derive(Debug)]
pub struct Failure {
    /// How the run ends.
    pub exit: Exit,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub hint: Option<String>,
}

impl Failure {
    /// Wrong usage or configuration.
    pub fn usage(message: impl Into<String>, hint: Option<String>) -> Failure {
        Failure {
            exit: Exit::Usage,
            message: message.into(),
            hint,
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        // A closed pipe (`pm-sync list | head`) is the reader's decision, not an error.
        let exit = if error.kind() == std::io::ErrorKind::BrokenPipe {
            Exit::Done
        } else {
            Exit::Failed
        };
        Failure {
            exit,
            message: error.to_string(),
            hint: None,
        }
    }
}

/// Runs a command and tells how it ended.
pub async fn run(cli: Cli, environment: &Environment) -> Exit {
    let config = config(&cli, environment);
    let language = message_language(config.as_ref().ok(), environment);
    let printer = Printer::new(language, cli.color, cli.quiet, cli.verbose);
    let result = match config {
        Ok(config) => command(&cli, &config, environment, &printer).await,
        // These need no configuration, and help to mend one.
        Err(_)
            if matches!(
                cli.command,
                Command::Completions { .. } | Command::Man | Command::Demo(_) | Command::Init(_)
            ) =>
        {
            command(
                &cli,
                &Config::default_at(&environment.cwd),
                environment,
                &printer,
            )
            .await
        }
        Err(error) => Err(Failure::usage(error.render(language), None)),
    };
    result.unwrap_or_else(|failure| {
        if failure.exit != Exit::Done {
            printer.error(&failure.message, failure.hint.as_deref());
            if cli.format == Format::Json {
                // A program that reads JSON gets JSON; what it can't be given is on stderr all the same.
                let error = serde_json::json!({
                    "schema": "pm-sync/1",
                    "error": { "message": failure.message, "hint": failure.hint },
                });
                let _ = printer.result(&format!("{error}\n"));
            }
        }
        failure.exit
    })
}

async fn command(
    cli: &Cli,
    config: &Config,
    environment: &Environment,
    printer: &Printer,
) -> Result<Exit, Failure> {
    takes_format(cli, printer.language)?;
    match &cli.command {
        Command::Check(args) => {
            check::run::run(cli.format, args, config, environment, printer).await
        }
        Command::Report(args) => {
            report::run::run(cli.format, args, config, environment, printer).await
        }
        Command::List(args) => list(cli.format, args, config, environment, printer),
        Command::Doctor(args) => {
            doctor::run(config, environment, printer, cli.format, &args.paths).await
        }
        Command::Init(args) => init::run(cli.config.as_deref(), args, environment, printer),
        Command::Completions { shell } => {
            let mut out = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "pm-sync", &mut out);
            printer.result(&String::from_utf8_lossy(&out))?;
            Ok(Exit::Done)
        }
        Command::Man => {
            let mut out = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut out)?;
            printer.result(&String::from_utf8_lossy(&out))?;
            Ok(Exit::Done)
        }
        Command::Push(PushArgs { run, push }) => {
            synchronise::run(
                cli.format,
                run,
                push,
                Half::Push,
                config,
                environment,
                printer,
            )
            .await
        }
        Command::Pull(PullArgs { run }) => {
            synchronise::run(
                cli.format,
                run,
                &PushOptions::default(),
                Half::Pull,
                config,
                environment,
                printer,
            )
            .await
        }
        Command::Sync(SyncArgs { run, push }) => {
            synchronise::run(
                cli.format,
                run,
                push,
                Half::Both,
                config,
                environment,
                printer,
            )
            .await
        }
        Command::Link(args) => {
            synchronise::link(&args.item, Some(args.issue), config, environment, printer).await
        }
        Command::Unlink(args) => {
            synchronise::link(&args.item, None, config, environment, printer).await
        }
        Command::Demo(args) => demo::run(args, cli, printer).await,
    }
}

/// Whether the command can print what was asked for.
fn takes_format(cli: &Cli, language: Language) -> Result<(), Failure> {
    let (name, formats) = cli.command.formats();
    if formats.contains(&cli.format) {
        return Ok(());
    }
    let asked = cli.format.name();
    let known: Vec<&str> = formats.iter().map(|format| format.name()).collect();
    let known = known.join(language.pick("、", ", "));
    Err(Failure::usage(
        language.pick(
            format!("`{name}` は `--format {asked}` では出力できません"),
            format!("`{name}` can't print `--format {asked}`"),
        ),
        Some(language.pick(
            format!("使える形式: {known}"),
            format!("it can print: {known}"),
        )),
    ))
}

fn list(
    format: Format,
    args: &ListArgs,
    config: &Config,
    environment: &Environment,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let workspace = load(
        config,
        &args.documents.paths,
        environment,
        false,
        printer.language,
    )?;
    let today = today(config, environment, printer.language)?;
    let documents = workspace.documents.iter().map(|loaded| &loaded.postmortem);
    check::note_unknown(&args.owner, documents, config, printer);
    let filter = list::Filter {
        open: args.open,
        overdue: args.overdue,
        owners: config::WantedOwners::new(&args.owner, &config.owners),
        priorities: args.priority.clone(),
        statuses: args.status.clone(),
    };
    let postmortems: Vec<_> = workspace
        .selected()
        .map(|d| {
            (
                &d.postmortem,
                d.postmortem
                    .items
                    .iter()
                    .filter(|item| filter.accepts(item, today))
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    let problems = workspace.all_problems();
    match format {
        Format::Json => printer.result(&list::json(
            &postmortems,
            &problems,
            today,
            printer.language,
            issue_base(config, environment, printer.language).as_deref(),
        ))?,
        _ => {
            printer.result(&list::text(
                &postmortems,
                today,
                printer.language,
                printer.width(),
            ))?;
            for problem in &problems {
                printer.note(&list::problem(problem, printer.language));
            }
        }
    }
    Ok(Exit::Done)
}

/// Where a bare `#12` leads, where a repository is named.
fn issue_base(config: &Config, environment: &Environment, language: Language) -> Option<String> {
    let repository = connect::repository(config, environment, language).ok()?;
    let server = connect::server(config, environment, language).ok()?;
    Some(format!("{}/{repository}", server.html_base))
}

/// The configuration: the file that was named, else the nearest `pm-sync.toml` upwards, else the defaults.
fn config(cli: &Cli, environment: &Environment) -> Result<Config, config::ConfigError> {
    match &cli.config {
        Some(path) => {
            let mut config = Config::load(&environment.cwd.join(path))?;
            // What stands in the environment holds for the next command too.
            let from_environment = environment.get("PM_SYNC_CONFIG");
            let same = from_environment.is_some_and(|set| std::path::Path::new(&set) == path);
            config.given = (!same).then(|| path.clone());
            Ok(config)
        }
        None => Ok(Config::discover(&environment.cwd)?
            .unwrap_or_else(|| Config::default_at(&environment.cwd))),
    }
}

/// The language of messages: the configured one, else the locale's.
fn message_language(config: Option<&Config>, environment: &Environment) -> Language {
    match config.map_or(LanguageChoice::Auto, |c| c.language) {
        LanguageChoice::Ja => Language::Ja,
        LanguageChoice::En => Language::En,
        LanguageChoice::Auto => environment.language(),
    }
}

/// Today in the configured time zone, or what `PM_SYNC_TODAY` says it is.
fn today(
    config: &Config,
    environment: &Environment,
    language: Language,
) -> Result<NaiveDate, Failure> {
    match environment.get("PM_SYNC_TODAY") {
        Some(text) => text.parse().map_err(|_| {
            Failure::usage(
                language.pick(
                    format!("PM_SYNC_TODAY「{text}」は日付ではありません"),
                    format!("PM_SYNC_TODAY `{text}` is no date"),
                ),
                Some(language.pick(
                    "2025-01-31 のように書いてください".into(),
                    "write it as 2025-01-31".into(),
                )),
            )
        }),
        None => Ok(day(Utc::now(), config.timezone)),
    }
}

/// The day that it is in a time zone.
fn day(now: DateTime<Utc>, zone: Tz) -> NaiveDate {
    now.with_timezone(&zone).date_naive()
}

fn load(
    config: &Config,
    paths: &[String],
    environment: &Environment,
    all: bool,
    language: Language,
) -> Result<Workspace, Failure> {
    Workspace::load(config, paths, &environment.cwd, all).map_err(|NoDocuments { problems }| {
        let message = problems.iter().map(|p| p.render(language)).collect::<Vec<_>>().join("\n");
        let hint = (paths.is_empty() && config.file.is_none()).then(|| {
            language.pick(
                "ファイルを指定するか（`pm-sync list docs/postmortems`）、pm-sync.toml の documents.paths に書いてください".into(),
                "name the files (`pm-sync list docs/postmortems`), or set documents.paths in pm-sync.toml".into(),
            )
        });
        Failure::usage(message, hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_that_of_the_time_zone() {
        // What is due in Tokyo on the 10th is late there from midnight on, while it is still the 10th in London.
        for (now, zone, expected) in [
            ("2025-01-10T14:59:59Z", Tz::Asia__Tokyo, "2025-01-10"),
            ("2025-01-10T15:00:00Z", Tz::Asia__Tokyo, "2025-01-11"),
            ("2025-01-10T23:30:00Z", Tz::Asia__Tokyo, "2025-01-11"),
            ("2025-01-10T23:30:00Z", Tz::UTC, "2025-01-10"),
            ("2025-01-11T00:30:00Z", Tz::America__New_York, "2025-01-10"),
            // Clocks go forward: the hour from two to three is missing, the day is not.
            ("2025-03-09T06:59:00Z", Tz::America__New_York, "2025-03-09"),
        ] {
            let now = now.parse().expect("a time");
            assert_eq!(day(now, zone).to_string(), expected, "{now} {zone}");
        }
    }
}

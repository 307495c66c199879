//! The command line: its commands, options and their help. What they do is elsewhere.

mod japanese;

use std::ffi::OsString;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use crate::check::FindingKind;
use crate::config::Language;
use crate::report::period::{Month, Quarter};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// The heading of what every command takes.
const GLOBAL: &str = "Global options";

/// The heading of what tells people.
const TELLING: &str = "Telling people";

/// Makes postmortem action items get done: turns the action items of Markdown postmortems into GitHub issues and brings their status back.
#[derive(Debug, Parser)]
#[command(name = "pm-sync", version, styles = STYLES, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 done · 1 findings · 2 usage or configuration · 3 GitHub, network or file failure · 4 conflicts · 130 interrupted"
)]
pub struct Cli {
    /// The configuration file [default: pm-sync.toml, searched upwards from here]
    #[arg(
        long,
        global = true,
        help_heading = GLOBAL,
        value_name = "FILE",
        env = "PM_SYNC_CONFIG",
        hide_env_values = true
    )]
    pub config: Option<PathBuf>,

    /// How results are printed
    // An announcement is Markdown unless it is asked for as something else; the text of a terminal is no default for it.
    #[arg(
        long,
        global = true,
        help_heading = GLOBAL,
        value_name = "FORMAT",
        default_value = "text",
        default_value_if("share", clap::builder::ArgPredicate::IsPresent, "markdown")
    )]
    pub format: Format,

    /// Print results and errors only
    #[arg(short, long, global = true, help_heading = GLOBAL, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Say more
    #[arg(short, long, global = true, help_heading = GLOBAL, action = clap::ArgAction::Count)]
    pub verbose: u8,

    /// When to use colour
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "WHEN", default_value = "auto")]
    pub color: ColorWhen,

    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// Why a command line could not be read, or the help that was asked for.
#[derive(Debug)]
pub struct Refusal {
    error: clap::Error,
    language: Language,
}

impl Refusal {
    /// Prints it where it belongs: help on stdout, an error on stderr. Returns the exit code.
    pub fn print(&self) -> u8 {
        let in_japanese = match self.language {
            Language::Ja => japanese::refusal(&self.error),
            Language::En => None,
        };
        // Nobody to tell where the stream itself is gone.
        match in_japanese {
            Some(text) => {
                let bad = STYLES.get_error();
                anstream::eprintln!("{bad}エラー{bad:#}: {text}");
            }
            None => drop(self.error.print()),
        }
        u8::try_from(self.error.exit_code()).unwrap_or(2)
    }
}

impl Cli {
    /// The command line's grammar, with its help in a language.
    pub fn grammar(language: Language) -> clap::Command {
        match language {
            Language::Ja => japanese::command(Cli::command()),
            Language::En => Cli::command(),
        }
    }

    /// Reads a command line, the program's name first.
    ///
    /// # Errors
    /// Where it is wrong, and where it asks for help.
    pub fn read(
        words: impl IntoIterator<Item = OsString>,
        language: Language,
    ) -> Result<Cli, Refusal> {
        let mut grammar = Cli::grammar(language);
        grammar
            .try_get_matches_from_mut(words)
            .and_then(|matches| Cli::from_arg_matches(&matches))
            .map_err(|error| Refusal {
                error: error.format(&mut grammar),
                language,
            })
    }
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs (schema pm-sync/1)
    Json,
    /// A digest to paste or post (check, report)
    Markdown,
    /// One page for a browser (report)
    Html,
    /// The items, for a spreadsheet (report)
    Csv,
    /// Annotations of a GitHub workflow, and its job summary (check)
    Github,
    /// A calendar to subscribe to (check)
    Ics,
}

impl Format {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::Markdown => "markdown",
            Format::Html => "html",
            Format::Csv => "csv",
            Format::Github => "github",
            Format::Ics => "ics",
        }
    }
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the action items found in the documents
    List(ListArgs),
    /// Create and update issues, and write each issue's link into its document
    Push(PushArgs),
    /// Bring the issues' status back into the documents
    Pull(PullArgs),
    /// Push, then pull, from one look at GitHub
    Sync(SyncArgs),
    /// Show what is late, due soon or at risk; exit 1 where something is late
    Check(CheckArgs),
    /// Show what became of the action items in a period: the follow-up review
    Report(ReportArgs),
    /// Settle which issue a row is: pm-sync link PM-042#3 12
    Link(LinkArgs),
    /// Take a row's link out and let go of its issue: pm-sync unlink PM-042#3
    Unlink(UnlinkArgs),
    /// Write pm-sync.toml from what this repository holds, and a schedule for GitHub Actions or cron
    Init(InitArgs),
    /// Check token, repository, owners and documents, and say how to mend what is amiss
    Doctor(PathArgs),
    /// See it all work against an embedded GitHub: needs no token and no network
    Demo(DemoArgs),
    /// Print shell completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// Which documents.
#[derive(Debug, Clone, Default, Args)]
pub struct PathArgs {
    /// Files, folders or globs [default: documents.paths of the configuration]
    #[arg(value_name = "PATHS")]
    pub paths: Vec<String>,
}

/// `list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Which documents
    #[command(flatten)]
    pub documents: PathArgs,
    /// Only what is not done or dropped
    #[arg(long)]
    pub open: bool,
    /// Only what is late
    #[arg(long)]
    pub overdue: bool,
    /// Only items of this owner (@login, person or team)
    #[arg(long, value_name = "OWNER")]
    pub owner: Vec<String>,
    /// Only items of this priority
    #[arg(long, value_name = "P0…P3", ignore_case = true, value_parser = ["P0", "P1", "P2", "P3"])]
    pub priority: Vec<String>,
    /// Only items of this status
    #[arg(long, value_name = "STATUS", value_parser = ["todo", "in_progress", "blocked", "done", "dropped"])]
    pub status: Vec<String>,
}

/// What `push`, `pull` and `sync` have in common.
#[derive(Debug, Clone, Default, Args)]
pub struct RunArgs {
    /// Which documents
    #[command(flatten)]
    pub documents: PathArgs,
    /// Show what would be done, and touch nothing
    #[arg(long, short = 'n')]
    pub dry_run: bool,
    /// With --dry-run: exit 1 where there is something to do
    #[arg(long, requires = "dry_run")]
    pub exit_code: bool,
    /// Write even on a pull request's branch in CI
    #[arg(long)]
    pub allow_branch: bool,
    /// Propose what the default branch's documents lack as one pull request, for branches that take no pushes
    #[arg(long)]
    pub pull_request: bool,
    /// Settle drift and conflicts this way
    #[arg(long, value_name = "SIDE")]
    pub prefer: Option<Prefer>,
    /// With --prefer, --status or --adopt: settle this row alone, as ID#KEY: PM-042#3 (may be given several times)
    #[arg(long = "item", value_name = "ITEM")]
    pub items: Vec<ItemName>,
}

/// Whose value stands where both sides changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Prefer {
    /// The document's
    Document,
    /// GitHub's
    Github,
}

/// What only the pushing half knows.
#[derive(Debug, Clone, Default, Args)]
pub struct PushOptions {
    /// Create at most N issues, for a careful first import
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub limit: Option<usize>,
    /// Take over issues that rows link and pm-sync didn't make
    #[arg(long)]
    pub adopt: bool,
    /// Let the row's status decide, reopening issues where it says so
    #[arg(long)]
    pub status: bool,
    /// Apply changes of the configuration (owners, labels, title) to existing issues
    #[arg(long)]
    pub reapply: bool,
    /// Close issues as not planned whose row was deleted
    #[arg(long)]
    pub close_removed: bool,
    /// Give documents without an id the next free one
    // The next free id may be another one before a pull request with it is merged, and issues are found by it.
    #[arg(long, conflicts_with = "pull_request")]
    pub assign_ids: bool,
}

/// `push`.
#[derive(Debug, Args)]
pub struct PushArgs {
    /// Common options
    #[command(flatten)]
    pub run: RunArgs,
    /// Options of push
    #[command(flatten)]
    pub push: PushOptions,
}

/// `pull`.
#[derive(Debug, Args)]
pub struct PullArgs {
    /// Common options
    #[command(flatten)]
    pub run: RunArgs,
}

/// `sync`.
#[derive(Debug, Args)]
pub struct SyncArgs {
    /// Common options
    #[command(flatten)]
    pub run: RunArgs,
    /// Options of push
    #[command(flatten)]
    pub push: PushOptions,
}

impl Command {
    /// Its name, and the formats that it can print.
    pub fn formats(&self) -> (&'static str, &'static [Format]) {
        use Format::{Csv, Github, Html, Ics, Json, Markdown, Text};
        let usual = &[Text, Json];
        match self {
            Command::List(_) => ("list", usual),
            Command::Push(_) => ("push", usual),
            Command::Pull(_) => ("pull", usual),
            Command::Sync(_) => ("sync", usual),
            Command::Check(_) => ("check", &[Text, Json, Markdown, Github, Ics]),
            Command::Report(_) => ("report", &[Text, Json, Markdown, Html, Csv]),
            Command::Link(_) => ("link", usual),
            Command::Unlink(_) => ("unlink", usual),
            Command::Init(_) => ("init", &[Text]),
            Command::Doctor(_) => ("doctor", usual),
            Command::Demo(_) => ("demo", usual),
            Command::Completions { .. } => ("completions", usual),
            Command::Man => ("man", usual),
        }
    }
}

/// `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Which documents
    #[command(flatten)]
    pub documents: PathArgs,
    /// What makes the exit code 1
    #[arg(long, value_name = "WHAT", default_value = "overdue")]
    pub fail_on: FailOn,
    /// Only items of this priority or a more urgent one
    #[arg(long, value_name = "P0…P3", ignore_case = true, value_parser = ["P0", "P1", "P2", "P3"])]
    pub min_priority: Option<String>,
    /// Only items of this owner: @login, person or team (may be given several times)
    #[arg(long, value_name = "OWNER")]
    pub owner: Vec<String>,
    /// Only findings of this kind (may be given several times)
    #[arg(long, value_name = "KIND")]
    pub kind: Vec<FindingKind>,
    /// Take the statuses from the documents, and ask nobody
    #[arg(long, conflicts_with = "require_live")]
    pub offline: bool,
    /// Exit 3 where GitHub could not be asked, instead of trusting the documents
    #[arg(long)]
    pub require_live: bool,
    /// Who is told
    #[command(flatten)]
    pub tell: TellArgs,
}

/// Telling people what a check found; each thing is told once.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(group = clap::ArgGroup::new("telling").multiple(true), next_help_heading = TELLING)]
pub struct TellArgs {
    /// Keep the label of overdue issues true: put it on, take it off
    #[arg(long, group = "telling")]
    pub label: bool,
    /// Comment on each issue that needs its assignee, who is mentioned, and again after `check.remind_every`
    #[arg(long, group = "telling")]
    pub comment: bool,
    /// Send what is new to Slack ($PM_SYNC_SLACK_WEBHOOK) or as JSON to $PM_SYNC_WEBHOOK, and what still holds again after
    /// `check.remind_every`
    #[arg(long, group = "telling")]
    pub notify: bool,
    /// Show what --label, --comment and --notify would do, and tell nobody
    #[arg(long, short = 'n', requires = "telling")]
    pub dry_run: bool,
}

impl TellArgs {
    /// Whether people are to get a message, and not a label alone.
    pub fn tells(self) -> bool {
        self.comment || self.notify
    }
}

/// `report`.
#[derive(Debug, Clone, Default, Args)]
#[command(group = clap::ArgGroup::new("writing").multiple(true))]
pub struct ReportArgs {
    /// Which documents
    #[command(flatten)]
    pub documents: PathArgs,
    /// The month: 2025-01
    #[arg(long, value_name = "MONTH", conflicts_with_all = ["quarter", "since", "until"])]
    pub month: Option<Month>,
    /// The calendar quarter: 2025Q1
    #[arg(long, value_name = "QUARTER", conflicts_with_all = ["since", "until"])]
    pub quarter: Option<Quarter>,
    /// The first day [default: 29 days before the last]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub since: Option<NaiveDate>,
    /// The last day [default: today, or --as-of]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub until: Option<NaiveDate>,
    /// Tell the state of this day [default: the period's last, or today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<NaiveDate>,
    /// Take all from the documents, and ask nobody: only today's state is known then
    #[arg(long)]
    pub offline: bool,
    /// Only items of this owner (@login, person or team)
    #[arg(long, value_name = "OWNER")]
    pub owner: Vec<String>,
    /// Only items of this priority
    #[arg(long, value_name = "P0…P3", ignore_case = true, value_parser = ["P0", "P1", "P2", "P3"])]
    pub priority: Vec<String>,
    /// Only items of this kind
    #[arg(long, value_name = "KIND", value_parser = ["prevent", "detect", "mitigate", "repair", "process", "document", "investigate"])]
    pub kind: Vec<String>,
    /// The sheet for a follow-up meeting about this postmortem, such as PM-042, instead of a period
    #[arg(long, value_name = "ID", conflicts_with_all = ["month", "quarter", "since", "until", "as_of", "owner", "priority", "kind"])]
    pub review: Option<String>,
    /// With --review: record how the items stand today in the document, under its follow-up heading
    #[arg(long, requires = "review", group = "writing")]
    pub write: bool,
    /// Write the announcement of one postmortem instead, for the team or for customers: --share customer PM-042
    #[arg(long, num_args = 2, value_names = ["AUDIENCE", "ID"], conflicts_with_all = ["month", "quarter", "since", "until", "as_of", "owner", "priority", "kind", "issue", "review", "write"])]
    pub share: Option<Vec<String>>,
    /// The language of the announcement [default: the document's]
    #[arg(long = "in", value_name = "LANGUAGE", requires = "share")]
    pub share_in: Option<ShareLanguage>,
    /// Write to this file; without --format its ending (.md, .html, .json, .csv) says in which format
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace FILE even where it is no report of pm-sync's
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Keep an issue on GitHub with this report: one for each period
    #[arg(long, group = "writing", conflicts_with_all = ["offline", "as_of", "output", "review"])]
    pub issue: bool,
    /// With --issue or --write: show what would be written, and write nothing
    #[arg(long, short = 'n', requires = "writing", conflicts_with = "output")]
    pub dry_run: bool,
}

/// The language of an announcement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShareLanguage {
    /// Japanese
    Ja,
    /// English
    En,
}

/// What makes a check fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Something is late
    Overdue,
    /// Something is late or due soon
    DueSoon,
    /// Anything was found, or could not be read
    Any,
    /// Nothing does
    Never,
}

/// `link`.
#[derive(Debug, Args)]
pub struct LinkArgs {
    /// The row, as ID#KEY: PM-042#3
    pub item: ItemName,
    /// The issue's number, as 12 or #12
    #[arg(value_parser = issue_number)]
    pub issue: u64,
}

/// `unlink`.
#[derive(Debug, Args)]
pub struct UnlinkArgs {
    /// The row, as ID#KEY: PM-042#3
    pub item: ItemName,
}

/// `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Also make what runs pm-sync every morning
    #[arg(long, value_name = "WHERE")]
    pub schedule: Option<Schedule>,
    /// Print what would be written, and touch nothing
    #[arg(long, short = 'n', visible_alias = "print")]
    pub dry_run: bool,
}

/// What runs pm-sync every morning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Schedule {
    /// A workflow of GitHub Actions, in .github/workflows/pm-sync.yml
    Github,
    /// A line for crontab, printed
    Cron,
}

/// `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Keep the embedded GitHub running, and print how to point pm-sync at it
    #[arg(long)]
    pub serve: bool,
    /// The folder for the sample postmortems [default: a new temporary one]
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

fn date(text: &str) -> Result<NaiveDate, String> {
    text.parse()
        .map_err(|_| "write a day as 2025-01-31".to_owned())
}

fn count(text: &str) -> Result<usize, String> {
    text.parse()
        .map_err(|_| "write a whole number, such as 20".to_owned())
}

fn issue_number(text: &str) -> Result<u64, String> {
    let number = text.strip_prefix('#').unwrap_or(text).parse().ok();
    number
        .filter(|number| *number > 0)
        .ok_or_else(|| "write the number of an issue, such as 12".to_owned())
}

/// A row's name on the command line: `PM-042#3`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemName {
    /// The postmortem.
    pub id: crate::config::PostmortemId,
    /// The item's key.
    pub key: String,
}

impl std::str::FromStr for ItemName {
    type Err = String;

    fn from_str(text: &str) -> Result<ItemName, String> {
        let parsed = || {
            let (id, key) = text.split_once('#')?;
            let id = id.parse().ok()?;
            (!key.is_empty()).then(|| ItemName {
                id,
                key: key.to_owned(),
            })
        };
        parsed().ok_or_else(|| "write it as ID#KEY, such as PM-042#3".to_owned())
    }
}

impl std::fmt::Display for ItemName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}#{}", self.id, self.key)
    }
}

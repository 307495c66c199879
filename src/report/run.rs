//! The command: which days, which documents, what GitHub is asked, and where the report goes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::days::{WhichDays, days};
use super::figures::{Input, report};
use super::gather::{Fetched, Filter, gather, to_ask};
use super::history::IssueLink;
use super::model::Source;
use super::output::{Target, format_of};
use super::template::TemplateError;
use super::{csv, html, issue, json, markdown, page, review, text};
use crate::check;
use crate::checkout::Checkout;
use crate::cli::{Format, ReportArgs};
use crate::config::{Config, Kind, Language, WantedOwners};
use crate::connect::{self, Connection};
use crate::github::snapshot::Snapshot;
use crate::github::{Error, ErrorKind};
use crate::item::problem::tidy;
use crate::item::{Problem, ProblemKind, Reference};
use crate::output::Printer;
use crate::plan::{self, Inputs};
use crate::workspace::Workspace;
use crate::{Environment, Exit, Failure, list, synchronise};

/// How many issues are asked for their past at once: quick, and far from the hundred that GitHub allows.
const AT_ONCE: usize = 4;

/// `report`.
///
/// # Errors
/// Where the days, the paths or the file are wrong; where GitHub can't be asked and `--offline` was not given.
pub async fn run(
    format: Format,
    args: &ReportArgs,
    config: &Config,
    environment: &Environment,
    printer: &Printer,
) -> Result<Exit, Failure> {
    if args.share.is_some() {
        return super::share::run(format, args, config, environment, printer).await;
    }
    let language = printer.language;
    let today = crate::today(config, environment, language)?;
    let format = chosen(format, args);
    if let Some(id) = &args.review {
        let id = &super::one::typed(id, config, language)?;
        return review::run::run(id, format, args, config, environment, printer).await;
    }
    // Before anything that takes time.
    let days = days(args, today, language)?;
    let target = match &args.output {
        Some(path) => Some(Target::new(path, &environment.cwd, args.force, language)?),
        None => None,
    };
    if args.issue {
        issue::allowed(args, format, environment, language)?;
    }
    let gathered = collect(args, days, config, environment, printer).await?;
    if args.issue {
        let exit = issue::run(args, format, &gathered, config, environment, printer).await?;
        finish(&gathered, format, args, config, printer);
        return Ok(exit);
    }
    let (report, problems) = (&report(&gathered.input), &gathered.problems);
    let width = match target {
        Some(_) => usize::MAX,
        None => printer.width(),
    };
    let printed = match format {
        Format::Json => json::json(report, problems, language),
        Format::Csv => csv::csv(report),
        Format::Markdown => markdown::markdown(&page::page(report, language)),
        Format::Html => html::html(report, &page::whole_page(report, language))
            .map_err(|error| broken(&error, language))?,
        _ => text::text(&page::page(report, language), width),
    };
    match &target {
        None => printer.result(&printed)?,
        Some(target) => {
            target.write(&for_a_file(&printed, format), language)?;
            let name = args.output.iter().map(|path| path.display().to_string());
            let name: String = name.collect();
            printer.note(&language.pick(
                format!("{name} にレポートを書きました"),
                format!("wrote the report to {name}"),
            ));
        }
    }
    finish(&gathered, format, args, config, printer);
    Ok(Exit::Done)
}

/// What is said beside the report.
fn finish(
    gathered: &Gathered<'_>,
    format: Format,
    args: &ReportArgs,
    config: &Config,
    printer: &Printer,
) {
    if let Some((connection, _)) = &gathered.live {
        let counts = connection.client.counts();
        printer.detail(&format!(
            "requests: {} read, {} write",
            counts.reads, counts.writes
        ));
    }
    if gathered.input.incidents.is_empty() {
        let language = printer.language;
        let paths = match args.documents.paths.is_empty() {
            true => config.documents.paths.join(", "),
            false => args.documents.paths.join(", "),
        };
        let paths = crate::output::plain(&paths);
        printer.note(&language.pick(
            format!("{paths} にポストモーテムが見つかりません。documents.paths を確認してください"),
            format!("no postmortem found in {paths}: check documents.paths"),
        ));
    }
    if format != Format::Json {
        tell(&gathered.problems, gathered.live.is_some(), printer);
    }
}

/// A template with an error: nothing was printed.
pub(super) fn broken(error: &TemplateError, language: Language) -> Failure {
    Failure {
        exit: Exit::Failed,
        message: error.render(language),
        hint: None,
    }
}

/// What a file holds: no colours, and for spreadsheets the mark without which Excel takes UTF-8 for something else.
pub(super) fn for_a_file(text: &str, format: Format) -> String {
    match format {
        Format::Csv => format!("\u{feff}{text}"),
        _ => anstream::adapter::strip_str(text).to_string(),
    }
}

/// The format that was asked for, else the one that the file's ending stands for.
fn chosen(format: Format, args: &ReportArgs) -> Format {
    match (format, args.output.as_deref().and_then(format_of)) {
        (Format::Text, Some(named)) => named,
        (format, _) => format,
    }
}

/// Problems of whole files, one by one: their items are not in the report. Those of single items are only counted here.
pub(super) fn tell(problems: &[Problem], live: bool, printer: &Printer) {
    let language = printer.language;
    let (files, items): (Vec<&Problem>, Vec<&Problem>) = problems
        .iter()
        .partition(|problem| matches!(problem.kind, ProblemKind::File { .. }));
    for problem in files {
        printer.note(&list::problem(problem, language));
    }
    if !items.is_empty() {
        let count = items.len();
        let command = if live {
            "pm-sync check"
        } else {
            "pm-sync list"
        };
        printer.note(&language.pick(
            format!(
                "文書や Issue に確認が必要な点が {count} 件あります。`{command}` で確認できます"
            ),
            format!(
                "{} in documents and issues: `{command}` shows {}",
                list::counted(count, "problem"),
                if count == 1 { "it" } else { "them" }
            ),
        ));
    }
}

/// All that reports are made of, whatever they are about.
pub(crate) struct Gathered<'a> {
    /// What the figures are worked out of.
    pub(crate) input: Input<'a>,
    /// What could not be read or known.
    pub(crate) problems: Vec<Problem>,
    /// The way to GitHub and what it answered; `None` with `--offline`.
    pub(crate) live: Option<(Connection, Fetched)>,
    /// The documents.
    pub(crate) workspace: Workspace,
}

/// Reads the documents, and asks GitHub unless told not to.
///
/// # Errors
/// Where there are no documents, and where GitHub can't be asked and `--offline` was not given.
pub(crate) async fn collect<'a>(
    args: &ReportArgs,
    days: WhichDays,
    config: &'a Config,
    environment: &Environment,
    printer: &Printer,
) -> Result<Gathered<'a>, Failure> {
    // What was over before these days has no part in the report.
    let first = days.period.compared_with(days.as_of).since;
    let workspace = documents(args, config, environment, printer.language)?;
    collect_from(workspace, first, args, days, config, environment, printer).await
}

/// The documents of the command line, and with GitHub all others beside them, which may hold the same issues.
pub(super) fn documents(
    args: &ReportArgs,
    config: &Config,
    environment: &Environment,
    language: Language,
) -> Result<Workspace, Failure> {
    let all = !args.offline;
    crate::load(config, &args.documents.paths, environment, all, language)
}

/// As [`collect`], of documents that were read, with the events of those issues alone that changed since `first`.
///
/// # Errors
/// Where GitHub can't be asked and `--offline` was not given.
pub(super) async fn collect_from<'a>(
    workspace: Workspace,
    first: NaiveDate,
    args: &ReportArgs,
    days: WhichDays,
    config: &'a Config,
    environment: &Environment,
    printer: &Printer,
) -> Result<Gathered<'a>, Failure> {
    let language = printer.language;
    // An issue can't be kept without GitHub.
    let advised = |failure: Failure| match args.issue {
        true => failure,
        false => or_offline(failure, language),
    };
    let connection = match args.offline {
        true => None,
        false => Some(connect_only(config, environment, printer).map_err(advised)?),
    };
    let postmortems = workspace.documents.iter().map(|loaded| &loaded.postmortem);
    check::note_unknown(&args.owner, postmortems, config, printer);
    let WhichDays {
        period,
        as_of,
        today,
    } = days;
    let mut problems = workspace.all_problems();
    let live = match connection {
        None => None,
        Some(connection) => {
            let fetched = fetch(&connection, &workspace, first, today, config, printer).await;
            printer.end();
            let mut fetched =
                fetched.map_err(|error| advised(failure(&error, &connection, language)))?;
            problems.append(&mut fetched.problems);
            Some((connection, fetched))
        }
    };
    tidy(&mut problems);
    let base = crate::issue_base(config, environment, language);
    let repository = check::run::repository(config, environment);
    let link = |reference: &Reference| {
        let named = check::run::named(reference, repository.as_ref(), base.as_deref());
        IssueLink {
            number: named.number,
            url: named.url,
        }
    };
    let (incidents, subjects) = gather(
        &workspace.documents,
        live.as_ref().map(|(_, fetched)| fetched),
        &filter(args, config),
        config,
        &link,
        today,
    );
    let input = Input {
        period,
        as_of,
        today,
        source: match live {
            Some(_) => Source::Github,
            None => Source::Documents,
        },
        filters: filters(args),
        narrowed: !(args.owner.is_empty() && args.priority.is_empty() && args.kind.is_empty()),
        settings: &config.report,
        incidents,
        subjects,
    };
    Ok(Gathered {
        input,
        problems,
        live,
        workspace,
    })
}

/// One listing, and the events of the issues that changed since `first`.
pub(super) async fn fetch(
    connection: &Connection,
    workspace: &Workspace,
    first: NaiveDate,
    today: NaiveDate,
    config: &Config,
    printer: &Printer,
) -> Result<Fetched, Error> {
    let language = printer.language;
    let client = &connection.client;
    let checkout = Checkout::find(&config.root);
    let site = synchronise::site(connection, checkout.as_ref(), config);
    let linked = plan::linked_numbers(&workspace.documents, &site);
    printer.begin(
        1 + linked.len(),
        language.pick("GitHub を確認中", "looking at GitHub"),
    );
    let label = config.issues.marker_label();
    let snapshot = Snapshot::fetch(client, label, &linked, || printer.step(1, None)).await?;
    printer.end();
    let (lives, problems) = check::live(Inputs {
        documents: &workspace.documents,
        view: workspace.view,
        bystanders: &[],
        snapshot: &snapshot,
        config,
        options: &check::live_options(),
        site: &site,
        today,
        unassignable: &BTreeSet::new(),
        template: None,
    });
    let issues = lives
        .values()
        .filter_map(|live| snapshot.issues.get(&live.issue.number?));
    let mut waiting = to_ask(issues, first, config.timezone).into_iter();
    printer.begin(
        waiting.len(),
        language.pick("経過を確認中", "reading what happened"),
    );
    let mut changes = BTreeMap::new();
    let mut asked = tokio::task::JoinSet::new();
    loop {
        while asked.len() < AT_ONCE
            && let Some(number) = waiting.next()
        {
            let client = client.clone();
            asked.spawn(async move { (number, client.state_changes(number).await) });
        }
        // A task ends otherwise only where it is cancelled, and nobody cancels any.
        let Some(Ok((number, answer))) = asked.join_next().await else {
            break;
        };
        if let Some(events) = answer? {
            changes.insert(number, events);
        }
        printer.step(1, None);
    }
    Ok(Fetched {
        snapshot,
        lives,
        changes,
        problems,
    })
}

pub(super) fn connect(
    config: &Config,
    environment: &Environment,
    printer: &Printer,
) -> Result<Connection, Failure> {
    connect_only(config, environment, printer)
        .map_err(|failure| or_offline(failure, printer.language))
}

/// As [`connect`], without advice to go on offline.
fn connect_only(
    config: &Config,
    environment: &Environment,
    printer: &Printer,
) -> Result<Connection, Failure> {
    connect::watched(config, environment, printer)
}

pub(super) fn failure(error: &Error, connection: &Connection, language: Language) -> Failure {
    match error.kind() {
        // Only the listing can end so: an issue that isn't there is an answer.
        ErrorKind::NotFound => connect::absent(&connection.repository, language),
        _ => connect::failure(error, language),
    }
}

/// What can be had without GitHub.
pub(super) fn or_offline(failure: Failure, language: Language) -> Failure {
    let offline = language.pick(
        "GitHub を使わない場合は --offline を付けてください（今日の状態だけのレポートになります）",
        "--offline makes a report without GitHub, of today's state alone",
    );
    let hint = match failure.hint {
        Some(hint) => language.pick(format!("{hint}。{offline}"), format!("{hint}; {offline}")),
        None => offline.to_owned(),
    };
    Failure {
        hint: Some(hint),
        ..failure
    }
}

fn filter(args: &ReportArgs, config: &Config) -> Filter {
    Filter {
        list: list::Filter {
            owners: WantedOwners::new(&args.owner, &config.owners),
            priorities: args.priority.clone(),
            ..list::Filter::default()
        },
        kinds: Kind::ALL
            .iter()
            .copied()
            .filter(|kind| args.kind.iter().any(|word| word == kind.as_str()))
            .collect(),
    }
}

/// As [`filters`], in one spelling of each selection: of owners and paths there are many, and they must not make an issue each. Paths
/// that select what is selected anyway are none.
pub(super) fn selection(
    args: &ReportArgs,
    config: &Config,
    environment: &Environment,
) -> Vec<String> {
    let owner = |name: &String| {
        let bare = name.trim().trim_start_matches(['@', '＠']).to_lowercase();
        let login = bare.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if login { format!("@{bare}") } else { bare }
    };
    let path = |path: &String| {
        let mut parts: Vec<std::ffi::OsString> = Vec::new();
        for part in environment.cwd.join(path).components() {
            match part {
                std::path::Component::CurDir => {}
                std::path::Component::ParentDir => drop(parts.pop()),
                part => parts.push(part.as_os_str().to_owned()),
            }
        }
        let whole: std::path::PathBuf = parts.iter().collect();
        let inner = whole.strip_prefix(&config.root).unwrap_or(&whole);
        inner.to_string_lossy().replace('\\', "/")
    };
    let set = |paths: Vec<String>| paths.into_iter().collect::<BTreeSet<String>>();
    let paths = set(args.documents.paths.iter().map(path).collect());
    let usual = config.documents.paths.iter();
    let usual = set(usual
        .map(|path| {
            path.trim_start_matches("./")
                .trim_end_matches('/')
                .to_owned()
        })
        .collect());
    let owners = set(args.owner.iter().map(owner).collect());
    let mut words: Vec<String> = owners.iter().map(|o| format!("--owner {o}")).collect();
    words.extend(
        args.priority
            .iter()
            .map(|p| format!("--priority {}", p.to_uppercase())),
    );
    words.extend(args.kind.iter().map(|kind| format!("--kind {kind}")));
    if paths != usual {
        words.extend(paths);
    }
    words.sort();
    words.dedup();
    words
}

/// The words of the command line that leave something out, for the reader of the report.
pub(super) fn filters(args: &ReportArgs) -> Vec<String> {
    let flag = |name: &'static str, values: &[String]| -> Vec<String> {
        values
            .iter()
            .map(|value| format!("--{name} {value}"))
            .collect()
    };
    let mut words = flag("owner", &args.owner);
    words.extend(flag("priority", &args.priority));
    words.extend(flag("kind", &args.kind));
    words.extend(args.documents.paths.iter().cloned());
    words
}

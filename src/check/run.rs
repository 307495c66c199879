//! The command: which documents, whether GitHub is asked, what is printed, and how it ends.
//!
//! A check is a scheduled job's: it must come to an end and say what it knows. Where GitHub can't be asked, the documents' own statuses
//! stand in, and the reader is told.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use chrono::NaiveDate;

use super::decide::{Question, decide};
use super::problems::{beyond, is_unread};
use super::{
    Filter, FindingKind, Findings, IssueFacts, github, ics, json, live, markdown, note_unknown,
    text,
};
use crate::checkout::Checkout;
use crate::cli::{CheckArgs, FailOn, Format};
use crate::config::{Config, Language, Priority, RepoName, WantedOwners};
use crate::connect::{self, Connection, Missing};
use crate::github::snapshot::Snapshot;
use crate::github::{ErrorKind, Settings};
use crate::item::link::Target;
use crate::item::times::undated_review;
use crate::item::{Problem, Reference};
use crate::list;
use crate::notify::{Away, OnGitHub, Prepared, Telling};
use crate::output::Printer;
use crate::plan::{self, Inputs, Site};
use crate::workspace::Workspace;
use crate::{Environment, Exit, Failure};

/// How long GitHub may be silent before the reader is told that it is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long a server may be silent before it counts as out of reach, and how often it is asked.
const TIMEOUT: Duration = Duration::from_secs(10);
const TRIES: usize = 2;

/// The longest wait for a rate limit; beyond it, the documents are asked instead.
const LONGEST_LIMIT: Duration = Duration::from_secs(60);

/// All that a check found, and what it was found by.
pub struct Gathered {
    /// What is late, due or missing, before any filter.
    pub findings: Findings,
    /// What could not be read or known.
    pub problems: Vec<Problem>,
    /// GitHub as it was, or why it could not be asked.
    pub live: Result<Live, Away>,
    /// The documents.
    pub workspace: Workspace,
}

/// GitHub as a check saw it.
pub struct Live {
    /// The way there.
    pub connection: Connection,
    /// Where issues and documents live.
    pub site: Site,
    /// The issues.
    pub snapshot: Snapshot,
}

/// `check`.
///
/// # Errors
/// Where nothing could be checked: the configuration or the paths are wrong.
pub async fn run(
    format: Format,
    args: &CheckArgs,
    config: &Config,
    environment: &Environment,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let language = printer.language;
    let today = crate::today(config, environment, language)?;
    let prepared = Prepared::new(args.tell, environment, language)?;
    let gathered = gather(args, today, config, environment, printer).await?;
    let is_live = gathered.live.is_ok();
    let Gathered {
        findings,
        problems,
        workspace,
        live,
    } = gathered;
    let findings = findings.only(filter(args, config));
    let postmortems = workspace.documents.iter().map(|loaded| &loaded.postmortem);
    note_unknown(&args.owner, postmortems, config, printer);
    let shown = show(
        format,
        &findings,
        &problems,
        &workspace,
        config,
        environment,
        printer,
    );
    // Who closed the pipe has seen enough; the others are told all the same.
    shown.or_else(|failure| match failure.exit {
        Exit::Done => Ok(()),
        _ => Err(failure),
    })?;
    let telling = Telling {
        prepared: &prepared,
        findings: &findings,
        config,
        printer,
        for_people: format == Format::Text,
    };
    let github = match &live {
        Ok(live) => Ok(OnGitHub {
            client: &live.connection.client,
            snapshot: &live.snapshot,
        }),
        Err(away) => Err(*away),
    };
    let told = telling.run(github).await?;
    if let Ok(live) = &live {
        let counts = live.connection.client.counts();
        let (reads, writes) = (counts.reads, counts.writes);
        printer.detail(&match writes {
            0 => format!("requests: {reads} read"),
            _ => format!("requests: {reads} read, {writes} write"),
        });
    }
    let found = match () {
        () if args.require_live && !is_live => Exit::Failed,
        () if fails(&findings, args.fail_on) => Exit::Findings,
        () => Exit::Done,
    };
    Ok(found.max(told))
}

/// Reads the documents, asks GitHub where that is wished and possible, and decides.
///
/// # Errors
/// As [`run`].
pub async fn gather(
    args: &CheckArgs,
    today: NaiveDate,
    config: &Config,
    environment: &Environment,
    printer: &Printer,
) -> Result<Gathered, Failure> {
    let language = printer.language;
    let workspace = crate::load(config, &args.documents.paths, environment, true, language)?;
    let live = match args.offline {
        true => Err(Away::Offline),
        false => look(&workspace, config, environment, printer, args.require_live).await?,
    };
    let mut problems = workspace.all_problems();
    let nobody = BTreeSet::new();
    let lives = live.as_ref().ok().map(|live| {
        let options = live::options();
        let (lives, found) = live::of(Inputs {
            documents: &workspace.documents,
            view: workspace.view,
            bystanders: &[],
            snapshot: &live.snapshot,
            config,
            options: &options,
            site: &live.site,
            today,
            unassignable: &nobody,
            template: None,
        });
        problems.extend(found);
        lives
    });
    problems.extend(plan::id_problems(&workspace.documents));
    crate::item::problem::tidy(&mut problems);
    let base = crate::issue_base(config, environment, language);
    let repository = repository(config, environment);
    let issue = |reference: &Reference| named(reference, repository.as_ref(), base.as_deref());
    let mut findings = decide(&Question {
        documents: workspace
            .documents
            .iter()
            .enumerate()
            .filter(|(_, loaded)| loaded.selected)
            .map(|(at, loaded)| (at, &loaded.postmortem))
            .collect(),
        lives,
        undated: &|place| undated_in(&workspace, place),
        policy: &config.check,
        today,
        timezone: config.timezone,
        issue: &issue,
    });
    findings.problems = beyond(&problems, &findings);
    Ok(Gathered {
        findings,
        problems,
        live,
        workspace,
    })
}

/// Whether a document's follow-up review without a day was held.
pub(crate) fn undated_in(workspace: &Workspace, place: usize) -> Option<bool> {
    undated_review(
        &workspace.documents.get(place)?.document,
        &workspace.vocabulary,
    )
}

/// Asks GitHub. Why it can't be asked, the reader is told.
async fn look(
    workspace: &Workspace,
    config: &Config,
    environment: &Environment,
    printer: &Printer,
    required: bool,
) -> Result<Result<Live, Away>, Failure> {
    let language = printer.language;
    let patience = |settings: &mut Settings| {
        settings.timeout = TIMEOUT;
        settings.tries = TRIES;
        settings.max_wait = LONGEST_LIMIT;
    };
    let hook = connect::on_wait(printer);
    let connection = match connect::connect_or_go_on(config, environment, language, patience, hook)?
    {
        Ok(connection) => {
            connect::watch(&connection.client, printer);
            connection
        }
        Err(missing) => {
            let away = match missing {
                Missing::Repository => Away::NoRepository,
                Missing::Token => Away::NoToken,
            };
            fall_back(&why(missing, language), None, required, printer);
            return Ok(Err(away));
        }
    };
    let checkout = Checkout::find(&config.root);
    let site = crate::synchronise::site(&connection, checkout.as_ref(), config);
    let linked = plan::linked_numbers(&workspace.documents, &site);
    printer.begin(
        1 + linked.len(),
        language.pick("GitHub を確認中", "looking at GitHub"),
    );
    let label = config.issues.marker_label();
    let fetched = {
        let mut fetch = std::pin::pin!(Snapshot::fetch(&connection.client, label, &linked, || {
            printer.step(1, None);
        }));
        match tokio::time::timeout(PATIENCE, &mut fetch).await {
            Ok(fetched) => fetched,
            Err(_) => {
                printer.note(language.pick(
                    "GitHub の応答を待っています…",
                    "Waiting for GitHub to answer…",
                ));
                fetch.await
            }
        }
    };
    printer.end();
    match fetched {
        Ok(snapshot) => Ok(Ok(Live {
            connection,
            site,
            snapshot,
        })),
        Err(error) => {
            let failure = match error.kind() {
                // Only the listing can end so: an issue that isn't there is an answer.
                ErrorKind::NotFound => connect::absent(&connection.repository, language),
                _ => connect::failure(&error, language),
            };
            fall_back(&failure.message, failure.hint.as_deref(), required, printer);
            Ok(Err(Away::Unreachable))
        }
    }
}

fn why(missing: Missing, language: Language) -> String {
    match missing {
        Missing::Repository => language.pick(
            "Issue のリポジトリが指定されていません",
            "no repository is named for the issues",
        ),
        Missing::Token => language.pick(
            "GitHub のトークンがありません",
            "there is no token for GitHub",
        ),
    }
    .to_owned()
}

/// Says why GitHub was not asked, and what stands in for it.
fn fall_back(why: &str, hint: Option<&str>, required: bool, printer: &Printer) {
    let language = printer.language;
    let text = language.pick(
        format!("GitHub の状態を確認できないため、文書に書かれた状態で調べます: {why}"),
        format!("GitHub could not be asked, and the statuses are those of the documents: {why}"),
    );
    match required {
        true => printer.error(&text, hint),
        false => printer.warn(&text, hint),
    }
}

/// The repository of the issues, where one is named; nothing is asked for it.
pub(crate) fn repository(config: &Config, environment: &Environment) -> Option<RepoName> {
    let given = || environment.get("GITHUB_REPOSITORY")?.trim().parse().ok();
    config.github.repository.clone().or_else(given)
}

/// The issue that a row names, as far as the row tells.
pub(crate) fn named(
    reference: &Reference,
    ours: Option<&RepoName>,
    base: Option<&str>,
) -> IssueFacts {
    let (number, url) = match &reference.target {
        Target::GitHub {
            repository,
            url,
            number,
        } => {
            let here = repository
                .as_ref()
                .is_none_or(|named| ours.is_none_or(|ours| ours == named));
            let bare = || Some(format!("{}/issues/{number}", base?));
            let url = url
                .clone()
                .or_else(|| bare().filter(|_| repository.is_none()));
            (here.then_some(*number), url)
        }
        Target::Other { url } => (None, Some(url.clone())),
    };
    IssueFacts {
        number,
        url,
        assignees: Vec::new(),
        managed: false,
        known: false,
    }
}

fn filter(args: &CheckArgs, config: &Config) -> Filter {
    Filter {
        owners: WantedOwners::new(&args.owner, &config.owners),
        kinds: args.kind.clone(),
        min_priority: args.min_priority.as_ref().and_then(|given| {
            Priority::ALL
                .iter()
                .find(|priority| priority.as_str().eq_ignore_ascii_case(given))
                .copied()
        }),
    }
}

/// Whether a check with these findings fails.
fn fails(findings: &Findings, fail_on: FailOn) -> bool {
    let has = |kind| findings.count(kind) > 0;
    match fail_on {
        FailOn::Overdue => has(FindingKind::Overdue),
        FailOn::DueSoon => has(FindingKind::Overdue) || has(FindingKind::DueSoon),
        FailOn::Any => {
            // Who asks for somebody's items is not asking for what is wrong elsewhere; but nobody knows whose are in an unread document.
            let counts = |problem| findings.only.is_open() || is_unread(problem);
            !findings.findings.is_empty() || findings.problems.iter().any(counts)
        }
        FailOn::Never => false,
    }
}

fn show(
    format: Format,
    findings: &Findings,
    problems: &[Problem],
    workspace: &Workspace,
    config: &Config,
    environment: &Environment,
    printer: &Printer,
) -> Result<(), Failure> {
    let language = printer.language;
    let printed = match format {
        Format::Json => return Ok(printer.result(&json::json(findings, problems, language))?),
        // The last two are a report's; what a command can't print is refused before.
        Format::Text | Format::Html | Format::Csv => {
            text::text(findings, language, printer.width())
        }
        Format::Markdown => markdown::markdown(findings, language, usize::MAX),
        Format::Github => {
            if let Some(file) = environment.get("GITHUB_STEP_SUMMARY") {
                summarise(findings, &environment.cwd.join(file), printer);
            }
            let top = Checkout::find(&config.root).map(|checkout| checkout.root);
            let path = |shown: &str| {
                let loaded = workspace
                    .documents
                    .iter()
                    .find(|loaded| loaded.postmortem.path == shown);
                let file = loaded.map_or_else(
                    || workspace.root().join(shown),
                    |loaded| loaded.file.clone(),
                );
                github::from_top(&file, top.as_deref(), shown)
            };
            github::annotations(findings, language, &path)
        }
        Format::Ics => {
            let repository = repository(config, environment).map(|name| name.to_string());
            ics::ics(findings, repository.as_deref(), language)
        }
    };
    printer.result(&printed)?;
    for problem in problems {
        printer.note(&list::problem(problem, language));
    }
    Ok(())
}

/// Adds the digest to the job's summary. A summary that can't be written is no reason to hide the findings.
fn summarise(findings: &Findings, file: &Path, printer: &Printer) {
    let language = printer.language;
    let taken =
        std::fs::metadata(file).map_or(0, |meta| usize::try_from(meta.len()).unwrap_or(usize::MAX));
    let room = github::SUMMARY_LIMIT.saturating_sub(taken);
    let digest = markdown::markdown(findings, language, room);
    let fits = digest.len() < room;
    let written = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .and_then(|mut out| match fits {
            // What went before may not end its line.
            true => writeln!(out, "{}{digest}", if taken > 0 { "\n" } else { "" }),
            false => Ok(()),
        });
    if let Err(error) = written {
        printer.warn(
            &language.pick(
                format!("ジョブのサマリー（GITHUB_STEP_SUMMARY）に書き込めません: {error}"),
                format!("the job's summary (GITHUB_STEP_SUMMARY) can't be written: {error}"),
            ),
            None,
        );
    }
}

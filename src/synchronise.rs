//! The commands `push`, `pull`, `sync`, `link` and `unlink`, from the command line to the exit code: what is read, in which order, and
//! what is printed. Deciding is the planner's part, doing is [`crate::sync`]'s.

mod items;
mod link;
mod lock;
mod renamed;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::checkout::Checkout;
use crate::cli::{Format, Prefer, PushOptions, RunArgs};
use crate::config::{Config, Language, RepoName, text};
use crate::connect::{self, Connection};
use crate::document::Document;
use crate::document::edit::splice;
use crate::github::ErrorKind;
use crate::github::clock::Clock;
use crate::github::snapshot::Snapshot;
use crate::item::edit::{Taken, assign_id};
use crate::item::{Problem, ProblemKind};
use crate::output::Printer;
use crate::plan::status::Side;
use crate::plan::{self, Options, Site};
use crate::show::Report;
use crate::sync::{Accounts, Run};
use crate::workspace::Workspace;
use crate::{Environment, Exit, Failure, list, write_back};

pub use link::link;

/// Which halves of the plan a command carries out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// Document to GitHub.
    Push,
    /// GitHub to document.
    Pull,
    /// Both, in this order.
    Both,
}

impl Half {
    /// The command's name.
    fn name(self) -> &'static str {
        match self {
            Half::Push => "push",
            Half::Pull => "pull",
            Half::Both => "sync",
        }
    }

    /// What is planned first. The second half of a `sync` is planned only when the first is done, from what that made of GitHub.
    #[must_use]
    pub fn first(self) -> Half {
        match self {
            Half::Push | Half::Both => Half::Push,
            Half::Pull => Half::Pull,
        }
    }

    /// Options that ask for this.
    #[must_use]
    pub fn of(self, options: Options) -> Options {
        Options {
            push: self != Half::Pull,
            pull: self != Half::Push,
            ..options
        }
    }
}

/// `push`, `pull`, `sync`.
///
/// # Errors
/// Where nothing could be done: configuration, access, GitHub out of reach.
pub async fn run(
    format: Format,
    args: &RunArgs,
    push: &PushOptions,
    half: Half,
    config: &Config,
    environment: &Environment,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let language = printer.language;
    if !args.dry_run && !args.allow_branch {
        on_default_branch(environment, language)?;
    }
    let settles = args.prefer.is_some() || push.status || push.adopt || push.close_removed;
    if !args.items.is_empty() && !settles {
        return Err(items::unused(half, language));
    }
    let today = crate::today(config, environment, language)?;
    // Before anything is read: what another run is about to write would be old news.
    let _held = match args.dry_run {
        true => None,
        false => lock::take(&config.root, half.name(), printer)?,
    };
    let checkout = Checkout::find(&config.root);
    let mut workspace = crate::load(config, &args.documents.paths, environment, true, language)?;
    // A row that was deleted is told by its issue alone.
    if !push.close_removed {
        items::exist(&workspace, &args.items, &BTreeSet::new(), language)?;
    }
    let connection = connect::watched(config, environment, printer)?;
    let site = site(&connection, checkout.as_ref(), config);
    let proposed = match args.pull_request {
        true => Some(write_back::target(&connection.client, &site, config, language).await?),
        false => None,
    };
    renamed::follow(&mut workspace, &connection, &site, printer).await?;
    let linked = plan::linked_numbers(&workspace.documents, &site);
    printer.begin(
        1 + linked.len(),
        language.pick("GitHub を確認中", "looking at GitHub"),
    );
    let snapshot = Snapshot::fetch(
        &connection.client,
        config.issues.marker_label(),
        &linked,
        || printer.step(1, None),
    )
    .await;
    printer.end();
    let snapshot = snapshot.map_err(|error| match error.kind() {
        // Only the listing can end so: an issue that isn't there is an answer.
        ErrorKind::NotFound => connect::absent(&connection.repository, language),
        _ => connect::failure(&error, language),
    })?;
    if push.close_removed {
        let made = plan::names_of(&snapshot);
        items::exist(&workspace, &args.items, &made, language)?;
    }
    if push.assign_ids && half != Half::Pull {
        assign_ids(&mut workspace, &snapshot, config, args.dry_run, printer)?;
    }
    // A dry run shows all at once.
    let planned = if args.dry_run { half } else { half.first() };
    let unread = workspace.unread;
    let options = planned.of(Options {
        limit: push.limit,
        adopt: push.adopt,
        force_status: push.status,
        reapply: push.reapply,
        close_removed: push.close_removed,
        prefer: args.prefer.map(side),
        only: args.items.iter().map(ToString::to_string).collect(),
        ..Options::default()
    });
    let problems = workspace.all_problems();
    let mut run = Run {
        client: &connection.client,
        clock: Clock::real(),
        config,
        options,
        site: &site,
        today,
        workspace,
        snapshot,
        template: template(config, language)?,
        printer,
        interrupted: Arc::new(AtomicBool::new(false)),
        accounts: Accounts::default(),
    };
    let plan = run.plan().await?;
    if args.dry_run {
        let mut report = run.preview(&plan);
        run.look_back(&mut report);
        let mut exit = match plan.has_conflicts() {
            true => Exit::Conflicts,
            false => Exit::Done,
        };
        if let Some(target) = &proposed {
            exit = write_back::preview(&mut run, target, &mut report, exit).await;
        }
        report.problems.extend(problems);
        crate::item::problem::tidy(&mut report.problems);
        show(&report, format, half != Half::Push, printer)?;
        let proposes = report.pull_request.as_ref();
        let changes = report.has_changes() || proposes.is_some_and(write_back::Outcome::changes);
        return Ok(match exit {
            exit if unread => exit.max(Exit::Failed),
            Exit::Done if args.exit_code && changes => Exit::Findings,
            exit => exit,
        });
    }
    if plan.writes_issues() {
        connect::may_write(&connection, config, checkout.as_ref(), language).await?;
    }
    stop_on_interrupt(&run.interrupted, printer);
    let (mut report, mut exit) = carry_out(&mut run, half, plan).await?;
    run.look_back(&mut report);
    if let Some(target) = &proposed {
        exit = write_back::run(&mut run, target, &mut report, exit).await;
    }
    report.problems.extend(problems);
    crate::item::problem::tidy(&mut report.problems);
    let shown = show(&report, format, false, printer);
    // Who closed the pipe still gets the exit code of what was done.
    shown.or_else(|failure| {
        if failure.exit == Exit::Done {
            Ok(())
        } else {
            Err(failure)
        }
    })?;
    let counts = connection.client.counts();
    printer.detail(&format!(
        "requests: {} read, {} write",
        counts.reads, counts.writes
    ));
    // A document that was asked for and could not be read is work that was not done, whatever became of the others.
    Ok(match unread {
        true => exit.max(Exit::Failed),
        false => exit,
    })
}

/// Carries out a command on what was read: `plan` is that of its first half, asked for by the run's options. What follows from it is
/// planned when its time comes, from the snapshot brought up to date by the answers to the writes.
///
/// # Errors
/// Where a later plan can't be made.
pub async fn carry_out(
    run: &mut Run<'_>,
    half: Half,
    plan: plan::Plan,
) -> Result<(Report, Exit), Failure> {
    let stopped = |exit| matches!(exit, Exit::Failed | Exit::Interrupted);
    let planned = plan.problems.clone();
    let (mut report, mut exit) = run.apply(plan).await;
    if half != Half::Pull && !stopped(exit) {
        // A marker that took its row's new number or title in this very push may make its issue known as the twin of another.
        let twins = run.plan().await?.of_twins();
        if twins.writes_issues() {
            // What was found in the way is found again, as far as it still is there.
            report.problems.retain(|problem| !planned.contains(problem));
            let (settled, settled_exit) = run.apply(twins).await;
            report.amended_by(settled);
            exit = match report.has_conflicts() {
                true => settled_exit.max(Exit::Conflicts),
                false => settled_exit,
            };
        }
    }
    if half == Half::Both {
        run.options = Half::Pull.of(std::mem::take(&mut run.options));
        if stopped(exit) {
            run.left_to_pull(&mut report);
            return Ok((report, exit));
        }
        let pulling = run.plan().await?;
        let (pulled, pull_exit) = run.apply(pulling).await;
        report.followed_by(pulled);
        exit = exit.max(pull_exit);
        if exit == Exit::Conflicts && !report.has_conflicts() {
            // What a push alone leaves to a pull, the pull has settled.
            exit = Exit::Done;
        }
    }
    Ok((report, exit))
}

fn side(prefer: Prefer) -> Side {
    match prefer {
        Prefer::Document => Side::Document,
        Prefer::Github => Side::GitHub,
    }
}

/// Where issues and documents live.
pub(crate) fn site(connection: &Connection, checkout: Option<&Checkout>, config: &Config) -> Site {
    Site {
        repository: connection.repository.clone(),
        html_base: connection.html_base.clone(),
        any_host: connection.any_host,
        documents: documents_at(
            &connection.html_base,
            connection.any_host,
            Some(&connection.repository),
            checkout,
            config,
        ),
    }
}

/// The repository that the documents are in and its top folder, on the server whose pages are at `html_base`.
pub(crate) fn documents_at(
    html_base: &str,
    any_host: bool,
    issues: Option<&RepoName>,
    checkout: Option<&Checkout>,
    config: &Config,
) -> Option<(RepoName, PathBuf)> {
    let host = html_base
        .split_once("://")
        .map_or(html_base, |(_, host)| host);
    match checkout {
        Some(Checkout {
            root,
            host: Some(origin),
            repository: Some(repository),
        }) => (any_host || origin.eq_ignore_ascii_case(host))
            .then(|| (repository.clone(), root.clone())),
        Some(Checkout { root, .. }) => Some((issues?.clone(), root.clone())),
        None => Some((issues?.clone(), config.root.clone())),
    }
}

/// On a runner, a pull request's branch is not what everybody reads: only `--dry-run` may run there.
fn on_default_branch(environment: &Environment, language: Language) -> Result<(), Failure> {
    let event = environment.get("GITHUB_EVENT_NAME").unwrap_or_default();
    if environment.get("CI").is_some() && event.starts_with("pull_request") {
        return Err(Failure::usage(
            language.pick(
                "プルリクエストの CI では書き込みません".to_owned(),
                format!(
                    "this is CI for a pull request (`{event}`): nothing is written from its branch"
                ),
            ),
            Some(
                language.pick(
                    "--dry-run を付けるか、それでも書き込むなら --allow-branch を付けてください"
                        .to_owned(),
                    "use --dry-run, or --allow-branch to write all the same".to_owned(),
                ),
            ),
        ));
    }
    Ok(())
}

fn template(config: &Config, language: Language) -> Result<Option<String>, Failure> {
    let Some(path) = &config.issues.template else {
        return Ok(None);
    };
    let path = config.resolve(path);
    std::fs::read_to_string(&path).map(Some).map_err(|error| {
        Failure::usage(
            language.pick(
                format!(
                    "{} を読めません（issues.template）: {error}",
                    path.display()
                ),
                format!(
                    "{} (issues.template) can't be read: {error}",
                    path.display()
                ),
            ),
            None,
        )
    })
}

/// Gives each document with action items and without an id the next free one.
fn assign_ids(
    workspace: &mut Workspace,
    snapshot: &Snapshot,
    config: &Config,
    dry_run: bool,
    printer: &Printer,
) -> Result<(), Failure> {
    let language = printer.language;
    let without: Vec<usize> = (0..workspace.documents.len())
        .filter(|at| {
            let loaded = &workspace.documents[*at];
            loaded.selected
                && loaded.postmortem.id.is_none()
                && !loaded.postmortem.template
                && !loaded.postmortem.items.is_empty()
        })
        .collect();
    for at in without {
        let id = plan::next_id(&workspace.documents, snapshot, &config.documents.id_prefix);
        let loaded = &workspace.documents[at];
        let before = loaded.document.source.clone();
        let path = loaded.postmortem.path.clone();
        let edit = assign_id(
            &loaded.document,
            &id,
            loaded.postmortem.language,
            &workspace.vocabulary,
        );
        let after = match edit {
            Ok(edit) => splice(&before, &[edit]).map_err(|error| Failure {
                exit: Exit::Failed,
                message: error.to_string(),
                hint: None,
            })?,
            Err(Taken { line, text }) => {
                workspace.problems.push(not_given(path, line, &text));
                continue;
            }
        };
        // An id is given where it is found again, and nothing else is read otherwise.
        let read = workspace.postmortem(&Document::parse(after.clone()), &path);
        let found = read.id.as_ref().is_some_and(|found| found.as_str() == id);
        if !found || read.items.len() != loaded.postmortem.items.len() {
            workspace.problems.push(not_given(path, 1, ""));
            continue;
        }
        if !dry_run {
            workspace.save(at, &after).map_err(|error| Failure {
                exit: Exit::Failed,
                message: error.render(language),
                hint: None,
            })?;
        }
        printer.note(&match dry_run {
            true => language.pick(
                format!("{path}: ID {id} を付ける予定です"),
                format!("{path}: would get the id {id}"),
            ),
            false => language.pick(
                format!("{path}: ID {id} を付けました"),
                format!("{path}: has the id {id} now"),
            ),
        });
        workspace.replace(at, after);
    }
    Ok(())
}

/// A document that `--assign-ids` leaves as it is: `text` stands where the id would go.
fn not_given(path: String, line: usize, text: &str) -> Problem {
    let message = match text {
        "" => text!(
            "can't be given an id: it would not be found again",
            "ID を付けられません（書いても読み取れません）"
        ),
        text => text!(
            "can't be given an id: `{text}` stands in its place, and is none such as PM-042",
            "ID を付けられません。ID の場所に「{text}」とあり、PM-042 のような ID ではありません"
        ),
    };
    let hint = Some(match text {
        "" => text!(
            "mend the front matter, or write an id such as PM-042 into the title",
            "front matter を直すか、題に PM-042 のような ID を書いてください"
        ),
        _ => text!(
            "write an id such as PM-042 there or into the title",
            "そこか題に PM-042 のような ID を書いてください"
        ),
    });
    let kind = ProblemKind::File {
        code: "id-not-given",
        message,
        hint,
    };
    Problem {
        path,
        line,
        column: 0,
        kind,
    }
}

fn show(report: &Report, format: Format, diffs: bool, printer: &Printer) -> Result<(), Failure> {
    let language = printer.language;
    match format {
        Format::Json => printer.result(&report.json(language))?,
        _ => {
            for problem in &report.problems {
                printer.note(&list::problem(problem, language));
            }
            printer.result(&report.text(language, diffs))?;
            for tracked in &report.tracked {
                let fields = tracked.fields.iter().map(|field| field.label(language));
                let fields: Vec<&str> = fields.collect();
                let fields = fields.join(language.pick("、", ", "));
                printer.detail(&format!(
                    "{}:{}: {} #{}: {fields}",
                    tracked.path, tracked.line, tracked.item, tracked.issue
                ));
            }
        }
    }
    Ok(())
}

/// Ctrl-C, or being asked to end, lets the write in flight end; a further Ctrl-C ends the process at once.
fn stop_on_interrupt(interrupted: &Arc<AtomicBool>, printer: &Printer) {
    let interrupted = Arc::clone(interrupted);
    let printer = printer.clone();
    tokio::spawn(async move {
        let asked = tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed.is_ok(),
            () = terminated() => true,
        };
        if asked {
            interrupted.store(true, Ordering::Relaxed);
            printer.note(printer.language.pick(
                "実行中の書き込みが終わったら止まります（もう一度 Ctrl-C ですぐに終了）",
                "stopping after the write under way (Ctrl-C again stops at once)",
            ));
        }
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    });
}

/// Returns when the process is asked to end (SIGTERM), as runners and service managers do.
async fn terminated() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut asked) = signal(SignalKind::terminate()) {
            asked.recv().await;
            return;
        }
    }
    std::future::pending::<()>().await;
}

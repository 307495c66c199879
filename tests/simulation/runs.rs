//! Runs of pm-sync: the real one, from reading the documents to its last write, on a clock that takes no time.
//!
//! A run goes on from request to request. Between two it can be left alone for good (a crash), another run can go on, people can act.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use pm_sync::Exit;
use pm_sync::cli::ColorWhen;
use pm_sync::config::{Config, Language};
use pm_sync::github::snapshot::Snapshot;
use pm_sync::github::{Client, Clock, Settings, Token};
use pm_sync::output::Printer;
use pm_sync::plan::{self, Options, Site};
use pm_sync::show::Report;
use pm_sync::sync::Run;
use pm_sync::synchronise::{Half, carry_out};
use pm_sync::workspace::Workspace;

use super::paper::Docs;
use super::people::REPOSITORY;

/// What a run is asked to do.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    /// The documents as checked out.
    pub(crate) docs: Docs,
    pub(crate) half: Half,
    /// Only these documents; all where it is empty.
    pub(crate) paths: Vec<String>,
    /// `push --status`.
    pub(crate) force: bool,
    /// `documents.progress`.
    pub(crate) progress: bool,
    /// How many of a hundred requests meet trouble.
    pub(crate) weather: u8,
}

/// How a run ended by itself.
pub(crate) struct Outcome {
    /// None where it gave up before it had a plan.
    pub(crate) report: Option<Report>,
    pub(crate) exit: Exit,
    pub(crate) writes: u64,
}

/// A run under way.
pub(crate) struct Running {
    /// Its number on the wire.
    pub(crate) sender: usize,
    pub(crate) folder: PathBuf,
    /// The documents as they were checked out.
    pub(crate) base: Docs,
    /// The documents in its folder when they were last looked at.
    pub(crate) docs: Docs,
    pub(crate) interrupted: Arc<AtomicBool>,
    /// Whether rows decide on the state of issues.
    pub(crate) force: bool,
    /// When it began, as the ledger counts.
    pub(crate) began: u64,
    /// The issue it has just read by number, and is about to write.
    pub(crate) reading: Option<u64>,
    /// Those it has read by number and found open since its last write.
    pub(crate) read_open: BTreeSet<u64>,
    /// The titles of the issues it created, and how many of each.
    pub(crate) created: BTreeMap<String, usize>,
    pub(crate) future: Option<Pin<Box<dyn Future<Output = Outcome>>>>,
    pub(crate) outcome: Option<Outcome>,
}

impl Running {
    /// Checks the documents out into an empty folder and gets ready.
    pub(crate) fn start(
        order: &Order,
        folder: &Path,
        api: &str,
        clock: Clock,
        sender: usize,
        began: u64,
        aloud: bool,
    ) -> Running {
        check_out(order, folder);
        let interrupted = Arc::new(AtomicBool::new(false));
        let future = run(
            folder.to_owned(),
            order.clone(),
            api.to_owned(),
            clock,
            Arc::clone(&interrupted),
            aloud,
        );
        Running {
            sender,
            folder: folder.to_owned(),
            base: order.docs.clone(),
            docs: order.docs.clone(),
            interrupted,
            force: order.force,
            began,
            reading: None,
            read_open: BTreeSet::new(),
            created: BTreeMap::new(),
            future: Some(Box::pin(future)),
            outcome: None,
        }
    }
}

/// Writes documents to a folder that has nothing else in it.
fn check_out(order: &Order, folder: &Path) {
    if folder.exists() {
        std::fs::remove_dir_all(folder).expect("our own folder goes");
    }
    std::fs::create_dir_all(folder).expect("a folder");
    let progress = order.progress;
    let config =
        format!("[github]\nrepository = \"{REPOSITORY}\"\n[documents]\nprogress = {progress}\n");
    std::fs::write(folder.join("pm-sync.toml"), config).expect("a configuration");
    for (path, text) in &order.docs.files {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        std::fs::write(file, text).expect("a document");
    }
}

/// What `pm_sync::synchronise::run` does between the command line and the exit code.
async fn run(
    folder: PathBuf,
    order: Order,
    api: String,
    clock: Clock,
    interrupted: Arc<AtomicBool>,
    aloud: bool,
) -> Outcome {
    let config = Config::load(&folder.join("pm-sync.toml")).expect("our own configuration");
    let repository: pm_sync::config::RepoName = REPOSITORY.parse().expect("a name");
    let token = Token::new("sandbox-token").expect("a token");
    let api = api.parse().expect("an address");
    let settings = Settings::new(api, repository.clone(), Some(token));
    let client = Client::new(settings, clock.clone()).expect("a client");
    let site = Site {
        repository: repository.clone(),
        html_base: "https://github.com".to_owned(),
        any_host: true,
        documents: Some((repository, folder.clone())),
    };
    let printer = if aloud {
        Printer::new(Language::En, ColorWhen::Never, false, 1)
    } else {
        Printer::silent(Language::En)
    };
    let ended = |report, exit| Outcome {
        report,
        exit,
        writes: client.counts().writes,
    };

    let workspace = Workspace::load(&config, &order.paths, &config.root, true).expect("documents");
    let problems = workspace.all_problems();
    let linked = plan::linked_numbers(&workspace.documents, &site);
    let label = config.issues.marker_label();
    let Ok(snapshot) = Snapshot::fetch(&client, label, &linked, || {}).await else {
        return ended(None, Exit::Failed);
    };
    let options = order.half.first().of(Options {
        force_status: order.force,
        ..Options::default()
    });
    let mut run = Run {
        client: &client,
        clock,
        config: &config,
        options,
        site: &site,
        today: "2025-01-08".parse().expect("a date"),
        workspace,
        snapshot,
        template: None,
        printer: &printer,
        interrupted,
        accounts: Default::default(),
    };
    let Ok(plan) = run.plan().await else {
        return ended(None, Exit::Failed);
    };
    match carry_out(&mut run, order.half, plan).await {
        Ok((mut report, exit)) => {
            report.problems.extend(problems);
            ended(Some(report), exit)
        }
        Err(_) => ended(None, Exit::Failed),
    }
}

//! The world of one seed: GitHub, the documents on the main branch, write-backs on their way, and the history that chance draws.

use std::collections::BTreeMap;
use std::path::PathBuf;

use fastrand::Rng;
use pm_sync::sandbox::{GitHub, Issue, Permission, Sandbox};

use super::branches::Change;
use super::invariants::Broken;
use super::ledger::Ledger;
use super::paper::{Docs, Fresh, document};
use super::people::{ELSEWHERE, Hand, REPOSITORY};
use super::wire::Wire;

/// How often what was drawn.
pub(crate) type Tally = BTreeMap<String, u64>;

/// What a seed came to.
pub(crate) struct Verdict {
    pub(crate) tally: Tally,
    pub(crate) broken: Vec<Broken>,
}

/// The world.
pub(crate) struct World {
    pub(crate) rng: Rng,
    pub(crate) fresh: Fresh,
    pub(crate) sandbox: Sandbox,
    pub(crate) wire: Wire,
    pub(crate) folder: PathBuf,
    pub(crate) aloud: bool,
    /// Whether the documents keep a line of progress.
    pub(crate) progress: bool,
    pub(crate) ledger: Ledger,
    /// The main branch.
    pub(crate) main: Docs,
    /// Its former states.
    pub(crate) history: Vec<Docs>,
    /// Changes that wait to be merged.
    pub(crate) pending: Vec<Change>,
    /// The issues when they were last looked at.
    pub(crate) issues: BTreeMap<u64, Issue>,
    pub(crate) now: u64,
    pub(crate) tally: Tally,
    pub(crate) broken: Vec<Broken>,
}

/// Plays one history; aloud with what pm-sync prints on stderr.
pub(crate) fn play(seed: u64, aloud: bool) -> Verdict {
    // The pauses between retries are drawn from the thread's own generator.
    fastrand::seed(seed);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let scratch = scratch();
    runtime.block_on(async {
        let mut world = World::new(seed, aloud, scratch.path().to_owned()).await;
        world.history().await;
        world.end().await;
        Verdict {
            tally: world.tally,
            broken: world.broken,
        }
    })
}

/// In memory where the system has such a place: thousands of saves down to the disk are what would take longest.
fn scratch() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = tempfile::Builder::new()
        .prefix("pm-sync-")
        .tempdir_in(memory);
    made.or_else(|_| tempfile::tempdir()).expect("a folder")
}

impl World {
    pub(crate) async fn new(seed: u64, aloud: bool, folder: PathBuf) -> World {
        let mut rng = Rng::with_seed(seed);
        let mut github = GitHub::new();
        github.add_repository(ELSEWHERE);
        github
            .token("sandbox-token")
            .grant(ELSEWHERE, Permission::Push);
        let sandbox = Sandbox::start(github).await.expect("the sandbox starts");
        sandbox.set_rate_limit(u64::MAX);
        let wire = Wire::tap(&sandbox, rng.fork());
        let (mut fresh, mut main) = (Fresh::default(), Docs::default());
        for _ in 0..rng.usize(1..=2) {
            let (path, text) = document(&mut fresh, &mut rng);
            main.files.insert(path, text);
        }
        let progress = rng.u8(..4) == 0;
        let mut ledger = Ledger::default();
        ledger.people_left(&main);
        World {
            rng,
            fresh,
            sandbox,
            wire,
            folder,
            aloud,
            progress,
            ledger,
            history: vec![main.clone()],
            main,
            pending: Vec::new(),
            issues: BTreeMap::new(),
            now: 0,
            tally: Tally::new(),
            broken: Vec::new(),
        }
    }

    pub(crate) fn count(&mut self, what: impl Into<String>) {
        *self.tally.entry(what.into()).or_default() += 1;
    }

    /// Tells a replay's reader what happens, among what pm-sync itself prints.
    pub(crate) fn tell(&mut self, line: impl AsRef<str>) {
        if self.aloud {
            eprintln!("{}", line.as_ref());
        }
    }

    /// Notes broken laws, each where it happened.
    pub(crate) fn judge(&mut self, broken: Vec<Broken>) {
        for (law, what) in broken {
            self.tell(format!("  BROKEN {law:?}: {what}"));
            self.broken.push((law, what));
        }
    }

    pub(crate) fn hand(&mut self) -> Hand<'_> {
        self.now += 1;
        Hand {
            rng: &mut self.rng,
            fresh: &mut self.fresh,
            now: self.now,
        }
    }

    pub(crate) fn look(&self) -> BTreeMap<u64, Issue> {
        let mut github = self.sandbox.github();
        let issues = github.repository(REPOSITORY).issues();
        issues.map(|issue| (issue.number, issue.clone())).collect()
    }

    /// The history: people and runs in any order.
    pub(crate) async fn history(&mut self) {
        // Most documents are filed soon; some are edited for long before.
        if self.rng.u8(..4) > 0 {
            self.single_run().await;
        }
        for _ in 0..self.rng.usize(6..=20) {
            match self.rng.u8(..100) {
                0..=27 => self.people_edit_main(),
                28 | 29 => self.people_track(),
                30..=52 => self.people_edit_issues(&[]),
                53..=58 => self.people_file_documents(),
                59..=63 => self.people_restore(),
                64..=68 => self.people_merge_a_stale_branch(),
                69..=74 => self.merge_something_late(),
                75..=93 => self.single_run().await,
                _ => self.two_runs().await,
            }
        }
    }

    pub(crate) fn people_edit_issues(&mut self, not: &[u64]) {
        let mut github = self.sandbox.github();
        self.now += 1;
        let mut hand = Hand {
            rng: &mut self.rng,
            fresh: &mut self.fresh,
            now: self.now,
        };
        let done = hand.edit_issue(&mut github, &mut self.ledger, not);
        drop(github);
        self.issues = self.look();
        if let Some((done, number)) = done {
            self.count(done);
            self.tell(format!("people: {done}, #{number}"));
        }
    }
}

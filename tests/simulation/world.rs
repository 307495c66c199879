//! The world of one seed: GitHub, the documents on the main branch, write-backs on their way, and the history that chance draws.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use fastrand::Rng;
use pm_sync::github::Clock;
use pm_sync::item::ProblemKind;
use pm_sync::sandbox::{GitHub, Issue, Permission, Sandbox};
use pm_sync::synchronise::Half;

use super::invariants::{self, Broken, Law};
use super::ledger::Ledger;
use super::merge::merge;
use super::paper::{Docs, Fresh, Name, document};
use super::people::{ELSEWHERE, Hand, REPOSITORY};
use super::runs::{Order, Outcome, Running};
use super::wire::Wire;

/// How often what was drawn.
pub(crate) type Tally = BTreeMap<String, u64>;

/// What a seed came to.
pub(crate) struct Verdict {
    pub(crate) tally: Tally,
    pub(crate) broken: Vec<Broken>,
}

/// Documents that somebody changed and wants to merge.
struct Change {
    base: Docs,
    head: Docs,
}

struct World {
    rng: Rng,
    fresh: Fresh,
    sandbox: Sandbox,
    wire: Wire,
    folder: PathBuf,
    aloud: bool,
    /// Whether the documents keep a line of progress.
    progress: bool,
    ledger: Ledger,
    /// The main branch.
    main: Docs,
    /// Its former states.
    history: Vec<Docs>,
    /// Changes that wait to be merged.
    pending: Vec<Change>,
    /// The issues when they were last looked at.
    issues: BTreeMap<u64, Issue>,
    now: u64,
    tally: Tally,
    broken: Vec<Broken>,
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
    async fn new(seed: u64, aloud: bool, folder: PathBuf) -> World {
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

    fn count(&mut self, what: impl Into<String>) {
        *self.tally.entry(what.into()).or_default() += 1;
    }

    /// Tells a replay's reader what happens, among what pm-sync itself prints.
    fn tell(&mut self, line: impl AsRef<str>) {
        if self.aloud {
            eprintln!("{}", line.as_ref());
        }
    }

    /// Notes broken laws, each where it happened.
    fn judge(&mut self, broken: Vec<Broken>) {
        for (law, what) in broken {
            self.tell(format!("  BROKEN {law:?}: {what}"));
            self.broken.push((law, what));
        }
    }

    fn hand(&mut self) -> Hand<'_> {
        self.now += 1;
        Hand {
            rng: &mut self.rng,
            fresh: &mut self.fresh,
            now: self.now,
        }
    }

    /// The history: people and runs in any order.
    async fn history(&mut self) {
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

    fn people_edit_main(&mut self) {
        let mut docs = self.main.clone();
        if let Some(done) = self.hand().edit_document(&mut docs) {
            self.commit(docs, done);
        }
    }

    fn people_track(&mut self) {
        // Left out, since pm-sync has no right answer to it yet: a row linked to somebody's copy of another row's issue. The copy is known as
        // one only until the original's title changes.
        let by_hand = |(_, issue): &(u64, Issue)| {
            let body = issue.body.clone().unwrap_or_default();
            !body.contains("pm-sync:item")
        };
        let numbers: Vec<u64> = self
            .look()
            .into_iter()
            .filter(by_hand)
            .map(|(number, _)| number)
            .filter(|number| {
                self.ledger
                    .issues
                    .get(number)
                    .is_none_or(|i| i.origin.is_none())
            })
            .collect();
        if numbers.is_empty() {
            return;
        }
        let number = numbers[self.rng.usize(..numbers.len())];
        let mut docs = self.main.clone();
        if let Some(done) = self.hand().track(&mut docs, number) {
            self.commit(docs, done);
        }
    }

    fn people_file_documents(&mut self) {
        let mut docs = self.main.clone();
        if let Some(done) = self.hand().file_documents(&mut docs) {
            self.commit(docs, done);
        }
    }

    /// A document as it was some time ago, status and links included.
    fn people_restore(&mut self) {
        let old = self.history[self.rng.usize(..self.history.len())].clone();
        let at = self.rng.usize(..old.files.len());
        let Some((path, text)) = old.files.iter().nth(at) else {
            return;
        };
        let mut docs = self.main.clone();
        docs.files.insert(path.clone(), text.clone());
        for row in super::paper::rows(path, text) {
            // A copy of the row in another document asks for what it asked before.
            let elsewhere = docs.rows().into_iter().any(|other| {
                other.path != *path
                    && other.name.item == row.name.item
                    && other.said.status.is_closed()
            });
            if !elsewhere {
                docs.closed_at.remove(&row.name.item);
            }
            if let Some(at) = old.closed_at.get(&row.name.item) {
                let asked = docs.closed_at.entry(row.name.item).or_default();
                *asked = (*at).max(*asked);
            }
        }
        self.commit(docs, "old version restored");
    }

    fn people_merge_a_stale_branch(&mut self) {
        let base = self.history[self.rng.usize(..self.history.len())].clone();
        let mut head = base.clone();
        for _ in 0..self.rng.usize(1..=3) {
            self.hand().edit_document(&mut head);
        }
        self.ledger.people_left(&head);
        self.count("stale branch of people merged");
        self.tell("people merge a stale branch");
        self.merge(&Change { base, head });
    }

    fn merge_something_late(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let at = self.rng.usize(..self.pending.len());
        let change = self.pending.remove(at);
        self.count("write-back merged late");
        self.tell("a write-back is merged late");
        self.merge(&change);
    }

    /// Merges file by file; a conflict is what nobody finds the time to settle, so that file stays as it is.
    fn merge(&mut self, change: &Change) {
        let mut docs = self.main.clone();
        for (path, head) in &change.head.files {
            let (base, onto) = (change.base.files.get(path), docs.files.get(path));
            let merged = match (base, onto) {
                (Some(base), Some(onto)) => merge(base, head, onto),
                (None, None) => Some(head.clone()),
                _ => None,
            };
            match merged {
                Some(text) => _ = docs.files.insert(path.clone(), text),
                None => self.count("merge conflict, left"),
            }
        }
        for (item, at) in &change.head.closed_at {
            if change.base.closed_at.get(item) != Some(at) {
                docs.closed_at.insert(*item, *at);
            }
        }
        self.set_main(docs);
    }

    fn commit(&mut self, docs: Docs, done: &'static str) {
        self.count(done);
        self.tell(format!("people: {done}"));
        self.set_main(docs);
        self.ledger.people_left(&self.main);
    }

    fn set_main(&mut self, docs: Docs) {
        for (path, text) in &docs.files {
            if self.main.files.get(path) != Some(text) {
                self.tell(format!("  {path}\n{}", indented(text)));
            }
        }
        let gone: Vec<String> = self
            .main
            .files
            .keys()
            .filter(|path| !docs.files.contains_key(*path))
            .cloned()
            .collect();
        for path in gone {
            self.tell(format!("  {path} is gone"));
        }
        self.main = docs;
        self.history.push(self.main.clone());
    }

    fn people_edit_issues(&mut self, not: &[u64]) {
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

    fn look(&self) -> BTreeMap<u64, Issue> {
        let mut github = self.sandbox.github();
        let issues = github.repository(REPOSITORY).issues();
        issues.map(|issue| (issue.number, issue.clone())).collect()
    }

    /// A run with whatever chance puts in its way.
    async fn single_run(&mut self) {
        let order = self.order();
        self.disturb_listings();
        let people = self.rng.bool();
        self.runs(vec![order], people).await;
    }

    /// Two runs that overlap, of the same state or of two.
    async fn two_runs(&mut self) {
        let mut orders = vec![self.order(), self.order()];
        if self.rng.u8(..3) > 0 {
            orders[1].docs = orders[0].docs.clone();
            orders[1].paths.clear();
        }
        // With nothing else in the way they see each other: one open issue for each item, as soon as both have ended.
        let undisturbed = orders[0].docs == orders[1].docs && self.rng.bool();
        if undisturbed {
            self.sandbox.release_listings();
            orders.iter_mut().for_each(|order| order.weather = 0);
        } else {
            self.disturb_listings();
        }
        self.count("two overlapping runs");
        let people = !undisturbed && self.rng.bool();
        let (known, docs) = (self.look(), orders[0].docs.clone());
        self.runs(orders, people).await;
        if undisturbed {
            let mut made = self.look();
            made.retain(|number, _| !known.contains_key(number));
            self.judge(invariants::open_duplicates(&made, &self.ledger, &docs));
        }
    }

    /// What a run is started on: mostly the main branch, sometimes an older state of it.
    fn order(&mut self) -> Order {
        let docs = if self.rng.u8(..6) == 0 {
            self.count("run on a stale branch");
            self.history[self.rng.usize(..self.history.len())].clone()
        } else {
            self.main.clone()
        };
        let half = match self.rng.u8(..4) {
            0 => Half::Push,
            1 => Half::Pull,
            _ => Half::Both,
        };
        let paths: Vec<String> = if self.rng.u8(..6) == 0 {
            docs.files.keys().take(1).cloned().collect()
        } else {
            Vec::new()
        };
        let force = half != Half::Pull && self.rng.u8(..12) == 0;
        if force {
            self.count("run with --status");
        }
        let weather = [0, 3, 6, 12][self.rng.usize(..4)];
        Order {
            docs,
            half,
            paths,
            force,
            progress: self.progress,
            weather,
        }
    }

    fn disturb_listings(&mut self) {
        match self.rng.u8(..10) {
            0 | 1 => {
                self.count("listings lag");
                self.sandbox.lag_listings(self.rng.usize(1..=15));
            }
            2 => {
                self.count("listings held");
                self.sandbox.hold_listings();
            }
            // They have not caught up yet.
            3 => {}
            _ => self.sandbox.release_listings(),
        }
    }

    /// Lets runs go on in turns until each has ended, and decides what becomes of the documents they wrote.
    async fn runs(&mut self, orders: Vec<Order>, people: bool) {
        let running = self.carry_out(orders, people).await;
        for run in running {
            let change = Change {
                base: run.base,
                head: run.docs,
            };
            if change.base == change.head {
                continue;
            }
            match self.rng.u8(..10) {
                0..=4 => {
                    self.count("write-back merged at once");
                    self.tell("the write-back is merged at once");
                    self.merge(&change);
                }
                5 | 6 => {
                    self.tell("the write-back waits");
                    self.pending.push(change);
                }
                _ => {
                    self.count("write-back thrown away");
                    self.tell("the write-back is thrown away");
                }
            }
        }
    }

    async fn carry_out(&mut self, orders: Vec<Order>, people: bool) -> Vec<Running> {
        self.issues = self.look();
        let mut running = Vec::new();
        for (at, order) in orders.iter().enumerate() {
            let clock = Clock::fake();
            let sender = self.wire.enter(clock.clone(), order.weather);
            self.count(format!("run: {}", half(order.half)));
            self.tell(format!(
                "run {sender}: {} {:?}, weather {}",
                half(order.half),
                order.paths,
                order.weather
            ));
            let folder = self.folder.join(at.to_string());
            let api = self.sandbox.url();
            running.push(Running::start(
                order, &folder, &api, clock, sender, self.aloud,
            ));
        }
        while running.iter().any(|run| run.future.is_some()) {
            let at = self.rng.usize(..running.len());
            // Between one request and many before the other one's turn comes.
            for _ in 0..1 << self.rng.u8(..4) {
                if running[at].future.is_none() {
                    break;
                }
                self.go_on(&mut running, at).await;
                if people && self.rng.u8(..12) == 0 {
                    self.meanwhile(&mut running, at);
                }
            }
        }
        running
    }

    /// Lets a run go on to its next request, or to its end.
    async fn go_on(&mut self, running: &mut [Running], at: usize) {
        let run = &mut running[at];
        let Some(future) = &mut run.future else {
            return;
        };
        self.wire.seen().sending = run.sender;
        let ended = tokio::select! {
            biased;
            () = self.wire.request.notified() => None,
            outcome = future => Some(outcome),
        };
        if let Some(outcome) = ended {
            self.tell(format!("  run {} ends: {:?}", run.sender, outcome.exit));
            self.count(format!("run ended: {:?}", outcome.exit));
            for problem in outcome.report.iter().flat_map(|report| &report.problems) {
                self.tell(format!(
                    "    {}:{} {:?}",
                    problem.path, problem.line, problem.kind
                ));
            }
            run.outcome = Some(outcome);
            run.future = None;
            self.look_at_documents(run);
            return;
        }
        let (last, struck) = {
            let mut seen = self.wire.seen();
            for early in std::mem::take(&mut seen.early) {
                self.broken.push((Law::NothingSentWhileToldToWait, early));
            }
            (seen.last.clone(), seen.struck)
        };
        let trouble = struck
            .map(|trouble| format!(": {trouble:?}"))
            .unwrap_or_default();
        self.tell(format!("  run {}: {last}{trouble}", run.sender));
        if let Some(trouble) = struck {
            self.count(format!("trouble: {trouble:?}"));
        }
        if !last.starts_with("GET ") {
            self.look_at_issues(run);
        }
        // A write that is refused or lost is sent again as it was.
        let again = struck.is_some() && last.starts_with("PATCH ");
        run.reading = last
            .strip_prefix("GET ")
            .or_else(|| last.strip_prefix("PATCH ").filter(|_| again))
            .and_then(|path| path.strip_prefix(&format!("/repos/{REPOSITORY}/issues/")))
            .and_then(|number| number.parse().ok());
        if struck.is_some_and(|trouble| trouble.is_crash()) {
            run.future = None;
            self.look_at_documents(run);
        }
    }

    /// What the last request did to the issues.
    fn look_at_issues(&mut self, run: &mut Running) {
        let now = self.look();
        let before = std::mem::replace(&mut self.issues, now);
        let mut broken = Vec::new();
        for (number, issue) in &self.issues {
            let old = before.get(number);
            if old == Some(issue) {
                continue;
            }
            let theirs = self.ledger.of(*number);
            if theirs.title.is_none() {
                theirs.our_title.clone_from(&issue.title);
            }
            if old.is_none() {
                let doc = issue
                    .title
                    .strip_prefix('[')
                    .and_then(|title| title.split_once(']'));
                theirs.origin = doc
                    .zip(Name::of(&issue.title))
                    .map(|((doc, _), name)| (doc.to_owned(), name));
                let made = run.created.entry(issue.title.clone()).or_default();
                *made += 1;
                let name = Name::of(&issue.title);
                let rows = |docs: &Docs| {
                    let rows = docs.rows();
                    rows.iter().filter(|row| Some(row.name) == name).count()
                };
                if *made > 1 && *made > rows(&run.docs).max(rows(&run.base)) {
                    broken.push((Law::NoCreateTwice, format!("#{number} {}", issue.title)));
                }
            }
            broken.extend(invariants::issue_written(
                old,
                issue,
                &self.ledger,
                &self.issues,
                &[&run.base, &run.docs],
                run.force,
            ));
        }
        self.judge(broken);
    }

    /// What a run did to its documents since the last look.
    fn look_at_documents(&mut self, run: &mut Running) {
        let mut broken = Vec::new();
        for (path, known) in &mut run.docs.files {
            let text =
                std::fs::read_to_string(run.folder.join(path)).expect("the document is there");
            if text == *known {
                continue;
            }
            self.tell(format!(
                "  run {} wrote {path}\n{}",
                run.sender,
                indented(&text)
            ));
            broken.extend(invariants::document_written(
                path,
                known,
                &text,
                &self.ledger,
                &self.issues,
            ));
            *known = text;
        }
        self.judge(broken);
    }

    /// What people do while runs are under way.
    fn meanwhile(&mut self, running: &mut [Running], at: usize) {
        self.count("something done during a run");
        match self.rng.u8(..8) {
            0..=4 => {
                // GitHub has no conditional write: between reading an issue by number and writing its body there is a moment in which an
                // edit is lost, and no client can do anything about it. (A write that is refused by a limit or lost lengthens it.)
                let not: Vec<u64> = running.iter().filter_map(|run| run.reading).collect();
                self.people_edit_issues(&not);
            }
            5 => self.people_edit_main(),
            6 if running[at].future.is_some() => {
                let run = &mut running[at];
                self.look_at_documents(run);
                let before = run.docs.clone();
                if let Some(done) = self.hand().edit_document(&mut run.docs) {
                    self.tell(format!(
                        "people, in the folder of run {}: {done}",
                        run.sender
                    ));
                    self.ledger.people_left(&run.docs);
                }
                for (path, text) in &run.docs.files {
                    if before.files.get(path) != Some(text) {
                        std::fs::write(run.folder.join(path), text).expect("a document");
                    }
                }
            }
            7 => {
                self.count("interrupted");
                self.tell(format!("run {} is interrupted", running[at].sender));
                running[at].interrupted.store(true, Ordering::Relaxed);
            }
            _ => {}
        }
    }

    /// The end: one further undisturbed run, and again.
    async fn end(&mut self) {
        self.sandbox.release_listings();
        self.tell("the end");
        let outcome = self.undisturbed(Half::Both).await;
        self.judge(invariants::open_duplicates(
            &self.issues,
            &self.ledger,
            &self.main,
        ));
        let mut named_twins = false;
        if let Some(report) = outcome.and_then(|outcome| outcome.report) {
            named_twins = report
                .problems
                .iter()
                .any(|problem| matches!(problem.kind, ProblemKind::Duplicate { .. }));
            self.judge(invariants::silent_differences(
                &self.main,
                &self.issues,
                &report,
            ));
        }
        // An issue that took its row's new number in this very run may only thereby be known as the twin of another: it is named, and closed
        // by the next one.
        if named_twins {
            self.undisturbed(Half::Both).await;
        }
        for half in [Half::Both, Half::Push, Half::Pull] {
            self.again(half).await;
        }
        let unexpected = self.sandbox.unexpected();
        for request in unexpected {
            let what = format!("{} {}", request.method, request.path);
            self.judge(vec![(Law::NothingBreaks, what)]);
        }
    }

    /// A run on the main branch with nothing in its way, saved.
    async fn undisturbed(&mut self, half: Half) -> Option<Outcome> {
        let order = Order {
            docs: self.main.clone(),
            half,
            paths: Vec::new(),
            force: false,
            progress: self.progress,
            weather: 0,
        };
        let mut running = self.carry_out(vec![order], false).await;
        let run = running.pop()?;
        self.set_main(run.docs);
        run.outcome
    }

    /// An undisturbed run that must find nothing to do.
    async fn again(&mut self, half: Half) {
        let before = self.main.clone();
        let Some(outcome) = self.undisturbed(half).await else {
            return;
        };
        let mut broken = Vec::new();
        if outcome.writes > 0 {
            broken.push((Law::Converges, format!("{} writes", outcome.writes)));
        }
        if self.main.files != before.files {
            broken.push((Law::Converges, "documents changed".to_owned()));
        }
        self.judge(broken);
    }
}

fn half(half: Half) -> &'static str {
    match half {
        Half::Push => "push",
        Half::Pull => "pull",
        Half::Both => "sync",
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    | {line}\n")).collect()
}

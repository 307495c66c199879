//! Runs, one request of one run at a time, and what is looked at after each: what the wire did, what became of issues and documents, what
//! people do meanwhile.

use std::sync::atomic::Ordering;

use pm_sync::github::Clock;
use pm_sync::sandbox::State;
use pm_sync::synchronise::Half;

use super::branches::{Change, indented};
use super::invariants::{self, Law};
use super::paper::{Docs, Name};
use super::people::REPOSITORY;
use super::runs::{Order, Running};
use super::world::World;

impl World {
    /// A run with whatever chance puts in its way.
    pub(crate) async fn single_run(&mut self) {
        let order = self.order();
        self.disturb_listings();
        let people = self.rng.bool();
        self.runs(vec![order], people).await;
    }

    /// Two runs that overlap, of the same state or of two.
    pub(crate) async fn two_runs(&mut self) {
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
    pub(crate) fn order(&mut self) -> Order {
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

    pub(crate) fn disturb_listings(&mut self) {
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
    pub(crate) async fn runs(&mut self, orders: Vec<Order>, people: bool) {
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

    pub(crate) async fn carry_out(&mut self, orders: Vec<Order>, people: bool) -> Vec<Running> {
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
                order, &folder, &api, clock, sender, self.now, self.aloud,
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
    pub(crate) async fn go_on(&mut self, running: &mut [Running], at: usize) {
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
        let number = |method| -> Option<u64> {
            let path = last.strip_prefix(method)?;
            let number = path.strip_prefix(&format!("/repos/{REPOSITORY}/issues/"))?;
            number.parse().ok()
        };
        let (read, written) = (number("GET "), number("PATCH "));
        // A write that is refused or lost is sent again as it was.
        let again = struck.is_some() && written.is_some();
        run.reading = read.or(written.filter(|_| again));
        if !last.starts_with("GET ") {
            self.look_at_issues(run);
            if !again {
                run.read_open.clear();
            }
        }
        let open = |number: &u64| {
            let issue = self.issues.get(number);
            issue.is_some_and(|issue| issue.state == State::Open)
        };
        run.read_open.extend(read.filter(open));
        if struck.is_some_and(|trouble| trouble.is_crash()) {
            run.future = None;
            self.look_at_documents(run);
        }
    }

    /// What the last request did to the issues.
    pub(crate) fn look_at_issues(&mut self, run: &mut Running) {
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
                &run.read_open,
                run.force,
            ));
        }
        self.judge(broken);
    }

    /// What a run did to its documents since the last look.
    pub(crate) fn look_at_documents(&mut self, run: &mut Running) {
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
                run.began,
            ));
            *known = text;
        }
        self.judge(broken);
    }

    /// What people do while runs are under way.
    pub(crate) fn meanwhile(&mut self, running: &mut [Running], at: usize) {
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
}

fn half(half: Half) -> &'static str {
    match half {
        Half::Push => "push",
        Half::Pull => "pull",
        Half::Both => "sync",
    }
}

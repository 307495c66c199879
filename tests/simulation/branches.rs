//! What becomes of documents: what people commit, restore and merge, and write-backs that are merged late.

use pm_sync::sandbox::Issue;

use super::merge::merge;
use super::paper::{self, Docs};
use super::world::World;

/// Documents that somebody changed and wants to merge.
pub(crate) struct Change {
    pub(crate) base: Docs,
    pub(crate) head: Docs,
}

impl World {
    pub(crate) fn people_edit_main(&mut self) {
        let mut docs = self.main.clone();
        if let Some(done) = self.hand().edit_document(&mut docs) {
            self.commit(docs, done);
        }
    }

    pub(crate) fn people_track(&mut self) {
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

    pub(crate) fn people_file_documents(&mut self) {
        let mut docs = self.main.clone();
        if let Some(done) = self.hand().file_documents(&mut docs) {
            self.commit(docs, done);
        }
    }

    /// A document as it was some time ago, status and links included.
    pub(crate) fn people_restore(&mut self) {
        let old = self.history[self.rng.usize(..self.history.len())].clone();
        let at = self.rng.usize(..old.files.len());
        let Some((path, text)) = old.files.iter().nth(at) else {
            return;
        };
        let mut docs = self.main.clone();
        docs.files.insert(path.clone(), text.clone());
        for row in paper::rows(path, text) {
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

    pub(crate) fn people_merge_a_stale_branch(&mut self) {
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

    pub(crate) fn merge_something_late(&mut self) {
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
    pub(crate) fn merge(&mut self, change: &Change) {
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

    pub(crate) fn commit(&mut self, docs: Docs, done: &'static str) {
        self.count(done);
        self.tell(format!("people: {done}"));
        self.set_main(docs);
        self.ledger.people_left(&self.main);
    }

    pub(crate) fn set_main(&mut self, docs: Docs) {
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
}

/// A text among the lines of a replay.
pub(crate) fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    | {line}\n")).collect()
}

//! What people wrote, kept apart from anything pm-sync knows: the invariants look it up here.

use std::collections::{BTreeMap, BTreeSet};

use super::paper::{Docs, Name};

/// What people did to one issue, and where it came from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Written {
    /// The document and the row it was made from; none for one that people opened.
    pub(crate) origin: Option<(String, Name)>,
    /// The title that a person gave it, unless it was taken back.
    pub(crate) title: Option<String>,
    /// The title that pm-sync gave it last.
    pub(crate) our_title: String,
    /// Words of theirs in its body.
    pub(crate) words: BTreeSet<String>,
    /// Labels that they put on it.
    pub(crate) labels: BTreeSet<String>,
    /// Labels that they took off it.
    pub(crate) without: BTreeSet<String>,
    /// Whom they assigned in addition.
    pub(crate) assignees: BTreeSet<String>,
    /// Whether somebody commented on it.
    pub(crate) commented: bool,
    /// When somebody last opened it again.
    pub(crate) reopened_at: u64,
    /// How often that happened; once is enough to make it theirs.
    pub(crate) reopenings: u32,
}

impl Written {
    /// Whether people's own words stand on it.
    pub(crate) fn has_words(&self) -> bool {
        self.title.is_some() || !self.words.is_empty() || self.commented
    }
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// By the issue's number.
    pub(crate) issues: BTreeMap<u64, Written>,
    /// Links that people put into rows, be it by copying a row: item and number.
    pub(crate) links: BTreeSet<(u32, u64)>,
    /// How many rows of one title a document had at most at one time.
    pub(crate) rows: BTreeMap<(String, Name), usize>,
    /// Items of which a person has written that they are done or dropped: into a row, or by closing an issue.
    pub(crate) closed: BTreeSet<u32>,
    /// Issues that people closed, whatever they stood for then.
    pub(crate) closed_issues: BTreeSet<u64>,
}

impl Ledger {
    pub(crate) fn of(&mut self, number: u64) -> &mut Written {
        self.issues.entry(number).or_default()
    }

    /// The items that an issue stands for: the one it was made from, and those whose rows people linked to it.
    pub(crate) fn items(&self, number: u64) -> Vec<u32> {
        let origin = self
            .issues
            .get(&number)
            .and_then(|theirs| theirs.origin.as_ref());
        let linked = self.links.iter().filter(|(_, linked)| *linked == number);
        origin
            .map(|(_, name)| name.item)
            .into_iter()
            .chain(linked.map(|(item, _)| *item))
            .collect()
    }

    /// The items that an issue or one of its twins (made from the same row) stands for: whoever links a row to one of them means the item
    /// that they all are, whichever of them stays in the end.
    pub(crate) fn items_of_twins(&self, number: u64) -> Vec<u32> {
        let origin = |number| self.issues.get(&number)?.origin.as_ref();
        let same = |other: &u64| origin(number).is_some() && origin(*other) == origin(number);
        let twins = self.issues.keys().copied().filter(same);
        let all: BTreeSet<u64> = twins.chain([number]).collect();
        all.into_iter()
            .flat_map(|number| self.items(number))
            .collect()
    }

    /// Takes note of a state of the documents that people made.
    pub(crate) fn people_left(&mut self, docs: &Docs) {
        let mut count: BTreeMap<(String, Name), usize> = BTreeMap::new();
        for row in docs.rows() {
            if let Some(number) = row.link {
                self.links.insert((row.name.item, number));
            }
            if row.said.status.is_closed() {
                self.closed.insert(row.name.item);
            }
            *count.entry((row.doc, row.name)).or_default() += 1;
        }
        for (row, now) in count {
            let most = self.rows.entry(row).or_default();
            *most = now.max(*most);
        }
    }
}

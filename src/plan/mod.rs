//! Decisions, pure: action items × snapshot × config → what changes where.
//!
//! [`plan`] knows no I/O and no clock. Push applies a plan's issue changes, pull its document edits, sync both. The three rules it is
//! made of are functions of their own with exhaustive tests: [`identity`] (which issue is a row's), [`content`] (what flows to the
//! issue), [`status`] (what flows back).

pub mod content;
pub mod identity;
mod planner;
pub mod progress;
pub mod status;
pub mod wanted;

use std::collections::BTreeSet;
use std::path::PathBuf;

use chrono::NaiveDate;

use crate::config::{Config, DocumentState, RepoName};
use crate::github::snapshot::Snapshot;
use crate::item::Problem;
use crate::item::edit::ItemEdit;
use crate::item::link::{Reference, Target};
use crate::workspace::Loaded;

use content::{Field, FieldChange, Wanted};
use status::Side;

pub use planner::{doubled_ids, linked_numbers, next_id, plan, word};

/// Where issues and documents live on the web.
#[derive(Debug, Clone)]
pub struct Site {
    /// The repository with the issues.
    pub repository: RepoName,
    /// Its host's pages, such as `https://github.com`.
    pub html_base: String,
    /// Whether links of any host are to that repository: so with a server on this machine.
    pub any_host: bool,
    /// The repository that the documents are in and its top folder; `None` where nothing is known to link to.
    pub documents: Option<(RepoName, PathBuf)>,
}

impl Site {
    /// The number of the issue that a reference names, where it is one of ours.
    pub fn number(&self, reference: &Reference) -> Option<u64> {
        match &reference.target {
            Target::GitHub {
                repository, number, ..
            } if self.any_host => repository
                .as_ref()
                .is_none_or(|named| *named == self.repository)
                .then_some(*number),
            _ => reference.number_in(&self.repository, &self.html_base),
        }
    }

    /// The page of an issue.
    pub fn issue_url(&self, number: u64) -> String {
        format!("{}/{}/issues/{number}", self.html_base, self.repository)
    }
}

/// What a run was asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Plan the issue changes.
    pub push: bool,
    /// Plan the status that flows back.
    pub pull: bool,
    /// Create at most so many issues.
    pub limit: Option<usize>,
    /// Take over tracked issues.
    pub adopt: bool,
    /// The row's status decides.
    pub force_status: bool,
    /// Apply changes of the configuration.
    pub reapply: bool,
    /// Settle drift and conflicts.
    pub prefer: Option<Side>,
}

/// All that a plan is made of.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// All documents of the run, selected or not.
    pub documents: &'a [Loaded],
    /// What GitHub has.
    pub snapshot: &'a Snapshot,
    /// The configuration.
    pub config: &'a Config,
    /// What was asked for.
    pub options: &'a Options,
    /// Where it all lives.
    pub site: &'a Site,
    /// Today.
    pub today: NaiveDate,
    /// Accounts that can't be assigned, as far as asked.
    pub unassignable: &'a BTreeSet<String>,
    /// The text that new issues get below our region.
    pub template: Option<&'a str>,
}

/// What a run would do.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// A part for each selected document, in order.
    pub documents: Vec<DocumentPlan>,
    /// What stands in the way.
    pub problems: Vec<Problem>,
    /// How many issues the limit keeps from being created.
    pub remaining: usize,
}

/// What a run would do with one document.
#[derive(Debug, Clone)]
pub struct DocumentPlan {
    /// Its place in the inputs.
    pub document: usize,
    /// Why its items are not pushed.
    pub waits: Option<Waits>,
    /// Rows that are done and never had an issue.
    pub skipped_done: usize,
    /// What changes, by item.
    pub items: Vec<ItemPlan>,
    /// The progress region as it should be: where it goes and its text.
    pub progress: Option<crate::document::edit::Splice>,
}

/// Why a document is not pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// Its state is not one of `push.states`.
    State(DocumentState),
    /// It is a template.
    Template,
    /// It has no id.
    NoId,
    /// Another document has the same id.
    IdTwice,
}

/// What a run would do with one item.
#[derive(Debug, Clone)]
pub struct ItemPlan {
    /// Its place in the postmortem.
    pub item: usize,
    /// The change of its issue.
    pub change: Option<IssueChange>,
    /// The change of its row, by pull or because its issue was found.
    pub edit: Option<ItemEdit>,
    /// Differences where a side that doesn't own a field was changed.
    pub drift: Vec<Finding>,
    /// Differences where both sides were changed.
    pub conflicts: Vec<Finding>,
    /// Differences that `--prefer` settled, with the value that lost.
    pub settled: Vec<(Side, Finding)>,
    /// The issue, where it has one.
    pub issue: Option<u64>,
}

/// A difference between a row and its issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What differs; `None` for the status.
    pub field: Option<Field>,
    /// The document's value.
    pub document: String,
    /// GitHub's value.
    pub github: String,
}

/// The change of an issue.
#[derive(Debug, Clone)]
pub enum IssueChange {
    /// It is created, and closed at once where the row is done already.
    Create {
        /// What the document says.
        wanted: Box<Wanted>,
        /// How to close it.
        close: Option<bool>,
    },
    /// It is brought up to date.
    Update {
        /// What the document says.
        wanted: Box<Wanted>,
        /// Whether its title, body, labels or assignees change.
        content: bool,
        /// What that changes, for people.
        changes: Vec<FieldChange>,
        /// Close or reopen it as well.
        state: Option<StateMove>,
    },
    /// It is taken over.
    Adopt {
        /// What the document says.
        wanted: Box<Wanted>,
    },
}

/// A change of an issue's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateMove {
    /// Close it; as not planned where `dropped`.
    Close {
        /// The row says dropped, not done.
        dropped: bool,
    },
    /// Open it again.
    Reopen,
}

impl Plan {
    /// The accounts that must be assignable for this plan, as far as no issue shows that they are.
    pub fn logins(&self, snapshot: &Snapshot) -> BTreeSet<String> {
        let seen: BTreeSet<String> = snapshot
            .issues
            .values()
            .flat_map(|issue| &issue.assignees)
            .map(|login| login.to_lowercase())
            .collect();
        self.items()
            .filter_map(|(_, item)| item.change.as_ref())
            .flat_map(|change| match change {
                IssueChange::Create { wanted, .. } | IssueChange::Adopt { wanted } => {
                    wanted.all_logins()
                }
                IssueChange::Update {
                    wanted, changes, ..
                } if changes.iter().any(|c| c.field == Field::Owners) => wanted.all_logins(),
                IssueChange::Update { .. } => Vec::new(),
            })
            .filter(|login| !seen.contains(&login.to_lowercase()))
            .collect()
    }

    /// Each item's part with the document it belongs to.
    pub fn items(&self) -> impl Iterator<Item = (&DocumentPlan, &ItemPlan)> {
        self.documents
            .iter()
            .flat_map(|document| document.items.iter().map(move |item| (document, item)))
    }

    /// Whether anything would be written to GitHub.
    pub fn writes_issues(&self) -> bool {
        self.items().any(|(_, item)| item.change.is_some())
    }

    /// Whether any document would be written.
    pub fn writes_documents(&self) -> bool {
        self.documents
            .iter()
            .any(|d| d.progress.is_some() || d.items.iter().any(|i| i.edit.is_some()))
    }

    /// Whether conflicts are left.
    pub fn has_conflicts(&self) -> bool {
        self.items().any(|(_, item)| !item.conflicts.is_empty())
    }
}

//! Decisions, pure: action items × snapshot × config → what changes where.
//!
//! [`plan`] knows no I/O and no clock. Push applies a plan's issue changes, pull its document edits, sync both. The three rules it is
//! made of are functions of their own with exhaustive tests: [`identity`] (which issue is a row's), [`content`] (what flows to the
//! issue), [`status`] (what flows back).

pub mod content;
pub mod identity;
mod lost;
mod planner;
pub mod progress;
mod removed;
pub mod status;
pub mod wanted;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::NaiveDate;

use crate::config::{Config, DocumentState, PostmortemId, RepoName};
use crate::github::body::{self, one_line};
use crate::github::marker::{Marker, MarkerReading};
use crate::github::snapshot::Snapshot;
use crate::github::{Issue, marker};
use crate::item::edit::ItemEdit;
use crate::item::link::{Reference, Target};
use crate::item::problem::tidy;
use crate::item::{Postmortem, Problem, ProblemKind, Status};
use crate::workspace::{Bystander, Loaded, View};

use content::{Difference, Field, FieldChange, Wanted};
use identity::{IssueId, Link, MarkerId, RowId};
use planner::Planner;
use status::{IssueWord, Side};

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
    /// Close the issues whose row was deleted.
    pub close_removed: bool,
    /// Settle drift and conflicts.
    pub prefer: Option<Side>,
    /// The rows that `prefer`, `force_status` and `adopt` are about, as `PM-042#3`; all where it is empty.
    pub only: BTreeSet<String>,
}

impl Options {
    /// Whether what a person asked for is about this row.
    fn settles(&self, item: &str) -> bool {
        self.only.is_empty() || self.only.contains(item)
    }

    /// Whose value stands for this row.
    pub fn prefer_for(&self, item: &str) -> Option<Side> {
        self.prefer.filter(|_| self.settles(item))
    }

    /// Whether the issue that this row tracks is taken over.
    pub fn adopt_for(&self, item: &str) -> bool {
        self.adopt && self.settles(item)
    }

    /// Whether this row's status decides.
    pub fn force_status_for(&self, item: &str) -> bool {
        self.force_status && self.settles(item)
    }
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
    /// How much of the configured documents these are.
    pub view: View,
    /// The checkout's other Markdown files, where they were read: an issue that one of them links is not closed for a row that is gone.
    pub bystanders: &'a [Bystander],
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
    /// Whether a person settled a difference for GitHub, so that the sides differ and nothing is to be done about it.
    pub differs: bool,
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
    /// Issues to be closed that no row is any more.
    pub removals: Vec<Removal>,
    /// The progress region as it should be: where it goes and its text.
    pub progress: Option<crate::document::edit::Splice>,
}

/// An issue that is closed though no row is it any more: its row was deleted and a person asked for it, or it is the twin of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// The issue.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// The document's id in its marker.
    pub doc: String,
    /// The row's key in its marker.
    pub key: String,
    /// The row's title in its marker.
    pub title: String,
    /// The open issue that it is a twin of, and closed as a duplicate of; that one stays, and is reported.
    pub twin_of: Option<u64>,
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
    /// Twins of its issue, which runs at once or a lagging listing made: they are closed as its duplicates.
    pub twins: Vec<u64>,
    /// The open issue that they are the twins of: the item's own, or where people have closed that, the lowest of its open twins.
    pub stays: Option<u64>,
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
    /// The issue's page.
    pub url: Option<String>,
}

/// A difference between a row and its issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A field that the document owns.
    Content(Difference),
    /// The status, which GitHub owns.
    Status {
        /// The row's.
        row: Status,
        /// The issue's.
        issue: IssueWord,
        /// Whether `push --status` would make the issue say what the row says.
        row_can_decide: bool,
    },
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
        /// What that changes, for people.
        changes: Vec<FieldChange>,
        /// Close or reopen it as well.
        state: Option<StateMove>,
    },
    /// It is taken over.
    Adopt {
        /// What the document says.
        wanted: Box<Wanted>,
        /// What that changes beside the body, for people.
        changes: Vec<FieldChange>,
    },
    /// Our region, which somebody deleted, is put back at the end of its body.
    Restore {
        /// What the document says.
        wanted: Box<Wanted>,
        /// Close or reopen it as well.
        state: Option<StateMove>,
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
                IssueChange::Create { wanted, .. }
                | IssueChange::Adopt { wanted, .. }
                | IssueChange::Restore { wanted, .. } => wanted.all_logins(),
                IssueChange::Update {
                    wanted, changes, ..
                } if changes.iter().any(|c| c.field == Field::Owners) => wanted.all_logins(),
                IssueChange::Update { .. } => Vec::new(),
            })
            .filter(|login| !seen.contains(&login.to_lowercase()))
            .collect()
    }

    /// How many rows would take GitHub's status.
    pub fn status_edits(&self) -> usize {
        let edits = self.items().filter_map(|(_, item)| item.edit.as_ref());
        edits.filter(|edit| edit.status.is_some()).count()
    }

    /// Whether an issue would be closed, or offered to be closed, since its row is gone: what else is in the checkout matters then.
    pub fn takes_rows_for_gone(&self) -> bool {
        let offered =
            |problem: &Problem| matches!(problem.kind, ProblemKind::RowGone { kept: None, .. });
        self.documents.iter().any(|d| !d.removals.is_empty()) || self.problems.iter().any(offered)
    }

    /// Only what is about issues with twins, with all that stands in the way and all differences. The rest is for another plan.
    #[must_use]
    pub fn of_twins(mut self) -> Plan {
        for document in &mut self.documents {
            document.progress = None;
            document.removals.retain(|r| r.twin_of.is_some());
            let others = document.items.iter_mut().filter(|i| i.twins.is_empty());
            for item in others {
                item.change = None;
                item.edit = None;
            }
        }
        self
    }

    /// Each item's part with the document it belongs to.
    pub fn items(&self) -> impl Iterator<Item = (&DocumentPlan, &ItemPlan)> {
        self.documents
            .iter()
            .flat_map(|document| document.items.iter().map(move |item| (document, item)))
    }

    /// Whether anything would be written to GitHub.
    pub fn writes_issues(&self) -> bool {
        self.items()
            .any(|(_, item)| item.change.is_some() || !item.twins.is_empty())
            || self.documents.iter().any(|d| !d.removals.is_empty())
    }

    /// Whether any document would be written.
    pub fn writes_documents(&self) -> bool {
        self.documents
            .iter()
            .any(|d| d.progress.is_some() || d.items.iter().any(|i| i.edit.is_some()))
    }

    /// Whether anything is left for a person to settle.
    pub fn has_conflicts(&self) -> bool {
        self.items().any(|(_, item)| !item.conflicts.is_empty())
            || self.problems.iter().any(Problem::stops_items)
    }
}

/// Decides what a run does.
pub fn plan(inputs: Inputs<'_>) -> Plan {
    let mut planner = Planner {
        inputs,
        plan: Plan::default(),
        created: 0,
        damaged: damaged(inputs),
        next: next_number(inputs),
    };
    let doubled = doubled_ids(inputs.documents);
    let (rows, places) = rows(inputs, &doubled);
    let issues: Vec<IssueId> = inputs
        .snapshot
        .issues
        .values()
        .map(|issue| issue_id(issue, inputs))
        .collect();
    let identities = identity::identify(&rows, &issues, &inputs.snapshot.gone);
    let mut row = 0;
    for (index, loaded) in inputs.documents.iter().enumerate() {
        let own = &identities[row..row + loaded.postmortem.items.len()];
        row += loaded.postmortem.items.len();
        if loaded.selected {
            planner.document(index, own, &places, &doubled);
        }
    }
    planner.removed(&identities);
    let mut plan = planner.plan;
    tidy(&mut plan.problems);
    plan
}

/// The numbers of our repository's issues that the documents' rows link.
pub fn linked_numbers(documents: &[Loaded], site: &Site) -> BTreeSet<u64> {
    documents
        .iter()
        .flat_map(|d| &d.postmortem.items)
        .filter_map(|item| site.number(item.reference.as_ref()?))
        .collect()
}

/// The ids that more than one document has, with the documents' paths.
pub fn doubled_ids(documents: &[Loaded]) -> BTreeMap<PostmortemId, Vec<String>> {
    let mut by_id: BTreeMap<PostmortemId, Vec<String>> = BTreeMap::new();
    for loaded in documents.iter().filter(|d| !d.postmortem.template) {
        if let Some(id) = &loaded.postmortem.id {
            by_id
                .entry(id.clone())
                .or_default()
                .push(loaded.postmortem.path.clone());
        }
    }
    by_id.retain(|_, paths| paths.len() > 1);
    by_id
}

/// The documents of the run that share their id with another.
pub fn id_problems(documents: &[Loaded]) -> Vec<Problem> {
    let doubled = doubled_ids(documents);
    let selected = documents.iter().filter(|loaded| loaded.selected);
    selected
        .filter_map(|loaded| {
            let Postmortem { id, path, .. } = &loaded.postmortem;
            let id = id.as_ref().filter(|_| !loaded.postmortem.template)?;
            let others = doubled.get(id)?.iter().filter(|other| *other != path);
            Some(Problem {
                path: path.clone(),
                line: 0,
                column: 0,
                kind: ProblemKind::IdTwice {
                    id: id.to_string(),
                    others: others.cloned().collect(),
                },
            })
        })
        .collect()
}

/// The next free id: the highest number in use with the configured prefix, and one. An id that only issues carry is in use too: its
/// document may be on another branch, and a second one of its name would take its issues over.
pub fn next_id(documents: &[Loaded], snapshot: &Snapshot, prefix: &str) -> String {
    let in_issues = snapshot
        .issues
        .values()
        .filter_map(|issue| match marker::parse(&issue.body) {
            MarkerReading::One(marker) => Some(marker.doc),
            _ => None,
        });
    let in_documents = documents
        .iter()
        .filter_map(|d| Some(d.postmortem.id.as_ref()?.to_string()));
    let (mut highest, mut digits) = (0u64, 3);
    for id in in_documents.chain(in_issues) {
        let Some(text) = id.strip_prefix(prefix) else {
            continue;
        };
        if let Ok(number) = text.parse::<u64>() {
            highest = highest.max(number);
            digits = digits.max(text.len());
        }
    }
    format!("{prefix}{:0digits$}", highest.saturating_add(1))
}

/// Issues with our label and no marker that can be read, by title, as far as no row links them. Their rows can't be told for sure, but
/// filing a row of that title anew might make a second issue.
fn damaged(inputs: Inputs<'_>) -> BTreeMap<String, u64> {
    let linked = linked_numbers(inputs.documents, inputs.site);
    inputs
        .snapshot
        .issues
        .values()
        .filter(|issue| !linked.contains(&issue.number))
        .filter(|issue| {
            let id = issue_id(issue, inputs);
            let unread = !matches!(marker::parse(&issue.body), MarkerReading::One(_));
            // What `unlink` let go of is told by its hidden line: that is why its row is to be filed anew. So is what never was an item.
            let let_go = body::is_let_go(&issue.body) || body::is_report(&issue.body);
            unread && id.labelled && !id.pull_request && !id.duplicate && !let_go
        })
        .map(|issue| (one_line(&issue.title), issue.number))
        .collect()
}

fn next_number(inputs: Inputs<'_>) -> String {
    next_id(
        inputs.documents,
        inputs.snapshot,
        &inputs.config.documents.id_prefix,
    )
}

fn rows(
    inputs: Inputs<'_>,
    doubled: &BTreeMap<PostmortemId, Vec<String>>,
) -> (Vec<RowId>, Vec<String>) {
    let mut rows = Vec::new();
    let mut places = Vec::new();
    for loaded in inputs.documents {
        let id = loaded
            .postmortem
            .id
            .as_ref()
            .filter(|id| !doubled.contains_key(id))
            .map(ToString::to_string);
        for item in &loaded.postmortem.items {
            let link = match &item.reference {
                None => Link::None,
                Some(reference) => inputs
                    .site
                    .number(reference)
                    .map_or(Link::Elsewhere, Link::Issue),
            };
            rows.push(RowId {
                doc: id.clone(),
                key: item.key.clone(),
                // In the form in which a marker remembers it.
                title: content::remembered_title(&item.title),
                link,
            });
            places.push(format!("{}:{}", loaded.postmortem.path, item.line));
        }
    }
    (rows, places)
}

fn issue_id(issue: &Issue, inputs: Inputs<'_>) -> IssueId {
    let config = inputs.config;
    let marker = match marker::parse(&issue.body) {
        MarkerReading::One(marker) => Some(*marker),
        MarkerReading::None | MarkerReading::Unreadable | MarkerReading::Several => None,
    };
    IssueId {
        number: issue.number,
        marker: marker.map(|Marker { doc, key, saw, .. }| MarkerId {
            doc,
            key,
            title: saw.doc.title,
        }),
        labelled: issue
            .labels
            .iter()
            .any(|label| label.eq_ignore_ascii_case(config.issues.marker_label())),
        open: issue.is_open(),
        duplicate: issue.state_reason.as_deref() == Some("duplicate") && !issue.is_open(),
        untouched: content::untouched(issue, inputs.template),
        pull_request: issue.is_pull_request,
    }
}

/// GitHub's state of an issue in a word.
pub fn word(issue: &Issue, config: &Config) -> IssueWord {
    IssueWord::from_github(
        !issue.is_open(),
        issue.state_reason.as_deref(),
        &issue.labels,
        &config.issues.in_progress,
        &config.issues.blocked,
    )
}

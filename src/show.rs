//! What `push`, `pull` and `sync` print: a plan before it is carried out, or what was done; for people and as JSON.

mod difference;
mod text;

use serde::Serialize;

use crate::config::Language;
use crate::github::Issue;
use crate::item::problem::ProblemJson;
use crate::item::{ActionItem, Problem, Status};
use crate::list::{SCHEMA, to_json};
use crate::plan::content::{self, Field, FieldChange};
use crate::plan::status::{Side, shown};
use crate::plan::{
    DocumentPlan, Finding, Inputs, IssueChange, ItemPlan, Plan, Removal, StateMove, Tracked, Waits,
};

pub use difference::{Difference, Settle};
use difference::{difference, side_name};
pub(crate) use difference::{place_of, quoted, word_label};
pub(crate) use text::diff;

/// All that a run has to say.
#[derive(Debug, Default)]
pub struct Report {
    /// Whether nothing was touched.
    pub dry_run: bool,
    /// The documents, in order, with what is said of each.
    pub documents: Vec<DocumentReport>,
    /// What stands in the way.
    pub problems: Vec<Problem>,
    /// What was not done, and why.
    pub remaining: Vec<Remaining>,
    /// How many issues `--limit` kept from being created.
    pub limited: usize,
    /// How many rows would take GitHub's status by a pull, where a push has nothing to do.
    pub pulls: usize,
    /// How many rows would take GitHub's status by a pull that is asked for the same as this push, `--prefer github`.
    pub pulls_preferred: usize,
    /// Linked issues that are not pm-sync's, and don't say what their rows do.
    pub tracked: Vec<Tracked>,
    /// Whether documents and issues differ though nothing is left to settle: a person decided so, or the other half has work to do.
    pub differs: bool,
    /// What became of the pull request, where one was asked for.
    pub pull_request: Option<crate::write_back::Outcome>,
}

/// What is said of a document.
#[derive(Debug, Clone)]
pub struct DocumentReport {
    /// Its id.
    pub id: Option<String>,
    /// Its title.
    pub title: String,
    /// Its path.
    pub path: String,
    /// As in [`Row`].
    argument: String,
    /// Why it is not pushed.
    pub waits: Option<Waits>,
    /// Rows that are done and never had an issue.
    pub skipped_done: usize,
    /// Changes of issues.
    pub changes: Vec<Change>,
    /// Changes of rows.
    pub edits: Vec<Edit>,
    /// Whether the progress region changes.
    pub progress: bool,
    /// Differences left alone.
    pub drift: Vec<Difference>,
    /// Differences left for a person.
    pub conflicts: Vec<Difference>,
    /// Differences that `--prefer` settled; the value that lost is in them.
    pub settled: Vec<(Side, Difference)>,
    /// Its text before and after.
    pub text: Option<(String, String)>,
}

/// The row that something is said of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// `PM-042#3`.
    pub item: String,
    /// Its title.
    pub title: String,
    /// Its document.
    pub path: String,
    /// Its line.
    pub line: usize,
    /// What names its document in a command that the reader may run where they stand, as in [`crate::workspace::Loaded`].
    #[serde(skip)]
    pub argument: String,
}

/// The change of an issue.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The row.
    #[serde(flatten)]
    pub row: Row,
    /// What is done.
    pub action: Action,
    /// The issue; not known before it is created.
    pub issue: Option<u64>,
    /// Its page.
    pub url: Option<String>,
    /// Old and new values.
    pub fields: Vec<FieldChange>,
}

/// What is done to an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is created.
    Create,
    /// It is brought up to date.
    Update,
    /// It is closed as completed.
    Close,
    /// It is closed as not planned.
    Drop,
    /// It is opened again.
    Reopen,
    /// It is taken over.
    Adopt,
    /// Our region is put back at the end of its body.
    Restore,
    /// It is closed as not planned, for its row was deleted.
    CloseRemoved,
    /// It is closed as a duplicate of one that another run made meanwhile.
    CloseDuplicate,
    /// Its link or its status is written into the row.
    WriteRow,
}

impl Action {
    /// A change of the state.
    pub fn of(state: StateMove) -> Action {
        match state {
            StateMove::Close { dropped: false } => Action::Close,
            StateMove::Close { dropped: true } => Action::Drop,
            StateMove::Reopen => Action::Reopen,
        }
    }
}

/// The change of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// The row.
    #[serde(flatten)]
    pub row: Row,
    /// The issue.
    pub issue: Option<u64>,
    /// The status before and after, where it changes: as it is shown, which for a row that writes none is what its link remembers.
    pub status: Option<StatusMove>,
    /// Whether its link is written.
    pub link: bool,
}

/// A status before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StatusMove {
    /// Before.
    pub old: Status,
    /// After.
    pub new: Status,
}

/// What was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remaining {
    /// The row.
    #[serde(flatten)]
    pub row: Row,
    /// What was to be done.
    pub action: Action,
    /// Why it wasn't.
    pub reason: String,
}

impl Report {
    /// Takes in the report of the half that came after this one, in the same run.
    pub fn followed_by(&mut self, later: Report) {
        for document in later.documents {
            match self.documents.iter_mut().find(|d| d.path == document.path) {
                Some(first) => {
                    first.edits.retain(|edit| {
                        !document
                            .edits
                            .iter()
                            .any(|later| later.row.item == edit.row.item)
                    });
                    first.edits.extend(document.edits);
                    first.progress |= document.progress;
                    // The status is looked at in both halves; what the first settled is no difference in the second.
                    for (known, now) in [
                        (&mut first.drift, document.drift),
                        (&mut first.conflicts, document.conflicts),
                    ] {
                        known.retain(|found| found.field != "status");
                        known.extend(now.into_iter().filter(|found| found.field == "status"));
                    }
                    first.text = match (first.text.take(), document.text) {
                        (Some((before, _)), Some((_, after))) => Some((before, after)),
                        (first, second) => first.or(second),
                    };
                }
                None => self.documents.push(document),
            }
        }
        self.problems.extend(later.problems);
        self.remaining.extend(later.remaining);
    }

    /// Takes in the report of what the same half did afterwards to issues that turned out to be twins.
    pub fn amended_by(&mut self, later: Report) {
        for document in later.documents {
            let Some(first) = self.documents.iter_mut().find(|d| d.path == document.path) else {
                self.documents.push(document);
                continue;
            };
            first.edits.retain(|edit| {
                let again = |later: &Edit| later.row.item == edit.row.item;
                !document.edits.iter().any(again)
            });
            first.changes.extend(document.changes);
            first.edits.extend(document.edits);
            first.settled.extend(document.settled);
            for (known, now) in [
                (&mut first.drift, document.drift),
                (&mut first.conflicts, document.conflicts),
            ] {
                known.retain(|found| {
                    let again = |now: &Difference| {
                        (&now.row.item, &now.field) == (&found.row.item, &found.field)
                    };
                    !now.iter().any(again)
                });
                known.extend(now);
            }
            first.text = match (first.text.take(), document.text) {
                (Some((before, _)), Some((_, after))) => Some((before, after)),
                (first, second) => first.or(second),
            };
        }
        self.problems.extend(later.problems);
        self.remaining.extend(later.remaining);
    }

    /// What a plan would do.
    pub fn of_plan(plan: &Plan, inputs: Inputs<'_>, language: Language) -> Report {
        let documents = plan
            .documents
            .iter()
            .map(|document| DocumentReport::of_plan(document, inputs, language))
            .collect();
        Report {
            dry_run: true,
            documents,
            problems: plan.problems.clone(),
            remaining: Vec::new(),
            limited: plan.remaining,
            pulls: 0,
            pulls_preferred: 0,
            tracked: Vec::new(),
            differs: false,
            pull_request: None,
        }
    }

    /// Whether anything is left for a person to settle.
    pub fn has_conflicts(&self) -> bool {
        self.documents.iter().any(|d| !d.conflicts.is_empty())
            || self.problems.iter().any(Problem::stops_items)
    }

    /// Whether there is anything to do or done.
    pub fn has_changes(&self) -> bool {
        self.documents.iter().any(|d| {
            let DocumentReport {
                changes,
                edits,
                progress,
                settled,
                ..
            } = d;
            *progress || !(changes.is_empty() && edits.is_empty() && settled.is_empty())
        })
    }

    /// The JSON of the contract.
    pub fn json(&self, language: Language) -> String {
        #[derive(Serialize)]
        struct DocumentJson<'a> {
            id: Option<&'a str>,
            path: &'a str,
            waits: Option<&'static str>,
            skipped_done: usize,
            progress: bool,
        }
        #[derive(Serialize)]
        struct SettledJson<'a> {
            kept: &'static str,
            #[serde(flatten)]
            difference: &'a Difference,
        }
        #[derive(Serialize)]
        struct Json<'a> {
            schema: &'static str,
            dry_run: bool,
            documents: Vec<DocumentJson<'a>>,
            changes: Vec<&'a Change>,
            edits: Vec<&'a Edit>,
            drift: Vec<&'a Difference>,
            conflicts: Vec<&'a Difference>,
            settled: Vec<SettledJson<'a>>,
            problems: Vec<ProblemJson<'a>>,
            remaining: Vec<&'a Remaining>,
            limited: usize,
            #[serde(skip_serializing_if = "<[Tracked]>::is_empty")]
            tracked: &'a [Tracked],
            #[serde(skip_serializing_if = "Option::is_none")]
            pull_request: Option<&'a crate::write_back::Outcome>,
        }
        let documents = self.documents.iter().map(|d| DocumentJson {
            id: d.id.as_deref(),
            path: &d.path,
            waits: d.waits.map(|waits| match waits {
                Waits::State(_) => "state",
                Waits::Template => "template",
                Waits::NoId => "no-id",
                Waits::IdTwice => "id-twice",
            }),
            skipped_done: d.skipped_done,
            progress: d.progress,
        });
        let settled = self.documents.iter().flat_map(|d| &d.settled);
        to_json(&Json {
            schema: SCHEMA,
            dry_run: self.dry_run,
            documents: documents.collect(),
            changes: self.documents.iter().flat_map(|d| &d.changes).collect(),
            edits: self.documents.iter().flat_map(|d| &d.edits).collect(),
            drift: self.documents.iter().flat_map(|d| &d.drift).collect(),
            conflicts: self.documents.iter().flat_map(|d| &d.conflicts).collect(),
            settled: settled
                .map(|(side, difference)| SettledJson {
                    kept: side_name(*side),
                    difference,
                })
                .collect(),
            problems: self.problems.iter().map(|p| p.json(language)).collect(),
            remaining: self.remaining.iter().collect(),
            limited: self.limited,
            tracked: &self.tracked,
            pull_request: self.pull_request.as_ref(),
        })
    }
}

impl DocumentReport {
    fn of_plan(document: &DocumentPlan, inputs: Inputs<'_>, language: Language) -> DocumentReport {
        let loaded = &inputs.documents[document.document];
        let mut report = DocumentReport::new(document, inputs);
        for plan in &document.items {
            let item = &loaded.postmortem.items[plan.item];
            let row = report.row(item);
            report.findings(plan, &row, language);
            if let Some(change) = &plan.change {
                report
                    .changes
                    .extend(changes(change, &row, plan.issue, None));
            }
            let twin = |number: &u64| Change {
                row: row.clone(),
                action: Action::CloseDuplicate,
                issue: Some(*number),
                url: None,
                fields: Vec::new(),
            };
            report.changes.extend(plan.twins.iter().map(twin));
            if let Some(edit) = &plan.edit {
                report.edits.push(edit_of(edit, item, row, plan.issue));
            }
        }
        for removal in &document.removals {
            report.changes.push(removed(removal, &report.path));
        }
        report.progress = document.progress.is_some();
        report
    }

    /// A report of a document with nothing said of its items yet.
    pub fn new(document: &DocumentPlan, inputs: Inputs<'_>) -> DocumentReport {
        let loaded = &inputs.documents[document.document];
        let postmortem = &loaded.postmortem;
        DocumentReport {
            argument: loaded.argument.clone(),
            id: postmortem.id.as_ref().map(ToString::to_string),
            title: postmortem.title.clone(),
            path: postmortem.path.clone(),
            waits: document
                .waits
                .filter(|_| inputs.options.push && !postmortem.items.is_empty()),
            skipped_done: document.skipped_done,
            changes: Vec::new(),
            edits: Vec::new(),
            progress: false,
            drift: Vec::new(),
            conflicts: Vec::new(),
            settled: Vec::new(),
            text: None,
        }
    }

    /// How an item of this document is named.
    pub fn row(&self, item: &ActionItem) -> Row {
        let id = self.id.as_deref().unwrap_or_default();
        Row {
            item: format!("{id}#{}", item.key),
            title: item.title.clone(),
            path: self.path.clone(),
            line: item.line,
            argument: self.argument.clone(),
        }
    }

    /// Takes over drift and conflicts of an item's plan.
    pub fn findings(&mut self, plan: &ItemPlan, row: &Row, language: Language) {
        let issue = || (plan.issue, plan.url.clone());
        let show = |finding: &Finding| difference(finding, row, issue(), language);
        self.drift.extend(plan.drift.iter().map(show));
        self.conflicts.extend(plan.conflicts.iter().map(show));
        self.settled.extend(
            plan.settled
                .iter()
                .map(|(side, finding)| (*side, show(finding))),
        );
    }

    /// Takes over what only showed when the issue was read right before its update.
    pub fn found_later(
        &mut self,
        drift: Vec<content::Difference>,
        conflicts: Vec<content::Difference>,
        row: &Row,
        issue: &Issue,
        language: Language,
    ) {
        let show = |found: content::Difference| {
            let (number, url) = (Some(issue.number), Some(issue.url.clone()));
            difference(&Finding::Content(found), row, (number, url), language)
        };
        for (known, found) in [(&mut self.drift, drift), (&mut self.conflicts, conflicts)] {
            for found in found.into_iter().map(show) {
                if !known.contains(&found) {
                    known.push(found);
                }
            }
        }
    }
}

/// How a planned change is shown; `issue` and `url` as far as they are known.
pub fn changes(
    change: &IssueChange,
    row: &Row,
    issue: Option<u64>,
    url: Option<&str>,
) -> Vec<Change> {
    let one = |action, fields| Change {
        row: row.clone(),
        action,
        issue,
        url: url.map(str::to_owned),
        fields,
    };
    match change {
        IssueChange::Create { wanted, close } => {
            let fields = [
                (Field::Title, wanted.issue_title.clone()),
                (
                    Field::Priority,
                    wanted.priority.map(|p| p.to_string()).unwrap_or_default(),
                ),
                (
                    Field::Owners,
                    wanted
                        .owners
                        .iter()
                        .map(|o| o.written.clone())
                        .collect::<Vec<_>>()
                        .join(", "),
                ),
                (
                    Field::Due,
                    wanted.due.map(|d| d.to_string()).unwrap_or_default(),
                ),
                (Field::Labels, wanted.all_labels().join(", ")),
            ];
            let fields = fields
                .into_iter()
                .filter(|(_, new)| !new.is_empty())
                .map(|(field, new)| FieldChange {
                    field,
                    old: String::new(),
                    new,
                    unticked: Vec::new(),
                })
                .collect();
            std::iter::once(one(Action::Create, fields))
                .chain(close.map(|dropped| {
                    one(
                        if dropped { Action::Drop } else { Action::Close },
                        Vec::new(),
                    )
                }))
                .collect()
        }
        IssueChange::Update {
            wanted: _,
            changes,
            state,
        } => {
            let update = (!changes.is_empty()).then(|| one(Action::Update, changes.clone()));
            let state = state.map(|state| one(Action::of(state), Vec::new()));
            update.into_iter().chain(state).collect()
        }
        IssueChange::Adopt { wanted: _, changes } => vec![one(Action::Adopt, changes.clone())],
        IssueChange::Restore { wanted: _, state } => {
            let state = state.map(|state| one(Action::of(state), Vec::new()));
            std::iter::once(one(Action::Restore, Vec::new()))
                .chain(state)
                .collect()
        }
    }
}

/// How the closing of an issue that no row is any more is shown.
pub fn removed(removal: &Removal, path: &str) -> Change {
    let Removal {
        number,
        url,
        doc,
        key,
        title,
        twin_of,
    } = removal;
    Change {
        row: Row {
            item: format!("{doc}#{key}"),
            title: title.clone(),
            path: path.to_owned(),
            line: 0,
            argument: quoted(path),
        },
        action: match twin_of {
            Some(_) => Action::CloseDuplicate,
            None => Action::CloseRemoved,
        },
        issue: Some(*number),
        url: Some(url.clone()),
        fields: Vec::new(),
    }
}

/// How an edit of a row is shown.
pub fn edit_of(
    edit: &crate::item::edit::ItemEdit,
    item: &ActionItem,
    row: Row,
    issue: Option<u64>,
) -> Edit {
    use crate::item::edit::LinkEdit;
    use crate::plan::status::Row as RowStatus;
    let old = item.shown_status();
    let memory = match &edit.link {
        Some(LinkEdit::Set { word, .. }) => *word,
        Some(LinkEdit::Remove) => None,
        None => item.memory(),
    };
    let status = RowStatus {
        status: edit.status.unwrap_or(item.status.status),
        notation: item.status.notation,
    };
    let new = shown(status, memory);
    // A link that is written for the first time brings a memory along, which is no change of status.
    let moved = old != new && (edit.status.is_some() || item.memory().is_some());
    Edit {
        row,
        issue,
        status: moved.then_some(StatusMove { old, new }),
        link: edit.link.is_some(),
    }
}

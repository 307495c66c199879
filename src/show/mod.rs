//! What `push`, `pull` and `sync` print: a plan before it is carried out, or what was done; for people and as JSON.

mod text;

use crate::config::Language;
use crate::item::Problem;
use crate::item::problem::ProblemJson;
use crate::list::{SCHEMA, to_json};
use crate::plan::content::{Field, FieldChange};
use crate::plan::{DocumentPlan, Finding, Inputs, IssueChange, ItemPlan, Plan, StateMove, Waits};
use serde::Serialize;

pub use text::diff;

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
    pub settled: Vec<(crate::plan::status::Side, Difference)>,
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
    /// It is closed as a duplicate of one that another run made meanwhile.
    CloseDuplicate,
}

/// The change of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// The row.
    #[serde(flatten)]
    pub row: Row,
    /// The issue.
    pub issue: Option<u64>,
    /// The status before and after, where it changes.
    pub status: Option<OldNew>,
    /// Whether its link is written.
    pub link: bool,
}

/// A value before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OldNew {
    /// Before.
    pub old: String,
    /// After.
    pub new: String,
}

/// A difference between a row and its issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The row.
    #[serde(flatten)]
    pub row: Row,
    /// The issue.
    pub issue: Option<u64>,
    /// The field; `status` for the status.
    pub field: String,
    /// The document's value.
    pub document: String,
    /// GitHub's value.
    pub github: String,
    /// The command that settles it.
    pub hint: String,
    #[serde(skip)]
    label: String,
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
        }
    }

    /// Whether there is anything to do or done.
    pub fn has_changes(&self) -> bool {
        self.documents
            .iter()
            .any(|d| !d.changes.is_empty() || !d.edits.is_empty() || d.progress)
    }

    /// The JSON of the contract.
    pub fn json(&self, language: Language) -> String {
        #[derive(Serialize)]
        struct Json<'a> {
            schema: &'static str,
            dry_run: bool,
            changes: Vec<&'a Change>,
            edits: Vec<&'a Edit>,
            drift: Vec<&'a Difference>,
            conflicts: Vec<&'a Difference>,
            problems: Vec<ProblemJson<'a>>,
            remaining: Vec<&'a Remaining>,
            limited: usize,
        }
        to_json(&Json {
            schema: SCHEMA,
            dry_run: self.dry_run,
            changes: self.documents.iter().flat_map(|d| &d.changes).collect(),
            edits: self.documents.iter().flat_map(|d| &d.edits).collect(),
            drift: self.documents.iter().flat_map(|d| &d.drift).collect(),
            conflicts: self.documents.iter().flat_map(|d| &d.conflicts).collect(),
            problems: self.problems.iter().map(|p| p.json(language)).collect(),
            remaining: self.remaining.iter().collect(),
            limited: self.limited,
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
            if let Some(edit) = &plan.edit {
                report
                    .edits
                    .push(edit_of(edit, item, row, plan.issue, language));
            }
        }
        report.progress = document.progress.is_some();
        report
    }

    /// A report of a document with nothing said of its items yet.
    pub fn new(document: &DocumentPlan, inputs: Inputs<'_>) -> DocumentReport {
        let postmortem = &inputs.documents[document.document].postmortem;
        DocumentReport {
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
    pub fn row(&self, item: &crate::item::ActionItem) -> Row {
        let id = self.id.as_deref().unwrap_or("");
        Row {
            item: format!("{id}#{}", item.key),
            title: item.title.clone(),
            path: self.path.clone(),
            line: item.line,
        }
    }

    /// Takes over drift and conflicts of an item's plan.
    pub fn findings(&mut self, plan: &ItemPlan, row: &Row, language: Language) {
        let show = |finding: &Finding| difference(finding, row, plan.issue, language);
        self.drift.extend(plan.drift.iter().map(show));
        self.conflicts.extend(plan.conflicts.iter().map(show));
        self.settled.extend(
            plan.settled
                .iter()
                .map(|(side, finding)| (*side, show(finding))),
        );
    }

    fn says_something(&self) -> bool {
        let DocumentReport {
            id: _,
            title: _,
            path: _,
            waits,
            skipped_done: _,
            changes,
            edits,
            progress,
            drift,
            conflicts,
            settled,
            text: _,
        } = self;
        waits.is_some()
            || *progress
            || !(changes.is_empty()
                && edits.is_empty()
                && drift.is_empty()
                && conflicts.is_empty()
                && settled.is_empty())
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
            content: _,
            changes,
            state,
        } => {
            let update = (!changes.is_empty()).then(|| one(Action::Update, changes.clone()));
            let state = state.map(|state| {
                one(
                    match state {
                        StateMove::Close { dropped: false } => Action::Close,
                        StateMove::Close { dropped: true } => Action::Drop,
                        StateMove::Reopen => Action::Reopen,
                    },
                    Vec::new(),
                )
            });
            update.into_iter().chain(state).collect()
        }
        IssueChange::Adopt { .. } => vec![one(Action::Adopt, Vec::new())],
    }
}

/// How an edit of a row is shown.
pub fn edit_of(
    edit: &crate::item::edit::ItemEdit,
    item: &crate::item::ActionItem,
    row: Row,
    issue: Option<u64>,
    language: Language,
) -> Edit {
    let old = item.status.status;
    Edit {
        row,
        issue,
        status: edit.status.filter(|new| *new != old).map(|new| OldNew {
            old: old.label(language).to_owned(),
            new: new.label(language).to_owned(),
        }),
        link: edit.link.is_some(),
    }
}

fn difference(finding: &Finding, row: &Row, issue: Option<u64>, language: Language) -> Difference {
    let Finding {
        field,
        document,
        github,
    } = finding;
    let hint = match field {
        Some(_) => format!("pm-sync push --prefer document|github {}", row.path),
        None => language.pick(
            "文書に合わせるには `pm-sync push --status`、GitHub に合わせるには `pm-sync pull --prefer github`".to_owned(),
            "`pm-sync push --status` for the document's, `pm-sync pull --prefer github` for GitHub's".to_owned(),
        ),
    };
    Difference {
        row: row.clone(),
        issue,
        field: field.map_or_else(|| "status".to_owned(), field_name),
        document: document.clone(),
        github: github.clone(),
        hint,
        label: field.map_or_else(
            || language.pick("ステータス", "status").to_owned(),
            |f| f.label(language).to_owned(),
        ),
    }
}

/// The field's name in JSON.
fn field_name(field: Field) -> String {
    serde_json::to_value(field)
        .ok()
        .and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_default()
}

//! What an issue carries: the document's values in GitHub's form, and the rule for who changed what since.
//!
//! Per field the document's value is compared with the one that the issue's marker remembers, and the issue's with
//! the one that we last wrote. The document owns these fields, so its changes are written; a person's change on
//! GitHub is reported and left. What the configuration alone would change is left as well, until it is asked for.
//!
//! Pure: no clock, no network. Left to others: which issue a row is (`identity`), its status (`status`), resolving
//! owners and labels against the configuration and asking GitHub who can be assigned (the planner), the form of
//! the body and its marker (`github::body`, `github::marker`), and sending any of it (`sync`).

mod compare;
mod file;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::config::{Kind, Language, Priority};
use crate::github::body::{Content, MAX_TITLE, OwnerLine, Part, cut, one_line};
use crate::github::marker::{Marker, SawDocument, SawLabels, brief, brief_list, fingerprint_list};
use crate::github::model::IssuePatch;
use crate::item::Task;
use crate::plan::status::Side;

pub use compare::compare;
pub use file::{adopt, adopted, create, put_back, remember, remember_closing, untouched};

/// GitHub's limit for assignees.
const MAX_ASSIGNEES: usize = 10;

/// What the document says of an item, resolved against the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The postmortem's id.
    pub doc: String,
    /// The row's key.
    pub key: String,
    /// The language that the issue is written in.
    pub language: Language,
    /// The postmortem's title.
    pub postmortem_title: String,
    /// Where its section of action items is; see [`crate::github::body::blob_url`].
    pub link: Option<String>,
    /// The item's title.
    pub title: String,
    /// Its owners.
    pub owners: Vec<WantedOwner>,
    /// Its due date.
    pub due: Option<NaiveDate>,
    /// The words the due date is written in, where they say more than the date: `2週間以内`.
    pub due_text: Option<String>,
    /// Its priority.
    pub priority: Option<Priority>,
    /// What it is for.
    pub kind: Option<Kind>,
    /// Its steps.
    pub tasks: Vec<Task>,
    /// When it counts as done.
    pub done_when: Vec<String>,
    /// More about it.
    pub details: Vec<String>,
    /// The issue's title, made from the template. How long it is doesn't matter here.
    pub issue_title: String,
    /// The labels of every issue.
    pub base_labels: Vec<String>,
    /// The label of the priority.
    pub priority_label: Option<String>,
    /// The labels of the kind.
    pub kind_labels: Vec<String>,
    /// The labels of all priorities, so that another one on the issue is noticed.
    pub all_priority_labels: Vec<String>,
}

/// An owner, resolved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WantedOwner {
    /// As the document names them.
    pub written: String,
    /// Their logins, of those that can be assigned.
    pub logins: Vec<String>,
    /// The labels of their issues.
    pub labels: Vec<String>,
}

/// A field that flows from the document to the issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The title.
    Title,
    /// The owners: assignees, their labels, their line in the body.
    Owners,
    /// The due date's line in the body.
    Due,
    /// The priority: its label and its line in the body.
    Priority,
    /// The kind: its labels and its line in the body.
    Kind,
    /// The steps.
    Tasks,
    /// The definition of done.
    DoneWhen,
    /// More about it.
    Details,
    /// The line that names the postmortem.
    Postmortem,
    /// The labels of every issue. No document says them, so they can only drift.
    Labels,
}

impl Field {
    /// All fields.
    pub const ALL: [Self; 10] = [
        Self::Title,
        Self::Owners,
        Self::Due,
        Self::Priority,
        Self::Kind,
        Self::Tasks,
        Self::DoneWhen,
        Self::Details,
        Self::Postmortem,
        Self::Labels,
    ];

    /// The name for people.
    #[must_use]
    pub fn label(self, language: Language) -> &'static str {
        match self {
            Self::Title => language.pick("タイトル", "title"),
            Self::Owners => language.pick("担当", "owners"),
            Self::Due => language.pick("期限", "due date"),
            Self::Priority => language.pick("優先度", "priority"),
            Self::Kind => language.pick("種別", "kind"),
            Self::Tasks => language.pick("タスク", "tasks"),
            Self::DoneWhen => language.pick("完了条件", "definition of done"),
            Self::Details => language.pick("詳細", "details"),
            Self::Postmortem => language.pick("ポストモーテム", "postmortem"),
            Self::Labels => language.pick("ラベル", "labels"),
        }
    }

    /// The word in JSON and in the marker.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Owners => "owners",
            Self::Due => "due",
            Self::Priority => "priority",
            Self::Kind => "kind",
            Self::Tasks => "tasks",
            Self::DoneWhen => "done_when",
            Self::Details => "details",
            Self::Postmortem => "postmortem",
            Self::Labels => "labels",
        }
    }

    /// Where on the issue it stands.
    fn pieces(self) -> &'static [Piece] {
        match self {
            Self::Title => &[Piece::Title],
            Self::Owners => &[
                Piece::Assignees,
                Piece::Labels(Origin::Owners),
                Piece::Part(Part::Owner),
            ],
            Self::Due => &[Piece::Part(Part::Due)],
            Self::Priority => &[Piece::Labels(Origin::Priority), Piece::Part(Part::Priority)],
            Self::Kind => &[Piece::Labels(Origin::Kind), Piece::Part(Part::Kind)],
            Self::Tasks => &[Piece::Part(Part::Tasks)],
            Self::DoneWhen => &[Piece::Part(Part::DoneWhen)],
            Self::Details => &[Piece::Part(Part::Details)],
            Self::Postmortem => &[Piece::Part(Part::Postmortem)],
            Self::Labels => &[Piece::Labels(Origin::Base)],
        }
    }
}

/// A place on the issue that one field is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Title,
    Assignees,
    Labels(Origin),
    Part(Part),
}

/// What a label comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Base,
    Priority,
    Owners,
    Kind,
}

impl Origin {
    const ALL: [Self; 4] = [Self::Base, Self::Priority, Self::Owners, Self::Kind];

    fn of(self, labels: &SawLabels) -> &[String] {
        match self {
            Self::Base => &labels.base,
            Self::Priority => &labels.priority,
            Self::Owners => &labels.owners,
            Self::Kind => &labels.kind,
        }
    }

    fn of_mut(self, labels: &mut SawLabels) -> &mut Vec<String> {
        match self {
            Self::Base => &mut labels.base,
            Self::Priority => &mut labels.priority,
            Self::Owners => &mut labels.owners,
            Self::Kind => &mut labels.kind,
        }
    }
}

/// A change to be written, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Which field.
    pub field: Field,
    /// What it was; empty where there was nothing. May hold text from GitHub, so untrusted.
    pub old: String,
    /// What it will be; empty where nothing will be there.
    pub new: String,
    /// Tasks whose boxes people have ticked in the issue, and that will not stand there ticked any more. Untrusted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unticked: Vec<String>,
}

/// A field on which the sides differ, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Which field.
    pub field: Field,
    /// What the document says.
    pub document: String,
    /// What GitHub says, where it was changed there. Untrusted.
    pub github: String,
}

/// What follows for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldDecision {
    /// Nobody changed it.
    Keep,
    /// The document's value is written.
    Write,
    /// It was changed on GitHub, which doesn't own it: reported, left.
    Drift,
    /// The issue has the document's value already: the memory follows with the next write.
    Refresh,
    /// Both sides changed it and differ: left to a person.
    Conflict,
    /// A person settled it for GitHub: the difference is remembered as seen, now, so that it is silent from here
    /// on. The document keeps its value, and the next change of it is written.
    Accept,
}

/// Decides what follows for a field.
///
/// `doc_changed` and `issue_changed` are against the memory; `same` is whether the issue has what the document
/// wants, and matters only where the issue changed. An issue that was changed to the document's own value, as when
/// a person takes an edit back, is no drift.
#[must_use]
pub fn decide_field(
    doc_changed: bool,
    issue_changed: bool,
    same: bool,
    prefer: Option<Side>,
) -> FieldDecision {
    match (doc_changed, issue_changed) {
        (false, false) => FieldDecision::Keep,
        (true, false) => FieldDecision::Write,
        (_, true) if same => FieldDecision::Refresh,
        (doc_changed, true) => match prefer {
            Some(Side::Document) => FieldDecision::Write,
            Some(Side::GitHub) => FieldDecision::Accept,
            None if doc_changed => FieldDecision::Conflict,
            None => FieldDecision::Drift,
        },
    }
}

/// What a person asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentOptions {
    /// `--prefer`: settles conflicts and drift.
    pub prefer: Option<Side>,
    /// `--reapply`: what the configuration or a template would render differently is written too. Conflicts, drift
    /// and what a person settled for GitHub stay what they are.
    pub reapply: bool,
    /// The day of the run, for the moves of the due date.
    pub today: NaiveDate,
}

/// What follows for an issue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What is written.
    pub changes: Vec<FieldChange>,
    /// Fields that both sides changed alike: remembered with the next write, which they don't cause.
    pub refreshed: Vec<Field>,
    /// Fields that were changed on GitHub.
    pub drift: Vec<Difference>,
    /// Fields that were changed on both sides.
    pub conflicts: Vec<Difference>,
    /// Drift and conflicts that `--prefer` settled: the side that won, and both values.
    pub settled: Vec<(Side, Difference)>,
    /// What is sent; empty when nothing is to be written.
    pub patch: IssuePatch,
    /// The issue has no region that could be read, with exactly one marker: nothing was compared.
    pub region_missing: bool,
    /// There are changes, but the body has no room for them beside what people wrote: nothing is written.
    pub no_room: bool,
    /// The marker as it is once the patch is applied; `None` where there is none that can be believed.
    pub marker: Option<Marker>,
}

/// An item's title in the form in which a marker remembers it: on one line, and a very long one abridged.
#[must_use]
pub fn remembered_title(title: &str) -> String {
    brief(&one_line(title))
}

impl Wanted {
    /// The issue's title as it is sent: one line, within GitHub's limit.
    pub(super) fn title(&self) -> String {
        cut(&one_line(&self.issue_title), MAX_TITLE)
    }

    /// The logins to assign, each once, within GitHub's limit.
    fn logins(&self) -> Vec<String> {
        let mut logins = union(self.owners.iter().flat_map(|owner| &owner.logins));
        logins.truncate(MAX_ASSIGNEES);
        logins
    }

    fn labels(&self, origin: Origin) -> Vec<String> {
        match origin {
            Origin::Base => union(&self.base_labels),
            Origin::Priority => union(&self.priority_label),
            Origin::Owners => union(self.owners.iter().flat_map(|owner| &owner.labels)),
            Origin::Kind => union(&self.kind_labels),
        }
    }

    /// What the region shows.
    fn content<'a>(&'a self, logins: &[String]) -> Content<'a> {
        let owner = |owner: &'a WantedOwner| OwnerLine {
            written: &owner.written,
            mentions: owner
                .logins
                .iter()
                .filter(|login| has(logins, login))
                .map(String::as_str)
                .collect(),
        };
        Content {
            language: self.language,
            doc: &self.doc,
            postmortem_title: &self.postmortem_title,
            link: self.link.as_deref(),
            priority: self.priority,
            owners: self.owners.iter().map(owner).collect(),
            due: self.due,
            due_text: self.due_text.as_deref(),
            kind: self.kind,
            tasks: &self.tasks,
            done_when: &self.done_when,
            details: &self.details,
        }
    }

    /// The document's values as a marker remembers them: in full, not as they are cut for the issue.
    fn saw(&self) -> SawDocument {
        let owners: Vec<String> = self.owners.iter().map(|o| one_line(&o.written)).collect();
        let texts = |texts: &[String]| fingerprint_list(texts.iter().map(String::as_str));
        let link = self.link.as_deref().unwrap_or_default();
        SawDocument {
            title: remembered_title(&self.title),
            owners: brief_list(&owners),
            due: self.due,
            priority: self.priority.map(|priority| priority.as_str().to_owned()),
            kind: self.kind.map(|kind| kind.as_str().to_owned()),
            tasks: fingerprint_list(self.tasks.iter().map(|task| task.text.as_str())),
            done_when: texts(&self.done_when),
            details: texts(&self.details),
            postmortem: fingerprint_list([self.postmortem_title.as_str(), link]),
            rest: serde_json::Map::new(),
        }
    }

    /// What the document says of a field, for people.
    fn says(&self, field: Field) -> String {
        let join = |texts: Vec<String>| texts.join(" / ");
        let texts = |texts: &[String]| join(texts.iter().map(|text| one_line(text)).collect());
        match field {
            Field::Title => self.title(),
            Field::Owners => {
                let names: Vec<String> = self.owners.iter().map(|o| one_line(&o.written)).collect();
                names.join(self.language.pick("、", ", "))
            }
            Field::Due => self.due.map(|due| due.to_string()).unwrap_or_default(),
            Field::Priority => self.priority.map(|p| p.to_string()).unwrap_or_default(),
            Field::Kind => self
                .kind
                .map_or("", |kind| kind.label(self.language))
                .to_owned(),
            Field::Tasks => join(self.tasks.iter().map(|task| one_line(&task.text)).collect()),
            Field::DoneWhen => texts(&self.done_when),
            Field::Details => texts(&self.details),
            Field::Postmortem => one_line(&format!("{} {}", self.doc, self.postmortem_title)),
            Field::Labels => self.base_labels.join(", "),
        }
    }
}

/// Whether two sets of the document's values differ in a field.
fn document_differs(field: Field, a: &SawDocument, b: &SawDocument) -> bool {
    match field {
        Field::Title => a.title != b.title,
        Field::Owners => a.owners != b.owners,
        Field::Due => a.due != b.due,
        Field::Priority => a.priority != b.priority,
        Field::Kind => a.kind != b.kind,
        Field::Tasks => a.tasks != b.tasks,
        Field::DoneWhen => a.done_when != b.done_when,
        Field::Details => a.details != b.details,
        Field::Postmortem => a.postmortem != b.postmortem,
        Field::Labels => false,
    }
}

/// Copies the document's value of a field into the memory.
fn see_document(field: Field, memory: &mut SawDocument, now: &SawDocument) {
    match field {
        Field::Title => memory.title.clone_from(&now.title),
        Field::Owners => memory.owners.clone_from(&now.owners),
        Field::Due => memory.due = now.due,
        Field::Priority => memory.priority.clone_from(&now.priority),
        Field::Kind => memory.kind.clone_from(&now.kind),
        Field::Tasks => memory.tasks.clone_from(&now.tasks),
        Field::DoneWhen => memory.done_when.clone_from(&now.done_when),
        Field::Details => memory.details.clone_from(&now.details),
        Field::Postmortem => memory.postmortem.clone_from(&now.postmortem),
        Field::Labels => {}
    }
}

/// GitHub takes names of labels and logins for one whatever their case.
fn same_name(a: &str, b: &str) -> bool {
    a.chars()
        .flat_map(char::to_lowercase)
        .eq(b.chars().flat_map(char::to_lowercase))
}

fn has(names: &[String], name: &str) -> bool {
    names.iter().any(|other| same_name(other, name))
}

/// Each name once, in order.
fn union<'a>(names: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in names {
        if !has(&all, name) {
            all.push(name.clone());
        }
    }
    all
}

/// The names of `from` that are not in `without`.
fn minus(from: &[String], without: &[String]) -> Vec<String> {
    from.iter()
        .filter(|name| !has(without, name))
        .cloned()
        .collect()
}

/// Whether both have the same names, in whatever order.
fn same_set(a: &[String], b: &[String]) -> bool {
    a.iter().all(|name| has(b, name)) && b.iter().all(|name| has(a, name))
}

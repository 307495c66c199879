//! What a record means: title, owners, due date, priority, kind, status, definition of done; and the postmortem it belongs to.
//!
//! [`read()`] turns a [`Document`](crate::document::Document) into a [`Postmortem`] of typed values. It never fails: what can't be read
//! is a [`Problem`] beside the items, and the other items are there all the same. The words it knows are in `vocabulary.toml`. How a new
//! status or link is worded in a document's own notation is decided in [`edit`]; bytes are spliced by the document room.

mod columns;
pub mod due;
pub mod edit;
pub mod find;
pub mod inline;
pub mod link;
pub mod marks;
pub mod memory;
pub mod owner;
pub mod people;
pub mod postmortem;
pub mod problem;
pub mod read;
pub mod scope;
pub mod sections;
pub mod status;
pub mod times;
pub mod vocabulary;
pub mod waiver;
pub mod words;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use crate::config::{DocumentState as State, Kind};
use crate::config::{Language, PostmortemId, Priority};
use crate::document::outline::BlockId;
use crate::item::memory::{IssueWord, Notation};

pub use link::Reference;
pub use problem::{Problem, ProblemKind};
pub use read::read;
pub use times::{Moment, Review, Times, Zone};
pub use waiver::Waiver;

/// Where an action item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not begun; also what a blank status cell means.
    Todo,
    /// Somebody is at it.
    InProgress,
    /// Begun or not, it waits for something else.
    Blocked,
    /// Finished.
    Done,
    /// Decided against: won't fix, not planned, duplicate.
    Dropped,
}

impl Status {
    /// All of them, in the order of their words in a family of the vocabulary.
    pub const ALL: [Status; 5] = [
        Status::Todo,
        Status::InProgress,
        Status::Blocked,
        Status::Done,
        Status::Dropped,
    ];

    /// Whether nothing is left to do.
    pub fn is_closed(self) -> bool {
        matches!(self, Status::Done | Status::Dropped)
    }

    /// The word of the JSON output.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Todo => "todo",
            Status::InProgress => "in_progress",
            Status::Blocked => "blocked",
            Status::Done => "done",
            Status::Dropped => "dropped",
        }
    }

    /// The word for people.
    pub fn label(self, language: Language) -> &'static str {
        match self {
            Status::Todo => language.pick("未着手", "todo"),
            Status::InProgress => language.pick("進行中", "in progress"),
            Status::Blocked => language.pick("保留", "blocked"),
            Status::Done => language.pick("完了", "done"),
            Status::Dropped => language.pick("見送り", "dropped"),
        }
    }
}

impl Kind {
    /// The word for people.
    pub fn label(self, language: Language) -> &'static str {
        match self {
            Kind::Prevent => language.pick("予防", "prevent"),
            Kind::Detect => language.pick("検知", "detect"),
            Kind::Mitigate => language.pick("緩和", "mitigate"),
            Kind::Repair => language.pick("修正", "repair"),
            Kind::Process => language.pick("プロセス", "process"),
            Kind::Document => language.pick("文書化", "document"),
            Kind::Investigate => language.pick("調査", "investigate"),
        }
    }
}

/// How bad the incident was. SEV1 to SEV4 map onto these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// SEV1.
    Critical,
    /// SEV2.
    High,
    /// SEV3.
    Medium,
    /// SEV4.
    Low,
}

/// Which of the document's dates a postmortem's date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DateSource {
    /// When it happened.
    Occurred,
    /// When it was noticed.
    Detected,
    /// The date written in the document.
    Written,
    /// The front matter.
    FrontMatter,
    /// The name of the file.
    FileName,
}

/// The form an action item is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A row of a table.
    Table,
    /// A heading with labelled fields below it.
    Heading,
    /// An entry with a checkbox.
    TaskList,
    /// An entry of a bullet list.
    Bullet,
    /// An entry of a numbered list.
    Numbered,
    /// A paragraph: it names an owner and a due date, or stands alone under the name of a component.
    Paragraph,
}

/// A due date as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DueDate {
    /// The day, where one can be told.
    pub date: Option<NaiveDate>,
    /// What is written; the section's words where the item has none of its own.
    pub text: Option<String>,
    /// Whether it recurs, and so has no single day.
    pub recurring: bool,
}

/// An action item, typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionItem {
    /// What people call it by: the number as written, else its ordinal, made unique within the document (`3`, `3-2`).
    pub key: String,
    /// What is to be done, as plain text.
    pub title: String,
    /// Who does it, as written, one string each.
    pub owners: Vec<String>,
    /// What stands where somebody should be named: `TBD`, 未定.
    pub owner_text: Option<String>,
    /// By when; where waivers moved it, the day they moved it to.
    pub due: DueDate,
    /// How people moved its deadline, in the order they stand in.
    pub waivers: Vec<Waiver>,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// What it is for.
    pub kind: Option<Kind>,
    /// What the row says, and in which notation.
    pub status: RowStatus,
    /// The issue or ticket the row refers to.
    pub reference: Option<Reference>,
    /// Its steps.
    pub tasks: Vec<Task>,
    /// When it counts as done.
    pub done_when: Vec<String>,
    /// More about it.
    pub details: Vec<String>,
    /// The form it is written in.
    pub form: Form,
    /// Its first line, from 1.
    pub line: usize,
    /// Why it can't become an issue as it stands: its title or its status can't be read. A problem says so.
    pub unusable: bool,
    /// Where it stands, for edits.
    pub place: Place,
}

impl ActionItem {
    /// Its status for people and filters: the row's word, refined by what the link remembers where the row's notation can't say it.
    pub fn shown_status(&self) -> Status {
        crate::item::memory::shown(self.status.row(), self.memory())
    }

    /// The status GitHub had when the row was last written.
    pub fn memory(&self) -> Option<IssueWord> {
        self.reference.as_ref().and_then(|r| r.memory)
    }

    /// Whether it is late on `today`: due before it and not closed.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        !self.shown_status().is_closed() && self.due.date.is_some_and(|due| due < today)
    }
}

/// A step of an action item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// What it says, as plain text.
    pub text: String,
    /// Whether it is ticked.
    pub done: bool,
}

/// The status a row is written with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowStatus {
    /// What it says; todo where nothing is said.
    pub status: Status,
    /// What can be said there.
    pub notation: Notation,
    /// The word as written with its emoji, where there is one.
    pub word: Option<status::StatusWord>,
}

impl RowStatus {
    /// The pair that the status rule decides on.
    pub fn row(&self) -> crate::item::memory::Row {
        crate::item::memory::Row {
            status: self.status,
            notation: self.notation,
        }
    }
}

/// Where an item stands in its document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The table, entry or heading.
    pub block: BlockId,
    /// The row of the table.
    pub row: Option<usize>,
    /// The column of the table that holds the status.
    pub status_column: Option<usize>,
    /// The column that holds the issue.
    pub issue_column: Option<usize>,
    /// The labelled fields of a heading block or entry: the block of the last one, behind which a new field goes.
    pub last_field: Option<BlockId>,
    /// The heading of the nearest section that names action items, for links into the document.
    pub section: Option<BlockId>,
    /// The bytes of all of its text: of one line where each line of a paragraph is an item.
    pub whole: std::ops::Range<usize>,
    /// The bytes of its title.
    pub title: std::ops::Range<usize>,
    /// How its status is written, or would be, where neither a checkbox nor a word in a cell or field says it.
    pub mark: Option<marks::StatusMark>,
}

/// A postmortem, typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Postmortem {
    /// Its id; `None` where the document has none.
    pub id: Option<PostmortemId>,
    /// Its title without "Postmortem:" and id.
    pub title: String,
    /// Its path as the user would write it.
    pub path: String,
    /// Its date.
    pub date: Option<NaiveDate>,
    /// Which of the document's dates that is.
    pub date_source: Option<DateSource>,
    /// When the incident began, was noticed and was over.
    pub times: Times,
    /// The follow-up reviews that the document sets.
    pub reviews: Vec<Review>,
    /// How bad it was.
    pub severity: Option<Severity>,
    /// How far the document is; `None` where none is written, which counts as final.
    pub state: Option<State>,
    /// The language it is written in.
    pub language: Language,
    /// Whether it is a template: its title has yet to be filled in.
    pub template: bool,
    /// Its action items in document order.
    pub items: Vec<ActionItem>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl Postmortem {
    /// What people and commands call an item: `PM-042#3`.
    pub fn item_name(&self, item: &ActionItem) -> String {
        let id = self.id.as_ref().map_or("", |id| id.as_str());
        format!("{id}#{}", item.key)
    }
}

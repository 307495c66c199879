//! What a report says, as plain values: `json` prints them as they are, the other formats through [`super::page`].
//!
//! A figure that can't be known is `None`, never zero. Each is defined with its formula in `docs/report.md`; they are worked out in
//! [`super::figures`].

use chrono::NaiveDate;
use serde::Serialize;

use super::history::IssueLink;
use super::period::{Shape, Span};
use crate::config::{Kind, Priority};
use crate::item::{Severity, Status};

/// A report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The days it is about.
    pub period: PeriodFacts,
    /// The days it is compared with.
    pub before: Span,
    /// The day whose state it tells.
    pub as_of: NaiveDate,
    /// The day it was made.
    pub today: NaiveDate,
    /// Where the statuses come from.
    pub source: Source,
    /// What was left out on request: words of the command line, such as `--owner @alice`.
    pub filters: Vec<String>,
    /// How much was looked at.
    pub coverage: Coverage,
    /// The five numbers at the top.
    pub totals: Totals,
    /// Where every item has gone.
    pub balance: Balance,
    /// Items done within 30 days, of those whose 30 days ended in the period.
    pub within_30_days: Compared<Rate>,
    /// Items done by their due date, of those that came due in the period, by priority.
    pub on_time: Vec<OnTime>,
    /// How long the items took that were done in the period: all of them, then by priority.
    pub days_to_done: Vec<Durations>,
    /// The open items by lateness.
    pub ageing: Option<Ageing>,
    /// The due dates that moved in the period.
    pub slips: Compared<Slips>,
    /// By owner. An item of two owners counts for both.
    pub by_owner: Vec<Group<String>>,
    /// By kind.
    pub by_kind: Vec<Group<Kind>>,
    /// By document.
    pub by_document: Vec<Group<DocumentName>>,
    /// Open items that were created before the period.
    pub carried_over: Option<usize>,
    /// What the period's postmortems decided to do, by what it is for; `None` where items were left out on request.
    pub prevention: Option<Prevention>,
    /// The period's postmortems.
    pub postmortems: Postmortems,
    /// What happened week by week (day by day, month by month).
    pub flow: Vec<Bucket>,
    /// Every item that there was, in the order of the documents.
    pub items: Vec<Row>,
}

/// The days a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PeriodFacts {
    /// The days.
    #[serde(flatten)]
    pub span: Span,
    /// A month, a quarter, or days.
    pub shape: Shape,
    /// Whether it was not over on `as_of`.
    pub so_far: bool,
}

/// Where a report has the items' statuses from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// From their issues, and from the documents for items without one.
    Github,
    /// From the documents alone.
    Documents,
}

/// How much a report looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Documents.
    pub documents: usize,
    /// Action items that were there on `as_of`, and those of which nobody can say.
    pub items: usize,
    /// Those with an issue that tells their past.
    pub with_history: usize,
    /// Those without: they are in the figures of today alone.
    pub without_history: usize,
    /// Those of the latter whose state on `as_of` nobody can say, because it is not today.
    pub unknown: usize,
}

/// A number now and before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// The number.
    pub now: Option<usize>,
    /// What of it is comparable with `before`: items without a past are left out.
    pub comparable: Option<usize>,
    /// The number in, or at the end of, the days before.
    pub before: Option<usize>,
}

impl Figure {
    /// How much it changed.
    pub fn change(self) -> Option<i64> {
        let signed = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Some(signed(self.comparable?) - signed(self.before?))
    }
}

/// The five numbers at the top.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Created in the period.
    pub created: Figure,
    /// Done in the period, and still.
    pub done: Figure,
    /// Dropped in the period, and still.
    pub dropped: Figure,
    /// Open on `as_of`.
    pub open: Figure,
    /// Open and late on `as_of`.
    pub overdue: Figure,
}

/// Where every item has gone by `as_of`. The other parts sum up to `items`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// All of them.
    pub items: usize,
    /// Done or dropped before the period.
    pub closed_before: usize,
    /// Done in the period.
    pub done: usize,
    /// Dropped in the period.
    pub dropped: usize,
    /// Done or dropped after the period, by `as_of`.
    pub closed_after: usize,
    /// Done or dropped, nobody can say when.
    pub closed_undated: usize,
    /// Open.
    pub open: usize,
    /// Nobody can say.
    pub unknown: usize,
}

/// Some of a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// Those that made it.
    pub part: usize,
    /// Those that could have.
    pub whole: usize,
}

/// The whole from which on a part of it is told in percent.
pub const SMALL: usize = 5;

impl Rate {
    /// The part in percent, rounded half up; `None` of nothing.
    pub fn percent(self) -> Option<usize> {
        let Rate { part, whole } = self;
        (whole > 0).then(|| (part * 200 + whole) / (whole * 2))
    }

    /// Whether there are so few that a percentage would say more than is known.
    pub fn is_small(self) -> bool {
        self.whole < SMALL
    }

    /// Whether a goal in percent is met; `None` of nothing.
    pub fn meets(self, goal: u8) -> Option<bool> {
        (self.whole > 0).then(|| self.part * 100 >= self.whole * usize::from(goal))
    }
}

/// A value of the period beside that of the days before; `None` where it can't be known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Compared<T> {
    /// Of the period.
    pub now: Option<T>,
    /// Of the days before.
    pub before: Option<T>,
}

/// Done by the due date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OnTime {
    /// Of this priority; `None` for items without one.
    pub priority: Option<Priority>,
    /// In the period.
    pub now: Option<Rate>,
    /// In the days before.
    pub before: Option<Rate>,
    /// The goal in percent, where one is set.
    pub goal: Option<u8>,
    /// Whether it is met.
    pub met: Option<bool>,
}

/// Which items a duration is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// All of them.
    All,
    /// Those without a priority.
    None,
    /// Those of a priority.
    #[serde(untagged)]
    Priority(Priority),
}

/// How long items took from creation to done, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Durations {
    /// Which items.
    pub of: Which,
    /// How many; `None` where it can't be known.
    pub count: Option<usize>,
    /// Half of them took at most so many days.
    pub median: Option<i64>,
    /// Nine tenths of them took at most so many days.
    pub p90: Option<i64>,
    /// The median in the days before.
    pub median_before: Option<i64>,
}

/// The open items by lateness on `as_of`. The parts sum up to the open items.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Ageing {
    /// Due on that day or later.
    pub not_yet_due: usize,
    /// 1 to 7 days late.
    pub days_1_7: usize,
    /// 8 to 30 days late.
    pub days_8_30: usize,
    /// 31 to 90 days late.
    pub days_31_90: usize,
    /// More than 90 days late.
    pub over_90_days: usize,
    /// Without a due date.
    pub no_due_date: usize,
}

/// The moves of due dates in some days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Slips {
    /// Items whose due date moved later, at least once.
    pub items: usize,
    /// Moves to a later day.
    pub later: usize,
    /// The days that those moved, in sum.
    pub days: i64,
    /// Half of those moved at most so many days.
    pub median: Option<i64>,
    /// The most that one of those moved.
    pub longest: Option<i64>,
    /// Moves to an earlier day.
    pub earlier: usize,
    /// Due dates that were first set.
    pub set: usize,
    /// Due dates that were taken away.
    pub removed: usize,
    /// Items without a marker to tell.
    pub untold: usize,
}

/// Some of the items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group<N> {
    /// What they have in common; `None` where they say nothing there.
    pub name: Option<N>,
    /// How many there were on `as_of`.
    pub items: usize,
    /// Created in the period.
    pub created: Option<usize>,
    /// Done in the period.
    pub done: Option<usize>,
    /// Open.
    pub open: Option<usize>,
    /// Open and late.
    pub overdue: Option<usize>,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentName {
    /// Its postmortem's id.
    pub id: Option<String>,
    /// Its title.
    pub title: String,
    /// Its path.
    pub path: String,
}

/// What the action items of the period's postmortems are for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Prevention {
    /// All of them, those dropped left out.
    pub items: usize,
    /// Those that prevent.
    pub prevent: usize,
    /// Those that mitigate or repair.
    pub mitigate: usize,
    /// Those that detect, or change process or documents, or investigate.
    pub other: usize,
    /// Those that don't say.
    pub unstated: usize,
}

impl Prevention {
    /// Whether there is mitigation and no prevention.
    pub fn is_missing(&self) -> bool {
        self.prevent == 0 && self.mitigate > 0
    }
}

/// The period's postmortems, by their date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Postmortems {
    /// In the period.
    pub now: usize,
    /// In the days before.
    pub before: usize,
    /// By severity, the worst first; `None` for those that don't say.
    pub by_severity: Vec<SeverityCount>,
    /// Documents without a date, which are in neither.
    pub undated: usize,
    /// The time from detection to recovery.
    pub recovery: Compared<Recovery>,
}

/// Postmortems of a severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SeverityCount {
    /// The severity.
    pub severity: Option<Severity>,
    /// In the period.
    pub now: usize,
    /// In the days before.
    pub before: usize,
}

/// The time from detection to recovery (MTTR).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Recovery {
    /// Its mean in minutes, over the documents that give both times; `None` where none does.
    pub mean_minutes: Option<i64>,
    /// Documents that give both times.
    pub told: usize,
    /// Documents that don't.
    pub untold: usize,
}

/// What happened in some days of the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bucket {
    /// The days.
    #[serde(flatten)]
    pub span: Span,
    /// Created in them.
    pub created: Option<usize>,
    /// Done in them.
    pub done: Option<usize>,
    /// Dropped in them.
    pub dropped: Option<usize>,
    /// Open at their end, of the items with a past.
    pub open: Option<usize>,
}

/// What an item was on `as_of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Neither done nor dropped.
    Open,
    /// Done.
    Done,
    /// Decided against.
    Dropped,
    /// Nobody can say.
    Unknown,
}

impl State {
    /// The word of JSON and CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Done => "done",
            State::Dropped => "dropped",
            State::Unknown => "unknown",
        }
    }
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its postmortem's id.
    pub postmortem: Option<String>,
    /// Its document.
    pub path: String,
    /// What people call it within its postmortem.
    pub key: String,
    /// What is to be done.
    pub title: String,
    /// Who does it.
    pub owners: Vec<String>,
    /// What it is for.
    pub kind: Option<Kind>,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// What it was on `as_of`.
    pub state: State,
    /// How far it is, where `as_of` is today.
    pub status: Option<Status>,
    /// Its deadline as of `as_of`.
    pub due: Option<NaiveDate>,
    /// How many days late it was; `None` where it was not.
    pub days_late: Option<i64>,
    /// The day its issue was opened.
    pub created: Option<NaiveDate>,
    /// The day it was last closed, where it was closed on `as_of`.
    pub closed: Option<NaiveDate>,
    /// The days from creation to done.
    pub days_to_done: Option<i64>,
    /// How often its due date moved later, by `as_of`; `None` where there is no marker to tell.
    pub slips: Option<usize>,
    /// By how many days in sum.
    pub slip_days: Option<i64>,
    /// When anything on its issue last happened; `None` also where that was after `as_of`.
    pub last_activity: Option<NaiveDate>,
    /// Its issue.
    pub issue: Option<IssueLink>,
}

impl Row {
    /// What people call it: `PM-042#3`, or by its path where the document has no id.
    pub fn name(&self) -> String {
        format!(
            "{}#{}",
            self.postmortem.as_deref().unwrap_or(&self.path),
            self.key
        )
    }
}

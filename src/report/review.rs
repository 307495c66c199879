//! `report --review`: the sheet for one follow-up meeting. Every action item of a postmortem, how it stands, and what the meeting has to
//! decide about it; what the document itself wants gone through; the reviews that were held and those to come.
//!
//! | module | what it holds |
//! |---|---|
//! | [`questions`] | what to decide about an item |
//! | [`words`], [`sentences`] | a sheet in words, as a [page](super::page), and each question |
//! | [`snapshot`] | a sheet as a record in the document, and where it goes |
//! | `run` | the command |
//!
//! Pure in `today`. What is late is decided by [`crate::check`], what an item's issue tells by `super::gather`.

pub mod questions;
pub(crate) mod run;
pub mod sentences;
pub mod snapshot;
pub mod words;

use chrono::NaiveDate;
use serde::Serialize;

use super::history::{Change, History, IssueLink, Subject};
use super::model::Source;
use crate::check::{Difference, Due, DueSource, Finding, FindingKind, Findings};
use crate::config::{Kind, Language, Priority};
use crate::document::Document;
use crate::item::times::{AgendaPart, FollowUp};
use crate::item::{ActionItem, Postmortem, Severity, Status};
use crate::output::plain;
use questions::{About, Question, of_item, of_postmortem};

/// What `kind` says in the JSON of a sheet.
pub(super) const KIND: &str = "review";

/// A sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// The day.
    pub today: NaiveDate,
    /// Where the statuses come from.
    pub source: Source,
    /// The postmortem.
    pub postmortem: Facts,
    /// How many items there are, and how they stand.
    pub totals: Totals,
    /// What to decide about the postmortem itself.
    pub decide: Vec<Question>,
    /// Its action items, in document order.
    pub items: Vec<Row>,
    /// What the document wants gone through.
    pub agenda: Vec<Point>,
    /// The follow-up reviews, in the order of their days.
    pub reviews: Vec<Meeting>,
    /// The days whose snapshots the document holds.
    pub snapshots: Vec<NaiveDate>,
}

/// The postmortem of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its path as the user would write it.
    pub path: String,
    /// Its date.
    pub date: Option<NaiveDate>,
    /// Whole days since.
    pub days_since: Option<i64>,
    /// How bad the incident was.
    pub severity: Option<Severity>,
    /// The language it is written in, and snapshots with it.
    pub language: Language,
}

/// How many items there are, and how they stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// All of them.
    pub items: usize,
    /// Those that are done.
    pub done: usize,
    /// Those that were decided against.
    pub dropped: usize,
    /// The others.
    pub open: usize,
    /// Those of the open ones that are late.
    pub overdue: usize,
}

/// An action item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What people call it within its postmortem.
    pub key: String,
    /// What is to be done, as plain text.
    pub title: String,
    /// Who does it, as written.
    pub owners: Vec<String>,
    /// The assignees of its issue; empty where GitHub was not asked.
    pub assignees: Vec<String>,
    /// What it is for.
    pub kind: Option<Kind>,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// How far it is.
    pub status: Status,
    /// When it is due: written, moved by a waiver, or from the policy.
    pub due: Option<NaiveDate>,
    /// Where that day comes from; null where the item is closed.
    pub due_source: Option<DueSource>,
    /// Whole days since it was due, where it is open and late.
    pub days_late: Option<i64>,
    /// Whole days since its issue was opened; null without an issue, and where GitHub was not asked.
    pub age: Option<i64>,
    /// How often its due date was moved to a later day; null without a marker that could tell.
    pub slips: Option<usize>,
    /// By how many days in sum.
    pub slip_days: Option<i64>,
    /// The last day that anything happened on its issue.
    pub last_activity: Option<NaiveDate>,
    /// The day its issue was closed, where it is.
    pub closed: Option<NaiveDate>,
    /// Its issue or ticket.
    pub issue: Option<IssueLink>,
    /// When it counts as done.
    pub done_when: Vec<String>,
    /// Where its row and its issue differ.
    pub differences: Vec<Difference>,
    /// What to decide about it, the most pressing first.
    pub decide: Vec<Question>,
    /// Its line in the document, from 1.
    pub line: usize,
}

/// Something that the document wants gone through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Point {
    /// The heading it stands under.
    pub under: String,
    /// The day of the review that the heading sets.
    pub review: Option<NaiveDate>,
    /// What it says.
    pub text: String,
    /// Whether its box is ticked; null without a box.
    pub done: Option<bool>,
    /// Its line, from 1.
    pub line: usize,
}

/// A follow-up review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Meeting {
    /// What the document calls it; null where only the policy asks for it.
    pub title: Option<String>,
    /// Its day.
    pub date: NaiveDate,
    /// Where that day comes from.
    pub source: DueSource,
    /// Whether it was held.
    pub held: bool,
    /// Whether a later one was held, so that this one is made good.
    pub made_good: bool,
    /// Whole days since; negative where it is ahead.
    pub days: i64,
    /// Whether this sheet is for it: the last whose day has come where that wasn't held before today, else the next.
    pub current: bool,
}

/// What a sheet is made of.
pub(super) struct Known<'a> {
    /// The postmortem.
    pub(super) postmortem: &'a Postmortem,
    /// What is known of each of its items, in their order.
    pub(super) subjects: Vec<&'a Subject>,
    /// The assignees of each item's issue.
    pub(super) assignees: Vec<Vec<String>>,
    /// What a check found in it.
    pub(super) findings: &'a Findings,
    /// What it says about following up.
    pub(super) follow_up: &'a FollowUp,
    /// The days whose snapshots it holds.
    pub(super) snapshots: Vec<NaiveDate>,
    /// Whether GitHub was asked.
    pub(super) source: Source,
    /// The day.
    pub(super) today: NaiveDate,
}

/// Makes the sheet.
pub(super) fn sheet(known: &Known<'_>) -> Sheet {
    let Known {
        postmortem,
        today,
        findings,
        ..
    } = *known;
    let items: Vec<Row> = postmortem
        .items
        .iter()
        .enumerate()
        .filter_map(|(at, item)| row(known, at, item))
        .collect();
    let count = |is: &dyn Fn(&Row) -> bool| items.iter().filter(|row| is(row)).count();
    let totals = Totals {
        items: items.len(),
        done: count(&|row| row.status == Status::Done),
        dropped: count(&|row| row.status == Status::Dropped),
        open: count(&|row| !row.status.is_closed()),
        overdue: count(&|row| row.days_late.is_some()),
    };
    let reviews = reviews(known);
    let coming = reviews.iter().any(|meeting| meeting.days < 0);
    let about: Vec<&Finding> = findings
        .findings
        .iter()
        .filter(|finding| finding.item.is_none())
        .collect();
    Sheet {
        today,
        source: known.source,
        postmortem: Facts {
            id: postmortem
                .id
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            title: plain(&postmortem.title),
            path: postmortem.path.clone(),
            date: postmortem.date,
            days_since: postmortem.date.map(|date| (today - date).num_days()),
            severity: postmortem.severity,
            language: postmortem.language,
        },
        decide: of_postmortem(&about, totals.open > 0 && !coming),
        totals,
        items,
        agenda: agenda(&known.follow_up.agenda, postmortem),
        reviews,
        snapshots: known.snapshots.clone(),
    }
}

fn row(known: &Known<'_>, at: usize, item: &ActionItem) -> Option<Row> {
    let subject = known.subjects.get(at)?;
    let today = known.today;
    let findings: Vec<&Finding> = known
        .findings
        .findings
        .iter()
        .filter(|finding| finding.item.as_ref().is_some_and(|i| i.key == item.key))
        .collect();
    let (slips, slip_days) = match &subject.due_moves {
        None => (None, None),
        Some(moves) => {
            let later = moves.iter().filter_map(|step| {
                let days = (step.to? - step.from?).num_days();
                (days > 0).then_some(days)
            });
            let days: Vec<i64> = later.collect();
            (Some(days.len()), Some(days.iter().sum()))
        }
    };
    let (created, closed) = match &subject.history {
        History::Unknown => (None, None),
        History::Known { created, events } => (
            Some(*created),
            events
                .last()
                .filter(|event| event.change != Change::Reopened)
                .map(|event| event.on),
        ),
    };
    let late = findings
        .iter()
        .find(|finding| finding.kind == FindingKind::Overdue);
    let done_when: Vec<String> = item.done_when.iter().map(|text| plain(text)).collect();
    let due_source = known
        .findings
        .agenda
        .iter()
        .find_map(|due| match &due.what {
            Due::Item(facts) if facts.key == item.key => Some(due.source),
            _ => None,
        });
    Some(Row {
        key: subject.key.clone(),
        title: subject.title.clone(),
        owners: subject.owners.clone(),
        assignees: known.assignees.get(at).cloned().unwrap_or_default(),
        kind: subject.kind,
        priority: subject.priority,
        status: subject.status,
        due: subject.due,
        due_source,
        days_late: late.and_then(|finding| finding.days),
        age: created.map(|day| (today - day).num_days()),
        slips,
        slip_days,
        last_activity: subject.last_activity,
        closed: closed.filter(|_| subject.status.is_closed()),
        issue: subject.issue.clone(),
        differences: findings
            .iter()
            .filter_map(|finding| finding.difference.clone())
            .collect(),
        decide: of_item(&About {
            status: subject.status,
            findings: &findings,
            slips,
            done_when: &done_when,
        }),
        done_when,
        line: item.line,
    })
}

fn agenda(parts: &[AgendaPart], postmortem: &Postmortem) -> Vec<Point> {
    let points = parts.iter().flat_map(|part| {
        let review = part.review.and_then(|at| postmortem.reviews.get(at));
        part.points.iter().map(move |point| Point {
            under: plain(&part.title),
            review: review.map(|review| review.date),
            text: plain(&point.text),
            done: point.done,
            line: point.line,
        })
    });
    points.collect()
}

fn reviews(known: &Known<'_>) -> Vec<Meeting> {
    let today = known.today;
    let set = &known.postmortem.reviews;
    let last_held = set.iter().filter(|r| r.held).map(|r| r.date).max();
    let mut meetings: Vec<Meeting> = set
        .iter()
        .map(|review| Meeting {
            title: Some(plain(&review.title)),
            date: review.date,
            source: DueSource::Document,
            held: review.held,
            made_good: !review.held && last_held.is_some_and(|held| held > review.date),
            days: (today - review.date).num_days(),
            current: false,
        })
        .collect();
    let policy = known.findings.agenda.iter().filter_map(|due| {
        let by_policy = due.source == DueSource::Policy && matches!(due.what, Due::Review(..));
        by_policy.then(|| Meeting {
            title: None,
            date: due.date,
            source: due.source,
            held: false,
            made_good: false,
            days: (today - due.date).num_days(),
            current: false,
        })
    });
    meetings.extend(policy);
    meetings.sort_by_key(|meeting| meeting.date);
    let next = meetings.iter().position(|meeting| meeting.days < 0);
    let come = next.unwrap_or(meetings.len()).checked_sub(1);
    let due = come.filter(|at| !meetings[*at].held || meetings[*at].days == 0);
    if let Some(current) = due.or(next) {
        meetings[current].current = true;
    }
    meetings
}

/// The days whose snapshots a document holds, in order.
pub(super) fn snapshots_in(document: &Document) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> = crate::document::region::snapshots(&document.source)
        .iter()
        .filter_map(|found| snapshot::Label::parse(found.label))
        .map(|label| label.day)
        .collect();
    days.sort_unstable();
    days.dedup();
    days
}

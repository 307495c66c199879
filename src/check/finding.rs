//! What a check finds, as plain values: renderers print them, and whoever tells people about them takes them from here.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use crate::config::{Kind, Language, Priority, WantedOwners};
use crate::item::{Problem, Severity, Status, Waiver};

/// All that a check found on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// The day that lateness is counted from.
    pub today: NaiveDate,
    /// The time zone that this day is one of.
    #[serde(serialize_with = "zone_name")]
    pub timezone: Tz,
    /// Where the statuses come from.
    pub source: Source,
    /// How much was looked at.
    pub checked: Checked,
    /// Which findings were asked for.
    pub only: Filter,
    /// The language of most of the documents that were looked at; `None` where there are as many in each.
    #[serde(skip)]
    pub language: Option<Language>,
    /// The items that were looked at.
    #[serde(skip)]
    pub looked_at: Vec<LookedAt>,
    /// Every day that something is due and not done, late or not, for calendars.
    #[serde(skip)]
    pub agenda: Vec<Appointment>,
    /// The issues of the items that were looked at, as far as they may be written to, and whether each is overdue. No filter narrows
    /// them: what wasn't asked about isn't therefore in time.
    #[serde(skip)]
    pub issues: BTreeMap<u64, bool>,
    /// What could not be read or settled, as far as no finding says so; no filter narrows it. The JSON output has all problems.
    #[serde(skip)]
    pub problems: Vec<Problem>,
    /// What was found: by kind in the order of [`FindingKind`], the latest first, then by document and line.
    pub findings: Vec<Finding>,
}

/// Where a check has the items' statuses from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// From their issues as they are now, and from the documents for items without one.
    Github,
    /// From the documents alone.
    Documents,
}

/// An item that was looked at, as far as it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedAt {
    /// Who does it, as written.
    pub owners: Vec<String>,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// Whether it is neither done nor dropped.
    pub open: bool,
    /// Whether it is open and a waiver has moved its deadline.
    pub waived: bool,
}

/// How much a check looked at, so that "nothing found" can be told from "nothing looked at".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Documents.
    pub documents: usize,
    /// Action items in them.
    pub items: usize,
    /// Those that are neither done nor dropped.
    pub open: usize,
    /// Open ones whose deadline a waiver has moved.
    pub waived: usize,
    /// The next day that something is due, today included.
    pub next_due: Option<NaiveDate>,
}

/// The kinds of finding, the most pressing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    // The comments are the help of `--kind`.
    /// An open item whose due date has passed; due today is not overdue
    Overdue,
    /// An open item that is due within `check.due_soon`, today included
    DueSoon,
    /// An open item that nobody has begun though half of its time is gone
    AtRisk,
    /// An item in progress whose issue saw no activity for `check.stale_after`
    Stale,
    /// The row and its issue differ where one should have followed the other
    Drift,
    /// A follow-up review whose day has come while items are open
    ReviewDue,
    /// A draft older than its severity allows
    LatePostmortem,
    /// An open item without a due date, written or from the policy
    NoDue,
    /// An open item without an owner
    NoOwner,
    /// A deadline that was moved without a reason
    WaiverUnreasoned,
}

impl FindingKind {
    /// All of them, the most pressing first.
    pub const ALL: [FindingKind; 10] = [
        FindingKind::Overdue,
        FindingKind::DueSoon,
        FindingKind::AtRisk,
        FindingKind::Stale,
        FindingKind::Drift,
        FindingKind::ReviewDue,
        FindingKind::LatePostmortem,
        FindingKind::NoDue,
        FindingKind::NoOwner,
        FindingKind::WaiverUnreasoned,
    ];

    /// The word of the JSON output and of `--kind`.
    pub fn as_str(self) -> &'static str {
        match self {
            FindingKind::Overdue => "overdue",
            FindingKind::DueSoon => "due-soon",
            FindingKind::AtRisk => "at-risk",
            FindingKind::Stale => "stale",
            FindingKind::Drift => "drift",
            FindingKind::ReviewDue => "review-due",
            FindingKind::LatePostmortem => "late-postmortem",
            FindingKind::NoDue => "no-due",
            FindingKind::NoOwner => "no-owner",
            FindingKind::WaiverUnreasoned => "waiver-unreasoned",
        }
    }

    /// The word for people, as a heading over findings of this kind.
    pub fn label(self, language: Language) -> &'static str {
        match self {
            FindingKind::Overdue => language.pick("期限切れ", "Overdue"),
            FindingKind::DueSoon => language.pick("期限間近", "Due soon"),
            FindingKind::AtRisk => language.pick("未着手のまま", "At risk"),
            FindingKind::Stale => language.pick("動きなし", "Stale"),
            FindingKind::Drift => language.pick("食い違い", "Drift"),
            FindingKind::ReviewDue => language.pick("レビューの時期", "Review due"),
            FindingKind::LatePostmortem => language.pick("ポストモーテムの遅れ", "Late postmortem"),
            FindingKind::NoDue => language.pick("期限なし", "No due date"),
            FindingKind::NoOwner => language.pick("担当なし", "No owner"),
            FindingKind::WaiverUnreasoned => {
                language.pick("理由のない延長", "Extension without a reason")
            }
        }
    }

    /// So many of the kind, in a list of such counts: `2 overdue`, `3 without an owner`.
    pub fn counted(self, count: usize, language: Language) -> String {
        let label = self.label(language);
        let many = match self {
            FindingKind::Drift => "drifted",
            FindingKind::ReviewDue if count != 1 => "reviews due",
            FindingKind::LatePostmortem if count != 1 => "late postmortems",
            FindingKind::NoDue => "without a due date",
            FindingKind::NoOwner => "without an owner",
            FindingKind::WaiverUnreasoned if count != 1 => "extensions without a reason",
            _ => &label.to_lowercase(),
        };
        language.pick(format!("{label} {count} 件"), format!("{count} {many}"))
    }
}

/// One thing that was found, with all that its reader needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of thing.
    pub kind: FindingKind,
    /// The postmortem.
    pub postmortem: PostmortemFacts,
    /// The action item; `None` where the finding is about the postmortem itself.
    pub item: Option<ItemFacts>,
    /// The line to look at, from 1.
    pub line: usize,
    /// The day that counts: when the item is due, the review is held, or the postmortem was to be final.
    pub due: Option<NaiveDate>,
    /// Where that day comes from.
    pub due_source: Option<DueSource>,
    /// Whole days from `due` to today: positive is late, 0 is today, negative is time left. For a stale item the days without
    /// activity.
    pub days: Option<i64>,
    /// How many days the policy allows: for the priority, for staleness, or for the draft of this severity.
    pub allowed: Option<i64>,
    /// What the row and its issue say, for drift.
    pub difference: Option<Difference>,
    /// The review, where it is about one.
    pub review: Option<ReviewFacts>,
}

/// A day on which something is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// The postmortem.
    pub postmortem: PostmortemFacts,
    /// What is due on it.
    pub what: Due,
    /// The day.
    pub date: NaiveDate,
    /// Where the day comes from.
    pub source: DueSource,
}

impl Appointment {
    /// The line it stands in, from 1; for a review its number.
    pub fn line(&self) -> usize {
        match &self.what {
            Due::Item(item) => item.line,
            Due::Review(_, number) => *number,
        }
    }
}

/// What is due on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// An action item.
    Item(ItemFacts),
    /// A follow-up review, and which of its document's, from 1.
    Review(ReviewFacts, usize),
}

/// A follow-up review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReviewFacts {
    /// What the document calls it; `None` where only the policy asks for it.
    pub title: Option<String>,
    /// Whether the document has boxes to tick for it.
    #[serde(skip)]
    pub boxes: bool,
    /// How many of the postmortem's items are open.
    pub open: usize,
    /// How many items it has.
    pub items: usize,
}

/// Where a day comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DueSource {
    /// It is written in the document.
    Document,
    /// From the policy: none is written.
    Policy,
    /// A waiver in the document moved it there.
    Waiver,
}

/// The postmortem of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PostmortemFacts {
    /// Its id; `None` where it has none.
    pub id: Option<String>,
    /// Its title.
    pub title: String,
    /// Its path as the user would write it.
    pub path: String,
    /// Its date.
    pub date: Option<NaiveDate>,
    /// The day the incident was over, where it is written.
    pub recovered: Option<NaiveDate>,
    /// How bad the incident was.
    pub severity: Option<Severity>,
    /// The language it is written in.
    pub language: Language,
}

/// The action item of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemFacts {
    /// What people call it by within its postmortem.
    pub key: String,
    /// What is to be done, as plain text.
    pub title: String,
    /// Who does it, as written, one string each.
    pub owners: Vec<String>,
    /// What stands where an owner should: `TBD`, 未定.
    pub owner_text: Option<String>,
    /// The words its due date is written in.
    pub due_text: Option<String>,
    /// How its deadline was moved.
    pub waivers: Vec<Waiver>,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// What it is for.
    pub kind: Option<Kind>,
    /// How far it is: what GitHub says where it was asked, else the document.
    pub status: Status,
    /// Its line, from 1.
    pub line: usize,
    /// Its issue or ticket.
    pub issue: Option<IssueFacts>,
}

/// The issue of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueFacts {
    /// Its number in the configured repository; `None` for a ticket elsewhere.
    pub number: Option<u64>,
    /// Its page.
    pub url: Option<String>,
    /// Its assignees now; empty where GitHub was not asked.
    pub assignees: Vec<String>,
    /// Whether GitHub was asked and the issue carries this item's marker: only such issues may be written to.
    pub managed: bool,
    /// Whether GitHub was asked; else its assignees, and whether it is managed, are null in JSON.
    pub known: bool,
}

impl Serialize for IssueFacts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let IssueFacts {
            number,
            url,
            assignees,
            managed,
            known,
        } = self;
        let mut facts = serializer.serialize_struct("IssueFacts", 4)?;
        facts.serialize_field("number", number)?;
        facts.serialize_field("url", url)?;
        facts.serialize_field("assignees", &known.then_some(assignees))?;
        facts.serialize_field("managed", &known.then_some(managed))?;
        facts.end()
    }
}

/// What a row and its issue say where they differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The field; `status` for the status.
    pub field: String,
    /// The document's value.
    pub document: String,
    /// GitHub's value.
    pub github: String,
    /// Whether both sides were changed, so that only a person can decide.
    pub conflict: bool,
    /// Whether one side only lags behind: the next `sync` settles it, and nobody has to do anything.
    pub pending: bool,
    /// The commands that settle it, the usual one first.
    pub settle: Vec<String>,
}

impl Finding {
    /// What people call the thing that was found: `PM-042#3`; the postmortem's id or path where it is about the postmortem or there is
    /// no id.
    pub fn name(&self) -> String {
        let PostmortemFacts { id, path, .. } = &self.postmortem;
        let document = id.as_deref().unwrap_or(path);
        match &self.item {
            Some(item) => format!("{document}#{}", item.key),
            None => document.to_owned(),
        }
    }

    /// Whether the next `sync` settles it by itself. Such a finding is listed, and nobody is told of it.
    pub fn is_pending(&self) -> bool {
        self.difference
            .as_ref()
            .is_some_and(|difference| difference.pending)
    }

    /// Whether it is about a day that has passed or is near.
    pub fn is_about_time(&self) -> bool {
        matches!(
            self.kind,
            FindingKind::Overdue | FindingKind::DueSoon | FindingKind::AtRisk
        )
    }
}

impl Findings {
    /// Those of a kind, in order.
    pub fn of(&self, kind: FindingKind) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(move |finding| finding.kind == kind)
    }

    /// How many there are of a kind.
    pub fn count(&self, kind: FindingKind) -> usize {
        self.of(kind).count()
    }
}

/// Which findings to keep; what is empty lets all pass.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Filter {
    /// Only items of these owners.
    pub owners: WantedOwners,
    /// Only these kinds.
    pub kinds: Vec<FindingKind>,
    /// Only items of this priority or a more urgent one.
    pub min_priority: Option<Priority>,
}

impl Filter {
    /// Whether it keeps everything.
    pub fn is_open(&self) -> bool {
        self.owners.is_everybody() && self.kinds.is_empty() && self.min_priority.is_none()
    }

    fn accepts(&self, item: Option<&ItemFacts>) -> bool {
        match item {
            Some(item) => self.accepts_item(&item.owners, item.priority),
            // What is about a whole postmortem is nobody's item and of no priority.
            None => self.owners.is_everybody() && self.min_priority.is_none(),
        }
    }

    fn accepts_item(&self, owners: &[String], priority: Option<Priority>) -> bool {
        let urgent = self
            .min_priority
            .is_none_or(|least| priority.is_some_and(|priority| priority <= least));
        self.owners.accept(owners) && urgent
    }
}

impl Findings {
    /// Keeps what passes, and counts what was looked at anew; the documents stay as many as were read.
    #[must_use]
    pub fn only(mut self, filter: Filter) -> Findings {
        self.findings.retain(|finding| {
            (filter.kinds.is_empty() || filter.kinds.contains(&finding.kind))
                && filter.accepts(finding.item.as_ref())
        });
        self.agenda.retain(|appointment| {
            filter.accepts(match &appointment.what {
                Due::Item(item) => Some(item),
                Due::Review(..) => None,
            })
        });
        self.looked_at
            .retain(|item| filter.accepts_item(&item.owners, item.priority));
        self.only = filter;
        self.count_items();
        self
    }

    /// Counts the items that were looked at.
    pub(super) fn count_items(&mut self) {
        let count =
            |is: fn(&LookedAt) -> bool| self.looked_at.iter().filter(|item| is(item)).count();
        self.checked.items = self.looked_at.len();
        self.checked.open = count(|item| item.open);
        self.checked.waived = count(|item| item.waived);
        self.checked.next_due = self
            .agenda
            .iter()
            .filter(|appointment| matches!(appointment.what, Due::Item(_)))
            .map(|appointment| appointment.date)
            .find(|date| *date >= self.today);
    }
}

fn zone_name<S: Serializer>(zone: &Tz, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(zone.name())
}

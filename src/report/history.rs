//! What an action item was on a day: open, done or dropped, and due when.
//!
//! Pure. GitHub's answers become these values in [`super::gather`]; what is counted over them is in [`super::figures`].

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use crate::config::{Kind, Priority};
use crate::github::marker::DueMove;
use crate::item::Status;

/// A change of an issue's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Closed as completed.
    Done,
    /// Closed as not planned or as a duplicate.
    Dropped,
    /// Opened again.
    Reopened,
}

/// A change and its day in the configured time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// The day.
    pub on: NaiveDate,
    /// What happened.
    pub change: Change,
}

/// What is known of an item's past.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum History {
    /// It has no issue, or GitHub was not asked: only what it is today is known.
    #[default]
    Unknown,
    /// It has an issue.
    Known {
        /// The day the issue was opened.
        created: NaiveDate,
        /// Every closing and reopening in the order they happened, as far as the report looks back.
        events: Vec<Event>,
    },
}

/// What an item was at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It had no issue yet.
    Absent,
    /// Neither done nor dropped.
    Open,
    /// Done, and since when where that is known.
    Done(Option<NaiveDate>),
    /// Decided against, and since when.
    Dropped(Option<NaiveDate>),
    /// Nobody can say.
    Unknown,
}

impl Standing {
    /// Whether it was open.
    pub fn is_open(self) -> bool {
        self == Standing::Open
    }

    /// Whether it was done, however long.
    pub fn is_done(self) -> bool {
        matches!(self, Standing::Done(_))
    }
}

/// The issue of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IssueLink {
    /// Its number; `None` for a ticket elsewhere.
    pub number: Option<u64>,
    /// Its page.
    pub url: Option<String>,
}

/// An action item as a report needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Its postmortem's place in the input.
    pub postmortem: usize,
    /// What people call it within its postmortem.
    pub key: String,
    /// What is to be done, as plain text.
    pub title: String,
    /// Who does it, as written, one string each.
    pub owners: Vec<String>,
    /// What it is for.
    pub kind: Option<Kind>,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// Its status today.
    pub status: Status,
    /// Its deadline today: written, moved by a waiver, or from the policy.
    pub due: Option<NaiveDate>,
    /// Whether that is what the policy gives: nobody wrote it.
    pub due_by_policy: bool,
    /// What the policy gives it where no date is written; what it had while none was.
    pub policy_due: Option<NaiveDate>,
    /// Every move of the due date, oldest first; `None` where there is no marker to tell.
    pub due_moves: Option<Vec<DueMove>>,
    /// Its past.
    pub history: History,
    /// When anything on its issue last happened.
    pub last_activity: Option<NaiveDate>,
    /// Its issue.
    pub issue: Option<IssueLink>,
}

impl Subject {
    /// An open item that says nothing, for tests to say something of.
    #[cfg(test)]
    pub(super) fn blank() -> Subject {
        Subject {
            postmortem: 0,
            key: "1".into(),
            title: "Alert".into(),
            owners: Vec::new(),
            kind: None,
            priority: None,
            status: Status::Todo,
            due: None,
            due_by_policy: false,
            policy_due: None,
            due_moves: Some(Vec::new()),
            history: History::Unknown,
            last_activity: None,
            issue: None,
        }
    }

    /// The day its issue was opened.
    pub fn created(&self) -> Option<NaiveDate> {
        match &self.history {
            History::Unknown => None,
            History::Known { created, .. } => Some(*created),
        }
    }

    /// Whether its past is known.
    pub fn has_history(&self) -> bool {
        self.created().is_some()
    }

    /// What it was at the end of a day; `today` is the day on which [`Subject::status`] holds.
    pub fn standing(&self, day: NaiveDate, today: NaiveDate) -> Standing {
        let History::Known { created, events } = &self.history else {
            return match self.status {
                _ if day < today => Standing::Unknown,
                Status::Done => Standing::Done(None),
                Status::Dropped => Standing::Dropped(None),
                Status::Todo | Status::InProgress | Status::Blocked => Standing::Open,
            };
        };
        if *created > day {
            return Standing::Absent;
        }
        let last = events.iter().rev().find(|event| event.on <= day);
        // Closed although its issue is open: its row says so, and the next push closes it. A person has decided, nobody can say when.
        let ends_open = events
            .last()
            .is_none_or(|event| event.change == Change::Reopened);
        let open = match self.status {
            Status::Done if ends_open && day >= today => Standing::Done(None),
            Status::Dropped if ends_open && day >= today => Standing::Dropped(None),
            _ => Standing::Open,
        };
        match last {
            None => open,
            Some(Event { on, change }) => match change {
                Change::Done => Standing::Done(Some(*on)),
                Change::Dropped => Standing::Dropped(Some(*on)),
                Change::Reopened => open,
            },
        }
    }

    /// Its deadline as it stood at the end of a day: today's, with every later move undone.
    pub fn due_on(&self, day: NaiveDate) -> Option<NaiveDate> {
        let moves = self.due_moves.iter().flatten();
        match moves.clone().find(|step| step.on > day) {
            None => self.due,
            Some(step) => step.from.or(self.policy_due),
        }
    }

    /// How many days late it was at the end of a day; `None` where it was not open, or not late.
    pub fn days_late(&self, day: NaiveDate, today: NaiveDate) -> Option<i64> {
        let due = self.due_on(day)?;
        (self.standing(day, today).is_open() && due < day).then(|| (day - due).num_days())
    }

    /// The days on which it came due: each was its deadline on that very day.
    pub fn came_due(&self) -> Vec<NaiveDate> {
        let mut days: Vec<NaiveDate> = self
            .due_moves
            .iter()
            .flatten()
            .flat_map(|step| [step.from, step.to])
            .chain([self.due, self.policy_due])
            .flatten()
            .filter(|day| self.due_on(*day) == Some(*day))
            .collect();
        days.sort_unstable();
        days.dedup();
        days
    }
}

/// The day of a moment in a time zone.
pub fn day(moment: DateTime<Utc>, zone: Tz) -> NaiveDate {
    moment.with_timezone(&zone).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDate {
        format!("2025-{text}").parse().expect("a day")
    }

    fn subject(events: &[(&str, Change)]) -> Subject {
        let events = events.iter().map(|(on, change)| Event {
            on: at(on),
            change: *change,
        });
        Subject {
            history: History::Known {
                created: at("01-05"),
                events: events.collect(),
            },
            ..Subject::blank()
        }
    }

    #[test]
    fn the_state_of_a_day() {
        let item = subject(&[
            ("01-10", Change::Done),
            ("01-12", Change::Reopened),
            ("01-20", Change::Done),
            // Closed, opened and closed otherwise within a day: the last of them counts.
            ("01-25", Change::Reopened),
            ("01-25", Change::Dropped),
        ]);
        for (on, expected) in [
            ("01-04", Standing::Absent),
            ("01-05", Standing::Open),
            ("01-09", Standing::Open),
            ("01-10", Standing::Done(Some(at("01-10")))),
            ("01-11", Standing::Done(Some(at("01-10")))),
            ("01-12", Standing::Open),
            ("01-24", Standing::Done(Some(at("01-20")))),
            ("01-25", Standing::Dropped(Some(at("01-25")))),
            ("12-31", Standing::Dropped(Some(at("01-25")))),
        ] {
            assert_eq!(item.standing(at(on), at("02-01")), expected, "{on}");
        }
    }

    #[test]
    fn without_an_issue_only_today_is_known() {
        let today = at("02-01");
        for (status, expected) in [
            (Status::Todo, Standing::Open),
            (Status::Blocked, Standing::Open),
            (Status::Done, Standing::Done(None)),
            (Status::Dropped, Standing::Dropped(None)),
        ] {
            let item = Subject {
                status,
                history: History::Unknown,
                ..subject(&[])
            };
            assert_eq!(item.standing(today, today), expected);
            assert_eq!(item.standing(at("01-31"), today), Standing::Unknown);
        }
    }

    #[test]
    fn a_row_that_closes_its_issue_with_the_next_push_is_closed_today() {
        let today = at("02-01");
        let done = |events| Subject {
            status: Status::Done,
            ..subject(events)
        };
        for events in [
            &[][..],
            &[("01-10", Change::Done), ("01-12", Change::Reopened)],
        ] {
            let item = done(events);
            assert_eq!(item.standing(today, today), Standing::Done(None));
            assert_eq!(item.standing(at("01-31"), today), Standing::Open);
        }
        // Closed on GitHub only after the day that is called today.
        let later = done(&[("02-03", Change::Done)]);
        assert_eq!(later.standing(today, today), Standing::Open);
    }

    fn step(from: Option<&str>, to: Option<&str>, on: &str) -> DueMove {
        DueMove {
            from: from.map(at),
            to: to.map(at),
            on: at(on),
        }
    }

    #[test]
    fn the_deadline_of_a_day() {
        let item = Subject {
            due: Some(at("03-01")),
            policy_due: Some(at("01-15")),
            due_moves: Some(vec![
                step(None, Some("01-20"), "01-10"),
                step(Some("01-20"), Some("02-10"), "01-18"),
                step(Some("02-10"), Some("03-01"), "02-15"),
            ]),
            ..subject(&[])
        };
        for (on, due) in [
            ("01-09", "01-15"),
            ("01-10", "01-20"),
            ("01-17", "01-20"),
            ("01-18", "02-10"),
            ("02-14", "02-10"),
            ("02-15", "03-01"),
        ] {
            assert_eq!(item.due_on(at(on)), Some(at(due)), "{on}");
        }
        // The 20th was moved away before it came, the 10th of February only after it had passed.
        assert_eq!(item.came_due(), [at("02-10"), at("03-01")]);
        assert_eq!(item.days_late(at("02-14"), at("04-01")), Some(4));
        assert_eq!(item.days_late(at("02-15"), at("04-01")), None);
        assert_eq!(
            item.days_late(at("03-01"), at("04-01")),
            None,
            "due today is not late"
        );
        assert_eq!(item.days_late(at("03-02"), at("04-01")), Some(1));
    }

    #[test]
    fn a_day_begins_where_people_are() {
        let moment = "2025-01-31T16:00:00Z".parse().expect("a moment");
        assert_eq!(day(moment, Tz::Asia__Tokyo), at("02-01"));
        assert_eq!(day(moment, Tz::UTC), at("01-31"));
    }
}

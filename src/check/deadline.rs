//! When an item is due, and who says so: the document, a waiver in it, or the policy.

use chrono::{Days, NaiveDate};

use super::DueSource;
use crate::config::{Check, Period};
use crate::item::due::{self, Due};
use crate::item::{ActionItem, Postmortem};

/// The day an item is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Deadline {
    /// The day.
    pub(super) date: NaiveDate,
    /// Where it comes from.
    pub(super) source: DueSource,
    /// How many days there are from the postmortem's date to that day, where it has a date.
    pub(super) allowed: Option<i64>,
}

/// When an item is due; `None` where nobody says.
///
/// The policy speaks only where nothing is written, or a placeholder. A date that is written and can't be read is somebody's intention:
/// a problem says so, and calling the item late by another date would be a guess. Duties that recur have no single day.
pub(super) fn of(item: &ActionItem, postmortem: &Postmortem, policy: &Check) -> Option<Deadline> {
    let with = |date: NaiveDate, source| Deadline {
        date,
        source,
        allowed: postmortem
            .date
            .map(|begin| (date - begin).num_days())
            .filter(|days| *days >= 0),
    };
    if let Some(date) = item.due.date {
        let moved = item.waivers.iter().any(|waiver| waiver.until == date);
        let source = match moved {
            true => DueSource::Waiver,
            false => DueSource::Document,
        };
        return Some(with(date, source));
    }
    let written = item.due.text.as_deref().unwrap_or_default();
    if item.due.recurring || !matches!(due::read(written, postmortem.date), Due::Missing { .. }) {
        return None;
    }
    let allowed = policy.allowed.of(item.priority?)?;
    Some(with(later(postmortem.date?, allowed)?, DueSource::Policy))
}

/// The day an item is due, and the day that the policy gives it where none is written: what it had while that was so.
pub(crate) fn due(
    item: &ActionItem,
    postmortem: &Postmortem,
    policy: &Check,
) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let by_policy = || later(postmortem.date?, policy.allowed.of(item.priority?)?);
    let due = of(item, postmortem, policy).map(|deadline| deadline.date);
    (due, by_policy())
}

/// Whether nobody wrote when an item is due, so that the policy says it.
pub(crate) fn due_by_policy(item: &ActionItem, postmortem: &Postmortem, policy: &Check) -> bool {
    of(item, postmortem, policy).is_some_and(|deadline| deadline.source == DueSource::Policy)
}

/// The day so long after another.
pub(super) fn later(date: NaiveDate, by: Period) -> Option<NaiveDate> {
    date.checked_add_days(Days::new(by.as_days().unsigned_abs()))
}

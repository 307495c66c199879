//! What an announcement is made of. What its template is given of that is told in [`super::team`] and [`super::customers`]: the names of
//! the fields there are those that templates use, and `docs/report.md` documents them.

use chrono::NaiveDate;
use serde::Serialize;

use crate::item::sections::Sections;
use crate::item::{Postmortem, Times};
use crate::report::history::Subject;
use crate::report::model::Source;

/// All that is known of a postmortem that is announced.
pub(super) struct Facts<'a> {
    /// The document's own.
    pub(super) postmortem: &'a Postmortem,
    /// What it tells.
    pub(super) sections: &'a Sections,
    /// Its items with their status of today.
    pub(super) items: &'a [Subject],
    /// Its page.
    pub(super) url: Option<String>,
    /// The next day on which its items are looked at, and what that is called.
    pub(super) review: Option<(NaiveDate, Option<String>)>,
    /// Where the statuses come from.
    pub(super) source: Source,
    /// Today.
    pub(super) today: NaiveDate,
    /// `templates.contact`.
    pub(super) contact: Option<&'a str>,
}

/// The severity of the incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct SeverityValue {
    /// `critical`, `high`, `medium` or `low`.
    pub(super) level: &'static str,
    /// In words.
    pub(super) text: &'static str,
}

/// How long the incident lasted, in minutes, where the document gives both ends with their time of day.
pub(super) fn minutes(times: &Times) -> Option<u64> {
    let began = times
        .occurred
        .filter(|m| m.time.is_some())
        .or(times.detected)?;
    let minutes = times.recovered?.since(began)?.num_minutes();
    u64::try_from(minutes).ok().filter(|minutes| *minutes > 0)
}

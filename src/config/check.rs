//! `[check]`: how much time things may take, and the lengths of time that say so.
//!
//! Telling people (`remind_every`, `escalate_to`, `escalate_after`) is set here too, because it is about the same lateness.

use std::fmt;

use toml::de::DeValue;

use super::reader::{Entry, Reader, Section};
use super::secret::shown;
use super::words::Word as _;
use super::{Priority, is_login, text};

/// The longest period that can be meant, in days: ten years.
const LONGEST: u32 = 3660;

/// A length of time in whole hours, as settings write it: `7d`, `2w`, `48h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(u32);

impl Period {
    /// So many days.
    pub const fn days(days: u32) -> Period {
        Period(days * 24)
    }

    /// So many hours.
    pub const fn hours(hours: u32) -> Period {
        Period(hours)
    }

    /// Its length in hours.
    pub fn as_hours(self) -> i64 {
        i64::from(self.0)
    }

    /// Its length in days; a day that has begun counts.
    pub fn as_days(self) -> i64 {
        i64::from(self.0.div_ceil(24))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(24) {
            write!(f, "{}d", self.0 / 24)
        } else {
            write!(f, "{}h", self.0)
        }
    }
}

/// `[check]`: what counts as late, stale or due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// How long before its due date an item is due soon.
    pub due_soon: Period,
    /// How long an item may be in progress without any activity on its issue; `None` never asks.
    pub stale_after: Option<Period>,
    /// How long after a postmortem's date its items are reviewed where the document sets no review; `None` never asks.
    pub review_after: Option<Period>,
    /// The time that items of each priority have.
    pub allowed: Allowed,
    /// The time that a postmortem may stay a draft, by severity.
    pub late_postmortem: LatePostmortem,
    /// How long after a reminder the next one comes, while an item stays late.
    pub remind_every: Period,
    /// Who is told of items that stay late: logins, or teams as `org/team`.
    pub escalate_to: Vec<String>,
    /// How long after its due date an item is theirs to know of; `None` never.
    pub escalate_after: Option<Period>,
}

impl Default for Check {
    fn default() -> Self {
        Self {
            due_soon: Period::days(7),
            stale_after: Some(Period::days(14)),
            review_after: Some(Period::days(14)),
            allowed: Allowed::default(),
            late_postmortem: LatePostmortem::default(),
            remind_every: Period::days(7),
            escalate_to: Vec::new(),
            escalate_after: Some(Period::days(14)),
        }
    }
}

/// `[check.allowed]`: the time from a postmortem's date that its items have, by priority. `None` sets none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed([Option<Period>; 4]);

impl Allowed {
    /// The time that items of a priority have.
    pub fn of(&self, priority: Priority) -> Option<Period> {
        let [p0, p1, p2, p3] = self.0;
        match priority {
            Priority::P0 => p0,
            Priority::P1 => p1,
            Priority::P2 => p2,
            Priority::P3 => p3,
        }
    }
}

impl Default for Allowed {
    /// A month and two for what matters, which is close to the four or eight weeks that Atlassian's incident handbook gives its
    /// priority actions; a week for what can't wait, and a quarter for the rest.
    fn default() -> Self {
        Self([7, 30, 60, 90].map(|days| Some(Period::days(days))))
    }
}

/// `[check.late_postmortem]`: the time from recovery that a postmortem may stay a draft, by the incident's severity. `None` sets none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LatePostmortem {
    /// SEV1.
    pub critical: Option<Period>,
    /// SEV2.
    pub high: Option<Period>,
    /// SEV3.
    pub medium: Option<Period>,
    /// SEV4.
    pub low: Option<Period>,
}

impl Default for LatePostmortem {
    /// Two days for what was bad, as runbooks ask for; a week for the rest, while people remember.
    fn default() -> Self {
        let (soon, later) = (Some(Period::hours(48)), Some(Period::days(7)));
        Self {
            critical: soon,
            high: soon,
            medium: later,
            low: later,
        }
    }
}

/// Reads `[check]`.
pub(super) fn check<'t>(reader: &mut Reader<'t>, top: &mut Section<'t>) -> Check {
    let table = &mut reader.section(top, "check");
    let default = Check::default();
    let check = Check {
        due_soon: reader
            .get(table, "due_soon", period)
            .unwrap_or(default.due_soon),
        stale_after: reader
            .get(table, "stale_after", period_or_never)
            .unwrap_or(default.stale_after),
        review_after: reader
            .get(table, "review_after", period_or_never)
            .unwrap_or(default.review_after),
        remind_every: reader
            .get(table, "remind_every", period)
            .unwrap_or(default.remind_every),
        escalate_to: reader
            .get(table, "escalate_to", |reader, entry| {
                reader.list(entry, mention)
            })
            .unwrap_or(default.escalate_to),
        escalate_after: reader
            .get(table, "escalate_after", period_or_never)
            .unwrap_or(default.escalate_after),
        allowed: allowed(reader, table),
        late_postmortem: late_postmortem(reader, table),
    };
    reader.close(table);
    check
}

fn allowed<'t>(reader: &mut Reader<'t>, check: &mut Section<'t>) -> Allowed {
    let table = &mut reader.section(check, "allowed");
    let Allowed(mut all) = Allowed::default();
    for (&priority, allowed) in Priority::ALL.iter().zip(&mut all) {
        if let Some(given) = reader.get(table, priority.word(), period_or_never) {
            *allowed = given;
        }
    }
    reader.close(table);
    Allowed(all)
}

fn late_postmortem<'t>(reader: &mut Reader<'t>, check: &mut Section<'t>) -> LatePostmortem {
    let table = &mut reader.section(check, "late_postmortem");
    let default = LatePostmortem::default();
    let mut get = |key, default| reader.get(table, key, period_or_never).unwrap_or(default);
    let late = LatePostmortem {
        critical: get("critical", default.critical),
        high: get("high", default.high),
        medium: get("medium", default.medium),
        low: get("low", default.low),
    };
    reader.close(table);
    late
}

/// A period, or `never`.
fn period_or_never<'t>(reader: &mut Reader<'t>, entry: &Entry<'t>) -> Option<Option<Period>> {
    if entry.value.get_ref().as_str().map(str::trim) == Some("never") {
        return Some(None);
    }
    period(reader, entry).map(Some)
}

/// A period: `7d`, `2w`, `48h`, or a number of days.
fn period<'t>(reader: &mut Reader<'t>, entry: &Entry<'t>) -> Option<Period> {
    let written = match entry.value.get_ref() {
        DeValue::String(string) => string.trim().to_owned(),
        DeValue::Integer(days) if days.radix() == 10 => format!("{}d", days.as_str()),
        DeValue::Float(days) => format!("{}d", days.as_str()),
        // Says that a string is wanted.
        _ => return reader.string(entry).and(None),
    };
    let name = &entry.name;
    let fault = match parse(&written) {
        Ok(period) => return Some(period),
        Err(fault) => fault,
    };
    let seen = shown(&written);
    let message = match fault {
        Fault::Negative => text!(
            "`{name}` can't be negative: `{seen}`",
            "`{name}` に負の値「{seen}」は指定できません"
        ),
        Fault::TooLong => text!(
            "`{name}` is longer than ten years: `{seen}`",
            "`{name}` の「{seen}」は 10 年を超えています"
        ),
        Fault::Unreadable => text!(
            "`{name}`: `{seen}` is no length of time",
            "`{name}` の「{seen}」は期間として読めません"
        ),
    };
    reader.fault_in(
        entry,
        message,
        Some(text!(
            "write days, weeks or hours: \"7d\", \"2w\", \"48h\"",
            "日、週、時間で書いてください （例: \"7d\"、\"2w\"、\"48h\"）"
        )),
    );
    None
}

enum Fault {
    Negative,
    TooLong,
    Unreadable,
}

fn parse(written: &str) -> Result<Period, Fault> {
    let at = written
        .find(|c: char| c.is_ascii_alphabetic())
        .ok_or(Fault::Unreadable)?;
    let (number, unit) = written.split_at(at);
    let number = number.trim();
    let hours = match unit {
        "h" | "hour" | "hours" => 1,
        "d" | "day" | "days" => 24,
        "w" | "week" | "weeks" => 24 * 7,
        _ => return Err(Fault::Unreadable),
    };
    let (negative, digits) = match number.strip_prefix(['-', '−']) {
        Some(digits) => (true, digits),
        None => (false, number),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Fault::Unreadable);
    }
    if negative {
        return Err(Fault::Negative);
    }
    digits
        .parse::<u32>()
        .ok()
        .and_then(|count| count.checked_mul(hours))
        .filter(|hours| *hours <= LONGEST * 24)
        .map(Period)
        .ok_or(Fault::TooLong)
}

/// Somebody who can be mentioned: a login, or a team as `org/team`.
fn mention<'t>(reader: &mut Reader<'t>, entry: &Entry<'t>) -> Option<String> {
    let given = reader.string(entry)?;
    let name = given.trim().trim_start_matches('@');
    let slug = |team: &str| {
        !team.is_empty()
            && team
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let known = match name.split_once('/') {
        Some((organisation, team)) => is_login(organisation) && slug(team),
        None => is_login(name),
    };
    if known {
        return Some(name.to_owned());
    }
    let seen = shown(given);
    reader.fault_in(
        entry,
        text!(
            "`{seen}` is neither a GitHub login nor a team",
            "「{seen}」は GitHub のユーザー名でもチームでもありません"
        ),
        Some(text!(
            "such as `octocat` or `octo-org/sre`",
            "例: `octocat`、`octo-org/sre`"
        )),
    );
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_and_shown() {
        for (written, shown, days) in [
            ("7d", "7d", 7),
            ("2w", "14d", 14),
            ("48h", "2d", 2),
            ("36h", "36h", 2),
            ("0d", "0d", 0),
            ("3 days", "3d", 3),
            ("3660d", "3660d", 3660),
        ] {
            let Ok(period) = parse(written) else {
                panic!("{written}");
            };
            assert_eq!(
                (period.to_string().as_str(), period.as_days()),
                (shown, days),
                "{written}"
            );
        }
    }

    #[test]
    fn no_period_wraps_or_is_guessed() {
        for written in ["", "7", "d", "7m", "1.5d", "--3d", "７d", "1d2h", "7 d d"] {
            assert!(
                matches!(parse(written), Err(Fault::Unreadable)),
                "{written}"
            );
        }
        for written in ["3661d", "99999999999999999999d", "4294967295w"] {
            assert!(matches!(parse(written), Err(Fault::TooLong)), "{written}");
        }
        assert!(matches!(parse("-7d"), Err(Fault::Negative)));
    }
}

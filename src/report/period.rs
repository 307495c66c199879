//! The days that a report is about, and the days that they are compared with.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::Serialize;

use crate::config::Language;

/// How many days a report covers where nobody says.
pub const USUAL_DAYS: u64 = 30;

/// Whole days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first day.
    pub since: NaiveDate,
    /// The last day; never before the first.
    pub until: NaiveDate,
}

impl Span {
    /// Whether a day is one of them.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.since <= day && day <= self.until
    }

    /// How many days they are.
    pub fn length(self) -> i64 {
        (self.until - self.since).num_days() + 1
    }

    /// The days of it up to one of them; `None` where it begins later.
    pub fn up_to(self, day: NaiveDate) -> Option<Span> {
        (self.since <= day).then(|| Span {
            until: self.until.min(day),
            ..self
        })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.since, self.until)
    }
}

/// What sort of period people call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A calendar month.
    Month,
    /// A calendar quarter.
    Quarter,
    /// Any other number of days.
    Days,
}

/// The days that a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its days.
    pub span: Span,
    /// What it is called.
    pub shape: Shape,
}

impl Period {
    /// The month that a day is in.
    fn month_of(day: NaiveDate) -> Option<Period> {
        Period::months(day, 1, Shape::Month)
    }

    fn months(first: NaiveDate, count: u32, shape: Shape) -> Option<Period> {
        let since = first.with_day(1)?;
        let until = since.checked_add_months(Months::new(count))?.pred_opt()?;
        Some(Period {
            span: Span { since, until },
            shape,
        })
    }

    /// From a day to another; `None` where they are the wrong way round.
    pub fn between(since: NaiveDate, until: NaiveDate) -> Option<Period> {
        (since <= until).then_some(Period {
            span: Span { since, until },
            shape: Shape::Days,
        })
    }

    /// The last so many days, the given one included.
    pub fn last(days: u64, until: NaiveDate) -> Period {
        let since = until
            .checked_sub_days(Days::new(days.saturating_sub(1)))
            .unwrap_or(until);
        Period {
            span: Span { since, until },
            shape: Shape::Days,
        }
    }

    /// The one before: the month or quarter before, else as many days directly before.
    pub fn before(self) -> Period {
        let Period { span, shape } = self;
        let months = |count| {
            let first = span.since.checked_sub_months(Months::new(count))?;
            Period::months(first, count, shape)
        };
        let before = match shape {
            Shape::Month => months(1),
            Shape::Quarter => months(3),
            Shape::Days => span.since.pred_opt().map(|until| {
                Period::last(u64::try_from(span.length()).unwrap_or(USUAL_DAYS), until)
            }),
        };
        // Only at the beginning of time is there nothing before.
        before.unwrap_or(self)
    }

    /// The days of the period before that this one is fairly compared with on a day: all of them, or as many as have passed of this one.
    pub fn compared_with(self, as_of: NaiveDate) -> Span {
        let before = self.before().span;
        if as_of >= self.span.until {
            return before;
        }
        let passed = (as_of - self.span.since).num_days().max(0);
        let until = before
            .since
            .checked_add_days(Days::new(passed.unsigned_abs()))
            .unwrap_or(before.until);
        before.up_to(until).unwrap_or(before)
    }

    /// How the command line writes it: `2025-01`, `2025Q1`. Other days have no word of their own.
    pub fn word(self) -> Option<String> {
        let since = self.span.since;
        match self.shape {
            Shape::Month => Some(since.format("%Y-%m").to_string()),
            Shape::Quarter => Some(format!("{}Q{}", since.year(), since.month0() / 3 + 1)),
            Shape::Days => None,
        }
    }

    /// What people call it.
    pub fn label(self, language: Language) -> String {
        let Span { since, until } = self.span;
        let year = since.year();
        match self.shape {
            Shape::Month => language.pick(
                format!("{year}年{}月", since.month()),
                since.format("%B %Y").to_string(),
            ),
            Shape::Quarter => {
                let quarter = since.month0() / 3 + 1;
                language.pick(
                    format!("{year}年第{quarter}四半期"),
                    format!("Q{quarter} {year}"),
                )
            }
            Shape::Days => {
                language.pick(format!("{since}〜{until}"), format!("{since} to {until}"))
            }
        }
    }
}

/// A month on the command line: `2025-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month(pub Period);

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Month, String> {
        let parsed = || {
            let (year, month) = text.split_once('-')?;
            let first = NaiveDate::from_ymd_opt(year_of(year)?, digits(month)?, 1)?;
            Period::month_of(first).map(Month)
        };
        parsed().ok_or_else(|| "write a month as 2025-01".to_owned())
    }
}

/// A quarter on the command line: `2025Q1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quarter(pub Period);

impl FromStr for Quarter {
    type Err = String;

    fn from_str(text: &str) -> Result<Quarter, String> {
        let parsed = || {
            let (year, quarter) = text.split_once(['Q', 'q'])?;
            let year = year_of(year.strip_suffix('-').unwrap_or(year))?;
            let quarter = digits(quarter).filter(|quarter| (1..=4).contains(quarter))?;
            let first = NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1)?;
            Period::months(first, 3, Shape::Quarter).map(Quarter)
        };
        parsed().ok_or_else(|| "write a quarter as 2025Q1".to_owned())
    }
}

/// Four digits, as people write years; `25-01` would be the first century's.
fn year_of(text: &str) -> Option<i32> {
    let year = (text.len() == 4).then(|| digits(text))??;
    i32::try_from(year).ok()
}

fn digits(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn month(text: &str) -> Period {
        text.parse::<Month>().expect("a month").0
    }

    fn quarter(text: &str) -> Period {
        text.parse::<Quarter>().expect("a quarter").0
    }

    #[test]
    fn periods_and_the_ones_before() {
        let days = |since, until| Period::between(day(since), day(until)).expect("days");
        for (period, span, before) in [
            (
                month("2025-01"),
                "2025-01-01..2025-01-31",
                "2024-12-01..2024-12-31",
            ),
            (
                month("2024-3"),
                "2024-03-01..2024-03-31",
                "2024-02-01..2024-02-29",
            ),
            (
                quarter("2025Q1"),
                "2025-01-01..2025-03-31",
                "2024-10-01..2024-12-31",
            ),
            (
                quarter("2025-q4"),
                "2025-10-01..2025-12-31",
                "2025-07-01..2025-09-30",
            ),
            (
                days("2025-01-10", "2025-01-16"),
                "2025-01-10..2025-01-16",
                "2025-01-03..2025-01-09",
            ),
            (
                Period::last(30, day("2025-01-30")),
                "2025-01-01..2025-01-30",
                "2024-12-02..2024-12-31",
            ),
        ] {
            assert_eq!(period.span.to_string(), span);
            assert_eq!(period.before().span.to_string(), before);
            assert_eq!(
                period.compared_with(period.span.until),
                period.before().span,
                "a whole period is compared with a whole one"
            );
        }
    }

    #[test]
    fn a_period_that_is_not_over_is_compared_with_as_many_days() {
        for (as_of, before) in [
            ("2025-03-01", "2025-02-01..2025-02-01"),
            ("2025-03-22", "2025-02-01..2025-02-22"),
            ("2025-03-30", "2025-02-01..2025-02-28"),
        ] {
            let compared = month("2025-03").compared_with(day(as_of));
            assert_eq!(compared.to_string(), before, "{as_of}");
        }
    }

    #[test]
    fn what_is_no_month_or_quarter_is_refused() {
        for text in [
            "", "2025", "2025-13", "2025-00", "25-01", "2025-1-1", "x-y", "2025-+1",
        ] {
            assert!(text.parse::<Month>().is_err(), "{text}");
        }
        for text in [
            "", "2025", "2025Q0", "2025Q5", "Q1", "2025Q", "2025QQ1", "25Q1",
        ] {
            assert!(text.parse::<Quarter>().is_err(), "{text}");
        }
        assert!(Period::between(day("2025-01-02"), day("2025-01-01")).is_none());
    }

    #[test]
    fn people_have_names_for_them() {
        for (period, ja, en) in [
            (month("2025-01"), "2025年1月", "January 2025"),
            (quarter("2025Q2"), "2025年第2四半期", "Q2 2025"),
            (
                Period::last(2, day("2025-01-02")),
                "2025-01-01〜2025-01-02",
                "2025-01-01 to 2025-01-02",
            ),
        ] {
            assert_eq!(period.label(Language::Ja), ja);
            assert_eq!(period.label(Language::En), en);
        }
    }
}

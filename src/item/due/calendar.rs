//! What a phrase means on the calendar: [`When`] and its resolution to a date.
//!
//! No words here: they are `words` and `phrase`. Weeks start on Monday and their work ends on Friday; months are calendar months.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// The units that people count in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Minute,
    Hour,
    Day,
    /// Monday to Friday; public holidays are not known here.
    BusinessDay,
    Week,
    Month,
    Quarter,
    Year,
}

/// Which part of a month is meant; a whole month means its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// 上旬, early: until the 10th.
    Early,
    /// 中旬, mid: until the 20th.
    Mid,
    /// 末, 下旬, end of.
    End,
}

/// The year of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Year {
    /// Written.
    Of(i32),
    /// 今年 is 0, 来年 is 1.
    Ahead(i32),
    /// Not written: the one that brings the date nearest to its reference.
    Nearest,
}

/// What a phrase means, before it is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Day {
        year: Year,
        month: u32,
        day: u32,
    },
    /// Three numbers of at most two digits, `25/1/31` or `1/31/25`.
    ShortYear(u32, u32, u32),
    Month {
        year: Year,
        month: u32,
        part: Part,
    },
    Quarter {
        year: Year,
        quarter: u32,
    },
    Half {
        year: Year,
        half: u32,
    },
    YearEnd(Year),
    /// A fiscal year as Japan counts it: 2025年度 ends on 2026-03-31.
    FiscalYear(Year),
    IsoWeek {
        year: i32,
        week: u32,
    },
    /// A length of time from the reference.
    In(u32, Unit),
    /// The working week so many weeks ahead; its Friday.
    Week(i32),
    /// A weekday of the week so many weeks ahead.
    WeekdayOf(i32, Weekday),
    /// The first such weekday after the reference.
    Coming(Weekday),
    /// The Sunday of the week so many weeks ahead.
    Weekend(i32),
    /// A month counted from the reference's, and a day of it where one is written.
    MonthAhead {
        ahead: i32,
        part: Part,
        day: Option<u32>,
    },
    QuarterAhead(i32),
    /// EOD: the reference's own day, and only a remark where a real date stands beside it.
    EndOfDay,
    /// Understood as a date, but not as which one (FY25 Q1: companies differ).
    Never,
}

/// Why no date came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unresolved {
    NoReference,
    Impossible,
}

use Unresolved::{Impossible, NoReference};

impl When {
    pub(super) fn day(year: Year, month: u32, day: u32) -> Self {
        Self::Day { year, month, day }
    }

    pub(super) fn month(year: Year, month: u32, part: Part) -> Self {
        Self::Month { year, month, part }
    }

    /// Whether the year is written, so that no reference is needed.
    pub(super) fn has_year(self) -> bool {
        matches!(
            self,
            Self::Day {
                year: Year::Of(_),
                ..
            } | Self::Month {
                year: Year::Of(_),
                ..
            } | Self::Quarter {
                year: Year::Of(_),
                ..
            } | Self::Half {
                year: Year::Of(_),
                ..
            } | Self::YearEnd(Year::Of(_))
                | Self::FiscalYear(Year::Of(_))
                | Self::IsoWeek { .. }
                | Self::ShortYear(..)
        )
    }

    /// Whether this is one day as a calendar names it (`1/31`), rather than a span or words.
    pub(super) fn is_calendar_day(self) -> bool {
        matches!(self, Self::Day { .. } | Self::ShortYear(..))
    }

    /// Whether the words count from the reference date. A date that only lacks its year does not.
    pub(super) fn is_relative(self) -> bool {
        match self {
            Self::Day { year, .. }
            | Self::Month { year, .. }
            | Self::Quarter { year, .. }
            | Self::Half { year, .. }
            | Self::YearEnd(year)
            | Self::FiscalYear(year) => matches!(year, Year::Ahead(_)),
            Self::ShortYear(..) | Self::IsoWeek { .. } => false,
            Self::In(..)
            | Self::Week(_)
            | Self::WeekdayOf(..)
            | Self::Coming(_)
            | Self::Weekend(_)
            | Self::MonthAhead { .. }
            | Self::QuarterAhead(_)
            | Self::EndOfDay
            | Self::Never => true,
        }
    }

    /// The date. `reference` is where relative words count from; `near` is where a missing year is taken from.
    pub(super) fn resolve(
        self,
        reference: Option<NaiveDate>,
        near: Option<NaiveDate>,
    ) -> Result<NaiveDate, Unresolved> {
        let today = || reference.ok_or(NoReference);
        match self {
            Self::Day {
                year: Year::Of(year),
                month,
                day,
            } => NaiveDate::from_ymd_opt(year, month, day).ok_or(Impossible),
            Self::Day {
                year: Year::Ahead(n),
                month,
                day,
            } => NaiveDate::from_ymd_opt(year_ahead(today()?, n)?, month, day).ok_or(Impossible),
            Self::Day {
                year: Year::Nearest,
                month,
                day,
            } => {
                // Says whether the day can exist before it asks for a reference: 2/30 is impossible in any year.
                NaiveDate::from_ymd_opt(2000, month, day).ok_or(Impossible)?;
                // 2/29 is sought as 2/28, so that it is the nearest February's or none.
                let sought = if month == 2 { day.min(28) } else { day };
                let year = nearest(near, |y| NaiveDate::from_ymd_opt(y, month, sought))?.year();
                NaiveDate::from_ymd_opt(year, month, day).ok_or(Impossible)
            }
            Self::ShortYear(a, b, c) => short_year(a, b, c, near),
            Self::Month { year, month, part } => {
                in_year(year, reference, near, |y| part_of_month(y, month, part))
            }
            Self::Quarter { year, quarter } => to_come(year, reference, near, |y| {
                part_of_month(y, quarter.checked_mul(3)?, Part::End)
            }),
            Self::Half { year, half } => to_come(year, reference, near, |y| {
                part_of_month(y, half.checked_mul(6)?, Part::End)
            }),
            Self::YearEnd(year) => in_year(year, reference, near, |y| {
                NaiveDate::from_ymd_opt(y, 12, 31)
            }),
            Self::FiscalYear(Year::Of(year)) => {
                NaiveDate::from_ymd_opt(year.checked_add(1).ok_or(Impossible)?, 3, 31)
                    .ok_or(Impossible)
            }
            Self::FiscalYear(Year::Ahead(n)) => {
                let today = today()?;
                let ends = year_ahead(today, n + i32::from(today.month() >= 4))?;
                NaiveDate::from_ymd_opt(ends, 3, 31).ok_or(Impossible)
            }
            Self::IsoWeek { year, week } => {
                NaiveDate::from_isoywd_opt(year, week, Weekday::Fri).ok_or(Impossible)
            }
            Self::In(count, unit) => after(today()?, count, unit).ok_or(Impossible),
            Self::Week(ahead) => working_day(today()?, ahead, Weekday::Fri).ok_or(Impossible),
            Self::WeekdayOf(ahead, weekday) => {
                working_day(today()?, ahead, weekday).ok_or(Impossible)
            }
            Self::Coming(weekday) => {
                let today = today()?;
                let gap = (7 + weekday.num_days_from_monday()
                    - today.weekday().num_days_from_monday())
                    % 7;
                let gap = if gap == 0 { 7 } else { gap };
                today
                    .checked_add_days(Days::new(u64::from(gap)))
                    .ok_or(Impossible)
            }
            Self::Weekend(ahead) => day_of_week(today()?, ahead, Weekday::Sun).ok_or(Impossible),
            Self::MonthAhead { ahead, part, day } => {
                let month = first_of_month(today()?, ahead).ok_or(Impossible)?;
                match day {
                    Some(day) => month.with_day(day).ok_or(Impossible),
                    None => part_of_month(month.year(), month.month(), part).ok_or(Impossible),
                }
            }
            Self::QuarterAhead(ahead) => {
                let today = today()?;
                let to_end = 2 - i32::try_from(today.month0() % 3).unwrap_or(0);
                let month = first_of_month(today, to_end + ahead * 3).ok_or(Impossible)?;
                part_of_month(month.year(), month.month(), Part::End).ok_or(Impossible)
            }
            Self::EndOfDay => today(),
            Self::FiscalYear(Year::Nearest) | Self::Never => Err(Impossible),
        }
    }
}

fn year_ahead(today: NaiveDate, years: i32) -> Result<i32, Unresolved> {
    today.year().checked_add(years).ok_or(Impossible)
}

/// The date that `date` gives in the year meant.
fn in_year(
    year: Year,
    reference: Option<NaiveDate>,
    near: Option<NaiveDate>,
    date: impl Fn(i32) -> Option<NaiveDate>,
) -> Result<NaiveDate, Unresolved> {
    match year {
        Year::Of(year) => date(year).ok_or(Impossible),
        Year::Ahead(n) => date(year_ahead(reference.ok_or(NoReference)?, n)?).ok_or(Impossible),
        Year::Nearest => {
            date(2000).ok_or(Impossible)?;
            nearest(near, date)
        }
    }
}

/// Like [`in_year`], but without a year the first that isn't over: nobody plans for a quarter of the past.
fn to_come(
    year: Year,
    reference: Option<NaiveDate>,
    near: Option<NaiveDate>,
    date: impl Fn(i32) -> Option<NaiveDate>,
) -> Result<NaiveDate, Unresolved> {
    let (Year::Nearest, Some(near)) = (year, near) else {
        return in_year(year, reference, near, date);
    };
    date(2000).ok_or(Impossible)?;
    [0, 1]
        .into_iter()
        .filter_map(|shift| date(near.year().checked_add(shift)?))
        .find(|found| *found >= near)
        .ok_or(Impossible)
}

/// Of the year before, the same year and the year after, the one that brings the date nearest; the later of two that are as near.
fn nearest(
    near: Option<NaiveDate>,
    date: impl Fn(i32) -> Option<NaiveDate>,
) -> Result<NaiveDate, Unresolved> {
    let near = near.ok_or(NoReference)?;
    [1, 0, -1]
        .into_iter()
        .filter_map(|shift| date(near.year().checked_add(shift)?))
        .min_by_key(|found| found.signed_duration_since(near).num_days().abs())
        .ok_or(Impossible)
}

/// `25/1/31` is a year first, `1/31/25` a month first; `31/1/25`, a day first, is only tried where a month cannot be.
fn short_year(a: u32, b: u32, c: u32, near: Option<NaiveDate>) -> Result<NaiveDate, Unresolved> {
    let date = |year: u32, month, day| {
        NaiveDate::from_ymd_opt(2000 + i32::try_from(year).ok()?, month, day)
    };
    let year_first = date(a, b, c);
    let year_last = date(c, a, b).or_else(|| date(c, b, a));
    match (year_first, year_last) {
        (None, None) => Err(Impossible),
        (Some(only), None) | (None, Some(only)) => Ok(only),
        (Some(first), Some(last)) => {
            let near = near.ok_or(NoReference)?;
            let far = |d: NaiveDate| d.signed_duration_since(near).num_days().abs();
            Ok(if far(last) < far(first) { last } else { first })
        }
    }
}

fn part_of_month(year: i32, month: u32, part: Part) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    match part {
        Part::Early => first.with_day(10),
        Part::Mid => first.with_day(20),
        Part::End => first.checked_add_months(Months::new(1))?.pred_opt(),
    }
}

fn first_of_month(today: NaiveDate, ahead: i32) -> Option<NaiveDate> {
    let first = today.with_day(1)?;
    let months = Months::new(ahead.unsigned_abs());
    if ahead < 0 {
        first.checked_sub_months(months)
    } else {
        first.checked_add_months(months)
    }
}

/// The weekday in the week that lies `ahead` weeks after the reference's own, Monday first.
fn day_of_week(today: NaiveDate, ahead: i32, weekday: Weekday) -> Option<NaiveDate> {
    let shift = i64::from(ahead) * 7 + i64::from(weekday.num_days_from_monday())
        - i64::from(today.weekday().num_days_from_monday());
    let days = Days::new(shift.unsigned_abs());
    if shift < 0 {
        today.checked_sub_days(days)
    } else {
        today.checked_add_days(days)
    }
}

/// Like [`day_of_week`]; but "this Friday" that has passed is the next one. An incident on a Sunday is written up on Monday, and "this week" in it
/// is the week of the writing: a due date before the document's own date is what nobody meant.
fn working_day(today: NaiveDate, ahead: i32, weekday: Weekday) -> Option<NaiveDate> {
    let day = day_of_week(today, ahead, weekday)?;
    if ahead == 0 && day < today {
        day_of_week(today, 1, weekday)
    } else {
        Some(day)
    }
}

fn after(today: NaiveDate, count: u32, unit: Unit) -> Option<NaiveDate> {
    let days = |n: u32| today.checked_add_days(Days::new(u64::from(n)));
    match unit {
        // A due date knows no clock: the nearest whole day.
        Unit::Minute => days((count + 12 * 60) / (24 * 60)),
        Unit::Hour => days((count + 12) / 24),
        Unit::Day => days(count),
        Unit::Week => days(count.checked_mul(7)?),
        Unit::Month => today.checked_add_months(Months::new(count)),
        Unit::Quarter => today.checked_add_months(Months::new(count.checked_mul(3)?)),
        Unit::Year => today.checked_add_months(Months::new(count.checked_mul(12)?)),
        Unit::BusinessDay => {
            let mut day = today;
            let mut left = count;
            while left > 0 {
                day = day.succ_opt()?;
                left -= u32::from(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
            }
            Some(day)
        }
    }
}

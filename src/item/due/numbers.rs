//! Dates that are mostly digits: 2025-01-31, 2025年1月31日, 1/31, R7.1.31, 2025Q1, and the time of day beside them.
//!
//! Every function takes the position of a token and answers with what it read and the position after it.

use super::calendar::{Part, Unit, When, Year};
use super::tokens::{Kind, Read, Token, Tokens};
use super::words::Word;

impl Tokens {
    /// What starts with a year: 2025年1月31日, 2025-01-31, 2025Q1, 2025-W05, 2025年度末, 20250131.
    pub(super) fn year_first(&self, i: usize) -> Read {
        if let Some((value, 8)) = self.number(i) {
            let year = i32::try_from(value / 10_000).ok()?;
            let (month, day) = (value / 100 % 100, value % 100);
            let plausible = (1900..2200).contains(&year) && (1..=12).contains(&month);
            return plausible.then_some((When::day(Year::Of(year), month, day), i + 1));
        }
        let written = self.year(i)?;
        let year = Year::Of(written);
        match self.word(i + 1) {
            Some(Word::YearSign) => return self.in_year(i + 2, year),
            Some(Word::FiscalSign) => {
                if let Some((_, end)) = self.quarter(i + 2) {
                    return Some((When::Never, end));
                }
                let end = if matches!(self.word(i + 2), Some(Word::Part(_))) {
                    i + 3
                } else {
                    i + 2
                };
                return Some((When::FiscalYear(year), end));
            }
            _ => {}
        }
        let separator = self
            .glued_mark(i + 1)
            .filter(|s| matches!(s, '-' | '/' | '.'));
        let after = if separator.is_some() { i + 2 } else { i + 1 };
        if separator.is_some()
            && let Some((month, 1..=2)) = self.glued_number(after)
        {
            if self.glued_mark(i + 3) == separator
                && let Some((day, 1..=2)) = self.glued_number(i + 4)
            {
                return self.day_range(When::day(year, month, day), i + 5);
            }
            // 2025-01-XX is a template's, not a month.
            let goes_on = self.glued_mark(i + 3) == separator && self.glued(i + 4);
            return (!goes_on && (1900..2200).contains(&written))
                .then(|| self.month_range(year, month, i + 3));
        }
        if let Some(read @ (When::Day { .. }, _)) = self.english_month(after, year) {
            return Some(read);
        }
        if self.word(after) == Some(Word::Unit(Unit::Week))
            && let Some((week, 1..=2)) = self.glued_number(after + 1)
        {
            return Some((
                When::IsoWeek {
                    year: written,
                    week,
                },
                after + 2,
            ));
        }
        let (when, end) = self.quarter(after)?;
        match when {
            When::Quarter {
                year: Year::Nearest,
                quarter,
            } => Some((When::Quarter { year, quarter }, end)),
            When::Half {
                year: Year::Nearest,
                half,
            } => Some((When::Half { year, half }, end)),
            _ => None,
        }
    }

    /// What follows a year that is known: 1月31日, 3月末, Q1, 末, 中.
    pub(super) fn in_year(&self, i: usize, year: Year) -> Read {
        if let Some(read) = self
            .month_and_day(i, year)
            .or_else(|| self.english_month(i, year))
        {
            return Some(read);
        }
        if let (Some(month), Some('/'), Some(day)) =
            (self.small(i), self.glued_mark(i + 1), self.small(i + 2))
        {
            return Some((When::day(year, month, day), i + 3));
        }
        match self.quarter(i) {
            Some((When::Quarter { quarter, .. }, end)) => {
                return Some((When::Quarter { year, quarter }, end));
            }
            Some((When::Half { half, .. }, end)) => return Some((When::Half { year, half }, end)),
            _ => {}
        }
        match self.word(i)? {
            Word::Part(_) => Some((When::YearEnd(year), i + 1)),
            Word::Within | Word::Until => Some((When::YearEnd(year), i)),
            _ => None,
        }
    }

    /// Digits and separators without a year in front: 1/31, 31/01/2025, 31.1.2025, 1/31/25.
    pub(super) fn numeric(&self, i: usize) -> Read {
        let a = self.small(i)?;
        let separator = self
            .glued_mark(i + 1)
            .filter(|s| matches!(s, '-' | '/' | '.'))?;
        let (b, b_digits) = self
            .glued_number(i + 2)
            .filter(|(_, digits)| *digits <= 2)?;
        let month_first = |year, day_first: bool| {
            let (m, d) = if exists(a, b) && !(day_first && exists(b, a)) {
                (a, b)
            } else {
                (b, a)
            };
            (exists(m, d) || year != Year::Nearest).then_some(When::day(year, m, d))
        };
        if self.glued_mark(i + 3) == Some(separator)
            && let Some((c, c_digits)) = self.glued_number(i + 4)
        {
            // 31.1.2025 is only ever written with the day first.
            let when = match c_digits {
                4 => month_first(Year::Of(i32::try_from(c).ok()?), separator == '.')?,
                1..=2
                    if separator == '/'
                        || separator == '-'
                            && self.number(i)?.1 == 2
                            && b_digits == 2
                            && c_digits == 2 =>
                {
                    let valid = exists(b, c) || exists(a, b) || exists(b, a);
                    valid.then_some(When::ShortYear(a, b, c))?
                }
                _ => return None,
            };
            return (self.glued_mark(i + 5) != Some(separator)
                || self.glued_number(i + 6).is_none())
            .then_some((when, i + 5));
        }
        let counted = matches!(
            self.get(i + 3),
            Some(Token {
                kind: Kind::Unknown('台' | '件' | '個' | '名' | '人' | '社' | '箇'),
                glued: true,
                ..
            })
        ) || self.mark(i + 3) == Some('%');
        let goes_on = self.glued_mark(i + 3) == Some(separator) && self.glued(i + 4);
        if counted || goes_on && separator == '/' {
            return None;
        }
        match separator {
            '/' => self.day_range(month_first(Year::Nearest, false)?, i + 3),
            '-' if self.number(i)?.1 == 2 && b_digits == 2 && exists(a, b) && !goes_on => {
                Some((When::day(Year::Nearest, a, b), i + 3))
            }
            _ => None,
        }
    }

    /// 令和7年1月31日, R7.1.31.
    pub(super) fn era(&self, i: usize) -> Read {
        let (before_first, letter) = match self.word(i)? {
            Word::Era(n) => (n, false),
            Word::LetterH => (1988, true),
            _ => return None,
        };
        let number = match self.word(i + 1) {
            Some(Word::FirstYear) => 1,
            _ => i32::try_from(self.small(i + 1).filter(|_| !letter || self.glued(i + 1))?).ok()?,
        };
        let year = Year::Of(before_first + number);
        match self.word(i + 2) {
            Some(Word::YearSign) => return self.in_year(i + 3, year),
            Some(Word::FiscalSign) => return Some((When::FiscalYear(year), i + 3)),
            _ => {}
        }
        let separator = self
            .glued_mark(i + 2)
            .filter(|s| matches!(s, '.' | '/' | '-'))?;
        let month = self.glued_number(i + 3)?.0;
        (self.glued_mark(i + 4) == Some(separator)).then_some(())?;
        let day = self.glued_number(i + 5)?.0;
        Some((When::day(year, month, day), i + 6))
    }

    /// 1月31日, 3月末, 3月; 1〜3月 ends in March.
    pub(super) fn month_and_day(&self, i: usize, year: Year) -> Read {
        let month = self.small(i)?;
        if self.word(i + 1) != Some(Word::MonthSign) {
            let range = matches!(self.mark(i + 1), Some('-' | '~'))
                && self.small(i + 2).is_some()
                && self.word(i + 3) == Some(Word::MonthSign);
            return if range {
                self.month_and_day(i + 2, year)
            } else {
                None
            };
        }
        let day = self
            .small(i + 2)
            .filter(|_| self.word(i + 3) == Some(Word::DaySign));
        match day {
            Some(day) => self.day_range(When::day(year, month, day), i + 4),
            None => Some(self.part_after(year, month, i + 2)),
        }
    }

    /// 〜03 after a numeric month is the same year's; a part of the month may follow instead.
    fn month_range(&self, year: Year, month: u32, i: usize) -> (When, usize) {
        match (self.glued_mark(i), self.glued_number(i + 1)) {
            (Some('~'), Some((last, 1..=2)))
                if (month..=12).contains(&last) && !self.glued(i + 2) =>
            {
                (When::month(year, last, Part::End), i + 2)
            }
            _ => self.part_after(year, month, i),
        }
    }

    /// A month, with 末 or 上旬 where it follows.
    pub(super) fn part_after(&self, year: Year, month: u32, i: usize) -> (When, usize) {
        match self.word(i) {
            Some(Word::Part(part)) => (When::month(year, month, part), i + 1),
            _ => (When::month(year, month, Part::End), i),
        }
    }

    /// 〜15日 or -15 after a day is the same month's; any other number is not.
    pub(super) fn day_range(&self, when: When, i: usize) -> Read {
        let When::Day { year, month, day } = when else {
            return Some((when, i));
        };
        let range = matches!(self.mark(i), Some('-' | '~'));
        // 31日〜5日 ends in a month that isn't named.
        if range && self.word(i + 2) == Some(Word::DaySign) && self.small(i + 1) < Some(day) {
            return Some((When::Never, i + 3));
        }
        if let Some(last) = self.small(i + 1)
            && range
            && (day..=31).contains(&last)
        {
            if self.word(i + 2) == Some(Word::DaySign) {
                return Some((When::day(year, month, last), i + 3));
            }
            // 1/31-2 items and 1/10-2/5 go on with something else than a day.
            let after = self.get(i + 2);
            let ends = after.is_none_or(|t| matches!(t.kind, Kind::Mark(')' | ']' | ',' | '、')));
            let free = after.is_none_or(|t| match t.kind {
                Kind::Mark(mark) => !t.glued || matches!(mark, '(' | ')' | ']' | ',' | '、' | '。'),
                Kind::Word(Word::Until) => true,
                Kind::Word(Word::Unit(_)) => false,
                _ => !t.glued,
            });
            if ends || free && self.glued(i) && self.glued(i + 1) {
                return Some((When::day(year, month, last), i + 2));
            }
        }
        Some((when, i))
    }

    /// A year after a month or a quarter: `2025`, `, 2025`, `'25`, `-25`.
    pub(super) fn year_after(&self, i: usize) -> (Year, usize) {
        // A dash that stands free is a range's.
        let joined = match self.mark(i) {
            Some(',' | '/' | '.') => true,
            Some('-') => self.glued(i + 1),
            _ => false,
        };
        let comma = usize::from(joined);
        if let Some(year) = self.year(i + comma) {
            let other = matches!(
                self.word(i + comma + 1),
                Some(Word::YearSign | Word::Quarter)
            ) || matches!(self.glued_mark(i + comma + 1), Some('-' | '/' | '.'))
                && self.glued_number(i + comma + 2).is_some();
            return if other {
                (Year::Nearest, i)
            } else {
                (Year::Of(year), i + comma + 1)
            };
        }
        let short = matches!(self.mark(i), Some('\'')) || matches!(self.glued_mark(i), Some('-'));
        match self.number(i + 1) {
            Some((year, 2)) if short && self.glued(i + 1) => {
                (Year::Of(2000 + i32::try_from(year).unwrap_or(0)), i + 2)
            }
            _ => (Year::Nearest, i),
        }
    }

    /// Q1, 1Q, 第1四半期, H1, 上半期, and a year after them.
    pub(super) fn quarter(&self, i: usize) -> Read {
        if let Some(Word::Half(half)) = self.word(i) {
            return Some((
                When::Half {
                    year: Year::Nearest,
                    half,
                },
                i + 1,
            ));
        }
        let is_half = |i| self.word(i) == Some(Word::LetterH);
        let is_quarter = |i| self.word(i) == Some(Word::Quarter);
        let start = if self.word(i) == Some(Word::NumberPrefix) {
            i + 1
        } else {
            i
        };
        let (number, half) = if let Some((number, 1)) = self
            .glued_number(i + 1)
            .filter(|_| is_quarter(i) || is_half(i))
        {
            (number, is_half(i))
        } else {
            let (number, _) = self.number(start).filter(|(_, digits)| {
                *digits == 1 && (is_quarter(start + 1) || is_half(start + 1))
            })?;
            (number, is_half(start + 1))
        };
        if !(1..=if half { 2 } else { 4 }).contains(&number) {
            return None;
        }
        let (year, mut end) = self.year_after(if start > i { start + 2 } else { i + 2 });
        if matches!(self.word(end), Some(Word::Part(_))) {
            end += 1;
        }
        let when = if half {
            When::Half { year, half: number }
        } else {
            When::Quarter {
                year,
                quarter: number,
            }
        };
        Some((when, end))
    }

    /// A time of day: 18:00, 18時30分, 6pm.
    pub(super) fn time(&self, i: usize) -> Option<usize> {
        self.small(i)?;
        let mut end = i + 1;
        while self.glued_mark(end) == Some(':') && self.glued_number(end + 1).is_some() {
            end += 2;
        }
        if end > i + 1 {
            return Some(end);
        }
        if self.word(end) != Some(Word::HourSign) {
            return None;
        }
        let minutes =
            self.small(end + 1).is_some() && self.word(end + 2) == Some(Word::Unit(Unit::Minute));
        Some(if minutes { end + 3 } else { end + 1 })
    }
}

/// Whether any year has this day.
fn exists(month: u32, day: u32) -> bool {
    chrono::NaiveDate::from_ymd_opt(2000, month, day).is_some()
}

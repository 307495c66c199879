//! Dates in words: 1週間, next Friday, end of March, 来月10日, January 31; and which grammar is tried in which order.
//!
//! Every function takes the position of a token and answers with what it read and the position after it.

use chrono::Weekday;

use super::calendar::{Part, Unit, When, Year};
use super::tokens::{Kind, Read, Tokens};
use super::words::Word;

impl Tokens {
    /// The date, length or span that starts at `i`.
    pub(super) fn expression(&self, i: usize) -> Read {
        self.length(i)
            .or_else(|| self.year_first(i))
            .or_else(|| self.english_day_first(i))
            .or_else(|| self.numeric(i))
            .or_else(|| self.era(i))
            .or_else(|| self.month_and_day(i, Year::Nearest))
            .or_else(|| self.english_month(i, Year::Nearest))
            .or_else(|| self.quarter(i))
            .or_else(|| self.part_of(i))
            .or_else(|| self.span(i))
    }

    /// 1週間, two weeks, 1〜2ヶ月, next 2 weeks.
    fn length(&self, i: usize) -> Read {
        match self.word(i) {
            Some(Word::Length(count, unit)) => return Some((When::In(count, unit), i + 1)),
            Some(Word::Next | Word::Coming | Word::This) if self.count(i + 1).is_some() => {
                return self.length(i + 1);
            }
            _ => {}
        }
        let (mut count, mut next) = self.count(i)?;
        let range =
            matches!(self.mark(next), Some('-' | '~')) || self.word(next) == Some(Word::Range);
        if range && let Some((upper, after)) = self.count(next + 1) {
            count = upper;
            next = after;
        }
        // 3日以内 is a length; 3日 and 3日まで may as well be the third of a month.
        let suffixed = matches!(self.word(next + 1), Some(Word::Within | Word::After));
        let unit = match self.word(next)? {
            Word::Unit(unit) => unit,
            Word::LetterH => Unit::Hour,
            Word::DaySign if suffixed => Unit::Day,
            Word::YearSign if suffixed && count < 100 => Unit::Year,
            _ => return None,
        };
        let counted_back = (next + 1..next + 3).any(|i| self.word(i) == Some(Word::Ago));
        (!counted_back && count < 1000).then_some((When::In(count, unit), next + 1))
    }

    /// A number of up to three digits or in letters.
    fn count(&self, i: usize) -> Option<(u32, usize)> {
        match self.get(i)?.kind {
            Kind::Number { value, digits } if digits <= 3 => Some((value, i + 1)),
            Kind::Word(Word::Number(value)) => Some((value, i + 1)),
            Kind::Word(Word::Article) => Some((1, i + 1)),
            _ => None,
        }
    }

    /// 31 Jan 2025, 31st of January, 10-15 Jan, 31-Jan-25.
    pub(super) fn english_day_first(&self, i: usize) -> Read {
        let mut day = self.small(i)?;
        let mut next = self.skip_ordinal(i + 1);
        if (matches!(self.mark(next), Some('-' | '~')) || self.word(next) == Some(Word::Range))
            && let Some(last) = self.small(next + 1)
        {
            day = last;
            next = self.skip_ordinal(next + 2);
        }
        if self.word(next) == Some(Word::Since) || self.mark(next) == Some('-') {
            next += 1;
        }
        let Some(Word::Month(month)) = self.word(next) else {
            return None;
        };
        let (year, end) = self.year_after(next + 1);
        Some((When::day(year, month, day), end))
    }

    /// January 31, 2025; Jan 31; Jan 10-15; March 2025; Jan.
    pub(super) fn english_month(&self, i: usize, known: Year) -> Read {
        let Some(Word::Month(month)) = self.word(i) else {
            return None;
        };
        let next = if matches!(self.glued_mark(i + 1), Some('.' | '-')) {
            i + 2
        } else {
            i + 1
        };
        if let Some(first) = self.small(next).filter(|_| self.time(next).is_none()) {
            let mut day = first;
            let mut end = self.skip_ordinal(next + 1);
            if let Some((When::Day { day: last, .. }, after)) =
                self.day_range(When::day(known, month, day), end)
            {
                day = last;
                end = self.skip_ordinal(after);
            }
            let (year, end) = self.year_after(end);
            return Some((
                When::day(if year == Year::Nearest { known } else { year }, month, day),
                end,
            ));
        }
        let next = if self.word(next) == Some(Word::Since) {
            next + 1
        } else {
            next
        };
        match self.year_after(next) {
            (Year::Nearest, _) => Some((When::month(known, month, Part::End), i + 1)),
            (year, end) => Some((When::month(year, month, Part::End), end)),
        }
    }

    fn skip_ordinal(&self, i: usize) -> usize {
        if self.glued(i) && self.word(i) == Some(Word::Ordinal) {
            i + 1
        } else {
            i
        }
    }

    /// end of March, mid-January, end of next month, end of Q1, late 2025.
    fn part_of(&self, i: usize) -> Read {
        let Some(Word::Part(part)) = self.word(i) else {
            return None;
        };
        let mut next = i + 1;
        while self.glued_mark(next) == Some('-')
            || matches!(self.word(next), Some(Word::Filler | Word::This))
        {
            next += 1;
        }
        if let Some((when, end)) = self
            .english_month(next, Year::Nearest)
            .or_else(|| self.month_and_day(next, Year::Nearest))
        {
            return Some(match when {
                When::Month { year, month, .. } => (When::month(year, month, part), end),
                day => (day, end),
            });
        }
        if let Some(read) = self
            .quarter(next)
            .or_else(|| self.year_first(next))
            .or_else(|| self.span(next))
        {
            return Some(match read {
                (
                    When::MonthAhead {
                        ahead, day: None, ..
                    },
                    end,
                ) => (
                    When::MonthAhead {
                        ahead,
                        part,
                        day: None,
                    },
                    end,
                ),
                read => read,
            });
        }
        if let Some(year) = self.year(next) {
            return Some((When::YearEnd(Year::Of(year)), next + 1));
        }
        let Some(Word::Unit(unit)) = self.word(next) else {
            return None;
        };
        Some((ahead(unit, 0, part)?, next + 1))
    }

    /// Words that count from the reference: 今週, 来週金曜, next Friday, 来月10日, 来年3月, this quarter, Friday, EOD.
    fn span(&self, i: usize) -> Read {
        match self.word(i)? {
            Word::Span(unit, n) => self.after_span(unit, n, i + 1),
            Word::This => self.this_or_next(0, i + 1),
            Word::Next => self.this_or_next(1, i + 1),
            Word::Coming => match self.word(i + 1)? {
                Word::Weekday(weekday) => Some((When::Coming(weekday), i + 2)),
                Word::Unit(unit) => Some((ahead(unit, 1, Part::End)?, i + 2)),
                _ => None,
            },
            Word::EndOf(unit) => Some((ahead(unit, 0, Part::End)?, i + 1)),
            Word::EndOfDay => Some((When::EndOfDay, i + 1)),
            Word::FiscalYear(n) => Some((When::FiscalYear(Year::Ahead(n)), i + 1)),
            Word::Weekend(n) => Some((When::Weekend(n), i + 1)),
            Word::AfterWeekend => Some((When::WeekdayOf(1, Weekday::Mon), i + 1)),
            // Friday next week, Friday of next week
            Word::Weekday(weekday) => {
                let next = if self.word(i + 1) == Some(Word::Since) {
                    i + 2
                } else {
                    i + 1
                };
                let of_week = matches!(
                    self.word(next),
                    Some(Word::Span(..) | Word::This | Word::Next)
                );
                match of_week.then(|| self.span(next)).flatten() {
                    Some((When::Week(n), end)) => Some((When::WeekdayOf(n, weekday), end)),
                    _ => Some((When::Coming(weekday), i + 1)),
                }
            }
            _ => None,
        }
    }

    fn this_or_next(&self, n: i32, i: usize) -> Read {
        match self.word(i)? {
            Word::Unit(unit) => self.after_span(unit, n, i + 1),
            // "Next Friday" is this week's to some and next week's to others; the later one calls nobody late too early.
            Word::Weekday(weekday) => Some((When::WeekdayOf(n, weekday), i + 1)),
            Word::Month(_) => self.english_month(i, Year::Nearest),
            Word::Quarter => Some((When::QuarterAhead(n), i + 1)),
            _ => None,
        }
    }

    /// What narrows a week, month or year: 来週の金曜, 来月10日, 来月末, 来年3月.
    fn after_span(&self, unit: Unit, n: i32, i: usize) -> Read {
        let next = if self.word(i) == Some(Word::Filler) {
            i + 1
        } else {
            i
        };
        match unit {
            Unit::Week => {
                let bracket =
                    matches!(self.mark(i), Some('(')) && matches!(self.mark(i + 2), Some(')'));
                let at = if bracket { i + 1 } else { next };
                let weekday = match self.word(at) {
                    Some(Word::Weekday(weekday)) => Some(weekday),
                    Some(Word::ShortWeekday(weekday)) if self.glued(at) => Some(weekday),
                    Some(Word::MonthSign) if self.glued(at) => Some(Weekday::Mon),
                    Some(Word::DaySign) if bracket => Some(Weekday::Sun),
                    _ => None,
                };
                if let Some(weekday) = weekday {
                    return Some((When::WeekdayOf(n, weekday), at + 1 + usize::from(bracket)));
                }
            }
            Unit::Month => {
                if let Some(day) = self
                    .small(next)
                    .filter(|_| self.word(next + 1) == Some(Word::DaySign))
                {
                    return Some((
                        When::MonthAhead {
                            ahead: n,
                            part: Part::End,
                            day: Some(day),
                        },
                        next + 2,
                    ));
                }
            }
            Unit::Year => {
                if let Some(read) = self.in_year(next, Year::Ahead(n)) {
                    return Some(read);
                }
            }
            _ => {}
        }
        match self.word(next) {
            Some(Word::Part(part)) => Some((ahead(unit, n, part)?, next + 1)),
            _ => Some((ahead(unit, n, Part::End)?, i)),
        }
    }
}

/// The unit so many ahead of the reference's own.
fn ahead(unit: Unit, n: i32, part: Part) -> Option<When> {
    match unit {
        Unit::Minute | Unit::Hour => None,
        Unit::Day => Some(When::In(u32::try_from(n).ok()?, Unit::Day)),
        Unit::BusinessDay => Some(When::In(u32::try_from(n).ok()?, Unit::BusinessDay)),
        Unit::Week => Some(When::Week(n)),
        Unit::Month => Some(When::MonthAhead {
            ahead: n,
            part,
            day: None,
        }),
        Unit::Quarter => Some(When::QuarterAhead(n)),
        Unit::Year => Some(When::YearEnd(Year::Ahead(n))),
    }
}

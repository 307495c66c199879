//! All dates of a text, and what stands around each: a limit, a weekday, an event it counts from.
//!
//! What a single date looks like is the matter of `numbers` and `phrase`; which of several is meant, the parent module's.

use super::calendar::{Part, Unit, When};
use super::tokens::{Kind, Tokens};
use super::words::Word;

/// How firmly the words around a date make it a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bound {
    None,
    /// 2週間後: a point in time, not a limit.
    Point,
    /// 以内, まで, by, within, 月末.
    Firm,
}

/// A date found in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) when: When,
    /// What a length counts from, where the text says so: 2025-01-10から2週間.
    pub(super) base: Option<When>,
    pub(super) bound: Bound,
    /// The last two digits joined by a dash, `01-31`: as likely a number range.
    pub(super) doubtful: bool,
    /// "Week of" the date: that week's Friday is meant.
    pub(super) week: bool,
    /// Its first token, and the one after its last.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// All that one reading of the text found.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) tokens: Tokens,
    pub(super) found: Vec<Found>,
    pub(super) recurring: bool,
    /// Which tokens the dates and times account for.
    used: Vec<bool>,
}

impl Scan {
    /// Reads all dates in the tokens.
    pub(super) fn new(tokens: Tokens) -> Self {
        let mut scan = Self {
            used: vec![false; tokens.len()],
            tokens,
            found: Vec::new(),
            recurring: false,
        };
        let mut i = 0;
        while i < scan.tokens.len() {
            i = scan.step(i);
        }
        scan.recurring |= scan
            .tokens
            .iter()
            .any(|t| t.kind == Kind::Word(Word::Recurring) || t.kind == Kind::Word(Word::Every));
        scan.count_from_dates();
        scan.drop_weekdays_of_dates();
        scan
    }

    /// Reads what starts at `i`, if anything, and answers where to go on.
    fn step(&mut self, i: usize) -> usize {
        if let Some(end) = self.tokens.time(i) {
            self.used[i..end].fill(true);
            return end;
        }
        let Some((when, read_to)) = self.tokens.expression(i).filter(|_| !self.runs_on(i)) else {
            return i + 1;
        };
        let when = if self.company_year(i, read_to) {
            When::Never
        } else {
            when
        };
        let (bound_after, end) = self.suffix(when, read_to);
        self.used[i..end].fill(true);
        let before = i.checked_sub(1).and_then(|b| self.tokens.word(b));
        if before == Some(Word::Every) || self.tokens.word(end) == Some(Word::EveryAfter) {
            self.recurring = true;
            return end;
        }
        let bound = bound_after
            .max(self.limit_within(i, read_to, when))
            .max(self.limit_before(i, when));
        let doubtful = self.tokens.number(i).is_some_and(|(_, digits)| digits == 2)
            && self.tokens.mark(i + 1) == Some('-')
            && read_to == i + 3
            && when.is_calendar_day();
        let of_week = self.week_after(end).filter(|_| when.is_calendar_day());
        self.found.push(Found {
            when,
            base: None,
            bound,
            doubtful,
            week: before == Some(Word::WeekOf) || of_week.is_some(),
            start: i,
            end,
        });
        self.used[end..of_week.unwrap_or(end)].fill(true);
        of_week.unwrap_or(end)
    }

    /// Text that nothing accounts for.
    pub(super) fn unknown(&self, i: usize) -> bool {
        let Some(token) = self.tokens.get(i) else {
            return false;
        };
        if self.used.get(i).copied().unwrap_or(false) {
            return false;
        }
        match token.kind {
            Kind::Number { .. } | Kind::Unknown(_) => true,
            Kind::Mark(_) => false,
            Kind::Word(word) => !matches!(
                word,
                Word::Article
                    | Word::By
                    | Word::In
                    | Word::Label
                    | Word::Due
                    | Word::About
                    | Word::Every
                    | Word::EveryAfter
                    | Word::Recurring
                    | Word::Placeholder
                    | Word::Nothing
                    | Word::Urgent
                    | Word::Former
                    | Word::Moved
                    | Word::Range
                    | Word::Remark
                    | Word::Since
                    | Word::Event
                    | Word::Onward
                    | Word::Filler
                    | Word::Coming
                    | Word::WeekOf
            ),
        }
    }

    /// Whether nothing but `company` stands beside a date, up to the next bracket, comma or colon.
    pub(super) fn alone(&self, found: &Found, company: impl Fn(usize) -> bool) -> bool {
        let segment = |i: usize| self.tokens.get(i).map(|t| t.segment);
        let (first, last) = (segment(found.start), segment(found.end.saturating_sub(1)));
        (0..self.tokens.len())
            .filter(|i| !self.used[*i] && (segment(*i) == first || segment(*i) == last))
            .all(company)
    }

    /// Whether unknown text runs straight into the date: "phase 1/2".
    pub(super) fn led_by_text(&self, found: &Found) -> bool {
        let Some(before) = found.start.checked_sub(1) else {
            return false;
        };
        self.unknown(before) && self.tokens[before].segment == self.tokens[found.start].segment
    }

    /// Whether a length counts from something else than the document: 2 weeks after launch, リリース後1週間.
    pub(super) fn counts_from_event(&self, found: &Found) -> bool {
        let before = found
            .start
            .checked_sub(1)
            .filter(|i| matches!(self.tokens.word(*i), Some(Word::After | Word::Range)));
        if let Some(event) = before.and_then(|i| i.checked_sub(1))
            && self.unknown(event)
        {
            return true;
        }
        if self.tokens.word(found.end) != Some(Word::Since) {
            return false;
        }
        let named = (found.end + 1..self.tokens.len())
            .find(|i| !matches!(self.tokens.word(*i), Some(Word::Filler | Word::Since)));
        named.is_some_and(|i| self.unknown(i))
    }

    /// The date itself says that it is a limit: 月末, EOW, next 2 weeks.
    fn limit_within(&self, start: usize, end: usize, when: When) -> Bound {
        let says_end = |i| {
            let word = self.tokens.word(i);
            matches!(
                word,
                Some(Word::EndOf(_) | Word::EndOfDay | Word::Part(Part::End))
            )
        };
        let ahead = matches!(self.tokens.word(start), Some(Word::Next | Word::Coming));
        if ahead && matches!(when, When::In(..)) || (start..end).any(says_end) {
            Bound::Firm
        } else {
            Bound::None
        }
    }

    /// 3ヶ月〜 and 3ヶ月以降 say when a span begins, and nobody when it ends.
    pub(super) fn open_ended(&self, found: &Found) -> bool {
        match self.tokens.get(found.end).map(|t| t.kind) {
            Some(Kind::Word(Word::Onward)) => true,
            Some(Kind::Mark('~')) => {
                let next = self.tokens.get(found.end + 1).map(|t| t.kind);
                matches!(next, None | Some(Kind::Mark(')' | ']' | '」' | '】')))
            }
            _ => false,
        }
    }

    /// by, within, 期限:, 〜 and their like right before a date.
    fn limit_before(&self, start: usize, when: When) -> Bound {
        for i in (0..start).rev() {
            match self.tokens[i].kind {
                // 〜1/31 is a limit; 1/10〜1/31 is a range.
                Kind::Mark('~' | '+')
                    if i + 1 == start && !i.checked_sub(1).is_some_and(|b| self.used[b]) =>
                {
                    return Bound::Firm;
                }
                Kind::Mark(':' | '(' | ']' | '.') => {}
                Kind::Word(
                    Word::Filler
                    | Word::About
                    | Word::Article
                    | Word::This
                    | Word::EndOfDay
                    | Word::Since
                    | Word::WeekOf,
                ) => {}
                Kind::Word(Word::By | Word::Due) => return Bound::Firm,
                Kind::Word(Word::In) => {
                    return if matches!(when, When::In(..)) {
                        Bound::Firm
                    } else {
                        Bound::Point
                    };
                }
                Kind::Word(Word::Label) => return Bound::Point,
                _ => return Bound::None,
            }
        }
        Bound::None
    }

    /// The weekday, the time and the words that belong to the date before them.
    fn suffix(&self, when: When, start: usize) -> (Bound, usize) {
        let mut bound = Bound::None;
        let mut i = start;
        loop {
            if when.is_calendar_day()
                && let Some(end) = self.weekday_after(i)
            {
                i = end;
                continue;
            }
            if let Some(end) = self.tokens.time(i) {
                i = end;
                continue;
            }
            match self.tokens.word(i) {
                Some(Word::Within | Word::Until) => bound = Bound::Firm,
                // 2025-01-31 期限, but not 2025-01-10 期限延長 or a next field's name.
                Some(Word::Due) if self.tokens.mark(i + 1) != Some(':') => bound = Bound::Firm,
                Some(Word::After) if matches!(when, When::In(..)) => bound = Bound::Point,
                Some(Word::About) => {}
                _ => return (bound, i),
            }
            i += 1;
        }
    }

    /// `(金)`, `金曜`, `Fri` after a date; it adds nothing.
    fn weekday_after(&self, i: usize) -> Option<usize> {
        let weekday = |i| {
            matches!(
                self.tokens.word(i),
                Some(Word::Weekday(_) | Word::ShortWeekday(_) | Word::MonthSign | Word::DaySign)
            )
            .then_some(i + 1)
        };
        match self.tokens.mark(i) {
            Some('(' | '[') => weekday(i + 1)
                .filter(|end| matches!(self.tokens.mark(*end), Some(')' | ']')))
                .map(|end| end + 1),
            Some(',') => {
                weekday(i + 1).filter(|_| matches!(self.tokens.word(i + 1), Some(Word::Weekday(_))))
            }
            _ => weekday(i).filter(|_| matches!(self.tokens.word(i), Some(Word::Weekday(_)))),
        }
    }

    /// 1/20の週, 1/20週
    fn week_after(&self, i: usize) -> Option<usize> {
        let next = if self.tokens.word(i) == Some(Word::Filler) {
            i + 1
        } else {
            i
        };
        (self.tokens.word(next) == Some(Word::Unit(Unit::Week))
            && self.tokens.glued(i)
            && self.tokens.glued(next))
        .then_some(next + 1)
    }

    /// Whether it belongs to a fiscal year whose start only the company knows: FY25 Q1, Q1 FY25.
    fn company_year(&self, start: usize, end: usize) -> bool {
        (start.saturating_sub(2)..=end).any(|i| self.tokens.word(i) == Some(Word::CompanyYear))
    }

    /// 2025-01-10から2週間, within 2 weeks of 2025-01-10: the length and the date are one.
    fn count_from_dates(&mut self) {
        let mut i = 0;
        while i + 1 < self.found.len() {
            let (a, b) = (self.found[i], self.found[i + 1]);
            let gap = || (a.end..b.start).map(|i| self.tokens[i].kind);
            let joined = |by: &[Kind]| a.end < b.start && gap().all(|kind| by.contains(&kind));
            let from = [
                Kind::Word(Word::Range),
                Kind::Mark('+'),
                Kind::Word(Word::Filler),
                Kind::Word(Word::After),
            ];
            let forward =
                a.when.is_calendar_day() && matches!(b.when, When::In(..)) && joined(&from);
            let backward = b.when.is_calendar_day()
                && matches!(a.when, When::In(..))
                && joined(&[Kind::Word(Word::Since)]);
            if forward || backward {
                let (date, length) = if forward { (a, b) } else { (b, a) };
                self.found[i] = Found {
                    base: Some(date.when),
                    start: a.start,
                    end: b.end,
                    ..length
                };
                self.found.remove(i + 1);
            }
            i += 1;
        }
    }

    /// Friday, January 31: the weekday is the date's own.
    fn drop_weekdays_of_dates(&mut self) {
        for i in (1..self.found.len()).rev() {
            let (weekday, day) = (self.found[i - 1], self.found[i]);
            let beside = (weekday.end..day.start).all(|i| match self.tokens[i].kind {
                Kind::Mark(mark) => matches!(mark, ',' | '('),
                Kind::Word(word) => word == Word::Filler,
                Kind::Number { .. } | Kind::Unknown(_) => false,
            });
            if matches!(weekday.when, When::Coming(_)) && day.when.is_calendar_day() && beside {
                self.found.remove(i - 1);
            }
        }
    }

    /// Whether a number is the tail of something longer: v1.2, PM-2025-01-31, 30/60/90.
    fn runs_on(&self, i: usize) -> bool {
        let kind = |back: usize| {
            i.checked_sub(back)
                .and_then(|b| self.tokens.get(b))
                .map(|t| t.kind)
        };
        if self.tokens.glued_number(i).is_none() {
            return false;
        }
        let joined =
            matches!(kind(1), Some(Kind::Mark('.' | '/' | '-' | '#'))) && self.tokens.glued(i - 1);
        let more = joined
            && !self.used[i - 2]
            && matches!(
                kind(2),
                Some(Kind::Number { .. } | Kind::Unknown(_) | Kind::Word(Word::HourSign))
            );
        more || matches!(kind(1), Some(Kind::Unknown(c)) if c.is_ascii_alphabetic())
    }
}

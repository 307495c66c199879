//! Due dates as people write them, in Japanese and in English.
//!
//! Pure: a text and a reference date in, a date or the reason why there is none out. Which cell or heading to read, what the reference is
//! (the postmortem's date) and when a date is late are for others.
//!
//! # What is decided here
//!
//! A wrong date is worse than none: it calls people late who aren't. So what can be read in two ways is [`Due::Unreadable`], and where one
//! reading has to be chosen it is the later one.
//!
//! - **Weeks** start on Monday. "This week" and 今週中 end on Friday, the last day that anybody works on it; on a weekend they mean the coming
//!   week, as an incident on a Sunday is written up on Monday. 週末 is the Sunday. "Next Friday" is next week's, "Friday" the first one after the reference.
//! - **Months** are calendar months, cut to the last day: January 31 and 1ヶ月 make February 28. A whole month, quarter or year means its last
//!   day; 上旬, 中旬 and 下旬 the 10th, the 20th and the last. 年度 is Japan's fiscal year, which ends on March 31; other fiscal years are unreadable.
//! - **Without a year**, the year that brings the date nearest to the reference; of quarters and halves the first that isn't over. `1/2` is January 2; the day comes first only where the month can't,
//!   and in `31.1.2025`, which nobody writes otherwise.
//! - **Hours** are rounded to whole days; **business days** skip weekends and know no holidays.
//! - **ASAP**, 至急 and their like say how urgent an item is, and no date: they are [`Due::Missing`], as a placeholder. Read as the reference date, they
//!   would make every such item overdue on the day it is filed.
//! - **Several dates**: the end of a range, the new one of a move, the one that is named the due date, never one in a remark ("was", 起票, completed)
//!   or in brackets beside another; otherwise the last. A calendar date outranks the words beside it.
//! - **A length from an event** ("2 weeks after launch") is unreadable, as nobody knows when that is; counted from the incident, it counts from the reference.
//! - **A length without an end** (3ヶ月〜, 2週間以降) is unreadable too.

mod calendar;
mod numbers;
mod phrase;
mod scan;
#[cfg(test)]
mod tests;
mod tokens;
mod words;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use calendar::{Unit, Unresolved, When, Year};
use scan::{Bound, Found, Scan};
use tokens::{Kind, Tokens};
use words::Word;

/// Longer texts, in characters, are not due dates; not looking at them keeps the time bounded.
const LONGEST: usize = 400;

/// What a written due date turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// A date.
    On {
        /// The day on which the item is due; it is late on the next.
        date: NaiveDate,
        /// Whether it was worked out from words that count from the reference date (1週間以内, next Friday). A date that only lacked its year is not relative.
        relative: bool,
    },
    /// A recurring duty (毎週月曜, quarterly, 各PR, 継続), which has no single date.
    Recurring,
    /// No date is given.
    Missing {
        /// False where the field is empty or says that there is none (a dash, N/A, なし); true where something stands for a date to come
        /// (YYYY-MM-DD, TBD, 要設定, ASAP, the field's own name).
        placeholder: bool,
    },
    /// A date that needs a reference date (1週間以内, 1/31), and there is none.
    NeedsReference,
    /// Text that isn't a date, or an impossible one (2025-02-30).
    Unreadable,
}

/// Reads the whole of a cell or field. `reference` is the date that relative words count from.
#[must_use]
pub fn read(text: &str, reference: Option<NaiveDate>) -> Due {
    let Some(scan) = scan(text) else {
        return Due::Unreadable;
    };
    let dates: Vec<(&Found, bool)> = scan
        .found
        .iter()
        .map(|found| (found, believed(&scan, found)))
        .collect();
    let believed = || {
        dates
            .iter()
            .filter(|(_, believed)| *believed)
            .map(|(found, _)| *found)
    };

    // 未定（2週間以内に決定） says when it will be decided; 未定（目標 2025-03-31） and 1/31（未定） give a date.
    let holder = scan
        .tokens
        .iter()
        .position(|t| t.kind == Kind::Word(Word::Placeholder));
    if let Some(holder) = holder
        && !believed().any(|f| f.when.has_year() || f.when.is_calendar_day() && f.start < holder)
    {
        return Due::Missing { placeholder: true };
    }
    let repeats = |found: &Found| {
        found.bound == Bound::None && !found.when.has_year() && !found.when.is_calendar_day()
    };
    if scan.recurring && believed().all(repeats) {
        return Due::Recurring;
    }
    if let Some((found, date)) = choose(&scan, &dates, reference) {
        return match date {
            Ok(date) => Due::On {
                date,
                relative: found.when.is_relative() && found.base.is_none(),
            },
            Err(Unresolved::NoReference) => Due::NeedsReference,
            Err(Unresolved::Impossible) => Due::Unreadable,
        };
    }
    without_date(&scan)
}

/// Finds the horizon that a section heading or group label gives its items: 短期（1ヶ月以内）, "Next 2 weeks", 今週中, "Q4 2025 - Q1 2026".
///
/// None where the heading has no such words. A date counts only as a limit (〜1/31, by March 15), as most dates in headings say when something was;
/// minutes and hours are phases of the response; and the date of a review is nobody's due date.
#[must_use]
pub fn horizon(heading: &str, reference: Option<NaiveDate>) -> Option<NaiveDate> {
    let scan = scan(heading)?;
    if has(&scan, Word::Review) {
        return None;
    }
    let dates: Vec<(&Found, bool)> = scan
        .found
        .iter()
        .map(|found| (found, limits_items(&scan, found)))
        .collect();
    choose(&scan, &dates, reference).and_then(|(_, date)| date.ok())
}

fn scan(text: &str) -> Option<Scan> {
    (text.chars().nth(LONGEST).is_none()).then(|| Scan::new(Tokens::of(text)))
}

fn has(scan: &Scan, word: Word) -> bool {
    (0..scan.tokens.len()).any(|i| scan.tokens.word(i) == Some(word))
}

/// Whether a date in a field is meant as one. What could be something else needs a word that makes it a limit, or to stand alone.
fn believed(scan: &Scan, found: &Found) -> bool {
    if is_loose_length(scan, found) {
        return false;
    }
    if found.when.has_year() || found.bound != Bound::None {
        return true;
    }
    match found.when {
        When::Day { .. } if !found.doubtful => !scan.led_by_text(found),
        // (Fri) beside an unreadable date is not the next Friday.
        When::Coming(_) => !(0..scan.tokens.len()).any(|i| scan.unknown(i)),
        When::Day { .. }
        | When::In(1.., _)
        | When::Month { .. }
        | When::Quarter { .. }
        | When::Half { .. } => scan.alone(found, |i| !scan.unknown(i)),
        _ => true,
    }
}

/// Whether a length of time gives no date: nobody knows what it counts from, or where it ends.
fn is_loose_length(scan: &Scan, found: &Found) -> bool {
    matches!(found.when, When::In(..))
        && found.base.is_none()
        && (scan.counts_from_event(found) || scan.open_ended(found))
}

/// Whether a date in a heading is a limit for what stands under it.
fn limits_items(scan: &Scan, found: &Found) -> bool {
    let alone = || {
        scan.alone(found, |i| match scan.tokens[i].kind {
            Kind::Mark(_) => true,
            Kind::Word(word) => matches!(
                word,
                Word::Filler
                    | Word::Remark
                    | Word::Urgent
                    | Word::About
                    | Word::Coming
                    | Word::By
                    | Word::In
                    | Word::Due
            ),
            Kind::Number { .. } | Kind::Unknown(_) => false,
        })
    };
    let firm = found.bound == Bound::Firm;
    match found.when {
        When::In(_, Unit::Minute) | When::In(..24, Unit::Hour) => false,
        When::In(0, Unit::Day) => {
            firm || scan.alone(found, |i| matches!(scan.tokens[i].kind, Kind::Mark(_)))
        }
        When::In(..) if is_loose_length(scan, found) => false,
        // 中期（1〜3ヶ月後） is a horizon, 2週間後 in a sentence is any point in time.
        When::In(..) if found.bound == Bound::Point => {
            scan.tokens[found.start].depth > 0 && alone()
        }
        When::In(..)
        | When::Week(_)
        | When::WeekdayOf(..)
        | When::Weekend(_)
        | When::MonthAhead { .. }
        | When::QuarterAhead(_) => firm || alone(),
        When::YearEnd(Year::Ahead(_)) | When::FiscalYear(Year::Ahead(_)) => firm || alone(),
        When::Quarter { .. } | When::Half { .. } | When::IsoWeek { .. } => alone(),
        When::Coming(_) | When::EndOfDay => firm,
        When::Day { .. }
        | When::ShortYear(..)
        | When::Month { .. }
        | When::YearEnd(_)
        | When::FiscalYear(_) => firm && alone(),
        When::Never => false,
    }
}

type Resolved = Result<NaiveDate, Unresolved>;

/// Which of the believed dates is meant, by what stands between them. The others still say what a range starts with.
fn choose<'a>(
    scan: &Scan,
    dates: &[(&'a Found, bool)],
    reference: Option<NaiveDate>,
) -> Option<(&'a Found, Resolved)> {
    let believed = || {
        dates
            .iter()
            .filter(|(_, believed)| *believed)
            .map(|(found, _)| *found)
    };
    // A year written once is the year of its neighbours: 2025-12-20〜1/15.
    let written = believed()
        .filter(|f| f.when.has_year())
        .find_map(|f| f.when.resolve(None, None).ok());
    let near = written.or(reference);
    // EOD says nothing beside a date.
    let alone = believed().nth(1).is_none();

    let mut chosen: Option<(&Found, Resolved)> = None;
    let mut last_end = 0;
    let mut last_taken = true;
    for &(found, believed) in dates {
        let date = resolve(found, reference, near);
        let takes = believed
            && (alone || found.when != When::EndOfDay)
            && chosen.is_none_or(|kept| {
                replaces(scan, kept, (found, date), last_end..found.start, last_taken)
            });
        if takes {
            chosen = Some((found, date));
        }
        last_taken = takes;
        last_end = found.end;
    }
    chosen
}

fn resolve(found: &Found, reference: Option<NaiveDate>, near: Option<NaiveDate>) -> Resolved {
    let reference = match found.base {
        Some(base) => Some(base.resolve(reference, near.or(reference))?),
        None => reference,
    };
    let date = found.when.resolve(reference, near)?;
    if !found.week {
        return Ok(date);
    }
    let to_friday = i64::from(Weekday::Fri.num_days_from_monday())
        - i64::from(date.weekday().num_days_from_monday());
    let days = Days::new(to_friday.unsigned_abs());
    let friday = if to_friday < 0 {
        date.checked_sub_days(days)
    } else {
        date.checked_add_days(days)
    };
    friday.ok_or(Unresolved::Impossible)
}

/// Whether a later date stands for the one kept so far; `gap` is the tokens between it and the date before it.
fn replaces(
    scan: &Scan,
    (kept, kept_date): (&Found, Resolved),
    (found, date): (&Found, Resolved),
    gap: std::ops::Range<usize>,
    last_taken: bool,
) -> bool {
    let between = |wanted: fn(Kind) -> bool| gap.clone().any(|i| wanted(scan.tokens[i].kind));
    if let Some(former) = gap
        .clone()
        .find(|i| scan.tokens.word(*i) == Some(Word::Former))
    {
        // "2025-01-10 (old) 2025-01-31" speaks of the date before it.
        return scan.tokens.mark(former + 1) == Some(')');
    }
    if between(|kind| kind == Kind::Word(Word::Moved)) {
        return true;
    }
    if between(|kind| matches!(kind, Kind::Mark('→' | '~' | '-') | Kind::Word(Word::Range))) {
        return last_taken;
    }
    if between(|kind| kind == Kind::Word(Word::Due)) {
        return kept.bound != Bound::Firm;
    }
    if between(|kind| matches!(kind, Kind::Word(Word::Remark | Word::Review))) {
        return false;
    }
    let by_calendar = |f: &Found| f.when.is_calendar_day();
    if by_calendar(kept) != by_calendar(found) {
        return by_calendar(found);
    }
    let depth = |f: &Found| scan.tokens[f.start].depth;
    if depth(found) > depth(kept) {
        return false;
    }
    match (kept_date, date) {
        (Ok(kept), Ok(new)) => new > kept,
        (kept, _) => kept.is_err(),
    }
}

/// What a text without a date says.
fn without_date(scan: &Scan) -> Due {
    let only = |allowed: fn(Word) -> bool| {
        scan.tokens.iter().all(|t| match t.kind {
            // A ✅ is an answer, though not to "when"; dashes, dots and empty brackets are none.
            Kind::Mark(mark) => {
                mark.is_ascii_punctuation() || "・、。…「」『』【】〔〕《》".contains(mark)
            }
            Kind::Word(word) => allowed(word),
            Kind::Number { .. } | Kind::Unknown(_) => false,
        })
    };
    let asks = scan.tokens.iter().any(|t| t.kind == Kind::Mark('?'));
    if only(|_| false) {
        return Due::Missing { placeholder: asks };
    }
    if has(scan, Word::Nothing)
        && only(|word| matches!(word, Word::Nothing | Word::Filler | Word::Due | Word::Label))
    {
        return Due::Missing { placeholder: false };
    }
    let urgent = has(scan, Word::Urgent) && scan.found.is_empty();
    if urgent || only(|word| matches!(word, Word::Due | Word::Label)) {
        return Due::Missing { placeholder: true };
    }
    Due::Unreadable
}

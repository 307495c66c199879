//! A deadline that people moved on purpose, and why: `期限延長: 2025-03-01（ベンダー待ち）`, `Extended to 2025-03-01: vendor`.
//!
//! Pure: a text in, the clauses in it out. Only a word of the vocabulary with a calendar date right beside it is one; a cable that is
//! extended by two metres moves no deadline. `Extended by 2 weeks` is [`vague`]: somebody meant to move one, and doesn't say to which day.

mod moved;
mod subject;
mod vague;

use std::ops::Range;

use chrono::NaiveDate;

use super::due::{self, Due};
use super::vocabulary::Vocabulary;
use super::words;
pub(super) use moved::moves;
pub(super) use subject::is_foreign;
use subject::{Word, subject_before, word_at};
use vague::vague_time;
pub(super) use vague::{Place, vague};

/// Longer texts, in bytes, are prose; a waiver is a remark.
const LONGEST: usize = 2_000;

/// A deadline that was moved.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Waiver {
    /// The due date as written before; `None` where none was.
    pub from: Option<NaiveDate>,
    /// The day it was moved to.
    pub until: NaiveDate,
    /// Why; `None` where nobody says.
    pub reason: Option<String>,
    /// Its line, from 1.
    pub line: usize,
}

/// A waiver as it stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    /// All of it, with its reason.
    pub(super) range: Range<usize>,
    /// The day.
    pub(super) until: NaiveDate,
    /// Why.
    pub(super) reason: Option<String>,
}

/// The waivers in a text. `reference` is the date that says which year a date without one is in.
pub(super) fn clauses(
    plain: &str,
    reference: Option<NaiveDate>,
    vocabulary: &Vocabulary,
) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    if plain.len() > LONGEST || !vocabulary.may_waive(plain) {
        return clauses;
    }
    let mut at = 0;
    while at < plain.len() {
        let found = word_at(plain, at, vocabulary)
            .and_then(|word| clause(plain, &word, reference, vocabulary))
            .filter(|clause| {
                clauses
                    .last()
                    .is_none_or(|before| before.range.end <= clause.range.start)
            });
        at = match found {
            Some(clause) => {
                let end = clause.range.end.max(at + 1);
                clauses.push(clause);
                end
            }
            None => at + 1,
        };
        while !plain.is_char_boundary(at) {
            at += 1;
        }
    }
    clauses
}

/// Whether a text is a calendar date and nothing else.
pub(super) fn is_day(plain: &str) -> bool {
    let bare = plain.trim();
    let length = date_len(bare);
    length > 0
        && bare[skip_weekday(bare, length)..].trim().is_empty()
        && day(&bare[..length], any_day()).is_some()
}

/// Any year will do to see that something is a date.
fn any_day() -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2000, 1, 1)
}

/// Whether a line begins with a waiver, be its date readable or not.
pub(super) fn begins(plain: &str, vocabulary: &Vocabulary) -> bool {
    let start = plain.len() - plain.trim_start().len();
    let clauses = clauses(plain, any_day(), vocabulary);
    clauses.first().is_some_and(|one| one.range.start <= start)
        || vague(plain, &clauses, Place::Details, vocabulary)
            .first()
            .is_some_and(|range| range.start <= start)
}

/// The waivers of a cell that holds nothing else, under a header that says so: `2025-03-01（ベンダー待ち）`.
pub(super) fn bare(
    plain: &str,
    reference: Option<NaiveDate>,
    vocabulary: &Vocabulary,
) -> Option<Clause> {
    let start = plain.len() - plain.trim_start().len();
    after(plain, start..start, reference, vocabulary)
}

/// Whether a field for extensions says that there is none, or only that there was one.
pub(super) fn is_none(plain: &str, vocabulary: &Vocabulary) -> bool {
    let said = words::fold(plain);
    let word = [
        "yes",
        "no",
        "あり",
        "有り",
        "有",
        "無",
        "無し",
        "済",
        "済み",
        "延長済み",
        "extended",
        "延長",
        "延期",
    ];
    said.is_empty()
        || vocabulary.is_blank(plain)
        || vocabulary.is_placeholder(plain)
        || vocabulary.is_example(plain)
        || vocabulary.statuses.whole(plain).is_some()
        || word.contains(&said.as_str())
}

/// A text without its waivers, the vague ones included.
pub(super) fn without(plain: &str, clauses: &[Clause], vague: &[Range<usize>]) -> String {
    let mut ranges: Vec<&Range<usize>> = clauses.iter().map(|c| &c.range).chain(vague).collect();
    ranges.sort_by_key(|range| range.start);
    let mut rest = plain.to_owned();
    for range in ranges.into_iter().rev() {
        rest.replace_range(range.clone(), "");
    }
    rest
}

fn clause(
    plain: &str,
    word: &Word,
    reference: Option<NaiveDate>,
    vocabulary: &Vocabulary,
) -> Option<Clause> {
    let behind = || {
        let clause = after(plain, word.range.clone(), reference, vocabulary)?;
        let start = word.start(plain)?;
        Some(Clause {
            range: start..clause.range.end,
            ..clause
        })
    };
    behind().or_else(|| before(plain, word, reference, vocabulary))
}

/// `Extended to 2025-03-01: reason`: the date behind the word.
fn after(
    plain: &str,
    word: Range<usize>,
    reference: Option<NaiveDate>,
    vocabulary: &Vocabulary,
) -> Option<Clause> {
    let (until, at) = day_behind(plain, word.end, reference)?;
    let (reason, end) = reason(plain, at, vocabulary);
    Some(Clause {
        range: word.start..end,
        until,
        reason,
    })
}

/// The date behind a word that ends at `from`, and where it ends.
fn day_behind(
    plain: &str,
    from: usize,
    reference: Option<NaiveDate>,
) -> Option<(NaiveDate, usize)> {
    let at = behind_joints(plain, from);
    let end = at + date_len(&plain[at..]);
    if let Some(day) = day(&plain[at..end], reference) {
        return Some((day, end));
    }
    // 期限延長（2025-03-01）: the bracket holds the day and nothing else.
    let inner = plain[at..].strip_prefix(['(', '（'])?;
    let at = plain.len() - inner.len();
    let end = at + date_len(inner);
    let rest = plain[end..].trim_start();
    let rest = rest.strip_prefix("まで").unwrap_or(rest).trim_start();
    let rest = rest.strip_prefix([')', '）'])?;
    Some((day(&plain[at..end], reference)?, plain.len() - rest.len()))
}

/// Where what a word is joined to begins: behind `to`, `:`, は.
fn behind_joints(plain: &str, from: usize) -> usize {
    let mut at = from;
    loop {
        let rest = &plain[at..];
        // `from 2025-01-20 to 2025-03-01`: only the second day counts.
        if let Some(old) = rest.strip_prefix("from ") {
            let behind = old[date_len(old)..].trim_start();
            if behind.len() < old.len() && behind.starts_with("to ") {
                at = plain.len() - behind.len();
                continue;
            }
        }
        let joint = [
            "to ", "until ", "till ", "by ", "back ", "out ", "is ", "now ",
        ]
        .iter()
        .find(|joint| {
            rest.get(..joint.len())
                .is_some_and(|r| r.eq_ignore_ascii_case(joint))
        })
        .map(|joint| joint.len());
        let mark = rest
            .chars()
            .next()
            .filter(|c| c.is_whitespace() || matches!(c, ':' | '：' | '→' | '=' | 'は' | '、'))
            .map(char::len_utf8);
        match joint.or(mark) {
            Some(length) => at += length,
            None => return at,
        }
    }
}

/// `2025-03-01まで延長（理由）`, `期限を2025-03-01に変更（理由）`: the date before the word.
fn before(
    plain: &str,
    word: &Word,
    reference: Option<NaiveDate>,
    vocabulary: &Vocabulary,
) -> Option<Clause> {
    let (date, until) = day_before(plain, word.range.start, reference)?;
    let start = word.start_with(plain, date)?;
    let (reason, end) = reason(plain, subject::verb_end(plain, word.range.end), vocabulary);
    Some(Clause {
        range: start..end,
        until,
        reason,
    })
}

/// The date in front of a word that begins at `to`, and where it begins.
fn day_before(plain: &str, to: usize, reference: Option<NaiveDate>) -> Option<(usize, NaiveDate)> {
    let head = plain[..to].trim_end();
    let head = ["まで", "に", "へ"]
        .iter()
        .find_map(|joint| head.strip_suffix(joint))?
        .trim_end();
    let start = head
        .char_indices()
        .rev()
        .take(24)
        .map(|(at, _)| at)
        .filter(|&at| {
            !head[at..].starts_with(char::is_whitespace)
                && !head[..at].ends_with(|c: char| c.is_alphanumeric() && !is_japanese(c))
                && date_len(&head[at..]) == head.len() - at
        })
        .min()?;
    Some((start, day(&head[start..], reference)?))
}

fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}')
}

/// A calendar date; a length of time has no day to count from.
fn day(text: &str, reference: Option<NaiveDate>) -> Option<NaiveDate> {
    match due::read(text, reference) {
        Due::On {
            date,
            relative: false,
        } => Some(date),
        _ => None,
    }
}

/// How many bytes at the beginning of a text are a calendar date: numbers, what joins them, and the names of months.
fn date_len(text: &str) -> usize {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let (mut at, mut end) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        if c.is_numeric() {
            at += rest.find(|c: char| !c.is_numeric()).unwrap_or(rest.len());
            let rest = &text[at..];
            let ordinal = ["st", "nd", "rd", "th"].iter().any(|s| rest.starts_with(s));
            at += if ordinal { 2 } else { 0 };
        } else if matches!(c, '年' | '月' | '日' | '末') && end > 0 {
            at += c.len_utf8();
        } else if matches!(c, '-' | '/' | '.' | '．' | '－' | '／' | ',') && end > 0 {
            // Only between numbers: a hyphen in front of the reason is none of the date's.
            let behind = rest[c.len_utf8()..].trim_start_matches(' ');
            if !behind.starts_with(char::is_numeric)
                || (c != ',' && behind.len() + c.len_utf8() < rest.len())
            {
                break;
            }
            at += c.len_utf8();
            continue;
        } else if c.is_ascii_alphabetic() {
            let length = rest
                .find(|c: char| !c.is_ascii_alphabetic())
                .unwrap_or(rest.len());
            let word = rest[..length].to_ascii_lowercase();
            let month = MONTHS.iter().any(|m| word.starts_with(m))
                && (word.len() == 3 || word.len() > 3 && is_month(&word));
            if !month {
                break;
            }
            at += length;
            // Sept. 1
            at += usize::from(text[at..].starts_with('.'));
        } else {
            break;
        }
        end = at;
    }
    end
}

fn is_month(word: &str) -> bool {
    matches!(
        word,
        "january"
            | "february"
            | "march"
            | "april"
            | "june"
            | "july"
            | "august"
            | "sept"
            | "september"
            | "october"
            | "november"
            | "december"
    )
}

/// What stands behind the date as its reason, and where it ends.
fn reason(plain: &str, from: usize, vocabulary: &Vocabulary) -> (Option<String>, usize) {
    let mut at = from;
    for joint in ["まで", "に", "へ"] {
        if plain[at..].starts_with(joint) {
            at += joint.len();
            break;
        }
    }
    at = skip_weekday(plain, at);
    let gap = |c: char| {
        c.is_whitespace() || matches!(c, ':' | '：' | ',' | '、' | '-' | '–' | '—' | '.' | '。')
    };
    let start = at + (plain[at..].len() - plain[at..].trim_start_matches(gap).len());
    let rest = &plain[start..];
    let bracket = rest.starts_with(OPENING);
    let end = start + clause_end(rest, start, plain, vocabulary);
    let inner = plain[start..end]
        .trim_matches(|c: char| c.is_whitespace() || "()（）[]【】「」".contains(c) && bracket)
        .trim();
    let inner = ["理由", "reason", "because"]
        .iter()
        .find_map(|label| {
            let length = words::prefix_len(inner, label)?;
            let rest = &inner[length..];
            // "Reasonable" is no label, and "because" stands without a colon.
            (*label == "because" || rest.starts_with([':', '：']))
                .then(|| rest.trim_start_matches([':', '：']).trim())
        })
        .unwrap_or(inner);
    let said = inner.chars().any(char::is_alphanumeric)
        && !vocabulary.is_blank(inner)
        && !vocabulary.is_placeholder(inner);
    (
        said.then(|| inner.split_whitespace().collect::<Vec<_>>().join(" ")),
        // Nothing behind the date belongs to the clause where it gives no reason.
        if said || bracket || vocabulary.is_placeholder(inner) {
            end
        } else {
            at
        },
    )
}

/// How long the rest of a clause is that begins at `from`: up to its own bracket's end, or up to the next waiver, which is set off from it.
fn clause_end(rest: &str, from: usize, plain: &str, vocabulary: &Vocabulary) -> usize {
    let end = closing(rest);
    if rest.starts_with(OPENING) {
        return end;
    }
    let set_off = |at: usize| {
        let before = plain[from..at].trim_end_matches([' ', '　', '\t']);
        before.is_empty()
            || before.ends_with([';', '；', '\n', ',', '、', '。', '.', '/', '・', '|', '→'])
    };
    let next = rest[..end].char_indices().find_map(|(at, _)| {
        let at = from + at;
        let word = word_at(plain, at, vocabulary)?;
        let behind = day_behind(plain, word.range.end, any_day()).is_some()
            || vague_time(plain, word.range.end, vocabulary).is_some();
        let start = match behind {
            true => word.start(plain)?,
            false => word.start_with(plain, day_before(plain, at, any_day())?.0)?,
        };
        (from <= start && set_off(start)).then(|| start - from)
    });
    let end = next.unwrap_or(end);
    let parting = |c: char| {
        c.is_whitespace() || matches!(c, ';' | '；' | ',' | '、' | '/' | '・' | '|' | '→')
    };
    match next {
        Some(_) => rest[..end].trim_end_matches(parting).len(),
        None => end,
    }
}

/// What a bracket around a reason begins with.
const OPENING: [char; 5] = ['(', '（', '[', '【', '「'];

/// `（土）`, `(Sat)` behind a date.
fn skip_weekday(plain: &str, at: usize) -> usize {
    let rest = plain[at..].trim_start();
    let begin = plain.len() - rest.len();
    let Some(inner) = rest.strip_prefix(['(', '（']) else {
        return at;
    };
    let Some(close) = inner.find([')', '）']) else {
        return at;
    };
    let name = inner[..close].trim().to_lowercase();
    let weekday = ["月", "火", "水", "木", "金", "土", "日"]
        .contains(&name.trim_end_matches("曜日"))
        || ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
            .iter()
            .any(|day| name.starts_with(day) && name.len() <= 9);
    if !weekday {
        return at;
    }
    let open = rest.len() - inner.len();
    let width = inner[close..].chars().next().map_or(1, char::len_utf8);
    begin + open + close + width
}

/// Where the reason at the beginning of a text ends: its own bracket closes, one around it does, or the text ends.
fn closing(text: &str) -> usize {
    let bracketed = text.starts_with(OPENING);
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '（' | '[' | '【' | '「' => depth += 1,
            ')' | '）' | ']' | '】' | '」' => {
                if depth == 0 {
                    return at;
                }
                depth -= 1;
                if depth == 0 && bracketed {
                    return at + c.len_utf8();
                }
            }
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests;

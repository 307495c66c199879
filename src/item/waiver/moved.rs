//! A field that holds the day as it was and the day it was moved to: `~~2025-01-20~~ 2025-03-01`, `2025-01-20 → 2025-03-01`, `was 2025-01-20,
//! now 2025-03-01`, 2025-03-01（旧 2025-01-20）. Such a field has nothing else in it, save why, in brackets.

use chrono::NaiveDate;

use super::{OPENING, date_len, day, reason, skip_weekday};
use crate::document::text::Text;
use crate::item::vocabulary::Vocabulary;

/// A day moved on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::item) struct Move {
    /// The day as it was.
    pub(in crate::item) from: NaiveDate,
    /// The day it was moved to.
    pub(in crate::item) until: NaiveDate,
    /// Why.
    pub(in crate::item) reason: Option<String>,
}

/// The moves that a field of a due date tells, in their order. One to an earlier day moves nothing on, and is left out.
pub(in crate::item) fn moves(
    text: &Text,
    reference: Option<NaiveDate>,
    vocabulary: &Vocabulary,
) -> Vec<Move> {
    if text.plain.len() > super::LONGEST {
        return Vec::new();
    }
    let plain = text.lines().join(" ");
    let told = struck(text, reference, vocabulary)
        .or_else(|| former(&plain, reference, vocabulary))
        .or_else(|| chain(&plain, reference, vocabulary));
    let Some((days, why)) = told else {
        return Vec::new();
    };
    let last = days.len().saturating_sub(2);
    let pairs = days.windows(2).enumerate();
    pairs
        .filter_map(|(at, pair)| match pair {
            [from, until] if until > from => Some(Move {
                from: *from,
                until: *until,
                reason: why.clone().filter(|_| at == last),
            }),
            _ => None,
        })
        .collect()
}

/// The days of a field in their order, and why the last is the last.
type Told = (Vec<NaiveDate>, Option<String>);

/// `~~2025-01-20~~ 2025-03-01`: what is struck through was, what isn't is.
fn struck(text: &Text, reference: Option<NaiveDate>, vocabulary: &Vocabulary) -> Option<Told> {
    let mut days = Vec::new();
    let mut live = String::new();
    let mut at = 0;
    for range in &text.struck {
        live.push_str(text.plain.get(at..range.start)?);
        live.push(' ');
        days.push(day(text.plain[range.clone()].trim(), reference)?);
        at = range.end;
    }
    live.push_str(&text.plain[at..]);
    if days.is_empty() {
        return None;
    }
    let live = live.trim_start_matches(|c: char| c.is_whitespace() || "→-=>⇒,、/".contains(c));
    let (now, rest) = first_day(live, reference)?;
    days.push(now);
    Some((days, why(rest, vocabulary)?))
}

/// `2025-01-20 → 2025-03-01`, `was 2025-01-20, now 2025-03-01`, `2025-01-20 から 2025-03-01 に変更`.
fn chain(plain: &str, reference: Option<NaiveDate>, vocabulary: &Vocabulary) -> Option<Told> {
    let mut rest = without_word(plain.trim(), &FORMER);
    let mut days = Vec::new();
    loop {
        let (day, behind) = first_day(rest, reference)?;
        days.push(day);
        let next = without_word(behind, &MOVES);
        if next.len() == behind.len() || first_day(next, reference).is_none() {
            rest = behind;
            break;
        }
        rest = next;
    }
    if days.len() < 2 {
        return None;
    }
    let rest = [
        "に変更",
        "へ変更",
        "に延長",
        "へ延長",
        "まで延長",
        "に延期",
        "へ延期",
    ]
    .iter()
    .find_map(|verb| rest.trim_start().strip_prefix(verb))
    .unwrap_or(rest);
    Some((days, why(rest, vocabulary)?))
}

/// 2025-03-01（旧 2025-01-20）, `2025-03-01 (was 2025-01-20)`: the day as it was stands behind.
fn former(plain: &str, reference: Option<NaiveDate>, vocabulary: &Vocabulary) -> Option<Told> {
    let (now, behind) = first_day(plain.trim(), reference)?;
    let behind = behind.trim_start_matches([' ', '　', ',', '、', ';']);
    let open = behind.starts_with(OPENING);
    let inner = behind.strip_prefix(OPENING).unwrap_or(behind);
    let old = without_word(inner, &FORMER);
    if old.len() == inner.len() {
        return None;
    }
    let (was, rest) = first_day(old, reference)?;
    let rest = rest.trim_start();
    let rest = ["から変更", "から延長", "から延期", "から"]
        .iter()
        .find_map(|verb| rest.strip_prefix(verb))
        .unwrap_or(rest);
    let why = match rest.trim_start().strip_prefix([')', '）', ']', '】', '」']) {
        Some(rest) if open => why(rest, vocabulary)?,
        // 2025-03-01（旧 2025-01-20、業者待ち）
        _ if open => {
            reason(
                rest.trim_end_matches([')', '）', ']', '】', '」']),
                0,
                vocabulary,
            )
            .0
        }
        _ => why(rest, vocabulary)?,
    };
    Some((vec![was, now], why))
}

/// What says that the day behind it was the day before.
const FORMER: [&str; 17] = [
    "was",
    "originally",
    "formerly",
    "previously",
    "original",
    "old",
    "from",
    "moved from",
    "extended from",
    "postponed from",
    "旧",
    "元",
    "元々",
    "元は",
    "当初",
    "変更前",
    "以前",
];
/// What stands between a day and the one it was moved to. Longer words first.
const MOVES: [&str; 16] = [
    "から",
    "->",
    "-->",
    "→",
    "⇒",
    "=>",
    "➡",
    "now",
    "is now",
    "moved to",
    "changed to",
    "rescheduled to",
    "pushed to",
    "delayed to",
    "新",
    "変更後",
];

/// A text without one of these words in front, and what stands between words.
fn without_word<'t>(text: &'t str, words: &[&str]) -> &'t str {
    let gap =
        |c: char| c.is_whitespace() || matches!(c, ':' | '：' | ',' | '、' | ';' | '期' | '限');
    let rest = text.trim_start_matches([' ', '　', ',', '、', ';', '；']);
    let longest = words
        .iter()
        .filter(|word| {
            let Some((head, behind)) = rest.split_at_checked(word.len()) else {
                return false;
            };
            let joined = word.ends_with(|c: char| c.is_ascii_alphabetic())
                && behind.starts_with(|c: char| c.is_ascii_alphanumeric());
            head.eq_ignore_ascii_case(word) && !joined
        })
        .map(|word| word.len())
        .max();
    longest.map_or(text, |length| rest[length..].trim_start_matches(gap))
}

/// The day that a text begins with, and what is behind it.
fn first_day(text: &str, reference: Option<NaiveDate>) -> Option<(NaiveDate, &str)> {
    let text = text.trim_start();
    let length = date_len(text);
    let date = day(
        text.get(..length).filter(|date| !date.is_empty())?,
        reference,
    )?;
    Some((date, &text[skip_weekday(text, length)..]))
}

/// Why a day was moved, in brackets or behind a colon; `None` where something else stands there.
fn why(rest: &str, vocabulary: &Vocabulary) -> Option<Option<String>> {
    let bare = rest.trim();
    if bare.is_empty() {
        return Some(None);
    }
    let said = bare.starts_with(OPENING) || bare.starts_with([':', '：']);
    let (reason, end) = reason(bare, 0, vocabulary);
    (said && bare[end..].trim().is_empty()).then_some(reason)
}

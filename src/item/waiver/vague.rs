//! Extensions that say no day: `Extended by 2 weeks`, 期限延長: 2月30日, 2週間延長. Somebody meant to move a deadline, and hears that it didn't.

use std::ops::Range;

use super::{
    Clause, LONGEST, Word, any_day, behind_joints, clause_end, date_len, is_japanese,
    subject_before, word_at,
};
use crate::item::due::{self, Due};
use crate::item::vocabulary::Vocabulary;

/// Where a text that may hold a waiver stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::item) enum Place {
    /// It is about a deadline: a due date, or an extension.
    Due,
    /// It says more about the item. There only a line that begins so is about its deadline.
    Details,
}

/// The parts of a text that move a deadline to no day that can be read: `Extended by 2 weeks`, 期限延長: 2月30日, 2週間延長.
pub(in crate::item) fn vague(
    plain: &str,
    clauses: &[Clause],
    place: Place,
    vocabulary: &Vocabulary,
) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    if plain.len() > LONGEST || !vocabulary.may_waive(plain) {
        return found;
    }
    let mut at = 0;
    while at < plain.len() {
        let range = word_at(plain, at, vocabulary)
            .and_then(|word| {
                vague_behind(plain, &word, vocabulary).or_else(|| vague_before(plain, &word))
            })
            .filter(|range| place == Place::Due || begins_line(plain, range.start))
            .filter(|range| {
                let apart =
                    |other: &Range<usize>| other.end <= range.start || range.end <= other.start;
                clauses.iter().map(|c| &c.range).chain(&found).all(apart)
            });
        at = match range {
            Some(range) => {
                let end = range.end.max(at + 1);
                found.push(range);
                end
            }
            None => at + 1,
        };
        while !plain.is_char_boundary(at) {
            at += 1;
        }
    }
    found
}

/// `Extended by 2 weeks: vendor`, all of it.
fn vague_behind(plain: &str, word: &Word, vocabulary: &Vocabulary) -> Option<Range<usize>> {
    let from = vague_time(plain, word.range.end, vocabulary)?;
    let start = word.start(plain)?;
    Some(start..from + clause_end(&plain[from..], from, plain, vocabulary))
}

/// Where a time begins behind a word that ends at `to`, of which no day is known.
pub(super) fn vague_time(plain: &str, to: usize, vocabulary: &Vocabulary) -> Option<usize> {
    let from = behind_joints(plain, to);
    let rest = &plain[from..];
    let end = rest
        .find([
            ':', '：', ';', '；', '。', '、', ',', '（', '(', '）', ')', '—', '–', '\n',
        ])
        .unwrap_or(rest.len());
    let value = rest[..end]
        .split(" - ")
        .next()
        .and_then(|value| value.split(" because ").next())
        .unwrap_or_default()
        .trim();
    (from > to && !vocabulary.is_placeholder(value) && is_time(value)).then_some(from)
}

/// 2週間延長, 2週間の延長, 期限を来月末まで延長.
fn vague_before(plain: &str, word: &Word) -> Option<Range<usize>> {
    let verb = &plain[word.range.end..];
    // 2週間延長コードを使う is about a cable.
    if verb.starts_with(|c: char| matches!(c, '\u{30a0}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}'))
        && !verb.starts_with('済')
    {
        return None;
    }
    let head = plain[..word.range.start].trim_end();
    let head = ["の", "まで", "に", "へ", "ほど"]
        .iter()
        .find_map(|joint| head.strip_suffix(joint))
        .unwrap_or(head)
        .trim_end();
    let starts = || {
        let chars = head.char_indices().rev().take(16);
        chars.map(|(at, _)| at)
    };
    let about = starts().find_map(|at| {
        let subject = subject_before(plain, at)?;
        is_time(head[at..].trim_start()).then_some(subject)
    });
    if let Some(subject) = about {
        return Some(subject..word.range.end);
    }
    if word.is_weak() {
        return None;
    }
    let start = starts()
        .filter(|&at| {
            let length = &head[at..];
            let cut = head[..at].ends_with(|c: char| c.is_alphanumeric() && !is_japanese(c));
            !cut && length.starts_with(char::is_numeric)
                && length.chars().all(char::is_alphanumeric)
                && matches!(due::read(length, any_day()), Due::On { relative: true, .. })
        })
        .min()?;
    Some(start..word.range.end)
}

/// Whether a text is meant as a day or a length of time, whatever it is worth.
fn is_time(text: &str) -> bool {
    let is_date = text.starts_with(char::is_numeric)
        && text.contains(['-', '/', '月'])
        && date_len(text) + '日'.len_utf8() >= text.len();
    is_date
        || !matches!(
            due::read(text, any_day()),
            Due::Unreadable | Due::Recurring | Due::Missing { .. }
        )
}

fn begins_line(plain: &str, at: usize) -> bool {
    let before = plain[..at].trim_end_matches([' ', '　', '\t']);
    before.is_empty() || before.ends_with('\n')
}

//! Fields at the end of an item without anything around them: `… (@ann) P1`, `… @ann 2025-01-10`, `… 8月末`.
//!
//! A bare word says something only beside a field, or where it is a limit in so many words.

use std::ops::Range;

use super::Reader;
use super::end::BELONGS_TO_A_NUMBER;
use super::shape::is_priority;
use crate::item::vocabulary::Column;
use crate::item::{owner, words};

/// What the Japanese words for a limit end with. A month alone is none: 8月 may be when something was.
const LIMITS: [&str; 8] = [
    "末",
    "中",
    "上旬",
    "中旬",
    "下旬",
    "末まで",
    "末までに",
    "まで",
];

impl Reader<'_> {
    /// `… (@ann) P1`, `… @ann P1`, `… P1 @ann`: a code for a priority beside a field.
    pub(super) fn bare_priority(&mut self, range: &Range<usize>) -> Option<usize> {
        if self.has(Column::Priority) {
            return None;
        }
        let plain = self.plain(range.clone());
        let (before, word) = last_word(plain)?;
        let code = word.len() == 2
            && word.starts_with(['P', 'p'])
            && word.ends_with(|c: char| c.is_ascii_digit());
        let previous = last_word(before).map_or(before, |(_, word)| word);
        // `Page on a P1 @ann` is about urgent things, and isn't one.
        let belongs = ["a", "an", "the", "any", "every", "all"]
            .iter()
            .chain(&BELONGS_TO_A_NUMBER)
            .any(|word| words::fold(previous) == *word);
        let beside = self.has(Column::Owner) || self.has(Column::Due) || self.is_field(previous);
        if !code || belongs || !beside || !is_priority(word, self.vocabulary) {
            return None;
        }
        let at = range.end - word.len();
        self.field(Column::Priority, at..range.end);
        Some(at)
    }

    /// `… @ann 2025-01-10`, `… @ann Jan 10`, `… @ann P1 2025-01-10`: a date right behind a handle.
    pub(super) fn bare_date(&mut self, range: &Range<usize>) -> Option<usize> {
        if self.has(Column::Due) {
            return None;
        }
        let plain = self.plain(range.clone());
        let at = plain.rfind(" @").map(|at| at + 1)?;
        let handle = plain[at..].split_whitespace().next()?;
        let mut rest = plain[at + handle.len()..].trim_start();
        let first = rest.split_whitespace().next()?;
        if is_priority(first, self.vocabulary) {
            rest = rest[first.len()..].trim_start();
        }
        let handle = handle.trim_end_matches(',');
        if !rest.starts_with(char::is_alphanumeric)
            || !rest.contains(char::is_numeric)
            || !owner::is_name(handle, self.vocabulary, self.people)
            || !self.says_when(rest)
        {
            return None;
        }
        let from = range.end - rest.len();
        self.field(Column::Due, from..range.end);
        Some(from)
    }

    /// `訓練を行う 8月末`, `Rehearse it  end of March`: a limit in so many words, set off by white space. In English one space sets nothing off.
    pub(super) fn bare_limit(&mut self, range: &Range<usize>) -> Option<usize> {
        if self.has(Column::Due) {
            return None;
        }
        let plain = self.plain(range.clone());
        let english = || {
            let gap = plain.rfind("  ").or_else(|| plain.rfind('\t'))?;
            let said = plain[gap..].trim_start();
            let lower = said.to_ascii_lowercase();
            ["end of ", "by the end of "]
                .iter()
                .any(|limit| lower.starts_with(limit))
                .then_some(plain.len() - said.len())
        };
        let japanese = || {
            let limits = LIMITS.iter().any(|limit| plain.ends_with(limit));
            let gaps = plain
                .char_indices()
                .rev()
                .filter(|(_, c)| c.is_whitespace());
            let starts = gaps.take(3).map(|(at, c)| at + c.len_utf8());
            starts
                .filter(|&at| {
                    limits
                        && plain[at..].starts_with(|c: char| {
                            c.is_numeric() || matches!(c, '今' | '来' | '再' | '翌' | '年')
                        })
                        && self.says_when(&plain[at..])
                })
                .min()
        };
        let at = english()
            .filter(|&at| self.says_when(&plain[at..]))
            .or_else(japanese)?;
        if plain[..at].trim().is_empty() {
            return None;
        }
        let from = range.start + at;
        self.field(Column::Due, from..range.end);
        Some(from)
    }

    /// Whether a word is a handle, or ends a bracket.
    fn is_field(&self, word: &str) -> bool {
        word.ends_with([')', '）', ']', '］'])
            || word.starts_with(['@', '＠'])
                && owner::is_name(word.trim_end_matches(','), self.vocabulary, self.people)
    }
}

/// The last word of a text, and what stands before it.
fn last_word(plain: &str) -> Option<(&str, &str)> {
    let (at, gap) = plain
        .char_indices()
        .rev()
        .find(|(_, c)| c.is_whitespace())?;
    let before = plain[..at].trim_end();
    (!before.is_empty()).then(|| (before, &plain[at + gap.len_utf8()..]))
}

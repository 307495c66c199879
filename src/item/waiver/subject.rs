//! Whose date is moved: 期限を…延長 and `Deadline moved to` speak of the item's, 契約を…延長 of something else's.

use std::ops::Range;

use crate::item::vocabulary::Vocabulary;

/// What a Japanese clause about the item's own deadline is about.
const SUBJECTS: [&str; 15] = [
    "期限",
    "期日",
    "締切",
    "締め切り",
    "締切り",
    "〆切",
    "納期",
    "予定日",
    "完了予定",
    "目標日",
    "本件",
    "当件",
    "対応",
    "実施",
    "実施日",
];
/// What joins such a subject to its verb.
const PARTICLES: [&str; 5] = ["を", "は", "が", "も", "の"];
/// The same in English.
const ENGLISH: [&str; 4] = ["deadline", "due date", "target date", "due"];
/// What may stand between that and the verb.
const AUXILIARIES: [&str; 8] = ["was", "is", "has", "been", "had", "got", "now", "again"];

/// A word that moves a deadline, where it stands.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// The word.
    pub(super) range: Range<usize>,
    /// Whether anything may be moved so: 変更, `moved`. Then the text has to say that it is the deadline.
    weak: bool,
}

/// The word that begins at `at`.
pub(super) fn word_at(plain: &str, at: usize, vocabulary: &Vocabulary) -> Option<Word> {
    let strong = vocabulary.waiver_len(plain, at);
    let length = strong.or_else(|| vocabulary.weak_waiver_len(plain, at))?;
    Some(Word {
        range: at..at + length,
        weak: strong.is_none(),
    })
}

impl Word {
    /// Where its clause begins, whose day follows the word; `None` where it is about something else.
    pub(super) fn start(&self, plain: &str) -> Option<usize> {
        let at = self.range.start;
        english_before(plain, at).or_else(|| {
            let head = line_before(plain, at);
            let bare = head.trim_end_matches([
                ' ', '　', '\t', ',', '、', ';', '；', '(', '（', '→', '-', '>',
            ]);
            // Behind the day as it was, or at the very beginning.
            let first = bare.is_empty() || bare.ends_with(|c: char| c.is_numeric() || c == '日');
            (!self.weak || first && self.is_english(plain)).then_some(at)
        })
    }

    /// The same where the day stands before the word, at `date`.
    pub(super) fn start_with(&self, plain: &str, date: usize) -> Option<usize> {
        subject_before(plain, date).or_else(|| {
            let head = line_before(plain, date).trim_end();
            let foreign = PARTICLES
                .iter()
                .any(|particle| head.ends_with(particle) && *particle != "の");
            (!self.weak && !foreign).then_some(date)
        })
    }

    /// Whether it may move anything.
    pub(super) fn is_weak(&self) -> bool {
        self.weak
    }

    fn is_english(&self, plain: &str) -> bool {
        plain[self.range.clone()].is_ascii()
    }
}

/// Where 期限を begins that ends at `at`.
pub(super) fn subject_before(plain: &str, at: usize) -> Option<usize> {
    let head = line_before(plain, at).trim_end();
    let from = at - line_before(plain, at).len();
    let head = PARTICLES
        .iter()
        .chain(&["：", ":"])
        .find_map(|particle| head.strip_suffix(particle))?;
    let subject = SUBJECTS
        .iter()
        .filter(|subject| head.ends_with(*subject))
        .max_by_key(|subject| subject.len())?;
    Some(from + head.len() - subject.len())
}

/// Where `The deadline was` begins that ends at `at`.
fn english_before(plain: &str, at: usize) -> Option<usize> {
    let line = line_before(plain, at);
    let from = at - line.len();
    let mut head = line.trim_end();
    while let Some(before) = AUXILIARIES
        .iter()
        .find_map(|auxiliary| without_word(head, auxiliary))
    {
        head = before.trim_end();
    }
    let head = head.strip_suffix([':', '：']).unwrap_or(head);
    let before = ENGLISH
        .iter()
        .find_map(|subject| without_word(head, subject))?;
    let article = ["the", "our", "its", "this"]
        .iter()
        .find_map(|article| without_word(before.trim_end(), article));
    Some(from + article.unwrap_or(before).len())
}

/// A text without a word at its end.
fn without_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let at = text.len().checked_sub(word.len())?;
    let tail = text.get(at..)?;
    let before = &text[..at];
    (tail.eq_ignore_ascii_case(word) && !before.ends_with(|c: char| c.is_ascii_alphanumeric()))
        .then_some(before)
}

/// What stands before `at` in its line.
fn line_before(plain: &str, at: usize) -> &str {
    let head = &plain[..at];
    head.rfind('\n').map_or(head, |line| &head[line + 1..])
}

/// Whether a clause that begins at `at` is about something else by the word before it: `The contract was extended to 2025-03-01`.
pub(in crate::item) fn is_foreign(plain: &str, at: usize) -> bool {
    let verb = plain[at..].starts_with(|c: char| c.is_ascii_alphabetic());
    let head = line_before(plain, at).trim_end();
    verb && english_before(plain, at).is_none()
        && !subject_is_item(head)
        && head.ends_with(|c: char| c.is_ascii_alphabetic())
}

/// `It was`, `Item`, `and`: what is extended is the item.
fn subject_is_item(head: &str) -> bool {
    let mut head = head;
    while let Some(before) = AUXILIARIES
        .iter()
        .find_map(|auxiliary| without_word(head, auxiliary))
    {
        head = before.trim_end();
    }
    head.is_empty()
        || [
            "it", "item", "this", "and", "then", "but", "date", "action", "we",
        ]
        .iter()
        .any(|word| without_word(head, word).is_some())
}

/// Where a verb ends whose stem does at `at`: 延長しました, 変更する.
pub(super) fn verb_end(plain: &str, at: usize) -> usize {
    let rest = &plain[at..];
    let ending = [
        "しました",
        "します",
        "する",
        "した",
        "済み",
        "済",
        "となった",
        "になった",
        "となりました",
        "とする",
    ]
    .iter()
    .find(|ending| rest.starts_with(**ending));
    at + ending.map_or(0, |ending| ending.len())
}

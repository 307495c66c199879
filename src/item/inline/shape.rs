//! The shapes of what stands in a line: brackets, dashes, codes, initials, sentences. Characters only, no meaning.

use std::ops::Range;

use chrono::NaiveDate;

use crate::document::text::trim_range;
use crate::item::vocabulary::Vocabulary;
use crate::item::{status, words};

/// Any date will do to see whether a text is one.
pub(super) fn some_day() -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2025, 1, 6)
}

pub(super) fn words_in(plain: &str) -> usize {
    plain.split_whitespace().count()
}

/// `P1`, `SEV2`, `優先度: 高`, but not a lone `high`, which also begins sentences.
pub(super) fn is_priority(plain: &str, vocabulary: &Vocabulary) -> bool {
    vocabulary.priorities.whole(plain).is_some()
}

/// What sets a field off: dashes, commas, bars, opening brackets.
pub(super) fn is_separator(c: char) -> bool {
    matches!(
        c,
        '(' | '（'
            | '['
            | '［'
            | '【'
            | '—'
            | '–'
            | '―'
            | '-'
            | '、'
            | ','
            | '，'
            | ';'
            | '；'
            | '|'
            | '/'
            | '／'
            | '・'
            | '→'
            | '*'
    )
}

/// A range without white space and separators at its ends.
pub(super) fn trim_separators(plain: &str, range: Range<usize>) -> Range<usize> {
    let range = trim_range(plain, range);
    let part = &plain[range.clone()];
    let end = range.start
        + part
            .trim_end_matches(|c: char| {
                c.is_whitespace()
                    || matches!(
                        c,
                        '(' | '（'
                            | '['
                            | '—'
                            | '–'
                            | '―'
                            | '-'
                            | '、'
                            | ','
                            | '，'
                            | ';'
                            | '；'
                            | '|'
                            | ':'
                            | '：'
                            | '→'
                    )
            })
            .len();
    let part = &plain[range.start..end];
    let start = end
        - part
            .trim_start_matches(|c: char| {
                c.is_whitespace()
                    || matches!(
                        c,
                        '—' | '–'
                            | '―'
                            | '-'
                            | '、'
                            | ','
                            | '，'
                            | ';'
                            | '；'
                            | ':'
                            | '：'
                            | '。'
                            | '.'
                    )
            })
            .len();
    start..end
}

/// `AI-3`, `A12-P1`, `#4`: a code that people number items with.
pub(in crate::item) fn is_code(text: &str) -> bool {
    let text = text.trim();
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = &text[letters..];
    let digits = rest.bytes().any(|b| b.is_ascii_digit());
    let shape = rest
        .bytes()
        .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || b == b'-');
    let numbered = text
        .strip_prefix('#')
        .is_some_and(|n| !n.is_empty() && n.len() < 4 && n.bytes().all(|b| b.is_ascii_digit()));
    numbered
        || ((1..=8).contains(&letters)
            && rest.starts_with('-')
            && digits
            && shape
            && text.len() <= 16)
}

/// The length of a circled number that a text begins with, and the white space behind it: ①, ⑴, ❶.
pub(super) fn circled_number(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    let circled = matches!(first, '\u{2460}'..='\u{2473}' | '\u{2474}'..='\u{2487}' | '\u{2776}'..='\u{277f}' | '\u{24f5}'..='\u{24fe}');
    (circled && text.len() > first.len_utf8()).then(|| first.len_utf8())
}

/// Where the head of a line ends, in which a label may stand: at most 40 characters.
pub(super) fn head(text: &str) -> usize {
    text.char_indices().nth(40).map_or(text.len(), |(at, _)| at)
}

pub(super) const BRACKETS: [(char, char); 6] = [
    ('(', ')'),
    ('（', '）'),
    ('[', ']'),
    ('［', '］'),
    ('【', '】'),
    ('<', '>'),
];

/// A bracket that the text begins with: what is in it, and where it ends.
pub(super) fn bracket_in_front(text: &str) -> Option<(Range<usize>, usize)> {
    let open = text.chars().next()?;
    let (_, close) = BRACKETS.iter().find(|(o, _)| *o == open)?;
    let head = &text[..head(text)];
    let at = head.find(*close)?;
    (at + close.len_utf8() < text.len()).then_some((open.len_utf8()..at, at + close.len_utf8()))
}

/// The bracket that the text ends with, from its opening sign to before its closing one.
pub(super) fn bracket_at_end(text: &str, from: usize) -> Option<Range<usize>> {
    let text_end = text.trim_end_matches(['.', '。']);
    let last = text_end.chars().next_back()?;
    let (open, close) = BRACKETS.iter().find(|(_, c)| *c == last)?;
    let end = text_end.len() - close.len_utf8();
    let mut depth = 0usize;
    for (at, c) in text.get(from..end)?.char_indices().rev() {
        if c == *close {
            depth += 1;
        } else if c == *open {
            if depth == 0 {
                return Some(from + at..end);
            }
            depth -= 1;
        }
    }
    None
}

pub(super) fn closing_len(text: &str) -> usize {
    text.chars()
        .take_while(|c| BRACKETS.iter().any(|(_, close)| close == c))
        .map(char::len_utf8)
        .sum()
}

/// The last dash with white space around it (or a Japanese one, or an arrow).
pub(super) fn last_dash(text: &str) -> Option<Range<usize>> {
    let mut found = None;
    for (at, c) in text.char_indices() {
        let width = c.len_utf8();
        let spaced = text[..at].ends_with(char::is_whitespace)
            && text[at + width..].starts_with(char::is_whitespace);
        if (matches!(c, '-' | '–' | '—' | '―' | '|' | ':') && spaced)
            || matches!(c, '→' | '⇒' | '—')
        {
            found = Some(at..at + width);
        }
    }
    found
}

/// The length of the emoji at the end.
pub(super) fn trailing_emoji(text: &str) -> usize {
    let bare = text.trim_end_matches(|c: char| status::is_emoji(c) || words::is_unseen(c));
    let emoji = &text[bare.len()..];
    if emoji.chars().any(status::is_emoji) {
        emoji.len()
    } else {
        0
    }
}

/// The parts of a remark. A stroke between digits belongs to a date, a comma before a year too.
pub(super) fn split_fields(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let after = &text[at + c.len_utf8()..];
        let digits = text[..at].ends_with(|c: char| c.is_numeric());
        let splits = match c {
            '/' | '／' => !(digits && after.starts_with(char::is_numeric)),
            ',' => !(digits && is_year(after.trim_start())),
            '、' | '，' | ';' | '；' => true,
            _ => false,
        };
        if splits {
            parts.push(start..at);
            start = at + c.len_utf8();
        }
    }
    parts.push(start..text.len());
    parts
}

/// Whether a text begins with the year of `March 14, 2025`.
fn is_year(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits == 4 && text.starts_with("20")
}

/// The words that make a date behind them a limit.
const LIMITS: [&str; 6] = ["no later than ", "by ", "due ", "until ", "before ", "eta "];

/// How long the word is that makes the rest of a text a limit.
pub(super) fn limit_len(text: &str) -> usize {
    LIMITS
        .iter()
        .find(|word| {
            text.get(..word.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(word))
        })
        .map_or(0, |word| word.len())
}

/// Where the last such word of a text begins, not far from its end.
pub(super) fn limit_word(text: &str) -> Option<usize> {
    let mut from = text.len().saturating_sub(48);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let tail = text[from..].to_ascii_lowercase();
    LIMITS
        .iter()
        .filter_map(|word| Some(tail.rfind(&format!(" {word}"))? + 1 + from))
        .max()
}

/// The end of the first sentence, its full stop included, where it is a sentence of its own and something follows.
pub(super) fn first_sentence(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        let after = &text[at + c.len_utf8()..];
        match c {
            '(' | '（' | '「' | '[' => depth += 1,
            ')' | '）' | '」' | ']' => depth = depth.saturating_sub(1),
            '。' if depth == 0 && at >= 24 && !after.trim().is_empty() => {
                return Some(at + c.len_utf8());
            }
            '.' | '!' | '?' if depth == 0 && at >= 16 => {
                let mut next = after.chars();
                if next.next().is_some_and(char::is_whitespace)
                    && after
                        .trim_start()
                        .starts_with(|c: char| c.is_uppercase() || !c.is_ascii())
                {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// `RK`, `JT/JG`.
pub(super) fn is_initials(word: &str) -> bool {
    let mut parts = word.split(['/', '&', ',']);
    parts.all(|part| (2..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_uppercase()))
}

/// `ABC-123`: the key of a ticket in another tracker.
pub(super) fn is_ticket_name(text: &str) -> bool {
    text.split_once('-').is_some_and(|(project, number)| {
        project.len() >= 2
            && project
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            && project.starts_with(|c: char| c.is_ascii_uppercase())
            && !number.is_empty()
            && number.bytes().all(|b| b.is_ascii_digit())
    })
}

/// One or two words with a capital each, none of them all capitals; or two to four Chinese characters: a name as people sign with.
pub(super) fn is_given_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let latin = (1..=2).contains(&words.len())
        && words.iter().all(|w| {
            let mut letters = w.chars();
            letters.next().is_some_and(char::is_uppercase)
                && letters.clone().any(char::is_lowercase)
                && letters.all(|c| c.is_lowercase() || c.is_uppercase() || matches!(c, '.' | '\''))
        });
    let japanese = (2..=4).contains(&text.chars().count())
        && text
            .chars()
            .all(|c| matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '々'));
    latin || japanese
}

/// One to three capitalised words, or a few Japanese characters: what stands in square brackets behind an item is a name.
pub(super) fn looks_like_a_person(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let latin = (1..=3).contains(&words.len())
        && words.iter().all(|w| {
            w.starts_with(char::is_uppercase)
                && w.chars()
                    .all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '-'))
        });
    let japanese = words::is_japanese(text)
        && text.chars().count() <= 8
        && words.len() <= 2
        && words.iter().all(|w| w.chars().all(char::is_alphanumeric));
    latin || japanese
}

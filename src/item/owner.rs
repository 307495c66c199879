//! Owners as people write them: one or several in a cell, handles, teams, people.

use super::people::People;
use super::vocabulary::{Column, Vocabulary};
use super::words::{self, fold};

/// Whether a text names owners and nothing else: handles, people whom the document names, teams, roles.
pub fn is_name(text: &str, vocabulary: &Vocabulary, people: &People) -> bool {
    let text = text.trim();
    if text.is_empty() || text.len() > 120 {
        return false;
    }
    let parts = split(text);
    !parts.is_empty()
        && parts
            .iter()
            .all(|part| is_one_name(part, vocabulary, people))
}

fn is_one_name(part: &str, vocabulary: &Vocabulary, people: &People) -> bool {
    if let Some(handle) = part.strip_prefix(['@', '＠']) {
        return !handle.is_empty() && !handle.contains(char::is_whitespace);
    }
    if part.contains(['。', '!', '?']) || part.contains(". ") {
        return false;
    }
    let folded = fold(&words::without_parentheses(part));
    let by_end = vocabulary.owner_suffixes.iter().any(|suffix| {
        folded
            .strip_suffix(suffix.as_str())
            .is_some_and(|rest| match suffix.is_ascii() {
                true => rest.ends_with(' ') && rest.split_whitespace().count() <= 3,
                false => !rest.is_empty() && rest.chars().count() <= 12,
            })
    });
    by_end || people.has(part) || people.has(&folded) || vocabulary.roles.whole(part).is_some()
}

/// The owner that a label names: `担当: 佐藤`, `Owner: @alice`.
pub fn of_label<'t>(text: &'t str, vocabulary: &Vocabulary) -> Option<&'t str> {
    let (label, value) = text.split_once([':', '：'])?;
    (vocabulary.columns.whole(label) == Some(Column::Owner) && !value.trim().is_empty())
        .then(|| value.trim())
}

/// What stands where owners are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owners {
    /// One or more, as written.
    Named(Vec<String>),
    /// Nothing, or a dash.
    Blank,
    /// A placeholder such as `TBD` or `[担当者名]`.
    Placeholder,
}

/// Reads the plain text of an owner cell or field. Several are separated by `/`, `、`, `,`, `，`, `&`, `・`, ` and ` or `と` between handles.
pub fn read(text: &str, vocabulary: &Vocabulary) -> Owners {
    if vocabulary.is_blank(text) {
        return Owners::Blank;
    }
    if vocabulary.is_placeholder(text) {
        return Owners::Placeholder;
    }
    let mut owners: Vec<String> = Vec::new();
    let mut placeholder = false;
    for part in split(text) {
        if vocabulary.is_blank(part) {
            continue;
        }
        if vocabulary.is_placeholder(part) {
            placeholder = true;
        } else if !owners.iter().any(|o| o == part) {
            owners.push(part.to_owned());
        }
    }
    match (owners.is_empty(), placeholder) {
        (false, _) => Owners::Named(owners),
        (true, true) => Owners::Placeholder,
        (true, false) => Owners::Blank,
    }
}

/// The parts of a list of owners, outside parentheses.
pub(super) fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut depth = 0usize;
    let mut start = 0;
    let mut skip = 0;
    for (at, c) in text.char_indices() {
        if at < skip {
            continue;
        }
        match c {
            '(' | '（' | '[' => depth += 1,
            ')' | '）' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let rest = &text[at..];
        let separator = if depth > 0 {
            0
        } else if matches!(
            c,
            '/' | '、' | ',' | '，' | '&' | '＆' | '・' | '／' | ';' | '+' | '＋'
        ) {
            c.len_utf8()
        } else if rest.starts_with(" and ") {
            5
        } else {
            0
        };
        if separator > 0 {
            parts.push(text[start..at].trim());
            start = at + separator;
            skip = start;
        }
    }
    parts.push(text[start..].trim());
    // `@alice @bob`: handles need no separator.
    parts
        .into_iter()
        .flat_map(|part| {
            let words: Vec<&str> = part.split_whitespace().collect();
            if words.len() > 1 && words.iter().all(|w| w.starts_with('@')) {
                words
            } else {
                vec![part]
            }
        })
        .filter(|part| !part.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_read() {
        let vocabulary = Vocabulary::built_in();
        for (text, expected) in [
            ("@alice", Owners::Named(vec!["@alice".into()])),
            (
                "インフラチーム",
                Owners::Named(vec!["インフラチーム".into()]),
            ),
            (
                "alice / bob",
                Owners::Named(vec!["alice".into(), "bob".into()]),
            ),
            (
                "佐藤、鈴木",
                Owners::Named(vec!["佐藤".into(), "鈴木".into()]),
            ),
            (
                "@alice @bob",
                Owners::Named(vec!["@alice".into(), "@bob".into()]),
            ),
            ("Ann and Bo", Owners::Named(vec!["Ann".into(), "Bo".into()])),
            (
                "@eve（QA / 夜勤）",
                Owners::Named(vec!["@eve（QA / 夜勤）".into()]),
            ),
            ("—", Owners::Blank),
            ("", Owners::Blank),
            ("TBD", Owners::Placeholder),
            ("未定", Owners::Placeholder),
            ("[担当者名]", Owners::Placeholder),
            ("@alice, TBD", Owners::Named(vec!["@alice".into()])),
        ] {
            assert_eq!(read(text, vocabulary), expected, "{text}");
        }
    }
}

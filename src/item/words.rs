//! Comparing words as people write them: full width or half, upper case or lower, with emoji and punctuation around them.

use unicode_normalization::UnicodeNormalization;

/// A word folded for comparison: NFKC, lower case, one space for every run of white space, no zero-width characters, and no emoji or
/// punctuation at its ends (a lone `#` stays).
pub fn fold(text: &str) -> String {
    let bare = fold_bare(text);
    let trimmed =
        bare.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '(' | ')' | '#'));
    if trimmed.is_empty() {
        bare
    } else {
        trimmed.to_owned()
    }
}

/// Like [`fold`], with the punctuation at the ends kept.
pub fn fold_bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text
        .nfkc()
        .filter(|c| !is_unseen(*c))
        .map(|c| if c == '’' { '\'' } else { c })
        .flat_map(char::to_lowercase)
    {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Characters that show nothing: zero-width ones, variation selectors, byte order marks.
pub fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{00ad}')
}

/// The folded readings of a header or heading: the whole, the whole without a parenthesis, and each part of a bilingual `A / B`.
pub fn alternatives(text: &str) -> Vec<String> {
    let bare = fold_bare(text);
    let mut found = vec![fold(&bare)];
    let mut add = |candidate: &str| {
        let folded = fold(candidate);
        if !folded.is_empty() && !found.contains(&folded) {
            found.push(folded);
        }
    };
    let outside = without_parentheses(&bare);
    add(&outside);
    if outside.contains(['/', '|', '・']) {
        for part in outside.split(['/', '|', '・']) {
            add(part);
        }
    }
    add(&without_number(&outside));
    found
}

/// A heading without its leading number (`3. `, `5.1 `, `第2章`, `(3)`).
pub fn without_number(text: &str) -> String {
    let rest = text
        .trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '(' | ')' | '、'));
    if rest.len() == text.len() || rest.trim().is_empty() {
        text.to_owned()
    } else {
        rest.trim_start_matches([' ', ':', '-']).to_owned()
    }
}

/// A text without what stands in parentheses, half width or full.
pub fn without_parentheses(text: &str) -> String {
    let mut depth = 0usize;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out.trim().to_owned()
}

/// How many bytes of `text` the folded `word` covers at its beginning; `None` where it doesn't begin with it as a whole word.
pub fn prefix_len(text: &str, word: &str) -> Option<usize> {
    if word.is_empty() {
        return None;
    }
    let mut folded = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if is_unseen(c) {
            continue;
        }
        let before = folded.len();
        for low in std::iter::once(c).nfkc().flat_map(char::to_lowercase) {
            if !low.is_whitespace() {
                folded.push(low);
            } else if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        }
        if !word.starts_with(folded.as_str()) {
            // A white space at the end of what was read so far may be more than the word has.
            return None;
        }
        if folded.len() == word.len() && folded.len() > before {
            let next = chars.peek().map(|(_, c)| *c);
            let ends_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let joined = word.ends_with(ends_word) && next.is_some_and(ends_word);
            return (!joined).then_some(at + c.len_utf8());
        }
    }
    None
}

/// Whether a text has brackets for filling something in, and outside them no letter or digit.
pub fn is_all_brackets(text: &str) -> bool {
    let mut depth = 0usize;
    let mut brackets = 0usize;
    for c in text.chars() {
        match c {
            '[' | '{' | '<' | '【' | '［' => depth += 1,
            ']' | '}' | '>' | '】' | '］' => {
                depth = depth.saturating_sub(1);
                brackets += 1;
            }
            _ if depth == 0 && c.is_alphanumeric() => return false,
            _ => {}
        }
    }
    brackets > 0
}

/// Whether a folded text holds a folded word: a Japanese one anywhere, a Latin one between other characters than letters.
pub fn has_word(text: &str, word: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !(word.is_ascii() && (letter(before) || letter(after)))
    })
}

/// Whether a folded text is a date's pattern instead of a date: `yyyy-mm-dd`, `yyyy/mm/dd hh:mm`, `mm/dd`, `hh:mm`, `202x-xx-xx`.
pub fn is_date_pattern(folded: &str) -> bool {
    let letters = folded.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 2
        && folded.chars().all(|c| {
            matches!(
                c,
                'y' | 'm'
                    | 'd'
                    | 'h'
                    | 's'
                    | 'x'
                    | '年'
                    | '月'
                    | '日'
                    | '2'
                    | '0'
                    | '-'
                    | '/'
                    | ':'
                    | '.'
                    | ' '
                    | '('
                    | ')'
                    | 'j'
                    | 't'
                    | 'u'
                    | 'c'
            )
        })
        && [
            "yyyy",
            "yy-mm",
            "mm/dd",
            "mm-dd",
            "hh:mm",
            "xx-xx",
            "x月x日",
            "mm月dd日",
        ]
        .iter()
        .any(|p| folded.contains(p))
}

/// Whether a text is Japanese: it holds kana, or han without much else.
pub fn is_japanese(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded() {
        for (written, folded) in [
            ("✅ アクションアイテム", "アクションアイテム"),
            ("**Owner**", "owner"),
            ("担当者：", "担当者"),
            ("ＴＯＤＯ", "todo"),
            ("#", "#"),
            ("Due\u{200b}  Date", "due date"),
        ] {
            assert_eq!(fold(written), folded, "{written}");
        }
    }

    #[test]
    fn headings_have_alternatives() {
        assert!(
            alternatives("✅ アクションアイテム / Action Items")
                .contains(&"action items".to_owned())
        );
        assert!(alternatives("うまくいったこと（Good）").contains(&"うまくいったこと".to_owned()));
        assert!(alternatives("3. Action items").contains(&"action items".to_owned()));
        assert!(alternatives("Type (Mitigate/ Prevent)").contains(&"type".to_owned()));
        assert!(alternatives("Issue / PR").contains(&"issue / pr".to_owned()));
    }

    #[test]
    fn prefixes_are_whole_words() {
        for (text, word, length) in [
            ("Done (merged 23:51)", "done", Some(4)),
            ("ＤＯＮＥ", "done", Some(12)),
            ("Donegal", "done", None),
            ("完了（`6d8c925`）", "完了", Some(6)),
            ("In  Progress!", "in progress", Some(12)),
            ("To", "todo", None),
        ] {
            assert_eq!(prefix_len(text, word), length, "{text}");
        }
    }

    #[test]
    fn patterns_are_no_dates() {
        for (text, is) in [
            ("yyyy-mm-dd", true),
            ("yyyy-mm-dd hh:mm:ss (jst)", true),
            ("mm/dd", true),
            ("2025-01-31", false),
            ("hh:mm", true),
            ("muddy", false),
        ] {
            assert_eq!(is_date_pattern(text), is, "{text}");
        }
    }
}

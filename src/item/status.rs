//! Status words: reading them out of a cell, and wording a new status as the document words its own.

use std::ops::Range;

use super::Status;
use super::vocabulary::{FamilyLanguage, Vocabulary};
use super::words::{self, fold};
use crate::config::Language;
use crate::document::text::Text;

/// A status as written: the emoji and the word, without what follows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusWord {
    /// The emoji with the space behind it, if one stands in front.
    pub emoji: Option<String>,
    /// The word; empty where the emoji stands alone.
    pub word: String,
    /// Their place in the plain text of the cell.
    pub plain: Range<usize>,
    /// Their bytes in the document, where they can be replaced.
    pub span: Option<Range<usize>>,
}

/// What a status cell says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// A status.
    Known(Status, StatusWord),
    /// Nothing, a dash, or a placeholder: not begun.
    Blank,
    /// Text that is no status.
    Unreadable,
}

/// Reads the text of a status cell or field. Free text may follow the word: `Done (merged 23:51)`, `TODO（前回から継承）`.
pub fn read(text: &Text, vocabulary: &Vocabulary) -> Reading {
    let plain = text.plain.as_str();
    let lead = plain.len()
        - plain
            .trim_start_matches(|c: char| c.is_whitespace() || words::is_unseen(c))
            .len();
    let lead = live_from(text, lead);
    let rest = &plain[lead..];
    if rest.trim().is_empty() {
        return Reading::Blank;
    }
    let emoji = leading_emoji(rest);
    let after = emoji + (rest[emoji..].len() - rest[emoji..].trim_start().len());
    let known = |status: Status, word: Range<usize>| {
        let range = lead..word.end;
        Reading::Known(
            status,
            StatusWord {
                emoji: (emoji > 0).then(|| plain[lead..word.start].to_owned()),
                word: plain[word].to_owned(),
                span: text.source_of(range.clone()),
                plain: range,
            },
        )
    };
    for checkbox in ["[x]", "[X]", "[ ]"] {
        if rest.starts_with(checkbox) {
            let status = if checkbox == "[ ]" {
                Status::Todo
            } else {
                Status::Done
            };
            return known(status, lead..lead + 3);
        }
    }
    // :white_check_mark:
    let code = rest
        .strip_prefix(':')
        .and_then(|code| Some(code.find(':')? + 2));
    if let Some(code) = code.filter(|code| *code < 34)
        && let Some(status) = vocabulary.codes.whole(&rest[..code])
    {
        return known(status, lead..lead + code);
    }
    if let Some((status, length)) = percentage(&rest[after..]) {
        return known(status, lead + after..lead + after + length);
    }
    if let Some((status, length)) = vocabulary.statuses.prefix(&rest[after..]) {
        return known(status, lead + after..lead + after + length);
    }
    let by_emoji = rest[..emoji]
        .chars()
        .find_map(|c| vocabulary.emoji.get(&c))
        .copied();
    if let Some(status) = by_emoji {
        return known(status, lead + emoji..lead + emoji);
    }
    if vocabulary.is_blank(plain) || vocabulary.is_placeholder(plain) {
        Reading::Blank
    } else {
        Reading::Unreadable
    }
}

/// Where the status begins behind an old one that is struck through: `~~Todo~~ Doing`, `~~Todo~~ → Doing`. What is struck through as a whole
/// is read as it stands.
fn live_from(text: &Text, lead: usize) -> usize {
    let mut from = lead;
    while let Some(struck) = text
        .struck
        .iter()
        .find(|struck| struck.start <= from && from < struck.end)
    {
        let behind = &text.plain[struck.end..];
        let live = behind.trim_start_matches(|c: char| {
            c.is_whitespace() || words::is_unseen(c) || matches!(c, '→' | '⇒' | '➡' | '>' | '-')
        });
        if live.is_empty() {
            return lead;
        }
        from = text.plain.len() - live.len();
    }
    from
}

/// How far something is in percent: what that means, and how long it is.
fn percentage(text: &str) -> Option<(Status, usize)> {
    let digits = text.len() - text.trim_start_matches(char::is_numeric).len();
    let number: u8 = words::fold(&text[..digits]).parse().ok()?;
    let behind = text[digits..].trim_start();
    let sign = behind.chars().next().filter(|c| matches!(c, '%' | '％'))?;
    let length = text.len() - behind.len() + sign.len_utf8();
    let status = match number {
        0 => Status::Todo,
        1..=99 => Status::InProgress,
        100 => Status::Done,
        _ => return None,
    };
    Some((status, length))
}

/// The length of the symbols that `text` begins with: emoji and their modifiers, no letters, digits, brackets or dashes.
pub(super) fn leading_emoji(text: &str) -> usize {
    text.char_indices()
        .find(|(_, c)| !(is_emoji(*c) || words::is_unseen(*c) || *c == '\u{20e3}'))
        .map_or(text.len(), |(at, _)| at)
}

/// Whether a character is a symbol that people put in front of a status.
pub fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{25a0}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{200d}')
}

/// Words `status` as the document does: with the words another item of it uses (`others`, in document order), else with the word of the
/// same family as `current` and in its case, with an emoji where `current` has one.
pub fn wording(
    status: Status,
    current: Option<&StatusWord>,
    others: &[(Status, &StatusWord)],
    language: Language,
    vocabulary: &Vocabulary,
) -> String {
    let index = Status::ALL.iter().position(|s| *s == status).unwrap_or(0);
    let shape = |word: &StatusWord| {
        (
            word.emoji.is_some(),
            word.word.is_empty(),
            words::is_japanese(&word.word),
        )
    };
    let model = current.or_else(|| others.first().map(|(_, word)| *word));
    let same = others
        .iter()
        .filter(|(s, word)| *s == status && model.is_none_or(|m| shape(m) == shape(word)));
    if let Some(word) = most_common(same.map(|(_, word)| *word)) {
        return word;
    }
    let Some(model) = model else {
        let family = vocabulary
            .families
            .iter()
            .find(|f| f.language == FamilyLanguage::from(language));
        return family.map_or_else(|| status.as_str().to_owned(), |f| f.words[index].clone());
    };
    if matches!(model.word.as_str(), "[ ]" | "[x]" | "[X]") {
        return if status == Status::Done {
            "[x]".to_owned()
        } else {
            "[ ]".to_owned()
        };
    }
    if model.word.starts_with(':') {
        return vocabulary.codes_to_write[index].clone();
    }
    // What a percentage can't say is said in words.
    if percentage(&model.word).is_some() && matches!(status, Status::Todo | Status::Done) {
        return if status == Status::Done { "100%" } else { "0%" }.to_owned();
    }
    let emoji = match &model.emoji {
        None => String::new(),
        Some(_) if model.word.is_empty() => return vocabulary.emoji_to_write[index].clone(),
        Some(written) => {
            let gap = if written.ends_with(' ') { " " } else { "" };
            format!("{}{gap}", vocabulary.emoji_to_write[index])
        }
    };
    let folded = fold(&model.word);
    let own = if words::is_japanese(&model.word) {
        FamilyLanguage::Ja
    } else {
        FamilyLanguage::En
    };
    let family = vocabulary
        .families
        .iter()
        .find(|f| f.words.iter().any(|w| fold(w) == folded))
        .or_else(|| vocabulary.families.iter().find(|f| f.language == own));
    let word = family.map_or(status.as_str(), |f| f.words[index].as_str());
    format!("{emoji}{}", in_case_of(&model.word, word))
}

fn most_common<'a>(written: impl Iterator<Item = &'a StatusWord>) -> Option<String> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for word in written {
        let text = format!("{}{}", word.emoji.as_deref().unwrap_or(""), word.word);
        match counts.iter_mut().find(|(t, _)| *t == text) {
            Some((_, count)) => *count += 1,
            None => counts.push((text, 1)),
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max()?;
    counts
        .into_iter()
        .find(|(_, count)| *count == most)
        .map(|(text, _)| text)
}

/// `word` in upper, lower or title case, as `model` is.
fn in_case_of(model: &str, word: &str) -> String {
    let letters: Vec<char> = model.chars().filter(|c| c.is_alphabetic()).collect();
    let cased = letters.iter().any(|c| c.is_lowercase() || c.is_uppercase());
    if !cased {
        word.to_owned()
    } else if letters.len() > 1 && letters.iter().all(|c| !c.is_lowercase()) {
        word.to_uppercase()
    } else if letters.iter().all(|c| !c.is_uppercase()) {
        word.to_lowercase()
    } else if model.split(' ').filter(|w| !w.is_empty()).count() > 1
        && model
            .split(' ')
            .all(|w| w.chars().next().is_none_or(|c| !c.is_lowercase()))
    {
        word.split(' ')
            .map(|w| w[..1].to_uppercase() + &w[1..])
            .collect::<Vec<_>>()
            .join(" ")
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::document::outline::BlockKind;

    fn text(markdown: &str) -> (Document, Text) {
        let document = Document::parse(format!("x {markdown}"));
        let BlockKind::Paragraph(lines) = &document.blocks[0].kind else {
            panic!("a paragraph")
        };
        let text = lines[0].slice(2..lines[0].plain.len());
        (document, text)
    }

    fn reading(markdown: &str) -> Option<(Status, String)> {
        let (document, text) = text(markdown);
        match read(&text, Vocabulary::built_in()) {
            Reading::Known(status, word) => Some((
                status,
                word.span
                    .map_or(String::new(), |s| document.source[s].to_owned()),
            )),
            _ => None,
        }
    }

    #[test]
    fn status_words_are_read_with_what_follows_them_left_alone() {
        use Status::*;
        for (written, status, span) in [
            ("✅ 完了", Done, "✅ 完了"),
            ("🔄 進行中", InProgress, "🔄 進行中"),
            ("📅 未着手", Todo, "📅 未着手"),
            ("📝 Todo", Todo, "📝 Todo"),
            ("**Done** (merged 23:51)", Done, "Done"),
            ("TODO（前回から継承）", Todo, "TODO"),
            ("⬜", Todo, "⬜"),
            ("完了予定", Todo, "完了予定"),
            ("In Progress", InProgress, "In Progress"),
            ("Won't fix. Too costly.", Dropped, "Won't fix"),
            ("Blocked on #12", Blocked, "Blocked"),
            ("未", Todo, "未"),
            ("0%", Todo, "0%"),
            ("80 % done", InProgress, "80 %"),
            ("１００％", Done, "１００％"),
            (":white_check_mark: yes", Done, ":white_check_mark:"),
            ("ＤＯＮＥ", Done, "ＤＯＮＥ"),
            ("~~Todo~~ Doing", InProgress, "Doing"),
            ("~~In progress~~ Done", Done, "Done"),
            ("~~未着手~~ → **対応中**（2/3）", InProgress, "対応中"),
            ("~~Todo~~ ~~Doing~~ ✅ Done", Done, "✅ Done"),
            ("~~Done~~", Done, "Done"),
            ("Doing ~~Todo~~", InProgress, "Doing"),
        ] {
            assert_eq!(
                reading(written),
                Some((status, span.to_owned())),
                "{written}"
            );
        }
    }

    #[test]
    fn blank_and_unreadable_are_told_apart() {
        let vocabulary = Vocabulary::built_in();
        for blank in ["—", "-", "TBD", "要確認"] {
            assert_eq!(read(&text(blank).1, vocabulary), Reading::Blank, "{blank}");
        }
        for unreadable in ["maybe", "たぶん", "12"] {
            assert_eq!(
                read(&text(unreadable).1, vocabulary),
                Reading::Unreadable,
                "{unreadable}"
            );
        }
    }

    #[test]
    fn a_new_status_is_worded_as_the_old_one_was() {
        let vocabulary = Vocabulary::built_in();
        for (current, status, expected) in [
            ("📅 未着手", Status::Done, "✅ 完了"),
            ("📝 Todo", Status::InProgress, "🔄 In progress"),
            ("TODO", Status::Done, "DONE"),
            ("todo", Status::Dropped, "won't do"),
            ("Open", Status::Done, "Closed"),
            ("Not Started", Status::InProgress, "In Progress"),
            ("未対応", Status::Done, "対応済み"),
            ("⬜", Status::Done, "✅"),
            ("[ ]", Status::Done, "[x]"),
            ("50%", Status::Done, "100%"),
            (":memo:", Status::Blocked, ":double_vertical_bar:"),
            ("WIP", Status::Done, "DONE"),
        ] {
            let (_, text) = text(current);
            let Reading::Known(_, word) = read(&text, vocabulary) else {
                panic!("{current} is a status")
            };
            assert_eq!(
                wording(status, Some(&word), &[], Language::En, vocabulary),
                expected,
                "{current}"
            );
        }
        assert_eq!(
            wording(Status::Done, None, &[], Language::Ja, vocabulary),
            "完了"
        );
        assert_eq!(
            wording(Status::Done, None, &[], Language::En, vocabulary),
            "Done"
        );
    }

    #[test]
    fn words_of_other_rows_are_preferred() {
        let vocabulary = Vocabulary::built_in();
        let word = |w: &str| {
            let (_, text) = text(w);
            match read(&text, vocabulary) {
                Reading::Known(status, word) => (status, word),
                other => panic!("{w}: {other:?}"),
            }
        };
        let (done, todo) = (word("Merged"), word("Open"));
        let others = [(done.0, &done.1), (todo.0, &todo.1)];
        assert_eq!(
            wording(
                Status::Done,
                Some(&todo.1),
                &others,
                Language::En,
                vocabulary
            ),
            "Merged"
        );
    }
}

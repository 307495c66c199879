//! What the name of a section says of the items below it.

use super::without_lead;
use crate::config::Priority;
use crate::document::Document;
use crate::document::outline::BlockKind;
use crate::item::vocabulary::Vocabulary;
use crate::item::{ActionItem, words};

/// The priority that a section's name gives its items: `優先度: Critical(緊急)`, `P1（1週間以内）`, `High priority`, `SEV2`, or a lone `高`.
pub fn section_priority(heading: &str, vocabulary: &Vocabulary) -> Option<Priority> {
    let bare = words::fold(without_lead(heading));
    if let Some(priority) = vocabulary.priorities.whole(&bare) {
        return Some(priority);
    }
    let named = ["優先度", "優先順位", "priority"]
        .iter()
        .find(|word| bare.contains(**word));
    let rest = named.map_or(bare.clone(), |word| bare.replacen(word, "", 1));
    let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
    let (priority, length) = vocabulary.priorities.prefix(rest)?;
    let token = &rest[..length];
    let code = token.starts_with(['p', 's']) && token.ends_with(|c: char| c.is_ascii_digit());
    (named.is_some() || code).then_some(priority)
}

/// The words of a heading that say until when: those in its parenthesis, or all of it.
pub(super) fn horizon_words(heading: &str) -> String {
    let inside = heading
        .find(['(', '（'])
        .zip(heading.rfind([')', '）']))
        .filter(|(open, close)| open < close);
    match inside {
        Some((open, close)) => {
            let width = heading[open..].chars().next().map_or(1, char::len_utf8);
            heading[open + width..close].trim().to_owned()
        }
        None => heading.trim().to_owned(),
    }
}

/// The text of the heading a link into the document leads to.
pub fn section_title(document: &Document, item: &ActionItem) -> Option<String> {
    match &document.blocks.get(item.place.section?)?.kind {
        BlockKind::Heading { text, .. } => Some(text.plain.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_give_priorities() {
        let vocabulary = Vocabulary::built_in();
        for (heading, priority) in [
            ("優先度: Critical(緊急)", Some(Priority::P0)),
            ("優先度: High(高)", Some(Priority::P1)),
            ("優先度：中", Some(Priority::P2)),
            ("P1（1週間以内）", Some(Priority::P1)),
            ("Low priority", Some(Priority::P3)),
            ("🔴 緊急", Some(Priority::P0)),
            ("SEV2 follow-ups", Some(Priority::P1)),
            ("高可用性の検討", None),
            ("High availability", None),
            ("即座対応（1週間以内）", None),
            ("Action Items", None),
        ] {
            assert_eq!(section_priority(heading, vocabulary), priority, "{heading}");
        }
    }
}

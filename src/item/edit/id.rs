//! An id written into a document that has none.

use crate::config::Language;
use crate::document::Document;
use crate::document::edit::{Splice, newline};
use crate::document::outline::BlockKind;
use crate::item::find::split_label;
use crate::item::vocabulary::Vocabulary;
use crate::item::words;

/// The document's id written where it will be found again: into the front matter if there is one, else in front of the title, else as a
/// line of its own at the head.
pub fn assign_id(document: &Document, id: &str, language: Language) -> Splice {
    let source = document.source.as_str();
    let newline = newline(source);
    if !document.front_matter.span.is_empty() {
        let fence = document.lines.line(document.front_matter.span.start);
        let toml = source[document.front_matter.span.clone()].starts_with("+++");
        let value = if toml {
            format!("id = \"{id}\"")
        } else {
            format!("id: {id}")
        };
        return Splice::insert(
            document.lines.end(fence, source),
            format!("{value}{newline}"),
        );
    }
    let heading = document.blocks.iter().find_map(|block| match &block.kind {
        BlockKind::Heading { level: 1, text } if !text.span.is_empty() => Some(text),
        _ => None,
    });
    match heading {
        Some(text) => {
            // Behind "Postmortem:" where the title begins with it.
            let at = split_label(text)
                .filter(|(label, value)| {
                    !value.span.is_empty()
                        && Vocabulary::built_in()
                            .title_prefixes
                            .contains(&words::fold(label))
                })
                .map_or(text.span.start, |(_, value)| value.span.start);
            Splice::insert(at, format!("{id}: "))
        }
        None => {
            let label = language.pick("ポストモーテムID", "Postmortem ID");
            let at = document.front_matter.span.end;
            Splice::insert(at, format!("**{label}**: {id}{newline}{newline}"))
        }
    }
}

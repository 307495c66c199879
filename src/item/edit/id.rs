//! An id written into a document that has none.

use std::ops::Range;

use crate::config::Language;
use crate::document::Document;
use crate::document::edit::{Splice, newline};
use crate::document::outline::BlockKind;
use crate::document::text::source_lines;
use crate::item::find::split_label;
use crate::item::postmortem::ID_KEYS;
use crate::item::vocabulary::Vocabulary;
use crate::item::words;

/// Why a document can't be given an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The line, from 1.
    pub line: usize,
    /// What stands where the id would go.
    pub text: String,
}

/// The document's id written where it will be found again: into the front matter if there is one (in place of an empty value or a
/// placeholder), else in front of the title, else as a line of its own at the head.
///
/// # Errors
/// Where the front matter's id is something that a person wrote and that is no id of ours: it is not for us to replace.
pub fn assign_id(
    document: &Document,
    id: &str,
    language: Language,
    vocabulary: &Vocabulary,
) -> Result<Splice, Taken> {
    let source = document.source.as_str();
    let newline = newline(source);
    if !document.front_matter.span.is_empty() {
        let toml = source[document.front_matter.span.clone()].starts_with("+++");
        let mut splice = None;
        for (value, continued, line) in id_values(document, toml) {
            let text = source[value.clone()].trim();
            let bare = text.trim_matches(['"', '\'']).trim();
            let empty = bare.is_empty() || bare == "~" || bare == "null";
            if continued || !(empty || vocabulary.is_placeholder(bare)) {
                let text = text.to_owned();
                return Err(Taken { line, text });
            }
            let gap = if source[..value.start].ends_with([':', '=']) {
                " "
            } else {
                ""
            };
            let written = if toml {
                format!("{gap}\"{id}\"")
            } else {
                format!("{gap}{id}")
            };
            splice.get_or_insert(Splice::replace(value, written));
        }
        if let Some(splice) = splice {
            return Ok(splice);
        }
        let fence = document.lines.line(document.front_matter.span.start);
        let value = if toml {
            format!("id = \"{id}\"")
        } else {
            format!("id: {id}")
        };
        return Ok(Splice::insert(
            document.lines.end(fence, source),
            format!("{value}{newline}"),
        ));
    }
    let heading = document.blocks.iter().find_map(|block| match &block.kind {
        BlockKind::Heading { level: 1, text } if !text.span.is_empty() => Some(text),
        _ => None,
    });
    Ok(match heading {
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
    })
}

/// The values of the front matter's keys for an id: their bytes without the white space around and a comment behind, whether they go on in
/// the lines below, and their line.
fn id_values(document: &Document, toml: bool) -> Vec<(Range<usize>, bool, usize)> {
    let source = document.source.as_str();
    let span = document.front_matter.span.clone();
    let mut found = Vec::new();
    let mut at = span.start;
    let mut lines = source_lines(&source[span]).peekable();
    while let Some(line) = lines.next() {
        let start = at;
        at += line.len();
        // Below a table's name TOML's keys are the table's.
        if toml && line.starts_with('[') {
            break;
        }
        let Some((key, value)) = line.split_once(if toml { '=' } else { ':' }) else {
            continue;
        };
        // An indented key is part of another one's value.
        let name = key.trim_end().trim_matches(['"', '\'']);
        let ours = ID_KEYS.iter().any(|k| k.eq_ignore_ascii_case(name));
        if !ours {
            continue;
        }
        let bare = without_comment(value);
        let lead = match bare.trim().is_empty() {
            true => 0,
            false => bare.len() - bare.trim_start().len(),
        };
        let from = start + line.len() - value.len() + lead;
        let continued = !toml
            && lines
                .peek()
                .is_some_and(|next| next.starts_with([' ', '\t', '-']) && !next.starts_with("---"));
        found.push((
            from..from + bare.trim().len(),
            continued,
            document.lines.line(start),
        ));
    }
    found
}

/// A value without the comment behind it, which no `#` inside of quotes begins.
fn without_comment(value: &str) -> &str {
    let text = value.trim_start();
    let lead = value.len() - text.len();
    let quoted = text
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\''))
        .and_then(|quote| Some(text.get(1..)?.find(quote)? + 2));
    let from = lead + quoted.unwrap_or(0);
    match value.get(from..).and_then(|rest| rest.find('#')) {
        Some(at) if at == 0 || value[..from + at].ends_with([' ', '\t']) => &value[..from + at],
        _ => value,
    }
}

//! Sections of action items from which nothing was read, so that nobody takes silence for "there are none".

use std::collections::BTreeSet;

use super::Found;
use crate::document::Document;
use crate::document::outline::BlockKind;
use crate::document::table::Table;
use crate::document::text::Text;
use crate::item::inline;
use crate::item::people::People;
use crate::item::scope::{ScopeId, Scopes};
use crate::item::vocabulary::{Column, DocumentKind, Section, Vocabulary};

/// The sections that hold something written like action items, but none that was read: where each begins, and its name.
///
/// Prose is no sign of items, for many a section says that there are none. A name that also heads prose counts only in a document of which
/// nothing else was read: with a table that has an owner or a due date, in a postmortem; or with a list, where the document is about one
/// incident (`numbered`: it has an id).
pub fn unread(
    document: &Document,
    vocabulary: &Vocabulary,
    scopes: &Scopes,
    found: &[Found],
    numbered: bool,
) -> Vec<(usize, String)> {
    if scopes.kind == Some(DocumentKind::Reference) {
        return Vec::new();
    }
    let mut sections: BTreeSet<ScopeId> = BTreeSet::new();
    for record in found {
        if let Some(root) = scopes.all[record.scope].root {
            sections.insert(root);
        }
    }
    let mut silent: Vec<ScopeId> = Vec::new();
    for (id, block) in document.blocks.iter().enumerate() {
        let scope = scopes
            .opened(id)
            .map_or_else(|| scopes.scope(id), |s| &scopes.all[s]);
        let Some(root) = scope.root.filter(|root| !sections.contains(root)) else {
            continue;
        };
        let sure = scope.section == Some(Section::Actions);
        let alone = scope.section == Some(Section::Perhaps) && found.is_empty();
        let perhaps = alone && scopes.is_postmortem();
        let written = match &block.kind {
            BlockKind::Table(table) => {
                has_text(table) && (sure || perhaps && names_owners(table, vocabulary))
            }
            BlockKind::Entry(entry) => {
                let says = entry
                    .lead
                    .first()
                    .is_some_and(|line| !vocabulary.is_placeholder(line.plain.trim()));
                (sure || alone && numbered && says) && scopes.opened(id).is_none()
            }
            BlockKind::Paragraph(lines) => sure && lines.iter().any(|line| tells(line, vocabulary)),
            BlockKind::Heading { .. } => false,
        };
        if written {
            sections.insert(root);
            silent.push(root);
        }
    }
    silent
        .into_iter()
        .map(|root| {
            let name = &scopes.all[root].name;
            (name.span.start, name.plain.trim().to_owned())
        })
        .collect()
}

/// Whether a line names an owner or a due date, and isn't `None (retired in May)`.
fn tells(line: &Text, vocabulary: &Vocabulary) -> bool {
    let line = inline::read(line, vocabulary, &People::default());
    let told = |column: Column| matches!(column, Column::Owner | Column::Due);
    !vocabulary.is_placeholder(line.title.plain.trim())
        && line.fields.iter().any(|f| told(f.column))
}

fn has_text(table: &Table) -> bool {
    let mut cells = table.rows.iter().flat_map(|row| &row.cells);
    cells.any(|cell| !cell.text.is_blank())
}

fn names_owners(table: &Table, vocabulary: &Vocabulary) -> bool {
    table.header.cells.iter().any(|cell| {
        let column = vocabulary.headers.whole(&cell.text.plain);
        matches!(column, Some(Column::Owner | Column::Due))
    })
}

//! Action items that are headings, with their fields below them.

use super::{Field, Finder, Found, below};
use crate::document::outline::{Block, BlockId, BlockKind};
use crate::document::text::Text;
use crate::item::vocabulary::{Column, Section};
use crate::item::{Form, inline, words};

impl Finder<'_> {
    /// A heading that is an action item: with labelled fields below it, or with nothing below it but a paragraph or two.
    ///
    /// `Some(None)` where the heading names a component and its paragraph the item.
    pub(super) fn heading_block(&self, id: BlockId, heading: &Text) -> Option<Option<Found>> {
        if self.vocabulary.heading(&heading.plain).is_some() {
            return None;
        }
        let below: Vec<(BlockId, &Block)> = self.document.blocks[id + 1..]
            .iter()
            .enumerate()
            .map(|(at, block)| (id + 1 + at, block))
            .take_while(|(_, block)| !matches!(block.kind, BlockKind::Heading { .. }))
            .filter(|(_, block)| block.parent.is_none())
            .collect();
        let mut fields = Vec::new();
        let mut last_field = None;
        for (block_id, block) in &below {
            match &block.kind {
                BlockKind::Entry(entry) => {
                    if let Some(field) = self.field(*block_id, entry) {
                        fields.push(field);
                        last_field = Some(*block_id);
                    } else if let (Some(checkbox), Some(text)) =
                        (&entry.checkbox, entry.lead.first())
                    {
                        // Boxes beside the fields are the item's steps.
                        fields.push(Field {
                            column: Column::Tasks,
                            text: Text::empty(text.span.start),
                            list: vec![(Some(checkbox.ticked), text.clone())],
                        });
                    }
                }
                BlockKind::Paragraph(lines) => {
                    for line in lines {
                        if let Some(field) = self.labelled(line) {
                            fields.push(field);
                            last_field = Some(*block_id);
                        }
                    }
                }
                // A table of names and values that has no title of its own.
                BlockKind::Table(table)
                    if below::is_vertical(table, self.vocabulary)
                        && self.vertical(*block_id, table).is_none() =>
                {
                    fields.extend(self.vertical_fields(table));
                }
                _ => {}
            }
        }
        let telling = |f: &Field| {
            matches!(
                f.column,
                Column::Owner | Column::Due | Column::Status | Column::Priority | Column::Issue
            )
        };
        let mut told = fields.iter().any(telling);
        let (number, rest) = split_number(heading);
        let line = inline::read(&rest, self.vocabulary, self.people);
        // `### 1. title (Owner: @ann, Due: 2025-01-31)` with prose below.
        told |= line.fields.iter().any(|f| f.column == Column::Owner)
            && line.title.plain.chars().any(char::is_alphanumeric)
            && below
                .iter()
                .all(|(_, block)| matches!(block.kind, BlockKind::Paragraph(_)));
        fields.extend(line.fields);
        let item = Found {
            form: Form::Heading,
            block: id,
            row: None,
            line: self.document.blocks[id].line,
            title: line.title,
            whole: heading.clone(),
            number: number.or(line.number),
            ticked: None,
            fields,
            last_field,
            status_column: None,
            issue_column: None,
            mark: line.mark,
            struck: line.struck,
            scope: self.scopes.id(id),
        };
        if told {
            return Some(Some(item));
        }
        let scope = self.scopes.scope(id);
        let only_prose = !below.is_empty()
            && below.len() <= 3
            && below
                .iter()
                .all(|(_, block)| matches!(block.kind, BlockKind::Paragraph(_)));
        let grouped = self.vocabulary.kinds.whole(&heading.plain).is_some();
        if !only_prose || grouped || scope.section != Some(Section::Actions) {
            return None;
        }
        if names_a_task(&heading.plain) {
            let details = below.iter().filter_map(|(_, block)| match &block.kind {
                BlockKind::Paragraph(lines) => Some(Field {
                    column: Column::Details,
                    text: Text::join(lines),
                    list: Vec::new(),
                }),
                _ => None,
            });
            return Some(Some(Found {
                fields: item.fields.iter().cloned().chain(details).collect(),
                ..item
            }));
        }
        let [(block_id, block)] = below.as_slice() else {
            return None;
        };
        let BlockKind::Paragraph(lines) = &block.kind else {
            return None;
        };
        Some(Some(self.line(*block_id, Form::Paragraph, lines)?))
    }
}

/// Whether a heading says what is to be done, instead of naming a component: more than two words, or a longer Japanese phrase.
fn names_a_task(heading: &str) -> bool {
    let bare = words::without_parentheses(&words::without_number(heading));
    if words::is_japanese(&bare) {
        bare.chars().count() >= 9
    } else {
        bare.split_whitespace().count() > 2
    }
}

/// A heading's leading number and the rest: `1. 題`, `2) title`, `3: title`, `AI-4: title`.
pub(super) fn split_number(heading: &Text) -> (Option<String>, Text) {
    let plain = heading.plain.as_str();
    let code = plain
        .find([':', '：', ' ', ')', '.'])
        .filter(|at| plain[..*at].starts_with(|c: char| c.is_ascii_uppercase()))
        .filter(|at| inline::is_code(&plain[..*at]) && !plain[*at..].starts_with(' '));
    if let Some(at) = code {
        let width = plain[at..].chars().next().map_or(1, char::len_utf8);
        return (
            Some(plain[..at].to_owned()),
            heading.slice(at + width..plain.len()),
        );
    }
    let digits = plain.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &plain[digits..];
    let separator = rest
        .chars()
        .next()
        .filter(|c| matches!(c, '.' | ')' | ':' | '：' | '）' | '、'));
    match separator {
        Some(c)
            if digits > 0 && !rest[c.len_utf8()..].starts_with(|n: char| n.is_ascii_digit()) =>
        {
            (
                Some(plain[..digits].to_owned()),
                heading.slice(digits + c.len_utf8()..plain.len()),
            )
        }
        _ => (None, heading.clone()),
    }
}

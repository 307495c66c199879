//! Which blocks of a document are action items: by the names of sections, the headers of tables and the labels of fields.
//!
//! The rules are few. A table is taken for its columns, in any section but those that never hold action items. Entries and heading blocks
//! are taken for their section. A section whose name also heads prose (再発防止策, Next steps) counts only where the document has no
//! section that names action items outright.

use std::ops::Range;

use super::Form;
use super::vocabulary::{Column, Section, Vocabulary};
use super::words;
use crate::document::Document;
use crate::document::outline::{BlockId, BlockKind, Entry};
use crate::document::table::Table;
use crate::document::text::Text;

/// An action item as found, its fields not yet read.
#[derive(Debug, Clone)]
pub struct Found {
    /// The form it is written in.
    pub form: Form,
    /// The table, entry or heading.
    pub block: BlockId,
    /// The row of the table.
    pub row: Option<usize>,
    /// Its first line.
    pub line: usize,
    /// What it says is to be done.
    pub title: Text,
    /// Its number as written.
    pub number: Option<String>,
    /// A checkbox in front of it.
    pub ticked: Option<(bool, Range<usize>)>,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// The block of its last labelled field.
    pub last_field: Option<BlockId>,
    /// The columns that can be written to.
    pub status_column: Option<usize>,
    /// The column of the issue.
    pub issue_column: Option<usize>,
}

/// A field of an action item.
#[derive(Debug, Clone)]
pub struct Field {
    /// What it holds.
    pub column: Column,
    /// What it says.
    pub text: Text,
    /// Entries below it, with their checkbox.
    pub list: Vec<(Option<bool>, Text)>,
}

/// Finds the action items of a document.
pub fn find(document: &Document, vocabulary: &Vocabulary) -> Vec<Found> {
    let finder = Finder {
        document,
        vocabulary,
        sections: sections(document, vocabulary),
    };
    let sure = finder.collect(&[Section::Actions]);
    let more = if sure
        .iter()
        .any(|f| finder.section(f.block) == Some(Section::Actions))
    {
        sure
    } else {
        finder.collect(&[Section::Actions, Section::Perhaps])
    };
    let mut found = more;
    found.sort_by_key(|f| (f.line, f.block));
    found
}

/// For each block, what the names of the headings above it (for a heading: its own and those above) say.
fn sections(document: &Document, vocabulary: &Vocabulary) -> Vec<Option<Section>> {
    let mut known: Vec<Option<Section>> = Vec::with_capacity(document.blocks.len());
    for block in &document.blocks {
        let above = block.section.and_then(|id| known[id]);
        let own = match &block.kind {
            BlockKind::Heading { text, .. } => vocabulary.sections.whole(&text.plain),
            _ => None,
        };
        // Below a section that never holds action items only a name that is one outright does.
        known.push(match (own, above) {
            (Some(Section::Perhaps), Some(Section::Actions)) => Some(Section::Actions),
            (Some(Section::Never), Some(Section::Actions))
                if is_group(document, block.section, vocabulary, &block.kind) =>
            {
                Some(Section::Actions)
            }
            (Some(own), _) => Some(own),
            (None, above) => above,
        });
    }
    known
}

/// Whether a heading below an action-item section merely groups its items by kind (検知, Mitigation), though its name alone says otherwise.
fn is_group(
    document: &Document,
    section: Option<BlockId>,
    vocabulary: &Vocabulary,
    kind: &BlockKind,
) -> bool {
    let BlockKind::Heading { text, level } = kind else {
        return false;
    };
    let deeper = section.is_some_and(|id| matches!(document.blocks[id].kind, BlockKind::Heading { level: above, .. } if above < *level));
    deeper && vocabulary.kinds.whole(&text.plain).is_some()
}

struct Finder<'d> {
    document: &'d Document,
    vocabulary: &'d Vocabulary,
    sections: Vec<Option<Section>>,
}

impl Finder<'_> {
    fn section(&self, block: BlockId) -> Option<Section> {
        self.sections[block]
    }

    fn collect(&self, accepted: &[Section]) -> Vec<Found> {
        let mut found = Vec::new();
        let mut in_block: Option<BlockId> = None;
        for (id, block) in self.document.blocks.iter().enumerate() {
            match &block.kind {
                BlockKind::Table(table) => self.table(id, table, &mut found),
                BlockKind::Heading { text, .. } => {
                    if let Some(item) = self.heading_block(id, text, accepted) {
                        found.push(item);
                        in_block = Some(id);
                    }
                }
                BlockKind::Entry(entry) => {
                    let own_section = self.section(id).is_some_and(|s| accepted.contains(&s));
                    let of_heading = in_block.is_some() && block.section == in_block;
                    if own_section && block.parent.is_none() && !of_heading {
                        found.extend(self.entry(id, entry));
                    }
                }
                BlockKind::Paragraph(_) => {}
            }
        }
        found
    }

    // ── tables ──

    fn columns(&self, table: &Table, section: Option<Section>) -> Option<Vec<Option<Column>>> {
        let mut columns: Vec<Option<Column>> = Vec::new();
        for cell in &table.header.cells {
            let column = self.vocabulary.columns.whole(&cell.text.plain);
            // The first column of a meaning has it; a second 内容 beside アクション is more about the item.
            let taken = column.is_some_and(|c| columns.contains(&Some(c)));
            columns.push(if taken {
                (column == Some(Column::Title)).then_some(Column::Details)
            } else {
                column
            });
        }
        let has = |column: Column| columns.contains(&Some(column));
        let never = table
            .header
            .cells
            .iter()
            .zip(&columns)
            .any(|(cell, column)| {
                column.is_none()
                    && self
                        .vocabulary
                        .never_headers
                        .whole(&cell.text.plain)
                        .is_some()
            });
        let evidence = [
            Column::Owner,
            Column::Due,
            Column::Status,
            Column::Issue,
            Column::Priority,
        ]
        .into_iter()
        .filter(|c| has(*c))
        .count();
        let accepted = match section {
            Some(Section::Never) => false,
            Some(Section::Actions) => has(Column::Title) && !never && columns.len() > 1,
            _ => {
                has(Column::Title)
                    && !never
                    && (has(Column::Due) || has(Column::Owner))
                    && evidence >= 2
            }
        };
        accepted.then_some(columns)
    }

    fn table(&self, id: BlockId, table: &Table, found: &mut Vec<Found>) {
        let Some(columns) = self.columns(table, self.section(id)) else {
            return;
        };
        let place = |column: Column| columns.iter().position(|c| *c == Some(column));
        let Some(title) = place(Column::Title) else {
            return;
        };
        for (index, row) in table.rows.iter().enumerate() {
            if !row.piped && table.header.cells.len() > 1 {
                continue;
            }
            if row.cells.iter().all(|cell| cell.text.is_blank()) {
                continue;
            }
            let text = |column: usize| {
                row.cells
                    .get(column)
                    .map(|cell| cell.text.clone())
                    .unwrap_or_default()
            };
            let fields = columns
                .iter()
                .enumerate()
                .filter_map(|(at, column)| {
                    let column = (*column)?;
                    (!matches!(column, Column::Title | Column::Id)).then(|| Field {
                        column,
                        text: text(at),
                        list: Vec::new(),
                    })
                })
                .collect();
            let number = place(Column::Id)
                .map(|at| text(at).plain.trim().to_owned())
                .filter(|n| !self.vocabulary.is_blank(n));
            found.push(Found {
                form: Form::Table,
                block: id,
                row: Some(index),
                line: row.line,
                title: text(title),
                number,
                ticked: None,
                fields,
                last_field: None,
                status_column: place(Column::Status),
                issue_column: place(Column::Issue),
            });
        }
    }

    // ── heading blocks ──

    fn heading_block(&self, id: BlockId, heading: &Text, accepted: &[Section]) -> Option<Found> {
        if !self.section(id).is_some_and(|s| accepted.contains(&s))
            || self.vocabulary.sections.whole(&heading.plain).is_some()
        {
            return None;
        }
        let entries = self.document.blocks[id + 1..]
            .iter()
            .enumerate()
            .map(|(at, block)| (id + 1 + at, block))
            .take_while(|(_, block)| !matches!(block.kind, BlockKind::Heading { .. }))
            .filter(|(_, block)| block.parent.is_none());
        let mut fields = Vec::new();
        let mut last_field = None;
        let mut ticked = None;
        for (entry_id, block) in entries {
            let BlockKind::Entry(entry) = &block.kind else {
                continue;
            };
            if let Some(field) = self.field(entry_id, entry) {
                fields.push(field);
                last_field = Some(entry_id);
            } else if let Some(checkbox) = &entry.checkbox {
                ticked = Some((checkbox.ticked, checkbox.span.clone()));
            }
        }
        let telling = |f: &Field| {
            matches!(
                f.column,
                Column::Owner | Column::Due | Column::Status | Column::Priority
            )
        };
        if !fields.iter().any(telling) {
            return None;
        }
        let (number, title) = split_number(heading);
        Some(Found {
            form: Form::Heading,
            block: id,
            row: None,
            line: self.document.blocks[id].line,
            title,
            number,
            ticked: ticked.filter(|_| false),
            fields,
            last_field,
            status_column: None,
            issue_column: None,
        })
    }

    /// An entry that is a labelled field: `**担当**: @alice`, `Due: 2025-01-31`.
    fn field(&self, id: BlockId, entry: &Entry) -> Option<Field> {
        let lead = entry.lead.first()?;
        let (label, text) = split_label(lead)?;
        let column = self.vocabulary.columns.whole(&label)?;
        if matches!(column, Column::Title | Column::Id) && !label_is_tasks(&label) {
            return None;
        }
        let column = if label_is_tasks(&label) {
            Column::Tasks
        } else {
            column
        };
        let list = self
            .document
            .children(id)
            .filter_map(|(_, block)| match &block.kind {
                BlockKind::Entry(child) => Some((
                    child.checkbox.as_ref().map(|c| c.ticked),
                    child.lead.first()?.clone(),
                )),
                _ => None,
            })
            .collect();
        Some(Field { column, text, list })
    }

    // ── entries ──

    fn entry(&self, id: BlockId, entry: &Entry) -> Option<Found> {
        let title = entry.lead.first()?.clone();
        let mut fields = Vec::new();
        let mut last_field = None;
        for (child_id, child) in self.document.children(id) {
            let BlockKind::Entry(child) = &child.kind else {
                continue;
            };
            if let Some(field) = self.field(child_id, child) {
                last_field = Some(child_id);
                fields.push(field);
            } else if let Some(text) = child.lead.first() {
                let column = if child.checkbox.is_some() {
                    Column::Tasks
                } else {
                    Column::Details
                };
                fields.push(Field {
                    column,
                    text: Text::empty(text.span.start),
                    list: vec![(child.checkbox.as_ref().map(|c| c.ticked), text.clone())],
                });
            }
        }
        let form = match (&entry.checkbox, entry.number) {
            (Some(_), _) => Form::TaskList,
            (None, Some(_)) => Form::Numbered,
            (None, None) => Form::Bullet,
        };
        Some(Found {
            form,
            block: id,
            row: None,
            line: self.document.blocks[id].line,
            title,
            number: entry.number.map(|n| n.to_string()),
            ticked: entry.checkbox.as_ref().map(|c| (c.ticked, c.span.clone())),
            fields,
            last_field,
            status_column: None,
            issue_column: None,
        })
    }
}

fn label_is_tasks(label: &str) -> bool {
    matches!(
        words::fold(label).as_str(),
        "タスク" | "tasks" | "sub-tasks" | "subtasks" | "サブタスク" | "手順" | "steps"
    )
}

/// `**担当**: @alice` as label and value; a label is short and its colon isn't part of a time or URL.
pub fn split_label(text: &Text) -> Option<(String, Text)> {
    let (at, colon) = text
        .plain
        .char_indices()
        .find(|(_, c)| matches!(c, ':' | '：'))?;
    let label = text.plain[..at].trim();
    let rest = &text.plain[at + colon.len_utf8()..];
    if label.is_empty() || label.chars().count() > 30 || rest.starts_with("//") {
        return None;
    }
    Some((
        label.to_owned(),
        text.slice(at + colon.len_utf8()..text.plain.len()),
    ))
}

/// A heading's leading number and the rest: `1. 題`, `2) title`, `3: title`, `AI-4: title`.
fn split_number(heading: &Text) -> (Option<String>, Text) {
    let plain = heading.plain.as_str();
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

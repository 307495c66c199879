//! Action items whose fields stand below them without a heading: under a bold or plain line, in a table of names and values, or line by line
//! in a paragraph.

use std::collections::{HashMap, HashSet};

use super::heading::split_number;
use super::{Field, Finder, Found};
use crate::document::Document;
use crate::document::outline::{BlockId, BlockKind};
use crate::document::table::Table;
use crate::document::text::Text;
use crate::item::scope::ScopeId;
use crate::item::vocabulary::{Column, Vocabulary};
use crate::item::{Form, inline};

/// The longest line, in characters, that stands for a heading.
const LONGEST_LEAD: usize = 160;

/// Whether a field tells who, until when, how far or how urgent: two of these make fields of what else might be text with a colon.
pub(super) fn tells(column: Column) -> bool {
    matches!(
        column,
        Column::Owner | Column::Due | Column::Status | Column::Priority | Column::Issue
    )
}

/// Whether fields are about an item: two that tell different things, who or until when or how far among them.
fn about_an_item<'f>(columns: impl Iterator<Item = &'f Column>) -> bool {
    let told: HashSet<Column> = columns.copied().filter(|c| tells(*c)).collect();
    told.len() >= 2
        && [Column::Owner, Column::Due, Column::Status]
            .iter()
            .any(|c| told.contains(c))
}

/// The lists of a document all of whose entries are labelled fields: they are about the line above, and no items.
pub(super) fn field_lists(document: &Document, finder: &Finder<'_>) -> HashSet<usize> {
    let mut lists: HashMap<usize, Option<Vec<Column>>> = HashMap::new();
    for (id, block) in document.blocks.iter().enumerate() {
        let BlockKind::Entry(entry) = &block.kind else {
            continue;
        };
        let columns = lists.entry(entry.list).or_insert_with(|| Some(Vec::new()));
        let field = match &entry.checkbox {
            None => finder.field(id, entry),
            Some(_) => None,
        };
        match (columns.as_mut(), field) {
            (Some(columns), Some(field)) => columns.push(field.column),
            _ => *columns = None,
        }
    }
    lists
        .into_iter()
        .filter(|(_, columns)| columns.as_ref().is_some_and(|c| about_an_item(c.iter())))
        .map(|(list, _)| list)
        .collect()
}

/// The Markdown lists right below the last entry of a list numbered by hand that are no details of it, but items beside it: the entry has an
/// owner, and so has one of theirs, or a checkbox.
///
/// ```text
/// ① 監視を足す @alice
/// ② 手順書を直す @bob
/// - 台数を増やす @carol
/// ```
pub(super) fn beside(document: &Document, finder: &Finder<'_>) -> HashSet<usize> {
    let column = |id: BlockId| {
        let block = &document.blocks[id];
        block
            .span
            .start
            .saturating_sub(document.lines.start(block.line))
    };
    let owned = |lead: &[Text]| {
        inline::read(&Text::join(lead), finder.vocabulary, finder.people)
            .fields
            .iter()
            .any(|field| field.column == Column::Owner)
    };
    // The last entry of each list.
    let mut last: HashMap<usize, BlockId> = HashMap::new();
    for (id, block) in document.blocks.iter().enumerate() {
        if let BlockKind::Entry(entry) = &block.kind {
            last.insert(entry.list, id);
        }
    }
    let mut lists: HashMap<usize, bool> = HashMap::new();
    for (id, block) in document.blocks.iter().enumerate() {
        let (BlockKind::Entry(entry), Some(parent)) = (&block.kind, block.parent) else {
            continue;
        };
        let BlockKind::Entry(above) = &document.blocks[parent].kind else {
            continue;
        };
        // What Markdown takes for a detail is indented, so this is none to it.
        if column(id) > column(parent)
            || last.get(&above.list) != Some(&parent)
            || finder.field(id, entry).is_some()
            || !owned(&above.lead)
        {
            continue;
        }
        let told = entry.checkbox.is_some() || owned(&entry.lead);
        *lists.entry(entry.list).or_insert(false) |= told;
    }
    lists
        .into_iter()
        .filter_map(|(list, told)| told.then_some(list))
        .collect()
}

impl Finder<'_> {
    /// A line with a list or a paragraph of fields below it, and the block of the last of them.
    pub(super) fn led(&self, id: BlockId, lines: &[Text]) -> Option<Found> {
        let [lead] = lines else { return None };
        let plain = lead.plain.trim();
        let bold = lead
            .strong
            .first()
            .is_some_and(|s| s.start == 0 && s.end + 1 >= plain.len());
        if plain.chars().count() > LONGEST_LEAD
            || (!bold && plain.ends_with([':', '：']))
            || self
                .vocabulary
                .heading(plain.trim_end_matches([':', '：']))
                .is_some()
        {
            return None;
        }
        let (fields, last) = self.fields_behind(id)?;
        let (number, rest) = split_number(lead);
        let line = inline::read(&rest, self.vocabulary, self.people);
        Some(Found {
            form: Form::Heading,
            block: id,
            row: None,
            line: self.document.blocks[id].line,
            title: line.title,
            whole: lead.clone(),
            number: number.or(line.number),
            ticked: None,
            fields: fields.into_iter().chain(line.fields).collect(),
            last_field: Some(last),
            status_column: None,
            issue_column: None,
            mark: line.mark,
            struck: line.struck,
            scope: self.scopes.id(id),
        })
    }

    fn fields_behind(&self, id: BlockId) -> Option<(Vec<Field>, BlockId)> {
        let mut below = (id + 1..self.document.blocks.len())
            .filter(|next| self.document.blocks[*next].parent.is_none())
            .peekable();
        let first = *below.peek()?;
        match &self.document.blocks[first].kind {
            BlockKind::Entry(entry) if self.field_lists.contains(&entry.list) => {
                let list = entry.list;
                let mut fields = Vec::new();
                let mut last = first;
                for next in below {
                    match &self.document.blocks[next].kind {
                        BlockKind::Entry(entry) if entry.list == list => {
                            fields.push(self.field(next, entry)?);
                            last = next;
                        }
                        _ => break,
                    }
                }
                Some((fields, last))
            }
            BlockKind::Paragraph(lines) => {
                let fields: Option<Vec<Field>> = lines
                    .iter()
                    .map(|line| {
                        self.labelled(line).or_else(|| {
                            let (label, text) = super::split_label(line)?;
                            let titled =
                                self.vocabulary.columns.whole(&label) == Some(Column::Title);
                            titled.then_some(Field {
                                column: Column::Details,
                                text,
                                list: Vec::new(),
                            })
                        })
                    })
                    .collect();
                let fields = fields?;
                about_an_item(fields.iter().map(|f| &f.column)).then_some((fields, first))
            }
            _ => None,
        }
    }

    /// The lines of a paragraph that are items of their own, each with an owner and a due date: `Add a probe - Owner: Raj - Due: 2025-01-31`,
    /// or one behind each `■`. `from` is the first line to look at.
    pub(super) fn several(&self, id: BlockId, lines: &[Text], scope: ScopeId) -> Vec<Found> {
        let boxed = |line: &Text| line.plain.trim_start().starts_with(BOXES);
        let parts: Vec<&[Text]> = if lines.first().is_some_and(boxed) {
            lines.chunk_by(|_, next| !boxed(next)).collect()
        } else {
            lines.chunks(1).collect()
        };
        if parts.len() < 2 {
            return Vec::new();
        }
        let items: Option<Vec<Found>> = parts
            .into_iter()
            .map(|part| {
                let found = self.paragraph(id, part)?;
                Some(Found {
                    line: self.document.lines.line(found.whole.span.start),
                    title: without_box(&found.title),
                    scope,
                    ..found
                })
            })
            .collect();
        items.unwrap_or_default()
    }

    /// An item as a table of names and values: `| Action | Add a probe |`, `| Owner | Raj |`.
    pub(super) fn vertical(&self, id: BlockId, table: &Table) -> Option<Found> {
        let title = |row: &crate::document::table::Row| {
            row.cells.first().is_some_and(|c| {
                self.vocabulary.columns.whole(&c.text.plain) == Some(Column::Title)
            })
        };
        let row = table.rows.iter().position(title)?;
        let text = table.rows[row].cells.get(1)?.text.clone();
        Some(Found {
            form: Form::Table,
            block: id,
            row: Some(row),
            line: table.rows[row].line,
            title: text.clone(),
            whole: text,
            number: None,
            ticked: None,
            fields: self.vertical_fields(table),
            last_field: None,
            status_column: None,
            // A link goes behind the title.
            issue_column: Some(1),
            mark: None,
            struck: false,
            scope: self.scopes.id(id),
        })
    }

    /// The fields of a table of names and values, without the title.
    pub(super) fn vertical_fields(&self, table: &Table) -> Vec<Field> {
        let field = |row: &crate::document::table::Row| {
            let [label, value] = row.cells.as_slice() else {
                return None;
            };
            let column = self.vocabulary.columns.whole(&label.text.plain)?;
            let said = !self.vocabulary.is_blank(&value.text.plain);
            (said && column != Column::Title).then(|| Field {
                column,
                text: value.text.clone(),
                list: Vec::new(),
            })
        };
        table.rows.iter().filter_map(field).collect()
    }
}

/// Whether the first column of a table of two names fields and the second says them.
pub(super) fn is_vertical(table: &Table, vocabulary: &Vocabulary) -> bool {
    if table.header.cells.len() != 2 || table.rows.len() < 2 || table.rows.len() > 24 {
        return false;
    }
    let columns: Vec<Column> = table
        .rows
        .iter()
        .filter_map(|row| vocabulary.columns.whole(&row.cells.first()?.text.plain))
        .collect();
    columns.len() * 2 >= table.rows.len() && about_an_item(columns.iter())
}

/// The shapes that stand for a box in front of an item.
const BOXES: [char; 8] = ['■', '◆', '●', '▼', '◇', '○', '▽', '▪'];

/// A title without the box in front of it.
fn without_box(title: &Text) -> Text {
    let bare = title.plain.trim_start_matches(BOXES);
    let from = title.plain.len() - bare.trim_start().len();
    title.slice(from..title.plain.len())
}

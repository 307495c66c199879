//! How a new status or link is written into a row, in the document's own notation: the words here, the bytes in the document room.

use std::collections::BTreeMap;

use super::find::split_label;
use super::status;
use super::vocabulary::Vocabulary;
use super::{ActionItem, Form, Postmortem, Status, link};
use crate::config::Language;
use crate::document::Document;
use crate::document::edit::{Splice, newline};
use crate::document::outline::{BlockId, BlockKind};
use crate::document::table::{Fills, Table};
use crate::plan::status::{IssueWord, Notation};

/// What is to change in one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemEdit {
    /// The item, by its place in [`Postmortem::items`].
    pub item: usize,
    /// Its link.
    pub link: Option<LinkEdit>,
    /// Its status.
    pub status: Option<Status>,
}

/// What becomes of a row's link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkEdit {
    /// It is written, or brought up to date.
    Set {
        /// The issue.
        number: u64,
        /// Its page.
        url: String,
        /// The status it has now, for the row to remember; `None` where that is still to be settled.
        word: Option<IssueWord>,
    },
    /// It is taken out.
    Remove,
}

/// The name of the column or field that holds the link, in both languages.
const ISSUE_LABEL: &str = "Issue";

/// The edits of bytes that carry out edits of items. Tables get their Issue column here, once, where a link needs it.
pub fn splices(
    document: &Document,
    postmortem: &Postmortem,
    edits: &[ItemEdit],
    vocabulary: &Vocabulary,
) -> Vec<Splice> {
    let mut writer = Writer {
        document,
        postmortem,
        vocabulary,
        splices: Vec::new(),
        columns: BTreeMap::new(),
        fills: BTreeMap::new(),
        fields: BTreeMap::new(),
    };
    for edit in edits {
        let Some(item) = postmortem.items.get(edit.item) else {
            continue;
        };
        if let Some(status) = edit.status {
            writer.status(item, status);
        }
        if let Some(link) = &edit.link {
            writer.link(item, link);
        }
    }
    writer.finish()
}

struct Writer<'d> {
    document: &'d Document,
    postmortem: &'d Postmortem,
    vocabulary: &'d Vocabulary,
    splices: Vec<Splice>,
    /// Links for tables that have no Issue column yet.
    columns: BTreeMap<BlockId, BTreeMap<usize, String>>,
    /// Cells for rows that lack them.
    fills: BTreeMap<BlockId, Fills>,
    /// New labelled fields, by the field they go behind.
    fields: BTreeMap<BlockId, Vec<(&'static str, String)>>,
}

impl Writer<'_> {
    fn table(&self, item: &ActionItem) -> Option<&Table> {
        match &self.document.blocks.get(item.place.block)?.kind {
            BlockKind::Table(table) => Some(table),
            _ => None,
        }
    }

    fn status(&mut self, item: &ActionItem, status: Status) {
        match item.status.notation {
            Notation::None => {}
            Notation::Checkbox => {
                if let BlockKind::Entry(entry) = &self.document.blocks[item.place.block].kind
                    && let Some(checkbox) = &entry.checkbox
                {
                    let mark = if status == Status::Done { "[x]" } else { "[ ]" };
                    self.splices
                        .push(Splice::replace(checkbox.span.clone(), mark));
                }
            }
            Notation::Words => {
                let others: Vec<_> = self
                    .postmortem
                    .items
                    .iter()
                    .filter_map(|i| Some((i.status.status, i.status.word.as_ref()?)))
                    .collect();
                let words = status::wording(
                    status,
                    item.status.word.as_ref(),
                    &others,
                    self.postmortem.language,
                    self.vocabulary,
                );
                match (&item.status.word, item.place.status_column) {
                    (Some(word), _) => self
                        .splices
                        .extend(word.span.clone().map(|span| Splice::replace(span, words))),
                    (None, Some(column)) => self.cell(item, column, words),
                    (None, None) => {
                        let label = self.postmortem.language.pick("ステータス", "Status");
                        self.field(item, label, words);
                    }
                }
            }
        }
    }

    fn link(&mut self, item: &ActionItem, link: &LinkEdit) {
        let markdown = match link {
            LinkEdit::Set { number, url, word } => link::markdown(*number, url, *word),
            LinkEdit::Remove => String::new(),
        };
        match (&item.reference, item.place.issue_column) {
            (Some(reference), _) if reference.writable => {
                let mut span = reference.span.clone();
                if markdown.is_empty()
                    && item.form != Form::Table
                    && self.document.source[..span.start].ends_with(' ')
                {
                    span.start -= 1;
                }
                self.splices.push(Splice::replace(span, markdown));
            }
            // A reference that can't be rewritten, in a code span say, stays as it is and has no memory.
            (Some(_), _) => {}
            (None, _) if markdown.is_empty() => {}
            (None, Some(column)) => self.cell(item, column, markdown),
            (None, None) => match (item.form, item.place.row) {
                (Form::Table, Some(row)) => {
                    self.columns
                        .entry(item.place.block)
                        .or_default()
                        .insert(row, markdown);
                }
                (Form::Heading, _) => self.field(item, ISSUE_LABEL, markdown),
                _ => {
                    if let BlockKind::Entry(entry) = &self.document.blocks[item.place.block].kind
                        && let Some(lead) = entry.lead.first()
                    {
                        self.splices
                            .push(Splice::insert(lead.span.end, format!(" {markdown}")));
                    }
                }
            },
        }
    }

    /// Writes into a cell: in place of nothing, a dash or a placeholder, behind anything a person wrote.
    fn cell(&mut self, item: &ActionItem, column: usize, value: String) {
        let Some(row) = item.place.row else { return };
        let splice = self.table(item).and_then(|table| {
            let cell = table.rows.get(row)?.cells.get(column)?;
            let empty = self.vocabulary.is_blank(&cell.text.plain)
                || self.vocabulary.is_placeholder(&cell.text.plain);
            if empty || cell.text.span.is_empty() {
                cell.replace(&self.document.source, &value)
            } else {
                cell.padded
                    .as_ref()
                    .map(|_| Splice::insert(cell.text.span.end, format!(" {value}")))
            }
        });
        match splice {
            Some(splice) => self.splices.push(splice),
            None => {
                self.fills
                    .entry(item.place.block)
                    .or_default()
                    .entry(row)
                    .or_default()
                    .insert(column, value);
            }
        }
    }

    fn field(&mut self, item: &ActionItem, label: &'static str, value: String) {
        if let Some(after) = item.place.last_field {
            self.fields.entry(after).or_default().push((label, value));
        }
    }

    fn finish(mut self) -> Vec<Splice> {
        for (block, values) in std::mem::take(&mut self.columns) {
            if let BlockKind::Table(table) = &self.document.blocks[block].kind {
                let fills = self.fills.remove(&block).unwrap_or_default();
                self.splices.extend(table.add_column(
                    &self.document.source,
                    ISSUE_LABEL,
                    &values,
                    &fills,
                ));
            }
        }
        for (block, rows) in std::mem::take(&mut self.fills) {
            if let BlockKind::Table(table) = &self.document.blocks[block].kind {
                self.splices.extend(
                    rows.iter().filter_map(|(row, cells)| {
                        table.fill_row(&self.document.source, *row, cells)
                    }),
                );
            }
        }
        for (after, fields) in std::mem::take(&mut self.fields) {
            let splice = self.new_fields(after, &fields);
            self.splices.extend(splice);
        }
        self.splices
    }

    /// New entries behind the field `after`, written as that one is: same marker, same bold, same colon.
    fn new_fields(&self, after: BlockId, fields: &[(&'static str, String)]) -> Option<Splice> {
        let source = self.document.source.as_str();
        let block = &self.document.blocks[after];
        let BlockKind::Entry(entry) = &block.kind else {
            return None;
        };
        let lead = entry.lead.first()?;
        let (label, value) = split_label(lead)?;
        let head = if value.span.start > lead.span.start && value.span.start < lead.span.end {
            source[lead.span.start..value.span.start].to_owned()
        } else {
            format!("{} ", &source[lead.span.clone()])
        };
        let line_start = self.document.lines.start(block.line);
        let marker = &source[line_start..lead.span.start];
        let newline = newline(source);
        let text = source[block.span.clone()].trim_end();
        let last_line = self
            .document
            .lines
            .line(block.span.start + text.len().saturating_sub(1));
        let end = self.document.lines.end(last_line, source);
        let lines = fields
            .iter()
            .map(|(name, value)| format!("{marker}{}{value}", head.replacen(&label, name, 1)));
        let lines: Vec<String> = lines.collect();
        Some(if source[..end].ends_with('\n') {
            Splice::insert(
                end,
                lines
                    .iter()
                    .map(|l| format!("{l}{newline}"))
                    .collect::<String>(),
            )
        } else {
            Splice::insert(
                end,
                lines
                    .iter()
                    .map(|l| format!("{newline}{l}"))
                    .collect::<String>(),
            )
        })
    }
}

/// The document's id written where it will be found again: into the front matter if there is one, else in front of the title, else as a
/// line of its own at the head.
pub fn assign_id(document: &Document, id: &str, language: Language) -> Splice {
    let source = document.source.as_str();
    let newline = newline(source);
    if !document.front_matter.span.is_empty() {
        let first_line = source[document.front_matter.span.clone()]
            .find('\n')
            .map_or(0, |at| at + 1);
        let toml = source[document.front_matter.span.clone()].starts_with("+++");
        let value = if toml {
            format!("id = \"{id}\"")
        } else {
            format!("id: {id}")
        };
        return Splice::insert(
            document.front_matter.span.start + first_line,
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
                            .contains(&super::words::fold(label))
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

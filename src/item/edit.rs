//! How a new status or link is written into a row, in the document's own notation: the words here, the bytes in the document room.

mod check;
mod fields;
mod id;

pub use id::{Taken, assign_id};

use std::collections::BTreeMap;
use std::ops::Range;

use super::inline::Mark;
use super::marks::StatusMark;
use super::status;
use super::vocabulary::Vocabulary;
use super::{ActionItem, Form, Postmortem, Status, link};
use crate::document::Document;
use crate::document::edit::Splice;
use crate::document::outline::{BlockId, BlockKind};
use crate::document::table::{Fills, Table};
use crate::document::text::Text;
use crate::item::memory::{IssueWord, Notation};

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
///
/// What is written is read again before it is handed out: an edit that the second reading wouldn't show, or that would change what another
/// row or field says, isn't made. Nothing is known to need that, but a document is not the place to find out.
pub fn splices(
    document: &Document,
    postmortem: &Postmortem,
    edits: &[ItemEdit],
    vocabulary: &Vocabulary,
) -> Vec<Splice> {
    checked(document, postmortem, edits, vocabulary).0
}

/// Like [`splices`], with the places in `edits` of those that could not be made.
pub fn checked(
    document: &Document,
    postmortem: &Postmortem,
    edits: &[ItemEdit],
    vocabulary: &Vocabulary,
) -> (Vec<Splice>, Vec<usize>) {
    let holds = |chosen: &[usize]| {
        let edits: Vec<ItemEdit> = chosen.iter().map(|at| edits[*at].clone()).collect();
        let splices = unchecked(document, postmortem, &edits, vocabulary);
        check::reads_back(document, postmortem, &edits, &splices, vocabulary).then_some(splices)
    };
    let all: Vec<usize> = (0..edits.len()).collect();
    if let Some(splices) = holds(&all) {
        return (splices, Vec::new());
    }
    // Halving finds the few bad ones among many; what is good by itself is then written together.
    let mut good = Vec::new();
    let mut bad = Vec::new();
    let mut left = vec![all];
    while let Some(part) = left.pop() {
        if holds(&part).is_some() {
            good.extend(part);
        } else if part.len() > 1 {
            let (first, second) = part.split_at(part.len() / 2);
            left.push(second.to_vec());
            left.push(first.to_vec());
        } else {
            bad.extend(part);
        }
    }
    match holds(&good) {
        Some(splices) => {
            bad.sort_unstable();
            (splices, bad)
        }
        None => (Vec::new(), (0..edits.len()).collect()),
    }
}

fn unchecked(
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
        below: Vec::new(),
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
    /// New lines below an entry; what is put at the end of its own line comes first.
    below: Vec<Splice>,
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
            Notation::Checkbox if item.place.mark.is_some() => {
                if let Some(mark) = &item.place.mark {
                    self.mark(item, mark, status);
                }
            }
            // A checkbox in a cell is its word.
            Notation::Checkbox if item.status.word.is_some() => self.words(item, status),
            Notation::Checkbox => self.checkbox(item, status),
            Notation::Words => self.words(item, status),
        }
    }

    /// Writes a status in words: in place of those there are, into the cell or field for them, or as other items do.
    fn words(&mut self, item: &ActionItem, status: Status) {
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
            (Some(word), column) => {
                let cell = item.place.row.zip(column);
                let splice = word
                    .span
                    .clone()
                    .map(|span| match (self.table(item), cell) {
                        (Some(table), Some(cell)) => {
                            table.replace_in(&self.document.source, cell, span, &words)
                        }
                        _ => Splice::replace(span, words),
                    });
                self.splices.extend(splice);
                self.checkbox(item, status);
            }
            (None, Some(column)) => self.cell(item, column, words),
            (None, None) => match &item.place.mark {
                Some(StatusMark::Field { example }) if item.place.last_field.is_none() => {
                    self.first_field(item, *example, &words);
                }
                Some(StatusMark::Absent { mark }) => self.remark(item, *mark, &words),
                _ => {
                    let label = self.postmortem.language.pick("ステータス", "Status");
                    self.field(item, label, words);
                }
            },
        }
    }

    fn checkbox(&mut self, item: &ActionItem, status: Status) {
        if let BlockKind::Entry(entry) = &self.document.blocks[item.place.block].kind
            && let Some(checkbox) = &entry.checkbox
            && checkbox.ticked != (status == Status::Done)
        {
            let mark = if status == Status::Done { "[x]" } else { "[ ]" };
            self.splices
                .push(Splice::replace(checkbox.span.clone(), mark));
        }
    }

    /// The lines of an entry or paragraph that hold an item.
    fn lines(&self, item: &ActionItem) -> &[Text] {
        match &self.document.blocks[item.place.block].kind {
            BlockKind::Entry(entry) => &entry.lead,
            BlockKind::Paragraph(lines) => {
                let whole = &item.place.whole;
                let first = lines.partition_point(|line| line.span.start < whole.start);
                let behind = lines.partition_point(|line| line.span.end <= whole.end);
                lines.get(first..behind).unwrap_or(lines)
            }
            _ => &[],
        }
    }

    /// The bytes of an item's lines, without the link that pm-sync put behind them.
    fn text(&self, item: &ActionItem) -> Option<Range<usize>> {
        let lines = self.lines(item);
        let (first, last) = (lines.first()?, lines.last()?);
        let own = last
            .links
            .iter()
            .rev()
            .find(|l| super::read::is_own_link(l) && l.span.end == last.span.end);
        let end = own.map_or(last.span.end, |l| l.span.start);
        let range = first.span.start..end.max(first.span.start);
        Some(crate::document::text::trim_range(
            &self.document.source,
            range,
        ))
    }

    /// Puts a mark that says done, or takes it away.
    fn mark(&mut self, item: &ActionItem, mark: &StatusMark, status: Status) {
        let source = self.document.source.as_str();
        match (mark, status == Status::Done) {
            (StatusMark::Absent { mark }, true) => {
                let emoji = self
                    .postmortem
                    .items
                    .iter()
                    .find_map(|i| match &i.place.mark {
                        Some(StatusMark::Present { mark: m, word }) if m == mark => {
                            Some(source[word.clone()].trim().to_owned())
                        }
                        _ => None,
                    });
                if *mark == Mark::Struck {
                    if let Some(text) = self.text(item) {
                        self.splices.push(Splice::insert(text.start, "~~"));
                        self.splices.push(Splice::insert(text.end, "~~"));
                    }
                } else {
                    self.remark(item, *mark, emoji.as_deref().unwrap_or("✅"));
                }
            }
            (StatusMark::Present { mark, word }, false) => match mark {
                Mark::Struck => {
                    let open = source[..word.start].rfind("~~");
                    let close = source[word.end..].find("~~").map(|at| word.end + at);
                    if let (Some(open), Some(close)) = (open, close) {
                        self.splices.push(Splice::replace(open..open + 2, ""));
                        self.splices.push(Splice::replace(close..close + 2, ""));
                    }
                }
                Mark::EmojiBefore => {
                    let gap = source[word.end..].len()
                        - source[word.end..]
                            .trim_start_matches([' ', '\u{3000}'])
                            .len();
                    self.splices
                        .push(Splice::replace(word.start..word.end + gap, ""));
                }
                _ => {
                    let gap = source[..word.start].len()
                        - source[..word.start]
                            .trim_end_matches([' ', '\u{3000}'])
                            .len();
                    self.splices
                        .push(Splice::replace(word.start - gap..word.end, ""));
                }
            },
            _ => {}
        }
    }

    /// Writes a status where the document's other items have theirs.
    fn remark(&mut self, item: &ActionItem, mark: Mark, words: &str) {
        let Some(text) = self.text(item) else { return };
        // Behind a number in front, `AI-1: ✅ title`, which would no longer be in front otherwise.
        let title = item.place.title.start;
        let numbered = self
            .document
            .source
            .get(text.start..title)
            .is_some_and(|before| before.ends_with([' ', '\u{3000}', ':', '：']));
        let front = if numbered { title } else { text.start };
        let splice = match mark {
            Mark::EmojiBefore => Splice::insert(front, format!("{words} ")),
            Mark::WordBefore => Splice::insert(front, format!("{words}: ")),
            Mark::EmojiBehind => Splice::insert(text.end, format!(" {words}")),
            Mark::Dash => Splice::insert(text.end, format!(" - {words}")),
            Mark::Bracket if super::words::is_japanese(words) => {
                Splice::insert(text.end, format!("（{words}）"))
            }
            Mark::Bracket => Splice::insert(text.end, format!(" ({words})")),
            Mark::Struck => return,
        };
        self.splices.push(splice);
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
                (Form::Heading, _) if item.place.last_field.is_some() => {
                    self.field(item, ISSUE_LABEL, markdown);
                }
                _ => {
                    let at = match &self.document.blocks[item.place.block].kind {
                        BlockKind::Heading { text, .. } => Some(text.span.end),
                        _ => self.lines(item).last().map(|line| line.span.end),
                    };
                    self.splices
                        .extend(at.map(|at| Splice::insert(at, format!(" {markdown}"))));
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
        self.splices.append(&mut self.below);
        self.splices
    }
}

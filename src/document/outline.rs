//! One pass over the Markdown events: headings, paragraphs, list entries and tables, flat and in document order.
//!
//! What they mean is not this room's matter. Blocks are kept flat, each naming the entry it stands in, so that no depth of nesting
//! can exhaust the stack. Code blocks and HTML are passed over: nothing in them is ever an action item.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::table::{self, Cell, Row, Table};
use super::text::{Text, TextBuilder};

/// The place of a block in [`Document::blocks`](super::Document::blocks).
pub type BlockId = usize;

/// A block of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its bytes.
    pub span: Range<usize>,
    /// Its first line, from 1.
    pub line: usize,
    /// The list entry it stands in.
    pub parent: Option<BlockId>,
    /// The heading it stands under; for a heading the one above it in rank.
    pub section: Option<BlockId>,
    /// How many quotes it stands in.
    pub quotes: usize,
}

/// The kinds of block that can carry something of interest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockKind {
    /// A heading, ATX or setext.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Its text.
        text: Text,
    },
    /// A paragraph, line by line.
    Paragraph(Vec<Text>),
    /// An entry of a list.
    Entry(Entry),
    /// A table.
    Table(Table),
}

/// An entry of a list. What follows its first paragraph are blocks of their own with this one as parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which list of the document it belongs to.
    pub list: usize,
    /// Its number in an ordered list.
    pub number: Option<u64>,
    /// Its checkbox.
    pub checkbox: Option<Checkbox>,
    /// Its first paragraph, line by line; empty where it begins with something else.
    pub lead: Vec<Text>,
    /// The column its marker stands in, in bytes from the line's start, and the marker's bytes (`-`, `1.`).
    pub marker: Range<usize>,
}

/// A checkbox `[ ]` or `[x]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkbox {
    /// Its three bytes.
    pub span: Range<usize>,
    /// Whether it is ticked.
    pub ticked: bool,
}

/// Where lines begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Lines {
        // A lone carriage return ends a line in Markdown too, as it did on old Macs.
        let bytes = text.as_bytes();
        let ends = |at: usize| {
            bytes[at] == b'\n' || bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n')
        };
        let mut starts = vec![0];
        starts.extend((0..bytes.len()).filter(|at| ends(*at)).map(|at| at + 1));
        Lines(starts)
    }

    /// The line of a byte, from 1.
    pub fn line(&self, at: usize) -> usize {
        self.0.partition_point(|start| *start <= at)
    }

    /// The first byte of a line, from 1.
    pub fn start(&self, line: usize) -> usize {
        self.0
            .get(line.saturating_sub(1))
            .or(self.0.last())
            .copied()
            .unwrap_or(0)
    }

    /// The first byte after a line and its line end.
    pub fn end(&self, line: usize, text: &str) -> usize {
        self.0.get(line).copied().unwrap_or(text.len())
    }
}

/// The Markdown that documents are written in: GitHub's.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM
}

/// Reads the blocks of `text`, whose Markdown begins at byte `from` (after a byte order mark and front matter).
pub(super) fn read(text: &str, from: usize, lines: &Lines, skip: &[Range<usize>]) -> Vec<Block> {
    let options = options();
    let mut outline = Outline {
        text,
        lines,
        ..Outline::new(text, lines)
    };
    for (event, range) in Parser::new_ext(&text[from..], options).into_offset_iter() {
        outline.event(event, range.start + from..range.end + from);
    }
    outline.blocks_outside(skip)
}

struct Outline<'t> {
    text: &'t str,
    lines: &'t Lines,
    blocks: Vec<Block>,
    /// The open headings by rank.
    headings: Vec<(u8, BlockId)>,
    /// The open entries and their lists.
    entries: Vec<BlockId>,
    lists: Vec<(usize, Option<u64>)>,
    list_count: usize,
    quotes: usize,
    /// Inside a code block, an image or the like: text that isn't read.
    muted: usize,
    line: TextBuilder,
    gathered: Vec<Text>,
    table: Option<OpenTable>,
}

struct OpenTable {
    span: Range<usize>,
    header: Option<Row>,
    rows: Vec<Row>,
    cells: Vec<Cell>,
}

impl<'t> Outline<'t> {
    fn new(text: &'t str, lines: &'t Lines) -> Outline<'t> {
        Outline {
            text,
            lines,
            blocks: Vec::new(),
            headings: Vec::new(),
            entries: Vec::new(),
            lists: Vec::new(),
            list_count: 0,
            quotes: 0,
            muted: 0,
            line: TextBuilder::default(),
            gathered: Vec::new(),
            table: None,
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, range),
            Event::End(tag) => self.end(tag, range),
            _ if self.muted > 0 => {}
            Event::Text(shown) => self.line.push(&shown, range, self.text),
            Event::Code(shown) => self.line.code(&shown, range, self.text),
            Event::SoftBreak | Event::HardBreak => self.line_ends(range.start),
            Event::InlineHtml(html) => {
                if html
                    .get(..3)
                    .is_some_and(|tag| tag.eq_ignore_ascii_case("<br"))
                {
                    self.line.line_break(range, self.text);
                } else {
                    self.line.unseen(&range);
                }
            }
            Event::FootnoteReference(_) => self.line.unseen(&range),
            Event::TaskListMarker(ticked) => {
                if let Some(BlockKind::Entry(entry)) =
                    self.entries.last().map(|&id| &mut self.blocks[id].kind)
                {
                    entry.checkbox = Some(Checkbox {
                        span: range,
                        ticked,
                    });
                }
            }
            Event::Html(_) | Event::Rule | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::FootnoteDefinition(_)
            | Tag::Image { .. }
            | Tag::MetadataBlock(_) => {
                if matches!(tag, Tag::Image { .. }) {
                    self.line.unseen(&range);
                } else {
                    self.lead_ends(range.start);
                }
                self.muted += 1;
            }
            _ if self.muted > 0 => {}
            Tag::Heading { .. } | Tag::Paragraph => self.lead_ends(range.start),
            Tag::BlockQuote(_) => {
                self.lead_ends(range.start);
                self.quotes += 1;
            }
            Tag::List(number) => {
                self.lead_ends(range.start);
                self.lists.push((self.list_count, *number));
                self.list_count += 1;
            }
            Tag::Item => {
                self.lead_ends(range.start);
                let number = self.lists.last_mut().and_then(|(_, number)| {
                    let this = *number;
                    *number = number.map(|n| n.saturating_add(1));
                    this
                });
                let marker = self.text[range.clone()]
                    .find(char::is_whitespace)
                    .unwrap_or(range.len());
                let entry = Entry {
                    list: self.lists.last().map_or(0, |(list, _)| *list),
                    number,
                    checkbox: None,
                    lead: Vec::new(),
                    marker: range.start..range.start + marker,
                };
                let id = self.add(BlockKind::Entry(entry), range);
                self.entries.push(id);
            }
            Tag::Table(_) => {
                self.lead_ends(range.start);
                self.table = Some(OpenTable {
                    span: range,
                    header: None,
                    rows: Vec::new(),
                    cells: Vec::new(),
                });
            }
            Tag::Strong => self.line.open_strong(&range),
            Tag::Strikethrough => self.line.open_struck(&range),
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => {
                self.line
                    .open_link(range, dest_url, title, *link_type == LinkType::Inline);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::FootnoteDefinition
            | TagEnd::Image
            | TagEnd::MetadataBlock(_) => {
                self.muted = self.muted.saturating_sub(1);
            }
            _ if self.muted > 0 => {}
            TagEnd::Heading(level) => {
                self.line_ends(range.end);
                let text = join(std::mem::take(&mut self.gathered), range.start);
                let level = level as u8;
                self.headings.retain(|(above, _)| *above < level);
                let id = self.add(BlockKind::Heading { level, text }, range);
                self.headings.push((level, id));
            }
            TagEnd::Paragraph => {
                self.line_ends(range.end);
                let lines = std::mem::take(&mut self.gathered);
                if let Some(lead) = self.empty_lead(range.start) {
                    *lead = lines;
                } else if !lines.is_empty() {
                    self.add(BlockKind::Paragraph(lines), range);
                }
            }
            TagEnd::BlockQuote(_) => {
                self.lead_ends(range.end);
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Item => {
                self.lead_ends(range.end);
                self.entries.pop();
            }
            TagEnd::TableCell => {
                let text = self.line.finish(self.text, range.start);
                if let Some(open) = &mut self.table {
                    open.cells.push(Cell {
                        text,
                        padded: Some(range),
                    });
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => self.row_ends(range, tag == TagEnd::TableHead),
            TagEnd::Table => self.table_ends(),
            TagEnd::Strong => self.line.close_strong(),
            TagEnd::Strikethrough => self.line.close_struck(),
            TagEnd::Link => self.line.close_link(),
            _ => {}
        }
    }

    fn add(&mut self, kind: BlockKind, span: Range<usize>) -> BlockId {
        self.blocks.push(Block {
            line: self.lines.line(span.start),
            kind,
            span,
            parent: self.entries.last().copied(),
            section: self.headings.last().map(|(_, id)| *id),
            quotes: self.quotes,
        });
        self.blocks.len() - 1
    }

    fn line_ends(&mut self, at: usize) {
        if !self.line.is_empty() {
            let text = self.line.finish(self.text, at);
            self.gathered.push(text);
        }
    }

    /// The text of a tight entry ends where another block begins: it is the entry's lead.
    fn lead_ends(&mut self, at: usize) {
        self.line_ends(at);
        let lines = std::mem::take(&mut self.gathered);
        if lines.is_empty() {
            return;
        }
        let span = lines[0].span.start..lines[lines.len() - 1].span.end;
        if let Some(lead) = self.empty_lead(span.start) {
            *lead = lines;
        } else {
            self.add(BlockKind::Paragraph(lines), span);
        }
    }

    /// The lead of the open entry, if nothing stood in the entry before byte `at`.
    fn empty_lead(&mut self, at: usize) -> Option<&mut Vec<Text>> {
        let &id = self.entries.last()?;
        if id + 1 != self.blocks.len() {
            return None;
        }
        let line = self.lines.line(at);
        let block = &mut self.blocks[id];
        match &mut block.kind {
            BlockKind::Entry(entry) if entry.lead.is_empty() && line == block.line => {
                Some(&mut entry.lead)
            }
            _ => None,
        }
    }

    fn row_ends(&mut self, range: Range<usize>, header: bool) {
        let Some(open) = &mut self.table else { return };
        let span = table_line(self.text, range);
        let found = table::cells(self.text, span.clone());
        let mut cells = std::mem::take(&mut open.cells);
        for (index, cell) in cells.iter_mut().enumerate() {
            // The parser reports an absent cell as an empty range: only what is between two pipes can be written to.
            cell.padded = found.get(index).cloned();
            if cell.padded.is_none() {
                cell.text = Text::empty(span.end);
            } else if cell.text.plain.is_empty() && cell.text.span.is_empty() {
                cell.text.span = cell
                    .padded
                    .as_ref()
                    .map_or(span.end..span.end, |p| p.start..p.start);
            }
        }
        let piped = !table::pipes(self.text, span.clone()).is_empty();
        let row = Row {
            line: self.lines.line(span.start),
            span,
            cells,
            piped,
        };
        if header {
            open.header = Some(row);
        } else {
            open.rows.push(row);
        }
    }

    fn table_ends(&mut self) {
        let Some(open) = self.table.take() else {
            return;
        };
        let Some(header) = open.header else { return };
        let after = self.lines.end(header.line, self.text);
        let line = after..self.lines.end(header.line + 1, self.text);
        let source = &self.text[line.clone()];
        // The prefix of a quote or list entry isn't part of the row.
        let start = source.find(['|', ':', '-']).unwrap_or(0);
        let prefix_dash = source[start..].starts_with("- ");
        let start = if prefix_dash { start + 2 } else { start };
        let delimiter = table_line(self.text, line.start + start..line.end);
        let table = Table {
            header,
            delimiter,
            rows: open.rows,
        };
        self.add(BlockKind::Table(table), open.span);
    }

    /// The blocks that don't stand in `skip`, with ids that still fit.
    fn blocks_outside(mut self, skip: &[Range<usize>]) -> Vec<Block> {
        self.lead_ends(self.text.len());
        if skip.is_empty() {
            return self.blocks;
        }
        let outside = |block: &Block| {
            !skip
                .iter()
                .any(|s| s.start <= block.span.start && block.span.start < s.end)
        };
        let mut kept = 0;
        let new_ids: Vec<Option<BlockId>> = self
            .blocks
            .iter()
            .map(|block| {
                outside(block).then(|| {
                    kept += 1;
                    kept - 1
                })
            })
            .collect();
        let renamed = |id: Option<BlockId>| id.and_then(|id| new_ids[id]);
        self.blocks
            .into_iter()
            .filter(|block| outside(block))
            .map(|block| Block {
                parent: renamed(block.parent),
                section: renamed(block.section),
                ..block
            })
            .collect()
    }
}

/// One line of a table without its line end.
fn table_line(text: &str, range: Range<usize>) -> Range<usize> {
    let line = text[range.clone()].split(['\n', '\r']).next().unwrap_or("");
    range.start..range.start + line.len()
}

/// The lines of a heading as one text.
fn join(lines: Vec<Text>, at: usize) -> Text {
    // A setext heading may have several lines; the first names it.
    lines.into_iter().next().unwrap_or_else(|| Text::empty(at))
}

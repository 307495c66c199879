//! Markdown as plain text, for those who read it elsewhere: what a section says, and a whole text without its markup.
//!
//! Unlike the outline this reads code blocks too, since people write in them what is to be copied; and it keeps no way back to the bytes,
//! since nothing is edited here. Comments, other HTML, images and what is struck through are left out.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::outline::options;
use super::{Document, region};

/// A piece of text between two breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prose {
    /// What it is.
    pub kind: ProseKind,
    /// Its lines, without white space around them (but in code). Never empty.
    pub lines: Vec<String>,
    /// Its first line in the document, from 1.
    pub line: usize,
}

/// What a [`Prose`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProseKind {
    /// A heading.
    Heading,
    /// A paragraph; in a list, what follows an entry's first one.
    Paragraph,
    /// The first paragraph of a list entry.
    Point {
        /// How many lists it stands in, from 1.
        depth: usize,
        /// Its number in an ordered list.
        number: Option<u64>,
    },
    /// A code block.
    Code,
    /// The header of a table.
    Header,
    /// A row of a table, its cells as `name: value`, or with a slash between where there are more than two.
    Row,
}

/// What stands in a stretch of a document, regions that pm-sync writes left out.
pub fn within(document: &Document, range: &Range<usize>) -> Vec<Prose> {
    let skip = region::all(&document.source);
    let inside = |at: usize| {
        range.contains(&at) && !skip.iter().any(|ours: &Range<usize>| ours.contains(&at))
    };
    let from = document.front_matter.span.end;
    let mut reader = Reader::new(false);
    for (event, at) in Parser::new_ext(&document.source[from..], options()).into_offset_iter() {
        let at = at.start + from;
        if inside(at) {
            reader.event(event, document.lines.line(at));
        }
    }
    // A stretch may begin within a paragraph, whose end counts as standing where it begins.
    reader.flush();
    reader.found
}

/// A Markdown text as one reads it: no markup, entries behind `- ` or their number, an address behind the text that links it.
pub fn plain(markdown: &str) -> String {
    let mut reader = Reader::new(true);
    for event in Parser::new_ext(markdown, options()) {
        reader.event(event, 0);
    }
    let mut out = String::new();
    let mut before: Option<ProseKind> = None;
    for Prose { kind, lines, .. } in &reader.found {
        let close = matches!(
            (before, kind),
            (Some(ProseKind::Point { .. }), ProseKind::Point { .. })
                | (Some(ProseKind::Header | ProseKind::Row), ProseKind::Row)
        );
        if before.is_some() && !close {
            out.push('\n');
        }
        let (mark, indent) = match kind {
            ProseKind::Point { depth, number } => {
                let indent = "  ".repeat(depth.saturating_sub(1));
                let mark = number.map_or_else(|| "- ".to_owned(), |number| format!("{number}. "));
                (
                    format!("{indent}{mark}"),
                    " ".repeat(indent.len() + mark.len()),
                )
            }
            _ => (String::new(), String::new()),
        };
        for (at, line) in lines.iter().enumerate() {
            out.push_str(if at == 0 { &mark } else { &indent });
            out.push_str(line);
            out.push('\n');
        }
        before = Some(*kind);
    }
    out
}

struct Reader {
    found: Vec<Prose>,
    /// Whether the address of a link is told.
    addresses: bool,
    gathered: Vec<String>,
    line: String,
    begin: usize,
    kind: ProseKind,
    /// The open lists: the number of the next entry.
    lists: Vec<Option<u64>>,
    /// Whether the open entry has yet to get its first paragraph, and its number.
    entry: Option<Option<u64>>,
    cells: Vec<String>,
    links: Vec<(String, usize)>,
    muted: usize,
}

impl Reader {
    fn new(addresses: bool) -> Reader {
        Reader {
            found: Vec::new(),
            addresses,
            gathered: Vec::new(),
            line: String::new(),
            begin: 0,
            kind: ProseKind::Paragraph,
            lists: Vec::new(),
            entry: None,
            cells: Vec::new(),
            links: Vec::new(),
            muted: 0,
        }
    }

    fn event(&mut self, event: Event<'_>, line: usize) {
        match event {
            Event::Start(tag) => self.start(&tag, line),
            Event::End(tag) => self.end(tag),
            _ if self.muted > 0 => {}
            Event::Text(text) if self.kind == ProseKind::Code => {
                self.gathered.extend(text.lines().map(str::to_owned));
            }
            Event::Text(text) | Event::Code(text) => {
                if self.line.is_empty() && self.gathered.is_empty() {
                    self.begin = line;
                }
                self.line.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => self.line_ends(),
            Event::InlineHtml(html) => {
                let tag = html.get(..3).unwrap_or_default();
                if tag.eq_ignore_ascii_case("<br") {
                    self.line_ends();
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, line: usize) {
        match tag {
            Tag::HtmlBlock
            | Tag::FootnoteDefinition(_)
            | Tag::Image { .. }
            | Tag::MetadataBlock(_)
            | Tag::Strikethrough => self.muted += 1,
            _ if self.muted > 0 => {}
            Tag::Heading { .. } => {
                self.flush();
                self.kind = ProseKind::Heading;
            }
            Tag::CodeBlock(_) => {
                self.flush();
                self.kind = ProseKind::Code;
                self.begin = line;
            }
            Tag::Paragraph | Tag::BlockQuote(_) | Tag::Table(_) => self.flush(),
            Tag::List(number) => {
                self.flush();
                self.lists.push(*number);
            }
            Tag::Item => {
                self.flush();
                let number = self.lists.last_mut().and_then(|next| {
                    let this = *next;
                    *next = next.map(|n| n.saturating_add(1));
                    this
                });
                self.entry = Some(number);
            }
            Tag::TableHead | Tag::TableRow => {
                self.flush();
                self.begin = line;
            }
            Tag::Link { dest_url, .. } => {
                self.links.push((dest_url.to_string(), self.line.len()));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::HtmlBlock
            | TagEnd::FootnoteDefinition
            | TagEnd::Image
            | TagEnd::MetadataBlock(_)
            | TagEnd::Strikethrough => self.muted = self.muted.saturating_sub(1),
            _ if self.muted > 0 => {}
            TagEnd::Link => {
                let link = self.links.pop();
                if let Some((url, at)) = link.filter(|_| self.addresses) {
                    let shown = self.line.get(at..).unwrap_or_default();
                    if shown.is_empty() {
                        self.line.push_str(&url);
                    } else if shown != url && url.strip_prefix("mailto:") != Some(shown) {
                        self.line.push_str(&format!(" ({url})"));
                    }
                }
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.line);
                self.cells.push(cell.trim().to_owned());
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                let cells = std::mem::take(&mut self.cells);
                let filled: Vec<&str> = cells
                    .iter()
                    .map(String::as_str)
                    .filter(|c| !c.is_empty())
                    .collect();
                let joint = if cells.len() == 2 { ": " } else { " / " };
                let text = filled.join(joint);
                if !text.is_empty() {
                    self.found.push(Prose {
                        kind: if tag == TagEnd::TableHead {
                            ProseKind::Header
                        } else {
                            ProseKind::Row
                        },
                        lines: vec![text],
                        line: self.begin,
                    });
                }
            }
            TagEnd::Heading(_) | TagEnd::Paragraph | TagEnd::CodeBlock => self.flush(),
            TagEnd::Item => {
                self.flush();
                self.entry = None;
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            _ => {}
        }
    }

    fn line_ends(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = line.trim();
        if !line.is_empty() {
            self.gathered.push(line.to_owned());
        }
    }

    /// What was gathered is a piece of its own.
    fn flush(&mut self) {
        self.line_ends();
        let mut lines = std::mem::take(&mut self.gathered);
        let mut kind = std::mem::replace(&mut self.kind, ProseKind::Paragraph);
        if kind == ProseKind::Code {
            let blank = |line: &String| line.trim().is_empty();
            while lines.last().is_some_and(blank) {
                lines.pop();
            }
            let lead = lines.iter().take_while(|line| blank(line)).count();
            lines.drain(..lead);
        }
        if lines.is_empty() {
            return;
        }
        if kind == ProseKind::Paragraph
            && let Some(number) = self.entry.take()
        {
            let depth = self.lists.len().max(1);
            kind = ProseKind::Point { depth, number };
        }
        self.found.push(Prose {
            kind,
            lines,
            line: self.begin,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_reads_without_its_markup() {
        for (markdown, expected) in [
            (
                "# Title\n\n**When**: now\nand then\n\n- one\n- two\n  1. deep\n\nEnd.\n",
                "Title\n\nWhen: now\nand then\n\n- one\n- two\n  1. deep\n\nEnd.\n",
            ),
            (
                "See [the status page](https://status.example/1) or <https://x.example>.\n",
                "See the status page (https://status.example/1) or https://x.example.\n",
            ),
            ("a \\* b &amp; &lt;c> `d_e`\n", "a * b & <c> d_e\n"),
            ("```\nline 1\n\n  line 2\n```\n", "line 1\n\n  line 2\n"),
            (
                "| a | b |\n|---|---|\n| c | d |\n| e | |\n",
                "a: b\nc: d\ne\n",
            ),
            (
                "<!-- gone -->\n\nhere ~~not here~~<br>below\n",
                "here\nbelow\n",
            ),
            (
                "3. three\n4. four\n\n   more\n",
                "3. three\n4. four\n\nmore\n",
            ),
        ] {
            assert_eq!(plain(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn a_stretch_of_a_document_is_read() {
        let text = "---\nid: x\n---\n# T\n\n## One\n\nfirst [link][r]\nsecond\n\n- a\n- b\n\n```\ncode\n```\n\n## Two\n\nno\n\n[r]: https://x.example\n";
        let document = Document::parse(text);
        let from = text.find("first").expect("it is there");
        let to = text.find("## Two").expect("it is there");
        let found = within(&document, &(from..to));
        let shown: Vec<_> = found.iter().map(|p| (p.lines.join("|"), p.line)).collect();
        assert_eq!(
            shown,
            [
                ("first link|second".to_owned(), 8),
                ("a".to_owned(), 11),
                ("b".to_owned(), 12),
                ("code".to_owned(), 14)
            ]
        );
        assert_eq!(found[3].kind, ProseKind::Code);
    }
}

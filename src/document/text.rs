//! Inline text: what a cell, a heading or a line of a list says without its markup, and where each part of it stands in the source.

use std::ops::Range;

/// A stretch of inline Markdown: its plain text with links, emphasis and escapes resolved, and the way back to the bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// The bytes of the source it was read from, without surrounding white space. Empty and at the right place where nothing stands.
    pub span: Range<usize>,
    /// What a reader sees: no emphasis, no backticks, link texts instead of links. One line.
    pub plain: String,
    /// The links in it, in order.
    pub links: Vec<Link>,
    /// Ranges of `plain` that are bold.
    pub strong: Vec<Range<usize>>,
    /// Ranges of `plain` that are struck through.
    pub struck: Vec<Range<usize>>,
    /// Ranges of `plain` that are code.
    pub code: Vec<Range<usize>>,
    pieces: Vec<Piece>,
    /// Where in `plain` a line of the source begins, for a text of several lines.
    starts: Vec<usize>,
}

/// A link or autolink inside a [`Text`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The bytes of the whole link, from `[` or `<` to its end.
    pub span: Range<usize>,
    /// Its text's place in [`Text::plain`].
    pub text: Range<usize>,
    /// Where it leads, as written (reference links resolved).
    pub url: String,
    /// Its Markdown title; empty where none is written.
    pub title: String,
    /// Whether it is written in full, `[text](url "title")`, and can so be replaced where it stands.
    pub inline: bool,
}

/// A run of `plain` and the source bytes it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    plain: Range<usize>,
    source: Range<usize>,
    /// Whether the source holds the same bytes (an entity such as `&amp;` doesn't).
    exact: bool,
}

impl Text {
    /// An empty text that stands at `at`.
    pub fn empty(at: usize) -> Text {
        Text {
            span: at..at,
            ..Text::default()
        }
    }

    /// Whether nothing but white space stands here.
    pub fn is_blank(&self) -> bool {
        self.plain.trim().is_empty()
    }

    /// The source bytes behind a range of `plain`, where they are one run of source with markup only between, not across, its ends.
    ///
    /// `None` where an end falls inside something that can't be split, such as an entity.
    pub fn source_of(&self, plain: Range<usize>) -> Option<Range<usize>> {
        if plain.start >= plain.end {
            return None;
        }
        let first = self.piece_at(plain.start)?;
        let last = self.piece_at(plain.end - 1)?;
        let start = match (first.exact, plain.start == first.plain.start) {
            (true, _) => first.source.start + (plain.start - first.plain.start),
            (false, true) => first.source.start,
            (false, false) => return None,
        };
        let end = match (last.exact, plain.end == last.plain.end) {
            (true, _) => last.source.start + (plain.end - last.plain.start),
            (false, true) => last.source.end,
            (false, false) => return None,
        };
        (start <= end).then_some(start..end)
    }

    /// Whether a line of the source begins at a place of `plain`, in a text joined from several.
    pub fn begins_line(&self, at: usize) -> bool {
        self.starts.binary_search(&at).is_ok()
    }

    /// Where the line of the source behind a place of `plain` begins, in a text of several.
    pub fn next_line(&self, at: usize) -> Option<usize> {
        let index = self.starts.partition_point(|start| *start <= at);
        self.starts.get(index).copied()
    }

    /// The parts of `plain` that stand in lines of their own: those of several lines, or of a cell with breaks in it.
    pub fn lines(&self) -> Vec<&str> {
        let mut lines = Vec::new();
        let mut from = 0;
        for start in self.starts.iter().filter(|start| **start > 0) {
            lines.push(self.plain[from..*start].trim());
            from = *start;
        }
        lines.push(self.plain[from..].trim());
        lines
    }

    /// The piece that a byte of `plain` came from; they are in order.
    fn piece_at(&self, at: usize) -> Option<&Piece> {
        let index = self.pieces.partition_point(|p| p.plain.end <= at);
        self.pieces.get(index).filter(|p| p.plain.contains(&at))
    }

    /// The lines of an entry or paragraph as one text. A line end is a space, but not between Japanese characters, where none is written.
    pub fn join(lines: &[Text]) -> Text {
        let mut joined = Text {
            span: lines.first().map_or(0, |l| l.span.start)..lines.last().map_or(0, |l| l.span.end),
            ..Text::default()
        };
        for line in lines {
            let before = joined.plain.chars().next_back();
            if let (Some(before), Some(after)) = (before, line.plain.chars().next())
                && !(is_wide(before) && is_wide(after))
                && !before.is_whitespace()
            {
                joined.plain.push(' ');
            }
            let by = joined.plain.len();
            joined.starts.push(by);
            joined
                .starts
                .extend(line.starts.iter().map(|start| start + by));
            let moved = |range: &Range<usize>| range.start + by..range.end + by;
            joined.plain.push_str(&line.plain);
            joined.links.extend(line.links.iter().map(|l| Link {
                text: moved(&l.text),
                ..l.clone()
            }));
            joined.strong.extend(line.strong.iter().map(moved));
            joined.struck.extend(line.struck.iter().map(moved));
            joined.code.extend(line.code.iter().map(moved));
            joined.pieces.extend(line.pieces.iter().map(|p| Piece {
                plain: moved(&p.plain),
                ..p.clone()
            }));
        }
        joined
    }

    /// The part of this text in a range of its plain text, with its links and marks.
    pub fn slice(&self, plain: Range<usize>) -> Text {
        let trimmed = trim_range(&self.plain, plain);
        let shift = |r: &Range<usize>| -> Option<Range<usize>> {
            let (start, end) = (r.start.max(trimmed.start), r.end.min(trimmed.end));
            (start < end).then(|| start - trimmed.start..end - trimmed.start)
        };
        let span = self
            .source_of(trimmed.clone())
            .unwrap_or(self.span.end..self.span.end);
        Text {
            plain: self.plain[trimmed.clone()].to_owned(),
            links: self
                .links
                .iter()
                .filter(|l| l.text.start >= trimmed.start && l.text.end <= trimmed.end)
                .map(|l| Link {
                    text: l.text.start - trimmed.start..l.text.end - trimmed.start,
                    ..l.clone()
                })
                .collect(),
            strong: self.strong.iter().filter_map(shift).collect(),
            struck: self.struck.iter().filter_map(shift).collect(),
            code: self.code.iter().filter_map(shift).collect(),
            pieces: self
                .pieces
                .iter()
                .filter_map(|p| {
                    let plain = shift(&p.plain)?;
                    let source = if p.exact {
                        let start = p.source.start + trimmed.start.saturating_sub(p.plain.start);
                        start..start + plain.len()
                    } else {
                        p.source.clone()
                    };
                    Some(Piece {
                        plain,
                        source,
                        exact: p.exact,
                    })
                })
                .collect(),
            starts: self
                .starts
                .iter()
                .filter(|s| trimmed.contains(s))
                .map(|s| s - trimmed.start)
                .collect(),
            span,
        }
    }
}

/// Whether a character belongs to a script that is written without spaces.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff60}')
}

/// Shrinks a range of `text` until neither end is white space.
pub(crate) fn trim_range(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    let end = range.end - (part.len() - part.trim_end().len());
    if start >= end {
        range.start..range.start
    } else {
        start..end
    }
}

/// The lines of a text with their ends; a lone carriage return is one.
pub(crate) fn source_lines(source: &str) -> impl Iterator<Item = &str> {
    let mut rest = source;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(['\n', '\r']).map_or(rest.len(), |at| {
            at + if rest[at..].starts_with("\r\n") { 2 } else { 1 }
        });
        let (line, after) = rest.split_at(end);
        rest = after;
        Some(line)
    })
}

/// Collects the inline events of one line or cell.
#[derive(Debug, Default)]
pub(super) struct TextBuilder {
    text: Text,
    open_strong: Open,
    open_struck: Open,
    open_link: Option<Link>,
    first: Option<usize>,
    last: usize,
}

/// How deep in one kind of emphasis the text is, and where the outermost began. The inner ones show nothing more, and keeping them would
/// cost a range for each on every line.
#[derive(Debug, Default, Clone, Copy)]
struct Open {
    depth: usize,
    start: usize,
}

impl Open {
    fn open(&mut self, at: usize) {
        if self.depth == 0 {
            self.start = at;
        }
        self.depth += 1;
    }

    /// The range that ends here, if this closes the outermost.
    fn close(&mut self, at: usize) -> Option<Range<usize>> {
        let closes = self.depth == 1;
        self.depth = self.depth.saturating_sub(1);
        closes.then_some(self.start..at)
    }

    /// What is open at a line's end; it goes on at the next one's start.
    fn breaks(&mut self, at: usize) -> Option<Range<usize>> {
        let range = (self.depth > 0 && self.start < at).then_some(self.start..at);
        self.start = 0;
        range
    }
}

impl TextBuilder {
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    fn cover(&mut self, source: &Range<usize>) {
        self.first = Some(self.first.map_or(source.start, |f| f.min(source.start)));
        self.last = self.last.max(source.end);
    }

    pub(super) fn push(&mut self, shown: &str, source: Range<usize>, whole: &str) {
        self.cover(&source);
        let start = self.text.plain.len();
        self.text.plain.push_str(shown);
        let exact = whole.get(source.clone()) == Some(shown);
        self.text.pieces.push(Piece {
            plain: start..self.text.plain.len(),
            source,
            exact,
        });
    }

    pub(super) fn code(&mut self, shown: &str, source: Range<usize>, whole: &str) {
        let start = self.text.plain.len();
        let inner = whole
            .get(source.clone())
            .and_then(|s| s.find(shown))
            .map_or(source.clone(), |at| {
                source.start + at..source.start + at + shown.len()
            });
        self.push(shown, inner, whole);
        self.cover(&source);
        self.text.code.push(start..self.text.plain.len());
    }

    /// A line break inside a line, `<br>`, shown as a space.
    pub(super) fn line_break(&mut self, source: Range<usize>, whole: &str) {
        self.push(" ", source, whole);
        self.text.starts.push(self.text.plain.len());
    }

    /// Markup that shows nothing, such as an inline comment: it belongs to the span all the same.
    pub(super) fn unseen(&mut self, source: &Range<usize>) {
        self.cover(source);
    }

    pub(super) fn open_strong(&mut self, source: &Range<usize>) {
        self.cover(source);
        self.open_strong.open(self.text.plain.len());
    }

    pub(super) fn close_strong(&mut self) {
        let range = self.open_strong.close(self.text.plain.len());
        self.text.strong.extend(range);
    }

    pub(super) fn open_struck(&mut self, source: &Range<usize>) {
        self.cover(source);
        self.open_struck.open(self.text.plain.len());
    }

    pub(super) fn close_struck(&mut self) {
        let range = self.open_struck.close(self.text.plain.len());
        self.text.struck.extend(range);
    }

    pub(super) fn open_link(&mut self, source: Range<usize>, url: &str, title: &str, inline: bool) {
        self.cover(&source);
        let at = self.text.plain.len();
        self.open_link = Some(Link {
            span: source,
            text: at..at,
            url: url.to_owned(),
            title: title.to_owned(),
            inline,
        });
    }

    pub(super) fn close_link(&mut self) {
        if let Some(mut link) = self.open_link.take() {
            link.text.end = self.text.plain.len();
            self.text.links.push(link);
        }
    }

    /// Ends the line: emphasis and links that go on in the next line are closed here and opened again there.
    pub(super) fn finish(&mut self, whole: &str, fallback: usize) -> Text {
        let link = self.open_link.clone();
        let end = self.text.plain.len();
        let strong = self.open_strong.breaks(end);
        self.text.strong.extend(strong);
        let struck = self.open_struck.breaks(end);
        self.text.struck.extend(struck);
        self.close_link();
        let mut text = std::mem::take(&mut self.text);
        let span = self.first.take().map_or(fallback..fallback, |first| {
            first..self.last.min(whole.len())
        });
        text.span = trim_range(whole, span);
        self.last = 0;
        self.open_link = link.map(|link| Link { text: 0..0, ..link });
        text
    }
}

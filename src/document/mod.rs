//! All Markdown: a document's blocks with the bytes each stands in, edits by splicing, finding files and saving them.
//!
//! A [`Document`] is read once, in one pass. It says what stands where; what a table or an entry means is the item room's matter. A
//! document changes only through [`edit::splice`]: whatever no edit names keeps its bytes, line ends, byte order mark and padding included.

pub mod edit;
pub mod files;
pub mod front_matter;
mod hand;
pub mod outline;
pub mod prose;
pub mod region;
pub mod save;
pub mod table;
pub mod text;

use front_matter::FrontMatter;
use outline::{Block, BlockId, BlockKind, Lines};
use text::Text;

/// A document as read.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its text, byte for byte.
    pub source: String,
    /// Its front matter.
    pub front_matter: FrontMatter,
    /// Its blocks in document order; those inside regions that pm-sync writes are left out.
    pub blocks: Vec<Block>,
    /// Where its lines begin.
    pub lines: Lines,
}

impl Document {
    /// Reads a document. Any text is a document; what can't be read as Markdown is text.
    pub fn parse(source: impl Into<String>) -> Document {
        let source = source.into();
        let lines = Lines::of(&source);
        let from = if source.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        let front_matter = front_matter::read(&source, from);
        let skip = region::all(&source);
        let blocks = outline::read(&source, front_matter.span.end, &lines, &skip);
        let blocks = hand::lists(blocks, &source, &lines);
        Document {
            source,
            front_matter,
            blocks,
            lines,
        }
    }

    /// The headings above a block, nearest first.
    pub fn sections(&self, block: BlockId) -> impl Iterator<Item = (BlockId, &Text)> {
        let mut at = self.blocks[block].section;
        std::iter::from_fn(move || {
            let id = at?;
            at = self.blocks[id].section;
            match &self.blocks[id].kind {
                BlockKind::Heading { text, .. } => Some((id, text)),
                _ => None,
            }
        })
    }

    /// The blocks that stand directly in a list entry.
    pub fn children(&self, entry: BlockId) -> impl Iterator<Item = (BlockId, &Block)> {
        let end = self.blocks[entry].span.end;
        self.blocks[entry + 1..]
            .iter()
            .enumerate()
            .map(move |(index, block)| (entry + 1 + index, block))
            .take_while(move |(_, block)| block.span.start < end)
            .filter(move |(_, block)| block.parent == Some(entry))
    }
}

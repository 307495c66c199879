//! Reviews among the action items: `### レビュー予定` below them holds the days on which they are looked at again, and no further items.

use super::Reader;
use crate::document::outline::{Block, BlockId, BlockKind};
use crate::document::table::Table;
use crate::document::text::Text;
use crate::item::find::split_label;
use crate::item::inline;
use crate::item::vocabulary::Column;

/// What stands below a heading that may hold reviews.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Of what is to be done, and by whom.
    Item,
    /// Of a review.
    Review,
    /// Of neither.
    Nothing,
}

impl Reader<'_> {
    /// Whether a heading below a section of action items holds reviews: by its name, and as nothing below it is plainly an item. What follows up
    /// (フォローアップ, `Follow-up`) may as well be the items themselves, and so has to speak of reviews.
    pub(super) fn holds_reviews(&self, id: BlockId, name: &Text, level: u8) -> bool {
        let below = self.document.blocks[id + 1..].iter().take_while(
            |block| !matches!(block.kind, BlockKind::Heading { level: next, .. } if next <= level),
        );
        self.reviews_below(name, below)
    }

    /// The same for a line that stands for a heading, down to the next of either.
    pub(super) fn line_holds_reviews(&self, id: BlockId, name: &Text) -> bool {
        let names = |line: &Text| {
            line.plain.starts_with(['【', '［']) || line.plain.trim_end().ends_with([':', '：'])
        };
        let below = self.document.blocks[id + 1..]
            .iter()
            .take_while(|block| match &block.kind {
                BlockKind::Heading { .. } => false,
                BlockKind::Paragraph(lines) => !lines.iter().any(names),
                _ => true,
            });
        self.reviews_below(name, below)
    }

    fn reviews_below<'b>(&self, name: &Text, below: impl Iterator<Item = &'b Block>) -> bool {
        let sure = self.vocabulary.review_groups.whole(&name.plain).is_some();
        if !sure && self.vocabulary.review_sections.whole(&name.plain).is_none() {
            return false;
        }
        let mut spoken = sure;
        for block in below {
            match self.told(&block.kind) {
                Told::Item => return false,
                Told::Review => spoken = true,
                Told::Nothing => {}
            }
        }
        spoken
    }

    fn told(&self, kind: &BlockKind) -> Told {
        match kind {
            BlockKind::Table(table) if self.has_actions(table) => Told::Item,
            BlockKind::Table(_) => Told::Review,
            BlockKind::Entry(entry) if entry.checkbox.is_some() => Told::Item,
            BlockKind::Entry(entry) => self.line_told(&Text::join(&entry.lead)),
            BlockKind::Paragraph(lines) => {
                let told: Vec<Told> = lines.iter().map(|line| self.line_told(line)).collect();
                [Told::Item, Told::Review]
                    .into_iter()
                    .find(|one| told.contains(one))
                    .unwrap_or(Told::Nothing)
            }
            BlockKind::Heading { text, .. } if speaks_of_reviews(&text.plain) => Told::Review,
            _ => Told::Nothing,
        }
    }

    fn line_told(&self, line: &Text) -> Told {
        let tells = |column: Column| matches!(column, Column::Owner | Column::Due | Column::Status);
        if let Some((label, _)) = split_label(line) {
            // `Reviewed by: @bob`, `Review date: …`
            if speaks_of_reviews(&label) {
                return Told::Review;
            }
            if self.vocabulary.columns.whole(&label).is_some_and(tells) {
                return Told::Item;
            }
        }
        let fields = inline::read(line, self.vocabulary, self.people).fields;
        if fields
            .iter()
            .any(|f| matches!(f.column, Column::Owner | Column::Status))
        {
            Told::Item
        } else if speaks_of_reviews(&line.plain) {
            Told::Review
        } else {
            Told::Nothing
        }
    }

    /// Whether a table has a column for what is to be done, and one for who, until when or how far.
    fn has_actions(&self, table: &Table) -> bool {
        let columns: Vec<Column> = table
            .header
            .cells
            .iter()
            .filter_map(|cell| self.vocabulary.headers.whole(&cell.text.plain))
            .collect();
        let told = [Column::Owner, Column::Due, Column::Status, Column::Issue];
        columns.contains(&Column::Title) && told.iter().any(|column| columns.contains(column))
    }
}

fn speaks_of_reviews(text: &str) -> bool {
    let text = text.to_lowercase();
    ["review", "レビュー", "振り返り", "ふりかえり", "retro"]
        .iter()
        .any(|word| text.contains(word))
}

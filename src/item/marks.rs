//! How a document marks the status of entries that have neither checkbox nor status field: `✅ title`, `~~title~~`, `title - DONE`,
//! `title (done)`, a sub-bullet `Status: Done`. What one item does the others may do: a new status is written the way the document writes it.

use std::collections::HashMap;
use std::ops::Range;

use super::find::Found;
use super::inline::Mark;
use super::status::{self, Reading};
use super::vocabulary::{Column, Vocabulary};
use super::{Form, Status};
use crate::document::Document;
use crate::document::outline::BlockId;

/// How the status of one item is written, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusMark {
    /// The mark stands there and says done; without it the item is not.
    Present {
        /// Which one.
        mark: Mark,
        /// The bytes of the emoji, word, or title that is struck through.
        word: Range<usize>,
    },
    /// Other items of the document have such a mark.
    Absent {
        /// Which one.
        mark: Mark,
    },
    /// Other items have a labelled field; this is one of them, to be written after its example.
    Field {
        /// The entry that is the example.
        example: BlockId,
    },
}

/// The habits of a document: which marks its items have, and what they say.
#[derive(Debug, Default)]
pub struct Habits {
    counts: HashMap<Mark, (usize, bool)>,
    field: Option<(BlockId, usize)>,
}

impl Habits {
    /// Looks at all items that aren't in tables and have no checkbox.
    pub fn of(found: &[Found], document: &Document, vocabulary: &Vocabulary) -> Habits {
        let mut habits = Habits::default();
        for item in found {
            if item.form == Form::Table || item.ticked.is_some() {
                continue;
            }
            let field = item.fields.iter().find(|f| f.column == Column::Status);
            let status = field.map(|f| status::read(&f.text, vocabulary));
            if item.struck && field.is_none() {
                habits.count(Mark::Struck, true);
            } else if let (Some(mark), Some(Reading::Known(status, _))) = (item.mark, &status) {
                habits.count(mark, *status == Status::Done);
            } else if let (Some(field), None, Form::Bullet | Form::Numbered) =
                (field, item.mark, item.form)
            {
                habits.field(document, item.block, field.text.span.start);
            }
        }
        habits
    }

    fn count(&mut self, mark: Mark, done: bool) {
        let entry = self.counts.entry(mark).or_insert((0, true));
        entry.0 += 1;
        entry.1 &= done;
    }

    fn field(&mut self, document: &Document, item: BlockId, at: usize) {
        if let Some((_, count)) = &mut self.field {
            *count += 1;
            return;
        }
        let example = (item + 1..document.blocks.len())
            .take_while(|id| document.blocks[*id].span.start <= at)
            .last();
        self.field = example.map(|example| (example, 1));
    }

    /// Whether a mark says done wherever it stands, and can be taken away: then an item without it is simply not done.
    pub fn only_done(&self, mark: Option<Mark>) -> bool {
        mark.is_some_and(|mark| {
            matches!(mark, Mark::EmojiBefore | Mark::EmojiBehind | Mark::Struck)
                && self.counts.get(&mark).is_some_and(|(_, done)| *done)
        })
    }

    /// How the status of an item without one would be written.
    pub fn mark(&self, found: &Found) -> Option<StatusMark> {
        if !matches!(found.form, Form::Bullet | Form::Numbered | Form::Paragraph) {
            return None;
        }
        let order = [
            Mark::EmojiBefore,
            Mark::EmojiBehind,
            Mark::Struck,
            Mark::Dash,
            Mark::Bracket,
        ];
        let common = order
            .into_iter()
            .filter_map(|mark| Some((mark, self.counts.get(&mark)?.0)))
            .max_by_key(|(mark, count)| {
                (
                    *count,
                    std::cmp::Reverse(order.iter().position(|m| m == mark)),
                )
            });
        match (common, self.field) {
            (Some((_, count)), Some((example, fields))) if fields >= count => {
                Some(StatusMark::Field { example })
            }
            (None, Some((example, _))) if found.form != Form::Paragraph => {
                Some(StatusMark::Field { example })
            }
            (Some((mark, _)), _) => Some(StatusMark::Absent { mark }),
            _ => None,
        }
    }
}

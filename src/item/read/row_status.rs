//! An item's status: from its field, its mark, the section it stands in, or the day it was done.

use super::Reader;
use crate::document::text::Text;
use crate::item::due::{self, Due};
use crate::item::find::{Field, Found};
use crate::item::inline::Mark;
use crate::item::marks::StatusMark;
use crate::item::memory::Notation;
use crate::item::problem::ProblemKind;
use crate::item::status::{self, Reading};
use crate::item::vocabulary::{Column, Vocabulary};
use crate::item::{Form, RowStatus, Status};

impl Reader<'_> {
    /// The status, how it can be written where no word of it stands in a cell or field, and whether it stops the item.
    pub(super) fn status(
        &mut self,
        found: &Found,
        field: Option<&Field>,
        context: Option<Status>,
    ) -> (RowStatus, Option<StatusMark>, bool) {
        let row = |status, notation, word| RowStatus {
            status,
            notation,
            word,
        };
        let reading = field.map(|f| (f, status::read(&f.text, self.vocabulary)));
        // Where only a date says that something was done, it says so.
        let completed = found
            .fields
            .iter()
            .any(|f| f.column == Column::Completed && self.says_done(&f.text));
        let context = if completed {
            Some(Status::Done)
        } else {
            context
        };
        if let Some((ticked, _)) = &found.ticked {
            let word = match reading {
                Some((_, Reading::Known(status, word))) => Some((status, word)),
                _ => None,
            };
            return match word {
                // The box says whether it is done; a word beside it adds what a box can't say.
                Some((Status::Dropped, word)) => (
                    row(Status::Dropped, Notation::Words, Some(word)),
                    None,
                    false,
                ),
                Some((status, word)) if !ticked && status != Status::Done => {
                    (row(status, Notation::Words, Some(word)), None, false)
                }
                _ => {
                    let status = if *ticked { Status::Done } else { Status::Todo };
                    (row(status, Notation::Checkbox, None), None, false)
                }
            };
        }
        if let Some((field, reading)) = reading {
            let own_mark = found.mark.filter(|_| self.habits.only_done(found.mark));
            return match reading {
                Reading::Known(Status::Done, _) if own_mark.is_some() => {
                    let mark = StatusMark::Present {
                        mark: own_mark.unwrap_or(Mark::EmojiBefore),
                        word: field.text.span.clone(),
                    };
                    (
                        row(Status::Done, Notation::Checkbox, None),
                        Some(mark),
                        false,
                    )
                }
                Reading::Known(status, word) => {
                    let notation = match word.word.as_str() {
                        "[ ]" | "[x]" | "[X]" => Notation::Checkbox,
                        _ => Notation::Words,
                    };
                    (row(status, notation, Some(word)), None, false)
                }
                Reading::Blank => (row(Status::Todo, Notation::Words, None), None, false),
                Reading::Unreadable => {
                    self.problem(
                        field.text.span.start,
                        ProblemKind::StatusUnreadable {
                            text: field.text.plain.trim().to_owned(),
                        },
                    );
                    (row(Status::Todo, Notation::Words, None), None, true)
                }
            };
        }
        if found.struck {
            let mark = StatusMark::Present {
                mark: Mark::Struck,
                word: found.title.span.clone(),
            };
            return (
                row(Status::Done, Notation::Checkbox, None),
                Some(mark),
                false,
            );
        }
        // A heading block takes a new field as readily as it took the others.
        if found.form == Form::Heading && found.last_field.is_some() {
            let status = context.unwrap_or(Status::Todo);
            return (row(status, Notation::Words, None), None, false);
        }
        if found.form == Form::Table {
            return (
                row(context.unwrap_or(Status::Todo), Notation::None, None),
                None,
                false,
            );
        }
        let habit = self.habits.mark(found);
        let notation = match &habit {
            None => Notation::None,
            Some(StatusMark::Absent { mark }) if self.habits.only_done(Some(*mark)) => {
                Notation::Checkbox
            }
            Some(_) => Notation::Words,
        };
        (
            row(context.unwrap_or(Status::Todo), notation, None),
            habit,
            false,
        )
    }

    /// Whether a field for the day of completion has one.
    fn says_done(&self, text: &Text) -> bool {
        matches!(
            due::read(&text.plain, self.date),
            Due::On { .. } | Due::NeedsReference
        )
    }
}

/// The status that a section's name gives its items: 完了, `Backlog (done)`, 追加対応（実施済み）.
pub(super) fn name_status(name: &str, vocabulary: &Vocabulary) -> Option<Status> {
    let inside = name
        .trim_end()
        .strip_suffix([')', '）'])
        .and_then(|rest| rest.rfind(['(', '（']).map(|at| &rest[at..]))
        .map(|inner| inner.trim_start_matches(['(', '（']));
    inside
        .and_then(|inside| vocabulary.statuses.whole(inside))
        .or_else(|| vocabulary.statuses.whole(name))
}

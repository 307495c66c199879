//! How people moved the deadline of an item: in which fields that may stand, and what becomes of an extension that moves nothing.

use chrono::NaiveDate;

use super::{Reader, live_lines};
use crate::item::find::Field;
use crate::item::problem::ProblemKind;
use crate::item::vocabulary::Column;
use crate::item::{Waiver, waiver};

impl Reader<'_> {
    /// The waivers written in the fields that may hold one: those that move the deadline on, and a problem for each that says no day. Where all
    /// lie before the due date none has moved it; one of several may be older than the date that is written now.
    pub(super) fn waivers(
        &mut self,
        fields: &[Field],
        due: Option<NaiveDate>,
        closed: bool,
    ) -> Vec<Waiver> {
        let mut waivers: Vec<(usize, Waiver)> = Vec::new();
        let mut vague = Vec::new();
        for field in fields {
            let place = match field.column {
                Column::Due | Column::Waiver => waiver::Place::Due,
                Column::Details => waiver::Place::Details,
                _ => continue,
            };
            let texts = std::iter::once(&field.text).chain(field.list.iter().map(|(_, text)| text));
            for text in texts.filter(|text| !text.is_blank()) {
                let live = live_lines(text);
                let mut clauses = waiver::clauses(&live, self.date, self.vocabulary);
                if place == waiver::Place::Details {
                    clauses.retain(|clause| !waiver::is_foreign(&live, clause.range.start));
                }
                let words = waiver::vague(&live, &clauses, place, self.vocabulary);
                let says_none = clauses.is_empty() && words.is_empty();
                if field.column == Column::Waiver && says_none {
                    match waiver::bare(&live, self.date, self.vocabulary) {
                        Some(clause) => clauses.push(clause),
                        None if waiver::is_none(&live, self.vocabulary) => {}
                        None => vague.push((text.span.start, live.trim().to_owned())),
                    }
                }
                let at = text.span.start;
                vague.extend(
                    words
                        .into_iter()
                        .map(|range| (at, live[range].trim().to_owned())),
                );
                let line = self.document.lines.line(at);
                if field.column == Column::Due && says_none {
                    let moves = waiver::moves(text, self.date, self.vocabulary);
                    waivers.extend(moves.into_iter().map(|moved| {
                        let waiver = Waiver {
                            from: Some(moved.from),
                            until: moved.until,
                            reason: moved.reason,
                            line,
                        };
                        (at, waiver)
                    }));
                }
                waivers.extend(clauses.into_iter().map(|clause| {
                    (
                        at,
                        Waiver {
                            from: due,
                            until: clause.until,
                            reason: clause.reason,
                            line,
                        },
                    )
                }));
            }
        }
        if !closed {
            for (at, text) in vague {
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                self.problem(at, ProblemKind::ExtensionUnreadable { text });
            }
        }
        let last = waivers.iter().max_by_key(|(_, waiver)| waiver.until);
        if let (Some(due), Some((at, last))) = (due, last)
            && last.until < due
        {
            let (at, until) = (*at, last.until);
            if !closed {
                self.problem(at, ProblemKind::ExtensionEarlier { until, due });
            }
            return Vec::new();
        }
        waivers.into_iter().map(|(_, waiver)| waiver).collect()
    }
}

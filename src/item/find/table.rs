//! The rows of a table of action items.

use std::collections::HashMap;
use std::ops::Range;

use super::{Field, Finder, Found, below};
use crate::document::outline::BlockId;
use crate::document::table::Table;
use crate::document::text::Text;
use crate::item::read::is_own_link;
use crate::item::vocabulary::{Column, Section, Vocabulary};
use crate::item::{Form, columns};

impl Finder<'_> {
    pub(super) fn table(&self, id: BlockId, table: &Table, found: &mut Vec<Found>) {
        let scope = self.scopes.scope(id);
        if below::is_vertical(table, self.vocabulary) {
            let open = scope.section.is_some_and(Section::is_open);
            found.extend(self.vertical(id, table).filter(|_| open));
            return;
        }
        let Some(columns) = columns::of(table, scope.section, self.vocabulary, self.people) else {
            return;
        };
        let place = |column: Column| columns.iter().position(|c| *c == Some(column));
        let Some(title) = place(Column::Title) else {
            return;
        };
        let mut above: HashMap<usize, Text> = HashMap::new();
        for (index, row) in table.rows.iter().enumerate() {
            if !row.piped && table.header.cells.len() > 1 {
                continue;
            }
            if row.cells.iter().all(|cell| cell.text.is_blank()) {
                continue;
            }
            let text = |column: usize| {
                row.cells
                    .get(column)
                    .map(|cell| cell.text.clone())
                    .unwrap_or_default()
            };
            let mut fields = Vec::new();
            for (at, column) in columns.iter().enumerate() {
                let Some(column) = column.filter(|c| !matches!(c, Column::Title | Column::Id))
                else {
                    continue;
                };
                let mut said = text(at);
                // 〃 stands for what the row above says. A status is everybody's own.
                if self.vocabulary.dittos.whole(&said.plain).is_some() && column != Column::Status {
                    if let Some(above) = above.get(&at) {
                        said = above.clone();
                    }
                } else if !said.is_blank() {
                    above.insert(at, said.clone());
                }
                fields.push(Field {
                    column,
                    text: said,
                    list: Vec::new(),
                });
            }
            if place(Column::Status).is_none()
                && let Some(status) = place(Column::Issue)
                    .and_then(|at| status_beside_ticket(&text(at), self.vocabulary))
            {
                fields.push(Field {
                    column: Column::Status,
                    text: status,
                    list: Vec::new(),
                });
            }
            let number = place(Column::Id)
                .map(|at| text(at).plain.trim().to_owned())
                .filter(|n| !self.vocabulary.is_blank(n));
            found.push(Found {
                form: Form::Table,
                block: id,
                row: Some(index),
                line: row.line,
                title: text(title),
                whole: text(title),
                number,
                ticked: None,
                fields,
                last_field: None,
                status_column: place(Column::Status),
                issue_column: place(Column::Issue),
                mark: None,
                struck: false,
                scope: self.scopes.id(id),
            });
        }
    }
}

/// `#12 **DONE**`: the status that a ticket cell says beside the ticket, in bold or as its last word.
fn status_beside_ticket(cell: &Text, vocabulary: &Vocabulary) -> Option<Text> {
    if cell.plain.len() > 200 {
        return None;
    }
    let is_status = |range: &Range<usize>| {
        range.start > 0
            && vocabulary
                .statuses
                .whole(&cell.plain[range.clone()])
                .is_some()
    };
    let last = || {
        let own = cell.links.iter().rev().find(|link| is_own_link(link));
        let end = own
            .filter(|link| link.text.end == cell.plain.len())
            .map_or(cell.plain.len(), |link| link.text.start);
        let end = cell.plain[..end].trim_end().len();
        let mut found = None;
        let mut start = end;
        // Won't do has two words, Not yet started three.
        for _ in 0..3 {
            let Some(space) = cell.plain[..start].trim_end().rfind(' ') else {
                break;
            };
            start = space + 1;
            found = Some(start..end).filter(is_status).or(found);
        }
        found
    };
    let bold = cell.strong.iter().find(|range| is_status(range)).cloned();
    bold.or_else(last).map(|range| cell.slice(range))
}

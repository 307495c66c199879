//! What the columns of a table hold: by the words of its header, else by what its cells say.

use std::collections::HashSet;

use super::due::{self, Due};
use super::link;
use super::owner;
use super::people::People;
use super::status::{self, Reading};
use super::vocabulary::{Column, Section, Vocabulary};
use crate::document::table::Table;
use crate::document::text::Text;

/// How many rows are looked at to tell a column by its cells.
const SAMPLE: usize = 20;

/// The columns of a table of action items; `None` where it is none.
///
/// Outside sections of action items a table needs a title and two of owner, due date, status, ticket and priority, one of the first two among
/// them; and no header that only other tables have. Under a name that also heads prose any two will do; inside a section of action items
/// the title is enough.
pub(super) fn of(
    table: &Table,
    section: Option<Section>,
    vocabulary: &Vocabulary,
    people: &People,
) -> Option<Vec<Option<Column>>> {
    if table.header.cells.len() < 2 && section != Some(Section::Actions) {
        return None;
    }
    let mut columns: Vec<Option<Column>> = Vec::with_capacity(table.header.cells.len());
    let mut seen: HashSet<Column> = HashSet::new();
    let mut never = false;
    for cell in &table.header.cells {
        let column = vocabulary.headers.whole(&cell.text.plain);
        never |= column.is_none() && vocabulary.never_headers.whole(&cell.text.plain).is_some();
        // The first column of a meaning has it; a second 内容 beside アクション is more about the item.
        let taken = column.is_some_and(|c| !seen.insert(c));
        columns.push(if taken {
            (column == Some(Column::Title)).then_some(Column::Details)
        } else {
            column
        });
    }
    let has = |columns: &[Option<Column>], column: Column| columns.contains(&Some(column));
    // 課題 beside 対応方針 is what the item answers to; alone it says what is to be done.
    for (cell, column) in table.header.cells.iter().zip(0..) {
        if columns[column].is_none() && vocabulary.topics.whole(&cell.text.plain).is_some() {
            let title = has(&columns, Column::Title) || !section.is_some_and(Section::is_open);
            columns[column] = Some(if title {
                Column::Details
            } else {
                Column::Title
            });
        }
    }
    let evidence = |columns: &[Option<Column>]| {
        [
            Column::Owner,
            Column::Due,
            Column::Status,
            Column::Issue,
            Column::Priority,
        ]
        .into_iter()
        .filter(|c| has(columns, *c))
        .count()
    };
    let accepted = match section {
        _ if never => false,
        Some(Section::Never | Section::Anatomy | Section::Response) => false,
        Some(Section::Actions) => {
            by_cells(table, &mut columns, vocabulary, people);
            if !has(&columns, Column::Title) && evidence(&columns) > 0 {
                title_by_length(table, &mut columns);
            }
            has(&columns, Column::Title)
        }
        Some(Section::Perhaps) => has(&columns, Column::Title) && evidence(&columns) >= 2,
        None => {
            has(&columns, Column::Title)
                && (has(&columns, Column::Due) || has(&columns, Column::Owner))
                && evidence(&columns) >= 2
                && says_statuses(table, &columns, vocabulary)
        }
    };
    accepted.then_some(columns)
}

/// Whether a status column, if there is one, says how far work is: services are healthy, and metrics missed.
fn says_statuses(table: &Table, columns: &[Option<Column>], vocabulary: &Vocabulary) -> bool {
    let Some(at) = columns.iter().position(|c| *c == Some(Column::Status)) else {
        return true;
    };
    let readings = table.rows.iter().take(SAMPLE).filter_map(|row| {
        row.cells
            .get(at)
            .map(|cell| status::read(&cell.text, vocabulary))
    });
    let (mut said, mut odd) = (0, 0);
    for reading in readings {
        match reading {
            Reading::Known(..) => said += 1,
            Reading::Unreadable => odd += 1,
            Reading::Blank => {}
        }
    }
    odd <= said
}

/// Tells columns with unknown headers by their cells: most of those that say anything have to agree.
fn by_cells(
    table: &Table,
    columns: &mut [Option<Column>],
    vocabulary: &Vocabulary,
    people: &People,
) {
    for at in 0..columns.len().min(24) {
        if columns[at].is_some() {
            continue;
        }
        let cells: Vec<&Text> = table
            .rows
            .iter()
            .take(SAMPLE)
            .filter_map(|row| row.cells.get(at).map(|c| &c.text))
            .filter(|text| !vocabulary.is_blank(&text.plain) && text.plain.len() <= 120)
            .collect();
        let agree = |test: &dyn Fn(&Text) -> bool| {
            !cells.is_empty()
                && cells.iter().filter(|text| test(text)).count() * 3 >= cells.len() * 2
        };
        let plain = |text: &Text| text.plain.trim().to_owned();
        let column = if agree(&|t| {
            matches!(
                due::read(&t.plain, None),
                Due::On { .. } | Due::NeedsReference
            )
        }) {
            Column::Due
        } else if agree(&|t| vocabulary.priorities.whole(&plain(t)).is_some()) {
            Column::Priority
        } else if agree(&|t| matches!(status::read(t, vocabulary), Reading::Known(..))) {
            Column::Status
        } else if agree(&|t| vocabulary.kinds.whole(&plain(t)).is_some()) {
            Column::Kind
        } else if agree(&|t| owner::is_name(&t.plain, vocabulary, people)) {
            Column::Owner
        } else if agree(&|t| !link::find(t).is_empty() && t.plain.split_whitespace().count() <= 3) {
            Column::Issue
        } else {
            continue;
        };
        if !columns.contains(&Some(column)) {
            columns[at] = Some(column);
        }
    }
}

/// The unknown column with the longest texts is what is to be done.
fn title_by_length(table: &Table, columns: &mut [Option<Column>]) {
    let length = |at: usize| -> usize {
        table
            .rows
            .iter()
            .take(SAMPLE)
            .filter_map(|row| row.cells.get(at))
            .map(|cell| cell.text.plain.len())
            .sum()
    };
    let longest = (0..columns.len().min(24))
        .filter(|at| columns[*at].is_none())
        .max_by_key(|at| (length(*at), std::cmp::Reverse(*at)))
        .filter(|at| length(*at) > 0);
    if let Some(at) = longest {
        columns[at] = Some(Column::Title);
    }
}

//! The bytes of a table's rows: where its cells begin and end, and how a column is added without touching another cell.

use std::collections::BTreeMap;
use std::ops::Range;

use super::edit::Splice;
use super::text::Text;

/// A GFM table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The header row.
    pub header: Row,
    /// The bytes of the delimiter row (`|---|---|`), without its line end and the prefix of a quote or list.
    pub delimiter: Range<usize>,
    /// The rows below it, those that hold text only because a paragraph follows the table without a blank line included.
    pub rows: Vec<Row>,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its line in the document, from 1.
    pub line: usize,
    /// Its bytes without the line end and the prefix of a quote or list.
    pub span: Range<usize>,
    /// A cell for each column of the header; an absent one is blank and stands at the row's end.
    pub cells: Vec<Cell>,
    /// Whether the row has a pipe at all; a line without one is a paragraph that GFM takes into the table.
    pub piped: bool,
}

/// One cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub text: Text,
    /// The bytes between its pipes, padding included; `None` where the row has too few cells.
    pub padded: Option<Range<usize>>,
}

impl Cell {
    /// Puts `with` in place of what the cell says, keeping its padding; `None` where the row doesn't have this cell.
    pub fn replace(&self, source: &str, with: &str) -> Option<Splice> {
        let padded = self.padded.clone()?;
        if !self.text.span.is_empty()
            && padded.start <= self.text.span.start
            && self.text.span.end <= padded.end
        {
            return Some(Splice::replace(self.text.span.clone(), with));
        }
        // A blank cell: keep a space on both sides, and the width it has where there is room.
        let room = source[padded.clone()].chars().count();
        let width = unicode_width::UnicodeWidthStr::width(with);
        Some(Splice::replace(
            padded,
            format!(
                " {with}{}",
                " ".repeat((room.saturating_sub(width + 1)).max(1))
            ),
        ))
    }
}

/// The positions of the pipes that separate cells. As in GFM, a pipe inside a code span counts, and one behind a backslash doesn't, even
/// where that backslash is itself escaped.
pub fn pipes(source: &str, row: Range<usize>) -> Vec<usize> {
    let bytes = &source.as_bytes()[row.clone()];
    (0..bytes.len())
        .filter(|&at| bytes[at] == b'|' && (at == 0 || bytes[at - 1] != b'\\'))
        .map(|at| row.start + at)
        .collect()
}

/// The bytes between the pipes of a row, cell by cell, padding included; surplus cells too.
pub fn cells(source: &str, row: Range<usize>) -> Vec<Range<usize>> {
    let trimmed = super::text::trim_range(source, row);
    let pipes = pipes(source, trimmed.clone());
    let mut bounds = Vec::with_capacity(pipes.len() + 2);
    if pipes.first() != Some(&trimmed.start) {
        bounds.push(trimmed.start..trimmed.start);
    }
    bounds.extend(pipes.iter().map(|&p| p..p + 1));
    if pipes.last().map(|&p| p + 1) != Some(trimmed.end) {
        bounds.push(trimmed.end..trimmed.end);
    }
    bounds.windows(2).map(|w| w[0].end..w[1].start).collect()
}

impl Table {
    /// Adds a column after the last one: its name into the header, `values` (by row index) into the rows, blank elsewhere. No byte of
    /// another cell changes; cells beyond the header's, which nobody sees rendered, stay behind the new one. `fills` are cells that a
    /// row lacks and gets at the same time, by row and column.
    pub fn add_column(
        &self,
        source: &str,
        name: &str,
        values: &BTreeMap<usize, String>,
        fills: &Fills,
    ) -> Vec<Splice> {
        let columns = self.header.cells.len();
        let none = BTreeMap::new();
        let dashes = "-".repeat(unicode_width::UnicodeWidthStr::width(name).max(3));
        let mut splices = vec![
            new_cells(source, &self.header.span, columns, &none, Some(name)),
            new_cells(source, &self.delimiter, columns, &none, Some(&dashes)),
        ];
        for (index, row) in self.rows.iter().enumerate() {
            let value = values.get(&index).map_or("", String::as_str);
            if row.piped || !value.is_empty() {
                splices.push(new_cells(
                    source,
                    &row.span,
                    columns,
                    fills.get(&index).unwrap_or(&none),
                    Some(value),
                ));
            }
        }
        splices
    }

    /// Replaces what stands at `span` in a cell. Where the column is padded to one display width throughout, the padding behind it gives or
    /// takes what the new text is shorter or longer, so that the column stays aligned.
    pub fn replace_in(
        &self,
        source: &str,
        (row, column): (usize, usize),
        span: Range<usize>,
        with: &str,
    ) -> Splice {
        let width =
            |range: &Range<usize>| unicode_width::UnicodeWidthStr::width(&source[range.clone()]);
        let padded = |row: &Row| row.cells.get(column).and_then(|cell| cell.padded.clone());
        let header = padded(&self.header).map(|range| width(&range));
        let mut rows = self.rows.iter().filter(|row| row.piped);
        let aligned =
            rows.all(|row| padded(row).is_some_and(|range| Some(width(&range)) == header));
        let cell = self.rows.get(row).and_then(padded);
        match cell.filter(|cell| aligned && cell.start <= span.start && span.end <= cell.end) {
            Some(cell)
                if !source[span.end..cell.end].is_empty()
                    && source[span.end..cell.end].bytes().all(|b| b == b' ') =>
            {
                let room = width(&(span.start..cell.end));
                let gap = room
                    .saturating_sub(unicode_width::UnicodeWidthStr::width(with))
                    .max(1);
                Splice::replace(span.start..cell.end, format!("{with}{}", " ".repeat(gap)))
            }
            _ => Splice::replace(span, with),
        }
    }

    /// Gives a row the cells that it lacks.
    pub fn fill_row(
        &self,
        source: &str,
        row: usize,
        cells: &BTreeMap<usize, String>,
    ) -> Option<Splice> {
        let last = *cells.keys().last()?;
        Some(new_cells(
            source,
            &self.rows.get(row)?.span,
            last + 1,
            cells,
            None,
        ))
    }
}

/// Cells to be added to rows that lack them: row, column, content.
pub type Fills = BTreeMap<usize, BTreeMap<usize, String>>;

/// The edit that completes a row to `columns` cells (with the contents of `fills`) and puts `extra` behind them, in the style of the row.
fn new_cells(
    source: &str,
    row: &Range<usize>,
    columns: usize,
    fills: &BTreeMap<usize, String>,
    extra: Option<&str>,
) -> Splice {
    let found = cells(source, row.clone());
    let trimmed = super::text::trim_range(source, row.clone());
    let spaced = found.iter().all(|c| c.is_empty())
        || found
            .iter()
            .any(|c| source[c.clone()].starts_with(' ') || source[c.clone()].ends_with(' '));
    let cell = |value: &str| match (value.is_empty(), spaced) {
        (true, _) => " |".to_owned(),
        (false, true) => format!(" {value} |"),
        (false, false) => format!("{value}|"),
    };
    let missing =
        (found.len()..columns).map(|column| cell(fills.get(&column).map_or("", String::as_str)));
    let with: String = missing.chain(extra.map(cell)).collect();
    match found.get(columns.min(found.len()).wrapping_sub(1)) {
        // Behind the pipe that ends the last of them.
        Some(last) if last.end < trimmed.end => Splice::insert(last.end + 1, with),
        // The row ends without a pipe: one goes in front, and the row stays as it was, without one at its end.
        Some(last) => {
            // A backslash at the end would escape the pipe.
            let text = &source[last.clone()];
            let gap = if text.ends_with(' ') || !(spaced || text.ends_with('\\')) {
                ""
            } else {
                " "
            };
            // An empty cell at the end would vanish with its pipe.
            let with = if with.trim_end_matches('|').trim_end().ends_with('|')
                || with.trim_matches(['|', ' ']).is_empty()
            {
                with.as_str()
            } else {
                with.trim_end_matches('|').trim_end()
            };
            Splice::insert(last.end, format!("{gap}|{with}"))
        }
        None => Splice::insert(trimmed.end, format!("|{with}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::document::edit::splice;
    use crate::document::outline::BlockKind;
    use proptest::prelude::*;

    fn tables(document: &Document) -> Vec<&Table> {
        document
            .blocks
            .iter()
            .filter_map(|b| {
                if let BlockKind::Table(t) = &b.kind {
                    Some(t)
                } else {
                    None
                }
            })
            .collect()
    }

    fn with_column(text: &str, values: &[(usize, &str)]) -> String {
        let document = Document::parse(text);
        let table = tables(&document)[0];
        let values = values
            .iter()
            .map(|(row, value)| (*row, (*value).to_owned()))
            .collect();
        splice(
            text,
            &table.add_column(text, "Issue", &values, &Fills::new()),
        )
        .expect("edits fit")
    }

    #[test]
    fn an_aligned_column_stays_aligned() {
        for (name, text, with, after) in [
            (
                "shorter",
                "| a | 状態       |\n|---|------------|\n| 1 | 📅 未着手  |\n",
                "✅ 完了",
                "| 1 | ✅ 完了    |\n",
            ),
            (
                "longer",
                "| a | s        |\n|---|----------|\n| 1 | Todo     |\n",
                "Blocked",
                "| 1 | Blocked  |\n",
            ),
            (
                "too long",
                "| a | s    |\n|---|------|\n| 1 | Todo |\n",
                "In progress",
                "| 1 | In progress |\n",
            ),
            (
                "not aligned",
                "| a | s |\n|---|---|\n| 1 | Todo   |\n",
                "Done!",
                "| 1 | Done!   |\n",
            ),
        ] {
            let document = Document::parse(text);
            let table = tables(&document)[0];
            let span = table.rows[0].cells[1].text.span.clone();
            let edit = table.replace_in(text, (0, 1), span, with);
            let written = splice(text, &[edit]).expect("in bounds");
            assert!(written.ends_with(after), "{name}: {written}");
        }
    }

    #[test]
    fn a_column_is_added_in_the_style_of_each_row() {
        for (before, after) in [
            (
                "| a | b |\n|---|---|\n| 1 | 2 |\n",
                "| a | b | Issue |\n|---|---|-----|\n| 1 | 2 | #1 |\n",
            ),
            (
                "a | b\n--- | ---\n1 | 2",
                "a | b | Issue\n--- | --- | -----\n1 | 2 | #1",
            ),
            (
                "|a|b|\r\n|-|-|\r\n|1|2|\r\n",
                "|a|b|Issue|\r\n|-|-|-----|\r\n|1|2|#1|\r\n",
            ),
            (
                "> | a | b |\n> |---|---|\n> | 1 | 2 |\n",
                "> | a | b | Issue |\n> |---|---|-----|\n> | 1 | 2 | #1 |\n",
            ),
            (
                "- x\n\n  | a | b |\n  | - | - |\n  | 1 | 2 |\n",
                "- x\n\n  | a | b | Issue |\n  | - | - | ----- |\n  | 1 | 2 | #1 |\n",
            ),
            (
                "| a | b |\n|---|---|\n| 1 |\n",
                "| a | b | Issue |\n|---|---|-----|\n| 1 | | #1 |\n",
            ),
            (
                "| a | b |\n|---|---|\n| 1 | 2 | 3 |\n",
                "| a | b | Issue |\n|---|---|-----|\n| 1 | 2 | #1 | 3 |\n",
            ),
            (
                "| a | b |  \n|---|---|\n| 1 \\| x | `|` |\n",
                "| a | b | Issue |  \n|---|---|-----|\n| 1 \\| x | `| #1 |` |\n",
            ),
        ] {
            assert_eq!(with_column(before, &[(0, "#1")]), after, "{before}");
        }
        assert_eq!(
            with_column(
                "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\ntext\n",
                &[(1, "#1")]
            ),
            "| a | b | Issue |\n|---|---|-----|\n| 1 | 2 | |\n| 3 | 4 | #1 |\ntext\n"
        );
    }

    proptest! {
        #[test]
        fn adding_a_column_keeps_every_other_cell(
            rows in prop::collection::vec(prop::collection::vec("[ a-c|\\\\`あ*_✅-]{0,6}", 1..5), 1..6),
            pipe in any::<bool>(),
            crlf in any::<bool>(),
        ) {
            let end = if crlf { "\r\n" } else { "\n" };
            let line = |cells: &[String]| {
                let joined = cells.join("|");
                if pipe { format!("|{joined}|{end}") } else { format!("x {joined}{end}") }
            };
            let header = ["| h1 | h2 |", "|---|---|", ""].join(end);
            let text = rows.iter().fold(header, |text, row| text + &line(row));
            let document = Document::parse(text.as_str());
            let before = tables(&document);
            prop_assume!(!before.is_empty());
            let values = BTreeMap::from([(0, "#1".to_owned())]);
            let after = splice(&text, &before[0].add_column(&text, "Issue", &values, &Fills::new())).expect("edits fit");
            let reread = Document::parse(after.as_str());
            let tables = tables(&reread);
            prop_assert_eq!(tables[0].header.cells.len(), 3);
            for (old, new) in before[0].rows.iter().zip(&tables[0].rows) {
                for (was, is) in old.cells.iter().zip(&new.cells) {
                    prop_assert_eq!(&was.text.plain, &is.text.plain, "{}", after);
                    if was.padded.is_some() {
                        prop_assert_eq!(&text[was.text.span.clone()], &after[is.text.span.clone()]);
                    }
                }
            }
        }
    }
}

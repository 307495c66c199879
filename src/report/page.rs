//! A report in words: headings, tables and remarks in one language, with no trace of a format. `text`, `markdown` and what comes after
//! them only lay it out.
//!
//! All text in here is raw: titles and names come from people, so whoever renders a page escapes every text of it. Control characters
//! and direction overrides are gone already.

mod lead;
mod sections;
mod words;

use super::model::Report;
use crate::config::Language;
use crate::output::plain;

/// A report in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The language it is in.
    pub language: Language,
    /// What it is, and of when.
    pub title: String,
    /// The days, the source and what was left out: a line each.
    pub facts: Vec<String>,
    /// What matters most, the worst news first: a sentence each.
    pub lead: Vec<Remark>,
    /// What the reader has to know before believing a number.
    pub remarks: Vec<Remark>,
    /// In the order of reading.
    pub sections: Vec<Section>,
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its name for links and programs: `on-time`.
    pub id: &'static str,
    /// Its heading.
    pub heading: String,
    /// Its table; one without rows is not shown.
    pub table: Table,
    /// What stands below the table.
    pub remarks: Vec<Remark>,
}

/// A sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What it says.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
}

/// How something is meant: the colour of a text, never its only sign.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    #[default]
    Plain,
    /// Better than before, or good enough.
    Good,
    /// To be looked at.
    Warn,
    /// Worse, late or missed.
    Bad,
    /// Less important.
    Dim,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its header; empty where the cells speak for themselves.
    pub title: String,
    /// Whether it holds numbers, which stand on the right.
    pub numbers: bool,
    /// Whether its text may be cut where there is no room.
    pub elastic: bool,
    /// Whether its text goes on in the next line instead.
    pub wraps: bool,
}

/// A cell of a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// The page it leads to: an issue's.
    pub link: Option<String>,
    /// A bar that says it again.
    pub bar: Option<Bar>,
    /// How it is meant.
    pub tone: Tone,
}

/// A bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// How much of its length is filled, 0 to 1.
    pub filled: f64,
    /// Where the goal is, 0 to 1; the length is then that of the whole, and what isn't filled shows too.
    pub goal: Option<f64>,
    /// Whether what isn't filled shows.
    pub whole: bool,
}

impl Cell {
    pub(super) fn text(text: impl AsRef<str>) -> Cell {
        Cell {
            text: plain(text.as_ref()),
            ..Cell::default()
        }
    }

    pub(super) fn toned(self, tone: Tone) -> Cell {
        Cell { tone, ..self }
    }
}

impl Table {
    pub(super) fn new<const N: usize>(columns: [(&str, Kind); N]) -> Table {
        let columns = columns.map(|(title, kind)| Column {
            title: title.to_owned(),
            numbers: kind == Kind::Number,
            elastic: matches!(kind, Kind::Elastic | Kind::Wrapped),
            wraps: kind == Kind::Wrapped,
        });
        Table {
            columns: columns.into(),
            rows: Vec::new(),
        }
    }
}

impl Table {
    /// Columns without a header that say nothing in any row take no room.
    pub(super) fn without_empty_columns(self) -> Table {
        let Table { columns, rows } = self;
        let used: Vec<bool> = (0..columns.len())
            .map(|at| {
                let says = |cell: &Cell| !cell.text.is_empty() || cell.bar.is_some();
                !columns[at].title.is_empty() || rows.iter().any(|row| says(&row[at]))
            })
            .collect();
        let mut at_column = used.iter();
        let mut kept = |_: &Column| at_column.next().copied().unwrap_or(true);
        let columns = columns.into_iter().filter(|column| kept(column)).collect();
        let rows = rows
            .into_iter()
            .map(|row| {
                let cells = row.into_iter().zip(&used);
                cells
                    .filter(|(_, used)| **used)
                    .map(|(cell, _)| cell)
                    .collect()
            })
            .collect();
        Table { columns, rows }
    }
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Elastic,
    Wrapped,
    Number,
}

impl Remark {
    pub(super) fn new(text: impl AsRef<str>, tone: Tone) -> Remark {
        Remark {
            text: plain(text.as_ref()),
            tone,
        }
    }
}

/// Puts a report into words.
pub fn page(report: &Report, language: Language) -> Page {
    worded(report, sections::LONGEST, language)
}

/// As [`page`], with every overdue item: for where a long table is no trouble.
pub fn whole_page(report: &Report, language: Language) -> Page {
    worded(report, usize::MAX, language)
}

fn worded(report: &Report, most_overdue: usize, language: Language) -> Page {
    Page {
        language,
        title: words::title(report, language),
        facts: words::facts(report, language),
        lead: lead::lead(report, language),
        remarks: words::remarks(report, language),
        sections: sections::all(report, most_overdue, language)
            .into_iter()
            .filter(|section| !section.table.rows.is_empty() || !section.remarks.is_empty())
            .map(|section| Section {
                table: section.table.without_empty_columns(),
                ..section
            })
            .collect(),
    }
}

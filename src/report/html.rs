//! A report as one HTML file that needs nothing else: no script, no request, pictures as inline SVG.
//!
//! The words are those of [`super::page`], the pictures those of [`super::charts`]; here is decided where each stands. The markup is in
//! `html/page.html`, the looks in `html/style.css`. A content security policy in the head allows the one style sheet by its hash and
//! nothing else, so that text from people could do no harm even if it were not escaped; it is, by [`super::template`].

mod figure;

use chrono::NaiveDate;
use serde::Serialize;
use sha2::{Digest, Sha256};

use figure::Figure;

use super::charts::{TINTS, Tint};
use super::model::Report;
use super::page::{Cell, Page, Remark, Section, Table, Tone};
use super::template::{TemplateError, Templates};
use crate::config::Language;
use crate::github::git_object::to_base64;
use crate::output::plain;

/// The name of the markup; its ending has everything escaped.
const NAME: &str = "report.html";
const MARKUP: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/style.css");

/// Where the figures are defined.
const DEFINITIONS: &str = "https://github.com/pm-sync/pm-sync/blob/main/docs/report.md";

/// The order of the sections: what happened, what is late, how good that is, then the tables that stand two in a row. What is not
/// named here comes last.
const ORDER: [&str; 12] = [
    "flow",
    "due",
    "overdue",
    "coming",
    "ageing",
    "on-time",
    "days-to-done",
    "slips",
    "owners",
    "kinds",
    "documents",
    "postmortems",
];

/// How many late items the chart of due dates begins with: the table has all of them.
const LATEST: usize = 12;

/// Lays a report out as HTML; `page` is that report in words.
///
/// # Errors
/// Only where our own template is wrong, which the tests would have shown.
pub fn html(report: &Report, page: &Page) -> Result<String, TemplateError> {
    let style = style();
    let mut templates = Templates::new();
    templates.add(NAME, MARKUP)?;
    templates.render(NAME, View::new(report, page, &style))
}

/// Lays a page without pictures out as HTML: every table as wide as the page.
///
/// # Errors
/// As [`html`].
pub fn plain_page(page: &Page, today: NaiveDate) -> Result<String, TemplateError> {
    let style = style();
    let mut templates = Templates::new();
    templates.add(NAME, MARKUP)?;
    let view = View {
        lang: page.language.pick("ja", "en"),
        policy: policy(&style),
        style: &style,
        title: &page.title,
        facts: &page.facts,
        lead: Vec::new(),
        remarks: lines(&page.remarks),
        tiles: Vec::new(),
        summary: Vec::new(),
        sections: page.sections.iter().map(Part::of).collect(),
        plain: true,
        definitions: DEFINITIONS,
        words: Words::new(today, String::new(), page.language),
    };
    templates.render(NAME, view)
}

/// The style sheet with the colours of the charts, which it can give other values to.
fn style() -> String {
    let values = |pick: fn(&Tint) -> &'static str| {
        let each = TINTS.iter();
        each.map(|tint| format!("--{}:{};", tint.name, pick(tint)))
            .collect::<String>()
    };
    let mut css = format!(":root{{{}}}\n", values(|tint| tint.light));
    css.push_str(&format!(
        "@media screen and (prefers-color-scheme:dark){{:root{{{}}}}}\n",
        values(|tint| tint.dark)
    ));
    for Tint { name, light, .. } in TINTS {
        css.push_str(&format!(
            "svg [fill=\"{light}\"]{{fill:var(--{name})}}svg [stroke=\"{light}\"]{{stroke:var(--{name})}}.key-{name}{{background:var(--{name})}}\n"
        ));
    }
    css.push_str(STYLE);
    // The template prints no carriage return, and the hash is over what it prints.
    css.replace('\r', "")
}

/// What the page may load and run: this style sheet, and nothing else.
fn policy(style: &str) -> String {
    let hash = to_base64(&Sha256::digest(style.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}

/// What the template is given.
#[derive(Serialize)]
struct View<'a> {
    lang: &'static str,
    policy: String,
    style: &'a str,
    title: &'a str,
    facts: &'a [String],
    lead: Vec<Line>,
    remarks: Vec<Line>,
    tiles: Vec<Tile>,
    /// What stands below the tiles.
    summary: Vec<Line>,
    sections: Vec<Part>,
    /// Whether every section is as wide as the page.
    plain: bool,
    definitions: &'static str,
    words: Words,
}

/// The words of the page's own.
#[derive(Serialize)]
struct Words {
    skip: &'static str,
    contents: &'static str,
    summary: String,
    before: &'static str,
    up: &'static str,
    down: &'static str,
    made: String,
    definitions: &'static str,
}

/// A sentence.
#[derive(Serialize)]
struct Line {
    text: String,
    tone: &'static str,
}

/// A figure at the top.
#[derive(Serialize)]
struct Tile {
    label: String,
    value: Td,
    /// What the value is of: `(2 of 5)`.
    of: String,
    before: String,
    change: Td,
}

/// A section.
#[derive(Serialize)]
struct Part {
    id: &'static str,
    heading: String,
    figure: Option<Figure>,
    columns: Vec<Head>,
    rows: Vec<Vec<Td>>,
    remarks: Vec<Line>,
}

/// The head of a column.
#[derive(Serialize)]
struct Head {
    title: String,
    numbers: bool,
}

/// A cell.
#[derive(Serialize)]
struct Td {
    text: String,
    /// Whether the number went up or down: `▲` and `▼` are read out as words.
    moved: Option<&'static str>,
    link: Option<String>,
    tone: &'static str,
    numbers: bool,
    /// Whether its text may be long.
    elastic: bool,
}

impl<'a> View<'a> {
    fn new(report: &'a Report, page: &'a Page, style: &'a str) -> View<'a> {
        let language = page.language;
        let mut parts = Vec::new();
        let (mut tiles, mut summary) = (Vec::new(), Vec::new());
        let mut heading = String::new();
        for section in &page.sections {
            if section.id == "summary" {
                tiles = section.table.rows.iter().map(|row| tile(row)).collect();
                summary = lines(&section.remarks);
                heading.clone_from(&section.heading);
            } else {
                parts.push(Part {
                    figure: figure::of(section, report, language),
                    ..Part::of(section)
                });
            }
        }
        let late = page.sections.iter().find(|s| s.id == "overdue");
        let late = late.map_or(0, |section| section.table.rows.len().min(LATEST));
        parts.extend(figure::due(report, late, language));
        parts.sort_by_key(|part| {
            let place = ORDER.iter().position(|id| *id == part.id);
            place.unwrap_or(ORDER.len())
        });
        View {
            lang: language.pick("ja", "en"),
            policy: policy(style),
            style,
            title: &page.title,
            facts: &page.facts,
            lead: lines(&page.lead),
            remarks: lines(&page.remarks),
            tiles,
            summary,
            sections: parts,
            plain: false,
            definitions: DEFINITIONS,
            words: Words::new(report.today, heading, language),
        }
    }
}

impl Words {
    fn new(today: NaiveDate, summary: String, language: Language) -> Words {
        Words {
            skip: language.pick("本文へ移動", "Skip to the report"),
            contents: language.pick("目次", "Contents"),
            summary,
            before: language.pick("前回", "was"),
            up: language.pick("増", "up"),
            down: language.pick("減", "down"),
            made: language.pick(
                format!("{today} に pm-sync が作成。"),
                format!("Made by pm-sync on {today}."),
            ),
            definitions: language.pick("各指標の定義", "How each figure is defined"),
        }
    }
}

fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Good => "good",
        Tone::Warn => "warn",
        Tone::Bad => "bad",
        Tone::Dim => "dim",
    }
}

fn lines(remarks: &[Remark]) -> Vec<Line> {
    let line = |remark: &Remark| Line {
        // The signs of code in Markdown and on a terminal are none here.
        text: remark.text.replace('`', ""),
        tone: tone(remark.tone),
    };
    remarks.iter().map(line).collect()
}

impl Td {
    fn of(cell: &Cell, numbers: bool, elastic: bool) -> Td {
        let (moved, text) = match cell.text.chars().next() {
            Some('▲') => (Some("up"), cell.text.trim_start_matches(['▲', ' '])),
            Some('▼') => (Some("down"), cell.text.trim_start_matches(['▼', ' '])),
            _ => (None, cell.text.as_str()),
        };
        Td {
            text: text.to_owned(),
            moved,
            link: cell.link.as_deref().and_then(web),
            tone: tone(cell.tone),
            numbers,
            elastic,
        }
    }
}

/// An address that leads to a web page, and not to a script.
fn web(url: &str) -> Option<String> {
    let url = plain(url);
    let lower = url.trim_start().to_ascii_lowercase();
    let leads = ["https://", "http://"].iter().any(|s| lower.starts_with(s));
    leads.then(|| url.trim().to_owned())
}

fn tile(row: &[Cell]) -> Tile {
    let cell = |at: usize| row.get(at).cloned().unwrap_or_default();
    let mut value = cell(1);
    let of = match value.text.find([' ', '（']) {
        Some(at) if value.text[at..].trim_start().starts_with(['(', '（']) => {
            value.text.split_off(at)
        }
        _ => String::new(),
    };
    Tile {
        label: cell(0).text,
        value: Td::of(&value, true, false),
        of: of.trim().trim_matches(['(', ')', '（', '）']).to_owned(),
        before: cell(2).text,
        change: Td::of(&cell(3), false, false),
    }
}

impl Part {
    fn of(section: &Section) -> Part {
        let Section {
            id,
            heading,
            table,
            remarks,
        } = section;
        let (columns, rows) = cells(table);
        Part {
            id,
            heading: heading.clone(),
            figure: None,
            columns,
            rows,
            remarks: lines(remarks),
        }
    }
}

/// A table without the columns of bars: they are drawn for a terminal, and here there are charts.
fn cells(table: &Table) -> (Vec<Head>, Vec<Vec<Td>>) {
    let kept: Vec<usize> = (0..table.columns.len())
        .filter(|at| {
            let bars = |row: &Vec<Cell>| row.get(*at).is_none_or(|cell| cell.text.is_empty());
            !table.columns[*at].title.is_empty() || !table.rows.iter().all(bars)
        })
        .collect();
    let columns = kept.iter().map(|at| Head {
        title: table.columns[*at].title.clone(),
        numbers: table.columns[*at].numbers,
    });
    let row = |row: &Vec<Cell>| {
        kept.iter()
            .filter_map(|at| {
                let column = &table.columns[*at];
                Some(Td::of(row.get(*at)?, column.numbers, column.elastic))
            })
            .collect()
    };
    (columns.collect(), table.rows.iter().map(row).collect())
}

#[cfg(test)]
mod tests;

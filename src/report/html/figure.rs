//! The charts of the page, each with its legend, and the section that only a chart makes worth having.

use chrono::NaiveDate;
use serde::Serialize;

use super::super::charts::{self, Caption, Picture, Tint};
use super::super::model::{Bucket, OnTime, Report, Row};
use super::super::page::{Cell, Section, Tone};
use super::{Head, Line, Part, Td, tone, web};
use crate::config::Language;
use crate::output::plain;

/// A chart with its legend.
#[derive(Serialize)]
pub(super) struct Figure {
    wide: String,
    narrow: Option<String>,
    keys: Vec<Key>,
}

/// An entry of a legend.
#[derive(Serialize)]
struct Key {
    tint: &'static str,
    text: String,
}

impl Figure {
    fn new(picture: Picture, keys: &[(bool, Tint, &str)]) -> Figure {
        let shown = keys.iter().filter(|(shown, ..)| *shown);
        Figure {
            wide: picture.wide,
            narrow: picture.narrow,
            keys: shown
                .map(|(_, tint, text)| Key {
                    tint: tint.name,
                    text: plain(text),
                })
                .collect(),
        }
    }
}

/// The chart of a section, with the names that its table gives to things.
pub(super) fn of(section: &Section, report: &Report, language: Language) -> Option<Figure> {
    match section.id {
        "flow" => flow(section, report, language),
        "ageing" => ageing(section, report, language),
        "on-time" => on_time(section, report, language),
        _ => None,
    }
}

fn flow(section: &Section, report: &Report, language: Language) -> Option<Figure> {
    let titles: Vec<&str> = section
        .table
        .columns
        .iter()
        .map(|c| c.title.as_str())
        .collect();
    let &[_, created, done, dropped, ..] = titles.as_slice() else {
        return None;
    };
    let picture = charts::flow(
        &report.flow,
        [created, done, dropped],
        Caption {
            title: &section.heading,
            description: language.pick(
                "期間を区切り、作成した件数と、完了・見送りとなった件数を並べた棒グラフ。値は隣の表にあります。",
                "Bars for each part of the period: items created beside items done and dropped. The table beside it has the values.",
            ),
        },
    )?;
    let any = |count: fn(&Bucket) -> Option<usize>| {
        let mut counts = report.flow.iter().filter_map(count);
        counts.any(|count| count > 0)
    };
    Some(Figure::new(
        picture,
        &[
            (any(|b| b.created), charts::CREATED, created),
            (any(|b| b.done), charts::DONE, done),
            (any(|b| b.dropped), charts::DROPPED, dropped),
        ],
    ))
}

fn ageing(section: &Section, report: &Report, language: Language) -> Option<Figure> {
    let names = section.table.rows.iter().filter_map(|row| row.first());
    let labels: Vec<&str> = names.map(|cell| cell.text.as_str()).collect();
    let picture = charts::ageing(
        report.ageing.as_ref()?,
        labels.try_into().ok()?,
        Caption {
            title: &section.heading,
            description: language.pick(
                "未完了の項目を、期限からの超過日数で分けた棒グラフ。値は隣の表にあります。",
                "A bar for each range of days late. The table beside it has the values.",
            ),
        },
    )?;
    // Each bar has its name beside it.
    Some(Figure::new(picture, &[]))
}

fn on_time(section: &Section, report: &Report, language: Language) -> Option<Figure> {
    let rows: Vec<(String, &OnTime)> = report
        .on_time
        .iter()
        .filter(|row| row.now.is_some_and(|rate| rate.whole > 0))
        .map(|row| {
            let none = language.pick("なし", "none");
            (row.priority.map_or(none, |p| p.as_str()).to_owned(), row)
        })
        .collect();
    let picture = charts::on_time(
        &rows,
        Caption {
            title: &section.heading,
            description: language.pick(
                "優先度ごとに、期限内に完了した割合の棒と、目標の線。値は隣の表にあります。",
                "A bar for each priority: the share done by the due date, with a line across it at the goal. The table beside it has the values.",
            ),
        },
    )?;
    let any = |met| rows.iter().any(|(_, row)| row.met == met);
    let goal = rows.iter().any(|(_, row)| row.goal.is_some());
    Some(Figure::new(
        picture,
        &[
            (
                any(Some(true)),
                charts::DONE,
                language.pick("目標達成", "goal met"),
            ),
            (
                any(Some(false)),
                charts::LATE,
                language.pick("目標未達", "goal missed"),
            ),
            (
                any(None),
                charts::CREATED,
                language.pick("目標なし", "no goal"),
            ),
            (goal, charts::MARK, language.pick("目標", "goal")),
        ],
    ))
}

/// The open items against today: what the terminal has no room for.
pub(super) fn due(report: &Report, language: Language) -> Option<Part> {
    let (rows, more) = charts::dated(report);
    let as_of = report.as_of;
    let heading = language.pick("期限と基準日", "Due dates").to_owned();
    let description = language.pick(
        format!("未完了の項目ごとに、期限までの期間と期限からの超過を横棒で、{as_of} を破線で示した図。値は下の表にあります。"),
        format!("A line for each open item: the days up to its due date, and those since, with {as_of} as a dashed line. The table below it has the values."),
    );
    let picture = charts::due(
        &rows,
        as_of,
        Caption {
            title: &heading,
            description: &description,
        },
    )?;
    let keys = [
        (
            true,
            charts::CREATED,
            language.pick("作成から期限まで", "from creation to due date"),
        ),
        (true, charts::LATE, language.pick("超過", "late")),
        (
            true,
            charts::MARK,
            language.pick("基準日", "the report's day"),
        ),
    ];
    let head = |ja: &str, en: &str, numbers| Head {
        title: language.pick(ja, en).to_owned(),
        numbers,
    };
    let mut remarks = Vec::new();
    if more > 0 {
        remarks.push(Line {
            text: language.pick(
                format!("期限の近い順。ほか {more} 件。"),
                format!("The most urgent first; {more} more."),
            ),
            tone: tone(Tone::Dim),
        });
    }
    Some(Part {
        id: "due",
        heading,
        figure: Some(Figure::new(picture, &keys)),
        columns: vec![
            head("項目", "Item", false),
            head("アクション", "Action", false),
            head("担当", "Owner", false),
            head("状態", "Status", false),
            head("作成", "Created", false),
            head("期限", "Due", false),
            head("残り", "Left", true),
        ],
        rows: rows
            .iter()
            .map(|row| due_row(row, as_of, language))
            .collect(),
        remarks,
    })
}

fn due_row(row: &Row, as_of: NaiveDate, language: Language) -> Vec<Td> {
    let left = row.due.map_or(0, |due| (due - as_of).num_days());
    let cell = |text: String, numbers, elastic| {
        let cell = Cell {
            text: plain(&text),
            ..Cell::default()
        };
        Td::of(&cell, numbers, elastic)
    };
    let day = |day: Option<NaiveDate>| {
        let text = day.map_or(language.pick("不明", "unknown").to_owned(), |d| {
            d.to_string()
        });
        cell(text, false, false)
    };
    vec![
        Td {
            link: row
                .issue
                .as_ref()
                .and_then(|issue| web(issue.url.as_deref()?)),
            ..cell(row.name(), false, false)
        },
        cell(row.title.clone(), false, true),
        cell(row.owners.join(", "), false, true),
        cell(
            row.status
                .map_or(String::new(), |status| status.label(language).to_owned()),
            false,
            false,
        ),
        day(row.created),
        day(row.due),
        Td {
            tone: tone(if left < 0 { Tone::Bad } else { Tone::Plain }),
            ..cell(
                match left.unsigned_abs() {
                    1 => language.pick(format!("{left} 日"), format!("{left} day")),
                    _ => language.pick(format!("{left} 日"), format!("{left} days")),
                }
                .replace('-', "−"),
                true,
                false,
            )
        },
    ]
}

//! The charts of the page, each with its legend, and the section that only a chart makes worth having.

use chrono::NaiveDate;
use serde::Serialize;

use super::super::charts::{self, Caption, Picture, Tint};
use super::super::model::{Bucket, OnTime, Report, Row, State};
use super::super::page::{Cell, Section, Tone};
use super::{Head, Line, Part, Td, tone};
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

/// How many items that are not late yet the page shows.
const COMING: usize = 12;

/// The open items against today, and those of them that come due next: what a terminal has no room for. The late ones are in a table
/// of the page's, whose rows the chart begins with.
pub(super) fn due(report: &Report, late: usize, language: Language) -> Vec<Part> {
    let as_of = report.as_of;
    let dated = report.items.iter().filter(|row| row.state == State::Open);
    let mut dated: Vec<(NaiveDate, &Row)> = dated.filter_map(|row| Some((row.due?, row))).collect();
    // The sort keeps the order of the documents among equals, as it does in the table of the late ones.
    dated.sort_by_key(|(due, _)| *due);
    let (mut shown, coming): (Vec<_>, Vec<_>) =
        dated.into_iter().partition(|(due, _)| *due < as_of);
    shown.truncate(late);
    let next: Vec<_> = coming.iter().take(COMING).copied().collect();
    let more = coming.len() - next.len();
    shown.extend(&next);
    let rows: Vec<&Row> = shown.iter().map(|(_, row)| *row).collect();
    let heading = language.pick("期限と基準日", "Due dates").to_owned();
    let description = language.pick(
        format!(
            "未完了の項目ごとに、作成から期限までと期限からの超過を横棒で、{as_of} を破線で示した図。値は続く 2 つの表にあります。"
        ),
        format!(
            "A line for each open item: the days from its creation to its due date, and those since; {as_of} is a dashed line. The two tables that follow have the values."
        ),
    );
    let caption = Caption {
        title: &heading,
        description: &description,
    };
    let chart = charts::due(&rows, as_of, caption).map(|picture| {
        let day = language.pick(
            format!("{as_of}（基準日）"),
            format!("{as_of}, the report's day"),
        );
        let keys = [
            (
                true,
                charts::CREATED,
                language.pick("作成から期限まで", "from creation to due date"),
            ),
            (
                shown.len() > next.len(),
                charts::LATE,
                language.pick("超過", "late"),
            ),
            (true, charts::MARK, day.as_str()),
        ];
        Part {
            id: "due",
            figure: Some(Figure::new(picture, &keys)),
            heading,
            columns: Vec::new(),
            rows: Vec::new(),
            remarks: Vec::new(),
        }
    });
    chart
        .into_iter()
        .chain((!next.is_empty()).then(|| coming_due(&next, more, as_of, language)))
        .collect()
}

fn coming_due(
    rows: &[(NaiveDate, &Row)],
    more: usize,
    as_of: NaiveDate,
    language: Language,
) -> Part {
    let head = |ja: &str, en: &str, numbers| Head {
        title: language.pick(ja, en).to_owned(),
        numbers,
    };
    let mut remarks = Vec::new();
    if more > 0 {
        remarks.push(Line {
            text: language.pick(format!("ほか {more} 件"), format!("and {more} more")),
            tone: tone(Tone::Dim),
        });
    }
    Part {
        id: "coming",
        heading: language
            .pick("これから期限を迎える項目", "Coming due")
            .to_owned(),
        figure: None,
        columns: vec![
            head("項目", "Item", false),
            head("アクション", "Action", false),
            head("担当", "Owner", false),
            head("優先度", "Priority", false),
            head("期限", "Due", false),
            head("残り", "Left", true),
        ],
        rows: rows
            .iter()
            .map(|(due, row)| coming_row(row, *due, as_of, language))
            .collect(),
        remarks,
    }
}

fn coming_row(row: &Row, due: NaiveDate, as_of: NaiveDate, language: Language) -> Vec<Td> {
    let cell = |text: &str| Cell {
        text: plain(text),
        ..Cell::default()
    };
    let left = match (due - as_of).num_days() {
        1 => language.pick("1 日".to_owned(), "1 day".to_owned()),
        days => language.pick(format!("{days} 日"), format!("{days} days")),
    };
    let item = Cell {
        link: row.issue.as_ref().and_then(|issue| issue.url.clone()),
        ..cell(&row.name())
    };
    let owners = match row.owners.as_slice() {
        [] => Cell {
            tone: Tone::Warn,
            ..cell(language.pick("なし", "nobody"))
        },
        owners => cell(&owners.join(", ")),
    };
    vec![
        Td::of(&item, false, false),
        Td::of(&cell(&row.title), false, true),
        Td::of(&owners, false, true),
        Td::of(&cell(row.priority.map_or("", |p| p.as_str())), false, false),
        Td::of(&cell(&due.to_string()), false, false),
        Td::of(&cell(&left), true, false),
    ]
}

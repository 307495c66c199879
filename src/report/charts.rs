//! The pictures of a report: pure, from its values to SVG.
//!
//! Every chart stands beside a table of the same values, so nobody depends on it. The drawing is the charting crate's; what is decided
//! here is what is drawn, that it has a name and a description for those who can't see it, that text from people is harmless in it, and
//! that its colours are names a style sheet can give other values to: the crate writes them as attributes, so `svg [fill="#2F6DB5"]`
//! finds them.
//!
//! Text is measured with a Latin font that the crate brings, and shown in whatever font the reader's system has. So legends are left to
//! the page around the chart, and labels in Japanese get the room that the measuring does not give them.

use charts_rs::{
    BarChart, Bullet, BulletChart, Color, GanttChart, GanttTask, HorizontalBarChart, Series,
    TextConfig, measure_text_width_family, svg_with_accessibility,
};
use chrono::{Days, NaiveDate, NaiveTime};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::output::plain;

use super::model::{Ageing, Bucket, OnTime, Rate, Row};

/// A colour of the charts: its name in the style sheet, and its values on light and on dark ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tint {
    /// The custom property is `--` and this.
    pub name: &'static str,
    /// On light ground, as the crate writes it into the SVG: `#` and six capital hexadecimal digits.
    pub light: &'static str,
    /// On dark ground.
    pub dark: &'static str,
}

const fn tint(name: &'static str, light: &'static str, dark: &'static str) -> Tint {
    Tint { name, light, dark }
}

/// Text of axes and labels.
const INK: Tint = tint("chart-ink", "#4A5058", "#B9C0C9");
/// Axes.
const AXIS: Tint = tint("chart-axis", "#8A9099", "#757D88");
/// Lines of the grid.
const GRID: Tint = tint("chart-grid", "#E3E5E8", "#33383F");
/// The band behind a measure.
const BAND: Tint = tint("chart-band", "#E9EBEE", "#30353C");
/// A line that says where today or the goal is.
pub const MARK: Tint = tint("chart-mark", "#16191D", "#F4F5F7");
/// Created.
pub const CREATED: Tint = tint("created", "#2F6DB5", "#6FA8EA");
/// Done, in time, met.
pub const DONE: Tint = tint("done", "#1F8561", "#4FBF95");
/// Dropped, not said.
pub const DROPPED: Tint = tint("dropped", "#868C95", "#8D95A0");
/// Late, missed.
pub const LATE: Tint = tint("late", "#C23B2B", "#F0796A");
/// A little late.
const LATE_1: Tint = tint("late-1", "#C98512", "#E5B04E");
/// Late.
const LATE_2: Tint = tint("late-2", "#C9601C", "#EC8A4C");
/// Very late.
const LATE_4: Tint = tint("late-4", "#8A1830", "#D9546E");

/// Every colour, for the style sheet.
pub const TINTS: [Tint; 12] = [
    INK, AXIS, GRID, BAND, MARK, CREATED, DONE, DROPPED, LATE, LATE_1, LATE_2, LATE_4,
];

/// A drawn chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// For a page about as wide as a column of text.
    pub wide: String,
    /// For a phone; `None` where the other serves.
    pub narrow: Option<String>,
}

/// What a chart is called, and what it shows, for those who can't see it.
#[derive(Debug, Clone, Copy)]
pub struct Caption<'a> {
    /// Its name.
    pub title: &'a str,
    /// What it shows, in a sentence or two.
    pub description: &'a str,
}

/// The size of text, in the units of the drawing.
const TEXT: f32 = 12.0;
/// A family that only the style sheet gives a font to.
const FAMILY: &str = "system-ui";
/// Between a label and what it is of.
const GAP: f32 = 8.0;
/// The width of a chart that has a table beside it.
const WIDTH: f32 = 440.0;

/// Created against done and dropped, in the parts of the period; `None` where nothing is known or nothing happened.
pub fn flow(buckets: &[Bucket], names: [&str; 3], caption: Caption<'_>) -> Option<Picture> {
    let of = |pick: fn(&Bucket) -> Option<usize>| -> Vec<Option<f32>> {
        buckets.iter().map(|b| pick(b).map(number)).collect()
    };
    let mut series = Vec::new();
    let mut colors = Vec::new();
    for (name, values, tint, stack) in [
        (names[0], of(|b| b.created), CREATED, "created"),
        (names[1], of(|b| b.done), DONE, "closed"),
        (names[2], of(|b| b.dropped), DROPPED, "closed"),
    ] {
        // A series of nothing but zeroes would only take room.
        if values.iter().flatten().any(|value| *value > 0.0) {
            series.push(Series {
                stack: Some(stack.to_owned()),
                ..Series::new_nullable(plain(name), values)
            });
            colors.push(color(tint));
        }
    }
    if series.is_empty() {
        return None;
    }
    let most = buckets
        .iter()
        .flat_map(|b| {
            [
                b.created.unwrap_or(0),
                b.done.unwrap_or(0) + b.dropped.unwrap_or(0),
            ]
        })
        .max()
        .unwrap_or(0);
    let labels = buckets
        .iter()
        .map(|b| b.span.since.format("%m-%d").to_string());
    let mut chart = BarChart::new(series, labels.collect());
    frame(&mut chart.base, 240.0);
    chart.series.colors = colors;
    chart.radius = Some(2.0);
    let (top, steps) = scale(most);
    for axis in &mut chart.y_axis_configs {
        axis.font.size = TEXT;
        axis.font.color = color(INK);
        axis.min = Some(0.0);
        axis.max = Some(number(top));
        axis.split_number = steps;
    }
    finish(chart.svg(), caption).map(alone)
}

/// The open items by lateness. The labels are those of the six bands, in their order.
pub fn ageing(ageing: &Ageing, labels: [&str; 6], caption: Caption<'_>) -> Option<Picture> {
    let values = bands(ageing);
    let most = values.iter().copied().max().filter(|most| *most > 0)?;
    let tints = [CREATED, LATE_1, LATE_2, LATE, LATE_4, DROPPED];
    // The chart counts its rows from the bottom.
    let rows = || values.iter().zip(tints).rev();
    let series = Series {
        label_show: true,
        colors: Some(rows().map(|(_, tint)| Some(color(tint))).collect()),
        ..Series::new(
            String::new(),
            rows().map(|(value, _)| number(*value)).collect(),
        )
    };
    let names = labels.map(plain);
    let left = room(&names) + GAP;
    let mut chart = HorizontalBarChart::new(vec![series], vec![String::new(); values.len()]);
    frame(&mut chart.base, 240.0);
    name_rows(&mut chart.base, left, names.to_vec());
    chart.margin.right = 26.0;
    let (top, steps) = scale(most);
    for axis in &mut chart.y_axis_configs {
        axis.font.size = TEXT;
        axis.font.color = color(INK);
        axis.min = Some(0.0);
        axis.max = Some(number(top));
        axis.split_number = steps;
    }
    finish(chart.svg(), caption).map(alone)
}

/// The six bands of an ageing, in the order they are told in.
pub fn bands(ageing: &Ageing) -> [usize; 6] {
    let Ageing {
        not_yet_due,
        days_1_7,
        days_8_30,
        days_31_90,
        over_90_days,
        no_due_date,
    } = *ageing;
    [
        not_yet_due,
        days_1_7,
        days_8_30,
        days_31_90,
        over_90_days,
        no_due_date,
    ]
}

/// Done in time, by priority, with the goal across it. Each comes with its name.
pub fn on_time(rows: &[(String, &OnTime)], caption: Caption<'_>) -> Option<Picture> {
    let bullets: Vec<Bullet> = rows
        .iter()
        .filter_map(|(name, row)| {
            let Rate { part, whole } = row.now.filter(|rate| rate.whole > 0)?;
            Some(Bullet {
                // The figure too: of few, the length of a bar says more than is known.
                name: plain(&format!("{name}  {part}/{whole}")),
                value: number(part * 100) / number(whole),
                target: row.goal.map(f32::from),
                min: Some(0.0),
                max: Some(100.0),
                ranges: vec![100.0],
                color: Some(color(match row.met {
                    Some(true) => DONE,
                    Some(false) => LATE,
                    None => CREATED,
                })),
            })
        })
        .collect();
    if bullets.is_empty() {
        return None;
    }
    let names: Vec<String> = bullets.iter().map(|bullet| bullet.name.clone()).collect();
    let height = 20.0 + 54.0 * number(bullets.len());
    let mut chart = BulletChart::new(bullets);
    frame(&mut chart.base, height);
    chart.margin.left += unmeasured(&names);
    chart.margin.right = 20.0;
    chart.range_colors = vec![color(BAND)];
    chart.target_color = Some(color(MARK));
    for axis in &mut chart.y_axis_configs {
        axis.font.size = TEXT;
        axis.font.color = color(INK);
        axis.formatter = Some("{c}%".into());
    }
    finish(chart.svg(), caption).map(alone)
}

/// How far from today the chart of due dates reaches, either way.
const REACH: u64 = 120;

/// Due dates against today: of each item the days up to its due date, and those since.
pub fn due(rows: &[&Row], as_of: NaiveDate, caption: Caption<'_>) -> Option<Picture> {
    if rows.is_empty() {
        return None;
    }
    let wide = due_at(rows, as_of, caption, 900.0)?;
    let narrow = due_at(rows, as_of, caption, WIDTH)?;
    Some(Picture {
        wide,
        narrow: Some(narrow),
    })
}

fn due_at(rows: &[&Row], as_of: NaiveDate, caption: Caption<'_>, width: f32) -> Option<String> {
    let first = as_of.checked_sub_days(Days::new(REACH)).unwrap_or(as_of);
    let last = as_of.checked_add_days(Days::new(REACH)).unwrap_or(as_of);
    let mut tasks = Vec::new();
    let (mut from, mut to) = (as_of, as_of);
    for (place, row) in rows.iter().enumerate() {
        let due = row.due?;
        let name = plain(&row.name());
        // Without a day it began on, only its due date is known: a diamond.
        let start = row.created.unwrap_or(due).min(due);
        let task = |start: NaiveDate, end: NaiveDate, tint| GanttTask {
            name: name.clone(),
            row: Some(place.to_string()),
            start: seconds(start.clamp(first, last)),
            end: seconds(end.clamp(first, last)),
            color: Some(color(tint)),
            ..GanttTask::default()
        };
        // What ended before the chart begins would stand at its edge as if it had ended there.
        if due >= first {
            tasks.push(task(start, due, CREATED));
        }
        if due < as_of {
            tasks.push(task(due, as_of, LATE));
        }
        from = from.min(start.max(first));
        to = to.max(due.min(last));
    }
    let names: Vec<String> = rows.iter().map(|row| ending(&plain(&row.name()))).collect();
    let mut chart = GanttChart::new(tasks);
    frame(&mut chart.base, 46.0 + 24.0 * number(rows.len()));
    chart.width = width;
    name_rows(&mut chart.base, room(&names) + GAP, names);
    chart.margin.right = 20.0;
    chart.label_show = false;
    chart.now = Some(seconds(as_of));
    // A week's room on either side, so that neither today nor a diamond stands on the edge.
    let week = 7.0 * 86_400.0;
    chart.x_axis.min = Some(seconds(from) - week);
    chart.x_axis.max = Some(seconds(to) + week);
    chart.x_axis.formatter = Some("%Y-%m-%d".into());
    finish(chart.svg(), caption)
}

/// The longest name of an item that a chart has room for, in columns.
const NAME: usize = 16;

/// The end of a name: it tells the items of a document apart, and documents of a folder.
fn ending(name: &str) -> String {
    if name.width() <= NAME {
        return name.to_owned();
    }
    let mut left = NAME - 1;
    let kept = name.chars().rev().take_while(|c| {
        let fits = left.checked_sub(c.width().unwrap_or(0));
        left = fits.unwrap_or(0);
        fits.is_some()
    });
    let kept: Vec<char> = kept.collect();
    std::iter::once('…').chain(kept.into_iter().rev()).collect()
}

fn alone(wide: String) -> Picture {
    Picture { wide, narrow: None }
}

/// What all charts have in common.
fn frame(base: &mut charts_rs::ChartBase, height: f32) {
    base.width = WIDTH;
    base.height = height;
    base.font_family = FAMILY.to_owned();
    base.background_color = Color::transparent();
    base.compact = true;
    base.legend.show = Some(false);
    base.x_axis.font.size = TEXT;
    base.x_axis.font.color = color(INK);
    base.x_axis.stroke_color = color(AXIS);
    base.grid.stroke_color = color(GRID);
    base.series.label.font.size = TEXT;
    base.series.label.font.color = color(INK);
    base.title.font.color = color(MARK);
    base.margin = charts_rs::Box {
        left: 4.0,
        top: 10.0,
        right: 8.0,
        bottom: 4.0,
    };
}

fn finish<E>(svg: Result<String, E>, caption: Caption<'_>) -> Option<String> {
    // The crate fails only where it has no font at all, and it brings one; the table beside the chart has the values either way.
    let svg = svg.ok()?;
    Some(svg_with_accessibility(
        &svg,
        &plain(caption.title),
        &plain(caption.description),
    ))
}

/// The end of an axis that begins at zero, and how many steps of a whole number lead there.
fn scale(most: usize) -> (usize, usize) {
    let most = most.max(1);
    let step = [1, 2, 5]
        .into_iter()
        .cycle()
        .zip((0..).flat_map(|power: u32| [power; 3]))
        .map_while(|(digit, power): (usize, u32)| digit.checked_mul(10_usize.checked_pow(power)?))
        .find(|step| most.div_ceil(*step) <= 5)
        .unwrap_or(most);
    let steps = most.div_ceil(step);
    (step.saturating_mul(steps), steps)
}

/// The room that the widest of some labels may need.
fn room(labels: &[String]) -> f32 {
    let label = |label: &String| {
        let (wide, narrow): (String, String) = label.chars().partition(|c| c.width() == Some(2));
        // Some fonts are wider than the one that is measured.
        number(wide.chars().count()) * TEXT + measured(&narrow) * 1.25
    };
    labels.iter().map(label).fold(0.0, f32::max).ceil()
}

/// Names the rows of a chart, left of its plot, which begins at `left`. The crate would begin each name where it thinks that it has to
/// begin to end at the plot, or takes rows of one name as one; these end there whatever the font, and are told apart by their place.
fn name_rows(base: &mut charts_rs::ChartBase, left: f32, names: Vec<String>) {
    let (top, bottom) = (base.margin.top, base.margin.bottom + base.x_axis.height);
    let height = (base.height - top - bottom) / number(names.len().max(1));
    let font = base.x_axis.font.clone();
    let width = base.width;
    let name = |(place, text): (usize, String)| TextConfig {
        text,
        right: Some(width - left + GAP),
        top: Some(top + height * (number(place) + 0.5) - TEXT / 2.0),
        font: font.clone(),
        ..TextConfig::default()
    };
    base.texts = names.into_iter().enumerate().map(name).collect();
    base.y_axis_hidden = true;
    base.margin.left = left;
}

/// By how much that is more than the crate gives them.
fn unmeasured(labels: &[String]) -> f32 {
    let given = labels.iter().map(|label| measured(label));
    (room(labels) - given.fold(0.0, f32::max)).max(0.0)
}

fn measured(text: &str) -> f32 {
    measure_text_width_family(FAMILY, TEXT, text).map_or(0.0, |size| size.width())
}

fn color(tint: Tint) -> Color {
    Color::from(tint.light)
}

/// Counts are small enough for a drawing's numbers.
fn number(count: usize) -> f32 {
    u16::try_from(count).map_or(f32::from(u16::MAX), f32::from)
}

/// A day as the crate's time axis takes it: seconds since 1970 at its midnight.
#[expect(
    clippy::cast_precision_loss,
    reason = "days of any century are far below 2^53 seconds"
)]
fn seconds(day: NaiveDate) -> f64 {
    day.and_time(NaiveTime::MIN).and_utc().timestamp() as f64
}

#[cfg(test)]
mod tests;

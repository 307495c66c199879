//! Of time: what was done by its day, how long it took, how late the rest is, and what was put off.

use super::super::super::model::{Ageing, Compared, Rate, Report, SMALL, Slips, Which};
use super::super::words::{days, number, rate, unknown};
use super::super::{Bar, Cell, Kind, Remark, Section, Table, Tone};
use super::{count_bar, section};
use crate::config::Language;

pub(super) fn on_time(report: &Report, language: Language) -> Section {
    let mut table = Table::new([
        (language.pick("優先度", "Priority"), Kind::Text),
        (language.pick("期限内", "On time"), Kind::Text),
        (language.pick("前回", "Before"), Kind::Text),
        (language.pick("目標", "Goal"), Kind::Text),
        ("", Kind::Text),
    ]);
    let something = |rate: Option<Rate>| rate.is_none_or(|rate| rate.whole > 0);
    // Where nobody can say of any, one sentence does.
    let known = report
        .on_time
        .iter()
        .any(|row| row.now.is_some_and(|rate| rate.whole > 0));
    let untold = report.on_time.iter().any(|row| row.now.is_none());
    for row in report.on_time.iter().filter(|_| known || !untold) {
        if !something(row.now) && !something(row.before) {
            continue;
        }
        let tone = match row.met {
            Some(true) => Tone::Good,
            Some(false) => Tone::Bad,
            None => Tone::Plain,
        };
        let verdict = match row.met {
            Some(true) => language.pick(" 達成", " met"),
            Some(false) => language.pick(" 未達", " missed"),
            None => "",
        };
        // Of few, a bar would say in length what the text doesn't say in percent.
        let bar = row.now.filter(|rate| !rate.is_small()).map(|rate| Bar {
            filled: rate.part as f64 / rate.whole as f64,
            goal: row.goal.map(|goal| f64::from(goal) / 100.0),
            whole: true,
        });
        table.rows.push(vec![
            Cell::text(
                row.priority
                    .map_or(language.pick("なし", "None"), |p| p.as_str()),
            ),
            rate(row.now, language).toned(tone),
            rate(row.before, language),
            Cell::text(
                row.goal
                    .map_or(String::new(), |goal| format!("{goal}%{verdict}")),
            )
            .toned(tone),
            Cell {
                bar,
                tone,
                ..Cell::default()
            },
        ]);
    }
    let nothing = table.rows.is_empty() && report.coverage.items > 0;
    let remarks = nothing.then(|| {
        let text = match untold {
            true => language.pick(
                "いつ完了したかがわからないため、不明です。",
                "Unknown: nobody can say when anything was done.",
            ),
            false => language.pick(
                "この期間に期限を迎えた項目はありません。",
                "No item came due in this period.",
            ),
        };
        Remark::new(text, Tone::Dim)
    });
    let heading = language.pick("期限内の完了", "Done on time");
    section("on-time", heading, table, remarks.into_iter().collect())
}

pub(super) fn days_to_done(report: &Report, language: Language) -> Section {
    let mut table = Table::new([
        (language.pick("優先度", "Priority"), Kind::Text),
        (language.pick("完了", "Done"), Kind::Number),
        (language.pick("中央値", "Median"), Kind::Number),
        (
            language.pick("90%がこの日数以内", "90% within"),
            Kind::Number,
        ),
        (language.pick("前回の中央値", "Median before"), Kind::Number),
    ]);
    let length = |value: Option<i64>| {
        value.map_or_else(
            || Cell::text("–").toned(Tone::Dim),
            |value| Cell::text(days(value, language)),
        )
    };
    for row in &report.days_to_done {
        let some = row.count.is_some_and(|count| count > 0);
        if !some && row.median_before.is_none() {
            continue;
        }
        // Of few, the ninetieth percentile is only the longest.
        let many = row.count.is_some_and(|count| count >= SMALL);
        table.rows.push(vec![
            Cell::text(match row.of {
                Which::All => language.pick("すべて", "All"),
                Which::Priority(priority) => priority.as_str(),
                Which::None => language.pick("なし", "None"),
            }),
            number(row.count, language),
            length(row.median),
            length(row.p90.filter(|_| many)),
            length(row.median_before),
        ]);
    }
    let heading = language.pick("完了までの日数", "Days to done");
    section("days-to-done", heading, table, Vec::new())
}

pub(super) fn ageing(report: &Report, language: Language) -> Section {
    let mut table = Table::new([
        ("", Kind::Text),
        (language.pick("件数", "Items"), Kind::Number),
        ("", Kind::Text),
    ]);
    let Some(ageing) = report.ageing else {
        let text = language.pick(
            "この日の状態は不明です。",
            "The state of that day is unknown.",
        );
        let heading = language.pick("未完了の内訳", "Open items by lateness");
        let remarks = match report.coverage.items {
            0 => Vec::new(),
            _ => vec![Remark::new(text, Tone::Dim)],
        };
        return section("ageing", heading, table, remarks);
    };
    let Ageing {
        not_yet_due,
        days_1_7,
        days_8_30,
        days_31_90,
        over_90_days,
        no_due_date,
    } = ageing;
    let parts = [
        (not_yet_due, "期限前", "Not yet due", Tone::Plain),
        (days_1_7, "1〜7日超過", "1–7 days late", Tone::Warn),
        (days_8_30, "8〜30日超過", "8–30 days late", Tone::Bad),
        (days_31_90, "31〜90日超過", "31–90 days late", Tone::Bad),
        (
            over_90_days,
            "90日を超えて超過",
            "Over 90 days late",
            Tone::Bad,
        ),
        (no_due_date, "期限なし", "No due date", Tone::Warn),
    ];
    let most = parts.iter().map(|part| part.0).max().unwrap_or(0);
    if most > 0 {
        for (count, ja, en, tone) in parts {
            let tone = if count > 0 { tone } else { Tone::Dim };
            table.rows.push(vec![
                Cell::text(language.pick(ja, en)),
                Cell::text(count.to_string()).toned(tone),
                Cell {
                    bar: Some(count_bar(count, most)),
                    tone,
                    ..Cell::default()
                },
            ]);
        }
    }
    let heading = language.pick("未完了の内訳", "Open items by lateness");
    section("ageing", heading, table, Vec::new())
}

pub(super) fn slips(report: &Report, language: Language) -> Section {
    let Compared { now, before } = report.slips;
    let mut table = Table::new([
        ("", Kind::Text),
        (language.pick("今回", "Now"), Kind::Number),
        (language.pick("前回", "Before"), Kind::Number),
    ]);
    let heading = language.pick("期限の変更", "Moved due dates");
    let some =
        |slips: Option<Slips>| slips.is_some_and(|s| s.later + s.earlier + s.set + s.removed > 0);
    let mut remarks = Vec::new();
    if some(now) || some(before) {
        let count = |value: Option<usize>| number(value, language);
        let length = |slips: Option<Slips>, of: fn(Slips) -> Option<i64>| match slips {
            None => unknown(language),
            Some(slips) => match of(slips) {
                Some(value) => Cell::text(days(value, language)),
                None => Cell::text("–").toned(Tone::Dim),
            },
        };
        let mut counts = |name: &str, of: fn(Slips) -> usize| {
            table.rows.push(vec![
                Cell::text(name),
                count(now.map(of)),
                count(before.map(of)),
            ]);
        };
        counts(
            language.pick("延期された項目", "Items put off"),
            |s| s.items,
        );
        counts(language.pick("延期の回数", "Times put off"), |s| {
            s.later
        });
        let mut lengths = |name: &str, of: fn(Slips) -> Option<i64>| {
            table
                .rows
                .push(vec![Cell::text(name), length(now, of), length(before, of)]);
        };
        lengths(
            language.pick("延期の合計", "Days put off, in all"),
            |s| (s.later > 0).then_some(s.days),
        );
        lengths(language.pick("延期の中央値", "Median"), |s| s.median);
        lengths(language.pick("最長の延期", "Longest"), |s| s.longest);
        let mut counts = |name: &str, of: fn(Slips) -> usize| {
            if now.map_or(0, of) + before.map_or(0, of) > 0 {
                table.rows.push(vec![
                    Cell::text(name),
                    count(now.map(of)),
                    count(before.map(of)),
                ]);
            }
        };
        counts(language.pick("前倒し", "Brought forward"), |s| s.earlier);
        counts(language.pick("期限の設定", "First set"), |s| s.set);
        counts(language.pick("期限の削除", "Taken away"), |s| {
            s.removed
        });
    } else if report.coverage.items > 0 {
        let text = match now {
            None => language.pick(
                "期限の変更履歴は Issue にあるため、不明です。",
                "Unknown: the moves of a due date are kept in its issue.",
            ),
            Some(_) => language.pick(
                "この期間に期限の変更はありません。",
                "No due date moved in this period.",
            ),
        };
        remarks.push(Remark::new(text, Tone::Dim));
    }
    section("slips", heading, table, remarks)
}

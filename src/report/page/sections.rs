//! The sections of a page, one function each, in the order of reading.

mod groups;
mod time;

use chrono::{Datelike, NaiveDate};

use super::super::model::{Balance, Compared, Figure, Postmortems, Recovery, Report, Row, State};
use super::words::{change, days, minutes, moved, number, rate, severity};
use super::{Bar, Cell, Kind, Remark, Section, Table, Tone};
use crate::config::Language;
use crate::list::counted;

use groups::{by_document, by_kind, by_owner};
use time::{ageing, days_to_done, on_time, slips};

/// How many rows a list of items, owners or documents shows: a report is a page. `json` and `csv` have them all.
pub(super) const LONGEST: usize = 12;

pub(super) fn all(report: &Report, most_overdue: usize, language: Language) -> Vec<Section> {
    vec![
        summary(report, language),
        overdue(report, most_overdue, language),
        on_time(report, language),
        days_to_done(report, language),
        ageing(report, language),
        slips(report, language),
        by_owner(report, language),
        by_kind(report, language),
        by_document(report, language),
        postmortems(report, language),
        flow(report, language),
    ]
}

fn section(id: &'static str, heading: &str, table: Table, remarks: Vec<Remark>) -> Section {
    Section {
        id,
        heading: heading.to_owned(),
        table,
        remarks,
    }
}

fn summary(report: &Report, language: Language) -> Section {
    let totals = &report.totals;
    let mut table = Table::new([
        ("", Kind::Text),
        (language.pick("今回", "Now"), Kind::Number),
        (language.pick("前回", "Before"), Kind::Number),
        (language.pick("増減", "Change"), Kind::Text),
    ]);
    let mut row = |name: &str, figure: Figure, more_is, alarm: bool| {
        let late = alarm && figure.now.is_some_and(|count| count > 0);
        let now = number(figure.now, language);
        table.rows.push(vec![
            Cell::text(name),
            if late { now.toned(Tone::Bad) } else { now },
            number(figure.before, language),
            change(figure, more_is, language),
        ]);
    };
    row(
        language.pick("作成", "Created"),
        totals.created,
        None,
        false,
    );
    row(
        language.pick("完了", "Done"),
        totals.done,
        Some(Tone::Good),
        false,
    );
    row(
        language.pick("見送り", "Dropped"),
        totals.dropped,
        None,
        false,
    );
    row(language.pick("未完了", "Open"), totals.open, None, false);
    row(
        language.pick("期限切れ", "Overdue"),
        totals.overdue,
        Some(Tone::Bad),
        true,
    );
    let Compared { now, before } = report.within_30_days;
    table.rows.push(vec![
        Cell::text(language.pick("30日以内に完了", "Done within 30 days")),
        rate(now, language),
        rate(before, language),
        Cell::default(),
    ]);
    table.rows.push(vec![
        Cell::text(language.pick("前期間からの持ち越し", "Carried over")),
        number(report.carried_over, language),
        Cell::default(),
        Cell::default(),
    ]);
    let partly = [totals.open, totals.overdue]
        .iter()
        .any(|figure| figure.comparable.is_some() && figure.now != figure.comparable);
    let mut remarks = Vec::new();
    if partly {
        remarks.push(Remark::new(
            language.pick(
                "* 経過のわかる項目だけを前期間と比べています。",
                "* Only items with a history are compared.",
            ),
            Tone::Dim,
        ));
    }
    remarks.extend(balance(&report.balance, language));
    let heading = language.pick("概要", "Summary");
    section("summary", heading, table, remarks)
}

/// Where all items have gone, in a line.
fn balance(balance: &Balance, language: Language) -> Option<Remark> {
    let Balance {
        items,
        closed_before,
        done,
        dropped,
        closed_after,
        closed_undated,
        open,
        unknown,
    } = *balance;
    let parts: Vec<String> = [
        (closed_before, "期間前に終了", "closed before"),
        (done, "期間内に完了", "done"),
        (dropped, "期間内に見送り", "dropped"),
        (closed_after, "期間後に終了", "closed after"),
        (
            closed_undated,
            "終了（時期不明）",
            "closed at an unknown time",
        ),
        (open, "未完了", "open"),
        (unknown, "不明", "unknown"),
    ]
    .into_iter()
    .filter(|(count, _, _)| *count > 0)
    .map(|(count, ja, en)| language.pick(format!("{ja} {count} 件"), format!("{count} {en}")))
    .collect();
    (items > 0).then(|| {
        Remark::new(
            language.pick(
                format!("全 {items} 件: {}", parts.join("、")),
                format!("{} in all: {}.", counted(items, "item"), parts.join(", ")),
            ),
            Tone::Dim,
        )
    })
}

fn overdue(report: &Report, most: usize, language: Language) -> Section {
    let mut table = Table::new([
        (language.pick("項目", "Item"), Kind::Text),
        (language.pick("アクション", "Action"), Kind::Elastic),
        (language.pick("担当", "Owner"), Kind::Elastic),
        (language.pick("優先度", "Priority"), Kind::Text),
        (language.pick("期限", "Due"), Kind::Text),
        (language.pick("超過", "Late"), Kind::Number),
    ]);
    let mut late: Vec<&Row> = report
        .items
        .iter()
        .filter(|row| row.days_late.is_some())
        .collect();
    // The sort keeps the order of the documents among equals.
    // A list that is cut must not end in minor items while urgent ones are left out.
    let priority = |row: &Row| row.priority.map_or("none", |priority| priority.as_str());
    late.sort_by_key(|row| {
        (
            row.priority.is_none(),
            priority(row),
            std::cmp::Reverse(row.days_late),
        )
    });
    for row in late.iter().take(most) {
        let nobody = row.owners.is_empty();
        table.rows.push(vec![
            item(row),
            Cell::text(&row.title),
            match nobody {
                true => Cell::text(language.pick("なし", "nobody")).toned(Tone::Warn),
                false => Cell::text(row.owners.join(", ")),
            },
            Cell::text(row.priority.map_or("", |p| p.as_str())),
            Cell::text(row.due.map_or(String::new(), |due| due.to_string())),
            Cell::text(days(row.days_late.unwrap_or_default(), language)).toned(Tone::Bad),
        ]);
    }
    let rest = late.len().saturating_sub(most);
    let more = (rest > 0).then(|| {
        Remark::new(
            language.pick(
                format!("ほか {rest} 件（すべては --format html、csv、json で）"),
                format!("and {rest} more (all of them: --format html, csv or json)"),
            ),
            Tone::Dim,
        )
    });
    let remarks = more.into_iter().collect();
    let heading = language.pick("期限切れの項目", "Overdue items");
    section("overdue", heading, table, remarks)
}

fn item(row: &Row) -> Cell {
    Cell {
        link: row.issue.as_ref().and_then(|issue| issue.url.clone()),
        ..Cell::text(row.name())
    }
}

/// That some rows are not shown.
fn more(all: usize, shown: usize, language: Language) -> Vec<Remark> {
    let rest = all.saturating_sub(shown);
    if rest == 0 {
        return Vec::new();
    }
    vec![Remark::new(
        language.pick(
            format!("ほか {rest} 件（すべては --format csv または json で）"),
            format!("and {rest} more (all of them: --format csv or json)"),
        ),
        Tone::Dim,
    )]
}

fn count_bar(count: usize, most: usize) -> Bar {
    Bar {
        filled: count as f64 / most.max(1) as f64,
        goal: None,
        whole: false,
    }
}

fn postmortems(report: &Report, language: Language) -> Section {
    let Postmortems {
        now,
        before,
        by_severity,
        undated,
        recovery,
    } = &report.postmortems;
    let mut table = Table::new([
        (language.pick("重大度", "Severity"), Kind::Text),
        (language.pick("今回", "Now"), Kind::Number),
        (language.pick("前回", "Before"), Kind::Number),
        (language.pick("増減", "Change"), Kind::Text),
    ]);
    let mut remarks = Vec::new();
    if now + before > 0 {
        let mut row = |name: &str, now: usize, before: usize| {
            let figure = Figure {
                now: Some(now),
                comparable: Some(now),
                before: Some(before),
            };
            table.rows.push(vec![
                Cell::text(name),
                Cell::text(now.to_string()),
                Cell::text(before.to_string()),
                change(figure, Some(Tone::Bad), language),
            ]);
        };
        row(language.pick("合計", "All"), *now, *before);
        for count in by_severity {
            row(severity(count.severity, language), count.now, count.before);
        }
        let of = |recovery: Option<Recovery>| {
            let mean = recovery.and_then(|r| r.mean_minutes);
            mean.map_or_else(
                || Cell::text("–").toned(Tone::Dim),
                |mean| Cell::text(minutes(mean, language)),
            )
        };
        let by = recovery
            .now
            .and_then(|r| r.mean_minutes)
            .zip(recovery.before.and_then(|r| r.mean_minutes))
            .map(|(now, before)| now - before);
        table.rows.push(vec![
            Cell::text(language.pick("MTTR（検知〜復旧の平均）", "MTTR (detected–recovered)")),
            of(recovery.now),
            of(recovery.before),
            by.map_or_else(Cell::default, |by| {
                let sign = moved(by);
                let text = match by {
                    0 => sign,
                    _ => language.pick(format!("{sign} 分"), format!("{sign} min")),
                };
                Cell::text(text).toned(match by {
                    0 => Tone::Plain,
                    1.. => Tone::Bad,
                    _ => Tone::Good,
                })
            }),
        ]);
        let untold = recovery.now.map_or(0, |r| r.untold);
        if untold > 0 {
            let all = now;
            remarks.push(Remark::new(
                language.pick(
                    format!("MTTR: {all} 件中 {untold} 件は読み取れる検知・復旧の時刻がそろっていないため、含みません。"),
                    format!("MTTR leaves out {untold} of {all}, without times of detection and recovery that could be read."),
                ),
                Tone::Dim,
            ));
        }
    }
    if *undated > 0 {
        remarks.push(Remark::new(
            language.pick(
                format!("日付のない文書 {undated} 件は、どの期間にも数えていません。"),
                format!(
                    "{} no date and {} in no period.",
                    documents_have(*undated),
                    if *undated == 1 { "is" } else { "are" }
                ),
            ),
            Tone::Dim,
        ));
    }
    section(
        "postmortems",
        language.pick("ポストモーテム", "Postmortems"),
        table,
        remarks,
    )
}

fn documents_have(count: usize) -> String {
    match count {
        1 => "1 document has".to_owned(),
        count => format!("{count} documents have"),
    }
}

fn flow(report: &Report, language: Language) -> Section {
    let mut table = Table::new([
        (language.pick("期間", "Days"), Kind::Text),
        (language.pick("作成", "Created"), Kind::Number),
        (language.pick("完了", "Done"), Kind::Number),
        (language.pick("見送り", "Dropped"), Kind::Number),
        (
            language.pick("期末の未完了", "Open at the end"),
            Kind::Number,
        ),
        ("", Kind::Text),
    ]);
    // Without a past there is nothing to tell, which is said above.
    let known = report.flow.iter().all(|bucket| bucket.created.is_some());
    let any = report.items.iter().any(|row| row.state != State::Unknown);
    if known && any {
        let most = report.flow.iter().filter_map(|b| b.open).max().unwrap_or(0);
        for bucket in &report.flow {
            let span = bucket.span;
            // Of a period within a year, everybody knows which.
            let year = report.period.span.since.year() != report.period.span.until.year();
            let format = if year { "%Y-%m-%d" } else { "%m-%d" };
            let day = |day: NaiveDate| day.format(format).to_string();
            table.rows.push(vec![
                Cell::text(match span.length() {
                    1 => day(span.since),
                    _ => format!(
                        "{}{}{}",
                        day(span.since),
                        language.pick("〜", " to "),
                        day(span.until)
                    ),
                }),
                number(bucket.created, language),
                number(bucket.done, language),
                number(bucket.dropped, language),
                number(bucket.open, language),
                Cell {
                    bar: bucket.open.map(|open| count_bar(open, most)),
                    ..Cell::default()
                },
            ]);
        }
    }
    section(
        "flow",
        language.pick("推移", "Over time"),
        table,
        Vec::new(),
    )
}

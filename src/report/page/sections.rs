//! The sections of a page, one function each, in the order of reading.

use chrono::{Datelike, NaiveDate};

use super::super::model::{
    Ageing, Balance, Compared, Figure, Group, Postmortems, Rate, Report, Row, Slips, State, Which,
};
use super::words::{change, days, minutes, moved, number, rate, severity, unknown};
use super::{Bar, Cell, Kind, Remark, Section, Table, Tone};
use crate::config::Language;
use crate::list::counted;

/// How many rows a list of items, owners or documents shows: a report is a page. `json` and `csv` have them all.
const LONGEST: usize = 12;

pub(super) fn all(report: &Report, language: Language) -> Vec<Section> {
    vec![
        summary(report, language),
        overdue(report, language),
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

fn overdue(report: &Report, language: Language) -> Section {
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
    late.sort_by_key(|row| std::cmp::Reverse(row.days_late));
    for row in late.iter().take(LONGEST) {
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
    let remarks = more(late.len(), LONGEST, language);
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

fn on_time(report: &Report, language: Language) -> Section {
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
                    .map_or(language.pick("なし", "none"), |p| p.as_str()),
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

fn days_to_done(report: &Report, language: Language) -> Section {
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
        let many = row
            .count
            .is_some_and(|count| count >= super::super::model::SMALL);
        table.rows.push(vec![
            Cell::text(match row.of {
                Which::All => language.pick("すべて", "all"),
                Which::Priority(priority) => priority.as_str(),
                Which::None => language.pick("なし", "none"),
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

fn ageing(report: &Report, language: Language) -> Section {
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
        (not_yet_due, "期限前", "not yet due", Tone::Plain),
        (days_1_7, "1〜7日超過", "1–7 days late", Tone::Warn),
        (days_8_30, "8〜30日超過", "8–30 days late", Tone::Bad),
        (days_31_90, "31〜90日超過", "31–90 days late", Tone::Bad),
        (
            over_90_days,
            "90日を超えて超過",
            "over 90 days late",
            Tone::Bad,
        ),
        (no_due_date, "期限なし", "no due date", Tone::Warn),
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

fn count_bar(count: usize, most: usize) -> Bar {
    Bar {
        filled: count as f64 / most.max(1) as f64,
        goal: None,
        whole: false,
    }
}

fn slips(report: &Report, language: Language) -> Section {
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

fn grouped<N>(
    groups: &[Group<N>],
    first: (&str, Kind),
    name: impl Fn(&Group<N>) -> Cell,
    language: Language,
) -> (Table, Vec<Remark>) {
    let mut table = Table::new([
        first,
        (language.pick("未完了", "Open"), Kind::Number),
        (language.pick("期限切れ", "Overdue"), Kind::Number),
        (language.pick("作成", "Created"), Kind::Number),
        (language.pick("完了", "Done"), Kind::Number),
    ]);
    // What was over long ago is no news.
    let news: Vec<&Group<N>> = groups
        .iter()
        .filter(|g| {
            [g.open, g.created, g.done]
                .iter()
                .any(|count| count.is_some_and(|count| count > 0))
        })
        .collect();
    for group in news.iter().take(LONGEST) {
        let late = group.overdue.is_some_and(|count| count > 0);
        let overdue = number(group.overdue, language);
        table.rows.push(vec![
            name(group),
            number(group.open, language),
            if late {
                overdue.toned(Tone::Bad)
            } else {
                overdue
            },
            number(group.created, language),
            number(group.done, language),
        ]);
    }
    (table, more(news.len(), LONGEST, language))
}

fn by_owner(report: &Report, language: Language) -> Section {
    let (table, mut remarks) = grouped(
        &report.by_owner,
        (language.pick("担当", "Owner"), Kind::Elastic),
        |group| match &group.name {
            Some(name) => Cell::text(name),
            None => Cell::text(language.pick("（担当なし）", "(nobody)")).toned(Tone::Warn),
        },
        language,
    );
    if report.items.iter().any(|row| row.owners.len() > 1) {
        remarks.push(Remark::new(
            language.pick(
                "担当が複数の項目は、それぞれに数えています。",
                "An item of several owners counts for each of them.",
            ),
            Tone::Dim,
        ));
    }
    section(
        "owners",
        language.pick("担当別", "By owner"),
        table,
        remarks,
    )
}

fn by_kind(report: &Report, language: Language) -> Section {
    let (table, mut remarks) = grouped(
        &report.by_kind,
        (language.pick("種類", "Kind"), Kind::Text),
        |group| match group.name {
            Some(kind) => Cell::text(kind.label(language)),
            None => Cell::text(language.pick("記載なし", "not stated")).toned(Tone::Dim),
        },
        language,
    );
    if let Some(prevention) = report.prevention
        && prevention.is_missing()
    {
        let (mitigate, unstated) = (prevention.mitigate, prevention.unstated);
        let mut text = language.pick(
            format!("この期間のポストモーテムには緩和・修正が {mitigate} 件ありますが、予防の項目がありません。"),
            format!("This period's postmortems have {mitigate} to mitigate or repair, and none to prevent."),
        );
        if unstated > 0 {
            text.push_str(&language.pick(
                format!("（種類の記載なし {unstated} 件）"),
                match unstated {
                    1 => " 1 doesn't say what it is for.".to_owned(),
                    many => format!(" {many} don't say what they are for."),
                },
            ));
        }
        remarks.push(Remark::new(text, Tone::Warn));
    }
    section("kinds", language.pick("種類別", "By kind"), table, remarks)
}

fn by_document(report: &Report, language: Language) -> Section {
    let (table, remarks) = grouped(
        &report.by_document,
        (language.pick("文書", "Document"), Kind::Elastic),
        |group| {
            let name = group.name.as_ref();
            Cell::text(name.map_or(String::new(), |name| match &name.id {
                Some(id) => format!("{id} {}", name.title),
                None => name.title.clone(),
            }))
        },
        language,
    );
    section(
        "documents",
        language.pick("文書別", "By document"),
        table,
        remarks,
    )
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
        row(language.pick("合計", "all"), *now, *before);
        for count in by_severity {
            row(severity(count.severity, language), count.now, count.before);
        }
        let of = |recovery: Option<super::super::model::Recovery>| {
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
                    format!("MTTR: {all} 件中 {untold} 件は検知・復旧の時刻がそろっていないため、含みません。"),
                    format!("MTTR: {untold} of {all} don't give the times of detection and recovery, and are left out."),
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

//! A sheet in words: as a page for every format, and each question as a sentence.

use super::super::model::Source;
use super::super::page::{Cell, Kind, Page, Remark, Section, Table, Tone};
use super::questions::{Question, lags, rank};
use super::sentences::sentence;
use super::{Meeting, Point, Row, Sheet};
use crate::check::DueSource;
use crate::config::Language;
use crate::item::Status;
use crate::list::counted;

/// Puts a sheet into words.
pub fn page(sheet: &Sheet, language: Language) -> Page {
    let sections = [
        decide(sheet, language),
        agenda(sheet, language),
        standing(sheet, language),
        reviews(sheet, language),
    ];
    Page {
        language,
        title: title(sheet, language),
        facts: facts(sheet, language),
        lead: Vec::new(),
        remarks: remarks(sheet, language),
        sections: sections
            .into_iter()
            .filter(|section| !section.table.rows.is_empty() || !section.remarks.is_empty())
            .map(|section| Section {
                table: section.table.without_empty_columns(),
                ..section
            })
            .collect(),
    }
}

/// What a sheet is called, without the postmortem's name.
pub fn name(language: Language) -> &'static str {
    language.pick("フォローアップレビュー", "Follow-up review")
}

fn title(sheet: &Sheet, language: Language) -> String {
    let (id, title) = (&sheet.postmortem.id, &sheet.postmortem.title);
    format!("{}: {id} {title}", name(language))
}

fn facts(sheet: &Sheet, language: Language) -> Vec<String> {
    let (today, path) = (sheet.today, &sheet.postmortem.path);
    let since = match (sheet.postmortem.date, sheet.postmortem.days_since) {
        (Some(date), Some(days)) if days >= 0 => language.pick(
            format!("（{date} の発生から {days} 日）"),
            format!(", {} after {date}", counted_days(days)),
        ),
        _ => String::new(),
    };
    let from = match sheet.source {
        Source::Github => language.pick(
            format!("情報源: GitHub の Issue と {path}"),
            format!("From its GitHub issues and {path}."),
        ),
        Source::Documents => language.pick(
            format!("情報源: {path} の記載のみ（GitHub には問い合わせていません）"),
            format!("From {path} alone: GitHub was not asked."),
        ),
    };
    vec![
        language.pick(
            format!("{today} 時点{since}。{}", totals(sheet, language)),
            format!("{today}{since}. {}.", totals(sheet, language)),
        ),
        from,
    ]
}

/// How the items stand, in a sentence.
pub(super) fn totals(sheet: &Sheet, language: Language) -> String {
    let totals = sheet.totals;
    let late = match totals.overdue {
        0 => String::new(),
        late => language.pick(format!("（期限切れ {late}）"), format!(" ({late} overdue)")),
    };
    let mut parts = vec![
        language.pick(
            format!("完了 {}", totals.done),
            format!("{} done", totals.done),
        ),
        language.pick(
            format!("未完了 {}{late}", totals.open),
            format!("{} open{late}", totals.open),
        ),
    ];
    if totals.dropped > 0 {
        parts.push(language.pick(
            format!("見送り {}", totals.dropped),
            format!("{} dropped", totals.dropped),
        ));
    }
    let parts = parts.join(language.pick("、", ", "));
    language.pick(
        format!("全 {} 件: {parts}", totals.items),
        format!("{}: {parts}", counted(totals.items, "action item")),
    )
}

fn remarks(sheet: &Sheet, language: Language) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let mut warn = |ja: String, en: String| {
        remarks.push(Remark::new(language.pick(ja, en), Tone::Warn));
    };
    if sheet.items.is_empty() {
        warn(
            "この文書にはアクションアイテムがありません。".into(),
            "This document has no action items.".into(),
        );
    } else if sheet.source == Source::Documents {
        warn(
            "文書だけでは、経過日数、延期の回数、最後の動き、Issue との食い違いはわかりません。".into(),
            "The document alone doesn't tell how old items are, how often they were put off, when anything last happened, or where its issues say otherwise.".into(),
        );
    } else {
        let without = sheet.items.iter().filter(|row| row.age.is_none()).count();
        if without > 0 {
            warn(
                format!("{without} 件は Issue がなく、経過がわかりません（–）。"),
                match without {
                    1 => "1 item has no issue: its past is not known (–).".into(),
                    _ => format!("{without} items have no issue: their past is not known (–)."),
                },
            );
        }
    }
    remarks
}

/// What the meeting is for: each item in full, with what to decide, the most pressing first.
fn decide(sheet: &Sheet, language: Language) -> Section {
    let mut table = Table::new([
        ("#", Kind::Text),
        (language.pick("アクション", "Action"), Kind::Wrapped),
        (language.pick("担当", "Owner"), Kind::Wrapped),
        (language.pick("決めること", "To decide"), Kind::Wrapped),
    ]);
    let mut rows: Vec<&Row> = sheet.items.iter().collect();
    let pressing = |row: &&Row| row.decide.first().map_or(u8::MAX, rank);
    rows.sort_by_key(pressing);
    for row in rows {
        let (text, tone) = match row.decide.first() {
            None => (
                language
                    .pick("予定どおりです。", "On its way, and in time.")
                    .to_owned(),
                Tone::Dim,
            ),
            Some(first) => {
                let asked = row.decide.iter().map(|ask| sentence(ask, language));
                let asked: Vec<String> = asked.collect();
                (asked.join(language.pick("", " ")), tone(first))
            }
        };
        let title = match row.priority {
            Some(priority) => format!("{} {}", priority.as_str(), row.title),
            None => row.title.clone(),
        };
        table.rows.push(vec![
            key(row),
            Cell::text(title),
            Cell::text(people(row, language)),
            Cell::text(text).toned(tone),
        ]);
    }
    let own = sheet.decide.iter().map(|ask| {
        let text = sentence(ask, language);
        Remark::new(
            language.pick(format!("文書全体: {text}"), format!("As a whole: {text}")),
            Tone::Warn,
        )
    });
    let mut remarks: Vec<Remark> = own.collect();
    let differences = || sheet.items.iter().flat_map(|row| &row.differences);
    let mut say = |ja: &str, en: &str| {
        remarks.push(Remark::new(language.pick(ja, en), Tone::Dim));
    };
    if differences().any(|found| !lags(found)) {
        say(
            "食い違いを解消するコマンドは `pm-sync check --kind drift` で確認できます。",
            "`pm-sync check --kind drift` shows the commands that settle differences.",
        );
    }
    if differences().any(lags) {
        say(
            "文書と Issue の状態がまだ揃っていない項目があります。`pm-sync sync` で揃います。",
            "Some rows and issues have yet to follow each other: `pm-sync sync` brings them together.",
        );
    }
    Section {
        id: "decide",
        heading: language.pick("決めること", "To decide").to_owned(),
        table,
        remarks,
    }
}

fn tone(ask: &Question) -> Tone {
    match ask {
        Question::NewDate { .. } => Tone::Bad,
        Question::ConfirmDone { .. } | Question::ConfirmDropped => Tone::Good,
        _ => Tone::Warn,
    }
}

fn key(row: &Row) -> Cell {
    Cell {
        link: row.issue.as_ref().and_then(|issue| issue.url.clone()),
        ..Cell::text(&row.key)
    }
}

/// Who does it; where the document names nobody, who is assigned on GitHub.
pub(super) fn people(row: &Row, language: Language) -> String {
    let separator = language.pick("、", ", ");
    match row.owners.is_empty() {
        false => row.owners.join(separator),
        true if row.assignees.is_empty() => "–".to_owned(),
        true => {
            let named = row.assignees.iter().map(|login| format!("@{login}"));
            named.collect::<Vec<_>>().join(separator)
        }
    }
}

/// What the document itself wants gone through.
fn agenda(sheet: &Sheet, language: Language) -> Section {
    let mut table = Table::new([
        (
            language.pick("確認すること", "To go through"),
            Kind::Wrapped,
        ),
        (language.pick("見出し", "Under"), Kind::Wrapped),
    ]);
    // This review's first, then what belongs to none, then what later ones will go through. Those that were held are over.
    let place = |point: &&Point| match point.review {
        None => Some(1),
        Some(date) => match sheet.reviews.iter().find(|meeting| meeting.date == date) {
            Some(meeting) if meeting.current => Some(0),
            Some(meeting) if meeting.days < 0 => Some(2),
            _ => None,
        },
    };
    let mut points: Vec<&Point> = sheet.agenda.iter().filter(|p| place(p).is_some()).collect();
    points.sort_by_key(place);
    for point in points {
        let (sign, tone) = match point.done {
            Some(true) => ("☑ ", Tone::Dim),
            Some(false) => ("☐ ", Tone::Plain),
            None => ("・ ", Tone::Plain),
        };
        let tone = if place(&point) == Some(2) {
            Tone::Dim
        } else {
            tone
        };
        table.rows.push(vec![
            Cell::text(format!("{sign}{}", point.text)).toned(tone),
            Cell::text(&point.under).toned(Tone::Dim),
        ]);
    }
    Section {
        id: "agenda",
        heading: language
            .pick("文書に書かれた議題", "The document's own agenda")
            .to_owned(),
        table,
        remarks: Vec::new(),
    }
}

/// Each item's dates and past.
fn standing(sheet: &Sheet, language: Language) -> Section {
    let mut table = Table::new([
        ("#", Kind::Text),
        (language.pick("アクション", "Action"), Kind::Elastic),
        (language.pick("状態", "Status"), Kind::Text),
        (language.pick("期限", "Due"), Kind::Text),
        (language.pick("超過", "Late"), Kind::Number),
        (language.pick("経過", "Age"), Kind::Number),
        (language.pick("延期", "Put off"), Kind::Text),
        (language.pick("最後の動き", "Last seen"), Kind::Text),
    ]);
    for row in &sheet.items {
        let late = row.days_late;
        table.rows.push(vec![
            key(row),
            Cell::text(&row.title),
            Cell::text(row.status.label(language)).toned(match row.status {
                Status::Done => Tone::Good,
                Status::Blocked => Tone::Warn,
                Status::Dropped => Tone::Dim,
                Status::Todo | Status::InProgress => Tone::Plain,
            }),
            Cell::text(due(row)),
            Cell::text(late.map_or(String::new(), |days| short(days, language))).toned(Tone::Bad),
            Cell::text(row.age.map_or("–".to_owned(), |days| short(days, language))),
            Cell::text(slips(row, language)),
            Cell::text(
                row.last_activity
                    .map_or("–".to_owned(), |day| day.to_string()),
            ),
        ]);
    }
    if sheet.source == Source::Documents {
        // All of them would be unknown, which is said above.
        table.columns.truncate(5);
        for row in &mut table.rows {
            row.truncate(5);
        }
    }
    let legend = legend(sheet, language).into_iter();
    let remarks = legend.map(|text| Remark::new(text, Tone::Dim)).collect();
    Section {
        id: "items",
        heading: language.pick("状況", "How they stand").to_owned(),
        table,
        remarks,
    }
}

/// What the signs behind due dates mean, as far as there are any.
pub(super) fn legend(sheet: &Sheet, language: Language) -> Vec<&'static str> {
    let any = |source| {
        let mut items = sheet.items.iter();
        items.any(|row| row.due.is_some() && row.due_source == Some(source))
    };
    let policy = any(DueSource::Policy).then_some(language.pick(
        "* 文書に期限の記載がなく、[check.allowed] による期限です。",
        "* Not written in the document: what [check.allowed] gives.",
    ));
    let waived = any(DueSource::Waiver)
        .then_some(language.pick("→ 延長された期限です。", "→ An extended due date."));
    policy.into_iter().chain(waived).collect()
}

/// A due date with the sign of where it comes from.
pub(super) fn due(row: &Row) -> String {
    let Some(date) = row.due else {
        return "–".to_owned();
    };
    match row.due_source {
        Some(DueSource::Policy) => format!("{date} *"),
        Some(DueSource::Waiver) => format!("{date} →"),
        Some(DueSource::Document) | None => date.to_string(),
    }
}

/// How often it was put off, and by how much in sum.
pub(super) fn slips(row: &Row, language: Language) -> String {
    match (row.slips, row.slip_days) {
        (Some(0), _) => language.pick("なし", "no").to_owned(),
        (Some(times), Some(days)) => language.pick(
            format!("{times}回 +{days}日"),
            format!("{times}× +{days} d"),
        ),
        _ => "–".to_owned(),
    }
}

fn short(days: i64, language: Language) -> String {
    language.pick(format!("{days}日"), format!("{days} d"))
}

/// The reviews that were held, and those to come.
fn reviews(sheet: &Sheet, language: Language) -> Section {
    let mut table = Table::new([
        (language.pick("日付", "Day"), Kind::Text),
        (language.pick("レビュー", "Review"), Kind::Wrapped),
        (language.pick("状態", "Held"), Kind::Text),
    ]);
    for meeting in &sheet.reviews {
        let (text, tone) = held(meeting, language);
        let by_policy = || {
            language
                .pick("（方針による）", "(by the policy)")
                .to_owned()
        };
        table.rows.push(vec![
            Cell::text(meeting.date.to_string()),
            Cell::text(meeting.title.clone().unwrap_or_else(by_policy)),
            Cell::text(text).toned(tone),
        ]);
    }
    let mut remarks = Vec::new();
    if !sheet.snapshots.is_empty() {
        let days: Vec<String> = sheet.snapshots.iter().map(ToString::to_string).collect();
        let days = days.join(language.pick("、", ", "));
        remarks.push(Remark::new(
            language.pick(
                format!("文書内の記録: {days}"),
                format!("Snapshots in the document: {days}"),
            ),
            Tone::Dim,
        ));
    }
    Section {
        id: "reviews",
        heading: language.pick("レビュー", "Reviews").to_owned(),
        table,
        remarks,
    }
}

fn held(meeting: &Meeting, language: Language) -> (String, Tone) {
    let days = meeting.days;
    match meeting {
        Meeting { held: true, .. } => (language.pick("実施済み", "held").to_owned(), Tone::Good),
        Meeting {
            made_good: true, ..
        } => (language.pick("未実施", "not held").to_owned(), Tone::Dim),
        _ if days == 0 => (language.pick("今日", "today").to_owned(), Tone::Warn),
        _ if days > 0 => (
            language.pick(
                format!("未実施（{days} 日超過）"),
                format!("not held, {} late", counted_days(days)),
            ),
            Tone::Bad,
        ),
        _ => (
            language.pick(
                format!("{} 日後", -days),
                format!("in {}", counted_days(-days)),
            ),
            Tone::Plain,
        ),
    }
}

/// `1 day`, `2 days`.
pub(super) fn counted_days(days: i64) -> String {
    counted(usize::try_from(days.max(0)).unwrap_or_default(), "day")
}

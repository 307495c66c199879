//! By owner, kind and document.

use super::super::super::model::{Group, Report};
use super::super::words::number;
use super::super::{Cell, Kind, Remark, Section, Table, Tone};
use super::{LONGEST, more, section};
use crate::config::Language;
use crate::list::counted;

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

pub(super) fn by_owner(report: &Report, language: Language) -> Section {
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

pub(super) fn by_kind(report: &Report, language: Language) -> Section {
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
            format!(
                "This period's postmortems have {} to mitigate or repair, and none to prevent.",
                counted(mitigate, "item")
            ),
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

pub(super) fn by_document(report: &Report, language: Language) -> Section {
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

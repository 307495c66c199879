//! Numbers, days and rates as people say them, and what stands above the first table.

use super::super::model::{Figure, Rate, Report, SMALL, Source};
use super::super::period::Period;
use super::{Cell, Remark, Tone};
use crate::config::Language;
use crate::item::Severity;
use crate::list::counted;

pub(super) fn title(report: &Report, language: Language) -> String {
    let period = Period {
        span: report.period.span,
        shape: report.period.shape,
    }
    .label(language);
    language.pick(
        format!("フォローアップレポート: {period}"),
        format!("Follow-up report: {period}"),
    )
}

pub(super) fn facts(report: &Report, language: Language) -> Vec<String> {
    let Report {
        period,
        before,
        as_of,
        source,
        filters,
        coverage,
        ..
    } = report;
    let span = period.span;
    let so_far = match period.so_far {
        true => language.pick("（途中経過）", " (so far)"),
        false => "",
    };
    let mut facts = vec![language.pick(
        format!(
            "{}〜{}{so_far}、{as_of} 時点。比較: {}〜{}",
            span.since, span.until, before.since, before.until
        ),
        format!(
            "{} to {}{so_far}, as of {as_of}. Compared with {} to {}.",
            span.since, span.until, before.since, before.until
        ),
    )];
    let (items, documents) = (coverage.items, coverage.documents);
    let amount = language.pick(
        format!("文書 {documents} 件のアクションアイテム {items} 件"),
        format!(
            "{} in {}",
            counted(items, "action item"),
            counted(documents, "document")
        ),
    );
    facts.push(match source {
        Source::Github => language.pick(
            format!("{amount}（GitHub の Issue から）"),
            format!("{amount}, from their GitHub issues."),
        ),
        Source::Documents => language.pick(
            format!("{amount}（文書の記載のみ。GitHub には問い合わせていません）"),
            format!("{amount}, from the documents alone: GitHub was not asked."),
        ),
    });
    if *source == Source::Documents && *as_of > span.until {
        facts.push(language.pick(
            format!("文書からは過去の状態がわからないため、期間の末日ではなく {as_of}（今日）の状態です。"),
            format!("Documents tell no earlier state: this is that of {as_of}, not of the period's last day."),
        ));
    }
    if !filters.is_empty() {
        let filters = filters.join(" ");
        facts.push(language.pick(format!("絞り込み: {filters}"), format!("Only: {filters}")));
    }
    facts
}

pub(super) fn remarks(report: &Report, language: Language) -> Vec<Remark> {
    let coverage = report.coverage;
    let mut remarks = Vec::new();
    let mut add = |ja: String, en: String| {
        remarks.push(Remark::new(language.pick(ja, en), Tone::Warn));
    };
    if coverage.documents == 0 {
        let paths = report.filters.join(" ");
        add(
            "ポストモーテムが見つかりません。documents.paths を確認してください。下の数字は何も表していません。".into(),
            match paths.as_str() {
                "" => "No postmortem was found: check documents.paths. The figures below tell nothing.".into(),
                paths => format!("No postmortem was found ({paths}): check documents.paths. The figures below tell nothing."),
            },
        );
    } else if coverage.items == 0 && !report.filters.is_empty() {
        let filters = report.filters.join(" ");
        add(
            format!(
                "この時点で、絞り込み（{filters}）に当てはまるアクションアイテムはありません。"
            ),
            format!("No action item of that day matches {filters}."),
        );
    } else if coverage.items == 0 {
        add(
            "この時点でアクションアイテムはありません。".into(),
            "There was no action item on that day.".into(),
        );
    }
    let without = coverage.without_history;
    if report.source == Source::Documents && without > 0 {
        add(
            "文書からは、いつ作成・完了したかがわかりません。今日の状態だけを数え、ほかは「不明」としています。".into(),
            "Documents don't say when anything was created or done: only today's state is counted, the rest is \"unknown\".".into(),
        );
    } else if without > 0 && report.as_of < report.today {
        let as_of = report.as_of;
        add(
            format!(
                "{without} 件は Issue がなく、経過も {as_of} 時点の状態もわかりません。項目の総数にだけ含みます。"
            ),
            format!(
                "{} no issue, and so no history: what became of {} by {as_of} is unknown, and only the number of items counts {}.",
                have(without),
                if without == 1 { "it" } else { "them" },
                if without == 1 { "it" } else { "them" },
            ),
        );
    } else if without > 0 {
        add(
            format!(
                "{without} 件は Issue がなく、経過がわかりません。今日の状態にだけ数え、期間内の件数や前期間との比較には含みません。"
            ),
            format!(
                "{} no issue, and so no history: counted in today's state, not in what happened, nor in comparisons.",
                have(without)
            ),
        );
    }
    if coverage.unknown > 0 && coverage.unknown != without {
        let (unknown, as_of) = (coverage.unknown, report.as_of);
        add(
            format!("うち {unknown} 件は {as_of} 時点の状態がわかりません。"),
            format!("The state of {unknown} of them on {as_of} is unknown."),
        );
    }
    remarks
}

fn have(count: usize) -> String {
    match count {
        1 => "1 item has".to_owned(),
        count => format!("{count} items have"),
    }
}

/// What can't be known.
pub(super) fn unknown(language: Language) -> Cell {
    Cell::text(language.pick("不明", "unknown")).toned(Tone::Dim)
}

/// A number, or that nobody knows it.
pub(super) fn number(count: Option<usize>, language: Language) -> Cell {
    count.map_or_else(|| unknown(language), |count| Cell::text(count.to_string()))
}

/// `▲ 3 (+60 %)`. Whether more is better is told by the tone, where it is either.
pub(super) fn change(figure: Figure, more_is: Option<Tone>, language: Language) -> Cell {
    let Some(by) = figure.change() else {
        return Cell::default();
    };
    let tone = match (more_is, by) {
        (None, _) | (_, 0) => Tone::Plain,
        (Some(tone), 1..) => tone,
        (Some(Tone::Good), _) => Tone::Bad,
        (Some(_), _) => Tone::Good,
    };
    let mut text = moved(by);
    let before = figure.before.unwrap_or_default();
    if by != 0 && before >= SMALL {
        let whole = i64::try_from(before).unwrap_or(i64::MAX);
        let percent = (by.unsigned_abs() * 200 + before as u64) / (whole.unsigned_abs() * 2);
        let sign = if by > 0 { '+' } else { '−' };
        text.push_str(&language.pick(
            format!("（{sign}{percent}%）"),
            format!(" ({sign}{percent}%)"),
        ));
    }
    // Only a part is comparable: the number beside it is larger.
    if figure.now != figure.comparable {
        text.push('*');
    }
    Cell::text(text).toned(tone)
}

/// `▲ 3`, `▼ 1`, `±0`.
pub(super) fn moved(by: i64) -> String {
    match by {
        0 => "±0".to_owned(),
        1.. => format!("▲ {by}"),
        _ => format!("▼ {}", by.unsigned_abs()),
    }
}

/// `86% (6 of 7)`; of few, `3 of 4`; of none, a dash.
pub(super) fn rate(rate: Option<Rate>, language: Language) -> Cell {
    let Some(rate) = rate else {
        return unknown(language);
    };
    let Rate { part, whole } = rate;
    let of = language.pick(
        format!("{whole} 件中 {part} 件"),
        format!("{part} of {whole}"),
    );
    match rate.percent() {
        None => Cell::text("–").toned(Tone::Dim),
        Some(_) if rate.is_small() => Cell::text(of),
        Some(percent) => {
            Cell::text(language.pick(format!("{percent}%（{of}）"), format!("{percent}% ({of})")))
        }
    }
}

/// `3 days`.
pub(super) fn days(count: i64, language: Language) -> String {
    match count {
        1 => language.pick("1 日", "1 day").to_owned(),
        count => language.pick(format!("{count} 日"), format!("{count} days")),
    }
}

/// `1 h 30 min`.
pub(super) fn minutes(count: i64, language: Language) -> String {
    let (hours, minutes) = (count / 60, count % 60);
    match (hours, minutes) {
        (0, minutes) => language.pick(format!("{minutes} 分"), format!("{minutes} min")),
        (hours, 0) => language.pick(format!("{hours} 時間"), format!("{hours} h")),
        (hours, minutes) => language.pick(
            format!("{hours} 時間 {minutes} 分"),
            format!("{hours} h {minutes} min"),
        ),
    }
}

/// As documents write it; `–` for those that don't say.
pub(super) fn severity(severity: Option<Severity>, language: Language) -> &'static str {
    match severity {
        Some(Severity::Critical) => "Critical",
        Some(Severity::High) => "High",
        Some(Severity::Medium) => "Medium",
        Some(Severity::Low) => "Low",
        None => language.pick("記載なし", "not stated"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes() {
        let of = |now, before| Figure {
            now: Some(now),
            comparable: Some(now),
            before: Some(before),
        };
        for (figure, more_is, en, ja, tone) in [
            (
                of(8, 5),
                Some(Tone::Good),
                "▲ 3 (+60%)",
                "▲ 3（+60%）",
                Tone::Good,
            ),
            (
                of(2, 6),
                Some(Tone::Good),
                "▼ 4 (−67%)",
                "▼ 4（−67%）",
                Tone::Bad,
            ),
            (
                of(2, 6),
                Some(Tone::Bad),
                "▼ 4 (−67%)",
                "▼ 4（−67%）",
                Tone::Good,
            ),
            (
                of(12, 8),
                Some(Tone::Bad),
                "▲ 4 (+50%)",
                "▲ 4（+50%）",
                Tone::Bad,
            ),
            (of(6, 5), None, "▲ 1 (+20%)", "▲ 1（+20%）", Tone::Plain),
            // From few, a percentage would say more than is known.
            (of(8, 4), None, "▲ 4", "▲ 4", Tone::Plain),
            (of(7, 7), Some(Tone::Bad), "±0", "±0", Tone::Plain),
            (
                Figure {
                    now: Some(9),
                    ..of(8, 5)
                },
                None,
                "▲ 3 (+60%)*",
                "▲ 3（+60%）*",
                Tone::Plain,
            ),
            (Figure::default(), None, "", "", Tone::Plain),
        ] {
            let got = change(figure, more_is, Language::En);
            assert_eq!((got.text.as_str(), got.tone), (en, tone));
            assert_eq!(change(figure, more_is, Language::Ja).text, ja);
        }
    }

    #[test]
    fn rates_and_lengths() {
        let of = |part, whole| Some(Rate { part, whole });
        for (given, en, ja) in [
            (of(6, 7), "86% (6 of 7)", "86%（7 件中 6 件）"),
            (of(3, 4), "3 of 4", "4 件中 3 件"),
            (of(0, 0), "–", "–"),
            (None, "unknown", "不明"),
        ] {
            assert_eq!(rate(given, Language::En).text, en);
            assert_eq!(rate(given, Language::Ja).text, ja);
        }
        for (given, en, ja) in [
            (0, "0 min", "0 分"),
            (59, "59 min", "59 分"),
            (60, "1 h", "1 時間"),
            (90, "1 h 30 min", "1 時間 30 分"),
        ] {
            assert_eq!(minutes(given, Language::En), en);
            assert_eq!(minutes(given, Language::Ja), ja);
        }
        assert_eq!(days(1, Language::En), "1 day");
        assert_eq!(days(2, Language::En), "2 days");
    }
}

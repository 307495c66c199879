//! What matters, in a few sentences: the first thing a reader sees, and often the only one.

use super::super::model::{OnTime, Rate, Report, State};
use super::{Remark, Tone};
use crate::config::Language;
use crate::list::counted;

/// The sentences, the worst news first.
pub(super) fn lead(report: &Report, language: Language) -> Vec<Remark> {
    [
        overdue(report, language),
        goals(report, language),
        prevention(report, language),
    ]
    .into_iter()
    .flatten()
    .map(|Remark { text, tone }| Remark::new(text, tone))
    .collect()
}

fn overdue(report: &Report, language: Language) -> Option<Remark> {
    let (open, late) = (report.totals.open.now?, report.totals.overdue.now?);
    if open == 0 {
        // Of nothing there is nothing good to say.
        return (report.coverage.items > 0).then(|| Remark {
            text: language.pick(
                "未完了の項目はありません。".into(),
                "Nothing is left open.".into(),
            ),
            tone: Tone::Good,
        });
    }
    let items = counted(open, "open item");
    if late == 0 {
        return Some(Remark {
            text: language.pick(
                format!("未完了の {open} 件に、期限切れはありません。"),
                match open {
                    1 => "The one open item is not overdue.".to_owned(),
                    _ => format!("None of the {items} is overdue."),
                },
            ),
            tone: Tone::Good,
        });
    }
    let worst = report
        .items
        .iter()
        .filter(|row| row.state == State::Open)
        .filter_map(|row| Some((row.days_late?, row)))
        // The first among equals, as in the table below.
        .rev()
        .max_by_key(|(days, _)| *days);
    let mut text = language.pick(
        format!("未完了 {open} 件のうち {late} 件が期限切れです"),
        match (open, late) {
            (1, _) => "The one open item is overdue".to_owned(),
            (_, 1) => format!("1 of {items} is overdue"),
            _ => format!("{late} of {items} are overdue"),
        },
    );
    if let Some((days, row)) = worst {
        let name = row.name();
        text.push_str(&language.pick(
            format!("（最長 {days} 日、{name}）"),
            match late {
                1 => format!(", by {} ({name})", counted(days_of(days), "day")),
                _ => format!(
                    ", the longest by {} ({name})",
                    counted(days_of(days), "day")
                ),
            },
        ));
    }
    text.push_str(language.pick("。", "."));
    Some(Remark {
        text,
        tone: Tone::Bad,
    })
}

fn days_of(days: i64) -> usize {
    usize::try_from(days).unwrap_or_default()
}

fn goals(report: &Report, language: Language) -> Option<Remark> {
    let of = |met: bool| -> Vec<String> {
        let rows = report.on_time.iter().filter(|row| row.met == Some(met));
        rows.filter_map(|row| goal(row, language)).collect()
    };
    let (missed, met) = (of(false), of(true));
    let list = |names: &[String]| names.join(language.pick("、", ", "));
    let text = match (missed.is_empty(), met.is_empty()) {
        (true, true) => return None,
        (true, false) => language.pick(
            format!("期限内完了の目標は達成しました: {}。", list(&met)),
            format!("The goal for finishing on time was met: {}.", list(&met)),
        ),
        (false, true) => language.pick(
            format!("期限内完了の目標は未達です: {}。", list(&missed)),
            format!(
                "The goal for finishing on time was missed: {}.",
                list(&missed)
            ),
        ),
        (false, false) => language.pick(
            format!(
                "期限内完了の目標は、{}が未達、{}は達成です。",
                list(&missed),
                list(&met)
            ),
            format!(
                "The goal for finishing on time was missed for {}, and met for {}.",
                list(&missed),
                list(&met)
            ),
        ),
    };
    Some(Remark {
        text,
        tone: if missed.is_empty() {
            Tone::Good
        } else {
            Tone::Bad
        },
    })
}

/// `P1 (62%, goal 80%)`, and of few `P1 (2 of 3, goal 80%)`.
fn goal(row: &OnTime, language: Language) -> Option<String> {
    let (priority, rate, goal) = (row.priority?.as_str(), row.now?, row.goal?);
    let Rate { part, whole } = rate;
    let got = match rate.percent()? {
        _ if rate.is_small() => language.pick(
            format!("{whole} 件中 {part} 件"),
            format!("{part} of {whole}"),
        ),
        percent => format!("{percent}%"),
    };
    Some(language.pick(
        format!("{priority}（{got}、目標 {goal}%）"),
        format!("{priority} ({got}, goal {goal}%)"),
    ))
}

fn prevention(report: &Report, language: Language) -> Option<Remark> {
    let kinds = report.prevention.filter(|kinds| kinds.is_missing())?;
    let eased = kinds.mitigate;
    let text = if eased == kinds.items {
        language.pick(
            "この期間のポストモーテムは緩和・修正だけで、再発を予防する項目がありません。".into(),
            "This period's postmortems only mitigate or repair: nothing prevents it from happening again.".into(),
        )
    } else {
        language.pick(
            format!("この期間のポストモーテムには、再発を予防する項目がありません（緩和・修正は {eased} 件）。"),
            format!("Nothing in this period's postmortems prevents it from happening again ({eased} mitigate or repair)."),
        )
    };
    Some(Remark {
        text,
        tone: Tone::Warn,
    })
}

//! Deadlines that were moved, as people word it below an item, in a cell for remarks, and in the cell of the due date itself.

use super::laws::parse;

/// What is known of the first item: its due date, its waivers as `from>until: reason`, and the problems of the document.
fn told(text: &str) -> String {
    let (_, postmortem) = parse(text);
    let mut parts = Vec::new();
    for item in &postmortem.items {
        parts.push(item.due.date.map(|d| d.to_string()).unwrap_or_default());
        parts.extend(item.waivers.iter().map(|w| {
            let from = w.from.map(|d| d.to_string()).unwrap_or_default();
            format!("{from}>{}: {}", w.until, w.reason.as_deref().unwrap_or("-"))
        }));
    }
    let codes = postmortem.problems.iter();
    parts.extend(codes.map(|p| p.kind.code().to_owned()));
    parts.join(" | ")
}

const PLAIN: &str = "2025-01-20";
const UNREADABLE: &str = "2025-01-20 | extension-unreadable";

/// What a remark of an item that is due on 2025-01-20 makes of it, wherever the remark stands.
fn everywhere(remark: &str, expected: &str) {
    let head = "# 障害報告 2025-01-05\n\n## アクションアイテム\n\n";
    for (place, text) in [
        (
            "a line",
            format!("{head}### 1. 監視を足す\n\n担当: 田中\n期限: 2025-01-20\n{remark}\n"),
        ),
        (
            "a bullet",
            format!("{head}### 1. 監視を足す\n\n- 担当: 田中\n- 期限: 2025-01-20\n- {remark}\n"),
        ),
        (
            "a bullet below a bullet",
            format!("{head}- 監視を足す（@tanaka、期限: 2025-01-20）\n  - {remark}\n"),
        ),
        (
            "a cell",
            format!(
                "{head}| # | 対策 | 担当 | 期限 | 備考 |\n|---|---|---|---|---|\n| 1 | 監視を足す | 田中 | 2025-01-20 | {remark} |\n"
            ),
        ),
    ] {
        assert_eq!(told(&text), expected, "{place}: {text}");
    }
}

#[test]
fn a_deadline_is_moved_in_natural_words() {
    for (remark, until, reason) in [
        (
            "期限を2025-03-01に延長（業者待ち）",
            "2025-03-01",
            "業者待ち",
        ),
        (
            "期限を 2025-03-01 まで延長しました（業者待ち）",
            "2025-03-01",
            "業者待ち",
        ),
        ("2025-03-01まで延長（業者待ち）", "2025-03-01", "業者待ち"),
        ("2025-03-01 に延長：業者待ち", "2025-03-01", "業者待ち"),
        ("期限延長（2025-03-01）: 業者待ち", "2025-03-01", "業者待ち"),
        (
            "期限延長（2025-03-01まで）：業者待ち",
            "2025-03-01",
            "業者待ち",
        ),
        (
            "期限変更：2025-02-28　理由：業者待ち",
            "2025-02-28",
            "業者待ち",
        ),
        (
            "期限を 2025-03-01 へ変更（業者待ち）",
            "2025-03-01",
            "業者待ち",
        ),
        (
            "期限を2025年3月1日に後ろ倒し。業者待ち",
            "2025-03-01",
            "業者待ち",
        ),
        ("納期は3/1に延期（業者待ち）", "2025-03-01", "業者待ち"),
        ("新期限：2025-03-01（業者待ち）", "2025-03-01", "業者待ち"),
        ("期限を2025-03-01に延長", "2025-03-01", "-"),
        (
            "Due date moved to 2025-03-01: vendor is late",
            "2025-03-01",
            "vendor is late",
        ),
        (
            "The due date was moved to 2025-03-01 (vendor)",
            "2025-03-01",
            "vendor",
        ),
        (
            "Deadline extended until March 1 (vendor)",
            "2025-03-01",
            "vendor",
        ),
        (
            "The deadline has been pushed back to 2025-03-01: vendor",
            "2025-03-01",
            "vendor",
        ),
        (
            "Postponed to 2025-03-01 because the vendor is late",
            "2025-03-01",
            "the vendor is late",
        ),
        (
            "Extended from 2025-01-20 to 2025-03-01: vendor",
            "2025-03-01",
            "vendor",
        ),
        ("Moved to 2025-03-01 (vendor)", "2025-03-01", "vendor"),
        ("New due date: 2025-03-01 (vendor)", "2025-03-01", "vendor"),
    ] {
        everywhere(remark, &format!("{until} | 2025-01-20>{until}: {reason}"));
    }
}

#[test]
fn an_extension_to_no_day_is_a_problem() {
    for remark in [
        "期限を1週間延長（業者待ち）",
        "1週間延長（業者待ち）",
        "期限を来月末まで延長（業者待ち）",
        "期限を2週間後ろ倒し",
        "期限を2025-02-30に変更（業者待ち）",
        "extended by 2 weeks: vendor",
        "Due date moved by 2 weeks: vendor",
        "The deadline was extended until next month",
    ] {
        everywhere(remark, UNREADABLE);
    }
}

#[test]
fn what_is_not_about_the_deadline_stays_prose() {
    for remark in [
        "延長コードを買う",
        "2週間延長コードを借りる",
        "extended warranty",
        "The support contract was extended to 2025-03-01",
        "サポート契約を2025-03-01まで延長",
        "契約を1週間延長",
        "監視の対象を2025-03-01に変更",
        "設定を変更した",
        "2025-01-10に変更した箇所を見る",
        "The release moved to 2025-03-01",
        "See the extension 4.2 notes",
    ] {
        everywhere(remark, PLAIN);
    }
}

#[test]
fn a_cell_holds_the_old_day_and_the_new_one() {
    for (cell, expected) in [
        (
            "~~2025-01-20~~ 2025-03-01",
            "2025-03-01 | 2025-01-20>2025-03-01: -",
        ),
        (
            "~~2025-01-20~~<br>2025-03-01",
            "2025-03-01 | 2025-01-20>2025-03-01: -",
        ),
        (
            "~~2025-01-20~~ → 2025-03-01（業者待ち）",
            "2025-03-01 | 2025-01-20>2025-03-01: 業者待ち",
        ),
        ("~~1/20~~ 3/1", "2025-03-01 | 2025-01-20>2025-03-01: -"),
        (
            "2025-01-20 -> 2025-03-01",
            "2025-03-01 | 2025-01-20>2025-03-01: -",
        ),
        (
            "2025-01-20 → 2025-03-01",
            "2025-03-01 | 2025-01-20>2025-03-01: -",
        ),
        (
            "2025-01-20→2025-03-01（業者待ち）",
            "2025-03-01 | 2025-01-20>2025-03-01: 業者待ち",
        ),
        (
            "2025-01-20（月）→2025-03-01（土）",
            "2025-03-01 | 2025-01-20>2025-03-01: -",
        ),
        (
            "2025-01-20から2025-03-01に変更（業者待ち）",
            "2025-03-01 | 2025-01-20>2025-03-01: 業者待ち",
        ),
        (
            "was 2025-01-20, now 2025-03-01",
            "2025-03-01 | 2025-01-20>2025-03-01: -",
        ),
        (
            "2025-01-20, now 2025-03-01 (vendor)",
            "2025-03-01 | 2025-01-20>2025-03-01: vendor",
        ),
        (
            "2025-01-20 moved to 2025-03-01 (vendor)",
            "2025-03-01 | 2025-01-20>2025-03-01: vendor",
        ),
        (
            "2025-03-01（旧 2025-01-20）",
            "2025-03-01 | 2025-01-20>2025-03-01: -",
        ),
        (
            "2025-03-01（当初：2025-01-20、業者待ち）",
            "2025-03-01 | 2025-01-20>2025-03-01: 業者待ち",
        ),
        (
            "2025-03-01 (was 2025-01-20)",
            "2025-03-01 | 2025-01-20>2025-03-01: -",
        ),
        (
            "2025-03-01 (was 2025-01-20) (vendor)",
            "2025-03-01 | 2025-01-20>2025-03-01: vendor",
        ),
        (
            "~~2025-01-20~~ ~~2025-02-01~~ 2025-03-01 (vendor)",
            "2025-03-01 | 2025-01-20>2025-02-01: - | 2025-02-01>2025-03-01: vendor",
        ),
        (
            "2025-01-20 → 2025-02-01 → 2025-03-01",
            "2025-03-01 | 2025-01-20>2025-02-01: - | 2025-02-01>2025-03-01: -",
        ),
        // Earlier is no waiver, and a range, a correction of nothing or a remark are none either.
        ("2025-03-01 → 2025-01-20", "2025-01-20"),
        ("~~2025-03-01~~ 2025-01-20", "2025-01-20"),
        ("2025-01-20 〜 2025-03-01", "2025-03-01"),
        ("2025-01-20 - 2025-03-01", "2025-03-01"),
        ("~~TBD~~ 2025-03-01", "2025-03-01"),
        ("2025-03-01 (started 2025-01-20)", "2025-03-01"),
        ("2025-03-01", "2025-03-01"),
    ] {
        let text = format!(
            "# 障害報告 2025-01-05\n\n## アクションアイテム\n\n| # | 対策 | 担当 | 期限 |\n|---|---|---|---|\n| 1 | 監視を足す | 田中 | {cell} |\n"
        );
        assert_eq!(told(&text), expected, "{cell}");
    }
}

//! Sections whose names also head prose, in documents that don't show themselves postmortems; and what only looks like an item in them.

use super::check;
use super::laws::parse;

const HEAD: &str = "# PM-042 X\n\n**Date**: 2025-01-05\n\n";

fn codes(text: &str) -> Vec<&'static str> {
    let (_, postmortem) = parse(text);
    postmortem.problems.iter().map(|p| p.kind.code()).collect()
}

#[test]
fn one_committed_entry_makes_items_of_its_list() {
    let ann = "1|todo|@ann|監視を足す";
    for (below, expected) in [
        (
            "## 再発防止策\n\n- [ ] 監視を足す @ann\n- [ ] 台数を増やす（@bob）\n",
            vec![ann, "2|todo|@bob|台数を増やす"],
        ),
        (
            "## 再発防止策\n\n・監視を足す（担当：@ann、期限：2/20）\n・台数を増やす @bob\n・図を描く\n",
            vec![
                "1|todo|@ann|2025-02-20|監視を足す",
                "2|todo|@bob|台数を増やす",
                "3|todo|図を描く",
            ],
        ),
        (
            "## 恒久対策\n\n□ 監視を足す（@ann）\n□ 図を描く（@bob）\n",
            vec![ann, "2|todo|@bob|図を描く"],
        ),
        (
            "## 今後の対応\n\n（1）監視を足す @ann\n（2）図を描く\n",
            vec![ann, "2|todo|図を描く"],
        ),
        ("## 対策\n\n- 監視を足す @ann\n", vec![ann]),
        (
            "## 暫定対策\n\n- [ ] 監視を足す @ann\n- [ ] 図を描く @bob\n",
            vec![ann, "2|todo|@bob|図を描く"],
        ),
        (
            "## Prevention\n\n- Add a probe @ann\n- Draw the network\n",
            vec![
                "1|todo|@ann|prevent|Add a probe",
                "2|todo|prevent|Draw the network",
            ],
        ),
        // Prose beside a section of action items.
        (
            "## 再発防止策\n\n- 設計を見直す @bob\n\n## アクションアイテム\n\n| 対策 | 担当 |\n|---|---|\n| 監視を足す | @ann |\n",
            vec![ann],
        ),
    ] {
        check("below", &format!("{HEAD}{below}"), &expected);
    }
}

#[test]
fn entries_that_are_not_read_are_told_of() {
    let list = format!("{HEAD}## 再発防止策\n\n- 監視を足す\n- 図を描く\n");
    assert_eq!(codes(&list), ["section-unread"]);
    let none = format!("{HEAD}## 再発防止策\n\n- TBD\n");
    assert_eq!(codes(&none), Vec::<&str>::new());
    let day = format!("{HEAD}## Action items\n\n- Add a probe @ann\n- 2025-03-01\n");
    assert_eq!(codes(&day), ["title-placeholder"]);
}

#[test]
fn owners_tell_items_below_the_last_number_from_details() {
    let first = "1|todo|@ann|Add a probe";
    for (below, expected) in [
        (
            "① Add a probe @ann\n② Draw the network @bob\n- Widen the pool @carol\n- Rotate the keys\n",
            vec![
                first,
                "2|todo|@bob|Draw the network",
                "3|todo|@carol|Widen the pool",
                "4|todo|Rotate the keys",
            ],
        ),
        (
            "① Add a probe @ann\n- [ ] Widen the pool\n",
            vec![first, "2|todo|Widen the pool"],
        ),
        ("① Add a probe @ann\n- mind the cache\n", vec![first]),
        ("① Add a probe @ann\n   - ask @bob\n", vec![first]),
        ("① Add a probe\n- 担当: @ann\n", vec![first]),
        (
            "① Add a probe @ann\n- Ask the vendor @carol\n② Draw the network @bob\n",
            vec![first, "2|todo|@bob|Draw the network"],
        ),
    ] {
        check(
            "below",
            &format!("{HEAD}## Action items\n\n{below}"),
            &expected,
        );
    }
}

#[test]
fn reviews_and_promises_to_customers_are_no_items() {
    let item = "1|todo|@ann|監視を足す";
    for text in [
        "障害報告書\n\n日付: 2025-01-05\n\n【再発防止策】\n①監視を足す（担当：@ann）\n\n【フォローアップ】\n・2週間後レビュー: 2025-01-19\n".to_owned(),
        format!("{HEAD}## お客様へのお知らせ\n\n### 再発防止策\n\n- 監視を強化します\n\n## 再発防止策\n\n- 監視を足す @ann\n"),
        format!("{HEAD}## Customer-facing summary\n\n**Action items**:\n\n- we watch more\n\n## Action items\n\n- 監視を足す @ann\n"),
    ] {
        check("none", &text, &[item]);
    }
}

#[test]
fn a_status_behind_a_struck_one_counts() {
    let table = |status: &str| {
        format!(
            "{HEAD}## Action items\n\n| Action | Owner | Status |\n|---|---|---|\n| Add a probe | @ann | {status} |\n"
        )
    };
    for (cell, status) in [
        ("~~Todo~~ Doing", "in_progress"),
        ("~~In progress~~ Done", "done"),
        ("~~Todo~~ → **Doing**", "in_progress"),
    ] {
        let (_, read) = parse(&table(cell));
        assert_eq!(read.items[0].status.status.as_str(), status, "{cell}");
        // The live word alone is what is written over.
        let word = read.items[0]
            .status
            .word
            .as_ref()
            .and_then(|w| w.span.clone());
        let live = cell
            .rsplit([' ', '*'])
            .find(|w| !w.is_empty())
            .unwrap_or_default();
        assert_eq!(
            word.map(|w| table(cell)[w].to_owned()).as_deref(),
            Some(live),
            "{cell}"
        );
        let shown = format!("1|{status}|@ann|Add a probe");
        check(cell, &table(cell), &[shown.as_str()]);
    }
}

//! Fields without brackets or labels at the end of a line, and reviews beside the items.

use super::check;
use super::laws::parse;

#[test]
fn bare_fields_stand_beside_one_another() {
    check(
        "handles, priorities and dates",
        "# Postmortem 2025-01-05\n\n## Action items\n\n\
         - [ ] Balance (@ann) P1\n\
         - [ ] Cap @ann P1\n\
         - [ ] Drain the pool P1 @ann\n\
         - [ ] Drain P1 @ann\n\
         - [ ] Evict [P1] @ann due 2025-01-10\n\
         - [ ] Fence @ann 2025-01-10\n\
         - [ ] Fence it @ann P2 2025-01-10\n\
         - [ ] Page on a P1 @ann\n\
         - [ ] Look into P1\n\
         - [ ] 上限を設ける (@ann) P1\n\
         - [ ] 上限を下げる @ann P1\n\
         - [ ] 上限を測る @ann 2025-01-10\n",
        &[
            "1|todo|@ann|P1|Balance",
            "2|todo|@ann|P1|Cap",
            "3|todo|@ann|P1|Drain the pool",
            "4|todo|@ann|P1|Drain",
            "5|todo|@ann|2025-01-10|P1|Evict",
            "6|todo|@ann|2025-01-10|Fence",
            "7|todo|@ann|2025-01-10|P2|Fence it",
            "8|todo|@ann|Page on a P1",
            "9|todo|Look into P1",
            "10|todo|@ann|P1|上限を設ける",
            "11|todo|@ann|P1|上限を下げる",
            "12|todo|@ann|2025-01-10|上限を測る",
        ],
    );
    check(
        "a title of one word",
        "## Action items\n\n1. three @ann by 2025-01-10\n2. Ask @ann by 2025-01-10\n3. Ping @ann by 2025-01-10\n4. Rehearse @ann\n",
        &[
            "1|todo|@ann|2025-01-10|three",
            "2|todo|2025-01-10|Ask @ann",
            "3|todo|2025-01-10|Ping @ann",
            "4|todo|Rehearse @ann",
        ],
    );
}

#[test]
fn a_bare_limit_ends_a_line() {
    check(
        "in so many words",
        "# 障害報告 2025-07-05\n\n## アクションアイテム\n\n\
         - 訓練を行う 8月末\n\
         - 手順を書く 8月中\n\
         - 台帳を直す　8月上旬\n\
         - 図を描く 2025年 8月末\n\
         - 図を配る 今週中\n\
         - Rehearse it  end of August\n\
         - Watch the end of August\n\
         - 訓練の記録 8月\n\
         - 訓練が続く 期間中\n\
         - 点検を行う 停止中\n",
        &[
            "1|todo|2025-08-31|訓練を行う",
            "2|todo|2025-08-31|手順を書く",
            "3|todo|2025-08-10|台帳を直す",
            "4|todo|2025-08-31|図を描く",
            "5|todo|2025-07-11|図を配る",
            "6|todo|2025-08-31|Rehearse it",
            "7|todo|Watch the end of August",
            "8|todo|訓練の記録 8月",
            "9|todo|訓練が続く 期間中",
            "10|todo|点検を行う 停止中",
        ],
    );
}

#[test]
fn reviews_beside_the_items_are_none() {
    let head = "# Postmortem 2025-01-05\n\n## Action items\n\n- Add a probe (@ann)\n\n";
    let item = "1|todo|@ann|Add a probe";
    for (below, more) in [
        (
            "### フォローアップ\n\n| レビュー | 日付 |\n|---|---|\n| 2週間後レビュー | 2025-01-19 |\n",
            vec![],
        ),
        (
            "### レビュー予定\n\n| レビュー | 日付 | 担当 |\n|---|---|---|\n| 1回目 | 2025-01-19 | 田中 |\n",
            vec![],
        ),
        (
            "### Review\n\nReviewed by: @bob\nReview date: 2025-01-10\n",
            vec![],
        ),
        (
            "### Review\n\n- Reviewed by: @bob\n- Review date: 2025-01-10\n",
            vec![],
        ),
        ("### Follow-up\n\n- 30-day review: 2025-02-05\n", vec![]),
        ("### レビュー予定\n\n- 2025-01-19\n- 2025-02-19\n", vec![]),
        // Items all the same.
        (
            "### Follow-up\n\n- Draw the network (@bob)\n",
            vec!["2|todo|@bob|Draw the network"],
        ),
        (
            "### フォローアップ\n\n- 図を描く\n",
            vec!["2|todo|図を描く"],
        ),
        (
            "### フォローアップ\n\n- [ ] 図を描く\n",
            vec!["2|todo|図を描く"],
        ),
        (
            "### Review\n\n| Action | Owner | Due |\n|---|---|---|\n| Draw the network | @bob | 2025-02-01 |\n",
            vec!["2|todo|@bob|2025-02-01|Draw the network"],
        ),
        ("### Later\n\n- 2025-01-19\n", vec![]),
    ] {
        let expected: Vec<&str> = std::iter::once(item).chain(more).collect();
        check("below", &format!("{head}{below}"), &expected);
    }
}

#[test]
fn a_day_is_no_title() {
    let (_, postmortem) = parse(
        "## Action items\n\n| Action | Owner |\n|---|---|\n| 2025-01-19 | @ann |\n| Add a probe | @ann |\n",
    );
    assert_eq!(postmortem.items.len(), 1);
    let codes: Vec<_> = postmortem.problems.iter().map(|p| p.kind.code()).collect();
    assert_eq!(codes, ["title-placeholder"]);
}

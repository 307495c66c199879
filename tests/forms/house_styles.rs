//! What companies' own templates and people's own habits make of the forms: each rule in both languages, where both have it.

use super::check;

#[test]
fn owners_and_dates_stand_at_the_end() {
    for (name, text, expected) in [
        (
            "a limit behind a handle, in English",
            "**Date**: 2025-11-20\n\n## Action items\n\n\
             - Add a probe @carol by 2025-12-01\n\
             - Add a panel (@bob) due January 31\n\
             - Rotate the keys, @erin, 12/10\n\
             - Patch the hosts. Owner: Finn. Due: Dec 12.\n\
             - Drop the old bucket by end of month\n\
             - Cut the error rate by half\n",
            vec![
                "1|todo|@carol|2025-12-01|Add a probe",
                "2|todo|@bob|2026-01-31|Add a panel",
                "3|todo|@erin|2025-12-10|Rotate the keys",
                "4|todo|Finn|2025-12-12|Patch the hosts.",
                "5|todo|2025-11-30|Drop the old bucket",
                "6|todo|Cut the error rate by half",
            ],
        ),
        (
            "a limit behind a handle, in Japanese",
            "**日付**: 2025-05-07\n\n## アクションアイテム\n\n\
             - 外形監視を足す → 平野さん（5/16まで）\n\
             - 業者に問い合わせる → 5/9 平野\n\
             - 図を直す @kudo ～5/23\n\
             - 検証環境を作る：菊地さん\n\
             - 比較表を作る（6/12）\n\
             - 5/30まで：当番表を直す\n",
            vec![
                "1|todo|平野さん|2025-05-16|外形監視を足す",
                "2|todo|平野|2025-05-09|業者に問い合わせる",
                "3|todo|@kudo|2025-05-23|図を直す",
                "4|todo|菊地さん|検証環境を作る",
                "5|todo|2025-06-12|比較表を作る",
                "6|todo|2025-05-30|当番表を直す",
            ],
        ),
        (
            "a name beside a date",
            "**Date**: 2025-11-20\n\n## Action items\n\n\
             - Test the restore [Gus, 12/15]\n\
             - Draft the policy – Hana – Q1 2026\n\
             - **Retry budget** — cap it at a tenth (@jon, 2025-12-20)\n\
             - 閾値を見直す（SRE 高木 / 12月21日まで）\n\
             - 画像を配り直す（@hana / 2025-12-02）\n",
            vec![
                "1|todo|Gus|2025-12-15|Test the restore",
                "2|todo|Hana|2026-03-31|Draft the policy",
                "3|todo|@jon|2025-12-20|Retry budget",
                "4|todo|SRE 高木|2025-12-21|閾値を見直す",
                "5|todo|@hana|2025-12-02|画像を配り直す",
            ],
        ),
        (
            "more in a labelled bracket, and bars between the fields",
            "**Date**: 2025-11-20\n\n## Action items\n\n\
             - Cap the queue (owner: @dan, due: 2025-12-05, P1)\n\
             - Log as JSON | Owner: Rex | Due: 2025-12-01 | Status: Done\n\
             - 台帳を作る　担当：斎藤　期限：12/31\n\
             - 設定を見直す 担当者:大野 完了予定日:12/4 状況:対応中\n",
            vec![
                "1|todo|@dan|2025-12-05|P1|Cap the queue",
                "2|done|Rex|2025-12-01|Log as JSON",
                "3|todo|斎藤|2025-12-31|台帳を作る",
                "4|in_progress|大野|2025-12-04|設定を見直す",
            ],
        ),
        (
            "names behind most items of a section are their owners",
            "## Action items\n\n- Revert 1.4 (Zoe) ✅\n- Tell customers (Yan)\n- Add a contract test (Zoe) — due 2025-05-19\n",
            vec![
                "1|done|Zoe|Revert 1.4",
                "2|todo|Yan|Tell customers",
                "3|todo|Zoe|2025-05-19|Add a contract test",
            ],
        ),
        (
            "and a single one is none",
            "## アクションアイテム\n\n- 通知を足す（必須）\n- 図を直す\n- 手順を書く\n\n## Action items\n\n- Add an alert (Kafka)\n- Draw it\n",
            vec![
                "1|todo|通知を足す（必須）",
                "2|todo|図を直す",
                "3|todo|手順を書く",
                "4|todo|Add an alert (Kafka)",
                "5|todo|Draw it",
            ],
        ),
        (
            "a wiki's mentions and signatures",
            "## TODOs\n\n- [ ] Cache the top queries @Ana Ruiz @March 14, 2025\n- [ ] Watch the secondary [name=Eva]\n\n## Timeline\n",
            vec![
                "1|todo|@Ana Ruiz|2025-03-14|Cache the top queries",
                "2|todo|Eva|Watch the secondary",
            ],
        ),
    ] {
        check(name, text, &expected);
    }
}

#[test]
fn marks_stand_in_front() {
    for (name, text, expected) in [
        (
            "statuses",
            "## Action items\n\n- DONE: revert the flag\n- [DONE] Tell support\n- **In progress** – Rewrite the importer\n- WIP - move the job\n\
             - (DONE 5/6) Restart hourly\n- :white_check_mark: Add a label\n- Add a rollout. In progress.\n",
            vec![
                "1|done|revert the flag",
                "2|done|Tell support",
                "3|in_progress|Rewrite the importer",
                "4|in_progress|move the job",
                "5|done|Restart hourly",
                "6|done|Add a label",
                "7|in_progress|Add a rollout.",
            ],
        ),
        (
            "statuses in capitals, apart",
            "## Action items\n\n- DONE Revert the flag\n- TODO 監視を足す\n- IN PROGRESS Move the job\n- TODO list cleanup\n- OPEN API review\n- Done The rest\n",
            vec![
                "1|done|Revert the flag",
                "2|todo|監視を足す",
                "3|in_progress|Move the job",
                "4|todo|TODO list cleanup",
                "5|todo|OPEN API review",
                "6|todo|Done The rest",
            ],
        ),
        (
            "statuses in Japanese",
            "## アクションアイテム\n\n- 【完了】閾値を下げる\n- 完了：手順書を配る\n- ✅ 完了 ログを残す\n- （対応済）権限を見直す\n- [済] 定例で話す\n",
            vec![
                "1|done|閾値を下げる",
                "2|done|手順書を配る",
                "3|done|ログを残す",
                "4|done|権限を見直す",
                "5|done|定例で話す",
            ],
        ),
        (
            "numbers, tickets, people",
            "## Action items\n\n- MAIL-7 - Add a runbook\n- [SRCH-1] Swap the index at once\n- [OPS-2](https://x.example/browse/OPS-2): Add limits\n\
             - @priya to add a canary by 2025-06-15\n- ② 図を直す\n- 対策3：手順を直す\n",
            vec![
                "MAIL-7|todo|Add a runbook",
                "SRCH-1|todo|Swap the index at once",
                "3|todo|https://x.example/browse/OPS-2|Add limits",
                "4|todo|@priya|2025-06-15|add a canary",
                "②|todo|図を直す",
                "3-2|todo|手順を直す",
            ],
        ),
        (
            "issues of the repository, and entries counted the same way",
            "## Action items\n\n- [ ] #41 Add health checks\n- [ ] Fix the flaky deploy #42\n- [ ] o/r#43: Explain the rollback\n- [ ] Follow up on #44\n",
            vec![
                "1|todo|#41|Add health checks",
                "2|todo|#42|Fix the flaky deploy",
                "3|todo|o/r#43|Explain the rollback",
                "4|todo|Follow up on #44",
            ],
        ),
        (
            "counted",
            "## Action items\n\n- #1 Publish it\n- #2 Review it\n",
            vec!["1|todo|Publish it", "2|todo|Review it"],
        ),
    ] {
        check(name, text, &expected);
    }
}

#[test]
fn lists_and_headings_made_by_hand_are_read() {
    for (name, text, expected) in [
        (
            "frames and wide numbers",
            "【障害名】配送の遅延\n【発生日時】2025年6月3日 9:00\n\n【原因】\n・詰まり\n\n【対策】\n\
             １．滞留を見張る（担当：中村、期限：6/20）\n２．台数を増減させる（担当：小林、期限：7/11）\n\n【備考】\n・次回に報告\n",
            vec![
                "1|todo|中村|2025-06-20|滞留を見張る",
                "2|todo|小林|2025-07-11|台数を増減させる",
            ],
        ),
        (
            "circled numbers with their fields in lines",
            "# ポストモーテム 2025-03-03\n\n## 再発防止策\n\n① 保存先を二重にする\n担当：西田\n期日：3月末\n\n② 切り戻しを試す（@mori、来月末）\n\n## 良かった点\n・早かった\n",
            vec![
                "1|todo|西田|2025-03-31|保存先を二重にする",
                "2|todo|@mori|2025-04-30|切り戻しを試す",
            ],
        ),
        (
            "numbers in brackets below a numbered section",
            "障害報告\n\n発生日時：2025年7月1日 10:00\n\n1. 概要\n   取れない。\n\n2. 原因\n   索引の欠落。\n\n\
             3. 再発防止策\n   (1) 索引を検査する（担当：三浦、期限：7/18）\n   (2) 項目に加える（担当：内田、期限：7/11）\n\n4. 連絡先\n   運用課\n",
            vec![
                "1|todo|三浦|2025-07-18|索引を検査する",
                "2|todo|内田|2025-07-11|項目に加える",
            ],
        ),
        (
            "dots, codes and boxes",
            "# Outage 2025-05-12\n\n**Next steps**\n\n• Alert on lag\n• Add a group\n\nAI-1: Publish a panel — @wei — due 2025-05-20 — P1\nAI-2: Review it — @raj\n\n\
             ☑ Revert\n□ Retest\n",
            vec![
                "1|todo|Alert on lag",
                "2|todo|Add a group",
                "AI-1|todo|@wei|2025-05-20|P1|Publish a panel",
                "AI-2|todo|@raj|Review it",
                "5|done|Revert",
                "6|todo|Retest",
            ],
        ),
    ] {
        check(name, text, &expected);
    }
}

#[test]
fn tables_say_it_in_other_ways() {
    for (name, text, expected) in [
        (
            "what an item answers to stands beside it",
            "# 障害報告 2025-02-01\n\n## 原因と再発防止策\n\n| 原因 | 再発防止策 | 担当部署 | 実施時期 |\n|---|---|---|---|\n\
             | 漏れ | 境界値を試す | 品質課 | 2/21 |\n| 誤り | 確認欄を設ける | 〃 | 2/28 |\n",
            vec![
                "1|todo|品質課|2025-02-21|境界値を試す",
                "2|todo|品質課|2025-02-28|確認欄を設ける",
            ],
        ),
        (
            "a status beside the ticket",
            "## Action items\n\n| Action Item | Type | Owner | Bug |\n|---|---|---|---|\n| Shed on queue age | prevent | jo | #31 **DONE** |\n\
             | Flood it | prevent | al | #32 TODO |\n| Freeze | other | jo | n/a |\n",
            vec![
                "1|done|jo|prevent|#31|Shed on queue age",
                "2|todo|al|prevent|#32|Flood it",
                "3|todo|jo|Freeze",
            ],
        ),
        (
            "boxes, percentages and days of completion",
            "## Follow-up actions\n\n| Done | Task | Who |\n|:-:|---|---|\n| [x] | Restore | Ola |\n| [ ] | Page | Per |\n\n\
             | Action | Who | Progress |\n|---|---|---|\n| Patch | Uma | 50% |\n| Break | Vic | 0% |\n| Mend | Wes | 100% |\n\n\
             | 対応事項 | 対応者 | 期日 | 完了日 |\n|---|---|---|---|\n| 直す | 丸山 | 2025/6/20 | 6/18 |\n| 足す | 丸山 | 2025/6/30 | - |\n",
            vec![
                "1|done|Ola|Restore",
                "2|todo|Per|Page",
                "3|in_progress|Uma|Patch",
                "4|todo|Vic|Break",
                "5|done|Wes|Mend",
                "6|done|丸山|2025-06-20|直す",
                "7|todo|丸山|2025-06-30|足す",
            ],
        ),
        (
            "breaks in cells, and one column",
            "## アクションアイテム\n\n| 対応 | 担当 |\n|---|---|\n| 監視を足す<br>（CPU） | 青木<br>井上 |\n\n## Action items\n\n| Action items |\n|---|\n| Fix the probe |\n",
            vec![
                "1|todo|青木+井上|監視を足す （CPU）",
                "2|todo|Fix the probe",
            ],
        ),
        (
            "a table in a bullet",
            "## Action items\n\n- Platform\n\n  | Action | Due |\n  |---|---|\n  | Pin the kernel | 2025-03-10 |\n\n- Data team:\n\n  | Action | Due |\n  |---|---|\n  | Compact the log | 2025-03-12 |\n",
            vec![
                "1|todo|Platform|2025-03-10|Pin the kernel",
                "2|todo|Data team|2025-03-12|Compact the log",
            ],
        ),
    ] {
        check(name, text, &expected);
    }
}

#[test]
fn a_number_that_means_another_issue_is_no_ticket() {
    check(
        "what closes, waits for or resembles another issue",
        "## Action items\n\n| Action | Owner |\n|---|---|\n| Test the failover (fixes #2, @bo & all) | @al |\n| Pin the kernel, closes #3 | @al |\n\n- [ ] Retest (after #4 lands)\n- [ ] Drain the queue (once #5 is in)\n- [ ] Warm the cache (tracked in #6)\n- [ ] Fix the probe (#7)\n",
        &[
            "1|todo|@al|Test the failover (fixes #2, @bo & all)",
            "2|todo|@al|Pin the kernel, closes #3",
            "3|todo|Retest (after #4 lands)",
            "4|todo|Drain the queue (once #5 is in)",
            "5|todo|#6|Warm the cache",
            "6|todo|#7|Fix the probe",
        ],
    );
}

#[test]
fn an_entry_with_owner_and_date_is_an_item_wherever_prose_may_stand() {
    for (name, text, expected) in [
        (
            "beside a section that names action items",
            "# 障害報告 2025-01-07\n\n## 再発防止策\n\n- 接続数の監視を足す（担当: @al、期限: 2025-01-20）\n- 設計を見直すことが望ましい\n\n## アクションアイテム\n\n- 手順書を直す（担当: @bo、期限: 2025-01-24）\n",
            vec![
                "1|todo|@al|2025-01-20|接続数の監視を足す",
                "2|todo|@bo|2025-01-24|手順書を直す",
            ],
        ),
        (
            "in a document that says when it happened",
            "# PM-520 決済停止\n\n発生日: 2025-01-07\n\n## 再発防止策\n\n1. **接続数の監視を追加する** 担当: @al、期限: 1週間以内\n2. 手順書を更新する\n",
            vec![
                "1|todo|@al|2025-01-14|接続数の監視を追加する",
                "2|todo|手順書を更新する",
            ],
        ),
        (
            "in any other document",
            "# Team notes 2025-01-07\n\n## Next steps\n\n- Widen the pool (owner: @al, due: 2025-01-20)\n- Think about caching\n",
            vec![
                "1|todo|@al|2025-01-20|Widen the pool",
                "2|todo|Think about caching",
            ],
        ),
    ] {
        check(name, text, &expected);
    }
}

#[test]
fn a_heading_in_words_of_its_own_will_do_where_nothing_else_was_read() {
    for heading in [
        "## 二度と起こさないための対策",
        "## これから取り組むこと",
        "## 運用面の改善について",
        "## Hardening we will do",
        "## How we are preventing this",
        "## Our commitments",
    ] {
        let text = format!(
            "# Postmortem: outage of 2025-03-04\n\n## Impact\n\n- all users\n\n{heading}\n\n### Soon\n\n- add a probe\n\n## Thanks\n\n- to all\n"
        );
        check(heading, &text, &["1|todo|add a probe"]);
        // Beside a section that names action items it is prose.
        let text = format!("{text}\n## Action items\n\n- widen the pool\n");
        check(heading, &text, &["1|todo|widen the pool"]);
        let text = format!("# Notes of 2025-03-04\n\n{heading}\n\n- add a probe\n");
        check(heading, &text, &[]);
    }
}

#[test]
fn what_follows_owner_and_date_is_detail() {
    check(
        "a sentence, a line, a dash behind the bracket",
        "## Action items\n\n- [ ] Rehearse it (@al, due 2025-01-10). See the runbook\n- [ ] Widen it (@al, due 2025-01-11)\n  see the runbook\n- [ ] Drop it (@al, 2025-01-12). Then tell them\n- [ ] 見直す（@al、2025-01-13）。手順書も\n- [ ] Ask the team (@al, @bo) for a plan\n- [ ] Retest (@al, due 2025-01-14) #42\n",
        &[
            "1|todo|@al|2025-01-10|Rehearse it",
            "2|todo|@al|2025-01-11|Widen it",
            "3|todo|@al|2025-01-12|Drop it",
            "4|todo|@al|2025-01-13|見直す",
            "5|todo|Ask the team (@al, @bo) for a plan",
            "6|todo|@al|2025-01-14|#42|Retest",
        ],
    );
    check(
        "somebody's name that is what is to be done",
        "## Action items\n\n- Page the on-call\n  - Owner: @al\n  - Due: 2025-02-14\n- Train the on-call team (@bo, due 2025-02-15)\n  - all of them\n",
        &[
            "1|todo|@al|2025-02-14|Page the on-call",
            "2|todo|@bo|2025-02-15|Train the on-call team",
        ],
    );
}

#[test]
fn sections_have_many_names() {
    for heading in [
        "## Remediation and follow-up steps",
        "## What are we going to do about it?",
        "## Action item tracker",
        "## Improvement actions",
        "**Next steps**",
        "## 是正処置",
        "## 水平展開",
        "## 再発防止策一覧",
        "## 原因と再発防止策",
        "## 恒久対策（案）",
        "## 残課題",
        "## Try",
        "## 次にやること",
    ] {
        let text = format!("# Incident of 2025-03-04\n\n{heading}\n\n- add a probe\n");
        check(heading, &text, &["1|todo|add a probe"]);
    }
}

#[test]
fn a_heading_may_hold_its_fields() {
    check(
        "in brackets",
        "# ポストモーテム 2025-04-10\n\n## アクションアイテム\n\n### 1. 監視を作る（担当：西、期限：4/18）\n\n外から見る。\n\n### 2. 手順を直す（担当：東、期限：4/25）【完了】\n\n足した。\n",
        &[
            "1|todo|西|2025-04-18|監視を作る",
            "2|done|東|2025-04-25|手順を直す",
        ],
    );
}

#[test]
fn a_file_with_line_ends_of_old_macs_is_read() {
    let text = "---\rid: PM-1\rdate: 2025-01-05\r---\r# Outage\r\r## Action items\r\r| Action | Owner | Due |\r|---|---|---|\r| Add an alert | @ann | 1/10 |\r\r\
                - [ ] Widen it (@bo)\r- Retest\r  - Owner: Cy\r";
    check(
        "carriage returns",
        text,
        &[
            "1|todo|@ann|2025-01-10|Add an alert",
            "2|todo|@bo|Widen it",
            "3|todo|Cy|Retest",
        ],
    );
}

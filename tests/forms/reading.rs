//! What is read, form by form.

use super::check;

#[test]
fn inline_fields_are_read_in_every_wording() {
    for (name, text, expected) in [
        (
            "labels behind a dash, in bold",
            "# ポストモーテム\n\n**日付**: 2025-01-05\n\n## アクションアイテム\n\n\
             - [ ] 接続数の上限を監視に加える — **担当:** 配信チーム、**期限:** 2025-01-31。手順は別紙。\n\
             - [ ] キューの滞留を通知する。**担当: 田中、期限: 2/14**（要相談）\n",
            vec![
                "1|todo|配信チーム|2025-01-31|接続数の上限を監視に加える",
                "2|todo|田中|2025-02-14|キューの滞留を通知する。",
            ],
        ),
        (
            "labels in brackets",
            "## Action items\n\n\
             - Cap the retry budget (Owner: @ann, Due: 2025-02-01)\n\
             - Alert on queue depth (Due: 2025-02-03)\n\
             - Document the failover. Owner: @bo\n\
             - 退避手順を書く（期限: 2025-03-01, 担当: 佐藤）\n",
            vec![
                "1|todo|@ann|2025-02-01|Cap the retry budget",
                "2|todo|2025-02-03|Alert on queue depth",
                "3|todo|@bo|Document the failover.",
                "4|todo|佐藤|2025-03-01|退避手順を書く",
            ],
        ),
        (
            "an owner and a date in one bracket, and labels behind a space",
            "# ポストモーテム\n\n**日付**: 2025-01-05\n\n## アクションアイテム\n\n\
             - Rehearse the failover (@alice, due 2025-01-31)\n\
             - Prune the old queues (Ann, Bo)\n\
             - **接続数の監視を追加する** 担当: @kim、期限: 1週間以内\n\
             - Cap the retries Owner: @bo, Due: 2025-02-01\n\
             - Ask the owner: nobody knows\n",
            vec![
                "1|todo|@alice|2025-01-31|Rehearse the failover",
                "2|todo|Prune the old queues (Ann, Bo)",
                "3|todo|@kim|2025-01-12|接続数の監視を追加する",
                "4|todo|@bo|2025-02-01|Cap the retries",
                "5|todo|Ask the owner: nobody knows",
            ],
        ),
        (
            "names at the end",
            "## Corrective actions\n\n\
             * Every deploy has a second reviewer [Morgan]\n\
             * Rotate the signing key (@kim)\n\
             * Practise the restore @lee @pat\n\
             * Split the cron host **RK/JT**\n\
             * Move the cache out of the web tier — Platform team\n",
            vec![
                "1|todo|Morgan|Every deploy has a second reviewer",
                "2|todo|@kim|Rotate the signing key",
                "3|todo|@pat|Practise the restore @lee",
                "4|todo|RK+JT|Split the cron host",
                "5|todo|Platform team|Move the cache out of the web tier",
            ],
        ),
        (
            "marks in front",
            "## Action items\n\n\
             - [P1] Add a timeout to the importer\n\
             - **AI-7** Add a probe for the importer\n\
             - Prevention: pin the base image\n\
             - @sam: write the runbook\n\
             - 検知: 証明書の残り日数を出す\n\
             - 【P0】鍵を入れ替える\n",
            vec![
                "1|todo|P1|Add a timeout to the importer",
                "AI-7|todo|Add a probe for the importer",
                "3|todo|prevent|pin the base image",
                "4|todo|@sam|write the runbook",
                "5|todo|detect|証明書の残り日数を出す",
                "6|todo|P0|鍵を入れ替える",
            ],
        ),
        (
            "dates without a label",
            "**Date**: 2025-01-06\n\n## Action items\n\n\
             - Rehearse the failover (by 2025-02-01)\n\
             - Remove the flag - 2025-02-03\n\
             - 負荷試験を回す（〜1/31）\n",
            vec![
                "1|todo|2025-02-01|Rehearse the failover",
                "2|todo|2025-02-03|Remove the flag",
                "3|todo|2025-01-31|負荷試験を回す",
            ],
        ),
        (
            "what only looks like a field",
            "## Action items\n\n\
             - Show the state: open or closed, in the console\n\
             - Tell customers earlier (status page, mail)\n\
             - Ask the vendor about @scope/package\n\
             - Explain https://example.org/a:b to support\n\
             - 通知文を直す（英語も）\n",
            vec![
                "1|todo|Show the state: open or closed, in the console",
                "2|todo|Tell customers earlier (status page, mail)",
                "3|todo|Ask the vendor about @scope/package",
                "4|todo|Explain https://example.org/a:b to support",
                "5|todo|通知文を直す（英語も）",
            ],
        ),
    ] {
        check(name, text, &expected);
    }
}

#[test]
fn groups_are_read() {
    for (name, text, expected) in [
        (
            "a bold owner above bullets",
            "## Action items\n\n**@ann**\n\n- Add a probe\n- Add a panel\n\n**Storage team**\n\n- Grow the volume\n",
            vec![
                "1|todo|@ann|Add a probe",
                "2|todo|@ann|Add a panel",
                "3|todo|Storage team|Grow the volume",
            ],
        ),
        (
            "a labelled owner above bullets",
            "## アクションアイテム\n\n**担当: 配信チーム**\n- 監視を足す\n\n**担当: 基盤チーム**\n- 容量を増やす\n",
            vec![
                "1|todo|配信チーム|監視を足す",
                "2|todo|基盤チーム|容量を増やす",
            ],
        ),
        (
            "kinds as bullets",
            "## アクションアイテム\n\n- 予防\n  - 型を厳しくする\n- 検知\n  - 通知を足す\n    - 閾値は 5 分\n",
            vec!["1|todo|prevent|型を厳しくする", "2|todo|detect|通知を足す"],
        ),
        (
            "kinds as headings",
            "## Action items\n\n### Detection\n\n- Alert on lag\n\n### Mitigation\n\n1. Add a kill switch\n",
            vec![
                "1|todo|detect|Alert on lag",
                "1-2|todo|mitigate|Add a kill switch",
            ],
        ),
        (
            "components with a colon",
            "## Action items\n\n- Gateway:\n  - Limit header size\n  - Log the reason\n- Importer:\n  - Retry less\n",
            vec![
                "1|todo|Limit header size",
                "2|todo|Log the reason",
                "3|todo|Retry less",
            ],
        ),
        (
            "horizons and priorities",
            "**日付**: 2025-01-06\n\n## アクションアイテム\n\n### P1（1週間以内）\n\n- 上限を設ける\n\n### 優先度: 低\n\n- 図を直す\n",
            vec!["1|todo|2025-01-13|P1|上限を設ける", "2|todo|P3|図を直す"],
        ),
    ] {
        check(name, text, &expected);
    }
}

#[test]
fn sections_are_announced_without_headings_too() {
    for (name, text, expected) in [
        (
            "plain text",
            "タイトル：注文の遅延\n\n影響：約300人\n\n原因：索引の欠落\n- 設計の見落とし\n\n対応：次の通り\n1. 10:00 切り戻し\n\n\
             再発を防止する方法：\n\n予防（起こさない）\n- 索引の確認を手順に入れる\n- 負荷試験を常設する\n\n検出（早く知る）\n- 遅い問い合わせを通知する\n\n\
             緩和（軽くする）\n- 段階配信にする\n\n修正（早く直す）\n- 切り戻しを自動にする\n\nタイムライン：\n- 09:50 配信\n- 10:00 切り戻し\n",
            vec![
                "1|todo|prevent|索引の確認を手順に入れる",
                "2|todo|prevent|負荷試験を常設する",
                "3|todo|detect|遅い問い合わせを通知する",
                "4|todo|mitigate|段階配信にする",
                "5|todo|repair|切り戻しを自動にする",
            ],
        ),
        (
            "a phrase in a heading",
            "## 3. Outstanding action items (team)\n\n- Add an alert\n\n## 今後のアクションアイテム\n\n- 図を描く\n\n## Action items and follow-ups of the review\n\n- Widen it\n\n## How we track action items\n\n- weekly\n",
            vec!["1|todo|Add an alert", "2|todo|図を描く", "3|todo|Widen it"],
        ),
        (
            "a bold line",
            "# Outage\n\n**Timeline**\n\n- 10:00 down\n\n**Action items**\n\n- Add an alert\n\n**Thanks**\n\n- everybody\n",
            vec!["1|todo|Add an alert"],
        ),
        (
            "a bullet",
            "# Outage\n\n- **Impact**:\n  - nobody could log in\n- **Review actions**:\n  - Add an alert\n  - Widen the timeout\n",
            vec!["1|todo|Add an alert", "2|todo|Widen the timeout"],
        ),
        (
            "a plain line",
            "Action Items\n- Add an alert\n\n- Widen the timeout\n\n## Lessons\n- none of these\n",
            vec!["1|todo|Add an alert", "2|todo|Widen the timeout"],
        ),
    ] {
        check(name, text, &expected);
    }
}

#[test]
fn statuses_are_read_in_every_notation() {
    for (name, text, expected) in [
        (
            "emoji",
            "## Action items\n\n- ✅ Add an alert\n- Widen the timeout ✅\n- Write it down\n",
            vec![
                "1|done|Add an alert",
                "2|done|Widen the timeout",
                "3|todo|Write it down",
            ],
        ),
        (
            "strike-through",
            "## Action items\n\n- ~~Add an alert~~\n- Widen the timeout\n",
            vec!["1|done|Add an alert", "2|todo|Widen the timeout"],
        ),
        (
            "words at the end",
            "## Action items\n\n- Add an alert - DONE in [#4](https://github.com/o/r/issues/4)\n- Widen the timeout (in progress)\n- Write it down (won't fix)\n",
            vec![
                "1|done|Add an alert",
                "2|in_progress|Widen the timeout",
                "3|dropped|Write it down",
            ],
        ),
        (
            "Japanese words",
            "## アクションアイテム\n\n- 通知を足す（実施済み）\n- 【完了】上限を変える\n- 図を描く。完了: 2025-01-20\n- 手順を書く\n",
            vec![
                "1|done|通知を足す",
                "2|done|上限を変える",
                "3|done|図を描く。",
                "4|todo|手順を書く",
            ],
        ),
        (
            "a sub-bullet",
            "## Action items\n\n- Add an alert\n  - Status: Done\n- Widen the timeout\n",
            vec!["1|done|Add an alert", "2|todo|Widen the timeout"],
        ),
        (
            "the heading",
            "## Action items\n\n### Short term (Completed)\n\n- Add an alert\n\n### Long term\n\n- Widen the timeout\n",
            vec!["1|done|Add an alert", "2|todo|Widen the timeout"],
        ),
        (
            "boxes, which outrank a done word",
            "## Action items\n\n- [x] Add an alert - done\n- [ ] Widen the timeout - WONTDO\n- [ ] Write it down\n",
            vec![
                "1|done|Add an alert",
                "2|dropped|Widen the timeout",
                "3|todo|Write it down",
            ],
        ),
    ] {
        check(name, text, &expected);
    }
}

#[test]
fn tickets_are_read() {
    for (name, text, expected) in [
        (
            "at the end of a line",
            "## Action items\n\n- Add an alert (#4)\n- Widen the timeout ([tracker](https://github.com/o/r/issues/5))\n- Write it down. o/r#6\n- Look at #7 and the log\n- [Mend the probe](https://github.com/o/r/issues/8)\n",
            vec![
                "1|todo|#4|Add an alert",
                "2|todo|o/r#5|Widen the timeout",
                "3|todo|o/r#6|Write it down.",
                "4|todo|Look at #7 and the log",
                "5|todo|o/r#8|Mend the probe",
            ],
        ),
        (
            "another tracker",
            "## Action items\n\n| Action | Owner | Ticket |\n|---|---|---|\n| Add an alert | @ann | [OPS-4](https://jira.example.org/browse/OPS-4) |\n| Widen it | @bo | #4 |\n",
            vec![
                "1|todo|@ann|https://jira.example.org/browse/OPS-4|Add an alert",
                "2|todo|@bo|#4|Widen it",
            ],
        ),
    ] {
        check(name, text, &expected);
    }
}

#[test]
fn long_forms_keep_their_parts() {
    let text = "## Action items\n\n\
        1. **Add an alert on queue depth** — it would have shown the backlog\n   ten minutes earlier.\n   - Definition of done: it pages within five minutes\n   - [x] pick a threshold\n   - [ ] wire it up\n   - see the dashboard\n\
        2. Widen the timeout of the importer, which wraps\n   over two lines\n";
    check(
        "bold lead, wrapped, nested",
        text,
        &[
            "1|todo|Add an alert on queue depth",
            "2|todo|Widen the timeout of the importer, which wraps over two lines",
        ],
    );
    let (_, postmortem) = super::laws::parse(text);
    let item = &postmortem.items[0];
    assert_eq!(item.done_when, ["it pages within five minutes"]);
    let tasks: Vec<_> = item
        .tasks
        .iter()
        .map(|t| (t.text.as_str(), t.done))
        .collect();
    assert_eq!(tasks, [("pick a threshold", true), ("wire it up", false)]);
    assert_eq!(
        item.details,
        [
            "see the dashboard",
            "it would have shown the backlog ten minutes earlier."
        ]
    );
    check(
        "Japanese lines join without a space",
        "## アクションアイテム\n\n- 通知の閾値を\n  見直す\n- 長い\n  text\n",
        &["1|todo|通知の閾値を見直す", "2|todo|長い text"],
    );
}

#[test]
fn headings_and_paragraphs_are_read() {
    for (name, text, expected) in [
        (
            "fields as lines",
            "## Action items\n\n### 1. Add an alert on queue depth\n\n**Owner**: @ann  \n**Due**: 2025-01-31\n\n- [ ] pick a threshold\n\n### 2. Widen the timeout\n\n- Owner: @bo\n- Status: Done\n",
            vec![
                "1|todo|@ann|2025-01-31|Add an alert on queue depth",
                "2|done|@bo|Widen the timeout",
            ],
        ),
        (
            "nothing but prose",
            "## Action items\n\n### Add an alert on queue depth\n\nIt would have shown the backlog.\n\n### Gateway\n\nLimit the size of headers. (#4)\n",
            vec![
                "1|todo|Add an alert on queue depth",
                "2|todo|#4|Limit the size of headers.",
            ],
        ),
        (
            "a paragraph with owner and date",
            "## Action items\n\nAgreed on Monday.\n\n**Add an alert.** Owner: @ann. Due: 2025-01-31.\n",
            vec!["1|todo|@ann|2025-01-31|Add an alert."],
        ),
    ] {
        check(name, text, &expected);
    }
}

#[test]
fn tables_are_read_by_header_and_by_cell() {
    for (name, text, expected) in [
        (
            "unknown headers",
            "## Action items\n\n| Quoi | Qui | Quand | Où en est-on |\n|---|---|---|---|\n| Add an alert on depth | @ann | 2025-01-31 | ✅ |\n| Widen the timeout | @bo | 2025-02-28 | ⬜ |\n",
            vec![
                "1|done|@ann|2025-01-31|Add an alert on depth",
                "2|todo|@bo|2025-02-28|Widen the timeout",
            ],
        ),
        (
            "an addendum",
            "## アクションアイテム\n\n| # | 対策 | 担当 |\n|---|---|---|\n| 1 | 通知を足す | 田中 |\n\n## 追加アクションアイテム\n\n| # | 対策 | 担当 |\n|---|---|---|\n| 1 | 図を描く | 佐藤 |\n",
            vec!["1|todo|田中|通知を足す", "1-2|todo|佐藤|図を描く"],
        ),
        (
            "outside any section, by its columns",
            "# x\n\n| 期限 | 優先度 | 内容 | 担当者 |\n|---|---|---|---|\n| 2025-01-31 | 高 | 通知を足す | 田中、佐藤 |\n",
            vec!["1|todo|田中+佐藤|2025-01-31|P1|通知を足す"],
        ),
    ] {
        check(name, text, &expected);
    }
}

//! Items whose fields stand below them, lists that say what they are by themselves, and sections side by side.

use super::check;
use super::laws::parse;

#[test]
fn fields_stand_below_a_line_or_in_a_table() {
    for (name, text, expected) in [
        (
            "a list of fields below a bold line",
            "## Action items\n\n**1. Cap the write queue**\n- Owner: Zoe\n- Due: 2025-02-03\n- Status: Open\n\n\
             **2. Page on a full disk**\n- Owner: Yan\n- Priority: P1\n- Status: Done\n",
            vec![
                "1|todo|Zoe|2025-02-03|Cap the write queue",
                "2|done|Yan|P1|Page on a full disk",
            ],
        ),
        (
            "a paragraph of fields below a bold line",
            "## アクションアイテム\n\n**対策1: 書き込みを絞る**\n\n担当: 平野\n期限: 2025-02-03\n内容: 毎秒百件まで。\n",
            vec!["1|todo|平野|2025-02-03|書き込みを絞る"],
        ),
        (
            "a table of names and values",
            "## Action items\n\n### Action 1\n\n| Field | Value |\n|---|---|\n| Action | Mirror the bucket |\n| Owner | Zoe |\n| Due | 2025-02-03 |\n| Status | In progress |\n",
            vec!["1|in_progress|Zoe|2025-02-03|Mirror the bucket"],
        ),
        (
            "the same in Japanese",
            "# 障害報告\n\n## 恒久対応\n\n| 項目 | 内容 |\n|---|---|\n| 対応内容 | 予備の回線を引く |\n| 担当者 | 菊地 |\n| 期限 | 2025-02-03 |\n| 状態 | 未着手 |\n",
            vec!["1|todo|菊地|2025-02-03|repair|予備の回線を引く"],
        ),
        (
            "a heading above a table without a title",
            "## Action items\n\n### Mirror the bucket twice\n\n| Field | Value |\n|---|---|\n| Owner | Zoe |\n| Due | 2025-02-03 |\n",
            vec!["1|todo|Zoe|2025-02-03|Mirror the bucket twice"],
        ),
        (
            "lines of plain text",
            "Incident report\n\nAction items\nMirror the bucket - Owner: Zoe - Due: 2025-02-03\nPage on a full disk - Owner: Yan - Due: 2025-02-10\n",
            vec![
                "1|todo|Zoe|2025-02-03|Mirror the bucket",
                "2|todo|Yan|2025-02-10|Page on a full disk",
            ],
        ),
        (
            "boxes in plain text",
            "## アクションアイテム\n\n■ 予備の回線を引く\n　担当：菊地\n　期限：2025-02-03\n■ 台帳を直す\n　担当：平野\n　期限：2025-02-10\n",
            vec![
                "1|todo|菊地|2025-02-03|予備の回線を引く",
                "2|todo|平野|2025-02-10|台帳を直す",
            ],
        ),
    ] {
        check(name, text, &expected);
    }
}

#[test]
fn kinds_stand_side_by_side() {
    for (name, text, expected) in [
        (
            "behind an empty section",
            "# Postmortem\n\n## Action items\n\n## Prevention\n\n- Test the restore\n\n## Detection\n\n- Page on a full disk\n\n## Appendix\n\n- a graph\n",
            vec![
                "1|todo|prevent|Test the restore",
                "2|todo|detect|Page on a full disk",
            ],
        ),
        (
            "without one, each entry with an owner or a box",
            "# 障害報告\n\n## 予防\n\n- 上限を設ける（@hana、2025-02-03）\n\n## 検出\n\n- [ ] 残りを測る\n\n## 緩和\n\n- 止める手段を用意する（@kudo）\n",
            vec![
                "1|todo|@hana|2025-02-03|prevent|上限を設ける",
                "2|todo|detect|残りを測る",
                "3|todo|@kudo|mitigate|止める手段を用意する",
            ],
        ),
        (
            "but not how the incident went",
            "# Postmortem\n\n## Detection\n\n- A customer called\n\n## Mitigation\n\n- Restarted all hosts\n\n## Prevention\n\n- [ ] Test the restore\n",
            vec!["1|todo|prevent|Test the restore"],
        ),
        (
            "and bold terms group boxes",
            "## Action items\n\n- **短期**\n  - [ ] 台帳を直す\n- **Long term**\n  - [ ] Split the cluster\n",
            vec!["1|todo|台帳を直す", "2|todo|Split the cluster"],
        ),
    ] {
        check(name, text, &expected);
    }
}

#[test]
fn a_list_says_what_it_is_under_any_name() {
    for (name, text, expected) in [
        (
            "owners and limits",
            "# Postmortem 2025-01-05\n\n## Things we owe ourselves\n\n- Test the restore (@zoe, by 2025-02-03)\n- Page on a full disk (@yan, by 2025-02-10)\n",
            vec![
                "1|todo|@zoe|2025-02-03|Test the restore",
                "2|todo|@yan|2025-02-10|Page on a full disk",
            ],
        ),
        (
            "in Japanese",
            "# 障害報告 2025-01-05\n\n## 約束したこと\n\n- [ ] 台帳を直す @hana\n- [x] 上限を設ける @kudo\n",
            vec!["1|todo|@hana|台帳を直す", "2|done|@kudo|上限を設ける"],
        ),
        (
            "but not what was said to whom on that day",
            "# Postmortem 2025-01-05\n\n## Whom we told\n\n- The sales team (@zoe, January 5)\n- The board (@yan, January 5)\n",
            vec![],
        ),
        (
            "nor a checklist",
            "# 障害報告 2025-01-05\n\n## 切り戻し\n\n- [ ] 当番に知らせた\n- [ ] 版を確かめた\n",
            vec![],
        ),
        (
            "whom an item is assigned to, and logins beside a limit",
            "# Postmortem 2025-01-05\n\n## Action items\n\n- Test the restore (assigned to Zoe, due Feb 3)\n- Draw the network (jonas, by 2/10)\n",
            vec![
                "1|todo|Zoe|2025-02-03|Test the restore",
                "2|todo|jonas|2025-02-10|Draw the network",
            ],
        ),
    ] {
        check(name, text, &expected);
    }
}

#[test]
fn an_unread_section_is_a_problem() {
    for (text, unread) in [
        ("## Action items\n\n- Owner: Zoe\n- Status: Open\n", true),
        ("## アクションアイテム\n\n滞留を測る。担当: 平野。\n", true),
        ("## Action items\n\nNone.\n", false),
        (
            "## アクションアイテム\n\nなし（来月に廃止するため）\n",
            false,
        ),
        ("## Action items\n\n- Test the restore\n", false),
        (
            "# Postmortem\n\n## Next steps\n\nWe will think about it.\n",
            false,
        ),
    ] {
        let (_, postmortem) = parse(text);
        let codes: Vec<_> = postmortem.problems.iter().map(|p| p.kind.code()).collect();
        assert_eq!(
            codes.contains(&"section-unread"),
            unread,
            "{text}: {codes:?}"
        );
    }
}

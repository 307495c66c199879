//! What is no action item.

use super::laws::parse;

#[test]
fn nothing_is_read_where_there_is_nothing() {
    for (name, text) in [
        (
            "a timeline below the action items",
            "## Action items\n\n### Timeline\n\n| Time | Action | Owner |\n|---|---|---|\n| 10:00 | rolled back | @ann |\n",
        ),
        (
            "what was done during the incident",
            "# ポストモーテム\n\n## 対応内容\n\n1. 配信を止めた\n2. 切り戻した\n\n## Response\n\n- rolled back\n",
        ),
        (
            "five whys and lessons",
            "## 5 Whys\n\n1. なぜ遅れたか\n\n## What went well\n\n- [x] the alert fired\n\n## 教訓\n\n- 早めに呼ぶ\n",
        ),
        (
            "a risk register",
            "# Risks\n\n| Risk | Owner | Due | Status |\n|---|---|---|---|\n| disk fills | @ann | 2025-01-31 | Open |\n",
        ),
        (
            "a runbook",
            "# 復旧ランブック\n\n## 再発防止\n\n- 鍵を消す\n\n## アクション\n\n- [ ] 通知する\n",
        ),
        (
            "next steps of something else",
            "# Release notes\n\n## Next steps\n\n- read the docs\n",
        ),
        (
            "comments and fences",
            "## Action items\n\n<!--\n| Action | Owner |\n|---|---|\n| a | @b |\n\n- c\n-->\n\n```\n- d\n```\n\n~~~markdown\n| Action | Owner |\n|---|---|\n| a | @b |\n~~~\n",
        ),
        (
            "approvals, contacts, severities, revisions",
            "| 役割 | 担当 | 承認日 |\n|---|---|---|\n| a | b | 2025-01-31 |\n\n| Contact | Owner | Phone |\n|---|---|---|\n| a | b | 1 |\n\n\
             | 優先度 | 定義 | 対応 | 期限 |\n|---|---|---|---|\n| P1 | x | y | 即日 |\n\n| Version | Date | Description | Owner |\n|---|---|---|---|\n| 1 | 2025-01-31 | c | d |\n",
        ),
        (
            "empty and placeholder rows",
            "## アクションアイテム\n\n| # | 対策 | 担当 | 期限 |\n|---|---|---|---|\n| 1 |  |  |  |\n| 2 | [対策を書く] | [担当者名] | YYYY-MM-DD |\n\n- [ ] TBD\n- {{ summary }} [link to the issue]\n",
        ),
    ] {
        let (_, postmortem) = parse(text);
        let titles: Vec<_> = postmortem.items.iter().map(|i| &i.title).collect();
        assert!(titles.is_empty(), "{name}: {titles:?}");
    }
}

#[test]
fn a_legend_beside_a_table_is_no_item() {
    let table =
        "| # | カテゴリ | 対策 | 担当 |\n|---|---|---|---|\n| 1 | 予防 | 上限を設ける | 田中 |\n";
    for text in [
        format!(
            "## アクションアイテム\n\n{table}\n### 分類の意味\n\n- **予防:** 同じことを起こさない\n- **検知:** 早く知る\n"
        ),
        format!(
            "## アクションアイテム\n\n- 予防（Prevent）: 起こさない / 検知（Detect）: 早く知る\n\n{table}"
        ),
    ] {
        let (_, postmortem) = parse(&text);
        assert_eq!(postmortem.items.len(), 1, "{text}");
    }
    let (_, alone) = parse("## アクションアイテム\n\n- 予防: 上限を設ける\n- 検知: 通知を足す\n");
    assert_eq!(alone.items.len(), 2, "without a table they are items");
}

#[test]
fn placeholders_are_problems() {
    let (_, postmortem) = parse(
        "## アクションアイテム\n\n| # | 対策 | 担当 | 期限 | 状態 |\n|---|---|---|---|---|\n| 1 |  | 田中 |  |  |\n| 2 | [対策] | 田中 |  |  |\n| 3 | 図を描く | TBD | 未定 | たぶん |\n| 4 | 図を描く | 田中 | 毎週月曜 | 完了 |\n| 5 | 図を配る | 田中 | 毎週月曜 | 未着手 |\n",
    );
    let problems: Vec<_> = postmortem
        .problems
        .iter()
        .map(|p| (p.line, p.column, p.kind.code()))
        .collect();
    assert_eq!(
        problems,
        [
            (5, 6, "title-empty"),
            (6, 7, "title-placeholder"),
            (7, 14, "owner-placeholder"),
            (7, 20, "due-placeholder"),
            (7, 25, "status-unreadable"),
            (9, 19, "due-recurring"),
        ]
    );
    let keys: Vec<_> = postmortem.items.iter().map(|i| i.key.as_str()).collect();
    assert_eq!(keys, ["3", "4", "5"]);
    assert!(postmortem.items[0].unusable);
}

#[test]
fn a_team_adds_its_own_words() {
    use pm_sync::document::Document;
    use pm_sync::item::vocabulary::{Column, Vocabulary};
    let text = "## Pendências\n\n| Tarefa | Responsável | Prazo |\n|---|---|---|\n| Avisar cedo | Ana | 31/01/2025 |\n";
    let vocabulary = Vocabulary::extended(
        &["Pendências".to_owned()],
        &[
            (Column::Title, vec!["Tarefa".to_owned()]),
            (Column::Owner, vec!["Responsável".to_owned()]),
            (Column::Due, vec!["Prazo".to_owned()]),
        ],
    );
    let read = pm_sync::item::read(&Document::parse(text), "a.md", "PM-", &vocabulary);
    assert_eq!(read.items.len(), 1);
    assert_eq!(read.items[0].owners, ["Ana"]);
    assert_eq!(
        read.items[0].due.date.map(|d| d.to_string()).as_deref(),
        Some("2025-01-31")
    );
}

//! `check` through the binary: what it finds, by which policy, what it asks GitHub, and how it prints it.

mod common;

#[path = "check/asked.rs"]
mod asked;
#[path = "check/finds.rs"]
mod finds;
#[path = "check/github.rs"]
mod github;
#[path = "check/prints.rs"]
mod prints;
#[path = "check/readme.rs"]
mod readme;

use serde_json::Value;

/// One postmortem with something to find for each kind that needs no GitHub, in Japanese. Seen from 2025-01-20.
const JAPANESE: &str = "# ポストモーテム: PM-042 決済キャッシュの障害

**日時**: 2025-01-05 14:20 - 15:05
**重大度**: High
**ステータス**: Draft

## アクションアイテム

| # | アクション | 担当者 | 期限 | 優先度 | ステータス | 備考 |
|---|----------|--------|------|------|------|------|
| 1 | 退避手順を直す | @alice | 2025-01-17 | P0 | 進行中 | |
| 2 | 監視を足す | 基盤チーム | 2025-01-23 | P1 | 未着手 | |
| 3 | 復旧訓練をする | @bob | | P1 | 未着手 | |
| 4 | 容量計画を見直す | @carol | | | 未着手 | |
| 5 | 手順書を整える | | 2025-03-31 | P3 | 未着手 | |
| 6 | 契約を見直す | @carol | 2025-01-10 | P2 | 進行中 | 期限延長: 2025-02-28 |
| 7 | 警告を直す | @alice | 2025-01-06 | P0 | 完了 | |
| 8 | 予備機を買う | @alice | 2025-01-06 | P0 | 見送り | |

## フォローアップ

### 2週間後レビュー（2025-01-19）

- [ ] すべての項目を確かめる
";

/// The same in English.
const ENGLISH: &str = "# Postmortem: PM-007 Checkout cache outage

**Date**: 2025-01-05 14:20 - 15:05
**Severity**: SEV2
**Status**: Draft

## Action Items

| # | Action | Owner | Due | Priority | Status | Notes |
|---|--------|-------|-----|----------|--------|-------|
| 1 | Mend the fallback | @alice | 2025-01-17 | P0 | In progress | |
| 2 | Add an alert on queue depth | Platform team | 2025-01-23 | P1 | Todo | |
| 3 | Rehearse the failover | @bob | | P1 | Todo | |
| 4 | Review the capacity plan | @carol | | | Todo | |
| 5 | Tidy the runbook | | 2025-03-31 | P3 | Todo | |
| 6 | Renegotiate the contract | @carol | 2025-01-10 | P2 | In progress | Extended to 2025-02-28 |
| 7 | Mend the warning | @alice | 2025-01-06 | P0 | Done | |
| 8 | Buy a spare | @alice | 2025-01-06 | P0 | Won't do | |

## Follow-up review (2025-01-19)

- [ ] Look at every item
";

/// `kind name` of each finding, in order.
#[track_caller]
fn found(json: &Value) -> Vec<String> {
    let findings = json["findings"].as_array().expect("findings");
    findings
        .iter()
        .map(|finding| {
            let document = finding["postmortem"]["id"].as_str().unwrap_or("-");
            let key = finding["item"]["key"].as_str();
            let name = key.map_or(document.to_owned(), |key| format!("{document}#{key}"));
            format!("{} {name}", finding["kind"].as_str().expect("a kind"))
        })
        .collect()
}

/// A postmortem of 2025-01-05 with these rows: `# | Action | Owner | Due | Priority | Status`.
fn rows(rows: &str) -> String {
    format!(
        "# Postmortem: PM-001 x\n\n**Date**: 2025-01-05\n\n## Action Items\n\n\
         | # | Action | Owner | Due | Priority | Status |\n|---|---|---|---|---|---|\n{rows}"
    )
}

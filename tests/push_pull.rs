//! `push`, `pull`, `sync`, `link` and `unlink` through the binary, against the embedded GitHub.

mod common;

#[path = "push_pull/alone.rs"]
mod alone;
#[path = "push_pull/asked.rs"]
mod asked;
#[path = "push_pull/bytes.rs"]
mod bytes;
#[path = "push_pull/command_line.rs"]
mod command_line;
#[path = "push_pull/doubt.rs"]
mod doubt;
#[path = "push_pull/errors.rs"]
mod errors;
#[path = "push_pull/gone.rs"]
mod gone;
#[path = "push_pull/identity.rs"]
mod identity;
#[path = "push_pull/output.rs"]
mod output;
#[path = "push_pull/progress.rs"]
mod progress;
#[path = "push_pull/pull.rs"]
mod pull;
#[path = "push_pull/push.rs"]
mod push;
#[path = "push_pull/settle.rs"]
mod settle;
#[path = "push_pull/truth.rs"]
mod truth;
#[path = "push_pull/twice.rs"]
mod twice;
#[path = "push_pull/twins.rs"]
mod twins;

use common::World;

/// A postmortem with a done, an open and a begun item.
const JAPANESE: &str = "# ポストモーテム: PM-042 キャッシュ障害

**日時**: 2025-01-05 14:20
**重大度**: High

## アクションアイテム

### 優先度: Critical(緊急)

| # | アクション | 担当者 | 期限 | ステータス |
|---|----------|--------|------|----------|
| 1 | 退避手順を直す | @alice | 2025-01-07 | ✅ 完了 |
| 2 | 監視を足す | 基盤チーム | 3日以内 | 📅 未着手 |

### 優先度: High(高)

| # | アクション | 担当者 | 期限 | ステータス |
|---|----------|--------|------|----------|
| 3 | 訓練をする     | @bob | 2週間以内 | 🔄 進行中 |
";

/// Two open items, in English.
const ENGLISH: &str = "# Postmortem: PM-007 Checkout outage

**Date**: 2025-01-05

## Action Items

| # | Action | Owner | Due | Priority | Status |
|---|--------|-------|-----|----------|--------|
| 1 | Add an alert on queue depth | @alice | 2025-01-10 | P1 | Todo |
| 2 | Rehearse the failover | @bob | 2025-02-01 | P2 | Todo |
";

/// A world in which a document was pushed already; requests so far are forgotten.
fn pushed(name: &str, text: &str) -> World {
    let world = World::of(name, text);
    world.run("push").exits(0);
    world.requests();
    world
}

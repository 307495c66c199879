//! What the tests of telling share: documents, a world with issues, and runs that send to a webhook.
#![allow(unreachable_pub, reason = "as in the common module of the tests")]

use serde_json::Value;

use super::hook::Hook;
use crate::common::{Ran, World};

pub const CONFIG: &str = "[github]
repository = \"octo-org/service\"
write_interval = 0

[owners]
\"@alice\" = { github = [\"alice\"], slack = \"U0ALICE\" }
\"SRE\" = { github = [\"bob\"], slack = \"S0SRE\" }

[check]
review_after = \"never\"
stale_after = \"never\"
escalate_to = [\"@octocat\"]
";

pub const ENGLISH: &str = "# PM-042 Checkout was down

**Date**: 2025-01-05

## Action items

| # | Action | Owner | Due | Priority | Status |
|---|--------|-------|-----|----------|--------|
| 1 | Alert on the queue's length | @alice | 2025-01-10 | P1 | todo |
| 2 | Test the failover | SRE | 2025-01-17 | P1 | todo |
| 3 | Tell the vendor | Mallory | 2025-03-01 | P2 | todo |
";

pub const JAPANESE: &str = "# PM-043 検索の遅延

**日時**: 2025-01-05

## アクションアイテム

| # | アクション | 担当者 | 期限 | 優先度 | ステータス |
|---|-----------|--------|------|--------|------------|
| 1 | 索引の作り直しを自動にする | @alice | 2025-01-10 | P1 | 未着手 |
| 2 | 監視を足す <!channel> & `code` | 基盤チーム | 2025-01-13 | P2 | 未着手 |
";

/// Three days after the first item's date.
pub const MONDAY: &str = "2025-01-13";

/// A world whose items have issues, on the day that the first is late.
pub fn pushed(name: &str, text: &str) -> World {
    let mut world = World::of(name, text);
    world.write("pm-sync.toml", CONFIG);
    world.run("push").exits(0);
    MONDAY.clone_into(&mut world.today);
    world.sandbox.clear_requests();
    world
}

/// Runs a check that sends to this webhook.
pub fn check(world: &World, hook: &Hook, arguments: &str) -> Ran {
    world.run_with(
        &format!("check {arguments}"),
        &[("PM_SYNC_SLACK_WEBHOOK", &hook.url)],
    )
}

/// Everything that a message to Slack says.
pub fn said(message: &Value) -> String {
    pm_sync::notify::slack::readable(message)
}

pub fn edit(world: &World, name: &str, from: &str, to: &str) {
    let before = world.document(name);
    assert!(before.contains(from), "{from} isn't in {before}");
    world.write(&format!("postmortems/{name}"), &before.replace(from, to));
}

/// The texts of an issue's comments, without their hidden lines.
pub fn comments(world: &World, number: u64) -> Vec<String> {
    world
        .issue(number)
        .comments
        .iter()
        .map(|comment| {
            let shown = comment
                .body
                .lines()
                .filter(|line| !line.starts_with("<!--"));
            shown.collect::<Vec<_>>().join("\n")
        })
        .collect()
}

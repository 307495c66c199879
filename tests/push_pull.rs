//! `push`, `pull` and `sync` through the binary, against the embedded GitHub.

mod common;

use common::World;
use pm_sync::sandbox::StateReason;

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

#[test]
fn the_first_push_files_what_is_open_and_links_it() {
    let world = World::of("042.md", JAPANESE);
    let ran = world.run("push").exits(0);
    assert!(ran.stdout.contains("2 created"), "{}", ran.stdout);
    assert_eq!(
        world
            .writes()
            .iter()
            .filter(|w| w.ends_with("/issues"))
            .count(),
        2,
        "one create for each open row"
    );
    let document = world.document("042.md");
    assert!(document.contains("| 2 | 監視を足す | 基盤チーム | 3日以内 | 📅 未着手 | [#1](https://github.com/octo-org/service/issues/1 \"open\") |"));
    world.run("push").exits(0);
    assert_eq!(world.requests(), ["GET /repos/octo-org/service/issues"]);
    world.run("pull").exits(0);
    assert_eq!(world.document("042.md"), document);
    world.people(|r| r.close_issue(1, StateReason::Completed));
    world.run("pull").exits(0);
    assert_eq!(
        world.document("042.md"),
        document
            .replace("📅 未着手", "✅ 完了")
            .replace("/1 \"open\"", "/1 \"done\"")
    );
}

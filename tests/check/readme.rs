//! The listings of the READMEs are what the binary prints.

use pm_sync::sandbox::StateReason;

use crate::common::World;

const CACHE: &str = "# Postmortem: PM-042 Cache exhausted at checkout

**Date**: 2025-01-05 14:20 - 15:05
**Severity**: SEV2

## Action Items

| # | Action | Owner | Due | Priority | Status |
|---|--------|-------|-----|----------|--------|
| 1 | Page the on-call when the cache is 80% full | @alice | 2025-01-10 | P0 | Todo |
| 2 | Rehearse the failover to the second cache | @bob | | P1 | Todo |
| 3 | Move sessions out of the cache | @alice | 2025-01-17, extended to 2025-01-31 (vendor patch) | P1 | Todo |
| 4 | Raise the connection limit | @bob | 2025-01-08 | P0 | Todo |

## Follow-up review (2025-01-19)

- [ ] Every item is done, or has a new date
";

const MAIL: &str = "# Postmortem: PM-038 Mails sent twice

**Date**: 2024-12-02
**Severity**: SEV3

## Action Items

| # | Action | Owner | Due | Priority | Status |
|---|--------|-------|-----|----------|--------|
| 1 | Give each mail a key that tells it apart | Mail team | 2025-01-24 | P2 | In progress |
| 2 | Drop the old queue | @alice | 2025-01-15 | P1 | In progress |

## Follow-up review (2024-12-16)

- [x] Every item is done, or has a new date
";

const CACHE_JA: &str = "# ポストモーテム: PM-042 決済キャッシュの枯渇

**日時**: 2025-01-05 14:20 - 15:05
**重大度**: High

## アクションアイテム

| # | アクション | 担当 | 期限 | 優先度 | ステータス |
|---|----------|------|------|------|----------|
| 1 | キャッシュ使用率 80% で呼び出す | @alice | 2025-01-10 | P0 | 未着手 |
| 2 | 予備キャッシュへの切り替えを訓練する | @bob | | P1 | 未着手 |
| 3 | セッションをキャッシュから移す | @alice | 2025-01-17 期限延長: 2025-01-31（修正版待ち） | P1 | 未着手 |
| 4 | 接続数の上限を上げる | @bob | 2025-01-08 | P0 | 未着手 |

### 2週間後レビュー（2025-01-19）

- [ ] すべて完了したか、新しい期限がある
";

const MAIL_JA: &str = "# ポストモーテム: PM-038 メールの二重送信

**日時**: 2024-12-02
**重大度**: Medium

## アクションアイテム

| # | アクション | 担当 | 期限 | 優先度 | ステータス |
|---|----------|------|------|------|----------|
| 1 | メールごとに識別キーを付ける | 基盤チーム | 2025-01-24 | P2 | 進行中 |
| 2 | 古いキューを廃止する | @alice | 2025-01-15 | P1 | 進行中 |

### 2週間後レビュー（2024-12-16）

- [x] すべて完了したか、新しい期限がある
";

/// The block of a README that begins with this command.
fn listing(readme: &str, command: &str) -> String {
    let start = readme
        .find(&format!("```console\n$ {command}\n"))
        .unwrap_or_else(|| panic!("no listing of {command}"));
    let block = &readme[start..];
    let block = &block[block.find("\n$ ").expect("the command") + 1..];
    let block = &block[block.find('\n').expect("its end") + 1..];
    block[..block.find("```").expect("the end")].to_owned()
}

#[test]
fn the_listings_are_what_the_binary_prints() {
    for (language, readme, cache, mail) in [
        ("en", include_str!("../../README.md"), CACHE, MAIL),
        (
            "ja",
            include_str!("../../docs/README.ja.md"),
            CACHE_JA,
            MAIL_JA,
        ),
    ] {
        let mut world = World::of("042.md", cache);
        world.write("postmortems/038.md", mail);
        world.configure("timezone = \"Asia/Tokyo\"\n[owners]\n\"Mail team\" = [\"carol\"]\n\"基盤チーム\" = [\"carol\"]\n");
        world.language = language;
        world.today = "2025-01-20".to_owned();
        world.people(|r| r.assignable = ["alice", "bob", "carol"].map(str::to_owned).to_vec());
        world.run("push").exits(0);
        // Done on GitHub, and brought back into the document.
        world.people(|r| r.close_issue(6, StateReason::Completed));
        world.run("pull").exits(0);
        let ran = world.run_with("check", &[("COLUMNS", "80")]).exits(1);
        assert_eq!(
            ran.stdout,
            listing(readme, "pm-sync check"),
            "{}",
            ran.stderr
        );
    }
}

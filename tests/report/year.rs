//! The data set: what people wrote, pushed, closed and put off from December 2024 to January 2025.
//!
//! | item | filed | due | what became of it |
//! |---|---|---|---|
//! | PM-031#1 P0 prevent, @alice | 12-03 | 12-20 | done 12-18 |
//! | PM-031#2 P1 detect, SRE | 12-03 | 01-10 | done 01-20, ten days late |
//! | PM-031#3 P2 document, @bob | 12-03 | 12-25 | open |
//! | PM-032#1 P0 detect, @alice | 01-07 | 01-10 | done 01-09 |
//! | PM-032#2 P1 mitigate, @bob | 01-07 | 01-31 | open; its title is out to hurt |
//! | PM-032#3 P1 process, SREチーム | 01-07 | 01-15, on 01-14 put off to 01-25 | open |
//! | PM-032#4 nobody | 01-07 | | open |
//! | PM-033#1 P1 mitigate, @alice and @bob | 01-21 | 01-28 | done 01-27, reopened 01-29 |
//! | PM-033#2 P2 repair, @bob | 01-21 | 02-10 | dropped 01-30 |
//! | PM-033#3 P2 repair, @alice | never: done when it was written | 01-21 | done |

use crate::common::World;
use pm_sync::sandbox::{GitHub, StateReason};

const DISK: &str = "# PM-031 Disk full

**Date**: 2024-12-02
**Severity**: High
**Detected**: 2024-12-02 10:00
**Recovered**: 2024-12-02 10:30

## Action items

| # | Action | Owner | Due | Priority | Type | Status |
|---|--------|-------|-----|----------|------|--------|
| 1 | Alert before the disk is full | @alice | 2024-12-20 | P0 | prevent | todo |
| 2 | Test the failover | SRE | 2025-01-10 | P1 | detect | todo |
| 3 | Write the runbook | @bob | 2024-12-25 | P2 | document | todo |
";

const MEMORY: &str = "# PM-032 メモリ不足

**発生日時**: 2025-01-06 14:00
**重大度**: Critical
**検知日時**: 2025-01-06 14:20
**復旧日時**: 2025-01-06 14:45

## アクションアイテム

| # | アクション | 担当 | 期限 | 優先度 | 種類 | ステータス |
|---|-----------|------|------|--------|------|-----------|
| 1 | メモリのアラートを設定する | @alice | 2025-01-10 | P0 | 検知 | 未着手 |
| 2 | =HYPERLINK(\"x\") \\| <script>alert(1)</script> で負荷を試す | @bob | 2025-01-31 | P1 | 緩和 | 未着手 |
| 3 | デプロイ手順に確認を加える | SREチーム | 2025-01-15 | P1 | プロセス | 未着手 |
| 4 | ベンダーに連絡する | | | | | 未着手 |
";

const SEARCH: &str = "# PM-033 Search was slow

**Date**: 2025-01-20
**Severity**: Medium

## Action items

| # | Action | Owner | Due | Priority | Type | Status |
|---|--------|-------|-----|----------|------|--------|
| 1 | Retry with backoff | @alice, @bob | 2025-01-28 | P1 | mitigate | todo |
| 2 | Take the old job out | @bob | 2025-02-10 | P2 | repair | todo |
| 3 | Restart the worker | @alice | 2025-01-21 | P2 | repair | done |
";

/// The world on 2025-01-31, pulled.
pub(crate) fn world() -> World {
    let mut world = World::with(GitHub::new());
    world.configure(
        "timezone = \"Asia/Tokyo\"\n[owners]\n\"SRE\" = [\"alice\"]\n\"SREチーム\" = [\"alice\"]",
    );
    world.write("postmortems/031.md", DISK);
    on(&mut world, "2024-12-03");
    push(&world);
    on(&mut world, "2024-12-18");
    world.people(|r| r.close_issue(1, StateReason::Completed));
    world.write("postmortems/032.md", MEMORY);
    // Half past one in the morning of the 7th, in Tokyo.
    at(&mut world, "2025-01-06T16:30:00Z", "2025-01-07");
    push(&world);
    on(&mut world, "2025-01-09");
    world.people(|r| r.close_issue(4, StateReason::Completed));
    on(&mut world, "2025-01-14");
    let moved = world.document("032.md").replace("2025-01-15", "2025-01-25");
    world.write("postmortems/032.md", &moved);
    push(&world);
    on(&mut world, "2025-01-20");
    world.people(|r| r.close_issue(2, StateReason::Completed));
    world.write("postmortems/033.md", SEARCH);
    world.write("postmortems/notes.md", "# PM-034 Notes\n\nNothing yet.\n");
    on(&mut world, "2025-01-21");
    push(&world);
    on(&mut world, "2025-01-27");
    world.people(|r| r.close_issue(8, StateReason::Completed));
    on(&mut world, "2025-01-29");
    world.people(|r| r.reopen_issue(8));
    on(&mut world, "2025-01-30");
    world.people(|r| {
        r.comment(9, "bob", "It is gone already.");
        r.close_issue(9, StateReason::NotPlanned);
    });
    on(&mut world, "2025-01-31");
    world.run("pull").exits(0);
    world.requests();
    world
}

/// Noon of a day, in Tokyo.
pub(crate) fn on(world: &mut World, day: &str) {
    at(world, &format!("{day}T03:00:00Z"), day);
}

fn at(world: &mut World, moment: &str, today: &str) {
    let moment = moment.parse().expect("a moment");
    world.sandbox.github().set_now(moment);
    world.today = today.to_owned();
}

fn push(world: &World) {
    world.run("push").exits(0);
}

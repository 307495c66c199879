//! What is printed is what happens: old values are the issue's, and what was settled stays settled.

use std::time::Duration;

use pm_sync::sandbox::{Fault, State, StateReason};

use crate::common::World;
use crate::twice::{create_fault, finish};
use crate::{ENGLISH, pushed};

/// Changes row 1 of the document.
fn edit(world: &World, from: &str, to: &str) {
    let text = world.document("007.md");
    assert!(text.contains(from), "{text}");
    world.write("postmortems/007.md", &text.replacen(from, to, 1));
}

/// Somebody moves the due date and the priority's label of #1 on GitHub.
fn moved_on_github() -> World {
    let world = pushed("007.md", ENGLISH);
    let body = world.issue(1).body.unwrap_or_default();
    // The last of them is the line that people see, below the marker.
    let (before, after) = body.rsplit_once("2025-01-10").expect("the due date's line");
    let body = format!("{before}2025-04-04{after}");
    world.people(|r| {
        r.edit_body(1, &body);
        r.remove_label(1, "priority: P1");
        r.add_label(1, "priority: P3");
    });
    world
}

#[test]
fn what_a_person_chose_on_github_is_the_old_value_when_the_row_changes_later() {
    let world = moved_on_github();
    world.run("push --prefer github --item PM-007#1").exits(0);
    world.run("push").exits(0);
    edit(&world, "| 2025-01-10 | P1 |", "| 2025-02-09 | P2 |");
    for command in ["push --dry-run", "push"] {
        world.run(command).exits(0).prints(&[
            "due date: 2025-04-04 → 2025-02-09",
            "priority: priority: P3 → P2",
            "lost: 2025-04-04",
            "lost: priority: P3",
        ]);
    }
    world.run("push").exits(0).prints(&["Nothing to"]);
}

#[test]
fn the_old_value_of_a_settled_conflict_is_the_issues() {
    let world = moved_on_github();
    world.people(|r| {
        r.assign(1, &["carol"]);
    });
    edit(
        &world,
        "| @alice | 2025-01-10 | P1 |",
        "| @bob | 2025-02-09 | P0 |",
    );
    world.run("push").exits(4).prints(&["3 conflicts"]);
    for command in ["push --dry-run", "push"] {
        let command = format!("{command} --prefer document --item PM-007#1");
        world.run(&command).exits(0).prints(&[
            "owners: @carol → @bob",
            "due date: 2025-04-04 → 2025-02-09",
            "priority: priority: P3 → P0",
            "lost: @carol",
        ]);
    }
    assert_eq!(world.issue(1).assignees, ["bob"]);
    world.run("push").exits(0).prints(&["Nothing to"]);
}

#[test]
fn preferring_the_document_takes_out_who_took_the_place() {
    let world = pushed("007.md", ENGLISH);
    world.people(|r| {
        r.assign(2, &["carol"]);
    });
    world
        .run("push --prefer document --item PM-007#2")
        .exits(0)
        .prints(&["owners: @carol → @bob", "lost: @carol"]);
    assert_eq!(world.issue(2).assignees, ["bob"]);
    world.run("push").exits(0).prints(&["Nothing to"]);
}

#[test]
fn an_issue_that_was_let_go_blocks_no_row() {
    // The label was there before ours was looked at: it is not ours to take away.
    let world = pushed("007.md", ENGLISH);
    for (number, body) in [(1, "Thrown away."), (2, "")] {
        world.people(|r| r.edit_body(number, body));
    }
    world.run("unlink PM-007#1").exits(0);
    world.run("unlink PM-007#2").exits(0);
    let body = world.issue(1).body.unwrap_or_default();
    assert!(body.starts_with("Thrown away."), "{body}");
    world.run("push").exits(0).prints(&["2 created"]);
    world.writes();
    world.run("push").exits(0).prints(&["Nothing to"]);
    assert_eq!(world.writes(), [""; 0]);
}

#[test]
fn unlink_takes_its_part_out_of_the_body_unless_people_changed_it() {
    let world = pushed("007.md", ENGLISH);
    let body = world.issue(1).body.unwrap_or_default();
    world.people(|r| {
        r.edit_body(1, &format!("Above.\n\n{body}\n\nBelow.\n"));
        let body = r.issue(2).body.clone().unwrap_or_default();
        let (before, after) = body.rsplit_once("2025-02-01").expect("the due date's line");
        r.edit_body(2, &format!("{before}2025-04-04{after}"));
    });
    world
        .run("unlink PM-007#1")
        .exits(0)
        .warns(&["pm-sync's part is gone from the issue's body"]);
    let body = world.issue(1).body.unwrap_or_default();
    assert_eq!(body, "Above.\n\nBelow.\n");
    world
        .run("unlink PM-007#2")
        .exits(0)
        .warns(&["it stays as ordinary text"]);
    let body = world.issue(2).body.unwrap_or_default();
    assert!(
        body.contains("2025-04-04") && !body.contains("pm-sync"),
        "{body}"
    );
    world.run("push").exits(0).prints(&["2 created"]);
}

#[test]
fn one_issue_is_taken_over_and_the_others_left() {
    let world = pushed("007.md", ENGLISH);
    for number in [1, 2] {
        let body = world.issue(number).body.unwrap_or_default();
        world.people(|r| r.edit_body(number, &body.replace("\"v\":1", "\"v\":")));
    }
    world
        .run("push")
        .exits(4)
        .warns(&["`pm-sync push --adopt --item PM-007#1`"]);
    world
        .run("push --adopt --item PM-007#1")
        .exits(4)
        .prints(&["1 adopted"])
        .warns(&["--item PM-007#2"]);
    assert_eq!(world.writes(), ["PATCH /repos/octo-org/service/issues/1"]);
}

#[test]
fn a_row_that_changes_during_the_run_is_not_filed_as_it_was() {
    for (from, to) in [
        ("Rehearse the failover", "Rehearse the failback"),
        (
            "| 2 | Rehearse the failover | @bob | 2025-02-01 | P2 | Todo |\n",
            "",
        ),
    ] {
        let world = World::of("007.md", ENGLISH);
        world
            .sandbox
            .fault(create_fault(Fault::delay(Duration::from_millis(500))));
        let child = world.start("push");
        world.wait_for(|requests| {
            let mut creates = requests.iter();
            creates.any(|r| r.method == "POST" && r.path.ends_with("/issues"))
        });
        world.write("postmortems/007.md", &ENGLISH.replace(from, to));
        finish(child).exits(3).prints(&[
            "1 created",
            "this row is left to the next one",
            "run it again",
        ]);
        assert_eq!(world.issues(), 1, "{to}");
        world.run("push").exits(0);
        world.run("push").exits(0).prints(&["Nothing to"]);
        assert_eq!(world.issues(), if to.is_empty() { 1 } else { 2 });
    }
}

#[test]
fn a_row_that_went_to_an_excluded_file_with_its_link_is_not_gone() {
    let world = pushed("007.md", ENGLISH);
    let text = world.document("007.md");
    let row = text
        .lines()
        .find(|line| line.contains("| 2 |"))
        .expect("a row");
    let rest = text.replace(&format!("{row}\n"), "");
    for place in ["postmortems/141-template.md", "docs/old.md"] {
        world.write("postmortems/007.md", &rest);
        world.write(place, &format!("# Kept\n\n{row}\n"));
        for command in [
            "push",
            "push --close-removed --dry-run",
            "push --close-removed",
        ] {
            let ran = world.run(command).exits(0).warns(&[place]);
            assert!(
                !ran.stderr.contains("`pm-sync push --close-removed`"),
                "{}",
                ran.stderr
            );
        }
        assert_eq!(world.issue(2).state, State::Open);
        std::fs::remove_file(world.path(place)).expect("it is there");
    }
    world.run("push --close-removed").exits(0);
    assert_eq!(world.issue(2).state, State::Closed);
}

#[test]
fn what_pulls_write_does_not_change_the_language_of_a_document() {
    // A short document whose only Japanese is a status, and one whose only English is what pm-sync writes.
    for text in [
        "# Outage PM-007 of it\n\n## Action Items\n\n| # | Action | Status |\n|---|---|---|\n| 1 | Mend it | Todo |\n| 2 | Do it | 進行中 |\n",
        "# 障害 PM-007\n\n## アクションアイテム\n\n| # | 内容 | 状況 |\n|---|---|---|\n| 1 | 直す | 未着手 |\n| 2 | 見る | 進行中 |\n",
    ] {
        let world = pushed("007.md", text);
        world.people(|r| r.close_issue(1, StateReason::NotPlanned));
        world.run("pull").exits(0);
        let before = world.issue(1).body;
        let ran = world.run("push --reapply").exits(0);
        assert_eq!(world.issue(1).body, before, "{}", ran.stdout);
    }
}

#[test]
fn nobody_says_that_sides_agree_where_they_do_not() {
    let world = moved_on_github();
    let agree = "documents and issues agree";
    world.run("push --prefer github --item PM-007#1").exits(0);
    let ran = world.run("push").exits(0).prints(&["Nothing to do."]);
    assert!(!ran.stdout.contains(agree), "{}", ran.stdout);
    let world = pushed("007.md", ENGLISH);
    world.run("push").exits(0).prints(&[agree]);
    world.people(|r| r.close_issue(1, StateReason::Completed));
    for command in ["push --dry-run", "push"] {
        world
            .run(command)
            .exits(0)
            .prints(&["Nothing to push; the status of 1 row is to be pulled: pm-sync pull"]);
    }
    world.run("pull").exits(0);
    world.run("push").exits(0).prints(&[agree]);
}

#[test]
fn the_id_in_the_title_follows_a_row_that_moved() {
    let world = pushed("007.md", ENGLISH);
    world.people(|r| r.edit_title(2, "By hand"));
    world.run("push --prefer github --item PM-007#2").exits(0);
    edit(&world, "PM-007", "PM-422");
    world
        .run("push")
        .exits(0)
        .prints(&["[PM-007] Add an alert on queue depth → [PM-422] Add an alert on queue depth"]);
    assert_eq!(world.issue(2).title, "By hand");
    world.run("push").exits(0).prints(&["Nothing to"]);
}

#[test]
fn closed_for_two_reasons_is_settled_by_hand() {
    let world = pushed("007.md", ENGLISH);
    edit(&world, "| P1 | Todo |", "| P1 | Done |");
    world.people(|r| r.close_issue(1, StateReason::NotPlanned));
    let by_hand = "reopen the issue on GitHub and close it";
    for command in ["push --status --item PM-007#1", "sync"] {
        world.run(command).exits(4).prints(&["conflict", by_hand]);
    }
    world.people(|r| {
        r.reopen_issue(1);
        r.close_issue(1, StateReason::Completed);
    });
    world.run("sync").exits(0);
    world
        .run("sync")
        .exits(0)
        .prints(&["documents and issues agree"]);
}

#[test]
fn what_a_read_only_document_lacks_is_listed() {
    let world = pushed("007.md", ENGLISH);
    let more = world.document("007.md") + "| 3 | Drill | @bob | 2025-03-01 | P2 | Todo |  |\n";
    world.write("postmortems/007.md", &more);
    world.people(|r| r.close_issue(1, StateReason::Completed));
    let path = world.path("postmortems/007.md");
    let mut permissions = std::fs::metadata(&path).expect("it is there").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).expect("it is protected");
    world
        .run("sync")
        .exits(3)
        .prints(&["create: PM-007#3 Drill", "write into the row: PM-007#1"]);
    world
        .run("pull")
        .exits(3)
        .prints(&["write into the row: PM-007#1"])
        .warns(&["postmortems/007.md: read-only, so nothing can be written"]);
    assert_eq!(world.issues(), 2);
}

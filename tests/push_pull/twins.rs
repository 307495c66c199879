//! What is left of two runs at once, of listings that lag, and of markers that people took away: no second issue stays or comes.

use pm_sync::sandbox::{State, StateReason};

use crate::common::World;
use crate::{ENGLISH, pushed};

/// A world in which two checkouts were pushed while listings showed neither the other's issues: #1 and #2 have twins, #3 and #4.
fn twins(keeps: usize) -> World {
    let world = World::of("007.md", ENGLISH);
    world.sandbox.hold_listings();
    world.run("push").exits(0);
    let first = world.document("007.md");
    world.write("postmortems/007.md", ENGLISH);
    world.run("push").exits(0);
    assert_eq!(world.issues(), 4);
    if keeps == 1 {
        world.write("postmortems/007.md", &first);
    }
    world.sandbox.release_listings();
    world.requests();
    world
}

fn open(world: &World) -> Vec<u64> {
    let open = |r: &mut pm_sync::sandbox::Repository| {
        let open = r.issues().filter(|i| i.state == State::Open);
        open.map(|i| i.number).collect()
    };
    world.people(open)
}

#[test]
fn the_next_push_closes_twins_and_the_lowest_number_stays() {
    for keeps in [1, 3] {
        let world = twins(keeps);
        let shown = world.run("push --dry-run").exits(0);
        assert!(world.writes().is_empty());
        shown.prints(&["close as duplicate"]);
        world.run("push").exits(0).prints(&["closed as duplicate"]);
        assert_eq!(open(&world), [1, 2], "the rows linked #{keeps}");
        let reason = world.issue(3).state_reason;
        assert_eq!(reason, Some(StateReason::Duplicate));
        let document = world.document("007.md");
        assert!(
            document.contains("[#1](") && document.contains("[#2]("),
            "{document}"
        );
        world.requests();
        world.run("sync").exits(0).prints(&["Nothing to do"]);
        assert!(world.writes().is_empty());
    }
}

#[test]
fn twins_are_closed_also_when_their_row_has_another_title_by_now() {
    let world = twins(1);
    let document = world.document("007.md").replace("failover", "fail-over");
    world.write("postmortems/007.md", &document);
    world.run("push").exits(0);
    assert_eq!(open(&world), [1, 2]);
    assert_eq!(world.issue(2).title, "[PM-007] Rehearse the fail-over");
}

#[test]
fn a_twin_that_people_have_written_on_is_left_to_them() {
    let world = twins(1);
    world.people(|r| {
        r.comment(3, "bob", "I am at it.");
        r.edit_title(4, "Rehearse the failover on Friday");
    });
    let warned = world.run("push").exits(4);
    warned.warns(&["several open issues carry this item", "#3", "#4"]);
    assert_eq!(open(&world), [1, 2, 3, 4]);
}

#[test]
fn a_copy_that_somebody_made_of_an_issue_is_left_to_them() {
    let world = pushed("007.md", ENGLISH);
    let issue = world.issue(1);
    world.people(|r| {
        let copy = r.add_issue("alice", &issue.title, issue.body.as_deref());
        r.add_label(copy, "postmortem");
    });
    world.run("push").exits(4).warns(&["several open issues"]);
    assert_eq!(open(&world), [1, 2, 3]);
}

#[test]
fn a_link_to_a_closed_twin_is_brought_to_the_one_that_stayed() {
    let world = twins(3);
    let late = world.document("007.md");
    world.run("push").exits(0);
    world.write("postmortems/007.md", &late);
    world.requests();
    world.run("sync").exits(0);
    let document = world.document("007.md");
    assert!(document.contains("| Todo | [#1]("), "{document}");
    assert!(world.writes().is_empty());
}

#[test]
fn a_row_whose_issue_lost_its_region_is_not_filed_again() {
    let world = pushed("007.md", ENGLISH);
    world.people(|r| r.edit_body(1, "All rewritten by hand."));
    // The links never reached this branch.
    world.write("postmortems/007.md", ENGLISH);
    world.run("push").exits(4).warns(&["PM-007#1", "#1"]);
    assert_eq!(world.issues(), 2);
    world.run("link PM-007#1 1").exits(0);
    world.run("push").exits(0);
    assert_eq!(world.issues(), 2);
}

#[test]
fn what_people_write_while_labels_are_made_is_kept() {
    let world = pushed("007.md", ENGLISH);
    let document = world.document("007.md").replace("| P1 |", "| P0 |");
    world.write("postmortems/007.md", &document);
    world.sandbox.fault(
        pm_sync::sandbox::Fault::delay(std::time::Duration::from_millis(500))
            .on("POST", "/repos/*/*/labels"),
    );
    let child = world.start("push");
    world.wait_for(|requests| requests.iter().any(|r| r.path.ends_with("/labels")));
    world.people(|r| {
        let body = r.issue(1).body.clone().unwrap_or_default();
        r.edit_body(1, &format!("Seen again today.\n\n{body}"));
    });
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    let body = world.issue(1).body.unwrap_or_default();
    assert!(
        body.starts_with("Seen again today.") && body.contains("P0"),
        "{body}"
    );
}

#[test]
fn an_old_listing_closes_nothing_that_was_reopened_since() {
    let world = pushed("007.md", ENGLISH);
    let document = world.document("007.md").replacen("| Todo |", "| Done |", 1);
    world.write("postmortems/007.md", &document);
    world.sandbox.hold_listings();
    world.people(|r| {
        r.close_issue(1, StateReason::Completed);
        r.reopen_issue(1);
    });
    world.run("push").exits(0);
    assert_eq!(world.issue(1).state, State::Open);
    world.sandbox.release_listings();
    world.run("push").exits(4).prints(&["conflict"]);
}

#[test]
fn of_the_open_twins_of_an_issue_that_people_closed_one_is_left_to_them() {
    let world = World::of("007.md", ENGLISH);
    world.sandbox.hold_listings();
    world.run("push").exits(0);
    let first = world.document("007.md");
    for _ in 0..2 {
        world.write("postmortems/007.md", ENGLISH);
        world.run("push").exits(0);
    }
    assert_eq!(world.issues(), 6);
    world.write("postmortems/007.md", &first);
    world.people(|r| r.close_issue(1, StateReason::Completed));
    world.sandbox.release_listings();
    world
        .run("push")
        .exits(4)
        .warns(&["several open issues", "#3"]);
    assert_eq!(open(&world), [2, 3]);
    world.requests();
    world.run("push").exits(4);
    assert!(world.writes().is_empty());
}

#[test]
fn an_issue_is_no_duplicate_of_one_that_was_deleted_since() {
    let world = World::of("007.md", ENGLISH);
    world.sandbox.hold_listings();
    world.run("push").exits(0);
    world.write("postmortems/007.md", ENGLISH);
    world.requests();
    world.sandbox.fault(
        pm_sync::sandbox::Fault::delay(std::time::Duration::from_millis(500))
            .on("POST", "/repos/*/*/issues"),
    );
    let child = world.start("push");
    // Both issues of the first run and the first one of the second are in the listing, which is then held.
    let posts = |requests: &[pm_sync::sandbox::Request]| {
        let creates = requests.iter().filter(|r| r.method == "POST");
        creates.filter(|r| r.path.ends_with("/issues")).count()
    };
    world.wait_for(|requests| posts(requests) >= 2);
    world.sandbox.release_listings();
    world.sandbox.hold_listings();
    world.people(|r| r.delete_issue(1));
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    assert!(open(&world).contains(&3), "{:?}", open(&world));
}

#[test]
fn a_row_that_closes_its_issue_leaves_no_twin_of_it_open() {
    let world = twins(1);
    let document = world.document("007.md").replacen("| Todo |", "| Done |", 1);
    world.write("postmortems/007.md", &document);
    world.run("sync").exits(0);
    assert_eq!(open(&world), [2]);
    let reasons = [1, 3].map(|number| world.issue(number).state_reason);
    let (completed, duplicate) = (StateReason::Completed, StateReason::Duplicate);
    assert_eq!(reasons, [Some(completed), Some(duplicate)]);
    world.requests();
    world.run("sync").exits(0).prints(&["Nothing to do"]);
    assert!(world.writes().is_empty());
}

#[test]
fn twins_that_only_the_run_itself_brings_to_light_are_closed_by_it() {
    for command in ["push", "sync"] {
        let world = World::of("007.md", ENGLISH);
        world.sandbox.hold_listings();
        world.run("push").exits(0);
        // Filed again under another number, which the row then loses again. Its issue takes the number with the next write.
        world.write("postmortems/007.md", &ENGLISH.replace("| 1 |", "| 9 |"));
        world.run("push").exits(0);
        world.sandbox.release_listings();
        let document = world.document("007.md").replace("| 9 |", "| 1 |");
        let document = document.replace("2025-01-10", "2025-01-17");
        world.write("postmortems/007.md", &document);
        let ran = world.run(command).exits(0);
        assert!(!ran.stderr.contains("is gone"), "{}", ran.stderr);
        assert_eq!(open(&world), [1, 2]);
        let document = world.document("007.md");
        assert!(document.contains("| Todo | [#1]("), "{document}");
        let body = world.issue(1).body.unwrap_or_default();
        assert!(body.contains("2025-01-17"), "{body}");
        world.requests();
        world.run("sync").exits(0).prints(&["Nothing to do"]);
        assert!(world.writes().is_empty());
    }
}

#[test]
fn of_twins_without_a_row_one_stays_and_is_reported() {
    let world = twins(1);
    let text = world.document("007.md");
    let rows = text.lines().filter(|line| !line.starts_with("| 1 |"));
    let shortened: String = rows.map(|line| format!("{line}\n")).collect();
    assert_ne!(text, shortened);
    world.write("postmortems/007.md", &shortened);
    world
        .run("push --dry-run")
        .exits(0)
        .prints(&["#3 close as duplicate"]);
    assert!(world.writes().is_empty());
    let ran = world.run("push").exits(0);
    ran.warns(&["the row of #1 \"Add an alert"]);
    assert_eq!(open(&world), [1, 2]);
    assert_eq!(world.issue(3).state_reason, Some(StateReason::Duplicate));
    world.requests();
    world.run("push").exits(0);
    assert!(world.writes().is_empty());
}

#[test]
fn of_twins_that_a_row_might_be_one_is_asked_about() {
    let world = twins(1);
    // The row lost its link and has another title: whether it is #1, a person has to say.
    let reworded = ENGLISH.replace("queue depth", "queue age");
    world.write("postmortems/007.md", &reworded);
    let ran = world.run("push").exits(4).warns(&["#1"]);
    assert!(!ran.stderr.contains("#3"), "{}", ran.stderr);
    assert_eq!(open(&world), [1, 2]);
    assert_eq!(world.issues(), 4);
}

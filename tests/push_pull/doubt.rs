//! What is no certainty: copied markers, emptied documents, issues that are not ours any more; and what a run says of it.

use pm_sync::sandbox::{State, StateReason};

use crate::common::World;
use crate::{ENGLISH, pushed};

/// A pushed document, and a person's issue with the label and the body of the first.
fn cloned(title: &str) -> World {
    let world = pushed("007.md", ENGLISH);
    let body = world.issue(1).body.unwrap_or_default();
    world.people(|r| {
        let number = r.add_issue("bob", title, Some(&format!("mine\n{body}")));
        r.add_label(number, "postmortem");
    });
    world
}

fn without_row(world: &World, key: &str) {
    let text = world.document("007.md");
    let lines = text.split_inclusive('\n');
    let kept = lines.filter(|line| !line.starts_with(&format!("| {key} |")));
    world.write("postmortems/007.md", &kept.collect::<String>());
}

fn states(world: &World) -> Vec<State> {
    let numbers = 1..=u64::try_from(world.issues()).expect("few");
    numbers.map(|number| world.issue(number).state).collect()
}

#[test]
fn an_issue_with_a_copied_marker_is_never_closed_for_a_row() {
    for title in ["my own issue", "[PM-007] Add an alert on queue depth"] {
        // The row was reworded: the copy alone remembers the old words.
        let world = cloned(title);
        let text = world.document("007.md").replace("queue depth", "latency");
        world.write("postmortems/007.md", &text);
        world.run("push");
        world
            .run("push --close-removed")
            .warns(&["#3 bears the marker of #1"]);
        assert_eq!(states(&world), [State::Open; 3], "{title}");
        // The row was deleted: its own issue goes, and it alone.
        let world = cloned(title);
        without_row(&world, "1");
        world.run("push --close-removed").prints(&["1 closed"]);
        let expected = [State::Closed, State::Open, State::Open];
        assert_eq!(states(&world), expected, "{title}");
    }
}

#[test]
fn a_row_without_its_link_takes_its_own_closed_issue_and_not_a_copy() {
    let world = cloned("my own issue");
    world.people(|r| r.close_issue(1, StateReason::Completed));
    world.write("postmortems/007.md", ENGLISH);
    world.run("sync").warns(&["[duplicate-issue]"]);
    let text = world.document("007.md");
    assert!(text.contains("Done | [#1]"), "{text}");
}

#[test]
fn a_document_without_items_closes_only_what_is_named() {
    for text in [
        "",
        "# Postmortem: PM-007 Checkout outage\n\n## Action Items\n",
    ] {
        let world = pushed("007.md", ENGLISH);
        let text = match text {
            "" => "---\nid: PM-007\n---\n",
            text => text,
        };
        world.write("postmortems/007.md", text);
        world.writes();
        world
            .run("push --close-removed")
            .warns(&["pm-sync push --close-removed --item PM-007#2"]);
        assert_eq!(world.writes(), [""; 0]);
        world
            .run("push --close-removed --item PM-007#2")
            .prints(&["1 closed"]);
        assert_eq!(states(&world), [State::Open, State::Closed]);
        world.run("push --close-removed --item PM-007#9").exits(2);
    }
}

#[test]
fn an_issue_that_lost_all_that_was_ours_is_told_where_it_differs() {
    let world = pushed("007.md", ENGLISH);
    world.people(|r| {
        r.edit_body(1, "rewritten by a person");
        r.remove_label(1, "postmortem");
    });
    let ran = world.run("sync").exits(0);
    assert!(!ran.stdout.contains("--adopt"), "{}", ran.stdout);
    let text = world.document("007.md").replace("queue depth", "latency");
    world.write("postmortems/007.md", &text);
    let ran = world.run("sync").exits(0).prints(&[
        "1 linked issue is not pm-sync's",
        "pm-sync push --adopt --item PM-007#1",
    ]);
    assert!(!ran.stdout.contains("agree"), "{}", ran.stdout);
    let json = world.run("push --format json").json();
    assert_eq!(json["tracked"][0]["item"], "PM-007#1");
    assert_eq!(json["tracked"][0]["fields"][0], "title");
    world.run("push --adopt --item PM-007#1").exits(0);
    world
        .run("sync")
        .exits(0)
        .prints(&["documents and issues agree"]);
}

#[test]
fn a_push_leaves_the_status_that_github_is_to_win_to_a_pull() {
    let world = pushed("007.md", ENGLISH);
    world.people(|r| r.close_issue(1, StateReason::NotPlanned));
    let text = world.document("007.md").replacen("Todo", "Done", 1);
    world.write("postmortems/007.md", &text);
    world.writes();
    for command in ["push --prefer github", "push --prefer github --dry-run"] {
        world
            .run(command)
            .exits(4)
            .prints(&["1 row to be pulled: pm-sync pull --prefer github"]);
    }
    world.run("sync --prefer github").exits(0);
    assert!(!world.document("007.md").contains("Done"));
    world.run("push --prefer github").exits(0);
}

#[test]
fn an_accepted_assignee_gives_way_to_the_documents_next_owner() {
    let world = pushed("007.md", ENGLISH);
    world.people(|r| r.assign(1, &["bob"]));
    world.run("push --prefer github").exits(0);
    let text = world.document("007.md").replacen("@alice", "@carol", 1);
    world.write("postmortems/007.md", &text);
    world.run("push").exits(0).prints(&["@bob → @carol"]);
    // She can't be assigned there; what matters is that he is not any more.
    assert_eq!(world.issue(1).assignees, [""; 0]);
    world.run("push").exits(0).prints(&["agree"]);
}

#[test]
fn an_adopted_issue_has_one_priority() {
    let world = World::new();
    world.people(|r| {
        r.add_issue("bob", "human", None);
        r.create_label("priority: P3", "ffffff", None);
        r.add_label(1, "priority: P3");
        r.add_label(1, "mine");
    });
    world.write("postmortems/007.md", ENGLISH);
    world.run("link PM-007#1 1").exits(0);
    world.run("push --adopt").exits(0);
    let labels = world.issue(1).labels;
    assert!(!labels.iter().any(|l| l == "priority: P3"), "{labels:?}");
    assert!(labels.iter().any(|l| l == "mine"), "{labels:?}");
    let ran = world.run("push").exits(0);
    assert!(!ran.stdout.contains("drift"), "{}", ran.stdout);
}

#[test]
fn a_tick_follows_its_task_and_one_that_goes_is_told() {
    let tasks = "# PM-007 X\n\n## Action items\n\n#### 1. Do it\n- **Owner**: @alice\n- [ ] draft\n- [ ] publish\n";
    let world = pushed("007.md", tasks);
    let body = world.issue(1).body.unwrap_or_default();
    assert!(body.contains("- [ ] draft"), "{body}");
    world.people(|r| r.edit_body(1, &body.replace("[ ] draft", "[x] draft")));
    let edit = |old: &str, new: &str| {
        let text = world.document("007.md").replace(old, new);
        world.write("postmortems/007.md", &text);
    };
    edit("- [ ] draft", "- [ ] draft the text");
    let ran = world.run("push").exits(0);
    assert!(!ran.stdout.contains("ticked"), "{}", ran.stdout);
    let body = world.issue(1).body.unwrap_or_default();
    assert!(
        body.contains("- [x] draft the text\n- [ ] publish"),
        "{body}"
    );
    edit("- [ ] draft the text\n", "");
    world
        .run("push --dry-run")
        .prints(&["a box that was ticked in the issue goes: draft the text"]);
}

//! Which issue a row is: links, markers, moved and copied rows, issues of other people.

use pm_sync::sandbox::{GitHub, Permission, State, StateReason};

use crate::common::{REPOSITORY, World};
use crate::{ENGLISH, JAPANESE, pushed};

const LISTING: &str = "GET /repos/octo-org/service/issues";

/// The English sample with an Issue column and this in it.
fn with_issues(issues: [&str; 2]) -> String {
    ENGLISH
        .replace("| Status |\n", "| Status | Issue |\n")
        .replace("|--------|\n", "|--------|---|\n")
        .replacen(
            "| P1 | Todo |",
            &format!("| P1 | Todo | {} |", issues[0]),
            1,
        )
        .replacen(
            "| P2 | Todo |",
            &format!("| P2 | Todo | {} |", issues[1]),
            1,
        )
}

fn creates(world: &World) -> usize {
    world
        .writes()
        .iter()
        .filter(|w| *w == "POST /repos/octo-org/service/issues")
        .count()
}

#[test]
fn the_checkout_thrown_away_is_linked_again() {
    let world = pushed("042.md", JAPANESE);
    world.write("postmortems/007.md", ENGLISH);
    world.run("push").exits(0);
    let linked = (world.document("042.md"), world.document("007.md"));
    world.people(|r| r.close_issue(2, StateReason::Completed));
    world.write("postmortems/042.md", JAPANESE);
    world.write("postmortems/007.md", ENGLISH);
    world.requests();
    world
        .run("push")
        .exits(0)
        .prints(&["← #1 2 監視を足す: link", "4 rows written"]);
    assert_eq!(
        world.requests(),
        [LISTING],
        "nothing is asked twice, nothing written"
    );
    assert_eq!(world.document("007.md"), linked.1);
    // The closing is not settled by a push: the row has its link, and no memory yet.
    assert_eq!(
        world.document("042.md"),
        linked.0.replace("/2 \"open\"", "/2")
    );
    world.run("pull").exits(0);
    assert!(
        world
            .document("042.md")
            .contains("✅ 完了 | [#2](https://github.com/octo-org/service/issues/2 \"done\")")
    );
    assert_eq!(world.issues(), 4);
    world.run("sync").exits(0).prints(&["Nothing to do"]);
}

#[test]
fn two_items_with_one_title_are_two_issues() {
    let text = "# PM-001: Outage\n\n## Action Items\n\n### Backend\n\n| # | Action | Owner |\n|---|---|---|\n| 1 | Add an alert | @alice |\n| 2 | Add an alert | @bob |\n\n\
        ### Frontend\n\n| # | Action | Owner |\n|---|---|---|\n| 1 | Add an alert | @alice |\n| 2 | Write it down | @bob |\n";
    let world = World::of("001.md", text);
    world.run("push").exits(0).prints(&["4 created"]);
    let linked = world.document("001.md");
    let keys: Vec<_> = world.run("list --format json").exits(0).json()["postmortems"][0]["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| {
            (
                item["key"].as_str().unwrap_or_default().to_owned(),
                item["issue"]["number"].as_u64(),
            )
        })
        .collect();
    assert_eq!(
        keys,
        [("1", 1), ("2", 2), ("1-2", 3), ("2-2", 4)].map(|(k, n)| (k.to_owned(), Some(n)))
    );
    world.requests();
    world.write("postmortems/001.md", text);
    world.run("push").exits(0);
    assert_eq!(world.requests(), [LISTING]);
    assert_eq!(
        world.document("001.md"),
        linked,
        "each row finds its own again"
    );
}

#[test]
fn rows_that_cannot_be_told_apart_wait() {
    let text =
        "# PM-001: Outage\n\n## Action Items\n\n| # | Action |\n|---|---|\n| 1 | Add an alert |\n";
    let world = pushed("001.md", text);
    // Without its link the row could be the issue of either of two documents' rows now.
    let two = text.to_owned() + "| 2 | Add an alert |\n";
    world.write("postmortems/001.md", &two.replace("| 1 |", "| 3 |"));
    world
        .run("push")
        .exits(0)
        .warns(&["several issues could be this item's: #1", "pm-sync link"]);
    assert_eq!(creates(&world), 0);
}

#[test]
fn moved_and_renumbered_rows_stay_who_they_are() {
    let world = pushed("042.md", JAPANESE);
    let linked = world.document("042.md");
    let row = linked
        .lines()
        .find(|l| l.contains("監視を足す"))
        .expect("the row")
        .to_owned()
        + "\n";
    // Moved into the other table, under another number: its link says who it is, the section what it is.
    let moved = linked.replace(&row, "") + &row.replace("| 2 |", "| 9 |");
    world.write("postmortems/042.md", &moved);
    world
        .run("push")
        .exits(0)
        .prints(&["#1 update: 9 監視を足す", "priority: P0 → P1"]);
    assert_eq!(world.issues(), 2);
    assert_eq!(world.document("042.md"), moved);
    world.people(|r| r.close_issue(1, StateReason::Completed));
    world
        .run("pull")
        .exits(0)
        .prints(&["9 監視を足す: todo → done"]);
}

#[test]
fn a_renumbered_table_without_links_is_found_by_title() {
    let world = pushed("042.md", JAPANESE);
    let linked = world.document("042.md");
    let renumbered = |text: &str| {
        text.replace("| 3 |", "| 4 |")
            .replace("| 2 |", "| 3 |")
            .replace("| 1 |", "| 2 |")
    };
    world.write("postmortems/042.md", &renumbered(JAPANESE));
    world.run("push").exits(0);
    assert_eq!(world.issues(), 2);
    assert_eq!(world.document("042.md"), renumbered(&linked));
}

#[test]
fn a_match_by_key_alone_is_a_question() {
    let world = pushed("042.md", JAPANESE);
    world.write(
        "postmortems/042.md",
        &JAPANESE.replace("監視を足す", "警報を足す"),
    );
    world.run("push").exits(0).warns(&[
        "#1",
        "another title (\"監視を足す\")",
        "pm-sync link PM-042#2 1",
    ]);
    assert_eq!(creates(&world), 0);
    world
        .run("link PM-042#2 1")
        .exits(0)
        .prints(&["PM-042#2 is #1 now"]);
    world.run("push").exits(0).prints(&["1 updated"]);
    assert_eq!(world.issue(1).title, "[PM-042] 警報を足す");
    assert_eq!(world.issues(), 2);
}

#[test]
fn pull_requests_in_the_listing_are_nobodys() {
    let world = World::of("007.md", ENGLISH);
    world.people(|r| {
        let number = r.add_pull_request("alice", "[PM-007] Add an alert on queue depth", None);
        r.add_label(number, "postmortem");
    });
    world.run("push").exits(0).prints(&["2 created"]);
    // One that copies an issue's body, marker and all.
    world.people(|r| {
        let body = r.issue(2).body.clone();
        let number = r.add_pull_request("alice", "Fix", body.as_deref());
        r.add_label(number, "postmortem");
    });
    world.write("postmortems/007.md", ENGLISH);
    world.requests();
    world.run("push").exits(0);
    assert_eq!(world.requests(), [LISTING]);
    assert!(world.document("007.md").contains("[#2]"));
}

#[test]
fn a_linked_pull_request_is_tracked() {
    let world = World::of("007.md", &with_issues(["#1", ""]));
    world.people(|r| r.add_pull_request("alice", "Fix it", None));
    world.run("push --adopt").exits(0).prints(&["1 created"]);
    world.people(|r| r.close_issue(1, StateReason::Completed));
    world.writes();
    world.run("sync --adopt").exits(0);
    assert_eq!(world.writes(), [""; 0]);
    let list = world.run("list --format json").json();
    assert_eq!(list["postmortems"][0]["items"][0]["status"], "done");
}

#[test]
fn a_hand_made_issue_is_tracked_and_can_be_adopted() {
    let text = with_issues(["#1", ""]);
    let world = World::of("007.md", &text);
    world.people(|r| r.add_issue("bob", "Queue alert", Some("By hand.")));
    world.run("push").exits(0).prints(&["1 created"]);
    assert!(world.writes().iter().all(|w| !w.contains("/issues/1")));
    world.people(|r| r.add_label(1, "in progress"));
    world
        .run("sync")
        .exits(0)
        .prints(&["#1 1 Add an alert on queue depth: todo → in progress"]);
    assert!(world.document("007.md").contains(
        "| In progress | [#1](https://github.com/octo-org/service/issues/1 \"in_progress\") |"
    ));
    // A row marked done closes what is ours, and this isn't.
    let document = world.document("007.md");
    world.write(
        "postmortems/007.md",
        &document.replace("In progress", "Done"),
    );
    let ran = world.run("sync").exits(0).prints(&["drift"]);
    assert!(
        !ran.stdout.contains("--status"),
        "it would not help: {}",
        ran.stdout
    );
    assert_eq!(world.issue(1).state, State::Open);
    world.run("sync --status").exits(0);
    assert_eq!(world.writes(), [""; 0], "never written");
    assert_eq!(world.issue(1).body.as_deref(), Some("By hand."));
    world.write("postmortems/007.md", &document);
    world.run("push --adopt --dry-run").exits(0).prints(&[
        "1 to adopt",
        "title: Queue alert → [PM-007] Add an alert on queue depth",
        "labels: in progress → in progress, postmortem, priority: P1",
        "owners: none → @alice",
    ]);
    world.run("push --adopt").exits(0).prints(&[
        "@ #1 adopt",
        "1 adopted",
        "title: Queue alert → [PM-007]",
    ]);
    let issue = world.issue(1);
    assert!(
        issue
            .body
            .as_deref()
            .unwrap_or_default()
            .starts_with("By hand.")
    );
    assert_eq!(issue.title, "[PM-007] Add an alert on queue depth");
    assert_eq!(issue.assignees, ["alice"]);
    assert!(
        issue.labels.contains(&"in progress".to_owned())
            && issue.labels.contains(&"postmortem".to_owned())
    );
    world.requests();
    world.run("sync").exits(0).prints(&["Nothing to do"]);
    assert_eq!(world.requests(), [LISTING]);
}

#[test]
fn links_to_elsewhere_are_left_alone() {
    let text = with_issues([
        "[OPS-12](https://tracker.example.com/browse/OPS-12)",
        "other-org/other#3",
    ]);
    let world = World::of("007.md", &text);
    world.run("sync").exits(0);
    assert_eq!(world.document("007.md"), text);
    // What the other repository is called now is asked, since it might be ours by another name.
    assert_eq!(world.requests(), ["GET /repos/other-org/other", LISTING]);
    world
        .run("link PM-007#1 1")
        .exits(3)
        .warns(&["there is no #1 in octo-org/service"]);
}

#[test]
fn link_and_unlink_settle_a_row() {
    let world = pushed("007.md", ENGLISH);
    let linked = world.document("007.md");
    world
        .run("unlink PM-007#1")
        .exits(0)
        .prints(&["PM-007#1 has no issue now"]);
    assert_eq!(
        world.document("007.md"),
        linked.replace(
            "[#1](https://github.com/octo-org/service/issues/1 \"open\")",
            ""
        )
    );
    assert!(
        !world.issue(1).body.unwrap_or_default().contains("pm-sync"),
        "it can't be found again"
    );
    assert_eq!(
        world.issue(1).labels,
        ["priority: P1"],
        "nor taken for one of ours"
    );
    world.run("push").exits(0).prints(&["#3 create: 1"]);
    world.run("link PM-007#1 2").exits(2).warns(&[
        "#2 is already linked by postmortems/007.md:10",
        "pm-sync unlink",
    ]);
    world
        .run("link PM-007#1 1")
        .exits(0)
        .prints(&["PM-007#1 is #1 now"]);
    assert_eq!(world.document("007.md"), linked);
    world
        .run("link PM-007#1 99")
        .exits(3)
        .warns(&["there is no #99"]);
    world
        .run("link PM-007#8 1")
        .exits(2)
        .warns(&["PM-007 has no item 8", "pm-sync list"]);
    world
        .run("link PM-099#1 1")
        .exits(2)
        .warns(&["no document has the id PM-099"]);
    world.run("link PM-007 1").exits(2);
    let twice = world.run("unlink PM-007#1").exits(0);
    assert!(twice.stderr.is_empty(), "{}", twice.stderr);
    world
        .run("unlink PM-007#1")
        .exits(0)
        .warns(&["PM-007#1 has no link"]);
}

#[test]
fn one_issue_in_two_rows_is_synced_with_neither() {
    let world = pushed("007.md", ENGLISH);
    let twice = world.document("007.md").replace(
        "[#2](https://github.com/octo-org/service/issues/2",
        "[#1](https://github.com/octo-org/service/issues/1",
    );
    world.write(
        "postmortems/007.md",
        &twice.replace("queue depth", "queue size"),
    );
    let before = world.document("007.md");
    world.people(|r| r.close_issue(1, StateReason::Completed));
    world.run("sync --dry-run").exits(4);
    world.run("sync").exits(4).warns(&[
        "postmortems/007.md:9: problem: #1 is linked by several rows: postmortems/007.md:9, postmortems/007.md:10",
        "postmortems/007.md:10: problem: #1 is linked",
    ]);
    assert_eq!(world.writes(), [""; 0]);
    assert_eq!(world.document("007.md"), before);
    // Taking one of the two away leaves the issue to the other.
    world.run("unlink PM-007#2").exits(0);
    assert_eq!(world.writes(), [""; 0]);
    world
        .run("sync")
        .exits(0)
        .prints(&["1 updated", "todo → done"]);
}

#[test]
fn a_copy_of_a_document_with_its_links_is_pushed_by_neither() {
    let world = pushed("007.md", ENGLISH);
    let linked = world.document("007.md");
    world.write("postmortems/008.md", &linked);
    let ran = world.run("sync").exits(4);
    assert_eq!(world.writes(), [""; 0]);
    let ran = ran.warns(&[
        "the id PM-007 is also that of postmortems/008.md",
        "the id PM-007 is also that of postmortems/007.md",
    ]);
    assert!(
        ran.stdout.contains("another document has its id"),
        "{}",
        ran.stdout
    );
    // With an id of its own it still links the issues of the first.
    world.write("postmortems/008.md", &linked.replace("PM-007", "PM-008"));
    world
        .run("sync")
        .exits(4)
        .warns(&["#1 is linked by several rows"]);
    assert_eq!(world.writes(), [""; 0]);
    world.write("postmortems/008.md", &ENGLISH.replace("PM-007", "PM-008"));
    world.run("sync").exits(0).prints(&["2 created"]);
    assert_eq!(world.document("007.md"), linked);
}

#[test]
fn issues_that_went_away_are_named_and_not_made_anew() {
    let mut github = GitHub::new();
    github.add_repository("octo-org/other");
    github
        .token("sandbox-token")
        .grant("octo-org/other", Permission::Push);
    let world = World::with(github);
    world.write("postmortems/007.md", ENGLISH);
    world.run("push").exits(0);
    world.requests();
    world.people(|r| r.delete_issue(1));
    world
        .sandbox
        .github()
        .transfer_issue(REPOSITORY, 2, "octo-org/other");
    let before = world.document("007.md");
    for command in ["push", "sync", "pull"] {
        world.run(command).exits(0).warns(&[
            "postmortems/007.md:9: problem: #1 was deleted or moved",
            "postmortems/007.md:10: problem: #2 was deleted or moved",
            "pm-sync unlink PM-007#1",
        ]);
    }
    assert_eq!(world.writes(), [""; 0]);
    assert_eq!(world.document("007.md"), before);
    world.run("unlink PM-007#1").exits(0);
    world.run("push").exits(0).prints(&["1 created"]);
}

#[test]
fn paths_narrow_the_run_and_not_the_view() {
    let world = pushed("007.md", ENGLISH);
    let linked = world.document("007.md");
    // The same id and rows in a copy that links nothing: told by the other document, which this run is not about.
    world.write("postmortems/042.md", JAPANESE);
    world.write(
        "postmortems/007-copy.md",
        &linked.replace("PM-007", "PM-017"),
    );
    world
        .run("push postmortems/007-copy.md")
        .exits(4)
        .warns(&["#1 is linked by several rows"]);
    assert_eq!(world.writes(), [""; 0]);
    std::fs::remove_file(world.path("postmortems/007-copy.md")).expect("it goes");
    world
        .run("push postmortems/042.md")
        .exits(0)
        .prints(&["2 created"]);
    assert_eq!(world.document("007.md"), linked);
    world.people(|r| {
        r.close_issue(1, StateReason::Completed);
        r.close_issue(3, StateReason::Completed);
    });
    world
        .run("pull postmortems/042.md")
        .exits(0)
        .prints(&["1 row written"]);
    assert_eq!(world.document("007.md"), linked);
    // From within the folder, as a person would name it.
    let ran = crate::common::ran(
        world
            .command()
            .current_dir(world.path("postmortems"))
            .args(["pull", "007.md"])
            .output()
            .expect("it runs"),
    );
    ran.exits(0).prints(&["1 row written"]);
}

#[test]
fn a_row_that_is_gone_is_named() {
    let world = pushed("007.md", ENGLISH);
    let row = world
        .document("007.md")
        .lines()
        .last()
        .expect("a row")
        .to_owned();
    world.write(
        "postmortems/007.md",
        &world.document("007.md").replace(&row, ""),
    );
    world
        .run("push")
        .exits(0)
        .warns(&["the row of #2 \"Rehearse the failover\" is gone from the document"]);
    assert_eq!(world.writes(), [""; 0]);
}

#[test]
fn a_marker_without_our_label_is_not_believed() {
    let world = pushed("007.md", ENGLISH);
    // An outsider copies an issue of ours, under a lower number it would win; without the label it is nobody's.
    world.people(|r| {
        let body = r.issue(1).body.clone();
        r.add_issue(
            "mallory",
            "[PM-007] Add an alert on queue depth",
            body.as_deref(),
        )
    });
    world.write("postmortems/007.md", ENGLISH);
    world.run("push").exits(0);
    assert!(world.document("007.md").contains("[#1]"));
    assert!(!world.document("007.md").contains("[#3]"));
}

#[test]
fn a_damaged_marker_stops_the_writing() {
    let world = pushed("007.md", ENGLISH);
    world.people(|r| {
        let body = r.issue(1).body.clone().unwrap_or_default();
        r.edit_body(1, &body.replace("\"v\":1", "\"v\":"));
    });
    world.write(
        "postmortems/007.md",
        &world
            .document("007.md")
            .replace("queue depth", "queue size"),
    );
    world.run("push").exits(0).warns(&[
        "postmortems/007.md:9: problem: the pm-sync marker of #1 is missing or can't be read",
        "--adopt",
    ]);
    assert_eq!(world.writes(), [""; 0]);
    world.run("push --adopt").exits(0).prints(&["1 adopted"]);
    world.run("push").exits(0).prints(&["Nothing to do"]);
    assert_eq!(world.issue(1).title, "[PM-007] Add an alert on queue size");
}

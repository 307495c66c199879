//! What people take away: rows, documents, our region of a body, a repository's name.

use pm_sync::sandbox::{State, StateReason};

use crate::common::World;
use crate::{ENGLISH, JAPANESE, pushed};

const LISTING: &str = "GET /repos/octo-org/service/issues";
const SECOND: &str = "PATCH /repos/octo-org/service/issues/2";

/// A pushed document without its last row.
fn shortened() -> World {
    let world = pushed("007.md", ENGLISH);
    let text = world.document("007.md");
    let last = text.lines().last().expect("a row");
    world.write(
        "postmortems/007.md",
        &text.replace(&format!("{last}\n"), ""),
    );
    world
}

fn body(world: &World, number: u64) -> String {
    world.issue(number).body.unwrap_or_default()
}

#[test]
fn a_deleted_row_closes_its_issue_only_where_it_is_asked_for() {
    let world = shortened();
    world.run("sync").exits(0).warns(&[
        "the row of #2 \"Rehearse the failover\" is gone from the document",
        "hint: `pm-sync push --close-removed` closes it as not planned",
    ]);
    assert_eq!(world.writes(), [""; 0]);
    let planned = world
        .run("push --close-removed --dry-run")
        .exits(0)
        .prints(&[
            "#2 close as not planned, its row is gone: 2 Rehearse the failover",
            "1 to close",
        ]);
    assert!(!planned.stderr.contains("row-gone"), "{}", planned.stderr);
    let json = world
        .run("push --close-removed --dry-run --format json")
        .json();
    assert_eq!(json["changes"][0]["action"], "close_removed");
    assert_eq!(json["changes"][0]["item"], "PM-007#2");
    assert_eq!(json["changes"][0]["issue"], 2);
    assert_eq!(world.writes(), [""; 0]);
    world
        .run("push --close-removed")
        .exits(0)
        .prints(&["its row is gone", "1 closed"]);
    assert_eq!(world.writes(), [SECOND]);
    assert_eq!(world.issue(2).state_reason, Some(StateReason::NotPlanned));
    assert_eq!(world.issue(1).state, State::Open);
    world
        .run("push --close-removed")
        .exits(0)
        .prints(&["Nothing to do: documents and issues agree."]);
    assert_eq!(world.requests(), [LISTING]);
}

#[test]
fn an_issue_is_not_closed_where_its_row_may_still_be() {
    // Each changes the world of a document whose second row is gone, and says why the issue stays.
    type Change = fn(&World);
    let cases: [(&str, Change, &str); 8] = [
        (
            "moved to another document",
            |world| {
                let row = "# PM-008: Other\n\n## Action Items\n\n- [ ] Rehearse the failover [#2](https://github.com/octo-org/service/issues/2 \"open\")\n";
                world.write("postmortems/008.md", row);
            },
            "",
        ),
        (
            "a merge conflict elsewhere",
            |world| {
                world.write(
                    "postmortems/008.md",
                    "# PM-008: Other\n\n<<<<<<< HEAD\n=======\n>>>>>>> x\n",
                );
            },
            "the row may be in a document that could not be read",
        ),
        (
            "a document that is no text",
            |world| {
                std::fs::write(world.path("postmortems/008.md"), b"# PM-008\xff\n")
                    .expect("written");
            },
            "the row may be in a document that could not be read",
        ),
        (
            "a table whose heading is no longer one of action items",
            |world| {
                let text = world.document("007.md");
                let row = "| 2 | Rehearse the failover | @bob | 2025-02-01 | P2 | Todo | [#2](https://github.com/octo-org/service/issues/2 \"open\") |";
                world.write(
                    "postmortems/007.md",
                    &format!("{text}\n## Glossary\n\n| A | B |\n|---|---|\n{row}\n"),
                );
            },
            "postmortems/007.md:15 still mentions it",
        ),
        (
            "the item's words without a link",
            |world| {
                let text = world.document("007.md");
                world.write(
                    "postmortems/007.md",
                    &format!("{text}\n## Notes\n\nWe will Rehearse the  failover.\n"),
                );
            },
            "postmortems/007.md:13 still mentions it",
        ),
        (
            "a draft",
            |world| {
                let text = world.document("007.md");
                world.write(
                    "postmortems/007.md",
                    &text.replace("**Date**", "**Status**: Draft\n**Date**"),
                );
            },
            "its document is not pushed",
        ),
        (
            "our label is gone",
            |world| world.people(|r| r.remove_label(2, "postmortem")),
            "",
        ),
        (
            "made from another repository",
            |world| {
                let body = body(world, 2);
                let other = body.replace("/octo-org/service/blob/", "/other-org/docs/blob/");
                assert_ne!(body, other, "{body}");
                world.people(|r| r.edit_body(2, &other));
            },
            "it was made from a document of another repository",
        ),
    ];
    for (about, change, reason) in cases {
        let world = shortened();
        change(&world);
        world.requests();
        let ran = world.run("push --close-removed");
        assert_eq!(world.issue(2).state, State::Open, "{about}");
        assert!(
            !ran.stdout.contains("its row is gone"),
            "{about}: {}",
            ran.stdout
        );
        if reason.is_empty() {
            assert!(!ran.stderr.contains("row-gone"), "{about}: {}", ran.stderr);
        } else {
            ran.warns(&["row-gone", reason]);
        }
    }
}

#[test]
fn paths_narrow_what_is_closed() {
    let world = shortened();
    world.write("postmortems/042.md", JAPANESE);
    let ran = world
        .run("push --close-removed postmortems/042.md")
        .exits(0);
    assert!(!ran.stderr.contains("row-gone"), "{}", ran.stderr);
    assert_eq!(world.issue(2).state, State::Open);
    world
        .run("push --close-removed postmortems/007.md")
        .exits(0)
        .prints(&["1 closed"]);
}

#[test]
fn a_deleted_document_is_reported_and_closes_nothing() {
    let world = pushed("007.md", ENGLISH);
    world.write("postmortems/042.md", JAPANESE);
    std::fs::remove_file(world.path("postmortems/007.md")).expect("removed");
    for command in ["push --close-removed", "sync"] {
        world.run(command).exits(0).warns(&[
            "postmortems: problem: no document has the id PM-007 any more, and issues of it are open: #1, #2",
            "[document-gone]",
        ]);
    }
    assert_eq!(world.issue(1).state, State::Open);
    // A narrowed run and one that can't read everything don't know.
    let quiet = |arguments: &str| {
        let ran = world.run(arguments);
        assert!(!ran.stderr.contains("document-gone"), "{}", ran.stderr);
    };
    quiet("push postmortems/042.md");
    std::fs::write(world.path("postmortems/x.md"), b"\xff").expect("written");
    quiet("push");
    std::fs::remove_file(world.path("postmortems/x.md")).expect("removed");
    // Under another name it is the same document.
    world.write("postmortems/renamed.md", ENGLISH);
    quiet("push");
    assert!(
        world.document("renamed.md").contains("[#2]"),
        "its rows found their issues"
    );
}

#[test]
fn a_region_that_somebody_deleted_is_put_back_below_what_people_wrote() {
    let world = pushed("007.md", ENGLISH);
    let region = body(&world, 1);
    world.people(|r| {
        r.edit_body(1, "Mine.\r\n\r\n- [x] done\r\n");
        r.assign(1, &[]);
    });
    world.run("pull").exits(0).warns(&["[region-lost]"]);
    world
        .run("push --dry-run")
        .exits(0)
        .prints(&[
            "put pm-sync's part back at the end of the body",
            "1 to restore",
        ])
        .warns(&[
            "somebody deleted pm-sync's part of the body of #1",
            "unlink PM-007#1",
        ]);
    assert_eq!(world.writes(), [""; 0]);
    let json = world.run("push --dry-run --format json").json();
    assert_eq!(json["changes"][0]["action"], "restore");
    // An assignee that is missing may be a person's doing as well: said, not set.
    world
        .run("sync")
        .exits(0)
        .prints(&["1 restored", "drift", "owners"])
        .warns(&["[region-lost]"]);
    assert_eq!(
        body(&world, 1),
        format!("Mine.\r\n\r\n- [x] done\r\n\n{region}")
    );
    assert_eq!(world.issue(1).assignees, [""; 0]);
    world.writes();
    let ran = world.run("sync").exits(0).prints(&["1 drifted"]);
    assert!(!ran.stderr.contains("region-lost"), "{}", ran.stderr);
    assert_eq!(world.writes(), [""; 0]);
    // It is an issue of ours as before.
    let done = world
        .document("007.md")
        .replacen("P1 | Todo", "P1 | Done", 1);
    world.write("postmortems/007.md", &done);
    world.run("sync").exits(0).prints(&["1 closed"]);
}

#[test]
fn a_region_is_put_back_and_the_issue_closed_in_one_write() {
    let world = pushed("007.md", ENGLISH);
    world.people(|r| r.edit_body(1, ""));
    let done = world
        .document("007.md")
        .replacen("P1 | Todo", "P1 | Done", 1);
    world.write("postmortems/007.md", &done);
    world.writes();
    world
        .run("push")
        .exits(0)
        .prints(&["1 closed", "1 restored"]);
    assert_eq!(world.writes(), ["PATCH /repos/octo-org/service/issues/1"]);
    world.run("sync").exits(0).prints(&["Nothing to do"]);
    assert_eq!(world.writes(), [""; 0]);
}

#[test]
fn a_region_that_is_not_certainly_ours_is_left_and_said() {
    type Change = fn(&World, &str);
    let cases: [(&str, Change, &str); 6] = [
        (
            "deleted, and the title is another",
            |world, _| {
                world.people(|r| {
                    r.edit_body(1, "gone");
                    r.edit_title(1, "Something else");
                });
            },
            "marker-unreadable",
        ),
        (
            "its end is gone",
            |world, body| {
                let cut = body.replace("<!-- pm-sync:end -->", "");
                world.people(|r| r.edit_body(1, &cut));
            },
            "marker-unreadable",
        ),
        (
            "twice",
            |world, body| world.people(|r| r.edit_body(1, &format!("{body}\n\n{body}"))),
            "marker-unreadable",
        ),
        (
            "its marker is gone",
            |world, body| {
                let marker = body
                    .lines()
                    .find(|l| l.contains("pm-sync:item"))
                    .expect("a marker");
                world.people(|r| r.edit_body(1, &body.replace(marker, "")));
            },
            "marker-unreadable",
        ),
        (
            "the body of another issue was pasted over it",
            |world, _| {
                let second = body(world, 2);
                world.people(|r| r.edit_body(1, &second));
            },
            "marker-copied",
        ),
        (
            "damaged, and no row links it",
            |world, body| {
                world.people(|r| r.edit_body(1, &body.replace("\"v\":1", "\"v\":")));
                world.write("postmortems/007.md", ENGLISH);
            },
            "marker-doubtful",
        ),
    ];
    for (about, change, code) in cases {
        let world = pushed("007.md", ENGLISH);
        let before = body(&world, 1);
        change(&world, &before);
        let before = (body(&world, 1), world.issue(1).title, world.issues());
        let edited = world
            .document("007.md")
            .replacen("2025-01-10", "2025-01-11", 1);
        world.write("postmortems/007.md", &edited);
        world.writes();
        world.run("sync").warns(&[code]);
        assert_eq!(
            (body(&world, 1), world.issue(1).title, world.issues()),
            before,
            "{about}"
        );
        let first = world.writes();
        assert!(
            first.iter().all(|write| !write.ends_with("/issues/1")),
            "{about}: {first:?}"
        );
        world.run("sync").warns(&[code]);
        assert_eq!(world.writes(), [""; 0], "{about}");
    }
}

#[test]
fn a_hand_made_issue_with_our_label_gets_no_region() {
    let text = ENGLISH
        .replace("| Status |\n", "| Status | Issue |\n")
        .replace("|--------|\n", "|--------|---|\n")
        .replacen("| P1 | Todo |", "| P1 | Todo | #1 |", 1);
    let world = World::of("007.md", &text);
    world.people(|r| {
        r.add_issue("bob", "Queue alert", Some("By hand."));
        r.add_label(1, "postmortem");
    });
    world.run("sync").exits(0);
    world.run("sync").exits(0).warns(&["marker-unreadable"]);
    assert_eq!(body(&world, 1), "By hand.");
}

#[test]
fn rows_that_link_a_renamed_repository_are_followed() {
    let world = pushed("007.md", ENGLISH);
    world
        .sandbox
        .github()
        .rename_repository("octo-org/service", "new-org/platform");
    let people = |act: &dyn Fn(&mut pm_sync::sandbox::Repository)| {
        act(world.sandbox.github().repository("new-org/platform"));
    };
    world.write(
        "pm-sync.toml",
        "[github]\nrepository = \"new-org/platform\"\nwrite_interval = 0\n",
    );
    let linked = world.document("007.md");
    // The bodies link the documents by the new name from now on.
    world.run("sync").exits(0).prints(&["2 updated"]);
    world.requests();
    world.run("sync").exits(0).prints(&["Nothing to do"]);
    assert_eq!(
        world.requests(),
        [
            "GET /repos/octo-org/service",
            "GET /repositories/5000000000",
            "GET /repos/new-org/platform/issues"
        ]
    );
    assert_eq!(
        world.document("007.md"),
        linked,
        "links that still lead there stay"
    );
    people(&|r| r.close_issue(1, StateReason::Completed));
    world.run("sync").exits(0).prints(&["todo → done"]);
    assert!(
        world
            .document("007.md")
            .contains("[#1](https://github.com/new-org/platform/issues/1 \"done\")")
    );
    let renamed = world.document("007.md").replace("failover", "fallback");
    world.write("postmortems/007.md", &renamed);
    world.run("sync").exits(0).prints(&["1 updated"]);
    world.run("sync").exits(0).prints(&["Nothing to do"]);
    world.run("unlink PM-007#2").exits(0);

    // The other way round: the links say the new name, the configuration the old one.
    let world = pushed("007.md", ENGLISH);
    world
        .sandbox
        .github()
        .rename_repository("octo-org/service", "new-org/platform");
    let linked = world
        .document("007.md")
        .replace("octo-org/service", "new-org/platform");
    world.write(
        "postmortems/007.md",
        &linked.replace("failover", "fallback"),
    );
    world.run("sync").exits(0).prints(&["1 updated"]);
    world.run("sync").exits(0).prints(&["Nothing to do"]);
}

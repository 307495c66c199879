//! Differences that people settle, one row at a time: the command that is printed settles its row and no other.

use pm_sync::sandbox::{State, StateReason};

use crate::common::{Ran, World};
use crate::{ENGLISH, JAPANESE, pushed};

/// The commands that a run's output offers, without the program's name.
fn offered(ran: &Ran) -> Vec<String> {
    let commands = ran.stdout.lines().filter_map(|line| {
        let (_, command) = line.split_once(": pm-sync ")?;
        Some(command.trim().to_owned())
    });
    commands.collect()
}

/// Two rows whose titles both differ from their issues'.
fn retitled() -> World {
    let world = pushed("007.md", ENGLISH);
    world.people(|r| {
        r.edit_title(1, "[PM-007] First by hand");
        r.edit_title(2, "[PM-007] Second by hand");
    });
    world
}

#[test]
fn the_printed_command_settles_this_row_and_no_other() {
    let world = retitled();
    let ran = world.run("push").exits(0).prints(&["2 drifted"]);
    let commands = offered(&ran);
    assert_eq!(
        commands,
        [
            "push --prefer document --item PM-007#1 postmortems/007.md",
            "push --prefer github --item PM-007#1 postmortems/007.md",
            "push --prefer document --item PM-007#2 postmortems/007.md",
            "push --prefer github --item PM-007#2 postmortems/007.md",
        ]
    );
    world.writes();
    world.run(&commands[0]).exits(0).prints(&[
        "lost: [PM-007] First by hand",
        "1 drifted",
        "1 settled",
    ]);
    assert_eq!(world.writes(), ["PATCH /repos/octo-org/service/issues/1"]);
    assert_eq!(world.issue(1).title, "[PM-007] Add an alert on queue depth");
    assert_eq!(world.issue(2).title, "[PM-007] Second by hand");
    // The other row the other way round; then nothing is left to settle.
    world
        .run(&commands[3])
        .exits(0)
        .prints(&["PM-007#2", "GitHub keeps [PM-007] Second by hand"]);
    assert_eq!(world.issue(2).title, "[PM-007] Second by hand");
    world.writes();
    world.run("push").exits(0).prints(&["Nothing to do"]);
    assert_eq!(world.writes(), [""; 0]);
}

#[test]
fn several_rows_can_be_named() {
    let world = retitled();
    world
        .run("push --prefer document --item PM-007#1 --item PM-007#2 --dry-run")
        .exits(0)
        .prints(&["2 to settle"]);
    world
        .run("push --prefer document --item PM-007#1 --item PM-007#2")
        .exits(0)
        .prints(&["2 settled"]);
    world.run("push").exits(0).prints(&["Nothing to do"]);
}

#[test]
fn one_status_is_settled_and_the_other_left() {
    let world = pushed("007.md", ENGLISH);
    // Both sides moved: the rows to in progress, the issues to closed as not planned.
    let doing = world.document("007.md").replace("| Todo |", "| Done |");
    world.write("postmortems/007.md", &doing);
    world.people(|r| {
        r.close_issue(1, StateReason::NotPlanned);
        r.close_issue(2, StateReason::NotPlanned);
    });
    let ran = world.run("pull").exits(4).prints(&["2 conflicts"]);
    let commands = offered(&ran);
    assert_eq!(
        commands,
        [
            "pull --prefer github --item PM-007#1 postmortems/007.md",
            "pull --prefer github --item PM-007#2 postmortems/007.md",
        ],
        "no state of the issue would say `done`: it is closed already"
    );
    world.run(&commands[1]).exits(4).prints(&["1 conflict"]);
    let document = world.document("007.md");
    assert!(document.contains("| P1 | Done | [#1]"), "{document}");
    assert!(!document.contains("| P2 | Done |"), "{document}");
    world.run(&commands[0]).exits(0);
    world.run("sync").exits(0).prints(&["Nothing to do"]);

    // `--status` for one row alone.
    let world = pushed("007.md", ENGLISH);
    world.people(|r| {
        r.close_issue(1, StateReason::Completed);
        r.close_issue(2, StateReason::Completed);
    });
    world.run("pull").exits(0).prints(&["2 rows written"]);
    let todo = world.document("007.md").replace("| Done |", "| Todo |");
    world.write("postmortems/007.md", &todo);
    let ran = world.run("push").exits(0).prints(&["2 drifted"]);
    let commands = offered(&ran);
    assert_eq!(
        commands[0],
        "push --status --item PM-007#1 postmortems/007.md"
    );
    world.run(&commands[0]).exits(0).prints(&["1 reopened"]);
    assert_eq!(world.issue(1).state, State::Open);
    assert_eq!(world.issue(2).state, State::Closed);
}

#[test]
fn a_row_that_is_not_there_is_a_usage_error_before_anything_runs() {
    let world = pushed("007.md", ENGLISH);
    world.write("postmortems/042.md", JAPANESE);
    world.requests();
    for (arguments, text) in [
        (
            "push --prefer document --item PM-007#9",
            "--item PM-007#9: postmortems/007.md has no item 9",
        ),
        (
            "sync --prefer github --item PM-008#1",
            "--item PM-008#1: no document of this run has the id PM-008",
        ),
        (
            "pull --prefer github --item PM-042#2 postmortems/007.md",
            "--item PM-042#2: no document of this run has the id PM-042",
        ),
        ("push --item PM-007#1", "--item alone settles nothing"),
        (
            "pull --item PM-007#1",
            "use it with one of: --prefer github",
        ),
        ("push --prefer document --item PM-007", "ID#KEY"),
        ("push --prefer document --item pm7#1", "write it as ID#KEY"),
    ] {
        let before = world.document("007.md");
        world.run(arguments).exits(2).warns(&[text]);
        assert_eq!(world.requests(), [""; 0], "{arguments}");
        assert_eq!(world.document("007.md"), before);
    }
    world.write("postmortems/copy.md", &world.document("007.md"));
    world
        .run("push --prefer document --item PM-007#1")
        .exits(2)
        .warns(&["several documents have the id PM-007 (postmortems/007.md, postmortems/copy.md)"]);
    assert_eq!(world.requests(), [""; 0]);
}

#[test]
fn a_document_without_an_id_is_named_by_its_path() {
    let text = "# Outage\n\n## Action Items\n\n| # | Action | Status | Issue |\n|---|---|---|---|\n| 1 | Mend it | Done | #1 |\n";
    let world = World::of("outage.md", text);
    world.people(|r| r.add_issue("bob", "By hand", None));
    let ran = world.run("pull").exits(0).prints(&["drift"]);
    let commands = offered(&ran);
    assert_eq!(commands, ["pull --prefer github postmortems/outage.md"]);
    world.run(&commands[0]).exits(0);
    world.run("pull").exits(0).prints(&["Nothing to do"]);
}

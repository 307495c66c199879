//! One run that writes at a time in a checkout, and what a run says of its requests.

use std::time::Duration;

use pm_sync::sandbox::Fault;

use crate::common::World;
use crate::twice::{create_fault, finish, signal};
use crate::{ENGLISH, pushed};

/// A push that is held up in its first create.
fn busy(world: &World) -> std::process::Child {
    world
        .sandbox
        .fault(create_fault(Fault::delay(Duration::from_millis(1500))));
    let child = world.start("push");
    world.wait_for(|requests| requests.iter().any(|r| r.method == "POST"));
    child
}

#[test]
fn a_second_run_that_writes_waits_its_turn() {
    let world = World::of("007.md", ENGLISH);
    let child = busy(&world);
    let who = format!(
        "error: another pm-sync is at work in this checkout (push, process {})",
        child.id()
    );
    for command in ["push", "pull", "sync", "link PM-007#1 1", "unlink PM-007#1"] {
        world
            .run(command)
            .exits(3)
            .warns(&[&who, "run it again when that one has ended"]);
    }
    // What writes nothing may look.
    world.run("push --dry-run").exits(0);
    world.run("list").exits(0);
    finish(child).exits(0).prints(&["2 created"]);
    world.run("push").exits(0).prints(&["Nothing to do"]);
    assert_eq!(world.issues(), 2);
}

#[test]
fn a_run_that_was_killed_holds_nothing_up() {
    let world = World::of("007.md", ENGLISH);
    let mut child = busy(&world);
    world.run("push").exits(3);
    signal(&child, "-KILL");
    child.wait().expect("it ends");
    world.run("push").exits(0);
    assert_eq!(
        world.issues(),
        2,
        "the one that was under way was found by its marker"
    );
}

#[test]
fn the_lock_leaves_nothing_in_the_tree() {
    let files = |world: &World| {
        let mut names: Vec<String> = std::fs::read_dir(world.folder.path())
            .expect("a folder")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    };
    let world = World::of("007.md", ENGLISH);
    let before = files(&world);
    let child = busy(&world);
    assert_eq!(files(&world), before);
    finish(child).exits(0);
    assert_eq!(files(&world), before);
    // In a checkout it is in the folder that git keeps, also in that of a worktree.
    let world = World::of("007.md", ENGLISH);
    std::fs::create_dir_all(world.path("kept/worktrees/w")).expect("a folder");
    world.write(".git", "gitdir: kept/worktrees/w\n");
    let before = files(&world);
    let child = busy(&world);
    world.run("push").exits(3);
    finish(child).exits(0);
    assert_eq!(files(&world), before);
    assert!(world.path("kept/worktrees/w/pm-sync.lock").exists());
    world.run("push").exits(0).prints(&["Nothing to do"]);
}

#[test]
fn verbose_shows_every_request_and_its_answer() {
    let world = pushed("007.md", ENGLISH);
    world.write(
        "postmortems/007.md",
        &world
            .document("007.md")
            .replace("queue depth", "queue size"),
    );
    world
        .sandbox
        .fault(Fault::status(502).on("PATCH", "/repos/*/*/issues/*"));
    let quiet = world.run("push --dry-run").exits(0);
    assert!(!quiet.stderr.contains("GET /"), "{}", quiet.stderr);
    let ran = world.run("push -v").exits(0);
    let lines: Vec<&str> = ran
        .stderr
        .lines()
        .filter(|line| line.contains(" → "))
        .collect();
    assert_eq!(
        lines,
        [
            "GET /repos/octo-org/service/issues → 200",
            "GET /repos/octo-org/service → 200",
            "GET /repos/octo-org/service/issues/1 → 200",
            "PATCH /repos/octo-org/service/issues/1 → 502",
            "PATCH /repos/octo-org/service/issues/1 → 200",
        ]
    );
    assert!(!ran.stderr.contains("sandbox-token"), "{}", ran.stderr);
    // Where no answer comes, that is said.
    world
        .sandbox
        .fault(Fault::lost_answer().on("GET", "/repos/*/*/issues"));
    world.run("pull -v").exits(0).warns(&[
        "GET /repos/octo-org/service/issues → no answer",
        "trying again in",
    ]);
}

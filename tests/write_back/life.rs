//! What becomes of the branch and the pull request: merged, closed, edited by people, no longer needed.

use pm_sync::sandbox::StateReason;

use crate::{BRANCH, ENGLISH, changed, checkout, done, issue_count, on, pull_requests, world};

#[test]
fn merged_late_it_is_tidied_away_and_the_next_one_is_new() {
    let world = world();
    world.run("sync --pull-request").exits(0);
    world.people(|r| r.merge_pull_request(4));
    assert_eq!(on(&world, "main", "042.md"), world.document("042.md"));
    world.writes();
    let said = world.run("sync --pull-request").exits(0);
    assert!(
        said.stdout.contains("No pull request is needed"),
        "{}",
        said.stdout
    );
    assert_eq!(
        world.writes(),
        ["DELETE /repos/octo-org/service/git/refs/heads/pm-sync/write-back"]
    );
    world.run("sync --pull-request").exits(0);
    assert_eq!(world.writes(), Vec::<String>::new());
    world.people(|r| r.close_issue(2, StateReason::NotPlanned));
    checkout(&world);
    let said = world.run("sync --pull-request").exits(0);
    assert!(
        said.stdout.contains("pull request #5 opened (1 document)"),
        "{}",
        said.stdout
    );
    assert_eq!(changed(&world), ["postmortems/042.md"]);
    done(&world);
}

#[test]
fn never_merged_no_issue_is_made_twice_and_no_link_is_lost() {
    let world = world();
    world.run("sync --pull-request").exits(0);
    let proposed = on(&world, BRANCH, "042.md");
    for round in 0..3 {
        checkout(&world);
        // The head moves, so that the branch is rebuilt each time.
        let text = format!("fn main() {{}} // {round}\n");
        world.people(|r| r.push_commit("main", "bob", &[("src/main.rs", Some(text.as_bytes()))]));
        let said = world.run("sync --pull-request").exits(0);
        assert!(
            said.stdout.contains("pull request #4 updated"),
            "{}",
            said.stdout
        );
        assert_eq!(issue_count(&world), 3);
        assert_eq!(on(&world, BRANCH, "042.md"), proposed);
        assert_eq!(
            changed(&world),
            ["postmortems/042.md", "postmortems/043.md"]
        );
        assert_eq!(
            world.people(|r| r.file(BRANCH, "src/main.rs").map(<[u8]>::to_vec)),
            Some(text.into_bytes())
        );
    }
    // A run for one document doesn't take the others off the branch.
    checkout(&world);
    world.people(|r| r.close_issue(1, StateReason::Completed));
    world.run("pull postmortems/042.md --pull-request").exits(0);
    assert_eq!(
        changed(&world),
        ["postmortems/042.md", "postmortems/043.md"]
    );
    done(&world);
}

#[test]
fn what_others_pushed_meanwhile_is_kept() {
    let world = world();
    let theirs = ENGLISH
        .replace(
            "# PM-042 Checkout was down\n",
            "# PM-042 Checkout was down\n\nBob wrote this.\n",
        )
        .replace(
            "| 2 | Test the failover | @bob | 2025-01-20 | Todo |",
            "| 2 | Test the failover | @alice | 2025-01-21 | Todo |",
        );
    world.people(|r| {
        r.push_commit(
            "main",
            "bob",
            &[("postmortems/042.md", Some(theirs.as_bytes()))],
        )
    });
    world.run("push --pull-request").exits(0);
    let proposed = on(&world, BRANCH, "042.md");
    assert!(
        proposed.contains("Bob wrote this.") && proposed.contains("@alice | 2025-01-21"),
        "{proposed}"
    );
    for link in ["[#1]", "[#2]"] {
        assert!(proposed.contains(link), "{proposed}");
    }
    assert!(
        !world.document("042.md").contains("Bob"),
        "the checkout is not ours to update"
    );
    done(&world);
}

#[test]
fn nothing_left_closes_it_and_deletes_the_branch() {
    let world = world();
    world.run("sync --pull-request").exits(0);
    world.people(|r| r.merge_pull_request(4));
    checkout(&world);
    world.run("sync --pull-request").exits(0);
    world.people(|r| r.close_issue(1, StateReason::Completed));
    world.run("pull --pull-request").exits(0);
    assert_eq!(pull_requests(&world)[1].0, 5);
    // Somebody makes the same edit by hand.
    let theirs = on(&world, BRANCH, "042.md");
    world.people(|r| {
        r.push_commit(
            "main",
            "bob",
            &[("postmortems/042.md", Some(theirs.as_bytes()))],
        )
    });
    checkout(&world);
    world.writes();
    let said = world.run("pull --pull-request").exits(0);
    assert!(
        said.stdout
            .contains("pull request #5 closed, nothing is left"),
        "{}",
        said.stdout
    );
    let (number, open, body) = pull_requests(&world).remove(1);
    assert_eq!((number, open), (5, false));
    assert!(body.contains("Closed by pm-sync"), "{body}");
    assert_eq!(world.people(|r| r.branch(BRANCH).map(str::to_owned)), None);
    assert_eq!(
        world.writes(),
        [
            "PATCH /repos/octo-org/service/pulls/5",
            "DELETE /repos/octo-org/service/git/refs/heads/pm-sync/write-back"
        ]
    );
    world.run("pull --pull-request").exits(0);
    assert_eq!(world.writes(), Vec::<String>::new());
    done(&world);
}

#[test]
fn closed_unmerged_it_is_not_opened_again_until_there_is_something_new() {
    let world = world();
    world.run("sync --pull-request").exits(0);
    world.people(|r| r.close_issue(4, StateReason::NotPlanned));
    world.writes();
    let said = world.run("sync --pull-request").exits(0);
    assert!(
        said.stdout
            .contains("was closed unmerged and there is nothing new"),
        "{}",
        said.stdout
    );
    assert_eq!(world.writes(), Vec::<String>::new());
    world.people(|r| r.close_issue(1, StateReason::Completed));
    let said = world.run("sync --pull-request").exits(0);
    assert!(
        said.stdout.contains("pull request #5 opened"),
        "{}",
        said.stdout
    );
    done(&world);
}

#[test]
fn commits_of_people_on_the_branch_are_never_thrown_away() {
    let world = world();
    world.run("sync --pull-request").exits(0);
    let edited = on(&world, BRANCH, "043.md").replace("終わり", "終わり。追記");
    let theirs = world.people(|r| {
        r.push_commit(
            BRANCH,
            "bob",
            &[("postmortems/043.md", Some(edited.as_bytes()))],
        )
    });
    world.writes();
    let said = world.run("sync --pull-request").exits(4);
    assert!(
        said.stderr.contains("has commits that are not pm-sync's"),
        "{}",
        said.stderr
    );
    assert_eq!(
        world.people(|r| r.branch(BRANCH).map(str::to_owned)),
        Some(theirs)
    );
    assert_eq!(world.writes(), Vec::<String>::new());
    // Nor where nothing is left to propose.
    world.people(|r| r.merge_pull_request(4));
    let mine = world.people(|r| r.push_commit(BRANCH, "bob", &[("notes.md", Some(b"mine"))]));
    checkout(&world);
    world.run("sync --pull-request").exits(0);
    assert_eq!(
        world.people(|r| r.branch(BRANCH).map(str::to_owned)),
        Some(mine)
    );
    done(&world);
}

#[test]
fn the_button_update_branch_is_no_commit_of_people() {
    let world = world();
    world.run("sync --pull-request").exits(0);
    world.people(|r| r.push_commit("main", "bob", &[("src/main.rs", Some(b"fn main() { }\n"))]));
    world.people(|r| r.update_branch(BRANCH, "bob"));
    world.people(|r| r.close_issue(1, StateReason::Completed));
    let said = world.run("sync --pull-request").exits(0);
    assert!(
        said.stdout.contains("pull request #4 updated"),
        "{}",
        said.stdout
    );
    assert_eq!(
        changed(&world),
        ["postmortems/042.md", "postmortems/043.md"]
    );
    // A commit on top of it is.
    world.people(|r| r.update_branch(BRANCH, "bob"));
    world.people(|r| r.close_issue(2, StateReason::Completed));
    let edited = on(&world, BRANCH, "043.md").replace("終わり", "終わり。追記");
    world.people(|r| {
        r.push_commit(
            BRANCH,
            "bob",
            &[("postmortems/043.md", Some(edited.as_bytes()))],
        )
    });
    world.run("sync --pull-request").exits(4);
    done(&world);
}

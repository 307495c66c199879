//! Comments and the label: on the right issues, true, and not repeated.

use pm_sync::sandbox::{Fault, StateReason};

use super::hook::Hook;
use super::stage::{CONFIG, ENGLISH, check, comments, edit, pushed, said};
use crate::common::World;

#[test]
fn a_comment_follows_the_facts_and_stays_one() {
    let world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    check(&world, &hook, "--comment").exits(1);
    // The date moves, but not far enough; somebody else is to do it.
    edit(&world, "042.md", "2025-01-10", "2025-01-11");
    world.people(|repository| repository.assign(1, &["bob"]));
    check(&world, &hook, "--comment")
        .exits(1)
        .warns(&["0 new, 1 updated"]);
    let now = comments(&world, 1);
    assert_eq!(now.len(), 1);
    assert!(now[0].starts_with("@bob This action item was due on 2025-01-11"));
    world.sandbox.clear_requests();
    check(&world, &hook, "--comment").exits(1);
    assert!(world.writes().is_empty());

    // What a person has written into it stands.
    world.people(|repository| {
        repository.change_issue(1, |issue| issue.comments[0].body.push_str("\n\nOn it. Bob"));
    });
    edit(&world, "042.md", "2025-01-11", "2025-01-12");
    check(&world, &hook, "--comment").exits(1);
    assert!(world.writes().is_empty());
    assert!(comments(&world, 1)[0].ends_with("On it. Bob"));
}

#[test]
fn after_two_weeks_somebody_else_hears_of_it() {
    let mut world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    "2025-01-23".clone_into(&mut world.today);
    check(&world, &hook, "--comment --notify").exits(1);
    assert!(!comments(&world, 1)[0].contains("@octocat"));
    assert!(!said(&hook.bodies()[0]).contains("octocat"));
    "2025-01-24".clone_into(&mut world.today);
    check(&world, &hook, "--comment")
        .exits(1)
        .warns(&["1 updated"]);
    assert!(comments(&world, 1)[0].contains("@octocat For your attention"));
    assert!(!comments(&world, 2)[0].contains("@octocat"));
    "2025-01-30".clone_into(&mut world.today);
    check(&world, &hook, "--notify").exits(1);
    assert!(said(&hook.bodies()[0]).contains("→ @octocat"));
}

#[test]
fn our_own_comment_is_no_news() {
    // Two items in progress on which nothing has happened for weeks; one of them is late as well.
    let text = ENGLISH
        .replace(
            "| 2025-01-10 | P1 | todo |",
            "| 2025-01-10 | P1 | in progress |",
        )
        .replace(
            "| 2025-01-17 | P1 | todo |",
            "| 2025-06-17 | P1 | in progress |",
        );
    let mut world = pushed("042.md", &text);
    world.write(
        "pm-sync.toml",
        &CONFIG.replace("stale_after = \"never\"\n", ""),
    );
    let hook = Hook::ok();
    let run = |world: &World| {
        let today = format!("{}T06:00:00Z", world.today);
        let now = today.parse().expect("a time");
        world.sandbox.github().set_now(now);
        world.sandbox.clear_requests();
        check(world, &hook, "--label --comment --notify").exits(1);
        (world.writes().len(), hook.got().len())
    };
    "2025-02-10".clone_into(&mut world.today);
    let (writes, sent) = run(&world);
    assert!(writes > 3 && sent == 1);
    assert!(comments(&world, 1)[0].starts_with("@alice This action item was due on"));
    assert!(comments(&world, 2)[0].starts_with("@bob This action item is in progress, but"));
    // What was told counts as activity, so that nothing is stale now; that changes no comment.
    assert_eq!(run(&world), (0, 0));
    "2025-02-11".clone_into(&mut world.today);
    assert_eq!(run(&world), (0, 0));
    // Two weeks later it is stale again.
    "2025-02-25".clone_into(&mut world.today);
    run(&world);
    assert_eq!(comments(&world, 2).len(), 2);
}

#[test]
fn the_label_says_the_truth() {
    let mut world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    let labelled = |world: &World| -> Vec<u64> {
        world.people(|repository| {
            repository
                .issues()
                .filter(|issue| issue.labels.iter().any(|label| label == "期限切れ"))
                .map(|issue| issue.number)
                .collect()
        })
    };
    world.write(
        "pm-sync.toml",
        &format!("{CONFIG}\n[notify]\noverdue_label = \"期限切れ\"\n"),
    );
    check(&world, &hook, "--label").exits(1);
    assert_eq!(labelled(&world), [1]);
    assert_eq!(
        world.people(|r| r.label("期限切れ").map(|label| label.color.clone())),
        Some("b60205".to_owned())
    );
    "2025-01-20".clone_into(&mut world.today);
    // A run that is only about some items takes no other's label.
    check(&world, &hook, "--label --owner SRE").exits(1);
    assert_eq!(labelled(&world), [1, 2]);
    // One gets more time, one is done.
    edit(&world, "042.md", "2025-01-10", "2025-02-10");
    world.people(|repository| repository.close_issue(2, StateReason::Completed));
    check(&world, &hook, "--label").exits(0);
    assert_eq!(labelled(&world), [0u64; 0]);
    world.sandbox.clear_requests();
    check(&world, &hook, "--label").exits(0);
    assert!(world.writes().is_empty());
    // Somebody else's use of the label, on an issue that is none of ours, stays.
    let foreign = world.people(|repository| {
        let number = repository.add_issue("alice", "By hand", None);
        repository.add_label(number, "期限切れ");
        number
    });
    check(&world, &hook, "--label").exits(0);
    assert_eq!(labelled(&world), [foreign]);
}

#[test]
fn a_comment_whose_answer_is_lost_is_written_once() {
    let world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    world
        .sandbox
        .fault(Fault::lost_answer().on("POST", "/repos/*/*/issues/1/comments"));
    check(&world, &hook, "--comment").exits(1).warns(&["2 new"]);
    assert_eq!(comments(&world, 1).len(), 1);
    assert_eq!(world.sandbox.waiting_faults(), 0);
}

#[test]
fn one_issue_that_can_t_be_written_to_keeps_none_of_the_others() {
    let world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    world.sandbox.fault(
        Fault::answer(
            403,
            serde_json::json!({ "message": "Unable to create comment because issue is locked." }),
        )
        .on("POST", "/repos/*/*/issues/1/comments"),
    );
    check(&world, &hook, "--comment").exits(3).warns(&[
        "#1: the comment could not be written",
        "locked",
        "1 new",
    ]);
    assert_eq!(
        (comments(&world, 1).len(), comments(&world, 2).len()),
        (0, 1)
    );
}

#[test]
fn an_outsider_s_marker_is_not_believed() {
    let world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    check(&world, &hook, "--comment").exits(1);
    let ours = world.issue(1).comments[0].body.clone();
    world.people(|repository| {
        repository.change_issue(1, |issue| issue.comments.clear());
        repository.comment(1, "mallory", &ours);
        repository.comment(1, "alice", &format!("> {}", ours.replace('\n', "\n> ")));
    });
    check(&world, &hook, "--comment").exits(1).warns(&["1 new"]);
    assert_eq!(comments(&world, 1).len(), 3);
    assert_eq!(world.issue(1).comments[0].body, ours, "hers stays");
}

#[test]
fn a_locked_issue_is_said_and_the_others_are_told() {
    let text = ENGLISH.replace("2025-03-01", "2025-01-12");
    for (language, words) in [("en", "locked"), ("ja", "ロック")] {
        let mut world = pushed("042.md", &text);
        world.language = language;
        for number in [1, 2] {
            world.sandbox.fault(
                Fault::answer(
                    403,
                    serde_json::json!({ "message": "Unable to create comment because issue is locked." }),
                )
                .on("POST", &format!("/repos/*/*/issues/{number}/comments")),
            );
        }
        let ran = check(&world, &Hook::ok(), "--comment").exits(3);
        ran.warns(&["#1", "#2", words]);
        assert_eq!(comments(&world, 3).len(), 1, "{language}");
    }
    // A token that may write nowhere is no matter of one issue: the rest is given up, and counted.
    let world = pushed("042.md", &text);
    world.sandbox.fault(
        Fault::answer(
            403,
            serde_json::json!({ "message": "Resource not accessible by integration" }),
        )
        .on("POST", "/repos/*/*/issues/*/comments")
        .always(),
    );
    check(&world, &Hook::ok(), "--comment -q")
        .exits(3)
        .warns(&["1 more issue was not tried"]);
}

#[test]
fn a_reminder_that_is_true_no_more_is_corrected_once() {
    for (language, extended, closed) in [
        (
            "en",
            "This action item was extended to 2025-06-30.",
            "has been closed",
        ),
        (
            "ja",
            "期限は 2025-06-30 に延長されました。",
            "クローズされました",
        ),
    ] {
        let text = ENGLISH
            .replace("| Status |\n", "| Status | Notes |\n")
            .replace("|--------|\n", "|--------|-------|\n")
            .replace("| todo |\n", "| todo | no note |\n");
        let mut world = pushed("042.md", &text);
        world.write(
            "pm-sync.toml",
            &format!("language = \"{language}\"\n{CONFIG}"),
        );
        world.language = language;
        let now = "2025-01-13T06:00:00Z".parse().expect("a time");
        world.sandbox.github().set_now(now);
        let hook = Hook::ok();
        check(&world, &hook, "--comment").exits(1);
        edit(
            &world,
            "042.md",
            "2025-01-10 | P1 | todo | no note",
            "2025-01-10 | P1 | todo | Extended to 2025-06-30: no staff",
        );
        world.people(|repository| repository.close_issue(2, StateReason::Completed));
        // Who asks for somebody's items, or for some kinds, doesn't learn what became of the others.
        world.sandbox.clear_requests();
        check(&world, &hook, "--comment --kind due-soon");
        assert!(world.writes().is_empty());
        check(&world, &hook, "--comment --dry-run").prints(&[extended]);
        check(&world, &hook, "--comment").exits(0);
        for (number, words) in [(1, extended), (2, closed)] {
            let now = comments(&world, number);
            assert_eq!(now.len(), 1, "no new comment");
            assert!(
                now[0].contains(words) && !now[0].contains('@'),
                "{}",
                now[0]
            );
        }
        world.sandbox.clear_requests();
        check(&world, &hook, "--comment").exits(0);
        assert!(world.writes().is_empty());
    }
}

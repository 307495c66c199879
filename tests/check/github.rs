//! What is found with GitHub's help, and what is left where it can't be asked.

use std::fmt::Write as _;

use pm_sync::sandbox::{Fault, StateReason};

use crate::common::{World, ran};
use crate::{ENGLISH, JAPANESE, found, rows};

/// Two items that are late, and one that isn't.
fn pushed() -> World {
    let text = rows(
        "| 1 | Mend the fallback | @alice | 2025-01-10 | P1 | Todo |\n\
         | 2 | Rehearse the failover | @bob | 2025-01-12 | P1 | Todo |\n\
         | 3 | Tidy the runbook | @carol | 2025-01-31 | P2 | Todo |\n",
    );
    let mut world = World::of("001.md", &text);
    world.today = "2025-01-15".to_owned();
    world.people(|r| r.assignable = ["alice", "bob", "carol"].map(str::to_owned).to_vec());
    world.run("push").exits(0);
    world.requests();
    world
}

#[test]
fn the_status_is_github_s_and_comes_by_one_listing() {
    let world = pushed();
    world.people(|r| r.close_issue(1, StateReason::Completed));
    let json = world.run("check --format json").exits(1).json();
    assert_eq!(found(&json), ["overdue PM-001#2", "drift PM-001#1"]);
    assert_eq!(json["source"], "github");
    let requests = world.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert!(
        requests[0].starts_with("GET /repos/octo-org/service/issues"),
        "{requests:?}"
    );
    let late = &json["findings"][0];
    assert_eq!(late["item"]["issue"]["number"], 2);
    assert_eq!(late["item"]["issue"]["assignees"][0], "bob");
    assert_eq!(late["item"]["issue"]["managed"], true);
    let drift = &json["findings"][1]["difference"];
    assert_eq!(
        (&drift["document"], &drift["github"]),
        (&"todo".into(), &"done".into())
    );
    assert_eq!(drift["settle"][0], "pm-sync pull postmortems/001.md");
    assert_eq!(drift["pending"], true);
    world
        .run("check --kind drift")
        .exits(0)
        .prints(&["→ the next `pm-sync pull postmortems/001.md` or `pm-sync sync` settles it"]);
    world
        .run("check --kind drift --format github")
        .exits(0)
        .prints(&["::notice file=postmortems/001.md,line=9,title=PM-001#1 Drift::"]);
    // What it says to do settles it.
    world.run("pull postmortems/001.md").exits(0);
    let json = world.run("check --format json").exits(1).json();
    assert_eq!(found(&json), ["overdue PM-001#2"]);
}

#[test]
fn nothing_is_written_anywhere() {
    let world = pushed();
    world.people(|r| r.close_issue(1, StateReason::Completed));
    let before = world.document("001.md");
    world.requests();
    for format in ["text", "json", "markdown", "github", "ics"] {
        world
            .run(&format!("check --fail-on never --format {format}"))
            .exits(0);
    }
    assert_eq!(world.writes(), [""; 0]);
    assert_eq!(world.document("001.md"), before);
}

#[test]
fn a_row_that_is_done_is_not_late_while_its_issue_is_open() {
    let world = pushed();
    let done = world.document("001.md").replacen("| Todo |", "| Done |", 1);
    world.write("postmortems/001.md", &done);
    let json = world.run("check --format json").exits(1).json();
    assert_eq!(found(&json), ["overdue PM-001#2", "drift PM-001#1"]);
    assert_eq!(
        json["findings"][1]["difference"]["settle"][0],
        "pm-sync push postmortems/001.md"
    );
    // Somebody reopened it on purpose: GitHub's word stands, so it is late, and a person has to decide.
    world.run("push").exits(0);
    world.people(|r| r.reopen_issue(1));
    let json = world.run("check --format json").exits(1).json();
    assert_eq!(
        found(&json),
        ["overdue PM-001#1", "overdue PM-001#2", "drift PM-001#1"],
        "{json:#}"
    );
}

#[test]
fn an_item_whose_link_is_lost_is_known_by_its_marker() {
    let world = pushed();
    let (before, after) = (
        world.document("001.md"),
        rows(
            "| 1 | Mend the fallback | @alice | 2025-01-10 | P1 | Todo |\n\
         | 2 | Rehearse the failover | @bob | 2025-01-12 | P1 | Todo |\n",
        ),
    );
    assert!(before.contains("issues/1"));
    world.write("postmortems/001.md", &after);
    world.people(|r| r.close_issue(1, StateReason::NotPlanned));
    let json = world
        .run("check --kind overdue --format json")
        .exits(1)
        .json();
    assert_eq!(found(&json), ["overdue PM-001#2"]);
    assert_eq!(json["findings"][0]["item"]["issue"]["number"], 2);
}

#[test]
fn edits_on_the_wrong_side_are_drift_in_both_languages() {
    let world = pushed();
    world.people(|r| r.edit_title(3, "Another title"));
    let json = world
        .run("check --kind drift --format json --fail-on any")
        .exits(1)
        .json();
    assert_eq!(json["findings"][0]["difference"]["field"], "title");
    assert_eq!(json["findings"][0]["difference"]["github"], "Another title");
    assert_eq!(
        json["findings"][0]["hint"],
        "`pm-sync push --prefer document --item PM-001#3 postmortems/001.md` (keeps the document's) or `pm-sync push --prefer github --item PM-001#3 postmortems/001.md` (keeps GitHub's)"
    );
    world.run("check --kind drift").exits(0).prints(&[
        "Drift (1)",
        "title: ",
        "\"Another title\" on GitHub",
    ]);
    world
        .run_with("check --kind drift", &[("LANG", "ja")])
        .exits(0)
        .prints(&[
            "食い違い (1)",
            "タイトル: ",
            "GitHub は「Another title」です",
        ]);
}

#[test]
fn work_that_stands_still_is_stale() {
    let mut world = pushed();
    world
        .sandbox
        .github()
        .set_now("2025-01-15T15:30:00Z".parse().expect("a time"));
    world.people(|r| r.add_label(3, "in progress"));
    // In Tokyo that was on the 16th.
    world.configure("timezone = \"Asia/Tokyo\"\n");
    for (today, days) in [("2025-01-30", None), ("2025-01-31", Some(15))] {
        world.today = today.to_owned();
        let json = world
            .run("check --kind stale --format json")
            .exits(0)
            .json();
        assert_eq!(
            json["findings"][0]["days"].as_i64(),
            days,
            "{today} {json:#}"
        );
    }
    world
        .run("check --kind stale")
        .prints(&["Stale (1)", "15 days", "PM-001#3"]);
    world
        .run_with("check --kind stale", &[("LANG", "ja")])
        .prints(&["動きなし (1)", "15日間", "@carol"]);
    // The documents don't know.
    assert_eq!(
        found(
            &world
                .run("check --offline --kind stale --format json")
                .json()
        ),
        [""; 0]
    );
}

#[test]
fn an_issue_with_an_assignee_has_an_owner() {
    let world = World::of(
        "001.md",
        &rows("| 1 | Mend it | | 2025-01-31 | P2 | Todo |\n"),
    );
    world.run("push").exits(0);
    assert_eq!(
        found(&world.run("check --kind no-owner --format json").json()).len(),
        1
    );
    world.people(|r| {
        r.assignable = vec!["alice".to_owned()];
        r.assign(1, &["alice"]);
    });
    assert_eq!(
        found(&world.run("check --kind no-owner --format json").json()),
        [""; 0]
    );
}

#[test]
fn a_deleted_issue_hides_nothing_else() {
    let world = pushed();
    world.people(|r| r.delete_issue(1));
    let ran = world.run("check --format json").exits(1);
    let json = ran.json();
    assert_eq!(found(&json), ["overdue PM-001#1", "overdue PM-001#2"]);
    assert_eq!(json["problems"][0]["code"], "issue-gone");
    world
        .run("check")
        .exits(1)
        .warns(&["postmortems/001.md:9", "[issue-gone]"]);
}

#[test]
fn out_of_reach_the_documents_stand_in() {
    let world = pushed();
    world.people(|r| r.close_issue(1, StateReason::Completed));
    // Nobody listens there.
    let nowhere = [("GITHUB_API_URL", "http://127.0.0.1:9/")];
    let ran = world.run_with("check --format json", &nowhere).exits(1);
    let json = ran.json();
    assert_eq!(found(&json), ["overdue PM-001#1", "overdue PM-001#2"]);
    assert_eq!(json["source"], "documents");
    let ran = ran.warns(&[
        "GitHub could not be asked",
        "the statuses are those of the documents",
    ]);
    assert_eq!(ran.stderr.matches("warning").count(), 1, "{}", ran.stderr);
    let ran = world.run_with("check --require-live", &nowhere).exits(3);
    ran.prints(&["PM-001#1", "status as the documents say"])
        .warns(&[
            "error: GitHub could not be asked, and the statuses are those of the documents: ",
        ]);
    world
        .run_with("check", &[nowhere[0], ("LANG", "ja")])
        .exits(1)
        .prints(&["状態は文書の記載"])
        .warns(&[
            "警告: GitHub の状態を確認できないため、文書に書かれた状態で調べます: GitHub に接続できませんでした（GET /repos/octo-org/service/issues）: ",
        ]);
    // Wishing for both makes no sense.
    world.run("check --offline --require-live").exits(2);
}

#[test]
fn a_server_in_trouble_hides_nothing() {
    for fault in [
        Fault::status(500),
        Fault::html(502),
        Fault::status(401),
        Fault::primary_limit(3600),
    ] {
        let world = pushed();
        world.sandbox.fault(fault.always());
        let ran = world.run("check").exits(1);
        ran.prints(&["Overdue (2)", "status as the documents say"])
            .warns(&["GitHub could not be asked"]);
    }
}

#[test]
fn a_slow_server_is_waited_for_and_the_reader_told() {
    let world = pushed();
    let slow = || Fault::delay(std::time::Duration::from_secs(4)).times(1);
    world.sandbox.fault(slow());
    let ran = world.run("check --format json").exits(1);
    assert_eq!(ran.json()["source"], "github");
    ran.warns(&["Waiting for GitHub to answer"]);
    world.sandbox.fault(slow());
    world
        .run_with("check", &[("LANG", "ja")])
        .exits(1)
        .warns(&["GitHub の応答を待っています"]);
}

#[test]
fn without_a_token_or_a_repository_the_documents_stand_in() {
    let world = pushed();
    world.requests();
    let bare = [("GITHUB_TOKEN", ""), ("PATH", "/nowhere")];
    world
        .run_with("check", &bare)
        .exits(1)
        .warns(&["there is no token for GitHub"]);
    world.run_with("check --require-live", &bare).exits(3);
    world.write("pm-sync.toml", "");
    world
        .run("check")
        .exits(1)
        .warns(&["no repository is named"]);
    world.run("check --offline").exits(1);
    assert_eq!(world.requests(), [""; 0]);
    // A variable that can't be meant is no wish to go on without.
    world
        .run_with("check", &[("GITHUB_REPOSITORY", "nonsense")])
        .exits(2);
}

#[test]
fn a_thousand_items_are_checked_with_one_listing() {
    let mut world = World::new();
    world.today = "2025-01-15".to_owned();
    world.people(|r| {
        r.create_label("postmortem", "ededed", None);
        for number in 1..=1000 {
            let number = r.add_issue("alice", &format!("Item {number}"), None);
            r.add_label(number, "postmortem");
        }
    });
    let mut number = 0;
    for document in 1..=100 {
        let mut text = format!(
            "# Postmortem: PM-{document:03} x\n\n**Date**: 2025-01-05\n\n## Action Items\n\n\
             | # | Action | Owner | Due | Status | Issue |\n|---|---|---|---|---|---|\n"
        );
        for key in 1..=10 {
            number += 1;
            let url = format!("https://github.com/octo-org/service/issues/{number}");
            writeln!(text, "| {key} | Item {number} | @alice | 2025-01-10 | Todo | [#{number}]({url} \"open\") |").expect("written");
        }
        world.write(&format!("postmortems/{document:03}.md"), &text);
    }
    world.people(|r| (1..=400).for_each(|number| r.close_issue(number, StateReason::Completed)));
    world.requests();
    let ran = ran(world
        .command()
        .args(["check", "--kind", "overdue", "--format", "json"])
        .output()
        .expect("it runs"));
    let json = ran.exits(1).json();
    assert_eq!(found(&json).len(), 600);
    assert_eq!(json["checked"]["items"], 1000);
    // Ten pages of a hundred.
    let requests = world.requests();
    assert_eq!(requests.len(), 10, "{requests:?}");
}

#[test]
fn text_from_github_and_documents_is_harmless() {
    let world = pushed();
    world.people(|r| r.edit_title(3, "\u{1b}[31mred\u{202e}\u{7}"));
    for text in [JAPANESE, ENGLISH] {
        world.write(
            "postmortems/002.md",
            &text
                .replace("cache", "\u{1b}]0;x\u{7}cache")
                .replace("決済", "\u{1b}[2J決済"),
        );
        for format in ["text", "markdown", "github", "ics"] {
            let ran = world.run(&format!("check --fail-on never --format {format}"));
            let harmful = |c: char| c.is_control() && !matches!(c, '\n' | '\r') || c == '\u{202e}';
            assert!(!ran.stdout.contains(harmful), "{format}: {:?}", ran.stdout);
            assert!(!ran.stderr.contains(harmful), "{format}: {:?}", ran.stderr);
        }
    }
}

//! `push`: what becomes an issue, what it says, and what is written later.

use pm_sync::sandbox::{State, StateReason};

use crate::common::World;
use crate::{ENGLISH, JAPANESE, pushed};

#[test]
fn the_first_push_files_what_is_open_and_links_it() {
    let world = World::of("042.md", JAPANESE);
    world
        .run("push")
        .exits(0)
        .prints(&["2 created", "#1", "監視を足す"])
        .warns(&["no GitHub account is known for the owner \"基盤チーム\""]);
    let writes = world.writes();
    assert_eq!(
        writes.iter().filter(|w| w.ends_with("/issues")).count(),
        2,
        "one create for each open row"
    );
    assert_eq!(
        world.document("042.md"),
        JAPANESE
            .replace("### 優先度: Critical(緊急)\n\n| # | アクション | 担当者 | 期限 | ステータス |\n|---|----------|--------|------|----------|\n", "### 優先度: Critical(緊急)\n\n| # | アクション | 担当者 | 期限 | ステータス | Issue |\n|---|----------|--------|------|----------|-----|\n")
            .replace("### 優先度: High(高)\n\n| # | アクション | 担当者 | 期限 | ステータス |\n|---|----------|--------|------|----------|\n", "### 優先度: High(高)\n\n| # | アクション | 担当者 | 期限 | ステータス | Issue |\n|---|----------|--------|------|----------|-----|\n")
            .replace("✅ 完了 |", "✅ 完了 | |")
            .replace("📅 未着手 |", "📅 未着手 | [#1](https://github.com/octo-org/service/issues/1 \"open\") |")
            .replace("🔄 進行中 |", "🔄 進行中 | [#2](https://github.com/octo-org/service/issues/2 \"open\") |")
    );
    let issue = world.issue(2);
    assert_eq!(issue.title, "[PM-042] 訓練をする");
    assert_eq!(issue.assignees, ["bob"]);
    assert_eq!(issue.labels, ["postmortem", "priority: P1"]);
    let body = issue.body.expect("a body");
    for line in [
        "**期限**: 2025-01-19（2週間以内）",
        "**優先度**: P1",
        "**担当**: @bob",
        "キャッシュ障害",
    ] {
        assert!(body.contains(line), "{line}\n{body}");
    }
    assert!(world.sandbox.unexpected().is_empty());
}

#[test]
fn labels_are_created_once_and_with_their_colours() {
    let world = World::of("007.md", ENGLISH);
    world.people(|r| r.create_label("priority: P2", "abcdef", Some("ours")).id);
    world.run("push").exits(0);
    let labels: Vec<String> = world
        .writes()
        .into_iter()
        .filter(|w| w.ends_with("/labels"))
        .collect();
    assert_eq!(labels.len(), 3, "each is asked for once: {labels:?}");
    world.people(|r| {
        let colour = |name: &str| r.label(name).map(|l| l.color.clone());
        assert_eq!(colour("priority: P1").as_deref(), Some("d93f0b"));
        assert_eq!(
            colour("priority: P2").as_deref(),
            Some("abcdef"),
            "a label that was there stays as it is"
        );
        assert!(r.label("postmortem").is_some());
    });
    // A later issue with labels that are known by now needs no write for them.
    let more = format!(
        "{}| 3 | Write a runbook | | | P1 | Todo |\n",
        world.document("007.md")
    );
    world.write("postmortems/007.md", &more);
    world.run("push").exits(0);
    assert_eq!(world.writes(), ["POST /repos/octo-org/service/issues"]);
}

#[test]
fn owners_become_assignees() {
    let document = "# PM-001: Owners\n\n## Action Items\n\n| # | Action | Owner |\n|---|---|---|\n\
        | 1 | By name | Platform team |\n| 2 | By handle | @bob |\n| 3 | Two of them | @alice, @bob |\n\
        | 4 | Somebody who left | @zoe |\n| 5 | Half of the team | Half |\n| 6 | Without an owner | |\n";
    let world = World::of("001.md", document);
    world.configure("[owners]\n\"Platform team\" = [\"alice\"]\n\"Half\" = { github = [\"zoe\", \"alice\"], labels = [\"team: half\"] }\n");
    world
        .run("push")
        .exits(0)
        .prints(&["6 created"])
        .warns(&["postmortems/001.md:10: problem: @zoe can't be assigned"]);
    let assignees = |n| world.issue(n).assignees;
    assert_eq!(assignees(1), ["alice"]);
    assert_eq!(assignees(2), ["bob"]);
    assert_eq!(assignees(3), ["alice", "bob"]);
    assert_eq!(assignees(4), [""; 0]);
    assert_eq!(assignees(5), ["alice"]);
    assert_eq!(assignees(6), [""; 0]);
    let body = |n| world.issue(n).body.unwrap_or_default();
    assert!(
        body(1).contains("**Owner**: Platform team (@alice)"),
        "{}",
        body(1)
    );
    assert!(body(4).contains("**Owner**: "), "{}", body(4));
    assert!(body(4).contains("zoe"), "the owner is named: {}", body(4));
    assert!(!body(6).contains("**Owner**"), "{}", body(6));
    assert!(world.issue(5).labels.contains(&"team: half".to_owned()));
    // Nothing of this is drift or a change for the next run.
    world.requests();
    let again = world.run("push").exits(0);
    assert!(again.stdout.contains("Nothing to do"), "{}", again.stdout);
    assert_eq!(world.requests().len(), 1);
}

#[test]
fn somebody_who_left_between_question_and_create_is_left_out() {
    let world = World::of("007.md", ENGLISH);
    world.people(|r| r.assignable.retain(|l| l != "alice"));
    // GitHub says yes when asked, and no when it matters.
    world.sandbox.fault(
        pm_sync::sandbox::Fault::answer(204, serde_json::Value::Null)
            .on("GET", "/repos/*/*/assignees/alice"),
    );
    world
        .run("push")
        .exits(0)
        .prints(&["2 created"])
        .warns(&["@alice can't be assigned"]);
    let issue = world.issue(1);
    assert_eq!(issue.assignees, [""; 0]);
    assert!(issue.body.unwrap_or_default().contains("alice"));
    world.requests();
    let again = world.run("push").exits(0);
    assert!(!again.stdout.contains("drift"), "{}", again.stdout);
    assert_eq!(world.writes(), [""; 0]);
}

#[test]
fn rows_that_are_done_are_skipped_or_filed_closed() {
    let world = World::of("042.md", JAPANESE);
    world.configure("[push]\ndone = \"create_closed\"\n");
    world
        .run("push")
        .exits(0)
        .prints(&["3 created", "1 closed"]);
    let issue = world.issue(1);
    assert_eq!(issue.state, State::Closed);
    assert_eq!(issue.state_reason, Some(StateReason::Completed));
    let document = world.document("042.md");
    assert!(
        document
            .contains("✅ 完了 | [#1](https://github.com/octo-org/service/issues/1 \"done\") |"),
        "{document}"
    );
    world.requests();
    world.run("sync").exits(0);
    assert_eq!(world.requests().len(), 1);
    assert_eq!(world.document("042.md"), document);
}

#[test]
fn drafts_templates_and_excluded_files_wait() {
    let world = World::of(
        "001.md",
        &ENGLISH
            .replace("PM-007", "PM-001")
            .replace("**Date**", "**Status**: Draft\n**Date**"),
    );
    world.write(
        "postmortems/template.md",
        &ENGLISH.replace("PM-007", "PM-002"),
    );
    world.write(
        "postmortems/old/003.md",
        &ENGLISH.replace("PM-007", "PM-003"),
    );
    world.configure("[documents]\nexclude = [\"**/*template*\", \"postmortems/old\"]\n");
    world
        .run("push")
        .exits(0)
        .prints(&["PM-001", "not pushed", "draft"]);
    assert_eq!(world.writes(), [""; 0]);
    world.configure("[documents]\nexclude = []\n[push]\nstates = [\"draft\", \"final\"]\n");
    world.run("push").exits(0).prints(&["6 created"]);
}

#[test]
fn a_second_push_asks_once_and_writes_nothing() {
    let rows: String = (1..=10)
        .map(|n| {
            format!(
                "| {n} | Mend part {n} | @alice | 2025-02-{n:02} | P{} | Todo |\n",
                n % 4
            )
        })
        .collect();
    let text = ENGLISH.split("| 1 |").next().unwrap_or_default().to_owned() + &rows;
    let world = World::of("007.md", &text);
    world.run("push").exits(0).prints(&["10 created"]);
    let first = world.requests();
    let creates = first
        .iter()
        .filter(|r| r.starts_with("POST") && r.ends_with("/issues"))
        .count();
    assert_eq!(creates, 10);
    // Listing, assignee, repository, five labels, ten creates, listing.
    assert_eq!(first.len(), 19, "{first:?}");
    let document = world.document("007.md");
    for command in ["push", "pull", "sync", "push --dry-run"] {
        world
            .run(command)
            .exits(0)
            .prints(&["Nothing to do: documents and issues agree."]);
        assert_eq!(
            world.requests(),
            ["GET /repos/octo-org/service/issues"],
            "{command}"
        );
        assert_eq!(world.document("007.md"), document, "{command}");
    }
}

#[test]
fn two_hundred_and_fifty_issues_are_three_pages() {
    // In ten documents, since a debug build is slow to read a long one 250 times.
    let world = World::new();
    for n in 0..10 {
        let rows: String = (1..=25)
            .map(|k| format!("| {k} | Mend part {n}.{k} | Todo |\n"))
            .collect();
        world.write(
            &format!("postmortems/10{n}.md"),
            &format!(
                "# Many {n}\n\n## Action Items\n\n| # | Action | Status |\n|---|---|---|\n{rows}"
            ),
        );
    }
    world
        .run("push")
        .exits(0)
        .prints(&["250 created", "250 rows written"]);
    world.requests();
    let document = world.document("109.md");
    world.people(|r| r.close_issue(249, StateReason::Completed));
    world.run("push").exits(0).prints(&["Nothing to"]);
    assert_eq!(world.requests().len(), 3);
    assert_eq!(world.document("109.md"), document);
    world
        .run("pull")
        .exits(0)
        .prints(&["#249 24 Mend part 9.24: todo → done"]);
    assert_eq!(world.requests().len(), 3);
    assert_eq!(
        world.document("109.md"),
        document.replace(
            "| Todo | [#249](https://github.com/octo-org/service/issues/249 \"open\") |",
            "| Done | [#249](https://github.com/octo-org/service/issues/249 \"done\") |"
        )
    );
}

#[test]
fn only_what_changed_is_written_after_one_read() {
    let world = pushed("007.md", ENGLISH);
    let edit = |from: &str, to: &str| {
        let text = world.document("007.md");
        assert!(text.contains(from), "{text}");
        world.write("postmortems/007.md", &text.replacen(from, to, 1));
    };
    let update = |fields: &[&str]| {
        let listing = [
            "GET /repos/octo-org/service/issues",
            "GET /repos/octo-org/service",
        ];
        let ran = world.run("push").exits(0);
        let sent = world.sandbox.writes();
        let requests: Vec<String> = world
            .requests()
            .into_iter()
            .filter(|r| {
                !listing.contains(&r.as_str())
                    && !r.ends_with("/labels")
                    && !r.contains("/assignees/")
            })
            .collect();
        assert_eq!(
            requests,
            [
                "GET /repos/octo-org/service/issues/1",
                "PATCH /repos/octo-org/service/issues/1"
            ],
            "{}",
            ran.stdout
        );
        let patch = sent.last().expect("the patch").body.clone();
        let keys: Vec<&str> = patch
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(keys, fields, "{patch}");
        ran
    };
    edit(
        "Add an alert on queue depth",
        "Add an alert on queue length",
    );
    update(&["title", "body"]).prints(&[
        "title: [PM-007] Add an alert on queue depth → [PM-007] Add an alert on queue length",
        "1 updated",
    ]);
    assert_eq!(
        world.issue(1).title,
        "[PM-007] Add an alert on queue length"
    );
    edit("@alice", "@bob");
    update(&["body", "assignees"]).prints(&["owners: @alice → @bob"]);
    assert_eq!(world.issue(1).assignees, ["bob"]);
    edit("2025-01-10", "2025-01-20");
    update(&["body"]).prints(&["due date: 2025-01-10 → 2025-01-20"]);
    edit("2025-01-20", "");
    update(&["body"]).prints(&["due date: 2025-01-20 → none"]);
    edit("P1", "P0");
    update(&["body", "labels"]).prints(&["priority: P1 → P0"]);
    let issue = world.issue(1);
    assert_eq!(issue.labels, ["postmortem", "priority: P0"]);
    let body = issue.body.unwrap_or_default();
    assert!(
        body.contains("\"due_moves\":[{\"from\":\"2025-01-10\",\"to\":\"2025-01-20\",\"on\":\"2025-01-08\"},{\"from\":\"2025-01-20\",\"to\":null,\"on\":\"2025-01-08\"}]"),
        "{body}"
    );
    assert!(!body.contains("**Due**"), "{body}");
    world.run("push").exits(0);
    assert_eq!(world.writes(), [""; 0]);
}

#[test]
fn what_people_write_on_the_issue_survives_an_update() {
    let world = pushed("007.md", ENGLISH);
    world.people(|r| {
        let body = r.issue(1).body.clone().unwrap_or_default();
        r.edit_body(
            1,
            &format!(
                "Before.\r\n\r\n{}\r\n\r\nAfter.",
                body.replace('\n', "\r\n")
            ),
        );
        r.add_label(1, "help wanted");
        r.assign(1, &["alice", "octocat"]);
    });
    world.write(
        "postmortems/007.md",
        &world.document("007.md").replace("2025-01-10", "2025-03-01"),
    );
    world.run("push").exits(0);
    let issue = world.issue(1);
    let body = issue.body.unwrap_or_default();
    assert!(
        body.starts_with("Before.\r\n\r\n") && body.ends_with("\r\n\r\nAfter."),
        "{body}"
    );
    assert!(body.contains("2025-03-01"));
    assert!(issue.labels.contains(&"help wanted".to_owned()));
    assert_eq!(issue.assignees, ["alice", "octocat"]);
}

#[test]
fn an_edit_between_listing_and_update_is_not_lost() {
    let world = pushed("007.md", ENGLISH);
    world.sandbox.hold_listings();
    world.people(|r| {
        let body = r.issue(1).body.clone().unwrap_or_default();
        r.edit_body(1, &format!("{body}\nA note."));
    });
    world.write(
        "postmortems/007.md",
        &world.document("007.md").replace("2025-01-10", "2025-03-01"),
    );
    world.run("push").exits(0);
    assert!(
        world
            .issue(1)
            .body
            .unwrap_or_default()
            .ends_with("\nA note.")
    );
}

#[test]
fn drift_and_conflicts_of_content_are_told_and_settled() {
    let world = pushed("007.md", ENGLISH);
    world.people(|r| r.edit_title(1, "[PM-007] Alert on depth"));
    let ran = world.run("push").exits(0);
    assert_eq!(world.writes(), [""; 0]);
    ran.prints(&[
        "drift",
        "postmortems/007.md:9",
        "[PM-007] Add an alert on queue depth",
        "#1 https://github.com/octo-org/service/issues/1",
        "[PM-007] Alert on depth",
        "the document owns it",
        "pm-sync push --prefer document --item PM-007#1 postmortems/007.md",
        "pm-sync push --prefer github --item PM-007#1 postmortems/007.md",
        "1 drifted",
    ]);
    world.write(
        "postmortems/007.md",
        &world
            .document("007.md")
            .replace("queue depth", "queue size"),
    );
    world
        .run("push")
        .exits(4)
        .prints(&["conflict", "queue size", "Alert on depth"]);
    assert_eq!(world.writes(), [""; 0]);
    world.run("push --dry-run").exits(4);
    world
        .run("push --prefer document")
        .exits(0)
        .prints(&["[PM-007] Alert on depth"]);
    assert_eq!(world.issue(1).title, "[PM-007] Add an alert on queue size");
    // The other way round: GitHub's value stands, and is no news from then on.
    world.people(|r| r.edit_title(1, "[PM-007] Ours"));
    world
        .run("push --prefer github")
        .exits(0)
        .prints(&["Add an alert on queue size"]);
    world.requests();
    world.run("push").exits(0).prints(&["Nothing to do"]);
    assert_eq!(world.issue(1).title, "[PM-007] Ours");
}

#[test]
fn a_change_of_the_configuration_waits_for_reapply() {
    let world = pushed("007.md", ENGLISH);
    let config = "[issues]\ntitle = \"{title} ({id})\"\nlabels = [\"postmortem\", \"follow-up\"]\n";
    world.configure(config);
    world.run("push").exits(0).prints(&["Nothing to do"]);
    world
        .run("push --reapply --dry-run")
        .exits(0)
        .prints(&["2 to update"]);
    assert_eq!(world.writes(), [""; 0]);
    world.run("push --reapply").exits(0).prints(&["2 updated"]);
    assert_eq!(world.issue(1).title, "Add an alert on queue depth (PM-007)");
    world.people(|r| {
        assert!(r.issue(1).labels.contains(&"follow-up".to_owned()));
        assert_eq!(
            r.label("follow-up").map(|l| l.color.clone()).as_deref(),
            Some("c5def5")
        );
    });
}

#[test]
fn limit_files_so_many_and_the_next_run_goes_on() {
    let world = World::of("042.md", JAPANESE);
    world
        .run("push --limit 1")
        .exits(0)
        .prints(&["1 created", "1 held back by --limit"]);
    assert_eq!(world.issues(), 1);
    world.run("push --limit 1").exits(0).prints(&["1 created"]);
    assert_eq!(world.issues(), 2);
    world
        .run("push --limit 1")
        .exits(0)
        .prints(&["Nothing to do"]);
}

#[test]
fn assign_ids_gives_the_next_free_one() {
    let world = World::of("042.md", JAPANESE);
    let nameless = ENGLISH.replace("PM-007 ", "");
    world.write("postmortems/outage.md", &nameless);
    world
        .run("push")
        .exits(0)
        .prints(&["not pushed: it has no id", "2 created"])
        .warns(&["the next free id is PM-043", "pm-sync push --assign-ids"]);
    assert_eq!(world.document("outage.md"), nameless);
    world
        .run("push --assign-ids --dry-run")
        .exits(0)
        .prints(&["PM-043"]);
    assert_eq!(world.document("outage.md"), nameless);
    world
        .run("push --assign-ids")
        .exits(0)
        .prints(&["2 created", "PM-043"]);
    assert!(
        world
            .document("outage.md")
            .starts_with("# Postmortem: PM-043: Checkout outage\n")
    );
    assert_eq!(world.issue(3).title, "[PM-043] Add an alert on queue depth");
}

#[test]
fn a_dry_run_shows_the_plan_and_touches_nothing() {
    let world = World::of("042.md", JAPANESE);
    world.run("push --dry-run").exits(0).prints(&[
        "create: 2 監視を足す",
        "due 2025-01-08",
        "2 to create",
        "Nothing was written",
    ]);
    world.run("push --dry-run --exit-code").exits(1);
    assert_eq!(world.writes(), [""; 0]);
    assert_eq!(world.document("042.md"), JAPANESE);
    world.run("push").exits(0);
    world.run("push --dry-run --exit-code").exits(0);
    world.writes();
    let before = world.document("042.md");
    world.people(|r| r.close_issue(2, StateReason::NotPlanned));
    world.run("pull --dry-run --exit-code").exits(1).prints(&[
        "--- a/postmortems/042.md\n+++ b/postmortems/042.md\n",
        "\n-| 3 | 訓練をする     | @bob | 2週間以内 | 🔄 進行中 |",
        "\n+| 3 | 訓練をする     | @bob | 2週間以内 |",
    ]);
    world.run("sync --dry-run --exit-code").exits(1);
    assert_eq!(world.document("042.md"), before);
    assert_eq!(world.writes(), [""; 0]);
}

#[test]
fn boxes_beside_the_fields_of_a_heading_become_tasks() {
    let world = World::of(
        "007.md",
        "# Postmortem: PM-007 Outage\n\n## Action items\n\n### 1. Add an alert\n- **Owner**: @alice\n- [ ] pick a threshold\n- [x] find the metric\n",
    );
    world.run("push").exits(0);
    let body = world.issue(1).body.unwrap_or_default();
    assert!(
        body.contains("**Tasks**:\n- [ ] pick a threshold\n- [x] find the metric\n"),
        "{body}"
    );
}

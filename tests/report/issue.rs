//! `--issue`: one issue for each report, brought up to date, and nothing of anybody else's touched.

use pm_sync::sandbox::{Fault, Repository, State, StateReason};

use crate::common::World;
use crate::year::{on, world};

const JANUARY: &str = "report --issue --month 2025-01";

/// The report's issue: nine are the action items'.
const FIRST: u64 = 10;

fn open_reports(world: &World) -> Vec<u64> {
    let open = |r: &mut Repository| {
        let reports = r.issues().filter(|i| i.number >= FIRST);
        let open = reports.filter(|i| i.state == State::Open);
        open.map(|i| i.number).collect()
    };
    world.people(open)
}

fn body(world: &World, number: u64) -> String {
    world.issue(number).body.unwrap_or_default()
}

#[test]
fn the_report_gets_an_issue_and_a_second_run_changes_nothing() {
    for (language, title, heading) in [
        ("en", "[Report] 2025-01", "# Follow-up report: January 2025"),
        (
            "ja",
            "フォローアップレポート 2025-01",
            "# フォローアップレポート: 2025年1月",
        ),
    ] {
        let mut world = world();
        world.language = language;
        let got = world.run(JANUARY).exits(0).warns(&["#10", title]);
        assert!(got.stdout.ends_with("/octo-org/service/issues/10\n"));
        assert_eq!(got.stdout.lines().count(), 1);
        let issue = world.issue(FIRST);
        assert_eq!(issue.title, title);
        assert_eq!(issue.labels, ["postmortem"]);
        assert!(issue.assignees.is_empty());
        let text = body(&world, FIRST);
        assert!(text.contains(&format!("\n{heading}\n")), "{text}");
        // Nobody is pinged, and no number becomes another issue's.
        for harm in ["@alice", "@bob", "PM-031#3", "<script"] {
            assert!(!text.contains(harm), "{harm} is in\n{text}");
        }
        world.requests();
        world.run(JANUARY).exits(0).warns(&["#10"]);
        assert!(world.writes().is_empty());
        // Nor does another day, once January is over: what was unknown on its last day is so ever since.
        on(&mut world, "2025-02-03");
        world.run(JANUARY).exits(0);
        let over = body(&world, FIRST);
        world.requests();
        on(&mut world, "2025-02-20");
        world.run(JANUARY).exits(0);
        assert!(world.writes().is_empty());
        assert_eq!(body(&world, FIRST), over);
    }
}

#[test]
fn what_changed_is_written_and_what_people_wrote_stays() {
    let mut world = world();
    on(&mut world, "2025-01-30");
    world.run(JANUARY).exits(0);
    let first = body(&world, FIRST);
    let around = format!("Agenda: Monday @bob\r\n\r\n{first}\r\n\r\n## Decided\r\n- #4 again\r\n");
    world.people(|r| {
        r.edit_body(FIRST, &around);
        r.edit_title(FIRST, "January's review");
        r.add_label(FIRST, "review");
    });
    world.run(JANUARY).exits(0);
    assert!(world.people(|r| r.issue(FIRST).body == Some(around.clone())));
    world.people(|r| r.close_issue(5, StateReason::Completed));
    world.requests();
    world.run(JANUARY).exits(0).warns(&["up to date"]);
    assert_eq!(world.writes(), ["PATCH /repos/octo-org/service/issues/10"]);
    let text = body(&world, FIRST);
    assert!(text.starts_with("Agenda: Monday @bob\r\n\r\n<!-- pm-sync:report {"));
    assert!(text.ends_with("<!-- pm-sync:report-end -->\r\n\r\n## Decided\r\n- #4 again\r\n"));
    assert!(
        text.contains("| Done | 3 |") && !text.contains("| Done | 2 |"),
        "{text}"
    );
    let issue = world.issue(FIRST);
    assert_eq!(issue.title, "January's review");
    assert_eq!(issue.labels, ["postmortem", "review"]);
    world.run(JANUARY).exits(0);
    assert!(world.writes().is_empty());
}

#[test]
fn what_people_closed_stays_closed_and_as_it_is() {
    let world = world();
    world.run(JANUARY).exits(0);
    let before = body(&world, FIRST);
    world.people(|r| {
        r.close_issue(FIRST, StateReason::Completed);
        r.close_issue(5, StateReason::Completed);
    });
    world.requests();
    world
        .run(JANUARY)
        .exits(0)
        .prints(&["/issues/10"])
        .warns(&["was closed and is left as it is", "Reopen it"]);
    assert!(world.writes().is_empty());
    assert_eq!(body(&world, FIRST), before);
    let json = world
        .run(&format!("{JANUARY} --format json"))
        .exits(0)
        .json();
    assert_eq!(json["action"], "leave_closed");
    // Opened again, it is kept again.
    world.people(|r| r.reopen_issue(FIRST));
    world.run(JANUARY).exits(0);
    assert!(body(&world, FIRST).contains("| Done | 3 |"));
    assert_eq!(world.issues(), 10);
}

#[test]
fn each_period_and_selection_has_its_own_and_rolling_days_keep_theirs() {
    let mut world = world();
    for (line, number) in [
        (JANUARY, 10),
        ("report --issue", 11),
        ("report --issue --quarter 2025Q1", 12),
        ("report --issue --since 2025-01-06", 13),
        ("report --issue --month 2025-01 --owner @bob", 14),
        (
            "report --issue --month 2025-01 --owner @bob --owner @bob",
            14,
        ),
    ] {
        let got = world.run(line).exits(0);
        assert!(
            got.stdout.ends_with(&format!("/{number}\n")),
            "{line}: {}",
            got.stdout
        );
    }
    on(&mut world, "2025-02-03");
    for (line, number, title) in [
        ("report --issue", 11, "[Report] last 30 days"),
        (
            "report --issue --since 2025-01-06",
            13,
            "[Report] since 2025-01-06",
        ),
    ] {
        let got = world.run(line).exits(0);
        assert!(
            got.stdout.ends_with(&format!("/{number}\n")),
            "{line}: {}",
            got.stdout
        );
        assert_eq!(world.issue(number).title, title);
        assert!(body(&world, number).contains("as of 2025-02-03"));
    }
    assert_eq!(world.issues(), 14);
    assert_eq!(world.issue(14).title, "[Report] 2025-01 (--owner @bob)");
}

#[test]
fn a_report_is_no_action_item_and_nothing_strays() {
    let world = world();
    world.configure("[issues]\ntitle = \"{title}\"\n");
    world.run(JANUARY).exits(0);
    world.requests();
    for line in ["push", "pull", "sync"] {
        let got = world.run(line).exits(0);
        assert!(
            !got.stderr.contains("#10") && !got.stdout.contains("#10"),
            "{line}"
        );
        assert!(world.writes().is_empty(), "{line}");
    }
    let check = world.run("check");
    assert!(!check.stdout.contains("#10") && !check.stderr.contains("#10"));
    let before = world
        .run("report --month 2025-01 --format json")
        .exits(0)
        .json();
    assert_eq!(before["coverage"]["items"], 10);
    // Not even an item of the same title is taken for it.
    world.write(
        "postmortems/035.md",
        "# PM-035 x\n\n**Date**: 2025-01-30\n\n## Action items\n\n| Action | Owner | Due | Status |\n|---|---|---|---|\n| [Report] 2025-01 | @bob | 2025-02-20 | todo |\n",
    );
    world.run("push").exits(0).prints(&["1 created"]);
    assert_eq!(world.issues(), 11);
    world.run(JANUARY).exits(0).prints(&["/issues/10"]);
}

#[test]
fn only_labelled_issues_are_believed() {
    let world = world();
    world.run(JANUARY).exits(0);
    let copy = body(&world, FIRST);
    world.people(|r| {
        r.remove_label(FIRST, "postmortem");
        r.add_issue("mallory", "[Report] 2025-01", Some(&copy));
    });
    world.run(JANUARY).exits(0).prints(&["/issues/12"]);
    assert_eq!(body(&world, 11), copy);
}

#[test]
fn a_damaged_frame_is_a_persons_to_mend() {
    let mut world = world();
    world.run(JANUARY).exits(0);
    let whole = body(&world, FIRST);
    world.people(|r| r.edit_body(FIRST, &whole.replace("<!-- pm-sync:report-end -->", "")));
    world.requests();
    for (language, says) in [("en", "are damaged"), ("ja", "壊れているため")] {
        world.language = language;
        world.run(JANUARY).exits(4).warns(&["#10", says]);
    }
    assert!(world.writes().is_empty());
    world.language = "en";
    world.people(|r| r.edit_body(FIRST, &whole));
    world.run(JANUARY).exits(0).prints(&["/issues/10"]);
}

#[test]
fn nothing_is_written_by_a_dry_run() {
    let world = world();
    let dry = format!("{JANUARY} --dry-run");
    let shown = world
        .run(&dry)
        .exits(0)
        .warns(&["would create", "[Report] 2025-01"]);
    assert!(world.writes().is_empty());
    world.run(JANUARY).exits(0);
    assert_eq!(shown.stdout.trim_end(), body(&world, FIRST).trim_end());
    world.requests();
    world
        .run(&dry)
        .exits(0)
        .prints(&["/issues/10"])
        .warns(&["is up to date"]);
    world.people(|r| r.close_issue(5, StateReason::Completed));
    world
        .run(&dry)
        .exits(0)
        .prints(&["| Done | 3 |"])
        .warns(&["would bring issue #10 up to date"]);
    let json = world.run(&format!("{dry} --format json")).exits(0).json();
    assert_eq!(
        (
            &json["kind"],
            &json["action"],
            &json["dry_run"],
            &json["issue"]["number"]
        ),
        (
            &"report-issue".into(),
            &"update".into(),
            &true.into(),
            &FIRST.into()
        )
    );
    assert!(world.writes().is_empty());
}

#[test]
fn a_lost_answer_is_looked_for_and_never_sent_again() {
    let world = world();
    world
        .sandbox
        .fault(Fault::lost_answer().on("POST", "/repos/*/*/issues"));
    world
        .run(JANUARY)
        .exits(0)
        .prints(&["/issues/10"])
        .warns(&["the answer to a create was lost"]);
    assert_eq!(world.issues(), 10);
    world.run(JANUARY).exits(0);
    assert_eq!(world.issues(), 10);
}

#[test]
fn two_runs_at_once_leave_the_lowest() {
    let world = world();
    // Neither sees the other's, and later both are there.
    world.sandbox.hold_listings();
    world.run(JANUARY).exits(0).prints(&["/issues/10"]);
    world.run(JANUARY).exits(0).prints(&["/issues/11"]);
    world.run(JANUARY).exits(0).prints(&["/issues/12"]);
    world.people(|r| {
        r.comment(12, "bob", "Seen.");
    });
    world.sandbox.release_listings();
    world
        .run(JANUARY)
        .exits(0)
        .prints(&["/issues/10"])
        .warns(&["#11 holds the same report as #10"]);
    // What somebody wrote on stays.
    assert_eq!(open_reports(&world), [10, 12]);
    assert_eq!(world.issue(11).state_reason, Some(StateReason::Duplicate));
    world.requests();
    world.run(JANUARY).exits(0);
    assert!(world.writes().is_empty());
    // At the same moment.
    let february = "report --issue --since 2025-01-20";
    world.sandbox.fault(
        Fault::delay(std::time::Duration::from_millis(300))
            .on("POST", "/repos/*/*/issues")
            .times(2),
    );
    let children = [world.start(february), world.start(february)];
    for child in children {
        assert!(child.wait_with_output().expect("it ends").status.success());
    }
    world.run(february).exits(0);
    assert_eq!(open_reports(&world).len(), 3, "{:?}", open_reports(&world));
}

#[test]
fn what_may_not_be_written_is_not() {
    let world = world();
    world
        .run_with(
            JANUARY,
            &[("CI", "true"), ("GITHUB_EVENT_NAME", "pull_request")],
        )
        .exits(2)
        .warns(&["pull request", "--dry-run"]);
    for line in ["--format html", "--format csv"] {
        world
            .run(&format!("{JANUARY} {line}"))
            .exits(2)
            .warns(&["holds Markdown"]);
    }
    for line in ["--offline", "-o x.md", "--as-of 2025-01-20"] {
        world.run(&format!("{JANUARY} {line}")).exits(2);
    }
    world.run("report --dry-run").exits(2);
    assert!(world.requests().is_empty());
    // A private checkout's postmortems don't go into a public repository.
    let mut github = world.sandbox.github();
    github.add_repository("octo-org/secret").private = true;
    github.repository("octo-org/service").private = false;
    drop(github);
    world.write(
        ".git/config",
        "[remote \"origin\"]\n\turl = https://github.com/octo-org/secret.git\n",
    );
    world.write(".git/HEAD", "ref: refs/heads/main\n");
    world.run(JANUARY).exits(2).warns(&["allow_public"]);
    world
        .run_with(JANUARY, &[("GITHUB_TOKEN", "revoked")])
        .exits(3);
    assert!(world.writes().is_empty());
    assert_eq!(world.issues(), 9);
}

#[test]
fn a_label_that_github_leaves_out_is_said() {
    let world = world();
    let mut issue = serde_json::json!(null);
    world.run("report --issue --since 2025-01-20").exits(0);
    world.people(|r| {
        issue = serde_json::json!({
            "number": 77, "title": "x", "state": "open", "labels": [], "assignees": [],
            "html_url": "https://github.com/octo-org/service/issues/77", "body": r.issue(FIRST).body,
            "created_at": "2025-01-31T03:00:00Z", "updated_at": "2025-01-31T03:00:00Z",
        });
    });
    world
        .sandbox
        .fault(Fault::answer(201, issue).on("POST", "/repos/*/*/issues"));
    world
        .run(JANUARY)
        .exits(3)
        .warns(&["#77", "postmortem", "triage"]);
}

#[test]
fn the_language_stays_where_nobody_names_one() {
    let mut world = world();
    world.run(JANUARY).exits(0);
    world.language = "ja";
    world.requests();
    world.run(JANUARY).exits(0);
    assert!(world.writes().is_empty());
    world.configure("language = \"ja\"\ntimezone = \"Asia/Tokyo\"");
    world.run(JANUARY).exits(0);
    assert!(body(&world, FIRST).contains("# フォローアップレポート"));
    assert_eq!(world.issue(FIRST).title, "[Report] 2025-01");
}

#[test]
fn people_leave_room_or_are_told() {
    let world = world();
    world.run(JANUARY).exits(0);
    let part = body(&world, FIRST);
    let (first, _) = part.split_once('\n').expect("a line");
    let fill = |words: usize| {
        let empty = format!("{first}\n<!-- pm-sync:report-end -->");
        let body = format!("{}\n{empty}", "人".repeat(words));
        world.people(|r| r.edit_body(FIRST, &body));
    };
    // The report is cut where GitHub takes no more, and says so.
    fill(64_000);
    world.run(JANUARY).exits(0);
    let cut = body(&world, FIRST);
    assert!(
        cut.chars().count() <= 65_536 && cut.contains("The rest is too long"),
        "{cut}"
    );
    assert!(cut.starts_with("人") && cut.contains("## Summary"));
    fill(65_300);
    world.requests();
    world.run(JANUARY).exits(3).warns(&["#10", "no room"]);
    assert!(world.writes().is_empty());
}

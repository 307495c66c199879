//! What GitHub is asked: one listing, and the past of what changed.

use crate::year::{on, world};
use pm_sync::sandbox::Fault;

#[test]
fn only_what_changed_is_asked_for_its_past() {
    let mut world = world();
    world.run("report --month 2025-01").exits(0);
    let mut requests = world.requests();
    requests.sort();
    let events = |number: u64| format!("GET /repos/octo-org/service/issues/{number}/events");
    // Closed since December began: 1, 2, 4 and 9. Reopened: 8.
    let mut expected = vec!["GET /repos/octo-org/service/issues".to_owned()];
    expected.extend([1, 2, 4, 8, 9].map(events));
    assert_eq!(requests, expected);
    // In March's report, December is long over.
    on(&mut world, "2025-03-31");
    world.run("report --month 2025-03").exits(0);
    assert_eq!(world.requests(), ["GET /repos/octo-org/service/issues"]);
}

#[test]
fn nothing_is_asked_offline_and_nothing_is_written_ever() {
    let world = world();
    let before = world.document("032.md");
    world.run("report --offline").exits(0);
    assert!(world.requests().is_empty());
    world
        .run_with(
            "report --offline",
            &[("GITHUB_TOKEN", ""), ("GITHUB_API_URL", "")],
        )
        .exits(0);
    world.run("report --month 2025-01").exits(0);
    assert!(world.writes().is_empty());
    assert_eq!(world.document("032.md"), before);
}

#[test]
fn a_github_out_of_reach_is_said_and_offline_named() {
    let world = world();
    world
        .run_with("report", &[("GITHUB_TOKEN", "")])
        .exits(2)
        .warns(&["there is no token", "--offline"]);
    world
        .run_with("report", &[("GITHUB_TOKEN", "revoked")])
        .exits(3)
        .warns(&["--offline"]);
    let fault = Fault::answer(404, serde_json::json!({"message": "Not Found"}));
    world
        .sandbox
        .fault(fault.on("GET", "/repos/*/*/issues").always());
    world
        .run("report")
        .exits(3)
        .warns(&["octo-org/service", "--offline"]);
}

#[test]
fn an_issue_that_vanishes_meanwhile_is_told_by_the_listing() {
    let world = world();
    let fault = Fault::answer(
        410,
        serde_json::json!({"message": "This issue was deleted"}),
    );
    world
        .sandbox
        .fault(fault.on("GET", "/repos/*/*/issues/*/events").always());
    let got = world
        .run("report --month 2025-01 --format json")
        .exits(0)
        .json();
    assert_eq!(got["totals"]["done"]["now"], serde_json::json!(2));
    assert_eq!(got["totals"]["open"]["now"], serde_json::json!(5));
}

/// A thousand items in a hundred documents, of which a tenth was closed in the period.
#[expect(clippy::print_stdout, reason = "the time is what it is run for")]
#[test]
#[ignore = "takes a minute: cargo test --test report -- --ignored --nocapture"]
fn a_thousand_items_are_ten_pages_and_what_changed() {
    let mut world = crate::common::World::new();
    let mut github = world.sandbox.github();
    github.set_now("2025-01-02T03:00:00Z".parse().expect("a moment"));
    drop(github);
    world.today = "2025-01-02".to_owned();
    for document in 1..=100 {
        let mut text =
            format!("# PM-{document:03} Outage\n\n**Date**: 2025-01-01\n\n## Action items\n\n");
        text.push_str("| # | Action | Owner | Due | Priority |\n|---|---|---|---|---|\n");
        for item in 1..=10 {
            text.push_str(&format!(
                "| {item} | Mend part {item} | @alice | 2025-01-20 | P1 |\n"
            ));
        }
        world.write(&format!("postmortems/{document:03}.md"), &text);
    }
    world.run("push").exits(0);
    on(&mut world, "2025-01-15");
    world.people(|r| {
        for number in (1..=1000).step_by(10) {
            r.close_issue(number, pm_sync::sandbox::StateReason::Completed);
        }
    });
    on(&mut world, "2025-01-31");
    world.requests();
    let begun = std::time::Instant::now();
    let got = world
        .run("report --month 2025-01 --format json")
        .exits(0)
        .json();
    println!("a report over 1,000 items took {:?}", begun.elapsed());
    assert_eq!(got["totals"]["done"]["now"], serde_json::json!(100));
    assert_eq!(got["totals"]["overdue"]["now"], serde_json::json!(900));
    let requests = world.requests();
    let events = requests.iter().filter(|r| r.ends_with("/events")).count();
    assert_eq!((requests.len() - events, events), (10, 100));
}

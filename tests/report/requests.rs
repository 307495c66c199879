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

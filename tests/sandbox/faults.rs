//! What goes wrong on demand.

use std::time::{Duration, Instant};

use super::*;

#[test]
fn answers_and_requests_can_be_lost() {
    let sandbox = start();
    sandbox.fault(Fault::lost_answer().on("POST", "/repos/*/*/issues").skip(1));
    sandbox.fault(Fault::lost_request().when(|request| request.body["title"] == "lost"));
    let create = |title: &str| {
        Ask::new(&sandbox, "POST", ISSUES)
            .raw(&json!({ "title": title }).to_string())
            .try_send()
    };
    assert_eq!(create("one").map(|reply| reply.status), Some(201));
    assert!(create("two").is_none(), "carried out, but never answered");
    assert!(create("lost").is_none(), "never carried out");
    assert_eq!(
        create("lost").map(|reply| reply.status),
        Some(201),
        "once is once"
    );
    let titles: Vec<String> = sandbox
        .github()
        .repository(REPO)
        .issues()
        .map(|issue| issue.title.clone())
        .collect();
    assert_eq!(titles, ["one", "two", "lost"]);
    let statuses: Vec<_> = sandbox
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(statuses, [Some(201), None, None, Some(201)]);
    assert_eq!(sandbox.waiting_faults(), 0);
}

#[test]
fn other_answers_take_the_place_of_the_right_one() {
    let sandbox = start();
    sandbox.fault(Fault::status(502).on("GET", ISSUES).times(2));
    sandbox.fault(Fault::html(500).on("GET", "/user"));
    let made_up = json!({ "message": "made up" });
    sandbox.fault(
        Fault::answer(418, made_up.clone())
            .on("GET", "/repos/*/*")
            .with_header("x-tea", "pot"),
    );
    sandbox.fault(Fault::status(502).on("POST", ISSUES).after_applying());
    get(&sandbox, ISSUES).expect(502);
    get(&sandbox, ISSUES).expect(502);
    get(&sandbox, ISSUES).expect(200);
    let page = get(&sandbox, "/user").expect(500);
    assert!(
        page.header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"))
    );
    assert!(page.body.starts_with("<!DOCTYPE html>"));
    let odd = get(&sandbox, "/repos/octo-org/service").expect(418);
    assert_eq!((odd.header("x-tea"), odd.json()), (Some("pot"), made_up));
    write(&sandbox, "POST", ISSUES, &json!({ "title": "T" })).expect(502);
    assert_eq!(
        sandbox.github().repository(REPO).issues().count(),
        1,
        "the gateway gave up, GitHub did not"
    );
    sandbox.fault(Fault::status(500).always());
    for _ in 0..3 {
        get(&sandbox, ISSUES).expect(500);
    }
    sandbox.clear_faults();
    get(&sandbox, ISSUES).expect(200);
}

#[test]
fn limits_say_how_long_to_wait() {
    let sandbox = start();
    sandbox.fault(Fault::secondary_limit(Some(7)));
    sandbox.fault(Fault::secondary_limit(None).with_status(429));
    sandbox.fault(Fault::primary_limit(30));
    let secondary = get(&sandbox, ISSUES).expect(403);
    assert_eq!(secondary.header("retry-after"), Some("7"));
    assert!(secondary.body.contains("secondary rate limit"));
    assert_ne!(secondary.header("x-ratelimit-remaining"), Some("0"));
    assert_eq!(
        get(&sandbox, ISSUES).expect(429).header("retry-after"),
        None
    );
    let primary = get(&sandbox, ISSUES).expect(403);
    assert_eq!(
        (
            primary.header("x-ratelimit-remaining"),
            primary.header("retry-after")
        ),
        (Some("0"), None)
    );
    let reset: i64 = primary
        .header("x-ratelimit-reset")
        .and_then(|text| text.parse().ok())
        .expect("a reset");
    assert!((reset - Utc::now().timestamp() - 30).abs() <= 2);
    get(&sandbox, ISSUES).expect(200);
    assert!(sandbox.violations().is_empty(), "nobody watched");
}

#[test]
fn who_comes_back_too_early_is_noted() {
    let sandbox = start();
    sandbox.fault(
        Fault::secondary_limit(Some(60))
            .on("POST", ISSUES)
            .watched(),
    );
    let create = || write(&sandbox, "POST", ISSUES, &json!({ "title": "T" }));
    create().expect(403);
    assert!(sandbox.violations().is_empty());
    let early = get(&sandbox, ISSUES).expect(403);
    assert!(early.header("retry-after").is_some());
    sandbox.pass_time(TimeDelta::seconds(30));
    create().expect(403);
    assert_eq!(sandbox.violations().len(), 2);
    sandbox.pass_time(TimeDelta::seconds(30));
    create().expect(201);
    assert_eq!(sandbox.violations().len(), 2);
}

#[test]
fn answers_can_be_late() {
    let sandbox = start();
    sandbox.fault(Fault::delay(Duration::from_millis(150)).on("GET", ISSUES));
    let before = Instant::now();
    get(&sandbox, ISSUES).expect(200);
    assert!(before.elapsed() >= Duration::from_millis(150));
}

#[test]
fn a_client_that_gives_up_has_had_its_way() {
    let sandbox = start();
    sandbox.fault(Fault::delay(Duration::from_secs(60)).on("POST", ISSUES));
    let title = json!({ "title": "T" }).to_string();
    Ask::new(&sandbox, "POST", ISSUES)
        .raw(&title)
        .send_and_leave();
    let deadline = Instant::now() + Duration::from_secs(5);
    while sandbox.github().repository(REPO).issues().count() == 0 {
        assert!(Instant::now() < deadline, "never carried out");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn listings_lag_and_reading_by_number_does_not() {
    let sandbox = start();
    sandbox
        .github()
        .repository(REPO)
        .add_issue("alice", "old", None);
    let listed = || get(&sandbox, ISSUES).numbers();
    sandbox.hold_listings();
    write(&sandbox, "POST", ISSUES, &json!({ "title": "new" })).expect(201);
    write(
        &sandbox,
        "PATCH",
        &format!("{ISSUES}/1"),
        &json!({ "state": "closed" }),
    )
    .expect(200);
    assert_eq!(
        listed(),
        [1],
        "neither the new issue nor the closing is listed"
    );
    assert_eq!(
        get(&sandbox, &format!("{ISSUES}/2")).expect(200).json()["title"],
        "new"
    );
    assert_eq!(
        get(&sandbox, &format!("{ISSUES}/1")).json()["state"],
        "closed"
    );
    sandbox.release_listings();
    assert_eq!(listed(), [2]);

    sandbox.lag_listings(2);
    write(&sandbox, "POST", ISSUES, &json!({ "title": "newer" })).expect(201);
    assert_eq!(listed(), [2]);
    assert_eq!(listed(), [2]);
    assert_eq!(listed(), [3, 2]);
}

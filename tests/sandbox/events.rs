//! An issue's list of events: what it tells, in which order and in pages.

use super::*;

const EVENTS: &str = "/repos/octo-org/service/issues/1/events";

#[test]
fn events_tell_what_happened_and_when() {
    let sandbox = start_with(|github| {
        let repository = github.repository(REPO);
        repository.add_issue("alice", "Disk alert", None);
        repository.comment(1, "bob", "no event");
        github.set_now(utc("2025-01-10T09:00:00Z"));
        let repository = github.repository(REPO);
        repository.add_label(1, "postmortem");
        repository.assign(1, &["bob"]);
        repository.close_issue(1, StateReason::NotPlanned);
        github.set_now(utc("2025-01-12T09:00:00Z"));
        let repository = github.repository(REPO);
        repository.reopen_issue(1);
        repository.edit_title(1, "Disk alerts");
        repository.remove_label(1, "postmortem");
    });
    // The API's own acts are events like those of people.
    write(
        &sandbox,
        "PATCH",
        "/repos/octo-org/service/issues/1",
        &json!({ "state": "closed", "assignees": [] }),
    )
    .expect(200);
    let all = get(&sandbox, EVENTS).expect(200).json();
    let told: Vec<(&str, &str, &Value)> = all
        .as_array()
        .expect("a list")
        .iter()
        .map(|event| {
            (
                event["event"].as_str().expect("a word"),
                event["created_at"].as_str().expect("a time"),
                &event["state_reason"],
            )
        })
        .collect();
    let null = &Value::Null;
    let (not_planned, completed) = (&json!("not_planned"), &json!("completed"));
    assert_eq!(
        told,
        [
            ("labeled", "2025-01-10T09:00:02Z", null),
            ("assigned", "2025-01-10T09:00:03Z", null),
            ("closed", "2025-01-10T09:00:04Z", not_planned),
            ("reopened", "2025-01-12T09:00:01Z", null),
            ("renamed", "2025-01-12T09:00:02Z", null),
            ("unlabeled", "2025-01-12T09:00:03Z", null),
            ("unassigned", "2025-01-12T09:00:04Z", null),
            ("closed", "2025-01-12T09:00:04Z", completed),
        ]
    );
    assert_eq!(all[2]["actor"]["login"], "bob");
    assert_eq!(all[4]["rename"]["to"], "Disk alerts");
    let page = get(&sandbox, &format!("{EVENTS}?per_page=3&page=3")).expect(200);
    assert_eq!(page.json().as_array().map(Vec::len), Some(2));
    assert!(page.next(&sandbox).is_none());
    get(&sandbox, "/repos/octo-org/service/issues/2/events").expect(404);
    sandbox.github().repository(REPO).delete_issue(1);
    get(&sandbox, EVENTS).expect(410);
}

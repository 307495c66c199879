//! Creating, changing and losing issues.

use super::*;

#[test]
fn an_issue_is_created_with_everything_asked_for() {
    let sandbox = start();
    sandbox.github().set_now(utc("2025-02-01T00:00:00Z"));
    let body = "Line one\r\nline two — 日本語";
    let asked = json!({ "title": "[PM-042] アラート", "body": body, "labels": ["Bug", "postmortem"],
                        "assignees": ["Alice"] });
    let reply = write(&sandbox, "POST", ISSUES, &asked).expect(201);
    let issue = reply.json();
    assert_eq!(reply.header("location"), issue["url"].as_str());
    assert_eq!(
        issue["html_url"],
        "https://github.com/octo-org/service/issues/1"
    );
    assert_eq!(issue["body"], body, "byte for byte, CR included");
    assert_eq!(issue["user"]["login"], "octocat");
    assert_eq!(issue["author_association"], "MEMBER");
    assert_eq!(issue["assignee"]["login"], "alice", "in GitHub's spelling");
    assert_eq!(
        issue["labels"][0]["name"], "bug",
        "labels are one without regard to case"
    );
    assert_eq!(
        (&issue["labels"][1]["name"], &issue["labels"][1]["color"]),
        (&json!("postmortem"), &json!("ededed"))
    );
    assert_eq!(
        (&issue["state"], &issue["state_reason"]),
        (&json!("open"), &Value::Null)
    );
    assert_eq!(issue["created_at"], issue["updated_at"]);
    assert!(
        issue["id"].as_u64() > Some(u64::from(u32::MAX)),
        "the id is not the number"
    );
    let read = get(&sandbox, &format!("{ISSUES}/1")).expect(200);
    assert_eq!(read.json(), issue);

    let bare = write(&sandbox, "POST", ISSUES, &json!({ "title": "Bare" }))
        .expect(201)
        .json();
    assert_eq!(bare["body"], Value::Null);
    assert_eq!(bare["number"], 2);
}

#[test]
fn closing_and_reopening_follow_githubs_rules() {
    let sandbox = start();
    sandbox
        .github()
        .repository(REPO)
        .add_issue("alice", "T", None);
    let issue = format!("{ISSUES}/1");
    // (what is sent, the state after it, the reason after it)
    for (sent, state, reason) in [
        (
            json!({ "state_reason": "not_planned" }),
            "open",
            Value::Null,
        ),
        (
            json!({ "state": "open", "state_reason": "completed" }),
            "open",
            Value::Null,
        ),
        (json!({ "state": "closed" }), "closed", json!("completed")),
        (
            json!({ "state": "closed", "state_reason": "not_planned" }),
            "closed",
            json!("completed"),
        ),
        (json!({ "state": "open" }), "open", json!("reopened")),
        (
            json!({ "state": "closed", "state_reason": "not_planned" }),
            "closed",
            json!("not_planned"),
        ),
        (
            json!({ "state": "open", "state_reason": "reopened" }),
            "open",
            json!("reopened"),
        ),
        (
            json!({ "state": "closed", "state_reason": "duplicate" }),
            "closed",
            json!("duplicate"),
        ),
    ] {
        let after = write(&sandbox, "PATCH", &issue, &sent).expect(200).json();
        assert_eq!(
            (&after["state"], &after["state_reason"]),
            (&json!(state), &reason),
            "after {sent}"
        );
        let closed = state == "closed";
        assert_eq!(after["closed_at"].is_string(), closed, "after {sent}");
        assert_eq!(
            after["closed_by"]["login"].is_string(),
            closed,
            "after {sent}"
        );
    }
    for wrong in [
        json!({ "state": "shut" }),
        json!({ "state": "closed", "state_reason": "done" }),
    ] {
        write(&sandbox, "PATCH", &issue, &wrong).expect(422);
    }
}

#[test]
fn an_edit_changes_what_it_names_and_nothing_else() {
    let sandbox = start();
    sandbox.github().repository(REPO).add_milestone("Q1");
    let first = json!({ "title": "T", "body": "B", "labels": ["bug"], "assignees": ["alice"], "milestone": 1 });
    let first = write(&sandbox, "POST", ISSUES, &first).expect(201).json();
    let issue = format!("{ISSUES}/1");
    let same = write(&sandbox, "PATCH", &issue, &json!({ "title": "T" }))
        .expect(200)
        .json();
    assert_eq!(
        same, first,
        "an edit that changes nothing doesn't even move updated_at"
    );

    let sent = json!({ "title": "U", "labels": ["bug", "new"], "assignees": ["bob"], "milestone": null, "body": null });
    let after = write(&sandbox, "PATCH", &issue, &sent).expect(200).json();
    assert!(after["updated_at"].as_str() > first["updated_at"].as_str());
    assert_eq!(after["created_at"], first["created_at"]);
    assert_eq!(after["labels"].as_array().map(Vec::len), Some(2));
    assert_eq!(after["assignees"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&after["assignee"]["login"], &after["milestone"]),
        (&json!("bob"), &Value::Null)
    );
    assert_eq!(after["body"], Value::Null);

    let cleared = write(
        &sandbox,
        "PATCH",
        &issue,
        &json!({ "labels": [], "assignees": [] }),
    )
    .expect(200)
    .json();
    assert_eq!(
        (&cleared["labels"], &cleared["assignees"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(cleared["title"], "U");
}

#[test]
fn an_unknown_assignee_stops_the_whole_create() {
    let sandbox = start();
    let asked = json!({ "title": "T", "labels": ["brand new"], "assignees": ["alice", "nobody"] });
    let error = write(&sandbox, "POST", ISSUES, &asked).expect(422).json();
    assert_eq!(
        error,
        json!({
            "message": "Validation Failed",
            "errors": [{ "value": "nobody", "resource": "Issue", "field": "assignees", "code": "invalid" }],
            "documentation_url": "https://docs.github.com/rest/issues/issues#create-an-issue",
            "status": "422",
        })
    );
    let mut github = sandbox.github();
    assert_eq!(github.repository(REPO).issues().count(), 0);
    assert!(github.repository(REPO).label("brand new").is_none());
}

#[test]
fn what_github_would_not_take_is_refused_with_its_words() {
    let sandbox = start();
    let long = |count| "あ".repeat(count);
    write(
        &sandbox,
        "POST",
        ISSUES,
        &json!({ "title": long(256), "body": long(65_536) }),
    )
    .expect(201);
    let issue = format!("{ISSUES}/1");
    let many: Vec<String> = (0..11).map(|_| "alice".to_owned()).collect();
    for (method, path, body, status, words) in [
        (
            "POST",
            ISSUES,
            json!({ "title": long(257) }).to_string(),
            422,
            "title is too long (maximum is 256",
        ),
        (
            "POST",
            ISSUES,
            json!({ "title": "T", "body": long(65_537) }).to_string(),
            422,
            "body is too long",
        ),
        (
            "PATCH",
            &issue,
            json!({ "body": long(65_537) }).to_string(),
            422,
            "body is too long",
        ),
        (
            "PATCH",
            &issue,
            json!({ "title": " " }).to_string(),
            422,
            "missing_field",
        ),
        (
            "PATCH",
            &issue,
            json!({ "assignees": ["nobody"] }).to_string(),
            422,
            "invalid",
        ),
        (
            "POST",
            ISSUES,
            json!({ "title": "T", "assignees": many }).to_string(),
            422,
            "up to 10",
        ),
        (
            "POST",
            ISSUES,
            json!({ "title": "T", "milestone": 7 }).to_string(),
            422,
            "milestone",
        ),
        (
            "POST",
            ISSUES,
            json!({ "title": "T", "labels": [long(51)] }).to_string(),
            422,
            "maximum is 50",
        ),
        (
            "POST",
            ISSUES,
            json!({ "title": "T", "labels": "bug" }).to_string(),
            422,
            "not an array",
        ),
        (
            "POST",
            ISSUES,
            json!({ "title": ["T"] }).to_string(),
            422,
            "is not a string",
        ),
        (
            "POST",
            ISSUES,
            json!({ "body": "B" }).to_string(),
            422,
            "\\\"title\\\" wasn't supplied",
        ),
        (
            "POST",
            ISSUES,
            "[]".to_owned(),
            400,
            "should be a JSON object",
        ),
        ("POST", ISSUES, "{".to_owned(), 400, "Problems parsing JSON"),
        (
            "POST",
            ISSUES,
            String::new(),
            400,
            "should be a JSON object",
        ),
    ] {
        let reply = Ask::new(&sandbox, method, path)
            .raw(&body)
            .send()
            .expect(status);
        assert!(
            reply.body.contains(words),
            "{words} is not in {}",
            reply.body
        );
    }
    assert_eq!(
        sandbox.github().repository(REPO).issues().count(),
        1,
        "nothing refused left anything behind"
    );
}

#[test]
fn issues_that_are_no_longer_here() {
    let sandbox = start_with(|github| {
        github.add_repository("octo-org/other");
        github.add_repository("octo-org/hidden").private = true;
        for _ in 0..3 {
            github.repository(REPO).add_issue("alice", "T", Some("B"));
        }
        github.repository(REPO).delete_issue(1);
        assert_eq!(github.transfer_issue(REPO, 2, "octo-org/other"), 1);
        github.transfer_issue(REPO, 3, "octo-org/hidden");
    });
    let gone = get(&sandbox, &format!("{ISSUES}/1")).expect(410).json();
    assert_eq!(gone["message"], "This issue was deleted");
    let moved = get(&sandbox, &format!("{ISSUES}/2")).expect(301);
    let location = moved
        .header("location")
        .expect("a location")
        .replace(&sandbox.url(), "");
    let there = get(&sandbox, &location).expect(200).json();
    assert_eq!(
        (&there["title"], &there["number"]),
        (&json!("T"), &json!(1))
    );
    assert!(
        there["url"]
            .as_str()
            .is_some_and(|url| url.ends_with("/repos/octo-org/other/issues/1"))
    );
    write(
        &sandbox,
        "PATCH",
        &format!("{ISSUES}/2"),
        &json!({ "title": "U" }),
    )
    .expect(301);
    get(&sandbox, &format!("{ISSUES}/3")).expect(404);
    get(&sandbox, &format!("{ISSUES}/4")).expect(404);
    assert_eq!(
        get(&sandbox, &format!("{ISSUES}?state=all")).numbers(),
        Vec::<u64>::new()
    );
}

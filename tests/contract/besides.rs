//! The routes and answers that no command needs today but that the sandbox has, asked for one by one.

use pm_sync::sandbox::{GitHub, Permission, Sandbox};
use serde_json::{Value, json};

use super::common::REPOSITORY;
use super::http::{Ask, Reply};
use super::{met, record};

#[test]
fn what_the_sandbox_answers_besides() {
    let mut github = GitHub::new();
    let repository = github.repository(REPOSITORY);
    repository.add_milestone("Q1");
    let number = repository.add_issue("alice", "By hand", Some("mine"));
    repository.comment(number, "bob", "So it is.");
    repository.add_pull_request("bob", "A change", None);
    let gone = repository.add_issue("alice", "Gone", None);
    repository.delete_issue(gone);
    github.repository(REPOSITORY).add_label(number, "bug");
    github
        .add_token("triage-token", "bob")
        .grant(REPOSITORY, Permission::Triage);
    let sandbox = Sandbox::start_blocking(github).expect("a loopback port is free");
    sandbox.keep_exchanges();
    let home = "/repos/octo-org/service";
    let ask = |method: &str, path: &str, body: Value| -> Reply {
        let ask = Ask::new(&sandbox, method, path);
        if body.is_null() {
            ask.send()
        } else {
            ask.raw(&body.to_string()).send()
        }
    };
    let long = "長".repeat(66_000);
    let none = || Value::Null;
    let cases: Vec<(&str, &str, Value, u16)> = vec![
        ("GET", "/issues/1", none(), 200),
        ("GET", "/issues/2", none(), 200),
        ("GET", "/issues/3", none(), 410),
        ("GET", "/issues/99", none(), 404),
        ("GET", "/issues?state=all&per_page=1", none(), 200),
        (
            "GET",
            "/issues?labels=bug&sort=updated&direction=asc",
            none(),
            200,
        ),
        (
            "GET",
            "/issues?since=2025-01-01T00:00:00Z&assignee=*",
            none(),
            200,
        ),
        ("GET", "/issues?creator=alice&milestone=none", none(), 200),
        ("GET", "/issues?state=neither", none(), 422),
        ("GET", "/issues?assignee=nobody", none(), 422),
        ("GET", "/issues?page=1000&per_page=100", none(), 422),
        (
            "POST",
            "/issues",
            json!({ "title": "New", "body": null, "labels": ["bug", { "name": "new" }],
            "assignees": ["alice", "BOB"], "milestone": 1 }),
            201,
        ),
        (
            "POST",
            "/issues",
            json!({ "title": "Old", "assignee": "alice" }),
            201,
        ),
        ("POST", "/issues", json!({ "body": "no title" }), 422),
        ("POST", "/issues", json!({ "title": "" }), 422),
        ("POST", "/issues", json!({ "title": long }), 422),
        (
            "POST",
            "/issues",
            json!({ "title": "t", "body": long }),
            422,
        ),
        (
            "POST",
            "/issues",
            json!({ "title": "t", "assignees": ["mallory"] }),
            422,
        ),
        (
            "POST",
            "/issues",
            json!({ "title": "t", "milestone": 9 }),
            422,
        ),
        (
            "POST",
            "/issues",
            json!({ "title": "t", "labels": [""] }),
            422,
        ),
        ("POST", "/issues", json!([1]), 400),
        (
            "PATCH",
            "/issues/1",
            json!({ "state": "closed", "state_reason": "not_planned" }),
            200,
        ),
        ("PATCH", "/issues/1", json!({ "state": "open" }), 200),
        (
            "PATCH",
            "/issues/1",
            json!({ "state": "closed", "state_reason": "duplicate" }),
            200,
        ),
        (
            "PATCH",
            "/issues/1",
            json!({ "milestone": 1, "assignees": ["alice"], "body": null }),
            200,
        ),
        (
            "PATCH",
            "/issues/1",
            json!({ "milestone": null, "labels": [] }),
            200,
        ),
        ("PATCH", "/issues/1", json!({ "state": "neither" }), 422),
        ("PATCH", "/issues/1", json!({ "state_reason": "whim" }), 422),
        ("PATCH", "/issues/3", json!({ "title": "t" }), 410),
        (
            "POST",
            "/issues/1/labels",
            json!({ "labels": ["bug", "another"] }),
            200,
        ),
        ("POST", "/issues/1/labels", json!(["third"]), 200),
        (
            "POST",
            "/issues/1/labels",
            json!({ "labels": ["x".repeat(51)] }),
            422,
        ),
        (
            "POST",
            "/issues/3/labels",
            json!({ "labels": ["bug"] }),
            410,
        ),
        ("DELETE", "/issues/1/labels/another", none(), 200),
        ("DELETE", "/issues/1/labels/another", none(), 404),
        ("DELETE", "/issues/3/labels/bug", none(), 410),
        (
            "POST",
            "/issues/1/assignees",
            json!({ "assignees": ["bob", "mallory"] }),
            201,
        ),
        (
            "DELETE",
            "/issues/1/assignees",
            json!({ "assignees": ["bob"] }),
            200,
        ),
        ("GET", "/issues/1/comments", none(), 200),
        (
            "GET",
            "/issues/1/comments?per_page=1&since=2025-01-01T00:00:00Z",
            none(),
            200,
        ),
        ("GET", "/issues/99/comments", none(), 404),
        ("GET", "/issues/3/comments", none(), 410),
        (
            "POST",
            "/issues/1/comments",
            json!({ "body": "Done." }),
            201,
        ),
        ("POST", "/issues/1/comments", json!({ "body": "" }), 422),
        ("POST", "/issues/1/comments", json!({ "body": long }), 422),
        ("POST", "/issues/99/comments", json!({ "body": "t" }), 404),
        ("POST", "/issues/3/comments", json!({ "body": "t" }), 410),
        ("PATCH", "/issues/comments/1", json!({ "body": "t" }), 404),
        ("GET", "/labels", none(), 200),
        ("GET", "/labels?per_page=2&page=2", none(), 200),
        ("POST", "/labels", json!({ "name": "plain" }), 201),
        (
            "POST",
            "/labels",
            json!({ "name": "説明", "color": "ABCDEF", "description": "d" }),
            201,
        ),
        ("POST", "/labels", json!({ "name": "plain" }), 422),
        (
            "POST",
            "/labels",
            json!({ "name": "odd", "color": "red" }),
            422,
        ),
        ("POST", "/labels", json!({ "color": "ffffff" }), 422),
        ("GET", "/labels/plain", none(), 200),
        ("GET", "/labels/nothing", none(), 404),
        ("DELETE", "/labels/plain", none(), 204),
        ("DELETE", "/labels/plain", none(), 404),
        ("GET", "/assignees", none(), 200),
        ("GET", "/assignees/alice", none(), 204),
        ("GET", "/assignees/mallory", none(), 404),
    ];
    for (method, path, body, status) in cases {
        let shown = format!("{method} {path} {}", body.to_string().len());
        let reply = ask(method, &format!("{home}{path}"), body);
        assert_eq!(reply.status, status, "{shown}: {reply:?}");
    }

    // A comment's own number; what is known already; nobody; a role that may not; GitHub Enterprise's paths.
    let comments = ask("GET", &format!("{home}/issues/1/comments"), none()).json();
    let id = comments[0]["id"].as_u64().expect("a comment has an id");
    let comment = format!("{home}/issues/comments/{id}");
    ask("PATCH", &comment, json!({ "body": "Edited." })).expect(200);
    ask("PATCH", &comment, json!({ "body": "" })).expect(422);
    for path in [
        "/user",
        home,
        "/repos/octo-org/service/issues/1",
        "/repos/octo-org/service/issues",
    ] {
        let first = Ask::new(&sandbox, "GET", path).send().expect(200);
        let tag = first.header("etag").expect("an etag").to_owned();
        Ask::new(&sandbox, "GET", path)
            .header("If-None-Match", &tag)
            .send()
            .expect(304);
        Ask::new(&sandbox, "GET", path)
            .without("User-Agent")
            .send()
            .expect(403);
    }
    Ask::new(&sandbox, "GET", home)
        .without("Authorization")
        .send()
        .expect(200);
    Ask::new(&sandbox, "GET", "/user")
        .without("Authorization")
        .send()
        .expect(401);
    Ask::new(&sandbox, "POST", &format!("{home}/issues"))
        .without("Authorization")
        .raw("{\"title\":\"t\"}")
        .send()
        .expect(401);
    Ask::new(&sandbox, "POST", &format!("{home}/issues"))
        .raw("{")
        .send()
        .expect(400);
    for (method, path, body) in [
        ("POST", "/labels", json!({ "name": "mine" })),
        ("DELETE", "/labels/bug", none()),
        ("PATCH", "/issues/1", json!({ "title": "t" })),
        ("PATCH", &comment[home.len()..], json!({ "body": "t" })),
    ] {
        Ask::new(&sandbox, method, &format!("{home}{path}"))
            .token("triage-token")
            .raw(&body.to_string())
            .send();
    }
    Ask::new(
        &sandbox,
        "GET",
        "/api/v3/repos/octo-org/service/issues?state=all&per_page=1",
    )
    .send()
    .expect(200);

    let exchanges = record("besides", &sandbox);
    met(
        &exchanges,
        &[
            ("GET", "issues", 304),
            ("GET", "issues/*", 304),
            ("POST", "issues/*/comments", 201),
            ("PATCH", "issues/comments/*", 200),
            ("DELETE", "labels/*", 204),
            ("DELETE", "labels/*", 403),
        ],
    );
}

//! Who may do what, and where it isn't.

use super::*;

#[test]
fn tokens_and_hidden_repositories() {
    let sandbox = start_with(|github| {
        github.add_repository("octo-org/hidden").private = true;
        github.add_token("outsider", "mallory").scopes = None;
    });
    let hidden = "/repos/octo-org/hidden";
    let bad = Ask::new(&sandbox, "GET", "/user")
        .token("wrong")
        .send()
        .expect(401)
        .json();
    assert_eq!(bad["message"], "Bad credentials");
    let nobody = Ask::new(&sandbox, "GET", "/user")
        .without("Authorization")
        .send()
        .expect(401)
        .json();
    assert_eq!(nobody["message"], "Requires authentication");
    Ask::new(&sandbox, "GET", ISSUES)
        .without("Authorization")
        .send()
        .expect(200);
    Ask::new(&sandbox, "POST", ISSUES)
        .without("Authorization")
        .raw("{}")
        .send()
        .expect(401);
    Ask::new(&sandbox, "GET", hidden)
        .without("Authorization")
        .send()
        .expect(404);
    get(&sandbox, hidden).expect(404);
    sandbox
        .github()
        .token("sandbox-token")
        .grant("octo-org/hidden", Permission::Read);
    let shown = get(&sandbox, hidden).expect(200).json();
    assert_eq!(
        (&shown["private"], &shown["permissions"]["push"]),
        (&json!(true), &json!(false))
    );
    sandbox.github().token("sandbox-token").scopes = Some(vec!["public_repo".to_owned()]);
    get(&sandbox, hidden).expect(404);

    let user = get(&sandbox, "/user").expect(200);
    assert_eq!(
        (user.header("x-oauth-scopes"), &user.json()["login"]),
        (Some("public_repo"), &json!("octocat"))
    );
    let fine = Ask::new(&sandbox, "GET", "/user")
        .header("Authorization", "token outsider")
        .send()
        .expect(200);
    assert_eq!(
        fine.header("x-oauth-scopes"),
        None,
        "a fine-grained token has no scopes"
    );
    sandbox.github().token("outsider").issues_write = false;
    let refused = Ask::new(&sandbox, "POST", ISSUES)
        .token("outsider")
        .raw("{}")
        .send()
        .expect(403)
        .json();
    assert_eq!(
        refused["message"],
        "Resource not accessible by personal access token"
    );
    sandbox.github().remove_token("outsider");
    Ask::new(&sandbox, "GET", "/user")
        .token("outsider")
        .send()
        .expect(401);
    let noted = sandbox.requests();
    assert!(
        noted
            .iter()
            .all(|request| request.header("authorization").is_none())
    );
    assert!(
        noted
            .iter()
            .any(|request| request.login.as_deref() == Some("mallory"))
    );
}

#[test]
fn without_push_access_fields_are_silently_dropped() {
    let sandbox = start_with(|github| {
        github.repository(REPO).add_milestone("Q1");
        github.repository(REPO).add_issue("alice", "theirs", None);
        github.add_token("reader", "mallory");
        github
            .add_token("triager", "trent")
            .grant(REPO, Permission::Triage);
    });
    let as_reader = |method: &'static str, path: &str, body: &Value| {
        Ask::new(&sandbox, method, path)
            .token("reader")
            .raw(&body.to_string())
            .send()
    };
    let asked = json!({ "title": "T", "labels": ["bug"], "assignees": ["nobody"], "milestone": 1 });
    let made = as_reader("POST", ISSUES, &asked).expect(201).json();
    assert_eq!(
        (&made["labels"], &made["assignees"], &made["milestone"]),
        (&json!([]), &json!([]), &Value::Null)
    );
    assert_eq!(made["author_association"], "NONE");
    let own = as_reader(
        "PATCH",
        &format!("{ISSUES}/2"),
        &json!({ "title": "U", "labels": ["bug"] }),
    )
    .expect(200);
    assert_eq!(
        (&own.json()["title"], &own.json()["labels"]),
        (&json!("U"), &json!([]))
    );

    let theirs = format!("{ISSUES}/1");
    for body in [
        json!({ "title": "mine" }),
        json!({ "body": "mine" }),
        json!({ "state": "closed" }),
    ] {
        as_reader("PATCH", &theirs, &body).expect(403);
    }
    as_reader("POST", &format!("{theirs}/labels"), &json!(["bug"])).expect(403);
    as_reader(
        "POST",
        "/repos/octo-org/service/labels",
        &json!({ "name": "x" }),
    )
    .expect(403);
    let unassigned = as_reader(
        "POST",
        &format!("{theirs}/assignees"),
        &json!({ "assignees": ["bob"] }),
    )
    .expect(201);
    assert_eq!(unassigned.json()["assignees"], json!([]));
    as_reader(
        "POST",
        &format!("{theirs}/comments"),
        &json!({ "body": "anyone may comment" }),
    )
    .expect(201);

    let as_triager = |body: &Value| {
        Ask::new(&sandbox, "PATCH", &theirs)
            .token("triager")
            .raw(&body.to_string())
            .send()
    };
    as_triager(&json!({ "state": "closed", "labels": ["bug"] })).expect(200);
    as_triager(&json!({ "title": "mine" })).expect(403);
}

#[test]
fn repositories_that_take_nothing() {
    let sandbox = start();
    sandbox.github().repository(REPO).archived = true;
    let archived = write(&sandbox, "POST", ISSUES, &json!({ "title": "T" }))
        .expect(403)
        .json();
    assert_eq!(
        archived["message"],
        "Repository was archived so is read-only."
    );
    get(&sandbox, ISSUES).expect(200);
    sandbox.github().repository(REPO).archived = false;
    sandbox.github().repository(REPO).has_issues = false;
    for reply in [
        get(&sandbox, ISSUES),
        write(&sandbox, "POST", ISSUES, &json!({ "title": "T" })),
    ] {
        assert_eq!(
            reply.expect(410).json()["message"],
            "Issues are disabled for this repo"
        );
    }
    assert_eq!(
        get(&sandbox, "/repos/octo-org/service").expect(200).json()["has_issues"],
        false
    );
    get(&sandbox, "/repos/octo-org/none").expect(404);
}

#[test]
fn a_renamed_repository_redirects() {
    let sandbox = start();
    sandbox.github().rename_repository(REPO, "new-org/new-name");
    let moved = get(&sandbox, &format!("{ISSUES}?state=all")).expect(301);
    let location = moved
        .header("location")
        .expect("a location")
        .replace(&sandbox.url(), "");
    assert!(
        location.starts_with("/repositories/") && location.ends_with("/issues?state=all"),
        "{location}"
    );
    get(&sandbox, &location).expect(200);
    let write_moved = write(&sandbox, "POST", ISSUES, &json!({ "title": "T" })).expect(307);
    let location = write_moved
        .header("location")
        .expect("a location")
        .replace(&sandbox.url(), "");
    assert_eq!(
        sandbox
            .github()
            .repository("new-org/new-name")
            .issues()
            .count(),
        0
    );
    let made = write(
        &sandbox,
        "POST",
        &location,
        &json!({ "title": "T", "labels": ["bug"] }),
    )
    .expect(201)
    .json();
    assert_eq!(
        made["html_url"],
        "https://github.com/new-org/new-name/issues/1"
    );
    assert_eq!(
        made["labels"][0]["name"], "bug",
        "everyone keeps their role"
    );
}

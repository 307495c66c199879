//! Labels, assignees and comments.

use super::*;

#[test]
fn labels_of_the_repository_and_of_an_issue() {
    let sandbox = start();
    let labels = "/repos/octo-org/service/labels";
    let asked = json!({ "name": "priority: P1", "color": "B60205", "description": "soon" });
    let made = write(&sandbox, "POST", labels, &asked).expect(201).json();
    assert_eq!(
        (&made["color"], &made["default"]),
        (&json!("b60205"), &json!(false))
    );
    let again = write(
        &sandbox,
        "POST",
        labels,
        &json!({ "name": "PRIORITY: p1", "color": "ffffff" }),
    )
    .expect(422);
    let exists = json!([{ "resource": "Label", "code": "already_exists", "field": "name" }]);
    assert_eq!(again.json()["errors"], exists);
    write(
        &sandbox,
        "POST",
        labels,
        &json!({ "name": "x", "color": "#ffffff" }),
    )
    .expect(422);
    assert_eq!(
        get(&sandbox, &format!("{labels}/priority%3A%20p1"))
            .expect(200)
            .json(),
        made
    );
    get(&sandbox, &format!("{labels}/none")).expect(404);

    sandbox
        .github()
        .repository(REPO)
        .add_issue("alice", "T", None);
    let on_issue = format!("{ISSUES}/1/labels");
    let names = |reply: Reply| -> Vec<String> {
        let list = reply.json();
        let names = list
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|label| label["name"].as_str());
        names.map(str::to_owned).collect()
    };
    let added = write(
        &sandbox,
        "POST",
        &on_issue,
        &json!({ "labels": ["priority: p1", "fresh"] }),
    )
    .expect(200);
    assert_eq!(names(added), ["priority: P1", "fresh"]);
    let bare = write(&sandbox, "POST", &on_issue, &json!(["bug", "fresh"])).expect(200);
    assert_eq!(names(bare), ["priority: P1", "fresh", "bug"]);
    let path = format!("{on_issue}/priority%3A%20P1");
    assert_eq!(
        names(Ask::new(&sandbox, "DELETE", &path).send().expect(200)),
        ["fresh", "bug"]
    );
    Ask::new(&sandbox, "DELETE", &path).send().expect(404);
    Ask::new(&sandbox, "DELETE", &format!("{labels}/fresh"))
        .send()
        .expect(204);
    assert_eq!(sandbox.github().repository(REPO).issue(1).labels, ["bug"]);
}

#[test]
fn assignees_are_checked_added_and_removed() {
    let sandbox = start();
    sandbox
        .github()
        .repository(REPO)
        .add_issue("alice", "T", None);
    get(&sandbox, "/repos/octo-org/service/assignees/ALICE").expect(204);
    get(&sandbox, "/repos/octo-org/service/assignees/nobody").expect(404);
    let path = format!("{ISSUES}/1/assignees");
    let added = write(
        &sandbox,
        "POST",
        &path,
        &json!({ "assignees": ["alice", "nobody", "bob"] }),
    )
    .expect(201);
    assert_eq!(
        added.json()["assignees"].as_array().map(Vec::len),
        Some(2),
        "the unknown one is left out silently"
    );
    let left = write(
        &sandbox,
        "DELETE",
        &path,
        &json!({ "assignees": ["Alice"] }),
    )
    .expect(200)
    .json();
    assert_eq!(left["assignee"]["login"], "bob");
}

#[test]
fn comments_are_written_and_edited() {
    let sandbox = start();
    let before = {
        let mut github = sandbox.github();
        github.repository(REPO).add_issue("alice", "T", None);
        github.repository(REPO).issue(1).updated_at
    };
    let path = format!("{ISSUES}/1/comments");
    let made = write(
        &sandbox,
        "POST",
        &path,
        &json!({ "body": "late since Friday" }),
    )
    .expect(201)
    .json();
    let id = made["id"].as_u64().expect("an id");
    let edited = write(
        &sandbox,
        "PATCH",
        &format!("{ISSUES}/comments/{id}"),
        &json!({ "body": "done" }),
    )
    .expect(200);
    assert_eq!(edited.json()["body"], "done");
    let listed = get(&sandbox, &path).expect(200).json();
    assert_eq!(
        (&listed[0]["id"], &listed[0]["body"]),
        (&json!(id), &json!("done"))
    );
    assert_eq!(get(&sandbox, &format!("{ISSUES}/1")).json()["comments"], 1);
    assert!(sandbox.github().repository(REPO).issue(1).updated_at > before);
    write(&sandbox, "POST", &path, &json!({ "body": " " })).expect(422);
    write(
        &sandbox,
        "PATCH",
        &format!("{ISSUES}/comments/9"),
        &json!({ "body": "x" }),
    )
    .expect(404);
}

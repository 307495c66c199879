//! Files, branches and pull requests.

use super::*;

const HOME: &str = "/repos/octo-org/service";

fn at(path: &str) -> String {
    format!("{HOME}{path}")
}

/// A sandbox whose default branch holds `a/b.md`, and its head.
fn with_file() -> (Sandbox, String) {
    let mut head = String::new();
    let sandbox = start_with(|github| {
        let file: (&str, Option<&[u8]>) = ("a/b.md", Some(b"hello\r\n"));
        head = github
            .repository(REPO)
            .push_commit("main", "alice", &[file]);
    });
    (sandbox, head)
}

/// Commits a file on `parent` and gives the commit's name.
fn commit(sandbox: &Sandbox, parent: &str, path: &str, content: &str) -> String {
    let base = get(sandbox, &at(&format!("/git/commits/{parent}")))
        .expect(200)
        .json();
    let blob = json!({ "content": content, "encoding": "utf-8" });
    let blob = write(sandbox, "POST", &at("/git/blobs"), &blob)
        .expect(201)
        .json();
    let tree = json!({
        "base_tree": base["tree"]["sha"],
        "tree": [{ "path": path, "mode": "100644", "type": "blob", "sha": blob["sha"] }],
    });
    let tree = write(sandbox, "POST", &at("/git/trees"), &tree)
        .expect(201)
        .json();
    let commit = json!({ "message": "m", "tree": tree["sha"], "parents": [parent] });
    let commit = write(sandbox, "POST", &at("/git/commits"), &commit)
        .expect(201)
        .json();
    assert_eq!(commit["verification"]["verified"], true);
    commit["sha"].as_str().expect("a name").to_owned()
}

fn branch(sandbox: &Sandbox, name: &str, sha: &str) -> Reply {
    let body = json!({ "ref": format!("refs/heads/{name}"), "sha": sha });
    write(sandbox, "POST", &at("/git/refs"), &body)
}

fn pull(sandbox: &Sandbox, head: &str) -> Reply {
    let body = json!({ "title": "T", "head": head, "base": "main", "body": "B" });
    write(sandbox, "POST", &at("/pulls"), &body)
}

#[test]
fn files_are_read_as_they_were_written() {
    let (sandbox, head) = with_file();
    let tree = get(&sandbox, &at("/git/trees/main?recursive=1"))
        .expect(200)
        .json();
    let paths: Vec<&str> = tree["tree"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|e| e["path"].as_str())
        .collect();
    assert_eq!(
        (paths, &tree["truncated"]),
        (vec!["a", "a/b.md"], &json!(false))
    );
    let blob = get(
        &sandbox,
        &at(&format!(
            "/git/blobs/{}",
            tree["tree"][1]["sha"].as_str().expect("a name")
        )),
    )
    .expect(200)
    .json();
    assert_eq!(
        (&blob["encoding"], &blob["content"]),
        (&json!("base64"), &json!("aGVsbG8NCg==\n"))
    );
    assert_eq!(
        get(&sandbox, &at("/git/ref/heads/main")).expect(200).json()["object"]["sha"],
        json!(head)
    );
    for absent in [
        "/git/ref/heads/mai",
        "/git/commits/0000",
        "/git/trees/0000",
        "/git/blobs/0000",
        "/pulls/1",
    ] {
        get(&sandbox, &at(absent)).expect(404);
    }
    for (path, body) in [
        (
            "/git/blobs",
            json!({ "content": "?", "encoding": "base64" }),
        ),
        (
            "/git/trees",
            json!({ "tree": [{ "path": "../x", "mode": "100644", "type": "blob", "content": "x" }] }),
        ),
        (
            "/git/trees",
            json!({ "tree": [{ "path": "x", "mode": "100644", "type": "blob", "sha": "0000" }] }),
        ),
        ("/git/commits", json!({ "message": "m", "tree": "0000" })),
    ] {
        write(&sandbox, "POST", &at(path), &body).expect(422);
    }
}

#[test]
fn branches_move_forward_unless_forced() {
    let (sandbox, head) = with_file();
    let (one, two) = (
        commit(&sandbox, &head, "x", "1"),
        commit(&sandbox, &head, "x", "2"),
    );
    branch(&sandbox, "bot/x", &one).expect(201);
    let again = branch(&sandbox, "bot/x", &two).expect(422);
    assert_eq!(again.json()["message"], "Reference already exists");
    let path = at("/git/refs/heads/bot/x");
    let stuck = write(&sandbox, "PATCH", &path, &json!({ "sha": two })).expect(422);
    assert_eq!(stuck.json()["message"], "Update is not a fast forward");
    write(
        &sandbox,
        "PATCH",
        &path,
        &json!({ "sha": two, "force": true }),
    )
    .expect(200);
    assert_eq!(
        sandbox.github().repository(REPO).file("bot/x", "x"),
        Some(&b"2"[..])
    );
    assert_eq!(
        sandbox.github().repository(REPO).files("bot/x"),
        ["a/b.md", "x"]
    );
    write(&sandbox, "DELETE", &path, &Value::Null).expect(204);
    write(&sandbox, "DELETE", &path, &Value::Null).expect(422);
    write(
        &sandbox,
        "DELETE",
        &at("/git/refs/heads/main"),
        &Value::Null,
    )
    .expect(422);
}

#[test]
fn pull_requests_are_issues_too() {
    let (sandbox, head) = with_file();
    pull(&sandbox, "bot/x").expect(422);
    branch(&sandbox, "bot/x", &head).expect(201);
    let nothing = pull(&sandbox, "bot/x").expect(422).json();
    assert_eq!(
        nothing["errors"][0]["message"],
        "No commits between main and bot/x"
    );
    let one = commit(&sandbox, &head, "x", "1");
    write(
        &sandbox,
        "PATCH",
        &at("/git/refs/heads/bot/x"),
        &json!({ "sha": one }),
    )
    .expect(200);
    sandbox
        .github()
        .repository(REPO)
        .add_issue("alice", "first", None);
    let made = pull(&sandbox, "bot/x").expect(201).json();
    assert_eq!(
        (&made["number"], &made["head"]["sha"]),
        (&json!(2), &json!(one))
    );
    let twice = pull(&sandbox, "bot/x").expect(422).json();
    assert_eq!(
        twice["errors"][0]["message"],
        "A pull request already exists for octo-org:bot/x."
    );
    let listed = get(&sandbox, ISSUES).expect(200).json();
    assert_eq!(listed[0]["number"], 2);
    assert!(listed[0]["pull_request"].is_object());

    let found = get(&sandbox, &at("/pulls?head=octo-org:bot/x&base=main"))
        .expect(200)
        .json();
    assert_eq!(found.as_array().map(Vec::len), Some(1));
    for none in [
        "head=octo-org:bot",
        "head=other:bot/x",
        "base=dev",
        "state=closed",
    ] {
        let found = get(&sandbox, &at(&format!("/pulls?{none}")))
            .expect(200)
            .json();
        assert_eq!(found, json!([]), "{none}");
    }
    let closed = write(
        &sandbox,
        "PATCH",
        &at("/pulls/2"),
        &json!({ "state": "closed" }),
    )
    .expect(200)
    .json();
    assert_eq!(
        (&closed["state"], &closed["merged"]),
        (&json!("closed"), &json!(false))
    );
    write(
        &sandbox,
        "PATCH",
        &at("/pulls/2"),
        &json!({ "state": "open", "body": "C" }),
    )
    .expect(200);
    sandbox.github().repository(REPO).merge_pull_request(2);
    let merged = get(&sandbox, &at("/pulls/2")).expect(200).json();
    assert_eq!(
        (&merged["state"], &merged["merged"], &merged["body"]),
        (&json!("closed"), &json!(true), &json!("C"))
    );
    assert_eq!(
        sandbox.github().repository(REPO).file("main", "x"),
        Some(&b"1"[..])
    );
}

#[test]
fn who_may_not_write_files() {
    let (sandbox, head) = with_file();
    sandbox
        .github()
        .token("sandbox-token")
        .grant(REPO, Permission::Triage);
    branch(&sandbox, "x", &head).expect(404);
    sandbox
        .github()
        .token("sandbox-token")
        .grant(REPO, Permission::Push)
        .contents_write = false;
    let refused = branch(&sandbox, "x", &head).expect(403);
    assert_eq!(
        refused.header("x-accepted-github-permissions"),
        Some("contents=write")
    );
}

//! What holds for every answer, and the handle itself.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::*;

#[test]
fn every_field_of_githubs_description_is_there() {
    let sandbox = start();
    sandbox.github().repository(REPO).add_milestone("Q1");
    let asked = json!({ "title": "T", "labels": ["bug"], "milestone": 1 });
    write(&sandbox, "POST", ISSUES, &asked).expect(201);
    write(
        &sandbox,
        "POST",
        &format!("{ISSUES}/1/comments"),
        &json!({ "body": "c" }),
    )
    .expect(201);
    // The `required` lists of GitHub's OpenAPI description (23.0.2).
    let user = "login id node_id avatar_url gravatar_id url html_url followers_url following_url gists_url \
                starred_url subscriptions_url organizations_url repos_url events_url received_events_url type \
                site_admin";
    let issue = "id node_id url repository_url labels_url comments_url events_url html_url number state title user \
                 labels assignee milestone locked comments closed_at created_at updated_at";
    let viewer = "name company blog location email hireable bio public_repos public_gists followers following \
                  created_at updated_at private_gists total_private_repos owned_private_repos disk_usage \
                  collaborators two_factor_authentication";
    let repository = "id node_id name full_name owner private html_url description fork url archive_url assignees_url \
        blobs_url branches_url collaborators_url comments_url commits_url compare_url contents_url contributors_url \
        deployments_url downloads_url events_url forks_url git_commits_url git_refs_url git_tags_url git_url \
        issue_comment_url issue_events_url issues_url keys_url labels_url languages_url merges_url milestones_url \
        notifications_url pulls_url releases_url ssh_url stargazers_url statuses_url subscribers_url \
        subscription_url tags_url teams_url trees_url clone_url mirror_url hooks_url svn_url homepage language \
        forks_count stargazers_count watchers_count size default_branch open_issues_count has_issues has_projects \
        has_wiki has_pages has_discussions archived disabled pushed_at created_at updated_at subscribers_count \
        network_count license forks open_issues watchers";
    let milestone = "url html_url labels_url id node_id number state title description creator open_issues \
                     closed_issues created_at updated_at closed_at due_on";
    let comment = "id node_id url html_url user created_at updated_at issue_url";
    for (path, pointer, required) in [
        (format!("{ISSUES}/1"), "", issue),
        (ISSUES.to_owned(), "/0", issue),
        (format!("{ISSUES}/1"), "/user", user),
        (format!("{ISSUES}/1"), "/milestone", milestone),
        (
            format!("{ISSUES}/1"),
            "/labels/0",
            "id node_id url name description color default",
        ),
        (format!("{ISSUES}/1/comments"), "/0", comment),
        ("/user".to_owned(), "", user),
        ("/user".to_owned(), "", viewer),
        ("/repos/octo-org/service".to_owned(), "", repository),
        ("/repos/octo-org/service".to_owned(), "/owner", user),
        ("/repos/octo-org/service/assignees".to_owned(), "/0", user),
        ("/rate_limit".to_owned(), "", "resources rate"),
        (
            "/rate_limit".to_owned(),
            "/rate",
            "limit remaining reset used",
        ),
    ] {
        let answer = get(&sandbox, &path).expect(200).json();
        let shape = answer
            .pointer(pointer)
            .unwrap_or_else(|| panic!("{path} has no {pointer}"));
        for field in required.split_whitespace() {
            assert!(shape.get(field).is_some(), "{path}{pointer} lacks {field}");
        }
    }
}

#[test]
fn every_answer_carries_githubs_headers() {
    let sandbox = start();
    let reply = Ask::new(&sandbox, "GET", ISSUES)
        .header("X-GitHub-Api-Version", "2022-11-28")
        .send()
        .expect(200);
    assert_eq!(reply.header("x-ratelimit-limit"), Some("5000"));
    assert_eq!(reply.header("x-ratelimit-remaining"), Some("4999"));
    assert_eq!(reply.header("x-ratelimit-used"), Some("1"));
    assert_eq!(reply.header("x-ratelimit-resource"), Some("core"));
    assert_eq!(
        reply.header("x-github-api-version-selected"),
        Some("2022-11-28")
    );
    assert_eq!(
        reply.header("content-type"),
        Some("application/json; charset=utf-8")
    );
    assert!(reply.header("x-github-request-id").is_some());
    let reset: i64 = reply
        .header("x-ratelimit-reset")
        .and_then(|text| text.parse().ok())
        .expect("a reset");
    assert!((reset - Utc::now().timestamp() - 3600).abs() < 60);
    assert_eq!(
        get(&sandbox, "/rate_limit").expect(200).json()["rate"]["used"],
        1,
        "asking for the limit is free"
    );

    let refused = Ask::new(&sandbox, "GET", ISSUES)
        .without("User-Agent")
        .send()
        .expect(403);
    assert!(
        refused
            .body
            .contains("Please make sure your request has a User-Agent header"),
        "{refused:?}"
    );
}

#[test]
fn the_primary_limit_is_kept() {
    let sandbox = start();
    sandbox.set_rate_limit(2);
    get(&sandbox, ISSUES).expect(200);
    get(&sandbox, ISSUES).expect(200);
    let limited = get(&sandbox, ISSUES).expect(403);
    assert_eq!(limited.header("x-ratelimit-remaining"), Some("0"));
    get(&sandbox, "/rate_limit").expect(200);
    sandbox.pass_time(TimeDelta::hours(1));
    get(&sandbox, ISSUES).expect(200);
}

#[test]
fn everything_is_noted_and_the_unknown_is_loud() {
    let sandbox = start();
    write(
        &sandbox,
        "POST",
        &format!("{ISSUES}?x=a%20b"),
        &json!({ "title": "T" }),
    )
    .expect(201);
    get(&sandbox, ISSUES).expect(200);
    let noted = sandbox.requests();
    assert_eq!(noted.len(), 2);
    assert_eq!(
        (
            noted[0].method.as_str(),
            noted[0].path.as_str(),
            noted[0].status
        ),
        ("POST", ISSUES, Some(201))
    );
    assert_eq!(
        (noted[0].parameter("x"), &noted[0].body),
        (Some("a b"), &json!({ "title": "T" }))
    );
    assert_eq!(sandbox.writes(), [noted[0].clone()]);
    assert!(sandbox.unexpected().is_empty());
    for (method, path) in [
        ("POST", "/graphql"),
        ("GET", "/repos/octo-org/service/releases"),
        ("DELETE", ISSUES),
        ("GET", "/"),
        ("GET", "/repos/octo-org"),
        ("GET", "//repos/octo-org/service"),
        ("GET", "/repos/octo-org/service/"),
        ("GET", "/repos/octo-org/service/issues/one"),
    ] {
        let reply = Ask::new(&sandbox, method, path).send().expect(501);
        assert!(
            reply.body.contains(&format!("{method} {path}")),
            "{reply:?}"
        );
    }
    assert_eq!(sandbox.unexpected().len(), 8);
    sandbox.clear_requests();
    assert!(sandbox.requests().is_empty());
    get(&sandbox, ISSUES).expect(200);
    assert_eq!(
        sandbox.requests()[0].status,
        Some(200),
        "notes are right after clearing, too"
    );
}

#[test]
fn the_models_clock_moves_by_a_second_with_every_write() {
    let sandbox = start();
    let start = utc("2025-03-01T09:00:00Z");
    sandbox.github().set_now(start);
    let made = write(&sandbox, "POST", ISSUES, &json!({ "title": "T" })).json();
    assert_eq!(made["created_at"], "2025-03-01T09:00:01Z");
    get(&sandbox, ISSUES);
    sandbox.github().advance(TimeDelta::days(3));
    let closed = write(
        &sandbox,
        "PATCH",
        &format!("{ISSUES}/1"),
        &json!({ "state": "closed" }),
    )
    .json();
    assert_eq!(
        (&closed["closed_at"], &closed["updated_at"]),
        (&json!("2025-03-04T09:00:02Z"), &closed["closed_at"])
    );
    let mut github = sandbox.github();
    github.repository(REPO).reopen_issue(1);
    let issue = github.repository(REPO).issue(1).clone();
    assert_eq!(
        (issue.state, issue.state_reason),
        (State::Open, Some(StateReason::Reopened))
    );
    assert_eq!(
        issue.updated_at,
        start + TimeDelta::days(3) + TimeDelta::seconds(3)
    );
}

#[test]
fn it_runs_on_the_current_runtime_and_stops_when_dropped() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let sandbox = Sandbox::start(GitHub::new()).await.expect("a port");
        let port = sandbox
            .url()
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok());
        let port: u16 = port.expect("a port");
        let taken = Sandbox::start_on(GitHub::new(), port).await;
        assert!(taken.is_err(), "a taken port is an error, not a panic");
        let asked = tokio::task::spawn_blocking(move || {
            get(&sandbox, ISSUES).expect(200);
            drop(sandbox);
        });
        asked.await.expect("no panic");
        let deadline = Instant::now() + Duration::from_secs(5);
        while TcpStream::connect(("127.0.0.1", port)).is_ok() {
            assert!(Instant::now() < deadline, "still listening");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
}

#[test]
fn a_test_that_panics_while_it_looks_does_not_take_the_server_down() {
    let sandbox = start();
    let looked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        sandbox.github().repository(REPO).issue(99);
    }));
    assert!(looked.is_err());
    get(&sandbox, ISSUES).expect(200);
}

#[test]
fn an_enterprise_server_has_the_same_below_its_own_path() {
    let sandbox = start();
    for title in ["one", "two"] {
        let path = format!("/api/v3{ISSUES}");
        let made = write(&sandbox, "POST", &path, &json!({ "title": title }))
            .expect(201)
            .json();
        let url = made["url"].as_str().expect("a url");
        assert!(
            url.starts_with(&format!("{}/api/v3/repos/", sandbox.url())),
            "{url}"
        );
    }
    let page = get(&sandbox, &format!("/api/v3{ISSUES}?per_page=1")).expect(200);
    let next = page.next(&sandbox).expect("another page");
    assert!(next.starts_with("/api/v3/repositories/"), "{next}");
    assert_eq!(get(&sandbox, &next).expect(200).numbers(), [1]);
}

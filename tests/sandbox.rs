//! The sandbox over real HTTP: that it answers as GitHub does, and fails as GitHub does.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use pm_sync::sandbox::{Fault, GitHub, Permission, Sandbox, State, StateReason};
use serde_json::{Value, json};

const REPO: &str = "octo-org/service";
const ISSUES: &str = "/repos/octo-org/service/issues";

/// An answer as it came over the wire.
#[derive(Debug)]
struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Reply {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    fn numbers(&self) -> Vec<u64> {
        let list = self.json();
        list.as_array()
            .into_iter()
            .flatten()
            .filter_map(|issue| issue["number"].as_u64())
            .collect()
    }

    /// The path and query of the page that follows.
    fn next(&self, sandbox: &Sandbox) -> Option<String> {
        let link = self
            .header("link")?
            .split(", ")
            .find(|link| link.ends_with("rel=\"next\""))?;
        let url = link.trim_start_matches('<').split('>').next()?;
        Some(
            url.strip_prefix(&sandbox.url())
                .expect("links point to the sandbox")
                .to_owned(),
        )
    }

    #[track_caller]
    fn expect(self, status: u16) -> Reply {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
}

/// A request in the making; it speaks HTTP by itself, so that no client library mends what the sandbox does.
struct Ask<'a> {
    sandbox: &'a Sandbox,
    method: &'a str,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

impl<'a> Ask<'a> {
    fn new(sandbox: &'a Sandbox, method: &'a str, path: &str) -> Ask<'a> {
        let headers = [
            ("User-Agent", "test"),
            ("Authorization", "Bearer sandbox-token"),
        ];
        let headers = headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
        Ask {
            sandbox,
            method,
            path: path.to_owned(),
            headers,
            body: None,
        }
    }

    fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    fn token(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    fn raw(mut self, body: &str) -> Self {
        self.body = Some(body.to_owned());
        self
    }

    /// None when the connection closes without an answer.
    fn try_send(self) -> Option<Reply> {
        let address = self.sandbox.url();
        let mut stream =
            TcpStream::connect(address.trim_start_matches("http://")).expect("the sandbox listens");
        let body = self.body.unwrap_or_default();
        let mut request = format!(
            "{} {} HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n",
            self.method, self.path
        );
        for (name, value) in &self.headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
        stream
            .write_all(request.as_bytes())
            .expect("the sandbox reads");
        let mut bytes = Vec::new();
        // A reset is one way for a connection to be dropped.
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8(bytes).expect("answers are UTF-8");
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.lines();
        let status = lines
            .next()?
            .split(' ')
            .nth(1)?
            .parse()
            .expect("a status is a number");
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        Some(Reply {
            status,
            headers,
            body: body.to_owned(),
        })
    }

    #[track_caller]
    fn send(self) -> Reply {
        self.try_send().expect("an answer")
    }
}

fn start() -> Sandbox {
    start_with(|_| {})
}

fn start_with(prepare: impl FnOnce(&mut GitHub)) -> Sandbox {
    let mut github = GitHub::new();
    prepare(&mut github);
    Sandbox::start_blocking(github).expect("a loopback port is free")
}

#[track_caller]
fn get(sandbox: &Sandbox, path: &str) -> Reply {
    Ask::new(sandbox, "GET", path).send()
}

#[track_caller]
fn write(sandbox: &Sandbox, method: &str, path: &str, body: &Value) -> Reply {
    Ask::new(sandbox, method, path)
        .raw(&body.to_string())
        .send()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

// Issues.

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

// Lists.

#[test]
fn listings_filter_and_sort() {
    let sandbox = start_with(|github| {
        let repository = github.repository(REPO);
        for title in ["one", "two", "three", "four"] {
            repository.add_issue("alice", title, None);
        }
        repository.add_pull_request("bob", "five", None);
        repository.add_label(1, "postmortem");
        repository.add_label(1, "priority: P1");
        repository.add_label(2, "Postmortem");
        repository.assign(3, &["bob"]);
        repository.close_issue(4, StateReason::NotPlanned);
        repository.comment(1, "alice", "a comment");
    });
    let moment = sandbox
        .github()
        .repository(REPO)
        .issue(4)
        .updated_at
        .format("%Y-%m-%dT%H:%M:%SZ");
    for (query, expected) in [
        (String::new(), vec![5, 3, 2, 1]),
        ("state=all".to_owned(), vec![5, 4, 3, 2, 1]),
        ("state=closed".to_owned(), vec![4]),
        ("labels=postmortem".to_owned(), vec![2, 1]),
        ("labels=POSTMORTEM,priority%3A%20P1".to_owned(), vec![1]),
        ("labels=unknown".to_owned(), vec![]),
        ("direction=asc&state=all".to_owned(), vec![1, 2, 3, 4, 5]),
        ("sort=updated&state=all".to_owned(), vec![1, 4, 3, 2, 5]),
        ("sort=comments&direction=desc".to_owned(), vec![1, 5, 3, 2]),
        (format!("since={moment}&state=all"), vec![4, 1]),
        ("assignee=bob".to_owned(), vec![3]),
        ("assignee=none".to_owned(), vec![5, 2, 1]),
        ("assignee=*".to_owned(), vec![3]),
        ("creator=bob".to_owned(), vec![5]),
        ("per_page=2&page=2&state=all".to_owned(), vec![3, 2]),
    ] {
        assert_eq!(
            get(&sandbox, &format!("{ISSUES}?{query}"))
                .expect(200)
                .numbers(),
            expected,
            "{query}"
        );
    }
    for query in [
        "state=shut",
        "assignee=nobody",
        "since=yesterday",
        "sort=size",
        "direction=up",
        "after=3",
    ] {
        get(&sandbox, &format!("{ISSUES}?{query}")).expect(422);
    }
    let all = get(&sandbox, &format!("{ISSUES}?state=all")).json();
    assert!(
        all[0]["pull_request"]["url"].is_string(),
        "pull requests are among the issues"
    );
    assert!(all[1].get("pull_request").is_none());
}

#[test]
fn pages_of_issues_follow_a_cursor() {
    let sandbox = start_with(|github| {
        for _ in 0..7 {
            github.repository(REPO).add_issue("alice", "T", None);
        }
    });
    let first = get(&sandbox, &format!("{ISSUES}?state=all&labels=&per_page=3")).expect(200);
    let link = first.header("link").expect("a link").to_owned();
    assert!(
        link.contains("after=") && link.contains("state=all") && !link.contains("last"),
        "{link}"
    );
    // Something is opened between two pages: by cursor nothing is shown twice or skipped.
    sandbox
        .github()
        .repository(REPO)
        .add_issue("alice", "late", None);
    let mut seen = first.numbers();
    let mut next = first.next(&sandbox);
    while let Some(path) = next {
        let page = get(&sandbox, &path).expect(200);
        seen.extend(page.numbers());
        next = page.next(&sandbox);
    }
    assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);

    let capped = get(&sandbox, &format!("{ISSUES}?per_page=1000")).expect(200);
    assert_eq!(capped.numbers().len(), 8, "per_page is capped, not refused");
    get(&sandbox, &format!("{ISSUES}?per_page=100&page=10")).expect(200);
    let refused = get(&sandbox, &format!("{ISSUES}?per_page=100&page=11"))
        .expect(422)
        .json();
    assert!(
        refused["message"]
            .as_str()
            .is_some_and(|words| words.contains("cursor based pagination"))
    );
    assert_eq!(
        get(&sandbox, &format!("{ISSUES}?per_page=8")).header("link"),
        None
    );
}

#[test]
fn other_lists_have_numbered_pages() {
    let sandbox = start_with(|github| {
        let repository = github.repository(REPO);
        repository.assignable = (0..5).map(|number| format!("user{number}")).collect();
        repository.add_issue("alice", "T", None);
        for number in 0..3 {
            repository.comment(1, "alice", &format!("comment {number}"));
        }
    });
    for (path, pages) in [
        ("/repos/octo-org/service/assignees", 3),
        ("/repos/octo-org/service/labels", 2),
        ("/repos/octo-org/service/issues/1/comments", 2),
    ] {
        let first = get(&sandbox, &format!("{path}?per_page=2")).expect(200);
        assert!(
            first
                .header("link")
                .is_some_and(|link| link.contains("rel=\"last\""))
        );
        let (mut count, mut next) = (1, first.next(&sandbox));
        while let Some(path) = next {
            count += 1;
            next = get(&sandbox, &path).expect(200).next(&sandbox);
        }
        assert_eq!(count, pages, "{path}");
    }
}

#[test]
fn who_has_it_already_gets_304_for_free() {
    let sandbox = start();
    sandbox
        .github()
        .repository(REPO)
        .add_issue("alice", "T", None);
    let first = get(&sandbox, ISSUES).expect(200);
    let tag = first.header("etag").expect("an etag").to_owned();
    let used = first.header("x-ratelimit-used").map(str::to_owned);
    let again = || {
        Ask::new(&sandbox, "GET", ISSUES)
            .header("If-None-Match", &tag)
            .send()
    };
    let same = again().expect(304);
    assert_eq!(
        (
            same.body.as_str(),
            same.header("x-ratelimit-used").map(str::to_owned)
        ),
        ("", used)
    );
    sandbox.github().repository(REPO).edit_title(1, "U");
    assert_ne!(again().expect(200).header("etag"), Some(tag.as_str()));
}

// Labels, assignees, comments.

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

// Who may.

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

// The service itself.

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
        ("GET", "/repos/octo-org/service/pulls"),
        ("DELETE", ISSUES),
        ("GET", "/"),
        ("GET", "/repos/octo-org"),
        ("GET", "/repos/octo-org/service/issues/one"),
    ] {
        let reply = Ask::new(&sandbox, method, path).send().expect(501);
        assert!(
            reply.body.contains(&format!("{method} {path}")),
            "{reply:?}"
        );
    }
    assert_eq!(sandbox.unexpected().len(), 6);
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

// Faults.

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

// The handle.

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

//! The GitHub client over real HTTP, against the sandbox; `client/wire.rs` has what the sandbox is too polite for.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use pm_sync::config::RepoName;
use pm_sync::github::{
    Client, Clock, CloseReason, Counts, ErrorKind, IssuePatch, IssueState, LabelOutcome, Lookup,
    NewIssue, NewLabel, Refusal, Settings, StateChange, Token, WaitReason,
};
use pm_sync::sandbox::{Fault, GitHub, Permission, Sandbox, StateReason};

#[path = "client/comments.rs"]
mod comments;
#[path = "client/wire.rs"]
mod wire;

const REPO: &str = "octo-org/service";

fn repo(name: &str) -> RepoName {
    name.parse().expect("a repository")
}

fn new(title: &str) -> NewIssue {
    NewIssue {
        title: title.to_owned(),
        ..NewIssue::default()
    }
}

fn client(sandbox: &Sandbox, token: Option<&str>) -> (Client, Clock) {
    let url = sandbox.url().parse().expect("a url");
    let clock = Clock::fake();
    let settings = Settings::new(url, repo(REPO), token.and_then(Token::new));
    (
        Client::new(settings, clock.clone()).expect("a client"),
        clock,
    )
}

/// A sandbox after `setup`, and a client that may push.
async fn start(setup: impl FnOnce(&mut GitHub)) -> (Sandbox, Client, Clock) {
    let mut github = GitHub::new();
    setup(&mut github);
    let sandbox = Sandbox::start(github).await.expect("a sandbox");
    let (client, clock) = client(&sandbox, Some("sandbox-token"));
    (sandbox, client, clock)
}

fn kind<T>(result: Result<T, pm_sync::github::Error>) -> ErrorKind {
    result.map(drop).expect_err("refused").kind().clone()
}

fn one_issue(github: &mut GitHub) {
    github
        .repository(REPO)
        .add_issue("alice", "ディスクのアラート", None);
}

#[tokio::test]
async fn two_hundred_and_fifty_issues_are_three_requests() {
    let (sandbox, client, _) = start(|github| {
        let repository = github.repository(REPO);
        for n in 1..=250 {
            let number = match n {
                7 => repository.add_pull_request("alice", "fix", None),
                _ => repository.add_issue("alice", "x", None),
            };
            repository.add_label(number, "postmortem");
        }
        repository.add_issue("mallory", "not labelled", None);
        repository.close_issue(9, StateReason::NotPlanned);
    })
    .await;
    let issues = client
        .issues_with_label("postmortem")
        .await
        .expect("a listing");
    assert_eq!(
        issues.iter().map(|issue| issue.number).collect::<Vec<_>>(),
        (1..=250).collect::<Vec<_>>()
    );
    assert_eq!(
        client.counts(),
        Counts {
            reads: 3,
            writes: 0
        }
    );
    assert!(
        issues
            .iter()
            .all(|issue| issue.is_pull_request == (issue.number == 7))
    );
    assert_eq!(
        (issues[8].state, issues[8].state_reason.as_deref()),
        (IssueState::Closed, Some("not_planned"))
    );
    assert!(sandbox.unexpected().is_empty());
}

#[tokio::test]
async fn an_issue_is_created_read_changed_closed_and_reopened() {
    let (sandbox, client, _) = start(|_| ()).await;
    let label = NewLabel {
        name: "postmortem".into(),
        color: "b60205".into(),
        description: "振り返り".into(),
    };
    assert_eq!(client.ensure_label(&label).await, Ok(LabelOutcome::Created));
    assert_eq!(client.ensure_label(&label).await, Ok(LabelOutcome::Existed));
    let new = NewIssue {
        title: "[PM-042] アラートを設定する".into(),
        body: "本文".into(),
        labels: vec!["postmortem".into()],
        assignees: vec!["alice".into()],
    };
    let created = client.create_issue(&new).await.expect("created");
    assert!(new.missing_from(&created).is_empty());
    assert_eq!(
        (created.title.as_str(), created.body.as_str()),
        (new.title.as_str(), "本文")
    );
    assert_eq!(
        created
            .repository
            .as_ref()
            .map(RepoName::to_string)
            .as_deref(),
        Some(REPO)
    );
    assert_eq!(
        client.issue(created.number).await,
        Ok(Lookup::Found(Box::new(created.clone())))
    );

    let number = created.number;
    let titled = IssuePatch {
        title: Some("新".into()),
        ..IssuePatch::default()
    };
    let changed = client.update_issue(number, &titled).await.expect("changed");
    assert_eq!(
        (
            changed.title.as_str(),
            changed.body.as_str(),
            changed.labels.len()
        ),
        ("新", "本文", 1)
    );
    for (change, state, reason) in [
        (
            StateChange::Close(CloseReason::NotPlanned),
            IssueState::Closed,
            Some("not_planned"),
        ),
        (StateChange::Reopen, IssueState::Open, Some("reopened")),
        (
            StateChange::Close(CloseReason::Completed),
            IssueState::Closed,
            Some("completed"),
        ),
    ] {
        let patch = IssuePatch {
            state: Some(change),
            ..IssuePatch::default()
        };
        let issue = client.update_issue(number, &patch).await.expect("changed");
        assert_eq!(
            (issue.state, issue.state_reason.as_deref()),
            (state, reason)
        );
        assert_eq!(issue.closed_at.is_some(), state == IssueState::Closed);
    }
    let cleared = IssuePatch {
        labels: Some(vec![]),
        assignees: Some(vec![]),
        ..IssuePatch::default()
    };
    let issue = client
        .update_issue(number, &cleared)
        .await
        .expect("changed");
    assert!(issue.labels.is_empty() && issue.assignees.is_empty());
    assert!(sandbox.unexpected().is_empty());
}

#[tokio::test]
async fn questions_about_people_and_repositories() {
    let (sandbox, client, _) = start(|github| {
        github.add_repository("octo-org/secret").private = true;
        github.add_repository("octo-org/old").archived = true;
    })
    .await;
    assert_eq!(client.is_assignable("alice").await, Ok(true));
    assert_eq!(client.is_assignable("mallory").await, Ok(false));
    assert_eq!(client.is_assignable("SRE チーム/x").await, Ok(false));
    let user = client.user().await.expect("a user");
    assert_eq!(
        (user.login.as_str(), user.scopes),
        ("octocat", Some(vec!["repo".to_owned()]))
    );
    assert_eq!(
        client.repository(&repo("octo-org/secret")).await,
        Ok(None),
        "hidden is as absent"
    );
    assert!(
        client
            .repository(&repo("octo-org/old"))
            .await
            .expect("seen")
            .expect("there")
            .archived
    );
    let service = client
        .repository(&repo(REPO))
        .await
        .expect("seen")
        .expect("there");
    assert!(!service.private && !service.archived && service.has_issues);
    assert!(service.permissions.expect("with a token").push);
    let (anonymous, _) = self::client(&sandbox, None);
    assert_eq!(
        anonymous
            .repository(&repo(REPO))
            .await
            .expect("seen")
            .expect("there")
            .permissions,
        None
    );
    assert!(sandbox.unexpected().is_empty());
}

#[tokio::test]
async fn labels_and_limits_are_read() {
    let (sandbox, client, _) = start(|github| {
        for n in 0..120 {
            github
                .repository(REPO)
                .create_label(&format!("team: {n}"), "ffffff", None);
        }
    })
    .await;
    let labels = client.labels().await.expect("labels");
    assert_eq!(labels.len(), 129, "GitHub's nine and ours, on two pages");
    assert!(labels.contains(&"bug".to_owned()) && labels.contains(&"team: 119".to_owned()));
    let limit = client.rate_limit().await.expect("an answer").expect("one");
    assert_eq!((limit.limit, limit.remaining), (5000, 4998));
    assert!(limit.reset > chrono::Utc::now());
    sandbox.fault(Fault::status(404));
    assert_eq!(client.rate_limit().await, Ok(None), "nothing is counted");
    assert!(sandbox.unexpected().is_empty());
}

#[tokio::test]
async fn each_refusal_is_its_own_kind() {
    let (sandbox, client, clock) = start(|github| {
        one_issue(github);
        github
            .repository(REPO)
            .add_issue("alice", "to be deleted", None);
        github.repository(REPO).delete_issue(2);
    })
    .await;
    let patch = IssuePatch {
        title: Some("t".into()),
        ..IssuePatch::default()
    };

    let stranger = NewIssue {
        assignees: vec!["mallory".into()],
        ..new("t")
    };
    assert_eq!(
        kind(client.create_issue(&stranger).await),
        ErrorKind::AssigneeInvalid
    );
    let ErrorKind::Validation(fields) = kind(client.create_issue(&new(&"長".repeat(300))).await)
    else {
        panic!("a validation error")
    };
    assert!(
        fields[0]
            .message
            .as_deref()
            .expect("words")
            .contains("too long"),
        "{fields:?}"
    );
    assert_eq!(client.issue(2).await, Ok(Lookup::Gone));
    assert_eq!(client.issue(99).await, Ok(Lookup::Gone));
    assert_eq!(kind(client.update_issue(2, &patch).await), ErrorKind::Gone);
    assert_eq!(
        kind(client.update_issue(99, &patch).await),
        ErrorKind::NotFound
    );

    let (wrong, _) = self::client(&sandbox, Some("expired"));
    assert_eq!(kind(wrong.issue(1).await), ErrorKind::Unauthorized);
    let (anonymous, _) = self::client(&sandbox, None);
    let before = sandbox.requests().len();
    assert_eq!(
        kind(anonymous.create_issue(&new("t")).await),
        ErrorKind::NoToken
    );
    assert_eq!(sandbox.requests().len(), before, "known without asking");
    assert_eq!(kind(anonymous.user().await), ErrorKind::NoToken);

    sandbox.github().token("sandbox-token").issues_write = false;
    assert!(matches!(
        kind(client.create_issue(&new("t")).await),
        ErrorKind::Forbidden(Refusal::Permission(_))
    ));
    sandbox.github().token("sandbox-token").issues_write = true;
    sandbox.github().repository(REPO).archived = true;
    assert_eq!(
        kind(client.create_issue(&new("t")).await),
        ErrorKind::Forbidden(Refusal::Archived)
    );
    sandbox.github().repository(REPO).archived = false;
    sandbox.github().repository(REPO).has_issues = false;
    assert_eq!(
        kind(client.create_issue(&new("t")).await),
        ErrorKind::IssuesDisabled
    );
    assert_eq!(
        kind(client.issue(1).await),
        ErrorKind::IssuesDisabled,
        "not: deleted"
    );
    assert_eq!(
        kind(client.issues_with_label("x").await),
        ErrorKind::IssuesDisabled
    );

    assert!(
        clock
            .waits()
            .iter()
            .all(|wait| *wait <= Duration::from_secs(1)),
        "a refusal is not tried again"
    );
    assert!(sandbox.unexpected().is_empty());
}

#[tokio::test]
async fn without_push_access_what_github_drops_is_noticed() {
    let (sandbox, client, _) = start(|github| {
        github
            .token("sandbox-token")
            .revoke(REPO)
            .grant(REPO, Permission::Read);
    })
    .await;
    let new = NewIssue {
        labels: vec!["postmortem".into()],
        assignees: vec!["alice".into()],
        ..new("t")
    };
    let created = client.create_issue(&new).await.expect("created");
    let missing = new.missing_from(&created);
    assert_eq!(
        (missing.labels, missing.assignees),
        (new.labels, new.assignees)
    );
    assert!(sandbox.unexpected().is_empty());
}

#[tokio::test]
async fn a_create_is_never_sent_twice() {
    for (fault, made) in [
        (Fault::status(502), 0),
        (Fault::status(500).after_applying(), 1),
        (Fault::html(504).after_applying(), 1),
        (Fault::lost_answer(), 1),
        (Fault::lost_request(), 0),
    ] {
        let (sandbox, client, clock) = start(|_| ()).await;
        sandbox.fault(fault.always());
        let error = client.create_issue(&new("t")).await.expect_err("lost");
        assert_eq!(error.kind(), &ErrorKind::Uncertain, "{error}");
        assert_eq!(
            (sandbox.writes().len(), clock.waits().len()),
            (1, 0),
            "{error}"
        );
        assert_eq!(sandbox.github().repository(REPO).issues().count(), made);
        assert!(!error.to_string().contains('<'), "{error}");
    }
}

#[tokio::test]
async fn what_can_be_repeated_is_tried_five_times() {
    let patch = IssuePatch {
        title: Some("t".into()),
        ..IssuePatch::default()
    };
    for fault in [
        || Fault::status(502),
        Fault::lost_answer,
        Fault::lost_request,
    ] {
        let (sandbox, client, clock) = start(one_issue).await;
        sandbox.fault(fault().times(4));
        client.issue(1).await.expect("on the fifth try");
        sandbox.fault(fault().times(4));
        client
            .update_issue(1, &patch)
            .await
            .expect("on the fifth try");
        assert_eq!(
            client.counts(),
            Counts {
                reads: 5,
                writes: 5
            }
        );
        let pauses: Vec<u64> = clock.waits().iter().map(Duration::as_secs).collect();
        assert_eq!(pauses.len(), 8);
        for (pause, least) in pauses.iter().zip([1, 2, 4, 8, 1, 2, 4, 8]) {
            assert!((least..=2 * least).contains(pause), "{pauses:?}");
        }
        sandbox.fault(fault().always());
        let error = client
            .update_issue(1, &patch)
            .await
            .expect_err("five are enough");
        assert!(
            matches!(error.kind(), ErrorKind::Server | ErrorKind::Network),
            "{error}"
        );
        assert_eq!(client.counts().writes, 10);
    }
}

#[tokio::test]
async fn a_label_whose_answer_was_lost_exists() {
    let (sandbox, client, _) = start(|_| ()).await;
    sandbox.fault(Fault::lost_answer());
    let label = NewLabel {
        name: "x".into(),
        color: "ffffff".into(),
        description: String::new(),
    };
    assert_eq!(client.ensure_label(&label).await, Ok(LabelOutcome::Existed));
}

#[tokio::test]
async fn nothing_is_sent_while_limited_by_any_clone() {
    for fault in [
        || Fault::secondary_limit(Some(30)),
        || Fault::secondary_limit(None),
        || Fault::secondary_limit(None).with_status(429),
        || Fault::primary_limit(300),
    ] {
        let (sandbox, client, clock) = start(one_issue).await;
        let sandbox = Arc::new(sandbox);
        let (waits, theirs) = (Arc::new(Mutex::new(Vec::new())), Arc::clone(&sandbox));
        let log = Arc::clone(&waits);
        client.on_wait(move |time, reason| {
            theirs.pass_time(TimeDelta::from_std(time).expect("short"));
            log.lock().expect("no panic").push((time.as_secs(), reason));
        });
        sandbox.fault(fault().watched());
        client
            .create_issue(&new("a"))
            .await
            .expect("after the wait");
        let others = (client.clone(), client.clone(), client.clone());
        let next = new("b");
        let (b, c, d) = tokio::join!(
            others.0.create_issue(&next),
            others.1.issue(1),
            others.2.user()
        );
        assert!(b.is_ok() && c.is_ok() && d.is_ok());
        assert_eq!(sandbox.violations(), []);
        let waits = waits.lock().expect("no panic").clone();
        assert!(
            matches!(
                waits[0].1,
                WaitReason::RateLimit | WaitReason::SecondaryLimit
            ) && waits[0].0 >= 30
        );
        assert_eq!(waits[1..], [(1, WaitReason::Spacing)], "{waits:?}");
        assert_eq!(clock.waits().len(), 2);
    }
}

#[tokio::test]
async fn writes_are_a_second_apart_whoever_sends_them() {
    let (_sandbox, client, clock) = start(|_| ()).await;
    let (a, b, c) = (client.clone(), client.clone(), client);
    let t = new("t");
    let (a, b, c) = tokio::join!(a.create_issue(&t), b.create_issue(&t), c.create_issue(&t));
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert_eq!(clock.waits(), [Duration::from_secs(1); 2]);
}

#[tokio::test]
async fn a_renamed_repository_is_the_same() {
    let (sandbox, client, _) = start(|github| {
        one_issue(github);
        github.repository(REPO).add_label(1, "postmortem");
        github.rename_repository(REPO, "octo-org/platform");
    })
    .await;
    let Ok(Lookup::Found(issue)) = client.issue(1).await else {
        panic!("found")
    };
    assert_eq!(issue.repository, Some(repo("octo-org/platform")));
    assert_eq!(
        client
            .issues_with_label("postmortem")
            .await
            .expect("a listing")
            .len(),
        1
    );
    let patch = IssuePatch {
        title: Some("t".into()),
        ..IssuePatch::default()
    };
    assert_eq!(
        client
            .update_issue(1, &patch)
            .await
            .expect("followed")
            .title,
        "t"
    );
    assert_eq!(
        client
            .create_issue(&new("n"))
            .await
            .expect("followed")
            .number,
        2
    );
    let label = NewLabel {
        name: "x".into(),
        color: "ffffff".into(),
        description: String::new(),
    };
    assert_eq!(client.ensure_label(&label).await, Ok(LabelOutcome::Created));
    assert_eq!(client.is_assignable("alice").await, Ok(true));
    let found = client
        .repository(&repo(REPO))
        .await
        .expect("followed")
        .expect("there");
    assert_eq!(found.full_name, "octo-org/platform");
    assert!(sandbox.unexpected().is_empty());
}

#[tokio::test]
async fn a_transferred_issue_is_moved_and_not_written_to() {
    let (sandbox, client, _) = start(|github| {
        one_issue(github);
        github.add_repository("octo-org/other");
        github
            .token("sandbox-token")
            .grant("octo-org/other", Permission::Push);
        // Even where it gets the same number there.
        assert_eq!(github.transfer_issue(REPO, 1, "octo-org/other"), 1);
    })
    .await;
    let url = "https://github.com/octo-org/other/issues/1".to_owned();
    assert_eq!(client.issue(1).await, Ok(Lookup::Moved { url: Some(url) }));
    let patch = IssuePatch {
        title: Some("t".into()),
        ..IssuePatch::default()
    };
    let error = client.update_issue(1, &patch).await.expect_err("moved");
    assert_eq!(error.kind(), &ErrorKind::Moved, "{error}");
    assert_eq!(
        sandbox.github().repository("octo-org/other").issue(1).title,
        "ディスクのアラート"
    );
    assert_eq!(sandbox.writes().len(), 1);
}

#[tokio::test]
async fn closings_and_reopenings_are_read_over_all_pages() {
    let (sandbox, client, _) = start(|github| {
        one_issue(github);
        let repository = github.repository(REPO);
        repository.close_issue(1, StateReason::NotPlanned);
        // More events than a page holds, none of them a change of the state.
        for n in 0..120 {
            repository.edit_title(1, &format!("title {n}"));
        }
        repository.reopen_issue(1);
        repository.close_issue(1, StateReason::Completed);
        repository.add_issue("alice", "never touched", None);
    })
    .await;
    let changes = client.state_changes(1).await.expect("an answer");
    let changes = changes.expect("an issue");
    assert_eq!(
        changes
            .iter()
            .map(|change| (change.to, change.reason.as_deref()))
            .collect::<Vec<_>>(),
        [
            (IssueState::Closed, Some("not_planned")),
            (IssueState::Open, None),
            (IssueState::Closed, Some("completed")),
        ]
    );
    assert_eq!(
        changes[2].at,
        sandbox
            .github()
            .repository(REPO)
            .issue(1)
            .closed_at
            .expect("closed")
    );
    assert_eq!(client.counts().reads, 2);
    assert_eq!(client.state_changes(2).await, Ok(Some(Vec::new())));
    assert_eq!(client.state_changes(3).await, Ok(None));
    sandbox.github().repository(REPO).delete_issue(1);
    assert_eq!(client.state_changes(1).await, Ok(None));
    assert!(sandbox.unexpected().is_empty());
}

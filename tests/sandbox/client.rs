//! octocrab against the sandbox: a strict client, with typed models, that follows links. Redirects are
//! followed by our own client, whose tests cover them.

use octocrab::models::issues::{Comment, Issue};
use octocrab::models::{Author, Label, Repository};
use octocrab::{Octocrab, Page};

use super::*;

/// Runs on a runtime of its own, with the sandbox on it.
fn with_octocrab(test: impl AsyncFnOnce(&Octocrab, &Sandbox)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let sandbox = Sandbox::start(GitHub::new()).await.expect("a port");
        let builder = Octocrab::builder().personal_token("sandbox-token");
        let octocrab = builder
            .base_uri(sandbox.url())
            .expect("a base")
            .build()
            .expect("a client");
        test(&octocrab, &sandbox).await;
        assert!(
            sandbox.unexpected().is_empty(),
            "{:?}",
            sandbox.unexpected()
        );
    });
}

#[test]
fn its_typed_models_read_every_shape() {
    with_octocrab(async |octocrab, _| {
        let repository: Repository = octocrab
            .get("/repos/octo-org/service", None::<&()>)
            .await
            .expect("a repository");
        assert_eq!(repository.full_name.as_deref(), Some(REPO));
        let asked = json!({ "title": "T", "body": "B", "labels": ["bug"], "assignees": ["bob"] });
        let issue: Issue = octocrab.post(ISSUES, Some(&asked)).await.expect("an issue");
        assert_eq!((issue.number, issue.user.login.as_str()), (1, "octocat"));
        let closing = json!({ "state": "closed", "state_reason": "not_planned" });
        let path = format!("{ISSUES}/1");
        let closed: Issue = octocrab
            .patch(&path, Some(&closing))
            .await
            .expect("an issue");
        assert!(closed.closed_at.is_some());
        let comment: Comment = octocrab
            .post(format!("{path}/comments"), Some(&json!({ "body": "c" })))
            .await
            .expect("a comment");
        assert_eq!(comment.body.as_deref(), Some("c"));
        let labels: Page<Label> = octocrab
            .get("/repos/octo-org/service/labels", None::<&()>)
            .await
            .expect("labels");
        assert_eq!(labels.items.len(), 9);
        let people: Page<Author> = octocrab
            .get("/repos/octo-org/service/assignees", None::<&()>)
            .await
            .expect("people");
        assert_eq!(people.items.len(), 3);
        let me = octocrab.current().user().await.expect("a user");
        assert_eq!(me.login, "octocat");
        octocrab.ratelimit().get().await.expect("a rate limit");
    });
}

#[test]
fn it_finds_all_pages() {
    with_octocrab(async |octocrab, sandbox| {
        for number in 0..5 {
            sandbox
                .github()
                .repository(REPO)
                .add_issue("alice", &format!("{number}"), None);
        }
        let path = format!("{ISSUES}?per_page=2");
        let page: Page<Issue> = octocrab.get(&path, None::<&()>).await.expect("a page");
        let all = octocrab.all_pages(page).await.expect("all pages");
        let numbers: Vec<u64> = all.iter().map(|issue| issue.number).collect();
        assert_eq!(numbers, [5, 4, 3, 2, 1]);
    });
}

#[test]
fn it_reports_lost_answers_and_refusals() {
    with_octocrab(async |octocrab, sandbox| {
        let asked = json!({ "title": "T", "assignees": ["nobody"] });
        let refused = octocrab.post::<_, Issue>(ISSUES, Some(&asked)).await;
        let Err(octocrab::Error::GitHub { source, .. }) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(
            (source.status_code.as_u16(), source.message.as_str()),
            (422, "Validation Failed")
        );
        assert_eq!(source.errors.map(|errors| errors.len()), Some(1));
        // What a lost answer must never cause: the same issue filed again. The features that we build
        // octocrab with leave its retries out.
        sandbox.fault(Fault::lost_answer().on("POST", ISSUES).always());
        let lost = octocrab
            .post::<_, Issue>(ISSUES, Some(&json!({ "title": "T" })))
            .await;
        assert!(lost.is_err());
        assert_eq!(sandbox.github().repository(REPO).issues().count(), 1);
    });
}

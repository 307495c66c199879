//! Comments and single labels, over HTTP against the sandbox.

use pm_sync::github::ErrorKind;
use pm_sync::sandbox::{Fault, Permission};

use super::{REPO, kind, one_issue, start};

const COMMENTS: &str = "/repos/*/*/issues/*/comments";

#[tokio::test]
async fn comments_are_listed_over_pages_created_and_changed() {
    let (sandbox, client, _) = start(|github| {
        one_issue(github);
        let repository = github.repository(REPO);
        for n in 1..=230 {
            let author = if n == 7 {
                "github-actions[bot]"
            } else {
                "alice"
            };
            repository.comment(1, author, &format!("発言 {n}"));
        }
        repository.comment(1, "mallory", "from outside");
    })
    .await;
    let all = client.comments(1).await.expect("a listing");
    assert_eq!(client.counts().reads, 3);
    assert_eq!(
        (all.len(), all[0].body.as_str(), all[229].body.as_str()),
        (231, "発言 1", "発言 230")
    );
    assert_eq!(all[0].author.as_deref(), Some("alice"));
    assert!(all[6].by_bot && !all[0].by_bot);
    let inside: Vec<bool> = [0, 6, 230]
        .iter()
        .map(|at| all[*at].is_from_inside())
        .collect();
    assert_eq!(inside, [true, true, false]);

    let made = client
        .create_comment(1, "@alice 期限です")
        .await
        .expect("made");
    assert!(made.url.ends_with(&format!("#issuecomment-{}", made.id)));
    let changed = client.update_comment(made.id, "済み").await.expect("done");
    assert_eq!((changed.id, changed.body.as_str()), (made.id, "済み"));
    let issue = match client.issue(1).await.expect("read") {
        pm_sync::github::Lookup::Found(issue) => issue,
        other => panic!("{other:?}"),
    };
    assert_eq!(issue.comments, 232);
    assert!(sandbox.unexpected().is_empty());
}

#[tokio::test]
async fn a_comment_whose_answer_is_lost_is_not_sent_again() {
    let (sandbox, client, clock) = start(one_issue).await;
    for fault in [
        Fault::lost_answer(),
        Fault::lost_request(),
        Fault::html(502),
        Fault::status(500).after_applying(),
        Fault::answer(200, serde_json::json!({})),
    ] {
        sandbox.fault(fault.on("POST", COMMENTS));
        let before = sandbox.writes().len();
        assert_eq!(
            kind(client.create_comment(1, "Hello").await),
            ErrorKind::Uncertain
        );
        assert_eq!(sandbox.writes().len(), before + 1);
    }
    // What was lost after it was carried out can be seen at once.
    assert_eq!(client.comments(1).await.expect("a listing").len(), 2);

    // A limit refuses before anything is done, so that the comment goes out after it.
    sandbox.fault(Fault::secondary_limit(Some(20)).on("POST", COMMENTS));
    client.create_comment(1, "Later").await.expect("in the end");
    assert!(clock.waits().iter().any(|wait| wait.as_secs() == 20));
    // A change that is lost is sent again, since it says the same.
    let id = client.comments(1).await.expect("a listing")[0].id;
    sandbox.fault(Fault::lost_answer().on("PATCH", "/repos/*/*/issues/comments/*"));
    client.update_comment(id, "Changed").await.expect("done");
    assert_eq!(sandbox.waiting_faults(), 0);
}

#[tokio::test]
async fn comments_where_none_can_be_made() {
    let (sandbox, client, _) = start(|github| {
        one_issue(github);
        let repository = github.repository(REPO);
        repository.add_issue("alice", "gone", None);
        repository.delete_issue(2);
        repository.comment(1, "alice", "hers");
    })
    .await;
    assert_eq!(kind(client.comments(2).await), ErrorKind::Gone);
    assert_eq!(
        kind(client.create_comment(2, "t").await),
        ErrorKind::Gone,
        "deleted"
    );
    assert_eq!(
        kind(client.create_comment(9, "t").await),
        ErrorKind::NotFound
    );
    assert!(matches!(
        kind(client.create_comment(1, &"長".repeat(65_537)).await),
        ErrorKind::Validation(_)
    ));
    assert_eq!(
        kind(client.update_comment(9, "t").await),
        ErrorKind::NotFound
    );
    let hers = client.comments(1).await.expect("a listing")[0].id;
    sandbox
        .github()
        .token("sandbox-token")
        .grant(REPO, Permission::Triage);
    assert!(matches!(
        kind(client.update_comment(hers, "mine").await),
        ErrorKind::Forbidden(_)
    ));
}

#[tokio::test]
async fn one_label_comes_and_goes_beside_the_others() {
    let (sandbox, client, _) = start(|github| {
        one_issue(github);
        github.repository(REPO).add_label(1, "team: sre");
        github
            .repository(REPO)
            .create_label("期限切れ", "b60205", None);
    })
    .await;
    let labels = || {
        sandbox
            .github()
            .repository(REPO)
            .issue(1)
            .labels
            .clone()
            .join(",")
    };
    sandbox.fault(Fault::lost_answer().on("POST", "/repos/*/*/issues/*/labels"));
    client.add_label(1, "期限切れ").await.expect("added");
    assert_eq!(labels(), "team: sre,期限切れ");
    assert_eq!(client.remove_label(1, "期限切れ").await, Ok(true));
    assert_eq!(labels(), "team: sre");
    assert_eq!(
        client.remove_label(1, "期限切れ").await,
        Ok(false),
        "gone already"
    );
    assert_eq!(kind(client.add_label(9, "x").await), ErrorKind::NotFound);
    assert!(sandbox.unexpected().is_empty() && sandbox.waiting_faults() == 0);
}

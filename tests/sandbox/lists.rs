//! Filters, order, pages and conditional requests.

use super::*;

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
        ("/repos/octo-org/service/labels", 5),
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

#[test]
fn absurd_page_numbers_are_no_harm() {
    let sandbox = start();
    sandbox
        .github()
        .repository(REPO)
        .add_issue("alice", "T", None);
    let most = usize::MAX;
    get(&sandbox, &format!("{ISSUES}?page={most}&per_page=100")).expect(422);
    get(&sandbox, &format!("{ISSUES}?page=0&per_page=0")).expect(200);
    get(&sandbox, &format!("{ISSUES}?page=-1&per_page=x")).expect(200);
    let labels = format!("/repos/octo-org/service/labels?page={most}&per_page=2");
    assert_eq!(get(&sandbox, &labels).expect(200).json(), json!([]));
    get(&sandbox, &format!("{ISSUES}/{}", u64::MAX)).expect(404);
    get(&sandbox, &format!("{ISSUES}/{}0", u64::MAX)).expect(501);
}

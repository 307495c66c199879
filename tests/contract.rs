//! Exchanges between pm-sync and the sandbox, wide enough to be held against GitHub's own description of its API.
//!
//! These tests only see to it that everything really happens: each kind of request, and each answer that it can meet. Where `PM_SYNC_EXCHANGES` names a folder they write what was said there, a file of JSON lines each;
//! `tests/contract/run` reads those and does the judging.

#[path = "contract/besides.rs"]
mod besides;
mod common;
#[allow(
    dead_code,
    reason = "the sandbox's own tests use the parts that this one doesn't"
)]
#[path = "sandbox/http.rs"]
mod http;

use std::collections::BTreeSet;
use std::io::Write;

use common::{REPOSITORY, World};
use pm_sync::sandbox::{Exchange, Fault, GitHub, Permission, Sandbox, StateReason};
use serde_json::{Value, json};

const CONFIG: &str = "[github]
repository = \"octo-org/service\"
write_interval = 0

[push]
done = \"create_closed\"

[owners]
\"SRE\" = { github = [\"bob\"], labels = [\"team: sre\"] }
";

const CHECKOUT: &str = "# PM-042 Checkout was down

**Date**: 2025-01-05

## Action items

| # | Action | Owner | Due | Priority | Status |
|---|--------|-------|-----|----------|--------|
| 1 | Alert on the queue's length | @alice | 2025-01-10 | P0 | todo |
| 2 | Test the failover (fixes #2, @bob & <b>all</b>) | SRE | 2025-01-20 | P1 | in progress |
| 3 | Tell the vendor | @mallory | 2025-01-07 | P2 | todo |
| 4 | Turn the flag off | @alice, @bob | 2025-01-06 | P3 | done |
";

const SEARCH: &str = "# PM-043 検索の遅延

**日時**: 2025-01-06

## アクションアイテム

- [ ] 索引の作り直しを自動にする (担当: @bob, 期限: 2025-01-31)
- [ ] 🚨 監視を足す
";

/// Writes down what was said, and gives it back.
fn record(name: &str, sandbox: &Sandbox) -> Vec<Exchange> {
    let exchanges = sandbox.exchanges();
    assert!(sandbox.unexpected().is_empty(), "a request without a route");
    assert_eq!(sandbox.waiting_faults(), 0, "a fault that never struck");
    let Some(folder) = std::env::var_os("PM_SYNC_EXCHANGES") else {
        return exchanges;
    };
    let path = std::path::Path::new(&folder).join(format!("{name}.jsonl"));
    let mut file = std::fs::File::create(path).expect("the folder of PM_SYNC_EXCHANGES is there");
    for exchange in &exchanges {
        let line = line(exchange);
        writeln!(file, "{line}").expect("written");
    }
    exchanges
}

fn line(exchange: &Exchange) -> Value {
    let Exchange { request, answer } = exchange;
    let answer = answer.as_ref().map(
        |answer| json!({ "status": answer.status, "headers": answer.headers, "body": answer.body }),
    );
    json!({
        "request": {
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "headers": request.headers,
            "body": request.body,
        },
        "answer": answer,
    })
}

/// Fails unless all of these were answered; a scenario that no longer reaches what it is for is no proof.
#[track_caller]
fn met(exchanges: &[Exchange], expected: &[(&str, &str, u16)]) {
    let seen: BTreeSet<(String, String, u16)> = exchanges
        .iter()
        .filter_map(|exchange| {
            let status = exchange.answer.as_ref()?.status;
            let Exchange { request, .. } = exchange;
            Some((request.method.clone(), shape(&request.path), status))
        })
        .collect();
    for (method, path, status) in expected {
        let one = ((*method).to_owned(), (*path).to_owned(), *status);
        assert!(
            seen.contains(&one),
            "no {method} {path} {status}: {seen:#?}"
        );
    }
}

/// A path below its repository, with `*` for what has a name or number of its own.
fn shape(path: &str) -> String {
    let segments: Vec<&str> = path
        .trim_start_matches("/api/v3")
        .trim_start_matches('/')
        .split('/')
        .collect();
    let rest = match segments.as_slice() {
        ["repos", _, _, rest @ ..] => rest,
        ["repositories", _, rest @ ..] => rest,
        other => other,
    };
    let words = [
        "user",
        "rate_limit",
        "issues",
        "labels",
        "assignees",
        "comments",
        "events",
    ];
    rest.iter()
        .map(|segment| {
            if words.contains(segment) {
                segment
            } else {
                "*"
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

fn world(github: GitHub) -> World {
    let world = World::with(github);
    world.sandbox.keep_exchanges();
    world.write("pm-sync.toml", CONFIG);
    world.write("postmortems/checkout.md", CHECKOUT);
    world.write("postmortems/search.md", SEARCH);
    world
}

/// Changes a document as people do.
#[track_caller]
fn edit(world: &World, name: &str, from: &str, to: &str) {
    let before = world.document(name);
    let after = before.replace(from, to);
    assert_ne!(before, after, "nothing of that kind in {before}");
    world.write(&format!("postmortems/{name}"), &after);
}

#[test]
fn the_usual_life_of_action_items() {
    let world = world(GitHub::new());
    // Enough for several pages of the listing, one that is no issue at all, and a label that is there already.
    world.people(|repository| {
        repository.create_label("priority: P0", "b60205", Some("Now"));
        repository.add_milestone("Q1");
        for n in 1..=120 {
            let number = repository.add_issue("alice", &format!("Older {n}"), Some("text"));
            repository.add_label(number, "postmortem");
        }
        let number = repository.add_pull_request("bob", "Older change", None);
        repository.add_label(number, "postmortem");
        let number = repository.add_issue("carol", "Without a text", None);
        repository.add_label(number, "postmortem");
        repository.close_issue(number, StateReason::Duplicate);
    });
    world.run("doctor").exits(0);
    world.run("push --dry-run").exits(0);
    world.run("push").exits(0);
    assert!(world.document("checkout.md").contains("\"open\""));

    // The document's side moves.
    edit(
        &world,
        "checkout.md",
        "| P0 | todo |",
        "| P1 | in progress |",
    );
    edit(&world, "checkout.md", "2025-01-20", "2025-02-20");
    edit(
        &world,
        "checkout.md",
        "Tell the vendor",
        "Tell the vendor in writing",
    );
    edit(&world, "checkout.md", "| in progress |", "| done |");
    edit(&world, "search.md", "監視を足す", "監視と通知を足す");
    world.run("sync").exits(0);

    // GitHub's side moves.
    let number = first_open(&world);
    world.people(|repository| {
        repository.close_issue(number, StateReason::NotPlanned);
        repository.comment(number, "alice", "Not worth it.");
    });
    world.run("pull").exits(0);
    world.people(|repository| repository.reopen_issue(number));
    world.run("sync").exits(0);

    // Somebody wants the row to decide, and the configuration changes.
    world.people(|repository| {
        repository.close_issue(number, StateReason::Completed);
    });
    world.run("push --status");
    world.write(
        "pm-sync.toml",
        &CONFIG.replace("\"team: sre\"", "\"team: sre\", \"team: platform\""),
    );
    world.run("push --reapply").exits(0);

    // Rows are settled by hand; an issue of other hands is taken over.
    world.run("unlink PM-042#3").exits(0);
    let foreign = world.people(|repository| repository.add_issue("alice", "By hand", Some("mine")));
    world.run(&format!("link PM-042#3 {foreign}"));
    world.run("push --adopt");

    // What became of it all, told by the events of what changed.
    world.run("report").exits(0);
    // Into an issue, and out of date by what happened since.
    world.run("report --issue").exits(0);
    let number = first_open(&world);
    world.people(|repository| repository.close_issue(number, StateReason::Completed));
    world.run("report --issue").exits(0);

    let exchanges = record("life", &world.sandbox);
    met(
        &exchanges,
        &[
            ("GET", "user", 200),
            ("GET", "rate_limit", 200),
            ("GET", "", 200),
            ("GET", "labels", 200),
            ("POST", "labels", 201),
            ("POST", "labels", 422),
            ("GET", "assignees/*", 204),
            ("GET", "assignees/*", 404),
            ("GET", "issues", 200),
            ("POST", "issues", 201),
            ("GET", "issues/*/events", 200),
            ("GET", "issues/*", 200),
            ("PATCH", "issues/*", 200),
        ],
    );
    let second = |exchange: &Exchange| exchange.request.parameter("after").is_some();
    assert!(exchanges.iter().any(second), "one page held everything");
    let patches: Vec<&Value> = exchanges
        .iter()
        .filter(|exchange| exchange.request.method == "PATCH")
        .map(|exchange| &exchange.request.body)
        .collect();
    for field in ["title", "body", "labels", "state", "state_reason"] {
        let named = |body: &&&Value| !body[field].is_null();
        assert!(
            patches.iter().any(|body| named(&body)),
            "no patch of {field}"
        );
    }
}

/// The lowest number among the open issues that pm-sync made.
fn first_open(world: &World) -> u64 {
    world.people(|repository| {
        let ours = |text: &String| text.contains("pm-sync:item");
        let mut open = repository.issues().filter(|issue| {
            issue.state == pm_sync::sandbox::State::Open && issue.body.as_ref().is_some_and(ours)
        });
        open.next().expect("one is open").number
    })
}

#[test]
fn trouble_on_the_way() {
    let mut seen = Vec::new();
    // Tokens that may only look, only sort, or not write issues.
    for (role, issues_write) in [
        (Permission::Read, true),
        (Permission::Triage, true),
        (Permission::Push, false),
    ] {
        let world = world(GitHub::new());
        {
            let mut github = world.sandbox.github();
            let token = github.token("sandbox-token");
            token.revoke(REPOSITORY).grant(REPOSITORY, role);
            token.issues_write = issues_write;
            token.scopes = issues_write.then(|| vec!["public_repo".to_owned()]);
        }
        world.run("doctor");
        let ran = world.run("push");
        assert_ne!(ran.code, 0, "{role:?} {}", ran.stderr);
        seen.extend(record(
            &format!("role-{role:?}-{issues_write}"),
            &world.sandbox,
        ));
    }
    let world = world(GitHub::new());
    // One that is revoked.
    world.sandbox.github().remove_token("sandbox-token");
    world.run("doctor").exits(1);
    world.run("push").exits(3);
    seen.extend(record("no-token", &world.sandbox));

    // A repository that isn't there, is hidden, takes no issues, takes nothing.
    type Make = fn(&World);
    let states: [(&str, Make); 4] = [
        ("nowhere", |world| {
            world.write(
                "pm-sync.toml",
                &CONFIG.replace("octo-org/service", "octo-org/nowhere"),
            );
        }),
        ("hidden", |world| {
            let mut github = world.sandbox.github();
            github.repository(REPOSITORY).private = true;
            github.token("sandbox-token").revoke(REPOSITORY);
        }),
        ("no-issues", |world| {
            world.people(|repository| repository.has_issues = false);
        }),
        ("archived", |world| {
            world.people(|repository| repository.archived = true);
        }),
    ];
    for (name, make) in states {
        let world = self::world(GitHub::new());
        make(&world);
        world.run("doctor").exits(1);
        assert_ne!(world.run("push").code, 0, "{name}");
        seen.extend(record(name, &world.sandbox));
    }
    met(
        &seen,
        &[
            ("GET", "user", 401),
            ("GET", "", 404),
            ("GET", "issues", 401),
            ("GET", "issues", 404),
            ("GET", "issues", 410),
            ("POST", "labels", 403),
        ],
    );
}

#[test]
fn issues_that_went_away_and_repositories_that_moved() {
    let world = world(GitHub::new());
    world.sandbox.github().add_repository("octo-org/elsewhere");
    world.run("push").exits(0);
    let number = first_open(&world);
    {
        let mut github = world.sandbox.github();
        github.transfer_issue(REPOSITORY, number, "octo-org/elsewhere");
        github.repository(REPOSITORY).delete_issue(number + 1);
    }
    world.run("sync");
    world
        .sandbox
        .github()
        .rename_repository(REPOSITORY, "octo-org/platform");
    world.run("doctor").exits(0);
    edit(&world, "search.md", "監視を足す", "監視と通知を足す");
    world.write("postmortems/more.md", &CHECKOUT.replace("PM-042", "PM-044"));
    world.run("sync");
    let exchanges = record("moves", &world.sandbox);
    met(
        &exchanges,
        &[
            ("GET", "issues/*", 301),
            ("GET", "issues/*", 410),
            ("GET", "", 301),
            ("GET", "issues", 301),
            ("POST", "issues", 307),
            ("PATCH", "issues/*", 307),
        ],
    );
    let permanent = |exchange: &Exchange| exchange.request.path.starts_with("/repositories/");
    assert!(exchanges.iter().any(permanent), "no redirect was followed");
}

#[test]
fn telling_people() {
    let mut world = world(GitHub::new());
    world.run("push").exits(0);
    "2025-01-12".clone_into(&mut world.today);
    let number = first_open(&world);
    world.people(|repository| {
        for n in 1..=120 {
            repository.comment(number, "alice", &format!("Word {n}"));
        }
    });
    world.run("check --label --comment").exits(1);
    edit(&world, "checkout.md", "| 2025-01-10 |", "| 2025-01-11 |");
    world.run("check --label --comment").exits(1);
    edit(&world, "checkout.md", "| 2025-01-11 |", "| 2025-03-11 |");
    world.run("check --label --comment");
    "2025-01-22".clone_into(&mut world.today);
    world
        .sandbox
        .fault(Fault::lost_answer().on("POST", "/repos/*/*/issues/*/comments"));
    world.run("check --label --comment").exits(1);
    let exchanges = record("telling", &world.sandbox);
    met(
        &exchanges,
        &[
            ("GET", "issues/*/comments", 200),
            ("POST", "issues/*/comments", 201),
            ("PATCH", "issues/comments/*", 200),
            ("POST", "labels", 201),
            ("POST", "issues/*/labels", 200),
            ("DELETE", "issues/*/labels/*", 200),
        ],
    );
    let second = |exchange: &Exchange| {
        exchange.request.path.ends_with("/comments")
            && exchange.request.parameter("page") == Some("2")
    };
    assert!(exchanges.iter().any(second), "one page held every comment");
}

#[test]
fn limits() {
    let world = world(GitHub::new());
    for fault in [
        Fault::secondary_limit(Some(1)).on("GET", "/repos/*/*/issues"),
        Fault::primary_limit(1).on("POST", "/repos/*/*/labels"),
    ] {
        world.sandbox.fault(fault);
    }
    world.run("push").exits(0);
    let exchanges = record("limits", &world.sandbox);
    met(
        &exchanges,
        &[("GET", "issues", 403), ("POST", "labels", 403)],
    );
}

#[test]
fn failures_and_lost_answers() {
    let world = world(GitHub::new());
    for fault in [
        Fault::html(502).on("GET", "/repos/*/*/assignees/alice"),
        Fault::lost_answer().on("POST", "/repos/*/*/issues"),
        Fault::status(503).on("GET", "/repos/*/*/issues/*"),
    ] {
        world.sandbox.fault(fault);
    }
    world.run("push").exits(0);
    edit(&world, "search.md", "監視を足す", "監視と通知を足す");
    world.run("sync").exits(0);
    let exchanges = record("failures", &world.sandbox);
    met(
        &exchanges,
        &[("GET", "assignees/*", 502), ("GET", "issues/*", 503)],
    );
    let lost = |exchange: &Exchange| exchange.answer.is_none();
    assert!(exchanges.iter().any(lost), "every answer arrived");
}

#[test]
fn two_runs_at_once() {
    let world = world(GitHub::new());
    world.run("push").exits(0);
    world.write("postmortems/checkout.md", CHECKOUT);
    world.write("postmortems/search.md", SEARCH);
    // The second run begins from documents without links and a listing without the first run's issues, and closes
    // its own as duplicates when it looks again.
    world
        .sandbox
        .fault(Fault::answer(200, json!([])).on("GET", "/repos/*/*/issues"));
    world.run("push");
    let exchanges = record("two-runs", &world.sandbox);
    let closed = |exchange: &Exchange| exchange.request.body["state_reason"] == "duplicate";
    assert!(exchanges.iter().any(closed), "no duplicate was closed");
}

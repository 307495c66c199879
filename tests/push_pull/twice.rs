//! Never twice, never lost: answers that don't arrive, limits, documents that change meanwhile, two runs at once, Ctrl-C.

use std::process::{Command, Output};
use std::time::Duration;

use pm_sync::sandbox::{Fault, State, StateReason};

use pm_sync::Exit;
use pm_sync::config::{Config, Language};
use pm_sync::github::snapshot::Snapshot;
use pm_sync::github::{Client, Clock, Settings, Token};
use pm_sync::output::Printer;
use pm_sync::plan::{Options, Site};
use pm_sync::show::Report;
use pm_sync::sync::Run;
use pm_sync::workspace::Workspace;

use crate::common::{REPOSITORY, Ran, World, ran};
use crate::{ENGLISH, JAPANESE, pushed};

const CREATE: &str = "POST /repos/octo-org/service/issues";
const LISTING: &str = "GET /repos/octo-org/service/issues";

pub(crate) fn create_fault(fault: Fault) -> Fault {
    fault.on("POST", "/repos/*/*/issues")
}

fn count(world: &World, request: &str) -> usize {
    let (method, path) = request.split_once(' ').expect("a method");
    world
        .sandbox
        .requests()
        .iter()
        .filter(|r| r.method == method && r.path == path)
        .count()
}

pub(crate) fn finish(child: std::process::Child) -> Ran {
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().expect("it ends");
    ran(Output {
        status,
        stdout,
        stderr,
    })
}

fn interrupt(child: &std::process::Child) {
    signal(child, "-INT");
}

pub(crate) fn signal(child: &std::process::Child, name: &str) {
    let sent = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status();
    assert!(sent.expect("kill runs").success());
}

#[test]
fn a_lost_answer_is_found_by_the_same_push() {
    let world = World::of("007.md", ENGLISH);
    world.sandbox.fault(create_fault(Fault::lost_answer()));
    world
        .run("push")
        .exits(0)
        .prints(&["#1 create: 1", "#2 create: 2", "2 created"])
        .warns(&["the answer to a create was lost"]);
    assert_eq!(count(&world, CREATE), 2);
    assert_eq!(world.issues(), 2);
    world.requests();
    world.run("push").exits(0).prints(&["Nothing to do"]);
    assert!(world.document("007.md").contains("[#1]") && world.document("007.md").contains("[#2]"));
}

#[test]
fn a_lost_answer_behind_a_lagging_listing_is_found_by_the_next_push() {
    let world = World::of("007.md", ENGLISH);
    world.sandbox.fault(create_fault(Fault::lost_answer()));
    world.sandbox.hold_listings();
    let child = world.start("push");
    world.wait_for(|requests| {
        requests
            .iter()
            .any(|r| r.method == "POST" && r.path.ends_with("/issues"))
            && requests
                .last()
                .is_some_and(|r| r.method == "GET" && r.status.is_some())
    });
    interrupt(&child);
    finish(child)
        .exits(130)
        .prints(&["Not done", "PM-007#1", "PM-007#2", "2 not done"])
        .warns(&["Run it again"]);
    assert_eq!(count(&world, CREATE), 1, "it was not sent again");
    assert_eq!(world.issues(), 1);
    assert_eq!(world.document("007.md"), ENGLISH);
    world.sandbox.release_listings();
    world
        .run("push")
        .exits(0)
        .prints(&["1 created", "2 rows written"]);
    assert_eq!(world.issues(), 2);
    assert!(world.document("007.md").contains("| Todo | [#1]"));
}

#[test]
fn a_502_on_a_create_is_not_sent_again() {
    let world = World::of("007.md", ENGLISH);
    world
        .sandbox
        .fault(create_fault(Fault::html(502).after_applying()));
    world.run("push").exits(0).prints(&["2 created"]);
    assert_eq!(count(&world, CREATE), 2);
    assert_eq!(world.issues(), 2);
    // Where nothing came of it, the run looks for it and then says that it doesn't know.
    let world = World::of("007.md", ENGLISH);
    world.sandbox.fault(create_fault(Fault::status(502)));
    let child = world.start("push");
    world.wait_for(|requests| {
        requests
            .iter()
            .filter(|r| r.method == "GET" && r.path.ends_with("/issues"))
            .count()
            >= 2
    });
    interrupt(&child);
    finish(child).exits(130);
    assert_eq!(count(&world, CREATE), 1);
    world.run("push").exits(0).prints(&["2 created"]);
    assert_eq!(world.issues(), 2);
}

#[test]
fn an_update_that_failed_is_sent_again() {
    let world = pushed("007.md", ENGLISH);
    world.write(
        "postmortems/007.md",
        &world
            .document("007.md")
            .replace("queue depth", "queue size"),
    );
    world
        .sandbox
        .fault(Fault::status(502).on("PATCH", "/repos/*/*/issues/*"));
    world.run("push").exits(0).prints(&["1 updated"]);
    assert_eq!(count(&world, "PATCH /repos/octo-org/service/issues/1"), 2);
}

#[test]
fn limits_are_waited_for() {
    for fault in [
        Fault::secondary_limit(Some(2)),
        Fault::secondary_limit(Some(1)).with_status(429),
        Fault::primary_limit(1),
    ] {
        let world = World::of("007.md", ENGLISH);
        world.sandbox.fault(create_fault(fault.watched()));
        world
            .run("push")
            .exits(0)
            .prints(&["2 created"])
            .warns(&["GitHub limits us: waiting"]);
        assert_eq!(world.issues(), 2);
        assert!(world.sandbox.violations().is_empty(), "it came too early");
    }
}

#[test]
fn a_limit_that_is_too_long_to_wait_for_ends_the_run() {
    let world = World::of("042.md", JAPANESE);
    world
        .sandbox
        .fault(create_fault(Fault::primary_limit(3600).watched()).skip(1));
    world
        .run("push")
        .exits(3)
        .prints(&[
            "1 created",
            "Not done",
            "create: PM-042#3 訓練をする",
            "1 not done",
        ])
        .warns(&[
            "error: GitHub's rate limit is used up until",
            "hint: run it again after that",
        ]);
    assert!(world.document("042.md").contains("[#1]"));
    world.sandbox.clear_faults();
    world.run("push").exits(0).prints(&["1 created"]);
    assert_eq!(world.issues(), 2);
}

#[test]
fn an_edit_made_while_a_create_is_under_way_survives() {
    let world = World::of("042.md", JAPANESE);
    world
        .sandbox
        .fault(create_fault(Fault::delay(Duration::from_millis(600))));
    let child = world.start("push");
    world.wait_for(|requests| {
        requests
            .iter()
            .any(|r| r.method == "POST" && r.path.ends_with("/issues"))
    });
    // A new row above, another due date, a sentence: and the row itself is begun.
    let edited = JAPANESE
        .replace(
            "| 1 | 退避",
            "| 8 | 朝会で話す | @alice | 2025-03-01 | 📅 未着手 |\n| 1 | 退避",
        )
        .replace("3日以内 | 📅 未着手", "1週間以内 | 🔄 進行中")
        + "\n書き足した文。\n";
    world.write("postmortems/042.md", &edited);
    finish(child).exits(0).prints(&["2 created"]);
    let document = world.document("042.md");
    assert!(
        document.contains("| 8 | 朝会で話す | @alice | 2025-03-01 | 📅 未着手 | |"),
        "{document}"
    );
    assert!(
        document.contains("1週間以内 | 🔄 進行中 | [#1]"),
        "{document}"
    );
    assert!(document.ends_with("\n書き足した文。\n"));
    world
        .run("push")
        .exits(0)
        .prints(&["1 created", "1 updated"]);
    assert_eq!(world.issues(), 3);
}

#[test]
fn a_row_that_was_taken_away_meanwhile_is_said() {
    let world = World::of("007.md", ENGLISH);
    world
        .sandbox
        .fault(create_fault(Fault::delay(Duration::from_millis(500))));
    let child = world.start("push");
    world.wait_for(|requests| {
        requests
            .iter()
            .any(|r| r.method == "POST" && r.path.ends_with("/issues"))
    });
    let without = ENGLISH.replace("Add an alert on queue depth", "Something else entirely");
    world.write("postmortems/007.md", &without);
    finish(child)
        .exits(3)
        .warns(&["the document changed meanwhile, so the link to #1 could not be written"]);
    assert_eq!(
        world.document("007.md").matches("[#").count(),
        1,
        "the other row has its link"
    );
    // Whether it is the same item is for a person to say: the numbers are equal, the titles aren't.
    world
        .run("push")
        .exits(0)
        .warns(&["pm-sync link PM-007#1 1"]);
    assert_eq!(world.issues(), 2);
}

#[test]
fn a_link_that_a_person_wrote_meanwhile_stays() {
    let world = World::of("007.md", ENGLISH);
    world.people(|r| r.add_issue("bob", "By hand", None));
    world
        .sandbox
        .fault(create_fault(Fault::delay(Duration::from_millis(500))));
    let child = world.start("push");
    world.wait_for(|requests| {
        requests
            .iter()
            .any(|r| r.method == "POST" && r.path.ends_with("/issues"))
    });
    let edited = ENGLISH
        .replace("| Status |\n", "| Status | Issue |\n")
        .replace("|--------|\n", "|--------|---|\n")
        .replacen("| P1 | Todo |", "| P1 | Todo | #1 |", 1);
    world.write("postmortems/007.md", &edited);
    finish(child)
        .exits(3)
        .warns(&["the link to #2 could not be written"]);
    assert!(world.document("007.md").contains("| P1 | Todo | #1 |"));
}

#[test]
fn a_status_that_a_person_wrote_during_a_pull_stays() {
    let world = pushed("007.md", ENGLISH);
    world.people(|r| r.close_issue(1, StateReason::NotPlanned));
    world
        .sandbox
        .fault(Fault::delay(Duration::from_millis(500)).on("GET", "/repos/*/*/issues"));
    let child = world.start("pull");
    world.wait_for(|requests| !requests.is_empty());
    let edited = world
        .document("007.md")
        .replacen("P1 | Todo", "P1 | Done", 1);
    world.write("postmortems/007.md", &edited);
    finish(child).exits(3);
    assert_eq!(world.document("007.md"), edited);
    world.run("pull").exits(4).prints(&["conflict"]);
}

#[test]
fn two_runs_at_once_leave_one_issue_for_each_row() {
    let rows: String = (1..=6)
        .map(|n| format!("| {n} | Mend part {n} | Todo |\n"))
        .collect();
    let text = format!(
        "# PM-001: Outage\n\n## Action Items\n\n| # | Action | Status |\n|---|---|---|\n{rows}"
    );
    let world = World::of("001.md", &text);
    let other = copied(&world, "001.md");
    // Both have listed before either creates.
    world.sandbox.fault(
        Fault::delay(Duration::from_millis(400))
            .on("GET", "/repos/*/*/issues")
            .times(2),
    );
    let children = [world.start("push"), start_in(&world, other.path(), "push")];
    let ended = children.map(finish);
    let outputs = ended
        .iter()
        .map(|r| format!("{}\n{}", r.stdout, r.stderr))
        .collect::<Vec<_>>()
        .join("\n---\n");
    // One further run in each.
    world.run("sync");
    finish(start_in(&world, other.path(), "sync"));
    let open: Vec<(String, u64)> = world.people(|r| {
        r.issues()
            .filter(|i| i.state == State::Open)
            .map(|i| (i.title.clone(), i.number))
            .collect()
    });
    let titles: std::collections::BTreeSet<&String> = open.iter().map(|(title, _)| title).collect();
    assert_eq!((open.len(), titles.len()), (6, 6), "{open:?}\n{outputs}");
    world.people(|r| {
        for issue in r.issues().filter(|i| i.state == State::Closed) {
            assert_eq!(issue.state_reason, Some(StateReason::Duplicate));
            let lower = r.issues().any(|i| {
                i.title == issue.title && i.number < issue.number && i.state == State::Open
            });
            assert!(lower, "the lowest number stays");
        }
    });
    let document = world.document("001.md");
    let copy = std::fs::read_to_string(other.path().join("postmortems/001.md")).expect("read");
    assert_eq!(document, copy, "{outputs}");
    for (title, number) in open {
        let part = title.trim_start_matches("[PM-001] ");
        assert!(
            document.contains(&format!("{part} | Todo | [#{number}]")),
            "{title} #{number}\n{document}\n{outputs}",
        );
    }
    world.requests();
    world.run("sync").exits(0).prints(&["Nothing to do"]);
    assert_eq!(world.requests(), [LISTING]);
}

/// A second checkout of a world's document and configuration.
fn copied(world: &World, name: &str) -> tempfile::TempDir {
    let other = tempfile::TempDir::new().expect("a folder");
    std::fs::create_dir(other.path().join("postmortems")).expect("a folder");
    for name in ["pm-sync.toml", &format!("postmortems/{name}")] {
        std::fs::copy(world.path(name), other.path().join(name)).expect("copied");
    }
    other
}

/// Starts a command line in another folder than the world's.
fn start_in(world: &World, folder: &std::path::Path, arguments: &str) -> std::process::Child {
    world
        .command()
        .current_dir(folder)
        .args(arguments.split_whitespace())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it starts")
}

#[test]
fn duplicates_of_two_checkouts_are_settled() {
    // Two runners, each with a document of its own: the second lists before the first has created.
    let world = World::of("007.md", ENGLISH);
    let other = copied(&world, "007.md");
    world
        .sandbox
        .fault(Fault::delay(Duration::from_millis(400)).on("GET", "/repos/*/*/issues"));
    let second = start_in(&world, other.path(), "push");
    world.wait_for(|requests| !requests.is_empty());
    world.run("push").exits(0).prints(&["2 created"]);
    finish(second)
        .exits(0)
        .prints(&["close as duplicate", "closed as duplicate"]);
    let copy = std::fs::read_to_string(other.path().join("postmortems/007.md")).expect("read");
    assert_eq!(
        copy,
        world.document("007.md"),
        "both link the lowest numbers"
    );
    world.people(|r| {
        assert_eq!(
            r.issues()
                .filter(|i| i.state == State::Open)
                .map(|i| i.number)
                .collect::<Vec<_>>(),
            [1, 2]
        );
    });
}

#[test]
fn an_interrupted_run_ends_its_write_and_the_next_goes_on() {
    // Ctrl-C, and what runners and service managers send.
    for name in ["-INT", "-TERM"] {
        end_by(name);
    }
}

fn end_by(name: &str) {
    let rows: String = (1..=5)
        .map(|n| format!("| {n} | Mend part {n} | Todo |\n"))
        .collect();
    let text = format!(
        "# PM-001: Outage\n\n## Action Items\n\n| # | Action | Status |\n|---|---|---|\n{rows}"
    );
    let world = World::of("001.md", &text);
    world
        .sandbox
        .fault(create_fault(Fault::delay(Duration::from_millis(700))).skip(1));
    let child = world.start("push");
    world.wait_for(|requests| {
        requests
            .iter()
            .filter(|r| r.method == "POST" && r.path.ends_with("/issues"))
            .count()
            == 2
    });
    signal(&child, name);
    finish(child)
        .exits(130)
        .prints(&[
            "2 created",
            "Not done",
            "PM-001#3",
            "PM-001#5",
            "3 not done",
        ])
        .warns(&[
            "stopping after the write under way",
            "Interrupted. Run it again",
        ]);
    assert_eq!(world.issues(), 2);
    let document = world.document("001.md");
    assert!(
        document.contains("[#1]") && document.contains("[#2]"),
        "what was created is linked: {document}"
    );
    world.run("push").exits(0).prints(&["3 created"]);
    assert_eq!(world.issues(), 5);
    world.run("push").exits(0).prints(&["Nothing to do"]);
}

#[test]
fn one_refused_item_does_not_hold_up_the_others() {
    let world = World::of("042.md", JAPANESE);
    let body = serde_json::json!({"message": "Validation Failed", "errors": [{"resource": "Issue", "field": "title", "code": "invalid"}]});
    world.sandbox.fault(create_fault(Fault::answer(422, body)));
    world.run("push").exits(3).prints(&[
        "1 created",
        "Not done",
        "PM-042#2 監視を足す",
        "title: invalid",
    ]);
    world.run("push").exits(0).prints(&["1 created"]);
}

/// A push by the library, with a clock on which waiting takes no time. Answers with the report also how long it waited.
fn push_without_waiting(world: &World) -> (Report, Exit, Duration) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let config = Config::load(&world.path("pm-sync.toml")).expect("the configuration");
        let repository: pm_sync::config::RepoName = REPOSITORY.parse().expect("a name");
        let api = world.sandbox.url().parse().expect("an address");
        let token = Token::new("sandbox-token").expect("a token");
        let mut settings = Settings::new(api, repository.clone(), Some(token));
        settings.write_interval = Duration::ZERO;
        let clock = Clock::fake();
        let client = Client::new(settings, clock.clone()).expect("a client");
        let workspace = Workspace::load(&config, &[], &config.root, true).expect("documents");
        let snapshot = Snapshot::fetch(&client, "postmortem", &Default::default(), || {})
            .await
            .expect("a listing");
        let printer = Printer::new(Language::En, pm_sync::cli::ColorWhen::Never, true, 0);
        let mut run = Run {
            client: &client,
            clock: clock.clone(),
            config: &config,
            options: Options {
                push: true,
                ..Options::default()
            },
            site: &Site {
                repository,
                html_base: "https://github.com".to_owned(),
                any_host: true,
                documents: None,
            },
            today: "2025-01-08".parse().expect("a date"),
            workspace,
            snapshot,
            template: None,
            printer: &printer,
            interrupted: Default::default(),
            accounts: Default::default(),
        };
        let plan = run.plan().await.expect("a plan");
        let (report, exit) = run.apply(plan).await;
        (report, exit, clock.waits().iter().sum())
    })
}

#[test]
fn a_create_without_an_answer_is_looked_for_a_minute_and_never_sent_again() {
    let world = World::of("007.md", ENGLISH);
    world
        .sandbox
        .fault(create_fault(Fault::status(502).always()));
    let (report, exit, waited) = push_without_waiting(&world);
    assert_eq!((exit, report.remaining.len()), (Exit::Failed, 2));
    assert_eq!(waited, Duration::from_secs(60));
    assert_eq!(count(&world, CREATE), 1);
    assert_eq!(count(&world, LISTING), 7);
    assert_eq!(world.document("007.md"), ENGLISH);
}

#[test]
fn a_listing_that_lags_is_looked_at_again() {
    let world = World::of("007.md", ENGLISH);
    world.sandbox.fault(create_fault(Fault::lost_answer()));
    world.sandbox.lag_listings(4);
    let (report, exit, waited) = push_without_waiting(&world);
    assert_eq!((exit, report.remaining.len()), (Exit::Done, 0));
    assert!(
        waited > Duration::from_secs(1) && waited < Duration::from_secs(60),
        "{waited:?}"
    );
    assert_eq!(count(&world, CREATE), 2);
    assert_eq!(world.issues(), 2);
}

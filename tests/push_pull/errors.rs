//! What is wrong is said once, with the way to mend it and the right exit code, and nothing is touched.

use pm_sync::sandbox::{GitHub, Permission};

use crate::common::{REPOSITORY, Ran, World};
use crate::{ENGLISH, JAPANESE, pushed};

/// Runs a push that must not do anything: nothing is written to GitHub, no byte in the document, nothing to stdout.
#[track_caller]
fn refused(world: &World, variables: &[(&str, &str)], code: i32) -> Ran {
    let ran = world.run_with("push", variables).exits(code);
    assert_eq!(world.writes(), [""; 0]);
    assert_eq!(world.document("007.md"), ENGLISH);
    assert_eq!(ran.stdout, "", "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("error: ").count(), 1, "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("hint: ").count(), 1, "{}", ran.stderr);
    ran
}

#[test]
fn without_a_token() {
    let world = World::of("007.md", ENGLISH);
    refused(&world, &[("GITHUB_TOKEN", ""), ("PATH", "/nowhere")], 2).warns(&[
        "there is no token for GitHub",
        "set GITHUB_TOKEN, or log in with `gh auth login`",
    ]);
    assert!(world.requests().is_empty());
}

#[test]
fn with_a_wrong_token() {
    let world = World::of("007.md", ENGLISH);
    let ran = refused(
        &world,
        &[("GITHUB_TOKEN", "ghp_thisTokenIsWrong0123456789")],
        3,
    )
    .warns(&["GitHub does not accept the token", "make a new one"]);
    assert!(!ran.stderr.contains("ghp_"));
}

#[test]
fn without_such_a_repository() {
    let world = World::of("007.md", ENGLISH);
    world.write(
        "pm-sync.toml",
        "[github]\nrepository = \"octo-org/servise\"\n",
    );
    refused(&world, &[], 3).warns(&[
        "there is no repository octo-org/servise, or this token may not see it",
        "check the name",
    ]);
    world.write("pm-sync.toml", "");
    refused(&world, &[], 2).warns(&["no repository is named for the issues", "GITHUB_REPOSITORY"]);
}

#[test]
fn with_issues_turned_off() {
    let world = World::of("007.md", ENGLISH);
    world.people(|r| r.has_issues = false);
    refused(&world, &[], 3).warns(&[
        "issues are turned off",
        "turn issues on in the repository's settings",
    ]);
}

#[test]
fn without_write_access() {
    for permission in [Permission::Read, Permission::Triage] {
        let world = World::of("007.md", ENGLISH);
        world
            .sandbox
            .github()
            .token("sandbox-token")
            .grant(REPOSITORY, permission);
        refused(&world, &[], 3).warns(&["no write access to octo-org/service", "ask an admin"]);
    }
    let world = World::of("007.md", ENGLISH);
    world.people(|r| r.archived = true);
    refused(&world, &[], 3).warns(&["octo-org/service is archived"]);
}

#[test]
fn a_private_checkout_is_not_filed_in_public() {
    let mut github = GitHub::new();
    github.add_repository("octo-org/secret").private = true;
    github
        .token("sandbox-token")
        .grant("octo-org/secret", Permission::Push);
    let world = World::with(github);
    world.write("postmortems/007.md", ENGLISH);
    world.write(
        ".git/config",
        "[remote \"origin\"]\n\turl = git@github.com:octo-org/secret.git\n",
    );
    world.write(".git/HEAD", "ref: refs/heads/main\n");
    refused(&world, &[], 2).warns(&["octo-org/secret", "public", "allow_public"]);
    world.write(
        "pm-sync.toml",
        "[github]\nrepository = \"octo-org/service\"\nwrite_interval = 0\nallow_public = true\n",
    );
    world.run("push").exits(0).prints(&["2 created"]);
}

#[test]
fn a_pull_requests_branch_is_not_written_from() {
    let world = World::of("007.md", ENGLISH);
    let ci = [("CI", "true"), ("GITHUB_EVENT_NAME", "pull_request")];
    refused(&world, &ci, 2).warns(&["CI for a pull request", "--dry-run", "--allow-branch"]);
    assert!(world.requests().is_empty());
    world.run_with("pull", &ci).exits(2);
    world
        .run_with(
            "sync",
            &[ci[0], ("GITHUB_EVENT_NAME", "pull_request_target")],
        )
        .exits(2);
    world
        .run_with("push --dry-run", &ci)
        .exits(0)
        .prints(&["2 to create"]);
    world
        .run_with("push --allow-branch", &ci)
        .exits(0)
        .prints(&["2 created"]);
    world
        .run_with("pull", &[ci[0], ("GITHUB_EVENT_NAME", "schedule")])
        .exits(0);
}

#[test]
fn where_nothing_listens() {
    let world = pushed("007.md", ENGLISH);
    let before = world.document("007.md");
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("a port")
        .port();
    let url = format!("http://127.0.0.1:{port}");
    let ran = world
        .run_with("push", &[("GITHUB_API_URL", &url)])
        .exits(3)
        .warns(&[
            "GitHub did not answer: trying again",
            "error: GitHub could not be reached",
            "check the network, and the address in GITHUB_API_URL",
        ]);
    assert_eq!(ran.stdout, "");
    assert_eq!(world.document("007.md"), before);
}

#[test]
fn where_github_fails_halfway() {
    let world = World::of("042.md", JAPANESE);
    world.people(|r| r.create_label("priority: P1", "ffffff", None).id);
    world.sandbox.fault(
        pm_sync::sandbox::Fault::answer(401, serde_json::json!({"message": "Bad credentials"}))
            .on("POST", "/repos/*/*/issues")
            .skip(1)
            .always(),
    );
    world
        .run("push")
        .exits(3)
        .prints(&[
            "+ #1 create: 2 監視を足す",
            "Not done (run it again to go on from here)",
            "  + create: PM-042#3 訓練をする",
            "Unfinished: 1 created, 1 row written, 1 not done.",
        ])
        .warns(&["error: GitHub does not accept the token"]);
    assert!(world.document("042.md").contains("[#1]"));
}

#[test]
fn mistakes_in_the_configuration() {
    let world = World::of("007.md", ENGLISH);
    for (config, texts) in [
        (
            "[github]\nrepositry = \"a/b\"\n",
            ["pm-sync.toml:2", "repositry", "repository"],
        ),
        (
            "[push]\ndone = \"skipp\"\n",
            [
                "pm-sync.toml:2",
                "`push.done` cannot be `skipp`",
                "did you mean `skip`?",
            ],
        ),
        (
            "timezone = \"Asia/Tokio\"\n",
            ["pm-sync.toml:1", "Asia/Tokio", "Asia/Tokyo"],
        ),
        ("[pusch]\n", ["pm-sync.toml:1", "pusch", "push"]),
        ("[github\n", ["pm-sync.toml:1", "error", ""]),
        (
            "[github]\ntoken = \"x\"\n",
            ["pm-sync.toml:2", "GITHUB_TOKEN", ""],
        ),
    ] {
        world.write("pm-sync.toml", config);
        for command in ["push", "list"] {
            let ran = world.run(command).exits(2).warns(&texts);
            assert_eq!(ran.stdout, "");
        }
    }
    assert!(world.requests().is_empty());
    world
        .run("push --config nowhere.toml")
        .exits(2)
        .warns(&["nowhere.toml"]);
    world.run("push --limit x").exits(2);
    world.run("push --exit-code").exits(2);
    world.configure("");
    world
        .run("push postmortems/no-such.md")
        .exits(2)
        .warns(&["no-such.md"]);
    world.run("pull 'no/*.md'").exits(2);
    world
        .run_with("push", &[("PM_SYNC_TODAY", "tomorrow")])
        .exits(2)
        .warns(&["PM_SYNC_TODAY", "2025-01-31"]);
}

#[test]
fn a_bad_row_never_hides_the_others() {
    let text = "# PM-001: Outage\n\n**Date**: 2025-01-05\n\n## Action Items\n\n| # | Action | Owner | Due | Status |\n|---|---|---|---|---|\n| 1 | Mend it | @alice | some day | Todo |\n| 2 | TBD | @bob | 2025-02-01 | Todo |\n| 3 | Watch it | [name] | YYYY-MM-DD | Todo |\n| 4 | Rehearse it | @bob | 2025-02-01 | perhaps |\n| 5 | Write it down | @bob | 2025-02-01 | Todo |\n";
    let world = World::of("001.md", text);
    world.write("postmortems/latin1.md", "x");
    std::fs::write(world.path("postmortems/latin1.md"), b"# PM-003: caf\xe9\n").expect("written");
    world
        .run("push")
        .exits(3)
        .prints(&[
            "create: 1 Mend it",
            "create: 3 Watch it",
            "create: 5 Write it down",
            "3 created",
        ])
        .warns(&[
            "postmortems/001.md:9:26: problem: the due date \"some day\" can't be read",
            "postmortems/001.md:10:7: problem: the title is still \"TBD\"",
            "the owner is still \"[name]\"",
            "the due date is still \"YYYY-MM-DD\"",
            "postmortems/001.md:12",
            "the status \"perhaps\" can't be read",
            "postmortems/latin1.md:1: problem: ",
        ]);
    assert!(!world.issue(1).body.unwrap_or_default().contains("**Due**"));
}

#[test]
fn an_id_in_two_documents() {
    let world = World::of("007.md", ENGLISH);
    world.write("postmortems/seven.md", ENGLISH);
    world.write("postmortems/042.md", JAPANESE);
    world.run("push").exits(4).prints(&["2 created", "another document has its id"]).warns(&[
        "postmortems/007.md: problem: the id PM-007 is also that of postmortems/seven.md; neither is pushed",
        "postmortems/seven.md: problem: the id PM-007 is also that of postmortems/007.md; neither is pushed",
        "give one of them another id",
    ]);
    assert_eq!(world.document("007.md"), ENGLISH);
    world
        .run("push postmortems/007.md")
        .exits(4)
        .warns(&["neither is pushed"]);
}

#[test]
fn the_token_is_never_printed() {
    let token = "ghp_SecretSecretSecretSecretSecret0123";
    let mut github = GitHub::new();
    github
        .add_token(token, "octocat")
        .grant(REPOSITORY, Permission::Push);
    let world = World::with(github);
    world.write("postmortems/007.md", ENGLISH);
    world.sandbox.fault(
        pm_sync::sandbox::Fault::answer(
            422,
            serde_json::json!({"message": format!("bad {token}")}),
        )
        .on("POST", "/repos/*/*/issues"),
    );
    let variables = [("GITHUB_TOKEN", token), ("RUST_LOG", "trace")];
    let runs = [
        "push -vv",
        "push -vv --format json",
        "pull -vv",
        "list -vv",
        "sync -vv --dry-run",
    ]
    .map(|c| world.run_with(c, &variables));
    let wrong = world.run_with(
        "push -vv",
        &[
            ("GITHUB_API_URL", "http://127.0.0.1:1/?token"),
            ("GITHUB_TOKEN", token),
        ],
    );
    let broken = world.run_with("push -vv", &[("GITHUB_TOKEN", &format!("{token}\nx"))]);
    for ran in runs.iter().chain([&wrong, &broken]) {
        assert!(
            !ran.stdout.contains("SecretSecret") && !ran.stderr.contains("SecretSecret"),
            "{}\n{}",
            ran.stdout,
            ran.stderr
        );
    }
    assert!(!world.document("007.md").contains("Secret"));
}

#[test]
fn an_id_that_only_issues_carry_is_not_given_out_again() {
    let world = World::of("a.md", &ENGLISH.replace("PM-007 ", ""));
    world.run("push --assign-ids").exits(0);
    let first = world.document("a.md");
    assert!(first.contains("PM-001"), "{first}");
    // Another clone, which has never seen that document.
    std::fs::remove_file(world.path("postmortems/a.md")).expect("it is removed");
    world.write("postmortems/b.md", &ENGLISH.replace("PM-007 ", ""));
    world.run("push --assign-ids").exits(0);
    assert!(world.document("b.md").contains("PM-002"));
    assert!(world.issue(1).title.contains("PM-001"));
    assert!(world.issue(3).title.contains("PM-002"));
}

#[test]
fn unlink_lets_go_of_nothing_where_the_row_cannot_be_written() {
    let world = pushed("007.md", ENGLISH);
    let path = world.path("postmortems/007.md");
    let mut permissions = std::fs::metadata(&path).expect("it is there").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).expect("it is protected");
    world.writes();
    world.run("unlink PM-007#1").exits(3).warns(&["read-only"]);
    assert_eq!(world.writes(), [""; 0]);
    world
        .run_with(
            "unlink PM-007#1",
            &[("CI", "true"), ("GITHUB_EVENT_NAME", "pull_request")],
        )
        .exits(2);
}

#[test]
fn a_document_with_a_merge_conflict_is_left_alone() {
    let world = pushed("007.md", ENGLISH);
    let before = world.document("007.md");
    let at = before.find("| 2 |").expect("a second row");
    let conflict = format!(
        "{}<<<<<<< HEAD\n=======\n>>>>>>> other\n{}",
        &before[..at],
        &before[at..]
    );
    world.write("postmortems/007.md", &conflict);
    world.writes();
    let ran = world.run("sync").exits(3).warns(&["[merge-conflict]"]);
    assert!(!ran.stderr.contains("row-gone"), "{}", ran.stderr);
    assert_eq!(world.writes(), [""; 0]);
    assert_eq!(world.document("007.md"), conflict);
}

#[test]
fn a_link_that_leads_nowhere_hides_no_other_document() {
    let world = World::of("007.md", ENGLISH);
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", world.path("postmortems/x.md")).expect("a link");
    world.run("list").exits(0).prints(&["PM-007"]);
    world.run("list postmortems/gone.md").exits(2);
}

#[test]
fn an_issue_whose_region_was_thrown_away_is_said() {
    let world = pushed("007.md", ENGLISH);
    world.people(|r| r.edit_body(1, "I threw it away"));
    world
        .run("pull")
        .exits(0)
        .warns(&["[region-lost]", "pm-sync unlink PM-007#1"]);
    assert_eq!(world.issue(1).body.as_deref(), Some("I threw it away"));
}

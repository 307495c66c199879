//! `--pull-request` through the binary: what a default branch that takes no pushes lacks, proposed as one pull request.

mod common;

#[path = "write_back/crash.rs"]
mod crash;
#[path = "write_back/life.rs"]
mod life;
#[path = "write_back/rights.rs"]
mod rights;

use common::{World, ran};
use pm_sync::sandbox::{Fault, GitHub, State, StateReason};

const BRANCH: &str = "pm-sync/write-back";

const ENGLISH: &str = "# PM-042 Checkout was down

**Date**: 2025-01-05

## Action items

| # | Action | Owner | Due | Status |
|---|--------|-------|-----|--------|
| 1 | Alert on queue length | @alice | 2025-01-10 | Todo |
| 2 | Test the failover | @bob | 2025-01-20 | Todo |
";

/// CRLF, a byte order mark, trailing spaces and characters of two and four bytes.
const JAPANESE: &str = "\u{feff}# PM-043 𠮷野家の障害  \r\n\r\n**日時**: 2025-01-06\r\n\r\n## アクションアイテム\r\n\r\n| # | アクション | 担当者 | 期限 | ステータス |\r\n|---|---|---|---|---|\r\n| 1 | 監視を足す　 | @alice | 3日以内 | 📅 未着手 |\r\n\r\n終わり\t";

/// A world whose default branch holds these documents, checked out.
fn world_with(github: GitHub, documents: &[(&str, &str)]) -> World {
    let world = World::with(github);
    let files: Vec<(String, &str)> = documents
        .iter()
        .map(|(name, text)| (format!("postmortems/{name}"), *text))
        .collect();
    let mut files: Vec<(&str, Option<&[u8]>)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), Some(text.as_bytes())))
        .collect();
    files.push(("src/main.rs", Some(b"fn main() {}\n")));
    world.people(|r| r.push_commit("main", "alice", &files));
    checkout(&world);
    world
}

fn world() -> World {
    world_with(GitHub::new(), &[("042.md", ENGLISH), ("043.md", JAPANESE)])
}

/// Makes the documents what the default branch has, as on a new runner.
fn checkout(world: &World) {
    let files = world.people(|r| {
        let of = |path: &String| (path.clone(), r.file("main", path).map(<[u8]>::to_vec));
        r.files("main").iter().map(of).collect::<Vec<_>>()
    });
    for (path, content) in files {
        let content = content.expect("it is there");
        world.write(&path, &String::from_utf8(content).expect("UTF-8"));
    }
}

/// A document on a branch.
#[track_caller]
fn on(world: &World, branch: &str, name: &str) -> String {
    let path = format!("postmortems/{name}");
    let bytes = world.people(|r| r.file(branch, &path).map(<[u8]>::to_vec));
    String::from_utf8(bytes.expect("the file is on the branch")).expect("UTF-8")
}

/// The pull requests: number, open, body.
fn pull_requests(world: &World) -> Vec<(u64, bool, String)> {
    world.people(|r| {
        r.issues()
            .filter(|issue| r.pull_request(issue.number).is_some())
            .map(|issue| {
                let body = issue.body.clone().unwrap_or_default();
                (issue.number, issue.state == State::Open, body)
            })
            .collect()
    })
}

fn issue_count(world: &World) -> usize {
    world.people(|r| r.issues().filter(|issue| !issue.pull_request).count())
}

/// The paths that the branch's commits change against the default branch.
fn changed(world: &World) -> Vec<String> {
    let files = world.people(|r| r.files(BRANCH));
    world.people(|r| {
        files
            .into_iter()
            .filter(|path| r.file(BRANCH, path) != r.file("main", path))
            .collect()
    })
}

#[track_caller]
fn done(world: &World) {
    assert!(
        world.sandbox.unexpected().is_empty(),
        "{:?}",
        world.sandbox.unexpected()
    );
}

#[test]
fn one_pull_request_with_exactly_the_changed_documents() {
    let world = world();
    let said = world.run("sync --pull-request").exits(0);
    // Three rows, three issues, and the pull request's number follows theirs.
    assert!(
        said.stdout.contains("pull request #4 opened (2 documents)"),
        "{}",
        said.stdout
    );
    assert_eq!(
        changed(&world),
        ["postmortems/042.md", "postmortems/043.md"]
    );
    for name in ["042.md", "043.md"] {
        assert_eq!(
            on(&world, BRANCH, name),
            world.document(name),
            "what the checkout got"
        );
    }
    assert_eq!(
        on(&world, "main", "042.md"),
        ENGLISH,
        "the default branch is untouched"
    );
    assert_eq!(
        on(&world, BRANCH, "043.md"),
        JAPANESE
            .replace(
                "| ステータス |\r\n|---|---|---|---|---|",
                "| ステータス | Issue |\r\n|---|---|---|---|---|-----|"
            )
            .replace(
                "| 📅 未着手 |",
                "| 📅 未着手 | [#3](https://github.com/octo-org/service/issues/3 \"open\") |"
            ),
        "not one other byte"
    );

    let prs = pull_requests(&world);
    let [(4, true, body)] = prs.as_slice() else {
        panic!("not the one pull request: {prs:?}")
    };
    for part in [
        "`postmortems/042.md`",
        "- `PM-042#1` Alert on queue length — [#1](https://github.com/octo-org/service/issues/1): ",
        "`PM-043#1` 監視を足す",
    ] {
        assert!(body.contains(part), "{part}\n{body}");
    }
    let (tip, head) = world.people(|r| {
        let of = |name: &str| r.branch(name).expect("a branch").to_owned();
        (of(BRANCH), of("main"))
    });
    let commit = world.people(|r| r.commit(&tip).expect("a commit").clone());
    assert_eq!(commit.parents, [head]);
    assert!(commit.signed, "no author is named, so GitHub signs");
    assert!(
        commit
            .message
            .ends_with("\nPm-Sync-Branch: pm-sync/write-back"),
        "{}",
        commit.message
    );
    done(&world);
}

#[test]
fn a_second_run_writes_nothing() {
    let world = world();
    world.run("sync --pull-request").exits(0);
    let tip = world.people(|r| r.branch(BRANCH).map(str::to_owned));
    world.writes();
    for fresh in [false, true] {
        if fresh {
            checkout(&world);
        }
        for command in ["sync", "push", "pull", "pull postmortems/043.md"] {
            let said = world.run(&format!("{command} --pull-request")).exits(0);
            assert!(
                said.stdout.contains("pull request #4 is up to date"),
                "{}",
                said.stdout
            );
            assert_eq!(
                world.writes(),
                Vec::<String>::new(),
                "{command}, fresh: {fresh}"
            );
        }
    }
    assert_eq!(world.people(|r| r.branch(BRANCH).map(str::to_owned)), tip);
    done(&world);
}

#[test]
fn a_change_updates_the_same_pull_request_by_a_rebuilt_commit() {
    let world = world();
    world.run("push --pull-request").exits(0);
    let first = world.people(|r| r.branch(BRANCH).map(str::to_owned));
    world.people(|r| r.close_issue(1, StateReason::Completed));
    // People's words around ours stay.
    let body = pull_requests(&world)[0].2.clone();
    let edited = format!("Please look, Bob.\r\n\r\n{}", body.replace('\n', "\r\n"));
    world.people(|r| r.edit_body(4, &edited));
    world.writes();
    let said = world.run("pull --pull-request").exits(0);
    assert!(
        said.stdout.contains("pull request #4 updated"),
        "{}",
        said.stdout
    );
    let prs = pull_requests(&world);
    assert_eq!(prs.len(), 1);
    assert!(
        prs[0].2.starts_with("Please look, Bob.") && prs[0].2.contains("未着手 → 完了"),
        "{}",
        prs[0].2
    );
    let tip = world
        .people(|r| r.branch(BRANCH).map(str::to_owned))
        .expect("a branch");
    assert_ne!(Some(&tip), first.as_ref());
    let parents = world.people(|r| r.commit(&tip).map(|c| c.parents.clone()));
    assert_eq!(
        parents,
        Some(vec![
            world.people(|r| r.branch("main").unwrap_or_default().to_owned())
        ])
    );
    assert!(
        on(&world, BRANCH, "042.md")
            .contains("| Done | [#1](https://github.com/octo-org/service/issues/1 \"done\") |")
    );
    assert!(
        on(&world, BRANCH, "043.md").contains("[#3]"),
        "the other document's link is still there"
    );
    done(&world);
}

#[test]
fn what_is_not_committed_is_not_published() {
    let world = world();
    world.write("postmortems/042.md", &ENGLISH.replace("Checkout was down", "Secret draft").replace(
        "| 2 | Test the failover | @bob | 2025-01-20 | Todo |\n",
        "| 2 | Test the failover | @bob | 2025-01-20 | Todo |\n| 3 | Not committed yet | @bob | 2025-01-20 | Todo |\n",
    ));
    let said = world.run("push --pull-request").exits(0);
    let proposed = on(&world, BRANCH, "042.md");
    assert!(
        !proposed.contains("Secret") && !proposed.contains("Not committed"),
        "{proposed}"
    );
    assert!(proposed.contains("[#1]") && proposed.contains("[#2]"));
    assert!(
        said.stderr.contains(
            "PM-042#3 Not committed yet → #3 is not in the pull request: main has no such row"
        ),
        "{}",
        said.stderr
    );
    done(&world);
}

#[test]
fn a_document_that_is_not_there_is_an_error_and_the_others_go() {
    let world = world();
    world.write("postmortems/044.md", &ENGLISH.replace("042", "044"));
    let said = world.run("push --pull-request").exits(3);
    assert!(
        said.stderr.contains("postmortems/044.md: is not on main"),
        "{}",
        said.stderr
    );
    assert!(
        said.stderr.contains("commit the document to main"),
        "{}",
        said.stderr
    );
    assert_eq!(
        changed(&world),
        ["postmortems/042.md", "postmortems/043.md"]
    );

    let world = self::world();
    world.people(|r| r.set_file_mode("main", "postmortems/043.md", "120000"));
    let said = world.run("push --pull-request").exits(3);
    assert!(
        said.stderr
            .contains("postmortems/043.md: is no plain file on main"),
        "{}",
        said.stderr
    );
    assert_eq!(changed(&world), ["postmortems/042.md"]);

    // A document elsewhere on the disk.
    let world = self::world();
    world.write("pm-sync/pm-sync.toml", "[github]\nrepository = \"octo-org/service\"\nwrite_interval = 0\n[documents]\npaths = [\"../postmortems\"]\n");
    let said = ran(world
        .command()
        .args(["--config", "pm-sync/pm-sync.toml", "push", "--pull-request"])
        .output()
        .expect("it runs"));
    assert_eq!(said.code, 3, "{}{}", said.stdout, said.stderr);
    assert!(
        said.stderr.contains("lies outside the repository"),
        "{}",
        said.stderr
    );
    done(&world);
}

#[test]
fn a_lost_answer_makes_no_second_pull_request() {
    for fault in [Fault::lost_answer(), Fault::status(502).after_applying()] {
        let world = world();
        world
            .sandbox
            .fault(fault.on("POST", "/repos/octo-org/service/pulls"));
        world.run("sync --pull-request").exits(0);
        assert_eq!(pull_requests(&world).len(), 1);
        assert_eq!(world.sandbox.waiting_faults(), 0);
        done(&world);
    }
}

#[test]
fn the_text_is_in_the_documents_language_or_the_configured_one() {
    for (language, documents, expected) in [
        ("auto", [("043.md", JAPANESE)], "未着手 → 完了"),
        ("auto", [("042.md", ENGLISH)], "todo → done"),
        ("en", [("043.md", JAPANESE)], "todo → done"),
        ("ja", [("042.md", ENGLISH)], "未着手 → 完了"),
    ] {
        let world = world_with(GitHub::new(), &documents);
        let config = world.read("pm-sync.toml");
        world.write(
            "pm-sync.toml",
            &format!("language = \"{language}\"\n{config}"),
        );
        world.run("push").exits(0);
        world.people(|r| r.close_issue(1, StateReason::Completed));
        world.run("pull --pull-request").exits(0);
        let (_, _, body) = pull_requests(&world).remove(0);
        assert!(body.contains(expected), "{language}\n{body}");
        done(&world);
    }
}

#[test]
fn settings_and_programs() {
    let world = world();
    let config = world.read("pm-sync.toml");
    world.write("pm-sync.toml", &format!("{config}branch = \"main\"\n"));
    let said = world.run("sync --pull-request").exits(2);
    assert!(
        said.stderr.contains("which is the default branch"),
        "{}",
        said.stderr
    );
    assert_eq!(on(&world, "main", "042.md"), ENGLISH);

    world.write("pm-sync.toml", &format!("{config}branch = \"bot/障害\"\n"));
    let json = world
        .run("sync --pull-request --format json")
        .exits(0)
        .json();
    assert_eq!(json["pull_request"]["state"], "opened");
    assert_eq!(json["pull_request"]["branch"], "bot/障害");
    assert_eq!(json["pull_request"]["documents"][1], "postmortems/043.md");
    assert!(world.people(|r| r.branch("bot/障害").is_some()));
    world.writes();
    let json = world
        .run("sync --pull-request --format json")
        .exits(0)
        .json();
    assert_eq!(json["pull_request"]["state"], "unchanged");
    assert_eq!(world.writes(), Vec::<String>::new());

    let json = world.run("sync --format json").exits(0).json();
    assert!(
        json.get("pull_request").is_none(),
        "only where it was asked for"
    );
    world.run("push --pull-request --assign-ids").exits(2);
    let said = world.run("sync --pull-request --dry-run").exits(0);
    assert_eq!(world.writes(), Vec::<String>::new(), "{}", said.stdout);

    world.write(
        ".git/config",
        "[remote \"origin\"]\n\turl = git@github.com:other/docs.git\n",
    );
    let said = world.run("sync --pull-request").exits(3);
    assert!(said.stderr.contains("other/docs"), "{}", said.stderr);
}

#[test]
fn a_tree_too_large_for_one_answer_is_read_folder_by_folder() {
    let mut world = world();
    world.people(|r| r.longest_tree = 1);
    world.run("sync --pull-request").exits(0);
    assert_eq!(
        changed(&world),
        ["postmortems/042.md", "postmortems/043.md"]
    );
    world.writes();
    world.language = "ja";
    let said = world.run("sync --pull-request").exits(0);
    assert!(
        said.stdout.contains("プルリクエスト #4 は最新です"),
        "{}",
        said.stdout
    );
    assert_eq!(world.writes(), Vec::<String>::new());
    done(&world);
}

#[test]
fn a_dry_run_counts_the_links_of_issues_to_come() {
    let world = world_with(GitHub::new(), &[("042.md", ENGLISH)]);
    world
        .run("sync --dry-run --pull-request")
        .exits(0)
        .prints(&[
            "Pull request to open, from pm-sync/write-back",
            "  M postmortems/042.md",
            "issues to be created first",
        ]);
    let json = world
        .run("push --dry-run --pull-request --format json")
        .json();
    assert_eq!(json["pull_request"]["state"], "opened");
    assert_eq!(world.writes(), [""; 0]);
    world
        .run("push --pull-request")
        .exits(0)
        .prints(&["opened"]);
    done(&world);
}

#[test]
fn an_empty_repository_stops_a_run_before_anything_is_created() {
    let world = World::of("042.md", ENGLISH);
    let ran = world.run("push --pull-request");
    assert!(ran.stderr.contains("has no commit"), "{}", ran.stderr);
    assert_eq!(world.issues(), 0);
}

#[test]
fn a_dry_run_shows_the_pull_request_and_writes_nothing() {
    let world = world_with(GitHub::new(), &[("042.md", ENGLISH)]);
    world.run("push").exits(0);
    world.people(|r| r.close_issue(1, StateReason::Completed));
    checkout(&world);
    world.writes();
    let before = world.document("042.md");
    let ran = world
        .run("sync --dry-run --pull-request")
        .exits(0)
        .prints(&[
            "Pull request to open, from pm-sync/write-back",
            "  Bring postmortem action items up to date with their issues",
            "  M postmortems/042.md",
            "    - `PM-042#1` Alert on queue length",
            "todo → done",
        ]);
    assert!(!ran.stdout.contains("<!--"), "{}", ran.stdout);
    let json = world
        .run("sync --dry-run --pull-request --format json")
        .exits(0)
        .json();
    let planned = &json["pull_request"];
    assert_eq!(planned["state"], "opened");
    assert_eq!(planned["number"], serde_json::Value::Null);
    let exit = "sync --dry-run --exit-code --pull-request";
    world.run(exit).exits(1);
    assert_eq!(world.writes(), [""; 0]);
    assert_eq!(world.document("042.md"), before);
    assert!(pull_requests(&world).is_empty());
    // What is then made is what was shown.
    world.run("sync --pull-request").exits(0);
    let (number, _, body) = pull_requests(&world).remove(0);
    assert_eq!(planned["preview"]["body"], body.as_str());
    // Up to date; then to be updated; then nothing is left.
    world
        .run("pull --dry-run --pull-request")
        .exits(0)
        .prints(&["is up to date"]);
    world.people(|r| r.close_issue(2, StateReason::NotPlanned));
    world
        .run("pull --dry-run --pull-request")
        .exits(0)
        .prints(&[
            &format!("Pull request #{number} to update"),
            "todo → dropped",
        ]);
    let (_, _, unchanged) = pull_requests(&world).remove(0);
    assert_eq!(unchanged, body);
    world.run("pull --pull-request").exits(0);
    let merged: Vec<(String, Vec<u8>)> = world.people(|r| {
        let of = |path: &String| {
            let bytes = r.file(BRANCH, path).map(<[u8]>::to_vec);
            (path.clone(), bytes.unwrap_or_default())
        };
        r.files(BRANCH).iter().map(of).collect()
    });
    let files: Vec<(&str, Option<&[u8]>)> = merged
        .iter()
        .map(|(path, bytes)| (path.as_str(), Some(bytes.as_slice())))
        .collect();
    world.people(|r| r.push_commit("main", "alice", &files));
    world.writes();
    world
        .run("pull --dry-run --pull-request")
        .exits(0)
        .prints(&[&format!("pull request #{number} would be closed")]);
    assert_eq!(world.writes(), [""; 0]);
    assert!(pull_requests(&world)[0].1, "it is still open");
    done(&world);
}

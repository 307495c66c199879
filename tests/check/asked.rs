//! No false all-clear: whoever is asked for is found under every name, and what could not be read is said in every form.

use crate::common::World;
use crate::{found, rows};

const OWNERS: &str = "[owners]
\"山田 太郎\" = { github = [\"bob\"] }
\"SRE team\" = [\"alice\"]
";

#[test]
fn an_owner_is_found_under_every_name() {
    let mut world = World::of(
        "001.md",
        &rows(
            "| 1 | Mend a | 山田 太郎 | 2025-01-06 | P1 | Todo |\n\
             | 2 | Mend b | 山田太郎 | 2025-01-06 | P1 | Todo |\n\
             | 3 | Mend c | SRE team | 2025-01-06 | P1 | Todo |\n\
             | 4 | Mend d | @bob | 2025-01-06 | P1 | Todo |\n\
             | 5 | Mend e | sre　TEAM | 2025-01-06 | P1 | Todo |\n",
        ),
    );
    world.today = "2025-01-20".to_owned();
    world.write("pm-sync.toml", OWNERS);
    let of_bob = [1, 2, 4].as_slice();
    let of_alice = [3, 5].as_slice();
    for (owner, expected) in [
        ("@bob", of_bob),
        ("BOB", of_bob),
        ("@ｂｏｂ", of_bob),
        ("山田　太郎", of_bob),
        ("山田太郎", of_bob),
        ("@alice", of_alice),
        ("sreteam", of_alice),
    ] {
        let run = |command: &[&str]| {
            let mut run = world.command();
            run.args(command).args(["--owner", owner]);
            crate::common::ran(run.output().expect("it runs"))
        };
        let names: Vec<String> = expected
            .iter()
            .map(|key| format!("overdue PM-001#{key}"))
            .collect();
        let ran = run(&[
            "check",
            "--offline",
            "--kind",
            "overdue",
            "--format",
            "json",
        ])
        .exits(1);
        assert_eq!(found(&ran.json()), names, "{owner}");
        assert!(!ran.stderr.contains("warning"), "{owner}: {}", ran.stderr);
        let json = run(&["list", "--format", "json"]).exits(0).json();
        let listed: Vec<&str> = json["postmortems"][0]["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|item| item["key"].as_str().expect("a key"))
            .collect();
        let keys: Vec<String> = expected.iter().map(ToString::to_string).collect();
        assert_eq!(listed, keys, "{owner}");
        let json = run(&[
            "report",
            "--month",
            "2025-01",
            "--offline",
            "--format",
            "json",
        ])
        .exits(0)
        .json();
        assert_eq!(
            json["totals"]["open"]["now"],
            expected.len(),
            "{owner}: {}",
            json["totals"]
        );
    }
    // A name that [owners] knows and that owns nothing is no misspelling, and no good news either.
    world.write(
        "pm-sync.toml",
        &format!("{OWNERS}\"Vendor\" = [\"carol\"]\n"),
    );
    let ran = world.run("check --offline --owner @carol").exits(0);
    let ran = ran.prints(&[
        "No item of these documents is @carol's.",
        "0 open of 0 items",
    ]);
    assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
}

/// Two documents that can't be read, beside one that can.
fn unread() -> World {
    let mut world = World::of(
        "001.md",
        &rows("| 1 | Mend a | @bob | 2025-03-06 | P1 | Todo |\n"),
    );
    world.today = "2025-01-06".to_owned();
    let shift_jis = b"# PM-002 \x8f\xe1\x8aQ\n\n| # | \x83A\x83N\x83V\x83\x87\x83\x93 |\n|---|---|\n| 1 | x |\n";
    std::fs::write(world.path("postmortems/002.md"), shift_jis).expect("written");
    world.write(
        "postmortems/003.md",
        "# PM-003 x\n\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n",
    );
    world
}

#[test]
fn what_could_not_be_read_is_said_in_every_form() {
    let mut world = unread();
    for (language, line) in [
        ("en", "2 documents could not be read"),
        ("ja", "読み取れなかった文書 2 件"),
    ] {
        world.language = language;
        let ran = world.run("check --offline -q").exits(0).prints(&[line]);
        for all_clear in ["Nothing is late.", "\n遅れているものはありません"] {
            assert!(!ran.stdout.contains(all_clear), "{}", ran.stdout);
        }
        let ran = world.run("check --offline -q --format markdown").exits(0);
        ran.prints(&[line, "`postmortems/002.md", "`postmortems/003.md:3`"]);
        let summary = world.path("summary.md");
        drop(std::fs::remove_file(&summary));
        let ran = world.run_with(
            "check --offline -q --format github",
            &[("GITHUB_STEP_SUMMARY", &summary.to_string_lossy())],
        );
        ran.exits(0).prints(&[
            "::warning file=postmortems/002.md,line=",
            "::warning file=postmortems/003.md,line=3,title=",
            line,
        ]);
        assert!(world.read("summary.md").contains(line));
    }
    for (arguments, code) in [
        ("--fail-on any", 1),
        ("--fail-on any --owner @bob", 1),
        ("--fail-on overdue", 0),
        ("--fail-on never", 0),
    ] {
        world
            .run(&format!("check --offline {arguments}"))
            .exits(code);
    }
}

#[test]
fn problems_stand_beside_the_findings_and_once() {
    let mut world = World::of(
        "001.md",
        &rows(
            "| 1 | Mend a | @bob | 2025-03-01 | soonish | Todo |\n\
             | 2 | Mend b | @bob | TBD | | Todo |\n",
        ),
    );
    world.write(
        "postmortems/002.md",
        "# PM-001 The same\n\n**Date**: 2025-01-05\n",
    );
    world.today = "2025-01-06".to_owned();
    let ran = world.run("check --offline --format github").exits(0);
    let ran = ran.prints(&[
        "::warning file=postmortems/001.md,line=9,title=Problem in the document::the priority \"soonish\" can't be read",
        // Two documents with one id; `doctor` says so, too.
        "the id PM-001 is also that of",
        "file=postmortems/002.md,line=1",
        "3 problems in the documents",
    ]);
    let of_the_second = ran
        .stdout
        .lines()
        .filter(|line| line.contains("001.md,line=10,"));
    assert_eq!(of_the_second.count(), 1, "{}", ran.stdout);
    world.run("check --offline --fail-on any").exits(1);
    world
        .run("check --offline --format markdown")
        .prints(&["Could not be read or settled", "`postmortems/002.md`"]);
}

#[test]
fn why_there_is_no_due_date_is_said_as_it_is() {
    let text = "# PM-001 x\n\n## Action Items\n\n| # | Action | Owner | Due | Status |\n|---|---|---|---|---|\n\
                | 1 | Mend a | @bob | within 2 weeks | Todo |\n\
                | 2 | Mend b | @bob | 未定 | Todo |\n\
                | 3 | Mend c | @bob | 2025-02-30 | Todo |\n";
    let world = World::of("001.md", text);
    for format in ["text", "github", "markdown"] {
        let ran = world.run(&format!("check --offline -q --format {format}"));
        let said = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in [
            "\"within 2 weeks\" needs the postmortem's date, and it has none",
            "still \"未定\"",
            "\"2025-02-30\" can't be read",
        ] {
            assert!(said.contains(words), "{format}: {words}\n{}", ran.stdout);
        }
    }
    // Without GitHub nobody knows the assignees of an issue, nor whose it is; and a review by the policy is no action item.
    let text = rows("| 1 | Mend a #12 | @bob | 2025-01-06 | P1 | Todo |\n")
        .replace("| Status |\n", "| Status | Issue |\n")
        .replace("|---|\n", "|---|---|\n")
        .replace("| Todo |\n", "| Todo | #12 |\n");
    let mut world = World::of("001.md", &text);
    world.today = "2025-01-20".to_owned();
    let json = world.run("check --offline --format json").json();
    let issue = &json["findings"][0]["item"]["issue"];
    assert_eq!(issue["number"], 12, "{json:#}");
    assert!(issue["assignees"].is_null() && issue["managed"].is_null());
    let calendar = world
        .run("check --offline --format ics")
        .stdout
        .replace("\r\n ", "");
    assert!(calendar.contains("check.review_after"), "{calendar}");
    assert!(!calendar.contains("policy for its priority"), "{calendar}");
}

//! What a run is asked for is what it is about: the row's own link, the document's own id, one document however it is named, commands that
//! work where the user stands, and no green run over a document that nobody could read.

use crate::common::World;

fn table(rows: &str) -> String {
    format!(
        "# Postmortem: PM-042 Checkout outage\n\n**Date**: 2025-01-05\n\n## Action items\n\n\
         | # | Action | Owner | Status | Issue |\n|---|---|---|---|---|\n{rows}"
    )
}

const PLAIN: &str = "# Postmortem: PM-042 Checkout outage\n\n**Date**: 2025-01-05\n\n## Action items\n\n\
     | # | Action | Owner | Due | Status |\n|---|---|---|---|---|\n\
     | 1 | Alert on the queue | @alice | 2025-01-10 | Todo |\n\
     | 2 | Rehearse the failover | @bob | 2025-02-01 | Todo |\n";

#[test]
fn an_issue_that_a_title_mentions_is_no_link_where_a_column_holds_the_links() {
    let world = World::of(
        "042.md",
        &table(
            "| 1 | Add the missing alert (see #1) | @alice | Todo | |\n\
             | 2 | Follow up on https://github.com/octo-org/service/issues/1 | @alice | Todo | |\n\
             | 3 | Mend the probe #1 | @alice | Todo | |\n",
        ),
    );
    world.people(|r| r.add_issue("dana", "an old ticket", None));
    world.run("push").exits(0).prints(&["3 created"]);
    for (number, title) in [(2, "alert (see #1)"), (3, "issues/1"), (4, "probe #1")] {
        assert!(world.issue(number).title.contains(title), "{number}");
        assert!(world.document("042.md").contains(&format!("[#{number}](")));
    }
    world.people(|r| r.close_issue(1, pm_sync::sandbox::StateReason::Completed));
    world.run("sync").exits(0).prints(&["Nothing to"]);
    // Its own link goes, what it mentions stays.
    world.run("unlink PM-042#1").exits(0);
    let text = world.document("042.md");
    assert!(
        text.contains("(see #1) | @alice | Todo |") && !text.contains("[#2]("),
        "{text}"
    );
}

#[test]
fn a_reference_that_belongs_to_the_sentence_is_no_link() {
    let at = "https://github.com/octo-org/service";
    let mentions = [
        "Add the missing alert (see #1)".to_owned(),
        "Roll back the flag - see #1".to_owned(),
        format!("Review {at}/pull/1"),
        format!("Please review {at}/pull/1"),
        format!("Follow up on {at}/issues/1"),
        format!("Add the alert (see {at}/issues/1)"),
        format!("Follow up on [the ticket]({at}/issues/1)"),
        "監視を追加する（#1 を参照）".to_owned(),
    ];
    let links = [
        "Add the alert (#1)".to_owned(),
        "Widen the timeout #1".to_owned(),
        "Warm the cache (tracked in #1)".to_owned(),
        format!("Pin the kernel {at}/issues/1"),
        format!("Turn the alert on [#1]({at}/issues/1)"),
        format!("Mend the probe - DONE in [#1]({at}/issues/1 \"done\")"),
    ];
    let head = "# Postmortem: PM-042 Outage\n\n**Date**: 2025-01-05\n\n## Action items\n\n";
    for (written, linked) in mentions
        .iter()
        .map(|m| (m, false))
        .chain(links.iter().map(|l| (l, true)))
    {
        let as_list = format!("{head}- [ ] {written}\n");
        let as_table = format!("{head}| Action | Owner |\n|---|---|\n| {written} | @alice |\n");
        for text in [as_list, as_table] {
            let world = World::of("042.md", &text);
            let list = world.run("list --format json").exits(0).json();
            let item = &list["postmortems"][0]["items"][0];
            assert_eq!(item["issue"].is_null(), !linked, "{text}\n{item}");
        }
    }
}

#[test]
fn unlink_says_where_it_cannot_take_a_link_out() {
    let world = World::of(
        "042.md",
        &PLAIN.replace("Alert on the queue", "Alert on the queue (#1)"),
    );
    world.people(|r| r.add_issue("dana", "an old ticket", None));
    let before = world.document("042.md");
    world.run("unlink PM-042#1").exits(4).warns(&[
        "postmortems/042.md:9",
        "#1 is part of its text",
        "by hand",
    ]);
    assert_eq!(world.document("042.md"), before);
    assert_eq!(world.writes(), [] as [&str; 0]);
}

#[test]
fn an_id_takes_the_place_of_none_and_of_nothing_else() {
    let world = World::new();
    let body = PLAIN.replace("PM-042 ", "");
    let fronts = [
        ("a", "---\nid: INC 2025/01\ntitle: Checkout\n---\n"),
        ("b", ""),
        ("c", "---\nid: TBD\n---\n"),
        ("d", "---\nid:\ntags: [a]\n---\n"),
        ("e", "---\nid: \"\" # to come\n---\n"),
        ("f", "---\nid:\n  - x\n---\n"),
        ("g", "+++\nid = \"\"\n+++\n"),
        ("h", "---\nowner: @ann\n---\n"),
    ];
    for (name, front) in fronts {
        world.write(&format!("postmortems/{name}.md"), &format!("{front}{body}"));
    }
    let first = world.run("push --assign-ids").exits(0).warns(&[
        "postmortems/a.md:2",
        "`INC 2025/01` stands in its place",
        "postmortems/f.md:2",
        "postmortems/b.md: has the id PM-001 now",
    ]);
    for refused in ["a.md: has", "f.md: has", "h.md: has"] {
        assert!(!first.stderr.contains(refused), "{}", first.stderr);
    }
    let ids = |world: &World| -> Vec<(String, String)> {
        let list = world.run("list --format json").exits(0).json();
        let documents = list["postmortems"].as_array().cloned().unwrap_or_default();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or("none").to_owned();
        documents
            .iter()
            .map(|d| (text(&d["path"]), text(&d["id"])))
            .collect()
    };
    let expected = [
        "none", "PM-001", "PM-002", "PM-003", "PM-004", "none", "PM-005", "none",
    ];
    let given = ids(&world);
    let found: Vec<&str> = given.iter().map(|(_, id)| id.as_str()).collect();
    assert_eq!(found, expected);
    assert!(world.document("c.md").starts_with("---\nid: PM-002\n---\n"));
    assert!(
        world
            .document("d.md")
            .starts_with("---\nid: PM-003\ntags: [a]\n---\n")
    );
    assert!(
        world
            .document("e.md")
            .starts_with("---\nid: PM-004 # to come\n---\n")
    );
    assert!(
        world
            .document("g.md")
            .starts_with("+++\nid = \"PM-005\"\n+++\n")
    );
    let texts = || fronts.map(|(name, _)| world.document(&format!("{name}.md")));
    let before = texts();
    assert!(before[0].starts_with(fronts[0].1) && before[5].starts_with(fronts[5].1));
    world.run("push --assign-ids").exits(0);
    assert_eq!(texts(), before);
}

/// Runs a command line in another folder of the world.
fn run_in(world: &World, folder: &str, arguments: &[&str]) -> crate::common::Ran {
    let folder = world.path(folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let output = world.command().current_dir(folder).args(arguments).output();
    crate::common::ran(output.expect("the binary runs"))
}

#[test]
fn a_document_is_one_however_it_is_named() {
    let world = World::of("042.md", PLAIN);
    run_in(&world, "sub", &["push", "../postmortems/042.md"]).exits(0);
    for named in [
        "postmortems/../postmortems/042.md",
        "sub/../postmortems",
        "sub/../postmortems/*.md",
    ] {
        let ran = world.run(&format!("push {named}")).exits(0);
        assert_eq!(ran.stderr, "", "{named}");
    }
    #[cfg(unix)]
    {
        let link = |to: &str, at: &str| {
            std::os::unix::fs::symlink(world.path(to), world.path(at)).expect("a link");
        };
        link("", "sub/alias");
        link("postmortems", "pm");
        link("postmortems/042.md", "042-link.md");
        for named in [
            "sub/alias/postmortems/042.md",
            "pm/042.md",
            "pm",
            "042-link.md",
        ] {
            let ran = world.run(&format!("push {named}")).exits(0);
            assert_eq!(ran.stderr, "", "{named}");
        }
    }
    assert_eq!(world.issues(), 2);
}

#[test]
fn suggested_commands_work_where_the_user_stands() {
    let world = World::of("042.md", PLAIN);
    world.run("push").exits(0);
    let config = world.path("pm-sync.toml");
    let config = config.to_str().expect("a path in UTF-8");
    let elsewhere = tempfile::TempDir::new().expect("a folder");
    let elsewhere = elsewhere.path().to_str().expect("a path in UTF-8");
    for (folder, options, shown) in [
        (
            ".",
            vec![],
            "--item PM-042#1 postmortems/042.md\n".to_owned(),
        ),
        (
            "sub/below",
            vec![],
            "--item PM-042#1 ../../postmortems/042.md\n".to_owned(),
        ),
        ("postmortems", vec![], "--item PM-042#1 042.md\n".to_owned()),
        (
            elsewhere,
            vec!["--config", config],
            format!(" --config {config}\n"),
        ),
    ] {
        world.people(|r| r.edit_title(1, "another title"));
        let ran = run_in(&world, folder, &[vec!["push"], options].concat()).exits(0);
        assert!(ran.stdout.contains(&shown), "{shown}\n{}", ran.stdout);
        let at = ran
            .stdout
            .find("pm-sync push --prefer document")
            .expect("a command");
        let command = ran.stdout[at..].lines().next().expect("a line");
        let words: Vec<&str> = command.split_whitespace().skip(1).collect();
        run_in(&world, folder, &words).exits(0);
        assert_ne!(world.issue(1).title, "another title", "{command}");
    }
}

#[test]
fn a_document_that_cannot_be_read_leaves_no_green_run() {
    let world = World::of("042.md", PLAIN);
    let conflict = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n";
    let other = PLAIN.replace("PM-042", "PM-043");
    world.write("postmortems/043.md", &format!("{other}{conflict}"));
    for command in ["push --dry-run", "push", "pull", "sync", "sync --dry-run"] {
        world.run(command).exits(3).warns(&["postmortems/043.md:"]);
    }
    // The others have been seen to, and a run that isn't about the unreadable one is green.
    assert_eq!(world.issues(), 2);
    world.run("push postmortems/042.md").exits(0);
    world.run("list").exits(0);
    std::fs::write(world.path("postmortems/043.md"), [0x82, 0xa0, 0x0a]).expect("written");
    world.run("push").exits(3).warns(&["UTF-8"]);
}

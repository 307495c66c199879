//! What is printed: JSON of a fixed shape, two languages of one structure, nothing but text where nobody looks at colours.

use std::io::Read as _;

use pm_sync::sandbox::StateReason;
use serde::Deserialize;

use crate::common::World;
use crate::{ENGLISH, JAPANESE, pushed};

/// What `push`, `pull` and `sync` print. Fields are only ever added, and then here too.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Synced {
    schema: String,
    dry_run: bool,
    documents: Vec<Document>,
    changes: Vec<Change>,
    edits: Vec<Edit>,
    drift: Vec<Difference>,
    conflicts: Vec<Difference>,
    settled: Vec<Settled>,
    problems: Vec<Problem>,
    remaining: Vec<Remaining>,
    limited: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    id: Option<String>,
    path: String,
    waits: Option<String>,
    skipped_done: usize,
    progress: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    item: String,
    title: String,
    path: String,
    line: usize,
    action: String,
    issue: Option<u64>,
    url: Option<String>,
    fields: Vec<FieldChange>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldChange {
    field: String,
    old: String,
    new: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    item: String,
    title: String,
    path: String,
    line: usize,
    issue: Option<u64>,
    status: Option<OldNew>,
    link: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OldNew {
    old: String,
    new: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    item: String,
    title: String,
    path: String,
    line: usize,
    issue: Option<u64>,
    url: Option<String>,
    field: String,
    owner: String,
    document: String,
    github: String,
    settle: Settle,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settled {
    kept: String,
    item: String,
    title: String,
    path: String,
    line: usize,
    issue: Option<u64>,
    url: Option<String>,
    field: String,
    owner: String,
    document: String,
    github: String,
    settle: Settle,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settle {
    document: Option<String>,
    github: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Problem {
    path: String,
    line: usize,
    column: usize,
    code: String,
    message: String,
    hint: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Remaining {
    item: String,
    title: String,
    path: String,
    line: usize,
    action: String,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    schema: String,
    postmortems: Vec<Postmortem>,
    problems: Vec<Problem>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Postmortem {
    id: Option<String>,
    title: String,
    path: String,
    date: Option<String>,
    date_source: Option<String>,
    severity: Option<String>,
    state: Option<String>,
    language: String,
    items: Vec<Item>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    key: String,
    title: String,
    owners: Vec<String>,
    due: Option<String>,
    due_text: Option<String>,
    priority: Option<String>,
    kind: Option<String>,
    status: String,
    overdue: bool,
    issue: Option<Issue>,
    form: String,
    line: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Issue {
    number: Option<u64>,
    url: Option<String>,
}

#[track_caller]
fn synced(world: &World, command: &str, code: i32) -> Synced {
    let ran = world.run(&format!("{command} --format json")).exits(code);
    let parsed: Synced =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}\n{}", ran.stdout));
    assert_eq!(parsed.schema, "pm-sync/1");
    // In this order, so that people can read it too.
    assert!(ran.stdout.starts_with("{\n  \"schema\": \"pm-sync/1\",\n"));
    parsed
}

#[test]
fn the_json_of_push_pull_and_sync() {
    let world = World::of("042.md", JAPANESE);
    world.write(
        "postmortems/draft.md",
        &ENGLISH
            .replace("PM-007", "PM-009")
            .replace("**Date**", "**Status**: Draft\n**Date**"),
    );
    let plan = synced(&world, "push --dry-run --limit 1", 0);
    assert!(plan.dry_run);
    assert_eq!((plan.changes.len(), plan.limited), (1, 1));
    assert_eq!(
        (plan.changes[0].issue, plan.changes[0].url.as_deref()),
        (None, None)
    );

    let first = synced(&world, "push", 0);
    assert!(!first.dry_run);
    let Change {
        item,
        title,
        path,
        line,
        action,
        issue,
        url,
        fields,
    } = &first.changes[0];
    assert_eq!(
        (item.as_str(), title.as_str(), path.as_str(), *line),
        ("PM-042#2", "監視を足す", "postmortems/042.md", 13)
    );
    assert_eq!((action.as_str(), *issue), ("create", Some(1)));
    assert_eq!(
        url.as_deref(),
        Some("https://github.com/octo-org/service/issues/1")
    );
    let fields: Vec<_> = fields
        .iter()
        .map(|FieldChange { field, old, new }| (field.as_str(), old.as_str(), new.as_str()))
        .collect();
    assert_eq!(
        fields,
        [
            ("title", "", "[PM-042] 監視を足す"),
            ("priority", "", "P0"),
            ("owners", "", "基盤チーム"),
            ("due", "", "2025-01-08"),
            ("labels", "", "postmortem, priority: P0")
        ]
    );
    let Edit {
        item,
        title,
        path,
        line,
        issue,
        status,
        link,
    } = &first.edits[1];
    assert_eq!(
        (item.as_str(), title.as_str(), path.as_str(), *line),
        ("PM-042#3", "訓練をする", "postmortems/042.md", 19)
    );
    assert_eq!((*issue, status.is_none(), *link), (Some(2), true, true));
    let documents: Vec<_> = first
        .documents
        .iter()
        .map(
            |Document {
                 id,
                 path,
                 waits,
                 skipped_done,
                 progress,
             }| {
                (
                    id.as_deref(),
                    path.as_str(),
                    waits.as_deref(),
                    *skipped_done,
                    *progress,
                )
            },
        )
        .collect();
    assert_eq!(
        documents,
        [
            (Some("PM-042"), "postmortems/042.md", None, 1, false),
            (
                Some("PM-009"),
                "postmortems/draft.md",
                Some("state"),
                0,
                false
            )
        ]
    );
    let Problem {
        path,
        line,
        column,
        code,
        message,
        hint,
    } = &first.problems[0];
    assert_eq!(
        (path.as_str(), *line, *column, code.as_str()),
        ("postmortems/042.md", 13, 0, "owner-unknown")
    );
    assert!(message.contains("基盤チーム") && hint.contains("[owners]"));

    world.people(|r| {
        r.close_issue(1, StateReason::Completed);
        r.edit_title(2, "Another");
    });
    let pulled = synced(&world, "pull", 0);
    let status = pulled.edits[0]
        .status
        .as_ref()
        .map(|OldNew { old, new }| (old.as_str(), new.as_str()));
    assert_eq!(status, Some(("todo", "done")));
    assert_eq!(pulled.edits[0].issue, Some(1));

    let drifted = synced(&world, "sync", 0);
    let Difference {
        item,
        title,
        path,
        line,
        issue,
        url,
        field,
        owner,
        document,
        github,
        settle: Settle {
            document: keep,
            github: take,
        },
    } = &drifted.drift[0];
    assert_eq!(
        (item.as_str(), title.as_str(), path.as_str(), *line),
        ("PM-042#3", "訓練をする", "postmortems/042.md", 19)
    );
    assert_eq!(
        (*issue, url.as_deref()),
        (
            Some(2),
            Some("https://github.com/octo-org/service/issues/2")
        )
    );
    assert_eq!(
        (
            field.as_str(),
            owner.as_str(),
            document.as_str(),
            github.as_str()
        ),
        ("title", "document", "[PM-042] 訓練をする", "Another")
    );
    assert_eq!(
        keep.as_deref(),
        Some("pm-sync push --prefer document --item PM-042#3 postmortems/042.md")
    );
    assert_eq!(
        take,
        "pm-sync push --prefer github --item PM-042#3 postmortems/042.md"
    );
    assert_eq!(drifted.conflicts.len(), 0);

    let settled = synced(&world, "push --prefer document", 0);
    let Settled {
        kept,
        item,
        title,
        path,
        line,
        issue,
        url,
        field,
        owner,
        document,
        github,
        settle,
    } = &settled.settled[0];
    assert_eq!(
        (kept.as_str(), github.as_str(), document.as_str()),
        ("document", "Another", "[PM-042] 訓練をする")
    );
    assert_eq!(
        (item.as_str(), title.as_str(), path.as_str(), *line),
        ("PM-042#3", "訓練をする", "postmortems/042.md", 19)
    );
    assert_eq!(
        (
            *issue,
            url.is_some(),
            field.as_str(),
            owner.as_str(),
            settle.document.is_some()
        ),
        (Some(2), true, "title", "document", true)
    );
    assert_eq!(settled.changes[0].action, "update");

    world.write(
        "postmortems/042.md",
        &(world.document("042.md") + "| 4 | 手順書 | | | |\n| 5 | 演習 | | | |\n"),
    );
    world.sandbox.fault(
        pm_sync::sandbox::Fault::primary_limit(3600)
            .on("POST", "/repos/*/*/issues")
            .skip(1),
    );
    let stopped = synced(&world, "sync", 3);
    let Remaining {
        item,
        title,
        path,
        line,
        action,
        reason,
    } = &stopped.remaining[0];
    assert_eq!(
        (
            item.as_str(),
            title.as_str(),
            path.as_str(),
            *line,
            action.as_str()
        ),
        ("PM-042#5", "演習", "postmortems/042.md", 21, "create")
    );
    assert!(reason.contains("rate limit"), "{reason}");
}

#[test]
fn the_json_of_list() {
    let world = pushed("042.md", JAPANESE);
    let text = world.run("list --format json").exits(0).stdout;
    let List {
        schema,
        postmortems,
        problems,
    } = serde_json::from_str(&text).expect("the shape");
    assert_eq!((schema.as_str(), problems.len()), ("pm-sync/1", 0));
    let Postmortem {
        id,
        title,
        path,
        date,
        date_source,
        severity,
        state,
        language,
        items,
    } = &postmortems[0];
    assert_eq!(
        (id.as_deref(), title.as_str(), path.as_str()),
        (Some("PM-042"), "キャッシュ障害", "postmortems/042.md")
    );
    assert_eq!(
        (
            date.as_deref(),
            severity.as_deref(),
            state.as_deref(),
            language.as_str()
        ),
        (Some("2025-01-05"), Some("high"), None, "ja")
    );
    assert!(date_source.is_some());
    let Item {
        key,
        title,
        owners,
        due,
        due_text,
        priority,
        kind,
        status,
        overdue,
        issue,
        form,
        line,
    } = &items[1];
    assert_eq!(
        (key.as_str(), title.as_str(), owners.as_slice()),
        ("2", "監視を足す", &["基盤チーム".to_owned()][..])
    );
    assert_eq!(
        (
            due.as_deref(),
            due_text.as_deref(),
            priority.as_deref(),
            status.as_str()
        ),
        (Some("2025-01-08"), Some("3日以内"), Some("P0"), "todo")
    );
    assert!(kind.is_none() || kind.as_deref() == Some("detect"));
    assert_eq!((*overdue, form.as_str(), *line), (false, "table", 13));
    let Issue { number, url } = issue.as_ref().expect("an issue");
    assert_eq!(
        (*number, url.as_deref()),
        (
            Some(1),
            Some("https://github.com/octo-org/service/issues/1")
        )
    );
}

/// The shape of a text: each line's indent and what it begins with that is no word.
fn shape(text: &str) -> Vec<(usize, String)> {
    text.lines()
        .map(|line| {
            let bare = line.trim_start();
            let sign: String = bare
                .chars()
                .take_while(|c| "+~✓✗←!@=-".contains(*c))
                .collect();
            (line.len() - bare.len(), sign)
        })
        .collect()
}

#[test]
fn both_languages_have_one_structure() {
    let run = |language: &'static str| {
        let mut world = World::of("042.md", JAPANESE);
        world.language = language;
        world.write(
            "postmortems/draft.md",
            &ENGLISH
                .replace("PM-007", "PM-009")
                .replace("**Date**", "**Status**: Draft\n**Date**"),
        );
        let mut texts = vec![
            world.run("push --dry-run").exits(0),
            world.run("push").exits(0),
        ];
        world.people(|r| {
            r.close_issue(1, StateReason::Completed);
            r.edit_title(2, "Another");
        });
        texts.push(world.run("sync --dry-run").exits(0));
        texts.push(world.run("sync").exits(0));
        world.write(
            "postmortems/042.md",
            &world
                .document("042.md")
                .replace("✅ 完了 | [#1]", "📅 未着手 | [#1]")
                .replace("訓練をする", "訓練"),
        );
        texts.push(world.run("sync").exits(4));
        texts.push(world.run("sync --prefer github").exits(0));
        texts.push(world.run("push").exits(0));
        texts
    };
    let (english, japanese) = (run("en_US.UTF-8"), run("ja_JP.UTF-8"));
    for (en, ja) in english.iter().zip(&japanese) {
        assert_eq!(shape(&en.stdout), shape(&ja.stdout));
        assert_eq!(en.stderr.lines().count(), ja.stderr.lines().count());
    }
    let all: String = japanese
        .iter()
        .map(|r| format!("{}{}", r.stdout, r.stderr))
        .collect();
    for word in [
        "problem:",
        "hint:",
        "drift",
        "conflict",
        "create",
        "update",
        "document:",
        "keep ",
        "Done",
        "Plan",
        "not pushed",
    ] {
        assert!(!all.contains(word), "{word} in\n{all}");
    }
}

#[test]
fn nothing_but_text_goes_into_a_pipe() {
    let world = World::of("042.md", JAPANESE);
    let escaped = |text: &str| text.contains('\u{1b}');
    let ran = world.run("push --dry-run").exits(0);
    assert!(!escaped(&ran.stdout) && !escaped(&ran.stderr));
    let ran = world.run("push --dry-run --color always").exits(0);
    assert!(escaped(&ran.stdout));
    let ran = world
        .run_with("push --dry-run", &[("NO_COLOR", "1"), ("CLICOLOR", "1")])
        .exits(0);
    assert!(!escaped(&ran.stdout) && !escaped(&ran.stderr));
    let ran = world
        .run_with("push --color never", &[("CLICOLOR_FORCE", "1")])
        .exits(0);
    assert!(!escaped(&ran.stdout) && !escaped(&ran.stderr));
    // Text from GitHub can't drive the terminal.
    world.people(|r| r.edit_title(1, "\u{1b}[31mred\u{202e}\u{7}"));
    let ran = world.run("push").exits(0).prints(&["drift", "[31mred"]);
    assert!(!escaped(&ran.stdout) && !ran.stdout.contains(['\u{202e}', '\u{7}']));
}

#[test]
fn quiet_leaves_the_result_and_the_errors() {
    let world = World::of("042.md", JAPANESE);
    let ran = world.run("push -q").exits(0).prints(&["2 created"]);
    assert_eq!(ran.stderr, "");
    let ran = world.run("push -v").exits(0);
    assert!(
        ran.stderr.contains("1 reads, 0 writes") || ran.stderr.contains("1 read"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_closed_pipe_is_no_error() {
    let rows: String = (1..=400)
        .map(|n| format!("| {n} | Mend part {n} of the long list | Todo |\n"))
        .collect();
    let world = World::of(
        "001.md",
        &format!(
            "# PM-001: Outage\n\n## Action Items\n\n| # | Action | Status |\n|---|---|---|\n{rows}"
        ),
    );
    for command in ["list", "push --dry-run", "push --dry-run --format json"] {
        let mut child = world.start(command);
        drop(child.stdout.take());
        let mut stderr = String::new();
        child
            .stderr
            .take()
            .expect("piped")
            .read_to_string(&mut stderr)
            .expect("text");
        assert!(
            child.wait().expect("it ends").success(),
            "{command}: {stderr}"
        );
        assert_eq!(stderr, "", "{command}");
    }
}

#[test]
fn the_plan_shows_what_the_run_does() {
    let world = pushed("042.md", JAPANESE);
    world.people(|r| r.close_issue(2, StateReason::Completed));
    world.write(
        "postmortems/042.md",
        &world
            .document("042.md")
            .replace("3日以内", "2025-02-01")
            .replace("📅 未着手", "✅ 完了"),
    );
    let strip = |text: String| {
        text.replace("Plan", "Done")
            .lines()
            .filter(|l| !l.starts_with(['-', '+', '@', '|']))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let plan = strip(world.run("sync --dry-run").exits(0).stdout);
    let done = strip(world.run("sync").exits(0).stdout);
    let told = |lines: &[String]| {
        lines
            .iter()
            .filter(|l| l.starts_with("  "))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(told(&plan), told(&done), "{plan:#?}\n{done:#?}");
}

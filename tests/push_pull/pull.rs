//! `pull`: the fate of an issue in the document's own words, and the status rules end to end.

use pm_sync::sandbox::{State, StateReason};

use crate::common::{World, changed_lines};
use crate::{ENGLISH, JAPANESE, pushed};

#[test]
fn right_after_a_push_there_is_nothing_to_pull() {
    for (name, text) in [("042.md", JAPANESE), ("007.md", ENGLISH)] {
        let world = pushed(name, text);
        let document = world.document(name);
        world
            .run("pull")
            .exits(0)
            .prints(&["Nothing to do: documents and issues agree."]);
        assert_eq!(world.document(name), document);
    }
}

/// Pushes a document, lets people close, decline and begin its items 1 to 3, pulls, and answers the changed lines.
fn after_people_worked(text: &str) -> Vec<(String, String)> {
    let world = pushed("001.md", text);
    world.people(|r| {
        r.close_issue(1, StateReason::Completed);
        r.close_issue(2, StateReason::NotPlanned);
        r.add_label(3, "in progress");
    });
    let before = world.document("001.md");
    world.run("pull").exits(0);
    assert_eq!(world.requests(), ["GET /repos/octo-org/service/issues"]);
    let after = world.document("001.md");
    let changed = changed_lines(&before, &after)
        .into_iter()
        .map(|(old, new)| (old.to_owned(), new.to_owned()))
        .collect();
    world.run("pull").exits(0).prints(&["Nothing to do"]);
    assert_eq!(
        world.document("001.md"),
        after,
        "a second pull changes nothing"
    );
    world.run("push").exits(0).prints(&["Nothing to do"]);
    changed
}

#[test]
fn the_status_is_written_in_the_documents_own_words() {
    let table = |words: &[&str]| {
        let rows: String = words
            .iter()
            .enumerate()
            .map(|(n, word)| format!("| {} | 手順{n}を直す | {word} |\n", n + 1))
            .collect();
        format!(
            "# PM-001 障害\n\n## アクションアイテム\n\n| # | アクション | ステータス |\n|---|---|---|\n{rows}"
        )
    };
    for (words, expected) in [
        (
            [
                "📅 未着手",
                "📅 未着手",
                "📅 未着手",
                "✅ 完了",
                "🔄 進行中",
            ],
            ["✅ 完了", "🚫 見送り", "🔄 進行中"],
        ),
        (
            ["Todo", "Todo", "Todo", "Done", "Todo"],
            ["Done", "Won't do", "In progress"],
        ),
        (
            ["TODO", "TODO", "TODO", "DONE", "TODO"],
            ["DONE", "WON'T DO", "IN PROGRESS"],
        ),
        (
            ["Open", "Open", "Open", "Closed", "Open"],
            ["Closed", "Won't fix", "In progress"],
        ),
        (
            ["未対応", "未対応", "未対応", "対応済み", "対応中"],
            ["対応済み", "対応不要", "対応中"],
        ),
    ] {
        let changed = after_people_worked(&table(&words));
        assert_eq!(
            changed.len(),
            3,
            "only the rows of changed items: {changed:?}"
        );
        for ((old, new), (word, expected)) in changed.iter().zip(words.iter().zip(expected)) {
            let before_link =
                |line: &str| line.split(" | [#").next().unwrap_or_default().to_owned();
            if !expected.is_empty() {
                assert_eq!(before_link(new), before_link(old).replace(word, expected));
            }
            assert_ne!(before_link(new), before_link(old));
        }
    }
}

#[test]
fn heading_blocks_keep_their_notation() {
    let text = "# PM-001 障害\n\n## アクションアイテム\n\n### 短期\n\n#### 1. 手順を直す\n- **担当**: @alice\n- **期限**: 2025-02-01\n- **ステータス**: 🔴 未着手\n\n手順の詳細。\n\n\
        #### 2. 監視を足す\n- **担当**: @bob\n- **期限**: 2025-02-01\n- **ステータス**: 🔴 未着手\n\n#### 3. 訓練をする\n- **担当**: @bob\n- **ステータス**: 🔴 未着手\n\n#### 4. 済んだこと\n- **担当**: @bob\n- **ステータス**: 🟢 完了\n";
    let world = World::of("001.md", text);
    world.run("push").exits(0).prints(&["3 created"]);
    let linked = world.document("001.md");
    assert_eq!(
        linked,
        text.replacen(
            "- **ステータス**: 🔴 未着手\n\n手順",
            "- **ステータス**: 🔴 未着手\n- **Issue**: [#1](https://github.com/octo-org/service/issues/1 \"open\")\n\n手順",
            1
        )
        .replacen(
            "- **ステータス**: 🔴 未着手\n\n#### 3",
            "- **ステータス**: 🔴 未着手\n- **Issue**: [#2](https://github.com/octo-org/service/issues/2 \"open\")\n\n#### 3",
            1
        )
        .replacen(
            "- **ステータス**: 🔴 未着手\n\n#### 4",
            "- **ステータス**: 🔴 未着手\n- **Issue**: [#3](https://github.com/octo-org/service/issues/3 \"open\")\n\n#### 4",
            1
        )
    );
    world.people(|r| r.close_issue(2, StateReason::Completed));
    world.run("pull").exits(0);
    let after = world.document("001.md");
    assert_eq!(
        changed_lines(&linked, &after),
        [
            (
                "- **ステータス**: 🔴 未着手\n",
                "- **ステータス**: 🟢 完了\n"
            ),
            (
                "- **Issue**: [#2](https://github.com/octo-org/service/issues/2 \"open\")\n",
                "- **Issue**: [#2](https://github.com/octo-org/service/issues/2 \"done\")\n"
            )
        ]
    );
}

#[test]
fn a_table_without_a_status_column_keeps_it_in_the_link() {
    let text = "# PM-001: Outage\n\n## Action Items\n\n| Action | Owner |\n|---|---|\n| Mend it | @alice |\n| Watch it | @bob |\n";
    let world = pushed("001.md", text);
    let before = world.document("001.md");
    world.people(|r| r.close_issue(1, StateReason::NotPlanned));
    world
        .run("pull")
        .exits(0)
        .prints(&["#1 1 Mend it: todo → dropped"]);
    assert_eq!(
        world.document("001.md"),
        before.replace("/1 \"open\"", "/1 \"dropped\"")
    );
    let list = world.run("list --format json").exits(0).json();
    assert_eq!(list["postmortems"][0]["items"][0]["status"], "dropped");
    world.people(|r| r.reopen_issue(1));
    world.run("pull").exits(0).prints(&["dropped → todo"]);
    assert_eq!(
        world.document("001.md"),
        before.replace("/1 \"open\"", "/1 \"reopened\"")
    );
}

#[test]
fn nuances_come_from_labels() {
    let world = pushed("042.md", JAPANESE);
    let before = world.document("042.md");
    world.people(|r| r.add_label(1, "保留"));
    world.run("pull").exits(0).prints(&["todo → blocked"]);
    let after = world.document("042.md");
    assert_eq!(changed_lines(&before, &after).len(), 1);
    world.people(|r| {
        r.remove_label(1, "保留");
        r.add_label(1, "In Progress");
    });
    world
        .run("pull")
        .exits(0)
        .prints(&["blocked → in progress"]);
    assert!(
        world
            .document("042.md")
            .contains("3日以内 | 🔄 進行中 | [#1]")
    );
}

#[test]
fn a_row_marked_done_closes_its_issue_once() {
    let world = pushed("007.md", ENGLISH);
    let linked = world.document("007.md");
    let ticked =
        linked
            .replacen("P1 | Todo", "P1 | Done", 1)
            .replacen("P2 | Todo", "P2 | Won't do", 1);
    world.write("postmortems/007.md", &ticked);
    world.run("push").exits(0).prints(&[
        "#1 close as completed",
        "#2 close as not planned",
        "2 closed",
    ]);
    assert_eq!(
        world.writes(),
        [
            "PATCH /repos/octo-org/service/issues/1",
            "PATCH /repos/octo-org/service/issues/2"
        ]
    );
    assert_eq!(world.issue(1).state_reason, Some(StateReason::Completed));
    assert_eq!(world.issue(2).state_reason, Some(StateReason::NotPlanned));
    assert_eq!(
        world.document("007.md"),
        ticked
            .replace("/1 \"open\"", "/1 \"done\"")
            .replace("/2 \"open\"", "/2 \"dropped\"")
    );
    // Somebody reopens it: the document hears of it, and nothing closes it again.
    world.people(|r| r.reopen_issue(1));
    world.run("push").exits(0);
    assert_eq!(world.writes(), [""; 0]);
    world.run("sync").exits(0).prints(&["done → todo"]);
    assert_eq!(world.writes(), [""; 0]);
    assert_eq!(world.issue(1).state, State::Open);
    assert!(
        world.document("007.md").contains(
            "P1 | Todo | [#1](https://github.com/octo-org/service/issues/1 \"reopened\")"
        )
    );
}

#[test]
fn close_done_can_be_turned_off() {
    let world = pushed("007.md", ENGLISH);
    world.configure("[push]\nclose_done = false\n");
    world.write(
        "postmortems/007.md",
        &world
            .document("007.md")
            .replacen("P1 | Todo", "P1 | Done", 1),
    );
    world.run("push").exits(0).prints(&["drift", "1 drifted"]);
    assert_eq!(world.writes(), [""; 0]);
    world.run("push --status").exits(0).prints(&["1 closed"]);
}

#[test]
fn an_issue_closed_by_a_person_is_never_reopened() {
    let world = pushed("042.md", JAPANESE);
    world.people(|r| r.close_issue(1, StateReason::NotPlanned));
    // Content still flows, its state doesn't.
    world.write(
        "postmortems/042.md",
        &world
            .document("042.md")
            .replace("監視を足す", "監視を増やす"),
    );
    for command in ["push", "sync", "push", "sync"] {
        world.run(command).exits(0);
        assert_eq!(world.issue(1).state, State::Closed);
    }
    assert_eq!(world.issue(1).title, "[PM-042] 監視を増やす");
    // A person writes the row back to open: drift, until it is settled by hand.
    let document = world.document("042.md");
    let row = document
        .lines()
        .find(|l| l.contains("監視を増やす"))
        .expect("the row")
        .to_owned();
    let word = row.split(" | ").nth(4).expect("a status").to_owned();
    world.write("postmortems/042.md", &document.replace(&word, "📅 未着手"));
    world.run("sync").exits(0).prints(&[
        "! drift 2 監視を増やす: status (GitHub owns it)",
        "document: todo  postmortems/042.md:13",
        "GitHub: closed as not planned  #1 https://github.com/octo-org/service/issues/1",
        "keep the document's: pm-sync push --status --item PM-042#2 postmortems/042.md",
        "keep GitHub's: pm-sync pull --prefer github --item PM-042#2 postmortems/042.md",
    ]);
    assert_eq!(world.issue(1).state, State::Closed);
    assert_eq!(world.issues(), 2);
    world
        .run("push --status --item PM-042#2 postmortems/042.md")
        .exits(0)
        .prints(&["1 reopened"]);
    assert_eq!(world.issue(1).state, State::Open);
    assert!(world.document("042.md").contains("/1 \"reopened\")"));
    world.requests();
    world.run("sync").exits(0).prints(&["Nothing to do"]);
}

#[test]
fn the_reopened_story() {
    // A row marked done closes its issue; the write-back is never merged; somebody reopens the issue.
    let world = pushed("007.md", ENGLISH);
    let ticked = world
        .document("007.md")
        .replacen("P1 | Todo", "P1 | Done", 1);
    world.write("postmortems/007.md", &ticked);
    world.run("push").exits(0).prints(&["1 closed"]);
    world.write("postmortems/007.md", &ticked);
    world.people(|r| r.reopen_issue(1));
    world.requests();
    for command in ["push", "pull", "sync"] {
        world.run(command).exits(4).prints(&[
            "conflict",
            "document: done  postmortems/007.md:9",
            "GitHub: reopened  #1 ",
        ]);
        assert_eq!(world.issue(1).state, State::Open);
        assert_eq!(world.document("007.md"), ticked);
    }
    assert_eq!(world.writes(), [""; 0]);
    world
        .run("pull --prefer github postmortems/007.md")
        .exits(0)
        .prints(&["done → todo"]);
    world.run("sync").exits(0).prints(&["Nothing to do"]);
}

#[test]
fn a_row_whose_closing_was_lost_closes_its_issue_once_however_it_was_reopened() {
    // The second reopening, and a label that hides the first: the row's memory is what GitHub says again.
    for (label, word) in [(None, "reopened"), (Some("in progress"), "in_progress")] {
        let world = pushed("007.md", ENGLISH);
        world.people(|r| match label {
            Some(label) => r.add_label(1, label),
            None => {
                r.close_issue(1, StateReason::Completed);
                r.reopen_issue(1);
            }
        });
        world.run("sync").exits(0);
        let document = world.document("007.md");
        assert!(
            document.contains(&format!("issues/1 \"{word}\"")),
            "{document}"
        );
        let row = document
            .lines()
            .find(|l| l.contains("[#1]"))
            .expect("a row");
        let done = document.replace(
            row,
            &row.replace("Todo", "Done").replace("In progress", "Done"),
        );
        world.write("postmortems/007.md", &done);
        world.run("push").exits(0).prints(&["1 closed"]);
        // The write-back is lost, and somebody reopens the issue.
        world.write("postmortems/007.md", &done);
        world.people(|r| r.reopen_issue(1));
        world.writes();
        for command in ["push", "sync", "pull"] {
            world
                .run(command)
                .exits(4)
                .prints(&["conflict", "document: done"]);
        }
        assert_eq!(world.writes(), [""; 0], "{word}");
        assert_eq!(world.issue(1).state, State::Open, "{word}");
        // A person says that it is done all the same.
        world
            .run("push --status --item PM-007#1")
            .exits(0)
            .prints(&["1 closed"]);
        world.run("sync").exits(0).prints(&["Nothing to do"]);
    }
}

#[test]
fn both_halves_in_one_run() {
    let world = pushed("042.md", JAPANESE);
    world.people(|r| r.close_issue(1, StateReason::Completed));
    let more = world.document("042.md").replace("2週間以内", "2025-02-01")
        + "| 4 | 手順書を書く | @alice | | | |\n";
    world.write("postmortems/042.md", &more);
    world.run("sync").exits(0).prints(&[
        "create: 4 手順書を書く",
        "due date: 2025-01-19 → 2025-02-01",
        "todo → done",
        "1 created, 1 updated",
    ]);
    let asked = world.requests();
    assert_eq!(
        asked
            .iter()
            .filter(|r| *r == "GET /repos/octo-org/service/issues")
            .count(),
        2,
        "one listing, and one after the create: {asked:?}"
    );
    world.run("sync").exits(0).prints(&["Nothing to do"]);
}

#[test]
fn sync_tells_each_difference_once() {
    let world = pushed("007.md", ENGLISH);
    let ticked = world.document("007.md").replace("Todo", "Done");
    world.write("postmortems/007.md", &ticked);
    world.run("push").exits(0).prints(&["2 closed"]);
    world.write("postmortems/007.md", &ticked);
    world.people(|r| {
        r.reopen_issue(1);
        r.reopen_issue(2);
    });
    let ran = world.run("sync --format json").exits(4);
    assert_eq!(ran.json()["conflicts"].as_array().map(Vec::len), Some(2));
}

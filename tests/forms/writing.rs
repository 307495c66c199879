//! What is written: the smallest change, in the document's own notation.

use pm_sync::document::edit::splice;
use pm_sync::item::Status;
use pm_sync::item::edit::{ItemEdit, LinkEdit, checked};
use pm_sync::item::vocabulary::Vocabulary;
use pm_sync::plan::status::IssueWord;

use super::laws::parse;

/// The lines that an edit changes or adds.
fn written(text: &str, item: usize, status: Option<Status>, link: bool) -> Vec<String> {
    let (document, postmortem) = parse(text);
    let edit = ItemEdit {
        item,
        status,
        link: link.then(|| LinkEdit::Set {
            number: 12,
            url: "https://github.com/o/r/issues/12".to_owned(),
            word: Some(IssueWord::Open),
        }),
    };
    let (edits, refused) = checked(&document, &postmortem, &[edit], Vocabulary::built_in());
    assert_eq!(refused, [0; 0], "{text}");
    let after = splice(text, &edits).expect("our own edits never overlap");
    let before: Vec<&str> = text.lines().collect();
    after
        .lines()
        .filter(|line| !before.contains(line))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_status_is_written_as_the_document_writes_it() {
    for (name, text, item, status, expected) in [
        (
            "a box is ticked",
            "## Action items\n\n- [ ] a task\n",
            0,
            Status::Done,
            "- [x] a task",
        ),
        (
            "and unticked",
            "## Action items\n\n- [x] a task\n",
            0,
            Status::Todo,
            "- [ ] a task",
        ),
        (
            "emoji in front",
            "## Action items\n\n- ✅ first task\n- second task\n",
            1,
            Status::Done,
            "- ✅ second task",
        ),
        (
            "taken away",
            "## Action items\n\n- ✅ first task\n- second task\n",
            0,
            Status::Todo,
            "- first task",
        ),
        (
            "emoji behind",
            "## アクションアイテム\n\n- 図を描く ✅\n- 表を作る\n",
            1,
            Status::Done,
            "- 表を作る ✅",
        ),
        (
            "strike-through",
            "## Action items\n\n- ~~first task~~\n- second **task**\n",
            1,
            Status::Done,
            "- ~~second **task**~~",
        ),
        (
            "strike-through taken away",
            "## Action items\n\n- ~~first task~~\n- second task\n",
            0,
            Status::Todo,
            "- first task",
        ),
        (
            "a word behind a dash",
            "## Action items\n\n- first task - DONE\n- second task\n",
            1,
            Status::InProgress,
            "- second task - IN PROGRESS",
        ),
        (
            "a word in capitals in front",
            "## Action items\n\n- DONE First task\n- TODO Second task\n",
            1,
            Status::InProgress,
            "- IN PROGRESS Second task",
        ),
        (
            "a word in brackets",
            "## アクションアイテム\n\n- 図を描く（対応済み）\n- 表を作る\n",
            1,
            Status::Done,
            "- 表を作る（対応済み）",
        ),
        (
            "a sub-bullet that is there",
            "## Action items\n\n- first task\n  - Status: Done\n",
            0,
            Status::Todo,
            "  - Status: Todo",
        ),
        (
            "a sub-bullet like the other's",
            "## Action items\n\n- first task\n  * **Status**: Open\n- second task\n",
            1,
            Status::Done,
            "  * **Status**: Closed",
        ),
        (
            "a field of a heading block",
            "## Action items\n\n### First task\n\n- **Owner**: @ann\n- **Status**: Open\n",
            0,
            Status::Done,
            "- **Status**: Closed",
        ),
        (
            "a new field of a heading block in lines",
            "## Action items\n\n### First task\n\n**Owner**: @ann  \n**Due**: 2025-01-31\n",
            0,
            Status::Done,
            "**Status**: Done",
        ),
    ] {
        let lines = written(text, item, Some(status), false);
        assert!(lines.contains(&expected.to_owned()), "{name}: {lines:?}");
    }
}

#[test]
fn a_bullet_without_any_convention_keeps_its_status_in_the_link_only() {
    let text = "## Action items\n\n- first task\n- second task\n";
    assert_eq!(written(text, 0, Some(Status::Done), false), [""; 0]);
}

#[test]
fn a_link_goes_to_the_end_of_the_item() {
    let link = "[#12](https://github.com/o/r/issues/12 \"open\")";
    for (name, text, expected) in [
        (
            "a bullet",
            "## Action items\n\n- a task\n  - detail\n",
            format!("- a task {link}"),
        ),
        (
            "a wrapped one",
            "## Action items\n\n1. a task\n   of two lines (Owner: @ann)\n",
            format!("   of two lines (Owner: @ann) {link}"),
        ),
        (
            "a ticket in brackets",
            "## Action items\n\n- a task (#4)\n",
            format!("- a task ({link})"),
        ),
        (
            "a heading with nothing but prose",
            "## Action items\n\n### Add an alert now\n\nBecause.\n",
            format!("### Add an alert now {link}"),
        ),
        (
            "a component's paragraph",
            "## Action items\n\n### Gateway\n\nLimit the headers.\n",
            format!("Limit the headers. {link}"),
        ),
        (
            "fields in lines",
            "## Action items\n\n### First task\n\n**Owner**: @ann\n**Due**: 2025-01-31\n",
            format!("**Issue**: {link}"),
        ),
    ] {
        assert_eq!(written(text, 0, None, true), [expected], "{name}");
    }
}

#[test]
fn a_link_that_remembers_nothing_yet_is_found_again() {
    for text in [
        "## Action items\n\n- [x] a task (Owner: @ann, Due: 2025-01-31)\n",
        "## Action items\n\n- a task (@ann)\n- b task\n",
        "## Action items\n\n- a task\n  - Status: Done\n",
    ] {
        let (document, postmortem) = parse(text);
        let link = LinkEdit::Set {
            number: 12,
            url: "https://github.com/o/r/issues/12".to_owned(),
            word: None,
        };
        let edit = ItemEdit {
            item: 0,
            status: None,
            link: Some(link),
        };
        let (edits, refused) = checked(&document, &postmortem, &[edit], Vocabulary::built_in());
        assert_eq!(refused, [0; 0], "{text}");
        let after = splice(text, &edits).expect("our own edits never overlap");
        let item = &parse(&after).1.items[0];
        assert!(
            item.reference.is_some() && item.memory().is_none(),
            "{after}"
        );
    }
}

#[test]
fn a_title_that_is_a_link_is_never_rewritten() {
    let text = "## Action items\n\n- [a task](https://github.com/o/r/issues/8)\n";
    assert_eq!(written(text, 0, None, true), [""; 0]);
}

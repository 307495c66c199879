//! The laws of reading and writing, for any text: used by the tests on written examples and by the fuzz targets on anything.

use pm_sync::document::Document;
use pm_sync::document::edit::splice;
use pm_sync::item::edit::{ItemEdit, LinkEdit, checked};
use pm_sync::item::vocabulary::Vocabulary;
use pm_sync::item::{ActionItem, Postmortem, Status, read};
use pm_sync::plan::status::{IssueWord, Notation};

/// Reads a text as a document of a fixed path.
pub(crate) fn parse(text: &str) -> (Document, Postmortem) {
    let document = Document::parse(text);
    let postmortem = read(&document, "PM-1.md", "PM-", Vocabulary::built_in());
    (document, postmortem)
}

/// Reading doesn't panic; items, problems and blocks lie within the text.
pub(crate) fn places_lie_within(text: &str) {
    let (document, postmortem) = parse(text);
    let lines = text.matches(['\n', '\r']).count() + 1;
    for block in &document.blocks {
        assert!(
            document.source.get(block.span.clone()).is_some(),
            "a block lies outside the text"
        );
    }
    for item in &postmortem.items {
        assert!((1..=lines).contains(&item.line), "an item lies outside");
        assert!(!item.title.trim().is_empty(), "an item without a title");
    }
    for problem in &postmortem.problems {
        assert!(problem.line <= lines, "a problem lies outside");
    }
}

/// What an item says apart from what our own edits may change.
fn rest(item: &ActionItem) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        (
            item.key.clone(),
            item.title.clone(),
            item.owners.clone(),
            item.due.clone(),
        ),
        (
            item.priority,
            item.kind,
            item.tasks.clone(),
            item.done_when.clone(),
        ),
        (item.details.clone(), item.form),
    )
}

/// Writes a link and a status into one item: the second reading sees both, and all else is equal. Says whether the edit was made.
pub(crate) fn an_edit_is_seen(text: &str, choice: u8) -> bool {
    let (document, before) = parse(text);
    if before.items.is_empty() {
        return true;
    }
    let chosen = usize::from(choice) / 10 % before.items.len();
    let status = Status::ALL[usize::from(choice) % 5];
    let word = match status {
        Status::Todo => IssueWord::Open,
        Status::InProgress => IssueWord::InProgress,
        Status::Blocked => IssueWord::Blocked,
        Status::Done => IssueWord::Done,
        Status::Dropped => IssueWord::Dropped,
    };
    let item = &before.items[chosen];
    let edit = ItemEdit {
        item: chosen,
        link: Some(LinkEdit::Set {
            number: 12,
            url: "https://github.com/o/r/issues/12".to_owned(),
            word: Some(word),
        }),
        status: choice.is_multiple_of(2).then_some(status),
    };
    let (edits, refused) = checked(
        &document,
        &before,
        std::slice::from_ref(&edit),
        Vocabulary::built_in(),
    );
    if !refused.is_empty() {
        assert!(edits.is_empty(), "a refused edit was made");
        return false;
    }
    let written = splice(text, &edits).expect("our own edits never overlap");
    let (_, after) = parse(&written);
    let shown = |p: &Postmortem| p.items.iter().map(rest).collect::<Vec<_>>();
    assert_eq!(
        shown(&before),
        shown(&after),
        "before:\n{text}\nafter:\n{written}"
    );
    let seen = &after.items[chosen];
    if item.reference.as_ref().is_none_or(|r| r.writable) {
        assert_eq!(
            seen.memory(),
            Some(word),
            "the link is not seen in\n{written}"
        );
    }
    if edit.status.is_some() && !item.unusable {
        match item.status.notation {
            Notation::Words => assert_eq!(
                seen.status.status, status,
                "before:\n{text}\nafter:\n{written}"
            ),
            Notation::Checkbox => assert_eq!(
                seen.status.status == Status::Done,
                status == Status::Done,
                "before:\n{text}\nafter:\n{written}"
            ),
            Notation::None => {}
        }
    }
    for (index, (old, new)) in before.items.iter().zip(&after.items).enumerate() {
        if index != chosen {
            assert_eq!(
                old.status.status, new.status.status,
                "another item changed in\n{written}"
            );
        }
    }
    true
}

//! Reading again what an edit wrote, before anybody saves it.

use std::collections::BTreeMap;

use super::{ItemEdit, LinkEdit};
use crate::document::Document;
use crate::document::edit::{Splice, splice};
use crate::item::memory::Notation;
use crate::item::vocabulary::Vocabulary;
use crate::item::{ActionItem, Postmortem, Status, link, read};

/// Whether a second reading shows the edits, and all else as it was.
pub(super) fn reads_back(
    document: &Document,
    before: &Postmortem,
    edits: &[ItemEdit],
    splices: &[Splice],
    vocabulary: &Vocabulary,
) -> bool {
    let Ok(written) = splice(&document.source, splices) else {
        return false;
    };
    let after = read(&Document::parse(written), &before.path, "", vocabulary);
    let same = |old: &ActionItem, new: &ActionItem| {
        old.key == new.key
            && old.title == new.title
            && old.owners == new.owners
            && old.due == new.due
            && old.priority == new.priority
            && old.kind == new.kind
            && old.tasks == new.tasks
            && old.done_when == new.done_when
            && old.details == new.details
            && old.form == new.form
    };
    let edited: BTreeMap<usize, &ItemEdit> = edits.iter().map(|e| (e.item, e)).collect();
    before.items.len() == after.items.len()
        && before
            .items
            .iter()
            .zip(&after.items)
            .enumerate()
            .all(|(at, (old, new))| {
                let edit = edited.get(&at);
                same(old, new)
                    && shows_status(old, new, edit.and_then(|e| e.status))
                    && shows_link(old, new, edit.and_then(|e| e.link.as_ref()))
            })
}

fn shows_status(old: &ActionItem, new: &ActionItem, edit: Option<Status>) -> bool {
    let Some(status) = edit else {
        return old.status.status == new.status.status;
    };
    match old.status.notation {
        Notation::Words => new.status.status == status,
        Notation::Checkbox => (new.status.status == Status::Done) == (status == Status::Done),
        Notation::None => old.status.status == new.status.status,
    }
}

fn shows_link(old: &ActionItem, new: &ActionItem, edit: Option<&LinkEdit>) -> bool {
    let target = |item: &ActionItem| {
        item.reference.as_ref().map(|r| {
            let mut target = r.target.clone();
            if let link::Target::GitHub { repository, .. } = &mut target {
                // The run may read a former name of the repository as its name now; address and number stay what is written.
                *repository = None;
            }
            (target, r.memory)
        })
    };
    match (edit, &old.reference) {
        (Some(LinkEdit::Set { number, word, .. }), reference)
            if reference.as_ref().is_none_or(|r| r.writable) =>
        {
            new.reference.as_ref().is_some_and(|r| {
                r.memory == *word
                    && matches!(&r.target, link::Target::GitHub { number: n, .. } if n == number)
            })
        }
        (Some(LinkEdit::Remove), Some(reference)) if reference.writable => new.memory().is_none(),
        _ => target(old) == target(new),
    }
}

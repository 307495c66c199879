//! Saving links and statuses: a document that somebody else changed meanwhile is read again, and what they wrote stays.

use super::Run;
use super::applied::Applied;
use crate::document::edit::{Splice, splice};
use crate::document::save::{self};
use crate::github::Issue;
use crate::item::edit::{ItemEdit, LinkEdit, checked};
use crate::item::link::Reference;
use crate::item::{ActionItem, ProblemKind};
use crate::plan::content::Wanted;
use crate::plan::{IssueChange, plan, word};
use crate::show::edit_of;

impl Run<'_> {
    /// Writes the link to an issue, with its status now, into a row.
    pub(super) fn link(
        &mut self,
        document: usize,
        item: &ActionItem,
        issue: &Issue,
        applied: &mut Applied,
    ) {
        let link = LinkEdit::Set {
            number: issue.number,
            url: issue.url.clone(),
            word: Some(word(issue, self.config)),
        };
        let edit = ItemEdit {
            item: 0,
            link: Some(link),
            status: None,
        };
        self.save(document, &[(item.clone(), edit)], None, applied);
    }

    /// Whether a document still asks for an issue to be created, and for this one. A document that changed on disk is read again first:
    /// what somebody reworded or deleted during the run must not be filed as it was.
    pub(super) fn still_asks_for(
        &mut self,
        document: usize,
        planned: &Wanted,
        applied: &mut Applied,
    ) -> bool {
        let loaded = &self.workspace.documents[document];
        let Ok(text) = save::read(self.workspace.root(), &loaded.file) else {
            return false;
        };
        if text != loaded.document.source {
            applied.reread.insert(document);
            self.workspace.replace(document, text);
        }
        !applied.reread.contains(&document)
            || plan(self.inputs()).items().any(|(part, item)| {
                part.document == document
                    && matches!(&item.change, Some(IssueChange::Create { wanted, .. }) if **wanted == *planned)
            })
    }

    /// Edits rows of a document and saves it. A document that changed on disk is read again and its rows are found again; a row that a
    /// person changed meanwhile keeps what they wrote, for the next run to decide on.
    pub(super) fn save(
        &mut self,
        document: usize,
        edits: &[(ActionItem, ItemEdit)],
        progress: Option<&Splice>,
        applied: &mut Applied,
    ) {
        let language = self.printer.language;
        for attempt in 0..3 {
            let loaded = &self.workspace.documents[document];
            let mut current = Vec::new();
            let mut lost = Vec::new();
            for (item, edit) in edits {
                let ours = |reference: &Reference| {
                    let number = self.site.number(reference);
                    let wanted = match &edit.link {
                        Some(LinkEdit::Set { number, .. }) => Some(*number),
                        _ => None,
                    };
                    number.is_some()
                        && (number == wanted
                            || applied
                                .created
                                .iter()
                                .any(|(_, _, made)| Some(*made) == number))
                };
                match locate(&loaded.postmortem.items, item, edit, ours) {
                    Some(at) => current.push(ItemEdit {
                        item: at,
                        ..edit.clone()
                    }),
                    None => lost.push((item, edit)),
                }
            }
            let placed: Vec<usize> = (0..edits.len())
                .filter(|at| !lost.iter().any(|(item, _)| *item == &edits[*at].0))
                .collect();
            let (mut all, refused) = checked(
                &loaded.document,
                &loaded.postmortem,
                &current,
                &self.workspace.vocabulary,
            );
            let refused: Vec<&ActionItem> =
                refused.into_iter().map(|at| &edits[placed[at]].0).collect();
            // The region is computed anew by the next run where the document changed.
            all.extend(progress.filter(|_| attempt == 0).cloned());
            let before = loaded.document.source.clone();
            let loaded_path = loaded.postmortem.path.clone();
            let saved = match splice(&before, &all) {
                Ok(after) => self.workspace.save(document, &after).map(|()| after),
                Err(error) => {
                    self.printer
                        .error(&format!("{}: {error}", loaded.postmortem.path), None);
                    applied.failed = true;
                    return;
                }
            };
            match saved {
                Ok(after) => {
                    let path = loaded.postmortem.path.clone();
                    let report = applied.of(&path);
                    for (item, edit) in edits
                        .iter()
                        .filter(|(item, _)| !lost.iter().any(|(l, _)| *l == item))
                        .filter(|(item, _)| !refused.contains(&item))
                    {
                        let number = match &edit.link {
                            Some(LinkEdit::Set { number, .. }) => Some(*number),
                            _ => None,
                        };
                        let row = report.row(item);
                        let shown = edit_of(edit, item, row, number);
                        report
                            .edits
                            .retain(|e| e.row != shown.row || e.status.is_some());
                        report.edits.push(shown);
                    }
                    report.progress |= progress.is_some() && attempt == 0;
                    let text = report.text.take().map_or(before, |(first, _)| first);
                    report.text = Some((text, after.clone()));
                    for (item, edit) in lost {
                        if let Some(LinkEdit::Set { number, .. }) = &edit.link {
                            let row = applied.of(&path).row(item);
                            applied.problem(&row, ProblemKind::RowMoved { number: *number });
                        }
                    }
                    for (item, edit) in edits.iter().filter(|(item, _)| refused.contains(&item)) {
                        if let Some(LinkEdit::Set { number, .. }) = &edit.link {
                            let row = applied.of(&path).row(item);
                            applied.failed = true;
                            applied.problem(&row, ProblemKind::RowUnwritten { number: *number });
                        }
                    }
                    self.workspace.replace(document, after);
                    return;
                }
                Err(save::SaveError::Changed { .. }) if attempt < 2 => match save::read(
                    self.workspace.root(),
                    &self.workspace.documents[document].file,
                ) {
                    Ok(text) => {
                        applied.reread.insert(document);
                        self.workspace.replace(document, text);
                    }
                    Err(problem) => {
                        self.printer.error(&problem.render(language), None);
                        applied.unwritten(&loaded_path, edits, problem.message().get(language));
                        return;
                    }
                },
                Err(error) => {
                    self.printer.error(&error.render(language), None);
                    applied.unwritten(&loaded_path, edits, error.message().get(language));
                    return;
                }
            }
        }
    }
}

/// Where an item stands now: the one row with its key and title, else the one with its title. `None` where there is none, or where what
/// the edit would replace was written by somebody else meanwhile: another status, or a link to an issue that is not among `ours`.
fn locate(
    items: &[ActionItem],
    old: &ActionItem,
    edit: &ItemEdit,
    ours: impl Fn(&Reference) -> bool,
) -> Option<usize> {
    let unique = |matches: &dyn Fn(&ActionItem) -> bool| {
        let mut found = items
            .iter()
            .enumerate()
            .filter(|(_, item)| matches(item))
            .map(|(at, _)| at);
        found.next().filter(|_| found.next().is_none())
    };
    let at = unique(&|item| item.key == old.key && item.title == old.title)
        .or_else(|| unique(&|item| item.title == old.title))?;
    let now = &items[at];
    let target = |item: &ActionItem| item.reference.as_ref().map(|r| r.target.clone());
    let same_status = edit.status.is_none() || now.status.status == old.status.status;
    let same_link = now
        .reference
        .as_ref()
        .is_none_or(|reference| target(old) == target(now) || ours(reference));
    (same_status && same_link).then_some(at)
}

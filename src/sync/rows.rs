//! The writes to documents: rows edited in place and saved at once, whatever happened to the document meanwhile.

use super::{Applied, Run};
use crate::document::edit::{Splice, splice};
use crate::document::save::{self, SaveError};
use crate::github::Issue;
use crate::item::edit::{ItemEdit, LinkEdit, checked};
use crate::item::{ActionItem, ProblemKind};
use crate::plan::word;
use crate::show::edit_of;

/// How often a document that keeps changing is read again.
const ATTEMPTS: usize = 3;

impl Run<'_> {
    /// Notes a document that can't be saved, before an issue is made whose link it could not take.
    pub(super) fn check_saving(&self, document: usize, applied: &mut Applied) {
        if let Err(error) = save::may_save(
            self.workspace.root(),
            &self.workspace.documents[document].file,
        ) {
            self.unsaved(document, &error.render(self.printer.language), applied);
        }
    }

    fn unsaved(&self, document: usize, why: &str, applied: &mut Applied) {
        applied.failed = true;
        if applied.unsaved.insert(document) {
            self.printer.error(why, None);
        }
    }

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

    /// Edits rows of a document and saves it. A document that changed on disk is read again and its rows are found again; a row that a
    /// person changed meanwhile keeps what they wrote, for the next run to decide on.
    pub(super) fn save(
        &mut self,
        document: usize,
        edits: &[(ActionItem, ItemEdit)],
        progress: Option<&Splice>,
        applied: &mut Applied,
    ) {
        if applied.unsaved.contains(&document) {
            return;
        }
        let language = self.printer.language;
        for attempt in 1..=ATTEMPTS {
            // The region is computed anew by the next run where the document changed.
            let progress = progress.filter(|_| attempt == 1);
            let (before, after, written) = match self.edited(document, edits, progress) {
                Ok(edited) => edited,
                Err(error) => return self.unsaved(document, &error, applied),
            };
            let file = &self.workspace.documents[document].file;
            match save::save(self.workspace.root(), file, &before, &after) {
                Ok(()) => {
                    self.say_saved(document, edits, &written, applied);
                    let report = applied.of(&self.workspace.documents[document].postmortem.path);
                    report.progress |= progress.is_some();
                    let first = report.text.take().map_or(before, |(first, _)| first);
                    report.text = Some((first, after.clone()));
                    self.workspace.replace(document, after);
                    return;
                }
                Err(SaveError::Changed { .. }) if attempt < ATTEMPTS => {
                    match save::read(self.workspace.root(), file) {
                        Ok(text) => self.workspace.replace(document, text),
                        Err(problem) => {
                            return self.unsaved(document, &problem.render(language), applied);
                        }
                    }
                }
                Err(error) => return self.unsaved(document, &error.render(language), applied),
            }
        }
    }

    /// A document before and after its edits, and which of them could be made.
    fn edited(
        &self,
        document: usize,
        edits: &[(ActionItem, ItemEdit)],
        progress: Option<&Splice>,
    ) -> Result<(String, String, Vec<bool>), String> {
        let loaded = &self.workspace.documents[document];
        let mut written: Vec<bool> = Vec::with_capacity(edits.len());
        let mut found = Vec::new();
        for (item, edit) in edits {
            let at = locate(&loaded.postmortem.items, item, edit);
            written.push(at.is_some());
            found.extend(at.map(|at| ItemEdit {
                item: at,
                ..edit.clone()
            }));
        }
        let (mut splices, refused) = checked(
            &loaded.document,
            &loaded.postmortem,
            &found,
            &self.workspace.vocabulary,
        );
        let placed: Vec<usize> = (0..edits.len()).filter(|at| written[*at]).collect();
        for at in refused {
            written[placed[at]] = false;
        }
        splices.extend(progress.cloned());
        let before = loaded.document.source.clone();
        let after = splice(&before, &splices)
            .map_err(|error| format!("{}: {error}", loaded.postmortem.path))?;
        Ok((before, after, written))
    }

    fn say_saved(
        &self,
        document: usize,
        edits: &[(ActionItem, ItemEdit)],
        written: &[bool],
        applied: &mut Applied,
    ) {
        let path = self.workspace.documents[document].postmortem.path.clone();
        for ((item, edit), written) in edits.iter().zip(written) {
            let report = applied.of(&path);
            let row = report.row(item);
            let number = match &edit.link {
                Some(LinkEdit::Set { number, .. }) => Some(*number),
                _ => None,
            };
            if *written {
                let shown = edit_of(edit, item, row, number, self.printer.language);
                report
                    .edits
                    .retain(|e| e.row != shown.row || e.status.is_some());
                report.edits.push(shown);
            } else {
                applied.failed = true;
                applied.problem(
                    &row,
                    ProblemKind::RowUnwritten {
                        number: number.unwrap_or_default(),
                    },
                );
            }
        }
    }
}

/// Where an item stands now: the one row with its key and title, else the one with its title. `None` where there is none, or where what
/// the edit would replace was changed by somebody else.
fn locate(items: &[ActionItem], old: &ActionItem, edit: &ItemEdit) -> Option<usize> {
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
    let same_status = edit.status.is_none() || items[at].status.status == old.status.status;
    same_status.then_some(at)
}

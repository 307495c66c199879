//! What a run has done so far, and what it has to say of it.

use std::collections::BTreeSet;

use crate::item::edit::ItemEdit;
use crate::item::{ActionItem, Problem, ProblemKind};
use crate::plan::{IssueChange, Removal};
use crate::show::{Action, Change, DocumentReport, Remaining, Report, Row, changes, removed};

/// What has been done so far.
pub(super) struct Applied {
    pub(super) report: Report,
    /// Labels that are known to exist, in lower case.
    pub(super) labels: BTreeSet<String>,
    /// Issues this run created: document, row, number.
    pub(super) created: Vec<(usize, ActionItem, u64)>,
    /// Documents that somebody else changed since the plan was made.
    pub(super) reread: BTreeSet<usize>,
    pub(super) failed: bool,
}

impl Applied {
    /// The report of the document at work.
    pub(super) fn document(&mut self) -> &mut DocumentReport {
        let last = self.report.documents.len() - 1;
        &mut self.report.documents[last]
    }

    /// Notes that a change was not made.
    pub(super) fn remain(
        &mut self,
        change: &IssueChange,
        row: &Row,
        issue: Option<u64>,
        why: &str,
    ) {
        let remaining = changes(change, row, issue, None).into_iter();
        self.report
            .remaining
            .extend(remaining.map(|Change { row, action, .. }| Remaining {
                row,
                action,
                reason: why.to_owned(),
            }));
    }

    /// Notes that issues whose rows are gone were not closed.
    pub(super) fn remain_removed(&mut self, removals: &[Removal], why: &str) {
        let path = self.document().path.clone();
        let remaining = removals.iter().map(|removal| {
            let Change { row, action, .. } = removed(removal, &path);
            Remaining {
                row,
                action,
                reason: why.to_owned(),
            }
        });
        self.report.remaining.extend(remaining);
    }

    /// Notes that a document could not be saved, and what its rows lack.
    pub(super) fn unwritten(&mut self, path: &str, edits: &[(ActionItem, ItemEdit)], why: &str) {
        self.failed = true;
        let report = self.of(path);
        let rows: Vec<Row> = edits.iter().map(|(item, _)| report.row(item)).collect();
        self.report
            .remaining
            .extend(rows.into_iter().map(|row| Remaining {
                row,
                action: Action::WriteRow,
                reason: why.to_owned(),
            }));
    }

    pub(super) fn of(&mut self, path: &str) -> &mut DocumentReport {
        let at = self
            .report
            .documents
            .iter()
            .position(|d| d.path == path)
            .unwrap_or(self.report.documents.len() - 1);
        &mut self.report.documents[at]
    }

    /// Whether a row could not be written because somebody else had changed it.
    pub(super) fn lost_a_row(&self) -> bool {
        let lost = |problem: &Problem| matches!(problem.kind, ProblemKind::RowMoved { .. });
        self.report.problems.iter().any(lost)
    }

    pub(super) fn problem(&mut self, row: &Row, kind: ProblemKind) {
        self.report.problems.push(Problem {
            path: row.path.clone(),
            line: row.line,
            column: 0,
            kind,
        });
    }
}

//! What kept a check from knowing: documents that could not be read, and what in the others can't be read or settled. "Nothing is late"
//! is no good news of a document that nobody could read, and so every form of the findings says this beside them.

use std::collections::BTreeSet;

use super::{FindingKind, Findings};
use crate::config::Language;
use crate::item::{Problem, ProblemKind};
use crate::list::counted;

/// The problems that no finding tells by itself: of a due date that can't be read the finding says so on the same line.
pub(super) fn beyond(problems: &[Problem], findings: &Findings) -> Vec<Problem> {
    let told_by = |problem: &Problem, kind: FindingKind| {
        findings
            .of(kind)
            .any(|found| found.postmortem.path == problem.path && found.line == problem.line)
    };
    problems
        .iter()
        .filter(|problem| match problem.kind {
            ProblemKind::DueUnreadable { .. }
            | ProblemKind::DuePlaceholder { .. }
            | ProblemKind::DueNeedsDate { .. }
            | ProblemKind::DueRecurring { .. } => !told_by(problem, FindingKind::NoDue),
            ProblemKind::OwnerPlaceholder { .. } => !told_by(problem, FindingKind::NoOwner),
            _ => true,
        })
        .cloned()
        .collect()
}

/// Whether it is a document as a whole that nothing is known of.
pub(super) fn is_unread(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::File { .. })
}

/// How many documents could not be read.
pub(super) fn unread(findings: &Findings) -> usize {
    let unread = findings.problems.iter().filter(|p| is_unread(p));
    unread.map(|p| &p.path).collect::<BTreeSet<_>>().len()
}

/// How many documents could not be read and how many other problems there are, where there are any.
pub(crate) fn counts(findings: &Findings, language: Language) -> Option<String> {
    let unread = unread(findings);
    let others = findings.problems.iter().filter(|p| !is_unread(p)).count();
    let mut parts = Vec::new();
    if unread > 0 {
        parts.push(language.pick(
            format!("読み取れなかった文書 {unread} 件"),
            format!("{} could not be read", counted(unread, "document")),
        ));
    }
    if others > 0 {
        parts.push(language.pick(
            format!("文書の問題 {others} 件"),
            format!("{} in the documents", counted(others, "problem")),
        ));
    }
    (!parts.is_empty()).then(|| parts.join(language.pick("、", ", ")))
}

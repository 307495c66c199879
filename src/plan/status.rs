//! The status rule: given a row, what its link remembers and what GitHub says now, who moved, and what follows.
//!
//! GitHub owns the status; a row that a person marks done or dropped closes its issue, once. Everything else that
//! a person wrote on the side that doesn't own it is reported, never overwritten and never obeyed silently. The
//! rule is a pure function over small closed sets, so the tests can go through all of them.
//!
//! Left to others: reading a status out of a cell (`item`), the words a row writes a status in (`document`), which
//! rows take part in a run and what a closing means for the other fields (`plan`), and carrying any of it out
//! (`sync`).

use crate::item::Status;

pub use crate::item::memory::{IssueWord, Notation, Row, UnknownWord, shown};

#[cfg(test)]
mod tests;
#[cfg(test)]
mod worlds;

/// A side of the synchronisation, as `--prefer` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The Markdown document.
    Document,
    /// The issue.
    GitHub,
}

/// What a person asked for and what the issue allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StatusOptions {
    /// `push.close_done`: a row that is done or dropped closes its issue. Off, only `force` does.
    pub close_done: bool,
    /// The issue has no marker of ours: its status is read, nothing is written to it, whatever else is set.
    pub tracked: bool,
    /// `push --status`: where the sides differ and the rules leave it to a person, the row decides. The only thing
    /// that reopens an issue. Stronger than `prefer` where both are given.
    pub force: bool,
    /// A row with this memory has closed the issue before ([`crate::github::marker::Marker::closed_from`]): it may be the same row,
    /// whose write-back was lost, so it doesn't close it again on its own.
    pub spent: bool,
    /// `--prefer`: settles conflicts and drift. [`Side::Document`] closes an issue where the row is closed, but
    /// reopens none.
    pub prefer: Option<Side>,
}

impl Default for StatusOptions {
    /// What a run does that nobody asked anything special of.
    fn default() -> Self {
        Self {
            close_done: true,
            tracked: false,
            force: false,
            spent: false,
            prefer: None,
        }
    }
}

/// What follows for one row and its issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Both sides agree and the memory says so.
    Nothing,
    /// Push closes the issue; the link then remembers `done` or `dropped`.
    CloseIssue {
        /// Closed as not planned instead of completed.
        dropped: bool,
    },
    /// Push reopens the issue; the link then remembers the word that GitHub answers with.
    ReopenIssue,
    /// Pull writes the word in the row's own words, and into the link.
    WriteRow(IssueWord),
    /// Only the link's memory is brought up to date; the row's text stays.
    Remember(IssueWord),
    /// One side was changed where the other owns the status: reported, left.
    Drift,
    /// Both sides changed and disagree, or it can't be told which did: left to a person.
    Conflict,
}

/// Decides what follows from the row, the memory in its link (none: the link never had one) and GitHub's word.
///
/// 1. GitHub says what the link remembers: it has not moved. The row agrees: nothing. The row is closed and the
///    issue open: the row closes it. Anything else is drift.
/// 2. GitHub moved and the row agrees with the memory, so nobody touched the row: GitHub's word is written. (So a
///    closing outranks a row's nuance of open.)
/// 3. GitHub moved and the row does too: where they agree it is remembered, else it is a conflict.
/// 4. There is no memory: an agreeing word is remembered; a closing is written into an open row, and a nuance into
///    a row that says nothing more than todo; all else is drift, above all a closed row at an open issue.
///
/// Where the contract is silent, the answer is drift, which changes neither side: a row and an unmoved issue with
/// different nuances of open; done at one side and dropped at the other (GitHub ignores a new reason on an issue
/// that is closed already).
///
/// `close_done`, `tracked`, `force` and `prefer` apply to what these rules give, never before them: an issue that
/// was closed since the row was last written isn't reopened by `force`, since that row says nothing of its own.
/// A closing that isn't allowed is drift, or stays the conflict that it was.
///
/// A row closes its issue once from each memory. Six words can't count: a row whose closing was lost has the same memory as the issue again
/// after a reopening where that memory was `reopened` already, or where a label that stayed on the issue hides `reopened`. So the issue's
/// marker keeps the memories from which rows have closed it (`spent`), and what comes from one of them again is a conflict.
#[must_use]
pub fn decide(
    row: Row,
    memory: Option<IssueWord>,
    github: IssueWord,
    options: StatusOptions,
) -> Decision {
    let may_close = !options.tracked && (options.close_done || options.force);
    match rule(row, memory, github) {
        Decision::CloseIssue { .. } if !may_close => {
            settle(Decision::Drift, row, github, options, may_close)
        }
        Decision::CloseIssue { .. } if options.spent => {
            settle(Decision::Conflict, row, github, options, may_close)
        }
        left @ (Decision::Drift | Decision::Conflict) => {
            settle(left, row, github, options, may_close)
        }
        // A write that nobody would see is none; the memory still has to follow.
        Decision::WriteRow(word) if row.reads_as(word) => Decision::Remember(word),
        settled => settled,
    }
}

/// The four rules alone, without any options.
fn rule(row: Row, memory: Option<IssueWord>, github: IssueWord) -> Decision {
    match memory {
        Some(memory) if memory == github => {
            match (row.matches(github), row.is_closed(), github.is_closed()) {
                (true, _, _) => Decision::Nothing,
                (false, true, false) => closing(row),
                (false, _, _) => Decision::Drift,
            }
        }
        Some(memory) if row.matches(memory) => Decision::WriteRow(github),
        Some(_) if row.matches(github) => Decision::Remember(github),
        Some(_) => Decision::Conflict,
        None if row.matches(github) => Decision::Remember(github),
        None => match (row.is_closed(), github.is_closed()) {
            (false, true) => Decision::WriteRow(github),
            // Todo is also what a blank cell means, so there is no nuance to lose.
            (false, false) if row.status == Status::Todo => Decision::WriteRow(github),
            _ => Decision::Drift,
        },
    }
}

/// What a person's options make of drift or a conflict; `left` where they can't settle it.
fn settle(
    left: Decision,
    row: Row,
    github: IssueWord,
    options: StatusOptions,
    may_close: bool,
) -> Decision {
    if options.force || options.prefer == Some(Side::Document) {
        match (row.is_closed(), github.is_closed()) {
            (true, false) if may_close => return closing(row),
            (false, true) if options.force && !options.tracked => return Decision::ReopenIssue,
            // Both open or both closed: no state of the issue could say what the row says.
            _ => {}
        }
    }
    if options.prefer == Some(Side::GitHub) {
        Decision::WriteRow(github)
    } else {
        left
    }
}

/// The closing that a row asks for.
fn closing(row: Row) -> Decision {
    Decision::CloseIssue {
        dropped: row.notation.express(row.status) == Some(Status::Dropped),
    }
}

//! The status rule: given a row, what its link remembers and what GitHub says now, who moved, and what follows.
//!
//! GitHub owns the status; a row that a person marks done or dropped closes its issue, once. Everything else that
//! a person wrote on the side that doesn't own it is reported, never overwritten and never obeyed silently. The
//! rule is a pure function over small closed sets, so the tests can go through all of them.
//!
//! Left to others: reading a status out of a cell (`item`), the words a row writes a status in (`document`), which
//! rows take part in a run and what a closing means for the other fields (`plan`), and carrying any of it out
//! (`sync`).

use std::fmt;
use std::str::FromStr;

use crate::item::Status;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod worlds;

/// GitHub's state of an issue in the six words that a link's title remembers.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum IssueWord {
    /// Open since it was created.
    Open,
    /// Open again after a closing. A word of its own, so that a row whose closing never reached the document does
    /// not close the issue a second time when somebody has reopened it.
    Reopened,
    /// Open with a label for work in progress.
    InProgress,
    /// Open with a label for being blocked.
    Blocked,
    /// Closed as completed.
    Done,
    /// Closed as not planned or as a duplicate.
    Dropped,
}

impl IssueWord {
    /// All six, in the order of their declaration.
    pub const ALL: [Self; 6] = [
        Self::Open,
        Self::Reopened,
        Self::InProgress,
        Self::Blocked,
        Self::Done,
        Self::Dropped,
    ];

    /// The word for an issue as GitHub describes it.
    ///
    /// `state_reason` is GitHub's own (`completed`, `not_planned`, `duplicate`, `reopened`, absent on old issues).
    /// A closing for a reason that is not known yet counts as done, as GitHub itself shows one without a reason.
    /// `in_progress` and `blocked` are the configured label names, compared without regard to case, as GitHub
    /// does. An issue with both kinds of label is blocked: that is what somebody has to act on. A label outranks
    /// `reopened`.
    #[must_use]
    pub fn from_github(
        closed: bool,
        state_reason: Option<&str>,
        labels: &[String],
        in_progress: &[String],
        blocked: &[String],
    ) -> Self {
        let reason_is =
            |word: &str| state_reason.is_some_and(|reason| reason.eq_ignore_ascii_case(word));
        let has_one_of = |names: &[String]| {
            labels
                .iter()
                .any(|label| names.iter().any(|name| same_label(label, name)))
        };
        if closed {
            if reason_is("not_planned") || reason_is("duplicate") {
                Self::Dropped
            } else {
                Self::Done
            }
        } else if has_one_of(blocked) {
            Self::Blocked
        } else if has_one_of(in_progress) {
            Self::InProgress
        } else if reason_is("reopened") {
            Self::Reopened
        } else {
            Self::Open
        }
    }

    /// What the word means for an action item; `open` and `reopened` are both [`Status::Todo`].
    #[must_use]
    pub fn status(self) -> Status {
        match self {
            Self::Open | Self::Reopened => Status::Todo,
            Self::InProgress => Status::InProgress,
            Self::Blocked => Status::Blocked,
            Self::Done => Status::Done,
            Self::Dropped => Status::Dropped,
        }
    }

    /// Whether the issue is closed on GitHub.
    #[must_use]
    pub fn is_closed(self) -> bool {
        is_closed(self.status())
    }

    /// The word as a link's title spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Reopened => "reopened",
            Self::InProgress => "in_progress",
            Self::Blocked => "blocked",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }
}

impl fmt::Display for IssueWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A link's title that is none of the six words: a person's own title, so the link remembers nothing.
///
/// Callers take it for "no memory"; it is not shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of open, reopened, in_progress, blocked, done, dropped")]
pub struct UnknownWord;

impl FromStr for IssueWord {
    type Err = UnknownWord;

    /// Reads exactly what [`fmt::Display`] writes; any other spelling is a person's.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|word| word.as_str() == text)
            .ok_or(UnknownWord)
    }
}

/// What the row's notation can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notation {
    /// A status cell or field: all five statuses. Also one that is blank or can be inserted; the row is then
    /// [`Status::Todo`].
    Words,
    /// A checkbox: ticked is done, everything else is not ticked.
    Checkbox,
    /// No status is written anywhere; only the link's memory can hold one.
    None,
}

impl Notation {
    /// What is left of a status when it is written in this notation; nothing where none is written.
    fn express(self, status: Status) -> Option<Status> {
        match self {
            Self::Words => Some(status),
            Self::Checkbox if status == Status::Done => Some(Status::Done),
            Self::Checkbox => Some(Status::Todo),
            Self::None => None,
        }
    }
}

/// The document's side: a status and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Row {
    /// The status as read from the row; [`Status::Todo`] where none is written. One that the notation can't say
    /// counts as what the notation makes of it.
    pub status: Status,
    /// What the row could say.
    pub notation: Notation,
}

impl Row {
    /// Whether the row agrees with GitHub's word, as far as its notation can say. Each nuance of open agrees with
    /// `open` and `reopened`, which have no nuance.
    fn matches(self, word: IssueWord) -> bool {
        let said = self.notation.express(self.status);
        let nuance = matches!(word, IssueWord::Open | IssueWord::Reopened)
            && said.is_some_and(|status| !is_closed(status));
        nuance || said == self.notation.express(word.status())
    }

    /// Whether writing the word would leave the row's text as it is.
    fn reads_as(self, word: IssueWord) -> bool {
        self.notation.express(self.status) == self.notation.express(word.status())
    }

    fn is_closed(self) -> bool {
        self.notation.express(self.status).is_some_and(is_closed)
    }

    /// The closing that the row asks for.
    fn closing(self) -> Decision {
        Decision::CloseIssue {
            dropped: self.notation.express(self.status) == Some(Status::Dropped),
        }
    }
}

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
/// Known limit: six words can't count. A row whose closing was lost closes its issue again after a reopening where
/// its memory is `reopened` (the issue's second reopening), or a label that stayed on the issue hides `reopened`.
/// The walk through all worlds pins these three memories; mending it takes a memory on the issue's side.
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
                (false, true, false) => row.closing(),
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
            (true, false) if may_close => return row.closing(),
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

/// The status to show for a row: its own, refined by the memory where the notation can't say more.
///
/// An empty checkbox whose link remembers `dropped` is dropped; a row that writes no status is what its link
/// remembers. A person's tick outranks a memory that says otherwise.
#[must_use]
pub fn shown(row: Row, memory: Option<IssueWord>) -> Status {
    match memory {
        Some(word) if row.notation != Notation::Words && row.matches(word) => word.status(),
        _ => row.status,
    }
}

/// Finished or decided against: nothing is left to do.
fn is_closed(status: Status) -> bool {
    matches!(status, Status::Done | Status::Dropped)
}

/// GitHub takes `Bug` and `bug` for one label, also beyond ASCII.
fn same_label(a: &str, b: &str) -> bool {
    a.chars()
        .flat_map(char::to_lowercase)
        .eq(b.chars().flat_map(char::to_lowercase))
}

//! What a row and its link can say of a status: the words that a link's title remembers, and the notations of rows.
//!
//! What follows from a row, its memory and GitHub's word is the planner's rule ([`crate::plan::status`]); here is only what they mean.

use std::fmt;
use std::str::FromStr;

use super::Status;

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
        self.status().is_closed()
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
    pub(crate) fn express(self, status: Status) -> Option<Status> {
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
    pub(crate) fn matches(self, word: IssueWord) -> bool {
        let said = self.notation.express(self.status);
        let nuance = matches!(word, IssueWord::Open | IssueWord::Reopened)
            && said.is_some_and(|status| !status.is_closed());
        nuance || said == self.notation.express(word.status())
    }

    /// Whether writing the word would leave the row's text as it is.
    pub(crate) fn reads_as(self, word: IssueWord) -> bool {
        self.notation.express(self.status) == self.notation.express(word.status())
    }

    pub(crate) fn is_closed(self) -> bool {
        self.notation
            .express(self.status)
            .is_some_and(Status::is_closed)
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

/// GitHub takes `Bug` and `bug` for one label, also beyond ASCII.
fn same_label(a: &str, b: &str) -> bool {
    a.chars()
        .flat_map(char::to_lowercase)
        .eq(b.chars().flat_map(char::to_lowercase))
}

//! An issue and what belongs to it, as plain values.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

/// Open or closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not closed.
    Open,
    /// Closed, for the reason in [`Issue::state_reason`].
    Closed,
}

impl State {
    /// GitHub's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Closed => "closed",
        }
    }
}

/// Why an issue is in its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateReason {
    /// Closed because it is done; also what closing without a reason means.
    Completed,
    /// Closed because it won't be done.
    NotPlanned,
    /// Closed because another issue says the same.
    Duplicate,
    /// Open again after having been closed.
    Reopened,
}

impl StateReason {
    /// GitHub's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            StateReason::Completed => "completed",
            StateReason::NotPlanned => "not_planned",
            StateReason::Duplicate => "duplicate",
            StateReason::Reopened => "reopened",
        }
    }

    /// The reason of that name, if GitHub knows it.
    pub fn parse(word: &str) -> Option<StateReason> {
        [
            StateReason::Completed,
            StateReason::NotPlanned,
            StateReason::Duplicate,
            StateReason::Reopened,
        ]
        .into_iter()
        .find(|reason| reason.as_str() == word)
    }
}

/// A label of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// GitHub's id.
    pub id: u64,
    /// As written when it was made; unique without regard to case.
    pub name: String,
    /// Six hexadecimal digits, no `#`.
    pub color: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether GitHub made it with the repository.
    pub default: bool,
}

/// A milestone; only as much of one as issues need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestone {
    /// GitHub's id.
    pub id: u64,
    /// Its number in the repository, from 1.
    pub number: u64,
    /// Its name.
    pub title: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// A comment on an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// GitHub's id, by which it is edited.
    pub id: u64,
    /// Who wrote it (a login).
    pub author: String,
    /// Markdown, byte for byte as sent.
    pub body: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was last edited.
    pub updated_at: DateTime<Utc>,
}

/// What happened to an issue, as its list of events shows it. Creation and comments are not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// GitHub's id.
    pub id: u64,
    /// Who did it (a login).
    pub actor: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// What.
    pub what: Happening,
}

/// A sort of event; GitHub has many more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// It was closed, for this reason.
    Closed(StateReason),
    /// It was opened again.
    Reopened,
    /// It got another title.
    Renamed {
        /// The old one.
        from: String,
        /// The new one.
        to: String,
    },
    /// It got a label.
    Labeled(String),
    /// It lost a label.
    Unlabeled(String),
    /// It was assigned to somebody (a login).
    Assigned(String),
    /// It is no longer assigned to them.
    Unassigned(String),
}

/// An issue or a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// GitHub's id, which is not the number.
    pub id: u64,
    /// The number in its repository, from 1.
    pub number: u64,
    /// The title.
    pub title: String,
    /// Markdown, byte for byte as sent; `None` when none was given.
    pub body: Option<String>,
    /// Open or closed.
    pub state: State,
    /// Why; `None` for an issue that was never closed.
    pub state_reason: Option<StateReason>,
    /// Names of labels of its repository, in the order they were put on.
    pub labels: Vec<String>,
    /// Logins, in the order they were assigned.
    pub assignees: Vec<String>,
    /// The number of its milestone.
    pub milestone: Option<u64>,
    /// Who opened it (a login).
    pub author: String,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When anything about it last changed, comments included.
    pub updated_at: DateTime<Utc>,
    /// When it was closed, if it is.
    pub closed_at: Option<DateTime<Utc>>,
    /// Who closed it, if it is closed.
    pub closed_by: Option<String>,
    /// Oldest first.
    pub comments: Vec<Comment>,
    /// What happened to it, oldest first.
    pub events: Vec<Event>,
    /// Whether it is a pull request, which GitHub lists among the issues.
    pub pull_request: bool,
}

impl Issue {
    /// Closes or opens it; as on GitHub, the reason counts only if the state changes.
    pub(crate) fn set_state(
        &mut self,
        state: State,
        reason: Option<StateReason>,
        by: &str,
        now: DateTime<Utc>,
    ) {
        if self.state == state {
            return;
        }
        self.state = state;
        match state {
            State::Closed => {
                self.state_reason = Some(reason.unwrap_or(StateReason::Completed));
                self.closed_at = Some(now);
                self.closed_by = Some(by.to_owned());
            }
            State::Open => {
                self.state_reason = Some(StateReason::Reopened);
                self.closed_at = None;
                self.closed_by = None;
            }
        }
    }
}

/// What made of an issue another one, in the order in which GitHub tells it.
pub(super) fn happenings(before: &Issue, after: &Issue) -> Vec<Happening> {
    let mut all = Vec::new();
    let gone = |old: &[String], new: &[String]| -> Vec<String> {
        old.iter()
            .filter(|name| !new.contains(name))
            .cloned()
            .collect()
    };
    if before.title != after.title {
        all.push(Happening::Renamed {
            from: before.title.clone(),
            to: after.title.clone(),
        });
    }
    let labels = (&before.labels, &after.labels);
    all.extend(
        gone(labels.0, labels.1)
            .into_iter()
            .map(Happening::Unlabeled),
    );
    all.extend(gone(labels.1, labels.0).into_iter().map(Happening::Labeled));
    let people = (&before.assignees, &after.assignees);
    all.extend(
        gone(people.0, people.1)
            .into_iter()
            .map(Happening::Unassigned),
    );
    all.extend(
        gone(people.1, people.0)
            .into_iter()
            .map(Happening::Assigned),
    );
    match (before.state, after.state) {
        (State::Open, State::Closed) => {
            let reason = after.state_reason.unwrap_or(StateReason::Completed);
            all.push(Happening::Closed(reason));
        }
        (State::Closed, State::Open) => all.push(Happening::Reopened),
        _ => {}
    }
    all
}

/// What stands behind a number.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "nearly every number is an issue")]
pub(crate) enum Entry {
    Here(Issue),
    Deleted,
    Transferred { repository: u64, number: u64 },
}

/// The issues of a repository by number.
pub(crate) type Entries = BTreeMap<u64, Entry>;

/// GitHub's labels are one label when they differ only in case.
pub(crate) fn same_label(left: &str, right: &str) -> bool {
    left.to_lowercase() == right.to_lowercase()
}

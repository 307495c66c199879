//! What GitHub says and is told, in small structs of our own.
//!
//! octocrab's models are complete and strict: one unknown `state_reason` fails a whole page. These carry only
//! what pm-sync reads, take `null` for empty, and keep words they don't know. Field names and limits follow
//! GitHub's REST description of issues, labels and repositories (API version 2022-11-28).
//!
//! Deciding what the values mean belongs to `plan`; text in here is as GitHub sent it, untrusted and unescaped.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

use crate::config::RepoName;

/// Open or closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueState {
    /// Open.
    Open,
    /// Closed; [`Issue::state_reason`] says how.
    Closed,
}

/// An issue, or a pull request, as GitHub has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "RawIssue")]
pub struct Issue {
    /// Its number in the repository.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its Markdown; empty where GitHub says `null`.
    pub body: String,
    /// Open or closed.
    pub state: IssueState,
    /// `completed`, `not_planned`, `duplicate`, `reopened`, or a word GitHub has added since.
    pub state_reason: Option<String>,
    /// The names of its labels.
    pub labels: Vec<String>,
    /// The logins of its assignees.
    pub assignees: Vec<String>,
    /// Its page for people (`html_url`).
    pub url: String,
    /// GitHub lists pull requests among the issues.
    pub is_pull_request: bool,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When anything about it last changed, comments included.
    pub updated_at: DateTime<Utc>,
    /// When it was closed, if it is.
    pub closed_at: Option<DateTime<Utc>>,
    /// The login of its author; empty where the account is gone.
    pub author: String,
    /// How its author relates to the repository: `OWNER`, `MEMBER`, `NONE`, …
    pub author_association: String,
    /// How many comments it has.
    pub comments: u64,
    /// The repository it is in, as GitHub names it now; differs from the one asked after a rename or a transfer.
    pub repository: Option<RepoName>,
}

impl Issue {
    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == IssueState::Open
    }
}

#[derive(Deserialize)]
struct RawIssue {
    number: u64,
    title: String,
    #[serde(default, deserialize_with = "null_is_default")]
    body: String,
    state: String,
    state_reason: Option<String>,
    #[serde(default, deserialize_with = "null_is_default")]
    labels: Vec<RawLabel>,
    #[serde(default, deserialize_with = "null_is_default")]
    assignees: Vec<RawUser>,
    html_url: String,
    pull_request: Option<serde::de::IgnoredAny>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
    user: Option<RawUser>,
    #[serde(default, deserialize_with = "null_is_default")]
    author_association: String,
    #[serde(default, deserialize_with = "null_is_default")]
    comments: u64,
    repository_url: Option<String>,
}

/// GitHub's description allows a label to be a bare string and its name to be `null`.
#[derive(Deserialize)]
#[serde(untagged)]
enum RawLabel {
    Bare(String),
    Full { name: Option<String> },
}

#[derive(Deserialize)]
struct RawUser {
    login: String,
}

impl From<RawIssue> for Issue {
    fn from(raw: RawIssue) -> Issue {
        let repository = raw
            .repository_url
            .as_deref()
            .and_then(repository_of_api_url)
            .or_else(|| repository_of_page(&raw.html_url));
        Issue {
            number: raw.number,
            title: raw.title,
            body: raw.body,
            state: if raw.state == "closed" {
                IssueState::Closed
            } else {
                IssueState::Open
            },
            state_reason: raw.state_reason,
            labels: raw
                .labels
                .into_iter()
                .filter_map(|label| match label {
                    RawLabel::Bare(name) => Some(name),
                    RawLabel::Full { name } => name,
                })
                .collect(),
            assignees: raw.assignees.into_iter().map(|user| user.login).collect(),
            url: raw.html_url,
            is_pull_request: raw.pull_request.is_some(),
            created_at: raw.created_at,
            updated_at: raw.updated_at,
            closed_at: raw.closed_at,
            author: raw.user.map(|user| user.login).unwrap_or_default(),
            author_association: raw.author_association,
            comments: raw.comments,
            repository,
        }
    }
}

/// `https://api.github.com/repos/acme/shop` → `acme/shop`.
fn repository_of_api_url(url: &str) -> Option<RepoName> {
    url.rsplit_once("/repos/")
        .and_then(|(_, full_name)| full_name.parse().ok())
}

/// `https://github.com/acme/shop/issues/12` → `acme/shop`.
fn repository_of_page(url: &str) -> Option<RepoName> {
    let mut parts = url.rsplitn(5, '/');
    let (_number, _kind) = (parts.next()?, parts.next()?);
    let (name, owner) = (parts.next()?, parts.next()?);
    format!("{owner}/{name}").parse().ok()
}

fn null_is_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    de: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(de).map(Option::unwrap_or_default)
}

/// A closing or a reopening of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateEvent {
    /// When.
    pub at: DateTime<Utc>,
    /// What it became.
    pub to: IssueState,
    /// Why it was closed: `completed`, `not_planned`, `duplicate`; `None` where GitHub doesn't say, as of old closings.
    pub reason: Option<String>,
}

/// One of an issue's events. There are dozens of sorts, and GitHub adds more: of all but two nothing is read.
#[derive(Deserialize)]
pub(super) struct RawEvent {
    #[serde(default, deserialize_with = "null_is_default")]
    event: String,
    // Read later: an event that is none of ours may have anything here.
    #[serde(default)]
    created_at: serde_json::Value,
    #[serde(default)]
    state_reason: serde_json::Value,
}

impl RawEvent {
    pub(super) fn change(self) -> Option<StateEvent> {
        let to = match self.event.as_str() {
            "closed" => IssueState::Closed,
            "reopened" => IssueState::Open,
            _ => return None,
        };
        Some(StateEvent {
            at: self.created_at.as_str()?.parse().ok()?,
            to,
            reason: self.state_reason.as_str().map(str::to_owned),
        })
    }
}

/// What became of an issue that was asked for by number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// Here it is.
    Found(Box<Issue>),
    /// Deleted (410), or not there or not visible to this token (404).
    Gone,
    /// Transferred to another repository.
    Moved {
        /// Its page there, where this token can see it.
        url: Option<String>,
    },
}

/// An issue to be created. GitHub takes titles up to 256 characters, bodies up to 65,536, 10 assignees, 100 labels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NewIssue {
    /// The title.
    pub title: String,
    /// The Markdown.
    pub body: String,
    /// Names of labels. GitHub creates unknown ones without colour; see [`super::Client::ensure_label`].
    pub labels: Vec<String>,
    /// Logins. One that can't be assigned fails the whole create; see [`super::Client::is_assignable`].
    pub assignees: Vec<String>,
}

/// What GitHub left out of an issue without saying so: without push access it drops labels and assignees.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Missing {
    /// Labels that were asked for and are not there.
    pub labels: Vec<String>,
    /// Assignees that were asked for and are not there.
    pub assignees: Vec<String>,
}

impl Missing {
    /// Whether GitHub did all it was told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.assignees.is_empty()
    }
}

impl NewIssue {
    /// What of this GitHub silently left out of the answer.
    #[must_use]
    pub fn missing_from(&self, issue: &Issue) -> Missing {
        missing(&self.labels, &self.assignees, issue)
    }
}

fn missing(labels: &[String], assignees: &[String], issue: &Issue) -> Missing {
    let absent = |asked: &[String], got: &[String]| {
        asked
            .iter()
            .filter(|name| !got.iter().any(|other| other.eq_ignore_ascii_case(name)))
            .cloned()
            .collect()
    };
    Missing {
        labels: absent(labels, &issue.labels),
        assignees: absent(assignees, &issue.assignees),
    }
}

/// Changes to an issue. Only what is `Some` is sent; every value is absolute, so sending it twice is harmless.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct IssuePatch {
    /// The whole new title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The whole new Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// All labels it shall have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<String>>,
    /// All assignees it shall have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignees: Option<Vec<String>>,
    /// Close or reopen it.
    #[serde(flatten, serialize_with = "state_fields")]
    pub state: Option<StateChange>,
}

impl IssuePatch {
    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let IssuePatch {
            title,
            body,
            labels,
            assignees,
            state,
        } = self;
        title.is_none()
            && body.is_none()
            && labels.is_none()
            && assignees.is_none()
            && state.is_none()
    }

    /// What of this GitHub silently left out of the answer.
    #[must_use]
    pub fn missing_from(&self, issue: &Issue) -> Missing {
        missing(
            self.labels.as_deref().unwrap_or_default(),
            self.assignees.as_deref().unwrap_or_default(),
            issue,
        )
    }
}

/// Closing or reopening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateChange {
    /// Close it, saying how.
    Close(CloseReason),
    /// Open it again.
    Reopen,
}

/// How an issue ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// The work is done.
    Completed,
    /// It won't be done.
    NotPlanned,
    /// Another issue stands for it.
    Duplicate,
}

/// GitHub ignores `state_reason` unless `state` changes, so the two always travel together.
fn state_fields<S: serde::Serializer>(
    state: &Option<StateChange>,
    to: S,
) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeMap;
    let mut map = to.serialize_map(None)?;
    if let Some(change) = state {
        let (state, reason) = match change {
            StateChange::Close(CloseReason::Completed) => ("closed", "completed"),
            StateChange::Close(CloseReason::NotPlanned) => ("closed", "not_planned"),
            StateChange::Close(CloseReason::Duplicate) => ("closed", "duplicate"),
            StateChange::Reopen => ("open", "reopened"),
        };
        map.serialize_entry("state", state)?;
        map.serialize_entry("state_reason", reason)?;
    }
    map.end()
}

/// A label to be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewLabel {
    /// Its name.
    pub name: String,
    /// Six hexadecimal digits without `#`.
    pub color: String,
    /// What it is for, up to 100 characters.
    pub description: String,
}

/// What [`super::Client::ensure_label`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelOutcome {
    /// It is new.
    Created,
    /// It was there, with whatever colour people gave it; nothing changed.
    Existed,
}

/// A repository as GitHub describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Repository {
    /// Stays the same through renames; redirects name it.
    pub id: u64,
    /// `owner/name` as it is now.
    pub full_name: String,
    /// Its page for people.
    pub html_url: String,
    /// Not visible to everyone.
    #[serde(default)]
    pub private: bool,
    /// Whether it takes issues.
    #[serde(default = "yes")]
    pub has_issues: bool,
    /// Read-only.
    #[serde(default)]
    pub archived: bool,
    /// The branch that documents link to.
    #[serde(default, deserialize_with = "null_is_default")]
    pub default_branch: String,
    /// What the token may do here; `None` where GitHub doesn't say (no token).
    pub permissions: Option<Permissions>,
}

fn yes() -> bool {
    true
}

/// What a token may do in a repository. For fine-grained tokens this is the *user's* role, which may be more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Permissions {
    /// Everything.
    pub admin: bool,
    /// Manage without the dangerous parts.
    pub maintain: bool,
    /// Write code; labels and assignees need at least `triage`.
    pub push: bool,
    /// Manage issues.
    pub triage: bool,
    /// Read.
    pub pull: bool,
}

/// The primary limit: how many requests an hour GitHub answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct RateLimit {
    /// All of them.
    pub limit: u64,
    /// Those left.
    pub remaining: u64,
    /// When there are `limit` again.
    #[serde(with = "chrono::serde::ts_seconds")]
    pub reset: DateTime<Utc>,
}

/// Whose token it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The login.
    pub login: String,
    /// The scopes of a classic token (`repo`, …); `None` for every other sort of token.
    pub scopes: Option<Vec<String>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn minimal() -> serde_json::Value {
        json!({
            "number": 12, "title": "アラートを設定する", "body": null, "state": "open",
            "html_url": "https://github.com/acme/shop/issues/12",
            "created_at": "2025-01-06T09:00:00Z", "updated_at": "2025-01-06T09:00:00Z",
        })
    }

    fn issue(changes: &serde_json::Value) -> Issue {
        let mut value = minimal();
        for (key, new) in changes.as_object().into_iter().flatten() {
            value[key] = new.clone();
        }
        serde_json::from_value(value).expect("a readable issue")
    }

    #[test]
    fn null_and_absence_read_as_empty() {
        let got = issue(&json!({"labels": null, "assignees": null, "author_association": null}));
        assert_eq!(got.body, "");
        assert!(got.labels.is_empty() && got.assignees.is_empty() && got.state_reason.is_none());
        assert_eq!(got, issue(&json!({})));
    }

    #[test]
    fn unknown_words_are_kept() {
        let got = issue(&json!({"state": "closed", "state_reason": "superseded"}));
        assert_eq!(
            (got.state, got.state_reason.as_deref()),
            (IssueState::Closed, Some("superseded"))
        );
    }

    #[test]
    fn labels_come_in_every_shape() {
        let got = issue(
            &json!({"labels": ["bare", {"name": "優先度: P1", "color": "ff0000"}, {"name": null}]}),
        );
        assert_eq!(got.labels, ["bare", "優先度: P1"]);
    }

    #[test]
    fn the_repository_is_read_from_either_address() {
        let moved =
            issue(&json!({"repository_url": "https://ghes.example/api/v3/repos/other/place"}));
        assert_eq!(moved.repository.expect("one").to_string(), "other/place");
        assert_eq!(
            issue(&json!({})).repository.expect("one").to_string(),
            "acme/shop"
        );
        assert_eq!(issue(&json!({"html_url": "nonsense"})).repository, None);
    }

    #[test]
    fn pull_requests_are_marked() {
        assert!(issue(&json!({"pull_request": {"url": "x"}})).is_pull_request);
        assert!(!issue(&json!({"pull_request": null})).is_pull_request);
    }

    #[test]
    fn a_patch_carries_only_what_changes() {
        let json = |patch: &IssuePatch| serde_json::to_value(patch).expect("serialisable");
        assert_eq!(json(&IssuePatch::default()), json!({}));
        assert_eq!(
            json(&IssuePatch {
                labels: Some(vec![]),
                ..IssuePatch::default()
            }),
            json!({"labels": []})
        );
        for (change, state, reason) in [
            (
                StateChange::Close(CloseReason::Completed),
                "closed",
                "completed",
            ),
            (
                StateChange::Close(CloseReason::NotPlanned),
                "closed",
                "not_planned",
            ),
            (
                StateChange::Close(CloseReason::Duplicate),
                "closed",
                "duplicate",
            ),
            (StateChange::Reopen, "open", "reopened"),
        ] {
            let patch = IssuePatch {
                title: Some("t".into()),
                state: Some(change),
                ..IssuePatch::default()
            };
            assert_eq!(
                json(&patch),
                json!({"title": "t", "state": state, "state_reason": reason})
            );
            assert!(!patch.is_empty());
        }
    }

    #[test]
    fn what_github_dropped_is_noticed() {
        let new = NewIssue {
            labels: vec!["postmortem".into(), "Priority: P1".into()],
            assignees: vec!["alice".into(), "bob".into()],
            ..NewIssue::default()
        };
        let got = issue(&json!({"labels": ["priority: p1"], "assignees": [{"login": "Alice"}]}));
        assert_eq!(
            new.missing_from(&got),
            Missing {
                labels: vec!["postmortem".into()],
                assignees: vec!["bob".into()]
            }
        );
    }
}

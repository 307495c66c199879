//! A difference between a row and its issue as a report shows it: both values, where each stands, and the commands that settle it.

use serde::Serialize;

use super::Row;
use crate::config::Language;
use crate::plan::Finding;
use crate::plan::content::Field;
use crate::plan::status::{IssueWord, Side};

/// A difference between a row and its issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The row.
    #[serde(flatten)]
    pub row: Row,
    /// The issue.
    pub issue: Option<u64>,
    /// Its page.
    pub url: Option<String>,
    /// The field; `status` for the status.
    pub field: String,
    /// Whose the field is: `document` or `github`.
    pub owner: &'static str,
    /// The document's value.
    pub document: String,
    /// GitHub's value.
    pub github: String,
    /// The commands that settle it.
    pub settle: Settle,
    #[serde(skip)]
    pub(super) shown: Shown,
}

/// The commands that settle a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settle {
    /// For the document's value; none where GitHub has no such state, or the issue or the document isn't pm-sync's to push.
    pub document: Option<String>,
    /// For GitHub's value.
    pub github: String,
}

/// A difference in the words of the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) field: String,
    pub(super) document: String,
    pub(super) github: String,
    /// Both sides are closed, for different reasons: for the document's value people have to see to it on GitHub.
    pub(super) by_hand: bool,
}

/// A side as JSON and `--prefer` name it.
pub(super) fn side_name(side: Side) -> &'static str {
    match side {
        Side::Document => "document",
        Side::GitHub => "github",
    }
}

/// A finding as it is shown, with the commands that settle it.
pub(super) fn difference(
    finding: &Finding,
    row: &Row,
    (issue, url): (Option<u64>, Option<String>),
    language: Language,
) -> Difference {
    let place = place_of(row);
    let difference = |field: String, owner: Side, document, github, settle, shown| Difference {
        row: row.clone(),
        issue,
        url: url.clone(),
        field,
        owner: side_name(owner),
        document,
        github,
        settle,
        shown,
    };
    match finding {
        Finding::Content(found) => difference(
            field_name(found.field),
            Side::Document,
            found.document.clone(),
            found.github.clone(),
            Settle {
                document: Some(format!("pm-sync push --prefer document {place}")),
                github: format!("pm-sync push --prefer github {place}"),
            },
            Shown {
                field: found.field.label(language).to_owned(),
                document: found.document.clone(),
                github: found.github.clone(),
                by_hand: false,
            },
        ),
        Finding::Status {
            row: document,
            issue: word,
            row_can_decide,
        } => difference(
            "status".to_owned(),
            Side::GitHub,
            document.as_str().to_owned(),
            word.as_str().to_owned(),
            Settle {
                document: row_can_decide.then(|| format!("pm-sync push --status {place}")),
                github: format!("pm-sync pull --prefer github {place}"),
            },
            Shown {
                field: language.pick("ステータス", "status").to_owned(),
                document: document.label(language).to_owned(),
                github: word_label(*word, language).to_owned(),
                by_hand: document.is_closed() && word.is_closed(),
            },
        ),
    }
}

/// GitHub's state in the reader's language.
pub(crate) fn word_label(word: IssueWord, language: Language) -> &'static str {
    match word {
        IssueWord::Open => language.pick("オープン", "open"),
        IssueWord::Reopened => language.pick("再オープン", "reopened"),
        IssueWord::InProgress => language.pick("進行中", "in progress"),
        IssueWord::Blocked => language.pick("保留", "blocked"),
        IssueWord::Done => language.pick("完了としてクローズ", "closed as completed"),
        IssueWord::Dropped => language.pick("対応しないとしてクローズ", "closed as not planned"),
    }
}

/// What narrows a command to one row: its name, and its document. A row of a document without an id has no name, so there its document
/// has to do.
pub(crate) fn place_of(row: &Row) -> String {
    let document = &row.argument;
    if row.item.parse::<crate::cli::ItemName>().is_ok() {
        format!("--item {} {document}", quoted(&row.item))
    } else {
        document.clone()
    }
}

/// A word as a shell takes it.
pub(crate) fn quoted(path: &str) -> String {
    // A `#` begins a comment only at the beginning of a word.
    let harmless = |c: char| c.is_alphanumeric() || "/._-+=,@%:#".contains(c);
    if !path.starts_with('#') && path.chars().all(harmless) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

/// The field's name in JSON.
fn field_name(field: Field) -> String {
    serde_json::to_value(field)
        .ok()
        .and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_default()
}

//! What must hold, whatever happens. Each law is looked at with the world itself, never with what pm-sync believes of it: after every
//! request that changed an issue, after every change of a document, and when the history is over.
//!
//! What people wrote comes from the ledger; which issue is whose from the names in the titles.

use std::collections::BTreeMap;

use pm_sync::github::marker::{self, MarkerReading};
use pm_sync::item::Status;
use pm_sync::item::memory::{IssueWord, Notation, Row as Said};
use pm_sync::sandbox::{Issue, State, StateReason};

use super::ledger::Ledger;
use super::paper::{self, Docs, ISSUE, Name, Row, STATUS, cells};

/// The laws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Law {
    /// What a person wrote on an issue stays: title, text, labels, assignees, comments.
    NoEditLostOnIssues,
    /// Of a document only statuses and links are written.
    NoEditLostInDocuments,
    /// A status that a person wrote into a row and GitHub never had is not overwritten.
    NoStatusLost,
    /// An issue is closed only because a person wrote so into its row since it was last opened, or as the twin of another.
    NoStateLost,
    /// No issue is opened again.
    NothingReopened,
    /// Rows and issues belong together because one was made from the other, or a person said so.
    NoStrangersLinked,
    /// An issue that isn't ours is never written to.
    NoStrangerWritten,
    /// A create that was carried out is not sent again by the same run.
    NoCreateTwice,
    /// After an undisturbed run no item has two open issues.
    NoOpenDuplicates,
    /// After an undisturbed run the same run again writes nothing.
    Converges,
    /// What is left different is in the report.
    NothingSilent,
    /// Nothing is sent while GitHub says to wait.
    NothingSentWhileToldToWait,
    /// Nothing panics, and every request is one that GitHub has.
    NothingBreaks,
}

/// A law that was broken, and how.
pub(crate) type Broken = (Law, String);

/// A request of pm-sync changed an issue from `before` (none: it was created) to `after`. `at_work` are the documents as that run has them.
pub(crate) fn issue_written(
    before: Option<&Issue>,
    after: &Issue,
    ledger: &Ledger,
    all: &BTreeMap<u64, Issue>,
    at_work: &[&Docs],
) -> Vec<Broken> {
    let number = after.number;
    let mut broken = Vec::new();
    let mut law = |law, what: String| broken.push((law, format!("#{number}: {what}")));
    let theirs = ledger.issues.get(&number).cloned().unwrap_or_default();

    let belongs = |name: Option<Name>| {
        let origin = theirs.origin.as_ref().map(|(_, name)| name.item);
        name.is_none_or(|name| {
            origin == Some(name.item) || ledger.links.contains(&(name.item, number))
        })
    };
    let remembered = match marker::parse(after.body.as_deref().unwrap_or_default()) {
        MarkerReading::One(marker) => Name::of(&marker.saw.doc.title),
        _ => None,
    };
    let Some(before) = before else {
        return broken;
    };
    if before.title != after.title && !belongs(Name::of(&after.title)) || !belongs(remembered) {
        law(Law::NoStrangersLinked, format!("now says {}", after.title));
    }
    let (old, new) = (body(before), body(after));
    let marked = |text: &str| !matches!(marker::parse(text), MarkerReading::None);
    if theirs.origin.is_none() && !marked(old) {
        law(Law::NoStrangerWritten, "was written to".to_owned());
    }

    if theirs
        .title
        .as_ref()
        .is_some_and(|title| *title != after.title)
    {
        law(
            Law::NoEditLostOnIssues,
            format!("title is now {}", after.title),
        );
    }
    if !same_outside(old, new) {
        law(
            Law::NoEditLostOnIssues,
            format!("around the region: {old:?} → {new:?}"),
        );
    }
    for word in theirs.words.iter().filter(|word| !new.contains(*word)) {
        law(
            Law::NoEditLostOnIssues,
            format!("{word} is gone: {old:?} → {new:?}"),
        );
    }
    for label in theirs
        .labels
        .iter()
        .filter(|label| !after.labels.contains(label))
    {
        law(Law::NoEditLostOnIssues, format!("label {label} is gone"));
    }
    for label in theirs
        .without
        .iter()
        .filter(|label| after.labels.contains(label))
    {
        law(Law::NoEditLostOnIssues, format!("label {label} is back"));
    }
    for login in theirs
        .assignees
        .iter()
        .filter(|login| !after.assignees.contains(login))
    {
        law(
            Law::NoEditLostOnIssues,
            format!("@{login} is no longer assigned"),
        );
    }
    if before.comments != after.comments {
        law(Law::NoEditLostOnIssues, "comments changed".to_owned());
    }

    match (before.state, after.state) {
        (State::Closed, State::Open) => law(Law::NothingReopened, "was opened again".to_owned()),
        (State::Closed, State::Closed) if before.state_reason != after.state_reason => {
            law(
                Law::NoStateLost,
                format!("now closed as {:?}", after.state_reason),
            );
        }
        (State::Open, State::Closed) if after.state_reason == Some(StateReason::Duplicate) => {
            let twin = |other: &&Issue| {
                let origin = &ledger
                    .issues
                    .get(&other.number)
                    .cloned()
                    .unwrap_or_default()
                    .origin;
                other.number != number && other.state == State::Open && *origin == theirs.origin
            };
            if theirs.origin.is_none() || !all.values().any(|other| twin(&other)) {
                law(
                    Law::NoStateLost,
                    "closed as a duplicate of nothing".to_owned(),
                );
            }
        }
        (State::Open, State::Closed) => {
            let asks = |docs: &&&Docs| {
                let written = |row: &Row| docs.closed_at.get(&row.name.item).copied();
                let rows = docs.rows();
                let own = rows.iter().filter(|row| row.link == Some(number));
                own.filter_map(written).any(|at| at > theirs.reopened_at)
            };
            if !at_work.iter().any(|docs| asks(&docs)) {
                law(
                    Law::NoStateLost,
                    "closed, and no row asked for it since".to_owned(),
                );
            }
        }
        _ => {}
    }
    broken
}

fn body(issue: &Issue) -> &str {
    issue.body.as_deref().unwrap_or_default()
}

/// Whether a body says the same around the region, byte for byte. A region that is put back stands behind everything else.
fn same_outside(old: &str, new: &str) -> bool {
    const BEGIN: &str = "<!-- pm-sync:begin -->";
    const END: &str = "<!-- pm-sync:end -->";
    let around = |body: &str| {
        let (begin, end) = (body.find(BEGIN)?, body.rfind(END)? + END.len());
        (begin < end).then(|| (body[..begin].to_owned(), body[end..].to_owned()))
    };
    match (around(old), around(new)) {
        (Some(old), Some(new)) => old == new,
        (None, Some((head, tail))) => head.trim_end() == old.trim_end() && tail.trim().is_empty(),
        // A damaged region: where it ends nobody can tell. The words of people are looked for in any case.
        (Some(_), None) => false,
        (None, None) => old == new,
    }
}

/// pm-sync changed a document from `before` to `after`.
pub(crate) fn document_written(
    path: &str,
    before: &str,
    after: &str,
    ledger: &Ledger,
    issues: &BTreeMap<u64, Issue>,
) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut law = |law, row: &Row, what: String| {
        broken.push((law, format!("{path}:{} {}: {what}", row.line, row.title)));
    };
    if peoples_part(before) != peoples_part(after) {
        return vec![(
            Law::NoEditLostInDocuments,
            format!("{path}: {before:?} → {after:?}"),
        )];
    }
    for (old, new) in paper::rows(path, before)
        .iter()
        .zip(&paper::rows(path, after))
    {
        let unsaid = match old.memory {
            Some(memory) => !agrees(old.said, memory),
            None => old.said.status.is_closed(),
        };
        if old.said.status != new.said.status && unsaid {
            let (said, says) = (old.said.status, new.said.status);
            law(
                Law::NoStatusLost,
                old,
                format!("{said:?} became {says:?}, GitHub had been {:?}", old.memory),
            );
        }
        let origin = |number: u64| Some(ledger.issues.get(&number)?.origin.as_ref()?.1.item);
        match (old.link, new.link) {
            (old_link, new_link) if old_link == new_link => {}
            (None, Some(number))
                if origin(number) == Some(old.name.item)
                    || ledger.links.contains(&(old.name.item, number)) => {}
            // The twin that was closed gives way to the one that stays.
            (Some(twin), Some(number))
                if origin(number) == Some(old.name.item)
                    && issues
                        .get(&twin)
                        .is_some_and(|twin| twin.state_reason == Some(StateReason::Duplicate)) => {}
            (old_link, new_link) => {
                law(
                    Law::NoStrangersLinked,
                    old,
                    format!("link {old_link:?} became {new_link:?}"),
                );
            }
        }
    }
    broken
}

/// A document without what pm-sync may write: the cells of status and issue, boxes, links behind entries.
fn peoples_part(text: &str) -> Vec<String> {
    let mut ours: Vec<usize> = Vec::new();
    let line = |line: &str| {
        if line.starts_with('|') {
            if ours.is_empty() {
                let columns = cells(line).into_iter().enumerate();
                let is_ours = |name: &str| STATUS.contains(&name) || ISSUE.contains(&name);
                ours = columns
                    .filter(|(_, name)| is_ours(name.trim()))
                    .map(|(at, _)| at)
                    .collect();
            }
            let cells = cells(line).into_iter().enumerate();
            let left: Vec<&str> = cells
                .filter(|(at, _)| !ours.contains(at))
                .map(|(_, cell)| cell)
                .collect();
            return left.join("|");
        }
        let line = line.replacen("- [x]", "- [ ]", 1);
        match line.find(" [#").filter(|_| line.starts_with("- [ ]")) {
            Some(link) => {
                let end = line[link..]
                    .find(')')
                    .map_or(line.len(), |end| link + end + 1);
                format!("{}{}", &line[..link], &line[end..])
            }
            None => line,
        }
    };
    text.split_inclusive('\n').map(line).collect()
}

/// Whether a row says what GitHub said, as far as a box can.
pub(crate) fn agrees(said: Said, word: IssueWord) -> bool {
    match (said.notation, word) {
        (Notation::None, _) => true,
        (Notation::Checkbox, word) => (said.status == Status::Done) == (word == IssueWord::Done),
        (Notation::Words, IssueWord::Open | IssueWord::Reopened) => !said.status.is_closed(),
        (Notation::Words, IssueWord::InProgress) => said.status == Status::InProgress,
        (Notation::Words, IssueWord::Blocked) => said.status == Status::Blocked,
        (Notation::Words, IssueWord::Done) => said.status == Status::Done,
        (Notation::Words, IssueWord::Dropped) => said.status == Status::Dropped,
    }
}

/// Open issues made from one title of one document are at most as many as the document ever had rows of it.
pub(crate) fn open_duplicates(issues: &BTreeMap<u64, Issue>, ledger: &Ledger) -> Vec<Broken> {
    let mut open: BTreeMap<&(String, Name), Vec<u64>> = BTreeMap::new();
    for issue in issues.values().filter(|issue| issue.state == State::Open) {
        let Some(written) = ledger.issues.get(&issue.number) else {
            continue;
        };
        // Without the label it is not ours any more, and one that people opened again is as they want it.
        if !issue.labels.iter().any(|label| label == "postmortem") || written.reopenings > 0 {
            continue;
        }
        if let Some(origin) = &written.origin {
            open.entry(origin).or_default().push(issue.number);
        }
    }
    let rows = |origin: &(String, Name)| ledger.rows.get(origin).copied().unwrap_or(1);
    open.into_iter()
        .filter(|(origin, numbers)| numbers.len() > rows(origin))
        .map(|(origin, numbers)| {
            let what = format!("{} {}: {numbers:?}", origin.0, origin.1);
            (Law::NoOpenDuplicates, what)
        })
        .collect()
}

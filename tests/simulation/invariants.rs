//! What must hold, whatever happens. Each law is looked at with the world itself, never with what pm-sync believes of it: after every
//! request that changed an issue, after every change of a document, and when the history is over.
//!
//! What people wrote comes from the ledger; which issue is whose from the names in the titles.

use std::collections::{BTreeMap, BTreeSet};

use pm_sync::github::marker::{self, MarkerReading};
use pm_sync::item::Status;
use pm_sync::item::memory::{IssueWord, Notation, Row as Said};
use pm_sync::sandbox::{Issue, State, StateReason};
use pm_sync::show::Report;

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
    /// No row is closed whose item nobody has closed.
    NothingClosedByItself,
    /// No issue is opened again, unless `--status` asks for it and its row is open.
    NothingReopened,
    /// Rows and issues belong together because one was made from the other, or a person said so.
    NoStrangersLinked,
    /// An issue that isn't ours is never written to.
    NoStrangerWritten,
    /// A create that was carried out is not sent again by the same run.
    NoCreateTwice,
    /// After an undisturbed run no item has two open issues; nor after two that overlapped with nothing else in their way.
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

/// A request of pm-sync changed an issue from `before` (none: it was created) to `after`. `at_work` are the documents as that run has them,
/// `read_open` the issues that it read by number and found open since its last write; with `force` (`push --status`) the rows decide on the
/// state.
pub(crate) fn issue_written(
    before: Option<&Issue>,
    after: &Issue,
    ledger: &Ledger,
    all: &BTreeMap<u64, Issue>,
    at_work: &[&Docs],
    read_open: &BTreeSet<u64>,
    force: bool,
) -> Vec<Broken> {
    let number = after.number;
    let mut broken = Vec::new();
    let mut law = |law, what: String| broken.push((law, format!("#{number}: {what}")));
    let theirs = ledger.issues.get(&number).cloned().unwrap_or_default();

    let items = ledger.items_of_twins(number);
    let belongs = |name: Option<Name>| name.is_none_or(|name| items.contains(&name.item));
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

    // With `--status` the state is what a row of the item says, whoever said what before.
    let says = |closed: bool| {
        let rows = at_work.iter().flat_map(|docs| docs.rows());
        let mut own = rows.filter(|row| row.link == Some(number) || items.contains(&row.name.item));
        own.any(|row| row.said.status.is_closed() == closed)
    };
    let duplicate = after.state_reason == Some(StateReason::Duplicate);
    match (before.state, after.state) {
        (State::Closed, State::Open) if force && says(false) => {}
        (State::Open, State::Closed) if force && !duplicate && says(true) => {}
        (State::Closed, State::Open) => law(Law::NothingReopened, "was opened again".to_owned()),
        (State::Closed, State::Closed) if before.state_reason != after.state_reason => {
            law(
                Law::NoStateLost,
                format!("now closed as {:?}", after.state_reason),
            );
        }
        (State::Open, State::Closed) if duplicate => {
            // The other one is open; or it was when the run read it right before this, and people were faster than the write: GitHub has no
            // conditional one, and it is as if they had closed it right after.
            let twin = |other: &u64| {
                let origin = ledger.issues.get(other).map(|other| &other.origin);
                *other != number && origin == Some(&theirs.origin)
            };
            let open = all.values().filter(|other| other.state == State::Open);
            let mut open = open.map(|other| &other.number).chain(read_open);
            if theirs.origin.is_none() || !open.any(twin) {
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
                let own = |row: &&Row| row.link == Some(number) && row.said.status.is_closed();
                rows.iter()
                    .filter(own)
                    .filter_map(written)
                    .any(|at| at > theirs.reopened_at)
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

/// pm-sync changed a document from `before` to `after`, in a run that began at `began`.
pub(crate) fn document_written(
    path: &str,
    before: &str,
    after: &str,
    ledger: &Ledger,
    issues: &BTreeMap<u64, Issue>,
    began: u64,
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
        if new.said.status.is_closed()
            && !old.said.status.is_closed()
            && !ledger.closed.contains(&old.name.item)
            && !new
                .link
                .is_some_and(|number| ledger.closed_issues.contains(&number))
        {
            law(
                Law::NothingClosedByItself,
                old,
                format!("{:?}", new.said.status),
            );
        }
        let belongs = |number: u64| ledger.items_of_twins(number).contains(&old.name.item);
        // Of issues that were made from one row, the lowest number stays.
        let twins = |twin: u64, number: u64| {
            let origin = |number| ledger.issues.get(&number)?.origin.clone();
            let closed = issues
                .get(&twin)
                .is_some_and(|twin| twin.state_reason == Some(StateReason::Duplicate));
            // It was closed when the run read it, and people opened it again before the link was written.
            let reopened = ledger
                .issues
                .get(&twin)
                .is_some_and(|t| t.reopened_at > began);
            closed || (number < twin || reopened) && origin(twin) == origin(number)
        };
        match (old.link, new.link) {
            (old_link, new_link) if old_link == new_link => {}
            (None, Some(number)) if belongs(number) => {}
            (Some(twin), Some(number)) if belongs(number) && twins(twin, number) => {}
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

/// A document without what pm-sync may write: the cells of status and issue, boxes, links behind entries, the progress region.
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
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let find = |lines: &[&str], mark| lines.iter().position(|line| line.trim_end() == mark);
    if let (Some(begin), Some(end)) = (
        find(&lines, "<!-- pm-sync:progress -->"),
        find(&lines, "<!-- /pm-sync:progress -->"),
    ) {
        // With the blank line in front of it.
        lines.drain(begin - 1..=end);
    }
    lines.into_iter().map(line).collect()
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
///
/// Not counted, since each of them is left to people and in the report:
/// - an issue without our label, which is not ours any more, and one whose region people threw away or damaged, with all it could be known by;
/// - one that people opened again, or on which they have written: it is theirs to close;
/// - those made under two numbers of one row, by a run that came right after a renumbering (or the document's new id) and whose listings all
///   lagged: they look like two rows of one title, of which one was deleted, and a deleted row closes no issue;
/// - those of an issue that two rows link: neither row is synced until a person has said whose it is, so which of its twins should stay
///   can't be said either;
/// - those of a document that is gone, or whose id another one has by now, where no row of theirs is left.
pub(crate) fn open_duplicates(
    issues: &BTreeMap<u64, Issue>,
    ledger: &Ledger,
    docs: &Docs,
) -> Vec<Broken> {
    let (rows_now, ids_now) = (docs.rows(), docs.ids());
    let known = |origin: &(String, Name), numbers: &[u64]| {
        let row_is_there = rows_now.iter().any(|row| {
            let same = (&row.doc, row.name) == (&origin.0, origin.1);
            same || row.link.is_some_and(|number| numbers.contains(&number))
        });
        row_is_there || ids_now.iter().filter(|id| **id == origin.0).count() == 1
    };
    let mut open: BTreeMap<(&(String, Name), String), Vec<u64>> = BTreeMap::new();
    for issue in issues.values().filter(|issue| issue.state == State::Open) {
        let Some(written) = ledger.issues.get(&issue.number) else {
            continue;
        };
        let ours = issue.labels.iter().any(|label| label == "postmortem");
        if let Some(origin) = &written.origin
            && let MarkerReading::One(marker) = marker::parse(body(issue))
            && ours
            && written.reopenings == 0
            && !written.has_words()
        {
            let made_under = (origin, format!("{}#{}", marker.doc, marker.key));
            open.entry(made_under).or_default().push(issue.number);
        }
    }
    let linked_twice = |numbers: &[u64]| {
        let links = |number: &u64| {
            let linking = rows_now.iter().filter(|row| row.link == Some(*number));
            linking.count()
        };
        numbers.iter().any(|number| links(number) > 1)
    };
    let rows = |origin: &(String, Name)| ledger.rows.get(origin).copied().unwrap_or(1);
    open.into_iter()
        .filter(|((origin, _), numbers)| numbers.len() > rows(origin) && known(origin, numbers))
        .filter(|(_, numbers)| !linked_twice(numbers))
        .map(|((origin, key), numbers)| {
            let what = format!("{} {} ({key}): {numbers:?}", origin.0, origin.1);
            (Law::NoOpenDuplicates, what)
        })
        .collect()
}

/// Where a row and its issue say different things after an undisturbed run, the run's report names the issue.
pub(crate) fn silent_differences(
    docs: &Docs,
    issues: &BTreeMap<u64, Issue>,
    report: &Report,
) -> Vec<Broken> {
    let mut broken = Vec::new();
    for row in docs.rows() {
        let Some((number, issue)) = row
            .link
            .and_then(|number| Some((number, issues.get(&number)?)))
        else {
            continue;
        };
        let findings = report
            .documents
            .iter()
            .flat_map(|document| document.drift.iter().chain(&document.conflicts));
        let named: Vec<&str> = findings
            .filter(|found| found.issue == Some(number))
            .map(|found| found.field.as_str())
            .collect();
        // A row with a problem is left alone as a whole; two documents with one id are, too.
        let problem = report.problems.iter().any(|problem| {
            let kind = format!("{:?} ", problem.kind);
            let named = [",", " "]
                .iter()
                .any(|end| kind.contains(&format!("number: {number}{end}")));
            named || problem.path == row.path && problem.kind.code() == "id-twice"
        });
        let ours = matches!(marker::parse(body(issue)), MarkerReading::One(_));
        let mut law = |what: String| {
            let place = format!(
                "{}:{} {} and #{number}: {what}",
                row.path, row.line, row.title
            );
            broken.push((Law::NothingSilent, place));
        };
        if !problem && !agrees(row.said, word(issue)) && !named.contains(&"status") {
            law(format!("{:?}, {:?}", row.said.status, word(issue)));
        }
        // An id in front of the title may be that of the document in which the row stood before.
        let title = issue.title.split_once("] ").map_or("", |(_, title)| title);
        if !problem && ours && title != row.title && !named.contains(&"title") {
            law(format!("{}, {}", row.title, issue.title));
        }
    }
    broken
}

/// GitHub's state of an issue in the word that a link remembers.
fn word(issue: &Issue) -> IssueWord {
    let has = |label: &str| issue.labels.iter().any(|other| other == label);
    match (issue.state, issue.state_reason) {
        (State::Closed, Some(StateReason::NotPlanned | StateReason::Duplicate)) => {
            IssueWord::Dropped
        }
        (State::Closed, _) => IssueWord::Done,
        (State::Open, _) if has("blocked") => IssueWord::Blocked,
        (State::Open, _) if has("in progress") => IssueWord::InProgress,
        (State::Open, Some(StateReason::Reopened)) => IssueWord::Reopened,
        (State::Open, _) => IssueWord::Open,
    }
}

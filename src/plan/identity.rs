//! Who is who: which issue each row of the documents is, if any.
//!
//! A link in a row decides; without one the markers in the issues' bodies are asked, and where those leave a doubt
//! the row is neither linked nor filed, since a wrong link and a second issue are both worse than a question. That
//! state is ordinary: a run whose links never reached the main branch leaves issues that no row knows of.
//!
//! Pure, over all rows of all configured documents at once, because "no row links that issue" can't be said of a
//! few of them. Left to others: reading links, keys and titles (`document`, `item`), reading markers and asking
//! GitHub for linked numbers (`github`), which rows take part in a run (`plan`), writing links and closing
//! duplicates (`sync`).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

/// What a row says of itself. Whether it takes part in this run is the caller's matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowId {
    /// The id of its postmortem, such as `PM-042`. None where the document has none, and where two documents have
    /// the same: an id that stands twice identifies nothing.
    pub doc: Option<String>,
    /// The number as written, else the ordinal, unique within the document.
    pub key: String,
    /// The title as plain text; compared by [`fold`].
    pub title: String,
    /// Where the row's link leads.
    pub link: Link,
}

/// Where a row's link leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Link {
    /// The row has none.
    None,
    /// To an issue or pull request of our repository.
    Issue(u64),
    /// To another repository or another tracker.
    Elsewhere,
}

/// What an issue's marker says of the row that it was made from, as of our last write to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkerId {
    /// The postmortem's id.
    pub doc: String,
    /// The row's key.
    pub key: String,
    /// The row's title, without any prefix; compared by [`fold`].
    pub title: String,
}

/// What identity needs to know of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueId {
    /// Its number in our repository.
    pub number: u64,
    /// The marker in its body, if there is one that can be read.
    pub marker: Option<MarkerId>,
    /// It bears the `postmortem` label. Anybody can write a marker into an issue of a public repository, only
    /// people with access can label it: without the label, the marker is believed only where a row links the issue.
    pub labelled: bool,
    /// Open on GitHub.
    pub open: bool,
    /// Closed as a duplicate.
    pub duplicate: bool,
    /// Nobody has written on it since we made it, so it may give way to a twin.
    pub untouched: bool,
    /// Its title is the one that its marker remembers. Another one is a person's new title, or the marker was copied into an issue of theirs.
    pub title_fits: bool,
    /// A pull request; it can be linked, but is never ours.
    pub pull_request: bool,
}

/// What a row is.
///
/// The lists are shared, since one odd document can put ten thousand rows into the same doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// No issue, and none that could be meant: one may be created.
    New,
    /// The issue made from this row.
    Ours {
        /// The issue's number.
        number: u64,
        /// It was found by its marker: the link is still to be written. The row may have a link to a twin of it.
        found: bool,
        /// Other open issues with the same document, key and title, ascending: duplicates, as two runs at once or a
        /// listing that lags make them. Those of a linked row may have a lower number than its own.
        extra: Vec<u64>,
    },
    /// Linked, but not made by us: hand-made, another team's, a pull request. Its status is read, nothing is
    /// written to it.
    Tracked {
        /// The issue's number.
        number: u64,
    },
    /// Linked, but its marker is the copy of another linked issue's, as when somebody copies the body of one into a new one. Like
    /// [`Identity::Tracked`], and said.
    Copied {
        /// The issue's number.
        number: u64,
        /// The issue that the marker was made for.
        original: u64,
    },
    /// Linked to another repository or another tracker: left alone.
    Elsewhere,
    /// Several rows link one issue: none of them is synced.
    LinkedTwice {
        /// The issue's number.
        number: u64,
        /// All the rows that link it, this one among them, as ascending indices into the rows.
        rows: Arc<[usize]>,
    },
    /// The link leads to an issue that can't be read, was deleted or transferred: no write, and no new issue.
    Gone {
        /// The number that the link names.
        number: u64,
    },
    /// An issue was made from a row with this key, but with another title, and no row links it. It is this row
    /// under a new title, or a row that is no more: neither link nor create.
    KeyOnly {
        /// The issue's number.
        number: u64,
    },
    /// Several issues could be this row, or several rows could be the issue: neither link nor create.
    Ambiguous {
        /// The issues in question, ascending. Empty where two rows can't be told apart and no issue is known.
        numbers: Arc<[u64]>,
    },
    /// Without a link, and without an id of the document to be found by.
    NoDocument,
}

/// A title as it is compared: NFKC, so that full-width and half-width forms are one, white space folded to single
/// spaces and trimmed. Case is kept.
#[must_use]
pub fn fold(title: &str) -> String {
    let normal: String = title.nfkc().collect();
    let mut folded = String::with_capacity(normal.len());
    for word in normal.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// Says of each row what it is, in the order of the rows.
///
/// `issues` are those of the listing together with those read by number because a row links them, each number once.
/// `gone` are the linked numbers that answered 404, 410 or a transfer; a linked number in neither is treated
/// alike, since nothing is known that a write could rest on.
///
/// A linked row is its issue, wherever the row moved and whatever its key became; only where that gave way to an open
/// twin, or is an untouched one that should, the row is the twin with the lowest number. The others take an issue by its
/// believed marker, if no row links it: first where document, key and title all match, then where document and
/// title match and leave one row and one issue. Issues with the same document, key and title count as one there:
/// the lowest open number (else the lowest) stands for them, those closed as duplicates are passed over, and those
/// that are the same as a linked issue belong to its row.
#[must_use]
pub fn identify(rows: &[RowId], issues: &[IssueId], gone: &BTreeSet<u64>) -> Vec<Identity> {
    let issues: BTreeMap<u64, &IssueId> = issues
        .iter()
        .filter(|issue| !gone.contains(&issue.number))
        .map(|issue| (issue.number, issue))
        .collect();
    let mut linkers: HashMap<u64, Vec<usize>> = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        if let Link::Issue(number) = row.link {
            linkers.entry(number).or_default().push(index);
        }
    }
    let linkers: HashMap<u64, Arc<[usize]>> = linkers
        .into_iter()
        .map(|(number, rows)| (number, rows.into()))
        .collect();

    let mut free = FreeIssues::new(
        issues
            .values()
            .filter(|issue| !linkers.contains_key(&issue.number)),
    );
    let mut known: Vec<Option<Identity>> = rows
        .iter()
        .map(|row| linked(row, &issues, &linkers))
        .collect();
    let names: Vec<Option<Name>> = rows.iter().map(Name::of_row).collect();

    tell_copies(&mut known, &names, &issues);
    take_exact(&mut known, &names, &mut free);
    give_duplicates_to_linked_rows(&mut known, &issues, &linkers, &mut free);
    take_by_title(&mut known, &names, &mut free);

    let by_key = free.by_key();
    known
        .into_iter()
        .zip(&names)
        .map(|(identity, name)| match (identity, name) {
            (Some(identity), _) => identity,
            (None, None) => Identity::NoDocument,
            (None, Some(name)) => match by_key.get(&(name.doc, name.key)) {
                None => Identity::New,
                Some(numbers) => match **numbers {
                    [number] => Identity::KeyOnly { number },
                    _ => Identity::Ambiguous {
                        numbers: Arc::clone(numbers),
                    },
                },
            },
        })
        .collect()
}

/// Document, key and folded title: what tells one action item from all others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Name<'a> {
    doc: &'a str,
    key: &'a str,
    title: String,
}

impl<'a> Name<'a> {
    fn of_row(row: &'a RowId) -> Option<Self> {
        Some(Self {
            doc: row.doc.as_deref()?,
            key: &row.key,
            title: fold(&row.title),
        })
    }

    fn of_marker(marker: &'a MarkerId) -> Self {
        Self {
            doc: &marker.doc,
            key: &marker.key,
            title: fold(&marker.title),
        }
    }
}

/// The issues of one name that no row links; at least one of them.
#[derive(Default)]
struct Namesakes {
    /// The open ones, ascending.
    open: Vec<u64>,
    /// The closed ones, ascending; they count only where none is open, or where those that are open are copies.
    closed: Vec<u64>,
    /// The lowest whose title is the one that its marker remembers. A later one whose title isn't bears a copy of its marker.
    fits: Option<u64>,
    /// Those whose title is not the one that their marker remembers.
    unfit: BTreeSet<u64>,
}

impl Namesakes {
    /// Those that could be meant, the one that stands for all of them first.
    fn candidates(&self) -> &[u64] {
        if self.open.is_empty() {
            &self.closed
        } else {
            &self.open
        }
    }

    /// Whether an issue bears the marker that was made for an earlier one: its title doesn't fit the marker, and the earlier one's does.
    fn is_copy(&self, number: u64) -> bool {
        self.unfit.contains(&number) && self.fits.is_some_and(|original| original < number)
    }

    /// The lowest open number, else the lowest; a copy only where there is nothing else.
    fn first(&self) -> Option<u64> {
        let original = |numbers: &[u64]| numbers.iter().copied().find(|n| !self.is_copy(*n));
        original(&self.open)
            .or_else(|| original(&self.closed))
            .or_else(|| self.candidates().first().copied())
    }

    fn identity(&self) -> Option<Identity> {
        let number = self.first()?;
        let others = self.open.iter().copied().filter(|open| *open != number);
        Some(Identity::Ours {
            number,
            found: true,
            extra: others.collect(),
        })
    }
}

/// The issues that an unlinked row may take. What is taken is taken out.
struct FreeIssues<'a>(HashMap<Name<'a>, Namesakes>);

impl<'a> FreeIssues<'a> {
    /// Sorts the unlinked issues by name; `unlinked` comes with ascending numbers.
    fn new<'i>(unlinked: impl Iterator<Item = &'i &'a IssueId>) -> Self
    where
        'a: 'i,
    {
        let mut named: HashMap<Name<'a>, Namesakes> = HashMap::new();
        for issue in unlinked {
            if !issue.labelled || issue.pull_request || issue.duplicate {
                continue;
            }
            if let Some(marker) = &issue.marker {
                let namesakes = named.entry(Name::of_marker(marker)).or_default();
                let side = if issue.open {
                    &mut namesakes.open
                } else {
                    &mut namesakes.closed
                };
                side.push(issue.number);
                if issue.title_fits {
                    namesakes.fits = namesakes.fits.or(Some(issue.number));
                } else {
                    namesakes.unfit.insert(issue.number);
                }
            }
        }
        Self(named)
    }

    fn take(&mut self, name: &Name<'a>) -> Option<Namesakes> {
        self.0.remove(name)
    }

    /// The numbers that are left, by document and key, ascending.
    fn by_key(&self) -> HashMap<(&'a str, &'a str), Arc<[u64]>> {
        let mut by_key: HashMap<_, BTreeSet<u64>> = HashMap::new();
        for (name, namesakes) in &self.0 {
            by_key
                .entry((name.doc, name.key))
                .or_default()
                .extend(namesakes.first());
        }
        by_key
            .into_iter()
            .map(|(key, numbers)| (key, numbers.into_iter().collect()))
            .collect()
    }
}

/// What a row's own link says; none for a row without one.
fn linked(
    row: &RowId,
    issues: &BTreeMap<u64, &IssueId>,
    linkers: &HashMap<u64, Arc<[usize]>>,
) -> Option<Identity> {
    let number = match row.link {
        Link::None => return None,
        Link::Elsewhere => return Some(Identity::Elsewhere),
        Link::Issue(number) => number,
    };
    if let Some(rows) = linkers.get(&number).filter(|rows| rows.len() > 1) {
        return Some(Identity::LinkedTwice {
            number,
            rows: Arc::clone(rows),
        });
    }
    Some(match issues.get(&number) {
        None => Identity::Gone { number },
        Some(issue) if issue.pull_request || issue.marker.is_none() => Identity::Tracked { number },
        Some(_) => Identity::Ours {
            number,
            found: false,
            extra: Vec::new(),
        },
    })
}

/// Of several linked issues with one marker, one is what it was made for: the one whose row has the marker's document, key and title, else
/// the lowest number. The others are copies, unless their rows say what the marker says too: a row that two branches filed, and a merge
/// brought together.
fn tell_copies(
    known: &mut [Option<Identity>],
    names: &[Option<Name<'_>>],
    issues: &BTreeMap<u64, &IssueId>,
) {
    let mut bearers: HashMap<Name<'_>, Vec<(u64, usize)>> = HashMap::new();
    for (row, identity) in known.iter().enumerate() {
        if let Some(Identity::Ours { number, .. }) = identity
            && let Some(marker) = issues.get(number).and_then(|issue| issue.marker.as_ref())
        {
            let same = bearers.entry(Name::of_marker(marker)).or_default();
            same.push((*number, row));
        }
    }
    for (name, bearers) in bearers {
        let of_that_name = bearers
            .iter()
            .filter(|(_, row)| names[*row].as_ref() == Some(&name))
            .min();
        let Some((original, _)) = of_that_name.or_else(|| bearers.iter().min()).copied() else {
            continue;
        };
        let says = |row: usize| {
            let own = names[row].as_ref();
            own.is_some_and(|own| (own.doc, &own.title) == (name.doc, &name.title))
        };
        let others = bearers.into_iter().filter(|(n, _)| *n != original);
        for (number, row) in others.filter(|(_, row)| !says(*row)) {
            known[row] = Some(Identity::Copied { number, original });
        }
    }
}

/// Gives each unlinked row the issue of its own name. Two rows of one name can't be told apart: neither gets it.
fn take_exact<'a>(
    known: &mut [Option<Identity>],
    names: &[Option<Name<'a>>],
    free: &mut FreeIssues<'a>,
) {
    let mut bearers: HashMap<&Name<'a>, Vec<usize>> = HashMap::new();
    for (index, name) in names.iter().enumerate() {
        if let Some(name) = name {
            bearers.entry(name).or_default().push(index);
        }
    }
    for (name, rows) in bearers {
        let unlinked: Vec<usize> = rows
            .iter()
            .copied()
            .filter(|row| known[*row].is_none())
            .collect();
        match (rows.len(), unlinked.as_slice()) {
            (_, []) => {}
            (1, [row]) => {
                known[*row] = free.take(name).and_then(|namesakes| namesakes.identity());
            }
            (_, unlinked) => {
                let mut numbers: BTreeSet<u64> = rows
                    .iter()
                    .filter_map(|row| match known[*row] {
                        Some(
                            Identity::Ours { number, .. }
                            | Identity::Tracked { number }
                            | Identity::Copied { number, .. },
                        ) => Some(number),
                        _ => None,
                    })
                    .collect();
                if let Some(namesakes) = free.take(name) {
                    numbers.extend(namesakes.candidates());
                }
                let numbers: Arc<[u64]> = numbers.into_iter().collect();
                for row in unlinked {
                    known[*row] = Some(Identity::Ambiguous {
                        numbers: Arc::clone(&numbers),
                    });
                }
            }
        }
    }
}

/// Issues of the same name as a linked one are its duplicates, and no other row's. Of several linked issues with
/// one name, the lowest number gets them.
fn give_duplicates_to_linked_rows<'a>(
    known: &mut [Option<Identity>],
    issues: &BTreeMap<u64, &'a IssueId>,
    linkers: &HashMap<u64, Arc<[usize]>>,
    free: &mut FreeIssues<'a>,
) {
    for (number, issue) in issues.iter().filter(|(_, issue)| !issue.pull_request) {
        let (Some(rows), Some(marker)) = (linkers.get(number), &issue.marker) else {
            continue;
        };
        let copy = |row: &usize| matches!(known[*row], Some(Identity::Copied { .. }));
        if rows.iter().any(copy) {
            continue;
        }
        let Some(namesakes) = free.take(&Name::of_marker(marker)) else {
            continue;
        };
        for row in rows.iter() {
            if let Some(identity @ Identity::Ours { .. }) = &mut known[*row] {
                *identity = among_twins(issue, &namesakes.open);
            }
        }
    }
}

/// The issue of a row that links one, beside open twins of it (ascending) that no row links.
///
/// Of twins the lowest number stays, whatever a row links: two runs on two states of a document see the same issues, and so close the same
/// ones. A linked issue on which people have written stays in any case.
fn among_twins(linked: &IssueId, open: &[u64]) -> Identity {
    let gives_way = |lowest: u64| {
        let should = linked.open && linked.untouched && lowest < linked.number;
        linked.labelled && (linked.duplicate || should)
    };
    match open {
        [lowest, others @ ..] if gives_way(*lowest) => {
            let mut extra = others.to_vec();
            if linked.open {
                extra.push(linked.number);
                extra.sort_unstable();
            }
            Identity::Ours {
                number: *lowest,
                found: true,
                extra,
            }
        }
        _ => Identity::Ours {
            number: linked.number,
            found: false,
            extra: open.to_vec(),
        },
    }
}

/// Gives a row the issue with its document and title, where only one row and one name of issues are left for the two.
fn take_by_title<'a>(
    known: &mut [Option<Identity>],
    names: &[Option<Name<'a>>],
    free: &mut FreeIssues<'a>,
) {
    let mut rows: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for (index, name) in names.iter().enumerate() {
        if let (None, Some(name)) = (&known[index], name) {
            rows.entry((name.doc, &name.title)).or_default().push(index);
        }
    }
    let mut left: HashMap<(&str, String), Vec<Name<'a>>> = HashMap::new();
    for name in free.0.keys() {
        left.entry((name.doc, name.title.clone()))
            .or_default()
            .push(name.clone());
    }
    for ((doc, title), left) in left {
        match (
            rows.get(&(doc, title.as_str())).map(Vec::as_slice),
            left.as_slice(),
        ) {
            (None, _) => {}
            (Some([row]), [name]) => {
                known[*row] = free.take(name).and_then(|namesakes| namesakes.identity());
            }
            (Some(rows), left) => {
                let numbers: BTreeSet<u64> = left
                    .iter()
                    .filter_map(|name| free.0.get(name))
                    .flat_map(Namesakes::candidates)
                    .copied()
                    .collect();
                let numbers: Arc<[u64]> = numbers.into_iter().collect();
                for row in rows {
                    known[*row] = Some(Identity::Ambiguous {
                        numbers: Arc::clone(&numbers),
                    });
                }
            }
        }
    }
}

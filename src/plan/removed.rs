//! Open issues of ours that no row is any more: their row was deleted, or their whole document.
//!
//! A row deleted never closes its issue silently. `--close-removed` closes it, but only where the row is certainly gone: everything was
//! read, the document is there and takes part in the run, and no document names the issue or the item any more. A table that can't be
//! read since somebody changed its heading looks just like one whose rows were deleted; the links that still stand in it tell.
//!
//! A document that is empty, has no action items left, or has a place that can't be read is no certainty either: that is how a file looks
//! that was cut off. There every issue has to be named (`--item`). And a marker that was copied into an issue is not believed: neither where
//! the issue's title is another than the marker remembers, nor where an earlier issue bears the same one.
//!
//! Twins among them are brought down to one, as those of a row are: it is the one that stays that is reported, and left to people.

use std::collections::{BTreeMap, BTreeSet};

use super::identity::{Identity, MarkerId, fold};
use super::planner::Planner;
use super::{Inputs, Removal, Site, issue_id};
use crate::document::region;
use crate::github::Issue;
use crate::github::body::{Part, Region, RegionReading};
use crate::item::problem::RowKept;
use crate::item::{Postmortem, Problem, ProblemKind};
use crate::workspace::{Loaded, View};

impl Planner<'_> {
    /// Plans or reports what is to be done about issues without a row.
    pub(super) fn removed(&mut self, identities: &[Identity]) {
        if !self.inputs.options.push {
            return;
        }
        let inputs = self.inputs;
        let Used { settled, asked } = Used::of(identities);
        let mut orphans: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        let mut first_of: BTreeMap<(String, String, String), u64> = BTreeMap::new();
        let live = live(identities, inputs);
        for issue in inputs.snapshot.issues.values() {
            let id = issue_id(issue, inputs);
            let believed =
                id.labelled && id.open && !id.pull_request && !settled.contains(&id.number);
            let Some(marker) = id.marker.filter(|_| believed) else {
                continue;
            };
            // The issues come with ascending numbers, and of twins the lowest stays, also where a person is asked whether a row is it.
            let name = (marker.doc.clone(), marker.key.clone(), fold(&marker.title));
            let first = *first_of.entry(name).or_insert(issue.number);
            if asked.contains(&issue.number) {
                continue;
            }
            let mut documents = inputs.documents.iter().enumerate().filter(|(_, loaded)| {
                let postmortem = &loaded.postmortem;
                postmortem
                    .id
                    .as_ref()
                    .is_some_and(|id| id.as_str() == marker.doc)
            });
            match documents.find(|(_, loaded)| loaded.selected) {
                Some((at, loaded)) => {
                    let original = (first < issue.number)
                        .then_some(first)
                        .or_else(|| earlier(&marker, issue.number, &live));
                    let copied = (original.is_some() || !id.title_fits)
                        .then_some(RowKept::Copied { original });
                    self.row_gone(issue, marker, (first, copied), (at, loaded));
                }
                None if documents.next().is_some() => {}
                None if inputs.view == View::Whole && made_here(issue, inputs.site) => {
                    orphans.entry(marker.doc).or_default().push(issue.number);
                }
                None => {}
            }
        }
        for (id, numbers) in orphans {
            self.plan.problems.push(Problem {
                path: inputs.config.documents.paths.join(", "),
                line: 0,
                column: 0,
                kind: ProblemKind::DocumentGone { id, numbers },
            });
        }
    }

    /// `first` is the lowest of the open issues with this name that no row is, be it this one; `copied` says that its marker may be a copy.
    fn row_gone(
        &mut self,
        issue: &Issue,
        marker: MarkerId,
        (first, copied): (u64, Option<RowKept>),
        (at, loaded): (usize, &Loaded),
    ) {
        let inputs = self.inputs;
        let item = format!("{}#{}", marker.doc, marker.key);
        let place = self.plan.documents.iter().position(|d| d.document == at);
        let waits = place.is_none_or(|place| self.plan.documents[place].waits.is_some());
        let kept = if inputs.view == View::Partial {
            Some(RowKept::Unread)
        } else if waits {
            Some(RowKept::Waits)
        } else if !made_here(issue, inputs.site) {
            Some(RowKept::Elsewhere)
        } else {
            None
        };
        let certain = kept.is_none();
        let own = &loaded.postmortem.path;
        let mentioned =
            kept.or_else(|| self.mention(issue.number, Some((own.as_str(), &marker.title))));
        let stays = inputs.snapshot.issues.get(&first);
        let is_twin = certain
            && stays.is_some_and(|stays| self.gives_way(issue.number, stays))
            && self.mention(issue.number, None).is_none();
        // What names the row itself, or tells that the issue is not the row's, goes before what is only a doubt.
        let mentioned = mentioned.or(copied).or_else(|| {
            let named = inputs.options.only.contains(&item);
            (!named && doubtful(&loaded.postmortem)).then_some(RowKept::Doubtful { item })
        });
        let closes = mentioned.is_none() && inputs.options.closes_removed(&marker);
        match place {
            Some(place) if closes || is_twin => {
                self.plan.documents[place].removals.push(Removal {
                    number: issue.number,
                    url: issue.url.clone(),
                    doc: marker.doc,
                    key: marker.key,
                    title: marker.title,
                    twin_of: (!closes).then_some(first),
                });
            }
            _ => self.problem(
                &loaded.postmortem,
                0,
                ProblemKind::RowGone {
                    number: issue.number,
                    title: marker.title,
                    kept: mentioned,
                },
            ),
        }
    }

    /// Where a document names an issue, or `title` stands in the document with this path.
    fn mention(&self, number: u64, title: Option<(&str, &str)>) -> Option<RowKept> {
        let in_documents = self.inputs.documents.iter().find_map(|other| {
            let title = title
                .filter(|(path, _)| *path == other.postmortem.path)
                .map(|(_, title)| title);
            let line = mentioned(&other.document.source, number, title)?;
            Some(format!("{}:{line}", other.postmortem.path))
        });
        let elsewhere = || {
            self.inputs.bystanders.iter().find_map(|other| {
                let line = match other.excluded {
                    true => mentioned(&other.text, number, None),
                    false => linked(&other.text, number),
                }?;
                Some(format!("{}:{line}", other.path))
            })
        };
        let place = in_documents.or_else(elsewhere)?;
        Some(RowKept::Mentioned { place })
    }
}

/// Whether a document is one of which can't be said that its rows were deleted: it has none at all, or not all of it could be read.
fn doubtful(postmortem: &Postmortem) -> bool {
    let unread = |problem: &Problem| {
        matches!(
            problem.kind,
            ProblemKind::FrontMatterUnreadable
                | ProblemKind::SectionUnread { .. }
                | ProblemKind::RegionUnpaired
                | ProblemKind::SnapshotUnpaired
                | ProblemKind::File { .. }
        )
    };
    postmortem.items.is_empty() || postmortem.problems.iter().any(unread)
}

/// The issues that a row is, by the document and the key of their markers, with those they were made for.
type Live = BTreeMap<(String, String), Vec<u64>>;

fn live(identities: &[Identity], inputs: Inputs<'_>) -> Live {
    let mut live = Live::new();
    for identity in identities {
        if let Identity::Ours { number, .. } = identity
            && let Some(issue) = inputs.snapshot.issues.get(number)
            && let Some(marker) = issue_id(issue, inputs).marker
        {
            live.entry((marker.doc, marker.key))
                .or_default()
                .push(*number);
        }
    }
    live
}

/// The issue of a row with the same document and key that is earlier than this one, so that its marker may have been copied.
fn earlier(marker: &MarkerId, number: u64, live: &Live) -> Option<u64> {
    let same = live.get(&(marker.doc.clone(), marker.key.clone()))?;
    same.iter().copied().find(|other| *other < number)
}

/// The issues that rows have to do with.
#[derive(Default)]
struct Used {
    /// Those that a row is, or links.
    settled: BTreeSet<u64>,
    /// Those that a row might be, which a person is asked about.
    asked: BTreeSet<u64>,
}

impl Used {
    fn of(identities: &[Identity]) -> Used {
        let mut used = Used::default();
        for identity in identities {
            match identity {
                Identity::Ours { number, extra, .. } => {
                    used.settled.insert(*number);
                    used.settled.extend(extra);
                }
                Identity::Copied { number, original } => {
                    used.settled.extend([*number, *original]);
                }
                Identity::Tracked { number }
                | Identity::Gone { number }
                | Identity::LinkedTwice { number, .. } => _ = used.settled.insert(*number),
                Identity::KeyOnly { number } => _ = used.asked.insert(*number),
                Identity::Ambiguous { numbers } => used.asked.extend(numbers.iter()),
                Identity::New | Identity::Elsewhere | Identity::NoDocument => {}
            }
        }
        used
    }
}

/// Whether an issue was made from a document of this run's repository, as far as the link in its body tells. Several repositories may file
/// into one, each with documents of its own, and some may have the same ids.
fn made_here(issue: &Issue, site: &Site) -> bool {
    let RegionReading::Found(region) = Region::parse(&issue.body) else {
        return false;
    };
    let Some((_, link)) = region
        .part(Part::Postmortem)
        .and_then(|text| text.value.rsplit_once("]("))
    else {
        return true;
    };
    let here = site
        .documents
        .as_ref()
        .map(|(repository, _)| format!("/{repository}/blob/").to_lowercase());
    here.is_some_and(|here| link.to_lowercase().contains(&here))
}

/// The first line, from 1, of a text that names an issue, or holds an item's title.
fn mentioned(source: &str, number: u64, title: Option<&str>) -> Option<usize> {
    let title = title.map(fold).filter(|title| !title.is_empty());
    let short = format!("#{number}");
    let long = format!("/issues/{number}");
    // What we wrote ourselves names items as they once were.
    let source = region::without(source);
    let line = source.lines().position(|line| {
        names(line, &short)
            || names(line, &long)
            || title
                .as_ref()
                .is_some_and(|title| fold(line).contains(title))
    });
    line.map(|at| at + 1)
}

/// The first line, from 1, of a text that links an issue in full. In text that is about anything at all, `#12` alone may mean anything.
fn linked(text: &str, number: u64) -> Option<usize> {
    let long = format!("/issues/{number}");
    let text = region::without(text);
    let line = text.lines().position(|line| names(line, &long));
    line.map(|at| at + 1)
}

/// Whether a line has a name that ends in a number, and not a longer number's.
fn names(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let after = line[at + name.len()..].chars().next();
        after.is_none_or(|c| !c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_still_names_an_issue() {
        for (source, number, title, expected) in [
            ("a\n| 1 | x | [#12](u) |", 12, None, Some(2)),
            ("a\n| 1 | x | [#12](u) |", 1, None, None),
            ("see https://h/o/r/issues/7\n", 7, None, Some(1)),
            ("see https://h/o/r/issues/71\n", 7, None, None),
            (
                "one\ntwo\n- [ ] Add　an alert",
                7,
                Some("Add an alert"),
                Some(3),
            ),
            ("one\ntwo", 7, Some("Add an alert"), None),
            ("one", 7, Some(""), None),
        ] {
            assert_eq!(mentioned(source, number, title), expected, "{source}");
        }
    }
}

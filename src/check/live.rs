//! What GitHub says of the items, taken from a plan: which issue is whose, what became of it, and where the two sides differ.
//!
//! Nothing is decided here that the planner decides: identity, drift and conflicts are its own.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Difference, IssueFacts};
use crate::config::Language;
use crate::github::Issue;
use crate::github::marker::{self, MarkerReading};
use crate::item::edit::ItemEdit;
use crate::item::{ActionItem, Problem, ProblemKind, Status};
use crate::plan::status::shown;
use crate::plan::{Inputs, IssueChange, ItemPlan, Options, Plan, StateMove, plan, word};
use crate::show::{self, DocumentReport, Row};

/// What GitHub says of an item.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    /// Where it stands.
    pub(crate) status: Status,
    /// Its issue.
    pub(crate) issue: IssueFacts,
    /// When anything last happened on its issue.
    pub(crate) updated: DateTime<Utc>,
    /// Where the row and the issue differ.
    pub(crate) differences: Vec<Difference>,
}

/// What GitHub says, by document and item, both by their place.
pub(crate) type Lives = BTreeMap<(usize, usize), Live>;

/// The options of the plan that a check reads: everything that push and pull would look at, and no creation.
pub(crate) fn options() -> Options {
    Options {
        push: true,
        pull: true,
        limit: Some(0),
        ..Options::default()
    }
}

/// What GitHub says of the items of the documents that the run is about, and what keeps it from being known.
pub(crate) fn of(inputs: Inputs<'_>) -> (Lives, Vec<Problem>) {
    let Plan {
        documents,
        problems,
        ..
    } = plan(inputs);
    let mut lives = Lives::new();
    for part in &documents {
        let loaded = &inputs.documents[part.document];
        for planned in &part.items {
            let issue = planned
                .issue
                .and_then(|number| inputs.snapshot.issues.get(&number));
            let item = loaded.postmortem.items.get(planned.item);
            let (Some(issue), Some(item)) = (issue, item) else {
                continue;
            };
            // The words of the differences in JSON are the same in every language.
            let mut report = DocumentReport::new(part, inputs);
            let row = report.row(item);
            report.findings(planned, &row, Language::En);
            let mut differences: Vec<Difference> =
                [(report.drift, false), (report.conflicts, true)]
                    .into_iter()
                    .flat_map(|(found, conflict)| {
                        found.into_iter().map(move |d| difference(d, conflict))
                    })
                    .collect();
            if !differences.iter().any(|d| d.field == "status") {
                differences.extend(pending(item, planned, issue, inputs, &row));
            }
            let doc = loaded.postmortem.id.as_ref().map(ToString::to_string);
            let managed = matches!(marker::parse(&issue.body), MarkerReading::One(m) if Some(&m.doc) == doc.as_ref());
            lives.insert(
                (part.document, planned.item),
                Live {
                    status: status(item, planned, issue, inputs),
                    issue: IssueFacts {
                        number: Some(issue.number),
                        url: Some(issue.url.clone()),
                        assignees: issue.assignees.clone(),
                        managed,
                        known: true,
                    },
                    updated: issue.updated_at,
                    differences,
                },
            );
        }
    }
    (lives, problems.into_iter().filter(concerns).collect())
}

/// Whether a problem of the plan keeps the check from knowing how things stand; what only a push has to know is left to it.
fn concerns(problem: &Problem) -> bool {
    !matches!(
        problem.kind,
        ProblemKind::IdMissing { .. }
            | ProblemKind::OwnerUnknown { .. }
            | ProblemKind::OwnerUnassignable { .. }
            | ProblemKind::BodyFull { .. }
    )
}

/// Where an item stands: what GitHub says, with the row's nuance of open; and done where the row says so and the next push will close
/// its issue, for then a person has decided.
fn status(item: &ActionItem, planned: &ItemPlan, issue: &Issue, inputs: Inputs<'_>) -> Status {
    let github = word(issue, inputs.config);
    let row = item.status.row();
    if row.matches(github) {
        shown(row, Some(github))
    } else if closes(planned) {
        item.status.status
    } else {
        github.status()
    }
}

fn closes(planned: &ItemPlan) -> bool {
    matches!(
        planned.change,
        Some(IssueChange::Update {
            state: Some(StateMove::Close { .. }),
            ..
        })
    )
}

fn difference(found: show::Difference, conflict: bool) -> Difference {
    let show::Settle { document, github } = found.settle;
    let settle = match found.owner {
        "document" => document.into_iter().chain([github]).collect(),
        _ => std::iter::once(github).chain(document).collect(),
    };
    Difference {
        field: found.field,
        document: found.document,
        github: found.github,
        conflict,
        pending: false,
        settle,
    }
}

/// Done on one side and open on the other, where the next push or pull brings them together.
fn pending(
    item: &ActionItem,
    planned: &ItemPlan,
    issue: &Issue,
    inputs: Inputs<'_>,
    row_of: &Row,
) -> Option<Difference> {
    let github = word(issue, inputs.config);
    let row = item.status.row();
    if item.unusable || row.matches(github) || row.is_closed() == github.is_closed() {
        return None;
    }
    let place = show::place_of(row_of);
    let path = show::quoted(&row_of.path);
    let writes = matches!(
        planned.edit,
        Some(ItemEdit {
            status: Some(_),
            ..
        })
    );
    let (pending, command) = match () {
        () if closes(planned) => (true, format!("pm-sync push {path}")),
        () if writes => (true, format!("pm-sync pull {path}")),
        () => (false, format!("pm-sync pull --prefer github {place}")),
    };
    Some(Difference {
        field: "status".to_owned(),
        document: item.status.status.as_str().to_owned(),
        github: github.as_str().to_owned(),
        conflict: false,
        pending,
        settle: vec![command],
    })
}

//! The planner: one pass over rows and identities, each rule asked in turn.

use std::collections::{BTreeMap, BTreeSet};

use super::content::{self, Comparison, ContentOptions, Difference, Field, FieldChange, Wanted};
use super::identity::{self, Identity, IssueId, Link, MarkerId, RowId};
use super::status::{self, Decision, IssueWord, StatusOptions};
use super::{
    DocumentPlan, Finding, Inputs, IssueChange, ItemPlan, Plan, Site, StateMove, Waits, progress,
    wanted,
};
use crate::config::{Config, DocumentState, DoneRows, PostmortemId};
use crate::github::Issue;
use crate::github::marker::{self, Marker, MarkerReading};
use crate::item::edit::{ItemEdit, LinkEdit};
use crate::item::problem::tidy;
use crate::item::{ActionItem, Postmortem, Problem, ProblemKind, Status};
use crate::workspace::Loaded;

/// Decides what a run does.
pub fn plan(inputs: Inputs<'_>) -> Plan {
    let mut planner = Planner {
        inputs,
        plan: Plan::default(),
        created: 0,
        next: next_number(inputs),
    };
    let doubled = doubled_ids(inputs.documents);
    let (rows, places) = rows(inputs, &doubled);
    let issues: Vec<IssueId> = inputs
        .snapshot
        .issues
        .values()
        .map(|issue| issue_id(issue, inputs.config))
        .collect();
    let identities = identity::identify(&rows, &issues, &inputs.snapshot.gone);
    let mut row = 0;
    for (index, loaded) in inputs.documents.iter().enumerate() {
        let own = &identities[row..row + loaded.postmortem.items.len()];
        row += loaded.postmortem.items.len();
        if loaded.selected {
            planner.document(index, own, &places, &doubled);
        }
    }
    planner.rows_gone(&identities);
    let mut plan = planner.plan;
    tidy(&mut plan.problems);
    plan
}

/// The numbers of our repository's issues that the documents' rows link.
pub fn linked_numbers(documents: &[Loaded], site: &Site) -> BTreeSet<u64> {
    documents
        .iter()
        .flat_map(|d| &d.postmortem.items)
        .filter_map(|item| site.number(item.reference.as_ref()?))
        .collect()
}

/// The ids that more than one document has, with the documents' paths.
pub fn doubled_ids(documents: &[Loaded]) -> BTreeMap<PostmortemId, Vec<String>> {
    let mut by_id: BTreeMap<PostmortemId, Vec<String>> = BTreeMap::new();
    for loaded in documents.iter().filter(|d| !d.postmortem.template) {
        if let Some(id) = &loaded.postmortem.id {
            by_id
                .entry(id.clone())
                .or_default()
                .push(loaded.postmortem.path.clone());
        }
    }
    by_id.retain(|_, paths| paths.len() > 1);
    by_id
}

/// The next free id: the highest number in use with the configured prefix, and one.
pub fn next_id(documents: &[Loaded], prefix: &str, taken: u64) -> String {
    let width = |text: &str| text.len();
    let numbers = documents.iter().filter_map(|d| {
        d.postmortem
            .id
            .as_ref()?
            .as_str()
            .strip_prefix(prefix)
            .map(str::to_owned)
    });
    let (mut highest, mut digits) = (0, 3);
    for text in numbers {
        if let Ok(number) = text.parse::<u64>() {
            highest = highest.max(number);
            digits = digits.max(width(&text));
        }
    }
    format!("{prefix}{:0digits$}", highest + 1 + taken)
}

fn next_number(inputs: Inputs<'_>) -> String {
    next_id(inputs.documents, &inputs.config.documents.id_prefix, 0)
}

fn rows(
    inputs: Inputs<'_>,
    doubled: &BTreeMap<PostmortemId, Vec<String>>,
) -> (Vec<RowId>, Vec<String>) {
    let mut rows = Vec::new();
    let mut places = Vec::new();
    for loaded in inputs.documents {
        let id = loaded
            .postmortem
            .id
            .as_ref()
            .filter(|id| !doubled.contains_key(id))
            .map(ToString::to_string);
        for item in &loaded.postmortem.items {
            let link = match &item.reference {
                None => Link::None,
                Some(reference) => inputs
                    .site
                    .number(reference)
                    .map_or(Link::Elsewhere, Link::Issue),
            };
            rows.push(RowId {
                doc: id.clone(),
                key: item.key.clone(),
                // In the form in which a marker remembers it.
                title: content::remembered_title(&item.title),
                link,
            });
            places.push(format!("{}:{}", loaded.postmortem.path, item.line));
        }
    }
    (rows, places)
}

fn issue_id(issue: &Issue, config: &Config) -> IssueId {
    let marker = match marker::parse(&issue.body) {
        MarkerReading::One(marker) => Some(*marker),
        MarkerReading::None | MarkerReading::Unreadable | MarkerReading::Several => None,
    };
    IssueId {
        number: issue.number,
        marker: marker.map(|Marker { doc, key, saw, .. }| MarkerId {
            doc,
            key,
            title: saw.doc.title,
        }),
        labelled: issue
            .labels
            .iter()
            .any(|label| label.eq_ignore_ascii_case(config.issues.marker_label())),
        open: issue.is_open(),
        duplicate: issue.state_reason.as_deref() == Some("duplicate") && !issue.is_open(),
        pull_request: issue.is_pull_request,
    }
}

/// GitHub's state of an issue in a word.
pub fn word(issue: &Issue, config: &Config) -> IssueWord {
    IssueWord::from_github(
        !issue.is_open(),
        issue.state_reason.as_deref(),
        &issue.labels,
        &config.issues.in_progress,
        &config.issues.blocked,
    )
}

struct Planner<'a> {
    inputs: Inputs<'a>,
    plan: Plan,
    created: usize,
    next: String,
}

impl Planner<'_> {
    fn problem(&mut self, postmortem: &Postmortem, line: usize, kind: ProblemKind) {
        self.plan.problems.push(Problem {
            path: postmortem.path.clone(),
            line,
            column: 0,
            kind,
        });
    }

    fn document(
        &mut self,
        index: usize,
        identities: &[Identity],
        places: &[String],
        doubled: &BTreeMap<PostmortemId, Vec<String>>,
    ) {
        let loaded = &self.inputs.documents[index];
        let postmortem = &loaded.postmortem;
        let waits = self.waits(postmortem, doubled);
        let mut document = DocumentPlan {
            document: index,
            waits,
            skipped_done: 0,
            items: Vec::new(),
            progress: None,
        };
        for (at, (item, identity)) in postmortem.items.iter().zip(identities).enumerate() {
            self.item(&mut document, postmortem, (at, item), identity, places);
        }
        if self.inputs.options.pull {
            document.progress = progress::splice(
                loaded,
                &document.items,
                self.inputs.config.documents.progress,
                self.inputs.today,
            );
        }
        self.plan.documents.push(document);
    }

    fn waits(
        &mut self,
        postmortem: &Postmortem,
        doubled: &BTreeMap<PostmortemId, Vec<String>>,
    ) -> Option<Waits> {
        if postmortem.template {
            return Some(Waits::Template);
        }
        let Some(id) = &postmortem.id else {
            if self.inputs.options.push && !postmortem.items.is_empty() {
                let next = self.next.clone();
                self.problem(postmortem, 0, ProblemKind::IdMissing { next });
            }
            return Some(Waits::NoId);
        };
        if let Some(paths) = doubled.get(id) {
            let others = paths
                .iter()
                .filter(|path| **path != postmortem.path)
                .cloned()
                .collect();
            self.problem(
                postmortem,
                0,
                ProblemKind::IdTwice {
                    id: id.to_string(),
                    others,
                },
            );
            return Some(Waits::IdTwice);
        }
        let state = postmortem.state.unwrap_or(DocumentState::Final);
        (!self.inputs.config.push.states.contains(&state)).then_some(Waits::State(state))
    }

    fn item(
        &mut self,
        document: &mut DocumentPlan,
        postmortem: &Postmortem,
        (at, item): (usize, &ActionItem),
        identity: &Identity,
        places: &[String],
    ) {
        let empty = |issue| ItemPlan {
            item: at,
            change: None,
            edit: None,
            drift: Vec::new(),
            conflicts: Vec::new(),
            settled: Vec::new(),
            issue,
        };
        let pushes = self.inputs.options.push && document.waits.is_none() && !item.unusable;
        match identity {
            Identity::New if pushes => {
                if let Some(change) = self.creation(document, item, postmortem) {
                    document.items.push(ItemPlan {
                        change: Some(change),
                        ..empty(None)
                    });
                }
            }
            Identity::New | Identity::Elsewhere | Identity::NoDocument => {}
            Identity::Ours {
                number,
                found,
                extra,
            } => {
                if !extra.is_empty() {
                    self.problem(
                        postmortem,
                        item.line,
                        ProblemKind::Duplicate {
                            number: *number,
                            extra: extra.clone(),
                        },
                    );
                }
                let Some(issue) = self.inputs.snapshot.issues.get(number) else {
                    return;
                };
                let mut plan = empty(Some(*number));
                let ours = StatusSide {
                    found: *found,
                    tracked: false,
                    pushes,
                };
                let state = if item.unusable {
                    None
                } else {
                    self.status(&mut plan, item, issue, ours)
                };
                let changes = if pushes {
                    self.content(&mut plan, postmortem, item, issue)
                } else {
                    None
                };
                if state.is_some() || changes.is_some() {
                    let (wanted, _) = wanted::wanted(postmortem, item, self.inputs);
                    let content = changes.is_some();
                    plan.change = Some(IssueChange::Update {
                        wanted: Box::new(wanted),
                        content,
                        changes: changes.unwrap_or_default(),
                        state,
                    });
                }
                document.items.push(plan);
            }
            Identity::Tracked { number } => {
                let Some(issue) = self.inputs.snapshot.issues.get(number) else {
                    return;
                };
                let mut plan = empty(Some(*number));
                if matches!(
                    marker::parse(&issue.body),
                    MarkerReading::Unreadable | MarkerReading::Several
                ) {
                    self.problem(
                        postmortem,
                        item.line,
                        ProblemKind::MarkerUnreadable { number: *number },
                    );
                }
                if pushes && self.inputs.options.adopt && !issue.is_pull_request {
                    plan.change = Some(IssueChange::Adopt {
                        wanted: Box::new(self.wanted(postmortem, item)),
                    });
                } else if !item.unusable {
                    self.status(
                        &mut plan,
                        item,
                        issue,
                        StatusSide {
                            found: false,
                            tracked: true,
                            pushes,
                        },
                    );
                }
                document.items.push(plan);
            }
            Identity::LinkedTwice { number, rows } => {
                let rows = rows
                    .iter()
                    .filter_map(|row| places.get(*row).cloned())
                    .collect();
                self.problem(
                    postmortem,
                    item.line,
                    ProblemKind::LinkedTwice {
                        number: *number,
                        rows,
                    },
                );
            }
            Identity::Gone { number } => self.problem(
                postmortem,
                item.line,
                ProblemKind::IssueGone { number: *number },
            ),
            Identity::KeyOnly { number } => {
                let title = self
                    .inputs
                    .snapshot
                    .issues
                    .get(number)
                    .map(|issue| issue.title.clone())
                    .unwrap_or_default();
                self.problem(
                    postmortem,
                    item.line,
                    ProblemKind::KeyOnly {
                        number: *number,
                        title,
                    },
                );
            }
            Identity::Ambiguous { numbers } => {
                self.problem(
                    postmortem,
                    item.line,
                    ProblemKind::Ambiguous {
                        numbers: numbers.to_vec(),
                    },
                );
            }
        }
    }

    fn creation(
        &mut self,
        document: &mut DocumentPlan,
        item: &ActionItem,
        postmortem: &Postmortem,
    ) -> Option<IssueChange> {
        let status = item.shown_status();
        if status.is_closed() && self.inputs.config.push.done == DoneRows::Skip {
            document.skipped_done += 1;
            return None;
        }
        if self
            .inputs
            .options
            .limit
            .is_some_and(|limit| self.created >= limit)
        {
            self.plan.remaining += 1;
            return None;
        }
        self.created += 1;
        let close = status.is_closed().then_some(status == Status::Dropped);
        Some(IssueChange::Create {
            wanted: Box::new(self.wanted(postmortem, item)),
            close,
        })
    }

    fn wanted(&mut self, postmortem: &Postmortem, item: &ActionItem) -> Wanted {
        let (wanted, problems) = wanted::wanted(postmortem, item, self.inputs);
        for kind in problems {
            self.problem(postmortem, item.line, kind);
        }
        wanted
    }

    /// What flows to the issue: the changes for people, where something is to be written.
    fn content(
        &mut self,
        plan: &mut ItemPlan,
        postmortem: &Postmortem,
        item: &ActionItem,
        issue: &Issue,
    ) -> Option<Vec<FieldChange>> {
        let (wanted, unknown) = wanted::wanted(postmortem, item, self.inputs);
        let Comparison {
            changes,
            drift,
            conflicts,
            settled,
            patch,
            no_room,
            ..
        } = content::compare(&wanted, issue, &self.content_options());
        plan.drift.extend(drift.into_iter().map(finding));
        plan.conflicts.extend(conflicts.into_iter().map(finding));
        plan.settled.extend(
            settled
                .into_iter()
                .map(|(side, difference)| (side, finding(difference))),
        );
        if no_room {
            self.problem(
                postmortem,
                item.line,
                ProblemKind::BodyFull {
                    number: issue.number,
                },
            );
        }
        if changes.iter().any(|c| c.field == Field::Owners) {
            // Who can't be found or assigned is said where it matters: when owners are written.
            for kind in unknown {
                self.problem(postmortem, item.line, kind);
            }
        }
        (!patch.is_empty()).then_some(changes)
    }

    fn content_options(&self) -> ContentOptions {
        ContentOptions {
            prefer: self.inputs.options.prefer,
            reapply: self.inputs.options.reapply,
            today: self.inputs.today,
        }
    }

    /// What follows from the status of a row and its issue: the row's edit and findings, and the issue's move.
    fn status(
        &self,
        plan: &mut ItemPlan,
        item: &ActionItem,
        issue: &Issue,
        side: StatusSide,
    ) -> Option<StateMove> {
        let Inputs {
            config, options, ..
        } = self.inputs;
        let github = word(issue, config);
        let rule = StatusOptions {
            close_done: config.push.close_done,
            tracked: side.tracked,
            force: options.force_status,
            prefer: options.prefer,
        };
        let decision = status::decide(item.status.row(), item.memory(), github, rule);
        let link = |word| {
            Some(LinkEdit::Set {
                number: issue.number,
                url: issue.url.clone(),
                word,
            })
        };
        let edit = |status, link| {
            Some(ItemEdit {
                item: plan.item,
                link,
                status,
            })
        };
        plan.edit = match decision {
            Decision::WriteRow(word) if options.pull => edit(Some(word.status()), link(Some(word))),
            Decision::Remember(word) if options.pull || side.found => edit(None, link(Some(word))),
            // What the two sides mean together is still to be settled: the row gets its link back, without a memory.
            _ if side.found => edit(None, link(None)),
            _ => None,
        };
        let difference = Finding {
            field: None,
            document: item.status.status.as_str().to_owned(),
            github: github.as_str().to_owned(),
        };
        match decision {
            Decision::Drift => plan.drift.push(difference),
            Decision::Conflict => plan.conflicts.push(difference),
            Decision::CloseIssue { dropped } if side.pushes => {
                return Some(StateMove::Close { dropped });
            }
            Decision::ReopenIssue if side.pushes => return Some(StateMove::Reopen),
            _ => {}
        }
        None
    }

    /// Open issues of ours whose row has gone from a document that is here.
    fn rows_gone(&mut self, identities: &[Identity]) {
        if !self.inputs.options.push {
            return;
        }
        let used: BTreeSet<u64> = identities
            .iter()
            .flat_map(|identity| match identity {
                Identity::Ours { number, extra, .. } => {
                    [std::slice::from_ref(number), extra].concat()
                }
                Identity::Tracked { number }
                | Identity::Gone { number }
                | Identity::KeyOnly { number }
                | Identity::LinkedTwice { number, .. } => vec![*number],
                Identity::Ambiguous { numbers } => numbers.to_vec(),
                Identity::New | Identity::Elsewhere | Identity::NoDocument => Vec::new(),
            })
            .collect();
        for issue in self.inputs.snapshot.issues.values() {
            let id = issue_id(issue, self.inputs.config);
            let Some(marker) = id
                .marker
                .filter(|_| id.labelled && id.open && !used.contains(&issue.number))
            else {
                continue;
            };
            let document = self.inputs.documents.iter().find(|d| {
                d.selected
                    && d.postmortem
                        .id
                        .as_ref()
                        .is_some_and(|id| id.as_str() == marker.doc)
            });
            if let Some(loaded) = document {
                self.problem(
                    &loaded.postmortem,
                    0,
                    ProblemKind::RowGone {
                        number: issue.number,
                        title: marker.title,
                    },
                );
            }
        }
    }
}

/// What a row's status may do.
#[derive(Clone, Copy)]
struct StatusSide {
    found: bool,
    tracked: bool,
    pushes: bool,
}

fn finding(difference: Difference) -> Finding {
    let Difference {
        field,
        document,
        github,
    } = difference;
    Finding {
        field: Some(field),
        document,
        github,
    }
}

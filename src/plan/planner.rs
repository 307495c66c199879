//! Builds a plan: asks the rules about every row and collects what follows. The rules themselves are elsewhere.

use std::collections::BTreeMap;

use super::content::{self, Comparison, ContentOptions, Field, Wanted};
use super::identity::Identity;
use super::status::{self, Decision, Side, StatusOptions};
use super::{
    DocumentPlan, Finding, Inputs, IssueChange, ItemPlan, Plan, StateMove, Waits, issue_id,
    progress, wanted, word,
};
use crate::config::{DocumentState, DoneRows, PostmortemId};
use crate::github::Issue;
use crate::github::marker::{self, MarkerReading};
use crate::item::edit::{ItemEdit, LinkEdit};
use crate::item::{ActionItem, Postmortem, Problem, ProblemKind, Status};

pub(super) struct Planner<'a> {
    pub(super) inputs: Inputs<'a>,
    pub(super) plan: Plan,
    pub(super) created: usize,
    pub(super) damaged: BTreeMap<String, u64>,
    pub(super) next: String,
}

impl Planner<'_> {
    pub(super) fn problem(&mut self, postmortem: &Postmortem, line: usize, kind: ProblemKind) {
        self.plan.problems.push(Problem {
            path: postmortem.path.clone(),
            line,
            column: 0,
            kind,
        });
    }

    /// Plans a document, given who its rows are.
    pub(super) fn document(
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
            removals: Vec::new(),
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
        let empty = |issue: Option<&Issue>| ItemPlan {
            item: at,
            change: None,
            twins: Vec::new(),
            stays: None,
            edit: None,
            drift: Vec::new(),
            conflicts: Vec::new(),
            settled: Vec::new(),
            issue: issue.map(|issue| issue.number),
            url: issue.map(|issue| issue.url.clone()),
        };
        let name = || postmortem.item_name(item);
        let fileable = document.waits.is_none() && !item.unusable;
        let pushes = self.inputs.options.push && fileable;
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
                let Some(issue) = self.inputs.snapshot.issues.get(number) else {
                    return;
                };
                let mut plan = empty(Some(issue));
                // Where people have closed the item's issue, the last open twin is theirs to close, too.
                let mut open_twins = extra
                    .iter()
                    .filter_map(|twin| self.inputs.snapshot.issues.get(twin));
                let stays = if issue.is_open() {
                    Some(issue)
                } else {
                    open_twins.find(|twin| twin.author == issue.author)
                };
                let (twins, extra): (Vec<u64>, Vec<u64>) = extra.iter().partition(|twin| {
                    pushes && stays.is_some_and(|stays| self.gives_way(**twin, stays))
                });
                plan.twins = twins;
                plan.stays = stays.map(|stays| stays.number);
                if !extra.is_empty() {
                    let number = *number;
                    self.problem(
                        postmortem,
                        item.line,
                        ProblemKind::Duplicate { number, extra },
                    );
                }
                if !item.unusable {
                    let ours = StatusSide {
                        found: *found,
                        tracked: false,
                        fileable,
                    };
                    self.status(&mut plan, postmortem, item, issue, ours);
                }
                if pushes {
                    self.content(&mut plan, postmortem, item, issue);
                }
                document.items.push(plan);
            }
            Identity::Tracked { number } | Identity::Copied { number, .. } => {
                let Some(issue) = self.inputs.snapshot.issues.get(number) else {
                    return;
                };
                let mut plan = empty(Some(issue));
                let lost = self.not_ours(postmortem, item, identity, issue);
                let side = StatusSide {
                    found: false,
                    tracked: !lost,
                    fileable,
                };
                if pushes && self.inputs.options.adopt_for(&name()) && !issue.is_pull_request {
                    let wanted = self.wanted(postmortem, item);
                    plan.change = Some(IssueChange::Adopt {
                        changes: content::adopted(&wanted, issue),
                        wanted: Box::new(wanted),
                    });
                } else if !item.unusable {
                    if pushes && !lost {
                        self.tracked(postmortem, item, issue);
                    }
                    self.status(&mut plan, postmortem, item, issue, side);
                    if lost && pushes {
                        self.restore(&mut plan, postmortem, item, issue);
                    }
                }
                document.items.push(plan);
            }
            Identity::LinkedTwice { number, rows } => {
                let rows = rows
                    .iter()
                    .filter_map(|row| places.get(*row).cloned())
                    .collect();
                // The row that the issue was made from keeps it: to unlink that one would give the issue to the copy.
                let original = self.inputs.snapshot.issues.get(number).is_some_and(|issue| {
                    let doc = postmortem.id.as_ref().map(ToString::to_string);
                    matches!(marker::parse(&issue.body), MarkerReading::One(m) if Some(&m.doc) == doc.as_ref() && m.key == item.key)
                });
                self.problem(
                    postmortem,
                    item.line,
                    ProblemKind::LinkedTwice {
                        item: if original { None } else { Some(name()) },
                        number: *number,
                        rows,
                    },
                );
            }
            Identity::Gone { number } => self.problem(
                postmortem,
                item.line,
                ProblemKind::IssueGone {
                    item: name(),
                    number: *number,
                },
            ),
            Identity::KeyOnly { number } => {
                let title = self
                    .inputs
                    .snapshot
                    .issues
                    .get(number)
                    .and_then(|issue| issue_id(issue, self.inputs).marker)
                    .map(|marker| marker.title)
                    .unwrap_or_default();
                self.problem(
                    postmortem,
                    item.line,
                    ProblemKind::KeyOnly {
                        item: name(),
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
                        item: name(),
                        numbers: numbers.to_vec(),
                    },
                );
            }
        }
    }

    /// Whether an open issue that carries an item twice is closed as the duplicate of the one that stays: it was made by the same hand, and
    /// nobody has written on it. All others are for people to close.
    pub(super) fn gives_way(&self, twin: u64, stays: &Issue) -> bool {
        let twin = self.inputs.snapshot.issues.get(&twin);
        stays.is_open()
            && twin.is_some_and(|twin| {
                twin.number != stays.number
                    && twin.author == stays.author
                    && content::untouched(twin, self.inputs.template)
            })
    }

    fn creation(
        &mut self,
        document: &mut DocumentPlan,
        item: &ActionItem,
        postmortem: &Postmortem,
    ) -> Option<IssueChange> {
        if !self.damaged.is_empty() {
            let (wanted, _) = wanted::wanted(postmortem, item, self.inputs);
            if let Some(&number) = self.damaged.get(&wanted.title()) {
                let item_name = postmortem.item_name(item);
                let kind = ProblemKind::MarkerDoubtful {
                    item: item_name,
                    number,
                };
                self.problem(postmortem, item.line, kind);
                return None;
            }
        }
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
        let wanted = self.wanted(postmortem, item);
        self.created += 1;
        let close = status.is_closed().then_some(status == Status::Dropped);
        Some(IssueChange::Create {
            wanted: Box::new(wanted),
            close,
        })
    }

    pub(super) fn wanted(&mut self, postmortem: &Postmortem, item: &ActionItem) -> Wanted {
        let (wanted, problems) = wanted::wanted(postmortem, item, self.inputs);
        for kind in problems {
            self.problem(postmortem, item.line, kind);
        }
        wanted
    }

    fn content(
        &mut self,
        plan: &mut ItemPlan,
        postmortem: &Postmortem,
        item: &ActionItem,
        issue: &Issue,
    ) {
        let (wanted, _) = wanted::wanted(postmortem, item, self.inputs);
        let Comparison {
            changes,
            drift,
            conflicts,
            settled,
            patch,
            no_room,
            marker,
            ..
        } = content::compare(
            &wanted,
            issue,
            &self.content_options(&postmortem.item_name(item)),
        );
        self.plan.differs |= marker.is_some_and(|m| !m.saw.issue.accepted.is_empty());
        plan.drift.extend(drift.into_iter().map(Finding::Content));
        plan.conflicts
            .extend(conflicts.into_iter().map(Finding::Content));
        plan.settled.extend(
            settled
                .into_iter()
                .map(|(side, difference)| (side, Finding::Content(difference))),
        );
        if no_room {
            let number = issue.number;
            self.problem(postmortem, item.line, ProblemKind::BodyFull { number });
        }
        if !patch.is_empty() {
            if changes.iter().any(|c| c.field == Field::Owners) {
                // Who can't be found or assigned is said where it matters: when owners are written.
                self.wanted(postmortem, item);
            }
            let state = match plan.change.take() {
                Some(IssueChange::Update { state, .. }) => state,
                _ => None,
            };
            plan.change = Some(IssueChange::Update {
                wanted: Box::new(wanted),
                changes,
                state,
            });
        } else if let Some(IssueChange::Update {
            wanted: state_only, ..
        }) = &mut plan.change
        {
            **state_only = wanted;
        }
    }

    pub(super) fn content_options(&self, item: &str) -> ContentOptions {
        ContentOptions {
            prefer: self.inputs.options.prefer_for(item),
            reapply: self.inputs.options.reapply,
            today: self.inputs.today,
        }
    }

    fn status(
        &mut self,
        plan: &mut ItemPlan,
        postmortem: &Postmortem,
        item: &ActionItem,
        issue: &Issue,
        side: StatusSide,
    ) {
        let Inputs {
            config, options, ..
        } = self.inputs;
        let github = word(issue, config);
        let name = postmortem.item_name(item);
        // What the link to a twin remembers was said of another issue.
        let memory = item.memory().filter(|_| !side.found);
        let rule = StatusOptions {
            close_done: config.push.close_done,
            tracked: side.tracked,
            force: options.force_status_for(&name),
            spent: match marker::parse(&issue.body) {
                MarkerReading::One(marker) => {
                    memory.is_some_and(|word| marker.closed_from.iter().any(|m| m == word.as_str()))
                }
                _ => false,
            },
            // GitHub's status is written by a pull: to a push alone the difference is one that stays.
            prefer: options
                .prefer_for(&name)
                .filter(|side| options.pull || *side == Side::Document),
        };
        let decision = status::decide(item.status.row(), memory, github, rule);
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
        let difference = || Finding::Status {
            row: item.status.status,
            issue: github,
            row_can_decide: side.fileable
                && matches!(
                    status::decide(
                        item.status.row(),
                        memory,
                        github,
                        StatusOptions {
                            force: true,
                            ..rule
                        }
                    ),
                    Decision::CloseIssue { .. } | Decision::ReopenIssue
                ),
        };
        let state = match decision {
            Decision::CloseIssue { dropped } => Some(StateMove::Close { dropped }),
            Decision::ReopenIssue => Some(StateMove::Reopen),
            _ => None,
        };
        if let Some(state) = state
            && side.fileable
            && options.push
        {
            let (wanted, _) = wanted::wanted(postmortem, item, self.inputs);
            plan.change = Some(IssueChange::Update {
                wanted: Box::new(wanted),
                changes: Vec::new(),
                state: Some(state),
            });
        }
        plan.edit = match decision {
            Decision::WriteRow(word) if options.pull => edit(Some(word.status()), link(Some(word))),
            Decision::Remember(word) if options.pull || side.found => edit(None, link(Some(word))),
            // What the two sides mean together is still to be settled: the row gets its link back, without a memory.
            _ if side.found => edit(None, link(None)),
            _ => None,
        };
        match decision {
            Decision::Drift => plan.drift.push(difference()),
            Decision::Conflict => plan.conflicts.push(difference()),
            _ => {}
        }
    }
}

/// What a row's status may do.
#[derive(Clone, Copy)]
struct StatusSide {
    /// The issue was found by its marker, so the row has no link yet.
    found: bool,
    /// The issue is not ours to write to.
    tracked: bool,
    /// Nothing about the document or the row keeps it from being pushed.
    fileable: bool,
}

//! Decisions, pure: action items × snapshot × config → what changes where.
//!
//! [`plan`] knows no I/O and no clock. Push applies a plan's issue changes, pull its document edits, sync both. The three rules it is
//! made of are functions of their own with exhaustive tests: [`identity`] (which issue is a row's), [`content`] (what flows to the
//! issue), [`status`] (what flows back).

pub mod content;
pub mod identity;
pub mod progress;
pub mod status;
pub mod wanted;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::NaiveDate;

use crate::config::{Config, DocumentState, DoneRows, PostmortemId, RepoName};
use crate::github::marker::{Marker, MarkerReading};
use crate::github::snapshot::Snapshot;
use crate::github::{Issue, marker};
use crate::item::edit::{ItemEdit, LinkEdit};
use crate::item::link::{Reference, Target};
use crate::item::problem::tidy;
use crate::item::{ActionItem, Postmortem, Problem, ProblemKind, Status};
use crate::workspace::Loaded;

use content::{Comparison, ContentOptions, Difference, Field, FieldChange, Wanted};
use identity::{Identity, IssueId, Link, MarkerId, RowId};
use status::{Decision, IssueWord, Side, StatusOptions};

/// Where issues and documents live on the web.
#[derive(Debug, Clone)]
pub struct Site {
    /// The repository with the issues.
    pub repository: RepoName,
    /// Its host's pages, such as `https://github.com`.
    pub html_base: String,
    /// Whether links of any host are to that repository: so with a server on this machine.
    pub any_host: bool,
    /// The repository that the documents are in and its top folder; `None` where nothing is known to link to.
    pub documents: Option<(RepoName, PathBuf)>,
}

impl Site {
    /// The number of the issue that a reference names, where it is one of ours.
    pub fn number(&self, reference: &Reference) -> Option<u64> {
        match &reference.target {
            Target::GitHub {
                repository, number, ..
            } if self.any_host => repository
                .as_ref()
                .is_none_or(|named| *named == self.repository)
                .then_some(*number),
            _ => reference.number_in(&self.repository, &self.html_base),
        }
    }

    /// The page of an issue.
    pub fn issue_url(&self, number: u64) -> String {
        format!("{}/{}/issues/{number}", self.html_base, self.repository)
    }
}

/// What a run was asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Plan the issue changes.
    pub push: bool,
    /// Plan the status that flows back.
    pub pull: bool,
    /// Create at most so many issues.
    pub limit: Option<usize>,
    /// Take over tracked issues.
    pub adopt: bool,
    /// The row's status decides.
    pub force_status: bool,
    /// Apply changes of the configuration.
    pub reapply: bool,
    /// Settle drift and conflicts.
    pub prefer: Option<Side>,
}

/// All that a plan is made of.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// All documents of the run, selected or not.
    pub documents: &'a [Loaded],
    /// What GitHub has.
    pub snapshot: &'a Snapshot,
    /// The configuration.
    pub config: &'a Config,
    /// What was asked for.
    pub options: &'a Options,
    /// Where it all lives.
    pub site: &'a Site,
    /// Today.
    pub today: NaiveDate,
    /// Accounts that can't be assigned, as far as asked.
    pub unassignable: &'a BTreeSet<String>,
    /// The text that new issues get below our region.
    pub template: Option<&'a str>,
}

/// What a run would do.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// A part for each selected document, in order.
    pub documents: Vec<DocumentPlan>,
    /// What stands in the way.
    pub problems: Vec<Problem>,
    /// How many issues the limit keeps from being created.
    pub remaining: usize,
}

/// What a run would do with one document.
#[derive(Debug, Clone)]
pub struct DocumentPlan {
    /// Its place in the inputs.
    pub document: usize,
    /// Why its items are not pushed.
    pub waits: Option<Waits>,
    /// Rows that are done and never had an issue.
    pub skipped_done: usize,
    /// What changes, by item.
    pub items: Vec<ItemPlan>,
    /// The progress region as it should be: where it goes and its text.
    pub progress: Option<crate::document::edit::Splice>,
}

/// Why a document is not pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// Its state is not one of `push.states`.
    State(DocumentState),
    /// It is a template.
    Template,
    /// It has no id.
    NoId,
    /// Another document has the same id.
    IdTwice,
}

/// What a run would do with one item.
#[derive(Debug, Clone)]
pub struct ItemPlan {
    /// Its place in the postmortem.
    pub item: usize,
    /// The change of its issue.
    pub change: Option<IssueChange>,
    /// The change of its row, by pull or because its issue was found.
    pub edit: Option<ItemEdit>,
    /// Differences where a side that doesn't own a field was changed.
    pub drift: Vec<Finding>,
    /// Differences where both sides were changed.
    pub conflicts: Vec<Finding>,
    /// Differences that `--prefer` settled, with the value that lost.
    pub settled: Vec<(Side, Finding)>,
    /// The issue, where it has one.
    pub issue: Option<u64>,
    /// The issue's page.
    pub url: Option<String>,
}

/// A difference between a row and its issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A field that the document owns.
    Content(Difference),
    /// The status, which GitHub owns.
    Status {
        /// The row's.
        row: Status,
        /// The issue's.
        issue: IssueWord,
        /// Whether `push --status` would make the issue say what the row says.
        row_can_decide: bool,
    },
}

/// The change of an issue.
#[derive(Debug, Clone)]
pub enum IssueChange {
    /// It is created, and closed at once where the row is done already.
    Create {
        /// What the document says.
        wanted: Box<Wanted>,
        /// How to close it.
        close: Option<bool>,
    },
    /// It is brought up to date.
    Update {
        /// What the document says.
        wanted: Box<Wanted>,
        /// What that changes, for people.
        changes: Vec<FieldChange>,
        /// Close or reopen it as well.
        state: Option<StateMove>,
    },
    /// It is taken over.
    Adopt {
        /// What the document says.
        wanted: Box<Wanted>,
    },
}

/// A change of an issue's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateMove {
    /// Close it; as not planned where `dropped`.
    Close {
        /// The row says dropped, not done.
        dropped: bool,
    },
    /// Open it again.
    Reopen,
}

impl Plan {
    /// The accounts that must be assignable for this plan, as far as no issue shows that they are.
    pub fn logins(&self, snapshot: &Snapshot) -> BTreeSet<String> {
        let seen: BTreeSet<String> = snapshot
            .issues
            .values()
            .flat_map(|issue| &issue.assignees)
            .map(|login| login.to_lowercase())
            .collect();
        self.items()
            .filter_map(|(_, item)| item.change.as_ref())
            .flat_map(|change| match change {
                IssueChange::Create { wanted, .. } | IssueChange::Adopt { wanted } => {
                    wanted.all_logins()
                }
                IssueChange::Update {
                    wanted, changes, ..
                } if changes.iter().any(|c| c.field == Field::Owners) => wanted.all_logins(),
                IssueChange::Update { .. } => Vec::new(),
            })
            .filter(|login| !seen.contains(&login.to_lowercase()))
            .collect()
    }

    /// Each item's part with the document it belongs to.
    pub fn items(&self) -> impl Iterator<Item = (&DocumentPlan, &ItemPlan)> {
        self.documents
            .iter()
            .flat_map(|document| document.items.iter().map(move |item| (document, item)))
    }

    /// Whether anything would be written to GitHub.
    pub fn writes_issues(&self) -> bool {
        self.items().any(|(_, item)| item.change.is_some())
    }

    /// Whether any document would be written.
    pub fn writes_documents(&self) -> bool {
        self.documents
            .iter()
            .any(|d| d.progress.is_some() || d.items.iter().any(|i| i.edit.is_some()))
    }

    /// Whether conflicts are left.
    pub fn has_conflicts(&self) -> bool {
        self.items().any(|(_, item)| !item.conflicts.is_empty())
    }
}

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
        let empty = |issue: Option<&Issue>| ItemPlan {
            item: at,
            change: None,
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
                let mut plan = empty(Some(issue));
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
            Identity::Tracked { number } => {
                let Some(issue) = self.inputs.snapshot.issues.get(number) else {
                    return;
                };
                let mut plan = empty(Some(issue));
                let damaged = matches!(
                    marker::parse(&issue.body),
                    MarkerReading::Unreadable | MarkerReading::Several
                );
                if damaged && !self.inputs.options.adopt {
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
                        postmortem,
                        item,
                        issue,
                        StatusSide {
                            found: false,
                            tracked: true,
                            fileable,
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
                        item: name(),
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
                    .and_then(|issue| issue_id(issue, self.inputs.config).marker)
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
            ..
        } = content::compare(&wanted, issue, &self.content_options());
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

    fn content_options(&self) -> ContentOptions {
        ContentOptions {
            prefer: self.inputs.options.prefer,
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
        let difference = || Finding::Status {
            row: item.status.status,
            issue: github,
            row_can_decide: side.fileable
                && matches!(
                    status::decide(
                        item.status.row(),
                        item.memory(),
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
    /// The issue was found by its marker, so the row has no link yet.
    found: bool,
    /// The issue is not ours to write to.
    tracked: bool,
    /// Nothing about the document or the row keeps it from being pushed.
    fileable: bool,
}

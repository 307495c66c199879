//! Changing issues: one read by number right before a body is written, one write for all that differs.

use super::applied::Applied;
use super::{Run, Stop};
use crate::github::body::{Region, RegionReading};
use crate::github::marker::{self, MarkerReading};
use crate::github::model::{CloseReason, StateChange};
use crate::github::{Error, ErrorKind, Issue, IssuePatch, Lookup};
use crate::item::{ActionItem, ProblemKind};
use crate::plan::content::{self, Field, Wanted};
use crate::plan::{DocumentPlan, IssueChange, Removal, StateMove, word};
use crate::show::{Action, Change, Remaining, Row, changes, removed};

impl Run<'_> {
    pub(super) async fn change(
        &mut self,
        part: &DocumentPlan,
        item: &ActionItem,
        change: &IssueChange,
        issue: Option<u64>,
        row: &Row,
        applied: &mut Applied,
    ) -> Result<(), Stop> {
        match change {
            IssueChange::Create { wanted, close } => {
                self.labels(wanted, applied).await?;
                let Some(issue) = self.create(wanted, row, applied).await? else {
                    return Ok(());
                };
                applied
                    .created
                    .push((part.document, item.clone(), issue.number));
                applied.document().changes.extend(changes(
                    &IssueChange::Create {
                        wanted: wanted.clone(),
                        close: None,
                    },
                    row,
                    Some(issue.number),
                    Some(&issue.url),
                ));
                self.link(part.document, item, &issue, applied);
                if let Some(dropped) = close {
                    let state = StateMove::Close { dropped: *dropped };
                    self.update(
                        part.document,
                        item,
                        issue.number,
                        IssuePatch {
                            state: Some(state_change(state)),
                            ..IssuePatch::default()
                        },
                        Some(state),
                        row,
                        Vec::new(),
                        applied,
                    )
                    .await?;
                }
                Ok(())
            }
            IssueChange::Update {
                wanted,
                changes,
                state,
            } => {
                let Some(number) = issue else { return Ok(()) };
                let mut patch = IssuePatch::default();
                let mut done = Vec::new();
                let mut state = *state;
                let closes = matches!(state, Some(StateMove::Close { .. }));
                if closes || !changes.is_empty() || self.has_refresh(wanted, number, row) {
                    // Labels first: making them takes its time, and what people write before the body is must not be lost.
                    if with_labels(changes) {
                        self.labels(wanted, applied).await?;
                    }
                    let Some(mut fresh) = self.read(number, row, applied).await? else {
                        return Ok(());
                    };
                    let options = self.content_options(&row.item);
                    let mut compared = content::compare(wanted, &fresh, &options);
                    if with_labels(&compared.changes) && !Run::labels_known(wanted, applied) {
                        self.labels(wanted, applied).await?;
                        let Some(now) = self.read(number, row, applied).await? else {
                            return Ok(());
                        };
                        compared = content::compare(wanted, &now, &options);
                        fresh = now;
                    }
                    patch = compared.patch;
                    done = compared.changes;
                    applied.document().found_later(
                        compared.drift,
                        compared.conflicts,
                        row,
                        &fresh,
                        self.printer.language,
                    );
                    state = state.filter(|_| self.unmoved(&fresh));
                    set_state(&mut patch, state, item, &fresh);
                }
                patch.state = state.map(state_change);
                if patch.is_empty() {
                    return Ok(());
                }
                self.update(
                    part.document,
                    item,
                    number,
                    patch,
                    state,
                    row,
                    done,
                    applied,
                )
                .await
            }
            IssueChange::Restore { wanted, state } => {
                let Some(number) = issue else { return Ok(()) };
                let Some(fresh) = self.read(number, row, applied).await? else {
                    return Ok(());
                };
                let mut patch = content::put_back(wanted, &fresh);
                if patch.is_empty() {
                    // Somebody else has put it back since the listing, or people's text fills the body.
                    if Region::parse(&fresh.body) == RegionReading::Absent {
                        applied.failed = true;
                        applied.problem(row, ProblemKind::BodyFull { number });
                    }
                    return Ok(());
                }
                let state = &state.filter(|_| self.unmoved(&fresh));
                set_state(&mut patch, *state, item, &fresh);
                match self.client.update_issue(number, &patch).await {
                    Ok(updated) => {
                        let done = changes(change, row, Some(number), Some(&updated.url));
                        applied.document().changes.extend(done);
                        if state.is_some() {
                            self.link(part.document, item, &updated, applied);
                        }
                        self.snapshot.issues.insert(number, updated);
                        Ok(())
                    }
                    Err(error) => self.failed(error, row, Action::Restore, applied),
                }
            }
            IssueChange::Adopt { wanted, .. } => {
                let Some(number) = issue else { return Ok(()) };
                self.labels(wanted, applied).await?;
                let Some(fresh) = self.read(number, row, applied).await? else {
                    return Ok(());
                };
                let patch = content::adopt(wanted, &fresh);
                let fields = content::adopted(wanted, &fresh);
                if patch.is_empty() {
                    // People's text fills the body: there is no room for our region, and nothing to be known by.
                    applied.failed = true;
                    applied.problem(row, ProblemKind::BodyFull { number });
                    return Ok(());
                }
                match self.client.update_issue(number, &patch).await {
                    Ok(updated) => {
                        applied.document().changes.push(Change {
                            row: row.clone(),
                            action: Action::Adopt,
                            issue: Some(number),
                            url: Some(updated.url.clone()),
                            fields,
                        });
                        self.snapshot.issues.insert(number, updated);
                        Ok(())
                    }
                    Err(error) => self.failed(error, row, Action::Adopt, applied),
                }
            }
        }
    }

    fn has_refresh(&self, wanted: &Wanted, number: u64, row: &Row) -> bool {
        self.snapshot.issues.get(&number).is_some_and(|issue| {
            !content::compare(wanted, issue, &self.content_options(&row.item))
                .patch
                .is_empty()
        })
    }

    /// Whether an issue stands as the plan found it. The listing it was made from may be older than what people did since, such as opening
    /// the issue again: then the next run decides.
    fn unmoved(&self, fresh: &Issue) -> bool {
        let planned = self.snapshot.issues.get(&fresh.number);
        planned.is_none_or(|planned| word(planned, self.config) == word(fresh, self.config))
    }

    /// Reads an issue by number right before its body is written: what people wrote since the listing must not be lost.
    async fn read(
        &mut self,
        number: u64,
        row: &Row,
        applied: &mut Applied,
    ) -> Result<Option<Issue>, Stop> {
        match self.client.issue(number).await {
            Ok(Lookup::Found(issue)) => Ok(Some(*issue)),
            Ok(Lookup::Gone | Lookup::Moved { .. }) => {
                let item = row.item.clone();
                applied.problem(row, ProblemKind::IssueGone { item, number });
                Ok(None)
            }
            Err(error) => self
                .failed(error, row, Action::Update, applied)
                .map(|()| None),
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one write and all that follows from it"
    )]
    async fn update(
        &mut self,
        document: usize,
        item: &ActionItem,
        number: u64,
        patch: IssuePatch,
        state: Option<StateMove>,
        row: &Row,
        fields: Vec<content::FieldChange>,
        applied: &mut Applied,
    ) -> Result<(), Stop> {
        let content = IssuePatch {
            state: None,
            ..patch.clone()
        };
        match self.client.update_issue(number, &patch).await {
            Ok(updated) => {
                let url = Some(updated.url.clone());
                let one = |action, fields| Change {
                    row: row.clone(),
                    action,
                    issue: Some(number),
                    url: url.clone(),
                    fields,
                };
                if !content.is_empty() && !fields.is_empty() {
                    applied.document().changes.push(one(Action::Update, fields));
                }
                if let Some(state) = state {
                    let done = one(Action::of(state), Vec::new());
                    applied.document().changes.push(done);
                    self.link(document, item, &updated, applied);
                }
                self.snapshot.issues.insert(number, updated);
                Ok(())
            }
            Err(error) => self.failed(
                error,
                row,
                state.map_or(Action::Update, Action::of),
                applied,
            ),
        }
    }

    /// Closes an issue that no row is any more, where it still is what the plan saw.
    pub(super) async fn close_removed(
        &mut self,
        removal: &Removal,
        applied: &mut Applied,
    ) -> Result<(), Stop> {
        let change = removed(removal, &applied.document().path);
        let (row, action) = (change.row.clone(), change.action);
        let Some(fresh) = self.read(removal.number, &row, applied).await? else {
            return Ok(());
        };
        let same = |issue: &Issue| {
            issue.is_open()
                && matches!(marker::parse(&issue.body), MarkerReading::One(marker)
                    if (&marker.doc, &marker.key) == (&removal.doc, &removal.key))
        };
        if !same(&fresh) {
            return Ok(());
        }
        let reason = match removal.twin_of {
            None => CloseReason::NotPlanned,
            Some(first) => {
                let stays = self.client.issue(first).await.map_err(Stop::GitHub)?;
                let stays = matches!(stays, Lookup::Found(first) if same(&first));
                if !stays || !content::untouched(&fresh, self.template.as_deref()) {
                    return Ok(());
                }
                CloseReason::Duplicate
            }
        };
        let patch = IssuePatch {
            state: Some(StateChange::Close(reason)),
            ..IssuePatch::default()
        };
        match self.client.update_issue(removal.number, &patch).await {
            Ok(updated) => {
                applied.document().changes.push(change);
                self.snapshot.issues.insert(removal.number, updated);
                Ok(())
            }
            Err(error) => self.failed(error, &row, action, applied),
        }
    }

    /// A failed write: of this item alone, or of all that would follow.
    pub(super) fn failed(
        &self,
        error: Error,
        row: &Row,
        action: Action,
        applied: &mut Applied,
    ) -> Result<(), Stop> {
        match error.kind() {
            ErrorKind::Validation(_)
            | ErrorKind::AssigneeInvalid
            | ErrorKind::NotFound
            | ErrorKind::Gone
            | ErrorKind::Moved => {
                applied.failed = true;
                let reason = error.message(self.printer.language);
                applied.report.remaining.push(Remaining {
                    row: row.clone(),
                    action,
                    reason,
                });
                Ok(())
            }
            _ => Err(Stop::GitHub(error)),
        }
    }
}

/// Whether changes put labels on an issue.
fn with_labels(changes: &[content::FieldChange]) -> bool {
    changes.iter().any(|change| {
        matches!(
            change.field,
            Field::Priority | Field::Owners | Field::Kind | Field::Labels
        )
    })
}

/// Changes the state as well; a closing is remembered with the memory that the row closes the issue from.
fn set_state(patch: &mut IssuePatch, state: Option<StateMove>, item: &ActionItem, issue: &Issue) {
    patch.state = state.map(state_change);
    if let (Some(StateMove::Close { .. }), Some(word)) = (state, item.memory()) {
        content::remember_closing(patch, issue, word);
    }
}

fn state_change(state: StateMove) -> StateChange {
    match state {
        StateMove::Close { dropped: false } => StateChange::Close(CloseReason::Completed),
        StateMove::Close { dropped: true } => StateChange::Close(CloseReason::NotPlanned),
        StateMove::Reopen => StateChange::Reopen,
    }
}

//! The writes to GitHub that a plan asks for, one at a time, and what is done where an answer is lost or refused.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Applied, Run, Stop, Target};
use crate::config::Priority;
use crate::github::marker::{self, MarkerReading};
use crate::github::model::{CloseReason, Missing, StateChange};
use crate::github::{Error, ErrorKind, Issue, IssuePatch, LabelOutcome, Lookup, NewLabel};
use crate::item::ProblemKind;
use crate::plan::content::{self, Field, FieldChange, Wanted};
use crate::plan::identity::fold;
use crate::plan::{IssueChange, StateMove};
use crate::show::{Action, Change, Remaining, Row, changes};

/// The waits between looks for an issue whose creation was not answered: a minute in all, since listings lag.
const LOOKS: [u64; 6] = [1, 3, 6, 10, 15, 25];

/// The colour of the label that pm-sync knows its issues by, and of labels that have none configured.
const MARKER_COLOR: &str = "5319e7";
const PLAIN_COLOR: &str = "c5def5";

impl Run<'_> {
    pub(super) async fn change(
        &mut self,
        target: &Target,
        change: &IssueChange,
        issue: Option<u64>,
        applied: &mut Applied,
    ) -> Result<(), Stop> {
        match (change, issue) {
            (IssueChange::Create { wanted, close }, _) => {
                self.create(target, wanted, *close, applied).await
            }
            (
                IssueChange::Update {
                    wanted,
                    content,
                    changes: _,
                    state,
                },
                Some(number),
            ) => {
                self.update(target, wanted, *content, *state, number, applied)
                    .await
            }
            (IssueChange::Adopt { wanted }, Some(number)) => {
                self.adopt(target, wanted, number, applied).await
            }
            (IssueChange::Update { .. } | IssueChange::Adopt { .. }, None) => Ok(()),
        }
    }

    async fn create(
        &mut self,
        target: &Target,
        wanted: &Wanted,
        close: Option<bool>,
        applied: &mut Applied,
    ) -> Result<(), Stop> {
        if applied.unsaved.contains(&target.document) {
            let reason = self
                .printer
                .language
                .pick("文書に書き込めません", "its document can't be written")
                .to_owned();
            applied.report.remaining.push(Remaining {
                row: target.row.clone(),
                action: Action::Create,
                reason,
            });
            return Ok(());
        }
        self.labels(wanted, applied).await?;
        let Some(issue) = self.created(wanted, &target.row, applied).await? else {
            return Ok(());
        };
        applied.created.push((
            Target {
                document: target.document,
                item: target.item.clone(),
                row: target.row.clone(),
            },
            issue.number,
        ));
        let shown = IssueChange::Create {
            wanted: Box::new(wanted.clone()),
            close: None,
        };
        applied.document().changes.extend(changes(
            &shown,
            &target.row,
            Some(issue.number),
            Some(&issue.url),
        ));
        self.link(target.document, &target.item, &issue, applied);
        match close {
            Some(dropped) => {
                self.send(
                    target,
                    issue.number,
                    IssuePatch::default(),
                    Vec::new(),
                    Some(StateMove::Close { dropped }),
                    applied,
                )
                .await
            }
            None => Ok(()),
        }
    }

    /// Creates an issue. `None` where GitHub refuses this one.
    async fn created(
        &mut self,
        wanted: &Wanted,
        row: &Row,
        applied: &mut Applied,
    ) -> Result<Option<Issue>, Stop> {
        let mut new = content::create(wanted, self.template.as_deref());
        let mut result = self.client.create_issue(&new).await;
        if matches!(&result, Err(error) if *error.kind() == ErrorKind::AssigneeInvalid) {
            // Nothing was created. Somebody has left since they were asked for: the issue goes without, its body names them.
            for login in std::mem::take(&mut new.assignees) {
                applied.problem(row, ProblemKind::OwnerUnassignable { login });
            }
            result = self.client.create_issue(&new).await;
        }
        let issue = match result {
            Ok(issue) => issue,
            Err(error) if *error.kind() == ErrorKind::Uncertain => self
                .look_for(wanted)
                .await
                .ok_or_else(|| Stop::Uncertain(row.clone()))?,
            Err(error) => {
                return self
                    .refused(error, row, Action::Create, applied)
                    .map(|()| None);
            }
        };
        let missing = new.missing_from(&issue);
        let issue = self.accept(issue, &missing).await?;
        self.snapshot.issues.insert(issue.number, issue.clone());
        Ok(Some(issue))
    }

    /// Without push access GitHub drops labels and assignees without a word: that is said, and the issue's memory is brought in line, or
    /// later runs would take it for somebody's edit.
    async fn accept(&self, issue: Issue, missing: &Missing) -> Result<Issue, Stop> {
        if missing.is_empty() {
            return Ok(issue);
        }
        let language = self.printer.language;
        let what = [missing.labels.join(", "), missing.assignees.join(", ")]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join(", ");
        self.printer.warn(
            &language.pick(
                format!("GitHub は次の指定を無視しました: {what}"),
                format!("GitHub left out: {what}"),
            ),
            Some(language.pick(
                "ラベルと担当者の設定には push 権限のあるトークンが必要です",
                "labels and assignees need a token with push access",
            )),
        );
        let patch = content::remember(&issue, missing);
        if patch.is_empty() {
            return Ok(issue);
        }
        self.client
            .update_issue(issue.number, &patch)
            .await
            .map_err(Stop::GitHub)
    }

    async fn update(
        &mut self,
        target: &Target,
        wanted: &Wanted,
        content: bool,
        state: Option<StateMove>,
        number: u64,
        applied: &mut Applied,
    ) -> Result<(), Stop> {
        let (mut patch, mut done) = (IssuePatch::default(), Vec::new());
        if content {
            // Read by number right before its body is written: what people wrote since the listing must not be lost.
            let Some(fresh) = self.read(number, &target.row, applied).await? else {
                return Ok(());
            };
            let compared = content::compare(wanted, &fresh, &self.content_options());
            if compared.changes.iter().any(|c| {
                matches!(
                    c.field,
                    Field::Priority | Field::Owners | Field::Kind | Field::Labels
                )
            }) {
                self.labels(wanted, applied).await?;
            }
            (patch, done) = (compared.patch, compared.changes);
        }
        self.send(target, number, patch, done, state, applied).await
    }

    async fn adopt(
        &mut self,
        target: &Target,
        wanted: &Wanted,
        number: u64,
        applied: &mut Applied,
    ) -> Result<(), Stop> {
        self.labels(wanted, applied).await?;
        let Some(fresh) = self.read(number, &target.row, applied).await? else {
            return Ok(());
        };
        match self
            .client
            .update_issue(number, &content::adopt(wanted, &fresh))
            .await
        {
            Ok(updated) => {
                let change = Change {
                    row: target.row.clone(),
                    action: Action::Adopt,
                    issue: Some(number),
                    url: Some(updated.url.clone()),
                    fields: Vec::new(),
                };
                applied.document().changes.push(change);
                self.snapshot.issues.insert(number, updated);
                Ok(())
            }
            Err(error) => self.refused(error, &target.row, Action::Adopt, applied),
        }
    }

    async fn read(
        &mut self,
        number: u64,
        row: &Row,
        applied: &mut Applied,
    ) -> Result<Option<Issue>, Stop> {
        match self.client.issue(number).await {
            Ok(Lookup::Found(issue)) => Ok(Some(*issue)),
            Ok(Lookup::Gone | Lookup::Moved { .. }) => {
                applied.problem(row, ProblemKind::IssueGone { number });
                Ok(None)
            }
            Err(error) => self
                .refused(error, row, Action::Update, applied)
                .map(|()| None),
        }
    }

    /// Sends one PATCH, and where it closes or reopens the issue, says so in the row.
    async fn send(
        &mut self,
        target: &Target,
        number: u64,
        mut patch: IssuePatch,
        fields: Vec<FieldChange>,
        state: Option<StateMove>,
        applied: &mut Applied,
    ) -> Result<(), Stop> {
        patch.state = state.map(state_change);
        if patch.is_empty() {
            return Ok(());
        }
        let updated = match self.client.update_issue(number, &patch).await {
            Ok(updated) => updated,
            Err(error) => {
                return self.refused(
                    error,
                    &target.row,
                    state.map_or(Action::Update, state_action),
                    applied,
                );
            }
        };
        let missing = patch.missing_from(&updated);
        let updated = self.accept(updated, &missing).await?;
        let one = |action, fields| Change {
            row: target.row.clone(),
            action,
            issue: Some(number),
            url: Some(updated.url.clone()),
            fields,
        };
        if !fields.is_empty() {
            applied.document().changes.push(one(Action::Update, fields));
        }
        if let Some(state) = state {
            applied
                .document()
                .changes
                .push(one(state_action(state), Vec::new()));
            self.link(target.document, &target.item, &updated, applied);
        }
        self.snapshot.issues.insert(number, updated);
        Ok(())
    }

    /// A refused write: of this item alone, or a sign that all that would follow fails too.
    fn refused(
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

    /// Creates the labels that no issue of ours carries yet, with their colours.
    async fn labels(&self, wanted: &Wanted, applied: &mut Applied) -> Result<(), Stop> {
        for name in wanted.all_labels() {
            if applied.labels.contains(&name.to_lowercase()) {
                continue;
            }
            let priority = Priority::ALL
                .iter()
                .map(|p| &self.config.priorities[*p])
                .find(|p| p.label == name);
            let (color, description) = match priority {
                Some(priority) => (
                    priority.color.clone(),
                    priority.description.clone().unwrap_or_default(),
                ),
                None if name == self.config.issues.marker_label() => (
                    MARKER_COLOR.to_owned(),
                    "Postmortem action item, kept by pm-sync".to_owned(),
                ),
                None => (PLAIN_COLOR.to_owned(), String::new()),
            };
            match self
                .client
                .ensure_label(&NewLabel {
                    name: name.clone(),
                    color,
                    description,
                })
                .await
            {
                Ok(LabelOutcome::Created) => {
                    self.printer.detail(&format!("label `{name}` created"));
                }
                Ok(LabelOutcome::Existed) => {}
                Err(error) => return Err(Stop::GitHub(error)),
            }
            applied.labels.insert(name.to_lowercase());
        }
        Ok(())
    }

    /// Looks for an issue whose creation was not answered. Listings lag, so it is looked for again for a minute.
    async fn look_for(&mut self, wanted: &Wanted) -> Option<Issue> {
        let saying = self.printer.language.pick(
            "作成の応答が失われたため、確認中",
            "the answer was lost: looking for the issue",
        );
        for seconds in LOOKS {
            self.printer.step(0, Some(saying));
            self.clock.wait(Duration::from_secs(seconds)).await;
            let Ok(listed) = self
                .client
                .issues_with_label(self.config.issues.marker_label())
                .await
            else {
                continue;
            };
            let found = listed
                .into_iter()
                .filter(|issue| !self.snapshot.issues.contains_key(&issue.number))
                .find(|issue| {
                    item_of(issue).is_some_and(|(doc, key, title)| {
                        doc == wanted.doc
                            && key == wanted.key
                            && title == content::remembered_title(&wanted.title)
                    })
                });
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Two runs at once: lists again, once, after the creates. Where another open issue carries the same item, the lowest number stays
    /// and the one this run made is closed as its duplicate.
    pub(super) async fn settle_duplicates(&mut self, applied: &mut Applied) -> Result<(), Stop> {
        let listed = self
            .client
            .issues_with_label(self.config.issues.marker_label())
            .await
            .map_err(Stop::GitHub)?;
        let mut lowest: BTreeMap<(String, String, String), &Issue> = BTreeMap::new();
        for issue in listed
            .iter()
            .filter(|issue| issue.is_open() && !issue.is_pull_request)
        {
            if let Some((doc, key, title)) = item_of(issue) {
                let first = lowest.entry((doc, key, fold(&title))).or_insert(issue);
                if issue.number < first.number {
                    *first = issue;
                }
            }
        }
        for (target, number) in std::mem::take(&mut applied.created) {
            let item = self.snapshot.issues.get(&number).and_then(item_of);
            let first = item.and_then(|(doc, key, title)| lowest.get(&(doc, key, fold(&title))));
            let Some(first) = first.filter(|first| first.number < number) else {
                continue;
            };
            let patch = IssuePatch {
                state: Some(StateChange::Close(CloseReason::Duplicate)),
                ..IssuePatch::default()
            };
            let closed = self
                .client
                .update_issue(number, &patch)
                .await
                .map_err(Stop::GitHub)?;
            let change = Change {
                row: target.row.clone(),
                action: Action::CloseDuplicate,
                issue: Some(number),
                url: Some(closed.url.clone()),
                fields: Vec::new(),
            };
            applied.of(&target.row.path).changes.push(change);
            self.snapshot.issues.insert(number, closed);
            self.snapshot.issues.insert(first.number, (*first).clone());
            self.link(target.document, &target.item, first, applied);
        }
        Ok(())
    }
}

/// Document, key and title that an issue's marker names.
fn item_of(issue: &Issue) -> Option<(String, String, String)> {
    match marker::parse(&issue.body) {
        MarkerReading::One(marker) => Some((marker.doc, marker.key, marker.saw.doc.title)),
        _ => None,
    }
}

fn state_change(state: StateMove) -> StateChange {
    match state {
        StateMove::Close { dropped: false } => StateChange::Close(CloseReason::Completed),
        StateMove::Close { dropped: true } => StateChange::Close(CloseReason::NotPlanned),
        StateMove::Reopen => StateChange::Reopen,
    }
}

fn state_action(state: StateMove) -> Action {
    match state {
        StateMove::Close { dropped: false } => Action::Close,
        StateMove::Close { dropped: true } => Action::Drop,
        StateMove::Reopen => Action::Reopen,
    }
}

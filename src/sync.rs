//! Carries out a plan, in the order that makes a crash harmless.
//!
//! Create issue → save its link in the document → next. A create whose answer is lost is looked for by its marker and never sent again. A
//! document that changed on disk meanwhile is read again, never overwritten. A run that stops anywhere is finished by running it again.
//! What changes is decided by the planner: here it is only done, and said.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::NaiveDate;

use crate::config::{Config, Language, Priority};
use crate::connect;
use crate::document::edit::{Splice, splice};
use crate::document::save::{self, SaveError};
use crate::github::clock::Clock;
use crate::github::marker::{self, Marker, MarkerReading};
use crate::github::model::{CloseReason, StateChange};
use crate::github::snapshot::Snapshot;
use crate::github::{Client, Error, ErrorKind, Issue, IssuePatch, LabelOutcome, Lookup, NewLabel};
use crate::item::edit::{ItemEdit, LinkEdit, checked, splices};
use crate::item::link::Reference;
use crate::item::{ActionItem, Problem, ProblemKind};
use crate::output::Printer;
use crate::plan::content::{self, ContentOptions, Field, Wanted};
use crate::plan::{
    DocumentPlan, Inputs, IssueChange, ItemPlan, Options, Plan, Site, StateMove, plan, word,
};
use crate::show::{Action, Change, DocumentReport, Remaining, Report, Row, changes, edit_of};
use crate::workspace::Workspace;
use crate::{Exit, Failure};

/// The waits between looks for an issue whose creation was not answered: a minute in all, since listings lag.
const LOOKS: [u64; 6] = [1, 3, 6, 10, 15, 25];

/// A run of `push`, `pull` or `sync`.
pub struct Run<'a> {
    /// The way to GitHub.
    pub client: &'a Client,
    /// The clock that all waiting goes through.
    pub clock: Clock,
    /// The configuration.
    pub config: &'a Config,
    /// What was asked for.
    pub options: Options,
    /// Where it all lives.
    pub site: &'a Site,
    /// Today.
    pub today: NaiveDate,
    /// The documents.
    pub workspace: Workspace,
    /// What GitHub has, kept up to date with the answers to our writes.
    pub snapshot: Snapshot,
    /// The text that new issues get below our region.
    pub template: Option<String>,
    /// The printer, for progress.
    pub printer: &'a Printer,
    /// Set when the user interrupts.
    pub interrupted: Arc<AtomicBool>,
    /// Which accounts can be assigned, as far as they were asked for.
    pub accounts: Accounts,
}

/// Accounts that were asked for, in lower case.
#[derive(Debug, Default)]
pub struct Accounts {
    asked: BTreeSet<String>,
    unassignable: BTreeSet<String>,
}

/// What stops a run before its end.
enum Stop {
    /// GitHub can't be asked any further.
    GitHub(Error),
    /// It is not known whether an issue was created.
    Uncertain(Row),
    /// The user interrupted.
    Interrupted,
}

impl<'a> Run<'a> {
    /// The plan as things stand, with accounts checked that it wants to assign.
    ///
    /// # Errors
    /// Where an account can't be asked for.
    pub async fn plan(&mut self) -> Result<Plan, Failure> {
        let first = plan(self.inputs());
        let mut refused = false;
        for login in first.logins(&self.snapshot) {
            if !self.accounts.asked.insert(login.to_lowercase()) {
                continue;
            }
            let assignable = self
                .client
                .is_assignable(&login)
                .await
                .map_err(|e| connect::failure(&e, self.printer.language))?;
            if !assignable {
                refused |= self.accounts.unassignable.insert(login.to_lowercase());
            }
        }
        Ok(if refused { plan(self.inputs()) } else { first })
    }

    /// What the planner is given.
    pub fn inputs(&self) -> Inputs<'_> {
        Inputs {
            documents: &self.workspace.documents,
            snapshot: &self.snapshot,
            config: self.config,
            options: &self.options,
            site: self.site,
            today: self.today,
            unassignable: &self.accounts.unassignable,
            template: self.template.as_deref(),
        }
    }

    /// What a plan would do, with the documents' texts before and after.
    pub fn preview(&self, plan: &Plan) -> Report {
        let mut report = Report::of_plan(plan, self.inputs(), self.printer.language);
        for (part, shown) in plan.documents.iter().zip(&mut report.documents) {
            let loaded = &self.workspace.documents[part.document];
            let edits: Vec<ItemEdit> = part
                .items
                .iter()
                .filter_map(|item| item.edit.clone())
                .collect();
            let mut all = splices(
                &loaded.document,
                &loaded.postmortem,
                &edits,
                &self.workspace.vocabulary,
            );
            all.extend(part.progress.clone());
            if let Ok(after) = splice(&loaded.document.source, &all)
                && after != loaded.document.source
            {
                shown.text = Some((loaded.document.source.clone(), after));
            }
        }
        report
    }

    /// Carries out a plan. What is done and what remains is in the report, whatever happens on the way.
    pub async fn apply(&mut self, plan: Plan) -> (Report, Exit) {
        let mut applied = Applied {
            report: Report {
                problems: plan.problems.clone(),
                limited: plan.remaining,
                ..Report::default()
            },
            labels: self.known_labels(),
            created: Vec::new(),
            failed: false,
        };
        let steps = plan
            .items()
            .filter(|(_, item)| item.change.is_some())
            .count();
        self.printer.begin(
            steps,
            self.printer
                .language
                .pick("Issue を更新中", "updating issues"),
        );
        let mut stop = None;
        for part in &plan.documents {
            let inputs = self.inputs();
            applied
                .report
                .documents
                .push(DocumentReport::new(part, inputs));
            if stop.is_none() {
                stop = self.document(part, &mut applied).await.err();
            } else {
                self.left(part, 0, &mut applied, "");
            }
        }
        if stop.is_none() && !applied.created.is_empty() {
            stop = self.settle_duplicates(&mut applied).await.err();
        }
        self.printer.end();
        let exit = self.end(stop, &mut applied);
        crate::item::problem::tidy(&mut applied.report.problems);
        (applied.report, exit)
    }

    fn end(&self, stop: Option<Stop>, applied: &mut Applied) -> Exit {
        let language = self.printer.language;
        match stop {
            Some(Stop::Interrupted) => {
                self.printer.note(language.pick(
                    "中断しました。もう一度実行すると続きから進みます。",
                    "Interrupted. Run it again to go on from here.",
                ));
                Exit::Interrupted
            }
            Some(Stop::GitHub(error)) => {
                let Failure { message, hint, .. } = connect::failure(&error, language);
                self.printer.error(&message, hint.as_deref());
                Exit::Failed
            }
            Some(Stop::Uncertain(row)) => {
                let text = language.pick(
                    format!(
                        "{} の Issue を作れたかどうか分かりません（応答が失われました）",
                        row.item
                    ),
                    format!(
                        "whether the issue of {} was created is not known: the answer was lost",
                        row.item
                    ),
                );
                let hint = language.pick(
                    "少し待って、もう一度実行してください。二重には作りません。",
                    "wait a little and run it again; it won't be created twice",
                );
                self.printer.error(&text, Some(hint));
                Exit::Failed
            }
            None if applied.failed || applied.lost_a_row() => Exit::Failed,
            None if applied
                .report
                .documents
                .iter()
                .any(|d| !d.conflicts.is_empty()) =>
            {
                Exit::Conflicts
            }
            None => Exit::Done,
        }
    }

    fn known_labels(&self) -> BTreeSet<String> {
        self.snapshot
            .issues
            .values()
            .flat_map(|issue| &issue.labels)
            .map(|label| label.to_lowercase())
            .collect()
    }

    async fn document(&mut self, part: &DocumentPlan, applied: &mut Applied) -> Result<(), Stop> {
        // The rows as the plan knows them: the document may change under us, and then they are found again by what they say.
        let planned: Vec<ActionItem> = self.workspace.documents[part.document]
            .postmortem
            .items
            .clone();
        let language = self.printer.language;
        let locked = self.locked(part);
        if let Some(error) = &locked {
            self.printer.error(&error.render(language), None);
        }
        for (at, item) in part.items.iter().enumerate() {
            let row = applied.document().row(&planned[item.item]);
            applied.document().findings(item, &row, language);
            let Some(change) = &item.change else { continue };
            if matches!(change, IssueChange::Create { .. })
                && let Some(error) = &locked
            {
                applied.failed = true;
                applied.remain(change, &row, None, error.message().get(language));
                continue;
            }
            let result = if self.interrupted.load(Ordering::Relaxed) {
                Err(Stop::Interrupted)
            } else {
                self.change(part, &planned[item.item], change, item.issue, &row, applied)
                    .await
            };
            if let Err(stop) = result {
                self.left(part, at, applied, &reason(&stop, language));
                return Err(stop);
            }
            self.printer.step(1, None);
        }
        let edits: Vec<(ActionItem, ItemEdit)> = part
            .items
            .iter()
            .filter_map(|item| Some((planned[item.item].clone(), item.edit.clone()?)))
            .collect();
        if !edits.is_empty() || part.progress.is_some() {
            self.save(part.document, &edits, part.progress.as_ref(), applied);
        }
        Ok(())
    }

    /// Notes what of a document was not done.
    fn left(&self, part: &DocumentPlan, from: usize, applied: &mut Applied, why: &str) {
        let items = &self.workspace.documents[part.document].postmortem.items;
        for item in &part.items[from..] {
            let Some((change, planned)) = item.change.as_ref().zip(items.get(item.item)) else {
                continue;
            };
            let row = applied.document().row(planned);
            applied.remain(change, &row, item.issue, why);
        }
    }

    /// Why no link can be saved in a document that issues are to be created for: then they are better not created.
    fn locked(&self, part: &DocumentPlan) -> Option<SaveError> {
        let creates = |item: &ItemPlan| matches!(item.change, Some(IssueChange::Create { .. }));
        if !part.items.iter().any(creates) {
            return None;
        }
        let loaded = &self.workspace.documents[part.document];
        let read_only = std::fs::metadata(&loaded.file)
            .ok()?
            .permissions()
            .readonly();
        read_only.then(|| SaveError::ReadOnly {
            path: loaded.postmortem.path.clone().into(),
        })
    }

    async fn change(
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
                if !changes.is_empty() || self.has_refresh(wanted, number) {
                    let Some(fresh) = self.read(number, row, applied).await? else {
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
                    patch = compared.patch;
                    done = compared.changes;
                    applied.document().found_later(
                        compared.drift,
                        compared.conflicts,
                        row,
                        &fresh,
                        self.printer.language,
                    );
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
                    *state,
                    row,
                    done,
                    applied,
                )
                .await
            }
            IssueChange::Adopt { wanted } => {
                let Some(number) = issue else { return Ok(()) };
                self.labels(wanted, applied).await?;
                let Some(fresh) = self.read(number, row, applied).await? else {
                    return Ok(());
                };
                let patch = content::adopt(wanted, &fresh);
                match self.client.update_issue(number, &patch).await {
                    Ok(updated) => {
                        applied.document().changes.push(Change {
                            row: row.clone(),
                            action: Action::Adopt,
                            issue: Some(number),
                            url: Some(updated.url.clone()),
                            fields: Vec::new(),
                        });
                        self.snapshot.issues.insert(number, updated);
                        Ok(())
                    }
                    Err(error) => self.failed(error, row, Action::Adopt, applied),
                }
            }
        }
    }

    fn has_refresh(&self, wanted: &Wanted, number: u64) -> bool {
        self.snapshot.issues.get(&number).is_some_and(|issue| {
            !content::compare(wanted, issue, &self.content_options())
                .patch
                .is_empty()
        })
    }

    fn content_options(&self) -> ContentOptions {
        ContentOptions {
            prefer: self.options.prefer,
            reapply: self.options.reapply,
            today: self.today,
        }
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
                    let action = match state {
                        StateMove::Close { dropped: false } => Action::Close,
                        StateMove::Close { dropped: true } => Action::Drop,
                        StateMove::Reopen => Action::Reopen,
                    };
                    applied.document().changes.push(one(action, Vec::new()));
                    self.link(document, item, &updated, applied);
                }
                self.snapshot.issues.insert(number, updated);
                Ok(())
            }
            Err(error) => self.failed(
                error,
                row,
                if state.is_some() {
                    Action::Close
                } else {
                    Action::Update
                },
                applied,
            ),
        }
    }

    /// A failed write: of this item alone, or of all that would follow.
    fn failed(
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
            if !applied.labels.insert(name.to_lowercase()) {
                continue;
            }
            let priority = Priority::ALL
                .iter()
                .find(|p| self.config.priorities[**p].label == name);
            let (color, description) = match priority {
                Some(priority) => (
                    self.config.priorities[*priority].color.clone(),
                    self.config.priorities[*priority]
                        .description
                        .clone()
                        .unwrap_or_default(),
                ),
                None if name == self.config.issues.marker_label() => (
                    "5319e7".to_owned(),
                    "Postmortem action item, kept by pm-sync".to_owned(),
                ),
                None => ("c5def5".to_owned(), String::new()),
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
        }
        Ok(())
    }

    async fn create(
        &mut self,
        wanted: &Wanted,
        row: &Row,
        applied: &mut Applied,
    ) -> Result<Option<Issue>, Stop> {
        let new = content::create(wanted, self.template.as_deref());
        let mut result = self
            .client
            .create_issue(&new)
            .await
            .map(|issue| (new, issue));
        if matches!(&result, Err(error) if *error.kind() == ErrorKind::AssigneeInvalid) {
            // Nothing was created. Somebody has left since they were asked for: the issue goes without, its body names them.
            let mut without = wanted.clone();
            for login in without
                .owners
                .iter_mut()
                .flat_map(|owner| std::mem::take(&mut owner.logins))
            {
                applied.problem(row, ProblemKind::OwnerUnassignable { login });
            }
            let new = content::create(&without, self.template.as_deref());
            result = self
                .client
                .create_issue(&new)
                .await
                .map(|issue| (new, issue));
        }
        match result {
            Ok((new, issue)) => {
                let issue = self
                    .remember_missing(&new.missing_from(&issue), issue)
                    .await;
                self.snapshot.issues.insert(issue.number, issue.clone());
                Ok(Some(issue))
            }
            Err(error) if *error.kind() == ErrorKind::Uncertain => {
                match self.look_for(wanted).await? {
                    Some(issue) => {
                        self.snapshot.issues.insert(issue.number, issue.clone());
                        Ok(Some(issue))
                    }
                    None => Err(Stop::Uncertain(row.clone())),
                }
            }
            Err(error) => self
                .failed(error, row, Action::Create, applied)
                .map(|()| None),
        }
    }

    /// Says what GitHub left out of an issue, and has the issue's memory know it: a later run would take it for something that a person
    /// took away.
    async fn remember_missing(
        &self,
        missing: &crate::github::model::Missing,
        issue: Issue,
    ) -> Issue {
        if missing.is_empty() {
            return issue;
        }
        self.warn_missing(missing);
        let patch = content::remember(&issue, missing);
        if patch.is_empty() {
            return issue;
        }
        // Where even this fails, the next run reports the difference; the issue is there and must be linked.
        self.client
            .update_issue(issue.number, &patch)
            .await
            .unwrap_or(issue)
    }

    fn warn_missing(&self, missing: &crate::github::model::Missing) {
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
    }

    /// Looks for an issue whose creation was not answered. Listings lag, so it is looked for again for a minute.
    async fn look_for(&self, wanted: &Wanted) -> Result<Option<Issue>, Stop> {
        let language = self.printer.language;
        let text = language.pick(
            "作成の応答が失われたため、作られたかどうかを確認しています（最長 1 分）",
            "the answer to a create was lost: looking for the issue, for up to a minute",
        );
        self.printer.note(text);
        for seconds in LOOKS {
            for _ in 0..seconds {
                self.clock.wait(Duration::from_secs(1)).await;
                if self.interrupted.load(Ordering::Relaxed) {
                    return Err(Stop::Interrupted);
                }
            }
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
                .find(|issue| carries(issue, wanted));
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Two runs at once: lists again, once, after the creates. Where another open issue carries the same item, the lowest number stays
    /// and the one this run made is closed as its duplicate.
    async fn settle_duplicates(&mut self, applied: &mut Applied) -> Result<(), Stop> {
        let listed = self
            .client
            .issues_with_label(self.config.issues.marker_label())
            .await
            .map_err(Stop::GitHub)?;
        let mut by_item: BTreeMap<(String, String, String), Vec<&Issue>> = BTreeMap::new();
        for issue in listed
            .iter()
            .filter(|issue| issue.is_open() && !issue.is_pull_request)
        {
            if let MarkerReading::One(marker) = marker::parse(&issue.body) {
                let Marker { doc, key, saw, .. } = *marker;
                by_item
                    .entry((doc, key, crate::plan::identity::fold(&saw.doc.title)))
                    .or_default()
                    .push(issue);
            }
        }
        let created = applied.created.clone();
        for issues in by_item.values() {
            let Some(first) = issues.iter().min_by_key(|issue| issue.number) else {
                continue;
            };
            for (document, item, number) in created.iter().filter(|(_, _, n)| {
                *n != first.number && issues.iter().any(|issue| issue.number == *n)
            }) {
                let patch = IssuePatch {
                    state: Some(StateChange::Close(CloseReason::Duplicate)),
                    ..IssuePatch::default()
                };
                let closed = self
                    .client
                    .update_issue(*number, &patch)
                    .await
                    .map_err(Stop::GitHub)?;
                self.snapshot.issues.insert(*number, closed);
                self.snapshot.issues.insert(first.number, (*first).clone());
                let place =
                    applied.report.documents.iter().position(|d| {
                        d.path == self.workspace.documents[*document].postmortem.path
                    });
                if let Some(place) = place {
                    let row = applied.report.documents[place].row(item);
                    applied.report.documents[place].changes.push(Change {
                        row,
                        action: Action::CloseDuplicate,
                        issue: Some(*number),
                        url: None,
                        fields: Vec::new(),
                    });
                }
                // The other run's link may stand in the row already: then there is nothing left to mend.
                let number = *number;
                applied.report.problems.retain(
                    |problem| !matches!(problem.kind, ProblemKind::RowMoved { number: n } if n == number),
                );
                self.link(*document, item, first, applied);
            }
        }
        Ok(())
    }

    /// Writes the link to an issue, with its status now, into a row.
    fn link(&mut self, document: usize, item: &ActionItem, issue: &Issue, applied: &mut Applied) {
        let link = LinkEdit::Set {
            number: issue.number,
            url: issue.url.clone(),
            word: Some(word(issue, self.config)),
        };
        let edit = ItemEdit {
            item: 0,
            link: Some(link),
            status: None,
        };
        self.save(document, &[(item.clone(), edit)], None, applied);
    }

    /// Edits rows of a document and saves it. A document that changed on disk is read again and its rows are found again; a row that a
    /// person changed meanwhile keeps what they wrote, for the next run to decide on.
    fn save(
        &mut self,
        document: usize,
        edits: &[(ActionItem, ItemEdit)],
        progress: Option<&Splice>,
        applied: &mut Applied,
    ) {
        let language = self.printer.language;
        for attempt in 0..3 {
            let loaded = &self.workspace.documents[document];
            let mut current = Vec::new();
            let mut lost = Vec::new();
            for (item, edit) in edits {
                let ours = |reference: &Reference| {
                    let number = self.site.number(reference);
                    let wanted = match &edit.link {
                        Some(LinkEdit::Set { number, .. }) => Some(*number),
                        _ => None,
                    };
                    number.is_some()
                        && (number == wanted
                            || applied
                                .created
                                .iter()
                                .any(|(_, _, made)| Some(*made) == number))
                };
                match locate(&loaded.postmortem.items, item, edit, ours) {
                    Some(at) => current.push(ItemEdit {
                        item: at,
                        ..edit.clone()
                    }),
                    None => lost.push((item, edit)),
                }
            }
            let placed: Vec<usize> = (0..edits.len())
                .filter(|at| !lost.iter().any(|(item, _)| *item == &edits[*at].0))
                .collect();
            let (mut all, refused) = checked(
                &loaded.document,
                &loaded.postmortem,
                &current,
                &self.workspace.vocabulary,
            );
            let refused: Vec<&ActionItem> =
                refused.into_iter().map(|at| &edits[placed[at]].0).collect();
            // The region is computed anew by the next run where the document changed.
            all.extend(progress.filter(|_| attempt == 0).cloned());
            let before = loaded.document.source.clone();
            let saved = match splice(&before, &all) {
                Ok(after) => self.workspace.save(document, &after).map(|()| after),
                Err(error) => {
                    self.printer
                        .error(&format!("{}: {error}", loaded.postmortem.path), None);
                    applied.failed = true;
                    return;
                }
            };
            match saved {
                Ok(after) => {
                    let path = loaded.postmortem.path.clone();
                    let report = applied.of(&path);
                    for (item, edit) in edits
                        .iter()
                        .filter(|(item, _)| !lost.iter().any(|(l, _)| *l == item))
                        .filter(|(item, _)| !refused.contains(&item))
                    {
                        let number = match &edit.link {
                            Some(LinkEdit::Set { number, .. }) => Some(*number),
                            _ => None,
                        };
                        let row = report.row(item);
                        let shown = edit_of(edit, item, row, number);
                        report
                            .edits
                            .retain(|e| e.row != shown.row || e.status.is_some());
                        report.edits.push(shown);
                    }
                    report.progress |= progress.is_some() && attempt == 0;
                    let text = report.text.take().map_or(before, |(first, _)| first);
                    report.text = Some((text, after.clone()));
                    for (item, edit) in lost {
                        if let Some(LinkEdit::Set { number, .. }) = &edit.link {
                            let row = applied.of(&path).row(item);
                            applied.problem(&row, ProblemKind::RowMoved { number: *number });
                        }
                    }
                    for (item, edit) in edits.iter().filter(|(item, _)| refused.contains(&item)) {
                        if let Some(LinkEdit::Set { number, .. }) = &edit.link {
                            let row = applied.of(&path).row(item);
                            applied.failed = true;
                            applied.problem(&row, ProblemKind::RowUnwritten { number: *number });
                        }
                    }
                    self.workspace.replace(document, after);
                    return;
                }
                Err(save::SaveError::Changed { .. }) if attempt < 2 => match save::read(
                    self.workspace.root(),
                    &self.workspace.documents[document].file,
                ) {
                    Ok(text) => self.workspace.replace(document, text),
                    Err(problem) => {
                        self.printer.error(&problem.render(language), None);
                        applied.failed = true;
                        return;
                    }
                },
                Err(error) => {
                    self.printer.error(&error.render(language), None);
                    applied.failed = true;
                    return;
                }
            }
        }
    }
}

/// What has been done so far.
struct Applied {
    report: Report,
    /// Labels that are known to exist, in lower case.
    labels: BTreeSet<String>,
    /// Issues this run created: document, row, number.
    created: Vec<(usize, ActionItem, u64)>,
    failed: bool,
}

impl Applied {
    /// The report of the document at work.
    fn document(&mut self) -> &mut DocumentReport {
        let last = self.report.documents.len() - 1;
        &mut self.report.documents[last]
    }

    /// Notes that a change was not made.
    fn remain(&mut self, change: &IssueChange, row: &Row, issue: Option<u64>, why: &str) {
        let remaining = changes(change, row, issue, None).into_iter();
        self.report
            .remaining
            .extend(remaining.map(|Change { row, action, .. }| Remaining {
                row,
                action,
                reason: why.to_owned(),
            }));
    }

    fn of(&mut self, path: &str) -> &mut DocumentReport {
        let at = self
            .report
            .documents
            .iter()
            .position(|d| d.path == path)
            .unwrap_or(self.report.documents.len() - 1);
        &mut self.report.documents[at]
    }

    /// Whether a row could not be written because somebody else had changed it.
    fn lost_a_row(&self) -> bool {
        let lost = |problem: &Problem| matches!(problem.kind, ProblemKind::RowMoved { .. });
        self.report.problems.iter().any(lost)
    }

    fn problem(&mut self, row: &Row, kind: ProblemKind) {
        self.report.problems.push(Problem {
            path: row.path.clone(),
            line: row.line,
            column: 0,
            kind,
        });
    }
}

/// Where an item stands now: the one row with its key and title, else the one with its title. `None` where there is none, or where what
/// the edit would replace was written by somebody else meanwhile: another status, or a link to an issue that is not among `ours`.
fn locate(
    items: &[ActionItem],
    old: &ActionItem,
    edit: &ItemEdit,
    ours: impl Fn(&Reference) -> bool,
) -> Option<usize> {
    let unique = |matches: &dyn Fn(&ActionItem) -> bool| {
        let mut found = items
            .iter()
            .enumerate()
            .filter(|(_, item)| matches(item))
            .map(|(at, _)| at);
        found.next().filter(|_| found.next().is_none())
    };
    let at = unique(&|item| item.key == old.key && item.title == old.title)
        .or_else(|| unique(&|item| item.title == old.title))?;
    let now = &items[at];
    let target = |item: &ActionItem| item.reference.as_ref().map(|r| r.target.clone());
    let same_status = edit.status.is_none() || now.status.status == old.status.status;
    let same_link = now
        .reference
        .as_ref()
        .is_none_or(|reference| target(old) == target(now) || ours(reference));
    (same_status && same_link).then_some(at)
}

fn carries(issue: &Issue, wanted: &Wanted) -> bool {
    match marker::parse(&issue.body) {
        MarkerReading::One(marker) => {
            marker.doc == wanted.doc
                && marker.key == wanted.key
                && marker.saw.doc.title == content::remembered_title(&wanted.title)
        }
        _ => false,
    }
}

fn state_change(state: StateMove) -> StateChange {
    match state {
        StateMove::Close { dropped: false } => StateChange::Close(CloseReason::Completed),
        StateMove::Close { dropped: true } => StateChange::Close(CloseReason::NotPlanned),
        StateMove::Reopen => StateChange::Reopen,
    }
}

fn reason(stop: &Stop, language: Language) -> String {
    match stop {
        Stop::GitHub(error) => error.message(language),
        Stop::Uncertain(_) => language
            .pick("応答が失われました", "the answer was lost")
            .to_owned(),
        Stop::Interrupted => language.pick("中断されました", "interrupted").to_owned(),
    }
}

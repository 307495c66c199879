//! Carries out a plan, in the order that makes a crash harmless.
//!
//! Create issue → save its link in the document → next. A create whose answer is lost is looked for by its marker and never sent again. A
//! document that changed on disk meanwhile is read again, never overwritten. A run that stops anywhere is finished by running it again.
//! What changes is decided by the planner: here it is only done, and said.

mod applied;
mod change;
pub(crate) mod create;
mod save;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::NaiveDate;

use crate::config::{Config, Language};
use crate::connect;
use crate::document::edit::splice;
use crate::document::save::SaveError;
use crate::github::clock::Clock;
use crate::github::snapshot::Snapshot;
use crate::github::{Client, Error};
use crate::item::ActionItem;
use crate::item::edit::{ItemEdit, splices};
use crate::output::Printer;
use crate::plan::content::ContentOptions;
use crate::plan::status::Side;
use crate::plan::{DocumentPlan, Inputs, IssueChange, ItemPlan, Options, Plan, Site, plan};
use crate::show::{Action, DocumentReport, Remaining, Report, Row};
use crate::workspace::Workspace;
use crate::{Exit, Failure};
use applied::Applied;

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
        let mut first = plan(self.inputs());
        if first.takes_rows_for_gone() {
            self.workspace.look_around(self.config);
            first = plan(self.inputs());
        }
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
            view: self.workspace.view,
            bystanders: self.workspace.bystanders.as_deref().unwrap_or_default(),
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

    /// Says what a run that has nothing to do leaves to the other half, and where the sides differ by a person's decision.
    pub fn look_back(&mut self, report: &mut Report) {
        if !self.options.pull {
            let found = |d: &DocumentReport| {
                let all = d.conflicts.iter().chain(&d.drift);
                let left = all.filter(|found| {
                    let preferred = self.options.prefer_for(&found.row.item);
                    found.field == "status" && preferred == Some(Side::GitHub)
                });
                left.count()
            };
            report.pulls_preferred = report.documents.iter().map(found).sum();
        }
        let whole = Options {
            push: true,
            pull: true,
            ..Options::default()
        };
        let asked = std::mem::replace(&mut self.options, whole);
        let rest = plan(self.inputs());
        self.options = asked;
        report.tracked.clone_from(&rest.tracked);
        if report.has_changes() {
            return;
        }
        report.differs = rest.differs || rest.writes_issues() || !rest.tracked.is_empty();
        if !self.options.pull {
            report.pulls = rest.status_edits();
        }
    }

    /// Notes the rows that would have taken GitHub's status, had the push before not failed.
    pub fn left_to_pull(&self, report: &mut Report) {
        let plan = plan(self.inputs());
        for (part, item) in plan.items() {
            let status = item.edit.as_ref().and_then(|edit| edit.status);
            let loaded = &self.workspace.documents[part.document];
            if let (Some(_), Some(row)) = (status, loaded.postmortem.items.get(item.item)) {
                report.remaining.push(Remaining {
                    row: DocumentReport::new(part, self.inputs()).row(row),
                    action: Action::WriteRow,
                    reason: String::new(),
                });
            }
        }
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
            reread: BTreeSet::new(),
            failed: false,
        };
        let steps = plan
            .items()
            .filter(|(_, item)| item.change.is_some())
            .count()
            + plan
                .documents
                .iter()
                .map(|d| d.removals.len())
                .sum::<usize>();
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
                let hint = language.pick(
                    "少し待って、もう一度実行してください。二重には作りません。",
                    "wait a little and run it again; it won't be created twice",
                );
                self.printer.error(&uncertain(&row, language), Some(hint));
                Exit::Failed
            }
            None if applied.failed || applied.lost_a_row() => Exit::Failed,
            None if applied.report.has_conflicts() => Exit::Conflicts,
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
        // Before anything else: a row that closes its issue would leave twins of a closed issue, of which nobody knows which one is meant.
        for item in &part.items {
            let Some(number) = item.stays.filter(|_| !item.twins.is_empty()) else {
                continue;
            };
            let row = applied.document().row(&planned[item.item]);
            let closed = self.close_twins(number, &item.twins, &row, applied).await;
            if let Err(stop) = closed {
                self.left(part, 0, applied, &reason(&stop, language));
                return Err(stop);
            }
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
            if let IssueChange::Create { wanted, .. } = change
                && !self.still_asks_for(part.document, wanted, applied)
            {
                applied.failed = true;
                let why = language.pick(
                    "実行中に文書が書き換えられたため、この行は次の実行に回します",
                    "the document was changed during the run: this row is left to the next one",
                );
                applied.remain(change, &row, None, why);
                self.printer.step(1, None);
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
        for (at, removal) in part.removals.iter().enumerate() {
            let result = if self.interrupted.load(Ordering::Relaxed) {
                Err(Stop::Interrupted)
            } else {
                self.close_removed(removal, applied).await
            };
            if let Err(stop) = result {
                let why = reason(&stop, language);
                applied.remain_removed(&part.removals[at..], &why);
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
        applied.remain_removed(&part.removals, why);
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

    fn content_options(&self, item: &str) -> ContentOptions {
        ContentOptions {
            prefer: self.options.prefer_for(item),
            reapply: self.options.reapply,
            today: self.today,
        }
    }
}

fn uncertain(row: &Row, language: Language) -> String {
    let item = &row.item;
    language.pick(
        format!("{item} の Issue を作れたかどうか分かりません（応答が失われました）"),
        format!("whether the issue of {item} was created is not known: the answer was lost"),
    )
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

//! Carries out a plan, in the order that makes a crash harmless.
//!
//! Create issue → save its link in the document → next. A create whose answer is lost is looked for by its marker and never sent again. A
//! document that changed on disk meanwhile is read again, never overwritten. A run that stops anywhere is finished by running it again.
//! What changes is decided by the planner: here it is only done, and said. The writes to GitHub are in `issues`, those to documents in
//! `rows`.

mod issues;
mod rows;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::NaiveDate;

use crate::config::{Config, Language};
use crate::connect;
use crate::document::edit::splice;
use crate::github::clock::Clock;
use crate::github::snapshot::Snapshot;
use crate::github::{Client, Error};
use crate::item::edit::{ItemEdit, splices};
use crate::item::{ActionItem, Problem, ProblemKind};
use crate::output::Printer;
use crate::plan::content::ContentOptions;
use crate::plan::{DocumentPlan, Inputs, IssueChange, Options, Plan, Site, plan};
use crate::show::{Change, DocumentReport, Remaining, Report, Row, changes};
use crate::workspace::Workspace;
use crate::{Exit, Failure};

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
    /// Which accounts can be assigned, as far as they were asked for, in lower case.
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

/// A row at work: where it is, and how it is named.
struct Target {
    document: usize,
    item: ActionItem,
    row: Row,
}

/// What has been done so far.
struct Applied {
    report: Report,
    /// Labels that are known to exist, in lower case.
    labels: BTreeSet<String>,
    /// Issues this run created.
    created: Vec<(Target, u64)>,
    /// Documents that can't be saved: nothing is created for them any more, since the links would be lost.
    unsaved: BTreeSet<usize>,
    failed: bool,
}

impl Run<'_> {
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
        let labels = self
            .snapshot
            .issues
            .values()
            .flat_map(|issue| &issue.labels)
            .map(|label| label.to_lowercase())
            .collect();
        let report = Report {
            problems: plan.problems.clone(),
            limited: plan.remaining,
            ..Report::default()
        };
        let mut applied = Applied {
            report,
            labels,
            created: Vec::new(),
            unsaved: BTreeSet::new(),
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
            applied
                .report
                .documents
                .push(DocumentReport::new(part, self.inputs()));
            match &stop {
                None => stop = self.document(part, &mut applied).await.err(),
                Some(stop) => {
                    self.left(part, 0, &reason(stop, self.printer.language), &mut applied);
                }
            }
        }
        if stop.is_none() && !applied.created.is_empty() {
            stop = self.settle_duplicates(&mut applied).await.err();
        }
        self.printer.end();
        let exit = self.end(stop, &applied);
        crate::item::problem::tidy(&mut applied.report.problems);
        (applied.report, exit)
    }

    fn end(&self, stop: Option<Stop>, applied: &Applied) -> Exit {
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
            None if applied.failed => Exit::Failed,
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

    async fn document(&mut self, part: &DocumentPlan, applied: &mut Applied) -> Result<(), Stop> {
        // The rows as the plan knows them: the document may change under us, and then they are found again by what they say.
        let planned: Vec<ActionItem> = self.workspace.documents[part.document]
            .postmortem
            .items
            .clone();
        let language = self.printer.language;
        if part.items.iter().any(|item| {
            item.edit.is_some() || matches!(item.change, Some(IssueChange::Create { .. }))
        }) {
            self.check_saving(part.document, applied);
        }
        for (at, item) in part.items.iter().enumerate() {
            let target = Target {
                document: part.document,
                item: planned[item.item].clone(),
                row: applied.document().row(&planned[item.item]),
            };
            applied.document().findings(item, &target.row, language);
            let Some(change) = &item.change else { continue };
            let result = match self.interrupted.load(Ordering::Relaxed) {
                true => Err(Stop::Interrupted),
                false => self.change(&target, change, item.issue, applied).await,
            };
            if let Err(stop) = result {
                self.left(part, at, &reason(&stop, language), applied);
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
    fn left(&self, part: &DocumentPlan, from: usize, why: &str, applied: &mut Applied) {
        let items = &self.workspace.documents[part.document].postmortem.items;
        for item in &part.items[from..] {
            let Some((change, planned)) = item.change.as_ref().zip(items.get(item.item)) else {
                continue;
            };
            let row = applied.document().row(planned);
            let remaining = changes(change, &row, item.issue, None).into_iter().map(
                |Change { row, action, .. }| Remaining {
                    row,
                    action,
                    reason: why.to_owned(),
                },
            );
            applied.report.remaining.extend(remaining);
        }
    }

    fn content_options(&self) -> ContentOptions {
        ContentOptions {
            prefer: self.options.prefer,
            reapply: self.options.reapply,
            today: self.today,
        }
    }
}

impl Applied {
    /// The report of the document at work.
    fn document(&mut self) -> &mut DocumentReport {
        let last = self.report.documents.len() - 1;
        &mut self.report.documents[last]
    }

    /// The report of the document at `path`.
    fn of(&mut self, path: &str) -> &mut DocumentReport {
        let at = self
            .report
            .documents
            .iter()
            .position(|d| d.path == path)
            .unwrap_or(self.report.documents.len() - 1);
        &mut self.report.documents[at]
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

fn reason(stop: &Stop, language: Language) -> String {
    match stop {
        Stop::GitHub(error) => error.message(language),
        Stop::Uncertain(_) => language
            .pick("応答が失われました", "the answer was lost")
            .to_owned(),
        Stop::Interrupted => language.pick("中断されました", "interrupted").to_owned(),
    }
}

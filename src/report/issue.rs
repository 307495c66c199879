//! `report --issue`: one issue for each report, found again by its hidden line, made where there is none, and brought up to date.
//!
//! What people closed is theirs: it stays closed and as it is, and no other one is made in its place. What they wrote around our part
//! stays. Nothing is written where nothing changed; GitHub tells nobody when a body is edited, so that daily runs disturb nobody.
//!
//! Where the report belongs and what the body becomes are pure ([`body`]); here GitHub is asked and told. The order is that of `push`: the
//! listing that the report was made from anyway, the issue by number, the write. A create whose answer is lost is looked for and never sent
//! again; of two that were made at once the lowest stays.

mod body;
mod say;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Serialize;

use self::body::{About, Place, Reading, is_untouched, with_report};
use super::run::{Gathered, selection};
use super::{markdown, page, report};
use crate::checkout::Checkout;
use crate::cli::{Format, ReportArgs};
use crate::config::{Config, Language, LanguageChoice};
use crate::connect::{self, Connection};
use crate::github::clock::Clock;
use crate::github::model::{CloseReason, StateChange};
use crate::github::snapshot::Snapshot;
use crate::github::{Error, ErrorKind, Issue, IssuePatch, Lookup, NewIssue};
use crate::output::Printer;
use crate::sync::create::{LOOKS, marker_label};
use crate::{Environment, Exit, Failure, synchronise};

/// Whether the report may go into an issue at all, before anything that takes time.
///
/// # Errors
/// [`Exit::Usage`]: in CI for a pull request, and for formats that no issue holds.
pub(super) fn allowed(
    args: &ReportArgs,
    format: Format,
    environment: &Environment,
    language: Language,
) -> Result<(), Failure> {
    if !matches!(format, Format::Text | Format::Markdown | Format::Json) {
        let name = format.name();
        return Err(Failure::usage(
            language.pick(
                format!(
                    "Issue には Markdown で書くため、--issue と --format {name} は一緒に使えません"
                ),
                format!("an issue holds Markdown: --issue can't go with --format {name}"),
            ),
            Some(language.pick(
                "どちらかを外してください".to_owned(),
                "leave out one of them".to_owned(),
            )),
        ));
    }
    let event = environment.get("GITHUB_EVENT_NAME").unwrap_or_default();
    if !args.dry_run && environment.get("CI").is_some() && event.starts_with("pull_request") {
        return Err(Failure::usage(
            language.pick(
                "プルリクエストの CI では、レポートの Issue を書きません",
                "this is CI for a pull request: no report issue is written from its branch",
            ),
            Some(language.pick(
                "--dry-run を付けると、書き込む内容を確認できます".to_owned(),
                "--dry-run shows what would be written".to_owned(),
            )),
        ));
    }
    Ok(())
}

/// What became of the issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    Create,
    Update,
    /// Nothing has changed.
    None,
    /// People closed it.
    LeaveClosed,
}

/// Puts the report into its issue, or shows what would be put there.
///
/// # Errors
/// GitHub's, and [`Exit::Conflicts`] where a person has to mend the issue first.
pub(super) async fn run(
    args: &ReportArgs,
    format: Format,
    gathered: &Gathered<'_>,
    config: &Config,
    environment: &Environment,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let Some((connection, fetched)) = &gathered.live else {
        // The command line refuses --offline beside --issue.
        return Ok(Exit::Usage);
    };
    let checkout = Checkout::find(&config.root);
    let from = synchronise::site(connection, checkout.as_ref(), config)
        .documents
        .map(|(repository, _)| repository.to_string());
    let only = selection(args, config, environment);
    let keeper = Keeper {
        gathered,
        only: only.clone(),
        connection,
        checkout,
        config,
        printer,
        about: About::new(args, gathered.input.period, only, from),
        labels_known: fetched.snapshot.issues.values().any(|issue| {
            let label = config.issues.marker_label();
            issue.labels.iter().any(|l| l.eq_ignore_ascii_case(label))
        }),
        dry_run: args.dry_run,
    };
    let done = keeper.keep(&fetched.snapshot).await?;
    keeper.say(&done, format)
}

struct Keeper<'a> {
    gathered: &'a Gathered<'a>,
    /// What was left out on request, in one spelling: the report says it, and another spelling is no change.
    only: Vec<String>,
    connection: &'a Connection,
    checkout: Option<Checkout>,
    config: &'a Config,
    printer: &'a Printer,
    about: About,
    /// Whether the label that it needs is there.
    labels_known: bool,
    dry_run: bool,
}

/// What was done, or would be.
struct Done {
    action: Action,
    title: String,
    /// The issue; none where it would be made.
    issue: Option<Issue>,
    /// What its body is now, or would be.
    body: String,
}

impl Keeper<'_> {
    async fn keep(&self, snapshot: &Snapshot) -> Result<Done, Failure> {
        let mut issues = snapshot.issues.clone();
        match self.place(&mut issues).await? {
            Place::Nowhere => self.create(issues).await,
            Place::Open(number, doubles) => {
                let done = self.update(number, &issues).await?;
                if !self.dry_run {
                    self.close_doubles(number, &doubles).await?;
                }
                Ok(done)
            }
            Place::Closed(number) => {
                let issue = issues.remove(&number);
                Ok(Done {
                    action: Action::LeaveClosed,
                    title: issue.as_ref().map(|i| i.title.clone()).unwrap_or_default(),
                    issue,
                    body: String::new(),
                })
            }
            Place::Damaged(number) => Err(self.damaged(number)),
        }
    }

    /// Where the report belongs, with that issue read by number: listings lag.
    async fn place(&self, issues: &mut BTreeMap<u64, Issue>) -> Result<Place, Failure> {
        let mut read = BTreeSet::new();
        loop {
            let place = self.place_among(issues);
            let (Place::Open(number, _) | Place::Closed(number) | Place::Damaged(number)) = place
            else {
                return Ok(place);
            };
            if !read.insert(number) {
                return Ok(place);
            }
            match self.read(number).await? {
                Some(issue) => issues.insert(number, issue),
                None => issues.remove(&number),
            };
        }
    }

    fn place_among(&self, issues: &BTreeMap<u64, Issue>) -> Place {
        let label = self.config.issues.marker_label();
        Place::of(&self.about, label, issues.values())
    }

    async fn read(&self, number: u64) -> Result<Option<Issue>, Failure> {
        match self.connection.client.issue(number).await {
            Ok(Lookup::Found(issue)) => Ok(Some(*issue)),
            Ok(Lookup::Gone | Lookup::Moved { .. }) => Ok(None),
            Err(error) => Err(self.failure(&error)),
        }
    }

    async fn create(&self, mut issues: BTreeMap<u64, Issue>) -> Result<Done, Failure> {
        let language = self.kept_in(None);
        let body = with_report(None, &self.about, &self.report(language), language);
        let new = NewIssue {
            title: self.about.title(language),
            // There is room in an issue that nobody wrote in.
            body: body.unwrap_or_default(),
            labels: vec![self.config.issues.marker_label().to_owned()],
            assignees: Vec::new(),
        };
        let done = |issue: Option<Issue>| Done {
            action: Action::Create,
            title: new.title.clone(),
            issue,
            body: new.body.clone(),
        };
        if self.dry_run {
            return Ok(done(None));
        }
        self.may_write().await?;
        let client = &self.connection.client;
        if !self.labels_known {
            let label = client.ensure_label(&marker_label(self.config)).await;
            label.map_err(|error| self.failure(&error))?;
        }
        let issue = match client.create_issue(&new).await {
            Ok(issue) => issue,
            Err(error) if *error.kind() == ErrorKind::Uncertain => self
                .look_for(&issues)
                .await
                .ok_or_else(|| self.uncertain())?,
            Err(error) => return Err(self.failure(&error)),
        };
        if !new.missing_from(&issue).is_empty() {
            return Err(self.unlabelled(&issue).await);
        }
        // Two runs at once: the lowest stays.
        let number = issue.number;
        let listed = self.listed().await.map_err(|error| self.failure(&error))?;
        issues.extend(listed.into_iter().map(|issue| (issue.number, issue)));
        issues.insert(number, issue.clone());
        if let Place::Open(first, doubles) = self.place_among(&issues)
            && first != number
            && doubles.contains(&number)
        {
            self.close_doubles(first, &[number]).await?;
            return self.update(first, &issues).await;
        }
        Ok(done(Some(issue)))
    }

    async fn listed(&self) -> Result<Vec<Issue>, Error> {
        let label = self.config.issues.marker_label();
        self.connection.client.issues_with_label(label).await
    }

    /// Looks for the issue whose creation was not answered, for up to a minute.
    async fn look_for(&self, known: &BTreeMap<u64, Issue>) -> Option<Issue> {
        self.printer.note(self.language().pick(
            "作成の応答が失われたため、作られたかどうかを確認しています（最長 1 分）",
            "the answer to a create was lost: looking for the issue, for up to a minute",
        ));
        let clock = Clock::real();
        for seconds in LOOKS {
            clock.wait(Duration::from_secs(seconds)).await;
            let Ok(listed) = self.listed().await else {
                continue;
            };
            let fresh: BTreeMap<u64, Issue> = listed
                .into_iter()
                .filter(|issue| !known.contains_key(&issue.number))
                .map(|issue| (issue.number, issue))
                .collect();
            if let Place::Open(number, _) = self.place_among(&fresh) {
                return fresh.get(&number).cloned();
            }
        }
        None
    }

    async fn update(&self, number: u64, issues: &BTreeMap<u64, Issue>) -> Result<Done, Failure> {
        let issue = match issues.get(&number) {
            Some(issue) => issue.clone(),
            None => self
                .read(number)
                .await?
                .ok_or_else(|| self.damaged(number))?,
        };
        let Reading::Found(part) = Reading::of(&issue.body) else {
            return Err(self.damaged(number));
        };
        let language = self.kept_in(part.marker.language());
        let report = self.report(language);
        let body = with_report(Some((&issue.body, &part)), &self.about, &report, language)
            .ok_or_else(|| self.no_room(number))?;
        let title = issue.title.clone();
        let action = match body == issue.body {
            true => Action::None,
            false => Action::Update,
        };
        let mut issue = issue;
        if action == Action::Update && !self.dry_run {
            self.may_write().await?;
            let patch = IssuePatch {
                body: Some(body.clone()),
                ..IssuePatch::default()
            };
            let answer = self.connection.client.update_issue(number, &patch).await;
            issue = answer.map_err(|error| self.failure(&error))?;
        }
        Ok(Done {
            action,
            title,
            issue: Some(issue),
            body,
        })
    }

    /// Closes what two runs at once made beside an issue, as far as nobody has touched it.
    async fn close_doubles(&self, stays: u64, doubles: &[u64]) -> Result<(), Failure> {
        let is_ours = |issue: &Issue| {
            let only = [(issue.number, issue.clone())].into();
            self.place_among(&only) == Place::Open(issue.number, Vec::new())
        };
        for &number in doubles {
            let (Some(first), Some(double)) = (self.read(stays).await?, self.read(number).await?)
            else {
                continue;
            };
            if !(is_ours(&first) && is_ours(&double) && is_untouched(&double)) {
                continue;
            }
            let patch = IssuePatch {
                state: Some(StateChange::Close(CloseReason::Duplicate)),
                ..IssuePatch::default()
            };
            let closed = self.connection.client.update_issue(number, &patch).await;
            closed.map_err(|error| self.failure(&error))?;
            self.printer.note(&self.language().pick(
                format!("同じレポートの #{number} は、#{stays} の重複としてクローズしました"),
                format!(
                    "#{number} holds the same report as #{stays} and is closed as its duplicate"
                ),
            ));
        }
        Ok(())
    }

    /// GitHub has silently left out the label by which the issue is found again. It is closed, so that none is taken for the report.
    async fn unlabelled(&self, issue: &Issue) -> Failure {
        let patch = IssuePatch {
            state: Some(StateChange::Close(CloseReason::NotPlanned)),
            ..IssuePatch::default()
        };
        // Where even this fails, what follows says enough.
        let _ = self
            .connection
            .client
            .update_issue(issue.number, &patch)
            .await;
        let (number, label) = (issue.number, self.config.issues.marker_label());
        Failure {
            exit: Exit::Failed,
            message: self.language().pick(
                format!("#{number} にラベル「{label}」を付けられず、次回見つけられないため、クローズしました"),
                format!("GitHub left the label `{label}` out of #{number}: it could not be found again, and was closed"),
            ),
            hint: Some(self.language().pick(
                "ラベルの設定には triage 以上の権限のあるトークンが必要です".to_owned(),
                "labels need a token with triage access or more".to_owned(),
            )),
        }
    }

    async fn may_write(&self) -> Result<(), Failure> {
        let checkout = self.checkout.as_ref();
        connect::may_write(self.connection, self.config, checkout, self.language())
            .await
            .map(drop)
    }

    /// The language of the issue: the configured one, else that which it has, so that two machines don't take turns.
    fn kept_in(&self, has: Option<Language>) -> Language {
        match self.config.language {
            LanguageChoice::Ja => Language::Ja,
            LanguageChoice::En => Language::En,
            LanguageChoice::Auto => has.unwrap_or(self.language()),
        }
    }

    fn report(&self, language: Language) -> String {
        let mut report = report(&self.gathered.input);
        report.filters.clone_from(&self.only);
        markdown::unmarked(&page::page(&report, language))
    }

    fn language(&self) -> Language {
        self.printer.language
    }

    fn failure(&self, error: &Error) -> Failure {
        connect::failure(error, self.language())
    }
}

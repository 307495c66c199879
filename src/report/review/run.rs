//! The command: which document, what GitHub is asked, what is printed, and what is recorded.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::super::days::WhichDays;
use super::super::figures::Input;
use super::super::history::Subject;
use super::super::one;
use super::super::output::Target;
use super::super::period::Period;
use super::super::run::{Gathered, broken, collect_from, documents, for_a_file, tell};
use super::super::{html, markdown, text};
use super::snapshot::{Change, Recorded, record};
use super::words::page;
use super::{KIND, Known, Sheet, sheet, snapshots_in};
use crate::check::{self, Question};
use crate::cli::{Format, ReportArgs};
use crate::config::{Config, Language, PostmortemId};
use crate::item::problem::ProblemJson;
use crate::item::times::{FollowUp, follow_up};
use crate::item::{Problem, ProblemKind, Reference};
use crate::list::{SCHEMA, to_json};
use crate::output::{Printer, plain};
use crate::{Environment, Exit, Failure, show};

/// `report --review`.
///
/// # Errors
/// Where no document, or more than one, has the id; where GitHub can't be asked and `--offline` was not given; where the snapshot can't be
/// written.
pub(crate) async fn run(
    id: &PostmortemId,
    format: Format,
    args: &ReportArgs,
    config: &Config,
    environment: &Environment,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let language = printer.language;
    if format == Format::Csv {
        return Err(no_csv(language));
    }
    let today = crate::today(config, environment, language)?;
    let target = match &args.output {
        Some(path) => Some(Target::new(path, &environment.cwd, args.force, language)?),
        None => None,
    };
    // Before GitHub is asked: a wrong id needs no answer.
    let workspace = documents(args, config, environment, language)?;
    let at = one::only(id, &workspace, language)?;
    let path = workspace.documents[at].postmortem.path.clone();
    let days = WhichDays {
        period: Period::last(1, today),
        as_of: today,
        today,
    };
    // No day is so late: the listing alone tells all that a sheet needs.
    let first = NaiveDate::MAX;
    let gathered = collect_from(workspace, first, args, days, config, environment, printer).await?;
    let loaded = &gathered.workspace.documents[at];
    let follow_up = follow_up(
        &loaded.document,
        &loaded.postmortem,
        &gathered.workspace.vocabulary,
    );
    let made = of(
        &gathered,
        at,
        &follow_up,
        config,
        environment,
        today,
        language,
    );
    let problems: Vec<Problem> = gathered
        .problems
        .iter()
        .filter(|problem| problem.path == path || matches!(problem.kind, ProblemKind::File { .. }))
        .cloned()
        .collect();
    let recorded = match args.write && !made.items.is_empty() {
        false => None,
        true => Some(record(
            &loaded.document,
            &loaded.postmortem,
            &follow_up,
            &made,
            &|document| gathered.workspace.postmortem(document, &path),
        )),
    };
    // A record that can't be written keeps nobody from reading the sheet.
    let (recorded, refused) = match recorded {
        None => (None, None),
        Some(Ok(recorded)) => match args.dry_run {
            true => (Some(recorded), None),
            false => match gathered.workspace.save(at, &recorded.text) {
                Ok(()) => (Some(recorded), None),
                Err(error) => (None, Some((error.render(language), None))),
            },
        },
        Some(Err(refusal)) => {
            let message = format!("{path}:{}: {}", refusal.line(), refusal.message(language));
            (None, Some((message, Some(refusal.hint(language)))))
        }
    };
    let difference = recorded
        .as_ref()
        .filter(|_| args.dry_run)
        .map(|recorded| show::diff(&path, &loaded.document.source, &recorded.text));
    let printed = match (format, &difference) {
        (Format::Json, _) => json(
            &made,
            &problems,
            recorded.as_ref(),
            args,
            &path,
            difference.as_deref(),
            language,
        ),
        (_, Some(difference)) => difference.clone(),
        (Format::Markdown, _) => markdown::markdown(&page(&made, language)),
        (Format::Html, _) => html::plain_page(&page(&made, language), today)
            .map_err(|error| broken(&error, language))?,
        _ => {
            let width = match target {
                Some(_) => usize::MAX,
                None => printer.width(),
            };
            text::text(&page(&made, language), width)
        }
    };
    match &target {
        None => printer.result(&printed)?,
        Some(target) => {
            target.write(&for_a_file(&printed, format), language)?;
            let name = args.output.iter().map(|path| path.display().to_string());
            let name: String = name.collect();
            printer.note(&language.pick(
                format!("{name} にレビュー資料を書きました"),
                format!("wrote the sheet to {name}"),
            ));
        }
    }
    if args.write {
        if made.items.is_empty() {
            printer.note(language.pick(
                "記録するアクションアイテムがないため、文書には何も書きませんでした",
                "there is no action item to record: nothing was written into the document",
            ));
        }
        if let Some(recorded) = &recorded {
            printer.note(&told(recorded, &path, args.dry_run, language));
        }
    }
    if let Some((connection, _)) = &gathered.live {
        let counts = connection.client.counts();
        printer.detail(&format!("requests: {} read", counts.reads));
    }
    if format != Format::Json {
        tell(&problems, !args.offline, printer);
    }
    match refused {
        None => Ok(Exit::Done),
        Some((message, hint)) => Err(Failure {
            exit: Exit::Failed,
            message,
            hint,
        }),
    }
}

/// The sheet of a document.
fn of(
    gathered: &Gathered<'_>,
    at: usize,
    follow_up: &FollowUp,
    config: &Config,
    environment: &Environment,
    today: NaiveDate,
    language: Language,
) -> Sheet {
    let Gathered {
        input,
        live,
        workspace,
        ..
    } = gathered;
    let Input {
        incidents,
        subjects,
        source,
        ..
    } = input;
    let loaded = &workspace.documents[at];
    let postmortem = &loaded.postmortem;
    let place = incidents
        .iter()
        .position(|incident| incident.name.path == postmortem.path);
    let subjects: Vec<&Subject> = subjects
        .iter()
        .filter(|subject| Some(subject.postmortem) == place)
        .collect();
    let lives = live.as_ref().map(|(_, fetched)| &fetched.lives);
    let assignees = (0..postmortem.items.len())
        .map(|item| {
            let live = lives.and_then(|lives| lives.get(&(at, item)));
            live.map_or_else(Vec::new, |live| live.issue.assignees.clone())
        })
        .collect();
    let base = crate::issue_base(config, environment, language);
    let repository = check::run::repository(config, environment);
    let issue =
        |reference: &Reference| check::run::named(reference, repository.as_ref(), base.as_deref());
    let findings = check::decide(&Question {
        documents: vec![(at, postmortem)],
        lives: lives.map(|lives| {
            let own = lives.iter().filter(|((place, _), _)| *place == at);
            own.map(|(key, live)| (*key, live.clone()))
                .collect::<BTreeMap<_, _>>()
        }),
        undated: &|place| check::run::undated_in(workspace, place),
        policy: &config.check,
        today,
        timezone: config.timezone,
        issue: &issue,
    });
    sheet(&Known {
        postmortem,
        subjects,
        assignees,
        findings: &findings,
        follow_up,
        snapshots: snapshots_in(&loaded.document),
        source: *source,
        today,
    })
}

fn no_csv(language: Language) -> Failure {
    Failure::usage(
        language.pick(
            "`report --review` は CSV では出力できません",
            "`report --review` can't print CSV",
        ),
        Some(language.pick(
            "使える形式: text、markdown、html、json".into(),
            "it can print: text, markdown, html, json".into(),
        )),
    )
}

/// What was recorded, or would be.
fn told(recorded: &Recorded, path: &str, dry_run: bool, language: Language) -> String {
    let place = format!("{}:{}", plain(path), recorded.line);
    let under = match &recorded.under {
        Some(heading) => {
            let heading = plain(heading);
            language.pick(
                format!("（「{heading}」の下）"),
                format!(", under \"{heading}\""),
            )
        }
        None => String::new(),
    };
    match (recorded.change, dry_run) {
        (Change::Unchanged, _) => language.pick(
            format!("{place} の今日の記録は最新です{under}"),
            format!("today's snapshot is up to date: {place}{under}"),
        ),
        (Change::Added, false) => language.pick(
            format!("{place} に今日の記録を書きました{under}"),
            format!("wrote today's snapshot to {place}{under}"),
        ),
        (Change::Replaced, false) => language.pick(
            format!("{place} の今日の記録を更新しました{under}"),
            format!("brought today's snapshot up to date: {place}{under}"),
        ),
        (Change::Added, true) => language.pick(
            format!("{place} に今日の記録を書きます{under}"),
            format!("would write today's snapshot to {place}{under}"),
        ),
        (Change::Replaced, true) => language.pick(
            format!("{place} の今日の記録を更新します{under}"),
            format!("would bring today's snapshot up to date: {place}{under}"),
        ),
    }
}

#[derive(Serialize)]
struct SheetJson<'a> {
    schema: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    sheet: &'a Sheet,
    written: Option<WrittenJson<'a>>,
    problems: Vec<ProblemJson<'a>>,
}

/// What `--write` did.
#[derive(Serialize)]
struct WrittenJson<'a> {
    path: &'a str,
    line: usize,
    under: Option<&'a str>,
    change: Change,
    dry_run: bool,
    /// With `--dry-run`.
    diff: Option<String>,
}

fn json(
    sheet: &Sheet,
    problems: &[Problem],
    recorded: Option<&Recorded>,
    args: &ReportArgs,
    path: &str,
    difference: Option<&str>,
    language: Language,
) -> String {
    to_json(&SheetJson {
        schema: SCHEMA,
        kind: KIND,
        sheet,
        written: recorded.map(|recorded| WrittenJson {
            path,
            line: recorded.line,
            under: recorded.under.as_deref(),
            change: recorded.change,
            dry_run: args.dry_run,
            diff: difference.map(|text| anstream::adapter::strip_str(text).to_string()),
        }),
        problems: problems
            .iter()
            .map(|problem| problem.json(language))
            .collect(),
    })
}

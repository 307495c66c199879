//! `doctor`: would a push work, and if not, how is it mended?
//!
//! It looks at everything that a push needs and writes nothing. What can't be looked at, because something before it failed, is said to be
//! skipped. The rules themselves are [`connect`](crate::connect)'s, the same that a push obeys.

mod online;
mod report;

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::Format;
use crate::config::{Config, OwnerMatch};
use crate::item::{ActionItem, ProblemKind};
use crate::list::counted;
use crate::output::Printer;
use crate::workspace::{Loaded, Workspace};
use crate::{Environment, Exit, Failure};

use report::{Report, What};

/// How many names a line holds.
const NAMES: usize = 5;

/// Checks everything, prints what it found, and ends with [`Exit::Failed`] where GitHub could not be reached, else [`Exit::Findings`] where
/// a check failed. Warnings and skipped checks are no findings.
///
/// # Errors
/// Where the result can't be printed.
pub async fn run(
    config: &Config,
    environment: &Environment,
    printer: &Printer,
    format: Format,
    paths: &[String],
) -> Result<Exit, Failure> {
    let language = printer.language;
    let mut report = Report::new(language);
    match &config.file {
        Some(file) => report.ok(
            What::Config,
            file.strip_prefix(&environment.cwd)
                .unwrap_or(file)
                .to_string_lossy(),
        ),
        None => report.ok(
            What::Config,
            language.pick(
                "pm-sync.toml はありません。既定値を使います",
                "no pm-sync.toml; the defaults hold",
            ),
        ),
    }
    let workspace = crate::load(config, paths, environment, true, language);
    let people = match &workspace {
        Ok(workspace) => {
            documents(&mut report, workspace);
            ids(&mut report, workspace);
            Some(owners(&mut report, config, workspace))
        }
        Err(_) => None,
    };
    if let Err(failure) = workspace {
        report.fail(What::Documents, failure);
        let why = language.pick("文書を読めないため", "there are no documents to look at");
        for what in [What::Ids, What::Owners, What::Assignees] {
            report.skip(what, why);
        }
    }
    let reached = online::look(&mut report, config, environment, printer, people.as_ref()).await;
    printer.end();
    printer.result(&match format {
        Format::Json => report.json(),
        _ => report.text(),
    })?;
    Ok(match (reached, report.has_failed()) {
        (online::Reached::No, _) => Exit::Failed,
        (online::Reached::Yes, true) => Exit::Findings,
        (online::Reached::Yes, false) => Exit::Done,
    })
}

/// Whom the open action items need.
#[derive(Debug, Default)]
struct People {
    /// GitHub accounts.
    logins: BTreeSet<String>,
    /// Labels that come with owners and kinds.
    labels: BTreeSet<String>,
}

fn documents(report: &mut Report, workspace: &Workspace) {
    let language = report.language;
    let documents = workspace.selected().count();
    let items: usize = workspace
        .selected()
        .map(|loaded| loaded.postmortem.items.len())
        .sum();
    let problems = workspace.all_problems().len();
    let found = language.pick(
        format!("{documents} 件、アクションアイテム {items} 件"),
        format!(
            "{}, {}",
            counted(documents, "document"),
            counted(items, "action item")
        ),
    );
    if problems > 0 {
        report.warn(
            What::Documents,
            language.pick(
                format!("{found}、読み取りの問題 {problems} 件"),
                format!("{found}, {}", counted(problems, "problem")),
            ),
            language.pick(
                "`pm-sync list` で場所と直し方が分かります",
                "`pm-sync list` says where they are and how to mend them",
            ),
        );
    } else if items == 0 {
        report.warn(
            What::Documents,
            found,
            language.pick(
                "documents.paths が正しいか、アクションアイテムの表があるかを確認してください",
                "check documents.paths, and that the documents have a table of action items",
            ),
        );
    } else {
        report.ok(What::Documents, found);
    }
}

/// Documents without an id, and ids of more than one document: their items can't be pushed.
fn ids(report: &mut Report, workspace: &Workspace) {
    let language = report.language;
    let path = |loaded: &Loaded| loaded.postmortem.path.clone();
    let without: Vec<String> = workspace
        .selected()
        .filter(|loaded| {
            let postmortem = &loaded.postmortem;
            postmortem.id.is_none() && !postmortem.template && !postmortem.items.is_empty()
        })
        .map(path)
        .collect();
    let mut of_id: BTreeMap<String, Vec<&Loaded>> = BTreeMap::new();
    for loaded in &workspace.documents {
        if let Some(id) = &loaded.postmortem.id {
            of_id.entry(id.to_string()).or_default().push(loaded);
        }
    }
    let twice: Vec<String> = of_id
        .iter()
        .filter(|(_, of)| of.len() > 1 && of.iter().any(|loaded| loaded.selected))
        .map(|(id, of)| {
            let paths: Vec<String> = of.iter().copied().map(path).collect();
            format!("{id}: {}", paths.join(" / "))
        })
        .collect();
    if !twice.is_empty() {
        let names = names(&twice, report);
        report.fail(
            What::Ids,
            Failure::usage(
                language.pick(
                    format!("同じ ID の文書があり、どれも push されません: {names}"),
                    format!("documents share an id, so none of them is pushed: {names}"),
                ),
                Some(
                    language
                        .pick("一方の ID を変えてください", "give one another id")
                        .to_owned(),
                ),
            ),
        );
    } else if !without.is_empty() {
        let names = names(&without, report);
        report.warn(
            What::Ids,
            language.pick(
                format!("ID のない文書は push されません: {names}"),
                format!("documents without an id are not pushed: {names}"),
            ),
            language.pick(
                "題に PM-042 のような ID を書くか、`pm-sync push --assign-ids` で付けてください",
                "write an id such as PM-042 into the title, or let `pm-sync push --assign-ids` do it",
            ),
        );
    } else {
        report.ok(
            What::Ids,
            language.pick("重複や欠けはありません", "none missing, none used twice"),
        );
    }
}

/// Which accounts the owners of open items stand for.
fn owners(report: &mut Report, config: &Config, workspace: &Workspace) -> People {
    let language = report.language;
    let open = |item: &&ActionItem| !item.unusable && !item.shown_status().is_closed();
    let items = workspace
        .selected()
        .flat_map(|loaded| loaded.postmortem.items.iter().filter(open));
    let mut people = People::default();
    let (mut known, mut unknown) = (BTreeSet::new(), BTreeSet::new());
    for item in items {
        let labels = item.kind.map_or(&[][..], |kind| config.kind_labels(kind));
        people.labels.extend(labels.iter().cloned());
        for owner in &item.owners {
            match config.owner_logins(owner) {
                OwnerMatch::Mapped { github, labels } => {
                    people.logins.extend(github.iter().cloned());
                    people.labels.extend(labels.iter().cloned());
                    known.insert(owner.clone());
                }
                OwnerMatch::Handle(login) => {
                    people.logins.insert(login);
                    known.insert(owner.clone());
                }
                OwnerMatch::Unknown => {
                    unknown.insert(owner.clone());
                }
            }
        }
    }
    let unknown: Vec<String> = unknown.into_iter().collect();
    if let Some(first) = unknown.first() {
        let names = names(&unknown, report);
        let first = ProblemKind::OwnerUnknown {
            owner: first.clone(),
        };
        report.warn(
            What::Owners,
            language.pick(
                format!("GitHub アカウントが分からない担当者（割り当てなしで作成します）: {names}"),
                format!("no GitHub account is known for (filed without assignee): {names}"),
            ),
            first.hint(language),
        );
    } else {
        let (known, logins) = (known.len(), people.logins.len());
        report.ok(
            What::Owners,
            language.pick(
                format!("未完了の項目の担当 {known} 件、GitHub アカウント {logins} 件"),
                format!(
                    "{} of open items, {}",
                    counted(known, "owner"),
                    counted(logins, "GitHub account")
                ),
            ),
        );
    }
    people
}

/// The first of some names, and how many more there are.
fn names(all: &[String], report: &Report) -> String {
    let language = report.language;
    let shown: Vec<&str> = all.iter().take(NAMES).map(String::as_str).collect();
    let shown = shown.join(language.pick("、", ", "));
    match all.len().saturating_sub(NAMES) {
        0 => shown,
        more => language.pick(
            format!("{shown} ほか {more} 件"),
            format!("{shown} and {more} more"),
        ),
    }
}

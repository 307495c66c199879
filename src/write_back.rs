//! The write-back to a default branch that takes no pushes: what the documents there lack becomes one pull request.
//!
//! The documents in the checkout are edited and saved as always, since the safety of a crash hangs on that. The pull request is made of
//! something else: of the documents as they are at the default branch's head, planned anew. It holds what a pull would write *there*,
//! links of found issues and status both, whatever of it an earlier run has proposed already and whatever this run was narrowed to. So:
//!
//! - what people pushed meanwhile is kept, and what somebody has edited in the checkout and not committed is not published;
//! - links that an unmerged pull request holds are not lost when its branch is rebuilt: their issues are found by their markers again;
//! - a second run proposes the same, sees that it is there, and writes nothing.
//!
//! The branch is one commit on the head. It is moved only while its last commit is ours: people's commits on it are never thrown away.
//! A pull request that somebody closed unmerged is opened again only with other contents. Requests are [`crate::github::git_data`]'s
//! affair, the words of the pull request are in `summary`.

mod outcome;
mod refusals;
mod settle;
mod summary;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::config::{Config, Language, LanguageChoice, RepoName};
use crate::connect;
use crate::document::Document;
use crate::document::edit::splice;
use crate::github::git_data::{Files, Git, TreeFile};
use crate::github::{Client, Error, Lookup, blob_id};
use crate::item::edit::{ItemEdit, checked};
use crate::output::plain;
use crate::plan::{self, DocumentPlan, ItemPlan, Options, Site, plan};
use crate::show::{Action, Change, Report};
use crate::sync::Run;
use crate::{Exit, Failure};

pub use outcome::{Outcome, Preview, State};
use refusals::{absent, empty, failure, not_text, nowhere, own_branch};
use settle::Proposal;
use summary::{Changed, RowChange};

/// Where the pull request goes.
#[derive(Debug)]
pub struct Target {
    repository: RepoName,
    /// The top folder of its checkout.
    root: PathBuf,
    default_branch: String,
    /// Its page.
    page: String,
}

/// Finds out where a pull request would go, before anything is done.
///
/// # Errors
/// [`Exit::Usage`] where it isn't known which repository the documents are in, or `github.branch` is its default branch; GitHub's.
pub async fn target(
    client: &Client,
    site: &Site,
    config: &Config,
    language: Language,
) -> Result<Target, Failure> {
    let (named, root) = site.documents.clone().ok_or_else(|| nowhere(language))?;
    let there = client.repository(&named).await;
    let there = there.map_err(|error| failure(&error, language))?;
    let there = there.ok_or_else(|| connect::absent(&named, language))?;
    connect::unarchived(&there, language)?;
    if config.github.branch == there.default_branch {
        return Err(own_branch(&there.default_branch, language));
    }
    // Issues are made before the pull request: what stands in its way is to be known before them.
    let repository: RepoName = there.full_name.parse().unwrap_or(named);
    let head = client
        .git(repository.clone())
        .branch(&there.default_branch)
        .await;
    if head.map_err(|error| failure(&error, language))?.is_none() {
        return Err(empty(&repository, language));
    }
    Ok(Target {
        // Its name now: writes don't follow the redirects of a renamed repository other than the issues' own.
        repository,
        root,
        default_branch: there.default_branch,
        page: there.html_url,
    })
}

/// Proposes what the default branch's documents lack, after a run has been carried out. What became of it is in the report; what went
/// wrong is printed, and in the answer.
pub async fn run(run: &mut Run<'_>, target: &Target, report: &mut Report, exit: Exit) -> Exit {
    carry_out(run, target, report, exit, false).await
}

/// As [`run`] for `--dry-run`: reads all that it reads, writes nothing, and shows the pull request that it would make. The links of issues
/// that the run would create first are only counted.
pub async fn preview(run: &mut Run<'_>, target: &Target, report: &mut Report, exit: Exit) -> Exit {
    carry_out(run, target, report, exit, true).await
}

async fn carry_out(
    run: &mut Run<'_>,
    target: &Target,
    report: &mut Report,
    exit: Exit,
    dry_run: bool,
) -> Exit {
    let (printer, language) = (run.printer, run.printer.language);
    if exit == Exit::Interrupted {
        return exit;
    }
    printer.begin(
        5,
        language.pick("プルリクエストを準備中", "preparing the pull request"),
    );
    let ended = propose(run, target, report, dry_run).await;
    printer.end();
    let failed = |failure: Failure| {
        printer.error(&failure.message, failure.hint.as_deref());
        failure.exit
    };
    match ended {
        Err(failure) => exit.max(failed(failure)),
        Ok((outcome, problems)) => {
            report.pull_request = Some(outcome);
            problems.into_iter().map(failed).fold(exit, Exit::max)
        }
    }
}

/// The default branch as it is now.
struct Head {
    branch: String,
    commit: String,
    tree: String,
    files: Files,
}

async fn propose(
    run: &mut Run<'_>,
    target: &Target,
    report: &Report,
    dry_run: bool,
) -> Result<(Outcome, Vec<Failure>), Failure> {
    let language = run.printer.language;
    let fail = |error: Error| failure(&error, language);
    let branch = run.config.github.branch.clone();
    let git = run.client.git(target.repository.clone());
    let places: Vec<Option<String>> = run
        .workspace
        .documents
        .iter()
        .map(|loaded| path_in(&target.root, &loaded.file))
        .collect();
    let folders = folders_of(places.iter().flatten());
    let commit = git.branch(&target.default_branch).await.map_err(fail)?;
    let commit = commit.ok_or_else(|| empty(&target.repository, language))?;
    let tree = git.commit(&commit).await.map_err(fail)?.tree;
    let head = Head {
        files: git.files(&tree, &folders).await.map_err(fail)?,
        branch: target.default_branch.clone(),
        commit,
        tree,
    };
    run.printer.step(1, None);

    let local = linked(run);
    let problems = take_up(run, report, &git, &head, &places).await?;
    complete_snapshot(run).await.map_err(fail)?;
    run.options = Options {
        push: false,
        pull: true,
        force_status: run.options.force_status,
        prefer: run.options.prefer,
        only: run.options.only.clone(),
        ..Options::default()
    };
    let planned = plan(run.inputs());
    let mut changed = Vec::new();
    for part in &planned.documents {
        if let (Some(path), Some(local)) = (&places[part.document], local.get(part.document)) {
            let (one, after) = edited(run, part, path, &head)?;
            unwritten(run, part.document, &after, local, &head);
            changed.extend(one);
        }
    }
    run.printer.step(1, None);
    let proposal = Proposal {
        language: pr_language(run.config.language, &changed, language),
        git: &git,
        branch: &branch,
        head: &head,
        changed,
        page: &target.page,
        messages: language,
        dry_run,
    };
    let mut outcome = proposal.settle(run).await?;
    if dry_run {
        let title = summary::title(proposal.language);
        outcome = outcome.announcing(announced(run, report, &places), title);
    }
    Ok((outcome, problems))
}

/// The default branch's documents whose rows would get the links of issues that a dry run announces, each once for every row.
fn announced(run: &Run<'_>, report: &Report, places: &[Option<String>]) -> Vec<String> {
    let mut found = Vec::new();
    for (loaded, place) in run.workspace.documents.iter().zip(places) {
        let (postmortem, Some(place)) = (&loaded.postmortem, place) else {
            continue;
        };
        let created = report
            .documents
            .iter()
            .filter(|d| loaded.selected && d.path == postmortem.path)
            .flat_map(|d| &d.changes)
            .filter(|change| change.action == Action::Create);
        for change in created {
            let lacks = postmortem.items.iter().any(|item| {
                item.reference.is_none()
                    && item.title == change.row.title
                    && postmortem.item_name(item) == change.row.item
            });
            found.extend(lacks.then(|| place.clone()));
        }
    }
    found
}

/// The links of each document's rows in the checkout: number, row, title.
fn linked(run: &Run<'_>) -> Vec<Vec<(u64, String, String)>> {
    let of = |loaded: &crate::workspace::Loaded| {
        let id = loaded.postmortem.id.as_ref().map(ToString::to_string);
        let id = id.unwrap_or_else(|| loaded.postmortem.path.clone());
        loaded
            .postmortem
            .items
            .iter()
            .filter_map(|item| {
                let number = run.site.number(item.reference.as_ref()?)?;
                Some((number, format!("{id}#{}", item.key), item.title.clone()))
            })
            .collect()
    };
    run.workspace.documents.iter().map(of).collect()
}

/// Puts the documents of the default branch in the place of those in the checkout. Those that aren't there are left out; where they hold
/// links, that is a failure.
async fn take_up(
    run: &mut Run<'_>,
    report: &Report,
    git: &Git<'_>,
    head: &Head,
    places: &[Option<String>],
) -> Result<Vec<Failure>, Failure> {
    let language = run.printer.language;
    let before: BTreeMap<&str, &str> = report
        .documents
        .iter()
        .filter_map(|d| Some((d.path.as_str(), d.text.as_ref()?.0.as_str())))
        .collect();
    let mut problems = Vec::new();
    for (at, place) in places.iter().enumerate() {
        let loaded = &run.workspace.documents[at];
        let postmortem = &loaded.postmortem;
        let file = place.as_ref().and_then(|path| head.files.get(path));
        let plain_file = file.filter(|file| matches!(file.mode.as_str(), "100644" | "100755"));
        let Some(TreeFile { sha, .. }) = plain_file else {
            let has_links = postmortem
                .items
                .iter()
                .filter_map(|item| item.reference.as_ref())
                .any(|reference| run.site.number(reference).is_some());
            // Links that a dry run only announces are missing there as much.
            let announced = report.documents.iter().any(|d| {
                let creates = |change: &Change| change.action == Action::Create;
                d.path == postmortem.path && d.changes.iter().any(creates)
            });
            if has_links || announced {
                problems.push(absent(
                    &postmortem.path,
                    place.is_some(),
                    file.is_some(),
                    head,
                    language,
                ));
            }
            run.workspace.documents[at].selected = false;
            continue;
        };
        let text = if blob_id(loaded.document.source.as_bytes()) == *sha {
            None
        } else if let Some(original) = before
            .get(postmortem.path.as_str())
            .filter(|text| blob_id(text.as_bytes()) == *sha)
        {
            Some((*original).to_owned())
        } else {
            let bytes = git.blob(sha).await.map_err(|e| failure(&e, language))?;
            match String::from_utf8(bytes) {
                Ok(text) => Some(text),
                Err(_) => {
                    problems.push(not_text(&postmortem.path, head, language));
                    run.workspace.documents[at].selected = false;
                    continue;
                }
            }
        };
        if let Some(text) = text {
            run.workspace.replace(at, text);
        }
        // What the run was narrowed to doesn't narrow the branch: other documents' changes may be on it.
        run.workspace.documents[at].selected = true;
    }
    Ok(problems)
}

/// Reads the issues that only the default branch's documents link.
async fn complete_snapshot(run: &mut Run<'_>) -> Result<(), Error> {
    for number in plan::linked_numbers(&run.workspace.documents, run.site) {
        if run.snapshot.issues.contains_key(&number) || run.snapshot.gone.contains(&number) {
            continue;
        }
        match run.client.issue(number).await? {
            Lookup::Found(issue) => {
                run.snapshot.issues.insert(number, *issue);
            }
            Lookup::Gone | Lookup::Moved { .. } => {
                run.snapshot.gone.insert(number);
            }
        }
    }
    Ok(())
}

/// A document of the default branch with its plan carried out, and its text then.
fn edited(
    run: &Run<'_>,
    part: &DocumentPlan,
    path: &str,
    head: &Head,
) -> Result<(Option<Changed>, String), Failure> {
    let loaded = &run.workspace.documents[part.document];
    let (document, postmortem) = (&loaded.document, &loaded.postmortem);
    let planned: Vec<(&ItemPlan, &ItemEdit)> = part
        .items
        .iter()
        .filter_map(|item| Some((item, item.edit.as_ref()?)))
        .collect();
    let edits: Vec<ItemEdit> = planned.iter().map(|(_, edit)| (*edit).clone()).collect();
    let (mut all, refused) = checked(document, postmortem, &edits, &run.workspace.vocabulary);
    all.extend(part.progress.clone());
    let after = splice(&document.source, &all).map_err(|error| Failure {
        exit: Exit::Failed,
        message: format!("{}: {error}", postmortem.path),
        hint: None,
    })?;
    let mode = head.files.get(path).map(|file| file.mode.clone());
    let (Some(mode), true) = (mode, after != document.source) else {
        return Ok((None, after));
    };
    let made = planned
        .iter()
        .enumerate()
        .filter(|(at, _)| !refused.contains(at));
    let rows = made.filter_map(|(_, (plan, edit))| {
        let item = postmortem.items.get(plan.item)?;
        let number = plan.issue?;
        let old = item.status.status;
        Some(RowChange {
            item: match &postmortem.id {
                Some(id) => format!("{id}#{}", item.key),
                None => item.key.clone(),
            },
            title: item.title.clone(),
            number,
            url: run
                .snapshot
                .issues
                .get(&number)
                .map_or_else(|| run.site.issue_url(number), |issue| issue.url.clone()),
            status: edit.status.filter(|new| *new != old).map(|new| (old, new)),
            new_link: item.reference.is_none(),
        })
    });
    let changed = Changed {
        path: path.to_owned(),
        mode,
        title: match &postmortem.id {
            Some(id) => format!("{id} {}", postmortem.title),
            None => postmortem.title.clone(),
        },
        language: postmortem.language,
        rows: rows.collect(),
        progress: part.progress.is_some(),
        content: after.clone(),
    };
    Ok((Some(changed), after))
}

/// Rows of the checkout whose link found no row on the default branch: said, for the link is nowhere but on this disk.
fn unwritten(run: &Run<'_>, at: usize, after: &str, local: &[(u64, String, String)], head: &Head) {
    let language = run.printer.language;
    let path = &run.workspace.documents[at].postmortem.path;
    let there = run.workspace.postmortem(&Document::parse(after), path);
    let numbers: BTreeSet<u64> = there
        .items
        .iter()
        .filter_map(|item| run.site.number(item.reference.as_ref()?))
        .collect();
    for (number, row, title) in local.iter().filter(|(n, ..)| !numbers.contains(n)) {
        let (title, branch) = (plain(title), &head.branch);
        run.printer.warn(
            &language.pick(
                format!("{row} {title} → #{number}: {branch} に同じ行がないため、プルリクエストに入っていません（{path}）"),
                format!("{row} {title} → #{number} is not in the pull request: {branch} has no such row ({path})"),
            ),
            Some(language.pick(
                "文書の変更をコミットして push してください。次の実行で入ります",
                "commit and push the document; the next run writes it",
            )),
        );
    }
}

/// The configured language, else the one that most of the documents are written in.
fn pr_language(choice: LanguageChoice, changed: &[Changed], fallback: Language) -> Language {
    let japanese = changed
        .iter()
        .filter(|one| one.language == Language::Ja)
        .count();
    match choice {
        LanguageChoice::Ja => Language::Ja,
        LanguageChoice::En => Language::En,
        LanguageChoice::Auto if changed.is_empty() => fallback,
        LanguageChoice::Auto if 2 * japanese >= changed.len() => Language::Ja,
        LanguageChoice::Auto => Language::En,
    }
}

/// The folders of some paths, each once; the top is the empty one.
fn folders_of<'p>(paths: impl Iterator<Item = &'p String>) -> Vec<String> {
    let folders: BTreeSet<&str> = paths
        .map(|path| path.rsplit_once('/').map_or("", |(folder, _)| folder))
        .collect();
    folders.into_iter().map(str::to_owned).collect()
}

/// The path of a file in its repository, with slashes; `None` where it lies outside.
fn path_in(root: &Path, file: &Path) -> Option<String> {
    let flat = |path: &Path| {
        let mut parts: Vec<String> = Vec::new();
        for part in path.components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => {
                    parts.pop();
                }
                other => parts.push(other.as_os_str().to_string_lossy().into_owned()),
            }
        }
        parts
    };
    let (root, file) = (flat(root), flat(file));
    let inside = file.strip_prefix(root.as_slice())?;
    (!inside.is_empty()).then(|| inside.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_the_repository() {
        for (root, file, expected) in [
            ("/r", "/r/postmortems/042.md", Some("postmortems/042.md")),
            ("/r", "/r/./a/../b/c.md", Some("b/c.md")),
            ("/r", "/r/../x.md", None),
            ("/r", "/rx/a.md", None),
            ("/r", "/r", None),
            ("/r", "/r/障害/1 月.md", Some("障害/1 月.md")),
        ] {
            let found = path_in(Path::new(root), Path::new(file));
            assert_eq!(found.as_deref(), expected, "{file}");
        }
    }
}

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

mod summary;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::Ordering;

use serde::Serialize;

use crate::config::{Config, Language, LanguageChoice, RepoName};
use crate::connect;
use crate::document::Document;
use crate::document::edit::splice;
use crate::github::git_data::{Files, Git, PullRequest, PullRequestPatch, TreeFile};
use crate::github::{Client, Error, ErrorKind, Lookup, Refusal, blob_id};
use crate::item::edit::{ItemEdit, splices};
use crate::list::counted;
use crate::output::{GOOD, plain, styled};
use crate::plan::{self, DocumentPlan, Options, Site, plan};
use crate::show::Report;
use crate::sync::Run;
use crate::{Exit, Failure};

use summary::{Changed, RowChange};

/// What became of the pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// What was done.
    pub state: State,
    /// Its number, where there is one.
    pub number: Option<u64>,
    /// Its page.
    pub url: Option<String>,
    /// Its branch.
    pub branch: String,
    /// The documents it changes, by their paths in the repository.
    pub documents: Vec<String>,
}

/// What was done about the pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// There is nothing to write back, and nothing was open.
    None,
    /// It is new.
    Opened,
    /// Its branch or its text changed.
    Updated,
    /// It holds everything already.
    Unchanged,
    /// Nothing is left to write back.
    Closed,
    /// Somebody closed it unmerged, and there is nothing new to propose.
    Declined,
}

impl Outcome {
    /// The line for people.
    pub fn text(&self, language: Language) -> String {
        let Outcome {
            state,
            number,
            url,
            branch: _,
            documents,
        } = self;
        let pr = number.map_or_else(String::new, |number| format!("#{number}"));
        let url = plain(url.as_deref().unwrap_or_default());
        let count = documents.len();
        let holds = language.pick(
            format!("（文書 {count} 件）: {url}"),
            format!(" ({}): {url}", counted(count, "document")),
        );
        let line = match state {
            State::None => language.pick(
                "プルリクエストにするものはありません。".to_owned(),
                "No pull request is needed: the default branch has it all.".to_owned(),
            ),
            State::Opened => language.pick(
                format!("プルリクエスト {pr} を作成しました{holds}"),
                format!("pull request {pr} opened{holds}"),
            ),
            State::Updated => language.pick(
                format!("プルリクエスト {pr} を更新しました{holds}"),
                format!("pull request {pr} updated{holds}"),
            ),
            State::Unchanged => language.pick(
                format!("プルリクエスト {pr} は最新です{holds}"),
                format!("pull request {pr} is up to date{holds}"),
            ),
            State::Closed => language.pick(
                format!("書き戻すものがなくなったため、プルリクエスト {pr} を閉じました: {url}"),
                format!("pull request {pr} closed, nothing is left to write back: {url}"),
            ),
            State::Declined => language.pick(
                format!("プルリクエスト {pr} はマージされずに閉じられています。新しい内容がないため、作り直しません: {url}"),
                format!("pull request {pr} was closed unmerged and there is nothing new, so it is not opened again: {url}"),
            ),
        };
        match state {
            State::Opened | State::Updated | State::Closed => {
                format!("{} {line}\n", styled(GOOD, "✓"))
            }
            State::None | State::Unchanged | State::Declined => format!("{line}\n"),
        }
    }
}

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
    Ok(Target {
        // Its name now: writes don't follow the redirects of a renamed repository other than the issues' own.
        repository: there.full_name.parse().unwrap_or(named),
        root,
        default_branch: there.default_branch,
        page: there.html_url,
    })
}

/// Proposes what the default branch's documents lack, after a run has been carried out. What became of it is in the report; what went
/// wrong is printed, and in the answer.
pub async fn run(run: &mut Run<'_>, target: &Target, report: &mut Report, exit: Exit) -> Exit {
    let (printer, language) = (run.printer, run.printer.language);
    if exit == Exit::Interrupted {
        return exit;
    }
    printer.begin(
        5,
        language.pick("プルリクエストを準備中", "preparing the pull request"),
    );
    let ended = propose(run, target, report).await;
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
    let folders: BTreeSet<String> = places
        .iter()
        .flatten()
        .map(|path| {
            path.rsplit_once('/')
                .map_or("", |(folder, _)| folder)
                .to_owned()
        })
        .collect();
    let folders: Vec<String> = folders.into_iter().collect();
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
    };
    let outcome = proposal.settle(run).await?;
    Ok((outcome, problems))
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
            if has_links {
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
    let edits: Vec<ItemEdit> = part
        .items
        .iter()
        .filter_map(|item| item.edit.clone())
        .collect();
    let mut all = splices(document, postmortem, &edits, &run.workspace.vocabulary);
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
    let rows = part.items.iter().filter_map(|plan| {
        let (edit, item) = (plan.edit.as_ref()?, postmortem.items.get(plan.item)?);
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

/// One pull request's worth of changes, and where it goes.
struct Proposal<'a> {
    git: &'a Git<'a>,
    branch: &'a str,
    head: &'a Head,
    changed: Vec<Changed>,
    /// The language of the pull request.
    language: Language,
    /// The language of messages.
    messages: Language,
    /// The repository's page.
    page: &'a str,
}

impl Proposal<'_> {
    /// Makes branch and pull request what they should be, with as few writes as that takes.
    async fn settle(&self, run: &Run<'_>) -> Result<Outcome, Failure> {
        let fail = |error: Error| failure(&error, self.messages);
        let (git, branch, head) = (self.git, self.branch, self.head);
        let tip = match git.branch(branch).await.map_err(fail)? {
            Some(sha) => Some(git.commit(&sha).await.map_err(fail)?),
            None => None,
        };
        let known = git
            .pull_requests(branch, &head.branch)
            .await
            .map_err(fail)?;
        let open = known.iter().find(|known| known.open);
        let ours = tip
            .as_ref()
            .is_none_or(|tip| tip.parents.len() == 1 && summary::is_ours(&tip.message, branch));
        run.printer.step(1, None);
        if self.changed.is_empty() {
            return self.withdraw(open, tip.is_some(), ours).await.map_err(fail);
        }
        let body = summary::region(&self.changed, &head.branch, self.language);
        if let (None, Some(last)) = (open, known.first())
            && !last.merged
            && summary::holds(&last.body, &body)
        {
            return Ok(self.outcome(State::Declined, Some(last)));
        }
        let wanted: Files = self
            .changed
            .iter()
            .map(|changed| {
                let sha = blob_id(changed.content.as_bytes());
                let mode = changed.mode.clone();
                (changed.path.clone(), TreeFile { mode, sha })
            })
            .collect();
        let current = match &tip {
            None => false,
            Some(tip) => {
                let folders: Vec<String> = wanted
                    .keys()
                    .map(|path| path.rsplit_once('/').map_or("", |(f, _)| f).to_owned())
                    .collect();
                if ours && tip.parents != [head.commit.as_str()] {
                    false
                } else {
                    let files = git.files(&tip.tree, &folders).await.map_err(fail)?;
                    let holds = wanted
                        .iter()
                        .all(|(path, file)| files.get(path) == Some(file));
                    // Ours holds nothing else; with people's commits on it, it may.
                    holds
                        && (!ours
                            || files.iter().all(|(path, file)| {
                                wanted.contains_key(path) || head.files.get(path) == Some(file)
                            }))
                }
            }
        };
        if !current {
            if !ours {
                return Err(others_commits(branch, self.messages));
            }
            if run.interrupted.load(Ordering::Relaxed) {
                return Err(interrupted(self.messages));
            }
            self.rebuild(&wanted, tip.is_some()).await.map_err(fail)?;
        }
        run.printer.step(1, None);
        self.publish(open, &body, current).await
    }

    /// The branch, made of the default branch's head and one commit.
    async fn rebuild(&self, wanted: &Files, exists: bool) -> Result<(), Error> {
        let (git, head) = (self.git, self.head);
        for changed in &self.changed {
            git.create_blob(changed.content.as_bytes()).await?;
        }
        let tree = git.create_tree(&head.tree, wanted).await?;
        let message = summary::message(&self.changed, self.branch, self.language);
        let commit = git.create_commit(&message, &tree, &head.commit).await?;
        if exists {
            git.move_branch(self.branch, &commit).await
        } else {
            git.create_branch(self.branch, &commit).await
        }
    }

    async fn publish(
        &self,
        open: Option<&PullRequest>,
        region: &str,
        current: bool,
    ) -> Result<Outcome, Failure> {
        let fail = |error: Error| failure(&error, self.messages);
        let Some(open) = open else {
            let title = summary::title(self.language);
            let made = self
                .git
                .open_pull_request(self.branch, &self.head.branch, title, region)
                .await
                .map_err(|error| self.unopened(&error))?;
            return Ok(self.outcome(State::Opened, Some(&made)));
        };
        let body = summary::with_region(&open.body, region);
        let state = if body.is_some() || !current {
            State::Updated
        } else {
            State::Unchanged
        };
        if body.is_some() {
            let patch = PullRequestPatch { body, state: None };
            self.git
                .update_pull_request(open.number, &patch)
                .await
                .map_err(fail)?;
        }
        Ok(self.outcome(state, Some(open)))
    }

    /// Nothing differs: the pull request is closed, and the branch goes unless people's commits are on it.
    async fn withdraw(
        &self,
        open: Option<&PullRequest>,
        exists: bool,
        ours: bool,
    ) -> Result<Outcome, Error> {
        if exists && !ours {
            return Ok(self.outcome(State::None, None));
        }
        if let Some(open) = open {
            let region = summary::nothing_left(&self.head.branch, summary::spoken(&open.body));
            let patch = PullRequestPatch {
                body: summary::with_region(&open.body, &region),
                state: Some("closed"),
            };
            self.git.update_pull_request(open.number, &patch).await?;
        }
        if exists {
            self.git.delete_branch(self.branch).await?;
        }
        Ok(match open {
            Some(open) => self.outcome(State::Closed, Some(open)),
            None => self.outcome(State::None, None),
        })
    }

    fn outcome(&self, state: State, pull_request: Option<&PullRequest>) -> Outcome {
        Outcome {
            state,
            number: pull_request.map(|known| known.number),
            url: pull_request.map(|known| known.url.clone()),
            branch: self.branch.to_owned(),
            documents: self.changed.iter().map(|one| one.path.clone()).collect(),
        }
    }

    /// The branch is there and the pull request could not be opened: a person can do it.
    fn unopened(&self, error: &Error) -> Failure {
        let language = self.messages;
        let Failure {
            exit,
            message,
            hint,
        } = failure(error, language);
        let (branch, page, base) = (self.branch, self.page, &self.head.branch);
        let url = format!("{page}/compare/{base}...{branch}?expand=1");
        let by_hand = language.pick(
            format!("ブランチ {branch} はできています。手で作るなら: {url}"),
            format!("the branch {branch} is there; to open it by hand: {url}"),
        );
        let hint = hint.map_or_else(
            || by_hand.clone(),
            |hint| {
                let between = language.pick("。", "; ");
                format!("{hint}{between}{by_hand}")
            },
        );
        Failure {
            exit,
            message,
            hint: Some(hint),
        }
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

fn failed(message: String, hint: String) -> Failure {
    Failure {
        exit: Exit::Failed,
        message,
        hint: Some(hint),
    }
}

/// GitHub's error; what it hides or refuses here is a matter of other permissions than issues need.
fn failure(error: &Error, language: Language) -> Failure {
    let plain = connect::failure(error, language);
    match error.kind() {
        ErrorKind::Forbidden(Refusal::Permission(_)) | ErrorKind::NotFound => Failure {
            hint: Some(
                language
                    .pick(
                        "トークンに Contents と Pull requests の書き込み権限が必要です（ワークフローなら permissions: に contents: write と pull-requests: write、classic トークンなら repo スコープ）",
                        "the token needs Contents: write and Pull requests: write (`permissions:` `contents: write` and `pull-requests: write` in a workflow, the scope `repo` for a classic token)",
                    )
                    .to_owned(),
            ),
            ..plain
        },
        _ => plain,
    }
}

fn nowhere(language: Language) -> Failure {
    Failure::usage(
        language.pick(
            "文書のリポジトリがこの GitHub にないため、プルリクエストを作れません",
            "the documents' repository is not on this GitHub, so there is nowhere for a pull request",
        ),
        Some(
            language
                .pick(
                    "origin が別のサーバーを指しています。--pull-request を外して、文書を git でコミットしてください",
                    "this checkout's origin is another server: leave --pull-request out, and commit the documents with git",
                )
                .to_owned(),
        ),
    )
}

fn own_branch(branch: &str, language: Language) -> Failure {
    Failure::usage(
        language.pick(
            format!("github.branch の {branch} は既定ブランチです"),
            format!("github.branch is `{branch}`, which is the default branch"),
        ),
        Some(language.pick(
            "pm-sync だけが使うブランチ名にしてください（例: pm-sync/write-back）".to_owned(),
            "name a branch that is pm-sync's alone, such as pm-sync/write-back".to_owned(),
        )),
    )
}

fn empty(repository: &RepoName, language: Language) -> Failure {
    failed(
        language.pick(
            format!("{repository} の既定ブランチにコミットがありません"),
            format!("the default branch of {repository} has no commit"),
        ),
        language.pick(
            "文書をコミットして push してください".to_owned(),
            "commit and push the documents".to_owned(),
        ),
    )
}

fn absent(path: &str, inside: bool, link: bool, head: &Head, language: Language) -> Failure {
    let branch = &head.branch;
    match (inside, link) {
        (false, _) => failed(
            language.pick(
                format!("{path}: リポジトリの外にあるため、プルリクエストに入れられません"),
                format!("{path}: lies outside the repository and can't be in its pull request"),
            ),
            language.pick(
                "文書をリポジトリの中に置いてください".to_owned(),
                "keep the document in the repository".to_owned(),
            ),
        ),
        (true, true) => failed(
            language.pick(
                format!("{path}: {branch} では通常のファイルではない（シンボリックリンクなど）ため、プルリクエストに入れられません"),
                format!("{path}: is no plain file on {branch} (a symbolic link?) and can't be in the pull request"),
            ),
            language.pick(
                "リンク先の文書を documents.paths に指定してください".to_owned(),
                "name the document it leads to in documents.paths".to_owned(),
            ),
        ),
        (true, false) => failed(
            language.pick(
                format!("{path}: {branch} にないため、リンクはプルリクエストに入っていません"),
                format!("{path}: is not on {branch}, so its links are not in the pull request"),
            ),
            language.pick(
                format!("文書を {branch} にコミットして push してください。次の実行で入ります"),
                format!("commit the document to {branch} and push it; the next run writes its links"),
            ),
        ),
    }
}

fn not_text(path: &str, head: &Head, language: Language) -> Failure {
    let branch = &head.branch;
    failed(
        language.pick(
            format!("{path}: {branch} の内容が UTF-8 ではありません"),
            format!("{path}: is not UTF-8 on {branch}"),
        ),
        language.pick(
            "ファイルを UTF-8 で保存し直してください".to_owned(),
            "save the file as UTF-8".to_owned(),
        ),
    )
}

fn others_commits(branch: &str, language: Language) -> Failure {
    Failure {
        exit: Exit::Conflicts,
        message: language.pick(
            format!("{branch} に pm-sync 以外のコミットがあるため、作り直しませんでした"),
            format!("{branch} has commits that are not pm-sync's, so it was not rebuilt"),
        ),
        hint: Some(language.pick(
            "プルリクエストをマージするか、コミットを別のブランチに移して、このブランチを削除してください".to_owned(),
            "merge its pull request, or move the commits to another branch and delete this one".to_owned(),
        )),
    }
}

fn interrupted(language: Language) -> Failure {
    Failure {
        exit: Exit::Interrupted,
        message: language.pick(
            "中断されたため、プルリクエストは更新していません".to_owned(),
            "interrupted before the pull request was written".to_owned(),
        ),
        hint: Some(language.pick(
            "もう一度実行してください".to_owned(),
            "run it again".to_owned(),
        )),
    }
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

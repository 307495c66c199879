//! Branch and pull request made what they should be, with as few writes as that takes.

use std::sync::atomic::Ordering;

use crate::Failure;
use crate::config::Language;
use crate::github::git_data::{Commit, Files, Git, PullRequest, PullRequestPatch, TreeFile};
use crate::github::{Error, blob_id};
use crate::sync::Run;

use super::outcome::{Outcome, Preview, State};
use super::refusals::{failure, interrupted, others_commits};
use super::summary::{self, Changed};
use super::{Head, folders_of};

/// One pull request's worth of changes, and where it goes.
pub(super) struct Proposal<'a> {
    pub(super) git: &'a Git<'a>,
    pub(super) branch: &'a str,
    pub(super) head: &'a Head,
    pub(super) changed: Vec<Changed>,
    /// The language of the pull request.
    pub(super) language: Language,
    /// The language of messages.
    pub(super) messages: Language,
    /// The repository's page.
    pub(super) page: &'a str,
    /// Nothing is written; the outcome says what would be.
    pub(super) dry_run: bool,
}

impl Proposal<'_> {
    /// Makes branch and pull request what they should be, with as few writes as that takes.
    pub(super) async fn settle(&self, run: &Run<'_>) -> Result<Outcome, Failure> {
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
        let ours = match &tip {
            Some(tip) => self.is_ours(tip).await.map_err(fail)?,
            None => true,
        };
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
                if ours && tip.parents != [head.commit.as_str()] {
                    false
                } else {
                    let files = git
                        .files(&tip.tree, &folders_of(wanted.keys()))
                        .await
                        .map_err(fail)?;
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
            if !self.dry_run {
                self.rebuild(&wanted, tip.is_some()).await.map_err(fail)?;
            }
        }
        run.printer.step(1, None);
        self.publish(open, &body, current).await
    }

    /// Whether nobody's work but ours would go with the branch: its last commit is ours, or a merge of the default branch into ours that
    /// added nothing, as GitHub's button "Update branch" makes them.
    async fn is_ours(&self, tip: &Commit) -> Result<bool, Error> {
        let git = self.git;
        let (ours, theirs) = match tip.parents.as_slice() {
            [_] => return Ok(summary::is_ours(&tip.message, self.branch)),
            [ours, theirs] => (git.commit(ours).await?, git.commit(theirs).await?),
            _ => return Ok(false),
        };
        if ours.parents.len() != 1 || !summary::is_ours(&ours.message, self.branch) {
            return Ok(false);
        }
        let merged = git.all_files(&tip.tree).await?;
        let ours = git.all_files(&ours.tree).await?;
        let theirs = git.all_files(&theirs.tree).await?;
        let (Some(merged), Some(ours), Some(theirs)) = (merged, ours, theirs) else {
            return Ok(false);
        };
        let from_either = |(path, file): (&String, &TreeFile)| {
            ours.get(path) == Some(file) || theirs.get(path) == Some(file)
        };
        Ok(merged.iter().all(from_either))
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
            if self.dry_run {
                return Ok(self.previewed(State::Opened, None, title, region));
            }
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
        if self.dry_run && state == State::Updated {
            let text = body.as_deref().unwrap_or(&open.body);
            return Ok(self.previewed(state, Some(open), &open.title, text));
        }
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
        if let Some(open) = open.filter(|_| !self.dry_run) {
            let region = summary::nothing_left(&self.head.branch, summary::spoken(&open.body));
            let patch = PullRequestPatch {
                body: summary::with_region(&open.body, &region),
                state: Some("closed"),
            };
            self.git.update_pull_request(open.number, &patch).await?;
        }
        if exists && !self.dry_run {
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
            links: 0,
            preview: None,
        }
    }

    fn previewed(
        &self,
        state: State,
        open: Option<&PullRequest>,
        title: &str,
        body: &str,
    ) -> Outcome {
        Outcome {
            preview: Some(Preview {
                title: title.to_owned(),
                body: body.to_owned(),
            }),
            ..self.outcome(state, open)
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

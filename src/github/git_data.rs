//! Branches, commits and files of a repository, and its pull requests: what a write-back to a protected branch needs of GitHub.
//!
//! Everything goes over the git data API, so neither git nor a checkout is needed, and a commit without an author is signed by GitHub in
//! the name of the token's owner. Blobs, trees and commits are named by their content, so that sending one twice does no harm. What goes
//! into a commit, and when a branch may be moved, is decided in [`crate::write_back`].

use std::collections::{BTreeMap, VecDeque};

use http::{Method, StatusCode, Uri};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::config::RepoName;

use super::client::Client;
use super::error::{Error, ErrorKind};
use super::git_object::{from_base64, to_base64};
use super::send::Resend;
use super::transport::encode;

/// The git data and the pull requests of one repository, which need not be the one with the issues.
#[derive(Debug, Clone)]
pub struct Git<'a> {
    client: &'a Client,
    repository: RepoName,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub sha: String,
    /// Its files, by the name of their tree.
    pub tree: String,
    /// The commits it stands on.
    pub parents: Vec<String>,
    /// Its message.
    pub message: String,
}

/// A file in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeFile {
    /// `100644`, or `100755` for one that can be run; `120000` is a symbolic link, `160000` a submodule.
    pub mode: String,
    /// The name of its content; see [`super::blob_id`].
    pub sha: String,
}

/// All files below a commit, by their path from the top.
pub type Files = BTreeMap<String, TreeFile>;

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "RawPullRequest")]
pub struct PullRequest {
    /// Its number, from the same row as issues.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its Markdown; empty where GitHub says `null`.
    pub body: String,
    /// Whether it is open.
    pub open: bool,
    /// Whether it was merged.
    pub merged: bool,
}

#[derive(Deserialize)]
struct RawPullRequest {
    number: u64,
    html_url: String,
    title: String,
    body: Option<String>,
    state: String,
    merged_at: Option<String>,
}

impl From<RawPullRequest> for PullRequest {
    fn from(raw: RawPullRequest) -> PullRequest {
        PullRequest {
            number: raw.number,
            url: raw.html_url,
            title: raw.title,
            body: raw.body.unwrap_or_default(),
            open: raw.state == "open",
            merged: raw.merged_at.is_some(),
        }
    }
}

/// Changes to a pull request; only what is `Some` is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PullRequestPatch {
    /// The whole new Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// `closed`, or `open`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
}

#[derive(Deserialize)]
struct Object {
    sha: String,
}

#[derive(Deserialize)]
struct RawTree {
    #[serde(default)]
    truncated: bool,
    tree: Vec<RawEntry>,
}

#[derive(Deserialize)]
struct RawEntry {
    path: String,
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    sha: String,
}

impl Client {
    /// The git data of a repository.
    #[must_use]
    pub fn git(&self, repository: RepoName) -> Git<'_> {
        Git {
            client: self,
            repository,
        }
    }

    /// Whether GitHub lets Actions create pull requests in our repository; `None` where this token may not know: only who administers the
    /// repository may.
    ///
    /// # Errors
    /// Everything but that.
    pub async fn actions_may_open_pull_requests(&self) -> Result<Option<bool>, Error> {
        #[derive(Deserialize)]
        struct Body {
            can_approve_pull_request_reviews: bool,
        }
        let git = self.git(self.repo().clone());
        match git
            .send::<Body>(Method::GET, "/actions/permissions/workflow", None)
            .await
        {
            Ok(body) => Ok(Some(body.can_approve_pull_request_reviews)),
            Err(error) => match error.kind() {
                ErrorKind::Forbidden(_) | ErrorKind::NotFound => Ok(None),
                _ => Err(error),
            },
        }
    }
}

impl Git<'_> {
    /// The repository.
    #[must_use]
    pub fn repository(&self) -> &RepoName {
        &self.repository
    }

    /// The name of a branch's last commit; `None` where there is no such branch.
    ///
    /// # Errors
    /// Everything but its absence.
    pub async fn branch(&self, branch: &str) -> Result<Option<String>, Error> {
        #[derive(Deserialize)]
        struct Ref {
            object: Object,
        }
        let path = format!("/git/ref/heads/{}", segments(branch));
        absent_is_none(self.send::<Ref>(Method::GET, &path, None).await)
            .map(|found| found.map(|found| found.object.sha))
    }

    /// A commit.
    ///
    /// # Errors
    /// As any request.
    pub async fn commit(&self, sha: &str) -> Result<Commit, Error> {
        #[derive(Deserialize)]
        struct Body {
            sha: String,
            message: String,
            tree: Object,
            parents: Vec<Object>,
        }
        let path = format!("/git/commits/{}", encode(sha));
        let Body {
            sha,
            message,
            tree,
            parents,
        } = self.send(Method::GET, &path, None).await?;
        Ok(Commit {
            sha,
            message,
            tree: tree.sha,
            parents: parents.into_iter().map(|parent| parent.sha).collect(),
        })
    }

    /// All files of a tree; `None` where it is larger than GitHub lists at once (100,000 entries).
    ///
    /// # Errors
    /// As any request.
    pub async fn all_files(&self, tree: &str) -> Result<Option<Files>, Error> {
        let path = format!("/git/trees/{}?recursive=1", encode(tree));
        let all: RawTree = self.send(Method::GET, &path, None).await?;
        let files = all.tree.into_iter().filter(|entry| entry.kind != "tree");
        let files = files.map(
            |RawEntry {
                 path, mode, sha, ..
             }| (path, TreeFile { mode, sha }),
        );
        Ok((!all.truncated).then(|| files.collect()))
    }

    /// The files of a tree: all of them where GitHub lists them at once, else those directly in `folders` (paths from the top; the empty
    /// one is the top) and on the way there.
    ///
    /// # Errors
    /// As any request.
    pub async fn files(&self, tree: &str, folders: &[String]) -> Result<Files, Error> {
        if let Some(all) = self.all_files(tree).await? {
            return Ok(all);
        }
        let leads_on = |path: &str| {
            folders
                .iter()
                .any(|folder| folder == path || folder.starts_with(&format!("{path}/")))
        };
        let mut files = Files::new();
        let mut waiting = VecDeque::from([(String::new(), tree.to_owned())]);
        while let Some((folder, sha)) = waiting.pop_front() {
            let path = format!("/git/trees/{}", encode(&sha));
            let one: RawTree = self.send(Method::GET, &path, None).await?;
            for entry in one.tree {
                let RawEntry {
                    path,
                    mode,
                    kind,
                    sha,
                } = entry;
                let path = join(&folder, &path);
                if kind != "tree" {
                    files.insert(path, TreeFile { mode, sha });
                } else if leads_on(&path) {
                    waiting.push_back((path, sha));
                }
            }
        }
        Ok(files)
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// As any request; an answer whose Base64 can't be read makes no sense.
    pub async fn blob(&self, sha: &str) -> Result<Vec<u8>, Error> {
        #[derive(Deserialize)]
        struct Body {
            content: String,
            encoding: String,
        }
        let path = format!("/git/blobs/{}", encode(sha));
        let Body { content, encoding } = self.send(Method::GET, &path, None).await?;
        let bytes = match encoding.as_str() {
            "base64" => from_base64(&content),
            "utf-8" => Some(content.into_bytes()),
            _ => None,
        };
        bytes.ok_or_else(|| {
            Error::new(
                ErrorKind::Unexpected,
                format!("GET /repos/{}{path}", self.repository),
                None,
                "the file's bytes can't be read",
            )
        })
    }

    /// Sends the bytes of a file and gets their name.
    ///
    /// # Errors
    /// As any write.
    pub async fn create_blob(&self, content: &[u8]) -> Result<String, Error> {
        // Base64 rather than text: so not one byte can be taken for something else on the way.
        let body = json!({ "content": to_base64(content), "encoding": "base64" });
        let made: Object = self.send(Method::POST, "/git/blobs", Some(&body)).await?;
        Ok(made.sha)
    }

    /// Makes a tree of another one and files that take the place of those at their paths.
    ///
    /// # Errors
    /// As any write.
    pub async fn create_tree(&self, base: &str, files: &Files) -> Result<String, Error> {
        let entries: Vec<Value> = files
            .iter()
            .map(|(path, TreeFile { mode, sha })| {
                json!({ "path": path, "mode": mode, "type": "blob", "sha": sha })
            })
            .collect();
        let body = json!({ "base_tree": base, "tree": entries });
        let made: Object = self.send(Method::POST, "/git/trees", Some(&body)).await?;
        Ok(made.sha)
    }

    /// Makes a commit on one other. No author is named, so that GitHub signs it.
    ///
    /// # Errors
    /// As any write.
    pub async fn create_commit(
        &self,
        message: &str,
        tree: &str,
        parent: &str,
    ) -> Result<String, Error> {
        let body = json!({ "message": message, "tree": tree, "parents": [parent] });
        let made: Object = self.send(Method::POST, "/git/commits", Some(&body)).await?;
        Ok(made.sha)
    }

    /// Makes a branch, or moves it where somebody made it meanwhile.
    ///
    /// # Errors
    /// As any write.
    pub async fn create_branch(&self, branch: &str, commit: &str) -> Result<(), Error> {
        let body = json!({ "ref": format!("refs/heads/{branch}"), "sha": commit });
        match self
            .send::<Value>(Method::POST, "/git/refs", Some(&body))
            .await
        {
            Err(error)
                if matches!(error.kind(), ErrorKind::Validation(_))
                    && error.detail().contains("already exists") =>
            {
                self.move_branch(branch, commit).await
            }
            other => other.map(drop),
        }
    }

    /// Moves a branch to a commit, wherever it is.
    ///
    /// # Errors
    /// As any write.
    pub async fn move_branch(&self, branch: &str, commit: &str) -> Result<(), Error> {
        let body = json!({ "sha": commit, "force": true });
        let path = format!("/git/refs/heads/{}", segments(branch));
        self.send::<Value>(Method::PATCH, &path, Some(&body))
            .await
            .map(drop)
    }

    /// Deletes a branch; one that is gone already is fine.
    ///
    /// # Errors
    /// Everything but its absence.
    pub async fn delete_branch(&self, branch: &str) -> Result<(), Error> {
        let path = format!("/git/refs/heads/{}", segments(branch));
        let uri = self.at(&path)?;
        match self
            .client
            .call(Method::DELETE, uri, None, Resend::Freely)
            .await
        {
            Err(error)
                if !(error.detail().contains("does not exist")
                    || *error.kind() == ErrorKind::NotFound) =>
            {
                Err(error)
            }
            _ => Ok(()),
        }
    }

    /// The last pull requests from a branch of this repository into `base`, open and closed, newest first.
    ///
    /// # Errors
    /// As any request.
    pub async fn pull_requests(&self, branch: &str, base: &str) -> Result<Vec<PullRequest>, Error> {
        let head = format!("{}:{branch}", self.repository.owner());
        let path = format!(
            "/pulls?state=all&head={}&base={}&sort=created&direction=desc&per_page=30",
            encode(&head),
            encode(base)
        );
        self.send(Method::GET, &path, None).await
    }

    /// Opens a pull request. Where the answer is lost, or there is one already, that one is looked for and given back.
    ///
    /// # Errors
    /// [`Refusal::PullRequestsByActions`](super::Refusal::PullRequestsByActions) where the repository doesn't let Actions do that;
    /// [`ErrorKind::Uncertain`] where it isn't found after its answer was lost.
    pub async fn open_pull_request(
        &self,
        branch: &str,
        base: &str,
        title: &str,
        body: &str,
    ) -> Result<PullRequest, Error> {
        let uri = self.at("/pulls")?;
        let request = self.client.describe(&Method::POST, &uri);
        let json = json!({ "title": title, "head": branch, "base": base, "body": body });
        let json = self.client.json(&request, &json)?;
        let error = match self
            .client
            .call(Method::POST, uri, Some(json), Resend::OnlyIfUnsent)
            .await
        {
            Ok(answer) if answer.status == StatusCode::CREATED => {
                match self.client.parse(&request, &answer) {
                    Ok(made) => return Ok(made),
                    Err(error) => Error::new(
                        ErrorKind::Uncertain,
                        request,
                        Some(answer.status),
                        error.detail(),
                    ),
                }
            }
            Ok(answer) => Error::new(
                ErrorKind::Uncertain,
                request,
                Some(answer.status),
                "the answer is not that of a creation",
            ),
            Err(error) => error,
        };
        let may_be_there = match error.kind() {
            ErrorKind::Uncertain => true,
            ErrorKind::Validation(fields) => fields.iter().any(|field| {
                field
                    .message
                    .as_deref()
                    .is_some_and(|message| message.contains("already exists"))
            }),
            _ => false,
        };
        let found = if may_be_there {
            self.pull_requests(branch, base).await?
        } else {
            Vec::new()
        };
        found.into_iter().find(|found| found.open).ok_or(error)
    }

    /// Changes what the patch names and nothing else.
    ///
    /// # Errors
    /// As any write.
    pub async fn update_pull_request(
        &self,
        number: u64,
        patch: &PullRequestPatch,
    ) -> Result<PullRequest, Error> {
        let path = format!("/pulls/{number}");
        let uri = self.at(&path)?;
        let request = self.client.describe(&Method::PATCH, &uri);
        let body = self.client.json(&request, patch)?;
        let answer = self
            .client
            .call(Method::PATCH, uri, Some(body), Resend::Freely)
            .await?;
        self.client.parse(&request, &answer)
    }

    fn at(&self, path: &str) -> Result<Uri, Error> {
        self.client.at(&format!("/repos/{}{path}", self.repository))
    }

    /// A request that may be repeated.
    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<T, Error> {
        let uri = self.at(path)?;
        let request = self.client.describe(&method, &uri);
        let body = match body {
            Some(body) => Some(self.client.json(&request, body)?),
            None => None,
        };
        let answer = self.client.call(method, uri, body, Resend::Freely).await?;
        self.client.parse(&request, &answer)
    }
}

fn absent_is_none<T>(found: Result<T, Error>) -> Result<Option<T>, Error> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if *error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The name of a branch as part of a path: its slashes stay.
fn segments(branch: &str) -> String {
    branch.split('/').map(encode).collect::<Vec<_>>().join("/")
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

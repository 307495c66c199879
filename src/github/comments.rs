//! The comments of issues, and single labels on them: what telling people needs of GitHub.
//!
//! A comment mentions people, so that creating one is as careful as creating an issue: it is never sent again where it may have arrived.
//! What is said, to whom and how often is decided in [`crate::notify`].

use http::Method;
use serde::{Deserialize, Serialize};

use super::client::Client;
use super::error::{Error, ErrorKind};
use super::send::Resend;
use super::transport::encode;

/// The longest comment GitHub takes, in characters.
pub const MAX_COMMENT: usize = 65_536;

/// A comment on an issue, as GitHub has it. Its text is untrusted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "RawComment")]
pub struct Comment {
    /// Its id, by which it is edited; no number of an issue.
    pub id: u64,
    /// Its Markdown.
    pub body: String,
    /// Its page for people.
    pub url: String,
    /// Who wrote it; none where the account is gone.
    pub author: Option<String>,
    /// Whether a program wrote it under its own name, such as `github-actions[bot]`.
    pub by_bot: bool,
    /// How its author relates to the repository: `OWNER`, `MEMBER`, `NONE`, …
    pub author_association: String,
}

impl Comment {
    /// Whether outsiders can't have written it: its author belongs to the repository, or is a program that was let in.
    #[must_use]
    pub fn is_from_inside(&self) -> bool {
        self.by_bot
            || ["OWNER", "MEMBER", "COLLABORATOR"].contains(&self.author_association.as_str())
    }
}

#[derive(Deserialize)]
struct RawComment {
    id: u64,
    #[serde(default)]
    body: Option<String>,
    html_url: String,
    user: Option<RawAuthor>,
    #[serde(default)]
    author_association: Option<String>,
}

#[derive(Deserialize)]
struct RawAuthor {
    login: String,
    #[serde(default, rename = "type")]
    kind: Option<String>,
}

impl From<RawComment> for Comment {
    fn from(raw: RawComment) -> Comment {
        let RawComment {
            id,
            body,
            html_url,
            user,
            author_association,
        } = raw;
        let by_bot = user
            .as_ref()
            .is_some_and(|user| user.kind.as_deref() == Some("Bot"));
        Comment {
            id,
            body: body.unwrap_or_default(),
            url: html_url,
            author: user.map(|user| user.login),
            by_bot,
            author_association: author_association.unwrap_or_default(),
        }
    }
}

#[derive(Serialize)]
struct Text<'a> {
    body: &'a str,
}

impl Client {
    /// All comments of an issue, oldest first. Unlike listings of issues they don't lag behind a write.
    ///
    /// # Errors
    /// Any page's; 404 and 410 where the issue is gone.
    pub async fn comments(&self, number: u64) -> Result<Vec<Comment>, Error> {
        let path = format!(
            "/repos/{}/issues/{number}/comments?per_page=100",
            self.repo()
        );
        self.pages(&path).await
    }

    /// Comments on an issue. It is sent again only where it certainly was not applied: the connection never stood, or a rate limit
    /// refused it.
    ///
    /// # Errors
    /// [`ErrorKind::Uncertain`] where the answer was lost, was a 5xx, or can't be read: it may stand there.
    pub async fn create_comment(&self, number: u64, body: &str) -> Result<Comment, Error> {
        let path = format!("/repos/{}/issues/{number}/comments", self.repo());
        self.create(&path, &Text { body }).await
    }

    /// Replaces the text of a comment. Nobody is told again whom it mentioned before.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] where it was deleted, [`ErrorKind::Forbidden`] where it is somebody else's and the token may not push.
    pub async fn update_comment(&self, id: u64, body: &str) -> Result<Comment, Error> {
        let uri = self.at(&format!("/repos/{}/issues/comments/{id}", self.repo()))?;
        let request = self.describe(&Method::PATCH, &uri);
        let body = self.json(&request, &Text { body })?;
        let answer = self
            .call(Method::PATCH, uri, Some(body), Resend::Freely)
            .await?;
        self.parse(&request, &answer)
    }

    /// Puts one label on an issue and leaves the others. GitHub makes a label that doesn't exist, without colour; see
    /// [`Client::ensure_label`].
    ///
    /// # Errors
    /// Any.
    pub async fn add_label(&self, number: u64, label: &str) -> Result<(), Error> {
        #[derive(Serialize)]
        struct Labels<'a> {
            labels: [&'a str; 1],
        }
        let uri = self.at(&format!("/repos/{}/issues/{number}/labels", self.repo()))?;
        let request = self.describe(&Method::POST, &uri);
        let body = self.json(&request, &Labels { labels: [label] })?;
        // Adding what is there already changes nothing, so a lost answer does no harm.
        self.call(Method::POST, uri, Some(body), Resend::Freely)
            .await
            .map(drop)
    }

    /// Takes one label off an issue and leaves the others; whether it was there.
    ///
    /// # Errors
    /// Everything but its absence, which a second try after a lost answer meets too; 410 where the issue was deleted.
    pub async fn remove_label(&self, number: u64, label: &str) -> Result<bool, Error> {
        let uri = self.at(&format!(
            "/repos/{}/issues/{number}/labels/{}",
            self.repo(),
            encode(label)
        ))?;
        match self.call(Method::DELETE, uri, None, Resend::Freely).await {
            Ok(_) => Ok(true),
            Err(error) if *error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}

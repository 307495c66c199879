//! The REST calls pm-sync needs, each as one method.
//!
//! How a request travels (pacing, retries, redirects) is `send`'s affair. What a call answers where the thing
//! asked for isn't there is decided here: an absence is a value, everything else is an error.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use crate::config::{ApiUrl, RepoName};

use super::clock::{Clock, unpoisoned};
use super::error::{Error, ErrorKind};
use super::model::{
    Issue, IssuePatch, LabelOutcome, Lookup, NewIssue, NewLabel, RateLimit, RawEvent, Repository,
    StateEvent, User,
};
use super::pace::{MAX_WAIT, Pacer, WaitReason};
use super::send::Resend;
use super::token::{Token, TokenSort};
use super::transport::{Transport, encode, next_link};

/// The pause between writes that GitHub asks for.
pub const WRITE_INTERVAL: Duration = Duration::from_secs(1);

/// How often a request is sent at most; enough to outlast a minute of trouble.
pub const TRIES: usize = 5;

/// Pages of a listing; a hundred thousand issues with our label is a server that repeats itself.
const PAGES: usize = 1000;

/// Where to, as whom, and how fast.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The server.
    pub api_url: ApiUrl,
    /// The repository with the issues.
    pub repository: RepoName,
    /// Without one, public repositories can be read and nothing can be written.
    pub token: Option<Token>,
    /// The pause between the starts of two writes.
    pub write_interval: Duration,
    /// The longest wait for a limit; see [`MAX_WAIT`].
    pub max_wait: Duration,
    /// How often a request is sent at most, for failures and again for limits.
    pub tries: usize,
    /// How long the server may be silent; connecting gets a third of it, a whole answer four times it.
    pub timeout: Duration,
}

impl Settings {
    /// The usual pauses and timeouts.
    #[must_use]
    pub fn new(api_url: ApiUrl, repository: RepoName, token: Option<Token>) -> Settings {
        let timeout = Duration::from_secs(30);
        Settings {
            api_url,
            repository,
            token,
            write_interval: WRITE_INTERVAL,
            max_wait: MAX_WAIT,
            tries: TRIES,
            timeout,
        }
    }
}

/// How many requests were sent, retries included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// GET.
    pub reads: u64,
    /// Everything else.
    pub writes: u64,
}

/// Called with a request's method and path, and the status of its answer; `None` where none came.
pub(super) type Heard = dyn Fn(&str, Option<u16>) + Send + Sync;

/// A client for one repository's issues. Clones share their connections, pace and counts.
#[derive(Clone)]
pub struct Client(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) transport: Transport,
    pub(super) settings: Settings,
    pub(super) pacer: Pacer,
    pub(super) reads: AtomicU64,
    pub(super) writes: AtomicU64,
    /// Who is told of every answer.
    pub(super) heard: Mutex<Option<Arc<Heard>>>,
    /// Our repository as GitHub names it now; asked for once, when a redirect makes it matter.
    pub(super) home: OnceCell<Option<Repository>>,
}

/// Shows where it points; the token prints as `***`.
impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Client").field(&self.0.settings).finish()
    }
}

impl Client {
    /// A client. Must be called within a tokio runtime, where octocrab keeps a task.
    ///
    /// # Errors
    /// Where the TLS of this machine can't be set up.
    pub fn new(settings: Settings, clock: Clock) -> Result<Client, Error> {
        let transport = Transport::new(&settings.api_url, settings.token.clone(), settings.timeout)
            .map_err(|detail| Error::new(ErrorKind::Unexpected, "", None, detail))?;
        let pacer = Pacer::new(clock, settings.write_interval, settings.max_wait);
        let (reads, writes, home) = (AtomicU64::new(0), AtomicU64::new(0), OnceCell::new());
        Ok(Client(Arc::new(Inner {
            transport,
            settings,
            pacer,
            reads,
            writes,
            heard: Mutex::default(),
            home,
        })))
    }

    /// Has `hook` called before every wait, with its length and reason, for the progress line.
    pub fn on_wait(&self, hook: impl Fn(Duration, WaitReason) + Send + Sync + 'static) {
        self.0.pacer.on_wait(hook);
    }

    /// Has `hook` called after every exchange, retries and redirects included: with its method and path, nothing of its headers or its
    /// body, and with the status of the answer.
    pub fn on_answer(&self, hook: impl Fn(&str, Option<u16>) + Send + Sync + 'static) {
        *unpoisoned(&self.0.heard) = Some(Arc::new(hook));
    }

    /// The repository this client writes to.
    #[must_use]
    pub fn repo(&self) -> &RepoName {
        &self.0.settings.repository
    }

    /// The server.
    #[must_use]
    pub fn api_url(&self) -> &ApiUrl {
        &self.0.settings.api_url
    }

    /// Whether there is a token at all.
    #[must_use]
    pub fn has_token(&self) -> bool {
        self.0.settings.token.is_some()
    }

    /// What sort of token there is.
    #[must_use]
    pub fn token_sort(&self) -> Option<TokenSort> {
        self.0.settings.token.as_ref().map(Token::sort)
    }

    /// How many requests were sent.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            reads: self.0.reads.load(Ordering::Relaxed),
            writes: self.0.writes.load(Ordering::Relaxed),
        }
    }

    /// All issues with a label, open and closed, oldest first, by one listing. Pull requests are among them and
    /// marked. A listing may lag a few seconds behind a write.
    ///
    /// # Errors
    /// Any page's.
    pub async fn issues_with_label(&self, label: &str) -> Result<Vec<Issue>, Error> {
        let path = format!(
            "/repos/{}/issues?state=all&labels={}&per_page=100&sort=created&direction=asc",
            self.repo(),
            encode(label)
        );
        let mut issues: Vec<Issue> = self.pages(&path).await?;
        // An issue whose place changes between two pages comes twice.
        let mut numbers = HashSet::new();
        issues.retain(|issue| numbers.insert(issue.number));
        Ok(issues)
    }

    /// All pages of a listing.
    pub(super) async fn pages<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Error> {
        let mut next = self.at(path)?;
        let mut seen_pages = HashSet::new();
        let mut all = Vec::new();
        loop {
            let request = self.describe(&Method::GET, &next);
            // Pages are told by cursors only; a server that leads in a circle would keep us forever.
            if !seen_pages.insert(next.clone()) || seen_pages.len() > PAGES {
                return Err(Error::new(
                    ErrorKind::Unexpected,
                    request,
                    None,
                    "the pages of the listing do not end",
                ));
            }
            let answer = self.call(Method::GET, next, None, Resend::Freely).await?;
            all.extend(self.parse::<Vec<T>>(&request, &answer)?);
            let Some(link) = next_link(&answer.headers) else {
                return Ok(all);
            };
            next = link
                .parse()
                .ok()
                .filter(|uri| self.api_url().is_origin_of(uri))
                .ok_or_else(|| {
                    let detail = self.clean(&format!("the next page is elsewhere: {link}"));
                    Error::new(ErrorKind::Unexpected, request, Some(answer.status), detail)
                })?;
        }
    }

    /// One issue by number, as it is now (no lag).
    ///
    /// # Errors
    /// Everything but its absence, which is an answer; that issues are turned off is an error.
    pub async fn issue(&self, number: u64) -> Result<Lookup, Error> {
        let uri = self.at(&format!("/repos/{}/issues/{number}", self.repo()))?;
        let request = self.describe(&Method::GET, &uri);
        let issue: Issue = match self.call(Method::GET, uri, None, Resend::Freely).await {
            Ok(answer) => self.parse(&request, &answer)?,
            Err(error) => {
                return match error.kind() {
                    ErrorKind::NotFound | ErrorKind::Gone => Ok(Lookup::Gone),
                    ErrorKind::Moved => Ok(Lookup::Moved { url: None }),
                    _ => Err(error),
                };
            }
        };
        // A renamed repository and a transferred issue look alike (301 to an id); the answer tells them apart.
        let here = issue.number == number
            && match &issue.repository {
                Some(repo) => repo == self.repo() || self.is_home(repo).await?,
                None => true,
            };
        Ok(if here {
            Lookup::Found(Box::new(issue))
        } else {
            Lookup::Moved {
                url: Some(issue.url),
            }
        })
    }

    /// The closings and reopenings of an issue in the order they happened; `None` where there is no such issue any more. Its list of events
    /// is asked for and not its timeline, which carries every comment as well.
    ///
    /// # Errors
    /// Everything but the issue's absence.
    pub async fn state_changes(&self, number: u64) -> Result<Option<Vec<StateEvent>>, Error> {
        let path = format!("/repos/{}/issues/{number}/events?per_page=100", self.repo());
        match self.pages::<RawEvent>(&path).await {
            Ok(events) => {
                let mut changes: Vec<StateEvent> =
                    events.into_iter().filter_map(RawEvent::change).collect();
                changes.sort_by_key(|change| change.at);
                Ok(Some(changes))
            }
            Err(error) => match error.kind() {
                ErrorKind::NotFound | ErrorKind::Gone | ErrorKind::Moved => Ok(None),
                _ => Err(error),
            },
        }
    }

    /// Creates an issue. It is sent again only where it certainly was not applied: the connection never stood,
    /// or a rate limit refused it.
    ///
    /// # Errors
    /// [`ErrorKind::Uncertain`] where the answer was lost, was a 5xx, or can't be read: it may exist.
    pub async fn create_issue(&self, new: &NewIssue) -> Result<Issue, Error> {
        self.create(&format!("/repos/{}/issues", self.repo()), new)
            .await
    }

    /// Makes something that would be there twice if it were sent twice: the one rule for issues and comments.
    pub(super) async fn create<T: DeserializeOwned>(
        &self,
        path: &str,
        what: &impl Serialize,
    ) -> Result<T, Error> {
        let uri = self.at(path)?;
        let request = self.describe(&Method::POST, &uri);
        let body = self.json(&request, what)?;
        let answer = self
            .call(Method::POST, uri, Some(body), Resend::OnlyIfUnsent)
            .await?;
        let uncertain = |detail: &str| {
            Error::new(
                ErrorKind::Uncertain,
                request.as_str(),
                Some(answer.status),
                detail,
            )
        };
        if answer.status != StatusCode::CREATED {
            return Err(uncertain("the answer is not that of a creation"));
        }
        self.parse(&request, &answer)
            .map_err(|error| uncertain(error.detail()))
    }

    /// Changes what the patch names and nothing else.
    ///
    /// # Errors
    /// [`ErrorKind::Moved`] where the issue is in another repository now; it is not written to.
    pub async fn update_issue(&self, number: u64, patch: &IssuePatch) -> Result<Issue, Error> {
        let uri = self.at(&format!("/repos/{}/issues/{number}", self.repo()))?;
        let request = self.describe(&Method::PATCH, &uri);
        let body = self.json(&request, patch)?;
        let answer = self
            .call(Method::PATCH, uri, Some(body), Resend::Freely)
            .await?;
        self.parse(&request, &answer)
    }

    /// A repository, followed through renames; `None` where there is none that the token may see.
    ///
    /// # Errors
    /// Everything but its absence.
    pub async fn repository(&self, repo: &RepoName) -> Result<Option<Repository>, Error> {
        let uri = self.at(&format!("/repos/{repo}"))?;
        let request = self.describe(&Method::GET, &uri);
        match self.call(Method::GET, uri, None, Resend::Freely).await {
            Ok(answer) => self.parse(&request, &answer).map(Some),
            Err(error) if *error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether somebody can be assigned to issues here.
    ///
    /// # Errors
    /// Everything but "no".
    pub async fn is_assignable(&self, login: &str) -> Result<bool, Error> {
        let uri = self.at(&format!(
            "/repos/{}/assignees/{}",
            self.repo(),
            encode(login)
        ))?;
        match self.call(Method::GET, uri, None, Resend::Freely).await {
            Ok(_) => Ok(true),
            Err(error) if *error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The names of the repository's labels.
    ///
    /// # Errors
    /// Any page's.
    pub async fn labels(&self) -> Result<Vec<String>, Error> {
        #[derive(Deserialize)]
        struct Body {
            name: String,
        }
        let path = format!("/repos/{}/labels?per_page=100", self.repo());
        let labels: Vec<Body> = self.pages(&path).await?;
        Ok(labels.into_iter().map(|Body { name }| name).collect())
    }

    /// Creates a label unless there is one of that name, whose colour and description stay as they are.
    ///
    /// # Errors
    /// Everything but its existence.
    pub async fn ensure_label(&self, label: &NewLabel) -> Result<LabelOutcome, Error> {
        let uri = self.at(&format!("/repos/{}/labels", self.repo()))?;
        let body = self.json(&self.describe(&Method::POST, &uri), label)?;
        match self
            .call(Method::POST, uri, Some(body), Resend::Freely)
            .await
        {
            Ok(_) => Ok(LabelOutcome::Created),
            Err(error) => match error.kind() {
                ErrorKind::Validation(fields)
                    if fields
                        .iter()
                        .any(|field| field.code.as_deref() == Some("already_exists")) =>
                {
                    Ok(LabelOutcome::Existed)
                }
                _ => Err(error),
            },
        }
    }

    /// What is left of the hour's requests; asking is free. `None` on a server that counts none, as GitHub
    /// Enterprise Server may be set up.
    ///
    /// # Errors
    /// Everything but that.
    pub async fn rate_limit(&self) -> Result<Option<RateLimit>, Error> {
        #[derive(Deserialize)]
        struct Body {
            resources: Resources,
        }
        #[derive(Deserialize)]
        struct Resources {
            core: RateLimit,
        }
        let uri = self.at("/rate_limit")?;
        let request = self.describe(&Method::GET, &uri);
        match self.call(Method::GET, uri, None, Resend::Freely).await {
            Ok(answer) => self
                .parse::<Body>(&request, &answer)
                .map(|body| Some(body.resources.core)),
            Err(error) if *error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whose token it is.
    ///
    /// # Errors
    /// [`ErrorKind::NoToken`], [`ErrorKind::Unauthorized`]; 403 for the token of a workflow, which is nobody's.
    pub async fn user(&self) -> Result<User, Error> {
        #[derive(Deserialize)]
        struct Body {
            login: String,
        }
        let uri = self.at("/user")?;
        let request = self.describe(&Method::GET, &uri);
        let answer = self.call(Method::GET, uri, None, Resend::Freely).await?;
        let Body { login } = self.parse(&request, &answer)?;
        let scopes = answer
            .headers
            .get("x-oauth-scopes")
            .and_then(|value| value.to_str().ok());
        let words = |text: &str| {
            text.split(',')
                .map(str::trim)
                .filter(|s| !s.is_empty())
                .map(str::to_owned)
                .collect()
        };
        Ok(User {
            login,
            scopes: scopes.map(words),
        })
    }
}

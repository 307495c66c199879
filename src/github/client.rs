//! The REST calls pm-sync needs, paced, retried and redirected with care.
//!
//! Reads, and writes that can be repeated without harm, are tried up to five times. A create is sent again only
//! when it certainly was not applied; when its answer is lost the error says so ([`ErrorKind::Uncertain`]) and
//! looking for the issue is the caller's task.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use chrono::{DateTime, Utc};
use http::header::LOCATION;
use http::{Method, StatusCode, Uri};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

use super::clock::Clock;
use super::error::{Error, ErrorKind};
use super::judge::{clean, refused};
use super::model::{
    Issue, IssuePatch, LabelOutcome, Lookup, NewIssue, NewLabel, Repo, Repository, User,
};
use super::pace::{MAX_WAIT, Pacer, WaitReason, retry_after};
use super::token::{ApiUrl, Token};
use super::transport::{Answer, Transport, encode, next_link};

/// The pause between writes that GitHub asks for.
pub const WRITE_INTERVAL: Duration = Duration::from_secs(1);

/// How often a request is sent at most, for failures and again for limits.
const TRIES: usize = 5;
/// Redirects followed for one request; a rename needs one.
const REDIRECTS: usize = 3;
/// Pages of a listing; a hundred thousand issues with our label is a server that repeats itself.
const PAGES: usize = 1000;

/// Where to, as whom, and how fast.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The server.
    pub api_url: ApiUrl,
    /// The repository with the issues.
    pub repository: Repo,
    /// Without one, public repositories can be read and nothing can be written.
    pub token: Option<Token>,
    /// The pause between the starts of two writes.
    pub write_interval: Duration,
    /// The longest wait for a limit; see [`MAX_WAIT`].
    pub max_wait: Duration,
    /// How long the server may be silent; connecting gets a third of it, a whole answer four times it.
    pub timeout: Duration,
}

impl Settings {
    /// The usual pauses and timeouts.
    #[must_use]
    pub fn new(api_url: ApiUrl, repository: Repo, token: Option<Token>) -> Settings {
        let timeout = Duration::from_secs(30);
        Settings {
            api_url,
            repository,
            token,
            write_interval: WRITE_INTERVAL,
            max_wait: MAX_WAIT,
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

/// A client for one repository's issues. Clones share their connections, pace and counts.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    transport: Transport,
    settings: Settings,
    pacer: Pacer,
    reads: AtomicU64,
    writes: AtomicU64,
    /// Our repository as GitHub names it now; asked for once, when a redirect makes it matter.
    home: OnceCell<Option<Repository>>,
}

/// Shows where it points; the token prints as `***`.
impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Client").field(&self.0.settings).finish()
    }
}

/// Whether a request may be sent again after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Resend {
    /// Repeating it does no harm.
    Freely,
    /// Only if it certainly was not applied.
    OnlyIfUnsent,
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
            home,
        })))
    }

    /// Has `hook` called before every wait, with its length and reason, for the progress line.
    pub fn on_wait(&self, hook: impl Fn(Duration, WaitReason) + Send + Sync + 'static) {
        self.0.pacer.on_wait(hook);
    }

    /// The repository this client writes to.
    #[must_use]
    pub fn repo(&self) -> &Repo {
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
        let mut next = self.at(&path)?;
        let mut seen_pages = HashSet::new();
        let mut numbers = HashSet::new();
        let mut issues = Vec::new();
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
            let page: Vec<Issue> = self.parse(&request, &answer)?;
            // An issue whose place changes between two pages comes twice.
            issues.extend(
                page.into_iter()
                    .filter(|issue| numbers.insert(issue.number)),
            );
            let Some(link) = next_link(&answer.headers) else {
                return Ok(issues);
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
                Some(repo) => repo.same(self.repo()) || self.is_home(repo).await?,
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

    /// Creates an issue. It is sent again only where it certainly was not applied: the connection never stood,
    /// or a rate limit refused it.
    ///
    /// # Errors
    /// [`ErrorKind::Uncertain`] where the answer was lost, was a 5xx, or can't be read: it may exist.
    pub async fn create_issue(&self, new: &NewIssue) -> Result<Issue, Error> {
        let uri = self.at(&format!("/repos/{}/issues", self.repo()))?;
        let request = self.describe(&Method::POST, &uri);
        let body = self.json(&request, new)?;
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
    pub async fn repository(&self, repo: &Repo) -> Result<Option<Repository>, Error> {
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

/// How requests travel.
impl Client {
    /// Sends a request until it is answered or must not be sent again; any 2xx is success.
    async fn call(
        &self,
        method: Method,
        mut uri: Uri,
        body: Option<String>,
        resend: Resend,
    ) -> Result<Answer, Error> {
        let request = self.describe(&method, &uri);
        let write = method != Method::GET;
        if write && !self.has_token() {
            return Err(Error::new(ErrorKind::NoToken, request, None, ""));
        }
        let pacer = &self.0.pacer;
        let limited = |until: DateTime<Utc>| {
            Error::new(ErrorKind::RateLimited { until }, request.as_str(), None, "")
        };
        let mut delays = delays();
        let (mut limits, mut redirects) = (0, 0);

        let turn = pacer.turn(write).await;
        loop {
            let sent = pacer.ready(&turn).await.map_err(limited)?;
            let counter = if write { &self.0.writes } else { &self.0.reads };
            counter.fetch_add(1, Ordering::Relaxed);

            let answer = match self
                .0
                .transport
                .exchange(&method, &uri, body.as_deref())
                .await
            {
                Ok(answer) => answer,
                Err(failure) => {
                    if resend == Resend::Freely || failure.unsent {
                        if let Some(delay) = delays.next() {
                            pacer.wait(delay, WaitReason::Retry).await;
                            continue;
                        }
                        return Err(Error::new(
                            ErrorKind::Network,
                            request,
                            None,
                            failure.detail,
                        ));
                    }
                    return Err(Error::new(
                        ErrorKind::Uncertain,
                        request,
                        None,
                        failure.detail,
                    ));
                }
            };

            let Answer {
                status,
                headers,
                body: text,
            } = &answer;
            if pacer.learn(*status, headers, text, sent) {
                // The limit refused it, so it was not applied, whatever it is.
                limits += 1;
                if limits == TRIES {
                    return Err(limited(pacer.limited_until()));
                }
            } else if status.is_success() {
                return Ok(answer);
            } else if status.is_redirection()
                && headers.contains_key(LOCATION)
                && redirects < REDIRECTS
            {
                redirects += 1;
                uri = self.redirect(&method, &uri, &answer).await?;
            } else if status.is_server_error() || *status == StatusCode::REQUEST_TIMEOUT {
                if resend == Resend::OnlyIfUnsent {
                    return Err(Error::new(
                        ErrorKind::Uncertain,
                        request,
                        Some(*status),
                        self.clean(text),
                    ));
                }
                let asked = retry_after(headers, pacer.clock.now()).unwrap_or_default();
                match delays.next().map(|delay| delay.max(asked)) {
                    Some(delay) if delay <= self.0.settings.max_wait => {
                        pacer.wait(delay, WaitReason::Retry).await;
                    }
                    _ => {
                        return Err(Error::new(
                            ErrorKind::Server,
                            request,
                            Some(*status),
                            self.clean(text),
                        ));
                    }
                }
            } else {
                let token = self.0.settings.token.as_ref();
                return Err(refused(&method, &request, *status, headers, text, token));
            }
        }
    }

    /// Where a redirect leads, if it may be followed there: to the same server, and for a write (307, 308) to
    /// the same thing in the same repository under its new name.
    async fn redirect(&self, method: &Method, from: &Uri, answer: &Answer) -> Result<Uri, Error> {
        let stop = |detail: &str| {
            Error::new(
                ErrorKind::Moved,
                self.describe(method, from),
                Some(answer.status),
                self.clean(detail),
            )
        };
        let location = answer
            .headers
            .get(LOCATION)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        // GitHub sends whole addresses; a path of the same server is as good.
        let whole = if location.starts_with('/') && !location.starts_with("//") {
            origin(from)
                .map(|origin| format!("{origin}{location}"))
                .unwrap_or_default()
        } else {
            location.to_owned()
        };
        let to: Uri = whole
            .parse()
            .map_err(|_| stop("the redirect leads nowhere"))?;
        if !self.api_url().is_origin_of(&to) {
            return Err(stop(&format!(
                "the redirect leads to another server: {location}"
            )));
        }
        if *method == Method::GET {
            return Ok(to);
        }
        let verbatim = matches!(
            answer.status,
            StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT
        );
        let base = self.api_url().uri().path().trim_end_matches('/');
        let old = format!("{base}/repos/{}", self.repo());
        // The call is a read within a write, for which the pacer has separate places.
        let home = Box::pin(self.home()).await?;
        let same_thing = home.as_ref().is_some_and(|home| {
            let news = [
                format!("{base}/repositories/{}", home.id),
                format!("{base}/repos/{}", home.full_name),
            ];
            tail(from.path(), &old).is_some_and(|tail_of_from| {
                news.iter()
                    .any(|new| tail(to.path(), new) == Some(tail_of_from))
            })
        });
        if verbatim && same_thing {
            Ok(to)
        } else {
            Err(stop(""))
        }
    }

    /// Our repository as GitHub names it now.
    async fn home(&self) -> Result<&Option<Repository>, Error> {
        self.0
            .home
            .get_or_try_init(|| self.repository(self.repo()))
            .await
    }

    async fn is_home(&self, repo: &Repo) -> Result<bool, Error> {
        let home = self.home().await?.as_ref();
        Ok(home
            .and_then(|home| home.full_name.parse::<Repo>().ok())
            .is_some_and(|home| home.same(repo)))
    }

    /// The whole address of a path.
    fn at(&self, path: &str) -> Result<Uri, Error> {
        let whole = format!("{}{path}", self.api_url());
        whole.parse().map_err(|_| {
            Error::new(
                ErrorKind::Unexpected,
                self.clean(path),
                None,
                "not an address",
            )
        })
    }

    fn json<T: serde::Serialize>(&self, request: &str, value: &T) -> Result<String, Error> {
        serde_json::to_string(value).map_err(|error| {
            Error::new(
                ErrorKind::Unexpected,
                request,
                None,
                self.clean(&error.to_string()),
            )
        })
    }

    fn parse<T: DeserializeOwned>(&self, request: &str, answer: &Answer) -> Result<T, Error> {
        serde_json::from_str(&answer.body).map_err(|error| {
            // An HTML page with status 200 is what a wrong address gives.
            let html = self.clean(&answer.body);
            let detail = if html.starts_with("an HTML page") {
                html
            } else {
                self.clean(&error.to_string())
            };
            Error::new(ErrorKind::Unexpected, request, Some(answer.status), detail)
        })
    }

    /// Method and path, for messages; the query only lengthens them.
    fn describe(&self, method: &Method, uri: &Uri) -> String {
        format!("{method} {}", self.clean(uri.path()))
    }

    fn clean(&self, text: &str) -> String {
        clean(text, self.0.settings.token.as_ref())
    }
}

/// The pauses between tries: one second, then doubling, each with up to as much again by chance so that runs
/// which failed together don't return together.
fn delays() -> impl Iterator<Item = Duration> {
    ExponentialBuilder::new()
        .with_min_delay(Duration::from_secs(1))
        .with_max_delay(Duration::from_secs(30))
        .with_max_times(TRIES - 1)
        .with_jitter()
        .build()
}

fn origin(uri: &Uri) -> Option<String> {
    Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?))
}

/// What follows `prefix` in a path; names in GitHub's paths ignore case.
fn tail<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, tail) = path.split_at_checked(prefix.len())?;
    (head.eq_ignore_ascii_case(prefix) && (tail.is_empty() || tail.starts_with('/')))
        .then_some(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails() {
        assert_eq!(
            tail("/repos/Acme/Shop/issues/1", "/repos/acme/shop"),
            Some("/issues/1")
        );
        assert_eq!(tail("/repos/acme/shop2/issues/1", "/repos/acme/shop"), None);
        assert_eq!(tail("/repos/acme", "/repos/acme/shop"), None);
        assert_eq!(tail("/優/x", "/ab"), None);
    }

    #[test]
    fn tries_end_and_pauses_grow() {
        for _ in 0..50 {
            let delays: Vec<u64> = delays().map(|delay| delay.as_secs()).collect();
            assert_eq!(delays.len(), TRIES - 1);
            for (n, delay) in delays.iter().enumerate() {
                let least = 1 << n;
                assert!((least..=2 * least).contains(delay), "{delays:?}");
            }
        }
    }
}

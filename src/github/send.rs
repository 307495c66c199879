//! How a request travels: when it is sent, when it is sent again, and where redirects may lead it.
//!
//! Reads, and writes that can be repeated without harm, are tried up to five times. A create is sent again only
//! when it certainly was not applied; when its answer is lost the error says so ([`ErrorKind::Uncertain`]) and
//! looking for the issue is the caller's task.

use std::sync::atomic::Ordering;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use chrono::{DateTime, Utc};
use http::header::LOCATION;
use http::{Method, StatusCode, Uri};
use serde::de::DeserializeOwned;

use crate::config::RepoName;

use super::client::Client;
use super::clock::unpoisoned;
use super::error::{Error, ErrorKind};
use super::judge::{clean, refused};
use super::model::Repository;
use super::pace::{WaitReason, retry_after};
use super::transport::Answer;

/// Redirects followed for one request; a rename needs one.
const REDIRECTS: usize = 3;
/// Whether a request may be sent again after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resend {
    /// Repeating it does no harm.
    Freely,
    /// Only if it certainly was not applied.
    OnlyIfUnsent,
}

impl Client {
    /// Sends a request until it is answered or must not be sent again; any 2xx is success.
    pub(super) async fn call(
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
        let tries = self.0.settings.tries;
        let mut delays = delays(tries);
        let (mut limits, mut redirects) = (0, 0);

        let turn = pacer.turn(write).await;
        loop {
            let sent = pacer.ready(&turn).await.map_err(limited)?;
            let counter = if write { &self.0.writes } else { &self.0.reads };
            counter.fetch_add(1, Ordering::Relaxed);

            let exchanged = self
                .0
                .transport
                .exchange(&method, &uri, body.as_deref())
                .await;
            self.heard(&method, &uri, exchanged.as_ref().ok());
            let answer = match exchanged {
                Ok(answer) => answer,
                Err(failure) if resend == Resend::OnlyIfUnsent && !failure.unsent => {
                    return Err(Error::new(
                        ErrorKind::Uncertain,
                        request,
                        None,
                        failure.detail,
                    ));
                }
                Err(failure) => match delays.next() {
                    Some(delay) => {
                        pacer.wait(delay, WaitReason::Retry).await;
                        continue;
                    }
                    None => {
                        return Err(Error::new(
                            ErrorKind::Network,
                            request,
                            None,
                            failure.detail,
                        ));
                    }
                },
            };

            let Answer {
                status,
                headers,
                body: text,
            } = &answer;
            if pacer.learn(*status, headers, text, sent) {
                // A limit refuses before anything is applied, so even a create goes round again.
                limits += 1;
                if limits >= tries {
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

    fn heard(&self, method: &Method, uri: &Uri, answer: Option<&Answer>) {
        let hook = unpoisoned(&self.0.heard).clone();
        if let Some(hook) = hook {
            let status = answer.map(|answer| answer.status.as_u16());
            hook(&self.describe(method, uri), status);
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
    pub(super) async fn home(&self) -> Result<&Option<Repository>, Error> {
        self.0
            .home
            .get_or_try_init(|| self.repository(self.repo()))
            .await
    }

    pub(super) async fn is_home(&self, repo: &RepoName) -> Result<bool, Error> {
        let home = self.home().await?.as_ref();
        Ok(home
            .and_then(|home| home.full_name.parse::<RepoName>().ok())
            .is_some_and(|home| home == *repo))
    }

    /// The whole address of a path.
    pub(super) fn at(&self, path: &str) -> Result<Uri, Error> {
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

    pub(super) fn json<T: serde::Serialize>(
        &self,
        request: &str,
        value: &T,
    ) -> Result<String, Error> {
        serde_json::to_string(value).map_err(|error| {
            Error::new(
                ErrorKind::Unexpected,
                request,
                None,
                self.clean(&error.to_string()),
            )
        })
    }

    pub(super) fn parse<T: DeserializeOwned>(
        &self,
        request: &str,
        answer: &Answer,
    ) -> Result<T, Error> {
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
    pub(super) fn describe(&self, method: &Method, uri: &Uri) -> String {
        format!("{method} {}", self.clean(uri.path()))
    }

    pub(super) fn clean(&self, text: &str) -> String {
        clean(text, self.0.settings.token.as_ref())
    }
}

/// The pauses between tries: one second, then doubling, each with up to as much again by chance so that runs
/// which failed together don't return together.
fn delays(tries: usize) -> impl Iterator<Item = Duration> {
    ExponentialBuilder::new()
        .with_min_delay(Duration::from_secs(1))
        .with_max_delay(Duration::from_secs(30))
        .with_max_times(tries.saturating_sub(1))
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
            let delays: Vec<u64> = delays(5).map(|delay| delay.as_secs()).collect();
            assert_eq!(delays.len(), 4);
            for (n, delay) in delays.iter().enumerate() {
                let least = 1 << n;
                assert!((least..=2 * least).contains(delay), "{delays:?}");
            }
        }
    }
}

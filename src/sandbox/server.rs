//! The HTTP side: takes a request off the wire, has it noted, struck by faults, carried out and answered.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Query, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Response, request::Parts};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::answers::{Answer, Payload};
use super::desk::{Desk, Fate, Rate, Request};
use super::model::GitHub;
use super::routes::{self, Handled};
use super::shapes::Shapes;
use super::wire::Wire;

/// More than GitHub's own largest field; beyond it a request is cut off with 413.
const MAX_REQUEST: usize = 4 * 1024 * 1024;

/// What all requests share. Locks are taken in the order github, desk, and never across an await.
#[derive(Debug)]
pub(super) struct Server {
    api: String,
    github: Mutex<GitHub>,
    desk: Mutex<Desk>,
}

impl Server {
    pub(super) fn new(api: String, github: GitHub) -> Server {
        Server {
            api,
            github: Mutex::new(github),
            desk: Mutex::new(Desk::new()),
        }
    }

    pub(super) fn api(&self) -> &str {
        &self.api
    }

    /// A test that panicked while it held the lock has failed already; the state it left is whole, since
    /// every change to it is one assignment at a time.
    pub(super) fn github(&self) -> MutexGuard<'_, GitHub> {
        self.github.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shapes(&self, request: &Request, github: &GitHub) -> Shapes {
        let base = if request.path.starts_with(routes::ENTERPRISE) {
            routes::ENTERPRISE
        } else {
            ""
        };
        Shapes {
            api: format!("{}{base}", self.api),
            html: github.html_base.trim_end_matches('/').to_owned(),
        }
    }

    /// The answer, none if the connection is to be cut instead, and how long to keep it back.
    fn answer(&self, request: &Request, secret: &Secret) -> (Option<Answer>, Duration) {
        // Held throughout: requests are carried out one at a time, in the order they are noted in.
        let mut github = self.github();
        let (number, verdict) = self.desk().receive(request.clone(), &github);
        let mut carry_out = || {
            let rate = self.desk().rate();
            let shapes = self.shapes(request, &github);
            let stale = verdict.stale.as_ref();
            routes::handle(
                request,
                secret.0.as_deref(),
                stale,
                &rate,
                &mut github,
                &shapes,
            )
        };
        let mut free = request.path == "/rate_limit";
        let nothing = Handled {
            answer: Answer::no_content(),
            login: None,
            unexpected: false,
        };
        let (handled, answer) = match verdict.fate {
            Fate::Handle => {
                let handled = carry_out();
                let answer = handled.answer.clone();
                (handled, Some(answer))
            }
            Fate::Refuse(answer) => {
                free = true;
                (nothing, Some(answer))
            }
            Fate::Answer {
                answer,
                applied: true,
            } => (carry_out(), Some(answer)),
            Fate::Answer {
                answer,
                applied: false,
            } => (nothing, Some(answer)),
            Fate::Drop { applied: true } => (carry_out(), None),
            Fate::Drop { applied: false } => (nothing, None),
        };
        let answer = answer.map(|answer| tag(answer, request));
        let mut desk = self.desk();
        let status = answer.as_ref().map(|answer| answer.status);
        desk.meter(free || status == Some(304));
        let login = handled.login;
        desk.answered(number, login.clone(), status, handled.unexpected);
        let answer = answer.map(|answer| sign(answer, request, number, &desk.rate()));
        desk.note_exchange(request, login, answer.as_ref());
        (answer, verdict.delay)
    }
}

/// The `authorization` header, kept apart from the request that tests may print.
struct Secret(Option<String>);

/// The router: everything goes through one door, so that no request is carried out unnoted.
pub(super) fn router(server: Arc<Server>) -> Router {
    Router::new().fallback(serve).with_state(server)
}

async fn serve(
    State(server): State<Arc<Server>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: axum::extract::Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_REQUEST).await else {
        return Answer::error(413, "Payload Too Large", "").into_response();
    };
    let secret = Secret(header(&parts.headers, AUTHORIZATION.as_str()));
    let (answer, delay) = server.answer(&note(&parts, &body), &secret);
    // Only now, so that a client that lost patience has had its way all the same, as with GitHub.
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    match answer {
        Some(answer) => answer.into_response(),
        None => {
            wire.cut();
            Answer::no_content().into_response()
        }
    }
}

fn note(parts: &Parts, body: &[u8]) -> Request {
    let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
        .map(|Query(pairs)| pairs)
        .unwrap_or_default();
    let headers = parts
        .headers
        .iter()
        .filter(|(name, _)| **name != AUTHORIZATION);
    let body = match body {
        [] => Value::Null,
        // Not JSON: kept as the text it is, which no route takes for an object.
        bytes => serde_json::from_slice(bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(bytes).into_owned())),
    };
    Request {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query,
        headers: headers
            .map(|(name, value)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect(),
        body,
        login: None,
        status: None,
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Gives what was read an `etag`, and answers 304 to who has it already.
fn tag(answer: Answer, request: &Request) -> Answer {
    if request.method != "GET" || answer.status != 200 || request.path == "/rate_limit" {
        return answer;
    }
    let Some((_, content)) = answer.content() else {
        return answer;
    };
    // The page that follows is part of what a client has seen.
    let link = answer
        .headers
        .iter()
        .find(|(name, _)| name == "link")
        .map_or("", |(_, value)| value);
    let digest = Sha256::new()
        .chain_update(content)
        .chain_update(link)
        .finalize();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("W/\"{hex}\"");
    let known = request
        .header("if-none-match")
        .is_some_and(|tags| tags.contains(&format!("\"{hex}\"")));
    let mut answer = answer
        .with("etag", tag)
        .with("cache-control", "private, max-age=60, s-maxage=60");
    if known {
        answer.status = 304;
        answer.body = Payload::Nothing;
    }
    answer
}

/// Adds the headers that every answer of GitHub's has. What a fault says of them stands.
fn sign(mut answer: Answer, request: &Request, number: usize, rate: &Rate) -> Answer {
    let version = request.header("x-github-api-version").map(str::to_owned);
    for (name, value) in [
        ("x-ratelimit-limit", Some(rate.limit.to_string())),
        ("x-ratelimit-remaining", Some(rate.remaining.to_string())),
        ("x-ratelimit-reset", Some(rate.reset.to_string())),
        ("x-ratelimit-used", Some(rate.used.to_string())),
        ("x-ratelimit-resource", Some("core".to_owned())),
        (
            "x-github-request-id",
            Some(format!("5A4D:B0C5:{number:06X}")),
        ),
        (
            "x-github-media-type",
            Some("github.v3; format=json".to_owned()),
        ),
        ("x-github-api-version-selected", version),
    ] {
        let known = |(known, _): &(String, String)| known.eq_ignore_ascii_case(name);
        if let Some(value) = value
            && !answer.headers.iter().any(known)
        {
            answer = answer.with(name, value);
        }
    }
    answer
}

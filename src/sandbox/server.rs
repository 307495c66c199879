//! The HTTP side: takes a request off the wire, has it noted, struck by faults, carried out and answered.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Query, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Response, request::Parts};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::answers::{Answer, Payload};
use super::desk::{Desk, Request};
use super::faults::Effect;
use super::model::GitHub;
use super::routes::{self, Handled, Rate};
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

    fn shapes(&self, github: &GitHub) -> Shapes {
        Shapes {
            api: self.api.clone(),
            html: github.html_base.trim_end_matches('/').to_owned(),
        }
    }

    fn carry_out(
        &self,
        request: &Request,
        secret: &Secret,
        stale: Option<&super::desk::Snapshot>,
    ) -> Handled {
        let mut github = self.github();
        let rate = {
            let desk = self.desk();
            let (limit, used, remaining) = (desk.rate_limit, desk.rate_used, desk.rate_remaining());
            Rate {
                limit,
                used,
                remaining,
                reset: desk.rate_reset(),
            }
        };
        let shapes = self.shapes(&github);
        routes::handle(
            request,
            secret.0.as_deref(),
            stale,
            &rate,
            &mut github,
            &shapes,
        )
    }
}

/// The `authorization` header, kept apart from the request that tests may print.
struct Secret(Option<String>);

/// The router: everything goes through one door, so that nothing is answered unnoted.
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
    let request = note(&parts, &body);
    let (number, verdict) = {
        let github = server.github();
        server.desk().receive(request.clone(), &github)
    };
    if !verdict.delay.is_zero() {
        tokio::time::sleep(verdict.delay).await;
    }

    let refused = verdict.refused.is_some();
    let mut handled = Handled {
        answer: Answer::no_content(),
        login: None,
        unexpected: false,
    };
    let mut dropped = false;
    match (verdict.refused, verdict.effect) {
        (Some(refusal), _) => handled.answer = refusal,
        (None, None) => handled = server.carry_out(&request, &secret, verdict.stale.as_ref()),
        (None, Some(effect)) => {
            let (applied, answer) = match effect {
                Effect::Drop { applied } => (applied, None),
                Effect::Answer { answer, applied } => (applied, Some(answer)),
                // The desk settles these two itself.
                Effect::Limit { .. } | Effect::Delay(_) => (true, None),
            };
            if applied {
                handled = server.carry_out(&request, &secret, verdict.stale.as_ref());
            }
            match answer {
                Some(answer) => handled.answer = answer,
                None => dropped = true,
            }
        }
    }

    let mut answer = tag(handled.answer, &request);
    let mut desk = server.desk();
    let free = answer.status == 304 || request.path == "/rate_limit" || refused;
    answer = desk.meter(answer, free);
    answer.headers.push((
        "x-github-request-id".to_owned(),
        format!("5A4D:B0C5:{number:06X}"),
    ));
    answer.headers.push((
        "x-github-media-type".to_owned(),
        "github.v3; format=json".to_owned(),
    ));
    if let Some(version) = request.header("x-github-api-version") {
        answer.headers.push((
            "x-github-api-version-selected".to_owned(),
            version.to_owned(),
        ));
    }
    let status = (!dropped).then_some(answer.status);
    desk.answered(number, handled.login, status, handled.unexpected);
    drop(desk);
    if dropped {
        wire.cut();
    }
    answer.into_response()
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

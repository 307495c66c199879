//! Faults: what goes wrong between a client and GitHub, queued by a test before it happens.
//!
//! A fault says *which* request it strikes ([`on`](Fault::on), [`when`](Fault::when)), *how often*
//! ([`times`](Fault::times), [`skip`](Fault::skip)) and what happens then. Of several waiting faults the
//! first that matches strikes; delays add up and let the next fault through.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

use super::answers::{Answer, Payload};
use super::desk::Request;

/// Something that goes wrong. One-shot, and for every request, unless narrowed or repeated:
///
/// ```
/// use pm_sync::sandbox::Fault;
/// // The second create of an issue is carried out, but its answer never arrives.
/// let fault = Fault::lost_answer().on("POST", "/repos/*/*/issues").skip(1);
/// # drop(fault);
/// ```
pub struct Fault {
    method: Option<String>,
    path: Option<String>,
    condition: Option<Condition>,
    skip: usize,
    /// How often it strikes; none: forever.
    times: Option<usize>,
    pub(super) effect: Effect,
}

/// Whether a fault strikes a request.
type Condition = Box<dyn Fn(&Request) -> bool + Send>;

/// What a fault does to the request it strikes.
#[derive(Debug, Clone)]
pub(super) enum Effect {
    /// The connection closes without an answer.
    Drop { applied: bool },
    /// Another answer takes the place of the right one.
    Answer { answer: Answer, applied: bool },
    /// A rate limit; watched: whoever comes back too early is noted.
    Limit {
        status: u16,
        kind: Limit,
        watched: bool,
        headers: Vec<(String, String)>,
    },
    /// The right answer, late.
    Delay(Duration),
}

/// Which of GitHub's limits is reached.
#[derive(Debug, Clone, Copy)]
pub(super) enum Limit {
    /// Too much too fast; seconds of `retry-after`, if GitHub says.
    Secondary(Option<u64>),
    /// The hour's requests are used up; seconds until `x-ratelimit-reset`.
    Primary(u64),
}

impl Fault {
    fn new(effect: Effect) -> Fault {
        Fault {
            method: None,
            path: None,
            condition: None,
            skip: 0,
            times: Some(1),
            effect,
        }
    }

    /// The request is carried out, and the connection closes before the answer.
    pub fn lost_answer() -> Fault {
        Fault::new(Effect::Drop { applied: true })
    }

    /// The connection closes before the request is carried out.
    pub fn lost_request() -> Fault {
        Fault::new(Effect::Drop { applied: false })
    }

    /// Answers with this status and body instead of carrying the request out.
    pub fn answer(status: u16, body: Value) -> Fault {
        Fault::new(Effect::Answer {
            answer: Answer::new(status, Payload::Json(body)),
            applied: false,
        })
    }

    /// Answers with this status and the short JSON message that GitHub's servers give with a 5xx.
    pub fn status(status: u16) -> Fault {
        Fault::answer(status, json!({ "message": "Server Error" }))
    }

    /// Answers with this status and a web page, as GitHub's front door does when what is behind it is down.
    pub fn html(status: u16) -> Fault {
        let text = "<!DOCTYPE html>\n<html>\n  <head><title>Unicorn! &middot; GitHub</title></head>\n  <body>\n    \
                    <p><strong>We had issues producing the response to your request.</strong></p>\n    \
                    <p>Sorry about that. Please try refreshing and contact us if the problem persists.</p>\n  \
                    </body>\n</html>\n";
        let body = Payload::Text {
            content_type: "text/html; charset=utf-8",
            text: text.to_owned(),
        };
        Fault::new(Effect::Answer {
            answer: Answer::new(status, body),
            applied: false,
        })
    }

    /// The secondary limit: 403 with `retry-after` (seconds), or without one, when clients have to wait at
    /// least a minute.
    pub fn secondary_limit(retry_after: Option<u64>) -> Fault {
        let kind = Limit::Secondary(retry_after);
        Fault::new(Effect::Limit {
            status: 403,
            kind,
            watched: false,
            headers: Vec::new(),
        })
    }

    /// The primary limit: 403 with `x-ratelimit-remaining: 0`, and a reset this many seconds away.
    pub fn primary_limit(seconds: u64) -> Fault {
        let kind = Limit::Primary(seconds);
        Fault::new(Effect::Limit {
            status: 403,
            kind,
            watched: false,
            headers: Vec::new(),
        })
    }

    /// The request is carried out at once, but its answer comes only after this time, to a client that
    /// may have given up by then.
    pub fn delay(time: Duration) -> Fault {
        Fault::new(Effect::Delay(time))
    }

    /// Another status: GitHub's limits come as 403 or as 429.
    #[must_use]
    pub fn with_status(mut self, code: u16) -> Fault {
        match &mut self.effect {
            Effect::Answer { answer, .. } => answer.status = code,
            Effect::Limit { status, .. } => *status = code,
            Effect::Drop { .. } | Effect::Delay(_) => {}
        }
        self
    }

    /// Adds a header to the answer, or replaces GitHub's own.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Fault {
        match &mut self.effect {
            Effect::Answer {
                answer: Answer { headers, .. },
                ..
            }
            | Effect::Limit { headers, .. } => {
                headers.push((name.to_owned(), value.to_owned()));
            }
            Effect::Drop { .. } | Effect::Delay(_) => {}
        }
        self
    }

    /// The request is carried out nevertheless; then the wrong answer is given (a 502 from a gateway that
    /// lost patience while GitHub did the work).
    #[must_use]
    pub fn after_applying(mut self) -> Fault {
        match &mut self.effect {
            Effect::Answer { applied, .. } | Effect::Drop { applied } => *applied = true,
            Effect::Limit { .. } | Effect::Delay(_) => {}
        }
        self
    }

    /// For a limit: every request that comes before the wait is over is noted in
    /// [`Sandbox::violations`](super::Sandbox::violations) and answered with the limit again.
    #[must_use]
    pub fn watched(mut self) -> Fault {
        if let Effect::Limit { watched, .. } = &mut self.effect {
            *watched = true;
        }
        self
    }

    /// Strikes requests with this method and path only. In the path, `*` stands for one segment and a
    /// closing `**` for any rest; segments are compared as they were sent.
    #[must_use]
    pub fn on(mut self, method: &str, path: &str) -> Fault {
        self.method = Some(method.to_uppercase());
        self.path = Some(path.to_owned());
        self
    }

    /// Strikes requests that satisfy this condition only (besides [`Fault::on`], if that is given).
    #[must_use]
    pub fn when(mut self, condition: impl Fn(&Request) -> bool + Send + 'static) -> Fault {
        self.condition = Some(Box::new(condition));
        self
    }

    /// Strikes this many matching requests.
    #[must_use]
    pub fn times(mut self, times: usize) -> Fault {
        self.times = Some(times);
        self
    }

    /// Strikes every matching request from now on.
    #[must_use]
    pub fn always(mut self) -> Fault {
        self.times = None;
        self
    }

    /// Lets this many matching requests through first.
    #[must_use]
    pub fn skip(mut self, requests: usize) -> Fault {
        self.skip = requests;
        self
    }

    fn matches(&self, request: &Request) -> bool {
        self.method
            .as_ref()
            .is_none_or(|method| *method == request.method)
            && self
                .path
                .as_ref()
                .is_none_or(|pattern| path_matches(pattern, &request.path))
            && self
                .condition
                .as_ref()
                .is_none_or(|condition| condition(request))
    }

    /// Whether it strikes this request; counts down.
    pub(super) fn strikes(&mut self, request: &Request) -> bool {
        if self.is_spent() || !self.matches(request) {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if let Some(times) = &mut self.times {
            *times -= 1;
        }
        true
    }

    pub(super) fn is_spent(&self) -> bool {
        self.times == Some(0)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fault")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("conditional", &self.condition.is_some())
            .field("skip", &self.skip)
            .field("times", &self.times)
            .field("effect", &self.effect)
            .finish()
    }
}

fn path_matches(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    for part in pattern.split('/') {
        if part == "**" {
            return true;
        }
        match segments.next() {
            Some(segment) if part == "*" || part == segment => {}
            _ => return false,
        }
    }
    segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::path_matches;

    #[test]
    fn patterns_stand_for_segments() {
        for (pattern, path, expected) in [
            ("/repos/*/*/issues", "/repos/octo-org/service/issues", true),
            (
                "/repos/*/*/issues",
                "/repos/octo-org/service/issues/3",
                false,
            ),
            (
                "/repos/*/*/issues/*",
                "/repos/octo-org/service/issues/3",
                true,
            ),
            (
                "/repos/*/*/issues/*",
                "/repos/octo-org/service/issues",
                false,
            ),
            ("/repos/**", "/repos/octo-org/service/issues/3/labels", true),
            ("/repos/**", "/user", false),
            ("**", "/user", true),
            ("/user", "/user", true),
            ("/user", "/users", false),
        ] {
            assert_eq!(
                path_matches(pattern, path),
                expected,
                "{pattern} against {path}"
            );
        }
    }
}

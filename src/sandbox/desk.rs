//! The sandbox's front desk: notes every request, has the faults that wait for one, counts rate limits,
//! and decides what the listings show.

use std::collections::VecDeque;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::answers::Answer;
use super::faults::{Effect, Fault, Limit};
use super::model::{Entries, GitHub};

/// A request as it was received, and how it was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// `GET`, `POST`…
    pub method: String,
    /// As sent, still percent-encoded, without the query.
    pub path: String,
    /// The query's pairs, decoded, in their order.
    pub query: Vec<(String, String)>,
    /// Names in lower case; without `authorization`, so that a failed assertion never prints a token.
    pub headers: Vec<(String, String)>,
    /// The body; `Null` when there was none, a string when it wasn't JSON.
    pub body: Value,
    /// The user whose token came with it.
    pub login: Option<String>,
    /// The status it was answered; none while it is being handled, or when a fault dropped the answer.
    pub status: Option<u16>,
}

impl Request {
    /// Whether it asked to change something.
    pub fn is_write(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS")
    }

    /// A header's value; the name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// A query parameter's first value.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; `Null` when there was none, a string when it wasn't JSON.
    pub body: Value,
}

/// A request and the whole of its answer, as [`Sandbox::exchanges`](super::Sandbox::exchanges) shows them.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    /// What was asked.
    pub request: Request,
    /// What was answered; none when a fault dropped the answer.
    pub answer: Option<Answered>,
}

/// What the desk decided about a request before it is handled.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) fate: Fate,
    pub(super) delay: Duration,
    /// What the listings show, where they lag.
    pub(super) stale: Option<Snapshot>,
}

/// What becomes of a request.
#[derive(Debug)]
pub(super) enum Fate {
    /// It is carried out and answered.
    Handle,
    /// A limit's answer; it is not carried out.
    Refuse(Answer),
    /// Another answer takes the place of the right one.
    Answer { answer: Answer, applied: bool },
    /// The connection closes without an answer.
    Drop { applied: bool },
}

/// What is left of the primary limit.
#[derive(Debug)]
pub(super) struct Rate {
    pub(super) limit: u64,
    pub(super) used: u64,
    pub(super) remaining: u64,
    /// Seconds since 1970.
    pub(super) reset: i64,
}

/// The issues of all repositories (by repository id) at one moment.
pub(super) type Snapshot = Vec<(u64, Entries)>;

/// The waiting time that a limit has imposed.
#[derive(Debug)]
struct Ban {
    until: DateTime<Utc>,
    status: u16,
    kind: Limit,
    headers: Vec<(String, String)>,
}

/// How far listings lag behind.
#[derive(Debug)]
struct Lag {
    /// In requests; none: until released.
    requests: Option<usize>,
    history: VecDeque<Snapshot>,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) requests: Vec<Request>,
    /// Where `requests` begins, counted from the start: what was cleared keeps its number.
    cleared: usize,
    /// Kept only where somebody asked for it: bodies are large, and most tests never look at them.
    pub(super) exchanges: Option<Vec<Exchange>>,
    pub(super) unexpected: Vec<Request>,
    pub(super) violations: Vec<Request>,
    pub(super) faults: Vec<Fault>,
    pub(super) rate_limit: u64,
    rate_used: u64,
    rate_reset: DateTime<Utc>,
    ban: Option<Ban>,
    lag: Option<Lag>,
    ahead: TimeDelta,
}

impl Desk {
    pub(super) fn new() -> Desk {
        Desk {
            requests: Vec::new(),
            cleared: 0,
            exchanges: None,
            unexpected: Vec::new(),
            violations: Vec::new(),
            faults: Vec::new(),
            rate_limit: 5000,
            rate_used: 0,
            rate_reset: Utc::now() + TimeDelta::hours(1),
            ban: None,
            lag: None,
            ahead: TimeDelta::zero(),
        }
    }

    /// The time by which limits are counted. Not the model's clock: it is compared with what clients
    /// measure while they wait.
    fn now(&self) -> DateTime<Utc> {
        Utc::now() + self.ahead
    }

    /// Lets limits see this much time pass at once.
    pub(super) fn pass_time(&mut self, time: TimeDelta) {
        self.ahead += time;
    }

    /// Notes a request and decides what happens to it. The number is for [`Desk::answered`].
    pub(super) fn receive(&mut self, request: Request, github: &GitHub) -> (usize, Verdict) {
        let stale = self.listing(github);
        let now = self.now();
        if now >= self.rate_reset {
            (self.rate_used, self.rate_reset) = (0, now + TimeDelta::hours(1));
        }
        self.ban.take_if(|ban| now >= ban.until);
        let asks_for_limits = request.path == "/rate_limit";
        let mut delay = Duration::ZERO;
        let fate = if let Some(ban) = &self.ban
            && !(asks_for_limits && matches!(ban.kind, Limit::Primary(_)))
        {
            self.violations.push(request.clone());
            Fate::Refuse(ban.answer(now))
        } else if self.rate_used >= self.rate_limit && !asks_for_limits {
            let kind = Limit::Primary(0);
            Fate::Refuse(limit_answer(403, kind, &[], self.rate_reset))
        } else {
            self.strike(&request, now, &mut delay)
        };
        self.requests.push(request);
        (
            self.cleared + self.requests.len() - 1,
            Verdict { fate, delay, stale },
        )
    }

    fn strike(&mut self, request: &Request, now: DateTime<Utc>, delay: &mut Duration) -> Fate {
        let mut fate = Fate::Handle;
        for fault in &mut self.faults {
            if !fault.strikes(request) {
                continue;
            }
            match &fault.effect {
                Effect::Delay(time) => {
                    *delay = delay.saturating_add(*time);
                    continue;
                }
                Effect::Limit {
                    status,
                    kind,
                    watched,
                    headers,
                } => {
                    let seconds = match kind {
                        // What GitHub asks of clients that it gives no number.
                        Limit::Secondary(seconds) => seconds.unwrap_or(60),
                        Limit::Primary(seconds) => *seconds,
                    };
                    let wait =
                        TimeDelta::seconds(u32::try_from(seconds).unwrap_or(u32::MAX).into());
                    let ban = Ban {
                        until: now + wait,
                        status: *status,
                        kind: *kind,
                        headers: headers.clone(),
                    };
                    fate = Fate::Refuse(ban.answer(now));
                    if *watched {
                        self.ban = Some(ban);
                    }
                }
                Effect::Drop { applied } => fate = Fate::Drop { applied: *applied },
                Effect::Answer { answer, applied } => {
                    fate = Fate::Answer {
                        answer: answer.clone(),
                        applied: *applied,
                    };
                }
            }
            break;
        }
        self.faults.retain(|fault| !fault.is_spent());
        fate
    }

    /// Notes how a request was answered; `status` none when the connection was dropped.
    pub(super) fn answered(
        &mut self,
        number: usize,
        login: Option<String>,
        status: Option<u16>,
        unexpected: bool,
    ) {
        // A request that was cleared while it was being handled is no longer of interest.
        let Some(index) = number.checked_sub(self.cleared) else {
            return;
        };
        let Some(request) = self.requests.get_mut(index) else {
            return;
        };
        request.login = login;
        request.status = status;
        if unexpected {
            self.unexpected.push(request.clone());
        }
    }

    /// Notes the whole exchange, where these are kept.
    pub(super) fn note_exchange(
        &mut self,
        request: &Request,
        login: Option<String>,
        answer: Option<&Answer>,
    ) {
        let Some(exchanges) = &mut self.exchanges else {
            return;
        };
        let mut request = request.clone();
        request.login = login;
        request.status = answer.map(|answer| answer.status);
        let answer = answer.map(Answer::as_given);
        exchanges.push(Exchange { request, answer });
    }

    pub(super) fn clear_requests(&mut self) {
        self.cleared += self.requests.len();
        self.requests.clear();
    }

    pub(super) fn clear_faults(&mut self) {
        self.faults.clear();
        self.ban = None;
    }

    /// Counts a request, unless it is free.
    pub(super) fn meter(&mut self, free: bool) {
        if !free {
            self.rate_used += 1;
        }
    }

    pub(super) fn rate(&self) -> Rate {
        Rate {
            limit: self.rate_limit,
            used: self.rate_used,
            remaining: self.rate_limit.saturating_sub(self.rate_used),
            reset: self.rate_reset.timestamp(),
        }
    }

    /// From now on listings show the issues as they were this many requests ago; none: as they are at this
    /// moment.
    pub(super) fn lag_listings(&mut self, requests: Option<usize>, github: &GitHub) {
        self.lag = Some(Lag {
            requests,
            history: VecDeque::from([snapshot(github)]),
        });
    }

    pub(super) fn release_listings(&mut self) {
        self.lag = None;
    }

    fn listing(&mut self, github: &GitHub) -> Option<Snapshot> {
        let lag = self.lag.as_mut()?;
        if let Some(requests) = lag.requests {
            lag.history.push_back(snapshot(github));
            while lag.history.len() > requests + 1 {
                lag.history.pop_front();
            }
        }
        lag.history.front().cloned()
    }
}

impl Ban {
    fn answer(&self, now: DateTime<Utc>) -> Answer {
        // Rounded up: a client that waits as long as it is told must not be early.
        let left = (self.until - now)
            .num_milliseconds()
            .max(0)
            .unsigned_abs()
            .div_ceil(1000);
        let kind = match self.kind {
            Limit::Secondary(None) => Limit::Secondary(None),
            Limit::Secondary(Some(_)) => Limit::Secondary(Some(left)),
            Limit::Primary(_) => Limit::Primary(left),
        };
        limit_answer(self.status, kind, &self.headers, self.until)
    }
}

fn limit_answer(
    status: u16,
    kind: Limit,
    headers: &[(String, String)],
    reset: DateTime<Utc>,
) -> Answer {
    let mut answer = match kind {
        Limit::Secondary(retry_after) => {
            let answer = Answer::error(
                status,
                "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
                "/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits",
            );
            match retry_after {
                Some(seconds) => answer.with("retry-after", seconds.to_string()),
                None => answer,
            }
        }
        Limit::Primary(_) => {
            // The header has whole seconds: up, for the same reason as above.
            let reset = (reset + TimeDelta::milliseconds(999)).timestamp();
            Answer::error(
                status,
                "API rate limit exceeded for user.",
                "/overview/rate-limits-for-the-rest-api",
            )
            .with("x-ratelimit-remaining", "0")
            .with("x-ratelimit-reset", reset.to_string())
        }
    };
    for (name, value) in headers {
        answer
            .headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        answer.headers.push((name.clone(), value.clone()));
    }
    answer
}

fn snapshot(github: &GitHub) -> Snapshot {
    github
        .repositories()
        .iter()
        .map(|repository| (repository.id, repository.entries().clone()))
        .collect()
}

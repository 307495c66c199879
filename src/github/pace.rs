//! When a request may be sent: writes one at a time and apart, nothing at all while GitHub limits us.
//!
//! GitHub asks for writes one by one with a second between them, and may ban clients that keep sending while
//! limited. So one `Pacer` is shared by all clones of a client, every request passes it, and every answer is
//! shown to it. Limits and headers: GitHub's "Rate limits for the REST API" and "Best practices for using the
//! REST API". What to retry is decided in `client`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use http::{HeaderMap, StatusCode};
use tokio::sync::Semaphore;

use super::clock::{Clock, later, unpoisoned};

/// The longest wait for a rate limit; a later end is an error that says when. The primary limit ends on the
/// hour, and nobody wants a command to sleep for that.
pub const MAX_WAIT: Duration = Duration::from_secs(15 * 60);

/// How many reads may be under way at once, well below GitHub's 100.
const READS_AT_ONCE: usize = 8;

/// The first wait for a secondary limit that doesn't say how long it lasts ("at least one minute").
const UNTOLD_WAIT: Duration = Duration::from_secs(60);

/// Why we wait; for the progress line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitReason {
    /// The pause between two writes.
    Spacing,
    /// The hourly limit is used up.
    RateLimit,
    /// Too much at once (GitHub's secondary limit).
    SecondaryLimit,
    /// Before trying again after a failure.
    Retry,
}

/// A limit, as read from an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    reason: WaitReason,
    /// How long it lasts; `None` where GitHub doesn't say.
    lasts: Option<Duration>,
    /// Whether this very request was refused, or the next would be.
    pub(crate) refused: bool,
}

/// Reads the limit that an answer tells of. `now` is our time, used only where the answer carries no `Date`:
/// the reset is a time of GitHub's clock, and ours may be wrong.
pub(crate) fn limit(
    status: StatusCode,
    headers: &HeaderMap,
    body: &str,
    now: DateTime<Utc>,
) -> Option<Limit> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let now = text("date").and_then(http_date).unwrap_or(now);
    let used_up = text("x-ratelimit-remaining").is_some_and(|left| left.trim() == "0");
    let reset = text("x-ratelimit-reset")
        .and_then(|reset| reset.trim().parse().ok())
        .and_then(|reset| DateTime::from_timestamp(reset, 0))
        // A second more: both times are cut to whole seconds.
        .map(|reset| until(now, reset) + Duration::from_secs(1))
        .filter(|_| used_up);
    let asked = retry_after(headers, now);
    let refused = match status.as_u16() {
        429 => true,
        403 => used_up || asked.is_some() || speaks_of_limits(body),
        _ => false,
    };
    if !refused && reset.is_none() {
        return None;
    }
    // Only with a refusal is `retry-after` about limits (a 503 may carry one too, see `retry_after`).
    let lasts = reset.max(asked.filter(|_| refused));
    let reason = if reset.is_some() {
        WaitReason::RateLimit
    } else {
        WaitReason::SecondaryLimit
    };
    Some(Limit {
        reason,
        lasts,
        refused,
    })
}

/// The wait an answer asks for by `retry-after`, in seconds or as a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    text.parse()
        .ok()
        .map(Duration::from_secs)
        .or_else(|| http_date(text).map(|date| until(now, date)))
}

/// `Mon, 06 Jan 2025 09:00:00 GMT`
fn http_date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(text)
        .ok()
        .map(|date| date.to_utc())
}

fn until(now: DateTime<Utc>, then: DateTime<Utc>) -> Duration {
    (then - now).to_std().unwrap_or_default()
}

/// The secondary limit's 403 differs from a plain refusal by its words alone.
fn speaks_of_limits(body: &str) -> bool {
    let body = body.to_lowercase();
    ["rate limit", "abuse detection"]
        .iter()
        .any(|words| body.contains(words))
}

/// What the pacer remembers, in time since the clock was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Memory {
    /// When the next write may start.
    next_write: Duration,
    /// Until when nothing may be sent, and why.
    blocked: Option<(Duration, WaitReason)>,
    /// Secondary limits of untold length in a row.
    untold: u32,
    /// When the last limit was learnt of. Answers to requests sent before that tell nothing new.
    learnt: Duration,
}

impl Memory {
    /// When a request may be sent, with what holds it back until then.
    fn opens(&self, write: bool) -> (Duration, WaitReason) {
        let spacing = (
            if write {
                self.next_write
            } else {
                Duration::ZERO
            },
            WaitReason::Spacing,
        );
        match self.blocked {
            Some(blocked) if blocked.0 >= spacing.0 => blocked,
            _ => spacing,
        }
    }

    /// Learns from an answer that came at `now` to a request sent at `sent`.
    fn learn(&mut self, limit: Option<Limit>, sent: Duration, now: Duration) {
        let Some(limit) = limit else {
            if sent >= self.learnt {
                self.untold = 0;
            }
            return;
        };
        let lasts = limit.lasts.unwrap_or_else(|| {
            // Requests that were under way together are limited together, which is one event.
            if self.untold == 0 || sent > self.learnt {
                self.untold = self.untold.saturating_add(1);
            }
            UNTOLD_WAIT.saturating_mul(1 << (self.untold - 1).min(6))
        });
        self.learnt = now;
        let end = now.saturating_add(lasts);
        if self.blocked.is_none_or(|(blocked, _)| end > blocked) {
            self.blocked = Some((end, limit.reason));
        }
    }
}

type Hook = Arc<dyn Fn(Duration, WaitReason) + Send + Sync>;

/// The gate that every request of every clone passes.
pub(crate) struct Pacer {
    pub(crate) clock: Clock,
    write_interval: Duration,
    max_wait: Duration,
    memory: Mutex<Memory>,
    writes: Semaphore,
    reads: Semaphore,
    hook: Mutex<Option<Hook>>,
}

/// The wish to send; other writes wait while it lives.
pub(crate) struct Turn<'a> {
    _permit: Option<tokio::sync::SemaphorePermit<'a>>,
    write: bool,
}

impl Pacer {
    pub(crate) fn new(clock: Clock, write_interval: Duration, max_wait: Duration) -> Pacer {
        Pacer {
            clock,
            write_interval,
            max_wait,
            memory: Mutex::default(),
            writes: Semaphore::new(1),
            reads: Semaphore::new(READS_AT_ONCE),
            hook: Mutex::default(),
        }
    }

    /// Who is told before every wait.
    pub(crate) fn on_wait(&self, hook: impl Fn(Duration, WaitReason) + Send + Sync + 'static) {
        *unpoisoned(&self.hook) = Some(Arc::new(hook));
    }

    /// Queues up. A read must not take another turn within its own, or all places may wait for each other.
    pub(crate) async fn turn(&self, write: bool) -> Turn<'_> {
        let queue = if write { &self.writes } else { &self.reads };
        // It fails only when closed, which nobody does.
        Turn {
            _permit: queue.acquire().await.ok(),
            write,
        }
    }

    /// Waits until a request may be sent, and says when that was.
    ///
    /// # Errors
    /// The time at which a limit ends, where that is too far away.
    pub(crate) async fn ready(&self, turn: &Turn<'_>) -> Result<Duration, DateTime<Utc>> {
        loop {
            // Asked again after each wait: meanwhile another request may have met a limit.
            let (wait, reason) = {
                let mut memory = unpoisoned(&self.memory);
                let now = self.clock.elapsed();
                let (opens, reason) = memory.opens(turn.write);
                if opens <= now {
                    if turn.write {
                        memory.next_write = now.saturating_add(self.write_interval);
                    }
                    return Ok(now);
                }
                (opens - now, reason)
            };
            if reason != WaitReason::Spacing && wait > self.max_wait {
                return Err(later(self.clock.now(), wait));
            }
            self.wait(wait, reason).await;
        }
    }

    /// Waits, after telling whoever wants to know.
    pub(crate) async fn wait(&self, time: Duration, reason: WaitReason) {
        let hook = unpoisoned(&self.hook).clone();
        if let Some(hook) = hook {
            hook(time, reason);
        }
        self.clock.wait(time).await;
    }

    /// Learns from an answer to a request sent at `sent`; whether a limit refused it.
    pub(crate) fn learn(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        body: &str,
        sent: Duration,
    ) -> bool {
        let limit = limit(status, headers, body, self.clock.now());
        unpoisoned(&self.memory).learn(limit, sent, self.clock.elapsed());
        limit.is_some_and(|limit| limit.refused)
    }

    /// When the present limit ends.
    pub(crate) fn limited_until(&self) -> DateTime<Utc> {
        let end = unpoisoned(&self.memory)
            .blocked
            .map_or(Duration::ZERO, |(end, _)| end);
        later(self.clock.now(), end.saturating_sub(self.clock.elapsed()))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::super::clock::FAKE_START;
    use super::*;

    const fn secs(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    fn read(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Option<Limit> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, http::HeaderValue::from_static(value));
        }
        // 2025-01-06 00:00:00, the time of the tests.
        limit(
            StatusCode::from_u16(status).expect("a status"),
            &map,
            body,
            FAKE_START,
        )
    }

    #[test]
    fn limits_are_read_from_answers() {
        use WaitReason::{RateLimit, SecondaryLimit};
        let used_up = [
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1736121630"),
        ];
        let dated = [
            used_up[0],
            used_up[1],
            ("date", "Mon, 06 Jan 2025 00:00:10 GMT"),
        ];
        let both = [used_up[0], used_up[1], ("retry-after", "5")];
        let on_date = [("retry-after", "Mon, 06 Jan 2025 00:01:00 GMT")];
        let some = |reason, lasts, refused| {
            Some(Limit {
                reason,
                lasts,
                refused,
            })
        };
        for (status, headers, body, expected) in [
            (200, &[][..], "", None),
            (
                200,
                &[("x-ratelimit-remaining", "7"), used_up[1]][..],
                "",
                None,
            ),
            (
                200,
                &used_up[..],
                "",
                some(RateLimit, Some(secs(31)), false),
            ),
            (403, &used_up[..], "", some(RateLimit, Some(secs(31)), true)),
            (403, &dated[..], "", some(RateLimit, Some(secs(21)), true)),
            (429, &both[..], "", some(RateLimit, Some(secs(31)), true)),
            (
                403,
                &[("retry-after", "5")][..],
                "",
                some(SecondaryLimit, Some(secs(5)), true),
            ),
            (
                429,
                &on_date[..],
                "",
                some(SecondaryLimit, Some(secs(60)), true),
            ),
            (429, &[][..], "", some(SecondaryLimit, None, true)),
            (
                403,
                &[][..],
                "You have exceeded a secondary rate limit",
                some(SecondaryLimit, None, true),
            ),
            (
                403,
                &[][..],
                "You have triggered an abuse detection mechanism",
                some(SecondaryLimit, None, true),
            ),
            (403, &[][..], "Resource not accessible by integration", None),
            (503, &[("retry-after", "5")][..], "", None),
            (200, &[("x-ratelimit-remaining", "0")][..], "", None),
            (
                200,
                &[used_up[0], ("x-ratelimit-reset", "soon")][..],
                "",
                None,
            ),
            (
                429,
                &[("retry-after", "-1")][..],
                "",
                some(SecondaryLimit, None, true),
            ),
            // A reset long past (their clock or ours is wrong) still waits a little.
            (
                403,
                &[used_up[0], ("x-ratelimit-reset", "1")][..],
                "",
                some(RateLimit, Some(secs(1)), true),
            ),
        ] {
            assert_eq!(
                read(status, headers, body),
                expected,
                "{status} {headers:?} {body}"
            );
        }
    }

    fn untold() -> Option<Limit> {
        Some(Limit {
            reason: WaitReason::SecondaryLimit,
            lasts: None,
            refused: true,
        })
    }

    #[test]
    fn untold_limits_double_and_are_forgotten_after_success() {
        let mut memory = Memory::default();
        let mut now = secs(0);
        for expected in [60, 120, 240] {
            memory.learn(untold(), now, now);
            assert_eq!(
                memory.opens(false),
                (now + secs(expected), WaitReason::SecondaryLimit)
            );
            now += secs(expected);
        }
        memory.learn(None, now, now);
        memory.learn(untold(), now + secs(1), now + secs(1));
        assert_eq!(memory.opens(false).0, now + secs(61));
    }

    #[test]
    fn requests_limited_together_count_once() {
        let mut memory = Memory::default();
        for answered in [5, 6, 7] {
            memory.learn(untold(), secs(4), secs(answered));
        }
        assert_eq!(memory.opens(true), (secs(67), WaitReason::SecondaryLimit));
        // An answer that was under way meanwhile says nothing about the limit being over.
        memory.learn(None, secs(4), secs(8));
        assert_eq!(memory.untold, 1);
    }

    #[test]
    fn a_block_is_never_shortened() {
        let told = |n| {
            Some(Limit {
                reason: WaitReason::RateLimit,
                lasts: Some(secs(n)),
                refused: true,
            })
        };
        let mut memory = Memory::default();
        memory.learn(told(100), secs(0), secs(0));
        memory.learn(told(10), secs(0), secs(1));
        assert_eq!(memory.opens(false).0, secs(100));
        memory.learn(told(u64::MAX), secs(0), secs(2));
        assert_eq!(memory.opens(false).0, Duration::MAX);
    }

    #[tokio::test]
    async fn writes_are_spaced_and_reads_are_not() {
        let pacer = Pacer::new(Clock::fake(), secs(1), MAX_WAIT);
        let told = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&told);
        pacer.on_wait(move |time, reason| unpoisoned(&log).push((time, reason)));
        for expected in [0, 1, 2] {
            let turn = pacer.turn(true).await;
            assert_eq!(pacer.ready(&turn).await, Ok(secs(expected)));
            let read = pacer.turn(false).await;
            assert_eq!(pacer.ready(&read).await, Ok(secs(expected)));
        }
        assert_eq!(*unpoisoned(&told), vec![(secs(1), WaitReason::Spacing); 2]);
    }

    #[tokio::test]
    async fn too_long_a_limit_is_said_instead_of_waited_for() {
        let pacer = Pacer::new(Clock::fake(), secs(0), secs(100));
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", http::HeaderValue::from_static("101"));
        assert!(pacer.learn(StatusCode::FORBIDDEN, &headers, "", secs(0)));
        let turn = pacer.turn(false).await;
        assert_eq!(
            pacer.ready(&turn).await,
            Err(FAKE_START + TimeDelta::seconds(101))
        );
        assert_eq!(pacer.limited_until(), FAKE_START + TimeDelta::seconds(101));
        pacer.clock.advance(secs(1));
        assert_eq!(pacer.ready(&turn).await, Ok(secs(101)));
        assert_eq!(pacer.clock.waits(), [secs(100)]);
    }
}

//! The one clock through which all waiting goes, so that tests wait for minutes in no time.
//!
//! What to wait for is decided in [`pace`](super::pace) and by whoever looks again after a lost answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

/// Time, and waiting for it to pass.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    Real(Instant),
    Fake(Arc<Mutex<FakeTime>>),
}

#[derive(Debug, Default)]
struct FakeTime {
    elapsed: Duration,
    waits: Vec<Duration>,
}

impl Clock {
    /// Real time, by tokio's timer.
    #[must_use]
    pub fn real() -> Clock {
        Clock(Source::Real(Instant::now()))
    }

    /// A clock for tests: it starts at 2025-01-06 00:00:00 UTC, moves only by waiting, and waiting takes no time.
    #[must_use]
    pub fn fake() -> Clock {
        Clock(Source::Fake(Arc::default()))
    }

    /// The time of day.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::Real(_) => Utc::now(),
            Source::Fake(_) => later(FAKE_START, self.elapsed()),
        }
    }

    /// The time since this clock was made; never runs backwards.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        match &self.0 {
            Source::Real(start) => start.elapsed(),
            Source::Fake(time) => unpoisoned(time).elapsed,
        }
    }

    /// Waits.
    pub async fn wait(&self, time: Duration) {
        match &self.0 {
            Source::Real(_) => tokio::time::sleep(time).await,
            Source::Fake(fake) => {
                {
                    let mut fake = unpoisoned(fake);
                    fake.elapsed += time;
                    fake.waits.push(time);
                }
                tokio::task::yield_now().await;
            }
        }
    }

    /// The waits of a fake clock so far, in order; empty for the real one.
    #[must_use]
    pub fn waits(&self) -> Vec<Duration> {
        match &self.0 {
            Source::Real(_) => Vec::new(),
            Source::Fake(fake) => unpoisoned(fake).waits.clone(),
        }
    }

    /// Moves a fake clock forward without a wait; the real one can't be moved.
    pub fn advance(&self, time: Duration) {
        if let Source::Fake(fake) = &self.0 {
            unpoisoned(fake).elapsed += time;
        }
    }
}

/// 2025-01-06 00:00:00 UTC.
pub(super) const FAKE_START: DateTime<Utc> =
    DateTime::from_timestamp(1_736_121_600, 0).expect("a time chrono can hold");

/// Nothing in here leaves its data half-changed, so a panic elsewhere is no reason to fail.
pub(super) fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The time after another; the last that chrono can hold where it can't hold that one.
pub(super) fn later(time: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(by)
        .ok()
        .and_then(|by| time.checked_add_signed(by))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

//! What stands between pm-sync and GitHub: it sees every request, decides what goes wrong with it, and knows who was told to wait.
//!
//! All of it is one fault of the sandbox that looks at every request and never strikes, and one for each trouble that strikes where the
//! first one said so. A run is let go on from request to request, so whatever people do, they do it at a boundary between two.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use pm_sync::github::Clock;
use pm_sync::sandbox::{Fault, Request, Sandbox};
use tokio::sync::Notify;

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trouble {
    /// The connection ends before it is carried out.
    LostRequest,
    /// It is carried out, and the connection ends before the answer.
    LostAnswer,
    /// Answered 502 instead of being carried out.
    BadGateway,
    /// Carried out, and answered with a page of HTML and 502.
    BadGatewayAfter,
    /// The secondary limit, for half a minute.
    Secondary,
    /// The secondary limit, without saying how long.
    SecondaryUntold,
    /// The primary limit, for two minutes.
    Primary,
    /// The primary limit, for longer than anybody waits.
    PrimaryLong,
    /// The process ends before the request is carried out.
    CrashBefore,
    /// The process ends when the request has been carried out.
    CrashAfter,
}

impl Trouble {
    pub(crate) const ALL: [Trouble; 10] = [
        Trouble::LostRequest,
        Trouble::LostAnswer,
        Trouble::BadGateway,
        Trouble::BadGatewayAfter,
        Trouble::Secondary,
        Trouble::SecondaryUntold,
        Trouble::Primary,
        Trouble::PrimaryLong,
        Trouble::CrashBefore,
        Trouble::CrashAfter,
    ];

    pub(crate) fn is_crash(self) -> bool {
        matches!(self, Trouble::CrashBefore | Trouble::CrashAfter)
    }

    /// How it is played; none where nothing but the process fails.
    fn fault(self) -> Fault {
        match self {
            Trouble::LostRequest | Trouble::CrashBefore => Fault::lost_request(),
            Trouble::LostAnswer | Trouble::CrashAfter => Fault::lost_answer(),
            Trouble::BadGateway => Fault::status(502),
            Trouble::BadGatewayAfter => Fault::html(502).after_applying(),
            Trouble::Secondary => Fault::secondary_limit(Some(30)),
            Trouble::SecondaryUntold => Fault::secondary_limit(None).with_status(429),
            Trouble::Primary => Fault::primary_limit(120),
            Trouble::PrimaryLong => Fault::primary_limit(3600),
        }
    }

    /// How long nothing may be sent after it. GitHub asks for a minute where it gives no number.
    fn wait(self) -> Duration {
        Duration::from_secs(match self {
            Trouble::Secondary => 30,
            Trouble::SecondaryUntold => 60,
            Trouble::Primary => 120,
            Trouble::PrimaryLong => 3600,
            _ => 0,
        })
    }
}

/// A run as the wire sees it.
struct Sender {
    clock: Clock,
    /// How many of a hundred requests meet trouble. Creates, of which one too many is what nobody forgives, meet it twice as often.
    weather: u8,
    /// Until when it was told to send nothing, by its own clock.
    told: Duration,
}

/// What the wire knows.
pub(crate) struct Seen {
    rng: Rng,
    senders: Vec<Sender>,
    /// Who is let go on just now; nobody else can send.
    pub(crate) sending: usize,
    /// The last request, as `METHOD path`.
    pub(crate) last: String,
    /// The trouble that struck it.
    pub(crate) struck: Option<Trouble>,
    /// Requests that were sent while their sender was told to wait.
    pub(crate) early: Vec<String>,
    pub(crate) requests: u64,
}

/// The wire.
#[derive(Clone)]
pub(crate) struct Wire {
    seen: Arc<Mutex<Seen>>,
    /// Told of every request.
    pub(crate) request: Arc<Notify>,
}

impl Wire {
    /// Puts itself in front of a sandbox.
    pub(crate) fn tap(sandbox: &Sandbox, rng: Rng) -> Wire {
        let seen = Seen {
            rng,
            senders: Vec::new(),
            sending: 0,
            last: String::new(),
            struck: None,
            early: Vec::new(),
            requests: 0,
        };
        let wire = Wire {
            seen: Arc::new(Mutex::new(seen)),
            request: Arc::new(Notify::new()),
        };
        let observer = wire.clone();
        let observe = move |request: &Request| {
            observer.seen().note(request);
            observer.request.notify_one();
            false
        };
        sandbox.fault(Fault::lost_request().when(observe).always());
        for trouble in Trouble::ALL {
            let wire = wire.clone();
            let strikes = move |_: &Request| wire.seen().struck == Some(trouble);
            sandbox.fault(trouble.fault().when(strikes).always());
        }
        wire
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a new run in and answers its number.
    pub(crate) fn enter(&self, clock: Clock, weather: u8) -> usize {
        let mut seen = self.seen();
        seen.senders.push(Sender {
            clock,
            weather,
            told: Duration::ZERO,
        });
        seen.senders.len() - 1
    }
}

impl Seen {
    fn note(&mut self, request: &Request) {
        self.requests += 1;
        self.last = format!("{} {}", request.method, request.path);
        let creates = request.method == "POST" && request.path.ends_with("/issues");
        let sender = &mut self.senders[self.sending];
        let now = sender.clock.elapsed();
        if now < sender.told {
            let line = format!(
                "{} at {now:?}, told to wait until {:?}",
                self.last, sender.told
            );
            self.early.push(line);
        }
        let chance = if creates {
            sender.weather * 2
        } else {
            sender.weather
        };
        self.struck = (self.rng.u8(..100) < chance)
            .then(|| Trouble::ALL[self.rng.usize(..Trouble::ALL.len())]);
        if let Some(trouble) = self.struck
            && !trouble.wait().is_zero()
        {
            sender.told = now + trouble.wait();
        }
    }
}

//! The embedded GitHub-shaped server behind `pm-sync demo` and behind the tests.
//!
//! It speaks as much of GitHub's REST API as pm-sync uses, over real HTTP, on the loopback interface only,
//! and keeps everything in memory. It is faithful where clients get hurt: what is silently dropped without
//! push access, 422s that leave nothing behind, redirects, cursors without a last page, conditional
//! requests, limits. What it doesn't know it answers with 501 and notes, so that no test passes against a
//! route that isn't there.
//!
//! | module | what it holds |
//! |---|---|
//! | `model` ([`GitHub`], [`Repository`], [`Issue`]) | the state, and what people do to it |
//! | `server`, `wire` | HTTP, and connections that can be cut |
//! | `desk` | the notes of what was received, rate limits, lagging listings |
//! | `faults` ([`Fault`]) | what goes wrong on demand |
//! | `routes` | the API: who may ask for what, and what it does |
//! | `answers`, `shapes` | what it says, in GitHub's words and JSON |
//!
//! It leaves out: GraphQL, search, sub-issues, issue types and fields, projects, timelines (an issue's events
//! are there), and the enforcement of the secondary limits (a [`Fault`] plays those).
//!
//! ```
//! use pm_sync::sandbox::{GitHub, Sandbox, StateReason};
//!
//! # fn main() -> std::io::Result<()> {
//! let mut github = GitHub::new();
//! github.repository("octo-org/service").add_issue("alice", "Disk alert", None);
//! let sandbox = Sandbox::start_blocking(github)?;
//! // Here a client talks to `sandbox.url()` with the token `sandbox-token`; meanwhile, a person:
//! sandbox.github().repository("octo-org/service").close_issue(1, StateReason::Completed);
//! assert!(sandbox.unexpected().is_empty());
//! # Ok(())
//! # }
//! ```

mod answers;
mod desk;
mod faults;
mod model;
mod routes;
mod server;
mod shapes;
mod wire;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, MutexGuard};
use std::thread::JoinHandle;

use chrono::TimeDelta;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use desk::{Answered, Exchange, Request};
pub use faults::Fault;
pub use model::{
    Comment, Commit, DEFAULT_LABEL_COLOR, Event, GitHub, Happening, Issue, Label, Milestone,
    Permission, Pull, Repository, State, StateReason, Token,
};

use server::{Server, router};
use wire::{Port, Wire};

/// A running server. It stops when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    server: Arc<Server>,
    /// Dropped with the handle, which the server takes as the sign to stop.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts on a free loopback port, on the current tokio runtime. Where that has a single thread, only
    /// asynchronous clients get answers: a blocking one keeps the server from running.
    ///
    /// # Errors
    ///
    /// When no port can be bound.
    pub async fn start(github: GitHub) -> io::Result<Sandbox> {
        Sandbox::start_on(github, 0).await
    }

    /// Starts on this loopback port (0: a free one), on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// When the port can't be bound, most often because something else listens there.
    pub async fn start_on(github: GitHub, port: u16) -> io::Result<Sandbox> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
        let (sandbox, stopped) = Sandbox::around(github, listener.local_addr()?);
        let service =
            router(Arc::clone(&sandbox.server)).into_make_service_with_connect_info::<Wire>();
        tokio::spawn(async move {
            // Graceful: open connections end with the answer they are waiting for. Neither accepting nor
            // serving gives errors back.
            let _ = axum::serve(Port(listener), service)
                .with_graceful_shutdown(ended(stopped))
                .await;
        });
        Ok(sandbox)
    }

    /// Starts on a free loopback port, on a thread of its own: for tests and programs that have no tokio
    /// runtime, such as those that run the `pm-sync` binary. Dropping the handle ends the thread.
    ///
    /// # Errors
    ///
    /// When no port can be bound or no thread started.
    pub fn start_blocking(github: GitHub) -> io::Result<Sandbox> {
        // Bound here rather than on the thread, so that the error reaches the caller.
        let listener = std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        listener.set_nonblocking(true)?;
        let (mut sandbox, stopped) = Sandbox::around(github, listener.local_addr()?);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let listener = {
            let _context = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let service =
            router(Arc::clone(&sandbox.server)).into_make_service_with_connect_info::<Wire>();
        let thread = std::thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    tokio::select! {
                        _ = axum::serve(Port(listener), service) => {}
                        () = ended(stopped) => {}
                    }
                });
                // The runtime goes with the thread, and open connections with it.
            })?;
        sandbox.thread = Some(thread);
        Ok(sandbox)
    }

    fn around(github: GitHub, address: SocketAddr) -> (Sandbox, oneshot::Receiver<()>) {
        let (stop, stopped) = oneshot::channel();
        let server = Arc::new(Server::new(format!("http://{address}"), github));
        (
            Sandbox {
                server,
                stop: Some(stop),
                thread: None,
            },
            stopped,
        )
    }

    /// `http://127.0.0.1:PORT`, to be used as `GITHUB_API_URL`.
    pub fn url(&self) -> String {
        self.server.api().to_owned()
    }

    /// The state, to look at and to change as people do. Requests wait while this is held, so hold it
    /// briefly, and never across an `await`.
    pub fn github(&self) -> MutexGuard<'_, GitHub> {
        self.server.github()
    }

    /// Everything received so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.server.desk().requests.clone()
    }

    /// Those of [`Sandbox::requests`] that asked to change something.
    pub fn writes(&self) -> Vec<Request> {
        self.server
            .desk()
            .requests
            .iter()
            .filter(|request| request.is_write())
            .cloned()
            .collect()
    }

    /// Forgets what [`Sandbox::requests`] shows.
    pub fn clear_requests(&self) {
        self.server.desk().clear_requests();
    }

    /// From now on whole exchanges are kept, for [`Sandbox::exchanges`].
    pub fn keep_exchanges(&self) {
        self.server.desk().exchanges.get_or_insert_default();
    }

    /// Every request since [`Sandbox::keep_exchanges`] with the whole of its answer, in the order of the
    /// answers. Clearing the requests leaves them.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.server.desk().exchanges.clone().unwrap_or_default()
    }

    /// Requests for which there is no route; each was answered 501. A test ends by asserting that there
    /// are none.
    pub fn unexpected(&self) -> Vec<Request> {
        self.server.desk().unexpected.clone()
    }

    /// Requests that came before the wait imposed by a [watched](Fault::watched) limit was over.
    pub fn violations(&self) -> Vec<Request> {
        self.server.desk().violations.clone()
    }

    /// Queues a fault.
    pub fn fault(&self, fault: Fault) {
        self.server.desk().faults.push(fault);
    }

    /// The faults that have not struck as often as they should: empty once a test's faults all happened.
    /// Those that strike always never leave.
    pub fn waiting_faults(&self) -> usize {
        self.server.desk().faults.len()
    }

    /// Removes all waiting faults, and ends a limit's wait.
    pub fn clear_faults(&self) {
        self.server.desk().clear_faults();
    }

    /// Lets limits believe that this much time has passed, for clients whose waiting is not real.
    pub fn pass_time(&self, time: TimeDelta) {
        self.server.desk().pass_time(time);
    }

    /// Sets the primary limit: how many requests an hour are answered (5,000 unless set).
    pub fn set_rate_limit(&self, requests: u64) {
        self.server.desk().rate_limit = requests;
    }

    /// From now on listings of issues show what there was this many requests ago, as GitHub's do for some
    /// seconds after a write. Reading an issue by its number shows the truth.
    pub fn lag_listings(&self, requests: usize) {
        let github = self.server.github();
        self.server.desk().lag_listings(Some(requests), &github);
    }

    /// Listings of issues stay as they are at this moment until [`Sandbox::release_listings`].
    pub fn hold_listings(&self) {
        let github = self.server.github();
        self.server.desk().lag_listings(None, &github);
    }

    /// Listings show the truth again.
    pub fn release_listings(&self) {
        self.server.desk().release_listings();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It ends by itself now; a panic in there was printed already and must not become a second one.
            let _ = thread.join();
        }
    }
}

/// Ends when the handle is dropped.
async fn ended(stopped: oneshot::Receiver<()>) {
    let _ = stopped.await;
}

//! Everything that talks to GitHub, and the only place that names octocrab.
//!
//! - [`client`]: the REST calls pm-sync needs, over `send`: retries and redirects, over `transport`: octocrab.
//! - [`comments`]: the comments of issues, and single labels.
//! - [`pace`]: when a request may be sent (spacing of writes, rate limits).
//! - [`clock`]: the one clock through which all waiting goes.
//! - [`model`]: what GitHub says and is told, in small structs of our own.
//! - [`error`]: what can go wrong, in Japanese and in English; `judge`: which answer is which error.
//! - `address`: what else an API's address says: whose token it may get, and what people call its server.
//! - [`git_data`]: branches, commits, files and pull requests; [`git_object`]: how git names files.
//! - [`token`]: the secret, and where it is found.
//!
//! What an issue *should* look like is decided elsewhere (`plan`), and so is the order of writes that makes a
//! crash harmless (`sync`). Nothing here knows about documents.

mod address;
pub mod body;
pub mod client;
pub mod clock;
pub mod comments;
pub mod error;
pub mod git_data;
pub mod git_object;
pub(crate) mod judge;
pub mod marker;
pub mod model;
pub mod pace;
mod send;
pub mod snapshot;
pub mod token;
mod transport;

pub use client::{Client, Counts, Settings};
pub use clock::Clock;
pub use comments::Comment;
pub use error::{Error, ErrorKind, FieldError, Refusal};
pub use git_object::blob_id;
pub use model::{
    CloseReason, Issue, IssuePatch, IssueState, LabelOutcome, Lookup, Missing, NewIssue, NewLabel,
    Permissions, RateLimit, Repository, StateChange, StateEvent, User,
};
pub use pace::WaitReason;
pub use token::{Token, TokenError, TokenSort};

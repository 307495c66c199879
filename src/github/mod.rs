//! Everything that talks to GitHub, and the only place that names octocrab.
//!
//! - [`client`]: the REST calls pm-sync needs, over `send`: retries and redirects, over `transport`: octocrab.
//! - [`pace`]: when a request may be sent (spacing of writes, rate limits).
//! - [`clock`]: the one clock through which all waiting goes.
//! - [`model`]: what GitHub says and is told, in small structs of our own.
//! - [`error`]: what can go wrong, in Japanese and in English; `judge`: which answer is which error.
//! - [`repo`]: the name of a repository.
//! - [`token`]: the secret, where it is found, and the address it may be sent to.
//!
//! What an issue *should* look like is decided elsewhere (`plan`), and so is the order of writes that makes a
//! crash harmless (`sync`). Nothing here knows about documents.

pub mod client;
pub mod clock;
pub mod error;
mod judge;
pub mod model;
pub mod pace;
pub mod repo;
mod send;
pub mod token;
mod transport;

pub use client::{Client, Counts, Settings};
pub use clock::Clock;
pub use error::{Error, ErrorKind, FieldError, Lang, Refusal};
pub use model::{
    CloseReason, Issue, IssuePatch, IssueState, LabelOutcome, Lookup, Missing, NewIssue, NewLabel,
    Permissions, Repository, StateChange, User,
};
pub use pace::WaitReason;
pub use repo::{Repo, RepoError};
pub use token::{ApiUrl, ApiUrlError, Token, TokenError};

//! What the pretended GitHub holds: repositories, the tokens that may use them, and a clock.
//!
//! Plain data, built and changed by tests and by the demo as people would change it in a browser.
//! Nothing here knows about HTTP. What a repository holds is in [`repository`], what an issue is in
//! [`issue`].

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

mod git;
mod issue;
mod repository;

pub use git::{Commit, Pull};
pub use issue::{Comment, Event, Happening, Issue, Label, Milestone, State, StateReason};
pub(crate) use issue::{Entries, Entry, same_label};
pub use repository::{DEFAULT_LABEL_COLOR, Repository};

/// When the model's clock starts unless told otherwise: 2025-01-06T09:00:00Z, a Monday.
const START: i64 = 1_736_154_000;

/// What every part of the model shares: the time, and the next unused id.
#[derive(Debug, Clone)]
pub(crate) struct World(Arc<Counters>);

#[derive(Debug)]
struct Counters {
    seconds: AtomicI64,
    ids: AtomicU64,
}

impl World {
    fn new() -> World {
        // Above 32 bits, as the ids of GitHub's issues and comments are by now: whoever keeps them
        // in an i32 is found out.
        World(Arc::new(Counters {
            seconds: AtomicI64::new(START),
            ids: AtomicU64::new(5_000_000_000),
        }))
    }

    /// The present moment of the model.
    pub(super) fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0.seconds.load(Ordering::Relaxed), 0).unwrap_or_default()
    }

    /// Lets one second pass, as every write does, and returns the new moment.
    pub(super) fn tick(&self) -> DateTime<Utc> {
        self.0.seconds.fetch_add(1, Ordering::Relaxed);
        self.now()
    }

    /// An id that nothing else has.
    pub(super) fn next_id(&self) -> u64 {
        self.0.ids.fetch_add(1, Ordering::Relaxed)
    }
}

/// What a person may do in a repository, weakest first (GitHub's role names, except that `Read` is
/// called `pull` there).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Look, open issues, comment.
    Read,
    /// Also label, assign, close and reopen any issue.
    Triage,
    /// Also edit any issue, and manage labels.
    Push,
    /// Everything.
    Admin,
}

/// A token, whose it is and what it may do.
#[derive(Debug, Clone)]
pub struct Token {
    /// The user who made it; issues created with it are theirs.
    pub login: String,
    /// A classic token's scopes, as `GET /user` shows them in `x-oauth-scopes`. `None` for a
    /// fine-grained token, whose answers have no such header. Without `repo`, private repositories
    /// are hidden; without `public_repo` either, nothing can be written.
    pub scopes: Option<Vec<String>>,
    /// False for a fine-grained token without the permission "Issues: write": its writes are
    /// answered 403 "Resource not accessible by personal access token".
    pub issues_write: bool,
    /// False for a token without "Contents: write" and "Pull requests: write".
    pub contents_write: bool,
    /// Whether it is the token of a workflow, which is nobody's and obeys
    /// [`Repository::actions_may_open_pull_requests`].
    pub workflow: bool,
    /// By full repository name in lower case. Not named: a public repository may be read.
    permissions: BTreeMap<String, Permission>,
}

impl Token {
    /// Gives the token's user a role in a repository (`owner/name`).
    pub fn grant(&mut self, repository: &str, permission: Permission) -> &mut Token {
        self.permissions
            .insert(repository.to_lowercase(), permission);
        self
    }

    /// Takes the user's role in a repository away; a private one is then hidden from them.
    pub fn revoke(&mut self, repository: &str) -> &mut Token {
        self.permissions.remove(&repository.to_lowercase());
        self
    }

    /// The role that this token gives in `repository`; none: it can't even be seen.
    pub(super) fn permission(&self, repository: &Repository) -> Option<Permission> {
        let role = self
            .permissions
            .get(&repository.full_name().to_lowercase())
            .copied();
        if !repository.private {
            return Some(role.unwrap_or(Permission::Read));
        }
        let scoped = self
            .scopes
            .as_ref()
            .is_none_or(|scopes| scopes.iter().any(|scope| scope == "repo"));
        role.filter(|_| scoped)
    }

    /// Whether a classic token's scopes let it write to `repository` at all.
    pub(super) fn may_write(&self, repository: &Repository) -> bool {
        self.scopes.as_ref().is_none_or(|scopes| {
            scopes
                .iter()
                .any(|scope| scope == "repo" || (scope == "public_repo" && !repository.private))
        })
    }
}

/// Everything the pretended GitHub knows.
///
/// The acts of people (closing an issue, renaming a repository…) go through the methods here and on
/// [`Repository`], so that times and counts move as they do on GitHub.
///
/// # Panics
///
/// Methods that name a repository, a token or an issue panic when there is none of that name: a test or
/// a demo that speaks of a thing that isn't there is wrong itself. No HTTP request can cause that.
#[derive(Debug)]
pub struct GitHub {
    /// Where `html_url`s point; `https://github.com` unless changed.
    pub html_base: String,
    tokens: BTreeMap<String, Token>,
    repositories: Vec<Repository>,
    world: World,
}

impl Default for GitHub {
    fn default() -> Self {
        GitHub::new()
    }
}

impl GitHub {
    /// A useful start: the public repository `octo-org/service`, in which `octocat`, `alice` and `bob`
    /// can be assigned, and the token `sandbox-token` of `octocat`, who may push there.
    pub fn new() -> GitHub {
        let mut github = GitHub::empty();
        github.add_repository("octo-org/service");
        github
            .add_token("sandbox-token", "octocat")
            .grant("octo-org/service", Permission::Push);
        github
    }

    /// No repository and no token.
    pub fn empty() -> GitHub {
        GitHub {
            html_base: "https://github.com".to_owned(),
            tokens: BTreeMap::new(),
            repositories: Vec::new(),
            world: World::new(),
        }
    }

    /// The present moment. Every write, by HTTP or by people, moves it on by one second.
    pub fn now(&self) -> DateTime<Utc> {
        self.world.now()
    }

    /// Sets the clock (whole seconds, as in GitHub's times).
    pub fn set_now(&mut self, now: DateTime<Utc>) {
        self.world
            .0
            .seconds
            .store(now.timestamp(), Ordering::Relaxed);
    }

    /// Lets time pass without anything happening.
    pub fn advance(&mut self, time: TimeDelta) {
        self.world
            .0
            .seconds
            .fetch_add(time.num_seconds(), Ordering::Relaxed);
    }

    /// Adds a token for `login`, with the classic scope `repo` and no role anywhere yet.
    pub fn add_token(&mut self, token: &str, login: &str) -> &mut Token {
        self.tokens.insert(
            token.to_owned(),
            Token {
                login: login.to_owned(),
                scopes: Some(vec!["repo".to_owned()]),
                issues_write: true,
                contents_write: true,
                workflow: false,
                permissions: BTreeMap::new(),
            },
        );
        self.token(token)
    }

    /// The token, to change what it may do.
    #[track_caller]
    pub fn token(&mut self, token: &str) -> &mut Token {
        match self.tokens.get_mut(token) {
            Some(found) => found,
            None => panic!("the sandbox has no such token"),
        }
    }

    /// Revokes a token: from now on it is answered 401.
    pub fn remove_token(&mut self, token: &str) {
        self.tokens.remove(token);
    }

    pub(super) fn find_token(&self, token: &str) -> Option<&Token> {
        self.tokens.get(token)
    }

    /// Adds a public repository (`owner/name`) with issues enabled, GitHub's usual labels, and `octocat`,
    /// `alice` and `bob` to assign to.
    #[track_caller]
    pub fn add_repository(&mut self, full_name: &str) -> &mut Repository {
        if self
            .repositories
            .iter()
            .any(|repository| repository.is_called(full_name))
        {
            panic!("the sandbox already has a repository {full_name}");
        }
        self.repositories
            .push(Repository::new(full_name, &self.world));
        self.repository(full_name)
    }

    /// The repository of that name (`owner/name`, in any case).
    #[track_caller]
    pub fn repository(&mut self, full_name: &str) -> &mut Repository {
        match self
            .repositories
            .iter()
            .position(|repository| repository.is_called(full_name))
        {
            Some(index) => &mut self.repositories[index],
            None => panic!("the sandbox has no repository {full_name}"),
        }
    }

    /// All repositories, oldest first.
    pub fn repositories(&self) -> &[Repository] {
        &self.repositories
    }

    pub(super) fn repositories_mut(&mut self) -> &mut [Repository] {
        &mut self.repositories
    }

    /// Renames a repository, or moves it to another owner. The old name redirects from now on, and
    /// everyone keeps their role.
    #[track_caller]
    pub fn rename_repository(&mut self, from: &str, to: &str) {
        self.repository(from).rename(to);
        for token in self.tokens.values_mut() {
            if let Some(role) = token.permissions.remove(&from.to_lowercase()) {
                token.permissions.insert(to.to_lowercase(), role);
            }
        }
    }

    /// Transfers an issue to another repository and returns its number there. The old number
    /// redirects from now on.
    #[track_caller]
    pub fn transfer_issue(&mut self, from: &str, number: u64, to: &str) -> u64 {
        let target = self.repository(to).id;
        let mut issue = self.repository(from).issue(number).clone();
        let home = self.repository(to);
        // GitHub carries over the labels that the target has, and the assignees that it knows.
        issue.labels.retain(|label| home.label(label).is_some());
        issue.assignees.retain(|login| home.can_assign(login));
        let new_number = home.take_in(issue);
        self.repository(from).replace(
            number,
            Entry::Transferred {
                repository: target,
                number: new_number,
            },
        );
        new_number
    }
}

//! One repository of the pretended GitHub: its issues, labels and comments, and what people do to them.
//!
//! The same methods stand behind the HTTP routes, so an issue closed by a person and one closed through
//! the API look alike. Permissions and validation are the routes' business, not this module's.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::World;
use super::git::Git;
use super::issue::{
    Comment, Entries, Entry, Event, Issue, Label, Milestone, State, StateReason, happenings,
    same_label,
};

/// The colour of a label that GitHub made up because an issue named it.
pub const DEFAULT_LABEL_COLOR: &str = "ededed";

/// The labels that GitHub gives to a new repository: name, colour, description.
const USUAL_LABELS: &[(&str, &str, &str)] = &[
    ("bug", "d73a4a", "Something isn't working"),
    (
        "documentation",
        "0075ca",
        "Improvements or additions to documentation",
    ),
    (
        "duplicate",
        "cfd3d7",
        "This issue or pull request already exists",
    ),
    ("enhancement", "a2eeef", "New feature or request"),
    ("good first issue", "7057ff", "Good for newcomers"),
    ("help wanted", "008672", "Extra attention is needed"),
    ("invalid", "e4e669", "This doesn't seem right"),
    ("question", "d876e3", "Further information is requested"),
    ("wontfix", "ffffff", "This will not be worked on"),
];

/// A repository.
///
/// # Panics
///
/// Methods that take an issue number panic when there is no such issue; see [`super::GitHub`].
#[derive(Debug)]
pub struct Repository {
    /// GitHub's id; unlike the name it never changes.
    pub id: u64,
    owner: String,
    name: String,
    /// Hidden from everyone without a role in it.
    pub private: bool,
    /// Read-only: every write is answered 403.
    pub archived: bool,
    /// False: everything about issues is answered 410.
    pub has_issues: bool,
    /// `main` unless changed.
    pub default_branch: String,
    /// Whether its settings let GitHub Actions create pull requests.
    pub actions_may_open_pull_requests: bool,
    /// How many entries of a tree GitHub lists in one answer (100,000); more are cut off.
    pub longest_tree: usize,
    /// Whom issues can be assigned to (logins).
    pub assignable: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    former_names: Vec<String>,
    labels: Vec<Label>,
    milestones: Vec<Milestone>,
    entries: Entries,
    last_number: u64,
    pub(crate) git: Git,
    world: World,
}

impl Repository {
    pub(crate) fn new(full_name: &str, world: &World) -> Repository {
        let (owner, name) = full_name.split_once('/').unwrap_or(("octo-org", full_name));
        let mut repository = Repository {
            id: world.next_id(),
            owner: owner.to_owned(),
            name: name.to_owned(),
            private: false,
            archived: false,
            has_issues: true,
            default_branch: "main".to_owned(),
            actions_may_open_pull_requests: true,
            longest_tree: 100_000,
            assignable: ["octocat", "alice", "bob"].map(str::to_owned).to_vec(),
            created_at: world.now(),
            former_names: Vec::new(),
            labels: Vec::new(),
            milestones: Vec::new(),
            entries: BTreeMap::new(),
            last_number: 0,
            git: Git::default(),
            world: world.clone(),
        };
        for (name, color, description) in USUAL_LABELS {
            repository.labels.push(Label {
                id: world.next_id(),
                name: (*name).to_owned(),
                color: (*color).to_owned(),
                description: Some((*description).to_owned()),
                default: true,
            });
        }
        repository
    }

    /// The owner's login.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The name without the owner.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `owner/name`.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    pub(crate) fn is_called(&self, full_name: &str) -> bool {
        full_name.split_once('/').is_some_and(|(owner, name)| {
            owner.eq_ignore_ascii_case(&self.owner) && name.eq_ignore_ascii_case(&self.name)
        })
    }

    pub(crate) fn was_called(&self, full_name: &str) -> bool {
        self.former_names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(full_name))
    }

    pub(crate) fn rename(&mut self, full_name: &str) {
        self.former_names.push(self.full_name());
        let (owner, name) = full_name
            .split_once('/')
            .unwrap_or((&self.owner, full_name));
        (self.owner, self.name) = (owner.to_owned(), name.to_owned());
    }

    /// Whether issues can be assigned to `login`.
    pub fn can_assign(&self, login: &str) -> bool {
        self.assignable
            .iter()
            .any(|known| known.eq_ignore_ascii_case(login))
    }

    // Issues, as one looks at them.

    /// The issues and pull requests that are still here, by number.
    pub fn issues(&self) -> impl Iterator<Item = &Issue> {
        self.entries.values().filter_map(|entry| match entry {
            Entry::Here(issue) => Some(issue),
            Entry::Deleted | Entry::Transferred { .. } => None,
        })
    }

    /// The issue (or pull request) with this number.
    #[track_caller]
    pub fn issue(&self, number: u64) -> &Issue {
        match self.entries.get(&number) {
            Some(Entry::Here(issue)) => issue,
            _ => panic!("{} has no issue #{number}", self.full_name()),
        }
    }

    #[track_caller]
    fn issue_mut(&mut self, number: u64) -> &mut Issue {
        let full_name = self.full_name();
        match self.entries.get_mut(&number) {
            Some(Entry::Here(issue)) => issue,
            _ => panic!("{full_name} has no issue #{number}"),
        }
    }

    pub(crate) fn entries(&self) -> &Entries {
        &self.entries
    }

    // Issues, as people change them.

    /// Opens an issue by hand and returns its number.
    pub fn add_issue(&mut self, author: &str, title: &str, body: Option<&str>) -> u64 {
        self.open_issue(author, title, body, |_| {})
    }

    /// Opens a pull request, which takes its number from the same row as issues, and returns it.
    pub fn add_pull_request(&mut self, author: &str, title: &str, body: Option<&str>) -> u64 {
        self.open_issue(author, title, body, |issue| issue.pull_request = true)
    }

    /// Opens an issue with whatever `fill` puts into it, as one act.
    pub(crate) fn open_issue(
        &mut self,
        author: &str,
        title: &str,
        body: Option<&str>,
        fill: impl FnOnce(&mut Issue),
    ) -> u64 {
        let now = self.world.tick();
        let mut issue = Issue {
            id: self.world.next_id(),
            number: 0,
            title: title.to_owned(),
            body: body.map(str::to_owned),
            state: State::Open,
            state_reason: None,
            labels: Vec::new(),
            assignees: Vec::new(),
            milestone: None,
            author: author.to_owned(),
            created_at: now,
            updated_at: now,
            closed_at: None,
            closed_by: None,
            comments: Vec::new(),
            events: Vec::new(),
            pull_request: false,
        };
        fill(&mut issue);
        self.take_in(issue)
    }

    /// Gives an issue the next free number here.
    pub(crate) fn take_in(&mut self, issue: Issue) -> u64 {
        self.last_number += 1;
        self.entries.insert(
            self.last_number,
            Entry::Here(Issue {
                number: self.last_number,
                ..issue
            }),
        );
        self.last_number
    }

    pub(crate) fn replace(&mut self, number: u64, entry: Entry) {
        self.entries.insert(number, entry);
    }

    /// Changes an issue as one act: the clock moves, and `updated_at` does if anything changed. For
    /// everything that has no method of its own.
    #[track_caller]
    pub fn change_issue(&mut self, number: u64, change: impl FnOnce(&mut Issue)) {
        self.act(number, |issue, _| change(issue));
    }

    /// As [`Repository::change_issue`], with the moment of the change.
    #[track_caller]
    pub(crate) fn act(&mut self, number: u64, change: impl FnOnce(&mut Issue, DateTime<Utc>)) {
        let now = self.world.tick();
        let world = self.world.clone();
        let issue = self.issue_mut(number);
        let before = issue.clone();
        change(issue, now);
        if *issue != before {
            issue.updated_at = now;
            let closed_by = issue.closed_by.as_ref();
            let actor = closed_by.unwrap_or(&issue.author).clone();
            for what in happenings(&before, issue) {
                issue.events.push(Event {
                    id: world.next_id(),
                    actor: actor.clone(),
                    created_at: now,
                    what,
                });
            }
        }
    }

    /// Closes an issue, as its first assignee or else its author. Nothing happens to a closed one.
    #[track_caller]
    pub fn close_issue(&mut self, number: u64, reason: StateReason) {
        let issue = self.issue(number);
        let by = issue.assignees.first().unwrap_or(&issue.author).clone();
        self.act(number, |issue, now| {
            issue.set_state(State::Closed, Some(reason), &by, now);
        });
    }

    /// Opens a closed issue again.
    #[track_caller]
    pub fn reopen_issue(&mut self, number: u64) {
        let by = self.issue(number).author.clone();
        self.act(number, |issue, now| {
            issue.set_state(State::Open, None, &by, now);
        });
    }

    /// Gives an issue another title.
    #[track_caller]
    pub fn edit_title(&mut self, number: u64, title: &str) {
        self.change_issue(number, |issue| title.clone_into(&mut issue.title));
    }

    /// Gives an issue another body.
    #[track_caller]
    pub fn edit_body(&mut self, number: u64, body: &str) {
        self.change_issue(number, |issue| issue.body = Some(body.to_owned()));
    }

    /// Puts a label on an issue, making the label if the repository has none of that name.
    #[track_caller]
    pub fn add_label(&mut self, number: u64, label: &str) {
        let label = self.ensure_label(label);
        self.change_issue(number, |issue| {
            if !issue.labels.contains(&label) {
                issue.labels.push(label);
            }
        });
    }

    /// Takes a label off an issue.
    #[track_caller]
    pub fn remove_label(&mut self, number: u64, label: &str) {
        self.change_issue(number, |issue| {
            issue.labels.retain(|name| !same_label(name, label));
        });
    }

    /// Assigns an issue to these people and nobody else.
    #[track_caller]
    pub fn assign(&mut self, number: u64, logins: &[&str]) {
        self.change_issue(number, |issue| {
            issue.assignees = logins.iter().map(|&login| login.to_owned()).collect();
        });
    }

    /// Comments on an issue and returns the comment's id.
    #[track_caller]
    pub fn comment(&mut self, number: u64, author: &str, body: &str) -> u64 {
        let id = self.world.next_id();
        let (author, body) = (author.to_owned(), body.to_owned());
        self.act(number, |issue, now| {
            issue.comments.push(Comment {
                id,
                author,
                body,
                created_at: now,
                updated_at: now,
            });
        });
        id
    }

    /// Deletes an issue for good; its number is answered 410 from now on.
    #[track_caller]
    pub fn delete_issue(&mut self, number: u64) {
        self.issue(number);
        self.world.tick();
        self.entries.insert(number, Entry::Deleted);
    }

    /// Lets a second pass.
    pub(crate) fn tick(&self) -> DateTime<Utc> {
        self.world.tick()
    }

    // Labels and milestones.

    /// All labels, in the order they were made.
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// The label of this name, in any case.
    pub fn label(&self, name: &str) -> Option<&Label> {
        self.labels
            .iter()
            .find(|label| same_label(&label.name, name))
    }

    /// Makes a label, or changes the one of that name.
    pub fn create_label(&mut self, name: &str, color: &str, description: Option<&str>) -> &Label {
        self.world.tick();
        let index = match self
            .labels
            .iter()
            .position(|label| same_label(&label.name, name))
        {
            Some(index) => index,
            None => {
                let id = self.world.next_id();
                let (name, color) = (name.to_owned(), String::new());
                self.labels.push(Label {
                    id,
                    name,
                    color,
                    description: None,
                    default: false,
                });
                self.labels.len() - 1
            }
        };
        let label = &mut self.labels[index];
        color.clone_into(&mut label.color);
        label.description = description.map(str::to_owned);
        label
    }

    /// The repository's own spelling of a label, made in GitHub's default grey if it wasn't there.
    pub(crate) fn ensure_label(&mut self, name: &str) -> String {
        match self.label(name) {
            Some(label) => label.name.clone(),
            None => self
                .create_label(name, DEFAULT_LABEL_COLOR, None)
                .name
                .clone(),
        }
    }

    /// Deletes a label, also from every issue. False when there was none.
    pub fn delete_label(&mut self, name: &str) -> bool {
        let count = self.labels.len();
        self.labels.retain(|label| !same_label(&label.name, name));
        self.world.tick();
        for entry in self.entries.values_mut() {
            if let Entry::Here(issue) = entry {
                issue.labels.retain(|label| !same_label(label, name));
            }
        }
        self.labels.len() < count
    }

    /// Makes an open milestone and returns its number.
    pub fn add_milestone(&mut self, title: &str) -> u64 {
        let number = self.milestones.len() as u64 + 1;
        let (id, created_at) = (self.world.next_id(), self.world.tick());
        self.milestones.push(Milestone {
            id,
            number,
            title: title.to_owned(),
            created_at,
        });
        number
    }

    /// The milestone with this number.
    pub fn milestone(&self, number: u64) -> Option<&Milestone> {
        self.milestones
            .iter()
            .find(|milestone| milestone.number == number)
    }

    /// The issue that a comment is on.
    pub(crate) fn comment_home(&self, id: u64) -> Option<u64> {
        self.issues()
            .find(|issue| issue.comments.iter().any(|comment| comment.id == id))
            .map(|issue| issue.number)
    }
}

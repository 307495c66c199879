//! The JSON shapes of what the API shows: every field that GitHub's OpenAPI description requires, and the
//! optional ones that its answers carry in practice.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::model::{
    Comment, Event, GitHub, Happening, Issue, Label, Milestone, Permission, Repository, State,
};

/// Where the addresses in answers point.
#[derive(Debug, Clone)]
pub(super) struct Shapes {
    /// The API's own address, no slash at its end.
    pub(super) api: String,
    /// The web site's.
    pub(super) html: String,
}

impl Shapes {
    pub(super) fn repository_url(&self, repository: &Repository) -> String {
        format!("{}/repos/{}", self.api, repository.full_name())
    }

    /// The address that stays when the repository is renamed, as redirects and `Link` headers use it.
    pub(super) fn permanent_url(&self, repository: u64) -> String {
        format!("{}/repositories/{repository}", self.api)
    }

    pub(super) fn user(&self, login: &str) -> Value {
        let id = user_id(login);
        let (api, html) = (&self.api, &self.html);
        json!({
            "login": login,
            "id": id,
            "node_id": format!("U_{id}"),
            "avatar_url": format!("{html}/{login}.png"),
            "gravatar_id": "",
            "url": format!("{api}/users/{login}"),
            "html_url": format!("{html}/{login}"),
            "followers_url": format!("{api}/users/{login}/followers"),
            "following_url": format!("{api}/users/{login}/following{{/other_user}}"),
            "gists_url": format!("{api}/users/{login}/gists{{/gist_id}}"),
            "starred_url": format!("{api}/users/{login}/starred{{/owner}}{{/repo}}"),
            "subscriptions_url": format!("{api}/users/{login}/subscriptions"),
            "organizations_url": format!("{api}/users/{login}/orgs"),
            "repos_url": format!("{api}/users/{login}/repos"),
            "events_url": format!("{api}/users/{login}/events{{/privacy}}"),
            "received_events_url": format!("{api}/users/{login}/received_events"),
            "type": if login.ends_with("[bot]") { "Bot" } else { "User" },
            "user_view_type": "public",
            "site_admin": false,
        })
    }

    /// The answer to `GET /user`.
    pub(super) fn viewer(&self, login: &str, github: &GitHub) -> Value {
        let created = github
            .repositories()
            .first()
            .map_or_else(|| github.now(), |repository| repository.created_at);
        let more = json!({
            // What follows is for the user's own eyes; this word is how clients tell.
            "user_view_type": "private",
            "name": null, "company": null, "blog": "", "location": null, "email": null,
            "notification_email": null, "hireable": null, "bio": null, "twitter_username": null,
            "public_repos": 0, "public_gists": 0, "followers": 0, "following": 0,
            "created_at": time(created), "updated_at": time(created),
            "private_gists": 0, "total_private_repos": 0, "owned_private_repos": 0, "disk_usage": 0,
            "collaborators": 0, "two_factor_authentication": true,
        });
        merged(self.user(login), more)
    }

    pub(super) fn label(&self, repository: &Repository, label: &Label) -> Value {
        json!({
            "id": label.id,
            "node_id": format!("LA_{}", label.id),
            "url": format!("{}/labels/{}", self.repository_url(repository), encode(&label.name)),
            "name": label.name,
            "color": label.color,
            "default": label.default,
            "description": label.description,
        })
    }

    pub(super) fn labels(&self, repository: &Repository, names: &[String]) -> Value {
        names
            .iter()
            .filter_map(|name| repository.label(name))
            .map(|label| self.label(repository, label))
            .collect()
    }

    fn milestone(&self, repository: &Repository, milestone: &Milestone) -> Value {
        let url = format!(
            "{}/milestones/{}",
            self.repository_url(repository),
            milestone.number
        );
        let count = |state| {
            let here =
                |issue: &&Issue| issue.milestone == Some(milestone.number) && issue.state == state;
            repository.issues().filter(here).count()
        };
        json!({
            "url": url,
            "html_url": format!("{}/{}/milestone/{}", self.html, repository.full_name(), milestone.number),
            "labels_url": format!("{url}/labels"),
            "id": milestone.id,
            "node_id": format!("MI_{}", milestone.id),
            "number": milestone.number,
            "title": milestone.title,
            "description": null,
            "creator": self.user(repository.owner()),
            "open_issues": count(State::Open),
            "closed_issues": count(State::Closed),
            "state": "open",
            "created_at": time(milestone.created_at),
            "updated_at": time(milestone.created_at),
            "due_on": null,
            "closed_at": null,
        })
    }

    pub(super) fn issue(&self, repository: &Repository, issue: &Issue) -> Value {
        let home = self.repository_url(repository);
        let url = format!("{home}/issues/{}", issue.number);
        let kind = if issue.pull_request { "pull" } else { "issues" };
        let html_url = format!(
            "{}/{}/{kind}/{}",
            self.html,
            repository.full_name(),
            issue.number
        );
        let assignees: Vec<Value> = issue
            .assignees
            .iter()
            .map(|login| self.user(login))
            .collect();
        let milestone = issue
            .milestone
            .and_then(|number| repository.milestone(number));
        let mut shape = json!({
            "url": url,
            "repository_url": home,
            "labels_url": format!("{url}/labels{{/name}}"),
            "comments_url": format!("{url}/comments"),
            "events_url": format!("{url}/events"),
            "html_url": html_url,
            "id": issue.id,
            "node_id": format!("I_{}", issue.id),
            "number": issue.number,
            "title": issue.title,
            "user": self.user(&issue.author),
            "labels": self.labels(repository, &issue.labels),
            "state": issue.state.as_str(),
            "locked": false,
            "milestone": milestone.map(|milestone| self.milestone(repository, milestone)),
            "assignee": assignees.first(),
            "assignees": assignees,
            "comments": issue.comments.len(),
            "created_at": time(issue.created_at),
            "updated_at": time(issue.updated_at),
            "closed_at": issue.closed_at.map(time),
            "author_association": association(repository, &issue.author),
            "type": null,
            "active_lock_reason": null,
            "sub_issues_summary": { "total": 0, "completed": 0, "percent_completed": 0 },
            "issue_dependencies_summary": { "blocked_by": 0, "total_blocked_by": 0, "blocking": 0, "total_blocking": 0 },
            "body": issue.body,
            "closed_by": issue.closed_by.as_deref().map(|login| self.user(login)),
            "reactions": reactions(&url),
            "timeline_url": format!("{url}/timeline"),
            "performed_via_github_app": null,
            "state_reason": issue.state_reason.map(|reason| reason.as_str()),
            "pinned_comment": null,
        });
        if issue.pull_request {
            shape["draft"] = json!(false);
            shape["pull_request"] = json!({
                "url": format!("{home}/pulls/{}", issue.number),
                "html_url": html_url,
                "diff_url": format!("{html_url}.diff"),
                "patch_url": format!("{html_url}.patch"),
                "merged_at": repository.pull_request(issue.number).and_then(|pull| pull.merged_at).map(time),
            });
        }
        shape
    }

    pub(super) fn comment(&self, repository: &Repository, number: u64, comment: &Comment) -> Value {
        let home = self.repository_url(repository);
        let url = format!("{home}/issues/comments/{}", comment.id);
        let html = format!(
            "{}/{}/issues/{number}#issuecomment-{}",
            self.html,
            repository.full_name(),
            comment.id
        );
        json!({
            "url": url,
            "html_url": html,
            "issue_url": format!("{home}/issues/{number}"),
            "id": comment.id,
            "node_id": format!("IC_{}", comment.id),
            "user": self.user(&comment.author),
            "created_at": time(comment.created_at),
            "updated_at": time(comment.updated_at),
            "body": comment.body,
            "author_association": association(repository, &comment.author),
            "reactions": reactions(&url),
            "performed_via_github_app": null,
        })
    }

    pub(super) fn event(&self, repository: &Repository, event: &Event) -> Value {
        let label = |name: &str| {
            let color = repository.label(name).map(|label| label.color.clone());
            json!({ "name": name, "color": color.unwrap_or_default() })
        };
        let person = |login: &str| json!({ "assignee": self.user(login), "assigner": self.user(&event.actor) });
        let (word, more) = match &event.what {
            Happening::Closed(reason) => ("closed", json!({ "state_reason": reason.as_str() })),
            Happening::Reopened => ("reopened", json!({ "state_reason": null })),
            Happening::Renamed { from, to } => {
                ("renamed", json!({ "rename": { "from": from, "to": to } }))
            }
            Happening::Labeled(name) => ("labeled", json!({ "label": label(name) })),
            Happening::Unlabeled(name) => ("unlabeled", json!({ "label": label(name) })),
            Happening::Assigned(login) => ("assigned", person(login)),
            Happening::Unassigned(login) => ("unassigned", person(login)),
        };
        let home = self.repository_url(repository);
        let shape = json!({
            "id": event.id,
            "node_id": format!("IE_{}", event.id),
            "url": format!("{home}/issues/events/{}", event.id),
            "actor": self.user(&event.actor),
            "event": word,
            "commit_id": null,
            "commit_url": null,
            "created_at": time(event.created_at),
            "performed_via_github_app": null,
        });
        merged(shape, more)
    }

    pub(super) fn repository(&self, repository: &Repository, role: Option<Permission>) -> Value {
        let api = self.repository_url(repository);
        let html = format!("{}/{}", self.html, repository.full_name());
        let ssh_host = self.html.split("//").last().unwrap_or_default();
        let open = repository
            .issues()
            .filter(|issue| issue.state == State::Open)
            .count();
        let id = repository.id;
        let mut shape = json!({
            "id": id,
            "node_id": format!("R_{id}"),
            "name": repository.name(),
            "full_name": repository.full_name(),
            "private": repository.private,
            "owner": merged(self.user(repository.owner()), json!({ "type": "Organization" })),
            "html_url": html,
            "description": null,
            "fork": false,
            "url": api,
        });
        for (name, path) in REPOSITORY_LINKS {
            shape[*name] = json!(format!("{api}/{path}"));
        }
        let more = json!({
            "git_url": format!("git://{ssh_host}/{}.git", repository.full_name()),
            "ssh_url": format!("git@{ssh_host}:{}.git", repository.full_name()),
            "clone_url": format!("{html}.git"),
            "svn_url": html,
            "mirror_url": null, "homepage": null, "language": null, "license": null,
            "forks_count": 0, "stargazers_count": 0, "watchers_count": 0, "size": 0,
            "forks": 0, "watchers": 0, "subscribers_count": 0, "network_count": 0,
            "default_branch": repository.default_branch,
            "open_issues_count": open, "open_issues": open,
            "is_template": false, "topics": [],
            "has_issues": repository.has_issues,
            "has_projects": true, "has_wiki": true, "has_pages": false, "has_downloads": true,
            "has_discussions": false, "has_pull_requests": true,
            "archived": repository.archived,
            "disabled": false,
            "visibility": if repository.private { "private" } else { "public" },
            "pushed_at": time(repository.created_at),
            "created_at": time(repository.created_at),
            "updated_at": time(repository.created_at),
        });
        let mut shape = merged(shape, more);
        // Without a token GitHub leaves the permissions out.
        if let Some(role) = role {
            shape["permissions"] = json!({
                "admin": role >= Permission::Admin,
                "maintain": role >= Permission::Admin,
                "push": role >= Permission::Push,
                "triage": role >= Permission::Triage,
                "pull": true,
            });
        }
        shape
    }
}

/// The templates of a repository's addresses in the API.
const REPOSITORY_LINKS: &[(&str, &str)] = &[
    ("archive_url", "{archive_format}{/ref}"),
    ("assignees_url", "assignees{/user}"),
    ("blobs_url", "git/blobs{/sha}"),
    ("branches_url", "branches{/branch}"),
    ("collaborators_url", "collaborators{/collaborator}"),
    ("comments_url", "comments{/number}"),
    ("commits_url", "commits{/sha}"),
    ("compare_url", "compare/{base}...{head}"),
    ("contents_url", "contents/{+path}"),
    ("contributors_url", "contributors"),
    ("deployments_url", "deployments"),
    ("downloads_url", "downloads"),
    ("events_url", "events"),
    ("forks_url", "forks"),
    ("git_commits_url", "git/commits{/sha}"),
    ("git_refs_url", "git/refs{/sha}"),
    ("git_tags_url", "git/tags{/sha}"),
    ("hooks_url", "hooks"),
    ("issue_comment_url", "issues/comments{/number}"),
    ("issue_events_url", "issues/events{/number}"),
    ("issues_url", "issues{/number}"),
    ("keys_url", "keys{/key_id}"),
    ("labels_url", "labels{/name}"),
    ("languages_url", "languages"),
    ("merges_url", "merges"),
    ("milestones_url", "milestones{/number}"),
    (
        "notifications_url",
        "notifications{?since,all,participating}",
    ),
    ("pulls_url", "pulls{/number}"),
    ("releases_url", "releases{/id}"),
    ("stargazers_url", "stargazers"),
    ("statuses_url", "statuses/{sha}"),
    ("subscribers_url", "subscribers"),
    ("subscription_url", "subscription"),
    ("tags_url", "tags"),
    ("teams_url", "teams"),
    ("trees_url", "git/trees{/sha}"),
];

/// GitHub's way to write a time.
pub(super) fn time(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn reactions(url: &str) -> Value {
    json!({
        "url": format!("{url}/reactions"), "total_count": 0, "+1": 0, "-1": 0, "laugh": 0, "hooray": 0,
        "confused": 0, "heart": 0, "rocket": 0, "eyes": 0,
    })
}

fn association(repository: &Repository, login: &str) -> &'static str {
    if repository.owner().eq_ignore_ascii_case(login) {
        "OWNER"
    } else if repository.can_assign(login) {
        "MEMBER"
    } else {
        "NONE"
    }
}

/// A user's id: made from the login (FNV-1a), so that users need no list of their own.
fn user_id(login: &str) -> u32 {
    login
        .to_lowercase()
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        })
        >> 4
}

/// A label's name as a path segment.
pub(super) fn encode(segment: &str) -> String {
    segment
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn merged(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}

//! Pull requests, which share their numbers with issues and appear among them.

use serde_json::{Value, json};

use super::call::Call;
use super::git::may_write;
use super::listing::paged;
use crate::sandbox::answers::{Answer, Reply, wrong, wrong_because};
use crate::sandbox::model::{Issue, Permission, Pull, Repository, State, StateReason};
use crate::sandbox::shapes::time;

fn side(call: &Call<'_>, repository: &Repository, branch: &str, sha: &str) -> Value {
    let mut repo = call.shapes.repository(repository, None);
    if let Value::Object(fields) = &mut repo {
        fields.remove("permissions");
    }
    json!({
        "label": format!("{}:{branch}", repository.owner()),
        "ref": branch,
        "sha": sha,
        "user": call.shapes.user(repository.owner()),
        "repo": repo,
    })
}

fn shape(call: &Call<'_>, repository: &Repository, number: u64, pull: &Pull) -> Value {
    let issue: &Issue = repository.issue(number);
    let mut shape = call.shapes.issue(repository, issue);
    let home = call.shapes.repository_url(repository);
    let url = format!("{home}/pulls/{number}");
    let html = shape["html_url"].as_str().unwrap_or_default().to_owned();
    let statuses = format!("{home}/statuses/{}", pull.head_sha);
    let comments = format!("{home}/issues/{number}/comments");
    let base_sha = repository.branch(&pull.base).unwrap_or_default();
    if let Value::Object(fields) = &mut shape {
        // An issue's own, which a pull request's answer doesn't have.
        for name in [
            "repository_url",
            "labels_url",
            "events_url",
            "timeline_url",
            "pull_request",
            "closed_by",
            "comments",
            "reactions",
            "sub_issues_summary",
            "issue_dependencies_summary",
            "type",
            "state_reason",
            "performed_via_github_app",
            "pinned_comment",
        ] {
            fields.remove(name);
        }
        let links = json!({
            "self": { "href": url },
            "html": { "href": html },
            "issue": { "href": format!("{home}/issues/{number}") },
            "comments": { "href": comments },
            "review_comments": { "href": format!("{url}/comments") },
            "review_comment": { "href": format!("{home}/pulls/comments{{/number}}") },
            "commits": { "href": format!("{url}/commits") },
            "statuses": { "href": statuses },
        });
        let more = json!({
            "url": url,
            "node_id": format!("PR_{}", issue.id),
            "diff_url": format!("{html}.diff"),
            "patch_url": format!("{html}.patch"),
            "issue_url": format!("{home}/issues/{number}"),
            "commits_url": format!("{url}/commits"),
            "review_comments_url": format!("{url}/comments"),
            "review_comment_url": format!("{home}/pulls/comments{{/number}}"),
            "comments_url": comments,
            "statuses_url": statuses,
            "merge_commit_sha": null,
            "merged_at": pull.merged_at.map(time),
            "requested_reviewers": [],
            "requested_teams": [],
            "head": side(call, repository, &pull.head, &pull.head_sha),
            "base": side(call, repository, &pull.base, base_sha),
            "_links": links,
            "auto_merge": null,
            "draft": false,
        });
        if let Value::Object(more) = more {
            fields.extend(more);
        }
    }
    shape
}

/// What the answer about a single pull request has on top.
fn whole(call: &Call<'_>, repository: &Repository, number: u64, pull: &Pull) -> Value {
    let mut shape = shape(call, repository, number, pull);
    let more = json!({
        "merged": pull.merged_at.is_some(), "mergeable": true, "rebaseable": true, "mergeable_state": "clean",
        "merged_by": null, "comments": repository.issue(number).comments.len(), "review_comments": 0,
        "maintainer_can_modify": false, "commits": 1, "additions": 1, "deletions": 1, "changed_files": 1,
    });
    if let (Value::Object(fields), Value::Object(more)) = (&mut shape, more) {
        fields.extend(more);
    }
    shape
}

/// `GET …/pulls`
pub(super) fn list(call: &Call<'_>, repository: &Repository) -> Reply {
    let state = match call.parameter("state").unwrap_or("open") {
        "open" => Some(State::Open),
        "closed" => Some(State::Closed),
        "all" => None,
        other => {
            return Err(Answer::invalid(
                &[wrong("state", "invalid", &json!(other))],
                call.docs,
            ));
        }
    };
    let head = call.parameter("head").map(|head| {
        // Without an owner GitHub ignores the filter.
        head.split_once(':')
    });
    let mut found: Vec<(u64, &Pull)> = repository
        .git
        .pulls
        .iter()
        .map(|(number, pull)| (*number, pull))
        .filter(|(number, _)| {
            repository.issues().any(|issue| {
                issue.number == *number && state.is_none_or(|state| issue.state == state)
            })
        })
        .filter(|(_, pull)| match head {
            Some(Some((owner, branch))) => {
                owner.eq_ignore_ascii_case(repository.owner()) && branch == pull.head
            }
            Some(None) | None => true,
        })
        .filter(|(_, pull)| call.parameter("base").is_none_or(|base| base == pull.base))
        .collect();
    // Sorted by creation, the newest first unless told otherwise.
    let rising = match (call.parameter("sort"), call.parameter("direction")) {
        (_, Some(direction)) => direction == "asc",
        (Some("created") | None, None) => false,
        (Some(_), None) => true,
    };
    if !rising {
        found.reverse();
    }
    let all: Vec<Value> = found
        .into_iter()
        .map(|(number, pull)| shape(call, repository, number, pull))
        .collect();
    Ok(paged(call, repository, "pulls", &all))
}

/// `POST …/pulls`
pub(super) fn create(call: &Call<'_>, repository: &mut Repository) -> Reply {
    if call.workflow && !repository.actions_may_open_pull_requests {
        let message = "GitHub Actions is not permitted to create or approve pull requests.";
        return Err(Answer::error(403, message, call.docs));
    }
    may_write(call)?;
    let (title, head, base) = (
        call.required("title")?,
        call.required("head")?,
        call.required("base")?,
    );
    let body = call.text("body")?;
    let branch = head.split_once(':').map_or(head.as_str(), |(_, b)| b);
    let invalid = |field: &str| {
        let error = json!({ "resource": "PullRequest", "field": field, "code": "invalid" });
        Answer::invalid(&[error], call.docs)
    };
    let head_sha = repository.branch(branch).ok_or_else(|| invalid("head"))?;
    let base_sha = repository.branch(&base).ok_or_else(|| invalid("base"))?;
    let custom = |message: &str| {
        let mut error = wrong_because("PullRequest", "head", message);
        if let Value::Object(fields) = &mut error {
            fields.remove("field");
        }
        Answer::invalid(&[error], call.docs)
    };
    if repository.git.is_ancestor(head_sha, base_sha) {
        let message = format!("No commits between {base} and {branch}");
        return Err(custom(&message));
    }
    let there = repository
        .open_pulls_from(branch)
        .into_iter()
        .any(|number| {
            repository
                .pull_request(number)
                .is_some_and(|p| p.base == base)
        });
    if there {
        let owner = repository.owner();
        let message = format!("A pull request already exists for {owner}:{branch}.");
        return Err(custom(&message));
    }
    let pull = Pull {
        head: branch.to_owned(),
        base,
        head_sha: head_sha.to_owned(),
        merged_at: None,
    };
    let number = repository.add_pull_request(call.actor(), &title, body.as_deref());
    repository.git.pulls.insert(number, pull.clone());
    Ok(Answer::created(whole(call, repository, number, &pull)))
}

/// `PATCH …/pulls/{number}`
pub(super) fn edit(call: &Call<'_>, repository: &mut Repository, number: u64) -> Reply {
    let pull = repository
        .pull_request(number)
        .cloned()
        .ok_or_else(|| call.not_found())?;
    call.demand(Permission::Push)?;
    let (title, body, state) = (call.text("title")?, call.text("body")?, call.text("state")?);
    let by = call.actor().to_owned();
    repository.act(number, |issue, now| {
        if let Some(title) = title {
            issue.title = title;
        }
        if let Some(body) = body {
            issue.body = Some(body);
        }
        match state.as_deref() {
            Some("closed") => {
                issue.set_state(State::Closed, Some(StateReason::Completed), &by, now);
                issue.state_reason = None;
            }
            Some("open") => issue.set_state(State::Open, None, &by, now),
            _ => {}
        }
    });
    Ok(Answer::ok(whole(call, repository, number, &pull)))
}

/// `GET …/pulls/{number}`
pub(super) fn get(call: &Call<'_>, repository: &Repository, number: u64) -> Reply {
    let pull = repository
        .pull_request(number)
        .ok_or_else(|| call.not_found())?;
    Ok(Answer::ok(whole(call, repository, number, pull)))
}

/// `GET …/actions/permissions/workflow`, which only who administers the repository may see.
pub(super) fn workflow_permissions(call: &Call<'_>, repository: &Repository) -> Reply {
    call.demand(Permission::Admin)?;
    Ok(Answer::ok(json!({
        "default_workflow_permissions": "read",
        "can_approve_pull_request_reviews": repository.actions_may_open_pull_requests,
    })))
}

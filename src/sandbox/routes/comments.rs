//! Comments on issues over HTTP.

use serde_json::{Value, json};

use super::call::Call;
use super::issues::MAX_BODY;
use super::listing::{paged, since};
use crate::sandbox::answers::{Answer, Reply};
use crate::sandbox::model::Permission;
use crate::sandbox::model::Repository;

/// `GET …/issues/{number}/comments`
pub(super) fn list(call: &Call<'_>, repository: &Repository, number: u64) -> Reply {
    let since = since(call)?;
    let comments = repository.issue(number).comments.iter();
    let recent = comments.filter(|comment| since.is_none_or(|since| comment.updated_at >= since));
    let all: Vec<Value> = recent
        .map(|comment| call.shapes.comment(repository, number, comment))
        .collect();
    Ok(paged(
        call,
        repository,
        &format!("issues/{number}/comments"),
        &all,
    ))
}

/// `POST …/issues/{number}/comments`
pub(super) fn create(call: &Call<'_>, repository: &mut Repository, number: u64) -> Reply {
    let body = read_body(call)?;
    let id = repository.comment(number, call.actor(), &body);
    show(call, repository, number, id).map(Answer::created)
}

/// `PATCH …/issues/comments/{id}`
pub(super) fn edit(call: &Call<'_>, repository: &mut Repository, id: u64) -> Reply {
    let number = repository
        .comment_home(id)
        .ok_or_else(|| call.not_found())?;
    let author = repository
        .issue(number)
        .comments
        .iter()
        .find(|comment| comment.id == id)
        .map(|comment| &comment.author);
    if author.map(String::as_str) != call.login {
        call.demand(Permission::Push)?;
    }
    let body = read_body(call)?;
    repository.act(number, |issue, now| {
        for comment in issue.comments.iter_mut().filter(|comment| comment.id == id) {
            comment.body.clone_from(&body);
            comment.updated_at = now;
        }
    });
    show(call, repository, number, id).map(Answer::ok)
}

fn show(call: &Call<'_>, repository: &Repository, number: u64, id: u64) -> Result<Value, Answer> {
    let comment = repository
        .issue(number)
        .comments
        .iter()
        .find(|comment| comment.id == id);
    let comment = comment.ok_or_else(|| call.not_found())?;
    Ok(call.shapes.comment(repository, number, comment))
}

fn read_body(call: &Call<'_>) -> Result<String, Answer> {
    let body = call.required("body")?;
    let error = if body.trim().is_empty() {
        json!({ "resource": "IssueComment", "code": "missing_field", "field": "body" })
    } else if body.chars().count() > MAX_BODY {
        let message = format!("Body is too long (maximum is {MAX_BODY} characters)");
        json!({ "resource": "IssueComment", "code": "unprocessable", "field": "data", "message": message })
    } else {
        return Ok(body);
    };
    Err(Answer::invalid(&[error], call.docs))
}

//! Labels over HTTP: the repository's, and those on an issue.

use serde_json::{Value, json};

use super::call::Call;
use super::issues::settle_labels;
use super::listing::paged;
use crate::sandbox::answers::{Answer, Reply, wrong_because};
use crate::sandbox::model::Permission;
use crate::sandbox::model::{DEFAULT_LABEL_COLOR, Repository, same_label};

/// GitHub's limits in characters.
const MAX_NAME: usize = 50;
const MAX_DESCRIPTION: usize = 100;

/// What is wrong with a label's name, as an entry of a 422's `errors`.
pub(super) fn name_error(name: &str) -> Option<Value> {
    if name.trim().is_empty() {
        return Some(json!({ "resource": "Label", "code": "missing_field", "field": "name" }));
    }
    let too_long = format!("name is too long (maximum is {MAX_NAME} characters)");
    (name.chars().count() > MAX_NAME).then(|| wrong_because("Label", "name", &too_long))
}

/// `GET …/labels`
pub(super) fn list(call: &Call<'_>, repository: &Repository) -> Reply {
    let all: Vec<Value> = repository
        .labels()
        .iter()
        .map(|label| call.shapes.label(repository, label))
        .collect();
    Ok(paged(call, repository, "labels", &all))
}

/// `GET …/labels/{name}`
pub(super) fn get(call: &Call<'_>, repository: &Repository, name: &str) -> Reply {
    let label = repository.label(name).ok_or_else(|| call.not_found())?;
    Ok(Answer::ok(call.shapes.label(repository, label)))
}

/// `POST …/labels`
pub(super) fn create(call: &Call<'_>, repository: &mut Repository) -> Reply {
    call.demand(Permission::Push)?;
    let name = call.required("name")?;
    let color = call
        .text("color")?
        .unwrap_or_else(|| DEFAULT_LABEL_COLOR.to_owned());
    let description = call.text("description")?;
    let mut errors: Vec<Value> = name_error(&name).into_iter().collect();
    if color.len() != 6 || !color.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        errors.push(json!({ "resource": "Label", "code": "invalid", "field": "color" }));
    }
    if description
        .as_ref()
        .is_some_and(|text| text.chars().count() > MAX_DESCRIPTION)
    {
        let message = format!("description is too long (maximum is {MAX_DESCRIPTION} characters)");
        errors.push(wrong_because("Label", "description", &message));
    }
    if repository.label(&name).is_some() {
        errors.push(json!({ "resource": "Label", "code": "already_exists", "field": "name" }));
    }
    if !errors.is_empty() {
        return Err(Answer::invalid(&errors, call.docs));
    }
    repository.create_label(&name, &color.to_lowercase(), description.as_deref());
    let label = repository.label(&name).ok_or_else(|| call.not_found())?;
    Ok(Answer::created(call.shapes.label(repository, label)))
}

/// `DELETE …/labels/{name}`
pub(super) fn delete(call: &Call<'_>, repository: &mut Repository, name: &str) -> Reply {
    call.demand(Permission::Push)?;
    if repository.delete_label(name) {
        Ok(Answer::no_content())
    } else {
        Err(call.not_found())
    }
}

/// `POST …/issues/{number}/labels`
pub(super) fn add(call: &Call<'_>, repository: &mut Repository, number: u64) -> Reply {
    call.demand(Permission::Triage)?;
    let wanted = call.names("labels")?.unwrap_or_default();
    let errors: Vec<Value> = wanted.iter().filter_map(|name| name_error(name)).collect();
    if !errors.is_empty() {
        return Err(Answer::invalid(&errors, call.docs));
    }
    let mut labels = repository.issue(number).labels.clone();
    for label in settle_labels(call, repository, &wanted) {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    repository.change_issue(number, |issue| issue.labels = labels);
    Ok(on_issue(call, repository, number))
}

/// `DELETE …/issues/{number}/labels/{name}`
pub(super) fn remove(
    call: &Call<'_>,
    repository: &mut Repository,
    number: u64,
    name: &str,
) -> Reply {
    call.demand(Permission::Triage)?;
    if !repository
        .issue(number)
        .labels
        .iter()
        .any(|label| same_label(label, name))
    {
        return Err(Answer::error(404, "Label does not exist", call.docs));
    }
    repository.remove_label(number, name);
    Ok(on_issue(call, repository, number))
}

fn on_issue(call: &Call<'_>, repository: &Repository, number: u64) -> Answer {
    Answer::ok(
        call.shapes
            .labels(repository, &repository.issue(number).labels),
    )
}

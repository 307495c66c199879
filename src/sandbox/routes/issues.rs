//! Creating and changing issues over HTTP.

use serde_json::{Value, json};

use super::call::Call;
use super::labels;
use crate::sandbox::answers::{Answer, Reply, wrong, wrong_because};
use crate::sandbox::model::Permission;
use crate::sandbox::model::{Entry, Repository, State, StateReason};

/// GitHub's limits, in characters and pieces.
const MAX_TITLE: usize = 256;
pub(super) const MAX_BODY: usize = 65_536;
const MAX_ASSIGNEES: usize = 10;

/// An error answer unless the issue is here: 404, 410 when deleted, 301 when transferred to a repository
/// that the caller may see.
pub(super) fn present(
    call: &Call<'_>,
    repository: &Repository,
    number: u64,
    rest: &[&str],
    visible: impl Fn(u64) -> bool,
) -> Result<(), Answer> {
    match repository.entries().get(&number) {
        Some(Entry::Here(_)) => Ok(()),
        Some(Entry::Deleted) => Err(Answer::error(410, "This issue was deleted", call.docs)),
        Some(Entry::Transferred { repository, number }) if visible(*repository) => {
            let base = format!("{}/issues/{number}", call.shapes.permanent_url(*repository));
            // After `issues` and the number.
            let location = rest
                .iter()
                .skip(2)
                .fold(base, |path, segment| path + "/" + segment);
            Err(Answer::moved(301, location))
        }
        Some(Entry::Transferred { .. }) | None => Err(call.not_found()),
    }
}

/// What a create or an edit asks for; each none when it isn't mentioned.
struct Wishes {
    title: Option<String>,
    /// Null is a wish too: no body.
    body: Option<Option<String>>,
    labels: Option<Vec<String>>,
    assignees: Option<Vec<String>>,
    /// Null takes it away.
    milestone: Option<Option<u64>>,
}

impl Wishes {
    fn read(call: &Call<'_>, repository: &Repository) -> Result<Wishes, Answer> {
        let fields = call.body()?;
        let body = if fields.contains_key("body") {
            Some(call.text("body")?)
        } else {
            None
        };
        let mut assignees = call.names("assignees")?;
        // The single `assignee` of old is still taken where there is no list.
        if assignees.is_none() && fields.contains_key("assignee") {
            assignees = Some(
                call.text("assignee")?
                    .into_iter()
                    .filter(|login| !login.is_empty())
                    .collect(),
            );
        }
        let milestone = match fields.get("milestone") {
            None => None,
            Some(Value::Null) => Some(None),
            Some(value) => Some(Some(
                value
                    .as_u64()
                    .or_else(|| value.as_str()?.parse().ok())
                    .unwrap_or(0),
            )),
        };
        let mut wishes = Wishes {
            title: call.text("title")?,
            body,
            labels: call.names("labels")?,
            assignees,
            milestone,
        };
        if !call.may(Permission::Triage) {
            // Silently, as on GitHub: no error, and no sign but what is missing in the answer.
            (wishes.labels, wishes.assignees, wishes.milestone) = (None, None, None);
        }
        wishes.check(call, repository)?;
        Ok(wishes)
    }

    /// Everything is checked before anything is done.
    fn check(&self, call: &Call<'_>, repository: &Repository) -> Result<(), Answer> {
        let mut errors = Vec::new();
        if let Some(title) = &self.title {
            if title.trim().is_empty() {
                errors.push(
                    json!({ "resource": "Issue", "code": "missing_field", "field": "title" }),
                );
            } else if title.chars().count() > MAX_TITLE {
                let message = format!("title is too long (maximum is {MAX_TITLE} characters)");
                errors.push(wrong_because("Issue", "title", &message));
            }
        }
        if let Some(Some(body)) = &self.body
            && body.chars().count() > MAX_BODY
        {
            let message = format!("body is too long (maximum is {MAX_BODY} characters)");
            errors.push(wrong_because("Issue", "body", &message));
        }
        if let Some(assignees) = &self.assignees {
            let unknown = assignees
                .iter()
                .filter(|login| !repository.can_assign(login));
            errors.extend(unknown.map(|login| wrong("assignees", "invalid", &json!(login))));
            if assignees.len() > MAX_ASSIGNEES {
                let message = format!("You can assign up to {MAX_ASSIGNEES} people");
                errors.push(wrong_because("Issue", "assignees", &message));
            }
        }
        if let Some(Some(number)) = self.milestone
            && repository.milestone(number).is_none()
        {
            errors.push(wrong("milestone", "invalid", &json!(number)));
        }
        errors.extend(
            self.labels
                .iter()
                .flatten()
                .filter_map(|name| labels::name_error(name)),
        );
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Answer::invalid(&errors, call.docs))
        }
    }
}

/// The labels in the repository's own spelling, each once; unknown ones are made. Only who may push can
/// make labels: for the others unknown ones are left out.
pub(super) fn settle_labels(
    call: &Call<'_>,
    repository: &mut Repository,
    names: &[String],
) -> Vec<String> {
    let mut settled = Vec::new();
    for name in names {
        if repository.label(name).is_none() && !call.may(Permission::Push) {
            continue;
        }
        let name = repository.ensure_label(name);
        if !settled.contains(&name) {
            settled.push(name);
        }
    }
    settled
}

/// The logins in the repository's own spelling, each once.
fn settle_assignees(repository: &Repository, logins: &[String]) -> Vec<String> {
    let mut settled: Vec<String> = Vec::new();
    for login in logins {
        let known = repository
            .assignable
            .iter()
            .find(|known| known.eq_ignore_ascii_case(login));
        if let Some(known) = known
            && !settled.contains(known)
        {
            settled.push(known.clone());
        }
    }
    settled
}

/// `POST …/issues`
pub(super) fn create(call: &Call<'_>, repository: &mut Repository) -> Reply {
    let title = call.required("title")?;
    let wishes = Wishes::read(call, repository)?;
    let labels = settle_labels(call, repository, &wishes.labels.unwrap_or_default());
    let assignees = settle_assignees(repository, &wishes.assignees.unwrap_or_default());
    let body = wishes.body.flatten();
    let number = repository.open_issue(call.actor(), &title, body.as_deref(), |issue| {
        issue.labels = labels;
        issue.assignees = assignees;
        issue.milestone = wishes.milestone.flatten();
    });
    Ok(Answer::created(
        call.shapes.issue(repository, repository.issue(number)),
    ))
}

/// `PATCH …/issues/{number}`
pub(super) fn edit(call: &Call<'_>, repository: &mut Repository, number: u64) -> Reply {
    let own = call
        .login
        .is_some_and(|login| repository.issue(number).author.eq_ignore_ascii_case(login));
    let wishes = Wishes::read(call, repository)?;
    let (state, reason) = read_state(call)?;
    if (wishes.title.is_some() || wishes.body.is_some()) && !own {
        call.demand(Permission::Push)?;
    }
    if state.is_some() && !own {
        call.demand(Permission::Triage)?;
    }
    let labels = wishes
        .labels
        .map(|names| settle_labels(call, repository, &names));
    let assignees = wishes
        .assignees
        .map(|logins| settle_assignees(repository, &logins));
    repository.act(number, |issue, now| {
        if let Some(title) = wishes.title {
            issue.title = title;
        }
        if let Some(body) = wishes.body {
            issue.body = body;
        }
        if let Some(labels) = labels {
            issue.labels = labels;
        }
        if let Some(assignees) = assignees {
            issue.assignees = assignees;
        }
        if let Some(milestone) = wishes.milestone {
            issue.milestone = milestone;
        }
        if let Some(state) = state {
            issue.set_state(state, reason, call.actor(), now);
        }
    });
    Ok(Answer::ok(
        call.shapes.issue(repository, repository.issue(number)),
    ))
}

fn read_state(call: &Call<'_>) -> Result<(Option<State>, Option<StateReason>), Answer> {
    let invalid =
        |field, word: String| Answer::invalid(&[wrong(field, "invalid", &json!(word))], call.docs);
    let state = match call.text("state")? {
        None => None,
        Some(word) if word == "open" => Some(State::Open),
        Some(word) if word == "closed" => Some(State::Closed),
        Some(word) => return Err(invalid("state", word)),
    };
    let reason = match call.text("state_reason")? {
        None => None,
        Some(word) => Some(StateReason::parse(&word).ok_or_else(|| invalid("state_reason", word))?),
    };
    // Nothing is closed because it was reopened.
    let reason = reason.filter(|reason| *reason != StateReason::Reopened);
    Ok((state, reason))
}

/// `POST …/issues/{number}/assignees`: who can't be assigned is left out without a word.
pub(super) fn assign(call: &Call<'_>, repository: &mut Repository, number: u64) -> Reply {
    let wanted = call.names("assignees")?.unwrap_or_default();
    if call.may(Permission::Triage) {
        let mut assignees = repository.issue(number).assignees.clone();
        assignees.extend(wanted);
        let assignees = settle_assignees(repository, &assignees);
        repository.change_issue(number, |issue| issue.assignees = assignees);
    }
    let shape = call.shapes.issue(repository, repository.issue(number));
    Ok(Answer::created(shape))
}

/// `DELETE …/issues/{number}/assignees`
pub(super) fn unassign(call: &Call<'_>, repository: &mut Repository, number: u64) -> Reply {
    let unwanted = call.names("assignees")?.unwrap_or_default();
    if call.may(Permission::Triage) {
        repository.change_issue(number, |issue| {
            issue.assignees.retain(|login| {
                !unwanted
                    .iter()
                    .any(|other| other.eq_ignore_ascii_case(login))
            });
        });
    }
    Ok(Answer::ok(
        call.shapes.issue(repository, repository.issue(number)),
    ))
}

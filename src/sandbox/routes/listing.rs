//! Lists: filters, order, and both of GitHub's ways to turn pages — cursors for issues, page numbers for
//! everything else.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::call::Call;
use crate::sandbox::answers::{Answer, Reply, wrong};
use crate::sandbox::model::{Entries, Entry, Issue, Repository, State, same_label};

/// How many items can be reached by page numbers; further ones need the cursor.
const PAGE_NUMBER_REACH: usize = 1000;

/// What cursors begin with (`cursor` in Base64, as GitHub's do), so that nobody takes them for numbers.
const CURSOR: &str = "Y3Vyc29y";

/// `GET …/issues`, which are issues and pull requests.
pub(super) fn issues(call: &Call<'_>, repository: &Repository) -> Reply {
    let entries = visible_entries(call, repository);
    let mut found: Vec<&Issue> = entries
        .values()
        .filter_map(|entry| match entry {
            Entry::Here(issue) => Some(issue),
            Entry::Deleted | Entry::Transferred { .. } => None,
        })
        .collect();
    filter(call, repository, &mut found)?;
    let order = Order::read(call)?;
    found.sort_by_key(|issue| order.place(issue));

    let per_page = call.per_page();
    let page = call.page();
    let start = match call.parameter("after") {
        Some(cursor) => {
            let place = parse_cursor(cursor).ok_or_else(|| invalid(call, "after", cursor))?;
            found.partition_point(|issue| order.place(issue) <= order.place_of(place))
        }
        None if page.saturating_mul(per_page) > PAGE_NUMBER_REACH => {
            let message = "Pagination with the page parameter is not supported for large datasets, please use \
                           cursor based pagination (after/before)";
            return Err(Answer::error(422, message, call.docs));
        }
        None => (page - 1) * per_page,
    };
    let shown: Vec<&Issue> = found.iter().skip(start).take(per_page).copied().collect();
    let answer = Answer::ok(
        shown
            .iter()
            .map(|issue| call.shapes.issue(repository, issue))
            .collect(),
    );
    match shown.last() {
        Some(last) if start + shown.len() < found.len() => {
            let (key, number) = order.key(last);
            let changes = [
                ("after", format!("{CURSOR}{key:x}x{number:x}")),
                ("page", page.saturating_add(1).to_string()),
            ];
            let url = format!(
                "{}/issues?{}",
                call.shapes.permanent_url(repository.id),
                call.query_with(&changes)
            );
            Ok(answer.with("link", format!("<{url}>; rel=\"next\"")))
        }
        _ => Ok(answer),
    }
}

/// What the listing sees: the truth, unless it lags.
fn visible_entries<'a>(call: &'a Call<'_>, repository: &'a Repository) -> &'a Entries {
    let stale = call
        .stale
        .and_then(|snapshot| snapshot.iter().find(|(id, _)| *id == repository.id));
    stale.map_or_else(|| repository.entries(), |(_, entries)| entries)
}

fn filter(call: &Call<'_>, repository: &Repository, found: &mut Vec<&Issue>) -> Result<(), Answer> {
    match call.parameter("state").unwrap_or("open") {
        "open" => found.retain(|issue| issue.state == State::Open),
        "closed" => found.retain(|issue| issue.state == State::Closed),
        "all" => {}
        other => return Err(invalid(call, "state", other)),
    }
    if let Some(labels) = call.parameter("labels") {
        let wanted: Vec<&str> = labels
            .split(',')
            .filter(|label| !label.is_empty())
            .collect();
        found.retain(|issue| {
            wanted
                .iter()
                .all(|label| issue.labels.iter().any(|name| same_label(name, label)))
        });
    }
    if let Some(since) = since(call)? {
        found.retain(|issue| issue.updated_at >= since);
    }
    match call.parameter("assignee") {
        None => {}
        Some("*") => found.retain(|issue| !issue.assignees.is_empty()),
        Some("none") => found.retain(|issue| issue.assignees.is_empty()),
        Some(login) if repository.can_assign(login) => {
            found.retain(|issue| {
                issue
                    .assignees
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(login))
            });
        }
        Some(login) => return Err(invalid(call, "assignee", login)),
    }
    if let Some(login) = call.parameter("creator") {
        found.retain(|issue| issue.author.eq_ignore_ascii_case(login));
    }
    match call.parameter("milestone") {
        None => {}
        Some("*") => found.retain(|issue| issue.milestone.is_some()),
        Some("none") => found.retain(|issue| issue.milestone.is_none()),
        Some(number) => {
            let wanted = number
                .parse()
                .ok()
                .filter(|&number| repository.milestone(number).is_some());
            let wanted = wanted.ok_or_else(|| invalid(call, "milestone", number))?;
            found.retain(|issue| issue.milestone == Some(wanted));
        }
    }
    Ok(())
}

/// `since`, which is compared with `updated_at` and includes its own moment.
pub(super) fn since(call: &Call<'_>) -> Result<Option<DateTime<Utc>>, Answer> {
    let Some(text) = call.parameter("since") else {
        return Ok(None);
    };
    match DateTime::parse_from_rfc3339(text) {
        Ok(time) => Ok(Some(time.with_timezone(&Utc))),
        Err(_) => Err(invalid(call, "since", text)),
    }
}

fn invalid(call: &Call<'_>, field: &str, value: &str) -> Answer {
    Answer::invalid(&[wrong(field, "invalid", &json!(value))], call.docs)
}

/// What a list of issues is sorted by.
#[derive(Clone, Copy)]
struct Order {
    key: fn(&Issue) -> i64,
    descending: bool,
}

impl Order {
    fn read(call: &Call<'_>) -> Result<Order, Answer> {
        let key: fn(&Issue) -> i64 = match call.parameter("sort").unwrap_or("created") {
            "created" => |issue| issue.created_at.timestamp(),
            "updated" => |issue| issue.updated_at.timestamp(),
            "comments" => |issue| i64::try_from(issue.comments.len()).unwrap_or(i64::MAX),
            other => return Err(invalid(call, "sort", other)),
        };
        match call.parameter("direction").unwrap_or("desc") {
            "desc" => Ok(Order {
                key,
                descending: true,
            }),
            "asc" => Ok(Order {
                key,
                descending: false,
            }),
            other => Err(invalid(call, "direction", other)),
        }
    }

    fn key(self, issue: &Issue) -> (i64, u64) {
        ((self.key)(issue), issue.number)
    }

    fn place(self, issue: &Issue) -> Place {
        self.place_of(self.key(issue))
    }

    fn place_of(self, key: (i64, u64)) -> Place {
        if self.descending {
            Place::Descending(Reverse(key))
        } else {
            Place::Ascending(key)
        }
    }
}

/// Where something stands in a sorted list. One list has only one of the two.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Ascending((i64, u64)),
    Descending(Reverse<(i64, u64)>),
}

fn parse_cursor(cursor: &str) -> Option<(i64, u64)> {
    let (key, number) = cursor.strip_prefix(CURSOR)?.split_once('x')?;
    Some((
        i64::from_str_radix(key, 16).ok()?,
        u64::from_str_radix(number, 16).ok()?,
    ))
}

/// `GET …/issues/{number}/events`: what happened, oldest first.
pub(super) fn events(call: &Call<'_>, repository: &Repository, number: u64) -> Reply {
    let all: Vec<Value> = repository
        .issue(number)
        .events
        .iter()
        .map(|event| call.shapes.event(repository, event))
        .collect();
    let path = format!("issues/{number}/events");
    Ok(paged(call, repository, &path, &all))
}

/// `GET …/assignees`
pub(super) fn assignees(call: &Call<'_>, repository: &Repository) -> Reply {
    let all: Vec<Value> = repository
        .assignable
        .iter()
        .map(|login| call.shapes.user(login))
        .collect();
    Ok(paged(call, repository, "assignees", &all))
}

/// One page of a list by number, with GitHub's `Link` header.
pub(super) fn paged(call: &Call<'_>, repository: &Repository, path: &str, all: &[Value]) -> Answer {
    let (per_page, page) = (call.per_page(), call.page());
    let last = all.len().div_ceil(per_page).max(1);
    let shown: Vec<&Value> = all
        .iter()
        .skip((page - 1).saturating_mul(per_page))
        .take(per_page)
        .collect();
    let base = format!("{}/{path}", call.shapes.permanent_url(repository.id));
    let mut links = Vec::new();
    let mut link = |page: usize, rel: &str| {
        links.push(format!(
            "<{base}?{}>; rel=\"{rel}\"",
            call.query_with(&[("page", page.to_string())])
        ));
    };
    if page > 1 {
        link((page - 1).min(last), "prev");
    }
    if page < last {
        link(page + 1, "next");
        link(last, "last");
    }
    if page > 1 {
        link(1, "first");
    }
    let answer = Answer::ok(json!(shown));
    if links.is_empty() {
        answer
    } else {
        answer.with("link", links.join(", "))
    }
}

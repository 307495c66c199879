//! From documents and GitHub's answers to what a report is worked out of. Pure; who asks GitHub is [`super::run`].

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::figures::Incident;
use super::history::{Change, Event, History, IssueLink, Subject, day};
use super::model::DocumentName;
use crate::check::{self, Lives};
use crate::config::{Config, Kind};
use crate::github::marker::{self, DueMove, MarkerReading};
use crate::github::snapshot::Snapshot;
use crate::github::{Issue, IssueState, StateEvent};
use crate::item::memory::IssueWord;
use crate::item::{ActionItem, Postmortem, Problem, Reference};
use crate::list;
use crate::output::plain;
use crate::workspace::Loaded;

/// What GitHub answered.
pub(crate) struct Fetched {
    /// The issues.
    pub(crate) snapshot: Snapshot,
    /// Which of them is whose, and what became of it.
    pub(crate) lives: Lives,
    /// The closings and reopenings of those that were asked for, by number.
    pub(crate) changes: BTreeMap<u64, Vec<StateEvent>>,
    /// What keeps from knowing more.
    pub(crate) problems: Vec<Problem>,
}

/// Which items to report on; what is empty lets all pass.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    /// Owners and priorities.
    pub(super) list: list::Filter,
    /// Only these kinds.
    pub(super) kinds: Vec<Kind>,
}

impl Filter {
    fn accepts(&self, item: &ActionItem, today: NaiveDate) -> bool {
        let kind = item.kind.is_some_and(|kind| self.kinds.contains(&kind));
        (self.kinds.is_empty() || kind) && self.list.accepts(item, today)
    }
}

/// The issues whose listing doesn't tell what they were on every day from `first` on. An open one that was never reopened has been open
/// all along. One that was closed before that day is closed on each; one that was closed since may have been closed before, too. One that
/// was reopened may have been so at any time, unless nothing happened to it since.
pub(super) fn to_ask<'a>(
    issues: impl Iterator<Item = &'a Issue>,
    first: NaiveDate,
    zone: Tz,
) -> Vec<u64> {
    issues
        .filter(|issue| match issue.state {
            IssueState::Closed => issue.closed_at.is_none_or(|at| day(at, zone) >= first),
            IssueState::Open => {
                issue.state_reason.as_deref() == Some("reopened")
                    && day(issue.updated_at, zone) >= first
            }
        })
        .map(|issue| issue.number)
        .collect()
}

/// The past of an issue: its events where they are known, and in any case what the issue itself says of its last change.
pub(super) fn history(issue: &Issue, changes: Option<&[StateEvent]>, zone: Tz) -> History {
    let mut events: Vec<Event> = changes
        .unwrap_or_default()
        .iter()
        .map(|change| Event {
            on: day(change.at, zone),
            change: match change.to {
                IssueState::Open => Change::Reopened,
                IssueState::Closed => closing(change.reason.as_deref()),
            },
        })
        .collect();
    let is_closed = |event: Option<&Event>| event.is_some_and(|e| e.change != Change::Reopened);
    match issue.state {
        IssueState::Closed => {
            // Its own reason is the one people see. A list of events that lacks the last closing lags behind.
            let change = closing(issue.state_reason.as_deref());
            match events.last_mut() {
                Some(last) if last.change != Change::Reopened => last.change = change,
                _ => events.push(Event {
                    on: day(issue.closed_at.unwrap_or(issue.updated_at), zone),
                    change,
                }),
            }
        }
        IssueState::Open if is_closed(events.last()) => events.push(Event {
            on: day(issue.updated_at, zone),
            change: Change::Reopened,
        }),
        IssueState::Open => {}
    }
    History::Known {
        created: day(issue.created_at, zone),
        events,
    }
}

fn closing(reason: Option<&str>) -> Change {
    match IssueWord::from_github(true, reason, &[], &[], &[]) {
        IssueWord::Dropped => Change::Dropped,
        _ => Change::Done,
    }
}

/// The documents of the run and their items, as a report needs them. `live` is `None` where GitHub was not asked.
pub(super) fn gather(
    documents: &[Loaded],
    live: Option<&Fetched>,
    filter: &Filter,
    config: &Config,
    link: &dyn Fn(&Reference) -> IssueLink,
    today: NaiveDate,
) -> (Vec<Incident>, Vec<Subject>) {
    let (mut incidents, mut subjects) = (Vec::new(), Vec::new());
    for (place, loaded) in documents.iter().enumerate() {
        let postmortem = &loaded.postmortem;
        if !loaded.selected || postmortem.template {
            continue;
        }
        for (at, item) in postmortem.items.iter().enumerate() {
            if !filter.accepts(item, today) {
                continue;
            }
            let known = live.and_then(|live| {
                let found = live.lives.get(&(place, at))?;
                let issue = live.snapshot.issues.get(&found.issue.number?)?;
                Some((live, found, issue))
            });
            let (due, policy_due) = check::due(item, postmortem, &config.check);
            let zone = config.timezone;
            subjects.push(Subject {
                postmortem: incidents.len(),
                key: plain(&item.key),
                title: plain(&item.title),
                owners: item.owners.iter().map(|owner| plain(owner)).collect(),
                kind: item.kind,
                priority: item.priority,
                status: known.map_or_else(|| item.shown_status(), |(_, found, _)| found.status),
                due,
                due_by_policy: check::due_by_policy(item, postmortem, &config.check),
                policy_due,
                due_moves: known.and_then(|(_, _, issue)| due_moves(issue)),
                history: known.map_or(History::Unknown, |(live, _, issue)| {
                    let changes = live.changes.get(&issue.number);
                    history(issue, changes.map(Vec::as_slice), zone)
                }),
                last_activity: known.map(|(_, _, issue)| day(issue.updated_at, zone)),
                issue: match known {
                    Some((_, _, issue)) => Some(IssueLink {
                        number: Some(issue.number),
                        url: Some(issue.url.clone()),
                    }),
                    None => item.reference.as_ref().map(link),
                },
            });
        }
        incidents.push(incident(postmortem));
    }
    (incidents, subjects)
}

/// The moves of the due date that the issue's marker remembers. A marker is in nobody's way to be edited; its moves are put in order.
fn due_moves(issue: &Issue) -> Option<Vec<DueMove>> {
    match marker::parse(&issue.body) {
        MarkerReading::One(marker) => {
            let mut moves = marker.due_moves;
            moves.sort_by_key(|step| step.on);
            Some(moves)
        }
        MarkerReading::None | MarkerReading::Unreadable | MarkerReading::Several => None,
    }
}

fn incident(postmortem: &Postmortem) -> Incident {
    let times = &postmortem.times;
    Incident {
        name: DocumentName {
            id: postmortem.id.as_ref().map(ToString::to_string),
            title: plain(&postmortem.title),
            path: postmortem.path.clone(),
        },
        date: postmortem.date,
        severity: postmortem.severity,
        minutes_to_recover: times
            .detected
            .zip(times.recovered)
            .and_then(|(detected, recovered)| recovered.since(detected))
            .map(|length| length.num_minutes())
            // Over before it was noticed: one of the two is a mistake.
            .filter(|minutes| *minutes >= 0),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    fn moment(text: &str) -> DateTime<Utc> {
        format!("2025-{text}:00Z").parse().expect("a moment")
    }

    fn at(text: &str) -> NaiveDate {
        format!("2025-{text}").parse().expect("a day")
    }

    fn issue(closed: Option<&str>, reason: Option<&str>, updated: &str) -> Issue {
        Issue {
            number: 7,
            title: String::new(),
            body: String::new(),
            state: if closed.is_some() {
                IssueState::Closed
            } else {
                IssueState::Open
            },
            state_reason: reason.map(str::to_owned),
            labels: Vec::new(),
            assignees: Vec::new(),
            url: String::new(),
            is_pull_request: false,
            created_at: moment("01-05T20:00"),
            updated_at: moment(updated),
            closed_at: closed.map(moment),
            author_association: String::new(),
            author: String::new(),
            comments: 0,
            repository: None,
        }
    }

    #[test]
    fn only_what_the_listing_leaves_open_is_asked() {
        for (issue, asked) in [
            (issue(None, None, "02-01T00:00"), false),
            (issue(None, Some("reopened"), "01-10T00:00"), true),
            (issue(None, Some("reopened"), "01-08T00:00"), false),
            (
                issue(Some("01-10T00:00"), Some("completed"), "02-01T00:00"),
                true,
            ),
            (
                issue(Some("01-09T15:00"), Some("completed"), "02-01T00:00"),
                true,
            ),
            (
                issue(Some("01-09T14:59"), Some("completed"), "02-01T00:00"),
                false,
            ),
        ] {
            let numbers = to_ask(std::iter::once(&issue), at("01-10"), Tz::Asia__Tokyo);
            assert_eq!(!numbers.is_empty(), asked, "{issue:?}");
        }
    }

    fn event(on: &str, change: Change) -> Event {
        Event { on: at(on), change }
    }

    fn change(on: &str, to: IssueState, reason: Option<&str>) -> StateEvent {
        StateEvent {
            at: moment(on),
            to,
            reason: reason.map(str::to_owned),
        }
    }

    proptest::proptest! {
        /// What is not asked for needs no asking: from the first day on, the listing alone tells what all events would.
        #[test]
        fn the_listing_alone_tells_what_is_not_asked(
            pauses in proptest::collection::vec(0..20i64, 0..6),
            dropped in proptest::prelude::any::<bool>(),
            quiet in 0..10i64,
            first in 0..100i64,
        ) {
            let start = moment("01-05T20:00");
            let mut now = start;
            let mut changes = Vec::new();
            for (at, pause) in pauses.iter().enumerate() {
                now += chrono::TimeDelta::hours(pause * 24 + 3);
                let closes = at % 2 == 0;
                changes.push(StateEvent {
                    at: now,
                    to: if closes { IssueState::Closed } else { IssueState::Open },
                    reason: None,
                });
            }
            let closed = changes.last().is_some_and(|last| last.to == IssueState::Closed);
            let reason = match (closed, changes.is_empty()) {
                (true, _) if dropped => Some("not_planned"),
                (true, _) => Some("completed"),
                (false, true) => None,
                (false, false) => Some("reopened"),
            };
            let listed = Issue {
                closed_at: closed.then_some(now),
                updated_at: now + chrono::TimeDelta::days(quiet),
                state: if closed { IssueState::Closed } else { IssueState::Open },
                ..issue(None, reason, "01-05T20:00")
            };
            let zone = Tz::Asia__Tokyo;
            let first = at("01-06") + chrono::TimeDelta::days(first);
            if to_ask(std::iter::once(&listed), first, zone).is_empty() {
                let with = |history| Subject {
                    history,
                    status: if closed { crate::item::Status::Done } else { crate::item::Status::Todo },
                    ..Subject::blank()
                };
                let alone = with(history(&listed, None, zone));
                let all = with(history(&listed, Some(&changes), zone));
                let today = first + chrono::TimeDelta::days(300);
                for offset in 0..150 {
                    let on = first + chrono::TimeDelta::days(offset);
                    proptest::prop_assert_eq!(alone.standing(on, today), all.standing(on, today));
                }
            }
        }
    }

    #[test]
    fn the_listing_has_the_last_word() {
        let closed = issue(Some("01-20T00:00"), Some("duplicate"), "01-21T00:00");
        let open = issue(None, Some("reopened"), "01-21T00:00");
        let first = change("01-10T00:00", IssueState::Closed, Some("not_planned"));
        let again = change("01-12T00:00", IssueState::Open, None);
        let last = change("01-20T00:00", IssueState::Closed, None);
        for (issue, changes, expected) in [
            (&closed, None, vec![event("01-20", Change::Dropped)]),
            (&open, None, vec![]),
            (
                &closed,
                Some(vec![first.clone(), again.clone(), last]),
                vec![
                    event("01-10", Change::Dropped),
                    event("01-12", Change::Reopened),
                    event("01-20", Change::Dropped),
                ],
            ),
            // The list of events lags.
            (
                &closed,
                Some(vec![first.clone(), again]),
                vec![
                    event("01-10", Change::Dropped),
                    event("01-12", Change::Reopened),
                    event("01-20", Change::Dropped),
                ],
            ),
            (
                &open,
                Some(vec![first]),
                vec![
                    event("01-10", Change::Dropped),
                    event("01-21", Change::Reopened),
                ],
            ),
        ] {
            let History::Known { created, events } =
                history(issue, changes.as_deref(), Tz::Asia__Tokyo)
            else {
                panic!("an issue has a past");
            };
            assert_eq!(created, at("01-06"), "it was six in the morning in Tokyo");
            assert_eq!(events, expected);
        }
    }
}

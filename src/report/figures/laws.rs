//! What holds for any items: the parts are the whole, the present is the present, and a month's past is last month's present.

use proptest::prelude::*;

use super::*;
use crate::config::Kind;
use crate::github::marker::DueMove;
use crate::item::Status;
use crate::report::history::{Change, Event, History};

const FIRST: &str = "2025-01-01";

fn day(offset: u64) -> NaiveDate {
    let first: NaiveDate = FIRST.parse().expect("a day");
    first + Days::new(offset)
}

/// A life within 200 days: creation, then closings and reopenings by turns.
fn subject() -> impl Strategy<Value = Subject> {
    let past = proptest::option::weighted(
        0.85,
        (
            0..200u64,
            proptest::collection::vec((0..60u64, any::<bool>()), 0..5),
        ),
    );
    let moves = proptest::option::weighted(
        0.8,
        proptest::collection::vec((0..200u64, proptest::option::of(0..250u64)), 0..3),
    );
    let kinds = proptest::option::of(proptest::sample::select(Kind::ALL));
    let priorities = proptest::option::of(proptest::sample::select(Priority::ALL));
    let owners = proptest::collection::vec(
        proptest::sample::select(&["@alice", "bob", "SRE"][..]),
        0..3,
    );
    let due = proptest::option::of(0..250u64);
    (
        past,
        moves,
        kinds,
        priorities,
        owners,
        due,
        0..3usize,
        any::<bool>(),
    )
        .prop_map(
            |(past, moves, kind, priority, owners, due, postmortem, done)| {
                let history = match past {
                    None => History::Unknown,
                    Some((created, steps)) => {
                        let mut on = created;
                        let mut closed = false;
                        let mut events = Vec::new();
                        for (pause, dropped) in steps {
                            on += pause;
                            closed = !closed;
                            let change = match (closed, dropped) {
                                (false, _) => Change::Reopened,
                                (true, false) => Change::Done,
                                (true, true) => Change::Dropped,
                            };
                            events.push(Event {
                                on: day(on),
                                change,
                            });
                        }
                        History::Known {
                            created: day(created),
                            events,
                        }
                    }
                };
                let mut current = due.map(day);
                let due_moves = moves.map(|mut moves| {
                    moves.sort_by_key(|(on, _)| *on);
                    let mut from = None;
                    let moves: Vec<DueMove> = moves
                        .into_iter()
                        .map(|(on, to)| {
                            let step = DueMove {
                                from,
                                to: to.map(day),
                                on: day(on),
                            };
                            from = step.to;
                            step
                        })
                        .collect();
                    if let Some(last) = moves.last() {
                        current = last.to;
                    }
                    moves
                });
                Subject {
                    postmortem,
                    key: "1".into(),
                    title: "x".into(),
                    owners: owners.into_iter().map(str::to_owned).collect(),
                    kind,
                    priority,
                    status: if done { Status::Done } else { Status::Todo },
                    due: current,
                    due_by_policy: false,
                    policy_due: None,
                    due_moves,
                    history,
                    last_activity: None,
                    issue: None,
                }
            },
        )
}

/// Nothing happens after today: what is to come is cut away, and the status is what the past led to.
fn until_today(subjects: &mut Vec<Subject>, today: NaiveDate) {
    subjects.retain(|s| s.created().is_none_or(|created| created <= today));
    for subject in subjects {
        if let History::Known { events, .. } = &mut subject.history {
            events.retain(|event| event.on <= today);
            subject.status = match events.last().map(|event| event.change) {
                Some(Change::Done) => Status::Done,
                Some(Change::Dropped) => Status::Dropped,
                _ => Status::Todo,
            };
        }
        if let Some(moves) = &mut subject.due_moves {
            if let Some(first) = moves.iter().find(|step| step.on > today) {
                subject.due = first.from;
            }
            moves.retain(|step| step.on <= today);
        }
    }
}

#[derive(Debug, Clone)]
struct Case {
    since: u64,
    length: u64,
    as_of: u64,
    today: u64,
    subjects: Vec<Subject>,
}

fn case() -> impl Strategy<Value = Case> {
    (
        30..150u64,
        1..120u64,
        0..150u64,
        0..60u64,
        proptest::collection::vec(subject(), 0..25),
    )
        .prop_map(|(since, length, seen, rest, mut subjects)| {
            let as_of = since + seen;
            let today = as_of + rest;
            until_today(&mut subjects, day(today));
            Case {
                since,
                length,
                as_of,
                today,
                subjects,
            }
        })
}

fn settings() -> &'static ReportSettings {
    static SETTINGS: std::sync::OnceLock<ReportSettings> = std::sync::OnceLock::new();
    SETTINGS.get_or_init(ReportSettings::default)
}

fn input(case: &Case) -> Input<'static> {
    let incident = |at: u64| Incident {
        name: DocumentName {
            id: None,
            title: String::new(),
            path: format!("{at}.md"),
        },
        date: Some(day(at * 40)),
        severity: None,
        minutes_to_recover: None,
    };
    Input {
        period: Period::between(day(case.since), day(case.since + case.length - 1)).expect("days"),
        as_of: day(case.as_of),
        today: day(case.today),
        source: Source::Github,
        filters: Vec::new(),
        narrowed: false,
        settings: settings(),
        incidents: (0..3).map(incident).collect(),
        subjects: case.subjects.clone(),
    }
}

proptest! {
    #[test]
    fn the_parts_sum_up_to_the_whole(case in case()) {
        let got = report(&input(&case));
        let Balance { items, closed_before, done, dropped, closed_after, closed_undated, open, unknown } = got.balance;
        prop_assert_eq!(
            closed_before + done + dropped + closed_after + closed_undated + open + unknown,
            items
        );
        prop_assert_eq!(items, got.items.len());
        prop_assert_eq!(items, got.coverage.items);
        prop_assert_eq!(got.coverage.with_history + got.coverage.without_history, items);
        if let Some(counted) = got.totals.done.now {
            prop_assert_eq!(counted, done);
            prop_assert_eq!(got.totals.dropped.now, Some(dropped));
        }
        if let Some(counted) = got.totals.open.now {
            prop_assert_eq!(counted, open);
            let a = got.ageing.expect("known with the open ones");
            prop_assert_eq!(
                a.not_yet_due + a.days_1_7 + a.days_8_30 + a.days_31_90 + a.over_90_days + a.no_due_date,
                open
            );
            prop_assert_eq!(
                got.totals.overdue.now,
                Some(a.days_1_7 + a.days_8_30 + a.days_31_90 + a.over_90_days)
            );
        }
        fn sums<N>(groups: &[Group<N>]) -> (usize, usize, usize) {
            (
                groups.iter().map(|g| g.items).sum(),
                groups.iter().filter_map(|g| g.created).sum(),
                groups.iter().filter_map(|g| g.open).sum(),
            )
        }
        let kinds = sums(&got.by_kind);
        let documents = sums(&got.by_document);
        prop_assert_eq!(kinds, documents);
        prop_assert_eq!(kinds.0, items);
        prop_assert!(sums(&got.by_owner).0 >= items);
        if let Some(created) = got.totals.created.now {
            prop_assert_eq!(kinds.1, created);
            prop_assert_eq!(got.flow.iter().filter_map(|b| b.created).sum::<usize>(), created);
            prop_assert_eq!(got.flow.iter().filter_map(|b| b.done).sum::<usize>(), done);
            let last = got.flow.last().expect("a day");
            if case.as_of < case.since + case.length {
                prop_assert_eq!(last.open, got.totals.open.comparable);
            }
        }
        let counted = got.days_to_done.iter().skip(1).filter_map(|row| row.count).sum::<usize>();
        prop_assert_eq!(got.days_to_done[0].count.unwrap_or(counted), counted);
    }

    #[test]
    fn the_state_of_today_is_the_live_one(mut case in case()) {
        case.today = case.as_of;
        until_today(&mut case.subjects, day(case.today));
        let got = report(&input(&case));
        let open = case.subjects.iter().filter(|s| !s.status.is_closed());
        let late = open.clone().filter(|s| s.due.is_some_and(|due| due < day(case.today)));
        prop_assert_eq!(got.totals.open.now, Some(open.count()));
        prop_assert_eq!(got.totals.overdue.now, Some(late.count()));
        prop_assert_eq!(got.coverage.unknown, 0);
        for (row, subject) in got.items.iter().zip(&case.subjects) {
            prop_assert_eq!(row.state == State::Open, !subject.status.is_closed());
            prop_assert_eq!(row.due, subject.due);
        }
    }

    #[test]
    fn a_day_is_told_later_as_it_was_told_on_that_day(mut case in case()) {
        case.subjects.retain(Subject::has_history);
        let later = report(&input(&case));
        case.today = case.as_of;
        until_today(&mut case.subjects, day(case.today));
        let then = report(&input(&case));
        prop_assert_eq!(&later.totals, &then.totals);
        prop_assert_eq!(&later.balance, &then.balance);
        prop_assert_eq!(later.ageing, then.ageing);
        prop_assert_eq!(&later.slips, &then.slips);
        prop_assert_eq!(&later.days_to_done, &then.days_to_done);
        prop_assert_eq!(&later.flow, &then.flow);
        // Not `prevention`, which is about all items of the documents, whenever they were filed.
        prop_assert_eq!(&later.by_owner, &then.by_owner);
        prop_assert_eq!(later.items.len(), then.items.len());
        for (a, b) in later.items.iter().zip(&then.items) {
            prop_assert_eq!((a.state, a.due, a.days_late), (b.state, b.due, b.days_late));
            prop_assert_eq!((a.created, a.closed, a.slips), (b.created, b.closed, b.slips));
        }
    }

    #[test]
    fn documents_alone_say_the_same_of_today(mut case in case()) {
        case.today = case.as_of;
        until_today(&mut case.subjects, day(case.today));
        let live = report(&input(&case));
        for subject in &mut case.subjects {
            subject.history = History::Unknown;
            subject.due_moves = None;
        }
        let offline = report(&input(&case));
        prop_assert_eq!(offline.totals.open.now, live.totals.open.now);
        prop_assert_eq!(offline.totals.overdue.now, live.totals.overdue.now);
        prop_assert_eq!(offline.ageing, live.ageing);
        prop_assert_eq!(offline.prevention, live.prevention);
        prop_assert_eq!(&offline.postmortems, &live.postmortems);
        let open = |report: &Report| -> Vec<(Option<Kind>, Option<usize>, Option<usize>)> {
            report.by_kind.iter().map(|g| (g.name, g.open, g.overdue)).collect()
        };
        prop_assert_eq!(open(&offline), open(&live));
        prop_assert!(case.subjects.is_empty() || offline.totals.created.now.is_none());
    }

    #[test]
    fn the_days_before_say_what_their_own_report_said(mut case in case()) {
        case.as_of = case.since + case.length - 1;
        case.today = case.as_of.max(case.today);
        case.subjects.retain(Subject::has_history);
        let now = input(&case);
        let mut then = now.clone();
        then.period = now.period.before();
        then.as_of = then.period.span.until;
        let (now, then) = (report(&now), report(&then));
        prop_assert_eq!(now.totals.created.before, then.totals.created.now);
        prop_assert_eq!(now.totals.done.before, then.totals.done.now);
        prop_assert_eq!(now.totals.open.before, then.totals.open.now);
        prop_assert_eq!(now.totals.overdue.before, then.totals.overdue.now);
        prop_assert_eq!(now.within_30_days.before, then.within_30_days.now);
        prop_assert_eq!(now.slips.before, then.slips.now);
        prop_assert_eq!(now.days_to_done[0].median_before, then.days_to_done[0].median);
        for (a, b) in now.on_time.iter().filter(|row| row.priority.is_some()).zip(&then.on_time) {
            prop_assert_eq!(a.before, b.now);
        }
    }
}

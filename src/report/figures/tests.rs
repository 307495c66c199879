//! The figures over small sets of items, each worked out by hand.

use super::*;
use crate::config::Kind;
use crate::github::marker::DueMove;
use crate::item::Status;
use crate::report::history::{Change, Event, History};
use crate::report::model::{Prevention, Recovery};
use crate::report::period::Month;

/// 2025-01-31: the last day of the period, and, unless said otherwise, long past.
const LATER: &str = "2025-06-01";

fn at(text: &str) -> NaiveDate {
    let text = if text.len() == 5 {
        format!("2025-{text}")
    } else {
        text.to_owned()
    };
    text.parse().expect("a day")
}

/// An item from what happened to it: `"01-05 +01-10 -01-20 r01-12"`: created, done (+), dropped (-), reopened (r). Without a first day
/// it has no issue.
fn item(life: &str, due: Option<&str>) -> Subject {
    let mut words = life.split_whitespace();
    let history = match words.next() {
        None => History::Unknown,
        Some(created) => History::Known {
            created: at(created),
            events: words
                .map(|word| {
                    let (sign, on) = word.split_at(1);
                    let change = match sign {
                        "+" => Change::Done,
                        "-" => Change::Dropped,
                        _ => Change::Reopened,
                    };
                    Event { on: at(on), change }
                })
                .collect(),
        },
    };
    let status = match &history {
        History::Known { events, .. } => match events.last().map(|event| event.change) {
            Some(Change::Done) => Status::Done,
            Some(Change::Dropped) => Status::Dropped,
            _ => Status::Todo,
        },
        History::Unknown => Status::Todo,
    };
    Subject {
        owners: vec!["@alice".into()],
        priority: Some(Priority::P1),
        status,
        due: due.map(at),
        history,
        ..Subject::blank()
    }
}

fn incident(date: Option<&str>) -> Incident {
    Incident {
        name: DocumentName {
            id: Some("PM-001".into()),
            title: "Outage".into(),
            path: "postmortems/001.md".into(),
        },
        date: date.map(at),
        severity: Some(Severity::High),
        minutes_to_recover: None,
    }
}

fn settings() -> &'static ReportSettings {
    static SETTINGS: std::sync::OnceLock<ReportSettings> = std::sync::OnceLock::new();
    SETTINGS.get_or_init(ReportSettings::default)
}

fn input(as_of: &str, today: &str, subjects: Vec<Subject>) -> Input<'static> {
    let Month(period) = "2025-01".parse().expect("a month");
    Input {
        period,
        as_of: at(as_of),
        today: at(today),
        source: Source::Github,
        filters: Vec::new(),
        narrowed: false,
        settings: settings(),
        incidents: vec![incident(Some("01-05"))],
        subjects,
    }
}

/// January's report, made long after.
fn january(subjects: Vec<Subject>) -> Report {
    report(&input("01-31", LATER, subjects))
}

fn figure(now: usize, before: usize) -> Figure {
    Figure {
        now: Some(now),
        comparable: Some(now),
        before: Some(before),
    }
}

fn rate(part: usize, whole: usize) -> Rate {
    Rate { part, whole }
}

#[test]
fn the_five_numbers() {
    let got = january(vec![
        // Created and done before; the state of December counts it as neither open nor late.
        item("2024-11-01 +2024-11-20", None),
        // Done in December, reopened in January: open again, and done in December no more only since then.
        item("2024-12-01 +2024-12-20 r01-15", Some("2024-12-25")),
        // Carried over and done in January.
        item("2024-12-10 +01-10", Some("01-08")),
        // Carried over and late.
        item("2024-12-15", Some("01-20")),
        item("01-01 +01-31", Some("01-31")),
        item("01-31 -01-31", None),
        // What happens after the period is not its business.
        item("01-20 +02-03", Some("02-01")),
        item("02-01", None),
    ]);
    assert_eq!(
        got.totals,
        Totals {
            created: figure(3, 3),
            done: figure(2, 1),
            dropped: figure(1, 0),
            // 2, 4 and 7 against 3 and 4 at the end of December.
            open: figure(3, 2),
            // 2 and 4 against none.
            overdue: figure(2, 0),
        }
    );
    assert_eq!(got.carried_over, Some(2));
    assert_eq!(
        got.balance,
        Balance {
            items: 7,
            closed_before: 1,
            done: 2,
            dropped: 1,
            open: 3,
            ..Balance::default()
        }
    );
    assert_eq!(got.totals.open.change(), Some(1));
}

#[test]
fn thirty_days() {
    // Counted: those whose 30th day after creation is in January, so created from 2 December to 1 January.
    let rows = [
        ("2024-12-01 +2024-12-05", None),
        ("2024-12-02 +01-01", Some(true)),
        ("2024-12-02 +01-02", Some(false)),
        ("2024-12-10 +2024-12-11 r2024-12-12", Some(false)),
        ("2024-12-10 +2024-12-11 r2024-12-12 +01-09", Some(true)),
        ("2024-12-10 -2024-12-20", None),
        // Dropped when its days were over: it was not done.
        ("2024-12-10 -01-20", Some(false)),
        ("01-01", Some(false)),
        ("01-02", None),
    ];
    for (life, expected) in rows {
        let got = january(vec![item(life, None)]).within_30_days.now;
        let expected = match expected {
            None => rate(0, 0),
            Some(done) => rate(usize::from(done), 1),
        };
        assert_eq!(got, Some(expected), "{life}");
    }
    let all = january(rows.iter().map(|(life, _)| item(life, None)).collect());
    assert_eq!(all.within_30_days.now, Some(rate(2, 6)));
}

fn moved(mut subject: Subject, moves: &[(&str, &str, &str)]) -> Subject {
    let date = |text: &str| (!text.is_empty()).then(|| at(text));
    let moves = moves.iter().map(|(from, to, on)| DueMove {
        from: date(from),
        to: date(to),
        on: at(on),
    });
    subject.due_moves = Some(moves.collect());
    subject
}

#[test]
fn on_time_is_told_day_by_day_of_falling_due() {
    let moved_in_time = &[("01-10", "01-20", "01-10")][..];
    let moved_too_late = &[("01-10", "01-20", "01-11")][..];
    for (life, due, moves, expected) in [
        ("2024-12-20 +01-10", "01-10", &[][..], rate(1, 1)),
        ("2024-12-20 +01-11", "01-10", &[], rate(0, 1)),
        ("2024-12-20", "01-31", &[], rate(0, 1)),
        ("2024-12-20", "02-01", &[], rate(0, 0)),
        ("2024-12-20", "2024-12-31", &[], rate(0, 0)),
        ("2024-12-20 -01-10", "01-10", &[], rate(0, 0)),
        // Dropping what is late already doesn't undo that.
        ("2024-12-20 -01-15", "01-10", &[], rate(0, 1)),
        // Its issue was opened after the day.
        ("01-20", "01-10", &[], rate(0, 0)),
        ("2024-12-20 +01-20", "01-20", moved_in_time, rate(1, 1)),
        ("2024-12-20 +01-20", "01-20", moved_too_late, rate(0, 1)),
        ("2024-12-20 +01-09 r01-11", "01-10", &[], rate(1, 1)),
    ] {
        let got = january(vec![moved(item(life, Some(due)), moves)]);
        assert_eq!(got.on_time[1].now, Some(expected), "{life} {due}");
        assert_eq!(got.on_time[0].now, Some(rate(0, 0)));
    }
}

#[test]
fn goals_are_met_or_not() {
    let with = |priority, on_time: bool| Subject {
        priority,
        ..item(
            if on_time { "01-01 +01-09" } else { "01-01" },
            Some("01-10"),
        )
    };
    let mut subjects: Vec<Subject> = (0..5).map(|n| with(Some(Priority::P0), n > 0)).collect();
    subjects.extend((0..4).map(|n| with(Some(Priority::P1), n > 0)));
    subjects.push(with(None, true));
    let got: Vec<_> = january(subjects)
        .on_time
        .iter()
        .map(|row| (row.priority, row.now.expect("known"), row.goal, row.met))
        .collect();
    assert_eq!(
        got,
        [
            (Some(Priority::P0), rate(4, 5), Some(80), Some(true)),
            (Some(Priority::P1), rate(3, 4), Some(80), Some(false)),
            (Some(Priority::P2), rate(0, 0), None, None),
            (Some(Priority::P3), rate(0, 0), None, None),
            (None, rate(1, 1), None, None),
        ]
    );
}

#[test]
fn today_is_not_over() {
    let open = |life: &str| january_on("01-10", vec![item(life, Some("01-10"))]);
    // Due today and open: neither on time nor late yet.
    assert_eq!(open("01-01").on_time[1].now, Some(rate(0, 0)));
    assert_eq!(open("01-01").totals.overdue.now, Some(0));
    assert_eq!(open("01-01 +01-10").on_time[1].now, Some(rate(1, 1)));
    // 30 days end today.
    assert_eq!(open("2024-12-11").within_30_days.now, Some(rate(0, 0)));
    assert_eq!(open("2024-12-10").within_30_days.now, Some(rate(0, 1)));
}

/// January's report on a day of January that is today.
fn january_on(day: &str, subjects: Vec<Subject>) -> Report {
    report(&input(day, day, subjects))
}

#[test]
fn a_period_that_is_not_over_is_compared_with_as_many_days() {
    let got = january_on(
        "01-10",
        vec![
            item("2024-12-10", None),
            item("2024-12-11", None),
            item("01-10", None),
        ],
    );
    assert!(got.period.so_far);
    assert_eq!(got.before.to_string(), "2024-12-01..2024-12-10");
    assert_eq!(got.totals.created, figure(1, 1));
    assert_eq!(got.totals.open, figure(3, 1));
}

#[test]
fn days_to_done_are_nearest_ranks() {
    for (values, median, p90) in [
        (&[][..], None, None),
        (&[3], Some(3), Some(3)),
        (&[1, 9], Some(1), Some(9)),
        (&[1, 2, 9], Some(2), Some(9)),
        (&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], Some(5), Some(9)),
        (&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], Some(6), Some(10)),
    ] {
        assert_eq!((quantile(values, 50), quantile(values, 90)), (median, p90));
    }
    let got = january(vec![
        item("2024-12-31 +01-01", None),
        item("01-01 +01-01", None),
        item("01-01 +01-05 r01-06 +01-31", None),
        Subject {
            priority: None,
            ..item("2024-01-01 +01-01", None)
        },
        // Not done in January.
        item("2024-12-01 +2024-12-05", None),
        item("01-01 -01-02", None),
    ]);
    let all = got.days_to_done[0];
    assert_eq!(
        (all.of, all.count, all.median, all.p90, all.median_before),
        (Which::All, Some(4), Some(1), Some(366), Some(4))
    );
    let p1 = got.days_to_done[2];
    assert_eq!(
        (p1.of, p1.count, p1.median, p1.p90),
        (Which::Priority(Priority::P1), Some(3), Some(1), Some(30))
    );
    assert_eq!(got.days_to_done.last().map(|row| row.count), Some(Some(1)));
}

#[test]
fn ageing() {
    let mut expected = Ageing::default();
    let rows = [
        (Some("01-31"), 0),
        (Some("02-15"), 0),
        (Some("01-30"), 1),
        (Some("01-24"), 1),
        (Some("01-23"), 2),
        (Some("01-01"), 2),
        (Some("2024-12-31"), 3),
        (Some("2024-11-02"), 3),
        (Some("2024-11-01"), 4),
        (None, 5),
    ];
    let subjects = rows
        .iter()
        .map(|(due, _)| item("2024-06-01", *due))
        .collect();
    for (_, place) in rows {
        let place = match place {
            0 => &mut expected.not_yet_due,
            1 => &mut expected.days_1_7,
            2 => &mut expected.days_8_30,
            3 => &mut expected.days_31_90,
            4 => &mut expected.over_90_days,
            _ => &mut expected.no_due_date,
        };
        *place += 1;
    }
    assert_eq!(january(subjects).ageing, Some(expected));
}

#[test]
fn slips() {
    let one = item("2024-12-01", Some("03-01"));
    let got = january(vec![
        moved(
            one.clone(),
            &[
                ("2024-12-10", "2024-12-20", "2024-12-05"),
                ("2024-12-20", "01-10", "01-01"),
                ("01-10", "01-09", "01-05"),
                ("01-09", "03-01", "01-31"),
                ("03-01", "03-02", "02-01"),
            ],
        ),
        moved(
            one.clone(),
            &[("", "01-20", "01-02"), ("01-20", "", "01-03")],
        ),
        moved(one.clone(), &[("01-10", "01-11", "01-10")]),
        Subject {
            due_moves: None,
            ..one
        },
    ]);
    let slips = got.slips.now.expect("known");
    assert_eq!(
        slips,
        Slips {
            items: 2,
            later: 3,
            // 21 + 51 + 1.
            days: 73,
            median: Some(21),
            longest: Some(51),
            earlier: 1,
            set: 1,
            removed: 1,
            untold: 1,
        }
    );
    assert_eq!(got.slips.before.map(|s| (s.later, s.days)), Some((1, 10)));
    // Over its life up to the end of January: 10 + 21 + 51.
    assert_eq!(
        (got.items[0].slips, got.items[0].slip_days),
        (Some(3), Some(82))
    );
    assert_eq!((got.items[3].slips, got.items[3].slip_days), (None, None));
}

#[test]
fn groups() {
    let item_of = |life, owners: &[&str], kind| Subject {
        owners: owners.iter().map(|&owner| owner.to_owned()).collect(),
        kind,
        ..item(life, Some("01-20"))
    };
    let got = january(vec![
        item_of("01-05 +01-10", &["@alice"], Some(Kind::Prevent)),
        item_of("01-05", &["＠Alice", "SRE"], None),
        item_of("2024-12-05", &["SRE", "sre"], Some(Kind::Prevent)),
        item_of("2024-12-05", &[], Some(Kind::Detect)),
    ]);
    let owners: Vec<_> = got
        .by_owner
        .iter()
        .map(|g| {
            (
                g.name.as_deref(),
                g.items,
                g.created,
                g.done,
                g.open,
                g.overdue,
            )
        })
        .collect();
    let known = Some;
    assert_eq!(
        owners,
        [
            (Some("SRE"), 2, known(1), known(0), known(2), known(2)),
            (Some("@alice"), 2, known(2), known(1), known(1), known(1)),
            (None, 1, known(0), known(0), known(1), known(1)),
        ]
    );
    let kinds: Vec<_> = got.by_kind.iter().map(|g| (g.name, g.items)).collect();
    assert_eq!(
        kinds,
        [(Some(Kind::Prevent), 2), (Some(Kind::Detect), 1), (None, 1)]
    );
}

#[test]
fn mitigation_without_prevention_is_noticed() {
    let of = |kinds: &[Option<Kind>]| {
        let subjects = kinds.iter().map(|kind| Subject {
            kind: *kind,
            ..item("01-05", None)
        });
        january(subjects.collect())
            .prevention
            .expect("nothing is left out")
    };
    for (kinds, missing) in [
        (&[Some(Kind::Mitigate)][..], true),
        (&[Some(Kind::Repair), Some(Kind::Detect), None], true),
        (&[Some(Kind::Mitigate), Some(Kind::Prevent)], false),
        (&[Some(Kind::Detect)], false),
        (&[None], false),
        (&[], false),
    ] {
        assert_eq!(of(kinds).is_missing(), missing, "{kinds:?}");
    }
    // What was dropped doesn't prevent anything, and February's postmortems are not January's.
    let dropped = Subject {
        kind: Some(Kind::Prevent),
        ..item("01-05 -01-06", None)
    };
    let mitigation = Subject {
        kind: Some(Kind::Mitigate),
        ..item("01-05", None)
    };
    let mut january = input("01-31", LATER, vec![dropped, mitigation]);
    assert!(report(&january).prevention.is_some_and(|p| p.is_missing()));
    january.incidents = vec![incident(Some("02-01"))];
    assert_eq!(report(&january).prevention, Some(Prevention::default()));
    // Of some of the items it would be said of the others, too.
    january.narrowed = true;
    assert_eq!(report(&january).prevention, None);
}

#[test]
fn postmortems_and_their_recovery() {
    let mut january = input("01-31", LATER, Vec::new());
    let one = |date, severity, minutes| Incident {
        severity,
        minutes_to_recover: minutes,
        ..incident(date)
    };
    january.incidents = vec![
        one(Some("01-01"), Some(Severity::High), Some(25)),
        one(Some("01-31"), Some(Severity::High), Some(60)),
        one(Some("01-15"), None, None),
        one(Some("2024-12-31"), Some(Severity::Low), Some(30)),
        one(Some("02-01"), Some(Severity::Critical), Some(999)),
        one(None, Some(Severity::Critical), Some(999)),
    ];
    let got = report(&january).postmortems;
    assert_eq!((got.now, got.before, got.undated), (3, 1, 1));
    let counts: Vec<_> = got
        .by_severity
        .iter()
        .map(|row| (row.now, row.before))
        .collect();
    assert_eq!(counts, [(0, 0), (2, 0), (0, 0), (0, 1), (1, 0)]);
    assert_eq!(
        got.recovery.now,
        Some(Recovery {
            // 85 / 2, rounded.
            mean_minutes: Some(43),
            told: 2,
            untold: 1,
        })
    );
    assert_eq!(got.recovery.before.and_then(|r| r.mean_minutes), Some(30));
}

#[test]
fn what_cannot_be_known_is_no_zero() {
    let none = || Subject {
        due_moves: None,
        ..item("", Some("01-20"))
    };
    let done = || Subject {
        status: Status::Done,
        ..none()
    };
    // Today: the state is known, nothing that happened is.
    let got = january_on("01-31", vec![none(), done()]);
    let state = |now| Figure {
        now: Some(now),
        ..Figure::default()
    };
    assert_eq!(
        got.totals,
        Totals {
            open: state(1),
            overdue: state(1),
            ..Totals::default()
        }
    );
    assert_eq!(got.within_30_days, Compared::default());
    assert_eq!((got.slips, got.carried_over), (Compared::default(), None));
    // There is none of priority P0; of P1 nobody can say.
    assert_eq!(
        (got.on_time[0].now, got.on_time[1].now),
        (Some(rate(0, 0)), None)
    );
    assert!(got.on_time.iter().all(|row| row.met.is_none()));
    assert_eq!(got.days_to_done[0].count, None);
    assert_eq!(got.ageing.map(|a| a.days_8_30), Some(1));
    assert_eq!(got.balance.closed_undated, 1);
    assert_eq!(got.by_kind[0].created, None);
    // A day in the past: not even the state.
    let got = january(vec![none(), done()]);
    assert_eq!(got.totals, Totals::default());
    assert_eq!((got.ageing, got.coverage.unknown), (None, 2));
    assert!(got.items.iter().all(|row| row.state == State::Unknown));
    // Among others, they are left out of the comparison.
    let got = january_on("01-31", vec![none(), item("2024-12-01", None)]);
    assert_eq!(
        got.totals.open,
        Figure {
            now: Some(2),
            comparable: Some(1),
            before: Some(1),
        }
    );
}

#[test]
fn nothing_at_all_is_nothing() {
    let mut january = input("01-31", LATER, Vec::new());
    january.incidents = Vec::new();
    let got = report(&january);
    assert_eq!(got.totals.created, figure(0, 0));
    assert_eq!(got.coverage, Coverage::default());
    assert!(got.items.is_empty() && got.by_owner.is_empty());
}

#[test]
fn flow_covers_the_period_without_gaps() {
    for (since, until, lengths) in [
        ("01-01", "01-01", &[1][..]),
        ("01-01", "01-03", &[1, 1, 1]),
        ("01-01", "01-31", &[7, 7, 7, 7, 3]),
        ("01-15", "06-10", &[17, 28, 31, 30, 31, 10]),
    ] {
        let span = Span {
            since: at(since),
            until: at(until),
        };
        let got = buckets(span);
        assert_eq!(got.iter().map(|b| b.length()).collect::<Vec<_>>(), lengths);
        assert_eq!(
            (got[0].since, got[got.len() - 1].until),
            (span.since, span.until)
        );
        for pair in got.windows(2) {
            assert_eq!(pair[0].until.succ_opt(), Some(pair[1].since));
        }
    }
}

#[test]
fn percentages_round_and_small_wholes_are_known() {
    for (part, whole, percent) in [
        (0, 0, None),
        (0, 3, Some(0)),
        (1, 3, Some(33)),
        (2, 3, Some(67)),
        (1, 200, Some(1)),
        (3, 3, Some(100)),
    ] {
        assert_eq!(rate(part, whole).percent(), percent);
    }
    assert!(rate(1, 4).is_small() && !rate(1, 5).is_small());
    assert_eq!(rate(4, 5).meets(80), Some(true));
    assert_eq!(rate(79, 100).meets(80), Some(false));
    assert_eq!(rate(0, 0).meets(80), None);
}

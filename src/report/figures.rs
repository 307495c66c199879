//! Works a report out. Pure: what is today is told, and so is all that GitHub said.
//!
//! The definitions are in `docs/report.md`, one for each figure; the names here are the names there.

mod groups;

use chrono::{Datelike, Days, NaiveDate};

use super::history::{Standing, Subject};
use super::model::{
    Ageing, Balance, Bucket, Compared, Coverage, DocumentName, Durations, Figure, Group, OnTime,
    PeriodFacts, Rate, Report, Row, Slips, Source, State, Totals, Which,
};
use super::period::{Period, Span};
use crate::config::{Priority, ReportSettings};
use crate::item::Severity;

use groups::{by_document, by_kind, by_owner, postmortems, prevention};

/// How many days an item has in the completion rate.
const WINDOW: u64 = 30;

/// A postmortem as a report needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// What it is called.
    pub name: DocumentName,
    /// Its date.
    pub date: Option<NaiveDate>,
    /// How bad it was.
    pub severity: Option<Severity>,
    /// Minutes from detection to recovery, where the document gives both.
    pub minutes_to_recover: Option<i64>,
}

/// All that a report is made of.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    /// The days.
    pub period: Period,
    /// The day whose state is told; within the period or after it, never after today.
    pub as_of: NaiveDate,
    /// Today.
    pub today: NaiveDate,
    /// Where the statuses come from.
    pub source: Source,
    /// What was left out on request.
    pub filters: Vec<String>,
    /// Whether items were left out, and not only documents.
    pub narrowed: bool,
    /// `[report]`.
    pub settings: &'a ReportSettings,
    /// The documents, templates left out, in order.
    pub incidents: Vec<Incident>,
    /// Their items, in order.
    pub subjects: Vec<Subject>,
}

/// Works a report out.
pub fn report(input: &Input<'_>) -> Report {
    let Input {
        period,
        as_of,
        today,
        source,
        filters,
        narrowed,
        settings,
        incidents,
        subjects,
    } = input;
    let before = period.compared_with(*as_of);
    let now = View {
        subjects: subjects.iter().collect(),
        // A period that is not over has shown its days so far; one in the future is refused before.
        span: period.span.up_to(*as_of).unwrap_or(period.span),
        as_of: *as_of,
        today: *today,
    };
    let then = View {
        span: before,
        as_of: before.until,
        ..now.clone()
    };
    Report {
        period: PeriodFacts {
            span: period.span,
            shape: period.shape,
            so_far: *as_of < period.span.until,
        },
        before,
        as_of: *as_of,
        today: *today,
        source: *source,
        filters: filters.clone(),
        coverage: now.coverage(incidents.len()),
        totals: now.totals(&then),
        balance: now.balance(),
        within_30_days: Compared {
            now: now.within_window(),
            before: then.within_window(),
        },
        on_time: on_time(&now, &then, settings),
        days_to_done: days_to_done(&now, &then),
        ageing: now.state_known().then(|| now.ageing()),
        slips: Compared {
            now: now.slips(),
            before: then.slips(),
        },
        by_owner: by_owner(&now),
        by_kind: by_kind(&now),
        by_document: by_document(&now, incidents),
        carried_over: now.past_known().then(|| {
            now.count(|s| now.is_open(s) && s.created().is_some_and(|day| day < now.span.since))
        }),
        prevention: (!narrowed).then(|| prevention(&now, incidents)),
        postmortems: postmortems(incidents, now.span, before),
        flow: now.flow(),
        items: now.rows(incidents),
    }
}

/// Items in some days, seen from a day.
#[derive(Clone)]
struct View<'a> {
    subjects: Vec<&'a Subject>,
    span: Span,
    as_of: NaiveDate,
    today: NaiveDate,
}

impl<'a> View<'a> {
    fn of(&self, keep: impl Fn(&Subject) -> bool) -> View<'a> {
        View {
            subjects: self.subjects.iter().copied().filter(|s| keep(s)).collect(),
            ..*self
        }
    }

    fn of_priority(&self, priority: Option<Priority>) -> View<'a> {
        self.of(|s| s.priority == priority)
    }

    /// Whether anything is known of the past: an item without one is no proof that nothing happened.
    fn past_known(&self) -> bool {
        self.subjects.is_empty() || self.subjects.iter().any(|s| s.has_history())
    }

    /// Whether anything is known of the state of the day.
    fn state_known(&self) -> bool {
        self.as_of >= self.today || self.past_known()
    }

    fn standing(&self, subject: &Subject) -> Standing {
        subject.standing(self.as_of, self.today)
    }

    fn is_open(&self, subject: &Subject) -> bool {
        self.standing(subject).is_open()
    }

    fn is_overdue(&self, subject: &Subject) -> bool {
        subject.days_late(self.as_of, self.today).is_some()
    }

    fn is_created(&self, subject: &Subject) -> bool {
        subject.created().is_some_and(|day| self.span.contains(day))
    }

    fn is_done(&self, subject: &Subject) -> bool {
        matches!(self.standing(subject), Standing::Done(Some(on)) if self.span.contains(on))
    }

    fn is_dropped(&self, subject: &Subject) -> bool {
        matches!(self.standing(subject), Standing::Dropped(Some(on)) if self.span.contains(on))
    }

    fn count(&self, keep: impl Fn(&Subject) -> bool) -> usize {
        self.subjects.iter().filter(|s| keep(s)).count()
    }

    /// A number that only the past can tell.
    fn past(&self, keep: impl Fn(&Subject) -> bool) -> Option<usize> {
        self.past_known().then(|| self.count(keep))
    }

    /// A number that the state of the day tells.
    fn state(&self, keep: impl Fn(&Subject) -> bool) -> Option<usize> {
        self.state_known().then(|| self.count(keep))
    }

    fn coverage(&self, documents: usize) -> Coverage {
        let there = self.of(|s| self.standing(s) != Standing::Absent);
        Coverage {
            documents,
            items: there.subjects.len(),
            with_history: there.count(Subject::has_history),
            without_history: there.count(|s| !s.has_history()),
            unknown: there.count(|s| self.standing(s) == Standing::Unknown),
        }
    }

    fn totals(&self, then: &View<'a>) -> Totals {
        let flow = |keep: fn(&View<'a>, &Subject) -> bool| {
            let now = self.past(|s| keep(self, s));
            Figure {
                now,
                comparable: now,
                before: then.past(|s| keep(then, s)),
            }
        };
        let state = |keep: fn(&View<'a>, &Subject) -> bool| Figure {
            now: self.state(|s| keep(self, s)),
            comparable: self.past(|s| s.has_history() && keep(self, s)),
            before: then.past(|s| s.has_history() && keep(then, s)),
        };
        Totals {
            created: flow(View::is_created),
            done: flow(View::is_done),
            dropped: flow(View::is_dropped),
            open: state(View::is_open),
            overdue: state(View::is_overdue),
        }
    }

    fn balance(&self) -> Balance {
        let mut balance = Balance::default();
        for subject in &self.subjects {
            let place = match self.standing(subject) {
                Standing::Absent => continue,
                Standing::Open => &mut balance.open,
                Standing::Unknown => &mut balance.unknown,
                Standing::Done(None) | Standing::Dropped(None) => &mut balance.closed_undated,
                Standing::Done(Some(on)) | Standing::Dropped(Some(on)) if on < self.span.since => {
                    &mut balance.closed_before
                }
                Standing::Done(Some(on)) | Standing::Dropped(Some(on)) if on > self.span.until => {
                    &mut balance.closed_after
                }
                Standing::Done(Some(_)) => &mut balance.done,
                Standing::Dropped(Some(_)) => &mut balance.dropped,
            };
            *place += 1;
            balance.items += 1;
        }
        balance
    }

    /// Whether what a day decided is known: it is over, or the item made it already.
    fn decided(&self, day: NaiveDate, made_it: bool) -> bool {
        day <= self.as_of && (day < self.today || made_it)
    }

    fn within_window(&self) -> Option<Rate> {
        let mut rate = Rate::default();
        for subject in &self.subjects {
            let last = subject
                .created()
                .and_then(|day| day.checked_add_days(Days::new(WINDOW)));
            let Some(last) = last.filter(|day| self.span.contains(*day)) else {
                continue;
            };
            self.judge(&mut rate, subject, last);
        }
        self.past_known().then_some(rate)
    }

    /// Counts an item as done by a day or not. Left out: what was dropped by then, what did not exist yet, and what is not decided.
    fn judge(&self, rate: &mut Rate, subject: &Subject, day: NaiveDate) {
        let standing = subject.standing(day, self.today);
        match standing {
            Standing::Done(_) => {
                rate.part += 1;
                rate.whole += 1;
            }
            Standing::Open if self.decided(day, false) => rate.whole += 1,
            Standing::Open | Standing::Dropped(_) | Standing::Absent | Standing::Unknown => {}
        }
    }

    /// Of the items that came due in the period: those that were done by each such day.
    fn on_time(&self) -> Option<Rate> {
        let mut rate = Rate::default();
        for subject in self.subjects.iter().filter(|s| s.has_history()) {
            let mut own = Rate::default();
            for day in subject.came_due() {
                if self.span.contains(day) {
                    self.judge(&mut own, subject, day);
                }
            }
            rate.whole += usize::from(own.whole > 0);
            rate.part += usize::from(own.whole > 0 && own.part == own.whole);
        }
        self.past_known().then_some(rate)
    }

    /// The days from creation to done of the items done in the period, in order of length.
    fn durations(&self) -> Vec<i64> {
        let mut days: Vec<i64> = self
            .subjects
            .iter()
            .filter(|s| self.is_done(s))
            .filter_map(|s| days_to_done_of(s, self.standing(s)))
            .collect();
        days.sort_unstable();
        days
    }

    fn ageing(&self) -> Ageing {
        let mut ageing = Ageing::default();
        for subject in self.subjects.iter().filter(|s| self.is_open(s)) {
            let place = match (
                subject.due_on(self.as_of),
                subject.days_late(self.as_of, self.today),
            ) {
                (None, _) => &mut ageing.no_due_date,
                (Some(_), None) => &mut ageing.not_yet_due,
                (Some(_), Some(..=7)) => &mut ageing.days_1_7,
                (Some(_), Some(8..=30)) => &mut ageing.days_8_30,
                (Some(_), Some(31..=90)) => &mut ageing.days_31_90,
                (Some(_), Some(_)) => &mut ageing.over_90_days,
            };
            *place += 1;
        }
        ageing
    }

    fn slips(&self) -> Option<Slips> {
        let mut slips = Slips::default();
        let mut lengths = Vec::new();
        // What came later had no date to move, and no marker to lack.
        let there = self.of(|s| self.standing(s) != Standing::Absent).subjects;
        for subject in &there {
            let Some(moves) = &subject.due_moves else {
                slips.untold += 1;
                continue;
            };
            let before = lengths.len();
            for step in moves.iter().filter(|step| self.span.contains(step.on)) {
                match (step.from, step.to) {
                    (Some(from), Some(to)) if to > from => lengths.push((to - from).num_days()),
                    (Some(from), Some(to)) if to < from => slips.earlier += 1,
                    (None, Some(_)) => slips.set += 1,
                    (Some(_), None) => slips.removed += 1,
                    _ => {}
                }
            }
            slips.items += usize::from(lengths.len() > before);
        }
        lengths.sort_unstable();
        slips.later = lengths.len();
        slips.days = lengths.iter().sum();
        slips.median = quantile(&lengths, 50);
        slips.longest = lengths.last().copied();
        let known = there.is_empty() || slips.untold < there.len();
        known.then_some(slips)
    }

    fn flow(&self) -> Vec<Bucket> {
        buckets(self.span)
            .into_iter()
            .map(|span| {
                let part = View {
                    span,
                    ..self.clone()
                };
                Bucket {
                    span,
                    created: part.past(|s| part.is_created(s)),
                    done: part.past(|s| part.is_done(s)),
                    dropped: part.past(|s| part.is_dropped(s)),
                    open: part
                        .past(|s| s.has_history() && s.standing(span.until, self.today).is_open()),
                }
            })
            .collect()
    }

    fn group<N>(&self, name: Option<N>) -> Group<N> {
        Group {
            name,
            items: self.count(|s| self.standing(s) != Standing::Absent),
            created: self.past(|s| self.is_created(s)),
            done: self.past(|s| self.is_done(s)),
            open: self.state(|s| self.is_open(s)),
            overdue: self.state(|s| self.is_overdue(s)),
        }
    }

    fn rows(&self, incidents: &[Incident]) -> Vec<Row> {
        self.subjects
            .iter()
            .filter_map(|subject| {
                let standing = self.standing(subject);
                let state = match standing {
                    Standing::Absent => return None,
                    Standing::Open => State::Open,
                    Standing::Done(_) => State::Done,
                    Standing::Dropped(_) => State::Dropped,
                    Standing::Unknown => State::Unknown,
                };
                let name = &incidents.get(subject.postmortem)?.name;
                let later: Option<Vec<i64>> = subject.due_moves.as_ref().map(|moves| {
                    let till = moves.iter().filter(|step| step.on <= self.as_of);
                    till.filter_map(|step| Some((step.to? - step.from?).num_days()))
                        .filter(|days| *days > 0)
                        .collect()
                });
                Some(Row {
                    postmortem: name.id.clone(),
                    path: name.path.clone(),
                    key: subject.key.clone(),
                    title: subject.title.clone(),
                    owners: subject.owners.clone(),
                    kind: subject.kind,
                    priority: subject.priority,
                    state,
                    status: (self.as_of >= self.today).then_some(subject.status),
                    due: subject.due_on(self.as_of),
                    days_late: subject.days_late(self.as_of, self.today),
                    created: subject.created(),
                    closed: match standing {
                        Standing::Done(on) | Standing::Dropped(on) => on,
                        _ => None,
                    },
                    days_to_done: days_to_done_of(subject, standing),
                    slips: later.as_ref().map(Vec::len),
                    slip_days: later.map(|days| days.iter().sum()),
                    last_activity: subject.last_activity.filter(|day| *day <= self.as_of),
                    issue: subject.issue.clone(),
                })
            })
            .collect()
    }
}

fn days_to_done_of(subject: &Subject, standing: Standing) -> Option<i64> {
    match standing {
        Standing::Done(Some(on)) => Some((on - subject.created()?).num_days()),
        _ => None,
    }
}

/// The nearest rank: the smallest of the values that `percent` of them don't exceed. The values are in order.
fn quantile(values: &[i64], percent: usize) -> Option<i64> {
    let rank = (values.len() * percent).div_ceil(100);
    values.get(rank.checked_sub(1)?).copied()
}

/// The priorities, and none.
fn priorities() -> impl Iterator<Item = Option<Priority>> {
    Priority::ALL.iter().copied().map(Some).chain([None])
}

fn on_time(now: &View<'_>, then: &View<'_>, settings: &ReportSettings) -> Vec<OnTime> {
    priorities()
        .map(|priority| {
            let goal = priority.and_then(|priority| settings.goal(priority));
            let rate = now.of_priority(priority).on_time();
            OnTime {
                priority,
                now: rate,
                before: then.of_priority(priority).on_time(),
                goal,
                met: goal.and_then(|goal| rate?.meets(goal)),
            }
        })
        .filter(|row| row.priority.is_some() || row.now != Some(Rate::default()))
        .collect()
}

fn days_to_done(now: &View<'_>, then: &View<'_>) -> Vec<Durations> {
    let row = |of: Which, now: &View<'_>, then: &View<'_>| {
        let days = now.durations();
        Durations {
            of,
            count: now.past_known().then_some(days.len()),
            median: quantile(&days, 50),
            p90: quantile(&days, 90),
            median_before: quantile(&then.durations(), 50),
        }
    };
    let all = row(Which::All, now, then);
    let each = priorities().map(|priority| {
        let which = priority.map_or(Which::None, Which::Priority);
        row(
            which,
            &now.of_priority(priority),
            &then.of_priority(priority),
        )
    });
    std::iter::once(all)
        .chain(each.filter(|row| row.of != Which::None || row.count != Some(0)))
        .collect()
}

/// Days for up to two weeks, weeks for up to about a quarter, months beyond.
fn buckets(span: Span) -> Vec<Span> {
    let mut all = Vec::new();
    let mut since = span.since;
    loop {
        let last = match span.length() {
            ..=14 => Some(since),
            15..=93 => since.checked_add_days(Days::new(6)),
            _ => last_of_month(since),
        };
        let until = last.unwrap_or(span.until).min(span.until);
        all.push(Span { since, until });
        match until.succ_opt() {
            Some(next) if next <= span.until => since = next,
            _ => return all,
        }
    }
}

fn last_of_month(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)?
        .checked_add_months(chrono::Months::new(1))?
        .pred_opt()
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

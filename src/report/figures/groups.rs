//! What is told of some of the items: by owner, kind and document; and of the period's postmortems.

use std::collections::BTreeMap;

use super::super::model::{
    Compared, DocumentName, Group, Postmortems, Prevention, Recovery, SeverityCount,
};
use super::{Incident, Span, Standing, Subject, View};
use crate::config::Kind;
use crate::item::words::fold;
use crate::item::{Severity, Status};

pub(super) fn by_kind(view: &View<'_>) -> Vec<Group<Kind>> {
    Kind::ALL
        .iter()
        .copied()
        .map(Some)
        .chain([None])
        .map(|kind| view.of(|s| s.kind == kind).group(kind))
        .filter(|group| group.items > 0)
        .collect()
}

pub(super) fn by_document(view: &View<'_>, incidents: &[Incident]) -> Vec<Group<DocumentName>> {
    (0..incidents.len())
        .map(|at| {
            view.of(|s| s.postmortem == at)
                .group(Some(incidents[at].name.clone()))
        })
        .filter(|group| group.items > 0)
        .collect()
}

pub(super) fn by_owner(view: &View<'_>) -> Vec<Group<String>> {
    // By what people call them: `@Alice` and `＠alice` are one, shown as first written.
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut owners: Vec<(String, Vec<&Subject>)> = Vec::new();
    let mut nobodys = Vec::new();
    for subject in &view.subjects {
        if subject.owners.is_empty() {
            nobodys.push(*subject);
        }
        for name in &subject.owners {
            let place = *places.entry(fold(name)).or_insert_with(|| {
                owners.push((name.clone(), Vec::new()));
                owners.len() - 1
            });
            let items = &mut owners[place].1;
            // Once, also where a row names somebody twice.
            if !items
                .last()
                .is_some_and(|last| std::ptr::eq(*last, *subject))
            {
                items.push(subject);
            }
        }
    }
    let group = |name, subjects: Vec<_>| View { subjects, ..*view }.group(name);
    let mut groups: Vec<Group<String>> = owners
        .into_iter()
        .map(|(name, subjects)| group(Some(name), subjects))
        .collect();
    groups.sort_by(|a, b| {
        (b.overdue, b.open, b.items)
            .cmp(&(a.overdue, a.open, a.items))
            .then_with(|| a.name.cmp(&b.name))
    });
    groups.push(group(None, nobodys));
    groups.retain(|group| group.items > 0);
    groups
}

pub(super) fn prevention(view: &View<'_>, incidents: &[Incident]) -> Prevention {
    let mut prevention = Prevention::default();
    for subject in &view.subjects {
        let dated = incidents.get(subject.postmortem).and_then(|i| i.date);
        let dropped = match view.standing(subject) {
            Standing::Dropped(_) => true,
            Standing::Unknown => subject.status == Status::Dropped,
            _ => false,
        };
        if dropped || !dated.is_some_and(|date| view.span.contains(date)) {
            continue;
        }
        let place = match subject.kind {
            Some(Kind::Prevent) => &mut prevention.prevent,
            Some(Kind::Mitigate | Kind::Repair) => &mut prevention.mitigate,
            Some(Kind::Detect | Kind::Process | Kind::Document | Kind::Investigate) => {
                &mut prevention.other
            }
            None => &mut prevention.unstated,
        };
        *place += 1;
        prevention.items += 1;
    }
    prevention
}

pub(super) fn postmortems(incidents: &[Incident], now: Span, before: Span) -> Postmortems {
    let within = |span: Span| {
        incidents
            .iter()
            .filter(move |i| i.date.is_some_and(|date| span.contains(date)))
    };
    let severities = [
        Some(Severity::Critical),
        Some(Severity::High),
        Some(Severity::Medium),
        Some(Severity::Low),
        None,
    ];
    let recovery = |span: Span| {
        let minutes: Vec<i64> = within(span).filter_map(|i| i.minutes_to_recover).collect();
        let told = minutes.len();
        // Whole minutes, rounded half up; nobody reads more from such a mean.
        let count = i64::try_from(told).ok().filter(|count| *count > 0);
        Recovery {
            mean_minutes: count
                .map(|count| (minutes.iter().sum::<i64>() * 2 + count) / (count * 2)),
            told,
            untold: within(span).count() - told,
        }
    };
    Postmortems {
        now: within(now).count(),
        before: within(before).count(),
        by_severity: severities
            .into_iter()
            .map(|severity| SeverityCount {
                severity,
                now: within(now).filter(|i| i.severity == severity).count(),
                before: within(before).filter(|i| i.severity == severity).count(),
            })
            .filter(|row| row.severity.is_some() || row.now + row.before > 0)
            .collect(),
        undated: incidents.iter().filter(|i| i.date.is_none()).count(),
        recovery: Compared {
            now: Some(recovery(now)),
            before: Some(recovery(before)),
        },
    }
}

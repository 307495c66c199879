//! What is to be told now: pure, from what a check found, what GitHub has and what was told before.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, TimeDelta};

use super::comment::{self, KINDS};
use super::told::{OurComment, Record, print};
use crate::check::{Finding, Findings};
use crate::config::{Config, Language, Period};
use crate::github::snapshot::Snapshot;

/// Which issues get the label and which lose it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    /// Overdue, without the label.
    pub add: Vec<u64>,
    /// Not overdue, with it.
    pub remove: Vec<u64>,
}

/// Compares the label with the truth: [`Findings::issues`].
#[must_use]
pub fn labels(checked: &BTreeMap<u64, bool>, snapshot: &Snapshot, label: &str) -> Labels {
    let mut labels = Labels::default();
    for (&number, &overdue) in checked {
        let Some(issue) = snapshot.issues.get(&number) else {
            continue;
        };
        let labelled = issue
            .labels
            .iter()
            .any(|name| name.to_lowercase() == label.to_lowercase());
        match (overdue && issue.is_open(), labelled) {
            (true, false) => labels.add.push(number),
            (false, true) => labels.remove.push(number),
            (true, true) | (false, false) => {}
        }
    }
    labels
}

/// An issue that a comment may be due on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its number.
    pub number: u64,
    /// What the comment is to say.
    pub text: String,
    /// Whether there are comments to be looked at.
    pub has_comments: bool,
    /// Whether what people were reminded of is over: then our comment is corrected, and nobody is told anew.
    pub over: bool,
}

/// The issues that comments may be due on, in the order of their numbers: ours, open, with a finding that its assignee can end.
#[must_use]
pub fn targets(findings: &Findings, snapshot: &Snapshot, config: &Config) -> Vec<Target> {
    let mut by_issue: BTreeMap<u64, &Finding> = BTreeMap::new();
    for finding in &findings.findings {
        let issue = finding.item.as_ref().and_then(|item| item.issue.as_ref());
        let number = issue
            .filter(|issue| issue.managed)
            .and_then(|issue| issue.number);
        if let Some(number) = number.filter(|_| KINDS.contains(&finding.kind)) {
            // The most pressing kind is the least.
            by_issue
                .entry(number)
                .and_modify(|known| {
                    if finding.kind < known.kind {
                        *known = finding;
                    }
                })
                .or_insert(finding);
        }
    }
    by_issue
        .into_iter()
        .filter_map(|(number, finding)| {
            let issue = snapshot
                .issues
                .get(&number)
                .filter(|issue| issue.is_open())?;
            Some(Target {
                number,
                text: comment::text(finding, config),
                has_comments: issue.comments > 0,
                over: false,
            })
        })
        .collect()
}

/// The issues on which a reminder may stand that is true no more, in the order of their numbers: ours, with comments, without a finding.
/// A reminder is written anew as long as it is true, and so one that has ceased to be was written, and its issue touched, not long ago;
/// the comments of the others are not asked for. A run that was narrowed knows of no issue that it has no finding.
#[must_use]
pub fn over(
    findings: &Findings,
    snapshot: &Snapshot,
    config: &Config,
    fallback: Language,
) -> Vec<Target> {
    if !findings.only.is_open() {
        return Vec::new();
    }
    let told: BTreeSet<u64> = targets(findings, snapshot, config)
        .iter()
        .map(|target| target.number)
        .collect();
    let reach = TimeDelta::try_days(config.check.remind_every.as_days().max(7).saturating_mul(2));
    let first = reach.and_then(|reach| findings.today.checked_sub_signed(reach));
    let untold = findings
        .issues
        .keys()
        .filter(|number| !told.contains(number));
    untold
        .filter_map(|number| snapshot.issues.get(number))
        .filter(|issue| issue.comments > 0)
        .filter(|issue| first.is_none_or(|first| issue.updated_at.date_naive() >= first))
        .map(|issue| Target {
            number: issue.number,
            text: comment::over(issue, findings, config, fallback),
            has_comments: true,
            over: true,
        })
        .collect()
}

/// Compares the last of our comments with what is true now that there is nothing to be reminded of.
#[must_use]
pub fn correction(last: Option<&OurComment>, text: &str) -> Step {
    match last {
        // That nothing has happened ends with the comment that says so: that is no news.
        Some(last) if last.untouched && !last.about_silence && !last.told.says(text) => {
            Step::Update {
                id: last.id,
                on: last.told.on,
            }
        }
        Some(_) | None => Step::Leave,
    }
}

/// What is done about the comment on an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It says what is to be said, or a person has changed it: it stands as it is until the next is due.
    Leave,
    /// A new one, which tells people.
    Create,
    /// The one of that day says something else now. Who was told is not told again.
    Update {
        /// Its id.
        id: u64,
        /// The day on which people were told, which stays.
        on: NaiveDate,
    },
}

/// Compares the last of our comments with what is to be said.
#[must_use]
pub fn step(last: Option<&OurComment>, text: &str, today: NaiveDate, every: Period) -> Step {
    match last {
        Some(last) if !last.told.is_past(today, every) => {
            if last.untouched && !last.told.says(text) {
                Step::Update {
                    id: last.id,
                    on: last.told.on,
                }
            } else {
                Step::Leave
            }
        }
        Some(_) | None => Step::Create,
    }
}

/// What a digest has to tell there.
#[must_use]
pub fn news<'a>(
    findings: &'a Findings,
    record: &Record,
    to: &str,
    every: Period,
) -> Vec<&'a Finding> {
    findings
        .findings
        .iter()
        // What the next sync settles by itself is nobody's business.
        .filter(|finding| !finding.is_pending())
        .filter(|finding| !record.knows(&print(finding), to, findings.today, every))
        .collect()
}

//! What a finding says to people, in both languages: the same facts for every way of telling.

use crate::check::{DueSource, Finding, FindingKind};
use crate::config::{Config, Language, OwnerMatch};

/// Somebody who is named in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name as the document or the configuration writes it.
    pub written: String,
    /// The id of the member or group in Slack.
    pub slack: Option<String>,
}

impl Person {
    /// Looks a name up in `[owners]`: under the name itself, else under an entry for this one login.
    pub fn of(name: &str, config: &Config) -> Person {
        let own = |name: &str| {
            config
                .owners
                .get(name)
                .and_then(|owner| owner.slack.clone())
        };
        let by_login = || {
            let OwnerMatch::Handle(login) = config.owner_logins(name) else {
                return None;
            };
            let is_their_own =
                |github: &[String]| matches!(github, [only] if only.eq_ignore_ascii_case(&login));
            own(&login).or_else(|| {
                config
                    .owners
                    .iter()
                    .filter(|(_, owner)| is_their_own(&owner.github))
                    .find_map(|(_, owner)| owner.slack.clone())
            })
        };
        Person {
            written: name.to_owned(),
            slack: own(name).or_else(by_login),
        }
    }
}

/// Whether the people of `check.escalate_to` hear of a finding.
pub fn is_escalated(finding: &Finding, config: &Config) -> bool {
    let check = &config.check;
    finding.kind == FindingKind::Overdue
        && !check.escalate_to.is_empty()
        && check.escalate_after.is_some_and(|after| {
            finding
                .days
                .is_some_and(|days| days >= after.as_days().max(1))
        })
}

/// The logins and teams of `check.escalate_to`, as they are mentioned: with `@`.
pub fn escalated_to(config: &Config) -> impl Iterator<Item = String> {
    config
        .check
        .escalate_to
        .iter()
        .map(|name| format!("@{}", name.trim_start_matches('@')))
}

/// What is the matter today, in a few words: `5 days late (due 2025-01-03)`.
pub fn matter(finding: &Finding, language: Language) -> String {
    let days = finding.days.unwrap_or_default();
    let date = finding.due.map(|due| due.to_string()).unwrap_or_default();
    let due = match finding.due_source {
        Some(DueSource::Policy) => language.pick(
            format!("既定の期限 {date}"),
            format!("due {date} by policy"),
        ),
        Some(DueSource::Waiver) => language.pick(
            format!("延長後の期限 {date}"),
            format!("extended to {date}"),
        ),
        Some(DueSource::Document) | None => {
            language.pick(format!("期限 {date}"), format!("due {date}"))
        }
    };
    match finding.kind {
        FindingKind::Overdue => language.pick(
            format!("{days} 日超過（{due}）"),
            format!("{} late ({due})", counted(days, "day")),
        ),
        FindingKind::DueSoon => match -days {
            0 => language.pick(format!("今日まで（{due}）"), format!("due today ({due})")),
            1 => language.pick(
                format!("明日まで（{due}）"),
                format!("due tomorrow ({due})"),
            ),
            left => language.pick(
                format!("あと {left} 日（{due}）"),
                format!("{} left ({due})", counted(left, "day")),
            ),
        },
        FindingKind::AtRisk => language.pick(
            format!("未着手、あと {} 日（{due}）", -days),
            format!("not begun, {} left ({due})", counted(-days, "day")),
        ),
        FindingKind::Stale => language.pick(
            format!("{days} 日間動きなし"),
            format!("nothing happened for {}", counted(days, "day")),
        ),
        FindingKind::Drift => finding
            .difference
            .as_ref()
            .map_or_else(String::new, |difference| {
                let (document, github) = (&difference.document, &difference.github);
                language.pick(
                    format!("文書は「{document}」、GitHub は「{github}」"),
                    format!("document: {document}, GitHub: {github}"),
                )
            }),
        FindingKind::ReviewDue => language.pick(
            format!("レビュー予定日 {date}"),
            format!("review on {date}"),
        ),
        FindingKind::LatePostmortem => language.pick(
            format!("ドラフトのまま（完成予定 {date}）"),
            format!("still a draft, was to be final by {date}"),
        ),
        FindingKind::NoDue => language.pick("期限がありません", "no due date").to_owned(),
        FindingKind::NoOwner => language.pick("担当者がいません", "no owner").to_owned(),
        FindingKind::WaiverUnreasoned => language
            .pick("期限の延長に理由がありません", "extended without a reason")
            .to_owned(),
    }
}

/// `1 day`, `2 days`.
pub fn counted<N: std::fmt::Display + PartialEq + From<u8>>(n: N, noun: &str) -> String {
    let plural = if n == N::from(1) { "" } else { "s" };
    format!("{n} {noun}{plural}")
}

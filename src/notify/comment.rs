//! What our comment on an issue says.
//!
//! It counts no days, so that it stays true while nothing changes and isn't edited every morning. Everything in it that a document says
//! is made harmless; whom it mentions are logins, which GitHub or the configuration has checked.

use std::collections::BTreeSet;

use super::words::{escalated_to, is_escalated};
use crate::check::{Due, DueSource, Finding, FindingKind, Findings};
use crate::config::{Config, Language, LanguageChoice, OwnerMatch};
use crate::github::Issue;
use crate::github::body::harmless;

/// The kinds of finding that a comment is about: those that the assignee can end by working on the item.
pub const KINDS: [FindingKind; 4] = [
    FindingKind::Overdue,
    FindingKind::DueSoon,
    FindingKind::AtRisk,
    FindingKind::Stale,
];

/// How many people a comment mentions at most; GitHub assigns no more than ten.
const MAX_MENTIONS: usize = 10;

/// The text of the comment on an issue of which this is the most pressing finding. The others are left out: that nothing has happened
/// on an issue is no longer true once we comment on it.
#[must_use]
pub fn text(finding: &Finding, config: &Config) -> String {
    let language = match config.language {
        LanguageChoice::Ja => Language::Ja,
        LanguageChoice::En => Language::En,
        LanguageChoice::Auto => finding.postmortem.language,
    };
    let people = mentioned(finding, config);
    let mut paragraphs = Vec::new();
    let mut opening = String::new();
    for login in &people {
        opening.push_str(&format!("@{login} "));
    }
    opening.push_str(&sentence(finding, language));
    paragraphs.push(opening);
    if people.is_empty() {
        paragraphs.push(nobody(finding, language));
    }
    paragraphs.push(advice(finding, language));
    if is_escalated(finding, config) {
        let already: BTreeSet<String> = people.iter().map(|login| login.to_lowercase()).collect();
        let others: Vec<String> = escalated_to(config)
            .filter(|name| !already.contains(&name.trim_start_matches('@').to_lowercase()))
            .collect();
        if !others.is_empty() {
            paragraphs.push(escalation(&others, config, language));
        }
    }
    paragraphs.push(footer(finding, config, language));
    paragraphs.join("\n\n")
}

/// What stands in place of a reminder on an issue that has nothing overdue or due soon any more. Nobody is mentioned.
#[must_use]
pub fn over(issue: &Issue, findings: &Findings, config: &Config, fallback: Language) -> String {
    let due = findings
        .agenda
        .iter()
        .find(|appointment| match &appointment.what {
            Due::Item(item) => {
                let number = item.issue.as_ref().and_then(|issue| issue.number);
                number == Some(issue.number)
            }
            Due::Review(..) => false,
        });
    let written = due.map(|due| due.postmortem.language).or(findings.language);
    let language = match config.language {
        LanguageChoice::Ja => Language::Ja,
        LanguageChoice::En => Language::En,
        LanguageChoice::Auto => written.unwrap_or(fallback),
    };
    let sentence = match due.map(|due| (due.source, due.date)) {
        _ if !issue.is_open() => language.pick(
            "このアクションアイテムの Issue はクローズされました。対応は不要です。".to_owned(),
            "This issue has been closed: nothing is overdue here any more.".to_owned(),
        ),
        Some((DueSource::Waiver, date)) => language.pick(
            format!("このアクションアイテムの期限は {date} に延長されました。"),
            format!("This action item was extended to {date}."),
        ),
        Some((_, date)) => language.pick(
            format!("このアクションアイテムは期限切れではありません。期限は {date} です。"),
            format!("This action item is no longer overdue: it is due on {date}."),
        ),
        None => language.pick(
            "このアクションアイテムについて、お知らせすることはなくなりました。".to_owned(),
            "There is nothing to be reminded of here any more.".to_owned(),
        ),
    };
    let footer = language.pick(
        "pm-sync（以前のお知らせを書き換えました）",
        "pm-sync, in place of an earlier reminder",
    );
    format!("{sentence}\n\n<sub>{footer}</sub>")
}

/// The assignees; where there are none, the accounts of those whom the document names.
fn mentioned(finding: &Finding, config: &Config) -> Vec<String> {
    let Some(item) = &finding.item else {
        return Vec::new();
    };
    let mut people: Vec<String> = item
        .issue
        .as_ref()
        .map(|issue| issue.assignees.clone())
        .unwrap_or_default();
    if people.is_empty() {
        for owner in &item.owners {
            match config.owner_logins(owner) {
                OwnerMatch::Mapped { github, .. } => people.extend_from_slice(github),
                OwnerMatch::Handle(login) => people.push(login),
                OwnerMatch::Unknown => {}
            }
        }
    }
    let mut seen = BTreeSet::new();
    people.retain(|login| crate::config::is_login(login) && seen.insert(login.to_lowercase()));
    people.truncate(MAX_MENTIONS);
    people
}

/// Whether a text of ours says that nothing has happened on an issue.
pub(super) fn is_about_silence(text: &str) -> bool {
    SILENCE.iter().any(|words| text.contains(words))
}

/// What a reminder of silence says in each language, whatever the number of its days.
const SILENCE: [&str; 2] = [
    "このアクションアイテムは進行中ですが、",
    "This action item is in progress, but nothing has happened here for",
];

fn sentence(finding: &Finding, language: Language) -> String {
    let due = finding.due.map(|due| due.to_string()).unwrap_or_default();
    let of_policy = finding.due_source == Some(DueSource::Policy);
    match finding.kind {
        FindingKind::Overdue if of_policy => language.pick(
            format!("このアクションアイテムには期限が書かれていませんが、優先度ごとの既定では {due} が期限でした。まだ完了していません。"),
            format!("This action item has no date of its own; by its priority it was due on {due}, and it is still open."),
        ),
        FindingKind::Overdue => language.pick(
            format!("このアクションアイテムの期限は {due} でした。まだ完了していません。"),
            format!("This action item was due on {due} and is still open."),
        ),
        FindingKind::AtRisk => language.pick(
            format!("このアクションアイテムの期限は {due} です。期間の半分が過ぎましたが、まだ着手されていません。"),
            format!("This action item is due on {due}. Half of its time is gone, and nobody has begun it."),
        ),
        FindingKind::Stale => {
            let allowed = finding.allowed.unwrap_or_default();
            language.pick(
                format!("このアクションアイテムは進行中ですが、{allowed} 日以上動きがありません。"),
                format!("This action item is in progress, but nothing has happened here for {allowed} days or more."),
            )
        }
        _ => language.pick(
            format!("このアクションアイテムの期限は {due} です。"),
            format!("This action item is due on {due}."),
        ),
    }
}

/// Who is to read it where nobody can be mentioned.
fn nobody(finding: &Finding, language: Language) -> String {
    let owners = finding
        .item
        .as_ref()
        .map(|item| item.owners.as_slice())
        .unwrap_or_default();
    let named = owners
        .iter()
        .take(MAX_MENTIONS)
        .map(|owner| harmless(owner))
        .collect::<Vec<_>>()
        .join(language.pick("、", ", "));
    if named.is_empty() {
        return language
            .pick(
                "担当者が決まっていません。Issue に担当者を割り当ててください。",
                "It has no owner: please assign somebody.",
            )
            .to_owned();
    }
    language.pick(
        format!(
            "ポストモーテム上の担当は {named} ですが、Issue に担当者が割り当てられていません。"
        ),
        format!("The postmortem names {named}, but nobody is assigned to the issue."),
    )
}

fn advice(finding: &Finding, language: Language) -> String {
    let path = harmless(&finding.postmortem.path);
    if finding.kind == FindingKind::Stale {
        return language.pick(
            "状況をここに書くか、終わっていればこの Issue をクローズしてください。".to_owned(),
            "Say here how it stands, or close the issue if it is done.".to_owned(),
        );
    }
    language.pick(
        format!("終わっていれば、この Issue をクローズしてください。間に合わないときは、{path} のこの項目に「期限延長: YYYY-MM-DD（理由）」と書き添えてください。"),
        format!("If it is done, close the issue. If it needs more time, write `Extended to YYYY-MM-DD: reason` beside it in {path}."),
    )
}

fn escalation(others: &[String], config: &Config, language: Language) -> String {
    let names = others.join(" ");
    let days = config
        .check
        .escalate_after
        .map_or(0, crate::config::Period::as_days);
    language.pick(
        format!("{names} 期限から {days} 日以上たっても完了していないため、お知らせします。"),
        format!("{names} For your attention: its date passed {days} days ago or more."),
    )
}

fn footer(finding: &Finding, config: &Config, language: Language) -> String {
    let name = harmless(&finding.name());
    let every = config.check.remind_every.as_days().max(1);
    let often = match every {
        1 => "once a day".to_owned(),
        days => format!("every {days} days"),
    };
    language.pick(
        format!("<sub>{name} · pm-sync からのお知らせ（未完了の間、{every} 日に 1 回まで）</sub>"),
        format!("<sub>{name} · a reminder by pm-sync, at most {often} while it is open</sub>"),
    )
}

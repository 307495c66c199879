//! Due dates and reviews as a calendar to subscribe to: an all-day event each, which every calendar shows, while most hide to-dos.
//!
//! Unchanged items give unchanged bytes whenever they are written: the time stamps come from the documents and not from the clock, and an
//! event says nothing that another day makes untrue. A deadline that moves keeps its event's UID, so that subscribers see it move.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use icalendar::{Calendar, Component, Event, EventLike, Property};

use super::{Appointment, Due, DueSource, Findings, ItemFacts, ReviewFacts};
use crate::config::Language;
use crate::github::body::{cut, one_line};

/// The longest title, in characters.
const LONGEST_TITLE: usize = 200;

/// The longest line of a description, in characters.
const LONGEST_LINE: usize = 500;

/// How often a subscription should look again.
const REFRESH: &str = "PT12H";

/// The calendar of all that is due and not done. `repository` makes the UIDs those of this repository alone.
pub fn ics(findings: &Findings, repository: Option<&str>, language: Language) -> String {
    let name = language.pick("ポストモーテムのアクション", "Postmortem action items");
    let name = match repository {
        Some(repository) => format!("{name} ({repository})"),
        None => name.to_owned(),
    };
    let mut calendar = Calendar::empty();
    let properties = [
        ("VERSION", "2.0"),
        ("PRODID", "-//pm-sync//pm-sync//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("NAME", &name),
        // What Apple's, Google's and Microsoft's calendars read instead of NAME and REFRESH-INTERVAL.
        ("X-WR-CALNAME", &name),
        ("X-PUBLISHED-TTL", REFRESH),
    ];
    for (key, value) in properties {
        calendar.append_property(Property::new(key, value));
    }
    calendar.append_property(
        Property::new("REFRESH-INTERVAL", REFRESH)
            .add_parameter("VALUE", "DURATION")
            .done(),
    );
    let host = match repository {
        Some(repository) => format!("{}.pm-sync", safe(repository)),
        None => "pm-sync".to_owned(),
    };
    // Two documents with one id share their items' names; one event would hide the other.
    let mut seen: HashMap<String, usize> = HashMap::new();
    for appointment in &findings.agenda {
        let name = uid(appointment);
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        let name = match count {
            1 => name,
            count => format!("{name}-{count}"),
        };
        calendar.push(event(appointment, &format!("{name}@{host}"), language));
    }
    let mut text = calendar.to_string();
    if !text.ends_with('\n') {
        text.push_str("\r\n");
    }
    text
}

/// What an event is known by, whatever becomes of its day and title.
fn uid(appointment: &Appointment) -> String {
    let document = safe(document(appointment));
    match &appointment.what {
        Due::Item(item) => format!("{document}-{}", safe(&item.key)),
        Due::Review(_, number) => format!("{document}-review-{number}"),
    }
}

fn document(appointment: &Appointment) -> &str {
    let postmortem = &appointment.postmortem;
    postmortem.id.as_deref().unwrap_or(&postmortem.path)
}

fn event(appointment: &Appointment, uid: &str, language: Language) -> Event {
    let postmortem = &appointment.postmortem;
    let document = document(appointment);
    let source = match appointment.source {
        DueSource::Document => None,
        DueSource::Policy if matches!(appointment.what, Due::Review(..)) => Some(language.pick(
            "日付は目安（check.review_after）によるものです。",
            "The day is that of the policy, check.review_after.",
        )),
        DueSource::Policy => Some(language.pick(
            "期限は優先度の目安によるものです。",
            "Due by the policy for its priority.",
        )),
        DueSource::Waiver => {
            Some(language.pick("期限は延長されています。", "The deadline was extended."))
        }
    };
    let mut lines = vec![format!("{} {}", document, postmortem.title)];
    let mut event = Event::with_uid(uid);
    match &appointment.what {
        Due::Item(item) => {
            event
                .summary(&title(&item_title(document, item)))
                .sequence(u32::try_from(item.waivers.len()).unwrap_or_default());
            if !item.owners.is_empty() {
                let owners = item.owners.join(", ");
                lines.push(language.pick(format!("担当: {owners}"), format!("Owner: {owners}")));
            }
            let url = item.issue.as_ref().and_then(|issue| issue.url.as_deref());
            if let Some(url) = url.map(one_line).filter(|url| !url.contains(' ')) {
                event.url(&url);
            }
        }
        Due::Review(review, _) => {
            event
                .summary(&title(&review_title(document, review, language)))
                .sequence(0);
        }
    }
    lines.extend(source.map(str::to_owned));
    lines.push(postmortem.path.clone());
    let lines: Vec<String> = lines
        .iter()
        .map(|line| cut(&one_line(line), LONGEST_LINE))
        .collect();
    let end = appointment.date.succ_opt().unwrap_or(appointment.date);
    event
        .description(&lines.join("\n"))
        .starts(appointment.date)
        // The day after: the end of an all-day event is not part of it.
        .ends(end)
        .timestamp(stamp(postmortem.date.unwrap_or(appointment.date)))
        // Nobody is busy because something is due.
        .append_property(Property::new("TRANSP", "TRANSPARENT"))
        .done()
}

fn item_title(document: &str, item: &ItemFacts) -> String {
    let priority = item.priority.map_or(String::new(), |p| format!(" ({p})"));
    format!("[{document}#{}] {}{priority}", item.key, item.title)
}

fn review_title(document: &str, review: &ReviewFacts, language: Language) -> String {
    let name = review
        .title
        .as_deref()
        .unwrap_or(language.pick("フォローアップレビュー", "Follow-up review"));
    format!("[{document}] {name}")
}

fn title(text: &str) -> String {
    cut(&one_line(text), LONGEST_TITLE)
}

/// When the event was made, as far as the document knows.
fn stamp(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

/// A name as part of a UID: letters, digits, dots and hyphens.
fn safe(name: &str) -> String {
    name.chars()
        .map(|c| match c {
            c if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') => c,
            _ => '-',
        })
        .collect()
}

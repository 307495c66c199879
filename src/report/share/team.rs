//! What the template for colleagues is given: all that the document says.

use chrono::NaiveDate;
use serde::Serialize;

use super::values::{Facts, SeverityValue, minutes};
use super::words;
use crate::config::{Audience, DocumentState, Kind, Language, Priority};
use crate::item::Status;
use crate::item::sections::Passage;
use crate::report::history::{IssueLink, Subject};
use crate::report::model::Source;

/// How many entries of a section an announcement quotes.
const POINTS: usize = 5;

/// How many characters of a quoted text it quotes at most; it ends at a sentence's end.
const LENGTH: usize = 300;

/// What the team's template is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Team {
    audience: Audience,
    language: Language,
    heading: &'static str,
    id: Option<String>,
    title: String,
    name: String,
    path: String,
    url: Option<String>,
    state: Option<DocumentState>,
    when: String,
    began: Option<String>,
    detected: Option<String>,
    recovered: Option<String>,
    duration: Option<String>,
    severity: Option<SeverityValue>,
    summary: String,
    impact: Vec<String>,
    cause: Vec<String>,
    lessons: Vec<String>,
    /// How many lessons there are besides.
    lessons_more: Option<String>,
    items: Vec<Item>,
    counts: Counts,
    next_review: String,
    source: Source,
    today: NaiveDate,
}

/// An action item, for colleagues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Item {
    key: String,
    title: String,
    owners: Vec<String>,
    owner: String,
    due: Option<NaiveDate>,
    /// Whether `due` is only what the policy gives.
    due_by_policy: bool,
    days_late: Option<i64>,
    status: Status,
    status_text: &'static str,
    done: bool,
    priority: Option<Priority>,
    kind: Option<Kind>,
    issue: Option<IssueLink>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Counts {
    items: usize,
    done: usize,
    dropped: usize,
    open: usize,
    overdue: usize,
    text: String,
}

impl Team {
    /// What is told to colleagues in a language.
    pub(super) fn of(facts: &Facts<'_>, language: Language) -> Team {
        let Facts {
            postmortem,
            sections,
            ..
        } = facts;
        let id = postmortem.id.as_ref().map(ToString::to_string);
        let times = &postmortem.times;
        let zone = words::zone(times, sections.zone);
        let zone = zone.as_deref();
        let iso = |moment| words::iso(moment, zone);
        let blank = |ja: &str, en: &str| words::blank(language, ja, en);
        let quoted = |passages: &[Passage], ja: &str, en: &str| {
            let lines = points(passages, language);
            if lines.is_empty() {
                vec![blank(ja, en)]
            } else {
                lines
            }
        };
        let items: Vec<Item> = facts
            .items
            .iter()
            .map(|item| Item::of(item, facts.today, language))
            .collect();
        Team {
            audience: Audience::Team,
            language,
            heading: words::heading(postmortem.state, language),
            name: match &id {
                // `# PM-201` has no other title.
                Some(id) if *id != postmortem.title => format!("{id} {}", postmortem.title),
                Some(id) => id.clone(),
                None => postmortem.title.clone(),
            },
            id,
            title: postmortem.title.clone(),
            path: postmortem.path.clone(),
            url: facts.url.clone(),
            state: postmortem.state,
            when: words::span(times, zone, false, language),
            began: times.occurred.or(times.detected).map(iso),
            detected: times.detected.map(iso),
            recovered: times.recovered.map(iso),
            duration: minutes(times).map(|minutes| words::duration(minutes, language)),
            severity: postmortem.severity.map(|severity| SeverityValue {
                level: severity.as_str(),
                text: words::severity(severity),
            }),
            summary: {
                let told = sections.summary.iter().filter(|passage| !passage.verbatim);
                let texts: Vec<String> = told.map(Passage::text).collect();
                match texts.is_empty() {
                    true => blank("何が起きたか", "what happened"),
                    false => shortened(&texts.join(language.pick("", " ")), LENGTH),
                }
            },
            impact: quoted(&sections.impact, "影響", "the impact"),
            cause: quoted(
                &sections.cause,
                "原因（人ではなく仕組みについて）",
                "the cause, in the system and not in people",
            ),
            lessons: {
                let told = told(&sections.lessons).take(POINTS);
                told.map(|passage| shortened(&passage.text(), LENGTH))
                    .collect()
            },
            lessons_more: more(&sections.lessons, language),
            counts: Counts::of(&items, language),
            items,
            next_review: match &facts.review {
                Some((date, title)) => {
                    let late = (*date < facts.today)
                        .then(|| language.pick("予定日を過ぎています", "overdue").to_owned());
                    let notes: Vec<String> = title.iter().cloned().chain(late).collect();
                    let notes = notes.join(language.pick("、", ", "));
                    match notes.is_empty() {
                        true => date.to_string(),
                        false => {
                            language.pick(format!("{date}（{notes}）"), format!("{date} ({notes})"))
                        }
                    }
                }
                None => blank("次回レビューの日付", "the day of the next review"),
            },
            source: facts.source,
            today: facts.today,
        }
    }
}

impl Item {
    fn of(item: &Subject, today: NaiveDate, language: Language) -> Item {
        let open = !item.status.is_closed();
        let late = item.due.map(|due| (today - due).num_days());
        Item {
            key: item.key.clone(),
            title: item.title.clone(),
            owner: match item.owners.is_empty() {
                true => language.pick("担当未定", "nobody yet").to_owned(),
                false => item.owners.join(language.pick("、", ", ")),
            },
            owners: item.owners.clone(),
            // What was decided against is due no more.
            due: item.due.filter(|_| item.status != Status::Dropped),
            due_by_policy: item.due_by_policy,
            // Nobody promised the policy's day.
            days_late: late.filter(|days| open && *days > 0 && !item.due_by_policy),
            status: item.status,
            status_text: item.status.label(language),
            done: item.status == Status::Done,
            priority: item.priority,
            kind: item.kind,
            issue: item.issue.clone(),
        }
    }
}

impl Counts {
    fn of(items: &[Item], language: Language) -> Counts {
        let count = |fits: fn(&Item) -> bool| items.iter().filter(|item| fits(item)).count();
        let (all, done) = (items.len(), count(|item| item.done));
        let overdue = count(|item| item.days_late.is_some());
        let mut text = language.pick(format!("{all}件"), all.to_string());
        if all > 0 {
            text.push_str(&language.pick(format!("、完了 {done}件"), format!(", {done} done")));
        }
        if overdue > 0 {
            let late = language.pick(
                format!("、期限切れ {overdue}件"),
                format!(", {overdue} overdue"),
            );
            text.push_str(&late);
        }
        Counts {
            items: all,
            done,
            dropped: count(|item| item.status == Status::Dropped),
            open: count(|item| !item.status.is_closed()),
            overdue,
            text,
        }
    }
}

/// What of a section is told. A listing says little without its lines, and takes many.
fn told(passages: &[Passage]) -> impl Iterator<Item = &Passage> {
    passages.iter().filter(|passage| !passage.verbatim)
}

/// How many entries there are besides those that are told.
fn more(passages: &[Passage], language: Language) -> Option<String> {
    let more = told(passages).count().saturating_sub(POINTS);
    (more > 0).then(|| {
        language.pick(
            format!("ほか {more} 件（文書を参照）"),
            format!("and {more} more in the document"),
        )
    })
}

/// The entries of a section, each shortened; where there are more than a few, the last line says how many.
fn points(passages: &[Passage], language: Language) -> Vec<String> {
    told(passages)
        .take(POINTS)
        .map(|passage| shortened(&passage.text(), LENGTH))
        .chain(more(passages, language))
        .collect()
}

/// At most so many characters of a text, up to the end of a sentence where there is one, else with `…`.
fn shortened(text: &str, limit: usize) -> String {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(limit) else {
        return text.to_owned();
    };
    let head = &text[..end];
    let sentence = head
        .char_indices()
        .filter(|(at, c)| {
            let behind = text[at + c.len_utf8()..].chars().next();
            match c {
                '。' | '！' | '？' => true,
                '.' | '!' | '?' => behind.is_none_or(char::is_whitespace),
                _ => false,
            }
        })
        .map(|(at, c)| at + c.len_utf8())
        .next_back();
    if let Some(at) = sentence {
        return head[..at].to_owned();
    }
    let word = match head.rfind(' ') {
        Some(at) if at * 2 > head.len() => at,
        _ => head.len(),
    };
    format!("{}…", head[..word].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_end_where_a_sentence_does() {
        for (text, limit, expected) in [
            ("短い。", 10, "短い。"),
            ("一つ目の文。二つ目の文はとても長い。", 12, "一つ目の文。"),
            ("First one. The second is long.", 15, "First one."),
            ("Version 1.5 is out of memory", 15, "Version 1.5 is…"),
            ("句点のない長い文が続いていく", 5, "句点のない…"),
        ] {
            assert_eq!(shortened(text, limit), expected);
        }
    }
}

//! What an announcement's template is given: for colleagues all that the document says, for customers only what can't name anybody.
//!
//! [`Customer`] is made of [`Public`], which holds no owner, no title, no path and no link: typed facts (times, counts, kinds), and the text
//! of the section that the document's authors wrote for customers. A needed fact that is missing is a blank to fill in, never a guess. The
//! names of the fields are those that templates use; `docs/report.md` documents them.

use chrono::NaiveDate;
use serde::Serialize;

use super::words;
use crate::config::{Audience, DocumentState, Kind, Language, Priority};
use crate::item::sections::{Passage, Sections, Toll};
use crate::item::words::is_japanese;
use crate::item::{Postmortem, Severity, Status, Times};
use crate::report::history::{IssueLink, Subject};
use crate::report::model::Source;

/// How many entries of a section an announcement quotes.
const POINTS: usize = 5;

/// How many characters of a quoted text it quotes at most; it ends at a sentence's end.
const LENGTH: usize = 300;

/// Words that an apology has.
const APOLOGIES: [&str; 6] = ["申し訳", "お詫び", "おわび", "陳謝", "sorry", "apolog"];

/// All that is known of a postmortem that is announced.
pub(super) struct Facts<'a> {
    /// The document's own.
    pub(super) postmortem: &'a Postmortem,
    /// What it tells.
    pub(super) sections: &'a Sections,
    /// Its items with their status of today.
    pub(super) items: &'a [Subject],
    /// Its page.
    pub(super) url: Option<String>,
    /// The next day on which its items are looked at, and what that is called.
    pub(super) review: Option<(NaiveDate, Option<String>)>,
    /// Where the statuses come from.
    pub(super) source: Source,
    /// Today.
    pub(super) today: NaiveDate,
    /// `templates.contact`.
    pub(super) contact: Option<&'a str>,
}

/// The severity of the incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct SeverityValue {
    /// `critical`, `high`, `medium` or `low`.
    level: &'static str,
    /// In words.
    text: &'static str,
}

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
        let zone = sections.zone;
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
                Some(id) => format!("{id} {}", postmortem.title),
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
            lessons: points(&sections.lessons, language),
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
            days_late: late.filter(|days| open && *days > 0),
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

/// What of a postmortem those outside may know: nothing in it can name a person, a link or a file, but for the texts that the document's
/// authors wrote for them.
pub(super) struct Public<'a> {
    times: Times,
    zone: Option<&'static str>,
    severity: Option<Severity>,
    toll: Toll,
    measures: Vec<Measure>,
    today: NaiveDate,
    told: &'a crate::item::sections::ForCustomers,
    contact: Option<&'a str>,
}

/// An action item as those outside may know it.
#[derive(Debug, Clone, Copy)]
struct Measure {
    kind: Option<Kind>,
    done: bool,
    due: Option<NaiveDate>,
}

impl<'a> Public<'a> {
    /// Leaves out all that is for colleagues alone.
    pub(super) fn of(facts: &Facts<'a>) -> Public<'a> {
        let items = facts.items.iter();
        Public {
            times: facts.postmortem.times,
            zone: facts.sections.zone,
            severity: facts.postmortem.severity,
            toll: facts.sections.toll,
            measures: items
                .filter(|item| item.status != Status::Dropped)
                .map(|item| Measure {
                    kind: item.kind,
                    done: item.status == Status::Done,
                    due: item.due,
                })
                .collect(),
            today: facts.today,
            told: &facts.sections.customers,
            contact: facts.contact,
        }
    }
}

/// What the customers' template is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Customer {
    audience: Audience,
    language: Language,
    when: String,
    date: String,
    began: Option<String>,
    detected: Option<String>,
    recovered: Option<String>,
    duration: Option<String>,
    severity: Option<SeverityValue>,
    summary: Vec<String>,
    impact: Vec<String>,
    users: Option<String>,
    unavailable: Option<String>,
    degraded: Option<String>,
    data_lost: Option<bool>,
    cause: Vec<String>,
    response: Vec<String>,
    measures: Measures,
    apologises: bool,
    complete: bool,
    contact: Option<String>,
    /// Which of these texts come from the document; the others are made of facts and blanks.
    told: Vec<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Measures {
    count: usize,
    done: usize,
    open: usize,
    by: Option<String>,
    kinds: Vec<MeasureKind>,
    lines: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct MeasureKind {
    kind: Option<Kind>,
    text: &'static str,
    count: usize,
    done: usize,
}

impl Customer {
    /// What is told to customers in a language.
    pub(super) fn of(public: &Public<'_>, language: Language) -> Customer {
        let mut told = Vec::new();
        let mut written = |name: &'static str, passages: &[Passage]| {
            let lines = for_customers(passages, language);
            if !lines.is_empty() {
                told.push(name);
            }
            lines
        };
        let [summary, impact, cause, response, measures] = [
            written("summary", &public.told.summary),
            written("impact", &public.told.impact),
            written("cause", &public.told.cause),
            written("response", &public.told.response),
            written("measures", &public.told.measures),
        ];
        let times = &public.times;
        let zone = public.zone;
        let or = |given: Vec<String>, made: &dyn Fn() -> Vec<String>| match given.is_empty() {
            true => made(),
            false => given,
        };
        let long = |moment| words::long(moment, language);
        let minutes_text =
            |minutes: Option<u64>| minutes.map(|m| words::about_minutes(m, language));
        let written: Vec<&String> = [&summary, &impact, &cause, &response, &measures]
            .into_iter()
            .flatten()
            .collect();
        let sorry = written.iter().any(|text| {
            let low = text.to_lowercase();
            APOLOGIES.iter().any(|word| low.contains(word))
        });
        let began = times.occurred.or(times.detected);
        let blank = |ja: &str, en: &str| words::blank(language, ja, en);
        Customer {
            audience: Audience::Customer,
            language,
            when: words::span(times, zone, true, language),
            date: began.map_or_else(
                || blank("発生日", "the day of the incident"),
                |moment| words::day(moment.date, language),
            ),
            began: began.map(long),
            detected: times.detected.map(long),
            recovered: times.recovered.map(long),
            duration: minutes(times).map(|minutes| words::duration(minutes, language)),
            severity: public.severity.map(|severity| SeverityValue {
                level: severity.as_str(),
                text: words::degree(severity, language),
            }),
            summary: or(summary, &|| made_summary(public, language)),
            impact: or(impact, &|| made_impact(public, language)),
            users: public.toll.users.map(|users| words::users(users, language)),
            unavailable: minutes_text(public.toll.down_minutes),
            degraded: minutes_text(public.toll.degraded_minutes),
            data_lost: public.toll.data_lost,
            cause: or(cause, &|| {
                vec![blank(
                    "お客様向けの原因の説明",
                    "the cause, in words for customers",
                )]
            }),
            response: or(response, &|| made_response(times, language)),
            measures: Measures::of(&public.measures, measures, public.today, language),
            apologises: sorry,
            // What stands in a code block is there to be copied as it is.
            complete: told == ["summary"]
                && public.told.summary.iter().all(|passage| passage.verbatim),
            contact: public.contact.map(str::to_owned),
            told,
        }
    }
}

impl Customer {
    /// Everything in it that is made of facts and not of anybody's words, but for single words.
    pub(super) fn made(&self) -> Vec<&str> {
        let optional = [
            &self.began,
            &self.detected,
            &self.recovered,
            &self.duration,
            &self.users,
            &self.unavailable,
            &self.degraded,
            &self.contact,
        ];
        let texts = [
            ("summary", &self.summary),
            ("impact", &self.impact),
            ("cause", &self.cause),
            ("response", &self.response),
            ("measures", &self.measures.lines),
        ];
        let lines = texts
            .into_iter()
            .filter(|(name, _)| !self.told.contains(name))
            .flat_map(|(_, lines)| lines);
        [&self.when, &self.date]
            .into_iter()
            .chain(optional.into_iter().flatten())
            .chain(lines)
            .map(String::as_str)
            .collect()
    }

    /// What of it the document's authors wrote.
    pub(super) fn written(&self) -> Vec<&str> {
        let texts = [
            ("summary", &self.summary),
            ("impact", &self.impact),
            ("cause", &self.cause),
            ("response", &self.response),
            ("measures", &self.measures.lines),
        ];
        let written = texts
            .into_iter()
            .filter(|(name, _)| self.told.contains(name));
        written
            .flat_map(|(_, lines)| lines)
            .map(String::as_str)
            .collect()
    }
}

/// The texts of a part of what customers are told, paragraph by paragraph; nothing where they are written in the other language.
fn for_customers(passages: &[Passage], language: Language) -> Vec<String> {
    let mut texts = Vec::new();
    for passage in passages {
        if passage.verbatim {
            let paragraphs = passage.lines.split(|line| line.trim().is_empty());
            texts.extend(paragraphs.filter(|p| !p.is_empty()).map(|p| p.join("\n")));
        } else {
            texts.push(passage.text());
        }
    }
    let japanese = texts.iter().any(|text| is_japanese(text));
    match japanese == (language == Language::Ja) {
        true => texts,
        false => Vec::new(),
    }
}

fn made_summary(public: &Public<'_>, language: Language) -> Vec<String> {
    let began = public.times.occurred.or(public.times.detected);
    let day = began.map_or_else(
        || words::blank(language, "発生日", "the day of the incident"),
        |moment| words::day(moment.date, language),
    );
    let what = words::blank(
        language,
        "お客様から見て何が起きたか",
        "what happened, as customers saw it",
    );
    let mut paragraphs = vec![language.pick(
        format!("{day}、当社サービスにおいて障害が発生いたしました。{what}"),
        format!("On {day}, an incident affected our service. {what}"),
    )];
    let mut after = Vec::new();
    if public.times.recovered.is_some() {
        after.push(language.pick("現在は復旧しております。", "Service has been restored."));
    }
    if public.toll.data_lost == Some(false) {
        after.push(language.pick("データの損失はございません。", "No data was lost."));
    }
    if !after.is_empty() {
        paragraphs.push(after.join(language.pick("", " ")));
    }
    paragraphs
}

fn made_impact(public: &Public<'_>, language: Language) -> Vec<String> {
    let Toll {
        users,
        down_minutes,
        degraded_minutes,
        data_lost,
    } = public.toll;
    let time = |minutes| words::about_minutes(minutes, language);
    let line = |ja: &str, en: &str, value: String| format!("{}: {value}", language.pick(ja, en));
    let mut lines = Vec::new();
    if let Some(severity) = public.severity {
        let degree = words::degree(severity, language).to_owned();
        lines.push(line("影響の程度", "Degree of impact", degree));
    }
    let known = lines.len();
    lines.extend(users.map(|users| {
        let users = words::users(users, language);
        line("影響を受けたユーザー数", "Users affected", users)
    }));
    lines.extend(
        down_minutes.map(|m| line("ご利用いただけなかった時間", "Unavailable for", time(m))),
    );
    lines.extend(
        degraded_minutes.map(|m| line("一部に影響があった時間", "Partly affected for", time(m))),
    );
    if lines.len() == known {
        lines.push(words::blank(
            language,
            "影響を受けた機能とお客様の範囲",
            "which functions and customers were affected",
        ));
    }
    lines.extend(data_lost.map(|lost| {
        let what = match lost {
            true => words::blank(language, "失われたデータの範囲", "which data was lost"),
            false => language.pick("なし", "none").to_owned(),
        };
        line("データの損失", "Data lost", what)
    }));
    lines
}

fn made_response(times: &Times, language: Language) -> Vec<String> {
    let first = times.occurred.or(times.detected).map(|moment| moment.date);
    let known: Vec<String> = [
        (times.occurred, "障害が発生", "the incident began"),
        (times.detected, "障害を検知", "we noticed it"),
        (times.recovered, "復旧を確認", "service was restored"),
    ]
    .into_iter()
    .filter_map(|(moment, ja, en)| {
        let moment = moment.filter(|moment| moment.time.is_some())?;
        let at = words::clock(moment, first, &|moment| words::long(moment, language));
        Some(format!("{at} - {}", language.pick(ja, en)))
    })
    .collect();
    match known.is_empty() {
        true => vec![words::blank(
            language,
            "対応の経過",
            "what was done, and when",
        )],
        false => known,
    }
}

impl Measures {
    fn of(
        measures: &[Measure],
        written: Vec<String>,
        today: NaiveDate,
        language: Language,
    ) -> Measures {
        let (count, done) = (measures.len(), measures.iter().filter(|m| m.done).count());
        let open: Vec<&Measure> = measures.iter().filter(|m| !m.done).collect();
        // A day is promised where each has one that is still to come.
        let by = open
            .iter()
            .map(|m| m.due.filter(|due| *due >= today))
            .collect::<Option<Vec<_>>>()
            .and_then(|days| days.into_iter().max())
            .map(|day| words::month(day, language));
        let all = Kind::ALL.iter().copied().map(Some).chain([None]);
        let kinds: Vec<MeasureKind> = all
            .map(|kind| {
                let of_kind = measures.iter().filter(|m| m.kind == kind);
                MeasureKind {
                    kind,
                    text: words::measure(kind, language),
                    count: of_kind.clone().count(),
                    done: of_kind.filter(|m| m.done).count(),
                }
            })
            .filter(|kind| kind.count > 0)
            .collect();
        let lines = if !written.is_empty() {
            written
        } else if count == 0 {
            vec![words::blank(
                language,
                "再発防止策",
                "what prevents a recurrence",
            )]
        } else {
            let named = kinds.iter().any(|kind| kind.kind.is_some());
            let mut lines: Vec<String> = kinds
                .iter()
                // Where none says what it is for, there is nothing to tell apart.
                .filter(|_| named)
                .map(|kind| words::of_kind(kind.text, kind.count, kind.done, language))
                .collect();
            lines.push(words::progress(count, done, by.as_deref(), language));
            lines
        };
        Measures {
            count,
            done,
            open: open.len(),
            by,
            kinds,
            lines,
        }
    }
}

/// How long the incident lasted, in minutes, where the document gives both ends with their time of day.
fn minutes(times: &Times) -> Option<u64> {
    let began = times
        .occurred
        .filter(|m| m.time.is_some())
        .or(times.detected)?;
    let minutes = (times.recovered?.instant()? - began.instant()?).num_minutes();
    u64::try_from(minutes).ok().filter(|minutes| *minutes > 0)
}

/// The entries of a section, each shortened; where there are more than a few, the last line says how many.
fn points(passages: &[Passage], language: Language) -> Vec<String> {
    // A listing says little without its lines, and takes many.
    let told: Vec<&Passage> = passages
        .iter()
        .filter(|passage| !passage.verbatim)
        .collect();
    let mut lines: Vec<String> = told
        .iter()
        .take(POINTS)
        .map(|passage| shortened(&passage.text(), LENGTH))
        .collect();
    let more = told.len().saturating_sub(POINTS);
    if more > 0 {
        lines.push(language.pick(
            format!("ほか {more} 件（文書を参照）"),
            format!("and {more} more in the document"),
        ));
    }
    lines
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

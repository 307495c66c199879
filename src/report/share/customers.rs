//! What the template for customers is given: only what can't name anybody.
//!
//! [`Customer`] is made of [`Public`], which holds no owner, no title, no path and no link: typed facts (times, counts, kinds), and the text
//! of the section that the document's authors wrote for customers. A needed fact that is missing is a blank to fill in, never a guess.

use chrono::NaiveDate;
use serde::Serialize;

use super::values::{Facts, SeverityValue, minutes};
use super::words;
use crate::config::{Audience, Kind, Language};
use crate::item::sections::{ForCustomers, Passage, Toll};
use crate::item::words::is_japanese;
use crate::item::{Severity, Status, Times};

/// Words that an apology has.
const APOLOGIES: [&str; 6] = ["申し訳", "お詫び", "おわび", "陳謝", "sorry", "apolog"];

/// What of a postmortem those outside may know: nothing in it can name a person, a link or a file, but for the texts that the document's
/// authors wrote for them.
pub(super) struct Public<'a> {
    times: Times,
    zone: Option<String>,
    severity: Option<Severity>,
    toll: Toll,
    measures: Vec<Measure>,
    today: NaiveDate,
    told: &'a [ForCustomers],
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
            zone: words::zone(&facts.postmortem.times, facts.sections.zone),
            severity: facts.postmortem.severity,
            toll: facts.sections.toll,
            measures: items
                .filter(|item| item.status != Status::Dropped)
                .map(|item| Measure {
                    kind: item.kind,
                    done: item.status == Status::Done,
                    // What the policy gives, nobody promised.
                    due: item.due.filter(|_| !item.due_by_policy),
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
        // A document in both languages has a section in each.
        let told_in = public
            .told
            .iter()
            .find(|section| in_language(section, language))
            .or(public.told.first())
            .unwrap_or(&NOTHING);
        let mut written = |name: &'static str, passages: &[Passage]| {
            let lines = for_customers(passages, language);
            if !lines.is_empty() {
                told.push(name);
            }
            lines
        };
        let [summary, impact, cause, response, measures] = [
            written("summary", &told_in.summary),
            written("impact", &told_in.impact),
            written("cause", &told_in.cause),
            written("response", &told_in.response),
            written("measures", &told_in.measures),
        ];
        let times = &public.times;
        let zone = public.zone.as_deref();
        let or = |given: Vec<String>, made: &dyn Fn() -> Vec<String>| match given.is_empty() {
            true => made(),
            false => given,
        };
        let long = |moment| words::long(moment, zone, language);
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
            users: public.toll.users.map(|users| words::count(users, language)),
            unavailable: minutes_text(public.toll.down_minutes),
            degraded: minutes_text(public.toll.degraded_minutes),
            data_lost: public.toll.data_lost,
            cause: or(cause, &|| {
                vec![blank(
                    "お客様向けの原因の説明",
                    "the cause, in words for customers",
                )]
            }),
            response: or(response, &|| made_response(times, zone, language)),
            measures: Measures::of(&public.measures, measures, public.today, language),
            apologises: sorry,
            // What stands in a code block is there to be copied as it is.
            complete: told == ["summary"] && told_in.summary.iter().all(|passage| passage.verbatim),
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

/// What a document without such a section tells them.
static NOTHING: ForCustomers = ForCustomers {
    summary: Vec::new(),
    impact: Vec::new(),
    cause: Vec::new(),
    response: Vec::new(),
    measures: Vec::new(),
    left: Vec::new(),
};

/// Whether anything of a section is in a language.
fn in_language(section: &ForCustomers, language: Language) -> bool {
    [
        &section.summary,
        &section.impact,
        &section.cause,
        &section.response,
        &section.measures,
    ]
    .into_iter()
    .any(|passages| !for_customers(passages, language).is_empty())
}

/// The texts of a part of what customers are told, paragraph by paragraph; nothing where they are written in the other language.
fn for_customers(passages: &[Passage], language: Language) -> Vec<String> {
    let mut texts = Vec::new();
    for passage in passages {
        if passage.verbatim {
            let paragraphs = passage.lines.split(|line| line.trim().is_empty());
            texts.extend(paragraphs.filter(|p| !p.is_empty()).map(|p| p.join("\n")));
        } else {
            let text = passage.text();
            if !is_nothing(&text) {
                texts.push(text);
            }
        }
    }
    let japanese = texts.iter().any(|text| is_japanese(text));
    match japanese == (language == Language::Ja) {
        true => texts,
        false => Vec::new(),
    }
}

/// Whether a text says that there is nothing to say.
fn is_nothing(text: &str) -> bool {
    let low = text.trim().trim_end_matches(['.', '。']).to_lowercase();
    [
        "none",
        "n/a",
        "not required",
        "not needed",
        "not necessary",
        "not applicable",
        "nothing",
        "なし",
        "無し",
        "特になし",
        "不要",
        "該当なし",
        "対象外",
        "必要なし",
    ]
    .contains(&low.as_str())
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
        unread,
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
        let users = words::count(users, language);
        line("影響を受けたユーザー数", "Users affected", users)
    }));
    lines.extend(
        down_minutes.map(|m| line("ご利用いただけなかった時間", "Unavailable for", time(m))),
    );
    lines.extend(
        degraded_minutes.map(|m| line("一部に影響があった時間", "Partly affected for", time(m))),
    );
    // What the document tells in words of its own is not passed over.
    let open = |ja: &str, en: &str| line(ja, en, words::blank(language, ja, &en.to_lowercase()));
    for (told, unread, ja, en) in [
        (
            users.is_some(),
            unread.users,
            "影響を受けたお客様の数",
            "Customers affected",
        ),
        (
            down_minutes.is_some(),
            unread.down,
            "ご利用いただけなかった時間",
            "How long it was unavailable",
        ),
        (
            degraded_minutes.is_some(),
            unread.degraded,
            "一部に影響があった時間",
            "How long it was partly affected",
        ),
    ] {
        if unread && !told {
            lines.push(open(ja, en));
        }
    }
    if lines.len() == known {
        lines.push(words::blank(
            language,
            "影響を受けた機能とお客様の範囲",
            "which functions and customers were affected",
        ));
    }
    if data_lost.is_none() && unread.data {
        lines.push(line(
            "データの損失",
            "Data lost",
            words::blank(
                language,
                "データの損失の有無と範囲",
                "whether data was lost, and which",
            ),
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

fn made_response(times: &Times, zone: Option<&str>, language: Language) -> Vec<String> {
    let first = times.occurred.or(times.detected).map(|moment| moment.date);
    let known: Vec<String> = [
        (times.occurred, "障害が発生", "the incident began"),
        (times.detected, "障害を検知", "we noticed it"),
        (times.recovered, "復旧を確認", "service was restored"),
    ]
    .into_iter()
    .filter_map(|(moment, ja, en)| {
        let moment = moment.filter(|moment| moment.time.is_some())?;
        let at = words::clock(moment, first, zone, &|moment| {
            words::long(moment, zone, language)
        });
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

//! A digest: what there is to tell a channel today, as a value that every webhook's form is made of.

use serde_json::{Value, json};

use super::words::{Person, escalated_to, is_escalated};
use crate::check::{Finding, FindingKind, Findings, narrowed, problems};
use crate::config::{Config, Language, LanguageChoice};
use crate::github::body::{cut, one_line};

/// How many characters of an item's title are shown; the rest is in its issue.
const TITLE: usize = 150;

/// How many owners of an item are named.
const OWNERS: usize = 8;

/// What one digest says.
#[derive(Debug, Clone, PartialEq)]
pub struct Digest<'a> {
    /// The language it is written in.
    pub language: Language,
    /// All that the check found.
    pub all: &'a Findings,
    /// What is told, in the order of the check.
    pub new: Vec<&'a Finding>,
    /// How many of the findings were told before.
    pub known: usize,
}

/// One finding, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What people call it: `PM-042#3`.
    pub name: String,
    /// The page of its issue.
    pub url: Option<String>,
    /// What is to be done; the postmortem's title where it is about the postmortem. One line.
    pub title: String,
    /// Who does it.
    pub owners: Vec<Person>,
    /// What was found: how late it is.
    pub matter: String,
    /// `P1`.
    pub priority: Option<&'static str>,
    /// Where it is written, for what has no issue.
    pub place: Option<String>,
    /// Who hears of it because it is so late.
    pub escalated: Vec<Person>,
}

impl<'a> Digest<'a> {
    /// The digest of what is new among the findings.
    #[must_use]
    pub fn new(
        all: &'a Findings,
        new: Vec<&'a Finding>,
        fallback: Language,
        config: &Config,
    ) -> Digest<'a> {
        let language = match config.language {
            LanguageChoice::Ja => Language::Ja,
            LanguageChoice::En => Language::En,
            LanguageChoice::Auto => all.language.unwrap_or(fallback),
        };
        Digest {
            language,
            all,
            known: tellable(all).saturating_sub(new.len()),
            new,
        }
    }

    /// The heading: `Action items: 3 overdue, 2 due soon, 4 more`.
    #[must_use]
    pub fn heading(&self) -> String {
        let language = self.language;
        let groups = self.groups();
        let mut parts: Vec<String> = groups
            .iter()
            .take(2)
            .map(|(kind, findings)| kind.counted(findings.len(), language))
            .collect();
        let rest: usize = groups
            .iter()
            .skip(2)
            .map(|(_, findings)| findings.len())
            .sum();
        if rest > 0 {
            parts.push(language.pick(format!("ほか {rest} 件"), format!("{rest} more")));
        }
        let parts = parts.join(language.pick("、", ", "));
        language.pick(
            format!("アクションアイテム: {parts}"),
            format!("Action items: {parts}"),
        )
    }

    /// What is told, by kind, the most pressing first.
    #[must_use]
    pub fn groups(&self) -> Vec<(FindingKind, Vec<&'a Finding>)> {
        FindingKind::ALL
            .into_iter()
            .map(|kind| {
                let of_kind = self
                    .new
                    .iter()
                    .copied()
                    .filter(|finding| finding.kind == kind);
                (kind, of_kind.collect::<Vec<_>>())
            })
            .filter(|(_, findings)| !findings.is_empty())
            .collect()
    }

    /// The day it is about, and what it leaves out.
    #[must_use]
    pub fn closing(&self) -> String {
        let (today, language) = (self.all.today, self.language);
        let mut parts = vec![language.pick(format!("{today} 時点"), format!("as of {today}"))];
        parts.extend(narrowed(self.all, language));
        parts.extend(problems::counts(self.all, language));
        if self.known > 0 {
            let known = self.known;
            let were = if known == 1 { "was" } else { "were" };
            parts.push(language.pick(
                format!("ほかに通知済みのもの {known} 件"),
                format!("{known} more {were} told before"),
            ));
        }
        parts.push("pm-sync check".to_owned());
        parts.join(" · ")
    }

    /// A finding, ready to be written.
    #[must_use]
    pub fn line(&self, finding: &Finding, config: &Config) -> Line {
        let (title, owners, issue) = match &finding.item {
            Some(item) => (&item.title, item.owners.as_slice(), item.issue.as_ref()),
            None => (&finding.postmortem.title, [].as_slice(), None),
        };
        let url = issue.and_then(|issue| issue.url.clone());
        let place = format!("{}:{}", finding.postmortem.path, finding.line);
        Line {
            name: one_line(&finding.name()),
            title: cut(&one_line(title), TITLE),
            owners: owners
                .iter()
                .take(OWNERS)
                .map(|name| Person::of(name, config))
                .collect(),
            matter: finding.message(self.language),
            priority: finding
                .item
                .as_ref()
                .and_then(|item| item.priority)
                .map(crate::config::Priority::as_str),
            place: url.is_none().then_some(place),
            url,
            escalated: if is_escalated(finding, config) {
                escalated_to(config)
                    .map(|name| Person::of(&name, config))
                    .collect()
            } else {
                Vec::new()
            },
        }
    }

    /// The whole digest as plain text, for people and for servers that show a `text`.
    #[must_use]
    pub fn plain(&self, config: &Config) -> String {
        let language = self.language;
        let mut text = format!("{}\n", self.heading());
        for (kind, findings) in self.groups() {
            text.push_str(&format!(
                "\n{} ({})\n",
                kind.label(language),
                findings.len()
            ));
            for finding in findings {
                let line = self.line(finding, config);
                let Line {
                    name,
                    url,
                    title,
                    owners,
                    matter,
                    priority,
                    place,
                    escalated,
                } = &line;
                let names = |people: &[Person]| {
                    people
                        .iter()
                        .map(|person| one_line(&person.written))
                        .collect::<Vec<_>>()
                        .join(language.pick("、", ", "))
                };
                let facts = [
                    names(owners),
                    matter.clone(),
                    priority.unwrap_or_default().to_owned(),
                    url.clone().or_else(|| place.clone()).unwrap_or_default(),
                    match escalated.as_slice() {
                        [] => String::new(),
                        escalated => format!("→ {}", names(escalated)),
                    },
                ];
                let facts: Vec<String> =
                    facts.into_iter().filter(|fact| !fact.is_empty()).collect();
                text.push_str(&format!("- {name} {title} — {}\n", facts.join(" · ")));
            }
        }
        text.push_str(&format!("\n{}\n", self.closing()));
        text
    }

    /// The message for a webhook that takes JSON (schema `pm-sync/1`). `id` is the same for every try to post it, so that a receiver
    /// can tell a repetition.
    #[must_use]
    pub fn json(&self, id: &str, config: &Config) -> Value {
        let counts: serde_json::Map<String, Value> = self
            .groups()
            .into_iter()
            .map(|(kind, findings)| (kind.as_str().to_owned(), findings.len().into()))
            .collect();
        let findings: Vec<Value> = self
            .new
            .iter()
            .map(|finding| {
                let mut value = serde_json::to_value(finding).unwrap_or_default();
                value["name"] = finding.name().into();
                value["message"] = finding.message(self.language).into();
                value["escalated"] = is_escalated(finding, config).into();
                value
            })
            .collect();
        json!({
            "schema": "pm-sync/1",
            "event": "check",
            "id": id,
            "today": self.all.today,
            "timezone": self.all.timezone.name(),
            "text": self.plain(config),
            "counts": counts,
            "known": self.known,
            "findings": findings,
        })
    }
}

/// How many of the findings people are told of at all.
pub(super) fn tellable(findings: &Findings) -> usize {
    findings
        .findings
        .iter()
        .filter(|finding| !finding.is_pending())
        .count()
}

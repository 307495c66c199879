//! The words of `vocabulary.toml`, ready for look-up, with what a team's config adds to them.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde::Deserialize;

use super::words::{self, fold};
use super::{Kind, Severity, State, Status};
use crate::config::{Language, Priority};

/// What a column of a table, or a labelled field of an entry, holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// The number people call it by.
    Id,
    /// What is to be done.
    Title,
    /// Who does it.
    Owner,
    /// By when.
    Due,
    /// How far it is.
    Status,
    /// How urgent it is.
    Priority,
    /// What it is for: prevent, detect, mitigate…
    Kind,
    /// Where it is tracked.
    Issue,
    /// When it counts as done.
    DoneWhen,
    /// When it was done; blank until then.
    Completed,
    /// More about it.
    Details,
    /// Its steps.
    Tasks,
    /// A day its deadline was moved to, and why.
    Waiver,
}

/// What a labelled field of the document itself holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetaField {
    /// The postmortem's id.
    Id,
    /// Its title.
    Title,
    /// When it happened.
    Occurred,
    /// When it was noticed.
    Detected,
    /// When it was over.
    Recovered,
    /// When it was written.
    Written,
    /// How bad it was.
    Severity,
    /// Draft, review or final.
    State,
}

/// What a section's name says about what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Action items.
    Actions,
    /// Action items, where the document has no section of the first kind.
    Perhaps,
    /// What was done while the incident lasted; below a section of action items, a group of them.
    Response,
    /// Another part of a postmortem: no action items.
    Anatomy,
    /// No action items.
    Never,
}

impl Section {
    /// Whether action items stand here, or may.
    pub fn is_open(self) -> bool {
        matches!(self, Section::Actions | Section::Perhaps)
    }
}

/// What the text below a heading, or behind a label, tells of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// What happened.
    Summary,
    /// Whom it hit.
    Impact,
    /// Why it happened.
    Cause,
    /// How that was found out.
    Analysis,
    /// What was learned.
    Lessons,
    /// What customers are told.
    Customers,
    /// How many users it hit.
    Users,
    /// How long nothing worked.
    Down,
    /// How long it worked badly.
    Degraded,
    /// Whether data was lost.
    DataLoss,
}

/// Words that belong together, one for each status in the order of [`Status::ALL`].
#[derive(Debug, Clone, Deserialize)]
pub struct Family {
    /// The language of its words.
    pub language: FamilyLanguage,
    /// Todo, in progress, blocked, done, dropped.
    pub words: [String; 5],
}

/// The language of a [`Family`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FamilyLanguage {
    /// Japanese.
    Ja,
    /// English.
    En,
}

impl From<Language> for FamilyLanguage {
    fn from(language: Language) -> FamilyLanguage {
        match language {
            Language::Ja => FamilyLanguage::Ja,
            Language::En => FamilyLanguage::En,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    columns: BTreeMap<Column, Vec<String>>,
    headers: BTreeMap<Column, Vec<String>>,
    tables: Tables,
    sections: BTreeMap<Section, Vec<String>>,
    headings: Headings,
    documents: Documents,
    owners: OwnerWords,
    status: StatusWords,
    priorities: BTreeMap<Priority, Vec<String>>,
    kinds: BTreeMap<Kind, Vec<String>>,
    fields: BTreeMap<MetaField, Vec<String>>,
    severities: BTreeMap<Severity, Vec<String>>,
    states: BTreeMap<State, Vec<String>>,
    titles: Titles,
    placeholders: Placeholders,
    waivers: WaiverWords,
    reviews: ReviewWords,
    parts: BTreeMap<Part, Vec<String>>,
    announcements: Announcements,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Announcements {
    blame: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaiverWords {
    words: Vec<String>,
    weak: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReviewWords {
    words: Vec<String>,
    sections: Vec<String>,
    groups: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    never: Vec<String>,
    topics: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Headings {
    actions: Vec<String>,
    perhaps: Vec<String>,
    stems: Vec<String>,
    tails: Vec<String>,
    horizons: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Documents {
    postmortem: Vec<String>,
    incident: Vec<String>,
    reference: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnerWords {
    suffixes: Vec<String>,
    roles: Vec<String>,
    people: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusWords {
    families: Vec<Family>,
    words: BTreeMap<Status, Vec<String>>,
    emoji: BTreeMap<Status, Vec<String>>,
    codes: BTreeMap<Status, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Titles {
    prefixes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Placeholders {
    words: Vec<String>,
    blank: Vec<String>,
    ditto: Vec<String>,
    examples: Vec<String>,
}

/// No header, label or name of a section is longer, in bytes.
const LONGEST_NAME: usize = 300;

/// Words and what they mean, each word folded as [`words::fold`] does.
#[derive(Debug, Clone)]
pub struct Lookup<T>(HashMap<String, T>);

impl<T: Copy + PartialEq> Lookup<T> {
    /// A word that is given twice has the first meaning: the maps it comes from are in order, so that it is always the same one.
    fn new(words: impl IntoIterator<Item = (T, Vec<String>)>) -> Lookup<T> {
        let mut map = HashMap::new();
        for (meaning, words) in words {
            for word in words {
                map.entry(fold(&word)).or_insert(meaning);
            }
        }
        Lookup(map)
    }

    fn add(&mut self, meaning: T, word: &str) {
        self.0.insert(fold(word), meaning);
    }

    /// The meaning of a whole text; a bilingual `A / B` by the first part that is known, a `word (…)` without its parenthesis.
    pub fn whole(&self, text: &str) -> Option<T> {
        // No name is longer; whoever asks about a paragraph gets the answer at once.
        if text.len() > LONGEST_NAME {
            return None;
        }
        words::alternatives(text)
            .iter()
            .find_map(|word| self.0.get(word).copied())
    }

    /// The meaning of the longest word that `text` begins with, and the word's length in bytes.
    pub fn prefix(&self, text: &str) -> Option<(T, usize)> {
        self.0
            .iter()
            .filter_map(|(word, meaning)| Some((*meaning, words::prefix_len(text, word)?, word)))
            .max_by_key(|(_, length, word)| (*length, std::cmp::Reverse((*word).clone())))
            .map(|(meaning, length, _)| (meaning, length))
    }
}

/// The vocabulary as a document room's reader uses it.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// Labels of fields.
    pub columns: Lookup<Column>,
    /// Headers of columns: the labels of fields, and words that mean something at the head of a column only.
    pub headers: Lookup<Column>,
    /// Headers of what items answer to.
    pub topics: Lookup<()>,
    /// Names of groups that say when, though no day: short term.
    pub horizons: Lookup<()>,
    /// Headers that rule a table out.
    pub never_headers: Lookup<()>,
    /// Section names.
    pub sections: Lookup<Section>,
    /// Status words.
    pub statuses: Lookup<Status>,
    /// Words that go together.
    pub families: Vec<Family>,
    /// Status emoji, by character.
    pub emoji: HashMap<char, Status>,
    /// The emoji to write for each status, in the order of [`Status::ALL`].
    pub emoji_to_write: [String; 5],
    /// Emoji in letters, without their colons.
    pub codes: Lookup<Status>,
    /// The one to write for each status, colons included.
    pub codes_to_write: [String; 5],
    /// Priorities.
    pub priorities: Lookup<Priority>,
    /// Kinds.
    pub kinds: Lookup<Kind>,
    /// The document's own fields.
    pub fields: Lookup<MetaField>,
    /// Severities.
    pub severities: Lookup<Severity>,
    /// States.
    pub states: Lookup<State>,
    /// What stands before a title.
    pub title_prefixes: Vec<String>,
    /// What a name of a team ends with.
    pub owner_suffixes: Vec<String>,
    /// Roles that stand for a name.
    pub roles: Lookup<()>,
    /// Labels and sections of the people whom a document names.
    pub people: Lookup<()>,
    phrases: Vec<(Section, String)>,
    stems: Vec<String>,
    tails: Vec<String>,
    postmortems: Vec<String>,
    incidents: Vec<String>,
    reference_documents: Vec<String>,
    /// What stands for the cell above.
    pub dittos: Lookup<()>,
    examples: Lookup<()>,
    placeholders: Lookup<()>,
    blanks: Lookup<()>,
    waivers: Vec<String>,
    weak_waivers: Vec<String>,
    /// Names of follow-up reviews.
    pub reviews: Lookup<()>,
    /// Names of sections that hold them.
    pub review_sections: Lookup<()>,
    /// Names that hold reviews where they stand below a section of action items.
    pub review_groups: Lookup<()>,
    /// Sections and labels that tell of the incident.
    pub parts: Lookup<Part>,
    /// Phrases that blame people.
    pub blame: Vec<String>,
}

/// What a document's title says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// A postmortem.
    Postmortem,
    /// Something to look things up in: a runbook, a checklist, a policy.
    Reference,
}

impl Vocabulary {
    /// The words of the crate.
    pub fn built_in() -> &'static Vocabulary {
        static BUILT_IN: OnceLock<Vocabulary> = OnceLock::new();
        BUILT_IN.get_or_init(|| {
            let file: File = toml::from_str(include_str!("vocabulary.toml"))
                .expect("vocabulary.toml is part of the crate and tested");
            Vocabulary::from_file(file)
        })
    }

    fn from_file(file: File) -> Vocabulary {
        let by_family = Status::ALL.iter().enumerate().map(|(index, status)| {
            (
                *status,
                file.status
                    .families
                    .iter()
                    .map(|family| family.words[index].clone())
                    .collect::<Vec<_>>(),
            )
        });
        let statuses = Lookup::new(by_family.chain(file.status.words));
        let first = |status: Status| {
            file.status
                .emoji
                .get(&status)
                .and_then(|e| e.first())
                .cloned()
                .unwrap_or_default()
        };
        Vocabulary {
            headers: Lookup::new(file.columns.clone().into_iter().chain(file.headers)),
            columns: Lookup::new(file.columns),
            topics: Lookup::new([((), file.tables.topics)]),
            horizons: Lookup::new([((), file.headings.horizons)]),
            never_headers: Lookup::new([((), file.tables.never)]),
            sections: Lookup::new(file.sections),
            statuses,
            families: file.status.families,
            codes_to_write: Status::ALL.map(|status| {
                let codes = file.status.codes.get(&status);
                codes
                    .and_then(|codes| codes.first())
                    .map(|code| format!(":{code}:"))
                    .unwrap_or_default()
            }),
            codes: Lookup::new(file.status.codes.clone()),
            emoji_to_write: Status::ALL.map(first),
            emoji: file
                .status
                .emoji
                .iter()
                .flat_map(|(status, emoji)| {
                    emoji
                        .iter()
                        .filter_map(|e| Some((e.chars().next()?, *status)))
                })
                .collect(),
            priorities: Lookup::new(file.priorities),
            kinds: Lookup::new(file.kinds),
            fields: Lookup::new(file.fields),
            severities: Lookup::new(file.severities),
            states: Lookup::new(file.states),
            title_prefixes: file.titles.prefixes.iter().map(|p| fold(p)).collect(),
            owner_suffixes: file.owners.suffixes.iter().map(|s| fold(s)).collect(),
            roles: Lookup::new([((), file.owners.roles)]),
            people: Lookup::new([((), file.owners.people)]),
            phrases: [
                (Section::Actions, file.headings.actions),
                (Section::Perhaps, file.headings.perhaps),
            ]
            .into_iter()
            .flat_map(|(section, words)| words.into_iter().map(move |w| (section, fold(&w))))
            .collect(),
            stems: file.headings.stems.iter().map(|w| fold(w)).collect(),
            tails: file
                .headings
                .tails
                .iter()
                .map(|w| words::fold_bare(w))
                .collect(),
            incidents: file.documents.incident.iter().map(|w| fold(w)).collect(),
            postmortems: file.documents.postmortem.iter().map(|w| fold(w)).collect(),
            reference_documents: file.documents.reference.iter().map(|w| fold(w)).collect(),
            dittos: Lookup::new([((), file.placeholders.ditto)]),
            examples: Lookup::new([((), file.placeholders.examples)]),
            placeholders: Lookup::new([((), file.placeholders.words)]),
            blanks: Lookup::new([((), file.placeholders.blank)]),
            waivers: file.waivers.words.iter().map(|w| fold(w)).collect(),
            weak_waivers: file.waivers.weak.iter().map(|w| fold(w)).collect(),
            reviews: Lookup::new([((), file.reviews.words)]),
            review_sections: Lookup::new([((), file.reviews.sections)]),
            review_groups: Lookup::new([((), file.reviews.groups)]),
            parts: Lookup::new(file.parts),
            blame: file
                .announcements
                .blame
                .iter()
                .map(|w| words::fold_bare(w))
                .collect(),
        }
    }

    /// The words with a team's own section names and column headers added; theirs win over ours.
    pub fn extended(sections: &[String], columns: &[(Column, Vec<String>)]) -> Vocabulary {
        let mut vocabulary = Vocabulary::built_in().clone();
        for section in sections {
            vocabulary.sections.add(Section::Actions, section);
        }
        for (column, headers) in columns {
            for header in headers {
                vocabulary.columns.add(*column, header);
                vocabulary.headers.add(*column, header);
                vocabulary.never_headers.0.remove(&fold(header));
            }
        }
        vocabulary
    }

    /// What a heading says about its section: by its whole name, or as a phrase for action items with a word or two around it.
    pub fn heading(&self, heading: &str) -> Option<Section> {
        if heading.len() > LONGEST_NAME {
            return None;
        }
        if let Some(section) = self.sections.whole(heading) {
            return Some(section);
        }
        if super::times::heads_review(heading, self) {
            return Some(Section::Never);
        }
        let folded = fold(&words::without_parentheses(&words::without_number(heading)));
        let bare = self.without_tail(&folded);
        if let Some(section) = bare.and_then(|bare| self.sections.whole(bare)) {
            return Some(section).filter(|s| s.is_open());
        }
        let folded = bare.unwrap_or(&folded);
        self.phrases.iter().find_map(|(section, phrase)| {
            let before = folded
                .strip_suffix(phrase.as_str())
                .is_some_and(|before| is_modifier(before, phrase.is_ascii()));
            let after = folded.strip_prefix(phrase.as_str()).is_some_and(|after| {
                [
                    " and ",
                    " & ",
                    " - ",
                    " – ",
                    " — ",
                    ": ",
                    "と",
                    "・",
                    "および",
                    "及び",
                ]
                .iter()
                .any(|joint| after.starts_with(joint))
            });
            (before || after).then_some(*section)
        })
    }

    /// Whether an unknown heading may head action items all the same: it has a word for them somewhere.
    pub fn hints_at_actions(&self, heading: &str) -> bool {
        if heading.len() > LONGEST_NAME || self.heading(heading).is_some() {
            return false;
        }
        let folded = fold(heading);
        self.stems.iter().any(|stem| {
            folded.match_indices(stem.as_str()).any(|(at, _)| {
                let before = folded[..at].chars().next_back();
                !stem.is_ascii() || before.is_none_or(|c| !c.is_ascii_alphanumeric())
            })
        })
    }

    /// A name without the word behind it that only says that it is a list: 再発防止策一覧, `Action item tracker`.
    fn without_tail<'n>(&self, name: &'n str) -> Option<&'n str> {
        self.tails.iter().find_map(|tail| {
            let rest = name.strip_suffix(tail.as_str())?;
            let joined = tail.is_ascii() && !rest.ends_with(' ');
            (!joined && !rest.trim().is_empty()).then(|| rest.trim_end())
        })
    }

    /// Whether a word that moves a deadline stands anywhere in a text.
    pub fn may_waive(&self, text: &str) -> bool {
        let folded = words::fold_bare(text);
        self.waivers
            .iter()
            .chain(&self.weak_waivers)
            .any(|word| folded.contains(word.as_str()))
    }

    /// The length of the longest word that moves a deadline and begins at `at`.
    pub fn waiver_len(&self, text: &str, at: usize) -> Option<usize> {
        longest_word(&self.waivers, text, at)
    }

    /// The same of the words that move a deadline only where the text says that it is one: 期限を…に変更, `due date moved to`.
    pub fn weak_waiver_len(&self, text: &str, at: usize) -> Option<usize> {
        longest_word(&self.weak_waivers, text, at)
    }

    /// What a document is by its title; nothing where the title doesn't say.
    pub fn document_kind(&self, title: &str) -> Option<DocumentKind> {
        let folded = fold(title);
        let has = |words: &[String]| words.iter().any(|w| words::has_word(&folded, w));
        if has(&self.postmortems) {
            Some(DocumentKind::Postmortem)
        } else if has(&self.reference_documents) {
            Some(DocumentKind::Reference)
        } else if has(&self.incidents) {
            Some(DocumentKind::Postmortem)
        } else {
            None
        }
    }

    /// Whether a value says that there is none: nothing, or a dash.
    pub fn is_blank(&self, text: &str) -> bool {
        let trimmed = text.trim();
        if trimmed.len() > LONGEST_NAME {
            return false;
        }
        trimmed.is_empty() || self.blanks.0.contains_key(&words::fold_bare(trimmed))
    }

    /// Whether a title is an example that a template gives: `（例）監視を追加する`, `e.g. add an alert`.
    pub fn is_example(&self, title: &str) -> bool {
        let bare = title.trim_start_matches(['(', '（', '[', '［', '【']);
        let at = bare.find([')', '）', ']', '］', '】', ':', '：', '.']);
        at.is_some_and(|at| at <= 12 && self.examples.0.contains_key(&fold(&bare[..at])))
            || at.is_some_and(|at| at == 1 && bare.to_ascii_lowercase().starts_with("e.g."))
    }

    /// Whether a value has yet to be filled in: `TBD`, `未定`, `[担当者名]`, `YYYY-MM-DD`.
    pub fn is_placeholder(&self, text: &str) -> bool {
        let trimmed = text.trim().trim_matches(['*', '_', '`']);
        if trimmed.len() > LONGEST_NAME {
            return false;
        }
        let bracketed = [
            ('[', ']'),
            ('<', '>'),
            ('{', '}'),
            ('【', '】'),
            ('［', '］'),
        ]
        .iter()
        .any(|(open, close)| trimmed.starts_with(*open) && trimmed.ends_with(*close));
        let folded = words::fold_bare(trimmed);
        // `{{ summary }} [link to the issue]`: nothing but places to fill in.
        let bracketed =
            bracketed || (trimmed.len() < LONGEST_NAME && words::is_all_brackets(trimmed));
        bracketed || self.placeholders.0.contains_key(&folded) || words::is_date_pattern(&folded)
    }
}

/// Whether a word or two before a phrase narrow it ("outstanding", 今後の) instead of making a sentence of it ("how we track").
fn is_modifier(before: &str, latin: bool) -> bool {
    let words: Vec<&str> = before.split_whitespace().collect();
    if !latin || words::is_japanese(before) {
        return before.chars().count() <= 10;
    }
    let joined = before.is_empty() || before.ends_with(' ');
    let sentence = |w: &&str| {
        matches!(
            *w,
            "no" | "how"
                | "why"
                | "to"
                | "the"
                | "of"
                | "for"
                | "track"
                | "tracking"
                | "review"
                | "reviewing"
                | "writing"
                | "managing"
        )
    };
    joined && words.len() <= 3 && !words.iter().any(sentence)
}

/// The length of the longest of some words that begins at `at`.
fn longest_word(known: &[String], text: &str, at: usize) -> Option<usize> {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let rest = &text[at..];
    // "overextended" is another word.
    if rest.starts_with(char::is_whitespace)
        || rest.starts_with(inside) && text[..at].ends_with(inside)
    {
        return None;
    }
    // Most texts begin with no letter of any of them; full-width letters take a closer look.
    let first = rest.chars().next()?.to_ascii_lowercase();
    let wide = matches!(first, '\u{ff00}'..='\u{ffef}');
    if !wide && !words::is_unseen(first) && !known.iter().any(|w| w.starts_with(first)) {
        return None;
    }
    known
        .iter()
        .filter_map(|word| words::prefix_len(rest, word))
        .max()
}

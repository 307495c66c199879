//! From found records to typed action items: each field read on its own, each failure a problem, none hiding the rest.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::due::{self, Due};
use super::find::{self, Field, Found};
use super::owner::{self, Owners};
use super::problem::{self, Problem, ProblemKind};
use super::status::{self, Reading};
use super::vocabulary::{Column, Section, Vocabulary};
use super::{
    ActionItem, DueDate, Kind, Place, Postmortem, Reference, RowStatus, Status, Task, link,
    postmortem, words,
};
use crate::config::Priority;
use crate::document::Document;
use crate::document::outline::BlockKind;
use crate::document::text::Text;
use crate::plan::status::Notation;

/// Reads the postmortem that a document holds. `path` is how the user would write its path; `id_prefix` completes a file name such as `042.md`.
pub fn read(
    document: &Document,
    path: &str,
    id_prefix: &str,
    vocabulary: &Vocabulary,
) -> Postmortem {
    let found = find::find(document, vocabulary);
    let mut postmortem = postmortem::read(document, path, id_prefix, vocabulary, &found);
    let mut reader = Reader {
        document,
        vocabulary,
        path,
        date: postmortem.date,
        problems: std::mem::take(&mut postmortem.problems),
    };
    let mut keys: HashMap<String, usize> = HashMap::new();
    for (index, record) in found.iter().enumerate() {
        let key = record
            .number
            .clone()
            .unwrap_or_else(|| (index + 1).to_string());
        let item = reader.item(record, unique(&mut keys, key));
        postmortem.items.push(item);
    }
    postmortem.problems = reader.problems;
    problem::tidy(&mut postmortem.problems);
    postmortem
}

/// A key that no earlier item has: `3`, then `3-2`, `3-3`.
fn unique(keys: &mut HashMap<String, usize>, key: String) -> String {
    let count = keys.entry(key.clone()).or_insert(0);
    *count += 1;
    if *count == 1 {
        return key;
    }
    let candidate = format!("{key}-{count}");
    unique(keys, candidate)
}

struct Reader<'d> {
    document: &'d Document,
    vocabulary: &'d Vocabulary,
    path: &'d str,
    date: Option<NaiveDate>,
    problems: Vec<Problem>,
}

/// What the headings above an item say about it.
#[derive(Default)]
struct Context {
    priority: Option<Priority>,
    kind: Option<Kind>,
    horizon: Option<(NaiveDate, String)>,
    section: Option<usize>,
}

impl Reader<'_> {
    fn item(&mut self, found: &Found, key: String) -> ActionItem {
        let context = self.context(found);
        let field = |column: Column| found.fields.iter().find(|f| f.column == column);
        let title = self.title(found);
        let unusable_title = title.is_err();
        let (status, unusable_status) = self.status(found, field(Column::Status));
        let reference = self.reference(found, field(Column::Issue));
        ActionItem {
            key,
            title: title.unwrap_or_else(|shown| shown),
            owners: field(Column::Owner)
                .map(|f| self.owners(&f.text))
                .unwrap_or_default(),
            due: self.due(field(Column::Due), &context, status.status.is_closed()),
            priority: field(Column::Priority)
                .and_then(|f| self.priority(&f.text))
                .or(context.priority),
            kind: field(Column::Kind)
                .and_then(|f| self.kind(&f.text.plain))
                .or(context.kind),
            status,
            reference,
            tasks: self.tasks(&found.fields),
            done_when: self.lines(&found.fields, Column::DoneWhen),
            details: self.lines(&found.fields, Column::Details),
            form: found.form,
            line: found.line,
            unusable: unusable_title || unusable_status,
            place: Place {
                block: found.block,
                row: found.row,
                status_column: found.status_column,
                issue_column: found.issue_column,
                last_field: found.last_field,
                section: context.section,
            },
        }
    }

    fn problem(&mut self, at: usize, kind: ProblemKind) {
        let line = self.document.lines.line(at);
        let start = self.document.lines.start(line);
        let column = self
            .document
            .source
            .get(start..at)
            .map_or(0, |before| before.chars().count() + 1);
        self.problems.push(Problem {
            path: self.path.to_owned(),
            line,
            column,
            kind,
        });
    }

    fn context(&self, found: &Found) -> Context {
        let mut context = Context::default();
        for (id, text) in self.document.sections(found.block) {
            let plain = text.plain.as_str();
            if context.section.is_none()
                && matches!(
                    self.vocabulary.sections.whole(plain),
                    Some(Section::Actions | Section::Perhaps)
                )
            {
                context.section = Some(id);
            }
            context.priority = context
                .priority
                .or_else(|| section_priority(plain, self.vocabulary));
            context.kind = context.kind.or_else(|| self.vocabulary.kinds.whole(plain));
            if context.horizon.is_none() {
                context.horizon =
                    due::horizon(plain, self.date).map(|date| (date, horizon_words(plain)));
            }
        }
        context
    }

    fn title(&mut self, found: &Found) -> Result<String, String> {
        let mut plain = found.title.plain.clone();
        // The link that pm-sync put behind a title is no part of it.
        for own in found.title.links.iter().rev().filter(|l| is_own_link(l)) {
            plain.replace_range(own.text.clone(), "");
        }
        let title: String = plain
            .chars()
            .filter(|c| !words::is_unseen(*c) && !c.is_control())
            .collect();
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        let at = found.title.span.start;
        if self.vocabulary.is_blank(&title) {
            self.problem(at, ProblemKind::TitleEmpty);
            Err(title)
        } else if self.vocabulary.is_placeholder(&title) {
            self.problem(
                at,
                ProblemKind::TitlePlaceholder {
                    text: title.clone(),
                },
            );
            Err(title)
        } else {
            Ok(title)
        }
    }

    fn owners(&mut self, text: &Text) -> Vec<String> {
        match owner::read(&text.plain, self.vocabulary) {
            Owners::Named(owners) => owners,
            Owners::Blank => Vec::new(),
            Owners::Placeholder => {
                self.problem(
                    text.span.start,
                    ProblemKind::OwnerPlaceholder {
                        text: text.plain.trim().to_owned(),
                    },
                );
                Vec::new()
            }
        }
    }

    fn due(&mut self, field: Option<&Field>, context: &Context, closed: bool) -> DueDate {
        let default = || match &context.horizon {
            Some((date, words)) => DueDate {
                date: Some(*date),
                text: Some(words.clone()),
                recurring: false,
            },
            None => DueDate::default(),
        };
        let Some(field) = field else { return default() };
        // A struck-out date is no longer the due date, so the marks have to be seen.
        let written = field.text.plain.trim().to_owned();
        let live = without_struck(&field.text);
        let read = due::read(&live, self.date);
        let text = (!written.is_empty()).then(|| written.clone());
        let problem = match read {
            Due::On { date, .. } => {
                return DueDate {
                    date: Some(date),
                    text,
                    recurring: false,
                };
            }
            Due::Recurring => {
                if !closed {
                    self.problem(
                        field.text.span.start,
                        ProblemKind::DueRecurring { text: written },
                    );
                }
                return DueDate {
                    date: None,
                    text,
                    recurring: true,
                };
            }
            Due::Missing { placeholder: false } => return default(),
            Due::Missing { placeholder: true } => ProblemKind::DuePlaceholder { text: written },
            Due::NeedsReference => ProblemKind::DueNeedsDate { text: written },
            Due::Unreadable => ProblemKind::DueUnreadable { text: written },
        };
        self.problem(field.text.span.start, problem);
        let default = default();
        if default.date.is_some() {
            default
        } else {
            DueDate { text, ..default }
        }
    }

    fn priority(&mut self, text: &Text) -> Option<Priority> {
        let plain = text.plain.trim();
        if self.vocabulary.is_blank(plain) || self.vocabulary.is_placeholder(plain) {
            return None;
        }
        let bare = without_lead(plain);
        let found = self
            .vocabulary
            .priorities
            .whole(bare)
            .or_else(|| self.vocabulary.priorities.prefix(bare).map(|(p, _)| p));
        if found.is_none() {
            self.problem(
                text.span.start,
                ProblemKind::PriorityUnreadable {
                    text: plain.to_owned(),
                },
            );
        }
        found
    }

    fn kind(&self, plain: &str) -> Option<Kind> {
        let bare = without_lead(plain);
        self.vocabulary
            .kinds
            .whole(bare)
            .or_else(|| self.vocabulary.kinds.prefix(bare).map(|(k, _)| k))
    }

    /// The status and whether it stops the item.
    fn status(&mut self, found: &Found, field: Option<&Field>) -> (RowStatus, bool) {
        if let Some(field) = field {
            let words = |status, word| RowStatus {
                status,
                notation: Notation::Words,
                word,
            };
            return match status::read(&field.text, self.vocabulary) {
                Reading::Known(status, word) => (words(status, Some(word)), false),
                Reading::Blank => (words(Status::Todo, None), false),
                Reading::Unreadable => {
                    self.problem(
                        field.text.span.start,
                        ProblemKind::StatusUnreadable {
                            text: field.text.plain.trim().to_owned(),
                        },
                    );
                    (words(Status::Todo, None), true)
                }
            };
        }
        let row = match (&found.ticked, found.form) {
            (Some((ticked, _)), _) => RowStatus {
                status: if *ticked { Status::Done } else { Status::Todo },
                notation: Notation::Checkbox,
                word: None,
            },
            // A heading block takes a new field as readily as it took the others.
            (None, super::Form::Heading) => RowStatus {
                status: Status::Todo,
                notation: Notation::Words,
                word: None,
            },
            (None, _) => RowStatus {
                status: Status::Todo,
                notation: Notation::None,
                word: None,
            },
        };
        (row, false)
    }

    fn reference(&self, found: &Found, field: Option<&Field>) -> Option<Reference> {
        let own = |text: &Text| link::find(text).into_iter().find(|r| r.memory.is_some());
        let in_field =
            field.and_then(|f| own(&f.text).or_else(|| link::find(&f.text).into_iter().next()));
        in_field.or_else(|| own(&found.title))
    }

    fn tasks(&self, fields: &[Field]) -> Vec<Task> {
        let mut tasks = Vec::new();
        for field in fields.iter().filter(|f| f.column == Column::Tasks) {
            if !self.vocabulary.is_blank(&field.text.plain) {
                tasks.push(Task {
                    text: clean(&field.text.plain),
                    done: false,
                });
            }
            tasks.extend(field.list.iter().map(|(ticked, text)| Task {
                text: clean(&text.plain),
                done: ticked == &Some(true),
            }));
        }
        tasks
    }

    fn lines(&self, fields: &[Field], column: Column) -> Vec<String> {
        let mut lines = Vec::new();
        for field in fields.iter().filter(|f| f.column == column) {
            if !self.vocabulary.is_blank(&field.text.plain)
                && !self.vocabulary.is_placeholder(&field.text.plain)
            {
                lines.push(clean(&field.text.plain));
            }
            lines.extend(field.list.iter().map(|(_, text)| clean(&text.plain)));
        }
        lines
    }
}

/// Whether a link is one that pm-sync wrote: its title is a word of the status memory.
fn is_own_link(link: &crate::document::text::Link) -> bool {
    link.title.parse::<crate::plan::status::IssueWord>().is_ok()
}

fn clean(plain: &str) -> String {
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A value without the emoji in front of it.
fn without_lead(plain: &str) -> &str {
    plain.trim_start_matches(|c: char| {
        c.is_whitespace() || words::is_unseen(c) || status::is_emoji(c)
    })
}

/// The plain text without what is struck through, unless all of it is.
fn without_struck(text: &Text) -> String {
    let mut live = text.plain.clone();
    for range in text.struck.iter().rev() {
        live.replace_range(range.clone(), "");
    }
    if live.trim().is_empty() {
        text.plain.clone()
    } else {
        live
    }
}

/// The priority that a section's name gives its items: `優先度: Critical(緊急)`, `P1（1週間以内）`, `High priority`, `SEV2`, or a lone `高`.
pub fn section_priority(heading: &str, vocabulary: &Vocabulary) -> Option<Priority> {
    let bare = words::fold(without_lead(heading));
    if let Some(priority) = vocabulary.priorities.whole(&bare) {
        return Some(priority);
    }
    let named = ["優先度", "優先順位", "priority"]
        .iter()
        .find(|word| bare.contains(**word));
    let rest = named.map_or(bare.clone(), |word| bare.replacen(word, "", 1));
    let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
    let (priority, length) = vocabulary.priorities.prefix(rest)?;
    let token = &rest[..length];
    let code = token.starts_with(['p', 's']) && token.ends_with(|c: char| c.is_ascii_digit());
    (named.is_some() || code).then_some(priority)
}

/// The words of a heading that say until when: those in its parenthesis, or all of it.
fn horizon_words(heading: &str) -> String {
    let inside = heading
        .find(['(', '（'])
        .zip(heading.rfind([')', '）']))
        .filter(|(open, close)| open < close);
    match inside {
        Some((open, close)) => {
            let width = heading[open..].chars().next().map_or(1, char::len_utf8);
            heading[open + width..close].trim().to_owned()
        }
        None => heading.trim().to_owned(),
    }
}

/// The text of the heading a link into the document leads to.
pub fn section_title(document: &Document, item: &ActionItem) -> Option<String> {
    match &document.blocks.get(item.place.section?)?.kind {
        BlockKind::Heading { text, .. } => Some(text.plain.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_give_priorities() {
        let vocabulary = Vocabulary::built_in();
        for (heading, priority) in [
            ("優先度: Critical(緊急)", Some(Priority::P0)),
            ("優先度: High(高)", Some(Priority::P1)),
            ("優先度：中", Some(Priority::P2)),
            ("P1（1週間以内）", Some(Priority::P1)),
            ("Low priority", Some(Priority::P3)),
            ("🔴 緊急", Some(Priority::P0)),
            ("SEV2 follow-ups", Some(Priority::P1)),
            ("高可用性の検討", None),
            ("High availability", None),
            ("即座対応（1週間以内）", None),
            ("Action Items", None),
        ] {
            assert_eq!(section_priority(heading, vocabulary), priority, "{heading}");
        }
    }

    #[test]
    fn keys_are_made_unique() {
        let mut keys = HashMap::new();
        let given: Vec<String> = ["3", "3", "3-2", "3"]
            .map(|k| unique(&mut keys, k.to_owned()))
            .to_vec();
        assert_eq!(given, ["3", "3-2", "3-2-2", "3-3"]);
    }
}

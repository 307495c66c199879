//! From found records to typed action items: each field read on its own, each failure a problem, none hiding the rest.

mod row_status;
mod section;
mod waivers;

use std::collections::HashMap;

use chrono::NaiveDate;

use super::due::{self, Due};
use super::find::{self, Field, Found};
use super::inline;
use super::marks;
use super::owner::{self, Owners};
use super::people::People;
use super::problem::{self, Problem, ProblemKind};
use super::scope::{ScopeId, Scopes};
use super::status;
use super::vocabulary::{Column, Vocabulary};
use super::{
    ActionItem, DueDate, Kind, Place, Postmortem, Reference, Status, Task, link, postmortem,
    waiver, words,
};
use crate::config::Priority;
use crate::document::Document;
use crate::document::outline::BlockKind;
use crate::document::text::Text;

use self::row_status::name_status;
use self::section::horizon_words;
pub use self::section::{section_priority, section_title};

/// Reads the postmortem that a document holds. `path` is how the user would write its path; `id_prefix` completes a file name such as `042.md`.
pub fn read(
    document: &Document,
    path: &str,
    id_prefix: &str,
    vocabulary: &Vocabulary,
) -> Postmortem {
    let (found, scopes) = find::find(document, vocabulary);
    let mut postmortem = postmortem::read(document, path, id_prefix, vocabulary, &found);
    let mut reader = Reader {
        document,
        vocabulary,
        path,
        date: postmortem.date,
        problems: std::mem::take(&mut postmortem.problems),
        contexts: HashMap::new(),
        scopes: &scopes,
        habits: marks::Habits::of(&found, document, vocabulary),
    };
    if let Some(at) = crate::document::region::unpaired(&document.source) {
        reader.problem(at, ProblemKind::RegionUnpaired);
    }
    if let Some(at) = crate::document::region::unpaired_review(&document.source) {
        reader.problem(at, ProblemKind::SnapshotUnpaired);
    }
    let mut keys: HashMap<String, usize> = HashMap::new();
    for record in &found {
        // A row without a title, or with a placeholder for one, is a problem and no item.
        let Some(title) = reader.title(record) else {
            continue;
        };
        let key = record
            .number
            .clone()
            .unwrap_or_else(|| (postmortem.items.len() + 1).to_string());
        let item = reader.item(record, title, unique(&mut keys, key));
        postmortem.items.push(item);
    }
    let numbered = postmortem.id.is_some();
    for (at, name) in find::unread(document, vocabulary, &scopes, &found, numbered) {
        reader.problem(at, ProblemKind::SectionUnread { name });
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
    /// What the names above say, by scope.
    contexts: HashMap<ScopeId, Context>,
    scopes: &'d Scopes,
    habits: marks::Habits,
}

/// What the names above an item say about it.
#[derive(Default, Clone)]
struct Context {
    priority: Option<Priority>,
    kind: Option<Kind>,
    horizon: Option<(NaiveDate, String)>,
    owners: Vec<String>,
    status: Option<Status>,
    section: Option<usize>,
}

impl Reader<'_> {
    fn item(&mut self, found: &Found, title: String, key: String) -> ActionItem {
        let context = self.context(found);
        let field = |column: Column| found.fields.iter().find(|f| f.column == column);
        let (status, mark, unusable) = self.status(found, field(Column::Status), context.status);
        let reference = self.reference(found, field(Column::Issue));
        let owners = field(Column::Owner)
            .map(|f| self.owners(&f.text))
            .unwrap_or_default();
        let closed = status.status.is_closed();
        let mut due = self.due(field(Column::Due), &context, closed);
        let waivers = self.waivers(&found.fields, due.date, closed);
        due.date = waivers.iter().map(|w| w.until).chain(due.date).max();
        ActionItem {
            key,
            title,
            owners: if owners.is_empty() {
                context.owners.clone()
            } else {
                owners
            },
            owner_text: field(Column::Owner)
                .map(|f| clean(&f.text.plain))
                .filter(|text| self.vocabulary.is_placeholder(text)),
            due,
            waivers,
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
            unusable,
            place: Place {
                block: found.block,
                row: found.row,
                status_column: found.status_column,
                issue_column: found.issue_column,
                last_field: found.last_field,
                section: context.section,
                whole: found.whole.span.clone(),
                title: found.title.span.clone(),
                mark,
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

    fn context(&mut self, found: &Found) -> Context {
        let mut missing = Vec::new();
        let mut at = Some(found.scope);
        while let Some(id) = at.filter(|id| !self.contexts.contains_key(id)) {
            missing.push(id);
            at = self.scopes.all[id].parent;
        }
        for id in missing.into_iter().rev() {
            let context = self.context_of(id);
            self.contexts.insert(id, context);
        }
        self.contexts.get(&found.scope).cloned().unwrap_or_default()
    }

    /// What a scope's own name says, and what those above say where it is silent. Names above the section of action items say nothing of them.
    fn context_of(&self, id: ScopeId) -> Context {
        let scope = &self.scopes.all[id];
        let above = scope
            .parent
            .filter(|_| scope.root != Some(id))
            .and_then(|parent| self.contexts.get(&parent));
        let above = above.cloned().unwrap_or_default();
        let document_title = matches!(
            scope.block.map(|b| &self.document.blocks[b].kind),
            None | Some(BlockKind::Heading { level: 1, .. })
        );
        if document_title && scope.root.is_none() {
            return above;
        }
        let plain = scope.name.plain.as_str();
        let names_section = scope.root == Some(id) && scope.section.is_some_and(|s| s.is_open());
        let own_owner = owner::of_label(plain, self.vocabulary)
            .or_else(|| self.scopes.is_owner(id).then_some(plain));
        let owners = match own_owner.map(|o| owner::read(o, self.vocabulary)) {
            Some(Owners::Named(owners)) => owners,
            _ => above.owners,
        };
        Context {
            section: scope.block.filter(|_| names_section).or(above.section),
            priority: section_priority(plain, self.vocabulary).or(above.priority),
            kind: self.vocabulary.kinds.whole(plain).or(above.kind),
            horizon: due::horizon(plain, self.date)
                .map(|date| (date, horizon_words(plain)))
                .or(above.horizon),
            owners,
            status: name_status(plain, self.vocabulary).or(above.status),
        }
    }

    fn title(&mut self, found: &Found) -> Option<String> {
        let mut plain = found.title.plain.clone();
        // The link that pm-sync put behind a title is no part of it.
        for own in found.title.links.iter().rev().filter(|l| is_own_link(l)) {
            plain.replace_range(own.text.clone(), "");
        }
        let title = clean(&shown(&plain));
        let at = found.title.span.start;
        if self.vocabulary.is_blank(&title) {
            self.problem(at, ProblemKind::TitleEmpty);
            None
        } else if self.vocabulary.is_placeholder(&title) || self.vocabulary.is_example(&title) {
            self.problem(at, ProblemKind::TitlePlaceholder { text: title });
            None
        } else if waiver::is_day(&title) {
            // Nobody does a day: something is amiss.
            self.problem(at, ProblemKind::TitlePlaceholder { text: title });
            None
        } else {
            Some(title)
        }
    }

    fn owners(&mut self, text: &Text) -> Vec<String> {
        match owner::read(&text.lines().join("、"), self.vocabulary) {
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
        let live = live_lines(&field.text);
        let waived = waiver::clauses(&live, self.date, self.vocabulary);
        let vague = waiver::vague(&live, &waived, waiver::Place::Due, self.vocabulary);
        let moved = !waived.is_empty() || !vague.is_empty();
        let live = waiver::without(&live, &waived, &vague);
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
            _ if moved && !live.chars().any(char::is_alphanumeric) => {
                return default();
            }
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

    fn reference(&self, found: &Found, field: Option<&Field>) -> Option<Reference> {
        let own = |text: &Text| link::find(text).into_iter().find(|r| r.memory.is_some());
        let in_field = field.and_then(|f| {
            own(&f.text)
                .or_else(|| link::find(&f.text).into_iter().next())
                .or_else(|| link::other_tracker(&f.text))
        });
        let at_end = || {
            if found.form != super::Form::Table {
                return None;
            }
            // A ticket behind a cell's title is read, but writing there would change the title.
            let line = inline::read(&found.title, self.vocabulary, &People::default());
            let field = line
                .fields
                .into_iter()
                .find(|f| f.column == Column::Issue)?;
            let reference = link::find(&field.text)
                .into_iter()
                .next()
                .or_else(|| link::other_tracker(&field.text))?;
            Some(Reference {
                writable: false,
                ..reference
            })
        };
        // Where a column is there for it, what a title mentions is no link of the row.
        if found.issue_column.is_some() {
            return in_field.or_else(|| own(&found.whole));
        }
        in_field
            .or_else(|| own(&found.whole))
            .or_else(|| link::whole(&found.title))
            .or_else(at_end)
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
pub(super) fn is_own_link(link: &crate::document::text::Link) -> bool {
    link.title.parse::<crate::item::memory::IssueWord>().is_ok()
}

/// A text without what can't be seen; a control character is a space, and what joins two emoji stays.
fn shown(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len());
    let mut chars = plain.chars().peekable();
    while let Some(c) = chars.next() {
        let joins = c == '\u{200d}'
            && out.chars().next_back().is_some_and(status::is_emoji)
            && chars.peek().is_some_and(|next| status::is_emoji(*next));
        if c.is_control() {
            out.push(' ');
        } else if joins || !words::is_unseen(c) {
            out.push(c);
        }
    }
    out
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
fn live_lines(text: &Text) -> String {
    let mut live = String::with_capacity(text.plain.len());
    for (at, c) in text.plain.char_indices() {
        if at > 0 && text.begins_line(at) {
            live.push('\n');
        }
        if !text.struck.iter().any(|range| range.contains(&at)) {
            live.push(c);
        }
    }
    if live.trim().is_empty() {
        text.lines().join("\n")
    } else {
        live
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_show_what_can_be_seen() {
        for (written, seen) in [
            ("add\tan alert", "add an alert"),
            ("zero\u{200b}width", "zerowidth"),
            ("ask 👩\u{200d}💻 first", "ask 👩\u{200d}💻 first"),
            ("join\u{200d}ed", "joined"),
            ("a\u{7}b", "a b"),
        ] {
            assert_eq!(clean(&shown(written)), seen, "{written:?}");
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

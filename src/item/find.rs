//! Which blocks of a document are action items: by the names of sections, the headers of tables and the labels of fields.
//!
//! The rules are few. A table is taken for its columns, in any section but those that never hold action items. Entries, heading blocks and
//! paragraphs are taken for their section ([`scope`](super::scope)). A section whose name also heads prose (再発防止策, Next steps) counts only in a
//! document that shows itself a postmortem, and only where it has no section that names action items outright.

use std::ops::Range;

use super::Form;
use super::columns;
use super::inline::{self, Mark};
use super::owner::People;
use super::scope::{Scope, ScopeId, Scopes};
use super::vocabulary::{Column, DocumentKind, Section, Vocabulary};
use super::waiver;
use super::words;
use crate::document::Document;
use crate::document::outline::{Block, BlockId, BlockKind, Entry};
use crate::document::table::Table;
use crate::document::text::Text;

/// An action item as found, its fields not yet read.
#[derive(Debug, Clone)]
pub struct Found {
    /// The form it is written in.
    pub form: Form,
    /// The table, entry, heading or paragraph.
    pub block: BlockId,
    /// The row of the table.
    pub row: Option<usize>,
    /// Its first line.
    pub line: usize,
    /// What it says is to be done.
    pub title: Text,
    /// All of its line, with whatever fields and links stand in it.
    pub whole: Text,
    /// Its number as written.
    pub number: Option<String>,
    /// A checkbox in front of it.
    pub ticked: Option<(bool, Range<usize>)>,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// The block of its last labelled field.
    pub last_field: Option<BlockId>,
    /// The columns that can be written to.
    pub status_column: Option<usize>,
    /// The column of the issue.
    pub issue_column: Option<usize>,
    /// How its line says the status, if it does.
    pub mark: Option<Mark>,
    /// Whether its title is struck through.
    pub struck: bool,
    /// The names it stands under.
    pub scope: ScopeId,
}

/// A field of an action item.
#[derive(Debug, Clone)]
pub struct Field {
    /// What it holds.
    pub column: Column,
    /// What it says.
    pub text: Text,
    /// Entries below it, with their checkbox.
    pub list: Vec<(Option<bool>, Text)>,
}

/// Finds the action items of a document, in document order, and the names they stand under.
pub fn find(document: &Document, vocabulary: &Vocabulary) -> (Vec<Found>, Scopes) {
    let people = people(document, vocabulary);
    let scopes = Scopes::of(document, vocabulary, &people);
    let finder = Finder {
        document,
        vocabulary,
        people: &people,
        children: children(document),
        with_table: Vec::new(),
        scopes: &scopes,
    };
    let mut found = finder.collect();
    found.sort_by_key(|f| (f.line, f.block));
    (found, scopes)
}

/// The people whom the document names.
fn people(document: &Document, vocabulary: &Vocabulary) -> People {
    let mut people = People::default();
    let mut labelled = |text: &Text| {
        if let Some((label, value)) = split_label(text)
            && vocabulary.people.whole(&label).is_some()
            && value.plain.len() < 300
        {
            people.add(&value.plain);
        }
    };
    for block in &document.blocks {
        match &block.kind {
            BlockKind::Paragraph(lines) => lines.iter().for_each(&mut labelled),
            BlockKind::Heading { text, .. } => labelled(text),
            BlockKind::Entry(entry) => entry.lead.iter().take(1).for_each(&mut labelled),
            BlockKind::Table(_) => {}
        }
    }
    for block in &document.blocks {
        let under_people = block.section.is_some_and(|id| {
            matches!(&document.blocks[id].kind, BlockKind::Heading { text, .. } if vocabulary.people.whole(&text.plain).is_some())
        });
        match &block.kind {
            BlockKind::Entry(entry) if under_people => {
                if let Some(lead) = entry.lead.first().filter(|l| l.plain.len() < 200) {
                    people.add(lead.plain.split([':', '：', '-']).next().unwrap_or(""));
                }
            }
            BlockKind::Table(table) => {
                let owner =
                    table.header.cells.iter().position(|c| {
                        vocabulary.columns.whole(&c.text.plain) == Some(Column::Owner)
                    });
                if let Some(owner) = owner {
                    for row in &table.rows {
                        if let Some(cell) =
                            row.cells.get(owner).filter(|c| c.text.plain.len() < 200)
                            && !vocabulary.is_placeholder(&cell.text.plain)
                        {
                            people.add(&cell.text.plain);
                        }
                    }
                }
            }
            _ => {}
        }
    }
    people
}

/// The blocks that stand directly in each entry.
fn children(document: &Document) -> Vec<Vec<BlockId>> {
    let mut children = vec![Vec::new(); document.blocks.len()];
    for (id, block) in document.blocks.iter().enumerate() {
        if let Some(parent) = block.parent {
            children[parent].push(id);
        }
    }
    children
}

struct Finder<'d> {
    document: &'d Document,
    vocabulary: &'d Vocabulary,
    people: &'d People,
    children: Vec<Vec<BlockId>>,
    scopes: &'d Scopes,
    /// The sections, by the scope that opened them, that hold a table of action items.
    with_table: Vec<ScopeId>,
}

impl Finder<'_> {
    fn collect(mut self) -> Vec<Found> {
        let mut found = Vec::new();
        for (id, block) in self.document.blocks.iter().enumerate() {
            if let BlockKind::Table(table) = &block.kind {
                self.table(id, table, &mut found);
            }
        }
        self.with_table = found
            .iter()
            .filter_map(|f: &Found| self.scopes.scope(f.block).root)
            .collect();
        self.with_table.sort_unstable();
        self.with_table.dedup();
        // A document for reference has instructions where a postmortem has action items.
        if self.scopes.kind == Some(DocumentKind::Reference) {
            return found;
        }
        let tables = found.len();
        self.lists(&[Section::Actions], &mut found);
        let sure = found.len() > tables
            || found
                .iter()
                .any(|f| self.scopes.scope(f.block).section == Some(Section::Actions));
        if !sure && self.scopes.is_postmortem() {
            self.lists(&[Section::Perhaps], &mut found);
        }
        found
    }

    /// All forms but tables.
    fn lists(&self, accepted: &[Section], found: &mut Vec<Found>) {
        let accepts = |scope: &Scope| scope.section.is_some_and(|s| accepted.contains(&s));
        let mut in_block: Option<BlockId> = None;
        for (id, block) in self.document.blocks.iter().enumerate() {
            if !accepts(self.scopes.scope(id)) {
                continue;
            }
            let of_heading = in_block.is_some() && block.section == in_block;
            match &block.kind {
                BlockKind::Heading { text, .. } => {
                    if let Some(item) = self.heading_block(id, text) {
                        in_block = Some(id);
                        found.extend(item);
                    }
                }
                BlockKind::Entry(entry) if !of_heading && self.scopes.opened(id).is_none() => {
                    let own = block
                        .parent
                        .is_none_or(|parent| self.scopes.opened(parent).is_some());
                    if own && !self.is_legend(id, entry) {
                        found.extend(self.entry(id, entry));
                    }
                }
                BlockKind::Paragraph(lines)
                    if !of_heading
                        && block.parent.is_none()
                        && self.scopes.opened(id).is_none() =>
                {
                    found.extend(self.paragraph(id, lines));
                }
                _ => {}
            }
        }
    }

    // ── tables ──

    fn table(&self, id: BlockId, table: &Table, found: &mut Vec<Found>) {
        let scope = self.scopes.scope(id);
        let Some(columns) = columns::of(table, scope.section, self.vocabulary, self.people) else {
            return;
        };
        let place = |column: Column| columns.iter().position(|c| *c == Some(column));
        let Some(title) = place(Column::Title) else {
            return;
        };
        for (index, row) in table.rows.iter().enumerate() {
            if !row.piped && table.header.cells.len() > 1 {
                continue;
            }
            if row.cells.iter().all(|cell| cell.text.is_blank()) {
                continue;
            }
            let text = |column: usize| {
                row.cells
                    .get(column)
                    .map(|cell| cell.text.clone())
                    .unwrap_or_default()
            };
            let fields = columns
                .iter()
                .enumerate()
                .filter_map(|(at, column)| {
                    let column = (*column)?;
                    (!matches!(column, Column::Title | Column::Id)).then(|| Field {
                        column,
                        text: text(at),
                        list: Vec::new(),
                    })
                })
                .collect();
            let number = place(Column::Id)
                .map(|at| text(at).plain.trim().to_owned())
                .filter(|n| !self.vocabulary.is_blank(n));
            found.push(Found {
                form: Form::Table,
                block: id,
                row: Some(index),
                line: row.line,
                title: text(title),
                whole: text(title),
                number,
                ticked: None,
                fields,
                last_field: None,
                status_column: place(Column::Status),
                issue_column: place(Column::Issue),
                mark: None,
                struck: false,
                scope: self.scopes.id(id),
            });
        }
    }

    // ── heading blocks ──

    /// A heading that is an action item: with labelled fields below it, or with nothing below it but a paragraph or two.
    ///
    /// `Some(None)` where the heading names a component and its paragraph the item.
    fn heading_block(&self, id: BlockId, heading: &Text) -> Option<Option<Found>> {
        if self.vocabulary.heading(&heading.plain).is_some() {
            return None;
        }
        let below: Vec<(BlockId, &Block)> = self.document.blocks[id + 1..]
            .iter()
            .enumerate()
            .map(|(at, block)| (id + 1 + at, block))
            .take_while(|(_, block)| !matches!(block.kind, BlockKind::Heading { .. }))
            .filter(|(_, block)| block.parent.is_none())
            .collect();
        let mut fields = Vec::new();
        let mut last_field = None;
        for (block_id, block) in &below {
            match &block.kind {
                BlockKind::Entry(entry) => {
                    if let Some(field) = self.field(*block_id, entry) {
                        fields.push(field);
                        last_field = Some(*block_id);
                    } else if let (Some(checkbox), Some(text)) =
                        (&entry.checkbox, entry.lead.first())
                    {
                        // Boxes beside the fields are the item's steps.
                        fields.push(Field {
                            column: Column::Tasks,
                            text: Text::empty(text.span.start),
                            list: vec![(Some(checkbox.ticked), text.clone())],
                        });
                    }
                }
                BlockKind::Paragraph(lines) => {
                    for line in lines {
                        if let Some(field) = self.labelled(line) {
                            fields.push(field);
                            last_field = Some(*block_id);
                        }
                    }
                }
                _ => {}
            }
        }
        let telling = |f: &Field| {
            matches!(
                f.column,
                Column::Owner | Column::Due | Column::Status | Column::Priority | Column::Issue
            )
        };
        let told = fields.iter().any(telling);
        let (number, rest) = split_number(heading);
        let line = inline::read(&rest, self.vocabulary, self.people);
        fields.extend(line.fields);
        let item = Found {
            form: Form::Heading,
            block: id,
            row: None,
            line: self.document.blocks[id].line,
            title: line.title,
            whole: heading.clone(),
            number: number.or(line.number),
            ticked: None,
            fields,
            last_field,
            status_column: None,
            issue_column: None,
            mark: line.mark,
            struck: line.struck,
            scope: self.scopes.id(id),
        };
        if told {
            return Some(Some(item));
        }
        let scope = self.scopes.scope(id);
        let only_prose = !below.is_empty()
            && below.len() <= 3
            && below
                .iter()
                .all(|(_, block)| matches!(block.kind, BlockKind::Paragraph(_)));
        let grouped = self.vocabulary.kinds.whole(&heading.plain).is_some();
        if !only_prose || grouped || scope.section != Some(Section::Actions) {
            return None;
        }
        if names_a_task(&heading.plain) {
            let details = below.iter().filter_map(|(_, block)| match &block.kind {
                BlockKind::Paragraph(lines) => Some(Field {
                    column: Column::Details,
                    text: Text::join(lines),
                    list: Vec::new(),
                }),
                _ => None,
            });
            return Some(Some(Found {
                fields: item.fields.iter().cloned().chain(details).collect(),
                ..item
            }));
        }
        let [(block_id, block)] = below.as_slice() else {
            return None;
        };
        let BlockKind::Paragraph(lines) = &block.kind else {
            return None;
        };
        Some(Some(self.line(*block_id, Form::Paragraph, lines)?))
    }

    /// An entry that is a labelled field: `**担当**: @alice`, `Due: 2025-01-31`.
    fn field(&self, id: BlockId, entry: &Entry) -> Option<Field> {
        let text = match entry.lead.as_slice() {
            [] => return None,
            [line] => line.clone(),
            lines => Text::join(lines),
        };
        let mut field = self.labelled(&text)?;
        field.list = self.children[id]
            .iter()
            .filter_map(|child| match &self.document.blocks[*child].kind {
                BlockKind::Entry(child) => Some((
                    child.checkbox.as_ref().map(|c| c.ticked),
                    child.lead.first()?.clone(),
                )),
                _ => None,
            })
            .collect();
        Some(field)
    }

    fn labelled(&self, line: &Text) -> Option<Field> {
        // `Extended to 2025-03-01: vendor` has its date in the label.
        if waiver::begins(&line.plain, self.vocabulary) {
            return Some(Field {
                column: Column::Waiver,
                text: line.clone(),
                list: Vec::new(),
            });
        }
        let (label, text) = split_label(line)?;
        let column = if label_is_tasks(&label) {
            Column::Tasks
        } else {
            self.vocabulary.columns.whole(&label)?
        };
        if matches!(column, Column::Title | Column::Id) {
            return None;
        }
        Some(Field {
            column,
            text,
            list: Vec::new(),
        })
    }

    // ── entries and paragraphs ──

    /// The explanation of a word that a table of the section uses (`- **予防**: 再発を防ぐ対策`) is no item.
    fn is_legend(&self, id: BlockId, entry: &Entry) -> bool {
        let scope = self.scopes.scope(id);
        let beside_table = scope
            .root
            .is_some_and(|root| self.with_table.binary_search(&root).is_ok());
        if !beside_table || entry.checkbox.is_some() {
            return false;
        }
        let Some((label, _)) = entry.lead.first().and_then(split_label) else {
            return false;
        };
        self.vocabulary.kinds.whole(&label).is_some()
            || self.vocabulary.priorities.whole(&label).is_some()
            || self.vocabulary.statuses.whole(&label).is_some()
    }

    fn entry(&self, id: BlockId, entry: &Entry) -> Option<Found> {
        let form = match (&entry.checkbox, entry.number) {
            (Some(_), _) => Form::TaskList,
            (None, Some(_)) => Form::Numbered,
            (None, None) => Form::Bullet,
        };
        let mut found = self.line(id, form, &entry.lead)?;
        found.ticked = entry.checkbox.as_ref().map(|c| (c.ticked, c.span.clone()));
        found.number = found.number.or_else(|| entry.number.map(|n| n.to_string()));
        let inline = std::mem::take(&mut found.fields);
        for &child_id in &self.children[id] {
            match &self.document.blocks[child_id].kind {
                BlockKind::Entry(child) => {
                    if let Some(field) = self.field(child_id, child) {
                        found.last_field = Some(child_id);
                        found.fields.push(field);
                    } else if !child.lead.is_empty() {
                        let text = Text::join(&child.lead);
                        let column = if child.checkbox.is_some() {
                            Column::Tasks
                        } else {
                            Column::Details
                        };
                        found.fields.push(Field {
                            column,
                            text: Text::empty(text.span.start),
                            list: vec![(child.checkbox.as_ref().map(|c| c.ticked), text)],
                        });
                    }
                }
                BlockKind::Paragraph(lines) => {
                    found.fields.push(Field {
                        column: Column::Details,
                        text: Text::join(lines),
                        list: Vec::new(),
                    });
                }
                _ => {}
            }
        }
        found.fields.extend(inline);
        Some(found)
    }

    /// A paragraph among the items is one where it names an owner or a due date.
    fn paragraph(&self, id: BlockId, lines: &[Text]) -> Option<Found> {
        let found = self.line(id, Form::Paragraph, lines)?;
        let has = |column: Column| found.fields.iter().any(|f| f.column == column);
        (has(Column::Owner) && has(Column::Due)).then_some(found)
    }

    /// The text of an entry or paragraph, read as an item.
    fn line(&self, id: BlockId, form: Form, lines: &[Text]) -> Option<Found> {
        if lines.is_empty() {
            return None;
        }
        let whole = Text::join(lines);
        let line = inline::read(&whole, self.vocabulary, self.people);
        Some(Found {
            form,
            block: id,
            row: None,
            line: self.document.blocks[id].line,
            title: line.title,
            whole,
            number: line.number,
            ticked: None,
            fields: line.fields,
            last_field: None,
            status_column: None,
            issue_column: None,
            mark: line.mark,
            struck: line.struck,
            scope: self.scopes.id(id),
        })
    }
}

/// Whether a heading says what is to be done, instead of naming a component: more than two words, or a longer Japanese phrase.
fn names_a_task(heading: &str) -> bool {
    let bare = words::without_parentheses(&words::without_number(heading));
    if words::is_japanese(&bare) {
        bare.chars().count() >= 9
    } else {
        bare.split_whitespace().count() > 2
    }
}

fn label_is_tasks(label: &str) -> bool {
    matches!(
        words::fold(label).as_str(),
        "タスク" | "tasks" | "sub-tasks" | "subtasks" | "サブタスク" | "手順" | "steps"
    )
}

/// `**担当**: @alice` as label and value; a label is short and its colon isn't part of a time or URL.
pub fn split_label(text: &Text) -> Option<(String, Text)> {
    let (at, colon) = text
        .plain
        .char_indices()
        .take(60)
        .find(|(_, c)| matches!(c, ':' | '：'))?;
    let label = text.plain[..at].trim();
    let rest = &text.plain[at + colon.len_utf8()..];
    if label.is_empty() || label.chars().count() > 30 || rest.starts_with("//") {
        return None;
    }
    Some((
        label.to_owned(),
        text.slice(at + colon.len_utf8()..text.plain.len()),
    ))
}

/// A heading's leading number and the rest: `1. 題`, `2) title`, `3: title`, `AI-4: title`.
fn split_number(heading: &Text) -> (Option<String>, Text) {
    let plain = heading.plain.as_str();
    let code = plain
        .find([':', '：', ' ', ')', '.'])
        .filter(|at| plain[..*at].starts_with(|c: char| c.is_ascii_uppercase()))
        .filter(|at| inline::is_code(&plain[..*at]) && !plain[*at..].starts_with(' '));
    if let Some(at) = code {
        let width = plain[at..].chars().next().map_or(1, char::len_utf8);
        return (
            Some(plain[..at].to_owned()),
            heading.slice(at + width..plain.len()),
        );
    }
    let digits = plain.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &plain[digits..];
    let separator = rest
        .chars()
        .next()
        .filter(|c| matches!(c, '.' | ')' | ':' | '：' | '）' | '、'));
    match separator {
        Some(c)
            if digits > 0 && !rest[c.len_utf8()..].starts_with(|n: char| n.is_ascii_digit()) =>
        {
            (
                Some(plain[..digits].to_owned()),
                heading.slice(digits + c.len_utf8()..plain.len()),
            )
        }
        _ => (None, heading.clone()),
    }
}

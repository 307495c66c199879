//! Which blocks of a document are action items: by the names of sections, the headers of tables and the labels of fields.
//!
//! The rules are few. A table is taken for its columns, in any section but those that never hold action items. Entries, heading blocks and
//! paragraphs are taken for their section ([`scope`](super::scope)). A section whose name also heads prose (再発防止策, Next steps) counts only in a
//! document that shows itself a postmortem, and only where it has no section that names action items outright. In any other document a list of
//! it counts where an entry has a checkbox, an owner or a due date; beside such a section only entries with both of the latter do.

mod below;
mod heading;
mod table;
mod unread;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use super::Form;
use super::inline::{self, Mark};
use super::people::People;
use super::scope::{ScopeId, Scopes};
use super::vocabulary::{Column, DocumentKind, MetaField, Section, Vocabulary};
use super::waiver;
use super::words;
use crate::document::Document;
use crate::document::outline::{BlockId, BlockKind, Entry};
use crate::document::text::Text;
pub use unread::unread;

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
    let people = People::of(document, vocabulary);
    let scopes = Scopes::of(document, vocabulary, &people);
    let mut finder = Finder {
        document,
        vocabulary,
        people: &people,
        children: children(document),
        with_table: Vec::new(),
        field_lists: HashSet::new(),
        beside: HashSet::new(),
        entries_of: document
            .blocks
            .iter()
            .fold(HashMap::new(), |mut counts, block| {
                if let BlockKind::Entry(entry) = &block.kind {
                    *counts.entry(entry.list).or_insert(0) += 1;
                }
                counts
            }),
        scopes: &scopes,
    };
    finder.field_lists = below::field_lists(document, &finder);
    finder.beside = below::beside(document, &finder);
    let mut found = finder.collect();
    found.sort_by_key(|f| (f.line, f.block));
    (found, scopes)
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
    /// How many entries each list has.
    entries_of: HashMap<usize, usize>,
    /// The lists whose entries are fields of the line above.
    field_lists: HashSet<usize>,
    /// The lists right below the last entry of one numbered by hand whose entries are items beside it.
    beside: HashSet<usize>,
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
        self.lists(self.in_section(Section::Actions), &mut found);
        let sure = found.len() > tables
            || found
                .iter()
                .any(|f| self.scopes.scope(f.block).section == Some(Section::Actions));
        let postmortem = self.scopes.is_postmortem() || self.says_when_it_happened();
        let weak = found.len();
        self.lists(self.in_section(Section::Perhaps), &mut found);
        if sure || !postmortem {
            let perhaps = found.split_off(weak);
            found.extend(self.committed(perhaps, sure));
        }
        if found.is_empty() && postmortem {
            self.hinted(&mut found);
        }
        if found.is_empty() && postmortem {
            self.told(&mut found);
        }
        found
    }

    /// Those of the entries under a name that also heads prose that are meant to be done. Prose has no owner and no date: what has both is,
    /// whatever else the document has. Where it has no other section of action items (`sure`), a checkbox or either of the two will do, and
    /// what stands in one list with such an entry is as much to be done as that.
    fn committed(&self, perhaps: Vec<Found>, sure: bool) -> Vec<Found> {
        let has = |item: &Found, column| item.fields.iter().any(|field| field.column == column);
        let both = |item: &Found| has(item, Column::Owner) && has(item, Column::Due);
        let list = |item: &Found| match &self.document.blocks[item.block].kind {
            BlockKind::Entry(entry) if !sure => Some(entry.list),
            _ => None,
        };
        let lists: HashSet<usize> = perhaps
            .iter()
            .filter(|item| {
                // Below フォローアップ boxes alone are what a review goes through.
                let reviews = self.scopes.all[item.scope].root.is_some_and(|root| {
                    let name = &self.scopes.all[root].name.plain;
                    self.vocabulary.review_sections.whole(name).is_some()
                });
                item.ticked.is_some() && !reviews
                    || has(item, Column::Owner)
                    || has(item, Column::Due)
            })
            .filter_map(list)
            .collect();
        perhaps
            .into_iter()
            .filter(|item| both(item) || list(item).is_some_and(|list| lists.contains(&list)))
            .collect()
    }

    /// Whether a labelled line says when the incident happened, was noticed or was over: only a postmortem does.
    fn says_when_it_happened(&self) -> bool {
        let says = |line: &Text| {
            split_label(line).is_some_and(|(label, value)| {
                let told = !self.vocabulary.is_placeholder(value.plain.trim());
                told && matches!(
                    self.vocabulary.fields.whole(&label),
                    Some(MetaField::Occurred | MetaField::Detected | MetaField::Recovered)
                )
            })
        };
        self.document.blocks.iter().any(|block| match &block.kind {
            BlockKind::Paragraph(lines) => lines.iter().any(says),
            BlockKind::Entry(entry) => entry.lead.first().is_some_and(says),
            _ => false,
        })
    }

    /// What stands under a heading that nobody listed, but that has a word for action items in it. Only where nothing else of the document was
    /// read, so that a postmortem in words of its own isn't passed over.
    fn hinted(&self, found: &mut Vec<Found>) {
        let mut hinted: Vec<bool> = Vec::with_capacity(self.scopes.all.len());
        for scope in &self.scopes.all {
            let heading = scope.block.is_some_and(|block| {
                matches!(
                    self.document.blocks[block].kind,
                    BlockKind::Heading { level: 2.., .. }
                )
            });
            let own = heading && self.vocabulary.hints_at_actions(&scope.name.plain);
            // A scope stands behind the one around it.
            let around = scope.parent.is_some_and(|parent| hinted[parent]);
            hinted.push(scope.section.is_none() && (own || around));
        }
        self.lists(|scope| hinted[scope], found);
    }

    /// Lists that say what they are themselves, under whatever name: two entries at least, and each says who it is for and until when, or
    /// has a checkbox and an owner. Only where nothing else of the document was read.
    fn told(&self, found: &mut Vec<Found>) {
        let mut lists: BTreeMap<usize, Option<Vec<Found>>> = BTreeMap::new();
        for (id, block) in self.document.blocks.iter().enumerate() {
            let BlockKind::Entry(entry) = &block.kind else {
                continue;
            };
            let section = self.scopes.scope(id).section;
            if block.parent.is_some() || section.is_some_and(|s| s != Section::Response) {
                continue;
            }
            let items = lists.entry(entry.list).or_insert_with(|| Some(Vec::new()));
            let item = items
                .is_some()
                .then(|| self.entry(id, entry))
                .flatten()
                .filter(says_who_and_when);
            match (items.as_mut(), item) {
                (Some(items), Some(item)) => items.push(item),
                _ => *items = None,
            }
        }
        let told = lists
            .into_values()
            .flatten()
            .filter(|items| items.len() > 1);
        found.extend(told.flatten());
    }

    /// Whether a scope says that it holds that.
    fn in_section(&self, section: Section) -> impl Fn(ScopeId) -> bool {
        move |scope| self.scopes.all[scope].section == Some(section)
    }

    /// All forms but tables.
    fn lists(&self, accepts: impl Fn(ScopeId) -> bool, found: &mut Vec<Found>) {
        let mut in_block: Option<BlockId> = None;
        // The last block of fields that a line above them has taken.
        let mut taken: Option<BlockId> = None;
        // An entry that holds a table of action items names it.
        let tables: HashSet<BlockId> = found
            .iter()
            .filter(|f| f.form == Form::Table)
            .map(|f| f.block)
            .collect();
        for (id, block) in self.document.blocks.iter().enumerate() {
            // A plain line may name the section in whose paragraph its items follow.
            if let (BlockKind::Paragraph(lines), Some(opened)) =
                (&block.kind, self.scopes.opened(id))
                && block.parent.is_none()
                && accepts(opened)
                && self.scopes.all[opened].root == Some(opened)
            {
                let name = &self.scopes.all[opened].name.span;
                let behind = lines.partition_point(|line| line.span.start <= name.start);
                found.extend(self.several(id, &lines[behind..], opened));
                continue;
            }
            if !accepts(self.scopes.id(id)) {
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
                BlockKind::Entry(entry)
                    if block.parent.is_none() && self.field_lists.contains(&entry.list) => {}
                BlockKind::Entry(entry) if !of_heading && self.scopes.opened(id).is_none() => {
                    let own = block
                        .parent
                        .is_none_or(|parent| self.scopes.opened(parent).is_some())
                        || self.beside.contains(&entry.list);
                    let holds_table = self.children[id].iter().any(|child| tables.contains(child));
                    if own && !holds_table && !self.is_legend(id, entry) {
                        found.extend(self.entry(id, entry));
                    }
                }
                BlockKind::Paragraph(lines)
                    if !of_heading && block.parent.is_none() && taken != Some(id) =>
                {
                    if let Some(item) = self.led(id, lines) {
                        taken = item.last_field;
                        found.push(item);
                    } else if self.scopes.opened(id).is_none() {
                        let several = self.several(id, lines, self.scopes.id(id));
                        match several.is_empty() {
                            true => found.extend(self.paragraph(id, lines)),
                            false => found.extend(several),
                        }
                    }
                }
                _ => {}
            }
        }
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
        let whole = Text::join(&entry.lead);
        let hash = self.hash_in_front(entry, &whole);
        let rest = hash
            .as_ref()
            .map(|(_, from)| whole.slice(*from..whole.plain.len()));
        let mut found = match rest {
            Some(rest) => self.line(id, form, &[rest])?,
            None => self.line(id, form, &entry.lead)?,
        };
        match hash.map(|(text, _)| text) {
            Some(text) if self.counts(entry, &text.plain) => {
                found
                    .number
                    .get_or_insert(text.plain.trim_start_matches('#').to_owned());
            }
            Some(text) => found.fields.push(Field {
                column: Column::Issue,
                text,
                list: Vec::new(),
            }),
            None => {}
        }
        found.whole = whole;
        found.ticked = entry.checkbox.as_ref().map(|c| (c.ticked, c.span.clone()));
        found.number = found.number.or_else(|| entry.number.map(|n| n.to_string()));
        let inline = std::mem::take(&mut found.fields);
        for &child_id in &self.children[id] {
            match &self.document.blocks[child_id].kind {
                BlockKind::Entry(child) if self.beside.contains(&child.list) => {}
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

    /// `#41 title`: the number in front, and where the title begins.
    fn hash_in_front(&self, entry: &Entry, whole: &Text) -> Option<(Text, usize)> {
        let number = whole.plain.strip_prefix('#')?;
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        let spaced = number[digits..].starts_with(' ') && number[digits..].trim() != "";
        let linked = whole.links.iter().any(|l| l.text.start == 0);
        let lead = entry.lead.first()?.plain.len();
        (digits > 0 && digits + 1 < lead && spaced && !linked)
            .then(|| (whole.slice(0..digits + 1), digits + 1))
    }

    /// Whether `#2` counts the entries of a list instead of naming an issue: it is no more than there are.
    fn counts(&self, entry: &Entry, hash: &str) -> bool {
        let entries = self.entries_of.get(&entry.list).copied().unwrap_or(0);
        let number = hash.trim_start_matches('#').parse::<usize>();
        entries > 1 && number.is_ok_and(|n| n <= entries)
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

/// Whether an entry names an owner, and has a checkbox or says until when. A bare date may as well say when something was done.
fn says_who_and_when(found: &Found) -> bool {
    let has = |column: Column| found.fields.iter().any(|f| f.column == column);
    let whole = words::fold_bare(&found.whole.plain);
    let limited = [
        " by ", "(by ", "due", "eta", "until ", "end of ", "まで", "期限", "期日", "末", "〜", "~",
    ]
    .iter()
    .any(|word| whole.contains(word));
    has(Column::Owner) && (found.ticked.is_some() || has(Column::Due) && limited)
}

fn label_is_tasks(label: &str) -> bool {
    matches!(
        words::fold(label).as_str(),
        "タスク" | "tasks" | "sub-tasks" | "subtasks" | "サブタスク" | "手順" | "steps"
    )
}

/// `**担当**: @alice` as label and value; a label is short and its colon isn't part of a time or URL.
pub fn split_label(text: &Text) -> Option<(String, Text)> {
    if let Some(framed) = text.plain.strip_prefix('【') {
        let close = framed.char_indices().take(30).find(|(_, c)| *c == '】')?.0;
        let label = framed[..close].trim().to_owned();
        let from = '【'.len_utf8() + close + '】'.len_utf8();
        let rest = &text.plain[from..];
        let gap = rest.len() - rest.trim_start_matches([':', '：', ' ', '　']).len();
        return (!label.is_empty()).then(|| (label, text.slice(from + gap..text.plain.len())));
    }
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

//! What the names above a block say: headings, and the lines and bullets that stand in for headings.
//!
//! People announce a section by a heading, by a bold line, by a plain line (`再発を防止する方法：`) or by a bullet with the items below it
//! (`- **Review actions**:`). Inside it they group the items the same ways: by kind, by owner, by priority, by horizon, by component.
//! Every such name opens a [`Scope`]; a block lies in one, and a scope in another. This room only says what stands under what.

mod reviews;

use std::collections::{HashMap, HashSet};

use super::find::split_label;
use super::inline;
use super::owner;
use super::people::People;
use super::read::section_priority;
use super::vocabulary::{Column, DocumentKind, Part, Section, Vocabulary};
use super::words;
use crate::config::Kind;
use crate::document::Document;
use crate::document::outline::{BlockId, BlockKind, Entry};
use crate::document::text::Text;

/// The place of a scope in [`Scopes::all`]; 0 is the document itself.
pub type ScopeId = usize;

/// What one name covers.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The name; empty for the document itself.
    pub name: Text,
    /// The heading, paragraph or entry that gives it.
    pub block: Option<BlockId>,
    /// The scope around it.
    pub parent: Option<ScopeId>,
    /// What it says about what stands in it, its own name or the nearest one above that says anything.
    pub section: Option<Section>,
    /// The scope whose name opened the section: this one or one above it.
    pub root: Option<ScopeId>,
    /// Whether its name is that of the items' owner.
    pub owner: bool,
}

/// How a name that isn't a heading is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Bold,
    Colon,
    Frame,
    Plain,
}

/// The scopes of a document, and which one each block lies in.
#[derive(Debug)]
pub struct Scopes {
    /// All of them, each behind the one around it.
    pub all: Vec<Scope>,
    of: Vec<ScopeId>,
    /// The scope that an entry or paragraph opens for what stands below it.
    opened: Vec<Option<ScopeId>>,
    /// Whether an entry has the name of another part of a postmortem for its first line: `２．原因`.
    anatomy: bool,
    /// What the title says that the document is.
    pub kind: Option<DocumentKind>,
}

impl Scopes {
    /// Reads the names of a document.
    pub fn of(document: &Document, vocabulary: &Vocabulary, people: &People) -> Scopes {
        let title = document.front_matter.get("title").map(str::to_owned);
        let heading = document.blocks.iter().find_map(|block| match &block.kind {
            BlockKind::Heading { level: 1, text } => Some(text.plain.clone()),
            _ => None,
        });
        // A plain text has its title in its first line.
        let first = document.blocks.first().and_then(|block| match &block.kind {
            BlockKind::Paragraph(lines) => lines.first(),
            _ => None,
        });
        let first = first
            .filter(|line| heading.is_none() && line.plain.chars().count() <= 60)
            .map(|line| line.plain.clone());
        let kind = [title, heading, first]
            .into_iter()
            .flatten()
            .find_map(|title| vocabulary.document_kind(&title));
        let mut reader = Reader {
            document,
            vocabulary,
            people,
            all: vec![Scope {
                name: Text::default(),
                block: None,
                parent: None,
                section: None,
                root: None,
                owner: false,
            }],
            of: vec![0; document.blocks.len()],
            opened: vec![None; document.blocks.len()],
            current: 0,
            heading: 0,
            line: None,
            has_entries: has_entries(document),
            by_kind: siblings_by_kind(document, vocabulary, people),
            empty: None,
            customers: None,
        };
        for id in 0..document.blocks.len() {
            reader.block(id);
        }
        Scopes {
            all: reader.all,
            of: reader.of,
            opened: reader.opened,
            anatomy: document.blocks.iter().any(|block| match &block.kind {
                BlockKind::Entry(entry) if block.parent.is_none() => entry
                    .lead
                    .first()
                    .and_then(|line| vocabulary.sections.whole(&line.plain))
                    .is_some_and(|s| matches!(s, Section::Anatomy | Section::Response)),
                _ => false,
            }),
            kind,
        }
    }

    /// The scope that a block lies in; for a heading the one it opens.
    pub fn scope(&self, block: BlockId) -> &Scope {
        &self.all[self.of[block]]
    }

    /// Its id.
    pub fn id(&self, block: BlockId) -> ScopeId {
        self.of[block]
    }

    /// The scope that an entry or paragraph opens for what stands below it: it is a name, and no item.
    pub fn opened(&self, block: BlockId) -> Option<ScopeId> {
        self.opened[block]
    }

    /// Whether a scope is named after its items' owner.
    pub fn is_owner(&self, scope: ScopeId) -> bool {
        self.all[scope].owner
    }

    /// Whether the document shows itself a postmortem, by its title or by a part that only postmortems have.
    pub fn is_postmortem(&self) -> bool {
        self.kind == Some(DocumentKind::Postmortem)
            || self.anatomy
            || self
                .all
                .iter()
                .any(|s| matches!(s.section, Some(Section::Anatomy | Section::Response)))
    }
}

/// For each block whether a list entry or a table stands directly in it.
fn has_entries(document: &Document) -> Vec<bool> {
    let mut has = vec![false; document.blocks.len()];
    for block in &document.blocks {
        if let (BlockKind::Entry(_) | BlockKind::Table(_), Some(parent)) =
            (&block.kind, block.parent)
        {
            has[parent] = true;
        }
    }
    has
}

/// The headings Detection, Mitigation and the like that stand beside one for prevention and hold action items as that one does. The same
/// words tell how the incident went, and so each of their entries has to have a checkbox, an owner or a due date.
fn siblings_by_kind(
    document: &Document,
    vocabulary: &Vocabulary,
    people: &People,
) -> HashSet<BlockId> {
    let mut groups: HashMap<_, Vec<(BlockId, Kind)>> = HashMap::new();
    for (id, block) in document.blocks.iter().enumerate() {
        if let BlockKind::Heading { text, level } = &block.kind
            && let Some(kind) = vocabulary.kinds.whole(&text.plain)
        {
            groups
                .entry((block.section, *level))
                .or_default()
                .push((id, kind));
        }
    }
    let prevents = |group: &[(BlockId, Kind)]| group.iter().any(|(_, k)| *k == Kind::Prevent);
    groups
        .into_values()
        .filter(|group| group.len() > 1 && prevents(group))
        .flatten()
        .map(|(id, _)| id)
        .filter(|id| {
            let below = document.blocks[id + 1..]
                .iter()
                .take_while(|b| !matches!(b.kind, BlockKind::Heading { .. }));
            let mut entries = below
                .filter(|b| b.parent.is_none())
                .filter_map(|b| match &b.kind {
                    BlockKind::Entry(entry) => Some(entry),
                    _ => None,
                })
                .peekable();
            entries.peek().is_some()
                && entries.all(|entry| {
                    let line = || inline::read(&Text::join(&entry.lead), vocabulary, people);
                    entry.checkbox.is_some()
                        || line()
                            .fields
                            .iter()
                            .any(|f| matches!(f.column, Column::Owner | Column::Due))
                })
        })
        .collect()
}

struct Reader<'d> {
    document: &'d Document,
    vocabulary: &'d Vocabulary,
    people: &'d People,
    all: Vec<Scope>,
    of: Vec<ScopeId>,
    opened: Vec<Option<ScopeId>>,
    /// The scope of what comes next outside lists, and that of the heading above it.
    current: ScopeId,
    heading: ScopeId,
    /// How the line that opened the current section is written, and its scope.
    line: Option<(Style, ScopeId)>,
    has_entries: Vec<bool>,
    /// The headings that are action items by kind beside a heading 予防 or Prevention.
    by_kind: HashSet<BlockId>,
    /// A section of action items with nothing in it yet: its scope and level.
    empty: Option<(ScopeId, u8)>,
    /// The level of the heading above text for customers: what it promises them is no action item.
    customers: Option<u8>,
}

impl Reader<'_> {
    fn block(&mut self, id: BlockId) {
        let document = self.document;
        let block = &document.blocks[id];
        let inside = block
            .parent
            .map(|parent| self.opened[parent].unwrap_or(self.of[parent]));
        self.of[id] = inside.unwrap_or(self.current);
        match &block.kind {
            BlockKind::Heading { text, level } => {
                let mut above = block.section.map_or(0, |heading| self.of[heading]);
                let mut deeper = block.section.is_some_and(|id| {
                    matches!(document.blocks[id].kind, BlockKind::Heading { level: above, .. } if above < *level)
                });
                let mut own = self.vocabulary.heading(&text.plain);
                let kind = self.vocabulary.kinds.whole(&text.plain).is_some();
                // Headings for the kinds go on with a section that has nothing else in it, though they are of its own level.
                match self.empty {
                    Some((section, at)) if at == *level && kind => {
                        (above, deeper) = (section, true);
                    }
                    Some((_, at)) if *level > at => {}
                    _ => self.empty = None,
                }
                let inside = self.all[above].section.is_some_and(Section::is_open);
                if !inside && self.by_kind.contains(&id) {
                    own = Some(Section::Perhaps);
                }
                if deeper && inside && self.holds_reviews(id, text, *level) {
                    own = Some(Section::Never);
                }
                if self.customers.is_some_and(|at| *level <= at) {
                    self.customers = None;
                }
                // A title names the document, not a section of it.
                if *level > 1
                    && self.customers.is_none()
                    && self.vocabulary.parts.whole(&text.plain) == Some(Part::Customers)
                {
                    self.customers = Some(*level);
                    own = Some(Section::Never);
                }
                own = self.for_customers(own);
                let scope = self.open(text.clone(), id, above, own, deeper);
                if own == Some(Section::Actions) {
                    self.empty = self.next_is_kind(id, *level).then_some((scope, *level));
                }
                self.of[id] = scope;
                self.current = scope;
                self.heading = scope;
                self.line = None;
            }
            BlockKind::Paragraph(lines) if block.parent.is_none() => {
                let last = lines.len().saturating_sub(1);
                for (index, line) in lines.iter().enumerate() {
                    self.line(id, line, index == last);
                }
            }
            BlockKind::Entry(entry) if self.has_entries[id] => self.entry(id, entry),
            _ => {}
        }
    }

    /// What a name says, unless it merely names promises to customers.
    fn for_customers(&self, own: Option<Section>) -> Option<Section> {
        match own {
            Some(section) if self.customers.is_some() && section.is_open() => Some(Section::Never),
            own => own,
        }
    }

    /// Whether a heading stands at once above another of its level that names a kind.
    fn next_is_kind(&self, id: BlockId, level: u8) -> bool {
        self.document.blocks.get(id + 1).is_some_and(|next| {
            matches!(&next.kind, BlockKind::Heading { text, level: below }
                if *below == level && self.vocabulary.kinds.whole(&text.plain).is_some())
        })
    }

    /// Adds a scope. Below a section of action items a name that may mean something else merely groups them.
    fn open(
        &mut self,
        name: Text,
        block: BlockId,
        parent: ScopeId,
        own: Option<Section>,
        below: bool,
    ) -> ScopeId {
        let above = self.all[parent].section;
        let groups = below
            && above.is_some_and(Section::is_open)
            && match own {
                Some(Section::Perhaps | Section::Response) => true,
                Some(Section::Never | Section::Anatomy) => {
                    self.vocabulary.kinds.whole(&name.plain).is_some()
                }
                Some(Section::Actions) | None => false,
            };
        let own = own.filter(|_| !groups);
        let id = self.all.len();
        let owner = own.is_none()
            && above.is_some_and(Section::is_open)
            && owner::is_name(&name.plain, self.vocabulary, self.people);
        self.all.push(Scope {
            name,
            block: Some(block),
            parent: Some(parent),
            section: own.or(above),
            root: if own.is_some() {
                Some(id)
            } else {
                self.all[parent].root
            },
            owner,
        });
        id
    }

    /// A line of a paragraph outside lists: perhaps the name of a section or group.
    fn line(&mut self, id: BlockId, line: &Text, last: bool) {
        let Some((style, name, rest)) = split_name(line) else {
            return;
        };
        let own = match style {
            Style::Plain => self.vocabulary.sections.whole(&name.plain),
            _ if rest => self.vocabulary.sections.whole(&name.plain),
            Style::Bold | Style::Colon | Style::Frame => self.vocabulary.heading(&name.plain),
        };
        let mut own = self.for_customers(own);
        let section = self.all[self.current].section;
        if !rest
            && last
            && own.is_none_or(Section::is_open)
            && section.is_some_and(Section::is_open)
            && self.line_holds_reviews(id, &name)
        {
            own = Some(Section::Never);
        }
        let under_heading = self.line.is_none();
        if rest {
            // `影響：約1万人` names a part of a plain-text document. Under a heading of action items it is a remark.
            let ends = matches!(
                own,
                Some(Section::Never | Section::Anatomy | Section::Response)
            );
            let begins = own == Some(Section::Actions) && last;
            let shadows = under_heading && section.is_some_and(Section::is_open);
            if (ends && !shadows) || begins {
                self.current = self.open(name, id, self.heading, own, false);
                self.line = Some((style, self.current));
            }
            return;
        }
        if let Some(own) = own {
            // Where a line opened the section, a line with another section's name ends it, unless that name groups by kind.
            let kind = self.vocabulary.kinds.whole(&name.plain).is_some();
            let groups = section.is_some_and(Section::is_open) && kind && !own.is_open();
            let parent = match self.line {
                Some((_, opener)) if groups => opener,
                _ => self.heading,
            };
            let below = under_heading || groups;
            let scope = self.open(name, id, parent, Some(own), below);
            self.opened[id] = Some(scope);
            self.current = scope;
            if !groups && self.all[scope].root == Some(scope) {
                self.line = Some((style, scope));
            }
            return;
        }
        if !section.is_some_and(Section::is_open) {
            // A line written like the one that opened `タイムライン：` ends that part.
            if style != Style::Plain
                && is_short(&name.plain)
                && self.line.is_some_and(|(opener, _)| opener == style)
            {
                self.current = self.heading;
                self.line = None;
            }
            return;
        }
        let parent = self.line.map_or(self.heading, |(_, scope)| scope);
        if self.says_something(&name) {
            self.current = self.open(name, id, parent, None, true);
            self.opened[id] = Some(self.current);
        } else if style != Style::Plain && is_short(&name.plain) {
            match self.line {
                Some((opener, _)) if opener == style => {
                    self.current = self.heading;
                    self.line = None;
                }
                _ if style == Style::Bold || last => {
                    self.current = self.open(name, id, parent, None, true);
                    self.opened[id] = Some(self.current);
                }
                _ => {}
            }
        }
    }

    /// An entry with entries below it: perhaps the name of a section or group.
    fn entry(&mut self, id: BlockId, entry: &Entry) {
        let document = self.document;
        let parent = document.blocks[id].parent;
        if entry.checkbox.is_some() || parent.is_some_and(|p| self.opened[p].is_none()) {
            return;
        }
        let [lead] = entry.lead.as_slice() else {
            return;
        };
        let Some((_, name, false)) = split_name(lead) else {
            return;
        };
        let around = self.of[id];
        let own = self.for_customers(self.vocabulary.sections.whole(&name.plain));
        let open = self.all[around].section.is_some_and(Section::is_open);
        // Bold type alone is a lead with details below; with a colon, or saying who or what for, it groups.
        let colon = lead.plain.trim_end().ends_with([':', '：']);
        // `Page the on-call` names somebody, but with `Owner: @ann` below it, or `(@ann)` beside it, it is what is to be done.
        let item =
            self.field_below(id) || lead.plain.contains(['(', '（']) && lead.plain.contains('@');
        let groups = own.is_some()
            || open && !item && (self.says_something(&name) || colon && is_short(&name.plain));
        if groups {
            self.opened[id] = Some(self.open(name, id, around, own, open));
        }
    }

    /// Whether the first entry below an entry is a labelled field of an action item.
    fn field_below(&self, id: BlockId) -> bool {
        let below = self.document.blocks.get(id + 1);
        let lead = below
            .filter(|b| b.parent == Some(id))
            .and_then(|block| match &block.kind {
                BlockKind::Entry(entry) => entry.lead.first(),
                _ => None,
            });
        lead.and_then(split_label).is_some_and(|(label, _)| {
            matches!(
                self.vocabulary.columns.whole(&label),
                Some(Column::Owner | Column::Due | Column::Status | Column::Waiver)
            )
        })
    }

    /// Whether a name tells a kind, a priority, a status, an owner or a horizon.
    fn says_something(&self, name: &Text) -> bool {
        let plain = name.plain.as_str();
        let vocabulary = self.vocabulary;
        // Any date will do to see whether there is a horizon at all.
        let some_day = chrono::NaiveDate::from_ymd_opt(2025, 1, 6);
        vocabulary.kinds.whole(plain).is_some()
            || vocabulary.horizons.whole(plain).is_some()
            || section_priority(plain, vocabulary).is_some()
            || vocabulary.statuses.whole(plain).is_some()
            || owner::of_label(plain, vocabulary).is_some()
            || owner::is_name(plain, vocabulary, self.people)
            || (plain.chars().count() <= 30 && super::due::horizon(plain, some_day).is_some())
    }
}

/// The name of a component is one to three words.
fn is_short(name: &str) -> bool {
    let bare = words::without_parentheses(name);
    if words::is_japanese(&bare) {
        bare.chars().count() <= 12
    } else {
        bare.split_whitespace().count() <= 3
    }
}

/// A line as a name: how it is written, the name, and whether more than the name stands there.
fn split_name(line: &Text) -> Option<(Style, Text, bool)> {
    let plain = line.plain.as_str();
    let trimmed = plain.trim_end();
    if trimmed.is_empty() || trimmed.len() > 240 {
        return None;
    }
    let bare = trimmed.trim_end_matches([':', '：']);
    // 【対策】 and ［対策］ stand for a heading in plain text.
    let framed = [
        ('【', '】'),
        ('［', '］'),
        ('＜', '＞'),
        ('〈', '〉'),
        ('《', '》'),
    ]
    .iter()
    .find(|(open, close)| trimmed.starts_with(*open) && trimmed.contains(*close));
    if let Some((open, close)) = framed {
        let end = trimmed.find(*close).unwrap_or(trimmed.len());
        let name = line.slice(open.len_utf8()..end);
        let rest = !trimmed[end + close.len_utf8()..]
            .trim_matches([':', '：', ' '])
            .is_empty();
        return Some((Style::Frame, name, rest));
    }
    let bold = line
        .strong
        .first()
        .is_some_and(|s| s.start == 0 && s.end >= bare.len());
    if bold || bare.len() < trimmed.len() {
        let style = if bold { Style::Bold } else { Style::Colon };
        return Some((style, line.slice(0..bare.len()), false));
    }
    if let Some((at, _)) = plain.char_indices().find(|(_, c)| matches!(c, ':' | '：')) {
        let rest = &plain[at..];
        if rest.starts_with("://") || plain[..at].chars().count() > 30 {
            return None;
        }
        return Some((Style::Colon, line.slice(0..at), true));
    }
    Some((Style::Plain, line.slice(0..trimmed.len()), false))
}

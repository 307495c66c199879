//! The people whom a document names: as authors, as attendees, in an owner column, behind its action items.

use std::collections::{BTreeMap, HashSet};

use super::find::split_label;
use super::inline::name_behind;
use super::owner::split;
use super::vocabulary::{Column, Section, Vocabulary};
use super::words::{self, fold};
use crate::document::Document;
use crate::document::outline::{BlockId, BlockKind};
use crate::document::text::Text;

/// The names of the people whom a document itself names, as authors, as attendees or in an owner column.
#[derive(Debug, Clone, Default)]
pub struct People(HashSet<String>);

impl People {
    /// Adds all names of a value such as `Ann Lee, Bo (SRE)`; the first name of a full one counts too.
    pub fn add(&mut self, value: &str) {
        for name in split(value) {
            let bare = words::without_parentheses(name);
            let folded = fold(bare.trim_start_matches(['@', '＠']));
            if folded.is_empty() || folded.len() > 60 || folded.bytes().all(|b| b.is_ascii_digit())
            {
                continue;
            }
            let parts: Vec<&str> = folded.split(' ').collect();
            if let [first, _] | [first, _, _] = parts.as_slice()
                && first.chars().count() > 1
            {
                self.0.insert((*first).to_owned());
            }
            self.0.insert(folded);
        }
    }

    /// Whether these are people whom the document names, and nobody else.
    pub fn names(&self, text: &str) -> bool {
        split(text).iter().all(|name| self.has(name))
    }

    /// Every name, folded, without `@`; of a full one its first part, too.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(&fold(name.trim_start_matches(['@', '＠'])))
    }

    /// The people whom a document names.
    pub fn of(document: &Document, vocabulary: &Vocabulary) -> People {
        let mut people = People::default();
        people.add_labelled(document, vocabulary);
        people.add_listed(document, vocabulary);
        people.add_behind_items(document, vocabulary);
        people
    }

    /// Those behind a label: `**Incident commander**: Ann Lee`.
    fn add_labelled(&mut self, document: &Document, vocabulary: &Vocabulary) {
        let mut labelled = |text: &Text| {
            if let Some((label, value)) = split_label(text)
                && vocabulary.people.whole(&label).is_some()
                && value.plain.len() < 300
            {
                self.add(&value.plain);
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
    }

    /// Those in a list of attendees, and in owner columns.
    fn add_listed(&mut self, document: &Document, vocabulary: &Vocabulary) {
        for block in &document.blocks {
            let under_people = block.section.is_some_and(|id| {
                matches!(&document.blocks[id].kind, BlockKind::Heading { text, .. } if vocabulary.people.whole(&text.plain).is_some())
            });
            match &block.kind {
                BlockKind::Entry(entry) if under_people => {
                    if let Some(lead) = entry.lead.first().filter(|l| l.plain.len() < 200) {
                        self.add(lead.plain.split([':', '：', '-']).next().unwrap_or(""));
                    }
                }
                BlockKind::Table(table) => {
                    let owner = table.header.cells.iter().position(|c| {
                        vocabulary.headers.whole(&c.text.plain) == Some(Column::Owner)
                    });
                    let cells = owner.into_iter().flat_map(|owner| {
                        table
                            .rows
                            .iter()
                            .filter_map(move |row| row.cells.get(owner))
                    });
                    for cell in cells.filter(|c| c.text.plain.len() < 200) {
                        if !vocabulary.is_placeholder(&cell.text.plain) {
                            self.add(&cell.text.plain);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Those behind action items, where that is how the document names owners: two entries of a section at least, and most of them, end
    /// with what looks like a name, in brackets or behind a dash. A single `(Kafka)` is no owner.
    fn add_behind_items(&mut self, document: &Document, vocabulary: &Vocabulary) {
        let mut sections: Vec<Option<BlockId>> = vec![None; document.blocks.len()];
        let mut counts: BTreeMap<BlockId, (usize, Vec<&str>)> = BTreeMap::new();
        for (id, block) in document.blocks.iter().enumerate() {
            let above = block.section.and_then(|heading| sections[heading]);
            match &block.kind {
                BlockKind::Heading { text, .. } => {
                    sections[id] = match vocabulary.heading(&text.plain) {
                        Some(section) if section.is_open() => above.or(Some(id)),
                        Some(Section::Response) | None => above,
                        Some(_) => None,
                    };
                }
                BlockKind::Entry(entry) if block.parent.is_none() => {
                    if let (Some(section), Some(lead)) = (above, entry.lead.last()) {
                        let (entries, names) = counts.entry(section).or_default();
                        *entries += 1;
                        names.extend(name_behind(lead, vocabulary));
                    }
                }
                _ => {}
            }
        }
        for (entries, names) in counts.into_values() {
            if names.len() > 1 && names.len() * 3 >= entries * 2 {
                names.into_iter().for_each(|name| self.add(name));
            }
        }
    }
}

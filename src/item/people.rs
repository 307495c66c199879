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

/// Labels of somebody, beside those by which owners are known: whoever stands behind one may not be made public, and is no owner for it.
const LABELS: [&str; 62] = [
    "reviewer",
    "reviewers",
    "reviewed by",
    "approver",
    "approvers",
    "approved by",
    "prepared by",
    "drafted by",
    "created by",
    "updated by",
    "edited by",
    "on-call",
    "oncall",
    "on-call engineer",
    "on call",
    "on call engineer",
    "primary on-call",
    "secondary on-call",
    "scribe",
    "comms lead",
    "communications lead",
    "communication lead",
    "operations lead",
    "ops lead",
    "incident lead",
    "incident manager",
    "customer liaison",
    "liaison",
    "contact",
    "contacts",
    "contact person",
    "detected by",
    "reported by",
    "resolved by",
    "fixed by",
    "editor",
    "editors",
    "contributor",
    "contributors",
    "assignee",
    "manager",
    "signed off by",
    "signature",
    "レビュアー",
    "レビューア",
    "レビュワー",
    "指揮",
    "指揮官",
    "担当",
    "主担当",
    "副担当",
    "連絡先",
    "書記",
    "部署・氏名",
    "所属・氏名",
    "氏名",
    "体制",
    "対応体制",
    "障害対応体制",
    "承認",
    "確認",
    "作成",
];

/// Ends of Japanese labels of somebody: 承認者, 確認者, 障害対応者, 起票者, 主担当.
const ENDS: [&str; 4] = ["者", "担当", "氏名", "コマンダー"];

/// Labels with such an end that count people.
const COUNTED: [&str; 4] = ["利用者", "影響者", "対象者", "被害者"];

/// Headers of columns of names, where a column of roles or the like stands beside.
const NAME: [&str; 4] = ["name", "names", "名前", "お名前"];
const BESIDE: [&str; 14] = [
    "role",
    "title",
    "team",
    "date",
    "signature",
    "department",
    "contact",
    "email",
    "役割",
    "役職",
    "部署",
    "所属",
    "日付",
    "署名",
];

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

    /// Whether a label is one of somebody, wherever a document has it.
    pub fn is_label(label: &str, vocabulary: &Vocabulary) -> bool {
        vocabulary.people.whole(label).is_some()
            || words::alternatives(label).iter().any(|name| {
                LABELS.contains(&name.as_str())
                    || (ENDS.iter().any(|end| name.ends_with(end))
                        && name.chars().count() < 12
                        && !COUNTED.iter().any(|counted| name.contains(counted)))
            })
    }

    /// Everybody whom a document names by any label, table or list of people: reviewers, approvers, scribes, contacts. More than
    /// [`People::of`] knows, and for nothing but keeping them unnamed: a word too many does no harm to that.
    pub fn named_anywhere(document: &Document, vocabulary: &Vocabulary) -> People {
        let mut people = People::default();
        let is_label = |label: &str| People::is_label(label, vocabulary);
        for block in &document.blocks {
            let listed = block.section.is_some_and(|id| {
                matches!(&document.blocks[id].kind, BlockKind::Heading { text, .. } if is_label(&text.plain))
            });
            match &block.kind {
                BlockKind::Paragraph(lines) => {
                    for text in lines {
                        people.add_labels(&text.plain, listed, &is_label);
                    }
                }
                BlockKind::Heading { text, .. } => {
                    people.add_labels(&text.plain, false, &is_label);
                }
                BlockKind::Entry(entry) => {
                    if let Some(lead) = entry.lead.first() {
                        people.add_labels(&lead.plain, listed, &is_label);
                    }
                }
                BlockKind::Table(table) => {
                    let header: Vec<&str> = table
                        .header
                        .cells
                        .iter()
                        .map(|cell| cell.text.plain.as_str())
                        .collect();
                    let beside = header
                        .iter()
                        .any(|name| BESIDE.contains(&fold(name).as_str()));
                    for row in std::iter::once(&table.header).chain(&table.rows) {
                        let cells: Vec<&str> = row
                            .cells
                            .iter()
                            .map(|cell| cell.text.plain.as_str())
                            .collect();
                        if let [label, value] = cells.as_slice()
                            && is_label(label)
                        {
                            people.add_likely(value);
                        }
                    }
                    for row in &table.rows {
                        for (cell, name) in row.cells.iter().zip(&header) {
                            let named =
                                is_label(name) || (beside && NAME.contains(&fold(name).as_str()));
                            if named && !is_label(&cell.text.plain) {
                                people.add_likely(&cell.text.plain);
                            }
                        }
                    }
                }
            }
        }
        people
    }

    /// Those of a line such as `作成者：基盤部　西園寺　承認者：鈴木`; where it stands in a list of people, the line's own name.
    fn add_labels(&mut self, text: &str, listed: bool, is_label: &impl Fn(&str) -> bool) {
        if text.len() > 300 {
            return;
        }
        let mut value: Option<String> = None;
        let mut labelled = false;
        for part in text.split(['　', '／', '|', '\t']) {
            let split = part.split_once([':', '：']);
            match split.filter(|(label, _)| label.chars().count() < 30) {
                Some((label, behind)) => {
                    if let Some(value) = value.take() {
                        self.add_likely(&value);
                    }
                    if is_label(label.trim()) {
                        labelled = true;
                        value = Some(behind.trim().to_owned());
                    }
                }
                None => {
                    if let Some(value) = &mut value {
                        value.push(' ');
                        value.push_str(part.trim());
                    }
                }
            }
        }
        if let Some(value) = value {
            self.add_likely(&value);
        }
        if listed && !labelled {
            let (name, behind) = text.split_once([':', '：']).unwrap_or((text, ""));
            self.add_likely(
                name.split([' ', '　'])
                    .next()
                    .filter(|_| !name.is_ascii())
                    .unwrap_or(name),
            );
            self.add_likely(name);
            self.add_likely(behind);
        }
    }

    /// The names of a value that reads like names: a few words with capitals, or Japanese without a sentence's end.
    fn add_likely(&mut self, value: &str) {
        for name in split(value) {
            let bare = words::without_parentheses(name);
            let bare = bare.trim();
            let sentence = bare.contains(['。', '、', '?', '!', ':']) || bare.chars().count() > 30;
            let number = bare.contains(|c: char| c.is_ascii_digit());
            let words: Vec<&str> = bare.split_whitespace().collect();
            let capital = |word: &&str| {
                let particle = matches!(*word, "van" | "de" | "von" | "der" | "den" | "la" | "el");
                particle || !word.starts_with(|c: char| c.is_ascii_lowercase())
            };
            let handle = words.len() == 1 && bare.contains(['@', '.', '_']);
            let names = words.len() <= 4 && words.iter().all(capital);
            // 監視により検知 is told in kana; names hardly are.
            let kana = |c: char| matches!(c, '\u{3041}'..='\u{309f}');
            let told = bare.chars().filter(|c| kana(*c)).count() > 2;
            if !sentence && !number && !told && (handle || names) && !bare.is_empty() {
                self.add(bare);
            }
        }
        // 基盤部（西園寺）
        let inside = value.split_once(['(', '（']).map(|(_, inside)| inside);
        let inside = inside.and_then(|inside| inside.split([')', '）']).next());
        if let Some(inside) = inside {
            let han = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}' | '々');
            let team = inside.ends_with([
                '部', '課', '室', '班', '係', '当', '中', '済', '者', '長', '役', '側', '社', '時',
                '分', '名', '内', '外', '正', '副', '主',
            ]);
            if (2..=4).contains(&inside.chars().count()) && inside.chars().all(han) && !team {
                self.add(inside);
            }
        }
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

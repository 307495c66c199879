//! The documents of the simulation, and what people do to them: plain text, edited line by line as in an editor.
//!
//! Every action item ends its title with a name, `i7v2`: item 7 under its second title. By it the simulation knows whose issue an issue
//! is, without asking pm-sync.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use fastrand::Rng;
use pm_sync::document::Document;
use pm_sync::item::link::Target;
use pm_sync::item::memory::{IssueWord, Row as Said};
use pm_sync::item::vocabulary::Vocabulary;
use pm_sync::item::{self, Status};

/// What tells an item from all others, and its titles apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    pub(crate) item: u32,
    pub(crate) version: u32,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "i{}v{}", self.item, self.version)
    }
}

impl Name {
    /// The name at the end of a title.
    pub(crate) fn of(title: &str) -> Option<Name> {
        let last = title.split_whitespace().last()?;
        let (item, version) = last.strip_prefix('i')?.split_once('v')?;
        Some(Name {
            item: item.parse().ok()?,
            version: version.parse().ok()?,
        })
    }
}

/// A state of the documents: a commit, or a working copy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Docs {
    /// Their texts by path.
    pub(crate) files: BTreeMap<String, String>,
    /// When a person last wrote into an item's row that it is done or dropped.
    pub(crate) closed_at: BTreeMap<u32, u64>,
}

/// A row as pm-sync reads it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) path: String,
    pub(crate) line: usize,
    /// The id of its document.
    pub(crate) doc: String,
    pub(crate) name: Name,
    pub(crate) title: String,
    pub(crate) said: Said,
    /// The issue it links.
    pub(crate) link: Option<u64>,
    /// What the link remembers.
    pub(crate) memory: Option<IssueWord>,
}

thread_local! {
    /// The same few texts are looked at over and over.
    static READ: RefCell<BTreeMap<(String, String), Vec<Row>>> = RefCell::default();
}

/// The rows of a document.
pub(crate) fn rows(path: &str, text: &str) -> Vec<Row> {
    let key = (path.to_owned(), text.to_owned());
    READ.with_borrow_mut(|read| {
        if read.len() > 500 {
            read.clear();
        }
        let rows = read.entry(key).or_insert_with(|| read_rows(path, text));
        rows.clone()
    })
}

fn read_rows(path: &str, text: &str) -> Vec<Row> {
    let document = Document::parse(text.to_owned());
    let postmortem = item::read(&document, path, "PM-", Vocabulary::built_in());
    let doc = postmortem.id.as_ref().map(ToString::to_string);
    let row = |item: &item::ActionItem| {
        Some(Row {
            path: path.to_owned(),
            line: item.line,
            doc: doc.clone().unwrap_or_default(),
            name: Name::of(&item.title)?,
            title: item.title.clone(),
            said: item.status.row(),
            link: item
                .reference
                .as_ref()
                .and_then(|reference| match &reference.target {
                    Target::GitHub { number, .. } => Some(*number),
                    Target::Other { .. } => None,
                }),
            memory: item.memory(),
        })
    };
    postmortem.items.iter().filter_map(row).collect()
}

impl Docs {
    /// All rows of all documents.
    pub(crate) fn rows(&self) -> Vec<Row> {
        self.files
            .iter()
            .flat_map(|(path, text)| rows(path, text))
            .collect()
    }

    /// The ids of all documents that have one.
    pub(crate) fn ids(&self) -> Vec<String> {
        let id = |(path, text): (&String, &String)| {
            let document = Document::parse(text.clone());
            let postmortem = item::read(&document, path, "PM-", Vocabulary::built_in());
            postmortem.id.map(|id| id.to_string())
        };
        self.files.iter().filter_map(id).collect()
    }
}

/// Numbers that nothing else has.
#[derive(Debug, Default)]
pub(crate) struct Fresh {
    pub(crate) items: u32,
    pub(crate) documents: u32,
    pub(crate) texts: u32,
}

impl Fresh {
    pub(crate) fn item(&mut self) -> Name {
        self.items += 1;
        Name {
            item: self.items,
            version: 1,
        }
    }

    /// A word that nobody else writes, by which a person's text is found again.
    pub(crate) fn word(&mut self) -> String {
        self.texts += 1;
        format!("human{}.", self.texts)
    }
}

const ENGLISH: &[&str] = &[
    "Add an alert on queue depth",
    "Rehearse the failover",
    "Write down who decides",
    "Limit `retries` of the client",
];
const JAPANESE: &[&str] = &["監視を足す", "退避手順を直す", "訓練をする"];
const OWNERS: &[&str] = &["@alice", "@bob", "Platform team", "@alice, @bob", ""];
const STATUSES: [(Status, &str, &str); 5] = [
    (Status::Todo, "Todo", "未着手"),
    (Status::InProgress, "In progress", "進行中"),
    (Status::Blocked, "Blocked", "保留"),
    (Status::Done, "Done", "完了"),
    (Status::Dropped, "Won't do", "見送り"),
];

/// The headers of the columns, in both languages.
pub(crate) const STATUS: [&str; 2] = ["Status", "ステータス"];
pub(crate) const ISSUE: [&str; 1] = ["Issue"];
const NUMBER: [&str; 1] = ["#"];
const TITLE: [&str; 2] = ["Action", "アクション"];
const OWNER: [&str; 2] = ["Owner", "担当者"];
const DUE: [&str; 2] = ["Due", "期限"];
const PRIORITY: [&str; 2] = ["Priority", "優先度"];

/// Cells of a row of a table, raw: before the first pipe, between the pipes, and behind the last.
pub(crate) fn cells(line: &str) -> Vec<&str> {
    line.split('|').collect()
}

/// A document as lines, to be edited and put together again.
pub(crate) struct Sheet {
    lines: Vec<String>,
    newline: &'static str,
}

impl Sheet {
    pub(crate) fn of(text: &str) -> Sheet {
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        Sheet {
            lines: text.split(newline).map(str::to_owned).collect(),
            newline,
        }
    }

    pub(crate) fn text(&self) -> String {
        self.lines.join(self.newline)
    }

    fn header(&self) -> Option<usize> {
        self.lines.iter().position(|line| line.starts_with('|'))
    }

    fn japanese(&self) -> bool {
        self.column(&["アクション"]).is_some()
    }

    fn column(&self, names: &[&str]) -> Option<usize> {
        cells(&self.lines[self.header()?])
            .iter()
            .position(|cell| names.contains(&cell.trim()))
    }

    /// The lines that hold items.
    pub(crate) fn items(&self) -> Vec<usize> {
        match self.header() {
            Some(header) => (header + 2..self.lines.len())
                .take_while(|at| self.lines[*at].starts_with('|'))
                .collect(),
            None => (0..self.lines.len())
                .filter(|at| self.lines[*at].starts_with("- ["))
                .collect(),
        }
    }

    /// Writes a cell of a row; false where the document has no such column.
    fn write(&mut self, line: usize, names: &[&str], value: &str) -> bool {
        let Some(column) = self.column(names) else {
            return false;
        };
        let mut all: Vec<String> = cells(&self.lines[line])
            .iter()
            .map(|&c| c.to_owned())
            .collect();
        let Some(cell) = all.get_mut(column) else {
            return false;
        };
        *cell = format!(" {value} ");
        self.lines[line] = all.join("|");
        true
    }

    /// The title of a row.
    fn title(&self, line: usize) -> String {
        match self.column(&TITLE) {
            Some(column) => cells(&self.lines[line])[column].trim().to_owned(),
            None => Entry::of(&self.lines[line]).title,
        }
    }

    pub(crate) fn name(&self, line: usize) -> Option<Name> {
        Name::of(&self.title(line))
    }

    /// Gives a row another title, with this name.
    pub(crate) fn retitle(&mut self, line: usize, name: Name, rng: &mut Rng) {
        let phrases = if self.japanese() { JAPANESE } else { ENGLISH };
        let title = format!("{} {name}", pick(rng, phrases));
        if !self.write(line, &TITLE, &title) {
            self.entry(line, |entry| entry.title = title);
        }
    }

    fn entry(&mut self, line: usize, change: impl FnOnce(&mut Entry)) {
        let mut entry = Entry::of(&self.lines[line]);
        change(&mut entry);
        self.lines[line] = entry.line();
    }

    pub(crate) fn owner(&mut self, line: usize, rng: &mut Rng) {
        let owner = pick(rng, OWNERS);
        if !self.write(line, &OWNER, owner) {
            self.entry(line, |entry| {
                if !owner.contains(',') && !owner.is_empty() {
                    owner.clone_into(&mut entry.owner);
                }
            });
        }
    }

    pub(crate) fn due(&mut self, line: usize, rng: &mut Rng) {
        let due = due(rng);
        if !self.write(line, &DUE, &due) {
            self.entry(line, |entry| entry.due = due);
        }
    }

    /// P0 is never written, so that the label of P0 is always a person's.
    pub(crate) fn priority(&mut self, line: usize, rng: &mut Rng) {
        self.write(line, &PRIORITY, &format!("P{}", rng.u8(1..=3)));
    }

    /// Writes a status; answers whether it says that the item is closed.
    pub(crate) fn status(&mut self, line: usize, rng: &mut Rng) -> bool {
        // Half of all edits close the item: that is what moves the most.
        let at = if rng.bool() {
            rng.usize(3..5)
        } else {
            rng.usize(..5)
        };
        let (status, english, japanese) = STATUSES[at];
        let word = if self.japanese() { japanese } else { english };
        if self.write(line, &STATUS, word) {
            return status.is_closed();
        }
        let ticked = rng.bool();
        self.entry(line, |entry| entry.ticked = ticked);
        ticked
    }

    /// Puts a bare reference to an issue into a row.
    pub(crate) fn refer(&mut self, line: usize, number: u64) -> bool {
        self.write(line, &ISSUE, &format!("#{number}"))
    }

    /// Takes the link out of a row.
    pub(crate) fn unlink(&mut self, line: usize) {
        if self.header().is_some() {
            self.write(line, &ISSUE, "");
        } else {
            self.entry(line, |entry| entry.tail.clear());
        }
    }

    /// Inserts a new row at some place.
    pub(crate) fn add(&mut self, name: Name, rng: &mut Rng) {
        let items = self.items();
        let place = match items.as_slice() {
            [] => self.first_place(),
            [first, .., last] if rng.bool() => rng.usize(*first..=*last),
            [.., last] => last + 1,
        };
        let line = match self.header() {
            Some(header) => {
                let count = cells(&self.lines[header]).len();
                let mut line = vec![" "; count];
                (line[0], line[count - 1]) = ("", "");
                line.join("|")
            }
            None => "- [ ] x (Owner: @alice, Due: 2025-01-31)".to_owned(),
        };
        let number = self.highest_number() + 1;
        self.lines.insert(place, line);
        self.write(place, &NUMBER, &number.to_string());
        self.retitle(place, name, rng);
        self.owner(place, rng);
        self.due(place, rng);
        self.priority(place, rng);
        let todo = if self.japanese() { "未着手" } else { "Todo" };
        self.write(place, &STATUS, todo);
    }

    fn first_place(&self) -> usize {
        match self.header() {
            Some(header) => header + 2,
            None => self
                .lines
                .iter()
                .position(|line| line.starts_with("## "))
                .map_or(self.lines.len(), |heading| {
                    (heading + 2).min(self.lines.len())
                }),
        }
    }

    fn highest_number(&self) -> u64 {
        let Some(column) = self.column(&NUMBER) else {
            return 0;
        };
        let number = |at: usize| {
            cells(&self.lines[at])
                .get(column)
                .and_then(|cell| cell.trim().parse().ok())
        };
        self.items()
            .into_iter()
            .filter_map(number)
            .max()
            .unwrap_or(0)
    }

    pub(crate) fn delete(&mut self, line: usize) {
        self.lines.remove(line);
    }

    pub(crate) fn swap(&mut self, a: usize, b: usize) {
        self.lines.swap(a, b);
    }

    /// Numbers the rows from 1, as people do after reordering.
    pub(crate) fn renumber(&mut self) {
        for (at, line) in self.items().into_iter().enumerate() {
            self.write(line, &NUMBER, &(at + 1).to_string());
        }
    }

    /// Puts a copy of a row below it and answers where that stands.
    pub(crate) fn copy(&mut self, line: usize, renumber: bool) -> usize {
        let copy = self.lines[line].clone();
        self.lines.insert(line + 1, copy);
        if renumber {
            let number = self.highest_number() + 1;
            self.write(line + 1, &NUMBER, &number.to_string());
        }
        line + 1
    }

    /// Adds to the prose, away from the items.
    pub(crate) fn prose(&mut self, word: &str) {
        let place = self
            .lines
            .iter()
            .position(|line| line.starts_with("## "))
            .unwrap_or(self.lines.len());
        let line = format!("What we learnt: {word}.");
        self.lines.splice(place..place, [line, String::new()]);
    }

    /// Gives the document another title.
    pub(crate) fn rename(&mut self, word: &str) {
        if let Some(title) = self.lines.iter_mut().find(|line| line.starts_with("# ")) {
            title.push(' ');
            title.push_str(word);
        }
    }

    /// Gives the document another id.
    pub(crate) fn reidentify(&mut self, old: &str, new: &str) {
        for line in &mut self.lines {
            *line = line.replace(old, new);
        }
    }
}

/// An entry of a list: `- [ ] title (Owner: @a, Due: d) link`.
struct Entry {
    ticked: bool,
    title: String,
    owner: String,
    due: String,
    tail: String,
}

impl Entry {
    fn of(line: &str) -> Entry {
        let (title, rest) = line[6..]
            .split_once(" (Owner: ")
            .unwrap_or((&line[6..], ""));
        let (owner, rest) = rest.split_once(", Due: ").unwrap_or((rest, ""));
        let (due, tail) = rest.split_once(')').unwrap_or((rest, ""));
        Entry {
            ticked: line.as_bytes()[3] != b' ',
            title: title.to_owned(),
            owner: owner.to_owned(),
            due: due.to_owned(),
            tail: tail.to_owned(),
        }
    }

    fn line(&self) -> String {
        let Entry {
            ticked,
            title,
            owner,
            due,
            tail,
        } = self;
        let mark = if *ticked { 'x' } else { ' ' };
        format!("- [{mark}] {title} (Owner: {owner}, Due: {due}){tail}")
    }
}

/// A new document: its path and its text.
pub(crate) fn document(fresh: &mut Fresh, rng: &mut Rng) -> (String, String) {
    fresh.documents += 1;
    let number = fresh.documents;
    let id = format!("PM-{number:03}");
    let head = match rng.u8(..5) {
        0 => format!(
            "---\nid: {id}\n---\n# ポストモーテム: 決済障害\n\n**日時**: 2025-01-05\n\n## アクションアイテム\n\n| # | アクション | 担当者 | 期限 | 優先度 | ステータス |\n|---|---|---|---|---|---|\n"
        ),
        1 => format!(
            "# Postmortem: {id} Checkout outage\n\n**Date**: 2025-01-05\n\n## Action Items\n\n"
        ),
        2 => format!(
            "# Postmortem: {id} Checkout outage\n\n**Date**: 2025-01-05\n\n## Action Items\n\n| Action | Owner | Due | Priority | Status |\n|--------|-------|-----|:--------:|--------|\n"
        ),
        3 => format!(
            "---\nid: {id}\n---\n# Postmortem: Search outage\n\n**Date**: 2025-01-05\n\n## Action Items\n\n| # | Action | Owner | Due | Priority | Issue | Status |\n|---|---|---|---|---|---|---|\n"
        ),
        _ => format!(
            "# Postmortem: {id} Mail outage\n\n**Date**: 2025-01-05\n\n## Action Items\n\n| # | Action | Owner | Due | Priority | Status |\n|---|--------|-------|-----|----------|--------|\n"
        ),
    };
    let mut sheet = Sheet::of(&format!("{head}\nWhat went well: nothing.\n"));
    for _ in 0..rng.usize(1..=3) {
        sheet.add(fresh.item(), rng);
    }
    let mut text = sheet.text();
    if rng.u8(..4) == 0 {
        text = text.replace('\n', "\r\n");
    }
    (format!("postmortems/{number:03}.md"), text)
}

fn due(rng: &mut Rng) -> String {
    format!("2025-02-{:02}", rng.u8(1..=28))
}

/// One of several.
pub(crate) fn pick<'a, T: ?Sized>(rng: &mut Rng, all: &[&'a T]) -> &'a T {
    all[rng.usize(..all.len())]
}

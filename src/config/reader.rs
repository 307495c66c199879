//! Walks a TOML document and keeps book: which keys were asked for, which stood there, and every mistake with its place.
//!
//! It knows TOML and nothing of the settings; those are in `schema`. serde could fill the structs too, but stops at the
//! first mistake, in English, with the known keys only inside its message.

use std::collections::BTreeSet;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::ConfigFault;
use super::names::NameError;
use super::secret::{is_secret_key, shown};
use super::words::Word;
use super::{Text, text};

/// How alike two keys must be for one to be suggested for the other (Jaro–Winkler, 0 to 1).
const ALIKE: f64 = 0.84;

/// A value with the dotted name of its key, for messages.
#[derive(Debug, Clone)]
pub(super) struct Entry<'t> {
    /// Such as `github.repository`.
    pub(super) name: String,
    pub(super) value: &'t Spanned<DeValue<'t>>,
}

/// A table being read: its dotted name (empty for the top level) and, where it is written, its content.
#[derive(Debug)]
pub(super) struct Section<'t> {
    name: String,
    table: Option<&'t DeTable<'t>>,
    asked: Vec<&'static str>,
}

impl<'t> Section<'t> {
    /// The top level of a document.
    pub(super) fn top(table: &'t DeTable<'t>) -> Self {
        Self {
            name: String::new(),
            table: Some(table),
            asked: Vec::new(),
        }
    }

    /// The dotted name of one of its keys.
    fn dotted(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }
}

/// A key that nobody asked for.
#[derive(Debug)]
struct Stranger {
    section: String,
    key: String,
    at: usize,
}

/// The book that is kept while reading.
#[derive(Debug)]
pub(super) struct Reader<'t> {
    text: &'t str,
    faults: Vec<(usize, ConfigFault)>,
    strangers: Vec<Stranger>,
    /// Every key that was asked for, dotted. Keys that people choose freely (owners) are not in it.
    pub(super) known: BTreeSet<String>,
    /// Those of them that stood in the document.
    pub(super) present: BTreeSet<String>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            faults: Vec::new(),
            strangers: Vec::new(),
            known: BTreeSet::new(),
            present: BTreeSet::new(),
        }
    }

    /// Notes a mistake at a byte offset.
    pub(super) fn fault(&mut self, at: usize, message: Text, hint: Option<Text>) {
        let (line, column) = position(self.text, at);
        self.faults.push((
            at,
            ConfigFault {
                line,
                column,
                message,
                hint,
            },
        ));
    }

    /// Notes a mistake in a value.
    pub(super) fn fault_in(&mut self, entry: &Entry<'_>, message: Text, hint: Option<Text>) {
        self.fault(entry.value.span().start, message, hint);
    }

    /// Opens a table of settings. One that is not written reads as empty, so that its keys are known all the same.
    pub(super) fn section(&mut self, parent: &mut Section<'t>, key: &'static str) -> Section<'t> {
        let table = self.entry(parent, key).and_then(|entry| self.table(&entry));
        Section {
            name: parent.dotted(key),
            table,
            asked: Vec::new(),
        }
    }

    /// Opens a table that is a value, such as one owner's.
    pub(super) fn section_of(&mut self, entry: &Entry<'t>) -> Section<'t> {
        Section {
            name: entry.name.clone(),
            table: self.table(entry),
            asked: Vec::new(),
        }
    }

    /// Asks for a key.
    pub(super) fn entry(
        &mut self,
        section: &mut Section<'t>,
        key: &'static str,
    ) -> Option<Entry<'t>> {
        section.asked.push(key);
        let name = section.dotted(key);
        self.known.insert(name.clone());
        let value = section
            .table?
            .iter()
            .find(|(k, _)| k.get_ref() == key)
            .map(|(_, value)| value)?;
        self.present.insert(name.clone());
        Some(Entry { name, value })
    }

    /// Asks for a key and converts its value, where it is written.
    pub(super) fn get<T>(
        &mut self,
        section: &mut Section<'t>,
        key: &'static str,
        convert: impl FnOnce(&mut Self, &Entry<'t>) -> Option<T>,
    ) -> Option<T> {
        let entry = self.entry(section, key)?;
        convert(self, &entry)
    }

    /// Asks for all keys of a table in which people choose them: each with the offset of its key.
    pub(super) fn free_entries(
        &mut self,
        section: &Section<'t>,
    ) -> Vec<(&'t str, usize, Entry<'t>)> {
        let entries = section.table.into_iter().flat_map(DeTable::iter);
        entries
            .map(|(key, value)| {
                let name = section.dotted(&shown(key.get_ref()));
                (
                    key.get_ref().as_ref(),
                    key.span().start,
                    Entry { name, value },
                )
            })
            .collect()
    }

    /// Closes a table: the keys in it that nobody asked for are strangers. Must be called for every settings table.
    pub(super) fn close(&mut self, section: &Section<'t>) {
        for (key, _) in section.table.into_iter().flat_map(DeTable::iter) {
            if !section.asked.contains(&key.get_ref().as_ref()) {
                self.strangers.push(Stranger {
                    section: section.name.clone(),
                    key: key.get_ref().to_string(),
                    at: key.span().start,
                });
            }
        }
    }

    /// Every mistake, in the order of the file.
    pub(super) fn into_faults(mut self) -> Vec<ConfigFault> {
        for Stranger { section, key, at } in std::mem::take(&mut self.strangers) {
            let (message, hint) = self.stranger(&section, &key);
            self.fault(at, message, hint);
        }
        self.faults.sort_by_key(|(at, _)| *at);
        self.faults.into_iter().map(|(_, fault)| fault).collect()
    }

    /// What to say of an unknown key: the known key of its table that it resembles, or the one elsewhere.
    fn stranger(&self, section: &str, key: &str) -> (Text, Option<Text>) {
        if is_secret_key(key) {
            return secret();
        }
        let dotted = if section.is_empty() {
            key.to_owned()
        } else {
            format!("{section}.{key}")
        };
        let siblings = self.known.iter().filter_map(|known| {
            let (parent, name) = known.rsplit_once('.').unwrap_or(("", known));
            (parent == section).then_some(name)
        });
        let elsewhere = self
            .known
            .iter()
            .find(|known| known.rsplit_once('.').is_some_and(|(_, name)| name == key));
        // A key of that very name elsewhere is meant sooner than a sibling that only sounds like it.
        let near = nearest(key, siblings)
            .filter(|near| elsewhere.is_none() || near.starts_with(key) || key.starts_with(near));
        let hint = if let Some(near) = near {
            Some(text!("did you mean `{near}`?", "`{near}` のことですか？"))
        } else if let Some((table, name)) = elsewhere.and_then(|known| known.rsplit_once('.')) {
            Some(text!(
                "`{name}` belongs in [{table}]",
                "`{name}` は [{table}] に書きます"
            ))
        } else {
            None
        };
        let dotted = shown(&dotted);
        (
            text!(
                "unknown key `{dotted}`",
                "`{dotted}` という設定はありません"
            ),
            hint,
        )
    }

    // Converters. Each notes its mistake and answers None.

    /// A string.
    pub(super) fn string(&mut self, entry: &Entry<'t>) -> Option<&'t str> {
        let found = entry.value.get_ref();
        if found.as_str().is_none() {
            let quote = text!("put it in quotes", "引用符で囲んでください");
            let hint = matches!(
                found,
                DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_)
            )
            .then_some(quote);
            self.wrong_type(entry, &text!("a string", "文字列"), hint);
        }
        found.as_str()
    }

    /// A string that is more than spaces.
    pub(super) fn filled(&mut self, entry: &Entry<'t>) -> Option<String> {
        let string = self.string(entry)?;
        if string.trim().is_empty() {
            let name = &entry.name;
            self.fault_in(entry, text!("`{name}` is empty", "`{name}` が空です"), None);
            return None;
        }
        Some(string.to_owned())
    }

    /// A string of which the empty one means none.
    pub(super) fn optional(&mut self, entry: &Entry<'t>) -> Option<String> {
        self.string(entry)
            .filter(|string| !string.is_empty())
            .map(str::to_owned)
    }

    /// true or false.
    pub(super) fn boolean(&mut self, entry: &Entry<'t>) -> Option<bool> {
        let found = entry.value.get_ref().as_bool();
        if found.is_none() {
            let hint = text!("without quotes", "引用符は付けません");
            let hint = entry.value.get_ref().is_str().then_some(hint);
            self.wrong_type(entry, &text!("true or false", " true か false "), hint);
        }
        found
    }

    /// A number, with or without a fraction.
    pub(super) fn number(&mut self, entry: &Entry<'t>) -> Option<f64> {
        let found = match entry.value.get_ref() {
            DeValue::Float(float) => float.as_str().parse().ok(),
            // Digits in another radix than ten are no way to write seconds.
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().parse().ok(),
            _ => None,
        };
        if found.is_none() {
            self.wrong_type(entry, &text!("a number", "数値"), None);
        }
        found
    }

    /// A name with a parser of its own.
    pub(super) fn parsed<T: FromStr<Err = NameError>>(&mut self, entry: &Entry<'t>) -> Option<T> {
        match self.string(entry)?.parse() {
            Ok(value) => Some(value),
            Err(NameError { message, hint }) => {
                let name = &entry.name;
                let Text { en, ja } = message;
                self.fault_in(entry, text!("`{name}`: {en}", "`{name}`: {ja}"), Some(hint));
                None
            }
        }
    }

    /// One of a closed set of words.
    pub(super) fn word<W: Word>(&mut self, entry: &Entry<'t>) -> Option<W> {
        let string = self.string(entry)?;
        let found = W::ALL.iter().copied().find(|word| word.word() == string);
        if found.is_none() {
            let (name, seen) = (&entry.name, shown(string));
            let all = W::ALL
                .iter()
                .map(|word| format!("`{}`", word.word()))
                .collect::<Vec<_>>();
            let (en, ja) = (all.join(", "), all.join("、"));
            let hint = match nearest(string, W::ALL.iter().map(|word| word.word())) {
                Some(near) => text!("did you mean `{near}`?", "`{near}` のことですか？"),
                None => text!("it is one of {en}", "{ja} のいずれかです"),
            };
            self.fault_in(
                entry,
                text!(
                    "`{name}` cannot be `{seen}`",
                    "`{name}` に「{seen}」は指定できません"
                ),
                Some(hint),
            );
        }
        found
    }

    /// A list, converted one by one; the good ones of a list with mistakes are not used.
    pub(super) fn list<T>(
        &mut self,
        entry: &Entry<'t>,
        mut each: impl FnMut(&mut Self, &Entry<'t>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(array) = entry.value.get_ref().as_array() else {
            let hint = text!(
                "write it in brackets: [\"…\"]",
                "角括弧で囲んでください: [\"…\"]"
            );
            let hint = entry.value.get_ref().is_str().then_some(hint);
            self.wrong_type(entry, &text!("a list", "リスト"), hint);
            return None;
        };
        // Not collected straight into an Option: that would stop at the first mistake.
        let all: Vec<Option<T>> = array
            .iter()
            .map(|value| {
                each(
                    self,
                    &Entry {
                        name: entry.name.clone(),
                        value,
                    },
                )
            })
            .collect();
        all.into_iter().collect()
    }

    /// A table.
    fn table(&mut self, entry: &Entry<'t>) -> Option<&'t DeTable<'t>> {
        let found = entry.value.get_ref().as_table();
        if found.is_none() {
            self.wrong_type(entry, &text!("a table", "テーブル"), None);
        }
        found
    }

    /// Says that a value is of the wrong type.
    fn wrong_type(&mut self, entry: &Entry<'t>, expected: &Text, hint: Option<Text>) {
        let found = match entry.value.get_ref() {
            DeValue::String(_) => text!("a string", "文字列"),
            DeValue::Integer(_) | DeValue::Float(_) => text!("a number", "数値"),
            DeValue::Boolean(_) => text!("true or false", "真偽値"),
            DeValue::Datetime(_) => text!("a date", "日時"),
            DeValue::Array(_) => text!("a list", "リスト"),
            DeValue::Table(_) => text!("a table", "テーブル"),
        };
        let (name, Text { en, ja }) = (&entry.name, expected);
        let Text {
            en: found_en,
            ja: found_ja,
        } = found;
        self.fault_in(
            entry,
            text!(
                "`{name}` must be {en}, not {found_en}",
                "`{name}` は{ja}で指定してください（{found_ja}になっています）"
            ),
            hint,
        );
    }
}

/// What to say of a credential, without saying it.
pub(super) fn secret() -> (Text, Option<Text>) {
    (
        text!(
            "a token must not stand in the configuration",
            "設定ファイルにトークンを書かないでください"
        ),
        Some(text!(
            "remove it, revoke it if it was ever committed, and pass it in the environment: GITHUB_TOKEN or GH_TOKEN",
            "ここから消し、コミット済みなら失効させたうえで、環境変数 GITHUB_TOKEN または GH_TOKEN で渡してください"
        )),
    )
}

/// The candidate that a mistyped word most resembles, if it resembles any.
pub(crate) fn nearest<'a>(
    given: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let plain = |word: &str| word.to_lowercase().replace(['-', ' '], "_");
    let given = plain(given);
    candidates
        .map(|candidate| (strsim::jaro_winkler(&given, &plain(candidate)), candidate))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

/// The line and the column (in characters) of a byte offset, both from 1.
pub(super) fn position(text: &str, at: usize) -> (usize, usize) {
    let before: &str = (0..=at.min(text.len()))
        .rev()
        .find_map(|at| text.get(..at))
        .unwrap_or_default();
    let last_line = before.rsplit('\n').next().unwrap_or_default();
    (
        before.matches('\n').count() + 1,
        last_line.chars().count() + 1,
    )
}

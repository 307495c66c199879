//! The settings: their keys, their rules, and how they become a [`Config`].
//!
//! Each key is asked for exactly once, here; `config.toml.example` documents it, and a test sees to it that it does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;

use toml::de::DeTable;

use super::notify::{notify, own_meaning};
use super::owners::fold;
use super::reader::{Entry, Reader, Section, position, secret};
use super::rules::{
    branch, color, filled_list, glob, id_prefix, interval, label, label_description, labels,
    logins, own_labels, paths, slack_id, timezone,
};
use super::secret::{find_all, shown};
use super::words::Word as _;
use super::{
    ColumnField, Config, ConfigFault, Documents, GitHub, Issues, Kind, Owner, Owners, Priorities,
    Priority, PriorityLabel, Push, text,
};

/// Reads the text of a configuration that lies in `dir`; all mistakes, if there are any.
pub(super) fn read(text: &str, dir: &Path) -> Result<Config, Vec<ConfigFault>> {
    read_booked(text, dir).map(|(config, _)| config)
}

/// What to say of a file that is not text.
pub(super) fn not_utf8(error: &FromUtf8Error) -> ConfigFault {
    let good = error
        .as_bytes()
        .get(..error.utf8_error().valid_up_to())
        .unwrap_or_default();
    let good = String::from_utf8_lossy(good);
    let (line, column) = position(&good, good.len());
    ConfigFault {
        line,
        column,
        message: text!("not UTF-8", "UTF-8 ではありません"),
        hint: Some(text!(
            "save the file as UTF-8",
            "ファイルを UTF-8 で保存し直してください"
        )),
    }
}

/// As [`read`], with the keys that it knows and those that stood there.
pub(super) fn read_booked(text: &str, dir: &Path) -> Result<(Config, Keys), Vec<ConfigFault>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Before anything else: once a token has been seen, no other message is worth the risk of repeating it.
    let secrets = find_all(text);
    if !secrets.is_empty() {
        let fault = |at: usize| {
            let ((line, column), (message, hint)) = (position(text, at), secret());
            ConfigFault {
                line,
                column,
                message,
                hint,
            }
        };
        return Err(secrets.into_iter().map(fault).collect());
    }
    let table = DeTable::parse(text).map_err(|error| {
        let (line, column) = position(text, error.span().map_or(0, |span| span.start));
        // The parser describes what it expected and never repeats what it found.
        let why = error.message().trim().replace('\n', ", ");
        vec![ConfigFault {
            line,
            column,
            message: text!("not TOML: {why}", "TOML として読めません: {why}"),
            hint: None,
        }]
    })?;
    let mut reader = Reader::new(text);
    let config = config(&mut reader, table.get_ref(), dir);
    let keys = Keys {
        known: reader.known.clone(),
        present: reader.present.clone(),
    };
    let faults = reader.into_faults();
    if faults.is_empty() {
        Ok((config, keys))
    } else {
        Err(faults)
    }
}

/// The keys of the configuration, dotted. Names that people choose (owners) are not among them.
#[derive(Debug)]
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the example file is held against them in a test")
)]
pub(super) struct Keys {
    /// Every key there is.
    pub(super) known: BTreeSet<String>,
    /// Those that the text had.
    pub(super) present: BTreeSet<String>,
}

fn config<'t>(reader: &mut Reader<'t>, table: &'t DeTable<'t>, dir: &Path) -> Config {
    let top = &mut Section::top(table);
    let default = Config::default_at(dir);
    let (notify, overdue_label) = notify(reader, top);
    let config = Config {
        given: None,
        timezone: reader
            .get(top, "timezone", timezone)
            .unwrap_or(default.timezone),
        language: reader
            .get(top, "language", Reader::word)
            .unwrap_or(default.language),
        documents: documents(reader, top),
        github: github(reader, top),
        issues: issues(reader, top),
        push: push(reader, top),
        priorities: priorities(reader, top),
        owners: owners(reader, top),
        check: super::check::check(reader, top),
        notify,
        kinds: kinds(reader, top),
        report: super::report::report(reader, top),
        templates: super::templates::templates(reader, top),
        root: default.root,
        file: None,
    };
    reader.close(top);
    own_meaning(reader, &config, overdue_label.as_ref());
    config
}

fn documents<'t>(reader: &mut Reader<'t>, top: &mut Section<'t>) -> Documents {
    let table = &mut reader.section(top, "documents");
    let default = Documents::default();
    let documents = Documents {
        paths: reader.get(table, "paths", paths).unwrap_or(default.paths),
        exclude: reader
            .get(table, "exclude", |reader, entry| reader.list(entry, glob))
            .unwrap_or(default.exclude),
        id_prefix: reader
            .get(table, "id_prefix", id_prefix)
            .unwrap_or(default.id_prefix),
        progress: reader
            .get(table, "progress", Reader::boolean)
            .unwrap_or(default.progress),
        sections: reader
            .get(table, "sections", |reader, entry| {
                reader.list(entry, Reader::filled)
            })
            .unwrap_or(default.sections),
        columns: columns(reader, table),
    };
    reader.close(table);
    documents
}

fn columns<'t>(
    reader: &mut Reader<'t>,
    documents: &mut Section<'t>,
) -> BTreeMap<ColumnField, Vec<String>> {
    let table = &mut reader.section(documents, "columns");
    let mut columns = BTreeMap::new();
    let mut seen: BTreeMap<String, ColumnField> = BTreeMap::new();
    for &field in ColumnField::ALL {
        let words = reader.get(table, field.word(), |reader, entry| {
            reader.list(entry, |reader, entry| {
                let word = reader.filled(entry)?;
                match seen.insert(fold(&word), field) {
                    Some(other) if other != field => {
                        let word = shown(&word);
                        reader.fault_in(
                            entry,
                            text!(
                                "`{word}` stands for both `{other}` and `{field}`",
                                "「{word}」が `{other}` と `{field}` の両方に指定されています"
                            ),
                            None,
                        );
                        None
                    }
                    _ => Some(word),
                }
            })
        });
        columns.extend(
            words
                .filter(|words| !words.is_empty())
                .map(|words| (field, words)),
        );
    }
    reader.close(table);
    columns
}

fn github<'t>(reader: &mut Reader<'t>, top: &mut Section<'t>) -> GitHub {
    let table = &mut reader.section(top, "github");
    let default = GitHub::default();
    let github = GitHub {
        repository: reader.get(table, "repository", Reader::parsed),
        api_url: reader.get(table, "api_url", Reader::parsed),
        write_interval: reader
            .get(table, "write_interval", interval)
            .unwrap_or(default.write_interval),
        allow_public: reader
            .get(table, "allow_public", Reader::boolean)
            .unwrap_or(default.allow_public),
        branch: reader
            .get(table, "branch", branch)
            .unwrap_or(default.branch),
    };
    reader.close(table);
    github
}

fn issues<'t>(reader: &mut Reader<'t>, top: &mut Section<'t>) -> Issues {
    let table = &mut reader.section(top, "issues");
    let default = Issues::default();
    let (working, waiting) = (
        reader.entry(table, "in_progress"),
        reader.entry(table, "blocked"),
    );
    let mut meaning = |entry: &Option<Entry<'t>>, default| {
        let given = entry.as_ref().and_then(|entry| labels(reader, entry));
        given.unwrap_or(default)
    };
    let in_progress = meaning(&working, default.in_progress);
    let blocked = meaning(&waiting, default.blocked);
    let shared = blocked
        .iter()
        .find(|name| in_progress.iter().any(|other| fold(other) == fold(name)));
    if let (Some(name), Some(entry)) = (shared, waiting.or(working)) {
        let name = shown(name);
        reader.fault_in(
            &entry,
            text!(
                "`{name}` stands in both `in_progress` and `blocked`",
                "「{name}」が `in_progress` と `blocked` の両方にあります"
            ),
            None,
        );
    }
    let issues = Issues {
        title: reader
            .get(table, "title", Reader::parsed)
            .unwrap_or(default.title),
        labels: reader
            .get(table, "labels", own_labels)
            .unwrap_or(default.labels),
        template: reader
            .get(table, "template", Reader::optional)
            .map(PathBuf::from),
        in_progress,
        blocked,
    };
    reader.close(table);
    issues
}

fn push<'t>(reader: &mut Reader<'t>, top: &mut Section<'t>) -> Push {
    let table = &mut reader.section(top, "push");
    let default = Push::default();
    let push = Push {
        states: reader
            .get(table, "states", |reader, entry| {
                filled_list(reader, entry, Reader::word)
            })
            .unwrap_or(default.states),
        done: reader
            .get(table, "done", Reader::word)
            .unwrap_or(default.done),
        close_done: reader
            .get(table, "close_done", Reader::boolean)
            .unwrap_or(default.close_done),
    };
    reader.close(table);
    push
}

fn priorities<'t>(reader: &mut Reader<'t>, top: &mut Section<'t>) -> Priorities {
    let table = &mut reader.section(top, "priorities");
    let mut priorities = Priorities::default();
    let mut written = Vec::new();
    for &priority in Priority::ALL {
        let one = &mut reader.section(table, priority.word());
        let PriorityLabel {
            label: name,
            color: hex,
            description,
        } = &mut priorities[priority];
        if let Some(entry) = reader.entry(one, "label")
            && let Some(given) = label(reader, &entry)
        {
            *name = given;
            written.push((priority, entry));
        }
        if let Some(given) = reader.get(one, "color", color) {
            *hex = given;
        }
        *description = reader.get(one, "description", label_description);
        reader.close(one);
    }
    reader.close(table);

    // Labels are removed where they no longer fit, so two priorities can't share one. Said once, of the later of two.
    for (priority, entry) in &written {
        let name = &priorities[*priority].label;
        let twin = Priority::ALL.iter().find(|&&other| {
            let said_later = other > *priority && written.iter().any(|(p, _)| *p == other);
            other != *priority && !said_later && fold(&priorities[other].label) == fold(name)
        });
        if let Some(twin) = twin {
            let name = shown(name);
            reader.fault_in(
                entry,
                text!(
                    "`{name}` is already the label of {twin}",
                    "「{name}」はすでに {twin} のラベルです"
                ),
                None,
            );
        }
    }
    priorities
}

fn owners<'t>(reader: &mut Reader<'t>, top: &mut Section<'t>) -> Owners {
    let table = reader.section(top, "owners");
    let mut owners = Owners::default();
    for (name, at, entry) in reader.free_entries(&table) {
        if fold(name).is_empty() {
            reader.fault(
                at,
                text!("an owner's name is empty", "担当者の名前が空です"),
                None,
            );
            continue;
        }
        let owner = if entry.value.get_ref().is_table() {
            let table = &mut reader.section_of(&entry);
            let owner = Owner {
                github: reader.get(table, "github", logins).unwrap_or_default(),
                labels: reader.get(table, "labels", labels).unwrap_or_default(),
                slack: reader.get(table, "slack", slack_id),
            };
            reader.close(table);
            owner
        } else {
            Owner {
                github: logins(reader, &entry).unwrap_or_default(),
                ..Owner::default()
            }
        };
        if !owners.insert(name, owner) {
            let name = shown(name);
            reader.fault(
                at,
                text!(
                    "`{name}` is the same name as another owner's",
                    "「{name}」と同じ名前がすでにあります"
                ),
                Some(text!(
                    "case, width and spaces don't tell names apart",
                    "大文字と小文字、全角と半角、空白の違いは区別されません"
                )),
            );
        }
    }
    owners
}

fn kinds<'t>(reader: &mut Reader<'t>, top: &mut Section<'t>) -> BTreeMap<Kind, Vec<String>> {
    let table = &mut reader.section(top, "kinds");
    let mut kinds = BTreeMap::new();
    for &kind in Kind::ALL {
        let one = &mut reader.section(table, kind.word());
        let labels = reader
            .get(one, "labels", labels)
            .filter(|labels| !labels.is_empty());
        kinds.extend(labels.map(|labels| (kind, labels)));
        reader.close(one);
    }
    reader.close(table);
    kinds
}

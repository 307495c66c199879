//! What a folder holds that settings can be made of: which documents are postmortems, where they lie, in which words they are written.
//!
//! The walk sees what git would see. What is a postmortem is decided by [`look`] on one document alone, and by the names on its path;
//! how folders are told apart is decided in `folders`. Nothing is written here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::folders::{self, File};
use crate::config::{Language, LanguageChoice};
use crate::document::Document;
use crate::document::files::EXTENSIONS;
use crate::document::outline::BlockKind;
use crate::document::save;
use crate::item::find;
use crate::item::scope::{Scope, Scopes};
use crate::item::vocabulary::{Column, DocumentKind, Section, Vocabulary};
use crate::item::{self, DateSource, words};
use crate::output::plain;

/// How many documents are read. A folder with more is no place for postmortems alone; the user names theirs.
const MOST_DOCUMENTS: usize = 5_000;
/// How many files and folders are passed on the way, so that a home folder comes to an end too.
const MOST_ENTRIES: usize = 200_000;
/// How deep the walk goes: deeper than people file documents, and an end to a folder that holds itself.
const DEEPEST: usize = 12;
/// How many names of each sort are worth a line in a new file.
const MOST_NAMES: usize = 15;
/// The longest name that is taken for one, in characters.
const LONGEST_NAME: usize = 40;

/// Folders of other people's documents, which not everybody keeps out of git.
const FOREIGN: &[&str] = &["node_modules", "vendor", "third_party", "site-packages"];

/// Parts of the names of files and folders that postmortems are kept in. The titles of documents are told by the vocabulary; these are
/// only ever asked of paths.
const PATH_WORDS: &[&str] = &[
    "postmortem",
    "post-mortem",
    "post_mortem",
    "incident",
    "outage",
    "障害",
    "事故報告",
    "ポストモーテム",
    "インシデント",
    "事後検証",
];

/// Whose numbers look like those of postmortems: decisions and proposals have action items too.
const NUMBERED_OTHERWISE: &[&str] = &[
    "ADR", "RFC", "RFD", "PEP", "KEP", "PRD", "SPEC", "OKR", "FY",
];

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// How many documents are postmortems.
    pub(super) documents: usize,
    /// How many action items they hold.
    pub(super) items: usize,
    /// How many of them have no id.
    pub(super) without_id: usize,
    /// Where they are, as `documents.paths` says it. Empty where there is none; then `likely` may name a folder.
    pub(super) paths: Vec<String>,
    /// A folder whose name promises postmortems, though it holds none.
    pub(super) likely: Option<String>,
    /// Where there are no postmortems for sure: folders whose documents hold action items, and so may be postmortems or minutes.
    pub(super) perhaps: Vec<String>,
    /// The language that all of them are written in; `Auto` where they differ, and where there are none.
    pub(super) language: Option<LanguageChoice>,
    /// What most of their ids begin with, with its hyphen.
    pub(super) id_prefix: Option<String>,
    /// Owners who are no `@login`, with the number of their items, most first.
    pub(super) owners: Vec<(String, usize)>,
    /// Headings with boxes or owners below them that are not read as action items.
    pub(super) sections: Vec<String>,
    /// Headers of action-item tables that say nothing to pm-sync.
    pub(super) columns: Vec<String>,
    /// Whether there was more than is read.
    pub(super) cut: bool,
}

/// What one document is.
#[derive(Debug)]
struct Seen {
    postmortem: bool,
    items: usize,
    language: Language,
    id: Option<String>,
    owners: Vec<String>,
    sections: Vec<String>,
    columns: Vec<String>,
}

/// Looks through a folder.
pub(super) fn survey(root: &Path) -> Survey {
    let (paths, cut) = documents(root);
    let vocabulary = Vocabulary::built_in();
    let mut survey = Survey {
        cut,
        ..Survey::default()
    };
    let mut files = Vec::new();
    let (mut languages, mut prefixes) = (Vec::new(), Count::default());
    let (mut owners, mut sections, mut columns) =
        (Count::default(), Count::default(), Count::default());
    for path in paths {
        let Ok(text) = save::read(root, &path) else {
            // A run names what can't be read, with the reason; here it is merely no postmortem.
            continue;
        };
        let Some(shown) = slashed(&path) else {
            continue;
        };
        let seen = look(&Document::parse(text), &shown, vocabulary);
        files.push(File {
            path: shown,
            postmortem: seen.postmortem,
            items: seen.items > 0,
        });
        if !seen.postmortem {
            continue;
        }
        survey.documents += 1;
        survey.items += seen.items;
        languages.push(seen.language);
        match &seen.id {
            Some(id) => prefixes.add(id.split_inclusive('-').next().unwrap_or_default()),
            None => survey.without_id += 1,
        }
        seen.owners.iter().for_each(|name| owners.add(name));
        seen.sections.iter().for_each(|name| sections.add(name));
        seen.columns.iter().for_each(|name| columns.add(name));
    }
    survey.paths = folders::paths(&files);
    if survey.paths.is_empty() {
        survey.likely = promising(root);
        survey.perhaps = folders::with_items(&files);
    }
    survey.language = languages.first().map(|first| {
        match (languages.iter().all(|language| language == first), first) {
            (true, Language::Ja) => LanguageChoice::Ja,
            (true, Language::En) => LanguageChoice::En,
            (false, _) => LanguageChoice::Auto,
        }
    });
    survey.id_prefix = prefixes.most().into_iter().next().map(|(prefix, _)| prefix);
    survey.owners = owners.most();
    let names = |count: Count| count.most().into_iter().map(|(name, _)| name).collect();
    survey.sections = names(sections);
    survey.columns = names(columns);
    survey
}

/// The documents below a folder as git would see them, and whether there are more than are given.
fn documents(root: &Path) -> (Vec<PathBuf>, bool) {
    let mut found: Vec<PathBuf> = walk(root)
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .filter_map(|entry| entry.path().strip_prefix(root).ok().map(Path::to_owned))
        .filter(|path| {
            let ending = path.extension().and_then(|ending| ending.to_str());
            let name = path.to_string_lossy().to_lowercase();
            // Templates are what `documents.exclude` leaves out by default.
            !name.contains("template")
                && ending.is_some_and(|ending| {
                    EXTENSIONS
                        .iter()
                        .any(|known| known.eq_ignore_ascii_case(ending))
                })
        })
        .take(MOST_DOCUMENTS + 1)
        .collect();
    let cut = found.len() > MOST_DOCUMENTS;
    found.truncate(MOST_DOCUMENTS);
    found.sort();
    (found, cut)
}

fn walk(root: &Path) -> impl Iterator<Item = ignore::DirEntry> {
    let in_git = root.ancestors().any(|folder| folder.join(".git").exists());
    WalkBuilder::new(root)
        .ignore(false)
        .require_git(in_git)
        .max_depth(Some(DEEPEST))
        .filter_entry(|entry| {
            let name = entry.file_name().to_str().unwrap_or_default();
            entry.depth() == 0 || !FOREIGN.contains(&name)
        })
        .build()
        .take(MOST_ENTRIES)
        .filter_map(Result::ok)
}

/// The nearest folder whose name promises postmortems.
fn promising(root: &Path) -> Option<String> {
    walk(root)
        .filter(|entry| entry.depth() > 0 && entry.file_type().is_some_and(|kind| kind.is_dir()))
        .filter(|entry| entry.file_name().to_str().is_some_and(is_promising))
        .map(|entry| (entry.depth(), entry.into_path()))
        .min()
        .and_then(|(_, path)| slashed(path.strip_prefix(root).ok()?))
}

/// Whether the name of a file or folder is one that postmortems have.
pub(super) fn is_promising(name: &str) -> bool {
    let folded = words::fold(name);
    PATH_WORDS.iter().any(|word| folded.contains(word))
        || folded
            .split(|c: char| !c.is_alphanumeric())
            .any(|part| part == "rca" || part == "rcas")
}

/// A path as settings write it; `None` where it isn't text.
fn slashed(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

/// What one document is, by what it says and by the names on its path.
fn look(document: &Document, path: &str, vocabulary: &Vocabulary) -> Seen {
    // Without a prefix a number in the file's name is no id: only what is written counts.
    let read = item::read(document, path, "", vocabulary);
    let (found, scopes) = find::find(document, vocabulary);
    let promising = path.split('/').any(is_promising);
    let items = read.items.len();
    let happened = matches!(
        read.date_source,
        Some(DateSource::Occurred | DateSource::Detected)
    );
    let told = read.severity.is_some() || happened;
    // Minutes say when, and plans how urgent; only incidents both.
    let is_severe = read.severity.is_some() && happened;
    let numbered = read.id.as_ref().is_some_and(|id| {
        let prefix = id.as_str().split('-').next().unwrap_or_default();
        !NUMBERED_OTHERWISE.contains(&prefix)
    });
    let has_anatomy = scopes.is_postmortem();
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let is_index = items == 0 && (name.starts_with("readme.") || name.starts_with("index."));
    let dated = told || read.date.is_some() || read.id.is_some();
    // A title says it outright, but for documents about postmortems, which have nothing of one. Else it takes action items, or the parts
    // that only postmortems have, and another sign: the minutes of a meeting have action items too, and a plan has a timeline and an impact.
    // An id of its own is such a sign, and so is a severity beside the time it began.
    let postmortem = !read.template
        && !is_index
        && match scopes.kind {
            Some(DocumentKind::Postmortem) => items > 0 || dated || promising,
            Some(DocumentKind::Reference) => false,
            None if promising => items > 0 || has_anatomy,
            None => {
                items > 0 && (numbered || is_severe || has_anatomy && (told || parts(&scopes) >= 3))
            }
        };
    let mut seen = Seen {
        postmortem,
        items,
        language: read.language,
        id: read.id.as_ref().map(|id| id.as_str().to_owned()),
        owners: Vec::new(),
        sections: Vec::new(),
        columns: Vec::new(),
    };
    if !postmortem {
        return seen;
    }
    let owners = read.items.iter().flat_map(|item| &item.owners);
    seen.owners = owners
        .filter(|name| !name.starts_with('@'))
        .cloned()
        .collect();
    for (id, block) in document.blocks.iter().enumerate() {
        let is_item = found.iter().any(|f| f.block == id);
        let scope = scopes.scope(id);
        let in_item = || {
            let mut parents = std::iter::successors(block.parent, |id| document.blocks[*id].parent);
            parents.any(|parent| found.iter().any(|f| f.block == parent))
                || block
                    .section
                    .is_some_and(|heading| found.iter().any(|f| f.block == heading))
        };
        let looks_like_items = match &block.kind {
            BlockKind::Table(table) if is_item => {
                let unknown = table.header.cells.iter().map(|cell| cell.text.plain.trim());
                let unknown = unknown.filter(|header| {
                    !vocabulary.is_blank(header) && vocabulary.columns.whole(header).is_none()
                });
                add_names(&mut seen.columns, unknown);
                false
            }
            BlockKind::Table(table) => table.header.cells.iter().any(|cell| {
                matches!(
                    vocabulary.columns.whole(&cell.text.plain),
                    Some(Column::Owner | Column::Due)
                )
            }),
            BlockKind::Entry(entry) => !is_item && entry.checkbox.is_some(),
            BlockKind::Heading { .. } | BlockKind::Paragraph(_) => false,
        };
        // Sections that are known for something else are no secret of this team's.
        let unknown = matches!(scope.section, None | Some(Section::Perhaps));
        if looks_like_items && unknown && !in_item() {
            let heading = scope.block.and_then(|id| match &document.blocks[id].kind {
                BlockKind::Heading { level: 1, .. } => None,
                _ => Some(words::without_number(&scope.name.plain)),
            });
            add_names(&mut seen.sections, heading.iter().map(String::as_str));
        }
    }
    seen
}

/// How many sections a document has that postmortems are made of: timeline, root cause, what went well.
fn parts(scopes: &Scopes) -> usize {
    let opens = |(id, scope): &(usize, &Scope)| {
        scope.section == Some(Section::Anatomy) && scope.root == Some(*id)
    };
    scopes.all.iter().enumerate().filter(opens).count()
}

/// Adds names that are not there yet.
fn add_names<'n>(to: &mut Vec<String>, names: impl Iterator<Item = &'n str>) {
    for name in names {
        if !to.iter().any(|known| known == name) {
            to.push(name.to_owned());
        }
    }
}

/// Names with how often each was met, taken for one another where they differ in width, case and spaces only.
#[derive(Debug, Default)]
struct Count(BTreeMap<String, (String, usize)>);

impl Count {
    /// Notes a name. What no one would write into settings is passed over: control characters, sentences.
    fn add(&mut self, name: &str) {
        let name = name.trim();
        if !name.is_empty() && name.chars().count() <= LONGEST_NAME && plain(name) == name {
            let entry = self.0.entry(words::fold(name));
            entry.or_insert_with(|| (name.to_owned(), 0)).1 += 1;
        }
    }

    /// The names, the most frequent first.
    fn most(self) -> Vec<(String, usize)> {
        let mut names: Vec<(String, usize)> = self.0.into_values().collect();
        names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        names.truncate(MOST_NAMES);
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(path: &str, text: &str) -> Seen {
        look(&Document::parse(text), path, Vocabulary::built_in())
    }

    #[test]
    fn postmortems_are_told_from_other_documents() {
        let items = "## Action items\n\n- [ ] Do it (@alice, due 2025-01-31)\n";
        let anatomy = "## Root cause\n\nA full disk.\n\n";
        for (path, text, expected) in [
            ("a.md", format!("# Postmortem: slow api\n\n{items}"), true),
            (
                "a.md",
                "# 障害報告: DB 停止\n\n発生日時: 2025-01-05\n".to_owned(),
                true,
            ),
            ("incidents/a.md", format!("# Slow api\n\n{items}"), true),
            ("docs/障害/2025/a.md", format!("# 遅延\n\n{items}"), true),
            ("docs/rca-12.md", format!("# Slow\n\n{anatomy}"), true),
            ("retro/a.md", format!("# PM-042 Slow api\n\n{items}"), true),
            (
                "retro/a.md",
                format!("# Slow api\n\nIncident ID: INC-12\n\n{items}"),
                true,
            ),
            (
                "retro/a.md",
                format!("# 遅延\n\n**発生日時**: 2025-01-05\n**重大度**: SEV2\n\n{items}"),
                true,
            ),
            ("事故報告/a.md", format!("# 決済停止\n\n{items}"), true),
            (
                "a.md",
                format!("# Slow api\n\n**Severity**: SEV2\n\n{anatomy}{items}"),
                true,
            ),
            (
                "a.md",
                format!(
                    "# Slow api\n\n## Timeline\n\n## What went well\n\n## Lessons learned\n\n{items}"
                ),
                true,
            ),
            // Minutes, designs, instructions, an index, a form to fill in.
            ("minutes/a.md", format!("# Weekly\n\n{items}"), false),
            (
                "retro/a.md",
                format!("# Sprint 12\n\n日時: 2025-01-05\n\n{items}"),
                false,
            ),
            (
                "docs/a.md",
                format!("# ADR-0042 Use a queue\n\n{items}"),
                false,
            ),
            (
                "docs/a.md",
                "# PM-042 Slow api\n\nNothing to do.\n".to_owned(),
                false,
            ),
            (
                "docs/a.md",
                format!("# New cache\n\n{anatomy}{items}"),
                false,
            ),
            (
                "a.md",
                "# Post-mortem process\n\n## Timeline\n\nWrite down what happened.\n".to_owned(),
                false,
            ),
            (
                "incidents/runbook.md",
                format!("# Incident runbook\n\n{items}"),
                false,
            ),
            (
                "incidents/README.md",
                "# Postmortem list\n".to_owned(),
                false,
            ),
            (
                "incidents/a.md",
                format!("# Postmortem: [title]\n\n{items}"),
                false,
            ),
            ("march-care.md", format!("# March\n\n{items}"), false),
        ] {
            assert_eq!(seen(path, &text).postmortem, expected, "{path}: {text}");
        }
    }

    #[test]
    fn words_that_were_not_understood_are_told() {
        let text = "# ポストモーテム: 遅延\n\n## アクションアイテム\n\n| # | 対策 | 担当 | ストーリー点 |\n|---|---|---|---|\n| 1 | 監視を足す | SREチーム | 2d |\n\n\
            ## 宿題\n\n- [ ] 手順を書く\n\n## 承認\n\n- [ ] 部長\n";
        let seen = seen("pm/a.md", text);
        assert_eq!(seen.columns, ["ストーリー点"]);
        assert_eq!(seen.sections, ["宿題"]);
        assert_eq!(seen.owners, ["SREチーム"]);
    }
}

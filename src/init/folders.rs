//! Which paths take in all postmortems and nothing else that would become an issue. Pure: files in, `documents.paths` out.
//!
//! A folder is better than its files, since next month's postmortem will be found there too. It is taken where no other document below it
//! holds action items; a document without any does no harm.

use std::collections::{BTreeMap, BTreeSet};

use super::survey::is_promising;

/// A document, as far as its place is concerned.
#[derive(Debug, Clone)]
pub(super) struct File {
    /// From the root, with `/`.
    pub(super) path: String,
    /// Whether it is a postmortem.
    pub(super) postmortem: bool,
    /// Whether it holds action items.
    pub(super) items: bool,
}

/// What is known of a folder and all below it.
#[derive(Debug, Default)]
struct Folder<'f> {
    postmortems: usize,
    documents: usize,
    /// Others that hold action items: of minutes, of plans.
    others: usize,
    /// The folders right below that hold postmortems.
    children: BTreeSet<&'f str>,
}

impl Folder<'_> {
    fn is_theirs(&self, name: &str) -> bool {
        // One in six that was not recognised is a postmortem of another sort, or does little harm.
        self.others * 5 <= self.postmortems
            && (is_promising(name) || self.postmortems * 2 >= self.documents)
    }
}

/// The paths, sorted: folders, else globs of names, else files.
pub(super) fn paths(files: &[File]) -> Vec<String> {
    let mut folders: BTreeMap<&str, Folder<'_>> = BTreeMap::new();
    for file in files {
        let mut below = None;
        for folder in ancestors(&file.path) {
            let known = folders.entry(folder).or_default();
            known.documents += 1;
            known.postmortems += usize::from(file.postmortem);
            known.others += usize::from(!file.postmortem && file.items);
            if let (true, Some(child)) = (file.postmortem, below) {
                known.children.insert(child);
            }
            below = Some(folder);
        }
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut loose: BTreeMap<&str, Vec<&File>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.postmortem) {
        match topmost(&file.path, &folders) {
            Some(folder) => {
                taken.insert(folder.to_owned());
            }
            None => loose.entry(folder_of(&file.path)).or_default().push(file),
        }
    }
    for (folder, theirs) in loose {
        match common_glob(folder, &theirs, files) {
            Some(glob) => {
                taken.insert(glob);
            }
            None => taken.extend(theirs.iter().map(|file| literal(&file.path))),
        }
    }
    let within = |path: &String| taken.iter().any(|other| is_below(path, other));
    let taken: Vec<String> = taken.iter().filter(|path| !within(path)).cloned().collect();
    merged(&taken, &folders)
}

/// The folders most of whose documents hold action items, where nobody knows whether they are postmortems. The root is none.
pub(super) fn with_items(files: &[File]) -> Vec<String> {
    let as_if: Vec<File> = files
        .iter()
        .map(|file| File {
            postmortem: file.items,
            ..file.clone()
        })
        .collect();
    let mut found = paths(&as_if);
    let is_folder = |path: &String| files.iter().any(|file| is_below(&file.path, path));
    found.retain(is_folder);
    found.truncate(MOST_GUESSES);
    found
}

/// How many folders are guessed at.
const MOST_GUESSES: usize = 3;

/// The highest folder that is all postmortems, from the file's own upwards. The root never is: README.md is in it.
fn topmost<'p>(path: &'p str, folders: &BTreeMap<&str, Folder<'_>>) -> Option<&'p str> {
    let known = |folder: &str| folders.get(folder);
    let mut best = None;
    for folder in ancestors(path).filter(|folder| !folder.is_empty()) {
        // What has the signs of globs in its name is a folder to `documents.paths` all the same, since it is there.
        if !known(folder)?.is_theirs(name_of(folder)) {
            break;
        }
        let is_start = best.is_none();
        let gathers = known(folder)?.children.len() > 1 || is_promising(name_of(folder));
        if is_start || gathers {
            best = Some(folder);
        } else {
            break;
        }
    }
    best
}

/// `docs/*incident*.md`, where all postmortems of a folder have the word in their names and no other document has.
fn common_glob(folder: &str, theirs: &[&File], files: &[File]) -> Option<String> {
    let words = [
        "postmortem",
        "post-mortem",
        "incident",
        "outage",
        "障害報告",
        "障害",
        "ポストモーテム",
        "インシデント",
        "PM-",
        "INC-",
    ];
    let ending = theirs.first()?.path.rsplit_once('.')?.1;
    let matches = |file: &File, word: &str| {
        folder_of(&file.path) == folder
            && name_of(&file.path).contains(word)
            && file.path.rsplit_once('.').map(|(_, ending)| ending) == Some(ending)
    };
    let word = words.iter().find(|word| {
        theirs.iter().all(|file| matches(file, word))
            && !files
                .iter()
                .any(|file| !file.postmortem && file.items && matches(file, word))
    })?;
    let folder = match folder {
        "" => String::new(),
        folder if literal(folder) == folder => format!("{folder}/"),
        _ => return None,
    };
    Some(format!("{folder}*{word}*.{ending}"))
}

/// Three folders or more of one name, each with its parent beside others', are `**/name`: the next service's is taken in as well.
fn merged(paths: &[String], folders: &BTreeMap<&str, Folder<'_>>) -> Vec<String> {
    let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
    for path in paths.iter().filter(|path| path.contains('/')) {
        if folders.contains_key(path.as_str()) && is_promising(name_of(path)) {
            *by_name.entry(name_of(path)).or_default() += 1;
        }
    }
    let many: BTreeSet<&str> = by_name
        .into_iter()
        .filter(|(name, count)| {
            let clean = folders
                .iter()
                .filter(|(folder, _)| name_of(folder) == *name)
                .all(|(_, known)| known.others == 0);
            *count >= 3 && clean
        })
        .map(|(name, _)| name)
        .collect();
    let mut merged: Vec<String> = paths
        .iter()
        .map(|path| match many.get(name_of(path)) {
            Some(name) if path.contains('/') => format!("**/{name}"),
            _ => path.clone(),
        })
        .collect();
    merged.sort();
    merged.dedup();
    merged
}

/// A path whose signs of globs stand for themselves.
fn literal(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '{' | '}') {
            out.extend(['[', c, ']']);
        } else {
            out.push(c);
        }
    }
    out
}

/// The folders a file lies in, from its own to the root, which is empty.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder_of(path)), |folder| {
        (!folder.is_empty()).then(|| folder_of(folder))
    })
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `+` is a postmortem, `-` a document with action items that is none, and without a sign one without any.
    fn found(files: &[&str]) -> Vec<String> {
        let files: Vec<File> = files
            .iter()
            .map(|file| File {
                path: file.trim_start_matches(['+', '-']).to_owned(),
                postmortem: file.starts_with('+'),
                items: !file.starts_with(|c: char| c.is_alphanumeric()),
            })
            .collect();
        paths(&files)
    }

    #[test]
    fn what_holds_action_items_is_guessed_at() {
        for (files, expected) in [
            (&["README.md", "docs/a.md"][..], &[][..]),
            (&["-TODO.md"], &[]),
            (&["-retro/a.md", "-retro/b.md", "docs/a.md"], &["retro"]),
            (&["-docs/a.md", "docs/b.md", "docs/c.md", "docs/d.md"], &[]),
            (
                &["-a/x.md", "-b/x.md", "-c/x.md", "-d/x.md"],
                &["a", "b", "c"],
            ),
        ] {
            let files: Vec<File> = files
                .iter()
                .map(|file| File {
                    path: file.trim_start_matches('-').to_owned(),
                    postmortem: false,
                    items: file.starts_with('-'),
                })
                .collect();
            assert_eq!(with_items(&files), expected);
        }
    }

    #[test]
    fn folders_globs_and_files() {
        for (files, expected) in [
            (vec![], vec![]),
            (vec!["README.md", "docs/a.md"], vec![]),
            (
                vec!["README.md", "+postmortems/042.md"],
                vec!["postmortems"],
            ),
            (
                vec![
                    "+postmortems/2024/a.md",
                    "+postmortems/2025/b.md",
                    "postmortems/README.md",
                ],
                vec!["postmortems"],
            ),
            (
                vec!["+docs/postmortems/2024/a.md", "docs/x.md"],
                vec!["docs/postmortems"],
            ),
            (vec!["+docs/2024/a.md", "+docs/2025/b.md"], vec!["docs"]),
            (
                vec!["+docs/2024/a.md", "+docs/2025/b.md", "-docs/plans/q1.md"],
                vec!["docs/2024", "docs/2025"],
            ),
            (
                vec!["+incidents/INC-1/report.md", "+incidents/INC-2/report.md"],
                vec!["incidents"],
            ),
            // Minutes lie beside them: by name, else file by file.
            (
                vec![
                    "+docs/incident-a.md",
                    "+docs/incident-b.md",
                    "-docs/minutes.md",
                ],
                vec!["docs/*incident*.md"],
            ),
            (
                vec!["+docs/incident-a.md", "-docs/incident-drill.md"],
                vec!["docs/incident-a.md"],
            ),
            (
                vec!["+docs/db-down.md", "+docs/slow.md", "-docs/minutes.md"],
                vec!["docs/db-down.md", "docs/slow.md"],
            ),
            // A few among many that hold no items.
            (
                vec!["+docs/slow.md", "docs/a.md", "docs/b.md", "docs/c.md"],
                vec!["docs/slow.md"],
            ),
            // One that was not recognised, among many.
            (
                vec![
                    "+pm/a.md", "+pm/b.md", "+pm/c.md", "+pm/d.md", "+pm/e.md", "-pm/f.md",
                ],
                vec!["pm"],
            ),
            // The root is never taken as a whole.
            (vec!["+slow.md"], vec!["slow.md"]),
            (vec!["+PM-1.md", "+PM-2.md", "README.md"], vec!["*PM-*.md"]),
            (
                vec![
                    "+a/postmortems/1.md",
                    "+b/postmortems/1.md",
                    "+c/postmortems/1.md",
                ],
                vec!["**/postmortems"],
            ),
            (
                vec![
                    "+a/postmortems/1.md",
                    "+b/postmortems/1.md",
                    "-a/x.md",
                    "-b/x.md",
                ],
                vec!["a/postmortems", "b/postmortems"],
            ),
            (vec!["+old [pm]/slow.md"], vec!["old [pm]"]),
            (
                vec!["+old [pm]/slow.md", "-old [pm]/minutes.md"],
                vec!["old [[]pm[]]/slow.md"],
            ),
        ] {
            assert_eq!(found(&files), expected, "{files:?}");
        }
    }
}

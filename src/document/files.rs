//! Finds the documents: files, globs, and folders searched as git would see them.
//!
//! What a document says is no concern of this module; it opens none. Every path it gives is one that
//! [`super::save::read`] opens from the same root.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};
use ignore::WalkBuilder;

use crate::config::{Language, Text, text};

/// Endings of the files that a folder is searched for, in lower case.
pub const EXTENSIONS: &[&str] = &["md", "markdown", "mdx", "txt"];

/// What a search has come to.
#[derive(Debug, Default)]
pub struct Found {
    /// The documents, sorted, each once: relative to the root where they lie below it, else as they were asked for.
    pub files: Vec<PathBuf>,
    /// What could not be searched, or was refused, in the order it was met.
    pub problems: Vec<FileProblem>,
}

/// A file that is none for us, and why.
#[derive(Debug, thiserror::Error)]
#[error("{}: {}", self.path.display(), self.message().en)]
pub struct FileProblem {
    /// The file, as a person would name it.
    pub path: PathBuf,
    /// What is the matter with it.
    pub fault: FileFault,
}

/// What can be the matter with a file before a word of it has been read.
#[derive(Debug)]
pub enum FileFault {
    /// There is no such file or folder.
    Missing,
    /// A glob that matches nothing.
    NothingMatches,
    /// A glob that can't be read, and why.
    BadGlob(String),
    /// A symlink that leads out of the tree.
    LeavesTree {
        /// Where it leads.
        target: PathBuf,
    },
    /// Neither a file nor (where one would do) a folder.
    NotAFile,
    /// More than [`super::save::MAX_BYTES`].
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// Not UTF-8.
    NotUtf8 {
        /// Where the first wrong byte is, from 0.
        offset: usize,
        /// The line it stands in, from 1.
        line: usize,
        /// Whether the file begins as UTF-16 does.
        is_utf16: bool,
    },
    /// The system would not let us.
    Unreadable(io::Error),
}

impl FileProblem {
    /// The line that it is about, where it is about one.
    pub fn line(&self) -> Option<usize> {
        match self.fault {
            FileFault::NotUtf8 { line, .. } => Some(line),
            _ => None,
        }
    }

    /// The name of the problem in JSON. Names are only ever added.
    pub fn code(&self) -> &'static str {
        match self.fault {
            FileFault::Missing => "file-missing",
            FileFault::NothingMatches => "glob-empty",
            FileFault::BadGlob(_) => "glob-invalid",
            FileFault::LeavesTree { .. } => "file-outside",
            FileFault::NotAFile => "file-special",
            FileFault::TooLarge { .. } => "file-too-large",
            FileFault::NotUtf8 { .. } => "file-not-utf8",
            FileFault::Unreadable(_) => "file-unreadable",
        }
    }

    /// What is wrong, without the path.
    pub fn message(&self) -> Text {
        match &self.fault {
            FileFault::Missing => text!(
                "no such file or folder",
                "ファイルまたはフォルダーがありません"
            ),
            FileFault::NothingMatches => text!("matches no document", "一致する文書がありません"),
            FileFault::BadGlob(why) => {
                text!("not a pattern: {why}", "パターンとして読めません: {why}")
            }
            FileFault::LeavesTree { target } => {
                let target = target.display();
                text!(
                    "a symbolic link that leads out of the tree, to {target}",
                    "ツリーの外（{target}）を指すシンボリックリンクです"
                )
            }
            FileFault::NotAFile => text!("not a regular file", "通常のファイルではありません"),
            FileFault::TooLarge { bytes } => {
                let (size, limit) = (bytes.div_ceil(MIB), super::save::MAX_BYTES / MIB);
                text!(
                    "too large: {size} MiB, where {limit} MiB is the limit",
                    "大きすぎます（{size} MiB、上限は {limit} MiB）"
                )
            }
            FileFault::NotUtf8 {
                offset,
                is_utf16: true,
                ..
            } => {
                text!(
                    "UTF-16, not UTF-8 (at byte {offset})",
                    "UTF-8 ではなく UTF-16 です（バイト位置 {offset}）"
                )
            }
            FileFault::NotUtf8 { offset, .. } => {
                text!(
                    "not UTF-8 (at byte {offset})",
                    "UTF-8 ではありません（バイト位置 {offset}）"
                )
            }
            FileFault::Unreadable(error) => {
                text!("cannot be read: {error}", "読み込めません: {error}")
            }
        }
    }

    /// How to mend it, where there is something to say.
    pub fn hint(&self) -> Option<Text> {
        match self.fault {
            FileFault::NothingMatches => Some(text!(
                "documents end in .md, .markdown, .mdx or .txt; what git ignores and what is excluded is not searched",
                "対象は .md、.markdown、.mdx、.txt です。git が無視するものと除外設定に当たるものは検索しません"
            )),
            FileFault::BadGlob(_) => {
                Some(text!("for example `docs/**/*.md`", "例: `docs/**/*.md`"))
            }
            FileFault::LeavesTree { .. } => Some(text!(
                "name the file it leads to, or keep a copy in the repository",
                "リンク先のファイルを直接指定するか、リポジトリ内に置いてください"
            )),
            FileFault::NotUtf8 { .. } => Some(text!(
                "save the file as UTF-8; older Japanese files are often Shift_JIS",
                "UTF-8 で保存し直してください。Shift_JIS で保存されていることがあります"
            )),
            FileFault::Missing
            | FileFault::NotAFile
            | FileFault::TooLarge { .. }
            | FileFault::Unreadable(_) => None,
        }
    }

    /// The problem in one line for a person: the path, what is wrong, and the hint.
    pub fn render(&self, language: Language) -> String {
        let message = self.message();
        let place = match self.line() {
            Some(line) => format!("{}:{line}", self.path.display()),
            None => self.path.display().to_string(),
        };
        let hint = self
            .hint()
            .map(|hint| language.pick(format!("（{}）", hint.ja), format!(" ({})", hint.en)));
        format!(
            "{place}: {}{}",
            message.get(language),
            hint.unwrap_or_default()
        )
    }
}

/// Bytes in a mebibyte.
const MIB: u64 = 1024 * 1024;

/// Finds the documents that `paths` ask for, each a file, a folder or a glob, from `root` where they are relative.
///
/// - A file is taken whatever its ending, and even where `exclude` matches it: somebody asked for it by name.
/// - A folder is searched for [`EXTENSIONS`] as git would see it: what `.gitignore` names is left out, also where there
///   is no repository, and so is what is hidden. Links to folders are not followed.
/// - A glob takes the documents that it matches, and those in the folders that it matches. A `*` does not cross a `/`.
///   One that names an ending (`*.rst`) takes that one.
///
/// `exclude` holds globs relative to `root`, compared without regard to case; a folder that matches is not entered.
/// Files that are one (by links) are given once.
pub fn find<P: AsRef<Path>>(root: &Path, paths: &[P], exclude: &[String]) -> Found {
    let mut found = Found::default();
    // A vanished working folder is the only way this fails; the search then says so itself.
    let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
    let real_root = fs::canonicalize(&root).unwrap_or_else(|_| root.clone());
    let exclude = exclude_set(exclude, &mut found.problems);
    let mut search = Search {
        root: &root,
        real_root: &real_root,
        exclude,
        files: BTreeMap::new(),
        found,
    };
    for path in paths {
        search.path(path.as_ref());
    }
    let Search {
        files, mut found, ..
    } = search;
    found.files = files.into_values().collect();
    found.files.sort();
    found
}

/// The globs of what is left out. One that can't be read is a problem of its own.
fn exclude_set(globs: &[String], problems: &mut Vec<FileProblem>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for given in globs {
        let glob = given.trim_start_matches("./").trim_end_matches('/');
        match GlobBuilder::new(glob)
            .literal_separator(true)
            .case_insensitive(true)
            .build()
        {
            Ok(glob) => {
                set.add(glob);
            }
            Err(error) => problems.push(FileProblem {
                path: given.into(),
                fault: FileFault::BadGlob(error.kind().to_string()),
            }),
        }
    }
    set.build().unwrap_or_else(|error| {
        let path = error.glob().unwrap_or_default().into();
        problems.push(FileProblem {
            path,
            fault: FileFault::BadGlob(error.kind().to_string()),
        });
        GlobSet::empty()
    })
}

/// A search under way.
struct Search<'a> {
    /// Absolute.
    root: &'a Path,
    /// The same with links followed, to tell links from files.
    real_root: &'a Path,
    exclude: GlobSet,
    /// The files by where they really are.
    files: BTreeMap<PathBuf, PathBuf>,
    found: Found,
}

impl Search<'_> {
    /// One path of those asked for.
    fn path(&mut self, asked: &Path) {
        let shown = self.shown(asked);
        let full = self.root.join(&shown);
        if let Err(error) = full.symlink_metadata() {
            // A file whose name looks like a glob has been found by now.
            match shown
                .to_str()
                .filter(|shown| shown.contains(['*', '?', '[', '{']))
            {
                Some(glob) => self.glob(glob),
                None if error.kind() == io::ErrorKind::NotFound => {
                    self.problem(&shown, FileFault::Missing);
                }
                None => self.problem(&shown, FileFault::Unreadable(error)),
            }
            return;
        }
        match real_path(self.root, &shown) {
            Err(fault) => self.problem(&shown, fault),
            Ok(real) if real.is_dir() => {
                // An empty folder is no mistake.
                self.walk(&shown, &is_document);
            }
            Ok(real) if real.is_file() => self.add(real, shown),
            Ok(_) => self.problem(&shown, FileFault::NotAFile),
        }
    }

    /// A path as it is shown: from the root where it is below it, without needless `.`.
    fn shown(&self, asked: &Path) -> PathBuf {
        let below = asked
            .strip_prefix(self.root)
            .or_else(|_| asked.strip_prefix(self.real_root))
            .unwrap_or(asked);
        let below: PathBuf = below
            .components()
            .filter(|part| *part != Component::CurDir)
            .collect();
        self.direct(&below).unwrap_or(below)
    }

    /// A path by its folder's own name, where that is in the tree: what leads there through `..` or through links to folders is the same
    /// file, and a document has one path. A link in place of the file itself keeps its name.
    fn direct(&self, path: &Path) -> Option<PathBuf> {
        let full = self.root.join(path);
        let (folder, name) = match full.file_name() {
            // A folder that was asked for, or `..` at the end.
            _ if full.is_dir() => (full.as_path(), None),
            name => (full.parent()?, name),
        };
        let real = fs::canonicalize(folder).ok()?;
        let below = real.strip_prefix(self.real_root).ok()?;
        Some(name.map_or_else(|| below.to_owned(), |name| below.join(name)))
    }

    /// Takes what a glob matches.
    fn glob(&mut self, glob: &str) {
        // The folder down to which there is nothing to match.
        let plain = glob
            .split_inclusive('/')
            .take_while(|part| !part.contains(['*', '?', '[', '{']));
        let (base, pattern) = glob.split_at(plain.map(str::len).sum());
        let matcher: GlobMatcher = match GlobBuilder::new(pattern).literal_separator(true).build() {
            Ok(glob) => glob.compile_matcher(),
            Err(error) => {
                return self.problem(
                    Path::new(glob),
                    FileFault::BadGlob(error.kind().to_string()),
                );
            }
        };
        let name = pattern.rsplit('/').next().unwrap_or(pattern);
        let names_ending = name
            .rsplit_once('.')
            .is_some_and(|(_, ending)| !ending.contains(['*', '?']));
        let base = &self.shown(Path::new(base));
        let matched = if !self.root.join(base).is_dir() {
            0
        } else if let Err(fault) = real_path(self.root, base) {
            return self.problem(base, fault);
        } else {
            self.walk(base, &|below| {
                let in_folder = || {
                    let mut folders = below
                        .ancestors()
                        .skip(1)
                        .filter(|folder| !folder.as_os_str().is_empty());
                    folders.any(|folder| matcher.is_match(folder))
                };
                (matcher.is_match(below) && (names_ending || is_document(below)))
                    || (is_document(below) && in_folder())
            })
        };
        if matched == 0 {
            self.problem(Path::new(glob), FileFault::NothingMatches);
        }
    }

    /// Searches a folder for the files that are `wanted` by their path below it; how many were met, good or bad.
    fn walk(&mut self, shown: &Path, wanted: &dyn Fn(&Path) -> bool) -> usize {
        let base = self.root.join(shown);
        // The crate stops at the border of a repository only where it requires one.
        let in_git = base.ancestors().any(|folder| folder.join(".git").exists());
        let (exclude, root) = (self.exclude.clone(), self.root.to_owned());
        let below_root =
            move |path: &Path| exclude.is_match(path.strip_prefix(&root).unwrap_or(path));
        let walk = WalkBuilder::new(&base)
            // `.ignore` files are for search tools; git doesn't know them.
            .ignore(false)
            .require_git(in_git)
            .current_dir(self.root)
            .filter_entry(move |entry| entry.depth() == 0 || !below_root(entry.path()))
            .build();
        let mut met = 0;
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    met += 1;
                    self.unreadable(shown, error);
                    continue;
                }
            };
            let below = entry.path().strip_prefix(&base).unwrap_or(entry.path());
            let is_link = entry.path_is_symlink();
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
            if entry.depth() == 0 || !(is_file || is_link) || !wanted(below) {
                continue;
            }
            let shown = shown.join(below);
            match real_path(self.root, &shown) {
                Ok(real) if real.is_file() => self.add(real, shown),
                // A link to a folder, which is not followed.
                Ok(_) => continue,
                Err(fault) => self.problem(&shown, fault),
            }
            met += 1;
        }
        met
    }

    /// Notes what a walk could not read.
    fn unreadable(&mut self, shown: &Path, error: ignore::Error) {
        let mut path = self.root.join(shown);
        let mut inner = &error;
        loop {
            match inner {
                ignore::Error::WithPath { path: at, err } => {
                    path.clone_from(at);
                    inner = err;
                }
                ignore::Error::WithDepth { err, .. }
                | ignore::Error::WithLineNumber { err, .. } => inner = err,
                _ => break,
            }
        }
        let path = self.shown(&path);
        let message = inner.to_string();
        let error = error
            .into_io_error()
            .unwrap_or_else(|| io::Error::other(message));
        self.problem(&path, FileFault::Unreadable(error));
    }

    /// Takes a file, unless it is there already; of several paths to it the one that is no link is kept.
    fn add(&mut self, real: PathBuf, shown: PathBuf) {
        let is_real = |path: &Path| self.real_root.join(path) == real;
        match self.files.get(&real) {
            Some(kept) if is_real(kept) || !is_real(&shown) && *kept <= shown => {}
            _ => {
                self.files.insert(real, shown);
            }
        }
    }

    fn problem(&mut self, path: &Path, fault: FileFault) {
        self.found.problems.push(FileProblem {
            path: path.to_owned(),
            fault,
        });
    }
}

/// Whether a name ends as documents do.
fn is_document(path: &Path) -> bool {
    let ending = path
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default();
    EXTENSIONS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(ending))
}

/// Where a path really leads, links followed. The links may not lead out of the tree: the tree of `root`, or, for a
/// path that was named outside of it, the folder it was named in.
///
/// # Errors
/// When nothing is there, or it is out of the tree.
pub(super) fn real_path(root: &Path, shown: &Path) -> Result<PathBuf, FileFault> {
    let fault = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => FileFault::Missing,
        _ => FileFault::Unreadable(error),
    };
    let here = |path: &Path| {
        // `absolute` refuses the empty path, which means the working folder.
        let path = if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        };
        std::path::absolute(path).map_err(fault)
    };
    let root = here(root)?;
    let full = here(&root.join(shown))?;
    let real = fs::canonicalize(&full).map_err(fault)?;
    if real.starts_with(fs::canonicalize(&root).map_err(fault)?) {
        return Ok(real);
    }
    let leaves_by_name = !without_parents(&full).starts_with(without_parents(&root));
    let folder = full
        .parent()
        .map(fs::canonicalize)
        .transpose()
        .map_err(fault)?
        .unwrap_or_default();
    // The whole path was named outside, and its last part is no link that leads further away.
    if leaves_by_name && real.starts_with(&folder) {
        return Ok(real);
    }
    Err(FileFault::LeavesTree { target: real })
}

/// An absolute path with its `..` taken by their letter, which is what the person who wrote it had in mind.
fn without_parents(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            out.pop();
        } else {
            out.push(part);
        }
    }
    out
}

#[cfg(test)]
mod tests;

//! The documents of a run: found, read and typed. The one place where files, Markdown and meaning meet; it decides nothing.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::config::text;
use crate::config::{ColumnField, Config, RepoName};
use crate::document::Document;
use crate::document::files::{self, FileFault, FileProblem};
use crate::document::save::{self, SaveError};
use crate::item::link::Target;
use crate::item::vocabulary::{Column, Vocabulary};
use crate::item::{self, Postmortem, Problem, ProblemKind};
use crate::show::quoted;

/// A document of the run.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The file.
    pub file: PathBuf,
    /// What it holds, byte for byte and block by block.
    pub document: Document,
    /// What that means.
    pub postmortem: Postmortem,
    /// What names it in a command that the user may run where they stand: its path from there, and `--config` where it was given.
    pub argument: String,
    /// Whether the run is about it; the others are read so that no issue is taken for unlinked.
    pub selected: bool,
}

/// How much of the configured documents a run sees. What is in none of them may be deleted, or be where nobody looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// All of them, and the run is about all.
    Whole,
    /// All of them, and the run is about some.
    Narrowed,
    /// Not all: a file could not be read, or a configured folder is missing.
    Partial,
}

/// The documents of a run.
#[derive(Debug)]
pub struct Workspace {
    /// In the order of their paths.
    pub documents: Vec<Loaded>,
    /// Files that could not be read.
    pub problems: Vec<Problem>,
    /// Whether one of them is a document that the run is about.
    pub unread: bool,
    /// The words they are read by.
    pub vocabulary: Vocabulary,
    /// How much of the configured documents they are.
    pub view: View,
    /// Markdown files that are none of the documents, once [`Workspace::look_around`] has read them.
    pub bystanders: Option<Vec<Bystander>>,
    /// Former and other names of the repository of the issues, and the name that they are read as.
    names: Option<(Vec<RepoName>, RepoName)>,
    root: PathBuf,
    /// The files that were taken, by where they really are.
    seen: HashSet<PathBuf>,
    id_prefix: String,
}

/// A Markdown file of the checkout that is none of the documents: excluded, or somewhere else. Nothing is read out of it; but a row that was
/// moved there with its link is not gone.
#[derive(Debug, Clone)]
pub struct Bystander {
    /// The file, as the user would write it.
    pub path: String,
    /// What it holds.
    pub text: String,
    /// Whether it lies where documents are looked for, and is only excluded: then `#12` in it means an issue, not any change.
    pub excluded: bool,
}

/// Why there is nothing to run on: the paths themselves are wrong.
#[derive(Debug)]
pub struct NoDocuments {
    /// Each path and what is wrong with it.
    pub problems: Vec<FileProblem>,
}

/// Where the user stands, and what they said of the configuration.
struct Standing<'a> {
    cwd: &'a Path,
    config: Option<&'a Path>,
}

impl Standing<'_> {
    /// A document of `root` as an argument of a command that is run where the user stands.
    fn argument(&self, root: &Path, file: &Path) -> String {
        let path = quoted(&self.path(root, file).to_string_lossy());
        match self.config {
            Some(config) => format!("{path} --config {}", quoted(&config.to_string_lossy())),
            None => path,
        }
    }

    fn path(&self, root: &Path, file: &Path) -> PathBuf {
        let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let (cwd, root) = (real(self.cwd), real(root));
        if cwd == root || file.is_absolute() {
            return file.to_owned();
        }
        let full = root.join(file);
        match (full.strip_prefix(&cwd), cwd.strip_prefix(&root)) {
            (Ok(below), _) => below.to_owned(),
            // Up to where both lie, and down to the document.
            (Err(_), Ok(_)) => {
                let common = cwd.ancestors().find(|folder| full.starts_with(folder));
                let common = common.unwrap_or(&root);
                let steps = cwd
                    .strip_prefix(common)
                    .map_or(0, |up| up.components().count());
                let down = full.strip_prefix(common).unwrap_or(&full);
                std::iter::repeat_n("..", steps)
                    .map(Path::new)
                    .chain([down])
                    .collect()
            }
            (Err(_), Err(_)) => full,
        }
    }
}

impl Workspace {
    /// Reads the documents that `paths` name (relative to `cwd`), or the configured ones where it is empty. With `all`, the configured
    /// ones are read in any case.
    pub fn load(
        config: &Config,
        paths: &[String],
        cwd: &Path,
        all: bool,
    ) -> Result<Workspace, NoDocuments> {
        let columns: Vec<(Column, Vec<String>)> = config
            .documents
            .columns
            .iter()
            .map(|(field, words)| (column(*field), words.clone()))
            .collect();
        let vocabulary = if config.documents.sections.is_empty()
            && columns.iter().all(|(_, words)| words.is_empty())
        {
            Vocabulary::built_in().clone()
        } else {
            Vocabulary::extended(&config.documents.sections, &columns)
        };
        let mut workspace = Workspace {
            documents: Vec::new(),
            problems: Vec::new(),
            unread: false,
            vocabulary,
            view: View::Whole,
            bystanders: None,
            names: None,
            root: config.root.clone(),
            seen: HashSet::new(),
            id_prefix: config.documents.id_prefix.clone(),
        };
        let standing = Standing {
            cwd,
            config: config.given.as_deref(),
        };
        let named: Vec<PathBuf> = paths.iter().map(|path| cwd.join(path)).collect();
        let configured: Vec<PathBuf> = config.documents.paths.iter().map(PathBuf::from).collect();
        let selection = if named.is_empty() {
            &configured
        } else {
            &named
        };
        workspace.take(selection, &config.documents.exclude, true, &standing)?;
        workspace.unread = !workspace.problems.is_empty();
        if !named.is_empty() {
            // A configured folder that is missing is no reason not to push a document that was named.
            let rest = all
                && workspace
                    .take(&configured, &config.documents.exclude, false, &standing)
                    .is_ok();
            workspace.view = if rest { View::Narrowed } else { View::Partial };
        }
        if !workspace.problems.is_empty() {
            workspace.view = View::Partial;
        }
        workspace.documents.sort_by(|a, b| a.file.cmp(&b.file));
        item::problem::tidy(&mut workspace.problems);
        Ok(workspace)
    }

    /// Reads the other Markdown files of the checkout, as git sees it, once. A file that can't be read is passed over.
    pub fn look_around(&mut self, config: &Config) {
        if self.bystanders.is_some() {
            return;
        }
        let configured = files::find(&self.root, &config.documents.paths, &[]).files;
        let others = files::find(&self.root, &[&self.root], &[]).files;
        let mut found: Vec<Bystander> = Vec::new();
        for (file, excluded) in configured
            .iter()
            .map(|file| (file, true))
            .chain(others.iter().map(|file| (file, false)))
        {
            let path = file.to_string_lossy();
            let known = self
                .documents
                .iter()
                .any(|d| d.file == self.root.join(file))
                || found.iter().any(|other| other.path == path);
            if let (false, Ok(text)) = (known, save::read(&self.root, file)) {
                let path = path.into_owned();
                found.push(Bystander {
                    path,
                    text,
                    excluded,
                });
            }
        }
        self.bystanders = Some(found);
    }

    fn take(
        &mut self,
        paths: &[PathBuf],
        exclude: &[String],
        selected: bool,
        standing: &Standing<'_>,
    ) -> Result<(), NoDocuments> {
        let found = files::find(&self.root, paths, exclude);
        let (wrong, unreadable): (Vec<_>, Vec<_>) = found.problems.into_iter().partition(|p| {
            // What is missing below a folder is a link that leads nowhere: a problem of that file alone.
            let named = paths
                .iter()
                .any(|path| self.root.join(path) == self.root.join(&p.path));
            match p.fault {
                FileFault::Missing => named,
                FileFault::NothingMatches | FileFault::BadGlob(_) => true,
                _ => false,
            }
        });
        if !wrong.is_empty() {
            return Err(NoDocuments { problems: wrong });
        }
        self.problems.extend(unreadable.iter().map(problem));
        for file in found.files {
            let absolute = self.root.join(&file);
            // Two names of one file are one document.
            let real = std::fs::canonicalize(&absolute).unwrap_or_else(|_| absolute.clone());
            if !self.seen.insert(real) {
                continue;
            }
            match save::read(&self.root, &file) {
                Ok(text) if conflict_line(&text).is_some() => {
                    // Half of its rows would seem to be gone, or to be there twice.
                    let path = file.to_string_lossy().into_owned();
                    let message = text!(
                        "holds a merge conflict and is left alone",
                        "マージの競合が残っているため、扱いません"
                    );
                    let hint = Some(text!(
                        "settle the conflict between <<<<<<< and >>>>>>>",
                        "<<<<<<< から >>>>>>> までの競合を解消してください"
                    ));
                    let (line, code) = (conflict_line(&text).unwrap_or(0), "merge-conflict");
                    let kind = ProblemKind::File {
                        code,
                        message,
                        hint,
                    };
                    self.problems.push(Problem {
                        path,
                        line,
                        column: 0,
                        kind,
                    });
                }
                Ok(text) => {
                    let document = Document::parse(text);
                    let postmortem = self.postmortem(&document, &file.to_string_lossy());
                    self.documents.push(Loaded {
                        argument: standing.argument(&self.root, &file),
                        file: absolute,
                        document,
                        postmortem,
                        selected,
                    });
                }
                Err(fault) => self.problems.push(problem(&fault)),
            }
        }
        Ok(())
    }

    /// What a document means, read with this run's words.
    pub fn postmortem(&self, document: &Document, path: &str) -> Postmortem {
        let mut postmortem = item::read(document, path, &self.id_prefix, &self.vocabulary);
        if let Some((others, name)) = &self.names {
            rename(&mut postmortem, others, name);
        }
        postmortem
    }

    /// From here on links to a repository of one of these names are read as links to `name`: GitHub redirects one to the other.
    pub fn take_names(&mut self, others: Vec<RepoName>, name: &RepoName) {
        for loaded in &mut self.documents {
            rename(&mut loaded.postmortem, &others, name);
        }
        self.names = Some((others, name.clone()));
    }

    /// Saves a new text in place of the one that was read; [`Workspace::replace`] then takes it over.
    ///
    /// # Errors
    /// Where the document is not what it was, or can't be written.
    pub fn save(&self, document: usize, text: &str) -> Result<(), SaveError> {
        let loaded = &self.documents[document];
        // Relative to the root, as messages name it.
        let path = loaded.file.strip_prefix(&self.root).unwrap_or(&loaded.file);
        save::save(&self.root, path, &loaded.document.source, text)
    }

    /// Takes over the new text of a document.
    pub fn replace(&mut self, document: usize, text: String) {
        let path = self.documents[document].postmortem.path.clone();
        let read = Document::parse(text);
        let postmortem = self.postmortem(&read, &path);
        let loaded = &mut self.documents[document];
        loaded.document = read;
        loaded.postmortem = postmortem;
    }

    /// The folder that symbolic links may not lead out of.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// All problems of the documents the run is about, files and contents.
    pub fn all_problems(&self) -> Vec<Problem> {
        let mut problems = self.problems.clone();
        problems.extend(
            self.selected()
                .flat_map(|d| d.postmortem.problems.iter().cloned()),
        );
        item::problem::tidy(&mut problems);
        problems
    }

    /// The documents that the run is about.
    pub fn selected(&self) -> impl Iterator<Item = &Loaded> {
        self.documents.iter().filter(|d| d.selected)
    }
}

fn rename(postmortem: &mut Postmortem, others: &[RepoName], name: &RepoName) {
    for item in &mut postmortem.items {
        if let Some(Target::GitHub {
            repository: Some(repository),
            ..
        }) = item.reference.as_mut().map(|found| &mut found.target)
            && others.contains(repository)
        {
            repository.clone_from(name);
        }
    }
}

/// The line, from 1, where git left a merge conflict: `<<<<<<<`, `=======` and `>>>>>>>` at the beginning of lines, in this order.
fn conflict_line(text: &str) -> Option<usize> {
    let mut lines = text.lines().enumerate();
    let (begin, _) = lines.find(|(_, line)| line.starts_with("<<<<<<< "))?;
    lines.find(|(_, line)| line.trim_end() == "=======")?;
    lines.find(|(_, line)| line.starts_with(">>>>>>> "))?;
    Some(begin + 1)
}

fn problem(fault: &FileProblem) -> Problem {
    Problem {
        path: fault.path.to_string_lossy().into_owned(),
        line: fault.line().unwrap_or(0),
        column: 0,
        kind: ProblemKind::File {
            code: fault.code(),
            message: fault.message(),
            hint: fault.hint(),
        },
    }
}

fn column(field: ColumnField) -> Column {
    match field {
        ColumnField::Id => Column::Id,
        ColumnField::Title => Column::Title,
        ColumnField::Owner => Column::Owner,
        ColumnField::Due => Column::Due,
        ColumnField::Status => Column::Status,
        ColumnField::Priority => Column::Priority,
        ColumnField::Kind => Column::Kind,
        ColumnField::Issue => Column::Issue,
    }
}

//! The files of a repository: git's objects, the branches, and what people push and merge.
//!
//! Objects are named as git names them, so that a client which computes names itself is held to the truth.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::issue::{State, StateReason};
use super::repository::Repository;
use crate::github::git_object::{blob_id, object_id};

/// A file's mode and the name of its content.
pub(crate) type Files = BTreeMap<String, (String, String)>;

/// The mode of a plain file.
const PLAIN: &str = "100644";

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The name of its tree.
    pub tree: String,
    /// The commits it stands on.
    pub parents: Vec<String>,
    /// Its message.
    pub message: String,
    /// Who made it (a login).
    pub author: String,
    /// Whether GitHub signed it, as it does where the API names no author.
    pub signed: bool,
    /// When.
    pub date: DateTime<Utc>,
}

/// An entry of a tree: a file, or a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TreeEntry {
    pub(crate) mode: String,
    pub(crate) sha: String,
}

impl TreeEntry {
    pub(crate) fn is_folder(&self) -> bool {
        self.mode == "040000"
    }
}

/// What a pull request is besides an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// The branch it comes from.
    pub head: String,
    /// The branch it goes to.
    pub base: String,
    /// Where `head` was when the pull request last saw it.
    pub head_sha: String,
    /// When it was merged, if it was.
    pub merged_at: Option<DateTime<Utc>>,
}

/// The objects and branches of a repository.
#[derive(Debug, Default)]
pub(crate) struct Git {
    blobs: BTreeMap<String, Vec<u8>>,
    trees: BTreeMap<String, BTreeMap<String, TreeEntry>>,
    commits: BTreeMap<String, Commit>,
    branches: BTreeMap<String, String>,
    pub(crate) pulls: BTreeMap<u64, Pull>,
}

impl Git {
    pub(crate) fn blob(&self, sha: &str) -> Option<&Vec<u8>> {
        self.blobs.get(sha)
    }

    pub(crate) fn add_blob(&mut self, content: Vec<u8>) -> String {
        let id = blob_id(&content);
        self.blobs.insert(id.clone(), content);
        id
    }

    /// The entries of one folder.
    pub(crate) fn tree(&self, sha: &str) -> Option<&BTreeMap<String, TreeEntry>> {
        self.trees.get(sha)
    }

    pub(crate) fn commit(&self, sha: &str) -> Option<&Commit> {
        self.commits.get(sha)
    }

    pub(crate) fn branch(&self, name: &str) -> Option<&String> {
        self.branches.get(name)
    }

    /// Stores a tree of files, folder by folder, and names it.
    pub(crate) fn add_tree(&mut self, files: &Files) -> String {
        let mut entries: BTreeMap<String, TreeEntry> = BTreeMap::new();
        let mut folders: BTreeMap<&str, Files> = BTreeMap::new();
        for (path, (mode, sha)) in files {
            match path.split_once('/') {
                Some((folder, rest)) => {
                    let file = (mode.clone(), sha.clone());
                    folders
                        .entry(folder)
                        .or_default()
                        .insert(rest.to_owned(), file);
                }
                None => {
                    let (mode, sha) = (mode.clone(), sha.clone());
                    entries.insert(path.clone(), TreeEntry { mode, sha });
                }
            }
        }
        for (name, files) in folders {
            let (mode, sha) = ("040000".to_owned(), self.add_tree(&files));
            entries.insert(name.to_owned(), TreeEntry { mode, sha });
        }
        // Git sorts folders as if their names ended in a slash.
        let mut sorted: Vec<(&String, &TreeEntry)> = entries.iter().collect();
        sorted.sort_by_key(|(name, entry)| match entry.is_folder() {
            true => format!("{name}/"),
            false => (*name).clone(),
        });
        let mut bytes = Vec::new();
        for (name, TreeEntry { mode, sha }) in sorted {
            let mode = mode.trim_start_matches('0');
            bytes.extend_from_slice(format!("{mode} {name}\0").as_bytes());
            bytes.extend((0..sha.len() / 2).map(|at| {
                sha.get(2 * at..2 * at + 2)
                    .and_then(|digits| u8::from_str_radix(digits, 16).ok())
                    .unwrap_or_default()
            }));
        }
        let id = object_id("tree", &bytes);
        self.trees.insert(id.clone(), entries);
        id
    }

    /// All files of a tree, by their paths.
    pub(crate) fn files(&self, tree: &str) -> Files {
        let mut files = Files::new();
        for (name, TreeEntry { mode, sha }) in self.trees.get(tree).into_iter().flatten() {
            if mode == "040000" {
                for (path, file) in self.files(sha) {
                    files.insert(format!("{name}/{path}"), file);
                }
            } else {
                files.insert(name.clone(), (mode.clone(), sha.clone()));
            }
        }
        files
    }

    pub(crate) fn add_commit(&mut self, commit: Commit) -> String {
        let Commit {
            tree,
            parents,
            message,
            author,
            signed: _,
            date,
        } = &commit;
        let parents: String = parents.iter().map(|p| format!("parent {p}\n")).collect();
        let person = format!("{author} <{author}@example.com> {} +0000", date.timestamp());
        let text =
            format!("tree {tree}\n{parents}author {person}\ncommitter {person}\n\n{message}");
        let id = object_id("commit", text.as_bytes());
        self.commits.insert(id.clone(), commit);
        id
    }

    /// Whether `old` is among the ancestors of `new`, or itself.
    pub(crate) fn is_ancestor(&self, old: &str, new: &str) -> bool {
        let mut waiting = vec![new.to_owned()];
        while let Some(sha) = waiting.pop() {
            if sha == old {
                return true;
            }
            waiting.extend(
                self.commits
                    .get(&sha)
                    .into_iter()
                    .flat_map(|c| c.parents.clone()),
            );
        }
        false
    }
}

impl Repository {
    /// The commit that a branch is at.
    pub fn branch(&self, name: &str) -> Option<&str> {
        self.git.branch(name).map(String::as_str)
    }

    /// A commit by its name.
    pub fn commit(&self, sha: &str) -> Option<&Commit> {
        self.git.commit(sha)
    }

    /// The names of all files on a branch.
    pub fn files(&self, branch: &str) -> Vec<String> {
        self.tip_files(branch).into_keys().collect()
    }

    /// The bytes of a file on a branch.
    pub fn file(&self, branch: &str, path: &str) -> Option<&[u8]> {
        let (_, sha) = self.tip_files(branch).remove(path)?;
        self.git.blob(&sha).map(Vec::as_slice)
    }

    /// What a pull request is besides an issue; none for what was opened as an issue alone.
    pub fn pull_request(&self, number: u64) -> Option<&Pull> {
        self.git.pulls.get(&number)
    }

    /// Pushes a commit with these files to a branch, which is made from the default one where it isn't there. Files that aren't named
    /// stay; `None` removes one.
    pub fn push_commit(
        &mut self,
        branch: &str,
        author: &str,
        files: &[(&str, Option<&[u8]>)],
    ) -> String {
        let parent = self
            .branch(branch)
            .or_else(|| self.branch(&self.default_branch))
            .map(str::to_owned);
        let mut all = match &parent {
            Some(parent) => self.commit_files(parent),
            None => Files::new(),
        };
        for (path, content) in files {
            match content {
                Some(content) => {
                    let sha = self.git.add_blob(content.to_vec());
                    let mode = all
                        .get(*path)
                        .map_or_else(|| PLAIN.to_owned(), |(mode, _)| mode.clone());
                    all.insert((*path).to_owned(), (mode, sha));
                }
                None => {
                    all.remove(*path);
                }
            }
        }
        let commit = Commit {
            tree: self.git.add_tree(&all),
            parents: parent.into_iter().collect(),
            message: format!("Edit by {author}"),
            author: author.to_owned(),
            signed: false,
            date: self.tick(),
        };
        let sha = self.git.add_commit(commit);
        self.set_branch(branch, &sha);
        sha
    }

    /// Merges the default branch into another one, as the button "Update branch" does. What both changed stays as the branch has it.
    pub fn update_branch(&mut self, branch: &str, author: &str) -> String {
        let (ours, theirs) = (self.branch(branch), self.branch(&self.default_branch));
        let (ours, theirs) = (
            ours.unwrap_or_default().to_owned(),
            theirs.unwrap_or_default().to_owned(),
        );
        let first = self.git.commit(&ours).and_then(|c| c.parents.first());
        let before = first.map_or_else(Files::new, |first| self.commit_files(first));
        let mut all = self.commit_files(&theirs);
        for (path, file) in self.commit_files(&ours) {
            if before.get(&path) != Some(&file) {
                all.insert(path, file);
            }
        }
        let commit = Commit {
            tree: self.git.add_tree(&all),
            message: format!("Merge branch '{}' into {branch}", self.default_branch),
            parents: vec![ours, theirs],
            author: author.to_owned(),
            signed: true,
            date: self.tick(),
        };
        let sha = self.git.add_commit(commit);
        self.set_branch(branch, &sha);
        sha
    }

    /// Gives a file on a branch another mode, such as `120000` for a symbolic link.
    pub fn set_file_mode(&mut self, branch: &str, path: &str, mode: &str) {
        let mut all = self.tip_files(branch);
        if let Some((old, _)) = all.get_mut(path) {
            mode.clone_into(old);
        }
        let commit = Commit {
            tree: self.git.add_tree(&all),
            parents: self.branch(branch).map(str::to_owned).into_iter().collect(),
            message: format!("Change the mode of {path}"),
            author: "octocat".to_owned(),
            signed: false,
            date: self.tick(),
        };
        let sha = self.git.add_commit(commit);
        self.set_branch(branch, &sha);
    }

    /// Merges a pull request by squashing: what its branch changed since it left the base is taken over. (What both sides changed is
    /// taken from the branch; GitHub would refuse.)
    #[track_caller]
    pub fn merge_pull_request(&mut self, number: u64) {
        let Some(pull) = self.git.pulls.get(&number).cloned() else {
            panic!("{} has no pull request #{number}", self.full_name());
        };
        let mut onto = pull.head_sha.clone();
        let base_tip = self
            .branch(&pull.base)
            .map(str::to_owned)
            .unwrap_or_default();
        while !self.git.is_ancestor(&onto, &base_tip) {
            match self.git.commit(&onto).and_then(|c| c.parents.first()) {
                Some(parent) => onto = parent.clone(),
                None => break,
            }
        }
        let (before, after) = (self.commit_files(&onto), self.commit_files(&pull.head_sha));
        let mut all = self.commit_files(&base_tip);
        for path in before.keys().chain(after.keys()) {
            match (before.get(path), after.get(path)) {
                (old, new) if old == new => {}
                (_, Some(new)) => {
                    all.insert(path.clone(), new.clone());
                }
                (_, None) => {
                    all.remove(path);
                }
            }
        }
        let title = self.issue(number).title.clone();
        let date = self.tick();
        let commit = Commit {
            tree: self.git.add_tree(&all),
            parents: vec![base_tip],
            message: format!("{title} (#{number})"),
            author: "octocat".to_owned(),
            signed: true,
            date,
        };
        let sha = self.git.add_commit(commit);
        self.set_branch(&pull.base, &sha);
        self.close_issue(number, StateReason::Completed);
        self.change_issue(number, |issue| issue.state_reason = None);
        if let Some(pull) = self.git.pulls.get_mut(&number) {
            pull.merged_at = Some(date);
        }
    }

    /// Deletes a branch. Its open pull requests are closed with it, as on GitHub. False where there was none.
    pub fn delete_branch(&mut self, name: &str) -> bool {
        if self.git.branches.remove(name).is_none() {
            return false;
        }
        for number in self.open_pulls_from(name) {
            self.close_issue(number, StateReason::Completed);
            self.change_issue(number, |issue| issue.state_reason = None);
        }
        true
    }

    pub(crate) fn set_branch(&mut self, name: &str, sha: &str) {
        self.git.branches.insert(name.to_owned(), sha.to_owned());
        for number in self.open_pulls_from(name) {
            if let Some(pull) = self.git.pulls.get_mut(&number) {
                sha.clone_into(&mut pull.head_sha);
            }
            self.change_issue(number, |_| {});
        }
    }

    pub(crate) fn open_pulls_from(&self, branch: &str) -> Vec<u64> {
        let open = |number: &u64| {
            self.issues()
                .any(|i| i.number == *number && i.state == State::Open)
        };
        self.git
            .pulls
            .iter()
            .filter(|(number, pull)| pull.head == branch && open(number))
            .map(|(number, _)| *number)
            .collect()
    }

    pub(crate) fn commit_files(&self, commit: &str) -> Files {
        self.git
            .commit(commit)
            .map(|commit| self.git.files(&commit.tree))
            .unwrap_or_default()
    }

    fn tip_files(&self, branch: &str) -> Files {
        self.branch(branch)
            .map(|sha| self.commit_files(sha))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_are_named_as_git_names_them() {
        // By `git write-tree` of the same two files.
        let mut git = Git::default();
        let mut files = Files::new();
        for (path, content) in [("a/b.md", "hello\n"), ("a.md", "x")] {
            let sha = git.add_blob(content.as_bytes().to_vec());
            files.insert(path.to_owned(), (PLAIN.to_owned(), sha));
        }
        let tree = git.add_tree(&files);
        assert_eq!(tree, "0696ac31ae5013b90bee1c0f3e3f59298fdf72d5");
        assert_eq!(git.files(&tree), files);
    }
}

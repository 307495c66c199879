//! What the git checkout around the documents says of itself: its top folder and its `origin`. Read from `.git`, without running git.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::config::RepoName;

/// A git checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// Its top folder.
    pub root: PathBuf,
    /// The host of its `origin` (`github.com`), where it is one that names a repository.
    pub host: Option<String>,
    /// The repository of its `origin`.
    pub repository: Option<RepoName>,
}

impl Checkout {
    /// The checkout that `from` lies in.
    pub fn find(from: &Path) -> Option<Checkout> {
        let root = from.ancestors().find(|dir| dir.join(".git").exists())?;
        let config = std::fs::read_to_string(git_folder(&root.join(".git"))?.join("config"))
            .unwrap_or_default();
        let remote = origin_url(&config).as_deref().and_then(remote);
        let (host, repository) = remote.map_or((None, None), |(host, repository)| {
            (Some(host), Some(repository))
        });
        Some(Checkout {
            root: root.to_owned(),
            host,
            repository,
        })
    }

    /// The default branch, and whether the checkout tells it: where a clone noted it; the one of `main` and `master` that `origin` has;
    /// the branch that is checked out, where it is one of these or the only one.
    pub fn default_branch(&self) -> (String, bool) {
        let read = |path: PathBuf| std::fs::read_to_string(path).ok();
        let folder = git_folder(&self.root.join(".git")).unwrap_or_default();
        let noted = read(folder.join("refs/remotes/origin/HEAD"));
        let noted = noted.as_deref().and_then(|head| {
            let branch = head.trim().strip_prefix("ref: refs/remotes/origin/")?;
            Some(branch.to_owned())
        });
        if let Some(branch) = noted {
            return (branch, true);
        }
        let packed = read(folder.join("packed-refs")).unwrap_or_default();
        let has = |name: &str| {
            let is_it = |line: &str| line.split_once(' ').is_some_and(|(_, known)| known == name);
            folder.join(name).is_file() || packed.lines().any(is_it)
        };
        let usual = |folder: &str| -> Vec<&'static str> {
            let there = |branch: &&str| has(&format!("{folder}/{branch}"));
            ["main", "master"].into_iter().filter(there).collect()
        };
        if let [branch] = usual("refs/remotes/origin").as_slice() {
            return ((*branch).to_owned(), true);
        }
        let current = own_folder(&self.root).and_then(|own| read(own.join("HEAD")));
        let current = current.as_deref().and_then(|head| {
            let branch = head.trim().strip_prefix("ref: refs/heads/")?;
            Some(branch.to_owned())
        });
        let heads = || {
            let packed = packed.lines().filter_map(|line| line.split_once(' '));
            let packed = packed.filter_map(|(_, name)| name.strip_prefix("refs/heads/"));
            let mut heads: BTreeSet<String> = packed.map(str::to_owned).collect();
            add_files(&folder.join("refs/heads"), "", &mut heads);
            heads
        };
        match current {
            // Before the first commit it is in no list yet.
            Some(branch)
                if ["main", "master"].contains(&branch.as_str())
                    || heads().iter().all(|other| *other == branch) =>
            {
                (branch, true)
            }
            _ => {
                let guess = usual("refs/heads").first().copied().unwrap_or("main");
                (guess.to_owned(), false)
            }
        }
    }
}

/// The files below a folder, by their paths from there.
fn add_files(folder: &Path, prefix: &str, names: &mut BTreeSet<String>) {
    let entries = std::fs::read_dir(folder);
    for entry in entries.into_iter().flatten().flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => add_files(&entry.path(), &format!("{name}/"), names),
            Ok(_) => drop(names.insert(name)),
            Err(_) => {}
        }
    }
}

/// The folder that holds `config`: `.git` itself, or for a worktree the one it names.
fn git_folder(git: &Path) -> Option<PathBuf> {
    if git.is_dir() {
        return Some(git.to_owned());
    }
    let text = std::fs::read_to_string(git).ok()?;
    let named = git.parent()?.join(text.strip_prefix("gitdir:")?.trim());
    match std::fs::read_to_string(named.join("commondir")) {
        Ok(common) => Some(named.join(common.trim())),
        Err(_) => Some(named),
    }
}

/// The folder that git keeps for the checkout around `from` alone: `.git` itself, or for a worktree the one it names.
pub fn own_folder(from: &Path) -> Option<PathBuf> {
    let root = from.ancestors().find(|dir| dir.join(".git").exists())?;
    let git = root.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let text = std::fs::read_to_string(&git).ok()?;
    let named = root.join(text.strip_prefix("gitdir:")?.trim());
    named.is_dir().then_some(named)
}

/// The URL of the remote `origin` in the text of a git config.
fn origin_url(config: &str) -> Option<String> {
    let mut in_origin = false;
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') {
            in_origin = line == "[remote \"origin\"]";
        } else if in_origin
            && let Some((key, value)) = line.split_once('=')
            && key.trim() == "url"
        {
            return Some(value.trim().trim_matches('"').to_owned());
        }
    }
    None
}

/// Host and repository of a remote's URL: `https://host/o/r.git`, `git@host:o/r.git`, `ssh://git@host:22/o/r`.
fn remote(url: &str) -> Option<(String, RepoName)> {
    let (authority, path) = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?,
        None => url.split_once(':')?,
    };
    let host = authority.rsplit('@').next()?.split(':').next()?;
    let path = path.trim_matches('/');
    let repository = path.strip_suffix(".git").unwrap_or(path).parse().ok()?;
    (!host.is_empty()).then(|| (host.to_ascii_lowercase(), repository))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes_are_read() {
        for (url, expected) in [
            (
                "https://github.com/octo-org/service.git",
                Some(("github.com", "octo-org/service")),
            ),
            (
                "https://user@github.com/octo-org/service",
                Some(("github.com", "octo-org/service")),
            ),
            (
                "git@github.com:octo-org/service.git",
                Some(("github.com", "octo-org/service")),
            ),
            (
                "ssh://git@ghes.example:2222/octo-org/service.git",
                Some(("ghes.example", "octo-org/service")),
            ),
            ("/srv/git/service.git", None),
            ("../service", None),
        ] {
            let found = remote(url);
            let found = found
                .as_ref()
                .map(|(host, repository)| (host.as_str(), repository.as_str()));
            assert_eq!(found, expected, "{url}");
        }
    }

    #[test]
    fn only_origin_counts() {
        let config = "[remote \"up\"]\n\turl = a\n[remote \"origin\"]\n\tfetch = x\n\turl = git@h:o/r\n[branch \"main\"]\n";
        assert_eq!(origin_url(config).as_deref(), Some("git@h:o/r"));
    }
}

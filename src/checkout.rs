//! What the git checkout around the documents says of itself: its top folder and its `origin`. Read from `.git`, without running git.

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

    /// The default branch of its `origin`, where a clone noted it.
    pub fn default_branch(&self) -> Option<String> {
        let head = git_folder(&self.root.join(".git"))?.join("refs/remotes/origin/HEAD");
        let head = std::fs::read_to_string(head).ok()?;
        Some(
            head.trim()
                .strip_prefix("ref: refs/remotes/origin/")?
                .to_owned(),
        )
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

//! What must hold before issues are filed: the repository takes them, the token may write, and nothing private is published by it.
//!
//! The rules are pure functions of what GitHub says; [`may_write`] asks and applies them all, `doctor` one by one.

use super::{Connection, failure};
use crate::checkout::Checkout;
use crate::config::{Config, Language, RepoName};
use crate::github::{Error, ErrorKind, Refusal, Repository, TokenSort};
use crate::{Exit, Failure};

/// Asks GitHub whether the issues may be filed: the repository is there, takes issues, this token may write to it, and filing there
/// publishes nothing that was private. Answers what GitHub says of the repository.
///
/// One request; one more where the repository is public and the checkout comes from another one.
///
/// # Errors
/// [`Exit::Failed`] where GitHub says no, [`Exit::Usage`] where `github.allow_public` would be needed.
pub async fn may_write(
    connection: &Connection,
    config: &Config,
    checkout: Option<&Checkout>,
    language: Language,
) -> Result<Repository, Failure> {
    let asked = |error: Error| failure(&error, language);
    let Connection {
        client, repository, ..
    } = connection;
    let target = client.repository(repository).await.map_err(asked)?;
    let target = target.ok_or_else(|| absent(repository, language))?;
    unarchived(&target, language)?;
    takes_issues(&target, language)?;
    access(&target, client.token_sort(), language)?;
    if !config.github.allow_public {
        let origin = origin(connection, &target, checkout).await.map_err(asked)?;
        consent(&target, &origin, false, language)?;
    }
    Ok(target)
}

fn refused(message: String, hint: String) -> Failure {
    Failure {
        exit: Exit::Failed,
        message,
        hint: Some(hint),
    }
}

/// The failure for a repository that isn't there.
pub fn absent(repository: &RepoName, language: Language) -> Failure {
    refused(
        language.pick(
            format!("リポジトリ {repository} が見つからないか、このトークンでは見えません"),
            format!("there is no repository {repository}, or this token may not see it"),
        ),
        language.pick(
            "名前（github.repository または GITHUB_REPOSITORY）と、トークンがこのリポジトリを対象にしているかを確認してください".to_owned(),
            "check the name (github.repository or GITHUB_REPOSITORY), and that the token covers this repository".to_owned(),
        ),
    )
}

/// An archived repository can only be read.
///
/// # Errors
/// Where it is one.
pub fn unarchived(target: &Repository, language: Language) -> Result<(), Failure> {
    if !target.archived {
        return Ok(());
    }
    let error = Error::new(ErrorKind::Forbidden(Refusal::Archived), "", None, "");
    let name = &target.full_name;
    Err(refused(
        language.pick(
            format!("{name} はアーカイブされていて、書き込めません"),
            format!("{name} is archived, so nothing can be written to it"),
        ),
        error.hint(language).unwrap_or_default(),
    ))
}

/// Issues can be turned off.
///
/// # Errors
/// Where they are.
pub fn takes_issues(target: &Repository, language: Language) -> Result<(), Failure> {
    if target.has_issues {
        return Ok(());
    }
    let error = Error::new(ErrorKind::IssuesDisabled, "", None, "");
    let name = &target.full_name;
    Err(refused(
        language.pick(
            format!("{name} では Issues が無効になっています"),
            format!("issues are turned off in {name}"),
        ),
        error.hint(language).unwrap_or_default(),
    ))
}

/// Whether this token's user may write. Without the role "write" GitHub drops labels and assignees without a word, and refuses changes to
/// issues of others; a triager can't create our labels. True where it is sure, false where GitHub doesn't tell: the token of an app or a
/// workflow has permissions instead of a role, and nothing lists them.
///
/// # Errors
/// Where the role is surely too low.
pub fn access(
    target: &Repository,
    sort: Option<TokenSort>,
    language: Language,
) -> Result<bool, Failure> {
    let Some(role) = target.permissions else {
        return Ok(false);
    };
    if role.push || role.maintain || role.admin {
        return Ok(true);
    }
    if sort == Some(TokenSort::Installation) {
        return Ok(false);
    }
    let name = &target.full_name;
    let may = match (role.triage, language) {
        (true, _) => "triage",
        (false, Language::Ja) => "閲覧のみ",
        (false, Language::En) => "read only",
    };
    Err(refused(
        language.pick(
            format!("{name} への書き込み権限がありません（現在: {may}）"),
            format!("no write access to {name} (now: {may})"),
        ),
        language.pick(
            "リポジトリの管理者に Write 権限を付けてもらってください。権限がないと、GitHub はラベルと担当者を黙って捨てます".to_owned(),
            "ask an admin of the repository for the role Write; without it GitHub silently drops labels and assignees".to_owned(),
        ),
    ))
}

/// What is known of the repository that the documents come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// There is no checkout, or its `origin` names no repository.
    Unknown,
    /// The issues' own repository.
    Target,
    /// Another one, which everybody can see.
    Public(RepoName),
    /// Another one, which is private, or hidden even from this token.
    Private(RepoName),
    /// One on another server, about which nobody here can be asked.
    Elsewhere {
        /// The server.
        host: String,
        /// Its name there.
        repository: RepoName,
    },
}

/// Where the documents come from, seen from a public `target`; for a private one nothing is asked, since nothing hangs on it.
///
/// # Errors
/// GitHub's, but for the origin's absence.
pub async fn origin(
    connection: &Connection,
    target: &Repository,
    checkout: Option<&Checkout>,
) -> Result<Origin, Error> {
    let Some(Checkout {
        root: _,
        host: Some(host),
        repository: Some(repository),
    }) = checkout
    else {
        return Ok(Origin::Unknown);
    };
    if target.private {
        return Ok(Origin::Unknown);
    }
    if !connection.any_host && !same_server(host, &connection.html_base) {
        return Ok(Origin::Elsewhere {
            host: host.clone(),
            repository: repository.clone(),
        });
    }
    if *repository == connection.repository
        || repository.as_str().eq_ignore_ascii_case(&target.full_name)
    {
        return Ok(Origin::Target);
    }
    Ok(match connection.client.repository(repository).await? {
        // A former name.
        Some(seen) if seen.id == target.id => Origin::Target,
        Some(seen) if !seen.private => Origin::Public(repository.clone()),
        _ => Origin::Private(repository.clone()),
    })
}

/// Whether a remote's host is the server whose pages are at `html_base`. A name without a dot is an alias of somebody's ssh configuration
/// (`git@work:acme/shop`), and taken for it.
fn same_server(host: &str, html_base: &str) -> bool {
    let base: Option<http::Uri> = html_base.parse().ok();
    let ours = base.as_ref().and_then(http::Uri::host).unwrap_or_default();
    let host = match host {
        // Where GitHub takes ssh over the port of https.
        "ssh.github.com" | "www.github.com" => "github.com",
        host => host,
    };
    host.eq_ignore_ascii_case(ours) || !host.contains('.')
}

/// Postmortems of a private repository go into a public one only with consent.
///
/// # Errors
/// [`Exit::Usage`] where `github.allow_public` is missing.
pub fn consent(
    target: &Repository,
    origin: &Origin,
    allow_public: bool,
    language: Language,
) -> Result<(), Failure> {
    let name = &target.full_name;
    let why = match origin {
        _ if target.private || allow_public => return Ok(()),
        Origin::Unknown | Origin::Target | Origin::Public(_) => return Ok(()),
        Origin::Private(repository) => language.pick(
            format!("この checkout の origin（{repository}）は公開されていません"),
            format!("this checkout's origin, {repository}, is not public"),
        ),
        Origin::Elsewhere { host, repository } => language.pick(
            format!(
                "この checkout の origin（{host} の {repository}）が公開されているかどうか分かりません"
            ),
            format!("whether this checkout's origin, {repository} on {host}, is public can't be told"),
        ),
    };
    Err(Failure::usage(
        language.pick(
            format!("{name} は公開リポジトリですが、{why}"),
            format!("{name} is public, but {why}"),
        ),
        Some(language.pick(
            "ポストモーテムの内容を公開してよければ、pm-sync.toml の [github] に allow_public = true と書いてください".to_owned(),
            "if what the postmortems say may be published, write allow_public = true below [github] in pm-sync.toml".to_owned(),
        )),
    ))
}

#[cfg(test)]
mod tests;

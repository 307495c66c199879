//! Links to the repository of the issues by another name: the one it had before it was renamed, or the one it has now where the
//! configuration still says the old one. GitHub redirects between the two, so the rows' issues are followed and not taken for foreign.

use crate::Failure;
use crate::config::{Language, RepoName};
use crate::connect::{self, Connection};
use crate::github::ErrorKind;
use crate::item::link::{Reference, Target};
use crate::output::Printer;
use crate::plan::Site;
use crate::workspace::Workspace;

/// Asks what the repositories that rows link are called now, and has the workspace read those that are ours as ours. A run whose rows link
/// no other repository asks nothing.
///
/// # Errors
/// Where GitHub can't be reached. A repository that can't be seen is somebody else's.
pub(super) async fn follow(
    workspace: &mut Workspace,
    connection: &Connection,
    site: &Site,
    printer: &Printer,
) -> Result<(), Failure> {
    let mut foreign: Vec<RepoName> = Vec::new();
    let items = workspace.documents.iter().flat_map(|d| &d.postmortem.items);
    for named in items.filter_map(|item| elsewhere(item.reference.as_ref()?, site)) {
        if !foreign.contains(named) {
            foreign.push(named.clone());
        }
    }
    let mut ours: Option<RepoName> = None;
    let mut others = Vec::new();
    for named in foreign {
        let Some(now) = name_now(connection, &named, printer.language).await? else {
            continue;
        };
        let same = if now == site.repository {
            true
        } else {
            if ours.is_none() {
                let own = name_now(connection, &site.repository, printer.language).await?;
                ours = Some(own.unwrap_or_else(|| site.repository.clone()));
            }
            ours.as_ref() == Some(&now)
        };
        if same {
            printer.detail(&printer.language.pick(
                format!(
                    "{named} へのリンクは {} のものとして扱います",
                    site.repository
                ),
                format!("links to {named} are links to {}", site.repository),
            ));
            others.push(named);
        }
    }
    if !others.is_empty() {
        workspace.take_names(others, &site.repository);
    }
    Ok(())
}

/// The repository of our server that a reference names, where it isn't the one of the issues.
fn elsewhere<'a>(reference: &'a Reference, site: &Site) -> Option<&'a RepoName> {
    let Target::GitHub {
        repository: Some(named),
        ..
    } = &reference.target
    else {
        return None;
    };
    let here = site.any_host || reference.number_in(named, &site.html_base).is_some();
    (here && *named != site.repository).then_some(named)
}

async fn name_now(
    connection: &Connection,
    named: &RepoName,
    language: Language,
) -> Result<Option<RepoName>, Failure> {
    match connection.client.repository(named).await {
        Ok(found) => Ok(found.and_then(|found| found.full_name.parse().ok())),
        Err(error) => match error.kind() {
            ErrorKind::Forbidden(_)
            | ErrorKind::Gone
            | ErrorKind::Moved
            | ErrorKind::Unexpected => Ok(None),
            _ => Err(connect::failure(&error, language)),
        },
    }
}

//! What the document says of an item, resolved against the config: whom to assign, which labels, where to link.

use std::path::Path;

use super::content::{Wanted, WantedOwner};
use super::{Inputs, Site};
use crate::config::{OwnerMatch, Priority};
use crate::github::body;
use crate::item::due::{self, Due};
use crate::item::words::without_parentheses;
use crate::item::{ActionItem, Postmortem, ProblemKind};
use crate::workspace::Loaded;

/// What the issue of an item should say, and which owners are not known or not assignable.
pub(super) fn wanted(
    postmortem: &Postmortem,
    item: &ActionItem,
    inputs: Inputs<'_>,
) -> (Wanted, Vec<ProblemKind>) {
    let config = inputs.config;
    let mut problems = Vec::new();
    let owners = item
        .owners
        .iter()
        .map(|written| owner(written, inputs, &mut problems))
        .collect();
    let id = postmortem
        .id
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    let language = match config.language {
        crate::config::LanguageChoice::Auto => postmortem.language,
        crate::config::LanguageChoice::Ja => crate::config::Language::Ja,
        crate::config::LanguageChoice::En => crate::config::Language::En,
    };
    // Words such as "within 2 weeks" are worth showing beside the date they came to.
    let relative = |text: &String| !matches!(due::read(text, None), Due::On { .. });
    let wanted = Wanted {
        issue_title: config.issues.title.render(&id, &item.key, &item.title),
        doc: id,
        key: item.key.clone(),
        language,
        postmortem_title: postmortem.title.clone(),
        link: inputs
            .documents
            .iter()
            .find(|d| d.postmortem.path == postmortem.path)
            .and_then(|loaded| link(loaded, item, inputs.site)),
        title: item.title.clone(),
        owners,
        due: item.due.date,
        due_text: item
            .due
            .text
            .clone()
            .filter(|text| item.due.date.is_some() && relative(text)),
        priority: item.priority,
        kind: item.kind,
        tasks: item.tasks.clone(),
        done_when: item.done_when.clone(),
        details: item.details.clone(),
        base_labels: config.issues.labels.clone(),
        priority_label: item
            .priority
            .map(|priority| config.priorities[priority].label.clone()),
        kind_labels: item
            .kind
            .map(|kind| config.kind_labels(kind).to_vec())
            .unwrap_or_default(),
        all_priority_labels: Priority::ALL
            .iter()
            .map(|priority| config.priorities[*priority].label.clone())
            .collect(),
    };
    (wanted, problems)
}

/// The accounts and labels of an owner; `@eve（QA）` is also known as `@eve`.
fn owner(written: &str, inputs: Inputs<'_>, problems: &mut Vec<ProblemKind>) -> WantedOwner {
    let bare = without_parentheses(written);
    let (logins, labels) = [written, bare.as_str()]
        .into_iter()
        .find_map(|name| match inputs.config.owner_logins(name) {
            OwnerMatch::Mapped { github, labels } => Some((github.to_vec(), labels.to_vec())),
            OwnerMatch::Handle(login) => Some((vec![login], Vec::new())),
            OwnerMatch::Unknown => None,
        })
        .unwrap_or_else(|| {
            problems.push(ProblemKind::OwnerUnknown {
                owner: written.to_owned(),
            });
            (Vec::new(), Vec::new())
        });
    let (refused, logins): (Vec<String>, Vec<String>) = logins
        .into_iter()
        .partition(|login| inputs.unassignable.contains(&login.to_lowercase()));
    problems.extend(
        refused
            .into_iter()
            .map(|login| ProblemKind::OwnerUnassignable { login }),
    );
    WantedOwner {
        written: written.to_owned(),
        logins,
        labels,
    }
}

/// The address of the item's section in its document, never of its line: every edit above would change that.
fn link(loaded: &Loaded, item: &ActionItem, site: &Site) -> Option<String> {
    let (repository, root) = site.documents.as_ref()?;
    let path: &Path = loaded.file.strip_prefix(root).ok()?;
    let path = path
        .iter()
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join("/");
    let heading = crate::item::read::section_title(&loaded.document, item);
    Some(body::blob_url(
        &site.html_base,
        repository,
        &path,
        heading.as_deref(),
    ))
}

impl Wanted {
    /// The accounts to be assigned, each once.
    pub fn all_logins(&self) -> Vec<String> {
        let mut logins: Vec<String> = Vec::new();
        for login in self.owners.iter().flat_map(|owner| &owner.logins) {
            if !logins.iter().any(|known| known.eq_ignore_ascii_case(login)) {
                logins.push(login.clone());
            }
        }
        logins
    }

    /// The labels to be carried, with the priority whose colour one of them has.
    pub fn all_labels(&self) -> Vec<String> {
        let mut labels = self.base_labels.clone();
        labels.extend(self.priority_label.clone());
        labels.extend(self.kind_labels.iter().cloned());
        labels.extend(
            self.owners
                .iter()
                .flat_map(|owner| owner.labels.iter().cloned()),
        );
        labels
    }
}

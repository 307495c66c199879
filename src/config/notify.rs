//! `[notify]`: how people are told of what is late. Whom, and how often, is in `[check]` and `[owners]`; addresses are in the environment.

use super::owners::fold;
use super::reader::{Entry, Reader, Section};
use super::rules::label;
use super::secret::shown;
use super::{Config, Priority, text};

/// `[notify]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notify {
    /// The label that `check --label` keeps true.
    pub overdue_label: String,
}

impl Default for Notify {
    fn default() -> Self {
        Self {
            overdue_label: "overdue".to_owned(),
        }
    }
}

/// Reads `[notify]`; answers also where the label is written.
pub(super) fn notify<'t>(
    reader: &mut Reader<'t>,
    top: &mut Section<'t>,
) -> (Notify, Option<Entry<'t>>) {
    let table = &mut reader.section(top, "notify");
    let entry = reader.entry(table, "overdue_label");
    let given = entry.as_ref().and_then(|entry| label(reader, entry));
    reader.close(table);
    let overdue_label = given.unwrap_or(Notify::default().overdue_label);
    (Notify { overdue_label }, entry)
}

/// The label comes and goes with the day, so it can't be one that means something else to us.
pub(super) fn own_meaning(reader: &mut Reader<'_>, config: &Config, entry: Option<&Entry<'_>>) {
    let wanted = fold(&config.notify.overdue_label);
    let priorities = Priority::ALL
        .iter()
        .map(|&priority| &config.priorities[priority].label);
    let taken = config
        .issues
        .labels
        .iter()
        .chain(&config.issues.in_progress)
        .chain(&config.issues.blocked)
        .chain(config.kinds.values().flatten())
        .chain(config.owners.iter().flat_map(|(_, owner)| &owner.labels))
        .chain(priorities)
        .any(|name| fold(name) == wanted);
    if !taken {
        return;
    }
    let name = shown(&config.notify.overdue_label);
    let message = text!(
        "`{name}` stands for something else already, and `check --label` would take it away",
        "「{name}」は別の意味のラベルとして使われています。`check --label` が外してしまいます"
    );
    let hint = text!(
        "set `overdue_label` in [notify] to a label of its own",
        "[notify] の `overdue_label` を専用のラベルにしてください"
    );
    match entry {
        Some(entry) => reader.fault_in(entry, message, Some(hint)),
        None => reader.fault(0, message, Some(hint)),
    }
}

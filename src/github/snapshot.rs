//! What GitHub has, fetched once: one listing by label, and by number what rows link and the listing doesn't show.

use std::collections::{BTreeMap, BTreeSet};

use super::{Client, Error, Issue, Lookup};

/// The issues a run knows of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    /// By number. Pull requests are among them where a row links one.
    pub issues: BTreeMap<u64, Issue>,
    /// Numbers that rows link and that don't exist here any more.
    pub gone: BTreeSet<u64>,
}

impl Snapshot {
    /// Lists the issues with `label`, then reads those of `linked` that are not among them, one by one.
    ///
    /// # Errors
    /// Where GitHub can't be asked; a number that is gone is no error.
    pub async fn fetch(
        client: &Client,
        label: &str,
        linked: &BTreeSet<u64>,
        mut progress: impl FnMut(),
    ) -> Result<Snapshot, Error> {
        let listed = client.issues_with_label(label).await?;
        progress();
        let mut snapshot = Snapshot {
            issues: listed
                .into_iter()
                .map(|issue| (issue.number, issue))
                .collect(),
            gone: BTreeSet::new(),
        };
        for &number in linked {
            if snapshot.issues.contains_key(&number) {
                continue;
            }
            match client.issue(number).await? {
                Lookup::Found(issue) => {
                    snapshot.issues.insert(number, *issue);
                }
                Lookup::Gone | Lookup::Moved { .. } => {
                    snapshot.gone.insert(number);
                }
            }
            progress();
        }
        Ok(snapshot)
    }
}

//! Who is named in a message, and who hears of what is very late.

use crate::check::{Finding, FindingKind};
use crate::config::{Config, OwnerMatch};

/// Somebody who is named in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name as the document or the configuration writes it.
    pub written: String,
    /// The id of the member or group in Slack.
    pub slack: Option<String>,
}

impl Person {
    /// Looks a name up in `[owners]`: under the name itself, else under an entry for this one login.
    pub fn of(name: &str, config: &Config) -> Person {
        let own = |name: &str| {
            config
                .owners
                .get(name)
                .and_then(|owner| owner.slack.clone())
        };
        let by_login = || {
            let OwnerMatch::Handle(login) = config.owner_logins(name) else {
                return None;
            };
            let is_their_own =
                |github: &[String]| matches!(github, [only] if only.eq_ignore_ascii_case(&login));
            own(&login).or_else(|| {
                config
                    .owners
                    .iter()
                    .filter(|(_, owner)| is_their_own(&owner.github))
                    .find_map(|(_, owner)| owner.slack.clone())
            })
        };
        Person {
            written: name.to_owned(),
            slack: own(name).or_else(by_login),
        }
    }
}

/// Whether the people of `check.escalate_to` hear of a finding.
pub fn is_escalated(finding: &Finding, config: &Config) -> bool {
    let check = &config.check;
    finding.kind == FindingKind::Overdue
        && !check.escalate_to.is_empty()
        && check.escalate_after.is_some_and(|after| {
            finding
                .days
                .is_some_and(|days| days >= after.as_days().max(1))
        })
}

/// The logins and teams of `check.escalate_to`, as they are mentioned: with `@`.
pub fn escalated_to(config: &Config) -> impl Iterator<Item = String> {
    config
        .check
        .escalate_to
        .iter()
        .map(|name| format!("@{}", name.trim_start_matches('@')))
}

//! Where a digest goes: the addresses of webhooks, which are secrets.
//!
//! Whoever knows such an address can post to the channel behind it, so no part of one is ever shown: not in messages, not in `{:?}`, and
//! not where a server or a library repeats it.

use std::fmt;

use http::Uri;

use crate::config::{Language, is_loopback};
use crate::github::marker::fingerprint;
use crate::{Environment, Failure};

/// What stands behind an address, and so how a message is written and its answer read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// An incoming webhook of Slack, or of a server that understands the same (Mattermost, Discord's `/slack`).
    Slack,
    /// Anything that takes JSON.
    Json,
}

impl Sort {
    /// The environment variable that holds its address.
    #[must_use]
    pub fn variable(self) -> &'static str {
        match self {
            Sort::Slack => "PM_SYNC_SLACK_WEBHOOK",
            Sort::Json => "PM_SYNC_WEBHOOK",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn name(self, language: Language) -> &'static str {
        match self {
            Sort::Slack => "Slack",
            Sort::Json => language.pick("Webhook", "the webhook"),
        }
    }
}

/// The address of a webhook. It prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    sort: Sort,
    uri: Uri,
    /// The texts that must not be shown, the longest first.
    secrets: Vec<String>,
}

impl Address {
    /// What stands behind it.
    #[must_use]
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// What the record knows it by: two channels that are told different things have each a memory of its own, and a new channel has
    /// heard nothing yet. Four bytes of a hash: too few to find an address by, even one that could be guessed.
    #[must_use]
    pub(super) fn channel(&self) -> String {
        let word = match self.sort {
            Sort::Slack => "slack",
            Sort::Json => "webhook",
        };
        let print = fingerprint(&self.uri.to_string());
        format!("{word}-{}", print.get(..8).unwrap_or_default())
    }

    /// The whole of it, for sending.
    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Whether it leads to this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.uri.host().is_some_and(is_loopback)
    }

    /// A text without this address or a part of it that could be told from others.
    pub(super) fn blot_out(&self, text: &str) -> String {
        self.secrets
            .iter()
            .fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
    }

    /// Reads an address: https, or http on this machine.
    ///
    /// # Errors
    /// [`crate::Exit::Usage`]; the message names the variable and never the value.
    pub fn parse(sort: Sort, given: &str, language: Language) -> Result<Address, Failure> {
        let given = given.trim();
        let uri = given
            .parse::<Uri>()
            .ok()
            .filter(|uri| uri.host().is_some_and(|host| !host.is_empty()))
            .ok_or_else(|| refused(sort, &Fault::NoAddress, language))?;
        let (scheme, host) = (
            uri.scheme_str().unwrap_or_default(),
            uri.host().unwrap_or_default(),
        );
        if !["https", "http"].contains(&scheme) {
            return Err(refused(sort, &Fault::NoAddress, language));
        }
        if uri
            .authority()
            .is_some_and(|authority| authority.as_str().contains('@'))
        {
            return Err(refused(sort, &Fault::Credentials, language));
        }
        if scheme != "https" && !(scheme == "http" && is_loopback(host)) {
            return Err(refused(sort, &Fault::Unencrypted, language));
        }
        let mut secrets: Vec<String> = vec![given.to_owned(), uri.to_string(), host.to_owned()];
        let path = uri
            .path_and_query()
            .map(ToString::to_string)
            .unwrap_or_default();
        // Short parts (`services`, `v1`) are no secrets, and blotting them out would garble every message.
        secrets.extend(
            path.split(['/', '?', '&', '='])
                .filter(|part| part.len() >= 8 && *part != "services")
                .map(str::to_owned),
        );
        secrets.push(path);
        secrets.retain(|secret| secret.len() > 1 && (secret != host || !is_loopback(host)));
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.dedup();
        Ok(Address { sort, uri, secrets })
    }

    /// The addresses that the environment holds.
    ///
    /// # Errors
    /// As [`Address::parse`].
    pub fn all(environment: &Environment, language: Language) -> Result<Vec<Address>, Failure> {
        [Sort::Slack, Sort::Json]
            .into_iter()
            .filter_map(|sort| {
                let given = environment.get(sort.variable())?;
                Some(Address::parse(sort, &given, language))
            })
            .collect()
    }
}

enum Fault {
    NoAddress,
    Credentials,
    Unencrypted,
}

fn refused(sort: Sort, fault: &Fault, language: Language) -> Failure {
    let variable = sort.variable();
    let (message, hint) = match fault {
        Fault::NoAddress => (
            language.pick(
                format!("{variable} の値は URL ではありません"),
                format!("what {variable} holds is not an address"),
            ),
            language.pick(
                "https:// で始まる Webhook URL を、引用符や改行なしで設定してください",
                "set it to the webhook's address alone, from https:// on, without quotes or line breaks",
            ),
        ),
        Fault::Credentials => (
            language.pick(
                format!("{variable} の URL にユーザー名やパスワードを含めることはできません"),
                format!("the address in {variable} must not carry a user or password"),
            ),
            language.pick(
                "@ より前を取り除いてください",
                "leave out what stands before the @",
            ),
        ),
        Fault::Unencrypted => (
            language.pick(
                format!("{variable} の URL は暗号化されない接続です"),
                format!("the address in {variable} is unencrypted"),
            ),
            language.pick(
                "https:// の URL にしてください（http は自分のマシン宛てに限ります）",
                "use https; http is for this machine only",
            ),
        ),
    };
    Failure::usage(message, Some(hint.to_owned()))
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ***", self.sort.variable())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(given: &str) -> Result<Address, Failure> {
        Address::parse(Sort::Slack, given, Language::En)
    }

    #[test]
    fn addresses_are_https_or_of_this_machine() {
        for good in [
            "https://hooks.slack.com/services/T000/B000/abcdefghijkl",
            " https://chat.example:8443/hooks/x?token=abc \n",
            "http://127.0.0.1:9000/hook",
            "http://localhost/",
            "http://[::1]:9000/hook",
        ] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("", "not an address"),
            ("hooks.slack.com/services/T000", "not an address"),
            ("/services/T000", "not an address"),
            ("https://", "not an address"),
            ("https://例え.jp/x", "not an address"),
            ("http://hooks.slack.com/services/T000", "unencrypted"),
            ("foo", "not an address"),
            ("hooks.slack.com:443", "not an address"),
            ("ftp://127.0.0.1/x", "not an address"),
            ("https://alice:hunter2@chat.example/x", "user or password"),
        ] {
            let failure = parse(bad).expect_err(bad);
            assert!(failure.message.contains(why), "{bad}: {}", failure.message);
            let shown = format!("{failure:?}");
            assert!(!shown.contains("hunter2") && !shown.contains("T000"));
        }
    }

    #[test]
    fn no_part_of_an_address_is_shown() {
        let address =
            parse("https://chat.example/services/T0123456/B0123456/xyzxyzxyz?key=sesame-sesame")
                .expect("an address");
        let debug = format!("{address:?}");
        assert_eq!(debug, "PM_SYNC_SLACK_WEBHOOK ***");
        for text in [
            "https://chat.example/services/T0123456/B0123456/xyzxyzxyz?key=sesame-sesame",
            "dns error: chat.example",
            "no route /services/T0123456/B0123456/xyzxyzxyz",
            "token xyzxyzxyz and sesame-sesame",
        ] {
            let shown = address.blot_out(text);
            for part in ["chat.example", "T0123456", "xyzxyzxyz", "sesame"] {
                assert!(!shown.contains(part), "{shown}");
            }
        }
        assert_eq!(
            address.blot_out("services are down"),
            "services are down",
            "what is no secret stays"
        );
    }
}

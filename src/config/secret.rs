//! Keeps tokens out of the configuration, and out of messages about it.
//!
//! A configuration file is committed; a token in it has leaked. Tokens come from `GITHUB_TOKEN` or `GH_TOKEN`.

/// Beginnings of credentials that no setting can be: GitHub's documented token prefixes, GitLab's, Slack's tokens and webhooks.
const PREFIXES: &[&str] = &[
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xapp-",
    "hooks.slack.com/services/",
    "-----BEGIN ",
];

/// How much must follow a prefix. Prose may say `ghp_…`, no credential is this short.
const MIN_REST: usize = 8;

/// Runs of letters and digits from this length on are not shown in messages: they may be a credential of another form.
const LONGEST_SHOWN_RUN: usize = 30;

/// How many characters of a value are repeated in a message.
const LONGEST_SHOWN: usize = 60;

/// Byte offsets of what looks like a credential, anywhere in the text, comments included.
pub(super) fn find_all(text: &str) -> Vec<usize> {
    let mut found: Vec<usize> = PREFIXES
        .iter()
        .flat_map(|prefix| {
            text.match_indices(prefix)
                .map(move |(at, _)| (at, prefix.len()))
        })
        .filter(|(at, length)| {
            let rest = text.get(at + length..).unwrap_or_default();
            rest.chars()
                .take_while(|c| c.is_ascii_alphanumeric() || "_-/ ".contains(*c))
                .count()
                >= MIN_REST
        })
        .map(|(at, _)| at)
        .collect();
    found.sort_unstable();
    found
}

/// Whether a key's name says that its value is a credential.
pub(super) fn is_secret_key(key: &str) -> bool {
    let key = key.to_lowercase().replace(['-', '_', ' '], "");
    [
        "token",
        "secret",
        "password",
        "passwd",
        "credential",
        "apikey",
        "privatekey",
    ]
    .iter()
    .any(|word| key.contains(word))
}

/// A value as a message may repeat it: one short line, no control characters, and nothing that could be a credential.
pub(super) fn shown(value: &str) -> String {
    let longest_run = value
        .split(|c: char| !c.is_ascii_alphanumeric())
        .map(str::len)
        .max()
        .unwrap_or_default();
    if longest_run >= LONGEST_SHOWN_RUN || !find_all(value).is_empty() {
        return "…".to_owned();
    }
    let mut out: String = value
        .chars()
        .take(LONGEST_SHOWN)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if value.chars().nth(LONGEST_SHOWN).is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_found_wherever_they_stand() {
        for (text, expected) in [
            ("token = \"ghp_abcdefgh12345\"", vec![9]),
            ("# github_pat_11ABCDEFG_xyz", vec![2]),
            (
                "a = 1\nb = \"https://hooks.slack.com/services/T0/B0/xyz12\"",
                vec![19],
            ),
            ("# tokens such as ghp_… come from the environment", vec![]),
            ("label = \"ghs_\"", vec![]),
            ("x = \"xoxb-1234567890\" # ghp_abcdefghij", vec![5, 24]),
        ] {
            assert_eq!(find_all(text), expected, "{text}");
        }
    }

    #[test]
    fn shown_values_are_short_and_harmless() {
        for (value, expected) in [
            ("acme", "acme"),
            ("two\nlines\u{1b}[31m", "two lines [31m"),
            ("0123456789abcdef0123456789abcdef01234567", "…"),
            ("ghp_abcdefgh12345", "…"),
            ("対応中", "対応中"),
        ] {
            assert_eq!(shown(value), expected);
        }
        assert_eq!(shown(&"あ".repeat(80)).chars().count(), LONGEST_SHOWN + 1);
    }

    #[test]
    fn secret_keys_are_told_by_name() {
        for key in [
            "token",
            "github_token",
            "GITHUB-TOKEN",
            "client_secret",
            "api_key",
            "Password",
        ] {
            assert!(is_secret_key(key), "{key}");
        }
        for key in ["labels", "repository", "title", "key"] {
            assert!(!is_secret_key(key), "{key}");
        }
    }
}

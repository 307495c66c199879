//! Postmortem ids such as `PM-042` and `INC-2025-001`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::names::NameError;
use super::secret::shown;
use super::text;

/// The id of a postmortem: capital letters and digits, a hyphen, then digits in groups (`PM-042`, `INC-2025-001`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PostmortemId(String);

impl PostmortemId {
    /// The first id that stands in a text, wherever it stands: `PM-042: foo`, `【INC-2025-001】`, `pm/PM-042-slow-api.md`.
    ///
    /// Full-width letters and digits count. No ids are found inside longer words (`XPM-1a`), and none in terms of the
    /// trade that merely look like one (`UTF-8`, `SEV-1`): an id shared by two documents keeps both from being pushed.
    /// Whether the text around it makes it a placeholder is for the caller to judge.
    pub fn find_in(text: &str) -> Option<Self> {
        let text: Vec<char> = text
            .nfkc()
            .map(|c| {
                if matches!(c, '\u{2010}' | '\u{2212}') {
                    '-'
                } else {
                    c
                }
            })
            .collect();
        let mut at = 0;
        while let Some(start) =
            (at..text.len()).find(|&i| text.get(i).is_some_and(char::is_ascii_uppercase))
        {
            let run = |from: usize, keep: fn(&char) -> bool| {
                text.iter().skip(from).take_while(|c| keep(c)).count()
            };
            // The whole word is consumed, so that the end of `aPM` is not taken for a beginning.
            let letters = run(start, |c| c.is_ascii_uppercase() || c.is_ascii_digit());
            let hyphen = start + letters;
            at = hyphen;
            let after_word = start
                .checked_sub(1)
                .and_then(|i| text.get(i))
                .is_some_and(char::is_ascii_alphanumeric);
            if after_word
                || text.get(hyphen) != Some(&'-')
                || !text.get(hyphen + 1).is_some_and(char::is_ascii_digit)
            {
                continue;
            }
            let digits = run(hyphen + 1, |c| c.is_ascii_digit() || *c == '-');
            let end = hyphen + 1 + digits;
            at = end;
            let ends_in_hyphen = text.get(end - 1) == Some(&'-');
            if !ends_in_hyphen && text.get(end).is_some_and(char::is_ascii_alphabetic) {
                // `INC-2025-001a`: cut to INC-2025 it would be the id of every incident of that year.
                continue;
            }
            let prefix: String = text.iter().skip(start).take(letters).collect();
            let number: String = text.iter().skip(hyphen + 1).take(digits).collect();
            let number = number.trim_end_matches('-');
            if !is_term(&prefix, number) {
                return Some(Self(format!("{prefix}-{number}")));
            }
        }
        None
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Terms that postmortems are full of and that look like ids: standards, encodings, algorithms, severities.
fn is_term(prefix: &str, number: &str) -> bool {
    match prefix {
        "UTF" | "UCS" | "ISO" | "IEC" | "RFC" | "CVE" | "CWE" | "SHA" | "AES" | "RSA" | "CP"
        | "HTTP" | "COVID" => true,
        // A severity or priority is one digit; `SEV-2025-01` may well be an id.
        "SEV" | "SEVERITY" | "S" | "P" | "PRIORITY" | "TIER" | "LEVEL" | "L" => number.len() == 1,
        _ => false,
    }
}

impl FromStr for PostmortemId {
    type Err = NameError;

    /// The text must be an id and nothing else.
    fn from_str(given: &str) -> Result<Self, NameError> {
        let is_id = given.split_once('-').is_some_and(|(prefix, number)| {
            prefix.starts_with(|c: char| c.is_ascii_uppercase())
                && prefix
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
                && number.starts_with(|c: char| c.is_ascii_digit())
                && number.ends_with(|c: char| c.is_ascii_digit())
                && number.chars().all(|c| c.is_ascii_digit() || c == '-')
        });
        if is_id {
            return Ok(Self(given.to_owned()));
        }
        let seen = shown(given);
        Err(NameError {
            message: text!(
                "`{seen}` is not a postmortem id",
                "「{seen}」はポストモーテムの ID ではありません"
            ),
            hint: text!(
                "an id is capital letters, a hyphen and digits, such as `PM-042` or `INC-2025-001`",
                "ID は英大文字、ハイフン、数字です（例: `PM-042`、`INC-2025-001`）"
            ),
        })
    }
}

impl fmt::Display for PostmortemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl TryFrom<String> for PostmortemId {
    type Error = NameError;
    fn try_from(given: String) -> Result<Self, NameError> {
        given.parse()
    }
}

impl From<PostmortemId> for String {
    fn from(id: PostmortemId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_are_found_in_texts() {
        for (text, expected) in [
            ("PM-042", Some("PM-042")),
            ("PM-042: DB接続数の枯渇", Some("PM-042")),
            ("【INC-2025-001】決済の遅延", Some("INC-2025-001")),
            ("障害報告書INC-2025-001について", Some("INC-2025-001")),
            ("[例: INC-2025-001]", Some("INC-2025-001")),
            ("postmortem-PM-042.md", Some("PM-042")),
            ("PM-042-slow-api.md", Some("PM-042")),
            ("PM-042_slow.md", Some("PM-042")),
            ("PM-042-", Some("PM-042")),
            ("PM-042--", Some("PM-042")),
            ("ＰＭ－０４２の件", Some("PM-042")),
            ("PM\u{2010}042", Some("PM-042")),
            ("X9-1", Some("X9-1")),
            ("after PM-1 comes PM-2", Some("PM-1")),
            ("SEV-1: PM-7 database down", Some("PM-7")),
            ("UTF-8 の文字化け", None),
            ("SHA-256, ISO-8601, CVE-2025-1234", None),
            ("SEV-2025-01", Some("SEV-2025-01")),
            ("INC-2025-001a", None),
            ("INC-2025-001-a", Some("INC-2025-001")),
            ("myPM-042", None),
            ("9PM-042", None),
            ("pm-042", None),
            ("PM-XXX", None),
            ("PM042", None),
            ("PM-", None),
            ("2025-01-05", None),
            ("", None),
        ] {
            assert_eq!(
                PostmortemId::find_in(text)
                    .as_ref()
                    .map(PostmortemId::as_str),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn only_whole_ids_parse() {
        for good in ["PM-042", "INC-2025-001", "P1-0", "A-1-2-3"] {
            assert_eq!(good.parse::<PostmortemId>().expect(good).to_string(), good);
        }
        for bad in [
            "",
            "PM",
            "PM-",
            "PM-042-",
            "pm-042",
            "PM-042 ",
            "9PM-1",
            "PM--1",
            "PM-04a",
            "-1",
            "ＰＭ-１",
        ] {
            assert!(bad.parse::<PostmortemId>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_found_parses(text in "[A-Z0-9a-z－ -]{0,24}|\\PC{0,24}") {
            if let Some(id) = PostmortemId::find_in(&text) {
                prop_assert_eq!(id.as_str().parse::<PostmortemId>().expect("an id that was found"), id);
            }
        }
    }
}

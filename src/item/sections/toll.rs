//! What can be counted of an impact, read from the values of labelled lines. Numbers hold no names.

use unicode_normalization::UnicodeNormalization;

use crate::item::words::fold;

/// What can be counted of an impact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Toll {
    /// How many users it hit.
    pub users: Option<u64>,
    /// How many minutes nothing worked.
    pub down_minutes: Option<u64>,
    /// How many minutes it worked badly.
    pub degraded_minutes: Option<u64>,
    /// Whether data was lost.
    pub data_lost: Option<bool>,
}

/// A value in the form it is read in: no full-width digits, no "about".
fn counted(value: &str) -> String {
    let text: String = value.nfkc().flat_map(char::to_lowercase).collect();
    let mut rest = text.trim();
    loop {
        let before = rest;
        for word in [
            "約",
            "およそ",
            "推定",
            "最大",
            "approximately",
            "approx.",
            "approx",
            "about",
            "around",
            "roughly",
            "circa",
            "up to",
            "some",
            "~",
            "≈",
            "〜",
        ] {
            rest = rest.strip_prefix(word).unwrap_or(rest).trim_start();
        }
        if rest == before {
            return rest.to_owned();
        }
    }
}

/// A whole number with separators and Japanese multiples, with `metric` also `k` and `m` (which are no minutes then), and how many bytes it takes: `1,234`, `1万2000`, `1.2k`.
fn number(text: &str, metric: bool) -> Option<(u64, usize)> {
    let mut sum = 0f64;
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let digits: usize = rest
            .bytes()
            .take_while(|b| b.is_ascii_digit() || matches!(b, b',' | b'.'))
            .count();
        let digits = rest[..digits].trim_end_matches([',', '.']).len();
        if digits == 0 {
            break;
        }
        let value: f64 = rest[..digits].replace(',', "").parse().ok()?;
        at += digits;
        let multiple = [
            ('万', 1e4),
            ('千', 1e3),
            ('億', 1e8),
            ('k', 1e3),
            ('m', 1e6),
        ]
        .into_iter()
        .find(|(c, _)| {
            let behind = text[at..].strip_prefix(*c);
            behind.is_some_and(|b| !c.is_ascii() || metric && !b.starts_with(char::is_alphanumeric))
        });
        match multiple {
            Some((c, by)) => {
                sum += value * by;
                at += c.len_utf8();
            }
            None => {
                sum += value;
                break;
            }
        }
    }
    // Far below what a float holds exactly, and far above any number of users.
    (at > 0 && sum.fract() == 0.0 && sum < 1e12).then_some((sum as u64, at))
}

/// How many people a value counts: `1,234名`, `約1万2000ユーザー`, `about 1,200 customers (5%)`. Not `23%`, nor `3 services`.
pub(super) fn people(value: &str) -> Option<u64> {
    let text = counted(value);
    let (count, length) = number(&text, true)?;
    let unit = text[length..].trim_start();
    let known = [
        "名",
        "人",
        "ユーザ",
        "顧客",
        "アカウント",
        "社",
        "users",
        "user",
        "customers",
        "customer",
        "accounts",
        "account",
        "people",
    ];
    let bare = unit.is_empty() || unit.starts_with(['(', '、', ',', '。', ';']);
    (bare || known.iter().any(|word| unit.starts_with(word))).then_some(count)
}

/// How many minutes a value says: `15分`, `1時間45分`, `1h 30m`, `90 minutes`, `1 hour 45 min`.
pub(super) fn minutes(value: &str) -> Option<u64> {
    let text = counted(value);
    let mut rest = text.as_str();
    let mut sum = None;
    while let Some((count, length)) = number(rest, false) {
        let unit = rest[length..].trim_start();
        let units = [
            ("日間", 1440),
            ("日", 1440),
            ("時間", 60),
            ("分間", 1),
            ("分", 1),
            ("days", 1440),
            ("day", 1440),
            ("hours", 60),
            ("hour", 60),
            ("hrs", 60),
            ("hr", 60),
            ("minutes", 1),
            ("minute", 1),
            ("mins", 1),
            ("min", 1),
            ("d", 1440),
            ("h", 60),
            ("m", 1),
        ];
        let fits = |word: &str| {
            unit.strip_prefix(word).is_some_and(|behind| {
                !word.is_ascii() || !behind.starts_with(|c: char| c.is_ascii_alphabetic())
            })
        };
        let Some((word, worth)) = units.into_iter().find(|(word, _)| fits(word)) else {
            break;
        };
        sum = Some(
            sum.unwrap_or(0u64)
                .saturating_add(count.saturating_mul(worth)),
        );
        rest = unit[word.len()..].trim_start();
        rest = rest.strip_prefix("and ").unwrap_or(rest);
    }
    sum
}

pub(super) fn yes(value: &str) -> Option<bool> {
    let folded = fold(value);
    let begins = |words: &[&str]| words.iter().any(|word| folded.starts_with(word));
    let is = |words: &[&str]| words.contains(&folded.as_str());
    if begins(&["なし", "無し", "無", "ありません", "none", "0件"]) || is(&["no", "0"]) {
        Some(false)
    } else if begins(&["あり", "有り", "有", "yes", "some"]) && !value.contains(['/', '／']) {
        Some(true)
    } else {
        None
    }
}

/// The abbreviations of time zones that are looked for.
const ZONES: [&str; 18] = [
    "JST", "UTC", "GMT", "PST", "PDT", "MST", "MDT", "CST", "CDT", "EST", "EDT", "CET", "CEST",
    "BST", "KST", "SGT", "AEST", "AEDT",
];

/// The time zone that stands behind times or in brackets, where it is the same one all over the document.
pub(super) fn zone(source: &str) -> Option<&'static str> {
    let mut found: Option<&'static str> = None;
    for zone in ZONES {
        let stands = source.match_indices(zone).any(|(at, _)| {
            let before = source[..at].trim_end_matches(' ').chars().next_back();
            let after = source[at + zone.len()..].chars().next();
            let fits = before.is_some_and(|c| c.is_ascii_digit() || matches!(c, '(' | '（'));
            fits && !after.is_some_and(|c| c.is_ascii_alphanumeric())
        });
        if stands {
            if found.is_some() {
                return None;
            }
            found = Some(zone);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_nothing_else() {
        for (value, count) in [
            ("1,234名", Some(1234)),
            ("約1,200ユーザー（全体の5%）", Some(1200)),
            ("１万２０００人", Some(12_000)),
            ("1.2k users", Some(1200)),
            ("about 500", Some(500)),
            ("3万名", Some(30_000)),
            ("23%", None),
            ("3 services", None),
            ("全員", None),
            ("[例: 100名]", None),
            ("", None),
        ] {
            assert_eq!(people(value), count, "{value}");
        }
        for (value, count) in [
            ("15分", Some(15)),
            ("約1時間45分", Some(105)),
            ("1h 30m", Some(90)),
            ("90 minutes (approx.)", Some(90)),
            ("2 hours and 5 minutes", Some(125)),
            ("8日間", Some(11_520)),
            ("3 months", None),
            ("ずっと", None),
        ] {
            assert_eq!(minutes(value), count, "{value}");
        }
        for (value, lost) in [
            ("なし", Some(false)),
            ("**none**", Some(false)),
            ("あり（12件）", Some(true)),
            ("あり / なし", None),
            ("調査中", None),
        ] {
            assert_eq!(yes(value), lost, "{value}");
        }
    }

    #[test]
    fn a_zone_counts_where_it_is_the_only_one() {
        for (text, expected) in [
            ("14:20 JST から", Some("JST")),
            ("| 時刻 (UTC) |", Some("UTC")),
            ("14:20 JST (05:20 UTC)", None),
            ("the EST team, JSTOR", None),
        ] {
            assert_eq!(zone(text), expected, "{text}");
        }
    }
}

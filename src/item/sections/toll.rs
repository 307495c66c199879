//! What can be counted of an impact, read from the values of labelled lines. Numbers hold no names.

use unicode_normalization::UnicodeNormalization;

use crate::item::words::fold;

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Users, or people.
    People,
    /// Customers, which may be people or companies.
    Customers,
    /// Companies.
    Companies,
    /// Accounts.
    Accounts,
    /// `件`: of whatever kind.
    Cases,
    /// Percent of them.
    Percent,
}

/// How sure a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// As written.
    Exactly,
    /// About so many.
    About,
    /// So many or more.
    AtLeast,
    /// So many or fewer.
    UpTo,
}

/// How many of what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Count {
    /// The number; a whole one but for percents.
    pub number: f64,
    /// What is counted.
    pub of: Counted,
    /// How sure it is.
    pub bound: Bound,
}

#[cfg(test)]
impl Count {
    /// About so many people.
    pub fn about(number: f64) -> Count {
        Count {
            number,
            of: Counted::People,
            bound: Bound::About,
        }
    }
}

/// What the document tells behind a label in words that could not be counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unread {
    /// How many users it hit.
    pub users: bool,
    /// How long nothing worked.
    pub down: bool,
    /// How long it worked badly.
    pub degraded: bool,
    /// Whether data was lost.
    pub data: bool,
}

/// What can be counted of an impact.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Toll {
    /// How many users it hit.
    pub users: Option<Count>,
    /// How many minutes nothing worked.
    pub down_minutes: Option<u64>,
    /// How many minutes it worked badly.
    pub degraded_minutes: Option<u64>,
    /// Whether data was lost.
    pub data_lost: Option<bool>,
    /// What is told and could not be read.
    pub unread: Unread,
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
            "at least",
            "more than",
            "over",
            "少なくとも",
            "延べ",
        ] {
            rest = rest.strip_prefix(word).unwrap_or(rest).trim_start();
        }
        if rest == before {
            return rest.to_owned();
        }
    }
}

/// A whole number with separators and Japanese multiples, with `metric` also `k` and `m` (which are no minutes then), and how many bytes it takes: `1,234`, `1万2000`, `1.2k`.
fn number(text: &str, metric: bool) -> Option<(f64, usize)> {
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
    (at > 0 && sum < 1e12).then_some((sum, at))
}

/// How many of whom a value counts: `1,234名`, `約1万2000ユーザー`, `about 1,200 customers (5%)`, `3社（…）`, `100名以上`, `up to 5%`. Not `3 services`.
pub(super) fn people(value: &str) -> Option<Count> {
    let text = counted(value);
    let (mut count, mut length) = number(&text, true)?;
    for (word, by) in [
        (" million", 1e6),
        (" thousand", 1e3),
        (" billion", 1e9),
        ("百万", 1e6),
    ] {
        if text[length..].starts_with(word) {
            count *= by;
            length += word.len();
        }
    }
    // 1.2 million is no more exact in a float than 1200000.
    let count = if (count - count.round()).abs() < 1e-6 {
        count.round()
    } else {
        count
    };
    let unit = text[length..].trim_start().trim_start_matches('+');
    let known = [
        ("名", Counted::People),
        ("人", Counted::People),
        ("ユーザ", Counted::People),
        ("顧客", Counted::Customers),
        ("お客様", Counted::Customers),
        ("アカウント", Counted::Accounts),
        ("社", Counted::Companies),
        ("件", Counted::Cases),
        ("%", Counted::Percent),
        ("パーセント", Counted::Percent),
        ("percent", Counted::Percent),
        ("users", Counted::People),
        ("user", Counted::People),
        ("customers", Counted::Customers),
        ("customer", Counted::Customers),
        ("companies", Counted::Companies),
        ("company", Counted::Companies),
        ("accounts", Counted::Accounts),
        ("account", Counted::Accounts),
        ("people", Counted::People),
    ];
    let (word, of) = known
        .into_iter()
        .find(|(word, _)| unit.starts_with(word))
        .unwrap_or(("", Counted::People));
    let rest = unit[word.len()..].trim_start();
    let ends =
        |rest: &str| rest.is_empty() || rest.starts_with(['(', '、', ',', '。', ';', '.', '/']);
    let joined = |rest: &str| {
        [
            "以上", "超", "程度", "前後", "ほど", "以下", "未満", "弱", "強", "of ", "の",
            "or more", "ー", "affected", "were", "が", "に",
        ]
        .iter()
        .any(|word| rest.starts_with(word))
    };
    // A bare number may count anything but what has a name of its own.
    if word.is_empty()
        && !(ends(rest)
            || ["以上", "程度", "or more"]
                .iter()
                .any(|word| rest.starts_with(word)))
    {
        return None;
    }
    let goes_on = rest.starts_with(|c: char| c.is_ascii_digit());
    if !word.is_empty() && word.is_ascii() && goes_on && !ends(rest) && !joined(rest) {
        return None;
    }
    if of != Counted::Percent && count.fract() != 0.0 || of == Counted::Percent && count > 100.0 {
        return None;
    }
    // How sure it is stands before the number, or right behind what it counts.
    let whole: String = value.nfkc().flat_map(char::to_lowercase).collect();
    let before = whole
        .split(|c: char| c.is_ascii_digit())
        .next()
        .unwrap_or_default();
    let behind: String = rest.trim_start_matches(['ー']).chars().take(10).collect();
    let said = |words: &[&str]| words.iter().any(|word| before.contains(word));
    let bound = if said(&["最大", "up to", "at most"]) || behind.starts_with("以下") {
        Bound::UpTo
    } else if said(&["少なくとも", "at least", "more than", "over"])
        || ["以上", "超", "or more"]
            .iter()
            .any(|word| behind.starts_with(word))
        || text[length..].trim_start().starts_with('+')
    {
        Bound::AtLeast
    } else if before.trim().is_empty()
        && !["程度", "前後", "ほど"]
            .iter()
            .any(|word| behind.starts_with(word))
    {
        Bound::Exactly
    } else {
        Bound::About
    };
    // Fewer than, a little less or more than: no word of ours says just that.
    if ["未満", "弱", "強"]
        .iter()
        .any(|word| behind.starts_with(word))
    {
        return None;
    }
    Some(Count {
        number: count,
        of,
        bound,
    })
}

/// How many minutes a value says: `15分`, `1時間45分`, `1h 30m`, `90 minutes`, `1 hour 45 min`.
pub(super) fn minutes(value: &str) -> Option<u64> {
    let text = counted(value);
    let mut rest = text.as_str();
    let mut sum = None;
    while let Some((count, length)) = number(rest, false) {
        let unit = rest[length..].trim_start();
        let units = [
            ("日間", 1440.0),
            ("日", 1440.0),
            ("時間", 60.0),
            ("分間", 1.0),
            ("分", 1.0),
            ("days", 1440.0),
            ("day", 1440.0),
            ("hours", 60.0),
            ("hour", 60.0),
            ("hrs", 60.0),
            ("hr", 60.0),
            ("minutes", 1.0),
            ("minute", 1.0),
            ("mins", 1.0),
            ("min", 1.0),
            ("d", 1440.0),
            ("h", 60.0),
            ("m", 1.0),
        ];
        let fits = |word: &str| {
            unit.strip_prefix(word).is_some_and(|behind| {
                !word.is_ascii() || !behind.starts_with(|c: char| c.is_ascii_alphabetic())
            })
        };
        let Some((word, worth)) = units.into_iter().find(|(word, _)| fits(word)) else {
            break;
        };
        sum = Some(sum.unwrap_or(0.0) + count * worth);
        rest = unit[word.len()..].trim_start();
        rest = rest.strip_prefix("and ").unwrap_or(rest);
    }
    let sum: f64 = sum?;
    // A part of a minute is no fact that anybody measured.
    (sum.fract() == 0.0 && sum < 1e9).then_some(sum as u64)
}

pub(super) fn yes(value: &str) -> Option<bool> {
    let folded = fold(value);
    // Neither yes nor no.
    let unsure = [
        "可能性",
        "調査中",
        "確認中",
        "不明",
        "有無",
        "思われ",
        "見込",
        "未定",
        "possib",
        "unknown",
        "unclear",
        "likely",
        "maybe",
        "may have",
        "known",
        "so far",
        "investigat",
        "suspect",
        "?",
        "？",
    ];
    if unsure.iter().any(|word| folded.contains(word)) {
        return None;
    }
    if folded.starts_with("一部") && folded.contains("あり") && !folded.contains("ありません")
    {
        return Some(true);
    }
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
            ("1,234名", Some((1234.0, Counted::People, Bound::Exactly))),
            (
                "約1,200ユーザー（全体の5%）",
                Some((1200.0, Counted::People, Bound::About)),
            ),
            (
                "１万２０００人",
                Some((12_000.0, Counted::People, Bound::Exactly)),
            ),
            (
                "1.2k users",
                Some((1200.0, Counted::People, Bound::Exactly)),
            ),
            (
                "1.2 million users",
                Some((1_200_000.0, Counted::People, Bound::Exactly)),
            ),
            ("about 500", Some((500.0, Counted::People, Bound::About))),
            ("3万名", Some((30_000.0, Counted::People, Bound::Exactly))),
            (
                "3社（A商事、B銀行）",
                Some((3.0, Counted::Companies, Bound::Exactly)),
            ),
            ("100名以上", Some((100.0, Counted::People, Bound::AtLeast))),
            (
                "at least 100 customers",
                Some((100.0, Counted::Customers, Bound::AtLeast)),
            ),
            ("最大5,000人", Some((5000.0, Counted::People, Bound::UpTo))),
            ("12件", Some((12.0, Counted::Cases, Bound::Exactly))),
            (
                "30% of users",
                Some((30.0, Counted::Percent, Bound::Exactly)),
            ),
            ("100名未満", None),
            ("3 services", None),
            ("全員", None),
            ("[例: 100名]", None),
            ("", None),
        ] {
            let got = people(value).map(|count| (count.number, count.of, count.bound));
            assert_eq!(got, count, "{value}");
        }
        for (value, count) in [
            ("15分", Some(15)),
            ("約1時間45分", Some(105)),
            ("1h 30m", Some(90)),
            ("90 minutes (approx.)", Some(90)),
            ("2 hours and 5 minutes", Some(125)),
            ("8日間", Some(11_520)),
            ("1.5 hours", Some(90)),
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
            ("一部あり", Some(true)),
            ("可能性あり", None),
            ("Possible", None),
            ("unknown", None),
            ("None known so far", None),
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

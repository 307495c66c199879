//! The time zone behind a time of day.

use std::fmt;

use serde::{Serialize, Serializer};

/// A time zone as a document writes it: by its abbreviation, or by how far ahead of UTC it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// One of those that are known by an abbreviation, and the minutes that it is ahead of UTC; `None` where several zones share the name.
    Named(&'static str, Option<i32>),
    /// Minutes ahead of UTC.
    Ahead(i32),
}

/// The abbreviations that are known, in hours ahead of UTC. `CST` and `BST` are taken for those of America and Britain.
const NAMES: [(&str, Option<i32>); 25] = [
    ("JST", Some(9)),
    ("UTC", Some(0)),
    ("GMT", Some(0)),
    ("EST", Some(-5)),
    ("EDT", Some(-4)),
    ("CST", Some(-6)),
    ("CDT", Some(-5)),
    ("MST", Some(-7)),
    ("MDT", Some(-6)),
    ("PST", Some(-8)),
    ("PDT", Some(-7)),
    ("WET", Some(0)),
    ("CET", Some(1)),
    ("CEST", Some(2)),
    ("EET", Some(2)),
    ("EEST", Some(3)),
    ("BST", Some(1)),
    ("KST", Some(9)),
    ("SGT", Some(8)),
    ("AEST", Some(10)),
    ("AEDT", Some(11)),
    ("ET", None),
    ("CT", None),
    ("PT", None),
    ("IST", None),
];

impl Zone {
    /// The zone of an abbreviation.
    pub(super) fn named(name: &str) -> Option<Zone> {
        NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(known, hours)| Zone::Named(known, hours.map(|hours| hours * 60)))
    }

    /// How many minutes it is ahead of UTC, where its name says that.
    pub fn minutes(self) -> Option<i32> {
        match self {
            Zone::Named(_, minutes) => minutes,
            Zone::Ahead(minutes) => Some(minutes),
        }
    }

    /// The zone that a text begins with behind a time of day, and how many bytes of it that takes: ` JST`, ` (UTC)`, `Z`, `+09:00`,
    /// ` UTC+9`. After a `T`, as in `2025-01-05T14:20-05:00`, a minus begins a zone and no span of time.
    pub(super) fn behind(text: &str, iso: bool) -> Option<(Zone, usize)> {
        if let Some(rest) = text.strip_prefix('Z')
            && !rest.starts_with(char::is_alphanumeric)
        {
            return Some((Zone::Named("UTC", Some(0)), 1));
        }
        let gap = text.len() - text.trim_start_matches([' ', '(', '[', ',']).len();
        let rest = &text[gap..];
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let japan = ["日本標準時", "日本時間"];
        if let Some(word) = japan.iter().find(|word| rest.starts_with(**word)) {
            return Some((Zone::Named("JST", Some(540)), gap + word.len()));
        }
        let (name, after) = rest.split_at(letters);
        let offset = |text: &str| -> Option<(i32, usize)> {
            let sign = match text.chars().next()? {
                '+' => 1,
                '-' => -1,
                _ => return None,
            };
            let digits: Vec<u8> = text[1..]
                .bytes()
                .take_while(|b| b.is_ascii_digit() || *b == b':')
                .collect();
            let length = digits.len();
            let digits = String::from_utf8(digits).ok()?;
            let (hours, minutes) = match (digits.split_once(':'), length) {
                (Some((hours, minutes)), 4 | 5) if minutes.len() == 2 => (hours, minutes),
                (None, 4) => digits.split_at(2),
                (None, 1 | 2) if letters > 0 => (digits.as_str(), "0"),
                _ => return None,
            };
            let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
            (hours <= 14 && minutes < 60).then_some((sign * (hours * 60 + minutes), 1 + length))
        };
        if letters > 0 {
            let zone = Zone::named(name)?;
            return match offset(after) {
                Some((minutes, length)) if matches!(name, "UTC" | "GMT") => {
                    Some((Zone::Ahead(minutes), gap + letters + length))
                }
                _ => Some((zone, gap + letters)),
            };
        }
        if rest.starts_with('-') && !(iso && gap == 0) {
            return None;
        }
        offset(rest).map(|(minutes, length)| (Zone::Ahead(minutes), gap + length))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Zone::Named(name, _) => f.write_str(name),
            Zone::Ahead(minutes) => {
                let (sign, minutes) = match minutes.cmp(&0) {
                    std::cmp::Ordering::Less => ('-', minutes.unsigned_abs()),
                    _ => ('+', minutes.unsigned_abs()),
                };
                write!(f, "UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

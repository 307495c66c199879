//! A line of an announcement, taken apart as far as the guard looks at it: its words, addresses and paths.

use unicode_normalization::UnicodeNormalization;

use super::What;
use crate::item::words::is_unseen;

/// Ends of names that only an internal network knows.
const INSIDE: [&str; 7] = [
    ".local",
    ".internal",
    ".corp",
    ".lan",
    ".intranet",
    ".localdomain",
    ".home.arpa",
];

/// Folders at the top of a machine's files.
const TOPS: [&str; 10] = [
    "home", "users", "var", "etc", "opt", "srv", "tmp", "usr", "mnt", "root",
];

/// Endings of files that nobody publishes as they are.
const ENDINGS: [&str; 36] = [
    "md", "markdown", "mdx", "txt", "rs", "go", "py", "rb", "js", "ts", "tsx", "jsx", "java", "kt",
    "swift", "c", "h", "cpp", "cs", "php", "sh", "bash", "sql", "yml", "yaml", "toml", "json",
    "xml", "tf", "ini", "conf", "cfg", "log", "env", "lock", "csv",
];

/// A text as it is compared: NFKC, lower case, nothing unseen, entities resolved.
pub(super) fn lower(text: &str) -> String {
    Line::of(text).low
}

/// A line to be looked at.
pub(super) struct Line {
    /// As it is written, in NFKC.
    pub(super) shown: Vec<char>,
    /// The same in lower case, character by character.
    pub(super) low: String,
}

impl Line {
    pub(super) fn of(text: &str) -> Line {
        let mut text = text.replace('\u{2019}', "'");
        for (entity, c) in [
            ("&#39;", "'"),
            ("&#64;", "@"),
            ("&quot;", "\""),
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&amp;", "&"),
        ] {
            if text.contains(entity) {
                text = text.replace(entity, c);
            }
        }
        let shown: Vec<char> = text
            .nfkc()
            .filter(|c| !is_unseen(*c) && !c.is_control())
            .collect();
        let low = shown
            .iter()
            .map(|c| c.to_lowercase().next().unwrap_or(*c))
            .collect();
        Line { shown, low }
    }

    /// The line with what is known to hold nothing blotted out.
    pub(super) fn without(text: &str, made: &[String]) -> Line {
        let Line { shown, mut low } = Line::of(text);
        for known in made {
            if low.contains(known.as_str()) {
                // As many characters as there were, so that the two stay in step.
                let blot = " ".repeat(known.chars().count());
                low = low.replace(known.as_str(), &blot);
            }
        }
        Line { shown, low }
    }

    /// Where a folded name stands as a name of its own.
    pub(super) fn name(&self, name: &str) -> Option<usize> {
        let letters: Vec<char> = name.chars().collect();
        let (first, last) = (*letters.first()?, *letters.last()?);
        if letters.len() == 1 && Script::of(first) != Script::Han {
            return None;
        }
        let apart = |mine: char, other: Option<char>| {
            let (mine, other) = (Script::of(mine), other.map(Script::of));
            match mine {
                Script::Latin | Script::Katakana => other != Some(mine),
                Script::Han => letters.len() > 1 || other != Some(mine),
                Script::Other => true,
            }
        };
        self.low.match_indices(name).find_map(|(at, _)| {
            let before = self.low[..at].chars().next_back();
            let after = self.low[at + name.len()..].chars().next();
            // Two letters are a name where they are written as one: `Bo`, `RK`, not `so`.
            let short = letters.len() == 2 && Script::of(first) == Script::Latin;
            let place = self.low[..at].chars().count();
            let fits = !short || self.shown.get(place).is_some_and(|c| c.is_uppercase());
            (fits && apart(first, before) && apart(last, after)).then_some(at)
        })
    }

    /// Whether a text stands here between other characters than `joins` lets through.
    pub(super) fn has(&self, text: &str, joins: impl Fn(char) -> bool) -> bool {
        !text.is_empty()
            && self.low.match_indices(text).any(|(at, _)| {
                let before = self.low[..at].chars().next_back();
                let after = self.low[at + text.len()..].chars().next();
                !before.is_some_and(&joins) && !after.is_some_and(&joins)
            })
    }

    /// Whether a phrase begins here behind another character than `joins` lets through.
    pub(super) fn starts(&self, phrase: &str, joins: impl Fn(char) -> bool) -> bool {
        self.low
            .match_indices(phrase)
            .any(|(at, _)| !self.low[..at].chars().next_back().is_some_and(&joins))
    }

    /// Handles and e-mail addresses.
    pub(super) fn addressed(&self) -> Vec<(What, String)> {
        let mut found = Vec::new();
        for (at, _) in self.low.match_indices('@') {
            let behind = &self.low[at + 1..];
            if !behind.starts_with(char::is_alphanumeric) {
                continue;
            }
            let part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '%');
            let end = behind
                .find(|c| !part(c) && c != '/')
                .unwrap_or(behind.len());
            let before = &self.low[..at];
            let begin = before
                .char_indices()
                .rev()
                .take_while(|(_, c)| part(*c) && c.is_ascii())
                .last()
                .map_or(at, |(begin, _)| begin);
            let what = if begin < at {
                What::Email
            } else {
                What::Handle
            };
            let text = self.low[begin..at + 1 + end].trim_end_matches(['.', '-']);
            found.push((what, text.to_owned()));
        }
        found
    }

    /// Runs of ASCII between spaces, brackets, quotation marks and other scripts.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &str> {
        let parts = |c: char| !c.is_ascii_graphic() || "()<>[]{}\"'`,;|*".contains(c);
        self.low.split(parts).filter(|token| !token.is_empty())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    Katakana,
    Han,
    Other,
}

impl Script {
    pub(super) fn of(c: char) -> Script {
        match c {
            '\u{30a0}'..='\u{30ff}' => Script::Katakana,
            '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '々' => Script::Han,
            '\u{3040}'..='\u{309f}' => Script::Other,
            c if c.is_alphanumeric() || c == '_' => Script::Latin,
            _ => Script::Other,
        }
    }
}

/// The host of an address, without a port.
pub(super) fn host(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let end = rest.find(|c: char| !(c.is_alphanumeric() || "-._:@".contains(c)));
    let host = &rest[..end.unwrap_or(rest.len())];
    let host = host.rsplit('@').next().unwrap_or(host);
    let host = host.split(':').next().unwrap_or(host).trim_end_matches('.');
    (!host.is_empty()).then(|| host.to_lowercase())
}

/// Whether only an internal network knows a host.
pub(super) fn is_inside(host: &str) -> bool {
    let numbers: Vec<u8> = host
        .split('.')
        .filter_map(|part| part.parse().ok())
        .collect();
    let private = match numbers.as_slice() {
        [10 | 127, _, _, _] | [192, 168, _, _] | [169, 254, _, _] => true,
        [172, second, _, _] => (16..32).contains(second),
        _ => false,
    };
    private || !host.contains('.') || INSIDE.iter().any(|end| host.ends_with(end))
}

/// Whether a token is a path within a checkout or on a machine.
pub(super) fn is_path(token: &str) -> bool {
    let token = token.trim_end_matches(['.', ':', '!', '?']);
    if token.contains("://") {
        return false;
    }
    let drive = token.as_bytes().get(1..3) == Some(b":\\");
    if drive || token.starts_with("\\\\") || token.starts_with("~/") || token.starts_with("../") {
        return true;
    }
    if let Some(rest) = token.strip_prefix('/')
        && let Some((top, _)) = rest.split_once('/')
    {
        return TOPS.contains(&top);
    }
    let (token, here) = match token.strip_prefix("./") {
        Some(rest) => (rest, true),
        None => (token, false),
    };
    let Some((folders, file)) = token.rsplit_once('/') else {
        return false;
    };
    // `example.com/help.html` is an address.
    let first = folders.split('/').next().unwrap_or_default();
    let ending = file.rsplit_once('.').map(|(_, ending)| ending);
    here || (!first.contains('.') && ending.is_some_and(|ending| ENDINGS.contains(&ending)))
}

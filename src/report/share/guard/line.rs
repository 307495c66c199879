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
        let text = numbered(&text);
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
        let mut line = Line::of(text);
        for known in made {
            let found: Vec<usize> = line
                .low
                .match_indices(known.as_str())
                .map(|m| m.0)
                .collect();
            let ends = found.iter().map(|at| (*at, at + known.len()));
            let chars: Vec<(usize, usize)> = ends
                .map(|(begin, end)| (line.place(begin), line.place(end)))
                .collect();
            line.blot(&chars);
        }
        line
    }

    /// Takes out what stands between two characters, so that the others keep their places.
    pub(super) fn blot(&mut self, places: &[(usize, usize)]) {
        if places.is_empty() {
            return;
        }
        let mut low: Vec<char> = self.low.chars().collect();
        for (begin, end) in places {
            self.shown[*begin..*end].fill(' ');
            low[*begin..*end].fill(' ');
        }
        self.low = low.into_iter().collect();
    }

    /// Which character a byte of the lower case is.
    fn place(&self, byte: usize) -> usize {
        self.low[..byte].chars().count()
    }

    /// What stands between two bytes of the lower case, as it is written.
    pub(super) fn written(&self, begin: usize, end: usize) -> String {
        self.shown[self.place(begin)..self.place(end)]
            .iter()
            .collect()
    }

    /// Where a folded name stands as a name of its own: from which character to which.
    pub(super) fn names(&self, name: &str) -> Vec<(usize, usize)> {
        let letters: Vec<char> = name.chars().collect();
        let (Some(first), Some(last)) = (letters.first(), letters.last()) else {
            return Vec::new();
        };
        if letters.len() == 1 && Script::of(*first) != Script::Han {
            return Vec::new();
        }
        let apart = |mine: char, other: Option<char>| {
            let (mine, other) = (Script::of(mine), other.map(Script::of));
            match mine {
                Script::Latin | Script::Katakana => other != Some(mine),
                Script::Han => letters.len() > 1 || other != Some(mine),
                Script::Other => true,
            }
        };
        let found = self.low.match_indices(name).filter_map(|(at, _)| {
            let before = self.low[..at].chars().next_back();
            let after = self.low[at + name.len()..].chars().next();
            // Two letters are a name where they are written as one: `Bo`, `RK`, not `so`.
            let short = letters.len() == 2 && Script::of(*first) == Script::Latin;
            let place = self.place(at);
            let fits = !short || self.shown.get(place).is_some_and(|c| c.is_uppercase());
            (fits && apart(*first, before) && apart(*last, after))
                .then_some((place, place + letters.len()))
        });
        found.collect()
    }

    /// How a text is written that stands here between other characters than `joins` lets through.
    pub(super) fn has(&self, text: &str, joins: impl Fn(char) -> bool) -> Option<String> {
        if text.is_empty() {
            return None;
        }
        let mut found = self.low.match_indices(text);
        let (at, _) = found.find(|(at, _)| {
            let before = self.low[..*at].chars().next_back();
            let after = self.low[at + text.len()..].chars().next();
            !before.is_some_and(&joins) && !after.is_some_and(&joins)
        })?;
        Some(self.written(at, at + text.len()))
    }

    /// How a phrase is written that begins here behind another character than `joins` lets through.
    pub(super) fn starts(&self, phrase: &str, joins: impl Fn(char) -> bool) -> Option<String> {
        let mut found = self.low.match_indices(phrase);
        let (at, _) =
            found.find(|(at, _)| !self.low[..*at].chars().next_back().is_some_and(&joins))?;
        Some(self.written(at, at + phrase.len()))
    }

    /// Handles and e-mail addresses.
    pub(super) fn addressed(&self) -> Vec<(What, String)> {
        let mut found = Vec::new();
        let shown: String = self.shown.iter().collect();
        for (at, _) in shown.match_indices('@') {
            let behind = &shown[at + 1..];
            if !behind.starts_with(char::is_alphanumeric) {
                continue;
            }
            let part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '%');
            let end = behind
                .find(|c| !part(c) && c != '/')
                .unwrap_or(behind.len());
            let before = &shown[..at];
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
            let text = shown[begin..at + 1 + end].trim_end_matches(['.', '-']);
            found.push((what, text.to_owned()));
        }
        found
    }

    /// Runs of ASCII between spaces, brackets, quotation marks and other scripts, as they are written, with their first character.
    pub(super) fn tokens(&self) -> Vec<(usize, String)> {
        let parts = |c: &char| !c.is_ascii_graphic() || "()<>[]{}\"'`,;|*".contains(*c);
        let mut found = Vec::new();
        let mut token = String::new();
        for (at, c) in self.shown.iter().chain([&' ']).enumerate() {
            if !parts(c) {
                token.push(*c);
            } else if !token.is_empty() {
                found.push((at - token.len(), std::mem::take(&mut token)));
            }
        }
        found
    }
}

/// A text with its entities that are numbers resolved: `&#x2f;`, `&#47;`.
fn numbered(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("&#") {
        out.push_str(&rest[..at]);
        let body = &rest[at + 2..];
        let entity = body.find(';').filter(|end| *end < 9).and_then(|end| {
            let code = &body[..end];
            let number = match code.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => code.parse().ok(),
            };
            Some((char::from_u32(number?)?, end))
        });
        match entity {
            Some((c, end)) => {
                out.push(c);
                rest = &body[end + 1..];
            }
            None => {
                out.push_str("&#");
                rest = body;
            }
        }
    }
    out.push_str(rest);
    out
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

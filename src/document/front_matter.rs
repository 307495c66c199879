//! The block of metadata at a document's head: YAML between `---` lines, TOML between `+++` lines.

use std::ops::Range;

use saphyr::{LoadableYamlNode, Yaml};

use super::text::source_lines;

/// The top-level values of a document's front matter, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrontMatter {
    /// Keys as written and their scalar values; lists and tables are left out.
    pub values: Vec<(String, String)>,
    /// Its bytes, the closing line included; empty where there is none.
    pub span: Range<usize>,
    /// Whether it could be read; an unreadable one is passed over like text.
    pub readable: bool,
}

impl FrontMatter {
    /// The value of a key, in whatever case it is written.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values
            .iter()
            .find(|(k, _)| k.eq_ignore_ascii_case(key))
            .map(|(_, v)| v.as_str())
    }
}

/// Reads the front matter of `text`, which begins (after a byte order mark) at `from`.
pub(super) fn read(text: &str, from: usize) -> FrontMatter {
    let none = FrontMatter {
        span: from..from,
        readable: true,
        ..FrontMatter::default()
    };
    let body = &text[from..];
    let mut lines = source_lines(body);
    let first = lines.next();
    let fence = match first {
        Some(line) if line.trim_end() == "---" => "---",
        Some(line) if line.trim_end() == "+++" => "+++",
        _ => return none,
    };
    let start = from + first.map_or(0, str::len);
    let mut at = start;
    for line in lines {
        let end = at + line.len();
        let line = line.trim_end();
        if line == fence || (fence == "---" && line == "...") {
            let inner = &text[start..at];
            let values = if fence == "---" {
                yaml(inner)
            } else {
                toml(inner)
            };
            return FrontMatter {
                readable: values.is_some(),
                values: values.unwrap_or_default(),
                span: from..end,
            };
        }
        at = end;
    }
    none
}

/// The YAML reader calls itself for every level, and a document must not be able to exhaust the stack. People nest three or four.
const DEEPEST: usize = 200;

/// Whether values may nest deeper than that: a block's level needs a column more than the one around it, an inline one a bracket.
fn nests_too_deep(yaml: &str) -> bool {
    let mut open = 0usize;
    yaml.lines().any(|line| {
        let lead = line
            .bytes()
            .take_while(|b| matches!(b, b' ' | b'\t' | b'-' | b'?' | b':'))
            .count();
        let mut deep = lead > DEEPEST;
        for b in line.bytes() {
            match b {
                b'[' | b'{' => open += 1,
                b']' | b'}' => open = open.saturating_sub(1),
                _ => {}
            }
            deep |= open > DEEPEST;
        }
        deep
    })
}

fn yaml(inner: &str) -> Option<Vec<(String, String)>> {
    if nests_too_deep(inner) {
        return None;
    }
    let documents = Yaml::load_from_str(inner).ok()?;
    let Some(first) = documents.first() else {
        return Some(Vec::new());
    };
    let mapping = first.as_mapping()?;
    Some(
        mapping
            .iter()
            .filter_map(|(key, value)| Some((scalar(key)?, scalar(value)?)))
            .collect(),
    )
}

fn scalar(value: &Yaml<'_>) -> Option<String> {
    value
        .as_str()
        .map(str::to_owned)
        .or_else(|| value.as_integer().map(|n| n.to_string()))
        .or_else(|| value.as_floating_point().map(|n| n.to_string()))
        .or_else(|| value.as_bool().map(|b| b.to_string()))
}

fn toml(inner: &str) -> Option<Vec<(String, String)>> {
    let table: toml::Table = inner.parse().ok()?;
    Some(
        table
            .into_iter()
            .filter_map(|(key, value)| {
                let value = match value {
                    toml::Value::String(text) => text,
                    toml::Value::Integer(number) => number.to_string(),
                    toml::Value::Boolean(flag) => flag.to_string(),
                    toml::Value::Datetime(time) => time.to_string(),
                    _ => return None,
                };
                Some((key, value))
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_and_toml_are_read() {
        let yaml = read(
            "---\nid: PM-042\ndate: 2025-01-05\ntags: [a]\n---\n# x\n",
            0,
        );
        assert_eq!(
            (yaml.get("ID"), yaml.get("date"), yaml.get("tags")),
            (Some("PM-042"), Some("2025-01-05"), None)
        );
        assert_eq!(yaml.span.end, 46);
        let toml = read("\u{feff}+++\nid = \"PM-042\"\ndate = 2025-01-05\n+++\n", 3);
        assert_eq!(
            (toml.get("id"), toml.get("date")),
            (Some("PM-042"), Some("2025-01-05"))
        );
    }

    #[test]
    fn deep_nesting_is_unreadable_and_harmless() {
        for (open, close) in [("- ", ""), ("[", "]"), ("{a: ", "}"), ("? ", "")] {
            let text = format!(
                "---\n{}x{}\n---\n",
                open.repeat(50_000),
                close.repeat(50_000)
            );
            let deep = read(&text, 0);
            assert!(!deep.readable && deep.span.end == text.len(), "{open}");
        }
        let steps: String = (0..300).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
        assert!(!read(&format!("---\n{steps}---\n"), 0).readable);
        assert!(read("---\na:\n  - b: [c, {d: e}]\n---\n", 0).readable);
    }

    #[test]
    fn what_is_no_front_matter_is_text() {
        assert!(read("# x\n---\nid: y\n---\n", 0).span.is_empty());
        assert!(read("---\nnever closed\n", 0).span.is_empty());
        let bad = read("---\n: [\n---\n", 0);
        assert!(!bad.readable && !bad.span.is_empty());
    }
}

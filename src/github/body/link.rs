//! Links from an issue to the section of a document.

use std::fmt;

use unicode_normalization::char::is_combining_mark;

/// The anchor that GitHub gives a heading, without the `#`: lower case, a hyphen for each space, no punctuation.
///
/// Letters, marks, decimal digits, `-` and `_` stay. Among the marks is the invisible U+FE0F behind many emoji,
/// which GitHub keeps while it drops the emoji itself. Where two headings of a document are equal, GitHub numbers
/// the later ones (`-1`, `-2`); this is the first.
#[must_use]
pub fn anchor(heading: &str) -> String {
    heading
        .trim()
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            // The other connecting punctuation of Unicode.
            '\u{203f}'
            | '\u{2040}'
            | '\u{2054}'
            | '\u{fe33}'
            | '\u{fe34}'
            | '\u{fe4d}'..='\u{fe4f}'
            | '\u{ff3f}' => Some(c),
            '0'..='9' | '０'..='９' => Some(c),
            // Circled and other numbers that are no decimal digits are dropped; a letter is a letter.
            c if c.is_alphabetic() || is_combining_mark(c) => Some(c),
            _ => None,
        })
        .collect()
}

/// The page of a file in a repository, at its default branch, whatever that is called:
/// `https://github.com/acme/shop/blob/HEAD/postmortems/042.md#action-items`.
///
/// `html_base` is the address of GitHub's pages (`https://github.com`), `repository` is `owner/name`, `path` is
/// relative to the root of the repository, with `/` between its parts.
#[must_use]
pub fn blob_url(
    html_base: &str,
    repository: &impl fmt::Display,
    path: &str,
    heading: Option<&str>,
) -> String {
    let mut url = format!("{}/{repository}/blob/HEAD", html_base.trim_end_matches('/'));
    for segment in path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
    {
        url.push('/');
        percent_encode(segment, &mut url);
    }
    if let Some(anchor) = heading.map(anchor).filter(|anchor| !anchor.is_empty()) {
        url.push('#');
        url.push_str(&anchor);
    }
    url
}

/// Encodes all but the characters that mean themselves everywhere in a URL (RFC 3986, "unreserved").
fn percent_encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for half in [byte >> 4, byte & 15] {
                out.push(char::from(b"0123456789ABCDEF"[usize::from(half)]));
            }
        }
    }
}

/// A URL as it can stand between the parentheses of a link.
#[must_use]
pub(super) fn destination(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        if c.is_whitespace()
            || c.is_control()
            || matches!(c, '(' | ')' | '<' | '>' | '\\' | '`' | '"')
        {
            percent_encode(c.encode_utf8(&mut [0; 4]), &mut out);
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_githubs() {
        for (heading, expected) in [
            ("アクションアイテム", "アクションアイテム"),
            ("Action Items", "action-items"),
            (
                "✅ アクションアイテム / Action Items",
                "-アクションアイテム--action-items",
            ),
            ("⚠\u{fe0f} Follow-up", "\u{fe0f}-follow-up"),
            ("5. 再発防止策（短期）", "5-再発防止策短期"),
            ("５．対応①", "５対応"),
            ("snake_case & more!", "snake_case--more"),
            ("か\u{3099}", "か\u{3099}"),
            ("👨\u{200d}👩\u{200d}👧", ""),
            ("  x  ", "x"),
        ] {
            assert_eq!(anchor(heading), expected, "{heading}");
        }
    }

    #[test]
    fn files_have_addresses() {
        for (path, heading, expected) in [
            (
                "postmortems/042.md",
                Some("アクションアイテム"),
                "https://github.com/o/r/blob/HEAD/postmortems/042.md#アクションアイテム",
            ),
            (
                "./a b/障害(1)#?.md",
                None,
                "https://github.com/o/r/blob/HEAD/a%20b/%E9%9A%9C%E5%AE%B3%281%29%23%3F.md",
            ),
            ("x.md", Some("🎉"), "https://github.com/o/r/blob/HEAD/x.md"),
        ] {
            assert_eq!(
                blob_url("https://github.com/", &"o/r", path, heading),
                expected
            );
        }
    }

    #[test]
    fn destinations_end_where_they_should() {
        assert_eq!(
            destination("https://x/a b)(\n<é"),
            "https://x/a%20b%29%28%0A%3Cé"
        );
    }
}

//! Text from documents, made harmless for the Markdown of an issue.
//!
//! A document's text must not ping anybody, link or close another issue, start a block, hide what follows it or
//! leave its line; and it should read as it was written. What GitHub gives for that:
//!
//! - Backslashes and entities stop Markdown and HTML, but not mentions and references: GitHub looks for those in
//!   the finished HTML (github/cmark-gfm#181). So `@name`, `#12`, `GH-12` and commit hashes are broken by an empty
//!   comment, `@<!-- -->name`. It is gone when rendered and not copied along, unlike a zero-width space, and the
//!   text stays text, unlike in a code span.
//! - `<` becomes `&lt;`, so there is no HTML and no comment, and with that nothing for a `-->` to end.
//! - Everything else gets a backslash, and only where it would mean something: text stays readable for those who
//!   edit the issue.
//! - Web addresses become `<https://…>`, so that GitHub doesn't take Japanese text behind one for a part of it.

use std::fmt::Write as _;

/// What stops GitHub from seeing a name or a number behind a sign.
const BREAK: &str = "<!-- -->";

/// A text on one line: white space folded, characters without a shape of their own removed. Those are control
/// characters and the marks that change the direction of the text around them.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, '\u{2028}' | '\u{2029}')) {
        let start = out.len();
        if start > 0 {
            out.push(' ');
        }
        let before = out.len();
        out.extend(word.chars().filter(|&c| !is_unwanted(c)));
        if out.len() == before {
            out.truncate(start);
        }
    }
    out
}

fn is_unwanted(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// At most `limit` characters of a text, with `…` where something is missing.
#[must_use]
pub fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    if limit > 0 {
        short.push('…');
    }
    short
}

/// A text on one line of Markdown that means nothing but itself.
#[must_use]
pub fn harmless(text: &str) -> String {
    escape(text, false)
}

/// The same, for between the brackets of a link.
#[must_use]
pub fn harmless_in_link(text: &str) -> String {
    escape(text, true)
}

fn escape(text: &str, in_link: bool) -> String {
    let text = one_line(text);
    // One `$` is money; two may be a formula.
    let formula = text.matches('$').count() > 1;
    let mut out = String::with_capacity(text.len() + 16);
    let mut before: Option<char> = None;
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let after = rest[c.len_utf8()..].chars().next();
        let in_word = before.is_some_and(|b| b.is_ascii_alphanumeric() || b == '_');
        if !in_link
            && !in_word
            && let Some(url) = url_at(rest)
        {
            // Writing to a String can't fail.
            let _ = write!(out, "<{url}>");
            before = url.chars().next_back();
            rest = &rest[url.len()..];
            continue;
        }
        if !in_word && let Some(sign) = reference_at(rest) {
            out.push_str(sign);
            out.push_str(BREAK);
            before = sign.chars().next_back();
            rest = &rest[sign.len()..];
            continue;
        }
        match c {
            '@' if after.is_some_and(|a| a.is_ascii_alphanumeric()) => {
                out.push('@');
                out.push_str(BREAK);
            }
            '#' if after.is_some_and(|a| a.is_ascii_digit()) => {
                out.push('#');
                out.push_str(BREAK);
            }
            '<' => out.push_str("&lt;"),
            '>' if before.is_none() || out.ends_with("--") => out.push_str("&gt;"),
            '&' if is_entity(rest) => out.push_str("&amp;"),
            // An address gets its bracket right behind.
            '\\' if after.is_none_or(|a| a.is_ascii_punctuation())
                || url_at(&rest[1..]).is_some() =>
            {
                out.push_str("\\\\");
            }
            '`' | '~' | '[' => {
                out.push('\\');
                out.push(c);
            }
            ']' if in_link => out.push_str("\\]"),
            '*' if !(before == Some(' ') && after == Some(' ')) => out.push_str("\\*"),
            '_' if !(before.is_some_and(char::is_alphanumeric)
                && after.is_some_and(char::is_alphanumeric)) =>
            {
                out.push_str("\\_");
            }
            // The backslash for those who read formulas with the Markdown, the element for those who read them in
            // the finished HTML; GitHub documents the latter.
            '$' if formula => out.push_str("<span>\\$</span>"),
            // What begins a heading, a list or a rule at the start of a line.
            '#' | '-' | '+' | '=' | '|' if before.is_none() => {
                out.push('\\');
                out.push(c);
            }
            '.' | ')' if is_number(&out) && after.is_none_or(|a| a == ' ') => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        before = Some(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// Whether what stands before a dot or parenthesis would make a numbered list of it.
fn is_number(text: &str) -> bool {
    (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// The beginning of `GH-12` or of a commit's hash, up to where it has to be broken.
///
/// GitHub links 7 to 40 hexadecimal digits that are a commit of the repository. Digits alone or letters alone are
/// numbers, dates and words, and practically never a commit.
fn reference_at(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    if bytes.len() > 3 && bytes[..3].eq_ignore_ascii_case(b"gh-") && bytes[3].is_ascii_digit() {
        return text.get(..3);
    }
    let run = bytes.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let ends = bytes
        .get(run)
        .is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'_');
    let mixed = bytes[..run].iter().any(u8::is_ascii_digit)
        && bytes[..run].iter().any(u8::is_ascii_alphabetic);
    if (7..=40).contains(&run) && ends && mixed {
        text.get(..1)
    } else {
        None
    }
}

/// Whether an `&` begins an entity, `&lt;` or `&#60;`.
fn is_entity(text: &str) -> bool {
    text.split_once(';').is_some_and(|(name, _)| {
        let name = name[1..].strip_prefix('#').unwrap_or(&name[1..]);
        !name.is_empty() && name.len() <= 32 && name.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// The web address that a text begins with, without the punctuation of the sentence around it.
fn url_at(text: &str) -> Option<&str> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })?;
    let end = text
        .find(|c: char| !c.is_ascii_graphic() || matches!(c, '<' | '>' | '"' | '`' | '\\' | '|'))
        .unwrap_or(text.len());
    let mut url = &text[..end];
    loop {
        let trimmed =
            url.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~', ']']);
        // A closing parenthesis without its opening one belongs to the sentence.
        let closes = trimmed.matches(')').count() > trimmed.matches('(').count();
        let next = match trimmed.strip_suffix(')') {
            Some(inner) if closes => inner,
            _ => trimmed,
        };
        if next == url {
            break;
        }
        url = next;
    }
    (url.len() > scheme.len()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_means_nothing_but_itself() {
        for (text, expected) in [
            ("メモリアラートの設定", "メモリアラートの設定"),
            (
                "Raise max_connections to 200",
                "Raise max_connections to 200",
            ),
            // Pings and references.
            ("ask @carol", "ask @<!-- -->carol"),
            (
                "確認@carol/@acme/sre",
                "確認@<!-- -->carol/@<!-- -->acme/sre",
            ),
            ("@ carol", "@ carol"),
            ("mail a@b.example", "mail a@<!-- -->b.example"),
            ("fixes #12", "fixes #<!-- -->12"),
            ("acme/shop#12", "acme/shop#<!-- -->12"),
            ("gh-12, GH-12", "gh-<!-- -->12, GH-<!-- -->12"),
            ("high-12", "high-12"),
            ("revert 1a2b3c4d", "revert 1<!-- -->a2b3c4d"),
            ("since 20250110, defaced", "since 20250110, defaced"),
            ("C#とF#", "C#とF#"),
            // HTML and comments.
            ("<img src=x>", "&lt;img src=x>"),
            ("<!-- x -->", "&lt;!-- x --&gt;"),
            (
                "--> <!-- pm-sync:end -->",
                "\\--&gt; &lt;!-- pm-sync:end --&gt;",
            ),
            ("a > b && c", "a > b && c"),
            (
                "&lt;b&gt; &#60; AT&T;",
                "&amp;lt;b&amp;gt; &amp;#<!-- -->60; AT&amp;T;",
            ),
            // Markdown.
            ("```rm```", "\\`\\`\\`rm\\`\\`\\`"),
            ("*強調* a * b", "\\*強調\\* a * b"),
            ("_x_ a_b", "\\_x\\_ a_b"),
            ("1~2日、3~4日", "1\\~2日、3\\~4日"),
            ("[x](javascript:y) ![i](z)", "\\[x](javascript:y) !\\[i](z)"),
            ("[ ] step", "\\[ ] step"),
            ("C:\\temp \\* \\", "C:\\temp \\\\\\* \\\\"),
            ("costs $5", "costs $5"),
            ("$x$", "<span>\\$</span>x<span>\\$</span>"),
            // Starts of blocks.
            ("# head", "\\# head"),
            ("#12 first", "#<!-- -->12 first"),
            ("> quote", "&gt; quote"),
            ("- list", "\\- list"),
            ("+ list", "\\+ list"),
            ("---", "\\---"),
            ("1. one 2. two", "1\\. one 2. two"),
            ("1) one", "1\\) one"),
            ("1.5倍", "1.5倍"),
            // Lines.
            ("a\nb\r\n\tc\u{2028}d", "a b c d"),
            ("\u{0}a\u{7}\u{202e}b\u{85}", "ab"),
            ("  \u{200b}a　b ", "\u{200b}a b"),
            ("", ""),
            // Addresses.
            (
                "see https://example.com/a_b?c=*#d-1、必読",
                "see <https://example.com/a_b?c=*#d-1>、必読",
            ),
            (
                "(https://example.com/x_(y)).",
                "(<https://example.com/x_(y)>).",
            ),
            ("https://", "https://"),
            ("\\https://x", "\\\\<https://x>"),
            ("https://x<y", "<https://x>&lt;y"),
        ] {
            assert_eq!(harmless(text), expected, "{text}");
        }
        assert_eq!(
            harmless_in_link("[A] https://x.y #1"),
            "\\[A\\] https://x.y #<!-- -->1"
        );
    }

    #[test]
    fn texts_are_cut_by_character() {
        assert_eq!(cut("あいう", 3), "あいう");
        assert_eq!(cut("あいうえ", 3), "あい…");
        assert_eq!(cut("a bcd", 3), "a…");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(cut("🎉🎉🎉", 2), "🎉…");
    }
}

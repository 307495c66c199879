//! References to issues and tickets: `[#12](https://…/issues/12 "open")`, `#12`, `owner/repo#12`, a URL, another tracker.

use std::ops::Range;

use crate::config::RepoName;
use crate::document::text::Text;
use crate::item::memory::IssueWord;

/// A reference as written in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What it refers to.
    pub target: Target,
    /// The status GitHub had when pm-sync last wrote the row: the link's Markdown title.
    pub memory: Option<IssueWord>,
    /// Its bytes in the document.
    pub span: Range<usize>,
    /// Whether it can be rewritten where it stands.
    pub writable: bool,
}

/// What a reference refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An issue or pull request on a GitHub.
    GitHub {
        /// The repository; `None` for a bare `#12`, which means the configured one.
        repository: Option<RepoName>,
        /// The host and its URL; `None` for a short form.
        url: Option<String>,
        /// Its number.
        number: u64,
    },
    /// Something in another tracker.
    Other {
        /// Where it is.
        url: String,
    },
}

impl Reference {
    /// The number, where the reference is to an issue of `repository` (on the host of `html_base`, such as `https://github.com`).
    pub fn number_in(&self, repository: &RepoName, html_base: &str) -> Option<u64> {
        match &self.target {
            Target::GitHub {
                repository: named,
                url,
                number,
            } => {
                let same_repository = named.as_ref().is_none_or(|named| named == repository);
                let same_host = url
                    .as_ref()
                    .is_none_or(|url| host(url).eq_ignore_ascii_case(host(html_base)));
                (same_repository && same_host).then_some(*number)
            }
            Target::Other { .. } => None,
        }
    }

    /// How it is shown: `#12`, `owner/repo#12`, or the URL.
    pub fn label(&self) -> String {
        match &self.target {
            Target::GitHub {
                repository: None,
                number,
                ..
            } => format!("#{number}"),
            Target::GitHub {
                repository: Some(repository),
                number,
                ..
            } => format!("{repository}#{number}"),
            Target::Other { url } => url.clone(),
        }
    }
}

fn host(url: &str) -> &str {
    url.split_once("://")
        .map_or(url, |(_, rest)| rest)
        .split('/')
        .next()
        .unwrap_or("")
}

/// The issue that a URL names: `https://HOST/OWNER/REPO/issues/12` (or `/pull/12`).
pub fn from_url(url: &str) -> Option<Target> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let rest = rest.split(['#', '?']).next().unwrap_or(rest);
    let parts: Vec<&str> = rest.split('/').collect();
    match parts.as_slice() {
        [_, owner, name, "issues" | "pull", number, ..] => Some(Target::GitHub {
            repository: Some(format!("{owner}/{name}").parse().ok()?),
            url: Some(url.to_owned()),
            number: number.parse().ok()?,
        }),
        _ => None,
    }
}

/// The references in a text, in order: links first where they cover a short form.
pub fn find(text: &Text) -> Vec<Reference> {
    let mut found: Vec<(usize, Reference)> = Vec::new();
    // Links stand in order and don't overlap, and so do short forms: one walk over both.
    let mut links = text.links.iter().peekable();
    let mut code = text.code.iter().peekable();
    for link in &text.links {
        if let Some(target) = from_url(&link.url) {
            let memory = link.title.parse().ok();
            found.push((
                link.text.start,
                Reference {
                    target,
                    memory,
                    span: link.span.clone(),
                    writable: link.inline || link.title.is_empty(),
                },
            ));
        }
    }
    for (range, target) in short_forms(&text.plain) {
        while links.next_if(|l| l.text.end <= range.start).is_some() {}
        while code.next_if(|c| c.end <= range.start).is_some() {}
        let link = links
            .peek()
            .filter(|l| l.text.start <= range.start && range.end <= l.text.end);
        if link.is_some_and(|l| from_url(&l.url).is_some()) {
            continue;
        }
        let in_code = code.peek().is_some_and(|c| c.contains(&range.start));
        let Some(span) = text.source_of(range.clone()) else {
            continue;
        };
        found.push((
            range.start,
            Reference {
                target,
                memory: None,
                span,
                writable: link.is_none() && !in_code,
            },
        ));
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, reference)| reference).collect()
}

/// The link of a ticket column into another tracker. Such an item is left to it.
pub fn other_tracker(text: &Text) -> Option<Reference> {
    let is_url = |url: &str| url.starts_with("http://") || url.starts_with("https://");
    let Some(link) = text.links.iter().find(|l| is_url(&l.url)) else {
        // GitHub makes a link of an address that is written without brackets.
        let word = text.plain.split_whitespace().find(|w| is_url(w))?;
        let url = word.trim_end_matches([')', ',', '.', '、', '。', '）']);
        let at = text.plain.find(word)?;
        return Some(Reference {
            target: Target::Other {
                url: url.to_owned(),
            },
            memory: None,
            span: text.source_of(at..at + url.len())?,
            writable: false,
        });
    };
    Some(Reference {
        target: Target::Other {
            url: link.url.clone(),
        },
        memory: None,
        span: link.span.clone(),
        writable: false,
    })
}

/// The issue that a whole title is linked to. It is never rewritten, as the title would go with it.
pub fn whole(title: &Text) -> Option<Reference> {
    let link = title.links.first()?;
    let covers = link.text.start == 0 && link.text.end >= title.plain.trim_end().len();
    Some(Reference {
        target: from_url(&link.url).filter(|_| covers)?,
        memory: None,
        span: link.span.clone(),
        writable: false,
    })
}

/// `#12`, `owner/repo#12` and issue URLs in plain text, in order.
fn short_forms(plain: &str) -> Vec<(Range<usize>, Target)> {
    let mut found: Vec<(Range<usize>, Target)> = Vec::new();
    let mut rest = 0;
    while let Some(at) = plain[rest..].find("http").map(|at| rest + at) {
        let end = plain[at..]
            .find(|c: char| c.is_whitespace() || matches!(c, ')' | '>' | '）' | '、' | '。' | '」'))
            .map_or(plain.len(), |e| at + e);
        let url = plain[at..end].trim_end_matches(['.', ',', ';']);
        if let Some(target) = from_url(url) {
            found.push((at..at + url.len(), target));
        }
        rest = end.max(at + 4);
    }
    let urls = found.len();
    let mut next_url = 0;
    for (at, _) in plain.match_indices('#') {
        while next_url < urls && found[next_url].0.end <= at {
            next_url += 1;
        }
        if next_url < urls && found[next_url].0.contains(&at) {
            continue;
        }
        let digits = plain[at + 1..]
            .bytes()
            .take(19)
            .take_while(u8::is_ascii_digit)
            .count();
        let after = plain[at + 1 + digits..].chars().next();
        if digits == 0
            || digits > 18
            || after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        {
            continue;
        }
        let Ok(number) = plain[at + 1..at + 1 + digits].parse() else {
            continue;
        };
        let name = name_before(plain, at);
        let named = &plain[name..at];
        match named.parse::<RepoName>() {
            Ok(repository) => found.push((
                name..at + 1 + digits,
                Target::GitHub {
                    repository: Some(repository),
                    url: None,
                    number,
                },
            )),
            // `PR#12` and the like: a word joined to the number isn't a repository, but the number is one.
            Err(_)
                if named.is_empty()
                    || named.eq_ignore_ascii_case("pr")
                    || named.eq_ignore_ascii_case("gh") =>
            {
                found.push((
                    at..at + 1 + digits,
                    Target::GitHub {
                        repository: None,
                        url: None,
                        number,
                    },
                ));
            }
            Err(_) => {}
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    found
}

/// Where the word that ends at `at` begins, if it could be a repository's name.
fn name_before(plain: &str, at: usize) -> usize {
    let word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/');
    at - plain.as_bytes()[..at]
        .iter()
        .rev()
        .take(141)
        .take_while(|b| word(b))
        .count()
}

/// The link pm-sync writes into a row. Without a word the row has no memory yet: what its status and the issue's mean together is still
/// to be settled.
pub fn markdown(number: u64, url: &str, word: Option<IssueWord>) -> String {
    match word {
        Some(word) => format!("[#{number}]({url} \"{word}\")"),
        None => format!("[#{number}]({url})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::document::outline::BlockKind;

    fn references(markdown: &str) -> Vec<(String, Option<IssueWord>, String)> {
        let document = Document::parse(markdown);
        let BlockKind::Paragraph(lines) = &document.blocks[0].kind else {
            panic!("a paragraph")
        };
        find(&lines[0])
            .into_iter()
            .map(|r| (r.label(), r.memory, document.source[r.span].to_owned()))
            .collect()
    }

    #[test]
    fn references_are_found_in_every_form() {
        for (written, label, memory, source) in [
            (
                "[#12](https://github.com/o/r/issues/12 \"open\")",
                "o/r#12",
                Some(IssueWord::Open),
                "[#12](https://github.com/o/r/issues/12 \"open\")",
            ),
            ("fix it (#12)", "#12", None, "#12"),
            ("see octo/repo#7.", "octo/repo#7", None, "octo/repo#7"),
            (
                "https://github.com/o/r/pull/3",
                "o/r#3",
                None,
                "https://github.com/o/r/pull/3",
            ),
            (
                "<https://github.com/o/r/issues/3>",
                "o/r#3",
                None,
                "<https://github.com/o/r/issues/3>",
            ),
            ("`o/r#4`", "o/r#4", None, "o/r#4"),
        ] {
            assert_eq!(
                references(written),
                [(label.to_owned(), memory, source.to_owned())],
                "{written}"
            );
        }
    }

    #[test]
    fn what_is_no_reference_is_none() {
        for written in ["#oncall channel", "color #12ab34", "C#7", "a # b", "#"] {
            if written != "a # b" && written != "#" {
                assert_eq!(references(written), [], "{written}");
            }
        }
    }
}

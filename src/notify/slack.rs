//! A digest as messages for Slack, within the limits that its documentation gives: 50 blocks a message, 3,000 characters the text of a
//! section, 150 a header. A message as a whole has a limit too, which is documented nowhere and lies near 13,000 characters
//! (slackapi/bolt-js#2509).
//!
//! Text from documents can't ping anybody: `&`, `<` and `>` are escaped, which leaves no `<!channel>`, and sections are `verbatim`, so
//! that Slack doesn't look for names in plain text.

use serde_json::{Value, json};

use super::digest::{Digest, Line};
use super::words::Person;
use crate::check::Finding;
use crate::config::Config;
use crate::github::body::{cut, one_line};

const MAX_BLOCKS: usize = 50;
const MAX_SECTION: usize = 3000;
const MAX_HEADER: usize = 150;
/// For all blocks of a message, as JSON.
const MAX_MESSAGE: usize = 11_000;
/// What a section takes around its text, as JSON.
const AROUND: usize = 80;
/// The longest address that becomes a link.
const MAX_URL: usize = 500;
/// The longest line; one section takes it together with its heading.
const MAX_LINE: usize = 2400;

/// One message, and the findings it tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Message<'a> {
    /// What is posted.
    pub body: Value,
    /// What it tells.
    pub told: Vec<&'a Finding>,
}

/// The messages of a digest, in order.
#[must_use]
pub fn messages<'a>(digest: &Digest<'a>, config: &Config) -> Vec<Message<'a>> {
    let mut pages: Vec<Page<'a>> = vec![Page::default()];
    for (kind, findings) in digest.groups() {
        let label = kind.label(digest.language);
        let heading = format!("*{}* ({})", escape(label), findings.len());
        let mut opening = heading;
        let mut first = true;
        for finding in findings {
            let line = line(&digest.line(finding, config), digest);
            let fits = pages
                .last_mut()
                .is_some_and(|page| page.take(&opening, first, &line));
            if !fits {
                opening = digest.language.pick(
                    format!("*{}*（続き）", escape(label)),
                    format!("*{}* (continued)", escape(label)),
                );
                let mut page = Page::default();
                page.take(&opening, true, &line);
                pages.push(page);
            }
            if let Some(page) = pages.last_mut() {
                page.told.push(finding);
            }
            first = false;
        }
    }
    let count = pages.len();
    let heading = digest.heading();
    pages
        .into_iter()
        .enumerate()
        .map(|(at, page)| {
            let part = if count > 1 {
                format!(" ({}/{count})", at + 1)
            } else {
                String::new()
            };
            let room = MAX_HEADER - part.chars().count();
            let heading = format!("{}{part}", cut(&heading, room));
            page.finish(&heading, digest)
        })
        .collect()
}

/// The sections of a message that is being written.
#[derive(Debug, Default)]
struct Page<'a> {
    sections: Vec<String>,
    size: usize,
    told: Vec<&'a Finding>,
}

impl Page<'_> {
    /// Adds a line, below its heading where it is the first of its kind; answers false and adds nothing where there is no room.
    fn take(&mut self, opening: &str, first: bool, line: &str) -> bool {
        let added = size(line) + if first { size(opening) + AROUND } else { 1 };
        // A header and a closing context come on top.
        let full =
            self.sections.len() + 2 >= MAX_BLOCKS || self.size + added + AROUND > MAX_MESSAGE;
        if full && !self.sections.is_empty() {
            return false;
        }
        match self.sections.last_mut() {
            Some(section) if !first && size(section) + 1 + size(line) < MAX_SECTION => {
                section.push('\n');
                section.push_str(line);
            }
            _ if first => self.sections.push(format!("{opening}\n{line}")),
            _ => {
                self.size += AROUND;
                self.sections.push(line.to_owned());
            }
        }
        self.size += added;
        true
    }
}

impl<'a> Page<'a> {
    fn finish(self, heading: &str, digest: &Digest<'_>) -> Message<'a> {
        let mut blocks = vec![json!({
            "type": "header",
            "text": { "type": "plain_text", "text": heading, "emoji": false },
        })];
        blocks.extend(self.sections.iter().map(|text| {
            json!({ "type": "section", "text": { "type": "mrkdwn", "text": text, "verbatim": true } })
        }));
        blocks.push(json!({
            "type": "context",
            "elements": [{ "type": "mrkdwn", "text": escape(&digest.closing()), "verbatim": true }],
        }));
        Message {
            // The text is what a notification on a telephone shows.
            body: json!({ "text": escape(heading), "blocks": blocks }),
            told: self.told,
        }
    }
}

fn line(line: &Line, digest: &Digest<'_>) -> String {
    let Line {
        name,
        url,
        title,
        owners,
        matter,
        priority,
        place,
        escalated,
    } = line;
    let name = escape(&cut(name, 60));
    let name = match url.as_deref().filter(|url| is_link(url)) {
        Some(url) => format!("<{}|{name}>", escape(url)),
        None => format!("*{name}*"),
    };
    let between = digest.language.pick("、", ", ");
    let people = |people: &[Person]| people.iter().map(mention).collect::<Vec<_>>().join(between);
    let mut facts = vec![people(owners), escape(matter)];
    facts.push(priority.unwrap_or_default().to_owned());
    facts.push(
        place
            .as_deref()
            .map_or_else(String::new, |place| escape(&cut(&one_line(place), 120))),
    );
    if !escalated.is_empty() {
        facts.push(format!("→ {}", people(escalated)));
    }
    facts.retain(|fact| !fact.is_empty());
    let title = escape(title);
    let line = format!("• {name} {title} — {}", facts.join(" · "));
    // Dozens of people, or a text of signs that all have to be escaped: the rest is in the issue.
    if size(&line) > MAX_LINE {
        format!("• {name} {title} …")
    } else {
        line
    }
}

/// Whether an address can stand in a link, which ends at `|` or `>`.
fn is_link(url: &str) -> bool {
    size(&escape(url)) <= MAX_URL
        && (url.starts_with("https://") || url.starts_with("http://"))
        && !url.contains(|c: char| c.is_whitespace() || c.is_control() || "<>|".contains(c))
}

/// Mentions somebody whose id is known; names the others as they are written.
fn mention(person: &Person) -> String {
    match &person.slack {
        // The ids of groups begin with S. What else could stand there was refused with the configuration.
        Some(id) if id.starts_with('S') => format!("<!subteam^{id}>"),
        Some(id) => format!("<@{id}>"),
        None => escape(&cut(&one_line(&person.written), 60)),
    }
}

/// A text that means nothing but itself in Slack ("Escaping text"). Backquotes would make the rest of the message code.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '`' => out.push('\''),
            c => out.push(c),
        }
    }
    out
}

/// A message as `--dry-run` shows it: the text of its blocks.
#[must_use]
pub fn readable(body: &Value) -> String {
    let mut out = String::new();
    for block in body["blocks"].as_array().into_iter().flatten() {
        let text = block["text"]["text"]
            .as_str()
            .or_else(|| block["elements"][0]["text"].as_str());
        out.push_str(text.unwrap_or_default());
        out.push('\n');
    }
    out
}

/// The length that is held against a limit. Slack doesn't say how it counts, so it is counted as JavaScript does and as JSON needs it.
fn size(text: &str) -> usize {
    text.chars()
        .map(|c| match c {
            '"' | '\\' | '\n' => 2,
            c => c.len_utf16(),
        })
        .sum()
}

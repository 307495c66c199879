//! The parts of the region, written out.

use chrono::NaiveDate;

use super::harmless::{cut, harmless, harmless_in_link};
use super::link::destination;
use super::{Part, Ticks};
use crate::config::{Kind, Language, Priority};
use crate::item::Task;

/// The longest text of a line that isn't a list, in characters of the document.
const MAX_LINE: usize = 300;

/// The longest owner, in characters.
const MAX_OWNER: usize = 60;

/// How many owners are shown.
const MAX_OWNERS: usize = 20;

/// What the region shows: the document's values.
#[derive(Debug, Clone)]
pub struct Content<'a> {
    /// The language of the labels and of the few words around the values.
    pub language: Language,
    /// The postmortem's id.
    pub doc: &'a str,
    /// The postmortem's title.
    pub postmortem_title: &'a str,
    /// Where its section of action items is.
    pub link: Option<&'a str>,
    /// The priority.
    pub priority: Option<Priority>,
    /// The owners.
    pub owners: Vec<OwnerLine<'a>>,
    /// The due date.
    pub due: Option<NaiveDate>,
    /// The words that the due date was written in, where they say more than the date.
    pub due_text: Option<&'a str>,
    /// The kind.
    pub kind: Option<Kind>,
    /// The steps.
    pub tasks: &'a [Task],
    /// The definition of done.
    pub done_when: &'a [String],
    /// More about it.
    pub details: &'a [String],
}

/// An owner.
#[derive(Debug, Clone)]
pub struct OwnerLine<'a> {
    /// As the document names them.
    pub written: &'a str,
    /// The logins that are assigned for them: the only ones to be mentioned.
    pub mentions: Vec<&'a str>,
}

impl Content<'_> {
    /// A part's text with its label, in about `room` characters where it is a list; `None` where there is nothing
    /// to say. Tasks that are ticked in the document or in `ticks` are ticked.
    #[must_use]
    pub fn part(&self, part: Part, ticks: &mut Ticks<'_>, room: usize) -> Option<String> {
        let label = part.label(self.language);
        let line = |text: String| (!text.is_empty()).then(|| format!("**{label}**: {text}"));
        match part {
            Part::Postmortem => line(self.postmortem()),
            Part::Priority => line(self.priority?.to_string()),
            Part::Owner => line(self.owner_line()),
            Part::Due => line(self.due_line()),
            Part::Kind => line(self.kind?.label(self.language).to_owned()),
            Part::Tasks => {
                let tasks = self
                    .tasks
                    .iter()
                    .map(|task| (task.text.as_str(), Some(task.done)));
                self.list(label, tasks, ticks, room)
            }
            Part::DoneWhen => {
                let texts = self.done_when.iter().map(|text| (text.as_str(), None));
                self.list(label, texts, ticks, room)
            }
            Part::Details => {
                let texts = self.details.iter().map(|text| (text.as_str(), None));
                self.list(label, texts, ticks, room)
            }
        }
    }

    fn postmortem(&self) -> String {
        let name = if self.postmortem_title.trim().is_empty() {
            self.doc.to_owned()
        } else {
            cut(&format!("{} {}", self.doc, self.postmortem_title), MAX_LINE)
        };
        match self.link {
            Some(link) => format!("[{}]({})", harmless_in_link(&name), destination(link)),
            None => harmless(&name),
        }
    }

    fn owner_line(&self) -> String {
        let separator = self.language.pick("、", ", ");
        let mut names: Vec<String> = self.owners.iter().take(MAX_OWNERS).map(owner).collect();
        if self.owners.len() > MAX_OWNERS {
            names.push("…".to_owned());
        }
        names.join(separator)
    }

    fn due_line(&self) -> String {
        let text = self
            .due_text
            .map(|text| harmless(&cut(text, MAX_LINE)))
            .filter(|text| !text.is_empty());
        match (self.due, text) {
            (Some(date), Some(text)) => match self.language {
                Language::Ja => format!("{date}（{text}）"),
                Language::En => format!("{date} ({text})"),
            },
            (Some(date), None) => date.to_string(),
            (None, text) => text.unwrap_or_default(),
        }
    }

    /// A list below its label; what doesn't fit is left out and pointed to.
    fn list<'t>(
        &self,
        label: &str,
        entries: impl Iterator<Item = (&'t str, Option<bool>)>,
        ticks: &mut Ticks<'_>,
        room: usize,
    ) -> Option<String> {
        let more = match self.link {
            Some(link) => {
                let words = self.language.pick("続きは文書に", "more in the document");
                format!("… [{words}]({})", destination(link))
            }
            None => self
                .language
                .pick("… 続きは文書に", "… more in the document")
                .to_owned(),
        };
        let mut out = format!("**{label}**:");
        let mut length = out.chars().count();
        // Room for the pointer is kept from the beginning, so that the entry before it never has to shrink again.
        let limit = room.saturating_sub(more.chars().count() + 5);
        let mut empty = true;
        for (text, done) in entries {
            let shown = harmless(text);
            if shown.is_empty() {
                continue;
            }
            empty = false;
            let start = match done {
                Some(done) if done | ticks.take(&shown) => "\n- [x] ",
                Some(_) => "\n- [ ] ",
                None => "\n- ",
            };
            let needed = start.len() + shown.chars().count();
            if length + needed <= limit {
                out.push_str(start);
                out.push_str(&shown);
                length += needed;
                continue;
            }
            if let Some(start_of_text) = fitting(text, limit.saturating_sub(length + start.len())) {
                out.push_str(start);
                out.push_str(&start_of_text);
                out.push(' ');
            } else {
                out.push_str("\n- ");
            }
            out.push_str(&more);
            break;
        }
        (!empty).then_some(out)
    }
}

fn owner(owner: &OwnerLine<'_>) -> String {
    let written = cut(owner.written.trim(), MAX_OWNER);
    let login = written.strip_prefix(['@', '＠']).unwrap_or_default();
    if let [only] = owner.mentions.as_slice()
        && only.eq_ignore_ascii_case(login)
    {
        return format!("@{only}");
    }
    let mentions: Vec<String> = owner
        .mentions
        .iter()
        .map(|login| format!("@{login}"))
        .collect();
    if mentions.is_empty() {
        harmless(&written)
    } else {
        format!("{} ({})", harmless(&written), mentions.join(", "))
    }
}

/// As much of the beginning of a text as makes at most `room` characters of Markdown; `None` for next to nothing.
fn fitting(text: &str, room: usize) -> Option<String> {
    const LEAST: usize = 10;
    let (mut low, mut high) = (0, room.min(text.chars().count()));
    // A longer beginning never makes shorter Markdown, but for the last characters, which may need an escape
    // less; that is why the result is measured and not computed.
    while low < high {
        let middle = (low + high).div_ceil(2);
        let shown = harmless(&text.chars().take(middle).collect::<String>());
        if shown.chars().count() <= room {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    let shown = harmless(&text.chars().take(low).collect::<String>());
    (low >= LEAST && shown.chars().count() <= room).then_some(shown)
}

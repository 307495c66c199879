//! What people write into the line of an action item besides what is to be done: number, owner, due date, status, ticket.
//!
//! Three rules. A *mark in front* (`✅`, `[P1]`, `AI-3:`, `予防:`) and a *remark at the end*, in brackets or behind a dash (`(@alice)`,
//! `[Rick]`, `— DONE in #12`, `（〜1/31）`), count where all of them reads as a field. A *labelled field* (`担当: x、期限: y`, `Owner: @x`) counts where it
//! is set off by a mark or bold type, and where the value reads as what the label says. Everything else is the title; what follows a bold
//! lead, a field, or the first sentence of a long item, is detail.

mod bare;
mod end;
mod fields;
mod front;
mod remark;
mod shape;
mod waived;

use std::ops::Range;

pub(super) use end::name_behind;
pub(super) use shape::is_code;
use shape::{first_sentence, trim_separators};

use super::find::Field;
use super::link;
use super::people::People;
use super::vocabulary::{Column, Vocabulary};
use super::words;
use crate::document::text::{Text, trim_range};

/// A line as read.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// What is to be done.
    pub title: Text,
    /// Its number as written.
    pub number: Option<String>,
    /// The fields, those in front first.
    pub fields: Vec<Field>,
    /// How the status is written, where a mark of the line says one.
    pub mark: Option<Mark>,
    /// Whether the title is struck through.
    pub struck: bool,
}

/// How a line says its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// `✅ title`.
    EmojiBefore,
    /// `title ✅`.
    EmojiBehind,
    /// `~~title~~`.
    Struck,
    /// `[DONE] title`, `完了: title`.
    WordBefore,
    /// `title - DONE`.
    Dash,
    /// `title (done)`, `title（実施済み）`.
    Bracket,
}

/// The longest remark, in bytes, that is read as a field.
const LONGEST_REMARK: usize = 160;
/// The same of one that moves the deadline: its reason may be a sentence.
const LONGEST_WAIVED: usize = 600;
/// A longer item, in characters, is told by its first sentence.
const LONG_TITLE: usize = 120;

/// A longer line, in bytes, is no sentence that anybody wrote: all of it is the title.
const LONGEST_LINE: usize = 8_000;
/// More remarks than this stand at the end of no item.
const MOST_REMARKS: usize = 8;

/// Reads the text of an entry or paragraph.
pub fn read(text: &Text, vocabulary: &Vocabulary, people: &People) -> Line {
    let mut reader = Reader {
        text,
        vocabulary,
        people,
        line: Line::default(),
        details: Vec::new(),
    };
    let end = without_own_links(text);
    let mut range = trim_range(&text.plain, 0..end);
    if range.len() <= LONGEST_LINE {
        range = reader.front(range);
        range = reader.bare_link(range);
        range = reader.remark_inside(range);
        range = reader.labelled(range);
        range = reader.end(range);
        range = reader.lead(range);
    }
    let struck_enough = |r: &Range<usize>| r.start <= range.start && range.end <= r.end;
    reader.line.struck = range.start < range.end && text.struck.iter().any(struck_enough);
    reader.line.title = text.slice(range);
    for detail in std::mem::take(&mut reader.details) {
        let part = text.slice(detail);
        if part.plain.chars().any(char::is_alphanumeric) {
            reader.line.fields.push(Field {
                column: Column::Details,
                text: part,
                list: Vec::new(),
            });
        }
    }
    reader.line
}

/// The end of a text without the links that pm-sync put there, and without the dash that led to one.
fn without_own_links(text: &Text) -> usize {
    let mut end = text.plain.len();
    for link in text.links.iter().rev() {
        let trimmed = text.plain[..end].trim_end().len();
        if link.text.end == trimmed && super::read::is_own_link(link) {
            end = link.text.start;
        } else {
            break;
        }
    }
    if end == text.plain.len() {
        return end;
    }
    let before = text.plain[..end].trim_end();
    let bare = before.trim_end_matches(['-', '–', '—', '→']);
    // Only a dash with white space before it leads anywhere.
    if bare.ends_with(char::is_whitespace) {
        bare.len()
    } else {
        end
    }
}

struct Reader<'t> {
    text: &'t Text,
    vocabulary: &'t Vocabulary,
    people: &'t People,
    line: Line,
    details: Vec<Range<usize>>,
}

impl Reader<'_> {
    fn plain(&self, range: Range<usize>) -> &str {
        &self.text.plain[range]
    }

    fn field(&mut self, column: Column, range: Range<usize>) {
        let text = self.text.slice(range);
        self.line.fields.push(Field {
            column,
            text,
            list: Vec::new(),
        });
    }

    fn has(&self, column: Column) -> bool {
        self.line.fields.iter().any(|f| f.column == column)
    }

    /// `Rehearse it (@ann, due 2025-01-31). See the runbook`: a bracket that begins with a handle and says more ends the title, and
    /// what is behind it is detail.
    fn remark_inside(&mut self, range: Range<usize>) -> Range<usize> {
        let plain = self.plain(range.clone());
        let Some((open, inner)) = ["(@", "（@", "（＠"]
            .iter()
            .filter_map(|mark| Some((plain.find(mark)?, mark.chars().next()?.len_utf8())))
            .min()
            .map(|(open, width)| (open, open + width))
        else {
            return range;
        };
        let Some(close) = plain[inner..].find([')', '）']).map(|at| inner + at) else {
            return range;
        };
        let behind = close + plain[close..].chars().next().map_or(1, char::len_utf8);
        let said = &plain[inner..close];
        let rest = plain[behind..]
            .trim_start_matches(['.', '。', ',', '、', ';', ' ', '　', '-', '–', '—', '\n']);
        // At the end of the line it is read with all else that stands there.
        let nested = said.contains(['(', '（']);
        let mut parts = said.split([',', '、', '，', ';']);
        let more = parts.any(|part| !part.trim_start().starts_with(['@', '＠']));
        // A ticket, a status or a labelled field there is read where it stands.
        let long = rest.split_whitespace().count() > 2 || words::is_japanese(rest);
        let label = rest.split([':', '：']).next().unwrap_or("");
        let field = self.vocabulary.columns.whole(label).is_some();
        let prose = long && !field && !rest.contains(['#', '[']) && !rest.contains("://");
        if open == 0 || nested || !more || !prose {
            return range;
        }
        let (inner, detail) = (
            range.start + inner..range.start + close,
            range.end - rest.len()..range.end,
        );
        if !self.remark(inner, Some(false), Mark::Bracket) {
            return range;
        }
        self.details.push(detail);
        trim_range(&self.text.plain, range.start..range.start + open)
    }

    /// A link behind a closing bracket in the form that pm-sync gives one that has nothing to remember yet, `[#12](…/issues/12)`: it is the
    /// item's issue, where any other text would be detail.
    fn bare_link(&mut self, range: Range<usize>) -> Range<usize> {
        let mut links = self.text.links.iter().rev();
        let Some(link) = links.find(|link| link.text.end == range.end) else {
            return range;
        };
        let number = match link::from_url(&link.url) {
            Some(link::Target::GitHub { number, .. }) => number,
            _ => return range,
        };
        let label = link.text.clone();
        if label.start <= range.start || self.plain(label.clone()) != format!("#{number}") {
            return range;
        }
        // Elsewhere the words in front of it may have something to say: `DONE in #4`.
        let before = self.plain(range.start..label.start).trim_end();
        if !before.ends_with([')', '）', ']', '］']) {
            return range;
        }
        self.field(Column::Issue, label.clone());
        trim_range(&self.text.plain, range.start..label.start)
    }

    /// The bold lead of an item, or the first sentence of a long one; what follows is detail.
    fn lead(&mut self, range: Range<usize>) -> Range<usize> {
        let plain = self.plain(range.clone());
        let bold = self
            .text
            .strong
            .iter()
            .find(|s| s.start <= range.start && range.start < s.end && s.end < range.end);
        if let Some(bold) = bold {
            let behind = self.text.plain[bold.end..range.end].trim_start();
            let bold_text = self.plain(range.start..bold.end).trim_end();
            let set_off = behind.starts_with([':', '：', '—', '–', '。'])
                || behind.starts_with("- ")
                || bold_text.ends_with([':', '：', '.', '。']);
            let long = bold_text.chars().filter(|c| c.is_alphanumeric()).count() >= 4;
            if set_off && long {
                let (from, end) = (range.start, bold.end);
                self.details
                    .insert(0, trim_separators(&self.text.plain, end..range.end));
                return trim_separators(&self.text.plain, from..end);
            }
        }
        if plain.chars().nth(LONG_TITLE).is_some()
            && let Some(end) = first_sentence(plain)
        {
            self.details.insert(
                0,
                trim_range(&self.text.plain, range.start + end..range.end),
            );
            return range.start..range.start + end;
        }
        range
    }
}

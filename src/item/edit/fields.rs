//! New labelled fields, written as the document writes the ones it has.

use super::Writer;
use crate::document::edit::{Splice, newline};
use crate::document::outline::{BlockId, BlockKind};
use crate::document::text::Text;
use crate::item::ActionItem;
use crate::item::find::split_label;

impl Writer<'_> {
    /// The first labelled field below an entry, written as that of another entry is.
    pub(super) fn first_field(&mut self, item: &ActionItem, example: BlockId, words: &str) {
        let source = self.document.source.as_str();
        let block = &self.document.blocks[example];
        let BlockKind::Entry(entry) = &block.kind else {
            return;
        };
        let head = entry.lead.first().and_then(|lead| {
            let (_, value) = split_label(lead)?;
            let inside = lead.span.start < value.span.start && value.span.start < lead.span.end;
            inside.then(|| source[lead.span.start..value.span.start].to_owned())
        });
        let (Some(head), Some(last)) = (head, self.lines(item).last()) else {
            return;
        };
        let start = self.document.lines.start(block.line);
        let indent = &source[start..entry.marker.end];
        let line = self.document.lines.line(last.span.end);
        let end = self.document.lines.end(line, source);
        let newline = newline(source);
        let body = source[..end].trim_end_matches(['\n', '\r']).len();
        self.below.push(Splice::insert(
            body,
            format!("{newline}{indent} {head}{words}"),
        ));
    }

    /// New entries behind the field `after`, written as that one is: same marker, same bold, same colon.
    pub(super) fn new_fields(
        &self,
        after: BlockId,
        fields: &[(&'static str, String)],
    ) -> Option<Splice> {
        let source = self.document.source.as_str();
        let block = &self.document.blocks[after];
        let entry = match &block.kind {
            BlockKind::Entry(entry) => entry,
            BlockKind::Paragraph(lines) => return self.new_lines(lines, fields),
            _ => return None,
        };
        let lead = entry.lead.first()?;
        let (label, _) = split_label(lead)?;
        let head = label_head(source, lead)?;
        let line_start = self.document.lines.start(block.line);
        let marker = &source[line_start..lead.span.start];
        let newline = newline(source);
        let text = source[block.span.clone()].trim_end();
        let last_line = self
            .document
            .lines
            .line(block.span.start + text.len().saturating_sub(1));
        let end = self.document.lines.end(last_line, source);
        let lines = fields
            .iter()
            .map(|(name, value)| format!("{marker}{}{value}", head.replacen(&label, name, 1)));
        let lines: Vec<String> = lines.collect();
        Some(if source[..end].ends_with(['\n', '\r']) {
            Splice::insert(
                end,
                lines
                    .iter()
                    .map(|l| format!("{l}{newline}"))
                    .collect::<String>(),
            )
        } else {
            Splice::insert(
                end,
                lines
                    .iter()
                    .map(|l| format!("{newline}{l}"))
                    .collect::<String>(),
            )
        })
    }

    /// New lines behind the labelled ones of a paragraph, written as the last of those is, hard breaks included.
    fn new_lines(&self, lines: &[Text], fields: &[(&'static str, String)]) -> Option<Splice> {
        let source = self.document.source.as_str();
        let (model, (label, _)) = lines
            .iter()
            .rev()
            .find_map(|line| Some((line, split_label(line)?)))?;
        let head = label_head(source, model)?;
        let line = self.document.lines.line(model.span.start);
        let prefix = source.get(self.document.lines.start(line)..model.span.start)?;
        let last = lines.last()?;
        let hard = lines.iter().rev().skip(1).find_map(|line| {
            let rest = &source[line.span.end..];
            ["  ", "\\"]
                .into_iter()
                .find(|hard| rest.starts_with(*hard))
        });
        let newline = newline(source);
        let with: String = fields
            .iter()
            .map(|(name, value)| {
                let head = head.replacen(&label, name, 1);
                format!("{}{newline}{prefix}{head}{value}", hard.unwrap_or(""))
            })
            .collect();
        Some(Splice::insert(last.span.end, with))
    }
}

/// A labelled field up to its value, as written: `**担当**: `, `**Owner:** `. The value may begin with markup of its own, a link say, which
/// is no part of it.
fn label_head(source: &str, text: &Text) -> Option<String> {
    let (at, colon) = text
        .plain
        .char_indices()
        .find(|(_, c)| matches!(c, ':' | '：'))?;
    let end = text.source_of(at..at + colon.len_utf8())?.end;
    let rest = source.get(end..text.span.end.max(end))?;
    let bold = text.strong.iter().any(|range| range.contains(&at));
    let closing = if bold {
        rest.len() - rest.trim_start_matches(['*', '_']).len()
    } else {
        0
    };
    let space = rest[closing..].len() - rest[closing..].trim_start().len();
    let head = source.get(text.span.start..end + closing + space)?;
    let gap = if space == 0 && colon == ':' { " " } else { "" };
    Some(format!("{head}{gap}"))
}

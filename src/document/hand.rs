//! Lists that people mark by hand, with signs that Markdown doesn't know: `・`, `•`, `①`, `(1)`, `１．`, `AI-1:` at the start of each line.
//!
//! Markdown reads them as lines of one paragraph. A reader sees entries, and so they become entries here: what they mean is then
//! no special case anywhere else.

use std::ops::Range;

use super::outline::{Block, BlockId, BlockKind, Entry, Lines};
use super::text::Text;

/// How a line is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// `・`, `•` and the like.
    Bullet(char),
    /// ①.
    Circled,
    /// `(1)`, `（１）`.
    Brackets,
    /// `１．`, `１）`, which Markdown takes for text.
    Wide,
    /// `AI-1:`, `R1.`, `□`, `✅`, which stay part of the text.
    Code,
}

/// Blocks with the lists made by hand in them as entries, and ids that fit.
pub(super) fn lists(blocks: Vec<Block>, source: &str, lines: &Lines) -> Vec<Block> {
    let made = |block: &Block| match &block.kind {
        BlockKind::Paragraph(lines) => first_marked(lines, 0),
        BlockKind::Entry(entry) => first_marked(&entry.lead, 1),
        _ => None,
    };
    if blocks.iter().all(|block| made(block).is_none()) {
        return blocks;
    }
    let mut list = blocks
        .iter()
        .filter_map(|block| match &block.kind {
            BlockKind::Entry(entry) => Some(entry.list + 1),
            _ => None,
        })
        .max()
        .unwrap_or(0);
    let mut out: Vec<Block> = Vec::with_capacity(blocks.len());
    let mut ids: Vec<BlockId> = Vec::with_capacity(blocks.len());
    let mut above: Option<Above> = None;
    for mut block in blocks {
        ids.push(out.len());
        block.parent = block.parent.map(|id| ids[id]);
        block.section = block.section.map(|id| ids[id]);
        above = above.take().filter(|above| above.has_below(&block));
        if let Some(above) = &mut above {
            above.take(block, source, lines, &mut out);
            continue;
        }
        let Some(first) = made(&block) else {
            out.push(block);
            continue;
        };
        let marked = match &mut block.kind {
            BlockKind::Paragraph(lines) | BlockKind::Entry(Entry { lead: lines, .. }) => {
                lines.split_off(first)
            }
            _ => Vec::new(),
        };
        let frame = Frame {
            parent: match &block.kind {
                BlockKind::Entry(_) => Some(out.len()),
                _ => block.parent,
            },
            section: block.section,
            quotes: block.quotes,
            list,
        };
        if let BlockKind::Paragraph(before) = &block.kind {
            if let Some(last) = before.last() {
                block.span.end = last.span.end;
                out.push(block);
            }
        } else {
            out.push(block);
        }
        let open = entries(&marked, &frame, source, lines, &mut out);
        above = open.and_then(|last| Above::new(last, frame, &marked, lines));
        list += 1;
    }
    out
}

/// A numbered entry made by hand at the end of its paragraph. A Markdown list that begins in the very next line tells more about it, and
/// what Markdown takes for a lazy continuation of that list is the next number:
///
/// ```text
/// ① 監視を足す
/// - 閾値は 80%
/// ② 手順書を直す
/// ```
struct Above {
    sign: Sign,
    column: usize,
    /// The first of such entries, and the one that is told about.
    first: BlockId,
    entry: BlockId,
    frame: Frame,
    /// The line after it.
    next: usize,
    /// The Markdown list below it, once it has begun.
    below: Option<usize>,
}

impl Above {
    fn new(
        (sign, column, entry): (Sign, usize, BlockId),
        frame: Frame,
        marked: &[Text],
        lines: &Lines,
    ) -> Option<Above> {
        // Two lists of bullets one below the other are two lists.
        let numbered = matches!(sign, Sign::Circled | Sign::Brackets | Sign::Wide);
        let last = marked.last().filter(|_| numbered)?;
        Some(Above {
            sign,
            column,
            first: entry,
            entry,
            frame,
            next: lines.line(last.span.start) + 1,
            below: None,
        })
    }

    /// Whether a block, the next in the document, stands below it.
    fn has_below(&self, block: &Block) -> bool {
        let deeper = block.parent.is_some_and(|parent| parent >= self.first);
        let BlockKind::Entry(entry) = &block.kind else {
            return deeper;
        };
        deeper
            || block.parent == self.frame.parent
                && match self.below {
                    Some(list) => list == entry.list,
                    None => block.line == self.next,
                }
    }

    /// Puts a block below it, and the numbers that follow in that block's text beside it.
    fn take(&mut self, mut block: Block, source: &str, lines: &Lines, out: &mut Vec<Block>) {
        let mut marked = Vec::new();
        if let BlockKind::Entry(entry) = &mut block.kind {
            if block.parent == self.frame.parent {
                block.parent = Some(self.entry);
                self.below = Some(entry.list);
            }
            let goes_on = |line: &Text| {
                mark(line).is_some_and(|(sign, at, ..)| {
                    let start = line.source_of(at..line.plain.len());
                    let start = start.map_or(line.span.start, |span| span.start);
                    sign == self.sign && column(source, lines, start) == self.column
                })
            };
            // Its first line is its own.
            let next = entry.lead.iter().skip(1).position(goes_on);
            marked = next.map_or_else(Vec::new, |next| entry.lead.split_off(next + 1));
            if let Some(last) = entry.lead.last().filter(|_| !marked.is_empty()) {
                block.span.end = last.span.end;
            }
        }
        let mut up = block.parent;
        while let Some(id) = up.filter(|id| *id >= self.first) {
            out[id].span.end = out[id].span.end.max(block.span.end);
            up = out[id].parent;
        }
        out.push(block);
        if let Some((.., entry)) = entries(&marked, &self.frame, source, lines, out) {
            self.entry = entry;
        }
    }
}

/// What the entries of a list have in common.
struct Frame {
    parent: Option<BlockId>,
    section: Option<BlockId>,
    quotes: usize,
    list: usize,
}

/// Adds marked lines as entries. Returns the outermost one that is open at the end.
fn entries(
    marked: &[Text],
    frame: &Frame,
    source: &str,
    lines: &Lines,
    out: &mut Vec<Block>,
) -> Option<(Sign, usize, BlockId)> {
    // The open entries, each with its sign and column.
    let mut open: Vec<(Sign, usize, BlockId)> = Vec::new();
    for line in marked {
        let Some((sign, at, marker, number)) = mark(line) else {
            match open.last() {
                Some((_, _, id)) if !is_name(&line.plain) => {
                    let id = *id;
                    if let BlockKind::Entry(entry) = &mut out[id].kind {
                        entry.lead.push(line.slice(0..line.plain.len()));
                    }
                    for (_, _, id) in &open {
                        out[*id].span.end = line.span.end;
                    }
                }
                _ => {
                    open.clear();
                    out.push(Block {
                        kind: BlockKind::Paragraph(vec![line.clone()]),
                        span: line.span.clone(),
                        line: lines.line(line.span.start),
                        parent: frame.parent,
                        section: frame.section,
                        quotes: frame.quotes,
                    });
                }
            }
            continue;
        };
        let start = line
            .source_of(at..line.plain.len())
            .map_or(line.span.start, |s| s.start);
        let column = column(source, lines, start);
        match open.iter().position(|(s, c, _)| *s == sign && *c == column) {
            Some(level) => open.truncate(level),
            // An entry further left than all that are open is none of their details.
            None if open.iter().all(|(_, c, _)| *c > column) => open.clear(),
            None => {}
        }
        let text = line.slice(at + marker..line.plain.len());
        let signed = line.source_of(at..at + marker).unwrap_or(start..start);
        let entry = Entry {
            list: frame.list + open.len(),
            number,
            checkbox: None,
            lead: vec![text],
            marker: signed,
        };
        let parent = open.last().map(|(_, _, id)| *id).or(frame.parent);
        for (_, _, id) in &open {
            out[*id].span.end = line.span.end;
        }
        open.push((sign, column, out.len()));
        out.push(Block {
            kind: BlockKind::Entry(entry),
            span: start..line.span.end,
            line: lines.line(start),
            parent,
            section: frame.section,
            quotes: frame.quotes,
        });
    }
    open.first().copied()
}

/// The first marked line at or behind `from`. Codes count where two lines have one.
fn first_marked(lines: &[Text], from: usize) -> Option<usize> {
    let signs = |line: &Text| mark(line).map(|(sign, ..)| sign);
    let first = (from..lines.len()).find(|at| signs(&lines[*at]).is_some())?;
    let codes = || {
        lines
            .iter()
            .filter(|line| signs(line) == Some(Sign::Code))
            .nth(1)
            .is_some()
    };
    (signs(&lines[first]) != Some(Sign::Code) || codes()).then_some(first)
}

/// How a line is marked: the sign, where it begins, how long it is, and the number it says.
fn mark(line: &Text) -> Option<(Sign, usize, usize, Option<u64>)> {
    let text = line.plain.trim_start();
    let at = line.plain.len() - text.len();
    let mut chars = text.chars();
    let first = chars.next()?;
    let rest = chars.as_str();
    let says = |rest: &str| rest.chars().any(char::is_alphanumeric);
    if matches!(first, '・' | '･' | '•' | '‣' | '◦' | '⁃' | '∙') {
        return says(rest).then_some((Sign::Bullet(first), at, first.len_utf8(), None));
    }
    if is_symbol(first) {
        return says(rest).then_some((Sign::Code, at, 0, None));
    }
    if let number @ 0x2460..=0x2473 = first as u32 {
        let number = u64::from(number - 0x245f);
        return says(rest).then_some((Sign::Circled, at, first.len_utf8(), Some(number)));
    }
    if matches!(first, '(' | '（') {
        let (number, length) = digits(rest)?;
        let close = rest[length..]
            .chars()
            .next()
            .filter(|c| matches!(c, ')' | '）'))?;
        let length = first.len_utf8() + length + close.len_utf8();
        return says(&text[length..]).then_some((Sign::Brackets, at, length, Some(number)));
    }
    if !first.is_ascii() {
        let (number, length) = digits(text)?;
        let stop = text[length..]
            .chars()
            .next()
            .filter(|c| matches!(c, '．' | '.' | '）' | ')' | '、'))?;
        let length = length + stop.len_utf8();
        let after = &text[length..];
        let decimal = after.starts_with(char::is_numeric);
        return (!decimal && says(after)).then_some((Sign::Wide, at, length, Some(number)));
    }
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let number = text.get(letters..)?;
    let number = number.strip_prefix('-').unwrap_or(number);
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let code = (1..=5).contains(&letters)
        && (1..=3).contains(&digits)
        && [": ", "：", ". ", ") "]
            .iter()
            .any(|stop| number[digits..].starts_with(stop))
        && says(&number[digits..]);
    code.then_some((Sign::Code, at, 0, None))
}

/// Boxes and pictures that people begin an entry with: □, ☑, ✅, 🔴. Arrows and the shapes that mark headings are none.
fn is_symbol(c: char) -> bool {
    matches!(c, '□' | '\u{231a}'..='\u{23ff}' | '\u{2600}'..='\u{27bf}' | '\u{2b1b}' | '\u{2b1c}' | '\u{1f300}'..='\u{1faff}')
        && !('\u{2776}'..='\u{2793}').contains(&c)
}

/// One or two digits at the start, of either width.
fn digits(text: &str) -> Option<(u64, usize)> {
    let mut number = 0;
    let mut length = 0;
    for c in text.chars() {
        let value = match c {
            '0'..='9' => u64::from(c as u32 - '0' as u32),
            '０'..='９' => u64::from(c as u32 - '０' as u32),
            _ => break,
        };
        number = number * 10 + value;
        length += c.len_utf8();
        if number > 99 {
            return None;
        }
    }
    (length > 0).then_some((number, length))
}

/// Whether a line among entries names what follows instead of going on with the one above: `対策：`, 【対策】, ■対策.
fn is_name(line: &str) -> bool {
    let line = line.trim();
    line.ends_with([':', '：', '】']) || line.starts_with(['【', '■', '◆', '◇', '●', '○', '▼', '▽'])
}

/// How far from the left a byte stands; a full-width character takes two columns.
fn column(source: &str, lines: &Lines, at: usize) -> usize {
    let start = lines.start(lines.line(at));
    let range: Range<usize> = start..at;
    source.get(range).map_or(0, |before| {
        before
            .chars()
            .map(|c| if c.is_ascii() { 1 } else { 2 })
            .sum()
    })
}

#[cfg(test)]
mod tests {
    use crate::document::Document;
    use crate::document::outline::BlockKind;

    /// Entries and paragraphs, each with how deep it stands in others.
    fn shown(text: &str) -> Vec<String> {
        let document = Document::parse(text);
        let depth = |id: usize| {
            std::iter::successors(document.blocks[id].parent, |p| document.blocks[*p].parent)
                .count()
        };
        document
            .blocks
            .iter()
            .enumerate()
            .map(|(id, block)| match &block.kind {
                BlockKind::Entry(entry) => {
                    let lines: Vec<&str> = entry.lead.iter().map(|l| l.plain.as_str()).collect();
                    let number = entry.number.map_or(String::new(), |n| n.to_string());
                    format!("{}-{number} {}", depth(id), lines.join("+"))
                }
                BlockKind::Paragraph(lines) => {
                    let lines: Vec<&str> = lines.iter().map(|l| l.plain.as_str()).collect();
                    format!("{}p {}", depth(id), lines.join("+"))
                }
                _ => "?".to_owned(),
            })
            .collect()
    }

    #[test]
    fn lists_made_by_hand_are_entries() {
        for (text, expected) in [
            ("・一つ目\n・二つ目\n", vec!["0- 一つ目", "0- 二つ目"]),
            (
                "対策：\n① 一つ目\n　続き\n② 二つ目\n",
                vec!["0p 対策：", "0-1 一つ目+続き", "0-2 二つ目"],
            ),
            (
                "（１）一つ目\n（２）二つ目\n",
                vec!["0-1 一つ目", "0-2 二つ目"],
            ),
            (
                "１．一つ目\n　・詳細\n２．二つ目\n",
                vec!["0-1 一つ目", "1- 詳細", "0-2 二つ目"],
            ),
            ("• one\n• two\n", vec!["0- one", "0- two"]),
            (
                "1. title\n   (1) one\n   (2) two\n2. more\n",
                vec!["0-1 title", "1-1 one", "1-2 two", "0-2 more"],
            ),
            (
                "AI-1: one\nAI-2: two\n",
                vec!["0- AI-1: one", "0- AI-2: two"],
            ),
            (
                "① 一つ目\n- 詳細\n- 補足\n② 二つ目\n  続き\n③ 三つ目\n- 詳細\n",
                vec![
                    "0-1 一つ目",
                    "1- 詳細",
                    "1- 補足",
                    "0-2 二つ目+続き",
                    "0-3 三つ目",
                    "1- 詳細",
                ],
            ),
            (
                "１．一つ目\n   - 詳細\n     - さらに\n２．二つ目\n\n次の段落\n\n- 別の話\n",
                vec![
                    "0-1 一つ目",
                    "1- 詳細",
                    "2- さらに",
                    "0-2 二つ目",
                    "0p 次の段落",
                    "0- 別の話",
                ],
            ),
            ("・一つ目\n- 二つ目\n", vec!["0- 一つ目", "0- 二つ目"]),
            ("① 一つ目\n\n- 別の話\n", vec!["0-1 一つ目", "0- 別の話"]),
            (
                "・一つ目\n【次】\n・二つ目\n",
                vec!["0- 一つ目", "0p 【次】", "0- 二つ目"],
            ),
            // What only looks like one.
            (
                "UTF-8: the encoding\nof the file\n",
                vec!["0p UTF-8: the encoding+of the file"],
            ),
            ("１.５倍に増えた\n", vec!["0p １.５倍に増えた"]),
            ("・・・\n", vec!["0p ・・・"]),
            ("(see above)\n", vec!["0p (see above)"]),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn their_spans_are_those_of_the_text() {
        let text = "> ・一つ目\n>   続き\n> ・二つ目\n";
        let document = Document::parse(text);
        let spans: Vec<&str> = document
            .blocks
            .iter()
            .map(|b| &text[b.span.clone()])
            .collect();
        assert_eq!(spans, ["・一つ目\n>   続き", "・二つ目"]);
        assert_eq!(document.blocks[1].line, 3);

        let text = "① 一つ目\r\n- 詳細\r\n② 二つ目\r\n";
        let document = Document::parse(text);
        let spans: Vec<&str> = document
            .blocks
            .iter()
            .map(|b| &text[b.span.clone()])
            .collect();
        assert_eq!(spans, ["① 一つ目\r\n- 詳細", "- 詳細", "② 二つ目"]);
    }
}

//! A page for the terminal: columns fitted to its width by what characters take there, bars of block elements, colours beside words.

use anstyle::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::output::Mark;
use super::page::{Bar, Cell, Column, Page, Remark, Section, Table, Tone};
use crate::output::{BAD, BOLD, DIM, GOOD, WARN, styled};

/// The widest that lines get, however wide the terminal is: longer ones are hard to read.
const WIDEST: usize = 80;

/// The narrowest that a column of text gets.
const NARROWEST: usize = 6;

/// The narrowest that one gets whose text goes on in the next line.
const NARROWEST_WRAPPED: usize = 16;

/// How long a bar is where there is room.
const BAR: usize = 20;

/// What stands between columns.
const GAP: usize = 2;

/// Lays a page out, `width` columns wide at most.
pub fn text(page: &Page, width: usize) -> String {
    let width = width.min(WIDEST);
    let mut out = String::new();
    for line in wrapped(&format!("{}{}", Mark::TEXT, page.title), width) {
        out.push_str(&styled(BOLD, &line));
        out.push('\n');
    }
    for fact in &page.facts {
        paragraph(&mut out, fact, DIM, width, ("", ""));
    }
    if !page.lead.is_empty() {
        out.push('\n');
    }
    for Remark { text, tone } in &page.lead {
        paragraph(&mut out, text, style(*tone), width, ("", ""));
    }
    if !page.remarks.is_empty() {
        out.push('\n');
    }
    for Remark { text, tone } in &page.remarks {
        paragraph(&mut out, text, style(*tone), width, ("! ", "  "));
    }
    for Section {
        id: _,
        heading,
        table,
        remarks,
    } in &page.sections
    {
        out.push('\n');
        out.push_str(&styled(BOLD, heading));
        out.push('\n');
        out.push_str(&grid(table, width));
        for Remark { text, tone } in remarks {
            // A sign, so that a warning is one without its colour, too; what follows stands below the text.
            let (first, rest) = match tone {
                Tone::Warn | Tone::Bad => ("  ! ", "    "),
                Tone::Plain | Tone::Good | Tone::Dim => ("  ", "  "),
            };
            paragraph(&mut out, text, style(*tone), width, (first, rest));
        }
    }
    out
}

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Good => GOOD,
        Tone::Warn => WARN,
        Tone::Bad => BAD,
        Tone::Dim => DIM,
    }
}

/// A text, its first line and the others behind what is said of each.
fn paragraph(out: &mut String, text: &str, style: Style, width: usize, indent: (&str, &str)) {
    // Two columns for what may stand out at the end of a line.
    let room = width.saturating_sub(indent.0.width() + 2);
    for (at, line) in wrapped(text, room).into_iter().enumerate() {
        let before = if at == 0 { indent.0 } else { indent.1 };
        out.push_str(&styled(style, &format!("{before}{line}")));
        out.push('\n');
    }
}

/// The lines of a text: broken at spaces, and between characters where a word is a line of its own, as in Japanese. No line begins with
/// what closes the one before, which may stand out by two columns, and none ends in what opens. `3 件` stays together.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let closes = |c: char| {
        matches!(
            c,
            '〜' | '？' | '！' | '、' | '。' | '）' | '」' | ')' | ',' | '.'
        )
    };
    let opens = |c: char| matches!(c, '（' | '「' | '(');
    let wide = |c: char| c.width() == Some(2);
    let mut lines = vec![String::new()];
    let mut used = 0;
    // The last place of the line where it may be broken.
    let mut seam = 0;
    let (mut before, mut before_that) = (' ', ' ');
    for c in text.chars() {
        let Some(line) = lines.last_mut() else { break };
        let takes = c.width().unwrap_or(0);
        let counted = before == ' ' && before_that.is_ascii_digit() && wide(c);
        let between = wide(c) || before == ' ' || (wide(before) && closes(before));
        if between && !counted && !closes(c) && !opens(before) && c != ' ' {
            seam = line.len();
        }
        let room = if closes(c) { width + 2 } else { width };
        if used + takes > room && !line.is_empty() && c != ' ' {
            let rest = line.split_off(if seam > 0 { seam } else { line.len() });
            used = rest.width();
            lines.push(rest);
            seam = 0;
        }
        if let Some(line) = lines.last_mut() {
            line.push(c);
        }
        used += takes;
        (before_that, before) = (before, c);
    }
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}

/// A table without lines: a dim header, and a row for each row.
fn grid(table: &Table, width: usize) -> String {
    let Table { columns, rows } = table;
    if rows.is_empty() {
        return String::new();
    }
    let natural: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let cells = rows.iter().filter_map(|row| row.get(at)).map(natural_width);
            cells.chain([column.title.width()]).max().unwrap_or(0)
        })
        .collect();
    let widths = fitted(&natural, table, width);
    let mut out = String::new();
    if columns.iter().any(|column| !column.title.is_empty()) {
        let header: Vec<String> = columns
            .iter()
            .zip(&widths)
            .map(|(column, width)| padded(&column.title, *width, column.numbers))
            .collect();
        let line = format!("  {}", header.join(&" ".repeat(GAP)));
        out.push_str(&styled(DIM, line.trim_end()));
        out.push('\n');
    }
    for row in rows {
        let texts: Vec<Vec<String>> = row
            .iter()
            .zip(columns)
            .zip(&widths)
            .map(|((cell, column), width)| match &cell.bar {
                Some(bar) => vec![drawn(*bar, *width)],
                None if column.wraps && cell.text.width() > *width => {
                    // Two columns for what may stand out at the end of a line.
                    wrapped(&cell.text, width.saturating_sub(2))
                }
                None => vec![shortened(&cell.text, *width)],
            })
            .collect();
        let lines = texts.iter().map(Vec::len).max().unwrap_or(1);
        for at in 0..lines {
            line_of(&mut out, row, columns, &widths, |cell| {
                texts[cell].get(at).map_or("", String::as_str)
            });
        }
    }
    out
}

/// A line of a row.
fn line_of<'t>(
    out: &mut String,
    row: &[Cell],
    columns: &[Column],
    widths: &[usize],
    text_of: impl Fn(usize) -> &'t str,
) {
    let mut line = "  ".to_owned();
    // Blanks are only written where something follows, so that no line ends in them.
    let mut blanks = 0;
    for (at, ((cell, column), width)) in row.iter().zip(columns).zip(widths).enumerate() {
        let text = text_of(at);
        let free = width.saturating_sub(text.width());
        if !text.is_empty() {
            let before = if column.numbers { free } else { 0 };
            line.push_str(&" ".repeat(blanks + before));
            line.push_str(&toned(cell.tone, text));
            blanks = if column.numbers { 0 } else { free };
        } else {
            blanks += free;
        }
        blanks += GAP;
    }
    out.push_str(&line);
    out.push('\n');
}

fn toned(tone: Tone, text: &str) -> String {
    match tone {
        Tone::Plain => text.to_owned(),
        tone => styled(style(tone), text),
    }
}

fn natural_width(cell: &Cell) -> usize {
    match cell.bar {
        Some(_) => BAR,
        None => cell.text.width(),
    }
}

/// The widths of columns: as wide as they are, and the elastic ones narrower where that is too wide, the widest first.
fn fitted(natural: &[usize], table: &Table, width: usize) -> Vec<usize> {
    let mut widths = natural.to_vec();
    let room = width.saturating_sub(2 + GAP * natural.len().saturating_sub(1));
    let bars: Vec<bool> = (0..widths.len())
        .map(|at| {
            table
                .rows
                .iter()
                .any(|row| row.get(at).is_some_and(|c| c.bar.is_some()))
        })
        .collect();
    while widths.iter().sum::<usize>() > room {
        let widest = (0..widths.len())
            .filter(|&at| {
                let least = match table.columns[at].wraps {
                    _ if bars[at] => 0,
                    true => NARROWEST_WRAPPED,
                    false => NARROWEST,
                };
                (table.columns[at].elastic || bars[at]) && widths[at] > least
            })
            .max_by_key(|&at| widths[at]);
        // What can't be cut runs over: a number that is cut is a wrong number.
        let Some(widest) = widest else { break };
        widths[widest] -= 1;
    }
    widths
}

fn padded(text: &str, width: usize, right: bool) -> String {
    let blanks = " ".repeat(width.saturating_sub(text.width()));
    if right {
        blanks + text
    } else {
        text.to_owned() + &blanks
    }
}

/// A text that takes at most `width` columns, with `…` where something is missing.
fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        short.push(c);
        used += wide;
    }
    short + "…"
}

/// Eighths of a block, for the end of a bar.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// A bar of block elements, with a line where the goal is.
pub(super) fn drawn(bar: Bar, width: usize) -> String {
    let eighths = (bar.filled.clamp(0.0, 1.0) * (width * 8) as f64).round() as usize;
    let mut cells: Vec<&str> = vec!["█"; eighths / 8];
    let rest = EIGHTHS.get(eighths % 8).copied().unwrap_or_default();
    if !rest.is_empty() {
        cells.push(rest);
    }
    if bar.whole {
        cells.resize(width, "░");
    }
    if let Some(goal) = bar.goal {
        let at =
            ((goal.clamp(0.0, 1.0) * width as f64).round() as usize).min(width.saturating_sub(1));
        if let Some(cell) = cells.get_mut(at) {
            *cell = "│";
        }
    }
    cells.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars() {
        let bar = |filled, goal, whole| {
            drawn(
                Bar {
                    filled,
                    goal,
                    whole,
                },
                8,
            )
        };
        assert_eq!(bar(0.5, None, false), "████");
        assert_eq!(bar(0.0, None, false), "");
        assert_eq!(bar(1.0, None, true), "████████");
        assert_eq!(bar(0.5, None, true), "████░░░░");
        assert_eq!(bar(0.55, None, false), "████▍");
        assert_eq!(bar(0.25, Some(0.5), true), "██░░│░░░");
        assert_eq!(bar(1.0, Some(1.0), true), "███████│");
        assert_eq!(bar(7.0, None, false), "████████");
    }

    #[test]
    fn texts_are_cut_and_broken_by_what_they_take() {
        assert_eq!(shortened("アラート設定", 12), "アラート設定");
        assert_eq!(shortened("アラート設定", 11), "アラート設…");
        assert_eq!(shortened("アラート設定", 10), "アラート…");
        assert_eq!(shortened("alert", 5), "alert");
        assert_eq!(shortened("alerts", 5), "aler…");
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("一二三四、五", 8), ["一二三四、", "五"]);
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrapped("", 3), [""]);
        assert_eq!(wrapped("未完了12件、完了", 10), ["未完了12件、", "完了"]);
        // Two that close would stand out by four columns.
        assert_eq!(wrapped("あ（い）。", 6), ["あ", "（い）。"]);
        assert_eq!(wrapped("全部で 3 件", 9), ["全部で", "3 件"]);
        assert_eq!(wrapped("一二（三四）", 7), ["一二", "（三四）"]);
    }
}

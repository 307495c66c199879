//! A page as Markdown that GitHub renders: headings, tables, and everything from people escaped, so that no title starts a block, links,
//! pings or breaks out of its cell.

use super::output::Mark;
use super::page::{Cell, Page, Remark, Section, Table, Tone};
use super::text::drawn;
use crate::github::body::{harmless, harmless_in_link, one_line};

/// How long a bar is.
const BAR: usize = 12;

/// Lays a page out. Its first line is the mark by which the file is known again.
pub fn markdown(page: &Page) -> String {
    format!("{}\n\n{}", Mark::MARKDOWN, unmarked(page))
}

/// The same without the mark: for where it is known by other means.
pub(super) fn unmarked(page: &Page) -> String {
    let mut out = format!("# {}\n", harmless(&page.title));
    for fact in &page.facts {
        out.push_str(&format!("\n{}\n", harmless(fact)));
    }
    if !page.lead.is_empty() {
        out.push('\n');
    }
    for Remark { text, tone } in &page.lead {
        let text = harmless(text);
        out.push_str(&match tone {
            Tone::Bad | Tone::Warn => format!("- **{text}**\n"),
            Tone::Plain | Tone::Good | Tone::Dim => format!("- {text}\n"),
        });
    }
    for remark in &page.remarks {
        out.push_str(&quoted(remark));
    }
    for Section {
        id: _,
        heading,
        table,
        remarks,
    } in &page.sections
    {
        out.push_str(&format!("\n## {}\n", harmless(heading)));
        out.push_str(&rows(table));
        for remark in remarks {
            out.push_str(&match remark.tone {
                Tone::Warn | Tone::Bad => quoted(remark),
                Tone::Plain | Tone::Good | Tone::Dim => format!("\n{}\n", harmless(&remark.text)),
            });
        }
    }
    out
}

/// GitHub shows this as a box with a sign.
fn quoted(remark: &Remark) -> String {
    format!("\n> [!WARNING]\n> {}\n", harmless(&remark.text))
}

fn rows(table: &Table) -> String {
    if table.rows.is_empty() {
        return String::new();
    }
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let titles = table.columns.iter().map(|column| cell_text(&column.title));
    let rules = table.columns.iter().map(|column| match column.numbers {
        true => "---:".to_owned(),
        false => "---".to_owned(),
    });
    let mut out = format!("\n{}{}", line(titles.collect()), line(rules.collect()));
    for row in &table.rows {
        out.push_str(&line(row.iter().map(cell).collect()));
    }
    out
}

fn cell(cell: &Cell) -> String {
    if let Some(bar) = cell.bar {
        return drawn(bar, BAR);
    }
    let text = match &cell.link {
        Some(url) => format!(
            "[{}]({})",
            without_pipes(&harmless_in_link(&cell.text)),
            address(url)
        ),
        None => cell_text(&cell.text),
    };
    match cell.tone {
        Tone::Bad if !text.is_empty() => format!("**{text}**"),
        _ => text,
    }
}

/// A text in a cell.
fn cell_text(text: &str) -> String {
    without_pipes(&harmless(text))
}

/// No pipe in it ends the cell.
fn without_pipes(escaped: &str) -> String {
    let mut out = String::new();
    let mut chars = escaped.chars();
    while let Some(c) = chars.next() {
        match c {
            // What is escaped already stays so; the pair is one.
            '\\' => {
                out.push('\\');
                out.extend(chars.next());
            }
            '|' => out.push_str("\\|"),
            c => out.push(c),
        }
    }
    out
}

/// An address as the target of a link in a cell. It comes from GitHub or from a document.
fn address(url: &str) -> String {
    one_line(url)
        .chars()
        .map(|c| match c {
            ' ' | '<' | '>' | '(' | ')' | '|' | '\\' | '"' | '`' => {
                format!("%{:02X}", u32::from(c))
            }
            c => c.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cells that GitHub's grammar sees in a row of two.
    fn cells(text: &str) -> Vec<String> {
        use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
        let table = format!("| a | b |\n|---|---|\n| {} | end |\n", cell_text(text));
        let mut cells = Vec::new();
        let mut within = false;
        for event in Parser::new_ext(
            &table,
            Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH,
        ) {
            match event {
                Event::Start(Tag::TableCell) => {
                    cells.push(String::new());
                    within = true;
                }
                Event::End(TagEnd::TableCell) => within = false,
                Event::Text(text) if within => {
                    if let Some(cell) = cells.last_mut() {
                        cell.push_str(&text);
                    }
                }
                Event::InlineHtml(html) if &*html == "<!-- -->" => {}
                Event::Start(Tag::Link { .. }) | Event::End(TagEnd::Link) => {}
                Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow)
                | Event::End(TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow) => {}
                other => panic!("{other:?} of {text:?}"),
            }
        }
        cells.split_off(2)
    }

    #[test]
    fn people_cannot_leave_their_cell() {
        for text in [
            "a | b",
            "a \\| b",
            "a \\\\| b",
            "| a",
            "<script>alert(1)</script>",
            "**bold** _it_ `code` ~~no~~ ![x](y) [l](m)",
            "=cmd|' /C calc'!A0",
            "see https://example.com/a|b ok",
            "# heading",
            "@alice closes #12",
        ] {
            assert_eq!(
                cells(text),
                [text.to_owned(), "end".to_owned()],
                "{}",
                cell_text(text)
            );
        }
        let url = address("https://example.com/a b|c)\n(d\"<");
        assert!(!url.contains([' ', '|', ')', '\n', '"', '<']), "{url}");
    }
}

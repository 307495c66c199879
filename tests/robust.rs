//! No input panics, and none takes more than time in proportion to its length.
//!
//! Times are only ever compared with each other: an input four times as long may take at most nine times as long, which a quadratic
//! rule (sixteen) doesn't. A busy machine gets a few tries.

#[path = "forms/laws.rs"]
mod laws;

use std::time::{Duration, Instant};

const ACTIONS: &str = "## Action items\n\n";
const TABLE: &str =
    "## Action items\n\n| # | Action | Owner | Due | Status |\n|---|---|---|---|---|\n";

fn repeated(head: &str, unit: &str, bytes: usize, tail: &str) -> String {
    format!("{head}{}{tail}", unit.repeat(bytes / unit.len()))
}

fn time(text: &str) -> Duration {
    let start = Instant::now();
    std::hint::black_box(laws::parse(text));
    start.elapsed()
}

#[expect(clippy::print_stdout, reason = "the table that --nocapture shows")]
fn grows_linearly(name: &str, text: impl Fn(usize) -> String) {
    let (small, large) = (text(30_000), text(120_000));
    let mut seen = Vec::new();
    for _ in 0..4 {
        let (a, b) = (time(&small), time(&large));
        // What takes no time at all can't be compared.
        if b < a * 9 + Duration::from_millis(40) {
            // Shown with `--nocapture`.
            println!("{name:24} 30 kB {a:>10.2?}  120 kB {b:>10.2?}");
            return;
        }
        seen.push((a, b));
    }
    panic!("{name} takes more than linear time: {seen:?}");
}

#[test]
fn blocks_are_read_in_linear_time() {
    for (name, head, unit) in [
        ("pipes", "", "|"),
        ("headings", "", "# a\n"),
        ("sections", "", "## Action items\n"),
        ("entries", ACTIONS, "- a task (Owner: @x)\n"),
        ("details", "## Action items\n\n- a\n", "  - b: c\n"),
        ("boxes", ACTIONS, "- [ ] a task\n"),
        ("rows", TABLE, "| 1 | a | @b | 2025-01-31 | Done |\n"),
        ("heading items", ACTIONS, "### b c d e\n\ntext\n\n"),
        ("fields", "## Action items\n\n### a b c\n", "- Owner: b\n"),
        ("bold groups", ACTIONS, "**予防**\n\n- a\n\n"),
        ("labels", "", "影響：a\n"),
        ("paragraphs", ACTIONS, "a b c Owner: x\n\n"),
        ("lines", ACTIONS, "a b: c\n"),
        ("habits", "## Action items\n\n- ✅ a\n", "- b\n"),
        ("marks made by hand", ACTIONS, "・a（@b）\n"),
        ("marks and details", ACTIONS, "① a\n　・b\n　　(1) c\n"),
        ("codes in front", ACTIONS, "AI-1: a — @b — due 1/31\n"),
        ("names behind", ACTIONS, "- add a probe (Ann)\n"),
        (
            "dittos",
            "## Action items\n\n| Action | Owner | Bug |\n|---|---|---|\n",
            "| a | 〃 | #1 **DONE** |\n",
        ),
        ("comments", "", "<!--\n"),
        ("regions", "", "<!-- pm-sync:progress -->\n"),
        ("footnotes", ACTIONS, "[^a]: b\n"),
    ] {
        grows_linearly(name, |bytes| repeated(head, unit, bytes, "\n"));
    }
}

#[test]
fn lines_are_read_in_linear_time() {
    for (name, head, unit, tail) in [
        ("words", "## Action items\n\n- ", "word ", "\n"),
        ("Japanese", "## Action items\n\n- ", "語", "\n"),
        ("colons", "## Action items\n\n- ", "owner: ", "\n"),
        (
            "links",
            "## Action items\n\n- ",
            "[a](http://x/o/r/issues/1) #2 ",
            "\n",
        ),
        ("parentheses", "## Action items\n\n- a ", "()", "\n"),
        ("handles", "## Action items\n\n- a b c ", "@a ", "\n"),
        ("commas", "## Action items\n\n- a b c ", ", @a, 1/31", "\n"),
        ("limits", "## Action items\n\n- a b c ", " by 1/31", "\n"),
        (
            "carriage returns",
            "## Action items\r\r",
            "- a (@b)\r",
            "\r",
        ),
        ("brackets", "## Action items\n\n- ", "[", "\n"),
        ("emphasis", "## Action items\n\n- ", "**a ~~b ", "\n"),
        (
            "emphasis over lines",
            "## Action items\n\n- a\n",
            "  **b\n",
            "c**\n",
        ),
        (
            "unseen characters",
            "## Action items\n\n- ",
            "\u{200b}",
            "\n",
        ),
        ("emoji", "## Action items\n\n- ", "✅", "\n"),
        ("entities", "## Action items\n\n- ", "&amp;", "\n"),
        (
            "numbers in a cell",
            TABLE,
            "#1 https://x.y/o/r/issues/2 ",
            " | a |\n",
        ),
        ("a setext heading", "", "a\n", "===\n"),
    ] {
        grows_linearly(name, |bytes| repeated(head, unit, bytes, tail));
    }
}

#[test]
fn depth_costs_no_stack_and_linear_time() {
    for (name, head, unit) in [
        ("quotes", "", ">"),
        ("entries in one line", ACTIONS, "- "),
        ("quotes and entries", ACTIONS, "> - "),
    ] {
        grows_linearly(name, |bytes| repeated(head, unit, bytes, "a\n"));
    }
    let staircase = |depth: usize| -> String {
        (0..depth)
            .map(|at| format!("{}- 予防\n", "  ".repeat(at)))
            .collect()
    };
    laws::places_lie_within(&format!("{ACTIONS}{}", staircase(1_000)));
}

#[test]
fn wide_tables_are_read_in_linear_time() {
    let wide = |bytes: usize| {
        let columns = bytes / 6;
        format!(
            "{ACTIONS}{}|\n{}|\n{}|\n",
            "|a".repeat(columns),
            "|-".repeat(columns),
            "|b".repeat(columns)
        )
    };
    grows_linearly("columns", wide);
    // Missing cells are made up by the Markdown reader, up to a bound: short rows below a wide header don't multiply.
    let short = |bytes: usize| {
        format!(
            "{ACTIONS}{}|\n{}|\n{}",
            "|a".repeat(1_000),
            "|-".repeat(1_000),
            "|b\n".repeat(bytes / 3)
        )
    };
    laws::places_lie_within(&short(120_000));
}

#[test]
#[ignore = "takes a minute; run with --release"]
fn fifty_megabytes_in_one_line_are_read() {
    for head in ["## Action items\n\n- ", TABLE] {
        let text = repeated(head, "word ", 50_000_000, "\n");
        laws::places_lie_within(&text);
    }
}

#[test]
fn ends_of_every_kind_are_read() {
    let text = "\u{feff}---\r\nid: PM-7\r\n---\r\n## アクションアイテム\r\n\r\n| # | 対策 | 担当 |\r\n|---|:-:|--:|\r\n| 1 | a \\| b | `c|d` |\r\n> - [x] ~~終~~ [#1][r]\r\n\r\n[r]: https://github.com/o/r/issues/1 \"open\"\r\n";
    for (end, _) in text.char_indices() {
        laws::places_lie_within(&text[..end]);
        for choice in [0, 13, 24, 38] {
            laws::an_edit_is_seen(&text[..end], choice);
        }
    }
    for (start, _) in text.char_indices() {
        laws::places_lie_within(&text[start..]);
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_a_document(text in "[-#>|*_~`\\[\\]()!:：、。 \\n\\t0-9a-zA-Z@✅担当期限アクション予防]{0,300}", choice: u8) {
        let text = format!("{ACTIONS}{text}");
        laws::places_lie_within(&text);
        laws::an_edit_is_seen(&text, choice);
    }
}

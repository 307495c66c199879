//! A text cut into tokens, and what can be asked of one.

use unicode_normalization::UnicodeNormalization;

use super::calendar::When;
use super::words::{Word, look_up};

/// One token of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Digits, at most eight.
    Number {
        value: u32,
        digits: usize,
    },
    Word(Word),
    /// Punctuation; all dashes are `-`, all arrows `→`, all waves `~`.
    Mark(char),
    /// Text that the table doesn't know; its first character.
    Unknown(char),
}

/// A token and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// No space before it.
    pub(super) glued: bool,
    /// How many brackets are open.
    pub(super) depth: u8,
    /// Counts up at brackets, commas, colons and dashes that stand free.
    pub(super) segment: u16,
}

/// What an expression is, and the position after it.
pub(super) type Read = Option<(When, usize)>;

/// The tokens of a text. A position outside of it is no error: nothing stands there.
#[derive(Debug)]
pub(super) struct Tokens(Vec<Token>);

impl std::ops::Deref for Tokens {
    type Target = [Token];

    fn deref(&self) -> &[Token] {
        &self.0
    }
}

impl Tokens {
    /// Cuts a text, Markdown or plain.
    pub(super) fn of(text: &str) -> Self {
        Self(cut(&plain(text)))
    }

    pub(super) fn word(&self, i: usize) -> Option<Word> {
        match self.get(i)?.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(super) fn mark(&self, i: usize) -> Option<char> {
        match self.get(i)?.kind {
            Kind::Mark(mark) => Some(mark),
            _ => None,
        }
    }

    /// A number and how many digits it is written with.
    pub(super) fn number(&self, i: usize) -> Option<(u32, usize)> {
        match self.get(i)?.kind {
            Kind::Number { value, digits } => Some((value, digits)),
            _ => None,
        }
    }

    /// A number of one or two digits.
    pub(super) fn small(&self, i: usize) -> Option<u32> {
        self.number(i)
            .filter(|(_, digits)| *digits <= 2)
            .map(|(value, _)| value)
    }

    /// A year of four digits.
    pub(super) fn year(&self, i: usize) -> Option<i32> {
        let (value, digits) = self.number(i)?;
        (digits == 4).then(|| i32::try_from(value).ok())?
    }

    pub(super) fn glued(&self, i: usize) -> bool {
        self.get(i).is_some_and(|t| t.glued)
    }

    pub(super) fn glued_mark(&self, i: usize) -> Option<char> {
        self.mark(i).filter(|_| self.glued(i))
    }

    pub(super) fn glued_number(&self, i: usize) -> Option<(u32, usize)> {
        self.number(i).filter(|_| self.glued(i))
    }
}

/// The text without what is struck through, link targets, comments and emphasis; full-width letters made plain; lower case.
fn plain(text: &str) -> String {
    let text = text
        .replace("<br>", "\n")
        .replace("<br/>", "\n")
        .replace("<br />", "\n")
        .replace("&nbsp;", " ");
    let mut text = text;
    for (open, close, left) in [
        ("<!--", "-->", " "),
        ("~~", "~~", " "),
        ("<del>", "</del>", " "),
        ("<s>", "</s>", " "),
        ("](", ")", "]"),
    ] {
        text = replace_between(&text, open, close, left);
    }
    let shown = text.chars().filter(|c| {
        !matches!(
            c,
            '*' | '`' | '\u{200b}'..='\u{200d}' | '\u{feff}' | '\u{fe0e}' | '\u{fe0f}'
        )
    });
    shown.nfkc().flat_map(char::to_lowercase).collect()
}

/// The text with each stretch from `open` to `close` replaced, in one pass; an `open` that is never closed stays.
fn replace_between(text: &str, open: &str, close: &str, left: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once(open) {
        let Some((_, after)) = inside.split_once(close) else {
            break;
        };
        kept.push_str(before);
        kept.push_str(left);
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// Cuts a [`plain`] text into tokens.
fn cut(text: &str) -> Vec<Token> {
    // Single spaces, so that the phrases of the table match.
    let text = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join("\n");
    let mut tokens: Vec<Token> = Vec::new();
    let (mut depth, mut segment) = (0_u8, 0_u16);
    let mut glued = false;
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            segment = segment.saturating_add(u16::from(first == '\n'));
            glued = false;
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let previous = tokens.last().filter(|_| glued).map(|t| t.kind);
        let (kind, length) = next_token(rest, first, previous);
        let after = rest.get(length..).unwrap_or_default();
        let free_before = !glued;
        let free_after = after.chars().next().is_none_or(char::is_whitespace);
        match kind {
            Kind::Mark('(' | '[' | '{' | '<' | '「' | '『' | '【' | '〔' | '《') => {
                segment = segment.saturating_add(1);
                depth = depth.saturating_add(1);
            }
            Kind::Mark(')' | ']' | '}' | '>' | '」' | '』' | '】' | '〕' | '》') => {
                segment = segment.saturating_add(1);
                depth = depth.saturating_sub(1);
            }
            Kind::Mark(',' | '、' | ';' | ':' | '。' | '|' | '・') => {
                segment = segment.saturating_add(1);
            }
            Kind::Mark('.') if free_after => segment = segment.saturating_add(1),
            Kind::Mark('-' | '/') if free_before && free_after => {
                segment = segment.saturating_add(1);
            }
            _ => {}
        }
        tokens.push(Token {
            kind,
            glued,
            depth,
            segment,
        });
        glued = true;
        rest = after;
    }
    tokens
}

/// The token that `rest`, which starts with `first`, starts with; `previous` is the one it is glued to.
fn next_token(rest: &str, first: char, previous: Option<Kind>) -> (Kind, usize) {
    for arrow in ["-->", "->", "=>", "→", "⇒", "➡", "⟶", "➔", "▶"] {
        if rest.starts_with(arrow) {
            return (Kind::Mark('→'), arrow.len());
        }
    }
    let in_word = matches!(previous, Some(Kind::Unknown(_)));
    let after_number = matches!(previous, Some(Kind::Number { .. }));
    match first {
        '0'..='9' => {
            if !matches!(previous, Some(Kind::Mark('/' | '-' | '.')))
                && let Some((word, length)) = look_up(rest, after_number)
            {
                return (Kind::Word(word), length);
            }
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            match rest.get(..digits).and_then(|d| d.parse().ok()) {
                Some(value) if digits <= 8 => (Kind::Number { value, digits }, digits),
                _ => (Kind::Unknown(first), digits),
            }
        }
        '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '─' | '━' => {
            (Kind::Mark('-'), first.len_utf8())
        }
        'ー' if !in_word => (Kind::Mark('-'), first.len_utf8()),
        '~' | '〜' | '∼' | '˜' => (Kind::Mark('~'), first.len_utf8()),
        '’' | '‘' | 'ʼ' => (Kind::Mark('\''), first.len_utf8()),
        _ if !first.is_alphanumeric() => {
            // ○月○日 of a template; elsewhere a circle is decoration.
            let hole = matches!(first, '○' | '◯')
                && rest[first.len_utf8()..].starts_with(['月', '日', '年', '/', '-', '○', '◯']);
            (
                if hole {
                    Kind::Word(Word::Placeholder)
                } else {
                    Kind::Mark(first)
                },
                first.len_utf8(),
            )
        }
        _ => {
            if let Some((word, length)) = look_up(rest, after_number) {
                return (Kind::Word(word), length);
            }
            if let Some((value, length)) = kanji_number(rest) {
                return (
                    Kind::Number {
                        value,
                        digits: 1 + usize::from(value > 9),
                    },
                    length,
                );
            }
            let run = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
            let latin = rest.get(..run).unwrap_or_default();
            if run > 0 && latin.bytes().all(|b| b == b'x') {
                return (Kind::Word(Word::Placeholder), run);
            }
            (
                Kind::Unknown(first),
                if run > 0 { run } else { first.len_utf8() },
            )
        }
    }
}

/// 一 to 九十九, only where a unit follows: 一部 is no number.
fn kanji_number(rest: &str) -> Option<(u32, usize)> {
    let digit = |c: Option<char>| {
        c.and_then(|c| {
            "一二三四五六七八九"
                .chars()
                .zip(1_u32..)
                .find(|(d, _)| *d == c)
        })
        .map(|(_, n)| n)
    };
    let mut chars = rest.chars();
    let mut taken = 0;
    let mut peek = chars.clone().next();
    let mut value = 0;
    if let Some(ones) = digit(peek) {
        value = ones;
        taken += 3;
        chars.next();
        peek = chars.clone().next();
    }
    if peek == Some('十') {
        value = value.max(1) * 10;
        taken += 3;
        chars.next();
        if let Some(ones) =
            digit(chars.clone().next()).filter(|_| !chars.as_str().starts_with("四半期"))
        {
            value += ones;
            taken += 3;
            chars.next();
        }
    }
    let unit = [
        "日",
        "週",
        "ヶ月",
        "か月",
        "カ月",
        "ヵ月",
        "ケ月",
        "箇月",
        "年",
        "月",
        "営業日",
        "時間",
        "分",
        "四半期",
    ];
    (value > 0 && unit.iter().any(|u| chars.as_str().starts_with(u))).then_some((value, taken))
}

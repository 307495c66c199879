//! The template engine behind the HTML report and the announcement texts, which a team can replace with its own.
//!
//! It decides what every template may rely on: what a template prints is escaped as the ending of its name asks for (`.html`, `.md`) and
//! has lost its control characters and direction overrides, a name that does not exist is an error, and an error says which template
//! and which line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, ValueKind};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value,
};
use serde::Serialize;

use crate::config::Language;
use crate::output::plain;

/// How deep templates may include one another, and macros call one another.
const DEPTH: usize = 64;

/// Templates, read and ready.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    /// What [`TemplateError::text`] quotes.
    sources: BTreeMap<String, String>,
}

/// Why a template gave no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    /// The template: the path of its file, or its name where it is one of ours.
    pub name: String,
    /// The line, counted from 1, where there is one to blame.
    pub line: Option<usize>,
    /// What is wrong, as the engine puts it.
    pub detail: String,
    /// What stands in that line.
    pub text: Option<String>,
    /// Whether it is a name that the template was not given.
    pub unknown_name: bool,
}

impl TemplateError {
    fn of(error: &Error, name: &str, source: Option<&str>) -> TemplateError {
        let mut detail = error
            .detail()
            .map_or_else(|| error.kind().to_string(), str::to_owned);
        // A template that includes another has the reason in there.
        let mut cause = std::error::Error::source(error);
        while let Some(inner) = cause {
            // Writing to a string can't fail.
            let _ = write!(detail, ": {inner}");
            cause = inner.source();
        }
        let line = error.line();
        let text = line
            .and_then(|line| source?.lines().nth(line.checked_sub(1)?))
            .map(|text| plain(text.trim()))
            .filter(|text| !text.is_empty());
        TemplateError {
            name: error.name().unwrap_or(name).to_owned(),
            line,
            detail: plain(&detail),
            text,
            unknown_name: error.kind() == ErrorKind::UndefinedError,
        }
    }

    /// The error for people.
    pub fn render(&self, language: Language) -> String {
        let TemplateError {
            name,
            line,
            detail,
            text,
            unknown_name,
        } = self;
        let place = line.map_or_else(|| name.clone(), |line| format!("{name}:{line}"));
        let what = if *unknown_name {
            language.pick(
                "テンプレートが、渡されていない名前を使っています".to_owned(),
                "the template uses a name that it is not given".to_owned(),
            )
        } else {
            language.pick(
                format!("テンプレートの誤りです（{detail}）"),
                format!("the template has an error ({detail})"),
            )
        };
        let quote = text.as_ref().map(|text| format!(": {text}"));
        format!("{place}: {what}{}", quote.unwrap_or_default())
    }
}

impl Default for Templates {
    fn default() -> Templates {
        Templates::new()
    }
}

impl Templates {
    /// No templates yet.
    pub fn new() -> Templates {
        let mut environment = Environment::new();
        // A mistyped name should not become a hole in an announcement.
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_recursion_limit(DEPTH);
        environment.set_formatter(format);
        environment.set_auto_escape_callback(escape_of);
        Templates {
            environment,
            sources: BTreeMap::new(),
        }
    }

    /// The same for texts in which lines count: a tag on a line of its own leaves no line, and the last line keeps its end.
    pub fn of_lines() -> Templates {
        let mut templates = Templates::new();
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true)
            .build()
            .expect("the delimiters are the engine's own");
        templates.environment.set_syntax(syntax);
        templates
    }

    /// Adds a template. One whose name ends in `.html` or `.md` has everything escaped that it prints.
    pub fn add(&mut self, name: &str, source: &str) -> Result<(), TemplateError> {
        self.sources.insert(name.to_owned(), source.to_owned());
        self.environment
            .add_template_owned(name.to_owned(), source.to_owned())
            .map_err(|error| self.error(&error, name))
    }

    fn error(&self, error: &Error, name: &str) -> TemplateError {
        let source = self.sources.get(error.name().unwrap_or(name));
        TemplateError::of(error, name, source.map(String::as_str))
    }

    /// The text that a template makes of some values.
    pub fn render(&self, name: &str, values: impl Serialize) -> Result<String, TemplateError> {
        let render = || {
            let template = self.environment.get_template(name)?;
            template.render(Value::from(Serde(values)))
        };
        render().map_err(|error: Error| self.error(&error, name))
    }
}

/// How a template whose name ends in `.md` prints text.
const MARKDOWN: AutoEscape = AutoEscape::Custom(std::borrow::Cow::Borrowed("markdown"));

fn escape_of(name: &str) -> AutoEscape {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("html" | "htm") => AutoEscape::Html,
        Some("md" | "markdown") => MARKDOWN,
        _ => AutoEscape::None,
    }
}

/// Prints a value: text without what could deceive a reader or a terminal, then escaped as the template's name asks for.
fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let escape = state.auto_escape().clone();
    let Some(text) = value.as_str().filter(|_| value.kind() == ValueKind::String) else {
        return match escape == MARKDOWN {
            // Numbers and the like; the engine knows no Markdown.
            true => Ok(write!(out, "{value}")?),
            false => minijinja::escape_formatter(out, state, value),
        };
    };
    let lines: Vec<String> = text.split('\n').map(plain).collect();
    let text = match escape {
        AutoEscape::Html if !value.is_safe() => escaped(&lines.join("\n")),
        AutoEscape::Custom(_) if !value.is_safe() => {
            let lines: Vec<String> = lines.iter().map(|line| markdown(line)).collect();
            // Two spaces keep a line end in Markdown, and can't be seen where the text is pasted elsewhere.
            lines.join("  \n")
        }
        _ => lines.join("\n"),
    };
    Ok(out.write_str(&text)?)
}

/// A line of text in Markdown that means nothing but itself, with as few signs added as will do: it is also read, and pasted, as it is.
/// Names that begin with `@` stay what they are.
fn markdown(line: &str) -> String {
    // White space before a text could make code of it, but one space may part it from what stands before.
    let (gap, line) = match line.trim_start() {
        rest if rest.len() < line.len() => (" ", rest),
        rest => ("", rest),
    };
    let address = ["https://", "http://"].iter().any(|s| line.starts_with(s));
    if address
        && line
            .chars()
            .all(|c| c.is_ascii_graphic() && !"()<>[]\\`\"|*".contains(c))
    {
        return format!("{gap}{line}");
    }
    let mut out = String::with_capacity(line.len() + 8);
    out.push_str(gap);
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let mut before: Option<char> = None;
    for (at, c) in line.char_indices() {
        let rest = &line[at + c.len_utf8()..];
        let after = rest.chars().next();
        let spaced = after.is_none_or(char::is_whitespace);
        let between = |fits: fn(char) -> bool| before.is_some_and(fits) && after.is_some_and(fits);
        let means = match c {
            '\\' => after.is_none_or(|a| a.is_ascii_punctuation()),
            '`' | '|' => true,
            '*' => !between(char::is_whitespace),
            '_' => !between(char::is_alphanumeric) && !between(char::is_whitespace),
            '~' => after == Some('~') || before == Some('~'),
            '<' => after.is_some_and(|a| a.is_ascii_alphabetic() || "/!?".contains(a)),
            '&' => rest.split_once(';').is_some_and(|(name, _)| {
                let name = name.strip_prefix('#').unwrap_or(name);
                !name.is_empty()
                    && name.len() < 33
                    && name.bytes().all(|b| b.is_ascii_alphanumeric())
            }),
            '[' => ["](", "][", "]:"].iter().any(|joint| rest.contains(joint)),
            // What begins a block at the start of a line.
            '>' => at == 0,
            '#' => {
                at == 0
                    && rest
                        .trim_start_matches('#')
                        .chars()
                        .next()
                        .is_none_or(char::is_whitespace)
            }
            '-' | '+' | '=' => {
                at == 0 && (spaced || rest.chars().all(|other| other == c || other == ' '))
            }
            '.' | ')' => at == digits && (1..=9).contains(&digits) && spaced,
            _ => false,
        };
        if means {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

/// Text within HTML, or within an attribute in quotation marks. (The engine's own escapes every slash of an address, too.)
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(name: &str, source: &str, values: &[(&str, &str)]) -> Result<String, TemplateError> {
        let mut templates = Templates::new();
        templates.add(name, source)?;
        let values: BTreeMap<_, _> = values.iter().copied().collect();
        templates.render(name, values)
    }

    #[test]
    fn html_is_escaped_and_text_is_not() {
        let values = [("title", "<b a=\"1\" b='2'>&\u{202e}\u{1b}[31m\u{7}")];
        assert_eq!(
            render("a.html", "{{ title }}", &values).as_deref(),
            Ok("&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;[31m")
        );
        assert_eq!(
            render("a.txt", "{{ title }}", &values).as_deref(),
            Ok("<b a=\"1\" b='2'>&[31m")
        );
        assert_eq!(
            render("a.html", "{{ title | safe }}", &[("title", "<b>\u{202e}")]).as_deref(),
            Ok("<b>"),
            "what is safe as HTML is not therefore honest"
        );
        assert_eq!(
            render("a.txt", "{{ title }}", &[("title", "one\ntwo\r\n")]).as_deref(),
            Ok("one\ntwo\n"),
            "lines are kept"
        );
        assert_eq!(
            render("a.md", "{{ title }}", &[("title", "one\n# two")]).as_deref(),
            Ok("one  \n\\# two"),
            "and in Markdown, too"
        );
    }

    #[test]
    fn markdown_means_nothing_but_itself() {
        for text in [
            "plain words, 1,234名 (5%) - and @alice #12",
            "# heading",
            "- point",
            "---",
            "===",
            "> quote",
            "12. twelfth",
            "a * b, *bold*, snake_case, _em_, 2*3*4",
            "a | b",
            "[link](https://x.example) ![image](x) [ref][x]",
            "［ここに記入］ [fill in: the cause]",
            "<script>alert(1)</script> <!-- gone --> a < b > c",
            "`code` ~~gone~~ ~5%",
            "AT&amp;T &#64;x C:\\dir\\*",
            "+ 1",
            "| a |",
        ] {
            let shown = render("a.md", "{{ text }}", &[("text", text)]).expect("it renders");
            let read = crate::document::prose::plain(&shown);
            assert_eq!(read.trim_end(), text, "{shown}");
            let listed = render("a.md", "- {{ text }}", &[("text", text)]).expect("it renders");
            let read = crate::document::prose::plain(&listed);
            assert_eq!(read.trim_end(), format!("- {text}"), "{listed}");
        }
        for (text, expected) in [
            ("https://x.example/a_b_c/*", "https://x.example/a_b_c/\\*"),
            ("https://x.example/a_b_c", "https://x.example/a_b_c"),
            ("snake_case 3 < 5", "snake_case 3 < 5"),
        ] {
            let shown = render("a.md", "{{ text }}", &[("text", text)]);
            assert_eq!(shown.as_deref(), Ok(expected));
        }
    }

    #[test]
    fn an_error_says_which_template_which_line_and_what() {
        for (source, line, unknown_name, en, ja) in [
            (
                "a\nb\n{% if x %}",
                3,
                false,
                "the template has an error (unexpected end of input, expected end of block): {% if x %}",
                "テンプレートの誤りです",
            ),
            (
                "a\n{{ title | shout }}",
                2,
                false,
                "the template has an error (filter shout is unknown): {{ title | shout }}",
                "テンプレートの誤りです",
            ),
            (
                "a\n\n\n{{ nmae }}",
                4,
                true,
                "the template uses a name that it is not given: {{ nmae }}",
                "テンプレートが、渡されていない名前を使っています: {{ nmae }}",
            ),
        ] {
            let error = render("team.md", source, &[("title", "t")]).expect_err(source);
            assert_eq!(error.name, "team.md", "{source}");
            assert_eq!(error.line, Some(line), "{source}: {error:?}");
            assert_eq!(error.unknown_name, unknown_name, "{source}: {error:?}");
            assert_eq!(
                error.render(Language::En),
                format!("team.md:{line}: {en}"),
                "{source}"
            );
            let text = error.render(Language::Ja);
            assert!(text.starts_with(&format!("team.md:{line}: {ja}")), "{text}");
        }
    }
}

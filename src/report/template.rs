//! The template engine behind the HTML report and the announcement texts, which a team can replace with its own.
//!
//! It decides what every template may rely on: a name that ends in `.html` is escaped, whatever is printed has lost its control
//! characters and direction overrides, a name that does not exist is an error, and an error says which template and which line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

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
        Templates {
            environment,
            sources: BTreeMap::new(),
        }
    }

    /// Adds a template. A name that ends in `.html` has everything escaped that it prints.
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

/// Prints a value: text without what could deceive a reader or a terminal, then escaped as the template's name asks for.
fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let Some(text) = value.as_str().filter(|_| value.kind() == ValueKind::String) else {
        return minijinja::escape_formatter(out, state, value);
    };
    let lines: Vec<String> = text.split('\n').map(plain).collect();
    let text = lines.join("\n");
    let text = match state.auto_escape() {
        AutoEscape::Html if !value.is_safe() => escaped(&text),
        _ => text,
    };
    Ok(out.write_str(&text)?)
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
            render("a.md", "{{ title }}", &values).as_deref(),
            Ok("<b a=\"1\" b='2'>&[31m")
        );
        assert_eq!(
            render("a.html", "{{ title | safe }}", &[("title", "<b>\u{202e}")]).as_deref(),
            Ok("<b>"),
            "what is safe as HTML is not therefore honest"
        );
        assert_eq!(
            render("a.md", "{{ title }}", &[("title", "one\ntwo\r\n")]).as_deref(),
            Ok("one\ntwo\n"),
            "lines are kept"
        );
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

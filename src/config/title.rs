//! `issues.title`: the template of issue titles.

use std::fmt;
use std::str::FromStr;

use super::names::NameError;
use super::secret::shown;
use super::{Text, text};

/// The names that a title template may use.
const PLACEHOLDERS: &[&str] = &["id", "key", "title"];

/// A template such as `[{id}] {title}`, checked: it has `{title}` and no unknown placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitleTemplate(String);

impl TitleTemplate {
    /// The title for the postmortem `id`, the item's `key` and its `title`. A value's own braces stay as they are.
    /// How long GitHub lets a title be is not looked at here.
    pub fn render(&self, id: &str, key: &str, title: &str) -> String {
        let mut out = String::with_capacity(self.0.len() + id.len() + title.len());
        let mut rest = self.0.as_str();
        while let Some((before, placeholder, after)) = next_placeholder(rest) {
            out.push_str(before);
            out.push_str(match placeholder {
                "id" => id,
                "key" => key,
                _ => title,
            });
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// The template as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text before the next `{name}`, the name, and the text behind it.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

impl Default for TitleTemplate {
    fn default() -> Self {
        Self("[{id}] {title}".to_owned())
    }
}

impl fmt::Display for TitleTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for TitleTemplate {
    type Err = NameError;

    fn from_str(given: &str) -> Result<Self, NameError> {
        let fail = |message: Text| {
            Err(NameError {
                message,
                hint: Text {
                    en:
                        "the placeholders are {id}, {key} and {title}, for example `[{id}] {title}`"
                            .to_owned(),
                    ja: "使えるのは {id}、{key}、{title} です（例: `[{id}] {title}`）".to_owned(),
                },
            })
        };
        if given.contains(char::is_control) {
            return fail(text!(
                "a title is one line",
                "タイトルは 1 行で書いてください"
            ));
        }
        let (mut rest, mut has_title) = (given, false);
        while let Some((before, name, after)) = next_placeholder(rest) {
            if before.contains('}') || name.contains('{') {
                return fail(text!(
                    "a brace has no partner",
                    "波括弧の対応が取れていません"
                ));
            }
            if !PLACEHOLDERS.contains(&name) {
                let name = shown(name);
                return fail(text!(
                    "unknown placeholder `{{{name}}}`",
                    "`{{{name}}}` というプレースホルダーはありません"
                ));
            }
            has_title |= name == "title";
            rest = after;
        }
        if rest.contains(['{', '}']) {
            return fail(text!(
                "a brace has no partner",
                "波括弧の対応が取れていません"
            ));
        }
        if !has_title {
            return fail(text!(
                "the title needs `{{title}}`",
                "タイトルには `{{title}}` が必要です"
            ));
        }
        Ok(Self(given.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_render() {
        for (template, expected) in [
            ("[{id}] {title}", "[PM-042] Add {key} alert"),
            ("{title}", "Add {key} alert"),
            (
                "{id}#{key}: {title} ({id})",
                "PM-042#3: Add {key} alert (PM-042)",
            ),
            (
                "再発防止【{id}】{title}",
                "再発防止【PM-042】Add {key} alert",
            ),
        ] {
            let template: TitleTemplate = template.parse().expect(template);
            assert_eq!(
                template.render("PM-042", "3", "Add {key} alert"),
                expected,
                "values are not templates"
            );
        }
    }

    #[test]
    fn wrong_templates_are_refused() {
        for (template, part) in [
            ("[{id}]", "needs `{title}`"),
            ("", "needs `{title}`"),
            ("{name}: {title}", "unknown placeholder `{name}`"),
            ("{}: {title}", "unknown placeholder `{}`"),
            ("{title} {", "no partner"),
            ("} {title}", "no partner"),
            ("{{title}}", "no partner"),
            ("{title}\n", "one line"),
        ] {
            let error = template.parse::<TitleTemplate>().expect_err(template);
            assert!(error.to_string().contains(part), "{template}: {error}");
        }
    }
}

//! What an answer that is not the wished one means, and how texts from the wire are made fit to be shown.
//!
//! Every such text passes [`clean`] before it is kept: the token is blotted out, control characters are dropped,
//! length is limited, and a proxy's HTML page is reduced to its title. Rate limits are read in `pace`.

use http::{HeaderMap, Method, StatusCode};
use serde::Deserialize;

use super::error::{Error, ErrorKind, FieldError, Refusal};
use super::token::Token;

/// The longest text from the wire that is kept, in characters.
const LONGEST: usize = 300;

/// Makes a text from the wire fit for people: without the token, control characters and characters that
/// reorder a line, on one line, not too long; a page of HTML becomes its title.
pub(crate) fn clean(text: &str, token: Option<&Token>) -> String {
    let text = token.map_or_else(|| text.to_owned(), |token| token.blot_out(text));
    let text = if looks_like_html(&text) {
        html_title(&text)
    } else {
        text
    };
    let visible = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_unseen(*c));
    let folded = visible
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    match folded.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &folded[..end]),
        None => folded,
    }
}

/// Control characters, and the bidirectional controls that make a line read as what it is not.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn looks_like_html(text: &str) -> bool {
    let start = text
        .trim_start()
        .get(..14)
        .unwrap_or_else(|| text.trim_start())
        .to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html") || start.starts_with("<head")
}

fn html_title(page: &str) -> String {
    // ASCII lowercasing keeps every byte offset.
    let lower = page.to_ascii_lowercase();
    let title = lower.find("<title").and_then(|tag| {
        let start = tag + lower[tag..].find('>')? + 1;
        let end = start + lower[start..].find("</title")?;
        page.get(start..end)
    });
    match title.map(str::trim).filter(|title| !title.is_empty()) {
        Some(title) => format!("an HTML page: {title}"),
        None => "an HTML page".to_owned(),
    }
}

/// The messages of an error and of all its causes. octocrab's own say as little as `GitHub` or `Service Error`,
/// so the whole chain is walked; a cause that only repeats what was said is left out.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        let text = text.strip_prefix("Service Error: ").unwrap_or(&text);
        if !text.is_empty() && !said.iter().any(|earlier| earlier.contains(text)) {
            said.push(text.to_owned());
        }
        next = error.source();
    }
    said.join(": ")
}

/// The shape of GitHub's refusals. `errors` holds objects, or now and then bare strings.
#[derive(Deserialize, Default)]
struct Body {
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    errors: Vec<serde_json::Value>,
}

/// What an answer other than the wished one means. Rate limits, lost answers and redirects are told apart before.
pub(crate) fn refused(
    method: &Method,
    request: &str,
    status: StatusCode,
    headers: &HeaderMap,
    body: &str,
    token: Option<&Token>,
) -> Error {
    let parsed: Body = serde_json::from_str(body).unwrap_or_default();
    let detail = match &parsed.message {
        Some(message) => clean(message, token),
        None => clean(body, token),
    };
    let lower = detail.to_lowercase();
    let kind = match status.as_u16() {
        401 if token.is_none() => ErrorKind::NoToken,
        401 => ErrorKind::Unauthorized,
        403 if lower.contains("archived") => ErrorKind::Forbidden(Refusal::Archived),
        // Somebody who is blocked is another matter.
        403 if lower.contains("is locked") => ErrorKind::Forbidden(Refusal::Locked),
        403 if lower.contains("not permitted to create or approve pull requests") => {
            ErrorKind::Forbidden(Refusal::PullRequestsByActions)
        }
        403 if headers.contains_key("x-github-sso") => ErrorKind::Forbidden(Refusal::SingleSignOn),
        403 if token.is_none() && *method != Method::GET => ErrorKind::NoToken,
        403 => {
            let needed = headers
                .get("x-accepted-github-permissions")
                .and_then(|value| value.to_str().ok());
            ErrorKind::Forbidden(Refusal::Permission(
                needed.map(|needed| clean(needed, token)),
            ))
        }
        404 => ErrorKind::NotFound,
        410 if lower.contains("disabled") => ErrorKind::IssuesDisabled,
        410 => ErrorKind::Gone,
        422 => invalid(&parsed, token),
        301 | 302 | 303 | 307 | 308 => ErrorKind::Moved,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::Unexpected,
    };
    Error::new(kind, request, Some(status), detail)
}

fn invalid(body: &Body, token: Option<&Token>) -> ErrorKind {
    let clean = |text: Option<String>| text.map(|text| self::clean(&text, token));
    let fields: Vec<FieldError> = body
        .errors
        .iter()
        .map(|error| match error {
            serde_json::Value::String(message) => FieldError {
                message: Some(message.clone()),
                ..FieldError::default()
            },
            other => FieldError::deserialize(other).unwrap_or_default(),
        })
        .map(
            |FieldError {
                 resource,
                 field,
                 code,
                 message,
             }| FieldError {
                resource: clean(resource),
                field: clean(field),
                code: clean(code),
                message: clean(message),
            },
        )
        .collect();
    let assignees =
        |field: &FieldError| matches!(field.field.as_deref(), Some("assignees" | "assignee"));
    if fields
        .iter()
        .any(|field| assignees(field) && field.code.as_deref() == Some("invalid"))
    {
        ErrorKind::AssigneeInvalid
    } else {
        ErrorKind::Validation(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Language;

    const SECRET: &str = "ghp_0123456789abcdefABCDEF";

    fn token() -> Token {
        Token::new(SECRET).expect("a fine token")
    }

    fn judge(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Error {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, http::HeaderValue::from_static(value));
        }
        let status = StatusCode::from_u16(status).expect("a status");
        refused(
            &Method::POST,
            "POST /repos/acme/shop/issues",
            status,
            &map,
            body,
            Some(&token()),
        )
    }

    #[test]
    fn answers_become_kinds() {
        let permission = |needed: Option<&str>| {
            ErrorKind::Forbidden(Refusal::Permission(needed.map(str::to_owned)))
        };
        for (status, headers, body, kind) in [
            (
                401,
                vec![],
                r#"{"message":"Bad credentials"}"#,
                ErrorKind::Unauthorized,
            ),
            (
                403,
                vec![],
                r#"{"message":"Resource not accessible by integration"}"#,
                permission(None),
            ),
            (
                403,
                vec![("x-accepted-github-permissions", "issues=write")],
                "{}",
                permission(Some("issues=write")),
            ),
            (
                403,
                vec![],
                r#"{"message":"Repository was archived so is read-only."}"#,
                ErrorKind::Forbidden(Refusal::Archived),
            ),
            (
                403,
                vec![],
                r#"{"message":"GitHub Actions is not permitted to create or approve pull requests."}"#,
                ErrorKind::Forbidden(Refusal::PullRequestsByActions),
            ),
            (
                403,
                vec![("x-github-sso", "required; url=x")],
                "{}",
                ErrorKind::Forbidden(Refusal::SingleSignOn),
            ),
            (
                404,
                vec![],
                r#"{"message":"Not Found"}"#,
                ErrorKind::NotFound,
            ),
            (
                410,
                vec![],
                r#"{"message":"This issue was deleted"}"#,
                ErrorKind::Gone,
            ),
            (
                410,
                vec![],
                r#"{"message":"Issues are disabled for this repo"}"#,
                ErrorKind::IssuesDisabled,
            ),
            (
                422,
                vec![],
                r#"{"errors":[{"resource":"Issue","field":"assignees","code":"invalid"}]}"#,
                ErrorKind::AssigneeInvalid,
            ),
            (
                422,
                vec![],
                r#"{"message":"Validation Failed"}"#,
                ErrorKind::Validation(vec![]),
            ),
            (
                502,
                vec![],
                "<html><head><title>502 Bad Gateway</title></head></html>",
                ErrorKind::Server,
            ),
            (301, vec![], "", ErrorKind::Moved),
            (418, vec![], "", ErrorKind::Unexpected),
        ] {
            assert_eq!(
                judge(status, &headers, body).kind(),
                &kind,
                "{status} {body}"
            );
        }
    }

    #[test]
    fn a_validation_error_names_its_fields_however_they_come() {
        let body = r#"{"message":"Validation Failed","errors":[
            {"resource":"Issue","field":"title","code":"missing_field"},
            {"resource":"Issue","field":"body","code":"custom","message":"body is too long"},
            "labels must be strings", 7]}"#;
        let error = judge(422, &[], body);
        assert_eq!(
            error.to_string(),
            "GitHub does not take these values (title: missing_field, body is too long, labels must be strings, invalid) \
             (POST /repos/acme/shop/issues → 422): Validation Failed"
        );
        assert_eq!(
            error.message(Language::Ja),
            "GitHub が受け付けない値があります（title: missing_field、body is too long、labels must be strings、invalid）\
             （POST /repos/acme/shop/issues → 422）: Validation Failed"
        );
    }

    #[test]
    fn texts_from_the_wire_are_cleaned() {
        for (raw, clean_text) in [
            ("a\u{1b}[31mb\r\n\tc\u{202e}d\0", "a[31mb cd"),
            (
                "  <!DOCTYPE HTML><html><TITLE>\n Bad Gateway </title>…",
                "an HTML page: Bad Gateway",
            ),
            ("<html><body>x</body></html>", "an HTML page"),
            ("<html><title>never closed", "an HTML page"),
            (
                "日本語の長い先頭のメッセージです",
                "日本語の長い先頭のメッセージです",
            ),
        ] {
            assert_eq!(clean(raw, None), clean_text, "{raw:?}");
        }
        let long = clean(&"長".repeat(5000), None);
        assert_eq!(
            (long.chars().count(), long.ends_with('…')),
            (LONGEST + 1, true)
        );
    }

    #[test]
    fn the_token_is_blotted_out_of_everything() {
        let echo = format!(
            r#"{{"message":"you sent {SECRET}","errors":[{{"field":"{SECRET}","code":"{SECRET}","message":"{SECRET}"}},"{SECRET}"]}}"#
        );
        for status in [400, 401, 403, 404, 410, 422, 500] {
            let error = judge(status, &[], &echo);
            let all = format!(
                "{error} {error:?} {} {:?}",
                error.message(Language::Ja),
                error.hint(Language::En)
            );
            assert!(all.contains("***") && !all.contains(SECRET), "{all}");
        }
        // Cut by the length limit after the token was blotted out, never before.
        let late = clean(
            &format!("{}{SECRET}", "x".repeat(LONGEST - 5)),
            Some(&token()),
        );
        assert!(!late.contains(&SECRET[..4]), "{late}");
    }

    #[test]
    fn causes_are_walked_and_not_repeated() {
        #[derive(Debug, thiserror::Error)]
        #[error("Service Error: {0}")]
        struct Outer(#[source] Middle);
        #[derive(Debug, thiserror::Error)]
        #[error("client error (Connect)")]
        struct Middle(#[source] std::io::Error);
        let error = Outer(Middle(std::io::Error::other("no route")));
        assert_eq!(causes(&error), "client error (Connect): no route");
    }
}

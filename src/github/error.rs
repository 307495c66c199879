//! What can go wrong between us and GitHub: one error type, its kinds, and its words in Japanese and English.
//!
//! Every text that came over the wire passes [`clean`] before it is kept: the token is blotted out, control
//! characters are dropped, length is limited, and a proxy's HTML page is reduced to its title. What to do about
//! an error (retry, give up, go on with the next item) is decided by the callers, from [`Error::kind`].

use std::fmt;

use chrono::{DateTime, Utc};
use http::{HeaderMap, Method, StatusCode};
use serde::Deserialize;

use super::token::Token;

/// The language of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// English.
    En,
    /// Japanese.
    Ja,
}

/// Something GitHub, or the way to it, refused.
///
/// `Display` is the English message; [`Error::message`] has both languages and [`Error::hint`] says what helps.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message(Lang::En))]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    request: String,
    status: Option<u16>,
    detail: String,
}

/// What sort of failure it is; this is what code branches on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// A token is needed and there is none.
    NoToken,
    /// 401: the token is wrong, expired or revoked.
    Unauthorized,
    /// 403: the token is good and not enough.
    Forbidden(Refusal),
    /// 404: not there, or hidden from this token.
    NotFound,
    /// 410: it was deleted.
    Gone,
    /// 410: the repository takes no issues.
    IssuesDisabled,
    /// It is in another repository now; nothing was written there.
    Moved,
    /// 422: values GitHub doesn't take.
    Validation(Vec<FieldError>),
    /// 422: an assignee can't be assigned here; nothing was created or changed.
    AssigneeInvalid,
    /// A rate limit that ends too late to wait for.
    RateLimited {
        /// When requests are welcome again.
        until: DateTime<Utc>,
    },
    /// A create whose answer was lost: it may or may not have happened. Look before sending it again.
    Uncertain,
    /// GitHub could not be reached, or the connection broke.
    Network,
    /// GitHub answered 5xx, on every try where tries were allowed.
    Server,
    /// An answer that makes no sense.
    Unexpected,
}

/// Why a good token was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The repository is archived, so nobody can write to it.
    Archived,
    /// The organisation wants the token authorised for single sign-on.
    SingleSignOn,
    /// The token lacks a permission; with its name (`issues=write`) where GitHub gave it.
    Permission(Option<String>),
}

/// One value that GitHub refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct FieldError {
    /// `Issue`, `Label`, …
    pub resource: Option<String>,
    /// `title`, `assignees`, …
    pub field: Option<String>,
    /// `missing`, `missing_field`, `invalid`, `already_exists`, `unprocessable`, `custom`.
    pub code: Option<String>,
    /// GitHub's words, mostly with `custom`.
    pub message: Option<String>,
}

/// The longest text from the wire that is kept, in characters.
const LONGEST: usize = 300;

impl Error {
    /// `request` is method and path; `detail` must be [`clean`] already.
    pub(crate) fn new(
        kind: ErrorKind,
        request: impl Into<String>,
        status: Option<StatusCode>,
        detail: impl Into<String>,
    ) -> Error {
        let status = status.map(|status| status.as_u16());
        Error(Box::new(Inner {
            kind,
            request: request.into(),
            status,
            detail: detail.into(),
        }))
    }

    /// What sort of failure it is.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The HTTP status, where there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Method and path of the request that failed, without its query.
    #[must_use]
    pub fn request(&self) -> &str {
        &self.0.request
    }

    /// GitHub's own message, or what the network said; may be empty.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// What happened, in one line.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let Inner {
            kind,
            request,
            status,
            detail,
        } = &*self.0;
        let what = match lang {
            Lang::En => english(kind),
            Lang::Ja => japanese(kind),
        };
        let status = status
            .map(|status| format!(" → {status}"))
            .unwrap_or_default();
        let request = match lang {
            _ if request.is_empty() => String::new(),
            Lang::En => format!(" ({request}{status})"),
            Lang::Ja => format!("({request}{status})"),
        };
        let detail = match lang {
            _ if detail.is_empty() => String::new(),
            Lang::En => format!(": {detail}"),
            Lang::Ja => format!(":{detail}"),
        };
        format!("{what}{request}{detail}")
    }

    /// What helps, where anything does.
    #[must_use]
    pub fn hint(&self, lang: Lang) -> Option<String> {
        let (en, ja) = match &self.0.kind {
            ErrorKind::NoToken => (
                "set GITHUB_TOKEN, or log in with `gh auth login`".to_owned(),
                "GITHUB_TOKEN を設定するか、`gh auth login` でログインしてください".to_owned(),
            ),
            ErrorKind::Unauthorized => (
                "the token has expired, was revoked, or belongs to another server: make a new one, or run `gh auth login`".to_owned(),
                "トークンが期限切れか、取り消されたか、別のサーバーのものです。作り直すか `gh auth login` を実行してください".to_owned(),
            ),
            ErrorKind::Forbidden(Refusal::Archived) => (
                "the repository is archived: unarchive it, or name another in github.repository".to_owned(),
                "リポジトリがアーカイブされています。アーカイブを解除するか、github.repository に別のリポジトリを指定してください".to_owned(),
            ),
            ErrorKind::Forbidden(Refusal::SingleSignOn) => (
                "authorise the token for the organisation's single sign-on in GitHub's token settings".to_owned(),
                "GitHub のトークン設定で、組織のシングルサインオン (SSO) にトークンを承認してください".to_owned(),
            ),
            ErrorKind::Forbidden(Refusal::Permission(None)) => (
                "the token needs the permission Issues: write (scope `repo` for a classic token; `permissions: issues: write` in a workflow)".to_owned(),
                "トークンに Issues の書き込み権限が必要です(classic トークンなら `repo` スコープ、ワークフローなら `permissions: issues: write`)".to_owned(),
            ),
            ErrorKind::Forbidden(Refusal::Permission(Some(needed))) => (
                format!("the token needs the permission {needed}"),
                format!("トークンに次の権限が必要です: {needed}"),
            ),
            ErrorKind::NotFound => (
                "check the repository's name, and that the token may see it: GitHub answers 404 for what it hides".to_owned(),
                "リポジトリ名と、トークンにアクセス権があるかを確認してください(GitHub は権限のないものにも 404 を返します)".to_owned(),
            ),
            ErrorKind::IssuesDisabled => (
                "turn issues on in the repository's settings, or name another repository in github.repository".to_owned(),
                "リポジトリの設定で Issues を有効にするか、github.repository に別のリポジトリを指定してください".to_owned(),
            ),
            ErrorKind::Moved => (
                "settle which issue the row stands for with `pm-sync link`".to_owned(),
                "`pm-sync link` で、行がどの Issue を指すかを決めてください".to_owned(),
            ),
            ErrorKind::AssigneeInvalid => (
                "only people with access to the repository can be assigned: correct the mapping in [owners]".to_owned(),
                "担当者に割り当てられるのはリポジトリにアクセスできる人だけです。[owners] の対応を直してください".to_owned(),
            ),
            ErrorKind::RateLimited { .. } => (
                "run it again after that; what is done stays done".to_owned(),
                "その時刻を過ぎてからもう一度実行してください。済んだ分はやり直しになりません".to_owned(),
            ),
            ErrorKind::Uncertain => (
                "nothing was sent twice; run it again, and the issue is found by its marker if it was made".to_owned(),
                "二重には送信していません。もう一度実行すれば、作成済みの Issue はマーカーで見つかります".to_owned(),
            ),
            ErrorKind::Network => (
                "check the network, and the address in GITHUB_API_URL or github.api_url".to_owned(),
                "ネットワークと、GITHUB_API_URL または github.api_url のアドレスを確認してください".to_owned(),
            ),
            ErrorKind::Server => (
                "GitHub is having trouble (https://www.githubstatus.com): run it again later".to_owned(),
                "GitHub 側の障害のようです (https://www.githubstatus.com)。しばらくしてからもう一度実行してください".to_owned(),
            ),
            ErrorKind::Unexpected => (
                "is the address of the API right? For GitHub Enterprise Server it ends in /api/v3".to_owned(),
                "API のアドレスは正しいですか。GitHub Enterprise Server では末尾が /api/v3 です".to_owned(),
            ),
            ErrorKind::Gone | ErrorKind::Validation(_) => return None,
        };
        Some(if lang == Lang::Ja { ja } else { en })
    }
}

/// By hand, so that `{:?}` in a test or a log reads well.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            kind,
            request,
            status,
            detail,
        } = &*self.0;
        write!(f, "Error({kind:?}, {request:?}, {status:?}, {detail:?})")
    }
}

fn english(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::NoToken => "this needs a GitHub token and there is none".to_owned(),
        ErrorKind::Unauthorized => "GitHub does not accept the token".to_owned(),
        ErrorKind::Forbidden(_) => "GitHub refused".to_owned(),
        ErrorKind::NotFound => "not found on GitHub".to_owned(),
        ErrorKind::Gone => "deleted on GitHub".to_owned(),
        ErrorKind::IssuesDisabled => "issues are turned off in the repository".to_owned(),
        ErrorKind::Moved => "it has moved to another repository; nothing was written".to_owned(),
        ErrorKind::Validation(fields) => format!(
            "GitHub does not take these values{}",
            list(fields, " (", ", ", ")")
        ),
        ErrorKind::AssigneeInvalid => {
            "an assignee cannot be assigned in this repository".to_owned()
        }
        ErrorKind::RateLimited { until } => {
            format!(
                "GitHub's rate limit is used up until {}",
                until.format("%Y-%m-%d %H:%M:%S UTC")
            )
        }
        ErrorKind::Uncertain => {
            "GitHub's answer was lost: the issue may or may not have been created".to_owned()
        }
        ErrorKind::Network => "GitHub could not be reached".to_owned(),
        ErrorKind::Server => "GitHub failed".to_owned(),
        ErrorKind::Unexpected => "GitHub's answer makes no sense".to_owned(),
    }
}

fn japanese(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::NoToken => "GitHub のトークンが必要ですが、見つかりません".to_owned(),
        ErrorKind::Unauthorized => "GitHub がトークンを受け付けませんでした".to_owned(),
        ErrorKind::Forbidden(_) => "GitHub に拒否されました".to_owned(),
        ErrorKind::NotFound => "GitHub に見つかりません".to_owned(),
        ErrorKind::Gone => "GitHub で削除されています".to_owned(),
        ErrorKind::IssuesDisabled => "このリポジトリでは Issues が無効になっています".to_owned(),
        ErrorKind::Moved => "別のリポジトリに移動しています。書き込みはしていません".to_owned(),
        ErrorKind::Validation(fields) => format!(
            "GitHub が受け付けない値があります{}",
            list(fields, "(", "、", ")")
        ),
        ErrorKind::AssigneeInvalid => "このリポジトリでは割り当てられない担当者がいます".to_owned(),
        ErrorKind::RateLimited { until } => {
            format!(
                "GitHub のレート制限に達しました。解除は {} です",
                until.format("%Y-%m-%d %H:%M:%S UTC")
            )
        }
        ErrorKind::Uncertain => {
            "GitHub の応答が失われました。Issue が作成されたかどうか分かりません".to_owned()
        }
        ErrorKind::Network => "GitHub に接続できませんでした".to_owned(),
        ErrorKind::Server => "GitHub 側でエラーが起きました".to_owned(),
        ErrorKind::Unexpected => "GitHub の応答を解釈できませんでした".to_owned(),
    }
}

/// `title missing_field, body is too long (maximum is 65536 characters)`
fn list(fields: &[FieldError], open: &str, between: &str, close: &str) -> String {
    let parts: Vec<String> = fields
        .iter()
        .map(|field| {
            let FieldError {
                resource: _,
                field,
                code,
                message,
            } = field;
            let said = message.as_deref().or(code.as_deref()).unwrap_or("invalid");
            match field {
                // GitHub's own words mostly name the field already.
                Some(field) if !said.contains(field.as_str()) => format!("{field}: {said}"),
                _ => said.to_owned(),
            }
        })
        .collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!("{open}{}{close}", parts.join(between))
    }
}

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
        300..=399 => ErrorKind::Moved,
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
            error.message(Lang::Ja),
            "GitHub が受け付けない値があります(title: missing_field、body is too long、labels must be strings、invalid)\
             (POST /repos/acme/shop/issues → 422):Validation Failed"
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
                error.message(Lang::Ja),
                error.hint(Lang::En)
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
    fn every_kind_speaks_both_languages() {
        let kinds = [
            ErrorKind::NoToken,
            ErrorKind::Unauthorized,
            ErrorKind::Forbidden(Refusal::Archived),
            ErrorKind::Forbidden(Refusal::SingleSignOn),
            ErrorKind::Forbidden(Refusal::Permission(None)),
            ErrorKind::Forbidden(Refusal::Permission(Some("issues=write".into()))),
            ErrorKind::NotFound,
            ErrorKind::Gone,
            ErrorKind::IssuesDisabled,
            ErrorKind::Moved,
            ErrorKind::Validation(vec![]),
            ErrorKind::AssigneeInvalid,
            ErrorKind::RateLimited {
                until: DateTime::UNIX_EPOCH,
            },
            ErrorKind::Uncertain,
            ErrorKind::Network,
            ErrorKind::Server,
            ErrorKind::Unexpected,
        ];
        for kind in kinds {
            let error = Error::new(kind, "GET /x", None, "");
            assert!(error.message(Lang::En).is_ascii(), "{error}");
            assert!(!error.message(Lang::Ja).is_ascii(), "{error}");
            assert_eq!(
                error.hint(Lang::En).is_some(),
                error.hint(Lang::Ja).is_some(),
                "{error}"
            );
        }
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

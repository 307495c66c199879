//! What can go wrong between us and GitHub: one error type, its kinds, and its words in Japanese and English.
//!
//! Which answer is which kind of error is decided in `judge`; what to do about one (retry, give up, go on with
//! the next item) by the callers, from [`Error::kind`].

use std::fmt;

use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::Deserialize;

use crate::config::Language;

/// Something GitHub, or the way to it, refused.
///
/// `Display` is the English message; [`Error::message`] has both languages and [`Error::hint`] says what helps.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message(Language::En))]
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
    /// The conversation of this issue is locked; others take comments.
    Locked,
    /// The repository's settings don't let GitHub Actions create pull requests.
    PullRequestsByActions,
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

impl Error {
    /// `request` is method and path; `detail` must have been cleaned (`judge::clean`).
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
    pub fn message(&self, language: Language) -> String {
        let Inner {
            kind,
            request,
            status,
            detail,
        } = &*self.0;
        let what = match language {
            Language::En => english(kind),
            Language::Ja => japanese(kind),
        };
        let status = status
            .map(|status| format!(" → {status}"))
            .unwrap_or_default();
        let request = match language {
            _ if request.is_empty() => String::new(),
            Language::En => format!(" ({request}{status})"),
            Language::Ja => format!("（{request}{status}）"),
        };
        let detail = match language {
            _ if detail.is_empty() => String::new(),
            Language::En => format!(": {detail}"),
            Language::Ja => format!(": {detail}"),
        };
        format!("{what}{request}{detail}")
    }

    /// What helps, where anything does.
    #[must_use]
    pub fn hint(&self, language: Language) -> Option<String> {
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
            ErrorKind::Forbidden(Refusal::Locked) => (
                "its conversation is locked: unlock it on GitHub if people are to be reminded there".to_owned(),
                "Issue の会話がロックされています。ここで知らせるには、GitHub でロックを解除してください".to_owned(),
            ),
            ErrorKind::Forbidden(Refusal::PullRequestsByActions) => (
                "turn on \"Allow GitHub Actions to create and approve pull requests\" (Settings, Actions, General), or use the token of a GitHub App or of a person".to_owned(),
                "リポジトリの Settings → Actions → General で「Allow GitHub Actions to create and approve pull requests」を有効にするか、GitHub App または個人のトークンを使ってください".to_owned(),
            ),
            ErrorKind::Forbidden(Refusal::SingleSignOn) => (
                "authorise the token for the organisation's single sign-on in GitHub's token settings".to_owned(),
                "GitHub のトークン設定で、組織のシングルサインオン（SSO）にトークンを承認してください".to_owned(),
            ),
            ErrorKind::Forbidden(Refusal::Permission(None)) => (
                "the token needs the permission Issues: write (scope `repo` for a classic token; `permissions: issues: write` in a workflow)".to_owned(),
                "トークンに Issues の書き込み権限が必要です（classic トークンなら `repo` スコープ、ワークフローなら `permissions: issues: write`）".to_owned(),
            ),
            ErrorKind::Forbidden(Refusal::Permission(Some(needed))) => (
                format!("the token needs the permission {needed}"),
                format!("トークンに次の権限が必要です: {needed}"),
            ),
            ErrorKind::NotFound => (
                "check the repository's name, and that the token may see it: GitHub answers 404 for what it hides".to_owned(),
                "リポジトリ名と、トークンにアクセス権があるかを確認してください（GitHub は権限のないものにも 404 を返します）".to_owned(),
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
                "GitHub 側の障害のようです（https://www.githubstatus.com）。しばらくしてからもう一度実行してください".to_owned(),
            ),
            ErrorKind::Unexpected => (
                "is the address of the API right? For GitHub Enterprise Server it ends in /api/v3".to_owned(),
                "API のアドレスは正しいですか。GitHub Enterprise Server では末尾が /api/v3 です".to_owned(),
            ),
            ErrorKind::Gone | ErrorKind::Validation(_) => return None,
        };
        Some(language.pick(ja, en))
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
            list(fields, "（", "、", "）")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_speaks_both_languages() {
        let kinds = [
            ErrorKind::NoToken,
            ErrorKind::Unauthorized,
            ErrorKind::Forbidden(Refusal::Archived),
            ErrorKind::Forbidden(Refusal::Locked),
            ErrorKind::Forbidden(Refusal::PullRequestsByActions),
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
            assert!(error.message(Language::En).is_ascii(), "{error}");
            assert!(!error.message(Language::Ja).is_ascii(), "{error}");
            assert_eq!(
                error.hint(Language::En).is_some(),
                error.hint(Language::Ja).is_some(),
                "{error}"
            );
        }
    }
}

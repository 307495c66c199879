//! Posting a message to a webhook: timeouts, another try where that can help, and what went wrong in words for people.
//!
//! A message is posted again after a lost answer too: that it comes twice now and then is better than that nobody hears of what is late.
//! What a message says is decided elsewhere. Redirects are not followed, because an address is a secret and a redirect would hand the
//! message to somebody else.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::address::{Address, Sort};
use crate::config::Language;
use crate::github::clock::Clock;
use crate::github::judge::{causes, clean};
use crate::github::pace::retry_after;

/// The longest answer that is read; a webhook's is a word or two.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Slack takes about one message a second per webhook ("Rate limits", incoming webhooks).
const SPACING: Duration = Duration::from_secs(1);

/// How patient a post is.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How often a message is sent at most.
    pub tries: usize,
    /// How long one try may take, from connecting to the head of the answer; its body may take as long again.
    pub timeout: Duration,
    /// The longest wait that a server may ask for.
    pub max_wait: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            tries: 4,
            timeout: Duration::from_secs(10),
            max_wait: Duration::from_secs(120),
        }
    }
}

/// The way to webhooks.
pub struct Webhooks {
    http: Client<HttpsConnector<HttpConnector>, String>,
    clock: Clock,
    patience: Patience,
}

impl std::fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhooks")
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

/// Why a message did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    sort: Sort,
    kind: Kind,
    /// What the server or the network said, fit to be shown.
    detail: String,
}

/// What sort of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The TLS of this machine can't be set up.
    NoTls,
    /// Nothing could be sent, or the connection broke.
    Network,
    /// There was no answer in time.
    Silent,
    /// Too many messages; the server wants a longer wait than we have.
    Limited,
    /// The server failed.
    Server(u16),
    /// The server refuses: the address, or the message.
    Refused(u16),
    /// A redirect.
    Redirect(u16),
    /// Something that is no webhook answered: a web page, or a refusal with status 200.
    NoWebhook(u16),
}

impl Webhooks {
    /// Connects nothing yet. Trusts the certificates of the system, so that a webhook within a company is reached too; where there are
    /// none, Mozilla's.
    ///
    /// # Errors
    /// Where TLS can't be set up.
    pub fn new(clock: Clock, patience: Patience) -> Result<Webhooks, Undelivered> {
        let provider = || rustls::crypto::ring::default_provider();
        let builder = HttpsConnectorBuilder::new();
        let builder = match builder.with_provider_and_native_roots(provider()) {
            Ok(builder) => builder,
            Err(_) => HttpsConnectorBuilder::new()
                .with_provider_and_webpki_roots(provider())
                .map_err(|error| Undelivered {
                    sort: Sort::Json,
                    kind: Kind::NoTls,
                    detail: clean(&error.to_string(), None),
                })?,
        };
        // Which addresses may be unencrypted was decided when they were read.
        let connector = builder.https_or_http().enable_http1().build();
        Ok(Webhooks {
            http: Client::builder(TokioExecutor::new()).build(connector),
            clock,
            patience,
        })
    }

    /// Posts messages in order, with the pauses that Slack asks for, and says how many arrived.
    ///
    /// # Errors
    /// Why the first that didn't arrive didn't; those behind it are not sent.
    pub async fn post_all(
        &self,
        address: &Address,
        messages: &[serde_json::Value],
    ) -> (usize, Result<(), Undelivered>) {
        for (at, message) in messages.iter().enumerate() {
            if at > 0 && !address.is_loopback() {
                self.clock.wait(SPACING).await;
            }
            if let Err(error) = self.post(address, message).await {
                return (at, Err(error));
            }
        }
        (messages.len(), Ok(()))
    }

    /// Posts one message.
    ///
    /// # Errors
    /// Why it did not arrive, after all tries.
    pub async fn post(
        &self,
        address: &Address,
        message: &serde_json::Value,
    ) -> Result<(), Undelivered> {
        let body = message.to_string();
        let mut delays = delays(self.patience.tries);
        loop {
            let failed = match self.once(address, body.clone()).await {
                Ok(answer) => match answer.judge(address, &self.clock) {
                    Ok(()) => return Ok(()),
                    Err(failed) => failed,
                },
                Err(failed) => failed,
            };
            let delay = match (failed.again, delays.next()) {
                (Again::Never, _) | (_, None) => return Err(failed.why),
                (Again::After(asked), Some(delay)) => delay.max(asked),
            };
            if delay > self.patience.max_wait {
                return Err(failed.why);
            }
            self.clock.wait(delay).await;
        }
    }

    async fn once(&self, address: &Address, body: String) -> Result<Answer, Failed> {
        let lost = |kind, detail: String| Failed {
            why: Undelivered {
                sort: address.sort(),
                kind,
                detail,
            },
            again: Again::After(Duration::ZERO),
        };
        let request = Request::builder()
            .method(Method::POST)
            .uri(address.uri().clone())
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, concat!("pm-sync/", env!("CARGO_PKG_VERSION")))
            .body(body)
            .map_err(|error| lost(Kind::Network, shown(&error.to_string(), address)))?;
        let timeout = self.patience.timeout;
        let response = tokio::time::timeout(timeout, self.http.request(request))
            .await
            .map_err(|_| lost(Kind::Silent, String::new()))?
            .map_err(|error| lost(Kind::Network, shown(&causes(&error), address)))?;
        let (parts, body) = response.into_parts();
        // An answer that breaks off or hangs is an answer all the same: the status says what became of the message.
        let body = Limited::new(body, LONGEST_ANSWER).collect();
        let body = match tokio::time::timeout(timeout, body).await {
            Ok(Ok(collected)) => collected.to_bytes().to_vec(),
            Ok(Err(_)) | Err(_) => Vec::new(),
        };
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

/// A try that failed, and whether another may help.
struct Failed {
    why: Undelivered,
    again: Again,
}

enum Again {
    Never,
    After(Duration),
}

impl Answer {
    fn judge(self, address: &Address, clock: &Clock) -> Result<(), Failed> {
        let detail = shown(&self.body, address);
        let is_page = detail.starts_with("an HTML page");
        let status = self.status.as_u16();
        let asked = || retry_after(&self.headers, clock.now()).unwrap_or_default();
        let (kind, again) = match status {
            // Slack's answer to a message that it took is `ok`, and some servers of its kind put a refusal behind a 200.
            200..=299 if is_page || says_no(&self.body) => (Kind::NoWebhook(status), Again::Never),
            200..=299 => return Ok(()),
            300..=399 => (Kind::Redirect(status), Again::Never),
            429 => (Kind::Limited, Again::After(asked())),
            408 | 500..=599 => (Kind::Server(status), Again::After(asked())),
            _ if is_page => (Kind::NoWebhook(status), Again::Never),
            _ => (Kind::Refused(status), Again::Never),
        };
        Err(Failed {
            why: Undelivered {
                sort: address.sort(),
                kind,
                detail,
            },
            again,
        })
    }
}

fn says_no(body: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(body).is_ok_and(|value| value["ok"] == false)
}

fn shown(text: &str, address: &Address) -> String {
    clean(&address.blot_out(text), None)
}

/// The pauses between tries: a second, then doubling, each with up to as much again by chance.
fn delays(tries: usize) -> impl Iterator<Item = Duration> {
    ExponentialBuilder::new()
        .with_min_delay(Duration::from_secs(1))
        .with_max_delay(Duration::from_secs(20))
        .with_max_times(tries.saturating_sub(1))
        .with_jitter()
        .build()
}

impl Undelivered {
    /// What sort of failure it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What happened, in one line.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let name = self.sort.name(language);
        let what = match self.kind {
            Kind::NoTls => language.pick(
                "TLS を準備できませんでした".to_owned(),
                "TLS can't be set up".to_owned(),
            ),
            Kind::Network => language.pick(
                format!("{name} に接続できませんでした"),
                format!("{name} could not be reached"),
            ),
            Kind::Silent => language.pick(
                format!("{name} から応答がありません"),
                format!("{name} did not answer in time"),
            ),
            Kind::Limited => language.pick(
                format!("{name} に送信回数を制限されています"),
                format!("{name} takes no more messages for now"),
            ),
            Kind::Server(status) => language.pick(
                format!("{name} 側でエラーが起きました（{status}）"),
                format!("{name} failed ({status})"),
            ),
            Kind::Refused(status) => language.pick(
                format!("{name} がメッセージを受け付けませんでした（{status}）"),
                format!("{name} did not take the message ({status})"),
            ),
            Kind::Redirect(status) => language.pick(
                format!("{name} の URL は別の場所への転送を返しました（{status}）"),
                format!("the address of {name} answers with a redirect ({status})"),
            ),
            Kind::NoWebhook(status) => language.pick(
                format!("{name} の URL から Webhook ではないものが応答しました（{status}）"),
                format!("what answers at the address of {name} is no webhook ({status})"),
            ),
        };
        match (self.detail.as_str(), language) {
            ("", _) => what,
            (detail, Language::En) => format!("{what}: {detail}"),
            (detail, Language::Ja) => {
                // `clean` says so in English, whoever reads it.
                let detail = match detail.strip_prefix("an HTML page") {
                    Some(title) => format!("HTML のページ{title}"),
                    None => detail.to_owned(),
                };
                format!("{what}: {detail}")
            }
        }
    }

    /// What helps.
    #[must_use]
    pub fn hint(&self, language: Language) -> String {
        if self.sort == Sort::Slack
            && let Some(hint) = slack_hint(&self.detail, language)
        {
            return hint.to_owned();
        }
        let variable = self.sort.variable();
        match self.kind {
            Kind::NoTls => language.pick(
                "システムの証明書ストアを確認してください".to_owned(),
                "check the system's store of certificates".to_owned(),
            ),
            Kind::Network => language.pick(
                format!("ネットワークと {variable} の URL を確認してください"),
                format!("check the network and the address in {variable}"),
            ),
            Kind::Silent | Kind::Server(_) | Kind::Limited => language.pick(
                "しばらくしてからもう一度実行してください。届いた分は二重に送りません".to_owned(),
                "run it again later; what has arrived is not sent twice".to_owned(),
            ),
            Kind::Refused(_) | Kind::Redirect(_) | Kind::NoWebhook(_) => language.pick(
                format!("{variable} の URL が Webhook のものか確認してください"),
                format!("check that the address in {variable} is the webhook's"),
            ),
        }
    }
}

/// What Slack's words mean ("Handling errors" of its incoming webhooks).
fn slack_hint(detail: &str, language: Language) -> Option<&'static str> {
    let word = detail.split_whitespace().next()?;
    Some(match word {
        "no_service" | "no_service_id" | "no_active_hooks" | "invalid_token" | "no_team" | "team_disabled" => {
            language.pick(
                "この Webhook は削除または無効化されています。Slack で新しく作り、PM_SYNC_SLACK_WEBHOOK を置き換えてください",
                "the webhook was removed or disabled: make a new one in Slack and set PM_SYNC_SLACK_WEBHOOK to it",
            )
        }
        "channel_not_found" | "channel_is_archived" => language.pick(
            "通知先のチャンネルが削除またはアーカイブされています。別のチャンネルの Webhook を作ってください",
            "the channel was deleted or archived: make a webhook for another one",
        ),
        "action_prohibited" | "posting_to_general_channel_denied" => language.pick(
            "ワークスペースの管理者が、この Webhook からの投稿を制限しています",
            "the workspace's administrators restrict posting by this webhook",
        ),
        "user_not_found" => language.pick(
            "[owners] の slack に、存在しないメンバー ID があります",
            "[owners] names a member id in `slack` that Slack doesn't know",
        ),
        "invalid_payload" | "invalid_blocks" | "invalid_blocks_format" | "no_text" | "msg_blocks_too_long" => {
            language.pick(
                "Slack がメッセージの形式を受け付けません。pm-sync の不具合と思われます。`--dry-run` の出力を添えて報告してください",
                "Slack does not take the form of the message, which is a fault of pm-sync: please report it with the output of `--dry-run`",
            )
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_speaks_both_languages() {
        for kind in [
            Kind::NoTls,
            Kind::Network,
            Kind::Silent,
            Kind::Limited,
            Kind::Server(500),
            Kind::Refused(400),
            Kind::Redirect(302),
            Kind::NoWebhook(200),
        ] {
            for sort in [Sort::Slack, Sort::Json] {
                let error = Undelivered {
                    sort,
                    kind,
                    detail: String::new(),
                };
                for text in [error.message(Language::En), error.hint(Language::En)] {
                    assert!(text.is_ascii(), "{text}");
                }
                for text in [error.message(Language::Ja), error.hint(Language::Ja)] {
                    assert!(!text.is_ascii(), "{text}");
                }
            }
        }
    }

    #[test]
    fn slack_s_words_are_explained() {
        let hint = |detail: &str| {
            Undelivered {
                sort: Sort::Slack,
                kind: Kind::Refused(404),
                detail: detail.to_owned(),
            }
            .hint(Language::En)
        };
        assert!(hint("no_service").contains("make a new one"));
        assert!(hint("invalid_blocks in `blocks`").contains("--dry-run"));
        assert!(hint("user_not_found").contains("[owners]"));
        assert!(hint("something new").contains("PM_SYNC_SLACK_WEBHOOK"));
    }

    #[test]
    fn tries_end() {
        assert_eq!(delays(4).count(), 3);
        assert_eq!(delays(0).count(), 0);
    }
}

//! One request and its answer, by octocrab, of which nothing else is used.
//!
//! Its retries resend POSTs, its models reject words they don't know, and its errors hide the headers that
//! limits are told by; its connections, TLS, timeouts and headers are good. Whether to send again, when, and
//! what an answer means is decided elsewhere.
//!
//! Addresses are always complete, because octocrab joins a path to its base address by a prefix test: with the
//! base `https://ghes.example/r` the path `/repos/…` would lose it.

use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE, LINK, USER_AGENT};
use http::{HeaderMap, Method, StatusCode, Uri};
use octocrab::Octocrab;

use crate::config::ApiUrl;

use super::judge::{causes, clean};
use super::token::Token;

/// The way to one server.
pub(super) struct Transport {
    crab: Octocrab,
    token: Option<Token>,
    timeout: Duration,
}

/// A whole answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

/// No answer, or half of one.
pub(super) struct Failure {
    /// Fit to be shown.
    pub(super) detail: String,
    /// The connection never stood, so nothing can have been applied.
    pub(super) unsent: bool,
}

impl Transport {
    /// Connects nothing yet, but needs a tokio runtime, where octocrab keeps a task. Connecting may take a third
    /// of `timeout`, silence the whole, an answer four times it.
    ///
    /// # Errors
    /// In words fit to be shown, where TLS can't be set up.
    pub(super) fn new(
        api_url: &ApiUrl,
        token: Option<Token>,
        timeout: Duration,
    ) -> Result<Transport, String> {
        let crab = build(api_url, token.as_ref(), timeout)
            .map_err(|error| clean(&causes(&error), token.as_ref()))?;
        Ok(Transport {
            crab,
            token,
            timeout,
        })
    }

    /// One request, one answer.
    pub(super) async fn exchange(
        &self,
        method: &Method,
        uri: &Uri,
        body: Option<&str>,
    ) -> Result<Answer, Failure> {
        // octocrab adds `User-Agent: octocrab` to every request and gives no way to replace it. Ours goes in
        // before, since of two most servers heed the first.
        let mut request = http::Request::builder()
            .method(method)
            .uri(uri.clone())
            .header(USER_AGENT, concat!("pm-sync/", env!("CARGO_PKG_VERSION")))
            .header(ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28");
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request = request
            .body(body.unwrap_or_default().to_owned())
            .map_err(|error| Failure {
                detail: clean(&error.to_string(), self.token.as_ref()),
                unsent: true,
            })?;
        let crab = &self.crab;
        let work = async {
            let response = crab.execute(request).await?;
            let (status, headers) = (response.status(), response.headers().clone());
            let body = crab.body_to_string(response).await?;
            Ok(Answer {
                status,
                headers,
                body,
            })
        };
        // The read timeout starts anew with every byte; this one bounds the whole.
        match tokio::time::timeout(self.timeout.saturating_mul(4), work).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(Failure {
                detail: clean(&causes(&error), self.token.as_ref()),
                unsent: never_connected(&error),
            }),
            Err(_) => Err(Failure {
                detail: "the answer took too long".to_owned(),
                unsent: false,
            }),
        }
    }
}

fn build(api_url: &ApiUrl, token: Option<&Token>, timeout: Duration) -> octocrab::Result<Octocrab> {
    // octocrab sends the token to the server of `upload_uri` too, so that is ours as well. Its own retries are
    // not compiled in.
    let builder = Octocrab::builder()
        .base_uri(api_url.uri().clone())?
        .upload_uri(api_url.uri().clone())?
        .set_connect_timeout(Some(timeout / 3))
        .set_read_timeout(Some(timeout))
        .set_write_timeout(Some(timeout));
    match token {
        Some(token) => builder.personal_token(token.expose().to_owned()),
        None => builder,
    }
    .build()
}

/// Whether a failure came before anything could be sent. hyper says so by `client error (Connect)`; its type
/// can't be named without depending on hyper-util, and if the words change a create is merely called uncertain.
fn never_connected(error: &octocrab::Error) -> bool {
    let mut next: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = next {
        if error.to_string() == "client error (Connect)" {
            return true;
        }
        next = error.source();
    }
    false
}

/// Percent-encodes everything but the characters that never need it.
pub(super) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The address that a `Link` header gives as `rel="next"`.
pub(super) fn next_link(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(LINK)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find_map(|mut rest| {
            // An address may contain commas and semicolons, so the angle brackets lead.
            loop {
                let (address, after) = rest.split_once('<')?.1.split_once('>')?;
                let (parameters, more) = after.split_once(",").unwrap_or((after, ""));
                let is_next = parameters
                    .split(';')
                    .filter_map(|parameter| parameter.split_once('='))
                    .any(|(name, value)| {
                        name.trim().eq_ignore_ascii_case("rel")
                            && value
                                .trim()
                                .trim_matches('"')
                                .split_whitespace()
                                .any(|rel| rel.eq_ignore_ascii_case("next"))
                    });
                if is_next {
                    return Some(address.to_owned());
                }
                rest = more;
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_in_any_link_header() {
        for (header, next) in [
            (
                r#"<https://x/a?after=C,;D&p=2>; rel="next", <https://x/b>; rel="prev""#,
                Some("https://x/a?after=C,;D&p=2"),
            ),
            (
                r#"<https://x/b>; rel="prev", <https://x/a>; rel="next""#,
                Some("https://x/a"),
            ),
            (r"<https://x/a>; title=x; rel=next", Some("https://x/a")),
            (r#"<https://x/a>; rel="last next""#, Some("https://x/a")),
            (r#"<https://x/a>; rel="last""#, None),
            ("next", None),
            ("<<<>", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(LINK, header.parse().expect("a header"));
            assert_eq!(next_link(&headers).as_deref(), next, "{header}");
        }
    }

    #[test]
    fn encoding() {
        assert_eq!(encode("priority: P1/優"), "priority%3A%20P1%2F%E5%84%AA");
        assert_eq!(encode("a-b_c.d~9"), "a-b_c.d~9");
    }
}

//! What the address of an API says about its server: which requests may carry the token, and what people call it.
//!
//! Whether a text is an address at all is [`ApiUrl`]'s own affair, in the config room.

use http::Uri;

use crate::config::ApiUrl;

impl ApiUrl {
    /// The server as `gh` knows it, for its `--hostname`: `github.com`, `acme.ghe.com`, `ghes.example`.
    #[must_use]
    pub fn gh_host(&self) -> &str {
        let host = self.uri().host().unwrap_or_default();
        match host.strip_prefix("api.") {
            Some(rest) if rest == "github.com" || rest.ends_with(".ghe.com") => rest,
            _ => host,
        }
    }

    /// Where the server shows its pages to people: `https://github.com`, `https://acme.ghe.com`, `https://ghes.example`.
    /// `None` for an API on this machine, which says nothing about that.
    #[must_use]
    pub fn site(&self) -> Option<String> {
        if self.is_loopback() {
            return None;
        }
        let port = self
            .uri()
            .port()
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        Some(format!("https://{}{port}", self.gh_host()))
    }

    /// Whether a request to `uri` goes to the same server over the same protocol, so that it may carry the token.
    pub(super) fn is_origin_of(&self, uri: &Uri) -> bool {
        let origin = |uri: &Uri| {
            let scheme = uri.scheme_str()?.to_ascii_lowercase();
            let port = uri
                .port_u16()
                .unwrap_or(if scheme == "https" { 443 } else { 80 });
            Some((scheme, uri.host()?.to_ascii_lowercase(), port))
        };
        origin(self.uri()) == origin(uri) && origin(uri).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_and_gh_call_the_server() {
        for (url, host, site) in [
            (
                "https://api.github.com",
                "github.com",
                Some("https://github.com"),
            ),
            (
                "https://api.acme.ghe.com",
                "acme.ghe.com",
                Some("https://acme.ghe.com"),
            ),
            (
                "https://ghes.example/api/v3",
                "ghes.example",
                Some("https://ghes.example"),
            ),
            (
                "https://ghes.example:8443/api/v3",
                "ghes.example",
                Some("https://ghes.example:8443"),
            ),
            (
                "https://api.ghes.example/api/v3",
                "api.ghes.example",
                Some("https://api.ghes.example"),
            ),
            ("http://127.0.0.1:3000", "127.0.0.1", None),
        ] {
            let api: ApiUrl = url.parse().expect(url);
            assert_eq!((api.gh_host(), api.site().as_deref()), (host, site));
        }
    }

    #[test]
    fn the_token_goes_to_one_origin() {
        let api: ApiUrl = "https://ghes.example/api/v3".parse().expect("valid");
        for (uri, same) in [
            ("https://ghes.example/x", true),
            ("https://GHES.example:443/x", true),
            ("http://ghes.example/x", false),
            ("https://ghes.example:444/x", false),
            ("https://ghes.example.evil/x", false),
            ("/relative", false),
        ] {
            assert_eq!(api.is_origin_of(&uri.parse().expect(uri)), same, "{uri}");
        }
    }
}

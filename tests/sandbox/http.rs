//! A client that speaks HTTP by itself, so that no library mends what the sandbox does.

use std::io::{Read, Write};
use std::net::TcpStream;

use pm_sync::sandbox::Sandbox;
use serde_json::Value;

/// An answer as it came over the wire.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    pub(super) fn numbers(&self) -> Vec<u64> {
        let list = self.json();
        list.as_array()
            .into_iter()
            .flatten()
            .filter_map(|issue| issue["number"].as_u64())
            .collect()
    }

    /// The path and query of the page that follows.
    pub(super) fn next(&self, sandbox: &Sandbox) -> Option<String> {
        let link = self
            .header("link")?
            .split(", ")
            .find(|link| link.ends_with("rel=\"next\""))?;
        let url = link.trim_start_matches('<').split('>').next()?;
        Some(
            url.strip_prefix(&sandbox.url())
                .expect("links point to the sandbox")
                .to_owned(),
        )
    }

    #[track_caller]
    pub(super) fn expect(self, status: u16) -> Reply {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
}

/// A request in the making; it speaks HTTP by itself, so that no client library mends what the sandbox does.
pub(super) struct Ask<'a> {
    sandbox: &'a Sandbox,
    method: &'a str,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

impl<'a> Ask<'a> {
    pub(super) fn new(sandbox: &'a Sandbox, method: &'a str, path: &str) -> Ask<'a> {
        let headers = [
            ("User-Agent", "test"),
            ("Authorization", "Bearer sandbox-token"),
        ];
        let headers = headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
        Ask {
            sandbox,
            method,
            path: path.to_owned(),
            headers,
            body: None,
        }
    }

    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    pub(super) fn token(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    pub(super) fn raw(mut self, body: &str) -> Self {
        self.body = Some(body.to_owned());
        self
    }

    /// Sends it and closes the connection at once.
    pub(super) fn send_and_leave(self) {
        self.start();
    }

    fn start(self) -> TcpStream {
        let address = self.sandbox.url();
        let address = address.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("the sandbox listens");
        let body = self.body.unwrap_or_default();
        let mut request = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        request += "Host: sandbox\r\nConnection: close\r\n";
        for (name, value) in &self.headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
        stream
            .write_all(request.as_bytes())
            .expect("the sandbox reads");
        stream
    }

    /// None when the connection closes without an answer.
    pub(super) fn try_send(self) -> Option<Reply> {
        let mut stream = self.start();
        let mut bytes = Vec::new();
        // A reset is one way for a connection to be dropped.
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8(bytes).expect("answers are UTF-8");
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.lines();
        let status = lines
            .next()?
            .split(' ')
            .nth(1)?
            .parse()
            .expect("a status is a number");
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        Some(Reply {
            status,
            headers,
            body: body.to_owned(),
        })
    }

    #[track_caller]
    pub(super) fn send(self) -> Reply {
        self.try_send().expect("an answer")
    }
}

//! Answers: their status, headers and body, and the errors that GitHub answers with, in its words.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use super::desk::Answered;

/// An answer before it becomes bytes.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Payload,
}

/// What an answer carries.
#[derive(Debug, Clone)]
pub(super) enum Payload {
    Nothing,
    Json(Value),
    Text {
        content_type: &'static str,
        text: String,
    },
}

/// A handler's result; errors are answers too, so that `?` can give them.
pub(super) type Reply = Result<Answer, Answer>;

impl Answer {
    pub(super) fn new(status: u16, body: Payload) -> Answer {
        Answer {
            status,
            headers: Vec::new(),
            body,
        }
    }

    pub(super) fn ok(body: Value) -> Answer {
        Answer::new(200, Payload::Json(body))
    }

    /// 201 with the address of what was made, which is also in its `url`.
    pub(super) fn created(body: Value) -> Answer {
        let location = body["url"].as_str().map(str::to_owned);
        let answer = Answer::new(201, Payload::Json(body));
        match location {
            Some(location) => answer.with("location", location),
            None => answer,
        }
    }

    pub(super) fn no_content() -> Answer {
        Answer::new(204, Payload::Nothing)
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Answer {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// GitHub's error shape. `docs` is the part of the address after `https://docs.github.com/rest`.
    pub(super) fn error(status: u16, message: &str, docs: &str) -> Answer {
        Answer::new(
            status,
            Payload::Json(json!({
                "message": message,
                "documentation_url": format!("https://docs.github.com/rest{docs}"),
                "status": status.to_string(),
            })),
        )
    }

    pub(super) fn not_found(docs: &str) -> Answer {
        Answer::error(404, "Not Found", docs)
    }

    /// 422 with what is wrong field by field.
    pub(super) fn invalid(errors: &[Value], docs: &str) -> Answer {
        Answer::new(
            422,
            Payload::Json(json!({
                "message": "Validation Failed",
                "errors": errors,
                "documentation_url": format!("https://docs.github.com/rest{docs}"),
                "status": "422",
            })),
        )
    }

    /// Elsewhere: 301 for reads, 307 for writes to a renamed repository.
    pub(super) fn moved(status: u16, location: String) -> Answer {
        let message = if status == 301 {
            "Moved Permanently"
        } else {
            "Temporary Redirect"
        };
        Answer::new(
            status,
            Payload::Json(json!({
                "message": message,
                "url": location,
                "documentation_url":
                    "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects",
            })),
        )
        .with("location", location)
    }

    /// What a request without `User-Agent` gets: it never reaches the API, so this isn't JSON.
    pub(super) fn no_user_agent() -> Answer {
        Answer::new(
            403,
            Payload::Text {
                content_type: "text/html",
                text: "\r\nRequest forbidden by administrative rules. Please make sure your request has a User-Agent \
                       header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api\
                       #user-agent-required). Check https://developer.github.com for other possible causes.\r\n"
                    .to_owned(),
            },
        )
    }

    /// The body as it goes over the wire, with its content type.
    pub(super) fn content(&self) -> Option<(&'static str, String)> {
        match &self.body {
            Payload::Nothing => None,
            Payload::Json(value) => Some(("application/json; charset=utf-8", value.to_string())),
            Payload::Text { content_type, text } => Some((content_type, text.clone())),
        }
    }

    /// As the client gets it.
    pub(super) fn as_given(&self) -> Answered {
        let typed = self
            .content()
            .map(|(content_type, _)| ("content-type".to_owned(), content_type.to_owned()));
        let headers = typed.into_iter().chain(self.headers.iter().cloned());
        Answered {
            status: self.status,
            headers: headers
                .map(|(name, value)| (name.to_lowercase(), value))
                .collect(),
            body: match &self.body {
                Payload::Nothing => Value::Null,
                Payload::Json(value) => value.clone(),
                Payload::Text { text, .. } => Value::String(text.clone()),
            },
        }
    }

    /// As axum sends it. Header names or values that HTTP doesn't allow (only a test's own fault can
    /// have such) are left out.
    pub(super) fn into_response(self) -> Response<Body> {
        let content = self.content();
        let mut response = Response::new(Body::empty());
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let typed = content
            .iter()
            .map(|(content_type, _)| ("content-type".to_owned(), (*content_type).to_owned()));
        for (name, value) in typed.chain(self.headers) {
            if let (Ok(name), Ok(value)) =
                (name.parse::<HeaderName>(), HeaderValue::from_str(&value))
            {
                response.headers_mut().insert(name, value);
            }
        }
        if let Some((_, text)) = content {
            *response.body_mut() = Body::from(text);
        }
        response
    }
}

/// One entry of a 422's `errors`: a value that GitHub won't take.
pub(super) fn wrong(field: &str, code: &str, value: &Value) -> Value {
    json!({ "value": value, "resource": "Issue", "field": field, "code": code })
}

/// One entry of a 422's `errors`, with a sentence.
pub(super) fn wrong_because(resource: &str, field: &str, message: &str) -> Value {
    json!({ "resource": resource, "code": "custom", "field": field, "message": message })
}

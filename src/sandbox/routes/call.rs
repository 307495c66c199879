//! A request on its way to the route that answers it: who asks, what they may do, and readers for its
//! query and body that answer as GitHub does when something is missing or of the wrong kind.

use serde_json::{Map, Value};

use crate::sandbox::answers::Answer;
use crate::sandbox::desk::{Request, Snapshot};
use crate::sandbox::model::Permission;
use crate::sandbox::shapes::{Shapes, encode};

/// See the module.
pub(super) struct Call<'a> {
    pub(super) request: &'a Request,
    pub(super) shapes: &'a Shapes,
    /// Whose token came with it; none: nobody's.
    pub(super) login: Option<&'a str>,
    /// What they may do in the repository; none without a token.
    pub(super) role: Option<Permission>,
    /// Whether the token is a workflow's.
    pub(super) workflow: bool,
    /// The part of the documentation that errors point to.
    pub(super) docs: &'static str,
    /// What the listings show instead of the truth, while they lag.
    pub(super) stale: Option<&'a Snapshot>,
}

impl Call<'_> {
    pub(super) fn may(&self, permission: Permission) -> bool {
        self.role.is_some_and(|role| role >= permission)
    }

    /// Who acts; every write has a user, so the fallback is never seen.
    pub(super) fn actor(&self) -> &str {
        self.login.unwrap_or("ghost")
    }

    /// 403 unless the role is at least this one.
    pub(super) fn demand(&self, permission: Permission) -> Result<(), Answer> {
        if self.may(permission) {
            Ok(())
        } else {
            Err(self.forbidden())
        }
    }

    pub(super) fn forbidden(&self) -> Answer {
        Answer::error(403, "Must have admin rights to Repository.", self.docs)
    }

    pub(super) fn not_found(&self) -> Answer {
        Answer::not_found(self.docs)
    }

    // The query.

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.request
            .parameter(name)
            .filter(|value| !value.is_empty())
    }

    pub(super) fn number_parameter(&self, name: &str) -> Option<usize> {
        self.parameter(name)?.parse().ok()
    }

    /// `per_page`: 30 unless given, never more than 100.
    pub(super) fn per_page(&self) -> usize {
        self.number_parameter("per_page")
            .filter(|&count| count > 0)
            .unwrap_or(30)
            .min(100)
    }

    pub(super) fn page(&self) -> usize {
        self.number_parameter("page").unwrap_or(1).max(1)
    }

    /// The query again with other values for some of its parameters, for a `Link` header.
    pub(super) fn query_with(&self, changes: &[(&str, String)]) -> String {
        let kept = self
            .request
            .query
            .iter()
            .filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        let pairs = kept
            .map(|(name, value)| (name.as_str(), value))
            .chain(changes.iter().map(|(name, value)| (*name, value)));
        pairs
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect::<Vec<_>>()
            .join("&")
    }

    // The body.

    pub(super) fn body(&self) -> Result<&Map<String, Value>, Answer> {
        match &self.request.body {
            Value::Object(body) => Ok(body),
            Value::String(_) => Err(Answer::error(400, "Problems parsing JSON", self.docs)),
            _ => Err(Answer::error(
                400,
                "Body should be a JSON object",
                self.docs,
            )),
        }
    }

    /// A text: none when it is absent or null.
    pub(super) fn text(&self, field: &str) -> Result<Option<String>, Answer> {
        match self.body()?.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => Err(self.wrong_kind(field, other, "string")),
        }
    }

    /// A text that has to be there.
    pub(super) fn required(&self, field: &str) -> Result<String, Answer> {
        self.text(field)?
            .ok_or_else(|| self.invalid_request(&format!("\"{field}\" wasn't supplied.")))
    }

    /// A list of names, each a text or (labels) an object with a `name`. None when it is absent.
    pub(super) fn names(&self, field: &str) -> Result<Option<Vec<String>>, Answer> {
        let value = match &self.request.body {
            // `POST …/labels` also takes the bare list.
            list @ Value::Array(_) => list,
            _ => match self.body()?.get(field) {
                None => return Ok(None),
                Some(value) => value,
            },
        };
        let name = |item: &Value| {
            item.as_str()
                .or_else(|| item["name"].as_str())
                .map(str::to_owned)
        };
        match value {
            Value::Null => Ok(Some(Vec::new())),
            Value::Array(items) => match items.iter().map(name).collect::<Option<Vec<_>>>() {
                Some(names) => Ok(Some(names)),
                None => Err(self.wrong_kind(field, value, "list of names")),
            },
            other => Err(self.wrong_kind(field, other, "array")),
        }
    }

    fn wrong_kind(&self, field: &str, value: &Value, kind: &str) -> Answer {
        let article = if kind.starts_with('a') { "an" } else { "a" };
        self.invalid_request(&format!(
            "For 'properties/{field}', {value} is not {article} {kind}."
        ))
    }

    pub(super) fn invalid_request(&self, reason: &str) -> Answer {
        Answer::error(422, &format!("Invalid request.\n\n{reason}"), self.docs)
    }
}

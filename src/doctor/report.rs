//! What `doctor` found, for people and for programs.

use serde::Serialize;

use crate::Failure;
use crate::config::Language;
use crate::list::{SCHEMA, counted, to_json};
use crate::output::{BAD, BOLD, DIM, GOOD, WARN, plain, styled};

/// What is looked at, in the order it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    Config,
    Documents,
    Ids,
    Owners,
    Server,
    Token,
    Scopes,
    Repository,
    Archived,
    Issues,
    Access,
    Visibility,
    RateLimit,
    Labels,
    Assignees,
    PullRequests,
}

impl What {
    pub(super) const ALL: [What; 16] = [
        What::Config,
        What::Documents,
        What::Ids,
        What::Owners,
        What::Server,
        What::Token,
        What::Scopes,
        What::Repository,
        What::Archived,
        What::Issues,
        What::Access,
        What::Visibility,
        What::RateLimit,
        What::Labels,
        What::Assignees,
        What::PullRequests,
    ];

    /// The stable name of the JSON output.
    fn name(self) -> &'static str {
        match self {
            What::Config => "config",
            What::Documents => "documents",
            What::Ids => "ids",
            What::Owners => "owners",
            What::Server => "server",
            What::Token => "token",
            What::Scopes => "scopes",
            What::Repository => "repository",
            What::Archived => "archived",
            What::Issues => "issues",
            What::Access => "access",
            What::Visibility => "visibility",
            What::RateLimit => "rate_limit",
            What::Labels => "labels",
            What::Assignees => "assignees",
            What::PullRequests => "pull_requests",
        }
    }

    fn label(self, language: Language) -> &'static str {
        match self {
            What::Config => language.pick("設定", "configuration"),
            What::Documents => language.pick("文書", "documents"),
            What::Ids => language.pick("ポストモーテム ID", "postmortem ids"),
            What::Owners => language.pick("担当者の対応付け", "owners"),
            What::Server => language.pick("GitHub への接続", "GitHub"),
            What::Token => language.pick("トークン", "token"),
            What::Scopes => language.pick("トークンの権限", "token's scopes"),
            What::Repository => language.pick("リポジトリ", "repository"),
            What::Archived => language.pick("アーカイブ", "archived"),
            What::Issues => "Issues",
            What::Access => language.pick("書き込み権限", "write access"),
            What::Visibility => language.pick("公開範囲", "visibility"),
            What::RateLimit => language.pick("レート制限", "rate limit"),
            What::Labels => language.pick("ラベル", "labels"),
            What::Assignees => language.pick("担当者の割り当て", "assignees"),
            What::PullRequests => language.pick("プルリクエスト", "pull requests"),
        }
    }
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// Fine.
    Ok,
    /// Works, but not as somebody may think.
    Warn,
    /// Keeps a push from working.
    Fail,
    /// Not looked at, or nothing can be told; the detail says why.
    Skipped,
}

#[derive(Debug, Clone)]
struct Check {
    what: What,
    state: State,
    detail: String,
    hint: Option<String>,
}

/// The checks so far, one each.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) language: Language,
    checks: Vec<Check>,
}

#[derive(Serialize)]
struct ReportJson<'a> {
    schema: &'static str,
    checks: Vec<CheckJson<'a>>,
}

#[derive(Serialize)]
struct CheckJson<'a> {
    name: &'static str,
    state: State,
    detail: &'a str,
    hint: Option<&'a str>,
}

impl Report {
    pub(super) fn new(language: Language) -> Report {
        let checks = Vec::new();
        Report { language, checks }
    }

    pub(super) fn ok(&mut self, what: What, detail: impl Into<String>) {
        self.put(what, State::Ok, &detail.into(), None);
    }

    pub(super) fn warn(&mut self, what: What, detail: impl Into<String>, hint: impl Into<String>) {
        self.put(what, State::Warn, &detail.into(), Some(&hint.into()));
    }

    pub(super) fn fail(&mut self, what: What, failure: Failure) {
        let Failure {
            exit: _,
            message,
            hint,
        } = failure;
        self.put(what, State::Fail, &message, hint.as_deref());
    }

    pub(super) fn skip(&mut self, what: What, why: impl Into<String>) {
        self.put(what, State::Skipped, &why.into(), None);
    }

    /// Fine, or the failure.
    pub(super) fn judge(
        &mut self,
        what: What,
        found: Result<(), Failure>,
        fine: impl Into<String>,
    ) {
        match found {
            Ok(()) => self.ok(what, fine),
            Err(failure) => self.fail(what, failure),
        }
    }

    /// Skips everything that nothing is known of.
    pub(super) fn skip_rest(&mut self, why: &str) {
        for what in What::ALL {
            if self.checks.iter().all(|check| check.what != what) {
                self.skip(what, why);
            }
        }
    }

    /// A later word about the same thing replaces the earlier one.
    fn put(&mut self, what: What, state: State, detail: &str, hint: Option<&str>) {
        // Names from documents and from GitHub are in it.
        let one_line = |text: &str| {
            let lines: Vec<String> = text.lines().map(plain).collect();
            lines.join(" ")
        };
        self.checks.retain(|check| check.what != what);
        self.checks.push(Check {
            what,
            state,
            detail: one_line(detail),
            hint: hint.map(one_line),
        });
        self.checks.sort_by_key(|check| check.what);
    }

    fn count(&self, state: State) -> usize {
        let same = |check: &&Check| check.state == state;
        self.checks.iter().filter(same).count()
    }

    pub(super) fn has_failed(&self) -> bool {
        self.count(State::Fail) > 0
    }

    pub(super) fn json(&self) -> String {
        to_json(&ReportJson {
            schema: SCHEMA,
            checks: self.checks.iter().map(Check::json).collect(),
        })
    }

    pub(super) fn text(&self) -> String {
        let language = self.language;
        let mut out = String::new();
        for check in &self.checks {
            out.push_str(&check.text(language));
        }
        let some = |count: usize, ja: &str, en: String| {
            (count > 0).then(|| language.pick(format!("{ja} {count} 件"), en))
        };
        let (failed, warned) = (self.count(State::Fail), self.count(State::Warn));
        let skipped = self.count(State::Skipped);
        let parts: Vec<String> = [
            some(failed, "失敗", format!("{failed} failed")),
            some(warned, "注意", counted(warned, "warning")),
            some(skipped, "確認せず", format!("{skipped} not checked")),
        ]
        .into_iter()
        .flatten()
        .collect();
        let (style, verdict) = if failed > 0 {
            (
                BAD,
                language.pick("push できません", "push will not work yet"),
            )
        } else {
            (GOOD, language.pick("push できます", "ready to push"))
        };
        let facts = parts.join(language.pick("、", ", "));
        let facts = match facts.as_str() {
            "" => String::new(),
            facts => language.pick(format!("（{facts}）"), format!(" ({facts})")),
        };
        out.push_str(&format!("\n{}{facts}\n", styled(style, verdict)));
        out
    }
}

impl Check {
    fn json(&self) -> CheckJson<'_> {
        let Check {
            what,
            state,
            detail,
            hint,
        } = self;
        CheckJson {
            name: what.name(),
            state: *state,
            detail,
            hint: hint.as_deref(),
        }
    }

    fn text(&self, language: Language) -> String {
        let Check {
            what,
            state,
            detail,
            hint,
        } = self;
        let (style, sign) = match state {
            State::Ok => (GOOD, "✓"),
            State::Warn => (WARN, "!"),
            State::Fail => (BAD, "✗"),
            State::Skipped => (DIM, "-"),
        };
        let label = styled(BOLD, what.label(language));
        let detail = match state {
            State::Skipped => styled(DIM, detail),
            State::Ok | State::Warn | State::Fail => detail.clone(),
        };
        let mut text = format!("{} {label} — {detail}\n", styled(style, sign));
        if let Some(hint) = hint {
            let word = styled(GOOD, language.pick("対処", "hint"));
            text.push_str(&format!("    {word}: {hint}\n"));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_word_replaces_an_earlier_one() {
        let mut report = Report::new(Language::En);
        report.ok(What::Token, "octocat");
        report.ok(What::Config, "pm-sync.toml");
        assert!(!report.has_failed());
        report.fail(What::Token, Failure::usage("bad\u{1b}[31m\nnews", None));
        report.skip_rest("the token");
        assert!(report.has_failed());
        assert_eq!(report.checks.len(), What::ALL.len());
        assert_eq!(report.checks[5].detail, "bad[31m news");
        let order: Vec<What> = report.checks.iter().map(|check| check.what).collect();
        assert_eq!(order, What::ALL);
    }

    #[test]
    fn every_check_has_a_name_and_a_label() {
        let mut names: Vec<&str> = What::ALL.iter().map(|what| what.name()).collect();
        for what in What::ALL {
            assert!(what.label(Language::En).is_ascii(), "{what:?}");
        }
        names.dedup();
        assert_eq!(names.len(), What::ALL.len());
    }
}

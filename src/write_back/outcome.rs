//! What became of the pull request, for people and for programs.

use serde::Serialize;

use crate::config::Language;
use crate::list::counted;
use crate::output::{GOOD, plain, styled};

/// What became of the pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// What was done.
    pub state: State,
    /// Its number, where there is one.
    pub number: Option<u64>,
    /// Its page.
    pub url: Option<String>,
    /// Its branch.
    pub branch: String,
    /// The documents it changes, by their paths in the repository.
    pub documents: Vec<String>,
}

/// What was done about the pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// There is nothing to write back, and nothing was open.
    None,
    /// It is new.
    Opened,
    /// Its branch or its text changed.
    Updated,
    /// It holds everything already.
    Unchanged,
    /// Nothing is left to write back.
    Closed,
    /// Somebody closed it unmerged, and there is nothing new to propose.
    Declined,
}

impl Outcome {
    /// The line for people.
    pub fn text(&self, language: Language) -> String {
        let Outcome {
            state,
            number,
            url,
            branch: _,
            documents,
        } = self;
        let pr = number.map_or_else(String::new, |number| format!("#{number}"));
        let url = plain(url.as_deref().unwrap_or_default());
        let count = documents.len();
        let holds = language.pick(
            format!("（文書 {count} 件）: {url}"),
            format!(" ({}): {url}", counted(count, "document")),
        );
        let line = match state {
            State::None => language.pick(
                "プルリクエストにするものはありません。".to_owned(),
                "No pull request is needed: the default branch has it all.".to_owned(),
            ),
            State::Opened => language.pick(
                format!("プルリクエスト {pr} を作成しました{holds}"),
                format!("pull request {pr} opened{holds}"),
            ),
            State::Updated => language.pick(
                format!("プルリクエスト {pr} を更新しました{holds}"),
                format!("pull request {pr} updated{holds}"),
            ),
            State::Unchanged => language.pick(
                format!("プルリクエスト {pr} は最新です{holds}"),
                format!("pull request {pr} is up to date{holds}"),
            ),
            State::Closed => language.pick(
                format!("書き戻すものがなくなったため、プルリクエスト {pr} を閉じました: {url}"),
                format!("pull request {pr} closed, nothing is left to write back: {url}"),
            ),
            State::Declined => language.pick(
                format!("プルリクエスト {pr} はマージされずに閉じられています。新しい内容がないため、作り直しません: {url}"),
                format!("pull request {pr} was closed unmerged and there is nothing new, so it is not opened again: {url}"),
            ),
        };
        match state {
            State::Opened | State::Updated | State::Closed => {
                format!("{} {line}\n", styled(GOOD, "✓"))
            }
            State::None | State::Unchanged | State::Declined => format!("{line}\n"),
        }
    }
}

//! What became of the pull request, for people and for programs.

use serde::Serialize;

use crate::config::Language;
use crate::list::counted;
use crate::output::{BOLD, GOOD, plain, styled};

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
    /// How many rows would get the links of issues that a dry run only announces; their lines are not in the preview.
    #[serde(skip_serializing_if = "is_zero")]
    pub links: usize,
    /// What it would say, where nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview: Option<Preview>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands the field over by reference"
)]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A pull request that would be made, or made into this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
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
    /// With the links of issues that the run would create before: `documents` lack them, so there will be a pull request in any case.
    #[must_use]
    pub(super) fn announcing(mut self, documents: Vec<String>, title: &str) -> Outcome {
        self.links = documents.len();
        if self.links == 0 {
            return self;
        }
        self.state = match self.state {
            State::None | State::Declined | State::Opened => {
                self.number = None;
                self.url = None;
                State::Opened
            }
            State::Updated | State::Unchanged | State::Closed => State::Updated,
        };
        for path in documents {
            if !self.documents.contains(&path) {
                self.documents.push(path);
            }
        }
        self.preview.get_or_insert_with(|| Preview {
            title: title.to_owned(),
            body: String::new(),
        });
        self
    }

    /// Whether anything was done about it, or would be.
    pub fn changes(&self) -> bool {
        matches!(self.state, State::Opened | State::Updated | State::Closed)
    }

    /// The text for people: a line of what was done, or the whole of what would be.
    pub fn text(&self, language: Language, dry_run: bool) -> String {
        match (&self.preview, dry_run && self.state == State::Closed) {
            (Some(preview), _) => self.previewed(preview, language),
            (None, true) => {
                let number = self.number.unwrap_or_default();
                let line = language.pick(
                    format!("書き戻すものがないため、プルリクエスト #{number} を閉じる予定です"),
                    format!(
                        "pull request #{number} would be closed: nothing is left to write back"
                    ),
                );
                format!("{line}\n")
            }
            (None, false) => self.line(language),
        }
    }

    fn previewed(&self, preview: &Preview, language: Language) -> String {
        let heading = match self.number {
            None => language.pick(
                format!("作成する予定のプルリクエスト（ブランチ {}）", self.branch),
                format!("Pull request to open, from {}", self.branch),
            ),
            Some(number) => language.pick(
                format!(
                    "更新する予定のプルリクエスト #{number}（ブランチ {}）",
                    self.branch
                ),
                format!("Pull request #{number} to update, from {}", self.branch),
            ),
        };
        let mut text = format!(
            "\n{}\n  {}\n",
            styled(BOLD, &plain(&heading)),
            plain(&preview.title)
        );
        for path in &self.documents {
            text.push_str(&format!("  {} {}\n", styled(GOOD, "M"), plain(path)));
        }
        // The hidden lines around our part say nothing to people.
        for line in preview
            .body
            .lines()
            .filter(|line| !line.starts_with("<!--"))
        {
            text.push_str(format!("    {}", plain(line)).trim_end());
            text.push('\n');
        }
        if self.links > 0 {
            let links = self.links;
            text.push_str(&language.pick(
                format!("    これから作成する Issue {links} 件のリンクも入ります\n"),
                format!(
                    "    and the links of {} to be created first\n",
                    counted(links, "issue")
                ),
            ));
        }
        text
    }

    fn line(&self, language: Language) -> String {
        let Outcome {
            state,
            number,
            url,
            branch: _,
            documents,
            links: _,
            preview: _,
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

//! What is said of a report issue: to people, to programs, and where it can't be kept.

use serde::Serialize;

use super::{Action, Done, Keeper};
use crate::cli::Format;
use crate::list::{SCHEMA, to_json};
use crate::output::plain;
use crate::{Exit, Failure};

/// The result for programs.
#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    kind: &'static str,
    period: &'a str,
    dry_run: bool,
    action: Action,
    title: &'a str,
    issue: Option<JsonIssue<'a>>,
}

#[derive(Serialize)]
struct JsonIssue<'a> {
    number: u64,
    url: &'a str,
}

impl Keeper<'_> {
    pub(super) fn uncertain(&self) -> Failure {
        Failure {
            exit: Exit::Failed,
            message: self.language().pick(
                "レポートの Issue が作られたかどうか分かりません（応答が失われました）".to_owned(),
                "whether the report's issue was created is uncertain: the answer was lost"
                    .to_owned(),
            ),
            hint: Some(self.language().pick(
                "一覧に反映されるまで、1 分ほど待ってから実行してください".to_owned(),
                "run it again in a minute, when listings have caught up".to_owned(),
            )),
        }
    }

    pub(super) fn damaged(&self, number: u64) -> Failure {
        Failure {
            exit: Exit::Conflicts,
            message: self.language().pick(
                format!("#{number}: pm-sync の部分を囲む見えない行（<!-- pm-sync:report … -->）が壊れているため、何も書いていません"),
                format!("#{number}: the hidden lines around pm-sync's part (<!-- pm-sync:report … -->) are damaged, so nothing was written"),
            ),
            hint: Some(self.language().pick(
                "Issue の編集履歴から元に戻すか、残った行をすべて消してください。消すと、次回は新しい Issue を作ります".to_owned(),
                "restore them from the issue's edit history, or remove what is left of them: then the next run makes a new issue".to_owned(),
            )),
        }
    }

    pub(super) fn no_room(&self, number: u64) -> Failure {
        Failure {
            exit: Exit::Failed,
            message: self.language().pick(
                format!("#{number}: pm-sync の部分の外が長すぎて、レポートが入りません（GitHub の上限は 65,536 文字）"),
                format!("#{number}: what stands around pm-sync's part leaves no room for the report (GitHub takes 65,536 characters)"),
            ),
            hint: Some(self.language().pick(
                "コメントに移すなどして短くしてください".to_owned(),
                "make it shorter, or move it into a comment".to_owned(),
            )),
        }
    }

    /// Says what was done; stdout has the issue's page, or with `--dry-run` what would be written.
    pub(super) fn say(&self, done: &Done, format: Format) -> Result<Exit, Failure> {
        let language = self.language();
        let title = plain(&done.title);
        let number = done.issue.as_ref().map_or(0, |issue| issue.number);
        let note = match (done.action, self.dry_run) {
            (Action::Create, false) => language.pick(
                format!("Issue #{number}「{title}」を作成しました"),
                format!("created issue #{number}: {title}"),
            ),
            (Action::Create, true) => language.pick(
                format!("Issue「{title}」を作成します"),
                format!("would create an issue: {title}"),
            ),
            (Action::Update, false) => language.pick(
                format!("Issue #{number}「{title}」を更新しました"),
                format!("brought issue #{number} up to date: {title}"),
            ),
            (Action::Update, true) => language.pick(
                format!("Issue #{number}「{title}」を更新します"),
                format!("would bring issue #{number} up to date: {title}"),
            ),
            (Action::None, _) => language.pick(
                format!("Issue #{number}「{title}」に変更はありません"),
                format!("issue #{number} is up to date: {title}"),
            ),
            (Action::LeaveClosed, _) => language.pick(
                format!("Issue #{number}「{title}」はクローズされているため、そのまま残します。更新を続けるには、もう一度開いてください"),
                format!("issue #{number} was closed and is left as it is: {title}. Reopen it to have it kept up to date"),
            ),
        };
        if format == Format::Json {
            self.printer.result(&to_json(&Json {
                schema: SCHEMA,
                kind: "report-issue",
                period: &self.about.period,
                dry_run: self.dry_run,
                action: done.action,
                title: &done.title,
                issue: done.issue.as_ref().map(|issue| JsonIssue {
                    number: issue.number,
                    url: &issue.url,
                }),
            }))?;
            return Ok(Exit::Done);
        }
        self.printer.note(&note);
        let writes = matches!(done.action, Action::Create | Action::Update);
        let shown = match &done.issue {
            _ if self.dry_run && writes => {
                let lines: Vec<String> = done.body.lines().map(plain).collect();
                lines.join("\n")
            }
            Some(issue) => plain(&issue.url),
            None => return Ok(Exit::Done),
        };
        self.printer.result(&format!("{shown}\n"))?;
        Ok(Exit::Done)
    }
}

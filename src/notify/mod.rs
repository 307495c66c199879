//! Telling people what a check found: a digest to Slack or to a webhook, a comment on each issue, a label. Each is asked for by its
//! option, and each says a thing once.
//!
//! What is late is decided in [`crate::check`]; here it is only delivered. What to tell *now* is a pure function ([`plan`]) of the
//! findings, of what GitHub has, and of what was told before, which is remembered on GitHub ([`told`]), so that it doesn't matter which
//! machine runs the check. The texts are made in [`comment`], [`digest`] and [`slack`]; [`webhook`] posts, and knows which failures pass.
//!
//! Telling comes after the findings are printed, so that nothing that fails here hides them. What fails is said, the other parts go on,
//! and the run ends with [`Exit::Failed`].
//!
//! Telling twice is the smaller evil, and can't be ruled out: two runs at the same moment don't see each other (a workflow's
//! `concurrency` prevents it), GitHub's listings lag a few seconds behind the first record and the first comment, a message whose answer
//! was lost is sent again, and a run that dies between sending and remembering has not remembered. Where what was told is deleted on
//! GitHub, it is told once more. What has no issue is known by its postmortem and title: where its title changes, it is told anew.

pub mod address;
pub mod comment;
pub mod digest;
mod digests;
mod issues;
pub mod plan;
mod record;
pub mod slack;
pub mod told;
pub mod webhook;
pub mod words;

#[cfg(test)]
mod tests;

use crate::check::Findings;
use crate::cli::TellArgs;
use crate::config::{Config, Language};
use crate::github::snapshot::Snapshot;
use crate::github::{Client, Error};
use crate::output::{Printer, plain};
use crate::{Environment, Exit, Failure};

pub use address::{Address, Sort};

/// What is asked for, with the addresses it needs.
#[derive(Debug)]
pub struct Prepared {
    wishes: TellArgs,
    addresses: Vec<Address>,
}

impl Prepared {
    /// Checks, before anything runs, that what is asked for can be done.
    ///
    /// # Errors
    /// [`Exit::Usage`]: no address, a wrong one, or a place where nothing may be written.
    pub fn new(
        wishes: TellArgs,
        environment: &Environment,
        language: Language,
    ) -> Result<Prepared, Failure> {
        let mut addresses = Vec::new();
        if wishes.notify {
            addresses = Address::all(environment, language)?;
            if addresses.is_empty() && !wishes.dry_run {
                return Err(Failure::usage(
                    language.pick(
                        "--notify の通知先がありません",
                        "--notify has nowhere to send to",
                    ),
                    Some(language.pick(
                        "環境変数 PM_SYNC_SLACK_WEBHOOK（Slack の Incoming Webhook）か PM_SYNC_WEBHOOK（JSON を受け取る URL）を設定してください",
                        "set PM_SYNC_SLACK_WEBHOOK (an incoming webhook of Slack) or PM_SYNC_WEBHOOK (an address that takes JSON) in the environment",
                    ).to_owned()),
                ));
            }
        }
        let event = environment.get("GITHUB_EVENT_NAME").unwrap_or_default();
        let on_branch = environment.get("CI").is_some() && event.starts_with("pull_request");
        if is_asked(wishes) && !wishes.dry_run && on_branch {
            return Err(Failure::usage(
                language.pick(
                    "プルリクエストの CI では誰にも通知しません",
                    "this is CI for a pull request: nobody is told from its branch",
                ),
                Some(
                    language
                        .pick(
                            "--dry-run を付けると、通知する内容を確認できます",
                            "--dry-run shows what would be told",
                        )
                        .to_owned(),
                ),
            ));
        }
        Ok(Prepared { wishes, addresses })
    }
}

/// Whether anything is to be told at all.
fn is_asked(wishes: TellArgs) -> bool {
    wishes.label || wishes.comment || wishes.notify
}

/// What GitHub has, where it could be asked.
#[derive(Debug, Clone, Copy)]
pub struct OnGitHub<'a> {
    /// The way there.
    pub client: &'a Client,
    /// What the check saw.
    pub snapshot: &'a Snapshot,
}

/// Why GitHub was not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Away {
    /// The user doesn't want it.
    Offline,
    /// No repository is named.
    NoRepository,
    /// There is no token.
    NoToken,
    /// It did not answer, or refused; what it was has been said.
    Unreachable,
}

impl Away {
    /// What helps.
    fn hint(self, language: Language) -> &'static str {
        match self {
            Away::Offline => language.pick(
                "--offline を付けずに実行してください",
                "leave out --offline",
            ),
            Away::NoRepository => language.pick(
                "pm-sync.toml の github.repository か、環境変数 GITHUB_REPOSITORY を設定してください",
                "set github.repository in pm-sync.toml, or GITHUB_REPOSITORY in the environment",
            ),
            Away::NoToken => language.pick(
                "環境変数 GITHUB_TOKEN を設定するか、`gh auth login` を実行してください",
                "set GITHUB_TOKEN in the environment, or run `gh auth login`",
            ),
            Away::Unreachable => language.pick(
                "GitHub に接続できた次の実行で、そのとき残っているものを通知します",
                "the next run that reaches GitHub tells what still holds then",
            ),
        }
    }
}

/// Something was not told; why has been said.
struct Failed;

/// A check whose findings are to be told.
#[derive(Debug)]
pub struct Telling<'a> {
    /// What is asked for.
    pub prepared: &'a Prepared,
    /// What was found, and printed.
    pub findings: &'a Findings,
    /// The configuration.
    pub config: &'a Config,
    /// The printer.
    pub printer: &'a Printer,
    /// Whether `--dry-run` may print to stdout, because no program reads it.
    pub for_people: bool,
}

impl Telling<'_> {
    /// Tells, or shows what would be told. Without GitHub nothing can be told, since what was told before isn't known.
    ///
    /// # Errors
    /// Where stdout is closed.
    pub async fn run(&self, github: Result<OnGitHub<'_>, Away>) -> Result<Exit, Failure> {
        if !is_asked(self.prepared.wishes) {
            return Ok(Exit::Done);
        }
        if self.prepared.wishes.dry_run {
            return self.show(github.ok()).await;
        }
        let language = self.language();
        let wishes = self.prepared.wishes;
        let github = match github {
            Ok(github) => github,
            Err(away) => {
                let what = if wishes.tells() {
                    language.pick(
                        "通知済みの内容を GitHub で確認できないため、誰にも通知しませんでした",
                        "nobody was told: without GitHub it isn't known what was told before",
                    )
                } else {
                    language.pick(
                        "GitHub に接続していないため、ラベルを更新しませんでした",
                        "the label was not brought up to date: that takes GitHub",
                    )
                };
                self.printer.error(what, Some(away.hint(language)));
                return Ok(Exit::Failed);
            }
        };
        let mut failed = false;
        // The digest first: it is one request, where comments on many issues take minutes.
        if wishes.notify {
            failed |= self.digests(github).await.is_err();
        }
        if wishes.label {
            failed |= self.labels(github).await.is_err();
        }
        if wishes.comment {
            failed |= self.comments(github).await.is_err();
        }
        Ok(if failed { Exit::Failed } else { Exit::Done })
    }

    async fn show(&self, github: Option<OnGitHub<'_>>) -> Result<Exit, Failure> {
        let language = self.language();
        let wishes = self.prepared.wishes;
        let mut out = String::new();
        let mut failed = false;
        if wishes.notify {
            out.push_str(&self.show_digests(github));
        }
        if let Some(github) = github {
            if wishes.label {
                out.push_str(&self.show_labels(github));
            }
            if wishes.comment {
                let (shown, looked) = self.show_comments(github).await;
                out.push_str(&shown);
                failed |= looked.is_err();
            }
        } else {
            if wishes.notify {
                self.printer.warn(
                    language.pick(
                        "GitHub に接続していないため、通知済みのものも含めて表示します",
                        "without GitHub it isn't known what was told before: everything is shown",
                    ),
                    None,
                );
            }
            if wishes.label || wishes.comment {
                self.printer.warn(
                    language.pick(
                        "GitHub に接続していないため、ラベルとコメントは表示できません",
                        "without GitHub it isn't known which labels and comments are due",
                    ),
                    None,
                );
            }
        }
        if out.is_empty() {
            // Without GitHub nothing is known of labels and comments, which has been said.
            if github.is_some() || wishes.notify {
                self.printer.note(match (wishes.tells(), wishes.label) {
                    (true, false) => language.pick(
                        "新しく通知することはありません。",
                        "There is nothing new to tell.",
                    ),
                    (true, true) => language.pick(
                        "新しく通知することも、付け外しするラベルもありません。",
                        "There is nothing new to tell, and no label to change.",
                    ),
                    (false, _) => language.pick(
                        "付け外しするラベルはありません。",
                        "There is no label to change.",
                    ),
                });
            }
        } else {
            let safe: Vec<String> = out.lines().map(plain).collect();
            let text = format!("\n{}\n", safe.join("\n").trim_end());
            if self.for_people {
                self.printer.result(&text)?;
            } else {
                self.printer.note(&text);
            }
        }
        Ok(if failed { Exit::Failed } else { Exit::Done })
    }

    fn language(&self) -> Language {
        self.printer.language
    }

    /// Says what failed, and why.
    fn failed(&self, what: &str, error: &Error) -> Failed {
        let language = self.language();
        let message = error.message(language);
        let hint = error.hint(language);
        self.printer
            .error(&format!("{what}: {message}"), hint.as_deref());
        Failed
    }
}

//! `demo`: the whole story in a few seconds, with the real commands over real HTTP against the embedded GitHub. No token, no network.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{TimeZone, Utc};

use crate::cli::{Cli, DemoArgs};
use crate::config::Language;
use crate::output::{BOLD, DIM, GOOD, Printer, styled};
use crate::sandbox::{GitHub, Permission, Sandbox, StateReason};
use crate::{Environment, Exit, Failure};

const REPOSITORY: &str = "acme/shop";
const TOKEN: &str = "demo-token";

/// The port that `demo --serve` prefers, so that a second run finds what the first one wrote.
const PORT: u16 = 8642;

/// The day of the push, and the day it is looked at again.
const FIRST_DAY: &str = "2025-01-09";
const LAST_DAY: &str = "2025-01-24";

const FILES: [(&str, &str); 3] = [
    ("postmortems/042.md", include_str!("042.md")),
    ("postmortems/043.md", include_str!("043.md")),
    ("pm-sync.toml", include_str!("pm-sync.toml")),
];

/// Runs the demo.
///
/// # Errors
/// Where the folder can't be written or the server can't start.
pub async fn run(args: &DemoArgs, cli: &Cli, printer: &Printer) -> Result<Exit, Failure> {
    let language = printer.language;
    let scratch = tempfile::Builder::new().prefix("pm-sync-demo-").tempdir()?;
    let folder = match &args.folder {
        Some(folder) => {
            refuse_existing(folder, language)?;
            folder.clone()
        }
        None => scratch.path().to_owned(),
    };
    for (name, text) in FILES {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(&folder))?;
        std::fs::write(path, text)?;
    }
    if args.serve {
        // The server's user works in this folder: it stays.
        let folder = if args.folder.is_some() {
            folder
        } else {
            scratch.keep()
        };
        return serve(&folder, printer).await;
    }
    let demo = Demo {
        sandbox: Sandbox::start(github()).await?,
        folder,
        cli,
        printer,
    };
    demo.tell().await?;
    Ok(Exit::Done)
}

fn refuse_existing(folder: &Path, language: Language) -> Result<(), Failure> {
    match FILES.iter().find(|(name, _)| folder.join(name).exists()) {
        None => Ok(()),
        Some((name, _)) => Err(Failure::usage(
            language.pick(
                format!("{} はすでにあります", folder.join(name).display()),
                format!("{} exists already", folder.join(name).display()),
            ),
            Some(language.pick(
                "空のフォルダーを指定してください".into(),
                "name an empty folder".into(),
            )),
        )),
    }
}

/// The repository of the demo, on the day after the second incident.
fn github() -> GitHub {
    let mut github = GitHub::empty();
    if let Some(morning) = Utc.with_ymd_and_hms(2025, 1, 9, 0, 30, 0).single() {
        github.set_now(morning);
    }
    let repository = github.add_repository(REPOSITORY);
    repository.private = true;
    repository.assignable = ["alice", "bob", "carol"].map(str::to_owned).into();
    github
        .add_token(TOKEN, "alice")
        .grant(REPOSITORY, Permission::Push);
    github
}

struct Demo<'a> {
    sandbox: Sandbox,
    folder: PathBuf,
    cli: &'a Cli,
    printer: &'a Printer,
}

impl Demo<'_> {
    async fn tell(&self) -> Result<(), Failure> {
        let language = self.printer.language;
        self.say(language.pick(
            "pm-sync のデモです。トークンもネットワークも使いません。\n二つのポストモーテム（日本語と英語）と、この中で動く GitHub 互換サーバーを\n用意しました。",
            "This is pm-sync, without a token and without the network: two postmortems, one\nin Japanese and one in English, and a GitHub-shaped server inside this process.",
        ))?;
        self.step(language.pick(
            "文書にあるアクションアイテム",
            "The action items in the documents",
        ))?;
        self.command(&["list"], FIRST_DAY).await?;
        self.step(language.pick(
            "Issue にする。まず何が起きるかを見る",
            "Make issues of them; first, see what would happen",
        ))?;
        self.command(&["push", "--dry-run", "postmortems/043.md"], FIRST_DAY)
            .await?;
        self.step(language.pick("push する", "Push"))?;
        self.command(&["push"], FIRST_DAY).await?;
        self.step(language.pick(
            "もう一度 push しても、何も起きない",
            "Push again: nothing happens",
        ))?;
        self.command(&["push"], FIRST_DAY).await?;
        self.step(language.pick(
            "二週間が過ぎ、人が GitHub で仕事をする",
            "Two weeks pass; people work on GitHub",
        ))?;
        self.people_work()?;
        self.step(language.pick(
            "結果を文書に戻す",
            "Bring the outcome back into the documents",
        ))?;
        self.command(&["pull", "--dry-run"], LAST_DAY).await?;
        self.command(&["pull"], LAST_DAY).await?;
        self.step(language.pick("遅れているものは?", "What is late?"))?;
        self.command(&["check"], LAST_DAY).await?;
        self.step(language.pick("レビューのための一枚", "One page for the review"))?;
        self.beginning(&["report", "--month", "2025-01"], LAST_DAY)
            .await?;
        self.step(language.pick(
            "それを Issue に書いておき、更新し続ける",
            "Keep it in an issue, up to date",
        ))?;
        self.command(&["report", "--month", "2025-01", "--issue"], LAST_DAY)
            .await?;
        self.step(language.pick("自分のリポジトリで使うには", "Your own repository"))?;
        self.say(language.pick(
            "  1. pm-sync.toml に [github] repository = \"owner/name\" を書く\n     （config.toml.example を参照）\n  2. export GITHUB_TOKEN=…（または gh auth login）\n  3. pm-sync doctor            準備ができているかを確かめる\n  4. pm-sync push --dry-run    何が起きるかを見る\n  5. pm-sync push --limit 3    少しだけ試す",
            "  1. put [github] repository = \"owner/name\" into pm-sync.toml\n     (see config.toml.example)\n  2. export GITHUB_TOKEN=…  (or: gh auth login)\n  3. pm-sync doctor            is everything in order?\n  4. pm-sync push --dry-run    see what would happen\n  5. pm-sync push --limit 3    begin with a few",
        ))?;
        Ok(())
    }

    /// What people do in two weeks: some is done, one is declined, one begun; the rest gets late.
    fn people_work(&self) -> Result<(), Failure> {
        let language = self.printer.language;
        let mut done = Vec::new();
        {
            let mut github = self.sandbox.github();
            let find = |repository: &crate::sandbox::Repository, words: &str| {
                repository
                    .issues()
                    .find(|issue| issue.title.contains(words))
                    .map(|issue| issue.number)
            };
            // After how many days more.
            let acts: [(i64, &str, &str, &str, Act); 4] = [
                (
                    1,
                    "Alert 30 days",
                    "carol が閉じた",
                    "carol closes it",
                    Act::Close(StateReason::Completed),
                ),
                (
                    2,
                    "80%",
                    "alice が閉じた",
                    "alice closes it",
                    Act::Close(StateReason::Completed),
                ),
                (
                    4,
                    "Queue payments",
                    "見送りとして閉じた",
                    "closed as not planned",
                    Act::Close(StateReason::NotPlanned),
                ),
                (
                    3,
                    "CIで",
                    "carol が「in progress」を付けた",
                    "carol labels it \"in progress\"",
                    Act::Begin,
                ),
            ];
            let mut passed = 0;
            for (days, words, ja, en, act) in acts {
                github.advance(chrono::TimeDelta::days(days));
                passed += days;
                let repository = github.repository(REPOSITORY);
                let Some(number) = find(repository, words) else {
                    continue;
                };
                match act {
                    Act::Close(reason) => repository.close_issue(number, reason),
                    Act::Begin => repository.add_label(number, "in progress"),
                }
                done.push(format!(
                    "  #{number} {} {} {}",
                    repository.issue(number).title,
                    styled(DIM, "—"),
                    language.pick(ja, en)
                ));
            }
            github.advance(chrono::TimeDelta::days(15 - passed));
        }
        self.say(&done.join("\n"))
    }

    fn say(&self, text: &str) -> Result<(), Failure> {
        Ok(self.printer.result(&format!("{text}\n"))?)
    }

    fn step(&self, title: &str) -> Result<(), Failure> {
        self.say(&format!(
            "\n{} {}\n",
            styled(GOOD, "▌"),
            styled(BOLD, title)
        ))
    }

    /// Runs a command of pm-sync in the scratch folder, as a user would.
    async fn command(&self, words: &[&str], today: &'static str) -> Result<(), Failure> {
        self.say(&styled(DIM, &format!("$ pm-sync {}", words.join(" "))))?;
        self.run(words, today).await
    }

    /// Runs a report and shows it up to the end of its summary, as `head` would: whole, it is as long as all the rest of this.
    async fn beginning(&self, words: &[&str], today: &'static str) -> Result<(), Failure> {
        let beside = tempfile::tempdir()?;
        let file = beside.path().join("report.txt");
        let path = file.to_string_lossy();
        self.run(&[words, &["--quiet", "-o", &path]].concat(), today)
            .await?;
        let report = std::fs::read_to_string(&file)?;
        let mut lines = report.lines();
        let summary = self.printer.language.pick("概要", "Summary");
        let until = lines.clone().position(|line| line == summary).unwrap_or(0);
        let blank = lines.clone().skip(until).position(str::is_empty);
        let count = until + blank.unwrap_or(0);
        let command = format!("$ pm-sync {} | head -{count}", words.join(" "));
        self.say(&styled(DIM, &command))?;
        if let Some(title) = lines.next() {
            self.say(&styled(BOLD, title))?;
        }
        let rest: Vec<&str> = lines.take(count.saturating_sub(1)).collect();
        self.say(&rest.join("\n"))
    }

    async fn run(&self, words: &[&str], today: &'static str) -> Result<(), Failure> {
        let mut cli = <Cli as clap::Parser>::try_parse_from(
            std::iter::once("pm-sync").chain(words.iter().copied()),
        )
        .map_err(|error| Failure::usage(error.to_string(), None))?;
        cli.color = self.cli.color;
        let url = self.sandbox.url();
        let locale = self.printer.language.pick("ja", "en");
        let environment = Environment {
            cwd: self.folder.clone(),
            var: Box::new(move |name| match name {
                "GITHUB_API_URL" => Some(url.clone()),
                "GITHUB_TOKEN" => Some(TOKEN.to_owned()),
                "PM_SYNC_TODAY" => Some(today.to_owned()),
                "PM_SYNC_WRITE_INTERVAL" => Some("0".to_owned()),
                "LANG" => Some(locale.to_owned()),
                _ => None,
            }),
        };
        match Box::pin(crate::run(cli, &environment)).await {
            // What is late is part of the story.
            Exit::Done | Exit::Findings => Ok(()),
            exit => Err(Failure {
                exit,
                message: format!("pm-sync {}", words.join(" ")),
                hint: None,
            }),
        }
    }
}

enum Act {
    Close(StateReason),
    Begin,
}

/// Keeps the server until it is interrupted.
async fn serve(folder: &Path, printer: &Printer) -> Result<Exit, Failure> {
    let language = printer.language;
    let sandbox = match Sandbox::start_on(github(), PORT).await {
        Ok(sandbox) => sandbox,
        Err(_) => Sandbox::start(github()).await?,
    };
    let title = language.pick(
        "GitHub 互換サーバーが動いています。別の端末で:",
        "A GitHub-shaped server is running. In another terminal:",
    );
    let end = language.pick(
        "終わるには Ctrl-C を押してください。",
        "Press Ctrl-C to end it.",
    );
    printer.result(&format!(
        "{title}\n\n  cd {}\n  export GITHUB_API_URL={} GITHUB_TOKEN={TOKEN} PM_SYNC_WRITE_INTERVAL=0\n  pm-sync push\n  curl -H \"Authorization: Bearer $GITHUB_TOKEN\" $GITHUB_API_URL/repos/{REPOSITORY}/issues\n\n{end}\n",
        folder.display(),
        sandbox.url()
    ))?;
    // A server without a terminal to interrupt it from ends with its process.
    if tokio::signal::ctrl_c().await.is_err() {
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
    Ok(Exit::Done)
}

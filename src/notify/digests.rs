//! Sending digests, and remembering what arrived.

use super::address::{Address, Sort};
use super::digest::{Digest, tellable};
use super::plan::news;
use super::record::{Home, Refusal};
use super::told::{Record, print};
use super::webhook::{Patience, Webhooks};
use super::{Failed, OnGitHub, Telling, slack};
use crate::check::Finding;
use crate::github::clock::Clock;
use crate::github::marker::fingerprint_list;
use crate::list::counted;

impl<'a> Telling<'a> {
    /// One digest for each address.
    pub(super) async fn digests(&self, github: OnGitHub<'_>) -> Result<(), Failed> {
        let language = self.language();
        let mut home = Home::found(github.snapshot);
        if self.has_news(&home.record) {
            // Listings lag behind: what another run has told a moment ago stands in the issue itself.
            home.read_again(github.client).await.map_err(|error| {
                let what = language.pick(
                    "通知済みの内容を確認できないため、通知しませんでした",
                    "nothing was sent, because what was told before can't be read",
                );
                self.failed(what, &error)
            })?;
        }
        if !self.has_news(&home.record) {
            self.say_nothing_new();
            return Ok(());
        }
        // Before anything is sent: who can't remember would tell the same every day.
        home.make(github.client, self.config, language)
            .await
            .map_err(|refusal| self.cannot_remember(&refusal))?;
        let mut result = Ok(());
        for address in &self.prepared.addresses {
            let channel = address.channel();
            let new = self.news(&home.record, &channel);
            if new.is_empty() {
                continue;
            }
            let (told, sent) = self.send(address, new).await;
            let prints: Vec<String> = told.iter().map(|finding| print(finding)).collect();
            let every = self.config.check.remind_every;
            home.record
                .note(&prints, &channel, self.findings.today, every);
            result = result.and(sent);
        }
        home.save(github.client, language).await.map_err(|error| {
            let what = language.pick(
                "通知の記録を残せませんでした。届いた内容は次の実行でもう一度通知されます",
                "what was told could not be remembered: the next run sends it again",
            );
            self.failed(what, &error)
        })?;
        result
    }

    /// The digests as they would be sent.
    pub(super) fn show_digests(&self, github: Option<OnGitHub<'_>>) -> String {
        let language = self.language();
        let record = github.map_or_else(Record::default, |github| {
            Home::found(github.snapshot).record
        });
        let mut out = String::new();
        let mut channels: Vec<(Sort, String)> = self
            .prepared
            .addresses
            .iter()
            .map(|address| (address.sort(), address.channel()))
            .collect();
        if channels.is_empty() {
            // Who tries it out has no webhook yet: Slack's messages say the most.
            channels.push((Sort::Slack, String::new()));
        }
        for (sort, channel) in channels {
            let new = self.news(&record, &channel);
            let messages = self.messages(sort, new);
            let count = messages.len();
            for (at, message) in messages.iter().enumerate() {
                let (name, told) = (sort.name(language), message.told.len());
                out.push_str(&language.pick(
                    format!("── {name} へのメッセージ {}/{count}（{told} 件）\n", at + 1),
                    format!(
                        "── message {} of {count} to {name}: {}\n",
                        at + 1,
                        counted(told, "finding")
                    ),
                ));
                out.push_str(&match sort {
                    Sort::Slack => slack::readable(&message.body),
                    Sort::Json => format!("{:#}\n", message.body),
                });
                out.push('\n');
            }
        }
        out
    }

    fn news(&self, record: &Record, to: &str) -> Vec<&'a Finding> {
        news(self.findings, record, to, self.config.check.remind_every)
    }

    fn has_news(&self, record: &Record) -> bool {
        self.prepared
            .addresses
            .iter()
            .any(|address| !self.news(record, &address.channel()).is_empty())
    }

    fn say_nothing_new(&self) {
        let n = tellable(self.findings);
        if n > 0 {
            self.printer.note(&self.language().pick(
                format!("新しく通知することはありません（{n} 件はすべて通知済みです）"),
                format!(
                    "Nothing new to send: {} told before.",
                    match n {
                        1 => "the one finding was".to_owned(),
                        n => format!("all {n} findings were"),
                    }
                ),
            ));
        }
    }

    fn cannot_remember(&self, refusal: &Refusal) -> Failed {
        let language = self.language();
        match refusal {
            Refusal::GitHub(error) => {
                let what = language.pick(
                    "通知の記録を GitHub に残せないため、通知しませんでした",
                    "nothing was sent, because it could not be remembered on GitHub",
                );
                self.failed(what, error)
            }
            Refusal::Unlabelled => {
                self.printer.error(
                    language.pick(
                        "通知の記録にラベルを付けられないため、通知しませんでした",
                        "nothing was sent: GitHub left out the label by which the record of it is found",
                    ),
                    Some(language.pick(
                        "ラベルの設定には triage 以上の権限のあるトークンが必要です",
                        "labels need a token with triage access or more",
                    )),
                );
                Failed
            }
        }
    }

    /// Sends one digest, and answers what of it arrived.
    async fn send(
        &self,
        address: &Address,
        new: Vec<&'a Finding>,
    ) -> (Vec<&'a Finding>, Result<(), Failed>) {
        let language = self.language();
        let messages = self.messages(address.sort(), new);
        let bodies: Vec<_> = messages
            .iter()
            .map(|message| message.body.clone())
            .collect();
        let (arrived, sent) = match Webhooks::new(Clock::real(), Patience::default()) {
            Ok(webhooks) => webhooks.post_all(address, &bodies).await,
            Err(error) => (0, Err(error)),
        };
        let told: Vec<&'a Finding> = messages
            .iter()
            .take(arrived)
            .flat_map(|message| message.told.iter().copied())
            .collect();
        let (name, n) = (address.sort().name(language), told.len());
        if n > 0 {
            self.printer.note(&language.pick(
                format!("{name} に {n} 件を通知しました"),
                format!("Told {name} of {}.", counted(n, "finding")),
            ));
        }
        let sent = sent.map_err(|error| {
            let left = messages
                .iter()
                .map(|message| message.told.len())
                .sum::<usize>()
                .saturating_sub(n);
            let message = error.message(language);
            let message = language.pick(
                format!("{left} 件を通知できませんでした。{message}"),
                format!("{} could not be told: {message}", counted(left, "finding")),
            );
            self.printer.error(&message, Some(&error.hint(language)));
            Failed
        });
        (told, sent)
    }

    /// The messages that tell this there.
    fn messages(&self, to: Sort, new: Vec<&'a Finding>) -> Vec<slack::Message<'a>> {
        if new.is_empty() {
            return Vec::new();
        }
        let digest = Digest::new(self.findings, new, self.language(), self.config);
        match to {
            Sort::Slack => slack::messages(&digest, self.config),
            Sort::Json => {
                let prints: Vec<String> = digest.new.iter().map(|finding| print(finding)).collect();
                let today = self.findings.today.to_string();
                let id = fingerprint_list(
                    std::iter::once(today.as_str()).chain(prints.iter().map(String::as_str)),
                );
                vec![slack::Message {
                    body: digest.json(&id, self.config),
                    told: digest.new,
                }]
            }
        }
    }
}

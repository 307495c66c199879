//! The last look at what customers are to read: no name of those who work here, no handle, no address, no link or path that leads inside,
//! nothing that blames anybody. Whatever the text came from, a template's own words included: what is found is refused, not taken out.

mod blame;
mod inside;
mod line;
mod persons;

use std::collections::BTreeSet;

use crate::config::{Config, Language, RepoName};
use crate::document::prose;
use crate::github::snapshot::Snapshot;
use crate::item::link::Target;
use crate::item::people::People;
use crate::item::vocabulary::Vocabulary;
use crate::item::words::fold;
use crate::workspace::Loaded;

use line::{Line, Script, host, is_inside, is_path, lower};

/// Hosts of services that teams use among themselves.
const SERVICES: [&str; 26] = [
    "slack.com",
    "atlassian.net",
    "pagerduty.com",
    "datadoghq.com",
    "datadoghq.eu",
    "grafana.net",
    "newrelic.com",
    "sentry.io",
    "opsgenie.com",
    "docs.google.com",
    "drive.google.com",
    "meet.google.com",
    "notion.so",
    "linear.app",
    "zoom.us",
    "teams.microsoft.com",
    "sharepoint.com",
    "console.aws.amazon.com",
    "rds.amazonaws.com",
    "elb.amazonaws.com",
    "compute.amazonaws.com",
    "notion.site",
    "esa.io",
    "kibe.la",
    "chatwork.com",
    "discord.gg",
];

/// What those outside may not read.
#[derive(Debug, Default)]
pub(super) struct Insiders {
    names: BTreeSet<String>,
    /// Names that the settings let customers read, as they are and in no other form.
    public: BTreeSet<String>,
    /// How ids of documents begin.
    ids: Vec<String>,
    hosts: BTreeSet<String>,
    /// Repositories and paths.
    literal: BTreeSet<String>,
    issues: BTreeSet<u64>,
    blame: Vec<String>,
}

/// What is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    Name,
    Handle,
    Email,
    Link,
    Repository,
    Path,
    Issue,
    Ticket,
    Machine,
    Channel,
    Blame,
}

impl What {
    pub(super) fn text(self, language: Language) -> &'static str {
        match self {
            What::Name => language.pick("担当者などの名前", "the name of an owner or participant"),
            What::Handle => language.pick("ハンドル", "a handle"),
            What::Email => language.pick("メールアドレス", "an e-mail address"),
            What::Link => language.pick("社内向けのリンク", "a link that leads inside"),
            What::Repository => {
                language.pick("リポジトリや文書の場所", "where repository or document are")
            }
            What::Path => language.pick("社内のパス", "an internal path"),
            What::Issue => language.pick("Issue の番号", "the number of an issue"),
            What::Ticket => language.pick(
                "チケットや社内文書の番号",
                "the number of a ticket or document",
            ),
            What::Machine => language.pick(
                "サーバーの名前やアドレス",
                "the name or address of a machine",
            ),
            What::Channel => language.pick("社内チャットのチャンネル", "a chat channel"),
            What::Blame => language.pick("人を責める表現", "blames a person"),
        }
    }
}

/// Something in a text that may not be there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Leak {
    /// Its line in the text, from 1; 0 where it is in no single one.
    pub(super) line: usize,
    /// What it is.
    pub(super) what: What,
    /// How it is written, in NFKC.
    pub(super) text: String,
}

impl Insiders {
    /// Those whom the documents, the settings and the issues know. `common` is text of our own: what is a word in it is no telling name.
    pub(super) fn of(
        documents: &[Loaded],
        vocabulary: &Vocabulary,
        config: &Config,
        snapshot: Option<&Snapshot>,
        common: &str,
    ) -> Insiders {
        let mut people = People::default();
        let mut insiders = Insiders {
            blame: vocabulary.blame.clone(),
            ..Insiders::default()
        };
        for loaded in documents {
            for name in People::of(&loaded.document, vocabulary).iter() {
                people.add(name);
            }
            for name in People::named_anywhere(&loaded.document, vocabulary).iter() {
                people.add(name);
            }
            if let Some(id) = &loaded.postmortem.id {
                insiders.ids.push(lower(&id.to_string()));
            }
            for (key, value) in &loaded.document.front_matter.values {
                if People::is_label(&key.replace('_', " "), vocabulary) {
                    people.add(value);
                }
            }
            // Whoever is called by a handle anywhere is known by it without its sign, too.
            let mentioned = loaded
                .document
                .source
                .lines()
                .filter(|line| line.contains(['@', '＠']));
            for (what, text) in mentioned.flat_map(|line| Line::of(line).addressed()) {
                if what == What::Handle {
                    people.add(text.split('/').next().unwrap_or_default());
                }
            }
            insiders.literal.insert(lower(&loaded.postmortem.path));
            for item in &loaded.postmortem.items {
                item.owners.iter().for_each(|owner| people.add(owner));
                match item.reference.as_ref().map(|reference| &reference.target) {
                    Some(Target::Other { url }) => insiders.hosts.extend(host(url)),
                    Some(Target::GitHub {
                        repository,
                        url,
                        number,
                    }) => {
                        insiders.issues.insert(*number);
                        insiders.hosts.extend(url.as_deref().and_then(host));
                        if let Some(repository) = repository {
                            insiders.add_repository(repository);
                        }
                    }
                    None => {}
                }
            }
        }
        for (name, owner) in config.owners.iter() {
            people.add(name);
            owner.github.iter().for_each(|login| people.add(login));
        }
        for issue in snapshot
            .iter()
            .flat_map(|snapshot| snapshot.issues.values())
        {
            issue.assignees.iter().for_each(|login| people.add(login));
            people.add(&issue.author);
            insiders.issues.insert(issue.number);
        }
        insiders.ids.push(lower(&config.documents.id_prefix));
        insiders
            .literal
            .insert(lower(&config.root.to_string_lossy()));
        insiders.add_names(&people, vocabulary, &config.templates.public, common);
        insiders
    }

    /// Names that tell who somebody is: those of roles and those that are words of our own texts don't.
    fn add_names(
        &mut self,
        people: &People,
        vocabulary: &Vocabulary,
        public: &[String],
        common: &str,
    ) {
        self.public = public.iter().map(|name| fold(name)).collect();
        let is_team = |name: &str| {
            let mut words = name.rsplit(' ');
            let last = words.next().unwrap_or_default();
            words.next().is_some()
                && vocabulary
                    .owner_suffixes
                    .iter()
                    .any(|suffix| suffix == last)
        };
        // Of `payments team` the first word alone is no name.
        let first_of_team: BTreeSet<&str> = people
            .iter()
            .filter(|name| is_team(name))
            .filter_map(|name| name.split_once(' ').map(|(first, _)| first))
            .collect();
        let common: Vec<Line> = common.lines().map(Line::of).collect();
        let forms = people
            .iter()
            .flat_map(|name| persons::forms(name, &vocabulary.owner_suffixes));
        for name in forms {
            let known = first_of_team.contains(name.as_str())
                || persons::is_function(&name)
                || vocabulary.roles.whole(&name).is_some()
                || vocabulary.is_placeholder(&name)
                || vocabulary.is_blank(&name)
                || !name.contains(char::is_alphabetic)
                || common.iter().any(|line| !line.names(&name).is_empty());
            if !known {
                self.names.insert(name);
            }
        }
    }

    /// A repository whose name leads inside.
    pub(super) fn add_repository(&mut self, repository: &RepoName) {
        self.literal.insert(lower(&repository.to_string()));
    }

    /// A server whose pages are for those inside: `https://github.com` or its host.
    pub(super) fn add_server(&mut self, address: &str) {
        self.hosts.extend(host(address));
    }

    /// A file of ours.
    pub(super) fn add_path(&mut self, path: &str) {
        self.literal.insert(lower(path));
    }

    /// All that may not be in a text, in the order of its lines. What is in `made` is known to hold nothing.
    pub(super) fn leaks(&self, text: &str, made: &[&str]) -> Vec<Leak> {
        let mut made: Vec<String> = made.iter().map(|text| lower(text)).collect();
        made.retain(|text| !text.is_empty());
        made.sort_by_key(|text| std::cmp::Reverse(text.len()));
        let mut found = BTreeSet::new();
        // As it is, where links and comments show; and as it reads, where no markup parts a name.
        for (at, line) in text.lines().enumerate() {
            self.look(&self.line(line, &made), at + 1, &mut found);
        }
        let mut read = BTreeSet::new();
        let mut joined = String::new();
        for line in prose::plain(text).lines() {
            let line = self.line(line, &made);
            self.look(&line, 0, &mut read);
            joined.extend(line.low.chars().filter(|c| !c.is_whitespace()));
        }
        // A Japanese name may be parted by a line end.
        let wide = |name: &&String| {
            name.chars().count() > 1 && name.chars().all(|c| Script::of(c) == Script::Han)
        };
        let joined = Line::of(&joined);
        for name in self.names.iter().filter(wide) {
            if let Some(text) = persons::named(&joined, name) {
                read.insert(Leak {
                    line: 0,
                    what: What::Name,
                    text,
                });
            }
        }
        let known = |leak: &Leak| {
            found
                .iter()
                .any(|f: &Leak| f.what == leak.what && lower(&f.text) == lower(&leak.text))
        };
        let more: Vec<Leak> = read.iter().filter(|leak| !known(leak)).cloned().collect();
        found.into_iter().chain(more).collect()
    }

    /// A line without what is known to hold nothing and the names that the settings let through.
    fn line(&self, text: &str, made: &[String]) -> Line {
        let mut line = Line::without(text, made);
        for name in &self.public {
            let places = line.names(name);
            line.blot(&places);
        }
        line
    }

    /// What in a text blames people, as it is written, each once.
    pub(super) fn blamed(&self, text: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for line in prose::plain(text).lines() {
            found.extend(self.blame_in(&Line::of(line)));
        }
        found
    }

    fn blame_in(&self, line: &Line) -> Vec<String> {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let mut found = blame::found(line, &names);
        for phrase in &self.blame {
            let letter = |c: char| phrase.is_ascii() && c.is_ascii_alphanumeric();
            let inside = |c: char| !phrase.starts_with('\'') && letter(c);
            found.extend(line.starts(phrase, inside));
        }
        found
    }

    fn look(&self, line: &Line, at: usize, found: &mut BTreeSet<Leak>) {
        let mut add = |what: What, text: &str| {
            // What the settings let through is no name of a machine either: `WH-1000`.
            if !self.public.contains(&fold(text)) {
                found.insert(Leak {
                    line: at,
                    what,
                    text: text.to_owned(),
                });
            }
        };
        for name in &self.names {
            if let Some(written) = persons::named(line, name) {
                add(What::Name, &written);
            }
        }
        for name in persons::marked(line) {
            add(What::Name, &name);
        }
        for (what, text) in line.addressed() {
            add(what, &text);
        }
        for (what, text) in inside::found(line, &self.ids) {
            add(what, &text);
        }
        let hosts = self.hosts.iter().map(String::as_str).chain(SERVICES);
        for host in hosts {
            let joins = |c: char| c.is_ascii_alphanumeric() || c == '-';
            if let Some(written) = line.has(host, joins) {
                add(What::Link, &written);
            }
        }
        for url in line.low.match_indices("://").map(|(at, _)| &line.low[at..]) {
            if let Some(host) = host(url).filter(|host| is_inside(host)) {
                add(What::Link, &host);
            }
        }
        for literal in &self.literal {
            let joins = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            if let Some(written) = line.has(literal, joins) {
                add(What::Repository, &written);
            }
        }
        for (_, token) in line.tokens() {
            let low = token.to_ascii_lowercase();
            if is_path(&low) {
                add(What::Path, &token);
            } else if self.is_issue(&low) {
                add(What::Issue, &token);
            }
        }
        for phrase in self.blame_in(line) {
            add(What::Blame, &phrase);
        }
    }

    /// Whether a token names an issue: `#12` of those we know, `owner/name#12`, `gh-12`.
    fn is_issue(&self, token: &str) -> bool {
        let token = token.trim_end_matches(['.', ':', '!', '?']);
        if let Some(number) = token.strip_prefix("gh-") {
            return number.parse::<u64>().is_ok();
        }
        let Some((before, number)) = token.rsplit_once('#') else {
            return false;
        };
        let number = number.parse::<u64>().ok();
        number.is_some_and(|number| match before {
            "" => self.issues.contains(&number),
            repository => repository.parse::<RepoName>().is_ok(),
        })
    }
}

/// Whether a line of a source holds what was found, however it is written there.
pub(super) fn holds(line: &str, found: &str) -> bool {
    lower(line).contains(&lower(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insiders(names: &[&str]) -> Insiders {
        let mut people = People::default();
        names.iter().for_each(|name| people.add(name));
        let mut insiders = Insiders {
            blame: Vocabulary::built_in().blame.clone(),
            ..Insiders::default()
        };
        insiders.add_names(
            &people,
            Vocabulary::built_in(),
            &["App Store".into()],
            "the common text",
        );
        insiders.add_server("https://github.com");
        insiders.add_path("postmortems/042.md");
        insiders.literal.insert("octo-org/service".into());
        insiders.issues.insert(12);
        insiders
    }

    #[test]
    fn what_leads_inside_is_found_however_it_is_written() {
        let guard = insiders(&[
            "@alice",
            "田中 太郎",
            "森",
            "Bo",
            "サトウ",
            "Ann Lee (SRE)",
            "Payments team",
            "O'Brien",
        ]);
        for (text, what, quoted) in [
            ("see ＠ａｌｉｃｅ", What::Handle, "@alice"),
            ("Alice did it", What::Name, "alice"),
            ("al\u{200b}ice did it", What::Name, "alice"),
            ("ask **al**ice", What::Name, "alice"),
            ("<!-- alice -->", What::Name, "alice"),
            ("田中が対応", What::Name, "田中"),
            ("田\n中が対応", What::Name, "田中"),
            ("森さんが対応", What::Name, "森"),
            ("Bo fixed it", What::Name, "bo"),
            ("ｻﾄｳが", What::Name, "サトウ"),
            ("Ann Lee", What::Name, "ann"),
            ("the Payments Team knows", What::Name, "payments team"),
            ("O\u{2019}Brien", What::Name, "o'brien"),
            ("O&#39;Brien", What::Name, "o'brien"),
            ("@nobody-known", What::Handle, "@nobody-known"),
            ("@田中", What::Handle, "@田中"),
            (
                "mail bob.x@corp.example.",
                What::Email,
                "bob.x@corp.example",
            ),
            ("[it](https://github.com/a/b)", What::Link, "github.com"),
            ("gist.github.com/x", What::Link, "github.com"),
            ("https://acme.slack.com/archives/1", What::Link, "slack.com"),
            ("http://grafana/d/1", What::Link, "grafana"),
            ("https://wiki.corp/x", What::Link, "wiki.corp"),
            ("http://10.1.2.3:8080/", What::Link, "10.1.2.3"),
            ("in octo-org/service", What::Repository, "octo-org/service"),
            ("postmortems/042.md", What::Repository, "postmortems/042.md"),
            ("see src/db/pool.rs.", What::Path, "src/db/pool.rs."),
            ("/var/log/app", What::Path, "/var/log/app"),
            ("C:\\temp\\x", What::Path, "c:\\temp\\x"),
            ("see #12", What::Issue, "#12"),
            ("acme/web#7", What::Issue, "acme/web#7"),
            ("due to Human Error", What::Blame, "human error"),
            ("担当者のミスにより", What::Blame, "担当者のミス"),
            ("it was Someone's fault", What::Blame, "'s fault"),
        ] {
            let leaks = guard.leaks(text, &[]);
            assert!(
                leaks
                    .iter()
                    .any(|leak| leak.what == what && lower(&leak.text) == quoted),
                "{text}: {leaks:?}"
            );
        }
    }

    #[test]
    fn what_customers_may_read_is_let_through() {
        let guard = insiders(&[
            "Alice",
            "森",
            "Bo",
            "May",
            "App Store",
            "Payments team",
            "SRE",
            "common",
            "サトウ",
        ]);
        for text in [
            "The App Store took it; payments were slow. SRE.",
            "a bo tree, malice, 森林と青森",
            "シサトウ",
            "common sense",
            "24/7, and/or, TCP/IP, 2025/01/05, no. 12",
            "https://status.example.com/incidents/1 and example.com/help.html",
            "/v1/charges answered 500, v1.2.3",
            "14:20 @ 14:45",
            "a@ b",
        ] {
            assert_eq!(guard.leaks(text, &[]), [], "{text}");
        }
        let made = "On 5 May 2025, an incident affected our service.";
        assert_eq!(guard.leaks(&format!("{made} x"), &[made]), []);
        assert_eq!(guard.leaks("It may be back", &[made]), []);
        assert_eq!(guard.leaks("We asked May again", &[made])[0].text, "May");
    }
}

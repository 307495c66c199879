//! The text of a new `pm-sync.toml`. Pure: what was found in, TOML out, in the language of the people who will read it.
//!
//! What is sure stands there as a setting; what a person has to decide stands there as a comment with the words that were found.

use chrono_tz::Tz;
use unicode_width::UnicodeWidthStr as _;

use super::fill;
use super::remote::Remote;
use super::survey::Survey;
use crate::config::{Language, LanguageChoice};

/// What the settings are made of.
#[derive(Debug)]
pub(super) struct Facts<'f> {
    /// The documents.
    pub(super) survey: &'f Survey,
    /// The repository.
    pub(super) remote: &'f Remote,
    /// Whether the user's locale names another language than that of the documents.
    pub(super) foreign: bool,
    /// The time zone, where it is sure.
    pub(super) zone: Option<Tz>,
}

const EN: &str = include_str!("settings.en.toml");
const JA: &str = include_str!("settings.ja.toml");

/// The settings for what was found, commented in `language`.
pub(super) fn text(facts: &Facts<'_>, language: Language) -> String {
    let Facts {
        survey,
        remote,
        foreign,
        zone,
    } = facts;
    let written = survey.language.unwrap_or(LanguageChoice::Auto);
    // The setting is that of messages, too: who reads another language than the documents' would not get them in it.
    let pinned = match written {
        LanguageChoice::Ja | LanguageChoice::En if *foreign => {
            let why = language.pick(
                "Issue は文書の言語、メッセージはロケールの言語になります",
                "issues are in the language of each document, messages in that of your locale",
            );
            format!("{}  # {why}", quoted(LanguageChoice::Auto.as_str()))
        }
        written => quoted(written.as_str()),
    };
    let timezone = match zone {
        Some(zone) => format!("timezone = {}", quoted(zone.name())),
        // Only a wish, but the one that is nearly always right.
        None if written == LanguageChoice::Ja || language == Language::Ja => {
            "#timezone = \"Asia/Tokyo\"".to_owned()
        }
        None => "#timezone = \"Europe/Berlin\"".to_owned(),
    };
    let paths: Vec<&str> = match (survey.paths.as_slice(), &survey.likely) {
        ([], Some(folder)) => vec![folder],
        ([], None) => vec!["postmortems"],
        (paths, _) => paths.iter().map(String::as_str).collect(),
    };
    let perhaps = if survey.perhaps.is_empty() {
        String::new()
    } else {
        let perhaps: Vec<&str> = survey.perhaps.iter().map(String::as_str).collect();
        let perhaps = list(&perhaps);
        language.pick(
            format!("\n# {perhaps} にもアクションアイテムがあります。ポストモーテムなら、ここに書いてください。"),
            format!("\n# There are action items in {perhaps} too: if those are postmortems, write that here."),
        )
    };
    let prefix = survey.id_prefix.as_deref().filter(|p| *p != "PM-");
    let prefix = prefix.map_or(String::new(), |prefix| {
        let comment = language.pick(
            "# 番号だけのファイル名に付く接頭辞: 042.md は",
            "# Goes before the number of a file that is named by a number: 042.md is",
        );
        let prefix_text = quoted(prefix);
        format!(
            "\n{comment} {prefix}042{}\nid_prefix = {prefix_text}\n",
            language.pick("。", ".")
        )
    });
    let sections = listed(
        &survey.sections,
        language.pick(
            "# 読まなかった節のうち、チェックボックスや担当者があるもの。アクションアイテムの節なら # を外してください。",
            "# Sections with boxes or owners that are not read. Uncomment those of action items.",
        ),
        |names| format!("#sections = {names}"),
    );
    let columns = listed(
        &survey.columns,
        language.pick(
            "# 読み方の分からない列。使うなら id, title, owner, due, status, priority, kind, issue のどれかに振り分けてください。",
            "# Columns that say nothing to pm-sync. Those of use go to id, title, owner, due, status, priority, kind or issue.",
        ),
        |names| format!("#columns = {{ kind = {names} }}"),
    );
    let owners = if survey.owners.is_empty() {
        language
            .pick(
                "#\"SREチーム\" = [\"alice\", \"bob\"]",
                "#\"SRE team\" = [\"alice\", \"bob\"]",
            )
            .to_owned()
    } else {
        let comment = language.pick(
            "# 文書にあった名前です（多い順）。ユーザー名を入れて # を外してください。",
            "# The names in the documents, most frequent first: fill in the logins and uncomment.",
        );
        let names = survey.owners.iter().map(|(name, _)| {
            // An empty list would say that the name is nobody on purpose.
            format!("\n#{} = [\"login\"]", quoted(name))
        });
        format!("{comment}{}", names.collect::<String>())
    };
    let template = language.pick(JA, EN);
    fill(
        template,
        &[
            ("version", env!("CARGO_PKG_VERSION")),
            ("timezone", &timezone),
            ("language", &pinned),
            ("paths", &long_list(&paths)),
            ("perhaps", &perhaps),
            ("prefix", &prefix),
            ("sections", &sections),
            ("columns", &columns),
            ("repository", &repository(remote, language)),
            ("owners", &owners),
        ],
    )
}

fn repository(remote: &Remote, language: Language) -> String {
    match remote {
        Remote::Known { repository, api } => {
            let api = api
                .as_ref()
                .map_or(String::new(), |api| format!("\napi_url = {}", quoted(api)));
            format!("repository = {}{api}", quoted(repository))
        }
        Remote::Unsure { repository, host } => {
            let comment = language.pick(
                format!("# origin は {host} です。GitHub Enterprise Server なら次の 2 行の # を外してください。"),
                format!("# The origin is on {host}. If that is a GitHub Enterprise Server, uncomment these two."),
            );
            let (repository, api) = (
                quoted(repository),
                quoted(&format!("https://{host}/api/v3")),
            );
            format!("{comment}\n#repository = {repository}\n#api_url = {api}")
        }
        Remote::Absent => "#repository = \"owner/name\"".to_owned(),
    }
}

/// A comment and a line with names, where there are any.
fn listed(names: &[String], comment: &str, line: impl Fn(&str) -> String) -> String {
    if names.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    format!("\n{comment}\n{}\n", line(&list(&names)))
}

fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    format!("[{}]", quoted.join(", "))
}

/// A list that has a line for each name where one line would be too long.
fn long_list(names: &[&str]) -> String {
    let short = list(names);
    if short.width() <= 100 {
        return short;
    }
    let lines = names.iter().map(|name| format!("    {},\n", quoted(name)));
    format!("[\n{}]", lines.collect::<String>())
}

/// A basic string of TOML on one line, whatever is in it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{Config, OwnerMatch};

    fn survey() -> Survey {
        Survey {
            documents: 2,
            items: 3,
            paths: vec!["docs/障害 \"2025\"".into(), "a\\b\n.md".into()],
            language: Some(LanguageChoice::Ja),
            id_prefix: Some("INC-".into()),
            owners: vec![("SREチーム".into(), 2), ("O\"Neill\\".into(), 1)],
            sections: vec!["宿題".into()],
            columns: vec!["ストーリー点".into()],
            ..Survey::default()
        }
    }

    fn config(text: &str) -> Config {
        Config::parse(text, Path::new("/x")).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    #[test]
    fn what_was_found_is_what_the_settings_say() {
        let remote = Remote::Known {
            repository: "octo-org/service".into(),
            api: Some("https://github.example.com/api/v3".into()),
        };
        for language in [Language::Ja, Language::En] {
            let survey = survey();
            let facts = Facts {
                survey: &survey,
                remote: &remote,
                foreign: false,
                zone: Some(Tz::Asia__Tokyo),
            };
            let text = text(&facts, language);
            assert!(!text.contains("@@"), "{text}");
            let read = config(&text);
            assert_eq!(read.timezone, Tz::Asia__Tokyo);
            assert_eq!(read.language, LanguageChoice::Ja);
            assert_eq!(read.documents.paths, survey.paths);
            assert_eq!(read.documents.id_prefix, "INC-");
            let repository = read.github.repository.map(|name| name.to_string());
            assert_eq!(repository.as_deref(), Some("octo-org/service"));
            assert!(read.github.api_url.is_some());
            assert!(text.chars().all(|c| !c.is_control() || c == '\n'));

            // Uncommented as the comments say, the rest is settings too.
            let all = text
                .lines()
                .map(|line| match line.strip_prefix('#') {
                    Some(rest) if rest.starts_with(|c: char| c != ' ') => rest,
                    _ => line,
                })
                .collect::<Vec<_>>()
                .join("\n");
            let read = config(&all);
            assert_eq!(read.documents.sections, ["宿題"]);
            assert_eq!(read.documents.columns.len(), 1);
            for (name, _) in &survey.owners {
                let logins = read.owner_logins(name);
                assert!(
                    matches!(logins, OwnerMatch::Mapped { .. }),
                    "{name}: {logins:?}"
                );
            }
        }
    }

    #[test]
    fn with_nothing_found_the_defaults_hold() {
        for (language, zone) in [
            (Language::Ja, "Asia/Tokyo"),
            (Language::En, "Europe/Berlin"),
        ] {
            let facts = Facts {
                survey: &Survey::default(),
                remote: &Remote::Absent,
                foreign: false,
                zone: None,
            };
            let text = text(&facts, language);
            assert_eq!(config(&text), Config::default_at(Path::new("/x")), "{text}");
            assert!(text.contains(&format!("#timezone = \"{zone}\"")), "{text}");
        }
    }

    #[test]
    fn a_server_that_may_not_be_github_is_left_to_the_user() {
        let facts = Facts {
            survey: &Survey::default(),
            remote: &Remote::Unsure {
                repository: "octo-org/service".into(),
                host: "git.example.com".into(),
            },
            foreign: false,
            zone: None,
        };
        let text = text(&facts, Language::En);
        assert_eq!(config(&text).github.repository, None);
        assert!(text.contains("#api_url = \"https://git.example.com/api/v3\""));
    }
}

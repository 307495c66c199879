//! The text of a workflow for GitHub Actions and of a line for cron. Pure: settings and clocks in, text out.
//!
//! Nothing that a person writes becomes part of a shell line or an expression: the workflow hands over constants, and the crontab quotes.

use super::clock::Morning;
use super::fill;
use crate::config::Language;

/// actions/checkout v6.0.2, by the commit that its tag names.
const CHECKOUT: &str = "de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2";

/// The commit of this release, set by the release workflow. A build from elsewhere can only name the tag.
const RELEASE_COMMIT: Option<&str> = option_env!("PM_SYNC_RELEASE_COMMIT");

/// What a workflow is made of.
#[derive(Debug)]
pub(super) struct Workflow<'w> {
    /// The default branch; `main` where nobody says.
    pub(super) branch: &'w str,
    /// `documents.paths`.
    pub(super) documents: &'w [String],
    /// The settings' file from the top of the checkout, with `/`: `pm-sync.toml`, `ops/pm-sync.toml`.
    pub(super) settings: &'w str,
    /// When it runs, in UTC.
    pub(super) morning: &'w Morning,
    /// The name of the team's time zone.
    pub(super) zone: &'w str,
    /// Whether the issues are in another repository, for which the token of Actions is no good.
    pub(super) elsewhere: bool,
    /// Whether the server is a GitHub Enterprise Server, which doesn't have all actions of github.com.
    pub(super) enterprise: bool,
}

/// The workflow, commented in `language`.
pub(super) fn workflow(workflow: &Workflow<'_>, language: Language) -> String {
    let Workflow {
        branch,
        documents,
        settings,
        morning,
        zone,
        elsewhere,
        enterprise,
    } = workflow;
    let paths = filter(documents, settings).map_or(String::new(), |patterns| {
        let lines = patterns
            .iter()
            .map(|pattern| format!("\n      - {}", quoted(pattern)));
        format!("\n    paths:{}", lines.collect::<String>())
    });
    let Morning {
        cron,
        local,
        winter,
    } = morning;
    let morning = match winter {
        None => language.pick(
            format!("平日の {local}（{zone}）。"),
            format!("Working days at {local} in {zone}."),
        ),
        Some(winter) => language.pick(
            format!("平日の {local}（{zone}、夏時間でない間は {winter}）。"),
            format!("Working days at {local} in {zone}; at {winter} while there is no daylight saving time."),
        ),
    };
    let own = "github.event_name == 'pull_request'";
    // What another repository needs is a secret, which a fork doesn't get.
    let preview = match elsewhere {
        false => own.to_owned(),
        true => {
            format!("{own} && github.event.pull_request.head.repo.full_name == github.repository")
        }
    };
    let mut with = String::new();
    if let Some((folder, _)) = settings.rsplit_once('/') {
        with.push_str(&format!(
            "\n          working-directory: {}",
            quoted(folder)
        ));
    }
    if settings.rsplit('/').next() != Some(crate::config::FILE_NAME) {
        with.push_str(&format!(
            "\n          config: {}",
            quoted(settings.rsplit('/').next().unwrap_or(settings))
        ));
    }
    if *elsewhere {
        let comment = language.pick(
            "# Issue が別のリポジトリにあるため、そこに書けるトークンが要ります。",
            "# The issues are in another repository: a token that may write there.",
        );
        with.push_str(&format!(
            "\n          {comment}\n          token: ${{{{ secrets.PM_SYNC_TOKEN }}}}"
        ));
    }
    let branch = if is_plain_branch(branch) {
        branch
    } else {
        "main"
    };
    fill(
        language.pick(
            include_str!("workflow.ja.yml"),
            include_str!("workflow.en.yml"),
        ),
        &[
            ("paths", &paths),
            ("branch", &quoted(branch)),
            ("morning", &morning),
            ("cron", cron),
            ("preview-if", &preview),
            ("checkout", CHECKOUT),
            ("uses", &uses(*enterprise, language)),
            ("with", &with),
        ],
    )
}

/// The step that runs pm-sync. The action is the one of this release: it installs the same release's binary, whose checksum it verifies.
fn uses(enterprise: bool, language: Language) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut out = String::new();
    if enterprise {
        out.push_str(language.pick(
            "      # GitHub Enterprise Server では GitHub Connect が要ります。なければ action を社内に複製してください。\n",
            "      # A GitHub Enterprise Server needs GitHub Connect for this, or a copy of the action.\n",
        ));
    }
    match RELEASE_COMMIT {
        Some(commit) => out.push_str(&format!(
            "      - uses: pm-sync/pm-sync@{commit} # v{version}"
        )),
        None => {
            out.push_str(language.pick(
                "      # タグの代わりにリリースのコミットを書くと、より確実に固定できます。\n",
                "      # Pinned by its release; the commit of that tag in its place is safer still.\n",
            ));
            out.push_str(&format!("      - uses: pm-sync/pm-sync@v{version}"));
        }
    }
    out
}

/// The patterns of `on.*.paths` that take in what `documents.paths` does; `None` where they lie out of the checkout, and every change counts.
fn filter(documents: &[String], settings: &str) -> Option<Vec<String>> {
    let folder = settings.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut patterns = Vec::new();
    for path in documents {
        let path = path.trim_start_matches("./").trim_end_matches('/');
        if path.starts_with('/') || path.split('/').any(|part| part == "..") {
            return None;
        }
        let inside = pattern(path);
        let whole = match (folder, inside.as_str()) {
            ("", "" | ".") => String::new(),
            (folder, "" | ".") => pattern_literal(folder),
            ("", inside) => inside.to_owned(),
            (folder, inside) => format!("{}/{inside}", pattern_literal(folder)),
        };
        // A glob may match folders and files alike; what ends like a document is none, and what is neither is a folder.
        let is_file = is_file(path);
        if is_file || inside.contains('*') {
            patterns.push(whole.clone());
        }
        if !is_file {
            let slash = if whole.is_empty() { "" } else { "/" };
            patterns.push(format!("{whole}{slash}**"));
        }
    }
    patterns.push(pattern_literal(settings));
    patterns.dedup();
    Some(patterns)
}

/// Whether a path ends as documents do, so that it is no folder.
fn is_file(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| {
        crate::document::files::EXTENSIONS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(ending))
    })
}

/// A glob of ours as GitHub's filters write it: `?`, classes and braces, which mean something else there or nothing, become `*`.
fn pattern(glob: &str) -> String {
    let mut out = String::new();
    let mut inside = None;
    // Several in a row are one: two stars would take in folders too.
    let any = |out: &mut String| {
        if !out.ends_with('*') {
            out.push('*');
        }
    };
    for c in glob.chars() {
        match (inside, c) {
            (Some(close), c) if c == close => inside = None,
            (Some(_), _) => {}
            (None, '[' | '{') => {
                inside = Some(if c == '[' { ']' } else { '}' });
                any(&mut out);
            }
            (None, '?') => any(&mut out),
            (None, '+' | '\\') => out.extend(['\\', c]),
            (None, '!') if out.is_empty() => out.push_str("\\!"),
            (None, c) => out.push(c),
        }
    }
    out
}

/// A path whose every character stands for itself.
fn pattern_literal(path: &str) -> String {
    let mut out = String::new();
    for c in path.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '+' | '\\') || (c == '!' && out.is_empty()) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Whether a branch's name means itself in a filter, and can stand anywhere.
fn is_plain_branch(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/'))
}

/// A string of YAML on one line: JSON's are YAML's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// What a crontab line is made of.
#[derive(Debug)]
pub(super) struct Crontab<'c> {
    /// The folder to run in.
    pub(super) folder: &'c str,
    /// The binary's folder.
    pub(super) binaries: &'c str,
    /// The settings, where they aren't the folder's own `pm-sync.toml`.
    pub(super) config: Option<&'c str>,
    /// When it runs, by the machine's clock.
    pub(super) morning: &'c Morning,
}

/// The line and what to know about it.
pub(super) fn crontab(crontab: &Crontab<'_>, language: Language) -> String {
    let Crontab {
        folder,
        binaries,
        config,
        morning,
    } = crontab;
    let config = config.map_or(String::new(), |config| {
        format!("export PM_SYNC_CONFIG={}; ", shell(config))
    });
    // cron knows few folders: `gh`, which may have the token, is looked for beside pm-sync and where packages put it. `check` runs whatever
    // became of `sync`: what is late is late.
    let command = format!(
        "cd {} && {{ export PATH={}:/usr/local/bin:\"$PATH\"; {config}f=\"$HOME/.config/pm-sync/env\"; set -a; if [ -r \"$f\" ]; then . \"$f\"; fi; \
         set +a; pm-sync sync; pm-sync check; }} >>\"$HOME/pm-sync.log\" 2>&1",
        shell(folder),
        shell(binaries),
    );
    // A percent sign ends the command for cron, wherever it stands.
    let line = format!("{} {}", morning.cron, command.replace('%', "\\%"));
    fill(
        language.pick(
            include_str!("crontab.ja.txt"),
            include_str!("crontab.en.txt"),
        ),
        &[("local", &morning.local), ("line", &line)],
    )
}

/// One word of a POSIX shell.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(documents: &[&str], settings: &str) -> Option<Vec<String>> {
        let documents: Vec<String> = documents.iter().map(|&path| path.to_owned()).collect();
        filter(&documents, settings)
    }

    #[test]
    fn filters_take_in_what_the_settings_do() {
        for (documents, settings, expected) in [
            (
                &["postmortems"][..],
                "pm-sync.toml",
                Some(vec!["postmortems/**", "pm-sync.toml"]),
            ),
            (
                &["./docs/pm/"],
                "pm-sync.toml",
                Some(vec!["docs/pm/**", "pm-sync.toml"]),
            ),
            (
                &["docs/*incident*.md"],
                "pm-sync.toml",
                Some(vec!["docs/*incident*.md", "pm-sync.toml"]),
            ),
            (
                &["**/postmortems"],
                "pm-sync.toml",
                Some(vec!["**/postmortems", "**/postmortems/**", "pm-sync.toml"]),
            ),
            (
                &["docs/a?[0-9]{x,y}.md"],
                "pm-sync.toml",
                Some(vec!["docs/a*.md", "pm-sync.toml"]),
            ),
            (
                &["c++/!a"],
                "pm-sync.toml",
                Some(vec!["c\\+\\+/!a/**", "pm-sync.toml"]),
            ),
            (&["."], "pm-sync.toml", Some(vec!["**", "pm-sync.toml"])),
            (
                &["pm"],
                "ops/pm-sync.toml",
                Some(vec!["ops/pm/**", "ops/pm-sync.toml"]),
            ),
            (&["../pm"], "ops/pm-sync.toml", None),
            (&["/srv/pm"], "pm-sync.toml", None),
        ] {
            let expected = expected.map(|e| e.iter().map(|&p| p.to_owned()).collect());
            assert_eq!(patterns(documents, settings), expected, "{documents:?}");
        }
    }

    #[test]
    fn what_people_name_their_folders_stays_a_string() {
        let morning = super::super::clock::local("x");
        let documents = ["a\"\n  - b: ${{ secrets.X }}".to_owned()];
        let text = workflow(
            &Workflow {
                branch: "x\"]\nevil: [\"",
                documents: &documents,
                settings: "pm-sync.toml",
                morning: &morning,
                zone: "Asia/Tokyo",
                elsewhere: false,
                enterprise: false,
            },
            Language::En,
        );
        assert!(text.contains("branches: [\"main\"]"), "{text}");
        assert!(text.contains(r#"- "a\"\n  - b: "#), "{text}");
        assert!(!text.contains("evil"), "{text}");
    }

    #[test]
    fn a_crontab_line_is_one_line_whatever_the_folder() {
        let morning = super::super::clock::local("x");
        let text = crontab(
            &Crontab {
                folder: "/srv/it's 100%/pm",
                binaries: "/usr/bin",
                config: Some("/etc/p m.toml"),
                morning: &morning,
            },
            Language::En,
        );
        let line = text.lines().last().expect("a line");
        assert!(line.contains(r"cd '/srv/it'\''s 100\%/pm' && "), "{line}");
        assert!(
            line.contains("export PM_SYNC_CONFIG='/etc/p m.toml'; "),
            "{line}"
        );
        assert_eq!(line.matches('%').count(), line.matches("\\%").count());
        assert!(text.lines().rev().skip(1).all(|line| line.starts_with('#')));
    }
}

//! What `init` tells: what it found and what it didn't, and the commands that come next.

use unicode_width::UnicodeWidthStr as _;

use super::remote::Remote;
use super::survey::Survey;
use crate::cli::Schedule;
use crate::config::{FILE_NAME, Language, LanguageChoice};
use crate::list::counted;
use crate::output::{BOLD, GOOD, WARN, plain, styled};
use crate::show::quoted;

/// What was found and what wasn't, a line each.
pub(super) fn found(
    survey: &Survey,
    remote: &Remote,
    zone: Option<(chrono_tz::Tz, &str)>,
    language: Language,
) -> String {
    let mut lines: Vec<(bool, &str, String)> = Vec::new();
    let label = |ja: &'static str, en: &'static str| language.pick(ja, en);
    let documents = label("文書", "documents");
    let perhaps = survey.perhaps.join(language.pick("、", ", "));
    match (survey.documents, &survey.likely) {
        (0, None) if !perhaps.is_empty() => lines.push((false, documents, language.pick(
            format!("確かなポストモーテムは見つかりません。{perhaps} にアクションアイテムがあります。ポストモーテムなら documents.paths に書いてください"),
            format!("no postmortems found for sure; {perhaps} has action items: if those are postmortems, set documents.paths to it"),
        ))),
        (0, None) => lines.push((false, documents, language.pick(
            "ポストモーテムが見つかりません。postmortems に置くか、documents.paths を書き換えてください".into(),
            "no postmortems found: put them in postmortems, or change documents.paths".into(),
        ))),
        (0, Some(folder)) => lines.push((false, documents, language.pick(
            format!("{folder} にまだポストモーテムがありません"),
            format!("no postmortems yet in {folder}"),
        ))),
        (count, _) => {
            let mut paths = survey.paths.iter().take(3).cloned().collect::<Vec<_>>().join(language.pick("、", ", "));
            if survey.paths.len() > 3 {
                paths.push_str(language.pick(" ほか", ", …"));
            }
            lines.push((true, documents, language.pick(
                format!("ポストモーテム {count} 件、アクションアイテム {} 件（{paths}）", survey.items),
                format!("{} with {} in {paths}", counted(count, "postmortem"), counted(survey.items, "action item")),
            )));
        }
    }
    if survey.cut {
        lines.push((
            false,
            documents,
            language.pick(
                "文書が多すぎるため、途中までしか調べていません".into(),
                "there are more documents than were looked at".into(),
            ),
        ));
    }
    if let Some(written) = survey.language {
        let names = match written {
            LanguageChoice::Ja => language.pick("日本語", "Japanese"),
            LanguageChoice::En => language.pick("英語", "English"),
            LanguageChoice::Auto => language.pick("日本語と英語", "Japanese and English"),
        };
        lines.push((true, label("言語", "language"), names.to_owned()));
    }
    let repository = label("リポジトリ", "repository");
    lines.push(match remote {
        Remote::Known { repository: name, api } => {
            let server = api.as_ref().map_or(String::new(), |api| format!(" ({api})"));
            (true, repository, format!("{name}{server}"))
        }
        Remote::Unsure { repository: name, host } => (false, repository, language.pick(
            format!("origin は {host} の {name} です。GitHub かどうか分からないので、コメントにしました"),
            format!("origin is {name} on {host}, which may not be GitHub: left as a comment"),
        )),
        Remote::Absent => (false, repository, language.pick(
            "GitHub の origin がありません。github.repository を書いてください".into(),
            "no origin on GitHub: set github.repository".into(),
        )),
    });
    let timezone = label("タイムゾーン", "time zone");
    lines.push(match zone {
        Some((zone, source)) => (true, timezone, format!("{} ({source})", zone.name())),
        None => (
            false,
            timezone,
            language.pick(
                "分かりません。timezone を書いてください（それまでは UTC）".into(),
                "not known: set timezone (until then UTC)".into(),
            ),
        ),
    });
    if let Some(prefix) = survey.id_prefix.as_deref() {
        lines.push((true, "ID", format!("{prefix}…")));
    }
    if survey.documents > 0 && survey.without_id > 0 {
        let count = survey.without_id;
        lines.push((
            false,
            "ID",
            language.pick(
                format!("ID のない文書が {count} 件。`pm-sync push --assign-ids` で付けられます"),
                format!(
                    "{} without one: `pm-sync push --assign-ids` gives it",
                    counted(count, "document")
                ),
            ),
        ));
    }
    if !survey.owners.is_empty() {
        let names: Vec<String> = survey
            .owners
            .iter()
            .take(4)
            .map(|(name, count)| format!("{name} ({count})"))
            .collect();
        let more = if survey.owners.len() > names.len() {
            ", …"
        } else {
            ""
        };
        let names = names.join(", ");
        lines.push((
            false,
            label("担当者", "owners"),
            language.pick(
                format!("[owners] にユーザー名を書いてください: {names}{more}"),
                format!("fill in their logins below [owners]: {names}{more}"),
            ),
        ));
    }
    let width = lines
        .iter()
        .map(|(_, label, _)| label.width())
        .max()
        .unwrap_or(0);
    let mut out = String::new();
    for (is_fine, label, text) in lines {
        let sign = if is_fine {
            styled(GOOD, "✓")
        } else {
            styled(WARN, "!")
        };
        let pad = " ".repeat(width - label.width());
        out.push_str(&format!(
            "{sign} {}{pad}  {}\n",
            styled(BOLD, label),
            plain(&text)
        ));
    }
    out.push('\n');
    out
}

/// That the workflow's branch is a guess.
pub(super) fn guessed(branch: &str, language: Language) -> String {
    let label = language.pick("ブランチ", "branch");
    let text = language.pick(
        format!("既定のブランチが分からないため、ワークフローには {branch} と書きました。違っていれば branches を直してください"),
        format!("nothing here says which branch is the default one: the workflow has {branch}, a guess; change `branches` in it if it is another"),
    );
    format!("{} {}  {text}\n\n", styled(WARN, "!"), styled(BOLD, label))
}

/// The commands that come next; `named` is the settings' file, where it was named and so has to be named again.
pub(super) fn next(schedule: Option<Schedule>, named: Option<&str>, language: Language) -> String {
    let steps: &[(&str, &str, &str)] = match schedule {
        None => &[
            (
                "pm-sync list",
                "読み取ったアクションアイテム",
                "the action items as they are read",
            ),
            (
                "pm-sync doctor",
                "トークンと設定の点検",
                "checks token and settings",
            ),
            (
                "pm-sync push --dry-run",
                "作られる Issue の予定",
                "the issues it would make",
            ),
            (
                "pm-sync init --schedule github",
                "GitHub Actions で毎朝動かす",
                "runs it every morning on GitHub Actions",
            ),
        ],
        Some(_) => &[
            (
                "pm-sync doctor",
                "トークンと設定の点検",
                "checks token and settings",
            ),
            (
                "git add pm-sync.toml .github",
                "コミットすると動き始めます",
                "commit them, and it begins",
            ),
        ],
    };
    let steps: Vec<(String, &str, &str)> = steps
        .iter()
        .map(|(command, ja, en)| {
            let command = match (named, command.strip_prefix("pm-sync ")) {
                (Some(file), Some(rest)) => format!("pm-sync --config {} {rest}", quoted(file)),
                (Some(file), None) => command.replace(FILE_NAME, &quoted(file)),
                (None, _) => (*command).to_owned(),
            };
            (command, *ja, *en)
        })
        .collect();
    let width = steps
        .iter()
        .map(|(command, _, _)| command.width())
        .max()
        .unwrap_or(0);
    let mut out = format!("\n{}\n", styled(BOLD, language.pick("次の手順", "Next")));
    for (command, ja, en) in steps {
        let pad = " ".repeat(width - command.width());
        out.push_str(&format!("  {command}{pad}  {}\n", language.pick(ja, en)));
    }
    out
}

//! The words of the write-back: the pull request's title and text, the commit's message, and how ours are known again. Pure.
//!
//! The text stands in a region of its own; what people write around it stays. It is a function of the changes alone, so that a run that
//! proposes the same finds the same text.

use crate::config::Language;
use crate::github::body::{cut, harmless, one_line};
use crate::item::Status;
use crate::list::counted;

const BEGIN: &str = "<!-- pm-sync:pull-request -->";
const END: &str = "<!-- /pm-sync:pull-request -->";

/// The line at the end of our commits' messages, before the branch's name. By it they are known from people's.
const TRAILER: &str = "Pm-Sync-Branch: ";

/// GitHub takes 65,536 characters; the rest is room for what people add.
const LONGEST: usize = 50_000;

/// The longest title of a row, in characters.
const LONGEST_TITLE: usize = 120;

/// A document that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Changed {
    /// Its path in the repository.
    pub(super) path: String,
    /// Its mode there.
    pub(super) mode: String,
    /// Its id and title.
    pub(super) title: String,
    /// The language it is written in.
    pub(super) language: Language,
    /// The rows that change.
    pub(super) rows: Vec<RowChange>,
    /// Whether the progress region changes.
    pub(super) progress: bool,
    /// Its new text.
    pub(super) content: String,
}

/// A row that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RowChange {
    /// `PM-042#3`.
    pub(super) item: String,
    /// Its title.
    pub(super) title: String,
    /// Its issue.
    pub(super) number: u64,
    /// The page.
    pub(super) url: String,
    /// The status before and after, where it changes.
    pub(super) status: Option<(Status, Status)>,
    /// Whether the row had no link.
    pub(super) new_link: bool,
}

/// The pull request's title, and the first line of the commit.
pub(super) fn title(language: Language) -> &'static str {
    language.pick(
        "ポストモーテムのアクションアイテムに Issue の状況を反映",
        "Bring postmortem action items up to date with their issues",
    )
}

/// The message of the commit.
pub(super) fn message(changed: &[Changed], branch: &str, language: Language) -> String {
    let mut message = format!("{}\n\n", title(language));
    for one in changed.iter().take(50) {
        message.push_str(&format!("- {}\n", one_line(&one.path)));
    }
    if let Some(more) = changed.len().checked_sub(50).filter(|more| *more > 0) {
        message.push_str(&format!("- … {more}\n"));
    }
    message.push_str(&format!("\n{TRAILER}{branch}"));
    message
}

/// Whether a commit's message is one of ours for this branch.
pub(super) fn is_ours(message: &str, branch: &str) -> bool {
    let last = message.trim_end().lines().next_back();
    last.and_then(|line| line.strip_prefix(TRAILER)) == Some(branch)
}

/// Our part of the pull request's text.
pub(super) fn region(changed: &[Changed], base: &str, language: Language) -> String {
    let count = changed.len();
    let intro = language.pick(
        format!("Issue の状況を文書 {count} 件に反映します。マージすると、下に挙げた行のステータスとリンクだけが変わります。"),
        format!(
            "Brings {} up to date with the issues. Merging changes the status and the links of the rows below and nothing else.",
            counted(count, "document")
        ),
    );
    let mut text = format!("{BEGIN}\n{intro}\n");
    let mut length = text.chars().count();
    let mut left = 0;
    for one in changed {
        let head = format!("\n**{}** {}\n\n", code(&one.path), title_of(&one.title));
        let progress = one.progress.then(|| {
            language
                .pick("- 進捗の行\n", "- the line that tells the progress\n")
                .to_owned()
        });
        let lines = one.rows.iter().map(|row| line(row, language));
        for (at, line) in std::iter::once(head)
            .chain(lines)
            .chain(progress)
            .enumerate()
        {
            length += line.chars().count();
            if length > LONGEST {
                left += usize::from(at > 0);
            } else {
                text.push_str(&line);
            }
        }
    }
    if left > 0 {
        text.push_str(&language.pick(
            format!("\n…ほか {left} 行\n"),
            format!("\n… and {left} more\n"),
        ));
    }
    let base = code(base);
    let keep = language.pick(
        format!("---\npm-sync が `--pull-request` の実行ごとに {base} から作り直すブランチです。ほかの変更は別のブランチにコミットしてください。マージせずに閉じた場合、新しい内容ができるまで作り直しません。"),
        format!("---\npm-sync rebuilds this branch from {base} with every `--pull-request` run: commit other changes elsewhere. Closed without merging, it is not proposed again until there is something new."),
    );
    text.push_str(&format!("\n{keep}\n{END}"));
    text
}

fn line(row: &RowChange, language: Language) -> String {
    let RowChange {
        item,
        title,
        number,
        url,
        status,
        new_link,
    } = row;
    let status =
        status.map(|(old, new)| format!("{} → {}", old.label(language), new.label(language)));
    let link = match (new_link, &status) {
        (true, _) => Some(language.pick("リンクを追加", "link added")),
        (false, None) => Some(language.pick("リンクを更新", "link brought up to date")),
        (false, Some(_)) => None,
    };
    let what: Vec<String> = status.into_iter().chain(link.map(str::to_owned)).collect();
    let what = what.join(language.pick("、", ", "));
    let url = one_line(url).replace([' ', '(', ')', '<', '>'], "");
    // The item's name in code, where `PM-042#2` is no reference to anything.
    format!(
        "- {} {} — [#{number}]({url}): {what}\n",
        code(item),
        title_of(title)
    )
}

fn title_of(title: &str) -> String {
    harmless(&cut(&one_line(title), LONGEST_TITLE))
}

fn code(text: &str) -> String {
    format!("`{}`", one_line(text).replace('`', "'"))
}

/// Our part of the text once nothing is left. Other than every proposal, so that the same one can be made anew.
pub(super) fn nothing_left(base: &str, language: Language) -> String {
    let base = code(base);
    let text = language.pick(
        format!("書き戻すものがなくなったため、pm-sync が閉じました（{base} の文書は Issue と一致しています）。"),
        format!("Closed by pm-sync: nothing is left to write back, the documents on {base} agree with their issues."),
    );
    format!("{BEGIN}\n{text}\n{END}")
}

/// The language that a pull request is in.
pub(super) fn spoken(body: &str) -> Language {
    if body.contains("pm-sync が") {
        Language::Ja
    } else {
        Language::En
    }
}

/// A pull request's text with our part brought up to date; `None` where it is. What people wrote around it stays; where they deleted it,
/// it goes to the end.
pub(super) fn with_region(body: &str, region: &str) -> Option<String> {
    let body = body.replace("\r\n", "\n");
    let start = body.find(BEGIN);
    let end = start.and_then(|start| Some(start + body[start..].find(END)? + END.len()));
    let new = match (start, end) {
        (Some(start), Some(end)) if body[start..end] == *region => return None,
        (Some(start), Some(end)) => format!("{}{region}{}", &body[..start], &body[end..]),
        _ if body.trim().is_empty() => region.to_owned(),
        _ => format!("{}\n\n{region}", body.trim_end()),
    };
    Some(new)
}

/// Whether a pull request's text has this as our part.
pub(super) fn holds(body: &str, region: &str) -> bool {
    with_region(body, region).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(rows: usize) -> Changed {
        let row = |at: usize| RowChange {
            item: format!("PM-042#{at}"),
            title: "Fix @alice's #1 <b>".to_owned(),
            number: 7,
            url: "https://github.com/octo-org/service/issues/7".to_owned(),
            status: Some((Status::Todo, Status::Done)),
            new_link: false,
        };
        Changed {
            path: "postmortems/042.md".to_owned(),
            mode: "100644".to_owned(),
            title: "PM-042 Checkout".to_owned(),
            language: Language::En,
            rows: (1..=rows).map(row).collect(),
            progress: true,
            content: String::new(),
        }
    }

    #[test]
    fn the_text_names_rows_and_pings_nobody() {
        let text = region(&[changed(1)], "main", Language::En);
        let line = text.lines().find(|line| line.starts_with("- `PM-042#1`"));
        let line = line.expect("a line for the row");
        assert!(line.ends_with("[#7](https://github.com/octo-org/service/issues/7): todo → done"));
        assert!(!line.contains("@alice") && !line.contains(" #1 ") && !line.contains("<b>"));
        let japanese = region(&[changed(1)], "main", Language::Ja);
        assert!(japanese.contains("未着手 → 完了") && japanese.contains("進捗の行"));
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let text = region(&[changed(2000)], "main", Language::En);
        assert!(text.chars().count() < LONGEST + 1000);
        let shown = text
            .lines()
            .filter(|line| line.starts_with("- `PM"))
            .count();
        let left = 2000 + 1 - shown;
        assert!(text.contains(&format!("… and {left} more")), "{shown}");
        assert!(text.ends_with(END));
    }

    #[test]
    fn people_keep_what_they_write_around_it() {
        let (old, new) = (
            region(&[changed(1)], "main", Language::En),
            region(&[changed(2)], "main", Language::En),
        );
        for (body, expected) in [
            (old.clone(), Some(new.clone())),
            (new.clone(), None),
            (new.replace('\n', "\r\n"), None),
            (
                format!("Mine\r\n\r\n{old}\nbelow"),
                Some(format!("Mine\n\n{new}\nbelow")),
            ),
            (String::new(), Some(new.clone())),
            (
                "only mine\n".to_owned(),
                Some(format!("only mine\n\n{new}")),
            ),
        ] {
            assert_eq!(with_region(&body, &new), expected, "{body}");
        }
        assert!(!holds(&nothing_left("main", Language::En), &new));
    }

    #[test]
    fn our_commits_are_known() {
        for language in [Language::Ja, Language::En] {
            let message = message(&[changed(1)], "pm-sync/write-back", language);
            assert!(is_ours(&message, "pm-sync/write-back"));
            assert!(!is_ours(&message, "main"));
            assert!(!is_ours(
                &format!("{message}\n\nCo-authored-by: x"),
                "pm-sync/write-back"
            ));
            assert_eq!(spoken(&nothing_left("main", language)), language);
            assert_eq!(spoken(&region(&[changed(1)], "main", language)), language);
        }
    }
}

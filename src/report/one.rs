//! The one postmortem that `--review` and `--share` are about, found by its id.

use unicode_normalization::UnicodeNormalization;

use crate::config::{Config, Language, PostmortemId};
use crate::output::plain;
use crate::workspace::Workspace;
use crate::{Exit, Failure};

/// How many ids are named where one is not found.
const NAMED: usize = 3;

/// An id as people type it: `pm-042`, `ＰＭ－０４２` and `pm042` are PM-042, and so is `042` by `documents.id_prefix`.
///
/// # Errors
/// [`Exit::Usage`] for what is no id.
pub(super) fn typed(
    text: &str,
    config: &Config,
    language: Language,
) -> Result<PostmortemId, Failure> {
    let folded: String = text.trim().nfkc().collect::<String>().to_uppercase();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let letters = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = folded.get(letters.len()..).unwrap_or_default();
    let spelled = letters.bytes().all(|b| b.is_ascii_uppercase());
    let whole = match letters {
        "" if digits(number) => format!("{}{number}", config.documents.id_prefix),
        _ if spelled && digits(number) => format!("{letters}-{number}"),
        _ => folded.replace(['\u{2010}', '\u{2212}'], "-"),
    };
    whole.parse().map_err(|_| {
        let shown = plain(text);
        Failure::usage(
            language.pick(
                format!("「{shown}」はポストモーテムの ID ではありません"),
                format!("`{shown}` is no postmortem id"),
            ),
            Some(language.pick(
                "ポストモーテムの ID を PM-042 のように書いてください".to_owned(),
                "write a postmortem's id, such as PM-042".to_owned(),
            )),
        )
    })
}

/// The one document with the id.
///
/// # Errors
/// Where none has it, more than one has, or it is a template that nobody has filled in.
pub(super) fn only(
    id: &PostmortemId,
    workspace: &Workspace,
    language: Language,
) -> Result<usize, Failure> {
    let mut with_id = workspace
        .documents
        .iter()
        .enumerate()
        .filter(|(_, loaded)| loaded.selected && loaded.postmortem.id.as_ref() == Some(id));
    let Some((at, first)) = with_id.next() else {
        return Err(unknown(id, workspace, language));
    };
    let others: Vec<&str> = with_id.map(|(_, l)| l.postmortem.path.as_str()).collect();
    if !others.is_empty() {
        let paths = [&[first.postmortem.path.as_str()], others.as_slice()].concat();
        let paths = plain(&paths.join(language.pick("、", ", ")));
        return Err(Failure {
            exit: Exit::Conflicts,
            message: language.pick(
                format!("{id} の文書が複数あります: {paths}"),
                format!("several documents have the id {id}: {paths}"),
            ),
            hint: Some(language.pick(
                "どちらかの ID を変えるか、パスを指定してください".into(),
                "give one of them another id, or name the path of the one that you mean".into(),
            )),
        });
    }
    if first.postmortem.template {
        let path = &first.postmortem.path;
        return Err(Failure::usage(
            language.pick(
                format!("{path}（{id}）は題名が未記入のひな形です"),
                format!("{path} ({id}) is a template: its title is yet to be filled in"),
            ),
            None,
        ));
    }
    Ok(at)
}

/// No document has the id: those that are nearest, and files that could not be read and may have it.
fn unknown(id: &PostmortemId, workspace: &Workspace, language: Language) -> Failure {
    let mut known: Vec<&str> = workspace
        .selected()
        .filter_map(|loaded| loaded.postmortem.id.as_ref())
        .map(PostmortemId::as_str)
        .collect();
    known.sort_unstable();
    known.dedup();
    let nearest = nearest(id.as_str(), &known);
    let separator = language.pick("、", ", ");
    let mut hints = Vec::new();
    if !nearest.is_empty() {
        let nearest = nearest.join(separator);
        hints.push(language.pick(
            format!("近い ID: {nearest}"),
            format!("the nearest ids: {nearest}"),
        ));
    } else {
        hints.push(language.pick(
            "ID のある文書がありません。題名か `id:` に PM-042 のように書いてください".into(),
            "no document has an id: write one such as PM-042 into its title or as `id:`".into(),
        ));
    }
    let unread: Vec<String> = workspace
        .problems
        .iter()
        .map(|problem| {
            let message = problem.kind.message(language);
            format!("{} ({message})", plain(&problem.path))
        })
        .collect();
    if !unread.is_empty() {
        let unread = unread.join(separator);
        hints.push(language.pick(
            format!("読めなかったファイル: {unread}"),
            format!("files that could not be read: {unread}"),
        ));
    }
    Failure::usage(
        language.pick(
            format!("{id} の文書が見つかりません"),
            format!("no document has the id {id}"),
        ),
        Some(hints.join(language.pick("。", "; "))),
    )
}

/// The ids that are most like one, the most alike first.
fn nearest<'k>(id: &str, known: &[&'k str]) -> Vec<&'k str> {
    let number = |id: &str| -> Option<i64> {
        let digits = id.rsplit('-').next()?;
        digits.parse().ok()
    };
    let mut ranked: Vec<(f32, i64, &str)> = known
        .iter()
        .map(|other| {
            let alike = similar::TextDiff::from_chars(id, *other).ratio();
            let apart = number(id).zip(number(other));
            let apart = apart.map_or(i64::MAX, |(a, b)| (a - b).saturating_abs());
            (alike, apart, *other)
        })
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(b.2)));
    ranked.truncate(NAMED);
    ranked.into_iter().map(|(_, _, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_people_type_them() {
        let config = Config::default_at(std::path::Path::new("."));
        let read = |text| {
            typed(text, &config, Language::En)
                .ok()
                .map(|id| id.to_string())
        };
        for text in [
            "PM-042",
            "pm-042",
            "pm042",
            "042",
            " ＰＭ－０４２ ",
            "０４２",
        ] {
            assert_eq!(read(text).as_deref(), Some("PM-042"), "{text}");
        }
        assert_eq!(read("inc-2025-001").as_deref(), Some("INC-2025-001"));
        for text in ["", "pm", "PM-", "the one of 042", "..", "-042"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_nearest_ids_come_first() {
        let known = [
            "INC-2025-001",
            "PM-001",
            "PM-041",
            "PM-042",
            "PM-043",
            "PM-420",
        ];
        assert_eq!(nearest("PM-044", &known)[..2], ["PM-043", "PM-042"]);
        assert_eq!(nearest("INC-2025-002", &known)[0], "INC-2025-001");
        assert!(nearest("PM-044", &[]).is_empty());
    }
}

//! `--item`: the rows that `--prefer`, `--status`, `--adopt` and `--close-removed` are about. They are looked for before anything runs.

use std::collections::BTreeSet;

use super::Half;
use crate::Failure;
use crate::cli::ItemName;
use crate::config::Language;
use crate::workspace::Workspace;

/// There is nothing that could be settled for one row alone.
pub(super) fn unused(half: Half, language: Language) -> Failure {
    let with = match half {
        Half::Pull => "--prefer github",
        Half::Push | Half::Both => {
            "--prefer document, --prefer github, --status, --adopt, --close-removed"
        }
    };
    Failure::usage(
        language.pick(
            "--item だけでは何も解決できません",
            "--item alone settles nothing",
        ),
        Some(language.pick(
            format!("次のどれかと一緒に指定してください: {with}"),
            format!("use it with one of: {with}"),
        )),
    )
}

/// Whether each of these rows is in exactly one of the documents that the run is about. Those of `made` need not be: issues were made of
/// them, and they are named to close these.
///
/// # Errors
/// A usage error that names the row which isn't, and says what is there.
pub(super) fn exist(
    workspace: &Workspace,
    names: &[ItemName],
    made: &BTreeSet<String>,
    language: Language,
) -> Result<(), Failure> {
    for name in names {
        if made.contains(&name.to_string()) {
            continue;
        }
        let documents: Vec<_> = workspace
            .selected()
            .map(|loaded| &loaded.postmortem)
            .filter(|postmortem| postmortem.id.as_ref() == Some(&name.id))
            .collect();
        let list = language.pick(
            "`pm-sync list` で番号を確かめてください",
            "`pm-sync list` shows the keys",
        );
        let (message, hint) = match documents.as_slice() {
            [one] if one.items.iter().any(|item| item.key == name.key) => continue,
            [one] => (
                language.pick(
                    format!(
                        "--item {name}: {} に番号 {} の項目はありません",
                        one.path, name.key
                    ),
                    format!("--item {name}: {} has no item {}", one.path, name.key),
                ),
                list.to_owned(),
            ),
            [] => (
                language.pick(
                    format!("--item {name}: 対象の文書に {} はありません", name.id),
                    format!(
                        "--item {name}: no document of this run has the id {}",
                        name.id
                    ),
                ),
                list.to_owned(),
            ),
            several => {
                let paths: Vec<&str> = several.iter().map(|one| one.path.as_str()).collect();
                let paths = paths.join(language.pick("、", ", "));
                (
                    language.pick(
                        format!(
                            "--item {name}: {} という文書が複数あります（{paths}）",
                            name.id
                        ),
                        format!(
                            "--item {name}: several documents have the id {} ({paths})",
                            name.id
                        ),
                    ),
                    language.pick(
                        "どちらかのパスも指定してください".to_owned(),
                        "name the path of one of them too".to_owned(),
                    ),
                )
            }
        };
        return Err(Failure::usage(message, Some(hint)));
    }
    Ok(())
}

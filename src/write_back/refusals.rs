//! What keeps a write-back from its end, in words.

use crate::config::{Language, RepoName};
use crate::connect;
use crate::github::{Error, ErrorKind, Refusal};
use crate::{Exit, Failure};

use super::Head;

pub(super) fn failed(message: String, hint: String) -> Failure {
    Failure {
        exit: Exit::Failed,
        message,
        hint: Some(hint),
    }
}

/// GitHub's error; what it hides or refuses here is a matter of other permissions than issues need.
pub(super) fn failure(error: &Error, language: Language) -> Failure {
    let plain = connect::failure(error, language);
    match error.kind() {
        ErrorKind::Forbidden(Refusal::Permission(_)) | ErrorKind::NotFound => Failure {
            hint: Some(
                language
                    .pick(
                        "トークンに Contents と Pull requests の書き込み権限が必要です（ワークフローなら permissions: に contents: write と pull-requests: write、classic トークンなら repo スコープ）",
                        "the token needs Contents: write and Pull requests: write (`permissions:` `contents: write` and `pull-requests: write` in a workflow, the scope `repo` for a classic token)",
                    )
                    .to_owned(),
            ),
            ..plain
        },
        _ => plain,
    }
}

pub(super) fn nowhere(language: Language) -> Failure {
    Failure::usage(
        language.pick(
            "文書のリポジトリがこの GitHub にないため、プルリクエストを作れません",
            "the documents' repository is not on this GitHub, so there is nowhere for a pull request",
        ),
        Some(
            language
                .pick(
                    "origin が別のサーバーを指しています。--pull-request を外して、文書を git でコミットしてください",
                    "this checkout's origin is another server: leave --pull-request out, and commit the documents with git",
                )
                .to_owned(),
        ),
    )
}

pub(super) fn own_branch(branch: &str, language: Language) -> Failure {
    Failure::usage(
        language.pick(
            format!("github.branch の {branch} は既定ブランチです"),
            format!("github.branch is `{branch}`, which is the default branch"),
        ),
        Some(language.pick(
            "pm-sync だけが使うブランチ名にしてください（例: pm-sync/write-back）".to_owned(),
            "name a branch that is pm-sync's alone, such as pm-sync/write-back".to_owned(),
        )),
    )
}

pub(super) fn empty(repository: &RepoName, language: Language) -> Failure {
    failed(
        language.pick(
            format!("{repository} の既定ブランチにコミットがありません"),
            format!("the default branch of {repository} has no commit"),
        ),
        language.pick(
            "文書をコミットして push してください".to_owned(),
            "commit and push the documents".to_owned(),
        ),
    )
}

pub(super) fn absent(
    path: &str,
    inside: bool,
    link: bool,
    head: &Head,
    language: Language,
) -> Failure {
    let branch = &head.branch;
    match (inside, link) {
        (false, _) => failed(
            language.pick(
                format!("{path}: リポジトリの外にあるため、プルリクエストに入れられません"),
                format!("{path}: lies outside the repository and can't be in its pull request"),
            ),
            language.pick(
                "文書をリポジトリの中に置いてください".to_owned(),
                "keep the document in the repository".to_owned(),
            ),
        ),
        (true, true) => failed(
            language.pick(
                format!("{path}: {branch} では通常のファイルではない（シンボリックリンクなど）ため、プルリクエストに入れられません"),
                format!("{path}: is no plain file on {branch} (a symbolic link?) and can't be in the pull request"),
            ),
            language.pick(
                "リンク先の文書を documents.paths に指定してください".to_owned(),
                "name the document it leads to in documents.paths".to_owned(),
            ),
        ),
        (true, false) => failed(
            language.pick(
                format!("{path}: {branch} にないため、リンクはプルリクエストに入っていません"),
                format!("{path}: is not on {branch}, so its links are not in the pull request"),
            ),
            language.pick(
                format!("文書を {branch} にコミットして push してください。次の実行で入ります"),
                format!("commit the document to {branch} and push it; the next run writes its links"),
            ),
        ),
    }
}

pub(super) fn not_text(path: &str, head: &Head, language: Language) -> Failure {
    let branch = &head.branch;
    failed(
        language.pick(
            format!("{path}: {branch} の内容が UTF-8 ではありません"),
            format!("{path}: is not UTF-8 on {branch}"),
        ),
        language.pick(
            "ファイルを UTF-8 で保存し直してください".to_owned(),
            "save the file as UTF-8".to_owned(),
        ),
    )
}

pub(super) fn others_commits(branch: &str, language: Language) -> Failure {
    Failure {
        exit: Exit::Conflicts,
        message: language.pick(
            format!("{branch} に pm-sync 以外のコミットがあるため、作り直しませんでした"),
            format!("{branch} has commits that are not pm-sync's, so it was not rebuilt"),
        ),
        hint: Some(language.pick(
            "プルリクエストをマージするか、コミットを別のブランチに移して、このブランチを削除してください".to_owned(),
            "merge its pull request, or move the commits to another branch and delete this one".to_owned(),
        )),
    }
}

pub(super) fn interrupted(language: Language) -> Failure {
    Failure {
        exit: Exit::Interrupted,
        message: language.pick(
            "中断されたため、プルリクエストは更新していません".to_owned(),
            "interrupted before the pull request was written".to_owned(),
        ),
        hint: Some(language.pick(
            "もう一度実行してください".to_owned(),
            "run it again".to_owned(),
        )),
    }
}

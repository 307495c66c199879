//! The rules of single values: time zones, globs, labels, colours, logins.
//!
//! Each notes what is wrong and how to mend it, and then answers `None`.

use std::time::Duration;

use chrono_tz::Tz;
use globset::GlobBuilder;

use super::reader::{Entry, Reader, nearest};
use super::secret::shown;
use super::{PostmortemId, is_login, text};

/// The longest pause between writes that can be meant, in seconds.
pub const MAX_WRITE_INTERVAL: f64 = 3600.0;

/// GitHub's limit for the name of a label, in characters.
const MAX_LABEL: usize = 50;

/// The longest name of a branch that GitHub takes, in bytes, less room for `refs/heads/`.
const MAX_BRANCH: usize = 240;

/// GitHub's limit for the description of a label, in characters.
const MAX_LABEL_DESCRIPTION: usize = 100;

pub(super) fn timezone<'t>(reader: &mut Reader<'t>, entry: &Entry<'t>) -> Option<Tz> {
    let given = reader.string(entry)?;
    let found = given.parse().ok();
    if found.is_none() {
        let seen = shown(given);
        let hint = match nearest(given, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())) {
            Some(near) => text!("did you mean `{near}`?", "`{near}` のことですか？"),
            None => text!(
                "an IANA name, such as `Asia/Tokyo`",
                "IANA の名前で書いてください（例: `Asia/Tokyo`）"
            ),
        };
        reader.fault_in(
            entry,
            text!(
                "`{seen}` is not a time zone",
                "「{seen}」はタイムゾーンではありません"
            ),
            Some(hint),
        );
    }
    found
}

/// A list that may not be empty.
pub(super) fn filled_list<'t, T>(
    reader: &mut Reader<'t>,
    entry: &Entry<'t>,
    each: impl FnMut(&mut Reader<'t>, &Entry<'t>) -> Option<T>,
) -> Option<Vec<T>> {
    let list = reader.list(entry, each)?;
    if list.is_empty() {
        let name = &entry.name;
        reader.fault_in(
            entry,
            text!("`{name}` is empty", "`{name}` が空です"),
            Some(text!(
                "remove the key to get the default",
                "既定値でよければ、この行を消してください"
            )),
        );
        return None;
    }
    Some(list)
}

/// Files, folders and globs. Whether they exist is seen when they are searched.
pub(super) fn paths<'t>(reader: &mut Reader<'t>, entry: &Entry<'t>) -> Option<Vec<String>> {
    filled_list(reader, entry, |reader, entry| {
        let path = reader.filled(entry)?;
        // A name that isn't a pattern may hold a lone bracket.
        if path.contains(['*', '?']) {
            glob(reader, entry)
        } else {
            Some(path)
        }
    })
}

pub(super) fn glob<'t>(reader: &mut Reader<'t>, entry: &Entry<'t>) -> Option<String> {
    let glob = reader.filled(entry)?;
    if let Err(error) = GlobBuilder::new(&glob).literal_separator(true).build() {
        let (seen, why) = (shown(&glob), error.kind());
        reader.fault_in(
            entry,
            text!(
                "`{seen}` is not a pattern: {why}",
                "「{seen}」はパターンとして読めません: {why}"
            ),
            Some(text!("for example `docs/**/*.md`", "例: `docs/**/*.md`")),
        );
        return None;
    }
    Some(glob)
}

pub(super) fn id_prefix<'t>(reader: &mut Reader<'t>, entry: &Entry<'t>) -> Option<String> {
    let prefix = reader.string(entry)?;
    let is_prefix = prefix.ends_with('-') && format!("{prefix}1").parse::<PostmortemId>().is_ok();
    if !is_prefix {
        let seen = shown(prefix);
        reader.fault_in(
            entry,
            text!(
                "`{seen}` cannot begin a postmortem id",
                "「{seen}」はポストモーテム ID の先頭になれません"
            ),
            Some(text!(
                "capital letters and a hyphen, such as `PM-` or `INC-`",
                "英大文字とハイフンで書いてください（例: `PM-`、`INC-`）"
            )),
        );
    }
    is_prefix.then(|| prefix.to_owned())
}

pub(super) fn interval<'t>(reader: &mut Reader<'t>, entry: &Entry<'t>) -> Option<Duration> {
    let seconds = reader.number(entry)?;
    if (0.0..=MAX_WRITE_INTERVAL).contains(&seconds) {
        return Some(Duration::from_secs_f64(seconds));
    }
    let name = &entry.name;
    reader.fault_in(
        entry,
        text!(
            "`{name}` must be from 0 to {MAX_WRITE_INTERVAL} seconds",
            "`{name}` は 0 から {MAX_WRITE_INTERVAL} 秒の間で指定してください"
        ),
        None,
    );
    None
}

/// The name of a branch, by the rules of `git check-ref-format --branch`.
pub(super) fn branch<'t>(reader: &mut Reader<'t>, entry: &Entry<'t>) -> Option<String> {
    let name = reader.filled(entry)?;
    let bad_part = |part: &str| part.is_empty() || part.starts_with('.') || part.ends_with(".lock");
    let bad = name.split('/').any(bad_part)
        || name.starts_with(['-', '/'])
        || name.ends_with('.')
        || name == "@"
        || name.len() > MAX_BRANCH
        || name.contains("..")
        || name.contains("@{")
        || name.contains(|c: char| c.is_control() || " ~^:?*[\\".contains(c));
    if bad {
        let seen = shown(&name);
        reader.fault_in(
            entry,
            text!(
                "`{seen}` can't be the name of a branch",
                "「{seen}」はブランチ名にできません"
            ),
            Some(text!(
                "write it as `pm-sync/write-back`, without `refs/heads/`",
                "`pm-sync/write-back` のように、`refs/heads/` を付けずに書いてください"
            )),
        );
        return None;
    }
    Some(name)
}

/// The name of a label. GitHub's listings separate labels by commas, so that one with a comma is never found.
pub(super) fn label<'t>(reader: &mut Reader<'t>, entry: &Entry<'t>) -> Option<String> {
    let name = reader.filled(entry)?;
    let message = if name.chars().count() > MAX_LABEL {
        text!(
            "a label has at most {MAX_LABEL} characters",
            "ラベルは {MAX_LABEL} 文字までです"
        )
    } else if name.contains(',') || name.contains(char::is_control) {
        text!(
            "a label has no commas or line breaks",
            "ラベルにカンマや改行は使えません"
        )
    } else {
        return Some(name.trim().to_owned());
    };
    reader.fault_in(entry, message, None);
    None
}

pub(super) fn labels<'t>(reader: &mut Reader<'t>, entry: &Entry<'t>) -> Option<Vec<String>> {
    reader.list(entry, label)
}

/// The labels of every issue. Without one, no marker could be believed.
pub(super) fn own_labels<'t>(reader: &mut Reader<'t>, entry: &Entry<'t>) -> Option<Vec<String>> {
    filled_list(reader, entry, label)
}

pub(super) fn label_description<'t>(reader: &mut Reader<'t>, entry: &Entry<'t>) -> Option<String> {
    let description = reader.optional(entry)?;
    if description.chars().count() > MAX_LABEL_DESCRIPTION || description.contains(char::is_control)
    {
        reader.fault_in(
            entry,
            text!(
                "a label's description is one line of at most {MAX_LABEL_DESCRIPTION} characters",
                "ラベルの説明は 1 行、{MAX_LABEL_DESCRIPTION} 文字までです"
            ),
            None,
        );
        return None;
    }
    Some(description)
}

pub(super) fn color<'t>(reader: &mut Reader<'t>, entry: &Entry<'t>) -> Option<String> {
    let given = reader.string(entry)?;
    let digits = given.strip_prefix('#').unwrap_or(given);
    if digits.len() == 6 && digits.chars().all(|c| c.is_ascii_hexdigit()) {
        return Some(digits.to_ascii_lowercase());
    }
    let seen = shown(given);
    reader.fault_in(
        entry,
        text!("`{seen}` is not a colour", "「{seen}」は色ではありません"),
        Some(text!(
            "six hexadecimal digits, such as `d93f0b`",
            "16 進数 6 桁で書いてください（例: `d93f0b`）"
        )),
    );
    None
}

pub(super) fn logins<'t>(reader: &mut Reader<'t>, entry: &Entry<'t>) -> Option<Vec<String>> {
    reader.list(entry, |reader, entry| {
        let given = reader.string(entry)?;
        let login = given.trim().trim_start_matches('@');
        if is_login(login) {
            return Some(login.to_owned());
        }
        let seen = shown(given);
        let hint = if login.contains('/') {
            text!(
                "a team can't be assigned: list its members",
                "チームは担当者にできません。メンバーを並べてください"
            )
        } else {
            text!(
                "the name behind the @, such as `octocat`",
                "@ に続く名前を書いてください（例: `octocat`）"
            )
        };
        let message = text!(
            "`{seen}` is not a GitHub login",
            "「{seen}」は GitHub のユーザー名ではありません"
        );
        reader.fault_in(entry, message, Some(hint));
        None
    })
}

/// The id of a member (`U…`, `W…`) or of a group (`S…`) in Slack; the empty text means none. A name can't be mentioned by a webhook.
pub(super) fn slack_id<'t>(reader: &mut Reader<'t>, entry: &Entry<'t>) -> Option<String> {
    let given = reader.optional(entry)?;
    let id = given.trim();
    let is_id = id.len() > 3
        && id.starts_with(['U', 'W', 'S'])
        && id
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    if is_id {
        return Some(id.to_owned());
    }
    let seen = shown(&given);
    reader.fault_in(
        entry,
        text!(
            "`{seen}` is not the id of a member or group in Slack",
            "「{seen}」は Slack のメンバーやグループの ID ではありません"
        ),
        Some(text!(
            "in Slack, open the profile and choose \"Copy member ID\": it looks like `U0123ABCD`",
            "Slack のプロフィールの「メンバー ID をコピー」で得られる `U0123ABCD` のような ID を書いてください"
        )),
    );
    None
}

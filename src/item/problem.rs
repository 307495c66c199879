//! What could not be read or settled, each with its place, what is wrong, and how to mend it.

use chrono::NaiveDate;
use serde::Serialize;

use crate::config::{Language, Text};

/// A problem of a document: it never hides the other items.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The document, as the user would write it.
    pub path: String,
    /// The line, from 1; 0 where it is about the whole document.
    pub line: usize,
    /// The column in characters, from 1; 0 where it is about the whole line.
    pub column: usize,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// The kinds of problem, each with a stable code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// A due date that is no date.
    DueUnreadable {
        /// What is written.
        text: String,
    },
    /// A due date yet to be filled in.
    DuePlaceholder {
        /// What is written.
        text: String,
    },
    /// A relative due date in a document without a date.
    DueNeedsDate {
        /// What is written.
        text: String,
    },
    /// A recurring duty, which has no due date to track.
    DueRecurring {
        /// What is written.
        text: String,
    },
    /// An extension that names no day.
    ExtensionUnreadable {
        /// What is written.
        text: String,
    },
    /// An extension to a day before the due date.
    ExtensionEarlier {
        /// The day.
        until: NaiveDate,
        /// The due date.
        due: NaiveDate,
    },
    /// An owner yet to be filled in.
    OwnerPlaceholder {
        /// What is written.
        text: String,
    },
    /// A status that is none; the item is not pushed.
    StatusUnreadable {
        /// What is written.
        text: String,
    },
    /// A priority that is none.
    PriorityUnreadable {
        /// What is written.
        text: String,
    },
    /// An item without a title; it is not pushed.
    TitleEmpty,
    /// A title yet to be filled in; the item is not pushed.
    TitlePlaceholder {
        /// What is written.
        text: String,
    },
    /// Front matter that is no YAML or TOML.
    FrontMatterUnreadable,
    /// A word for the document's state that is none, so that the document counts as final.
    StateUnknown {
        /// What is written.
        text: String,
    },
    /// An end of the incident before its beginning, so that it counts as not known.
    EndBeforeStart {
        /// What is written for the end.
        text: String,
    },
    /// A section of action items none of which could be read.
    SectionUnread {
        /// Its name.
        name: String,
    },
    /// A marker of the progress region without its other half.
    RegionUnpaired,
    /// A marker of a review's snapshot without its other half.
    SnapshotUnpaired,
    /// A document without an id can't be pushed.
    IdMissing {
        /// The next id that is free.
        next: String,
    },
    /// Two documents with one id: neither is pushed.
    IdTwice {
        /// The id.
        id: String,
        /// The other documents.
        others: Vec<String>,
    },
    /// A file that could not be read.
    File {
        /// Its stable code.
        code: &'static str,
        /// What is wrong.
        message: Text,
        /// How to mend it.
        hint: Option<Text>,
    },
    /// An issue's marker names this document and number, but another title.
    KeyOnly {
        /// The row, as `PM-042#3`, for the command that settles it.
        item: String,
        /// The issue.
        number: u64,
        /// The title in its marker.
        title: String,
    },
    /// Several issues could be this item's.
    Ambiguous {
        /// The row, as `PM-042#3`, for the command that settles it.
        item: String,
        /// The issues.
        numbers: Vec<u64>,
    },
    /// One issue is linked by several rows.
    LinkedTwice {
        /// The row, as `PM-042#3`, for the command that settles it; `None` where the issue was made from this row.
        item: Option<String>,
        /// The issue.
        number: u64,
        /// The rows, as `path:line`.
        rows: Vec<String>,
    },
    /// The linked issue doesn't exist any more.
    IssueGone {
        /// The row, as `PM-042#3`, for the command that settles it.
        item: String,
        /// The issue.
        number: u64,
    },
    /// An owner that no GitHub account is known for.
    OwnerUnknown {
        /// The owner as written.
        owner: String,
    },
    /// An owner whose GitHub account can't be assigned in this repository.
    OwnerUnassignable {
        /// The account.
        login: String,
    },
    /// More than one open issue carries this item.
    Duplicate {
        /// The issue that stays.
        number: u64,
        /// The others.
        extra: Vec<u64>,
    },
    /// Issues whose marker names a row that no longer exists.
    RowGone {
        /// The issue.
        number: u64,
        /// The item's title in the marker.
        title: String,
        /// Why `push --close-removed` would not close it; `None` where it would.
        kept: Option<RowKept>,
    },
    /// Open issues whose document no longer exists.
    DocumentGone {
        /// The document's id in their markers.
        id: String,
        /// The issues.
        numbers: Vec<u64>,
    },
    /// An issue that a row links bears the marker of another issue, as a copied body does.
    MarkerCopied {
        /// The row, as `PM-042#3`, for the command that settles it.
        item: String,
        /// The issue with the copy.
        number: u64,
        /// The issue that the marker was made for.
        original: u64,
    },
    /// An issue that no row links has an item's title and no marker that can be read.
    MarkerDoubtful {
        /// The row, as `PM-042#3`, for the command that settles it.
        item: String,
        /// The issue.
        number: u64,
    },
    /// Somebody deleted our region from the body of a linked issue.
    RegionLost {
        /// The row, as `PM-042#3`, for the command that settles it.
        item: String,
        /// The issue.
        number: u64,
    },
    /// Part of the issue's region can't be read, or its marker isn't ours to believe.
    MarkerUnreadable {
        /// The row, as `PM-042#3`, for the command that settles it.
        item: String,
        /// The issue.
        number: u64,
    },
    /// The document changed on disk and the row could not be found again.
    RowMoved {
        /// The issue whose link could not be written.
        number: u64,
    },
    /// A row that could not be written without changing what something else says.
    RowUnwritten {
        /// The issue whose link or status it should have got.
        number: u64,
    },
    /// The text of an issue leaves no room for our region.
    BodyFull {
        /// The issue.
        number: u64,
    },
}

/// Why an issue whose row is gone is not closed, whatever is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKept {
    /// A document could not be read, and the row may be in it.
    Unread,
    /// A document still names the issue or the item outside of any row that was read.
    Mentioned {
        /// Where, as `path:line`.
        place: String,
    },
    /// Its document is not pushed: a draft, or its id is taken twice.
    Waits,
    /// It was made from another repository's documents.
    Elsewhere,
    /// Its marker is, or may be, the copy of one that was made for another issue.
    Copied {
        /// That issue, where it is known.
        original: Option<u64>,
    },
    /// Its document has no action items left, as an emptied or cut-off file has none, or could not be read in full.
    Doubtful {
        /// The row, as `PM-042#3`, for the command that settles it.
        item: String,
    },
}

impl ProblemKind {
    /// The stable code of the JSON output.
    pub fn code(&self) -> &'static str {
        match self {
            ProblemKind::DueUnreadable { .. } => "due-unreadable",
            ProblemKind::DuePlaceholder { .. } => "due-placeholder",
            ProblemKind::DueNeedsDate { .. } => "due-needs-date",
            ProblemKind::DueRecurring { .. } => "due-recurring",
            ProblemKind::ExtensionUnreadable { .. } => "extension-unreadable",
            ProblemKind::ExtensionEarlier { .. } => "extension-earlier",
            ProblemKind::OwnerPlaceholder { .. } => "owner-placeholder",
            ProblemKind::StatusUnreadable { .. } => "status-unreadable",
            ProblemKind::PriorityUnreadable { .. } => "priority-unreadable",
            ProblemKind::TitleEmpty => "title-empty",
            ProblemKind::TitlePlaceholder { .. } => "title-placeholder",
            ProblemKind::FrontMatterUnreadable => "front-matter-unreadable",
            ProblemKind::StateUnknown { .. } => "state-unknown",
            ProblemKind::EndBeforeStart { .. } => "end-before-start",
            ProblemKind::SectionUnread { .. } => "section-unread",
            ProblemKind::RegionUnpaired => "region-unpaired",
            ProblemKind::SnapshotUnpaired => "snapshot-unpaired",
            ProblemKind::IdMissing { .. } => "id-missing",
            ProblemKind::IdTwice { .. } => "id-twice",
            ProblemKind::File { code, .. } => code,
            ProblemKind::KeyOnly { .. } => "identity-unsure",
            ProblemKind::Ambiguous { .. } => "identity-ambiguous",
            ProblemKind::LinkedTwice { .. } => "linked-twice",
            ProblemKind::IssueGone { .. } => "issue-gone",
            ProblemKind::OwnerUnknown { .. } => "owner-unknown",
            ProblemKind::OwnerUnassignable { .. } => "owner-unassignable",
            ProblemKind::Duplicate { .. } => "duplicate-issue",
            ProblemKind::RowGone { .. } => "row-gone",
            ProblemKind::DocumentGone { .. } => "document-gone",
            ProblemKind::MarkerCopied { .. } => "marker-copied",
            ProblemKind::MarkerDoubtful { .. } => "marker-doubtful",
            ProblemKind::RegionLost { .. } => "region-lost",
            ProblemKind::MarkerUnreadable { .. } => "marker-unreadable",
            ProblemKind::RowMoved { .. } => "row-moved",
            ProblemKind::RowUnwritten { .. } => "row-unwritten",
            ProblemKind::BodyFull { .. } => "body-full",
        }
    }

    /// What is wrong.
    pub fn message(&self, language: Language) -> String {
        let list = |numbers: &[u64]| {
            numbers
                .iter()
                .map(|n| format!("#{n}"))
                .collect::<Vec<_>>()
                .join(language.pick("、", ", "))
        };
        let names = |names: &[String]| names.join(language.pick("、", ", "));
        match self {
            ProblemKind::DueUnreadable { text } => language.pick(
                format!("期限「{text}」が読めません"),
                format!("the due date \"{text}\" can't be read"),
            ),
            ProblemKind::DuePlaceholder { text } => language.pick(
                format!("期限が「{text}」のままです"),
                format!("the due date is still \"{text}\""),
            ),
            ProblemKind::DueNeedsDate { text } => language.pick(
                format!("期限「{text}」は日付が決まりません（ポストモーテムに日付がありません）"),
                format!("the due date \"{text}\" needs the postmortem's date, and it has none"),
            ),
            ProblemKind::DueRecurring { text } => language.pick(
                format!("「{text}」は繰り返しの予定で、期限がありません"),
                format!("\"{text}\" recurs, so there is no due date to track"),
            ),
            ProblemKind::ExtensionUnreadable { text } => language.pick(
                format!("期限延長「{text}」の日付が読めません"),
                format!("the extension \"{text}\" names no date that can be read"),
            ),
            ProblemKind::ExtensionEarlier { until, due } => language.pick(
                format!("延長後の期限 {until} が、もとの期限 {due} より前です"),
                format!("the extension to {until} lies before the due date {due}, and moves nothing"),
            ),
            ProblemKind::OwnerPlaceholder { text } => language.pick(
                format!("担当者が「{text}」のままです"),
                format!("the owner is still \"{text}\""),
            ),
            ProblemKind::StatusUnreadable { text } => language.pick(
                format!("ステータス「{text}」が読めません"),
                format!("the status \"{text}\" can't be read"),
            ),
            ProblemKind::PriorityUnreadable { text } => language.pick(
                format!("優先度「{text}」が読めません"),
                format!("the priority \"{text}\" can't be read"),
            ),
            ProblemKind::TitleEmpty => language.pick(
                "アクションの内容が空です".into(),
                "the action item has no title".into(),
            ),
            ProblemKind::TitlePlaceholder { text } => language.pick(
                format!("アクションの内容が「{text}」のままです"),
                format!("the title is still \"{text}\""),
            ),
            ProblemKind::FrontMatterUnreadable => language.pick(
                "フロントマターが読めません".into(),
                "the front matter can't be read".into(),
            ),
            ProblemKind::StateUnknown { text } => language.pick(
                format!("文書の状態「{text}」が分かりません（確定として扱います）"),
                format!("the document's state \"{text}\" is not known; it counts as final"),
            ),
            ProblemKind::EndBeforeStart { text } => language.pick(
                format!("復旧「{text}」が発生より前のため、復旧の時刻は不明として扱います"),
                format!("the end \"{text}\" is before the beginning, so when it was over counts as not known"),
            ),
            ProblemKind::SectionUnread { name } => language.pick(
                format!("「{name}」から対応項目を1つも読み取れませんでした"),
                format!("no action item could be read under \"{name}\""),
            ),
            ProblemKind::RegionUnpaired => language.pick(
                "進捗欄の目印が片方しかないため、進捗は書きません".into(),
                "the progress region has only one of its two markers, so no progress is written".into(),
            ),
            ProblemKind::SnapshotUnpaired => language.pick(
                "レビュー記録の目印が片方しかないため、記録は書きません".into(),
                "a review's snapshot has only one of its two markers, so no snapshot is written".into(),
            ),
            ProblemKind::IdMissing { .. } => language.pick(
                "ポストモーテムにIDがないため、push できません".into(),
                "the postmortem has no id, so it can't be pushed".into(),
            ),
            ProblemKind::IdTwice { id, others } => language.pick(
                format!(
                    "ID {id} は {} にもあります。どちらも push しません",
                    names(others)
                ),
                format!(
                    "the id {id} is also that of {}; neither is pushed",
                    names(others)
                ),
            ),
            ProblemKind::File { message, .. } => message.get(language).to_owned(),
            ProblemKind::KeyOnly { number, title, .. } => language.pick(
                format!("#{number} は同じ文書・同じ番号ですが、題が違います（「{title}」）"),
                format!(
                    "#{number} carries the same document and number but another title (\"{title}\")"
                ),
            ),
            ProblemKind::Ambiguous { numbers, .. } if numbers.is_empty() => language.pick(
                "同じ番号・同じ内容の行が複数あり、区別できません".into(),
                "several rows have the same number and title and can't be told apart".into(),
            ),
            ProblemKind::Ambiguous { numbers, .. } => language.pick(
                format!("該当しうる Issue が複数あります: {}", list(numbers)),
                format!("several issues could be this item's: {}", list(numbers)),
            ),
            ProblemKind::LinkedTwice { number, rows, .. } => language.pick(
                format!("#{number} に複数の行がリンクしています: {}", names(rows)),
                format!("#{number} is linked by several rows: {}", names(rows)),
            ),
            ProblemKind::IssueGone { number, .. } => language.pick(
                format!("#{number} は削除されたか、移動されたか、見えません"),
                format!("#{number} was deleted or moved, or can't be seen"),
            ),
            ProblemKind::OwnerUnknown { owner } => language.pick(
                format!("担当「{owner}」の GitHub アカウントが分かりません"),
                format!("no GitHub account is known for the owner \"{owner}\""),
            ),
            ProblemKind::OwnerUnassignable { login } => language.pick(
                format!("@{login} はこのリポジトリの Issue に割り当てられません"),
                format!("@{login} can't be assigned to issues of this repository"),
            ),
            ProblemKind::Duplicate { number, extra } => language.pick(
                format!(
                    "この項目の Issue が複数開いています: #{number} を使います（他に {}）",
                    list(extra)
                ),
                format!(
                    "several open issues carry this item: #{number} is used (also {})",
                    list(extra)
                ),
            ),
            ProblemKind::RowGone { number, kept: Some(RowKept::Copied { original: Some(original) }), .. } => language.pick(
                format!("#{number} の目印は #{original} のものと同じで、どの行もこの Issue を指していません"),
                format!("#{number} bears the marker of #{original}, and no row links it"),
            ),
            ProblemKind::RowGone { number, title, kept: Some(RowKept::Copied { original: None }) } => language.pick(
                format!("#{number} の題が目印の覚えている題と違い、「{title}」の行も文書にありません"),
                format!("#{number} has another title than its marker remembers, and the row of \"{title}\" is gone from the document"),
            ),
            ProblemKind::RowGone { number, title, .. } => language.pick(
                format!("#{number}「{title}」に対応する行がなくなりました"),
                format!("the row of #{number} \"{title}\" is gone from the document"),
            ),
            ProblemKind::DocumentGone { id, numbers } => language.pick(
                format!("{id} の文書がなくなりましたが、Issue が開いています: {}", list(numbers)),
                format!("no document has the id {id} any more, and issues of it are open: {}", list(numbers)),
            ),
            ProblemKind::MarkerCopied { number, original, .. } => language.pick(
                format!("#{number} の目印は #{original} からの写しです。この Issue には書き込みません"),
                format!("the marker of #{number} is a copy of the one of #{original}; nothing is written to it"),
            ),
            ProblemKind::MarkerDoubtful { number, .. } => language.pick(
                format!("この項目の題の Issue #{number} がありますが、目印がないか、読めません。リンクも作成もしません"),
                format!("#{number} has this item's title, but no marker that can be read: neither linked nor filed anew"),
            ),
            ProblemKind::RegionLost { number, .. } => language.pick(
                format!("#{number} の本文から pm-sync の欄が消されています"),
                format!("somebody deleted pm-sync's part of the body of #{number}"),
            ),
            ProblemKind::MarkerUnreadable { number, .. } => language.pick(
                format!("#{number} の pm-sync の目印がないか、二つあるか、読めません。この行は同期しません"),
                format!("the pm-sync marker of #{number} is missing, stands there twice or can't be read; the row is not synced"),
            ),
            ProblemKind::RowMoved { number } => language.pick(
                format!("文書が同時に書き換えられたため、#{number} のリンクを書けませんでした"),
                format!(
                    "the document changed meanwhile, so the link to #{number} could not be written"
                ),
            ),
            ProblemKind::RowUnwritten { number } => language.pick(
                format!("この行に #{number} のことを書けませんでした"),
                format!("what became of #{number} could not be written into this row"),
            ),
            ProblemKind::BodyFull { number } => language.pick(
                format!("#{number} の本文に、pm-sync の欄を書く余地がありません"),
                format!("the body of #{number} has no room for what pm-sync writes"),
            ),
        }
    }

    /// How to mend it.
    pub fn hint(&self, language: Language) -> String {
        match self {
            ProblemKind::DueUnreadable { .. } | ProblemKind::DuePlaceholder { .. } => {
                language.pick("2025-01-31 や「2週間以内」のように書いてください".into(), "write a date such as 2025-01-31 or \"within 2 weeks\"".into())
            }
            ProblemKind::DueNeedsDate { .. } => language.pick(
                "文書に「**日付**: 2025-01-05」を書くか、期限を日付で書いてください".into(),
                "write \"**Date**: 2025-01-05\" into the document, or a full date as due date".into(),
            ),
            ProblemKind::DueRecurring { .. } => {
                language.pick("最初の期限を日付で添えてください".into(), "add the first date it is due, such as 2025-01-31".into())
            }
            ProblemKind::ExtensionUnreadable { .. } => language.pick(
                "新しい期限を日付で書いてください（例: 期限延長: 2025-03-01（理由））".into(),
                "write the new date: Extended to 2025-03-01: reason".into(),
            ),
            ProblemKind::ExtensionEarlier { .. } => {
                language.pick("年を確かめるか、延長の記載を消してください".into(), "check its year, or take the extension out".into())
            }
            ProblemKind::OwnerPlaceholder { .. } => language.pick("担当者かチームの名前を書いてください".into(), "name a person or a team".into()),
            ProblemKind::StatusUnreadable { .. } => {
                language.pick("未着手・進行中・保留・完了・見送り のいずれかで始めてください".into(), "begin it with one of todo, in progress, blocked, done, won't do".into())
            }
            ProblemKind::PriorityUnreadable { .. } => language.pick("P0〜P3、または 緊急・高・中・低 で書いてください".into(), "write P0 to P3, or critical, high, medium, low".into()),
            ProblemKind::TitleEmpty | ProblemKind::TitlePlaceholder { .. } => {
                language.pick("何をするかを書くか、行を消してください".into(), "write what is to be done, or delete the row".into())
            }
            ProblemKind::FrontMatterUnreadable => language.pick("YAML（---）か TOML（+++）として直してください".into(), "mend it as YAML (---) or TOML (+++)".into()),
            ProblemKind::StateUnknown { .. } => language.pick(
                "下書き・レビュー中・確定 のいずれかで書いてください".into(),
                "write draft, review or final".into(),
            ),
            ProblemKind::EndBeforeStart { .. } => language.pick(
                "発生と復旧の日時を確認し、日をまたぐ場合は日付も書いてください".into(),
                "look at both times, and write the day where it is another".into(),
            ),
            ProblemKind::SectionUnread { .. } => language.pick(
                "表の見出しを「アクション」「担当」「期限」にするか、1項目を1つの箇条書きにしてください".into(),
                "head the table's columns Action, Owner and Due, or write each item as an entry of a list".into(),
            ),
            ProblemKind::RegionUnpaired => language.pick(
                "<!-- pm-sync:progress --> と <!-- /pm-sync:progress --> を、それぞれ一行に書いてください".into(),
                "write <!-- pm-sync:progress --> and <!-- /pm-sync:progress -->, each on a line of its own".into(),
            ),
            ProblemKind::SnapshotUnpaired => language.pick(
                "記録は <!-- pm-sync:review … --> から <!-- /pm-sync:review --> までです。欠けた行を戻すか、残った行も消してください".into(),
                "a snapshot stands between <!-- pm-sync:review … --> and <!-- /pm-sync:review -->: put the missing line back, or delete the other one too".into(),
            ),
            ProblemKind::IdMissing { next } => language.pick(
                format!("空いている次のIDは {next} です。題に書くか、`pm-sync push --assign-ids` で付けられます"),
                format!("the next free id is {next}: write it into the title, or let `pm-sync push --assign-ids` do it"),
            ),
            ProblemKind::IdTwice { .. } => language.pick("一方のIDを変えてください".into(), "give one of them another id".into()),
            ProblemKind::File { hint, .. } => hint.as_ref().map_or(String::new(), |h| h.get(language).to_owned()),
            ProblemKind::KeyOnly { item, number, .. } => language.pick(
                format!("同じ項目なら `pm-sync link {item} {number}`、別の項目なら番号を変えてください"),
                format!("if it is the same item, `pm-sync link {item} {number}`; if not, give the row another number"),
            ),
            ProblemKind::Ambiguous { numbers, .. } if numbers.is_empty() => {
                language.pick("行の番号か内容を変えてください".into(), "give the rows different numbers or titles".into())
            }
            ProblemKind::Ambiguous { item, .. } => language.pick(format!("`pm-sync link {item} Issue番号` で決めてください"), format!("settle it with `pm-sync link {item} NUMBER`")),
            ProblemKind::LinkedTwice { item: None, .. } => language.pick("Issue はこの行から作られました。他の行のリンクを消してください".into(), "the issue was made from this row: take the links out of the others".into()),
            ProblemKind::LinkedTwice { item: Some(item), .. } => language.pick(format!("一方のリンクを消してください（この行なら `pm-sync unlink {item}`）"), format!("take one of the links out, this one with `pm-sync unlink {item}`")),
            ProblemKind::IssueGone { item, .. } => {
                language.pick(format!("`pm-sync unlink {item}` で外すと、次の push で新しく作れます"), format!("`pm-sync unlink {item}` lets the next push file it anew"))
            }
            ProblemKind::OwnerUnknown { owner } => {
                language.pick(format!("pm-sync.toml の [owners] に \"{owner}\" = [\"login\"] を書いてください"), format!("add \"{owner}\" = [\"login\"] to [owners] in pm-sync.toml"))
            }
            ProblemKind::OwnerUnassignable { .. } => language.pick(
                "リポジトリに招待するか、[owners] を直してください。Issue は割り当てなしで作ります".into(),
                "invite them to the repository or mend [owners]; the issue goes without this assignee".into(),
            ),
            ProblemKind::Duplicate { .. } => language.pick("他の Issue を重複として閉じてください".into(), "close the others as duplicates".into()),
            ProblemKind::RowGone { kept: None, .. } => language.pick(
                "不要なら `pm-sync push --close-removed` で「対応しない」として閉じられます。行を戻せばまた同期します".into(),
                "`pm-sync push --close-removed` closes it as not planned; put the row back to sync it again".into(),
            ),
            ProblemKind::RowGone { kept: Some(kept), number, .. } => kept.hint(*number, language),
            ProblemKind::DocumentGone { .. } => language.pick(
                "不要なら Issue を閉じてください。文書を戻すか、移した先を documents.paths に加えれば、また同期します".into(),
                "close them if they are no longer needed; to sync them again, put the document back or add its new place to documents.paths".into(),
            ),
            ProblemKind::MarkerCopied { item, .. } => language.pick(
                format!("この行の Issue なら `pm-sync push --adopt --item {item}` で取り込み、違うなら `pm-sync unlink {item}` で外してください"),
                format!("if it is this row's, take it over with `pm-sync push --adopt --item {item}`; if not, `pm-sync unlink {item}`"),
            ),
            ProblemKind::MarkerDoubtful { item, number } => language.pick(
                format!("同じ項目なら `pm-sync link {item} {number}` のあと `pm-sync push --adopt --item {item}`、違うならその Issue の題を変えてください"),
                format!("if it is the same item, `pm-sync link {item} {number}` and then `pm-sync push --adopt --item {item}`; if not, give that issue another title"),
            ),
            ProblemKind::RegionLost { item, .. } => language.pick(
                format!("push すると本文の末尾に戻します（人が書いた部分はそのままです）。手放すなら `pm-sync unlink {item}`"),
                format!("push puts it back at the end and keeps what people wrote; `pm-sync unlink {item}` lets go of the issue instead"),
            ),
            ProblemKind::MarkerUnreadable { item, .. } => language.pick(
                format!("Issue 本文の pm-sync の目印を元に戻すか、`pm-sync push --adopt --item {item}` で取り込んでください"),
                format!("restore the marker in the issue's body, or take the issue over with `pm-sync push --adopt --item {item}`"),
            ),
            ProblemKind::RowMoved { .. } => {
                language.pick("もう一度実行してください".into(), "run it again".into())
            }
            ProblemKind::RowUnwritten { number } => language.pick(
                format!("行に [#{number}](…) を手で書くか、行の書き方を変えてください"),
                format!("write [#{number}](…) into the row by hand, or word the row in another way"),
            ),
            ProblemKind::BodyFull { .. } => language.pick(
                "本文を短くしてください（上限は 65,536 文字です）".into(),
                "shorten the text around it; GitHub takes 65,536 characters in all".into(),
            ),
        }
    }
}

impl RowKept {
    fn hint(&self, number: u64, language: Language) -> String {
        match self {
            RowKept::Unread => language.pick(
                "読めない文書に行があるかもしれないため、--close-removed でも閉じません。先にその文書を直してください".to_owned(),
                "the row may be in a document that could not be read, so --close-removed leaves it: mend that document first".to_owned(),
            ),
            RowKept::Mentioned { place } => language.pick(
                format!("{place} に #{number} かその項目がまだ書かれているため、--close-removed でも閉じません。表や見出しの書き方を確かめてください"),
                format!("{place} still mentions it, so --close-removed leaves it: look whether the table or its heading can still be read"),
            ),
            RowKept::Waits => language.pick(
                "この文書は push されないため、--close-removed でも閉じません".to_owned(),
                "its document is not pushed, so --close-removed leaves it".to_owned(),
            ),
            RowKept::Elsewhere => language.pick(
                "別のリポジトリの文書から作られた Issue のため、--close-removed でも閉じません".to_owned(),
                "it was made from a document of another repository, so --close-removed leaves it".to_owned(),
            ),
            RowKept::Copied { .. } => language.pick(
                "目印の写しかもしれないため、--close-removed でも閉じません。不要なら手で閉じ、人の Issue なら本文から pm-sync の欄を消してください".to_owned(),
                "the marker may be a copy, so --close-removed leaves it: close it by hand, or if it is somebody's own issue delete pm-sync's part from its body".to_owned(),
            ),
            RowKept::Doubtful { item } => language.pick(
                format!("文書にアクションアイテムがないか、読めない箇所があるため、--close-removed だけでは閉じません。本当に行を消したのなら `pm-sync push --close-removed --item {item}`"),
                format!("the document has no action items left, or could not be read in full, so --close-removed alone leaves it; if the row was meant to go: `pm-sync push --close-removed --item {item}`"),
            ),
        }
    }
}

/// A problem as the JSON output shows it.
#[derive(Debug, Clone, Serialize)]
pub struct ProblemJson<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    code: &'static str,
    message: String,
    hint: String,
}

impl Problem {
    /// For the JSON output.
    pub fn json(&self, language: Language) -> ProblemJson<'_> {
        ProblemJson {
            path: &self.path,
            line: self.line,
            column: self.column,
            code: self.kind.code(),
            message: self.kind.message(language),
            hint: self.kind.hint(language),
        }
    }

    /// Whether items are not synced until a person has settled it: it is not certain which issue is theirs, or an id is taken twice.
    pub fn stops_items(&self) -> bool {
        matches!(
            self.kind,
            ProblemKind::LinkedTwice { .. }
                | ProblemKind::IdTwice { .. }
                | ProblemKind::KeyOnly { .. }
                | ProblemKind::Ambiguous { .. }
                | ProblemKind::MarkerUnreadable { .. }
                | ProblemKind::MarkerCopied { .. }
                | ProblemKind::MarkerDoubtful { .. }
                | ProblemKind::Duplicate { .. }
                | ProblemKind::IssueGone { .. }
        )
    }

    /// `path:line:column`, as far as it is known.
    pub fn place(&self) -> String {
        match (self.line, self.column) {
            (0, _) => self.path.clone(),
            (line, 0) => format!("{}:{line}", self.path),
            (line, column) => format!("{}:{line}:{column}", self.path),
        }
    }
}

/// Sorts problems by place and removes repetitions.
pub fn tidy(problems: &mut Vec<Problem>) {
    problems.sort();
    problems.dedup();
}

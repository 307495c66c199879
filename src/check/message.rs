//! What a finding says in a sentence, and how to mend it; every output uses the same words.

use chrono::TimeDelta;

use super::{Difference, DueSource, Finding, FindingKind};
use crate::config::Language;
use crate::item::due::{self, Due};
use crate::item::{Severity, Status};
use crate::list::counted;
use crate::plan::content::Field;
use crate::plan::status::IssueWord;
use crate::show::word_label;

impl Finding {
    /// What was found, in a sentence without its end, and without the name of what it is about.
    pub fn message(&self, language: Language) -> String {
        let days = self.days.unwrap_or_default();
        let due = self.due_words(language);
        match self.kind {
            FindingKind::Overdue => language.pick(
                format!("期限を {days} 日過ぎています（{due}）"),
                format!("{} overdue ({due})", counted_days(days)),
            ),
            FindingKind::DueSoon if days == 0 => language.pick(
                format!("今日が期限です（{due}）"),
                format!("due today ({due})"),
            ),
            FindingKind::DueSoon => language.pick(
                format!("期限まであと {} 日です（{due}）", -days),
                format!("due in {} ({due})", counted_days(-days)),
            ),
            FindingKind::AtRisk => {
                let allowed = self.allowed.unwrap_or_default();
                let gone = allowed + days;
                language.pick(
                    format!("{allowed} 日のうち {gone} 日が過ぎましたが、未着手です（{due}）"),
                    format!(
                        "not begun, and {gone} of {} are gone ({due})",
                        counted_days(allowed)
                    ),
                )
            }
            FindingKind::Stale => language.pick(
                format!("進行中ですが、Issue に {days} 日間動きがありません"),
                format!(
                    "in progress, but nothing has happened on its issue for {}",
                    counted_days(days)
                ),
            ),
            FindingKind::Drift => self
                .difference
                .as_ref()
                .map(|difference| difference.message(language))
                .unwrap_or_default(),
            FindingKind::ReviewDue => self.review_message(days, language),
            FindingKind::LatePostmortem => {
                let (ja, en) = self.postmortem.severity.map_or(("", ""), severity_words);
                let allowed = self.allowed.unwrap_or_default();
                let within = counted_days(allowed);
                // Where nobody wrote when it was over, the postmortem's own date has to do.
                let (since, of) = match self.postmortem.recovered {
                    Some(day) => (format!("復旧した {day} "), "recovery".to_owned()),
                    None => {
                        let date = self.postmortem.date.map(|date| date.to_string());
                        let date = date.unwrap_or_default();
                        (format!("文書の日付 {date} "), format!("its date, {date}"))
                    }
                };
                language.pick(
                    format!("仕上げの期限（重大度 {ja}、{since}から {allowed} 日以内）を {days} 日過ぎても、ドラフトのままです"),
                    format!("still a draft {} after it was due ({en}: within {within} of {of})", counted_days(days)),
                )
            }
            FindingKind::NoDue => match self.unread_due() {
                Some((text, Due::NeedsReference)) => language.pick(
                    format!(
                        "期限「{text}」は日付が決まりません（ポストモーテムに日付がありません）"
                    ),
                    format!("its due date \"{text}\" needs the postmortem's date, and it has none"),
                ),
                Some((text, Due::Missing { .. })) => language.pick(
                    format!("期限が「{text}」のままです"),
                    format!("its due date is still \"{text}\""),
                ),
                Some((text, Due::Recurring)) => language.pick(
                    format!("「{text}」は繰り返しの予定で、期限がありません"),
                    format!("\"{text}\" recurs, so there is no due date to track"),
                ),
                Some((text, Due::Unreadable | Due::On { .. })) => language.pick(
                    format!("期限「{text}」を読み取れません"),
                    format!("its due date \"{text}\" can't be read"),
                ),
                None => language.pick("期限がありません".to_owned(), "no due date".to_owned()),
            },
            FindingKind::NoOwner => match self.item.as_ref().and_then(|i| i.owner_text.as_ref()) {
                Some(text) => language.pick(
                    format!("担当者が「{text}」のままです"),
                    format!("its owner is still \"{text}\""),
                ),
                None => language.pick("担当者がいません".to_owned(), "no owner".to_owned()),
            },
            FindingKind::WaiverUnreasoned => {
                let until = self.due.map(|d| d.to_string()).unwrap_or_default();
                language.pick(
                    format!("期限が {until} に延長されていますが、理由が書かれていません"),
                    format!("extended to {until} without a reason"),
                )
            }
        }
    }

    /// How to mend it, where that isn't plain.
    pub fn hint(&self, language: Language) -> Option<String> {
        let text = match self.kind {
            FindingKind::Drift => {
                let commands: Vec<String> = self
                    .difference
                    .iter()
                    .flat_map(|d| &d.settle)
                    .map(|command| labelled(command, language))
                    .collect();
                let commands = Some(commands.join(language.pick(" または ", " or ")));
                return commands.filter(|commands| !commands.is_empty()).map(|commands| {
                    if self.is_pending() {
                        language.pick(
                            format!("次の {commands} か `pm-sync sync` で揃います"),
                            format!("the next {commands} or `pm-sync sync` settles it"),
                        )
                    } else {
                        commands
                    }
                });
            }
            FindingKind::NoDue if matches!(self.unread_due(), Some((_, Due::NeedsReference))) => {
                language.pick(
                    "ポストモーテムに日付を書くか、期限を 2025-01-31 のような日付にしてください",
                    "write the postmortem's date, or a due date such as 2025-01-31",
                )
            }
            FindingKind::NoDue => language.pick(
                "期限（例: 2025-01-31）か優先度（P0〜P3）を書いてください",
                "write a due date such as 2025-01-31, or a priority from P0 to P3",
            ),
            FindingKind::NoOwner => language.pick(
                "担当者を書いてください（例: @alice）",
                "write who does it, such as @alice",
            ),
            FindingKind::WaiverUnreasoned => language.pick(
                "`期限延長: 2025-03-01（理由）` のように理由を添えてください",
                "give the reason: `Extended to 2025-03-01: why`",
            ),
            FindingKind::ReviewDue if self.review.as_ref().is_some_and(|review| review.boxes) => {
                language.pick(
                    "レビューを終えたら、チェックボックスをすべて埋めるか、「次回レビュー: YYYY-MM-DD」と書いてください",
                    "once it was held, tick its boxes, or write the day of the next one: `Next review: YYYY-MM-DD`",
                )
            }
            FindingKind::ReviewDue => {
                let held = self
                    .due
                    .zip(self.days)
                    .and_then(|(due, days)| due.checked_add_signed(TimeDelta::try_days(days)?))
                    .map(|today| today.to_string())
                    .unwrap_or_default();
                return Some(language.pick(
                    format!("レビューを終えたら、文書に「フォローアップレビュー: {held}（完了）」か「次回レビュー: YYYY-MM-DD」と書いてください"),
                    format!("once it was held, write `Follow-up review: {held} (done)` in the document, or the day of the next one: `Next review: YYYY-MM-DD`"),
                ));
            }
            FindingKind::LatePostmortem => language.pick(
                "仕上げたら、ステータスを Review か Final にしてください",
                "once it is ready, set its status to Review or Final",
            ),
            FindingKind::Overdue
            | FindingKind::DueSoon
            | FindingKind::AtRisk
            | FindingKind::Stale => return None,
        };
        Some(text.to_owned())
    }

    /// The due date and where it comes from: `due 2025-01-10, extended`.
    pub fn due_words(&self, language: Language) -> String {
        let Some(due) = self.due else {
            return String::new();
        };
        let allowed = self.allowed.unwrap_or_default();
        let priority = self.item.as_ref().and_then(|item| item.priority);
        let priority = priority.map_or("", |p| p.as_str());
        match self.due_source {
            Some(DueSource::Policy) => language.pick(
                format!("期限 {due}、{priority} の目安 {allowed} 日による"),
                format!("due {due}: {priority} has {}", counted_days(allowed)),
            ),
            Some(DueSource::Waiver) => language.pick(
                format!("延長後の期限 {due}"),
                format!("due {due}, extended"),
            ),
            Some(DueSource::Document) | None => {
                language.pick(format!("期限 {due}"), format!("due {due}"))
            }
        }
    }

    fn review_message(&self, days: i64, language: Language) -> String {
        let Some(review) = &self.review else {
            return String::new();
        };
        let date = self.due.map(|d| d.to_string()).unwrap_or_default();
        let (open, items) = (review.open, review.items);
        let by_policy = self.due_source == Some(DueSource::Policy);
        let title = review.title.as_deref().filter(|title| !title.is_empty());
        let ja = match (title, by_policy) {
            (Some(title), _) => format!("「{title}」（{date}）"),
            (None, true) => format!("フォローアップレビューの目安の日（{date}）"),
            (None, false) => format!("フォローアップレビューの日（{date}）"),
        };
        let ja = match days {
            0 => format!("今日は{ja}です"),
            days => format!("{ja}から {days} 日たちました"),
        };
        let en = match title {
            Some(title) => format!("\"{title}\""),
            None => "a follow-up review".to_owned(),
        };
        let when = match days {
            0 => "is due today".to_owned(),
            days => format!("was due {} ago", counted_days(days)),
        };
        let policy = if by_policy { " by policy" } else { "" };
        language.pick(
            format!("{ja}。{items} 件中 {open} 件が未完了です"),
            format!(
                "{en} {when} ({date}{policy}), with {open} of {} open",
                counted(items, "item")
            ),
        )
    }

    /// The words of a due date that names no day, and why.
    fn unread_due(&self) -> Option<(&str, Due)> {
        let text = self.item.as_ref()?.due_text.as_deref()?;
        let why = due::read(text, self.postmortem.date);
        (!text.trim().is_empty()).then_some((text, why))
    }
}

impl Difference {
    /// What both sides say, in the reader's words.
    pub fn message(&self, language: Language) -> String {
        let (field, document, github) = if self.field == "status" {
            let row = Status::ALL
                .into_iter()
                .find(|status| status.as_str() == self.document)
                .map_or(self.document.as_str(), |status| status.label(language));
            let issue = IssueWord::ALL
                .into_iter()
                .find(|word| word.as_str() == self.github)
                .map_or(self.github.as_str(), |word| word_label(word, language));
            (language.pick("ステータス", "status"), row, issue)
        } else {
            let field = Field::ALL
                .into_iter()
                .find(|field| field.as_str() == self.field)
                .map_or(self.field.as_str(), |field| field.label(language));
            (field, self.document.as_str(), self.github.as_str())
        };
        let blank = language.pick("（空）", "(empty)");
        let or_blank = |text: &str| {
            if text.is_empty() {
                blank.to_owned()
            } else {
                text.to_owned()
            }
        };
        let (document, github) = (or_blank(document), or_blank(github));
        language.pick(
            format!("{field}: 文書は「{document}」、GitHub は「{github}」です"),
            format!("{field}: \"{document}\" in the document, \"{github}\" on GitHub"),
        )
    }
}

/// A severity as people write it in Japanese, and in an English sentence.
fn severity_words(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Critical => ("Critical", "critical"),
        Severity::High => ("High", "high"),
        Severity::Medium => ("Medium", "medium"),
        Severity::Low => ("Low", "low"),
    }
}

/// `1 day`, `2 days`.
pub(super) fn counted_days(days: i64) -> String {
    let count = usize::try_from(days.max(0)).unwrap_or_default();
    counted(count, "day")
}

/// A command that settles a difference, and whose value it keeps, where it is a choice.
fn labelled(command: &str, language: Language) -> String {
    let words: Vec<&str> = command.split(' ').collect();
    let whose = match words.as_slice() {
        [_, _, "--prefer", "github", ..] => {
            language.pick("（GitHub の値にする）", " (keeps GitHub's)")
        }
        [_, _, "--prefer", "document", ..] | [_, _, "--status", ..] => {
            language.pick("（文書の値にする）", " (keeps the document's)")
        }
        _ => "",
    };
    format!("`{command}`{whose}")
}

//! Each question of a follow-up meeting in words.

use super::questions::{MANY_SLIPS, Question};
use super::words::counted_days;
use crate::config::Language;

/// What to decide, as a sentence or two.
pub fn sentence(ask: &Question, language: Language) -> String {
    match ask {
        Question::NewDate { days_late, slips } => {
            let many = slips.filter(|slips| *slips >= MANY_SLIPS);
            let days = counted_days(*days_late);
            match many {
                None => language.pick(
                    format!("期限を {days_late} 日過ぎています。理由を添えて新しい期限を決める、見送る、エスカレーションするのどれにしますか？"),
                    format!("{days} late: a new date with the reason, drop it, or escalate?"),
                ),
                Some(slips) => language.pick(
                    format!("{slips} 回延期したうえ、期限を {days_late} 日過ぎています。再度の延期ではなく、分割する、見送る、エスカレーションするのどれにしますか？"),
                    format!("{days} late, and put off {slips} times before: rather than once more, split it, drop it, or escalate?"),
                ),
            }
        }
        Question::Unblock => language.pick(
            "保留中です。誰が、いつまでに障害を取り除きますか？".to_owned(),
            "Blocked: who clears the way, and by when?".to_owned(),
        ),
        Question::WhichSide { difference } => {
            let message = difference.message(language);
            language.pick(
                format!("{message}。どちらが正しいですか？"),
                format!("Which is right? {}.", capital(&message)),
            )
        }
        Question::Begin { allowed, gone } => language.pick(
            format!("{allowed} 日のうち {gone} 日が過ぎて、未着手です。誰が、いつ始めますか？"),
            format!(
                "Not begun, and {gone} of {} are gone: who begins, and when?",
                counted_days(*allowed)
            ),
        ),
        Question::InTime { days_left: 0 } => language.pick(
            "今日が期限です。今日中に終わりますか？".to_owned(),
            "Due today: will it be done?".to_owned(),
        ),
        Question::InTime { days_left } => language.pick(
            format!("期限まであと {days_left} 日です。間に合いますか？"),
            format!(
                "Due in {}: will it be done by then?",
                counted_days(*days_left)
            ),
        ),
        Question::GoesOn { idle } => language.pick(
            format!(
                "進行中ですが、{idle} 日間動きがありません。続いていますか、助けが要りますか？"
            ),
            format!(
                "In progress, but nothing has happened for {}: does it go on, or need help?",
                counted_days(*idle)
            ),
        ),
        Question::NameOwner => language.pick(
            "担当者がいません。誰が担当しますか？".to_owned(),
            "No owner: who takes it?".to_owned(),
        ),
        Question::SetDate { written: None } => language.pick(
            "期限がありません。いつまでにしますか？".to_owned(),
            "No due date: by when?".to_owned(),
        ),
        Question::SetDate {
            written: Some(text),
        } => language.pick(
            format!("期限「{text}」は日付として読めません。いつまでにしますか？"),
            format!("Its due date \"{text}\" is no day: by when?"),
        ),
        Question::GiveReason { until } => language.pick(
            format!("{until} への延長に理由がありません。なぜですか？"),
            format!("Extended to {until} without a reason: why?"),
        ),
        Question::ConfirmDone { done_when } => {
            let when = done_when.join(language.pick("、", "; "));
            match when.as_str() {
                "" => language.pick(
                    "完了。効果はありましたか？".to_owned(),
                    "Done: did it work?".to_owned(),
                ),
                when => language.pick(
                    format!("完了。効果はありましたか？（完了条件: {when}）"),
                    format!("Done: did it work? (Done when: {when})"),
                ),
            }
        }
        Question::ConfirmDropped => language.pick(
            "見送り。残るリスクを受け入れますか？".to_owned(),
            "Dropped: is the risk that stays accepted?".to_owned(),
        ),
        Question::FinishDraft { days_late } => language.pick(
            format!(
                "仕上げの期限を {days_late} 日過ぎて、まだドラフトです。誰が、いつ仕上げますか？"
            ),
            format!(
                "still a draft, {} late: who finishes it, and when?",
                counted_days(*days_late)
            ),
        ),
        Question::NextReview => language.pick(
            "未完了の項目があり、次のレビューの予定がありません。いつ開きますか？".to_owned(),
            "items are open and no review is to come: when is the next one?".to_owned(),
        ),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

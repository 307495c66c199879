//! What a follow-up meeting has to decide: pure functions of what is known. Nothing here says it in words.

use chrono::NaiveDate;
use serde::Serialize;

use crate::check::{Difference, Finding, FindingKind};
use crate::item::Status;

/// How many postponements are too many for another one to be the answer.
pub const MANY_SLIPS: usize = 2;

/// Something to decide, the most pressing first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
pub enum Question {
    /// It is late: a new date with a reason, drop it, or escalate.
    NewDate {
        /// By how many days.
        days_late: i64,
        /// How often it was put off before; null where nobody can say.
        slips: Option<usize>,
    },
    /// It waits for something: who clears the way, and by when?
    Unblock,
    /// The row and its issue differ: which side is right?
    WhichSide {
        /// What they say.
        difference: Difference,
    },
    /// Nobody has begun though half of its time is gone: who begins, and when?
    Begin {
        /// How many days it was given.
        allowed: i64,
        /// How many of them are gone.
        gone: i64,
    },
    /// It is due in a few days: will it be done by then?
    InTime {
        /// In how many days, 0 for today.
        days_left: i64,
    },
    /// It is in progress, and nothing happens on its issue: does it go on?
    GoesOn {
        /// For how many days.
        idle: i64,
    },
    /// Nobody does it: who?
    NameOwner,
    /// It has no due date: which?
    SetDate {
        /// What is written instead of one that can be read.
        written: Option<String>,
    },
    /// Its deadline was moved without a reason: why?
    GiveReason {
        /// To which day.
        until: NaiveDate,
    },
    /// It is done: did it work?
    ConfirmDone {
        /// When it counts as done.
        done_when: Vec<String>,
    },
    /// It was decided against: may it stay so?
    ConfirmDropped,
    /// The postmortem is still a draft: who finishes it, and when?
    FinishDraft {
        /// By how many days it is late.
        days_late: i64,
    },
    /// Items are open, and no review is to come: when is the next one?
    NextReview,
}

/// What is known of an item.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Where it stands.
    pub status: Status,
    /// What a check found about it.
    pub findings: &'a [&'a Finding],
    /// How often its due date was put off, where that is known.
    pub slips: Option<usize>,
    /// When it counts as done.
    pub done_when: &'a [String],
}

/// What to decide about an item. Nothing where it is on its way and in time.
///
/// Which side is right is asked first of a status that differs: as long as that is open, nobody can say whether the work was good.
pub fn of_item(about: &About<'_>) -> Vec<Question> {
    let mut questions: Vec<Question> = about
        .findings
        .iter()
        .filter_map(|finding| of_finding(finding, about))
        .collect();
    let in_doubt = questions.iter().any(
        |question| matches!(question, Question::WhichSide { difference } if difference.field == "status"),
    );
    match about.status {
        Status::Blocked => questions.push(Question::Unblock),
        Status::Done if !in_doubt => questions.push(Question::ConfirmDone {
            done_when: about.done_when.to_vec(),
        }),
        Status::Dropped if !in_doubt => questions.push(Question::ConfirmDropped),
        _ => {}
    }
    questions.sort_by_key(rank);
    questions
}

/// What to decide about the postmortem itself, from what a check found about it and whether a review is lacking.
pub fn of_postmortem(findings: &[&Finding], needs_review: bool) -> Vec<Question> {
    let drafts = findings
        .iter()
        .filter(|finding| finding.kind == FindingKind::LatePostmortem)
        .map(|finding| Question::FinishDraft {
            days_late: finding.days.unwrap_or_default(),
        });
    drafts
        .chain(needs_review.then_some(Question::NextReview))
        .collect()
}

fn of_finding(finding: &Finding, about: &About<'_>) -> Option<Question> {
    let days = finding.days.unwrap_or_default();
    Some(match finding.kind {
        FindingKind::Overdue => Question::NewDate {
            days_late: days,
            slips: about.slips,
        },
        FindingKind::DueSoon => Question::InTime { days_left: -days },
        FindingKind::AtRisk => {
            let allowed = finding.allowed.unwrap_or_default();
            Question::Begin {
                allowed,
                gone: allowed + days,
            }
        }
        FindingKind::Stale => Question::GoesOn { idle: days },
        FindingKind::Drift => Question::WhichSide {
            difference: finding.difference.clone().filter(|found| !lags(found))?,
        },
        FindingKind::NoOwner => Question::NameOwner,
        FindingKind::NoDue => Question::SetDate {
            written: finding.item.as_ref()?.due_text.clone(),
        },
        FindingKind::WaiverUnreasoned => Question::GiveReason {
            until: finding.due?,
        },
        FindingKind::ReviewDue | FindingKind::LatePostmortem => return None,
    })
}

/// Whether one side only has to follow the other, so that there is nothing to decide: the next push or pull does it.
pub fn lags(difference: &Difference) -> bool {
    let decides = |command: &String| command.contains("--prefer") || command.contains("--status");
    !difference.conflict && !difference.settle.iter().any(decides)
}

/// How pressing a question is; the smallest first.
pub(super) fn rank(question: &Question) -> u8 {
    match question {
        Question::NewDate { .. } => 0,
        Question::Unblock => 1,
        Question::WhichSide { .. } => 2,
        Question::Begin { .. } => 3,
        Question::InTime { .. } => 4,
        Question::GoesOn { .. } => 5,
        Question::NameOwner => 6,
        Question::SetDate { .. } => 7,
        Question::GiveReason { .. } => 8,
        Question::ConfirmDone { .. } | Question::ConfirmDropped => 9,
        Question::FinishDraft { .. } | Question::NextReview => 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{ItemFacts, PostmortemFacts};
    use crate::config::Language;

    fn found(kind: FindingKind) -> Finding {
        Finding {
            kind,
            postmortem: PostmortemFacts {
                id: None,
                title: String::new(),
                path: String::new(),
                date: None,
                recovered: None,
                severity: None,
                language: Language::En,
            },
            item: Some(ItemFacts {
                key: "1".into(),
                title: String::new(),
                owners: Vec::new(),
                owner_text: None,
                due_text: Some("someday".into()),
                waivers: Vec::new(),
                priority: None,
                kind: None,
                status: Status::Todo,
                line: 1,
                issue: None,
            }),
            line: 1,
            due: "2025-03-01".parse().ok(),
            due_source: None,
            days: Some(12),
            allowed: Some(30),
            difference: Some(differs("status")),
            review: None,
        }
    }

    fn differs(field: &str) -> Difference {
        Difference {
            field: field.to_owned(),
            document: "todo".into(),
            github: "done".into(),
            conflict: true,
            pending: false,
            settle: Vec::new(),
        }
    }

    #[test]
    fn what_to_decide() {
        use FindingKind::{
            AtRisk, Drift, DueSoon, NoDue, NoOwner, Overdue, Stale, WaiverUnreasoned,
        };
        let new_date = || Question::NewDate {
            days_late: 12,
            slips: Some(1),
        };
        let which_side = || Question::WhichSide {
            difference: differs("status"),
        };
        let done = || Question::ConfirmDone {
            done_when: vec!["no alert for a week".into()],
        };
        for (status, findings, expected) in [
            (Status::Todo, vec![], vec![]),
            (Status::InProgress, vec![], vec![]),
            (Status::Done, vec![], vec![done()]),
            (Status::Dropped, vec![], vec![Question::ConfirmDropped]),
            (Status::Blocked, vec![], vec![Question::Unblock]),
            (Status::InProgress, vec![Overdue], vec![new_date()]),
            (
                Status::Blocked,
                vec![Overdue],
                vec![new_date(), Question::Unblock],
            ),
            (
                Status::Todo,
                vec![DueSoon],
                vec![Question::InTime { days_left: -12 }],
            ),
            (
                Status::Todo,
                vec![AtRisk],
                vec![Question::Begin {
                    allowed: 30,
                    gone: 42,
                }],
            ),
            (
                Status::InProgress,
                vec![Stale],
                vec![Question::GoesOn { idle: 12 }],
            ),
            (
                Status::Todo,
                vec![NoDue, NoOwner],
                vec![
                    Question::NameOwner,
                    Question::SetDate {
                        written: Some("someday".into()),
                    },
                ],
            ),
            (
                Status::Todo,
                vec![WaiverUnreasoned],
                vec![Question::GiveReason {
                    until: "2025-03-01".parse().expect("a day"),
                }],
            ),
            // Whether it worked is asked once it is certain that it is done.
            (Status::Done, vec![Drift], vec![which_side()]),
            (
                Status::InProgress,
                vec![Drift, Overdue],
                vec![new_date(), which_side()],
            ),
        ] {
            let findings: Vec<Finding> = findings.into_iter().map(found).collect();
            let findings: Vec<&Finding> = findings.iter().collect();
            let about = About {
                status,
                findings: &findings,
                slips: Some(1),
                done_when: &["no alert for a week".into()],
            };
            assert_eq!(of_item(&about), expected, "{status:?} {findings:?}");
        }
        // Another field may differ of an item that is certainly done.
        let mut title = found(Drift);
        title.difference = Some(differs("title"));
        let about = About {
            status: Status::Done,
            findings: &[&title],
            slips: None,
            done_when: &["no alert for a week".into()],
        };
        assert_eq!(
            of_item(&about),
            [
                Question::WhichSide {
                    difference: differs("title")
                },
                done()
            ]
        );
    }

    #[test]
    fn what_the_next_run_settles_is_nothing_to_decide() {
        for (settle, expected) in [
            (vec!["pm-sync pull a.md"], true),
            (vec!["pm-sync push a.md"], true),
            (vec!["pm-sync pull --prefer github a.md"], false),
            (
                vec![
                    "pm-sync pull --prefer github a.md",
                    "pm-sync push --status a.md",
                ],
                false,
            ),
        ] {
            let found = Difference {
                conflict: false,
                settle: settle.iter().map(ToString::to_string).collect(),
                ..differs("status")
            };
            assert_eq!(lags(&found), expected, "{settle:?}");
        }
        assert!(
            !lags(&differs("status")),
            "a conflict is never settled alone"
        );
    }

    #[test]
    fn what_to_decide_about_the_postmortem() {
        let draft = Finding {
            item: None,
            ..found(FindingKind::LatePostmortem)
        };
        let due = Finding {
            item: None,
            ..found(FindingKind::ReviewDue)
        };
        assert_eq!(
            of_postmortem(&[&draft, &due], true),
            [
                Question::FinishDraft { days_late: 12 },
                Question::NextReview
            ]
        );
        assert_eq!(of_postmortem(&[&due], false), []);
    }
}

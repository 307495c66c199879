//! The rules: from action items, and what GitHub says of them, to findings. No clock, no network, no wording.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::deadline::{self, Deadline, later};
use super::live::{Live, Lives};
use super::{
    Appointment, Checked, Due, DueSource, Filter, Finding, FindingKind, Findings, IssueFacts,
    ItemFacts, LookedAt, PostmortemFacts, ReviewFacts, Source,
};
use crate::config::{Check, DocumentState, Language};
use crate::item::{ActionItem, Postmortem, Reference, Severity, Status};

/// All that a check is decided by.
pub(crate) struct Question<'a> {
    /// The documents of the run with their place among all that were read.
    pub(crate) documents: Vec<(usize, &'a Postmortem)>,
    /// What GitHub says; `None` where it wasn't or couldn't be asked.
    pub(crate) lives: Option<Lives>,
    /// Whether a document's follow-up review without a day was held; `None` where it has none with boxes.
    pub(crate) undated: &'a dyn Fn(usize) -> Option<bool>,
    /// What may take how long.
    pub(crate) policy: &'a Check,
    /// The day.
    pub(crate) today: NaiveDate,
    /// The time zone of the day.
    pub(crate) timezone: Tz,
    /// The issue that a row's reference names, as far as the row tells.
    pub(crate) issue: &'a dyn Fn(&Reference) -> IssueFacts,
}

/// What is late, due, or missing.
pub(crate) fn decide(question: &Question<'_>) -> Findings {
    let mut answer = Answer {
        question,
        findings: Vec::new(),
        agenda: Vec::new(),
        looked_at: Vec::new(),
        languages: Vec::new(),
    };
    for (place, postmortem) in &question.documents {
        if !postmortem.template {
            answer.postmortem(*place, postmortem);
        }
    }
    let Answer {
        mut findings,
        mut agenda,
        looked_at,
        languages,
        ..
    } = answer;
    findings.sort_by(|a, b| {
        let key = |f: &Finding| (f.kind, std::cmp::Reverse(f.days.unwrap_or(i64::MIN)));
        key(a)
            .cmp(&key(b))
            .then_with(|| a.postmortem.path.cmp(&b.postmortem.path))
            .then(a.line.cmp(&b.line))
    });
    agenda.sort_by(|a, b| {
        (a.date, &a.postmortem.path, a.line()).cmp(&(b.date, &b.postmortem.path, b.line()))
    });
    let mut findings = Findings {
        today: question.today,
        timezone: question.timezone,
        source: match question.lives {
            Some(_) => Source::Github,
            None => Source::Documents,
        },
        checked: Checked {
            documents: languages.len(),
            ..Checked::default()
        },
        only: Filter::default(),
        language: prevailing(&languages),
        looked_at,
        agenda,
        issues: issues(question, &findings),
        problems: Vec::new(),
        findings,
    };
    findings.count_items();
    findings
}

/// The language of most documents; nothing where there are as many in each.
fn prevailing(languages: &[Language]) -> Option<Language> {
    let ja = languages.iter().filter(|one| **one == Language::Ja).count();
    match (ja * 2).cmp(&languages.len()) {
        std::cmp::Ordering::Greater => Some(Language::Ja),
        std::cmp::Ordering::Less => Some(Language::En),
        std::cmp::Ordering::Equal => None,
    }
}

/// The issues that may be written to, and whether each is overdue.
fn issues(question: &Question<'_>, findings: &[Finding]) -> BTreeMap<u64, bool> {
    let managed = |issue: &IssueFacts| issue.number.filter(|_| issue.managed);
    let lives = question.lives.iter().flatten();
    let mut issues: BTreeMap<u64, bool> = lives
        .filter(|((place, _), _)| question.documents.iter().any(|(at, _)| at == place))
        .filter_map(|(_, live)| Some((managed(&live.issue)?, false)))
        .collect();
    let overdue = findings
        .iter()
        .filter(|finding| finding.kind == FindingKind::Overdue)
        .filter_map(|finding| finding.item.as_ref()?.issue.as_ref());
    issues.extend(overdue.filter_map(managed).map(|number| (number, true)));
    issues
}

struct Answer<'a> {
    question: &'a Question<'a>,
    findings: Vec<Finding>,
    agenda: Vec<Appointment>,
    looked_at: Vec<LookedAt>,
    /// The languages of the documents, one each.
    languages: Vec<Language>,
}

impl Answer<'_> {
    fn postmortem(&mut self, place: usize, postmortem: &Postmortem) {
        let facts = PostmortemFacts {
            id: postmortem.id.as_ref().map(ToString::to_string),
            title: postmortem.title.clone(),
            path: postmortem.path.clone(),
            date: postmortem.date,
            recovered: postmortem.times.recovered.map(|moment| moment.date),
            severity: postmortem.severity,
            language: postmortem.language,
        };
        self.languages.push(postmortem.language);
        let mut open = 0;
        for (at, item) in postmortem.items.iter().enumerate() {
            let lives = self.question.lives.as_ref();
            let live = lives.and_then(|lives| lives.get(&(place, at)));
            let item_facts = self.item_facts(item, live);
            let is_open = !item_facts.status.is_closed();
            self.looked_at.push(LookedAt {
                owners: item_facts.owners.clone(),
                priority: item_facts.priority,
                open: is_open,
                waived: is_open && !item.waivers.is_empty(),
            });
            if is_open {
                open += 1;
                self.open_item(postmortem, &facts, item, &item_facts, live);
            }
            for difference in live.iter().flat_map(|live| &live.differences) {
                let mut found = finding(FindingKind::Drift, &facts, Some(&item_facts), item.line);
                found.difference = Some(difference.clone());
                self.findings.push(found);
            }
        }
        self.review(place, postmortem, &facts, open);
        self.draft(postmortem, &facts);
    }

    fn item_facts(&self, item: &ActionItem, live: Option<&Live>) -> ItemFacts {
        ItemFacts {
            key: item.key.clone(),
            title: item.title.clone(),
            owners: item.owners.clone(),
            owner_text: item.owner_text.clone(),
            due_text: item.due.text.clone(),
            waivers: item.waivers.clone(),
            priority: item.priority,
            kind: item.kind,
            status: live.map_or_else(|| item.shown_status(), |live| live.status),
            line: item.line,
            issue: match live {
                Some(live) => Some(live.issue.clone()),
                None => item.reference.as_ref().map(self.question.issue),
            },
        }
    }

    fn open_item(
        &mut self,
        postmortem: &Postmortem,
        facts: &PostmortemFacts,
        item: &ActionItem,
        item_facts: &ItemFacts,
        live: Option<&Live>,
    ) {
        let Question { policy, today, .. } = *self.question;
        let about = |kind| finding(kind, facts, Some(item_facts), item.line);
        match deadline::of(item, postmortem, policy) {
            Some(due) => {
                if let Some((kind, days)) =
                    lateness(&due, postmortem, item_facts.status, policy, today)
                {
                    self.findings.push(Finding {
                        due: Some(due.date),
                        due_source: Some(due.source),
                        days: Some(days),
                        allowed: due.allowed,
                        ..about(kind)
                    });
                }
                self.agenda.push(Appointment {
                    postmortem: facts.clone(),
                    what: Due::Item(item_facts.clone()),
                    date: due.date,
                    source: due.source,
                });
            }
            None if item.due.recurring => {}
            None => self.findings.push(about(FindingKind::NoDue)),
        }
        let assigned = live.is_some_and(|live| !live.issue.assignees.is_empty());
        if item.owners.is_empty() && !assigned {
            self.findings.push(about(FindingKind::NoOwner));
        }
        if let (Some(live), Some(allowed)) = (live, policy.stale_after)
            && live.status == Status::InProgress
        {
            let last = live
                .updated
                .with_timezone(&self.question.timezone)
                .date_naive();
            let idle = (today - last).num_days();
            if idle > allowed.as_days() {
                self.findings.push(Finding {
                    days: Some(idle),
                    allowed: Some(allowed.as_days()),
                    ..about(FindingKind::Stale)
                });
            }
        }
        if let Some(waiver) = item.waivers.iter().find(|waiver| waiver.reason.is_none()) {
            self.findings.push(Finding {
                line: waiver.line,
                due: Some(waiver.until),
                due_source: Some(DueSource::Waiver),
                ..about(FindingKind::WaiverUnreasoned)
            });
        }
    }

    /// The review that is due: the last whose day has come and that wasn't held. Those before it are made good by it.
    fn review(
        &mut self,
        place: usize,
        postmortem: &Postmortem,
        facts: &PostmortemFacts,
        open: usize,
    ) {
        if open == 0 {
            return;
        }
        let Question { policy, today, .. } = *self.question;
        let undated = (self.question.undated)(place);
        let review_facts = |title, boxes| ReviewFacts {
            title,
            boxes,
            open,
            items: postmortem.items.len(),
        };
        let mut due: Option<(NaiveDate, DueSource, usize, ReviewFacts)> = None;
        for (at, review) in postmortem.reviews.iter().enumerate() {
            let named = review_facts(Some(review.title.clone()), review.boxes);
            if !review.held {
                self.agenda.push(Appointment {
                    postmortem: facts.clone(),
                    what: Due::Review(named.clone(), at + 1),
                    date: review.date,
                    source: DueSource::Document,
                });
            }
            if review.date <= today && due.as_ref().is_none_or(|(date, ..)| *date <= review.date) {
                due = Some((review.date, DueSource::Document, review.line, named));
            }
        }
        // One that was held makes good those before it.
        let held = postmortem
            .reviews
            .iter()
            .any(|r| r.held && due.as_ref().is_some_and(|(date, ..)| r.date >= *date));
        if postmortem.reviews.is_empty()
            && undated != Some(true)
            && let (Some(after), Some(date)) = (policy.review_after, postmortem.date)
            && let Some(date) = later(date, after)
        {
            self.agenda.push(Appointment {
                postmortem: facts.clone(),
                what: Due::Review(review_facts(None, undated.is_some()), 1),
                date,
                source: DueSource::Policy,
            });
            if date <= today {
                due = Some((
                    date,
                    DueSource::Policy,
                    1,
                    review_facts(None, undated.is_some()),
                ));
            }
        }
        if let Some((date, source, line, review)) = due.filter(|_| !held) {
            self.findings.push(Finding {
                due: Some(date),
                due_source: Some(source),
                days: Some((today - date).num_days()),
                review: Some(review),
                ..finding(FindingKind::ReviewDue, facts, None, line)
            });
        }
    }

    /// A draft that should have been finished.
    fn draft(&mut self, postmortem: &Postmortem, facts: &PostmortemFacts) {
        let Question { policy, today, .. } = *self.question;
        let late = policy.late_postmortem;
        let allowed = postmortem.severity.and_then(|severity| match severity {
            Severity::Critical => late.critical,
            Severity::High => late.high,
            Severity::Medium => late.medium,
            Severity::Low => late.low,
        });
        let (Some(DocumentState::Draft), Some(allowed)) = (postmortem.state, allowed) else {
            return;
        };
        let recovered = postmortem.times.recovered;
        let date = match recovered.and_then(|moment| moment.instant()) {
            // To the hour where the hour is known: 48 hours after 23:00 are over on the day after tomorrow.
            Some(instant) => chrono::TimeDelta::try_hours(allowed.as_hours())
                .and_then(|hours| instant.checked_add_signed(hours))
                .map(|instant| instant.date()),
            None => recovered
                .map(|moment| moment.date)
                .or(postmortem.date)
                .and_then(|date| later(date, allowed)),
        };
        if let Some(date) = date.filter(|date| *date < today) {
            self.findings.push(Finding {
                due: Some(date),
                due_source: Some(DueSource::Policy),
                days: Some((today - date).num_days()),
                allowed: Some(allowed.as_days()),
                ..finding(FindingKind::LatePostmortem, facts, None, 1)
            });
        }
    }
}

/// How a deadline stands, and the days since it; negative where it is ahead.
fn lateness(
    due: &Deadline,
    postmortem: &Postmortem,
    status: Status,
    policy: &Check,
    today: NaiveDate,
) -> Option<(FindingKind, i64)> {
    let days = (today - due.date).num_days();
    if days > 0 {
        return Some((FindingKind::Overdue, days));
    }
    if -days <= policy.due_soon.as_days() {
        return Some((FindingKind::DueSoon, days));
    }
    let gone = (today - postmortem.date?).num_days();
    let half = due
        .allowed
        .is_some_and(|allowed| gone.saturating_mul(2) >= allowed);
    (status == Status::Todo && half && gone >= 0).then_some((FindingKind::AtRisk, days))
}

fn finding(
    kind: FindingKind,
    postmortem: &PostmortemFacts,
    item: Option<&ItemFacts>,
    line: usize,
) -> Finding {
    Finding {
        kind,
        postmortem: postmortem.clone(),
        item: item.cloned(),
        line,
        due: None,
        due_source: None,
        days: None,
        allowed: None,
        difference: None,
        review: None,
    }
}

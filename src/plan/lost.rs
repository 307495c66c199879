//! Linked issues that aren't taken for ours: another team's, damaged ones, copies, and those from which somebody deleted our region.

use super::content::{self, ContentOptions, Field};
use super::identity::{Identity, fold};
use super::planner::Planner;
use super::{Finding, IssueChange, ItemPlan, Tracked, wanted};
use crate::github::Issue;
use crate::github::body::{Region, RegionReading, one_line};
use crate::item::{ActionItem, Postmortem, ProblemKind};

impl Planner<'_> {
    /// Says what is wrong with the marker of a linked issue that isn't taken for ours. `true` where it is ours all the same, and somebody
    /// only deleted our region: it bears our label and the very title that we would write, and the row remembers its status. Anything less,
    /// or a region that is damaged, is for a person to judge.
    pub(super) fn not_ours(
        &mut self,
        postmortem: &Postmortem,
        item: &ActionItem,
        identity: &Identity,
        issue: &Issue,
    ) -> bool {
        let number = issue.number;
        let name = postmortem.item_name(item);
        if self.inputs.options.adopt_for(&name) || issue.is_pull_request {
            return false;
        }
        if let Identity::Copied { original, .. } = *identity {
            let kind = ProblemKind::MarkerCopied {
                item: name,
                number,
                original,
            };
            self.problem(postmortem, item.line, kind);
            return false;
        }
        let label = self.inputs.config.issues.marker_label();
        let labelled = issue.labels.iter().any(|l| l.eq_ignore_ascii_case(label));
        let known = labelled && item.memory().is_some();
        match Region::parse(&issue.body) {
            RegionReading::Absent if !known => false,
            RegionReading::Absent => {
                let (wanted, _) = wanted::wanted(postmortem, item, self.inputs);
                let lost = !item.unusable && one_line(&issue.title) == wanted.title();
                let kind = match lost {
                    true => ProblemKind::RegionLost { item: name, number },
                    false => ProblemKind::MarkerUnreadable { item: name, number },
                };
                self.problem(postmortem, item.line, kind);
                lost
            }
            RegionReading::Found(_) | RegionReading::Broken => {
                let kind = ProblemKind::MarkerUnreadable { item: name, number };
                self.problem(postmortem, item.line, kind);
                false
            }
        }
    }

    /// Notes a linked issue that is not ours, where a reader of the row would take it for something else. Its title may say the item's in any
    /// frame, and it may have more assignees: another team's issue is theirs to word.
    pub(super) fn tracked(&mut self, postmortem: &Postmortem, item: &ActionItem, issue: &Issue) {
        let absent = Region::parse(&issue.body) == RegionReading::Absent;
        if issue.is_pull_request || !issue.is_open() || !absent {
            return;
        }
        let (wanted, _) = wanted::wanted(postmortem, item, self.inputs);
        let title = fold(&issue.title);
        let assigned = |login: &String| {
            let is = |other: &String| other.eq_ignore_ascii_case(login);
            issue.assignees.iter().any(is)
        };
        let mut fields = Vec::new();
        if one_line(&issue.title) != wanted.title() && !title.contains(&fold(&item.title)) {
            fields.push(Field::Title);
        }
        if !wanted.all_logins().iter().all(assigned) {
            fields.push(Field::Owners);
        }
        if !fields.is_empty() {
            self.plan.tracked.push(Tracked {
                item: postmortem.item_name(item),
                path: postmortem.path.clone(),
                line: item.line,
                issue: issue.number,
                url: issue.url.clone(),
                fields,
            });
        }
    }

    /// Plans to put our region back, and says what differs then: the memory went with the region, so who changed what is not known.
    pub(super) fn restore(
        &mut self,
        plan: &mut ItemPlan,
        postmortem: &Postmortem,
        item: &ActionItem,
        issue: &Issue,
    ) {
        let wanted = self.wanted(postmortem, item);
        let Some(body) = content::put_back(&wanted, issue).body else {
            let number = issue.number;
            self.problem(postmortem, item.line, ProblemKind::BodyFull { number });
            return;
        };
        let restored = Issue {
            body,
            ..issue.clone()
        };
        let options = ContentOptions {
            prefer: None,
            ..self.content_options(&postmortem.item_name(item))
        };
        let found = content::compare(&wanted, &restored, &options);
        plan.drift
            .extend(found.drift.into_iter().map(Finding::Content));
        let state = match plan.change.take() {
            Some(IssueChange::Update { state, .. }) => state,
            _ => None,
        };
        plan.change = Some(IssueChange::Restore {
            wanted: Box::new(wanted),
            state,
        });
    }
}

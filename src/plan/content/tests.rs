use proptest::prelude::*;

use super::*;
use crate::github::body::{BEGIN, END, MAX_BODY, PartText, Region, RegionReading};
use crate::github::marker::{self, MarkerReading};
use crate::github::model::{Issue, IssueState, Missing, NewIssue};

mod edges;
mod rule;

const LANGUAGES: [Language; 2] = [Language::Ja, Language::En];

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date in a test")
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn owner(written: &str, logins: &[&str], labels: &[&str]) -> WantedOwner {
    WantedOwner {
        written: written.to_owned(),
        logins: strings(logins),
        labels: strings(labels),
    }
}

/// An item with something in every field.
fn wanted(language: Language) -> Wanted {
    let title = language.pick("メモリアラートの設定", "Add a memory alert");
    Wanted {
        doc: "PM-042".to_owned(),
        key: "3".to_owned(),
        language,
        postmortem_title: language.pick("メモリ不足", "Out of memory").to_owned(),
        link: Some("https://github.com/o/r/blob/HEAD/042.md#x".to_owned()),
        title: title.to_owned(),
        owners: vec![owner("@alice", &["alice"], &["team: a"])],
        due: Some(date("2025-01-10")),
        due_text: Some(language.pick("2週間以内", "within 2 weeks").to_owned()),
        priority: Some(Priority::P1),
        kind: Some(Kind::Detect),
        tasks: vec![
            Task {
                text: "step one".to_owned(),
                done: false,
            },
            Task {
                text: "step two".to_owned(),
                done: false,
            },
        ],
        done_when: strings(&["alert arrives"]),
        details: strings(&["see the graph"]),
        issue_title: format!("[PM-042] {title}"),
        base_labels: strings(&["postmortem"]),
        priority_label: Some("priority: P1".to_owned()),
        kind_labels: strings(&["kind: detect"]),
        all_priority_labels: strings(&[
            "priority: P0",
            "priority: P1",
            "priority: P2",
            "priority: P3",
        ]),
    }
}

fn options(prefer: Option<Side>) -> ContentOptions {
    ContentOptions {
        prefer,
        reapply: false,
        today: date("2025-01-08"),
    }
}

fn reapply() -> ContentOptions {
    ContentOptions {
        reapply: true,
        ..options(None)
    }
}

/// GitHub's answer to a create.
fn created(new: NewIssue) -> Issue {
    let NewIssue {
        title,
        body,
        labels,
        assignees,
    } = new;
    Issue {
        number: 12,
        title,
        body,
        state: IssueState::Open,
        state_reason: None,
        labels,
        assignees,
        url: "https://github.com/o/r/issues/12".to_owned(),
        is_pull_request: false,
        created_at: chrono::DateTime::UNIX_EPOCH,
        updated_at: chrono::DateTime::UNIX_EPOCH,
        closed_at: None,
        author: "octocat".to_owned(),
        author_association: "MEMBER".to_owned(),
        comments: 0,
        repository: None,
    }
}

fn issue_of(wanted: &Wanted) -> Issue {
    created(create(wanted, Some("## Notes\n")))
}

/// GitHub's answer to a patch.
fn apply(patch: &IssuePatch, issue: &Issue) -> Issue {
    let IssuePatch {
        title,
        body,
        labels,
        assignees,
        state,
    } = patch.clone();
    assert_eq!(state, None, "content never opens or closes");
    let issue = issue.clone();
    Issue {
        title: title.unwrap_or(issue.title),
        body: body.unwrap_or(issue.body),
        labels: labels.unwrap_or(issue.labels),
        assignees: assignees.unwrap_or(issue.assignees),
        ..issue
    }
}

fn region_of(issue: &Issue) -> Region {
    match Region::parse(&issue.body) {
        RegionReading::Found(region) => region,
        other => panic!("{other:?}: {}", issue.body),
    }
}

fn part(issue: &Issue, part: Part) -> String {
    region_of(issue)
        .part(part)
        .map(|text: &PartText| text.value.clone())
        .unwrap_or_default()
}

fn marker_of(issue: &Issue) -> Marker {
    match marker::parse(&issue.body) {
        MarkerReading::One(marker) => *marker,
        other => panic!("{other:?}: {}", issue.body),
    }
}

fn outside(issue: &Issue) -> (String, String) {
    let range = region_of(issue).range;
    (
        issue.body[..range.start].to_owned(),
        issue.body[range.end..].to_owned(),
    )
}

fn fields(differences: &[Difference]) -> Vec<Field> {
    differences
        .iter()
        .map(|difference| difference.field)
        .collect()
}

/// Writes what follows, checks that the laws hold which always do, and gives the issue after it.
fn settle(wanted: &Wanted, issue: &Issue, options: &ContentOptions) -> (Comparison, Issue) {
    let comparison = compare(wanted, issue, options);
    let after = apply(&comparison.patch, issue);
    assert_eq!(outside(issue), outside(&after), "people's text");
    let again = compare(wanted, &after, options);
    assert_eq!(
        again.patch,
        IssuePatch::default(),
        "written twice: {:?}",
        again.changes
    );
    assert_eq!((again.changes, again.settled), (Vec::new(), Vec::new()));
    assert_eq!(
        (&again.drift, &again.conflicts),
        (&comparison.drift, &comparison.conflicts)
    );
    assert_eq!(comparison.marker, Some(marker_of(&after)));
    assert!(after.body.chars().count() <= MAX_BODY && after.title.chars().count() <= MAX_TITLE);
    (comparison, after)
}

/// Nothing to do, nothing to say.
fn assert_quiet(wanted: &Wanted, issue: &Issue) {
    let comparison = compare(wanted, issue, &options(None));
    let marker = comparison.marker.clone();
    assert_eq!(
        comparison,
        Comparison {
            marker,
            ..Comparison::default()
        }
    );
}

//! What holds of any rows and any issues.

use proptest::prelude::*;

use super::*;

/// Few names and numbers, so that they meet; keys need not be unique, as a caller's mistake must do no harm.
fn any_row() -> impl Strategy<Value = RowId> {
    let link = prop_oneof![
        6 => Just(Link::None),
        3 => (1..14_u64).prop_map(Link::Issue),
        1 => Just(Link::Elsewhere),
    ];
    (
        prop::option::weighted(0.9, "PM-[12]"),
        "[1-4]",
        "[AB] {0,2}[CD]?",
        link,
    )
        .prop_map(|(doc, key, title, link)| RowId {
            doc,
            key,
            title,
            link,
        })
}

fn any_issue() -> impl Strategy<Value = IssueId> {
    let marker = ("PM-[12]", "[1-4]", "[AB] {0,2}[CD]?").prop_map(|(doc, key, title)| MarkerId {
        doc,
        key,
        title,
    });
    let flags = (
        prop::bool::weighted(0.8),
        prop::bool::weighted(0.6),
        any::<bool>(),
        prop::bool::weighted(0.1),
        any::<bool>(),
    );
    (1..12_u64, prop::option::weighted(0.8, marker), flags).prop_map(
        |(number, marker, (labelled, open, duplicate, pull_request, untouched))| IssueId {
            number,
            marker,
            labelled,
            open,
            duplicate: !open && duplicate,
            untouched,
            title_fits: true,
            pull_request,
        },
    )
}

/// Rows, issues with a number each, and how to shuffle them.
fn any_world() -> impl Strategy<Value = (Vec<RowId>, Vec<IssueId>, BTreeSet<u64>)> {
    let issues = prop::collection::vec(any_issue(), 0..12).prop_map(|issues| {
        let mut seen = BTreeSet::new();
        issues
            .into_iter()
            .filter(|issue| seen.insert(issue.number))
            .collect()
    });
    (
        prop::collection::vec(any_row(), 0..12),
        issues,
        prop::collection::btree_set(1..14_u64, 0..2),
    )
}

fn believed(issue: &IssueId) -> Option<&MarkerId> {
    issue
        .marker
        .as_ref()
        .filter(|_| issue.labelled && !issue.pull_request && !issue.duplicate)
}

fn same_doc(marker: &MarkerId, row: &RowId) -> bool {
    Some(&marker.doc) == row.doc.as_ref()
}

fn same_title(marker: &MarkerId, row: &RowId) -> bool {
    fold(&marker.title) == fold(&row.title)
}

proptest! {
    #[test]
    fn no_issue_is_given_to_two_rows((rows, issues, gone) in any_world()) {
        let linked: BTreeSet<u64> = rows
            .iter()
            .filter_map(|row| if let Link::Issue(number) = row.link { Some(number) } else { None })
            .collect();
        let mut given = BTreeSet::new();
        for (row, identity) in rows.iter().zip(identify(&rows, &issues, &gone)) {
            let free = |number: &u64| {
                issues.iter().find(|issue| issue.number == *number && !gone.contains(number) && !linked.contains(number))
            };
            match &identity {
                Identity::Ours { number, found, extra } => {
                    for number in extra.iter().chain([number]) {
                        prop_assert!(given.insert(*number), "{number} is given twice");
                    }
                    let own = |extra: &u64| row.link == Link::Issue(*extra);
                    prop_assert!(extra.iter().all(|extra| own(extra) || free(extra).is_some_and(|extra| extra.open)));
                    prop_assert!(extra.is_sorted());
                    if let (true, Link::Issue(linked)) = (*found, row.link) {
                        // Its own issue gave way to a twin.
                        let linked = issues.iter().find(|issue| issue.number == linked).expect("it was found");
                        let name = |issue: &IssueId| issue.marker.clone().map(|marker| (marker.doc, marker.key, fold(&marker.title)));
                        prop_assert_eq!(free(number).and_then(name), name(linked));
                        prop_assert!(linked.duplicate || linked.untouched && *number < linked.number);
                        prop_assert_eq!(extra.contains(&linked.number), linked.open);
                        given.remove(&linked.number);
                        prop_assert!(given.insert(linked.number));
                    } else if *found {
                        prop_assert_eq!(row.link, Link::None);
                        let marker = free(number).and_then(believed);
                        let same = marker.is_some_and(|marker| same_doc(marker, row) && same_title(marker, row));
                        prop_assert!(same);
                        prop_assert!(extra.iter().all(|extra| extra > number));
                    } else {
                        prop_assert_eq!(row.link, Link::Issue(*number));
                    }
                }
                Identity::Tracked { number } | Identity::Gone { number } | Identity::LinkedTwice { number, .. } => {
                    prop_assert_eq!(row.link, Link::Issue(*number));
                    let twice = matches!(identity, Identity::LinkedTwice { .. });
 prop_assert!(given.insert(*number) || twice);
                }
                Identity::Copied { number, original } => {
                    prop_assert_eq!(row.link, Link::Issue(*number));
                    prop_assert!(given.insert(*number) && number != original && linked.contains(original));
                    let name = |number: &u64| {
                        let issue = issues.iter().find(|issue| issue.number == *number);
                        issue.and_then(|issue| issue.marker.as_ref()).map(Name::of_marker)
                    };
                    prop_assert!(name(number).is_some() && name(number) == name(original));
                }
                Identity::KeyOnly { number } => {
                    let marker = free(number).and_then(believed);
                    let key_only = marker.is_some_and(|marker| {
 same_doc(marker, row) && marker.key == row.key && !same_title(marker, row)
 });
 prop_assert!(key_only);
                }
                Identity::Elsewhere => prop_assert_eq!(row.link, Link::Elsewhere),
                Identity::New | Identity::Ambiguous { .. } => {
                    prop_assert!(row.link == Link::None && row.doc.is_some());
                }
                Identity::NoDocument => prop_assert!(row.link == Link::None && row.doc.is_none()),
            }
        }
    }

    #[test]
    fn nothing_is_created_beside_an_issue_that_nobody_has((rows, issues, gone) in any_world()) {
        let identities = identify(&rows, &issues, &gone);
        let mut taken: BTreeSet<u64> = gone;
        for (row, identity) in rows.iter().zip(&identities) {
            if let Link::Issue(number) = row.link {
                taken.insert(number);
            }
            if let Identity::Ours { number, extra, .. } = identity {
                taken.extend(extra.iter().chain([number]));
            }
        }
        // Duplicates of what a row links, and what bears the very name of a row, belong there even in a quarrel.
        let owned: Vec<_> = issues
            .iter()
            .filter(|issue| taken.contains(&issue.number) && !issue.pull_request)
            .filter_map(|issue| issue.marker.as_ref())
            .map(Name::of_marker)
            .chain(rows.iter().filter(|row| row.link == Link::None).filter_map(Name::of_row))
            .collect();
        for (row, identity) in rows.iter().zip(&identities) {
            if *identity != Identity::New {
                continue;
            }
            let own = Name::of_row(row);
            prop_assert!(issues.iter().filter(|issue| !taken.contains(&issue.number)).filter_map(believed).all(|marker| Some(Name::of_marker(marker)) != own));
            for issue in issues.iter().filter(|issue| !taken.contains(&issue.number)) {
                let marker = believed(issue).filter(|marker| !owned.contains(&Name::of_marker(marker)));
                let like = marker.is_some_and(|marker| {
                    same_doc(marker, row) && (marker.key == row.key || same_title(marker, row))
                });
                prop_assert!(!like, "{:?} is new beside {:?}", row, issue);
            }
        }
    }

    #[test]
    fn no_order_matters(
        ((rows, issues, gone), order, other) in any_world().prop_flat_map(|(rows, issues, gone)| {
            let order = Just((0..rows.len()).collect::<Vec<_>>()).prop_shuffle();
            let other = Just(issues.clone()).prop_shuffle();
            (Just((rows, issues, gone)), order, other)
        }),
    ) {
        let straight = identify(&rows, &issues, &gone);
        let shuffled_rows: Vec<_> = order.iter().map(|index| rows[*index].clone()).collect();
        let shuffled = identify(&shuffled_rows, &other, &gone);
        for (place, index) in order.iter().enumerate() {
            let back = match &shuffled[place] {
                Identity::LinkedTwice { number, rows } => {
                    let mut rows: Vec<_> = rows.iter().map(|row| order[*row]).collect();
                    rows.sort_unstable();
                    Identity::LinkedTwice { number: *number, rows: rows.into() }
                }
                other => other.clone(),
            };
            prop_assert_eq!(&back, &straight[*index]);
        }
    }

    #[test]
    fn an_outsider_changes_nothing((rows, issues, gone) in any_world(), forged in prop::collection::vec(any_issue(), 1..6)) {
        let mut with_forged = issues.clone();
        for (number, issue) in (100..).zip(forged) {
            with_forged.push(IssueId { number, labelled: false, ..issue });
        }
        prop_assert_eq!(identify(&rows, &with_forged, &gone), identify(&rows, &issues, &gone));
    }

    #[test]
    fn folding_twice_is_folding_once(title in any::<String>()) {
        let once = fold(&title);
        prop_assert_eq!(fold(&once), once);
    }
}

//! Each sentence of the identity rule, and each way we know to get it wrong.

use super::*;

/// A row as `document | key | title | link`: `-` for no document; the link `#12`, `elsewhere` or nothing.
fn row(text: &str) -> RowId {
    let cells: Vec<_> = text.split('|').map(str::trim).collect();
    RowId {
        doc: Some(cells[0]).filter(|doc| *doc != "-").map(str::to_owned),
        key: cells[1].to_owned(),
        title: cells[2].to_owned(),
        link: match cells[3].strip_prefix('#') {
            Some(number) => Link::Issue(number.parse().expect("a number after the #")),
            None if cells[3].is_empty() => Link::None,
            None => Link::Elsewhere,
        },
    }
}

/// An issue as `12 | document | key | title | flags`, without a marker `12 | flags`. The flags are `closed`,
/// `duplicate` (closed as one), `unlabelled`, `pr`, `untouched`; without any it is an open, labelled issue on which people have written.
fn issue(text: &str) -> IssueId {
    let cells: Vec<_> = text.split('|').map(str::trim).collect();
    let flags = cells[cells.len() - 1];
    let known = [
        "closed",
        "duplicate",
        "unlabelled",
        "pr",
        "untouched",
        "retitled",
    ];
    assert!(
        flags.split_whitespace().all(|flag| known.contains(&flag)),
        "{text}"
    );
    IssueId {
        number: cells[0].parse().expect("a number first"),
        marker: (cells.len() == 5).then(|| MarkerId {
            doc: cells[1].to_owned(),
            key: cells[2].to_owned(),
            title: cells[3].to_owned(),
        }),
        labelled: !flags.contains("unlabelled"),
        open: !flags.contains("closed") && !flags.contains("duplicate"),
        duplicate: flags.contains("duplicate"),
        untouched: flags.contains("untouched"),
        title_fits: !flags.contains("retitled"),
        pull_request: flags.contains("pr"),
    }
}

/// An identity in a few words.
fn words(identity: &Identity) -> String {
    let list = |numbers: &[u64]| {
        numbers
            .iter()
            .map(|number| format!(" {number}"))
            .collect::<String>()
    };
    match identity {
        Identity::New => "new".to_owned(),
        Identity::Ours {
            number,
            found,
            extra,
        } => {
            let how = if *found { "found" } else { "ours" };
            let extra: String = extra.iter().map(|number| format!(" +{number}")).collect();
            format!("{how} {number}{extra}")
        }
        Identity::Tracked { number } => format!("tracked {number}"),
        Identity::Copied { number, original } => format!("copied {number} of {original}"),
        Identity::Elsewhere => "elsewhere".to_owned(),
        Identity::LinkedTwice { number, rows } => format!("twice {number} in {rows:?}"),
        Identity::Gone { number } => format!("gone {number}"),
        Identity::KeyOnly { number } => format!("key {number}"),
        Identity::Ambiguous { numbers } => format!("ambiguous{}", list(numbers)),
        Identity::NoDocument => "no document".to_owned(),
    }
}

/// What it is about, the rows with what is expected of each, the issues.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);

fn try_all(cases: &[Case<'_>]) {
    for (about, rows, issues) in cases {
        let given: Vec<_> = rows.iter().map(|(text, _)| row(text)).collect();
        let expected: Vec<_> = rows
            .iter()
            .map(|(_, expected)| (*expected).to_owned())
            .collect();
        let issues: Vec<_> = issues.iter().map(|text| issue(text)).collect();
        let got: Vec<_> = identify(&given, &issues, &BTreeSet::from([404, 410]))
            .iter()
            .map(words)
            .collect();
        assert_eq!(got, expected, "{about}");
    }
}

#[test]
fn a_copied_marker_is_not_believed() {
    try_all(&[
        (
            "the original is closed, and the open one has a title of its own",
            &[("PM-1 | 3 | Add an alert |", "found 12 +20")],
            &[
                "12 | PM-1 | 3 | Add an alert | closed",
                "20 | PM-1 | 3 | Add an alert | retitled",
            ],
        ),
        (
            "a person gave the only one another title",
            &[("PM-1 | 3 | Add an alert |", "found 12")],
            &["12 | PM-1 | 3 | Add an alert | retitled"],
        ),
        (
            "a person gave the original another title",
            &[("PM-1 | 3 | Add an alert |", "found 12 +20")],
            &[
                "12 | PM-1 | 3 | Add an alert | retitled",
                "20 | PM-1 | 3 | Add an alert |",
            ],
        ),
        (
            "the body of one issue copied into another",
            &[
                ("PM-1 | 3 | Add an alert | #12", "ours 12"),
                ("PM-1 | 4 | Add a runbook | #20", "copied 20 of 12"),
            ],
            &[
                "12 | PM-1 | 3 | Add an alert |",
                "20 | PM-1 | 3 | Add an alert | unlabelled",
            ],
        ),
        (
            "the row tells which is the copy, not the number",
            &[
                ("PM-1 | 4 | Add a runbook | #11", "copied 11 of 12"),
                ("PM-1 | 3 | Add an alert | #12", "ours 12 +30"),
            ],
            &[
                "11 | PM-1 | 3 | Add an alert |",
                "12 | PM-1 | 3 | Add an alert |",
                "30 | PM-1 | 3 | Add an alert |",
            ],
        ),
        (
            "where no row tells, the older issue",
            &[
                ("PM-1 | 4 | Add a runbook | #11", "ours 11"),
                ("PM-1 | 5 | Add two alerts | #12", "copied 12 of 11"),
            ],
            &[
                "11 | PM-1 | 3 | Add an alert |",
                "12 | PM-1 | 3 | Add an alert |",
            ],
        ),
        (
            "another item of the same document is no copy",
            &[
                ("PM-1 | 3 | A | #11", "ours 11"),
                ("PM-1 | 4 | A | #12", "ours 12"),
            ],
            &["11 | PM-1 | 3 | A |", "12 | PM-1 | 4 | A |"],
        ),
    ]);
}

#[test]
fn a_link_decides() {
    try_all(&[
        (
            "as it was written",
            &[("PM-1 | 3 | Add an alert | #12", "ours 12")],
            &["12 | PM-1 | 3 | Add an alert |"],
        ),
        (
            "no matter the state",
            &[("PM-1 | 3 | A | #12", "ours 12")],
            &["12 | PM-1 | 3 | A | duplicate"],
        ),
        (
            "renamed",
            &[("PM-1 | 3 | Add two alerts | #12", "ours 12")],
            &["12 | PM-1 | 3 | Add an alert |"],
        ),
        (
            "moved to another document",
            &[("PM-2 | 1 | A | #12", "ours 12")],
            &["12 | PM-1 | 3 | A |"],
        ),
        (
            "a renumbered table with links: titles and numbers all cross, nobody is confused",
            &[
                ("PM-1 | 1 | New | ", "new"),
                ("PM-1 | 2 | A | #11", "ours 11"),
                ("PM-1 | 3 | B | #12", "ours 12"),
                ("PM-1 | 4 | A | #13", "ours 13"),
            ],
            &[
                "11 | PM-1 | 1 | A |",
                "12 | PM-1 | 2 | B |",
                "13 | PM-1 | 3 | A |",
            ],
        ),
        (
            "a document without id",
            &[("- | 3 | A | #12", "ours 12")],
            &["12 | PM-1 | 3 | A |"],
        ),
        (
            "a link makes a marker believed",
            &[("PM-1 | 3 | A | #12", "ours 12")],
            &["12 | PM-1 | 3 | A | unlabelled"],
        ),
        (
            "not made by us: hand-made, labelled by hand, a pull request, even one that quotes our marker",
            &[
                ("PM-1 | 1 | A | #21", "tracked 21"),
                ("PM-1 | 2 | B | #22", "tracked 22"),
                ("PM-1 | 3 | C | #23", "tracked 23"),
                ("PM-1 | 4 | D | #24", "tracked 24"),
                ("- | 5 | E | #25", "tracked 25"),
            ],
            &[
                "21 | unlabelled",
                "22 |",
                "23 | pr",
                "24 | PM-1 | 4 | D | pr",
                "25 | closed",
            ],
        ),
        (
            "another repository or tracker, though an issue of ours has the name",
            &[
                ("PM-1 | 3 | A | elsewhere", "elsewhere"),
                ("- | 3 | A | elsewhere", "elsewhere"),
            ],
            &["12 | PM-1 | 3 | A |"],
        ),
        (
            "gone, and not made anew or found again under another number",
            &[
                ("PM-1 | 1 | A | #404", "gone 404"),
                ("PM-1 | 2 | B | #410", "gone 410"),
                ("PM-1 | 3 | C | #77", "gone 77"),
            ],
            &["12 | PM-1 | 1 | A |", "410 | PM-1 | 2 | B |"],
        ),
    ]);
}

#[test]
fn of_twins_the_lowest_stays_whatever_a_row_links() {
    try_all(&[
        (
            "an untouched issue gives way to a lower twin",
            &[("PM-1 | 3 | A | #12", "found 11 +12 +13")],
            &[
                "11 | PM-1 | 3 | A |",
                "12 | PM-1 | 3 | A | untouched",
                "13 | PM-1 | 3 | A | untouched",
            ],
        ),
        (
            "one that people have written on stays",
            &[("PM-1 | 3 | A | #12", "ours 12 +11")],
            &["11 | PM-1 | 3 | A | untouched", "12 | PM-1 | 3 | A |"],
        ),
        (
            "so does the lowest",
            &[("PM-1 | 3 | A | #11", "ours 11 +12")],
            &["11 | PM-1 | 3 | A | untouched", "12 | PM-1 | 3 | A |"],
        ),
        (
            "a link to a closed twin, merged late, leads to the one that stayed",
            &[("PM-1 | 3 | A | #12", "found 13")],
            &["12 | PM-1 | 3 | A | duplicate", "13 | PM-1 | 3 | A |"],
        ),
        (
            "an issue that was closed as done doesn't",
            &[("PM-1 | 3 | A | #12", "ours 12 +13")],
            &["12 | PM-1 | 3 | A | closed", "13 | PM-1 | 3 | A |"],
        ),
        (
            "no outsider's issue is a twin",
            &[("PM-1 | 3 | A | #12", "ours 12")],
            &[
                "11 | PM-1 | 3 | A | unlabelled",
                "12 | PM-1 | 3 | A | untouched",
            ],
        ),
    ]);
}

#[test]
fn an_issue_in_two_rows_belongs_to_neither() {
    try_all(&[
        (
            "a copied document with its links, its id changed",
            &[
                ("PM-1 | 1 | A | #11", "twice 11 in [0, 2]"),
                ("PM-1 | 2 | B | #12", "twice 12 in [1, 3]"),
                ("PM-2 | 1 | A | #11", "twice 11 in [0, 2]"),
                ("PM-2 | 2 | B | #12", "twice 12 in [1, 3]"),
                ("PM-2 | 3 | C | ", "new"),
            ],
            &["11 | PM-1 | 1 | A |", "12 | PM-1 | 2 | B |"],
        ),
        (
            "a copied document with its links and its id, which is none then",
            &[
                ("- | 1 | A | #11", "twice 11 in [0, 1]"),
                ("- | 1 | A | #11", "twice 11 in [0, 1]"),
            ],
            &["11 | PM-1 | 1 | A |"],
        ),
        (
            "also where the issue isn't ours, or is gone",
            &[
                ("PM-1 | 1 | A | #7", "twice 7 in [0, 1]"),
                ("PM-1 | 2 | B | #7", "twice 7 in [0, 1]"),
                ("PM-1 | 3 | C | #404", "twice 404 in [2, 3]"),
                ("PM-2 | 3 | C | #404", "twice 404 in [2, 3]"),
            ],
            &["7 | unlabelled"],
        ),
        (
            "no third row takes it, or its duplicate, by the marker",
            &[
                ("PM-1 | 8 | A | #11", "twice 11 in [0, 1]"),
                ("PM-1 | 9 | A | #11", "twice 11 in [0, 1]"),
                ("PM-1 | 2 | A | ", "new"),
            ],
            &["11 | PM-1 | 1 | A |", "12 | PM-1 | 1 | A |"],
        ),
    ]);
}

#[test]
fn an_unlinked_row_finds_its_issue_by_the_marker() {
    try_all(&[
        ("nothing to find", &[("PM-1 | 3 | A | ", "new")], &[]),
        (
            "a marker of nobody",
            &[("PM-1 | 3 | A | ", "new")],
            &["12 |", "13 | PM-2 | 3 | A |", "14 | PM-1 | 9 | B |"],
        ),
        (
            "all three match",
            &[("PM-1 | 3 | A | ", "found 12")],
            &["12 | PM-1 | 3 | A |"],
        ),
        (
            "also when it is done",
            &[("PM-1 | 3 | A | ", "found 12")],
            &["12 | PM-1 | 3 | A | closed"],
        ),
        (
            "NFKC, spaces folded",
            &[("PM-1 | 3 | ﾒﾓﾘ　アラート ＣＰＵ | ", "found 12")],
            &["12 | PM-1 | 3 | メモリ  アラート CPU |"],
        ),
        (
            "but case is kept",
            &[("PM-1 | 3 | cpu | ", "key 12")],
            &["12 | PM-1 | 3 | CPU |"],
        ),
        (
            "a thrown-away checkout: every link is lost, every issue is found",
            &[
                ("PM-1 | 1 | A | ", "found 11"),
                ("PM-1 | 2 | B | ", "found 12"),
                ("PM-2 | 1 | A | ", "found 13"),
                ("PM-2 | 2 | C | ", "new"),
            ],
            &[
                "13 | PM-2 | 1 | A |",
                "12 | PM-1 | 2 | B | closed",
                "11 | PM-1 | 1 | A |",
            ],
        ),
        (
            "and the table renumbered since: by title",
            &[
                ("PM-1 | 1 | New | ", "new"),
                ("PM-1 | 2 | A | ", "found 11"),
                ("PM-1 | 3 | B | ", "found 12"),
            ],
            &["11 | PM-1 | 1 | A |", "12 | PM-1 | 2 | B |"],
        ),
        (
            "exact matches first; what they leave is unique",
            &[
                ("PM-1 | 1 | A | ", "found 11"),
                ("PM-1 | 2 | A | ", "found 12"),
            ],
            &["11 | PM-1 | 1 | A |", "12 | PM-1 | 7 | A |"],
        ),
        (
            "an issue that any row links is nobody else's",
            &[
                ("PM-1 | 3 | A | ", "new"),
                ("PM-9 | 1 | Z | #12", "ours 12"),
            ],
            &["12 | PM-1 | 3 | A |"],
        ),
        (
            "without an id there is nothing to go by",
            &[
                ("- | 3 | A | ", "no document"),
                ("- | 3 | A | ", "no document"),
            ],
            &["12 | PM-1 | 3 | A |"],
        ),
        (
            "a forged marker on an issue that nobody labelled",
            &[
                ("PM-1 | 1 | A | ", "new"),
                ("PM-1 | 2 | B | ", "found 12"),
                ("PM-1 | 3 | C | ", "new"),
            ],
            &[
                "6 | PM-1 | 1 | A | unlabelled",
                "7 | PM-1 | 2 | B | unlabelled",
                "8 | PM-1 | 3 | X | unlabelled",
                "12 | PM-1 | 2 | B |",
            ],
        ),
        (
            "a pull request that quotes a marker",
            &[("PM-1 | 1 | A | ", "new")],
            &["6 | PM-1 | 1 | A | pr"],
        ),
        (
            "a number that is gone",
            &[("PM-1 | 1 | A | ", "new")],
            &["404 | PM-1 | 1 | A |"],
        ),
    ]);
}

#[test]
fn a_doubt_neither_links_nor_creates() {
    try_all(&[
        (
            "renamed before its link was merged",
            &[("PM-1 | 3 | A2 | ", "key 12")],
            &["12 | PM-1 | 3 | A |"],
        ),
        (
            "its row deleted, the number used again",
            &[("PM-1 | 3 | New | ", "key 12")],
            &["12 | PM-1 | 3 | Old | closed"],
        ),
        (
            "the key alone, though the issue belongs to another row by its title",
            &[
                ("PM-1 | 1 | New | ", "new"),
                ("PM-1 | 2 | A | ", "found 11"),
            ],
            &["11 | PM-1 | 1 | A |"],
        ),
        (
            "a better match than the key",
            &[("PM-1 | 3 | A | ", "found 11")],
            &["11 | PM-1 | 1 | A |", "12 | PM-1 | 3 | B |"],
        ),
        (
            "several by the key alone",
            &[("PM-1 | 3 | C | ", "ambiguous 11 12")],
            &[
                "12 | PM-1 | 3 | B |",
                "11 | PM-1 | 3 | A |",
                "10 | PM-1 | 3 | D | duplicate",
            ],
        ),
        (
            "one row, two issues of its title",
            &[("PM-1 | 3 | A | ", "ambiguous 11 12")],
            &["11 | PM-1 | 1 | A |", "12 | PM-1 | 2 | A | closed"],
        ),
        (
            "two rows, one issue of their title; it still counts for its key",
            &[
                ("PM-1 | 3 | A | ", "ambiguous 11"),
                ("PM-1 | 4 | A | ", "ambiguous 11"),
                ("PM-1 | 1 | B | ", "key 11"),
            ],
            &["11 | PM-1 | 1 | A |"],
        ),
        (
            "rows that can't be told apart",
            &[
                ("PM-1 | 3 | A | ", "ambiguous 11 12"),
                ("PM-1 | 3 | A  | ", "ambiguous 11 12"),
                ("PM-1 | 4 | B | ", "ambiguous"),
                ("PM-1 | 4 | B | ", "ambiguous"),
            ],
            &["11 | PM-1 | 3 | A |", "12 | PM-1 | 3 | A |"],
        ),
        (
            "one of which has a link",
            &[
                ("PM-1 | 3 | A | #11", "ours 11"),
                ("PM-1 | 3 | A | ", "ambiguous 11 12"),
            ],
            &["11 | PM-1 | 3 | A |", "12 | PM-1 | 3 | A |"],
        ),
    ]);
}

#[test]
fn duplicates_are_one_issue() {
    try_all(&[
        (
            "two runs at once: the lowest open number stays",
            &[("PM-1 | 3 | A | ", "found 12 +13 +15")],
            &[
                "15 | PM-1 | 3 | A |",
                "13 | PM-1 | 3 | A |",
                "12 | PM-1 | 3 | A |",
                "11 | PM-1 | 3 | A | closed",
            ],
        ),
        (
            "those closed as duplicates are none",
            &[
                ("PM-1 | 3 | A | ", "found 12"),
                ("PM-1 | 4 | B | ", "new"),
                ("PM-1 | 5 | C | ", "new"),
            ],
            &[
                "11 | PM-1 | 3 | A | duplicate",
                "12 | PM-1 | 3 | A | closed",
                "14 | PM-1 | 4 | B | duplicate",
                "15 | PM-1 | 5 | X | duplicate",
            ],
        ),
        (
            "none open: the lowest",
            &[("PM-1 | 3 | A | ", "found 11")],
            &["12 | PM-1 | 3 | A | closed", "11 | PM-1 | 3 | A | closed"],
        ),
        (
            "they make a title no less unique",
            &[("PM-1 | 3 | A | ", "found 11 +12")],
            &["11 | PM-1 | 1 | A |", "12 | PM-1 | 1 | A |"],
        ),
        (
            "the other run's, seen from a row whose link is saved: the link stands, lower or not",
            &[("PM-1 | 3 | A | #12", "ours 12 +11 +13")],
            &[
                "11 | PM-1 | 3 | A |",
                "12 | PM-1 | 3 | A |",
                "13 | PM-1 | 3 | A |",
                "14 | PM-1 | 3 | A | closed",
                "15 | PM-1 | 3 | A | unlabelled",
                "16 | PM-1 | 3 | A | pr",
            ],
        ),
        (
            "by the markers, though the row was renamed and renumbered; no other row takes them",
            &[
                ("PM-1 | 4 | B | #12", "ours 12 +13"),
                ("PM-1 | 7 | A | ", "new"),
                ("PM-1 | 3 | C | ", "new"),
            ],
            &[
                "12 | PM-1 | 3 | A |",
                "13 | PM-1 | 3 | A |",
                "14 | PM-1 | 3 | A | duplicate",
            ],
        ),
        (
            "unless it is the row of that very name",
            &[
                ("PM-1 | 4 | A | #12", "ours 12"),
                ("PM-1 | 3 | A | ", "found 13"),
            ],
            &["12 | PM-1 | 3 | A |", "13 | PM-1 | 3 | A |"],
        ),
        (
            "each in a row of its own: both links stand",
            &[
                ("PM-1 | 3 | A | #12", "ours 12 +14"),
                ("PM-1 | 4 | A | #13", "ours 13"),
            ],
            &[
                "12 | PM-1 | 3 | A |",
                "13 | PM-1 | 3 | A |",
                "14 | PM-1 | 3 | A |",
            ],
        ),
    ]);
}

#[test]
fn titles_are_folded_as_people_see_them() {
    for (title, folded) in [
        ("  Add\t an\u{a0}alert \n", "Add an alert"),
        ("監視　を 追加", "監視 を 追加"),
        ("ﾒﾓﾘｱﾗｰﾄ", "メモリアラート"),
        ("か\u{3099}", "が"),
        ("①ＳＬＯ", "1SLO"),
        ("slo", "slo"),
        ("\u{3000}", ""),
        ("", ""),
    ] {
        assert_eq!(fold(title), folded, "{title:?}");
    }
}

#[test]
fn ten_thousand_rows_in_one_doubt_cost_no_more_than_ten_thousand() {
    let count = 10_000;
    let rows: Vec<_> = (0..count)
        .map(|key| row(&format!("PM-1 | {key} | A | ")))
        .collect();
    let issues: Vec<_> = (0..count)
        .map(|key| issue(&format!("{} | PM-1 | x{key} | A |", key + 1)))
        .collect();
    let identities = identify(&rows, &issues, &BTreeSet::new());
    let numbers: Vec<u64> = (1..=count).collect();
    assert!(identities.iter().all(|identity| {
        matches!(identity, Identity::Ambiguous { numbers: shared } if shared.len() == numbers.len())
    }));

    let rows: Vec<_> = (0..count)
        .map(|key| row(&format!("PM-1 | {key} | A | #1")))
        .collect();
    let identities = identify(&rows, &issues, &BTreeSet::new());
    assert!(identities.iter().all(|identity| {
        matches!(identity, Identity::LinkedTwice { number: 1, rows: shared } if shared.len() == rows.len())
    }));
}

//! The rule written out as tables.

use std::collections::HashSet;

use std::str::FromStr;

use super::*;

const STATUSES: [Status; 5] = [
    Status::Todo,
    Status::InProgress,
    Status::Blocked,
    Status::Done,
    Status::Dropped,
];

/// Each row of a table: a row of the document, the link's memory (`-` none), then one letter for each word that
/// GitHub can say, in the order open, reopened, in_progress, blocked, done, dropped.
///
/// `.` nothing; `m` the memory follows; `w` GitHub's word is written; `c` the row closes its issue. The rest is for
/// a person: `o` drift and `O` conflict of a closed row and an open issue; `r` and `R` of an open row and a closed
/// issue; `d` and `D` where both are open or both closed.
const WORDS: &str = "
    todo         -            m m w w w w
    todo         open         . m w w w w
    todo         reopened     m . w w w w
    todo         in_progress  m m d D R R
    todo         blocked      m m D d R R
    todo         done         m m D D r R
    todo         dropped      m m D D R r

    in_progress  -            m m m d w w
    in_progress  open         . w m w w w
    in_progress  reopened     w . m w w w
    in_progress  in_progress  w w . w w w
    in_progress  blocked      m m m d R R
    in_progress  done         m m m D r R
    in_progress  dropped      m m m D R r

    blocked      -            m m d m w w
    blocked      open         . w w m w w
    blocked      reopened     w . w m w w
    blocked      in_progress  m m d m R R
    blocked      blocked      w w w . w w
    blocked      done         m m D m r R
    blocked      dropped      m m D m R r

    done         -            o o o o m d
    done         open         c O O O m D
    done         reopened     O c O O m D
    done         in_progress  O O c O m D
    done         blocked      O O O c m D
    done         done         w w w w . w
    done         dropped      O O O O m d

    dropped      -            o o o o d m
    dropped      open         c O O O D m
    dropped      reopened     O c O O D m
    dropped      in_progress  O O c O D m
    dropped      blocked      O O O c D m
    dropped      done         O O O O d m
    dropped      dropped      w w w w w .";

/// A checkbox: `todo` is `[ ]`, `done` is `[x]`.
const CHECKBOX: &str = "
    todo         -            m m m m w m
    todo         open         . m m m w m
    todo         reopened     m . m m w m
    todo         in_progress  m m . m w m
    todo         blocked      m m m . w m
    todo         done         m m m m r m
    todo         dropped      m m m m w .

    done         -            o o o o m d
    done         open         c O O O m D
    done         reopened     O c O O m D
    done         in_progress  O O c O m D
    done         blocked      O O O c m D
    done         done         w w w w . w
    done         dropped      O O O O m d";

/// A row without any status: only the memory moves.
const NONE: &str = "
    todo         -            m m m m m m
    todo         open         . m m m m m
    todo         reopened     m . m m m m
    todo         in_progress  m m . m m m
    todo         blocked      m m m . m m
    todo         done         m m m m . m
    todo         dropped      m m m m m .";

/// What each letter becomes under the options: `.` `m` `w` as above, `C` the issue is closed, `P` it is reopened,
/// `d` drift, `!` conflict. Four groups: ours or tracked, each with `close_done` on and off; in each first without
/// `force` and then with it, and for both `prefer` none, document, GitHub.
const OPTIONS: &str = "
       ours    ours-keep  tracked  tracked-keep
    .  ......  ......     ......   ......
    m  mmmmmm  mmmmmm     mmmmmm   mmmmmm
    w  wwwwww  wwwwww     wwwwww   wwwwww
    c  CCCCCC  ddwCCC     ddwddw   ddwddw
    o  dCwCCC  ddwCCC     ddwddw   ddwddw
    O  !CwCCC  !!wCCC     !!w!!w   !!w!!w
    r  ddwPPP  ddwPPP     ddwddw   ddwddw
    R  !!wPPP  !!wPPP     !!w!!w   !!w!!w
    d  ddwddw  ddwddw     ddwddw   ddwddw
    D  !!w!!w  !!w!!w     !!w!!w   !!w!!w";

fn status_named(name: &str) -> Status {
    serde_json::from_value(name.into()).expect("the tables name statuses as the JSON output does")
}

fn lines(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|cells| !cells.is_empty())
}

#[test]
fn every_state_under_every_option_is_as_the_tables_say() {
    let mut cases = 0;
    for (notation, table) in [
        (Notation::Words, WORDS),
        (Notation::Checkbox, CHECKBOX),
        (Notation::None, NONE),
    ] {
        let mut seen = HashSet::new();
        for cells in lines(table) {
            let row = Row {
                status: status_named(cells[0]),
                notation,
            };
            let memory = IssueWord::from_str(cells[1]).ok();
            assert!(seen.insert((row.status, memory)), "{cells:?} stands twice");
            assert_eq!(cells.len(), 8);
            for (github, letter) in IssueWord::ALL.into_iter().zip(&cells[2..]) {
                let settled = lines(OPTIONS)
                    .find(|cells| cells[0] == *letter)
                    .expect("each letter has its options");
                for (group, (tracked, close_done)) in
                    [(false, true), (false, false), (true, true), (true, false)]
                        .into_iter()
                        .enumerate()
                {
                    let prefer = [None, Some(Side::Document), Some(Side::GitHub)];
                    let asked = [false, true]
                        .into_iter()
                        .flat_map(|force| prefer.map(|prefer| (force, prefer)));
                    assert_eq!(settled[group + 1].len(), 6);
                    for ((force, prefer), outcome) in asked.zip(settled[group + 1].chars()) {
                        let options = StatusOptions {
                            close_done,
                            tracked,
                            force,
                            prefer,
                            spent: false,
                        };
                        let expected = match outcome {
                            '.' => Decision::Nothing,
                            'm' => Decision::Remember(github),
                            'w' => Decision::WriteRow(github),
                            'C' => Decision::CloseIssue {
                                dropped: row.status == Status::Dropped,
                            },
                            'P' => Decision::ReopenIssue,
                            'd' => Decision::Drift,
                            _ => Decision::Conflict,
                        };
                        assert_eq!(
                            decide(row, memory, github, options),
                            expected,
                            "row {row:?}, memory {memory:?}, GitHub {github:?}, {options:?}"
                        );
                        cases += 1;
                    }
                }
            }
        }
    }
    assert_eq!(cases, (5 + 2 + 1) * 7 * 6 * 24);
}

#[test]
fn a_status_that_the_notation_cannot_say_counts_as_what_it_can() {
    for memory in [None].into_iter().chain(IssueWord::ALL.map(Some)) {
        for github in IssueWord::ALL {
            let with = |status, notation| {
                decide(
                    Row { status, notation },
                    memory,
                    github,
                    StatusOptions::default(),
                )
            };
            for status in STATUSES {
                let tick = if status == Status::Done {
                    Status::Done
                } else {
                    Status::Todo
                };
                assert_eq!(
                    with(status, Notation::Checkbox),
                    with(tick, Notation::Checkbox)
                );
                assert_eq!(
                    with(status, Notation::None),
                    with(Status::Todo, Notation::None)
                );
            }
        }
    }
}

#[test]
fn github_is_put_into_six_words() {
    use IssueWord::{Blocked, Done, Dropped, InProgress, Open, Reopened};
    let in_progress = ["doing".to_owned(), "対応中".to_owned()];
    let blocked = ["Blocked".to_owned(), "ÉTÉ".to_owned()];
    for (closed, reason, labels, word) in [
        (false, None, vec![], Open),
        (false, Some("reopened"), vec![], Reopened),
        (false, Some("something new"), vec!["postmortem"], Open),
        (false, None, vec!["bug", "Doing"], InProgress),
        (false, Some("reopened"), vec!["対応中"], InProgress),
        (false, None, vec!["BLOCKED"], Blocked),
        (false, None, vec!["été"], Blocked),
        (false, None, vec!["doing", "blocked"], Blocked),
        (false, None, vec!["doings", "block"], Open),
        (true, Some("completed"), vec![], Done),
        (true, None, vec!["doing"], Done),
        (true, Some("something new"), vec![], Done),
        (true, Some("not_planned"), vec!["blocked"], Dropped),
        (true, Some("duplicate"), vec![], Dropped),
        (true, Some("NOT_PLANNED"), vec![], Dropped),
    ] {
        let labels: Vec<_> = labels.into_iter().map(str::to_owned).collect();
        let got = IssueWord::from_github(closed, reason, &labels, &in_progress, &blocked);
        assert_eq!(got, word, "closed {closed}, {reason:?}, {labels:?}");
        assert_eq!(got.is_closed(), closed);
    }
}

#[test]
fn words_are_read_as_they_are_written() {
    for word in IssueWord::ALL {
        assert_eq!(word.to_string().parse(), Ok(word));
        assert_eq!(serde_json::to_value(word).ok(), Some(word.as_str().into()));
    }
    for title in ["", "Open", " open", "closed", "in progress", "完了"] {
        assert_eq!(title.parse::<IssueWord>(), Err(UnknownWord));
    }
}

#[test]
fn the_memory_refines_what_the_notation_cannot_say() {
    use Notation::{Checkbox, None as NoStatus, Words};
    for (notation, status, memory, expected) in [
        (Checkbox, "todo", "-", "todo"),
        (Checkbox, "todo", "open", "todo"),
        (Checkbox, "todo", "reopened", "todo"),
        (Checkbox, "todo", "in_progress", "in_progress"),
        (Checkbox, "todo", "blocked", "blocked"),
        (Checkbox, "todo", "dropped", "dropped"),
        // Somebody took the tick away, or put one there: the row is what they say.
        (Checkbox, "todo", "done", "todo"),
        (Checkbox, "done", "-", "done"),
        (Checkbox, "done", "open", "done"),
        (Checkbox, "done", "blocked", "done"),
        (Checkbox, "done", "done", "done"),
        (Checkbox, "done", "dropped", "done"),
        (NoStatus, "todo", "-", "todo"),
        (NoStatus, "todo", "reopened", "todo"),
        (NoStatus, "todo", "blocked", "blocked"),
        (NoStatus, "todo", "done", "done"),
        (NoStatus, "todo", "dropped", "dropped"),
        // A cell says everything that there is to say.
        (Words, "todo", "done", "todo"),
        (Words, "in_progress", "open", "in_progress"),
        (Words, "todo", "in_progress", "todo"),
        (Words, "dropped", "done", "dropped"),
        (Words, "done", "-", "done"),
    ] {
        let row = Row {
            status: status_named(status),
            notation,
        };
        let got = shown(row, memory.parse().ok());
        assert_eq!(
            got,
            status_named(expected),
            "{notation:?} {status}, memory {memory}"
        );
    }
}

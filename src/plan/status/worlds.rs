//! Every state that people, pushes, pulls and lost saves can reach, and the laws that hold in each.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use super::*;

const STATUSES: [Status; 5] = [
    Status::Todo,
    Status::InProgress,
    Status::Blocked,
    Status::Done,
    Status::Dropped,
];

/// One copy of the document: what its row says and what its link remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Copy {
    row: Row,
    memory: Option<IssueWord>,
    /// The row as it stands has closed the issue: this copy, or one like it whose save was lost.
    closed: bool,
    /// It has, and somebody has reopened the issue since.
    old: bool,
}

/// The issue as GitHub keeps it: labels and reopenings outlive a closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Issue {
    closed: Option<&'static str>,
    reopened: bool,
    label: Option<&'static str>,
    /// The marker's `closed_from`, as bits in the order of the words.
    closed_from: u8,
}

/// The bit of a memory.
fn bit(memory: Option<IssueWord>) -> u8 {
    let at = IssueWord::ALL.iter().position(|word| Some(*word) == memory);
    at.map_or(0, |at| 1 << at)
}

impl Issue {
    fn word(self) -> IssueWord {
        static DOING: LazyLock<[String; 1]> = LazyLock::new(|| ["doing".to_owned()]);
        static WAITING: LazyLock<[String; 1]> = LazyLock::new(|| ["waiting".to_owned()]);
        let labels: &[String] = match self.label {
            None => &[],
            Some("doing") => &*DOING,
            Some(_) => &*WAITING,
        };
        let reason = self.closed.or(self.reopened.then_some("reopened"));
        IssueWord::from_github(self.closed.is_some(), reason, labels, &*DOING, &*WAITING)
    }

    fn reopen(&mut self) {
        if self.closed.take().is_some() {
            self.reopened = true;
        }
    }
}

/// The document being worked on, another state of it (the branch before the write-back was merged), the issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct World {
    document: Copy,
    kept: Copy,
    issue: Issue,
}

#[derive(Debug, Clone, Copy)]
enum Action {
    Edit(Status),
    Close(&'static str),
    Reopen,
    Label(Option<&'static str>),
    Push,
    Pull,
    /// This state of the document is committed.
    Keep,
    /// What was written since is lost.
    Lose,
    /// The other state is checked out; this one may come back later.
    Switch,
}

impl World {
    /// Decides as the planner does, which asks the marker.
    fn decide(&self, options: StatusOptions) -> Decision {
        let spent = self.issue.closed_from & bit(self.document.memory) != 0;
        let options = StatusOptions { spent, ..options };
        decide(
            self.document.row,
            self.document.memory,
            self.issue.word(),
            options,
        )
    }

    fn after(mut self, action: Action, options: StatusOptions) -> Self {
        match action {
            Action::Edit(status) => {
                self.document.row.status = status;
                self.document.closed = false;
                self.document.old = false;
            }
            Action::Close(reason) => _ = self.issue.closed.get_or_insert(reason),
            Action::Reopen => {
                let reopens = self.issue.closed.is_some();
                self.document.old |= reopens && self.document.closed;
                self.kept.old |= reopens && self.kept.closed;
                self.issue.reopen();
            }
            Action::Label(label) => self.issue.label = label,
            Action::Push => {
                match self.decide(options) {
                    Decision::CloseIssue { dropped } => {
                        self.issue.closed = Some(if dropped { "not_planned" } else { "completed" });
                        self.issue.closed_from |= bit(self.document.memory);
                        let says = |copy: &Copy| (copy.row, copy.memory);
                        self.kept.closed |= says(&self.kept) == says(&self.document);
                        self.document.closed = true;
                    }
                    Decision::ReopenIssue => self.issue.reopen(),
                    _ => return self,
                }
                self.document.memory = Some(self.issue.word());
            }
            Action::Pull => match self.decide(options) {
                Decision::WriteRow(word) => {
                    let row = &mut self.document.row;
                    row.status = row
                        .notation
                        .express(word.status())
                        .expect("a row without status is never written");
                    self.document.memory = Some(word);
                    self.document.closed = false;
                    self.document.old = false;
                }
                Decision::Remember(word) => self.document.memory = Some(word),
                _ => {}
            },
            Action::Keep => self.kept = self.document,
            Action::Lose => self.document = self.kept,
            Action::Switch => std::mem::swap(&mut self.document, &mut self.kept),
        }
        self
    }
}

/// The pairs in which a row agrees with a word, written out.
fn agrees(row: Row, word: IssueWord) -> bool {
    use IssueWord::{Blocked, Done, Dropped, InProgress, Open, Reopened};
    match (row.notation, row.status) {
        (Notation::None, _) => true,
        (Notation::Words, Status::Todo) => [Open, Reopened].contains(&word),
        (Notation::Words, Status::InProgress) => [Open, Reopened, InProgress].contains(&word),
        (Notation::Words, Status::Blocked) => [Open, Reopened, Blocked].contains(&word),
        (Notation::Checkbox, Status::Todo) => {
            [Open, Reopened, InProgress, Blocked, Dropped].contains(&word)
        }
        (_, Status::Done) => word == Done,
        (_, Status::Dropped) => word == Dropped,
        (Notation::Checkbox, _) => false,
    }
}

/// Everything that holds of a push or a pull in a world.
fn check(world: World, options: StatusOptions) {
    let github = world.issue.word();
    let Copy { row, memory, .. } = world.document;
    let asked = options.force || options.prefer.is_some();
    match world.decide(options) {
        Decision::ReopenIssue => {
            assert!(options.force && !options.tracked, "{world:?}");
            assert!(
                github.is_closed() && !matches!(row.status, Status::Done | Status::Dropped),
                "{world:?}"
            );
        }
        Decision::CloseIssue { dropped } => {
            assert!(!options.tracked && !github.is_closed(), "{world:?}");
            assert_eq!(dropped, row.status == Status::Dropped, "{world:?}");
            assert!(dropped || row.status == Status::Done, "{world:?}");
            // Unasked, only for a row whose link has seen the issue as it is.
            assert!(asked || memory == Some(github), "{world:?}");
            // And once from each memory.
            let spent = world.issue.closed_from & bit(memory) != 0;
            assert!(asked || !spent, "{world:?}");
        }
        Decision::WriteRow(word) => {
            assert_eq!(word, github);
            assert_ne!(
                world.after(Action::Pull, options).document.row,
                row,
                "a write changes the row: {world:?}"
            );
            // Unasked, nothing that a person wrote is lost: the row said what the link remembers of GitHub.
            let untouched = match memory {
                Some(memory) => agrees(row, memory),
                None => !matches!(row.status, Status::Done | Status::Dropped),
            };
            assert!(asked || untouched, "{world:?}");
        }
        Decision::Remember(word) => {
            assert_eq!(word, github);
            assert_ne!(memory, Some(github), "{world:?}");
        }
        Decision::Nothing => assert!(memory == Some(github) && agrees(row, github), "{world:?}"),
        Decision::Drift | Decision::Conflict => assert!(!agrees(row, github), "{world:?}"),
    }

    // Undisturbed, one push and pull settle all that can be settled, and the next ones change nothing.
    let synced = world
        .after(Action::Push, options)
        .after(Action::Pull, options);
    let left = synced.decide(options);
    assert!(
        matches!(
            left,
            Decision::Nothing | Decision::Drift | Decision::Conflict
        ),
        "{left:?} after {world:?}"
    );
    assert_eq!(
        synced
            .after(Action::Push, options)
            .after(Action::Pull, options),
        synced
    );
    if options.prefer == Some(Side::GitHub) {
        assert_eq!(
            left,
            Decision::Nothing,
            "GitHub's word can always be written: {world:?}"
        );
    }
    if left == Decision::Nothing {
        let shown = shown(synced.document.row, synced.document.memory);
        let nuance = [IssueWord::Open, IssueWord::Reopened].contains(&synced.issue.word())
            && [Status::InProgress, Status::Blocked].contains(&shown);
        assert!(
            shown == synced.issue.word().status() || nuance,
            "{shown:?} after {world:?}"
        );
    }
}

/// Goes through all worlds that can be reached, checking each; hands back the worlds.
fn explore(
    notation: Notation,
    options: StatusOptions,
    labels: bool,
    lost_saves: bool,
) -> HashSet<World> {
    let edits: &[Status] = match notation {
        Notation::Words => &STATUSES,
        Notation::Checkbox => &[Status::Todo, Status::Done],
        Notation::None => &[],
    };
    let mut actions: Vec<_> = edits.iter().copied().map(Action::Edit).collect();
    actions.extend([
        Action::Close("completed"),
        Action::Close("duplicate"),
        Action::Reopen,
    ]);
    actions.extend([Action::Push, Action::Pull]);
    if labels {
        actions.extend([None, Some("doing"), Some("waiting")].map(Action::Label));
    }
    if lost_saves {
        actions.extend([Action::Keep, Action::Lose, Action::Switch]);
    }

    // An issue just created, a link that somebody typed, and one whose title says anything at all.
    let mut todo: Vec<World> = Vec::new();
    for memory in [None].into_iter().chain(IssueWord::ALL.map(Some)) {
        let row = Row {
            status: Status::Todo,
            notation,
        };
        let document = Copy {
            row,
            memory,
            closed: false,
            old: false,
        };
        let issue = Issue {
            closed: None,
            reopened: false,
            label: None,
            closed_from: 0,
        };
        todo.push(World {
            document,
            kept: document,
            issue,
        });
    }
    let mut seen: HashSet<World> = todo.iter().copied().collect();
    while let Some(world) = todo.pop() {
        check(world, options);
        for action in &actions {
            let mut next = world.after(*action, options);
            if !lost_saves {
                // Nobody looks at the other copy.
                next.kept = next.document;
            }
            assert!(
                !(options.tracked && matches!(action, Action::Push)) || next.issue == world.issue,
                "nothing is written to a tracked issue: {world:?}"
            );
            if seen.insert(next) {
                todo.push(next);
            }
        }
    }
    seen
}

/// The memories with which a row that has closed the issue already would close it again after somebody has reopened it.
fn closes_again(worlds: &HashSet<World>, options: StatusOptions) -> BTreeSet<Option<IssueWord>> {
    let closes = |world: &&World| matches!(world.decide(options), Decision::CloseIssue { .. });
    worlds
        .iter()
        .filter(closes)
        .filter(|world| world.document.old)
        .map(|world| world.document.memory)
        .collect()
}

#[test]
fn nothing_is_lost_and_everything_settles_in_all_reachable_worlds() {
    let options = StatusOptions::default();
    for (notation, states) in [
        (Notation::Words, 5 * 7 * 6),
        (Notation::Checkbox, 2 * 7 * 6),
        (Notation::None, 7 * 6),
    ] {
        let worlds = explore(notation, options, true, true);
        let reached: HashSet<_> = worlds
            .iter()
            .map(|world| {
                (
                    world.document.row,
                    world.document.memory,
                    world.issue.word(),
                )
            })
            .collect();
        assert_eq!(
            reached.len(),
            states,
            "{notation:?}: the walk reaches every state of the rule"
        );
    }
}

#[test]
fn the_laws_hold_whatever_is_asked_for() {
    for notation in [Notation::Words, Notation::Checkbox, Notation::None] {
        for tracked in [false, true] {
            for close_done in [false, true] {
                for force in [false, true] {
                    for prefer in [None, Some(Side::Document), Some(Side::GitHub)] {
                        let options = StatusOptions {
                            close_done,
                            tracked,
                            force,
                            prefer,
                            spent: false,
                        };
                        explore(notation, options, true, false);
                    }
                }
            }
        }
    }
}

#[test]
fn an_issue_that_somebody_reopened_is_not_closed_by_an_old_row() {
    use IssueWord::{Done, Open, Reopened};
    let options = StatusOptions::default();
    // The story: closed by the row, the write-back lost, reopened by somebody.
    let row = Row {
        status: Status::Done,
        notation: Notation::Words,
    };
    assert_eq!(
        decide(row, Some(Open), Open, options),
        Decision::CloseIssue { dropped: false }
    );
    assert_eq!(
        decide(row, Some(Open), Done, options),
        Decision::Remember(Done)
    );
    assert_eq!(
        decide(row, Some(Open), Reopened, options),
        Decision::Conflict
    );

    for notation in [Notation::Words, Notation::Checkbox] {
        // In all worlds, with and without labels that hide `reopened`: never.
        for labels in [false, true] {
            let worlds = explore(notation, options, labels, true);
            assert!(worlds.iter().any(|world| world.document.old));
            assert_eq!(closes_again(&worlds, options), BTreeSet::new());
        }
    }
}

#[test]
fn a_row_closes_its_issue_once_from_each_memory() {
    use IssueWord::{Open, Reopened};
    let row = Row {
        status: Status::Done,
        notation: Notation::Words,
    };
    let close = Decision::CloseIssue { dropped: false };
    for (memory, spent, expected) in [
        (Open, false, close),
        (Reopened, false, close),
        (Reopened, true, Decision::Conflict),
    ] {
        let options = StatusOptions {
            spent,
            ..StatusOptions::default()
        };
        assert_eq!(decide(row, Some(memory), memory, options), expected);
    }
    // A person settles it either way.
    for (force, prefer, expected) in [
        (true, None, close),
        (false, Some(Side::Document), close),
        (false, Some(Side::GitHub), Decision::WriteRow(Reopened)),
    ] {
        let options = StatusOptions {
            spent: true,
            force,
            prefer,
            ..StatusOptions::default()
        };
        assert_eq!(decide(row, Some(Reopened), Reopened, options), expected);
    }
}

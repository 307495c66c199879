//! What people do, drawn by chance: to documents in an editor, and to issues in a browser.

use fastrand::Rng;
use pm_sync::sandbox::{GitHub, Issue, State, StateReason};

use super::ledger::Ledger;
use super::paper::{Docs, Fresh, Sheet, document, pick};

/// Where the issues are.
pub(crate) const REPOSITORY: &str = "octo-org/service";

/// Where issues are transferred to.
pub(crate) const ELSEWHERE: &str = "octo-org/elsewhere";

const LABELS: &[&str] = &[
    "bug",
    "help wanted",
    "in progress",
    "blocked",
    "priority: P0",
];

/// Chance, and what makes people's texts findable.
pub(crate) struct Hand<'a> {
    pub(crate) rng: &'a mut Rng,
    pub(crate) fresh: &'a mut Fresh,
    pub(crate) now: u64,
}

impl Hand<'_> {
    /// Edits one document; answers what was done, none where chance asked for what can't be done.
    pub(crate) fn edit_document(&mut self, docs: &mut Docs) -> Option<&'static str> {
        let at = self.rng.usize(..docs.files.len());
        let (path, text) = docs.files.iter().nth(at)?;
        let (path, mut sheet) = (path.clone(), Sheet::of(text));
        let done = self.edit_sheet(&mut sheet, docs)?;
        docs.files.insert(path, sheet.text());
        Some(done)
    }

    fn edit_sheet(&mut self, sheet: &mut Sheet, docs: &mut Docs) -> Option<&'static str> {
        let rng = &mut *self.rng;
        let items = sheet.items();
        let choice = rng.u8(..24);
        if items.is_empty() || choice < 3 {
            let name = self.fresh.item();
            sheet.add(name, rng);
            return Some("row added");
        }
        let line = items[rng.usize(..items.len())];
        let name = sheet.name(line)?;
        Some(match choice {
            3..=9 => {
                if sheet.status(line, rng) {
                    docs.closed_at.insert(name.item, self.now);
                }
                "status edited"
            }
            10 | 11 => {
                let version = name.version.max(self.fresh.items) + 1;
                self.fresh.items = version;
                sheet.retitle(line, super::paper::Name { version, ..name }, rng);
                "title edited"
            }
            12 => {
                sheet.owner(line, rng);
                "owner edited"
            }
            13 | 14 => {
                sheet.due(line, rng);
                "due date edited"
            }
            15 => {
                sheet.priority(line, rng);
                "priority edited"
            }
            16 => {
                sheet.prose(&self.fresh.word());
                "prose edited"
            }
            17 => {
                sheet.rename(&self.fresh.word().replace('.', ""));
                "document retitled"
            }
            18 if items.len() > 1 => {
                sheet.delete(line);
                "row deleted"
            }
            19 | 20 => {
                let other = items[rng.usize(..items.len())];
                sheet.swap(line, other);
                if rng.bool() {
                    sheet.renumber();
                }
                "rows reordered"
            }
            21 => {
                sheet.renumber();
                "rows renumbered"
            }
            22 | 23 => {
                let copy = sheet.copy(line, rng.bool());
                let done = match (rng.bool(), rng.bool()) {
                    (true, true) => "row copied with its link",
                    (true, false) => "row copied with its link, retitled",
                    (false, true) => "row copied without its link",
                    (false, false) => "row copied without its link, retitled",
                };
                if done.contains("without") {
                    sheet.unlink(copy);
                }
                if done.contains("retitled") {
                    let new = self.fresh.item();
                    sheet.retitle(copy, new, rng);
                    if let Some(at) = docs.closed_at.get(&name.item).copied() {
                        docs.closed_at.insert(new.item, at);
                    }
                }
                done
            }
            _ => return None,
        })
    }

    /// Links a row to an issue that was opened by hand: it is tracked from now on.
    pub(crate) fn track(&mut self, docs: &mut Docs, number: u64) -> Option<&'static str> {
        let at = self.rng.usize(..docs.files.len());
        let (path, text) = docs.files.iter().nth(at)?;
        let (path, mut sheet) = (path.clone(), Sheet::of(text));
        let items = sheet.items();
        let line = *items.get(self.rng.usize(..items.len().max(1)))?;
        if !sheet.refer(line, number) {
            return None;
        }
        docs.files.insert(path, sheet.text());
        Some("row linked to an issue opened by hand")
    }

    /// Adds, copies, moves or deletes a document.
    pub(crate) fn file_documents(&mut self, docs: &mut Docs) -> Option<&'static str> {
        let rng = &mut *self.rng;
        let at = rng.usize(..docs.files.len());
        let (path, text) = docs.files.iter().nth(at)?;
        let (path, text) = (path.clone(), text.clone());
        Some(match rng.u8(..8) {
            0 | 1 => {
                let (path, text) = document(self.fresh, rng);
                docs.files.insert(path, text);
                "document added"
            }
            2..=4 => {
                docs.files.remove(&path);
                let name = self.fresh.word().replace('.', "");
                let folder = pick(rng, &["postmortems", "postmortems/2025"]);
                docs.files.insert(format!("{folder}/{name}.md"), text);
                "document moved"
            }
            5 | 6 => {
                self.fresh.documents += 1;
                let number = self.fresh.documents;
                let mut copy = Sheet::of(&text);
                let done = match rng.u8(..3) {
                    0 => "document copied under its id",
                    _ => {
                        let old = text.split("PM-").nth(1)?.get(..3)?.to_owned();
                        copy.reidentify(&format!("PM-{old}"), &format!("PM-{number:03}"));
                        "document copied under a new id"
                    }
                };
                if rng.bool() {
                    for line in copy.items() {
                        copy.unlink(line);
                    }
                }
                docs.files
                    .insert(format!("postmortems/{number:03}.md"), copy.text());
                done
            }
            _ if docs.files.len() > 1 => {
                docs.files.remove(&path);
                "document deleted"
            }
            _ => return None,
        })
    }

    /// Does something to an issue, never to one of `not`. Answers what was done, and to which.
    pub(crate) fn edit_issue(
        &mut self,
        github: &mut GitHub,
        ledger: &mut Ledger,
        not: &[u64],
    ) -> Option<(&'static str, u64)> {
        let rng = &mut *self.rng;
        let repository = github.repository(REPOSITORY);
        let all: Vec<Issue> = repository
            .issues()
            .filter(|issue| !not.contains(&issue.number))
            .cloned()
            .collect();
        if all.is_empty() || rng.u8(..25) == 0 {
            let number = repository.add_issue("alice", "Something else", Some("By hand."));
            return Some(("issue opened by hand", number));
        }
        let issue = &all[rng.usize(..all.len())];
        let number = issue.number;
        let body = issue.body.clone().unwrap_or_default();
        let done = match rng.u8(..44) {
            0..=7 if issue.state == State::Open => {
                let reason = match rng.u8(..5) {
                    0 => StateReason::NotPlanned,
                    1 => StateReason::Duplicate,
                    _ => StateReason::Completed,
                };
                repository.close_issue(number, reason);
                ledger.closed.extend(ledger.items(number));
                ledger.closed_issues.insert(number);
                "issue closed"
            }
            0..=9 if issue.state == State::Closed => {
                repository.reopen_issue(number);
                let theirs = ledger.of(number);
                theirs.reopened_at = self.now;
                theirs.reopenings += 1;
                "issue reopened"
            }
            10..=12 => {
                let title = format!("A better title, {}", self.fresh.word());
                repository.edit_title(number, &title);
                ledger.of(number).title = Some(title);
                "issue retitled"
            }
            13 if ledger.of(number).title.is_some() && !ledger.of(number).our_title.is_empty() => {
                let title = ledger.of(number).our_title.clone();
                repository.edit_title(number, &title);
                ledger.of(number).title = None;
                "issue's title taken back"
            }
            14..=17 => {
                let label = pick(rng, LABELS);
                repository.add_label(number, label);
                ledger.of(number).labels.insert(label.to_owned());
                ledger.of(number).without.remove(label);
                "label added"
            }
            18 | 19 if !issue.labels.is_empty() => {
                let label = issue.labels[rng.usize(..issue.labels.len())].clone();
                repository.remove_label(number, &label);
                ledger.of(number).labels.remove(&label);
                ledger.of(number).without.insert(label);
                "label removed"
            }
            20..=22 => {
                let word = self.fresh.word();
                repository.edit_body(number, &format!("{body}\n\nWe found {word}\n"));
                ledger.of(number).words.insert(word);
                "body edited below the region"
            }
            23 | 24 => {
                let word = self.fresh.word();
                repository.edit_body(number, &format!("First: {word}\n\n{body}"));
                ledger.of(number).words.insert(word);
                "body edited above the region"
            }
            25..=27 if body.contains("<!-- pm-sync:end -->") => {
                let word = self.fresh.word();
                let lines: Vec<&str> = body.split('\n').collect();
                let end = lines.iter().position(|line| line.contains("pm-sync:end"))?;
                let begin = lines
                    .iter()
                    .position(|line| line.contains("pm-sync:begin"))?;
                let place = rng.usize(begin.min(end) + 2..=end.max(begin + 2));
                let mut lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
                lines.insert(place.min(lines.len()), format!("Note: {word}"));
                repository.edit_body(number, &lines.join("\n"));
                ledger.of(number).words.insert(word);
                "body edited inside the region"
            }
            28..=30 if body.contains("**Due**: ") => {
                let word = self.fresh.word();
                let (head, rest) = body.split_once("**Due**: ")?;
                let tail = rest.split_once('\n').map_or("", |(_, tail)| tail);
                repository.edit_body(number, &format!("{head}**Due**: in {word}\n{tail}"));
                ledger.of(number).words.insert(word);
                "due date edited on the issue"
            }
            31 | 32 => {
                // As GitHub's editor in the browser does with every body that is saved there.
                repository.edit_body(number, &body.replace("\r\n", "\n").replace('\n', "\r\n"));
                "body saved with CRLF"
            }
            33 if body.contains("<!-- pm-sync:end -->") => {
                let cut = |body: &str| {
                    let begin = body.find("<!-- pm-sync:begin -->")?;
                    let end = body.find("<!-- pm-sync:end -->")? + "<!-- pm-sync:end -->".len();
                    Some(format!("{}{}", &body[..begin], body.get(end..)?))
                };
                repository.edit_body(number, &cut(&body)?);
                "region deleted"
            }
            34 if body.contains("<!-- pm-sync:end -->") => {
                repository.edit_body(number, &body.replace("<!-- pm-sync:end -->", ""));
                "region damaged"
            }
            35..=37 => {
                let mut logins: Vec<&str> = issue.assignees.iter().map(String::as_str).collect();
                if !logins.contains(&"octocat") {
                    logins.push("octocat");
                }
                repository.assign(number, &logins);
                ledger.of(number).assignees.insert("octocat".to_owned());
                "somebody assigned"
            }
            38 => {
                repository.comment(number, "bob", "On it.");
                ledger.of(number).commented = true;
                "comment"
            }
            39 => {
                repository.delete_issue(number);
                "issue deleted"
            }
            40 => {
                github.transfer_issue(REPOSITORY, number, ELSEWHERE);
                "issue transferred"
            }
            41 => {
                let copy = repository.add_issue("mallory", &issue.title, Some(&body));
                return Some(("issue forged by an outsider", copy));
            }
            42 => {
                let copy = repository.add_issue("alice", &issue.title, Some(&body));
                for label in &issue.labels {
                    repository.add_label(copy, label);
                }
                // Its marker makes it the item's, and nobody but a person put it there.
                let items = ledger.items(number);
                ledger
                    .links
                    .extend(items.into_iter().map(|item| (item, copy)));
                return Some(("issue copied with its labels", copy));
            }
            _ => return None,
        };
        // What they took out themselves nobody else can lose.
        let now = github
            .repository(REPOSITORY)
            .issues()
            .find(|issue| issue.number == number)
            .cloned();
        if let (Some(issue), Some(theirs)) = (now, ledger.issues.get_mut(&number)) {
            let body = issue.body.unwrap_or_default();
            theirs.words.retain(|word| body.contains(word.as_str()));
        }
        Some((done, number))
    }
}

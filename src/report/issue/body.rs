//! What a report issue holds: the part of its body that is ours, found again, written anew, and cut where GitHub takes no more.
//!
//! ```text
//! what people wrote
//! <!-- pm-sync:report {"v":1,"period":"2025-01",…} -->
//! # Follow-up report: January 2025
//! …
//! <!-- pm-sync:report-end -->
//! what people wrote
//! ```
//!
//! The lines are others than those around an action item's part, so that neither is ever taken for the other, even where a row links this
//! very issue and takes it over.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::cli::ReportArgs;
use crate::config::Language;
use crate::github::Issue;
use crate::github::body::{MAX_BODY, MAX_TITLE, REPORT, begins_report, cut, one_line};
use crate::github::marker::{self, MarkerReading, VERSION, fingerprint, hidden_line, shown_json};
use crate::report::period::{Period, USUAL_DAYS};

/// The line that ends it.
const END: &str = "<!-- pm-sync:report-end -->";

/// Which report an issue is for: there is one issue for each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct About {
    /// `2025-01`, `2025Q1`, `2025-01-06..2025-01-12`, `2025-01-06..` (to this day), `last-30-days`.
    pub(super) period: String,
    /// The words of the command line that leave something out, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) only: Vec<String>,
    /// The repository of the documents. Several may file into one, and each has its own reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<String>,
}

impl About {
    pub(super) fn new(
        args: &ReportArgs,
        period: Period,
        filters: Vec<String>,
        from: Option<String>,
    ) -> About {
        let (since, until) = (period.span.since, period.span.until);
        // Days that end with today begin or end elsewhere tomorrow, and are the same report then.
        let named = period
            .word()
            .unwrap_or_else(|| match (args.since, args.until) {
                (None, None) => format!("last-{USUAL_DAYS}-days"),
                (Some(since), None) => format!("{since}.."),
                (_, Some(_)) => format!("{since}..{until}"),
            });
        let mut only = filters;
        only.sort();
        only.dedup();
        About {
            period: named,
            only,
            from: from.map(|name| name.to_lowercase()),
        }
    }

    /// Whether both are about the same. Where the documents come from isn't always known.
    fn is(&self, other: &About) -> bool {
        let About { period, only, from } = self;
        let same_place = match (from, &other.from) {
            (Some(one), Some(two)) => one == two,
            _ => true,
        };
        *period == other.period && *only == other.only && same_place
    }

    /// The title of a new issue: `[Report] 2025-01`.
    pub(super) fn title(&self, language: Language) -> String {
        let period = match self.period.split_once("..") {
            Some((since, "")) => language.pick(format!("{since} 以降"), format!("since {since}")),
            Some((since, until)) => {
                language.pick(format!("{since}〜{until}"), format!("{since} to {until}"))
            }
            None if self.period.starts_with("last-") => language.pick(
                format!("過去{USUAL_DAYS}日間"),
                format!("last {USUAL_DAYS} days"),
            ),
            None => self.period.clone(),
        };
        let only = match self.only.is_empty() {
            true => String::new(),
            false => {
                let only = self.only.join(" ");
                language.pick(format!("（{only}）"), format!(" ({only})"))
            }
        };
        let title = language.pick(
            format!("フォローアップレポート {period}{only}"),
            format!("[Report] {period}{only}"),
        );
        cut(&one_line(&title), MAX_TITLE)
    }
}

/// The hidden line of a report issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Marker {
    v: u64,
    #[serde(flatten)]
    pub(super) about: About,
    /// The language it is kept in, where the configuration names none.
    lang: String,
    /// The [`fingerprint`] of what follows, by which it is known whether people changed it.
    print: String,
    /// What a later program added.
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Marker {
    /// The language it is kept in.
    pub(super) fn language(&self) -> Option<Language> {
        [Language::Ja, Language::En]
            .into_iter()
            .find(|language| self.lang == language.pick("ja", "en"))
    }
}

/// Our part of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// Its bytes in the body.
    range: Range<usize>,
    /// Its first line.
    pub(super) marker: Marker,
}

/// What a body has of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// Nothing.
    Absent,
    /// One of the two lines is missing, stands twice or can't be read; with what its first lines that can be read are about.
    Broken(Vec<About>),
    /// Exactly one.
    Found(Box<Part>),
}

impl Reading {
    /// Finds our part of a body.
    pub(super) fn of(body: &str) -> Reading {
        let (mut begins, mut ends) = (Vec::new(), Vec::new());
        let mut at = 0;
        for line in body.split_inclusive('\n') {
            let bare = line.trim();
            let start = at + (line.len() - line.trim_start().len());
            if bare == END {
                ends.push(start);
            } else if begins_report(bare) {
                let marker = shown_json(REPORT, bare)
                    .and_then(|value| serde_json::from_value::<Marker>(value).ok());
                begins.push((start, marker));
            }
            at += line.len();
        }
        match (begins.as_slice(), ends.as_slice()) {
            ([], []) => Reading::Absent,
            ([(begin, Some(marker))], &[end]) if *begin < end => Reading::Found(Box::new(Part {
                range: *begin..end + END.len(),
                marker: marker.clone(),
            })),
            _ => {
                let markers = begins.into_iter().filter_map(|(_, marker)| marker);
                Reading::Broken(markers.map(|marker| marker.about).collect())
            }
        }
    }
}

/// Where the report belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// There is no issue for it yet.
    Nowhere,
    /// In the first of these; the others are its doubles, which two runs at once made.
    Open(u64, Vec<u64>),
    /// People closed its issue.
    Closed(u64),
    /// Nobody can tell what in this issue is ours.
    Damaged(u64),
}

impl Place {
    /// Finds it among issues, in the order of their numbers. Only those with our label are believed: outsiders can open issues, but not
    /// label them. What is an action item is no report, whatever was pasted into it.
    pub(super) fn of<'a>(
        about: &About,
        label: &str,
        issues: impl IntoIterator<Item = &'a Issue>,
    ) -> Place {
        let (mut open, mut closed, mut damaged) = (Vec::new(), None, None);
        for issue in issues {
            let labelled = issue.labels.iter().any(|l| l.eq_ignore_ascii_case(label));
            let item = marker::parse(&issue.body) != MarkerReading::None;
            if !labelled || item || issue.is_pull_request {
                continue;
            }
            let named = || {
                let titles = [Language::Ja, Language::En].map(|language| about.title(language));
                titles.contains(&issue.title)
            };
            match Reading::of(&issue.body) {
                Reading::Found(part) if part.marker.about.is(about) => {
                    if issue.is_open() {
                        open.push(issue.number);
                    } else if issue.state_reason.as_deref() != Some("duplicate") {
                        closed = closed.or(Some(issue.number));
                    }
                }
                Reading::Broken(abouts)
                    if abouts.iter().any(|other| other.is(about))
                        || (abouts.is_empty() && named()) =>
                {
                    damaged = damaged.or(Some(issue.number));
                }
                _ => {}
            }
        }
        match (open.as_slice(), damaged, closed) {
            ([first, rest @ ..], _, _) => Place::Open(*first, rest.to_vec()),
            ([], Some(number), _) => Place::Damaged(number),
            ([], None, Some(number)) => Place::Closed(number),
            ([], None, None) => Place::Nowhere,
        }
    }
}

/// Whether nobody has touched an issue that a run made: a double of another one may be closed then.
pub(super) fn is_untouched(issue: &Issue) -> bool {
    let body = issue.body.replace('\r', "");
    let Reading::Found(part) = Reading::of(&body) else {
        return false;
    };
    let Range { start, end } = part.range;
    let text = body.get(start..end).and_then(|part| {
        let (_, text) = part.split_once('\n')?;
        text.strip_suffix(END)
    });
    let around = body.get(..start).into_iter().chain(body.get(end..));
    issue.comments == 0
        && issue.assignees.is_empty()
        && around.into_iter().all(|text| text.trim().is_empty())
        && text.is_some_and(|text| fingerprint(text) == part.marker.print)
}

/// The body that an issue gets: `old` with the report in place of the one it holds, or the report alone. What people wrote around it stays
/// byte for byte. `None` where they left no room for it.
pub(super) fn with_report(
    old: Option<(&str, &Part)>,
    about: &About,
    report: &str,
    language: Language,
) -> Option<String> {
    let footer = language.pick(
        "<sub>この部分は pm-sync が更新します。書き足すときは、この下に書いてください。</sub>",
        "<sub>pm-sync keeps this up to date. What you write below stays.</sub>",
    );
    let marker = |text: &str| {
        let marker = Marker {
            v: VERSION,
            about: match old {
                // Once it is known where the documents come from, it stays known.
                Some((_, part)) if about.from.is_none() => part.marker.about.clone(),
                _ => about.clone(),
            },
            lang: language.pick("ja", "en").to_owned(),
            print: fingerprint(text),
            rest: old.map_or_else(Map::new, |(_, part)| part.marker.rest.clone()),
        };
        // A map with keys of text can be written always.
        hidden_line(REPORT, &serde_json::to_string(&marker).unwrap_or_default())
    };
    let around = match old {
        Some((body, part)) => body.chars().count() - chars_of(body, &part.range),
        None => 0,
    };
    let frame = marker("").chars().count() + footer.chars().count() + END.len() + 8;
    let text = fit(report, MAX_BODY.checked_sub(around + frame)?, language)?;
    let text = format!("{}\n\n{footer}\n", text.trim_end());
    let part = format!("{}\n{text}{END}", marker(&text));
    Some(match old {
        None => part,
        Some((body, Part { range, .. })) => {
            // Browsers turn line feeds into CRLF: that is no change.
            let same = body
                .get(range.clone())
                .is_some_and(|old| old.replace('\r', "") == part);
            let mut new = body.to_owned();
            if !same {
                new.replace_range(range.clone(), &part);
            }
            new
        }
    })
}

fn chars_of(body: &str, range: &Range<usize>) -> usize {
    body.get(range.clone())
        .map_or(0, |text| text.chars().count())
}

/// As much of a report as there is room for, in characters: whole blocks, or whole rows of a table, and a word on what is missing.
fn fit(report: &str, room: usize, language: Language) -> Option<String> {
    if report.chars().count() <= room {
        return Some(report.to_owned());
    }
    let note = language.pick(
        "\n> [!WARNING]\n> 長すぎて Issue に入らないため、ここまでです。すべては `pm-sync report` で表示できます。\n",
        "\n> [!WARNING]\n> The rest is too long for an issue. `pm-sync report` shows it all.\n",
    );
    let room = room.checked_sub(note.chars().count())?;
    let lines: Vec<&str> = report.lines().collect();
    let is_row = |at: usize| lines.get(at).is_some_and(|line| line.starts_with('|'));
    let (mut used, mut keep) = (0, 0);
    for (at, line) in lines.iter().enumerate() {
        used += line.chars().count() + 1;
        if used > room {
            break;
        }
        // Behind a block, behind an entry of the list at the top, and behind a row that is neither header nor rule.
        let ends = lines.get(at + 1).is_none_or(|next| next.is_empty());
        let row = at >= 2 && is_row(at) && is_row(at - 1) && is_row(at - 2);
        if !line.is_empty() && !line.starts_with('#') && (ends || row || line.starts_with("- ")) {
            keep = at + 1;
        }
    }
    (keep > 0).then(|| format!("{}\n{note}", lines[..keep].join("\n")))
}

#[cfg(test)]
mod tests;

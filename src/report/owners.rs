//! Names that `--owner` was given and that nobody bears: such a report has nothing in it, which would look like good news.

use crate::config::{Config, Language};
use crate::item::Postmortem;
use crate::item::words::fold;
use crate::output::plain;

/// How alike a name must be to be the one that was meant (Jaro–Winkler, 0 to 1).
const ALIKE: f64 = 0.8;

/// A sentence for each of the names that neither the documents nor `[owners]` know, with the one that resembles it.
pub(super) fn unknown<'p>(
    wanted: &[String],
    postmortems: impl Iterator<Item = &'p Postmortem>,
    config: &Config,
    language: Language,
) -> Vec<String> {
    let bare = |name: &str| fold(name.trim_start_matches('@'));
    let items = postmortems.flat_map(|postmortem| &postmortem.items);
    let written = items.flat_map(|item| item.owners.iter().map(String::as_str));
    let configured = config.owners.iter().flat_map(|(name, owner)| {
        std::iter::once(name).chain(owner.github.iter().map(String::as_str))
    });
    let known: Vec<(String, &str)> = written
        .chain(configured)
        .map(|name| (bare(name), name))
        .collect();
    wanted
        .iter()
        .filter(|name| !known.iter().any(|(other, _)| *other == bare(name)))
        .map(|name| {
            let alike = |(other, _): &&(String, &str)| strsim::jaro_winkler(&bare(name), other);
            let near = known
                .iter()
                .filter(|one| alike(one) >= ALIKE)
                .max_by(|a, b| alike(a).total_cmp(&alike(b)));
            let name = plain(name);
            let said = language.pick(
                format!("「{name}」という担当者は、文書にも [owners] にもいません"),
                format!("neither the documents nor [owners] name an owner `{name}`"),
            );
            match near {
                None => said,
                Some((_, near)) => {
                    let near = plain(near);
                    language.pick(
                        format!("{said}。「{near}」のことですか？"),
                        format!("{said}. Did you mean `{near}`?"),
                    )
                }
            }
        })
        .collect()
}

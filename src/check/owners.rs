//! Names that `--owner` was given and that nobody bears. A misspelt name finds nothing, which would look like good news.

use crate::config::{Config, is_one_name, nearest};
use crate::item::Postmortem;
use crate::output::{Printer, plain};

/// How many names are listed where none resembles the one that was given.
const LISTED: usize = 8;

/// Says which of the names neither the documents nor `[owners]` know. It is no error: whose last item is done may leave the documents.
pub(crate) fn note_unknown<'p>(
    wanted: &[String],
    postmortems: impl Iterator<Item = &'p Postmortem>,
    config: &Config,
    printer: &Printer,
) {
    if wanted.is_empty() {
        return;
    }
    let written: Vec<&str> = postmortems
        .flat_map(|postmortem| &postmortem.items)
        .flat_map(|item| item.owners.iter().map(String::as_str))
        .collect();
    let configured = config.owners.iter().flat_map(|(name, owner)| {
        std::iter::once(name).chain(owner.github.iter().map(String::as_str))
    });
    let mut known: Vec<&str> = Vec::new();
    for name in written.into_iter().chain(configured) {
        if !known.iter().any(|one| is_one_name(one, name)) {
            known.push(name);
        }
    }
    for name in wanted {
        if !known
            .iter()
            .any(|one| config.owners.is_asked_for(one, name))
        {
            note(name, &known, printer);
        }
    }
}

fn note(name: &str, known: &[&str], printer: &Printer) {
    let language = printer.language;
    let near = nearest(
        name.trim_start_matches('@'),
        known.iter().map(|one| one.trim_start_matches('@')),
    )
    .and_then(|near| known.iter().find(|one| one.trim_start_matches('@') == near));
    let hint = match (near, known) {
        (Some(near), _) => {
            let near = plain(near);
            language.pick(
                format!("「{near}」のことですか？"),
                format!("did you mean `{near}`?"),
            )
        }
        (None, []) => language.pick(
            "担当者の名前がまだどこにも書かれていません".to_owned(),
            "no owner is named anywhere yet".to_owned(),
        ),
        (None, known) => {
            let shown: Vec<String> = known.iter().take(LISTED).map(|one| plain(one)).collect();
            let shown = shown.join(language.pick("、", ", "));
            let rest = known.len().saturating_sub(LISTED);
            match rest {
                0 => language.pick(
                    format!("担当者: {shown}"),
                    format!("the owners are {shown}"),
                ),
                rest => language.pick(
                    format!("担当者: {shown}、ほか {rest} 人"),
                    format!("the owners are {shown} and {rest} more"),
                ),
            }
        }
    };
    let name = plain(name);
    printer.warn(
        &language.pick(
            format!("「{name}」という担当者は、文書にも [owners] にもいません"),
            format!("neither the documents nor [owners] name an owner `{name}`"),
        ),
        Some(&hint),
    );
}

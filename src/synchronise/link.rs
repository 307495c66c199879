//! `link` and `unlink`: a person settles which issue a row is.

use super::{lock, site};
use crate::checkout::Checkout;
use crate::cli::ItemName;
use crate::config::{Config, Language};
use crate::connect::{self as connecting, Connection};
use crate::document::Document;
use crate::document::edit::splice;
use crate::document::save;
use crate::github::body::{self, RegionReading};
use crate::github::marker::{self, MarkerReading, SawIssue};
use crate::github::{IssuePatch, Lookup};
use crate::item::edit::{ItemEdit, LinkEdit, checked};
use crate::item::{self, Postmortem};
use crate::output::{GOOD, Printer, styled};
use crate::plan;
use crate::plan::status::{Decision, StatusOptions, decide};
use crate::workspace::Workspace;
use crate::{Environment, Exit, Failure};

/// `link` (with a number) and `unlink`.
///
/// # Errors
/// Where row or issue don't exist, or the document can't be saved.
pub async fn link(
    name: &ItemName,
    issue: Option<u64>,
    config: &Config,
    environment: &Environment,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let language = printer.language;
    super::on_default_branch(environment, language)?;
    let command = if issue.is_some() { "link" } else { "unlink" };
    let _held = lock::take(&config.root, command, printer)?;
    let mut workspace = crate::load(config, &[], environment, true, language)?;
    let checkout = Checkout::find(&config.root);
    let connection = connecting::watched(config, environment, printer)?;
    let site = site(&connection, checkout.as_ref(), config);
    super::renamed::follow(&mut workspace, &connection, &site, printer).await?;
    let (document, item) = find(&workspace, name, language)?;
    let row = &workspace.documents[document].postmortem.items[item];
    let current = row.reference.as_ref().and_then(|r| site.number(r));
    let edit = match issue {
        Some(number) => {
            let taken = workspace
                .documents
                .iter()
                .flat_map(|d| d.postmortem.items.iter().map(move |i| (d, i)))
                .find(|(_, other)| {
                    other.reference.as_ref().and_then(|r| site.number(r)) == Some(number)
                        && !std::ptr::eq(*other, row)
                });
            if let Some((loaded, other)) = taken {
                return Err(Failure::usage(
                    language.pick(
                        format!(
                            "#{number} には {}:{} の行がすでにリンクしています",
                            loaded.postmortem.path, other.line
                        ),
                        format!(
                            "#{number} is already linked by {}:{}",
                            loaded.postmortem.path, other.line
                        ),
                    ),
                    Some(language.pick(
                        "先にその行を `pm-sync unlink` してください".into(),
                        "unlink that row first, with `pm-sync unlink`".into(),
                    )),
                ));
            }
            let found = connection
                .client
                .issue(number)
                .await
                .map_err(|error| connecting::failure(&error, language))?;
            let Lookup::Found(found) = found else {
                return Err(Failure {
                    exit: Exit::Failed,
                    message: language.pick(
                        format!("{} に #{number} はありません", site.repository),
                        format!("there is no #{number} in {}", site.repository),
                    ),
                    hint: None,
                });
            };
            let word = plan::word(&found, config);
            // Only where both sides agree is there anything to remember yet.
            let agreed = matches!(
                decide(row.status.row(), None, word, StatusOptions::default()),
                Decision::Remember(_) | Decision::Nothing
            );
            LinkEdit::Set {
                number,
                url: found.url.clone(),
                word: agreed.then_some(word),
            }
        }
        None => {
            if current.is_none() && row.reference.is_none() {
                printer.note(&language.pick(
                    format!("{name} にリンクはありません"),
                    format!("{name} has no link"),
                ));
                return Ok(Exit::Done);
            }
            LinkEdit::Remove
        }
    };
    let loaded = &workspace.documents[document];
    let edits = [ItemEdit {
        item,
        link: Some(edit),
        status: None,
    }];
    let before = loaded.document.source.clone();
    let (all, refused) = checked(
        &loaded.document,
        &loaded.postmortem,
        &edits,
        &workspace.vocabulary,
    );
    let after = splice(&before, &all).map_err(|error| Failure {
        exit: Exit::Failed,
        message: error.to_string(),
        hint: None,
    })?;
    let read = workspace.postmortem(&Document::parse(after.clone()), &loaded.postmortem.path);
    if !refused.is_empty() || !shows(&read, item, issue) {
        return Err(by_hand(name, &loaded.postmortem, item, issue, language));
    }
    let mut region = Region::None;
    if issue.is_none() {
        // Where another row links the issue too, its region is that row's.
        let shared = |number| {
            let rows = workspace.documents.iter().flat_map(|d| &d.postmortem.items);
            let linking = rows
                .filter(|row| row.reference.as_ref().and_then(|r| site.number(r)) == Some(number));
            linking.count() > 1
        };
        if let Some(number) = current.filter(|number| !shared(*number)) {
            // First what can fail here: an issue that is let go while its row still links it would be nobody's.
            let file = &workspace.documents[document].file;
            save::may_save(workspace.root(), file).map_err(|error| Failure {
                exit: Exit::Failed,
                message: error.render(language),
                hint: None,
            })?;
            region = detach(
                &connection,
                number,
                name,
                config.issues.marker_label(),
                language,
            )
            .await?;
        }
    }
    workspace.save(document, &after).map_err(|error| Failure {
        exit: Exit::Failed,
        message: error.render(language),
        hint: None,
    })?;
    let path = loaded.postmortem.path.clone();
    workspace.replace(document, after);
    let done = match issue {
        Some(number) => language.pick(
            format!("{name} を #{number} にリンクしました（{path}）"),
            format!("{name} is #{number} now ({path})"),
        ),
        None => language.pick(
            format!("{name} のリンクを外しました（{path}）。Issue は pm-sync の管理を離れ、行が未完了なら次の push で新しい Issue を作ります"),
            format!("{name} has no issue now ({path}); pm-sync has let go of the issue, and the next push files a new one if the row is open"),
        ),
    };
    printer.result(&format!("{} {done}\n", styled(GOOD, "✓")))?;
    let text = match region {
        Region::None => return Ok(Exit::Done),
        Region::Removed => language.pick(
            "Issue の本文から pm-sync の欄を取り除きました。人が書いた部分はそのままです",
            "pm-sync's part is gone from the issue's body; what people wrote stays",
        ),
        Region::Kept => language.pick(
            "pm-sync の欄には人の変更があるため、Issue の本文に普通の文として残しました。以後は更新しません",
            "people had changed pm-sync's part of the issue's body: it stays as ordinary text, and is not kept up to date any more",
        ),
    };
    printer.note(text);
    Ok(Exit::Done)
}

/// Whether a document that was read again says of the row what was to be written.
fn shows(read: &Postmortem, item: usize, issue: Option<u64>) -> bool {
    let reference = read.items.get(item).and_then(|row| row.reference.as_ref());
    match (issue, reference) {
        (None, None) => true,
        (Some(number), Some(found)) => {
            matches!(found.target, item::link::Target::GitHub { number: n, .. } if n == number)
        }
        _ => false,
    }
}

/// The row's text holds its link in a way that can't be rewritten without changing what a person wrote.
fn by_hand(
    name: &ItemName,
    postmortem: &Postmortem,
    item: usize,
    issue: Option<u64>,
    language: Language,
) -> Failure {
    let row = &postmortem.items[item];
    let (path, line) = (&postmortem.path, row.line);
    let named = row.reference.as_ref().map(item::link::Reference::label);
    let named = named.unwrap_or_default();
    let message = language.pick(
        format!("{path}:{line}: {name} の行は書き換えられません（{named} が本文の一部です）。何も変更していません"),
        format!("{path}:{line}: the row of {name} can't be rewritten: {named} is part of its text; nothing was changed"),
    );
    let hint = match issue {
        None => language.pick(
            format!("行から {named} を手で消してください"),
            format!("take {named} out of the row by hand"),
        ),
        Some(number) => language.pick(
            format!("行の {named} を手で #{number} に書き換えてください"),
            format!("write #{number} in place of {named} by hand"),
        ),
    };
    Failure {
        exit: Exit::Conflicts,
        message,
        hint: Some(hint),
    }
}

/// What became of an issue that a row let go of.
enum Region {
    /// There is nothing of ours on it, or it is not ours.
    None,
    /// Our region is gone from its body.
    Removed,
    /// People had changed our region: it is ordinary text now.
    Kept,
}

/// An issue that a row is taken from must not be taken for ours again: its region goes, or becomes ordinary text where people changed it,
/// and so does the label by which we know ours, where it was us who put it there. Where the label stays, a hidden line says what happened.
async fn detach(
    connection: &Connection,
    number: u64,
    name: &ItemName,
    label: &str,
    language: Language,
) -> Result<Region, Failure> {
    let Lookup::Found(issue) = connection
        .client
        .issue(number)
        .await
        .map_err(|error| connecting::failure(&error, language))?
    else {
        return Ok(Region::None);
    };
    let is_label = |name: &String| name.eq_ignore_ascii_case(label);
    let labelled = issue.labels.iter().any(is_label);
    let (seen, added) = match marker::parse(&issue.body) {
        MarkerReading::One(marker) if marker.doc != name.id.as_str() => return Ok(Region::None),
        MarkerReading::One(marker) => {
            let SawIssue { body, labels, .. } = marker.saw.issue;
            (body, labels.base.iter().any(is_label))
        }
        // Nothing on it says that it is ours, unless it bears our label.
        _ if !labelled || issue.is_pull_request => return Ok(Region::None),
        _ => (Default::default(), false),
    };
    let (mut rest, removed) = body::let_go(&issue.body, &seen);
    let region = match removed {
        true => Region::Removed,
        false if matches!(body::Region::parse(&issue.body), RegionReading::Absent) => Region::None,
        false => Region::Kept,
    };
    if labelled && !added {
        rest = body::append(&rest, body::LET_GO);
    }
    let labels = (added && labelled).then(|| {
        let kept = issue.labels.iter().filter(|name| !is_label(name));
        kept.cloned().collect()
    });
    let patch = IssuePatch {
        body: (rest != issue.body).then_some(rest),
        labels,
        ..IssuePatch::default()
    };
    connection
        .client
        .update_issue(number, &patch)
        .await
        .map_err(|error| connecting::failure(&error, language))?;
    Ok(region)
}

fn find(
    workspace: &Workspace,
    name: &ItemName,
    language: Language,
) -> Result<(usize, usize), Failure> {
    let documents: Vec<usize> = (0..workspace.documents.len())
        .filter(|at| workspace.documents[*at].postmortem.id.as_ref() == Some(&name.id))
        .collect();
    let [document] = documents.as_slice() else {
        let message = if documents.is_empty() {
            language.pick(
                format!("{} という文書はありません", name.id),
                format!("no document has the id {}", name.id),
            )
        } else {
            language.pick(
                format!("{} という文書が複数あります", name.id),
                format!("several documents have the id {}", name.id),
            )
        };
        return Err(Failure::usage(
            message,
            Some(language.pick(
                "`pm-sync list` で確かめてください".into(),
                "`pm-sync list` shows them".into(),
            )),
        ));
    };
    let postmortem = &workspace.documents[*document].postmortem;
    match postmortem
        .items
        .iter()
        .position(|item| item.key == name.key)
    {
        Some(item) => Ok((*document, item)),
        None => Err(Failure::usage(
            language.pick(
                format!(
                    "{} に番号 {} の項目はありません（{}）",
                    name.id, name.key, postmortem.path
                ),
                format!("{} has no item {} ({})", name.id, name.key, postmortem.path),
            ),
            Some(language.pick(
                "`pm-sync list` で番号を確かめてください".into(),
                "`pm-sync list` shows the keys".into(),
            )),
        )),
    }
}

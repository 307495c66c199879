//! `report --share`: what a postmortem's team and its customers are told, from templates that a team can replace.
//!
//! | module | what it holds |
//! |---|---|
//! | `values` | what an announcement is made of |
//! | `team`, `customers` | what a template is given; for customers nothing that could name anybody |
//! | `words` | days, counts and blanks in words |
//! | `guard` | the last look at the customers' text |
//!
//! Here is the command: which document, which template, what GitHub is asked, and where the text goes. Nothing is written to documents or
//! GitHub.

mod customers;
mod guard;
mod team;
mod values;
mod words;

use std::path::Path;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::gather::{Fetched, Filter, gather};
use super::history::IssueLink;
use super::model::Source;
use super::one;
use super::output::{Target, format_of};
use super::run::{connect, failure, fetch, or_offline};
use super::template::{TemplateError, Templates};
use crate::check;
use crate::checkout::Checkout;
use crate::cli::{Format, ReportArgs, ShareLanguage};
use crate::config::{Audience, Config, DocumentState, Language, PostmortemId};
use crate::connect::{self, Connection};
use crate::document::{prose, save};
use crate::github::body::blob_url;
use crate::item::sections::{self, LeftOut, Sections};
use crate::item::{Postmortem, ProblemKind, Reference};
use crate::list::SCHEMA;
use crate::output::{Printer, plain};
use crate::synchronise::documents_at;
use crate::workspace::{Loaded, Workspace};
use crate::{Environment, Exit, Failure};

use customers::{Customer, Public};
use guard::{Insiders, Leak};
use team::Team;
use values::Facts;

/// What `kind` is in the JSON of an announcement.
const KIND: &str = "announcement";

/// `report --share`.
///
/// # Errors
/// Where audience, id, template or file are wrong; where GitHub can't be asked and `--offline` was not given; and where what customers
/// would read holds what they may not.
pub(super) async fn run(
    format: Format,
    args: &ReportArgs,
    config: &Config,
    environment: &Environment,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let language = printer.language;
    let (audience, id) = asked(args.share.as_deref().unwrap_or_default(), config, language)?;
    let format = chosen(format, args, language)?;
    let today = crate::today(config, environment, language)?;
    // Whether a file that is there may be replaced is seen when it is known what it would hold.
    let target = match &args.output {
        Some(path) => Some(Target::new(path, &environment.cwd, true, language)?),
        None => None,
    };
    // All documents are read in any case: they know whose names customers may not read.
    let workspace = crate::load(config, &args.documents.paths, environment, true, language)?;
    let at = one::only(&id, &workspace, language)?;
    let loaded = &workspace.documents[at];
    let postmortem = &loaded.postmortem;
    let spoken = match args.share_in {
        Some(ShareLanguage::Ja) => Language::Ja,
        Some(ShareLanguage::En) => Language::En,
        None => postmortem.language,
    };
    let template = Template::of(audience, spoken, config, language)?;
    let live = match args.offline {
        true => None,
        false => Some(ask(&workspace, today, config, environment, printer).await?),
    };

    let base = crate::issue_base(config, environment, language);
    let repository = check::run::repository(config, environment);
    let link = |reference: &Reference| {
        let named = check::run::named(reference, repository.as_ref(), base.as_deref());
        IssueLink {
            number: named.number,
            url: named.url,
        }
    };
    let fetched = live.as_ref().map(|(_, fetched)| fetched);
    let filter = Filter::default();
    let (incidents, subjects) =
        gather(&workspace.documents, fetched, &filter, config, &link, today);
    let place = incidents
        .iter()
        .position(|incident| incident.name.path == postmortem.path);
    let items: Vec<_> = subjects
        .into_iter()
        .filter(|subject| Some(subject.postmortem) == place)
        .collect();
    let sections = sections::read(&loaded.document, &workspace.vocabulary);
    let facts = Facts {
        postmortem,
        sections: &sections,
        items: &items,
        url: page(loaded, config, environment, language),
        review: review(postmortem, config, today),
        source: match live {
            Some(_) => Source::Github,
            None => Source::Documents,
        },
        today,
        contact: config.templates.contact.as_deref(),
    };

    let text = match audience {
        Audience::Team => {
            let values = Team::of(&facts, spoken);
            let text = match format {
                Format::Json => json(&values),
                _ => template.text(&values, format, language)?,
            };
            let guard = insiders(
                &workspace,
                config,
                environment,
                fetched,
                &template,
                language,
            );
            let blamed = guard.blamed(&without_claim(&text, spoken));
            for phrase in &blamed {
                printer.warn(&blames(phrase, loaded, language), None);
            }
            match blamed.is_empty() {
                true => text,
                false => without_claim(&text, spoken),
            }
        }
        Audience::Customer => {
            for left in sections.customers.iter().flat_map(|told| &told.left) {
                printer.note(&left_out(&postmortem.path, left, language));
            }
            let values = Customer::of(&Public::of(&facts), spoken);
            let (text, looked_at) = match format {
                Format::Json => (json(&values), values.written().join("\n")),
                _ => {
                    let text = template.text(&values, format, language)?;
                    (text.clone(), text)
                }
            };
            let guard = insiders(
                &workspace,
                config,
                environment,
                fetched,
                &template,
                language,
            );
            let leaks = guard.leaks(&looked_at, &values.made());
            if !leaks.is_empty() {
                return Err(refusal(&leaks, &template, loaded, &sections, language));
            }
            text
        }
    };
    deliver(&text, target.as_ref(), args, printer)?;
    let mut blanks = words::blanks(&text);
    if audience == Audience::Customer {
        blanks.extend(words::placeholders(&text));
    }
    for problem in &postmortem.problems {
        if matches!(problem.kind, ProblemKind::EndBeforeStart { .. }) {
            printer.note(&format!(
                "{}:{}: {}",
                postmortem.path,
                problem.line,
                problem.kind.message(language)
            ));
        }
    }
    if format != Format::Json && !blanks.is_empty() {
        printer.note(&to_fill_in(&blanks, language));
    }
    if audience == Audience::Customer && postmortem.state == Some(DocumentState::Draft) {
        printer.note(&language.pick(
            format!("{} はまだ下書きです", postmortem.path),
            format!("{} is still a draft", postmortem.path),
        ));
    }
    Ok(Exit::Done)
}

/// The audience and the postmortem that the command line names.
fn asked(
    words: &[String],
    config: &Config,
    language: Language,
) -> Result<(Audience, PostmortemId), Failure> {
    let example = |id: &str| {
        let line = format!("pm-sync report --share customer {id}");
        Some(language.pick(
            format!("`{line}` のように指定してください"),
            format!("write it as `{line}`"),
        ))
    };
    let [audience, id] = words else {
        let message = language.pick(
            "--share には宛先と ID が必要です",
            "--share takes an audience and an id",
        );
        return Err(Failure::usage(message, example("PM-042")));
    };
    let meant = Audience::ALL
        .iter()
        .find(|known| known.as_str().eq_ignore_ascii_case(audience));
    let Some(meant) = meant else {
        return Err(Failure::usage(
            language.pick(
                format!("--share の宛先「{}」がわかりません", plain(audience)),
                format!("--share knows no audience `{}`", plain(audience)),
            ),
            Some(language.pick(
                "team（チーム向け）か customer（お客様向け）です。例: `pm-sync report --share team PM-042`".into(),
                "it is `team` or `customer`, as in `pm-sync report --share team PM-042`".into(),
            )),
        ));
    };
    let number = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    let whole = match number {
        true => format!("{}{id}", config.documents.id_prefix),
        false => id.to_uppercase(),
    };
    match PostmortemId::find_in(&whole) {
        Some(id) => Ok((*meant, id)),
        None => Err(Failure::usage(
            language.pick(
                format!("「{}」はポストモーテムの ID ではありません", plain(id)),
                format!("`{}` is no postmortem id", plain(id)),
            ),
            example("PM-042"),
        )),
    }
}

/// The format: the one that was asked for, else that of the file's ending, else Markdown.
fn chosen(format: Format, args: &ReportArgs, language: Language) -> Result<Format, Failure> {
    let named = args.output.as_deref().and_then(|path| {
        let text = path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
        if text {
            Some(Format::Text)
        } else {
            format_of(path)
        }
    });
    let format = match (format, named) {
        (Format::Markdown, Some(named)) => named,
        (format, _) => format,
    };
    match format {
        Format::Text | Format::Markdown | Format::Json => Ok(format),
        other => {
            let name = other.name();
            Err(Failure::usage(
                language.pick(
                    format!("告知文は {name} では出力できません"),
                    format!("an announcement can't be printed as {name}"),
                ),
                Some(language.pick(
                    "使える形式: markdown、text、json".into(),
                    "it can be: markdown, text, json".into(),
                )),
            ))
        }
    }
}

/// What GitHub says of the items today; their past is not asked for.
async fn ask(
    workspace: &Workspace,
    today: NaiveDate,
    config: &Config,
    environment: &Environment,
    printer: &Printer,
) -> Result<(Connection, Fetched), Failure> {
    let language = printer.language;
    let connection = connect(config, environment, printer)?;
    let never = NaiveDate::MAX;
    let fetched = fetch(&connection, workspace, never, today, config, printer).await;
    printer.end();
    let fetched =
        fetched.map_err(|error| or_offline(failure(&error, &connection, language), language))?;
    Ok((connection, fetched))
}

/// The page of a document, where it is known which repository it is in.
fn page(
    loaded: &Loaded,
    config: &Config,
    environment: &Environment,
    language: Language,
) -> Option<String> {
    let server = connect::server(config, environment, language).ok()?;
    let issues = check::run::repository(config, environment);
    let checkout = Checkout::find(&config.root);
    let (repository, root) = documents_at(
        &server.html_base,
        server.any_host,
        issues.as_ref(),
        checkout.as_ref(),
        config,
    )?;
    let path = loaded.file.strip_prefix(&root).ok()?;
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    Some(blob_url(
        &server.html_base,
        &repository,
        &parts.join("/"),
        None,
    ))
}

/// The next review that the document sets and has not held; where it sets none, the day that the policy gives.
fn review(
    postmortem: &Postmortem,
    config: &Config,
    today: NaiveDate,
) -> Option<(NaiveDate, Option<String>)> {
    let mut waiting: Vec<_> = postmortem.reviews.iter().filter(|r| !r.held).collect();
    waiting.sort_by_key(|review| review.date);
    let next = waiting
        .iter()
        .find(|review| review.date >= today)
        .or(waiting.last());
    if let Some(next) = next {
        return Some((next.date, Some(plain(&next.title))));
    }
    let after = config.check.review_after?.as_days().unsigned_abs();
    let date = postmortem
        .date?
        .checked_add_days(chrono::Days::new(after))?;
    (postmortem.reviews.is_empty() && date >= today).then_some((date, None))
}

/// The text that an announcement is made from.
struct Template {
    templates: Templates,
    /// The file as the configuration names it, else the name of ours.
    name: String,
    source: String,
    /// Whether it is a team's own.
    own: bool,
}

impl Template {
    /// A team's own, else ours.
    fn of(
        audience: Audience,
        spoken: Language,
        config: &Config,
        language: Language,
    ) -> Result<Template, Failure> {
        let (name, source, own) = match config.templates.file(audience, spoken) {
            Some((file, key)) => {
                let source = read(file, key, config, language)?;
                (file.to_string_lossy().into_owned(), source, true)
            }
            None => {
                let (name, source) = built_in(audience, spoken);
                (name.to_owned(), source.to_owned(), false)
            }
        };
        let mut templates = Templates::of_lines();
        templates
            .add(&name, &source)
            .map_err(|error| broken(&error, own, language))?;
        Ok(Template {
            templates,
            name,
            source,
            own,
        })
    }

    /// The announcement.
    fn text(
        &self,
        values: impl serde::Serialize,
        format: Format,
        language: Language,
    ) -> Result<String, Failure> {
        let text = self
            .templates
            .render(&self.name, values)
            .map_err(|error| broken(&error, self.own, language))?;
        let lines: Vec<String> = text.lines().map(plain).collect();
        let text = format!("{}\n", lines.join("\n").trim_matches('\n'));
        let ending = Path::new(&self.name).extension();
        // Plain text needs no reading, and HTML is a page of the team's own.
        let as_it_is = ending.is_some_and(|e| e == "txt" || e == "html" || e == "htm");
        Ok(match format {
            Format::Text if !as_it_is => prose::plain(&text),
            _ => text,
        })
    }
}

/// Our own templates.
fn built_in(audience: Audience, spoken: Language) -> (&'static str, &'static str) {
    match audience {
        Audience::Team => spoken.pick(
            ("team.ja.md", include_str!("share/team.ja.md")),
            ("team.en.md", include_str!("share/team.en.md")),
        ),
        Audience::Customer => spoken.pick(
            ("customer.ja.md", include_str!("share/customer.ja.md")),
            ("customer.en.md", include_str!("share/customer.en.md")),
        ),
    }
}

/// A template's file, which must be in the folder of the settings or below it, links followed.
fn read(file: &Path, key: &str, config: &Config, language: Language) -> Result<String, Failure> {
    let shown = file.display();
    let usual = language.pick(
        format!(
            "pm-sync.toml の templates.{key} を確認してください（パスは pm-sync.toml のあるフォルダーから）"
        ),
        format!("look at templates.{key} in pm-sync.toml: paths start at its folder"),
    );
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let inside = real(&config.resolve(file))
        .zip(real(&config.root))
        .is_none_or(|(file, root)| file.starts_with(root));
    if !inside {
        let message = language.pick(
            format!("{shown}: テンプレートが pm-sync.toml のフォルダーの外にあります"),
            format!("{shown}: the template is outside of the folder of pm-sync.toml"),
        );
        return Err(Failure::usage(message, Some(usual)));
    }
    match save::read(&config.root, file) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()),
        Err(problem) => {
            let why = problem.message();
            let why = why.get(language);
            Err(Failure::usage(format!("{shown}: {why}"), Some(usual)))
        }
    }
}

/// A template with an error; a team's own is for the team to mend.
fn broken(error: &TemplateError, own: bool, language: Language) -> Failure {
    Failure {
        exit: if own { Exit::Usage } else { Exit::Failed },
        message: error.render(language),
        hint: error.unknown_name.then(|| {
            language.pick(
                "使える名前は `--format json` で確認できます（docs/report.ja.md に説明があります）",
                "`--format json` shows the names that it is given; docs/report.md says what they are",
            )
            .to_owned()
        }),
    }
}

/// The values as they are, under the names that templates use.
fn json(values: &impl serde::Serialize) -> String {
    let mut object = Map::new();
    object.insert("schema".into(), SCHEMA.into());
    object.insert("kind".into(), KIND.into());
    if let Ok(Value::Object(values)) = serde_json::to_value(values) {
        object.extend(values);
    }
    let mut text = serde_json::to_string_pretty(&object).unwrap_or_default();
    text.push('\n');
    text
}

fn insiders(
    workspace: &Workspace,
    config: &Config,
    environment: &Environment,
    fetched: Option<&Fetched>,
    template: &Template,
    language: Language,
) -> Insiders {
    let [ja, en] = [Language::Ja, Language::En].map(|l| built_in(Audience::Customer, l).1);
    let mut insiders = Insiders::of(
        &workspace.documents,
        &workspace.vocabulary,
        config,
        fetched.map(|fetched| &fetched.snapshot),
        &format!("{ja}\n{en}"),
    );
    let checkout = Checkout::find(&config.root);
    let origin = checkout
        .as_ref()
        .and_then(|checkout| checkout.repository.as_ref());
    let issues = check::run::repository(config, environment);
    for repository in issues.iter().chain(origin) {
        insiders.add_repository(repository);
    }
    if let Ok(server) = connect::server(config, environment, language) {
        insiders.add_server(&server.html_base);
        insiders.add_server(&server.api.to_string());
        if server.any_host {
            insiders.add_server("https://github.com");
        }
    }
    if let Some(host) = checkout.and_then(|checkout| checkout.host) {
        insiders.add_server(&format!("https://{host}"));
    }
    if template.own {
        insiders.add_path(&template.name);
    }
    insiders
}

/// Where the document blames somebody in words that the team's text quotes.
fn blames(phrase: &str, loaded: &Loaded, language: Language) -> String {
    let mut lines = loaded.document.source.lines();
    let line = lines.position(|line| guard::holds(line, phrase));
    let path = &loaded.postmortem.path;
    let place = line.map_or_else(|| path.clone(), |at| format!("{path}:{}", at + 1));
    let phrase = plain(phrase);
    language.pick(
        format!("{place}: 人を責める表現かもしれません: 「{phrase}」"),
        format!("{place}: this may read as blaming somebody: `{phrase}`"),
    )
}

/// The team's text without the closing words of our template, which say that nobody is blamed.
fn without_claim(text: &str, spoken: Language) -> String {
    let claim = built_in(Audience::Team, spoken).1.lines().last();
    let lines: Vec<&str> = text.lines().filter(|line| Some(*line) != claim).collect();
    format!("{}\n", lines.join("\n").trim_end())
}

/// What stands in the section for customers and is none for them.
fn left_out(path: &str, left: &LeftOut, language: Language) -> String {
    let (line, text) = (left.line, plain(&left.text));
    language.pick(
        format!("{path}:{line}: お客様向けとは限らないため、文面に入れませんでした: 「{text}」"),
        format!("{path}:{line}: left out, since it may not be for customers: `{text}`"),
    )
}

/// What customers may not read, each with the place that it comes from.
fn refusal(
    leaks: &[Leak],
    template: &Template,
    loaded: &Loaded,
    sections: &Sections,
    language: Language,
) -> Failure {
    let first = sections
        .customers
        .iter()
        .flat_map(|told| {
            [
                &told.summary,
                &told.impact,
                &told.cause,
                &told.response,
                &told.measures,
            ]
        })
        .flatten()
        .map(|passage| passage.line)
        .min();
    let place = |leak: &Leak| {
        let within = |source: &str, from: usize| {
            let lines = source.lines().enumerate().skip(from.saturating_sub(1));
            let mut lines = lines.filter(|(_, line)| guard::holds(line, &leak.text));
            lines.next().map(|(at, _)| at + 1)
        };
        let line = leak.line;
        if template.own
            && let Some(line) = within(&template.source, 1)
        {
            return format!("{}:{line}", template.name);
        }
        if let Some(line) = first.and_then(|first| within(&loaded.document.source, first)) {
            return format!("{}:{line}", loaded.postmortem.path);
        }
        match line {
            0 => language.pick("文面", "the text").to_owned(),
            line => language.pick(
                format!("文面の {line} 行目"),
                format!("line {line} of the text"),
            ),
        }
    };
    let lines: Vec<String> = leaks
        .iter()
        .map(|leak| {
            let (place, what) = (place(leak), leak.what.text(language));
            let text = plain(&leak.text);
            language.pick(
                format!("{place}: お客様に見せられない表現です: 「{text}」（{what}）"),
                format!("{place}: not for customers: `{text}` ({what})"),
            )
        })
        .collect();
    let name = leaks.iter().any(|leak| leak.what == guard::What::Name);
    let mut hint = language
        .pick(
            "お客様向けの節やテンプレートを書き換えてください",
            "reword the section for customers, or the template",
        )
        .to_owned();
    if name {
        hint.push_str(language.pick(
            "。人名でなければ templates.public に加えられます（書いたとおりの名前だけが許可されます）",
            "; a name that is no person's can be added to templates.public, which lets that very name pass",
        ));
    }
    Failure {
        exit: Exit::Failed,
        message: lines.join("\n"),
        hint: Some(hint),
    }
}

/// Prints the text, or writes it to the file: never over one that people may have filled in.
fn deliver(
    text: &str,
    target: Option<&Target>,
    args: &ReportArgs,
    printer: &Printer,
) -> Result<(), Failure> {
    let language = printer.language;
    let Some(target) = target else {
        return Ok(printer.result(text)?);
    };
    let name: String = args
        .output
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    match target.text(language)? {
        Some(there) if there == text => {}
        Some(there) if !there.trim().is_empty() && !args.force => {
            return Err(Failure::usage(
                language.pick(
                    format!("{name} はすでにあり、書き足された内容が失われるため、上書きしません"),
                    format!("{name} is there already and is not overwritten: what people filled in would be lost"),
                ),
                Some(language.pick(
                    "別の名前を指定するか、上書きするなら --force を付けてください".into(),
                    "name another file, or add --force to replace it".into(),
                )),
            ));
        }
        _ => target.write(text, language)?,
    }
    printer.note(&language.pick(
        format!("{name} に告知文を書きました"),
        format!("wrote the announcement to {name}"),
    ));
    Ok(())
}

fn to_fill_in(blanks: &[String], language: Language) -> String {
    let count = blanks.len();
    let ja: String = blanks.iter().map(|name| format!("「{name}」")).collect();
    let en = blanks.join("; ");
    language.pick(
        format!("送る前に記入が必要です（{count}か所）: {ja}"),
        format!("to be filled in before it is sent ({count}): {en}"),
    )
}

#[cfg(test)]
mod tests;

//! The command line in Japanese: its help, and what is wrong with a call.
//!
//! The help is written once, in English, beside each option. Here every sentence of it has its translation, found by the sentence itself,
//! so that the same words are translated once and a sentence that was changed is missed by a test rather than by a reader.

mod help;

use std::error::Error as _;
use std::fmt::Write as _;

use clap::builder::{PossibleValue, StyledStr};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error};

use self::help::HELP;
use super::{STYLES, TELLING};

/// A sentence in Japanese; as it is where there is no translation, which a test rules out for all help.
fn translated(text: &str) -> String {
    let found = |text: &str| HELP.iter().find(|(en, _)| *en == text).map(|(_, ja)| *ja);
    found(text).unwrap_or(text).to_owned()
}

/// The command line with its help in Japanese.
pub(super) fn command(mut command: Command) -> Command {
    // Only then the arguments are there that clap adds, and those of the whole in each command.
    command.build();
    localised(command)
}

fn localised(command: Command) -> Command {
    let header = STYLES.get_header();
    let template = format!(
        "{{before-help}}{{about-with-newline}}\n{header}使い方:{header:#} {{usage}}\n\n{{all-args}}{{after-help}}"
    );
    let about = command.get_about().map(in_japanese);
    let after = command.get_after_help().map(in_japanese);
    let mut command = command
        .help_template(template)
        .subcommand_help_heading("コマンド")
        .mut_args(argument)
        .mut_subcommands(localised);
    if let Some(about) = about {
        command = command.about(about);
    }
    if let Some(after) = after {
        command = command.after_help(after);
    }
    command
}

fn in_japanese(text: &StyledStr) -> String {
    translated(&text.to_string())
}

/// An argument in Japanese: its help, and what clap would add to that in English.
fn argument(arg: Arg) -> Arg {
    let heading = match arg.get_help_heading() {
        Some(TELLING) => "通知",
        Some(_) => "共通オプション",
        None if arg.is_positional() => "引数",
        None => "オプション",
    };
    let help = arg.get_help().map(in_japanese).unwrap_or_default();
    let values = arg.get_possible_values();
    let values: Vec<&PossibleValue> = values.iter().filter(|value| !value.is_hide_set()).collect();
    let takes_values = arg.get_action().takes_values();
    let mut notes = String::new();
    if takes_values {
        let defaults = arg.get_default_values().iter();
        let defaults: Vec<_> = defaults.map(|value| value.to_string_lossy()).collect();
        if !defaults.is_empty() {
            let _ = write!(notes, "［既定: {}］", defaults.join("、"));
        }
    }
    if let Some(name) = arg.get_env() {
        let _ = write!(notes, "［環境変数: {}］", name.to_string_lossy());
    }
    let mut short = help.clone();
    let in_full = arg.get_long_help().map(in_japanese);
    let mut long = format!("{}{notes}", in_full.as_ref().unwrap_or(&help));
    if !values.is_empty() && takes_values {
        let names: Vec<&str> = values.iter().map(|value| value.get_name()).collect();
        let names = format!("［値: {}］", names.join("、"));
        short.push_str(&names);
        if values.iter().any(|value| value.get_help().is_some()) {
            let widest = values.iter().map(|value| value.get_name().len()).max();
            let widest = widest.unwrap_or_default();
            long.push_str("\n\n値:");
            for value in values {
                let name = value.get_name();
                let help = value.get_help().map(in_japanese).unwrap_or_default();
                let _ = write!(long, "\n- {name}:{:1$} {help}", "", widest - name.len());
            }
        } else {
            long.push_str(&names);
        }
    }
    short.push_str(&notes);
    arg.help(short)
        .long_help(long)
        .help_heading(heading)
        .hide_default_value(true)
        .hide_possible_values(true)
        .hide_env(true)
}

/// What is wrong with a call, in Japanese. `None` where it is no error of usage, but help.
pub(super) fn refusal(error: &Error) -> Option<String> {
    let strings = |kind: ContextKind| -> Vec<String> {
        match error.get(kind) {
            Some(ContextValue::String(text)) => vec![text.clone()],
            Some(ContextValue::Strings(texts)) => texts.clone(),
            Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
            _ => Vec::new(),
        }
    };
    let string = |kind| strings(kind).join("、");
    let arg = string(ContextKind::InvalidArg);
    let value = string(ContextKind::InvalidValue);
    let number = |kind| match error.get(kind) {
        Some(ContextValue::Number(number)) => *number,
        _ => 0,
    };
    let what = match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => return None,
        ErrorKind::UnknownArgument => format!("`{arg}` というオプションや引数はありません"),
        ErrorKind::InvalidSubcommand => {
            let command = string(ContextKind::InvalidSubcommand);
            format!("`{command}` というコマンドはありません")
        }
        ErrorKind::MissingSubcommand => "コマンドを指定してください".to_owned(),
        ErrorKind::MissingRequiredArgument => format!("{arg} が必要です"),
        ErrorKind::ArgumentConflict => match string(ContextKind::PriorArg) {
            prior if prior.is_empty() => format!("{arg} は他の指定と同時に使えません"),
            prior if prior == arg => format!("{arg} は 1 回だけ指定できます"),
            prior => format!("{arg} は {prior} と同時に使えません"),
        },
        ErrorKind::InvalidValue if value.is_empty() => format!("{arg} には値が必要です"),
        ErrorKind::InvalidValue => format!("{arg} に `{value}` は使えません"),
        ErrorKind::ValueValidation => {
            let why = error.source().map(|why| translated(&why.to_string()));
            let why = why.unwrap_or_default();
            format!("{arg} の値 `{value}` を読めません: {why}")
        }
        ErrorKind::TooManyValues => format!("{arg} に余分な値 `{value}` があります"),
        ErrorKind::TooFewValues => format!(
            "{arg} には値が {} 個必要です（{} 個しかありません）",
            number(ContextKind::MinValues),
            number(ContextKind::ActualNumValues)
        ),
        ErrorKind::WrongNumberOfValues => format!(
            "{arg} には値が {} 個必要です（指定は {} 個）",
            number(ContextKind::ExpectedNumValues),
            number(ContextKind::ActualNumValues)
        ),
        ErrorKind::InvalidUtf8 => "UTF-8 ではない文字が指定されています".to_owned(),
        _ => "指定を読めません".to_owned(),
    };
    let mut message = what;
    let valid = string(ContextKind::ValidValue);
    if !valid.is_empty() {
        let _ = write!(message, "\n  使える値: {valid}");
    }
    let near: Vec<String> = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ]
    .into_iter()
    .flat_map(strings)
    .collect();
    if !near.is_empty() {
        let _ = write!(message, "\n  もしかして: {}", near.join("、"));
    }
    let usage = string(ContextKind::Usage);
    if let Some(usage) = usage.strip_prefix("Usage:") {
        let _ = write!(message, "\n\n使い方:{usage}");
    }
    message.push_str("\n\n詳しくは --help をご覧ください。");
    Some(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::CommandFactory as _;

    fn sentences(command: &Command, all: &mut Vec<String>) {
        all.extend(command.get_about().map(ToString::to_string));
        all.extend(command.get_after_help().map(ToString::to_string));
        for arg in command.get_arguments() {
            all.extend(arg.get_help().map(ToString::to_string));
            all.extend(arg.get_long_help().map(ToString::to_string));
            for value in arg.get_possible_values() {
                all.extend(value.get_help().map(ToString::to_string));
            }
        }
        for command in command.get_subcommands() {
            sentences(command, all);
        }
    }

    #[test]
    fn every_sentence_of_the_help_exists_in_japanese() {
        let mut command = Cli::command();
        command.build();
        let mut all = Vec::new();
        sentences(&command, &mut all);
        assert!(all.len() > 100, "{}", all.len());
        all.sort();
        all.dedup();
        all.retain(|text| !HELP.iter().any(|(en, _)| en == text));
        assert!(all.is_empty(), "not translated: {all:#?}");
    }

    #[test]
    fn no_translation_is_left_over_or_written_twice() {
        let mut command = Cli::command();
        command.build();
        let mut all = Vec::new();
        sentences(&command, &mut all);
        for (at, (en, _)) in HELP.iter().enumerate() {
            let again = HELP.iter().skip(at + 1).any(|(other, _)| other == en);
            assert!(!again, "twice: {en}");
            // What is wrong with a value is no help.
            let used = all.iter().any(|text| text == en) || en.starts_with("write ");
            assert!(used, "left over: {en}");
        }
    }
}

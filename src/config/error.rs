//! What is wrong with a configuration, where, and how to mend it.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use super::{Language, Text};

/// One mistake in `pm-sync.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFault {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong. Never repeats anything that looks like a token.
    pub message: Text,
    /// How to mend it.
    pub hint: Option<Text>,
}

/// Why there is no configuration. Every mistake of a file is listed, so that a person mends them in one pass.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.render(Language::En))]
pub enum ConfigError {
    /// The file could not be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The file was read, and is wrong.
    Invalid {
        /// The file.
        path: PathBuf,
        /// Its mistakes, in the order of the file; at least one.
        faults: Vec<ConfigFault>,
    },
}

impl ConfigError {
    /// The file that the error is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::Unreadable { path, .. } | Self::Invalid { path, .. } => path,
        }
    }

    /// The mistakes in the file; none when it could not even be read.
    pub fn faults(&self) -> &[ConfigFault] {
        match self {
            Self::Unreadable { .. } => &[],
            Self::Invalid { faults, .. } => faults,
        }
    }

    /// The whole error for a person: `pm-sync.toml:4:1: unknown key …` and below it the hint, for every mistake.
    pub fn render(&self, language: Language) -> String {
        let path = self.path().display();
        match self {
            Self::Unreadable { error, .. } => language.pick(
                format!("{path}: 設定ファイルを読み込めません: {error}"),
                format!("{path}: cannot read the configuration: {error}"),
            ),
            Self::Invalid { faults, .. } => {
                let mut out = String::new();
                for fault in faults {
                    let ConfigFault {
                        line,
                        column,
                        message,
                        hint,
                    } = fault;
                    if !out.is_empty() {
                        out.push('\n');
                    }
                    // Writing to a String cannot fail.
                    let _ = write!(out, "{path}:{line}:{column}: {}", message.get(language));
                    if let Some(hint) = hint {
                        let _ = write!(
                            out,
                            "\n  {}: {}",
                            language.pick("対処", "hint"),
                            hint.get(language)
                        );
                    }
                }
                out
            }
        }
    }
}

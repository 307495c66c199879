//! The two languages that pm-sync speaks, and a text written in both.
//!
//! Which language a run uses is for the command line to decide, from the configuration, the documents and the locale.

use serde::{Deserialize, Serialize};

/// A language that messages, issues and reports are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Japanese.
    Ja,
    /// English.
    En,
}

impl Language {
    /// Picks the text of this language: `language.pick("期限切れ", "overdue")`.
    pub fn pick<T>(self, ja: T, en: T) -> T {
        match self {
            Self::Ja => ja,
            Self::En => en,
        }
    }
}

/// One text in both languages, for messages that are made before it is known who reads them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text {
    /// The English wording.
    pub en: String,
    /// The Japanese wording.
    pub ja: String,
}

impl Text {
    /// The wording in `language`.
    pub fn get(&self, language: Language) -> &str {
        language.pick(&self.ja, &self.en)
    }
}

/// Formats one [`Text`] from an English and a Japanese format string, which capture the same variables.
macro_rules! text {
    ($en:literal, $ja:literal $(,)?) => {
        $crate::config::Text {
            en: format!($en),
            ja: format!($ja),
        }
    };
}
pub(crate) use text;

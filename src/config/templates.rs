//! `[templates]`: announcement texts that a team has written itself, and what customers may be told besides.

use std::path::{Path, PathBuf};

use super::reader::{Reader, Section};
use super::{Audience, Language};

/// `[templates]`. Files are relative to the root; what they hold is read where it is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateFiles {
    team: Files,
    customer: Files,
    /// Where customers may turn to, as it is printed in what they are told.
    pub contact: Option<String>,
    /// Names of owners that customers may read, since they name no person: `Search`, `App Store`.
    pub public: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Files {
    any: Option<PathBuf>,
    ja: Option<PathBuf>,
    en: Option<PathBuf>,
}

impl TemplateFiles {
    /// The file that replaces our own text, with the key that names it: one for the language, else one for both.
    pub fn file(&self, audience: Audience, language: Language) -> Option<(&Path, &'static str)> {
        let (files, keys) = match audience {
            Audience::Team => (&self.team, ["team_ja", "team_en", "team"]),
            Audience::Customer => (&self.customer, ["customer_ja", "customer_en", "customer"]),
        };
        let [ja, en, any] = keys;
        let own = language.pick((&files.ja, ja), (&files.en, en));
        [own, (&files.any, any)]
            .into_iter()
            .find_map(|(file, key)| Some((file.as_deref()?, key)))
    }
}

/// Reads `[templates]`.
pub(super) fn templates<'t>(reader: &mut Reader<'t>, top: &mut Section<'t>) -> TemplateFiles {
    let table = &mut reader.section(top, "templates");
    let mut file = |key| {
        let path = reader.get(table, key, Reader::optional);
        path.map(PathBuf::from)
    };
    let team = Files {
        any: file("team"),
        ja: file("team_ja"),
        en: file("team_en"),
    };
    let customer = Files {
        any: file("customer"),
        ja: file("customer_ja"),
        en: file("customer_en"),
    };
    let contact = reader.get(table, "contact", Reader::optional);
    let public = reader.get(table, "public", |reader, entry| {
        reader.list(entry, Reader::filled)
    });
    reader.close(table);
    TemplateFiles {
        team,
        customer,
        contact,
        public: public.unwrap_or_default(),
    }
}

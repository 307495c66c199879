//! The closed sets of words that the configuration chooses from.

use serde::{Deserialize, Serialize};

/// A closed set of words, as they stand in `pm-sync.toml` and in JSON.
pub(super) trait Word: Copy + 'static {
    /// Every member, in the order they are listed to people.
    const ALL: &'static [Self];
    /// The word itself.
    fn word(self) -> &'static str;
}

/// Declares an enum whose members are words, so that the list of them, their spelling and their parser can't differ.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$member_doc:meta])* $member:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$member_doc])* #[serde(rename = $word)] $member,)+
        }

        impl $name {
            /// Every member, in order.
            pub const ALL: &'static [Self] = &[$(Self::$member,)+];

            /// The word as it stands in the configuration and in JSON.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$member => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl Word for $name {
            const ALL: &'static [Self] = Self::ALL;
            fn word(self) -> &'static str {
                self.as_str()
            }
        }
    };
}

words! {
    /// Whom an announcement is for.
    Audience {
        /// Colleagues.
        Team = "team",
        /// Those outside.
        Customer = "customer",
    }
}

words! {
    /// How urgent an item is. `P0` sorts first.
    Priority {
        /// Now.
        P0 = "P0",
        /// Soon; the usual priority of what prevents a recurrence.
        P1 = "P1",
        /// Planned.
        P2 = "P2",
        /// When there is time.
        P3 = "P3",
    }
}

words! {
    /// What an action item does about the incident.
    Kind {
        /// Keeps it from happening again.
        Prevent = "prevent",
        /// Notices it sooner.
        Detect = "detect",
        /// Makes it hurt less.
        Mitigate = "mitigate",
        /// Mends what broke.
        Repair = "repair",
        /// Changes how people work.
        Process = "process",
        /// Writes it down.
        Document = "document",
        /// Finds out more.
        Investigate = "investigate",
    }
}

words! {
    /// How far a postmortem has come. One without a written state counts as final.
    DocumentState {
        /// Still being written.
        Draft = "draft",
        /// Being reviewed.
        Review = "review",
        /// Agreed.
        Final = "final",
    }
}

words! {
    /// What `push` does with a row that is done and has no issue yet.
    DoneRows {
        /// Files nothing.
        Skip = "skip",
        /// Files an issue and closes it, for a complete record.
        CreateClosed = "create_closed",
    }
}

words! {
    /// `language`: which language a run writes in.
    LanguageChoice {
        /// Each document's own language; for messages, the locale's.
        Auto = "auto",
        /// Always Japanese.
        Ja = "ja",
        /// Always English.
        En = "en",
    }
}

words! {
    /// The fields of an action item whose column headers `documents.columns` can add words for.
    ColumnField {
        /// Its number.
        Id = "id",
        /// What is to be done.
        Title = "title",
        /// Who does it.
        Owner = "owner",
        /// Until when.
        Due = "due",
        /// How it stands.
        Status = "status",
        /// How urgent it is.
        Priority = "priority",
        /// What it does about the incident.
        Kind = "kind",
        /// The link to its issue.
        Issue = "issue",
    }
}

//! `[owners]`: who on GitHub the names in documents are.

use unicode_normalization::UnicodeNormalization;

use super::names::is_login;

/// What `[owners]` says of one name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owner {
    /// GitHub logins, without `@`. Empty for somebody known who has none, such as a vendor.
    pub github: Vec<String>,
    /// Labels that this owner's issues get.
    pub labels: Vec<String>,
    /// Whom to mention in Slack, if anybody: a member or group id.
    pub slack: Option<String>,
}

/// Who an owner's name in a document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnerMatch<'a> {
    /// `[owners]` names them.
    Mapped {
        /// Their GitHub logins.
        github: &'a [String],
        /// The labels of their issues.
        labels: &'a [String],
    },
    /// `@login`, which is its own mapping.
    Handle(String),
    /// Nobody that we know.
    Unknown,
}

/// The names of `[owners]`. Compared as people read them: width (NFKC), case and surrounding or repeated spaces don't matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owners(Vec<(String, Owner)>);

impl Owners {
    /// Adds a name; answers `false` and changes nothing when an equal one is there already.
    pub fn insert(&mut self, name: &str, owner: Owner) -> bool {
        let is_new = self.get(name).is_none();
        if is_new {
            self.0.push((name.to_owned(), owner));
        }
        is_new
    }

    /// What `[owners]` says of a name as a document writes it.
    pub fn get(&self, name: &str) -> Option<&Owner> {
        let wanted = fold(name);
        self.0
            .iter()
            .find(|(name, _)| fold(name) == wanted)
            .map(|(_, owner)| owner)
    }

    /// Whose GitHub account a name stands for. A mapping of `@login` itself outranks the login.
    pub fn logins(&self, name: &str) -> OwnerMatch<'_> {
        if let Some(Owner {
            github,
            labels,
            slack: _,
        }) = self.get(name)
        {
            return OwnerMatch::Mapped { github, labels };
        }
        let name: String = name.nfkc().collect();
        match name.trim().strip_prefix('@') {
            Some(login) if is_login(login) => OwnerMatch::Handle(login.to_owned()),
            _ => OwnerMatch::Unknown,
        }
    }

    /// The names as configured, with what is said of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Owner)> {
        self.0.iter().map(|(name, owner)| (name.as_str(), owner))
    }
}

/// The form in which names and words are compared: NFKC, lower case, one space between words.
pub(super) fn fold(text: &str) -> String {
    let lower: String = text.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_people_read_them() {
        let mut owners = Owners::default();
        let team = Owner {
            github: vec!["alice".into(), "bob".into()],
            labels: vec!["team: sre".into()],
            slack: None,
        };
        assert!(owners.insert("SREチーム", team));
        assert!(owners.insert(
            "@old-name",
            Owner {
                github: vec!["new-name".into()],
                ..Owner::default()
            }
        ));
        assert!(
            !owners.insert("ｓｒｅﾁｰﾑ", Owner::default()),
            "the same name in other widths"
        );

        let sre = OwnerMatch::Mapped {
            github: &["alice".into(), "bob".into()],
            labels: &["team: sre".into()],
        };
        for (name, expected) in [
            ("SREチーム", sre.clone()),
            (" ＳＲＥチーム　", sre.clone()),
            ("sreﾁｰﾑ", sre),
            ("@alice", OwnerMatch::Handle("alice".into())),
            ("＠Alice-B ", OwnerMatch::Handle("Alice-B".into())),
            (
                "@old-name",
                OwnerMatch::Mapped {
                    github: &["new-name".into()],
                    labels: &[],
                },
            ),
            ("@acme/sre", OwnerMatch::Unknown),
            ("@", OwnerMatch::Unknown),
            ("alice", OwnerMatch::Unknown),
            ("", OwnerMatch::Unknown),
        ] {
            assert_eq!(owners.logins(name), expected, "{name}");
        }
    }
}

//! `[owners]`: who on GitHub the names in documents are.

use serde::{Serialize, Serializer};
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

/// The names of `[owners]`. Compared as people read them: width (NFKC), case and spaces don't matter, but that of two names which only
/// spaces tell apart each stands for itself.
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
        let find = |form: fn(&str) -> String| {
            let wanted = form(name);
            self.0.iter().find(|(name, _)| form(name) == wanted)
        };
        find(fold).or_else(|| find(solid)).map(|(_, owner)| owner)
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

    /// Whether an owner as written is one who is asked for: by that name; by a login that the name stands for; or by a name that stands
    /// for the login, or for the same logins.
    pub fn is_asked_for(&self, written: &str, wanted: &str) -> bool {
        if is_one_name(written, wanted) {
            return true;
        }
        let logins = |name: &str| -> Vec<String> {
            let found = self.get(name).map(|owner| owner.github.as_slice());
            let mut logins: Vec<String> = found
                .unwrap_or_default()
                .iter()
                .map(|login| login.to_lowercase())
                .collect();
            logins.sort();
            logins.dedup();
            logins
        };
        let (theirs, asked) = (logins(written), logins(wanted));
        theirs.contains(&bare(wanted))
            || asked.contains(&bare(written))
            || (!theirs.is_empty() && theirs == asked)
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

/// A name without its spaces: 山田太郎 is 山田 太郎.
fn solid(name: &str) -> String {
    fold(name).replace(' ', "")
}

/// A name or login without its `@` and spaces.
fn bare(name: &str) -> String {
    solid(name).trim_start_matches('@').to_owned()
}

/// Whether two names are written alike: width, case, spaces and the `@` don't tell them apart.
pub fn is_one_name(one: &str, other: &str) -> bool {
    bare(one) == bare(other)
}

/// The owners that a run is asked for with `--owner`; none lets everybody pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WantedOwners {
    names: Vec<String>,
    owners: Owners,
}

impl WantedOwners {
    /// Those who are asked for, and who `[owners]` says they are.
    pub fn new(names: &[String], owners: &Owners) -> WantedOwners {
        WantedOwners {
            names: names.to_vec(),
            owners: owners.clone(),
        }
    }

    /// Whether everybody passes.
    pub fn is_everybody(&self) -> bool {
        self.names.is_empty()
    }

    /// The names as they were asked for.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether what these own is asked for.
    pub fn accept(&self, written: &[String]) -> bool {
        let is_wanted = |owner: &String| {
            self.names
                .iter()
                .any(|name| self.owners.is_asked_for(owner, name))
        };
        self.is_everybody() || written.iter().any(is_wanted)
    }
}

impl Serialize for WantedOwners {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.names.serialize(serializer)
    }
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
            ("SRE チーム", sre.clone()),
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

    #[test]
    fn a_login_and_the_names_for_it_are_one_owner() {
        let mut owners = Owners::default();
        let of = |github: &[&str]| Owner {
            github: github.iter().map(|login| (*login).to_owned()).collect(),
            ..Owner::default()
        };
        assert!(owners.insert("山田 太郎", of(&["Bob"])));
        assert!(owners.insert("Yamada", of(&["bob"])));
        assert!(owners.insert("SRE team", of(&["alice", "bob"])));
        assert!(owners.insert("Vendor", of(&[])));
        for (written, wanted, expected) in [
            ("山田太郎", "@bob", true),
            ("山田　太郎", "BOB", true),
            ("＠ＢＯＢ", "山田太郎", true),
            ("Yamada", "山田 太郎", true),
            ("sre  TEAM", "@alice", true),
            ("@alice", "SREteam", true),
            ("Carol", "carol", true),
            ("@carol", "carol", true),
            // Somebody of the team is not the team.
            ("SRE team", "Yamada", false),
            ("Yamada", "SRE team", false),
            ("Vendor", "@bob", false),
            ("Vendor", "Carol", false),
        ] {
            assert_eq!(
                owners.is_asked_for(written, wanted),
                expected,
                "{written} {wanted}"
            );
        }
    }
}

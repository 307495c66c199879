//! The name of a repository.

use std::fmt;
use std::str::FromStr;

use super::error::Lang;

/// A repository's name: `owner/name`.
///
/// GitHub ignores case in it; use [`Repo::same`] to compare.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Repo {
    owner: String,
    name: String,
}

/// Why a text is no repository name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message(Lang::En))]
pub struct RepoError(pub String);

impl RepoError {
    /// What is wrong and how to mend it.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let text = &self.0;
        match lang {
            Lang::En => {
                format!("`{text}` is not a repository: write owner/name, for example acme/shop")
            }
            Lang::Ja => format!(
                "`{text}` はリポジトリ名ではありません。acme/shop のように「所有者/名前」で指定してください"
            ),
        }
    }
}

impl Repo {
    /// The user or organisation.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The repository's own name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether both name one repository; GitHub ignores case.
    #[must_use]
    pub fn same(&self, other: &Repo) -> bool {
        self.owner.eq_ignore_ascii_case(&other.owner) && self.name.eq_ignore_ascii_case(&other.name)
    }
}

impl fmt::Display for Repo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

impl FromStr for Repo {
    type Err = RepoError;

    fn from_str(text: &str) -> Result<Repo, RepoError> {
        // What GitHub allows in names. The `_` in an owner is for managed users (`alice_acme`).
        let allowed = |part: &str, extra: &str| {
            (1..=100).contains(&part.len())
                && part != "."
                && part != ".."
                && part
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
        };
        match text.split_once('/') {
            Some((owner, name)) if allowed(owner, "-_") && allowed(name, "-_.") => Ok(Repo {
                owner: owner.to_owned(),
                name: name.to_owned(),
            }),
            _ => Err(RepoError(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repository_names() {
        for good in ["acme/shop", "a-b/c.d_e", "alice_acme/.github"] {
            assert_eq!(good.parse::<Repo>().expect(good).to_string(), good);
        }
        for bad in [
            "",
            "acme",
            "acme/",
            "/shop",
            "acme/shop/x",
            "acme/..",
            "a b/c",
            "acme/shop?x",
            "株式/会社",
        ] {
            assert_eq!(bad.parse::<Repo>(), Err(RepoError(bad.to_owned())), "{bad}");
        }
        let (a, b): (Repo, Repo) = (
            "Acme/Shop".parse().expect("valid"),
            "acme/shop".parse().expect("valid"),
        );
        assert!(a.same(&b) && a != b);
    }
}

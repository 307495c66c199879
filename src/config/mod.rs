//! `pm-sync.toml`, read into a [`Config`] whose every value has been checked.
//!
//! A file with mistakes gives no `Config` at all but a [`ConfigError`] that lists each of them with its line and a hint;
//! unknown keys are mistakes. Without a file the defaults hold. What the settings lead to is decided elsewhere, and so is
//! what the environment and the command line override. Nothing here touches anything but the file itself.

mod check;
mod error;
mod id;
mod language;
mod names;
mod notify;
mod owners;
mod reader;
mod report;
mod rules;
mod schema;
mod secret;
mod templates;
mod title;
mod words;

use std::collections::BTreeMap;
use std::fs;
use std::ops::{Index, IndexMut};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono_tz::Tz;

pub use check::{Allowed, Check, LatePostmortem, Period};
pub use error::{ConfigError, ConfigFault};
pub use id::PostmortemId;
pub(crate) use language::text;
pub use language::{Language, Text};
pub(crate) use names::is_loopback;
pub use names::{ApiUrl, NameError, RepoName, is_login};
pub use notify::Notify;
pub use owners::{Owner, OwnerMatch, Owners, WantedOwners, is_one_name};
pub(crate) use reader::nearest;
pub use report::ReportSettings;
pub use rules::MAX_WRITE_INTERVAL;
pub use templates::TemplateFiles;
pub use title::TitleTemplate;
pub use words::{Audience, ColumnField, DocumentState, DoneRows, Kind, LanguageChoice, Priority};

/// The name of the configuration file.
pub const FILE_NAME: &str = "pm-sync.toml";

/// The settings of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The folder of the configuration file, absolute; without a file, the folder the run started in. Paths in the settings start here.
    pub root: PathBuf,
    /// The file the settings came from, as messages name it.
    pub file: Option<PathBuf>,
    /// `timezone`: where "today" is.
    pub timezone: Tz,
    /// `language`.
    pub language: LanguageChoice,
    /// `[documents]`.
    pub documents: Documents,
    /// `[github]`.
    pub github: GitHub,
    /// `[issues]`.
    pub issues: Issues,
    /// `[push]`.
    pub push: Push,
    /// `[priorities]`.
    pub priorities: Priorities,
    /// `[owners]`.
    pub owners: Owners,
    /// `[check]`.
    pub check: Check,
    /// `[notify]`.
    pub notify: Notify,
    /// `[kinds]`: for each kind the labels that its issues get; kinds without any may be missing.
    pub kinds: BTreeMap<Kind, Vec<String>>,
    /// `[report]`.
    pub report: ReportSettings,
    /// `[templates]`.
    pub templates: TemplateFiles,
}

/// `[documents]`: which files are postmortems and how they are worded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documents {
    /// Files, globs and folders, relative to the root. Never empty.
    pub paths: Vec<String>,
    /// Globs of files that are none, relative to the root.
    pub exclude: Vec<String>,
    /// What goes before the number of a file that is named by a number: `042.md` is `PM-042`. Ends in a hyphen.
    pub id_prefix: String,
    /// Whether `pull` keeps a progress line in each document.
    pub progress: bool,
    /// Names of action-item sections beyond those known anyway.
    pub sections: Vec<String>,
    /// Column headers beyond those known anyway.
    pub columns: BTreeMap<ColumnField, Vec<String>>,
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            paths: vec!["postmortems".to_owned()],
            exclude: vec!["**/*template*".to_owned()],
            id_prefix: "PM-".to_owned(),
            progress: false,
            sections: Vec::new(),
            columns: BTreeMap::new(),
        }
    }
}

/// `[github]`: where the issues are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitHub {
    /// The repository of the issues; `None` leaves it to the environment.
    pub repository: Option<RepoName>,
    /// The address of the API; `None` leaves it to the environment, and then to github.com.
    pub api_url: Option<ApiUrl>,
    /// The time from one write to the next. GitHub asks for a second.
    pub write_interval: Duration,
    /// Whether items of a private checkout may be filed in a public repository.
    pub allow_public: bool,
    /// The branch that `--pull-request` keeps. pm-sync alone writes to it.
    pub branch: String,
}

impl Default for GitHub {
    fn default() -> Self {
        Self {
            repository: None,
            api_url: None,
            write_interval: Duration::from_secs(1),
            allow_public: false,
            branch: "pm-sync/write-back".to_owned(),
        }
    }
}

/// `[issues]`: what issues look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issues {
    /// The template of their titles.
    pub title: TitleTemplate,
    /// The labels that every issue gets, at least one. The first is the one by which markers are believed.
    pub labels: Vec<String>,
    /// A file with text that is added to every body, relative to the root.
    pub template: Option<PathBuf>,
    /// Labels that mean an open issue is being worked on.
    pub in_progress: Vec<String>,
    /// Labels that mean an open issue is waiting.
    pub blocked: Vec<String>,
}

impl Issues {
    /// The label by which our issues are found and their markers believed.
    pub fn marker_label(&self) -> &str {
        self.labels.first().map_or("postmortem", String::as_str)
    }
}

impl Default for Issues {
    fn default() -> Self {
        let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        Self {
            title: TitleTemplate::default(),
            labels: owned(&["postmortem"]),
            template: None,
            in_progress: owned(&[
                "in progress",
                "in-progress",
                "in_progress",
                "status: in progress",
                "進行中",
                "対応中",
            ]),
            blocked: owned(&["blocked", "status: blocked", "ブロック中", "保留"]),
        }
    }
}

/// `[push]`: what becomes an issue, and when one is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// The states of a postmortem from which its items are filed. Never empty.
    pub states: Vec<DocumentState>,
    /// What happens to rows that are done and have no issue.
    pub done: DoneRows,
    /// Whether a row that a person marks done closes its issue.
    pub close_done: bool,
}

impl Default for Push {
    fn default() -> Self {
        Self {
            states: vec![DocumentState::Review, DocumentState::Final],
            done: DoneRows::Skip,
            close_done: true,
        }
    }
}

/// The label of one priority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriorityLabel {
    /// Its name.
    pub label: String,
    /// Its colour: six hexadecimal digits in lower case, without `#`.
    pub color: String,
    /// Its description.
    pub description: Option<String>,
}

/// `[priorities]`: the label of each priority, `config.priorities[Priority::P1].label`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priorities([PriorityLabel; 4]);

impl Index<Priority> for Priorities {
    type Output = PriorityLabel;
    fn index(&self, priority: Priority) -> &PriorityLabel {
        let [p0, p1, p2, p3] = &self.0;
        match priority {
            Priority::P0 => p0,
            Priority::P1 => p1,
            Priority::P2 => p2,
            Priority::P3 => p3,
        }
    }
}

impl IndexMut<Priority> for Priorities {
    fn index_mut(&mut self, priority: Priority) -> &mut PriorityLabel {
        let [p0, p1, p2, p3] = &mut self.0;
        match priority {
            Priority::P0 => p0,
            Priority::P1 => p1,
            Priority::P2 => p2,
            Priority::P3 => p3,
        }
    }
}

impl Default for Priorities {
    fn default() -> Self {
        // From red to green, of the colours that GitHub offers for labels.
        let label = |priority: Priority, color: &str| PriorityLabel {
            label: format!("priority: {priority}"),
            color: color.to_owned(),
            description: None,
        };
        Self([
            label(Priority::P0, "b60205"),
            label(Priority::P1, "d93f0b"),
            label(Priority::P2, "fbca04"),
            label(Priority::P3, "0e8a16"),
        ])
    }
}

impl Config {
    /// The defaults, for a run without a file that starts in `dir`.
    pub fn default_at(dir: &Path) -> Self {
        Self {
            root: absolute(dir),
            file: None,
            timezone: Tz::UTC,
            language: LanguageChoice::Auto,
            documents: Documents::default(),
            github: GitHub::default(),
            issues: Issues::default(),
            push: Push::default(),
            priorities: Priorities::default(),
            owners: Owners::default(),
            check: Check::default(),
            notify: Notify::default(),
            kinds: BTreeMap::new(),
            report: ReportSettings::default(),
            templates: TemplateFiles::default(),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it can't be read, and when anything in it is wrong.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let bytes = fs::read(path).map_err(|error| ConfigError::Unreadable {
            path: path.to_owned(),
            error,
        })?;
        let invalid = |faults| ConfigError::Invalid {
            path: path.to_owned(),
            faults,
        };
        let text =
            String::from_utf8(bytes).map_err(|error| invalid(vec![schema::not_utf8(&error)]))?;
        let dir = absolute(path)
            .parent()
            .map_or_else(PathBuf::new, Path::to_owned);
        let mut config = schema::read(&text, &dir).map_err(invalid)?;
        config.file = Some(path.to_owned());
        Ok(config)
    }

    /// Reads the text of a file that would lie in `dir`.
    ///
    /// # Errors
    /// When anything in it is wrong.
    pub fn parse(text: &str, dir: &Path) -> Result<Self, ConfigError> {
        schema::read(text, &absolute(dir)).map_err(|faults| ConfigError::Invalid {
            path: FILE_NAME.into(),
            faults,
        })
    }

    /// Reads the [`FILE_NAME`] of `start_dir` or of the nearest folder above that has one; `None` where none has.
    ///
    /// # Errors
    /// As [`Config::load`]: a file that is there and wrong is never passed over for one further up.
    pub fn discover(start_dir: &Path) -> Result<Option<Self>, ConfigError> {
        for dir in absolute(start_dir).ancestors() {
            let path = dir.join(FILE_NAME);
            // A link that leads nowhere is there too, and says so when it is read.
            if path.symlink_metadata().is_ok() {
                // In the folder where the run starts, messages name the file as a person there would.
                let here = start_dir.as_os_str().is_empty() || start_dir == Path::new(".");
                let is_here = here && absolute(start_dir) == dir;
                return Self::load(if is_here { Path::new(FILE_NAME) } else { &path }).map(Some);
            }
        }
        Ok(None)
    }

    /// Where a path of the settings leads.
    pub fn resolve(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    /// Whose GitHub account an owner's name in a document stands for.
    pub fn owner_logins(&self, owner: &str) -> OwnerMatch<'_> {
        self.owners.logins(owner)
    }

    /// The labels that items of a kind get.
    pub fn kind_labels(&self, kind: Kind) -> &[String] {
        self.kinds.get(&kind).map_or(&[], Vec::as_slice)
    }
}

/// A path from the root of the file system; as it is, in the odd case that the working folder has vanished.
fn absolute(path: &Path) -> PathBuf {
    // `std::path::absolute` refuses the empty path, which here means the working folder.
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests;

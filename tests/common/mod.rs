//! The test builder: a scratch folder, an embedded GitHub, and runs of the binary in a clean environment.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(unreachable_pub, reason = "shared by the test binaries")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pm_sync::sandbox::{GitHub, Request, Sandbox};
use tempfile::TempDir;

pub const REPOSITORY: &str = "octo-org/service";

/// A folder with postmortems and a GitHub to go with it.
pub struct World {
    pub folder: TempDir,
    pub sandbox: Sandbox,
    pub today: String,
    pub language: &'static str,
}

/// What a run left behind.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Fails the test with all that was printed, where the exit code is another.
    #[track_caller]
    pub fn exits(self, code: i32) -> Ran {
        assert_eq!(
            self.code, code,
            "exit code\n--- stdout\n{}\n--- stderr\n{}",
            self.stdout, self.stderr
        );
        self
    }

    /// Fails the test where stdout doesn't hold one of these.
    #[track_caller]
    pub fn prints(self, texts: &[&str]) -> Ran {
        for text in texts {
            assert!(
                self.stdout.contains(text),
                "{text:?} isn't in\n{}\n--- stderr\n{}",
                self.stdout,
                self.stderr
            );
        }
        self
    }

    /// Fails the test where stderr doesn't hold one of these.
    #[track_caller]
    pub fn warns(self, texts: &[&str]) -> Ran {
        for text in texts {
            assert!(
                self.stderr.contains(text),
                "{text:?} isn't in stderr\n{}\n--- stdout\n{}",
                self.stderr,
                self.stdout
            );
        }
        self
    }

    /// The JSON on stdout.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.stdout, self.stderr))
    }
}

impl World {
    /// A world with one configuration and no document yet.
    pub fn new() -> World {
        World::with(GitHub::new())
    }

    pub fn with(github: GitHub) -> World {
        let folder = TempDir::new().expect("a scratch folder");
        let sandbox = Sandbox::start_blocking(github).expect("the sandbox starts");
        let world = World {
            folder,
            sandbox,
            today: "2025-01-08".to_owned(),
            language: "en",
        };
        world.write(
            "pm-sync.toml",
            "[github]\nrepository = \"octo-org/service\"\nwrite_interval = 0\n",
        );
        world
    }

    /// A world with one document.
    pub fn of(name: &str, text: &str) -> World {
        let world = World::new();
        world.write(&format!("postmortems/{name}"), text);
        world
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("the folder is made");
        std::fs::write(path, text).expect("the file is written");
    }

    #[track_caller]
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("the file is there")
    }

    /// The text of a document.
    #[track_caller]
    pub fn document(&self, name: &str) -> String {
        self.read(&format!("postmortems/{name}"))
    }

    /// The binary, ready to run in this world.
    pub fn command(&self) -> Command {
        command(
            self.folder.path(),
            Some(&self.sandbox.url()),
            &self.today,
            self.language,
        )
    }

    /// Runs a command line, split at spaces.
    pub fn run(&self, arguments: &str) -> Ran {
        ran(self
            .command()
            .args(arguments.split_whitespace())
            .output()
            .expect("the binary runs"))
    }

    /// Runs a command line with more environment variables; an empty value takes one away.
    pub fn run_with(&self, arguments: &str, variables: &[(&str, &str)]) -> Ran {
        let mut command = self.command();
        command.args(arguments.split_whitespace());
        for (name, value) in variables {
            if value.is_empty() {
                command.env_remove(name);
            } else {
                command.env(name, value);
            }
        }
        ran(command.output().expect("the binary runs"))
    }

    /// Starts a command line and doesn't wait for it.
    pub fn start(&self, arguments: &str) -> std::process::Child {
        self.command()
            .args(arguments.split_whitespace())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("the binary starts")
    }

    /// The configuration that `World::new` writes, and more.
    pub fn configure(&self, more: &str) {
        self.write(
            "pm-sync.toml",
            &format!("{more}\n[github]\nrepository = \"octo-org/service\"\nwrite_interval = 0\n"),
        );
    }

    /// An issue as it is now.
    pub fn issue(&self, number: u64) -> pm_sync::sandbox::Issue {
        self.people(|r| r.issue(number).clone())
    }

    /// How many issues there are.
    pub fn issues(&self) -> usize {
        self.people(|r| r.issues().count())
    }

    /// Waits until the sandbox was asked for something, for ten seconds at most.
    #[track_caller]
    pub fn wait_for(&self, what: impl Fn(&[Request]) -> bool) {
        for _ in 0..1000 {
            if what(&self.sandbox.requests()) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("it never came: {:?}", self.requests());
    }

    /// The writes since the last look, as `METHOD path`.
    pub fn writes(&self) -> Vec<String> {
        let writes = self.sandbox.writes().iter().map(shown).collect();
        self.sandbox.clear_requests();
        writes
    }

    /// All requests since the last look, as `METHOD path`.
    pub fn requests(&self) -> Vec<String> {
        let requests = self.sandbox.requests().iter().map(shown).collect();
        self.sandbox.clear_requests();
        requests
    }

    /// Does something to the repository as people do.
    pub fn people<T>(&self, act: impl FnOnce(&mut pm_sync::sandbox::Repository) -> T) -> T {
        act(self.sandbox.github().repository(REPOSITORY))
    }
}

fn shown(request: &Request) -> String {
    format!("{} {}", request.method, request.path)
}

pub fn command(folder: &Path, api: Option<&str>, today: &str, language: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pm-sync"));
    command
        .current_dir(folder)
        .env_clear()
        .env("PM_SYNC_TODAY", today)
        .env("LANG", language)
        .env("COLUMNS", "100")
        .env("HOME", folder);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    if let Some(api) = api {
        command
            .env("GITHUB_API_URL", api)
            .env("GITHUB_TOKEN", "sandbox-token");
    }
    command
}

pub fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
    }
}

/// The lines that differ, old beside new, where both texts have as many lines.
#[track_caller]
pub fn changed_lines<'a>(before: &'a str, after: &'a str) -> Vec<(&'a str, &'a str)> {
    let (old, new): (Vec<_>, Vec<_>) = (
        before.split_inclusive('\n').collect(),
        after.split_inclusive('\n').collect(),
    );
    assert_eq!(old.len(), new.len(), "a line came or went:\n{after}");
    old.into_iter().zip(new).filter(|(a, b)| a != b).collect()
}

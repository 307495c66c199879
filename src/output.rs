//! The one printer: results to stdout, everything else to stderr; colour, progress and closed pipes are its business alone.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::ColorWhen;
use crate::config::Language;

/// Something is late, wrong or lost.
pub const BAD: Style = AnsiColor::Red.on_default();
/// Something needs attention.
pub const WARN: Style = AnsiColor::Yellow.on_default();
/// Something went well.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Less important.
pub const DIM: Style = Style::new().dimmed();
/// A heading.
pub const BOLD: Style = Style::new().bold();

/// How long work may take before a progress bar shows.
const PATIENCE: Duration = Duration::from_millis(500);

/// Prints. Clones share the progress bar.
#[derive(Debug, Clone)]
pub struct Printer {
    /// The language of messages.
    pub language: Language,
    quiet: bool,
    silent: bool,
    verbose: u8,
    choice: anstream::ColorChoice,
    err_choice: anstream::ColorChoice,
    width: usize,
    progress: Arc<Mutex<Option<Progress>>>,
}

#[derive(Debug)]
struct Progress {
    bar: ProgressBar,
    what: String,
    since: Instant,
    shown: bool,
}

impl Progress {
    fn show(&mut self) {
        if !self.shown {
            self.shown = true;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Printer {
    /// A printer for this process.
    pub fn new(language: Language, color: ColorWhen, quiet: bool, verbose: u8) -> Printer {
        let choice = |auto: anstream::ColorChoice| match color {
            ColorWhen::Auto => auto,
            ColorWhen::Always => anstream::ColorChoice::Always,
            ColorWhen::Never => anstream::ColorChoice::Never,
        };
        let width = std::env::var("COLUMNS")
            .ok()
            .and_then(|c| c.parse().ok())
            .or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
            .unwrap_or(100);
        Printer {
            language,
            quiet,
            silent: false,
            verbose,
            choice: choice(anstream::AutoStream::choice(&io::stdout())),
            err_choice: choice(anstream::AutoStream::choice(&io::stderr())),
            width: width.clamp(40, 240),
            progress: Arc::default(),
        }
    }

    /// A printer that says nothing at all on stderr, not even errors: for thousands of runs within one process, of which only the reports
    /// are looked at.
    pub fn silent(language: Language) -> Printer {
        Printer {
            silent: true,
            ..Printer::new(language, ColorWhen::Never, true, 0)
        }
    }

    /// The columns that a table may take.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Prints a result to stdout. A closed pipe is an error the caller ends on.
    pub fn result(&self, text: &str) -> io::Result<()> {
        self.suspend(|| {
            let mut out = anstream::AutoStream::new(io::stdout().lock(), self.choice);
            out.write_all(text.as_bytes())?;
            out.flush()
        })
    }

    /// Says something that is not the result.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.stderr(text);
        }
    }

    /// Says something for those who asked for more (`-v`).
    pub fn detail(&self, text: &str) {
        if self.verbose > 0 {
            self.stderr(&format!("{DIM}{text}{DIM:#}"));
        }
    }

    /// Whether `-q` was given.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether `-v` was given.
    pub fn is_verbose(&self) -> bool {
        self.verbose > 0
    }

    /// A warning and how to mend it.
    pub fn warn(&self, text: &str, hint: Option<&str>) {
        let word = self.language.pick("警告", "warning");
        self.labelled(WARN, word, text, hint);
    }

    /// An error and how to mend it.
    pub fn error(&self, text: &str, hint: Option<&str>) {
        let word = self.language.pick("エラー", "error");
        self.labelled(BAD, word, text, hint);
    }

    fn labelled(&self, style: Style, word: &str, text: &str, hint: Option<&str>) {
        let style = style.bold();
        let mut message = format!("{style}{word}{style:#}: {text}");
        if let Some(hint) = hint {
            let word = self.language.pick("対処", "hint");
            message.push_str(&format!("\n  {GOOD}{word}{GOOD:#}: {hint}"));
        }
        self.stderr(&message);
    }

    fn stderr(&self, text: &str) {
        if self.silent {
            return;
        }
        self.suspend(|| {
            let mut err = anstream::AutoStream::new(io::stderr().lock(), self.err_choice);
            // Nobody to tell where stderr itself is gone.
            drop(writeln!(err, "{text}"));
        });
    }

    fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        let guard = self.progress();
        match guard.as_ref() {
            Some(progress) if progress.shown => progress.bar.suspend(print),
            _ => print(),
        }
    }

    fn progress(&self) -> MutexGuard<'_, Option<Progress>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins work of `total` steps. A bar shows on a terminal once it has taken half a second, nowhere else.
    pub fn begin(&self, total: usize, what: &str) {
        if !self.quiet && io::stderr().is_terminal() {
            self.begin_bar(total, what);
        }
    }

    fn begin_bar(&self, total: usize, what: &str) {
        let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{spinner} {msg} {wide_bar} {pos}/{len}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.set_message(what.to_owned());
        *self.progress() = Some(Progress {
            bar,
            what: what.to_owned(),
            since: Instant::now(),
            shown: false,
        });
    }

    /// A step is done, or (`step` 0) something is to be said beside the bar.
    pub fn step(&self, step: usize, what: Option<&str>) {
        let mut guard = self.progress();
        let Some(progress) = guard.as_mut() else {
            return;
        };
        if progress.since.elapsed() >= PATIENCE {
            progress.show();
        }
        if let Some(what) = what {
            what.clone_into(&mut progress.what);
        }
        progress.bar.set_message(progress.what.clone());
        progress.bar.inc(step as u64);
    }

    /// Says why nothing happens for a while: in the progress line where there is one, else in a line of its own.
    pub fn waiting(&self, why: &str) {
        let mut guard = self.progress();
        match guard.as_mut() {
            Some(progress) => {
                progress.show();
                progress.bar.set_message(why.to_owned());
            }
            None => {
                drop(guard);
                self.note(why);
            }
        }
    }

    /// The wait is over: the progress line says again what is done.
    pub fn resumed(&self) {
        if let Some(progress) = self.progress().as_ref() {
            progress.bar.set_message(progress.what.clone());
        }
    }

    /// The work is over; the bar goes.
    pub fn end(&self) {
        if let Some(progress) = self.progress().take() {
            progress.bar.finish_and_clear();
        }
    }
}

/// Text from elsewhere made harmless for a terminal: control characters and direction overrides are taken out.
pub fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| {
            !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .collect()
}

/// `text` in `style`, where it is not empty.
pub fn styled(style: Style, text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("{style}{text}{style:#}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_said_in_the_progress_line() {
        let printer = Printer::new(Language::En, ColorWhen::Never, false, 0);
        let message = || printer.progress().as_ref().map(|p| p.bar.message());
        printer.begin_bar(3, "updating issues");
        printer.step(1, None);
        assert_eq!(message().as_deref(), Some("updating issues"));
        // A clone, such as the one that a client's hook holds, speaks in the same line.
        printer.clone().waiting("GitHub limits us: waiting 60 s");
        assert_eq!(message().as_deref(), Some("GitHub limits us: waiting 60 s"));
        assert!(printer.progress().as_ref().is_some_and(|p| p.shown));
        printer.resumed();
        assert_eq!(message().as_deref(), Some("updating issues"));
        printer.end();
        assert_eq!(message(), None);
    }

    #[test]
    fn control_characters_are_taken_out() {
        assert_eq!(super::plain("a\u{1b}[31mb\u{202e}c\r\n"), "a[31mbc");
    }
}

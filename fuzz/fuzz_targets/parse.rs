//! Any text is a document: reading it never panics, and everything it says of places lies within the text.
#![no_main]

#[path = "../../tests/forms/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|text: &str| laws::places_lie_within(text));

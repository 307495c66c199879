//! An edit is seen by the next parse, and everything else is as it was.
//!
//! The first byte chooses the edit, the rest is the document.
#![no_main]

#[path = "../../tests/forms/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|input: (u8, &str)| {
    laws::an_edit_is_seen(input.1, input.0);
});

//! Each form that people write action items in, in both languages, and what is no action item though it looks like one.
//!
//! All texts are our own. Beside the reading, every example is put through the laws that the fuzz targets check on any text.

#[path = "forms/bare.rs"]
mod bare;
#[path = "forms/below.rs"]
mod below;
#[path = "forms/extensions.rs"]
mod extensions;
#[path = "forms/house_styles.rs"]
mod house_styles;
#[path = "forms/laws.rs"]
mod laws;
#[path = "forms/perhaps.rs"]
mod perhaps;
#[path = "forms/reading.rs"]
mod reading;
#[path = "forms/silence.rs"]
mod silence;
#[path = "forms/writing.rs"]
mod writing;

use pm_sync::item::ActionItem;

/// An item in one line: `key|status|owners|due|priority|kind|title`, what is missing being left out.
fn shown(item: &ActionItem) -> String {
    let mut parts = vec![item.key.clone(), item.status.status.as_str().to_owned()];
    if !item.owners.is_empty() {
        parts.push(item.owners.join("+"));
    }
    if let Some(date) = item.due.date {
        parts.push(date.to_string());
    }
    parts.extend(item.priority.map(|p| p.as_str().to_owned()));
    parts.extend(item.kind.map(|k| k.as_str().to_owned()));
    if let Some(reference) = &item.reference {
        parts.push(reference.label());
    }
    parts.push(item.title.clone());
    parts.join("|")
}

/// Reads a document and compares its items, one line each; then tries every edit of every item.
fn check(name: &str, text: &str, expected: &[&str]) {
    let (_, postmortem) = laws::parse(text);
    let found: Vec<String> = postmortem.items.iter().map(shown).collect();
    assert_eq!(found, expected, "{name}:\n{text}");
    laws::places_lie_within(text);
    // Ten edits for each item; more would only repeat them.
    let edits = postmortem.items.len().saturating_mul(10).min(256);
    for choice in (0..=u8::MAX).take(edits) {
        assert!(
            laws::an_edit_is_seen(text, choice),
            "{name}: edit {choice} was refused in\n{text}"
        );
    }
}

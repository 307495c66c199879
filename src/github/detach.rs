//! Letting go of an issue: what pm-sync wrote stays, as text that belongs to people.

/// A body without the comments by which pm-sync knows its region and its item.
pub fn detached(body: &str) -> String {
    body.split_inclusive('\n')
        .filter(|line| {
            let line = line.trim();
            !(line.ends_with("-->")
                && [
                    "<!-- pm-sync:begin",
                    "<!-- pm-sync:item ",
                    "<!-- pm-sync:end",
                ]
                .iter()
                .any(|begin| line.starts_with(begin)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_our_comments_go() {
        let body = "a\r\n<!-- pm-sync:begin -->\r\n<!-- pm-sync:item {\"v\":1} -->\r\n**Due**: 2025-01-10\r\n<!-- pm-sync:end -->\r\n<!-- theirs -->";
        assert_eq!(
            super::detached(body),
            "a\r\n**Due**: 2025-01-10\r\n<!-- theirs -->"
        );
    }
}

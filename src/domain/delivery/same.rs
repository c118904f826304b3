//! Whether a text on the desk is the one that we sent.

use crate::domain::entry::Entry;
use crate::text::sanitize;

/// Whether `entry` has the text that we sent as `text`. Both are compared as they are shown: safe, without white space at
/// line ends and at the end, for desks change that. Of an entry that was cut, what is left must be the beginning.
pub fn is_same_text(entry: &Entry, text: &str) -> bool {
    let (there, sent) = (sanitize::block(&entry.text), sanitize::block(text));
    there == sent || entry.cut && sent.starts_with(there.trim_end_matches('…'))
}

#[cfg(test)]
mod tests {
    use super::super::testing::message;
    use super::*;
    use crate::domain::entry::{EntryKind, Visibility};

    fn is_same(there: &str, cut: bool, sent: &str) -> bool {
        let entry = Entry {
            text: there.to_owned(),
            cut,
            ..message(8, "me", EntryKind::Reply, Visibility::Public)
        };
        is_same_text(&entry, sent)
    }

    #[test]
    fn line_ends_make_no_other_text_and_words_do() {
        assert!(is_same("Hej\nder", false, "Hej\r\nder  \n\n"));
        assert!(!is_same("Hej der", false, "Hej du"));
        assert!(!is_same("", false, "Hej"), "no text is not every text");
    }

    #[test]
    fn of_a_text_that_was_cut_the_beginning_decides() {
        assert!(is_same("Hej d…", true, "Hej der"));
        assert!(!is_same("Hej d…", false, "Hej der"));
        assert!(!is_same("Hej x…", true, "Hej der"));
    }
}

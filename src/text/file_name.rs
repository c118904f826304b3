//! Names for files that come from strangers: safe to create on every platform, never a path.

use super::sanitize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest name in bytes. File systems take 255; the rest is room for ` (2)` and a temporary suffix.
pub const MAX_BYTES: usize = 180;

/// Longest extension in bytes that is kept when a name is cut.
const MAX_EXTENSION: usize = 16;

/// What a file is called when nothing of its name is left.
const NAMELESS: &str = "attachment";

/// A name under which an attachment may be saved: no separators, no leading dot, dash or space, no name
/// that Windows reserves, at most [`MAX_BYTES`] long (the extension stays), never empty.
///
/// ```
/// use vagt::text::sanitize::file_name;
/// assert_eq!(file_name("../../.ssh/config"), "ssh_config");
/// assert_eq!(file_name("CON.txt"), "_CON.txt");
/// ```
pub fn file_name(name: &str) -> String {
    let safe: String = sanitize::line_max(name, 4096)
        .chars()
        .map(|c| match c {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '∕' | '⁄' | '／' | '＼' => {
                '_'
            }
            c => c,
        })
        .collect();
    finish(&safe)
}

/// [`file_name`] in ASCII, for desks that spoil other letters: `æ`→`ae`, `ø ö`→`oe`, `å`→`aa`, `ä`→`ae`,
/// other letters without their marks, the rest `_`.
pub fn ascii_file_name(name: &str) -> String {
    let mut ascii = String::with_capacity(name.len());
    for c in file_name(name).chars() {
        match c {
            c if c.is_ascii() => ascii.push(c),
            'æ' | 'ä' => ascii.push_str("ae"),
            'Æ' | 'Ä' => ascii.push_str("Ae"),
            'ø' | 'ö' | 'œ' => ascii.push_str("oe"),
            'Ø' | 'Ö' | 'Œ' => ascii.push_str("Oe"),
            'å' => ascii.push_str("aa"),
            'Å' => ascii.push_str("Aa"),
            'ß' => ascii.push_str("ss"),
            'ð' | 'đ' => ascii.push('d'),
            'þ' => ascii.push_str("th"),
            'ł' => ascii.push('l'),
            '–' | '—' | '‐' | '‑' => ascii.push('-'),
            '’' | '‘' => ascii.push('\''),
            other => {
                let before = ascii.len();
                ascii.extend(std::iter::once(other).nfkd().filter(char::is_ascii));
                if ascii.len() == before && !is_combining_mark(other) {
                    ascii.push('_');
                }
            }
        }
    }
    // NFKD may bring back what was taken out: `℀` is `a/c`.
    finish(&ascii.replace(['/', '\\', ':', '*', '?', '"', '<', '>', '|'], "_"))
}

fn finish(name: &str) -> String {
    let trimmed = name.trim_end_matches(['.', ' ']);
    let is_extension =
        |e: &str| (1..=5).contains(&e.len()) && e.bytes().all(|b| b.is_ascii_alphanumeric());
    let start = |s: &str| {
        let junk = |c: char| matches!(c, '.' | '-' | '_' | '~' | ' ') || is_combining_mark(c);
        s.len() - s.trim_start_matches(junk).len()
    };
    let mut name = match trimmed.rsplit_once('.') {
        Some((stem, extension)) if start(stem) == stem.len() && is_extension(extension) => {
            format!("{NAMELESS}.{extension}")
        }
        _ => trimmed.get(start(trimmed)..).unwrap_or_default().to_owned(),
    };
    if name.is_empty() {
        NAMELESS.clone_into(&mut name);
    }
    if is_reserved(&name) {
        name.insert(0, '_');
    }
    if name.len() <= MAX_BYTES {
        return name;
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !extension.is_empty() && extension.len() <= MAX_EXTENSION => {
            (stem, format!(".{extension}"))
        }
        _ => (name.as_str(), String::new()),
    };
    let room = MAX_BYTES - extension.len();
    let end = stem
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .take_while(|end| *end <= room)
        .last()
        .unwrap_or(0);
    let stem = stem.get(..end).unwrap_or_default();
    format!("{}{extension}", stem.trim_end_matches(['.', ' ']))
}

/// Device names that Windows refuses with any extension.
fn is_reserved(name: &str) -> bool {
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_ascii_uppercase();
    let port = |kind: &str| {
        stem.strip_prefix(kind).is_some_and(|n| {
            let mut digits = n.chars();
            matches!(
                (digits.next(), digits.next()),
                (Some('0'..='9' | '¹' | '²' | '³'), None)
            )
        })
    };
    matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
    ) || port("COM")
        || port("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_names() {
        for (name, safe) in [
            ("", "attachment"),
            ("..", "attachment"),
            // The mark stood on a quotation mark that is gone.
            ("\"\u{8ca}", "attachment"),
            ("-.pdf", "attachment.pdf"),
            ("/", "attachment"),
            ("-rf *", "rf _"),
            ("C:\\Windows\\evil.exe", "C__Windows_evil.exe"),
            ("skærm\nbillede .png. ", "skærm billede .png"),
            ("lpt1", "_lpt1"),
            ("com¹.log", "_com¹.log"),
            ("console.log", "console.log"),
            ("gnp.\u{202e}exe", "gnp.exe"),
            ("a\u{2044}b", "a_b"),
        ] {
            assert_eq!(file_name(name), safe, "{name:?}");
        }
    }

    #[test]
    fn ascii_names() {
        for (name, ascii) in [
            ("Blåbærgrød på Møn.PDF", "Blaabaergroed paa Moen.PDF"),
            ("Ärende Öst.txt", "Aerende Oest.txt"),
            ("café.doc", "cafe.doc"),
            ("日本.png", "attachment.png"),
            ("a℀b", "aa_cb"),
        ] {
            assert_eq!(ascii_file_name(name), ascii, "{name:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = file_name(&format!("{}.pdf", "ø".repeat(500)));
        assert!(name.len() <= MAX_BYTES && name.ends_with("ø.pdf"), "{name}");
    }

    proptest! {
        #[test]
        fn always_one_safe_component(name in any::<String>()) {
            for safe in [file_name(&name), ascii_file_name(&name)] {
                prop_assert!(!safe.is_empty() && safe.len() <= MAX_BYTES);
                prop_assert!(!safe.contains(['/', '\\', '\0', ':', '\n']));
                prop_assert!(!safe.starts_with(['.', '-', ' ', '~']));
                prop_assert!(!is_reserved(&safe));
                prop_assert_eq!(std::path::Path::new(&safe).components().count(), 1);
            }
            prop_assert!(ascii_file_name(&name).is_ascii());
            prop_assert_eq!(file_name(&file_name(&name)), file_name(&name));
        }
    }
}

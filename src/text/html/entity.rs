//! Character references.

/// Longest name of a reference that is looked up.
const MAX_NAME: usize = 8;

/// Calls `push` with the characters of `text`, references replaced. What is no known reference stays as
/// it is written.
pub(super) fn decode(text: &str, mut push: impl FnMut(char)) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        before.chars().for_each(&mut push);
        if let Some((c, left)) = reference(after) {
            push(c);
            rest = left;
        } else {
            push('&');
            rest = after;
        }
    }
    rest.chars().for_each(push);
}

/// The character of the reference at the start of `text` (behind the `&`), and what follows it.
fn reference(text: &str) -> Option<(char, &str)> {
    if let Some(digits) = text.strip_prefix('#') {
        let (digits, radix) = match digits.strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16),
            None => (digits, 10),
        };
        let end = digits
            .find(|c: char| !c.is_digit(radix))
            .unwrap_or(digits.len());
        let number = digits.get(..end).filter(|d| !d.is_empty())?;
        // A number too large for u32 is no character either.
        let c = numbered(u32::from_str_radix(number, radix).unwrap_or(0));
        let left = digits.get(end..)?;
        return Some((c, left.strip_prefix(';').unwrap_or(left)));
    }
    let end = text
        .bytes()
        .take(MAX_NAME + 1)
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    let c = named(text.get(..end)?)?;
    let left = text.get(end..)?;
    Some((c, left.strip_prefix(';').unwrap_or(left)))
}

/// Numbers 128 to 159 mean Windows-1252, as browsers read them.
fn numbered(number: u32) -> char {
    const WINDOWS: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    let windows = number
        .checked_sub(128)
        .and_then(|at| WINDOWS.get(at as usize));
    windows
        .copied()
        .or_else(|| char::from_u32(number).filter(|c| *c != '\0'))
        .unwrap_or('\u{fffd}')
}

fn named(name: &str) -> Option<char> {
    let c = match name {
        "amp" | "AMP" => '&',
        "lt" | "LT" => '<',
        "gt" | "GT" => '>',
        "quot" | "QUOT" => '"',
        "apos" => '\'',
        "nbsp" | "ensp" | "emsp" | "thinsp" => '\u{a0}',
        "shy" => '\u{ad}',
        "aelig" => 'æ',
        "AElig" => 'Æ',
        "oslash" => 'ø',
        "Oslash" => 'Ø',
        "aring" => 'å',
        "Aring" => 'Å',
        "auml" => 'ä',
        "Auml" => 'Ä',
        "ouml" => 'ö',
        "Ouml" => 'Ö',
        "uuml" => 'ü',
        "Uuml" => 'Ü',
        "eacute" => 'é',
        "Eacute" => 'É',
        "egrave" => 'è',
        "ecirc" => 'ê',
        "agrave" => 'à',
        "aacute" => 'á',
        "oacute" => 'ó',
        "ograve" => 'ò',
        "ocirc" => 'ô',
        "iacute" => 'í',
        "uacute" => 'ú',
        "yacute" => 'ý',
        "ccedil" => 'ç',
        "ntilde" => 'ñ',
        "eth" => 'ð',
        "ETH" => 'Ð',
        "thorn" => 'þ',
        "THORN" => 'Þ',
        "szlig" => 'ß',
        "laquo" => '«',
        "raquo" => '»',
        "lsquo" => '‘',
        "rsquo" => '’',
        "sbquo" => '‚',
        "ldquo" => '“',
        "rdquo" => '”',
        "bdquo" => '„',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "bull" => '•',
        "middot" => '·',
        "euro" => '€',
        "pound" => '£',
        "cent" => '¢',
        "copy" | "COPY" => '©',
        "reg" | "REG" => '®',
        "trade" => '™',
        "sect" => '§',
        "para" => '¶',
        "deg" => '°',
        "plusmn" => '±',
        "frac12" => '½',
        "frac14" => '¼',
        "times" => '×',
        "divide" => '÷',
        "micro" => 'µ',
        "acute" => '´',
        "larr" => '←',
        "rarr" => '→',
        "uarr" => '↑',
        "darr" => '↓',
        "le" => '≤',
        "ge" => '≥',
        "ne" => '≠',
        "check" => '✓',
        "iexcl" => '¡',
        "iquest" => '¿',
        "zwnj" | "zwj" | "lrm" | "rlm" => '\u{200b}',
        _ => return None,
    };
    Some(c)
}

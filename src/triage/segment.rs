//! What the writer of a ticket says, apart from what a mail program or somebody else put there.
//!
//! Quoted mail, signatures, meeting footers and forwarded headers must not vote. What is cut is kept, for the
//! ticket that is nothing but a forwarded mail.

/// A text in two parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Segments {
    /// What the writer says, lines joined where a sentence goes on.
    pub(super) own: String,
    /// Quoted and forwarded text. Signatures and footers are in neither part.
    pub(super) quoted: String,
}

/// Openings of a closing line; what follows is a signature.
const CLOSINGS: [&str; 34] = [
    "mvh",
    "m.v.h",
    "m v h",
    "med venlig hilsen",
    "venlig hilsen",
    "venligst",
    "bedste hilsner",
    "bedste hilsener",
    "mange hilsner",
    "hilsen ",
    "hilsner",
    "kh ",
    "vh ",
    "vennlig hilsen",
    "med vennlig hilsen",
    "beste hilsen",
    "hilsing",
    "helsing",
    "med helsing",
    "venleg helsing",
    "med venleg helsing",
    "vänlig hälsning",
    "vänliga hälsningar",
    "med vänlig hälsning",
    "med vänliga hälsningar",
    "hälsningar",
    "hälsning",
    "regards",
    "kind regards",
    "best regards",
    "best wishes",
    "sincerely",
    "cheers,",
    "many thanks,",
];

/// Lines that begin a mail written before.
const HEADERS: [&str; 12] = [
    "fra:", "från:", "frå:", "from:", "sendt:", "sent:", "skickat:", "til:", "till:", "to:",
    "emne:", "ämne:",
];

/// Cuts a body.
pub(super) fn body(text: &str) -> Segments {
    let mut parts = Segments::default();
    let mut in_quote = false;
    let mut in_footer = false;
    // A sentence does not go on behind a blank line, a rule or a quote.
    let mut is_broken = false;
    for line in text.lines() {
        let trimmed = line.trim();
        let was_broken = std::mem::replace(&mut is_broken, true);
        if is_rule(trimmed) {
            in_footer = !parts.own.is_empty() && !in_footer;
            continue;
        }
        if let Some(quoted) = trimmed.strip_prefix('>') {
            push_line(&mut parts.quoted, quoted.trim_start_matches(['>', ' ']));
            continue;
        }
        in_quote |= begins_quote(trimmed);
        if in_footer {
            continue;
        }
        if in_quote {
            push_line(&mut parts.quoted, trimmed);
            continue;
        }
        if !parts.own.is_empty() && (trimmed == "--" || is_closing(trimmed)) {
            in_footer = true;
            continue;
        }
        let (before, quoted, after) = inline_quote(trimmed);
        is_broken = before.is_empty();
        if was_broken && !parts.own.is_empty() && !parts.own.ends_with('\n') {
            parts.own.push('\n');
        }
        push_line(&mut parts.own, before);
        push_line(&mut parts.quoted, quoted);
        push_line(&mut parts.own, after);
    }
    parts.own.truncate(parts.own.trim_end().len());
    parts
}

/// The subject without the marks of replies and forwards.
pub(super) fn subject(text: &str) -> &str {
    let mut rest = text.trim();
    loop {
        let Some((head, tail)) = rest.split_once(':') else {
            return rest;
        };
        let is_mark = matches!(
            head.trim().to_lowercase().as_str(),
            "re" | "sv" | "svar" | "vs" | "fw" | "fwd" | "vb" | "vid" | "aw"
        );
        if !is_mark {
            return rest;
        }
        rest = tail.trim_start();
    }
}

/// Joins lines of one sentence with a space; other lines end a clause.
fn push_line(out: &mut String, line: &str) {
    if line.is_empty() {
        return;
    }
    if let Some(last) = out.chars().next_back() {
        if last == '\n' {
            out.push_str(line);
            return;
        }
        let goes_on = (last.is_alphanumeric() || last == ',')
            && line.chars().next().is_some_and(char::is_lowercase);
        out.push(if goes_on { ' ' } else { '\n' });
    }
    out.push_str(line);
}

/// A line of dashes, underscores or stars.
fn is_rule(line: &str) -> bool {
    let is_mark = |c: char| matches!(c, '-' | '_' | '=' | '*' | '–' | '—');
    line.chars().all(|c| is_mark(c) || c == ' ')
        && line.chars().filter(|c| is_mark(*c)).count() >= 5
}

/// Whether a line begins with a word in lower case, however it writes it.
fn begins(line: &str, word: &str) -> bool {
    let mut letters = line.chars().flat_map(char::to_lowercase);
    word.chars().all(|c| letters.next() == Some(c))
}

/// Whether a line ends with a word in lower case, however it writes it.
fn ends(line: &str, word: &str) -> bool {
    let mut letters = line.chars().rev().flat_map(char::to_lowercase);
    word.chars().rev().all(|c| letters.next() == Some(c))
}

fn begins_quote(line: &str) -> bool {
    let is_original = (line.starts_with("---") || line.starts_with("___"))
        && [
            "original",
            "oprindelig",
            "opprinnelig",
            "opphavleg",
            "ursprung",
            "forwarded",
            "videresendt",
            "vidarebefordra",
        ]
        .iter()
        .any(|word| line.to_lowercase().contains(word));
    let is_header = line.len() > 8 && HEADERS.iter().take(4).any(|header| begins(line, header));
    let is_attribution = line.ends_with(':')
        && [" wrote:", " skrev:", " skreiv:", " følgende:"]
            .iter()
            .any(|end| ends(line, end));
    is_original || is_header || is_attribution
}

fn is_closing(line: &str) -> bool {
    // A sentence may begin with the word, too; a closing line is short.
    CLOSINGS.iter().any(|closing| begins(line, closing))
        && line.chars().count() <= 60
        && !line.ends_with('?')
}

/// Mail that was flattened into one line: `… > Fra: IT: Prøv at genstarte < …`.
fn inline_quote(line: &str) -> (&str, &str, &str) {
    let Some((before, rest)) = line.split_once("> ") else {
        return (line, "", "");
    };
    if !HEADERS.iter().any(|header| begins(rest, header)) {
        return (line, "", "");
    }
    let (quoted, after) = rest.split_once(" < ").unwrap_or((rest, ""));
    (before.trim_end(), quoted, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_signatures_are_cut() {
        for (text, own, quoted) in [
            (
                "Virker ikke.\n\nMvh\nKirsten\nFang mig på Teams",
                "Virker ikke.",
                "",
            ),
            (
                "Virker ikke\n> Prøv Teams\n> igen\nstadig",
                "Virker ikke\nstadig",
                "Prøv Teams\nigen".replace('\n', " ").as_str(),
            ),
            (
                "Det virker ikke. > Fra: IT: Prøv Teams < VPN fejler",
                "Det virker ikke.\nVPN fejler",
                "Fra: IT: Prøv Teams",
            ),
            (
                "Hjælp\n\n-----Oprindelig meddelelse-----\nFra: IT\nGenstart Teams",
                "Hjælp",
                "-----Oprindelig meddelelse-----\nFra: IT\nGenstart Teams",
            ),
            (
                "Hjelp\nFra: IT <it@x.no>\nSendt: i går\nStart Teams",
                "Hjelp",
                "Fra: IT <it@x.no>\nSendt: i går\nStart Teams",
            ),
            (
                "Hej\nDen 3. maj skrev Ole:\nTeams",
                "Hej\nDen 3. maj skrev Ole:\nTeams",
                "",
            ),
            ("Hej\nOle skrev:\nTeams", "Hej", "Ole skrev:\nTeams"),
            (
                "Virker ikke\n- - - - - - -\nDeltag via Pexip\n- - - - - - -",
                "Virker ikke",
                "",
            ),
            (
                "Mvh først, og så problemet",
                "Mvh først, og så problemet",
                "",
            ),
            ("a\n\nb", "a\nb", ""),
            (
                "en linje der\ngår videre\nNy linje",
                "en linje der går videre\nNy linje",
                "",
            ),
            ("a -> b og 3 > 2", "a -> b og 3 > 2", ""),
            ("", "", ""),
        ] {
            let parts = body(text);
            assert_eq!(
                (parts.own.as_str(), parts.quoted.as_str()),
                (own, quoted),
                "{text:?}"
            );
        }
    }

    #[test]
    fn reply_marks_are_cut() {
        assert_eq!(subject("Fwd: SV: SV: hjælp!!!"), "hjælp!!!");
        assert_eq!(subject("Q: væk"), "Q: væk");
        assert_eq!(subject("RE:"), "");
    }
}

//! What the writer of a ticket says, apart from what a mail program or somebody else put there.
//!
//! Quoted mail, signatures, meeting footers and forwarded headers must not vote. What is cut is kept, for the
//! ticket that is nothing but a forwarded mail.

/// A text in two parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Segments {
    /// What the writer says, lines joined where a sentence goes on.
    pub(super) own: String,
    /// Quoted and forwarded text. Signatures, footers and who wrote when to whom are in neither part.
    pub(super) quoted: String,
    /// The desk itself wrote what is quoted.
    pub(super) is_of_desk: bool,
}

/// Openings of a closing line; what follows is a signature.
const CLOSINGS: [&str; 31] = [
    "mvh",
    "m.v.h",
    "m v h",
    "med venlig hilsen",
    "venlig hilsen",
    "bedste hilsner",
    "bedste hilsener",
    "mange hilsner",
    "hilsen",
    "hilsner",
    "kh",
    "vh",
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
];

/// Endings that some of them have in the plural.
const PLURALS: [&str; 3] = ["", "er", "ar"];

/// Thanks and requests that close a mail when a name or nothing stands behind them.
const THANKS: [&str; 2] = ["cheers", "many thanks"];

/// Words that lead from the name in a closing line to a place, a job or more names.
const JOINTS: [&str; 13] = [
    "og", "och", "and", "i", "in", "på", "ved", "hos", "at", "fra", "från", "frå", "from",
];

/// Words behind the opening of a closing line, at most, when no name stands there.
const LONGEST_CLOSING: usize = 3;

/// Lines that begin a mail written before.
const HEADERS: [&str; 12] = [
    "fra:", "från:", "frå:", "from:", "sendt:", "sent:", "skickat:", "til:", "till:", "to:",
    "emne:", "ämne:",
];

/// Those of them that name the sender.
const SENDERS: usize = 4;

/// What senders are called who work at a desk.
const DESKS: [&str; 16] = [
    "service desk",
    "servicedesk",
    "service center",
    "help desk",
    "helpdesk",
    "support",
    "brukerstøtte",
    "brukarstøtte",
    "brugerservice",
    "brugersupport",
    "kundesenter it",
    "it-",
    "it ",
    "ikt",
    "noreply",
    "no-reply",
];

/// Cuts a body.
pub(super) fn body(text: &str) -> Segments {
    let mut parts = Segments::default();
    let mut in_quote = false;
    let mut in_footer = false;
    // A sentence does not go on behind a blank line, a rule or a quote.
    let mut is_broken = false;
    // Where what stands behind the last blank line begins.
    let mut block = 0;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        let was_broken = std::mem::replace(&mut is_broken, true);
        if is_rule(trimmed) {
            in_footer = !parts.own.is_empty() && !in_footer;
            continue;
        }
        if let Some(quoted) = trimmed.strip_prefix('>') {
            parts.quote(quoted.trim_start_matches(['>', ' ']));
            continue;
        }
        in_quote |= begins_quote(trimmed);
        if in_footer && !in_quote {
            continue;
        }
        if in_quote {
            parts.quote(trimmed);
            continue;
        }
        if !parts.own.is_empty() && (trimmed == "--" || is_closing(trimmed)) {
            in_footer = true;
            continue;
        }
        if trimmed.is_empty() {
            block = parts.own.len();
        }
        let before = parts.own.get(block..).unwrap_or_default();
        if block > 0 && is_card(trimmed, before, lines.clone()) {
            parts.own.truncate(block);
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

impl Segments {
    /// Adds a line of a quoted mail: of its headers the subject only.
    fn quote(&mut self, line: &str) {
        let header = HEADERS.iter().position(|header| begins(line, header));
        let line = match (header, line.split_once(':')) {
            (Some(nth), Some((_, sender))) if nth < SENDERS => {
                let sender = sender.trim_start();
                self.is_of_desk |= DESKS.iter().any(|desk| begins(sender, desk));
                ""
            }
            (Some(nth), Some((_, text))) if nth + 2 >= HEADERS.len() => text.trim(),
            (Some(_), _) => "",
            (None, _) => line,
        };
        push_line(&mut self.quoted, line);
    }
}

/// Marks that a mail program puts before the subject of a mail that is sent on.
const FORWARDS: [&str; 7] = [
    "vs",
    "fw",
    "fwd",
    "vb",
    "vid",
    "videresendt",
    "vidarebefordrat",
];

/// Marks of an answer.
const REPLIES: [&str; 4] = ["re", "sv", "svar", "aw"];

/// What a mail is, by the first mark of its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// It is new.
    None,
    /// It answers another one; its subject is of that.
    Reply,
    /// Somebody else's mail is sent on.
    Forward,
}

/// The subject without the marks of replies and forwards, and the first of them.
pub(super) fn subject(text: &str) -> (&str, Mark) {
    let mut rest = text.trim();
    let mut mark = Mark::None;
    while let Some((head, tail)) = rest.split_once(':') {
        let head = head.trim();
        let is_one = |marks: &[&str]| {
            marks
                .iter()
                .any(|mark| begins(head, mark) && head.len() == mark.len())
        };
        let found = if is_one(&FORWARDS) {
            Mark::Forward
        } else if is_one(&REPLIES) {
            Mark::Reply
        } else {
            break;
        };
        if mark == Mark::None {
            mark = found;
        }
        rest = tail.trim_start();
    }
    (rest, mark)
}

/// Whether a line is part of a card at the end of a mail: what its writer is and uses, with bars or dots between. `before` is
/// what stands between the last blank line and it, `below` what follows.
fn is_card<'a>(line: &str, before: &str, below: impl Iterator<Item = &'a str>) -> bool {
    BARS.iter().any(|bar| line.contains(bar))
        && line.chars().count() <= LONGEST_CARD
        && before.chars().count() <= LONGEST_CARD
        && ![line, before].iter().any(|text| {
            text.ends_with(['.', '!', '?', ',']) || text.contains(". ") || names_fault(text)
        })
        && !goes_on(below)
}

/// What stands between the parts of a card.
const BARS: [&str; 3] = [" | ", " · ", " • "];

/// Characters of a line of such a card, and of the lines before it, at most.
const LONGEST_CARD: usize = 100;

/// Words in a part of a card, at most; more are a sentence.
const LONGEST_PART: usize = 6;

/// Lines below a card that are looked at. More of them are no end of a mail.
const LINES_BELOW: usize = 40;

/// Whether the writer says more in lines below, before a quote, a rule or a closing.
fn goes_on<'a>(below: impl Iterator<Item = &'a str>) -> bool {
    below
        .map(str::trim)
        .take_while(|line| {
            !is_rule(line) && *line != "--" && !begins_quote(line) && !is_closing(line)
        })
        .filter(|line| !line.starts_with('>'))
        .enumerate()
        .any(|(nth, line)| {
            let is_long = line.split(['|', '·', '•']).any(|part| {
                let words = part.split_whitespace().filter(|word| has_letter(word));
                words.count() > LONGEST_PART
            });
            nth >= LINES_BELOW || is_long || line.ends_with(['.', '!', '?']) || names_fault(line)
        })
}

/// Beginnings of words that name a fault.
const FAULTS: [&str; 4] = ["fejl", "feil", "error", "crash"];

/// Words that say that something does not work; a card has none.
const FAULT_WORDS: [&str; 18] = [
    "fel",
    "felkod",
    "felmeddelande",
    "fails",
    "failed",
    "timeout",
    "virker",
    "virkar",
    "fungerer",
    "fungerar",
    "funkar",
    "ikke",
    "ikkje",
    "inte",
    "not",
    "nede",
    "down",
    "broken",
];

/// Whether a line names a fault: `VPN fejl 809`.
fn names_fault(line: &str) -> bool {
    line.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| {
            FAULTS.iter().any(|fault| word.starts_with(fault)) || FAULT_WORDS.contains(&word)
        })
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
    let is_header = line.len() > 8
        && HEADERS
            .iter()
            .take(SENDERS)
            .any(|header| begins(line, header));
    let is_attribution = line.ends_with(':')
        && ([" wrote:", " skrev:", " skreiv:"]
            .iter()
            .any(|end| ends(line, end))
            || ([" følgende:", " følgjande:", " följande:"]
                .iter()
                .any(|end| ends(line, end))
                && tells_who_wrote(line)));
    is_original || is_header || is_attribution
}

/// Words before `skrev` that are no name: the writer, or what shows a message.
const NO_NAMES: [&str; 16] = [
    "jeg",
    "eg",
    "jag",
    "vi",
    "me",
    "i",
    "den",
    "det",
    "der",
    "systemet",
    "programmet",
    "appen",
    "skærmen",
    "skjermen",
    "skärmen",
    "maskinen",
];

/// Whether a line has an address, a date with its year, or a name beside `skrev`. Without them it introduces what the
/// writer shows: `der står følgende:`.
fn tells_who_wrote(line: &str) -> bool {
    let words: Vec<&str> = line
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .collect();
    let is_date = |word: &&str| {
        let parts: Vec<&str> = word.split(['.', '/', '-']).collect();
        let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        (parts.len() == 3 && parts.iter().all(is_number))
            || (word.len() == 4
                && is_number(word)
                && (word.starts_with("19") || word.starts_with("20")))
    };
    let is_writer =
        |word: &&str| is_name(word) && !NO_NAMES.contains(&word.to_lowercase().as_str());
    let is_written = words.iter().enumerate().any(|(at, word)| {
        let neighbours = [at.checked_sub(1), Some(at + 1)];
        ["skrev", "skreiv", "wrote"].contains(&word.to_lowercase().as_str())
            && neighbours
                .iter()
                .filter_map(|near| words.get((*near)?))
                .any(is_writer)
    });
    line.contains('@') || words.iter().any(is_date) || is_written
}

fn is_closing(line: &str) -> bool {
    // A sentence may begin with the word, too; a closing line is short.
    if line.chars().count() > 60 || line.ends_with('?') {
        return false;
    }
    if behind(line, "venligst").is_some_and(|rest| !rest.contains(char::is_alphanumeric)) {
        return true;
    }
    let is_thanks = THANKS.iter().any(|thanks| {
        behind(line, thanks).is_some_and(|rest| {
            let mut words = rest.split_whitespace().filter(|word| has_letter(word));
            let is_name = words.clone().all(is_name);
            let count = words.by_ref().count();
            count == 0
                || (rest.starts_with(',') && (count == 1 || (count <= LONGEST_CLOSING && is_name)))
        })
    });
    is_thanks
        || CLOSINGS
            .iter()
            .flat_map(|closing| PLURALS.map(|plural| behind(line, &format!("{closing}{plural}"))))
            .flatten()
            .any(|rest| {
                rest.split_whitespace()
                    .filter(|word| has_letter(word))
                    .count()
                    <= LONGEST_CLOSING
                    || names_somebody(rest)
            })
}

/// What stands behind a phrase in lower case at the start of a line, when its last word ends there.
fn behind<'a>(line: &'a str, phrase: &str) -> Option<&'a str> {
    if !begins(line, phrase) {
        return None;
    }
    let rest = line
        .char_indices()
        .nth(phrase.chars().count())
        .map_or("", |(at, _)| line.get(at..).unwrap_or_default());
    (!rest.starts_with(char::is_alphanumeric)).then_some(rest)
}

/// Whether names stand first and then nothing, a comma, or where they are from.
fn names_somebody(text: &str) -> bool {
    let mut words = text
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .split_whitespace();
    let mut has_name = false;
    words
        .by_ref()
        .find_map(|word| {
            if has_name && JOINTS.contains(&word.to_lowercase().as_str()) {
                return Some(true);
            }
            if has_letter(word) && !is_name(word) {
                return Some(false);
            }
            has_name |= is_name(word);
            (has_name && (word.ends_with(',') || !has_letter(word))).then_some(true)
        })
        .unwrap_or(has_name)
}

/// A word in capital and small letters, or one capital.
fn is_name(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_none_or(char::is_lowercase)
}

fn has_letter(word: &str) -> bool {
    word.contains(char::is_alphabetic)
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
                "-----Oprindelig meddelelse-----\nGenstart Teams",
            ),
            (
                "Hjelp\nFra: IT <it@x.no>\nSendt: i går\nStart Teams",
                "Hjelp",
                "Start Teams",
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
    fn cards_are_cut() {
        let job =
            "Min skærm er sort.\n\nByggesagsbehandler\nByg og Miljø | AnyConnect | Teams: søg mig";
        assert_eq!(body(job).own, "Min skærm er sort.");
        for text in [
            "VPN | Teams | Citrix",
            "Hej\n\nDet er galt. VPN | Teams er nede.",
        ] {
            assert_eq!(
                body(text).own.len(),
                text.replace("\n\n", "\n").len(),
                "{text}"
            );
        }
        let below = format!("{job}\n\n> Fra: Servicedesk\n> Emne: Mappen\n> Den er tilbage");
        let parts = body(&below);
        assert_eq!(parts.own, "Min skærm er sort.");
        assert_eq!(parts.quoted, "Mappen\nDen er tilbage");
        assert!(parts.is_of_desk && !body("Fra: Ole\n> a").is_of_desk);
    }

    #[test]
    fn sentences_that_begin_like_a_closing_are_kept() {
        for text in [
            "Helsingør bibliotek kan ikke komme på VPN",
            "Helsingborg når inte servern",
            "Venligst nulstil min kode",
            "Many thanks, but now the printer is dead",
            "Cheers, still no network here",
            "Best wishes are sent by mail but none of them arrives",
            "VHS-maskinen er gået i stykker",
            "Der står følgende:",
            "Den 3. maj fik jeg følgende:",
            "Jeg skrev følgende:",
            "Skærmen skrev følgende:",
        ] {
            let own = body(&format!("Hej,\n{text}\nFejl 809")).own;
            assert_eq!(own, format!("Hej,\n{text}\nFejl 809"));
        }
        for closing in [
            "Venligst",
            "Venligst,",
            "Many thanks",
            "Many thanks, Kari Holm",
            "Cheers, bob",
            "Hilsen",
            "Helsingar frå Vik",
            "Beste hilsener",
            "Mvh.",
            "Mvh/Ole",
            "KH Ole",
            "Med vänlig hälsning, Åsa",
            "Mvh Kirsten Holm, leder i Byg og Miljø",
            "Hilsen Kari på biblioteket i Vik",
            "Ole skrev følgende:",
            "Den 3. maj skrev Ole Holm følgende:",
            "Åsa skrev följande:",
            "12.03.2024 10:21 følgende:",
            "ole@example.org følgende:",
        ] {
            let own = body(&format!("Virker ikke.\n{closing}\nTeams")).own;
            assert_eq!(own, "Virker ikke.", "{closing}");
        }
    }

    #[test]
    fn lines_with_bars_that_are_no_card_are_kept() {
        for text in [
            "Hej\n\nVPN fejl 809 | AnyConnect 5.1",
            "Hej\n\nFejl 809\nAnyConnect 5.1 | Windows 11",
            "Hej\n\nAnyConnect 5.1 | Windows 11\nKan I hjælpe?",
            "Hej\n\nNavn: X | Lokation: Y\n\nDet startede i dag, alle i huset er ramt",
            "Hej\n\nNavn: X | Lokation: Y\n\nVPN virker ikke",
        ] {
            assert_eq!(body(text).own, text.replace("\n\n", "\n"));
        }
        for below in [
            "",
            "\nTlf. 12 34 56 78 | Rådhuset, Torvet 1, 8000 Aarhus C",
            "\nMvh\nDet er fortroligt.",
        ] {
            let text = format!("Sort skærm\n\nOle Holm\nSagsbehandler | Byg og Miljø{below}");
            assert_eq!(body(&text).own, "Sort skærm", "{below}");
        }
    }

    #[test]
    fn reply_marks_are_cut() {
        for (text, cut) in [
            ("Fwd: SV: SV: hjælp!!!", ("hjælp!!!", Mark::Forward)),
            ("Sv: vs: hjelp", ("hjelp", Mark::Reply)),
            ("Q: væk", ("Q: væk", Mark::None)),
            ("RE:", ("", Mark::Reply)),
        ] {
            assert_eq!(subject(text), cut, "{text}");
        }
    }
}

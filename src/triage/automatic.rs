//! Mails that no person wrote: answers of the absent, failed deliveries, monitoring, newsletters, notices of systems.
//!
//! What the beginning of a subject says counts alone, and so do sentences that only machines write. What people say
//! of such mails, too ("I get a mail that it could not be delivered"), counts for nothing here.

use std::sync::LazyLock;

use super::starts::Starts;
use crate::domain::finding::Automatic;
use crate::text::fold::fold;

/// Beginnings of subjects.
const SUBJECTS: [(Automatic, &str); 5] = [
    (
        Automatic::Absence,
        "automatic reply | automatisk svar | autosvar | autoreply | auto reply | automatiskt svar | automatsvar | fraværsmeddelelse | fraværsmelding | \
         fråværsmelding | frånvaromeddelande | fraværende | fråverande | frånvarande | frånvaro: | fravær: | out of office | ooo: | ikke på kontoret | ikke til stede | \
         ikkje på kontoret | inte på kontoret | ude af kontoret | ute av kontoret | jeg er på ferie | eg er på ferie | jag är på semester | på semester till | away from the office | absence:",
    ),
    (
        Automatic::Delivery,
        "undeliverable | undelivered mail | delivery status notification | delivery failure | delivery has failed | mail delivery failed | mail delivery subsystem | mail delivery system | \
         returned mail | kan ikke leveres | kunne ikke leveres | kan ikkje leverast | kunne ikkje leverast | ikke leveret | ikke levert | kunde inte levereras | kan inte levereras | \
         olevererbart | uleverbar | ulevert | returneret mail | returnert e-post | postmaster | mailer-daemon | message not delivered | meddelelsen blev ikke leveret",
    ),
    (
        Automatic::Monitoring,
        "problem notification | recovery notification | [alert | alert: | [warning | [critical | [ok] | [resolved] | overvågning: | overvåking: | \
         overvaking: | övervakning: | backuprapport | driftsvarsel: | driftstatus: | nagios | zabbix | prtg | veckorapport | ugerapport | ukesrapport | ugentlig rapport | \
         weekly report | daily report | dagsrapport | job completed | jobb fullført | scheduled job",
    ),
    (
        Automatic::Newsletter,
        "nyhedsbrev | nyhetsbrev | nyheitsbrev | newsletter | webinar: | invitation: webinar | weekly digest | ukens nyheter | ugens nyheder | veckans nyheter",
    ),
    (
        Automatic::Notice,
        "din sag er | din sag har | din henvendelse er | din bestilling er | saken din er | saka di er | din sak er | din sak har | din henvendelse er | sakskvittering | sagskvittering | kvittering for | \
         ditt ärende | ditt ärende har | din beställning är | bekräftelse på ditt | your ticket has | your request has been | your case has | your order has | ticket closed | case closed | \
         påmindelse om møde | møtepåminnelse | kalenderpåminnelse | mötespåminnelse | meeting reminder | reminder: meeting | accepted: | tentative: | declined: | accepteret: | akseptert: | godtatt: | afslået: | avslått: | \
         accepterat: | avböjt: | canceled: | cancelled: | aflyst: | avlyst: | inställt: | survey:",
    ),
];

/// Sentences that only machines write, anywhere in the body.
const SENTENCES: [(Automatic, &str); 5] = [
    (
        Automatic::Absence,
        "i am currently out of the office | currently out of office | \
         jeg holder ferie til | jeg er på ferie til og med | jeg har ferie til og med | jag har semester till | jag är på semester till | jag är föräldraledig till | \
         jeg er på barsel til | leser ikke e-post | les ikkje e-post | læser ikke mails | læser ikke mine mails | läser inte min e-post | läser inte mejl | limited access to email",
    ),
    (
        Automatic::Delivery,
        "the following recipient | delivery to the following | delivery has failed to | recipient address rejected | \
         the mailbox does not exist | postkassen findes ikke | postboksen finnes ikke | brevlådan finns inte | leveringen til følgende | mailbox unavailable | 550 5 1 1",
    ),
    (
        Automatic::Monitoring,
        "notification type | service state | host state | state: critical | state: warning | all systems operational | backup gennemført | backup fullført | backup completed | backup slutförd | \
         0 feil 0 | 0 fejl 0 | 0 errors 0 | ingen åtgärd krävs | ingen handling kræves | ingen handling er nødvendig | ingen tiltak kreves | no action is required | no further action is needed | no action required",
    ),
    (
        Automatic::Newsletter,
        "afmeld nyhed | afmeld her | afmeld dig her | meld deg av | meld deg av her | avmeld | avregistrera dig | avsluta prenumeration | avprenumerera | avbeställ nyhet | unsubscribe | \
         du modtager denne mail | du modtager mailen | du mottar denne e-posten fordi | du får denne e-posten fordi | du får detta mejl för att | du får detta utskick | du får det här mejlet | \
         you receive this because | you are receiving this because | you're receiving this because | view in browser | vis i nettleser | se i browser | visa i webbläsare",
    ),
    (
        Automatic::Notice,
        "automatically generated | automatisk genereret | automatisk generert | automatiskt genererat | automatisk besked | automatisk beskjed | automatisk melding | automatiskt meddelande | automatutskick | \
         automatisk e-post | automatisk mail | automatisk udsendt | automatic message | automated message | this is an automatic | svar ikke på denne | ikke svar på denne | du kan ikke svare på denne | \
         kan ikke besvares | kan ikke svares på | ikkje svar på denne | kan ikkje svarast på | svara inte på det | svara inte på detta | går inte att svara på | kan inte besvaras | \
         do not reply to this | please do not reply | denne mail kan ikke | denne e-posten kan ikke | vi har modtaget din henvendelse | vi har mottatt saken | vi har mottatt henvendelsen | \
         vi har motteke saka | vi har tagit emot ditt ärende | vi har mottagit ditt ärende | we have received your request | rate us from | hvor tilfreds er du | hvor fornøyd er du | hur nöjd är du | \
         how satisfied were you | how satisfied are you",
    ),
];

/// Beginnings of senders' names.
const SENDERS: [&str; 9] = [
    "noreply",
    "no-reply",
    "no_reply",
    "donotreply",
    "do-not-reply",
    "mailer-daemon",
    "postmaster",
    "nagios",
    "monitoring",
];

/// Beginnings of subjects, and what each is a sign of.
static OF_SUBJECT: LazyLock<(Starts, Vec<Automatic>)> = LazyLock::new(|| {
    let phrases: Vec<(Automatic, String)> = phrases(&SUBJECTS, fold).collect();
    let starts = Starts::new(phrases.iter().map(|(_, phrase)| phrase.as_str()));
    (starts, phrases.into_iter().map(|(kind, _)| kind).collect())
});

/// The phrases of some lists.
fn phrases(
    lists: &'static [(Automatic, &str)],
    key: impl Fn(&str) -> String,
) -> impl Iterator<Item = (Automatic, String)> {
    lists
        .iter()
        .flat_map(|(kind, list)| list.split('|').map(|phrase| (*kind, phrase.trim())))
        .map(move |(kind, phrase)| (kind, key(phrase)))
        .filter(|(_, phrase)| !phrase.is_empty())
}

/// Sentences that only machines write in a body, with separators as spaces.
pub(super) fn sentences() -> impl Iterator<Item = (Automatic, String)> {
    phrases(&SENTENCES, super::lexicon::pattern)
}

/// What a mail is that no person wrote, by the folded subject without marks of replies. What the body says is among the
/// [`super::phrases`].
pub(super) fn of_subject(subject: &str) -> Option<Automatic> {
    let (starts, kinds) = &*OF_SUBJECT;
    let mut found = None;
    starts.at(subject.trim_start().as_bytes(), 0, |nth, _| {
        found = kinds.get(nth).copied();
    });
    found
}

/// Whether a machine wrote this, by its subject and sender alone.
pub(crate) fn is_automatic(subject: &str, sender: Option<&str>) -> bool {
    let sender = sender.unwrap_or_default().to_lowercase();
    of_subject(&fold(super::segment::subject(subject).0)).is_some()
        || SENDERS.iter().any(|start| sender.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_and_people() {
        assert!(is_automatic("Automatisk svar: VPN virker ikke", None));
        assert!(is_automatic("Frånvaro: åter på måndag", None));
        assert!(is_automatic("Disk full", Some("nagios@example.org")));
        assert!(!is_automatic("Hvordan sætter jeg autosvar op?", Some("u1")));
        assert!(!is_automatic("VPN virker ikke", Some("nora@example.org")));
    }

    #[test]
    fn kinds_by_subject_and_by_sentence() {
        let engine = crate::triage::Engine::built_in().unwrap();
        let kind = |subject: &str, body: &str| engine.read(subject, body).automatic;
        for (subject, body, found) in [
            ("Autosvar: VPN", "", Some(Automatic::Absence)),
            (
                "",
                "Jag är på semester till den 3 maj.",
                Some(Automatic::Absence),
            ),
            ("Undeliverable: Agenda", "", Some(Automatic::Delivery)),
            (
                "Postmaster",
                "The mailbox does not exist.",
                Some(Automatic::Delivery),
            ),
            ("[ALERT] host gw2", "", Some(Automatic::Monitoring)),
            ("Nyhetsbrev november", "", Some(Automatic::Newsletter)),
            (
                "Tips",
                "Afmeld nyhedsbrevet her",
                Some(Automatic::Newsletter),
            ),
            ("Ditt ärende har stängts", "", Some(Automatic::Notice)),
            (
                "Sak 12",
                "Denne meldinga er automatisk generert. Ikkje svar på denne.",
                Some(Automatic::Notice),
            ),
            (
                "Mail kommer retur",
                "Jeg får besked om at den ikke kunne leveres",
                None,
            ),
            ("VPN", "Jeg er ikke på kontoret og VPN virker ikke", None),
            ("Hvordan laver jeg et nyhedsbrev?", "", None),
        ] {
            assert_eq!(kind(subject, body), found, "{subject} {body}");
        }
    }
}

//! Messages that ask for nothing any more: it is solved, the case can be closed, thanks.

use super::clause::Tone;
use super::evidence::Page;
use super::lexicon::pattern;
use super::phrases::{Phrase, Says};

/// What such a message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closing {
    /// It is over: solved, or not wanted any more.
    Over,
    /// Thanks or praise.
    Thanks,
}

/// It is over.
const OVER: &str = "kan lukkes | kan lukke sagen | kan lukke den | luk sagen | luk bare | i kan lukke | løst sig | løste sig | er løst | har løst det | fandt selv ud af | fandt fejlen selv | glem det | glem min | glem den | glem sagen | \
    se bort fra | behøver ikke hjælp | ikke brug for hjælp | virker igen | virker nu | det virker nu | alt virker | det gik | sagen er løst | \
    løste seg | løst seg | ordnet seg | ordna seg | glem saken | trenger ikke hjelp | trenger ikke lenger | fungerer igjen | virker igjen | fungerer nå | virker nå | saken er løst | kan avsluttes | avslutt saken | \
    kan lukkast | løyste seg | løyst seg | gløym | avslutt saka | treng ikkje hjelp | treng ikkje ringje | treng ikkje lenger | verkar att | verkar igjen | fungerer att | alt verkar no | verkar no | fungerer no | \
    kan stängas | kan avslutas | stäng ärendet | löste sig | löst sig | ordnade sig | ordnat sig | glöm det | glöm mitt | glöm ärendet | behöver inte hjälp | behöver inte längre | fungerar igen | funkar igen | fungerar nu | funkar nu | det gick | \
    please close | can be closed | close this | close the ticket | close my ticket | solved | resolved | sorted | never mind | nevermind | ignore my | disregard | no longer need | working again | works again | works now | working now | \
    all good now | cured itself | fixed itself | problem is gone | problemet er væk | problemet er borte | problemet är borta | har fundet ud af det | fant ut av det | fann ut av det | kom på det selv | alt i orden | all ok now";

/// Thanks and praise.
const THANKS: &str = "tak for hjælpen | tusind tak | mange tak | tak for jeres | tak fordi | ros til | stor ros | intet at melde | bare sige tak | ville bare sige | til orientering | intet at gøre | \
    takk for hjelpen | tusen takk | takk for | takk til | ingenting å melde | ville bare si | takk for hjelpa | berre seie takk | ville berre seie | ikkje noko å melde | \
    tack för hjälpen | stort tack | tusen tack | tack för | tack till | tackar | beröm | ville bara säga | för kännedom | ingenting att anmäla | \
    thanks for | thank you for | many thanks | well done | just wanted to | wanted to say | no complaints | nothing to report | this isn't a ticket | not a ticket | ikke en sag | ikke noen sak | ingen it-sag | ingen sak | inget ärende";

/// All phrases.
pub(super) fn phrases() -> impl Iterator<Item = (Closing, String)> {
    let of = |list: &'static str, closing| {
        list.split('|')
            .map(move |phrase| (closing, pattern(phrase)))
    };
    of(OVER, Closing::Over).chain(of(THANKS, Closing::Thanks))
}

/// What the message says, by the phrases found in it. Where a clause behind it says that something fails ("Thanks for the
/// screen. Now the mouse is dead."), the thanks are beside the point, and nothing is closed.
pub(super) fn of(pages: &mut [Page], phrases: &[Phrase]) -> Option<Closing> {
    let mut found = None;
    let mut fails_later = false;
    for (nth, page) in pages.iter_mut().enumerate().rev() {
        let last_fault = page.clauses.iter().rev().find(|c| c.tone == Tone::Fails);
        let last_fault = last_fault.map(|c| c.range.start);
        for phrase in phrases.iter().filter(|phrase| phrase.page == nth) {
            let Says::Closing(closing) = phrase.says else {
                continue;
            };
            let from = phrase.range.start;
            if fails_later || last_fault.is_some_and(|fault| fault > from) {
                for clause in &mut page.clauses {
                    clause.is_aside |= clause.range.contains(&from) && clause.tone != Tone::Fails;
                }
            } else if found != Some(Closing::Over) {
                found = Some(closing);
            }
        }
        fails_later |= last_fault.is_some();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{Engine, Input};

    #[test]
    fn what_is_over_is_other() {
        let engine = Engine::built_in().unwrap();
        for (subject, body, group) in [
            ("Kan lukkes", "Trenger ikke hjelp med VPN likevel.", "other"),
            ("SV: VPN", "Tackar, det löste sig!", "other"),
            ("VPN", "Never mind, it is solved.", "other"),
        ] {
            let finding = engine.classify(&Input {
                subject,
                body,
                lang: None,
            });
            assert_eq!(finding.group.as_str(), group, "{subject}: {finding:?}");
        }
    }

    #[test]
    fn thanks_before_a_fault_close_nothing() {
        let engine = Engine::built_in().unwrap();
        let closing = |subject, body| engine.read(subject, body).closing;
        assert_eq!(
            closing("Tak for hjælpen", "Det virker nu"),
            Some(Closing::Over)
        );
        assert_eq!(
            closing("", "Takk for hjelpen med skjermen!"),
            Some(Closing::Thanks)
        );
        assert_eq!(closing("Tak for hjælpen", "Nu fejler VPN"), None);
        assert_eq!(
            closing("", "The screen is solved, thanks. The mouse is dead."),
            None
        );
    }
}

//! A hand-over as Markdown, in the language of who reads it. Personal numbers are masked.

use fluent_bundle::FluentArgs;
use jiff::Timestamp;

use super::incident::Sentences;
use crate::domain::alarm::Said;
use crate::domain::claim::Doing;
use crate::domain::draft::DraftKind;
use crate::domain::handover::{Begun, Going, Handover, Next, Promise};
use crate::text::mask::mask;

/// Longest text of somebody else that is repeated, in characters.
const ABOUT: usize = 80;

impl Sentences {
    /// The whole page.
    pub fn handover(&self, of: &Handover) -> String {
        let clock = |at| self.moment(at, of.at);
        let mut lines = vec![format!(
            "# {}",
            self.hand("title", &[("at", self.day_and_time(of.at))])
        )];
        let mut head = vec![of.desk.clone()];
        head.extend(of.by.clone());
        head.push(match of.since {
            Some(since) => self.hand("since", &[("at", self.day_and_time(since))]),
            None => self.hand("first", &[]),
        });
        lines.push(String::new());
        lines.push(head.join(" · "));
        if let Some(at) = of.stale {
            lines.push(String::new());
            lines.push(self.hand("stale", &[("at", self.day_and_time(at))]));
        }
        let incidents = of.incidents.iter().map(|going| self.going(going, &clock));
        self.section("incidents", incidents.collect(), &mut lines);
        let drafts = of.drafts.iter().map(|draft| self.begun(draft, &clock));
        self.section("drafts", drafts.collect(), &mut lines);
        let promises = of.promises.iter().map(|it| self.promise(it, of.at, &clock));
        self.section("promises", promises.collect(), &mut lines);
        let next = of.next.iter().map(|next| self.next(next));
        self.section("next", next.collect(), &mut lines);
        let text = lines.join("\n") + "\n";
        mask(&text).into_owned()
    }

    fn section(&self, id: &str, rows: Vec<String>, lines: &mut Vec<String>) {
        lines.push(String::new());
        lines.push(format!("## {}", self.hand(id, &[])));
        lines.push(String::new());
        if rows.is_empty() {
            lines.push(self.hand("none", &[]));
        }
        lines.extend(rows.into_iter().map(|row| format!("- {row}")));
    }

    fn going(&self, going: &Going, clock: &impl Fn(Timestamp) -> String) -> String {
        let state = match &going.declared {
            Some((Some(parent), linked)) => {
                let of = [("ticket", parent.to_string()), ("n", linked.to_string())];
                self.hand("declared", &of)
            }
            Some((None, _)) => self.hand("declaring", &[]),
            None => self.hand("suspected", &[]),
        };
        let said = match &going.said {
            Some(said) => self.of_alarm(said, clock),
            None => self.hand("nobody", &[]),
        };
        format!("{} · {state} · {said}", plain(&going.sentence))
    }

    fn of_alarm(&self, said: &Said, clock: &impl Fn(Timestamp) -> String) -> String {
        match said.doing {
            Doing::Snoozed => self.snoozed(&plain(&said.who), &clock(said.until)),
            _ => self.acknowledged(&plain(&said.who), &clock(said.at)),
        }
    }

    fn begun(&self, draft: &Begun, clock: &impl Fn(Timestamp) -> String) -> String {
        let id = match draft.kind {
            DraftKind::Reply => "reply",
            DraftKind::Note => "note",
            DraftKind::New => "new",
        };
        let kind = self.hand(id, &[]);
        let ticket = draft.ticket.as_ref().map(|id| format!(" {id}"));
        format!(
            "{kind}{}: {} ({})",
            ticket.unwrap_or_default(),
            plain(&draft.about),
            clock(draft.at)
        )
    }

    fn promise(
        &self,
        promise: &Promise,
        now: Timestamp,
        clock: &impl Fn(Timestamp) -> String,
    ) -> String {
        match promise {
            Promise::Due {
                ticket,
                about,
                owner,
                due,
            } => {
                let id = if *due < now { "was-due" } else { "due" };
                let of = [("ticket", ticket.to_string()), ("at", clock(*due))];
                let owner = owner.as_deref().map(plain);
                let owner = owner.unwrap_or_else(|| self.hand("no-owner", &[]));
                format!("{}: {} ({owner})", self.hand(id, &of), plain(about))
            }
            Promise::Answered { ticket, about, at } => {
                let of = [("ticket", ticket.to_string()), ("at", clock(*at))];
                format!("{}: {}", self.hand("answered", &of), plain(about))
            }
            Promise::Silent { group, said } => {
                format!(
                    "{}: {}",
                    self.group(group.as_str()),
                    self.of_alarm(said, clock)
                )
            }
        }
    }

    fn next(&self, next: &Next) -> String {
        match next {
            Next::Take(group) => self.hand("take", &[("group", self.group(group.as_str()))]),
            Next::Join(parent, n) => {
                let of = [("ticket", parent.to_string()), ("n", n.to_string())];
                self.hand("join", &of)
            }
            Next::NotWell(group, n) => {
                let of = [
                    ("group", self.group(group.as_str())),
                    ("people", self.people(*n)),
                ];
                self.hand("not-well", &of)
            }
            Next::Decide(ticket, what) => {
                let what = plain(what);
                let what = match ticket {
                    Some(ticket) => format!("{ticket}, {what}"),
                    None => what,
                };
                self.hand("decide", &[("what", what)])
            }
            Next::Unsent(n) => self.hand("unsent", &[("n", n.to_string())]),
        }
    }

    fn hand(&self, id: &str, of: &[(&'static str, String)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in of {
            // A number decides between one and many.
            match value.parse::<usize>() {
                Ok(n) if *name == "n" => args.set(*name, n),
                _ => args.set(*name, value.clone()),
            }
        }
        self.say(&format!("handover-{id}"), &args)
    }
}

/// A text of somebody else on one line, without what Markdown would take for its own.
fn plain(text: &str) -> String {
    let safe = crate::text::sanitize::line_max(&mask(text), ABOUT * 4);
    let mut out = String::with_capacity(safe.len());
    for c in safe.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '<' | '[' | ']' | '#' | '|') && !is_mask(c, &safe) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Stars of a masked number stay as they are: whoever looks for them finds them.
fn is_mask(c: char, text: &str) -> bool {
    c == '*' && text.contains("****")
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::domain::ids::{GroupId, TicketId};
    use crate::text::lang::Lang;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn full() -> Handover {
        let said = |doing| Said {
            doing,
            id: None,
            who: "Mette Ravn".to_owned(),
            at: at("2026-03-04T02:14:00Z"),
            until: at("2026-03-04T06:00:00Z"),
        };
        Handover {
            at: at("2026-03-04T05:50:00Z"),
            since: Some(at("2026-03-03T22:00:00Z")),
            by: Some("Bo Ek".to_owned()),
            desk: "rt.example.org".to_owned(),
            stale: None,
            incidents: vec![
                Going {
                    sentence: "VPN: 14 people since 02:05".to_owned(),
                    group: GroupId::from("vpn"),
                    declared: Some((Some(TicketId::from("5012")), 12)),
                    said: Some(said(Doing::Acknowledged)),
                },
                Going {
                    sentence: "Sign-in: 6 people since 03:00".to_owned(),
                    group: GroupId::from("login"),
                    declared: None,
                    said: None,
                },
            ],
            drafts: vec![Begun {
                kind: DraftKind::Reply,
                ticket: Some(TicketId::from("4211")),
                about: "Borger 010190-1234 *venter*".to_owned(),
                at: at("2026-03-04T05:00:00Z"),
            }],
            promises: vec![
                Promise::Due {
                    ticket: TicketId::from("4300"),
                    about: "Printer".to_owned(),
                    owner: None,
                    due: at("2026-03-04T07:00:00Z"),
                },
                Promise::Answered {
                    ticket: TicketId::from("4211"),
                    about: "VPN".to_owned(),
                    at: at("2026-03-04T03:00:00Z"),
                },
                Promise::Silent {
                    group: GroupId::from("wifi"),
                    said: said(Doing::Snoozed),
                },
            ],
            next: vec![
                Next::Take(GroupId::from("login")),
                Next::Join(TicketId::from("5012"), 2),
                Next::NotWell(GroupId::from("vpn"), 3),
                Next::Decide(Some(TicketId::from("4211")), "reply".to_owned()),
                Next::Unsent(1),
            ],
        }
    }

    #[test]
    fn the_page_says_all_of_it_once() {
        let page = Sentences::new(Lang::En, TimeZone::UTC).handover(&full());
        let expected = "# Hand-over 2026-03-04 05:50\n\n\
            rt.example.org · Bo Ek · since 2026-03-03 22:00\n\n\
            ## Open incidents\n\n\
            - VPN: 14 people since 02:05 · declared: ticket 5012, 12 linked · acknowledged by Mette Ravn 02:14\n\
            - Sign-in: 6 people since 03:00 · suspected · nobody has it in hand\n\n\
            ## Drafts\n\n\
            - reply 4211: Borger ******-**** *venter* (05:00)\n\n\
            ## Promises\n\n\
            - 4300 is due 07:00: Printer (nobody's)\n\
            - 4211 was answered 03:00 and is open: VPN\n\
            - Home network: silent until 06:00 (Mette Ravn)\n\n\
            ## Next steps\n\n\
            - Sign-in: take it in hand or declare it\n\
            - Link 2 later tickets to 5012\n\
            - VPN: ask 3 people who are not known to be well again\n\
            - Decide about 4211, reply (outbox)\n\
            - 1 action is not sent yet (outbox)\n";
        assert_eq!(page, expected);
    }

    #[test]
    fn every_language_has_every_sentence_and_no_number_of_a_person() {
        for lang in [Lang::Da, Lang::Nb, Lang::Nn, Lang::Sv] {
            let page = Sentences::new(lang, TimeZone::UTC).handover(&full());
            assert!(
                !page.contains("handover-") && !page.contains("010190"),
                "{page}"
            );
            for english in [
                "Hand-over",
                "Promises",
                "is due",
                "declared",
                "Link ",
                "not sent",
            ] {
                assert!(!page.contains(english), "{english} in {page}");
            }
            assert!(
                page.contains("5012") && page.contains("Mette Ravn"),
                "{page}"
            );
        }
        let empty = Handover {
            incidents: Vec::new(),
            drafts: Vec::new(),
            promises: Vec::new(),
            next: Vec::new(),
            since: None,
            ..full()
        };
        let page = Sentences::new(Lang::Da, TimeZone::UTC).handover(&empty);
        assert_eq!(page.matches("\nIngen").count(), 4, "{page}");
    }
}

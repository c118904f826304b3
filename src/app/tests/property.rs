//! Whatever is pressed and whatever arrives: no panic, and no action on a ticket that was not under the cursor.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::session::{Session, at, detail, device, identity, ticket};
use crate::app::model::{Area, Extent, Overlay, Viewport};
use crate::app::{Effect, Msg, next_wake};
use crate::domain::action::Verb;
use crate::domain::fact::Fact;
use crate::domain::ids::{GroupId, TicketId};
use crate::domain::outbox::State;
use crate::domain::role::Role;
use crate::domain::source::{Can, Changes, Gone, Pulse, SourceEvent};
use crate::domain::ticket::{StatusClass, Ticket};
use crate::input::keymap::Keymap;
use crate::input::{Context, Key};

/// One thing that happens.
#[derive(Debug, Clone)]
enum Event {
    Key(Key),
    Paste(String),
    Ticket(u8, u8, bool),
    Gone(u8, bool),
    Devices(u8),
    Outbox(u8, u8),
    Store(bool),
    Detail(u8, bool),
    Wait(u16),
    Resize(u16, u16),
    Heights(u8),
    Pulse(u8),
    Editor(String),
}

fn keys() -> Vec<Key> {
    let keymap = Keymap::default();
    let mut keys: BTreeSet<Key> = "abcdæøå 0123456789.,-+!?:/~@"
        .chars()
        .map(Key::char)
        .collect();
    for spec in crate::input::command::COMMANDS {
        for context in Context::ALL {
            keys.extend(keymap.keys(spec.command, context).iter().flatten());
        }
    }
    keys.into_iter().collect()
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        12 => proptest::sample::select(keys()).prop_map(Event::Key),
        1 => "\\PC{0,12}".prop_map(Event::Paste),
        3 => (0u8..14, 0u8..101, any::<bool>()).prop_map(|(n, p, a)| Event::Ticket(n, p, a)),
        1 => (0u8..14, any::<bool>()).prop_map(|(n, m)| Event::Gone(n, m)),
        1 => (0u8..5).prop_map(Event::Devices),
        3 => (0u8..8, 0u8..10).prop_map(|(n, s)| Event::Outbox(n, s)),
        4 => any::<bool>().prop_map(Event::Store),
        1 => (0u8..14, any::<bool>()).prop_map(|(n, ok)| Event::Detail(n, ok)),
        2 => (0u16..400).prop_map(Event::Wait),
        1 => (0u16..300, 0u16..100).prop_map(|(c, r)| Event::Resize(c, r)),
        1 => (0u8..40).prop_map(Event::Heights),
        1 => (0u8..7).prop_map(Event::Pulse),
        1 => "\\PC{0,20}".prop_map(Event::Editor),
    ]
}

fn some_ticket(number: u8, priority: u8, active: bool) -> Ticket {
    let mut t = ticket(&(4200 + u32::from(number)).to_string());
    t.priority = Fact::Known(priority.into());
    t.updated = at(priority.into());
    if priority.is_multiple_of(3) {
        t.group = Fact::Known(GroupId::from("wifi"));
    }
    if !active {
        t.status.class = StatusClass::Resolved;
    }
    t
}

fn id(number: u8) -> TicketId {
    TicketId::new((4200 + u32::from(number)).to_string())
}

/// Tickets that an action may be about now: under the cursor, or noted when a list, question or editor was opened.
fn allowed(s: &Session) -> BTreeSet<TicketId> {
    let mut ids: BTreeSet<TicketId> = s.model.ticket_under_cursor().cloned().into_iter().collect();
    for overlay in &s.model.overlays {
        match overlay {
            Overlay::Pick(pick) => ids.extend(pick.target.iter().map(|t| t.ticket.clone())),
            Overlay::Compose(c) => ids.extend(c.target.iter().map(|t| t.ticket.clone())),
            Overlay::Confirm(confirm) => {
                if let crate::app::model::overlay::Then::Act(act) = &confirm.then {
                    ids.insert(act.target.ticket.clone());
                }
            }
            _ => {}
        }
    }
    ids
}

fn happen(s: &mut Session, event: &Event) {
    match event {
        Event::Key(key) => s.msg(Msg::Key(*key)),
        Event::Paste(text) => s.msg(Msg::Paste(text.clone())),
        Event::Ticket(n, p, active) => s.changed(vec![some_ticket(*n, *p, *active)]),
        Event::Gone(n, merged) => {
            let gone = if *merged {
                Gone::Merged(id(0))
            } else {
                Gone::Deleted
            };
            s.source(SourceEvent::Changed(Changes {
                gone: vec![(id(*n), gone)],
                ..Changes::default()
            }));
        }
        Event::Devices(n) => s.source(SourceEvent::Changed(Changes {
            devices: vec![device(&n.to_string(), &format!("LT-{n}"), "down")],
            ..Changes::default()
        })),
        Event::Outbox(n, state) => {
            let item = s.model.outbox.items().nth(usize::from(*n)).cloned();
            if let Some(item) = item {
                s.becomes(item.id(), State::ALL[usize::from(*state)]);
            }
        }
        Event::Store(well) => {
            let waiting = s.model.outbox.storing.values().next().cloned();
            if let Some(storing) = waiting {
                let action = storing.action;
                let result = if *well {
                    Ok(Box::new(s.item(action.clone(), State::Held, Some(s.now))))
                } else {
                    Err("full".to_owned())
                };
                s.msg(Msg::Stored {
                    action: action.id,
                    result,
                });
            }
        }
        Event::Detail(n, well) => {
            let result = if *well {
                Ok(Box::new(detail(id(*n).as_str())))
            } else {
                Err(crate::domain::outcome::Trouble::new(
                    crate::domain::outcome::TroubleKind::Transient,
                    "no line",
                ))
            };
            s.msg(Msg::DetailLoaded {
                ticket: id(*n),
                result,
            });
        }
        Event::Wait(seconds) => {
            s.wait((*seconds).into());
        }
        Event::Resize(columns, rows) => s.msg(Msg::Resize {
            columns: *columns,
            rows: *rows,
        }),
        Event::Heights(height) => {
            let extent = Extent {
                height: (*height).into(),
                content: 50,
            };
            let areas = vec![
                (Area::Pane(0), extent),
                (Area::Overlay, extent),
                (Area::Devices, extent),
            ];
            s.msg(Msg::Viewport(Viewport { areas }));
        }
        Event::Pulse(n) => {
            let pulse = [
                Pulse::Starting,
                Pulse::Loading,
                Pulse::Live,
                Pulse::Late,
                Pulse::Stale,
                Pulse::Waiting,
                Pulse::Refused,
            ][usize::from(*n)];
            s.pulse(pulse, Some(s.now));
        }
        Event::Editor(text) => s.msg(Msg::EditorReturned(Ok(text.clone()))),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn no_action_hits_a_ticket_that_was_not_meant(events in proptest::collection::vec(event(), 1..120)) {
        let mut s = Session::new();
        s.store_answers = false;
        for event in &events {
            let before = allowed(&s);
            let cursor = s.model.ticket_under_cursor().cloned();
            let overlays = s.model.overlays.len();
            let depth = s.model.screens.depth();
            happen(&mut s, event);
            for action in s.sent() {
                let meant = action.undoes.is_some()
                    || action.ticket.as_ref().is_none_or(|id| before.contains(id));
                prop_assert!(meant, "{event:?} made {action:?}, meant could be {before:?}");
                prop_assert!(matches!(event, Event::Key(_)) || action.undoes.is_some(), "{event:?} wrote by itself");
            }
            if !matches!(event, Event::Key(_) | Event::Detail(..)) && overlays == s.model.overlays.len() && depth == s.model.screens.depth() && cursor.is_some() {
                prop_assert_eq!(s.model.ticket_under_cursor(), cursor.as_ref(), "{:?} moved the cursor", event);
            }
            for (at, view) in s.model.screens.board.panes.iter().enumerate() {
                let rows = view.window(&s.model.board, at, 0, usize::MAX);
                if let Some(cursor) = view.cursor() {
                    prop_assert_eq!(rows.get(view.at()), Some(cursor), "pane {}", at);
                }
                let distinct: BTreeSet<_> = rows.iter().collect();
                prop_assert_eq!(distinct.len(), rows.len(), "a ticket twice in pane {}", at);
            }
            for notice in s.model.notices.log().take(3) {
                if let Some(id) = &notice.ticket {
                    prop_assert!(notice.text.contains(id.as_str()), "{}", notice.text);
                }
            }
            if let Some(due) = next_wake(&s.model)
                && due <= s.now
            {
                s.msg(Msg::Tick);
                let again = next_wake(&s.model);
                prop_assert!(again.is_none_or(|again| again > s.now), "ticks without end after {event:?}");
            }
            s.now += SignedDuration::from_millis(7);
        }
    }

    #[test]
    fn no_write_leaves_a_console_that_reads(
        supervisor: bool,
        events in proptest::collection::vec(event(), 1..120),
    ) {
        let mut s = Session::new();
        let mut identity = identity();
        identity.capabilities.claim = Can::Yes;
        s.source(SourceEvent::Identity(Box::new(identity)));
        // What an agent's console left behind.
        s.keys("t n");
        s.types("text").keys("ctrl-d");
        s.becomes(s.newest().id(), State::Refused);
        s.effects.clear();
        if supervisor {
            s.model.settings.role = Role::Supervisor;
        } else {
            s.model.settings.read_only = vec!["set so".to_owned()];
        }
        for event in &events {
            happen(&mut s, event);
            while let Some(effect) = s.effects.pop_front() {
                let verbs: Vec<Verb> = match &effect {
                    Effect::Enqueue { action, .. } => vec![action.verb.clone()],
                    Effect::EnqueueBulk { actions, .. } => actions.iter().map(|a| a.verb.clone()).collect(),
                    Effect::Retry(id) | Effect::Force(id) => {
                        vec![s.model.outbox.get(*id).unwrap().action.verb.clone()]
                    }
                    Effect::RetryBulk(_) | Effect::Flush if !supervisor => vec![Verb::Take],
                    _ => continue,
                };
                let role = if supervisor { Role::Supervisor } else { Role::ReadOnly };
                for verb in verbs {
                    prop_assert!(role.why_not(&verb).is_none(), "{event:?} sends {verb:?}");
                }
            }
            s.now += SignedDuration::from_millis(7);
        }
    }

    #[test]
    fn messages_and_effects_are_plain_data(events in proptest::collection::vec(event(), 1..30)) {
        let mut s = Session::new();
        for event in &events {
            if let Event::Key(key) = event {
                let text = serde_json::to_string(&Msg::Key(*key)).unwrap();
                prop_assert_eq!(serde_json::from_str::<Msg>(&text).unwrap(), Msg::Key(*key));
            }
            happen(&mut s, event);
        }
        for effect in &s.effects {
            let text = serde_json::to_string(effect).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Effect>(&text).unwrap(), effect);
        }
    }
}

//! A console that only reads, and a supervisor's: what each key says, and what may go.

use super::session::Session;
use crate::app::Effect;
use crate::domain::outbox::State;
use crate::domain::role::Role;
use crate::input::command::{COMMANDS, Kind};
use crate::input::{Context, keys::print_sequence};

/// What a supervisor leaves to agents.
const FOR_AGENTS: [&str; 8] = [
    "ticket.status",
    "ticket.reply",
    "ticket.note",
    "ticket.template",
    "ticket.tag",
    "ticket.untag",
    "ticket.merge",
    "ticket.create",
];

#[test]
fn every_key_that_writes_says_why_it_does_not() {
    for role in [Role::ReadOnly, Role::Supervisor] {
        for spec in COMMANDS.iter().filter(|spec| spec.kind == Kind::Write) {
            let mut s = Session::new();
            match role {
                Role::ReadOnly => s.model.settings.read_only = vec!["set so".to_owned()],
                _ => s.model.settings.role = role,
            }
            if !spec.applies(Context::Board) {
                continue;
            }
            let keymap = &s.model.settings.keymap;
            let Some(keys) = keymap.keys(spec.command, Context::Board).first() else {
                continue;
            };
            let keys = print_sequence(keys);
            s.effects.clear();
            s.keys(&keys);
            let told = s.told();
            match role {
                Role::ReadOnly => assert!(told.contains("set so"), "{}: {told}", spec.id),
                _ => assert_eq!(
                    told.contains("supervisor"),
                    FOR_AGENTS.contains(&spec.id),
                    "{}: {told}",
                    spec.id
                ),
            }
            let writes = |e: &Effect| matches!(e, Effect::Enqueue { .. });
            assert!(
                role == Role::Supervisor || !s.any_effect(writes),
                "{}",
                spec.id
            );
        }
    }
}

#[test]
fn a_supervisor_assigns_and_does_not_answer() {
    let mut s = Session::new();
    s.model.settings.role = Role::Supervisor;
    s.keys("r");
    assert!(s.told().contains("supervisor's console"), "{}", s.told());
    assert!(s.model.overlays.is_empty());
    s.keys("T");
    s.sent();
    s.keys("p").types("100").keys("enter");
    let (_, verb) = s.sent_one();
    assert_eq!(verb.word(), "priority");
}

#[test]
fn what_an_agent_left_unsent_waits_and_does_not_keep_a_reader_from_leaving() {
    let mut s = Session::new();
    s.keys("t");
    s.model.settings.read_only = vec!["set so".to_owned()];
    assert_eq!(s.model.outbox.unsent(), 1);
    s.effects.clear();
    s.keys("q");
    assert!(s.has_effect(&Effect::Quit));
    assert!(!s.has_effect(&Effect::Flush));
    let mut s = Session::new();
    s.keys("t");
    s.becomes(s.newest().id(), State::Refused);
    s.model.settings.role = Role::ReadOnly;
    s.keys("O r");
    assert!(!s.any_effect(|e| matches!(e, Effect::Retry(_))));
    assert!(s.told().contains("read only"), "{}", s.told());
}

//! A console without a screen: the same sources, engines and rules as the console, for a program that only listens.
//!
//! Invariant: what happens goes through the one [`update()`], so that whoever listens hears what a person at the console
//! would see. It writes nothing to the desk: the caller says in [`Setup::read_only`] why.

use std::future::Future;

use tokio::sync::mpsc;

use super::console::{ConsoleError, Setup, first_model, reach, start_works, tell_failures};
use super::effects::Starter;
use super::tasks::Tasks;
use crate::app::{Model, Msg, next_wake, update};
use crate::domain::ids::TicketId;
use crate::domain::source::SourceEvent;

/// What happened, as far as a listener needs it beside the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Something may be different about these tickets.
    Tickets(Vec<TicketId>),
    /// Something went wrong beside the desk; one sentence.
    Mishap(String),
    /// Anything else: look at the model.
    Else,
}

impl Heard {
    fn of(msg: &Msg) -> Self {
        match msg {
            Msg::Source(event) => match event.as_ref() {
                SourceEvent::Changed(changes) => {
                    let gone = changes.gone.iter().map(|(id, _)| id);
                    let there = changes.tickets.iter().map(|ticket| &ticket.id);
                    Self::Tickets(there.chain(gone).cloned().collect())
                }
                _ => Self::Else,
            },
            Msg::Findings(findings) => {
                Self::Tickets(findings.iter().map(|(id, _)| id.clone()).collect())
            }
            Msg::Mishap(text) => Self::Mishap(text.clone()),
            _ => Self::Else,
        }
    }
}

/// Listens until `until` ends, or until `after`, which is called after each thing that happened, says no. Call it inside
/// a multi-threaded tokio runtime.
///
/// # Errors
/// Files of ours that cannot be used.
pub async fn run(
    setup: Setup,
    until: impl Future<Output = ()>,
    mut after: impl FnMut(&Heard, &Model) -> bool,
) -> Result<(), ConsoleError> {
    let (tasks, failures) = Tasks::new();
    let (mail, mut inbox) = mpsc::unbounded_channel();
    let works = start_works(&setup, &tasks, &mail).await?;
    tell_failures(&tasks, failures, mail.clone());
    let mut model = first_model(&setup);
    let starter = Starter::new(reach(&setup, &works, &tasks, &mail));
    tokio::pin!(until);
    loop {
        let wake = next_wake(&model).map(|at| setup.clock.instant_of(at));
        let sleep = async {
            match wake {
                Some(at) => tokio::time::sleep_until(at.into()).await,
                None => std::future::pending().await,
            }
        };
        let msg = tokio::select! {
            biased;
            () = &mut until => break,
            // The sender is held here: it never ends before us.
            Some(msg) = inbox.recv() => msg,
            () = sleep => Msg::Tick,
        };
        let heard = Heard::of(&msg);
        for effect in update(&mut model, setup.clock.now(), msg) {
            // What needs a terminal is given back; there is none.
            drop(starter.start(effect));
        }
        if !after(&heard, &model) {
            break;
        }
    }
    works.end(&tasks).await;
    Ok(())
}

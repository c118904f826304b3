//! Two consoles of one person over one outbox.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::rig::Console;
use crate::domain::action::{Action, Verb};
use crate::domain::outbox::State;
use crate::domain::outcome::TroubleKind;
use crate::domain::source::SourceEvent;
use crate::store::db::Location;
use crate::store::outbox::Outbox;
use crate::sync::deliver::{Delivery, Handle, Order};
use crate::sync::outbox::Timing;
use crate::sync::testing::clock::Hand;
use crate::sync::testing::desk::{Fake, Fault};
use crate::sync::testing::{action, note, reply};

const TICKETS: [&str; 4] = ["17", "18", "19", "20"];

#[tokio::test]
async fn two_consoles_send_everything_once_and_both_see_it() {
    let clock = Hand::new();
    let desk = Fake::new(&clock, true, &TICKETS).taking(1);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("outbox.db");
    let mut a = Console::start(&desk, &clock, &path);
    let mut b = Console::start(&desk, &clock, &path);
    let mut actions: Vec<Action> = Vec::new();
    for n in 0..24 {
        let ticket = TICKETS[n % 4];
        let id = u128::try_from(n).unwrap() + 1;
        let one = match n % 3 {
            0 => reply(id, ticket),
            1 => note(id, ticket),
            _ => action(id, ticket, Verb::Take),
        };
        let console = if n % 2 == 0 { &a } else { &b };
        console.press(std::slice::from_ref(&one)).await;
        actions.push(one);
    }
    clock.pass(200, &[&a.outbox, &b.outbox]).await;
    for one in &actions {
        let state = a.state(one).await;
        assert!(
            matches!(state, State::Done | State::NoChange),
            "{one:?} {state:?}"
        );
        let texts = usize::from(!one.verb.is_repeatable());
        assert_eq!(desk.copies(one), texts);
    }
    let mut sent: Vec<u128> = desk.sent().into_iter().map(|(_, id)| id).collect();
    sent.sort_unstable();
    let all = sent.len();
    sent.dedup();
    assert_eq!(sent.len(), all, "something went out twice");
    for console in [&mut a, &mut b] {
        let told = console.told();
        let ended = actions.iter().filter(|one| {
            told.iter().any(|e| {
                matches!(e, SourceEvent::Outbox(items) if items.iter().any(|i| i.id() == one.id && i.state.is_final()))
            })
        });
        assert_eq!(ended.count(), actions.len(), "a console was not told");
    }
}

#[tokio::test]
async fn what_a_dead_console_left_is_finished_by_the_other_without_a_second_copy() {
    for (marker, fault) in [
        (true, Fault::None),
        (true, Fault::Dropped),
        (false, Fault::None),
    ] {
        let clock = Hand::new();
        let desk = Fake::new(&clock, marker, &TICKETS).taking(10);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("outbox.db");
        let a = Console::start(&desk, &clock, &path);
        let one = reply(1, "17");
        desk.go_wrong([fault.clone()]);
        a.press(std::slice::from_ref(&one)).await;
        a.pass(5).await;
        assert_eq!(a.state(&one).await, State::Sending);
        let b = Console::start(&desk, &clock, &path);
        a.kill().await;
        b.pass(400).await;
        assert_eq!(b.state(&one).await, State::Done, "{fault:?}");
        assert_eq!(desk.copies(&one), 1, "{fault:?}");
    }
}

/// A future that can be suspended, as Ctrl-Z or a closed lid suspends a console.
struct Suspendable<F> {
    inner: Pin<Box<F>>,
    is_suspended: Arc<AtomicBool>,
}

impl<F: Future<Output = ()>> Future for Suspendable<F> {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.is_suspended.load(Ordering::SeqCst) {
            // Comes back to look; nothing else happens in here.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.inner.as_mut().poll(context)
    }
}

/// A console that [`Suspendable`] can suspend.
struct Sleeper {
    outbox: Outbox,
    handle: Handle,
    is_suspended: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Sleeper {
    fn start(desk: &Fake, clock: &Hand, path: &Path) -> Self {
        let outbox = Outbox::open(&Location::File(path.to_owned()), "main").unwrap();
        let (send, _) = mpsc::unbounded_channel();
        let (delivery, handle) = Delivery::new(
            Arc::new(desk.clone()),
            outbox.clone(),
            Arc::new(clock.clone()),
            Timing::default(),
            send,
        );
        let is_suspended = Arc::new(AtomicBool::new(false));
        let running = Suspendable {
            inner: Box::pin(delivery.run(CancellationToken::new())),
            is_suspended: Arc::clone(&is_suspended),
        };
        #[expect(clippy::disallowed_methods, reason = "a test has no supervisor")]
        let task = tokio::spawn(running);
        Self {
            outbox,
            handle,
            is_suspended,
            task,
        }
    }

    async fn press(&self, action: &Action) {
        let order = Order {
            action: action.clone(),
            files: Vec::new(),
            hold: false,
        };
        self.handle.enqueue(vec![order]).await.unwrap();
    }

    fn suspend(&self, so: bool) {
        self.is_suspended.store(so, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_suspended_console_does_not_send_what_another_has_taken_over() {
    let clock = Hand::new();
    // The first request is slow: the console is suspended between reading and writing.
    let desk = Fake::new(&clock, true, &TICKETS).slow_to_read(5);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("outbox.db");
    let a = Sleeper::start(&desk, &clock, &path);
    let one = reply(1, "17");
    a.press(&one).await;
    clock.pass(2, &[&a.outbox]).await;
    a.suspend(true);
    let b = Console::start(&desk, &clock, &path);
    clock.pass(120, &[&b.outbox]).await;
    assert_eq!(
        b.state(&one).await,
        State::Done,
        "taken over after a minute"
    );
    a.suspend(false);
    clock.pass(300, &[&a.outbox, &b.outbox]).await;
    assert_eq!(desk.copies(&one), 1);
    assert_eq!(desk.sent().len(), 1, "the suspended console sent it too");
    a.task.abort();
}

#[tokio::test]
async fn what_a_suspended_console_tells_late_does_not_end_what_another_is_sending() {
    for fault in [
        Fault::Refused,
        Fault::Dropped,
        Fault::NotSent(TroubleKind::Transient),
    ] {
        let clock = Hand::new();
        let desk = Fake::new(&clock, true, &TICKETS).taking(5);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("outbox.db");
        let a = Sleeper::start(&desk, &clock, &path);
        let one = reply(1, "17");
        desk.go_wrong([fault.clone()]);
        a.press(&one).await;
        clock.pass(2, &[&a.outbox]).await;
        // Its answer is there, but the console does not read it yet.
        a.suspend(true);
        let before = desk.sent().len();
        let b = Console::start(&desk, &clock, &path);
        for _ in 0..300 {
            clock.pass(1, &[&b.outbox]).await;
            if desk.sent().len() > before {
                break;
            }
        }
        assert_eq!(b.state(&one).await, State::Sending, "{fault:?}");
        a.suspend(false);
        clock.pass(2, &[&a.outbox, &b.outbox]).await;
        // It is b's now; at most a finds b's text when it reads back.
        let now = b.state(&one).await;
        assert!(
            matches!(now, State::Sending | State::Done),
            "{fault:?}: {now:?}"
        );
        clock.pass(300, &[&a.outbox, &b.outbox]).await;
        assert_eq!(b.state(&one).await, State::Done, "{fault:?}");
        assert_eq!(desk.copies(&one), 1, "{fault:?}");
        a.task.abort();
    }
}

//! Reads the terminal: one task turns its events into [`Input`] and hands them to the loop.
//!
//! Invariant: while this task lives, its thread reads every key; so it is stopped (and awaited) before anything
//! else may read the terminal, and started anew afterwards.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crossterm::event::{Event, EventStream};
use futures_util::{Stream, StreamExt as _};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::rejoin::Rejoin;
use crate::input::crossterm::{Input, input};

/// How long an Esc waits for the rest of an escape sequence. Longer than the gap between two packets of a
/// usual line, shorter than anybody notices.
pub const GAP: Duration = Duration::from_millis(40);

/// Reads the terminal until `stop` is cancelled or nobody listens any more. Spawn it once; to lend the terminal to
/// an editor cancel it, await it, and spawn a new one afterwards.
///
/// # Errors
/// The terminal cannot be read any more.
pub async fn pump(to: mpsc::Sender<Input>, stop: CancellationToken) -> io::Result<()> {
    let events = Ahead {
        events: EventStream::new(),
        more: false,
    };
    pump_from(events, to, stop).await
}

/// How long a look for the next event may take. Nothing is waited for: crossterm looks at what it has read already only
/// when the time is not zero.
const LOOK: Duration = Duration::from_micros(50);

/// The terminal's events. [`EventStream`] alone wakes a thread for each of them; behind one event this takes those that
/// came with it, so that a held key or a flood is read at once.
struct Ahead {
    events: EventStream,
    /// The last look found an event: there may be more.
    more: bool,
}

impl Stream for Ahead {
    type Item = io::Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.more && matches!(crossterm::event::poll(LOOK), Ok(true)) {
            return Poll::Ready(Some(crossterm::event::read()));
        }
        // A look that failed is told by the stream, which finds the same.
        let next = Pin::new(&mut self.events).poll_next(cx);
        self.more = matches!(next, Poll::Ready(Some(Ok(_))));
        next
    }
}

/// [`pump`] over any stream of events.
///
/// # Errors
/// Those of the stream.
pub async fn pump_from(
    mut events: impl Stream<Item = io::Result<Event>> + Unpin,
    to: mpsc::Sender<Input>,
    stop: CancellationToken,
) -> io::Result<()> {
    let mut rejoin = Rejoin::default();
    let mut ready = Vec::new();
    loop {
        let next = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(()),
            next = events.next() => Some(next),
            () = tokio::time::sleep(GAP), if rejoin.waits() => None,
        };
        let ended = match next {
            Some(Some(Ok(event))) => {
                rejoin.push(event, &mut ready);
                None
            }
            Some(Some(Err(error))) => Some(Err(error)),
            Some(None) => Some(Ok(())),
            None => {
                rejoin.give_up(&mut ready);
                None
            }
        };
        if ended.is_some() {
            rejoin.give_up(&mut ready);
        }
        for event in ready.drain(..).filter_map(input) {
            if to.send(event).await.is_err() {
                return Ok(());
            }
        }
        if let Some(result) = ended {
            return result;
        }
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
    use futures_util::stream;

    use super::*;
    use crate::input::{Code, Key};

    fn key(code: KeyCode) -> Event {
        Event::Key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    async fn heard(events: Vec<Event>) -> Vec<Input> {
        let (tx, mut rx) = mpsc::channel(64);
        pump_from(
            stream::iter(events.into_iter().map(Ok)),
            tx,
            CancellationToken::new(),
        )
        .await
        .unwrap();
        let mut all = Vec::new();
        while let Some(input) = rx.recv().await {
            all.push(input);
        }
        all
    }

    #[tokio::test]
    async fn keys_pastes_and_sizes_arrive_in_order() {
        let mut release = KeyEvent::new(KeyCode::Char('t'), KeyModifiers::NONE);
        release.kind = KeyEventKind::Release;
        let all = heard(vec![
            key(KeyCode::Char('æ')),
            Event::Key(release),
            Event::Paste("x".into()),
            Event::Resize(80, 24),
            key(KeyCode::Esc),
            key(KeyCode::Char('[')),
            key(KeyCode::Char('B')),
        ])
        .await;
        assert_eq!(
            all,
            [
                Input::Key(Key::char('æ')),
                Input::Paste("x".into()),
                Input::Resize {
                    columns: 80,
                    rows: 24
                },
                Input::Key(Key::plain(Code::Down)),
            ]
        );
    }

    #[tokio::test]
    async fn an_esc_comes_out_after_the_gap() {
        let (tx, mut rx) = mpsc::channel(4);
        let stop = CancellationToken::new();
        let events = stream::iter([Ok(key(KeyCode::Esc))]).chain(stream::pending());
        let pump = pump_from(Box::pin(events), tx, stop.clone());
        let listen = async {
            let got = rx.recv().await;
            stop.cancel();
            got
        };
        let (ended, got) = tokio::join!(pump, listen);
        assert!(ended.is_ok());
        assert_eq!(got, Some(Input::Key(Key::plain(Code::Esc))));
    }
}

//! The watcher on its own thread: nothing of it runs while a key is handled or a frame is drawn.

use std::sync::mpsc;

use jiff::tz::TimeZone;

use super::{Feed, Watcher};
use crate::domain::watch::Watch;

/// Starts the thread. It ends when the sender is dropped, or when nobody hears it any more (`tell` says no).
///
/// # Errors
/// The system gives no thread.
pub fn start(
    zone: TimeZone,
    tell: impl Fn(Watch) -> bool + Send + 'static,
) -> std::io::Result<mpsc::Sender<Feed>> {
    let (feeds, told) = mpsc::channel::<Feed>();
    std::thread::Builder::new()
        .name("vagt-watch".to_owned())
        .spawn(move || work(Watcher::new(zone), &told, &tell))?;
    Ok(feeds)
}

fn work(mut watcher: Watcher, told: &mpsc::Receiver<Feed>, tell: &impl Fn(Watch) -> bool) {
    while let Ok(feed) = told.recv() {
        watcher.take(feed);
        // Whatever else came meanwhile is taken before the engine goes on.
        while let Ok(feed) = told.try_recv() {
            watcher.take(feed);
        }
        loop {
            let more = watcher.step();
            if let Some(watch) = watcher.news()
                && !tell(watch)
            {
                return;
            }
            if !more {
                break;
            }
        }
    }
}

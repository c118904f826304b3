//! Every task goes through one supervisor: named, counted, cancellable; a panic becomes a message.

use std::future::Future;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What became of a task that did not end by itself in peace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The task's name.
    pub task: &'static str,
    /// What it said when it panicked.
    pub message: String,
}

/// The supervisor. Cloning gives another handle on the same tasks.
#[derive(Debug, Clone)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
    failures: mpsc::UnboundedSender<Failure>,
}

impl Tasks {
    /// A supervisor, and where it tells of panics.
    pub fn new() -> (Self, mpsc::UnboundedReceiver<Failure>) {
        let (failures, told) = mpsc::unbounded_channel();
        (
            Self {
                tracker: TaskTracker::new(),
                stop: CancellationToken::new(),
                failures,
            },
            told,
        )
    }
    /// Runs a task that is dropped at its next await when the program stops.
    pub fn spawn(&self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.start(name, async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = work => {}
            }
        });
    }
    /// Runs a task that must end by itself: the program waits for it before it exits. It may watch [`Tasks::stopping`].
    pub fn spawn_to_end(
        &self,
        name: &'static str,
        work: impl Future<Output = ()> + Send + 'static,
    ) {
        self.start(name, work);
    }
    /// Ends when the program stops.
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }
    /// How many tasks run.
    pub fn count(&self) -> usize {
        self.tracker.len()
    }
    /// Stops everything and waits, at most so long. Says whether all tasks ended.
    pub async fn stop(&self, at_most: Duration) -> bool {
        self.stop.cancel();
        self.tracker.close();
        tokio::time::timeout(at_most, self.tracker.wait())
            .await
            .is_ok()
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that spawns")]
    fn start(&self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        let failures = self.failures.clone();
        let running = tokio::spawn(self.tracker.track_future(work));
        tokio::spawn(async move {
            if let Err(error) = running.await
                && error.is_panic()
            {
                let panic = error.into_panic();
                let message = panic
                    .downcast_ref::<&str>()
                    .map(ToString::to_string)
                    .or_else(|| panic.downcast_ref::<String>().cloned())
                    .unwrap_or_else(|| "no message".to_owned());
                tracing::error!(task = name, %message, "a task panicked");
                // Nobody listens any more: the program is on its way out, and the log has it.
                drop(failures.send(Failure {
                    task: name,
                    message,
                }));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_a_message_and_others_go_on() {
        let (tasks, mut told) = Tasks::new();
        tasks.spawn("bad", async { panic!("boom {}", 1) });
        let failure = told.recv().await.unwrap();
        assert_eq!((failure.task, failure.message.as_str()), ("bad", "boom 1"));
        tasks.spawn("good", std::future::pending());
        assert!(tasks.stop(Duration::from_secs(5)).await);
        assert_eq!(tasks.count(), 0);
    }

    #[tokio::test]
    async fn a_task_that_must_end_is_waited_for() {
        let (tasks, _told) = Tasks::new();
        let (done, mut seen) = tokio::sync::oneshot::channel();
        let stopping = tasks.stopping();
        tasks.spawn_to_end("last words", async move {
            stopping.cancelled().await;
            done.send(()).unwrap();
        });
        assert!(tasks.stop(Duration::from_secs(5)).await);
        assert!(seen.try_recv().is_ok());
    }
}

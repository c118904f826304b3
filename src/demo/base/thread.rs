//! The thread that owns the database, and the handle that others use.
//!
//! Writes that wait at the same time share one commit (one sync of the disk for many clients); an
//! answer is given out only after the commit that holds it. Reads between such writes wait for the
//! same commit, so nobody sees what could still be lost.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use super::{Base, BaseError, DeskBase};
use crate::demo::clock::DeskClock;

/// At most so many jobs share one commit.
const BATCH: usize = 64;

/// A job: runs on the database, returns what gives out the answer.
type Work = Box<dyn FnOnce(&mut DeskBase) -> Finish + Send>;
/// Gives out the answer of a job; the argument says whether the commit held.
type Finish = Box<dyn FnOnce(bool) + Send>;

enum Job {
    Read(Work),
    Write(Work),
    Stop,
}

/// Sends jobs to the thread that owns the database. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Handle {
    jobs: Sender<Job>,
}

/// The running thread; joined by [`Owner::stop`].
pub(crate) struct Owner {
    handle: Handle,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Handle {
    /// Runs a read on the database's thread.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut DeskBase) -> T + Send + 'static,
    ) -> Base<T> {
        self.send(Job::Read, work).await
    }

    /// Runs a write; returns after its commit.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut DeskBase) -> T + Send + 'static,
    ) -> Base<T> {
        self.send(Job::Write, work).await
    }

    async fn send<T: Send + 'static>(
        &self,
        kind: impl FnOnce(Work) -> Job,
        work: impl FnOnce(&mut DeskBase) -> T + Send + 'static,
    ) -> Base<T> {
        let (answer, waiting) = tokio::sync::oneshot::channel();
        let job: Work = Box::new(move |base| {
            let value = work(base);
            Box::new(move |held| {
                if held {
                    drop(answer.send(value));
                }
            })
        });
        self.jobs.send(kind(job)).map_err(|_| BaseError::Stopped)?;
        waiting.await.map_err(|_| BaseError::Stopped)
    }
}

impl Owner {
    /// Starts the thread and opens the database on it.
    pub(crate) async fn start(
        file: Option<PathBuf>,
        base_url: String,
        clock: Arc<DeskClock>,
    ) -> Base<Self> {
        let (jobs, queue) = channel();
        let (opened, ready) = tokio::sync::oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("vagt-desk-base".to_owned())
            .spawn(
                move || match DeskBase::open(file.as_deref(), base_url, clock.now_second()) {
                    Ok(base) => {
                        drop(opened.send(Ok(())));
                        serve(base, &queue, &clock);
                    }
                    Err(error) => drop(opened.send(Err(error))),
                },
            )
            .map_err(|source| BaseError::File {
                file: "a thread".to_owned(),
                source,
            })?;
        ready.await.map_err(|_| BaseError::Stopped)??;
        Ok(Self {
            handle: Handle { jobs },
            thread: Some(thread),
        })
    }

    /// The handle for jobs.
    pub(crate) fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Ends the thread after the jobs that wait now.
    pub(crate) fn stop(&mut self) {
        drop(self.handle.jobs.send(Job::Stop));
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of the embedded desk ended by a panic");
        }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        drop(self.handle.jobs.send(Job::Stop));
    }
}

/// Takes jobs until told to stop.
fn serve(mut base: DeskBase, queue: &Receiver<Job>, clock: &DeskClock) {
    while let Ok(job) = queue.recv() {
        base.now = clock.now_second();
        match job {
            Job::Stop => break,
            Job::Read(work) => work(&mut base)(true),
            Job::Write(work) => {
                if batch(&mut base, work, queue) {
                    break;
                }
            }
        }
    }
    drop(base.conn.execute_batch("PRAGMA optimize;"));
}

/// Runs this write and the jobs that wait behind it in one commit. True: asked to stop.
fn batch(base: &mut DeskBase, first: Work, queue: &Receiver<Job>) -> bool {
    let mut stop = false;
    if let Err(error) = base.conn.execute_batch("BEGIN IMMEDIATE") {
        tracing::error!(%error, "embedded desk: no transaction could be started");
        return false;
    }
    base.writes += 1;
    let mut finishes = vec![first(base)];
    while finishes.len() < BATCH {
        match queue.try_recv() {
            Ok(Job::Read(work)) => finishes.push(work(base)),
            Ok(Job::Write(work)) => {
                base.writes += 1;
                finishes.push(work(base));
            }
            Ok(Job::Stop) => {
                stop = true;
                break;
            }
            Err(_) => break,
        }
    }
    let held = match base.conn.execute_batch("COMMIT") {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(%error, "embedded desk: commit failed");
            drop(base.conn.execute_batch("ROLLBACK"));
            drop(base.reload());
            false
        }
    };
    for finish in finishes {
        finish(held);
    }
    stop
}

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

/// A job: runs on the database (or hears why that is not possible), returns what gives out the answer.
type Work = Box<dyn FnOnce(Result<&mut DeskBase, &str>) -> Finish + Send>;
/// Gives out the answer of a job; the argument says why its commit did not hold.
type Finish = Box<dyn FnOnce(Option<&str>) + Send>;

/// What is said when the database took back what was being written, without a reason of its own.
const TAKEN_BACK: &str = "the desk's database took back what was being written, and nothing of this was kept; most often its disk is full: make room there and send it again";

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
            let done = base.map(work).map_err(str::to_owned);
            Box::new(move |lost| {
                let done = match lost {
                    Some(why) => Err(why.to_owned()),
                    None => done,
                };
                drop(answer.send(done));
            })
        });
        self.jobs.send(kind(job)).map_err(|_| BaseError::Stopped)?;
        let done = waiting.await.map_err(|_| BaseError::Stopped)?;
        done.map_err(BaseError::NotKept)
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
            Job::Read(work) => work(Ok(&mut base))(None),
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
        let why = BaseError::from(error).to_string();
        tracing::error!(why, "embedded desk: no transaction could be started");
        first(Err(&why))(None);
        return false;
    }
    base.writes += 1;
    let mut finishes = vec![first(Ok(base))];
    // Some errors end the whole transaction; what came after them would then be outside of it.
    while finishes.len() < BATCH && !base.conn.is_autocommit() {
        match queue.try_recv() {
            Ok(Job::Read(work)) => finishes.push(work(Ok(base))),
            Ok(Job::Write(work)) => {
                base.writes += 1;
                finishes.push(work(Ok(base)));
            }
            Ok(Job::Stop) => {
                stop = true;
                break;
            }
            Err(_) => break,
        }
    }
    let lost = commit(base);
    for finish in finishes {
        finish(lost.as_deref());
    }
    stop
}

/// Ends the transaction; if it did not hold, why.
fn commit(base: &mut DeskBase) -> Option<String> {
    let why = if base.conn.is_autocommit() {
        TAKEN_BACK.to_owned()
    } else {
        match base.conn.execute_batch("COMMIT") {
            Ok(()) => return None,
            Err(error) => BaseError::from(error).to_string(),
        }
    };
    tracing::error!(why, "embedded desk: commit failed");
    if !base.conn.is_autocommit()
        && let Err(error) = base.conn.execute_batch("ROLLBACK")
    {
        tracing::error!(%error, "embedded desk: what failed could not be taken back");
    }
    if let Err(error) = base.reload() {
        tracing::error!(%error, "embedded desk: its places could not be read again");
    }
    Some(why)
}

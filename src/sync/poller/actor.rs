//! The actor itself: rest until something is due, ask, store, tell.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::job::{Agenda, Answer, CHECK_CHUNK, Job, Lately};
use super::{Attention, PollerParts};
use crate::domain::Timestamp;
use crate::domain::ids::TicketId;
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::source::{
    Arrival, Changes, Cursor, Gone, Identity, MOST_PAST, MOST_REPLIES, Past, Replies, Source,
    SourceEvent,
};
use crate::store::StoreError;
use crate::store::cache::{Advance, Marks};
use crate::sync::reach::{Reach, Setback};
use crate::sync::reconcile::{batches, checked, confirmed, is_empty, to_check};

/// Rows in one event.
const BATCH: usize = 300;

/// Tickets missing from one answer that are still read one by one.
const MAX_MISSING: usize = 20;

/// The wall clock ran ahead of the running time by this much: the machine slept.
const SLEPT: Duration = Duration::from_secs(30);

/// A poll is not called late before this long, however short the interval is.
const MIN_GRACE: Duration = Duration::from_secs(2);

/// The same for a full read, whose answers are large.
const LOADING_GRACE: Duration = Duration::from_secs(15);

/// Failures that a refusal counts as: it is tried again seldom.
const REFUSAL_COUNTS: u32 = 6;

/// A desk that asks to wait for less is met with our own pause.
const LEAST_ASKED: Duration = Duration::from_secs(1);

/// Nobody waits longer than a year, whatever a desk asks.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);

/// After trouble with something that the Board can do without.
const POSTPONE: Duration = Duration::from_secs(15 * 60);

/// The receiving ends of the handle.
pub(super) struct Control {
    pub(super) refresh: mpsc::Receiver<()>,
    pub(super) attention: watch::Receiver<Attention>,
    pub(super) stop: CancellationToken,
}

/// Time to end: stopped, or nobody listens.
struct Ended;

type Going = Result<(), Ended>;

/// No request before this time.
struct Pause {
    until: Instant,
    /// The desk asked for it: nothing shortens it.
    is_asked: bool,
}

struct Actor {
    parts: PollerParts,
    control: Control,
    reach: Reach,
    agenda: Agenda,
    cursor: Cursor,
    marks: Marks,
    /// Whether the cursor may be stored. Not any more after rows before it could not be.
    advance: Advance,
    /// The feed is being read from its beginning, without a break.
    is_first_read: bool,
    /// What was told of the weeks before so far.
    past: Vec<Arrival>,
    /// How many replies of the last hours were told.
    replies: usize,
    failures: u32,
    pause: Option<Pause>,
    /// Running time and wall time at the same moment.
    anchor: (Instant, Timestamp),
}

pub(super) async fn run(parts: PollerParts, control: Control) {
    let mut actor = Actor::new(parts, control).await;
    // The only way out: stopped, or nobody listens.
    let Err(Ended) = actor.work().await;
}

impl Actor {
    async fn new(parts: PollerParts, control: Control) -> Self {
        let marks = parts.cache.marks(Source::Desk).await;
        let marks = marks.unwrap_or_else(|error| {
            tracing::warn!(%error, "cache not read; everything is read anew from the desk");
            Marks::default()
        });
        let (start, now) = (Instant::now(), (parts.now)());
        let due = |last: Option<Timestamp>, every: Duration| {
            let past = last.map_or(every, |last| {
                Duration::try_from(now.duration_since(last)).unwrap_or(every)
            });
            start + every.saturating_sub(past)
        };
        let agenda = Agenda {
            contacted: false,
            caught_up: false,
            polled: None,
            vocab_due: due(marks.vocab_at, parts.rhythm.vocab),
            reconcile_due: due(marks.reconciled, parts.rhythm.reconcile),
            checks: VecDeque::new(),
            past: Some((start, None)),
            replies: Lately::After(None),
        };
        Self {
            reach: Reach::new(marks.synced),
            agenda,
            cursor: marks.cursor.clone(),
            is_first_read: marks.cursor == Cursor::default(),
            marks,
            advance: Advance::Yes,
            past: Vec::new(),
            replies: 0,
            failures: 0,
            pause: None,
            anchor: (start, (parts.wall)()),
            parts,
            control,
        }
    }

    async fn work(&mut self) -> Result<Infallible, Ended> {
        loop {
            let job = self.rest().await?;
            self.hold_off().await?;
            if matches!(job, Job::Changes(_)) {
                // Whoever asked before now is served by this poll.
                let _ = self.control.refresh.try_recv();
            }
            let started = Instant::now();
            match self.request(&job).await? {
                Ok(answer) => self.answered(answer, &job, started.elapsed()).await?,
                Err(trouble) => self.failed(&job, trouble).await?,
            }
        }
    }

    fn interval(&self) -> Duration {
        let attention = *self.control.attention.borrow();
        self.parts.rhythm.interval(attention)
    }

    /// Waits until something is due, and says what.
    async fn rest(&mut self) -> Result<Job, Ended> {
        loop {
            let interval = self.interval();
            let next = self.agenda.next(Instant::now(), interval, &self.cursor);
            let (until, is_asked) = match (&self.pause, &next) {
                (Some(pause), _) => (pause.until, pause.is_asked),
                (None, Err(until)) => (*until, false),
                (None, Ok(_)) => return next.map_err(|_| Ended),
            };
            if let Ok(check @ (Job::CheckMany(_) | Job::CheckOne(_))) = next {
                self.agenda.checks.push_front(check);
            }
            tokio::select! {
                biased;
                () = self.control.stop.cancelled() => return Err(Ended),
                () = sleep_until(until) => self.pause = None,
                asked = self.control.refresh.recv(), if !is_asked => {
                    asked.ok_or(Ended)?;
                    self.pause = None;
                    self.agenda.polled = None;
                }
                changed = self.control.attention.changed(), if !is_asked => {
                    changed.map_err(|_| Ended)?;
                }
            }
            self.notice_sleep().await?;
        }
    }

    /// Waits as long as the desk asked anybody of us to wait, be it in answer to another request.
    async fn hold_off(&mut self) -> Going {
        let Some(wait) = self.parts.desk.wait_asked() else {
            return Ok(());
        };
        if wait >= LEAST_ASKED {
            self.tell_waiting(wait).await?;
        }
        tokio::select! {
            () = self.control.stop.cancelled() => Err(Ended),
            () = tokio::time::sleep(wait) => Ok(()),
        }
    }

    async fn tell_waiting(&mut self, wait: Duration) -> Going {
        let trouble = Trouble {
            retry_after: Some(wait),
            ..Trouble::new(
                TroubleKind::RateLimited,
                "The desk asked us to wait before the next request.",
            )
        };
        let next_try = self.time_after(wait);
        self.reach.failed(trouble, next_try);
        self.tell_pulse().await
    }

    /// One request. While it hangs, the screen is told.
    async fn request(&mut self, job: &Job) -> Result<Result<Answer, Trouble>, Ended> {
        let desk = Arc::clone(&self.parts.desk);
        let asking = job.ask(&*desk);
        tokio::pin!(asking);
        let started = Instant::now();
        let grace = if self.agenda.caught_up {
            self.interval().max(MIN_GRACE)
        } else {
            self.interval().max(LOADING_GRACE)
        };
        let mut polls: u32 = 0;
        loop {
            let next_look = started + grace * (polls + 1);
            tokio::select! {
                biased;
                () = self.control.stop.cancelled() => return Err(Ended),
                answer = &mut asking => return Ok(answer),
                () = sleep_until(next_look), if polls < 2 => {
                    polls += 1;
                    let trouble = Trouble::new(
                        TroubleKind::Transient,
                        format!("No answer yet after {} s; still waiting.", started.elapsed().as_secs()),
                    );
                    self.reach.overdue(polls, trouble);
                    self.tell_pulse().await?;
                }
            }
        }
    }

    async fn answered(&mut self, answer: Answer, job: &Job, took: Duration) -> Going {
        self.failures = 0;
        match answer {
            Answer::Identity(identity) => self.identified(identity).await,
            Answer::Vocab(vocab) => {
                self.agenda.vocab_due = Instant::now() + self.parts.rhythm.vocab;
                let stored = self.parts.cache.put_vocab(&vocab, (self.parts.now)()).await;
                Self::note_store(stored);
                self.tell(SourceEvent::Vocab(vocab)).await
            }
            Answer::Changes(changes) => self.changed(*changes, took).await,
            Answer::AllIds(there) => self.compare(&there).await,
            Answer::Many(tickets) => {
                let Job::CheckMany(asked) = job else {
                    return Ok(());
                };
                let checked = checked(asked, tickets, MAX_MISSING);
                let ones = checked.missing.into_iter().map(Job::CheckOne);
                self.agenda.checks.extend(ones);
                self.keep_and_tell(checked.changes, Advance::No).await
            }
            Answer::One(ticket) => {
                let Job::CheckOne(asked) = job else {
                    return Ok(());
                };
                match confirmed(asked, ticket.map(|ticket| *ticket)) {
                    Ok(changes) => self.keep_and_tell(changes, Advance::No).await,
                    Err(trouble) => self.failed(job, trouble).await,
                }
            }
            Answer::Past(past) => self.remembered(past).await,
            Answer::Replies(part) => self.overheard(part).await,
        }
    }

    /// A part of the weeks before came; all of them are told at once.
    async fn remembered(&mut self, part: Past) -> Going {
        self.past.extend(part.arrivals);
        let next = part.next.filter(|_| self.past.len() < MOST_PAST);
        self.agenda.past = next.map(|after| (Instant::now(), Some(after)));
        if self.agenda.past.is_some() {
            return Ok(());
        }
        let all = std::mem::take(&mut self.past);
        self.tell(SourceEvent::Past(all)).await
    }

    /// A part of what was written in the last hours came. The engine forgets it at every end, so it is read at every start.
    async fn overheard(&mut self, part: Replies) -> Going {
        self.replies += part.replies.len();
        let next = part.next.filter(|_| self.replies < MOST_REPLIES);
        self.agenda.replies = next.map_or(Lately::Over, |id| Lately::After(Some(id)));
        let changes = Changes {
            replies: part.replies,
            ..Changes::default()
        };
        self.tell_rows(changes).await
    }

    async fn identified(&mut self, identity: Box<Identity>) -> Going {
        let before = self.marks.me.replace(identity.me.id.clone());
        if before.is_some_and(|before| before != identity.me.id) {
            self.start_over().await?;
        }
        self.agenda.contacted = true;
        let stored = self.parts.cache.put_identity(&identity).await;
        Self::note_store(stored);
        self.tell(SourceEvent::Identity(identity)).await?;
        if self.cursor == Cursor::default() {
            self.reach.loading();
            self.tell_pulse().await?;
        }
        Ok(())
    }

    /// Somebody else than before: what they may see is another thing.
    async fn start_over(&mut self) -> Going {
        let ids = self.parts.cache.all_ids().await.unwrap_or_default();
        let devices = self.parts.cache.device_ids().await.unwrap_or_default();
        let purged = self.parts.cache.purge().await;
        Self::note_store(purged);
        self.cursor = Cursor::default();
        self.is_first_read = true;
        self.agenda.caught_up = false;
        self.agenda.vocab_due = Instant::now();
        self.agenda.past = Some((Instant::now(), None));
        self.past.clear();
        self.agenda.replies = Lately::After(None);
        self.replies = 0;
        let gone = Changes {
            gone: ids.into_iter().map(|id| (id, Gone::Hidden)).collect(),
            devices_gone: devices,
            ..Changes::default()
        };
        self.tell_rows(gone).await
    }

    async fn changed(&mut self, changes: Changes, took: Duration) -> Going {
        let is_stuck = !changes.caught_up && changes.next == self.cursor && is_empty(&changes);
        if is_stuck {
            tracing::warn!("the desk has more changes but gives none; next try at the next poll");
        }
        let (next, progress) = (changes.next.clone(), changes.progress);
        let caught_up = changes.caught_up || is_stuck;
        let was_caught_up = std::mem::replace(&mut self.agenda.caught_up, caught_up);
        self.keep_and_tell(changes, self.advance).await?;
        self.cursor = next;
        self.agenda.polled = Some(Instant::now());
        self.reach
            .heard((self.parts.now)(), took, caught_up, progress);
        if self.advance == Advance::No {
            self.reach.remark(Trouble::new(
                TroubleKind::Transient,
                "The cache could not be written (see the log); after a restart, changes since then are read again.",
            ));
        }
        self.tell_pulse().await?;
        if caught_up && !was_caught_up {
            if self.is_first_read {
                self.compared().await;
            }
            self.forget_closed().await?;
        }
        Ok(())
    }

    /// All ids are known to agree as of now: they were compared, or everything was just read.
    async fn compared(&mut self) {
        self.is_first_read = false;
        self.agenda.reconcile_due = Instant::now() + self.parts.rhythm.reconcile;
        let now = (self.parts.now)();
        Self::note_store(self.parts.cache.put_reconciled(now).await);
    }

    async fn compare(&mut self, there: &[TicketId]) -> Going {
        match self.parts.cache.active_ids().await {
            Ok(here) => {
                let differ = to_check(&here, there);
                let chunks = differ.chunks(CHECK_CHUNK);
                self.agenda
                    .checks
                    .extend(chunks.map(|ids| Job::CheckMany(ids.to_vec())));
                self.compared().await;
            }
            Err(error) => {
                tracing::warn!(%error, "ids not compared");
                self.postpone(&Job::AllIds);
            }
        }
        self.forget_closed().await
    }

    async fn forget_closed(&mut self) -> Going {
        let keep = SignedDuration::try_from(self.parts.rhythm.keep_closed);
        let keep = keep.unwrap_or(SignedDuration::MAX);
        let Ok(before) = (self.parts.now)().checked_sub(keep) else {
            return Ok(());
        };
        match self.parts.cache.forget_closed(before).await {
            Ok(ids) => {
                let gone = Changes {
                    gone: ids.into_iter().map(|id| (id, Gone::Hidden)).collect(),
                    ..Changes::default()
                };
                self.tell_rows(gone).await
            }
            Err(error) => {
                tracing::warn!(%error, "closed tickets not forgotten");
                Ok(())
            }
        }
    }

    /// Stores rows, then tells them as the cache has them.
    async fn keep_and_tell(&mut self, changes: Changes, advance: Advance) -> Going {
        let now = (self.parts.now)();
        let kept = self
            .parts
            .cache
            .apply(Source::Desk, &changes, advance, now)
            .await;
        match kept {
            Ok(merged) => self.tell_rows(merged).await,
            Err(error) => {
                // The Board goes on without the cache; but from now on a stored cursor would stand for rows that
                // are not stored.
                tracing::error!(%error, "changes not stored");
                self.advance = Advance::No;
                self.tell_rows(changes).await
            }
        }
    }

    async fn failed(&mut self, job: &Job, trouble: Trouble) -> Going {
        let setback = Setback::of(&trouble);
        let hits_all = setback != Setback::Refused || trouble.is_auth();
        let is_broken = trouble.kind == TroubleKind::Malformed;
        tracing::warn!(?job, kind = ?trouble.kind, %trouble, "request failed");
        if job.is_background() && (!hits_all || is_broken) {
            if let Job::Past(_) = job {
                // What there is must do: whoever waits for it goes on.
                return self.remembered(Past::default()).await;
            }
            if let Job::Replies(_) = job {
                return self.overheard(Replies::default()).await;
            }
            self.postpone(job);
            return Ok(());
        }
        if let Job::CheckMany(_) | Job::CheckOne(_) = job {
            self.agenda.checks.push_front(job.clone());
        }
        self.failures = self.failures.saturating_add(1);
        let counted = match setback {
            Setback::Refused => self.failures.max(REFUSAL_COUNTS),
            _ => self.failures,
        };
        if matches!(trouble.kind, TroubleKind::Auth | TroubleKind::Config) {
            // Whoever answers next may be another desk, or know us as somebody else.
            self.agenda.contacted = false;
        }
        // A wait of nothing would be a request after the other.
        let asked = trouble.retry_after.filter(|wait| *wait >= LEAST_ASKED);
        let wait = asked
            .unwrap_or_else(|| (self.parts.backoff)(counted))
            .min(LONGEST);
        self.pause = Some(Pause {
            until: Instant::now() + wait,
            is_asked: asked.is_some(),
        });
        let next_try = self.time_after(wait);
        self.reach.failed(trouble, next_try);
        self.tell_pulse().await
    }

    fn postpone(&mut self, job: &Job) {
        let later = Instant::now() + POSTPONE;
        match job {
            Job::Vocab => self.agenda.vocab_due = later,
            Job::AllIds => self.agenda.reconcile_due = later,
            // Whatever it was about, the next comparison finds it again.
            Job::CheckMany(_)
            | Job::CheckOne(_)
            | Job::Past(_)
            | Job::Replies(_)
            | Job::Probe
            | Job::Changes(_) => {}
        }
    }

    /// After a sleep of the machine everything is due, and nothing on the screen is fresh.
    async fn notice_sleep(&mut self) -> Going {
        let (instant, wall) = (Instant::now(), (self.parts.wall)());
        let ran = instant.duration_since(self.anchor.0);
        let passed = Duration::try_from(wall.duration_since(self.anchor.1)).unwrap_or_default();
        self.anchor = (instant, wall);
        if passed.saturating_sub(ran) < SLEPT {
            return Ok(());
        }
        tracing::info!(
            seconds = passed.as_secs(),
            "the machine slept, or its clock was set"
        );
        self.agenda.polled = None;
        self.agenda.vocab_due = instant;
        self.agenda.reconcile_due = instant;
        self.pause = self.pause.take().filter(|pause| pause.is_asked);
        self.reach.slept();
        self.tell_pulse().await
    }

    fn note_store(stored: Result<(), StoreError>) {
        if let Err(error) = stored {
            tracing::warn!(%error, "cache not written");
        }
    }

    fn time_after(&self, wait: Duration) -> Timestamp {
        let now = (self.parts.now)();
        SignedDuration::try_from(wait)
            .ok()
            .and_then(|wait| now.checked_add(wait).ok())
            .unwrap_or(Timestamp::MAX)
    }

    async fn tell_rows(&self, changes: Changes) -> Going {
        for batch in batches(changes, BATCH) {
            self.tell(SourceEvent::Changed(batch)).await?;
        }
        Ok(())
    }

    async fn tell_pulse(&self) -> Going {
        let live = self.reach.liveness().clone();
        self.tell(SourceEvent::Pulse(Source::Desk, live)).await
    }

    async fn tell(&self, event: SourceEvent) -> Going {
        tokio::select! {
            biased;
            () = self.control.stop.cancelled() => Err(Ended),
            sent = self.parts.events.send(event) => sent.map_err(|_| Ended),
        }
    }
}

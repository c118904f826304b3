//! The desk as it is now, for commands without a screen: what the cache knows, brought up to date.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::exit::{Exit, Stop};
use super::session::Ground;
use crate::app::model::settings;
use crate::board::Board;
use crate::config::Config;
use crate::desk::port::Desk;
use crate::domain::Timestamp;
use crate::domain::finding::Finding;
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::source::{Changes, Cursor, Identity, Source};
use crate::domain::ticket::Ticket;
use crate::domain::watch::Watched;
use crate::runtime::clock::Clock;
use crate::runtime::{connect, triage};
use crate::store::cache::{Advance, CacheOptions};
use crate::store::error::StoreErrorKind;
use crate::store::outbox::Outbox;
use crate::store::{Cache, Location, StoreError};
use crate::sync::reconcile::is_empty;
use crate::triage::Engine;

/// How long bringing the cache up to date may take; a first read of a large desk takes a minute.
const LIMIT: Duration = Duration::from_secs(600);
/// How often a failed read is tried again before the command gives up.
const TRIES: u32 = 2;

/// What a command works with.
pub struct Live {
    /// The desk.
    pub desk: Arc<dyn Desk>,
    /// Who the desk is, and as whom it knows us.
    pub identity: Identity,
    /// Tickets and devices, classified.
    pub board: Board,
    /// The incidents that a console last knew, and when.
    pub watched: Option<Watched>,
    /// What the board came from; it holds whole texts.
    pub cache: Cache,
    /// The time of the answer.
    pub now: Timestamp,
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::new(Exit::Failed, error.to_string())
    }
}

/// The outbox of the desk in use.
///
/// # Errors
/// The file cannot be used.
pub fn outbox(ground: &Ground) -> Result<Outbox, Stop> {
    let file = Location::File(ground.loaded.store_dir(&ground.dirs).join("outbox.db"));
    Ok(Outbox::open(&file, &ground.loaded.store)?)
}

/// The cache of the desk in use.
///
/// # Errors
/// The file cannot be used.
pub fn cache(ground: &Ground, desk: &dyn Desk, config: &Config) -> Result<Cache, Stop> {
    let file = Location::File(ground.loaded.store_dir(&ground.dirs).join("cache.db"));
    let options = CacheOptions {
        place: desk.place(),
        conversations: config.cache.conversations,
    };
    let opened = Cache::open(&file, options)?;
    if let Some(notice) = opened.notice {
        super::out::say(notice);
    }
    Ok(opened.cache)
}

/// The desk of the configuration.
///
/// # Errors
/// A wrong configuration, no desk, no token: exit code 3.
pub fn desk(ground: &Ground) -> Result<(Config, Arc<dyn Desk>), Stop> {
    let config = ground.right()?.clone();
    let desk = connect::desk(&config, &ground.env, &ground.dirs)?;
    Ok((config, desk))
}

/// What ends a read: damage of the cache, which can be mended, is told apart.
enum Ended {
    Damaged,
    Stop(Stop),
}

impl From<Stop> for Ended {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<Trouble> for Ended {
    fn from(trouble: Trouble) -> Self {
        Self::Stop(trouble.into())
    }
}

/// A store's failure, damage told apart.
fn damage(error: StoreError) -> Ended {
    if error.kind() == StoreErrorKind::Corrupt {
        Ended::Damaged
    } else {
        Ended::Stop(error.into())
    }
}

/// Moves a damaged cache aside and begins a new one; says so.
///
/// # Errors
/// The file cannot be moved or made.
pub fn rebuilt(cache: &Cache) -> Result<Cache, Stop> {
    let opened = cache.rebuild()?;
    if let Some(notice) = opened.notice {
        super::out::say(notice);
    }
    Ok(opened.cache)
}

impl Live {
    /// Reads what is new since the last time. A damaged cache is built anew.
    ///
    /// # Errors
    /// As [`desk`], and whatever trouble the desk makes.
    pub async fn open(ground: &Ground) -> Result<Self, Stop> {
        let (config, desk) = desk(ground)?;
        let cache = cache(ground, desk.as_ref(), &config)?;
        let engine = ground.engine()?;
        match Self::read(ground, &config, &engine, &desk, &cache).await {
            Ok(live) => Ok(live),
            Err(Ended::Stop(stop)) => Err(stop),
            Err(Ended::Damaged) => {
                let cache = rebuilt(&cache)?;
                match Self::read(ground, &config, &engine, &desk, &cache).await {
                    Ok(live) => Ok(live),
                    Err(Ended::Stop(stop)) => Err(stop),
                    Err(Ended::Damaged) => Err(Stop::new(
                        Exit::Failed,
                        "the cache is damaged again right after it was built anew; check the disk",
                    )),
                }
            }
        }
    }

    async fn read(
        ground: &Ground,
        config: &Config,
        engine: &Engine,
        desk: &Arc<dyn Desk>,
        cache: &Cache,
    ) -> Result<Self, Ended> {
        let identity = desk.probe().await?;
        let marks = cache.marks(Source::Desk).await.map_err(damage)?;
        // What another person could see stays out of this person's sight.
        let same = marks.me.as_ref().is_none_or(|me| *me == identity.me.id);
        if !same {
            cache.purge().await.map_err(damage)?;
        }
        cache.put_identity(&identity).await.map_err(damage)?;
        let clock = ground.clock()?;
        // The desk's words were never read here: without them nobody knows who is staff.
        if marks.vocab_at.is_none() || !same {
            match desk.vocab().await {
                Ok(vocab) => {
                    cache.put_vocab(&vocab, clock.now()).await.map_err(damage)?;
                }
                Err(trouble) => tracing::warn!(%trouble, "the desk's words are not read"),
            }
        }
        catch_up(
            desk.as_ref(),
            cache,
            clock,
            if same {
                marks.cursor
            } else {
                Cursor::default()
            },
        )
        .await?;
        let now = clock.now();
        let watched = cache.watched().await.map_err(damage)?;
        let board = board(config, engine, cache, &identity, now).await?;
        Ok(Self {
            desk: Arc::clone(desk),
            identity,
            board,
            watched,
            cache: cache.clone(),
            now,
        })
    }
}

async fn catch_up(
    desk: &dyn Desk,
    cache: &Cache,
    clock: Clock,
    mut cursor: Cursor,
) -> Result<(), Ended> {
    let began = Instant::now();
    loop {
        let changes = with_patience(desk, &cursor).await?;
        cache
            .apply(Source::Desk, &changes, Advance::Yes, clock.now())
            .await
            .map_err(damage)?;
        // A desk that says that there is more and gives none would be asked without end.
        let is_stuck = changes.next == cursor && is_empty(&changes);
        cursor = changes.next;
        if changes.caught_up || is_stuck {
            return Ok(());
        }
        if began.elapsed() > LIMIT {
            let why = format!(
                "{} does not come to an end; try again, it goes on where it was",
                desk.place()
            );
            return Err(Stop::new(Exit::Unreachable, why).into());
        }
    }
}

/// A desk that drops an idle connection, or is restarted, answers the next time.
async fn with_patience(desk: &dyn Desk, cursor: &Cursor) -> Result<Changes, Trouble> {
    let mut failures = 0;
    loop {
        match desk.changes(cursor).await {
            Err(trouble) if trouble.kind == TroubleKind::Transient && failures < TRIES => {
                failures += 1;
            }
            other => return other,
        }
    }
}

async fn board(
    config: &Config,
    engine: &Engine,
    cache: &Cache,
    identity: &Identity,
    now: Timestamp,
) -> Result<Board, Ended> {
    let snapshot = cache.load_all().await.map_err(damage)?;
    let (panes, _) = settings::panes(config);
    let mut board = Board::new(panes, now);
    board.tick(now);
    board.set_me(identity.me.clone());
    if let Some(vocab) = &snapshot.known.vocab {
        board.set_statuses(&vocab.statuses);
        board.set_staff(
            vocab
                .agents
                .iter()
                .map(|agent| agent.who.id.clone())
                .collect(),
        );
    }
    board.set_deeds(snapshot.known.deeds);
    board.set_versions(snapshot.known.versions);
    let findings = triage::findings(engine, &snapshot.tickets);
    // For a look into the cache that classifies nothing.
    cache.put_findings(&findings).await.map_err(damage)?;
    board.apply(&Changes {
        tickets: snapshot.tickets,
        devices: snapshot.devices,
        ..Changes::default()
    });
    for (id, finding) in findings {
        board.set_finding(&id, finding);
    }
    Ok(board)
}

/// What the engine says of a ticket that was read whole, after what staff corrected on the tickets that the cache has.
///
/// # Errors
/// The cache cannot be read.
pub async fn finding(engine: &Engine, cache: &Cache, whole: &Ticket) -> Result<Finding, Stop> {
    let known = cache.load_all().await?.tickets;
    Ok(triage::finding(engine, &known, whole))
}

/// A runtime for one command.
///
/// # Errors
/// The system gives no threads.
pub fn block_on<T>(work: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Stop::new(Exit::Failed, format!("the system gives no threads: {e}")))?
        .block_on(work)
}

/// Runs `work`; at Ctrl-C or SIGTERM says `sentence`, cancels `stop` and lets `work` come to its end.
pub async fn heeding_signals<T>(
    stop: &CancellationToken,
    sentence: &str,
    work: impl Future<Output = T>,
) -> T {
    let mut work = pin!(work);
    tokio::select! {
        biased;
        ended = &mut work => return ended,
        () = until_told() => {}
    }
    super::out::say(sentence);
    stop.cancel();
    work.await
}

/// Waits for Ctrl-C or SIGTERM.
#[cfg(unix)]
pub async fn until_told() {
    use tokio::signal::unix::{SignalKind, signal};
    let ctrl_c = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = ctrl_c => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(ctrl_c.await),
    }
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
pub async fn until_told() {
    drop(tokio::signal::ctrl_c().await);
}

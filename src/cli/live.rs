//! The desk as it is now, for commands without a screen: what the cache knows, brought up to date.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::exit::{Exit, Stop};
use super::session::Ground;
use crate::app::model::settings;
use crate::board::Board;
use crate::config::Config;
use crate::desk::port::Desk;
use crate::domain::Timestamp;
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::source::{Changes, Cursor, Identity, Source};
use crate::runtime::connect;
use crate::store::cache::{Advance, CacheOptions};
use crate::store::outbox::Outbox;
use crate::store::{Cache, Location, StoreError};
use crate::triage::{Engine, Input};

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

impl Live {
    /// Reads what is new since the last time.
    ///
    /// # Errors
    /// As [`desk`], and whatever trouble the desk makes.
    pub async fn open(ground: &Ground) -> Result<Self, Stop> {
        let (config, desk) = desk(ground)?;
        let cache = cache(ground, desk.as_ref(), &config)?;
        let identity = desk.probe().await?;
        let marks = cache.marks(Source::Desk).await?;
        // What another person could see stays out of this person's sight.
        let same = marks.me.as_ref().is_none_or(|me| *me == identity.me.id);
        if !same {
            cache.purge().await?;
        }
        cache.put_identity(&identity).await?;
        catch_up(
            desk.as_ref(),
            &cache,
            if same {
                marks.cursor
            } else {
                Cursor::default()
            },
        )
        .await?;
        let now = Timestamp::now();
        let board = board(&config, &cache, &identity, now).await?;
        Ok(Self {
            desk,
            identity,
            board,
            now,
        })
    }
}

async fn catch_up(desk: &dyn Desk, cache: &Cache, mut cursor: Cursor) -> Result<(), Stop> {
    let began = Instant::now();
    loop {
        let changes = with_patience(desk, &cursor).await?;
        cache
            .apply(Source::Desk, &changes, Advance::Yes, Timestamp::now())
            .await?;
        cursor = changes.next;
        if changes.caught_up {
            return Ok(());
        }
        if began.elapsed() > LIMIT {
            let why = format!(
                "{} does not come to an end; try again, it goes on where it was",
                desk.place()
            );
            return Err(Stop::new(Exit::Unreachable, why));
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
    cache: &Cache,
    identity: &Identity,
    now: Timestamp,
) -> Result<Board, Stop> {
    let snapshot = cache.load_all().await?;
    let (panes, _) = settings::panes(config);
    let mut board = Board::new(panes, now);
    board.tick(now);
    board.set_me(identity.me.clone());
    if let Some(vocab) = &snapshot.known.vocab {
        board.set_statuses(&vocab.statuses);
    }
    let engine = Engine::built_in().map_err(|e| Stop::new(Exit::Failed, e.to_string()))?;
    let findings: Vec<_> = snapshot
        .tickets
        .iter()
        .map(|t| {
            let body = t.body.known().map_or("", String::as_str);
            (
                t.id.clone(),
                engine.classify(&Input {
                    subject: &t.subject,
                    body,
                    lang: None,
                }),
            )
        })
        .collect();
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

//! The load of the desk and its numbers: as the desk has them now, or as the cache last had them.

use jiff::SignedDuration;
use serde_json::{Map, Value as Json, json};

use super::args::SourceArgs;
use super::exit::{Exit, Stop};
use super::live::Live;
use super::ongoing::Ongoing;
use super::session::Ground;
use crate::app::model::settings;
use crate::board::{Board, PaneKind};
use crate::config::Config;
use crate::domain::Timestamp;
use crate::domain::fact::Fact;
use crate::domain::finding::Finding;
use crate::domain::ids::{GroupId, PersonId};
use crate::domain::numbers::{Log, Numbers, Reach, WEEK};
use crate::domain::rollout::Rollout;
use crate::domain::source::Changes;
use crate::store::cache::{Peek, peek};

/// So far back the cache is looked into: the longest window of a number.
const LOOKED: SignedDuration = WEEK;
/// Minutes.
const HOUR: i64 = 60;

/// One pane of the Board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaneLoad {
    /// The slug of its group; the title of a saved pane.
    pub group: String,
    /// Its title.
    pub title: String,
    /// Tickets in it.
    pub open: usize,
    /// Of a group: nobody's.
    pub unowned: usize,
    /// Of a group: what came in the last hour.
    pub arrived: u32,
    /// Whether it is a saved pane, which may overlap with others.
    pub is_saved: bool,
}

/// The load.
#[derive(Debug, Clone)]
pub struct Load {
    /// The desk.
    pub place: String,
    /// As whom it knows us.
    pub me: Option<PersonId>,
    /// The moment that all this is of.
    pub at: Timestamp,
    /// Whether it comes from the cache.
    pub is_cached: bool,
    /// Whether all that the desk has was read once. A first read that was broken off leaves a part of it.
    pub is_whole: bool,
    /// What the numbers were computed from.
    pub log: Log,
    /// The numbers.
    pub numbers: Numbers,
    /// Incidents.
    pub ongoing: Ongoing,
    /// The panes, in the order of the Board.
    pub panes: Vec<PaneLoad>,
    /// Devices that are known.
    pub devices: usize,
    /// New versions on their way; nothing is known of them without the devices themselves.
    pub rollouts: Option<Vec<Rollout>>,
}

impl Load {
    /// Asks the desk, or looks into the cache.
    ///
    /// # Errors
    /// No desk, or trouble with it; of the cache: there is none yet.
    pub async fn find(args: SourceArgs, ground: &Ground) -> Result<Self, Stop> {
        Self::find_back(args, ground, LOOKED).await
    }

    /// The same; what is closed is looked at so far back, where it is kept.
    ///
    /// # Errors
    /// As [`Load::find`].
    pub async fn find_back(
        args: SourceArgs,
        ground: &Ground,
        looked: SignedDuration,
    ) -> Result<Self, Stop> {
        if args.cached {
            return Self::of_cache(ground, looked);
        }
        Self::of_desk(ground).await
    }

    /// What the desk has now.
    ///
    /// # Errors
    /// No desk, or trouble with it.
    pub async fn of_desk(ground: &Ground) -> Result<Self, Stop> {
        let live = Live::open(ground).await?;
        let config = ground.right()?;
        Ok(Self::of_live(&live, config, Ongoing::of_live(&live)))
    }

    /// What a desk that was just read has.
    pub fn of_live(live: &Live, config: &Config, ongoing: Ongoing) -> Self {
        let me = Some(live.identity.me.id.clone());
        let of = (live.desk.place(), me);
        let load = Self::of(&live.board, reach(config, None), of, ongoing, live.now);
        Self {
            rollouts: Some(live.board.rollouts(reach(config, None), live.now)),
            ..load
        }
    }

    /// What the cache last had; the time is that of the desk's last answer.
    fn of_cache(ground: &Ground, looked: SignedDuration) -> Result<Self, Stop> {
        let config = ground.right()?;
        let nothing = || {
            Stop::new(
                Exit::Failed,
                "nothing is cached of this desk yet; open the console once, or ask without --cached",
            )
        };
        let file = ground.loaded.store_dir(&ground.dirs).join("cache.db");
        let peek = peek(&file, looked)?.ok_or_else(nothing)?;
        let url = config.desk.url.get().unwrap_or_default();
        let is_ours = peek.place.trim_end_matches('/') == url.trim_end_matches('/');
        let synced = peek.synced.filter(|_| is_ours).ok_or_else(nothing)?;
        let (of, devices) = ((peek.place.clone(), peek.me.clone()), peek.devices);
        let (watched, is_whole) = (peek.watched.clone(), peek.is_whole);
        let board = board(config, peek, synced);
        let ongoing = Ongoing::of_cache(&board, watched, synced);
        let load = Self::of(&board, reach(config, Some(looked)), of, ongoing, synced);
        Ok(Self {
            is_cached: true,
            is_whole,
            devices,
            ..load
        })
    }

    fn of(
        board: &Board,
        reach: Reach,
        (place, me): (String, Option<PersonId>),
        ongoing: Ongoing,
        at: Timestamp,
    ) -> Self {
        let log = board.numbers_log(reach, at);
        Self {
            place,
            me,
            at,
            is_cached: false,
            is_whole: true,
            numbers: Numbers::of(&log, ongoing.watch(), at),
            ongoing,
            log,
            panes: panes(board),
            devices: board.fleet().len(),
            rollouts: None,
        }
    }
}

/// How far back tickets that are over are there.
pub fn reach(config: &Config, looked: Option<SignedDuration>) -> Reach {
    let kept = SignedDuration::from_hours(i64::from(config.cache.closed_days) * 24);
    Reach {
        resolved_hours: config.desk.resolved_hours,
        kept: looked.map_or(kept, |looked| looked.min(kept)),
    }
}

fn board(config: &Config, peek: Peek, now: Timestamp) -> Board {
    let (panes, _) = settings::panes(config);
    let mut board = Board::new(panes, now);
    board.tick(now);
    board.apply(&Changes {
        tickets: peek.tickets,
        ..Changes::default()
    });
    board.set_deeds(peek.deeds);
    board.set_staff(peek.staff);
    for (id, group) in peek.groups {
        board.set_finding(&id, Finding::of(group, 1.0));
    }
    board
}

fn panes(board: &Board) -> Vec<PaneLoad> {
    let load = board.load();
    let of = |pane: &crate::board::Pane| {
        let own = match &pane.def().kind {
            PaneKind::Group(group) => Some(group.clone()),
            PaneKind::Rest => Some(GroupId::other()),
            PaneKind::Saved(_) => None,
        };
        PaneLoad {
            open: pane.len(),
            unowned: own.as_ref().map_or(0, |group| load.unowned(group)),
            arrived: own
                .as_ref()
                .map_or(0, |group| load.arrived_lately_in(group, HOUR)),
            is_saved: own.is_none(),
            group: own.map_or_else(|| pane.def().title.clone(), |group| group.to_string()),
            title: pane.def().title.clone(),
        }
    };
    board.panes().iter().map(of).collect()
}

/// Anything with facts in it as JSON: a known fact is its value, what is not set is null, and what is not known says so.
pub fn plain(value: Json) -> Json {
    match value {
        Json::String(word) if word == "empty" => Json::Null,
        Json::String(word) if word == "unknown" => super::list::fact_json(&Fact::<()>::Unknown),
        Json::Object(map) => {
            let is_fact = map.len() == 1 && map.contains_key("known");
            let mut plainly = map.into_iter().map(|(key, value)| (key, plain(value)));
            if is_fact {
                return plainly.next().map_or(Json::Null, |(_, value)| value);
            }
            Json::Object(plainly.collect::<Map<_, _>>())
        }
        Json::Array(items) => items.into_iter().map(plain).collect(),
        other => other,
    }
}

/// The numbers as JSON.
pub fn numbers_json(numbers: &Numbers) -> Json {
    plain(json!(numbers))
}

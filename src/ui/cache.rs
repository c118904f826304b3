//! What the view remembers between frames: lines that were built, where the grid began, and how the screen was laid
//! out.

use std::collections::HashMap;
use std::rc::Rc;

use jiff::civil::Date;
use ratatui::text::Line;

use super::look::Look;
use crate::app::model::{Area, Extent, Model, Viewport};
use crate::board::{Fleet, SharedValue};
use crate::domain::Timestamp;
use crate::domain::health::{GroupHealth, Thresholds};
use crate::domain::ids::{GroupId, TicketId};
use crate::domain::numbers::Numbers;
use crate::domain::numbers::trends::Trends;
use crate::domain::rollout::Rollout;
use crate::i18n::incident::Sentences;
use crate::text::lang::Lang;

/// Everything that the rows of a pane depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PaneKey {
    pub board: u64,
    pub columns: u16,
    pub ids: Vec<TicketId>,
    pub mark: i64,
    /// Which tickets are marked.
    pub marks: u64,
    /// Which tickets are claimed by others, and for how many minutes.
    pub claims: Vec<(TicketId, i64)>,
    /// Which incidents are declared.
    pub declared: u64,
}

/// Everything that the lines of a long text depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextKey {
    pub ticket: TicketId,
    pub columns: u16,
    pub unmasked: bool,
    /// Whether quotes are shown whole.
    pub quotes: bool,
    pub read_at: Option<Timestamp>,
    pub entries: Option<usize>,
    pub failed: bool,
    /// Answers about solved tickets like it.
    pub alike: u32,
    pub lang: String,
    pub revision: (u64, u64),
    pub mark: i64,
}

/// A long text as lines, and what it was made from.
type Kept = (TextKey, Vec<Line<'static>>);

/// New versions on their way, and the state of board and fleet and the five-minute mark that they were counted for.
type Spreading = ((u64, u64, i64), Rc<Vec<Rollout>>);

/// The memory of the view.
#[derive(Debug)]
pub struct ViewCache {
    /// Colours and signs.
    pub look: Look,
    viewport: Viewport,
    /// The first pane of the page that the grid shows.
    pub(super) first_pane: usize,
    panes: HashMap<usize, (PaneKey, Vec<Line<'static>>)>,
    texts: HashMap<&'static str, Kept>,
    sentences: Option<(String, Date, Rc<Sentences>)>,
    numbers: Option<((u64, Timestamp), Rc<Numbers>)>,
    trends: Option<((u64, Timestamp), Rc<Trends>)>,
    rollouts: Option<Spreading>,
    health: HashMap<GroupId, Option<GroupHealth>>,
    spreads: HashMap<&'static str, Vec<SharedValue>>,
    failing: Option<usize>,
    /// The language of the lines.
    lang: String,
    /// State of the fleet and five-minute mark that the three above were counted for.
    counted: (u64, i64),
}

impl ViewCache {
    /// An empty memory for this look.
    pub fn new(look: Look) -> Self {
        Self {
            look,
            viewport: Viewport::default(),
            first_pane: 0,
            panes: HashMap::new(),
            texts: HashMap::new(),
            sentences: None,
            numbers: None,
            trends: None,
            rollouts: None,
            health: HashMap::new(),
            spreads: HashMap::new(),
            failing: None,
            lang: String::new(),
            counted: (0, 0),
        }
    }
    /// How the last frame was laid out. The runtime tells the model when it differs from the time before, so that
    /// paging and scrolling know the heights.
    pub fn viewport(&self) -> &Viewport {
        &self.viewport
    }
    /// Sentences in the language of the screen, as they are read today.
    pub(super) fn sentences(&mut self, model: &Model) -> Rc<Sentences> {
        let settings = &model.settings;
        let today = model.now.to_zoned(settings.zone.clone()).date();
        let made = self
            .sentences
            .take()
            .filter(|(lang, day, _)| *lang == settings.lang && *day == today);
        let (_, _, sentences) = self.sentences.insert(made.unwrap_or_else(|| {
            let lang = Lang::from_code(&settings.lang);
            let sentences = Sentences::new(lang, settings.zone.clone()).on(today);
            (settings.lang.clone(), today, Rc::new(sentences))
        }));
        Rc::clone(sentences)
    }
    /// The supervisor's numbers as of a moment, counted over all tickets once for each state of the board.
    pub(super) fn numbers(&mut self, model: &Model, at: Timestamp) -> Rc<Numbers> {
        let of = (model.board.revision(), at);
        let kept = self.numbers.take().filter(|(key, _)| *key == of);
        let (_, numbers) = self.numbers.insert(kept.unwrap_or_else(|| {
            let reach = model.settings.reach();
            (of, Rc::new(model.board.numbers(reach, at)))
        }));
        Rc::clone(numbers)
    }
    /// What came and was closed as of a moment, sorted once for each state of the board.
    pub(super) fn trends(&mut self, model: &Model, at: Timestamp) -> Rc<Trends> {
        let of = (model.board.revision(), at);
        let kept = self.trends.take().filter(|(key, _)| *key == of);
        let (_, trends) = self.trends.insert(kept.unwrap_or_else(|| {
            let reach = model.settings.reach();
            (of, Rc::new(model.board.trends(reach, at)))
        }));
        Rc::clone(trends)
    }
    /// New versions on their way, counted once for each state of board and fleet and each five-minute mark.
    pub(super) fn rollouts(&mut self, model: &Model) -> Rc<Vec<Rollout>> {
        let board = &model.board;
        let of = (board.revision(), board.fleet().revision(), mark(model.now));
        let kept = self.rollouts.take().filter(|(key, _)| *key == of);
        let (_, rollouts) = self.rollouts.insert(kept.unwrap_or_else(|| {
            let found = board.rollouts(model.settings.reach(), model.now);
            (of, Rc::new(found))
        }));
        Rc::clone(rollouts)
    }
    /// Forgets the layout of the last frame, and every line where the language is another one than it was.
    pub(super) fn begin(&mut self, lang: &str) {
        self.viewport.areas.clear();
        if self.lang != lang {
            lang.clone_into(&mut self.lang);
            self.panes.clear();
            self.texts.clear();
        }
    }
    /// Notes how large an area is on the screen, and how long its content.
    pub(super) fn note(&mut self, area: Area, height: u16, content: usize) {
        let height = usize::from(height);
        self.viewport.areas.push((area, Extent { height, content }));
    }
    /// The lines of a pane, built anew only when what they depend on has changed.
    pub(super) fn pane(
        &mut self,
        pane: usize,
        key: PaneKey,
        build: impl FnOnce(&PaneKey) -> Vec<Line<'static>>,
    ) -> &[Line<'static>] {
        let entry = self.panes.entry(pane);
        let kept = match entry {
            std::collections::hash_map::Entry::Occupied(mut old) => {
                if old.get().0 != key {
                    let lines = build(&key);
                    old.insert((key, lines));
                }
                old.into_mut()
            }
            std::collections::hash_map::Entry::Vacant(empty) => {
                let lines = build(&key);
                empty.insert((key, lines))
            }
        };
        &kept.1
    }
    /// The lines of a long text, one per `what`, built anew only when what they depend on has changed.
    pub(super) fn text(
        &mut self,
        what: &'static str,
        key: TextKey,
        build: impl FnOnce() -> Vec<Line<'static>>,
    ) -> &[Line<'static>] {
        if self.texts.get(what).is_none_or(|(old, _)| *old != key) {
            self.texts.insert(what, (key, build()));
        }
        self.texts.get(what).map_or(&[], |(_, lines)| lines)
    }
    /// What the devices say about a group, counted once for each state of the fleet and five-minute mark.
    pub(super) fn health(
        &mut self,
        group: &GroupId,
        limits: &Thresholds,
        fleet: &Fleet,
        now: Timestamp,
    ) -> Option<&GroupHealth> {
        self.count_anew(fleet, now);
        if !self.health.contains_key(group) {
            let counted = limits.of_group(group, fleet.iter(), now);
            self.health.insert(group.clone(), counted);
        }
        self.health.get(group).and_then(Option::as_ref)
    }
    /// How many devices fail.
    pub(super) fn failing(&mut self, limits: &Thresholds, fleet: &Fleet, now: Timestamp) -> usize {
        self.count_anew(fleet, now);
        *self
            .failing
            .get_or_insert_with(|| fleet.iter().filter(|d| limits.is_failing(d, now)).count())
    }
    /// How the values of a fact are spread over failing devices and over all.
    pub(super) fn spread(
        &mut self,
        fact: &'static str,
        limits: &Thresholds,
        fleet: &Fleet,
        now: Timestamp,
    ) -> &[SharedValue] {
        self.count_anew(fleet, now);
        self.spreads
            .entry(fact)
            .or_insert_with(|| fleet.spread(fact, |d| limits.is_failing(d, now)))
    }
    fn count_anew(&mut self, fleet: &Fleet, now: Timestamp) {
        let of = (fleet.revision(), mark(now));
        if self.counted != of {
            self.health.clear();
            self.spreads.clear();
            self.failing = None;
            self.counted = of;
        }
    }
}

/// The five-minute mark of the clock at or before `now`: what depends on time moves only there, so that nothing is
/// sent to the terminal in between.
pub(super) fn mark(now: Timestamp) -> i64 {
    now.as_second().div_euclid(300)
}

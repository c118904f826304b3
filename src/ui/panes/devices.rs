//! The devices: what fails, where, and what the failing ones share.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{facts, list};
use crate::app::Model;
use crate::app::model::Area;
use crate::app::model::screen::BreakDown;
use crate::domain::device::Device;
use crate::domain::fact::Fact;
use crate::domain::health::Grade;
use crate::domain::rollout::Verdict;
use crate::domain::source::Source;
use crate::i18n::{self, say};
use crate::text::width;
use crate::ui::cache::ViewCache;
use crate::ui::compose::{self, Part};
use crate::ui::paint::{Canvas, Labels};
use crate::ui::{chrome, layout, when, words};

/// From this width on the break-downs stand beside the list without being asked for.
const BESIDE: u16 = 140;
/// Columns of the break-downs beside the list.
const PANEL: u16 = 42;

/// Draws the Devices screen.
pub(in crate::ui) fn draw(
    model: &Model,
    cache: &mut ViewCache,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let screen = &model.screens.devices;
    let (head, body) = layout::cut_top(area, 1);
    let line = heading(model, cache, canvas, usize::from(head.width));
    canvas.line(head.x, head.y, head.width, &line);
    let body = if screen.break_down.is_some() || body.width >= BESIDE {
        panel(model, cache, canvas, body)
    } else {
        body
    };
    let (titles, body) = layout::cut_top(body, 1);
    let table = Table::new(titles.width, model);
    let title = Line::styled(table.titles(), canvas.look.theme.dim);
    canvas.line(
        titles.x + 1,
        titles.y,
        titles.width.saturating_sub(1),
        &title,
    );
    cache.note(Area::Devices, body.height, 0);
    if screen.rows.is_empty() {
        let text = empty_text(model);
        let line = Line::styled(text, canvas.look.theme.dim);
        canvas.line(body.x + 1, body.y, body.width.saturating_sub(1), &line);
        return;
    }
    let look = canvas.look;
    list::draw(
        canvas,
        body,
        &screen.list,
        &screen.rows,
        true,
        |id, columns| match model.board.fleet().get(id) {
            Some(device) => compose::fit(table.row(device, &look), columns),
            None => Line::styled(say!("not-known-any-more", id = id), look.theme.dim),
        },
    );
}

fn empty_text(model: &Model) -> &'static str {
    let screen = &model.screens.devices;
    if model.board.fleet().is_empty() {
        return match model.desk.capabilities().and_then(|c| c.devices.reason()) {
            Some(_) => i18n::word("devices-none-allowed"),
            None => i18n::word("devices-none"),
        };
    }
    if screen.failing_only && screen.query.is_none() {
        i18n::word("devices-none-fails")
    } else {
        i18n::word("devices-no-match")
    }
}

fn heading(
    model: &Model,
    cache: &mut ViewCache,
    canvas: &Canvas<'_>,
    columns: usize,
) -> Line<'static> {
    let theme = canvas.look.theme;
    let screen = &model.screens.devices;
    let fleet = model.board.fleet();
    let failing = cache.failing(&model.settings.health, fleet, model.now);
    let all = compose::number(fleet.len());
    let below = list::below(&screen.list, &screen.rows, 0);
    let shown = compose::number(screen.rows.len());
    let sort = screen.sort.word();
    let sort = i18n::named("device-sort-", sort).unwrap_or(sort);
    let mut parts = vec![Part::new(0, i18n::word("facts-devices"), theme.strong)];
    if model.desk.pulse(Source::Fleet).is_silent() {
        parts.push(Part::new(1, i18n::word("pulse-stale"), theme.alarm));
    } else if let Some(mark) = chrome::mark(model, canvas) {
        parts.push(Part {
            rank: 1,
            spans: vec![mark],
        });
    }
    let style = if failing > 0 { theme.alarm } else { theme.text };
    parts.push(Part::new(
        1,
        say!("devices-failing-of", n = compose::number(failing), of = all),
        style,
    ));
    parts.push(Part::new(
        2,
        say!("devices-sorted", what = sort),
        theme.text,
    ));
    if screen.failing_only {
        parts.push(Part::new(
            2,
            i18n::word("devices-failing-only"),
            theme.caution,
        ));
    }
    if !screen.filter.is_empty() {
        parts.push(Part::new(
            1,
            say!("devices-filter", text = screen.filter),
            theme.accent,
        ));
    }
    if !below.is_empty() {
        parts.push(Part::new(4, say!("devices-shown", n = shown), theme.dim));
    }
    parts.push(Part::new(
        5,
        say!(
            "devices-limits",
            name = facts::limits_name(&model.settings.health.name)
        ),
        theme.dim,
    ));
    let mut line = compose::parts(parts, canvas.look.glyphs.dot, columns.saturating_sub(2));
    line.spans.insert(0, Span::raw(" "));
    line
}

/// Which columns there is room for.
struct Table<'a> {
    model: &'a Model,
    name: usize,
    holder: usize,
    site: usize,
    facts: Vec<(&'static str, &'static str, usize)>,
}

impl<'a> Table<'a> {
    fn new(columns: u16, model: &'a Model) -> Self {
        let (holder, site, facts) = match columns {
            0..56 => (0, 0, vec![]),
            56..100 => (18, 0, vec![]),
            100..130 => (
                20,
                14,
                vec![("vpn_state", "VPN", 5), ("rsrp_dbm", "4G", 10)],
            ),
            _ => (
                22,
                16,
                vec![
                    ("vpn_state", "VPN", 5),
                    ("gateway", "gateway", 8),
                    ("rsrp_dbm", "4G dBm", 10),
                    ("wifi_dbm", "Wi-Fi dBm", 10),
                    ("loss_pct", i18n::word("devices-head-loss"), 9),
                ],
            ),
        };
        Self {
            model,
            name: if columns < 56 { 10 } else { 12 },
            holder,
            site,
            facts,
        }
    }

    fn titles(&self) -> String {
        let mut line = width::pad(i18n::word("devices-head-device"), self.name);
        line.push_str(&width::pad(
            &format!(" {}", i18n::word("devices-head-seen")),
            6,
        ));
        if self.holder > 0 {
            line.push(' ');
            line.push_str(&width::pad(i18n::word("devices-head-holder"), self.holder));
        }
        if self.site > 0 {
            line.push(' ');
            line.push_str(&width::pad(i18n::word("devices-head-site"), self.site));
        }
        for (_, title, columns) in &self.facts {
            line.push(' ');
            line.push_str(&width::pad(title, *columns));
        }
        line.push(' ');
        line.push_str(i18n::word("devices-head-state"));
        line
    }

    fn row(&self, device: &Device, look: &crate::ui::Look) -> Line<'static> {
        let theme = look.theme;
        let seen = match &device.last_seen {
            Fact::Known(at) => when::short(*at, self.model.now, &self.model.settings.zone),
            Fact::Empty => say!("devices-never"),
            Fact::Unknown => "?".to_owned(),
        };
        let mut spans = vec![
            Span::styled(width::pad(&device.name, self.name), theme.text),
            Span::styled(format!(" {}", width::pad(&seen, 5)), theme.dim),
        ];
        if self.holder > 0 {
            let holder = match &device.holder {
                Fact::Known(person) => person.name.as_str(),
                Fact::Empty => i18n::word("nobody"),
                Fact::Unknown => i18n::word("unknown"),
            };
            spans.push(Span::raw(format!(" {}", width::pad(holder, self.holder))));
        }
        if self.site > 0 {
            let site = device.text("site").unwrap_or(i18n::word("unknown"));
            spans.push(Span::raw(format!(" {}", width::pad(site, self.site))));
        }
        for (key, _, columns) in &self.facts {
            let (text, style) = match device.facts.get(*key) {
                None => ("?".to_owned(), theme.dim),
                Some(fact) => {
                    let grade = self
                        .model
                        .settings
                        .health
                        .of_fact(device, key, self.model.now);
                    let mut text = facts::value_text(&fact.value);
                    if let (Some(grade), true) = (grade, *key != "vpn_state") {
                        text = format!("{text} {}", words::grade(grade));
                    }
                    let style = grade.map_or(theme.text, |g| facts::grade_style(look, g));
                    (text, style)
                }
            };
            spans.push(Span::raw(" "));
            spans.push(Span::styled(width::pad(&text, *columns), style));
        }
        spans.push(Span::raw(" "));
        spans.push(self.state(device, look));
        Line::from(spans)
    }

    /// What fails, in words.
    fn state(&self, device: &Device, look: &crate::ui::Look) -> Span<'static> {
        let health = &self.model.settings.health;
        let failing = health.failing(device, self.model.now);
        if failing.is_empty() {
            let graded = device
                .facts
                .keys()
                .any(|key| health.of_fact(device, key, self.model.now).is_some());
            let word = if graded {
                i18n::word("devices-ok")
            } else {
                i18n::word("not-known")
            };
            return Span::styled(word, look.theme.dim);
        }
        let words: Vec<String> = failing
            .iter()
            .map(|(key, grade)| fail_words(device, key, *grade))
            .collect();
        Span::styled(words.join(", "), look.theme.alarm)
    }
}

/// What failing devices are counted by.
fn by_word(by: BreakDown) -> &'static str {
    i18n::named("break-down-", by.word()).unwrap_or(by.word())
}

/// `VPN down`, `4G signal poor`.
fn fail_words(device: &Device, key: &str, grade: Grade) -> String {
    let label = words::failing_fact(key);
    match device.text(key) {
        Some(word) => format!("{label} {word}"),
        None => format!("{label} {}", words::grade(grade)),
    }
}

/// The break-downs, beside the list or above it; what is left for the list is returned.
fn panel(model: &Model, cache: &mut ViewCache, canvas: &mut Canvas<'_>, area: Rect) -> Rect {
    let screen = &model.screens.devices;
    let (place, rest) = if area.width >= 100 {
        let wide = PANEL.min(area.width / 2);
        let rest = Rect {
            width: area.width - wide,
            ..area
        };
        let place = Rect {
            x: area.x + rest.width,
            width: wide,
            ..area
        };
        (place, rest)
    } else {
        let rows = if screen.break_down == Some(BreakDown::Rollouts) {
            rollout_lines(
                model,
                cache,
                canvas,
                usize::from(area.width.saturating_sub(2)),
            )
            .len()
        } else {
            let by = screen.break_down.map_or("site", BreakDown::fact);
            let fleet = model.board.fleet();
            let spread = cache.spread(by, &model.settings.health, fleet, model.now);
            spread.iter().filter(|v| v.failing > 0).count().max(1)
        };
        let rows = rows + 2;
        let most = (area.height / 2).min(10);
        layout::cut_top(area, u16::try_from(rows).unwrap_or(most).min(most))
    };
    let chosen: Vec<BreakDown> = if let Some(one) = screen.break_down {
        vec![one]
    } else {
        // What spreads is no count of what fails: it is shown when it is asked for.
        let all = BreakDown::ALL.into_iter();
        all.filter(|by| *by != BreakDown::Rollouts).collect()
    };
    let inside = layout::inside(place);
    let each = usize::from(inside.height) / chosen.len().max(1);
    let columns = usize::from(inside.width);
    let mut lines = Vec::new();
    let fleet = model.board.fleet();
    for by in &chosen {
        if *by == BreakDown::Rollouts {
            lines.extend(rollout_lines(model, cache, canvas, columns));
            continue;
        }
        if chosen.len() > 1 {
            lines.push(Line::styled(
                say!("devices-by", what = by_word(*by)),
                canvas.look.theme.strong,
            ));
        }
        let room = if chosen.len() > 1 {
            each.saturating_sub(2).max(1)
        } else {
            each
        };
        let spread = cache.spread(by.fact(), &model.settings.health, fleet, model.now);
        if spread.is_empty() {
            lines.push(Line::styled(i18n::word("not-known"), canvas.look.theme.dim));
        }
        for value in spread.iter().filter(|v| v.failing > 0).take(room) {
            let style = canvas.look.theme.text;
            let share = value.failing * 100 / value.all.max(1);
            let left = Line::styled(value.value.clone(), style);
            let right = Line::styled(
                format!(
                    "{} {share:>3} %",
                    say!("n-of-n", n = value.failing, of = value.all)
                ),
                style,
            );
            lines.push(compose::spread(left, right, columns));
        }
        if !spread.is_empty() && spread.iter().all(|v| v.failing == 0) {
            lines.push(Line::styled(
                i18n::word("devices-none-failing"),
                canvas.look.theme.dim,
            ));
        }
        if chosen.len() > 1 {
            lines.push(Line::default());
        }
    }
    let failing = cache.failing(&model.settings.health, fleet, model.now);
    let percent = failing * 100 / fleet.len().max(1);
    let title = match screen.break_down {
        Some(BreakDown::Rollouts) => cache.sentences(model).rollouts(),
        Some(by) => say!("devices-failing-by", what = by_word(by)),
        None => say!("devices-failing"),
    };
    let labels = Labels {
        title: Line::styled(title, canvas.look.theme.strong),
        corner: Line::styled(say!("devices-fleet", n = percent), canvas.look.theme.dim),
        foot: Line::default(),
    };
    canvas.border(place, labels, false);
    canvas.lines(inside, &lines);
    rest
}

/// New versions on their way: how far, and the sentence by which a supervisor stops or goes on.
fn rollout_lines(
    model: &Model,
    cache: &mut ViewCache,
    canvas: &Canvas<'_>,
    columns: usize,
) -> Vec<Line<'static>> {
    let theme = canvas.look.theme;
    let sentences = cache.sentences(model);
    let rollouts = cache.rollouts(model);
    if rollouts.is_empty() {
        return vec![Line::styled(sentences.no_rollout(), theme.dim)];
    }
    let mut lines = Vec::new();
    for one in rollouts.iter() {
        let style = match one.verdict {
            Verdict::Worse => theme.alarm,
            Verdict::Better | Verdict::NoDifference | Verdict::TooFew => theme.text,
        };
        lines.extend(compose::wrap(
            &sentences.rollout_verdict(one),
            style,
            columns,
        ));
        lines.extend(compose::wrap(
            &sentences.rollout_spread(one),
            theme.text,
            columns,
        ));
        lines.extend(compose::wrap(
            &sentences.rollout_rates(one),
            theme.dim,
            columns,
        ));
    }
    lines
}

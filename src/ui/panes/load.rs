//! What stands above the rows of a pane: arrivals as a trend, and what the devices say.

use ratatui::text::{Line, Span};

use crate::app::Model;
use crate::board::{Pane, PaneKind, TREND_MINUTES};
use crate::domain::ids::GroupId;
use crate::domain::source::Source;
use crate::i18n::{self, say};
use crate::ui::cache::ViewCache;
use crate::ui::paint::Canvas;
use crate::ui::{chrome, compose, spark};

/// Arrivals as a sparkline, and the same as text.
pub(super) fn trend_line(
    model: &Model,
    canvas: &Canvas<'_>,
    pane: &Pane,
    columns: usize,
) -> Line<'static> {
    let theme = canvas.look.theme;
    if !chrome::is_known(model) {
        return Line::default();
    }
    let Some(groups) = groups(model, pane) else {
        return Line::styled(i18n::word("pane-saved-query"), theme.dim);
    };
    let load = model.board.load();
    let lately = |minutes| -> u32 {
        let each = groups.iter().map(|g| load.arrived_lately_in(g, minutes));
        each.sum()
    };
    let (hour, all, hours) = (lately(60), lately(TREND_MINUTES), TREND_MINUTES / 60);
    let mut bins = Vec::new();
    for group in &groups {
        let trend = load.arrivals(group);
        bins.resize(trend.len(), 0);
        for (sum, n) in bins.iter_mut().zip(trend) {
            *sum += n;
        }
    }
    let longest = match columns {
        0..18 => 2,
        18..36 => 1,
        _ => 0,
    };
    let forms = [
        say!("trend-long", hour = hour, all = all, hours = hours),
        say!("trend-middle", hour = hour, all = all, hours = hours),
        say!("trend-short", hour = hour),
    ];
    // Whole groups of bins, so that one column is a quarter, half or whole hour.
    let width = |text: &str| {
        let room = columns.saturating_sub(crate::text::width::of(text) + 1);
        [bins.len(), bins.len() / 2, bins.len() / 4]
            .into_iter()
            .find(|w| *w > 0 && *w <= room)
    };
    // The bars are not lost for a longer text, where there is something to see in them.
    let forms_tried = if all > 0 { forms.len() } else { 1 };
    let fitting = forms
        .iter()
        .skip(longest)
        .take(forms_tried)
        .find_map(|text| Some((text, width(text)?)));
    let (text, width) = match fitting {
        Some((text, width)) => (text.clone(), width),
        None => (forms.get(longest).cloned().unwrap_or_default(), 0),
    };
    let mut spans = Vec::new();
    if width > 0 && !canvas.look.glyphs.heights.is_empty() {
        let line = spark::line(&spark::squeeze(&bins, width), canvas.look.glyphs.heights);
        spans.push(Span::styled(line, theme.text));
        spans.push(Span::raw(" "));
    }
    spans.push(Span::styled(text, theme.dim));
    Line::from(spans)
}

/// The groups whose tickets are in a pane; `None` for a saved query, whose arrivals nobody counts.
fn groups(model: &Model, pane: &Pane) -> Option<Vec<GroupId>> {
    match &pane.def().kind {
        PaneKind::Group(group) => Some(vec![group.clone()]),
        PaneKind::Rest => {
            let mut groups: Vec<GroupId> = GroupId::BUILT_IN.map(GroupId::from).to_vec();
            groups.retain(|g| *g == GroupId::other() || model.board.pane_of(g).is_none());
            Some(groups)
        }
        PaneKind::Saved(_) => None,
    }
}

/// What the devices say about the pane's group.
pub(super) fn health_line(
    model: &Model,
    cache: &mut ViewCache,
    canvas: &Canvas<'_>,
    pane: &Pane,
) -> Line<'static> {
    let theme = canvas.look.theme;
    let PaneKind::Group(group) = &pane.def().kind else {
        return Line::default();
    };
    // What is down explains what the devices say, and whom to ring is worth more than a count.
    if let Some(cause) = model.settings.hosting.causes(group, &model.down).first() {
        let down = cache
            .sentences(model)
            .system_down(&cause.title, cause.phone.as_deref());
        return Line::styled(down, theme.alarm);
    }
    let fleet = model.board.fleet();
    let Some(health) = cache.health(group, &model.settings.health, fleet, model.now) else {
        // Nothing to say where no fact speaks about the group; unknown where one would.
        let speaks = matches!(group.as_str(), "vpn" | "video" | "mobile" | "wifi");
        return if speaks {
            Line::styled(i18n::word("health-unknown"), theme.dim)
        } else {
            Line::default()
        };
    };
    let before = model.fleet_past.risen_from(group, health.failing);
    let style = match health.failing {
        _ if before.is_some() => theme.alarm,
        0 => theme.dim,
        _ => theme.text,
    };
    let what = i18n::named("health-", group.as_str()).unwrap_or(health.what);
    let count = compose::number(health.failing);
    let known = compose::number(health.known);
    let mut spans = vec![
        Span::styled(format!("{} ", i18n::word("health-devices")), theme.dim),
        Span::styled(format!("{what} {count}"), style),
        Span::styled(format!(" {}", say!("health-of", n = known)), theme.dim),
    ];
    if let Some(before) = before {
        let text = format!(", {}", say!("health-was", n = compose::number(before)));
        spans.push(Span::styled(text, theme.caution));
    }
    if model.desk.pulse(Source::Fleet).is_silent() {
        spans.push(Span::styled(
            format!(" {}", i18n::word("pulse-stale")),
            theme.alarm,
        ));
    }
    Line::from(spans)
}

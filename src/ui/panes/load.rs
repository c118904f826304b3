//! What stands above the rows of a pane: arrivals as a trend, and what the devices say.

use ratatui::text::{Line, Span};

use crate::app::Model;
use crate::board::{BIN_MINUTES, Pane, PaneKind};
use crate::domain::ids::GroupId;
use crate::domain::source::{Pulse, Source};
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
    let Some(bins) = arrivals(model, pane) else {
        return Line::styled("saved query", theme.dim);
    };
    let per_hour = usize::try_from(60 / BIN_MINUTES).unwrap_or(1);
    let hour: u32 = bins.iter().rev().take(per_hour).sum();
    let all: u32 = bins.iter().sum();
    let hours = bins.len() / per_hour;
    let text = match columns {
        0..18 => format!("in {hour}/h"),
        18..36 => format!("in {hour}/h, {all} in {hours} h"),
        _ => format!("{hour} in the last hour, {all} in {hours} h"),
    };
    let room = columns.saturating_sub(text.len() + 1);
    // Whole groups of bins, so that one column is a quarter, half or whole hour.
    let width = [bins.len(), bins.len() / 2, bins.len() / 4]
        .into_iter()
        .find(|w| *w <= room)
        .unwrap_or(0);
    let mut spans = Vec::new();
    if width > 0 && !canvas.look.glyphs.heights.is_empty() {
        let line = spark::line(&spark::squeeze(&bins, width), canvas.look.glyphs.heights);
        spans.push(Span::styled(line, theme.text));
        spans.push(Span::raw(" "));
    }
    spans.push(Span::styled(text, theme.dim));
    Line::from(spans)
}

/// Arrivals of a pane by bins, oldest first; `None` for a saved query, whose arrivals nobody counts.
fn arrivals(model: &Model, pane: &Pane) -> Option<Vec<u32>> {
    let load = model.board.load();
    match &pane.def().kind {
        PaneKind::Group(group) => Some(load.arrivals(group).to_vec()),
        PaneKind::Rest => {
            let own: Vec<&GroupId> = model
                .board
                .panes()
                .iter()
                .filter_map(|p| match &p.def().kind {
                    PaneKind::Group(group) => Some(group),
                    _ => None,
                })
                .collect();
            let mut sum = load.arrivals(&GroupId::other()).to_vec();
            for slug in GroupId::BUILT_IN {
                let group = GroupId::from(slug);
                if group != GroupId::other() && !own.contains(&&group) {
                    for (all, n) in sum.iter_mut().zip(load.arrivals(&group)) {
                        *all += n;
                    }
                }
            }
            Some(sum)
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
    let fleet = model.board.fleet();
    let Some(health) = cache.health(group, &model.settings.health, fleet, model.now) else {
        // Nothing to say where no fact speaks about the group; unknown where one would.
        let speaks = matches!(group.as_str(), "vpn" | "video" | "mobile" | "wifi");
        return if speaks {
            Line::styled("devices: not known", theme.dim)
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
    let count = compose::number(health.failing);
    let known = compose::number(health.known);
    let mut spans = vec![
        Span::styled("devices: ", theme.dim),
        Span::styled(format!("{} {count}", health.what), style),
        Span::styled(format!(" of {known}"), theme.dim),
    ];
    if let Some(before) = before {
        let text = format!(", was {}", compose::number(before));
        spans.push(Span::styled(text, theme.caution));
    }
    if matches!(
        model.desk.pulse(Source::Fleet),
        Pulse::Stale | Pulse::Refused
    ) {
        spans.push(Span::styled(" STALE", theme.alarm));
    }
    Line::from(spans)
}

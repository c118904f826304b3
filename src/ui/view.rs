//! One frame.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::cache::ViewCache;
use super::paint::Canvas;
use super::{chrome, layout, overlays, panes};
use crate::app::Model;
use crate::app::model::Screen;
use crate::i18n::{self, say};

/// Draws the model. Afterwards [`ViewCache::viewport`] says how it was laid out.
pub fn view(model: &Model, cache: &mut ViewCache, frame: &mut Frame<'_>) {
    let area = frame.area();
    let _speaking = i18n::speaking(&model.settings.lang);
    cache.begin(&model.settings.lang);
    let mut canvas = Canvas {
        look: cache.look,
        buffer: frame.buffer_mut(),
        unmasked: false,
    };
    let (columns, rows) = layout::LEAST;
    if area.width < columns || area.height < rows {
        too_small(&mut canvas, area);
        return;
    }
    let body = chrome::draw(model, &mut canvas, area);
    match model.screens.current() {
        Screen::Board => panes::board::draw(model, cache, &mut canvas, body),
        Screen::Ticket(screen) => panes::ticket::draw(model, screen, cache, &mut canvas, body),
        Screen::Devices => panes::devices::draw(model, cache, &mut canvas, body),
        Screen::Outbox => panes::outbox::draw(model, cache, &mut canvas, body),
        Screen::Incidents => panes::incidents::draw(model, cache, &mut canvas, body),
        Screen::Incident(screen) => panes::incident::draw(model, screen, cache, &mut canvas, body),
        Screen::Wall => panes::wall::draw(model, cache, &mut canvas, body),
        Screen::Trends => panes::trends::draw(model, cache, &mut canvas, body),
        Screen::Person(screen) => panes::person::draw(model, screen, cache, &mut canvas, body),
    }
    overlays::draw(model, cache, &mut canvas, body);
    chrome::draw_long_notice(model, &mut canvas, area);
}

fn too_small(canvas: &mut Canvas<'_>, area: Rect) {
    let (columns, rows) = layout::LEAST;
    let theme = canvas.look.theme;
    let lines = [
        Line::styled(i18n::word("too-small"), theme.strong),
        Line::raw(say!("too-small-needs", size = format!("{columns}x{rows}"))),
        Line::raw(say!(
            "too-small-is",
            size = format!("{}x{}", area.width, area.height)
        )),
        Line::raw(i18n::word("too-small-nothing-lost")),
        Line::raw(i18n::word("too-small-larger")),
    ];
    canvas.lines(area, &lines);
}

//! What lies over a screen. The topmost one has the keys and says how large its list or text is.

mod bulk;
mod card;
mod compose;
mod confirm;
mod declare;
mod help;
mod item;
mod pick;
mod prompt;
mod templates;
mod text;
mod unseen;

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::cache::ViewCache;
use super::layout;
use super::paint::{Canvas, Labels};
use crate::app::Model;
use crate::app::model::pick::PickWhat;
use crate::app::model::{Area, Overlay};
use crate::i18n::say;

/// Draws all overlays, the last one on top.
pub(super) fn draw(model: &Model, cache: &mut ViewCache, canvas: &mut Canvas<'_>, area: Rect) {
    let last = model.overlays.len().saturating_sub(1);
    for (at, overlay) in model.overlays.iter().enumerate() {
        let extent = match overlay {
            Overlay::Help {
                context,
                input,
                top,
            } => {
                let what = (*context, input.text(), *top);
                Some(help::draw(model, cache, what, canvas, area))
            }
            Overlay::Pick(pick) if matches!(pick.what, PickWhat::Template { .. }) => {
                Some(templates::draw(model, pick, canvas, area))
            }
            Overlay::Pick(pick) => Some(pick::draw(pick, canvas, area)),
            Overlay::Prompt(prompt) => {
                prompt::draw(prompt, canvas, area);
                None
            }
            Overlay::Confirm(confirm) => {
                confirm::draw(model, confirm, canvas, area);
                None
            }
            Overlay::Compose(compose) => {
                compose::draw(model, compose, canvas, area);
                None
            }
            Overlay::ComposeMenu => {
                confirm::menu(model, canvas, area);
                None
            }
            Overlay::Why { ticket, top } => {
                Some(item::why(model, cache, ticket, *top, canvas, area))
            }
            Overlay::Card { ticket, top } => Some(card::draw(model, ticket, *top, canvas, area)),
            Overlay::Text { title, text, top } => {
                Some(text::draw((title, text), *top, canvas, area))
            }
            Overlay::Item { action, top } => Some(item::draw(model, *action, *top, canvas, area)),
            Overlay::Declare(form) => Some(declare::draw(model, form, canvas, area)),
            Overlay::Preview(preview) => Some(bulk::preview(model, preview, canvas, area)),
            Overlay::Unseen(unseen) => Some(unseen::draw(model, unseen, canvas, area)),
            Overlay::Bulk { bulk, top } => Some(bulk::progress(model, *bulk, *top, canvas, area)),
            Overlay::Quit => {
                confirm::quit(model, canvas, area);
                None
            }
        };
        if let (Some((height, content)), true) = (extent, at == last) {
            cache.note(Area::Overlay, height, content);
        }
    }
}

/// An empty box in the middle, with a title; its inside.
fn window(canvas: &mut Canvas<'_>, area: Rect, width: u16, height: u16, labels: Labels) -> Rect {
    let place = layout::middle(area, width, height);
    canvas.clear(place);
    canvas.border(place, labels, true)
}

/// A box with text that can be scrolled; rows that can be seen and rows of the whole text.
fn text_window(
    canvas: &mut Canvas<'_>,
    area: Rect,
    width: u16,
    title: String,
    top: usize,
    lines: &[Line<'static>],
    foot: Line<'static>,
) -> (u16, usize) {
    let theme = canvas.look.theme;
    let wanted = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let place = layout::middle(area, width, wanted);
    let height = usize::from(place.height.saturating_sub(2));
    let top = top.min(lines.len().saturating_sub(height));
    let below = lines.len().saturating_sub(top + height);
    let more = match below {
        0 => String::new(),
        n => say!("more-lines", n = n),
    };
    let labels = Labels {
        title: Line::styled(title, theme.accent),
        corner: Line::styled(more, theme.dim),
        foot,
    };
    canvas.clear(place);
    let inside = canvas.border(place, labels, true);
    let text = Rect {
        x: inside.x + 1,
        width: inside.width.saturating_sub(2),
        ..inside
    };
    canvas.lines(text, lines.iter().skip(top));
    (inside.height, lines.len())
}

/// Columns for text inside a [`text_window`] of this width in this area.
fn text_columns(area: Rect, width: u16) -> usize {
    usize::from(width.min(area.width).saturating_sub(4))
}

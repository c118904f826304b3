//! The keys of a screen, from the registry of commands.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{text_columns, text_window};
use crate::app::Model;
use crate::app::words as app_words;
use crate::i18n::{self, say};
use crate::input::command::{COMMANDS, Spec};
use crate::input::keys::print_sequence;
use crate::input::{Command, Context};
use crate::text::width;
use crate::ui::cache::ViewCache;
use crate::ui::compose;
use crate::ui::paint::Canvas;

const WIDTH: u16 = 100;
/// From this many columns on a command's sentence stands beside its title.
const WITH_SENTENCE: usize = 64;

pub(super) fn draw(
    model: &Model,
    cache: &mut ViewCache,
    (context, typed, top): (Context, &str, usize),
    canvas: &mut Canvas<'_>,
    area: Rect,
) -> (u16, usize) {
    let columns = text_columns(area, WIDTH);
    let theme = canvas.look.theme;
    let title = say!("keys-of", what = words_of(context));
    let foot = Line::from(vec![
        Span::styled(format!("{} ", say!("keys-find")), theme.dim),
        Span::styled(typed.to_owned(), theme.accent),
        Span::styled(canvas.look.glyphs.cursor, theme.accent),
    ]);
    if !typed.trim().is_empty() {
        let lines = found(model, context, typed, canvas, columns);
        return text_window(canvas, area, WIDTH, title, top, &lines, foot);
    }
    let mut lines = lines(model, context, canvas, columns);
    let sentences = cache.sentences(model);
    let explained = match context {
        Context::Incidents | Context::Incident => sentences.words(),
        Context::Wall => sentences.definitions(),
        _ => Vec::new(),
    };
    if !explained.is_empty() {
        let mut words = words(&explained, canvas, columns);
        // Who opens the help on a small screen needs the keys first.
        if columns >= WITH_SENTENCE {
            words.push(Line::default());
            words.append(&mut lines);
            lines = words;
        } else {
            lines.push(Line::default());
            lines.append(&mut words);
        }
    }
    text_window(canvas, area, WIDTH, title, top, &lines, foot)
}

/// The keys of this screen that have the words that are typed; after them those of other screens.
fn found(
    model: &Model,
    context: Context,
    typed: &str,
    canvas: &Canvas<'_>,
    columns: usize,
) -> Vec<Line<'static>> {
    let theme = canvas.look.theme;
    let named: Vec<&'static Spec> = COMMANDS.iter().filter(|s| s.is_called(typed)).collect();
    let (here, elsewhere): (Vec<&'static Spec>, Vec<&'static Spec>) =
        named.into_iter().partition(|spec| spec.applies(context));
    let entries =
        |specs: Vec<&'static Spec>, context: Option<Context>| -> Vec<(String, &'static Spec)> {
            let entry = |spec: &'static Spec| {
                let place = context.or_else(|| spec.contexts.first().copied())?;
                let key = keys(model, spec.command, place);
                let key = match context {
                    Some(_) => key,
                    None => format!("{} {key}", words_of(place)),
                };
                Some((key, spec))
            };
            specs.into_iter().filter_map(entry).collect()
        };
    let mut lines = Vec::new();
    if here.is_empty() {
        let text = say!("keys-found-none");
        lines.extend(compose::wrap(&text, theme.dim, columns));
    }
    let shown = |entries: &[(String, &Spec)]| {
        if columns >= WITH_SENTENCE {
            full(entries, canvas, columns)
        } else {
            short(entries, canvas, columns)
        }
    };
    lines.extend(shown(&entries(here, Some(context))));
    if !elsewhere.is_empty() {
        lines.push(Line::default());
        lines.push(Line::styled(say!("keys-elsewhere"), theme.strong));
        lines.extend(shown(&entries(elsewhere, None)));
    }
    lines
}

fn lines(
    model: &Model,
    context: Context,
    canvas: &Canvas<'_>,
    columns: usize,
) -> Vec<Line<'static>> {
    let theme = canvas.look.theme;
    let here: Vec<&Spec> = COMMANDS.iter().filter(|s| s.applies(context)).collect();
    // Leaving, going back and finding the rest come first: who opens the help on a small screen needs these.
    let first = [Command::Quit, Command::Back, Command::Palette];
    let mut ordered: Vec<&Spec> = first
        .iter()
        .filter_map(|c| here.iter().find(|s| s.command == *c).copied())
        .collect();
    ordered.extend(here.into_iter().filter(|s| !first.contains(&s.command)));
    let entries: Vec<(String, &Spec)> = ordered
        .into_iter()
        .map(|spec| (keys(model, spec.command, context), spec))
        .collect();
    let mut lines = if columns >= WITH_SENTENCE {
        full(&entries, canvas, columns)
    } else {
        short(&entries, canvas, columns)
    };
    lines.push(Line::default());
    let sign = canvas.look.glyphs.unconfirmed;
    let legend = say!("keys-legend", sign = sign);
    lines.extend(compose::wrap(&legend, theme.dim, columns));
    lines
}

/// What a context is called.
fn words_of(context: Context) -> &'static str {
    i18n::named("context-", context.word()).unwrap_or(context.word())
}

/// What the words of a screen mean: a heading, then one word a paragraph.
fn words(words: &[String], canvas: &Canvas<'_>, columns: usize) -> Vec<Line<'static>> {
    let theme = canvas.look.theme;
    let styles = std::iter::once(theme.strong).chain(std::iter::repeat(theme.text));
    words
        .iter()
        .zip(styles)
        .flat_map(|(text, style)| compose::wrap(text, style, columns))
        .collect()
}

/// All keys of a command, or that it has none.
fn keys(model: &Model, command: Command, context: Context) -> String {
    let all: Vec<String> = model
        .settings
        .keymap
        .keys(command, context)
        .iter()
        .map(|keys| print_sequence(keys))
        .collect();
    if all.is_empty() {
        say!("keys-none")
    } else {
        all.join(" ")
    }
}

/// Keys, title and sentence.
fn full(entries: &[(String, &Spec)], canvas: &Canvas<'_>, columns: usize) -> Vec<Line<'static>> {
    let theme = canvas.look.theme;
    let keys = entries
        .iter()
        .map(|(k, _)| width::of(k))
        .max()
        .unwrap_or(0)
        .min(16);
    let titles = entries
        .iter()
        .map(|(_, s)| width::of(app_words::title(s.command)))
        .max()
        .unwrap_or(0)
        .min(24);
    let mut lines = Vec::new();
    for (key, spec) in entries {
        let room = columns.saturating_sub(keys + titles + 4);
        for (row, text) in width::wrap(app_words::help(spec.command), room.max(10))
            .into_iter()
            .enumerate()
        {
            let (key, title) = if row == 0 {
                (key.as_str(), app_words::title(spec.command))
            } else {
                ("", "")
            };
            lines.push(Line::from(vec![
                Span::styled(width::pad(key, keys), theme.key),
                Span::raw("  "),
                Span::styled(width::pad(title, titles), theme.strong),
                Span::raw("  "),
                Span::styled(text, theme.text),
            ]));
        }
    }
    lines
}

/// First key and title, one after the other: who opens the help on a small screen wants many at once.
fn short(entries: &[(String, &Spec)], canvas: &Canvas<'_>, columns: usize) -> Vec<Line<'static>> {
    let theme = canvas.look.theme;
    let parts = entries
        .iter()
        .map(|(keys, spec)| {
            let key = keys.split(' ').next().unwrap_or_default();
            vec![
                Span::styled(key.to_owned(), theme.key),
                Span::styled(format!(" {}", app_words::title(spec.command)), theme.text),
            ]
        })
        .collect();
    compose::flow(parts, "  ", columns)
}

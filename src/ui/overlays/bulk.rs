//! Bulk actions: what one would do before it is done, and how far it is.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::templates::language;
use super::{text_columns, text_window};
use crate::app::macros::label;
use crate::app::model::bulk::{Preview, Run, Written};
use crate::app::{Model, words as app_words};
use crate::domain::action::Verb;
use crate::domain::bulk::{LeftOut, Letters, NAME_PEOPLE, Tally};
use crate::domain::ids::{ActionId, TicketId};
use crate::domain::outbox::{Item, State};
use crate::i18n::{self, say};
use crate::input::Command;
use crate::text::mask::mask;
use crate::text::width;
use crate::ui::chrome;
use crate::ui::compose;
use crate::ui::paint::Canvas;
use crate::ui::panes::outbox::{explain, state_style};

const WIDTH: u16 = 84;
/// Columns of a ticket number.
const NUMBER: usize = 10;
/// Lines of a text that are shown before it is sent.
const TEXT: usize = 8;

/// What would be done, to whom, who sees it, and who is left out.
pub(super) fn preview(
    model: &Model,
    preview: &Preview,
    canvas: &mut Canvas<'_>,
    area: Rect,
) -> (u16, usize) {
    let theme = canvas.look.theme;
    let columns = text_columns(area, WIDTH);
    let count = preview.tickets();
    let mut lines = Vec::new();
    let mut say = |text: &str, style: Style| lines.extend(compose::wrap(text, style, columns));
    say(&sentence(preview), theme.strong);
    if count > 0 {
        say(&seen_by(preview), theme.text);
    }
    if let Some(run) = preview.run.as_ref().filter(|_| count > 0) {
        say(&parts(run, count), theme.strong);
    }
    if let Some(written) = preview.written.as_ref().filter(|_| count > 1) {
        let letters = Letters {
            name: written.template.clone(),
            languages: written.languages.clone(),
            is_edited: !written.edited.is_empty(),
        };
        say(&letters.split(), theme.strong);
    }
    let seconds = model.settings.hold.as_secs();
    if seconds > 0 && count > 0 && !preview.is_quiet() {
        let held = say!("hold-for", seconds = seconds);
        say(&held, theme.text);
    }
    if count > 0 {
        let text = if preview.run.is_some() {
            i18n::word("many-read-again-parts")
        } else {
            i18n::word("many-read-again")
        };
        say(text, theme.dim);
    }
    for text in warnings(model, preview) {
        say(&text, theme.caution);
    }
    if let Some(typed) = &preview.typed {
        lines.push(Line::default());
        lines.push(Line::from(vec![
            Span::styled(
                format!("{} ", say!("many-type-count", n = count)),
                theme.strong,
            ),
            Span::styled(typed.text().to_owned(), theme.accent),
            Span::styled(canvas.look.glyphs.cursor, theme.accent),
        ]));
        if let Some(problem) = preview.problem {
            lines.push(Line::styled(
                i18n::retold(problem).into_owned(),
                theme.alarm,
            ));
        }
    }
    if let Some(written) = &preview.written {
        letters(model, preview, written, canvas, columns, &mut lines);
    }
    if let Some(text) = &preview.text {
        lines.push(Line::default());
        let wrapped = compose::wrap(&mask(text), theme.text, columns);
        let more = wrapped.len().saturating_sub(TEXT);
        lines.extend(wrapped.into_iter().take(TEXT));
        if more > 0 {
            lines.push(Line::styled(say!("and-more-lines", n = more), theme.dim));
        }
    }
    if !preview.left_out.is_empty() {
        lines.push(Line::default());
        let heading = say!("many-left-out", n = preview.left_out.len());
        lines.push(Line::styled(heading, theme.caution));
        for (ticket, why) in &preview.left_out {
            lines.extend(row(
                ticket.as_str(),
                &mask(&i18n::retold(&why.to_string())),
                theme.text,
                columns,
            ));
        }
    }
    if !preview.stays.is_empty() {
        lines.push(Line::default());
        lines.push(Line::styled(i18n::word("many-stays"), theme.caution));
        for (ticket, why) in &preview.stays {
            lines.extend(row(
                ticket.as_str(),
                &mask(&i18n::retold(why)),
                theme.text,
                columns,
            ));
        }
    }
    let title = match preview.run.as_ref().and_then(|run| run.target.as_ref()) {
        Some(target) => say!(
            "many-title-on",
            what = i18n::retold(&preview.what),
            id = target.ticket
        ),
        None => say!(
            "many-title-marked",
            what = i18n::retold(&preview.what),
            n = preview.marked
        ),
    };
    let keys = chrome::hints(model, canvas, columns);
    text_window(canvas, area, WIDTH, title, preview.top, &lines, keys)
}

/// Names that stand in one line; the rest is counted.
const NAMED: usize = 6;

/// Who is not well and would be solved all the same, and who has this very answer already; with the keys for it.
fn warnings(model: &Model, preview: &Preview) -> Vec<String> {
    let key = |command| {
        let label = model.settings.keymap.label(command, model.context());
        label.unwrap_or_default()
    };
    let mut told = Vec::new();
    let said = [LeftOut::StillFails, LeftOut::SaidNo];
    for why in said {
        let of_it: Vec<String> = preview
            .ill
            .iter()
            .filter(|(_, other, _)| *other == why)
            .map(|(id, _, who)| format!("{id} {}", mask(who)).trim().to_owned())
            .collect();
        let count = of_it.len();
        if count == 0 {
            continue;
        }
        let more = match count.saturating_sub(NAMED) {
            0 => String::new(),
            n => format!(" {}", say!("ill-and-more", n = n)),
        };
        let first: Vec<String> = of_it.into_iter().take(NAMED).collect();
        let names = format!("{}{more}.", first.join(", "));
        told.push(match why {
            LeftOut::SaidNo => say!("warn-said-no", n = count, names = names),
            _ => say!("warn-fails", n = count, names = names),
        });
    }
    if !told.is_empty() {
        let key = key(Command::WithoutIll);
        if let Some(last) = told.last_mut().filter(|_| !key.is_empty()) {
            last.push(' ');
            last.push_str(&say!("warn-leaves-out", key = key));
        }
    }
    told.extend(wrote(model, preview));
    let again = key(Command::AnswerAgain);
    match (preview.repeats, preview.has_answer()) {
        (0, 0) => {}
        (0, n) => told.push(say!("warn-has-answer", n = n, key = again)),
        (n, _) => told.push(say!("warn-once-more", n = n)),
    }
    told
}

/// Who wrote while the preview is open.
fn wrote(model: &Model, preview: &Preview) -> Option<String> {
    let named: Vec<String> = preview
        .wrote
        .iter()
        .take(NAMED)
        .map(|(id, who, at)| {
            let at = app_words::clock(&model.settings.zone, *at, model.now);
            format!("{id} {} {at}", mask(who))
        })
        .collect();
    let count = preview.wrote.len();
    let more = match count.saturating_sub(NAMED) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let is_reply = |(_, verb): &(_, Verb)| matches!(verb, Verb::Reply { .. });
    let then = if preview.children.iter().any(is_reply) {
        " No answer goes there until you have read it."
    } else {
        ""
    };
    (count > 0).then(|| {
        format!(
            "{count} wrote since this was opened: {}{more}.{then}",
            named.join(", ")
        )
    })
}

/// Texts from a template: how many in which language, and one of those in the language that is shown.
fn letters(
    model: &Model,
    preview: &Preview,
    written: &Written,
    canvas: &Canvas<'_>,
    columns: usize,
    lines: &mut Vec<Line<'static>>,
) {
    let theme = canvas.look.theme;
    let mut say = |text: &str, style: Style| lines.extend(compose::wrap(text, style, columns));
    for (wanted, got, count) in &written.neighbours {
        let (wanted, got) = (language(*wanted), language(*got));
        let text = say!("letters-neighbour", n = *count, wanted = wanted, got = got);
        say(&text, theme.caution);
    }
    for (variable, value) in &written.supplied {
        say(
            &say!(
                "letters-supplied",
                variable = variable.to_string(),
                value = mask(value)
            ),
            theme.text,
        );
    }
    let Some((ticket, texts)) = preview.samples() else {
        return;
    };
    let requester = model.ticket(ticket).and_then(|ticket| ticket.requester());
    let who = requester.map_or_else(String::new, |who| format!(" {}", mask(&who.name)));
    let shown = written.languages.iter().find(|(l, _)| *l == written.shown);
    let is_edited = written.edited.contains_key(&written.shown);
    let lang = language(written.shown);
    let lang = if is_edited {
        say!("letters-edited", lang = lang)
    } else {
        lang.to_owned()
    };
    let head = match shown.map_or(0, |(_, count)| *count) {
        0 | 1 => say!("letters-one", lang = lang, ticket = ticket, who = who),
        n => say!(
            "letters-many",
            lang = lang,
            n = n,
            ticket = ticket,
            who = who
        ),
    };
    lines.push(Line::default());
    lines.extend(compose::wrap(&head, theme.strong, columns));
    let is_one = texts.len() == 1;
    for (word, text) in texts {
        if !is_one {
            lines.push(Line::styled(format!("{word}:"), theme.accent));
        }
        lines.extend(compose::wrap(&mask(text), theme.text, columns));
    }
}

/// What a macro does, in its order: `1 take, 2 reply, 3 status resolved (36 of 38)`.
fn parts(run: &Run, tickets: usize) -> String {
    let part = |(nth, (label, count)): (usize, &(String, usize))| {
        let n = nth + 1;
        match count {
            0 => say!("part-is-so", nth = n, what = label),
            count if *count < tickets => {
                say!("part-some", nth = n, what = label, n = *count, of = tickets)
            }
            _ => format!("{n} {label}"),
        }
    };
    let parts: Vec<String> = run.does.iter().enumerate().map(part).collect();
    parts.join(", ")
}

/// `Take: 34 tickets of 31 people?`
fn sentence(preview: &Preview) -> String {
    let tickets = match preview.tickets() {
        0 if preview.marked == 1 => return say!("many-nothing-one"),
        0 => return say!("many-nothing"),
        n => say!("count-tickets", n = n),
    };
    let is_named = preview.is_visible || preview.tickets() >= NAME_PEOPLE;
    if is_named {
        let people = people(preview.people);
        say!(
            "many-question-of",
            what = i18n::retold(&preview.what),
            tickets = tickets,
            people = people
        )
    } else {
        say!(
            "many-question",
            what = i18n::retold(&preview.what),
            tickets = tickets
        )
    }
}

fn people(count: Option<usize>) -> String {
    match count {
        Some(n) => say!("count-people", n = n),
        None => say!("people-unknown"),
    }
}

/// What requesters will see.
fn seen_by(preview: &Preview) -> String {
    if preview.written.is_some() {
        return if preview.is_visible {
            match preview.people {
                Some(1) => say!("seen-by-one-own-language"),
                count => say!("seen-by-own-language", people = people(count)),
            }
        } else if preview.tickets() == 1 {
            say!("seen-by-nobody")
        } else {
            say!("seen-by-nobody-own-language")
        };
    }
    let is_merge = |(_, verb): &(_, Verb)| matches!(verb, Verb::Merge { .. });
    if preview.children.iter().any(is_merge) {
        return format!(
            "Seen by {}. It cannot be taken back once it is done.",
            people(preview.people)
        );
    }
    match (preview.is_visible, &preview.text) {
        (false, _) => say!("seen-by-nobody"),
        (true, Some(_)) => say!("seen-by-text", people = people(preview.people)),
        (true, None) => say!("seen-by-desk", people = people(preview.people)),
    }
}

/// A ticket, and what is said of it in as many lines as that needs.
pub(super) fn row(ticket: &str, text: &str, style: Style, columns: usize) -> Vec<Line<'static>> {
    let room = columns.saturating_sub(NUMBER + 1).max(8);
    let wrapped = width::wrap(text, room).into_iter().enumerate();
    wrapped
        .map(|(at, text)| {
            let label = if at == 0 { ticket } else { "" };
            let label = width::pad(label, NUMBER);
            Line::from(vec![
                Span::raw(format!("{label} ")),
                Span::styled(text, style),
            ])
        })
        .collect()
}

/// How far a bulk is: its numbers, and every ticket that is not done.
pub(super) fn progress(
    model: &Model,
    id: ActionId,
    top: usize,
    canvas: &mut Canvas<'_>,
    area: Rect,
) -> (u16, usize) {
    let theme = canvas.look.theme;
    let columns = text_columns(area, WIDTH);
    let tally = model.outbox.tally(id);
    let bulk = model.outbox.bulk(id);
    let what = bulk.map_or(i18n::word("many-action"), |bulk| bulk.what.as_str());
    let what = i18n::retold(what);
    let mut lines = vec![bar(tally, canvas, columns)];
    lines.extend(compose::wrap(
        &i18n::retold(&tally.to_string()),
        theme.strong,
        columns,
    ));
    let held = model.outbox.children(id).find(|i| i.state == State::Held);
    if let Some(due) = held.and_then(|item| item.due) {
        let until = app_words::clock_seconds(&model.settings.zone, due);
        let text = say!("hold-until", until = until);
        lines.push(Line::styled(text, theme.caution));
    }
    if let Some(why) = &model.outbox.paused {
        lines.extend(compose::wrap(&i18n::retold(why), theme.alarm, columns));
    }
    let is_macro = model.outbox.is_macro(id);
    let open = |item: &&Item| !matches!(item.state, State::Done | State::Held | State::Ready);
    let mut rest: Vec<&Item> = model.outbox.children(id).filter(open).collect();
    // Worst first, as in the outbox; what only waits for another part comes last.
    rest.sort_by_key(|item| {
        let place = State::ALL.iter().position(|s| *s == item.state);
        (item.is_held_back(), place)
    });
    if !rest.is_empty() {
        lines.push(Line::default());
    }
    for item in rest {
        let ticket = item
            .action
            .ticket
            .as_ref()
            .map_or(i18n::word("confirm-new"), TicketId::as_str);
        let part = if is_macro {
            format!("{}, ", label(&item.action.verb))
        } else {
            String::new()
        };
        let text = format!(
            "{part}{}: {}",
            app_words::state(item.state),
            mask(&explain(model, item))
        );
        let style = state_style(&canvas.look, item.state);
        lines.extend(row(ticket, &text, style, columns));
    }
    if let Some(bulk) = bulk.filter(|bulk| !bulk.left_out.is_empty()) {
        lines.push(Line::default());
        let heading = say!("many-were-left-out", n = bulk.left_out.len());
        lines.push(Line::styled(heading, theme.dim));
        for (ticket, why) in &bulk.left_out {
            lines.extend(row(
                ticket.as_str(),
                &mask(&i18n::retold(why)),
                theme.dim,
                columns,
            ));
        }
    }
    let title = format!("{what}: {}", say!("count-tickets", n = tally.asked));
    let keys = chrome::hints(model, canvas, columns);
    text_window(canvas, area, WIDTH, title, top, &lines, keys)
}

/// `34/40` with a bar of it.
fn bar(tally: Tally, canvas: &Canvas<'_>, columns: usize) -> Line<'static> {
    let theme = canvas.look.theme;
    let over = tally.asked - (tally.waiting + tally.unknown).min(tally.asked);
    let text = format!("{over}/{}", tally.asked);
    let room = columns.saturating_sub(width::of(&text) + 3).min(50);
    let full = (over * room).checked_div(tally.asked).unwrap_or(room);
    Line::from(vec![
        Span::styled(text, theme.strong),
        Span::raw(" "),
        Span::styled("=".repeat(full), theme.accent),
        Span::styled("-".repeat(room - full), theme.dim),
    ])
}

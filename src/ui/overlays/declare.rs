//! The question before an incident is declared or later joiners are linked.

use std::collections::{BTreeMap, BTreeSet};

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{bulk, text_columns, text_window};
use crate::app::Model;
use crate::app::model::declared::{Answer, DeclareForm, Parent};
use crate::domain::ids::TicketId;
use crate::i18n::{self, say};
use crate::text::mask::mask;
use crate::text::width;
use crate::ui::chrome;
use crate::ui::compose;
use crate::ui::paint::Canvas;

const WIDTH: u16 = 92;
/// Columns of the words before what is chosen, at least.
const CHOICE: usize = 17;

/// Draws it: what will be done, which ticket stands for all, who is left out.
pub(super) fn draw(
    model: &Model,
    form: &DeclareForm,
    canvas: &mut Canvas<'_>,
    area: Rect,
) -> (u16, usize) {
    let theme = canvas.look.theme;
    let columns = text_columns(area, WIDTH);
    let mut lines = compose::wrap(&sentence(model, form), theme.strong, columns);
    if let Some(problem) = form.problem {
        lines.push(Line::styled(
            i18n::retold(problem).into_owned(),
            theme.alarm,
        ));
    }
    if let Some(typed) = &form.typed {
        lines.push(Line::from(vec![
            Span::styled(
                format!("{} ", say!("many-type-count", n = form.linked().count())),
                theme.strong,
            ),
            Span::styled(typed.text().to_owned(), theme.accent),
            Span::styled(canvas.look.glyphs.cursor, theme.accent),
        ]));
    }
    if !matches!(form.parent(), Parent::Joined(..)) {
        lines.extend(choices(model, form, canvas, columns));
    }
    let mut say = |text: &str, style: Style| lines.extend(compose::wrap(text, style, columns));
    if *form.parent() == Parent::New {
        let text = say!("declare-queue", queue = form.queue);
        say(&text, theme.text);
    }
    let answer = form.answer.as_ref();
    if answer.is_none_or(|answer| answer.letters.is_empty()) {
        say(i18n::word("seen-by-nobody"), theme.text);
    }
    let seconds = model.settings.hold.as_secs();
    if seconds > 0 {
        let held = say!("hold-for", seconds = seconds);
        say(&held, theme.text);
    }
    if !form.left_out.is_empty() {
        lines.push(Line::default());
        let heading = say!("many-left-out", n = form.left_out.len());
        lines.push(Line::styled(heading, theme.caution));
        for (ticket, why) in &form.left_out {
            let why = mask(&i18n::retold(&why.to_string())).into_owned();
            lines.extend(bulk::row(ticket.as_str(), &why, theme.text, columns));
        }
    }
    if let Some(answer) = answer {
        answered(answer, canvas, columns, &mut lines);
    }
    let title = match form.parent() {
        Parent::Joined(parent, _) => say!("declare-joiners-title", parent = parent),
        _ => say!("declare-title", incident = form.incident),
    };
    let keys = chrome::hints(model, canvas, columns);
    text_window(canvas, area, WIDTH, title, form.top, &lines, keys)
}

/// `Declare, and link 38 tickets of 36 people to a new ticket?`
fn sentence(model: &Model, form: &DeclareForm) -> String {
    let count = form.linked().count();
    let tickets = say!("count-tickets", n = count);
    let people = match people(model, form) {
        Some(n) => say!("count-people", n = n),
        None => say!("people-unknown"),
    };
    let question = match form.parent() {
        Parent::New => say!("declare-new", tickets = tickets, people = people),
        Parent::Promote(id) => {
            say!(
                "declare-promote",
                id = id,
                tickets = tickets,
                people = people
            )
        }
        Parent::Joined(id, _) => match &form.answer {
            Some(answer) => say!(
                "declare-join-answer",
                tickets = tickets,
                people = people,
                id = id,
                n = answer.letters.len(),
                template = answer.template
            ),
            None => say!("declare-join", tickets = tickets, people = people, id = id),
        },
    };
    match form.left_out.len() {
        0 => question,
        n => format!("{question} {}", say!("declare-left-out", n = n)),
    }
}

/// What requesters get, and who gets nothing.
fn answered(answer: &Answer, canvas: &Canvas<'_>, columns: usize, lines: &mut Vec<Line<'static>>) {
    let theme = canvas.look.theme;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, lang, _) in &answer.letters {
        *counts
            .entry(lang.code().unwrap_or(i18n::word("declare-other-language")))
            .or_default() += 1;
    }
    let split: Vec<String> = counts
        .iter()
        .map(|(code, n)| format!("{code} {n}"))
        .collect();
    if let Some((ticket, _, text)) = answer.letters.first() {
        lines.push(Line::default());
        let heading = say!(
            "declare-own-language",
            split = split.join(" · "),
            ticket = ticket
        );
        lines.extend(compose::wrap(&heading, theme.strong, columns));
        for line in text.lines() {
            lines.extend(compose::wrap(&mask(line), theme.text, columns));
        }
    }
    if !answer.lacking.is_empty() {
        lines.push(Line::default());
        let heading = say!("declare-not-answered", n = answer.lacking.len());
        lines.push(Line::styled(heading, theme.caution));
        for (ticket, why) in &answer.lacking {
            let why = mask(&i18n::retold(&why.to_string())).into_owned();
            lines.extend(bulk::row(ticket.as_str(), &why, theme.text, columns));
        }
    }
}

/// People behind the tickets, each once; `None`: of some it is not known.
fn people(model: &Model, form: &DeclareForm) -> Option<usize> {
    let mut people = BTreeSet::new();
    for id in form.linked() {
        let requesters = &model.ticket(id)?.requesters;
        if requesters.is_unknown() {
            return None;
        }
        people.extend(requesters.known().into_iter().flatten().map(|who| &who.id));
    }
    Some(people.len())
}

fn choices(
    model: &Model,
    form: &DeclareForm,
    canvas: &Canvas<'_>,
    columns: usize,
) -> Vec<Line<'static>> {
    let theme = canvas.look.theme;
    let label_of = |choice: &Parent| match choice {
        Parent::New => say!("declare-choice-new"),
        Parent::Promote(id) | Parent::Joined(id, _) => say!("declare-choice-promote", id = id),
    };
    let wide = form.choices.iter().map(|c| width::of(&label_of(c)) + 1);
    let wide = wide.max().unwrap_or(0).max(CHOICE);
    let room = columns.saturating_sub(wide + 2);
    let line = |(at, choice): (usize, &Parent)| {
        let is_chosen = at == form.chosen;
        let label = label_of(choice);
        let text = match choice {
            Parent::New => form.subject.text().to_owned(),
            Parent::Promote(id) | Parent::Joined(id, _) => subject(model, id),
        };
        let sign = if is_chosen {
            canvas.look.glyphs.cursor
        } else {
            " "
        };
        let style = if is_chosen { theme.accent } else { theme.text };
        let is_typed = is_chosen && *choice == Parent::New && form.typed.is_none();
        let (rows, style_of_text) = if is_typed {
            // What is typed goes here.
            let (before, after) = form.subject.parts();
            let text = format!("{before}{}{after}", canvas.look.glyphs.cursor);
            (width::wrap(&text, room), theme.strong)
        } else {
            (vec![width::fit(&text, room).into_owned()], theme.text)
        };
        let row = |(at, text): (usize, String)| {
            let (sign, label) = if at == 0 {
                (sign, label.as_str())
            } else {
                (" ", "")
            };
            Line::from(vec![
                Span::styled(format!("{sign} "), theme.accent),
                Span::styled(width::pad(label, wide), style),
                Span::styled(text, style_of_text),
            ])
        };
        rows.into_iter().enumerate().map(row).collect::<Vec<_>>()
    };
    form.choices.iter().enumerate().flat_map(line).collect()
}

/// Whose ticket it is, and what it says.
fn subject(model: &Model, id: &TicketId) -> String {
    let Some(ticket) = model.ticket(id) else {
        return String::new();
    };
    let subject = mask(&ticket.subject).into_owned();
    match ticket.requester() {
        Some(who) => format!("{subject} ({})", who.name),
        None => subject,
    }
}

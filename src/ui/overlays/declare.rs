//! The question before an incident is declared or later joiners are linked.

use std::collections::{BTreeMap, BTreeSet};

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{bulk, text_columns, text_window};
use crate::app::Model;
use crate::app::model::declared::{Answer, DeclareForm, Parent};
use crate::domain::ids::TicketId;
use crate::text::mask::mask;
use crate::text::width;
use crate::ui::chrome;
use crate::ui::compose;
use crate::ui::paint::Canvas;
use crate::ui::words;

const WIDTH: u16 = 92;
/// Columns of the words before what is chosen.
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
        lines.push(Line::styled(problem, theme.alarm));
    }
    if let Some(typed) = &form.typed {
        lines.push(Line::from(vec![
            Span::styled(
                format!("Type {} to do it: ", form.linked().count()),
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
        let text = format!(
            "It goes into the queue {}, and you are its requester.",
            form.queue
        );
        say(&text, theme.text);
    }
    let answer = form.answer.as_ref();
    if answer.is_none_or(|answer| answer.letters.is_empty()) {
        say("No requester sees it.", theme.text);
    }
    let seconds = model.settings.hold.as_secs();
    if seconds > 0 {
        let held = format!("It is held for {seconds} s; undo takes it back.");
        say(&held, theme.text);
    }
    if !form.left_out.is_empty() {
        lines.push(Line::default());
        let heading = format!("{} left out:", form.left_out.len());
        lines.push(Line::styled(heading, theme.caution));
        for (ticket, why) in &form.left_out {
            let why = mask(&why.to_string()).into_owned();
            lines.extend(bulk::row(ticket.as_str(), &why, theme.text, columns));
        }
    }
    if let Some(answer) = answer {
        answered(answer, canvas, columns, &mut lines);
    }
    let title = match form.parent() {
        Parent::Joined(parent, _) => format!("Later joiners of {parent}"),
        _ => format!("Declare {}", form.incident),
    };
    let keys = chrome::hints(model, canvas, columns);
    text_window(canvas, area, WIDTH, title, form.top, &lines, keys)
}

/// `Declare, and link 38 tickets of 36 people to a new ticket?`
fn sentence(model: &Model, form: &DeclareForm) -> String {
    let count = form.linked().count();
    let tickets = words::count(count, "ticket", "tickets");
    let people = match people(model, form) {
        Some(n) => words::count(n, "person", "people"),
        None => "an unknown number of people".to_owned(),
    };
    let question = match form.parent() {
        Parent::New => format!("Make a new ticket, and link {tickets} of {people} to it?"),
        Parent::Promote(id) => {
            format!("Let {id} stand for all, and link {tickets} of {people} to it?")
        }
        Parent::Joined(id, _) => match &form.answer {
            Some(answer) => format!(
                "Link {tickets} of {people} to {id}, and answer {} from {}?",
                answer.letters.len(),
                answer.template
            ),
            None => format!("Link {tickets} of {people} to {id}?"),
        },
    };
    match form.left_out.len() {
        0 => question,
        1 => format!("{question} 1 is left out."),
        n => format!("{question} {n} are left out."),
    }
}

/// What requesters get, and who gets nothing.
fn answered(answer: &Answer, canvas: &Canvas<'_>, columns: usize, lines: &mut Vec<Line<'static>>) {
    let theme = canvas.look.theme;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, lang, _) in &answer.letters {
        *counts.entry(lang.code().unwrap_or("other")).or_default() += 1;
    }
    let split: Vec<String> = counts
        .iter()
        .map(|(code, n)| format!("{code} {n}"))
        .collect();
    if let Some((ticket, _, text)) = answer.letters.first() {
        lines.push(Line::default());
        let heading = format!(
            "In their own language: {}. {ticket} gets:",
            split.join(" · ")
        );
        lines.extend(compose::wrap(&heading, theme.strong, columns));
        for line in text.lines() {
            lines.extend(compose::wrap(&mask(line), theme.text, columns));
        }
    }
    if !answer.lacking.is_empty() {
        lines.push(Line::default());
        let heading = format!("{} not answered:", answer.lacking.len());
        lines.push(Line::styled(heading, theme.caution));
        for (ticket, why) in &answer.lacking {
            let why = mask(&why.to_string()).into_owned();
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
    let room = columns.saturating_sub(CHOICE + 2);
    let line = |(at, choice): (usize, &Parent)| {
        let is_chosen = at == form.chosen;
        let (label, text) = match choice {
            Parent::New => ("new ticket".to_owned(), form.subject.text().to_owned()),
            Parent::Promote(id) | Parent::Joined(id, _) => {
                (format!("promote {id}"), subject(model, id))
            }
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
                Span::styled(width::pad(label, CHOICE), style),
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

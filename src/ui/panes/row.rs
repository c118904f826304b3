//! One ticket in a list.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ratatui::text::{Line, Span};

use crate::app::Model;
use crate::app::model::Marks;
use crate::board::Row;
use crate::domain::fact::Fact;
use crate::domain::ids::TicketId;
use crate::domain::person::PersonRef;
use crate::domain::ticket::{StatusClass, Ticket};
use crate::domain::view::Column;
use crate::i18n::{self, say};
use crate::text::mask::mask;
use crate::text::width;
use crate::ui::compose;
use crate::ui::look::Look;
use crate::ui::{when, words};

/// From this width on a row has columns for requester, status and owner.
pub(in crate::ui) const WIDE: usize = 76;

/// How soon something is due to be said in its row; the order of the Board uses the same.
const DUE_SOON: SignedDuration = SignedDuration::from_hours(4);

/// What every row of a list is drawn with.
pub(in crate::ui) struct RowStyle<'a> {
    pub look: Look,
    pub zone: &'a TimeZone,
    pub now: Timestamp,
    pub me: Option<&'a PersonRef>,
    /// Tickets that are marked.
    pub marks: &'a Marks,
    /// What a wide row shows beside the subject.
    pub view: &'a [Column],
    /// Columns of the row, without the cursor's.
    pub columns: usize,
    /// Columns of the longest number.
    pub number: usize,
    /// Who knows which ticket is in which incident, and who is at work on which.
    pub model: &'a Model,
}

impl RowStyle<'_> {
    /// The row of a ticket that is on the board.
    pub(in crate::ui) fn row(&self, row: &Row) -> Line<'static> {
        self.line(row.ticket(), row.pending())
    }

    /// The row of a ticket; `pending` actions of ours are not confirmed.
    pub(in crate::ui) fn line(&self, ticket: &Ticket, pending: usize) -> Line<'static> {
        let theme = self.look.theme;
        let mut left = mark_of(self.marks, &ticket.id, &self.look);
        left.push(Span::styled(
            width::pad_left(ticket.id.as_str(), self.number),
            theme.dim,
        ));
        left.push(if pending > 0 {
            Span::styled(self.look.glyphs.unconfirmed, theme.caution)
        } else {
            Span::raw(" ")
        });
        if let Some(claim) = self.model.claimed_by(ticket).next() {
            let minutes = claim.minutes(self.model.desk_time());
            let text = format!("{} {minutes} min ", claim.initials());
            left.push(Span::styled(text, theme.caution));
        }
        let declared = &self.model.declared;
        if declared.is_parent(&ticket.id) {
            left.push(Span::styled(
                format!("{} ", i18n::word("row-declared")),
                theme.alarm,
            ));
        } else if let Some(incident) = self.model.board.member_of(&ticket.id) {
            // A declared incident is called by the ticket that stands for it.
            let declared = declared.shown(incident);
            let name = declared.and_then(|shown| shown.parent.as_ref());
            let name = name.map_or(incident.as_str(), TicketId::as_str);
            left.push(Span::styled(format!("!{name} "), theme.alarm));
        }
        left.extend(self.urgency(ticket));
        // In its own pane every row has it.
        let row = self.model.board.row(&ticket.id);
        if let Some(lane) = row.and_then(|r| r.lane().filter(|lane| **lane != r.group)) {
            left.push(Span::styled(
                format!("{} ", words::lane(lane)),
                theme.strong,
            ));
        }
        left.push(if ticket.subject.trim().is_empty() {
            Span::styled(i18n::word("row-no-subject"), theme.dim)
        } else {
            Span::styled(mask(&ticket.subject).into_owned(), theme.text)
        });
        let time = when::short(ticket.created, self.now, self.zone);
        let right = if self.columns >= WIDE {
            self.cells(ticket)
        } else {
            vec![
                Span::styled(time, theme.dim),
                Span::raw(" "),
                Span::styled(
                    width::pad(&words::state_short(ticket, self.me), 4),
                    self.owner_style(ticket),
                ),
            ]
        };
        compose::spread(Line::from(left), Line::from(right), self.columns)
    }

    /// The columns of a wide row.
    fn cells(&self, ticket: &Ticket) -> Vec<Span<'static>> {
        let theme = self.look.theme;
        let mut spans = Vec::new();
        for column in self.view {
            if !spans.is_empty() {
                spans.push(Span::raw(" "));
            }
            let (text, style) = match column {
                Column::Requester => {
                    let who = match &ticket.requesters {
                        Fact::Known(people) => people
                            .first()
                            .map_or(i18n::word("nobody"), |p| p.name.as_str()),
                        Fact::Empty => i18n::word("nobody"),
                        Fact::Unknown => i18n::word("unknown"),
                    };
                    (who.to_owned(), theme.dim)
                }
                Column::Since => (
                    when::short(ticket.created, self.now, self.zone),
                    ratatui::style::Style::default(),
                ),
                Column::Changed => (when::short(ticket.updated, self.now, self.zone), theme.dim),
                Column::Status => (ticket.status.name.clone(), self.status_style(ticket)),
                Column::Owner => (words::owner(ticket, self.me), self.owner_style(ticket)),
                Column::Queue => (words::fact(&ticket.queue, i18n::word("none")), theme.dim),
                Column::Priority => {
                    let number = ticket.priority.map(|n| n.to_string());
                    (words::fact(&number, i18n::word("none")), theme.text)
                }
                Column::Group => {
                    let row = self.model.board.row(&ticket.id);
                    let title = row.map(|row| self.model.group_title(&row.group));
                    (title.unwrap_or(i18n::word("unknown")).to_owned(), theme.dim)
                }
            };
            spans.push(Span::styled(
                width::pad(&text, room(*column, self.columns)),
                style,
            ));
        }
        spans
    }

    /// Why a row stands above others: overdue, due soon, high priority.
    fn urgency(&self, ticket: &Ticket) -> Vec<Span<'static>> {
        let theme = self.look.theme;
        let mut spans = Vec::new();
        if let Fact::Known(due) = &ticket.due {
            if *due <= self.now {
                spans.push(Span::styled(
                    format!("{} ", i18n::word("row-overdue")),
                    theme.alarm,
                ));
            } else if self.now.duration_since(*due).abs() <= DUE_SOON {
                let at = when::short(*due, self.now, self.zone);
                spans.push(Span::styled(
                    format!("{} ", say!("row-due", at = at)),
                    theme.strong,
                ));
            }
        }
        if let Some(word) = words::raised(ticket) {
            spans.push(Span::styled(format!("{word} "), theme.strong));
        }
        spans
    }

    fn status_style(&self, ticket: &Ticket) -> ratatui::style::Style {
        let theme = self.look.theme;
        match ticket.status.class {
            StatusClass::New => theme.strong,
            StatusClass::Open | StatusClass::Unmapped => theme.text,
            _ => theme.dim,
        }
    }

    /// Nobody's tickets stand out; what somebody works on is quiet.
    fn owner_style(&self, ticket: &Ticket) -> ratatui::style::Style {
        let theme = self.look.theme;
        match &ticket.owner {
            Fact::Known(owner) if self.me.is_some_and(|me| me.id == owner.id) => theme.accent,
            Fact::Known(_) => theme.dim,
            Fact::Empty | Fact::Unknown => self.status_style(ticket),
        }
    }
}

/// The sign of a marked ticket; nothing, and no column for it, while none is marked.
pub(in crate::ui) fn mark_of(marks: &Marks, id: &TicketId, look: &Look) -> Vec<Span<'static>> {
    match (marks.is_empty(), marks.has(id)) {
        (true, _) => Vec::new(),
        (false, true) => vec![Span::styled("* ", look.theme.accent)],
        (false, false) => vec![Span::raw("  ")],
    }
}

/// Columns of a person's name in a wide row.
fn person_columns(columns: usize) -> usize {
    (columns / 6).clamp(12, 28)
}

/// Columns that one column of a wide row has.
fn room(column: Column, columns: usize) -> usize {
    let person = person_columns(columns);
    match column {
        Column::Requester => person,
        Column::Since => 5,
        Column::Changed => 7,
        Column::Status => 9,
        Column::Owner => person.min(16),
        Column::Queue => person.min(18),
        Column::Priority => 8,
        Column::Group => 14,
    }
}

/// The titles above wide rows.
pub(in crate::ui) fn titles(
    style: ratatui::style::Style,
    view: &[Column],
    columns: usize,
) -> Line<'static> {
    let right: Vec<String> = view
        .iter()
        .map(|column| width::pad(words::column(*column), room(*column, columns)))
        .collect();
    let right = right.join(" ");
    compose::spread(
        Line::styled(i18n::word("row-ticket"), style),
        Line::styled(right, style),
        columns,
    )
}

/// Columns of the longest of these numbers, at least four.
pub(in crate::ui) fn number_columns<'a>(ids: impl IntoIterator<Item = &'a str>) -> usize {
    ids.into_iter()
        .map(width::of)
        .max()
        .unwrap_or(0)
        .clamp(4, 12)
}

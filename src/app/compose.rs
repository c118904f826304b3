//! What is being written: a reply, a note or a new ticket. The only place that holds the text-area editor.

use jiff::{SignedDuration, Timestamp};
use ratatui_textarea::{CursorMove, Input, Key as AreaKey, TextArea, WrapMode};

use crate::domain::draft::{Draft, DraftKey, DraftKind};
use crate::domain::ids::PersonId;
use crate::domain::person::{Person, PersonRef};
use crate::input::{Code, Key};
use crate::text::lang::Lang;
use crate::text::sanitize;

use super::line::Line;
use super::model::pick::Target;
use super::msg::FileFacts;
use super::words;

/// How long after a change the draft is put on disk.
pub const DRAFT_AFTER: SignedDuration = SignedDuration::from_secs(1);
/// How long after the last letter people are looked up.
pub const LOOK_UP_AFTER: SignedDuration = SignedDuration::from_millis(300);
/// Longest text, in characters; a paste is cut there.
pub const LONGEST: usize = 2_000_000;

/// A text of several lines that is being edited.
#[derive(Debug, Clone)]
pub struct Editor(TextArea<'static>);

impl Editor {
    /// An editor with this text and the cursor at its end.
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::from(text.lines());
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        #[expect(
            clippy::default_trait_access,
            reason = "the type of styles belongs to the drawing library, which has no place in this room"
        )]
        area.set_cursor_line_style(Default::default());
        area.set_max_histories(200);
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Self(area)
    }
    /// The widget to draw.
    pub fn area(&self) -> &TextArea<'static> {
        &self.0
    }
    /// The text.
    pub fn text(&self) -> String {
        self.0.lines().join("\n")
    }
    /// Its lines.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.lines().iter().map(String::as_str)
    }
    /// Whether nothing but blanks is written.
    pub fn is_blank(&self) -> bool {
        self.0.lines().iter().all(|line| line.trim().is_empty())
    }
    /// Takes pasted text, made safe. One step of undo.
    pub fn paste(&mut self, text: &str) {
        self.0.insert_str(sanitize::block_max(text, LONGEST));
    }
    /// Takes a key; whether the text has changed.
    pub fn press(&mut self, key: Key) -> bool {
        if let Some(c) = key.typed() {
            // A letter that the screen could not show is no letter.
            if c == ' ' || !sanitize::line(c.encode_utf8(&mut [0; 4])).is_empty() {
                self.0.insert_char(c);
                return true;
            }
            return false;
        }
        let area_key = match key.code {
            Code::Char(c) => AreaKey::Char(c),
            Code::Enter => AreaKey::Enter,
            Code::Backspace => AreaKey::Backspace,
            Code::Delete => AreaKey::Delete,
            Code::Up => AreaKey::Up,
            Code::Down => AreaKey::Down,
            Code::Left => AreaKey::Left,
            Code::Right => AreaKey::Right,
            Code::Home => AreaKey::Home,
            Code::End => AreaKey::End,
            Code::PageUp => AreaKey::PageUp,
            Code::PageDown => AreaKey::PageDown,
            Code::Esc | Code::Tab | Code::BackTab | Code::Insert | Code::F(_) => return false,
        };
        self.0.input(Input {
            key: area_key,
            ctrl: key.ctrl,
            alt: key.alt,
            shift: key.shift,
        })
    }
}

/// A file to be attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComposeFile {
    /// The path as typed or as found.
    pub path: String,
    /// The file; `None` while it is looked at.
    pub facts: Option<FileFacts>,
    /// Why it cannot be attached.
    pub error: Option<String>,
}

/// Who a new ticket is for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequesterField {
    /// What is typed.
    pub input: Line,
    /// The person, once chosen.
    pub chosen: Option<PersonRef>,
    /// People found for what is typed.
    pub found: Vec<Person>,
    /// The one that Enter would choose: position in `found`.
    pub selected: usize,
    /// What is going on, or what went wrong.
    pub status: String,
    /// When what is typed is looked up.
    pub look_up_at: Option<Timestamp>,
}

impl RequesterField {
    /// The desk's id or the mail address to send, if there is one.
    pub fn person(&self) -> Option<PersonId> {
        if let Some(person) = &self.chosen {
            return Some(person.id.clone());
        }
        let typed = self.input.trimmed();
        let (user, host) = typed.split_once('@')?;
        let is_address =
            !user.is_empty() && host.contains('.') && !typed.contains(char::is_whitespace);
        is_address.then(|| PersonId::from(typed))
    }
}

/// The fields of a new ticket besides its text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewFields {
    /// Subject.
    pub subject: Line,
    /// Requester.
    pub requester: RequesterField,
    /// Queues to choose from.
    pub queues: Vec<String>,
    /// The chosen one; `None` when the desk has not told its queues.
    pub queue: Option<usize>,
    /// Priority as typed; empty = the desk's default.
    pub priority: Line,
}

impl NewFields {
    /// The priority as a number; words for it are taken too.
    ///
    /// # Errors
    /// What is typed is neither, in one sentence.
    pub fn priority(&self) -> Result<Option<i64>, String> {
        let typed = self.priority.trimmed();
        if typed.is_empty() {
            return Ok(None);
        }
        let word = typed.to_lowercase();
        words::PRIORITIES
            .iter()
            .find(|(_, name)| !name.is_empty() && *name == word)
            .map(|(number, _)| *number)
            .or_else(|| typed.parse().ok())
            .map(Some)
            .ok_or_else(|| format!("The priority {typed} is not a number, nor high, medium or low"))
    }
    /// Whether what is typed may still become a priority.
    pub fn is_priority_begun(&self) -> bool {
        let typed = self.priority.trimmed().to_lowercase();
        typed == "-"
            || words::PRIORITIES
                .iter()
                .any(|(_, name)| name.starts_with(&typed))
    }
    /// The chosen queue.
    pub fn queue(&self) -> Option<&str> {
        self.queues.get(self.queue?).map(String::as_str)
    }
}

/// A field of the editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComposeField {
    /// Subject of a new ticket.
    Subject,
    /// Requester of a new ticket.
    Requester,
    /// Queue of a new ticket.
    Queue,
    /// Priority of a new ticket.
    Priority,
    /// The text.
    Text,
}

impl ComposeField {
    const NEW: [Self; 5] = [
        Self::Subject,
        Self::Requester,
        Self::Queue,
        Self::Priority,
        Self::Text,
    ];
}

/// Something that is being written.
#[derive(Debug, Clone)]
pub struct Compose {
    /// What.
    pub kind: DraftKind,
    /// The ticket and what was seen of it when the key was pressed; `None` for a new ticket.
    pub target: Option<Target>,
    /// Whom it is about, in words (`4211 VPN ryger · to Kåre Ødegård`).
    pub about: String,
    /// The text.
    pub text: Editor,
    /// Files to attach.
    pub files: Vec<ComposeFile>,
    /// Fields of a new ticket.
    pub new: Option<NewFields>,
    /// The field with the cursor.
    pub focus: ComposeField,
    /// Whether it goes to all marked tickets.
    pub is_bulk: bool,
    /// The language of the template whose text it is, for the preview below it, and that text as it was.
    pub of_template: Option<(Lang, String)>,
    /// What is wrong, told where the person looks.
    pub problem: Option<String>,
    /// When the draft is put on disk; `None`: what is on disk is current.
    pub save_at: Option<Timestamp>,
}

impl Compose {
    /// Which draft this is.
    pub fn key(&self) -> DraftKey {
        DraftKey {
            ticket: self.target.as_ref().map(|t| t.ticket.clone()),
            kind: self.kind,
        }
    }
    /// What is written, as it is kept on disk.
    pub fn draft(&self, now: Timestamp) -> Draft {
        let new = self.new.as_ref();
        let text = |f: fn(&NewFields) -> &str| new.map(f).unwrap_or_default().to_owned();
        Draft {
            key: self.key(),
            text: self.text.text(),
            files: self.files.iter().map(|f| f.path.clone()).collect(),
            subject: text(|n| n.subject.text()),
            requester: new
                .and_then(|n| n.requester.person())
                .map_or_else(|| text(|n| n.requester.input.text()), |p| p.to_string()),
            queue: text(|n| n.queue().unwrap_or_default()),
            priority: text(|n| n.priority.text()),
            updated: now,
        }
    }
    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.draft(Timestamp::UNIX_EPOCH).is_empty()
    }
    /// The fields that there are, in order.
    pub fn fields(&self) -> &'static [ComposeField] {
        if self.new.is_some() {
            &ComposeField::NEW
        } else {
            &[ComposeField::Text]
        }
    }
    /// Goes to the next or previous field, around the end.
    pub fn go(&mut self, forward: bool) {
        let fields = self.fields();
        let at = fields.iter().position(|f| *f == self.focus).unwrap_or(0);
        let to = if forward {
            at + 1
        } else {
            at + fields.len() - 1
        };
        self.focus = fields
            .get(to % fields.len().max(1))
            .copied()
            .unwrap_or(ComposeField::Text);
    }
    /// Notes that something was written.
    pub fn changed(&mut self, now: Timestamp) {
        self.problem = None;
        // The text of a template is no draft of anything.
        if self.save_at.is_none() && self.of_template.is_none() {
            self.save_at = now.checked_add(DRAFT_AFTER).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_text_is_safe_and_one_step_of_undo() {
        let mut editor = Editor::new("");
        editor.paste("Hej\u{1b}[31m\r\nKåre\u{202e}");
        assert_eq!(editor.text(), "Hej\nKåre");
        editor.press("ctrl-u".parse().unwrap());
        assert_eq!(editor.text(), "");
    }

    #[test]
    fn typing_takes_nordic_letters_and_no_controls() {
        let mut editor = Editor::new("å");
        assert!(editor.press(Key::char('ø')));
        assert!(!editor.press(Key::char('\u{202e}')));
        assert!(editor.press(Key::plain(Code::Enter)));
        assert_eq!(editor.text(), "åø\n");
    }

    #[test]
    fn a_mail_address_is_a_requester_and_a_name_is_not() {
        let typed = |text| RequesterField {
            input: Line::new(text),
            ..RequesterField::default()
        };
        assert_eq!(
            typed(" kare@soro.example ").person(),
            Some(PersonId::from("kare@soro.example"))
        );
        for name in ["Kåre", "kare@", "@soro.example", "a b@soro.example", "a@b"] {
            assert_eq!(typed(name).person(), None, "{name}");
        }
    }
}

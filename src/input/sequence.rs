//! Keys pressed one after the other become commands; unfinished sequences are shown and given up after a while.

use serde::{Deserialize, Serialize};

use super::command::{Command, Context};
use super::keymap::{Keymap, Lookup};
use super::keys::Key;

/// What a key press came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// A command.
    Command(Command),
    /// The beginning of a sequence: [`Resolver::pending`] shows it.
    Pending,
    /// Nothing is bound to this key: text for whoever takes text.
    Free(Key),
    /// The sequence leads nowhere and is given up; the keys, for the message.
    Nothing(Vec<Key>),
}

/// Keeps the keys of an unfinished sequence.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Resolver {
    pending: Vec<Key>,
}

impl Resolver {
    /// Takes one key.
    pub fn press(&mut self, keymap: &Keymap, context: Context, key: Key) -> Resolution {
        self.pending.push(key);
        match keymap.lookup(context, &self.pending) {
            Lookup::Command(command) => {
                self.pending.clear();
                Resolution::Command(command)
            }
            Lookup::More => Resolution::Pending,
            Lookup::Nothing => {
                let keys = std::mem::take(&mut self.pending);
                match keys.as_slice() {
                    [single] => Resolution::Free(*single),
                    _ => Resolution::Nothing(keys),
                }
            }
        }
    }
    /// The keys of the unfinished sequence.
    pub fn pending(&self) -> &[Key] {
        &self.pending
    }
    /// Gives the unfinished sequence up, after a while or when the context changes. Whether there was one.
    pub fn give_up(&mut self) -> bool {
        let was = !self.pending.is_empty();
        self.pending.clear();
        was
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::keymap::Overrides;

    fn keymap() -> Keymap {
        let rows = Overrides::from([("ticket.take".to_owned(), vec!["å t".to_owned()])]);
        Keymap::new(&rows).0
    }

    #[test]
    fn a_sequence_waits_for_its_last_key() {
        let (keymap, mut resolver) = (keymap(), Resolver::default());
        let mut press = |c| resolver.press(&keymap, Context::Board, Key::char(c));
        assert_eq!(press('å'), Resolution::Pending);
        assert_eq!(press('t'), Resolution::Command(Command::Take));
        assert_eq!(press('j'), Resolution::Command(Command::Down));
        assert_eq!(press('å'), Resolution::Pending);
        assert_eq!(
            press('ø'),
            Resolution::Nothing(vec![Key::char('å'), Key::char('ø')])
        );
        assert_eq!(press('ø'), Resolution::Free(Key::char('ø')));
    }

    #[test]
    fn giving_up_forgets_the_beginning() {
        let (keymap, mut resolver) = (keymap(), Resolver::default());
        resolver.press(&keymap, Context::Board, Key::char('å'));
        assert_eq!(resolver.pending(), [Key::char('å')]);
        assert!(resolver.give_up());
        assert!(!resolver.give_up());
        assert_eq!(
            resolver.press(&keymap, Context::Board, Key::char('t')),
            Resolution::Free(Key::char('t'))
        );
    }

    #[test]
    fn text_contexts_get_letters_as_text() {
        let mut resolver = Resolver::default();
        assert_eq!(
            resolver.press(&Keymap::default(), Context::Editor, Key::char('t')),
            Resolution::Free(Key::char('t'))
        );
    }
}

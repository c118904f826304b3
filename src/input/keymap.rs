//! Which keys lead to which command, in each context: a trie, with the person's own keys on top of the defaults.
//!
//! Invariant: in one context a sequence leads to at most one command, and no bound sequence is the beginning of
//! another; whatever would break that is left out and reported as a [`Problem`], never silently.

use std::collections::BTreeMap;
use std::fmt;

use super::command::{COMMANDS, Command, Context};
use super::keys::{Key, print_sequence};

/// The person's own keys: command ids and what is bound to them. They replace the defaults of that command; an
/// empty list unbinds it. A row may be for one context only (`ticket:l`).
pub type Overrides = BTreeMap<String, Vec<String>>;

/// A key row that cannot be used, and why. The rest of the keymap works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The command id as written.
    pub id: String,
    /// The keys as written; empty when the id itself is wrong.
    pub keys: String,
    /// What is wrong, with what to do.
    pub why: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.keys.is_empty() {
            write!(f, "{}: {}", self.id, self.why)
        } else {
            write!(f, "{} = \"{}\": {}", self.id, self.keys, self.why)
        }
    }
}

/// A place in the trie.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    /// The sequence ends here.
    Leaf(Command),
    /// More keys follow.
    Branch(BTreeMap<Key, Node>),
}

impl Node {
    fn empty() -> Self {
        Self::Branch(BTreeMap::new())
    }
    /// Binds `keys`; fails with the command that stands in the way.
    fn insert(&mut self, keys: &[Key], command: Command) -> Result<(), Command> {
        match (self, keys) {
            (Self::Leaf(other), []) if *other == command => Ok(()),
            (Self::Leaf(other), _) => Err(*other),
            (Self::Branch(next), []) => match next.values().find_map(Self::first) {
                Some(other) => Err(other),
                None => Ok(()),
            },
            (Self::Branch(next), [key]) if !next.contains_key(key) => {
                next.insert(*key, Self::Leaf(command));
                Ok(())
            }
            (Self::Branch(next), [key, rest @ ..]) => next
                .entry(*key)
                .or_insert_with(Self::empty)
                .insert(rest, command),
        }
    }
    /// Some command below here.
    fn first(&self) -> Option<Command> {
        match self {
            Self::Leaf(command) => Some(*command),
            Self::Branch(next) => next.values().find_map(Self::first),
        }
    }
    /// The commands below here with the keys that are still to be pressed.
    fn below(&self, before: &mut Vec<Key>, out: &mut Vec<(Vec<Key>, Command)>) {
        match self {
            Self::Leaf(command) => out.push((before.clone(), *command)),
            Self::Branch(next) => {
                for (key, node) in next {
                    before.push(*key);
                    node.below(before, out);
                    before.pop();
                }
            }
        }
    }
}

/// What a sequence of keys leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// To this command.
    Command(Command),
    /// Nowhere yet: it is the beginning of a sequence.
    More,
    /// Nowhere.
    Nothing,
}

/// The keys of all contexts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    contexts: BTreeMap<Context, Node>,
    /// Keys of each command in each context, in the order of binding; the first is the one that hints show.
    labels: BTreeMap<(Command, Context), Vec<Vec<Key>>>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::new(&Overrides::new()).0
    }
}

impl Keymap {
    /// The defaults with the person's own keys on top, and what of them could not be used. The person's keys win:
    /// a default that is in their way gives way silently, two of the person's own are reported, both named.
    pub fn new(overrides: &Overrides) -> (Self, Vec<Problem>) {
        let mut keymap = Self {
            contexts: BTreeMap::new(),
            labels: BTreeMap::new(),
        };
        let mut problems = Vec::new();
        for (id, rows) in overrides {
            let Some(command) = Command::parse(id) else {
                problems.push(Problem {
                    id: id.clone(),
                    keys: String::new(),
                    why: unknown_id(id),
                });
                continue;
            };
            for row in rows {
                if let Err(why) = keymap.bind(command, row) {
                    problems.push(Problem {
                        id: id.clone(),
                        keys: row.clone(),
                        why,
                    });
                }
            }
        }
        for spec in COMMANDS {
            if overrides.contains_key(spec.id) {
                continue;
            }
            for row in spec.keys {
                // A failure here means that one of the person's own keys took the place: that is what they asked for.
                let _ = keymap.bind(spec.command, row);
            }
        }
        (keymap, problems)
    }

    /// Binds one row in all contexts that it names. Fails with the reasons; contexts without trouble are bound.
    fn bind(&mut self, command: Command, row: &str) -> Result<(), String> {
        let (only, text) = match row.split_once(':') {
            Some((word, keys)) if !keys.is_empty() => match Context::parse(word) {
                Some(context) => (Some(context), keys),
                None => (None, row),
            },
            _ => (None, row),
        };
        let keys = Key::parse_sequence(text).map_err(|e| e.to_string())?;
        let contexts = match only {
            Some(context) if !command.spec().applies(context) => {
                return Err(format!(
                    "the command does not apply in `{}`",
                    context.word()
                ));
            }
            Some(context) => vec![context],
            None => command.spec().contexts.to_vec(),
        };
        let mut troubles: Vec<String> = Vec::new();
        for context in contexts {
            if context.takes_text() && keys.first().is_some_and(|k| k.typed().is_some()) {
                troubles.push(format!("in `{}` that key types text", context.word()));
                continue;
            }
            let node = self.contexts.entry(context).or_insert_with(Node::empty);
            match node.insert(&keys, command) {
                Ok(()) => {
                    let labels = self.labels.entry((command, context)).or_default();
                    if !labels.contains(&keys) {
                        labels.push(keys.clone());
                    }
                }
                Err(other) => troubles.push(format!(
                    "in `{}` it is in the way of `{other}`, which keeps it",
                    context.word()
                )),
            }
        }
        if troubles.is_empty() {
            Ok(())
        } else {
            Err(troubles.join("; "))
        }
    }

    /// What `keys` lead to in `context`.
    pub fn lookup(&self, context: Context, keys: &[Key]) -> Lookup {
        let Some(mut node) = self.contexts.get(&context) else {
            return Lookup::Nothing;
        };
        for key in keys {
            node = match node {
                Node::Leaf(_) => return Lookup::Nothing,
                Node::Branch(next) => match next.get(key) {
                    Some(node) => node,
                    None => return Lookup::Nothing,
                },
            };
        }
        match node {
            Node::Leaf(command) => Lookup::Command(*command),
            Node::Branch(_) => Lookup::More,
        }
    }

    /// What can follow `keys` in `context`: the rest of each sequence and its command, for the hints.
    pub fn following(&self, context: Context, keys: &[Key]) -> Vec<(Vec<Key>, Command)> {
        let mut out = Vec::new();
        let Some(mut node) = self.contexts.get(&context) else {
            return out;
        };
        for key in keys {
            node = match node {
                Node::Branch(next) => match next.get(key) {
                    Some(node) => node,
                    None => return out,
                },
                Node::Leaf(_) => return out,
            };
        }
        node.below(&mut Vec::new(), &mut out);
        out
    }

    /// All keys of a command in a context.
    pub fn keys(&self, command: Command, context: Context) -> &[Vec<Key>] {
        self.labels
            .get(&(command, context))
            .map_or(&[], Vec::as_slice)
    }

    /// The first key of a command in a context, as text for hints; `None` when it has none there.
    pub fn label(&self, command: Command, context: Context) -> Option<String> {
        self.keys(command, context)
            .first()
            .map(|keys| print_sequence(keys))
    }
}

/// What to say about an id that is no command, with the nearest that is.
fn unknown_id(id: &str) -> String {
    let word = id.rsplit('.').next().unwrap_or(id);
    COMMANDS
        .iter()
        .find(|spec| !word.is_empty() && spec.id.ends_with(word))
        .map_or_else(
            || "there is no such command; `docs/keys.md` lists them".to_owned(),
            |spec| format!("there is no such command; did you mean `{}`?", spec.id),
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::keys::Code;

    fn overrides(rows: &[(&str, &[&str])]) -> Overrides {
        rows.iter()
            .map(|(id, keys)| {
                (
                    (*id).to_owned(),
                    keys.iter().map(ToString::to_string).collect(),
                )
            })
            .collect()
    }

    /// Binds every default by itself, so that a clash between two defaults shows.
    #[test]
    fn defaults_do_not_clash() {
        let mut keymap = Keymap {
            contexts: BTreeMap::new(),
            labels: BTreeMap::new(),
        };
        for spec in COMMANDS {
            for row in spec.keys {
                assert_eq!(keymap.bind(spec.command, row), Ok(()), "{} {row}", spec.id);
            }
        }
    }

    #[test]
    fn no_default_needs_altgr_or_a_key_that_tmux_or_the_line_takes() {
        for spec in COMMANDS {
            for row in spec.keys {
                let text = row
                    .split_once(':')
                    .filter(|(c, k)| Context::parse(c).is_some() && !k.is_empty())
                    .map_or(*row, |(_, keys)| keys);
                for key in Key::parse_sequence(text).unwrap() {
                    if let Code::Char(c) = key.code {
                        assert!(!"@£$€{[]}\\|~^`´¨".contains(c), "{} {row}", spec.id);
                        assert!(!key.alt, "{} {row}", spec.id);
                        assert!(!(key.ctrl && "absq".contains(c)), "{} {row}", spec.id);
                    }
                }
            }
        }
    }

    #[test]
    fn every_command_has_a_key_in_every_context() {
        let keymap = Keymap::default();
        for spec in COMMANDS {
            for context in spec.contexts {
                assert!(
                    keymap.label(spec.command, *context).is_some(),
                    "{} has no key in {}",
                    spec.id,
                    context.word()
                );
            }
        }
    }

    #[test]
    fn own_keys_replace_the_defaults_and_may_be_nordic() {
        let (keymap, problems) = Keymap::new(&overrides(&[
            ("ticket.take", &["ø", "space t"]),
            ("app.quit", &[]),
        ]));
        assert_eq!(problems, []);
        let look = |text: &str| keymap.lookup(Context::Board, &Key::parse_sequence(text).unwrap());
        assert_eq!(look("ø"), Lookup::Command(Command::Take));
        assert_eq!(look("space"), Lookup::More);
        assert_eq!(look("space t"), Lookup::Command(Command::Take));
        assert_eq!(look("t"), Lookup::Nothing);
        assert_eq!(look("q"), Lookup::Nothing);
        assert_eq!(
            keymap.label(Command::Take, Context::Board).as_deref(),
            Some("ø")
        );
        assert_eq!(
            keymap.following(Context::Board, &[Key::char(' ')]),
            [(vec![Key::char('t')], Command::Take)]
        );
    }

    #[test]
    fn own_keys_win_over_defaults() {
        let (keymap, problems) = Keymap::new(&overrides(&[("ticket.steal", &["t"])]));
        assert_eq!(problems, []);
        assert_eq!(
            keymap.lookup(Context::Board, &[Key::char('t')]),
            Lookup::Command(Command::Steal)
        );
        assert_eq!(keymap.label(Command::Take, Context::Board), None);
    }

    #[test]
    fn a_key_bound_twice_is_reported_with_both_commands() {
        let (_, problems) = Keymap::new(&overrides(&[
            ("ticket.steal", &["x"]),
            ("ticket.take", &["x y"]),
        ]));
        let text = problems[0].to_string();
        assert!(
            text.contains("ticket.take") && text.contains("ticket.steal"),
            "{text}"
        );
        assert!(text.contains("x y"), "{text}");
    }

    #[test]
    fn wrong_rows_are_named_and_the_rest_works() {
        let (keymap, problems) = Keymap::new(&overrides(&[
            ("ticket.tak", &["t"]),
            ("tickets.take", &["t"]),
            ("ticket.note", &["hyper-n"]),
            ("ticket.tag", &["outbox:g"]),
            ("compose.send", &["editor:x"]),
            ("ticket.link", &["ticket:å", ":"]),
        ]));
        let all = problems.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(all.len(), 5, "{all:#?}");
        assert!(
            all.iter()
                .any(|p| p.contains("did you mean `ticket.take`?"))
        );
        assert!(all.iter().any(|p| p.contains("hyper-n")));
        assert!(all.iter().any(|p| p.contains("does not apply in `outbox`")));
        assert!(all.iter().any(|p| p.contains("types text")));
        assert_eq!(
            keymap.lookup(Context::Ticket, &[Key::char('å')]),
            Lookup::Command(Command::Link)
        );
        assert_eq!(
            keymap.lookup(Context::Board, &[Key::char('å')]),
            Lookup::Nothing
        );
        assert_eq!(
            keymap.lookup(Context::Ticket, &[Key::char(':')]),
            Lookup::Command(Command::Link)
        );
    }
}

//! Schema of `outbox.db`: `MIGRATIONS[n]` leads from version n to n + 1. Released steps are never edited.

pub(super) const MIGRATIONS: &[&str] = &["
CREATE TABLE items (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, -- order of the key presses, over all consoles
  id TEXT NOT NULL UNIQUE,               -- action id
  profile TEXT NOT NULL,                 -- desk
  ticket TEXT,                           -- null for a create
  parent TEXT,                           -- bulk action
  state TEXT NOT NULL,
  due INTEGER,                           -- ms since 1970
  updated INTEGER NOT NULL,              -- ms since 1970
  rev INTEGER NOT NULL UNIQUE,           -- grows with every change of any row
  json TEXT NOT NULL                     -- the whole item
) STRICT;
CREATE INDEX items_by_state ON items (profile, state);
CREATE INDEX items_by_ticket ON items (profile, ticket);

CREATE TABLE files (
  action TEXT NOT NULL REFERENCES items (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (action, position)
) STRICT;

CREATE TABLE revision (one INTEGER PRIMARY KEY CHECK (one = 1), rev INTEGER NOT NULL) STRICT;
INSERT INTO revision VALUES (1, 0);

CREATE TABLE lease (
  profile TEXT PRIMARY KEY,
  token TEXT NOT NULL,                   -- which console
  host TEXT NOT NULL,
  boot TEXT NOT NULL,
  space TEXT NOT NULL,                   -- process id namespace
  pid INTEGER NOT NULL,
  started INTEGER,                       -- ticks since boot
  renewed INTEGER NOT NULL               -- ms since 1970
) STRICT;

CREATE TABLE drafts (
  profile TEXT NOT NULL,
  ticket TEXT NOT NULL,                  -- empty for a new ticket
  what TEXT NOT NULL,                    -- reply, note, new ticket
  json TEXT NOT NULL,                    -- the whole draft
  at INTEGER NOT NULL,
  PRIMARY KEY (profile, ticket, what)
) STRICT;

CREATE TABLE audit (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  profile TEXT NOT NULL,
  at INTEGER NOT NULL,
  line TEXT NOT NULL                     -- JSON
) STRICT;
"];

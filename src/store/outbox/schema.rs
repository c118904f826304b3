//! Schema of `outbox.db`: `MIGRATIONS[n]` leads from version n to n + 1. Released steps are never edited.

use super::audit::chain;
use crate::store::db::Migration;

pub(super) const MIGRATIONS: &[Migration] = &[
    Migration::Sql(FIRST),
    Migration::SqlThen(CHAIN, chain::take_over),
    Migration::Sql(RULINGS),
    Migration::Sql(BULKS),
    Migration::Sql(DECLARED),
];

const FIRST: &str = "
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
";

/// The audit becomes a chain. What was in it is taken over in its order, and the old table is dropped by the code
/// that does that.
const CHAIN: &str = "
ALTER TABLE audit RENAME TO audit_before;

CREATE TABLE audit (
  profile TEXT NOT NULL,
  n INTEGER NOT NULL,                    -- 1, 2, 3 … within the profile
  at INTEGER NOT NULL,                   -- ms since 1970
  old INTEGER NOT NULL,                  -- 1: was there before lines were chained
  line TEXT NOT NULL,                    -- JSON
  hash TEXT NOT NULL,                    -- of the hash before and of this row, see audit/chain.rs
  PRIMARY KEY (profile, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_head (                -- the newest line a second time: a tail that is cut off is missed
  profile TEXT PRIMARY KEY,
  n INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_only_at_the_end BEFORE INSERT ON audit
  WHEN NEW.n <= (SELECT max(n) FROM audit WHERE profile = NEW.profile)
  BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_head_only_forward BEFORE UPDATE ON audit_head
  WHEN NEW.profile != OLD.profile OR NEW.n <= OLD.n
  BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
  BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
";

/// Bulk actions: their children are items that name them as parent.
const BULKS: &str = "
CREATE TABLE bulks (
  id TEXT PRIMARY KEY,
  profile TEXT NOT NULL,
  at INTEGER NOT NULL,                   -- ms since 1970
  json TEXT NOT NULL                     -- domain::bulk::Bulk
) STRICT, WITHOUT ROWID;
CREATE INDEX items_by_parent ON items (profile, parent) WHERE parent IS NOT NULL;
";

/// Declared incidents.
const DECLARED: &str = "
CREATE TABLE declared (
  id TEXT PRIMARY KEY,
  profile TEXT NOT NULL,
  at INTEGER NOT NULL,                   -- ms since 1970
  json TEXT NOT NULL                     -- domain::declared::Declared
) STRICT, WITHOUT ROWID;
";

/// What agents said about incidents.
const RULINGS: &str = "
CREATE TABLE rulings (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  profile TEXT NOT NULL,
  at INTEGER NOT NULL,                   -- ms since 1970
  json TEXT NOT NULL                     -- domain::watch::Ruling
) STRICT;
";

//! The tables of the embedded desk, and their versions.
//!
//! Times are whole seconds since 1970 (0: unset, which the wire shows as 1970-01-01, as Request
//! Tracker does). Kinds of objects are numbers: 1 ticket, 2 asset, 3 user, 4 queue. The two `tickets_shown`
//! indexes hold all that counting a search by number or status needs; searches must say their condition
//! in the same words.

/// Version of the tables below, kept in `PRAGMA user_version`.
pub(crate) const VERSION: i64 = 3;

/// What leads from each version to the next, from version 1 on.
pub(crate) const STEPS: [&str; 2] = [
    r"
ALTER TABLE catalogs ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN privileged INTEGER NOT NULL DEFAULT 0;
UPDATE users SET privileged = 1 WHERE role > 0;
UPDATE custom_fields SET type = 'DateTime' WHERE name = 'Last seen' AND kind = 2;
",
    r"
DROP INDEX tickets_status;
CREATE INDEX tickets_shown ON tickets (id, queue) WHERE effective = id AND status <> 'deleted';
CREATE INDEX tickets_shown_status ON tickets (status, queue) WHERE effective = id AND status <> 'deleted';
",
];

/// Creates every table of version [`VERSION`].
pub(crate) const CREATE: &str = r"
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE users (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, email TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
  real_name TEXT NOT NULL DEFAULT '', lang TEXT NOT NULL DEFAULT '', timezone TEXT NOT NULL DEFAULT '',
  organization TEXT NOT NULL DEFAULT '', role INTEGER NOT NULL DEFAULT 0, privileged INTEGER NOT NULL DEFAULT 0, disabled INTEGER NOT NULL DEFAULT 0,
  token TEXT NOT NULL DEFAULT '', password TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL, creator INTEGER NOT NULL, updated INTEGER NOT NULL, updated_by INTEGER NOT NULL);
CREATE INDEX users_email ON users (email);
CREATE TABLE groups (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL DEFAULT '');
CREATE TABLE group_members (group_id INTEGER NOT NULL, user_id INTEGER NOT NULL, PRIMARY KEY (group_id, user_id)) WITHOUT ROWID;
CREATE TABLE queues (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, description TEXT NOT NULL DEFAULT '',
  hidden INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL);
CREATE TABLE catalogs (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, description TEXT NOT NULL DEFAULT '',
  hidden INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL);
CREATE TABLE custom_fields (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind INTEGER NOT NULL, multiple INTEGER NOT NULL DEFAULT 0,
  type TEXT NOT NULL DEFAULT 'Freeform', created INTEGER NOT NULL, UNIQUE (kind, name));
CREATE TABLE custom_values (
  id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, object INTEGER NOT NULL, field INTEGER NOT NULL,
  content TEXT NOT NULL COLLATE NOCASE);
CREATE INDEX custom_values_object ON custom_values (kind, object, field);
CREATE INDEX custom_values_content ON custom_values (field, content);
CREATE TABLE tickets (
  id INTEGER PRIMARY KEY, effective INTEGER NOT NULL, queue INTEGER NOT NULL, subject TEXT NOT NULL,
  status TEXT NOT NULL, owner INTEGER NOT NULL, priority INTEGER NOT NULL DEFAULT 0,
  initial_priority INTEGER NOT NULL DEFAULT 0, final_priority INTEGER NOT NULL DEFAULT 0,
  time_worked INTEGER NOT NULL DEFAULT 0, time_left INTEGER NOT NULL DEFAULT 0, time_estimated INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL, creator INTEGER NOT NULL, updated INTEGER NOT NULL, updated_by INTEGER NOT NULL,
  starts INTEGER NOT NULL DEFAULT 0, started INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL DEFAULT 0,
  resolved INTEGER NOT NULL DEFAULT 0, told INTEGER NOT NULL DEFAULT 0);
CREATE INDEX tickets_effective ON tickets (effective);
CREATE INDEX tickets_shown ON tickets (id, queue) WHERE effective = id AND status <> 'deleted';
CREATE INDEX tickets_shown_status ON tickets (status, queue) WHERE effective = id AND status <> 'deleted';
CREATE INDEX tickets_updated ON tickets (updated);
CREATE TABLE watchers (
  ticket INTEGER NOT NULL, role INTEGER NOT NULL, user INTEGER NOT NULL, PRIMARY KEY (ticket, role, user)) WITHOUT ROWID;
CREATE INDEX watchers_user ON watchers (user, role);
CREATE TABLE assets (
  id INTEGER PRIMARY KEY, catalog INTEGER NOT NULL, name TEXT NOT NULL DEFAULT '', description TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL, owner INTEGER NOT NULL,
  created INTEGER NOT NULL, creator INTEGER NOT NULL, updated INTEGER NOT NULL, updated_by INTEGER NOT NULL);
CREATE INDEX assets_name ON assets (name);
CREATE TABLE holders (
  asset INTEGER NOT NULL, role INTEGER NOT NULL, user INTEGER NOT NULL, PRIMARY KEY (asset, role, user)) WITHOUT ROWID;
CREATE INDEX holders_user ON holders (user, role);
CREATE TABLE transactions (
  id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, object INTEGER NOT NULL, type TEXT NOT NULL, field TEXT NOT NULL DEFAULT '',
  old TEXT NOT NULL DEFAULT '', new TEXT NOT NULL DEFAULT '', creator INTEGER NOT NULL, created INTEGER NOT NULL,
  time_taken INTEGER NOT NULL DEFAULT 0);
CREATE INDEX transactions_object ON transactions (kind, object);
CREATE TABLE attachments (
  id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, parent INTEGER NOT NULL DEFAULT 0, subject TEXT NOT NULL DEFAULT '',
  filename TEXT NOT NULL DEFAULT '', content_type TEXT NOT NULL, content BLOB NOT NULL, creator INTEGER NOT NULL,
  created INTEGER NOT NULL);
CREATE INDEX attachments_txn ON attachments (txn);
CREATE TABLE links (
  id INTEGER PRIMARY KEY, type TEXT NOT NULL, base TEXT NOT NULL, target TEXT NOT NULL, UNIQUE (base, type, target));
CREATE TABLE truth (ticket INTEGER PRIMARY KEY, problem TEXT NOT NULL, outage INTEGER);
CREATE INDEX links_target ON links (target, type);
";

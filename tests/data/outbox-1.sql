-- Version 1 of outbox.db, as dumped by sqlite3 after a reply was parked.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
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
INSERT INTO items VALUES(1,'00000000-0000-0000-0000-000000000007','main','17',NULL,'parked',NULL,1770000000000,6,'{"action":{"id":"00000000-0000-0000-0000-000000000007","ticket":"17","verb":{"verb":"reply","text":"Try the other gateway","files":[{"name":"how.pdf","media_type":"application/pdf","size":4,"position":0}]},"seen":{"version":null,"status":null,"owner":"unknown","priority":"unknown","queue":"unknown","group":"unknown","last_entry":null,"at":null},"at":"2026-02-02T02:40:00Z","undoes":null,"parent":null,"force":false},"state":"parked","due":null,"attempts":0,"looks":0,"sent_at":"2026-02-02T02:40:06Z","message":"","differences":[],"entry":null,"result":null,"updated":"2026-02-02T02:40:00Z"}');
CREATE TABLE files (
  action TEXT NOT NULL REFERENCES items (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (action, position)
) STRICT;
INSERT INTO files VALUES('00000000-0000-0000-0000-000000000007',0,X'25504446');
CREATE TABLE revision (one INTEGER PRIMARY KEY CHECK (one = 1), rev INTEGER NOT NULL) STRICT;
INSERT INTO revision VALUES(1,6);
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
INSERT INTO lease VALUES('main','00000000-0000-4000-8000-000000000000','desk-7','0f9d2c1e-0000-4000-8000-000000000000','pid:[4026531836]',4242,100,1770000006000);
CREATE TABLE drafts (
  profile TEXT NOT NULL,
  ticket TEXT NOT NULL,                  -- empty for a new ticket
  what TEXT NOT NULL,                    -- reply, note, new ticket
  json TEXT NOT NULL,                    -- the whole draft
  at INTEGER NOT NULL,
  PRIMARY KEY (profile, ticket, what)
) STRICT;
INSERT INTO drafts VALUES('main','18','note','{"key":{"ticket":"18","kind":"note"},"text":"Called back, no ans","files":[],"subject":"","requester":"","queue":"","priority":"","updated":"2026-02-02T02:40:09Z"}',1770000009000);
CREATE TABLE audit (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  profile TEXT NOT NULL,
  at INTEGER NOT NULL,
  line TEXT NOT NULL                     -- JSON
) STRICT;
INSERT INTO audit VALUES(1,'main',1770000007000,'{"at":"2026-02-02T02:40:07Z","action":"00000000-0000-0000-0000-000000000007","verb":"reply","ticket":"17","who":null,"state":"ready","before":null,"after":null,"entry":null,"message":"its hold is over"}');
INSERT INTO audit VALUES(2,'main',1770000007000,'{"at":"2026-02-02T02:40:07Z","action":"00000000-0000-0000-0000-000000000007","verb":"reply","ticket":"17","who":null,"state":"sending","before":null,"after":null,"entry":null,"message":"it is taken up"}');
INSERT INTO audit VALUES(3,'main',1770000007000,'{"at":"2026-02-02T02:40:07Z","action":"00000000-0000-0000-0000-000000000007","verb":"reply","ticket":"17","who":null,"state":"unknown","before":null,"after":null,"entry":null,"message":"its answer is lost"}');
INSERT INTO audit VALUES(4,'main',1770000007000,'{"at":"2026-02-02T02:40:07Z","action":"00000000-0000-0000-0000-000000000007","verb":"reply","ticket":"17","who":null,"state":"parked","before":null,"after":null,"entry":null,"message":"a person is asked"}');
CREATE INDEX items_by_state ON items (profile, state);
CREATE INDEX items_by_ticket ON items (profile, ticket);
COMMIT;
PRAGMA user_version = 1;

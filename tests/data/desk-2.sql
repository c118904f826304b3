-- A database of the embedded desk of version 2, as sqlite3 dumps it: four tickets (one merged, one deleted, one in the hidden queue), one laptop.
BEGIN TRANSACTION;
CREATE TABLE assets (
  id INTEGER PRIMARY KEY, catalog INTEGER NOT NULL, name TEXT NOT NULL DEFAULT '', description TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL, owner INTEGER NOT NULL,
  created INTEGER NOT NULL, creator INTEGER NOT NULL, updated INTEGER NOT NULL, updated_by INTEGER NOT NULL);
INSERT INTO "assets" VALUES(1,1,'D100001','','allocated',6,1767222000,1,1767222000,1);
CREATE TABLE attachments (
  id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, parent INTEGER NOT NULL DEFAULT 0, subject TEXT NOT NULL DEFAULT '',
  filename TEXT NOT NULL DEFAULT '', content_type TEXT NOT NULL, content BLOB NOT NULL, creator INTEGER NOT NULL,
  created INTEGER NOT NULL);
INSERT INTO "attachments" VALUES(1,5,0,'VPN ryger hele tiden','','text/plain',X'5072C3B87620677731206920737465646574',20,1767222101);
CREATE TABLE catalogs (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, description TEXT NOT NULL DEFAULT '',
  hidden INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL);
INSERT INTO "catalogs" VALUES(1,'Laptops','Bærbare',0,1767222000);
CREATE TABLE custom_fields (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind INTEGER NOT NULL, multiple INTEGER NOT NULL DEFAULT 0,
  type TEXT NOT NULL DEFAULT 'Freeform', created INTEGER NOT NULL, UNIQUE (kind, name));
INSERT INTO "custom_fields" VALUES(1,'Vagt group',1,0,'Freeform',1767222000);
INSERT INTO "custom_fields" VALUES(2,'Vagt tags',1,1,'Freeform',1767222000);
INSERT INTO "custom_fields" VALUES(3,'Vagt action',5,0,'Freeform',1767222000);
INSERT INTO "custom_fields" VALUES(4,'VPN state',2,0,'Freeform',1767222000);
INSERT INTO "custom_fields" VALUES(5,'Last seen',2,0,'DateTime',1767222000);
CREATE TABLE custom_values (
  id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, object INTEGER NOT NULL, field INTEGER NOT NULL,
  content TEXT NOT NULL COLLATE NOCASE);
INSERT INTO "custom_values" VALUES(1,1,1,1,'vpn');
INSERT INTO "custom_values" VALUES(2,5,5,3,'a-1');
INSERT INTO "custom_values" VALUES(3,2,1,4,'up');
INSERT INTO "custom_values" VALUES(4,2,1,5,'2026-01-01T00:10:00Z');
CREATE TABLE group_members (group_id INTEGER NOT NULL, user_id INTEGER NOT NULL, PRIMARY KEY (group_id, user_id)) WITHOUT ROWID;
INSERT INTO "group_members" VALUES(1,20);
CREATE TABLE groups (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL DEFAULT '');
INSERT INTO "groups" VALUES(1,'Helpdesk','First line');
CREATE TABLE holders (
  asset INTEGER NOT NULL, role INTEGER NOT NULL, user INTEGER NOT NULL, PRIMARY KEY (asset, role, user)) WITHOUT ROWID;
INSERT INTO "holders" VALUES(1,0,25);
CREATE TABLE links (
  id INTEGER PRIMARY KEY, type TEXT NOT NULL, base TEXT NOT NULL, target TEXT NOT NULL, UNIQUE (base, type, target));
INSERT INTO "links" VALUES(1,'RefersTo','ticket:1','asset:1');
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('made','1767222000');
INSERT INTO "meta" VALUES('seeded','1');
CREATE TABLE queues (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, description TEXT NOT NULL DEFAULT '',
  hidden INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL);
INSERT INTO "queues" VALUES(1,'Servicedesk','',0,1767222000);
INSERT INTO "queues" VALUES(2,'Personalesager','',1,1767222000);
CREATE TABLE tickets (
  id INTEGER PRIMARY KEY, effective INTEGER NOT NULL, queue INTEGER NOT NULL, subject TEXT NOT NULL,
  status TEXT NOT NULL, owner INTEGER NOT NULL, priority INTEGER NOT NULL DEFAULT 0,
  initial_priority INTEGER NOT NULL DEFAULT 0, final_priority INTEGER NOT NULL DEFAULT 0,
  time_worked INTEGER NOT NULL DEFAULT 0, time_left INTEGER NOT NULL DEFAULT 0, time_estimated INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL, creator INTEGER NOT NULL, updated INTEGER NOT NULL, updated_by INTEGER NOT NULL,
  starts INTEGER NOT NULL DEFAULT 0, started INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL DEFAULT 0,
  resolved INTEGER NOT NULL DEFAULT 0, told INTEGER NOT NULL DEFAULT 0);
INSERT INTO "tickets" VALUES(1,1,1,'VPN ryger hele tiden','open',20,0,0,0,0,0,0,1767222001,25,1767222101,20,0,0,0,0,0);
INSERT INTO "tickets" VALUES(2,1,1,'VPN ryger igen','resolved',6,0,0,0,0,0,0,1767222002,25,1767222102,20,0,0,0,0,0);
INSERT INTO "tickets" VALUES(3,3,2,'Kun for ledelsen','new',6,0,0,0,0,0,0,1767222003,25,1767222103,20,0,0,0,0,0);
INSERT INTO "tickets" VALUES(4,4,1,'Slettet','deleted',6,0,0,0,0,0,0,1767222004,25,1767222104,20,0,0,0,0,0);
CREATE TABLE transactions (
  id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, object INTEGER NOT NULL, type TEXT NOT NULL, field TEXT NOT NULL DEFAULT '',
  old TEXT NOT NULL DEFAULT '', new TEXT NOT NULL DEFAULT '', creator INTEGER NOT NULL, created INTEGER NOT NULL,
  time_taken INTEGER NOT NULL DEFAULT 0);
INSERT INTO "transactions" VALUES(1,1,1,'Create','','','',25,1767222001,0);
INSERT INTO "transactions" VALUES(2,1,2,'Create','','','',25,1767222002,0);
INSERT INTO "transactions" VALUES(3,1,3,'Create','','','',25,1767222003,0);
INSERT INTO "transactions" VALUES(4,1,4,'Create','','','',25,1767222004,0);
INSERT INTO "transactions" VALUES(5,1,1,'Correspond','','','',20,1767222101,0);
CREATE TABLE truth (ticket INTEGER PRIMARY KEY, problem TEXT NOT NULL, outage INTEGER);
INSERT INTO "truth" VALUES(1,'vpn',NULL);
CREATE TABLE users (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, email TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
  real_name TEXT NOT NULL DEFAULT '', lang TEXT NOT NULL DEFAULT '', timezone TEXT NOT NULL DEFAULT '',
  organization TEXT NOT NULL DEFAULT '', role INTEGER NOT NULL DEFAULT 0, privileged INTEGER NOT NULL DEFAULT 0, disabled INTEGER NOT NULL DEFAULT 0,
  token TEXT NOT NULL DEFAULT '', password TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL, creator INTEGER NOT NULL, updated INTEGER NOT NULL, updated_by INTEGER NOT NULL);
INSERT INTO "users" VALUES(1,'RT_System','','The RT System itself','','','',3,1,0,'','',1767222000,1,1767222000,1);
INSERT INTO "users" VALUES(6,'Nobody','','Nobody in particular','','','',0,0,0,'','',1767222000,1,1767222000,1);
INSERT INTO "users" VALUES(14,'root','root@localhost','Enoch Root','','UTC','',3,1,0,'00000000000000000000000000000001','0000000000000000000000000000000a',1767222000,1,1767222000,1);
INSERT INTO "users" VALUES(20,'mette','mette@helpdesk.example','Mette Ravn','','Europe/Copenhagen','',2,1,0,'00000000000000000000000000000002','0000000000000000000000000000000b',1767222000,1,1767222000,1);
INSERT INTO "users" VALUES(24,'reader','reader@helpdesk.example','Læs Hørsholm','','','',1,1,0,'00000000000000000000000000000003','0000000000000000000000000000000c',1767222000,1,1767222000,1);
INSERT INTO "users" VALUES(25,'p1@kommune.example','p1@kommune.example','','','','',0,0,0,'','',1767222000,1,1767222000,1);
CREATE TABLE watchers (
  ticket INTEGER NOT NULL, role INTEGER NOT NULL, user INTEGER NOT NULL, PRIMARY KEY (ticket, role, user)) WITHOUT ROWID;
INSERT INTO "watchers" VALUES(1,0,25);
INSERT INTO "watchers" VALUES(2,0,25);
INSERT INTO "watchers" VALUES(3,0,25);
INSERT INTO "watchers" VALUES(4,0,25);
CREATE INDEX users_email ON users (email);
CREATE INDEX custom_values_object ON custom_values (kind, object, field);
CREATE INDEX custom_values_content ON custom_values (field, content);
CREATE INDEX tickets_effective ON tickets (effective);
CREATE INDEX tickets_status ON tickets (status);
CREATE INDEX tickets_updated ON tickets (updated);
CREATE INDEX watchers_user ON watchers (user, role);
CREATE INDEX assets_name ON assets (name);
CREATE INDEX holders_user ON holders (user, role);
CREATE INDEX transactions_object ON transactions (kind, object);
CREATE INDEX attachments_txn ON attachments (txn);
CREATE INDEX links_target ON links (target, type);
COMMIT;
PRAGMA user_version = 2;

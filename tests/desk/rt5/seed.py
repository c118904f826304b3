#!/usr/bin/env python3
"""Fill a test Request Tracker 5 over REST 2.0 (and, for mail, over its mail gateway).

    seed.py --env FILE desk                            queues, catalogs, staff
    seed.py --env FILE content --tickets N --assets N  people, assets, tickets and their history
    seed.py --env FILE bulk --tickets N --assets N     many plain tickets and assets, for figures

FILE is what up.sh writes. The same --seed gives the same content. Standard library only.
"""
import argparse
import concurrent.futures
import email.message
import email.policy
import http.client
import json
import os
import random
import sqlite3
import sys
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))

QUEUES = [("VPN og fjernadgang", "Fjernarbejde"), ("Videomøder", "Teams, Zoom og Meet"), ("Mobilt bredbånd", "4G/5G og SIM"),
          ("Hjemmenet", "Wi-Fi og fiber hjemme"), ("Konto og adgang", "Adgangskoder og MFA"), ("Brukerstøtte", "Alt annet"),
          ("Personalesager", "Skjult for førstelinjen")]
QUEUE_OF = {"vpn": 0, "remote": 0, "video": 1, "mobile": 2, "wifi": 3, "login": 4}
HIDDEN_QUEUE = 6
CATALOGS = [("Bærbare", "Hjemmearbejdspladser"), ("Mobile routere", "4G og 5G"), ("Servere", "Skjult for førstelinjen")]
WEIGHTS = {"vpn": 26, "video": 18, "mobile": 14, "wifi": 7, "login": 8, "other": 5}
FIRST = ("Søren Åse Jørgen Bjørg Øyvind Lærke Håkon Sigrid Torbjørn Ida Anne-Lise Øystein Åshild Kjeld Frøydis Magnus Pål Astrid "
         "Göran Åke Birgit Aino Siân Zoë").split()
LAST = ("Sørensen Ødegård Bjørnås Ålvik Kjær Nygård Østergaard Hårstad Møller Bækgaard Lunde Skårud Nøhr Åsen Tømmerås Öberg "
        "Sjögren O'Brien").split()
TOWNS = ["Sorø", "Tromsø", "Ålborg", "Bodø", "Rømø", "Hønefoss", "Skjærhalden", "Løgstør", "Ærøskøbing", "Førde", "Å i Lofoten", "Malmö"]
SITES = ["Sorø Skole", "Rådhuset", "Plejecenter Ådalen", "Bibliotek Øst", "Legekontoret", "Driftsgården"]
ISPS = ["Telia", "Telenor", "YouSee", "Altibox", "Fastspeed", "Bredband2"]
CARRIERS = ["Telia", "Telenor", "TDC NET", "Ice", "3", "Tele2"]
CODES = ["0x800704c9", "809", "CAA20002", "AADSTS50076", "619", "0x80072ee7"]
VPN_VERSIONS = ["5.1.3.62", "5.1.2.42", "4.10.07061"]
VIDEO_VERSIONS = ["24335.206.3315", "24295.605.3225", "24277.3507"]
BUILDS = ["22631.4460", "22631.4037", "26100.2314", "19045.5131"]
GATEWAYS = ["gw1", "gw2"]
HELLO = {"da": "Hej,", "nb": "Hei,", "nn": "Hei,", "sv": "Hej!", "en": "Hello,"}
BYE = {"da": "Venlig hilsen", "nb": "Hilsen", "nn": "Venleg helsing", "sv": "Vänliga hälsningar", "en": "Kind regards"}
REPLIES = {"da": "Prøv at genstarte routeren, og skriv om det hjælper.", "nb": "Prøv å starte på nytt og gi beskjed om det hjelper.",
           "nn": "Prøv å starte på nytt, og sei frå om det hjelper.", "sv": "Starta om och hör av dig om det hjälper.",
           "en": "Please restart and tell us whether it helps."}
NOTES = ["Samme som de andre på gw2.", "Ringte, ingen svar. Prøver igen efter 13.", "Sjekket: kontoen er ikke låst.", "Byttet SIM, venter på {carrier}."]
# what a person or a program may have typed into a ticket and a terminal must never obey
NASTY = ["Rød tekst \x1b[31mher\x1b[0m og klokke \x07", "Titel \x1b]0;ejet\x07 slut", "Omvendt \u202eeltit\u202c og skjult\u200b\u200dtekst",
         "Zal\u0334\u0335\u0336\u0337\u0338go virker ikke", "Emoji 👩‍💻🇩🇰 og bred 全角文字", "x" * 190, "Tab\tog  mange   mellemrum", "Personnummer 311299-9999 i emnet"]


class Desk:
    """One desk, one token, a connection per thread. A read is tried again; a write only when it never left."""

    def __init__(self, url, token_file):
        self.url = urllib.parse.urlsplit(url)
        with open(token_file, encoding="utf-8") as file:
            self.token = file.read().strip()
        self.local = threading.local()

    def raw(self, method, path, body, content_type, accept):
        for attempt in range(5):
            fresh = getattr(self.local, "connection", None) is None
            if fresh:
                self.local.connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=300)
            connection = self.local.connection
            try:
                connection.request(method, path, body, {"Authorization": "token " + self.token, "Content-Type": content_type, "Accept": accept})
                answer = connection.getresponse()
                return answer.status, answer.read()
            except (ConnectionError, http.client.RemoteDisconnected, BrokenPipeError):
                # the server drops an idle connection after a second: only a reused one may be tried again
                connection.close()
                self.local.connection = None
                if fresh and attempt:
                    raise
        raise ConnectionError(f"{method} {path}: no answer")

    def call(self, method, path, body=None, ok=(200, 201)):
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        status, raw = self.raw(method, "/REST/2.0" + path, data, "application/json; charset=utf-8", "application/json")
        try:
            text = raw.decode()
        except UnicodeDecodeError:  # sentences in the user's language come as Latin-1 after a reply or a note
            text = raw.decode("latin-1")
        answer = json.loads(text) if text else None
        if status not in ok:
            raise SystemExit(f"seed: {method} {path}: {status} {str(answer)[:300]}")
        return answer

    def mail(self, queue, message):
        """Deliver a mail as a mail server would; it opens a ticket, or answers one named in its subject."""
        form = urllib.parse.urlencode({"SessionType": "REST", "queue": queue, "action": "correspond",
                                       "message": message.as_bytes(policy=email.policy.SMTP)})
        status, raw = self.raw("POST", "/REST/1.0/NoAuth/mail-gateway", form.encode(), "application/x-www-form-urlencoded", "text/plain")
        if status != 200 or not raw.startswith(b"ok"):
            raise SystemExit(f"seed: mail gateway: {status} {raw[:200]!r}")


def each(work, items, threads=3):
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, items))


def chunks(items, size):
    return [items[i:i + size] for i in range(0, len(items), size)]


def read_tsv(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file if line.strip() and not line.startswith("#")]


def people(count, rnd):
    """Synthetic people: (login, real name, mail address)."""
    return [(f"p{i:03d}", f"{rnd.choice(FIRST)} {rnd.choice(LAST)}", f"p{i:03d}@kommune.test") for i in range(count)]


class Generator:
    def __init__(self, rnd, callers, devices):
        self.rnd, self.callers, self.devices = rnd, callers, devices
        self.phrases = read_tsv("phrases.tsv")
        self.weights = [WEIGHTS.get(row[0], 3) / sum(1 for other in self.phrases if other[0] == row[0]) for row in self.phrases]

    def text(self):
        """A ticket's (group, language, subject, body) with a caller: (…, name, mail, device or None)."""
        rnd = self.rnd
        group, lang, subject, body = rnd.choices(self.phrases, self.weights)[0]
        index = rnd.randrange(len(self.callers))
        _, name, mail = self.callers[index]
        device = self.devices[index] if index < len(self.devices) and rnd.random() < 0.7 else None
        words = dict(n=rnd.randint(2, 30), town=rnd.choice(TOWNS), isp=rnd.choice(ISPS), carrier=rnd.choice(CARRIERS), code=rnd.choice(CODES),
                     dbm=-rnd.randint(84, 121), time=f"{rnd.randint(7, 16):02d}:{rnd.choice((0, 5, 15, 30, 45)):02d}", gw=rnd.choice(GATEWAYS),
                     ver=rnd.choice(VPN_VERSIONS), vver=rnd.choice(VIDEO_VERSIONS), device=device or "LT-0999")
        body = f"{HELLO[lang]}\n\n{body.format(**words)}\n\n{BYE[lang]}\n{name}\n"
        return group, lang, subject.format(**words), body, name, mail, device

    def ticket(self):
        rnd = self.rnd
        group, lang, subject, body, _, mail, device = self.text()
        ticket = {"Queue": QUEUES[QUEUE_OF.get(group, 5)][0], "Subject": subject, "Requestor": mail, "Content": body, "ContentType": "text/plain",
                  "Priority": rnd.choice((0, 0, 0, 20, 50, 80, 100)), "Status": rnd.choices(("new", "open", "resolved"), (45, 35, 20))[0]}
        if ticket["Status"] != "new" or rnd.random() < 0.15:
            ticket["Owner"] = rnd.choice(("mette", "ingrid", "kåre", "jens", "asta"))
        fields = {}
        if device and rnd.random() < 0.4:
            fields["Device"] = device
        if rnd.random() < 0.08:
            fields["Vagt group"] = group
        if rnd.random() < 0.06:
            fields["Vagt tags"] = rnd.sample(("vip", "ringer-igen", "på-ferie", "skole"), 2)
        if fields:
            ticket["CustomFields"] = fields
        if rnd.random() < 0.06:
            ticket["Due"] = time.strftime("%Y-%m-%d 16:00:00", time.gmtime(time.time() + rnd.randint(1, 5) * 86400))
        return ticket, lang


def asset(rnd, number, holder, now):
    """A device in the hands of HOLDER with plausible health; one in four has something wrong."""
    router = number % 6 == 0
    bad = rnd.random() < 0.25
    seen = time.gmtime(now - (rnd.randint(3, 40) * 86400 if rnd.random() < 0.06 else rnd.randint(30, 1800)))
    town = rnd.choice(TOWNS)
    fields = {"ISP": rnd.choice(ISPS), "Site": rnd.choice(SITES), "Town": town, "Last seen": time.strftime("%Y-%m-%d %H:%M:%S", seen),
              "RTT ms": str(rnd.randint(180, 420) if bad else rnd.randint(8, 70)), "Jitter ms": str(rnd.randint(32, 90) if bad else rnd.randint(1, 12)),
              "Loss %": f"{rnd.uniform(1.5, 9) if bad else rnd.uniform(0, 0.6):.1f}"}
    if router or rnd.random() < 0.25:
        fields.update({"Access": "4G", "Carrier": rnd.choice(CARRIERS), "RSRP dBm": str(-rnd.randint(108, 121) if bad else -rnd.randint(78, 102)),
                       "RSRQ dB": str(-rnd.randint(14, 19) if bad else -rnd.randint(7, 12)), "SINR dB": str(rnd.randint(-4, 2) if bad else rnd.randint(6, 22))})
    else:
        fields.update({"Access": rnd.choice(("Wi-Fi", "Wi-Fi", "Ethernet")), "Wi-Fi dBm": str(-rnd.randint(76, 88) if bad else -rnd.randint(44, 70))})
    if not router:
        down = bad and rnd.random() < 0.6
        fields.update({"VPN state": "down" if down else rnd.choice(("up", "up", "up", "off")), "VPN client": rnd.choice(("AnyConnect", "AnyConnect", "FortiClient")),
                       "VPN version": rnd.choice(VPN_VERSIONS), "VPN gateway": "gw2" if down else rnd.choice(GATEWAYS),
                       "Disk free GB": str(rnd.randint(1, 6) if rnd.random() < 0.08 else rnd.randint(30, 380)), "OS build": rnd.choice(BUILDS),
                       "Video client version": rnd.choice(VIDEO_VERSIONS)})
    if rnd.random() < 0.05:  # a device that reports nonsense
        fields["RTT ms"] = rnd.choice(("n/a", "-1", "", "12,5"))
    return {"Catalog": CATALOGS[1][0] if router else CATALOGS[0][0], "Name": f"{'RT' if router else 'LT'}-{number:04d}",
            "Description": "Teltonika RUT241" if router else rnd.choice(("Latitude 5440", "EliteBook 840 G10", "ThinkPad T14 Gen 4")),
            "Status": rnd.choices(("in-use", "allocated", "new"), (85, 10, 5))[0], "HeldBy": holder, "CustomFields": fields}


def scrips(database, on):
    """REST has no switch for what the desk does by itself (mails, auto-replies); the test's own database has."""
    with sqlite3.connect(database, timeout=60) as db:
        db.execute("UPDATE Scrips SET Disabled = ?", (0 if on else 1,))


def spread(database, first, now, rnd):
    """Let the tickets have arrived over ten days, a third of them in the last six hours, later ids later."""
    with sqlite3.connect(database, timeout=60) as db:
        ids = [row[0] for row in db.execute("SELECT id FROM Tickets WHERE id >= ? ORDER BY id", (first,))]
        ages = sorted((rnd.uniform(60, 21600) if rnd.random() < 0.35 else rnd.uniform(21600, 10 * 86400) for _ in ids), reverse=True)
        for ticket, age in zip(ids, ages):
            shift = f"-{int(age)} seconds"
            for column in ("Created", "LastUpdated", "Started", "Resolved"):
                db.execute(f"UPDATE Tickets SET {column} = datetime({column}, ?) WHERE id = ? AND {column} > '1971'", (shift, ticket))
            db.execute("UPDATE Attachments SET Created = datetime(Created, ?) WHERE TransactionId IN "
                       "(SELECT id FROM Transactions WHERE ObjectType = 'RT::Ticket' AND ObjectId = ?)", (shift, ticket))
            db.execute("UPDATE Transactions SET Created = datetime(Created, ?) WHERE ObjectType = 'RT::Ticket' AND ObjectId = ?", (shift, ticket))


def make_desk(desk, env):
    for name, about in QUEUES:
        desk.call("POST", "/queue", {"Name": name, "Description": about})
    for name, about in CATALOGS:
        desk.call("POST", "/catalog", {"Name": name, "Description": about, "Lifecycle": "assets"})
    with open(env["VAGT_RT_STAFF_PASSWORD_FILE"], encoding="utf-8") as file:
        password = file.read().strip()
    for login, name, mail, _, zone, lang in read_tsv("staff.tsv"):
        user = {"Name": login, "RealName": name, "EmailAddress": mail, "Privileged": 1, "Password": password}
        if zone != "-":
            user["Timezone"] = zone
        if lang != "-":
            user["Lang"] = lang
        desk.call("POST", "/user", user)


def mail_message(rnd, made, number):
    """The mails of a working inbox: plain, HTML with plain, Latin-1, an image, a log file."""
    group, _, subject, body, name, address, _ = made
    message = email.message.EmailMessage()
    message["From"] = f"{name} <{address}>"
    message["To"] = "support@helpdesk.test"
    message["Subject"] = subject
    message["Message-ID"] = f"<seed-{number}@kommune.test>"
    kind = number % 4
    message.set_content(body, charset="iso-8859-1" if kind == 1 else "utf-8")
    if kind in (2, 3):
        html = body.replace("\n\n", "</p><p>").replace("\n", "<br>")
        message.add_alternative(f"<html><head><style>p {{color:#333}}</style><script>alert('x')</script></head><body><p>{html}</p>"
                                "<p>Læs <a href=\"https://example.test/vejledning\">vejledningen</a> &amp; svar &lt;hurtigt&gt;.</p></body></html>", subtype="html")
    if kind == 3:
        pixel = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082")
        message.add_attachment(pixel, maintype="image", subtype="png", filename="skærmbillede.png")
    if kind == 0:
        log = "".join(f"2026-01-01T08:{i:02d}:00 vpn agent: retry {i}\n" for i in range(20))
        message.add_attachment(log.encode(), maintype="text", subtype="plain", filename="vpn.log")
    return QUEUES[QUEUE_OF.get(group, 5)][0], message


def make_content(desk, env, args):
    rnd, now, database = random.Random(args.seed), time.time(), env["VAGT_RT_DATABASE"]
    staff = [Desk(env["VAGT_RT_URL"], env[f"VAGT_RT_{who}_TOKEN_FILE"]) for who in ("METTE", "INGRID", "KAARE")]
    callers = people(max(12, args.assets + 20), rnd)
    scrips(database, False)
    each(lambda p: desk.call("POST", "/user", {"Name": p[0], "RealName": p[1], "EmailAddress": p[2], "Privileged": 0}), callers)
    made = [asset(rnd, i + 1, callers[i][0], now) for i in range(args.assets)]
    asset_ids = each(lambda a: desk.call("POST", "/asset", a)["id"], made)
    each(lambda i: desk.call("POST", "/asset", {"Catalog": CATALOGS[2][0], "Name": f"SRV-{i:02d}", "Status": "in-use"}), range(1, 4))
    generator = Generator(rnd, callers, [a["Name"] for a in made])

    by_mail = args.tickets // 6
    tickets, langs = map(list, zip(*(generator.ticket() for _ in range(args.tickets - by_mail))))
    for i, subject in enumerate(NASTY):
        if i < len(tickets):
            tickets[i * 7 % len(tickets)].update(Subject=subject, Content=f"{subject}\nAnden linje.\r\n\tTredje.", Status="new")
    for ticket in tickets[::31]:
        ticket["Queue"] = QUEUES[HIDDEN_QUEUE][0]
        ticket.pop("Owner", None)
    for i, ticket in enumerate(tickets):
        if asset_ids and i % 9 == 4:
            ticket["RefersTo"] = f"asset:{asset_ids[i % len(asset_ids)]}"
    answers = each(lambda batch: desk.call("POST", "/tickets/bulk", batch), chunks(tickets, 20))
    ids = []
    for ticket, answer in zip(tickets, (row for batch in answers for row in batch)):
        if "id" not in answer:
            raise SystemExit(f"seed: a ticket was refused: {answer} for {ticket['Subject']!r}")
        ids.append(str(answer["id"]))
    lang_of, queue_of = dict(zip(ids, langs)), {i: t["Queue"] for i, t in zip(ids, tickets)}
    seen = [i for i in ids if queue_of[i] != QUEUES[HIDDEN_QUEUE][0]]

    # the desk's own habits on from here: replies send mails, mails make receipts
    scrips(database, True)
    each(lambda job: desk.mail(*job), [mail_message(rnd, generator.text(), i) for i in range(by_mail)])
    replied = rnd.sample(seen, len(seen) // 6)
    each(lambda i: rnd.choice(staff).call("POST", f"/ticket/{i}/correspond", {"Content": REPLIES[lang_of[i]], "ContentType": "text/plain"}), replied)
    scrips(database, False)

    noted = rnd.sample(seen, len(seen) // 5)
    words = {"carrier": rnd.choice(CARRIERS)}
    notes = [{"id": i, "Content": rnd.choice(NOTES).format(**words), "ContentType": "text/plain"} for i in noted]
    each(lambda batch: rnd.choice(staff).call("POST", "/tickets/bulk/comment", batch), chunks(notes, 20))
    for batch in chunks([{"id": i, "Status": "stalled"} for i in rnd.sample(seen, len(seen) // 12)], 50):
        desk.call("PUT", "/tickets/bulk", batch)
    pool = rnd.sample(seen, min(len(seen), 40))
    for kind, count in (("RefersTo", 8), ("DependsOn", 4), ("MemberOf", 3)):
        for _ in range(count):
            if len(pool) > 12:
                desk.call("PUT", f"/ticket/{pool.pop()}", {f"Add{kind}": pool.pop()})
    for _ in range(4):
        if len(pool) > 4:
            desk.call("PUT", f"/ticket/{pool.pop()}", {"MergeInto": int(pool.pop())})
    for i in pool[:3]:
        desk.call("DELETE", f"/ticket/{i}", ok=(200, 204))
    spread(database, int(ids[0]), now, rnd)
    scrips(database, True)
    print(f"{len(tickets)} tickets over REST, {by_mail} by mail, {len(replied)} replies, {len(noted)} notes, "
          f"{len(asset_ids)} assets, {len(callers)} people", file=sys.stderr)


def make_bulk(desk, env, args):
    rnd, now, database = random.Random(args.seed + 1), time.time(), env["VAGT_RT_DATABASE"]
    scrips(database, False)
    callers = people(12, rnd) + [(f"q{i:04d}", f"{rnd.choice(FIRST)} {rnd.choice(LAST)}", f"q{i:04d}@kommune.test") for i in range(args.assets)]
    with sqlite3.connect(database, timeout=60) as db:
        first = db.execute("SELECT max(id) + 1 FROM Tickets").fetchone()[0]
    each(lambda p: desk.call("POST", "/user", {"Name": p[0], "RealName": p[1], "EmailAddress": p[2], "Privileged": 0}), callers[12:])
    made = [asset(rnd, i + 1001, callers[i + 12][0], now) for i in range(args.assets)]
    each(lambda a: desk.call("POST", "/asset", a), made)
    generator = Generator(rnd, callers[12:], [a["Name"] for a in made])
    batches = chunks([generator.ticket()[0] for _ in range(args.tickets)], 25)
    start, done = time.time(), 0
    for part in chunks(batches, 20):
        each(lambda batch: desk.call("POST", "/tickets/bulk", batch), part)
        done += sum(len(batch) for batch in part)
        print(f"{done} tickets, {done / (time.time() - start):.0f} a second", file=sys.stderr, flush=True)
    spread(database, first, now, rnd)
    scrips(database, True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("desk", "content", "bulk"))
    parser.add_argument("--env", required=True)
    parser.add_argument("--tickets", type=int, default=300)
    parser.add_argument("--assets", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with open(args.env, encoding="utf-8") as file:
        env = dict(line.rstrip("\n").split("=", 1) for line in file)
    desk = Desk(env["VAGT_RT_URL"], env["VAGT_RT_ROOT_TOKEN_FILE"])
    start = time.time()
    {"desk": lambda: make_desk(desk, env), "content": lambda: make_content(desk, env, args), "bulk": lambda: make_bulk(desk, env, args)}[args.what]()
    print(f"{args.what}: {time.time() - start:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()

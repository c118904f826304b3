#!/usr/bin/env python3
"""A working day with one desk, through the public client `rt` (class for REST 2), told line by line.

    rt_client.py URL AGENT_TOKEN OTHER_TOKEN ROOT_TOKEN

Each line is [step, answer], with times, numbers of transactions and hosts taken out, so that the lines of two desks
that are alike are equal. `tests/rt_client.rs` runs it against both.
"""
import json
import re
import sys

import rt.exceptions
from rt.rest2 import Attachment, Rt

url, agent_token, other_token, root_token = sys.argv[1:5]
agent, other, root = (Rt(url + "/REST/2.0/", token=token, http_timeout=120) for token in (agent_token, other_token, root_token))


def plain(value, key=""):
    """The value without what is a desk's own."""
    if isinstance(value, dict):
        return {name: plain(inner, name) for name, inner in sorted(value.items()) if name not in ("_url", "next_page", "prev_page", "Headers", "MessageId")}
    if isinstance(value, (list, tuple)):
        items = [plain(inner, key) for inner in value]
        return sorted(items, key=json.dumps) if key in ("CustomFields", "_hyperlinks", "Requestor", "Cc", "AdminCc", "TicketCustomFields") else items
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if key in ("id", "TransactionId", "Parent") and isinstance(value, (int, str)) and re.fullmatch(r"\d+", str(value)):
        return type(value).__name__ + " number"
    if isinstance(value, str):
        if re.fullmatch(r"20\d\d-\d\d-\d\dT.*Z", value):
            return "a time"
        value = re.sub(r"//(helpdesk\.test|vagt\.example)/", "//ORG/", value)
        return re.sub(r"https?://127\.0\.0\.1:\d+", "HOST", value)
    return value


def step(name, work):
    """Does one thing and tells what came of it; a refusal is an answer too."""
    try:
        answer = work()
        if hasattr(answer, "__next__"):
            answer = list(answer)
        shown = plain(answer)
    except (rt.exceptions.RtError, ValueError) as error:
        answer, shown = None, f"{type(error).__name__}: {plain(str(error))[:200]}"
    print(json.dumps([name, shown], ensure_ascii=False, sort_keys=True))
    return answer


def numbers_of_attachments(number):
    """The files of a ticket; the client calls it a failure when there are none."""
    try:
        return agent.get_attachments_ids(number)
    except rt.exceptions.NotFoundError:
        return []


queues = step("queues", agent.get_all_queues)
step("queue", lambda: agent.get_queue("General"))
step("unknown queue", lambda: agent.get_queue("Findes ikke"))
step("me", lambda: {name: value for name, value in agent.get_user("kåre").items() if name != "Creator"})
step("is there", lambda: [agent.user_exists("jens"), agent.user_exists("ukendt")])

first = step("create", lambda: agent.create_ticket("General", subject="Klient: VPN falder ud", content="Hej,\n\ndet virker ikke.\n\nHilsen Åse", Requestor="q1@kommune.test", Priority=50))
second = step("create with file", lambda: agent.create_ticket("Videomøder", content_type="text/html", subject="Klient: ingen lyd", content="<p>Ingen lyd åøæ</p>",
              attachments=[Attachment("log.txt", "text/plain", b"linje 1\nlinje 2\n"), Attachment("b.bin", "application/octet-stream", bytes(range(256)))], Requestor=["q1@kommune.test", "q2@kommune.test"], Cc="q3@kommune.test"))
third = step("create with fields", lambda: agent.create_ticket("General", subject="Klient: tredje", content="x", CustomFields={"Vagt group": "vpn", "Vagt tags": ["a", "b"]}, Owner="kåre"))
step("create in an unknown queue", lambda: agent.create_ticket("Findes ikke", subject="x"))
step("create with a bad status", lambda: agent.create_ticket("General", subject="x", Status="banana"))

for number in (first, second, third):
    step("ticket", lambda: agent.get_ticket(number))
step("ticket, seen closer", lambda: agent.get_ticket(first, query_format={"fields[Owner]": "Name,RealName", "fields[Queue]": "Name"}))
step("no such ticket", lambda: agent.get_ticket(999999))

step("reply", lambda: agent.reply(first, "Prøv at genstarte.\nÆØÅ"))
step("reply in html", lambda: agent.reply(first, "<b>Hej</b>", content_type="text/html"))
step("reply with file", lambda: agent.reply(second, "Se fil", attachments=[Attachment("svar.txt", "text/plain", b"svar")]))
step("comment", lambda: agent.comment(first, "Kun til os."))
step("comment with file", lambda: agent.comment(second, "Intern", attachments=[Attachment("x.log", "text/plain", b"x" * 5000)]))
step("comment on nothing", lambda: agent.comment(999999, "x"))

step("edit", lambda: agent.edit_ticket(first, Subject="Klient: nyt emne", Priority=80))
step("edit status", lambda: agent.edit_ticket(first, Status="stalled"))
step("edit fields", lambda: agent.edit_ticket(first, CustomFields={"Vagt group": "mobile", "Vagt tags": ["haster"]}))
step("edit to a bad status", lambda: agent.edit_ticket(first, Status="banana"))
step("edit of nothing", lambda: agent.edit_ticket(999999, Subject="x"))
step("take", lambda: agent.take(first))
step("take again", lambda: agent.take(first))
step("steal", lambda: other.steal(first))
step("untake", lambda: other.untake(first))

step("link", lambda: agent.edit_link(first, "RefersTo", second))
step("link to parent", lambda: agent.edit_link(first, "Parent", third))
step("link to the outside", lambda: agent.edit_link(first, "RefersTo", "https://example.net/kendt"))
step("unlink", lambda: agent.edit_link(first, "RefersTo", second, delete=True))
step("links", lambda: agent.get_links(first))

for name, arguments in {
    "by subject": {"Subject__like": "Klient", "order": "id"},
    "by queue and status": {"queue": "General", "Status": "new", "order": "id"},
    "by requester": {"raw_query": "Requestor.EmailAddress = 'q2@kommune.test'"},
    "by field": {"raw_query": "CF.{Vagt group} = 'vpn' AND Subject LIKE 'Klient'"},
    "in order": {"raw_query": "Subject LIKE 'Klient'", "order": "-id"},
    "of nothing": {"Subject": "findes ikke"},
    "badly": {"raw_query": "Statuss = 'new'"},
}.items():
    step("search " + name, lambda: agent.search(**arguments))
step("search with fields", lambda: agent.search(raw_query="Subject LIKE 'Klient'", order="id", query_format=["Subject", "Status", "Owner", "Requestor", "Priority"]))

for number in (first, second):
    history = step("history", lambda: agent.get_ticket_history(number)) or []
    for entry in history:
        if entry["Type"] in ("Create", "Correspond", "Comment", "Status"):
            step("transaction", lambda: agent.get_transaction(entry["id"]))
    step("attachments", lambda: agent.get_attachments(number))
    for identity in numbers_of_attachments(number):
        step("attachment", lambda: agent.get_attachment(identity))

step("merge", lambda: agent.merge_ticket(third, second))
step("ticket, merged", lambda: agent.get_ticket(third))
step("merge into nothing", lambda: agent.merge_ticket(first, 999999))
step("delete by an agent", lambda: agent.delete_ticket(first))
step("delete", lambda: root.delete_ticket(first))
step("ticket, deleted", lambda: agent.get_ticket(first))
step("search after all", lambda: agent.search(raw_query="Subject LIKE 'Klient'", order="id"))

device = step("create a device", lambda: root.create_asset("LT-9001", "Bærbare", HeldBy="q1@kommune.test", CustomFields={"VPN state": "up"}))
step("device", lambda: agent.get_asset(device))
step("edit a device", lambda: agent.edit_asset(device, Description="ThinkPad"))
step("devices", lambda: agent.search_assets(search_params=[{"field": "Name", "value": "LT-9001"}]))
step("history of a device", lambda: agent.get_asset_history(device))

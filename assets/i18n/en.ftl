# Sentences about incidents and surges. They should be fit to be read aloud to somebody who is no engineer.
group-all = All groups
group-vpn = VPN
group-video = Video meetings
group-mobile = Mobile data
group-wifi = Home network
group-login = Sign-in
group-hardware = Equipment
group-remote = Remote desktop
group-printing = Printing
group-email = Mail
group-files = Files
group-telephony = Telephony
group-school = School
group-health = Care systems
group-other = Unsorted
fact-gateway = gateway
fact-video_client_version = video client
fact-vpn_client = VPN client
fact-vpn_version = VPN version
fact-os_build = Windows build
fact-carrier = carrier
fact-isp = provider
fact-town = town
fact-site = site
fact-access = access
fact-model = model
people = { $n ->
    [1] 1 person
   *[other] { $n } people
}
surge = { $group }: { $people } since { $since }, usual for this hour { $usual } (alarm at { $limit })
surge-long = { $group }: { $people } since { $since }, usual in that time { $usual } (alarm at { $limit })
since-yesterday = yesterday { $time }
since-date = { $date } { $time }
incident = { $group }: { $people } since { $since }
failing = { $group }: { $n ->
    [one] 1 device fails
   *[other] { $n } devices fail
} since { $since }, no ticket from them yet
past = { $group }: since { $since }, no ticket and no failing device any more
named = New word “{ $word }”: { $people } since { $since }
word-name = New word “{ $word }”
shared = { $fact } { $value } { $inside } of { $of }, fleet { $share } %
shared-devices = { $fact } { $value } { $inside } of { $of } devices, fleet { $share } %
shared-short = { $fact } { $value } { $inside } of { $of }
shared-bare = { $fact } { $value }
nothing-shared = nothing stands out
silent = { $n ->
    [1] 1 device fails without a ticket
   *[other] { $n } devices fail without a ticket
}
odd = { $n ->
    [1] 1 ticket does not fit
   *[other] { $n } tickets do not fit
}
restored = { $well } of { $of } well again
restored-in-part = { $well } of { $of } well again, { $unknown } not known
ended = { $sentence } – over
joined = { $sentence } – the same as { $into }
# The line at the top of the board.
word-incident = INCIDENT
word-surge = SURGE
word-declared = DECLARED { $parent }
declared-text = Several people report this problem. This ticket stands for all of theirs, which are linked to it.
quiet = { $n ->
    [1] quiet now, 1 ticket still open
   *[other] quiet now, { $n } tickets still open
}
usual-now = { $group }: { $people } since { $since }, usual { $usual }
in-incidents = { $n } of them in incidents
calm = No incident and no surge
calm-then = Nothing newer is known: no incident and no surge until then
reading = Incidents: reading { $done } of { $of } tickets
waiting = Incidents: waiting for the desk
failed = Incidents are not watched any more: leave Vagt and start it again
more = +{ $n } more
count-open = { $n ->
    [0] No incident
    [1] 1 incident goes on
   *[other] { $n } incidents go on
}
count-surges = { $n ->
    [0] no surge
    [1] 1 surge
   *[other] { $n } surges
}
count-over = { $n } over
short-silent = { $n } silent
short-odd = { $n } odd
words-heading = The words of this screen
words-incident = Incident: tickets of different people, or failing devices, with probably one cause.
words-surge = Surge: more people write than usually at this hour of the week.
words-fleet = Fleet: all devices that the desk or its asset register knows; the percentage is how common a thing is among all of them.
words-silent = Silent, “fails without a ticket”: a device that fails in the same way, and whose holder has not written.
words-odd = Odd, “does not fit”: a ticket that sounds like the others but differs in a fact. Look at it before you answer all.
words-nothing = Nothing stands out: no fact (gateway, version, carrier, site …) is more common among these than in the fleet.
words-restored = Well again: of those who wrote, whose device works again or who said so.
# Why a ticket is in its group.
why-heading = Why this group
why-title = Why { $ticket } is in this group
why-staff = { $group }: staff chose this group
why-sure = { $group }, { $percent } % sure
why-nothing = { $group }: no words speak for any group
why-unread = The text is not read yet
why-off-board = This ticket is not on the Board
why-for = For
why-against = Against
why-cleared = Ruled out
why-second = Second
why-agrees = Agrees
why-differs = Differs
why-also = Could also be { $groups }
why-lane = Lane: { $groups }
why-incident = Incident { $incident }: { $people } since { $since }
why-odd = Looks like incident { $incident } since { $since }, and does not fit
why-howto = Asks how something is done
why-fault = Reports something broken
why-people = Speaks of { $n } people
why-language = Written in { $lang }
member-pinned = put here by staff
member-split = taken out by staff
member-words = words and time
member-fails = device failed
member-well = device did not fail
member-code = error { $value }
member-stage = stops at { $value } %
automatic-absence = Automatic mail, nobody asks for help: an answer of somebody who is away
automatic-delivery = Automatic mail, nobody asks for help: a message could not be delivered
automatic-monitoring = Automatic mail, nobody asks for help: a report of monitoring or of a scheduled job
automatic-newsletter = Automatic mail, nobody asks for help: a newsletter
automatic-notice = Automatic mail, nobody asks for help: a notice of a system
wait-care = Cannot wait, care: “{ $text }”
wait-exam = Cannot wait, an exam: “{ $text }”
wait-council = Cannot wait, a council meeting: “{ $text }”
wait-deadline = Cannot wait, a deadline: “{ $text }”
wait-waiting = Cannot wait, people wait: “{ $text }”
wait-security = Cannot wait, security: “{ $text }”
wait-payroll = Cannot wait, wages: “{ $text }”
lang-da = Danish
lang-nb = Norwegian (bokmål)
lang-nn = Norwegian (nynorsk)
lang-sv = Swedish
lang-en = English
fails-vpn = { $device }: VPN is down
fails-video = { $device }: the network is too poor for calls
fails-mobile = { $device }: the mobile signal is weak
fails-wifi = { $device }: the Wi-Fi is weak
fails-hardware = { $device }: the disk is nearly full
well-vpn = { $device }: VPN is not down
well-video = { $device }: the network is good enough for calls
well-mobile = { $device }: the mobile signal is good enough
well-wifi = { $device }: the Wi-Fi is good enough
well-hardware = { $device }: the disk has room
# Solved tickets like the one that is looked at, and what helped.
alike-heading = Solved tickets like this one
alike-looking = Looking for solved tickets like this one
alike-unknown = No solved ticket is known yet
alike-none = { $n ->
    [1] No solved ticket like this one: 1 is known
   *[other] No solved ticket like this one among { $n }
}
alike-among = { $n ->
    [1] The only solved ticket that is known
   *[other] The most alike of { $n } solved tickets
}
likeness-same = nearly the same
likeness-much = much alike
likeness-some = somewhat alike
fix-reading = reading what helped
fix-silent = nobody wrote what helped
fix-unread = what helped is not read
fix-answer = Answer { $date }: “{ $text }”
fix-note = Note among staff { $date }: “{ $text }”
fix-confirmed = The requester wrote that it works.
age-minutes = { $n ->
    [0] just now
    [1] 1 minute ago
   *[other] { $n } minutes ago
}
age-hours = { $n ->
    [1] 1 hour ago
   *[other] { $n } hours ago
}
age-days = { $n ->
    [1] 1 day ago
   *[other] { $n } days ago
}
# A supervisor's numbers: titles and definitions.
number-backlog = Backlog
number-backlog-is = Tickets that are neither over nor wait for their requester, now.
number-arrivals = Arrivals
number-arrivals-is = New tickets in the last 60 minutes; beside them the distinct people who wrote.
number-closures = Closures
number-closures-is = Tickets closed for the first time in the last 60 minutes; those that are part of another ticket are told apart.
number-net-flow = Net flow
number-net-flow-is = Arrivals less closures an hour, over the last 60 minutes: above zero the backlog grows.
number-clear = Clear
number-clear-is = Backlog divided by closures less arrivals an hour, over the last 60 minutes; in 8 of 10 such hours it is between the two times in brackets.
number-first-answer = First answer
number-first-answer-is = From the arrival of a ticket to the first public answer by a person, tickets of the last 24 hours; receipts do not count.
number-age = Age
number-age-is = How old the backlog is now: half of it, nine tenths of it, the oldest.
number-breached = Past due
number-breached-is = Tickets of the backlog whose due time has passed, now.
number-forecast = Late in 2 h
number-forecast-is = Tickets of the backlog that become due in the next 2 hours and are not closed by then, nearest due first, at the pace of the last 60 minutes.
number-reopened = Reopened
number-reopened-is = Of the tickets closed in the last 7 days, those opened again within 7 days.
number-per-agent = Per agent
number-per-agent-is = Owned tickets of the backlog for each agent who did something on the desk in the last 15 minutes; what nobody owns is told apart.
number-affected = Affected
number-affected-is = Of incidents that go on now: people who wrote, and devices that fail and of which nobody wrote. Two counts, never one sum.
number-restored = Restored
number-restored-is = Of those who wrote of an incident that goes on: whose device is well again, or who said so.
number-unknown = unknown
span-minutes = { $min } min
span-hours = { $h } h { $min }
span-hours-whole = { $h } h
span-days = { $d } d { $h } h
per-hour = { $n }/h
flow-growing = growing { $n }/h
flow-shrinking = shrinking { $n }/h
flow-steady = steady
clear-now = nothing waits
clear-in = in { $span }
clear-never = never
known-since = known since { $since }
# The wall. Lines of at most 24 columns.
wall-as-of = as of { $clock }
wall-help = what they mean
wall-definitions = What the numbers mean
wall-at-most = at most { $n } · { $window }
wall-now = now
wall-flow = in { $in } · out { $out }
wall-oldest = Oldest
wall-since = since { $at }
wall-due = due { $due } · past due { $past }
wall-no-due = no due times
wall-incidents = Incidents
wall-people-since = people since { $since }
wall-no-incident = no incident
wall-going-on-one = 1 incident · { $silent } silent
wall-going-on = { $n } incidents · { $silent } silent
wall-unowned = no owner { $n }
wall-unowned-shift = no owner { $n } · on shift { $agents }
wall-unowned-target = no owner at most { $n }
wall-fine = fine
wall-watch = watch
wall-act = act now
# Heads of the tables of a report.
report-group = Group
report-open = Open
report-unowned = No owner
report-hour = Last hour
report-time = From
# Alarms.
page-of-shift = { $n ->
    [1] 1st
    [2] 2nd
    [3] 3rd
   *[other] { $n }th
} page this shift
page-over-budget = { $n ->
    [1] 1st
    [2] 2nd
    [3] 3rd
   *[other] { $n }th
} page this shift, more than the { $most } planned
alarm-acknowledged = acknowledged by { $who } { $time }
alarm-snoozed = silent until { $time } ({ $who })
# A hand-over.
handover-title = Hand-over { $at }
handover-since = since { $at }
handover-first = the first hand-over
handover-stale = The desk does not answer; all of this is as of { $at }.
handover-incidents = Open incidents
handover-drafts = Drafts
handover-promises = Promises
handover-next = Next steps
handover-none = None.
handover-declared = declared: ticket { $ticket }, { $n } linked
handover-declaring = declared, its ticket is being made
handover-suspected = suspected
handover-nobody = nobody has it in hand
handover-reply = reply
handover-note = note
handover-new = new ticket
handover-due = { $ticket } is due { $at }
handover-was-due = { $ticket } was due { $at }
handover-no-owner = nobody's
handover-not-well = { $group }: ask { $people } who are not known to be well again
handover-answered = { $ticket } was answered { $at } and is open
handover-take = { $group }: take it in hand or declare it
handover-join = { $n ->
    [1] Link 1 later ticket to { $ticket }
   *[other] Link { $n } later tickets to { $ticket }
}
handover-decide = Decide about { $what } (outbox)
handover-unsent = { $n ->
    [1] 1 action is not sent yet (outbox)
   *[other] { $n } actions are not sent yet (outbox)
}


trends-title = Trends
trends-all = All groups
trends-span-2h = 2 h
trends-span-24h = 24 h
trends-span-7d = 7 d
trends-flow = in { $in } · out { $out }
trends-before = a week before: { $flow }
trends-before-unknown = a week before: not known
trends-scale = up: came, down: closed; at most { $n } in { $bin }

rollouts-title = Roll-outs
rollouts-none = no version spreads
rollouts-spread = { $what } { $version }: { $has } of { $of } devices ({ $share } %), { $day } in the last day, { $week } in 7 days
rollouts-spread-unknown = { $what } { $version }: { $has } of { $of } devices ({ $share } %); how fast is not known yet
rollouts-worse = new is worse
rollouts-better = new is better
rollouts-no-difference = no difference seen
rollouts-too-few = too few wrote to say anything
rollouts-and-others = { $version } and others
rollouts-wrote = { $verdict }: { $new } of { $newof } on { $version } wrote of a fault, { $old } of { $oldof } on { $before }
rollouts-rates = tickets for 100 devices: { $new } against { $old }; asked how to: { $newhowto } against { $oldhowto }
trends-system-down = { $system } is down
trends-system-down-ring = { $system } is down: ring { $phone }

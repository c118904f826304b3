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
incident = { $group }: { $people } since { $since }
failing = { $group }: { $n } devices fail since { $since }, nobody has written yet
named = New word “{ $word }”: { $people } since { $since }
shared = { $fact } { $value } { $inside } of { $of }, fleet { $share } %
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
ended = { $sentence } – over
joined = { $sentence } – the same as { $into }
# The line at the top of the board.
word-incident = INCIDENT
word-surge = SURGE
usual-now = { $group }: { $people } since { $since }, usual { $usual }
calm = No incident and no surge
calm-then = Nothing newer is known: no incident and no surge until then
reading = Incidents: reading { $done } of { $of } tickets
waiting = Incidents: waiting for the desk
failed = Incidents are not watched any more: leave Vagt and start it again
more = +{ $n } more

group-all = Alle grupper
group-vpn = VPN
group-video = Videomøder
group-mobile = Mobildata
group-wifi = Hjemmenet
group-login = Login
group-hardware = Udstyr
group-remote = Fjernskrivebord
group-printing = Print
group-email = Mail
group-files = Filer
group-telephony = Telefoni
group-school = Skole
group-health = Omsorgssystemer
group-other = Usorteret
fact-gateway = gateway
fact-video_client_version = videoklient
fact-vpn_client = VPN-klient
fact-vpn_version = VPN-version
fact-os_build = Windows-build
fact-carrier = teleselskab
fact-isp = internetudbyder
fact-town = by
fact-site = sted
fact-access = adgang
fact-model = model
people = { $n ->
    [1] 1 person
   *[other] { $n } personer
}
surge = { $group }: { $people } siden { $since }, normalt på denne tid { $usual } (alarm ved { $limit })
incident = { $group }: { $people } siden { $since }
failing = { $group }: { $n } enheder fejler siden { $since }, ingen har skrevet endnu
named = Nyt ord “{ $word }”: { $people } siden { $since }
shared = { $fact } { $value } { $inside } af { $of }, i hele flåden { $share } %
nothing-shared = intet skiller sig ud
silent = { $n ->
    [1] 1 enhed fejler uden sag
   *[other] { $n } enheder fejler uden sag
}
odd = { $n ->
    [1] 1 sag passer ikke ind
   *[other] { $n } sager passer ikke ind
}
restored = { $well } af { $of } er på igen
ended = { $sentence } – forbi
joined = { $sentence } – samme som { $into }
# Linjen øverst på tavlen.
word-incident = HÆNDELSE
word-surge = STIGNING
usual-now = { $group }: { $people } siden { $since }, normalt { $usual }
calm = Ingen hændelse og ingen stigning
calm-then = Intet nyere er kendt: ingen hændelse og ingen stigning indtil da
reading = Hændelser: læser { $done } af { $of } sager
waiting = Hændelser: venter på sagerne
failed = Hændelser følges ikke længere: luk Vagt og start igen
more = +{ $n } til

group-all = Alle grupper
group-vpn = VPN
group-video = Videomøter
group-mobile = Mobildata
group-wifi = Hjemmenett
group-login = Innlogging
group-hardware = Utstyr
group-remote = Fjernskrivebord
group-printing = Utskrift
group-email = E-post
group-files = Filer
group-telephony = Telefoni
group-school = Skole
group-health = Omsorgssystemer
group-other = Usortert
fact-gateway = gateway
fact-video_client_version = videoklient
fact-vpn_client = VPN-klient
fact-vpn_version = VPN-versjon
fact-os_build = Windows-bygg
fact-carrier = mobilselskap
fact-isp = nettleverandør
fact-town = sted
fact-site = arbeidssted
fact-access = tilgang
fact-model = modell
people = { $n ->
    [1] 1 person
   *[other] { $n } personer
}
surge = { $group }: { $people } siden { $since }, vanlig på denne tiden { $usual } (alarm ved { $limit })
incident = { $group }: { $people } siden { $since }
failing = { $group }: { $n } enheter feiler siden { $since }, ingen har skrevet ennå
named = Nytt ord «{ $word }»: { $people } siden { $since }
shared = { $fact } { $value } { $inside } av { $of }, i hele flåten { $share } %
nothing-shared = ingenting skiller seg ut
silent = { $n ->
    [1] 1 enhet feiler uten sak
   *[other] { $n } enheter feiler uten sak
}
odd = { $n ->
    [1] 1 sak passer ikke inn
   *[other] { $n } saker passer ikke inn
}
restored = { $well } av { $of } er på igjen
ended = { $sentence } – over
joined = { $sentence } – samme som { $into }
# Linjen øverst på tavla.
word-incident = HENDELSE
word-surge = ØKNING
usual-now = { $group }: { $people } siden { $since }, vanlig { $usual }
calm = Ingen hendelse og ingen økning
calm-then = Ikke noe nyere er kjent: ingen hendelse og ingen økning inntil da
reading = Hendelser: leser { $done } av { $of } saker
waiting = Hendelser: venter på sakene
failed = Hendelser følges ikke lenger: lukk Vagt og start på nytt
more = +{ $n } til

group-all = Alle grupper
group-vpn = VPN
group-video = Videomøte
group-mobile = Mobildata
group-wifi = Heimenett
group-login = Innlogging
group-hardware = Utstyr
group-remote = Fjernskrivebord
group-printing = Utskrift
group-email = E-post
group-files = Filer
group-telephony = Telefoni
group-school = Skule
group-health = Omsorgssystem
group-other = Usortert
fact-gateway = gateway
fact-video_client_version = videoklient
fact-vpn_client = VPN-klient
fact-vpn_version = VPN-versjon
fact-os_build = Windows-bygg
fact-carrier = mobilselskap
fact-isp = nettleverandør
fact-town = stad
fact-site = arbeidsstad
fact-access = tilgang
fact-model = modell
people = { $n ->
    [1] 1 person
   *[other] { $n } personar
}
surge = { $group }: { $people } sidan { $since }, vanleg på denne tida { $usual } (alarm ved { $limit })
incident = { $group }: { $people } sidan { $since }
failing = { $group }: { $n } einingar feilar sidan { $since }, ingen har skrive enno
named = Nytt ord «{ $word }»: { $people } sidan { $since }
shared = { $fact } { $value } { $inside } av { $of }, i heile flåten { $share } %
nothing-shared = ingenting skil seg ut
silent = { $n ->
    [1] 1 eining feilar utan sak
   *[other] { $n } einingar feilar utan sak
}
odd = { $n ->
    [1] 1 sak passar ikkje inn
   *[other] { $n } saker passar ikkje inn
}
restored = { $well } av { $of } er på igjen
ended = { $sentence } – over
joined = { $sentence } – same som { $into }
# Linja øvst på tavla.
word-incident = HENDING
word-surge = AUKE
usual-now = { $group }: { $people } sidan { $since }, vanleg { $usual }
calm = Inga hending og ingen auke
calm-then = Ikkje noko nyare er kjent: inga hending og ingen auke fram til då
reading = Hendingar: les { $done } av { $of } saker
waiting = Hendingar: ventar på sakene
failed = Hendingar blir ikkje følgde lenger: lukk Vagt og start på nytt
more = +{ $n } til

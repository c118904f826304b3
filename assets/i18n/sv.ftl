group-all = Alla grupper
group-vpn = VPN
group-video = Videomöten
group-mobile = Mobildata
group-wifi = Hemmanät
group-login = Inloggning
group-hardware = Utrustning
group-remote = Fjärrskrivbord
group-printing = Utskrift
group-email = E-post
group-files = Filer
group-telephony = Telefoni
group-school = Skola
group-health = Omsorgssystem
group-other = Osorterat
fact-gateway = gateway
fact-video_client_version = videoklient
fact-vpn_client = VPN-klient
fact-vpn_version = VPN-version
fact-os_build = Windowsversion
fact-carrier = operatör
fact-isp = internetleverantör
fact-town = ort
fact-site = arbetsplats
fact-access = anslutning
fact-model = modell
people = { $n ->
    [1] 1 person
   *[other] { $n } personer
}
surge = { $group }: { $people } sedan { $since }, vanligt vid denna tid { $usual } (larm vid { $limit })
incident = { $group }: { $people } sedan { $since }
failing = { $group }: { $n } enheter felar sedan { $since }, ingen har skrivit än
named = Nytt ord ”{ $word }”: { $people } sedan { $since }
shared = { $fact } { $value } { $inside } av { $of }, i hela flottan { $share } %
nothing-shared = inget sticker ut
silent = { $n ->
    [1] 1 enhet felar utan ärende
   *[other] { $n } enheter felar utan ärende
}
odd = { $n ->
    [1] 1 ärende passar inte in
   *[other] { $n } ärenden passar inte in
}
restored = { $well } av { $of } är igång igen
ended = { $sentence } – över
joined = { $sentence } – samma som { $into }
# Raden överst på tavlan.
word-incident = HÄNDELSE
word-surge = ÖKNING
usual-now = { $group }: { $people } sedan { $since }, vanligt { $usual }
calm = Ingen händelse och ingen ökning
calm-then = Inget nyare är känt: ingen händelse och ingen ökning fram till dess
reading = Händelser: läser { $done } av { $of } ärenden
waiting = Händelser: väntar på ärendena
failed = Händelser följs inte längre: stäng Vagt och starta igen
more = +{ $n } till

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
surge-long = { $group }: { $people } siden { $since }, normalt i det tidsrum { $usual } (alarm ved { $limit })
since-yesterday = i går { $time }
since-date = { $date } { $time }
incident = { $group }: { $people } siden { $since }
failing = { $group }: { $n ->
    [one] 1 enhed fejler
   *[other] { $n } enheder fejler
} siden { $since }, ingen sag fra dem endnu
past = { $group }: siden { $since }, ingen sag og ingen enhed med fejl mere
named = Nyt ord “{ $word }”: { $people } siden { $since }
word-name = Nyt ord “{ $word }”
shared = { $fact } { $value } { $inside } af { $of }, i hele flåden { $share } %
shared-devices = { $fact } { $value } { $inside } af { $of } enheder, i hele flåden { $share } %
shared-short = { $fact } { $value } { $inside } af { $of }
shared-bare = { $fact } { $value }
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
restored-in-part = { $well } af { $of } er på igen, { $unknown } vides ikke
ended = { $sentence } – forbi
joined = { $sentence } – samme som { $into }
# Linjen øverst på tavlen.
word-incident = HÆNDELSE
word-surge = STIGNING
word-declared = ERKLÆRET { $parent }
declared-text = Flere har meldt dette problem. Denne sag står for dem alle; deres sager er knyttet til den.
quiet = { $n ->
    [1] nu roligt, 1 sag stadig åben
   *[other] nu roligt, { $n } sager stadig åbne
}
usual-now = { $group }: { $people } siden { $since }, normalt { $usual }
in-incidents = { $n } af dem i hændelser
calm = Ingen hændelse og ingen stigning
calm-then = Intet nyere er kendt: ingen hændelse og ingen stigning indtil da
reading = Hændelser: læser { $done } af { $of } sager
waiting = Hændelser: venter på sagerne
failed = Hændelser følges ikke længere: luk Vagt og start igen
more = +{ $n } til
count-open = { $n ->
    [0] Ingen hændelse
    [1] 1 hændelse i gang
   *[other] { $n } hændelser i gang
}
count-surges = { $n ->
    [0] ingen stigning
    [1] 1 stigning
   *[other] { $n } stigninger
}
count-over = { $n } forbi
short-silent = { $n } uden sag
short-odd = { $n } passer ikke
words-heading = Ordene på denne skærm
words-incident = Hændelse: sager fra forskellige personer, eller enheder der fejler, sandsynligvis af samme årsag.
words-surge = Stigning: flere skriver, end der plejer at gøre på denne tid af ugen.
words-fleet = Hele flåden: alle enheder, som helpdesken eller dens register kender; procenten siger, hvor almindelig en ting er blandt dem alle.
words-silent = Fejler uden sag: en enhed, der fejler på samme måde, og hvis bruger ikke har skrevet.
words-odd = Passer ikke ind: en sag, der lyder som de andre, men afviger på et punkt. Se på den, før I svarer alle.
words-nothing = Intet skiller sig ud: intet (gateway, version, teleselskab, sted …) er mere almindeligt her end i hele flåden.
words-restored = På igen: af dem, der skrev, hvis enhed virker igen, eller som selv har sagt det.
# Hvorfor en sag er i sin gruppe.
why-heading = Hvorfor denne gruppe
why-title = Derfor er { $ticket } i denne gruppe
why-staff = { $group }: valgt af en medarbejder
why-sure = { $group }, { $percent } % sikkert
why-nothing = { $group }: ingen ord peger på en gruppe
why-unread = Teksten er ikke læst endnu
why-off-board = Sagen er ikke på tavlen
why-for = For
why-against = Imod
why-cleared = Udelukket
why-second = Ellers
why-agrees = Passer
why-differs = Afviger
why-also = Kan også være { $groups }
why-lane = Spor: { $groups }
why-incident = Hændelse { $incident }: { $people } siden { $since }
why-odd = Ligner hændelse { $incident } siden { $since }, men passer ikke ind
why-howto = Spørger, hvordan man gør
why-fault = Melder noget i stykker
why-people = Taler om { $n } personer
why-language = Skrevet på { $lang }
member-pinned = sat ind af en medarbejder
member-split = taget ud af en medarbejder
member-words = ord og tidspunkt
member-fails = enheden fejlede
member-well = enheden fejlede ikke
member-code = fejl { $value }
member-stage = standser ved { $value } %
automatic-absence = Automatisk mail, ingen beder om hjælp: autosvar ved fravær
automatic-delivery = Automatisk mail, ingen beder om hjælp: en mail kunne ikke leveres
automatic-monitoring = Automatisk mail, ingen beder om hjælp: besked fra overvågning eller et planlagt job
automatic-newsletter = Automatisk mail, ingen beder om hjælp: nyhedsbrev
automatic-notice = Automatisk mail, ingen beder om hjælp: besked fra et system
wait-care = Kan ikke vente, pleje og omsorg: “{ $text }”
wait-exam = Kan ikke vente, eksamen: “{ $text }”
wait-council = Kan ikke vente, byrådsmøde: “{ $text }”
wait-deadline = Kan ikke vente, en frist: “{ $text }”
wait-waiting = Kan ikke vente, nogen venter: “{ $text }”
wait-security = Kan ikke vente, sikkerhed: “{ $text }”
wait-payroll = Kan ikke vente, løn: “{ $text }”
lang-da = dansk
lang-nb = norsk (bokmål)
lang-nn = norsk (nynorsk)
lang-sv = svensk
lang-en = engelsk
fails-vpn = { $device }: VPN er nede
fails-video = { $device }: nettet er for dårligt til opkald
fails-mobile = { $device }: mobilsignalet er svagt
fails-wifi = { $device }: wi-fi er svagt
fails-hardware = { $device }: disken er næsten fuld
well-vpn = { $device }: VPN er ikke nede
well-video = { $device }: nettet er godt nok til opkald
well-mobile = { $device }: mobilsignalet er godt nok
well-wifi = { $device }: wi-fi er godt nok
well-hardware = { $device }: der er plads på disken
# Løste sager, der ligner den, man ser på, og hvad der hjalp.
alike-heading = Løste sager, der ligner
alike-looking = Leder efter løste sager, der ligner
alike-unknown = Ingen løste sager er kendt endnu
alike-none = { $n ->
    [1] Den ene løste sag, der er kendt, ligner ikke denne
   *[other] Ingen af { $n } løste sager ligner denne
}
alike-among = { $n ->
    [1] Den eneste løste sag, der er kendt
   *[other] De mest lignende af { $n } løste sager
}
likeness-same = næsten ens
likeness-much = ligner meget
likeness-some = ligner lidt
fix-reading = læser, hvad der hjalp
fix-silent = ingen skrev, hvad der hjalp
fix-unread = hvad der hjalp, er ikke læst
fix-answer = Svar { $date }: “{ $text }”
fix-note = Intern note { $date }: “{ $text }”
fix-confirmed = Brugeren skrev, at det virker.
age-minutes = { $n ->
    [0] lige nu
    [1] for 1 minut siden
   *[other] for { $n } minutter siden
}
age-hours = { $n ->
    [1] for 1 time siden
   *[other] for { $n } timer siden
}
age-days = { $n ->
    [1] for 1 dag siden
   *[other] for { $n } dage siden
}
# En leders tal: navne og definitioner.
number-backlog = Pukkel
number-backlog-is = Sager, der hverken er afsluttet eller venter på den, der henvendte sig, nu.
number-arrivals = Nye
number-arrivals-is = Nye sager i de sidste 60 minutter; ved siden af: hvor mange forskellige der har skrevet.
number-closures = Afsluttede
number-closures-is = Sager afsluttet for første gang i de sidste 60 minutter; dem, der er del af en anden sag, nævnes for sig.
number-net-flow = Balance
number-net-flow-is = Nye minus afsluttede i timen, over de sidste 60 minutter: over nul vokser pukklen.
number-clear = Tom
number-clear-is = Pukklen delt med afsluttede minus nye i timen, over de sidste 60 minutter; i 8 af 10 sådanne timer ligger det mellem de to tider i parentes.
number-first-answer = Første svar
number-first-answer-is = Fra sagen kom, til et menneske svarede første gang, sager fra de sidste 24 timer; kvitteringer tæller ikke.
number-age = Alder
number-age-is = Hvor gammel pukklen er nu: halvdelen, ni tiendedele, den ældste.
number-breached = Over fristen
number-breached-is = Sager i pukklen, hvis frist er overskredet, nu.
number-forecast = For sent om 2 t
number-forecast-is = Sager i pukklen med frist inden for 2 timer, som ikke når at blive afsluttet, nærmeste frist først, i samme tempo som de sidste 60 minutter.
number-reopened = Genåbnet
number-reopened-is = Af de sager, der blev afsluttet de sidste 7 dage: dem, der blev åbnet igen inden for 7 dage.
number-per-agent = Pr. medarbejder
number-per-agent-is = Sager i pukklen med en ejer for hver medarbejder, der har gjort noget i systemet de sidste 15 minutter; dem uden ejer nævnes for sig.
number-affected = Berørte
number-affected-is = Af hændelser, der er i gang nu: folk, der har skrevet, og enheder, der fejler, uden at nogen har skrevet. To tal, aldrig én sum.
number-restored = I orden igen
number-restored-is = Af dem, der har skrevet om en hændelse, der er i gang: dem, hvis enhed er i orden igen, eller som har sagt det.
number-unknown = ukendt
span-minutes = { $min } min
span-hours = { $h } t { $min }
span-hours-whole = { $h } t
span-days = { $d } d { $h } t
per-hour = { $n }/t
flow-growing = vokser { $n }/t
flow-shrinking = falder { $n }/t
flow-steady = uændret
clear-now = intet venter
clear-in = om { $span }
clear-never = aldrig
known-since = kendt siden { $since }
# Vægskærmen. Linjer på højst 24 tegn.
wall-as-of = kl. { $clock }
wall-help = hvad de betyder
wall-definitions = Hvad tallene betyder
wall-at-most = højst { $n } · { $window }
wall-now = nu
wall-flow = ind { $in } · ud { $out }
wall-oldest = Ældste
wall-since = siden { $at }
wall-due = frist { $due } · over { $past }
wall-no-due = ingen frister
wall-incidents = Hændelser
wall-people-since = personer siden { $since }
wall-no-incident = ingen hændelse
wall-going-on-one = 1 hændelse · { $silent } tavse
wall-going-on = { $n } hændelser · { $silent } tavse
wall-unowned = uden ejer { $n }
wall-unowned-shift = uden ejer { $n } · vagt { $agents }
wall-unowned-target = uden ejer højst { $n }
wall-fine = fint
wall-watch = hold øje
wall-act = handl nu
# Heads of the tables of a report.
report-group = Gruppe
report-open = Åbne
report-unowned = Uden ejer
report-hour = Sidste time
report-time = Fra
# Alarms.
page-of-shift = { $n }. opkald i denne vagt
page-over-budget = { $n }. opkald i denne vagt, flere end de { $most } der er regnet med
alarm-acknowledged = taget af { $who } { $time }
alarm-snoozed = tavs til { $time } ({ $who })
# A hand-over.
handover-title = Overlevering { $at }
handover-since = siden { $at }
handover-first = den første overlevering
handover-stale = Sagssystemet svarer ikke; alt dette er fra { $at }.
handover-incidents = Hændelser i gang
handover-drafts = Kladder
handover-promises = Løfter
handover-next = Næste skridt
handover-none = Ingen.
handover-declared = erklæret: sag { $ticket }, { $n } tilknyttet
handover-declaring = erklæret, sagen er ved at blive oprettet
handover-suspected = mistanke
handover-nobody = ingen har taget den
handover-reply = svar
handover-note = notat
handover-new = ny sag
handover-due = { $ticket } har frist { $at }
handover-was-due = { $ticket } skulle være løst { $at }
handover-no-owner = ingen ejer
handover-not-well = { $group }: spørg { $people }, om det virker igen
handover-answered = { $ticket } blev besvaret { $at } og er åben
handover-take = { $group }: tag den, eller erklær den
handover-join = { $n ->
    [1] Knyt 1 senere sag til { $ticket }
   *[other] Knyt { $n } senere sager til { $ticket }
}
handover-decide = Tag stilling til { $what } (udbakken)
handover-unsent = { $n ->
    [1] 1 handling er ikke sendt endnu (udbakken)
   *[other] { $n } handlinger er ikke sendt endnu (udbakken)
}


trends-title = Udvikling
trends-all = Alle grupper
trends-span-2h = 2 t
trends-span-24h = 24 t
trends-span-7d = 7 d
trends-flow = ind { $in } · ud { $out }
trends-before = ugen før: { $flow }
trends-before-unknown = ugen før: vides ikke
trends-scale = op: kom, ned: lukket; højst { $n } på { $bin }

rollouts-title = Udrulninger
rollouts-none = ingen version er på vej ud
rollouts-spread = { $what } { $version }: { $has } af { $of } enheder ({ $share } %), { $day } det seneste døgn, { $week } på 7 dage
rollouts-spread-unknown = { $what } { $version }: { $has } af { $of } enheder ({ $share } %); hvor hurtigt vides ikke endnu
rollouts-worse = den nye er værre
rollouts-better = den nye er bedre
rollouts-no-difference = ingen forskel at se
rollouts-too-few = for få har skrevet til at sige noget
rollouts-and-others = { $version } og andre
rollouts-wrote = { $verdict }: { $new } af { $newof } på { $version } skrev om en fejl, { $old } af { $oldof } på { $before }
rollouts-rates = sager pr. 100 enheder: { $new } mod { $old }; spurgte hvordan: { $newhowto } mod { $oldhowto }
trends-system-down = { $system } er nede
trends-system-down-ring = { $system } er nede: ring { $phone }

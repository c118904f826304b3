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
surge-long = { $group }: { $people } sidan { $since }, vanleg i det tidsrommet { $usual } (alarm ved { $limit })
since-yesterday = i går { $time }
since-date = { $date } { $time }
incident = { $group }: { $people } sidan { $since }
failing = { $group }: { $n ->
    [one] 1 eining feilar
   *[other] { $n } einingar feilar
} sidan { $since }, inga sak frå dei enno
past = { $group }: sidan { $since }, inga sak og inga eining med feil lenger
named = Nytt ord «{ $word }»: { $people } sidan { $since }
word-name = Nytt ord «{ $word }»
shared = { $fact } { $value } { $inside } av { $of }, i heile flåten { $share } %
shared-devices = { $fact } { $value } { $inside } av { $of } einingar, i heile flåten { $share } %
shared-short = { $fact } { $value } { $inside } av { $of }
shared-bare = { $fact } { $value }
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
restored-in-part = { $well } av { $of } er på igjen, { $unknown } veit vi ikkje
ended = { $sentence } – over
joined = { $sentence } – same som { $into }
# Linja øvst på tavla.
word-incident = HENDING
word-surge = AUKE
word-declared = ERKLÆRT { $parent }
declared-text = Fleire har meldt dette problemet. Denne saka står for alle; sakene deira er knytte til ho.
quiet = { $n ->
    [1] roleg no, 1 sak framleis open
   *[other] roleg no, { $n } saker framleis opne
}
usual-now = { $group }: { $people } sidan { $since }, vanleg { $usual }
in-incidents = { $n } av dei i hendingar
calm = Inga hending og ingen auke
calm-then = Ikkje noko nyare er kjent: inga hending og ingen auke fram til då
reading = Hendingar: les { $done } av { $of } saker
waiting = Hendingar: ventar på sakene
failed = Hendingar blir ikkje følgde lenger: lukk Vagt og start på nytt
more = +{ $n } til
count-open = { $n ->
    [0] Inga hending
    [1] 1 hending går føre seg
   *[other] { $n } hendingar går føre seg
}
count-surges = { $n ->
    [0] ingen auke
    [1] 1 auke
   *[other] { $n } aukar
}
count-over = { $n } over
short-silent = { $n } utan sak
short-odd = { $n } passar ikkje
words-heading = Orda på denne skjermen
words-incident = Hending: saker frå ulike personar, eller einingar som feilar, truleg av same årsak.
words-surge = Auke: fleire skriv enn vanleg på denne tida av veka.
words-fleet = Heile flåten: alle einingar som brukarstøtta eller registeret kjenner; prosenten seier kor vanleg noko er blant dei alle.
words-silent = Feilar utan sak: ei eining som feilar på same måte, og der brukaren ikkje har skrive.
words-odd = Passar ikkje inn: ei sak som høyrest ut som dei andre, men avvik på eitt punkt. Sjå på ho før de svarar alle.
words-nothing = Ingenting skil seg ut: ingenting (gateway, versjon, mobilselskap, stad …) er vanlegare her enn i heile flåten.
words-restored = På igjen: av dei som skreiv, kven som har ei eining som verkar igjen, eller sjølv har sagt det.
# Kvifor ei sak er i gruppa si.
why-heading = Kvifor denne gruppa
why-title = Difor er { $ticket } i denne gruppa
why-staff = { $group }: vald av ein medarbeidar
why-sure = { $group }, { $percent } % sikkert
why-nothing = { $group }: ingen ord peikar mot ei gruppe
why-unread = Teksten er ikkje lesen enno
why-off-board = Saka er ikkje på tavla
why-for = For
why-against = Mot
why-cleared = Utelukka
why-second = Elles
why-agrees = Stemmer
why-differs = Avvik
why-also = Kan òg vere { $groups }
why-lane = Spor: { $groups }
why-incident = Hending { $incident }: { $people } sidan { $since }
why-odd = Liknar hending { $incident } sidan { $since }, men passar ikkje inn
why-howto = Spør korleis noko blir gjort
why-fault = Melder om noko som ikkje verkar
why-people = Snakkar om { $n } personar
why-language = Skriven på { $lang }
member-pinned = lagd inn av ein medarbeidar
member-split = teken ut av ein medarbeidar
member-words = ord og tidspunkt
member-fails = eininga feila
member-well = eininga feila ikkje
member-code = feil { $value }
member-stage = stoppar på { $value } %
automatic-absence = Automatisk e-post, ingen bed om hjelp: autosvar ved fråvær
automatic-delivery = Automatisk e-post, ingen bed om hjelp: ei melding kunne ikkje leverast
automatic-monitoring = Automatisk e-post, ingen bed om hjelp: melding frå overvaking eller ein planlagd jobb
automatic-newsletter = Automatisk e-post, ingen bed om hjelp: nyheitsbrev
automatic-notice = Automatisk e-post, ingen bed om hjelp: melding frå eit system
wait-care = Kan ikkje vente, pleie og omsorg: «{ $text }»
wait-exam = Kan ikkje vente, eksamen: «{ $text }»
wait-council = Kan ikkje vente, kommunestyremøte: «{ $text }»
wait-deadline = Kan ikkje vente, ein frist: «{ $text }»
wait-waiting = Kan ikkje vente, nokon ventar: «{ $text }»
wait-security = Kan ikkje vente, tryggleik: «{ $text }»
wait-payroll = Kan ikkje vente, løn: «{ $text }»
lang-da = dansk
lang-nb = bokmål
lang-nn = nynorsk
lang-sv = svensk
lang-en = engelsk
fails-vpn = { $device }: VPN er nede
fails-video = { $device }: nettet er for dårleg til møte
fails-mobile = { $device }: mobilsignalet er svakt
fails-wifi = { $device }: wi-fi er svakt
fails-hardware = { $device }: disken er nesten full
well-vpn = { $device }: VPN er ikkje nede
well-video = { $device }: nettet er godt nok til møte
well-mobile = { $device }: mobilsignalet er godt nok
well-wifi = { $device }: wi-fi er godt nok
well-hardware = { $device }: det er plass på disken
# Løyste saker som liknar den ein ser på, og kva som hjelpte.
alike-heading = Løyste saker som liknar
alike-looking = Leitar etter løyste saker som liknar
alike-unknown = Ingen løyste saker er kjende enno
alike-none = { $n ->
    [1] Den eine løyste saka som er kjend, liknar ikkje denne
   *[other] Ingen av { $n } løyste saker liknar denne
}
alike-among = { $n ->
    [1] Den einaste løyste saka som er kjend
   *[other] Dei likaste av { $n } løyste saker
}
likeness-same = nesten lik
likeness-much = liknar mykje
likeness-some = liknar litt
fix-reading = les kva som hjelpte
fix-silent = ingen skreiv kva som hjelpte
fix-unread = kva som hjelpte, er ikkje lese
fix-answer = Svar { $date }: «{ $text }»
fix-note = Internt notat { $date }: «{ $text }»
fix-confirmed = Brukaren skreiv at det verkar.
age-minutes = { $n ->
    [0] nett no
    [1] for 1 minutt sidan
   *[other] for { $n } minutt sidan
}
age-hours = { $n ->
    [1] for 1 time sidan
   *[other] for { $n } timar sidan
}
age-days = { $n ->
    [1] for 1 dag sidan
   *[other] for { $n } dagar sidan
}
# Tala til ein leiar: namn og definisjonar.
number-backlog = Kø
number-backlog-is = Saker som korkje er avslutta eller ventar på den som vende seg til oss, no.
number-arrivals = Nye
number-arrivals-is = Nye saker dei siste 60 minutta; ved sida av: kor mange ulike som har skrive.
number-closures = Avslutta
number-closures-is = Saker avslutta for første gong dei siste 60 minutta; dei som er del av ei anna sak, er nemnde for seg.
number-net-flow = Balanse
number-net-flow-is = Nye minus avslutta i timen, over dei siste 60 minutta: over null veks køen.
number-clear = Tom
number-clear-is = Køen delt på avslutta minus nye i timen, over dei siste 60 minutta; i 8 av 10 slike timar ligg det mellom dei to tidene i parentes.
number-first-answer = Første svar
number-first-answer-is = Frå saka kom til eit menneske svara første gong, saker frå dei siste 24 timane; kvitteringar tel ikkje.
number-age = Alder
number-age-is = Kor gammal køen er no: halvparten, ni tidelar, den eldste.
number-breached = Over fristen
number-breached-is = Saker i køen der fristen er gått ut, no.
number-forecast = For seint om 2 t
number-forecast-is = Saker i køen med frist dei neste 2 timane som ikkje rekk å bli avslutta, næraste frist først, i same tempo som dei siste 60 minutta.
number-reopened = Opna att
number-reopened-is = Av sakene som vart avslutta dei siste 7 dagane: dei som vart opna att innan 7 dagar.
number-per-agent = Per medarbeidar
number-per-agent-is = Saker i køen med eigar for kvar medarbeidar som har gjort noko i systemet dei siste 15 minutta; dei utan eigar er nemnde for seg.
number-affected = Råka
number-affected-is = Av hendingar som går føre seg no: folk som har skrive, og einingar som feilar utan at nokon har skrive. To tal, aldri éin sum.
number-restored = I orden att
number-restored-is = Av dei som har skrive om ei hending som går føre seg: dei som har ei eining som er i orden att, eller som har sagt det.
number-unknown = ukjent
span-minutes = { $min } min
span-hours = { $h } t { $min }
span-hours-whole = { $h } t
span-days = { $d } d { $h } t
per-hour = { $n }/t
flow-growing = veks { $n }/t
flow-shrinking = minkar { $n }/t
flow-steady = uendra
clear-now = ingenting ventar
clear-in = om { $span }
clear-never = aldri
known-since = kjent sidan { $since }
# Veggskjermen. Linjer på høgst 24 teikn.
wall-as-of = kl. { $clock }
wall-help = kva dei tyder
wall-definitions = Kva tala tyder
wall-at-most = høgst { $n } · { $window }
wall-now = no
wall-flow = inn { $in } · ut { $out }
wall-oldest = Eldst
wall-since = sidan { $at }
wall-due = frist { $due } · over { $past }
wall-no-due = ingen fristar
wall-incidents = Hendingar
wall-people-since = personar sidan { $since }
wall-no-incident = inga hending
wall-going-on-one = 1 hending · { $silent } tause
wall-going-on = { $n } hendingar · { $silent } tause
wall-unowned = utan eigar { $n }
wall-unowned-shift = utan eigar { $n } · vakt { $agents }
wall-unowned-target = utan eigar høgst { $n }
wall-fine = fint
wall-watch = følg med
wall-act = gjer noko
# Heads of the tables of a report.
report-group = Gruppe
report-open = Opne
report-unowned = Utan eigar
report-hour = Siste time
report-time = Frå
# Alarms.
page-of-shift = { $n }. oppringinga på denne vakta
page-over-budget = { $n }. oppringinga på denne vakta, fleire enn dei { $most } som er planlagde
alarm-acknowledged = teken av { $who } { $time }
alarm-snoozed = stille til { $time } ({ $who })
# A hand-over.
handover-title = Vaktoverlevering { $at }
handover-since = sidan { $at }
handover-first = den første overleveringa
handover-stale = Saksystemet svarar ikkje; alt dette er frå { $at }.
handover-incidents = Pågåande hendingar
handover-drafts = Kladdar
handover-promises = Lovnader
handover-next = Neste steg
handover-none = Ingen.
handover-declared = erklært: sak { $ticket }, { $n } knytte til
handover-declaring = erklært, saka er i ferd med å bli oppretta
handover-suspected = mistanke
handover-nobody = ingen har teke den
handover-reply = svar
handover-note = notat
handover-new = ny sak
handover-due = { $ticket } har frist { $at }
handover-was-due = { $ticket } hadde frist { $at }
handover-no-owner = ingen eigar
handover-not-well = { $group }: spør { $people } om det verkar igjen
handover-answered = { $ticket } vart svara på { $at } og er open
handover-take = { $group }: ta den, eller erklær den
handover-join = { $n ->
    [1] Knyt 1 seinare sak til { $ticket }
   *[other] Knyt { $n } seinare saker til { $ticket }
}
handover-decide = Ta stilling til { $what } (utboksen)
handover-unsent = { $n ->
    [1] 1 handling er ikkje send enno (utboksen)
   *[other] { $n } handlingar er ikkje sende enno (utboksen)
}


trends-title = Utvikling
trends-all = Alle grupper
trends-span-2h = 2 t
trends-span-24h = 24 t
trends-span-7d = 7 d
trends-flow = inn { $in } · ut { $out }
trends-before = veka før: { $flow }
trends-before-unknown = veka før: ikkje kjent
trends-scale = opp: kom inn, ned: lukka; høgst { $n } på { $bin }

rollouts-title = Utrullingar
rollouts-none = ingen versjon er på veg ut
rollouts-spread = { $what } { $version }: { $has } av { $of } einingar ({ $share } %), { $day } siste døgn, { $week } på 7 dagar
rollouts-spread-unknown = { $what } { $version }: { $has } av { $of } einingar ({ $share } %); kor fort er ikkje kjent enno
rollouts-worse = den nye er verre
rollouts-better = den nye er betre
rollouts-no-difference = ingen skilnad å sjå
rollouts-too-few = for få har skrive til å seie noko
rollouts-and-others = { $version } og andre
rollouts-wrote = { $verdict }: { $new } av { $newof } på { $version } skreiv om ein feil, { $old } av { $oldof } på { $before }
rollouts-rates = saker per 100 einingar: { $new } mot { $old }; spurde korleis: { $newhowto } mot { $oldhowto }
trends-system-down = { $system } er nede
trends-system-down-ring = { $system } er nede: ring { $phone }

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
surge-long = { $group }: { $people } siden { $since }, vanlig i det tidsrommet { $usual } (alarm ved { $limit })
since-yesterday = i går { $time }
since-date = { $date } { $time }
incident = { $group }: { $people } siden { $since }
failing = { $group }: { $n ->
    [one] 1 enhet feiler
   *[other] { $n } enheter feiler
} siden { $since }, ingen sak fra dem ennå
past = { $group }: siden { $since }, ingen sak og ingen enhet med feil lenger
named = Nytt ord «{ $word }»: { $people } siden { $since }
word-name = Nytt ord «{ $word }»
shared = { $fact } { $value } { $inside } av { $of }, i hele flåten { $share } %
shared-devices = { $fact } { $value } { $inside } av { $of } enheter, i hele flåten { $share } %
shared-short = { $fact } { $value } { $inside } av { $of }
shared-bare = { $fact } { $value }
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
restored-in-part = { $well } av { $of } er på igjen, { $unknown } vet vi ikke
ended = { $sentence } – over
joined = { $sentence } – samme som { $into }
# Linjen øverst på tavla.
word-incident = HENDELSE
word-surge = ØKNING
word-declared = ERKLÆRT { $parent }
declared-text = Flere har meldt dette problemet. Denne saken står for alle; sakene deres er knyttet til den.
quiet = { $n ->
    [1] rolig nå, 1 sak fortsatt åpen
   *[other] rolig nå, { $n } saker fortsatt åpne
}
usual-now = { $group }: { $people } siden { $since }, vanlig { $usual }
in-incidents = { $n } av dem i hendelser
calm = Ingen hendelse og ingen økning
calm-then = Ikke noe nyere er kjent: ingen hendelse og ingen økning inntil da
reading = Hendelser: leser { $done } av { $of } saker
waiting = Hendelser: venter på sakene
failed = Hendelser følges ikke lenger: lukk Vagt og start på nytt
more = +{ $n } til
count-open = { $n ->
    [0] Ingen hendelse
    [1] 1 hendelse pågår
   *[other] { $n } hendelser pågår
}
count-surges = { $n ->
    [0] ingen økning
    [1] 1 økning
   *[other] { $n } økninger
}
count-over = { $n } over
short-silent = { $n } uten sak
short-odd = { $n } passer ikke
words-heading = Ordene på denne skjermen
words-incident = Hendelse: saker fra ulike personer, eller enheter som feiler, trolig av samme årsak.
words-surge = Økning: flere skriver enn vanlig på denne tiden av uka.
words-fleet = Hele flåten: alle enheter som brukerstøtten eller registeret kjenner; prosenten sier hvor vanlig noe er blant dem alle.
words-silent = Feiler uten sak: en enhet som feiler på samme måte, og der brukeren ikke har skrevet.
words-odd = Passer ikke inn: en sak som høres ut som de andre, men avviker på ett punkt. Se på den før dere svarer alle.
words-nothing = Ingenting skiller seg ut: ingenting (gateway, versjon, mobilselskap, sted …) er vanligere her enn i hele flåten.
words-restored = På igjen: av dem som skrev, hvem som har en enhet som virker igjen, eller selv har sagt det.
# Hvorfor en sak er i gruppen sin.
why-heading = Hvorfor denne gruppen
why-title = Derfor er { $ticket } i denne gruppen
why-staff = { $group }: valgt av en medarbeider
why-sure = { $group }, { $percent } % sikkert
why-nothing = { $group }: ingen ord peker mot en gruppe
why-unread = Teksten er ikke lest ennå
why-off-board = Saken er ikke på tavla
why-for = For
why-against = Mot
why-cleared = Utelukket
why-second = Ellers
why-agrees = Stemmer
why-differs = Avviker
why-also = Kan også være { $groups }
why-lane = Spor: { $groups }
why-incident = Hendelse { $incident }: { $people } siden { $since }
why-odd = Ligner hendelse { $incident } siden { $since }, men passer ikke inn
why-howto = Spør hvordan noe gjøres
why-fault = Melder om noe som ikke virker
why-people = Snakker om { $n } personer
why-language = Skrevet på { $lang }
member-pinned = lagt inn av en medarbeider
member-split = tatt ut av en medarbeider
member-words = ord og tidspunkt
member-fails = enheten feilet
member-well = enheten feilet ikke
member-code = feil { $value }
member-stage = stopper på { $value } %
automatic-absence = Automatisk e-post, ingen ber om hjelp: autosvar ved fravær
automatic-delivery = Automatisk e-post, ingen ber om hjelp: en melding kunne ikke leveres
automatic-monitoring = Automatisk e-post, ingen ber om hjelp: melding fra overvåking eller en planlagt jobb
automatic-newsletter = Automatisk e-post, ingen ber om hjelp: nyhetsbrev
automatic-notice = Automatisk e-post, ingen ber om hjelp: melding fra et system
wait-care = Kan ikke vente, pleie og omsorg: «{ $text }»
wait-exam = Kan ikke vente, eksamen: «{ $text }»
wait-council = Kan ikke vente, kommunestyremøte: «{ $text }»
wait-deadline = Kan ikke vente, en frist: «{ $text }»
wait-waiting = Kan ikke vente, noen venter: «{ $text }»
wait-security = Kan ikke vente, sikkerhet: «{ $text }»
wait-payroll = Kan ikke vente, lønn: «{ $text }»
lang-da = dansk
lang-nb = bokmål
lang-nn = nynorsk
lang-sv = svensk
lang-en = engelsk
fails-vpn = { $device }: VPN er nede
fails-video = { $device }: nettet er for dårlig til møter
fails-mobile = { $device }: mobilsignalet er svakt
fails-wifi = { $device }: wi-fi er svakt
fails-hardware = { $device }: disken er nesten full
well-vpn = { $device }: VPN er ikke nede
well-video = { $device }: nettet er godt nok til møter
well-mobile = { $device }: mobilsignalet er godt nok
well-wifi = { $device }: wi-fi er godt nok
well-hardware = { $device }: det er plass på disken
# Løste saker som ligner den man ser på, og hva som hjalp.
alike-heading = Løste saker som ligner
alike-looking = Leter etter løste saker som ligner
alike-unknown = Ingen løste saker er kjent ennå
alike-none = { $n ->
    [1] Den ene løste saken som er kjent, ligner ikke denne
   *[other] Ingen av { $n } løste saker ligner denne
}
alike-among = { $n ->
    [1] Den eneste løste saken som er kjent
   *[other] De likeste av { $n } løste saker
}
likeness-same = nesten lik
likeness-much = ligner mye
likeness-some = ligner litt
fix-reading = leser hva som hjalp
fix-silent = ingen skrev hva som hjalp
fix-unread = hva som hjalp, er ikke lest
fix-answer = Svar { $date }: «{ $text }»
fix-note = Internt notat { $date }: «{ $text }»
fix-confirmed = Brukeren skrev at det virker.
age-minutes = { $n ->
    [0] akkurat nå
    [1] for 1 minutt siden
   *[other] for { $n } minutter siden
}
age-hours = { $n ->
    [1] for 1 time siden
   *[other] for { $n } timer siden
}
age-days = { $n ->
    [1] for 1 dag siden
   *[other] for { $n } dager siden
}
# En leders tall: navn og definisjoner.
number-backlog = Kø
number-backlog-is = Saker som verken er avsluttet eller venter på den som henvendte seg, nå.
number-arrivals = Nye
number-arrivals-is = Nye saker de siste 60 minuttene; ved siden av: hvor mange forskjellige som har skrevet.
number-closures = Avsluttede
number-closures-is = Saker avsluttet for første gang de siste 60 minuttene; de som er del av en annen sak, nevnes for seg.
number-net-flow = Balanse
number-net-flow-is = Nye minus avsluttede i timen, over de siste 60 minuttene: over null vokser køen.
number-clear = Tom
number-clear-is = Køen delt på avsluttede minus nye i timen, over de siste 60 minuttene; i 8 av 10 slike timer ligger det mellom de to tidene i parentes.
number-first-answer = Første svar
number-first-answer-is = Fra saken kom til et menneske svarte første gang, saker fra de siste 24 timene; kvitteringer teller ikke.
number-age = Alder
number-age-is = Hvor gammel køen er nå: halvparten, ni tideler, den eldste.
number-breached = Over fristen
number-breached-is = Saker i køen der fristen er gått ut, nå.
number-forecast = For sent om 2 t
number-forecast-is = Saker i køen med frist de neste 2 timene som ikke rekker å bli avsluttet, nærmeste frist først, i samme tempo som de siste 60 minuttene.
number-reopened = Gjenåpnet
number-reopened-is = Av sakene som ble avsluttet de siste 7 dagene: de som ble åpnet igjen innen 7 dager.
number-per-agent = Per medarbeider
number-per-agent-is = Saker i køen med eier for hver medarbeider som har gjort noe i systemet de siste 15 minuttene; de uten eier nevnes for seg.
number-affected = Berørte
number-affected-is = Av hendelser som pågår nå: folk som har skrevet, og enheter som feiler uten at noen har skrevet. To tall, aldri én sum.
number-restored = I orden igjen
number-restored-is = Av dem som har skrevet om en hendelse som pågår: de som har en enhet som er i orden igjen, eller som har sagt det.
number-unknown = ukjent
span-minutes = { $min } min
span-hours = { $h } t { $min }
span-hours-whole = { $h } t
span-days = { $d } d { $h } t
per-hour = { $n }/t
flow-growing = vokser { $n }/t
flow-shrinking = minker { $n }/t
flow-steady = uendret
clear-now = ingenting venter
clear-in = om { $span }
clear-never = aldri
known-since = kjent siden { $since }
# Veggskjermen. Linjer på høyst 24 tegn.
wall-as-of = kl. { $clock }
wall-help = hva de betyr
wall-definitions = Hva tallene betyr
wall-at-most = høyst { $n } · { $window }
wall-now = nå
wall-flow = inn { $in } · ut { $out }
wall-oldest = Eldst
wall-since = siden { $at }
wall-due = frist { $due } · over { $past }
wall-no-due = ingen frister
wall-incidents = Hendelser
wall-people-since = personer siden { $since }
wall-no-incident = ingen hendelse
wall-going-on-one = 1 hendelse · { $silent } tause
wall-going-on = { $n } hendelser · { $silent } tause
wall-unowned = uten eier { $n }
wall-unowned-shift = uten eier { $n } · vakt { $agents }
wall-unowned-target = uten eier høyst { $n }
wall-fine = fint
wall-watch = følg med
wall-act = gjør noe
# Heads of the tables of a report.
report-group = Gruppe
report-open = Åpne
report-unowned = Uten eier
report-hour = Siste time
report-time = Fra
# Alarms.
page-of-shift = { $n }. oppringning på denne vakta
page-over-budget = { $n }. oppringning på denne vakta, flere enn de { $most } som er planlagt
alarm-acknowledged = tatt av { $who } { $time }
alarm-snoozed = stille til { $time } ({ $who })
# A hand-over.
handover-title = Vaktoverlevering { $at }
handover-since = siden { $at }
handover-first = den første overleveringen
handover-stale = Saksystemet svarer ikke; alt dette er fra { $at }.
handover-incidents = Pågående hendelser
handover-drafts = Kladder
handover-promises = Løfter
handover-next = Neste steg
handover-none = Ingen.
handover-declared = erklært: sak { $ticket }, { $n } knyttet til
handover-declaring = erklært, saken er i ferd med å bli opprettet
handover-suspected = mistanke
handover-nobody = ingen har tatt den
handover-reply = svar
handover-note = notat
handover-new = ny sak
handover-due = { $ticket } har frist { $at }
handover-was-due = { $ticket } hadde frist { $at }
handover-no-owner = ingen eier
handover-not-well = { $group }: spør { $people } om det virker igjen
handover-answered = { $ticket } ble besvart { $at } og er åpen
handover-take = { $group }: ta den, eller erklær den
handover-join = { $n ->
    [1] Knytt 1 senere sak til { $ticket }
   *[other] Knytt { $n } senere saker til { $ticket }
}
handover-decide = Ta stilling til { $what } (utboksen)
handover-unsent = { $n ->
    [1] 1 handling er ikke sendt ennå (utboksen)
   *[other] { $n } handlinger er ikke sendt ennå (utboksen)
}


trends-title = Utvikling
trends-all = Alle grupper
trends-span-2h = 2 t
trends-span-24h = 24 t
trends-span-7d = 7 d
trends-flow = inn { $in } · ut { $out }
trends-before = uken før: { $flow }
trends-before-unknown = uken før: ikke kjent
trends-scale = opp: kom inn, ned: lukket; høyst { $n } på { $bin }

rollouts-title = Utrullinger
rollouts-none = ingen versjon er på vei ut
rollouts-spread = { $what } { $version }: { $has } av { $of } enheter ({ $share } %), { $day } siste døgn, { $week } på 7 dager
rollouts-spread-unknown = { $what } { $version }: { $has } av { $of } enheter ({ $share } %); hvor fort er ikke kjent ennå
rollouts-worse = den nye er verre
rollouts-better = den nye er bedre
rollouts-no-difference = ingen forskjell å se
rollouts-too-few = for få har skrevet til å si noe
rollouts-and-others = { $version } og andre
rollouts-wrote = { $verdict }: { $new } av { $newof } på { $version } skrev om en feil, { $old } av { $oldof } på { $before }
rollouts-rates = saker per 100 enheter: { $new } mot { $old }; spurte hvordan: { $newhowto } mot { $oldhowto }
trends-system-down = { $system } er nede
trends-system-down-ring = { $system } er nede: ring { $phone }

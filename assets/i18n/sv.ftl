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
surge-long = { $group }: { $people } sedan { $since }, vanligt under den tiden { $usual } (larm vid { $limit })
since-yesterday = i går { $time }
since-date = { $date } { $time }
incident = { $group }: { $people } sedan { $since }
failing = { $group }: { $n ->
    [one] 1 enhet felar
   *[other] { $n } enheter felar
} sedan { $since }, inget ärende från dem än
past = { $group }: sedan { $since }, inget ärende och ingen felande enhet längre
named = Nytt ord ”{ $word }”: { $people } sedan { $since }
word-name = Nytt ord ”{ $word }”
shared = { $fact } { $value } { $inside } av { $of }, i hela flottan { $share } %
shared-devices = { $fact } { $value } { $inside } av { $of } enheter, i hela flottan { $share } %
shared-short = { $fact } { $value } { $inside } av { $of }
shared-bare = { $fact } { $value }
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
restored-in-part = { $well } av { $of } är igång igen, { $unknown } vet vi inte
ended = { $sentence } – över
joined = { $sentence } – samma som { $into }
# Raden överst på tavlan.
word-incident = HÄNDELSE
word-surge = ÖKNING
word-declared = FASTSTÄLLD { $parent }
declared-text = Flera har anmält det här problemet. Det här ärendet står för alla; deras ärenden är länkade till det.
quiet = { $n ->
    [1] lugnt nu, 1 ärende fortfarande öppet
   *[other] lugnt nu, { $n } ärenden fortfarande öppna
}
usual-now = { $group }: { $people } sedan { $since }, vanligt { $usual }
in-incidents = { $n } av dem i händelser
calm = Ingen händelse och ingen ökning
calm-then = Inget nyare är känt: ingen händelse och ingen ökning fram till dess
reading = Händelser: läser { $done } av { $of } ärenden
waiting = Händelser: väntar på ärendena
failed = Händelser följs inte längre: stäng Vagt och starta igen
more = +{ $n } till
count-open = { $n ->
    [0] Ingen händelse
    [1] 1 händelse pågår
   *[other] { $n } händelser pågår
}
count-surges = { $n ->
    [0] ingen ökning
    [1] 1 ökning
   *[other] { $n } ökningar
}
count-over = { $n } över
short-silent = { $n } utan ärende
short-odd = { $n } passar inte
words-heading = Orden på den här skärmen
words-incident = Händelse: ärenden från olika personer, eller enheter som felar, troligen av samma orsak.
words-surge = Ökning: fler skriver än vanligt vid den här tiden i veckan.
words-fleet = Hela flottan: alla enheter som ärendesystemet eller dess register känner till; procenten säger hur vanligt något är bland dem alla.
words-silent = Felar utan ärende: en enhet som felar på samma sätt, och vars användare inte har skrivit.
words-odd = Passar inte in: ett ärende som låter som de andra men avviker på en punkt. Titta på det innan ni svarar alla.
words-nothing = Inget sticker ut: inget (gateway, version, operatör, plats …) är vanligare här än i hela flottan.
words-restored = Igång igen: av dem som skrev, vars enhet fungerar igen, eller som själva har sagt det.
# Varför ett ärende är i sin grupp.
why-heading = Varför den här gruppen
why-title = Därför är { $ticket } i den här gruppen
why-staff = { $group }: vald av en medarbetare
why-sure = { $group }, { $percent } % säkert
why-nothing = { $group }: inga ord pekar på någon grupp
why-unread = Texten är inte läst än
why-off-board = Ärendet finns inte på tavlan
why-for = För
why-against = Emot
why-cleared = Uteslutet
why-second = Annars
why-agrees = Stämmer
why-differs = Avviker
why-also = Kan också vara { $groups }
why-lane = Spår: { $groups }
why-incident = Händelse { $incident }: { $people } sedan { $since }
why-odd = Liknar händelse { $incident } sedan { $since }, men passar inte in
why-howto = Frågar hur man gör
why-fault = Anmäler något som inte fungerar
why-people = Talar om { $n } personer
why-language = Skrivet på { $lang }
member-pinned = tillagt av en medarbetare
member-split = borttaget av en medarbetare
member-words = ord och tidpunkt
member-fails = enheten felade
member-well = enheten felade inte
member-code = fel { $value }
member-stage = stannar vid { $value } %
automatic-absence = Automatiskt mejl, ingen ber om hjälp: frånvarosvar
automatic-delivery = Automatiskt mejl, ingen ber om hjälp: ett mejl kunde inte levereras
automatic-monitoring = Automatiskt mejl, ingen ber om hjälp: rapport från övervakning eller ett schemalagt jobb
automatic-newsletter = Automatiskt mejl, ingen ber om hjälp: nyhetsbrev
automatic-notice = Automatiskt mejl, ingen ber om hjälp: meddelande från ett system
wait-care = Kan inte vänta, vård och omsorg: ”{ $text }”
wait-exam = Kan inte vänta, ett prov: ”{ $text }”
wait-council = Kan inte vänta, fullmäktigemöte: ”{ $text }”
wait-deadline = Kan inte vänta, en tidsgräns: ”{ $text }”
wait-waiting = Kan inte vänta, någon väntar: ”{ $text }”
wait-security = Kan inte vänta, säkerhet: ”{ $text }”
wait-payroll = Kan inte vänta, löner: ”{ $text }”
lang-da = danska
lang-nb = norska (bokmål)
lang-nn = norska (nynorska)
lang-sv = svenska
lang-en = engelska
fails-vpn = { $device }: VPN ligger nere
fails-video = { $device }: nätet är för dåligt för samtal
fails-mobile = { $device }: mobilsignalen är svag
fails-wifi = { $device }: wifi är svagt
fails-hardware = { $device }: disken är nästan full
well-vpn = { $device }: VPN ligger inte nere
well-video = { $device }: nätet är tillräckligt bra för samtal
well-mobile = { $device }: mobilsignalen är tillräckligt bra
well-wifi = { $device }: wifi är tillräckligt bra
well-hardware = { $device }: det finns plats på disken
# Lösta ärenden som liknar det man ser på, och vad som hjälpte.
alike-heading = Lösta ärenden som liknar
alike-looking = Letar efter lösta ärenden som liknar
alike-unknown = Inga lösta ärenden är kända än
alike-none = { $n ->
    [1] Det enda lösta ärende som är känt liknar inte det här
   *[other] Inget av { $n } lösta ärenden liknar det här
}
alike-among = { $n ->
    [1] Det enda lösta ärende som är känt
   *[other] De mest lika av { $n } lösta ärenden
}
likeness-same = nästan likadant
likeness-much = mycket likt
likeness-some = lite likt
fix-reading = läser vad som hjälpte
fix-silent = ingen skrev vad som hjälpte
fix-unread = vad som hjälpte är inte läst
fix-answer = Svar { $date }: ”{ $text }”
fix-note = Intern anteckning { $date }: ”{ $text }”
fix-confirmed = Användaren skrev att det fungerar.
age-minutes = { $n ->
    [0] just nu
    [1] för 1 minut sedan
   *[other] för { $n } minuter sedan
}
age-hours = { $n ->
    [1] för 1 timme sedan
   *[other] för { $n } timmar sedan
}
age-days = { $n ->
    [1] för 1 dag sedan
   *[other] för { $n } dagar sedan
}
# En chefs siffror: namn och definitioner.
number-backlog = Kö
number-backlog-is = Ärenden som varken är avslutade eller väntar på den som hörde av sig, nu.
number-arrivals = Nya
number-arrivals-is = Nya ärenden de senaste 60 minuterna; bredvid: hur många olika som har skrivit.
number-closures = Avslutade
number-closures-is = Ärenden som avslutats för första gången de senaste 60 minuterna; de som är del av ett annat ärende anges för sig.
number-net-flow = Balans
number-net-flow-is = Nya minus avslutade per timme, under de senaste 60 minuterna: över noll växer kön.
number-clear = Tom
number-clear-is = Kön delad med avslutade minus nya per timme, under de senaste 60 minuterna; i 8 av 10 sådana timmar ligger det mellan de två tiderna inom parentes.
number-first-answer = Första svar
number-first-answer-is = Från att ärendet kom in tills en människa svarade första gången, ärenden från de senaste 24 timmarna; kvittenser räknas inte.
number-age = Ålder
number-age-is = Hur gammal kön är nu: hälften, nio tiondelar, det äldsta.
number-breached = Över tiden
number-breached-is = Ärenden i kön vars tidsgräns har passerat, nu.
number-forecast = För sent om 2 tim
number-forecast-is = Ärenden i kön med tidsgräns inom 2 timmar som inte hinner avslutas, närmaste tidsgräns först, i samma takt som de senaste 60 minuterna.
number-reopened = Återöppnade
number-reopened-is = Av de ärenden som avslutades de senaste 7 dagarna: de som öppnades igen inom 7 dagar.
number-per-agent = Per medarbetare
number-per-agent-is = Ärenden i kön med ägare för varje medarbetare som gjort något i systemet de senaste 15 minuterna; de utan ägare anges för sig.
number-affected = Drabbade
number-affected-is = Av händelser som pågår nu: personer som har skrivit, och enheter som krånglar utan att någon har skrivit. Två tal, aldrig en summa.
number-restored = Fungerar igen
number-restored-is = Av dem som har skrivit om en händelse som pågår: de vars enhet fungerar igen, eller som har sagt det.
number-unknown = okänt
span-minutes = { $min } min
span-hours = { $h } tim { $min }
span-hours-whole = { $h } tim
span-days = { $d } d { $h } tim
per-hour = { $n }/tim
flow-growing = växer { $n }/tim
flow-shrinking = minskar { $n }/tim
flow-steady = oförändrat
clear-now = inget väntar
clear-in = om { $span }
clear-never = aldrig
known-since = känt sedan { $since }
# Väggskärmen. Rader på högst 24 tecken.
wall-as-of = kl. { $clock }
wall-help = vad de betyder
wall-definitions = Vad siffrorna betyder
wall-at-most = högst { $n } · { $window }
wall-now = nu
wall-flow = in { $in } · ut { $out }
wall-oldest = Äldst
wall-since = sedan { $at }
wall-due = gräns { $due } · över { $past }
wall-no-due = inga tidsgränser
wall-incidents = Händelser
wall-people-since = personer sedan { $since }
wall-no-incident = ingen händelse
wall-going-on-one = 1 händelse · { $silent } tysta
wall-going-on = { $n } händelser · { $silent } tysta
wall-unowned = utan ägare { $n }
wall-unowned-shift = utan ägare { $n } · vakt { $agents }
wall-unowned-target = utan ägare högst { $n }
wall-fine = bra
wall-watch = håll koll
wall-act = agera nu
# Heads of the tables of a report.
report-group = Grupp
report-open = Öppna
report-unowned = Utan ägare
report-hour = Senaste timmen
report-time = Från
# Alarms.
page-of-shift = Larm nummer { $n } under passet
page-over-budget = Larm nummer { $n } under passet, fler än de { $most } som är planerade
alarm-acknowledged = kvitterat av { $who } { $time }
alarm-snoozed = tyst till { $time } ({ $who })
# A hand-over.
handover-title = Överlämning { $at }
handover-since = sedan { $at }
handover-first = den första överlämningen
handover-stale = Ärendesystemet svarar inte; allt detta är från { $at }.
handover-incidents = Pågående händelser
handover-drafts = Utkast
handover-promises = Löften
handover-next = Nästa steg
handover-none = Inga.
handover-declared = fastställd: ärende { $ticket }, { $n } länkade
handover-declaring = fastställd, ärendet håller på att skapas
handover-suspected = misstänkt
handover-nobody = ingen har tagit den
handover-reply = svar
handover-note = anteckning
handover-new = nytt ärende
handover-due = { $ticket } ska vara klart { $at }
handover-was-due = { $ticket } skulle ha varit klart { $at }
handover-no-owner = ingen ägare
handover-not-well = { $group }: fråga { $people } om det fungerar igen
handover-answered = { $ticket } besvarades { $at } och är öppet
handover-take = { $group }: ta den, eller fastställ den
handover-join = { $n ->
    [1] Länka 1 senare ärende till { $ticket }
   *[other] Länka { $n } senare ärenden till { $ticket }
}
handover-decide = Ta ställning till { $what } (utkorgen)
handover-unsent = { $n ->
    [1] 1 åtgärd är inte skickad ännu (utkorgen)
   *[other] { $n } åtgärder är inte skickade ännu (utkorgen)
}


trends-title = Utveckling
trends-all = Alla grupper
trends-span-2h = 2 tim
trends-span-24h = 24 tim
trends-span-7d = 7 d
trends-flow = in { $in } · ut { $out }
trends-before = veckan före: { $flow }
trends-before-unknown = veckan före: inte känt
trends-scale = upp: kom in, ned: stängda; högst { $n } på { $bin }

rollouts-title = Utrullningar
rollouts-none = ingen version är på väg ut
rollouts-spread = { $what } { $version }: { $has } av { $of } enheter ({ $share } %), { $day } det senaste dygnet, { $week } på 7 dagar
rollouts-spread-unknown = { $what } { $version }: { $has } av { $of } enheter ({ $share } %); hur fort är inte känt än
rollouts-worse = den nya är sämre
rollouts-better = den nya är bättre
rollouts-no-difference = ingen skillnad syns
rollouts-too-few = för få har skrivit för att säga något
rollouts-and-others = { $version } och andra
rollouts-wrote = { $verdict }: { $new } av { $newof } på { $version } skrev om ett fel, { $old } av { $oldof } på { $before }
rollouts-rates = ärenden per 100 enheter: { $new } mot { $old }; frågade hur: { $newhowto } mot { $oldhowto }
trends-system-down = { $system } ligger nere
trends-system-down-ring = { $system } ligger nere: ring { $phone }

import type { codes as en } from "../en/codes";

export const codes: Record<keyof typeof en, string> = {
  "code.alarm.decided_by_other":
    "Iemand anders heeft over dit kader beslist: het kan niet meer worden ingetrokken.",
  "code.alarm.decided_meanwhile":
    "Iemand anders heeft intussen over dit alarm beslist. Bekijk wat nu geldt.",
  "code.alarm.not_yours": "Iemand anders heeft dit kader getekend. Wijs het in plaats daarvan af.",
  "code.alarm.was_test": "Dit alarm hoorde bij een test die voorbij is. Laad de pagina opnieuw.",
  "code.alarm.withdrawn": "Dit kader is ingetrokken. Laad de pagina opnieuw.",
  "code.box.outside":
    "Het kader ligt buiten de scan van {width, number} x {height, number} px. Teken het opnieuw.",
  "code.bundle.damaged":
    "De bundel in gebruik, of wat erover is vastgelegd, is beschadigd. Meld het aan wie het station onderhoudt.",
  "code.bundle.none": "Er is geen bundel in gebruik. Meld het aan wie het station onderhoudt.",
  "code.decision.needs_reason": "Kies eerst een reden.",
  "code.decision.not_yours": "Alleen wie heeft beslist, kan dat terugnemen.",
  "code.decision.replaced":
    "Er staat een andere beslissing voor in de plaats: terugnemen kan niet meer.",
  "code.disposition.alarm_forbids":
    "Een bevestigd alarm verbiedt vrijgave. Laat doorzoeken of vraag een supervisor.",
  "code.disposition.blocked":
    "{blocks, plural, one {# punt staat} other {# punten staan}} in de weg: kijk wat nog open is.",
  "code.disposition.has_outcome": "De doorzoeking heeft een uitkomst: terugnemen kan niet meer.",
  "code.disposition.needs_reason": "Geef op waarom toch wordt vrijgegeven.",
  "code.disposition.not_yours":
    "Alleen wie dit heeft gedaan, of een supervisor, kan het terugnemen.",
  "code.disposition.too_late":
    "Terugnemen kan maar {minutes, plural, one {# minuut} other {# minuten}} lang. Vraag een supervisor.",
  "code.http.400": "Zo kan het niet worden gedaan.",
  "code.http.401": "Er is niemand aangemeld. Meld u opnieuw aan.",
  "code.http.403": "Dat mag hier niet.",
  "code.http.404": "Deze gegevens bestaan niet. Laad de pagina opnieuw.",
  "code.http.405": "Dat doet het station hier niet.",
  "code.http.409": "De gegevens laten dat nu niet toe. Laad de pagina opnieuw.",
  "code.http.503":
    "Het station kan dat nu niet. Er is niets veranderd; probeer het zo dadelijk opnieuw.",
  "code.http.other": "Dat is misgegaan. Probeer het opnieuw.",
  "code.inspection.closed": "Deze container is al vrijgegeven of doorzocht.",
  "code.lane.no_stream": "Scanstraat {lane} neemt geen stroom van kolommen aan.",
  "code.lane.not_open":
    "Het proces van de scanstraat draait niet. Het wordt vanzelf opnieuw gestart.",
  "code.login.csrf": "Deze pagina is van een eerdere aanmelding. Laad haar opnieuw.",
  "code.login.none": "Er is niemand aangemeld. Meld u opnieuw aan.",
  "code.outcome.changed_meanwhile":
    "Iemand anders heeft intussen gemeld wat is gevonden. Bekijk dat en corrigeer het dan.",
  "code.outcome.form": "Wat is gevonden, is niet volledig. Vul in wat ontbreekt.",
  "code.outcome.not_searched": "Alleen een doorzochte container heeft een uitkomst.",
  "code.outcome.unfit":
    "{problems, plural, one {# punt} other {# punten}} van wat is gevonden {problems, plural, one {kan} other {kunnen}} niet kloppen. Controleer plekken en soorten.",
  "code.period.unfit":
    "De tijd mag hoogstens {days, plural, one {# dag} other {# dagen}} zijn en moet eindigen nadat hij begint.",
  "code.picture.damaged":
    "Het beeld van deze scan is beschadigd. De alarmen en beslissingen zijn bewaard.",
  "code.picture.removed": "Het beeld van deze scan wordt niet meer bewaard.",
  "code.plane.unknown": "Deze scan heeft geen vlak {plane}.",
  "code.protocol.unknown": "De scanner moet {protocol} spreken.",
  "code.record.unknown": "Deze gegevens bestaan niet. Laad de pagina opnieuw.",
  "code.records.unfit": "Wat is opgegeven, kan niet worden vastgelegd. Controleer het.",
  "code.records.unreachable":
    "De gegevens zijn onbereikbaar. Er is niets veranderd; probeer het zo dadelijk opnieuw.",
  "code.referral.standing": "Er is al doorverwezen.",
  "code.request.foreign": "Dat mogen alleen pagina’s van dit station.",
  "code.request.form": "Iets wat is ingevuld, heeft niet de juiste vorm. Controleer het.",
  "code.request.host": "Dit is niet het adres van het station.",
  "code.request.large": "Dat is te groot voor het station.",
  "code.request.reused":
    "Dat is twee keer met verschillende inhoud gevraagd. Laad de pagina opnieuw.",
  "code.role.not_allowed":
    "Dat is niet voor de rol {role, select, operator {operator} supervisor {supervisor} qa {kwaliteitszorg} administrator {beheerder} other {die u hebt}}.",
  "code.scan.damaged":
    "Wat van deze scan is opgeslagen, is beschadigd. Meld het aan wie het station onderhoudt.",
  "code.scan.no_columns": "Van deze scan is nog niets binnengekomen.",
  "code.second.not_due": "Hier is geen tweede oordeel nodig.",
  "code.second.own":
    "U hebt dit alarm zelf afgewezen: het tweede oordeel moet van iemand anders zijn.",
  "code.shadow.damaged":
    "Wat over de bundel in schaduw is vastgelegd, is beschadigd. Meld het aan wie het station onderhoudt.",
  "code.station.fault":
    "Het station had een storing. Meld het aan wie het onderhoudt: in het systeemlog staat welke.",
  "code.tile.outside": "Dit deel van de scan bestaat niet. Laad de pagina opnieuw.",
  "code.token.wrong": "Het token is verkeerd of ingetrokken.",
};

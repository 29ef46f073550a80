import type { entry as en } from "../en/entry";

export const entry: Record<keyof typeof en, string> = {
  "entry.title": "Aanmelden",
  "entry.name": "Naam",
  "entry.password": "Wachtwoord",
  "entry.go": "Aanmelden",
  "entry.first":
    "De naam en het eerste wachtwoord zijn getoond op de plek waar het station is gestart.",
  "entry.change": "Kies een eigen wachtwoord",
  "entry.change_why":
    "Uw wachtwoord is door iemand anders gegeven. Tot het is gewijzigd, wordt er niets anders getoond.",
  "entry.old": "Huidig wachtwoord",
  "entry.new": "Nieuw wachtwoord: 12 tekens of meer",
  "entry.again": "Nieuw wachtwoord, nogmaals",
  "entry.differ": "De twee nieuwe wachtwoorden zijn niet gelijk.",
  "entry.change_go": "Wijzigen en doorgaan",
  "code.login.wrong":
    "De naam of het wachtwoord is verkeerd, of het account is geblokkeerd. Na enkele verkeerde wachtwoorden is het een tijd geblokkeerd; een beheerder kan direct een nieuw wachtwoord geven.",
  "code.login.busy": "Er melden zich te veel mensen tegelijk aan. Probeer het zo dadelijk opnieuw.",
  "code.password.wrong": "Het huidige wachtwoord is verkeerd.",
  "code.password.short":
    "Het nieuwe wachtwoord heeft {length, plural, one {# teken} other {# tekens}}; het moeten er minstens {least} zijn: neem bijvoorbeeld vier woorden.",
  "code.password.long":
    "Het nieuwe wachtwoord heeft {length} tekens; het mogen er hoogstens {most} zijn.",
  "code.password.common":
    "Het nieuwe wachtwoord hoort bij de wachtwoorden die het eerst worden geraden: neem vier woorden.",
  "code.password.like_name": "Het nieuwe wachtwoord is weinig meer dan uw naam: neem vier woorden.",
  "code.password.same": "Het nieuwe wachtwoord is het wachtwoord dat u al had. Kies een ander.",
  "code.password.changed_meanwhile":
    "Iemand heeft u intussen een ander wachtwoord gegeven. Meld u opnieuw aan.",
  "code.password.must_change": "Wijzig eerst het wachtwoord dat u hebt gekregen.",
};

import type { work as en } from "../en/work";

export const work: Record<keyof typeof en, string> = {
  "work.queue": "Containers die wachten",
  "work.empty": "Er wacht geen container. De volgende verschijnt zodra hij binnenkomt.",
  "work.first": "Verbinden…",
  "work.scanning": "komt binnen",
  "work.coming": "{columns, plural, one {# kolom} other {# kolommen}} tot nu toe",
  "work.waiting": "wacht",
  "work.failed": "NIET BEKEKEN",
  "work.second": "opnieuw kijken",
  "work.unnamed": "geen nummer",
  "work.open_alarms": "{alarms, plural, one {# vraag} other {# vragen}}",
  "work.no_alarms": "geen alarm",
  "work.answered": "{alarms, plural, one {# beantwoord} other {# beantwoord}}",
  "work.one": "Een container",
  "work.gone": "Deze container bestaat niet.",
};

import type { log as en } from "../en/log";

export const log: Record<keyof typeof en, string> = {
  "log.verify": "Hoe u nagaat dat er niets is veranderd",
  "log.verify_why":
    "Elke regel bevat de hash van de vorige. Een opdracht op de computer van het station loopt ze alle na en zegt waar iets niet klopt:",
  "log.verify_command": "cargosight station verify-log",
  "log.verify_anchors":
    "Tegen ankers die worden bewaard waar niemand van het station ze kan herschrijven:",
  "log.verify_anchors_command": "cargosight station verify-log --anchors /mnt/audit/anchors.jsonl",
  "log.verify_elsewhere": "Op een andere plek, zonder het station:",
  "log.verify_elsewhere_command":
    "cargosight station export-log log.jsonl && cargosight station verify-log log.jsonl",
  "log.filters": "Welke regels",
  "log.kind": "Soort",
  "log.all_about": "Alle: {about}",
  "log.actor_field": "Door (pseudoniem, of lane:NAAM)",
  "log.subject_field": "Over (kenmerk, of scanstraat)",
  "log.fresh":
    "{count, plural, one {# nieuwe regel. Deze tonen} other {# nieuwe regels. Deze tonen}}",
  "log.fresh_unknown": "Er zijn misschien nieuwe regels. Deze tonen",
  "log.empty": "Geen regel voldoet aan wat is gevraagd.",
  "log.caption": "Regels van het logboek, de nieuwste eerst",
  "log.seq": "Nr.",
  "log.made": "Wanneer",
  "log.what": "Wat",
  "log.actor": "Door",
  "log.subject": "Over",
  "log.said": "Inhoud",
  "log.hash": "SHA-256 {sha256}",
  "log.open": "Inspectie openen",
  "log.station": "Het station",
  "log.lane": "Scanstraat {lane}",
  "log.yes": "ja",
  "log.no": "nee",
};

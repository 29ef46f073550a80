import type { log as english } from "../en/log";

export const log: Record<keyof typeof english, string> = {
  "log.verify": "Comment s’assurer que rien n’a été modifié",
  "log.verify_why":
    "Chaque entrée contient l’empreinte de la précédente. Une commande sur la machine de la station les suit toutes, et dit où quelque chose ne va pas :",
  "log.verify_command": "cargosight station verify-log",
  "log.verify_anchors":
    "Avec des ancrages gardés là où personne à la station ne peut les réécrire :",
  "log.verify_anchors_command": "cargosight station verify-log --anchors /mnt/audit/anchors.jsonl",
  "log.verify_elsewhere": "N’importe où ailleurs, sans la station :",
  "log.verify_elsewhere_command":
    "cargosight station export-log log.jsonl && cargosight station verify-log log.jsonl",
  "log.filters": "Quelles entrées",
  "log.kind": "Type",
  "log.all_about": "Tout : {about}",
  "log.actor_field": "Par (pseudonyme, ou lane:NOM)",
  "log.subject_field": "Objet (identifiant, ou voie)",
  "log.fresh":
    "{count, plural, one {# nouvelle entrée. L’afficher} other {# nouvelles entrées. Les afficher}}",
  "log.fresh_unknown": "Il y a peut-être de nouvelles entrées. Les afficher",
  "log.empty": "Aucune entrée ne correspond.",
  "log.caption": "Entrées du journal, les plus récentes d’abord",
  "log.seq": "N°",
  "log.made": "Quand",
  "log.what": "Quoi",
  "log.actor": "Par",
  "log.subject": "Objet",
  "log.said": "Contenu",
  "log.hash": "SHA-256 {sha256}",
  "log.open": "Ouvrir l’inspection",
  "log.station": "La station",
  "log.lane": "Voie {lane}",
  "log.yes": "oui",
  "log.no": "non",
};

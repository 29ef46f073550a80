import type { log as english } from "../en/log";

export const log: Record<keyof typeof english, string> = {
  "log.verify": "Cómo comprobar que nada se cambió",
  "log.verify_why":
    "Cada entrada contiene el hash de la anterior. Un comando en la máquina de la estación las recorre todas y dice dónde algo no coincide:",
  "log.verify_command": "cargosight station verify-log",
  "log.verify_anchors": "Contra anclas guardadas donde nadie de la estación puede reescribirlas:",
  "log.verify_anchors_command": "cargosight station verify-log --anchors /mnt/audit/anchors.jsonl",
  "log.verify_elsewhere": "En cualquier otro lugar, sin la estación:",
  "log.verify_elsewhere_command":
    "cargosight station export-log log.jsonl && cargosight station verify-log log.jsonl",
  "log.filters": "Qué entradas",
  "log.kind": "Tipo",
  "log.all_about": "Todo: {about}",
  "log.actor_field": "Por (seudónimo, o lane:NOMBRE)",
  "log.subject_field": "Sobre (identificador, o carril)",
  "log.fresh":
    "{count, plural, one {# entrada nueva. Mostrarla} other {# entradas nuevas. Mostrarlas}}",
  "log.fresh_unknown": "Puede haber entradas nuevas. Mostrarlas",
  "log.empty": "Ninguna entrada coincide con lo pedido.",
  "log.caption": "Entradas de la bitácora, la más reciente primero",
  "log.seq": "N.º",
  "log.made": "Cuándo",
  "log.what": "Qué",
  "log.actor": "Por",
  "log.subject": "Sobre",
  "log.said": "Dice",
  "log.hash": "SHA-256 {sha256}",
  "log.open": "Abrir la inspección",
  "log.station": "La estación",
  "log.lane": "Carril {lane}",
  "log.yes": "sí",
  "log.no": "no",
};

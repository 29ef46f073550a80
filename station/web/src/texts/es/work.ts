import type { work as english } from "../en/work";

export const work: Record<keyof typeof english, string> = {
  "work.queue": "Contenedores en espera",
  "work.empty": "No espera ningún contenedor. El próximo se muestra en cuanto llega.",
  "work.first": "Conectando…",
  "work.scanning": "llegando",
  "work.coming": "{columns, plural, one {# columna} other {# columnas}} hasta ahora",
  "work.waiting": "espera",
  "work.failed": "NO EXAMINADO",
  "work.second": "mirar de nuevo",
  "work.unnamed": "sin número",
  "work.open_alarms": "{alarms, plural, one {# pregunta} other {# preguntas}}",
  "work.no_alarms": "ninguna alarma",
  "work.answered": "{alarms, plural, one {# respondida} other {# respondidas}}",
  "work.one": "Un contenedor",
  "work.gone": "Ese contenedor no existe.",
};

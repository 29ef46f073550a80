import type { work as english } from "../en/work";

export const work: Record<keyof typeof english, string> = {
  "work.queue": "Conteneurs en attente",
  "work.empty": "Aucun conteneur n’attend. Le prochain s’affiche dès qu’il arrive.",
  "work.first": "Connexion…",
  "work.scanning": "arrive",
  "work.coming": "{columns, number} {columns, plural, one {colonne} other {colonnes}} jusqu’ici",
  "work.waiting": "en attente",
  "work.failed": "NON ANALYSÉ",
  "work.second": "à réexaminer",
  "work.unnamed": "sans numéro",
  "work.open_alarms": "{alarms, plural, one {# question} other {# questions}}",
  "work.no_alarms": "aucune alarme",
  "work.answered": "{alarms, plural, one {# réponse} other {# réponses}}",
  "work.one": "Un conteneur",
  "work.gone": "Ce conteneur n’existe pas.",
};

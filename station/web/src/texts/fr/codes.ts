import type { codes as english } from "../en/codes";

export const codes: Record<keyof typeof english, string> = {
  "code.alarm.decided_by_other":
    "Quelqu’un d’autre a pris une décision sur ce cadre : il ne peut plus être retiré.",
  "code.alarm.decided_meanwhile":
    "Quelqu’un d’autre a décidé de cette alarme entre-temps. Voyez ce qui vaut maintenant.",
  "code.alarm.not_yours": "Quelqu’un d’autre a tracé ce cadre. Écartez-le plutôt.",
  "code.alarm.was_test": "Cette alarme était celle d’un test qui est terminé. Rechargez la page.",
  "code.alarm.withdrawn": "Ce cadre a été retiré. Rechargez la page.",
  "code.box.outside":
    "Le cadre est hors du scan de {width, number} x {height, number} px. Tracez-le de nouveau.",
  "code.bundle.damaged":
    "Le paquet en service, ou son enregistrement, est endommagé. Prévenez le responsable de la station.",
  "code.bundle.none": "Aucun paquet n’est en service. Prévenez le responsable de la station.",
  "code.decision.needs_reason": "Choisissez d’abord un motif.",
  "code.decision.not_yours": "Seule la personne qui a décidé peut annuler cela.",
  "code.decision.replaced": "Une autre décision a pris sa place : elle ne peut plus être annulée.",
  "code.disposition.alarm_forbids":
    "Une alarme confirmée interdit de libérer. Faites fouiller, ou demandez à un superviseur.",
  "code.disposition.blocked":
    "{blocks, plural, one {# point bloque} other {# points bloquent}} : voyez ce qui reste ouvert.",
  "code.disposition.has_outcome": "La fouille a un résultat : elle ne peut plus être annulée.",
  "code.disposition.needs_reason": "Indiquez pourquoi libérer quand même.",
  "code.disposition.not_yours":
    "Seule la personne qui l’a fait, ou un superviseur, peut l’annuler.",
  "code.disposition.too_late":
    "L’annulation n’est possible que pendant {minutes, plural, one {# minute} other {# minutes}}. Demandez à un superviseur.",
  "code.http.400": "Cela ne peut pas être fait comme demandé.",
  "code.http.401": "Personne n’est connecté. Reconnectez-vous.",
  "code.http.403": "Cela n’est pas permis ici.",
  "code.http.404": "Cet enregistrement n’existe pas. Rechargez la page.",
  "code.http.405": "La station ne fait pas cela ici.",
  "code.http.409": "Les enregistrements ne le permettent pas en ce moment. Rechargez la page.",
  "code.http.503":
    "La station ne peut pas le faire en ce moment. Rien n’a été modifié ; réessayez bientôt.",
  "code.http.other": "Cela a échoué. Réessayez.",
  "code.inspection.closed": "Ce conteneur a déjà été libéré ou envoyé à la fouille.",
  "code.lane.no_stream": "La voie {lane} n’accepte pas de flux de colonnes.",
  "code.lane.not_open": "Le processus de la voie ne tourne pas. Il est redémarré automatiquement.",
  "code.login.csrf": "Cette page date d’une connexion précédente. Rechargez-la.",
  "code.login.none": "Personne n’est connecté. Reconnectez-vous.",
  "code.outcome.changed_meanwhile":
    "Quelqu’un d’autre a indiqué entre-temps ce qui a été trouvé. Voyez-le, puis corrigez-le.",
  "code.outcome.form": "Ce qui a été trouvé n’est pas complet. Remplissez ce qui manque.",
  "code.outcome.not_searched": "Seul un conteneur fouillé a un résultat.",
  "code.outcome.unfit":
    "{problems, plural, one {# élément trouvé ne peut pas être juste} other {# éléments trouvés ne peuvent pas être justes}}. Vérifiez les endroits et les types.",
  "code.period.unfit":
    "La période doit être de {days, plural, one {# jour} other {# jours}} au plus, et finir après son début.",
  "code.picture.damaged":
    "L’image de ce scan est endommagée. Ses alarmes et ses décisions sont conservées.",
  "code.picture.removed": "L’image de ce scan n’est plus conservée.",
  "code.plane.unknown": "Ce scan n’a pas de plan {plane}.",
  "code.protocol.unknown": "Le scanner doit parler {protocol}.",
  "code.record.unknown": "Cet enregistrement n’existe pas. Rechargez la page.",
  "code.records.unfit":
    "Les enregistrements ne peuvent pas contenir ce qui a été donné. Vérifiez-le.",
  "code.records.unreachable":
    "Les enregistrements sont hors d’atteinte. Rien n’a été modifié ; réessayez bientôt.",
  "code.referral.standing": "La retenue pour un autre service existe déjà.",
  "code.request.foreign": "Seules les pages de cette station peuvent faire cela.",
  "code.request.form": "Une valeur saisie n’a pas la bonne forme. Vérifiez-la.",
  "code.request.host": "Ce n’est pas l’adresse de la station.",
  "code.request.large": "C’est trop volumineux pour la station.",
  "code.request.reused":
    "Cela a été demandé deux fois avec des contenus différents. Rechargez la page.",
  "code.role.not_allowed":
    "Cela n’est pas pour {role, select, operator {le rôle Opérateur} supervisor {le rôle Superviseur} qa {le rôle Qualité} administrator {le rôle Administrateur} other {votre rôle}}.",
  "code.scan.damaged":
    "Ce qui a été conservé de ce scan est endommagé. Prévenez le responsable de la station.",
  "code.scan.no_columns": "Rien de ce scan n’est encore arrivé.",
  "code.second.not_due": "Aucun deuxième avis n’est demandé ici.",
  "code.second.own":
    "Vous l’avez écartée vous-même : le deuxième avis doit venir d’une autre personne.",
  "code.shadow.damaged":
    "L’enregistrement du paquet en parallèle est endommagé. Prévenez le responsable de la station.",
  "code.station.fault":
    "La station a rencontré une panne. Prévenez son responsable : son journal dit laquelle.",
  "code.tile.outside": "Cette partie du scan n’existe pas. Rechargez la page.",
  "code.token.wrong": "Le jeton est faux, ou a été révoqué.",
};

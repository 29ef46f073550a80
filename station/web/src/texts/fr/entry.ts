import type { entry as english } from "../en/entry";

export const entry: Record<keyof typeof english, string> = {
  "entry.title": "Connexion",
  "entry.name": "Nom",
  "entry.password": "Mot de passe",
  "entry.go": "Se connecter",
  "entry.first":
    "Le nom et le premier mot de passe ont été affichés là où la station a été démarrée.",
  "entry.change": "Choisissez votre propre mot de passe",
  "entry.change_why":
    "Celui que vous avez vous a été donné par quelqu’un d’autre. Rien d’autre n’est affiché tant qu’il n’est pas changé.",
  "entry.old": "Mot de passe actuel",
  "entry.new": "Nouveau mot de passe : 12 caractères ou plus",
  "entry.again": "Nouveau mot de passe, encore une fois",
  "entry.differ": "Les deux nouveaux mots de passe ne sont pas identiques.",
  "entry.change_go": "Changer et continuer",
  "code.login.wrong":
    "Le nom ou le mot de passe est faux, ou le compte est bloqué. Après plusieurs mots de passe erronés, il est bloqué un moment ; un administrateur peut donner aussitôt un nouveau mot de passe.",
  "code.login.busy": "Trop de personnes se connectent en même temps. Réessayez dans un instant.",
  "code.password.wrong": "Le mot de passe actuel est faux.",
  "code.password.short":
    "Le nouveau mot de passe a {length, plural, one {# caractère} other {# caractères}} et il en faut {least} : prenez quatre mots, par exemple.",
  "code.password.long":
    "Le nouveau mot de passe a {length} caractères et peut en avoir {most} au plus.",
  "code.password.common":
    "Le nouveau mot de passe est de ceux que l’on devine en premier : prenez quatre mots.",
  "code.password.like_name":
    "Le nouveau mot de passe n’est guère plus que votre nom : prenez quatre mots.",
  "code.password.same": "Le nouveau mot de passe est celui que vous aviez. Choisissez-en un autre.",
  "code.password.changed_meanwhile":
    "Quelqu’un vous a donné un autre mot de passe entre-temps. Reconnectez-vous.",
  "code.password.must_change": "Changez d’abord le mot de passe qui vous a été donné.",
};

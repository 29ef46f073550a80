import { LANGUAGE_NAMES, language, speak, t } from "../texts";

/** Choose the language. */
export function LanguageChoice() {
  return (
    <select
      class="quiet"
      aria-label={t("shell.language")}
      value={language.value}
      onChange={(event) => speak(event.currentTarget.value)}
    >
      {Object.entries(LANGUAGE_NAMES).map(([tag, name]) => (
        <option key={tag} value={tag} lang={tag}>
          {name}
        </option>
      ))}
    </select>
  );
}

import { useLocation } from "preact-iso";
import { login } from "../api/client";
import { settings } from "../api/settings";
import { t, tOr } from "../texts";
import { LanguageChoice } from "./language-choice";
import { homeOf, PLACES } from "./places";
import { SignOut } from "./sign-out";
import { StateLine } from "./state-line";

/** What is always there: where one can go, who one is, and how the detector is. */
export function Header({ role }: { role: string }) {
  const { path } = useLocation();
  const at = path === "/" ? homeOf(role) : path;
  return (
    <header class="header">
      <a class="skip" href="#main">
        {t("shell.skip")}
      </a>
      <div class="header-row">
        <span class="brand">
          {t("shell.brand")} <span class="muted">{settings.value?.site}</span>
        </span>
        <nav aria-label={t("shell.places")}>
          {PLACES.filter((place) => place.roles.includes(role)).map((place) => (
            <a
              key={place.path}
              href={place.path}
              class="place"
              aria-current={at === place.path ? "page" : undefined}
            >
              {t(place.name)}
            </a>
          ))}
        </nav>
        <span class="spacer" />
        <LanguageChoice />
        <a class="who" href="/password" title={t("entry.change")}>
          {login.value?.user.name} <span class="muted">{tOr(`role.${role}`, role)}</span>
        </a>
        <SignOut />
      </div>
      <StateLine />
    </header>
  );
}

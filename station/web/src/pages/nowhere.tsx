import { t } from "../texts";

/** An address that leads nowhere. */
export function NowherePage() {
  return (
    <main id="main" class="sheet">
      <p>{t("shell.not_found")}</p>
    </main>
  );
}

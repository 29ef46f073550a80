import { t } from "../../texts";

/** How one makes sure that nothing in the log was changed. */
export function Verifying() {
  return (
    <details class="panel verify">
      <summary>{t("log.verify")}</summary>
      <p>{t("log.verify_why")}</p>
      <p>
        <code>{t("log.verify_command")}</code>
      </p>
      <p>{t("log.verify_anchors")}</p>
      <p>
        <code>{t("log.verify_anchors_command")}</code>
      </p>
      <p>{t("log.verify_elsewhere")}</p>
      <p>
        <code>{t("log.verify_elsewhere_command")}</code>
      </p>
    </details>
  );
}

import { CopyButton } from "../../parts/copy-button";
import { type Key, t } from "../../texts";

const COMMANDS: readonly [Key, string][] = [
  ["bundle.switch.use", "cargosight station use BUNDLE"],
  ["bundle.switch.back", "cargosight station back"],
  ["bundle.switch.shadow", "cargosight station shadow BUNDLE"],
];

/** How another bundle is put in use: on the machine, never from a page. */
export function Switching() {
  return (
    <section class="panel">
      <h2>{t("bundle.switch")}</h2>
      <p>{t("bundle.switch.says")}</p>
      <dl class="facts">
        {COMMANDS.map(([key, command]) => (
          <div class="fact-row" key={key}>
            <dt>{t(key)}</dt>
            <dd>
              <code>{command}</code> <CopyButton text={command} label={command} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

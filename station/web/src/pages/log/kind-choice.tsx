import { useId } from "preact/hooks";
import { t, tOr } from "../../texts";
import { ABOUT, listKinds } from "./kinds";

interface KindProps {
  value: string;
  choose: (kind: string) => void;
}

/** Choose a kind of entries, or all about something. */
export function KindChoice({ value, choose }: KindProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{t("log.kind")}</label>
      <select id={id} value={value} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{t("lists.any")}</option>
        {ABOUT.map((about) => (
          <optgroup key={about} label={t(`about.${about}`)}>
            <option value={`${about}.`}>
              {t("log.all_about", { about: t(`about.${about}`) })}
            </option>
            {listKinds(about).map((kind) => (
              <option key={kind} value={kind}>
                {tOr(`kind.${kind}`, kind)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </div>
  );
}

import type { Inspection } from "../live/inspection";
import { t, tOr } from "../texts";
import { leads, listUnseen, type Unseen } from "./unseen";

/** What could not be seen: it is said first, and nothing at all is said where that is nothing. */
export function UnseenPart({ inspection }: { inspection: Inspection }) {
  const unseen = listUnseen(inspection);
  const several = inspection.scans.length > 1;
  return (
    <>
      <SecondLook inspection={inspection} />
      {unseen.length > 0 && (
        <section
          class={leads(inspection) ? "banner warn leads" : "banner warn"}
          aria-label={t("deciding.unseen")}
        >
          <h3>▲ {t("deciding.unseen")}</h3>
          <ul>
            {unseen.map((one) => (
              <li key={`${one.scan} ${one.code} ${one.text}`}>
                {several && one.view && <b>{t("deciding.in_view", { view: one.view })} </b>}
                {sayUnseen(one)}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** Facts that a text may lack are empty ones. */
function sayUnseen(one: Unseen): string {
  return tOr(one.code, one.text, { kind: "", reason: one.text, ...one.facts });
}

function SecondLook({ inspection }: { inspection: Inspection }) {
  const last = inspection.tests[inspection.tests.length - 1];
  if (!last && !inspection.second_look) return null;
  return (
    <section class="banner" aria-label={t("deciding.test_title")}>
      {last && <p>{t(last.hit ? "deciding.test_hit" : "deciding.test_missed")}</p>}
      {inspection.second_look && <p>{t("deciding.test_real")}</p>}
    </section>
  );
}

import type { Schemas } from "../api/client";
import { sayTime, t } from "../texts";
import { findStateText } from "./disposing";
import { OutcomeForm } from "./outcome-form";
import { sayLabel } from "./reasons";
import { isOpen, type Work } from "./work";

/** What became of a container, and what the search found. */
export function ClosedPart({ work }: { work: Work }) {
  const { disposition, state } = work.inspection;
  if (isOpen(work.inspection) || !disposition) return null;
  const { mode } = work;
  const finding = mode.value === "finding" || mode.value === "emptying";
  return (
    <section class="closed" aria-label={t("deciding.became")}>
      <p>
        <b>{t(findStateText(work.inspection))}</b>{" "}
        {t("deciding.by", {
          who: disposition.mine ? t("deciding.you") : disposition.by,
          when: sayTime(disposition.made),
        })}
        {disposition.reason && `: ${disposition.reason}`}
      </p>
      {state === "searched" && (finding ? <OutcomeForm work={work} /> : <Outcome work={work} />)}
    </section>
  );
}

function Outcome({ work }: { work: Work }) {
  const { outcome } = work.inspection;
  if (!outcome) return <p class="caution">▲ {t("deciding.no_outcome")}</p>;
  return (
    <div class="outcome">
      <h3>{t("deciding.outcome")}</h3>
      {outcome.found.length === 0 && <p>{t("deciding.found_nothing")}</p>}
      <ul>
        {outcome.found.map((thing, at) => (
          <li key={at}>{sayThing(thing, work)}</li>
        ))}
      </ul>
      <p class="muted">
        {t("deciding.by", { who: outcome.by, when: sayTime(outcome.made) })}
        {outcome.corrected > 0 && ` · ${t("deciding.corrected", { times: outcome.corrected })}`}
      </p>
    </div>
  );
}

function sayThing(thing: Schemas["FoundRecord"], work: Work): string {
  const numbers = work.alarms
    .map((alarm, at) => ({ id: alarm.id, number: at + 1 }))
    .filter(({ id }) => thing.places?.some((place) => place.alarm === id))
    .map(({ number }) => t("deciding.alarm_number", { number }));
  const boxes = thing.places?.filter((place) => place.box).length ?? 0;
  const marked = boxes > 0 ? [t("deciding.marked", { count: boxes })] : [];
  const words = [sayLabel(thing.label ?? ""), thing.kind, thing.firearm, ...numbers, ...marked];
  return words.filter(Boolean).join(" · ");
}

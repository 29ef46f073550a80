import { sayLabel, sayReason } from "../../deciding/reasons";
import { sayLength } from "../../parts/days";
import { sayNumber, sayTime, t } from "../../texts";
import { AlarmCrop } from "../../viewer/crop";
import { findDismissal, type SecondLook, toAlarm } from "./waiting";

/** One dismissed alarm: what it looks like, who dismissed it as what, and the way to it. */
export function LookCard({ look, now }: { look: SecondLook; now: number }) {
  const { alarm } = look;
  return (
    <li class="panel look" data-alarm={alarm.id}>
      <div class="look-crop">
        <AlarmCrop scan={alarm.scan} box={alarm.box} class="crop" label={t("second.crop")} />
      </div>
      <div class="look-facts">
        <h2>{look.containers.join(", ") || t("second.no_container")}</h2>
        <p class="muted">
          {t("second.lane", { lane: look.lane })}
          {alarm.score !== null && ` · ${sayLabel(alarm.label)} · `}
          {alarm.score !== null && t("second.score", { score: sayNumber(alarm.score, 2) })}
        </p>
        <p>{sayDismissal(look)}</p>
        <p>{t("second.waits", { length: sayWait(look, now) })}</p>
        {look.mine && <p class="muted">{t("second.mine")}</p>}
        <a class="button" href={toAlarm(look.inspection, alarm.id)}>
          {t(look.mine ? "second.open_mine" : "second.open")}
        </a>
      </div>
    </li>
  );
}

function sayDismissal(look: SecondLook): string {
  const dismissal = findDismissal(look);
  return t("second.dismissed", {
    by: dismissal?.by ?? "",
    when: sayTime(look.since),
    reason: sayReason(dismissal?.reason ?? ""),
  });
}

/** How long it has waited, by the minute: a page that counts seconds is not calm. */
function sayWait(look: SecondLook, now: number): string {
  const seconds = (now - Date.parse(look.since)) / 1000;
  return sayLength(Math.max(Math.floor(seconds / 60), 1) * 60);
}

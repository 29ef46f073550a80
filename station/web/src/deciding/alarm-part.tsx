import type { AlarmShown } from "../live/inspection";
import { sayNumber, sayTime, t } from "../texts";
import { AlarmCrop } from "../viewer/crop";
import { findUndo, getStanding, isSecondDue } from "./alarms";
import { Press } from "./press";
import { sayLabel, sayReason } from "./reasons";
import { step, takeBack } from "./saying";
import type { Work } from "./work";

/** One alarm at a time: a question. */
export function AlarmPart({ work }: { work: Work }) {
  const { alarm, alarms } = work;
  if (alarms.length === 0) return <NoAlarm work={work} />;
  if (!alarm) return null;
  const title = t("deciding.alarm", { number: alarms.indexOf(alarm) + 1, of: alarms.length });
  return (
    <section class="alarm" aria-label={title}>
      <div class="alarm-head">
        <h3 aria-live="polite">{title}</h3>
        <Steps work={work} />
      </div>
      <p class="alarm-facts">
        <StateBadge alarm={alarm} /> <b>{sayLabel(alarm.label)}</b>
        {" · "}
        {alarm.score === null
          ? t("deciding.drawn_by", { who: alarm.drawn_by ?? "" })
          : t("deciding.score", { score: sayNumber(alarm.score, 2) })}
        <View work={work} />
      </p>
      <AlarmCrop
        key={`${alarm.id} ${work.inspection.tests.length}`}
        scan={alarm.scan}
        box={alarm.box}
        class="crop"
        label={title}
      />
      {alarm.coarse && <p class="muted">{t("deciding.coarse")}</p>}
      <SecondWord alarm={alarm} />
      <Said work={work} alarm={alarm} />
    </section>
  );
}

function NoAlarm({ work }: { work: Work }) {
  const { scans, state } = work.inspection;
  const looked = scans.length === 0 || scans.some((scan) => scan.state !== "failed");
  const soFar = looked && (state === "scanning" || scans.length === 0);
  return (
    <section class="alarm" aria-label={t("deciding.alarms")}>
      <p>{t(soFar ? "deciding.none_yet" : looked ? "deciding.none" : "deciding.none_looked")}</p>
      <p>{t("deciding.look")}</p>
    </section>
  );
}

function Steps({ work }: { work: Work }) {
  if (work.alarms.length < 2) return null;
  return (
    <span class="steps">
      <Press text={t("deciding.previous")} keys="p" look="quiet" onPress={() => step(work, -1)} />
      <Press text={t("deciding.next")} keys="n" look="quiet" onPress={() => step(work, 1)} />
    </span>
  );
}

const SHAPES = { confirm: "■", dismiss: "□", unsure: "◇" } as const;
const LOOKS = { confirm: "confirmed", dismiss: "dismissed", unsure: "unsure" } as const;

function StateBadge({ alarm }: { alarm: AlarmShown }) {
  const { said } = alarm;
  if (!said) return <span class="badge alarm">? {t("deciding.undecided")}</span>;
  return (
    <span class={`badge ${LOOKS[said]}`}>
      {SHAPES[said]} {t(`said.${said}`)}
    </span>
  );
}

function View({ work }: { work: Work }) {
  const { scans } = work.inspection;
  const view = scans.find((scan) => scan.id === work.alarm?.scan)?.view;
  return scans.length > 1 && view ? ` · ${t("deciding.in_view", { view })}` : null;
}

function SecondWord({ alarm }: { alarm: AlarmShown }) {
  if (alarm.needs !== "second") return null;
  const text = isSecondDue(alarm) ? "deciding.second_yours" : "deciding.second_others";
  return <p class="banner warn">{t(text)}</p>;
}

/** What was said of an alarm, by whom, the last word first. */
function Said({ work, alarm }: { work: Work; alarm: AlarmShown }) {
  const standing = getStanding(alarm);
  const undo = work.open ? findUndo(alarm) : null;
  return (
    <>
      <ol class="said">
        {[...alarm.decisions].reverse().map((one) => (
          <li key={one.id} class={one === standing ? undefined : "past"}>
            {t(one.second ? "deciding.said_second" : "deciding.said", {
              what: t(`said.${one.decision}`),
              who: one.mine ? t("deciding.you") : one.by,
              when: sayTime(one.made, "time"),
            })}
            {one.reason && `: ${sayReason(one.reason)}`}
            {one.undone && ` (${t("deciding.undone")})`}
          </li>
        ))}
      </ol>
      {undo && (
        <Press
          text={t(undo === "drawn" ? "deciding.withdraw" : "deciding.undo")}
          keys="z"
          off={work.acting.busy.value}
          onPress={() => void takeBack(work)}
        />
      )}
    </>
  );
}

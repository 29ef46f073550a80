import { login } from "../../api/client";
import { bundle } from "../../live/bundle";
import { coming, type Lane } from "../../live/lanes";
import { Fact } from "../../parts/fact";
import { readsScans } from "../../parts/places";
import { findRunning, isTrouble, type Running, shapeOf } from "../../parts/running";
import { sayNumber, sayTime, t, tOr } from "../../texts";

/** How a lane is. */
export function LanePanel({ lane }: { lane: Lane }) {
  const running = findRunning(lane);
  return (
    <article class="panel lane" aria-label={t("state.lane", { lane: lane.name })}>
      <h2>{t("state.lane", { lane: lane.name })}</h2>
      <p class={isTrouble(lane) ? "banner trouble" : "banner"} data-state={lane.state}>
        <span aria-hidden="true">{shapeOf(lane.state)} </span>
        {tOr(`lanes.state.${lane.state}`, lane.state)}
      </p>
      <dl class="facts">
        {lane.state === "down" && <Cause lane={lane} />}
        <Fact name={t("lanes.waiting")}>{sayNumber(lane.behind)}</Fact>
        <Fact name={t("lanes.coming")}>
          <Comes lane={lane} />
        </Fact>
        <Alive lane={lane} />
        {running ? <Looks running={running} /> : <NothingLooks />}
        <Fact name={t("lanes.source")}>{saySource(lane)}</Fact>
        <Fact name={t("lanes.pitch")}>{sayPitch(lane)}</Fact>
      </dl>
    </article>
  );
}

/** Causes of which the sentence itself says more than the code: which device, which key. */
const SAYS_MORE = ["lane.bundle", "lane.device", "lane.other", "lane.untrusted"];

/** Why a lane is down. */
function Cause({ lane }: { lane: Lane }) {
  const said = lane.code ? tOr(lane.code, lane.detail) : lane.detail;
  const more = SAYS_MORE.includes(lane.code ?? "") && lane.detail !== said;
  return (
    <Fact name={t("lanes.why_down")} trouble>
      {said}
      {more && (
        <span class="said" lang="en">
          {lane.detail}
        </span>
      )}
    </Fact>
  );
}

function Comes({ lane }: { lane: Lane }) {
  const scan = coming.value.get(lane.name);
  if (!readsScans(login.value?.user.role ?? "")) return <>{t("lanes.coming.hidden")}</>;
  if (!scan || lane.state === "idle") return <>{t("lanes.coming.nothing")}</>;
  return (
    <>
      {t("lanes.coming.columns", { columns: scan.width })}{" "}
      {scan.inspection && (
        <a href={`/inspections/${scan.inspection}`}>
          {t("lanes.coming.open")}
          <span class="sr-only"> {t("state.lane", { lane: lane.name })}</span>
        </a>
      )}
    </>
  );
}

function Alive({ lane }: { lane: Lane }) {
  const stopped = lane.beat
    ? t("lanes.alive.no", { time: sayTime(lane.beat) })
    : t("lanes.alive.never");
  return (
    <Fact name={t("lanes.alive")} trouble={!lane.alive}>
      {lane.alive ? t("lanes.alive.yes") : stopped}
    </Fact>
  );
}

function NothingLooks() {
  return (
    <Fact name={t("lanes.bundle")} trouble>
      {t("lanes.bundle.none")}
    </Fact>
  );
}

function Looks({ running }: { running: Running }) {
  const key = running.signed_by;
  return (
    <>
      <Fact name={t("lanes.bundle")}>
        <a href="/bundle">
          {running.name} {running.version}
        </a>
      </Fact>
      <Fact name={t("lanes.signed")} trouble={!key}>
        {key ? t("lanes.signed.by", { key }) : t("lanes.signed.not")}
      </Fact>
      <Point running={running} />
      <Device running={running} />
    </>
  );
}

function Point({ running }: { running: Running }) {
  const point = running.operating_point;
  if (!point) return null;
  const threshold = sayNumber(point.threshold ?? 0, 3);
  return (
    <Fact name={t("lanes.point")}>
      {t("lanes.point.threshold", { point: point.name ?? "", threshold })}
    </Fact>
  );
}

function Device({ running }: { running: Running }) {
  const device = running.device ?? "";
  const wanted = bundle.value?.device ?? device;
  return (
    <Fact name={t("lanes.device")} trouble={device !== wanted}>
      {device === wanted ? device : t("lanes.device.wrong", { device, wanted })}
    </Fact>
  );
}

function saySource(lane: Lane): string {
  const parts = [t(`lanes.source.${lane.source}`), lane.scanner, lane.view];
  return parts.filter(Boolean).join(" · ");
}

function sayPitch(lane: Lane): string {
  if (!lane.pitch_mm) return t("lanes.pitch.none");
  const [x, y] = lane.pitch_mm;
  return t("lanes.pitch.mm", { x: sayNumber(x, 2), y: sayNumber(y, 2) });
}

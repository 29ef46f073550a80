import { waiting } from "../api/client";
import { bundle } from "../live/bundle";
import { type Lane, lanes, lanesKnown } from "../live/lanes";
import { connected } from "../live/socket";
import { sayNumber, t, tOr } from "../texts";
import { findRunning, type Running } from "./running";

/** One fact of the state line; a trouble is plainly red, and says so in words. */
interface Fact {
  text: string;
  trouble?: boolean;
}

function sayState(lane: Lane): Fact {
  if (lane.state === "behind") {
    return { text: t("state.behind", { columns: lane.behind }), trouble: true };
  }
  if (lane.state === "idle") return { text: t("state.idle") };
  if (lane.state === "scanning") return { text: t("state.scanning") };
  return { text: tOr(`state.${lane.state}`, lane.state), trouble: true };
}

function sayDevice(running: Running): Fact | null {
  const wanted = bundle.value?.device;
  const { device } = running;
  if (!device) return null;
  const trouble = wanted !== undefined && device !== wanted;
  if (trouble) return { text: t("state.wrong_device", { device, wanted }), trouble };
  return { text: t("state.device", { device }) };
}

function sayPoint(running: Running): Fact | null {
  const point = running.operating_point;
  if (!point) return null;
  const name = t("state.point", { point: point.name ?? "" });
  if (point.threshold === undefined) return { text: name };
  return {
    text: `${name} · ${t("state.threshold", { threshold: sayNumber(point.threshold, 2) })}`,
  };
}

/** A lane of which nothing looks is in trouble, whatever else it says. */
function sayNothingLooks(state: Fact): Fact[] {
  return state.trouble ? [state] : [state, { text: t("bundle.lane.none"), trouble: true }];
}

/** What is to be said of a lane: its state first, then what looks. */
export function describeLane(lane: Lane): Fact[] {
  const running = findRunning(lane);
  if (!running) return sayNothingLooks(sayState(lane));
  const key = running.signed_by;
  const facts: (Fact | null)[] = [
    sayState(lane),
    { text: `${running.name ?? ""} ${running.version ?? ""}`.trim() },
    key ? { text: t("state.signed", { key }) } : { text: t("state.unsigned"), trouble: true },
    sayPoint(running),
    sayDevice(running),
  ];
  return facts.filter((fact) => fact !== null);
}

/** What is wrong, without numbers that change: read out when it changes. */
function sayTroubles(): string {
  const troubles = lanes.value
    .filter((lane) => describeLane(lane).some((fact) => fact.trouble))
    .map((lane) => t("state.trouble", { lane: lane.name }));
  return [...(connected.value ? [] : [t("state.lost")]), ...troubles].join(". ");
}

/** How the detector of each lane is: always in sight, red where it cannot be relied on. */
export function StateLine() {
  return (
    <section class="state-line" aria-label={t("state.label")}>
      <p class="sr-only" role="status">
        {sayTroubles()}
      </p>
      {!connected.value && <span class="state trouble">▲ {t("state.lost")}</span>}
      {waiting.value > 0 && <span class="state">{t("state.saving")}</span>}
      {lanesKnown.value && lanes.value.length === 0 && (
        <span class="state trouble">▲ {t("state.no_lanes")}</span>
      )}
      {lanes.value.map((lane) => (
        <LaneState key={lane.name} lane={lane} />
      ))}
    </section>
  );
}

function LaneState({ lane }: { lane: Lane }) {
  const facts = describeLane(lane);
  const trouble = facts.some((fact) => fact.trouble);
  return (
    <span class={trouble ? "state trouble" : "state"} data-lane={lane.name} data-state={lane.state}>
      <b>
        {trouble ? "▲" : "●"} {t("state.lane", { lane: lane.name })}
      </b>
      {facts.map((fact) => (
        <span key={fact.text} class={fact.trouble ? "fact trouble" : "fact"}>
          {fact.text}
        </span>
      ))}
    </span>
  );
}

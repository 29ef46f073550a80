import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { listAlarms } from "../deciding/alarms";
import { recordView } from "../deciding/viewing";
import type { Inspection, ScanShown } from "../live/inspection";
import { sayProblem, t } from "../texts";
import type { Extra } from "./alarm-layer";
import type { Box, Drawn, Geometry } from "./frame";
import { useHeldKeys } from "./held-keys";
import { Looking, type Switch } from "./looking";
import { Pane, type PaneProps } from "./pane";
import type { ScanMap } from "./scan-map";
import { Toolbar, Zoom } from "./toolbar";
import { useGeometry } from "./use-geometry";
import { useViewerKeys } from "./viewer-keys";

interface StageProps {
  inspection: Inspection;
  selected: Signal<string | null>;
  drawing: Signal<boolean>;
  drawn: Signal<Drawn | null>;
}

function chooseScan(inspection: Inspection, chosen: string | null): ScanShown | undefined {
  const { scans } = inspection;
  return scans.find((scan) => scan.id === chosen) ?? scans[0];
}

/** Numbers of the alarms, as the panel beside has them. */
function numberAlarms(inspection: Inspection): ReadonlyMap<string, number> {
  return new Map(listAlarms(inspection).map((alarm, at) => [alarm.id, at + 1]));
}

/** The scans of an inspection, one at a time or two side by side, and the tools to look. */
export function Stage(props: StageProps) {
  const { inspection, selected } = props;
  const chosen = useSignal<string | null>(null);
  const second = useSignal(false);
  const scan = chooseScan(inspection, chosen.value);
  useEffect(() => {
    const owner = inspection.scans.find((one) => one.alarms.some((a) => a.id === selected.value));
    if (owner) chosen.value = owner.id;
  }, [selected.value]);
  if (!scan) return <div class="stage empty">{t("viewer.no_scan")}</div>;
  return (
    <ScanStage
      key={scan.id}
      {...props}
      scan={scan}
      second={second}
      choose={(id) => {
        chosen.value = id;
      }}
    />
  );
}

interface ScanStageProps extends StageProps {
  scan: ScanShown;
  second: Signal<boolean>;
  choose: (scan: string) => void;
}

function ScanStage({ inspection, scan, second, choose, ...rest }: ScanStageProps) {
  const left = useMemo(() => new Looking(scan.kind), [scan.id]);
  const right = useMemo(() => new Looking(scan.kind), [scan.id]);
  const active = useSignal<"left" | "right">("left");
  const maps = useSignal<{ left: ScanMap | null; right: ScanMap | null }>({
    left: null,
    right: null,
  });
  const cursor = useSignal<{ pane: string; at: readonly number[] } | null>(null);
  const stamp = `${scan.state} ${inspection.second_look} ${scan.kept} ${inspection.tests.length}`;
  const { geometry, problem } = useGeometry(scan.id, stamp);
  const refused = useSignal<string | null>(null);
  const numbers = useMemo(() => numberAlarms(inspection), [inspection]);
  const drawn = rest.drawn.value;
  const extras = useMemo(
    () => listExtras(inspection, scan.id, drawn),
    [inspection, scan.id, drawn],
  );
  const looking = active.value === "right" && second.value ? right : left;
  const map = maps.value[active.value] ?? maps.value.left;
  useEffect(() => {
    if (geometry) void recordView(inspection, scan.id);
  }, [geometry?.scan, inspection.second_look]);
  useHeldKeys(holdKeys(looking));
  const alarm = scan.alarms.find((one) => one.id === rest.selected.value) ?? null;
  const shown = second.value ? [left, right] : [left];
  const reset = () => {
    for (const one of [left, right]) one.reset();
  };
  useViewerKeys({ map, looking, second, alarm, reset });
  useEffect(() => () => stopAll(left, right), [left, right]);
  const pane = (side: "left" | "right", own: Looking): Omit<PaneProps, "geometry"> => ({
    ...rest,
    scan,
    looking: own,
    numbers,
    extras,
    cursor,
    name: side,
    onMap: (made) => {
      maps.value = { ...maps.peek(), [side]: made };
    },
    onUse: () => {
      active.value = side;
    },
    onRefused: (error) => {
      refused.value = sayProblem(error);
    },
  });
  const view = maps.value.left?.map.getView();
  return (
    <div class="stage">
      <ScanTabs inspection={inspection} scan={scan} choose={choose} />
      {scan.synthetic && <p class="synthetic">{t("viewer.synthetic")}</p>}
      <div class={arrange(second.value, geometry)}>
        {geometry && <Pane {...pane("left", left)} geometry={geometry} />}
        {geometry && second.value && view && (
          <Pane {...pane("right", right)} geometry={geometry} view={view} />
        )}
        {rest.drawing.value && <p class="badge hint">{t("viewer.draw_hint")}</p>}
        <Zoom map={map} alarm={alarm} />
        {shown.some((one) => !one.isPlain) && <p class="badge enhanced">{t("viewer.enhanced")}</p>}
        <NoPicture scan={scan} problem={problem ?? refused.value} />
      </div>
      <Toolbar looking={looking} second={second} reset={reset} />
    </div>
  );
}

/** Why there is no picture, or not all of it: never an empty place that nobody explains. */
function NoPicture({ scan, problem }: { scan: ScanShown; problem: string | null }) {
  if (!scan.kept) return <p class="banner warn over">{t("viewer.removed")}</p>;
  if (!problem) return null;
  return (
    <p class="banner trouble over" role="alert">
      ▲ {problem}
    </p>
  );
}

/** Two views lie beside each other, or one above the other where a scan is long. */
function arrange(two: boolean, geometry: Geometry | null): string {
  if (!two) return "panes";
  const long = geometry !== null && geometry.width > 1.5 * geometry.height;
  return long ? "panes two long" : "panes two";
}

function stopAll(...all: Looking[]): void {
  for (const looking of all) looking.stopSweep();
}

/** Boxes that are no alarms: where a test's firearm was, and what was drawn and not yet sent. */
function listExtras(inspection: Inspection, scan: string, drawn: Drawn | null): Extra[] {
  const tests = inspection.tests
    .filter((test) => test.scan === scan)
    .map((test) => ({ box: test.box as Box, text: t("viewer.test_was") }));
  return drawn?.scan === scan ? [...tests, { box: drawn.box, text: "+" }] : tests;
}

function holdKeys(looking: Looking) {
  const hold = (name: Switch) => looking.hold(name);
  return {
    i: hold("invert"),
    e: hold("edge"),
    t: hold("tint"),
    o: hold("hatch"),
    k: { begin: () => looking.startSweep(), end: () => looking.stopSweep() },
  };
}

function ScanTabs({
  inspection,
  scan,
  choose,
}: {
  inspection: Inspection;
  scan: ScanShown;
  choose: (scan: string) => void;
}) {
  if (inspection.scans.length < 2) return null;
  return (
    <div class="scan-tabs" role="tablist" aria-label={t("viewer.views")}>
      {inspection.scans.map((one, at) => (
        <button
          key={one.id}
          type="button"
          role="tab"
          aria-selected={one.id === scan.id}
          onClick={() => choose(one.id)}
        >
          {one.view ?? t("viewer.view", { number: at + 1 })}
          {one.alarms.length > 0 && <span class="badge alarm">{one.alarms.length}</span>}
        </button>
      ))}
    </div>
  );
}

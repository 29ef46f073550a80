import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type View from "ol/View";
import { useEffect, useRef } from "preact/hooks";
import type { ProblemError } from "../api/client";
import type { AlarmShown, ScanShown } from "../live/inspection";
import { coming } from "../live/lanes";
import { t } from "../texts";
import type { Extra } from "./alarm-layer";
import { Crosshair } from "./crosshair";
import { type Box, type Drawn, Frame, type Geometry } from "./frame";
import type { Looking } from "./looking";
import { ScanMap } from "./scan-map";
import { addBoxDrawing, addRuler, addWindowing } from "./tools";

/** What a pane needs to know. */
export interface PaneProps {
  scan: ScanShown;
  geometry: Geometry;
  looking: Looking;
  selected: Signal<string | null>;
  drawing: Signal<boolean>;
  drawn: Signal<Drawn | null>;
  numbers: ReadonlyMap<string, number>;
  extras: readonly Extra[];
  /** Where the pointer is, and in which pane. */
  cursor: Signal<{ pane: string; at: readonly number[] } | null>;
  name: string;
  /** Of the pane beside, where both move together. */
  view?: View;
  onMap: (map: ScanMap | null) => void;
  onUse: () => void;
  onRefused: (problem: ProblemError) => void;
}

/** A scan on the page: it grows as it comes, with the boxes of its alarms. */
export function Pane(props: PaneProps) {
  const { scan, geometry, looking, selected, cursor, name } = props;
  const target = useRef<HTMLDivElement>(null);
  const small = useRef<HTMLDivElement>(null);
  const map = useSignal<ScanMap | null>(null);
  const shown = useSignal(0);
  const flagged = useSignal("");
  const whole = useSignal(true);
  const build = useBuild(geometry);

  useEffect(() => {
    if (!target.current || !small.current) return;
    const made = new ScanMap(
      target.current,
      new Frame(geometry),
      looking.look.value,
      {
        select: (alarm) => {
          selected.value = alarm;
        },
        shown: (columns, alarms) => {
          shown.value = columns;
          flagged.value = alarms.join(" ");
        },
        refused: props.onRefused,
        whole: (all) => {
          whole.value = all;
        },
        pointer: (at) => {
          cursor.value = at && { pane: name, at };
        },
      },
      props.view,
    );
    map.value = made;
    props.onMap(made);
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(target.current);
    const stopMinimap = made.addMinimap(small.current, t("viewer.minimap"));
    return () => {
      observer.disconnect();
      stopMinimap();
      props.onMap(null);
      map.value = null;
      made.dispose();
    };
  }, [build, props.view]);

  useGrowth(map, scan, geometry);
  useSignalEffect(() => map.value?.dress(looking.look.value));
  useTools(map, props);
  useCrosshair(map, props);
  useEffect(() => {
    map.value?.drawAlarms(scan.alarms, props.numbers, selected.value, props.extras);
  }, [map.value, scan.alarms, props.numbers, selected.value, props.extras]);
  useEffect(() => goToAlarm(map.value, scan.alarms, selected.value), [map.value, selected.value]);

  return (
    <div
      class={props.drawing.value ? "view aiming" : "view"}
      data-scan={scan.id}
      data-columns-shown={shown.value}
      data-alarms-shown={flagged.value}
      onPointerEnter={props.onUse}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the picture takes keys */}
      <div ref={target} class="picture" tabIndex={0} role="img" aria-label={describe(scan)} />
      <div ref={small} class={whole.value ? "minimap unneeded" : "minimap"} aria-hidden="true" />
    </div>
  );
}

function describe(scan: ScanShown): string {
  const view = scan.view ?? "";
  if (scan.state === "failed" && scan.alarms.length === 0) return t("deciding.none_looked");
  return t("viewer.picture", { view, alarms: scan.alarms.length });
}

function goToAlarm(map: ScanMap | null, alarms: readonly AlarmShown[], id: string | null): void {
  const alarm = alarms.find((one) => one.id === id);
  if (map && alarm) map.reveal(alarm.box as Box);
}

/**
 * Which map is due: another one for another scan, or where something else is to be seen in a
 * complete one; not where a scan that grew is complete now.
 */
function useBuild({ scan, version }: Geometry): string {
  const built = useRef({ scan, version });
  const before = built.current;
  const grown = before.scan === scan && (before.version === null || before.version === version);
  const name = useRef(`${scan} ${version}`);
  built.current = { scan, version };
  if (!grown) name.current = `${scan} ${version}`;
  return name.current;
}

/** Have a picture grow with its scan. */
function useGrowth(map: Signal<ScanMap | null>, scan: ScanShown, geometry: Geometry): void {
  useSignalEffect(() => {
    const widths = [...coming.value.values()].filter((one) => one.scan === scan.id);
    for (const { width } of widths) map.value?.grow(width);
  });
  useEffect(() => {
    if (!map.value) return;
    if (geometry.complete) map.value.complete(geometry.width, geometry.version);
    else map.value.grow(geometry.width);
  }, [map.value, geometry]);
}

function useTools(map: Signal<ScanMap | null>, props: PaneProps): void {
  const { looking, drawing, drawn, scan } = props;
  useSignalEffect(() => {
    const made = map.value;
    if (!made) return;
    return addWindowing(
      made,
      () => looking.tool.peek() === "window",
      (by) => looking.drag(by),
    );
  });
  useSignalEffect(() => {
    if (!map.value || looking.tool.value !== "ruler") return;
    return addRuler(map.value, (mm, px) =>
      mm === null ? t("viewer.px", { px }) : t("viewer.mm", { mm: Math.round(mm) }),
    );
  });
  useSignalEffect(() => {
    if (!map.value || !drawing.value) return;
    return addBoxDrawing(map.value, (box) => {
      drawn.value = { scan: scan.id, box };
    });
  });
}

function useCrosshair(map: Signal<ScanMap | null>, { cursor, name }: PaneProps): void {
  useEffect(() => {
    const made = map.value;
    if (!made) return;
    const cross = new Crosshair(made);
    return cursor.subscribe((at) => cross.move(at && at.pane !== name ? at.at : null));
  }, [map.value]);
}

import type { Signal } from "@preact/signals";
import type { AlarmShown } from "../live/inspection";
import { useKeys } from "../parts/keys";
import type { Box } from "./frame";
import { type Looking, VIEWER_KEYS } from "./looking";
import type { ScanMap } from "./scan-map";

const STEP = 0.2;
const STEPS: Record<string, readonly [x: number, y: number]> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

interface Looked {
  map: ScanMap | null;
  looking: Looking;
  second: Signal<boolean>;
  /** The alarm that is selected, if it is in this scan. */
  alarm: AlarmShown | null;
  reset: () => void;
}

/** Have the viewer's keys work; those that are held are `useHeldKeys`'. */
export function useViewerKeys({ map, looking, second, alarm, reset }: Looked): void {
  useKeys(VIEWER_KEYS, {
    plain: reset,
    window: () => toggleTool(looking, "window"),
    ruler: () => toggleTool(looking, "ruler"),
    second: () => {
      second.value = !second.value;
    },
    fit: () => map?.fit(),
    alarm: () => alarm && map?.goTo(alarm.box as Box),
    closer: () => map?.zoomBy(1),
    farther: () => map?.zoomBy(-1),
    pan: (event) => map?.panBy(...(STEPS[event.key] ?? [0, 0])),
  });
}

/** Take a tool, or lay it aside. */
export function toggleTool(looking: Looking, tool: "window" | "ruler"): void {
  looking.tool.value = looking.tool.value === tool ? "move" : tool;
}

import type { Signal } from "@preact/signals";
import type { AlarmShown } from "../live/inspection";
import { keysShown } from "../parts/keys";
import { type Key, t } from "../texts";
import type { Box } from "./frame";
import type { Looking, Switch } from "./looking";
import type { ScanMap } from "./scan-map";
import { toggleTool } from "./viewer-keys";

interface ToolbarProps {
  looking: Looking;
  second: Signal<boolean>;
  /** The plain image again, in all views. */
  reset: () => void;
}

interface PressProps {
  name: Key;
  letter: string;
  pressed?: boolean;
  onClick: () => void;
}

function Press({ name, letter, pressed, onClick }: PressProps) {
  return (
    <button type="button" aria-pressed={pressed} onClick={onClick}>
      {t(name)} <kbd>{letter}</kbd>
    </button>
  );
}

/** A button that its sign alone says enough of. */
function Sign({ name, letter, onClick }: PressProps) {
  return (
    <button type="button" class="sign" aria-label={t(name)} title={t(name)} onClick={onClick}>
      {letter}
    </button>
  );
}

const SWITCHES: readonly { name: Switch; text: Key; letter: string }[] = [
  { name: "invert", text: "viewer.invert", letter: "I" },
  { name: "edge", text: "viewer.edge", letter: "E" },
  { name: "tint", text: "viewer.tint", letter: "T" },
  { name: "hatch", text: "viewer.hatch", letter: "O" },
];

/** What moves the picture, over its lower corner. */
export function Zoom({ map, alarm }: { map: ScanMap | null; alarm: AlarmShown | null }) {
  return (
    <div class="zoom" role="toolbar" aria-label={t("viewer.zoom")}>
      <Sign name="viewer.closer" letter="+" onClick={() => map?.zoomBy(1)} />
      <Sign name="viewer.farther" letter="−" onClick={() => map?.zoomBy(-1)} />
      <Press name="viewer.fit" letter="H" onClick={() => map?.fit()} />
      {alarm && (
        <Press name="viewer.to_alarm" letter="A" onClick={() => map?.goTo(alarm.box as Box)} />
      )}
      <Sign
        name="shell.help"
        letter="?"
        onClick={() => {
          keysShown.value = true;
        }}
      />
    </div>
  );
}

/** The tools: what they change is said, and gone by one press. */
export function Toolbar({ looking, second, reset }: ToolbarProps) {
  const look = looking.look.value;
  const sweep = () => (looking.sweeping.value ? looking.stopSweep() : looking.startSweep());
  return (
    <div class="toolbar" role="toolbar" aria-label={t("viewer.tools")}>
      <Press
        name="viewer.window"
        letter="W"
        pressed={looking.tool.value === "window"}
        onClick={() => toggleTool(looking, "window")}
      />
      <Press name="viewer.sweep" letter="K" pressed={looking.sweeping.value} onClick={sweep} />
      {SWITCHES.map(({ name, text, letter }) => (
        <Press
          key={name}
          name={text}
          letter={letter}
          pressed={look[name] === 1}
          onClick={() => looking.turn(name)}
        />
      ))}
      <Press
        name="viewer.ruler"
        letter="L"
        pressed={looking.tool.value === "ruler"}
        onClick={() => toggleTool(looking, "ruler")}
      />
      <Press
        name="viewer.second"
        letter="V"
        pressed={second.value}
        onClick={() => {
          second.value = !second.value;
        }}
      />
      <span class="spacer" />
      <Press name="viewer.plain" letter="0" onClick={reset} />
    </div>
  );
}

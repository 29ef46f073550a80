import { type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { login, type Schemas } from "../api/client";
import { settings } from "../api/settings";
import type { AlarmShown, Inspection } from "../live/inspection";
import { decides } from "../parts/places";
import type { Drawn } from "../viewer/frame";
import { type Acting, useActing } from "./acting";
import { chooseAlarm, findReleaseWay, listAlarms, type ReleaseWay } from "./alarms";

/** What the panel beside a scan is given. */
export interface DecidingProps {
  inspection: Inspection;
  refresh: () => Promise<void>;
  /** Identifier of the alarm that is looked at. */
  selected: Signal<string | null>;
  /** Whether a box is being drawn. */
  drawing: Signal<boolean>;
  /** The box that was drawn last, until it is sent. */
  drawn: Signal<Drawn | null>;
  /** The container was released or searched: go on. */
  onDone: () => void;
}

/** What somebody is amid of; looking, if nothing else. */
export type Mode =
  | "looking"
  | "dismissing"
  | "explaining"
  | "releasing"
  | "overruling"
  | "searching"
  | "finding"
  | "emptying"
  | "stating"
  | "referring"
  | "lifting";

export type Told = Schemas["ToldShown"];

/** All that the parts of the panel work with. */
export interface Work extends DecidingProps {
  alarms: readonly AlarmShown[];
  /** The alarm that is looked at. */
  alarm: AlarmShown | null;
  role: string;
  /** Whether something may be decided, by who looks. */
  open: boolean;
  release: ReleaseWay;
  mode: Signal<Mode>;
  told: Signal<Told | null>;
  /** An alarm that was just drawn: it is selected, and soon among the others. */
  awaited: RefObject<string | null>;
  acting: Acting;
}

/** Begin to work on an inspection. */
export function useWork(props: DecidingProps): Work {
  const { inspection, selected } = props;
  const role = login.value?.user.role ?? "";
  const alarms = listAlarms(inspection);
  const acting = useActing(props.refresh);
  const mode = useSignal<Mode>("looking");
  const told = useSignal<Told | null>(null);
  const free = mode.value === "looking" && !props.drawn.value;
  const awaited = useRef<string | null>(null);
  const onDone = useWhileShown(props.onDone);
  useChoice({ alarms, selected, acting, inspection, free, awaited });
  const fourEyes = settings.value?.four_eyes_score ?? null;
  return {
    ...props,
    onDone,
    alarms,
    alarm: alarms.find((one) => one.id === selected.value) ?? null,
    role,
    open: decides(role) && isOpen(inspection),
    release: findReleaseWay(alarms, fourEyes, role),
    mode,
    told,
    awaited,
    acting,
  };
}

/** Something to do, unless somebody has gone elsewhere meanwhile. */
function useWhileShown(act: () => void): () => void {
  const shown = useRef(true);
  useEffect(
    () => () => {
      shown.current = false;
    },
    [],
  );
  return () => {
    if (shown.current) act();
  };
}

/** Whether an inspection is neither released nor searched. */
export function isOpen(inspection: Inspection): boolean {
  return inspection.state === "scanning" || inspection.state === "waiting";
}

interface Choice {
  alarms: readonly AlarmShown[];
  selected: Signal<string | null>;
  acting: Acting;
  inspection: Inspection;
  free: boolean;
  awaited: RefObject<string | null>;
}

/** Keep an alarm selected; what comes up by itself cannot be decided on in the same moment. */
function useChoice({ alarms, selected, acting, inspection, free, awaited }: Choice): void {
  const known = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    if (!free) return;
    const there = alarms.some((alarm) => alarm.id === selected.peek());
    if (!there && awaited.current !== null && awaited.current === selected.peek()) return;
    awaited.current = null;
    const wanted = chooseAlarm(alarms, selected.peek(), known.current);
    known.current = new Set(alarms.map((alarm) => alarm.id));
    if (wanted === selected.peek()) return;
    selected.value = wanted;
    acting.settle();
  }, [inspection, free]);
}

/** Stop what somebody is amid of. */
export function stepOut(work: Work): void {
  work.mode.value = "looking";
  work.drawing.value = false;
  work.drawn.value = null;
  work.acting.problem.value = null;
}

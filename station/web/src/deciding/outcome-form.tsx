import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { act, api } from "../api/client";
import { t } from "../texts";
import { Pane } from "./pane";
import { Press } from "./press";
import { ThingFields } from "./thing-fields";
import { areWhole, beginThing, draftThings, type ThingDraft, tick, toThings } from "./things";
import { stepOut, type Work } from "./work";

/** Say, or correct, what the search of the whole container found. */
export function OutcomeForm({ work }: { work: Work }) {
  const things = useSignal<readonly ThingDraft[]>(draftFound(work));
  const marking = useMarking(work, things);
  if (work.mode.value === "emptying") return <NothingPane work={work} />;
  const off = !areWhole(things.value) || work.acting.busy.value;
  return (
    <Pane title={t("deciding.what_found")} onOut={() => stepOut(work)}>
      <p class="muted">{t("deciding.whole_search")}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!off) void send(work, things.value);
        }}
      >
        {things.value.map((thing, at) => (
          <ThingFields
            key={at}
            work={work}
            number={at + 1}
            thing={thing}
            marking={marking.value === at}
            onChange={(changed) => {
              things.value = things.value.map((one, place) => (place === at ? changed : one));
            }}
            onRemove={() => {
              things.value = things.value.filter((_, place) => place !== at);
              work.drawing.value = false;
            }}
            onMark={() => {
              marking.value = at;
              work.drawing.value = true;
            }}
          />
        ))}
        <div class="choices">
          <Press
            text={t(things.value.length > 0 ? "deciding.another" : "deciding.something")}
            onPress={() => {
              things.value = [...things.value, beginThing()];
            }}
          />
          {things.value.length === 0 && (
            <Press
              text={t("deciding.nothing")}
              onPress={() => {
                work.mode.value = "emptying";
              }}
            />
          )}
        </div>
        {things.value.length > 0 && (
          <Press text={t("deciding.record")} keys="Enter" look="primary" off={off} />
        )}
      </form>
    </Pane>
  );
}

/** That nothing was found takes a second press. */
function NothingPane({ work }: { work: Work }) {
  return (
    <Pane key="nothing" title={t("deciding.nothing_ask")} onOut={() => stepOut(work)}>
      <Press
        text={t("deciding.nothing_go")}
        keys="Enter"
        look="primary"
        off={work.acting.busy.value}
        onPress={() => void send(work, [])}
      />
    </Pane>
  );
}

function draftFound(work: Work): ThingDraft[] {
  const scanOf = new Map(work.alarms.map((alarm) => [alarm.id, alarm.scan]));
  return draftThings(work.inspection.outcome?.found ?? [], scanOf);
}

/** Which thing a box is drawn for; boxes that are drawn are places of it. */
function useMarking(work: Work, things: Signal<readonly ThingDraft[]>): Signal<number | null> {
  const marking = useSignal<number | null>(null);
  const { drawn, drawing } = work;
  useEffect(() => {
    const box = drawn.value;
    const at = marking.peek();
    if (!box) return;
    drawn.value = null;
    drawing.value = false;
    marking.value = null;
    things.value = things
      .peek()
      .map((thing, place) => (place === at ? tick(thing, { ...box, alarm: null }) : thing));
  }, [drawn.value]);
  useEffect(() => {
    if (!drawing.value && !drawn.value) marking.value = null;
  }, [drawing.value]);
  return marking;
}

async function send(work: Work, things: readonly ThingDraft[]): Promise<void> {
  const { inspection } = work;
  const made = await work.acting.run(() =>
    act((request) =>
      api.POST("/api/inspections/{inspection_id}/outcome", {
        params: { path: { inspection_id: inspection.id } },
        body: {
          request,
          found: toThings(things),
          replaces: inspection.outcome?.id ?? null,
        },
      }),
    ),
  );
  if (made) stepOut(work);
}

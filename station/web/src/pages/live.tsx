import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { lastDisposed } from "../deciding/disposing";
import { JustDisposed } from "../deciding/just-disposed";
import { chooseNext, queue } from "../live/queue";
import { t } from "../texts";
import { QueueRail } from "./live/queue-rail";
import { WorkArea } from "./work-area";

/**
 * What waits and what comes in: the oldest first, those that wait for a second person alone last.
 * What is looked at stays until it is released or searched, or somebody chooses another one.
 */
export function LivePage() {
  const current = useSignal<string | null>(null);
  const done = useSignal<string | null>(lastDisposed.peek()?.inspection ?? null);
  const items = queue.value ?? [];
  const first = chooseNext(items, done.value);
  useEffect(() => {
    if (current.value === null) current.value = first;
  }, [first, current.value]);
  useEffect(() => {
    // The list lags behind: only once it lacks what is done with may that come back.
    if (!items.some((item) => item.id === done.peek())) done.value = null;
  }, [queue.value]);
  const goOn = (id: string) => {
    if (current.peek() !== id) return;
    done.value = id;
    current.value = chooseNext(queue.peek() ?? [], id);
  };
  const shown = current.value;
  return (
    <main id="main" class="work">
      <h1 class="sr-only">{t("shell.work")}</h1>
      <QueueRail current={current} />
      {shown ? (
        <WorkArea key={shown} id={shown} onDone={() => goOn(shown)} />
      ) : (
        <div class="nothing">
          <JustDisposed />
          <p>{queue.value === null ? t("work.first") : t("work.empty")}</p>
        </div>
      )}
    </main>
  );
}

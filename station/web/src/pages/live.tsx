import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { JustDisposed } from "../deciding/just-disposed";
import { queue } from "../live/queue";
import { t } from "../texts";
import { QueueRail } from "./live/queue-rail";
import { WorkArea } from "./work-area";

/**
 * What waits and what comes in: the oldest first. What is looked at stays until it is released or
 * searched, or somebody chooses another one.
 */
export function LivePage() {
  const current = useSignal<string | null>(null);
  const oldest = queue.value?.[0]?.id ?? null;
  useEffect(() => {
    if (current.value === null) current.value = oldest;
  }, [oldest, current.value]);
  const goOn = (done: string) => {
    const next = queue.peek()?.find((item) => item.id !== done);
    current.value = next?.id ?? null;
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

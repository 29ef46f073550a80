import type { Signal } from "@preact/signals";
import { coming } from "../../live/lanes";
import { type QueueItem, queue } from "../../live/queue";
import { sayTime, t } from "../../texts";

/** Containers that wait, the oldest on top: each says in words how it is. */
export function QueueRail({ current }: { current: Signal<string | null> }) {
  const items = queue.value ?? [];
  return (
    <nav class="rail" aria-label={t("work.queue")}>
      <h2>
        {t("work.queue")} {queue.value && <span class="badge">{items.length}</span>}
      </h2>
      <ol>
        {items.map((item) => (
          <li key={item.id}>
            <button
              type="button"
              class="rail-item"
              aria-current={item.id === current.value ? "true" : undefined}
              onClick={() => {
                current.value = item.id;
              }}
            >
              <b>{item.containers.join(", ") || item.number || t("work.unnamed")}</b>
              <span class="muted">
                {item.lane} · {sayTime(item.began, "time")}
              </span>
              <span class="rail-state">{describe(item)}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function describe(item: QueueItem) {
  return [
    <span key="state">{sayState(item)}</span>,
    item.failed && (
      <span key="failed" class="badge trouble">
        ▲ {t("work.failed")}
      </span>
    ),
    item.undecided > 0 && (
      <span key="open" class="badge alarm">
        ? {t("work.open_alarms", { alarms: item.undecided })}
      </span>
    ),
    item.waits_second > 0 && (
      <span key="second" class="badge alarm">
        {t("history.second", { count: item.waits_second })}
      </span>
    ),
    item.alarms > item.undecided && (
      <span key="answered" class="muted">
        {t("work.answered", { alarms: item.alarms - item.undecided })}
      </span>
    ),
  ];
}

function sayState(item: QueueItem): string {
  if (item.second_look) return t("work.second");
  if (item.state === "waiting")
    return item.alarms || item.failed ? t("work.waiting") : t("work.no_alarms");
  const now = [...coming.value.values()].find((one) => one.inspection === item.id);
  if (item.coming && now) return t("work.coming", { columns: now.width });
  return t("work.scanning");
}

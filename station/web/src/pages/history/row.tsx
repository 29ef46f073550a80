import type { QueueItem } from "../../live/queue";
import { sayNumber, sayTime, t } from "../../texts";

/** One inspection of the list; its link is the whole row. */
export function Row({ item }: { item: QueueItem }) {
  return (
    <tr class="row" data-inspection={item.id}>
      <th scope="row">
        <a class="row-link" href={`/inspections/${item.id}`}>
          {sayTime(item.began)}
        </a>
      </th>
      <td>{item.lane}</td>
      <td>
        <Numbers item={item} />
      </td>
      <td>{sayAlarms(item)}</td>
      <td>{sayState(item)}</td>
      <td class="nowrap">{item.disposed_by ?? t("lists.none")}</td>
      <td>{sayFound(item)}</td>
      <td>
        <Marks item={item} />
      </td>
    </tr>
  );
}

function Numbers({ item }: { item: QueueItem }) {
  const own = item.number && !item.containers.includes(item.number);
  return (
    <>
      {item.containers.length > 0 && <b>{item.containers.join(", ")}</b>}{" "}
      {own && <span class="muted">{item.number}</span>}
      {!own && item.containers.length === 0 && <span class="muted">{t("history.no_number")}</span>}
    </>
  );
}

/** Alarms in words: those that were confirmed, and those that nobody has decided on. */
export function sayAlarms(item: QueueItem): string {
  if (item.failed && !item.alarms) return t("lists.none");
  const parts = [t("history.alarms", { count: item.alarms })];
  if (item.confirmed) parts.push(t("history.confirmed", { count: item.confirmed }));
  if (item.undecided) parts.push(t("history.undecided", { count: item.undecided }));
  return parts.join(" · ");
}

function sayState(item: QueueItem): string {
  return item.disposition ? t(`history.${item.disposition}`) : t(`history.state_${item.state}`);
}

function sayFound(item: QueueItem): string {
  if (item.found === null) {
    return item.disposition === "searched" ? t("history.found_open") : t("lists.none");
  }
  return item.found ? t("history.found", { count: item.found }) : t("history.found_nothing");
}

function Marks({ item }: { item: QueueItem }) {
  return (
    <span class="marks">
      {item.waits_second > 0 && (
        <span class="badge alarm">
          {t("history.second", { count: sayNumber(item.waits_second) })}
        </span>
      )}
      {item.second_look && <span class="badge alarm">{t("history.second_look")}</span>}
      {item.referred && <span class="badge unsure">{t("history.held")}</span>}
      {item.failed && <span class="badge trouble">{t("history.failed")}</span>}
      {!item.coming && !item.whole && <span class="badge">{t("history.not_whole")}</span>}
      {item.coming && <span class="badge">{t("history.coming")}</span>}
      {item.synthetic && <span class="badge">{t("history.synthetic")}</span>}
    </span>
  );
}

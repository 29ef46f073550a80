import type { QueueItem } from "../../live/queue";
import { t } from "../../texts";
import { Row } from "./row";

const COLUMNS = [
  "history.began",
  "history.lane",
  "history.numbers",
  "history.alarms_title",
  "history.disposition",
  "history.by",
  "history.outcome",
  "history.marks",
] as const;

/** Inspections as a table; the arrows go from row to row, Enter opens one. */
export function RowTable({ rows }: { rows: readonly QueueItem[] }) {
  return (
    <table class="table rows" onKeyDown={moveByArrows}>
      <caption class="sr-only">{t("history.caption")}</caption>
      <thead>
        <tr>
          {COLUMNS.map((name) => (
            <th key={name} scope="col">
              {t(name)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((item) => (
          <Row key={item.id} item={item} />
        ))}
      </tbody>
    </table>
  );
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

function moveByArrows(event: KeyboardEvent): void {
  const step = STEPS[event.key];
  if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  const table = event.currentTarget as HTMLElement;
  const links = [...table.querySelectorAll<HTMLAnchorElement>("a.row-link")];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  const next = links[at + step];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}

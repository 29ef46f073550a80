import type { Schemas } from "../../api/client";
import { sayTime, t } from "../../texts";

const COLUMNS = [
  "statistics.person",
  "statistics.came_of_it",
  "statistics.detector",
  "statistics.thing",
] as const;

/** The tests that were told, the last one first; each leads to its inspection. */
export function ToldTests({ tests }: { tests: readonly Schemas["ToldTest"][] }) {
  return (
    <details>
      <summary>{t("statistics.told", { count: tests.length })}</summary>
      <table class="table">
        <caption class="sr-only">{t("statistics.told", { count: tests.length })}</caption>
        <thead>
          <tr>
            <th scope="col">{t("statistics.told_at")}</th>
            {COLUMNS.map((name) => (
              <th key={name} scope="col">
                {t(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tests.map((test) => (
            <tr key={test.id}>
              <th scope="row">
                <a href={`/inspections/${test.inspection}`}>{sayTime(test.told)}</a>
              </th>
              <td>{test.operator ?? t("statistics.forgotten")}</td>
              <td>{t(test.hit ? "statistics.hit" : "statistics.missed")}</td>
              <td>{t(test.flagged ? "statistics.had_alarm" : "statistics.had_none")}</td>
              <td>{test.thing}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

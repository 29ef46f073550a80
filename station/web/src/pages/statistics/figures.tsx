import type { ComponentChildren } from "preact";
import type { Schemas } from "../../api/client";
import { sayLength } from "../../parts/days";
import { sayNumber, sayTime, t } from "../../texts";
import { type Bar, Bars } from "./bars";

type Statistics = Schemas["Statistics"];

/** What became of containers and alarms in a period. */
export function Figures({ found }: { found: Statistics }) {
  return (
    <>
      <p class="muted">
        {t("statistics.period", { start: sayTime(found.start), end: sayTime(found.end) })}
      </p>
      <div class="figures">
        <Containers found={found} />
        <Alarms found={found} />
        <Outcomes found={found} />
      </div>
      {found.operators && <Persons rows={found.operators} />}
    </>
  );
}

interface PanelProps {
  title: string;
  count: number;
  words: string;
  children: ComponentChildren;
}

function Panel({ title, count, words, children }: PanelProps) {
  return (
    <section class="panel figure" aria-label={title}>
      <h2>{title}</h2>
      <p class="figure-count">
        <b>{sayNumber(count)}</b> {words}
      </p>
      {children}
    </section>
  );
}

function Containers({ found }: { found: Statistics }) {
  const bars: Bar[] = [
    { words: t("statistics.released"), count: found.released },
    { words: t("statistics.searched"), count: found.searched },
    { words: t("statistics.waiting"), count: found.waiting, mark: "alarm" },
  ];
  const title = t("statistics.containers");
  return (
    <Panel title={title} count={found.inspections} words={t("statistics.began")}>
      <Bars label={title} bars={bars} most={found.inspections} />
    </Panel>
  );
}

function Alarms({ found }: { found: Statistics }) {
  const { said } = found;
  const bars: Bar[] = [
    { words: t("statistics.confirm"), count: said.confirm, mark: "confirmed" },
    { words: t("statistics.dismiss"), count: said.dismiss },
    { words: t("statistics.unsure"), count: said.unsure, mark: "unsure" },
    {
      words: t("statistics.undecided"),
      count: found.alarms - said.confirm - said.dismiss - said.unsure,
      mark: "alarm",
    },
  ];
  const title = t("statistics.alarms");
  return (
    <Panel title={title} count={found.alarms} words={t("statistics.raised")}>
      <Bars label={title} bars={bars} most={found.alarms} />
      <p>{t("statistics.drawn", { count: found.drawn })}</p>
      <p>{t("statistics.median", { length: sayLength(said.median_s) })}</p>
    </Panel>
  );
}

function Outcomes({ found }: { found: Statistics }) {
  const { outcomes } = found;
  const bars: Bar[] = [
    { words: t("statistics.firearm"), count: outcomes.firearm, mark: "confirmed" },
    { words: t("statistics.other"), count: outcomes.other },
    { words: t("statistics.nothing"), count: outcomes.nothing },
    { words: t("statistics.open"), count: outcomes.open, mark: "alarm" },
  ];
  const title = t("statistics.outcomes");
  return (
    <Panel title={title} count={found.searched} words={t("statistics.were_searched")}>
      <Bars label={title} bars={bars} most={found.searched} />
    </Panel>
  );
}

const PERSON_COLUMNS = [
  "statistics.decisions",
  "statistics.confirm",
  "statistics.dismiss",
  "statistics.unsure",
  "statistics.median_title",
] as const;

function Persons({ rows }: { rows: readonly Schemas["OperatorFigures"][] }) {
  return (
    <section class="panel" aria-label={t("statistics.persons")}>
      <h2>{t("statistics.persons")}</h2>
      {rows.length === 0 && <p>{t("statistics.nobody")}</p>}
      {rows.length > 0 && (
        <table class="table">
          <caption class="sr-only">{t("statistics.persons")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("statistics.person")}</th>
              {PERSON_COLUMNS.map((name) => (
                <th key={name} scope="col" class="number">
                  {t(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Person key={row.operator} row={row} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Person({ row }: { row: Schemas["OperatorFigures"] }) {
  const { confirm, dismiss, unsure, median_s } = row.said;
  return (
    <tr>
      <th scope="row">{row.operator}</th>
      <td class="number">{sayNumber(confirm + dismiss + unsure)}</td>
      <td class="number">{sayNumber(confirm)}</td>
      <td class="number">{sayNumber(dismiss)}</td>
      <td class="number">{sayNumber(unsure)}</td>
      <td class="number">{sayLength(median_s)}</td>
    </tr>
  );
}

import { Problem } from "../parts/problem";
import { useQuery } from "../parts/query";
import { t } from "../texts";
import { type Entries, useEntries } from "./log/entries";
import { EntryRow } from "./log/entry-row";
import { LogFilters } from "./log/log-filters";
import { Verifying } from "./log/verifying";

/** The audit log, the newest entry first; what comes waits for a press of a button. */
export function LogPage() {
  const [query, change] = useQuery();
  const entries = useEntries(query);
  return (
    <main id="main" class="sheet">
      <h1>{t("shell.log")}</h1>
      <Verifying />
      <LogFilters query={query} change={change} />
      <Problem text={entries.problem} />
      <div role="status">
        {entries.fresh !== 0 && (
          <button type="button" class="fresh" onClick={entries.anew}>
            {entries.fresh === null
              ? t("log.fresh_unknown")
              : t("log.fresh", { count: entries.fresh })}
          </button>
        )}
      </div>
      <Listed entries={entries} />
    </main>
  );
}

const COLUMNS = ["log.made", "log.what", "log.actor", "log.subject", "log.said"] as const;

function Listed({ entries }: { entries: Entries }) {
  if (entries.lines === null) return entries.problem ? null : <p>{t("shell.loading")}</p>;
  if (entries.lines.length === 0) return <p>{t("log.empty")}</p>;
  return (
    <>
      <table class="table rows">
        <caption class="sr-only">{t("log.caption")}</caption>
        <thead>
          <tr>
            <th scope="col" class="number">
              {t("log.seq")}
            </th>
            {COLUMNS.map((name) => (
              <th key={name} scope="col">
                {t(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.lines.map((line) => (
            <EntryRow key={line.seq} line={line} />
          ))}
        </tbody>
      </table>
      {entries.more && (
        <button type="button" class="more" disabled={entries.busy} onClick={entries.more}>
          {t("lists.more")}
        </button>
      )}
    </>
  );
}

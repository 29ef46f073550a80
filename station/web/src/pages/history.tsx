import { Problem } from "../parts/problem";
import { useQuery } from "../parts/query";
import { t } from "../texts";
import { Filters } from "./history/filters";
import { type Paged, useInspections } from "./history/paging";
import { RowTable } from "./history/rows";

/** All inspections, to be searched; the address says for what. */
export function HistoryPage() {
  const [query, change] = useQuery();
  const paged = useInspections(query);
  return (
    <main id="main" class="sheet">
      <h1>{t("shell.history")}</h1>
      <Filters query={query} change={change} />
      <Problem text={paged.problem} />
      <div role="status">
        {paged.moved && (
          <button type="button" class="fresh" onClick={paged.anew}>
            {t("history.moved")}
          </button>
        )}
      </div>
      <Found paged={paged} />
    </main>
  );
}

function Found({ paged }: { paged: Paged }) {
  if (paged.rows === null) return paged.problem ? null : <p>{t("shell.loading")}</p>;
  if (paged.rows.length === 0) return <p>{t("history.empty")}</p>;
  return (
    <>
      <RowTable rows={paged.rows} />
      {paged.more && (
        <button type="button" class="more" disabled={paged.busy} onClick={paged.more}>
          {t("lists.more")}
        </button>
      )}
    </>
  );
}

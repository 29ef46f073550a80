import { api, get, login } from "../api/client";
import { useAnswer, useNews } from "../live/answer";
import { mayChangeInspections } from "../live/queue";
import { Problem } from "../parts/problem";
import { type Query, useQuery, writeAddress } from "../parts/query";
import { t } from "../texts";
import { Figures } from "./statistics/figures";
import { HitRates } from "./statistics/hit-rates";
import { isRolling, type Period, toPeriod } from "./statistics/period";
import { SpanForm } from "./statistics/span-form";

const OFTEN_MS = 5000;

/** The figures of a shift, or of another time of at most 7 days. */
export function StatisticsPage() {
  const [query, change] = useQuery();
  const period = toPeriod(query, new Date());
  const unfit = typeof period === "string" ? period : null;
  const { tests: _, ...measured } = query;
  const what = writeAddress("", measured);
  const asked = useAnswer(() => ask(query), what);
  useNews(
    (news) => mayChangeInspections(news) && isRolling(query),
    () => void asked.ask(),
    OFTEN_MS,
  );
  const found = unfit ? null : asked.answer.value;
  return (
    <main id="main" class="sheet">
      <h1>{t("shell.statistics")}</h1>
      <SpanForm query={query} change={change} />
      <Problem text={unfit ? t(unfit) : asked.problem.value} />
      {found === null && asked.busy.value && <p>{t("shell.loading")}</p>}
      {found && <Figures found={found} />}
      {login.value?.user.role === "supervisor" && <HitRates query={query} change={change} />}
    </main>
  );
}

async function ask(query: Query) {
  const period: Period | string = toPeriod(query, new Date());
  if (typeof period === "string") return null;
  const asked = query.lane ? { ...period, lane: query.lane } : period;
  return get(api.GET("/api/statistics", { params: { query: asked } }));
}

import { api, get, type Schemas } from "../../api/client";
import { useAnswer, useNews } from "../../live/answer";
import { Choice } from "../../parts/choice";
import { Problem } from "../../parts/problem";
import { type Query, writeAddress } from "../../parts/query";
import { sayShare, t } from "../../texts";
import { IntervalBar } from "./interval-bar";
import { toPeriod } from "./period";
import { ToldTests } from "./told-tests";

type HitRate = Schemas["HitRate"];

const OFTEN_MS = 3000;
const WIDE = 0.3;

/** Whether so few tests were told that a rate says little: its interval is wide. */
export function saysLittle(rate: Pick<HitRate, "low" | "high">): boolean {
  return rate.high - rate.low > WIDE;
}

interface RatesProps {
  query: Query;
  change: (changes: Query) => void;
}

/** Of which tests: all that are kept, or those of the time that the address states. */
async function askRates(query: Query) {
  const period = query.tests === "span" ? toPeriod(query, new Date()) : null;
  if (typeof period === "string") return null;
  return get(api.GET("/api/supervised", { params: { query: period ?? {} } }));
}

/** Who found how many firearms of test scans, with intervals: for supervisors alone. */
export function HitRates({ query, change }: RatesProps) {
  const { span = "", from = "", to = "" } = query;
  const ofSpan = query.tests === "span";
  const what = ofSpan ? writeAddress("span", { span, from, to }) : "";
  const asked = useAnswer(() => askRates(query), what);
  const told = (kind: string) => kind.startsWith("test.");
  useNews(
    (news) => news.type === "anew" || (news.type === "entry" && told(news.kind)),
    () => void asked.ask(),
    OFTEN_MS,
  );
  const found = asked.answer.value;
  return (
    <section class="panel" aria-label={t("statistics.tests")}>
      <h2>{t("statistics.tests")}</h2>
      <p class="muted">{t("statistics.tests_intro")}</p>
      <div class="bar">
        <Choice
          label={t("statistics.tests_of")}
          value={ofSpan ? "span" : ""}
          options={[
            ["", t("statistics.tests_all")],
            ["span", t("statistics.tests_span")],
          ]}
          choose={(tests) => change({ tests })}
        />
      </div>
      <Problem text={asked.problem.value} />
      {found === null && asked.busy.value && <p>{t("shell.loading")}</p>}
      {found && <Rates found={found} />}
    </section>
  );
}

function Rates({ found }: { found: Schemas["SupervisedFigures"] }) {
  const off = found.rate === 0 ? t("statistics.tests_off") : null;
  if (found.all.tests === 0) return <p>{off ?? t("statistics.tests_none")}</p>;
  return (
    <>
      <p class="muted">
        {off ?? t("statistics.tests_rate", { share: sayShare(found.rate, 2) })}{" "}
        {t("statistics.keep", { days: found.keep_days })}
      </p>
      <RateTable all={found.all} rows={found.operators} title="statistics.person" />
      <RateTable all={null} rows={found.months} title="statistics.month" />
      <ToldTests tests={found.tests} />
    </>
  );
}

interface TableProps {
  all: HitRate | null;
  rows: readonly HitRate[];
  title: "statistics.person" | "statistics.month";
}

function RateTable({ all, rows, title }: TableProps) {
  return (
    <table class="table rates">
      <caption>
        {t(title === "statistics.month" ? "statistics.by_month" : "statistics.by_person")}
      </caption>
      <thead>
        <tr>
          <th scope="col">{t(title)}</th>
          <th scope="col" class="number">
            {t("statistics.found_of")}
          </th>
          <th scope="col">{t("statistics.share")}</th>
          <th scope="col">
            <span class="sr-only">{t("statistics.interval_picture")}</span>
          </th>
          <th scope="col" class="number">
            {t("statistics.flagged")}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Rate key={row.name ?? ""} rate={row} name={row.name ?? t("statistics.forgotten")} />
        ))}
        {all && <Rate rate={all} name={t("statistics.everybody")} />}
      </tbody>
    </table>
  );
}

function Rate({ rate, name }: { rate: HitRate; name: string }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="number">{t("statistics.of", { found: rate.found, tests: rate.tests })}</td>
      <td>
        {t("statistics.interval", {
          share: sayShare(rate.share, 0),
          low: sayShare(rate.low, 0),
          high: sayShare(rate.high, 0),
        })}
        {saysLittle(rate) && <span class="muted"> {t("statistics.few")}</span>}
      </td>
      <td class="interval-cell">
        <IntervalBar share={rate.share} low={rate.low} high={rate.high} />
      </td>
      <td class="number">
        {t("statistics.of", { found: rate.flagged_found, tests: rate.flagged })}
      </td>
    </tr>
  );
}

import { api, get, type Schemas } from "../../api/client";
import { useAnswer, useNews } from "../../live/answer";
import type { News } from "../../live/socket";
import { Problem } from "../../parts/problem";
import { sayTime, t } from "../../texts";

type Change = Schemas["BundleChange"];

const SOON_MS = 300;

/** Whether another bundle may be in use. */
export function switches(news: News): boolean {
  return news.type === "anew" || (news.type === "entry" && news.kind.startsWith("bundle."));
}

/** Every change of the bundle in use, the last one first. */
export function HistoryOfBundles() {
  const { answer, problem, ask } = useAnswer(() => get(api.GET("/api/bundle/history")), "history");
  useNews(switches, () => void ask(), SOON_MS);
  return (
    <section class="panel">
      <h2>{t("bundle.history")}</h2>
      <Problem text={problem.value} />
      {answer.value?.length === 0 && <p>{t("bundle.history.none")}</p>}
      {answer.value && answer.value.length > 0 && <ChangesTable changes={answer.value} />}
    </section>
  );
}

function ChangesTable({ changes }: { changes: readonly Change[] }) {
  return (
    <table class="table" aria-label={t("bundle.history")}>
      <thead>
        <tr>
          <th scope="col">{t("bundle.history.when")}</th>
          <th scope="col">{t("bundle.history.what")}</th>
          <th scope="col">{t("bundle.signature")}</th>
          <th scope="col">{t("bundle.history.left")}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <ChangeRow key={change.number} change={change} />
        ))}
      </tbody>
    </table>
  );
}

function ChangeRow({ change }: { change: Change }) {
  const { bundle, left, counter_before: counter } = change;
  const key = bundle.signed_by;
  return (
    <tr>
      <td class="when">{sayTime(change.since)}</td>
      <th scope="row">
        {t(`bundle.history.${change.action}`)} {bundle.name} {bundle.version}{" "}
        <code>{bundle.sha256.slice(0, 12)}</code>
        {counter !== null && <p class="muted">{t("bundle.history.behind", { counter })}</p>}
      </th>
      <td>{key ? t("bundle.signed_by", { key }) : t("bundle.unsigned")}</td>
      <td>{left ? `${left.name} ${left.version}` : "–"}</td>
    </tr>
  );
}

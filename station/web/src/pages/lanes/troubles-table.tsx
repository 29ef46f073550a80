import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { login } from "../../api/client";
import { useNews } from "../../live/answer";
import { Problem } from "../../parts/problem";
import { sayProblem, sayTime, t, tOr } from "../../texts";
import { followTroubles, loadTroubles, sayPayload, type Trouble, troubles } from "./troubles";

const SOON_MS = 300;
const AUDITING = ["supervisor", "qa", "administrator"];

/** Troubles of the last hours; of those who may not read the log, since the page was opened. */
export function TroublesTable() {
  const problem = useSignal<string | null>(null);
  const reads = AUDITING.includes(login.value?.user.role ?? "");
  const load = () => {
    if (!reads) return;
    loadTroubles().then(
      () => {
        problem.value = null;
      },
      (error: unknown) => {
        problem.value = sayProblem(error);
      },
    );
  };
  useEffect(() => {
    load();
    return followTroubles();
  }, [reads]);
  useNews((news) => news.type === "anew", load, SOON_MS);
  const title = t(reads ? "lanes.troubles" : "lanes.troubles.since");
  return (
    <section class="panel">
      <h2>{title}</h2>
      {reads && <p class="muted">{t("lanes.troubles.why")}</p>}
      <Problem text={problem.value} />
      {troubles.value.length === 0 ? (
        <p>{t("lanes.troubles.none")}</p>
      ) : (
        <table class="table" aria-label={title}>
          <thead>
            <tr>
              <th scope="col">{t("lanes.trouble.when")}</th>
              <th scope="col">{t("lanes.trouble.what")}</th>
              <th scope="col">{t("lanes.trouble.where")}</th>
              <th scope="col">{t("lanes.trouble.said")}</th>
            </tr>
          </thead>
          <tbody>
            {troubles.value.map((trouble) => (
              <TroubleRow key={trouble.seq} trouble={trouble} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function TroubleRow({ trouble }: { trouble: Trouble }) {
  const { made, kind, subject, payload } = trouble;
  return (
    <tr>
      <td class="when">{sayTime(made)}</td>
      <th scope="row">{tOr(`kind.${kind}`, kind)}</th>
      <td class="id">{subject}</td>
      <td class="said">{sayPayload(payload)}</td>
    </tr>
  );
}

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { login } from "../../api/client";
import { useNews } from "../../live/answer";
import { Problem } from "../../parts/problem";
import { sayProblem, sayTime, t, tOr } from "../../texts";
import { loadTroubles, sayPayload, type Trouble, troubles } from "./troubles";

const SOON_MS = 300;
const AUDITING = ["supervisor", "qa", "administrator"];

/** Troubles of the last hours; of those who may not read the log, since the page was opened. */
export function TroublesTable() {
  const problem = useSignal<string | null>(null);
  const loaded = useSignal(false);
  const reads = AUDITING.includes(login.value?.user.role ?? "");
  const load = () => {
    if (!reads) return;
    loadTroubles().then(
      () => {
        problem.value = null;
        loaded.value = true;
      },
      (error: unknown) => {
        problem.value = sayProblem(error);
      },
    );
  };
  useEffect(load, [reads]);
  useNews((news) => news.type === "anew", load, SOON_MS);
  const title = t(reads ? "lanes.troubles" : "lanes.troubles.since");
  return (
    <section class="panel">
      <h2>{title}</h2>
      {reads && <p class="muted">{t("lanes.troubles.why")}</p>}
      <Problem text={problem.value} />
      {troubles.value.length === 0 ? (
        <Nothing known={loaded.value || !reads} silent={problem.value !== null} />
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

/** That there was no trouble is said once it is known. */
function Nothing({ known, silent }: { known: boolean; silent: boolean }) {
  if (known) return <p>{t("lanes.troubles.none")}</p>;
  return silent ? null : <p>{t("shell.loading")}</p>;
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

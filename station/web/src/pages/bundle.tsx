import { api, get, login } from "../api/client";
import { useAnswer, useNews } from "../live/answer";
import type { News } from "../live/socket";
import { Problem } from "../parts/problem";
import { t } from "../texts";
import { renderCard } from "./bundle/card";
import { Graph } from "./bundle/graph";
import { HistoryOfBundles, switches } from "./bundle/history";
import { type BundleFacts, InUse, LanesRun, Warnings } from "./bundle/in-use";
import { Shadow } from "./bundle/shadow";
import { Switching } from "./bundle/switching";

const SOON_MS = 500;
const AUDITING = ["supervisor", "qa", "administrator"];
const COMPARING = ["supervisor", "qa"];

/** A lane that follows a switch, or stops, changes what is shown here. */
function matters(news: News): boolean {
  return switches(news) || (news.type === "entry" && news.kind.startsWith("lane."));
}

/** What looks: who vouches for it, what it finds and misses, what was in use before. */
export function BundlePage() {
  const { answer, problem, ask } = useAnswer(() => get(api.GET("/api/bundle")), "bundle");
  useNews(matters, () => void ask(), SOON_MS);
  const role = login.value?.user.role ?? "";
  const bundle = answer.value;
  return (
    <main id="main" class="sheet keeping">
      <h1>{t("bundle.title")}</h1>
      <Problem text={problem.value} />
      {!bundle && !problem.value && <p>{t("shell.loading")}</p>}
      {bundle && <Shown bundle={bundle} />}
      {AUDITING.includes(role) && <HistoryOfBundles />}
      {COMPARING.includes(role) && <Shadow />}
      <Switching />
    </main>
  );
}

function Shown({ bundle }: { bundle: BundleFacts }) {
  return (
    <>
      <Warnings bundle={bundle} />
      <div class="panels">
        <InUse bundle={bundle} />
        <LanesRun bundle={bundle} />
      </div>
      {bundle.graphs.map((graph) => (
        <Graph key={graph.kind} graph={graph} threshold={bundle.threshold} />
      ))}
      <section class="panel">
        <h2>{t("bundle.card")}</h2>
        {bundle.card ? (
          <>
            <p class="muted">{t("bundle.card.whose")}</p>
            <div class="card" lang="en">
              {renderCard(bundle.card)}
            </div>
          </>
        ) : (
          <p>{t("bundle.card.none")}</p>
        )}
      </section>
    </>
  );
}

import { api, get, type Schemas } from "../../api/client";
import { useAnswer, useNews } from "../../live/answer";
import type { News } from "../../live/socket";
import { Fact } from "../../parts/fact";
import { Problem } from "../../parts/problem";
import { sayNumber, sayTime, t } from "../../texts";

type ShadowFacts = Schemas["ShadowFacts"];
type Comparison = Schemas["Comparison"];

const SOON_MS = 1000;

function matters(news: News): boolean {
  return news.type === "anew" || (news.type === "entry" && news.kind.startsWith("shadow."));
}

/** What looks beside the bundle in use, and how far the two agree. */
export function Shadow() {
  const { answer, problem, ask } = useAnswer(
    async () => ({ shadow: await get(api.GET("/api/shadow")) }),
    "shadow",
  );
  useNews(matters, () => void ask(), SOON_MS);
  const found = answer.value;
  return (
    <section class="panel">
      <h2>{t("bundle.shadow")}</h2>
      <Problem text={problem.value} />
      {!found && !problem.value && <p>{t("shell.loading")}</p>}
      {found && !found.shadow && <p>{t("bundle.shadow.none")}</p>}
      {found?.shadow && <ShadowShown shadow={found.shadow} />}
    </section>
  );
}

function ShadowShown({ shadow }: { shadow: ShadowFacts }) {
  const { compared, signed_by: key } = shadow;
  return (
    <>
      <p class="muted">{t("bundle.shadow.says")}</p>
      <dl class="facts">
        <Fact name={t("bundle.name")}>
          {shadow.name} {shadow.version} <code>{shadow.sha256.slice(0, 12)}</code>
        </Fact>
        <Fact name={t("bundle.signature")}>
          {key ? t("bundle.signed_by", { key }) : t("bundle.unsigned")}
        </Fact>
        <Fact name={t("bundle.since")}>{sayTime(shadow.since)}</Fact>
        <Fact name={t("bundle.shadow.scans")}>{sayNumber(compared.scans)}</Fact>
        <Fact name={t("bundle.shadow.alarms")}>{sayNumber(compared.alarms)}</Fact>
        <Fact name={t("bundle.shadow.agreed")}>{sayNumber(compared.agreed)}</Fact>
        <Fact name={t("bundle.shadow.candidate")}>{sayNumber(compared.candidate_alone)}</Fact>
        <Fact name={t("bundle.shadow.champion")}>{sayNumber(compared.champion_alone)}</Fact>
      </dl>
      {compared.disagreements.length > 0 && <Disagreements compared={compared} />}
    </>
  );
}

function Disagreements({ compared }: { compared: Comparison }) {
  return (
    <details>
      <summary>{t("bundle.shadow.disagreements")}</summary>
      <table class="table" aria-label={t("bundle.shadow.disagreements")}>
        <thead>
          <tr>
            <th scope="col">{t("bundle.shadow.looked")}</th>
            <th scope="col">{t("bundle.shadow.scan")}</th>
            <th scope="col">{t("bundle.shadow.alone")}</th>
            <th scope="col">{t("bundle.shadow.missed")}</th>
          </tr>
        </thead>
        <tbody>
          {compared.disagreements.map((each) => (
            <tr key={each.scan}>
              <td class="when">{sayTime(each.made)}</td>
              <th scope="row">
                <a href={`/inspections/${each.inspection}`}>
                  {t("bundle.shadow.open", { id: each.inspection.slice(0, 8) })}
                </a>
              </th>
              <td>{sayNumber(each.alone)}</td>
              <td>{sayNumber(each.missed)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

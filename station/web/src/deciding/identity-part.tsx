import { decides } from "../parts/places";
import { sayNumber, sayTime, t, tOr } from "../texts";
import { findStateText } from "./disposing";
import { FACTS, type FactName } from "./manifest-facts";
import { ManifestForm } from "./manifest-form";
import { Press } from "./press";
import { stepOut, type Work } from "./work";

/** Which container it is. */
export function IdentityPart({ work }: { work: Work }) {
  const { inspection } = work;
  return (
    <section class="identity" aria-label={t("deciding.container")}>
      <div class="identity-head">
        <h2>{inspection.containers.join(" ") || t("deciding.no_container")}</h2>
        <span class="badge">{t(findStateText(inspection))}</span>
      </div>
      {inspection.container_warnings.map((warning) => (
        <p key={String(warning.facts.number)} class="caution">
          ▲ {tOr(warning.code, warning.text, warning.facts)}
        </p>
      ))}
      <p class="muted">
        {t("deciding.lane", { lane: inspection.lane })}
        {inspection.number && ` · ${t("deciding.number", { number: inspection.number })}`}
        {` · ${sayTime(inspection.began)}`}
      </p>
    </section>
  );
}

/** What the manifest says of it. */
export function ManifestPart({ work }: { work: Work }) {
  return (
    <section aria-label={t("deciding.manifest")}>
      {work.mode.value === "stating" ? <ManifestForm work={work} /> : <FactList work={work} />}
    </section>
  );
}

function FactList({ work }: { work: Work }) {
  const facts = work.inspection.manifest;
  const stated = FACTS.filter((name) => facts?.[name] != null);
  return (
    <div class="facts">
      {stated.length > 0 && (
        <dl>
          {stated.map((name) => (
            <div key={name}>
              <dt>{t(`manifest.${name}`)}</dt>
              <dd>{sayFact(name, facts?.[name] ?? "")}</dd>
            </div>
          ))}
        </dl>
      )}
      {decides(work.role) && (
        <Press
          text={t(stated.length > 0 ? "deciding.correct_facts" : "deciding.state_facts")}
          keys="m"
          look="quiet"
          onPress={() => {
            stepOut(work);
            work.mode.value = "stating";
          }}
        />
      )}
    </div>
  );
}

function sayFact(name: FactName, fact: string | number): string {
  return name === "weight_kg"
    ? t("manifest.kg", { weight: sayNumber(Number(fact), 0) })
    : String(fact);
}

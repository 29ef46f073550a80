import type { Schemas } from "../../api/client";
import { CopyButton } from "../../parts/copy-button";
import { Fact } from "../../parts/fact";
import { sayNumber, sayTime, t, tOr } from "../../texts";

export type BundleFacts = Schemas["BundleFacts"];

const SHORT = 12;

/** What is to be known before anything else of the bundle in use. */
export function Warnings({ bundle }: { bundle: BundleFacts }) {
  return (
    <>
      {!bundle.signed_by && <p class="banner trouble">▲ {t("bundle.unsigned_why")}</p>}
      {bundle.expired && (
        <p class="banner trouble">
          ▲ {t("bundle.expired_why", { time: sayTime(bundle.not_after ?? bundle.created) })}
        </p>
      )}
      {bundle.synthetic_only && <p class="banner warn">{t("bundle.synthetic_why")}</p>}
      {bundle.default && <p class="banner">{t("bundle.default_why")}</p>}
    </>
  );
}

/** The bundle in use: what it is, who vouches for it, until when it may run. */
export function InUse({ bundle }: { bundle: BundleFacts }) {
  const key = bundle.signed_by;
  return (
    <section class="panel">
      <h2>
        {bundle.name} {bundle.version}
      </h2>
      <dl class="facts">
        <Fact name={t("bundle.signature")} trouble={!key}>
          {key ? t("bundle.signed_by", { key }) : t("bundle.unsigned")}
        </Fact>
        <Fact name={t("bundle.status")}>
          {tOr(`bundle.status.${bundle.status}`, bundle.status)}
          {bundle.default && ` · ${t("bundle.default")}`}
        </Fact>
        <Fact name={t("bundle.training")}>
          {t(bundle.synthetic_only ? "bundle.training.synthetic" : "bundle.training.real")}
        </Fact>
        <Fact name={t("bundle.labels")}>{bundle.labels.join(", ")}</Fact>
        <Fact name={t("bundle.device")}>{bundle.device}</Fact>
        <Times bundle={bundle} />
        <Fact name={t("bundle.counter")}>{sayNumber(bundle.counter)}</Fact>
        <Fact name={t("bundle.sha256")}>
          <code>{bundle.sha256.slice(0, SHORT)}…</code>{" "}
          <CopyButton text={bundle.sha256} label={t("bundle.copy_sha256")} />
        </Fact>
      </dl>
    </section>
  );
}

function Times({ bundle }: { bundle: BundleFacts }) {
  const until = bundle.not_after ? sayTime(bundle.not_after) : t("bundle.for_ever");
  return (
    <>
      <Fact name={t("bundle.since")}>
        {bundle.since ? sayTime(bundle.since) : t("bundle.since.start")}
      </Fact>
      <Fact name={t("bundle.created")}>{sayTime(bundle.created)}</Fact>
      <Fact name={t("bundle.not_after")} trouble={bundle.expired}>
        {until}
      </Fact>
    </>
  );
}

/** What each lane runs, and the one way to have it run something else. */
export function LanesRun({ bundle }: { bundle: BundleFacts }) {
  return (
    <section class="panel">
      <h2>{t("bundle.lanes")}</h2>
      {bundle.lanes.length === 0 ? (
        <p>{t("bundle.lanes.none")}</p>
      ) : (
        <table class="table" aria-label={t("bundle.lanes")}>
          <thead>
            <tr>
              <th scope="col">{t("bundle.lane")}</th>
              <th scope="col">{t("bundle.name")}</th>
              <th scope="col">{t("lanes.device")}</th>
            </tr>
          </thead>
          <tbody>
            {bundle.lanes.map((lane) => (
              <tr key={lane.lane}>
                <th scope="row">{lane.lane}</th>
                <td>{sayRun(lane, bundle.sha256)}</td>
                <td>{lane.device ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function sayRun(lane: Schemas["LaneBundle"], sha256: string): string {
  if (lane.sha256 === sha256) return t("bundle.lane.same");
  if (lane.sha256) return t("bundle.lane.other", { sha256: lane.sha256.slice(0, SHORT) });
  const why = lane.code ? tOr(lane.code, lane.detail) : lane.detail;
  return `${t("bundle.lane.none")}. ${why}`;
}

import type { Schemas } from "../../api/client";
import { sayNumber, t } from "../../texts";
import { AttenuationBars } from "./attenuation";
import { Curve } from "./curve";
import { findMeasured } from "./scaling";
import { sayInterval } from "./share";
import { SlicesTable } from "./slices";

type GraphFacts = Schemas["GraphFacts"];
type Point = Schemas["OperatingPoint"];

/** What was measured of one graph of the bundle. */
export function Graph({ graph, threshold }: { graph: GraphFacts; threshold: number | null }) {
  const name = t(`bundle.graph.${graph.kind}`);
  return (
    <section class="panel">
      <h2>{name}</h2>
      <p class="muted">{t("bundle.precision", { precision: graph.precision })}</p>
      {threshold !== null && (
        <p class="banner warn">
          {t("bundle.own_threshold", { threshold: sayNumber(threshold, 3) })}
        </p>
      )}
      <PointsTable name={name} points={graph.points} />
      <div class="drawings">
        <Curve name={name} curve={graph.curve} points={findMeasured(graph.points)} />
        <AttenuationBars name={name} slices={graph.slices} />
      </div>
      <h3>{t("bundle.slices")}</h3>
      <SlicesTable name={name} slices={graph.slices} />
    </section>
  );
}

function PointsTable({ name, points }: { name: string; points: readonly Point[] }) {
  return (
    <table class="table" aria-label={`${t("bundle.points")}: ${name}`}>
      <caption>{t("bundle.points")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("bundle.point")}</th>
          <th scope="col">{t("bundle.threshold")}</th>
          <th scope="col">{t("bundle.pd")}</th>
          <th scope="col">{t("bundle.pfa")}</th>
          <th scope="col">{t("bundle.measured_on")}</th>
          <th scope="col">{t("bundle.calibrated")}</th>
        </tr>
      </thead>
      <tbody>
        {points.map((point) => (
          <PointRow key={point.name} point={point} />
        ))}
      </tbody>
    </table>
  );
}

function PointRow({ point }: { point: Point }) {
  const { pd = null, pd_interval = null, pfa = null, pfa_interval = null } = point;
  return (
    <tr>
      <th scope="row">{point.name}</th>
      <td>{sayNumber(point.threshold, 3)}</td>
      <td>{sayInterval(pd, pd_interval)}</td>
      <td>{sayInterval(pfa, pfa_interval)}</td>
      <td>{point.suite ?? "–"}</td>
      <td>{t(point.calibrated ? "bundle.calibrated.yes" : "bundle.calibrated.no")}</td>
    </tr>
  );
}

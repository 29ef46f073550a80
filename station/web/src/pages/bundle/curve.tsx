import { useId } from "preact/hooks";
import { sayNumber, sayShare, t } from "../../texts";
import {
  drawBand,
  drawPath,
  FRAME,
  type Measured,
  PD_TICKS,
  PFA_TICKS,
  placePd,
  placePfa,
  sortCurve,
} from "./scaling";
import { sayInterval } from "./share";

interface CurveProps {
  name: string;
  curve: readonly Measured[];
  points: readonly Measured[];
}

/** Pd against Pfa: a curve where the bundle carries one, and its operating points. */
export function Curve({ name, curve, points }: CurveProps) {
  const says = useId();
  if (curve.length + points.length === 0) {
    return <p class="muted">{t("bundle.curve.none")}</p>;
  }
  return (
    <figure class="drawing">
      <figcaption id={says}>
        <b>{t("bundle.curve")}</b>{" "}
        <span class="muted">
          {t("bundle.curve.says")} {curve.length === 0 && t("bundle.curve.points_alone")}
        </span>
      </figcaption>
      <svg
        role="img"
        aria-label={`${t("bundle.curve")}: ${name}`}
        aria-describedby={says}
        viewBox={`0 0 ${FRAME.width} ${FRAME.height}`}
      >
        <PdAxis />
        <PfaAxis />
        <path class="band" d={drawBand(curve)} />
        <path class="curve" d={drawPath(curve)} />
        {points.map((point) => (
          <Point key={point.name} point={point} />
        ))}
      </svg>
      {curve.length > 0 && <CurveTable name={name} curve={curve} />}
    </figure>
  );
}

/** The axis of Pd, with lines across the drawing. */
export function PdAxis() {
  const right = placePfa(1);
  return (
    <g class="axis">
      {PD_TICKS.map((pd) => (
        <g key={pd}>
          <line x1={FRAME.left} x2={right} y1={placePd(pd)} y2={placePd(pd)} />
          <text x={FRAME.left - 6} y={placePd(pd) + 4} text-anchor="end">
            {sayShare(pd, 0)}
          </text>
        </g>
      ))}
      <text class="axis-name" x={FRAME.left + 6} y={placePd(1) + 14}>
        {t("bundle.axis.pd")}
      </text>
    </g>
  );
}

function PfaAxis() {
  const bottom = placePd(0);
  return (
    <g class="axis">
      {PFA_TICKS.map((pfa) => (
        <g key={pfa}>
          <line x1={placePfa(pfa)} x2={placePfa(pfa)} y1={placePd(1)} y2={bottom} />
          <text x={placePfa(pfa)} y={bottom + 16} text-anchor="middle">
            {sayShare(pfa, 0)}
          </text>
        </g>
      ))}
      <text class="axis-name" x={placePfa(1)} y={bottom + 34} text-anchor="end">
        {t("bundle.axis.pfa")}
      </text>
    </g>
  );
}

function Point({ point }: { point: Measured }) {
  const [x, y] = [placePfa(point.pfa), placePd(point.pd)];
  const [low, high] = point.pd_interval ?? [point.pd, point.pd];
  const [few, many] = point.pfa_interval ?? [point.pfa, point.pfa];
  return (
    <g class="point">
      <line x1={x} x2={x} y1={placePd(low)} y2={placePd(high)} />
      <line x1={placePfa(few)} x2={placePfa(many)} y1={y} y2={y} />
      <circle cx={x} cy={y} r="5" />
      <text x={x + 9} y={y + 18}>
        {point.name}
      </text>
    </g>
  );
}

function CurveTable({ name, curve }: { name: string; curve: readonly Measured[] }) {
  return (
    <details>
      <summary>{t("bundle.curve.table")}</summary>
      <table class="table" aria-label={`${t("bundle.curve.table")}: ${name}`}>
        <thead>
          <tr>
            <th scope="col">{t("bundle.threshold")}</th>
            <th scope="col">{t("bundle.pd")}</th>
            <th scope="col">{t("bundle.pfa")}</th>
          </tr>
        </thead>
        <tbody>
          {sortCurve(curve).map((point) => (
            <tr key={point.threshold}>
              <th scope="row">{sayNumber(point.threshold, 3)}</th>
              <td>{sayInterval(point.pd, point.pd_interval)}</td>
              <td>{sayInterval(point.pfa, point.pfa_interval)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

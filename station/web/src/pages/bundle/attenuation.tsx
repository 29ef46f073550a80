import { useId } from "preact/hooks";
import { t } from "../../texts";
import { PdAxis } from "./curve";
import { ATTENUATION, FRAME, placePd, placePfa, type Slice } from "./scaling";

const WIDEST = 46;

/** Pd by how much must be looked through. The table of slices has the same numbers. */
export function AttenuationBars({ name, slices }: { name: string; slices: readonly Slice[] }) {
  const says = useId();
  const bars = slices.filter((slice) => slice.by === ATTENUATION);
  if (bars.length === 0) return null;
  const step = (placePfa(1) - FRAME.left) / bars.length;
  return (
    <figure class="drawing">
      <figcaption id={says}>
        <b>{t("bundle.attenuation")}</b> <span class="muted">{t("bundle.attenuation.says")}</span>
      </figcaption>
      <svg
        role="img"
        aria-label={`${t("bundle.attenuation")}: ${name}`}
        aria-describedby={says}
        viewBox={`0 0 ${FRAME.width} ${FRAME.height}`}
      >
        <PdAxis />
        {bars.map((slice, number) => (
          <Bar key={slice.name} slice={slice} middle={FRAME.left + (number + 0.5) * step} />
        ))}
      </svg>
    </figure>
  );
}

function Bar({ slice, middle }: { slice: Slice; middle: number }) {
  const share = slice.found / slice.of;
  const [low, high] = slice.interval;
  const bottom = placePd(0);
  return (
    <g>
      <rect
        class="bar-of"
        x={middle - WIDEST / 2}
        width={WIDEST}
        y={placePd(share)}
        height={bottom - placePd(share)}
      />
      <g class="point">
        <line x1={middle} x2={middle} y1={placePd(low)} y2={placePd(high)} />
      </g>
      <g class="axis">
        <text x={middle} y={bottom + 16} text-anchor="middle">
          {slice.name}
        </text>
        <text x={middle} y={bottom + 32} text-anchor="middle">
          {t("bundle.share_of", { found: slice.found, of: slice.of })}
        </text>
      </g>
    </g>
  );
}

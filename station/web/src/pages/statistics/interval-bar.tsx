interface IntervalProps {
  share: number;
  low: number;
  high: number;
}

/** A share of 0 to 1 as a stroke within its interval; the numbers stand beside it as text. */
export function IntervalBar({ share, low, high }: IntervalProps) {
  const at = (value: number) => `${(100 * value).toFixed(2)}%`;
  return (
    <svg class="interval" aria-hidden="true">
      <rect class="interval-all" width="100%" height="100%" />
      <rect class="interval-reach" x={at(low)} width={at(high - low)} y="25%" height="50%" />
      <line class="interval-share" x1={at(share)} x2={at(share)} y1="0" y2="100%" />
    </svg>
  );
}

import { sayNumber } from "../../texts";

/** One bar: what it counts in words, and how many. */
export interface Bar {
  words: string;
  count: number;
  mark?: "alarm" | "confirmed" | "unsure";
}

/** How long a bar is, percent of the longest that there may be. */
export function scaleBar(count: number, most: number): number {
  return most > 0 ? (100 * Math.min(count, most)) / most : 0;
}

interface BarsProps {
  label: string;
  bars: readonly Bar[];
  most: number;
}

/** Counts as a list with bars; the numbers are text, the bars are for the eye alone. */
export function Bars({ label, bars, most }: BarsProps) {
  return (
    <table class="bars">
      <caption class="sr-only">{label}</caption>
      <tbody>
        {bars.map((bar) => (
          <tr key={bar.words}>
            <th scope="row">{bar.words}</th>
            <td class="number">{sayNumber(bar.count)}</td>
            <td class="bar-cell">
              <svg class={`bar-line ${bar.mark ?? ""}`} aria-hidden="true">
                <rect width={`${scaleBar(bar.count, most)}%`} height="100%" />
              </svg>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

import { sayShare, t } from "../../texts";
import type { Interval } from "./scaling";

/** A share with its 95 % interval, as words. */
export function sayInterval(share: number | null, interval: Interval | null): string {
  if (share === null) return t("bundle.not_measured");
  if (!interval) return sayShare(share);
  const [low, high] = interval;
  return t("bundle.share", { share: sayShare(share), low: sayShare(low), high: sayShare(high) });
}

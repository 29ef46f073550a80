import type { Inspection, ScanShown } from "../live/inspection";
import type { Key, Values } from "../texts";

/** What could not be seen in a scan: a code with its facts, and what to say without a text. */
export interface Unseen {
  scan: string;
  view: string | null;
  code: Key | (string & {});
  facts: Values;
  text: string;
}

function* listOf(scan: ScanShown): Generator<Omit<Unseen, "scan" | "view">> {
  const over = scan.state !== "receiving";
  if (scan.state === "failed") {
    yield { code: "deciding.unseen_failed", facts: {}, text: scan.error ?? "" };
  } else if (scan.error) {
    yield { code: "deciding.unseen_stopped", facts: {}, text: scan.error };
  }
  const missing = scan.blanks.some((blank) => blank.code === "blank.missing");
  if (over && !scan.whole && !missing) {
    yield { code: "deciding.unseen_part", facts: {}, text: "" };
  }
  if (!scan.kept) yield { code: "deciding.unseen_removed", facts: {}, text: "" };
  yield* scan.blanks;
}

/** All that could not be seen of an inspection, failed scans first. */
export function listUnseen(inspection: Pick<Inspection, "scans">): Unseen[] {
  const scans = [...inspection.scans].sort(
    (one, other) => Number(other.state === "failed") - Number(one.state === "failed"),
  );
  return scans.flatMap((scan) =>
    [...listOf(scan)].map((one) => ({ ...one, scan: scan.id, view: scan.view })),
  );
}

/** Whether what could not be seen is the first thing to say. */
export function leads(inspection: Pick<Inspection, "scans">): boolean {
  return inspection.scans.some((scan) => scan.leads || scan.state === "failed");
}

/** Every kind of entry that a station makes, by what it is about. */
export const KINDS = {
  scan: ["began", "finished", "failed", "cut_off", "removed"],
  alarm: ["raised", "grew", "decided", "drawn", "withdrawn"],
  decision: ["undone"],
  inspection: ["viewed", "manifest", "disposed", "outcome"],
  disposition: ["undone"],
  referral: ["made", "lifted"],
  test: ["placed", "told", "failed"],
  number: ["again", "shared"],
  cab: ["masked"],
  lane: ["gone", "back", "down", "up"],
  file: ["refused", "repeated"],
  frames: ["jumped"],
  disk: ["full", "free"],
  records: ["cut", "back", "removed"],
  process: ["restarted"],
  clock: ["jumped"],
  station: ["started"],
  bundle: ["used", "back", "loaded"],
  shadow: ["used", "finished", "cleared"],
  login: ["began", "ended", "failed", "locked"],
  user: ["created", "changed"],
  token: ["created", "revoked"],
  anchor: ["made"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

type About = keyof typeof KINDS;

/** What entries can be about. */
export const ABOUT = Object.keys(KINDS) as About[];

/** Every kind of what is about something: "alarm.raised" and so on. */
export function listKinds(about: About): string[] {
  return KINDS[about].map((what) => `${about}.${what}`);
}

/** Whether an entry is of a kind, or of one that begins so. */
export function isOfKind(kind: string, wanted: string): boolean {
  return wanted.endsWith(".") ? kind.startsWith(wanted) : kind === wanted;
}

/** Beginnings of kinds whose subject is an inspection. */
const OF_INSPECTIONS = ["inspection.", "disposition.", "referral."];

interface Told {
  kind: string;
  subject: string;
  payload: Readonly<Record<string, unknown>>;
}

/** Identifier of the inspection that an entry is about; null where there is none. */
export function findInspection({ kind, subject, payload }: Told): string | null {
  if (OF_INSPECTIONS.some((begin) => kind.startsWith(begin))) return subject;
  return typeof payload.inspection === "string" ? payload.inspection : null;
}

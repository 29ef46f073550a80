import type { Key } from "../texts";

/** A place of the page, and who may be there. */
export interface Place {
  path: string;
  name: Key;
  roles: readonly string[];
}

const READING = ["operator", "supervisor", "qa"];
const EVERYONE = [...READING, "administrator"];
const AUDITING = ["supervisor", "qa", "administrator"];

/** All places with an entry in the header. */
export const PLACES: readonly Place[] = [
  { path: "/", name: "shell.work", roles: ["operator", "supervisor"] },
  { path: "/history", name: "shell.history", roles: READING },
  { path: "/second-looks", name: "shell.second_looks", roles: ["supervisor"] },
  { path: "/statistics", name: "shell.statistics", roles: READING },
  { path: "/lanes", name: "shell.lanes", roles: EVERYONE },
  { path: "/bundle", name: "shell.bundle", roles: EVERYONE },
  { path: "/log", name: "shell.log", roles: AUDITING },
  { path: "/accounts", name: "shell.accounts", roles: ["administrator"] },
];

/** Whether a role may see scans. */
export function readsScans(role: string): boolean {
  return READING.includes(role);
}

/** Whether a role decides on alarms. */
export function decides(role: string): boolean {
  return role === "operator" || role === "supervisor";
}

/** Where somebody of a role begins. */
export function homeOf(role: string): string {
  if (decides(role)) return "/";
  return role === "administrator" ? "/accounts" : "/history";
}

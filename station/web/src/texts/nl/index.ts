import type { Texts } from "..";
import { accounts } from "./accounts";
import { bundle } from "./bundle";
import { codes } from "./codes";
import { deciding } from "./deciding";
import { entry } from "./entry";
import { history } from "./history";
import { kinds } from "./kinds";
import { lanes } from "./lanes";
import { lists } from "./lists";
import { log } from "./log";
import { shell } from "./shell";
import { statistics } from "./statistics";
import { viewer } from "./viewer";
import { work } from "./work";

/** All texts in Dutch. */
export const nl: Texts = {
  ...accounts,
  ...bundle,
  ...codes,
  ...deciding,
  ...entry,
  ...shell,
  ...history,
  ...kinds,
  ...lanes,
  ...lists,
  ...log,
  ...statistics,
  ...viewer,
  ...work,
};

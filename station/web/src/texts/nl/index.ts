import type { Texts } from "..";
import { en } from "../en";

export const nl: Texts = { ...en };

import type { Texts } from "..";
import { en } from "../en";

export const fr: Texts = { ...en };

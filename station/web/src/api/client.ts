import { signal } from "@preact/signals";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

/** What the API speaks of, by its names in the schema. */
export type Schemas = components["schemas"];
export type Login = Schemas["Session"];

/** Who is logged in: undefined as long as that is being asked, null for nobody. */
export const login = signal<Login | null | undefined>(undefined);

const READ_ONLY = ["GET", "HEAD", "OPTIONS"];

/** A request that hears nothing for so long counts as not answered, ms. */
export const SILENCE_MS = 30_000;

/** The station's API, typed. Errors come as `error`; see {@link get} and {@link act}. */
export const api = createClient<paths>({
  baseUrl: location.origin,
  credentials: "same-origin",
  fetch: (request) => {
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(SILENCE_MS)]);
    return fetch(request, { signal });
  },
});

api.use({
  onRequest({ request }) {
    const csrf = login.value?.csrf;
    if (csrf && !READ_ONLY.includes(request.method)) request.headers.set("X-CSRF-Token", csrf);
    return request;
  },
  onResponse({ request, response }) {
    const elsewhere = !request.url.endsWith("/api/session");
    if (response.status === 401 && elsewhere) login.value = null;
  },
});

/** What the station answers when it cannot do what was asked. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly facts: Record<string, string | number>,
    detail: string,
  ) {
    super(detail);
  }
}

/** No answer came: the station is not there, or starts again. */
export class UnreachableError extends Error {}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * Take the answer of a request.
 *
 * @throws ProblemError if it was refused, UnreachableError if none came.
 */
export async function get<T>(asked: Promise<Answer<T>>): Promise<T> {
  const answer = await asked.catch((error: unknown) => {
    throw new UnreachableError(String(error));
  });
  if (answer.response.ok) return answer.data as T;
  throw toProblem(answer.response.status, answer.error);
}

/** What a plain request was refused for. */
export async function readProblem(answer: Response): Promise<ProblemError> {
  return toProblem(answer.status, await answer.json().catch(() => null));
}

function toProblem(status: number, body: unknown): ProblemError {
  const said = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const facts = (said.facts ?? {}) as Record<string, string | number>;
  const code = typeof said.code === "string" ? said.code : `http.${status}`;
  return new ProblemError(status, code, facts, String(said.detail ?? status));
}

const PATIENCE_MS = 60_000;
const AGAIN_MS = 400;

/** Requests of which the page waits to hear, so that nothing is taken for done too soon. */
export const waiting = signal(0);

/**
 * Make a change, and repeat it by the same name until an answer is heard: a station that is
 * killed amid it does it once.
 *
 * @param ask - Makes the request; it is given the name to state as `request`.
 * @throws ProblemError if it was refused, UnreachableError if the station stays away.
 */
export async function act<T>(ask: (request: string) => Promise<Answer<T>>): Promise<T> {
  const request = crypto.randomUUID();
  const until = performance.now() + PATIENCE_MS;
  waiting.value += 1;
  try {
    for (;;) {
      const found = await get(ask(request)).then(
        (data) => ({ data }),
        (error: unknown) => ({ error }),
      );
      if ("data" in found) return found.data;
      if (!mayRepeat(found.error) || performance.now() > until) throw found.error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  } finally {
    waiting.value -= 1;
  }
}

/** Whether what failed may go well by and by: the station is away, or out of its records. */
export function mayRepeat(error: unknown): boolean {
  return (
    error instanceof UnreachableError || (error instanceof ProblemError && error.status === 503)
  );
}

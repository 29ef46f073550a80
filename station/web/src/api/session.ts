import { act, api, get, login, mayRepeat, ProblemError } from "./client";

const AGAIN_MS = 1000;

/** Ask who is logged in, until the station says so: one that is away logs nobody out. */
export async function findLogin(): Promise<void> {
  for (;;) {
    try {
      login.value = await get(api.GET("/api/session"));
      return;
    } catch (error) {
      if (!mayRepeat(error)) {
        login.value = null;
        return;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** Log in. @throws ProblemError if it is refused. */
export async function logIn(name: string, password: string): Promise<void> {
  login.value = await get(api.POST("/api/session", { body: { name, password } }));
}

/** Change one's own password. @throws ProblemError if it is refused. */
export async function changePassword(old: string, fresh: string): Promise<void> {
  login.value = await get(api.PUT("/api/session/password", { body: { old, new: fresh } }));
}

/**
 * Log out: nobody is shown as logged out before the station has ended the login.
 *
 * @throws UnreachableError if the station stays away, ProblemError if it is refused.
 */
export async function logOut(): Promise<void> {
  try {
    await act(() => api.DELETE("/api/session"));
  } catch (error) {
    if (!(error instanceof ProblemError && error.status === 401)) throw error;
  }
  login.value = null;
}

const EVERY_MS = 60_000;

/** Prolong the login while somebody moves, and only then. */
export function followMoves(): void {
  let last = 0;
  const move = () => {
    const now = performance.now();
    if (!login.value || now - last < EVERY_MS) return;
    last = now;
    void get(api.GET("/api/session")).catch(() => undefined);
  };
  for (const kind of ["pointerdown", "keydown", "wheel"]) {
    addEventListener(kind, move, { passive: true });
  }
}

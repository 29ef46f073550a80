import { api, get, login } from "./client";

/** Ask who is logged in. */
export async function findLogin(): Promise<void> {
  login.value = await get(api.GET("/api/session")).catch(() => null);
}

/** Log in. @throws ProblemError if it is refused. */
export async function logIn(name: string, password: string): Promise<void> {
  login.value = await get(api.POST("/api/session", { body: { name, password } }));
}

/** Change one's own password. @throws ProblemError if it is refused. */
export async function changePassword(old: string, fresh: string): Promise<void> {
  login.value = await get(api.PUT("/api/session/password", { body: { old, new: fresh } }));
}

/** Log out. */
export async function logOut(): Promise<void> {
  await get(api.DELETE("/api/session")).catch(() => undefined);
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

import { api, get, ProblemError, type Schemas } from "../../api/client";
import { t } from "../../texts";
import { type Secret, secret } from "./once";

export type Account = Schemas["Account"];
export type Role = Account["role"];
export type Token = Schemas["Token"];

export const ROLES: readonly Role[] = ["operator", "supervisor", "qa", "administrator"];

/** What a token is for when it is for no lane. */
export const METRICS = "metrics";

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Make an account, and show its password. @throws ProblemError if it is refused. */
export async function makeAccount(name: string, role: Role): Promise<void> {
  if (!NAME.test(name)) throw new ProblemError(0, "account.name", {}, name);
  const given = await get(api.POST("/api/users", { body: { name, role } }));
  secret.value = describePassword(given);
}

/** Give a new password, and show it. @throws ProblemError if it is refused. */
export async function givePassword(account: Account): Promise<void> {
  const params = { path: { user_id: account.id } };
  const given = await get(api.POST("/api/users/{user_id}/password", { params }));
  secret.value = describePassword(given);
}

/** Change an account. @throws ProblemError if it is refused. */
export async function changeAccount(account: Account, body: Schemas["Change"]): Promise<void> {
  const params = { path: { user_id: account.id } };
  await get(api.PATCH("/api/users/{user_id}", { params, body }));
}

/** Make a token, and show it. @throws ProblemError if it is refused. */
export async function makeToken(lane: string, note: string): Promise<void> {
  const made = await get(api.POST("/api/tokens", { body: { lane, note } }));
  const title = t("accounts.once.token", { lane: sayWhatFor(lane) });
  secret.value = { title, why: t("accounts.once.token_why"), text: made.secret };
}

/** Let a token count no longer. @throws ProblemError if it is refused. */
export async function revokeToken(token: Token): Promise<void> {
  const params = { path: { token_id: token.id } };
  await get(api.DELETE("/api/tokens/{token_id}", { params }));
}

/** What a token is for, in words. */
export function sayWhatFor(lane: string): string {
  return lane === METRICS ? t("tokens.lane.metrics") : t("tokens.lane.one", { lane });
}

function describePassword(given: Schemas["GivenPassword"]): Secret {
  return {
    title: t("accounts.once.password", { name: given.user.name }),
    why: t("accounts.once.password_why"),
    text: given.password,
  };
}

import { useEffect } from "preact/hooks";
import { api, get, login } from "../api/client";
import { useAnswer, useNews } from "../live/answer";
import type { News } from "../live/socket";
import { Problem } from "../parts/problem";
import { t } from "../texts";
import { AccountsTable } from "./accounts/accounts-table";
import { MakeAccount } from "./accounts/make-account";
import { MakeToken } from "./accounts/make-token";
import { ShownOnce, secret } from "./accounts/once";
import { TokensTable } from "./accounts/tokens-table";

const SOON_MS = 300;
const CHANGING = ["user.", "token.", "login."];

function matters(news: News): boolean {
  if (news.type === "anew") return true;
  return news.type === "entry" && CHANGING.some((begin) => news.kind.startsWith(begin));
}

/** Who may come in, and what may send: for administrators. */
export function AccountsPage() {
  if (login.value?.user.role !== "administrator") {
    return <main id="main">{t("shell.not_yours")}</main>;
  }
  return <Keeping />;
}

function Keeping() {
  useEffect(() => forgetSecret, []);
  return (
    <main id="main" class="sheet keeping">
      <Accounts />
      <Tokens />
      <ShownOnce />
    </main>
  );
}

function forgetSecret(): void {
  secret.value = null;
}

function Accounts() {
  const { answer, problem, ask } = useAnswer(() => get(api.GET("/api/users")), "users");
  useNews(matters, () => void ask(), SOON_MS);
  const done = () => void ask();
  return (
    <>
      <h1>{t("accounts.title")}</h1>
      <div class="beside">
        <section class="panel">
          <h2>{t("accounts.list")}</h2>
          <Problem text={problem.value} />
          {!answer.value && !problem.value && <p>{t("shell.loading")}</p>}
          {answer.value && <AccountsTable accounts={answer.value} done={done} />}
        </section>
        <MakeAccount done={done} />
      </div>
    </>
  );
}

function Tokens() {
  const { answer, problem, ask } = useAnswer(() => get(api.GET("/api/tokens")), "tokens");
  useNews(matters, () => void ask(), SOON_MS);
  const done = () => void ask();
  return (
    <>
      <h2>{t("tokens.title")}</h2>
      <p class="muted">{t("tokens.why")}</p>
      <div class="beside">
        <section class="panel">
          <Problem text={problem.value} />
          {!answer.value && !problem.value && <p>{t("shell.loading")}</p>}
          {answer.value && <TokensTable tokens={answer.value} done={done} />}
        </section>
        <MakeToken done={done} />
      </div>
    </>
  );
}

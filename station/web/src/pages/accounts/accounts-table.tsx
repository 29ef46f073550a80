import { useSignal } from "@preact/signals";
import { sayTime, t } from "../../texts";
import { ChangeDialog, type Doing, isOwn } from "./change-dialog";
import type { Account } from "./keeping";

/** All accounts, closed ones too, and what can be done to them. */
export function AccountsTable({ accounts, done }: { accounts: Account[]; done: () => void }) {
  const asking = useSignal<{ account: Account; doing: Doing } | null>(null);
  const close = () => {
    asking.value = null;
  };
  if (accounts.length === 0) return <p>{t("accounts.none")}</p>;
  return (
    <>
      <table class="table" aria-label={t("accounts.list")}>
        <thead>
          <tr>
            <th scope="col">{t("accounts.name")}</th>
            <th scope="col">{t("accounts.role")}</th>
            <th scope="col">{t("accounts.state")}</th>
            <th scope="col">{t("accounts.pseudonym")}</th>
            <th scope="col">{t("accounts.made")}</th>
            <th scope="col">{t("accounts.do")}</th>
          </tr>
        </thead>
        <tbody>
          {accounts.map((account) => (
            <AccountRow
              key={account.id}
              account={account}
              ask={(doing) => {
                asking.value = { account, doing };
              }}
            />
          ))}
        </tbody>
      </table>
      {asking.value && <ChangeDialog {...asking.value} close={close} done={done} />}
    </>
  );
}

interface RowProps {
  account: Account;
  ask: (doing: Doing) => void;
}

/** One's own password is not given anew here: it would end the login before it was read. */
function AccountRow({ account, ask }: RowProps) {
  return (
    <tr>
      <th scope="row">
        {account.name} {isOwn(account) && <span class="muted">({t("accounts.you")})</span>}
      </th>
      <td>{t(`role.${account.role}`)}</td>
      <td>
        <AccountState account={account} />
      </td>
      <td class="id when">{account.pseudonym}</td>
      <td class="when">{sayTime(account.created, "date")}</td>
      <td class="doing">
        <Ask account={account} doing="role" ask={ask} />
        {!isOwn(account) && <Ask account={account} doing="password" ask={ask} />}
        <Ask account={account} doing={account.active ? "close" : "reopen"} ask={ask} />
      </td>
    </tr>
  );
}

function AccountState({ account }: { account: Account }) {
  return (
    <>
      {account.active ? (
        t("accounts.open")
      ) : (
        <span class="badge">
          <span aria-hidden="true">✕ </span>
          {t("accounts.closed")}
        </span>
      )}{" "}
      {account.locked && <span class="badge unsure">{t("accounts.locked")}</span>}{" "}
      {account.must_change && <span class="muted">{t("accounts.must_change")}</span>}
    </>
  );
}

function Ask({ account, doing, ask }: RowProps & { doing: Doing }) {
  return (
    <button
      type="button"
      class="small"
      aria-label={t(`accounts.${doing}.label`, { name: account.name })}
      onClick={() => ask(doing)}
    >
      {t(`accounts.${doing}.change`)}
    </button>
  );
}

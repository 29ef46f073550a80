import { useSignal } from "@preact/signals";
import { login } from "../../api/client";
import { Choice } from "../../parts/choice";
import { t } from "../../texts";
import { type Account, changeAccount, givePassword, ROLES, type Role } from "./keeping";
import { Question } from "./question";

/** What can be done to an account. */
export type Doing = "role" | "password" | "close" | "reopen";

interface ChangeProps {
  account: Account;
  doing: Doing;
  close: () => void;
  done: () => void;
}

/** Whether an account is that of who looks. */
export function isOwn(account: Account): boolean {
  return account.id === login.value?.user.id;
}

/** Ask before an account is changed. */
export function ChangeDialog({ account, doing, close, done }: ChangeProps) {
  const role = useSignal<Role>(account.role);
  const acts: Record<Doing, () => Promise<void>> = {
    role: () => changeAccount(account, { role: role.value }),
    password: () => givePassword(account),
    close: () => changeAccount(account, { active: false }),
    reopen: () => changeAccount(account, { active: true }),
  };
  const { name } = account;
  return (
    <Question
      title={t(`accounts.${doing}.ask`, { name })}
      why={t(`accounts.${doing}.why`)}
      go={t(`accounts.${doing}.go`)}
      act={async () => {
        await acts[doing]();
        done();
      }}
      close={close}
    >
      {doing === "role" && <RoleChoice value={role.value} choose={(to) => (role.value = to)} />}
      {isOwn(account) && <p class="banner warn">{t("accounts.self")}</p>}
    </Question>
  );
}

/** Choose a role; what it does is said below it. */
export function RoleChoice({ value, choose }: { value: Role; choose: (role: Role) => void }) {
  return (
    <>
      <Choice
        label={t("accounts.role")}
        value={value}
        options={ROLES.map((role) => [role, t(`role.${role}`)])}
        choose={(to) => choose(to as Role)}
      />
      <p class="muted" aria-live="polite">
        {t(`role.${value}.does`)}
      </p>
    </>
  );
}

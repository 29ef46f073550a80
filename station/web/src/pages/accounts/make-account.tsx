import { useSignal } from "@preact/signals";
import { Field, Form } from "../../parts/form";
import { t } from "../../texts";
import { RoleChoice } from "./change-dialog";
import { makeAccount, type Role } from "./keeping";

/** Make an account; its password for one time is shown once. */
export function MakeAccount({ done }: { done: () => void }) {
  const name = useSignal("");
  const role = useSignal<Role>("operator");
  const send = async () => {
    await makeAccount(name.value.trim(), role.value);
    name.value = "";
    done();
  };
  return (
    <section class="panel">
      <h2>{t("accounts.make")}</h2>
      <Form label={t("accounts.make")} button={t("accounts.make.go")} send={send}>
        <Field
          label={t("accounts.name.form")}
          value={name.value}
          autocomplete="off"
          required
          onInput={(value) => {
            name.value = value;
          }}
        />
        <RoleChoice
          value={role.value}
          choose={(to) => {
            role.value = to;
          }}
        />
      </Form>
    </section>
  );
}

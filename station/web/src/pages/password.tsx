import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { login, ProblemError } from "../api/client";
import { changePassword } from "../api/session";
import { Field, Form } from "../parts/form";
import { LanguageChoice } from "../parts/language-choice";
import { SignOut } from "../parts/sign-out";
import { t } from "../texts";

/** A password that somebody else gave must be changed before anything else. */
export function PasswordPage() {
  const old = useSignal("");
  const fresh = useSignal("");
  const again = useSignal("");
  const here = useRef<HTMLElement>(null);
  useEffect(() => {
    here.current?.querySelector<HTMLInputElement>('input[type="password"]')?.focus();
  }, []);
  const send = async () => {
    if (fresh.value !== again.value) throw new ProblemError(0, "", {}, t("entry.differ"));
    await changePassword(old.value, fresh.value);
    location.assign("/");
  };
  const given = login.value?.user.must_change;
  return (
    <main id="main" class="entry" ref={here}>
      <h1>{t("entry.change")}</h1>
      {given && <p class="muted">{t("entry.change_why")}</p>}
      <Form label={t("entry.change")} button={t("entry.change_go")} send={send}>
        <input type="text" autocomplete="username" value={login.value?.user.name} readOnly hidden />
        <Field
          label={t("entry.old")}
          type="password"
          value={old.value}
          autocomplete="current-password"
          required
          onInput={(value) => {
            old.value = value;
          }}
        />
        <Field
          label={t("entry.new")}
          type="password"
          value={fresh.value}
          autocomplete="new-password"
          required
          onInput={(value) => {
            fresh.value = value;
          }}
        />
        <Field
          label={t("entry.again")}
          type="password"
          value={again.value}
          autocomplete="new-password"
          required
          onInput={(value) => {
            again.value = value;
          }}
        />
      </Form>
      <p class="entry-end">
        <LanguageChoice />
        <SignOut />
      </p>
    </main>
  );
}

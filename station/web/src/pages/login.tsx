import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { logIn } from "../api/session";
import { Field, Form } from "../parts/form";
import { LanguageChoice } from "../parts/language-choice";
import { t } from "../texts";

/** Who comes in says who they are. */
export function LoginPage() {
  const name = useSignal("");
  const password = useSignal("");
  const here = useRef<HTMLElement>(null);
  const focus = (type: string) =>
    here.current?.querySelector<HTMLInputElement>(`input[type="${type}"]`)?.focus();
  useEffect(() => focus("text"), []);
  const send = async () => {
    try {
      await logIn(name.value.trim(), password.value);
    } catch (error) {
      password.value = "";
      focus("password");
      throw error;
    }
  };
  return (
    <main id="main" class="entry" ref={here}>
      <h1>{t("shell.brand")}</h1>
      <Form label={t("entry.title")} button={t("entry.go")} send={send}>
        <Field
          label={t("entry.name")}
          value={name.value}
          autocomplete="username"
          required
          onInput={(value) => {
            name.value = value;
          }}
        />
        <Field
          label={t("entry.password")}
          type="password"
          value={password.value}
          autocomplete="current-password"
          required
          onInput={(value) => {
            password.value = value;
          }}
        />
      </Form>
      <p class="muted">{t("entry.first")}</p>
      <LanguageChoice />
    </main>
  );
}

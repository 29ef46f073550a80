import { useSignal } from "@preact/signals";
import { lanes } from "../../live/lanes";
import { Choice } from "../../parts/choice";
import { Field, Form } from "../../parts/form";
import { t } from "../../texts";
import { METRICS, makeToken, sayWhatFor } from "./keeping";

/** Make a token for a lane, or for the figures; it is shown once. */
export function MakeToken({ done }: { done: () => void }) {
  const chosen = useSignal<string | null>(null);
  const note = useSignal("");
  const all = [...lanes.value.map((lane) => lane.name), METRICS];
  const lane = chosen.value ?? all[0] ?? METRICS;
  const send = async () => {
    await makeToken(lane, note.value.trim());
    note.value = "";
    done();
  };
  return (
    <section class="panel">
      <h2>{t("tokens.make")}</h2>
      <Form label={t("tokens.make")} button={t("tokens.make.go")} send={send}>
        <Choice
          label={t("tokens.lane")}
          value={lane}
          options={all.map((each) => [each, sayWhatFor(each)])}
          choose={(to) => {
            chosen.value = to;
          }}
        />
        <Field
          label={t("tokens.note")}
          value={note.value}
          autocomplete="off"
          onInput={(value) => {
            note.value = value;
          }}
        />
      </Form>
    </section>
  );
}

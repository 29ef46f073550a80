import { useSignal } from "@preact/signals";
import { act, api } from "../api/client";
import { Field } from "../parts/form";
import { t, tOr } from "../texts";
import { findFault, splitNumbers } from "./container-number";
import { draftManifest, FACTS, findUnfit, type ManifestDraft, toManifest } from "./manifest-facts";
import { Pane } from "./pane";
import { Press } from "./press";
import { stepOut, type Work } from "./work";

const NAMES = ["containers", ...FACTS] as const;

/** The container numbers and the facts of the manifest, to be corrected. */
export function ManifestForm({ work }: { work: Work }) {
  const { inspection, acting } = work;
  const draft = useSignal(draftManifest(inspection.manifest, inspection.containers));
  const off = findUnfit(draft.value).length > 0 || acting.busy.value;
  const send = async () => {
    if (off) return;
    const params = { path: { inspection_id: inspection.id } };
    const made = await acting.run(() =>
      act((request) =>
        api.PUT("/api/inspections/{inspection_id}/manifest", {
          params,
          body: { request, ...toManifest(draft.value) },
        }),
      ),
    );
    if (made) stepOut(work);
  };
  return (
    <Pane title={t("deciding.facts")} onOut={() => stepOut(work)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        {NAMES.map((name) => (
          <FactField
            key={name}
            name={name}
            draft={draft.value}
            onInput={(value) => {
              draft.value = { ...draft.value, [name]: value };
            }}
          />
        ))}
        <p class="muted">{t("deciding.no_names")}</p>
        <Press text={t("deciding.keep")} keys="Enter" look="primary" off={off} />
      </form>
    </Pane>
  );
}

interface FactFieldProps {
  name: (typeof NAMES)[number];
  draft: ManifestDraft;
  onInput: (value: string) => void;
}

function FactField({ name, draft, onInput }: FactFieldProps) {
  const unfit = findUnfit(draft).includes(name);
  return (
    <>
      <Field
        label={t(`manifest.${name}`)}
        value={draft[name]}
        autocomplete="off"
        onInput={onInput}
      />
      {unfit && <p class="caution">▲ {tOr(`manifest.unfit_${name}`, t("manifest.unfit"))}</p>}
      {name === "containers" && !unfit && <Faults typed={draft.containers} />}
    </>
  );
}

/** What ISO 6346 says against numbers as they are typed; they are kept all the same. */
function Faults({ typed }: { typed: string }) {
  return splitNumbers(typed).map((number) => {
    const fault = findFault(number);
    return (
      fault && (
        <p key={number} class="caution">
          ▲ {t(fault.code, { number, digit: "digit" in fault ? fault.digit : "" })}
        </p>
      )
    );
  });
}

import { useId } from "preact/hooks";
import { settings } from "../api/settings";
import { Field } from "../parts/form";
import { sayNumber, t } from "../texts";
import { Press } from "./press";
import { listLabels, sayLabel } from "./reasons";
import { FIREARM, isTicked, type ThingDraft, tick } from "./things";
import type { Work } from "./work";

interface ThingFieldsProps {
  work: Work;
  number: number;
  thing: ThingDraft;
  marking: boolean;
  onChange: (thing: ThingDraft) => void;
  onRemove: () => void;
  onMark: () => void;
}

/** A thing that was found: what it is, and where it shows. */
export function ThingFields(props: ThingFieldsProps) {
  const { thing, number, onChange, onRemove } = props;
  return (
    <fieldset class="thing">
      <legend>{t("deciding.thing", { number })}</legend>
      <LabelField thing={thing} onChange={onChange} />
      {thing.label === FIREARM && (
        <>
          <Field
            label={t("deciding.kind")}
            value={thing.kind}
            autocomplete="off"
            onInput={(kind) => onChange({ ...thing, kind })}
          />
          <Field
            label={t("deciding.exhibit")}
            value={thing.firearm}
            autocomplete="off"
            onInput={(firearm) => onChange({ ...thing, firearm })}
          />
        </>
      )}
      <PlaceFields {...props} />
      <Press text={t("deciding.remove")} look="quiet" onPress={onRemove} />
    </fieldset>
  );
}

const ELSE = "";

/** A label of the list, or what else it is. */
function LabelField({ thing, onChange }: Pick<ThingFieldsProps, "thing" | "onChange">) {
  const id = useId();
  const labels = listLabels(settings.value);
  const listed = labels.includes(thing.label);
  return (
    <>
      <div class="field">
        <label for={id}>{t("deciding.thing_label")}</label>
        <select
          id={id}
          value={listed ? thing.label : ELSE}
          onChange={(event) => {
            const label = event.currentTarget.value;
            onChange({ ...thing, label, kind: "", firearm: "" });
          }}
        >
          {labels.map((label) => (
            <option key={label} value={label}>
              {sayLabel(label)}
            </option>
          ))}
          <option value={ELSE}>{t("deciding.something_else")}</option>
        </select>
      </div>
      {!listed && (
        <Field
          label={t("deciding.else_what")}
          value={thing.label}
          autocomplete="off"
          onInput={(label) => onChange({ ...thing, label })}
        />
      )}
    </>
  );
}

function PlaceFields({ work, thing, marking, onChange, onMark }: ThingFieldsProps) {
  const boxes = thing.places.filter((place) => place.alarm === null);
  return (
    <fieldset class="places">
      <legend>{t("deciding.where")}</legend>
      {work.alarms.map((alarm, at) => (
        <label key={alarm.id} class="tick">
          <input
            type="checkbox"
            checked={isTicked(thing, alarm.id)}
            onChange={() => onChange(tick(thing, { scan: alarm.scan, alarm: alarm.id, box: null }))}
            onFocus={() => {
              work.selected.value = alarm.id;
            }}
          />
          {t("deciding.alarm_number", { number: at + 1 })}
          <span class="muted">
            {alarm.score === null ? t("deciding.drawn") : sayNumber(alarm.score, 2)}
          </span>
        </label>
      ))}
      {boxes.length > 0 && <p>{t("deciding.marked", { count: boxes.length })}</p>}
      <Press
        text={t(marking ? "deciding.draw_now" : "deciding.mark")}
        pressed={marking}
        onPress={onMark}
      />
    </fieldset>
  );
}

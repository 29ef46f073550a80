import { Choice } from "../../parts/choice";
import type { Query } from "../../parts/query";
import { WhenField } from "../../parts/when-field";
import { t } from "../../texts";
import { listLanes } from "../history/filters";
import { beginOwn, readSpan, SPANS } from "./period";

interface SpanProps {
  query: Query;
  change: (changes: Query) => void;
}

const FORGET: Query = { from: "", to: "" };

/** Of which time, and of which lane. */
export function SpanForm({ query, change }: SpanProps) {
  const span = readSpan(query);
  const choose = (value: string) =>
    change(value === "own" ? beginOwn(query, new Date()) : { ...FORGET, span: value });
  const moment = (name: "from" | "to") => (
    <WhenField
      label={t(`statistics.${name}`)}
      type="datetime-local"
      value={query[name] ?? ""}
      choose={(value) => change({ [name]: value })}
    />
  );
  return (
    <form
      class="bar"
      aria-label={t("statistics.which")}
      onSubmit={(event) => event.preventDefault()}
    >
      <Choice
        label={t("statistics.span")}
        value={span}
        options={SPANS.map((one) => [one, t(`statistics.span_${one}`)])}
        choose={choose}
      />
      {span === "own" && moment("from")}
      {span === "own" && moment("to")}
      <Choice
        label={t("history.lane")}
        value={query.lane ?? ""}
        options={listLanes()}
        choose={(lane) => change({ lane })}
      />
    </form>
  );
}

import type { Query } from "../../parts/query";
import { SearchForm, Typed } from "../../parts/search-form";
import { WhenField } from "../../parts/when-field";
import { t } from "../../texts";
import { KindChoice } from "./kind-choice";

interface FiltersProps {
  query: Query;
  change: (changes: Query) => void;
}

/** Which entries are wanted. */
export function LogFilters({ query, change }: FiltersProps) {
  const day = (name: "since" | "until") => (
    <WhenField
      label={t(`lists.${name}`)}
      type="date"
      value={query[name] ?? ""}
      choose={(value) => change({ [name]: value })}
    />
  );
  return (
    <SearchForm label={t("log.filters")} query={query} change={change}>
      <KindChoice value={query.kind ?? ""} choose={(kind) => change({ kind })} />
      <Typed label={t("log.actor_field")} name="actor" value={query.actor} />
      <Typed label={t("log.subject_field")} name="subject" value={query.subject} size={26} />
      {day("since")}
      {day("until")}
    </SearchForm>
  );
}

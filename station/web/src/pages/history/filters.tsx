import { lanes } from "../../live/lanes";
import { Choice, type Option } from "../../parts/choice";
import type { Query } from "../../parts/query";
import { SearchForm, Typed } from "../../parts/search-form";
import { WhenField } from "../../parts/when-field";
import { t } from "../../texts";
import { DISPOSITIONS, STATES } from "./asking";

interface FiltersProps {
  query: Query;
  change: (changes: Query) => void;
}

/** Which inspections are wanted. */
export function Filters({ query, change }: FiltersProps) {
  const choice = (name: string, label: string, options: readonly Option[]) => (
    <Choice
      label={label}
      value={query[name] ?? ""}
      options={options}
      choose={(value) => change({ [name]: value })}
    />
  );
  const day = (name: string, label: string) => (
    <WhenField
      label={label}
      type="date"
      value={query[name] ?? ""}
      choose={(value) => change({ [name]: value })}
    />
  );
  return (
    <SearchForm label={t("history.filters")} query={query} change={change}>
      <Typed label={t("history.search")} name="search" value={query.search} size={26} />
      {choice("state", t("history.state"), listStates())}
      {choice("lane", t("history.lane"), listLanes())}
      {day("since", t("lists.since"))}
      {day("until", t("lists.until"))}
      {choice("disposition", t("history.disposition"), listDispositions())}
      {choice("found", t("history.outcome"), listAnswers("found"))}
      {choice("referred", t("history.referred"), listAnswers("referred"))}
    </SearchForm>
  );
}

/** Lanes to choose from. */
export function listLanes(): Option[] {
  const all: Option = ["", t("lists.all_lanes")];
  return [all, ...lanes.value.map((lane): Option => [lane.name, lane.name])];
}

function listStates(): Option[] {
  return STATES.map((state) => [state === "all" ? "" : state, t(`history.state_${state}`)]);
}

function listDispositions(): Option[] {
  return DISPOSITIONS.map((one) => [one, one === "" ? t("lists.any") : t(`history.${one}`)]);
}

function listAnswers(about: "found" | "referred"): Option[] {
  const any: Option = ["", t("lists.any")];
  return [any, ["yes", t(`history.${about}_yes`)], ["no", t(`history.${about}_no`)]];
}

import { lanes } from "../live/lanes";
import { t } from "../texts";
import { LanePanel } from "./lanes/lane-panel";
import { TroublesTable } from "./lanes/troubles-table";

/** How each scanner and its detector are. */
export function LanesPage() {
  return (
    <main id="main" class="sheet keeping">
      <h1>{t("lanes.title")}</h1>
      {lanes.value.length === 0 && <p>{t("lanes.none")}</p>}
      <div class="panels">
        {lanes.value.map((lane) => (
          <LanePanel key={lane.name} lane={lane} />
        ))}
      </div>
      <TroublesTable />
    </main>
  );
}

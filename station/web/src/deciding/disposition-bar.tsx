import { t } from "../texts";
import { describeBlocks, type Hindrance } from "./blocks";
import { beginDisposing, mayDispose } from "./disposing";
import { Press } from "./press";
import type { Work } from "./work";

const WHY = "deciding-why";

/** Release or search; what stands in the way is said above. */
export function DispositionBar({ work }: { work: Work }) {
  const { busy } = work.acting;
  return (
    <div class="deciding-disposition">
      <Hindrances work={work} />
      <div class="deciding-bar two">
        <Press
          text={t("deciding.released")}
          keys="r"
          why={WHY}
          off={!mayDispose(work, "released") || busy.value}
          onPress={() => beginDisposing(work, "released")}
        />
        <Press
          text={t("deciding.searched")}
          keys="s"
          why={WHY}
          off={!mayDispose(work, "searched") || busy.value}
          onPress={() => beginDisposing(work, "searched")}
        />
      </div>
    </div>
  );
}

function Hindrances({ work }: { work: Work }) {
  const hindrances = describeBlocks(work.inspection.blocks);
  return (
    <ul id={WHY} class="hindrances" aria-live="polite">
      {hindrances.map((one) => (
        <li key={one.text}>
          {t(one.text, { count: one.count })}
          {one.alarms && <Places work={work} hindrance={one} />}
        </li>
      ))}
      {work.release === "forbidden" && <li>{t("deciding.block_alarm")}</li>}
      {work.release === "reason" && <li>{t("deciding.block_reason")}</li>}
    </ul>
  );
}

const MOST_PLACES = 6;

/** The alarms that stand in the way, by their numbers, unless they are many. */
function Places({ work, hindrance }: { work: Work; hindrance: Hindrance }) {
  if (hindrance.count > MOST_PLACES) return null;
  return (
    <span class="numbers">
      {work.alarms.map(
        (alarm, at) =>
          hindrance.ids.includes(alarm.id) && (
            <button
              key={alarm.id}
              type="button"
              class="quiet"
              aria-label={t("deciding.go_to_alarm", { number: at + 1 })}
              onClick={() => {
                work.selected.value = alarm.id;
              }}
            >
              {at + 1}
            </button>
          ),
      )}
    </span>
  );
}

import { useLocation, useRoute } from "preact-iso";
import { t } from "../texts";
import { WorkArea } from "./work-area";

/** One container, from the history or a list. */
export function InspectionPage() {
  const { params, query } = useRoute();
  const { route } = useLocation();
  return (
    <main id="main" class="work alone">
      <h1 class="sr-only">{t("work.one")}</h1>
      <WorkArea
        key={params.id}
        id={params.id ?? ""}
        alarm={query.alarm ?? null}
        onDone={() => route("/")}
      />
    </main>
  );
}

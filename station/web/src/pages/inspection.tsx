import { useLocation, useRoute } from "preact-iso";
import { login } from "../api/client";
import { readsScans } from "../parts/places";
import { t } from "../texts";
import { WorkArea } from "./work-area";

/** One container, from the history or a list. */
export function InspectionPage() {
  const { params, query } = useRoute();
  const { route } = useLocation();
  if (!readsScans(login.value?.user.role ?? "")) {
    return <main id="main">{t("shell.not_yours")}</main>;
  }
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

import type { ComponentChildren } from "preact";
import { useErrorBoundary } from "preact/hooks";
import { t } from "../texts";

/** What is shown in place of a part of the page that met a fault: never half of it. */
export function Guarded({ children }: { children: ComponentChildren }) {
  const [fault] = useErrorBoundary((error) => console.error(error));
  if (!fault) return <>{children}</>;
  return (
    <main id="main" class="sheet">
      <p class="banner trouble" role="alert">
        ▲ {t("shell.fault")}
      </p>
      <button type="button" class="primary" onClick={() => location.reload()}>
        {t("shell.reload")}
      </button>
    </main>
  );
}

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { DecidingPanel } from "../deciding/panel";
import { useInspection } from "../live/inspection";
import { t } from "../texts";
import type { Drawn } from "../viewer/frame";
import { Stage } from "../viewer/stage";

interface WorkAreaProps {
  /** Identifier of the inspection. */
  id: string;
  /** The alarm to begin with. */
  alarm?: string | null;
  onDone: () => void;
}

/** The scans of a container, and what can be said of it, side by side. */
export function WorkArea({ id, alarm = null, onDone }: WorkAreaProps) {
  const { inspection, gone, refresh } = useInspection(id);
  const selected = useSignal<string | null>(alarm);
  const drawing = useSignal(false);
  const drawn = useSignal<Drawn | null>(null);
  useEffect(() => {
    selected.value = alarm;
    drawing.value = false;
    drawn.value = null;
  }, [id]);
  if (gone) return <p class="sheet">{t("work.gone")}</p>;
  if (!inspection) return <p class="sheet">{t("shell.loading")}</p>;
  return (
    <>
      <Stage inspection={inspection} selected={selected} drawing={drawing} drawn={drawn} />
      <DecidingPanel
        inspection={inspection}
        refresh={refresh}
        selected={selected}
        drawing={drawing}
        drawn={drawn}
        onDone={onDone}
      />
    </>
  );
}

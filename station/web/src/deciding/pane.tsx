import type { ComponentChildren } from "preact";
import { t } from "../texts";
import { useFocusInside } from "./focusing";
import { Press } from "./press";

interface PaneProps {
  title: string;
  onOut: () => void;
  children: ComponentChildren;
}

/** A question that somebody is amid of answering, with a way out. */
export function Pane({ title, onOut, children }: PaneProps) {
  const ref = useFocusInside<HTMLElement>();
  return (
    <section ref={ref} class="pane" aria-label={title}>
      <h3>{title}</h3>
      {children}
      <Press text={t("deciding.back")} keys="Escape" look="quiet" onPress={onOut} />
    </section>
  );
}

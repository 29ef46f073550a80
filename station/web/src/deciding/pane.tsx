import type { ComponentChildren } from "preact";
import { t } from "../texts";
import { useFocusInside } from "./focusing";
import { Press } from "./press";

interface PaneProps {
  title: string;
  onOut: () => void;
  /** Whether it has several answers: none of them is chosen by Enter alone. */
  several?: boolean;
  children: ComponentChildren;
}

/** A question that somebody is amid of answering, with a way out. */
export function Pane({ title, onOut, several = false, children }: PaneProps) {
  const ref = useFocusInside<HTMLElement>(several);
  return (
    <section ref={ref} class="pane" aria-label={title} tabIndex={-1}>
      <h3>{title}</h3>
      {children}
      <Press text={t("deciding.back")} keys="Escape" look="quiet" onPress={onOut} />
    </section>
  );
}

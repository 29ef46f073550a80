import type { ComponentChildren } from "preact";

interface FactProps {
  name: string;
  trouble?: boolean;
  children: ComponentChildren;
}

/** One fact of a list of facts: what it is called, and what it is. */
export function Fact({ name, trouble = false, children }: FactProps) {
  return (
    <div class="fact-row">
      <dt>{name}</dt>
      <dd class={trouble ? "in-trouble" : undefined}>
        {trouble && <span aria-hidden="true">▲ </span>}
        {children}
      </dd>
    </div>
  );
}

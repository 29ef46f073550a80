import { login } from "../../api/client";
import { readsScans } from "../../parts/places";
import { sayNumber, sayTime, t, tOr } from "../../texts";
import type { Line } from "./asking";
import { findInspection } from "./kinds";
import { sayPayload, shorten } from "./payload";

/** One entry of the log. */
export function EntryRow({ line }: { line: Line }) {
  return (
    <tr data-seq={line.seq}>
      <th scope="row" class="number" title={t("log.hash", { sha256: line.sha256 })}>
        {sayNumber(line.seq)}
      </th>
      <td class="nowrap">{sayTime(line.made)}</td>
      <td>
        {tOr(`kind.${line.kind}`, line.kind)} <code class="muted kind">{line.kind}</code>
      </td>
      <td class="nowrap">{sayActor(line.actor)}</td>
      <td>
        <Subject line={line} />
      </td>
      <td>
        <Payload line={line} />
      </td>
    </tr>
  );
}

const LANE = "lane:";

function sayActor(actor: string): string {
  if (actor === "station") return t("log.station");
  if (actor.startsWith(LANE)) return t("log.lane", { lane: actor.slice(LANE.length) });
  return actor;
}

function Subject({ line }: { line: Line }) {
  const inspection = findInspection(line);
  const mayOpen = readsScans(login.value?.user.role ?? "");
  return (
    <>
      <code title={line.subject}>{shorten(line.subject)}</code>
      {inspection && mayOpen && (
        <>
          {" "}
          <a class="nowrap" href={`/inspections/${inspection}`}>
            {t("log.open")}
          </a>
        </>
      )}
    </>
  );
}

function Payload({ line }: { line: Line }) {
  const said = sayPayload(line.payload);
  if (said.length === 0) return null;
  return (
    <dl class="payload">
      {said.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd title={value}>{shorten(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

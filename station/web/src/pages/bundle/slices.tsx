import { t, tOr } from "../../texts";
import { groupSlices, type Slice, saysLittle } from "./scaling";
import { sayInterval } from "./share";

/** Which firearms were found in which cargo, a part for each way to sort them. */
export function SlicesTable({ name, slices }: { name: string; slices: readonly Slice[] }) {
  if (slices.length === 0) return <p class="muted">{t("bundle.slices.none")}</p>;
  return (
    <table class="table" aria-label={`${t("bundle.slices")}: ${name}`}>
      <thead>
        <tr>
          <th scope="col">{t("bundle.slice.name")}</th>
          <th scope="col">{t("bundle.slice.found")}</th>
          <th scope="col">{t("bundle.slice.share")}</th>
        </tr>
      </thead>
      {groupSlices(slices).map(([by, group]) => (
        <tbody key={by}>
          <tr>
            <th scope="rowgroup" colSpan={3} class="group">
              {tOr(`by.${by}`, by)}
            </th>
          </tr>
          {group.map((slice) => (
            <SliceRow key={slice.name} slice={slice} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function SliceRow({ slice }: { slice: Slice }) {
  const { name, found, of, interval } = slice;
  return (
    <tr>
      <th scope="row" class="inner">
        {name}
      </th>
      <td>
        {t("bundle.share_of", { found, of })}{" "}
        {saysLittle(slice) && <span class="badge">{t("bundle.slice.few")}</span>}
      </td>
      <td>{sayInterval(found / of, interval)}</td>
    </tr>
  );
}

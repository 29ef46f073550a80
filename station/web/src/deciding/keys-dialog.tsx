import { type KeyRow, type KeyTable, keysShown } from "../parts/keys";
import { t } from "../texts";
import { Modal } from "./modal";

/** All rows of some tables, by where they work. */
export function sortByPlace(tables: readonly KeyTable[]): Map<KeyRow["where"], KeyRow[]> {
  const places = new Map<KeyRow["where"], KeyRow[]>();
  for (const row of tables.flat()) {
    places.set(row.where, [...(places.get(row.where) ?? []), row]);
  }
  return places;
}

const NAMES: Record<string, string> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
};

/** How a key is written on a keyboard. */
export function nameKey(key: string): string {
  return NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

function sayKeys({ keys }: KeyRow) {
  const [first, last] = [keys[0], keys[keys.length - 1]];
  if (keys.length > 4) return <kbd>{`${first}–${last}`}</kbd>;
  return keys.map((key) => <kbd key={key}>{nameKey(key)}</kbd>);
}

/** All keys, once somebody asks for them. */
export function KeysDialog({ tables }: { tables: readonly KeyTable[] }) {
  if (!keysShown.value) return null;
  const hide = () => {
    keysShown.value = false;
  };
  return (
    <Modal title={t("shell.help")} onClose={hide}>
      <div class="keys">
        {[...sortByPlace(tables)].map(([place, rows]) => (
          <section key={place} aria-label={t(place)}>
            <h3>{t(place)}</h3>
            <dl>
              {rows.map((row) => (
                <div key={row.name}>
                  <dt>{sayKeys(row)}</dt>
                  <dd>{t(row.does)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}

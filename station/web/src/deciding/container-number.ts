const FORM = /^[A-Z]{3}[UJZ][0-9]{7}$/;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** What is wrong with a container number: by the codes of the station, and the right digit. */
export type Fault = { code: "container.form" } | { code: "container.check_digit"; digit: number };

/** Letters count from A = 10 and skip multiples of 11 (ISO 6346). */
function findValue(letter: string): number {
  const at = LETTERS.indexOf(letter);
  return at < 0 ? Number(letter) : at + 10 + Math.floor((at + 9) / 10);
}

/** The check digit of the first ten characters of a container number (ISO 6346). */
export function findCheckDigit(code: string): number {
  const total = [...code].reduce((sum, letter, place) => sum + findValue(letter) * 2 ** place, 0);
  return (total % 11) % 10;
}

/** What ISO 6346 says against a container number; null if nothing. */
export function findFault(number: string): Fault | null {
  if (!FORM.test(number)) return { code: "container.form" };
  const digit = findCheckDigit(number.slice(0, 10));
  return Number(number[10]) === digit ? null : { code: "container.check_digit", digit };
}

/** Container numbers as somebody typed them, apart by anything but letters and figures. */
export function splitNumbers(typed: string): string[] {
  return typed
    .toUpperCase()
    .split(/[\s,;/]+/)
    .map((part) => part.replace(/[^A-Z0-9]/g, ""))
    .filter((part) => part !== "");
}

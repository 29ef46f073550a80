import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ProblemError, UnreachableError } from "../api/client";
import { Newest } from "./newest";

vi.hoisted(() => vi.stubGlobal("location", { origin: "http://here" }));

type Answer = { give: (answer: string) => void; fail: (error: unknown) => void };

function follow() {
  const asked: Answer[] = [];
  const taken: string[] = [];
  const refused = vi.fn();
  const ask = () =>
    new Promise<string>((give, fail) => {
      asked.push({ give, fail });
    });
  const newest = new Newest(ask, (answer) => taken.push(answer), refused);
  return { asked, taken, refused, newest };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("what is asked anew", () => {
  it("is not replaced by an answer that comes late", async () => {
    const { asked, taken, newest } = follow();
    const loads = [newest.load(), newest.load()];
    asked[1]?.give("new");
    await loads[1];
    asked[0]?.give("old");
    await loads[0];
    expect(taken).toEqual(["new"]);
  });

  it("is shown though it is asked anew faster than it is answered", async () => {
    const { asked, taken, newest } = follow();
    const first = newest.load();
    void newest.load();
    asked[0]?.give("old");
    await first;
    expect(taken).toEqual(["old"]);
  });

  it.each([new UnreachableError("away"), new ProblemError(503, "http.503", {}, "records")])(
    "is asked again while the station is away: %s",
    async (error) => {
      const { asked, taken, newest } = follow();
      const load = newest.load();
      asked[0]?.fail(error);
      await vi.advanceTimersByTimeAsync(1000);
      asked[1]?.give("there");
      await load;
      expect(taken).toEqual(["there"]);
    },
  );

  it("is not asked again where it is refused", async () => {
    const { asked, refused, newest } = follow();
    const load = newest.load();
    asked[0]?.fail(new ProblemError(404, "http.404", {}, "none"));
    await load;
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked).toHaveLength(1);
    expect(refused).toHaveBeenCalledOnce();
  });

  it("waits for the later asking where its own failed", async () => {
    const { asked, taken, newest } = follow();
    const loads = [newest.load(), newest.load()];
    asked[0]?.fail(new UnreachableError("away"));
    asked[1]?.give("new");
    await Promise.all(loads);
    expect(taken).toEqual(["new"]);
  });

  it("ends with its page, amid a pause too", async () => {
    const { asked, taken, newest } = follow();
    const load = newest.load();
    asked[0]?.fail(new UnreachableError("away"));
    await vi.advanceTimersByTimeAsync(10);
    newest.stop();
    await vi.advanceTimersByTimeAsync(5000);
    await load;
    expect([asked.length, taken]).toEqual([1, []]);
  });
});

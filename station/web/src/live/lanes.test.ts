import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { followLanes, type Lane, lanes } from "./lanes";
import { Following } from "./socket";

vi.hoisted(() => {
  vi.stubGlobal("location", { origin: "http://here", href: "http://here/" });
  vi.stubGlobal("window", globalThis);
});

let say: (message: unknown) => void;
let give: (lanes: Partial<Lane>[]) => Promise<void>;
let stop: () => void;
const asked = vi.fn();

beforeEach(() => {
  asked.mockReset();
  lanes.value = [];
  vi.stubGlobal("WebSocket", function Socket(this: Record<string, unknown>) {
    this.close = () => undefined;
    say = (message) => (this.onmessage as (event: unknown) => void)(wrap(message));
  });
  vi.stubGlobal("fetch", () => {
    asked();
    return new Promise<Response>((resolve) => {
      give = async (found) => {
        resolve(Response.json(found));
        await new Promise((done) => setTimeout(done, 5));
      };
    });
  });
  const following = new Following();
  following.start();
  const end = followLanes();
  stop = () => {
    end();
    following.stop();
  };
});

afterEach(() => stop());

const wrap = (message: unknown) => ({ data: JSON.stringify(message) });

describe("a lane", () => {
  it("that stopped while it was asked for is shown as stopped", async () => {
    say({ type: "lane", name: "north", state: "down", alive: true });
    await give([{ name: "north", state: "idle", alive: true }]);
    expect(lanes.value.map((lane) => lane.state)).toEqual(["down"]);
  });

  it("is as it was told last, others as they are", async () => {
    await give([
      { name: "north", state: "idle" },
      { name: "south", state: "idle" },
    ]);
    say({ type: "lane", name: "south", state: "behind", alive: true });
    expect(lanes.value.map((lane) => lane.state)).toEqual(["idle", "behind"]);
  });

  it("whose process died is asked for, as only the answer says since when", async () => {
    await give([{ name: "north", state: "idle", alive: true, beat: "2026-03-04T05:00:00Z" }]);
    say({ type: "lane", name: "north", state: "down", alive: false });
    await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(2));
    await give([{ name: "north", state: "down", alive: false, beat: "2026-03-04T09:00:00Z" }]);
    expect(lanes.value[0]?.beat).toBe("2026-03-04T09:00:00Z");
  });
});

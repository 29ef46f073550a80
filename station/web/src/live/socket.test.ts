import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { login } from "../api/client";
import { connected, Following, hear, type News } from "./socket";

vi.hoisted(() => {
  vi.stubGlobal("location", { origin: "http://here", href: "http://here/" });
  vi.stubGlobal("window", globalThis);
});

class Socket {
  static all: Socket[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  close = vi.fn();

  constructor(readonly url: URL) {
    Socket.all.push(this);
  }

  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const last = () => Socket.all.at(-1) as Socket;
const answer = (status: number, body: unknown = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
const fetched = vi.fn<(request: Request) => Promise<Response>>();
let following: Following;
let news: News[];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
  vi.stubGlobal("fetch", fetched);
  fetched.mockReset().mockImplementation(async () => answer(200));
  Socket.all = [];
  news = [];
  stop = hear((one) => news.push(one));
  login.value = { csrf: "c", user: { id: "1" } } as typeof login.value;
  following = new Following();
  following.start();
});

afterEach(() => {
  following.stop();
  stop();
  vi.useRealTimers();
});

describe("a page that follows the station", () => {
  it("loads all when it begins, and goes on from the last entry after a cut", async () => {
    last().say({ type: "hello", seq: 7 });
    last().say({ type: "entry", seq: 8, kind: "alarm.raised" });
    last().onclose?.({ code: 1006 });
    expect(connected.value).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(last().url.searchParams.get("after")).toBe("8");
    last().say({ type: "hello", seq: 8 });
    expect(connected.value).toBe(true);
    expect(news.map((one) => one.type)).toEqual(["anew", "entry"]);
  });

  it("loads all anew where entries were missed", async () => {
    last().say({ type: "hello", seq: 7 });
    last().onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(200);
    last().say({ type: "hello", seq: 90_000 });
    expect(news).toEqual([{ type: "anew" }, { type: "anew" }]);
  });

  it.each([
    ["hears nothing", async () => Promise.reject(new TypeError("cut"))],
    ["has no records", async () => answer(503)],
  ])("says so where a connection that was not closed %s", async (_, ask) => {
    last().say({ type: "hello", seq: 7 });
    fetched.mockImplementation(ask);
    await vi.advanceTimersByTimeAsync(4000);
    expect(connected.value).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(Socket.all).toHaveLength(2);
  });

  it("shows the login where it is refused as nobody's", async () => {
    fetched.mockImplementation(async () => answer(401));
    last().onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(4000);
    expect(login.value).toBeNull();
  });

  it("goes on where its login was replaced by another one", async () => {
    last().say({ type: "hello", seq: 7 });
    fetched.mockImplementation(async () => answer(200, { csrf: "d", user: { id: "1" } }));
    last().onclose?.({ code: 4401 });
    await vi.advanceTimersByTimeAsync(300);
    expect([login.value?.csrf, Socket.all.length]).toEqual(["d", 2]);
  });

  it("takes nothing once it was stopped", () => {
    following.stop();
    last().say({ type: "hello", seq: 7 });
    expect([connected.value, news]).toEqual([false, []]);
  });
});

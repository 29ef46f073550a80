import { signal } from "@preact/signals";
import { api, get, login, mayRepeat } from "../api/client";
import { findLogin } from "../api/session";

/** An entry of the station's log, as it is told. */
export interface EntryMessage {
  type: "entry";
  seq: number;
  made: string;
  kind: string;
  actor?: string;
  subject: string;
  payload: Record<string, unknown>;
  inspection?: string | null;
}

/** A scan grew. */
export interface ColumnsMessage {
  type: "columns";
  lane: string;
  scan: string;
  width: number;
  inspection?: string | null;
}

/** A lane is not as it was: the fields of `GET /api/lanes` beside these. */
export interface LaneMessage {
  type: "lane";
  name: string;
}

interface Hello {
  type: "hello";
  seq: number;
}

/** "anew": too much happened meanwhile, or nothing was known yet: load what is shown. */
export type News = EntryMessage | ColumnsMessage | LaneMessage | { type: "anew" };

/** Whether what is shown follows the station. */
export const connected = signal(false);

type Hear = (news: News) => void;
const hearers = new Set<Hear>();

/** Hear what happens. @returns What ends it. */
export function hear(hearer: Hear): () => void {
  hearers.add(hearer);
  return () => hearers.delete(hearer);
}

function tell(news: News): void {
  for (const hearer of hearers) hearer(news);
}

const LOGGED_OUT = 4401;
const AGAIN_MS = [200, 500, 1000, 2000];

/** How often the station is asked whether it is there, and how long it may take to say so, ms. */
const ASK_MS = 4000;
const SILENCE_MS = 6000;

/**
 * Ask the station whether it is there: a connection that was cut in silence tells nothing, nor
 * does a station that cannot read its records. Who is logged in no more is shown the login.
 */
async function isThere(): Promise<boolean> {
  const signal = AbortSignal.timeout(SILENCE_MS);
  return get(api.GET("/api/settings", { signal })).then(
    () => true,
    (error: unknown) => !mayRepeat(error),
  );
}

/** Follows the station until it is told to stop, over as many connections as that takes. */
export class Following {
  private socket: WebSocket | null = null;
  private seq: number | null = null;
  private tries = 0;
  private timer = 0;
  private asking = 0;
  private stopped = false;

  start(): void {
    this.connect();
    this.asking = window.setInterval(() => void this.check(), ASK_MS);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    clearInterval(this.asking);
    this.socket?.close();
    connected.value = false;
  }

  private connect(): void {
    const url = new URL("/api/live", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    if (this.seq !== null) url.searchParams.set("after", String(this.seq));
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.onmessage = (event) => this.take(JSON.parse(event.data as string) as News | Hello);
    socket.onclose = (event) => this.lose(event.code);
  }

  private async check(): Promise<void> {
    const { socket } = this;
    if ((await isThere()) || this.stopped || socket !== this.socket || !connected.peek()) return;
    if (!socket) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
    this.lose(0);
  }

  private take(message: News | Hello): void {
    if (this.stopped) return;
    if (message.type === "hello") {
      const missed = message.seq !== this.seq;
      this.seq = message.seq;
      this.tries = 0;
      connected.value = true;
      if (missed) tell({ type: "anew" });
      return;
    }
    if (message.type === "entry") this.seq = message.seq;
    tell(message);
  }

  private lose(code: number): void {
    connected.value = false;
    if (this.stopped) return;
    if (code === LOGGED_OUT) void this.findAgain();
    else this.connectLater();
  }

  /** This login has ended; another one may have begun beside this page. */
  private async findAgain(): Promise<void> {
    await findLogin();
    if (!this.stopped && login.peek()) this.connectLater();
  }

  private connectLater(): void {
    const wait = AGAIN_MS[Math.min(this.tries, AGAIN_MS.length - 1)];
    this.tries += 1;
    this.timer = window.setTimeout(() => this.connect(), wait);
  }
}

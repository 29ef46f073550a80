import { mayRepeat } from "../api/client";

const AGAIN_MS = 1000;

const pause = () => new Promise((resolve) => setTimeout(resolve, AGAIN_MS));

interface Failed {
  error: unknown;
}

/**
 * What the station answers, asked anew whenever it may have changed. Answers that come late do
 * not replace newer ones; while the station is away it is asked again, so that no change is
 * missed because its answer was.
 */
export class Newest<T> {
  private asked = 0;
  private taken = 0;
  private stopped = false;
  private latest: Promise<void> = Promise.resolve();

  /**
   * @param ask - Makes the request.
   * @param take - Is given each answer that is newer than the last one.
   * @param refused - Is told what the station will not answer.
   */
  constructor(
    private readonly ask: () => Promise<T>,
    private readonly take: (answer: T) => void,
    private readonly refused: (error: unknown) => void = () => undefined,
  ) {}

  /** Ask anew. @returns Done once an answer to this, or to a later asking, was taken. */
  load(): Promise<void> {
    this.asked += 1;
    this.latest = this.run(this.asked);
    return this.latest;
  }

  /** Take nothing from now on. */
  stop(): void {
    this.stopped = true;
  }

  private async run(mine: number): Promise<void> {
    while (!this.stopped) {
      const failed = await this.tryOnce(mine);
      if (!failed || this.stopped) return;
      if (mine < this.asked) return this.latest;
      if (!mayRepeat(failed.error)) return this.refused(failed.error);
      await pause();
      if (mine < this.asked) return this.latest;
    }
  }

  private async tryOnce(mine: number): Promise<Failed | null> {
    try {
      const answer = await this.ask();
      if (this.stopped || mine <= this.taken) return null;
      this.taken = mine;
      this.take(answer);
      return null;
    } catch (error) {
      return mine <= this.taken ? null : { error };
    }
  }
}

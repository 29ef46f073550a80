/** Do something soon, once for all wishes until then; the wish may be taken back. */
export class Soon {
  private timer = 0;

  constructor(
    private readonly act: () => void,
    private readonly wait: number,
  ) {}

  /** Wish for it. */
  wish(): void {
    if (this.timer) return;
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.act();
    }, this.wait);
  }

  /** Take the wish back. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = 0;
  }
}

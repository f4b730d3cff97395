/** @file Seconds of the clock and of the processor, and the largest resident size, over one or several stretches of work in this process. */

export class Stopwatch {
  seconds = 0;
  processorSeconds = 0;
  peakBytes = 0;

  async run<T>(work: () => Promise<T>): Promise<T> {
    const watch = setInterval(() => this.#look(), 20);
    const [started, before] = [performance.now(), process.cpuUsage()];
    try {
      return await work();
    } finally {
      const { user, system } = process.cpuUsage(before);
      this.seconds += (performance.now() - started) / 1_000;
      this.processorSeconds += (user + system) / 1e6;
      this.#look();
      clearInterval(watch);
    }
  }

  #look(): void {
    this.peakBytes = Math.max(this.peakBytes, process.memoryUsage.rss());
  }
}

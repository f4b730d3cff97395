/** @file What every stage of the bench prints: its seconds, those of its processor, and the peak resident size of its process. */

/** Runs the work of one stage and prints the line that the bench reads. */
export async function measure(work: () => Promise<void>): Promise<void> {
  const started = performance.now();
  const before = process.cpuUsage();
  await work();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ seconds, processorSeconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1024 }));
}

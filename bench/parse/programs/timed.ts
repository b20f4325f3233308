export interface Timed<T> {
  readonly result: T
  readonly figures: { readonly insideMs: number; readonly insideCpuMs: number }
}

/** Does something, and tells how long it took from start to end and in processor time. */
export async function timed<T>(work: () => T | Promise<T>): Promise<Timed<T>> {
  const started = performance.now()
  const startedCpu = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(startedCpu)
  return { result, figures: { insideMs: performance.now() - started, insideCpuMs: (user + system) / 1000 } }
}

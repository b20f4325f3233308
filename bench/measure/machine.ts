import { cpus, loadavg, totalmem } from 'node:os'

/** Where something was measured: figures of two machines do not compare. */
export interface Machine {
  readonly cores: number
  readonly cpu: string
  readonly architecture: string
  readonly platform: string
  readonly memoryMB: number
  readonly node: string
  /** How many processes wanted to run in the last minute: above 1 before a bench, something else was at work. */
  readonly load: number
}

export function thisMachine(): Machine {
  const cores = cpus()
  return {
    cores: cores.length,
    cpu: cores[0]?.model ?? 'unknown',
    architecture: process.arch,
    platform: process.platform,
    memoryMB: Math.round(totalmem() / 1e6),
    node: process.version,
    load: loadavg()[0] ?? 0,
  }
}

export function describeMachine({ cores, cpu, architecture, platform, node, load }: Machine): string {
  return `${cores} cores (${cpu}), ${platform} ${architecture}, Node ${node}, load ${load.toFixed(1)} at the start`
}

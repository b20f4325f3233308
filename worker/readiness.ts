import type { Worker } from '@temporalio/worker'
import type { HealthCheck, HealthSource } from './health.ts'

/**
 * What the probes are told. Live means that a restart would help nothing; a server that is away is waited for, so it does not count.
 * Ready means that both queues are worked on and the controller was seen running.
 */
export class Readiness implements HealthSource {
  /** Once they have been made. */
  workers: { readonly feeds: Pick<Worker, 'getState'>; readonly control: Pick<Worker, 'getState'> } | null = null
  /** Why the controller is not known to run, or null. */
  controllerProblem: string | null = 'not looked at yet'

  live(): readonly HealthCheck[] {
    if (!this.workers) return [{ name: 'process', ok: true, message: 'starting' }]
    return Object.entries(this.workers).map(([name, worker]) => {
      const state = worker.getState()
      return { name, ok: state !== 'FAILED', message: state }
    })
  }

  ready(): readonly HealthCheck[] {
    if (!this.workers) return [{ name: 'servers', ok: false, message: 'waiting for Temporal, Elasticsearch and Kubernetes' }]
    const checks = Object.entries(this.workers).map(([name, worker]) => {
      const state = worker.getState()
      return { name, ok: state === 'RUNNING', message: state }
    })
    return [...checks, { name: 'controller', ok: this.controllerProblem === null, message: this.controllerProblem ?? 'runs' }]
  }
}

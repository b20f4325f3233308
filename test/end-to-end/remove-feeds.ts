import { eventually } from './cluster.ts'
import type { Cluster } from './cluster.ts'

/** Removes all feeds of a cluster, each once the run of the one before has ended. @param patienceMs for each run, if it may take longer than usual */
export async function removeFeeds(cluster: Cluster, patienceMs?: number): Promise<void> {
  for (const { metadata } of await cluster.feeds()) {
    await cluster.remove(metadata.name)
    await eventually(`the run of ${metadata.name} ends`, () => cluster.running(metadata.name), (runs) => !runs, patienceMs)
  }
}

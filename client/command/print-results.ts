import type { CancelResult, RefreshResult, StartResult } from '../results.ts'

export function printStarted(results: readonly StartResult[]): string {
  return results.map(({ name, resource, workflowId }) => `${name}: ${RESOURCE_WORDS[resource]}; its run is ${workflowId}`).join('\n')
}

const RESOURCE_WORDS: Readonly<Record<StartResult['resource'], string>> = {
  created: 'created',
  changed: 'written over the one there was',
  enabled: 'enabled',
  unchanged: 'enabled already, asked to look again',
}

export function printCancelled({ name, outcome, runId }: CancelResult): string {
  if (outcome === 'already-disabled') return `${name}: disabled already`
  if (outcome === 'disabled') return `${name}: disabled; it had no run`
  return `${name}: run ${runId ?? ''} is cancelled and the feed disabled; \`threatfeed start ${name}\` enables it again`
}

export function printRefreshed({ name, outcome, message }: RefreshResult): string {
  return `${name}: ${outcome}${message === '' ? '' : `, ${message}`}`
}

import type { FeedSteps } from '../../domain/run/steps.ts'
import { ScriptedSteps } from './scripted-steps.ts'

const STEPS = Object.keys(new ScriptedSteps().activities()) as (keyof FeedSteps)[]

/** The steps of many feeds in one worker: each is played by the script of its feed, by name, also one that is added later. */
export function stepsOfFeeds(feeds: ReadonlyMap<string, ScriptedSteps>): FeedSteps {
  const played = new Map<ScriptedSteps, FeedSteps>()
  const of = (name: string): FeedSteps => {
    const script = feeds.get(name)
    if (script === undefined) throw new Error(`no script for ${name}`)
    const steps = played.get(script) ?? script.activities()
    played.set(script, steps)
    return steps
  }
  const play = (step: keyof FeedSteps) => (input: { feed: { name: string } }) => of(input.feed.name)[step](input as never)
  return Object.fromEntries(STEPS.map((step) => [step, play(step)])) as unknown as FeedSteps
}

import type { Entries } from '../sets/entries.ts'
import type { GiveWay } from './give-way.ts'
import { kindOf } from './json-kind.ts'

/** Items, and characters of them, between two looks at the clock: a few milliseconds of work, unless they are made to be hard to judge. */
const ITEMS_AT_ONCE = 4_096
const CHARACTERS_AT_ONCE = 32_768

/**
 * Takes the items of a list, which are numbered from 1; what is not a string is rejected with its kind (contract F-09).
 * @throws BodyRefused once the set is larger than one may be (contract N-06), and what giving way throws.
 */
export async function takeItems(list: readonly unknown[], entries: Entries, giveWay: GiveWay): Promise<void> {
  let items = 0
  let characters = 0
  for (const [i, item] of list.entries()) {
    if (typeof item === 'string') entries.takeText(item, i + 1)
    else entries.reject('not-a-string', i + 1, kindOf(item))
    items++
    characters += typeof item === 'string' ? item.length : 0
    if (items < ITEMS_AT_ONCE && characters < CHARACTERS_AT_ONCE) continue
    items = 0
    characters = 0
    entries.assertSize()
    await giveWay()
  }
}

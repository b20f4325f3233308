/** Commands that work as they stand in a shell in the project's folder, with whatever settings that shell has. */
export function commandsToTry(settings: Readonly<Record<string, string>>, kubectl: string, feeds: readonly string[]): readonly string[] {
  const [first = ''] = feeds
  const kubernetes = assign(settings, ['KUBECONFIG'])
  const all = assign(settings, ['TEMPORAL_ADDRESS', 'KUBECONFIG', 'ELASTICSEARCH_URL'])
  return [
    `${kubernetes} ${quote(kubectl)} get globalthreatfeeds`,
    `${all} npx threatfeed describe ${first}`,
    `${all} npx threatfeed refresh ${first} --wait`,
  ]
}

function assign(settings: Readonly<Record<string, string>>, names: readonly string[]): string {
  return names.flatMap((name) => (settings[name] === undefined ? [] : [`${name}=${quote(settings[name])}`])).join(' ')
}

function quote(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`
}

import type { Preview } from '../../domain/preview/preview.ts'
import { figure } from '../../domain/sets/limits.ts'
import type { FormatStanza } from '../../domain/preview/stanza.ts'
import type { PreviewResult } from '../preview/preview-feed.ts'
import { printable, table } from './table.ts'

type Row = readonly [string, string]

/** A preview as people read it: the figures, what to look at, and what would fit better. */
export function printPreview(preview: PreviewResult): string {
  const blocks = [table(facts(preview)), refused(preview), rejected(preview), begins(preview), columns(preview), overlaps(preview)]
  return [...blocks, suggestion(preview), notes(preview)].filter((block) => block !== '').join('\n\n')
}

function facts(preview: PreviewResult): readonly Row[] {
  const { feed, source, content, format, bytes, elapsedMs, sha256 } = preview
  return [
    ...(feed === null ? [] : [['Feed:', feed] as const]),
    ['Source:', `${source}, ${figure(bytes)} bytes`],
    ['Read as:', `${content}, ${formatLine(format)}`],
    ['Members:', membersLine(preview)],
    ...(preview.addresses === null ? [] : addressRows(preview.addresses)),
    ...(preview.names === null ? [] : nameRows(preview.names)),
    ...(sha256 === null ? [] : [['SHA-256:', sha256] as const]),
    ['Time:', `${(elapsedMs / 1000).toFixed(2)} s`],
  ]
}

function membersLine({ refused, members, entries, duplicates, rejected }: PreviewResult): string {
  if (refused !== null) return 'none: a pull of this would fail'
  const left = [
    ...(duplicates > 0 ? [`${figure(duplicates)} ${duplicates === 1 ? 'duplicate' : 'duplicates'}`] : []),
    ...(Object.keys(rejected).length > 0 ? [`${figure(Object.values(rejected).reduce((sum, count) => sum + count, 0))} rejected`] : []),
  ]
  return `${figure(members)} of ${figure(entries)} entries${left.length === 0 ? '' : ` (${left.join(', ')})`}`
}

function addressRows({ ipv4, ipv6, mergedPrefixes, widest }: NonNullable<Preview['addresses']>): readonly Row[] {
  return [
    ['IPv4, IPv6:', `${figure(ipv4)} and ${figure(ipv6)}`],
    ['Merged:', `${figure(mergedPrefixes)} ${mergedPrefixes === 1 ? 'prefix' : 'prefixes'}, as in a network set`],
    ['Widest:', widest.length === 0 ? 'single addresses only' : widest.join(' ')],
  ]
}

function nameRows({ ace, lastLabels, lastLabelCount }: NonNullable<Preview['names']>): readonly Row[] {
  const shown = lastLabels.map(({ label, members }) => `${label} ${figure(members)}`).join(', ')
  return [
    ['Unicode:', `${figure(ace)} ${ace === 1 ? 'name' : 'names'} (in ACE, xn--)`],
    ['Below:', `${shown}${lastLabelCount > lastLabels.length ? ` and ${figure(lastLabelCount - lastLabels.length)} more` : ''}`],
  ]
}

function refused({ refused }: PreviewResult): string {
  return refused === null ? '' : `Refused: ${printable(refused)}`
}

function rejected({ rejected, samples }: PreviewResult): string {
  const counts = Object.entries(rejected).sort(([, a], [, b]) => b - a)
  if (counts.length === 0) return ''
  const rows = [['LINE', 'REASON', 'ENTRY'], ...samples.map(({ line, reason, value }) => [String(line), reason, value])]
  return `Rejected entries: ${counts.map(([reason, count]) => `${figure(count)} ${reason}`).join(', ')}\n${indent(table(rows))}`
}

/** Samples show more than the first lines do, which are often comments. */
function begins({ begins, samples }: PreviewResult): string {
  return begins.length === 0 || samples.length > 0 ? '' : `It begins:\n${indent(begins.map(printable).join('\n'))}`
}

function columns({ columns }: PreviewResult): string {
  if (columns.length === 0) return ''
  const named = columns.some(({ name }) => name !== null)
  const head = ['FIELDNUM', ...(named ? ['NAME'] : []), 'FIRST VALUES']
  const rows = columns.map(({ number, name, values }) => [String(number), ...(named ? [name ?? ''] : []), values.map((value) => JSON.stringify(value)).join(' ')])
  return `Columns:\n${indent(table([head, ...rows]))}`
}

function overlaps({ addresses }: PreviewResult): string {
  if (addresses === null || addresses.overlaps.length === 0) return ''
  const rows = addresses.overlaps.map(({ kind, name, members, examples }) => [figure(members), kind, name, examples.join(' ')])
  return `Overlap with ranges that hardly anyone means to list:\n${indent(table([['MEMBERS', 'KIND', 'RANGE', 'SUCH AS'], ...rows]))}`
}

function suggestion({ advice, suggestion, content }: PreviewResult): string {
  if (advice === null) return ''
  if (suggestion === null) return advice
  const yaml = specYaml(suggestion.format, suggestion.content === content ? null : suggestion.content)
  return `${advice}\n\n${indent(yaml.split('\n').map(printable).join('\n'))}`
}

function notes({ notes }: PreviewResult): string {
  return notes.map((note) => `Note: ${printable(note)}`).join('\n')
}

/** In one line, such as `csv header: true, fieldName: "ip"`. */
function formatLine(format: FormatStanza): string {
  const [[name, fields] = ['', {}] as const] = Object.entries(format)
  const said = Object.entries(fields).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
  return said.length === 0 ? name : `${name} with ${said.join(', ')}`
}

/** YAML to paste into the feed. */
function specYaml(format: FormatStanza, content: PreviewResult['content'] | null): string {
  const [[name, fields] = ['', {}] as const] = Object.entries(format)
  const values = Object.entries(fields)
  return [
    'spec:',
    ...(content === null ? [] : [`  content: ${content}`]),
    '  pull:',
    '    http:',
    '      format:',
    values.length === 0 ? `        ${name}: {}` : `        ${name}:`,
    // JSON's texts are texts of YAML.
    ...values.map(([key, value]) => `          ${key}: ${JSON.stringify(value)}`),
  ].join('\n')
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}

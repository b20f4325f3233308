import { unicodeName } from '../names/ace-label.ts'
import type { Hit, LogDocument } from '../search/log.ts'
import { endpoint, several } from './endpoint.ts'
import { brief, count, listOf, port, text, texts } from './log-fields.ts'

/** On whose word: the feed, and the beginning of its set's SHA-256 as the feed's status shows it. */
export interface Source {
  readonly feedName: string
  readonly setVersion: string
}

/**
 * One sentence for people: who connected to whom, in which direction, how often, allowed or denied, who says so, and which member of which
 * feed and set it is (contract E-02).
 * @param hit the side that the event is about; `others` are what else of the log is listed.
 */
export function describeFlow(hit: Hit, others: readonly Hit[], source: Source): string {
  const { log } = hit
  const address = (field: Hit['field']): string | undefined => [hit, ...others].find((one) => one.field === field)?.value
  const who = endpoint(log, 'source', address('source_ip'))
  const whom = endpoint(log, 'dest', address('dest_ip'))
  const number = port(log, 'dest_port')
  const proto = text(log, 'proto')
  const way = `${number === undefined ? '' : ` port ${number}`}${proto === undefined ? '' : ` over ${brief(proto)}`}`
  const listed = [hit, ...others].map(({ field, member }) => `the ${field === 'dest_ip' ? 'destination' : 'source'} as ${brief(member)}`)
  return sentence(`${who} ${verdict(log)} to ${whom}${way}${reporter(log)}`, `lists ${listed.join(' and ')}`, source)
}

/** `made 3 allowed connections`, `was denied a connection`; a log that does not say which was neither. */
function verdict(log: LogDocument): string {
  const flows = count(log, 'num_flows') ?? 1
  const action = text(log, 'action')
  const many = flows > 1
  if (action === 'deny') return many ? `was denied ${flows} connections` : 'was denied a connection'
  const how = action === 'allow' ? 'allowed ' : ''
  return many ? `made ${flows} ${how}connections` : `made ${how === '' ? 'a' : 'an'} ${how}connection`
}

/** The two ends of one connection may be logged by two nodes, and one may have denied what the other allowed. */
const REPORTERS: Readonly<Record<string, string>> = { src: ' at the source', dst: ' at the destination', fwd: ' in forwarding it' }

function reporter(log: LogDocument): string {
  const host = text(log, 'host')
  const where = REPORTERS[text(log, 'reporter') ?? ''] ?? ''
  if (host === undefined) return where === '' ? '' : `, seen${where}`
  return `, seen by ${brief(host)}${where}`
}

/** One sentence for people: who asked for what, what came of it, and where in question or answer the listed name was (contract E-02). */
export function describeQuery(hits: readonly [Hit, ...Hit[]], source: Source): string {
  const [hit] = hits
  const { log } = hit
  const times = count(log, 'count') ?? 1
  const qname = text(log, 'qname')
  const qtype = text(log, 'qtype')
  const asked = `asked DNS${times > 1 ? ` ${times} times` : ''} for ${qname === undefined ? 'a name' : brief(qname)}${qtype === undefined ? '' : ` (${brief(qtype)})`}`
  const members = [...new Set(hits.map(({ member }) => member))].map(readable)
  return sentence(`${endpoint(log, 'client')} ${asked}${answered(log)}${place(hit)}`, `lists ${several(members)}`, source)
}

/** What came of a question: an error by its name, else the addresses it led to. */
function answered(log: LogDocument): string {
  const rcode = text(log, 'rcode')
  if (rcode !== undefined && rcode !== 'NoError') return ` and was answered ${brief(rcode)}`
  const addresses = listOf(log.source['rrsets']).flatMap((rrset) => (/^(?:A|AAAA)$/i.test(texts(rrset['type'])[0] ?? '') ? texts(rrset['rdata']) : []))
  return addresses.length === 0 ? '' : ` and was answered ${several(addresses.map(brief))}`
}

/** The record of the answer that holds the listed name; nothing for a name that was asked for. */
function place({ field, value, record }: Hit): string {
  if (field === 'qname') return ''
  const { type = '', name = '' } = record ?? {}
  // As the letters of a type are read out: an A, an MX, a CNAME.
  const a = type === '' ? 'a record' : `${/^[aeiosfhlmnrx]/i.test(type) ? 'an' : 'a'} ${brief(type)} record`
  if (field === 'rrsets.name') return `; the answer has ${a} of ${brief(value)}`
  return `; the answer has ${a}${name === '' ? '' : ` of ${brief(name)}`} that names ${brief(value)}`
}

/** A member as it is listed, and as people read it where it is in ACE. */
function readable(member: string): string {
  const unicode = unicodeName(member)
  return unicode === member ? brief(member) : `${brief(member)} (${brief(unicode)})`
}

/** As much of a set's version as the feed's status shows. */
const VERSION_SHOWN = 12

function sentence(happened: string, lists: string, { feedName, setVersion }: Source): string {
  return `${capital(happened)}; threat feed ${feedName} ${lists} (set ${setVersion.slice(0, VERSION_SHOWN)}).`
}

/** Only words of our own begin with a capital: a name is as the log has it. */
function capital(text: string): string {
  return /^(?:pod|host|an?) /.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text
}

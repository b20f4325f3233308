import { HTTP_SETTINGS, type HttpSettings, readHttpSettings } from '../../adapters/http/settings.ts'
import { type Environment, SettingsReader } from '../../adapters/settings/settings-reader.ts'
import { ClientError } from '../client-error.ts'

/**
 * How a preview pulls: as a worker with the same environment would (README's table of settings; contract P-07, P-10).
 * @throws ClientError `invalid`, with all problems, naming variables and never their values.
 */
export function previewSettings(environment: Environment): HttpSettings {
  const read = new SettingsReader(environment, HTTP_SETTINGS)
  const settings = readHttpSettings(read)
  if (read.problems.length > 0) throw new ClientError('invalid', read.problems.join('; '))
  return settings
}

/** The addresses without which a worker takes the local servers, and with them their leave to pull from loopback. */
const ADDRESSES = ['TEMPORAL_ADDRESS', 'KUBECONFIG', 'ELASTICSEARCH_URL']

/** The environment as a worker started here would have it: beside local servers (`npm run local -- up`) loopback is allowed to feeds. */
export function withLocalRanges(environment: Environment, localSettings: Environment): Environment {
  const local = localSettings['FEED_ALLOWED_RANGES']
  if (local === undefined || environment['KUBERNETES_SERVICE_HOST'] || ADDRESSES.every((name) => environment[name])) return environment
  return { FEED_ALLOWED_RANGES: local, ...environment }
}

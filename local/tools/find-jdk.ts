import { readdir, readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LEAST } from '../versions.ts'
import { findExecutable, isExecutable } from './find-executable.ts'
import type { Environment } from './find-executable.ts'

/** Where JDKs are installed side by side, and what of each is its home. */
const INSTALLED: readonly Place[] = [
  { folder: '/usr/lib/jvm' },
  { folder: '/usr/java' },
  { folder: '/opt' },
  { folder: '/opt/java' },
  { folder: '/Library/Java/JavaVirtualMachines', home: 'Contents/Home' },
  { folder: '~/.sdkman/candidates/java' },
  { folder: '~/.jdks' },
]

interface Place {
  readonly folder: string
  readonly home?: string
}

export interface Jdk {
  readonly java: string
  readonly javac: string
  readonly jar: string
}

/** JAVA_HOME, then the `java` on the PATH, then the lowest of the installed ones: the first that is a JDK and new enough. */
export async function findJdk(environment: Environment, places = INSTALLED): Promise<Jdk | undefined> {
  const onPath = await findExecutable('java', environment)
  const first = [environment['JAVA_HOME'], onPath && dirname(dirname(await realpath(onPath)))]
  for (const home of first) {
    if (home && ((await majorVersion(home)) ?? 0) >= LEAST.java) return jdkAt(home)
  }
  const installed: { home: string; major: number }[] = []
  for (const home of await installedHomes(environment, places)) {
    const major = await majorVersion(home)
    if (major !== undefined && major >= LEAST.java) installed.push({ home, major })
  }
  const lowest = installed.sort((a, b) => a.major - b.major)[0]
  return lowest && jdkAt(lowest.home)
}

function jdkAt(home: string): Jdk {
  return { java: join(home, 'bin/java'), javac: join(home, 'bin/javac'), jar: join(home, 'bin/jar') }
}

async function installedHomes(environment: Environment, places: readonly Place[]): Promise<readonly string[]> {
  const homes: string[] = []
  for (const { folder, home } of places) {
    const base = folder.startsWith('~') ? join(environment['HOME'] ?? '/nonexistent', folder.slice(1)) : folder
    const names = await readdir(base).catch(() => [])
    homes.push(...names.sort().map((name) => join(base, name, home ?? '')))
  }
  return homes
}

/** @returns undefined when there is no JDK (a runtime alone cannot compile). Every JDK says its version in its `release` file. */
async function majorVersion(home: string): Promise<number | undefined> {
  if (!(await isExecutable(join(home, 'bin/javac')))) return undefined
  const release = await readFile(join(home, 'release'), 'utf8').catch(() => '')
  const version = /^JAVA_VERSION="(?:1\.)?(\d+)/m.exec(release)?.[1]
  return version === undefined ? undefined : Number(version)
}

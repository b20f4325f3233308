import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import type { Absent } from '../measure/contest.ts'

/** The rivals' programs on this machine. */
export interface Tools {
  readonly iprange: string | null
  readonly sort: string | null
  /** Compiled from `bench/rivals/`; null without Go. */
  readonly go: { readonly addresses: string; readonly names: string } | null
}

const IPRANGE = 'apt-get install iprange, or https://github.com/firehol/iprange'
const SORT = 'sort of the GNU coreutils, which every Linux has'
const GO = 'Go 1.21 or later, from https://go.dev/dl'

/** Looks for the rivals and compiles the Go programs into a folder. To be run in the project's folder. @throws Error when they do not compile. */
export function findTools(folder: string): Tools {
  const present = (tool: string, asked: string): boolean => spawnSync(tool, [asked], { stdio: 'ignore' }).error === undefined
  return {
    iprange: present('iprange', '--version') ? 'iprange' : null,
    sort: present('sort', '--version') ? 'sort' : null,
    go: present('go', 'version') ? compile(folder) : null,
  }
}

/** A contestant that cannot be run. */
export function absent(name: string, tool: keyof Tools): Absent {
  return { name, howToGet: { iprange: IPRANGE, sort: SORT, go: GO }[tool] }
}

function compile(folder: string): Tools['go'] {
  // The programs use the standard library alone: nothing is to be fetched.
  const env = { ...process.env, GOTOOLCHAIN: 'local', GOPROXY: 'off', GOFLAGS: '-buildvcs=false' }
  const { status, stderr } = spawnSync('go', ['build', '-o', folder, './addresses', './names'], { cwd: resolve('bench/rivals'), env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`the Go programs of bench/rivals/ do not compile: ${stderr}`)
  return { addresses: join(folder, 'addresses'), names: join(folder, 'names') }
}

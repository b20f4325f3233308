import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { SETTINGS } from '../../worker/settings.ts'

interface Service {
  readonly image?: string
  readonly build?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes?: readonly string[]
  readonly ports?: readonly string[]
  readonly command?: readonly string[]
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>
}

const text = readFileSync('docker-compose.yml', 'utf8')
const { services, volumes } = parse(text) as { readonly services: Readonly<Record<string, Service>>; readonly volumes: Readonly<Record<string, unknown>> }
const settings: ReadonlySet<string> = new Set(SETTINGS.map(({ name }) => name))
const dockerfile = readFileSync('Dockerfile', 'utf8')
const instructions = dockerfile.split('\n').filter((line) => /^[A-Z]+ /.test(line))

describe('docker-compose.yml', () => {
  it('gives the worker settings of the table alone', () => {
    const names = Object.keys(services['worker']?.environment ?? {})
    expect(names).toEqual(expect.arrayContaining(['TEMPORAL_ADDRESS', 'ELASTICSEARCH_URL', 'KUBECONFIG']))
    expect(names.filter((name) => !settings.has(name))).toEqual([])
    // Nothing is left to the environment of whoever starts it.
    expect(text).not.toMatch(/\$\{?[A-Za-z_]/)
  })

  it('reaches each server by the name and port of its service', () => {
    const { environment = {} } = services['worker'] ?? {}
    const addresses = [environment['TEMPORAL_ADDRESS'] ?? '', new URL(environment['ELASTICSEARCH_URL'] ?? '').host]
    for (const address of addresses) {
      const [name = '', port = ''] = address.split(':')
      expect(services[name]?.ports?.some((mapping) => mapping.endsWith(`:${port}`))).toBe(true)
    }
    expect(text).toContain('--server=https://kubernetes:6443')
    expect(services['kubernetes']?.command).toContain('--tls-san=kubernetes')
  })

  it('pins each image to an exact version, and opens ports to this machine alone', () => {
    for (const { image = '', ports = [] } of Object.values(services)) {
      expect(image).toMatch(/:v?\d+\.\d+\.\d+(-k3s\d+)?$/)
      expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
    }
  })

  it('serves the bodies of the examples where it says that their urls are then', async () => {
    const [, from = '', to = ''] = /^# +sed s\/(\S+)\/(\S+)\/ examples\//m.exec(text) ?? []
    const urls = readdirSync('examples').filter((file) => file.endsWith('.yaml')).flatMap((file) => readFileSync(`examples/${file}`, 'utf8').match(/(?<=url: )\S+/g) ?? [])
    const moved = urls.map((url) => new URL(url.replace(from, to)))
    const [service = '', port = ''] = to.split(':')
    expect(new Set(moved.map(({ host }) => host))).toEqual(new Set([to]))
    const [command = '', ...args] = services[service]?.command ?? []
    expect([command, args[0], args[1]]).toEqual(['node', '-e', expect.stringContaining(`.listen(${port})`)])
    expect(services[service]?.volumes).toEqual(['./examples/bodies:/bodies:ro'])

    // The same server, at a free port and with the folder that is mounted.
    const script = (args[1] ?? '').replaceAll("'/bodies", `'${resolve('examples/bodies')}`).replace(`.listen(${port})`, '.listen(0, "127.0.0.1", function () { console.log(this.address().port) })')
    const server = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void server.kill())
    const [free] = (await once(server.stdout, 'data')) as [Buffer]
    const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${String(free).trim()}${path}`)
    for (const { pathname } of moved) expect(await (await get(pathname)).text()).toBe(readFileSync(`examples/bodies${pathname}`, 'utf8'))
    for (const path of ['/', '/no-such-list.txt', '/%2e%2e/logs.ndjson']) expect((await get(path)).status).toBe(404)
  })

  it('names only files, volumes and services that exist', () => {
    for (const service of Object.values(services)) {
      for (const volume of service.volumes ?? []) {
        const [source = ''] = volume.split(':')
        expect(source.startsWith('.') ? existsSync(source) : source in volumes).toBe(true)
      }
      const needed = Array.isArray(service.depends_on) ? (service.depends_on as readonly string[]) : Object.keys(service.depends_on ?? {})
      for (const name of needed) expect(services).toHaveProperty(name)
      if (service.build !== undefined) expect(existsSync(join(service.build, 'Dockerfile'))).toBe(true)
    }
    const mounted = [...text.matchAll(/-f (\/deploy\/\S+)/g)].map(([, path = '']) => path)
    expect(mounted).toContain('/deploy/crds')
    for (const path of mounted) expect(existsSync(`.${path}`)).toBe(true)
  })

  it('is valid for docker-compose, where that is installed', () => {
    const { error, status, stderr } = spawnSync('docker-compose', ['-f', 'docker-compose.yml', 'config', '--quiet'], { encoding: 'utf8' })
    const installed = error === undefined
    expect(installed ? { status, stderr } : { status: 0, stderr: '' }).toEqual({ status: 0, stderr: '' })
  })
})

describe('Dockerfile', () => {
  it('builds from a glibc image that is pinned by digest', () => {
    expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:20-bookworm-slim@sha256:[0-9a-f]{64}$/m)
    expect(instructions.filter((line) => line.startsWith('FROM ')).every((line) => line.startsWith('FROM ${NODE_IMAGE}'))).toBe(true)
  })

  it('runs the worker without root and without development dependencies', () => {
    expect(instructions).toContain('USER 65532:65532')
    expect(dockerfile).toContain('npm prune --omit=dev')
    const command = JSON.parse(/^CMD (.*)$/m.exec(dockerfile)?.[1] ?? '[]') as readonly string[]
    expect(command[0]).toBe('node')
    expect(existsSync((command[1] ?? '').replace('dist/', '').replace(/\.js$/, '.ts'))).toBe(true)
  })

  it('has the authorities that Temporal is trusted by, which the slim image lacks, before it gives up root', () => {
    const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')))
    const installs = last.findIndex((line) => /^RUN .*\bapt-get install .*\bca-certificates\b/.test(line))
    expect(installs).toBeGreaterThan(0)
    expect(last.indexOf('USER 65532:65532')).toBeGreaterThan(installs)
  })

  it('copies what exists and what .dockerignore lets through, and all that the build needs', () => {
    const copied = instructions.filter((line) => line.startsWith('COPY ') && !line.includes('--from')).flatMap((line) => line.split(' ').slice(1, -1))
    const allowed = readFileSync('.dockerignore', 'utf8').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1))
    expect(copied.map((path) => path.replace('./', '')).filter((path) => !allowed.includes(path) || !existsSync(path))).toEqual([])
    const { include } = JSON.parse(readFileSync('tsconfig.build.json', 'utf8')) as { include: readonly string[] }
    expect(include.filter((folder) => !copied.includes(folder))).toEqual([])
  })
})

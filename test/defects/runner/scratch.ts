import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** A copy of the project to be damaged: the files of the working tree as they are now, committed or not. */
export interface Scratch {
  readonly folder: string
  /** Returns how to undo it, or what git says when it does not apply. */
  apply(patch: { readonly path: string; readonly files: readonly string[] }): (() => void) | string
  remove(): void
}

export function makeScratch(root = '.'): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'threatfeed-defects-'))
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  for (const file of new Set(listed.split('\0'))) {
    if (!statSync(join(root, file), { throwIfNoEntry: false })?.isFile()) continue
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    copyFileSync(join(root, file), join(folder, file))
  }
  symlinkSync(resolve(root, 'node_modules'), join(folder, 'node_modules'))
  return {
    folder,
    apply({ path, files }) {
      const before = files.map((file) => [join(folder, file), readFileSync(join(folder, file))] as const)
      const refused = gitApply(folder, path)
      return refused ?? (() => before.forEach(([file, content]) => writeFileSync(file, content)))
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Applies a patch, moved lines and all, in a folder that may lie in a repository or not. Returns what git says when it refuses. */
export function gitApply(folder: string, path: string, ...options: readonly string[]): string | undefined {
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(resolve(folder)) }
  const { status, stderr } = spawnSync('git', ['apply', ...options, path], { cwd: folder, env, encoding: 'utf8' })
  return status === 0 ? undefined : stderr.trim()
}

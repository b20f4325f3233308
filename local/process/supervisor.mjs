// Starts servers for another process and ends them when that process ends, however it ends: its end of our standard input closes
// then. It is plain JavaScript because it runs from the sources in tests and beside dist/ otherwise.
//
// Arguments: paths to delete at the end, the last a folder that goes if it is empty. Standard input, a line each: {"id", "command"}
// to start a server, {"keep": true} to leave the paths; standard output: {"id", "pid"} or {"id", "error"}.
import { spawn } from 'node:child_process'
import { closeSync, openSync, rmdirSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline'

let paths = process.argv.slice(2)
const children = new Set()
let ending = false

function take(message) {
  if (message.keep) paths = []
  else launch(message)
}

function launch({ id, command }) {
  if (ending) return
  try {
    const log = openSync(command.logFile, 'a', 0o600)
    const child = spawn(command.program, command.args, { cwd: command.cwd, detached: true, stdio: ['ignore', log, log] })
    closeSync(log)
    child.once('error', (error) => answer({ id, error: `${command.program} cannot be run: ${error.message}` }))
    child.once('spawn', () => {
      children.add(child)
      answer({ id, pid: child.pid })
      if (ending) child.kill('SIGKILL')
    })
    child.once('exit', () => {
      children.delete(child)
      if (ending) finish()
    })
  } catch (error) {
    answer({ id, error: error.message })
  }
}

function answer(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

/** Nobody is left who could want what the servers hold, so nothing is gained by asking them. */
function end() {
  ending = true
  for (const child of children) child.kill('SIGKILL')
  finish()
}

function finish() {
  if (children.size > 0) return
  const folder = paths.pop()
  for (const path of paths) rmSync(path, { recursive: true, force: true })
  try {
    if (folder) rmdirSync(folder)
  } catch {
    // Others keep something in it.
  }
  process.exit(0)
}

process.stdout.on('error', () => {})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)
createInterface({ input: process.stdin }).on('line', (line) => take(JSON.parse(line))).on('close', end)

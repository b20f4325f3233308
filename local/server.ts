import type { ServerCommand } from './process/launcher.ts'

export const SERVER_NAMES = ['temporal', 'kubernetes', 'elasticsearch'] as const
export type ServerName = (typeof SERVER_NAMES)[number]

/** Where each server is reached. */
export interface ServerAddresses {
  readonly temporal: {
    /** host:port of the gRPC service. */
    readonly address: string
    /** Unknown for a server that was given by the environment. */
    readonly uiUrl: string | undefined
    readonly httpUrl?: string
  }
  readonly kubernetes: {
    /** Path of the kubeconfig; a list of paths if the environment gives one. */
    readonly kubeconfig: string
    readonly url: string
  }
  readonly elasticsearch: { readonly url: string }
}

/** A server that is run here: what to start and how to see that it serves. */
export interface Server<Name extends ServerName = ServerName> {
  readonly name: Name
  readonly address: ServerAddresses[Name]
  /** In the order of their start; they end in the opposite order. */
  readonly commands: readonly ServerCommand[]
  /** Writes what the commands read; leaves what an earlier run has written. */
  prepare(): Promise<void>
  /** One try. @throws when it does not serve yet. */
  probe(signal: AbortSignal): Promise<void>
}

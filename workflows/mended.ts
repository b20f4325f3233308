/**
 * The id under which `patched` tells a run that this version began, or goes on with, from the part of its history that an older worker
 * made: that one went wrong in what is asked for with it, and its commands are replayed as they were. One for all of them, as they came
 * together; asked for only where the two differ.
 */
export const MENDED = 'mended'

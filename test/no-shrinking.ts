import fc from 'fast-check'

/** What a mutant fails at need not be the smallest that it fails at, and to look for that takes a hundred times as long as to fail. */
fc.configureGlobal({ endOnFailure: true })

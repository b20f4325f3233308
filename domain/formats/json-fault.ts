/**
 * Where a text stops being JSON (RFC 8259): the offset of the first character that cannot stand there, the text's length when it ends
 * too early, or -1 when it is JSON. For a text that `JSON.parse` refused, since engines word their errors each in their own way, and
 * most without a place. Holds one character for each open bracket, and does not recurse: a body decides how deep it is.
 */
export function jsonFault(text: string): number {
  const open: string[] = []
  let at = skipSpace(text, 0)
  // After a comma in an object a name is wanted, else a value; an end bracket only right after the one that opens.
  let wanted: 'value' | 'item' | 'name' | 'next' = 'value'
  for (;;) {
    const char = text[at]
    const inside = open.at(-1)
    if (wanted === 'next') {
      if (inside === undefined) return at === text.length ? -1 : at
      if (char === ',') wanted = inside === '{' ? 'name' : 'value'
      else if (closes(inside, char)) open.pop()
      else return at
      at++
    } else if (wanted === 'item' && closes(inside, char)) {
      open.pop()
      wanted = 'next'
      at++
    } else if (wanted === 'name' || (wanted === 'item' && inside === '{')) {
      const end = char === '"' ? stringEnd(text, at) : { fault: at }
      if ('fault' in end) return end.fault
      at = skipSpace(text, end.end)
      if (text[at] !== ':') return at
      wanted = 'value'
      at++
    } else if (char === '{' || char === '[') {
      open.push(char)
      wanted = 'item'
      at++
    } else {
      const end = char === '"' ? stringEnd(text, at) : wordEnd(text, at)
      if ('fault' in end) return end.fault
      at = end.end
      wanted = 'next'
    }
    at = skipSpace(text, at)
  }
}

type End = { readonly end: number } | { readonly fault: number }

function closes(open: string | undefined, char: string | undefined): boolean {
  return (open === '{' && char === '}') || (open === '[' && char === ']')
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y

function stringEnd(text: string, start: number): End {
  for (let at = start + 1; at < text.length; ) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return { end: at + 1 }
    if (code < 0x20) return { fault: at }
    if (code === 0x5c) {
      ESCAPE.lastIndex = at
      if (!ESCAPE.test(text)) return { fault: at }
      at = ESCAPE.lastIndex
    } else {
      at++
    }
  }
  return { fault: text.length }
}

const WORD = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y

function wordEnd(text: string, start: number): End {
  WORD.lastIndex = start
  return WORD.test(text) ? { end: WORD.lastIndex } : { fault: start }
}

function skipSpace(text: string, start: number): number {
  let at = start
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++
  return at
}

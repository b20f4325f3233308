/** The package ships no types; only what we use of it. */
declare module 'punycode/punycode.es6.js' {
  /** RFC 3492. @throws RangeError when it is not punycode. */
  export function decode(encoded: string): string
  export function encode(text: string): string
}

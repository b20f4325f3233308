/**
 * The id of the event of one feed and one log: SHA-256 over both, so that searching again never makes a second one. The log's index
 * is left out, since a shrunk or restored index brings the same log (contract E-03).
 * @returns 43 characters of base64url.
 */
export async function eventId(feedName: string, logId: string): Promise<string> {
  // A feed's name holds no newline (contract V-16), so that no two pairs give the same text.
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${feedName}\n${logId}`))
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** Where Cloudflare's Realtime API (SFU and TURN) is. */
const STANDARD_URL = 'https://rtc.live.cloudflare.com/v1';

/** The setting REALTIME_URL, or the usual address; throws where it is none. */
export function readRealtimeUrl({ REALTIME_URL: given = '' }: { readonly REALTIME_URL?: string }): string {
  const text = given.trim();
  if (text === '') return STANDARD_URL;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '');
  throw new Error('unable to read REALTIME_URL; it is an address such as https://rtc.live.cloudflare.com/v1');
}

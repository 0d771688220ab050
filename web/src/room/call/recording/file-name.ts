const ENDS: Readonly<Record<string, string>> = { 'video/webm': 'webm', 'video/mp4': 'mp4' };

/** What a recording is called: the meeting, and the day and minute (of this machine) at which it began. */
export function fileName(meeting: string, since: number, type: string): string {
  const date = new Date(since);
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}.${two(date.getMinutes())}.${two(date.getSeconds())}`;
  // What file systems don't take stands for something in some of them.
  const name = meeting.replaceAll(/[\\/:*?"<>|\p{Cc}\s]+/gu, ' ').trim();
  return `${name} ${day} ${time}.${ENDS[type] ?? 'webm'}`;
}

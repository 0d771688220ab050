/** What was begun and not sent, by whom it is for; kept as long as the page is. */
const texts = new Map<string, string>();

export const drafts = {
  get: (account: string): string => texts.get(account) ?? '',
  set: (account: string, text: string): void => {
    if (text === '') texts.delete(account);
    else texts.set(account, text);
  },
  /** Whoever logs in next is to find nothing of it. */
  clear: (): void => texts.clear(),
};

/** What can be picked with one press. Whatever else somebody sends is shown as well. */
export const EMOJI = ['👍', '👏', '❤️', '😂', '😮', '🎉', '🤔', '👎'] as const;

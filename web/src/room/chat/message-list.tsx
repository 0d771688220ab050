import { ArrowDown } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '../../../../src/client/index.ts';
import { Button } from '../../ui/button.tsx';
import { laterDialog } from '../../ui/later.tsx';
import { useAction } from '../../ui/use-action.ts';
import type { Large } from '../images/large.ts';
import { Lightbox } from '../images/lightbox.tsx';
import { useFaceOf, useHasLeft, useNameOf, useNotices, useRoom, useView } from '../room-context.tsx';
import { DayLine, NoticeLine } from './lines.tsx';
import { MessageMenu, useToolsMenu } from './message-menu.tsx';
import { MessageRow } from './message-row.tsx';
import type { MessageTools } from './message-tools.ts';
import { buildTimeline } from './timeline.ts';
import { FailedRow, PendingRow } from './unsent-rows.tsx';
import type { Draft } from './use-draft.ts';
import { type Outbox, pendingText } from './use-outbox.ts';
import { useScroll } from './use-scroll.ts';

const EditDialog = laterDialog(async () => (await import('./edit-dialog.tsx')).EditDialog);
const DeleteDialog = laterDialog(async () => (await import('./edit-dialog.tsx')).DeleteDialog);

export function MessageList({ outbox, draft }: { outbox: Outbox; draft: Draft }) {
  const { t } = useTranslation();
  const room = useRoom();
  const messages = useView((view) => view.messages);
  const earlier = useView((view) => view.earlier);
  const pending = useView((view) => view.pending);
  const self = useView((view) => view.self.id);
  const notices = useNotices();
  const nameOf = useNameOf();
  const faceOf = useFaceOf();
  // Whoever is mentioned is meant, on whichever device.
  const mine = faceOf(self).of;
  const hasLeft = useHasLeft();
  const [loading, run] = useAction();
  const [shown, setShown] = useState<Large | null>(null);
  const close = useCallback(() => setShown(null), []);
  const menu = useToolsMenu();
  const [edited, setEdited] = useState<Message | null>(null);
  const [removed, setRemoved] = useState<Message | null>(null);
  const bySeq = useMemo(() => new Map(messages.map((message) => [message.seq, message])), [messages]);
  const replyTo = useReply(draft);
  const tools: MessageTools = { reply: replyTo, edit: setEdited, remove: setRemoved };
  const recipientOf = (to: string) =>
    to === 'hosts' ? t('chat.theHosts') : (nameOf(to) ?? t('chat.somebody'));

  const lines = useMemo(() => buildTimeline(messages, notices), [messages, notices]);
  const unsent = pending.flatMap((command) => {
    const text = pendingText(command);
    return text === null ? [] : [{ n: command.n, ...text }];
  });
  const { box, isAtEnd, toEnd } = useScroll(lines, unsent.length + outbox.failed.length);

  return (
    <div className="relative min-h-0 flex-1">
      <section
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by keyboard too.
        tabIndex={0}
        aria-label={t('chat.messages')}
        className="h-full overflow-y-auto overscroll-contain px-3 py-4 -outline-offset-2 sm:px-4"
      >
        <div className="mx-auto flex min-h-full max-w-3xl flex-col justify-end">
          {earlier === null ? null : (
            <Button
              kind="quiet"
              busy={loading}
              className="mb-4 self-center"
              onClick={() => void run(() => room.history())}
            >
              {loading ? t('chat.loadingEarlier') : t('chat.loadEarlier')}
            </Button>
          )}
          {messages.length + unsent.length + outbox.failed.length === 0 ? (
            <div className="my-auto py-8 text-center">
              <p className="text-base font-medium">{t('chat.empty')}</p>
              <p className="mt-1 text-sm text-muted">{t('chat.emptyHint')}</p>
            </div>
          ) : null}
          <ol className="flex flex-col">
            {lines.map((line) => {
              if (line.kind === 'day') return <DayLine key={line.key} at={line.at} />;
              if (line.kind === 'notice')
                return <NoticeLine key={line.key} notice={line.notice} at={line.at} />;
              const {
                by,
                at,
                mentions,
                to,
                replyTo: replied,
              } = {
                mentions: undefined,
                to: undefined,
                replyTo: undefined,
                ...line.message,
              };
              const face = faceOf(by ?? '');
              return (
                <MessageRow
                  key={line.key}
                  message={line.message}
                  first={line.first}
                  own={by === self}
                  forMe={mentions?.some((id) => faceOf(id).of === mine) === true}
                  author={by === undefined ? null : nameOf(by)}
                  faceOf={face.of}
                  picture={face.picture}
                  hasLeft={by !== undefined && hasLeft(by)}
                  recipient={to === undefined ? null : to === self ? 'self' : recipientOf(to)}
                  nameOf={nameOf}
                  at={at}
                  onShow={setShown}
                  onMenu={menu.show}
                  isMenuOpen={menu.open && menu.message?.seq === line.message.seq}
                  replyTo={replied}
                  replied={replied === undefined ? undefined : bySeq.get(replied)}
                />
              );
            })}
            {unsent.map(({ n, text, to }) => (
              <PendingRow key={`p${n}`} text={text} to={to === null ? null : recipientOf(to)} />
            ))}
            {outbox.failed.map((message) => (
              <FailedRow key={`f${message.id}`} message={message} outbox={outbox} />
            ))}
          </ol>
        </div>
      </section>
      {isAtEnd ? null : (
        <Button
          kind="primary"
          icon={ArrowDown}
          onClick={toEnd}
          className="absolute bottom-3 left-1/2 -translate-x-1/2 whitespace-nowrap shadow-lg"
        >
          {t('chat.newBelow')}
        </Button>
      )}
      <MessageMenu menu={menu} tools={tools} />
      <EditDialog open={edited !== null} message={edited} onClose={() => setEdited(null)} />
      <DeleteDialog open={removed !== null} message={removed} onClose={() => setRemoved(null)} />
      <Lightbox shown={shown} onClose={close} />
    </div>
  );
}

/** Begins an answer: to whom it was said to, so that what is private stays so. */
function useReply(draft: Draft): (message: Message) => void {
  const self = useView((view) => view.self.id);
  return (message) => {
    const to = message.t === 'chat.sent' ? message.to : undefined;
    const isMine = message.by === self;
    draft.setReply(message);
    draft.setTo(to === undefined ? null : isMine ? to : (message.by ?? null));
    draft.focus();
  };
}

import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DirectMessage, Person } from '../../../../src/protocol/index.ts';
import { type Share, useUploads } from '../../room/images/use-uploads.ts';
import { hasKeyboard } from '../../ui/keyboard.ts';
import { useInbox } from '../inbox-context.ts';
import { useConversation, useIsBlocked } from '../person/use-person.ts';
import { ConversationHead } from './conversation-head.tsx';
import { ConversationList } from './conversation-list.tsx';
import { drafts } from './drafts.ts';
import { StandingBar } from './standing-bar.tsx';
import { useDirectOutbox } from './use-direct-outbox.ts';
import { WriteBar } from './write-bar.tsx';

/** All that was written with somebody, and the field to go on. */
export function Conversation({ person, onBack }: { person: Person; onBack: (() => void) | null }) {
  const { t } = useTranslation();
  const account = person.id;
  const inbox = useInbox();
  const outbox = useDirectOutbox(account);
  const [share] = useState((): Share => (file, options) => inbox.upload(account, file, options));
  const uploads = useUploads(share, true);
  const field = useRef<HTMLTextAreaElement>(null);
  const panel = useRef<HTMLElement>(null);
  const [text, setText] = useState(() => drafts.get(account));
  const [reply, setReply] = useState<DirectMessage | null>(null);
  const isBlocked = useIsBlocked(account);
  const isGone = useConversation(account)?.deleted === true;
  const mayWrite = !isBlocked && !isGone;

  const write = (next: string) => {
    setText(next);
    drafts.set(account, next);
  };
  // Whoever came by a link has the focus on what is gone. A screen keyboard is not to jump up unasked.
  useEffect(() => {
    panel.current?.focus();
    if (hasKeyboard()) field.current?.focus();
  }, []);

  return (
    <main
      ref={panel}
      tabIndex={-1}
      className="flex min-w-0 flex-1 flex-col"
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes('Files')) event.preventDefault();
      }}
      onDrop={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        if (mayWrite) uploads.add(event.dataTransfer.files);
      }}
    >
      <ConversationHead person={person} mayCall={mayWrite} onBack={onBack} />
      <ConversationList
        person={person}
        outbox={outbox}
        mayWrite={mayWrite}
        onReply={(message) => {
          setReply(message);
          // After the menu has given the focus back.
          setTimeout(() => field.current?.focus(), 300);
        }}
      />
      <StandingBar person={person} isGone={isGone} />
      {mayWrite ? (
        <WriteBar
          name={person.name}
          field={field}
          text={text}
          onText={write}
          uploads={uploads}
          reply={
            reply === null
              ? null
              : { message: reply, author: reply.from === account ? person.name : t('direct.you') }
          }
          onNoReply={() => setReply(null)}
          onSend={(said) => {
            outbox.send({
              text: said,
              replyTo: reply === null ? null : { from: reply.from, number: reply.number },
            });
            write('');
            setReply(null);
          }}
        />
      ) : null}
    </main>
  );
}

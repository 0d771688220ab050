import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Switch } from '../../ui/switch.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useRoom } from '../room-context.tsx';
import { checkPoll, readOptions } from './read-options.ts';

/** Asks everybody a question. */
export function PollForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const room = useRoom();
  const [question, setQuestion] = useState('');
  const [text, setText] = useState('');
  const [multiple, setMultiple] = useState(false);
  const [named, setNamed] = useState(false);
  const [hidden, setHidden] = useState(false);
  const [fault, setFault] = useState<ReturnType<typeof checkPoll>>(null);
  const [busy, run] = useAction();
  const values = {
    question: LIMITS.pollQuestionLength,
    options: LIMITS.pollOptions,
    option: LIMITS.pollOptionLength,
  };
  const inQuestion = fault === 'polls.questionMissing' || fault === 'polls.questionLong';

  async function open(): Promise<void> {
    const options = readOptions(text);
    const found = checkPoll(question, options);
    setFault(found);
    if (found !== null) return;
    const results = hidden ? 'hidden' : 'open';
    if (await run(() => room.openPoll({ question, options, multiple, named, results }))) onDone();
  }

  return (
    <form
      noValidate
      aria-label={t('polls.ask')}
      className="mb-6 flex flex-col gap-3 border-b border-line pb-6"
      onSubmit={(event) => {
        event.preventDefault();
        void open();
      }}
    >
      <Field
        label={t('polls.question')}
        value={question}
        onChange={(event) => setQuestion(event.target.value)}
        error={fault !== null && inQuestion ? t(fault, values) : undefined}
        autoComplete="off"
        autoFocus
      />
      <TextArea
        label={t('polls.options')}
        hint={t('polls.optionsHint')}
        value={text}
        rows={4}
        onChange={setText}
        error={fault !== null && !inQuestion ? t(fault, values) : undefined}
      />
      <div>
        <Switch label={t('polls.multiple')} checked={multiple} onChange={setMultiple} />
        <Switch label={t('polls.named')} hint={t('polls.namedHint')} checked={named} onChange={setNamed} />
        <Switch
          label={t('polls.hidden')}
          hint={t('polls.hiddenHint')}
          checked={hidden}
          onChange={setHidden}
        />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind="primary" busy={busy}>
          {t('polls.open')}
        </Button>
        <Button kind="quiet" onClick={onDone}>
          {t('app.cancel')}
        </Button>
      </div>
    </form>
  );
}

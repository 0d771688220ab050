import { useTranslation } from 'react-i18next';
import { AccountCorner } from '../account/account-corner.tsx';
import { useOffer } from '../account/accounts.ts';
import { useParts } from '../people/inbox-context.ts';
import { KeptHere } from '../room/call/recording/kept-here.tsx';
import { Page } from '../ui/page.tsx';
import { CreateForm } from './create-form.tsx';
import { JoinForm } from './join-form.tsx';

export function HomePage() {
  const { t } = useTranslation();
  const offer = useOffer();
  const parts = useParts();
  return (
    <Page title={t('app.name')} wide corner={<AccountCorner />}>
      <div className="max-w-2xl pt-6 pb-8 md:pt-12 md:pb-12">
        <h1 className="text-xl font-semibold tracking-tight text-balance">{t('home.title')}</h1>
        <p className="mt-2 text-muted">{t(offer?.join === 'account' ? 'home.leadAccount' : 'home.lead')}</p>
      </div>
      <div className="grid items-start gap-6 md:grid-cols-2">
        <section aria-labelledby="create-title" className="rounded-2xl border border-line bg-surface p-6">
          <h2 id="create-title" className="mb-4 text-lg font-semibold tracking-tight">
            {t('home.createTitle')}
          </h2>
          <CreateForm />
        </section>
        <section aria-labelledby="join-title" className="rounded-2xl border border-line bg-surface p-6">
          <h2 id="join-title" className="mb-4 text-lg font-semibold tracking-tight">
            {t('home.joinTitle')}
          </h2>
          <JoinForm />
        </section>
      </div>
      <KeptHere />
      {parts === null ? null : <parts.MyRooms />}
    </Page>
  );
}

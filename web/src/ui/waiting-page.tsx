import { useTranslation } from 'react-i18next';
import { describeError } from '../app/errors.ts';
import { Notice } from './notice.tsx';
import { Page } from './page.tsx';
import { OneMoment, RetryButton, type WaitingProps } from './waiting.tsx';

type WaitingPageProps = WaitingProps & {
  title: 'app.name' | 'app.people' | 'door.titleUnknown';
  wide?: boolean;
};

/** In the place of a whole page that is not there. */
export function WaitingPage({ title, wide = false, fault, ...rest }: WaitingPageProps) {
  const { t } = useTranslation();
  return (
    <Page title={t(title)} wide={wide && fault === null}>
      {fault === null ? (
        <OneMoment />
      ) : (
        <Notice title={t(title)} text={describeError(t, fault.error)}>
          <RetryButton kind="primary" {...rest} />
        </Notice>
      )}
    </Page>
  );
}

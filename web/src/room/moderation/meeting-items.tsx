import { Menu } from '@base-ui/react/menu';
import { useTranslation } from 'react-i18next';
import { MEDIA, type Member } from '../../../../src/protocol/index.ts';
import { menuItemClass } from '../../ui/menu.ts';
import { useAction } from '../../ui/use-action.ts';
import { useRoom, useView } from '../room-context.tsx';

/** What a host does with a member while the meeting goes on: the word, the eye of all, what is switched on. */
export function MeetingItems({ member }: { member: Member }) {
  const { t } = useTranslation();
  const room = useRoom();
  const isUp = useView((view) => view.hands.some((hand) => hand.member === member.id));
  const isLarge = useView((view) => view.spotlight === member.id);
  const [, run] = useAction();
  return (
    <Menu.Group className="mt-1 border-t border-line pt-1">
      <Menu.GroupLabel className="px-3 py-1 text-xs text-muted">{t('moderation.meeting')}</Menu.GroupLabel>
      {isUp ? (
        <Menu.Item className={menuItemClass} onClick={() => void run(() => room.callHand(member.id))}>
          {t('moderation.call')}
        </Menu.Item>
      ) : null}
      <Menu.Item
        className={menuItemClass}
        onClick={() => void run(() => room.setSpotlight(isLarge ? null : member.id))}
      >
        {t(isLarge ? 'moderation.unspotlight' : 'moderation.spotlight')}
      </Menu.Item>
      <MediaItems member={member} />
    </Menu.Group>
  );
}

function MediaItems({ member }: { member: Member }) {
  const { t } = useTranslation();
  const room = useRoom();
  const media = useView((view) => view.media.get(member.id));
  const requests = useView((view) => view.requests);
  const isCohost = useView((view) => view.self.role === 'cohost');
  const [, run] = useAction();
  const mayStop = !(isCohost && member.role === 'host');
  return MEDIA.map((kind) => {
    const isOn = media?.[kind] === true;
    const isAsked = requests.some((request) => request.member === member.id && request.media === kind);
    if (isOn && !mayStop) return null;
    return (
      <Menu.Item
        key={kind}
        className={menuItemClass}
        disabled={!isOn && isAsked}
        onClick={() =>
          void run(() =>
            isOn
              ? room.stopMedia({ members: [member.id], media: [kind] })
              : room.requestMedia(member.id, kind),
          )
        }
      >
        {isOn ? t(`moderation.stop.${kind}`) : t(`moderation.ask.${kind}`)}
      </Menu.Item>
    );
  });
}

import { LIMITS } from '../limits.ts';

export const favouritesCommandTexts = {
  'favourite.add': {
    summary: `Keeps a room or a media item among your favourites, at most ${LIMITS.favourites}. Added again it may get another title, and keeps its place.`,
  },
  'favourite.remove': {
    summary: 'Takes something off your favourites.',
  },
};

export const favouritesEventTexts = {
  'favourite.added': 'Something is among your favourites, or has another title there.',
  'favourite.removed': 'Something is among your favourites no longer.',
};

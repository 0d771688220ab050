/** What stands in PARLEY_KEYS during tests. It signs nothing anywhere else. */
export const testKeys = 'test:cGFybGV5LXRlc3Qta2V5LXRoaXMtc2lnbnMtbm90aGk';

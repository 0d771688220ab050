import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shown } from '../../../../src/client/call/gate.ts';
import { NOTHING_ON, type Stay } from '../../../../src/client/call/stays.ts';
import { DEFAULT_POLICY, MEDIA, ROLES } from '../../../../src/protocol/index.ts';
import { can } from '../../../../src/protocol/permissions.ts';

const ALL_ON = { camera: true, microphone: true, screen: true };
const MEMBER = { role: 'member', rights: {} } as const;
const stay = (on = ALL_ON, call = 'c_1'): Stay => ({ call, on, until: null });

describe('what of somebody is shown', () => {
  test('is what they have on', () => {
    const on = { camera: true, microphone: false, screen: false };
    expect(shown({ member: MEMBER, stay: stay(on) }, DEFAULT_POLICY, 'c_1')).toEqual(on);
  });

  test('is nothing of what they say is off, whatever arrives', () => {
    expect(shown({ member: MEMBER, stay: stay(NOTHING_ON) }, DEFAULT_POLICY, 'c_1')).toEqual(NOTHING_ON);
  });

  test('is nothing of what the room has locked, but of those whom its locks do not bind', () => {
    const policy = { ...DEFAULT_POLICY, camera: false };
    expect(shown({ member: MEMBER, stay: stay() }, policy, 'c_1')).toEqual({ ...ALL_ON, camera: false });
    expect(shown({ member: { role: 'host', rights: {} }, stay: stay() }, policy, 'c_1')).toEqual(ALL_ON);
    const granted = { role: 'member', rights: { camera: 'granted' } } as const;
    expect(shown({ member: granted, stay: stay() }, policy, 'c_1')).toEqual(ALL_ON);
  });

  test('is nothing of what was denied to them, also to a host', () => {
    const denied = { role: 'host', rights: { microphone: 'denied' } } as const;
    expect(shown({ member: denied, stay: stay() }, DEFAULT_POLICY, 'c_1')).toEqual({
      ...ALL_ON,
      microphone: false,
    });
  });

  test('is nothing of a viewer', () => {
    expect(shown({ member: { role: 'viewer', rights: {} }, stay: stay() }, DEFAULT_POLICY, 'c_1')).toEqual(
      NOTHING_ON,
    );
  });

  test('is nothing of whoever is not known, not in the call, or comes from another page than the room knows', () => {
    expect(shown({ member: undefined, stay: stay() }, DEFAULT_POLICY, 'c_1')).toEqual(NOTHING_ON);
    expect(shown({ member: MEMBER, stay: undefined }, DEFAULT_POLICY, 'c_1')).toEqual(NOTHING_ON);
    expect(shown({ member: MEMBER, stay: stay() }, DEFAULT_POLICY, 'c_2')).toEqual(NOTHING_ON);
  });

  test('is never more than is on and allowed', () => {
    const flag = fc.boolean();
    const right = fc.constantFrom('granted' as const, 'denied' as const, undefined);
    fc.assert(
      fc.property(
        fc.constantFrom(...ROLES),
        fc.record({ camera: right, microphone: right, screen: right }),
        fc.record({ camera: flag, microphone: flag, screen: flag }),
        fc.record({ camera: flag, microphone: flag, screen: flag }),
        (role, rights, open, on) => {
          const member = { role, rights };
          const policy = { ...DEFAULT_POLICY, ...open };
          const found = shown({ member, stay: stay(on) }, policy, 'c_1');
          for (const media of MEDIA) expect(found[media]).toBe(on[media] && can(member, policy, media));
        },
      ),
    );
  });
});

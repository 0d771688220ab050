import type { DeviceFailure } from '../../../../src/client/call/index.ts';
import type { Media } from '../../../../src/protocol/index.ts';

/** A device that could not be opened, and why. */
export class DeviceError extends Error {
  readonly device: Media;
  readonly failure: DeviceFailure;
  constructor(device: Media, failure: DeviceFailure) {
    super(`unable to open the ${device}; ${failure}`);
    this.name = 'DeviceError';
    this.device = device;
    this.failure = failure;
  }
}

// `npm run build:sdk`: the SDK as a package of its own in dist-sdk, ready for `npm pack` or `npm install <folder>`.
import { sdkFolder, writeSdk } from './sdk.ts';

await writeSdk(sdkFolder);
console.log(`wrote ${sdkFolder}`);

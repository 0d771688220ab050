/** What sends and fetches bytes. A page that only chats loads none of it; see `transfers` in later.ts. */
export { downloadFile } from './file-download.ts';
export { sourceOf } from './file-source.ts';
export { FileUpload } from './file-upload.ts';
export { uploadImage } from './images.ts';
export { discardUpload } from './upload-discard.ts';
export { fingerprintOf, UploadMemory } from './upload-memory.ts';
export { Meter } from './upload-meter.ts';
export { UploadRequests } from './upload-requests.ts';

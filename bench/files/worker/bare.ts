// The least that files can be: what comes goes into the bucket, and what is in it comes out. Nobody is asked, nothing is checked.
type Env = { readonly PICTURES: R2Bucket };

export default {
  async fetch(request: Request, { PICTURES }: Env): Promise<Response> {
    const [, key = '', upload = '', n = ''] = new URL(request.url).pathname.split('/');
    switch (request.method) {
      case 'POST':
        return key === '' ? begin(PICTURES) : complete(PICTURES.resumeMultipartUpload(key, upload), request);
      case 'PUT': {
        if (request.body === null) return new Response(null, { status: 400 });
        const part = await PICTURES.resumeMultipartUpload(key, upload).uploadPart(Number(n), request.body);
        return Response.json(part);
      }
      default:
        return read(PICTURES, key, request.headers);
    }
  },
};

async function begin(bucket: R2Bucket): Promise<Response> {
  const key = crypto.randomUUID();
  const { uploadId } = await bucket.createMultipartUpload(key);
  return Response.json({ key, upload: uploadId });
}

async function complete(upload: R2MultipartUpload, request: Request): Promise<Response> {
  await upload.complete(await request.json<R2UploadedPart[]>());
  return new Response(null, { status: 204 });
}

async function read(bucket: R2Bucket, key: string, asked: Headers): Promise<Response> {
  const object = await bucket.get(key, asked.has('range') ? { range: asked } : {});
  if (object === null) return new Response(null, { status: 404 });
  const headers = new Headers({ etag: object.httpEtag, 'accept-ranges': 'bytes' });
  const { range, size } = object;
  if (range === undefined || !('offset' in range) || !asked.has('range'))
    return new Response(object.body, { headers });
  const { offset = 0, length = size - offset } = range;
  headers.set('content-range', `bytes ${offset}-${offset + length - 1}/${size}`);
  return new Response(object.body, { status: 206, headers });
}

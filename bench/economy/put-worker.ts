// The least that an upload can be: the body goes into the bucket as it comes.
type Bucket = { put(key: string, body: ReadableStream | null): Promise<unknown> };

export default {
  async fetch(request: Request, { PICTURES }: { PICTURES: Bucket }): Promise<Response> {
    await PICTURES.put(crypto.randomUUID(), request.body);
    return new Response(null, { status: 201 });
  },
};

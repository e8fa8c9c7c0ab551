/** Blobs in S3: raw payloads as received, uploads, reports. Locally the host serves the same protocol from files. */
import { createHash } from "node:crypto";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

export interface BlobStore {
  /** `once` refuses to replace: a report or a raw payload never changes. */
  put(
    key: string,
    body: Uint8Array | string,
    options?: { readonly contentType?: string; readonly once?: boolean },
  ): Promise<void>;
  get(key: string): Promise<Uint8Array | undefined>;
  /** The body as it arrives, for files larger than memory. */
  stream(key: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  has(key: string): Promise<boolean>;
  /** An address that takes one PUT of exactly these bytes within 15 minutes (UP-01). */
  uploadUrl(
    key: string,
    upload: { readonly bytes: number; readonly sha256Base64: string; readonly contentType: string },
  ): Promise<string>;
}

export const uploadSeconds = 900;

export function s3Client(environment: Readonly<Record<string, string | undefined>>): S3Client {
  const local = environment.AWS_ENDPOINT_URL_S3 !== undefined;
  return new S3Client({
    ...(local ? { forcePathStyle: true } : {}),
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
}

const missing = (error: unknown) =>
  ["NoSuchKey", "NotFound"].includes((error as { name?: string }).name ?? "");
const exists = (error: unknown) => (error as { name?: string }).name === "PreconditionFailed";

export function blobStore(client: S3Client, bucket: string): BlobStore {
  async function open(key: string) {
    try {
      return (await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))).Body;
    } catch (error) {
      if (missing(error)) return undefined;
      throw error;
    }
  }
  return {
    async put(key, body, options = {}) {
      const bytes = typeof body === "string" ? Buffer.from(body, "utf8") : body;
      try {
        await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: bytes,
            // A bucket with a default lock takes no PUT without one; as a header, so that the body stays plain bytes.
            ChecksumSHA256: createHash("sha256").update(bytes).digest("base64"),
            ContentType: options.contentType ?? "application/octet-stream",
            ...(options.once === true ? { IfNoneMatch: "*" } : {}),
          }),
        );
      } catch (error) {
        if (options.once !== true || !exists(error)) throw error;
      }
    },
    async get(key) {
      return (await open(key))?.transformToByteArray();
    },
    async stream(key) {
      return (await open(key)) as AsyncIterable<Uint8Array> | undefined;
    },
    async has(key) {
      try {
        await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        return true;
      } catch (error) {
        if (missing(error)) return false;
        throw error;
      }
    },
    uploadUrl(key, upload) {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        ContentLength: upload.bytes,
        ContentType: upload.contentType,
        ChecksumSHA256: upload.sha256Base64,
        IfNoneMatch: "*",
      });
      const names = ["content-length", "content-type", "x-amz-checksum-sha256", "if-none-match"];
      return getSignedUrl(client, command, {
        expiresIn: uploadSeconds,
        signableHeaders: new Set(["host", ...names]),
        unhoistableHeaders: new Set(names),
      });
    },
  };
}

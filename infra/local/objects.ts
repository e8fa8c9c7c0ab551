/**
 * The local S3: the part of the protocol that the hub uses (put, get, head, presigned put), over files. It also answers
 * the secrets extension's one call. Loopback only; the hub proves itself by a token made at each start, a presigned
 * address by its signature, which is checked with the same library that made it.
 */
import { createHash, createHmac } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { dirname, join, normalize } from "node:path";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import { sameSecret } from "./credentials.ts";
import { localRegion } from "./dynamo.ts";

export interface ObjectsOptions {
  readonly dir: string;
  readonly hostToken: string;
  /** The value of a secret, or undefined where there is none of that name. */
  readonly secret: (name: string) => string | undefined;
  /** An object was written through a presigned address. */
  readonly onUpload: (bucket: string, key: string) => void;
}

/** What S3's lifecycle rules do in AWS: objects under these prefixes go when they are so many days old. */
export function removeExpired(
  bucketDir: string,
  daysByPrefix: Readonly<Record<string, number>>,
  now: number,
): void {
  for (const [prefix, days] of Object.entries(daysByPrefix)) {
    const folder = join(bucketDir, prefix);
    if (!existsSync(folder)) continue;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && statSync(path).mtimeMs < now - days * dayMilliseconds)
        rmSync(path, { force: true });
    }
  }
}

const dayMilliseconds = 86_400_000;

/** S3's own limit for one PUT; the local host holds a body in memory, so it stops sooner. */
const largestPut = 1_000_000_000;

export async function startObjects(
  options: ObjectsOptions,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    serve(request, response, options).catch(() => {
      if (!response.headersSent) xmlError(response, 500, "InternalError");
      response.end();
    });
  });
  const port = await listen(server);
  return { port, stop: () => new Promise((done) => server.close(() => done())) };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

function xmlError(response: ServerResponse, status: number, code: string) {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`);
}

async function serve(request: IncomingMessage, response: ServerResponse, options: ObjectsOptions) {
  const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "127.0.0.1"}`);
  if (url.pathname === "/secretsmanager/get") return secret(request, response, url, options);
  const presigned = url.searchParams.has("X-Amz-Signature");
  const allowed = presigned ? await signedBy(request, url, options) : fromHub(request, options);
  if (!allowed) return xmlError(response, 403, "SignatureDoesNotMatch");
  const [bucket = "", ...rest] = decodeURIComponent(url.pathname.slice(1)).split("/");
  const key = rest.join("/");
  const path = normalize(join(options.dir, bucket, key));
  if (!path.startsWith(normalize(options.dir)) || key === "") return xmlError(response, 400, "InvalidURI");
  if (request.method === "PUT") return put(request, response, path, { bucket, key, presigned }, options);
  if (request.method === "GET" || request.method === "HEAD") return get(request.method, response, path);
  xmlError(response, 405, "MethodNotAllowed");
}

function fromHub(request: IncomingMessage, options: ObjectsOptions): boolean {
  const credential = /Credential=([^/]+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "";
  return sameSecret(credential, options.hostToken);
}

async function signedBy(request: IncomingMessage, url: URL, options: ObjectsOptions): Promise<boolean> {
  const query = Object.fromEntries(url.searchParams);
  const at = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query["X-Amz-Date"] ?? "");
  if (at === null) return false;
  const signed = new Date(`${at[1]}-${at[2]}-${at[3]}T${at[4]}:${at[5]}:${at[6]}Z`);
  const seconds = Number(query["X-Amz-Expires"]);
  if (!(Date.now() < signed.getTime() + seconds * 1000)) return false;
  const names = (query["X-Amz-SignedHeaders"] ?? "").split(";");
  const sent = names.map((name) => [name, String(request.headers[name] ?? "")]);
  // The presigner leaves the body unsigned and moves that word into the query; the checksum header is what binds it.
  const headers = Object.fromEntries([...sent, ["X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"]]);
  const unsigned = Object.fromEntries(Object.entries(query).filter(([name]) => !signatureParts.has(name)));
  const signer = new SignatureV4({
    service: "s3",
    region: localRegion,
    credentials: {
      accessKeyId: options.hostToken,
      secretAccessKey: options.hostToken,
      sessionToken: options.hostToken,
    },
    sha256: Sha256,
    uriEscapePath: false,
  });
  const again = await signer.presign(
    new HttpRequest({
      method: request.method ?? "PUT",
      protocol: "http:",
      hostname: url.hostname,
      port: Number(url.port),
      path: url.pathname,
      query: unsigned,
      headers,
    }),
    {
      signingDate: signed,
      expiresIn: seconds,
      signableHeaders: new Set(names),
      unhoistableHeaders: new Set(names),
    },
  );
  return sameSecret(String(again.query?.["X-Amz-Signature"]), query["X-Amz-Signature"] ?? "");
}

const signatureParts = new Set(
  [
    "Algorithm",
    "Credential",
    "Date",
    "Expires",
    "SignedHeaders",
    "Signature",
    "Security-Token",
    "Content-Sha256",
  ].map((part) => `X-Amz-${part}`),
);

/** SHA-256, or its HMAC when made with a secret, in the shape that the signer takes. */
class Sha256 {
  private readonly hash: { update(data: Uint8Array | string): unknown; digest(): Buffer };
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key =
      secret === undefined
        ? undefined
        : typeof secret === "string"
          ? Buffer.from(secret)
          : new Uint8Array(secret as ArrayBuffer);
    this.hash = key === undefined ? createHash("sha256") : createHmac("sha256", key);
  }
  update(data: Uint8Array | string) {
    this.hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.hash.digest());
  }
  reset() {}
}

async function put(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  object: { bucket: string; key: string; presigned: boolean },
  options: ObjectsOptions,
) {
  if (request.headers["if-none-match"] === "*" && existsSync(path)) {
    request.resume();
    return xmlError(response, 412, "PreconditionFailed");
  }
  if (Number(request.headers["content-length"] ?? 0) > largestPut)
    return xmlError(response, 400, "EntityTooLarge");
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  const said = request.headers["x-amz-checksum-sha256"];
  if (said !== undefined && createHash("sha256").update(body).digest("base64") !== said) {
    return xmlError(response, 400, "BadDigest");
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const unfinished = `${path}.${process.hrtime.bigint()}.part`;
  writeFileSync(unfinished, body, { mode: 0o600, flush: true });
  renameSync(unfinished, path);
  response.writeHead(200, { etag: `"${createHash("md5").update(body).digest("hex")}"` });
  response.end();
  if (object.presigned) options.onUpload(object.bucket, object.key);
}

function get(method: string, response: ServerResponse, path: string) {
  if (!existsSync(path) || !statSync(path).isFile()) {
    if (method === "HEAD") {
      response.writeHead(404);
      return void response.end();
    }
    return xmlError(response, 404, "NoSuchKey");
  }
  response.writeHead(200, {
    "content-length": statSync(path).size,
    "content-type": "application/octet-stream",
  });
  if (method === "HEAD") return void response.end();
  createReadStream(path).pipe(response);
}

function secret(request: IncomingMessage, response: ServerResponse, url: URL, options: ObjectsOptions) {
  const value = options.secret(url.searchParams.get("secretId") ?? "");
  const token = String(request.headers["x-aws-parameters-secrets-token"] ?? "");
  if (value === undefined || !sameSecret(token, options.hostToken))
    return xmlError(response, 403, "AccessDenied");
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ SecretString: value }));
}

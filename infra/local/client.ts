/** A sender's side of the hub's HTTP surface: tokens, files, uploads. Used by send, the demonstration's fill and tests. */
import { createHash } from "node:crypto";

export interface ClientCredential {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface HubAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface HubClient {
  call(
    method: string,
    path: string,
    body?: Uint8Array | string | object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<HubAnswer>;
  /** Sends a file by a presigned address; resolves to the receipt's path once the object is stored. */
  upload(feed: string, query: string, bytes: Uint8Array, contentType: string): Promise<string>;
}

/** Tokens are renewed a minute before they end. */
export function hubClient(base: string, credential: ClientCredential, scope?: string): HubClient {
  let token: { value: string; until: number } | undefined;

  async function bearer(): Promise<string> {
    if (token !== undefined && Date.now() < token.until) return token.value;
    const response = await fetch(`${base}/oauth2/token`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: credential.clientId,
        client_secret: credential.clientSecret,
        ...(scope === undefined ? {} : { scope }),
      }),
    });
    const answer = (await response.json()) as {
      access_token?: string;
      expires_in?: number;
      error_description?: string;
    };
    if (!response.ok || answer.access_token === undefined)
      throw new Error(answer.error_description ?? `no token: HTTP ${response.status}`);
    token = { value: answer.access_token, until: Date.now() + ((answer.expires_in ?? 60) - 60) * 1000 };
    return token.value;
  }

  async function call(
    method: string,
    path: string,
    body?: Uint8Array | string | object,
    headers: Readonly<Record<string, string>> = {},
  ) {
    const isObject = typeof body === "object" && !(body instanceof Uint8Array);
    const response = await fetch(base + path, {
      method,
      headers: {
        authorization: `Bearer ${await bearer()}`,
        ...(isObject ? { "content-type": "application/json" } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: (isObject ? JSON.stringify(body) : body) as string }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  async function upload(feed: string, query: string, bytes: Uint8Array, contentType: string) {
    const digest = createHash("sha256").update(bytes).digest();
    const asked = await call("POST", `/feeds/${feed}/uploads${query}`, {
      bytes: bytes.length,
      sha256: digest.toString("hex"),
      contentType,
    });
    if (asked.status >= 300) throw new Error(`the upload of ${feed} was refused: ${asked.text}`);
    const { uploadUrl, receipt } = JSON.parse(asked.text) as {
      uploadUrl: string;
      receipt: string | { id: string };
    };
    const put = await fetch(uploadUrl, {
      method: "PUT",
      headers: {
        "content-type": contentType,
        "x-amz-checksum-sha256": digest.toString("base64"),
        "if-none-match": "*",
      },
      body: bytes as unknown as string,
    });
    if (!put.ok) throw new Error(`the upload of ${feed} failed: HTTP ${put.status} ${await put.text()}`);
    return typeof receipt === "string" ? receipt : `/receipts/${receipt.id}`;
  }
  return { call, upload };
}

/** Blobs in memory for tests of rules that store them; the S3 protocol itself is tested against the local host. */
import type { BlobStore } from "../../functions/platform/blob.store.ts";

export function memoryBlobs(): BlobStore & { readonly objects: Map<string, Uint8Array> } {
  const objects = new Map<string, Uint8Array>();
  return {
    objects,
    async put(key, body, options = {}) {
      if (options.once === true && objects.has(key)) return;
      objects.set(key, typeof body === "string" ? new TextEncoder().encode(body) : body);
    },
    async get(key) {
      return objects.get(key);
    },
    async stream(key) {
      const bytes = objects.get(key);
      if (bytes === undefined) return undefined;
      return (async function* () {
        for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
      })();
    },
    async has(key) {
      return objects.has(key);
    },
    async uploadUrl(key) {
      return `memory:${key}`;
    },
  };
}

/** The portal's front page: what this hub is, and where each reader goes next. */
import type { ApiResponse } from "../platform/api.ts";

const style =
  "body{font:19px/1.5 Arial,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#212b32}a{color:#005eb8}code{background:#f0f4f5;padding:0 .2rem}";

export function frontPage(version: string): ApiResponse {
  const body = `<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Hearthlink</title><style>${style}</style></head>
<body><main><h1>Hearthlink</h1>
<p>Hospitals, home-care providers and landlords send this hub what they already have. It joins their records for each person, and shows whether care at home and a sound home kept people out of hospital.</p>
<h2>If you read reports</h2><p><a href="/reports">Outcome reports</a>, for councils, integrated care boards and providers.</p>
<h2>If you send records</h2><p>Feeds and their columns: <a href="/feeds">/feeds</a>. FHIR: <a href="/fhir/metadata">/fhir/metadata</a>. HL7 v2: POST to <code>/hl7v2</code>. Everything else: <a href="/openapi.json">/openapi.json</a>.</p>
<p>Version ${version.replace(/[^\w.-]/g, "")}</p></main></body></html>`;
  return {
    status: 200,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    },
    body,
  };
}

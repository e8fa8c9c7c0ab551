/** The portal's front page: what this hub is, and where each reader goes next. */
import type { ApiResponse } from "../platform/api.ts";
import { html } from "../platform/html.ts";
import { pageAnswer } from "../platform/page.ts";

export function frontPage(version: string): ApiResponse {
  const body = html`<h1>Hearthlink</h1>
<p class="lede">Hospitals, home-care providers and landlords send this hub what they already have. It joins their records for each person, and shows whether care at home and a sound home kept people out of hospital.</p>
<h2>If you read reports</h2>
<p><a href="/reports">Outcome reports</a>, for councils, integrated care boards and providers.</p>
<h2>If you send records</h2>
<p>Feeds and their columns: <a href="/feeds">/feeds</a>. FHIR: <a href="/fhir/metadata">/fhir/metadata</a>. HL7 v2: POST to <code>/hl7v2</code>. Everything else: <a href="/openapi.json">/openapi.json</a>.</p>`;
  return pageAnswer({
    title: "Start",
    body: body.markup,
    links: [{ href: "/reports", text: "Reports" }],
    signedIn: false,
    footer: [`Version ${version}`],
  });
}

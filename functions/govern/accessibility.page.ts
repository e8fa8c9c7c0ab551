/**
 * The accessibility statement that the Public Sector Bodies (Websites and Mobile Applications) (No. 2) Accessibility
 * Regulations 2018 ask for. It says what was tested here; who runs a hub says who answers, and when they looked last.
 */
import type { ApiResponse } from "../platform/api.ts";
import { html } from "../platform/html.ts";
import { pageAnswer } from "../platform/page.ts";

const body = html`<h1>Accessibility statement</h1>
<p class="lede">This statement is about the pages of this hub: the front page, reports and their list, statements, and signing in.</p>
<h2>How accessible they are</h2>
<p>They are made to meet the Web Content Accessibility Guidelines version 2.2, level AA. They hold no script. You should be able to zoom to 400% without losing text, use them by keyboard alone, and listen to them with a screen reader. Every chart stands beside a table of the same figures, and every report is also a CSV file.</p>
<h2>What is known not to work</h2>
<p>Reports, the front page and this page are tested by machine (axe-core, in a browser) each time the software changes, and no failure is known. Machines find only a part of what can be wrong: no audit by people, and no test with people who use assistive technology, has been made yet. So these pages are called partially compliant.</p>
<h2>If you cannot use a page</h2>
<p>Tell the organisation that runs this hub: it is the one that gave you your way to sign in. Ask it for the figures in another form; it answers as it answers other requests.</p>
<h2>If you are not content with the answer</h2>
<p>The Equality and Human Rights Commission enforces the regulations. Contact the <a href="https://www.equalityadvisoryservice.com/">Equality Advisory and Support Service</a>.</p>`;

export const accessibilityPage = (): ApiResponse =>
  pageAnswer({
    title: "Accessibility",
    body: body.markup,
    links: [{ href: "/reports", text: "Reports" }],
    signedIn: false,
  });

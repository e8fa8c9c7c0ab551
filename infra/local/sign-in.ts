/** Paths of the local host alone: the token issuer, and one-click sign-in where the data folder is a demonstration. */
import { sessionCookie } from "../../functions/platform/api.ts";
import type { Credential } from "./credentials.ts";
import type { Issuer } from "./issuer.ts";
import type { LocalPage, LocalRequest } from "./server.ts";

export interface LocalPagesOptions {
  readonly issuer: Issuer;
  readonly credentials: readonly Credential[];
  readonly demonstration: boolean;
}

/** Who may sign in by one click, and what they see, in words. */
export const demonstrationUsers: Readonly<Record<string, string>> = {
  council: "Council commissioner: reports, contract and statement",
  icb: "Integrated care board: reports, contract and statement",
  provider: "Home-care provider: the reports and statements it is party to",
  steward: "Steward: links between records, for a stated purpose",
};

const json = (status: number, body: object): LocalPage => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  body: JSON.stringify(body),
});

const html = (status: number, title: string, main: string): LocalPage => ({
  status,
  headers: {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy":
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  },
  body: `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><style>body{font:19px/1.5 Arial,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#212b32}button{font:inherit;padding:.6rem 1rem;margin:.3rem 0;background:#005eb8;color:#fff;border:0;border-radius:4px;cursor:pointer;display:block;width:100%;text-align:left}button:focus{outline:4px solid #ffeb3b;color:#212b32;background:#ffeb3b}</style></head><body><main><h1>${title}</h1>${main}</main></body></html>`,
});

/** Only a path of this hub may follow a sign-in. */
const safeNext = (next: string | null) =>
  next !== null && /^\/(?!\/)[\w./?=&%{}~-]*$/.test(next) ? next : "/";

export function localPages(options: LocalPagesOptions) {
  const users = options.credentials.filter(({ name }) => name in demonstrationUsers);

  function form(next: string): LocalPage {
    if (!options.demonstration) {
      return html(
        403,
        "Sign in",
        "<p>This data folder is not a demonstration, so nobody can sign in by one click. Use a token from <code>/oauth2/token</code>.</p>",
      );
    }
    const buttons = users
      .map(({ name }) => `<button name="user" value="${name}">${demonstrationUsers[name]}</button>`)
      .join("");
    return html(
      200,
      "Sign in to the demonstration",
      `<p>Everyone in this place is made up. Choose who you are.</p><form method="post" action="/sign-in"><input type="hidden" name="next" value="${next.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}">${buttons}</form>`,
    );
  }

  async function signIn(request: LocalRequest): Promise<LocalPage> {
    const fields = new URLSearchParams(Buffer.from(request.body).toString("utf8"));
    const origin = request.headers.origin;
    const own = origin === undefined || origin === "null" || origin === `http://${request.headers.host}`;
    const user = users.find(({ name }) => name === fields.get("user"));
    if (!options.demonstration || !own || user === undefined) return form(safeNext(fields.get("next")));
    const token = await options.issuer.session(user);
    return {
      status: 303,
      headers: {
        location: safeNext(fields.get("next")),
        "set-cookie": `${sessionCookie}=${token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=900`,
      },
      body: "",
    };
  }

  return async (request: LocalRequest): Promise<LocalPage | undefined> => {
    const { method, path } = request;
    if (path === "/oauth2/jwks" && method === "GET") return json(200, await options.issuer.jwks());
    if (path === "/oauth2/token") {
      if (method !== "POST")
        return json(405, {
          error: "invalid_request",
          error_description: "POST your client id and secret here.",
        });
      const form = new URLSearchParams(Buffer.from(request.body).toString("utf8"));
      const { status, body } = await options.issuer.token(request.headers.authorization ?? "", form);
      return json(status, body);
    }
    if (path === "/sign-in" && method === "GET") return form(safeNext(request.query.get("next")));
    if (path === "/sign-in" && method === "POST") return signIn(request);
    if (path === "/sign-out") {
      return {
        status: 303,
        headers: {
          location: "/sign-in",
          "set-cookie": `${sessionCookie}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`,
        },
        body: "",
      };
    }
    return undefined;
  };
}

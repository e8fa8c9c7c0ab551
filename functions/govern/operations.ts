/** Health, status and the portal's front page. */
import type { Route } from "../platform/api.ts";
import type { StatusStore } from "../record/status.store.ts";
import { accessibilityPage } from "./accessibility.page.ts";
import { frontPage } from "./front.page.ts";
import { openApi } from "./open-api.ts";

export interface OperationsDeps {
  readonly status: StatusStore;
  readonly version: string;
  readonly now: () => string;
}

export function operationsRoutes(deps: OperationsDeps): Route[] {
  return [
    {
      method: "GET",
      path: "/health",
      scope: "public",
      handle: async () => ({ status: 200, body: { status: "ok", version: deps.version } }),
    },
    {
      method: "GET",
      path: "/status",
      scope: "operations.read",
      handle: async () => {
        const pending = await deps.status.pending();
        return {
          status: 200,
          body: { asAt: deps.now(), pending, feeds: {}, pulls: {}, blocks: {}, parked: 0, failures: [] },
        };
      },
    },
    {
      method: "GET",
      path: "/openapi.json",
      scope: "public",
      handle: async () => ({ status: 200, body: openApi(deps.version) }),
    },
    { method: "GET", path: "/accessibility", scope: "public", handle: async () => accessibilityPage() },
    { method: "GET", path: "/", scope: "public", handle: async () => frontPage(deps.version) },
  ];
}

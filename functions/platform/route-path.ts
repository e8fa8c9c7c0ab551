/** Which route an address is, and the named parts of its path. */
import type { Route } from "./api.ts";
import { Failure } from "./errors.ts";

/** @throws Failure where nothing is, or nothing that takes the method. */
export function findRoute(routes: readonly Route[], method: string, path: string) {
  const matches = routes.flatMap((route) => {
    const params = matchPath(route.path, path);
    return params === undefined ? [] : [{ route, params }];
  });
  if (matches.length === 0) throw new Failure("not-found", "There is nothing at this address.");
  const exact = matches.find(({ route }) => route.method === method);
  if (exact !== undefined) return exact;
  const allow = [...new Set(matches.map(({ route }) => route.method))].sort().join(", ");
  throw new Failure("wrong-method", `This address takes ${allow}.`, { Allow: allow });
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given =
    path.length > 1 && path.endsWith("/") && !pattern.endsWith("/")
      ? path.slice(0, -1).split("/")
      : path.split("/");
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const rest = /^\{(\w+)\+\}$/.exec(part)?.[1];
    if (rest !== undefined) {
      params[rest] = given.slice(i).join("/");
      return given.length > i ? params : undefined;
    }
    const name = /^\{(\w+)\}(.*)$/.exec(part);
    const value = given[i];
    if (value === undefined) return undefined;
    if (name?.[1] !== undefined) {
      const suffix = name[2] ?? "";
      if (!value.endsWith(suffix) || value.length === suffix.length) return undefined;
      try {
        params[name[1]] = decodeURIComponent(value.slice(0, value.length - suffix.length));
      } catch {
        return undefined;
      }
    } else if (part !== value) return undefined;
  }
  return given.length === wanted.length ? params : undefined;
}

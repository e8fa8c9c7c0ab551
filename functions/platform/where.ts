/** The place of an unexpected error, for the log. */

/**
 * `file:line:column` of the first frame of our own: a file of functions/ or infra/, or the bundle that Lambda runs
 * (`index.mjs:1:20345`; which function that is, the log line says). Never a word of the message, which may quote input.
 */
export function whereOf(error: unknown): string {
  const { message, stack } = (error ?? {}) as { readonly message?: unknown; readonly stack?: unknown };
  if (typeof stack !== "string") return "";
  const from = typeof message === "string" && message !== "" ? stack.indexOf(message) + message.length : 0;
  for (const line of stack.slice(from).split("\n")) {
    const own = /^ +at /.test(line) && !line.includes("/node_modules/");
    const place = /\/(?:functions|infra|var\/task|dist)\/(?:[\w.-]+\/)*([\w.-]+:\d+:\d+)\)?$/.exec(
      line.trim(),
    );
    if (own && place?.[1] !== undefined) return place[1];
  }
  return "";
}

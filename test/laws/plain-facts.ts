/**
 * Stored events in the words that the day-by-day oracle reads. It knows dated, whole facts; what senders leave doubtful
 * is settled here first, by the rules of the domain and not by the hub's code: an end that was sent but cannot be read
 * is no open end (KEEP-03), two reports that are impossible together count for nothing (KEEP-04), a suspension with no
 * end but a planned return is open (surface s3), the plan of a visit is the one promised a day ahead (outcomes.md s5).
 */
import type { StoredEvent } from "../../schemas/event.ts";
import type { Fields } from "../../schemas/update.ts";

const entries = (fields: Fields, name: string) =>
  Object.entries(fields)
    .filter(([field]) => field.startsWith(`${name}@`))
    .map(([field, value]) => [field.slice(name.length + 1), String(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** The end of something that began at `start`: as said, the start itself where it could not be read. */
function withEnd({ fields, flags }: StoredEvent, name: string, start: unknown): Fields | undefined {
  if (fields[name] === undefined)
    return flags[name] === undefined ? fields : { ...fields, [name]: String(start) };
  return String(fields[name]) < String(start) ? undefined : fields;
}

function admission(event: StoredEvent): Fields | undefined {
  const starts = entries(event.fields, "start").map(([, at]) => at);
  const start = starts.sort()[0];
  return start === undefined ? undefined : withEnd(event, "end", start);
}

function carePackage(event: StoredEvent): Fields | undefined {
  const { fields } = event;
  if (fields.start_date === undefined) return undefined;
  const open = entries(fields, "planned_return")
    .filter(([from]) => fields[`suspended_to@${from}`] === undefined)
    .map(([from]) => [`suspended_to@${from}`, ""]);
  const whole = withEnd(event, "end_date", fields.start_date);
  return whole && { ...whole, ...Object.fromEntries(open) };
}

function tenancy(event: StoredEvent): Fields | undefined {
  const start = event.fields.tenancy_start ?? event.fields.occupied_from;
  return start === undefined ? undefined : withEnd(event, "tenancy_end", start);
}

const noticeMs = 86_400_000;

function visit({ fields }: StoredEvent): Fields | undefined {
  let plan: string | undefined;
  for (const [said, start] of entries(fields, "planned_start"))
    if (plan === undefined || Date.parse(said) <= Date.parse(plan) - noticeMs) plan = start;
  const at = plan ?? fields.actual_start ?? fields.actual_end;
  if (at === undefined) return undefined;
  const rest = Object.entries(fields).filter(([name]) => !name.includes("@"));
  const came = fields.actual_start ?? fields.actual_end ?? (fields.status === "delivered" ? at : undefined);
  return {
    ...Object.fromEntries(rest),
    "planned_start@": String(at),
    ...(came === undefined ? {} : { actual_start: came }),
  };
}

const facts = { admission, package: carePackage, tenancy, visit } as const;

/** The facts that count. */
export function plainFacts(events: readonly StoredEvent[]): StoredEvent[] {
  return events.flatMap((event) => {
    const fields = event.fields.withdrawn === true ? undefined : facts[event.kind](event);
    return fields === undefined ? [] : [{ ...event, fields }];
  });
}

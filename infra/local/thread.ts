/** One thread of a background function: events in, answers out. */
import { parentPort, workerData } from "node:worker_threads";

const { entry, name } = workerData as { readonly entry: string; readonly name: string };

type Handler = (event: unknown, context: unknown) => Promise<unknown>;
const handler: Promise<Handler> = import(entry).then((module: { handler: Handler }) => module.handler);

parentPort?.on("message", ({ id, event }: { readonly id: number; readonly event: unknown }) => {
  handler
    .then((run) =>
      run(event, { functionName: name, awsRequestId: String(id), getRemainingTimeInMillis: () => 900_000 }),
    )
    .then((value) => parentPort?.postMessage({ id, value }))
    .catch((error: Error) => {
      parentPort?.postMessage({ id, error: { name: error.name, stack: error.stack ?? "" } });
    });
});

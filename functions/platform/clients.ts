/** SDK clients and the ambient things (clock, ids, waiting) that entries pass into rules and stores. */
import { randomBytes } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { ulid } from "ulid";

export function documentClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 3 }), {
    marshallOptions: { removeUndefinedValues: true },
  });
}

/** Now as an instant in UTC with milliseconds. */
export const now = () => new Date().toISOString();
export const newId = () => ulid();
export const newSecret = () => randomBytes(24).toString("base64url");
export const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));
export const random = () => Math.random();

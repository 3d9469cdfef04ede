// The endpoints. Questions travel in bodies only; nothing is kept in the browser.

let user = "";
let visit = new AbortController();

/** From now on ask as this user of the principals file; empty means nobody in particular.
 *  What the former user still waits for is given up. */
export function actAs(id) {
  user = id;
  const former = visit;
  visit = new AbortController();
  former.abort();
}

/** Whether something ended because it was given up, not because it failed. */
export const left = (problem) => problem?.name === "AbortError";

/** The headers that say who asks. */
export function identity() {
  return user ? { "X-Toben-User": user } : {};
}

/** An answer that is an error: its code, its message for people, and the number to quote. */
export class Failure extends Error {
  constructor({ code, message, request_id: requestId }) {
    super(message);
    this.code = code;
    this.requestId = requestId;
  }
}

const OFFLINE = { code: "offline", message: "サーバーに接続できませんでした。しばらくしてからお試しください。", request_id: "" };
const conversationPath = (id) => `/v1/conversations/${encodeURIComponent(id)}`;

/** A signal that follows the one given and the visit of the user. */
function tied(signal) {
  const made = new AbortController();
  for (const each of [signal, visit.signal]) {
    if (each?.aborted) made.abort();
    each?.addEventListener("abort", () => made.abort(), { once: true, signal: made.signal });
  }
  return made.signal;
}

async function call(path, { body, signal, method } = {}) {
  const headers = identity();
  if (body) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method: method ?? (body ? "POST" : "GET"),
      headers,
      body: body ? JSON.stringify(body) : undefined,
      signal: tied(signal),
      cache: "no-store",
      credentials: "same-origin",
    });
  } catch (error) {
    throw translated(error);
  }
  if (response.ok) return response;
  const problem = await arriving(() => response.json());
  throw new Failure(problem.error ?? OFFLINE);
}

/** What arrives of a body; a connection that breaks off, or what is no JSON, is told as a server that is away. */
async function arriving(read) {
  try {
    return await read();
  } catch (error) {
    throw translated(error);
  }
}

const translated = (error) => (left(error) ? error : new Failure(OFFLINE));

/** What an endpoint answers, as JSON. */
export async function json(path, options) {
  const response = await call(path, options);
  return arriving(() => response.json());
}

export const me = () => json("/v1/me");
export const principals = () => json("/v1/principals");
export const search = (body, signal) => json("/v1/search", { body, signal });
export const passage = (id) => json(`/v1/passages/${encodeURIComponent(id)}`);
export const thread = (id) => json(`/v1/passages/${encodeURIComponent(id)}/thread`);
export const document_ = (id) => json(`/v1/documents/${encodeURIComponent(id)}`);
export const documents = (query) => json(`/v1/documents?${new URLSearchParams(query)}`);
export const feedback = (body) => json("/v1/feedback", { body });

/** The caller's conversations; one of them; delete one; delete all. */
export const conversations = () => json("/v1/conversations");
export const conversation = (id) => json(conversationPath(id));
export const forget = (id) => json(conversationPath(id), { method: "DELETE" });
export const forgetAll = () => json("/v1/conversations", { method: "DELETE" });

/** A page of the original as a picture, and how many pages there are. */
export async function pagePicture(id, number) {
  const response = await call(`/v1/documents/${encodeURIComponent(id)}/pages/${number}.png`);
  return { picture: await arriving(() => response.blob()), pages: Number(response.headers.get("X-Toben-Pages")) };
}

/** End the session in this browser. */
export const logout = () => call("/logout", { method: "POST" });

/** A file made from an answer. */
export async function exported(body) {
  const response = await call("/v1/export", { body });
  return arriving(() => response.blob());
}

/** Ask, and hand each event of the stream to `on[event]`. Ends with `done`, however long the connection stays open;
 *  a stream that ends without it has been cut off. */
export async function ask(body, on, signal) {
  const response = await call("/v1/query", { body: { ...body, stream: true }, signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await arriving(() => reader.read());
    rest += value ?? "";
    const frames = rest.split("\n\n");
    rest = frames.pop();
    const told = frames.map((frame) => dispatch(frame, on));
    if (told.includes("done")) return;
    if (done) throw new Failure(OFFLINE);
  }
}

function dispatch(frame, on) {
  const event = frame.match(/^event: (.*)$/m)?.[1];
  const data = frame.match(/^data: (.*)$/m)?.[1];
  if (!event || data === undefined) return "";
  const parsed = JSON.parse(data);
  if (event === "error") throw new Failure(parsed.error);
  on[event]?.(parsed);
  return event;
}

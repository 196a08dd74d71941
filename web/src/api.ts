/** The server's API (docs/widget.md). Every failure becomes one of five kinds that the widget has words for. */

import { type Hello, type Reply, type Suggestion, readHello, readReply, readSuggestions } from "./types";

/** network: no answer; slow: none in time; busy: too many; ended: token refused; server: anything else. */
export type Trouble = "network" | "slow" | "busy" | "ended" | "server";

export class ApiError extends Error {
  constructor(
    readonly trouble: Trouble,
    readonly wait = 0,
  ) {
    super(trouble);
  }
}

export type Wanted = { text: string } | { payload: string };

export interface Verdict {
  answer: string;
  helpful: boolean;
  reason: string;
}

export class Api {
  constructor(
    private readonly base: string,
    private readonly patience = 20_000,
  ) {}

  async hello(): Promise<Hello> {
    return present(readHello(await this.call("GET", "hello")));
  }

  /** The button for an answer's id, for deep links. */
  async question(id: string): Promise<Suggestion> {
    return present(readSuggestions([await this.call("GET", `questions/${encodeURIComponent(id)}`)])[0]);
  }

  async start(): Promise<string> {
    const { token } = (await this.call("POST", "conversation", {})) as { token?: string };
    return present(token);
  }

  async message(token: string, wanted: Wanted): Promise<Reply> {
    return present(readReply(await this.call("POST", "message", wanted, token)));
  }

  async remove(token: string): Promise<void> {
    await this.call("DELETE", "conversation", undefined, token);
  }

  async feedback(token: string, verdict: Verdict): Promise<void> {
    await this.call("POST", "feedback", verdict, token);
  }

  private async call(method: string, path: string, body?: object, token?: string): Promise<unknown> {
    const headers: Record<string, string> = {};
    if (body) headers["Content-Type"] = "application/json";
    if (token) headers.Authorization = `Bearer ${token}`;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), this.patience);
    try {
      const response = await fetch(`${this.base}/api/${path}`, {
        method,
        headers,
        body: body && JSON.stringify(body),
        credentials: "omit",
        referrerPolicy: "no-referrer",
        signal: stop.signal,
      });
      return await read(response);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw new ApiError(stop.signal.aborted ? "slow" : "network");
    } finally {
      clearTimeout(timer);
    }
  }
}

async function read(response: Response): Promise<unknown> {
  if (response.status === 401) throw new ApiError("ended");
  if (response.status === 429) throw new ApiError("busy", Number(response.headers.get("Retry-After")) || 60);
  if (!response.ok) throw new ApiError("server");
  if (response.status === 204) return {};
  try {
    return await response.json();
  } catch (error) {
    // cut off by time or network, or not JSON
    if (error instanceof SyntaxError) throw new ApiError("server");
    throw error;
  }
}

function present<T>(value: T | null | undefined): T {
  if (!value) throw new ApiError("server");
  return value;
}

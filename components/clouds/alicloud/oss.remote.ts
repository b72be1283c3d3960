import { createHash } from "node:crypto";
import { XMLParser } from "fast-xml-parser";
import { credentials } from "./credentials.remote";
import { replyError, persistently, send } from "./http.remote";
import { pathOf, queryOf, signedHeaders } from "./oss-signature.remote";

/** An XML document: elements with text, with others, or several times. */
export interface Document {
  readonly [element: string]: string | number | boolean | Document | readonly Document[];
}

/** What a request to OSS is about. */
export interface OssCall {
  /** The bucket; undefined for the list of buckets. */
  readonly bucket?: string | undefined;
  /** The object's key. Default: none, the bucket itself. */
  readonly object?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** The document that is sent, as an object with its root element. */
  readonly document?: Document;
}

const parser = new XMLParser({ parseTagValue: false, isArray: (name) => lists.includes(name) });
/** Elements that may occur several times. */
const lists = ["Bucket", "Tag", "Version", "DeleteMarker", "Upload"];

/**
 * The API of OSS in a region.
 * https://www.alibabacloud.com/help/en/oss/developer-reference/list-of-operations-by-function
 */
export class Oss {
  constructor(
    private readonly region: string,
    /** The URL of the endpoint, without a bucket. */
    private readonly endpoint: string,
  ) {}

  /** Sends a request until it has a reply, and returns its document. A reply with an error is thrown. */
  request<Reply>(method: string, call: OssCall): Promise<Reply> {
    return persistently(async () => parser.parse(await this.once(method, call)) as Reply);
  }

  private async once(method: string, { bucket, object = "", query = {}, document }: OssCall): Promise<string> {
    const body = document === undefined ? "" : xmlOf(document);
    const content: Record<string, string> =
      body === ""
        ? {}
        : { "content-type": "application/xml", "content-md5": createHash("md5").update(body).digest("base64") };
    const request = { method, region: this.region, bucket, object, query, headers: content };
    const headers = signedHeaders(request, await credentials());
    const reply = await send({ method, url: this.urlOf(bucket, object, query), headers, body });
    if (reply.status < 300) return reply.body;
    const { Error: error } = parser.parse(reply.body) as { Error?: { Code?: string; Message?: string } };
    throw replyError("oss", error?.Code ?? `status ${reply.status}`, error?.Message ?? "", reply.status);
  }

  private urlOf(bucket: string | undefined, object: string, query: Readonly<Record<string, string>>): string {
    const { protocol, host } = new URL(this.endpoint);
    const parameters = queryOf(query);
    return `${protocol}//${bucket === undefined ? "" : `${bucket}.`}${host}/${pathOf(object)}${parameters === "" ? "" : `?${parameters}`}`;
  }
}

function xmlOf(document: Document): string {
  return Object.entries(document)
    .flatMap(([name, content]) => {
      const all: readonly (string | number | boolean | Document)[] = isList(content) ? content : [content];
      return all.map((one) => `<${name}>${typeof one === "object" ? xmlOf(one) : escaped(String(one))}</${name}>`);
    })
    .join("");
}

function isList(content: Document[string]): content is readonly Document[] {
  return Array.isArray(content);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

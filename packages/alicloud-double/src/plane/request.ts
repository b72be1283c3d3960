/** A request as a listener sees it. Defaults: GET, an empty host, path `/`, sent from 127.0.0.1. */
export interface PlaneRequest {
  method?: string;
  host?: string;
  path?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  sourceIp?: string;
  body?: Buffer;
}

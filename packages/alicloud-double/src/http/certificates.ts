import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import * as x509 from "@peculiar/x509";

type KeyPair = webcrypto.CryptoKeyPair;
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const day = 86_400_000;
const commonName = "CN=alicloud-double";

/**
 * A certificate authority, created with the double, that issues a certificate for each host name that a client
 * requests.
 */
export class Authority {
  private readonly contexts = new Map<string, Promise<SecureContext>>();
  private serial = 1;

  private constructor(
    private readonly keys: KeyPair,
    private readonly certificate: x509.X509Certificate,
  ) {}

  /** Creates an authority with a new key. */
  static async create(): Promise<Authority> {
    x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: "01",
      name: commonName,
      keys,
      signingAlgorithm: algorithm,
      ...validity(),
      extensions: [
        new x509.BasicConstraintsExtension(true, 1, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ],
    });
    return new Authority(keys, certificate);
  }

  /** The certificate that a client has to trust (SSL_CERT_FILE). */
  get pem(): string {
    return this.certificate.toString("pem");
  }

  /** The secure context for a host name. */
  contextFor(host: string): Promise<SecureContext> {
    let context = this.contexts.get(host);
    if (!context) this.contexts.set(host, (context = this.issue(host)));
    return context;
  }

  private async issue(host: string): Promise<SecureContext> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: (++this.serial).toString(16).padStart(4, "0"),
      subject: `${commonName} host`,
      issuer: this.certificate.subject,
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      signingAlgorithm: algorithm,
      ...validity(),
      extensions: [
        new x509.SubjectAlternativeNameExtension([{ type: "dns", value: host }]),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      ],
    });
    const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
    return createSecureContext({
      cert: certificate.toString("pem"),
      key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
    });
  }
}

function validity() {
  return { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + 7 * day) };
}

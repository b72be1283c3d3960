package bookstore;

import com.aliyun.credentials.models.CredentialModel;
import com.aliyun.credentials.provider.EcsRamRoleCredentialProvider;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The service's object storage on either cloud, set by FILES_BUCKET, FILES_REGION and FILES_ENDPOINT. The role of the instance
 * or the task gives the right to use it; no key is ever configured.
 */
final class Files {
  private static final String prefix = "covers/";

  /** A cover as it is stored. */
  record Cover(String type, byte[] bytes) {}

  private final S3Client client;
  private final String bucket;

  private Files(S3Client client, String bucket) {
    this.client = client;
    this.bucket = bucket;
  }

  /** Empty when the service has no files. */
  static Optional<Files> fromEnvironment() {
    String bucket = Environment.get("FILES_BUCKET", "");
    if (bucket.isEmpty()) return Optional.empty();
    URI endpoint = URI.create(Environment.get("FILES_ENDPOINT", ""));
    S3ClientBuilder builder = S3Client.builder()
        .region(Region.of(Environment.get("FILES_REGION", "")))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        // OSS supports neither the checksum trailers that S3 clients add by default nor their chunked encoding.
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .serviceConfiguration(service -> service.chunkedEncodingEnabled(false));
    if (isOss(endpoint)) builder.endpointOverride(s3OfOss(endpoint)).credentialsProvider(new RamRole());
    // The client's default credentials are the task's role, then the instance's.
    else builder.endpointOverride(endpoint);
    return Optional.of(new Files(builder.build(), bucket));
  }

  /** The names of the first thousand covers. */
  List<String> list() {
    return client.listObjectsV2(request -> request.bucket(bucket).prefix(prefix)).contents().stream()
        .map(S3Object::key).map(key -> key.substring(prefix.length())).toList();
  }

  Optional<Cover> read(String name) {
    try {
      ResponseBytes<GetObjectResponse> object = client.getObjectAsBytes(request -> request.bucket(bucket).key(prefix + name));
      return Optional.of(new Cover(object.response().contentType(), object.asByteArray()));
    } catch (NoSuchKeyException none) {
      return Optional.empty();
    }
  }

  void store(String name, Cover cover) {
    client.putObject(request -> request.bucket(bucket).key(prefix + name).contentType(cover.type()), RequestBody.fromBytes(cover.bytes()));
  }

  /** Writes an object outside of the covers, and returns what is then read. */
  byte[] writeAndRead(String key, byte[] content) {
    client.putObject(request -> request.bucket(bucket).key(key).contentType("text/plain"), RequestBody.fromBytes(content));
    return client.getObjectAsBytes(request -> request.bucket(bucket).key(key)).asByteArray();
  }

  void close() {
    client.close();
  }

  private static boolean isOss(URI endpoint) {
    return endpoint.getHost() != null && endpoint.getHost().endsWith(".aliyuncs.com");
  }

  /** OSS serves the S3 protocol at its endpoint with the prefix `s3.`. */
  private static URI s3OfOss(URI endpoint) {
    if (endpoint.getHost().startsWith("s3.")) return endpoint;
    return URI.create(endpoint.toString().replaceFirst("://", "://s3."));
  }

  /**
   * The role of an instance on Alibaba Cloud; the library caches its credentials and renews them in time. It asks for a
   * session token first, without which machines get no metadata. That of container groups is documented without one.
   */
  private static final class RamRole implements AwsCredentialsProvider {
    private final EcsRamRoleCredentialProvider role = EcsRamRoleCredentialProvider.builder().build();

    @Override
    public AwsCredentials resolveCredentials() {
      CredentialModel credentials = role.getCredentials();
      return AwsSessionCredentials.create(credentials.getAccessKeyId(), credentials.getAccessKeySecret(), credentials.getSecurityToken());
    }
  }
}

package bookstore;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Writes and reads a small file with the app's own role (POST /verify/files), for `npm run verify`. Without VERIFY_TOKEN_SHA256 the
 * path does not exist. With it, a request must have the token of which that is the SHA-256: the hash is no secret, so it may be
 * a plain variable. Neither the file's name nor its content is the caller's: the same small file is written again.
 */
public final class Verification extends HttpServlet {
  private static final long serialVersionUID = 1;

  /** The access log has a line for every request except successful health checks. */
  private static final boolean logged = true;

  private transient Optional<Files> files;
  private transient String tokenHash;
  private transient String share;
  private transient String release;

  @Override
  public void init() {
    files = Files.fromEnvironment();
    tokenHash = Environment.get("VERIFY_TOKEN_SHA256", "");
    share = Environment.get("FILES_PATH", "");
    release = Environment.get("SERVICE_RELEASE", "local");
  }

  @Override
  public void destroy() {
    files.ifPresent(Files::close);
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (tokenHash.isEmpty()) Answer.problem(response, 404, "VERIFY_TOKEN_SHA256 is not set");
    else if (!request.getMethod().equals("POST")) Answer.problem(response, 405, "this path takes POST only");
    else if (!isAuthorized(request)) Answer.problem(response, 401, "the token is not that of VERIFY_TOKEN_SHA256");
    else verify(response);
  }

  private void verify(HttpServletResponse response) throws IOException {
    byte[] content = ("written by release " + release + "\n").getBytes(StandardCharsets.UTF_8);
    List<String> written = new ArrayList<>();
    try {
      if (files.isPresent()) {
        if (!Arrays.equals(content, files.get().writeAndRead("verify/" + release, content))) throw new IOException("the bucket returned another content");
        written.add("bucket");
      }
      if (!share.isEmpty()) {
        Path file = Path.of(share, "verify-" + release);
        java.nio.file.Files.write(file, content);
        if (!Arrays.equals(content, java.nio.file.Files.readAllBytes(file))) throw new IOException("the share returned another content");
        written.add("share");
      }
      Answer.json(response, 200, Map.of("written", written, "release", release, "logged", logged));
    } catch (SdkException | IOException problem) {
      Log.error("the file could not be written and read", problem);
      Answer.json(response, 502, Map.of("error", "the file could not be written and read: " + problem.getClass().getSimpleName(), "logged", logged));
    }
  }

  private boolean isAuthorized(HttpServletRequest request) {
    String header = Optional.ofNullable(request.getHeader("Authorization")).orElse("");
    if (!header.startsWith("Bearer ")) return false;
    byte[] given = sha256(header.substring("Bearer ".length()));
    // Of equal length whatever the token, and compared in a time that does not depend on the content.
    return MessageDigest.isEqual(HexFormat.of().formatHex(given).getBytes(StandardCharsets.US_ASCII), tokenHash.toLowerCase().getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}

package bookstore;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;

/** Lists (GET /covers), reads (GET /covers/NAME) and stores (PUT /covers/NAME) the covers of books in object storage. */
public final class Covers extends HttpServlet {
  private static final long serialVersionUID = 1;
  private static final int largest = 2 * 1024 * 1024;
  /** Not SVG: it can contain scripts, which a browser would run with this site's origin. */
  private static final Set<String> types = Set.of("image/png", "image/jpeg", "image/webp");

  private transient Optional<Files> files;

  @Override
  public void init() {
    files = Files.fromEnvironment();
  }

  @Override
  public void destroy() {
    files.ifPresent(Files::close);
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (files.isEmpty()) {
      Answer.problem(response, 404, "this service has no files: FILES_BUCKET is not set");
      return;
    }
    String name = Optional.ofNullable(request.getPathInfo()).orElse("/").substring(1);
    try {
      if (name.isEmpty() && request.getMethod().equals("GET")) Answer.json(response, 200, Map.of("covers", files.get().list()));
      else if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) Answer.problem(response, 400, "a cover's name is of letters, digits, dots and dashes, got: " + name);
      else if (request.getMethod().equals("GET")) read(files.get(), name, response);
      else if (request.getMethod().equals("PUT")) store(files.get(), name, request, response);
      else Answer.problem(response, 405, "only GET and PUT are known here");
    } catch (SdkException problem) {
      Log.error("the object storage did not do as asked", problem);
      Answer.problem(response, 502, "the object storage did not do as asked");
    }
  }

  private static void read(Files files, String name, HttpServletResponse response) throws IOException {
    Optional<Files.Cover> cover = files.read(name);
    if (cover.isEmpty()) {
      Answer.problem(response, 404, "there is no cover " + name);
      return;
    }
    response.setContentType(cover.get().type());
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.getOutputStream().write(cover.get().bytes());
  }

  private static void store(Files files, String name, HttpServletRequest request, HttpServletResponse response) throws IOException {
    String type = request.getContentType();
    if (type == null || !types.contains(type)) {
      Answer.problem(response, 415, "a cover is one of " + types.stream().sorted().toList() + ", got: " + type);
      return;
    }
    byte[] bytes = request.getInputStream().readNBytes(largest + 1);
    if (bytes.length > largest) {
      Answer.problem(response, 413, "a cover has at most " + largest + " bytes");
      return;
    }
    files.store(name, new Files.Cover(type, bytes));
    Answer.json(response, 201, Map.of("stored", name));
  }
}

package bookstore;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Serves the books of one catalogue, the health path, and the release's version. */
public final class Bookstore extends HttpServlet {
  private static final long serialVersionUID = 1;

  record Book(String isbn, String title, String author) {}

  private transient String catalogue;
  private transient List<Book> books;
  private transient Map<String, String> version;

  /** A catalogue that does not exist fails the start: the health path then answers 404, and the release gets no traffic. */
  @Override
  public void init() throws ServletException {
    catalogue = Environment.get("CATALOGUE", "spring");
    if (!catalogue.matches("[a-z]+")) throw new ServletException("CATALOGUE must be a word in lower case, got: " + catalogue);
    try (Reader file = resource("/catalogues/" + catalogue + ".json"); Reader build = resource("/build.properties")) {
      books = new Gson().fromJson(file, new TypeToken<List<Book>>() {});
      Properties properties = new Properties();
      properties.load(build);
      version = new LinkedHashMap<>();
      version.put("name", Environment.get("SERVICE_NAME", "bookstore"));
      version.put("version", Environment.get("SERVICE_VERSION", ""));
      version.put("release", Environment.get("SERVICE_RELEASE", ""));
      version.put("revision", properties.getProperty("revision"));
    } catch (IOException problem) {
      throw new ServletException(problem);
    }
    Map<String, Object> fields = new LinkedHashMap<>(version);
    fields.put("catalogue", catalogue);
    Log.info("started", fields);
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
    switch (request.getRequestURI()) {
      // The health of this instance only. If it depended on the object storage, an outage there would replace every instance.
      case "/healthz" -> Answer.json(response, 200, Map.of("status", "ok"));
      case "/version" -> Answer.json(response, 200, version);
      case "/" -> Answer.json(response, 200, Map.of("catalogue", catalogue, "books", books));
      default -> Answer.problem(response, 404, "there is nothing here; try / or /covers");
    }
  }

  private static Reader resource(String path) throws IOException {
    InputStream stream = Bookstore.class.getResourceAsStream(path);
    if (stream == null) throw new IOException("this build has no " + path);
    return new InputStreamReader(stream, StandardCharsets.UTF_8);
  }
}

package bookstore;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/** Answers in JSON. */
final class Answer {
  private static final Gson gson = new GsonBuilder().disableHtmlEscaping().create();

  private Answer() {}

  static void json(HttpServletResponse response, int status, Object body) throws IOException {
    response.setStatus(status);
    response.setContentType("application/json");
    response.setCharacterEncoding("UTF-8");
    response.getWriter().println(gson.toJson(body));
  }

  static void problem(HttpServletResponse response, int status, String sentence) throws IOException {
    json(response, status, Map.of("error", sentence));
  }
}

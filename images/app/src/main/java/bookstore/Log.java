package bookstore;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes one JSON object per line to standard output, which both clouds' log services collect. */
final class Log {
  private static final Gson gson = new GsonBuilder().disableHtmlEscaping().create();

  private Log() {}

  static void info(String message, Map<String, ?> fields) {
    write("INFO", message, fields);
  }

  static void error(String message, Throwable cause) {
    write("SEVERE", message, Map.of("cause", String.valueOf(cause)));
  }

  private static void write(String level, String message, Map<String, ?> fields) {
    // The field names of Tomcat's own lines (org.apache.juli.JsonFormatter), so that one query finds both.
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", Instant.now().toString());
    line.put("level", level);
    line.put("message", message);
    line.putAll(fields);
    // One call per line: the lines of two threads must not mix.
    System.out.println(gson.toJson(line));
  }
}

package bookstore;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Logs each request, except successful health checks: there is one every few seconds from every zone. */
public final class AccessLog extends HttpFilter {
  private static final long serialVersionUID = 1;

  @Override
  protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain) throws IOException, ServletException {
    long start = System.nanoTime();
    boolean answered = false;
    try {
      chain.doFilter(request, response);
      answered = true;
    } finally {
      // The container turns an exception into a 500 only after this filter.
      int status = answered ? response.getStatus() : 500;
      if (status >= 400 || !request.getRequestURI().equals("/healthz")) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("method", request.getMethod());
        fields.put("path", request.getRequestURI());
        fields.put("status", status);
        fields.put("milliseconds", (System.nanoTime() - start) / 1_000_000);
        fields.put("client", request.getRemoteAddr());
        fields.put("release", Environment.get("SERVICE_RELEASE", ""));
        Log.info("request", fields);
      }
    }
  }
}

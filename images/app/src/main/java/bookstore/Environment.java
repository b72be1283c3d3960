package bookstore;

/** The environment variables that the service sets for the app: see docs/image-contract.md. */
final class Environment {
  private Environment() {}

  static String get(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }
}

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the hook for Spring asks of its libraries, by package: they are not on every machine that has Java. */
const STAND_INS: Readonly<Record<string, readonly string[]>> = {
  'jakarta.servlet.http': [
    `interface HttpServletRequest {
      Cookie[] getCookies();
      java.io.InputStream getInputStream() throws java.io.IOException;
    }`,
    'interface HttpServletResponse {}',
    `class HttpServletRequestWrapper implements HttpServletRequest {
      private final HttpServletRequest request;
      public HttpServletRequestWrapper(HttpServletRequest request) { this.request = request; }
      public Cookie[] getCookies() { return request.getCookies(); }
      public java.io.InputStream getInputStream() throws java.io.IOException { return request.getInputStream(); }
    }`,
    `class Cookie {
      private final String name, value;
      public Cookie(String name, String value) { this.name = name; this.value = value; }
      public String getName() { return name; }
      public String getValue() { return value; }
    }`,
  ],
  'org.slf4j': [
    'interface Logger { void error(String message, Throwable fault); }',
    `class LoggerFactory {
      public static Logger getLogger(Class<?> of) { return (message, fault) -> System.err.println(message + ": " + fault); }
    }`,
  ],
  'org.springframework.beans.factory.annotation': ['@interface Value { String value(); }'],
  'org.springframework.http': [
    `class ResponseEntity<T> {
      public final int status; public final java.util.Map<String, String> headers; public final T body;
      ResponseEntity(Builder of, T body) { this.status = of.status; this.headers = of.headers; this.body = body; }
      public static Builder status(int status) { return new Builder(status); }
      public static class Builder {
        final int status; final java.util.Map<String, String> headers = new java.util.HashMap<>();
        Builder(int status) { this.status = status; }
        public Builder header(String name, String... values) { headers.put(name, values[0]); return this; }
        public <T> ResponseEntity<T> body(T body) { return new ResponseEntity<>(this, body); }
      }
    }`,
  ],
  'org.springframework.security.core': [
    'interface Authentication extends java.security.Principal { boolean isAuthenticated(); }',
  ],
  'org.springframework.security.core.context': [
    'interface SecurityContext { org.springframework.security.core.Authentication getAuthentication(); }',
  ],
  'org.springframework.security.core.userdetails': [
    `interface UserDetails {
      String getUsername();
      boolean isEnabled();
      boolean isAccountNonLocked();
      boolean isAccountNonExpired();
    }`,
    'interface UserDetailsService { UserDetails loadUserByUsername(String name); }',
    'class UsernameNotFoundException extends RuntimeException {}',
  ],
  'org.springframework.security.web.authentication': [
    `interface RememberMeServices {
      org.springframework.security.core.Authentication autoLogin(
        jakarta.servlet.http.HttpServletRequest request, jakarta.servlet.http.HttpServletResponse response);
    }`,
  ],
  'org.springframework.session': [
    'interface Session { <T> T getAttribute(String name); }',
    'interface SessionRepository<S extends Session> { S findById(String id); }',
  ],
  'org.springframework.web.bind.annotation': [
    '@interface RestController {}',
    '@interface GetMapping { String value(); }',
    '@interface PostMapping { String value(); }',
    '@interface RequestHeader { String name(); boolean required(); }',
  ],
}

/** Write them into a folder. */
export function writeStandIns(folder: string): void {
  for (const [name, types] of Object.entries(STAND_INS)) {
    const here = join(folder, ...name.split('.'))
    mkdirSync(here, { recursive: true })
    for (const type of types) {
      const file = `${/(?:class|interface) (\w+)/.exec(type)?.[1]}.java`
      writeFileSync(join(here, file), `package ${name};\npublic ${type}\n`)
    }
  }
}
